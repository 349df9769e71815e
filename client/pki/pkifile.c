#include "client/pki/pkifile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/limits.h"
#include "proto/sign.h"

#define LOCK_MS 60000 /* to wait for another process that issues or revokes */

duban_status pkifile_path(const char *folder, const char *name, const char *suffix,
                          path *out) {
    int n = snprintf(out->text, sizeof out->text, "%s/%s%s", folder, name, suffix);
    return n < 0 || (size_t)n >= sizeof out->text ? DUBAN_E_TOO_LARGE : DUBAN_OK;
}

/* The name of a file is durable when its folder is synced. */
static duban_status sync_folder_of(const path *file) {
    path folder = *file;
    *strrchr(folder.text, '/') = '\0';
    return file_sync_folder(folder.text);
}

duban_status pkifile_make(const path *file, const void *bytes, size_t size,
                          unsigned mode) {
    int to = open(file->text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (to < 0) return file_status_of_errno(errno);
    duban_status status = file_write_all(to, bytes, size);
    if (!status && fsync(to) != 0) status = file_status_of_errno(errno);
    if (close(to) != 0 && !status) status = file_status_of_errno(errno);
    if (!status) status = sync_folder_of(file);
    if (status) unlink(file->text);
    return status;
}

duban_status pkifile_replace(const path *file, const void *bytes, size_t size) {
    path made;
    uint32_t chance;
    sign_random(&chance, sizeof chance);
    int n = snprintf(made.text, sizeof made.text, "%s.%08x.new", file->text,
                     (unsigned)chance);
    if (n < 0 || (size_t)n >= sizeof made.text) return DUBAN_E_TOO_LARGE;
    duban_status status = pkifile_make(&made, bytes, size, 0644);
    if (status) return status;
    if (rename(made.text, file->text) != 0) {
        status = file_status_of_errno(errno);
        unlink(made.text);
        return status;
    }
    return sync_folder_of(file);
}

duban_status pkifile_read(const path *file, char **out, size_t *size) {
    FILE *from = fopen(file->text, "re");
    if (!from) return file_status_of_errno(errno);
    char *text = malloc(PEM_SIZE_MAX + 2);
    size_t n = text ? fread(text, 1, PEM_SIZE_MAX + 1, from) : 0;
    duban_status status = text ? DUBAN_OK : DUBAN_E_NO_MEMORY;
    if (!status && ferror(from)) status = DUBAN_E_IO;
    if (!status && n > PEM_SIZE_MAX) status = DUBAN_E_TOO_LARGE;
    fclose(from);
    if (status) {
        free(text);
        return status;
    }
    text[n] = '\0';
    *out = text;
    *size = n;
    return DUBAN_OK;
}

duban_status pkifile_lock(const char *folder, int *lock) {
    path file;
    duban_status status = file_path(&file, folder, "lock");
    return status ? status : file_lock(file.text, LOCK_MS, lock);
}
