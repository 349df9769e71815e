/* A key's secret under a passphrase: Argon2id makes a key of the passphrase, which seals
 * the secret with XChaCha20-Poly1305 (RFC 9106, libsodium).
 * Knows: bytes, costs. Must not know: files, whose key it is.
 *
 * sign_init() must have been called. All pointers are borrowed for the call. */
#ifndef DUBAN_PROTO_KEYSEAL_H
#define DUBAN_PROTO_KEYSEAL_H

#include "proto/limits.h"
#include "proto/sign.h"
#include "proto/status.h"

#define KEYSEAL_SALT_SIZE   16
#define KEYSEAL_NONCE_SIZE  24
#define KEYSEAL_SEALED_SIZE (SIGN_SEED_SIZE + 16)

/* What costs are asked of whoever opens it, and what is opened. */
typedef struct keyseal {
    uint32_t memory_kib; /* of Argon2id */
    uint32_t passes;
    uint8_t salt[KEYSEAL_SALT_SIZE];
    uint8_t nonce[KEYSEAL_NONCE_SIZE];
    uint8_t sealed[KEYSEAL_SEALED_SIZE];
} keyseal;

/* New salt and nonce, and the costs that we ask (limits.h): to be known before sealing,
 * since what is known of a seal is sealed into it. */
void keyseal_begin(keyseal *out);
/* Seals the secret, and with it `about`: unless the very same bytes are given again it
 * does not open. PASSPHRASE: shorter than PASSPHRASE_SIZE_MIN or longer than
 * PASSPHRASE_SIZE_MAX. NO_MEMORY. */
duban_status keyseal_close(keyseal *seal, const char *passphrase,
                           const uint8_t secret[SIGN_SEED_SIZE], const void *about,
                           size_t about_size);
/* PASSPHRASE: another passphrase, or the seal or `about` was changed. TOO_LARGE: it asks
 * more memory or passes than KEYSEAL_MEMORY_KIB_MAX and KEYSEAL_PASSES_MAX; nothing was
 * allocated. KEY_FORMAT: less than Argon2id can do. NO_MEMORY. */
duban_status keyseal_open(const keyseal *seal, const char *passphrase, const void *about,
                          size_t about_size, uint8_t secret[SIGN_SEED_SIZE]);

#endif
