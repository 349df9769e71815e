/* A home: the folder that makes this machine one office's desk.
 *
 *     key         the office's key (proto/keyfile.h), 0600
 *     key.next, former   client/rekey.h
 *     config      `key = value` lines; '#' begins a comment
 *     checkpoint, evidence/   client/trust.h
 *     outbox/     client/outbox.h
 *     slice/      client/slice.h
 *     boards/     one file a plan, client/board_file.h
 *
 * Knows: the folder, the key, the config's lines. Must not know: the network, what the
 * other files hold.
 *
 * Config keys: command, feed (URLs), origin, office, key, last_number (what the broker
 * said of this home's key), log (the journal's verifier key, pinned), filler, reviewer,
 * signer (codes of persons, for submissions that name none), tls_ca, tls_cert, tls_key,
 * tls_name (client/tls.h). Lines of other keys and comments are kept as they are. */
#ifndef DUBAN_CLIENT_HOME_H
#define DUBAN_CLIENT_HOME_H

#include "client/file.h"
#include "proto/sign.h"

#define HOME_KEY_NAME "office" /* in every key file of a home */

typedef struct home {
    path folder;
    sign_key key;  /* without its secret while sealed is set */
    bool sealed;   /* it takes a passphrase: home_unseal */
    buffer config; /* the file's text with a NUL behind it that size does not count */
    bool changed;  /* config differs from the file */
} home;

/* Makes the folder with that key, sealed unless passphrase is NULL. DUBAN_E_EXISTS when
 * it has one; those of keyfile_write_sealed. */
duban_status home_make(const char *folder, const sign_key *key, const char *passphrase);
/* DUBAN_E_NOT_READY when there is no key; those of keyfile_look; DUBAN_E_TOO_LARGE and
 * DUBAN_E_TEXT for the config. */
duban_status home_open(const char *folder, home *out);
/* Wipes the key. */
void home_close(home *h);

/* Opens a sealed key for as long as the home is open; of another nothing is asked. Those
 * of keyfile_unseal. */
duban_status home_unseal(home *h, const char *passphrase);
/* Signs with the home's key. DUBAN_E_PASSPHRASE while it is sealed; those of sign_bytes.
 */
duban_status home_sign(const home *h, const void *bytes, size_t size,
                       sign_signature *out);

/* Copies a value, cut to nothing when it does not fit; false and "" when there is none.
 * The last line of a key counts. */
bool home_get(const home *h, const char *key, char *out, size_t out_size);
/* 0 when there is none or it is no number. */
uint64_t home_get_number(const home *h, const char *key);
/* Changes or adds a line in memory. Values with line ends are DUBAN_E_TEXT. */
duban_status home_set(home *h, const char *key, const char *value);
duban_status home_set_number(home *h, const char *key, uint64_t value);
/* Writes the config when it changed. */
duban_status home_save(home *h);

#endif
