/* The digest: the state's, however it came about. */
#include "tests/unit/ledger/ledger_kit.h"

static void one_history(uint64_t seed, uint32_t events) {
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_random r = {seed};
    uint32_t taken = 0;
    for (uint32_t i = 0; i < events; i++) {
        uint32_t office;
        ledger_status status;
        char next[DAY_TEXT_SIZE];
        event ev = kit_random_event(&k, &r, &office);
        taken += kit_send(&k, office, ev) == DUBAN_OK;
        hash256 live = kit_digest(&k);
        hash256 folded = kit_digest_of_replay(&k);
        assert_memory_equal(&live, &folded, sizeof live);
        ledger_get_status(k.ledger, &status);
        day_write(status.day + 1 + (int32_t)kit_below(&r, 3), next);
        if (kit_below(&r, 3) > 0) kit_until(&k, next);
    }
    assert_true(taken > events / 5);
    kit_close(&k);
}

static void replay_gives_the_digest_of_the_live_ledger_after_every_event(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++)
        one_history(seed, 200);
}

static hash256 digest_with(const char *amount, uint32_t office) {
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, office, kit_value(4, 1, office, "2023Q1", amount, MODE_NONE));
    hash256 digest = kit_digest(&k);
    kit_close(&k);
    return digest;
}

static void another_state_has_another_digest(void **state) {
    (void)state;
    hash256 a = digest_with("95", DONG);
    hash256 again = digest_with("95", DONG);
    hash256 b = digest_with("95.000001", DONG);
    hash256 c = digest_with("95", GUAN);
    assert_memory_equal(&a, &again, sizeof a);
    assert_memory_not_equal(&a, &b, sizeof a);
    assert_memory_not_equal(&a, &c, sizeof a);
}

/* RFC 6962, section 2.1, as it is written there. */
static hash256 tree_hash(const hash256 *leaves, uint32_t n) {
    if (n == 1) return leaves[0];
    uint32_t k = 1;
    while (k * 2 < n)
        k *= 2;
    hash256 left = tree_hash(leaves, k);
    hash256 right = tree_hash(leaves + k, n - k);
    unsigned char bytes[65] = {0x01};
    memcpy(bytes + 1, left.bytes, 32);
    memcpy(bytes + 33, right.bytes, 32);
    return hash_of(bytes, sizeof bytes);
}

/* RFC 6962, section 2.1.1, as it is written there. */
static uint32_t tree_path(const hash256 *leaves, uint32_t n, uint32_t m, hash256 *out) {
    if (n == 1) return 0;
    uint32_t k = 1;
    while (k * 2 < n)
        k *= 2;
    uint32_t made =
        m < k ? tree_path(leaves, k, m, out) : tree_path(leaves + k, n - k, m - k, out);
    out[made] = m < k ? tree_hash(leaves + k, n - k) : tree_hash(leaves, k);
    return made + 1;
}

static void a_path_leads_from_every_page_to_the_digest(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, FGW, kit_text(1, FGW, "2023Q1", "words"));
    uint32_t n = ledger_pages(k.ledger), pages, found;
    hash256 leaves[16], path[LEDGER_PATH_MAX], expected[LEDGER_PATH_MAX];
    assert_true(n >= 4 && n <= 16);
    for (uint32_t i = 0; i < n; i++) {
        buffer page;
        buffer_init(&page);
        assert_int_equal(ledger_page_write(k.ledger, i, &page), DUBAN_OK);
        leaves[i] = hash_of_two("", 1, page.data, page.size);
        buffer_close(&page);
    }
    for (uint32_t i = 0; i < n; i++) {
        assert_status(ledger_page_path(k.ledger, i, path, &found, &pages), DUBAN_OK);
        assert_int_equal(pages, n);
        assert_int_equal(found, tree_path(leaves, n, i, expected));
        assert_memory_equal(path, expected, found * sizeof *path);
    }
    assert_status(ledger_page_path(k.ledger, n, path, &found, &pages), DUBAN_E_NOT_FOUND);
    kit_close(&k);
}

static uint32_t u32_at(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void a_page_is_found_by_plan_and_office_and_says_both(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    uint32_t found = 9, seen = 0;
    assert_true(ledger_find_page(k.ledger, 0, 0, &found) && found == 0);
    assert_false(ledger_find_page(k.ledger, 0, DONG, &found));
    assert_false(ledger_find_page(k.ledger, 2, 0, &found));
    for (uint32_t office = 0; office < 40; office++) {
        buffer page;
        if (!ledger_find_page(k.ledger, 1, office, &found)) continue;
        buffer_init(&page);
        assert_status(ledger_page_write(k.ledger, found, &page), DUBAN_OK);
        assert_int_equal(u32_at(page.data + 4), 1);
        assert_int_equal(u32_at(page.data + 8), office);
        buffer_close(&page);
        seen++;
    }
    assert_int_equal(seen, ledger_pages(k.ledger) - 1);
    kit_close(&k);
}

static void the_digest_is_the_merkle_root_over_the_pages(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    for (uint32_t step = 0; step < 8; step++) {
        if (step == 1) kit_must(&k, CITY, kit_genesis());
        if (step == 2) kit_must(&k, CITY, kit_offices());
        if (step == 3) kit_must(&k, CITY, kit_keys(&k));
        if (step == 4) kit_must(&k, CITY, kit_chunk());
        if (step == 5) kit_must(&k, CITY, kit_publish(&k));
        if (step == 6) kit_must_say(&k, FGW, kit_text(1, FGW, "2023Q1", "words"));
        if (step == 7) kit_until(&k, "2023-04-18");
        hash256 leaves[16];
        uint32_t n = ledger_pages(k.ledger);
        assert_true(n >= 1 && n <= 16);
        for (uint32_t i = 0; i < n; i++) {
            buffer page;
            buffer_init(&page);
            assert_int_equal(ledger_page_write(k.ledger, i, &page), DUBAN_OK);
            leaves[i] = hash_of_two("", 1, page.data, page.size);
            buffer_close(&page);
        }
        hash256 expected = tree_hash(leaves, n);
        hash256 found = kit_digest(&k);
        assert_memory_equal(&found, &expected, sizeof found);
    }
    kit_close(&k);
}

static void asking_and_refusing_change_nothing(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    hash256 before = kit_digest(&k);
    statement_words s = kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE);
    for (int i = 0; i < 3; i++) {
        assert_status(kit_try(&k, DONG, kit_submission(&s, 1)), DUBAN_OK);
        assert_status(kit_try(&k, GUAN, kit_submission(&s, 1)), DUBAN_E_NOT_ALLOWED);
        assert_status(kit_try(&k, CITY, kit_lights(2)), DUBAN_OK);
    }
    hash256 after = kit_digest(&k);
    assert_memory_equal(&before, &after, sizeof before);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replay_gives_the_digest_of_the_live_ledger_after_every_event),
        cmocka_unit_test(another_state_has_another_digest),
        cmocka_unit_test(the_digest_is_the_merkle_root_over_the_pages),
        cmocka_unit_test(a_path_leads_from_every_page_to_the_digest),
        cmocka_unit_test(a_page_is_found_by_plan_and_office_and_says_both),
        cmocka_unit_test(asking_and_refusing_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
