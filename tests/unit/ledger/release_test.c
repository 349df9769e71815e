/* Releases of statistics: what waits for one is due so many working days after it and
 * never missing before; what is stated earlier is held back. */
#include "tests/unit/ledger/ledger_kit.h"

/* Task 2, growth of GDP, and prices in task 6 wait; people in task 6 do not. */
static bool strict; /* a plan that locks, with days for reviews */

static void change_plan(event *ev) {
    if (ev->kind != KIND_PLAN_CHUNK) {
        ev->plan_publish.shape = PLAN_SHAPE_ANNUAL;
        ev->plan_publish.locks = strict;
        ev->plan_publish.review_days = strict ? 3 : 0;
        return;
    }
    metric_words *growth = (metric_words *)ev->plan_chunk.tasks[1].metrics;
    metric_words *prices = (metric_words *)ev->plan_chunk.tasks[5].metrics;
    growth->release = "gdp";
    growth->release_days = 3;
    growth->source = TJJ;
    prices->release = "cpi";
    prices->release_days = 2;
}

static void open_city(kit *k) {
    kit_open(k);
    kit_city_with(k, change_plan);
    kit_accept_timetable(k, TJJ, kit_timetable(2, PROFILE_EVEN));
    kit_accept_timetable(k, TJJ, kit_timetable(6, PROFILE_EVEN));
}

static event release_of(const char *code, const char *in_period, const char *day) {
    return (event){.kind = KIND_RELEASE,
                   .release = {1, code, kit_period(in_period), kit_day_of(day)}};
}

static void expect_window(kit *k, uint32_t task, const char *in_period, const char *opens,
                          const char *closes) {
    item_cell item = kit_item(k, task, TJJ, in_period);
    assert_int_equal(item.open_day, *opens == '\0' ? 0 : kit_day_of(opens));
    assert_int_equal(item.close_day, *closes == '\0' ? 0 : kit_day_of(closes));
}

static void expect_folded_again(kit *k) {
    hash256 live = kit_digest(k);
    hash256 folded = kit_digest_of_replay(k);
    assert_memory_equal(&live, &folded, sizeof live);
}

static bool has_round(kit *k, uint32_t task, uint32_t office, const char *in_period) {
    cell found;
    cell_name name = {.kind = CELL_ROUND,
                      .task = task,
                      .office = office,
                      .period = kit_period(in_period)};
    return ledger_cell(k->ledger, 1, &name, &found) && found.round.grade != GRADE_NONE;
}

/* --- windows ------------------------------------------------------------------------ */

static void without_a_release_nothing_that_waits_is_ever_missing(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_until(&k, "2024-06-30");
    static const char *const quarters[] = {"2023Q1", "2023Q2", "2023Q3", "2023Q4"};
    for (size_t q = 0; q < 4; q++) {
        expect_window(&k, 2, quarters[q], "", "");
        assert_false(kit_item(&k, 2, TJJ, quarters[q]).missing);
        assert_false(kit_item(&k, 6, TJJ, quarters[q]).missing);
        assert_false(has_round(&k, 2, TJJ, quarters[q]));
    }
    assert_int_equal(kit_light(&k, 2, TJJ).missing, 0);
    assert_int_not_equal(kit_pace(&k, 2, 1, 0).cause, CAUSE_OVERDUE);
    assert_int_equal(kit_light(&k, 1, DONG).missing, 4);
    kit_close(&k);
}

