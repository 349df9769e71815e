/* The watchdog against sockets of its own process. */
#include "broker/watchdog.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <nng/protocol/reqrep0/req.h>

#include "broker/ledger/heap.h"

static void refuse_all(void *ctx, call *c) {
    (void)ctx;
    call_refuse_status(c, DUBAN_E_WRONG_SOCKET, "what");
}

/* An address nobody listens on. It stays bound, so that nobody else is given its port;
 * NNG, which reuses addresses, may still listen there. Returns what keeps it. */
static int dead_address(char out[ADDRESS_SIZE]) {
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    int yes = 1;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    snprintf(out, ADDRESS_SIZE, "tcp://127.0.0.1:%d", ntohs(at.sin_port));
    return fd;
}

static net *new_net(const char *url, metrics *m) {
    net *n = NULL;
    net_options options = {.url = url,
                           .contexts = 4,
                           .request_max = REQUEST_SIZE_MAX,
                           .handle = refuse_all,
                           .metrics = m};
    assert_int_equal(net_new(&options, &n), DUBAN_OK);
    return n;
}

/* The listener of the command socket is gone, as if it had died; the others live. */
static void a_listener_that_died_listens_again_and_the_others_are_left_alone(void **s) {
    (void)s;
    metrics m;
    logger quiet = {.fd = -1};
    roots none;
    ledger *l = NULL;
    publish *p = NULL;
    watchdog *w = NULL;
    char dead[ADDRESS_SIZE];
    metrics_init(&m);
    roots_init(&none);
    int keeper = dead_address(dead);
    assert_int_equal(ledger_new(heap_allocator(), &l), DUBAN_OK);
    net *command = new_net(dead, &m);
    net *feed = new_net("tcp://127.0.0.1:0", &m);
    publish_options with = {.url = "tcp://127.0.0.1:0",
                            .ledger = l,
                            .roots = &none,
                            .metrics = &m,
                            .log = &quiet,
                            .origin = "test"};
    assert_int_equal(publish_new(&with, &p), DUBAN_OK);
    assert_int_equal(net_listen(feed), DUBAN_OK);
    assert_int_equal(publish_listen(p), DUBAN_OK);

    watchdog_options options = {.command = command,
                                .feed = feed,
                                .publish = p,
                                .metrics = &m,
                                .log = &quiet,
                                .every_ms = 10};
    nng_socket asker;
    nng_msg *reply = NULL;
    assert_int_equal(nng_req0_open(&asker), 0);
    nng_socket_set_ms(asker, NNG_OPT_RECVTIMEO, 30000);
    assert_int_equal(nng_dial(asker, dead, NULL, NNG_FLAG_NONBLOCK), 0);
    assert_int_equal(watchdog_new(&options, &w), DUBAN_OK);
    assert_int_equal(nng_send(asker, (void *)(uintptr_t) "?", 1, 0), 0);
    assert_int_equal(nng_recvmsg(asker, &reply, 0), 0);
    nng_msg_free(reply);
    nng_close(asker);
    assert_int_equal(atomic_load(&m.relistens), 1);

    watchdog_free(w);
    net_close(command);
    net_close(feed);
    net_free(command);
    net_free(feed);
    publish_free(p);
    ledger_free(l);
    close(keeper);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_listener_that_died_listens_again_and_the_others_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
