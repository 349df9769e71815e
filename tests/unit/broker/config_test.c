#include "broker/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char *no_variable(const char *name) {
    (void)name;
    return NULL;
}

static char *feed_variable(const char *name) {
    static char feed[] = "tcp://127.0.0.1:9002";
    return strcmp(name, "DUBAN_FEED") == 0 ? feed : NULL;
}

#define ARGS(...)                                                                        \
    (const char *[]) {                                                                   \
        "duband", __VA_ARGS__, NULL                                                      \
    }

static duban_status read_args(const char *const *argv, config *c,
                              duban_refusal *refusal) {
    int argc = 0;
    while (argv[argc])
        argc++;
    memset(refusal, 0, sizeof *refusal);
    return config_read(argc, argv, no_variable, c, refusal);
}

static void without_anything_the_defaults_hold(void **state) {
    (void)state;
    config c;
    duban_refusal refusal;
    const char *argv[] = {"duband", NULL};
    assert_int_equal(read_args(argv, &c, &refusal), DUBAN_OK);
    assert_string_equal(c.listen, "tcp://127.0.0.1:7158");
    assert_string_equal(c.feed, "tcp://127.0.0.1:7159");
    assert_string_equal(c.publish, "tcp://127.0.0.1:7160");
    assert_int_equal(c.task, CONFIG_SERVE);
}

static void a_flag_wins_over_a_variable_and_a_variable_over_the_file(void **state) {
    (void)state;
    config c;
    duban_refusal refusal;
    char path[] = "/tmp/duban_config_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    const char text[] = "# a comment\n\n data = /from/file \nfeed=tcp://127.0.0.1:9001\n"
                        "publish = tcp://127.0.0.1:9003\n";
    assert_int_equal(write(fd, text, sizeof text - 1), (ssize_t)sizeof text - 1);
    close(fd);
    const char *argv[] = {"duband", "--config", path, "--publish=ipc:///tmp/pub", NULL};
    duban_status status = config_read(4, argv, feed_variable, &c, &refusal);
    unlink(path);
    assert_int_equal(status, DUBAN_OK);
    assert_string_equal(c.data, "/from/file");
    assert_string_equal(c.feed, "tcp://127.0.0.1:9002");
    assert_string_equal(c.publish, "ipc:///tmp/pub");
}

static void an_unknown_flag_is_wrong_usage(void **state) {
    (void)state;
    config c;
    duban_refusal refusal;
    assert_int_equal(read_args(ARGS("--daat", "x"), &c, &refusal), DUBAN_E_USAGE);
    assert_string_equal(refusal.found, "--daat");
}

static void a_flag_without_its_value_is_wrong_usage(void **state) {
    (void)state;
    config c;
    duban_refusal refusal;
    assert_int_equal(read_args(ARGS("--data"), &c, &refusal), DUBAN_E_USAGE);
    assert_string_equal(refusal.field, "data");
}

static void an_unknown_key_of_the_file_is_refused_with_its_line(void **state) {
    (void)state;
    config c;
    duban_refusal refusal;
    char path[] = "/tmp/duban_config_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "\nport = 1\n", 10), 10);
    close(fd);
    duban_status status = read_args(ARGS("--config", path), &c, &refusal);
    unlink(path);
    assert_int_equal(status, DUBAN_E_USAGE);
    assert_int_equal(refusal.line, 2);
    assert_string_equal(refusal.found, "port");
}

static void a_missing_file_is_named(void **state) {
    (void)state;
    config c;
    duban_refusal refusal;
    assert_int_equal(
        read_args(ARGS("--config", "/nonexistent/duband.conf"), &c, &refusal),
        DUBAN_E_NOT_FOUND);
    assert_string_equal(refusal.field, "config");
}

static void an_engine_we_do_not_have_is_unsupported(void **state) {
    (void)state;
    config c;
    duban_refusal refusal;
    assert_int_equal(read_args(ARGS("--engine", "postgres"), &c, &refusal),
                     DUBAN_E_UNSUPPORTED);
}

