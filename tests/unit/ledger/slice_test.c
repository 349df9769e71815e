/* A slice holds what one office may read, and comes to the verdict of the whole ledger.
 */
#include "tests/unit/ledger/ledger_kit.h"

/* Whether an office's slice holds the event: the configuration, and what names the
 * office. */
static bool concerns(const event *ev, uint32_t office) {
    if (ev->kind == KIND_DIGEST || ev->kind == KIND_CONFLICT) return false;
    if (ev->kind == KIND_REVIEW)
        return ev->office == office || ev->review.office == office;
    if (ev->kind != KIND_SUBMISSION || ev->office == office) return true;
    for (uint32_t i = 0; i < ev->submission.statements_n; i++)
        if (ev->submission.statements[i].office == office) return true;
    return false;
}

static ledger *new_slice(kit_memory *memory) {
    ledger *l;
    assert_int_equal(ledger_new(kit_allocator(memory), &l), DUBAN_OK);
    ledger_set_slice(l, true);
    return l;
}

/* Feeds the slices with what the kit's journal gained since *fed. */
static void feed(const kit *k, ledger *slices[KIT_OFFICES], size_t *fed) {
    arena a;
    arena_init(&a, 0);
    for (; *fed < k->entries_n; (*fed)++) {
        span entry = {k->entries[*fed].data, k->entries[*fed].size};
        for (uint32_t office = CITY; office < KIT_OFFICES; office++) {
            event ev;
            uint64_t index;
            int64_t received_ms;
            duban_refusal why = {0};
            arena_reset(&a);
            assert_int_equal(replay_read(entry, &a, &ev, &index, &received_ms, NULL),
                             DUBAN_OK);
            if (!concerns(&ev, office)) continue;
            if (replay_entry(slices[office], entry, &a, &why) != DUBAN_OK)
                fail_msg("slice %u, entry %zu: %s %s", office, *fed, why.found,
                         why.expected);
        }
    }
    arena_close(&a);
}

/* What only the broker decides. */
static bool of_the_broker(duban_status status) {
    return status == DUBAN_E_NOT_ALLOWED || status == DUBAN_E_NUMBER_USED ||
           status == DUBAN_E_NUMBER_OLD || status == DUBAN_E_EXISTS;
}

/* Speaks of the signer's own items only, as a clerk's does. */
static void make_own(event *ev, uint32_t office) {
    if (ev->kind == KIND_REVIEW) ev->review.office = office;
    if (ev->kind != KIND_SUBMISSION) return;
    statement_words *s = (statement_words *)ev->submission.statements;
    for (uint32_t i = 0; i < ev->submission.statements_n; i++)
        s[i].office = office;
}

/* What was compared, and what refused. */
typedef struct tally {
    uint32_t compared;
    uint32_t refused;
    uint32_t by_checks;
    uint32_t by_warnings;
} tally;

/* A table that asks for all there is to ask. */
static event checks_of_all(void) {
    static check_row_words rows[12];
    uint32_t n = 0;
    rows[n++] = (check_row_words){.severity = SEVERITY_ERROR, .test = TEST_NOT_FALLING};
    rows[n++] = (check_row_words){.severity = SEVERITY_WARNING,
                                  .test = TEST_CHANGE,
                                  .has_high = true,
                                  .high = kit_decimal("80"),
                                  .history_min = 2};
    rows[n++] = (check_row_words){.severity = SEVERITY_ERROR,
                                  .test = TEST_RANGE,
                                  .has_high = true,
                                  .high = kit_decimal("110")};
    rows[n++] = (check_row_words){.severity = SEVERITY_WARNING,
                                  .test = TEST_RANGE,
                                  .task = 4,
                                  .metric = 1,
                                  .has_low = true,
                                  .low = kit_decimal("20")};
    rows[n++] = (check_row_words){.severity = SEVERITY_ERROR,
                                  .test = TEST_NOT_ABOVE,
                                  .task = 6,
                                  .metric = 1,
                                  .other = 2};
    rows[n++] = (check_row_words){.severity = SEVERITY_NOTE,
                                  .test = TEST_BOTH_OR_NEITHER,
                                  .task = 6,
                                  .metric = 1,
                                  .other = 2};
    rows[n++] = (check_row_words){
        .severity = SEVERITY_WARNING, .test = TEST_WITH_EVIDENCE, .task = 5};
    for (uint32_t i = 0; i < n; i++)
        rows[i].zh = rows[i].en = "";
    return (event){.kind = KIND_CHECKS, .checks = {1, 1, rows, n}};
}

