#include "client/pki/pkifile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/limits.h"
#include "proto/sign.h"

static duban_status status_of_errno(int error) {
    if (error == ENOENT || error == ENOTDIR) return DUBAN_E_NOT_FOUND;
    if (error == EEXIST) return DUBAN_E_EXISTS;
    if (error == ENOSPC || error == EDQUOT) return DUBAN_E_DISK_FULL;
    return DUBAN_E_IO;
}

duban_status pkifile_path(const char *folder, const char *name, const char *suffix,
                          pki_path *out) {
    int n = snprintf(out->text, sizeof out->text, "%s/%s%s", folder, name, suffix);
    return n < 0 || (size_t)n >= sizeof out->text ? DUBAN_E_TOO_LARGE : DUBAN_OK;
}

duban_status pkifile_folder(const char *folder) {
    struct stat about;
    if (mkdir(folder, 0700) == 0) return DUBAN_OK;
    if (errno != EEXIST) return status_of_errno(errno);
    bool is_folder = stat(folder, &about) == 0 && S_ISDIR(about.st_mode);
    return is_folder ? DUBAN_OK : DUBAN_E_EXISTS;
}

/* The name of a file is durable when its folder is synced. */
static duban_status sync_folder_of(const pki_path *path) {
    pki_path folder = *path;
    *strrchr(folder.text, '/') = '\0';
    int file = open(folder.text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return status_of_errno(errno);
    duban_status status = fsync(file) == 0 ? DUBAN_OK : status_of_errno(errno);
    close(file);
    return status;
}

static duban_status write_all(int file, const char *bytes, size_t size) {
    while (size) {
        ssize_t wrote = write(file, bytes, size);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return status_of_errno(errno);
        bytes += wrote;
        size -= (size_t)wrote;
    }
    return fsync(file) == 0 ? DUBAN_OK : status_of_errno(errno);
}

duban_status pkifile_make(const pki_path *path, const void *bytes, size_t size,
                          unsigned mode) {
    int file = open(path->text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0) return status_of_errno(errno);
    duban_status status = write_all(file, bytes, size);
    if (close(file) != 0 && !status) status = status_of_errno(errno);
    if (!status) status = sync_folder_of(path);
    if (status) unlink(path->text);
    return status;
}

duban_status pkifile_replace(const pki_path *path, const void *bytes, size_t size) {
    pki_path made;
    char suffix[24];
    uint32_t chance;
    sign_random(&chance, sizeof chance);
    snprintf(suffix, sizeof suffix, ".%08x.new", (unsigned)chance);
    size_t length = strlen(path->text);
    if (length + strlen(suffix) >= sizeof made.text) return DUBAN_E_TOO_LARGE;
    memcpy(made.text, path->text, length);
    memcpy(made.text + length, suffix, strlen(suffix) + 1);
    duban_status status = pkifile_make(&made, bytes, size, 0644);
    if (status) return status;
    if (rename(made.text, path->text) != 0) {
        status = status_of_errno(errno);
        unlink(made.text);
        return status;
    }
    return sync_folder_of(path);
}

duban_status pkifile_read(const pki_path *path, char **out, size_t *size) {
    FILE *file = fopen(path->text, "re");
    if (!file) return status_of_errno(errno);
    char *text = malloc(PEM_SIZE_MAX + 2);
    size_t n = text ? fread(text, 1, PEM_SIZE_MAX + 1, file) : 0;
    duban_status status = text ? DUBAN_OK : DUBAN_E_NO_MEMORY;
    if (!status && ferror(file)) status = DUBAN_E_IO;
    if (!status && n > PEM_SIZE_MAX) status = DUBAN_E_TOO_LARGE;
    fclose(file);
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
    pki_path path;
    duban_status status = pkifile_path(folder, "lock", "", &path);
    if (status) return status;
    int file = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return status_of_errno(errno);
    if (flock(file, LOCK_EX) != 0) {
        status = status_of_errno(errno);
        close(file);
        return status;
    }
    *lock = file;
    return DUBAN_OK;
}

void pkifile_unlock(int lock) {
    close(lock);
}
