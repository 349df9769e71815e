/* Connections to tls+tcp: who is spoken to, what is said of who is not, and that a host
 * which says nothing holds nobody longer than asked. */
#include "client_kit.h"

#include <arpa/inet.h>
#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <nng/supplemental/tls/tls.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/connection.h"
#include "client/pki/pki.h"
#include "proto/certificate.h"

#define WAIT_MS 300
/* Far above WAIT_MS, far below what a kernel or NNG would wait. */
#define SOON_MS 5000

static const span hello = {(const uint8_t *)"hello", 5};

static pki open_pki(const char *name) {
    pki p = {.folder = kit_path(name), .now_ms = file_wall_ms()};
    assert_int_equal(pki_init(&p, "CA", 10, NULL), DUBAN_OK);
    return p;
}

static void issue(const pki *p, const char *name, const char *host) {
    pki_row row;
    pki_order order = {.name = name,
                       .broker = host != NULL,
                       .hosts = &host,
                       .hosts_n = host ? 1 : 0,
                       .days = 5};
    assert_int_equal(pki_issue(p, &order, &row, NULL), DUBAN_OK);
}

static tls_desk desk_of(const pki *p, const char *name) {
    tls_desk desk = {.name = ""};
    snprintf(desk.ca.text, sizeof desk.ca.text, "%s/ca.crt", p->folder);
    snprintf(desk.cert.text, sizeof desk.cert.text, "%s/%s/%s.crt", p->folder, name,
             name);
    snprintf(desk.key.text, sizeof desk.key.text, "%s/%s/%s.key", p->folder, name, name);
    return desk;
}

/* --- a REP socket behind TLS that says hello back ----------------------------------- */

typedef struct server {
    nng_socket socket;
    pthread_t thread;
    char url[64];
} server;

static void *answer(void *ctx) {
    server *s = ctx;
    nng_msg *message;
    while (nng_recvmsg(s->socket, &message, 0) == 0)
        if (nng_sendmsg(s->socket, message, 0) != 0) nng_msg_free(message);
    return NULL;
}

static void serve(const pki *p, server *s) {
    tls_desk files = desk_of(p, "duband");
    certificate_files named = {files.ca.text, files.cert.text, files.key.text, ""};
    certificate_texts texts;
    nng_tls_config *tls;
    nng_listener listener;
    int port;
    assert_int_equal(
        certificate_load(&named, CERTIFICATE_BROKER, file_wall_ms(), &texts, NULL),
        DUBAN_OK);
    assert_int_equal(nng_rep0_open(&s->socket), 0);
    assert_int_equal(nng_tls_config_alloc(&tls, NNG_TLS_MODE_SERVER), 0);
    assert_int_equal(nng_tls_config_ca_chain(tls, texts.ca, NULL), 0);
    assert_int_equal(nng_tls_config_own_cert(tls, texts.cert, texts.key, NULL), 0);
    assert_int_equal(nng_tls_config_auth_mode(tls, NNG_TLS_AUTH_MODE_REQUIRED), 0);
    certificate_close(&texts);
    assert_int_equal(nng_listener_create(&listener, s->socket, "tls+tcp://127.0.0.1:0"),
                     0);
    assert_int_equal(nng_listener_set_ptr(listener, NNG_OPT_TLS_CONFIG, tls), 0);
    nng_tls_config_free(tls);
    assert_int_equal(nng_listener_start(listener, 0), 0);
    assert_int_equal(nng_listener_get_int(listener, NNG_OPT_TCP_BOUND_PORT, &port), 0);
    snprintf(s->url, sizeof s->url, "tls+tcp://127.0.0.1:%d", port);
    assert_int_equal(pthread_create(&s->thread, NULL, answer, s), 0);
}

static void stop(server *s) {
    nng_close(s->socket);
    pthread_join(s->thread, NULL);
}

static duban_status say_hello(const char *url, const tls_desk *desk, uint32_t wait_ms,
                              duban_refusal *refusal) {
    connection *c;
    buffer out;
    buffer_init(&out);
    assert_int_equal(connection_new(url, desk, &c), DUBAN_OK);
    duban_status status = connection_exchange(c, hello, wait_ms, IMPATIENT, &out);
    if (status) connection_refuse(c, status, refusal);
    if (!status) assert_memory_equal(out.data, "hello", 5);
    connection_free(c);
    buffer_close(&out);
    return status;
}

/* --- who is spoken to --------------------------------------------------------------- */

static void a_broker_of_its_name_is_spoken_to(void **state) {
    (void)state;
    server s;
    pki p = open_pki("pki");
    issue(&p, "duband", "127.0.0.1");
    issue(&p, "yanggu", NULL);
    serve(&p, &s);
    tls_desk desk = desk_of(&p, "yanggu");
    assert_int_equal(say_hello(s.url, &desk, SOON_MS, NULL), DUBAN_OK);
    stop(&s);
}

