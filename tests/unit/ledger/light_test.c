/* Lights: the table decides, rounds remember, the clock changes what waits for it. */
#include "tests/unit/ledger/ledger_kit.h"

#include "broker/ledger/light.h"

static void the_first_row_that_matches_wins(void **state) {
    (void)state;
    static const struct {
        light_inputs in;
        grade grade;
        cause cause;
    } rows[] = {
        {{.has_margin = true, .nature = NATURE_CUMULATIVE}, GRADE_GREEN, CAUSE_ON_PACE},
        {{.has_margin = true, .nature = NATURE_CUMULATIVE, .margin = {-1}},
         GRADE_BLUE,
         CAUSE_BEHIND},
        {{.has_margin = true, .nature = NATURE_CUMULATIVE, .margin = {-10000000}},
         GRADE_BLUE,
         CAUSE_BEHIND},
        {{.has_margin = true, .nature = NATURE_CUMULATIVE, .margin = {-10000001}},
         GRADE_YELLOW,
         CAUSE_BEHIND},
        {{.has_margin = true, .nature = NATURE_CUMULATIVE, .margin = {-30000000}},
         GRADE_YELLOW,
         CAUSE_BEHIND},
        {{.has_margin = true, .nature = NATURE_CUMULATIVE, .margin = {-30000001}},
         GRADE_RED,
         CAUSE_BEHIND},
        {{.has_margin = true, .nature = NATURE_RATE, .margin = {-500001}},
         GRADE_YELLOW,
         CAUSE_BEHIND},
        {{.has_margin = true, .nature = NATURE_RATE, .margin = {-2000001}},
         GRADE_RED,
         CAUSE_BEHIND},
        {{.has_margin = true, .nature = NATURE_LEVEL, .margin = {-2000001}},
         GRADE_BLUE,
         CAUSE_BEHIND},
        {{.has_margin = true, .nature = NATURE_RANK, .margin = {-4000000}},
         GRADE_RED,
         CAUSE_BEHIND},
        {{.missing = 1}, GRADE_YELLOW, CAUSE_MISSING},
        {{.running = 1}, GRADE_GREEN, CAUSE_ON_PACE},
        {{.running = 2, .missing = 1}, GRADE_RED, CAUSE_RUNNING},
        {{.no_data = true}, GRADE_GREY, CAUSE_NO_DATA},
        {{.no_timetable = true, .overdue = true}, GRADE_GREY, CAUSE_NO_TIMETABLE},
        {{.met = true, .no_timetable = true, .overdue = true}, GRADE_DONE, CAUSE_MET},
        {{.deadline = 19453}, GRADE_BLUE, CAUSE_DUE_SOON}, /* 2023-04-06 from 03-30 */
        {{.deadline = 19454}, GRADE_GREEN, CAUSE_ON_PACE},
        {{.deadline = 19445}, GRADE_GREEN, CAUSE_ON_PACE}, /* past */
    };
    static light_table table;
    static workdays days;
    event lights = kit_lights(1);
    table.rows_n = lights.lights.rows_n;
    memcpy(table.rows, lights.lights.rows, table.rows_n * sizeof table.rows[0]);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        light_choice choice =
            light_pick(&table, &days, kit_day_of("2023-03-30"), &rows[i].in);
        assert_int_equal(choice.grade, rows[i].grade);
        assert_int_equal(choice.cause, rows[i].cause);
        assert_true(choice.row >= 1 && choice.row <= table.rows_n);
    }
}

static void late_report_stays_yellow_after_it_is_made_up(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-04-18");
    assert_true(kit_item(&k, 1, DONG, "2023Q1").missing);
    assert_int_equal(kit_round(&k, 1, DONG, "2023Q1").grade, GRADE_YELLOW);
    assert_int_equal(kit_round(&k, 1, DONG, "2023Q1").cause, CAUSE_MISSING);
    assert_int_equal(kit_light(&k, 1, DONG).missing, 1);
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "20", MODE_TO_DATE));
    assert_false(kit_item(&k, 1, DONG, "2023Q1").missing);
    assert_true(kit_item(&k, 1, DONG, "2023Q1").late);
    assert_int_equal(kit_light(&k, 1, DONG).grade, GRADE_GREEN);
    assert_int_equal(kit_light(&k, 1, DONG).missing, 0);
    kit_until(&k, "2023-12-31");
    assert_int_equal(kit_round(&k, 1, DONG, "2023Q1").grade, GRADE_YELLOW);
    assert_true(kit_item(&k, 1, DONG, "2023Q1").late);
    kit_close(&k);
}

