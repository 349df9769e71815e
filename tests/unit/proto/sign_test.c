/* Ed25519 against the examples of RFC 8032, the policy at its edges, base64,
 * fingerprints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/hash.h"
#include "proto/sign.h"

static void bytes_of_hex(const char *hex, uint8_t *bytes, size_t size) {
    assert_int_equal(strlen(hex), 2 * size);
    for (size_t i = 0; i < size; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
}

typedef struct rfc_example {
    const char *seed, *public_key, *message, *signature;
} rfc_example;

/* RFC 8032 section 7.1, tests 1 to 3. */
static const rfc_example rfc_examples[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
     "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
     "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
     "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

static void rfc_examples_sign_and_verify_as_published(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rfc_examples / sizeof rfc_examples[0]; i++) {
        const rfc_example *example = &rfc_examples[i];
        uint8_t seed[SIGN_SEED_SIZE], message[2];
        size_t size = strlen(example->message) / 2;
        sign_public expected_public = {.algorithm = ALGORITHM_ED25519};
        sign_signature expected, made;
        sign_key key;
        bytes_of_hex(example->seed, seed, sizeof seed);
        bytes_of_hex(example->public_key, expected_public.bytes, SIGN_PUBLIC_SIZE);
        bytes_of_hex(example->message, message, size);
        bytes_of_hex(example->signature, expected.bytes, SIGN_SIGNATURE_SIZE);
        sign_key_of_seed(seed, &key);
        assert_true(sign_public_equal(&key.public_key, &expected_public));
        assert_int_equal(sign_bytes(&key, size ? message : NULL, size, &made), DUBAN_OK);
        assert_memory_equal(made.bytes, expected.bytes, SIGN_SIGNATURE_SIZE);
        assert_int_equal(sign_verify(&key.public_key, message, size, &expected),
                         DUBAN_OK);
    }
}

static void every_flipped_bit_of_message_key_or_signature_is_refused(void **state) {
    (void)state;
    const char text[] = SIGN_CONTEXT " a county's report";
    uint8_t message[sizeof text];
    sign_key key;
    sign_signature signature;
    memcpy(message, text, sizeof text);
    sign_key_random(&key);
    sign_bytes(&key, message, sizeof message, &signature);
    assert_int_equal(sign_verify(&key.public_key, message, sizeof message, &signature),
                     DUBAN_OK);
    struct {
        uint8_t *bytes;
        size_t size;
    } parts[] = {{message, sizeof message},
                 {key.public_key.bytes, SIGN_PUBLIC_SIZE},
                 {signature.bytes, SIGN_SIGNATURE_SIZE}};
    for (size_t part = 0; part < 3; part++)
        for (size_t bit = 0; bit < 8 * parts[part].size; bit++) {
            parts[part].bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
            assert_int_equal(
                sign_verify(&key.public_key, message, sizeof message, &signature),
                DUBAN_E_SIGNATURE);
            parts[part].bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        }
    assert_int_equal(
        sign_verify(&key.public_key, message, sizeof message - 1, &signature),
        DUBAN_E_SIGNATURE);
}

static void a_second_form_of_a_signature_with_s_plus_l_is_refused(void **state) {
    (void)state;
    uint8_t order[32];
    bytes_of_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
                 order, sizeof order);
    sign_key key;
    sign_signature signature;
    sign_key_random(&key);
    sign_bytes(&key, "m", 1, &signature);
    unsigned carry = 0;
    for (size_t i = 0; i < 32; i++) {
        unsigned sum = signature.bytes[32 + i] + order[i] + carry;
        signature.bytes[32 + i] = (uint8_t)sum;
        carry = sum >> 8;
    }
    assert_int_equal(carry, 0);
    assert_int_equal(sign_verify(&key.public_key, "m", 1, &signature), DUBAN_E_SIGNATURE);
}

static void keys_that_could_never_sign_are_not_usable(void **state) {
    (void)state;
    sign_key key;
    sign_public zero = {ALGORITHM_ED25519, {0}}, one = {ALGORITHM_ED25519, {1}};
    sign_public all_bits = {.algorithm = ALGORITHM_ED25519};
    sign_key_random(&key);
    memset(all_bits.bytes, 0xFF, sizeof all_bits.bytes);
    assert_true(sign_public_usable(&key.public_key));
    assert_false(sign_public_usable(&zero));     /* of order 4 */
    assert_false(sign_public_usable(&one));      /* the neutral element */
    assert_false(sign_public_usable(&all_bits)); /* not canonical */
}

static void random_keys_differ_and_follow_from_their_seed(void **state) {
    (void)state;
    sign_key a, b, again;
    sign_key_random(&a);
    sign_key_random(&b);
    assert_false(sign_public_equal(&a.public_key, &b.public_key));
    sign_key_of_seed(a.seed, &again);
    assert_memory_equal(a.seed, again.seed, sizeof a.seed);
    assert_true(sign_public_equal(&a.public_key, &again.public_key));
}