static void gdp_of_the_first_quarter_is_due_three_days_after_its_release(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_until(&k, "2023-04-10");
    kit_must(&k, TJJ, release_of("gdp", "2023Q1", "2023-04-20"));
    cell_name name = {.kind = CELL_RELEASE, .node = 1, .period = kit_period("2023Q1")};
    cell found = kit_cell(&k, name);
    assert_string_equal(found.release.code, "gdp");
    assert_int_equal(found.release.day, kit_day_of("2023-04-20"));
    /* 20 April was a Thursday, and Sunday the 23rd was worked */
    expect_window(&k, 2, "2023Q1", "2023-04-20", "2023-04-24");
    kit_until(&k, "2023-04-24");
    assert_false(kit_item(&k, 2, TJJ, "2023Q1").missing);
    assert_false(has_round(&k, 2, TJJ, "2023Q1"));
    assert_true(has_round(&k, 1, DONG, "2023Q1"));
    kit_until(&k, "2023-04-25");
    assert_true(kit_item(&k, 2, TJJ, "2023Q1").missing);
    assert_int_equal(kit_light(&k, 2, TJJ).cause, CAUSE_MISSING);
    assert_int_equal(kit_light(&k, 2, 0).missing, 1);
    assert_int_equal(kit_round(&k, 2, TJJ, "2023Q1").grade, GRADE_YELLOW);
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q1", "4.8", MODE_NONE));
    item_cell item = kit_item(&k, 2, TJJ, "2023Q1");
    assert_true(item.late);
    assert_true(item.made_up);
    assert_int_equal(kit_round(&k, 2, TJJ, "2023Q1").grade, GRADE_YELLOW);
    expect_folded_again(&k);
    kit_close(&k);
}

static void reported_within_its_own_window_it_is_on_time(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_must(&k, CITY, release_of("gdp", "2023Q1", "2023-04-20"));
    kit_until(&k, "2023-04-24"); /* the plan's window closed on the 17th */
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q1", "5.6", MODE_NONE));
    assert_false(kit_item(&k, 2, TJJ, "2023Q1").late);
    kit_until(&k, "2023-04-25");
    assert_false(kit_item(&k, 2, TJJ, "2023Q1").missing);
    assert_int_equal(kit_round(&k, 2, TJJ, "2023Q1").grade, GRADE_GREEN);
    kit_close(&k);
}

