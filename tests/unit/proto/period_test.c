/* Days, moments, periods and the working-day calendar, against tables and counting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/limits.h"
#include "proto/period.h"

static int32_t day_of(const char *text) {
    int32_t day = -1;
    if (day_read(text, &day) != DUBAN_OK) fail_msg("%s is no day", text);
    return day;
}

/* --- days --------------------------------------------------------------------------- */

static void days_count_on_without_a_gap_for_four_hundred_years(void **state) {
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t day = day_of_date((date){1801, 1, 1});
    int weekday = 3; /* a Thursday */
    for (int32_t year = 1801; year <= 2201; year++)
        for (int32_t month = 1; month <= 12; month++) {
            bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            int length = lengths[month - 1] + (month == 2 && leap);
            for (int32_t d = 1; d <= length; d++, day++, weekday = (weekday + 1) % 7) {
                date back = date_of_day(day);
                assert_int_equal(day_of_date((date){year, month, d}), day);
                assert_true(back.year == year && back.month == month && back.day == d);
                assert_int_equal(weekday_of_day(day), weekday);
            }
        }
}

static void known_days_have_their_numbers(void **state) {
    (void)state;
    assert_int_equal(day_of_date((date){1970, 1, 1}), 0);
    assert_int_equal(day_of_date((date){2000, 3, 1}), 11017);
    assert_int_equal(day_of_date((date){2170, 1, 1}), DAY_MAX);
    assert_int_equal(day_of_date((date){1969, 12, 31}), -1);
    assert_int_equal(weekday_of_day(day_of_date((date){2023, 10, 7})), 5);
}

static void every_day_number_is_a_date_and_back(void **state) {
    (void)state;
    static const int32_t days[] = {INT32_MIN, INT32_MAX, -719468, -719469, 0, -1};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        char text[DAY_TEXT_SIZE];
        assert_int_equal(day_of_date(date_of_day(days[i])), days[i]);
        assert_in_range(weekday_of_day(days[i]), 0, 6);
        day_write(days[i], text);
    }
}

static void strange_day_texts_are_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",           "2023",        "2023-02-29", "2023-04-31", "2023-13-01",
        "2023-00-10", "2023-01-00",  "2023-01-32", "2023-1-1",   "23-01-01",
        "2023/01/01", "2023-01-01 ", "+023-01-01", "1969-12-31", "2170-01-02",
        "9999-12-31", "2023-01-0a",  "2023-01",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int32_t day = 77;
        assert_int_equal(day_read(texts[i], &day), DUBAN_E_DATE);
        assert_int_equal(day, 77);
    }
    assert_int_equal(day_of("2024-02-29"), day_of_date((date){2024, 2, 29}));
    assert_int_equal(day_of("1970-01-01"), DAY_MIN);
    assert_int_equal(day_of("2170-01-01"), DAY_MAX);
}

/* --- moments ------------------------------------------------------------------------ */

#define CHINA 480

static void moment_is(const char *text, bool end_of_day, const char *expected) {
    int64_t ms;
    char back[MOMENT_TEXT_SIZE];
    if (moment_read(text, CHINA, end_of_day, &ms)) fail_msg("%s is no moment", text);
    moment_write(ms, CHINA, back);
    assert_string_equal(back, expected);
    int64_t again;
    assert_int_equal(moment_read(back, 0, false, &again), DUBAN_OK);
    assert_true(again == ms);
}

static void moments_are_read_in_their_offset(void **state) {
    (void)state;
    moment_is("2023-04-07T09:00", false, "2023-04-07T09:00:00+08:00");
    moment_is("2023-04-07T09:00:30", true, "2023-04-07T09:00:30+08:00");
    moment_is("2023-04-07T09:00:30.125", true, "2023-04-07T09:00:30.125+08:00");
    moment_is("2023-04-07T01:00Z", false, "2023-04-07T09:00:00+08:00");
    moment_is("2023-04-06T20:30:00-04:30", false, "2023-04-07T09:00:00+08:00");
    moment_is("2023-04-07T09:00:00+08:00", false, "2023-04-07T09:00:00+08:00");
}

