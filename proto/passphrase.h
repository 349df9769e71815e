/* Where a passphrase comes from when nobody is asked: a file, or the environment.
 * Knows: one line of a file, DUBAN_PASSPHRASE. Must not know: what it opens, terminals.
 */
#ifndef DUBAN_PROTO_PASSPHRASE_H
#define DUBAN_PROTO_PASSPHRASE_H

#include "proto/limits.h"
#include "proto/status.h"

#define PASSPHRASE_SIZE     (PASSPHRASE_SIZE_MAX + 1)
#define PASSPHRASE_VARIABLE "DUBAN_PASSPHRASE"

/* The first line of that file, without its line end. KEY_MODE: its group or others may
 * read or write it, or it is no regular file. NOT_FOUND, IO. PASSPHRASE: the line is
 * empty or longer than PASSPHRASE_SIZE_MAX. */
duban_status passphrase_read(const char *path, char out[PASSPHRASE_SIZE]);

/* That of the file when path is neither NULL nor "", else that of the environment.
 * PASSPHRASE: neither is given. Further statuses: those of passphrase_read. */
duban_status passphrase_find(const char *path, char out[PASSPHRASE_SIZE]);

#endif
