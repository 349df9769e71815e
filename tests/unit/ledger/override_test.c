/* Lights set by hand: until when, what they hide, and that rounds do not see them. */
#include "tests/unit/ledger/ledger_kit.h"

static event set_light(uint32_t task, uint32_t office, grade to, const char *until) {
    return (event){.kind = KIND_OVERRIDE,
                   .override = {.plan = 1,
                                .task = task,
                                .office = office,
                                .grade = to,
                                .until_day = until == NULL ? 0 : kit_day_of(until),
                                .reason = kit_body("the site was under water")}};
}

static void an_override_shows_its_grade_and_what_it_hides(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    light_cell before = kit_light(&k, 1, 0);
    assert_int_equal(before.grade, GRADE_GREEN);
    assert_int_equal(before.computed, GRADE_NONE); /* nothing is hidden */
    kit_until(&k, "2023-01-10");
    event ev = set_light(1, 0, GRADE_RED, "2023-02-10");
    kit_must(&k, CITY, ev);
    light_cell shown = kit_light(&k, 1, 0);
    assert_int_equal(shown.grade, GRADE_RED);
    assert_int_equal(shown.cause, CAUSE_OVERRIDE);
    assert_int_equal(shown.computed, GRADE_GREEN);
    assert_int_equal(shown.override_until, kit_day_of("2023-02-10"));
    assert_int_equal(shown.since_day, kit_day_of("2023-01-10"));
    assert_true(shown.override_reason.present);
    assert_memory_equal(&shown.override_reason.hash, &ev.override.reason.hash,
                        sizeof(hash256));
    assert_string_equal(shown.override_reason.media, "text/plain");
    assert_int_equal(kit_light(&k, 1, FGW).grade, GRADE_GREEN); /* the task's alone */
    /* what it hides goes on changing */
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "60", MODE_NONE));
    kit_must_say(&k, GUAN, kit_value(1, 1, GUAN, "2023Q1", "40", MODE_NONE));
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_RED);
    assert_int_equal(kit_light(&k, 1, 0).computed, GRADE_DONE);
    kit_close(&k);
}

static void an_override_ends_by_itself_after_its_day(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must(&k, CITY, set_light(2, 0, GRADE_BLUE, "2023-02-10"));
    kit_must(&k, CITY, set_light(2, TJJ, GRADE_RED, "2023-02-12"));
    kit_until(&k, "2023-02-10");
    assert_int_equal(kit_light(&k, 2, 0).cause, CAUSE_OVERRIDE);
    kit_until(&k, "2023-02-11");
    light_cell after = kit_light(&k, 2, 0);
    assert_true(after.cause != CAUSE_OVERRIDE && after.grade != GRADE_BLUE);
    assert_int_equal(after.computed, GRADE_NONE);
    assert_int_equal(after.override_until, 0);
    assert_false(after.override_reason.present);
    assert_int_equal(kit_light(&k, 2, TJJ).grade, GRADE_RED);
    kit_until(&k, "2023-02-13");
    assert_true(kit_light(&k, 2, TJJ).cause != CAUSE_OVERRIDE);
    hash256 live = kit_digest(&k);
    hash256 folded = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &folded, sizeof live);
    kit_close(&k);
}

static void without_a_day_it_holds_until_it_is_lifted(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must(&k, CITY, set_light(3, 0, GRADE_YELLOW, NULL));
    kit_until(&k, "2023-09-01");
    assert_int_equal(kit_light(&k, 3, 0).cause, CAUSE_OVERRIDE);
    kit_must(&k, CITY, set_light(3, 0, GRADE_BLUE, NULL)); /* another in its place */
    assert_int_equal(kit_light(&k, 3, 0).grade, GRADE_BLUE);
    kit_must(&k, CITY, set_light(3, 0, GRADE_NONE, NULL));
    assert_true(kit_light(&k, 3, 0).cause != CAUSE_OVERRIDE);
    assert_status(kit_send(&k, CITY, set_light(3, 0, GRADE_NONE, NULL)), DUBAN_E_STATE);
    assert_string_equal(k.refusal.field, "grade");
    kit_close(&k);
}

