#include "proto/sign.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

#include "proto/hash.h"

static_assert(crypto_sign_SEEDBYTES == SIGN_SEED_SIZE, "size of a seed");
static_assert(crypto_sign_PUBLICKEYBYTES == SIGN_PUBLIC_SIZE, "size of a public key");
static_assert(crypto_sign_BYTES == SIGN_SIGNATURE_SIZE, "size of a signature");
/* libsodium's secret key is seed ‖ public key, which is just how sign_key lies. */
static_assert(sizeof(sign_key) == crypto_sign_SECRETKEYBYTES, "layout of a pair");
static_assert(offsetof(sign_key, public_key) == SIGN_SEED_SIZE, "layout of a pair");

duban_status sign_init(void) {
    return sodium_init() < 0 ? DUBAN_E_INTERNAL : DUBAN_OK;
}

void sign_key_of_seed(const uint8_t seed[SIGN_SEED_SIZE], sign_key *out) {
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    sign_key key;
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

bool sign_public_usable(const sign_public *public_key) {
    return crypto_core_ed25519_is_valid_point(public_key->bytes) == 1;
}

void sign_bytes(const sign_key *key, const void *bytes, size_t size,
                sign_signature *out) {
    sign_signature signature;
    crypto_sign_detached(signature.bytes, NULL, bytes, size, (const uint8_t *)key);
    *out = signature;
}

duban_status sign_verify(const sign_public *public_key, const void *bytes, size_t size,
                         const sign_signature *signature) {
    int wrong =
        crypto_sign_verify_detached(signature->bytes, bytes, size, public_key->bytes);
    return wrong ? DUBAN_E_SIGNATURE : DUBAN_OK;
}

bool sign_public_equal(const sign_public *a, const sign_public *b) {
    return memcmp(a->bytes, b->bytes, SIGN_PUBLIC_SIZE) == 0;
}

void sign_fingerprint(const sign_public *public_key, char text[SIGN_FINGERPRINT_SIZE]) {
    hash256 hash = hash_of(public_key->bytes, SIGN_PUBLIC_SIZE);
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