static void a_bare_day_is_its_first_or_last_millisecond(void **state) {
    (void)state;
    moment_is("2023-04-07", false, "2023-04-07T00:00:00+08:00");
    moment_is("2023-04-07", true, "2023-04-07T23:59:59.999+08:00");
}

static void strange_moment_texts_are_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "2023-04-07T",
        "2023-04-07T9:00",
        "2023-04-07T24:00",
        "2023-04-07T09:60",
        "2023-04-07T09:00:60",
        "2023-04-07T09:00:00.1",
        "2023-04-07T09:00:00.1234",
        "2023-04-07 09:00",
        "2023-04-07T09:00+8",
        "2023-04-07T09:00+08:60",
        "2023-04-07T09:00+15:00",
        "2023-04-07T09:00ZZ",
        "2023-04-07Z",
        "2023-02-30T09:00",
        "x",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int64_t ms = 77;
        assert_int_equal(moment_read(texts[i], CHINA, false, &ms), DUBAN_E_DATE);
        assert_true(ms == 77);
    }
}

static void the_day_changes_at_midnight_of_the_offset(void **state) {
    (void)state;
    int32_t day = day_of("2023-04-07");
    int64_t first = moment_of_day(day, CHINA);
    assert_true(first == (int64_t)day * 86400000 - 8 * 3600000);
    assert_int_equal(day_of_moment(first, CHINA), day);
    assert_int_equal(day_of_moment(first - 1, CHINA), day - 1);
    assert_int_equal(day_of_moment(first, 0), day - 1);
    assert_int_equal(day_of_moment(-1, 0), -1);
    assert_int_equal(day_of_moment(0, -60), -1);
}

/* --- periods ------------------------------------------------------------------------ */

static void each_day_lies_in_its_period_of_each_kind(void **state) {
    (void)state;
    int32_t end = day_of("2030-12-31");
    for (int32_t day = day_of("2020-01-01"); day <= end; day++)
        for (int kind = PERIOD_DAY; kind < PERIOD_KIND_COUNT; kind++) {
            period p = period_of_day((period_kind)kind, day), back;
            int month = date_of_day(day).month;
            bool none = (kind == PERIOD_FIRST_TWO && month > 2) ||
                        (kind == PERIOD_THREE_QUARTERS && month > 9);
            assert_int_equal(p.kind == PERIOD_NONE, none);
            if (none) {
                assert_int_equal(p.first_day, 0);
                continue;
            }
            assert_true(period_valid(p));
            assert_true(p.first_day <= day && day <= period_last_day(p));
            assert_true(period_equal(period_of_day(p.kind, period_last_day(p)), p));
            assert_int_equal(period_valid((period){p.kind, day}), day == p.first_day);
            char text[PERIOD_TEXT_SIZE];
            period_write(p, text);
            assert_int_equal(period_read(text, &back), DUBAN_OK);
            assert_true(period_equal(back, p));
        }
}

