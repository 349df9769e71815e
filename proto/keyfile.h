/* A key pair in a file of its own, readable by its owner alone.
 * Knows: the text of a key file and how it is kept. Must not know: whose key it is.
 *
 * The file is one line:
 *
 *     duban-key/1 ed25519 <base64 of the 32-byte seed> <name>\n
 *
 * The number after the slash is the version of the line: a file sealed with a passphrase
 * will be another version. The name is for people and for signed notes: 1 to
 * ORIGIN_SIZE_MAX bytes, none of them a space, a control character or '+'.
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

/* Reads such a file; name becomes a NUL-ended copy. NOT_FOUND: no file. KEY_MODE: its
 * group or others may read or write it, or it is no regular file. VERSION: another
 * version than 1. ALGORITHM: not ed25519. KEY_FORMAT: anything else is wrong with it. IO.
 */
duban_status keyfile_read(const char *path, sign_key *key, char name[KEYFILE_NAME_SIZE]);

#endif