static void an_item_of_both_kinds_closes_at_the_later_of_the_two(void **state) {
    (void)state;
    static const struct {
        const char *release;
        const char *closes;
    } rows[] = {
        {"2023-04-03", "2023-04-17"}, /* due on the 6th, the plan's window goes on */
        {"2023-04-14", "2023-04-18"},
        {"2023-04-20", "2023-04-23"},
        {"2023-06-01", "2023-06-05"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kit k;
        char next[DAY_TEXT_SIZE];
        open_city(&k);
        expect_window(&k, 6, "2023Q1", "2023-04-03", "");
        kit_must(&k, CITY, release_of("cpi", "2023Q1", rows[i].release));
        expect_window(&k, 6, "2023Q1", "2023-04-03", rows[i].closes);
        kit_must_say(&k, TJJ, kit_value(6, 2, TJJ, "2023Q1", "200", MODE_NONE));
        kit_until(&k, rows[i].closes);
        assert_false(kit_item(&k, 6, TJJ, "2023Q1").missing);
        day_write(kit_day_of(rows[i].closes) + 1, next);
        kit_until(&k, next);
        assert_true(kit_item(&k, 6, TJJ, "2023Q1").missing);
        assert_true(has_round(&k, 6, TJJ, "2023Q1"));
        expect_folded_again(&k);
        kit_close(&k);
    }
}

static void a_release_before_the_plans_window_closes_it_early(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_until(&k, "2023-03-30");
    kit_must(&k, CITY, release_of("gdp", "2023Q1", "2023-04-03"));
    expect_window(&k, 2, "2023Q1", "2023-04-03", "2023-04-07"); /* the 5th is off */
    kit_until(&k, "2023-04-07");
    assert_false(kit_item(&k, 2, TJJ, "2023Q1").missing);
    kit_until(&k, "2023-04-08");
    assert_true(kit_item(&k, 2, TJJ, "2023Q1").missing);
    kit_until(&k, "2023-04-18"); /* the plan's close marks nothing twice */
    assert_int_equal(kit_light(&k, 2, TJJ).missing, 1);
    assert_int_equal(kit_light(&k, 2, 0).missing, 1);
    assert_int_equal(kit_light(&k, 2, TJJ).running, 1);
    kit_close(&k);
}

static void a_release_told_late_still_leaves_the_day_it_is_told(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_until(&k, "2023-05-10");
    kit_must(&k, CITY, release_of("gdp", "2023Q1", "2023-04-20"));
    expect_window(&k, 2, "2023Q1", "2023-04-20", "2023-05-10");
    assert_false(kit_item(&k, 2, TJJ, "2023Q1").missing);
    kit_until(&k, "2023-05-11");
    assert_true(kit_item(&k, 2, TJJ, "2023Q1").missing);
    kit_close(&k);
}

static void a_release_may_be_moved_until_its_day_has_come(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_must(&k, CITY, release_of("gdp", "2023Q1", "2023-04-18"));
    kit_until(&k, "2023-04-17");
    kit_must(&k, CITY, release_of("gdp", "2023Q1", "2023-04-28"));
    expect_window(&k, 2, "2023Q1", "2023-04-28", "2023-05-04");
    kit_until(&k, "2023-04-27");
    assert_status(kit_send(&k, CITY, release_of("gdp", "2023Q1", "2023-04-26")),
                  DUBAN_E_DATE);
    assert_string_equal(k.refusal.expected, "2023-04-27..2170-01-01");
    kit_must(&k, CITY, release_of("gdp", "2023Q1", "2023-04-27"));
    assert_status(kit_send(&k, CITY, release_of("gdp", "2023Q1", "2023-05-08")),
                  DUBAN_E_STATE);
    assert_string_equal(k.refusal.expected, "2023-04-27");
    expect_window(&k, 2, "2023Q1", "2023-04-27", "2023-05-03");
    kit_until(&k, "2023-05-04");
    assert_true(kit_item(&k, 2, TJJ, "2023Q1").missing);
    expect_folded_again(&k);
    kit_close(&k);
}

static void a_new_calendar_moves_the_due_of_a_release(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_until(&k, "2023-04-21");
    kit_must(&k, CITY, release_of("gdp", "2023Q1", "2023-04-28"));
    expect_window(&k, 2, "2023Q1", "2023-04-28", "2023-05-04");
    int32_t off[] = {kit_day_of("2023-05-01"), kit_day_of("2023-05-02"),
                     kit_day_of("2023-05-03")};
    kit_must(&k, CITY,
             (event){.kind = KIND_CALENDAR, .calendar = {2023, off, 3, NULL, 0}});
    expect_window(&k, 2, "2023Q1", "2023-04-28", "2023-05-08");
    kit_until(&k, "2023-05-08");
    assert_false(kit_item(&k, 2, TJJ, "2023Q1").missing);
    kit_until(&k, "2023-05-09");
    assert_true(kit_item(&k, 2, TJJ, "2023Q1").missing);
    kit_close(&k);
}

static void the_year_is_overdue_when_its_release_is_and_not_before(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_must(&k, CITY, release_of("gdp", "2023Q4", "2024-01-31"));
    kit_until(&k, "2024-02-05"); /* the plan's window closed on 12 January */
    assert_int_not_equal(kit_pace(&k, 2, 1, 0).cause, CAUSE_OVERDUE);
    kit_until(&k, "2024-02-06");
    assert_int_equal(kit_pace(&k, 2, 1, 0).cause, CAUSE_OVERDUE);
    kit_close(&k);
}

static void an_amendment_leaves_earlier_periods_to_wait(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_until(&k, "2023-05-10");
    event chunk = kit_chunk(); /* as the plan reads without releases */
    event ev = {.kind = KIND_AMENDMENT,
                .amendment = {.plan = 1,
                              .task = chunk.plan_chunk.tasks[1],
                              .day = kit_day_of("2023-07-01"),
                              .reason = kit_body("published no more"),
                              .document = "",
                              .approver = "the city"}};
    kit_must(&k, CITY, ev);
    kit_until(&k, "2023-07-10");
    expect_window(&k, 2, "2023Q1", "", "");
    expect_window(&k, 2, "2023Q2", "", "");
    expect_window(&k, 2, "2023Q3", "2023-10-02", "2023-10-13");
    assert_status(kit_try(&k, CITY, release_of("gdp", "2023Q3", "2023-10-20")),
                  DUBAN_E_UNKNOWN_RELEASE);
    kit_must(&k, CITY, release_of("gdp", "2023Q2", "2023-07-17"));
    expect_window(&k, 2, "2023Q2", "2023-07-17", "2023-07-20");
    kit_until(&k, "2023-10-14");
    assert_true(kit_item(&k, 2, TJJ, "2023Q2").missing);
    assert_true(kit_item(&k, 2, TJJ, "2023Q3").missing);
    assert_false(kit_item(&k, 2, TJJ, "2023Q1").missing);
    expect_folded_again(&k);
    kit_close(&k);
}

/* --- refusals ----------------------------------------------------------------------- */

static void releases_are_named_dated_and_of_the_source_or_the_city(void **state) {
    (void)state;
    static const struct {
        uint32_t signer;
        const char *code;
        const char *in_period;
        const char *day;
        duban_status status;
        const char *field;
    } rows[] = {
        {CITY, "gdp", "2023Q1", "2023-04-20", DUBAN_OK, ""},
        {TJJ, "gdp", "2023Q1", "2023-04-20", DUBAN_OK, ""}, /* its source */
        {TJJ, "cpi", "2023Q1", "2023-04-20", DUBAN_E_NOT_ALLOWED, "office"},
        {DONG, "gdp", "2023Q1", "2023-04-20", DUBAN_E_NOT_ALLOWED, "office"},
        {GUAN, "cpi", "2023Q1", "2023-04-20", DUBAN_E_NOT_ALLOWED, "office"},
        {CITY, "ppi", "2023Q1", "2023-04-20", DUBAN_E_UNKNOWN_RELEASE, "code"},
        {CITY, "", "2023Q1", "2023-04-20", DUBAN_E_UNKNOWN_RELEASE, "code"},
        {CITY, "gdp", "2023M03", "2023-04-20", DUBAN_E_UNKNOWN_PERIOD, "period"},
        {CITY, "gdp", "2024Q1", "2024-04-20", DUBAN_E_UNKNOWN_PERIOD, "period"},
        {CITY, "gdp", "2023Q2", "2023-03-31", DUBAN_E_DATE, "day"},
        {CITY, "gdp", "2023Q2", "2023-04-01", DUBAN_OK, ""},
        {CITY, "gdp", "2023Q4", "2169-06-01", DUBAN_E_DATE, "day"},
    };
    kit k;
    open_city(&k);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        event ev = release_of(rows[i].code, rows[i].in_period, rows[i].day);
        assert_status(kit_try(&k, rows[i].signer, ev), rows[i].status);
        if (rows[i].status != DUBAN_OK)
            assert_string_equal(k.refusal.field, rows[i].field);
    }
    kit_close(&k);
}

