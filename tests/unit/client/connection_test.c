/* Connections: nobody there and no answer are told apart, and a broken one is made anew.
 */
#include "client_kit.h"

#include <errno.h>
#include <nng/nng.h>
#include <nng/protocol/pubsub0/pub.h>
#include <nng/protocol/reqrep0/rep.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "client/connection.h"

static const span hello = {(const uint8_t *)"hello", 5};

/* A port that was free a moment ago, as a URL. */
static void free_url(char out[64]) {
    nng_socket socket;
    nng_listener listener;
    nng_sockaddr address;
    assert_int_equal(nng_rep0_open(&socket), 0);
    assert_int_equal(nng_listen(socket, "tcp://127.0.0.1:0", &listener, 0), 0);
    assert_int_equal(nng_listener_get_addr(listener, NNG_OPT_LOCADDR, &address), 0);
    const uint8_t *port = (const uint8_t *)&address.s_in.sa_port;
    snprintf(out, 64, "tcp://127.0.0.1:%d", port[0] << 8 | port[1]);
    nng_close(socket);
}

static nng_socket listen_at(const char *url) {
    nng_socket socket;
    assert_int_equal(nng_rep0_open(&socket), 0);
    assert_int_equal(nng_listen(socket, url, NULL, 0), 0);
    return socket;
}

static connection *connect_to(const char *url) {
    connection *c;
    assert_int_equal(connection_new(url, NULL, &c), DUBAN_OK);
    return c;
}

static duban_status exchange(connection *c, uint32_t timeout_ms, patience how) {
    buffer out;
    buffer_init(&out);
    duban_status status = connection_exchange(c, hello, timeout_ms, how, &out);
    if (status == DUBAN_OK) {
        assert_int_equal(out.size, 5);
        assert_memory_equal(out.data, "HELLO", 5);
    } else {
        assert_int_equal(out.size, 0);
    }
    buffer_close(&out);
    return status;
}

/* Answers so many requests, then leaves and closes the socket. */
typedef struct answerer {
    nng_socket socket;
    int answers;
    pthread_t thread;
} answerer;

static void *answer(void *ctx) {
    answerer *a = ctx;
    nng_msg *message;
    for (int i = 0; i < a->answers; i++) {
        if (nng_recvmsg(a->socket, &message, 0)) return NULL;
        nng_msg_clear(message);
        nng_msg_append(message, "HELLO", 5);
        if (nng_sendmsg(a->socket, message, 0)) nng_msg_free(message);
    }
    return NULL;
}

static void start(answerer *a, const char *url, int answers) {
    a->socket = listen_at(url);
    a->answers = answers;
    assert_int_equal(pthread_create(&a->thread, NULL, answer, a), 0);
}

static void stop(answerer *a) {
    pthread_join(a->thread, NULL);
    nng_close(a->socket);
}

static void nobody_there_is_unreachable_long_before_the_deadline(void **state) {
    (void)state;
    char url[64];
    free_url(url);
    connection *c = connect_to(url);
    int64_t begin = file_now_ms();
    assert_int_equal(exchange(c, 60000, IMPATIENT), DUBAN_E_UNREACHABLE);
    assert_in_range(file_now_ms() - begin, 0, 5000);
    connection_free(c);
}

static void no_answer_is_a_timeout_and_not_unreachable(void **state) {
    (void)state;
    char url[64];
    free_url(url);
    nng_socket silent = listen_at(url);
    connection *c = connect_to(url);
    int64_t begin = file_now_ms();
    assert_int_equal(exchange(c, 150, IMPATIENT), DUBAN_E_TIMEOUT);
    assert_in_range(file_now_ms() - begin, 150, 5000);
    connection_free(c);
    nng_close(silent);
}

static void an_answer_after_a_timeout_is_not_taken_for_the_next_one(void **state) {
    (void)state;
    char url[64];
    nng_msg *message;
    answerer a;
    free_url(url);
    a.socket = listen_at(url);
    connection *c = connect_to(url);
    assert_int_equal(exchange(c, 100, IMPATIENT), DUBAN_E_TIMEOUT);
    /* The late answer is sent now, and the next request is answered as it should be. */
    assert_int_equal(nng_recvmsg(a.socket, &message, 0), 0);
    nng_msg_clear(message);
    nng_msg_append(message, "LATE!", 5);
    assert_int_equal(nng_sendmsg(a.socket, message, 0), 0);
    a.answers = 1;
    assert_int_equal(pthread_create(&a.thread, NULL, answer, &a), 0);
    assert_int_equal(exchange(c, 5000, IMPATIENT), DUBAN_OK);
    connection_free(c);
    stop(&a);
}

static void a_name_that_nobody_knows_is_unreachable_and_no_bad_address(void **state) {
    (void)state;
    connection *c = connect_to("tcp://duban.invalid:7158");
    assert_int_equal(exchange(c, 30000, IMPATIENT), DUBAN_E_UNREACHABLE);
    connection_free(c);
    c = connect_to("duban.invalid:7158");
    assert_int_equal(exchange(c, 30000, IMPATIENT), DUBAN_E_ADDRESS);
    connection_free(c);
}

static void a_broker_that_came_back_is_found_again(void **state) {
    (void)state;
    char url[64];
    answerer a;
    free_url(url);
    connection *c = connect_to(url);
    for (int i = 0; i < 3; i++) {
        start(&a, url, 2);
        /* The pause after the failure before is sat out. */
        assert_int_equal(exchange(c, 10000, PATIENT), DUBAN_OK);
        assert_int_equal(exchange(c, 10000, PATIENT), DUBAN_OK);
        stop(&a);
        assert_int_equal(exchange(c, 10000, PATIENT), DUBAN_E_UNREACHABLE);
    }
    connection_free(c);
}

