/* Who owes beyond the plan's words, and whom an office gives a task. */
#include "tests/unit/ledger/ledger_kit.h"

static event call(uint32_t task, const uint32_t *offices, uint32_t n, const char *day,
                  bool ended) {
    return (event){.kind = KIND_CALL_IN,
                   .call_in = {.plan = 1,
                               .task = task,
                               .offices = offices,
                               .offices_n = n,
                               .day = kit_day_of(day),
                               .ended = ended}};
}

static event assign(uint32_t task, const char *code, const char *day) {
    return (event){.kind = KIND_ASSIGNMENT,
                   .assignment = {.plan = 1,
                                  .task = task,
                                  .code = code,
                                  .day = day == NULL ? 0 : kit_day_of(day)}};
}

static const uint32_t counties[] = {DONG, GUAN};

static duty_cell duty_of(kit *k, uint32_t task, uint32_t office) {
    return kit_cell(k, (cell_name){.kind = CELL_DUTY, .task = task, .office = office})
        .duty;
}

static bool has_item(kit *k, uint32_t task, uint32_t office, const char *in_period) {
    cell_name name = {.kind = CELL_ITEM,
                      .task = task,
                      .office = office,
                      .period = kit_period(in_period)};
    cell found;
    return ledger_cell(k->ledger, 1, &name, &found);
}

static void expect_replay_equal(kit *k) {
    hash256 live = kit_digest(k);
    hash256 again = kit_digest_of_replay(k);
    assert_memory_equal(&live, &again, sizeof live);
}

static void running(kit *k, const char *day) {
    kit_open(k);
    kit_running_city(k);
    kit_until(k, day);
}

static void a_called_in_office_owes_from_the_day_it_is_called(void **state) {
    (void)state;
    static const struct {
        const char *from;
        bool second; /* owes for the second quarter, */
        bool third;  /* for the third */
    } days[] = {{"2023-04-01", true, true},
                {"2023-06-30", true, true},
                {"2023-07-01", false, true},
                {"2023-09-30", false, true},
                {"2023-10-01", false, false}};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        kit k;
        running(&k, "2023-05-15");
        kit_must(&k, FGW, call(3, counties, 2, days[i].from, false));
        assert_false(has_item(&k, 3, DONG, "2023Q1"));
        assert_int_equal(has_item(&k, 3, DONG, "2023Q2"), days[i].second);
        assert_int_equal(duty_of(&k, 3, GUAN).why, DUTY_CALLED_IN);
        assert_int_equal(duty_of(&k, 3, GUAN).from_day, kit_day_of(days[i].from));
        kit_until(&k, "2023-07-03");
        assert_int_equal(has_item(&k, 3, GUAN, "2023Q3"), days[i].third);
        expect_replay_equal(&k);
        kit_close(&k);
    }
}

static void a_called_in_office_owes_words_and_is_missed(void **state) {
    (void)state;
    kit k;
    running(&k, "2023-05-15");
    kit_must(&k, FGW, call(3, counties, 2, "2023-05-15", false));
    assert_int_equal(kit_item(&k, 3, DONG, "2023Q2").owed, 0);
    assert_int_equal(kit_light(&k, 3, DONG).charged, DONG);
    kit_must_say(&k, DONG, kit_text(3, DONG, "2023Q2", "what we did"));
    assert_int_equal(kit_item(&k, 3, DONG, "2023Q2").state, ITEM_SUBMITTED);
    kit_until(&k, "2023-07-20");
    assert_true(kit_item(&k, 3, GUAN, "2023Q2").missing);
    assert_false(kit_item(&k, 3, DONG, "2023Q2").missing);
    kit_close(&k);
}

static void a_call_ends_as_it_began(void **state) {
    (void)state;
    kit k;
    running(&k, "2023-05-15");
    kit_must(&k, FGW, call(3, counties, 2, "2023-05-15", false));
    kit_must(&k, CITY, call(3, counties, 1, "2023-05-20", true));
    assert_true(kit_item(&k, 3, DONG, "2023Q2").withdrawn);
    assert_false(kit_item(&k, 3, GUAN, "2023Q2").withdrawn);
    assert_int_equal(duty_of(&k, 3, DONG).until_day, kit_day_of("2023-05-20"));
    assert_int_equal(kit_light(&k, 3, DONG).grade, GRADE_NONE);
    assert_status(kit_send(&k, CITY, call(3, counties, 1, "2023-05-20", true)),
                  DUBAN_E_NO_ITEM);
    kit_must(&k, FGW, call(3, counties, 1, "2023-05-20", false));
    assert_false(kit_item(&k, 3, DONG, "2023Q2").withdrawn);
    expect_replay_equal(&k);
    kit_close(&k);
}

