/* Rights of readers as the ledger knows them, and the sessions that are entries. */
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

static event give(kit *k, uint32_t office, right_kind right, const char *until,
                  const char *document) {
    access_row *row = arena_alloc(&k->arena, sizeof *row);
    assert_non_null(row);
    *row = (access_row){office, right, until ? kit_day_of(until) : 0};
    return (event){.kind = KIND_ACCESS, .access = {row, 1, document}};
}

static event session(right_kind right, const char *purpose) {
    static const uint8_t challenge[CHALLENGE_SIZE];
    return (event){.kind = KIND_SESSION,
                   .session = {{challenge, sizeof challenge}, right, purpose}};
}

static void an_office_reads_as_one_until_more_is_given(void **state) {
    kit *k = *state;
    assert_int_equal(ledger_right(k->ledger, CITY), RIGHT_JOURNAL);
    assert_int_equal(ledger_right(k->ledger, DONG), RIGHT_OFFICE);
    assert_int_equal(ledger_right(k->ledger, 0), RIGHT_NONE);
    assert_int_equal(ledger_right(k->ledger, KIT_OFFICES), RIGHT_NONE);
    kit_must(k, CITY, give(k, TJJ, RIGHT_JOURNAL, NULL, "No. 7"));
    kit_must(k, CITY, give(k, FGW, RIGHT_BOARD, NULL, "No. 8"));
    assert_int_equal(ledger_right(k->ledger, TJJ), RIGHT_JOURNAL);
    assert_int_equal(ledger_right(k->ledger, FGW), RIGHT_BOARD);
    ledger_access row;
    assert_true(ledger_get_access(k->ledger, 1, &row)); /* ascending by office */
    assert_int_equal(row.office, FGW);
    assert_string_equal(row.document, "No. 8");
    assert_int_equal(row.since, k->last);
    assert_true(ledger_get_access(k->ledger, 2, &row));
    assert_int_equal(row.office, TJJ);
    assert_false(ledger_get_access(k->ledger, 3, &row));
    hash256 live = kit_digest(k);
    hash256 again = kit_digest_of_replay(k);
    assert_true(hash_equal(&live, &again));
}

static void a_right_ends_with_its_day(void **state) {
    kit *k = *state;
    kit_must(k, CITY, give(k, DONG, RIGHT_BOARD, "2023-04-05", "No. 7"));
    kit_until(k, "2023-04-05");
    assert_int_equal(ledger_right(k->ledger, DONG), RIGHT_BOARD);
    kit_until(k, "2023-04-06");
    assert_int_equal(ledger_right(k->ledger, DONG), RIGHT_OFFICE);
    kit_must(k, CITY, give(k, DONG, RIGHT_JOURNAL, NULL, "No. 9")); /* given anew */
    assert_int_equal(ledger_right(k->ledger, DONG), RIGHT_JOURNAL);
}

/* Whether page 0 has a part of this. */
static bool on_page(kit *k) {
    buffer page;
    buffer_init(&page);
    assert_int_equal(ledger_page_write(k->ledger, 0, &page), DUBAN_OK);
    bool found = false;
    for (size_t i = 0; i + 6 <= page.size && !found; i++)
        found = memcmp(page.data + i, "access", 6) == 0;
    buffer_close(&page);
    return found;
}

static void what_is_taken_back_leaves_no_byte(void **state) {
    kit *k = *state;
    assert_false(on_page(k));
    kit_must(k, CITY, give(k, DONG, RIGHT_OFFICE, NULL, "")); /* nothing to take back */
    assert_false(on_page(k));
    kit_must(k, CITY, give(k, DONG, RIGHT_BOARD, NULL, "No. 7"));
    assert_true(on_page(k));
    kit_must(k, CITY, give(k, DONG, RIGHT_OFFICE, NULL, ""));
    assert_int_equal(ledger_right(k->ledger, DONG), RIGHT_OFFICE);
    assert_false(on_page(k));
}

