/* Targets: every comparator, spans of years, seasons, cut-offs, sources and their
 * vintages (docs/decisions/0012). */
#include "broker/ledger/fold.h"
#include "broker/ledger/refresh.h"

#include "tests/unit/ledger/ledger_kit.h"

/* --- a plan of the test's own ------------------------------------------------------- */

static const uint32_t by_fgw[] = {FGW};

typedef struct wanted_plan {
    task_words *tasks;
    uint32_t tasks_n;
    uint32_t cutoff_days;
} wanted_plan;

static wanted_plan wanted;

static void want(event *ev) {
    if (ev->kind == KIND_PLAN_CHUNK) {
        ev->plan_chunk.tasks = wanted.tasks;
        ev->plan_chunk.tasks_n = wanted.tasks_n;
    } else {
        ev->plan_publish.shape = PLAN_SHAPE_ANNUAL;
        ev->plan_publish.cutoff_days = wanted.cutoff_days;
    }
}

static task_words task_of(uint32_t id, const metric_words *metrics, uint32_t n) {
    static const char *const numbers[] = {"1", "2", "3", "4"};
    return (task_words){.id = id,
                        .number = numbers[id - 1],
                        .chapter = "",
                        .section = "",
                        .title = "a promise",
                        .leads = by_fgw,
                        .leads_n = 1,
                        .metrics = metrics,
                        .metrics_n = n};
}

static metric_words metric_of(uint32_t id, comparator than, const char *target,
                              nature kind) {
    return (metric_words){.id = id,
                          .label = "m",
                          .comparator = than,
                          .target = kit_decimal(target),
                          .tolerance = decimal_of_int(5),
                          .unit = "%",
                          .nature = kind,
                          .rollup = ROLLUP_LEAD_ONLY,
                          .definition = ""};
}

static void open_plan(kit *k, task_words *tasks, uint32_t n) {
    kit_open(k);
    wanted = (wanted_plan){.tasks = tasks, .tasks_n = n};
    kit_city_with(k, want);
    for (uint32_t i = 1; i <= n; i++)
        kit_accept_timetable(k, FGW, kit_timetable(i, PROFILE_EVEN));
}

static statement_words value_of(uint32_t task, uint32_t metric, uint32_t office,
                                const char *in_period, const char *amount) {
    statement_words s = kit_value(task, metric, office, in_period, amount, MODE_NONE);
    s.value.unit = "%";
    return s;
}

static void say(kit *k, uint32_t task, uint32_t metric, const char *in_period,
                const char *amount) {
    kit_must_say(k, FGW, value_of(task, metric, FGW, in_period, amount));
}

static void say_total(kit *k, uint32_t task, uint32_t metric, const char *in_period,
                      const char *amount) {
    statement_words s = value_of(task, metric, FGW, in_period, amount);
    s.value.mode = MODE_TO_DATE;
    kit_must_say(k, FGW, s);
}

static void expect_margin(kit *k, uint32_t task, uint32_t metric, const char *margin) {
    pace_cell pace = kit_pace(k, task, metric, 0);
    assert_true(pace.has_margin);
    kit_expect_decimal(pace.margin, margin);
}

/* --- floors that strive ------------------------------------------------------------- */

