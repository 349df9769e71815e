/* The three rates of projects, and which of them are behind their gates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "city_kit.h"
#include "client/cli/project.h"

static city_kit kit;

static int setup(void **state) {
    (void)state;
    kit_open(&kit, DUBAN_ZH);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    kit_close(&kit);
    return 0;
}

/* A task whose projects have to start by 31 March and produce by 30 September. */
static task_words gated(void) {
    static gate_words gates[2];
    task_words task = kit_task();
    gates[0] = (gate_words){STAGE_STARTED, kit_day("2023-03-31")};
    gates[1] = (gate_words){STAGE_IN_PRODUCTION, kit_day("2023-09-30")};
    task.gates = gates;
    task.gates_n = 2;
    return task;
}

static void add(uint32_t number, stage_kind stage, const char *annual,
                const char *invested, const char *unit) {
    cell *c = kit_add(&kit, CELL_PROJECT, 1, 0, 0, number);
    c->project = (project_cell){.title = "项目",
                                .office = 2,
                                .unit = unit,
                                .annual = kit_number(annual),
                                .stage = stage,
                                .invested = kit_number(invested)};
}

static project_rates rates(uint32_t task) {
    project_rates r;
    kit_fold(&kit);
    assert_int_equal(project_rates_of(&kit.k.where, task, kit_day("2023-07-10"), &r),
                     DUBAN_OK);
    return r;
}

static void rates_count_what_should_have_started(void **state) {
    (void)state;
    kit_add(&kit, CELL_TASK, 1, 0, 0, 0)->task = gated();
    add(1, STAGE_PLANNED, "10", "0", "亿元");
    add(2, STAGE_STARTED, "10", "8", "亿元");
    add(3, STAGE_IN_STATISTICS, "5", "6", "亿元");
    add(4, STAGE_IN_PRODUCTION, "5", "7", "亿元");
    project_rates r = rates(0);
    assert_int_equal(r.projects, 4);
    assert_int_equal(r.due_to_start, 4);
    assert_int_equal(r.started, 3);
    assert_int_equal(r.in_statistics, 2);
    assert_true(r.has_start && r.has_statistics && r.has_investment);
    assert_int_equal(r.start_rate.micro, 75 * DECIMAL_MICRO);
    assert_int_equal(r.statistics_rate.micro, 66666667);
    assert_int_equal(r.investment_rate.micro, 70 * DECIMAL_MICRO);
}

static void rates_of_nothing_are_absent(void **state) {
    (void)state;
    kit_add(&kit, CELL_TASK, 1, 0, 0, 0)->task = gated();
    project_rates none = rates(1);
    assert_int_equal(none.projects, 0);
    assert_false(none.has_start || none.has_statistics || none.has_investment);
}

static void a_rate_is_not_clipped(void **state) {
    (void)state;
    kit_add(&kit, CELL_TASK, 1, 0, 0, 0)->task = kit_task();
    add(1, STAGE_PLANNED, "2", "3", "亿元");
    project_rates r = rates(1);
    assert_false(r.has_start); /* no gate says that it should have */
    assert_true(r.has_investment);
    assert_int_equal(r.investment_rate.micro, 150 * DECIMAL_MICRO);
}

static void amounts_in_different_units_give_no_rate(void **state) {
    (void)state;
    kit_add(&kit, CELL_TASK, 1, 0, 0, 0)->task = kit_task();
    add(1, STAGE_STARTED, "2", "1", "亿元");
    add(2, STAGE_STARTED, "20000", "10000", "万元");
    project_rates r = rates(1);
    assert_true(r.units_differ);
    assert_false(r.has_investment);
}

static void a_gate_that_has_passed_is_missed_and_its_day_itself_is_not(void **state) {
    (void)state;
    task_words task = gated();
    gate_words own[] = {{STAGE_STARTED, kit_day("2023-06-30")}};
    project_cell p = {.stage = STAGE_PLANNED};
    assert_false(project_behind(&p, &task, kit_day("2023-03-31")));
    assert_true(project_behind(&p, &task, kit_day("2023-04-01")));
    p.gates = own;
    p.gates_n = 1; /* its own instead of the task's */
    assert_false(project_behind(&p, &task, kit_day("2023-04-01")));
    assert_true(project_behind(&p, &task, kit_day("2023-07-01")));
    p.stage = STAGE_STARTED;
    assert_false(project_behind(&p, &task, kit_day("2023-10-01")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rates_count_what_should_have_started, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(rates_of_nothing_are_absent, setup, teardown),
        cmocka_unit_test_setup_teardown(a_rate_is_not_clipped, setup, teardown),
        cmocka_unit_test_setup_teardown(amounts_in_different_units_give_no_rate, setup,
                                        teardown),
        cmocka_unit_test(a_gate_that_has_passed_is_missed_and_its_day_itself_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
