/* Who fills an office's figures, sources, and what the office answers
 * (docs/decisions/0012). */
#include "broker/ledger/filler.h"

#include "tests/unit/ledger/ledger_kit.h"

static event name_filler(uint32_t task, uint32_t office, uint32_t filler, bool source) {
    return (event){.kind = KIND_FILLER,
                   .filler = {.plan = 1,
                              .task = task,
                              .metric = 1,
                              .office = office,
                              .filler = filler,
                              .source = source}};
}

static event answer(uint64_t index, bool objects) {
    event ev = {.kind = KIND_CONFIRMATION,
                .confirmation = {.plan = 1,
                                 .task = 1,
                                 .metric = 1,
                                 .period = kit_period("2023Q1"),
                                 .index = index,
                                 .objects = objects}};
    if (objects) ev.confirmation.reason = kit_body("ours is 21");
    return ev;
}

static statement_words total(const char *amount) {
    return kit_value(1, 1, DONG, "2023Q1", amount, MODE_NONE);
}

static void open_city(kit *k) {
    kit_open(k);
    kit_running_city(k);
    kit_until(k, "2023-04-03");
}

static void expect_replay(kit *k) {
    hash256 live = kit_digest(k);
    hash256 again = kit_digest_of_replay(k);
    assert_memory_equal(&live, &again, sizeof live);
}

static duty_cell duty_of(kit *k, uint32_t task, uint32_t office) {
    return kit_cell(k, (cell_name){.kind = CELL_DUTY, .task = task, .office = office})
        .duty;
}

static void another_office_fills_and_the_owner_does_so_no_more(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    assert_status(kit_say(&k, TJJ, total("20")), DUBAN_E_NOT_ALLOWED);
    kit_must(&k, FGW, name_filler(1, DONG, TJJ, false));
    duty_cell duty = duty_of(&k, 1, DONG);
    assert_int_equal(duty.fillers_n, 1);
    assert_int_equal(duty.fillers[0].metric, 1);
    assert_int_equal(duty.fillers[0].filler, TJJ);
    assert_false(duty.fillers[0].source);
    assert_status(kit_say(&k, DONG, total("20")), DUBAN_E_NOT_ALLOWED);
    assert_string_equal(k.refusal.expected, "tjj");
    kit_must_say(&k, TJJ, total("20"));
    assert_int_equal(kit_value_cell(&k, 1, 1, DONG, "2023Q1").by, TJJ);
    assert_int_equal(kit_item(&k, 1, DONG, "2023Q1").state, ITEM_SUBMITTED);
    kit_must_say(&k, DONG, kit_text(1, DONG, "2023Q1", "words stay the office's"));
    kit_must(&k, CITY, name_filler(1, DONG, 0, false));
    assert_int_equal(duty_of(&k, 1, DONG).fillers_n, 0);
    statement_words own = total("21");
    own.supersedes = kit_value_cell(&k, 1, 1, DONG, "2023Q1").index;
    kit_must(&k, DONG, kit_correction(&own, 1));
    assert_status(kit_say(&k, TJJ, own), DUBAN_E_NOT_ALLOWED);
    expect_replay(&k);
    kit_close(&k);
}

static void a_source_alone_states_and_revises_what_the_office_owes(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_must(&k, CITY, name_filler(1, DONG, TJJ, true));
    assert_true(duty_of(&k, 1, DONG).fillers[0].source);
    static const uint32_t others[] = {DONG, FGW, CITY};
    for (size_t i = 0; i < 3; i++)
        assert_status(kit_say(&k, others[i], total("20")), DUBAN_E_NOT_ALLOWED);
    kit_must_say(&k, TJJ, total("20"));
    statement_words revised = total("20.4");
    revised.value.vintage = VINTAGE_REVISED;
    kit_must_say(&k, TJJ, revised);
    assert_int_equal(kit_value_cell(&k, 1, 1, DONG, "2023Q1").corrections, 0);
    kit_expect_decimal(kit_pace(&k, 1, 1, DONG).value, "20.4");
    kit_close(&k);
}