static void a_floor_is_passed_and_its_stretch_reached_apart(void **state) {
    (void)state;
    static const struct {
        nature nature;
        bool strict;
        const char *target, *stretch, *value;
        bool met, stretch_met;
    } rows[] = {
        {NATURE_CUMULATIVE, false, "2", "3", "1", false, false},
        {NATURE_CUMULATIVE, false, "2", "3", "2", true, false},
        {NATURE_CUMULATIVE, false, "2", "3", "3", true, true},
        {NATURE_CUMULATIVE, false, "2", "3", "4", true, true},
        {NATURE_CUMULATIVE, true, "2", "3", "2", false, false},
        {NATURE_RATE, false, "5.5", "6", "5.4", false, false},
        {NATURE_RATE, false, "5.5", "6", "5.9", true, false},
        {NATURE_RATE, false, "5.5", "6", "6", true, true},
        {NATURE_LEVEL, false, "-3", "-2", "-2.5", true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        pace_input in = {.nature = rows[i].nature,
                         .comparator = COMPARATOR_FLOOR_STRETCH,
                         .strict = rows[i].strict,
                         .target = kit_decimal(rows[i].target),
                         .stretch = kit_decimal(rows[i].stretch),
                         .has_value = true,
                         .value = kit_decimal(rows[i].value),
                         .day = 100,
                         .deadline = 100,
                         .expected = {1, 1}};
        pace_result now = pace_of(&in);
        assert_int_equal(now.met, rows[i].met);
        assert_int_equal(now.stretch_met, rows[i].stretch_met);
    }
}

static void a_fourth_cluster_passes_a_floor_of_2_that_strives_for_3(void **state) {
    (void)state;
    kit k;
    metric_words m = metric_of(1, COMPARATOR_FLOOR_STRETCH, "2", NATURE_CUMULATIVE);
    m.stretch = kit_decimal("3");
    task_words task = task_of(1, &m, 1);
    open_plan(&k, &task, 1);
    say(&k, 1, 1, "2023Q1", "1");
    assert_false(kit_pace(&k, 1, 1, 0).met);
    kit_until(&k, "2023-07-03");
    say_total(&k, 1, 1, "2023Q2", "2");
    assert_true(kit_pace(&k, 1, 1, 0).met);
    assert_false(kit_pace(&k, 1, 1, 0).stretch_met);
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_DONE);
    kit_until(&k, "2023-10-09");
    say_total(&k, 1, 1, "2023Q3", "4");
    assert_true(kit_pace(&k, 1, 1, 0).stretch_met);
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).actual, "200");
    kit_close(&k);
}

/* --- one metric against another ----------------------------------------------------- */

/* Task 1: growth at least half a point over task 2's, which is what it is. */
static void compared(metric_words m[2], task_words tasks[2], const char *lead,
                     bool below) {
    m[0] = metric_of(1, COMPARATOR_REFERENCE, lead, NATURE_RATE);
    m[0].reference_task = 2;
    m[0].reference_metric = 1;
    m[0].reference_below = below;
    m[1] = metric_of(1, COMPARATOR_AT_LEAST, "5", NATURE_RATE);
    tasks[0] = task_of(1, &m[0], 1);
    tasks[1] = task_of(2, &m[1], 1);
}

static void a_reference_is_measured_again_when_the_other_moves(void **state) {
    (void)state;
    kit k;
    metric_words m[2];
    task_words tasks[2];
    compared(m, tasks, "0.5", false);
    open_plan(&k, tasks, 2);
    say(&k, 1, 1, "2023Q1", "6.3");
    assert_false(kit_pace(&k, 1, 1, 0).has_margin);
    assert_int_equal(kit_light(&k, 1, 0).cause, CAUSE_NO_DATA);
    say(&k, 2, 1, "2023Q1", "5.6");
    expect_margin(&k, 1, 1, "0.2");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).target, "6.1");
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_GREEN);
    assert_int_equal(kit_light(&k, 1, FGW).grade, GRADE_GREEN);
    statement_words moved = value_of(2, 1, FGW, "2023Q1", "8.2");
    moved.supersedes = k.last;
    kit_must(&k, FGW, kit_correction(&moved, 1));
    expect_margin(&k, 1, 1, "-2.4");
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_RED);
    assert_int_equal(kit_light(&k, 1, FGW).grade, GRADE_RED);
    hash256 live = kit_digest(&k);
    hash256 again = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &again, sizeof live);
    kit_close(&k);
}

static void a_reference_below_is_a_ceiling_and_speaks_of_the_earlier_date(void **state) {
    (void)state;
    kit k;
    metric_words m[2];
    task_words tasks[2];
    compared(m, tasks, "-1", true);
    open_plan(&k, tasks, 2);
    kit_until(&k, "2023-04-03");
    statement_words early = value_of(2, 1, FGW, "2023Q1", "5");
    early.value.data_date = kit_day_of("2023-02-28");
    kit_must_say(&k, FGW, early);
    say(&k, 1, 1, "2023Q1", "4.5");
    expect_margin(&k, 1, 1, "-0.5");
    assert_int_equal(kit_pace(&k, 1, 1, 0).day, kit_day_of("2023-02-28"));
    kit_until(&k, "2023-07-03");
    say(&k, 2, 1, "2023Q2", "5.7");
    expect_margin(&k, 1, 1, "0.2");
    kit_close(&k);
}

