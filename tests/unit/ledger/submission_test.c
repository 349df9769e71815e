/* Reports: what is taken, what is refused and where, and what becomes of the item. */
#include "tests/unit/ledger/ledger_kit.h"

static void expect_refusal(kit *k, uint32_t signer, event ev, duban_status status,
                           uint32_t line, const char *field) {
    hash256 before = kit_digest(k);
    assert_status(kit_send(k, signer, ev), status);
    assert_int_equal(k->refusal.line, line);
    assert_string_equal(k->refusal.field, field);
    hash256 after = kit_digest(k);
    assert_memory_equal(&before, &after, sizeof before);
}

static void an_item_is_submitted_once_every_owed_metric_is_there(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    item_cell item = kit_item(&k, 6, TJJ, "2023Q1");
    assert_int_equal(item.state, ITEM_DUE);
    assert_int_equal(item.owed, 2);
    assert_int_equal(item.open_day, kit_day_of("2023-04-03"));
    assert_int_equal(item.close_day, kit_day_of("2023-04-17"));
    kit_must_say(&k, TJJ, kit_value(6, 1, TJJ, "2023Q1", "1", MODE_NONE));
    item = kit_item(&k, 6, TJJ, "2023Q1");
    assert_int_equal(item.state, ITEM_PARTIAL);
    assert_int_equal(item.reported, 1);
    assert_true(item.first_ms == 0);
    kit_must_say(&k, TJJ, kit_value(6, 2, TJJ, "2023Q1", "1", MODE_NONE));
    item = kit_item(&k, 6, TJJ, "2023Q1");
    assert_int_equal(item.state, ITEM_SUBMITTED);
    assert_int_equal(item.index, k.last);
    assert_true(item.first_ms == k.now_ms);
    assert_false(item.late);
    kit_close(&k);
}

static void a_duty_alone_makes_no_item(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    /* task 2 names both counties as responsible, but gives them no split */
    expect_refusal(
        &k, DONG,
        kit_submission((statement_words[]){kit_text(2, DONG, "2023Q1", "words")}, 1),
        DUBAN_E_NO_ITEM, 1, "office");
    kit_close(&k);
}

static void text_reports_what_owes_no_number_and_only_that(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, FGW, kit_text(1, FGW, "2023Q1", "collated"));
    assert_int_equal(kit_item(&k, 1, FGW, "2023Q1").state, ITEM_SUBMITTED);
    assert_true(kit_item(&k, 1, FGW, "2023Q1").text.present);
    kit_must_say(&k, DONG, kit_text(1, DONG, "2023Q1", "words only"));
    assert_int_equal(kit_item(&k, 1, DONG, "2023Q1").state, ITEM_PARTIAL);
    kit_must_say(&k, FGW, kit_text(1, FGW, "2023Q1", "newer words need no correction"));
    statement_words same = kit_text(1, FGW, "2023Q1", "x");
    same.text = (text_words){.no_change = true};
    kit_must_say(&k, FGW, same);
    assert_true(kit_item(&k, 1, FGW, "2023Q1").no_change);
    kit_close(&k);
}

static void a_reasoned_nil_is_a_report_and_numbers_end_it(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, DONG, kit_nil(1, DONG, "2023Q1", "begins in April"));
    assert_int_equal(kit_item(&k, 1, DONG, "2023Q1").state, ITEM_SUBMITTED);
    assert_true(kit_item(&k, 1, DONG, "2023Q1").nil);
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "1", MODE_NONE));
    assert_false(kit_item(&k, 1, DONG, "2023Q1").nil);
    kit_close(&k);
}

static void to_date_is_unknown_while_a_period_is_missing(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-10-08");
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "10", MODE_NONE));
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q3", "7", MODE_THIS_PERIOD));
    assert_false(kit_value_cell(&k, 1, 1, DONG, "2023Q3").to_date_known);
    assert_true(kit_value_cell(&k, 1, 1, DONG, "2023Q3").this_period_known);
    kit_expect_decimal(kit_pace(&k, 1, 1, DONG).value, "10");
    uint64_t third = kit_value_cell(&k, 1, 1, DONG, "2023Q3").index;
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q2", "15", MODE_TO_DATE));
    kit_expect_decimal(kit_value_cell(&k, 1, 1, DONG, "2023Q2").this_period, "5");
    assert_true(kit_value_cell(&k, 1, 1, DONG, "2023Q3").to_date_known);
    kit_expect_decimal(kit_value_cell(&k, 1, 1, DONG, "2023Q3").to_date, "22");
    kit_expect_decimal(kit_pace(&k, 1, 1, DONG).value, "22");
    assert_int_equal(kit_value_cell(&k, 1, 1, DONG, "2023Q3").index, third);
    /* a correction of the first round is carried through the later ones */
    statement_words s = kit_value(1, 1, DONG, "2023Q2", "17", MODE_TO_DATE);
    s.supersedes = kit_value_cell(&k, 1, 1, DONG, "2023Q2").index;
    kit_must(&k, DONG, kit_correction(&s, 1));
    kit_expect_decimal(kit_value_cell(&k, 1, 1, DONG, "2023Q2").this_period, "7");
    kit_expect_decimal(kit_value_cell(&k, 1, 1, DONG, "2023Q3").to_date, "24");
    assert_int_equal(kit_value_cell(&k, 1, 1, DONG, "2023Q2").corrections, 1);
    kit_close(&k);
}

