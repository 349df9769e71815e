/* Offices renamed, moved, ended: who takes over what, and what stays where it was. */
#include "tests/unit/ledger/ledger_kit.h"

static event change(uint32_t office, office_act act, const char *day) {
    return (event){.kind = KIND_OFFICE_CHANGE,
                   .office_change = {.office = office,
                                     .act = act,
                                     .day = kit_day_of(day),
                                     .name = "",
                                     .document = "2023-21"}};
}

static event ended(uint32_t office, const uint32_t *successors, uint32_t n,
                   const char *day) {
    event ev = change(office, OFFICE_ENDED, day);
    ev.office_change.successors = successors;
    ev.office_change.successors_n = n;
    return ev;
}

static event renamed(uint32_t office, const char *name, const char *day) {
    event ev = change(office, OFFICE_RENAMED, day);
    ev.office_change.name = name;
    return ev;
}

static event moved(uint32_t office, uint32_t parent, const char *day) {
    event ev = change(office, OFFICE_MOVED, day);
    ev.office_change.parent = parent;
    return ev;
}

static const uint32_t to_guan[] = {GUAN};
static const uint32_t to_dong[] = {DONG};
static const uint32_t to_tjj[] = {TJJ};

static office_words office_cell(kit *k, uint32_t office) {
    return kit_cell(k, (cell_name){.kind = CELL_OFFICE, .office = office}).office;
}

static duty_cell duty_of(kit *k, uint32_t task, uint32_t office) {
    return kit_cell(k, (cell_name){.kind = CELL_DUTY, .task = task, .office = office})
        .duty;
}

static task_words task_of(kit *k, uint32_t id) {
    return kit_cell(k, (cell_name){.kind = CELL_TASK, .task = id}).task;
}

static void expect_replay_equal(kit *k) {
    hash256 live = kit_digest(k);
    hash256 again = kit_digest_of_replay(k);
    assert_memory_equal(&live, &again, sizeof live);
}

/* The first quarter is reported: dong 15 of 60, guan 8 of 40. */
static void second_quarter(kit *k, const char *day) {
    kit_open(k);
    kit_running_city(k);
    kit_until(k, "2023-04-03");
    kit_must_say(k, DONG, kit_value(1, 1, DONG, "2023Q1", "15", MODE_NONE));
    kit_must_say(k, GUAN, kit_value(1, 1, GUAN, "2023Q1", "8", MODE_NONE));
    kit_must_say(k, DONG, kit_value(4, 1, DONG, "2023Q1", "96", MODE_NONE));
    kit_must_say(k, GUAN, kit_value(4, 1, GUAN, "2023Q1", "94", MODE_NONE));
    kit_until(k, day);
}

/* --- merged ------------------------------------------------------------------------- */

static void an_office_merged_in_may_goes_on_under_its_successor(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).value, "23");
    kit_must(&k, CITY, ended(DONG, to_guan, 1, "2023-05-15"));
    /* targets add up, and so do the values: the total stays what it was */
    kit_expect_decimal(kit_pace(&k, 1, 1, GUAN).target, "100");
    kit_expect_decimal(kit_pace(&k, 1, 1, GUAN).value, "23");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).value, "23");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).target, "100");
    assert_int_equal(kit_pace(&k, 1, 1, 0).parts, 1);
    /* the running item goes to the successor */
    assert_true(kit_item(&k, 1, DONG, "2023Q2").withdrawn);
    assert_int_equal(kit_item(&k, 1, GUAN, "2023Q2").owed, 1);
    assert_int_equal(duty_of(&k, 1, DONG).why, DUTY_ENDED);
    assert_int_equal(duty_of(&k, 1, DONG).until_day, kit_day_of("2023-05-15"));
    assert_int_equal(duty_of(&k, 1, GUAN).why, DUTY_TAKEN_OVER);
    assert_int_equal(duty_of(&k, 1, GUAN).from_office, DONG);
    assert_int_equal(duty_of(&k, 1, GUAN).from_day, kit_day_of("2023-05-15"));
    /* what it adds in the second quarter comes on top of both */
    kit_until(&k, "2023-07-03");
    kit_must_say(&k, GUAN, kit_value(1, 1, GUAN, "2023Q2", "20", MODE_THIS_PERIOD));
    kit_expect_decimal(kit_value_cell(&k, 1, 1, GUAN, "2023Q2").to_date, "43");
    kit_expect_decimal(kit_value_cell(&k, 1, 1, GUAN, "2023Q1").to_date, "8");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).value, "43");
    expect_replay_equal(&k);
    kit_close(&k);
}

