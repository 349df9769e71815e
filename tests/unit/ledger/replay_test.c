/* Replay: entries that are damaged or out of order are named, and a digest that differs.
 */
#include "tests/unit/ledger/ledger_kit.h"

#include "proto/entry.h"

static ledger *fold(const kit *k, size_t n, arena *a) {
    static kit_memory memory;
    ledger *l;
    assert_int_equal(ledger_new(kit_allocator(&memory), &l), DUBAN_OK);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(
            replay_entry(l, (span){k->entries[i].data, k->entries[i].size}, a, NULL),
            DUBAN_OK);
    return l;
}

static void a_damaged_entry_is_corrupt_or_changes_what_it_says(void **state) {
    (void)state;
    kit k;
    arena a;
    arena_init(&a, 0);
    kit_open(&k);
    kit_running_city(&k);
    size_t last = k.entries_n - 1;
    uint32_t corrupt = 0;
    for (size_t at = 0; at < k.entries[last].size; at++) {
        ledger *l = fold(&k, last, &a);
        duban_refusal why = {0};
        k.entries[last].data[at] ^= 0x11;
        duban_status status =
            replay_entry(l, (span){k.entries[last].data, k.entries[last].size}, &a, &why);
        k.entries[last].data[at] ^= 0x11;
        assert_true(status == DUBAN_OK || status == DUBAN_E_CORRUPT);
        if (status == DUBAN_E_CORRUPT) assert_string_not_equal(why.expected, "");
        corrupt += status == DUBAN_E_CORRUPT;
        ledger_free(l);
    }
    assert_true(corrupt > ENTRY_HEAD_SIZE - 8);
    arena_close(&a);
    kit_close(&k);
}

static void entries_out_of_order_are_corrupt(void **state) {
    (void)state;
    kit k;
    arena a;
    arena_init(&a, 0);
    kit_open(&k);
    kit_city(&k);
    static const struct {
        size_t folded;
        size_t next;
    } rows[] = {{0, 1}, {1, 0}, {2, 3}, {3, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ledger *l = fold(&k, rows[i].folded, &a);
        duban_refusal why = {0};
        span entry = {k.entries[rows[i].next].data, k.entries[rows[i].next].size};
        assert_status(replay_entry(l, entry, &a, &why), DUBAN_E_CORRUPT);
        assert_string_equal(why.expected, "SEQUENCE");
        ledger_free(l);
    }
    arena_close(&a);
    kit_close(&k);
}

static void a_digest_of_another_history_is_refused(void **state) {
    (void)state;
    kit k;
    arena a;
    arena_init(&a, 0);
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE));
    ledger *l = fold(&k, k.entries_n - 1, &a);
    kit other;
    kit_open(&other);
    kit_running_city(&other);
    kit_must_say(&other, DONG, kit_value(1, 1, DONG, "2023Q1", "6", MODE_NONE));
    span entry = {other.entries[other.entries_n - 1].data,
                  other.entries[other.entries_n - 1].size};
    assert_int_equal(replay_entry(l, entry, &a, NULL), DUBAN_OK);
    kit_must(&k, BROKER,
             (event){.kind = KIND_DIGEST,
                     .digest = {k.last, kit_digest(&k), ledger_pages(k.ledger)}});
    entry = (span){k.entries[k.entries_n - 1].data, k.entries[k.entries_n - 1].size};
    duban_refusal why = {0};
    assert_status(replay_entry(l, entry, &a, &why), DUBAN_E_DIGEST);
    assert_string_equal(why.field, "digest");
    ledger_free(l);
    arena_close(&a);
    kit_close(&other);
    kit_close(&k);
}

static void an_event_of_no_kind_is_refused(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    event ev = kit_sign(&k, CITY, kit_calendar());
    ev.kind = KIND_COUNT;
    assert_status(ledger_check(k.ledger, &ev, k.now_ms, NULL), DUBAN_E_UNKNOWN_KIND);
    ev.kind = KIND_NONE;
    assert_status(ledger_check(k.ledger, &ev, k.now_ms, NULL), DUBAN_E_UNKNOWN_KIND);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_entry_is_corrupt_or_changes_what_it_says),
        cmocka_unit_test(entries_out_of_order_are_corrupt),
        cmocka_unit_test(a_digest_of_another_history_is_refused),
        cmocka_unit_test(an_event_of_no_kind_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
