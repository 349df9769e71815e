/* Advice: who did nothing wrong is told what to do, in both languages. */
#include "client/cli/advice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const char *on(duban_status status, const char *field, duban_lang lang) {
    duban_refusal refusal = {0};
    duban_refuse(&refusal, status, 0, field, NULL, NULL);
    return advice_on(&refusal, lang);
}

static void both_languages_name_the_same_command(void **state) {
    (void)state;
    static const struct {
        duban_status status;
        const char *field, *command;
    } rows[] = {
        {DUBAN_E_UNREACHABLE, "broker", "duban config"},
        {DUBAN_E_ADDRESS, "broker", "tls+tcp://"},
        {DUBAN_E_CERTIFICATE, "tls_ca", "duban pki use"},
        {DUBAN_E_CERTIFICATE, "broker", "--name"},
        {DUBAN_E_SESSION_NEEDED, "office", "duban whoami --letter"},
        {DUBAN_E_REVOKED, "key", "duban key new"},
        {DUBAN_E_PASSPHRASE, "key", "--passphrase-file"},
        {DUBAN_E_NOT_ALLOWED, "right", "duban access grant"},
        {DUBAN_E_FINGERPRINT, "fingerprint", "duban whoami"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *zh = on(rows[i].status, rows[i].field, DUBAN_ZH);
        const char *en = on(rows[i].status, rows[i].field, DUBAN_EN);
        assert_non_null(zh);
        assert_non_null(en);
        assert_non_null(strstr(zh, rows[i].command));
        assert_non_null(strstr(en, rows[i].command));
        assert_string_not_equal(zh, en);
    }
}

static void a_cell_of_a_sheet_needs_none(void **state) {
    (void)state;
    assert_null(on(DUBAN_E_WRONG_UNIT, "unit", DUBAN_ZH));
    assert_null(on(DUBAN_E_NOT_ALLOWED, "office", DUBAN_EN));
}

static void a_name_that_is_unknown_is_another_matter_than_a_broker_away(void **state) {
    (void)state;
    assert_string_not_equal(on(DUBAN_E_UNREACHABLE, "name", DUBAN_EN),
                            on(DUBAN_E_UNREACHABLE, "broker", DUBAN_EN));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_languages_name_the_same_command),
        cmocka_unit_test(a_cell_of_a_sheet_needs_none),
        cmocka_unit_test(a_name_that_is_unknown_is_another_matter_than_a_broker_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
