/* Checks: a plan's table over what is reported. Errors refuse, warnings want a comment,
 * notes are listed. */
#include "tests/unit/ledger/ledger_kit.h"

#include "broker/ledger/note.h"

static event table_of(uint32_t version, const check_row_words *rows, uint32_t n) {
    return (event){.kind = KIND_CHECKS, .checks = {1, version, rows, n}};
}

static check_row_words row_of(severity how, check_test test, uint32_t task,
                              uint32_t metric) {
    return (check_row_words){.severity = how,
                             .test = test,
                             .task = task,
                             .metric = metric,
                             .zh = "请核对",
                             .en = "please look again"};
}

static check_row_words within(severity how, uint32_t task, uint32_t metric,
                              const char *low, const char *high) {
    check_row_words row = row_of(how, TEST_RANGE, task, metric);
    row.has_low = low != NULL;
    if (row.has_low) row.low = kit_decimal(low);
    row.has_high = high != NULL;
    if (row.has_high) row.high = kit_decimal(high);
    return row;
}

static check_row_words change(severity how, const char *percent, uint32_t history) {
    check_row_words row = row_of(how, TEST_CHANGE, 0, 0);
    row.has_high = true;
    row.high = kit_decimal(percent);
    row.history_min = history;
    return row;
}

static check_row_words pair(severity how, check_test test) {
    check_row_words row = row_of(how, test, 6, 1);
    row.other = 2;
    return row;
}

static void open_city(kit *k, const check_row_words *rows, uint32_t n) {
    kit_open(k);
    kit_running_city(k);
    kit_must(k, CITY, table_of(1, rows, n));
}

static void expect(kit *k, uint32_t signer, event ev, duban_status status, uint32_t line,
                   const char *field, const char *found, const char *expected) {
    assert_status(kit_try(k, signer, ev), status);
    if (status == DUBAN_OK) return;
    assert_int_equal(k->refusal.line, line);
    assert_string_equal(k->refusal.field, field);
    assert_string_equal(k->refusal.found, found);
    assert_string_equal(k->refusal.expected, expected);
}

/* --- each test ---------------------------------------------------------------------- */

static void a_range_holds_what_is_stated(void **state) {
    (void)state;
    static const struct {
        const char *low, *high, *amount, *expected; /* NULL: it passes */
    } cases[] = {{"0", "100", "50", NULL},         {"0", "100", "0", NULL},
                 {"0", "100", "100", NULL},        {"0", "100", "100.000001", "0..100"},
                 {"0", "100", "-0.5", "0..100"},   {NULL, "10", "-999", NULL},
                 {NULL, "10", "10.1", "..10"},     {"10", NULL, "9.999999", "10.."},
                 {"10", NULL, "999999", NULL},     {"5.5", "5.5", "5.5", NULL},
                 {"5.5", "5.5", "5.4", "5.5..5.5"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kit k;
        check_row_words row = within(SEVERITY_ERROR, 2, 1, cases[i].low, cases[i].high);
        open_city(&k, &row, 1);
        statement_words s = kit_value(2, 1, TJJ, "2023Q1", cases[i].amount, MODE_NONE);
        bool bad = cases[i].expected != NULL;
        expect(&k, TJJ, kit_submission(&s, 1), bad ? DUBAN_E_CHECK : DUBAN_OK, 1, "range",
               cases[i].amount, bad ? cases[i].expected : "");
        kit_close(&k);
    }
}

static void no_value_may_be_negative_where_the_table_says_so(void **state) {
    (void)state;
    kit k;
    check_row_words row = row_of(SEVERITY_ERROR, TEST_NOT_NEGATIVE, 0, 0);
    open_city(&k, &row, 1);
    statement_words s[] = {kit_value(6, 2, TJJ, "2023Q1", "0", MODE_NONE),
                           kit_value(6, 1, TJJ, "2023Q1", "-0.000001", MODE_NONE)};
    expect(&k, TJJ, kit_submission(s, 2), DUBAN_E_CHECK, 2, "not_negative", "-0.000001",
           "0..");
    expect(&k, TJJ, kit_submission(s, 1), DUBAN_OK, 0, "", "", "");
    kit_close(&k);
}

static void a_total_does_not_fall(void **state) {
    (void)state;
    kit k;
    check_row_words row = row_of(SEVERITY_ERROR, TEST_NOT_FALLING, 1, 1);
    open_city(&k, &row, 1);
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "20", MODE_TO_DATE));
    kit_until(&k, "2023-10-01");
    statement_words s[] = {kit_value(1, 1, DONG, "2023Q2", "19.5", MODE_TO_DATE),
                           kit_value(1, 1, DONG, "2023Q3", "25", MODE_TO_DATE)};
    expect(&k, DONG, kit_submission(s, 1), DUBAN_E_CHECK, 1, "not_falling", "19.5", "20");
    s[0].value.amount = kit_decimal("-1"), s[0].value.mode = MODE_THIS_PERIOD;
    expect(&k, DONG, kit_submission(s, 1), DUBAN_E_CHECK, 1, "not_falling", "19", "20");
    s[0].value.amount = kit_decimal("0");
    expect(&k, DONG, kit_submission(s, 1), DUBAN_OK, 0, "", "", "");
    /* the newest earlier round that has a value, over a gap */
    s[1].value.amount = kit_decimal("18");
    expect(&k, DONG, kit_submission(s + 1, 1), DUBAN_E_CHECK, 1, "not_falling", "18",
           "20");
    /* and what the same submission says before */
    s[0] = kit_value(1, 1, DONG, "2023Q2", "30", MODE_TO_DATE);
    s[1].value.amount = kit_decimal("25");
    expect(&k, DONG, kit_submission(s, 2), DUBAN_E_CHECK, 2, "not_falling", "25", "30");
    kit_close(&k);
}

