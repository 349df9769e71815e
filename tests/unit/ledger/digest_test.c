/* The digest: the state's, however it came about. */
#include "tests/unit/ledger/ledger_kit.h"

static void replay_gives_the_digest_of_the_live_ledger_after_every_event(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_random r = {7};
    uint32_t taken = 0;
    for (uint32_t i = 0; i < 600; i++) {
        uint32_t office;
        ledger_status status;
        event ev = kit_random_event(&k, &r, &office);
        taken += kit_send(&k, office, ev) == DUBAN_OK;
        hash256 live = kit_digest(&k);
        if (i % 10 == 0) {
            hash256 folded = kit_digest_of_replay(&k);
            assert_memory_equal(&live, &folded, sizeof live);
        }
        ledger_get_status(k.ledger, &status);
        char next[DAY_TEXT_SIZE];
        day_write(status.day + 1, next);
        if (kit_below(&r, 2) == 0) kit_until(&k, next);
    }
    assert_true(taken > 60);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replay_gives_the_digest_of_the_live_ledger_after_every_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
