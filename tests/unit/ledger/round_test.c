/* Rounds and their windows: every cycle, working days with the holidays of 2023, windows
 * before the period's end and beyond the next one, and what the clock looks at. */
#include "tests/unit/ledger/ledger_kit.h"

/* --- the plan of a test ------------------------------------------------------------- */

/* Read by change_plan, set by each test. */
static plan_publish_words wanted;

static void change_plan(event *ev) {
    if (ev->kind != KIND_PLAN_PUBLISH) return;
    plan_publish_words *words = &ev->plan_publish;
    words->cycle = wanted.cycle;
    words->window_first = wanted.window_first;
    words->window_last = wanted.window_last;
    words->review_days = wanted.review_days;
    if (wanted.first_day != 0) words->first_day = wanted.first_day;
    if (wanted.last_day != 0) words->last_day = wanted.last_day;
}

static void want(period_kind cycle, int32_t window_first, int32_t window_last) {
    wanted = (plan_publish_words){
        .cycle = cycle, .window_first = window_first, .window_last = window_last};
}

/* The holidays and worked weekends of 2023 as the sample has them, and of 2024 the first
 * day. */
static void send_holidays(kit *k) {
    static int32_t off[2][64], on[2][64];
    uint32_t off_n[2] = {0}, on_n[2] = {0};
    char day[DAY_TEXT_SIZE], kind[32];
    FILE *in = fopen("client/sample/calendar.csv", "rb");
    assert_non_null(in);
    assert_int_equal(fscanf(in, "%*[^\n]\n"), 0);
    while (fscanf(in, "%15[^,],%31[^\n]\n", day, kind) == 2) {
        int32_t at = kit_day_of(day);
        int year = date_of_day(at).year - 2023;
        assert_true(year == 0 || year == 1);
        if (strcmp(kind, "上班") == 0)
            on[year][on_n[year]++] = at;
        else
            off[year][off_n[year]++] = at;
    }
    fclose(in);
    for (uint32_t y = 0; y < 2; y++)
        kit_must(k, CITY,
                 (event){.kind = KIND_CALENDAR,
                         .calendar = {2023 + y, off[y], off_n[y], on[y], on_n[y]}});
}

static void open_city(kit *k) {
    kit_open(k);
    kit_city_with(k, change_plan);
    send_holidays(k);
}

/* --- cycles ------------------------------------------------------------------------- */

typedef struct rounds_seen {
    uint32_t n;
    period first;
    period last;
    int32_t days; /* of all of them */
} rounds_seen;

static bool see_round(void *ctx, const cell *value) {
    rounds_seen *seen = ctx;
    period at = value->name.period;
    if (value->name.kind != CELL_ITEM || value->name.task != 3) return true;
    if (seen->n == 0 || at.first_day < seen->first.first_day) seen->first = at;
    if (seen->n == 0 || at.first_day > seen->last.first_day) seen->last = at;
    seen->days += period_last_day(at) - at.first_day + 1;
    seen->n++;
    return true;
}

static void expect_period(period found, const char *expected) {
    char text[PERIOD_TEXT_SIZE];
    period_write(found, text);
    assert_string_equal(text, expected);
}

