/* SM2 as the second algorithm of sign.h: the standard's own example, and what is refused.
 * Built without DUBAN_SM2 the same file shows that every SM2 key is refused by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/hash.h"
#include "proto/sign.h"
#include "proto/sm2.h"

/* Figures of GB/T 32918.5, A.2: identifier 1234567812345678, "message digest". */
#define EXAMPLE_SECRET "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
#define EXAMPLE_X      "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
#define EXAMPLE_R      "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
#define EXAMPLE_S      "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
/* The same key and message under other identifiers. */
#define ALICE_R "548a941cfb81874f0b9580f889aa3a2a60a8eab19cc8eac4f4320935f74ed9c6"
#define ALICE_S "833f6f57d77d38df66556d1279f769cdb42e9bbc701529b21230dd1a4822a2e3"
#define EMPTY_R "52e17063dd32f72b1a2c8cd55f15d48178edad8ddb81b985e8c269b8782ce376"
#define EMPTY_S "c5e1946b61a564a19a94a4eac77ee21048a4a399fd340461a353bd91aea4bebb"
#define PRIME   "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff"
#define ORDER   "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123"

static const char message[] = "message digest";
#define MESSAGE_SIZE (sizeof message - 1)

static void bytes_of_hex(const char *hex, uint8_t *out) {
    for (size_t i = 0; hex[i * 2]; i++) {
        char digits[3] = {hex[i * 2], hex[i * 2 + 1], '\0'};
        out[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
}

static sign_public example_key(void) {
    sign_public key = {ALGORITHM_SM2, {0x03}};
    bytes_of_hex(EXAMPLE_X, key.bytes + 1);
    return key;
}

static sign_signature signature_of(const char *r, const char *s) {
    sign_signature made;
    bytes_of_hex(r, made.bytes);
    bytes_of_hex(s, made.bytes + 32);
    return made;
}

static duban_status verify(const sign_public *key, const sign_signature *signature) {
    return sign_verify(key, message, MESSAGE_SIZE, signature);
}

static void the_standards_example_verifies(void **state) {
    (void)state;
    uint8_t secret[SM2_SECRET_SIZE];
    sign_key key;
    sign_public published = example_key();
    sign_signature signature = signature_of(EXAMPLE_R, EXAMPLE_S);
    bytes_of_hex(EXAMPLE_SECRET, secret);
    assert_int_equal(sign_key_derive(ALGORITHM_SM2, secret, &key), DUBAN_OK);
    assert_true(sign_public_equal(&key.public_key, &published));
    assert_true(sign_public_usable(&published));
    assert_int_equal(verify(&published, &signature), DUBAN_OK);
}

static void what_is_signed_verifies_and_each_time_otherwise(void **state) {
    (void)state;
    for (size_t size = 0; size < 200; size += 67) {
        uint8_t bytes[200];
        sign_key key;
        sign_signature one, two;
        sign_random(bytes, sizeof bytes);
        assert_int_equal(sign_key_make(ALGORITHM_SM2, &key), DUBAN_OK);
        assert_int_equal(key.public_key.algorithm, ALGORITHM_SM2);
        assert_int_equal(sign_bytes(&key, bytes, size, &one), DUBAN_OK);
        assert_int_equal(sign_bytes(&key, bytes, size, &two), DUBAN_OK);
        assert_memory_not_equal(one.bytes, two.bytes, sizeof one.bytes);
        assert_int_equal(sign_verify(&key.public_key, bytes, size, &one), DUBAN_OK);
        assert_int_equal(sign_verify(&key.public_key, bytes, size, &two), DUBAN_OK);
    }
}

static void another_identifier_is_refused(void **state) {
    (void)state;
    sign_public key = example_key();
    sign_signature alice = signature_of(ALICE_R, ALICE_S);
    sign_signature empty = signature_of(EMPTY_R, EMPTY_S);
    assert_int_equal(verify(&key, &alice), DUBAN_E_SIGNATURE);
    assert_int_equal(verify(&key, &empty), DUBAN_E_SIGNATURE);
}

static void every_flipped_bit_of_key_or_signature_is_refused(void **state) {
    (void)state;
    sign_signature good = signature_of(EXAMPLE_R, EXAMPLE_S);
    for (size_t bit = 0; bit < sizeof good.bytes * 8; bit++) {
        sign_public key = example_key();
        sign_signature bad = good;
        bad.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(verify(&key, &bad), DUBAN_E_SIGNATURE);
    }
    for (size_t bit = 0; bit < SM2_PUBLIC_SIZE * 8; bit++) {
        sign_public key = example_key();
        key.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(verify(&key, &good), DUBAN_E_SIGNATURE);
    }
}

static void flipped_bits_of_the_message_are_refused(void **state) {
    (void)state;
    sign_public key = example_key();
    sign_signature good = signature_of(EXAMPLE_R, EXAMPLE_S);
    for (size_t bit = 0; bit < MESSAGE_SIZE * 8; bit++) {
        char other[sizeof message];
        memcpy(other, message, sizeof other);
        other[bit / 8] ^= (char)(1 << bit % 8);
        assert_int_equal(sign_verify(&key, other, MESSAGE_SIZE, &good),
                         DUBAN_E_SIGNATURE);
    }
    assert_int_equal(sign_verify(&key, message, MESSAGE_SIZE - 1, &good),
                     DUBAN_E_SIGNATURE);
    assert_int_equal(sign_verify(&key, NULL, 0, &good), DUBAN_E_SIGNATURE);
}

/* a + b or a − b over 32 bytes, modulo 2^256. */
static void add(uint8_t *to, const uint8_t *a, const uint8_t *b, bool minus) {
    int carry = 0;
    for (size_t i = 32; i-- > 0;) {
        int sum = a[i] + (minus ? -b[i] : b[i]) + carry;
        to[i] = (uint8_t)sum;
        carry = sum >> 8;
    }
}

/* (r, n − s) is what makes an ECDSA signature malleable. */
static void no_second_form_of_a_signature_is_accepted(void **state) {
    (void)state;
    sign_public key = example_key();
    sign_signature good = signature_of(EXAMPLE_R, EXAMPLE_S), other;
    uint8_t order[32];
    bytes_of_hex(ORDER, order);
    for (unsigned negated = 1; negated < 4; negated++) {
        other = good;
        if (negated & 1) add(other.bytes, order, good.bytes, true);
        if (negated & 2) add(other.bytes + 32, order, good.bytes + 32, true);
        assert_int_equal(verify(&key, &other), DUBAN_E_SIGNATURE);
    }
    memcpy(other.bytes, good.bytes + 32, 32);
    memcpy(other.bytes + 32, good.bytes, 32);
    assert_int_equal(verify(&key, &other), DUBAN_E_SIGNATURE);
}

static void r_and_s_outside_their_range_are_refused(void **state) {
    (void)state;
    static const char *const out[] = {
        "0000000000000000000000000000000000000000000000000000000000000000", ORDER,
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"};
    sign_public key = example_key();
    for (size_t i = 0; i < sizeof out / sizeof out[0]; i++) {
        sign_signature r = signature_of(out[i], EXAMPLE_S);
        sign_signature s = signature_of(EXAMPLE_R, out[i]);
        assert_int_equal(verify(&key, &r), DUBAN_E_SIGNATURE);
        assert_int_equal(verify(&key, &s), DUBAN_E_SIGNATURE);
    }
    sign_signature sum = signature_of(EXAMPLE_R, EXAMPLE_R); /* r + s = n */
    uint8_t order[32];
    bytes_of_hex(ORDER, order);
    add(sum.bytes + 32, order, sum.bytes, true);
    assert_int_equal(verify(&key, &sum), DUBAN_E_SIGNATURE);
}

static void keys_with_another_encoding_are_not_usable(void **state) {
    (void)state;
    static const uint8_t heads[] = {0x00, 0x01, 0x04, 0x05, 0x06, 0x07, 0x82, 0xFF};
    sign_public key;
    for (size_t i = 0; i < sizeof heads; i++) {
        key = example_key();
        key.bytes[0] = heads[i];
        assert_false(sign_public_usable(&key));
    }
    key = example_key(); /* x = p, which is 0 written otherwise */
    bytes_of_hex(PRIME, key.bytes + 1);
    assert_false(sign_public_usable(&key));
    memset(key.bytes + 1, 0, 32);
    size_t usable = 0;
    for (unsigned x = 0; x < 64; x++) {
        key.bytes[32] = (uint8_t)x;
        usable += sign_public_usable(&key);
    }
    assert_in_range(usable, 16, 48); /* about half of all x are on the curve */
}

static void secrets_outside_their_range_make_no_key(void **state) {
    (void)state;
    uint8_t secret[SM2_SECRET_SIZE] = {0};
    sign_key key;
    assert_int_equal(sign_key_derive(ALGORITHM_SM2, secret, &key), DUBAN_E_KEY_FORMAT);
    bytes_of_hex(ORDER, secret);
    assert_int_equal(sign_key_derive(ALGORITHM_SM2, secret, &key), DUBAN_E_KEY_FORMAT);
    secret[31]--;
    assert_int_equal(sign_key_derive(ALGORITHM_SM2, secret, &key), DUBAN_E_KEY_FORMAT);
    secret[31]--;
    assert_int_equal(sign_key_derive(ALGORITHM_SM2, secret, &key), DUBAN_OK);
}

static void without_the_option_every_sm2_key_is_refused_by_name(void **state) {
    (void)state;
    uint8_t secret[SM2_SECRET_SIZE] = {[31] = 1};
    sign_key key = {.public_key = example_key()}, made;
    sign_signature signature = signature_of(EXAMPLE_R, EXAMPLE_S);
    assert_false(sign_supports(ALGORITHM_SM2));
    assert_false(sign_public_usable(&key.public_key));
    assert_int_equal(sign_key_derive(ALGORITHM_SM2, secret, &made), DUBAN_E_ALGORITHM);
    assert_int_equal(sign_key_make(ALGORITHM_SM2, &made), DUBAN_E_ALGORITHM);
    assert_int_equal(sign_bytes(&key, "m", 1, &signature), DUBAN_E_ALGORITHM);
    assert_int_equal(verify(&key.public_key, &signature), DUBAN_E_ALGORITHM);
}

int main(void) {
    const struct CMUnitTest with[] = {
        cmocka_unit_test(the_standards_example_verifies),
        cmocka_unit_test(what_is_signed_verifies_and_each_time_otherwise),
        cmocka_unit_test(another_identifier_is_refused),
        cmocka_unit_test(every_flipped_bit_of_key_or_signature_is_refused),
        cmocka_unit_test(flipped_bits_of_the_message_are_refused),
        cmocka_unit_test(no_second_form_of_a_signature_is_accepted),
        cmocka_unit_test(r_and_s_outside_their_range_are_refused),
        cmocka_unit_test(keys_with_another_encoding_are_not_usable),
        cmocka_unit_test(secrets_outside_their_range_make_no_key),
    };
    const struct CMUnitTest without[] = {
        cmocka_unit_test(without_the_option_every_sm2_key_is_refused_by_name),
    };
    if (sign_init()) return 1;
    return sm2_built() ? cmocka_run_group_tests_name("sm2", with, NULL, NULL)
                       : cmocka_run_group_tests_name("no sm2", without, NULL, NULL);
}