static void what_may_not_be_given_is_refused_by_row(void **state) {
    kit *k = *state;
    const struct {
        uint32_t office;
        right_kind right;
        const char *until;
        const char *document;
        duban_status status;
        const char *field;
    } rows[] = {
        {KIT_OFFICES, RIGHT_BOARD, NULL, "No. 7", DUBAN_E_UNKNOWN_OFFICE, "office"},
        {CITY, RIGHT_BOARD, NULL, "No. 7", DUBAN_E_NOT_ALLOWED, "office"},
        {DONG, RIGHT_NONE, NULL, "No. 7", DUBAN_E_RULES, "right"},
        {DONG, RIGHT_OFFICE, "2023-05-01", "No. 7", DUBAN_E_RULES, "until_day"},
        {DONG, RIGHT_BOARD, "2023-04-02", "No. 7", DUBAN_E_DATE, "until_day"},
        {DONG, RIGHT_BOARD, NULL, "", DUBAN_E_EMPTY, "document"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        event ev =
            give(k, rows[i].office, rows[i].right, rows[i].until, rows[i].document);
        assert_status(kit_send(k, CITY, ev), rows[i].status);
        assert_string_equal(k->refusal.field, rows[i].field);
    }
    access_row twice[] = {{DONG, RIGHT_BOARD, 0}, {DONG, RIGHT_JOURNAL, 0}};
    event ev = {.kind = KIND_ACCESS, .access = {twice, 2, "No. 7"}};
    assert_status(kit_send(k, CITY, ev), DUBAN_E_DUPLICATE);
    assert_int_equal(k->refusal.line, 2);
    ev.access.rows_n = 0;
    assert_status(kit_send(k, CITY, ev), DUBAN_E_EMPTY);
    ev = give(k, DONG, RIGHT_JOURNAL, NULL, "No. 7");
    assert_status(kit_send(k, DONG, ev), DUBAN_E_NOT_ALLOWED); /* nor to oneself */
}

static void only_who_was_given_the_journal_enters_a_session(void **state) {
    kit *k = *state;
    event audit = session(RIGHT_JOURNAL, "audit of the first quarter");
    assert_status(kit_send(k, TJJ, audit), DUBAN_E_NOT_ALLOWED);
    kit_must(k, CITY, give(k, TJJ, RIGHT_BOARD, NULL, "No. 7"));
    assert_status(kit_send(k, TJJ, audit), DUBAN_E_NOT_ALLOWED);
    kit_must(k, CITY, give(k, TJJ, RIGHT_JOURNAL, "2023-04-04", "No. 8"));
    kit_must(k, TJJ, audit);
    assert_status(kit_send(k, TJJ, session(RIGHT_BOARD, "")), DUBAN_E_NOT_ALLOWED);
    assert_status(kit_send(k, TJJ, session(RIGHT_JOURNAL, "")), DUBAN_E_EMPTY);
    event torn = audit;
    torn.session.challenge.size--;
    assert_status(kit_send(k, TJJ, torn), DUBAN_E_MALFORMED);
    assert_status(kit_send(k, CITY, audit), DUBAN_E_NOT_ALLOWED);
    kit_until(k, "2023-04-05");
    assert_status(kit_send(k, TJJ, audit), DUBAN_E_NOT_ALLOWED);
}

static void a_session_changes_nothing_but_its_numbers(void **state) {
    kit *k = *state;
    ledger_key key;
    kit_must(k, CITY, give(k, TJJ, RIGHT_JOURNAL, NULL, "No. 8"));
    uint64_t changed = ledger_plan_changed(k->ledger, 1);
    assert_true(ledger_get_key(k->ledger, TJJ, &key));
    uint64_t number = key.last_number;
    kit_must(k, TJJ, session(RIGHT_JOURNAL, "audit"));
    assert_int_equal(ledger_plan_changed(k->ledger, 1), changed);
    assert_true(ledger_get_key(k->ledger, TJJ, &key));
    assert_int_equal(key.last_number, number + 1);
    hash256 live = kit_digest(k);
    hash256 again = kit_digest_of_replay(k);
    assert_true(hash_equal(&live, &again));
}

/* Whatever allocation fails, the check says so and nothing has changed. */
static void memory_that_runs_out_changes_nothing(void **state) {
    kit *k = *state;
    event ev = give(k, DONG, RIGHT_BOARD, NULL, "a document with a number");
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
        WITH_CITY(an_office_reads_as_one_until_more_is_given),
        WITH_CITY(a_right_ends_with_its_day),
        WITH_CITY(what_is_taken_back_leaves_no_byte),
        WITH_CITY(what_may_not_be_given_is_refused_by_row),
        WITH_CITY(only_who_was_given_the_journal_enters_a_session),
        WITH_CITY(a_session_changes_nothing_but_its_numbers),
        WITH_CITY(memory_that_runs_out_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
