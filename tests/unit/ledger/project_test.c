/* Projects under a task: stages, gates, money, and the rates they amount to. */
#include "tests/unit/ledger/ledger_kit.h"

#include "broker/ledger/project_rates.h"

#define TASK 3

static int begin(void **state) {
    kit *k = malloc(sizeof *k);
    if (!k) return -1;
    kit_open(k);
    kit_city(k);
    kit_until(k, "2023-06-30");
    *state = k;
    return 0;
}

static int end(void **state) {
    kit *k = *state;
    hash256 live = kit_digest(k);
    hash256 again = kit_digest_of_replay(k);
    assert_true(hash_equal(&live, &again));
    kit_close(k);
    free(k);
    return 0;
}

static event project_of(uint32_t number) {
    return (event){
        .kind = KIND_PROJECT,
        .project = {.plan = 1, .task = TASK, .project = number, .title = "", .unit = ""}};
}

static event new_project(uint32_t number, const char *title, uint32_t office) {
    event ev = project_of(number);
    ev.project.title = title;
    ev.project.office = office;
    return ev;
}

static event stage_of(uint32_t number, stage_kind stage, const char *day) {
    event ev = project_of(number);
    ev.project.stage = stage;
    ev.project.stage_day = day == NULL ? 0 : kit_day_of(day);
    return ev;
}

static event money_of(uint32_t number, const char *annual, const char *invested,
                      const char *unit) {
    event ev = project_of(number);
    ev.project.has_annual = annual != NULL;
    if (annual != NULL) ev.project.annual = kit_decimal(annual);
    ev.project.has_invested = invested != NULL;
    if (invested != NULL) ev.project.invested = kit_decimal(invested);
    ev.project.unit = unit;
    return ev;
}

static event with_text(event ev) {
    ev.project.text = kit_body("a correction");
    return ev;
}

static project_cell project(kit *k, uint32_t number) {
    return kit_cell(k, (cell_name){.kind = CELL_PROJECT, .task = TASK, .node = number})
        .project;
}

static project_rates rates(kit *k, uint32_t office, const char *day) {
    walk_board board = {k->ledger, 1};
    cell_walk cells = walk_of(&board);
    rates_ask ask = {.office = office, .day = kit_day_of(day)};
    project_rates out;
    project_rates_of(&cells, &ask, &out);
    return out;
}

/* --- how a project stands ----------------------------------------------------------- */

static void what_is_not_said_stays_as_it_was(void **state) {
    kit *k = *state;
    event ev = new_project(1, "a bridge", DONG);
    ev.project.unit = "亿元";
    ev.project.has_total = true;
    ev.project.total = kit_decimal("12.5");
    kit_must(k, FGW, ev);
    uint64_t first = k->last;
    kit_must(k, FGW, stage_of(1, STAGE_STARTED, "2023-05-20"));
    ev = money_of(1, "4", "1.25", "");
    ev.project.data_date = kit_day_of("2023-06-25");
    kit_must(k, FGW, ev);
    project_cell p = project(k, 1);
    assert_string_equal(p.title, "a bridge");
    assert_int_equal(p.office, DONG);
    assert_string_equal(p.unit, "亿元");
    kit_expect_decimal(p.total, "12.5");
    kit_expect_decimal(p.annual, "4");
    kit_expect_decimal(p.invested, "1.25");
    assert_int_equal(p.data_date, kit_day_of("2023-06-25"));
    assert_int_equal(p.stage, STAGE_STARTED);
    assert_int_equal(p.reached_n, 1);
    assert_int_equal(p.reached[0].day, kit_day_of("2023-05-20"));
    assert_int_equal(p.index, k->last);
    assert_true(first < k->last);
}

static void days_that_are_not_said_are_today(void **state) {
    kit *k = *state;
    kit_must(k, FGW, new_project(1, "a bridge", DONG));
    kit_must(k, FGW, stage_of(1, STAGE_PLANNED, NULL));
    kit_must(k, FGW, money_of(1, "4", "1", "亿元"));
    assert_int_equal(project(k, 1).reached[0].day, kit_day_of("2023-06-30"));
    assert_int_equal(project(k, 1).data_date, kit_day_of("2023-06-30"));
}

