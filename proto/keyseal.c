#include "proto/keyseal.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

static_assert(crypto_pwhash_SALTBYTES == KEYSEAL_SALT_SIZE, "size of a salt");
static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == KEYSEAL_NONCE_SIZE,
              "size of a nonce");
static_assert(SIGN_SEED_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES ==
                  KEYSEAL_SEALED_SIZE,
              "size of a sealed secret");

#define WRAP_SIZE crypto_aead_xchacha20poly1305_ietf_KEYBYTES

void keyseal_begin(keyseal *out) {
    keyseal seal = {.memory_kib = KEYSEAL_MEMORY_KIB, .passes = KEYSEAL_PASSES};
    sign_random(seal.salt, sizeof seal.salt);
    sign_random(seal.nonce, sizeof seal.nonce);
    *out = seal;
}

static duban_status wrapping_key(const keyseal *seal, const char *passphrase,
                                 uint8_t key[WRAP_SIZE]) {
    int wrong = crypto_pwhash(key, WRAP_SIZE, passphrase, strlen(passphrase), seal->salt,
                              seal->passes, (size_t)seal->memory_kib * 1024,
                              crypto_pwhash_ALG_ARGON2ID13);
    return wrong ? DUBAN_E_NO_MEMORY : DUBAN_OK;
}

duban_status keyseal_close(keyseal *seal, const char *passphrase,
                           const uint8_t secret[SIGN_SEED_SIZE], const void *about,
                           size_t about_size) {
    uint8_t key[WRAP_SIZE];
    size_t size = strlen(passphrase);
    if (size < PASSPHRASE_SIZE_MIN || size > PASSPHRASE_SIZE_MAX)
        return DUBAN_E_PASSPHRASE;
    duban_status status = wrapping_key(seal, passphrase, key);
    if (!status)
        crypto_aead_xchacha20poly1305_ietf_encrypt(seal->sealed, NULL, secret,
                                                   SIGN_SEED_SIZE, about, about_size,
                                                   NULL, seal->nonce, key);
    sign_wipe(key, sizeof key);
    return status;
}

duban_status keyseal_open(const keyseal *seal, const char *passphrase, const void *about,
                          size_t about_size, uint8_t secret[SIGN_SEED_SIZE]) {
    uint8_t key[WRAP_SIZE], opened[SIGN_SEED_SIZE];
    if (seal->memory_kib > KEYSEAL_MEMORY_KIB_MAX || seal->passes > KEYSEAL_PASSES_MAX)
        return DUBAN_E_TOO_LARGE;
    if (seal->passes < crypto_pwhash_argon2id_OPSLIMIT_MIN ||
        (size_t)seal->memory_kib * 1024 < crypto_pwhash_argon2id_MEMLIMIT_MIN)
        return DUBAN_E_KEY_FORMAT;
    if (strlen(passphrase) > PASSPHRASE_SIZE_MAX) return DUBAN_E_PASSPHRASE;
    duban_status status = wrapping_key(seal, passphrase, key);
    if (!status && crypto_aead_xchacha20poly1305_ietf_decrypt(
                       opened, NULL, NULL, seal->sealed, sizeof seal->sealed, about,
                       about_size, seal->nonce, key) != 0)
        status = DUBAN_E_PASSPHRASE;
    if (!status) memcpy(secret, opened, sizeof opened);
    sign_wipe(key, sizeof key);
    sign_wipe(opened, sizeof opened);
    return status;
}