/* A comment here and there, so that warnings are answered as well as not. */
static void comment(event *ev, kit_random *r) {
    if (ev->kind != KIND_SUBMISSION) return;
    statement_words *s = (statement_words *)ev->submission.statements;
    for (uint32_t i = 0; i < ev->submission.statements_n; i++)
        if (s[i].kind == STATEMENT_VALUE && kit_below(r, 2) == 0)
            s[i].value.comment = kit_body("so it is");
}

static tally compare_verdicts(bool with_checks) {
    static const uint64_t seeds[] = {1, 2, 3, 5, 8};
    tally t = {0};
    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++) {
        kit k;
        kit_memory memory = {0};
        ledger *slices[KIT_OFFICES] = {NULL};
        size_t fed = 0;
        kit_open(&k);
        kit_running_city(&k);
        if (with_checks) kit_must(&k, CITY, checks_of_all());
        for (uint32_t office = CITY; office < KIT_OFFICES; office++)
            slices[office] = new_slice(&memory);
        kit_random r = {seeds[i]};
        for (uint32_t n = 0; n < 400; n++) {
            uint32_t office;
            event ev = kit_random_event(&k, &r, &office);
            if (with_checks) comment(&ev, &r);
            feed(&k, slices, &fed);
            if (ev.kind == KIND_SUBMISSION || ev.kind == KIND_REVIEW) {
                if (kit_below(&r, 3) > 0) make_own(&ev, office);
                event whole = kit_sign(&k, office, ev);
                bool own = true;
                for (uint32_t s = 0;
                     ev.kind == KIND_SUBMISSION && s < ev.submission.statements_n; s++)
                    own = own && ev.submission.statements[s].office == office;
                own = own && (ev.kind != KIND_REVIEW || ev.review.office == office);
                duban_refusal a = {0};
                duban_refusal b = {0};
                duban_status full = ledger_check(k.ledger, &whole, k.now_ms, &a);
                duban_status sliced = ledger_check(slices[office], &whole, k.now_ms, &b);
                if (own && !of_the_broker(full)) {
                    assert_status(sliced, full);
                    assert_memory_equal(&a, &b, sizeof a);
                    t.compared++;
                    t.refused += full != DUBAN_OK;
                    t.by_checks += full == DUBAN_E_CHECK;
                    t.by_warnings += full == DUBAN_E_COMMENT_NEEDED;
                }
                /* of others' items a slice refuses nothing that the broker takes */
                if (full == DUBAN_OK) assert_status(sliced, DUBAN_OK);
            }
            kit_send(&k, office, ev);
            if (n % 4 == 3) {
                ledger_status status;
                char next[DAY_TEXT_SIZE];
                ledger_get_status(k.ledger, &status);
                day_write(status.day + 1 + (int32_t)kit_below(&r, 5), next);
                kit_until(&k, next);
            }
        }
        for (uint32_t office = CITY; office < KIT_OFFICES; office++)
            ledger_free(slices[office]);
        assert_int_equal(memory.bytes, 0);
        kit_close(&k);
    }
    return t;
}

static void slice_and_full_verdicts_are_equal(void **state) {
    (void)state;
    tally t = compare_verdicts(false);
    assert_true(t.compared > 300);
    assert_true(t.refused > 100);
    assert_true(t.refused < t.compared);
    assert_int_equal(t.by_checks + t.by_warnings, 0);
}

static void slice_and_full_verdicts_are_equal_under_a_table_of_checks(void **state) {
    (void)state;
    tally t = compare_verdicts(true);
    assert_true(t.compared > 300);
    assert_true(t.by_checks > 50);
    assert_true(t.by_warnings > 20);
    assert_true(t.refused < t.compared);
}

