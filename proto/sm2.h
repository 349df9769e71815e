/* SM2 signatures with SM3 (GB/T 32918.2, GM/T 0009), through OpenSSL 3: the second
 * algorithm of proto/sign.h, which alone calls this.
 * Knows: OpenSSL, scalars, points. Must not know: files, messages.
 *
 * Only a build with -DDUBAN_SM2=ON can do it; without it everything below answers
 * DUBAN_E_ALGORITHM or false, and links no OpenSSL.
 *
 * Public keys are 33 bytes (SEC 1, compressed: 02 or 03 and x), signatures 64 bytes
 * (r ‖ s, big-endian). Z is always computed with the distinguishing identifier
 * 1234567812345678 (GM/T 0009), set explicitly: OpenSSL's own default is the empty one.
 *
 * The policy (docs/decisions/0017-keys-and-identity.md). A signature is accepted if and
 * only if
 *   - the key is a point of the curve: first byte 02 or 03, x < p, and on the curve,
 *   - r and s lie in 1..n−1 and r + s is not 0 mod n,
 *   - r = e + x1 mod n with (x1, y1) = [s]G + [r + s mod n]P, e = SM3(Z ‖ M).
 * The bytes have no second encoding, and the curve's cofactor is 1. Unlike ECDSA, (r, −s)
 * does not verify when (r, s) does. */
#ifndef DUBAN_PROTO_SM2_H
#define DUBAN_PROTO_SM2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/status.h"

#define SM2_SECRET_SIZE    32 /* a scalar in 1..n−2, big-endian */
#define SM2_PUBLIC_SIZE    33
#define SM2_SIGNATURE_SIZE 64
#define SM2_ID             "1234567812345678"

bool sm2_built(void);
/* KEY_FORMAT: the scalar is out of range. ALGORITHM, NO_MEMORY. */
duban_status sm2_public(const uint8_t secret[SM2_SECRET_SIZE],
                        uint8_t public_key[SM2_PUBLIC_SIZE]);
/* Whether the bytes are a point of the curve. */
bool sm2_usable(const uint8_t public_key[SM2_PUBLIC_SIZE]);
/* Not deterministic. KEY_FORMAT: no such pair. ALGORITHM, NO_MEMORY. */
duban_status sm2_sign(const uint8_t secret[SM2_SECRET_SIZE],
                      const uint8_t public_key[SM2_PUBLIC_SIZE], const void *bytes,
                      size_t size, uint8_t signature[SM2_SIGNATURE_SIZE]);
/* SIGNATURE: it does not hold. ALGORITHM, NO_MEMORY. */
duban_status sm2_verify(const uint8_t public_key[SM2_PUBLIC_SIZE], const void *bytes,
                        size_t size, const uint8_t signature[SM2_SIGNATURE_SIZE]);

#endif