static void every_office_may_be_compared_with_the_city(void **state) {
    (void)state;
    kit k;
    metric_words m[2];
    task_words tasks[2];
    split_words splits[] = {{.metric = 1, .office = DONG, .value = kit_decimal("0")},
                            {.metric = 1, .office = GUAN, .value = kit_decimal("0.3")}};
    compared(m, tasks, "0", false);
    m[0].rollup = ROLLUP_COUNT_MET;
    m[0].strict = true;
    tasks[0].splits = splits;
    tasks[0].splits_n = 2;
    open_plan(&k, tasks, 2);
    kit_must_say(&k, DONG, value_of(1, 1, DONG, "2023Q1", "5"));
    kit_must_say(&k, GUAN, value_of(1, 1, GUAN, "2023Q1", "6"));
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).value, "0");
    say(&k, 2, 1, "2023Q1", "5");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).value, "1"); /* 5 is not more than 5 */
    kit_expect_decimal(kit_pace(&k, 1, 1, DONG).margin, "0");
    kit_expect_decimal(kit_pace(&k, 1, 1, GUAN).margin, "0.7");
    assert_int_equal(kit_light(&k, 1, GUAN).grade, GRADE_GREEN);
    kit_close(&k);
}

static void what_is_compared_is_one_number_of_a_kind_and_never_in_a_circle(void **state) {
    (void)state;
    static const struct {
        int change;
        duban_status status;
        const char *field;
    } rows[] = {{0, DUBAN_E_UNKNOWN_TASK, "reference_task"},
                {1, DUBAN_E_UNKNOWN_METRIC, "reference_metric"},
                {2, DUBAN_E_TARGET, "reference_metric"}, /* with itself */
                {3, DUBAN_E_TARGET, "reference_metric"}, /* each with the other */
                {4, DUBAN_E_TARGET, "reference_metric"}, /* of another nature */
                {5, DUBAN_E_TARGET, "reference_metric"}, /* a count of offices */
                {6, DUBAN_E_TARGET, "nature"},
                {7, DUBAN_E_WRONG_UNIT, "reference_metric"}};
    split_words split = {.metric = 1, .office = DONG, .value = kit_decimal("5")};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kit k;
        metric_words m[2];
        task_words tasks[2];
        compared(m, tasks, "0", false);
        switch (rows[i].change) {
        case 0: m[0].reference_task = 3; break;
        case 1: m[0].reference_metric = 2; break;
        case 2: m[0].reference_task = 1; break;
        case 3:
            m[1].comparator = COMPARATOR_REFERENCE;
            m[1].reference_task = m[1].reference_metric = 1;
            break;
        case 4: m[1].nature = NATURE_LEVEL; break;
        case 5:
            m[1].rollup = ROLLUP_COUNT_MET;
            tasks[1].splits = &split;
            tasks[1].splits_n = 1;
            break;
        case 6: m[0].nature = m[1].nature = NATURE_CUMULATIVE; break;
        default: m[1].unit = "位";
        }
        kit_open(&k);
        wanted = (wanted_plan){.tasks = tasks, .tasks_n = 2};
        kit_must(&k, CITY, kit_genesis());
        kit_must(&k, CITY, kit_offices());
        kit_must(&k, CITY, kit_keys(&k));
        event tasks_sent = kit_chunk();
        want(&tasks_sent);
        event sent = kit_sign(&k, CITY, tasks_sent);
        kit_must(&k, CITY, tasks_sent);
        event publish = kit_publish(&k);
        publish.plan_publish.hash = hash_of(sent.payload.data, sent.payload.size);
        assert_status(kit_send(&k, CITY, publish), rows[i].status);
        assert_string_equal(k.refusal.field, rows[i].field);
        kit_close(&k);
    }
}

static void a_chain_of_references_is_followed(void **state) {
    (void)state;
    kit k;
    metric_words m[3];
    task_words tasks[3];
    compared(m, tasks, "1", false);
    m[1].comparator = COMPARATOR_REFERENCE;
    m[1].target = kit_decimal("2");
    m[1].reference_task = 3;
    m[1].reference_metric = 1;
    m[2] = metric_of(1, COMPARATOR_AT_LEAST, "5", NATURE_RATE);
    tasks[2] = task_of(3, &m[2], 1);
    open_plan(&k, tasks, 3);
    say(&k, 1, 1, "2023Q1", "9");
    say(&k, 2, 1, "2023Q1", "7.5");
    say(&k, 3, 1, "2023Q1", "5");
    expect_margin(&k, 1, 1, "0.5");
    expect_margin(&k, 2, 1, "0.5");
    kit_close(&k);
}

/* --- what speaks of the deadline ---------------------------------------------------- */

