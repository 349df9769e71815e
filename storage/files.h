/* Files as the engines need them: whole reads and writes, synced folders, statuses.
 * Knows: the machine's files. Must not know: what is in them. */
#ifndef DUBAN_STORAGE_FILES_H
#define DUBAN_STORAGE_FILES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/status.h"

/* The status of an errno: DISK_FULL for a full disk, quota or file size limit, NO_MEMORY,
 * NOT_FOUND, else IO. */
duban_status files_status(int error);
/* All bytes or a failure. */
duban_status files_write_at(int fd, const void *bytes, size_t size, off_t at);
/* Up to size bytes; *read is fewer only at the end of the file. */
duban_status files_read_at(int fd, void *bytes, size_t size, off_t at, size_t *read);
/* Makes the folder (its parent must exist) and syncs the parent; one that exists is
 * fine. */
duban_status files_make_folder(const char *path);
/* Syncs the folder in which path lies. */
duban_status files_sync_folder_of(const char *path);
bool files_exist(const char *path);
/* Takes path's lock for this process as long as *fd is open. LOCKED: another holds it. */
duban_status files_lock(const char *path, int *fd);
/* Whether less than so many bytes are free where the file lies. */
bool files_nearly_full(int fd, uint64_t bytes);

#endif
