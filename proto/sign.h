/* Keys and signatures, base64, randomness: with hash.c and keyseal.c the only user of
 * libsodium. Knows: keys, bytes, signatures. Must not know: what is signed, where keys
 * are stored (proto/keyfile.h does).
 *
 * A key carries its algorithm and everything else follows from it. Ed25519 is always
 * there; SM2 (proto/sm2.h) only when it was built in, and whatever meets an SM2 key
 * without it says DUBAN_E_ALGORITHM. Logs and witnesses sign with Ed25519 alone.
 *
 * sign_init() must have returned DUBAN_OK before anything else here is called. After that
 * every function may be called from any thread; for Ed25519 nothing allocates. All
 * pointers are borrowed for the call; bytes may be NULL when size is 0.
 *
 * The policy for Ed25519 (docs/decisions/0002-signature-policy.md). A signature R ‖ S by
 * the public key A over M is accepted if and only if
 *   - S < L (no second form of the same signature),
 *   - A is the canonical encoding of a curve point that is not of small order,
 *   - R, compared byte for byte, is the canonical encoding of [S]B − [k]A with
 *     k = SHA-512(R ‖ A ‖ M) over the bytes as given (the equation without cofactor),
 *   - R is not of small order.
 * In the flags of the C2SP/CCTV vectors: low_order_A, low_order_R, low_order_residue,
 * non_canonical_A, non_canonical_R and reencoded_k are each refused;
 * low_order_component_A and low_order_component_R alone are no reason to refuse.
 * The policy for SM2 stands in proto/sm2.h. */
#ifndef DUBAN_PROTO_SIGN_H
#define DUBAN_PROTO_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/enums.h"
#include "proto/status.h"

/* Everything a key of Duban signs, other than a checkpoint, begins with these bytes, so
 * that no signature made here means anything elsewhere (architecture.md, "The journal").
 * Whoever composes the signed bytes puts it first. */
#define SIGN_CONTEXT "duban/1"

#define SIGN_SEED_SIZE       32 /* what is secret of a key of either algorithm */
#define SIGN_PUBLIC_SIZE     32 /* of Ed25519 */
#define SIGN_PUBLIC_SIZE_SM2 33 /* SEC 1, compressed */
#define SIGN_PUBLIC_MAX      33
#define SIGN_SIGNATURE_SIZE  64 /* of either */
/* Eight groups of four hexadecimal digits joined by '-', and the final NUL. */
#define SIGN_FINGERPRINT_SIZE 40

typedef struct sign_public {
    algorithm algorithm;
    uint8_t bytes[SIGN_PUBLIC_MAX]; /* sign_public_size() of them count */
} sign_public;

typedef struct sign_signature {
    uint8_t bytes[SIGN_SIGNATURE_SIZE];
} sign_signature;

/* A key pair. It holds the secret: wipe it with sign_wipe when done, copy it nowhere. */
typedef struct sign_key {
    uint8_t seed[SIGN_SEED_SIZE]; /* Ed25519: its seed; SM2: its scalar, big-endian */
    sign_public public_key;
} sign_key;

/* Prepares libsodium; calling it again is harmless. INTERNAL when the machine has no
 * source of randomness. */
duban_status sign_init(void);

/* Whether this build can sign and verify with it. */
bool sign_supports(algorithm a);
/* "ed25519", "sm2"; "?" for anything else. */
const char *sign_algorithm_name(algorithm a);
/* ALGORITHM_NONE when it is no such name. */
algorithm sign_algorithm_named(const char *name);

/* The Ed25519 pair that RFC 8032 derives from a seed. */
void sign_key_of_seed(const uint8_t seed[SIGN_SEED_SIZE], sign_key *out);
/* A new Ed25519 pair from the machine's randomness. */
void sign_key_random(sign_key *out);
/* The same two for any algorithm. ALGORITHM: not in this build. KEY_FORMAT: the secret
 * is out of SM2's range. NO_MEMORY. */
duban_status sign_key_derive(algorithm a, const uint8_t secret[SIGN_SEED_SIZE],
                             sign_key *out);
duban_status sign_key_make(algorithm a, sign_key *out);

/* Bytes of such a public key: 33 for SM2, 32 for everything else. */
static inline size_t sign_public_size(algorithm a) {
    return a == ALGORITHM_SM2 ? SIGN_PUBLIC_SIZE_SM2 : SIGN_PUBLIC_SIZE;
}
/* A public key of so many bytes; nothing is judged. */
sign_public sign_public_of(algorithm a, const uint8_t *bytes);
/* Whether a signature by such a key could ever be accepted: a canonical point of the
 * prime-order group. Ask it when a key is enrolled; sign_verify needs no such question.
 * False when the algorithm is not in this build. */
bool sign_public_usable(const sign_public *public_key);

/* With Ed25519 always DUBAN_OK and deterministic (RFC 8032): the same key and bytes yield
 * the same signature. An SM2 signature is another one each time. ALGORITHM, NO_MEMORY. */
duban_status sign_bytes(const sign_key *key, const void *bytes, size_t size,
                        sign_signature *out);
/* DUBAN_OK when the signature holds under the policy of the key's algorithm, SIGNATURE
 * when not. ALGORITHM: not in this build, so nothing is said of it. NO_MEMORY (SM2). */
duban_status sign_verify(const sign_public *public_key, const void *bytes, size_t size,
                         const sign_signature *signature);

bool sign_public_equal(const sign_public *a, const sign_public *b);
/* The first 128 bits of SHA-256 over the public bytes, for people to compare, such as
 * "21fe-31df-a154-a261-626b-f854-046f-d227". Finding a second key for a given
 * fingerprint costs 2^128; nothing but people's eyes may rely on it. */
void sign_fingerprint(const sign_public *public_key, char text[SIGN_FINGERPRINT_SIZE]);

/* --- base64 (RFC 4648 section 4: standard alphabet, padded) ----------------------- */

/* Characters of the base64 text of so many bytes, without the final NUL. */
#define BASE64_LENGTH(size) (((size) + 2) / 3 * 4)

/* Writes the text and a NUL; text_size must be at least BASE64_LENGTH(size) + 1. */
void base64_encode(const void *bytes, size_t size, char *text, size_t text_size);
/* Strict: full padding, zero unused bits, no other character, not even white space.
 * *size is the number of bytes. MALFORMED when it is no such text, TOO_LARGE when it
 * holds more than bytes_max; on failure bytes may have been written, *size is not. */
duban_status base64_decode(const char *text, size_t length, void *bytes, size_t bytes_max,
                           size_t *size);

/* --- randomness and forgetting ---------------------------------------------------- */

/* size bytes from the machine's cryptographic generator; it does not return on failure
 * (libsodium aborts the process). */
void sign_random(void *bytes, size_t size);
/* Overwrites with zeros in a way that compilers do not remove. */
void sign_wipe(void *bytes, size_t size);

#endif