static void a_change_is_held_against_the_last_period(void **state) {
    (void)state;
    static const struct {
        const char *before, *now, *percent, *expected;
    } cases[] = {{"100", "120", "20", NULL},
                 {"100", "120.000001", "20", "80..120"},
                 {"100", "80", "20", NULL},
                 {"100", "79.9", "20", "80..120"},
                 {"-100", "-120.1", "20", "-120..-80"},
                 {"0", "999", "20", NULL},
                 {"5", "5", "0", NULL},
                 {"5", "5.000001", "0", "5..5"},
                 {"3", "4", "33.333334", NULL},
                 {"3", "4", "33.333333", "2..4"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kit k;
        check_row_words row = change(SEVERITY_ERROR, cases[i].percent, 0);
        open_city(&k, &row, 1);
        kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q1", cases[i].before, MODE_NONE));
        kit_until(&k, "2023-04-01");
        statement_words s = kit_value(2, 1, TJJ, "2023Q2", cases[i].now, MODE_NONE);
        bool bad = cases[i].expected != NULL;
        expect(&k, TJJ, kit_submission(&s, 1), bad ? DUBAN_E_CHECK : DUBAN_OK, 1,
               "change", cases[i].now, bad ? cases[i].expected : "");
        kit_close(&k);
    }
}

static void a_change_of_a_total_is_what_the_period_adds(void **state) {
    (void)state;
    kit k;
    check_row_words row = change(SEVERITY_ERROR, "50", 1);
    open_city(&k, &row, 1);
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "10", MODE_TO_DATE));
    kit_until(&k, "2023-04-01");
    /* 25 to date adds 15, half as much again; 26 adds 16 */
    statement_words s = kit_value(1, 1, DONG, "2023Q2", "25", MODE_TO_DATE);
    expect(&k, DONG, kit_submission(&s, 1), DUBAN_OK, 0, "", "", "");
    s.value.amount = kit_decimal("26");
    expect(&k, DONG, kit_submission(&s, 1), DUBAN_E_CHECK, 1, "change", "16", "5..15");
    s = kit_value(1, 1, DONG, "2023Q2", "4.9", MODE_THIS_PERIOD);
    expect(&k, DONG, kit_submission(&s, 1), DUBAN_E_CHECK, 1, "change", "4.9", "5..15");
    kit_close(&k);
}

static void a_short_history_has_no_outliers(void **state) {
    (void)state;
    kit k;
    check_row_words row = change(SEVERITY_ERROR, "10", 3);
    open_city(&k, &row, 1);
    static const char *const days[] = {"2023-01-01", "2023-04-01", "2023-07-01",
                                       "2023-10-01"};
    static const char *const quarters[] = {"2023Q1", "2023Q2", "2023Q3", "2023Q4"};
    static const char *const values[] = {"5", "50", "5", "50"};
    for (uint32_t i = 0; i < 4; i++) {
        kit_until(&k, days[i]);
        duban_status status =
            kit_say(&k, TJJ, kit_value(2, 1, TJJ, quarters[i], values[i], MODE_NONE));
        assert_status(status, i < 3 ? DUBAN_OK : DUBAN_E_CHECK);
    }
    kit_close(&k);
}

