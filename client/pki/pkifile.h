/* Files of the authority: made new or replaced whole, synced, one writer at a time.
 * Knows: what client/file.h does not do: names with endings, modes, files that must not
 * be there yet. Must not know: what is in them. */
#ifndef DUBAN_CLIENT_PKI_PKIFILE_H
#define DUBAN_CLIENT_PKI_PKIFILE_H

#include "client/file.h"

/* folder/name with that ending. DUBAN_E_TOO_LARGE when it does not fit. */
duban_status pkifile_path(const char *folder, const char *name, const char *suffix,
                          path *out);
/* A new file with these bytes. DUBAN_E_EXISTS when the name is taken. */
duban_status pkifile_make(const path *file, const void *bytes, size_t size,
                          unsigned mode);
/* The same in the place of a former one, by rename; mode 0644. */
duban_status pkifile_replace(const path *file, const void *bytes, size_t size);
/* The whole file with a NUL behind it; the caller frees it. DUBAN_E_NOT_FOUND,
 * DUBAN_E_TOO_LARGE above PEM_SIZE_MAX. */
duban_status pkifile_read(const path *file, char **out, size_t *size);
/* Holds folder/lock until file_unlock. DUBAN_E_LOCKED when another has it for long. */
duban_status pkifile_lock(const char *folder, int *lock);

#endif