static void an_office_merged_in_may_still_answers_for_march(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    kit_must(&k, CITY, ended(DONG, to_guan, 1, "2023-05-10"));
    kit_must_say(&k, GUAN, kit_value(1, 1, GUAN, "2023Q2", "20", MODE_THIS_PERIOD));
    statement_words s = kit_value(1, 1, DONG, "2023Q1", "17", MODE_NONE);
    s.supersedes = kit_value_cell(&k, 1, 1, DONG, "2023Q1").index;
    kit_must(&k, DONG, kit_correction(&s, 1));
    /* the correction reaches the successor's total */
    kit_expect_decimal(kit_value_cell(&k, 1, 1, GUAN, "2023Q2").to_date, "45");
    kit_expect_decimal(kit_pace(&k, 1, 1, GUAN).value, "45");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).value, "45");
    assert_status(kit_say(&k, DONG, kit_value(1, 1, DONG, "2023Q2", "1", MODE_TO_DATE)),
                  DUBAN_E_NO_ITEM);
    kit_until(&k, "2023-08-01");
    assert_status(kit_say(&k, DONG, kit_value(1, 1, DONG, "2023Q3", "1", MODE_TO_DATE)),
                  DUBAN_E_NO_ITEM);
    assert_false(kit_item(&k, 1, DONG, "2023Q2").missing);
    expect_replay_equal(&k);
    kit_close(&k);
}

static void rates_of_merged_offices_do_not_add_up(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    assert_int_equal(kit_pace(&k, 4, 1, 0).parts, 2);
    kit_must(&k, CITY, ended(DONG, to_guan, 1, "2023-05-15"));
    kit_expect_decimal(kit_pace(&k, 4, 1, GUAN).target, "95");
    kit_expect_decimal(kit_pace(&k, 4, 1, GUAN).value, "94");
    assert_int_equal(kit_pace(&k, 4, 1, 0).parts, 1);
    kit_close(&k);
}

static void a_successor_without_a_split_goes_on_with_the_values(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    kit_must(&k, CITY, ended(DONG, to_tjj, 1, "2023-05-15"));
    kit_expect_decimal(kit_pace(&k, 1, 1, TJJ).target, "60");
    kit_expect_decimal(kit_pace(&k, 1, 1, TJJ).value, "15");
    kit_expect_decimal(kit_pace(&k, 1, 1, TJJ).margin, "0.342466");
    kit_expect_decimal(kit_pace(&k, 4, 1, TJJ).value, "96");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).value, "23");
    assert_int_equal(kit_pace(&k, 1, 1, 0).parts, 2);
    assert_int_equal(kit_light(&k, 1, DONG).grade, GRADE_NONE);
    kit_until(&k, "2023-07-03");
    kit_must_say(&k, TJJ, kit_value(1, 1, TJJ, "2023Q2", "5", MODE_THIS_PERIOD));
    kit_expect_decimal(kit_value_cell(&k, 1, 1, TJJ, "2023Q2").to_date, "20");
    expect_replay_equal(&k);
    kit_close(&k);
}

/* Task 4, levels instead of rates, rolled up so; dong 96, guan 94 in March. */
static rollup levels_by;

static void change_levels(event *ev) {
    if (ev->kind != KIND_PLAN_CHUNK) return;
    task_words *t = (task_words *)&ev->plan_chunk.tasks[3];
    metric_words *metric = (metric_words *)t->metrics;
    metric->nature = NATURE_LEVEL;
    metric->rollup = levels_by;
    for (uint32_t i = 0; i < t->splits_n; i++)
        ((split_words *)t->splits)[i].weight = decimal_of_int(1);
}

