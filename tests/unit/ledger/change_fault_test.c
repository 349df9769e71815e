/* Memory that runs out while a plan changes: the check refuses, nothing has changed, and
 * the same event passes after; apply asks for no memory. */
#include "tests/unit/ledger/ledger_kit.h"

#define ZONE 6

static void fail_every_allocation(kit *k, uint32_t office, event ev) {
    event whole = kit_sign(k, office, ev);
    hash256 before = kit_digest(k);
    uint32_t pages = ledger_pages(k->ledger);
    for (uint64_t n = 1;; n++) {
        duban_refusal refusal = {0};
        k->memory.fail_at = k->memory.calls + n;
        duban_status verdict = ledger_check(k->ledger, &whole, k->now_ms, &refusal);
        bool failed = k->memory.calls >= k->memory.fail_at;
        k->memory.fail_at = 0;
        if (!failed) {
            assert_status(verdict, DUBAN_OK);
            break;
        }
        assert_status(verdict, DUBAN_E_NO_MEMORY);
        hash256 after = kit_digest(k);
        assert_memory_equal(&before, &after, sizeof before);
        assert_int_equal(ledger_pages(k->ledger), pages);
    }
    assert_status(kit_take(k, &whole), DUBAN_OK);
    hash256 live = kit_digest(k);
    hash256 again = kit_digest_of_replay(k);
    assert_memory_equal(&live, &again, sizeof live);
}

static event amendment(kit *k, uint32_t id, const char *day) {
    task_words t = kit_cell(k, (cell_name){.kind = CELL_TASK, .task = id}).task;
    split_words *splits = arena_alloc(&k->arena, 2 * sizeof *splits);
    splits[0] = (split_words){.metric = 1, .office = ZONE, .value = kit_decimal("60")};
    splits[1] = (split_words){.metric = 1, .office = GUAN, .value = kit_decimal("40")};
    t.splits = splits;
    t.splits_n = t.splits_n == 0 ? 0 : 2;
    t.title = "it reads otherwise now";
    return (event){.kind = KIND_AMENDMENT,
                   .amendment = {.plan = 1,
                                 .task = t,
                                 .day = kit_day_of(day),
                                 .reason = kit_body("why"),
                                 .document = "2023-17",
                                 .approver = "council"}};
}

static event ended(uint32_t office, const uint32_t *heir, const char *day) {
    return (event){.kind = KIND_OFFICE_CHANGE,
                   .office_change = {.office = office,
                                     .act = OFFICE_ENDED,
                                     .day = kit_day_of(day),
                                     .name = "",
                                     .successors = heir,
                                     .successors_n = 1,
                                     .document = "2023-21",
                                     .reason = kit_body("merged")}};
}

static void open_city(kit *k) {
    static const office_words zone = {
        .number = ZONE, .code = "gao", .name = "High Zone", .kind = OFFICE_ZONE};
    kit_open(k);
    kit_running_city(k);
    kit_must(k, CITY, (event){.kind = KIND_OFFICES, .offices = {&zone, 1}});
    kit_until(k, "2023-05-15");
    kit_must_say(k, DONG, kit_value(1, 1, DONG, "2023Q1", "15", MODE_NONE));
}

static event clock_of(kit *k, const char *day) {
    k->now_ms = moment_of_day(kit_day_of(day), 480) + 8 * INT64_C(3600000);
    return (event){.kind = KIND_CLOCK, .clock_day = kit_day_of(day)};
}