static void a_slice_shows_its_office_the_same_items_and_values(void **state) {
    (void)state;
    kit k;
    kit_memory memory = {0};
    ledger *slices[KIT_OFFICES] = {NULL};
    size_t fed = 0;
    kit_open(&k);
    kit_running_city(&k);
    for (uint32_t office = CITY; office < KIT_OFFICES; office++)
        slices[office] = new_slice(&memory);
    kit_random r = {42};
    for (uint32_t n = 0; n < 300; n++) {
        uint32_t office;
        event ev = kit_random_event(&k, &r, &office);
        kit_send(&k, office, ev);
        if (n % 3 == 0) {
            ledger_status status;
            char next[DAY_TEXT_SIZE];
            ledger_get_status(k.ledger, &status);
            day_write(status.day + 1, next);
            kit_until(&k, next);
        }
    }
    feed(&k, slices, &fed);
    static const char *const quarters[] = {"2023Q1", "2023Q2"};
    uint32_t values = 0;
    for (uint32_t office = CITY; office < KIT_OFFICES; office++)
        for (uint32_t task = 1; task <= 6; task++)
            for (size_t q = 0; q < 2; q++) {
                cell whole;
                cell sliced;
                cell_name name = {.kind = CELL_ITEM,
                                  .task = task,
                                  .office = office,
                                  .period = kit_period(quarters[q])};
                if (!ledger_cell(k.ledger, 1, &name, &whole)) continue;
                assert_true(ledger_cell(slices[office], 1, &name, &sliced));
                assert_int_equal(whole.item.state, sliced.item.state);
                assert_int_equal(whole.item.index, sliced.item.index);
                assert_int_equal(whole.item.missing, sliced.item.missing);
                assert_int_equal(whole.item.late, sliced.item.late);
                assert_int_equal(whole.item.returns, sliced.item.returns);
                name.kind = CELL_VALUE;
                name.metric = 1;
                if (!ledger_cell(k.ledger, 1, &name, &whole)) continue;
                assert_true(ledger_cell(slices[office], 1, &name, &sliced));
                assert_true(whole.value.to_date.micro == sliced.value.to_date.micro);
                assert_int_equal(whole.value.corrections, sliced.value.corrections);
                values++;
            }
    assert_true(values > 6);
    for (uint32_t office = CITY; office < KIT_OFFICES; office++)
        ledger_free(slices[office]);
    kit_close(&k);
}

static void a_slice_skips_digests_and_knows_no_permissions(void **state) {
    (void)state;
    kit k;
    kit_memory memory = {0};
    size_t fed = 0;
    kit_open(&k);
    kit_running_city(&k);
    ledger *slices[KIT_OFFICES] = {NULL};
    for (uint32_t office = CITY; office < KIT_OFFICES; office++)
        slices[office] = new_slice(&memory);
    feed(&k, slices, &fed);
    event digest = kit_sign(&k, BROKER, (event){.kind = KIND_DIGEST});
    assert_status(ledger_check(slices[DONG], &digest, k.now_ms, NULL), DUBAN_OK);
    statement_words s = kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE);
    event whole = kit_sign(&k, GUAN, kit_submission(&s, 1));
    assert_status(ledger_check(k.ledger, &whole, k.now_ms, NULL), DUBAN_E_NOT_ALLOWED);
    assert_status(ledger_check(slices[GUAN], &whole, k.now_ms, NULL), DUBAN_OK);
    /* a clerk's clock may be wrong: the moment is the broker's to judge */
    assert_status(ledger_check(slices[GUAN], &whole, 1, NULL), DUBAN_OK);
    for (uint32_t office = CITY; office < KIT_OFFICES; office++)
        ledger_free(slices[office]);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slice_and_full_verdicts_are_equal),
        cmocka_unit_test(slice_and_full_verdicts_are_equal_under_a_table_of_checks),
        cmocka_unit_test(a_slice_shows_its_office_the_same_items_and_values),
        cmocka_unit_test(a_slice_skips_digests_and_knows_no_permissions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
