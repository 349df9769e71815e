/* Exact decimals: reading as people write, rounding half away, the edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/decimal.h"
#include "proto/limits.h"

#define MOST (VALUE_ABS_MAX * DECIMAL_MICRO)

static void reads(const char *text, int64_t micro) {
    decimal got = {77};
    assert_int_equal(decimal_read(text, &got), DUBAN_OK);
    assert_true(got.micro == micro);
}

static void refuses(const char *text, duban_status expected) {
    decimal got = {77};
    duban_status status = decimal_read(text, &got);
    if (status != expected) fail_msg("\"%s\" gave %s", text, duban_status_name(status));
    assert_true(got.micro == 77);
}

static void numbers_are_read_as_people_write_them(void **state) {
    (void)state;
    reads("0", 0);
    reads("-0", 0);
    reads("5.5", 5500000);
    reads("-12.5", -12500000);
    reads("+3", 3000000);
    reads("007", 7000000);
    reads("1,234", 1234000000);
    reads("1,234,567.25", 1234567250000);
    reads("0.000001", 1);
    reads("-0.000001", -1);
    reads("2.5000000000000", 2500000);
}

static void full_width_forms_are_read(void **state) {
    (void)state;
    reads("１２．５", 12500000);
    reads("－１２．５", -12500000);
    reads("＋７", 7000000);
    reads("１，２３４", 1234000000);
    reads("−4", -4000000);
    reads("1２.5０", 12500000);
}

static void what_is_no_number_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",         "-",        "+",        ".",         "1.",
        ".5",       "1e5",      "1E5",      "0x10",      "1 234",
        " 1",       "1 ",       "1.2.3",    "--1",       "+-1",
        "1-",       "12,34",    ",123",     "123,",      "1,23",
        "1,2345",   "1234,567", "1,,234",   "1,234.5,6", "nan",
        "inf",      "约5",      "5%",       "5.5亿",     "1．2．3",
        "1\n",      "１２．",   "\xEF\xBC", "\xEF",      "12\xEF\xBC\x8E",
        "1,234,56",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        refuses(texts[i], DUBAN_E_DECIMAL);
}

static void a_seventh_decimal_is_refused_unless_it_is_zero(void **state) {
    (void)state;
    reads("0.1234560", 123456);
    refuses("0.1234567", DUBAN_E_SCALE);
    refuses("0.0000001", DUBAN_E_SCALE);
    refuses("1.00000000000001", DUBAN_E_SCALE);
}

static void values_end_at_ten_to_the_twelfth(void **state) {
    (void)state;
    reads("1000000000000", MOST);
    reads("-1,000,000,000,000.000000", -MOST);
    reads("999999999999.999999", MOST - 1);
    refuses("1000000000000.000001", DUBAN_E_OVERFLOW);
    refuses("-1000000000000.000001", DUBAN_E_OVERFLOW);
    refuses("1000000000001", DUBAN_E_OVERFLOW);
    refuses("99999999999999999999999999999999999999999999", DUBAN_E_OVERFLOW);
    refuses("99999999999999999999999999999999999999x", DUBAN_E_DECIMAL);
}

static void parts_give_the_value_and_its_shortest_form(void **state) {
    (void)state;
    static const struct {
        int64_t mantissa;
        uint32_t scale;
        int64_t micro, short_mantissa;
        uint32_t short_scale;
    } rows[] = {
        {55, 1, 5500000, 55, 1},
        {5500000, 6, 5500000, 55, 1},
        {0, 6, 0, 0, 0},
        {-1, 6, -1, -1, 6},
        {120, 0, 120000000, 120, 0},
        {100, 2, 1000000, 1, 0},
        {MOST, 6, MOST, VALUE_ABS_MAX, 0},
        {-VALUE_ABS_MAX, 0, -MOST, -VALUE_ABS_MAX, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        decimal value;
        int64_t mantissa;
        uint32_t scale;
        assert_int_equal(decimal_of_parts(rows[i].mantissa, rows[i].scale, &value), 0);
        assert_true(value.micro == rows[i].micro);
        decimal_parts(value, &mantissa, &scale);
        assert_true(mantissa == rows[i].short_mantissa && scale == rows[i].short_scale);
    }
}

static void parts_beyond_the_bounds_are_refused(void **state) {
    (void)state;
    decimal value = {77};
    assert_int_equal(decimal_of_parts(1, 7, &value), DUBAN_E_SCALE);
    assert_int_equal(decimal_of_parts(0, UINT32_MAX, &value), DUBAN_E_SCALE);
    for (uint32_t scale = 0; scale <= DECIMAL_SCALE_MAX; scale++) {
        assert_int_equal(decimal_of_parts(INT64_MAX, scale, &value), DUBAN_E_OVERFLOW);
        assert_int_equal(decimal_of_parts(INT64_MIN, scale, &value), DUBAN_E_OVERFLOW);
    }
    assert_int_equal(decimal_of_parts(MOST + 1, 6, &value), DUBAN_E_OVERFLOW);
    assert_int_equal(decimal_of_parts(-VALUE_ABS_MAX - 1, 0, &value), DUBAN_E_OVERFLOW);
    assert_true(value.micro == 77);
}

static void the_shortest_text_is_exact_and_reads_back(void **state) {
    (void)state;
    static const struct {
        int64_t micro;
        const char *text;
    } rows[] = {
        {0, "0"},
        {5500000, "5.5"},
        {-5500000, "-5.5"},
        {1, "0.000001"},
        {-1, "-0.000001"},
        {1000000, "1"},
        {10000000, "10"},
        {120000, "0.12"},
        {MOST, "1000000000000"},
        {-MOST + 1, "-999999999999.999999"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[DECIMAL_TEXT_SIZE];
        decimal_write((decimal){rows[i].micro}, text);
        assert_string_equal(text, rows[i].text);
        reads(text, rows[i].micro);
    }
}

static void the_widest_numbers_fit_their_text(void **state) {
    (void)state;
    char text[DECIMAL_TEXT_SIZE];
    decimal_write((decimal){INT64_MIN}, text);
    assert_string_equal(text, "-9223372036854.775808");
    decimal_write((decimal){INT64_MAX}, text);
    assert_string_equal(text, "9223372036854.775807");
    decimal_write_fixed((decimal){INT64_MIN}, 0, text);
    assert_string_equal(text, "-9223372036855");
}

static void fixed_text_rounds_half_away_from_zero(void **state) {
    (void)state;
    static const struct {
        int64_t micro;
        int decimals;
        const char *text;
    } rows[] = {
        {5500000, 2, "5.50"},    {5500000, 0, "6"},     {-5500000, 0, "-6"},
        {4500000, 0, "5"},       {4499999, 0, "4"},     {-4499999, 0, "-4"},
        {1250000, 1, "1.3"},     {-1250000, 1, "-1.3"}, {1249999, 1, "1.2"},
        {-40000, 1, "0.0"},      {-50000, 1, "-0.1"},   {999999, 5, "1.00000"},
        {123456, 6, "0.123456"}, {0, 6, "0.000000"},    {-499999, 0, "0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[DECIMAL_TEXT_SIZE];
        decimal_write_fixed((decimal){rows[i].micro}, rows[i].decimals, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void sums_leave_the_range_only_as_false(void **state) {
    (void)state;
    decimal sum = {77}, most = {MOST}, one = {1};
    assert_false(decimal_add(most, one, &sum));
    assert_false(decimal_sub((decimal){-MOST}, one, &sum));
    assert_false(decimal_add((decimal){INT64_MAX}, (decimal){INT64_MAX}, &sum));
    assert_false(decimal_sub((decimal){INT64_MIN}, one, &sum));
    assert_true(sum.micro == 77);
    assert_true(decimal_add(most, (decimal){-1}, &sum) && sum.micro == MOST - 1);
    assert_true(decimal_sub(one, most, &sum) && sum.micro == 1 - MOST);
    assert_true(decimal_in_range(most) && !decimal_in_range((decimal){MOST + 1}));
    assert_true(decimal_in_range((decimal){-MOST}) &&
                !decimal_in_range((decimal){-MOST - 1}));
    assert_true(decimal_of_int(-3).micro == -3000000);
}

static void comparison_orders(void **state) {
    (void)state;
    assert_int_equal(decimal_compare((decimal){-1}, (decimal){0}), -1);
    assert_int_equal(decimal_compare((decimal){5}, (decimal){5}), 0);
    assert_int_equal(decimal_compare((decimal){INT64_MAX}, (decimal){INT64_MIN}), 1);
}

static void scaled(__int128 a, __int128 n, __int128 d, int64_t expected) {
    decimal got;
    assert_true(decimal_scale(a, n, d, &got));
    assert_true(got.micro == expected);
}

static void scaling_rounds_once_half_away_from_zero(void **state) {
    (void)state;
    scaled(1, 1, 2, 1);
    scaled(-1, 1, 2, -1);
    scaled(1, -1, 2, -1);
    scaled(3, 1, 2, 2);
    scaled(5, 1, 2, 3);
    scaled(1, 1, 3, 0);
    scaled(2, 1, 3, 1);
    scaled(-2, 1, 3, -1);
    scaled(499999, 1, 1000000, 0);
    scaled(500000, 1, 1000000, 1);
    scaled(0, 12345, 7, 0);
    scaled(1, 1, 1, 1);
    scaled(7, 3, 1, 21);
}

static void scaling_is_exact_where_64_bits_would_overflow(void **state) {
    (void)state;
    __int128 most = MOST;
    scaled(most, most, most, MOST);
    scaled(most, 100 * (__int128)365, 100 * (__int128)365, MOST);
    scaled(-most, most - 1, most, -(MOST - 1));
    /* 2^125 / (2^126 - 1) is just above a half of nothing but itself. */
    __int128 big = (__int128)1 << 125;
    scaled(big, 1, 2 * big - 1, 1);
    scaled(big - 1, 1, 2 * big, 0);
    scaled(-big, 1, 2 * big, -1);
}