static void a_task_on_pace_on_31_march_is_green_on_7_may(void **state) {
    (void)state;
    kit k;
    metric_words m = metric_of(1, COMPARATOR_COUNT, "365", NATURE_CUMULATIVE);
    task_words task = task_of(1, &m, 1);
    open_plan(&k, &task, 1);
    kit_until(&k, "2023-04-06");
    say(&k, 1, 1, "2023Q1", "90");
    kit_until(&k, "2023-05-07");
    expect_margin(&k, 1, 1, "0");
    assert_int_equal(kit_pace(&k, 1, 1, 0).day, kit_day_of("2023-03-31"));
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).expected, "24.657534");
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_GREEN);
    kit_close(&k);
}

static void of_five_metrics_three_are_met(void **state) {
    (void)state;
    kit k;
    metric_words m[5];
    for (uint32_t i = 0; i < 5; i++)
        m[i] = metric_of(i + 1, COMPARATOR_COUNT, "10", NATURE_CUMULATIVE);
    m[4].strength = STRENGTH_STRIVING; /* counts as any other */
    task_words task = task_of(1, m, 5);
    static const char *const said[] = {"10", "12", "9", "10", "0"};
    open_plan(&k, &task, 1);
    for (uint32_t i = 0; i < 5; i++)
        say(&k, 1, i + 1, "2023Q1", said[i]);
    light_cell light = kit_light(&k, 1, 0);
    assert_int_equal(light.metrics, 5);
    assert_int_equal(light.metrics_met, 3);
    assert_int_not_equal(light.grade, GRADE_DONE);
    kit_until(&k, "2023-07-03");
    say_total(&k, 1, 3, "2023Q2", "10");
    assert_int_equal(kit_light(&k, 1, 0).metrics_met, 4);
    assert_int_not_equal(kit_light(&k, 1, 0).grade, GRADE_DONE);
    say_total(&k, 1, 5, "2023Q2", "10");
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_DONE);
    kit_close(&k);
}

static void strength_moves_no_margin_and_no_light(void **state) {
    (void)state;
    for (strength s = STRENGTH_NONE; s < STRENGTH_COUNT; s++) {
        kit k;
        metric_words m = metric_of(1, COMPARATOR_AT_LEAST, "5.5", NATURE_RATE);
        m.strength = s;
        task_words task = task_of(1, &m, 1);
        open_plan(&k, &task, 1);
        say(&k, 1, 1, "2023Q1", "4.8");
        expect_margin(&k, 1, 1, "-0.7");
        assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_YELLOW);
        kit_close(&k);
    }
}

static void
figures_cut_off_early_speak_of_the_cut_off_and_still_of_the_deadline(void **state) {
    (void)state;
    kit k;
    metric_words m[2] = {metric_of(1, COMPARATOR_COUNT, "365", NATURE_CUMULATIVE),
                         metric_of(2, COMPARATOR_AT_LEAST, "5.5", NATURE_RATE)};
    task_words task = task_of(1, m, 2);
    kit_open(&k);
    wanted = (wanted_plan){.tasks = &task, .tasks_n = 1, .cutoff_days = 6};
    kit_city_with(&k, want);
    kit_accept_timetable(&k, FGW, kit_timetable(1, PROFILE_EVEN));
    kit_until(&k, "2023-04-03");
    say(&k, 1, 1, "2023Q1", "84");
    assert_int_equal(kit_pace(&k, 1, 1, 0).day, kit_day_of("2023-03-25"));
    expect_margin(&k, 1, 1, "0");
    kit_until(&k, "2023-12-28");
    statement_words early = value_of(1, 2, FGW, "2023Q4", "5.6");
    early.value.data_date = kit_day_of("2023-12-24");
    kit_must_say(&k, FGW, early);
    assert_false(kit_pace(&k, 1, 2, 0).met);
    early.value.data_date = 0; /* 25 December, when the last figures are cut off */
    early.supersedes = k.last;
    kit_must(&k, FGW, kit_correction(&early, 1));
    assert_true(kit_pace(&k, 1, 2, 0).met);
    kit_close(&k);
}