static void two_metrics_come_together_or_not_at_all(void **state) {
    (void)state;
    kit k;
    check_row_words row = pair(SEVERITY_ERROR, TEST_BOTH_OR_NEITHER);
    open_city(&k, &row, 1);
    statement_words s[] = {kit_value(6, 1, TJJ, "2023Q1", "1", MODE_NONE),
                           kit_value(6, 2, TJJ, "2023Q1", "201", MODE_NONE),
                           kit_value(2, 1, TJJ, "2023Q1", "6", MODE_NONE)};
    expect(&k, TJJ, kit_submission(s, 1), DUBAN_E_CHECK, 1, "both_or_neither", "M1",
           "M1 M2");
    expect(&k, TJJ, kit_submission(s + 1, 1), DUBAN_E_CHECK, 1, "both_or_neither", "M2",
           "M1 M2");
    expect(&k, TJJ, kit_submission(s, 3), DUBAN_OK, 0, "", "", "");
    expect(&k, TJJ, kit_submission(s + 2, 1), DUBAN_OK, 0, "", "", "");
    /* of another period is not together */
    kit_until(&k, "2023-04-01");
    s[1].period = kit_period("2023Q2");
    expect(&k, TJJ, kit_submission(s, 2), DUBAN_E_CHECK, 1, "both_or_neither", "M1",
           "M1 M2");
    kit_close(&k);
}

static void what_excludes_the_other_counts_what_stands(void **state) {
    (void)state;
    kit k;
    check_row_words row = pair(SEVERITY_ERROR, TEST_EXCLUSIVE);
    open_city(&k, &row, 1);
    statement_words s[] = {kit_value(6, 1, TJJ, "2023Q1", "1", MODE_NONE),
                           kit_value(6, 2, TJJ, "2023Q1", "201", MODE_NONE)};
    expect(&k, TJJ, kit_submission(s, 2), DUBAN_E_CHECK, 1, "exclusive", "1", "0");
    kit_must_say(&k, TJJ, s[1]);
    expect(&k, TJJ, kit_submission(s, 1), DUBAN_E_CHECK, 1, "exclusive", "1", "0");
    s[0].value.amount = kit_decimal("0");
    expect(&k, TJJ, kit_submission(s, 1), DUBAN_OK, 0, "", "", "");
    /* what stands gives way to what the submission says of it */
    s[0].value.amount = kit_decimal("1");
    s[1].value.amount = kit_decimal("0");
    s[1].supersedes = k.last;
    expect(&k, TJJ, kit_correction(s, 2), DUBAN_OK, 0, "", "", "");
    kit_close(&k);
}

static void a_part_is_not_above_its_whole(void **state) {
    (void)state;
    kit k;
    check_row_words row = pair(SEVERITY_ERROR, TEST_NOT_ABOVE);
    open_city(&k, &row, 1);
    statement_words part = kit_value(6, 1, TJJ, "2023Q1", "30", MODE_NONE);
    statement_words whole = kit_value(6, 2, TJJ, "2023Q1", "29", MODE_NONE);
    statement_words both[] = {whole, part};
    expect(&k, TJJ, kit_submission(both, 2), DUBAN_E_CHECK, 2, "not_above", "30", "29");
    kit_must_say(&k, TJJ, part); /* of the whole nothing is known yet */
    expect(&k, TJJ, kit_submission(&whole, 1), DUBAN_E_CHECK, 1, "not_above", "29", "30");
    whole.value.amount = kit_decimal("30");
    expect(&k, TJJ, kit_submission(&whole, 1), DUBAN_OK, 0, "", "", "");
    kit_close(&k);
}

static void what_needs_evidence_is_refused_without(void **state) {
    (void)state;
    kit k;
    check_row_words row = row_of(SEVERITY_ERROR, TEST_WITH_EVIDENCE, 2, 0);
    open_city(&k, &row, 1);
    statement_words s[] = {kit_value(6, 1, TJJ, "2023Q1", "1", MODE_NONE),
                           kit_value(2, 1, TJJ, "2023Q1", "6", MODE_NONE)};
    event ev = kit_submission(s, 2);
    expect(&k, TJJ, ev, DUBAN_E_CHECK, 2, "with_evidence", "0", "1");
    body_ref scan = kit_body("a scan");
    ev.submission.evidence = &scan;
    ev.submission.evidence_n = 1;
    expect(&k, TJJ, ev, DUBAN_OK, 0, "", "", "");
    expect(&k, TJJ, kit_submission(s, 1), DUBAN_OK, 0, "", "", "");
    kit_close(&k);
}