static void a_result_beyond_64_bits_is_false(void **state) {
    (void)state;
    decimal got = {77};
    __int128 most = INT64_MAX, least = INT64_MIN;
    assert_false(decimal_scale(most, 2, 1, &got));
    assert_false(decimal_scale(least, 2, 1, &got));
    assert_false(decimal_scale(2 * most + 1, 1, 2, &got)); /* rounds up, out of range */
    assert_true(got.micro == 77);
    scaled(most, 1, 1, INT64_MAX);
    scaled(least, 1, 1, INT64_MIN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_as_people_write_them),
        cmocka_unit_test(full_width_forms_are_read),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(a_seventh_decimal_is_refused_unless_it_is_zero),
        cmocka_unit_test(values_end_at_ten_to_the_twelfth),
        cmocka_unit_test(parts_give_the_value_and_its_shortest_form),
        cmocka_unit_test(parts_beyond_the_bounds_are_refused),
        cmocka_unit_test(the_shortest_text_is_exact_and_reads_back),
        cmocka_unit_test(the_widest_numbers_fit_their_text),
        cmocka_unit_test(fixed_text_rounds_half_away_from_zero),
        cmocka_unit_test(sums_leave_the_range_only_as_false),
        cmocka_unit_test(comparison_orders),
        cmocka_unit_test(scaling_rounds_once_half_away_from_zero),
        cmocka_unit_test(scaling_is_exact_where_64_bits_would_overflow),
        cmocka_unit_test(a_result_beyond_64_bits_is_false),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