static void who_fills_on_behalf_corrects_and_does_not_revise(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_must(&k, FGW, name_filler(1, DONG, TJJ, false));
    kit_must_say(&k, TJJ, total("20"));
    statement_words revised = total("20.4");
    revised.value.vintage = VINTAGE_REVISED;
    assert_status(kit_say(&k, TJJ, revised), DUBAN_E_SUPERSEDES_NEEDED);
    revised.supersedes = k.last;
    kit_must(&k, TJJ, kit_correction(&revised, 1));
    assert_int_equal(kit_value_cell(&k, 1, 1, DONG, "2023Q1").corrections, 1);
    kit_close(&k);
}

static void the_owner_confirms_or_objects_until_a_new_value_comes(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_must(&k, FGW, name_filler(1, DONG, TJJ, false));
    kit_must_say(&k, TJJ, total("20"));
    uint64_t first = k.last;
    kit_must(&k, DONG, answer(first, true));
    value_cell value = kit_value_cell(&k, 1, 1, DONG, "2023Q1");
    assert_int_equal(value.answer, ANSWER_OBJECTED);
    body_ref reason = kit_body("ours is 21");
    assert_memory_equal(&value.answer_reason.hash, &reason.hash, sizeof reason.hash);
    kit_expect_decimal(value.to_date, "20"); /* an objection changes no number */
    kit_must(&k, DONG, answer(first, false));
    assert_int_equal(kit_value_cell(&k, 1, 1, DONG, "2023Q1").answer, ANSWER_CONFIRMED);
    assert_false(kit_value_cell(&k, 1, 1, DONG, "2023Q1").answer_reason.present);
    kit_must(&k, DONG, answer(first, true));
    statement_words right = total("21");
    right.supersedes = first;
    kit_must(&k, TJJ, kit_correction(&right, 1));
    value = kit_value_cell(&k, 1, 1, DONG, "2023Q1");
    assert_int_equal(value.answer, ANSWER_NONE);
    assert_false(value.answer_reason.present);
    assert_status(kit_send(&k, DONG, answer(first, false)), DUBAN_E_SUPERSEDED);
    expect_replay(&k);
    kit_close(&k);
}

static void only_the_owner_answers_and_only_what_others_filled(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    assert_status(kit_send(&k, DONG, answer(9, false)), DUBAN_E_UNKNOWN_INDEX);
    kit_must_say(&k, DONG, total("20"));
    uint64_t own = k.last;
    assert_status(kit_send(&k, DONG, answer(own, false)), DUBAN_E_STATE);
    assert_status(kit_send(&k, TJJ, answer(own, false)), DUBAN_E_NO_ITEM);
    kit_must(&k, FGW, name_filler(1, GUAN, TJJ, false));
    statement_words said = kit_value(1, 1, GUAN, "2023Q1", "9", MODE_NONE);
    kit_must_say(&k, TJJ, said);
    event ev = answer(k.last, true);
    ev.confirmation.reason = (body_ref){0};
    assert_status(kit_send(&k, GUAN, ev), DUBAN_E_REASON_NEEDED);
    ev = answer(k.last, false);
    ev.confirmation.period = kit_period("2023Q3");
    assert_status(kit_send(&k, GUAN, ev), DUBAN_E_FUTURE);
    ev.confirmation.period = kit_period("2023M03");
    assert_status(kit_send(&k, GUAN, ev), DUBAN_E_UNKNOWN_PERIOD);
    ev = answer(k.last, false);
    ev.confirmation.metric = 7;
    assert_status(kit_send(&k, GUAN, ev), DUBAN_E_UNKNOWN_METRIC);
    kit_must(&k, GUAN, answer(k.last, false));
    kit_close(&k);
}