/* --- held back ---------------------------------------------------------------------- */

static void what_is_stated_before_its_release_is_held_back_until_then(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_until(&k, "2023-04-06");
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q1", "4.8", MODE_NONE));
    assert_int_equal(kit_value_cell(&k, 2, 1, TJJ, "2023Q1").embargo_day, DAY_MAX);
    kit_must(&k, CITY, release_of("gdp", "2023Q1", "2023-04-18"));
    assert_int_equal(kit_value_cell(&k, 2, 1, TJJ, "2023Q1").embargo_day,
                     kit_day_of("2023-04-18"));
    kit_must(&k, CITY, release_of("gdp", "2023Q1", "2023-04-20"));
    assert_int_equal(kit_value_cell(&k, 2, 1, TJJ, "2023Q1").embargo_day,
                     kit_day_of("2023-04-20"));
    kit_must_say(&k, TJJ, kit_value(6, 2, TJJ, "2023Q1", "200", MODE_NONE));
    assert_int_equal(kit_value_cell(&k, 6, 2, TJJ, "2023Q1").embargo_day, 0);
    kit_must(&k, CITY, release_of("cpi", "2023Q1", "2023-04-18"));
    kit_until(&k, "2023-04-18");
    kit_must_say(&k, TJJ, kit_value(6, 1, TJJ, "2023Q1", "0.3", MODE_NONE));
    assert_int_equal(kit_value_cell(&k, 6, 1, TJJ, "2023Q1").embargo_day, 0);
    expect_folded_again(&k);
    kit_close(&k);
}

/* --- other days --------------------------------------------------------------------- */