/* A year in silence, with and without a hand that shows green all the time. */
static void rounds_remember_the_light_as_it_stood_on_its_own(void **state) {
    (void)state;
    kit plain;
    kit set;
    kit_open(&plain);
    kit_open(&set);
    kit_running_city(&plain);
    kit_running_city(&set);
    for (uint32_t task = 1; task <= 6; task++)
        kit_must(&set, CITY, set_light(task, 0, GRADE_GREEN, NULL));
    kit_must(&set, CITY, set_light(1, DONG, GRADE_GREEN, NULL));
    kit_until(&plain, "2024-01-20");
    kit_until(&set, "2024-01-20");
    static const char *const quarters[] = {"2023Q1", "2023Q2", "2023Q3", "2023Q4"};
    uint32_t behind = 0;
    for (uint32_t task = 1; task <= 6; task++)
        for (size_t q = 0; q < 4; q++) {
            round_cell a = kit_round(&plain, task, 0, quarters[q]);
            round_cell b = kit_round(&set, task, 0, quarters[q]);
            assert_int_equal(a.grade, b.grade);
            assert_int_equal(a.cause, b.cause);
            behind += a.grade == GRADE_YELLOW || a.grade == GRADE_RED;
        }
    assert_true(behind > 6);
    assert_int_equal(kit_round(&set, 1, DONG, "2023Q1").grade, GRADE_YELLOW);
    assert_int_equal(kit_light(&set, 1, DONG).running,
                     kit_light(&plain, 1, DONG).running);
    assert_int_equal(kit_light(&set, 1, DONG).grade, GRADE_GREEN);
    assert_int_equal(kit_light(&set, 1, DONG).computed, kit_light(&plain, 1, DONG).grade);
    kit_close(&plain);
    kit_close(&set);
}

static void an_override_names_a_light_that_there_is_and_says_why(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-03-01");
    struct {
        event ev;
        duban_status status;
        const char *field;
    } cases[] = {
        {set_light(9, 0, GRADE_RED, NULL), DUBAN_E_UNKNOWN_TASK, "task"},
        {set_light(1, 77, GRADE_RED, NULL), DUBAN_E_UNKNOWN_OFFICE, "office"},
        {set_light(1, TJJ, GRADE_RED, NULL), DUBAN_E_NO_ITEM, "office"},
        {set_light(1, 0, GRADE_RED, "2023-02-28"), DUBAN_E_DATE, "until_day"},
        {set_light(1, 0, GRADE_NONE, NULL), DUBAN_E_STATE, "grade"},
        {set_light(1, 0, GRADE_RED, NULL), DUBAN_E_REASON_NEEDED, "reason"},
        {set_light(1, 0, GRADE_RED, NULL), DUBAN_E_UNKNOWN_PLAN, "plan"},
    };
    cases[5].ev.override.reason.present = false;
    cases[6].ev.override.plan = 4;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_status(kit_try(&k, CITY, cases[i].ev), cases[i].status);
        assert_string_equal(k.refusal.field, cases[i].field);
    }
    assert_status(kit_try(&k, FGW, set_light(1, 0, GRADE_RED, NULL)),
                  DUBAN_E_NOT_ALLOWED);
    assert_status(kit_try(&k, CITY, set_light(1, 0, GRADE_RED, "2023-03-01")), DUBAN_OK);
    /* nor may it show what the table's order leaves out */
    event lights = kit_lights(2);
    static const grade order[] = {GRADE_DONE, GRADE_GREEN, GRADE_BLUE, GRADE_YELLOW,
                                  GRADE_RED};
    static light_row rows[LIGHT_ROWS_MAX];
    uint32_t n = 0;
    for (uint32_t i = 0; i < lights.lights.rows_n; i++)
        if (lights.lights.rows[i].grade != GRADE_GREY) rows[n++] = lights.lights.rows[i];
    lights.lights = (lights_words){1, 2, rows, n, order, 5, GRADE_NONE};
    kit_must(&k, CITY, lights);
    assert_status(kit_try(&k, CITY, set_light(1, 0, GRADE_GREY, NULL)), DUBAN_E_RULES);
    assert_string_equal(k.refusal.field, "grade");
    kit_close(&k);
}

static void a_plan_without_a_table_can_have_a_light_by_hand(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    kit_must(&k, CITY, kit_offices());
    kit_must(&k, CITY, kit_keys(&k));
    kit_must(&k, CITY, kit_chunk());
    kit_must(&k, CITY, kit_publish(&k));
    kit_must(&k, CITY, set_light(1, 0, GRADE_YELLOW, "2023-01-05"));
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_YELLOW);
    assert_int_equal(kit_light(&k, 1, 0).computed, GRADE_NONE);
    kit_until(&k, "2023-01-06");
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_NONE);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_override_shows_its_grade_and_what_it_hides),
        cmocka_unit_test(an_override_ends_by_itself_after_its_day),
        cmocka_unit_test(without_a_day_it_holds_until_it_is_lifted),
        cmocka_unit_test(rounds_remember_the_light_as_it_stood_on_its_own),
        cmocka_unit_test(an_override_names_a_light_that_there_is_and_says_why),
        cmocka_unit_test(a_plan_without_a_table_can_have_a_light_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
