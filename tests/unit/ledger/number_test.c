/* Numbers and keys: the same bytes again, other bytes, holes, and what lies below. */
#include "tests/unit/ledger/ledger_kit.h"

static event text_under(kit *k, uint64_t number) {
    static statement_words s;
    s = kit_text(1, FGW, "2023Q1", "words");
    event ev = kit_sign(k, FGW, kit_submission(&s, 1));
    ev.number = number;
    memset(ev.mark.bytes, 0, sizeof ev.mark.bytes);
    memcpy(ev.mark.bytes, &number, sizeof number);
    return ev;
}

static void the_same_bytes_again_exist_and_other_bytes_are_refused(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    event first = text_under(&k, 1);
    assert_status(kit_take(&k, &first), DUBAN_OK);
    uint64_t index = 0;
    assert_true(ledger_number_index(k.ledger, FGW, 1, &index));
    assert_int_equal(index, k.last);
    assert_status(kit_take(&k, &first), DUBAN_E_EXISTS);
    event other = first;
    other.mark.bytes[31] ^= 1;
    assert_status(kit_take(&k, &other), DUBAN_E_NUMBER_USED);
    assert_false(ledger_number_index(k.ledger, FGW, 2, &index));
    assert_false(ledger_number_index(k.ledger, 77, 1, &index));
    kit_close(&k);
}

static void holes_may_be_filled_inside_the_window_only(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    event ev = text_under(&k, 100);
    assert_status(kit_take(&k, &ev), DUBAN_OK);
    ev = text_under(&k, 37); /* 100 - 63 */
    assert_status(kit_take(&k, &ev), DUBAN_OK);
    assert_status(kit_take(&k, &ev), DUBAN_E_EXISTS);
    ev = text_under(&k, 36);
    assert_status(kit_take(&k, &ev), DUBAN_E_NUMBER_OLD);
    ev = text_under(&k, 0);
    assert_status(kit_take(&k, &ev), DUBAN_E_NUMBER_OLD);
    ev = text_under(&k, 101); /* pushes 37 out */
    assert_status(kit_take(&k, &ev), DUBAN_OK);
    ev = text_under(&k, 37);
    assert_status(kit_take(&k, &ev), DUBAN_E_NUMBER_OLD);
    uint64_t index;
    assert_false(ledger_number_index(k.ledger, FGW, 37, &index));
    assert_true(ledger_number_index(k.ledger, FGW, 100, &index));
    ledger_key key;
    assert_true(ledger_get_key(k.ledger, FGW, &key));
    assert_int_equal(key.last_number, 101);
    ev = text_under(&k, UINT64_MAX);
    assert_status(kit_take(&k, &ev), DUBAN_OK);
    ev = text_under(&k, 102);
    assert_status(kit_take(&k, &ev), DUBAN_E_NUMBER_OLD);
    kit_close(&k);
}

static void the_window_ends_at_the_greatest_number(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    event ev = text_under(&k, UINT64_MAX - 10);
    assert_status(kit_take(&k, &ev), DUBAN_OK);
    ev = text_under(&k, UINT64_MAX);
    assert_status(kit_take(&k, &ev), DUBAN_OK);
    assert_status(kit_take(&k, &ev), DUBAN_E_EXISTS);
    ev = text_under(&k, UINT64_MAX - 10);
    assert_status(kit_take(&k, &ev), DUBAN_E_EXISTS);
    ev = text_under(&k, UINT64_MAX - 1);
    assert_status(kit_take(&k, &ev), DUBAN_OK);
    kit_close(&k);
}

static void every_number_is_taken_once_in_any_order(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    bool used[400] = {false};
    uint64_t last = 0;
    kit_random r = {3};
    for (int i = 0; i < 3000; i++) {
        uint64_t number = 1 + kit_below(&r, (uint32_t)(last + 5 < 399 ? last + 5 : 399));
        event ev = text_under(&k, number);
        duban_status expected =
            used[number] && last - number < NUMBER_WINDOW      ? DUBAN_E_EXISTS
            : number <= last && last - number >= NUMBER_WINDOW ? DUBAN_E_NUMBER_OLD
                                                               : DUBAN_OK;
        assert_status(kit_take(&k, &ev), expected);
        used[number] = true;
        if (number > last) last = number;
    }
    kit_close(&k);
}

static void the_brokers_numbers_have_no_holes(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    event ev = kit_sign(
        &k, BROKER, (event){.kind = KIND_CLOCK, .clock_day = kit_day_of("2023-01-02")});
    ev.number = 2;
    assert_status(kit_take(&k, &ev), DUBAN_E_SEQUENCE);
    ev.number = 1;
    assert_status(kit_take(&k, &ev), DUBAN_OK);
    kit_close(&k);
}

static void keys_speak_for_their_office_until_they_are_revoked(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    event ev = text_under(&k, 1);
    ev.office = DONG;
    assert_status(kit_take(&k, &ev), DUBAN_E_KEY_OFFICE);
    ev.office = FGW;
    ev.key = 99;
    assert_status(kit_take(&k, &ev), DUBAN_E_UNKNOWN_KEY);
    ev.key = FGW;
    assert_status(kit_take(&k, &ev), DUBAN_OK);
    key_words gone = {.number = FGW, .revoked = true};
    kit_must(&k, CITY, (event){.kind = KIND_KEYS, .keys = {&gone, 1}});
    event next = text_under(&k, 2);
    assert_status(kit_take(&k, &next), DUBAN_E_REVOKED);
    /* what stands still stands, so that a lost receipt can be had again */
    assert_status(kit_take(&k, &ev), DUBAN_E_EXISTS);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_bytes_again_exist_and_other_bytes_are_refused),
        cmocka_unit_test(holes_may_be_filled_inside_the_window_only),
        cmocka_unit_test(the_window_ends_at_the_greatest_number),
        cmocka_unit_test(every_number_is_taken_once_in_any_order),
        cmocka_unit_test(the_brokers_numbers_have_no_holes),
        cmocka_unit_test(keys_speak_for_their_office_until_they_are_revoked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