static void the_impatient_are_refused_at_once_within_a_pause(void **state) {
    (void)state;
    char url[64];
    free_url(url);
    connection *c = connect_to(url);
    for (int i = 0; i < 4; i++)
        assert_int_equal(exchange(c, 30000, PATIENT), DUBAN_E_UNREACHABLE);
    int64_t begin = file_now_ms();
    for (int i = 0; i < 1000; i++)
        assert_int_equal(exchange(c, 30000, IMPATIENT), DUBAN_E_UNREACHABLE);
    assert_in_range(file_now_ms() - begin, 0, CONNECT_PAUSE_MAX_MS);
    connection_free(c);
}

static void *break_off(void *ctx) {
    nng_socket *socket = ctx;
    nng_msg *message;
    if (nng_recvmsg(*socket, &message, 0) == 0) nng_msg_free(message);
    nng_close(*socket);
    return NULL;
}

static void
a_broker_that_dies_under_a_request_is_unreachable_not_waited_for(void **state) {
    (void)state;
    char url[64];
    pthread_t thread;
    free_url(url);
    nng_socket socket = listen_at(url);
    assert_int_equal(pthread_create(&thread, NULL, break_off, &socket), 0);
    connection *c = connect_to(url);
    int64_t begin = file_now_ms();
    assert_int_equal(exchange(c, 60000, IMPATIENT), DUBAN_E_UNREACHABLE);
    assert_in_range(file_now_ms() - begin, 0, 5000);
    connection_free(c);
    pthread_join(thread, NULL);
}

static void *break_off_and_come_back(void *ctx) {
    answerer *a = ctx;
    nng_msg *message;
    if (nng_recvmsg(a->socket, &message, 0)) return NULL;
    nng_pipe pipe = nng_msg_get_pipe(message);
    nng_msg_free(message);
    nng_pipe_close(pipe);
    return answer(ctx);
}

static void a_request_whose_connection_broke_is_sent_again(void **state) {
    (void)state;
    char url[64];
    answerer a = {.answers = 1};
    free_url(url);
    a.socket = listen_at(url);
    assert_int_equal(pthread_create(&a.thread, NULL, break_off_and_come_back, &a), 0);
    connection *c = connect_to(url);
    assert_int_equal(exchange(c, 10000, IMPATIENT), DUBAN_OK);
    connection_free(c);
    stop(&a);
}

static void another_protocol_is_unreachable(void **state) {
    (void)state;
    char url[64];
    nng_socket pub;
    free_url(url);
    assert_int_equal(nng_pub0_open(&pub), 0);
    assert_int_equal(nng_listen(pub, url, NULL, 0), 0);
    connection *c = connect_to(url);
    assert_int_equal(exchange(c, 300, IMPATIENT), DUBAN_E_UNREACHABLE);
    connection_free(c);
    nng_close(pub);
}

static void what_is_no_url_is_an_address_error(void **state) {
    (void)state;
    const char *bad[] = {"nonsense", "gopher://127.0.0.1:70"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        connection *c = connect_to(bad[i]);
        assert_int_equal(exchange(c, 300, IMPATIENT), DUBAN_E_ADDRESS);
        connection_free(c);
    }
}

static void a_request_above_the_limit_is_not_sent(void **state) {
    (void)state;
    static uint8_t large[REQUEST_SIZE_MAX + 1];
    char url[64];
    buffer out;
    free_url(url);
    buffer_init(&out);
    connection *c = connect_to(url);
    assert_int_equal(
        connection_exchange(c, (span){large, sizeof large}, 300, IMPATIENT, &out),
        DUBAN_E_TOO_LARGE);
    connection_free(c);
}

static void on_alarm(int signal) {
    (void)signal;
}

static void a_signal_ends_the_wait(void **state) {
    (void)state;
    char url[64];
    struct sigaction action = {.sa_handler = on_alarm};
    struct itimerval soon = {.it_interval = {0, 50000}, .it_value = {0, 50000}};
    struct itimerval never = {{0, 0}, {0, 0}};
    free_url(url);
    nng_socket silent = listen_at(url);
    connection *c = connect_to(url);
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    int64_t begin = file_now_ms();
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    assert_int_equal(exchange(c, 60000, IMPATIENT), DUBAN_E_TIMEOUT);
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_in_range(file_now_ms() - begin, 0, 20000);
    connection_free(c);
    nng_close(silent);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_there_is_unreachable_long_before_the_deadline),
        cmocka_unit_test(no_answer_is_a_timeout_and_not_unreachable),
        cmocka_unit_test(an_answer_after_a_timeout_is_not_taken_for_the_next_one),
        cmocka_unit_test(a_name_that_nobody_knows_is_unreachable_and_no_bad_address),
        cmocka_unit_test(a_broker_that_came_back_is_found_again),
        cmocka_unit_test(the_impatient_are_refused_at_once_within_a_pause),
        cmocka_unit_test(
            a_broker_that_dies_under_a_request_is_unreachable_not_waited_for),
        cmocka_unit_test(a_request_whose_connection_broke_is_sent_again),
        cmocka_unit_test(another_protocol_is_unreachable),
        cmocka_unit_test(what_is_no_url_is_an_address_error),
        cmocka_unit_test(a_request_above_the_limit_is_not_sent),
        cmocka_unit_test(a_signal_ends_the_wait),
    };
    if (sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