static void a_call_outlives_an_amendment_and_a_succession(void **state) {
    (void)state;
    static const uint32_t to_guan[] = {GUAN};
    kit k;
    running(&k, "2023-05-15");
    kit_must(&k, FGW, call(3, counties, 1, "2023-05-15", false));
    task_words t = kit_cell(&k, (cell_name){.kind = CELL_TASK, .task = 3}).task;
    t.title = "another promise";
    kit_must(&k, CITY,
             (event){.kind = KIND_AMENDMENT,
                     .amendment = {.plan = 1,
                                   .task = t,
                                   .day = kit_day_of("2023-05-15"),
                                   .reason = kit_body("why"),
                                   .document = "",
                                   .approver = "council"}});
    assert_false(kit_item(&k, 3, DONG, "2023Q2").withdrawn);
    kit_must(&k, CITY,
             (event){.kind = KIND_OFFICE_CHANGE,
                     .office_change = {.office = DONG,
                                       .act = OFFICE_ENDED,
                                       .day = kit_day_of("2023-05-15"),
                                       .name = "",
                                       .successors = to_guan,
                                       .successors_n = 1,
                                       .document = ""}});
    assert_true(kit_item(&k, 3, DONG, "2023Q2").withdrawn);
    assert_int_equal(kit_item(&k, 3, GUAN, "2023Q2").state, ITEM_DUE);
    kit_until(&k, "2023-07-03");
    assert_true(has_item(&k, 3, GUAN, "2023Q3"));
    assert_false(has_item(&k, 3, DONG, "2023Q3"));
    expect_replay_equal(&k);
    kit_close(&k);
}

static void calls_that_make_no_sense_are_refused(void **state) {
    (void)state;
    static const uint32_t twice[] = {GUAN, GUAN};
    static const uint32_t lead[] = {FGW};
    static const uint32_t nobody[] = {77};
    kit k;
    running(&k, "2023-05-15");
    const struct {
        event ev;
        duban_status status;
        uint32_t line;
    } cases[] = {
        {call(1, counties, 2, "2023-05-15", false), DUBAN_E_DUPLICATE, 1},
        {call(3, lead, 1, "2023-05-15", false), DUBAN_E_DUPLICATE, 1},
        {call(3, twice, 2, "2023-05-15", false), DUBAN_E_DUPLICATE, 2},
        {call(3, nobody, 1, "2023-05-15", false), DUBAN_E_UNKNOWN_OFFICE, 1},
        {call(3, NULL, 0, "2023-05-15", false), DUBAN_E_EMPTY, 0},
        {call(77, counties, 2, "2023-05-15", false), DUBAN_E_UNKNOWN_TASK, 0},
        {call(3, counties, 2, "2023-03-31", false), DUBAN_E_DATE, 0},
        {call(3, counties, 2, "2024-01-01", false), DUBAN_E_DATE, 0},
        {call(3, counties, 2, "2023-05-15", true), DUBAN_E_NO_ITEM, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_status(kit_try(&k, CITY, cases[i].ev), cases[i].status);
        assert_int_equal(k.refusal.line, cases[i].line);
    }
    assert_status(kit_try(&k, TJJ, call(3, counties, 2, "2023-05-15", false)),
                  DUBAN_E_NOT_ALLOWED);
    kit_close(&k);
}

static void an_office_says_itself_who_fills_a_task(void **state) {
    (void)state;
    kit k;
    running(&k, "2023-05-15");
    kit_must(&k, DONG, assign(1, "zhk-2", "2023-06-20"));
    assert_string_equal(duty_of(&k, 1, DONG).assigned, "zhk-2");
    assert_int_equal(duty_of(&k, 1, DONG).assigned_day, kit_day_of("2023-06-20"));
    assert_int_equal(duty_of(&k, 1, DONG).why, DUTY_NONE);
    kit_must(&k, DONG, assign(1, "", NULL));
    assert_string_equal(duty_of(&k, 1, DONG).assigned, "");
    assert_status(kit_send(&k, TJJ, assign(1, "x", NULL)), DUBAN_E_NO_ITEM);
    assert_status(kit_send(&k, DONG, assign(99, "x", NULL)), DUBAN_E_UNKNOWN_TASK);
    assert_status(
        kit_send(&k, DONG, assign(1, "123456789012345678901234567890123", NULL)),
        DUBAN_E_LIMIT);
    event ev = assign(1, "x", NULL);
    ev.assignment.day = -5;
    assert_status(kit_send(&k, DONG, ev), DUBAN_E_DATE);
    expect_replay_equal(&k);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_called_in_office_owes_from_the_day_it_is_called),
        cmocka_unit_test(a_called_in_office_owes_words_and_is_missed),
        cmocka_unit_test(a_call_ends_as_it_began),
        cmocka_unit_test(a_call_outlives_an_amendment_and_a_succession),
        cmocka_unit_test(calls_that_make_no_sense_are_refused),
        cmocka_unit_test(an_office_says_itself_who_fills_a_task),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