static void looking_back_and_forward_a_release_closes_on_its_day(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_must(&k, CITY, release_of("gdp", "2023Q1", "2023-04-20"));
    kit_until(&k, "2023-06-01");
    assert_int_equal(kit_light(&k, 2, TJJ).missing, 1);
    assert_int_equal(kit_light(&k, 2, TJJ).running, 1);
    assert_int_equal(ledger_set_day(k.ledger, kit_day_of("2023-04-24")), DUBAN_OK);
    assert_int_equal(kit_light(&k, 2, TJJ).missing, 0);
    assert_int_equal(kit_light(&k, 2, TJJ).running, 0);
    assert_false(has_round(&k, 2, TJJ, "2023Q1"));
    assert_true(has_round(&k, 1, DONG, "2023Q1"));
    assert_int_equal(ledger_set_day(k.ledger, kit_day_of("2023-04-25")), DUBAN_OK);
    assert_int_equal(kit_light(&k, 2, TJJ).missing, 1);
    assert_int_equal(kit_round(&k, 2, TJJ, "2023Q1").grade, GRADE_YELLOW);
    assert_int_equal(kit_light(&k, 2, TJJ).running, 1);
    kit_close(&k);
}

/* GDP of the second quarter comes out before that of the first, which nobody reports. */
static void runs_go_by_the_order_of_closing_also_looking_back(void **state) {
    (void)state;
    static const char *const days[] = {"2023-07-27", "2023-09-10", "2023-11-20"};
    light_cell live[3];
    kit k;
    open_city(&k);
    kit_must(&k, CITY, release_of("gdp", "2023Q1", "2023-09-01"));
    kit_until(&k, "2023-07-20");
    kit_must(&k, CITY, release_of("gdp", "2023Q2", "2023-07-20"));
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q2", "6", MODE_NONE));
    for (size_t i = 0; i < 3; i++) {
        kit_until(&k, days[i]);
        live[i] = kit_light(&k, 2, TJJ);
    }
    assert_int_equal(kit_round(&k, 2, TJJ, "2023Q1").grade, GRADE_YELLOW);
    assert_int_equal(kit_round(&k, 2, TJJ, "2023Q2").grade, GRADE_GREEN);
    assert_int_equal(live[0].running, 0);
    assert_int_equal(live[1].running, 1);
    for (size_t i = 3; i-- > 0;) {
        assert_int_equal(ledger_set_day(k.ledger, kit_day_of(days[i])), DUBAN_OK);
        assert_int_equal(kit_light(&k, 2, TJJ).running, live[i].running);
        assert_int_equal(kit_light(&k, 2, TJJ).grade, live[i].grade);
    }
    kit_close(&k);
}

static void a_release_folds_with_memory_failing_at_any_call(void **state) {
    (void)state;
    for (uint64_t fail = 1;; fail++) {
        kit k;
        open_city(&k);
        event ev = kit_sign(&k, CITY, release_of("gdp", "2023Q1", "2023-04-20"));
        k.memory.fail_at = k.memory.calls + fail;
        duban_status status = ledger_check(k.ledger, &ev, k.now_ms, NULL);
        bool reached = k.memory.calls >= k.memory.fail_at;
        k.memory.fail_at = 0;
        if (reached) assert_status(status, DUBAN_E_NO_MEMORY);
        kit_must(&k, CITY, release_of("gdp", "2023Q1", "2023-04-20"));
        expect_window(&k, 2, "2023Q1", "2023-04-20", "2023-04-24");
        kit_close(&k);
        if (!reached) break;
        assert_true(fail < 50);
    }
}

/* Applies what was checked while every further call for memory fails. */
static void must_without_memory(kit *k, uint32_t office, event ev) {
    event whole = kit_sign(k, office, ev);
    assert_int_equal(ledger_check(k->ledger, &whole, k->now_ms, NULL), DUBAN_OK);
    uint64_t calls = k->memory.calls;
    k->memory.fail_at = calls + 1;
    ledger_apply(k->ledger, k->next++, &whole, k->now_ms);
    assert_true(k->memory.calls == calls);
    k->memory.fail_at = 0;
    k->numbers[office]++;
}