static void a_bare_number_is_refused_where_to_date_and_period_differ(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-07-03");
    statement_words s = kit_value(1, 1, DONG, "2023Q2", "5", MODE_NONE);
    expect_refusal(&k, DONG, kit_submission(&s, 1), DUBAN_E_MODE_NEEDED, 1, "mode");
    s = kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE);
    kit_must_say(&k, DONG, s);
    kit_expect_decimal(kit_value_cell(&k, 1, 1, DONG, "2023Q1").to_date, "5");
    kit_expect_decimal(kit_value_cell(&k, 1, 1, DONG, "2023Q1").this_period, "5");
    kit_close(&k);
}

static void a_correction_needs_what_it_corrects_and_why(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE));
    uint64_t first = k.last;
    statement_words s = kit_value(1, 1, DONG, "2023Q1", "6", MODE_NONE);
    expect_refusal(&k, DONG, kit_submission(&s, 1), DUBAN_E_SUPERSEDES_NEEDED, 1,
                   "supersedes");
    s.supersedes = first;
    expect_refusal(&k, DONG, kit_submission(&s, 1), DUBAN_E_REASON_NEEDED, 1, "reason");
    kit_must(&k, DONG, kit_correction(&s, 1));
    kit_expect_decimal(kit_value_cell(&k, 1, 1, DONG, "2023Q1").amount, "6");
    /* by now that index is stale */
    expect_refusal(&k, DONG, kit_correction(&s, 1), DUBAN_E_SUPERSEDED, 1, "supersedes");
    s = kit_value(1, 1, GUAN, "2023Q1", "6", MODE_NONE);
    s.supersedes = first;
    expect_refusal(&k, GUAN, kit_correction(&s, 1), DUBAN_E_UNKNOWN_INDEX, 1,
                   "supersedes");
    kit_close(&k);
}

static void a_returned_item_is_resubmitted_and_counts_as_reported(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-04-10");
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE));
    kit_must(&k, FGW, kit_review(1, DONG, "2023Q1", k.last, false));
    item_cell item = kit_item(&k, 1, DONG, "2023Q1");
    assert_int_equal(item.state, ITEM_RETURNED);
    assert_int_equal(item.returns, 1);
    assert_true(item.return_reason.present);
    kit_until(&k, "2023-05-02");
    assert_false(kit_item(&k, 1, DONG, "2023Q1").missing);
    /* what was returned needs no correction */
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "6", MODE_NONE));
    item = kit_item(&k, 1, DONG, "2023Q1");
    assert_int_equal(item.state, ITEM_RESUBMITTED);
    assert_false(item.late);
    kit_must(&k, CITY, kit_review(1, DONG, "2023Q1", k.last, true));
    assert_int_equal(kit_item(&k, 1, DONG, "2023Q1").state, ITEM_ACCEPTED);
    statement_words s = kit_value(1, 1, DONG, "2023Q1", "7", MODE_NONE);
    s.supersedes = item.index;
    kit_must(&k, DONG, kit_correction(&s, 1));
    assert_int_equal(kit_item(&k, 1, DONG, "2023Q1").state, ITEM_SUBMITTED);
    kit_close(&k);
}

static void a_review_judges_the_latest_submission_only(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    expect_refusal(&k, FGW, kit_review(1, DONG, "2023Q1", 3, true), DUBAN_E_UNKNOWN_INDEX,
                   0, "index");
    kit_must_say(&k, TJJ, kit_value(6, 1, TJJ, "2023Q1", "1", MODE_NONE));
    uint64_t part = k.last;
    expect_refusal(&k, CITY, kit_review(6, TJJ, "2023Q1", part, true), DUBAN_E_STATE, 0,
                   "state");
    kit_must_say(&k, TJJ, kit_value(6, 2, TJJ, "2023Q1", "1", MODE_NONE));
    expect_refusal(&k, CITY, kit_review(6, TJJ, "2023Q1", part, true), DUBAN_E_SUPERSEDED,
                   0, "index");
    event silent = kit_review(6, TJJ, "2023Q1", k.last, false);
    silent.review.reason.present = false;
    expect_refusal(&k, CITY, silent, DUBAN_E_REASON_NEEDED, 0, "reason");
    kit_must(&k, CITY, kit_review(6, TJJ, "2023Q1", k.last, true));
    kit_close(&k);
}