static void a_filler_is_another_office_for_something_that_is_owed(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    event ev = name_filler(1, DONG, TJJ, false);
#define REFUSED(change, status, named)                                                   \
    do {                                                                                 \
        event bad = ev;                                                                  \
        bad.filler.change;                                                               \
        assert_status(kit_send(&k, CITY, bad), status);                                  \
        assert_string_equal(k.refusal.field, named);                                     \
    } while (0)
    REFUSED(plan = 3, DUBAN_E_UNKNOWN_PLAN, "plan");
    REFUSED(task = 7, DUBAN_E_UNKNOWN_TASK, "task");
    REFUSED(metric = 2, DUBAN_E_UNKNOWN_METRIC, "metric");
    REFUSED(office = TJJ, DUBAN_E_NO_ITEM, "office");
    REFUSED(filler = 99, DUBAN_E_UNKNOWN_OFFICE, "filler");
    REFUSED(filler = DONG, DUBAN_E_DUPLICATE, "filler");
    event nobody = name_filler(1, DONG, 0, true);
    assert_status(kit_send(&k, CITY, nobody), DUBAN_E_EMPTY);
    assert_status(kit_send(&k, DONG, ev), DUBAN_E_NOT_ALLOWED);
#undef REFUSED
    kit_close(&k);
}

static void want_source(event *ev) {
    if (ev->kind == KIND_PLAN_CHUNK)
        ((metric_words *)ev->plan_chunk.tasks[1].metrics)->source = TJJ;
    if (ev->kind == KIND_PLAN_CHUNK)
        ((metric_words *)ev->plan_chunk.tasks[0].metrics)->source = TJJ;
}

static void a_metric_with_a_source_needs_and_takes_no_other_filler(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city_with(&k, want_source);
    const plan *p = ledger_plan(k.ledger, 1);
    assert_int_equal(filler_of(p, plan_find_duty(p, 0, DONG), 1), TJJ);
    assert_int_equal(filler_of(p, plan_find_duty(p, 1, TJJ), 1), 0); /* its own */
    assert_status(kit_send(&k, CITY, name_filler(1, DONG, FGW, false)), DUBAN_E_STATE);
    assert_status(kit_say(&k, DONG, total("20")), DUBAN_E_NOT_ALLOWED);
    kit_must_say(&k, TJJ, total("20"));
    kit_must(&k, DONG, answer(k.last, true)); /* all it can do is say so */
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q1", "5", MODE_NONE));
    assert_status(kit_say(&k, CITY, kit_value(2, 1, TJJ, "2023Q1", "5", MODE_NONE)),
                  DUBAN_E_NOT_ALLOWED);
    kit_close(&k);
}

static void no_memory_loses_no_filler(void **state) {
    (void)state;
    kit k;
    open_city(&k);
    kit_must(&k, CITY, name_filler(4, DONG, TJJ, true));
    hash256 before = kit_digest(&k);
    event ev = kit_sign(&k, CITY, name_filler(1, DONG, TJJ, false));
    uint32_t failures = 0;
    for (uint64_t n = 1; failures == n - 1; n++) {
        k.memory.fail_at = k.memory.calls + n;
        duban_status status = ledger_check(k.ledger, &ev, k.now_ms, &k.refusal);
        k.memory.fail_at = 0;
        if (status == DUBAN_OK) break;
        assert_status(status, DUBAN_E_NO_MEMORY);
        hash256 after = kit_digest(&k);
        assert_memory_equal(&before, &after, sizeof before);
        failures++;
    }
    assert_true(failures > 0);
    assert_status(kit_take(&k, &ev), DUBAN_OK);
    assert_int_equal(duty_of(&k, 1, DONG).fillers_n, 1);
    assert_int_equal(duty_of(&k, 4, DONG).fillers_n, 1);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_office_fills_and_the_owner_does_so_no_more),
        cmocka_unit_test(a_source_alone_states_and_revises_what_the_office_owes),
        cmocka_unit_test(who_fills_on_behalf_corrects_and_does_not_revise),
        cmocka_unit_test(the_owner_confirms_or_objects_until_a_new_value_comes),
        cmocka_unit_test(only_the_owner_answers_and_only_what_others_filled),
        cmocka_unit_test(a_filler_is_another_office_for_something_that_is_owed),
        cmocka_unit_test(a_metric_with_a_source_needs_and_takes_no_other_filler),
        cmocka_unit_test(no_memory_loses_no_filler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