static void an_extended_deadline_stretches_pace_and_puts_off_overdue(void **state) {
    (void)state;
    kit k;
    metric_words m = metric_of(1, COMPARATOR_COUNT, "100", NATURE_CUMULATIVE);
    m.deadline = kit_day_of("2023-06-30");
    task_words task = task_of(1, &m, 1);
    open_plan(&k, &task, 1);
    kit_until(&k, "2023-07-20");
    say(&k, 1, 1, "2023Q1", "40");
    say_total(&k, 1, 1, "2023Q2", "50");
    assert_int_equal(kit_pace(&k, 1, 1, 0).cause, CAUSE_OVERDUE);
    plan *p = ledger_plan(k.ledger, 1);
    p->tasks[0].mark.extended_day = kit_day_of("2023-12-31");
    assert_int_equal(fold_deadline(p, &p->metrics[0]), kit_day_of("2023-12-31"));
    refresh_task(k.ledger, p, 0, k.last);
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).expected, "49.589041");
    assert_int_equal(kit_pace(&k, 1, 1, 0).grade, GRADE_GREEN);
    p->tasks[0].mark.extended_day = kit_day_of("2023-03-31"); /* no relief shortens */
    assert_int_equal(fold_deadline(p, &p->metrics[0]), kit_day_of("2023-06-30"));
    p->tasks[0].mark.fulfilled = true;
    refresh_task(k.ledger, p, 0, k.last);
    assert_int_equal(kit_pace(&k, 1, 1, 0).grade, GRADE_DONE);
    assert_false(kit_pace(&k, 1, 1, 0).met); /* the number says what it says */
    kit_close(&k);
}

/* --- words that change -------------------------------------------------------------- */

static void amend(kit *k, const metric_words *m, const char *day) {
    task_words next = task_of(1, m, 1);
    kit_must(k, CITY,
             (event){.kind = KIND_AMENDMENT,
                     .amendment = {.plan = 1,
                                   .task = next,
                                   .day = kit_day_of(day),
                                   .reason = kit_body("the council decided"),
                                   .document = "2023-17",
                                   .approver = "city government"}});
}

static void a_value_is_compared_with_the_words_of_its_data_date(void **state) {
    (void)state;
    kit k;
    metric_words m = metric_of(1, COMPARATOR_COUNT, "365", NATURE_CUMULATIVE);
    task_words task = task_of(1, &m, 1);
    open_plan(&k, &task, 1);
    kit_until(&k, "2023-07-03");
    say(&k, 1, 1, "2023Q1", "90");
    say_total(&k, 1, 1, "2023Q2", "181");
    m.target = kit_decimal("730");
    m.deadline = kit_day_of("2024-12-31");
    amend(&k, &m, "2023-07-03");
    expect_margin(&k, 1, 1, "0");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).target, "365");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).expected, "49.589041");
    kit_until(&k, "2023-10-09");
    say_total(&k, 1, 1, "2023Q3", "273");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).target, "730");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).expected, "37.346101"); /* 273 of 731 */
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).actual, "37.39726");
    kit_close(&k);
}

static void a_pending_target_is_measured_from_the_day_it_is_set(void **state) {
    (void)state;
    kit k;
    metric_words m = metric_of(1, COMPARATOR_PENDING, "0", NATURE_RATE);
    task_words task = task_of(1, &m, 1);
    open_plan(&k, &task, 1);
    assert_int_equal(kit_item(&k, 1, FGW, "2023Q1").owed, 0);
    assert_status(kit_say(&k, FGW, value_of(1, 1, FGW, "2023Q1", "5")), DUBAN_E_NO_ITEM);
    kit_until(&k, "2023-05-08");
    m = metric_of(1, COMPARATOR_AT_LEAST, "5.5", NATURE_RATE);
    amend(&k, &m, "2023-05-08");
    assert_false(kit_pace(&k, 1, 1, 0).has_margin);
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).target, "5.5");
    kit_until(&k, "2023-07-03");
    say(&k, 1, 1, "2023Q2", "4.8");
    expect_margin(&k, 1, 1, "-0.7");
    kit_close(&k);
}

/* --- spans of years ----------------------------------------------------------------- */