static void a_stage_goes_back_only_as_a_correction(void **state) {
    kit *k = *state;
    kit_must(k, FGW, new_project(1, "a bridge", DONG));
    kit_must(k, FGW, stage_of(1, STAGE_PLANNED, "2023-02-01"));
    kit_must(k, FGW, stage_of(1, STAGE_IN_STATISTICS, "2023-06-20"));
    assert_status(kit_send(k, FGW, stage_of(1, STAGE_STARTED, "2023-06-01")),
                  DUBAN_E_STATE);
    assert_status(kit_send(k, FGW, stage_of(1, STAGE_IN_STATISTICS, "2023-06-10")),
                  DUBAN_E_REASON_NEEDED);
    assert_status(kit_send(k, FGW, stage_of(1, STAGE_IN_PRODUCTION, "2023-06-19")),
                  DUBAN_E_DATE);
    kit_must(k, FGW, with_text(stage_of(1, STAGE_STARTED, "2023-06-01")));
    project_cell p = project(k, 1);
    assert_int_equal(p.stage, STAGE_STARTED);
    assert_int_equal(p.reached_n, 2); /* planned, started; in statistics is taken back */
    assert_int_equal(p.reached[1].day, kit_day_of("2023-06-01"));
    /* the same stage without a day changes nothing */
    kit_must(k, FGW, stage_of(1, STAGE_STARTED, NULL));
    assert_int_equal(project(k, 1).reached[1].day, kit_day_of("2023-06-01"));
}

static void what_makes_no_sense_is_refused(void **state) {
    kit *k = *state;
    kit_must(k, FGW, new_project(1, "a bridge", DONG));
    event money = money_of(1, "4", "2", "亿元");
    money.project.data_date = kit_day_of("2023-06-20");
    kit_must(k, FGW, money);
    static const gate_words back[] = {{STAGE_STARTED, 19500}, {STAGE_PLANNED, 19600}};
    static const gate_words early[] = {{STAGE_PLANNED, 19600}, {STAGE_STARTED, 19500}};
    static const gate_words timeless[] = {{STAGE_PLANNED, 0}};
    event gates[3] = {project_of(1), project_of(1), project_of(1)};
    gates[0].project.gates = back;
    gates[1].project.gates = early;
    gates[2].project.gates = timeless;
    gates[0].project.gates_n = gates[1].project.gates_n = 2;
    gates[2].project.gates_n = 1;
    event late = money_of(1, NULL, "3", "");
    late.project.data_date = kit_day_of("2023-07-01");
    event older = money_of(1, NULL, "3", "");
    older.project.data_date = kit_day_of("2023-06-19");
    event dateless = project_of(1);
    dateless.project.has_annual = true;
    dateless.project.data_date = kit_day_of("2023-06-19");
    event homeless = stage_of(1, STAGE_NONE, "2023-06-01");
    homeless.project.office = GUAN;
    event nowhere = new_project(2, "a road", DONG);
    nowhere.project.task = 99;
    const struct {
        event ev;
        duban_status status;
        const char *field;
    } rows[] = {
        {project_of(1), DUBAN_E_EMPTY, "project"},
        {new_project(2, "", DONG), DUBAN_E_EMPTY, "title"},
        {new_project(2, "a road", 0), DUBAN_E_UNKNOWN_OFFICE, "office"},
        {new_project(2, "a road", 77), DUBAN_E_UNKNOWN_OFFICE, "office"},
        {new_project(3, "a road", DONG), DUBAN_E_SEQUENCE, "project"},
        {new_project(0, "a road", DONG), DUBAN_E_SEQUENCE, "project"},
        {nowhere, DUBAN_E_UNKNOWN_TASK, "task"},
        {money_of(1, "-1", NULL, ""), DUBAN_E_TARGET, "annual"},
        {money_of(1, "400", NULL, "万元"), DUBAN_E_WRONG_UNIT, "unit"},
        {money_of(1, NULL, "1.9", ""), DUBAN_E_REASON_NEEDED, "text"},
        {late, DUBAN_E_FUTURE, "data_date"},
        {older, DUBAN_E_REASON_NEEDED, "text"},
        {dateless, DUBAN_E_EMPTY, "invested"},
        {homeless, DUBAN_E_EMPTY, "stage"},
        {stage_of(1, STAGE_STARTED, "2023-07-01"), DUBAN_E_FUTURE, "stage_day"},
        {gates[0], DUBAN_E_SHARES, "stage"},
        {gates[1], DUBAN_E_SHARES, "day"},
        {gates[2], DUBAN_E_SHARES, "day"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        duban_status status = kit_send(k, FGW, rows[i].ev);
        if (status != rows[i].status)
            fail_msg("row %zu: %s", i, duban_status_name(status));
        assert_string_equal(k->refusal.field, rows[i].field);
    }
    kit_must(k, FGW, with_text(money_of(1, NULL, "1.9", "")));
    kit_must(k, FGW, money_of(1, "40000", "19000", "万元")); /* both said anew */
}

static void an_amendment_keeps_the_projects(void **state) {
    kit *k = *state;
    cell_name name = {.kind = CELL_TASK, .task = TASK};
    kit_must(k, FGW, new_project(1, "a bridge", DONG));
    kit_must(k, FGW, stage_of(1, STAGE_PLANNED, "2023-02-01"));
    task_words task = kit_cell(k, name).task;
    task.deadline = kit_day_of("2023-11-30");
    kit_must(k, CITY,
             (event){.kind = KIND_AMENDMENT,
                     .amendment = {.plan = 1,
                                   .task = task,
                                   .day = kit_day_of("2023-07-01"),
                                   .reason = kit_body("why"),
                                   .document = "",
                                   .approver = "city government"}});
    assert_status(kit_send(k, FGW, new_project(3, "a road", DONG)), DUBAN_E_SEQUENCE);
    kit_must(k, FGW, new_project(2, "a road", DONG));
    kit_must(k, FGW, stage_of(1, STAGE_STARTED, "2023-06-01"));
    assert_int_equal(project(k, 1).reached_n, 2);
    assert_string_equal(project(k, 1).title, "a bridge");
}

/* Whatever allocation fails, the check says so and nothing has changed. */
static void memory_that_runs_out_changes_nothing(void **state) {
    kit *k = *state;
    gate_words gate = {STAGE_STARTED, kit_day_of("2023-06-30")};
    event ev = new_project(1, "a plant", DONG);
    ev.project.gates = &gate;
    ev.project.gates_n = 1;
    ev.project.stage = STAGE_PLANNED;
    hash256 before = kit_digest(k);
    duban_status status = DUBAN_E_NO_MEMORY;
    uint32_t failures = 0;
    for (uint64_t n = 1; status == DUBAN_E_NO_MEMORY; n++) {
        k->memory.fail_at = k->memory.calls + n;
        status = kit_try(k, FGW, ev);
        k->memory.fail_at = 0;
        hash256 after = kit_digest(k);
        assert_true(hash_equal(&before, &after));
        failures += status != DUBAN_OK;
    }
    assert_status(status, DUBAN_OK);
    assert_true(failures > 0);
    kit_must(k, FGW, ev);
}

/* --- gates -------------------------------------------------------------------------- */

static void a_gate_is_passed_when_the_stage_was_reached_by_its_day(void **state) {
    (void)state;
    static const struct {
        stage_kind reached;
        const char *on; /* NULL: not yet */
        const char *looked_at;
        gate_state wanted;
    } rows[] = {{STAGE_NONE, NULL, "2023-06-30", GATE_AHEAD},
                {STAGE_NONE, NULL, "2023-07-01", GATE_MISSED},
                {STAGE_PLANNED, "2023-03-01", "2023-07-01", GATE_MISSED},
                {STAGE_STARTED, "2023-06-30", "2023-07-01", GATE_PASSED},
                {STAGE_STARTED, "2023-07-01", "2023-07-01", GATE_LATE},
                {STAGE_STARTED, "2023-07-05", "2023-07-01", GATE_MISSED},
                {STAGE_STARTED, "2023-07-05", "2023-06-01", GATE_AHEAD},
                {STAGE_IN_PRODUCTION, "2023-05-01", "2023-07-01", GATE_PASSED}};
    gate_words gate = {STAGE_STARTED, kit_day_of("2023-06-30")};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        gate_words reached = {rows[i].reached, 0};
        if (rows[i].on != NULL) reached.day = kit_day_of(rows[i].on);
        project_cell p = {.reached = &reached, .reached_n = rows[i].on != NULL};
        assert_int_equal(
            gate_look(&p, &gate, 1, STAGE_STARTED, kit_day_of(rows[i].looked_at)),
            rows[i].wanted);
        assert_int_equal(gate_look(&p, &gate, 1, STAGE_IN_STATISTICS, 19500), GATE_NONE);
    }
}