static void yellow_two_rounds_running_is_red(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-04-18");
    assert_int_equal(kit_light(&k, 4, GUAN).grade, GRADE_YELLOW);
    kit_must_say(&k, GUAN, kit_value(4, 1, GUAN, "2023Q1", "97", MODE_NONE));
    assert_int_equal(kit_light(&k, 4, GUAN).grade, GRADE_GREEN);
    kit_until(&k, "2023-07-14");
    assert_int_equal(kit_light(&k, 4, GUAN).grade, GRADE_GREEN);
    kit_until(&k, "2023-07-15");
    light_cell light = kit_light(&k, 4, GUAN);
    assert_int_equal(light.running, 2);
    assert_int_equal(light.grade, GRADE_RED);
    assert_int_equal(light.cause, CAUSE_RUNNING);
    assert_int_equal(light.since_day, kit_day_of("2023-07-15"));
    /* the round itself was yellow, so one good round ends the run */
    assert_int_equal(kit_round(&k, 4, GUAN, "2023Q2").grade, GRADE_YELLOW);
    kit_must_say(&k, GUAN, kit_value(4, 1, GUAN, "2023Q2", "97", MODE_NONE));
    kit_until(&k, "2023-10-09");
    kit_must_say(&k, GUAN, kit_value(4, 1, GUAN, "2023Q3", "97", MODE_NONE));
    assert_int_equal(kit_light(&k, 4, GUAN).grade, GRADE_RED);
    kit_until(&k, "2023-10-20");
    assert_int_equal(kit_light(&k, 4, GUAN).grade, GRADE_GREEN);
    assert_int_equal(kit_light(&k, 4, GUAN).running, 0);
    kit_close(&k);
}

static void task_without_accepted_timetable_is_grey(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    for (uint32_t task = 1; task <= 6; task++) {
        assert_int_equal(kit_light(&k, task, 0).grade, GRADE_GREY);
        assert_int_equal(kit_light(&k, task, 0).cause, CAUSE_NO_TIMETABLE);
    }
    assert_int_equal(kit_light(&k, 1, 0).charged, FGW);
    assert_int_equal(kit_light(&k, 5, 0).charged, CITY);
    kit_must(&k, FGW, kit_timetable(1, PROFILE_EVEN));
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_GREY);
    kit_accept_timetable(&k, FGW, kit_timetable(1, PROFILE_EVEN));
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_GREEN);
    kit_must(&k, FGW, kit_timetable(1, PROFILE_EVEN));
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_GREY);
    kit_close(&k);
}

static void a_missing_report_is_charged_to_who_did_not_report(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-04-10");
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "20", MODE_TO_DATE));
    kit_must_say(&k, FGW, kit_text(1, FGW, "2023Q1", "collated"));
    kit_until(&k, "2023-04-18");
    light_cell light = kit_light(&k, 1, 0);
    assert_int_equal(light.cause, CAUSE_MISSING);
    assert_int_equal(light.charged, GUAN);
    assert_int_equal(light.missing, 1);
    assert_int_equal(kit_light(&k, 1, FGW).grade, GRADE_GREEN);
    kit_close(&k);
}

static void the_clock_alone_makes_a_deadline_due_and_then_overdue(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-04-03");
    kit_must_say(&k, TJJ, kit_value(6, 1, TJJ, "2023Q1", "1", MODE_NONE));
    kit_must_say(&k, TJJ, kit_value(6, 2, TJJ, "2023Q1", "201", MODE_NONE));
    kit_until(&k, "2023-07-03");
    statement_words both[] = {kit_value(6, 1, TJJ, "2023Q2", "1", MODE_NONE),
                              kit_value(6, 2, TJJ, "2023Q2", "201", MODE_NONE)};
    kit_must(&k, TJJ, kit_submission(both, 2));
    kit_until(&k, "2023-10-09");
    both[0].period = both[1].period = kit_period("2023Q3");
    kit_must(&k, TJJ, kit_submission(both, 2));
    kit_until(&k, "2023-12-21");
    assert_int_equal(kit_light(&k, 6, 0).cause, CAUSE_ON_PACE);
    kit_until(&k, "2023-12-22");
    assert_int_equal(kit_light(&k, 6, 0).cause, CAUSE_DUE_SOON);
    assert_int_equal(kit_light(&k, 6, 0).due, kit_day_of("2023-12-31"));
    kit_until(&k, "2024-01-01");
    assert_int_equal(kit_light(&k, 6, 0).cause, CAUSE_ON_PACE);
    kit_until(&k, "2024-01-13");
    assert_int_equal(kit_light(&k, 6, 0).cause, CAUSE_OVERDUE);
    assert_int_equal(kit_light(&k, 6, 0).grade, GRADE_RED);
    kit_close(&k);
}