static void levels_rolled_up_by(kit *k, rollup by) {
    levels_by = by;
    kit_open(k);
    kit_city_with(k, change_levels);
    kit_until(k, "2023-04-03");
    statement_words dong = kit_value(4, 1, DONG, "2023Q1", "96", MODE_NONE);
    statement_words guan = kit_value(4, 1, GUAN, "2023Q1", "94", MODE_NONE);
    if (by == ROLLUP_RATIO) dong.value.denominator = decimal_of_int(1);
    if (by == ROLLUP_RATIO) guan.value.denominator = decimal_of_int(1);
    kit_must_say(k, DONG, dong);
    kit_must_say(k, GUAN, guan);
    kit_until(k, "2023-05-15");
}

static void levels_of_merged_offices_add_up_only_in_sums(void **state) {
    (void)state;
    static const rollup kinds[] = {ROLLUP_SUM,       ROLLUP_MIN,   ROLLUP_MAX,
                                   ROLLUP_COUNT_MET, ROLLUP_RATIO, ROLLUP_WEIGHTED_MEAN,
                                   ROLLUP_ALL_OF};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        kit k;
        bool adds = kinds[i] == ROLLUP_SUM;
        levels_rolled_up_by(&k, kinds[i]);
        kit_must(&k, CITY, ended(DONG, to_guan, 1, "2023-05-15"));
        kit_expect_decimal(kit_pace(&k, 4, 1, GUAN).target, adds ? "190" : "95");
        kit_expect_decimal(kit_pace(&k, 4, 1, GUAN).value, adds ? "190" : "94");
        expect_replay_equal(&k);
        kit_close(&k);
    }
}

static void of_two_that_end_at_once_a_level_goes_on_with_the_first(void **state) {
    (void)state;
    kit k;
    levels_rolled_up_by(&k, ROLLUP_MIN);
    kit_must(&k, CITY, ended(GUAN, to_tjj, 1, "2023-05-20"));
    kit_must(&k, CITY, ended(DONG, to_tjj, 1, "2023-05-20"));
    kit_until(&k, "2023-05-20");
    kit_expect_decimal(kit_pace(&k, 4, 1, TJJ).target, "95");
    kit_expect_decimal(kit_pace(&k, 4, 1, TJJ).value, "96");
    assert_int_equal(kit_pace(&k, 4, 1, 0).parts, 1);
    expect_replay_equal(&k);
    kit_close(&k);
}

/* dong, 15, in the second quarter and guan, 8 and 4, in the third, both into tjj. */
static void a_second_office_merged_in_leaves_the_first_where_it_was(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    kit_must(&k, CITY, ended(DONG, to_tjj, 1, "2023-05-15"));
    kit_until(&k, "2023-07-03");
    kit_must_say(&k, GUAN, kit_value(1, 1, GUAN, "2023Q2", "4", MODE_THIS_PERIOD));
    kit_must(&k, CITY, ended(GUAN, to_tjj, 1, "2023-07-03"));
    kit_expect_decimal(kit_pace(&k, 1, 1, TJJ).target, "100");
    kit_expect_decimal(kit_pace(&k, 1, 1, TJJ).value, "27");
    /* what comes late for the second quarter goes on with dong alone, */
    kit_must_say(&k, TJJ, kit_value(1, 1, TJJ, "2023Q2", "5", MODE_THIS_PERIOD));
    kit_expect_decimal(kit_value_cell(&k, 1, 1, TJJ, "2023Q2").to_date, "20");
    kit_expect_decimal(kit_pace(&k, 1, 1, TJJ).value, "32");
    /* and so does what dong corrects; the third goes on with both */
    statement_words s = kit_value(1, 1, DONG, "2023Q1", "17", MODE_NONE);
    s.supersedes = kit_value_cell(&k, 1, 1, DONG, "2023Q1").index;
    kit_must(&k, DONG, kit_correction(&s, 1));
    kit_expect_decimal(kit_value_cell(&k, 1, 1, TJJ, "2023Q2").to_date, "22");
    kit_must_say(&k, TJJ, kit_value(1, 1, TJJ, "2023Q3", "6", MODE_THIS_PERIOD));
    kit_expect_decimal(kit_value_cell(&k, 1, 1, TJJ, "2023Q3").to_date, "40");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).value, "40");
    expect_replay_equal(&k);
    kit_close(&k);
}

