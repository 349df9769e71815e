/* Files that must survive power loss: written whole or not at all.
 * Knows: paths, bytes, sync, locks. Must not know: what is in the files.
 *
 * Strings are borrowed for the call. A status is DUBAN_E_NOT_FOUND (ENOENT, ENOTDIR),
 * DUBAN_E_EXISTS, DUBAN_E_DISK_FULL (ENOSPC, EDQUOT) or DUBAN_E_IO for all else. */
#ifndef DUBAN_CLIENT_FILE_H
#define DUBAN_CLIENT_FILE_H

#include "proto/arena.h"
#include "proto/words.h"

/* A path, built by file_path. */
typedef struct path {
    char text[4096];
} path;

duban_status file_status_of_errno(int error);

/* folder/name. DUBAN_E_TOO_LARGE when it does not fit. */
duban_status file_path(path *out, const char *folder, const char *name);

/* Makes a folder (0700) and its parents; one that is there already is fine. */
duban_status file_make_folder(const char *folder);
/* A new, renamed or removed name is durable only when its folder is synced. */
duban_status file_sync_folder(const char *folder);

/* Appends the whole file to out. DUBAN_E_TOO_LARGE above bytes_max. */
duban_status file_read(const char *name, size_t bytes_max, buffer *out);
/* Writes bytes to temporary, syncs it and renames it to folder/name, then syncs the
 * folder. After DUBAN_OK the file is there after any crash; after a failure the former
 * file is, or none. temporary lies in the same file system and is removed on failure. */
duban_status file_write(const char *temporary, const char *folder, const char *name,
                        span bytes);

/* Writes all bytes at the descriptor's position. */
duban_status file_write_all(int file, const void *bytes, size_t size);

/* Opens (making it) the file and holds it against other processes of this machine until
 * file_unlock; waits at most wait_ms. *lock is the open descriptor. DUBAN_E_LOCKED. */
duban_status file_lock(const char *name, uint32_t wait_ms, int *lock);
void file_unlock(int lock);

/* This machine's clocks in ms: one that only goes forward, and the time of day. */
int64_t file_now_ms(void);
int64_t file_wall_ms(void);
void file_sleep_ms(uint32_t ms);

#endif