static void a_target_of_four_years_is_paced_from_its_opening(void **state) {
    (void)state;
    kit k;
    metric_words m = metric_of(1, COMPARATOR_COUNT, "1000", NATURE_CUMULATIVE);
    m.first_day = kit_day_of("2022-01-01");
    m.deadline = kit_day_of("2025-12-31");
    m.opening = kit_decimal("200");
    m.rollup = ROLLUP_SUM;
    split_words splits[] = {{.metric = 1,
                             .office = DONG,
                             .value = kit_decimal("700"),
                             .opening = kit_decimal("150")},
                            {.metric = 1,
                             .office = GUAN,
                             .value = kit_decimal("300"),
                             .opening = kit_decimal("50")}};
    task_words task = task_of(1, &m, 1);
    task.splits = splits;
    task.splits_n = 2;
    open_plan(&k, &task, 1);
    kit_expect_decimal(kit_pace(&k, 1, 1, DONG).value, "150");
    kit_expect_decimal(kit_pace(&k, 1, 1, DONG).actual, "0");
    kit_until(&k, "2024-01-03");
    statement_words dong = value_of(1, 1, DONG, "2023Q4", "425");
    statement_words guan = value_of(1, 1, GUAN, "2023Q4", "175");
    assert_status(kit_say(&k, DONG, dong), DUBAN_E_MODE_NEEDED);
    dong.value.mode = guan.value.mode = MODE_TO_DATE;
    kit_must_say(&k, DONG, dong);
    pace_cell whole = kit_pace(&k, 1, 1, 0);
    kit_expect_decimal(whole.value, "475"); /* guan stands at its opening */
    kit_expect_decimal(whole.expected, "0");
    kit_must_say(&k, GUAN, guan);
    whole = kit_pace(&k, 1, 1, 0);
    kit_expect_decimal(whole.value, "600");
    kit_expect_decimal(whole.actual, "50");
    kit_expect_decimal(whole.expected, "49.965777"); /* 730 of 1461 days */
    kit_expect_decimal(kit_pace(&k, 1, 1, GUAN).actual, "50");
    kit_close(&k);
}

static void steps_may_lie_before_the_plan_where_a_metric_began_before(void **state) {
    (void)state;
    kit k;
    metric_words m = metric_of(1, COMPARATOR_COUNT, "100", NATURE_CUMULATIVE);
    m.first_day = kit_day_of("2022-01-01");
    m.deadline = kit_day_of("2024-12-31");
    task_words task = task_of(1, &m, 1);
    kit_open(&k);
    wanted = (wanted_plan){.tasks = &task, .tasks_n = 1};
    kit_city_with(&k, want);
    node_words nodes[] = {{1, kit_day_of("2022-12-31"), kit_decimal("20"), "last year's"},
                          {2, kit_day_of("2024-12-31"), kit_decimal("100"), "all"}};
    event filed = kit_timetable(1, PROFILE_NODES);
    filed.timetable.nodes = nodes;
    filed.timetable.nodes_n = 2;
    nodes[0].day = kit_day_of("2021-12-31");
    assert_status(kit_send(&k, FGW, filed), DUBAN_E_SHARES);
    nodes[0].day = kit_day_of("2022-12-31");
    kit_accept_timetable(&k, FGW, filed);
    kit_until(&k, "2023-04-03");
    say_total(&k, 1, 1, "2023Q1", "30");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).expected,
                       "29.849521"); /* 20 + 80 * 90/731 */
    statement_words done = kit_node(1, FGW, "2023Q1", 1, true);
    done.node.done_day = kit_day_of("2022-11-30");
    kit_must_say(&k, FGW, done);
    kit_close(&k);
}

/* --- seasons ------------------------------------------------------------------------ */

static const uint32_t winter_heavy[12] = {2000, 1400, 600, 0,   0,    300,
                                          700,  0,    500, 500, 1500, 2500};

static void a_season_expects_the_shares_of_its_months(void **state) {
    (void)state;
    plan_timetable t = {.state = TIMETABLE_ACCEPTED, .profile = PROFILE_SEASON};
    memcpy(t.season, winter_heavy, sizeof t.season);
    static const struct {
        const char *first, *deadline, *day, *percent;
    } rows[] = {
        {"2023-01-01", "2023-12-31", "2023-01-01", "0.645161"}, /* 20 / 31 */
        {"2023-01-01", "2023-12-31", "2023-01-31", "20"},
        {"2023-01-01", "2023-12-31", "2023-02-14", "27"},
        {"2024-01-01", "2024-12-31", "2024-02-29", "34"},
        {"2023-01-01", "2023-12-31", "2023-05-31", "40"},
        {"2023-01-01", "2023-12-31", "2023-06-15", "41.5"},
        {"2023-01-01", "2023-12-31", "2023-12-30", "99.193548"},
        {"2023-01-01", "2023-12-31", "2023-12-31", "100"},
        {"2023-06-01", "2023-09-30", "2023-06-30", "20"},        /* 3 of 15 */
        {"2023-06-16", "2023-07-31", "2023-06-30", "17.647059"}, /* 1.5 of 8.5 */
        {"2023-04-01", "2023-05-31", "2023-04-30", "49.180328"}, /* nothing: evenly */
        {"2022-07-01", "2023-06-30", "2022-09-28", "24.657534"}, /* two years: evenly */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fraction e = pace_expected(&t, kit_day_of(rows[i].first),
                                   kit_day_of(rows[i].deadline), kit_day_of(rows[i].day));
        kit_expect_decimal(pace_points(e.p, e.q, (fraction){0, 1}), rows[i].percent);
    }
}