static void a_lead_that_ends_hands_its_tasks_over(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q1", "4.8", MODE_NONE));
    static const uint32_t to_fgw[] = {FGW};
    kit_must(&k, CITY, ended(TJJ, to_fgw, 1, "2023-05-15"));
    assert_int_equal(task_of(&k, 2).leads[0], FGW);
    kit_expect_decimal(kit_pace(&k, 2, 1, 0).value, "4.8");
    assert_int_equal(kit_item(&k, 2, FGW, "2023Q2").owed, 1);
    assert_int_equal(kit_light(&k, 2, 0).charged, FGW);
    kit_must_say(&k, FGW, kit_value(2, 1, FGW, "2023Q2", "5", MODE_NONE));
    kit_expect_decimal(kit_pace(&k, 2, 1, 0).value, "5");
    assert_status(kit_send(&k, TJJ, kit_timetable(2, PROFILE_EVEN)), DUBAN_E_NOT_ALLOWED);
    expect_replay_equal(&k);
    kit_close(&k);
}

static void successors_may_end_in_turn(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    kit_must(&k, CITY, ended(DONG, to_guan, 1, "2023-05-10"));
    kit_must(&k, CITY, ended(GUAN, to_tjj, 1, "2023-05-12"));
    kit_expect_decimal(kit_pace(&k, 1, 1, TJJ).target, "100");
    kit_expect_decimal(kit_pace(&k, 1, 1, TJJ).value, "23");
    /* no way back: who has ended takes nothing over */
    assert_status(kit_send(&k, CITY, ended(TJJ, to_dong, 1, "2023-05-15")),
                  DUBAN_E_OFFICE_ENDED);
    assert_string_equal(k.refusal.expected, "guan");
    kit_must_say(&k, TJJ, kit_value(1, 1, TJJ, "2023Q2", "2", MODE_THIS_PERIOD));
    kit_expect_decimal(kit_value_cell(&k, 1, 1, TJJ, "2023Q2").to_date, "25");
    expect_replay_equal(&k);
    kit_close(&k);
}

static void an_end_ahead_takes_effect_on_its_day(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    kit_must(&k, CITY, ended(DONG, to_guan, 1, "2023-05-20"));
    assert_int_equal(office_cell(&k, DONG).ended_day, kit_day_of("2023-05-20"));
    assert_int_equal(task_of(&k, 1).splits_n, 2);
    assert_false(kit_item(&k, 1, DONG, "2023Q2").withdrawn);
    /* nobody may be given work that day or after */
    task_words t = task_of(&k, 3);
    t.leads = to_dong;
    event amends = {.kind = KIND_AMENDMENT,
                    .amendment = {.plan = 1,
                                  .task = t,
                                  .day = kit_day_of("2023-05-20"),
                                  .reason = kit_body("why"),
                                  .document = "",
                                  .approver = "council"}};
    assert_status(kit_try(&k, CITY, amends), DUBAN_E_OFFICE_ENDED);
    amends.amendment.day = kit_day_of("2023-05-19");
    kit_must(&k, CITY, amends);
    expect_replay_equal(&k);
    kit_until(&k, "2023-05-19");
    assert_int_equal(task_of(&k, 3).leads[0], DONG);
    kit_until(&k, "2023-05-20");
    assert_int_equal(task_of(&k, 3).leads[0], GUAN);
    assert_int_equal(task_of(&k, 1).splits_n, 1);
    assert_true(kit_item(&k, 1, DONG, "2023Q2").withdrawn);
    kit_expect_decimal(kit_pace(&k, 1, 1, GUAN).value, "23");
    expect_replay_equal(&k);
    kit_close(&k);
}

static void what_waits_for_an_ended_office_goes_to_its_successor(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    task_words t = task_of(&k, 3);
    t.leads = to_dong;
    event amends = {.kind = KIND_AMENDMENT,
                    .amendment = {.plan = 1,
                                  .task = t,
                                  .day = kit_day_of("2023-06-01"),
                                  .reason = kit_body("why"),
                                  .document = "",
                                  .approver = "council"}};
    kit_must(&k, CITY, amends);
    kit_must(&k, CITY, ended(DONG, to_guan, 1, "2023-05-20"));
    kit_until(&k, "2023-06-01");
    assert_int_equal(task_of(&k, 3).leads[0], GUAN);
    expect_replay_equal(&k);
    kit_close(&k);
}

