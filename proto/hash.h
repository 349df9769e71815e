/* SHA-256 (FIPS 180-4), the only hash of Duban, and with a key its HMAC (RFC 2104).
 * Knows: bytes and their hash. Must not know: what the bytes mean.
 *
 * Nothing here can fail, nothing allocates, everything may be called from any thread.
 * All pointers are borrowed for the call; bytes may be NULL when size is 0. */
#ifndef DUBAN_PROTO_HASH_H
#define DUBAN_PROTO_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/status.h"

#define HASH_SIZE 32
/* A hash as 64 lower-case hexadecimal digits and the final NUL. */
#define HASH_TEXT_SIZE (2 * HASH_SIZE + 1)
/* At least libsodium's crypto_hash_sha256_state (104 bytes); hash.c asserts it. */
#define HASH_STREAM_SIZE 128

typedef struct hash256 {
    uint8_t bytes[HASH_SIZE];
} hash256;

/* A hash being computed piece by piece. Its content is private; it needs no release. */
typedef struct hash_stream {
    _Alignas(16) uint8_t opaque[HASH_STREAM_SIZE];
} hash_stream;

hash256 hash_of(const void *bytes, size_t size);
/* The hash of a ‖ b, such as SHA-256(salt ‖ body). The border between the two leaves no
 * trace in the hash: whoever needs it unambiguous gives a a fixed size. */
hash256 hash_of_two(const void *a, size_t a_size, const void *b, size_t b_size);

/* begin, any number of add, end. After end the stream must begin anew. */
void hash_begin(hash_stream *stream);
void hash_add(hash_stream *stream, const void *bytes, size_t size);
hash256 hash_end(hash_stream *stream);

/* Not constant in time: for public values only. */
bool hash_equal(const hash256 *a, const hash256 *b);

/* HMAC-SHA256. */
hash256 hash_keyed(const uint8_t key[HASH_SIZE], const void *bytes, size_t size);
/* Whether mac is that of these bytes; takes the same time whatever mac says. */
bool hash_keyed_is(const uint8_t key[HASH_SIZE], const void *bytes, size_t size,
                   const uint8_t mac[HASH_SIZE]);

/* Writes the 64 digits and a NUL. */
void hash_print(const hash256 *hash, char text[HASH_TEXT_SIZE]);
/* Reads exactly 64 hexadecimal digits of either case; size is without any NUL.
 * MALFORMED otherwise. */
duban_status hash_parse(const char *text, size_t size, hash256 *out);

#endif