static void nodes_decide_where_there_are_no_numbers(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    assert_int_equal(kit_light(&k, 3, 0).grade, GRADE_GREEN);
    kit_until(&k, "2023-04-03");
    kit_must_say(&k, FGW, kit_text(3, FGW, "2023Q1", "we have begun"));
    light_cell light = kit_light(&k, 3, 0);
    assert_int_equal(light.cause, CAUSE_OVERDUE); /* node 1 was due on 31 March */
    assert_int_equal(light.node, 1);
    kit_expect_decimal(light.margin, "-25");
    cell node = kit_cell(&k, (cell_name){.kind = CELL_NODE, .task = 3, .node = 1});
    assert_true(node.node.overdue);
    kit_must_say(&k, FGW, kit_node(3, FGW, "2023Q1", 1, true));
    node = kit_cell(&k, (cell_name){.kind = CELL_NODE, .task = 3, .node = 1});
    assert_true(node.node.done && !node.node.overdue);
    assert_int_equal(node.node.done_day, kit_day_of("2023-03-31"));
    assert_int_equal(kit_light(&k, 3, 0).grade, GRADE_GREEN);
    for (uint32_t n = 2; n <= 4; n++)
        kit_must_say(&k, FGW, kit_node(3, FGW, "2023Q2", n, true));
    assert_int_equal(kit_light(&k, 3, 0).grade, GRADE_DONE);
    assert_int_equal(kit_light(&k, 3, FGW).grade, GRADE_DONE);
    kit_close(&k);
}

static void steps_that_the_city_has_not_accepted_finish_no_task(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-04-03");
    kit_must_say(&k, FGW, kit_node(3, FGW, "2023Q1", 1, true));
    /* filed again by the lead with nothing but the step that is done */
    event shorter = kit_timetable(3, PROFILE_EVEN);
    static node_words only[1];
    only[0] = kit_timetable(3, PROFILE_NODES).timetable.nodes[0];
    shorter.timetable.nodes = only;
    shorter.timetable.nodes_n = 1;
    kit_must(&k, FGW, shorter);
    assert_int_equal(kit_light(&k, 3, 0).grade, GRADE_GREY);
    assert_int_equal(kit_light(&k, 3, 0).cause, CAUSE_NO_TIMETABLE);
    kit_accept_timetable(&k, FGW, shorter);
    assert_int_equal(kit_light(&k, 3, 0).grade, GRADE_DONE);
    kit_close(&k);
}

static void the_lead_of_a_finished_task_is_done_too(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-04-03");
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "60", MODE_TO_DATE));
    assert_int_equal(kit_light(&k, 1, FGW).grade, GRADE_GREEN);
    kit_must_say(&k, GUAN, kit_value(1, 1, GUAN, "2023Q1", "40", MODE_TO_DATE));
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_DONE);
    assert_int_equal(kit_light(&k, 1, FGW).grade, GRADE_DONE);
    kit_until(&k, "2023-07-20"); /* two windows passed in silence */
    assert_int_equal(kit_light(&k, 1, FGW).grade, GRADE_DONE);
    kit_close(&k);
}

static void rounds_that_were_grey_do_not_run(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    kit_until(&k, "2023-07-20");
    assert_int_equal(kit_round(&k, 2, 0, "2023Q1").grade, GRADE_GREY);
    assert_int_equal(kit_round(&k, 2, 0, "2023Q2").grade, GRADE_GREY);
    kit_accept_timetable(&k, TJJ, kit_timetable(2, PROFILE_EVEN));
    light_cell light = kit_light(&k, 2, 0);
    assert_int_equal(light.running, 0);
    assert_int_equal(light.grade, GRADE_YELLOW);
    assert_int_equal(light.cause, CAUSE_MISSING);
    kit_close(&k);
}

static void a_plan_without_a_table_shows_no_lights(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    kit_must(&k, CITY, kit_offices());
    kit_must(&k, CITY, kit_keys(&k));
    kit_must(&k, CITY, kit_chunk());
    kit_must(&k, CITY, kit_publish(&k));
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_NONE);
    kit_until(&k, "2023-04-20");
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_NONE);
    assert_int_equal(kit_light(&k, 1, 0).missing, 3);
    kit_must(&k, CITY, kit_lights(1));
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_GREY);
    assert_int_equal(kit_light(&k, 1, 0).lights_version, 1);
    kit_close(&k);
}