static void ended_periods_stay_with_the_old_office(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    item_cell item = kit_item(&k, 1, DONG, "2023Q1");
    value_cell value = kit_value_cell(&k, 1, 1, DONG, "2023Q1");
    round_cell round = kit_round(&k, 1, DONG, "2023Q1");
    kit_must(&k, CITY, ended(DONG, to_guan, 1, "2023-05-15"));
    item_cell item_after = kit_item(&k, 1, DONG, "2023Q1");
    assert_int_equal(item_after.index, item.index);
    assert_int_equal(item_after.state, item.state);
    assert_false(item_after.withdrawn);
    assert_int_equal(kit_value_cell(&k, 1, 1, DONG, "2023Q1").index, value.index);
    assert_int_equal(kit_round(&k, 1, DONG, "2023Q1").grade, round.grade);
    kit_must(&k, CITY, kit_review(1, DONG, "2023Q1", item.index, true));
    kit_close(&k);
}

/* --- renamed and moved -------------------------------------------------------------- */

static void a_renamed_office_keeps_its_former_names(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    kit_must(&k, CITY, renamed(DONG, "Dong District", "2023-05-15"));
    assert_string_equal(office_cell(&k, DONG).name, "Dong District");
    assert_int_equal(office_cell(&k, DONG).formerly_n, 1);
    assert_string_equal(office_cell(&k, DONG).formerly[0], "Dong County");
    kit_must(&k, CITY, renamed(DONG, "East District", "2023-05-17"));
    assert_string_equal(office_cell(&k, DONG).name, "Dong District");
    assert_status(kit_send(&k, CITY, renamed(GUAN, "East District", "2023-05-15")),
                  DUBAN_E_DUPLICATE);
    kit_until(&k, "2023-05-17");
    assert_string_equal(office_cell(&k, DONG).name, "East District");
    assert_string_equal(office_cell(&k, DONG).formerly[1], "Dong District");
    expect_replay_equal(&k);
    kit_close(&k);
}

static void an_office_moves_but_never_under_itself(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    kit_must(&k, CITY, moved(GUAN, DONG, "2023-05-15"));
    assert_int_equal(office_cell(&k, GUAN).parent, DONG);
    assert_status(kit_send(&k, CITY, moved(DONG, GUAN, "2023-05-15")), DUBAN_E_DUPLICATE);
    assert_status(kit_send(&k, CITY, moved(DONG, DONG, "2023-05-15")), DUBAN_E_DUPLICATE);
    /* who stood under an ended office stands under its successor */
    kit_must(&k, CITY, ended(DONG, to_tjj, 1, "2023-05-15"));
    assert_int_equal(office_cell(&k, GUAN).parent, TJJ);
    expect_replay_equal(&k);
    kit_close(&k);
}