static void what_was_checked_is_folded_in_without_memory(void **state) {
    (void)state;
    kit k;
    strict = true;
    open_city(&k);
    kit_until(&k, "2023-04-16");
    must_without_memory(&k, CITY, release_of("gdp", "2023Q1", "2023-04-17"));
    must_without_memory(&k, CITY, release_of("cpi", "2023Q1", "2023-04-18"));
    must_without_memory(&k, CITY, release_of("gdp", "2023Q2", "2023-07-17"));
    expect_window(&k, 2, "2023Q1", "2023-04-17", "2023-04-20");
    expect_window(&k, 6, "2023Q1", "2023-04-03", "2023-04-20");
    int32_t first = kit_day_of("2023-04-17");
    for (int32_t day = first; day <= kit_day_of("2023-04-25"); day++) {
        k.now_ms = moment_of_day(day, 480);
        must_without_memory(&k, BROKER, (event){.kind = KIND_CLOCK, .clock_day = day});
    }
    assert_true(kit_item(&k, 2, TJJ, "2023Q1").missing);
    assert_true(kit_item(&k, 6, TJJ, "2023Q1").missing);
    must_without_memory(&k, CITY,
                        (event){.kind = KIND_UNLOCK,
                                .unlock = {.plan = 1,
                                           .task = 2,
                                           .office = TJJ,
                                           .period = kit_period("2023Q1"),
                                           .until_day = kit_day_of("2023-05-01"),
                                           .code = "f1",
                                           .reason = kit_body("late post")}});
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q1", "4.8", MODE_NONE));
    strict = false;
    kit_close(&k);
}

/* --- generated histories ------------------------------------------------------------ */

static const char *random_quarter(kit_random *r) {
    static const char *const quarters[] = {"2023Q1", "2023Q2", "2023Q3", "2023Q4"};
    return quarters[kit_below(r, 4)];
}

/* An event of rounds, else one of the kit's. */
static event random_event(kit *k, kit_random *r, uint32_t *office) {
    char day[DAY_TEXT_SIZE];
    ledger_status status;
    ledger_get_status(k->ledger, &status);
    day_write(status.day + (int32_t)kit_below(r, 30) - 5, day);
    uint32_t sort = kit_below(r, 12);
    *office = kit_below(r, 4) == 0 ? TJJ : CITY;
    if (sort == 0)
        return release_of(kit_below(r, 2) == 0 ? "gdp" : "cpi", random_quarter(r), day);
    if (sort == 1) {
        uint32_t task = 1 + kit_below(r, 6);
        return (event){.kind = KIND_UNLOCK,
                       .unlock = {.plan = 1,
                                  .task = task,
                                  .office = 1 + kit_below(r, 5),
                                  .period = kit_period(random_quarter(r)),
                                  .until_day = kit_day_of(day),
                                  .code = kit_below(r, 4) > 0 ? "f1" : "f2",
                                  .reason = kit_body("late post")}};
    }
    return kit_random_event(k, r, office);
}

typedef struct truths {
    int32_t day;
    uint32_t missing;
    uint32_t limits;
} truths;

/* What holds of every item on every day. */
static bool hold(void *ctx, const cell *value) {
    truths *t = ctx;
    const item_cell *item = &value->item;
    if (value->name.kind != CELL_ITEM) return true;
    bool over = item->close_day != 0 && item->close_day < t->day;
    assert_int_equal(item->missing, over && item->first_ms == 0);
    assert_true(!item->made_up || item->late);
    if (item->unreviewed) assert_true(item->review_day != 0 && item->review_day < t->day);
    if (item->state == ITEM_ACCEPTED)
        assert_true(item->review_day == 0 && item->accepted_index == item->index);
    t->missing += item->missing;
    t->limits += item->unreviewed;
    return true;
}

static void next_day(kit *k, uint32_t days) {
    char next[DAY_TEXT_SIZE];
    ledger_status status;
    ledger_get_status(k->ledger, &status);
    day_write(status.day + (int32_t)days, next);
    kit_until(k, next);
}

static void generated_histories_keep_the_truths_of_rounds_and_replay(void **state) {
    (void)state;
    uint32_t missing = 0, limits = 0;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        kit k;
        kit_random r = {seed};
        strict = seed % 2 == 1;
        open_city(&k);
        for (uint32_t n = 0; n < 300; n++) {
            uint32_t office;
            event ev = random_event(&k, &r, &office);
            kit_send(&k, office, ev);
            next_day(&k, 1 + kit_below(&r, 3) / 2);
            ledger_status status;
            ledger_get_status(k.ledger, &status);
            truths t = {.day = status.day};
            ledger_cells(k.ledger, 1, 0, true, hold, &t);
            missing += t.missing;
            limits += t.limits;
        }
        expect_folded_again(&k);
        kit_close(&k);
    }
    strict = false;
    assert_true(missing > 0);
    assert_true(limits > 0);
}

