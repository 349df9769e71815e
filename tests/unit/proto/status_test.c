/* Every outcome: its number, name and texts, and what a refusal tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/status.h"

static const duban_status all[] = {
#define X(name, number, zh, en) DUBAN_E_##name,
    DUBAN_STATUS_TABLE(X)
#undef X
};
#define ALL (sizeof all / sizeof all[0])

static void every_status_has_a_number_of_its_own(void **state) {
    (void)state;
    for (size_t i = 0; i < ALL; i++) {
        assert_true(all[i] <= -101 && all[i] >= -799);
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(all[i], all[k]);
        assert_int_equal(duban_status_of_number((uint32_t)-all[i]), all[i]);
    }
}

static void every_status_says_something_else_in_both_languages(void **state) {
    (void)state;
    for (size_t i = 0; i < ALL; i++) {
        const char *zh = duban_status_text(all[i], DUBAN_ZH);
        const char *en = duban_status_text(all[i], DUBAN_EN);
        assert_true((unsigned char)zh[0] >= 0xE0); /* a Chinese character */
        assert_true(en[0] >= 'a' && en[0] <= 'z');
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(zh, duban_status_text(all[k], DUBAN_ZH));
            assert_string_not_equal(en, duban_status_text(all[k], DUBAN_EN));
            assert_string_not_equal(duban_status_name(all[i]), duban_status_name(all[k]));
        }
    }
}

static void done_and_strange_numbers_have_names_too(void **state) {
    (void)state;
    assert_int_equal(duban_status_of_number(0), DUBAN_OK);
    assert_string_equal(duban_status_name(DUBAN_OK), "OK");
    assert_string_equal(duban_status_name(DUBAN_E_WRONG_UNIT), "WRONG_UNIT");
    assert_int_equal(duban_status_of_number(999), DUBAN_E_INTERNAL);
    assert_int_equal(duban_status_of_number(UINT32_MAX), DUBAN_E_INTERNAL);
    assert_int_equal(duban_status_of_number(0x80000000u), DUBAN_E_INTERNAL);
    assert_string_equal(duban_status_name((duban_status)-999), "UNKNOWN");
    assert_true(duban_status_text((duban_status)-999, DUBAN_ZH)[0] != '\0');
}

static void a_refusal_keeps_where_what_and_why(void **state) {
    (void)state;
    duban_refusal r;
    duban_status status = duban_refuse(&r, DUBAN_E_WRONG_UNIT, 3, "unit", "万元", "亿元");
    assert_int_equal(status, DUBAN_E_WRONG_UNIT);
    assert_int_equal(r.status, DUBAN_E_WRONG_UNIT);
    assert_int_equal(r.line, 3);
    assert_string_equal(r.field, "unit");
    assert_string_equal(r.found, "万元");
    assert_string_equal(r.expected, "亿元");
    assert_int_equal(duban_refuse(NULL, DUBAN_E_IO, 0, NULL, NULL, NULL), DUBAN_E_IO);
    duban_refuse(&r, DUBAN_E_IO, 0, NULL, NULL, NULL);
    assert_string_equal(r.found, "");
}

static void long_texts_are_cut_between_characters(void **state) {
    (void)state;
    duban_refusal r;
    for (size_t lead = 0; lead < 3; lead++) {
        char text[400] = "";
        memset(text, 'a', lead);
        for (size_t n = lead; n + 3 < sizeof text; n += 3)
            memcpy(text + n, "县", 4);
        duban_refuse(&r, DUBAN_E_TEXT, 0, text, text, text);
        size_t n = strlen(r.found);
        assert_true(n > sizeof r.found - 4 && n < sizeof r.found);
        assert_int_equal((n - lead) % 3, 0);
        assert_memory_equal(r.found, text, n);
        assert_int_equal((strlen(r.field) - lead) % 3, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_a_number_of_its_own),
        cmocka_unit_test(every_status_says_something_else_in_both_languages),
        cmocka_unit_test(done_and_strange_numbers_have_names_too),
        cmocka_unit_test(a_refusal_keeps_where_what_and_why),
        cmocka_unit_test(long_texts_are_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