static void changes_that_cannot_be_are_refused(void **state) {
    (void)state;
    static const uint32_t twice[] = {GUAN, GUAN};
    static const uint32_t nobody[] = {77};
    kit k;
    second_quarter(&k, "2023-05-15");
    kit_must(&k, CITY, ended(DONG, to_guan, 1, "2023-05-20"));
    const struct {
        event ev;
        duban_status status;
    } cases[] = {
        {ended(GUAN, NULL, 0, "2023-05-15"), DUBAN_E_EMPTY},
        {ended(GUAN, twice, 2, "2023-05-15"), DUBAN_E_DUPLICATE},
        {ended(GUAN, to_guan, 1, "2023-05-15"), DUBAN_E_DUPLICATE},
        {ended(GUAN, nobody, 1, "2023-05-15"), DUBAN_E_UNKNOWN_OFFICE},
        {ended(GUAN, to_dong, 1, "2023-05-15"), DUBAN_E_OFFICE_ENDED},
        {ended(DONG, to_guan, 1, "2023-05-15"), DUBAN_E_OFFICE_ENDED},
        {ended(77, to_guan, 1, "2023-05-15"), DUBAN_E_UNKNOWN_OFFICE},
        {ended(CITY, to_guan, 1, "2023-05-15"), DUBAN_E_STATE},
        {ended(GUAN, to_tjj, 1, "2023-03-31"), DUBAN_E_DATE},
        {ended(GUAN, to_tjj, 1, "2023-07-01"), DUBAN_E_DATE},
        {renamed(GUAN, "", "2023-05-15"), DUBAN_E_EMPTY},
        {renamed(GUAN, "Reform", "2023-05-15"), DUBAN_E_DUPLICATE},
        {moved(GUAN, 77, "2023-05-15"), DUBAN_E_UNKNOWN_OFFICE},
        {moved(GUAN, DONG, "2023-05-15"), DUBAN_E_OFFICE_ENDED},
        {moved(CITY, GUAN, "2023-05-15"), DUBAN_E_STATE},
        {change(GUAN, OFFICE_ACT_NONE, "2023-05-15"), DUBAN_E_UNSUPPORTED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        duban_status status = kit_try(&k, CITY, cases[i].ev);
        if (status != cases[i].status) print_error("case %zu\n", i);
        assert_status(status, cases[i].status);
    }
    assert_status(kit_try(&k, GUAN, renamed(GUAN, "Guan", "2023-05-15")),
                  DUBAN_E_NOT_ALLOWED);
    static const office_words forged = {
        .number = 6, .code = "x", .name = "X", .kind = OFFICE_ZONE, .ended_day = 20000};
    assert_status(
        kit_try(&k, CITY, (event){.kind = KIND_OFFICES, .offices = {&forged, 1}}),
        DUBAN_E_STATE);
    kit_close(&k);
}

/* --- properties --------------------------------------------------------------------- */

static bool running_only(void *ctx, const cell *value) {
    int32_t today = *(const int32_t *)ctx;
    period of = value->name.period;
    assert_true(of.kind == PERIOD_NONE || period_last_day(of) >= today);
    return true;
}

/* The newest entry changed no cell of a period that has ended. */
static void expect_ended_untouched(kit *k) {
    ledger_status status;
    ledger_get_status(k->ledger, &status);
    ledger_cells(k->ledger, 1, k->last - 1, false, running_only, &status.day);
}

static void replay_equals_live_through_histories_with_successions(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        kit k;
        kit_open(&k);
        kit_running_city(&k);
        kit_random r = {seed * 77};
        uint32_t taken = 0;
        for (uint32_t i = 0; i < 600; i++) {
            char day[DAY_TEXT_SIZE];
            ledger_status status;
            ledger_get_status(k.ledger, &status);
            day_write(status.day + (i % 3 == 2), day);
            if (i % 3 == 2 && status.day < kit_day_of("2024-01-20")) {
                kit_until(&k, day);
                continue;
            }
            uint32_t office = CITY;
            event ev = kit_random_event(&k, &r, &office);
            uint32_t successor = 1 + kit_below(&r, 5);
            if (kit_below(&r, 60) == 0) {
                char on[DAY_TEXT_SIZE];
                office = CITY;
                day_write(status.day + (int32_t)kit_below(&r, 9) - 4, on);
                ev = ended(2 + kit_below(&r, 4), &successor, 1, on);
                bool done = kit_send(&k, office, ev) == DUBAN_OK;
                if (done) expect_ended_untouched(&k);
                taken += done;
            } else {
                kit_send(&k, office, ev);
            }
            if (i % 100 == 99) expect_replay_equal(&k);
        }
        assert_true(taken > 0);
        expect_replay_equal(&k);
        kit_close(&k);
    }
}

/* Whether a slice of that office holds the event. */
static bool concerns(const event *ev, uint32_t office) {
    if (ev->kind == KIND_REVIEW)
        return ev->office == office || ev->review.office == office;
    if (ev->kind != KIND_SUBMISSION || ev->office == office) return true;
    for (uint32_t i = 0; i < ev->submission.statements_n; i++)
        if (ev->submission.statements[i].office == office) return true;
    return false;
}