/* --- rates -------------------------------------------------------------------------- */

/* Four projects by "369": formalities in March, start in June, production in September. */
static void four_projects(kit *k) {
    gate_words gates[] = {{STAGE_PLANNED, kit_day_of("2023-03-31")},
                          {STAGE_STARTED, kit_day_of("2023-06-30")},
                          {STAGE_IN_PRODUCTION, kit_day_of("2023-09-30")}};
    static const uint32_t offices[] = {DONG, DONG, GUAN, GUAN};
    for (uint32_t i = 1; i <= 4; i++) {
        event ev = new_project(i, "a plant", offices[i - 1]);
        ev.project.gates = gates;
        ev.project.gates_n = 3;
        kit_must(k, FGW, ev);
        kit_must(k, FGW, stage_of(i, STAGE_PLANNED, "2023-03-15"));
    }
    kit_must(k, FGW, stage_of(1, STAGE_STARTED, "2023-05-01"));
    kit_must(k, FGW, stage_of(1, STAGE_IN_STATISTICS, "2023-06-10"));
    kit_must(k, FGW, stage_of(2, STAGE_STARTED, "2023-06-28"));
    kit_must(k, FGW, stage_of(3, STAGE_STARTED, "2023-06-30"));
    kit_must(k, FGW, money_of(1, "10", "7", "亿元"));
    kit_must(k, FGW, money_of(2, "5000", "2500", "万元"));
    kit_must(k, FGW, money_of(3, "1", "1.3", "亿元"));
}