static void the_first_bad_statement_is_named_and_nothing_is_taken(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    statement_words s[] = {kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE),
                           kit_value(4, 1, DONG, "2023Q1", "96", MODE_NONE),
                           kit_value(4, 1, DONG, "2023Q1", "97", MODE_NONE)};
    expect_refusal(&k, DONG, kit_submission(s, 3), DUBAN_E_OVERLAP, 3, "statements");
    s[1].value.unit = "‰";
    expect_refusal(&k, DONG, kit_submission(s, 2), DUBAN_E_WRONG_UNIT, 2, "unit");
    assert_string_equal(k.refusal.found, "‰");
    assert_string_equal(k.refusal.expected, "%");
    s[1] = kit_nil(1, DONG, "2023Q1", "nothing");
    expect_refusal(&k, DONG, kit_submission(s, 2), DUBAN_E_OVERLAP, 2, "statements");
    kit_until(&k, "2023-07-05");
    s[0] = kit_node(3, FGW, "2023Q1", 1, true);
    s[1] = kit_node(3, FGW, "2023Q2", 1, false);
    expect_refusal(&k, FGW, kit_submission(s, 2), DUBAN_E_OVERLAP, 2, "statements");
    assert_int_equal(kit_item(&k, 1, DONG, "2023Q1").state, ITEM_DUE);
    kit_close(&k);
}

static void sums_that_leave_the_range_are_refused(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-07-03");
    kit_must_say(&k, DONG,
                 kit_value(1, 1, DONG, "2023Q2", "999999999999", MODE_THIS_PERIOD));
    statement_words s = kit_value(1, 1, DONG, "2023Q1", "2", MODE_NONE);
    expect_refusal(&k, DONG, kit_submission(&s, 1), DUBAN_E_OVERFLOW, 1, "amount");
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "1", MODE_NONE));
    kit_expect_decimal(kit_value_cell(&k, 1, 1, DONG, "2023Q2").to_date, "1000000000000");
    kit_close(&k);
}

/* Whatever one by one would be refused is refused in one submission too, in any order. */
static void sums_within_one_submission_that_leave_the_range_are_refused(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-10-08");
    statement_words first = kit_value(1, 1, DONG, "2023Q1", "900000000000", MODE_TO_DATE);
    statement_words second =
        kit_value(1, 1, DONG, "2023Q2", "900000000000", MODE_THIS_PERIOD);
    event ev = kit_submission((statement_words[]){first, second}, 2);
    expect_refusal(&k, DONG, ev, DUBAN_E_OVERFLOW, 2, "amount");
    ev = kit_submission((statement_words[]){second, first}, 2);
    expect_refusal(&k, DONG, ev, DUBAN_E_OVERFLOW, 2, "amount");

    second = kit_value(1, 1, DONG, "2023Q2", "100000000000", MODE_THIS_PERIOD);
    statement_words third = kit_value(1, 1, DONG, "2023Q3", "1", MODE_THIS_PERIOD);
    ev = kit_submission((statement_words[]){first, second, third}, 3);
    expect_refusal(&k, DONG, ev, DUBAN_E_OVERFLOW, 3, "amount");
    ev = kit_submission((statement_words[]){first, second}, 2);
    kit_must(&k, DONG, ev);
    value_cell standing = kit_value_cell(&k, 1, 1, DONG, "2023Q2");
    assert_true(standing.to_date_known);
    kit_expect_decimal(standing.to_date, "1000000000000");
    kit_close(&k);
}

/* A correction in the same submission counts instead of what stands. */
static void a_sum_is_checked_with_what_the_submission_corrects_first(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-07-03");
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "900000000000", MODE_TO_DATE));
    statement_words lower = kit_value(1, 1, DONG, "2023Q1", "1", MODE_TO_DATE);
    lower.supersedes = k.last;
    statement_words next =
        kit_value(1, 1, DONG, "2023Q2", "900000000000", MODE_THIS_PERIOD);
    expect_refusal(&k, DONG, kit_submission(&next, 1), DUBAN_E_OVERFLOW, 1, "amount");
    kit_must(&k, DONG, kit_correction((statement_words[]){lower, next}, 2));
    kit_expect_decimal(kit_value_cell(&k, 1, 1, DONG, "2023Q2").to_date, "900000000001");
    kit_close(&k);
}