static void a_new_calendar_moves_open_windows_and_dues_only(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-04-18");
    int32_t closed = kit_item(&k, 1, DONG, "2023Q1").close_day;
    assert_int_equal(closed, kit_day_of("2023-04-17"));
    assert_int_equal(kit_item(&k, 1, DONG, "2023Q2").close_day, kit_day_of("2023-07-14"));
    static int32_t off[] = {0, 0};
    off[0] = kit_day_of("2023-04-04");
    off[1] = kit_day_of("2023-07-05");
    kit_must(&k, CITY,
             (event){.kind = KIND_CALENDAR, .calendar = {2023, off, 2, NULL, 0}});
    assert_int_equal(kit_item(&k, 1, DONG, "2023Q1").close_day, closed);
    assert_int_equal(kit_item(&k, 1, DONG, "2023Q2").close_day, kit_day_of("2023-07-17"));
    hash256 live = kit_digest(&k);
    hash256 folded = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &folded, sizeof live);
    kit_close(&k);
}

static void an_overdue_step_counts_beside_numbers(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    kit_accept_timetable(&k, FGW, kit_timetable(1, PROFILE_NODES));
    kit_until(&k, "2023-04-03");
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "60", MODE_NONE));
    kit_must_say(&k, GUAN, kit_value(1, 1, GUAN, "2023Q1", "30", MODE_NONE));
    kit_must_say(&k, FGW, kit_text(1, FGW, "2023Q1", "collated"));
    assert_int_equal(kit_light(&k, 1, 0).cause, CAUSE_OVERDUE); /* "begin" is not done */
    assert_int_equal(kit_light(&k, 1, 0).node, 1);
    assert_int_equal(kit_light(&k, 1, 0).due, kit_day_of("2023-03-31"));
    kit_must_say(&k, FGW, kit_node(1, FGW, "2023Q1", 1, true));
    assert_int_equal(kit_light(&k, 1, 0).cause, CAUSE_ON_PACE);
    kit_close(&k);
}

static void a_plan_published_late_asks_for_ended_rounds_from_that_day(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    kit_must(&k, CITY, kit_offices());
    kit_must(&k, CITY, kit_keys(&k));
    kit_until(&k, "2023-08-01"); /* a Tuesday */
    kit_must(&k, CITY, kit_chunk());
    kit_must(&k, CITY, kit_lights(1));
    kit_must(&k, CITY, kit_publish(&k));
    assert_false(kit_item(&k, 1, DONG, "2023Q1").missing);
    assert_int_equal(kit_item(&k, 1, DONG, "2023Q1").open_day, kit_day_of("2023-08-02"));
    assert_int_equal(kit_item(&k, 1, DONG, "2023Q1").close_day, kit_day_of("2023-08-15"));
    kit_until(&k, "2023-08-16");
    assert_true(kit_item(&k, 1, DONG, "2023Q1").missing);
    hash256 live = kit_digest(&k);
    hash256 folded = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &folded, sizeof live);
    kit_close(&k);
}

static void a_returned_timetable_says_why(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    kit_must(&k, FGW, kit_timetable(1, PROFILE_EVEN));
    event back = {
        .kind = KIND_TIMETABLE_REVIEW,
        .timetable_review = {
            .plan = 1, .task = 1, .index = k.last, .reason = kit_body("no steps")}};
    kit_must(&k, CITY, back);
    cell_name name = {.kind = CELL_TIMETABLE, .task = 1};
    timetable_cell shown = kit_cell(&k, name).timetable;
    assert_int_equal(shown.state, TIMETABLE_RETURNED);
    assert_true(shown.return_reason.present);
    assert_memory_equal(&shown.return_reason.hash, &back.timetable_review.reason.hash,
                        sizeof(hash256));
    kit_must(&k, FGW, kit_timetable(1, PROFILE_EVEN));
    assert_false(kit_cell(&k, name).timetable.return_reason.present);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_row_that_matches_wins),
        cmocka_unit_test(late_report_stays_yellow_after_it_is_made_up),
        cmocka_unit_test(yellow_two_rounds_running_is_red),
        cmocka_unit_test(task_without_accepted_timetable_is_grey),
        cmocka_unit_test(a_missing_report_is_charged_to_who_did_not_report),
        cmocka_unit_test(the_clock_alone_makes_a_deadline_due_and_then_overdue),
        cmocka_unit_test(nodes_decide_where_there_are_no_numbers),
        cmocka_unit_test(steps_that_the_city_has_not_accepted_finish_no_task),
        cmocka_unit_test(the_lead_of_a_finished_task_is_done_too),
        cmocka_unit_test(rounds_that_were_grey_do_not_run),
        cmocka_unit_test(a_plan_without_a_table_shows_no_lights),
        cmocka_unit_test(a_new_calendar_moves_open_windows_and_dues_only),
        cmocka_unit_test(an_overdue_step_counts_beside_numbers),
        cmocka_unit_test(a_plan_published_late_asks_for_ended_rounds_from_that_day),
        cmocka_unit_test(a_returned_timetable_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