/* --- severities --------------------------------------------------------------------- */

static void a_warning_wants_a_comment_and_an_error_more_than_that(void **state) {
    (void)state;
    kit k;
    check_row_words rows[] = {within(SEVERITY_NOTE, 2, 1, NULL, "1"),
                              within(SEVERITY_WARNING, 2, 1, NULL, "10"),
                              within(SEVERITY_ERROR, 2, 1, NULL, "100")};
    open_city(&k, rows, 3);
    statement_words s = kit_value(2, 1, TJJ, "2023Q1", "5", MODE_NONE);
    expect(&k, TJJ, kit_submission(&s, 1), DUBAN_OK, 0, "", "", "");
    s.value.amount = kit_decimal("50");
    expect(&k, TJJ, kit_submission(&s, 1), DUBAN_E_COMMENT_NEEDED, 1, "range", "50",
           "..10");
    s.value.comment = kit_body("a new plant began");
    expect(&k, TJJ, kit_submission(&s, 1), DUBAN_OK, 0, "", "", "");
    s.value.amount = kit_decimal("500");
    expect(&k, TJJ, kit_submission(&s, 1), DUBAN_E_CHECK, 1, "range", "500", "..100");
    kit_close(&k);
}

typedef struct heard {
    check_note notes[8];
    uint32_t n;
    uint32_t most;
} heard;

static bool hear(void *ctx, const check_note *note) {
    heard *h = ctx;
    assert_true(h->n < 8);
    h->notes[h->n++] = *note;
    return h->n < h->most;
}

static void everything_that_a_table_finds_is_listed(void **state) {
    (void)state;
    kit k;
    check_row_words rows[] = {within(SEVERITY_NOTE, 2, 1, NULL, "1"),
                              within(SEVERITY_WARNING, 0, 0, NULL, "10"),
                              row_of(SEVERITY_ERROR, TEST_WITH_EVIDENCE, 6, 0)};
    open_city(&k, rows, 3);
    statement_words s[] = {kit_value(2, 1, TJJ, "2023Q1", "50", MODE_NONE),
                           kit_value(6, 1, TJJ, "2023Q1", "2", MODE_NONE)};
    s[0].value.comment = kit_body("so it is");
    event ev = kit_sign(&k, TJJ, kit_submission(s, 2));
    heard all = {.most = 8};
    ledger_notes(k.ledger, &ev, hear, &all);
    static const check_note expected[] = {
        {.line = 1, .row = 1, .severity = SEVERITY_NOTE, .test = TEST_RANGE},
        {.line = 1, .row = 2, .severity = SEVERITY_WARNING, .test = TEST_RANGE},
        {.line = 2, .row = 3, .severity = SEVERITY_ERROR, .test = TEST_WITH_EVIDENCE}};
    assert_int_equal(all.n, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(all.notes[i].line, expected[i].line);
        assert_int_equal(all.notes[i].row, expected[i].row);
        assert_int_equal(all.notes[i].severity, expected[i].severity);
        assert_int_equal(all.notes[i].test, expected[i].test);
        assert_int_equal(all.notes[i].commented, i < 2);
        assert_string_equal(all.notes[i].zh, "请核对");
        assert_string_equal(all.notes[i].en, "please look again");
    }
    assert_string_equal(all.notes[0].found, "50");
    assert_string_equal(all.notes[0].expected, "..1");
    heard one = {.most = 1};
    ledger_notes(k.ledger, &ev, hear, &one);
    assert_int_equal(one.n, 1);
    /* what names nothing of the plan finds nothing */
    s[0].task = 99, s[1].value.metric = 9;
    heard none = {.most = 8};
    ledger_notes(k.ledger, &ev, hear, &none);
    s[0] = kit_value(2, 1, TJJ, "2023Q4", "50", MODE_NONE);
    s[1] = kit_value(6, 1, DONG, "2023Q1", "50", MODE_NONE);
    ledger_notes(k.ledger, &ev, hear, &none);
    event other = kit_lights(2);
    ledger_notes(k.ledger, &other, hear, &none);
    assert_int_equal(none.n, 0);
    kit_close(&k);
}