static void multi_year_totals_know_their_start_only_when_it_is_stated(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    kit_must(&k, CITY, kit_offices());
    kit_must(&k, CITY, kit_keys(&k));
    event chunk = kit_chunk();
    metric_words *metric = (metric_words *)chunk.plan_chunk.tasks[4].metrics;
    metric->first_day = kit_day_of("2022-01-01");
    metric->deadline = kit_day_of("2025-12-31");
    kit_must(&k, CITY, chunk);
    event publish = kit_publish(&k);
    chunk = kit_chunk();
    metric->first_day = kit_day_of("2022-01-01");
    metric->deadline = kit_day_of("2025-12-31");
    event whole = kit_sign(&k, CITY, chunk);
    publish.plan_publish.hash = hash_of(whole.payload.data, whole.payload.size);
    kit_must(&k, CITY, publish);
    statement_words s = kit_value(5, 1, CITY, "2023Q1", "10", MODE_NONE);
    expect_refusal(&k, CITY, kit_submission(&s, 1), DUBAN_E_MODE_NEEDED, 1, "mode");
    s.value.mode = MODE_THIS_PERIOD;
    kit_must_say(&k, CITY, s);
    assert_false(kit_value_cell(&k, 5, 1, CITY, "2023Q1").to_date_known);
    s.value.mode = MODE_TO_DATE;
    s.value.amount = kit_decimal("120");
    s.supersedes = k.last;
    kit_must(&k, CITY, kit_correction(&s, 1));
    assert_false(kit_value_cell(&k, 5, 1, CITY, "2023Q1").this_period_known);
    kit_expect_decimal(kit_pace(&k, 5, 1, 0).value, "120");
    kit_expect_decimal(kit_pace(&k, 5, 1, 0).expected, "25.051335"); /* 366 of 1461 */
    kit_close(&k);
}

static void order_of_arrival_does_not_matter_for_independent_items(void **state) {
    (void)state;
    static const uint32_t orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}};
    static char boards[3][65536];
    for (size_t o = 0; o < 3; o++) {
        kit k;
        kit_open(&k);
        kit_running_city(&k);
        kit_until(&k, "2023-04-10");
        const statement_words s[] = {kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE),
                                     kit_value(1, 1, GUAN, "2023Q1", "11", MODE_NONE),
                                     kit_value(4, 1, DONG, "2023Q1", "96", MODE_NONE),
                                     kit_value(4, 1, GUAN, "2023Q1", "90", MODE_NONE)};
        for (size_t i = 0; i < 4; i++)
            kit_must_say(&k, s[orders[o][i]].office, s[orders[o][i]]);
        size_t used = 0;
        for (uint32_t task = 1; task <= 6; task++)
            for (uint32_t office = 0; office < KIT_OFFICES; office++) {
                cell found;
                cell_name name = {.kind = CELL_LIGHT, .task = task, .office = office};
                if (!ledger_cell(k.ledger, 1, &name, &found)) continue;
                used += (size_t)snprintf(
                    boards[o] + used, sizeof boards[o] - used, "%u/%u %d %d %lld %u\n",
                    task, office, found.light.grade, found.light.cause,
                    (long long)found.light.margin.micro, found.light.missing);
                name.kind = CELL_PACE;
                name.metric = 1;
                if (ledger_cell(k.ledger, 1, &name, &found))
                    used += (size_t)snprintf(boards[o] + used, sizeof boards[o] - used,
                                             "  %lld %lld %d %u\n",
                                             (long long)found.pace.value.micro,
                                             (long long)found.pace.margin.micro,
                                             found.pace.day, found.pace.parts_reported);
            }
        assert_true(used > 200);
        assert_string_equal(boards[o], boards[0]);
        kit_close(&k);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_is_submitted_once_every_owed_metric_is_there),
        cmocka_unit_test(a_duty_alone_makes_no_item),
        cmocka_unit_test(text_reports_what_owes_no_number_and_only_that),
        cmocka_unit_test(a_reasoned_nil_is_a_report_and_numbers_end_it),
        cmocka_unit_test(to_date_is_unknown_while_a_period_is_missing),
        cmocka_unit_test(a_bare_number_is_refused_where_to_date_and_period_differ),
        cmocka_unit_test(a_correction_needs_what_it_corrects_and_why),
        cmocka_unit_test(a_returned_item_is_resubmitted_and_counts_as_reported),
        cmocka_unit_test(a_review_judges_the_latest_submission_only),
        cmocka_unit_test(the_first_bad_statement_is_named_and_nothing_is_taken),
        cmocka_unit_test(sums_that_leave_the_range_are_refused),
        cmocka_unit_test(sums_within_one_submission_that_leave_the_range_are_refused),
        cmocka_unit_test(a_sum_is_checked_with_what_the_submission_corrects_first),
        cmocka_unit_test(multi_year_totals_know_their_start_only_when_it_is_stated),
        cmocka_unit_test(order_of_arrival_does_not_matter_for_independent_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