static void whoever_follows_the_season_is_on_pace_every_day(void **state) {
    (void)state;
    plan_timetable t = {.state = TIMETABLE_ACCEPTED, .profile = PROFILE_SEASON};
    memcpy(t.season, winter_heavy, sizeof t.season);
    static const char *const targets[] = {"365", "999999999999", "0.000001", "33.333"};
    int32_t first = kit_day_of("2023-01-01");
    int32_t last = kit_day_of("2023-12-31");
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++)
        for (int32_t day = first; day <= last; day++) {
            pace_input in = {.nature = NATURE_CUMULATIVE,
                             .comparator = COMPARATOR_COUNT,
                             .target = kit_decimal(targets[i]),
                             .has_value = true,
                             .day = day,
                             .deadline = last,
                             .expected = pace_expected(&t, first, last, day)};
            __int128 exact = (__int128)in.target.micro * in.expected.p;
            in.value = (decimal){(int64_t)((exact + in.expected.q - 1) / in.expected.q)};
            assert_true(pace_of(&in).margin.micro >= 0);
            if (in.target.micro < 1000) continue;
            in.value.micro -= in.target.micro / 1000; /* a thousandth less is behind */
            assert_true(pace_of(&in).margin.micro < 0);
        }
}

static void a_season_is_twelve_shares_of_one_year(void **state) {
    (void)state;
    kit k;
    metric_words m = metric_of(1, COMPARATOR_COUNT, "100", NATURE_CUMULATIVE);
    task_words tasks[2] = {task_of(1, &m, 1)};
    metric_words longer = m;
    longer.first_day = kit_day_of("2022-06-01");
    tasks[1] = task_of(2, &longer, 1);
    open_plan(&k, tasks, 2);
    uint32_t season[12];
    memcpy(season, winter_heavy, sizeof season);
    event filed = kit_timetable(1, PROFILE_SEASON);
    assert_status(kit_send(&k, FGW, filed), DUBAN_E_SHARES);
    filed.timetable.season = season;
    filed.timetable.season_n = 12;
    season[3]++;
    assert_status(kit_send(&k, FGW, filed), DUBAN_E_SHARES);
    assert_string_equal(k.refusal.found, "10001");
    season[3]--;
    event even = filed;
    even.timetable.profile = PROFILE_EVEN;
    assert_status(kit_send(&k, FGW, even), DUBAN_E_SHARES);
    event over_years = filed;
    over_years.timetable.task = 2;
    assert_status(kit_send(&k, FGW, over_years), DUBAN_E_SHARES);
    kit_accept_timetable(&k, FGW, filed);
    kit_until(&k, "2023-04-03");
    say(&k, 1, 1, "2023Q1", "30");
    expect_margin(&k, 1, 1, "-10");
    hash256 live = kit_digest(&k);
    hash256 again = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &again, sizeof live);
    kit_close(&k);
}

/* --- sources ------------------------------------------------------------------------ */

static statement_words gdp(const char *amount, vintage of) {
    statement_words s = value_of(1, 1, FGW, "2023Q1", amount);
    s.value.vintage = of;
    return s;
}

