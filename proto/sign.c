#include "proto/sign.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

#include "proto/hash.h"
#include "proto/sm2.h"

static_assert(crypto_sign_SEEDBYTES == SIGN_SEED_SIZE, "size of a seed");
static_assert(crypto_sign_PUBLICKEYBYTES == SIGN_PUBLIC_SIZE, "size of a public key");
static_assert(crypto_sign_BYTES == SIGN_SIGNATURE_SIZE, "size of a signature");
static_assert(SM2_PUBLIC_SIZE == SIGN_PUBLIC_SIZE_SM2, "size of an SM2 key");

duban_status sign_init(void) {
    return sodium_init() < 0 ? DUBAN_E_INTERNAL : DUBAN_OK;
}

bool sign_supports(algorithm a) {
    return a == ALGORITHM_ED25519 || (a == ALGORITHM_SM2 && sm2_built());
}

static const char *const names[ALGORITHM_COUNT] = {
    [ALGORITHM_ED25519] = "ed25519", [ALGORITHM_SM2] = "sm2"};

const char *sign_algorithm_name(algorithm a) {
    return a > ALGORITHM_NONE && a < ALGORITHM_COUNT ? names[a] : "?";
}

algorithm sign_algorithm_named(const char *name) {
    for (int a = ALGORITHM_NONE + 1; a < ALGORITHM_COUNT; a++)
        if (strcmp(name, names[a]) == 0) return (algorithm)a;
    return ALGORITHM_NONE;
}

void sign_key_of_seed(const uint8_t seed[SIGN_SEED_SIZE], sign_key *out) {
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    sign_key key = {.public_key.algorithm = ALGORITHM_ED25519};
    memcpy(key.seed, seed, SIGN_SEED_SIZE);
    crypto_sign_seed_keypair(key.public_key.bytes, secret, seed);
    *out = key;
    sign_wipe(secret, sizeof secret);
    sign_wipe(&key, sizeof key);
}

void sign_key_random(sign_key *out) {
    uint8_t seed[SIGN_SEED_SIZE];
    sign_random(seed, sizeof seed);
    sign_key_of_seed(seed, out);
    sign_wipe(seed, sizeof seed);
}

static duban_status derive_sm2(const uint8_t secret[SIGN_SEED_SIZE], sign_key *out) {
    sign_key key = {.public_key.algorithm = ALGORITHM_SM2};
    memcpy(key.seed, secret, SIGN_SEED_SIZE);
    duban_status status = sm2_public(secret, key.public_key.bytes);
    if (!status) *out = key;
    sign_wipe(&key, sizeof key);
    return status;
}

duban_status sign_key_derive(algorithm a, const uint8_t secret[SIGN_SEED_SIZE],
                             sign_key *out) {
    if (!sign_supports(a)) return DUBAN_E_ALGORITHM;
    if (a == ALGORITHM_SM2) return derive_sm2(secret, out);
    sign_key_of_seed(secret, out);
    return DUBAN_OK;
}

duban_status sign_key_make(algorithm a, sign_key *out) {
    uint8_t secret[SIGN_SEED_SIZE];
    duban_status status;
    do {
        sign_random(secret, sizeof secret);
        status = sign_key_derive(a, secret, out);
    } while (status == DUBAN_E_KEY_FORMAT); /* once in 2^32, out of SM2's range */
    sign_wipe(secret, sizeof secret);
    return status;
}

sign_public sign_public_of(algorithm a, const uint8_t *bytes) {
    sign_public made = {.algorithm = a};
    memcpy(made.bytes, bytes, sign_public_size(a));
    return made;
}

bool sign_public_usable(const sign_public *public_key) {
    switch (public_key->algorithm) {
    case ALGORITHM_ED25519:
        return crypto_core_ed25519_is_valid_point(public_key->bytes) == 1;
    case ALGORITHM_SM2: return sm2_usable(public_key->bytes);
    default: return false;
    }
}

