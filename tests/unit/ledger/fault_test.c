/* Memory that runs out: check refuses, nothing has changed, and the same event passes
 * after. What check has promised, apply does without asking for more. */
#include "tests/unit/ledger/ledger_kit.h"

/* Fails the n-th allocation of the event's check for every n until none is left to fail.
 */
static void fail_every_allocation(kit *k, uint32_t office, event ev) {
    event whole = kit_sign(k, office, ev);
    hash256 before = kit_digest(k);
    ledger_status status;
    ledger_get_status(k->ledger, &status);
    for (uint64_t n = 1;; n++) {
        duban_refusal refusal = {0};
        k->memory.fail_at = k->memory.calls + n;
        duban_status verdict = ledger_check(k->ledger, &whole, k->now_ms, &refusal);
        bool failed = k->memory.calls >= k->memory.fail_at;
        k->memory.fail_at = 0;
        if (!failed) {
            assert_int_equal(verdict, DUBAN_OK);
            break;
        }
        assert_int_equal(verdict, DUBAN_E_NO_MEMORY);
        assert_int_equal(refusal.status, DUBAN_E_NO_MEMORY);
        hash256 after = kit_digest(k);
        assert_memory_equal(&before, &after, sizeof before);
        ledger_status still;
        ledger_get_status(k->ledger, &still);
        assert_int_equal(still.head, status.head);
        assert_int_equal(still.plans, status.plans);
        assert_int_equal(still.offices, status.offices);
    }
    assert_int_equal(kit_take(k, &whole), DUBAN_OK);
}

static void every_kind_survives_every_failed_allocation(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    fail_every_allocation(&k, CITY, kit_genesis());
    fail_every_allocation(&k, CITY, kit_offices());
    fail_every_allocation(&k, CITY, kit_keys(&k));
    fail_every_allocation(&k, CITY, kit_calendar());
    fail_every_allocation(&k, CITY, kit_chunk());
    fail_every_allocation(&k, CITY, kit_lights(1));
    fail_every_allocation(&k, CITY, kit_publish(&k));
    fail_every_allocation(&k, FGW, kit_timetable(3, PROFILE_NODES));
    fail_every_allocation(
        &k, CITY,
        (event){.kind = KIND_TIMETABLE_REVIEW,
                .timetable_review = {1, 3, k.last, true, {.present = false}}});
    statement_words s[] = {kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE),
                           kit_value(4, 1, DONG, "2023Q1", "96", MODE_NONE)};
    fail_every_allocation(&k, DONG, kit_submission(s, 2));
    s[0] = kit_text(3, FGW, "2023Q1", "progress");
    s[1] = kit_node(3, FGW, "2023Q1", 1, true);
    fail_every_allocation(&k, FGW, kit_submission(s, 2));
    fail_every_allocation(&k, FGW, kit_review(1, DONG, "2023Q1", k.last - 1, false));
    static const office_words more = {
        .number = 6, .code = "late", .name = "Latecomer", .kind = OFFICE_ZONE};
    fail_every_allocation(&k, CITY, (event){.kind = KIND_OFFICES, .offices = {&more, 1}});
    kit_until(&k, "2023-03-31");
    k.now_ms = moment_of_day(kit_day_of("2023-04-01"), 480);
    fail_every_allocation(
        &k, BROKER, (event){.kind = KIND_CLOCK, .clock_day = kit_day_of("2023-04-01")});
    kit_until(&k, "2023-04-17");
    k.now_ms = moment_of_day(kit_day_of("2023-04-18"), 480);
    fail_every_allocation(
        &k, BROKER, (event){.kind = KIND_CLOCK, .clock_day = kit_day_of("2023-04-18")});
    kit_close(&k);
}

static void a_new_ledger_needs_memory(void **state) {
    (void)state;
    kit_memory memory = {.fail_at = 1};
    ledger *l = NULL;
    assert_int_equal(ledger_new(kit_allocator(&memory), &l), DUBAN_E_NO_MEMORY);
    assert_null(l);
}

static void apply_asks_for_no_memory(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_random r = {11};
    uint32_t taken = 0;
    for (uint32_t i = 0; i < 1500; i++) {
        uint32_t office;
        event ev = kit_random_event(&k, &r, &office);
        event whole = kit_sign(&k, office, ev);
        if (i % 8 == 7) {
            ledger_status status;
            ledger_get_status(k.ledger, &status);
            k.now_ms = moment_of_day(status.day + 1, 480);
            whole = kit_sign(&k, BROKER,
                             (event){.kind = KIND_CLOCK, .clock_day = status.day + 1});
        }
        if (ledger_check(k.ledger, &whole, k.now_ms, NULL) != DUBAN_OK) continue;
        uint64_t calls = k.memory.calls;
        ledger_apply(k.ledger, k.next, &whole, k.now_ms);
        assert_int_equal(k.memory.calls, calls);
        k.numbers[whole.office] = whole.number;
        k.last = k.next++;
        taken++;
    }
    assert_true(taken > 500);
    kit_close(&k);
}

static void a_check_that_is_not_followed_leaves_nothing_behind(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    kit_must(&k, CITY, kit_offices());
    kit_must(&k, CITY, kit_keys(&k));
    assert_int_equal(kit_try(&k, CITY, kit_chunk()), DUBAN_OK);
    size_t bytes = k.memory.bytes;
    for (int i = 0; i < 20; i++)
        assert_int_equal(kit_try(&k, CITY, kit_chunk()), DUBAN_OK);
    assert_int_equal(k.memory.bytes, bytes);
    kit_must(&k, CITY, kit_chunk());
    assert_int_equal(kit_try(&k, CITY, kit_publish(&k)), DUBAN_OK);
    bytes = k.memory.bytes;
    for (int i = 0; i < 20; i++)
        assert_int_equal(kit_try(&k, CITY, kit_publish(&k)), DUBAN_OK);
    assert_true(k.memory.bytes < bytes + 4096);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_survives_every_failed_allocation),
        cmocka_unit_test(a_new_ledger_needs_memory),
        cmocka_unit_test(apply_asks_for_no_memory),
        cmocka_unit_test(a_check_that_is_not_followed_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