static void
gdp_published_twenty_days_after_the_quarter_is_revised_by_nobodys_fault(void **state) {
    (void)state;
    kit k;
    metric_words m = metric_of(1, COMPARATOR_AT_LEAST, "5.5", NATURE_RATE);
    m.source = TJJ;
    task_words task = task_of(1, &m, 1);
    open_plan(&k, &task, 1);
    kit_until(&k, "2023-04-20");
    assert_status(kit_say(&k, FGW, gdp("5.4", VINTAGE_PRELIMINARY)), DUBAN_E_NOT_ALLOWED);
    assert_string_equal(k.refusal.found, "fgw");
    assert_string_equal(k.refusal.expected, "tjj");
    assert_status(kit_say(&k, CITY, gdp("5.4", VINTAGE_PRELIMINARY)),
                  DUBAN_E_NOT_ALLOWED);
    kit_must_say(&k, TJJ, gdp("4.8", VINTAGE_PRELIMINARY));
    assert_int_equal(kit_item(&k, 1, FGW, "2023Q1").state, ITEM_SUBMITTED);
    assert_int_equal(kit_pace(&k, 1, 1, 0).day, kit_day_of("2023-03-31"));
    expect_margin(&k, 1, 1, "-0.7");
    uint64_t first = k.last;
    kit_until(&k, "2023-06-10");
    assert_status(kit_say(&k, TJJ, gdp("5.1", VINTAGE_PRELIMINARY)),
                  DUBAN_E_SUPERSEDES_NEEDED);
    kit_must_say(&k, TJJ, gdp("5.1", VINTAGE_REVISED));
    expect_margin(&k, 1, 1, "-0.4");
    value_cell value = kit_value_cell(&k, 1, 1, FGW, "2023Q1");
    assert_int_equal(value.vintage, VINTAGE_REVISED);
    assert_int_equal(value.corrections, 0);
    assert_int_equal(value.by, TJJ);
    assert_true(value.index > first);
    kit_must_say(&k, TJJ, gdp("5.2", VINTAGE_FINAL));
    assert_int_equal(kit_value_cell(&k, 1, 1, FGW, "2023Q1").corrections, 0);
    assert_status(kit_say(&k, TJJ, gdp("5.3", VINTAGE_FINAL)), DUBAN_E_SUPERSEDES_NEEDED);
    statement_words slip = gdp("5.3", VINTAGE_FINAL);
    slip.supersedes = k.last;
    kit_must(&k, TJJ, kit_correction(&slip, 1));
    assert_int_equal(kit_value_cell(&k, 1, 1, FGW, "2023Q1").corrections, 1);
    kit_close(&k);
}

static void a_comment_stays_with_its_value_until_a_new_one_comes(void **state) {
    (void)state;
    kit k;
    metric_words m = metric_of(1, COMPARATOR_AT_LEAST, "5.5", NATURE_RATE);
    task_words task = task_of(1, &m, 1);
    open_plan(&k, &task, 1);
    statement_words s = value_of(1, 1, FGW, "2023Q1", "25");
    s.value.comment = kit_body("a plant began");
    kit_must_say(&k, FGW, s);
    value_cell value = kit_value_cell(&k, 1, 1, FGW, "2023Q1");
    assert_true(value.comment.present);
    assert_memory_equal(&value.comment.hash, &s.value.comment.hash, sizeof(hash256));
    assert_string_equal(value.comment.media, "text/plain");
    s.value.comment = (body_ref){0};
    s.supersedes = k.last;
    kit_must(&k, FGW, kit_correction(&s, 1));
    assert_false(kit_value_cell(&k, 1, 1, FGW, "2023Q1").comment.present);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_floor_is_passed_and_its_stretch_reached_apart),
        cmocka_unit_test(a_fourth_cluster_passes_a_floor_of_2_that_strives_for_3),
        cmocka_unit_test(a_reference_is_measured_again_when_the_other_moves),
        cmocka_unit_test(a_reference_below_is_a_ceiling_and_speaks_of_the_earlier_date),
        cmocka_unit_test(every_office_may_be_compared_with_the_city),
        cmocka_unit_test(what_is_compared_is_one_number_of_a_kind_and_never_in_a_circle),
        cmocka_unit_test(a_chain_of_references_is_followed),
        cmocka_unit_test(a_task_on_pace_on_31_march_is_green_on_7_may),
        cmocka_unit_test(of_five_metrics_three_are_met),
        cmocka_unit_test(strength_moves_no_margin_and_no_light),
        cmocka_unit_test(
            figures_cut_off_early_speak_of_the_cut_off_and_still_of_the_deadline),
        cmocka_unit_test(an_extended_deadline_stretches_pace_and_puts_off_overdue),
        cmocka_unit_test(a_value_is_compared_with_the_words_of_its_data_date),
        cmocka_unit_test(a_pending_target_is_measured_from_the_day_it_is_set),
        cmocka_unit_test(a_target_of_four_years_is_paced_from_its_opening),
        cmocka_unit_test(steps_may_lie_before_the_plan_where_a_metric_began_before),
        cmocka_unit_test(a_season_expects_the_shares_of_its_months),
        cmocka_unit_test(whoever_follows_the_season_is_on_pace_every_day),
        cmocka_unit_test(a_season_is_twelve_shares_of_one_year),
        cmocka_unit_test(
            gdp_published_twenty_days_after_the_quarter_is_revised_by_nobodys_fault),
        cmocka_unit_test(a_comment_stays_with_its_value_until_a_new_one_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