static void three_rates_have_a_numerator_and_a_denominator(void **state) {
    kit *k = *state;
    four_projects(k);
    project_rates r = rates(k, 0, "2023-06-30");
    assert_int_equal(r.projects, 4);
    assert_int_equal(r.due_to_start, 4);
    assert_int_equal(r.started_of_due, 3);
    kit_expect_decimal(r.start, "75");
    assert_int_equal(r.started, 3);
    assert_int_equal(r.in_statistics, 1);
    kit_expect_decimal(r.statistics, "33.333333");
    /* 7 + 0.25 + 1.3 of 10 + 0.5 + 1 亿元 */
    assert_true(r.has_investment);
    kit_expect_decimal(r.investment, "74.347826");
    assert_int_equal(r.standing[STAGE_PLANNED], 1);
    assert_int_equal(r.standing[STAGE_STARTED], 2);
    assert_int_equal(r.standing[STAGE_IN_STATISTICS], 1);
    assert_int_equal(r.gates[STAGE_PLANNED][GATE_PASSED], 4);
    assert_int_equal(r.gates[STAGE_STARTED][GATE_PASSED], 3);
    assert_int_equal(r.gates[STAGE_STARTED][GATE_AHEAD], 1);
    assert_int_equal(r.gates[STAGE_IN_PRODUCTION][GATE_AHEAD], 4);
}

static void rates_are_counted_per_office_and_never_clipped(void **state) {
    kit *k = *state;
    four_projects(k);
    project_rates r = rates(k, GUAN, "2023-06-30");
    assert_int_equal(r.projects, 2);
    kit_expect_decimal(r.start, "50");
    kit_expect_decimal(r.investment, "130");
    r = rates(k, TJJ, "2023-06-30");
    assert_int_equal(r.projects, 0);
    assert_false(r.has_start || r.has_statistics || r.has_investment);
}

static void rates_are_frozen_at_their_day(void **state) {
    kit *k = *state;
    four_projects(k);
    project_rates before = rates(k, 0, "2023-06-27");
    assert_int_equal(before.started, 1);
    assert_int_equal(before.due_to_start, 0);
    assert_false(before.has_start);
    assert_int_equal(before.later, 3); /* the newest figures are of 30 June */
    kit_until(k, "2023-07-20");
    kit_must(k, FGW, stage_of(4, STAGE_STARTED, "2023-07-15"));
    project_rates june = rates(k, 0, "2023-06-30");
    project_rates july = rates(k, 0, "2023-07-20");
    kit_expect_decimal(june.start, "75");
    assert_int_equal(june.standing[STAGE_PLANNED], 1);
    kit_expect_decimal(july.start, "100");
    assert_int_equal(july.gates[STAGE_STARTED][GATE_LATE], 1);
}

static void money_of_different_sorts_is_not_added_up(void **state) {
    kit *k = *state;
    four_projects(k);
    kit_must(k, FGW, money_of(4, "30", "10", "公里"));
    project_rates r = rates(k, 0, "2023-06-30");
    assert_true(r.mixed_units);
    assert_false(r.has_investment);
    assert_true(r.has_start);
}

static void the_largest_sums_stay_exact(void **state) {
    kit *k = *state;
    for (uint32_t i = 1; i <= 3; i++) {
        kit_must(k, FGW, new_project(i, "a plant", DONG));
        kit_must(k, FGW,
                 money_of(i, "999999999999.999999", i == 1 ? "999999999999.999999" : "0",
                          "万亿元"));
    }
    project_rates r = rates(k, 0, "2023-06-30");
    kit_expect_decimal(r.investment, "33.333333");
}

#define WITH_CITY(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_CITY(what_is_not_said_stays_as_it_was),
        WITH_CITY(days_that_are_not_said_are_today),
        WITH_CITY(a_stage_goes_back_only_as_a_correction),
        WITH_CITY(what_makes_no_sense_is_refused),
        WITH_CITY(an_amendment_keeps_the_projects),
        cmocka_unit_test(a_gate_is_passed_when_the_stage_was_reached_by_its_day),
        WITH_CITY(three_rates_have_a_numerator_and_a_denominator),
        WITH_CITY(rates_are_counted_per_office_and_never_clipped),
        WITH_CITY(rates_are_frozen_at_their_day),
        WITH_CITY(money_of_different_sorts_is_not_added_up),
        WITH_CITY(the_largest_sums_stay_exact),
        WITH_CITY(memory_that_runs_out_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