static void every_change_survives_every_failed_allocation(void **state) {
    (void)state;
    static const uint32_t to_guan[] = {GUAN};
    static const uint32_t to_tjj[] = {TJJ};
    static const uint32_t called[] = {ZONE, TJJ};
    kit k;
    open_city(&k);
    post_words post = {.number = 1,
                       .code = "mayor",
                       .title = "Mayor",
                       .from_day = 19000,
                       .holder = kit_body("a name")};
    fail_every_allocation(&k, CITY, (event){.kind = KIND_POSTS, .posts = {&post, 1}});
    fail_every_allocation(&k, FGW,
                          (event){.kind = KIND_CALL_IN,
                                  .call_in = {.plan = 1,
                                              .task = 3,
                                              .offices = called,
                                              .offices_n = 2,
                                              .day = kit_day_of("2023-05-15")}});
    fail_every_allocation(
        &k, DONG,
        (event){.kind = KIND_ASSIGNMENT,
                .assignment = {.plan = 1, .task = 1, .code = "zhk", .day = 0}});
    fail_every_allocation(&k, CITY, amendment(&k, 4, "2023-05-15"));
    fail_every_allocation(&k, CITY, amendment(&k, 3, "2023-05-17"));
    split_words splits[] = {{.metric = 0, .office = ZONE, .value = kit_decimal("30")},
                            {.metric = 0, .office = DONG, .value = kit_decimal("70")}};
    fail_every_allocation(&k, FGW,
                          (event){.kind = KIND_SPLITTING,
                                  .splitting = {.plan = 1,
                                                .task = 1,
                                                .metric = 1,
                                                .splits = splits,
                                                .splits_n = 2,
                                                .complete = true,
                                                .day = kit_day_of("2023-05-15"),
                                                .reason = kit_body("again")}});
    event named = ended(GUAN, NULL, "2023-05-16");
    named.office_change.act = OFFICE_RENAMED;
    named.office_change.name = "Guan City";
    named.office_change.successors_n = 0;
    fail_every_allocation(&k, CITY, named);
    fail_every_allocation(&k, CITY, ended(DONG, to_guan, "2023-05-15"));
    fail_every_allocation(&k, CITY, ended(ZONE, to_tjj, "2023-05-17"));
    fail_every_allocation(&k, BROKER, clock_of(&k, "2023-05-16"));
    fail_every_allocation(&k, BROKER, clock_of(&k, "2023-05-17"));
    kit_close(&k);
}

/* An amendment, a succession and a round that begins, all on one day. */
static void a_day_on_which_all_changes_survives_every_failed_allocation(void **state) {
    (void)state;
    static const uint32_t to_tjj[] = {TJJ};
    kit k;
    open_city(&k);
    kit_must(&k, CITY, amendment(&k, 4, "2023-07-01"));
    kit_must(&k, CITY, amendment(&k, 1, "2023-07-01"));
    kit_until(&k, "2023-06-30");
    kit_must(&k, CITY, ended(GUAN, to_tjj, "2023-06-30"));
    fail_every_allocation(&k, BROKER, clock_of(&k, "2023-07-01"));
    kit_close(&k);
}

static void applying_a_change_asks_for_no_memory(void **state) {
    (void)state;
    static const uint32_t to_guan[] = {GUAN};
    kit k;
    open_city(&k);
    const event changes[] = {amendment(&k, 4, "2023-05-15"),
                             amendment(&k, 1, "2023-05-16"),
                             ended(DONG, to_guan, "2023-05-15")};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        event whole = kit_sign(&k, CITY, changes[i]);
        assert_status(ledger_check(k.ledger, &whole, k.now_ms, NULL), DUBAN_OK);
        uint64_t calls = k.memory.calls;
        ledger_apply(k.ledger, k.next++, &whole, k.now_ms);
        assert_int_equal(k.memory.calls, calls);
        k.numbers[CITY] = whole.number;
    }
    event clock = clock_of(&k, "2023-05-16");
    clock = kit_sign(&k, BROKER, clock);
    assert_status(ledger_check(k.ledger, &clock, k.now_ms, NULL), DUBAN_OK);
    uint64_t calls = k.memory.calls;
    ledger_apply(k.ledger, k.next++, &clock, k.now_ms);
    assert_int_equal(k.memory.calls, calls);
    kit_close(&k);
}

static void a_change_that_is_not_made_leaves_no_memory_behind(void **state) {
    (void)state;
    static const uint32_t to_guan[] = {GUAN};
    kit k;
    open_city(&k);
    const event changes[] = {amendment(&k, 4, "2023-05-15"),
                             amendment(&k, 3, "2023-05-20"),
                             ended(DONG, to_guan, "2023-05-15")};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        assert_status(kit_try(&k, CITY, changes[i]), DUBAN_OK);
        size_t bytes = k.memory.bytes;
        for (int n = 0; n < 20; n++)
            assert_status(kit_try(&k, CITY, changes[i]), DUBAN_OK);
        assert_int_equal(k.memory.bytes, bytes);
    }
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_survives_every_failed_allocation),
        cmocka_unit_test(a_day_on_which_all_changes_survives_every_failed_allocation),
        cmocka_unit_test(applying_a_change_asks_for_no_memory),
        cmocka_unit_test(a_change_that_is_not_made_leaves_no_memory_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