static void the_next_period_begins_where_one_ends(void **state) {
    (void)state;
    static const struct {
        period_kind kind;
        int per_year;
    } rows[] = {{PERIOD_DAY, 366},   {PERIOD_XUN, 36}, {PERIOD_MONTH, 12},
                {PERIOD_QUARTER, 4}, {PERIOD_HALF, 2}, {PERIOD_YEAR, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        period p = period_of_day(rows[i].kind, day_of("2024-01-01"));
        int n = 0;
        for (; p.first_day <= day_of("2024-12-31"); n++) {
            period next = period_next(p);
            assert_true(period_valid(next));
            assert_int_equal(next.first_day, period_last_day(p) + 1);
            p = next;
        }
        assert_int_equal(n, rows[i].per_year);
    }
}

static void spans_that_leave_a_gap_go_on_next_year(void **state) {
    (void)state;
    period two = {PERIOD_FIRST_TWO, day_of("2023-01-01")};
    period three = {PERIOD_THREE_QUARTERS, day_of("2023-01-01")};
    assert_int_equal(period_last_day(two), day_of("2023-02-28"));
    assert_int_equal(period_last_day((period){PERIOD_FIRST_TWO, day_of("2024-01-01")}),
                     day_of("2024-02-29"));
    assert_int_equal(period_last_day(three), day_of("2023-09-30"));
    assert_int_equal(period_next(two).first_day, day_of("2024-01-01"));
    assert_int_equal(period_next(three).first_day, day_of("2024-01-01"));
    assert_int_equal(period_next(three).kind, PERIOD_THREE_QUARTERS);
}

static void rounds_of_statistics_are_1_2_yue_and_then_months(void **state) {
    (void)state;
    static const char *const year[] = {"2023M01-02", "2023M03", "2023M04", "2023M05",
                                       "2023M06",    "2023M07", "2023M08", "2023M09",
                                       "2023M10",    "2023M11", "2023M12", "2024M01-02"};
    period at = period_of_cycle(PERIOD_FIRST_TWO, day_of("2023-02-11"));
    for (size_t i = 0; i < sizeof year / sizeof year[0]; i++) {
        char text[PERIOD_TEXT_SIZE];
        period_write(at, text);
        assert_string_equal(text, year[i]);
        period again = period_of_cycle(PERIOD_FIRST_TWO, period_last_day(at));
        assert_true(period_equal(again, at));
        period next = period_next_of_cycle(PERIOD_FIRST_TWO, at);
        assert_int_equal(next.first_day, period_last_day(at) + 1);
        at = next;
    }
}

static void rounds_of_other_cycles_are_their_periods(void **state) {
    (void)state;
    for (int32_t day = day_of("2023-01-01"); day <= day_of("2024-12-31"); day++)
        for (int kind = PERIOD_DAY; kind < PERIOD_KIND_COUNT; kind++) {
            if (kind == PERIOD_FIRST_TWO) continue;
            period p = period_of_cycle((period_kind)kind, day);
            assert_true(period_equal(p, period_of_day((period_kind)kind, day)));
            if (p.kind == PERIOD_NONE) continue;
            assert_true(
                period_equal(period_next_of_cycle((period_kind)kind, p), period_next(p)));
        }
}

static void texts_name_the_periods_the_header_lists(void **state) {
    (void)state;
    static const struct {
        const char *text;
        period_kind kind;
        const char *first, *last;
    } rows[] = {
        {"2023", PERIOD_YEAR, "2023-01-01", "2023-12-31"},
        {"2023H1", PERIOD_HALF, "2023-01-01", "2023-06-30"},
        {"2023H2", PERIOD_HALF, "2023-07-01", "2023-12-31"},
        {"2023Q2", PERIOD_QUARTER, "2023-04-01", "2023-06-30"},
        {"2023Q4", PERIOD_QUARTER, "2023-10-01", "2023-12-31"},
        {"2023M05", PERIOD_MONTH, "2023-05-01", "2023-05-31"},
        {"2023M05X2", PERIOD_XUN, "2023-05-11", "2023-05-20"},
        {"2024M02X3", PERIOD_XUN, "2024-02-21", "2024-02-29"},
        {"2023M01-02", PERIOD_FIRST_TWO, "2023-01-01", "2023-02-28"},
        {"2023Q1-3", PERIOD_THREE_QUARTERS, "2023-01-01", "2023-09-30"},
        {"2023-05-07", PERIOD_DAY, "2023-05-07", "2023-05-07"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        period p;
        char text[PERIOD_TEXT_SIZE];
        assert_int_equal(period_read(rows[i].text, &p), DUBAN_OK);
        assert_int_equal(p.kind, rows[i].kind);
        assert_int_equal(p.first_day, day_of(rows[i].first));
        assert_int_equal(period_last_day(p), day_of(rows[i].last));
        period_write(p, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void strange_period_texts_are_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",           "23",          "2023Q0",     "2023Q5",    "2023H3",     "2023M13",
        "2023M00",    "2023M5",      "2023M05X4",  "2023M05X0", "2023M02-03", "2023Q2-3",
        "2023Q1-2",   "2023Q1-4",    "2023M01-03", "2023 ",     "2023Q1 ",    "2023q1",
        "2023-02-30", "2023-5-7",    "1969",       "2171",      "0000",       "２０２３",
        "2023年",     "2023M01-02X", "2023H",      "2023Q",     "2023M",      "2023-",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        period p = {PERIOD_YEAR, 77};
        if (period_read(texts[i], &p) != DUBAN_E_UNKNOWN_PERIOD)
            fail_msg("%s was read", texts[i]);
        assert_int_equal(p.first_day, 77);
    }
}

static void periods_outside_the_calendar_are_not_valid(void **state) {
    (void)state;
    assert_false(period_valid((period){PERIOD_NONE, 0}));
    assert_false(period_valid((period){PERIOD_KIND_COUNT, 0}));
    assert_false(period_valid((period){(period_kind)-1, 0}));
    assert_false(period_valid((period){PERIOD_DAY, INT32_MAX}));
    assert_false(period_valid((period){PERIOD_DAY, INT32_MIN}));
    assert_false(period_valid((period){PERIOD_DAY, -1}));
    assert_true(period_valid((period){PERIOD_YEAR, DAY_MAX}));
}

static void no_period_writes_as_nothing(void **state) {
    (void)state;
    char text[PERIOD_TEXT_SIZE] = "x";
    period_write((period){PERIOD_NONE, 0}, text);
    assert_string_equal(text, "");
}

/* --- working days ------------------------------------------------------------------- */

/* Mid-autumn and the national holiday of 2023, as the State Council's office set them. */
static calendar october_2023(int32_t days_off[8], int32_t working_days[2]) {
    for (int i = 0; i < 8; i++)
        days_off[i] = day_of("2023-09-29") + i;
    working_days[0] = day_of("2023-10-07");
    working_days[1] = day_of("2023-10-08");
    return (calendar){days_off, 8, working_days, 2};
}

static void the_window_of_the_third_quarter_of_2023(void **state) {
    (void)state;
    int32_t off[8], on[2];
    calendar cal = october_2023(off, on);
    int32_t end = day_of("2023-09-30");
    static const char *const days[] = {
        "2023-10-07", "2023-10-08", "2023-10-09", "2023-10-10", "2023-10-11",
        "2023-10-12", "2023-10-13", "2023-10-16", "2023-10-17", "2023-10-18",
    };
    for (int32_t n = 1; n <= 10; n++) {
        assert_int_equal(calendar_add(&cal, end, n), day_of(days[n - 1]));
        assert_int_equal(calendar_between(&cal, end, day_of(days[n - 1])), n);
    }
    assert_int_equal(calendar_add(&cal, end, 0), day_of("2023-09-28"));
    assert_int_equal(calendar_add(&cal, end, -1), day_of("2023-09-27"));
    assert_int_equal(calendar_add(&cal, end, -3), day_of("2023-09-25"));
    assert_int_equal(calendar_add(&cal, end, -4), day_of("2023-09-22"));
}

static void weeks_are_five_days_without_exceptions(void **state) {
    (void)state;
    calendar none = {0};
    int32_t friday = day_of("2023-06-02");
    assert_true(calendar_works(&none, friday));
    assert_false(calendar_works(&none, friday + 1));
    assert_false(calendar_works(&none, friday + 2));
    assert_true(calendar_works(&none, friday + 3));
    assert_int_equal(calendar_add(&none, friday, 1), friday + 3);
    assert_int_equal(calendar_add(&none, friday, 5), friday + 7);
    assert_int_equal(calendar_add(&none, friday, 0), friday);
    assert_int_equal(calendar_add(&none, friday + 2, 0), friday);
    assert_int_equal(calendar_add(&none, friday, -5), friday - 7);
    assert_int_equal(calendar_between(&none, friday, friday + 70), 50);
    assert_int_equal(calendar_between(&none, friday + 70, friday), -50);
    assert_int_equal(calendar_between(&none, friday, friday), 0);
}

/* A calendar with a day off in either week half, made-up weekends, repeated days, days
 * that change nothing and days in both lists. */
static calendar odd_calendar(int32_t off[60], int32_t on[40]) {
    int32_t start = day_of("2022-12-01");
    uint32_t seed = 2023;
    for (int i = 0; i < 60; i++) {
        seed = seed * 1664525 + 1013904223;
        off[i] = (i ? off[i - 1] : start) + (int32_t)(seed >> 29);
    }
    for (int i = 0; i < 40; i++) {
        seed = seed * 1664525 + 1013904223;
        on[i] = (i ? on[i - 1] : start) + (int32_t)(seed >> 28);
    }
    return (calendar){off, 60, on, 40};
}

static bool listed(const int32_t *days, int n, int32_t day) {
    for (int i = 0; i < n; i++)
        if (days[i] == day) return true;
    return false;
}

static void counting_agrees_with_looking_at_every_day(void **state) {
    (void)state;
    int32_t off[60], on[40];
    calendar cal = odd_calendar(off, on);
    int32_t from = day_of("2022-11-20"), to = day_of("2023-12-31");
    for (int32_t a = from; a <= to; a += 3) {
        int32_t count = 0;
        for (int32_t b = a + 1; b <= to; b++) {
            bool works =
                listed(on, 40, b) || (weekday_of_day(b) < 5 && !listed(off, 60, b));
            assert_int_equal(calendar_works(&cal, b), works);
            count += works;
            assert_int_equal(calendar_between(&cal, a, b), count);
            assert_int_equal(calendar_between(&cal, b, a), -count);
            if (works) assert_int_equal(calendar_add(&cal, a, count), b);
        }
    }
}

static void a_day_listed_twice_counts_once(void **state) {
    (void)state;
    int32_t saturday = day_of("2023-10-07"), monday = day_of("2023-10-09");
    int32_t on[] = {saturday, saturday, saturday}, off[] = {monday, monday};
    calendar cal = {off, 2, on, 3};
    assert_int_equal(calendar_between(&cal, saturday - 1, saturday + 1), 1);
    assert_int_equal(calendar_between(&cal, monday - 1, monday + 1), 1);
    assert_int_equal(calendar_add(&cal, saturday - 1, 2), monday + 1);
}

static void adding_backwards_undoes_adding(void **state) {
    (void)state;
    int32_t off[60], on[40];
    calendar cal = odd_calendar(off, on);
    int32_t start = calendar_add(&cal, day_of("2023-02-01"), 0);
    for (int32_t n = -60; n <= 60; n++) {
        int32_t day = calendar_add(&cal, start, n);
        assert_true(calendar_works(&cal, day));
        assert_int_equal(calendar_add(&cal, day, -n), start);
        assert_int_equal(calendar_between(&cal, start, day), n);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_count_on_without_a_gap_for_four_hundred_years),
        cmocka_unit_test(known_days_have_their_numbers),
        cmocka_unit_test(every_day_number_is_a_date_and_back),
        cmocka_unit_test(strange_day_texts_are_refused),
        cmocka_unit_test(moments_are_read_in_their_offset),
        cmocka_unit_test(a_bare_day_is_its_first_or_last_millisecond),
        cmocka_unit_test(strange_moment_texts_are_refused),
        cmocka_unit_test(the_day_changes_at_midnight_of_the_offset),
        cmocka_unit_test(each_day_lies_in_its_period_of_each_kind),
        cmocka_unit_test(the_next_period_begins_where_one_ends),
        cmocka_unit_test(spans_that_leave_a_gap_go_on_next_year),
        cmocka_unit_test(rounds_of_statistics_are_1_2_yue_and_then_months),
        cmocka_unit_test(rounds_of_other_cycles_are_their_periods),
        cmocka_unit_test(texts_name_the_periods_the_header_lists),
        cmocka_unit_test(strange_period_texts_are_refused),
        cmocka_unit_test(periods_outside_the_calendar_are_not_valid),
        cmocka_unit_test(no_period_writes_as_nothing),
        cmocka_unit_test(the_window_of_the_third_quarter_of_2023),
        cmocka_unit_test(weeks_are_five_days_without_exceptions),
        cmocka_unit_test(counting_agrees_with_looking_at_every_day),
        cmocka_unit_test(a_day_listed_twice_counts_once),
        cmocka_unit_test(adding_backwards_undoes_adding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