static void only_this_machine_may_be_listened_on_without_tls(void **state) {
    (void)state;
    static const struct {
        const char *url;
        duban_status status;
    } rows[] = {
        {"tcp://127.0.0.1:0", DUBAN_OK},
        {"tcp://127.9.8.7:7158", DUBAN_OK},
        {"tcp://[::1]:7158", DUBAN_OK},
        {"tcp://localhost:7158", DUBAN_OK},
        {"ipc:///tmp/duban", DUBAN_OK},
        {"inproc://duban", DUBAN_OK},
        {"tls+tcp://0.0.0.0:7158", DUBAN_OK},
        {"tls+tcp4://*:7158", DUBAN_OK},
        {"tls+tcp6://[::]:7158", DUBAN_OK},
        {"tls+tcp://duban.city.example:0", DUBAN_OK},
        {"tls+tcp://0.0.0.0", DUBAN_E_ADDRESS},
        {"tls+tcp5://0.0.0.0:1", DUBAN_E_ADDRESS},
        {"tcp://0.0.0.0:7158", DUBAN_E_NOT_LOOPBACK},
        {"tcp://*:7158", DUBAN_E_NOT_LOOPBACK},
        {"tcp://192.168.1.5:7158", DUBAN_E_NOT_LOOPBACK},
        {"tcp://[::]:7158", DUBAN_E_NOT_LOOPBACK},
        {"tcp://127.0.0.1.example:7158", DUBAN_E_NOT_LOOPBACK},
        {"tcp://localhost.example:7158", DUBAN_E_NOT_LOOPBACK},
        {"tcp://:7158", DUBAN_E_NOT_LOOPBACK},
        {"tcp://127.0.0.1", DUBAN_E_ADDRESS},
        {"tcp://127.0.0.1:99999", DUBAN_E_ADDRESS},
        {"tcp://127.0.0.1:x", DUBAN_E_ADDRESS},
        {"ws://127.0.0.1:7158", DUBAN_E_ADDRESS},
        {"127.0.0.1:7158", DUBAN_E_ADDRESS},
        {"ipc://", DUBAN_E_ADDRESS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (address_check(rows[i].url) != rows[i].status)
            fail_msg("%s gives %s", rows[i].url,
                     duban_status_name(address_check(rows[i].url)));
}

static void an_address_of_others_is_refused_by_the_flag_that_named_it(void **state) {
    (void)state;
    config c;
    duban_refusal refusal;
    assert_int_equal(read_args(ARGS("--feed", "tcp://0.0.0.0:7159"), &c, &refusal),
                     DUBAN_E_NOT_LOOPBACK);
    assert_string_equal(refusal.field, "feed");
    assert_string_equal(refusal.found, "tcp://0.0.0.0:7159");
}

static void a_port_of_zero_takes_the_port_it_is_given(void **state) {
    (void)state;
    char url[ADDRESS_SIZE];
    assert_true(address_any_port("tcp://127.0.0.1:0"));
    assert_false(address_any_port("tcp://127.0.0.1:70"));
    assert_false(address_any_port("ipc:///tmp/x:0"));
    assert_int_equal(address_with_port("tcp://127.0.0.1:0", 40001, url), DUBAN_OK);
    assert_string_equal(url, "tcp://127.0.0.1:40001");
    assert_int_equal(address_with_port("tcp://[::1]:0", 40001, url), DUBAN_OK);
    assert_string_equal(url, "tcp://[::1]:40001");
    assert_true(address_any_port("tls+tcp://0.0.0.0:0"));
    assert_int_equal(address_with_port("tls+tcp://0.0.0.0:0", 7, url), DUBAN_OK);
    assert_string_equal(url, "tls+tcp://0.0.0.0:7");
}

static char *key_variable(const char *name) {
    static char key[] = "/variable/key";
    return strcmp(name, "DUBAN_TLS_KEY") == 0 ? key : NULL;
}

static void certificates_are_named_by_file_variable_and_flag(void **state) {
    (void)state;
    config c;
    duban_refusal refusal;
    char path[] = "/tmp/duban_config_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    const char text[] = "tls_ca = /file/ca\ntls_key = /file/key\ntls_crl = /file/crl\n"
                        "listen = tls+tcp://0.0.0.0:7158\n";
    assert_int_equal(write(fd, text, sizeof text - 1), (ssize_t)sizeof text - 1);
    close(fd);
    const char *argv[] = {"duband", "--config", path, "--tls-cert", "/flag/cert", NULL};
    duban_status status = config_read(5, argv, key_variable, &c, &refusal);
    unlink(path);
    assert_int_equal(status, DUBAN_OK);
    assert_string_equal(c.tls_ca, "/file/ca");
    assert_string_equal(c.tls_cert, "/flag/cert");
    assert_string_equal(c.tls_key, "/variable/key");
    assert_string_equal(c.tls_crl, "/file/crl");
}

static char *needed_variable(const char *name) {
    static char needed[] = "3";
    return strcmp(name, "DUBAN_WITNESSES_NEEDED") == 0 ? needed : NULL;
}

static char *block_variable(const char *name) {
    static char perhaps[] = "perhaps";
    return strcmp(name, "DUBAN_WITNESSES_BLOCK") == 0 ? perhaps : NULL;
}

static char *witness_variable(const char *name) {
    static char nobody[] = "nobody";
    return strcmp(name, "DUBAN_WITNESS") == 0 ? nobody : NULL;
}

static void witnesses_have_variables_like_everything_else(void **state) {
    (void)state;
    static const struct {
        char *(*variable)(const char *);
        const char *field;
    } rows[] = {{needed_variable, "witnesses_needed"}, /* none is named */
                {block_variable, "witnesses_block"},
                {witness_variable, "witness"}};
    const char *argv[] = {"duband", NULL};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        config c;
        duban_refusal refusal = {0};
        assert_int_equal(config_read(1, argv, rows[i].variable, &c, &refusal),
                         DUBAN_E_USAGE);
        assert_string_equal(refusal.field, rows[i].field);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_anything_the_defaults_hold),
        cmocka_unit_test(a_flag_wins_over_a_variable_and_a_variable_over_the_file),
        cmocka_unit_test(an_unknown_flag_is_wrong_usage),
        cmocka_unit_test(a_flag_without_its_value_is_wrong_usage),
        cmocka_unit_test(an_unknown_key_of_the_file_is_refused_with_its_line),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(an_engine_we_do_not_have_is_unsupported),
        cmocka_unit_test(only_this_machine_may_be_listened_on_without_tls),
        cmocka_unit_test(certificates_are_named_by_file_variable_and_flag),
        cmocka_unit_test(witnesses_have_variables_like_everything_else),
        cmocka_unit_test(an_address_of_others_is_refused_by_the_flag_that_named_it),
        cmocka_unit_test(a_port_of_zero_takes_the_port_it_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
