#include "proto/hash.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

static_assert(sizeof(crypto_hash_sha256_state) <= HASH_STREAM_SIZE, "the stream fits");
static_assert(_Alignof(crypto_hash_sha256_state) <= 16, "the stream is aligned");
static_assert(crypto_hash_sha256_BYTES == HASH_SIZE, "one size of hash");
static_assert(crypto_auth_hmacsha256_BYTES == HASH_SIZE, "of its HMAC as well");
static_assert(crypto_auth_hmacsha256_KEYBYTES == HASH_SIZE, "and of its keys");

hash256 hash_of(const void *bytes, size_t size) {
    return hash_of_two(bytes, size, NULL, 0);
}

hash256 hash_of_two(const void *a, size_t a_size, const void *b, size_t b_size) {
    crypto_hash_sha256_state state;
    hash256 hash;
    crypto_hash_sha256_init(&state);
    if (a_size) crypto_hash_sha256_update(&state, a, a_size);
    if (b_size) crypto_hash_sha256_update(&state, b, b_size);
    crypto_hash_sha256_final(&state, hash.bytes);
    return hash;
}

void hash_begin(hash_stream *stream) {
    crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)stream->opaque);
}

void hash_add(hash_stream *stream, const void *bytes, size_t size) {
    if (!size) return;
    crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)stream->opaque, bytes,
                              size);
}

hash256 hash_end(hash_stream *stream) {
    hash256 hash;
    crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)stream->opaque,
                             hash.bytes);
    return hash;
}

bool hash_equal(const hash256 *a, const hash256 *b) {
    return memcmp(a->bytes, b->bytes, HASH_SIZE) == 0;
}

hash256 hash_keyed(const uint8_t key[HASH_SIZE], const void *bytes, size_t size) {
    hash256 mac;
    crypto_auth_hmacsha256(mac.bytes, bytes, size, key);
    return mac;
}

bool hash_keyed_is(const uint8_t key[HASH_SIZE], const void *bytes, size_t size,
                   const uint8_t mac[HASH_SIZE]) {
    return crypto_auth_hmacsha256_verify(mac, bytes, size, key) == 0;
}

void hash_print(const hash256 *hash, char text[HASH_TEXT_SIZE]) {
    sodium_bin2hex(text, HASH_TEXT_SIZE, hash->bytes, HASH_SIZE);
}

duban_status hash_parse(const char *text, size_t size, hash256 *out) {
    hash256 hash;
    size_t got = 0;
    if (size != HASH_TEXT_SIZE - 1) return DUBAN_E_MALFORMED;
    if (sodium_hex2bin(hash.bytes, HASH_SIZE, text, size, NULL, &got, NULL) != 0 ||
        got != HASH_SIZE)
        return DUBAN_E_MALFORMED;
    *out = hash;
    return DUBAN_OK;
}
