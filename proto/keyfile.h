/* A key pair in a file of its own, readable by its owner alone.
 * Knows: the text of a key file and how it is kept. Must not know: whose key it is, where
 * a passphrase comes from.
 *
 * The file is one line, in one of two versions:
 *
 *     duban-key/1 ALGORITHM <base64 of the 32-byte secret> <name>\n
 *     duban-key/2 ALGORITHM <base64 of the public key> argon2id m=KIB,t=PASSES
 *         <base64 of the salt> <of the nonce> <of the sealed secret> <name>\n
 *
 * (the second without the line break). The second is sealed with a passphrase
 * (proto/keyseal.h); everything else in its line is sealed in with the secret, so that
 * none of it can be changed without the passphrase. ALGORITHM is ed25519 or sm2. The name
 * is for people and for signed notes: 1 to ORIGIN_SIZE_MAX bytes, none of them a space, a
 * control character or '+'.
 *
 * sign_init() must have been called. Strings are borrowed for the call. */
#ifndef DUBAN_PROTO_KEYFILE_H
#define DUBAN_PROTO_KEYFILE_H

#include "proto/limits.h"
#include "proto/sign.h"
#include "proto/status.h"

#define KEYFILE_NAME_SIZE (ORIGIN_SIZE_MAX + 1)

/* Writes a new file with mode 0600, whole or not at all, synced with its folder.
 * EXISTS: there is a file already, untouched. KEY_FORMAT: the name is not allowed.
 * NOT_FOUND: no such folder. DISK_FULL, IO: the machine. */
duban_status keyfile_write(const char *path, const sign_key *key, const char *name);
/* The same, sealed with the passphrase; with NULL not sealed. PASSPHRASE: too short or
 * too long. NO_MEMORY. */
duban_status keyfile_write_sealed(const char *path, const sign_key *key, const char *name,
                                  const char *passphrase);
/* The same in place of the file that stands there, at once: sealing, unsealing, another
 * passphrase. What the old file held may still lie on the disk. */
duban_status keyfile_replace(const char *path, const sign_key *key, const char *name,
                             const char *passphrase);

/* What a key file says without its passphrase. */
typedef struct keyfile_about {
    sign_public public_key;
    bool sealed;
    char name[KEYFILE_NAME_SIZE];
} keyfile_about;

/* NOT_FOUND: no file. KEY_MODE: its group or others may read or write it, or it is no
 * regular file. VERSION: neither 1 nor 2. ALGORITHM: unknown, or not in this build.
 * KEY_FORMAT: anything else is wrong with it. IO. */
duban_status keyfile_look(const char *path, keyfile_about *out);
/* Reads a file that is not sealed; name becomes a NUL-ended copy. PASSPHRASE: it is
 * sealed. Further statuses: those of keyfile_look. */
duban_status keyfile_read(const char *path, sign_key *key, char name[KEYFILE_NAME_SIZE]);
/* Reads either; passphrase may be NULL. PASSPHRASE: it is sealed, and with another one or
 * changed since. TOO_LARGE: it asks for more than keyseal.h allows. NO_MEMORY. */
duban_status keyfile_unseal(const char *path, const char *passphrase, sign_key *key,
                            char name[KEYFILE_NAME_SIZE]);

#endif
