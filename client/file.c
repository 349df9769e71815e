#include "client/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_POLL_MS 5
#define READ_STEP    65536

duban_status file_status_of_errno(int error) {
    if (error == ENOENT || error == ENOTDIR) return DUBAN_E_NOT_FOUND;
    if (error == EEXIST) return DUBAN_E_EXISTS;
    if (error == ENOSPC || error == EDQUOT) return DUBAN_E_DISK_FULL;
    return DUBAN_E_IO;
}

duban_status file_path(path *out, const char *folder, const char *name) {
    int wanted = snprintf(out->text, sizeof out->text, "%s/%s", folder, name);
    if (wanted < 0 || (size_t)wanted >= sizeof out->text) return DUBAN_E_TOO_LARGE;
    return DUBAN_OK;
}

duban_status file_make_folder(const char *folder) {
    char part[sizeof(path)];
    size_t size = strlen(folder);
    if (size == 0 || size >= sizeof part) return DUBAN_E_IO;
    memcpy(part, folder, size + 1);
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST) return file_status_of_errno(errno);
        *slash = '/';
    }
    if (mkdir(part, 0700) != 0 && errno != EEXIST) return file_status_of_errno(errno);
    struct stat about;
    if (stat(folder, &about) != 0) return file_status_of_errno(errno);
    return S_ISDIR(about.st_mode) ? DUBAN_OK : DUBAN_E_IO;
}

duban_status file_sync_folder(const char *folder) {
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return file_status_of_errno(errno);
    duban_status status = fsync(file) == 0 ? DUBAN_OK : file_status_of_errno(errno);
    close(file);
    return status;
}

duban_status file_read(const char *name, size_t bytes_max, buffer *out) {
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) return file_status_of_errno(errno);
    size_t before = out->size;
    duban_status status = DUBAN_OK;
    for (;;) {
        unsigned char *to = buffer_reserve(out, READ_STEP);
        status = to ? DUBAN_OK : DUBAN_E_NO_MEMORY;
        if (status) break;
        ssize_t got = read(file, to, READ_STEP);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) status = file_status_of_errno(errno);
        if (got <= 0) break;
        out->size += (size_t)got;
        if (out->size - before > bytes_max) status = DUBAN_E_TOO_LARGE;
        if (status) break;
    }
    close(file);
    if (status) out->size = before;
    return status;
}

duban_status file_write_all(int file, const void *bytes, size_t size) {
    const char *from = bytes;
    while (size) {
        ssize_t wrote = write(file, from, size);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return file_status_of_errno(errno);
        from += wrote;
        size -= (size_t)wrote;
    }
    return DUBAN_OK;
}

duban_status file_write(const char *temporary, const char *folder, const char *name,
                        span bytes) {
    path target;
    duban_status status = file_path(&target, folder, name);
    if (status) return status;
    int file =
        open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return file_status_of_errno(errno);
    status = file_write_all(file, bytes.data, bytes.size);
    if (!status && fsync(file) != 0) status = file_status_of_errno(errno);
    if (close(file) != 0 && !status) status = file_status_of_errno(errno);
    if (!status && rename(temporary, target.text) != 0)
        status = file_status_of_errno(errno);
    if (status) {
        unlink(temporary);
        return status;
    }
    return file_sync_folder(folder);
}

duban_status file_lock(const char *name, uint32_t wait_ms, int *lock) {
    int file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return file_status_of_errno(errno);
    int64_t end_ms = file_now_ms() + wait_ms;
    while (flock(file, LOCK_EX | LOCK_NB) != 0) {
        int error = errno;
        bool taken = error == EWOULDBLOCK || error == EINTR;
        if (!taken || file_now_ms() >= end_ms) {
            close(file);
            return taken ? DUBAN_E_LOCKED : file_status_of_errno(error);
        }
        file_sleep_ms(LOCK_POLL_MS);
    }
    *lock = file;
    return DUBAN_OK;
}

void file_unlock(int lock) {
    close(lock); /* the lock belongs to the open file and goes with it */
}

static int64_t clock_ms(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t file_now_ms(void) {
    return clock_ms(CLOCK_MONOTONIC);
}

int64_t file_wall_ms(void) {
    return clock_ms(CLOCK_REALTIME);
}

void file_sleep_ms(uint32_t ms) {
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}