static void the_name_may_be_another_than_the_urls(void **state) {
    (void)state;
    server s;
    duban_refusal refusal;
    pki p = open_pki("pki");
    issue(&p, "duband", "duban.example");
    issue(&p, "yanggu", NULL);
    serve(&p, &s);
    tls_desk desk = desk_of(&p, "yanggu");
    assert_int_equal(say_hello(s.url, &desk, SOON_MS, &refusal), DUBAN_E_CERTIFICATE);
    assert_non_null(strstr(refusal.found, "certificate refused"));
    assert_string_equal(refusal.expected, "127.0.0.1");
    snprintf(desk.name, sizeof desk.name, "duban.example");
    assert_int_equal(say_hello(s.url, &desk, SOON_MS, NULL), DUBAN_OK);
    stop(&s);
}

static void strangers_are_not_spoken_to(void **state) {
    (void)state;
    server s;
    duban_refusal refusal;
    pki p = open_pki("pki"), other = open_pki("other");
    issue(&p, "duband", "127.0.0.1");
    issue(&p, "yanggu", NULL);
    issue(&other, "yanggu", NULL);
    serve(&p, &s);
    tls_desk trusts_another = desk_of(&p, "yanggu"),
             is_another = desk_of(&other, "yanggu");
    trusts_another.ca = is_another.ca;
    is_another.ca = desk_of(&p, "yanggu").ca;
    assert_int_equal(say_hello(s.url, &trusts_another, SOON_MS, &refusal),
                     DUBAN_E_CERTIFICATE);
    assert_int_equal(say_hello(s.url, &is_another, SOON_MS, &refusal),
                     DUBAN_E_CERTIFICATE);
    assert_string_equal(refusal.field, "broker");
    stop(&s);
}

static void what_a_desk_lacks_is_said_before_it_dials(void **state) {
    (void)state;
    duban_refusal refusal;
    pki p = open_pki("pki");
    issue(&p, "yanggu", NULL);
    tls_desk desk = desk_of(&p, "yanggu");
    snprintf(desk.key.text, sizeof desk.key.text, "/none");
    assert_int_equal(say_hello("tls+tcp://127.0.0.1:9", NULL, SOON_MS, &refusal),
                     DUBAN_E_CERTIFICATE);
    assert_string_equal(refusal.field, "tls_ca");
    assert_int_equal(say_hello("tls+tcp://127.0.0.1:9", &desk, SOON_MS, &refusal),
                     DUBAN_E_CERTIFICATE);
    assert_string_equal(refusal.field, "tls_key");
    assert_non_null(strstr(refusal.found, "missing"));
}

static void a_homes_files_lie_in_its_folder(void **state) {
    (void)state;
    home h;
    tls_desk desk;
    kit_home("desk");
    assert_int_equal(home_open(kit_path("desk"), &h), DUBAN_OK);
    tls_desk_of_home(&h, &desk);
    assert_string_equal(desk.ca.text, "");
    assert_int_equal(home_set(&h, "tls_ca", "ca.crt"), DUBAN_OK);
    assert_int_equal(home_set(&h, "tls_cert", "/etc/duban/tls.crt"), DUBAN_OK);
    assert_int_equal(home_set(&h, "tls_name", "duban.example"), DUBAN_OK);
    tls_desk_of_home(&h, &desk);
    assert_string_equal(desk.ca.text, kit_path("desk/ca.crt"));
    assert_string_equal(desk.cert.text, "/etc/duban/tls.crt");
    assert_string_equal(desk.name, "duban.example");
    home_close(&h);
}

/* --- silence ------------------------------------------------------------------------ */

/* Takes connections over and says nothing. */
static int listen_silently(int *port) {
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int file = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(file >= 0);
    assert_int_equal(bind(file, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(file, 8), 0);
    assert_int_equal(getsockname(file, (struct sockaddr *)&at, &size), 0);
    *port = ntohs(at.sin_port);
    return file;
}

static void a_silent_host_holds_nobody_beyond_the_deadline(void **state) {
    (void)state;
    static const char *const schemes[] = {"tcp", "tls+tcp"};
    char url[64];
    int port;
    int file = listen_silently(&port);
    pki p = open_pki("pki");
    issue(&p, "yanggu", NULL);
    tls_desk desk = desk_of(&p, "yanggu");
    for (size_t i = 0; i < 2; i++) {
        snprintf(url, sizeof url, "%s://127.0.0.1:%d", schemes[i], port);
        int64_t began_ms = file_now_ms();
        assert_int_equal(say_hello(url, &desk, WAIT_MS, NULL), DUBAN_E_UNREACHABLE);
        int64_t took_ms = file_now_ms() - began_ms;
        assert_true(took_ms >= WAIT_MS && took_ms < SOON_MS);
    }
    close(file);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_begin, kit_end)
    const struct CMUnitTest tests[] = {
        TEST(a_broker_of_its_name_is_spoken_to),
        TEST(the_name_may_be_another_than_the_urls),
        TEST(strangers_are_not_spoken_to),
        TEST(what_a_desk_lacks_is_said_before_it_dials),
        TEST(a_homes_files_lie_in_its_folder),
        TEST(a_silent_host_holds_nobody_beyond_the_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