/* What TJJ's slice holds: all but what others say of others. */
static bool concerns(const event *ev) {
    if (ev->kind == KIND_DIGEST || ev->kind == KIND_CONFLICT) return false;
    if (ev->kind == KIND_REVIEW) return ev->office == TJJ || ev->review.office == TJJ;
    if (ev->kind != KIND_SUBMISSION || ev->office == TJJ) return true;
    for (uint32_t i = 0; i < ev->submission.statements_n; i++)
        if (ev->submission.statements[i].office == TJJ) return true;
    return false;
}

static void feed(const kit *k, ledger *slice, size_t *fed) {
    arena a;
    arena_init(&a, 0);
    for (; *fed < k->entries_n; (*fed)++) {
        span entry = {k->entries[*fed].data, k->entries[*fed].size};
        event ev;
        uint64_t index;
        int64_t received_ms;
        arena_reset(&a);
        assert_int_equal(replay_read(entry, &a, &ev, &index, &received_ms, NULL),
                         DUBAN_OK);
        if (concerns(&ev))
            assert_int_equal(replay_entry(slice, entry, &a, NULL), DUBAN_OK);
    }
    arena_close(&a);
}

static void a_slice_judges_locks_and_windows_as_the_broker_does(void **state) {
    (void)state;
    kit k;
    kit_memory memory = {0};
    ledger *slice;
    size_t fed = 0;
    kit_random r = {77};
    uint32_t locked = 0;
    strict = true;
    open_city(&k);
    assert_int_equal(ledger_new(kit_allocator(&memory), &slice), DUBAN_OK);
    ledger_set_slice(slice, true);
    for (uint32_t n = 0; n < 400; n++) {
        uint32_t office;
        event ev = random_event(&k, &r, &office);
        feed(&k, slice, &fed);
        statement_words own =
            kit_value(6, 1 + kit_below(&r, 2), TJJ, random_quarter(&r), "2", MODE_NONE);
        event mine = kit_sign(&k, TJJ, kit_submission(&own, 1));
        duban_refusal a = {0}, b = {0};
        duban_status full = ledger_check(k.ledger, &mine, k.now_ms, &a);
        assert_status(ledger_check(slice, &mine, k.now_ms, &b), full);
        assert_memory_equal(&a, &b, sizeof a);
        locked += full == DUBAN_E_ROUND_LOCKED;
        if (kit_below(&r, 3) == 0)
            kit_send(&k, TJJ, kit_submission(&own, 1));
        else
            kit_send(&k, office, ev);
        next_day(&k, kit_below(&r, 2));
    }
    strict = false;
    assert_true(locked > 10);
    assert_true(locked < 300);
    ledger_free(slice);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_release_nothing_that_waits_is_ever_missing),
        cmocka_unit_test(gdp_of_the_first_quarter_is_due_three_days_after_its_release),
        cmocka_unit_test(reported_within_its_own_window_it_is_on_time),
        cmocka_unit_test(an_item_of_both_kinds_closes_at_the_later_of_the_two),
        cmocka_unit_test(a_release_before_the_plans_window_closes_it_early),
        cmocka_unit_test(a_release_told_late_still_leaves_the_day_it_is_told),
        cmocka_unit_test(a_release_may_be_moved_until_its_day_has_come),
        cmocka_unit_test(a_new_calendar_moves_the_due_of_a_release),
        cmocka_unit_test(the_year_is_overdue_when_its_release_is_and_not_before),
        cmocka_unit_test(an_amendment_leaves_earlier_periods_to_wait),
        cmocka_unit_test(releases_are_named_dated_and_of_the_source_or_the_city),
        cmocka_unit_test(what_is_stated_before_its_release_is_held_back_until_then),
        cmocka_unit_test(looking_back_and_forward_a_release_closes_on_its_day),
        cmocka_unit_test(runs_go_by_the_order_of_closing_also_looking_back),
        cmocka_unit_test(a_release_folds_with_memory_failing_at_any_call),
        cmocka_unit_test(what_was_checked_is_folded_in_without_memory),
        cmocka_unit_test(generated_histories_keep_the_truths_of_rounds_and_replay),
        cmocka_unit_test(a_slice_judges_locks_and_windows_as_the_broker_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