static void feed(const kit *k, ledger *slice, uint32_t office, size_t *fed) {
    arena a;
    arena_init(&a, 0);
    for (; *fed < k->entries_n; (*fed)++) {
        span entry = {k->entries[*fed].data, k->entries[*fed].size};
        event ev;
        uint64_t index;
        int64_t received_ms;
        duban_refusal why = {0};
        arena_reset(&a);
        assert_int_equal(replay_read(entry, &a, &ev, &index, &received_ms, NULL),
                         DUBAN_OK);
        if (!concerns(&ev, office)) continue;
        if (replay_entry(slice, entry, &a, &why) != DUBAN_OK)
            fail_msg("entry %zu: %s %s", *fed, why.found, why.expected);
    }
    arena_close(&a);
}

/* The verdict of a slice and of the whole on what an office says of its own items. */
static void compare_verdicts(kit *k, ledger *slice, kit_random *r, uint32_t office) {
    uint32_t signer;
    event ev = kit_random_event(k, r, &signer);
    duban_refusal found = {0};
    if (ev.kind != KIND_SUBMISSION) return;
    statement_words *said = (statement_words *)ev.submission.statements;
    for (uint32_t i = 0; i < ev.submission.statements_n; i++)
        said[i].office = office;
    event whole = kit_sign(k, office, ev);
    duban_status expected = ledger_check(k->ledger, &whole, k->now_ms, &k->refusal);
    duban_status status = ledger_check(slice, &whole, k->now_ms, &found);
    if (expected == DUBAN_E_NOT_ALLOWED) return;
    assert_status(status, expected);
    if (status != DUBAN_OK) assert_string_equal(found.field, k->refusal.field);
}

static void a_slice_follows_changes_of_plans_and_offices(void **state) {
    (void)state;
    static const uint32_t called[] = {TJJ};
    kit k;
    kit_memory memory = {0};
    ledger *slice = NULL;
    size_t fed = 0;
    kit_random r = {5};
    assert_int_equal(ledger_new(kit_allocator(&memory), &slice), DUBAN_OK);
    ledger_set_slice(slice, true);
    second_quarter(&k, "2023-05-15");
    feed(&k, slice, GUAN, &fed);
    kit_must(&k, FGW,
             (event){.kind = KIND_CALL_IN,
                     .call_in = {.plan = 1,
                                 .task = 3,
                                 .offices = called,
                                 .offices_n = 1,
                                 .day = kit_day_of("2023-05-15")}});
    kit_must(&k, CITY, ended(DONG, to_guan, 1, "2023-05-20"));
    for (uint32_t i = 0; i < 300; i++) {
        uint32_t office;
        if (i == 100) kit_until(&k, "2023-05-20");
        if (i == 200) kit_until(&k, "2023-07-05");
        event ev = kit_random_event(&k, &r, &office);
        kit_send(&k, office, ev);
        feed(&k, slice, GUAN, &fed);
        compare_verdicts(&k, slice, &r, GUAN);
    }
    ledger_free(slice);
    assert_int_equal(memory.bytes, 0);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_office_merged_in_may_goes_on_under_its_successor),
        cmocka_unit_test(an_office_merged_in_may_still_answers_for_march),
        cmocka_unit_test(rates_of_merged_offices_do_not_add_up),
        cmocka_unit_test(a_successor_without_a_split_goes_on_with_the_values),
        cmocka_unit_test(levels_of_merged_offices_add_up_only_in_sums),
        cmocka_unit_test(of_two_that_end_at_once_a_level_goes_on_with_the_first),
        cmocka_unit_test(a_second_office_merged_in_leaves_the_first_where_it_was),
        cmocka_unit_test(a_lead_that_ends_hands_its_tasks_over),
        cmocka_unit_test(successors_may_end_in_turn),
        cmocka_unit_test(an_end_ahead_takes_effect_on_its_day),
        cmocka_unit_test(what_waits_for_an_ended_office_goes_to_its_successor),
        cmocka_unit_test(ended_periods_stay_with_the_old_office),
        cmocka_unit_test(a_renamed_office_keeps_its_former_names),
        cmocka_unit_test(an_office_moves_but_never_under_itself),
        cmocka_unit_test(changes_that_cannot_be_are_refused),
        cmocka_unit_test(replay_equals_live_through_histories_with_successions),
        cmocka_unit_test(a_slice_follows_changes_of_plans_and_offices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
