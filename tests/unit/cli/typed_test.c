#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "client/cli/typed.h"

static void periods_are_read_as_people_write_them(void **state) {
    (void)state;
    static const char *const known[][2] = {
        {"2023Q2", "2023Q2"},
        {"2023q2", "2023Q2"},
        {"2023-Q2", "2023Q2"},
        {"2023 Q2", "2023Q2"},
        {"２０２３Ｑ２", "2023Q2"},
        {"２０２３－Ｑ２", "2023Q2"},
        {"2023年第二季度", "2023Q2"},
        {"2023年二季度", "2023Q2"},
        {"２０２３年第２季度", "2023Q2"},
        {"2023年5月", "2023M05"},
        {"2023年12月", "2023M12"},
        {"2023年上半年", "2023H1"},
        {"2023年前三季度", "2023Q1-3"},
        {"2023年1—2月", "2023M01-02"},
        {"2023年", "2023"},
        {"2023年度", "2023"},
        {"2023-05-07", "2023-05-07"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        period got = {0};
        char text[PERIOD_TEXT_SIZE];
        assert_int_equal(typed_period(known[i][0], &got), DUBAN_OK);
        period_write(got, text);
        assert_string_equal(text, known[i][1]);
    }
}

static void what_is_no_period_is_refused_and_leaves_the_output(void **state) {
    (void)state;
    static const char *const unknown[] = {
        "",
        "二季度",
        "2023年五季度",
        "2023Q5",
        "2023年13月",
        "2023-",
        "2023-05",
        "23年二季度",
        "2023年第",
        "2023第",
        "2023全年度",
        "2023度",
        "20233Q2",
        "2023年二季度止",
        "\xff",
        "2023年第二季度，这句话比任何报告期都长，所以不会被当成报告期来读",
    };
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        period got = {PERIOD_DAY, 7};
        assert_int_equal(typed_period(unknown[i], &got), DUBAN_E_UNKNOWN_PERIOD);
        assert_int_equal(got.first_day, 7);
    }
}

static void full_width_signs_become_ascii(void **state) {
    (void)state;
    char out[TYPED_SIZE];
    assert_true(typed_fold("　５．１　", out, sizeof out));
    assert_string_equal(out, "5.1");
    assert_true(typed_fold("Ｍ１", out, sizeof out));
    assert_string_equal(out, "M1");
    assert_true(typed_fold("项 目", out, sizeof out));
    assert_string_equal(out, "项目");
    assert_false(typed_fold("abcd", out, 4));
    assert_string_equal(out, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_are_read_as_people_write_them),
        cmocka_unit_test(what_is_no_period_is_refused_and_leaves_the_output),
        cmocka_unit_test(full_width_signs_become_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