static void every_cycle_asks_for_each_of_its_rounds_once(void **state) {
    (void)state;
    static const struct {
        period_kind cycle;
        const char *last_day;
        uint32_t rounds;
        const char *first;
        const char *last;
    } rows[] = {
        {PERIOD_DAY, "2023-12-31", 365, "2023-01-01", "2023-12-31"},
        {PERIOD_XUN, "2023-12-31", 36, "2023M01X1", "2023M12X3"},
        {PERIOD_MONTH, "2023-12-31", 12, "2023M01", "2023M12"},
        {PERIOD_FIRST_TWO, "2023-12-31", 11, "2023M01-02", "2023M12"},
        {PERIOD_QUARTER, "2023-12-31", 4, "2023Q1", "2023Q4"},
        {PERIOD_HALF, "2023-12-31", 2, "2023H1", "2023H2"},
        {PERIOD_THREE_QUARTERS, "2023-09-30", 1, "2023Q1-3", "2023Q1-3"},
        {PERIOD_YEAR, "2023-12-31", 1, "2023", "2023"},
        {PERIOD_FIRST_TWO, "2024-12-31", 22, "2023M01-02", "2024M12"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kit k;
        want(rows[i].cycle, 1, 10);
        wanted.last_day = kit_day_of(rows[i].last_day);
        open_city(&k);
        kit_until(&k, rows[i].last_day);
        rounds_seen seen = {0};
        ledger_cells(k.ledger, 1, 0, true, see_round, &seen);
        assert_int_equal(seen.n, rows[i].rounds);
        expect_period(seen.first, rows[i].first);
        expect_period(seen.last, rows[i].last);
        assert_int_equal(period_last_day(seen.last), kit_day_of(rows[i].last_day));
        assert_int_equal(seen.days,
                         kit_day_of(rows[i].last_day) - kit_day_of("2023-01-01") + 1);
        kit_close(&k);
    }
}

static void a_plan_is_made_of_whole_rounds(void **state) {
    (void)state;
    static const struct {
        period_kind cycle;
        const char *first;
        const char *last;
        duban_status status;
        const char *field;
        const char *expected;
    } rows[] = {
        {PERIOD_NONE, "2023-01-01", "2023-12-31", DUBAN_E_UNSUPPORTED, "cycle", ""},
        {PERIOD_KIND_COUNT, "2023-01-01", "2023-12-31", DUBAN_E_UNSUPPORTED, "cycle", ""},
        {PERIOD_XUN, "2023-01-05", "2023-12-31", DUBAN_E_DATE, "first_day", "2023-01-01"},
        {PERIOD_XUN, "2023-01-11", "2023-12-30", DUBAN_E_DATE, "last_day", "2023-12-31"},
        {PERIOD_XUN, "2023-01-11", "2023-02-28", DUBAN_OK, "", ""},
        {PERIOD_FIRST_TWO, "2023-02-01", "2023-12-31", DUBAN_E_DATE, "first_day",
         "2023-01-01"},
        {PERIOD_FIRST_TWO, "2023-01-01", "2023-01-31", DUBAN_E_DATE, "last_day",
         "2023-02-28"},
        {PERIOD_FIRST_TWO, "2023-03-01", "2024-02-29", DUBAN_OK, "", ""},
        {PERIOD_THREE_QUARTERS, "2023-01-01", "2023-12-31", DUBAN_E_DATE, "last_day",
         "2023-09-30"},
        {PERIOD_THREE_QUARTERS, "2023-01-01", "2024-09-30", DUBAN_E_DATE, "last_day",
         "2023-09-30"},
        {PERIOD_THREE_QUARTERS, "2023-10-01", "2023-12-31", DUBAN_E_DATE, "first_day",
         "2023-01-01"},
        {PERIOD_DAY, "2023-01-01", "2024-02-04", DUBAN_OK, "", ""},
        {PERIOD_DAY, "2023-01-01", "2024-02-05", DUBAN_E_LIMIT, "last_day", "400"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kit k;
        kit_open(&k);
        want(PERIOD_QUARTER, 1, 10);
        kit_must(&k, CITY, kit_genesis());
        kit_must(&k, CITY, kit_offices());
        kit_must(&k, CITY, kit_chunk());
        event ev = kit_publish(&k);
        ev.plan_publish.cycle = rows[i].cycle;
        ev.plan_publish.first_day = kit_day_of(rows[i].first);
        ev.plan_publish.last_day = kit_day_of(rows[i].last);
        event whole = kit_sign(&k, CITY, ev);
        duban_refusal why = {0};
        assert_status(ledger_check(k.ledger, &whole, k.now_ms, &why), rows[i].status);
        assert_string_equal(why.field, rows[i].field);
        assert_string_equal(why.expected, rows[i].expected);
        kit_close(&k);
    }
}

static void limits_and_cutoffs_fit_a_round(void **state) {
    (void)state;
    static const struct {
        period_kind cycle;
        uint32_t review_days;
        uint32_t cutoff_days;
        duban_status status;
        const char *field;
    } rows[] = {
        {PERIOD_QUARTER, 366, 89, DUBAN_OK, ""},
        {PERIOD_QUARTER, 367, 0, DUBAN_E_LIMIT, "review_days"},
        {PERIOD_QUARTER, 0, 90, DUBAN_E_LIMIT, "cutoff_days"},
        {PERIOD_MONTH, 0, 27, DUBAN_OK, ""},
        {PERIOD_MONTH, 0, 28, DUBAN_E_LIMIT, "cutoff_days"},
        {PERIOD_DAY, 0, 0, DUBAN_OK, ""},
        {PERIOD_DAY, 0, 1, DUBAN_E_LIMIT, "cutoff_days"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kit k;
        kit_open(&k);
        kit_must(&k, CITY, kit_genesis());
        kit_must(&k, CITY, kit_offices());
        kit_must(&k, CITY, kit_chunk());
        event ev = kit_publish(&k);
        ev.plan_publish.cycle = rows[i].cycle;
        ev.plan_publish.review_days = rows[i].review_days;
        ev.plan_publish.cutoff_days = rows[i].cutoff_days;
        assert_status(kit_try(&k, CITY, ev), rows[i].status);
        if (rows[i].status != DUBAN_OK)
            assert_string_equal(k.refusal.field, rows[i].field);
        kit_close(&k);
    }
}

/* --- windows ------------------------------------------------------------------------ */

static void windows_count_the_working_days_of_2023(void **state) {
    (void)state;
    static const struct {
        period_kind cycle;
        int32_t first;
        int32_t last;
        const char *in_period;
        const char *opens;
        const char *closes;
    } rows[] = {
        /* the October holiday ends with a worked Saturday and Sunday, 7 and 8 October */
        {PERIOD_QUARTER, 1, 10, "2023Q3", "2023-10-07", "2023-10-18"},
        {PERIOD_QUARTER, 0, 0, "2023Q3", "2023-10-07", "2023-10-18"},
        {PERIOD_THREE_QUARTERS, 1, 10, "2023Q1-3", "2023-10-07", "2023-10-18"},
        {PERIOD_QUARTER, 1, 10, "2023Q1", "2023-04-03", "2023-04-17"},
        /* 30 September was a Saturday and the 29th a holiday: day 0 is the 28th */
        {PERIOD_QUARTER, -5, -1, "2023Q3", "2023-09-21", "2023-09-27"},
        {PERIOD_QUARTER, -5, 0, "2023Q3", "2023-09-21", "2023-09-28"},
        {PERIOD_QUARTER, -2, 3, "2023Q2", "2023-06-28", "2023-07-05"},
        {PERIOD_QUARTER, 3, 3, "2023Q3", "2023-10-09", "2023-10-09"},
        {PERIOD_DAY, 1, 1, "2023-09-28", "2023-10-07", "2023-10-07"},
        {PERIOD_DAY, 1, 1, "2023-10-01", "2023-10-07", "2023-10-07"},
        {PERIOD_DAY, 1, 1, "2023-10-07", "2023-10-08", "2023-10-08"},
        {PERIOD_DAY, 1, 1, "2023-10-08", "2023-10-09", "2023-10-09"},
        /* a day's own window may not be over before the day has begun */
        {PERIOD_DAY, -1, -1, "2023-10-02", "2023-09-27", "2023-10-02"},
        {PERIOD_XUN, 1, 3, "2023M09X3", "2023-10-07", "2023-10-09"},
        {PERIOD_FIRST_TWO, 1, 5, "2023M01-02", "2023-03-01", "2023-03-07"},
        {PERIOD_FIRST_TWO, 1, 5, "2023M03", "2023-04-03", "2023-04-10"},
        {PERIOD_HALF, 1, 10, "2023H1", "2023-07-03", "2023-07-14"},
        {PERIOD_MONTH, 1, 40, "2023M01", "2023-02-01", "2023-03-28"},
        {PERIOD_YEAR, 1, 15, "2023", "2024-01-02", "2024-01-22"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kit k;
        char day[DAY_TEXT_SIZE];
        period in_period = kit_period(rows[i].in_period);
        want(rows[i].cycle, rows[i].first, rows[i].last);
        if (rows[i].cycle == PERIOD_THREE_QUARTERS)
            wanted.last_day = kit_day_of("2023-09-30");
        open_city(&k);
        day_write(in_period.first_day, day);
        kit_until(&k, day);
        item_cell item = kit_item(&k, 3, FGW, rows[i].in_period);
        day_write(item.open_day, day);
        assert_string_equal(day, rows[i].opens);
        day_write(item.close_day, day);
        assert_string_equal(day, rows[i].closes);
        kit_close(&k);
    }
}

static void a_window_longer_than_its_period_leaves_several_rounds_open(void **state) {
    (void)state;
    kit k;
    want(PERIOD_MONTH, 1, 40);
    open_city(&k);
    kit_until(&k, "2023-03-28");
    kit_must_say(&k, FGW, kit_text(3, FGW, "2023M01", "the last day of the first"));
    assert_false(kit_item(&k, 3, FGW, "2023M01").late);
    kit_must_say(&k, FGW, kit_text(3, FGW, "2023M03", "early"));
    assert_false(kit_item(&k, 3, FGW, "2023M02").missing);
    assert_int_equal(kit_light(&k, 3, FGW).missing, 0);
    assert_int_equal(kit_light(&k, 1, DONG).missing, 0);
    kit_until(&k, "2023-03-29");
    assert_int_equal(kit_light(&k, 3, FGW).missing, 0);
    assert_int_equal(kit_light(&k, 1, DONG).missing, 1);
    assert_true(kit_item(&k, 1, DONG, "2023M01").missing);
    assert_false(kit_item(&k, 1, DONG, "2023M02").missing);
    kit_close(&k);
}

static void a_window_before_the_end_is_missed_before_the_end(void **state) {
    (void)state;
    kit k;
    want(PERIOD_QUARTER, -5, -1);
    open_city(&k);
    kit_until(&k, "2023-09-22");
    statement_words s = kit_value(2, 1, TJJ, "2023Q3", "5.6", MODE_NONE);
    kit_must_say(&k, TJJ, s);
    assert_int_equal(kit_value_cell(&k, 2, 1, TJJ, "2023Q3").data_date,
                     kit_day_of("2023-09-22"));
    assert_false(kit_item(&k, 2, TJJ, "2023Q3").late);
    s = kit_value(1, 1, DONG, "2023Q3", "40", MODE_TO_DATE);
    s.value.data_date = kit_day_of("2023-09-30");
    assert_status(kit_say(&k, DONG, s), DUBAN_E_FUTURE);
    kit_until(&k, "2023-09-27");
    assert_false(kit_item(&k, 1, DONG, "2023Q3").missing);
    kit_until(&k, "2023-09-28");
    assert_true(kit_item(&k, 1, DONG, "2023Q3").missing);
    s.value.data_date = 0;
    kit_must_say(&k, DONG, s);
    assert_true(kit_item(&k, 1, DONG, "2023Q3").late);
    kit_close(&k);
}

static void rounds_over_before_publication_are_asked_for_behind_it(void **state) {
    (void)state;
    static const struct {
        int32_t first;
        int32_t last;
        const char *opens;
        const char *closes;
    } rows[] = {
        {1, 10, "2023-01-03", "2023-01-16"},
        {-5, -1, "2023-01-03", "2023-01-09"},
        {-2, 0, "2023-01-03", "2023-01-05"},
    };
    static const char *const quarters[] = {"2022Q1", "2022Q2", "2022Q3", "2022Q4"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kit k;
        want(PERIOD_QUARTER, rows[i].first, rows[i].last);
        wanted.first_day = kit_day_of("2022-01-01");
        wanted.last_day = kit_day_of("2022-12-31");
        open_city(&k);
        for (size_t q = 0; q < 4; q++) {
            item_cell item = kit_item(&k, 3, FGW, quarters[q]);
            assert_int_equal(item.open_day, kit_day_of(rows[i].opens));
            assert_int_equal(item.close_day, kit_day_of(rows[i].closes));
            assert_false(item.missing);
        }
        kit_until(&k, rows[i].closes);
        assert_int_equal(kit_light(&k, 3, FGW).missing, 0);
        char day[DAY_TEXT_SIZE];
        day_write(kit_day_of(rows[i].closes) + 1, day);
        kit_until(&k, day);
        assert_int_equal(kit_light(&k, 3, FGW).missing, 4);
        kit_close(&k);
    }
}

static void days_of_a_holiday_are_all_due_on_the_first_day_worked(void **state) {
    (void)state;
    kit k;
    want(PERIOD_DAY, 1, 1);
    wanted.first_day = kit_day_of("2023-09-25");
    wanted.last_day = kit_day_of("2023-10-15");
    open_city(&k);
    kit_until(&k, "2023-10-07"); /* 25, 26 and 27 September were due by the 28th */
    assert_int_equal(kit_light(&k, 3, FGW).missing, 3);
    kit_must_say(&k, FGW, kit_text(3, FGW, "2023-10-03", "on duty"));
    kit_until(&k, "2023-10-08"); /* and 28 September to 6 October by the 7th */
    assert_int_equal(kit_light(&k, 3, FGW).missing, 11);
    hash256 live = kit_digest(&k);
    hash256 folded = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &folded, sizeof live);
    kit_close(&k);
}

/* --- the clock ---------------------------------------------------------------------- */

typedef struct changes_seen {
    uint32_t n;
    cell_kind kind;
} changes_seen;

static bool see_change(void *ctx, const cell *value) {
    changes_seen *seen = ctx;
    seen->n++;
    seen->kind = value->name.kind;
    return true;
}

static void days_on_which_nothing_is_due_change_the_plans_day_alone(void **state) {
    (void)state;
    static const char *const quiet[] = {"2023-02-08", "2023-04-11", "2023-10-05"};
    kit k;
    want(PERIOD_QUARTER, 1, 10);
    wanted.review_days = 3;
    open_city(&k);
    for (size_t i = 0; i < sizeof quiet / sizeof quiet[0]; i++) {
        kit_until(&k, quiet[i]);
        changes_seen seen = {0};
        ledger_cells(k.ledger, 1, k.last - 1, false, see_change, &seen);
        assert_int_equal(seen.n, 1);
        assert_int_equal(seen.kind, CELL_PLAN);
    }
    kit_close(&k);
}

static void a_new_calendar_moves_windows_that_are_open(void **state) {
    (void)state;
    kit k;
    want(PERIOD_QUARTER, 1, 10);
    kit_open(&k);
    kit_city_with(&k, change_plan);
    kit_until(&k, "2023-10-02");
    /* without the holidays of the sample the third quarter is due from Monday on */
    assert_int_equal(kit_item(&k, 3, FGW, "2023Q3").open_day, kit_day_of("2023-10-02"));
    assert_int_equal(kit_item(&k, 3, FGW, "2023Q3").close_day, kit_day_of("2023-10-13"));
    send_holidays(&k);
    assert_int_equal(kit_item(&k, 3, FGW, "2023Q3").open_day, kit_day_of("2023-10-07"));
    assert_int_equal(kit_item(&k, 3, FGW, "2023Q3").close_day, kit_day_of("2023-10-18"));
    assert_true(kit_item(&k, 3, FGW, "2023Q1").missing);
    assert_int_equal(kit_item(&k, 3, FGW, "2023Q1").close_day, kit_day_of("2023-04-17"));
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cycle_asks_for_each_of_its_rounds_once),
        cmocka_unit_test(a_plan_is_made_of_whole_rounds),
        cmocka_unit_test(limits_and_cutoffs_fit_a_round),
        cmocka_unit_test(windows_count_the_working_days_of_2023),
        cmocka_unit_test(a_window_longer_than_its_period_leaves_several_rounds_open),
        cmocka_unit_test(a_window_before_the_end_is_missed_before_the_end),
        cmocka_unit_test(rounds_over_before_publication_are_asked_for_behind_it),
        cmocka_unit_test(days_of_a_holiday_are_all_due_on_the_first_day_worked),
        cmocka_unit_test(days_on_which_nothing_is_due_change_the_plans_day_alone),
        cmocka_unit_test(a_new_calendar_moves_windows_that_are_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
