#include "storage/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

duban_status files_status(int error) {
    switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return DUBAN_E_DISK_FULL;
    case ENOMEM: return DUBAN_E_NO_MEMORY;
    case ENOENT: return DUBAN_E_NOT_FOUND;
    default: return DUBAN_E_IO;
    }
}

duban_status files_write_at(int fd, const void *bytes, size_t size, off_t at) {
    const char *from = bytes;
    while (size > 0) {
        ssize_t done = pwrite(fd, from, size, at);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return files_status(errno);
        from += done;
        at += done;
        size -= (size_t)done;
    }
    return DUBAN_OK;
}

duban_status files_read_at(int fd, void *bytes, size_t size, off_t at, size_t *read) {
    char *to = bytes;
    size_t total = 0;
    while (total < size) {
        ssize_t done = pread(fd, to + total, size - total, at + (off_t)total);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return files_status(errno);
        if (done == 0) break;
        total += (size_t)done;
    }
    *read = total;
    return DUBAN_OK;
}

duban_status files_sync_folder_of(const char *path) {
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t size = slash ? (size_t)(slash - path) : 0;
    if (size >= sizeof folder - 1) return DUBAN_E_IO;
    if (slash && size == 0) size = 1;
    memcpy(folder, size ? path : ".", size ? size : 1);
    folder[size ? size : 1] = '\0';

    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return files_status(errno);
    duban_status status = fsync(fd) == 0 ? DUBAN_OK : files_status(errno);
    close(fd);
    return status;
}

duban_status files_make_folder(const char *path) {
    if (mkdir(path, 0700) == 0) return files_sync_folder_of(path);
    struct stat found;
    if (errno != EEXIST) return files_status(errno);
    if (stat(path, &found) != 0) return files_status(errno);
    return S_ISDIR(found.st_mode) ? DUBAN_OK : DUBAN_E_IO;
}

bool files_exist(const char *path) {
    return access(path, F_OK) == 0;
}

duban_status files_lock(const char *path, int *fd) {
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) return files_status(errno);
    int result;
    do
        result = flock(lock, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    if (result != 0) {
        duban_status status = errno == EWOULDBLOCK ? DUBAN_E_LOCKED : files_status(errno);
        close(lock);
        return status;
    }
    *fd = lock;
    return DUBAN_OK;
}

bool files_nearly_full(int fd, uint64_t bytes) {
    struct statvfs found;
    if (fstatvfs(fd, &found) != 0) return false;
    return (uint64_t)found.f_bavail * found.f_frsize < bytes;
}