static void fingerprint_is_the_first_half_of_the_public_keys_hash(void **state) {
    (void)state;
    sign_public key = {.algorithm = ALGORITHM_ED25519};
    char fingerprint[SIGN_FINGERPRINT_SIZE], digits[HASH_TEXT_SIZE];
    bytes_of_hex(rfc_examples[0].public_key, key.bytes, SIGN_PUBLIC_SIZE);
    sign_fingerprint(&key, fingerprint);
    assert_string_equal(fingerprint, "21fe-31df-a154-a261-626b-f854-046f-d227");
    hash256 hash = hash_of(key.bytes, SIGN_PUBLIC_SIZE);
    hash_print(&hash, digits);
    size_t at = 0;
    for (size_t i = 0; fingerprint[i]; i++) {
        if (i % 5 == 4)
            assert_int_equal(fingerprint[i], '-');
        else
            assert_int_equal(fingerprint[i], digits[at++]);
    }
    assert_int_equal(at, 32);
}

static void base64_writes_the_examples_of_rfc_4648(void **state) {
    (void)state;
    const char *texts[] = {"",         "Zg==",     "Zm8=",    "Zm9v",
                           "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (size_t size = 0; size <= 6; size++) {
        char text[BASE64_LENGTH(6) + 1];
        uint8_t bytes[6];
        size_t got = 99;
        base64_encode("foobar", size, text, sizeof text);
        assert_string_equal(text, texts[size]);
        assert_int_equal(strlen(text), BASE64_LENGTH(size));
        assert_int_equal(base64_decode(text, strlen(text), bytes, size, &got), DUBAN_OK);
        assert_int_equal(got, size);
        assert_memory_equal(bytes, "foobar", size);
    }
}

static void base64_refuses_all_but_the_one_canonical_text(void **state) {
    (void)state;
    const char *refused[] = {"Z",     "Zg",           "Zg=",  "Zg===",  "Zh==",
                             "Zm9=",  "====",         "=Zg=", "Zm9v\n", " Zm9v",
                             "Zm 9v", "Zm9vZg==Zm9v", "Zm9-", "Zm9_",   "Zg==\n\n\n\n",
                             "Z===",  "Zg==="};
    uint8_t bytes[32];
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        size_t got = 99;
        assert_int_equal(
            base64_decode(refused[i], strlen(refused[i]), bytes, sizeof bytes, &got),
            DUBAN_E_MALFORMED);
        assert_int_equal(got, 99);
    }
    size_t got = 99;
    assert_int_equal(base64_decode("Zm9v\0AAA", 8, bytes, sizeof bytes, &got),
                     DUBAN_E_MALFORMED);
    assert_int_equal(base64_decode("Zm9vYg==", 8, bytes, 3, &got), DUBAN_E_TOO_LARGE);
    assert_int_equal(got, 99);
    assert_int_equal(base64_decode("Zm9vYg==", 8, bytes, 4, &got), DUBAN_OK);
}

static void base64_has_one_text_for_each_value_at_every_place(void **state) {
    (void)state;
    for (size_t place = 0; place < 4; place++)
        for (int c = 0; c < 256; c++) {
            char text[5] = "AAAA", again[5];
            uint8_t bytes[3];
            size_t size = 0;
            text[place] = (char)c;
            if (base64_decode(text, 4, bytes, sizeof bytes, &size)) continue;
            base64_encode(bytes, size, again, sizeof again);
            assert_string_equal(again, text);
        }
}

static void wiped_bytes_are_zero_and_random_ones_differ(void **state) {
    (void)state;
    uint8_t a[32] = {0}, b[32] = {0}, zero[32] = {0};
    sign_random(a, sizeof a);
    sign_random(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    sign_wipe(a, sizeof a);
    assert_memory_equal(a, zero, sizeof a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_examples_sign_and_verify_as_published),
        cmocka_unit_test(every_flipped_bit_of_message_key_or_signature_is_refused),
        cmocka_unit_test(a_second_form_of_a_signature_with_s_plus_l_is_refused),
        cmocka_unit_test(keys_that_could_never_sign_are_not_usable),
        cmocka_unit_test(random_keys_differ_and_follow_from_their_seed),
        cmocka_unit_test(fingerprint_is_the_first_half_of_the_public_keys_hash),
        cmocka_unit_test(base64_writes_the_examples_of_rfc_4648),
        cmocka_unit_test(base64_refuses_all_but_the_one_canonical_text),
        cmocka_unit_test(base64_has_one_text_for_each_value_at_every_place),
        cmocka_unit_test(wiped_bytes_are_zero_and_random_ones_differ),
    };
    if (sign_init() != DUBAN_OK) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
