/* Which entries' bodies were removed, as the ledger knows it. */
#include "tests/unit/ledger/ledger_kit.h"

static int begin(void **state) {
    kit *k = malloc(sizeof *k);
    if (!k) return -1;
    kit_open(k);
    kit_running_city(k);
    kit_until(k, "2023-04-03");
    *state = k;
    return 0;
}

static int end(void **state) {
    kit_close(*state);
    free(*state);
    return 0;
}

static event order(uint64_t index, const char *document) {
    return (event){.kind = KIND_REDACTION, .redaction = {index, document}};
}

static void an_order_is_known_by_the_entry_it_speaks_of(void **state) {
    kit *k = *state;
    redaction_words found;
    kit_must_say(k, FGW, kit_text(1, FGW, "2023Q1", "a name in it"));
    uint64_t first = k->last;
    kit_must_say(k, FGW, kit_text(3, FGW, "2023Q1", "another"));
    uint64_t second = k->last;
    kit_must(k, CITY, order(second, "No. 1"));
    kit_must(k, CITY, order(first, "No. 2"));
    assert_string_equal(ledger_redaction(k->ledger, first), "No. 2");
    assert_string_equal(ledger_redaction(k->ledger, second), "No. 1");
    assert_null(ledger_redaction(k->ledger, first - 1));
    assert_null(ledger_redaction(k->ledger, k->last));
    assert_true(ledger_get_redaction(k->ledger, 1, &found));
    assert_int_equal(found.index, first);
    assert_true(ledger_get_redaction(k->ledger, 2, &found));
    assert_int_equal(found.index, second);
    assert_false(ledger_get_redaction(k->ledger, 3, &found));
    hash256 live = kit_digest(k);
    hash256 again = kit_digest_of_replay(k);
    assert_true(hash_equal(&live, &again));
}

static void the_board_of_a_redacted_entry_stays_as_it_was(void **state) {
    kit *k = *state;
    kit_must_say(k, FGW, kit_text(1, FGW, "2023Q1", "a name in it"));
    uint64_t index = k->last;
    item_cell before = kit_item(k, 1, FGW, "2023Q1");
    uint64_t changed = ledger_plan_changed(k->ledger, 1);
    kit_must(k, CITY, order(index, "No. 1"));
    item_cell after = kit_item(k, 1, FGW, "2023Q1");
    assert_true(after.text.present);
    assert_true(hash_equal(&before.text.hash, &after.text.hash));
    assert_int_equal(after.index, index); /* whose order ledger_redaction tells */
    assert_int_equal(ledger_plan_changed(k->ledger, 1), changed);
}

static void an_order_needs_an_entry_and_a_document_of_its_own(void **state) {
    kit *k = *state;
    kit_must_say(k, FGW, kit_text(1, FGW, "2023Q1", "a name in it"));
    uint64_t index = k->last;
    kit_must(k, CITY, order(index, "No. 1"));
    const struct {
        uint64_t index;
        const char *document;
        duban_status status;
        const char *field;
    } rows[] = {{index, "No. 2", DUBAN_E_DUPLICATE, "index"},
                {index - 1, "No. 1", DUBAN_E_DUPLICATE, "document"},
                {index - 1, "", DUBAN_E_EMPTY, "document"},
                {k->last + 1, "No. 2", DUBAN_E_UNKNOWN_INDEX, "index"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_status(kit_send(k, CITY, order(rows[i].index, rows[i].document)),
                      rows[i].status);
        assert_string_equal(k->refusal.field, rows[i].field);
    }
    assert_status(kit_send(k, CITY, order(index, "No. 2")), DUBAN_E_DUPLICATE);
    assert_string_equal(k->refusal.expected, "No. 1"); /* the order that stands */
    assert_status(kit_send(k, DONG, order(index - 1, "No. 2")), DUBAN_E_NOT_ALLOWED);
}

static void without_an_order_nothing_is_on_any_page(void **state) {
    kit *k = *state;
    hash256 before = kit_digest(k);
    assert_status(kit_try(k, CITY, order(1, "No. 1")), DUBAN_OK);
    hash256 after = kit_digest(k); /* checked, not applied */
    assert_true(hash_equal(&before, &after));
}

/* Whatever allocation fails, the check says so and nothing has changed. */
static void memory_that_runs_out_changes_nothing(void **state) {
    kit *k = *state;
    event ev = order(k->last, "a document with a number");
    hash256 before = kit_digest(k);
    duban_status status = DUBAN_E_NO_MEMORY;
    uint32_t failures = 0;
    for (uint64_t n = 1; status == DUBAN_E_NO_MEMORY; n++) {
        k->memory.fail_at = k->memory.calls + n;
        status = kit_try(k, CITY, ev);
        k->memory.fail_at = 0;
        hash256 after = kit_digest(k);
        assert_true(hash_equal(&before, &after));
        failures += status != DUBAN_OK;
    }
    assert_status(status, DUBAN_OK);
    assert_true(failures > 0);
    kit_must(k, CITY, ev);
}

#define WITH_CITY(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_CITY(an_order_is_known_by_the_entry_it_speaks_of),
        WITH_CITY(the_board_of_a_redacted_entry_stays_as_it_was),
        WITH_CITY(an_order_needs_an_entry_and_a_document_of_its_own),
        WITH_CITY(without_an_order_nothing_is_on_any_page),
        WITH_CITY(memory_that_runs_out_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