/* --- the table ---------------------------------------------------------------------- */

static void a_row_that_asks_for_nothing_is_refused(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    check_row_words good = row_of(SEVERITY_NOTE, TEST_NOT_NEGATIVE, 0, 0);
    struct {
        check_row_words row;
        duban_status status;
        const char *field;
    } cases[] = {
        {row_of(SEVERITY_NONE, TEST_RANGE, 0, 0), DUBAN_E_RULES, "severity"},
        {row_of(SEVERITY_NOTE, TEST_NONE, 0, 0), DUBAN_E_RULES, "test"},
        {within(SEVERITY_NOTE, 0, 0, NULL, NULL), DUBAN_E_RULES, "high"},
        {within(SEVERITY_NOTE, 0, 0, "2", "1"), DUBAN_E_RULES, "high"},
        {within(SEVERITY_NOTE, 9, 0, "1", "2"), DUBAN_E_UNKNOWN_TASK, "task"},
        {within(SEVERITY_NOTE, 0, 1, "1", "2"), DUBAN_E_RULES, "metric"},
        {within(SEVERITY_NOTE, 1, 2, "1", "2"), DUBAN_E_UNKNOWN_METRIC, "metric"},
        {row_of(SEVERITY_NOTE, TEST_CHANGE, 0, 0), DUBAN_E_RULES, "high"},
        {change(SEVERITY_NOTE, "-1", 0), DUBAN_E_RULES, "high"},
        {change(SEVERITY_NOTE, "1", ROUNDS_MAX + 1), DUBAN_E_RULES, "history_min"},
        {row_of(SEVERITY_NOTE, TEST_EXCLUSIVE, 6, 1), DUBAN_E_RULES, "other"},
        {row_of(SEVERITY_NOTE, TEST_EXCLUSIVE, 6, 0), DUBAN_E_RULES, "metric"},
        {pair(SEVERITY_NOTE, TEST_NOT_FALLING), DUBAN_E_RULES, "other"},
        {good, DUBAN_E_RULES, "low"},
        {good, DUBAN_E_RULES, "high"},
        {good, DUBAN_E_RULES, "history_min"},
        {pair(SEVERITY_NOTE, TEST_NOT_ABOVE), DUBAN_E_UNKNOWN_METRIC, "other"},
        {pair(SEVERITY_NOTE, TEST_NOT_ABOVE), DUBAN_E_RULES, "other"},
    };
    cases[13].row.has_low = true;
    cases[14].row.has_high = true;
    cases[15].row.history_min = 1;
    cases[16].row.other = 3;
    cases[17].row.other = 1;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_row_words rows[] = {good, cases[i].row};
        assert_status(kit_try(&k, CITY, table_of(1, rows, 2)), cases[i].status);
        assert_string_equal(k.refusal.field, cases[i].field);
        assert_int_equal(k.refusal.line, 2);
    }
    assert_status(kit_try(&k, CITY, table_of(2, &good, 1)), DUBAN_E_SEQUENCE);
    event other = table_of(1, &good, 1);
    other.checks.plan = 2;
    assert_status(kit_try(&k, CITY, other), DUBAN_E_UNKNOWN_PLAN);
    kit_close(&k);
}

static void a_new_table_changes_verdicts_and_is_shown(void **state) {
    (void)state;
    kit k;
    check_row_words row = within(SEVERITY_ERROR, 2, 1, NULL, "10");
    cell_name name = {.kind = CELL_TABLE, .node = TABLE_CHECKS};
    cell found;
    kit_open(&k);
    kit_running_city(&k);
    assert_false(ledger_cell(k.ledger, 1, &name, &found));
    statement_words s = kit_value(2, 1, TJJ, "2023Q1", "11", MODE_NONE);
    assert_status(kit_try(&k, TJJ, kit_submission(&s, 1)), DUBAN_OK);
    kit_must(&k, CITY, table_of(1, &row, 1));
    assert_status(kit_try(&k, TJJ, kit_submission(&s, 1)), DUBAN_E_CHECK);
    found = kit_cell(&k, name);
    assert_int_equal(found.table.version, 1);
    assert_int_equal(found.table.index, k.last);
    row.high = kit_decimal("12");
    kit_must(&k, CITY, table_of(2, &row, 1));
    assert_status(kit_try(&k, TJJ, kit_submission(&s, 1)), DUBAN_OK);
    kit_must(&k, CITY, table_of(3, NULL, 0)); /* none */
    s.value.amount = kit_decimal("999");
    kit_must_say(&k, TJJ, s);
    assert_int_equal(kit_cell(&k, name).table.version, 3);
    hash256 live = kit_digest(&k);
    hash256 folded = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &folded, sizeof live);
    kit_close(&k);
}

