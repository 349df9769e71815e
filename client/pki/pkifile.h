/* Files of the authority: made new or replaced whole, synced, one writer at a time.
 * Knows: paths and bytes. Must not know: what is in them. */
#ifndef DUBAN_CLIENT_PKI_PKIFILE_H
#define DUBAN_CLIENT_PKI_PKIFILE_H

#include <limits.h>
#include <stddef.h>

#include "proto/status.h"

typedef struct pki_path {
    char text[PATH_MAX];
} pki_path;

/* folder/name, folder/name.suffix. DUBAN_E_TOO_LARGE when it does not fit. */
duban_status pkifile_path(const char *folder, const char *name, const char *suffix,
                          pki_path *out);
/* Makes the folder (0700); one that is there is fine. */
duban_status pkifile_folder(const char *folder);
/* A new file with these bytes. DUBAN_E_EXISTS when the name is taken. */
duban_status pkifile_make(const pki_path *path, const void *bytes, size_t size,
                          unsigned mode);
/* The same in the place of a former one, by rename. */
duban_status pkifile_replace(const pki_path *path, const void *bytes, size_t size);
/* The whole file with a NUL behind it; the caller frees it. DUBAN_E_NOT_FOUND,
 * DUBAN_E_TOO_LARGE above PEM_SIZE_MAX. */
duban_status pkifile_read(const pki_path *path, char **out, size_t *size);
/* Waits for and holds folder/lock; the result is closed by pkifile_unlock. */
duban_status pkifile_lock(const char *folder, int *lock);
void pkifile_unlock(int lock);

#endif
