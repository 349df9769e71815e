/* Verified figures beside reported ones (docs/decisions/0012). */
#include "tests/unit/ledger/ledger_kit.h"

static bool as_ratio;

static void want(event *ev) {
    if (ev->kind == KIND_PLAN_PUBLISH || !as_ratio) return;
    metric_words *share = (metric_words *)ev->plan_chunk.tasks[3].metrics;
    share->rollup = ROLLUP_RATIO;
    share->ratio_scale = decimal_of_int(100);
}

static void open_plan(kit *k, bool ratio) {
    as_ratio = ratio;
    kit_open(k);
    kit_city_with(k, want);
    kit_until(k, "2023-04-03");
}

static event verify(uint32_t task, uint32_t office, uint64_t index, const char *found) {
    return (event){.kind = KIND_VERIFICATION,
                   .verification = {.plan = 1,
                                    .task = task,
                                    .metric = 1,
                                    .office = office,
                                    .period = kit_period("2023Q1"),
                                    .index = index,
                                    .value = kit_decimal(found),
                                    .text = kit_body("two plants stood still"),
                                    .document = "2023-7"}};
}

static void what_was_found_stands_beside_what_was_reported_and_outlives_it(void **state) {
    (void)state;
    kit k;
    open_plan(&k, false);
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "20", MODE_NONE));
    uint64_t first = k.last;
    kit_must(&k, CITY, verify(1, DONG, first, "17"));
    value_cell value = kit_value_cell(&k, 1, 1, DONG, "2023Q1");
    kit_expect_decimal(value.to_date, "20");
    kit_expect_decimal(value.verified, "17");
    assert_int_equal(value.verified_index, first);
    kit_expect_decimal(kit_pace(&k, 1, 1, DONG).value, "20");
    statement_words again = kit_value(1, 1, DONG, "2023Q1", "18", MODE_NONE);
    again.supersedes = first;
    kit_must(&k, DONG, kit_correction(&again, 1));
    value = kit_value_cell(&k, 1, 1, DONG, "2023Q1");
    kit_expect_decimal(value.verified, "17");
    assert_int_equal(value.verified_index, first);
    kit_must(&k, CITY, verify(1, DONG, k.last, "0"));
    assert_int_equal(kit_value_cell(&k, 1, 1, DONG, "2023Q1").verified_index, k.last - 1);
    kit_expect_decimal(kit_value_cell(&k, 1, 1, DONG, "2023Q1").verified, "0");
    kit_close(&k);
}

static void what_is_verified_was_reported_and_stands(void **state) {
    (void)state;
    kit k;
    open_plan(&k, false);
    assert_status(kit_send(&k, CITY, verify(1, DONG, 1, "17")), DUBAN_E_UNKNOWN_INDEX);
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "20", MODE_NONE));
    uint64_t stands = k.last;
    event ev = verify(1, DONG, stands, "17");
#define REFUSED(change, status, named)                                                   \
    do {                                                                                 \
        event bad = ev;                                                                  \
        bad.verification.change;                                                         \
        assert_status(kit_send(&k, CITY, bad), status);                                  \
        assert_string_equal(k.refusal.field, named);                                     \
    } while (0)
    REFUSED(plan = 2, DUBAN_E_UNKNOWN_PLAN, "plan");
    REFUSED(task = 9, DUBAN_E_UNKNOWN_TASK, "task");
    REFUSED(metric = 2, DUBAN_E_UNKNOWN_METRIC, "metric");
    REFUSED(office = TJJ, DUBAN_E_NO_ITEM, "office");
    REFUSED(period = kit_period("2023M01"), DUBAN_E_UNKNOWN_PERIOD, "period");
    REFUSED(period = kit_period("2023Q3"), DUBAN_E_FUTURE, "period");
    REFUSED(index = stands + 1, DUBAN_E_UNKNOWN_INDEX, "index");
    REFUSED(index = stands - 1, DUBAN_E_SUPERSEDED, "index");
    REFUSED(denominator = decimal_of_int(1), DUBAN_E_UNKNOWN_FIELD, "denominator");
    REFUSED(value.micro = INT64_MAX, DUBAN_E_OVERFLOW, "value");
#undef REFUSED
    kit_must(&k, CITY, ev);
    assert_status(kit_send(&k, DONG, ev), DUBAN_E_NOT_ALLOWED);
    kit_close(&k);
}

static void a_ratio_is_verified_with_both_its_numbers(void **state) {
    (void)state;
    kit k;
    open_plan(&k, true);
    statement_words said[] = {kit_value(4, 1, DONG, "2023Q1", "95", MODE_NONE),
                              kit_value(4, 1, GUAN, "2023Q1", "30", MODE_NONE)};
    said[0].value.denominator = kit_decimal("100");
    said[1].value.denominator = kit_decimal("40");
    kit_must_say(&k, DONG, said[0]);
    uint64_t stands = k.last;
    kit_must_say(&k, GUAN, said[1]);
    event ev = verify(4, DONG, stands, "80");
    assert_status(kit_send(&k, CITY, ev), DUBAN_E_EMPTY);
    ev.verification.denominator = kit_decimal("100");
    kit_must(&k, CITY, ev);
    ev = verify(4, GUAN, stands + 1, "30");
    ev.verification.denominator = kit_decimal("60");
    kit_must(&k, CITY, ev);
    kit_expect_decimal(kit_pace(&k, 4, 1, 0).value, "89.285714"); /* 125 of 140 */
    assert_int_equal(ledger_set_basis(k.ledger, BASIS_VERIFIED), DUBAN_OK);
    kit_expect_decimal(kit_pace(&k, 4, 1, 0).value, "68.75"); /* 110 of 160 */
    kit_expect_decimal(kit_pace(&k, 4, 1, GUAN).value, "50");
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_found_stands_beside_what_was_reported_and_outlives_it),
        cmocka_unit_test(what_is_verified_was_reported_and_stands),
        cmocka_unit_test(a_ratio_is_verified_with_both_its_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
