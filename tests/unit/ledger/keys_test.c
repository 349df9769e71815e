/* Keys in the rule book: rotation in one entry, two algorithms, and that neither changes
 * what stands. */
#include <string.h>

#include "broker/ledger/office.h"
#include "tests/unit/ledger/ledger_kit.h"

static key_words new_key(uint32_t number, algorithm a, uint8_t seed) {
    key_words key = {.number = number, .office = DONG, .algorithm = a};
    memset(key.public_key, seed, sign_public_size(a));
    return key;
}

static duban_status say_keys(kit *k, const key_words *keys, uint32_t n) {
    event ev = {.kind = KIND_KEYS, .keys = {keys, n}};
    return kit_try(k, CITY, ev);
}

static void open_with_offices(kit *k) {
    kit_open(k);
    kit_must(k, CITY, kit_genesis());
    kit_must(k, CITY, kit_offices());
}

static void one_entry_enrols_the_new_key_and_revokes_the_old(void **state) {
    (void)state;
    kit k;
    ledger_key old, made;
    ledger_status about;
    open_with_offices(&k);
    key_words first = new_key(2, ALGORITHM_ED25519, 42);
    kit_must(&k, CITY, (event){.kind = KIND_KEYS, .keys = {&first, 1}});
    key_words both[] = {new_key(3, ALGORITHM_ED25519, 43),
                        {.number = 2, .revoked = true}};
    kit_must(&k, CITY, (event){.kind = KIND_KEYS, .keys = {both, 2}});
    ledger_get_status(k.ledger, &about);
    assert_true(ledger_get_key(k.ledger, 2, &old));
    assert_true(ledger_get_key(k.ledger, 3, &made));
    assert_true(old.revoked);
    assert_false(made.revoked);
    assert_int_equal(made.since, about.head);
    kit_close(&k);
}

/* The city's only key may be replaced, in one entry, but not dropped. */
static void the_citys_only_key_is_replaced_but_not_dropped(void **state) {
    (void)state;
    kit k;
    open_with_offices(&k);
    key_words drop = {.number = KEY_ROOT, .revoked = true};
    assert_int_equal(say_keys(&k, &drop, 1), DUBAN_E_STATE);
    key_words another = new_key(2, ALGORITHM_ED25519, 42); /* of another office */
    key_words with_another[] = {another, drop};
    assert_int_equal(say_keys(&k, with_another, 2), DUBAN_E_STATE);
    another.office = OFFICE_OF_CITY;
    key_words replace[] = {another, drop};
    assert_int_equal(say_keys(&k, replace, 2), DUBAN_OK);
    kit_close(&k);
}

static void sm2_keys_are_told_apart_by_their_last_byte(void **state) {
    (void)state;
    kit k;
    ledger_key found;
    open_with_offices(&k);
    key_words keys[] = {new_key(2, ALGORITHM_SM2, 42), new_key(3, ALGORITHM_SM2, 42)};
    assert_int_equal(say_keys(&k, keys, 2), DUBAN_E_DUPLICATE);
    keys[1].public_key[SIGN_PUBLIC_SIZE_SM2 - 1] ^= 1;
    kit_must(&k, CITY, (event){.kind = KIND_KEYS, .keys = {keys, 2}});
    assert_true(ledger_get_key(k.ledger, 3, &found));
    assert_int_equal(found.public_key.algorithm, ALGORITHM_SM2);
    assert_memory_equal(found.public_key.bytes, keys[1].public_key, SIGN_PUBLIC_SIZE_SM2);
    kit_close(&k);
}

/* The page tells keys of either algorithm apart, down to the last byte. */
static hash256 digest_with(algorithm a, uint8_t last) {
    kit k;
    open_with_offices(&k);
    key_words key = new_key(2, a, 42);
    key.public_key[sign_public_size(a) - 1] = last;
    kit_must(&k, CITY, (event){.kind = KIND_KEYS, .keys = {&key, 1}});
    hash256 digest = kit_digest(&k);
    kit_close(&k);
    return digest;
}

static void every_byte_of_a_key_is_in_the_digest(void **state) {
    (void)state;
    hash256 a = digest_with(ALGORITHM_SM2, 1), b = digest_with(ALGORITHM_SM2, 2);
    hash256 c = digest_with(ALGORITHM_ED25519, 1), d = digest_with(ALGORITHM_ED25519, 2);
    hash256 again = digest_with(ALGORITHM_SM2, 1);
    assert_false(hash_equal(&a, &b));
    assert_false(hash_equal(&c, &d));
    assert_false(hash_equal(&a, &c));
    assert_true(hash_equal(&a, &again));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_entry_enrols_the_new_key_and_revokes_the_old),
        cmocka_unit_test(the_citys_only_key_is_replaced_but_not_dropped),
        cmocka_unit_test(sm2_keys_are_told_apart_by_their_last_byte),
        cmocka_unit_test(every_byte_of_a_key_is_in_the_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