static void sign_ed25519(const sign_key *key, const void *bytes, size_t size,
                         sign_signature *out) {
    uint8_t secret[crypto_sign_SECRETKEYBYTES]; /* libsodium's is seed ‖ public key */
    sign_signature signature;
    memcpy(secret, key->seed, SIGN_SEED_SIZE);
    memcpy(secret + SIGN_SEED_SIZE, key->public_key.bytes, SIGN_PUBLIC_SIZE);
    crypto_sign_detached(signature.bytes, NULL, bytes, size, secret);
    sign_wipe(secret, sizeof secret);
    *out = signature;
}

duban_status sign_bytes(const sign_key *key, const void *bytes, size_t size,
                        sign_signature *out) {
    switch (key->public_key.algorithm) {
    case ALGORITHM_ED25519: sign_ed25519(key, bytes, size, out); return DUBAN_OK;
    case ALGORITHM_SM2:
        return sm2_sign(key->seed, key->public_key.bytes, bytes, size, out->bytes);
    default: return DUBAN_E_ALGORITHM;
    }
}

static duban_status verify_ed25519(const sign_public *public_key, const void *bytes,
                                   size_t size, const sign_signature *signature) {
    int wrong =
        crypto_sign_verify_detached(signature->bytes, bytes, size, public_key->bytes);
    return wrong ? DUBAN_E_SIGNATURE : DUBAN_OK;
}

duban_status sign_verify(const sign_public *public_key, const void *bytes, size_t size,
                         const sign_signature *signature) {
    switch (public_key->algorithm) {
    case ALGORITHM_ED25519: return verify_ed25519(public_key, bytes, size, signature);
    case ALGORITHM_SM2:
        return sm2_verify(public_key->bytes, bytes, size, signature->bytes);
    default: return DUBAN_E_ALGORITHM;
    }
}

bool sign_public_equal(const sign_public *a, const sign_public *b) {
    return a->algorithm == b->algorithm &&
           memcmp(a->bytes, b->bytes, sign_public_size(a->algorithm)) == 0;
}

void sign_fingerprint(const sign_public *public_key, char text[SIGN_FINGERPRINT_SIZE]) {
    hash256 hash = hash_of(public_key->bytes, sign_public_size(public_key->algorithm));
    char digits[HASH_TEXT_SIZE];
    hash_print(&hash, digits);
    for (size_t group = 0; group < 8; group++) {
        memcpy(text + group * 5, digits + group * 4, 4);
        text[group * 5 + 4] = group < 7 ? '-' : '\0';
    }
}

void base64_encode(const void *bytes, size_t size, char *text, size_t text_size) {
    assert(text_size > BASE64_LENGTH(size));
    sodium_bin2base64(text, text_size, bytes, size, sodium_base64_VARIANT_ORIGINAL);
}

static bool in_base64_alphabet(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '+' || c == '/' || c == '=';
}

duban_status base64_decode(const char *text, size_t length, void *bytes, size_t bytes_max,
                           size_t *size) {
    size_t got = 0;
    if (length % 4) return DUBAN_E_MALFORMED;
    if (length == 0) {
        *size = 0;
        return DUBAN_OK;
    }
    /* libsodium 1.0.18 takes some bytes above 0x7F for letters. */
    for (size_t i = 0; i < length; i++)
        if (!in_base64_alphabet(text[i])) return DUBAN_E_MALFORMED;
    size_t padding = (text[length - 1] == '=') + (text[length - 2] == '=');
    if (length / 4 * 3 - padding > bytes_max) return DUBAN_E_TOO_LARGE;
    if (sodium_base642bin(bytes, bytes_max, text, length, NULL, &got, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return DUBAN_E_MALFORMED;
    *size = got;
    return DUBAN_OK;
}

void sign_random(void *bytes, size_t size) {
    randombytes_buf(bytes, size);
}

void sign_wipe(void *bytes, size_t size) {
    sodium_memzero(bytes, size);
}