/* --- memory ------------------------------------------------------------------------- */

/* Fails the n-th allocation of the event's check for every n until none is left. */
static void fail_every_allocation(kit *k, uint32_t office, event ev) {
    event whole = kit_sign(k, office, ev);
    hash256 before = kit_digest(k);
    uint32_t failures = 0;
    for (uint64_t n = 1;; n++) {
        k->memory.fail_at = k->memory.calls + n;
        duban_status status = ledger_check(k->ledger, &whole, k->now_ms, NULL);
        bool failed = k->memory.calls >= k->memory.fail_at;
        k->memory.fail_at = 0;
        hash256 after = kit_digest(k);
        assert_memory_equal(&before, &after, sizeof before);
        assert_status(status, failed ? DUBAN_E_NO_MEMORY : DUBAN_OK);
        if (!failed) break;
        failures++;
    }
    assert_true(failures > 0);
    uint64_t calls = k->memory.calls;
    ledger_apply(k->ledger, k->next++, &whole, k->now_ms);
    assert_int_equal(k->memory.calls, calls); /* as promised */
    k->numbers[office] = whole.number;
}

static void tables_survive_every_failed_allocation(void **state) {
    (void)state;
    static const role_row roles[] = {{KIND_ROLES, BY_CITY, false},
                                     {KIND_KEYS, BY_CITY, false},
                                     {KIND_CHECKS, BY_CITY, false},
                                     {KIND_OVERRIDE, BY_CITY, false}};
    check_row_words rows[64];
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    for (uint32_t i = 0; i < 64; i++)
        rows[i] = row_of(SEVERITY_NOTE, TEST_NOT_NEGATIVE, 0, 0);
    fail_every_allocation(&k, CITY, (event){.kind = KIND_ROLES, .roles = {1, roles, 4}});
    fail_every_allocation(&k, CITY, table_of(1, rows, 1));
    fail_every_allocation(&k, CITY, table_of(2, rows, 64));
    body_ref why = kit_body("a flood");
    why.media = "text/markdown";
    fail_every_allocation(
        &k, CITY,
        (event){.kind = KIND_OVERRIDE,
                .override = {.plan = 1, .task = 1, .grade = GRADE_RED, .reason = why}});
    size_t bytes = k.memory.bytes;
    static const role_row few[] = {{KIND_ROLES, BY_CITY, false},
                                   {KIND_KEYS, BY_CITY, false}};
    for (uint32_t i = 0; i < 20; i++) {
        assert_status(kit_try(&k, CITY, table_of(3, rows, 64)), DUBAN_OK);
        assert_status(
            kit_try(&k, CITY, (event){.kind = KIND_ROLES, .roles = {2, few, 2}}),
            DUBAN_OK);
    }
    assert_true(k.memory.bytes < bytes + 16384); /* the one that might follow */
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_holds_what_is_stated),
        cmocka_unit_test(no_value_may_be_negative_where_the_table_says_so),
        cmocka_unit_test(a_total_does_not_fall),
        cmocka_unit_test(a_change_is_held_against_the_last_period),
        cmocka_unit_test(a_change_of_a_total_is_what_the_period_adds),
        cmocka_unit_test(a_short_history_has_no_outliers),
        cmocka_unit_test(two_metrics_come_together_or_not_at_all),
        cmocka_unit_test(what_excludes_the_other_counts_what_stands),
        cmocka_unit_test(a_part_is_not_above_its_whole),
        cmocka_unit_test(what_needs_evidence_is_refused_without),
        cmocka_unit_test(a_warning_wants_a_comment_and_an_error_more_than_that),
        cmocka_unit_test(everything_that_a_table_finds_is_listed),
        cmocka_unit_test(a_row_that_asks_for_nothing_is_refused),
        cmocka_unit_test(a_new_table_changes_verdicts_and_is_shown),
        cmocka_unit_test(tables_survive_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
