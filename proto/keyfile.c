#include "proto/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VERSION_WORD   "duban-key/1"
#define VERSION_PREFIX "duban-key/"
#define ALGORITHM_WORD "ed25519"
#define SEED_TEXT_SIZE (BASE64_LENGTH(SIGN_SEED_SIZE) + 1)
/* Words, three spaces, newline and NUL. */
#define LINE_SIZE                                                                        \
    (sizeof VERSION_WORD + sizeof ALGORITHM_WORD + SEED_TEXT_SIZE + KEYFILE_NAME_SIZE + 1)

static duban_status status_of_errno(int error) {
    if (error == ENOENT || error == ENOTDIR) return DUBAN_E_NOT_FOUND;
    if (error == EEXIST) return DUBAN_E_EXISTS;
    if (error == ENOSPC || error == EDQUOT) return DUBAN_E_DISK_FULL;
    return DUBAN_E_IO;
}

static bool name_allowed(const char *name, size_t size) {
    if (size == 0 || size > ORIGIN_SIZE_MAX) return false;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)name[i];
        if (c <= 0x20 || c == 0x7F || c == '+') return false;
    }
    return true;
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

/* The folder's own entry for a new file is durable only when the folder is synced. */
static duban_status sync_folder_of(const char *path) {
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t size = slash ? (size_t)(slash - path) : 0;
    if (slash == path) size = 1;
    if (size >= sizeof folder) return DUBAN_E_IO;
    memcpy(folder, size ? path : ".", size ? size : 1);
    folder[size ? size : 1] = '\0';

    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return status_of_errno(errno);
    duban_status status = fsync(file) == 0 ? DUBAN_OK : status_of_errno(errno);
    close(file);
    return status;
}

/* link() gives the finished file its name and fails when the name is taken. */
static duban_status publish(const char *temporary, const char *path, const char *line,
                            size_t size) {
    int file =
        open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return status_of_errno(errno);
    duban_status status = write_all(file, line, size);
    if (close(file) != 0 && !status) status = status_of_errno(errno);
    if (!status && link(temporary, path) != 0) status = status_of_errno(errno);
    unlink(temporary);
    return status ? status : sync_folder_of(path);
}

duban_status keyfile_write(const char *path, const sign_key *key, const char *name) {
    char temporary[PATH_MAX];
    char seed[SEED_TEXT_SIZE];
    char line[LINE_SIZE];
    uint8_t chance[8];
    if (!name_allowed(name, strlen(name))) return DUBAN_E_KEY_FORMAT;

    sign_random(chance, sizeof chance);
    int wanted = snprintf(temporary, sizeof temporary, "%s.%02x%02x%02x%02x.new", path,
                          chance[0], chance[1], chance[2], chance[3]);
    if (wanted < 0 || (size_t)wanted >= sizeof temporary) return DUBAN_E_IO;

    base64_encode(key->seed, SIGN_SEED_SIZE, seed, sizeof seed);
    int size = snprintf(line, sizeof line, "%s %s %s %s\n", VERSION_WORD, ALGORITHM_WORD,
                        seed, name);
    duban_status status = publish(temporary, path, line, (size_t)size);
    sign_wipe(seed, sizeof seed);
    sign_wipe(line, sizeof line);
    return status;
}

/* Cuts the next word off *rest at a space; NULL when there is no space. */
static char *next_word(char **rest) {
    char *word = *rest;
    char *space = strchr(word, ' ');
    if (!space) return NULL;
    *space = '\0';
    *rest = space + 1;
    return word;
}

static duban_status parse(char *line, size_t size, sign_key *key, const char **name) {
    uint8_t seed[SIGN_SEED_SIZE];
    size_t seed_size = 0;
    if (size == 0 || line[size - 1] != '\n' || memchr(line, '\0', size))
        return DUBAN_E_KEY_FORMAT;
    line[size - 1] = '\0';

    char *rest = line;
    const char *version = next_word(&rest);
    if (!version || strncmp(version, VERSION_PREFIX, sizeof VERSION_PREFIX - 1) != 0)
        return DUBAN_E_KEY_FORMAT;
    if (strcmp(version, VERSION_WORD) != 0) return DUBAN_E_VERSION;
    const char *named = next_word(&rest);
    if (!named) return DUBAN_E_KEY_FORMAT;
    if (strcmp(named, ALGORITHM_WORD) != 0) return DUBAN_E_ALGORITHM;
    const char *text = next_word(&rest);
    if (!text || !name_allowed(rest, strlen(rest))) return DUBAN_E_KEY_FORMAT;
    duban_status status =
        base64_decode(text, strlen(text), seed, sizeof seed, &seed_size);
    if (status || seed_size != SIGN_SEED_SIZE) {
        status = DUBAN_E_KEY_FORMAT;
    } else {
        sign_key_of_seed(seed, key);
        *name = rest;
    }
    sign_wipe(seed, sizeof seed);
    return status;
}

static duban_status read_all(int file, char *bytes, size_t size_max, size_t *size) {
    struct stat about;
    if (fstat(file, &about) != 0) return status_of_errno(errno);
    if (!S_ISREG(about.st_mode) || (about.st_mode & (S_IRWXG | S_IRWXO)))
        return DUBAN_E_KEY_MODE;
    size_t used = 0;
    for (;;) {
        ssize_t got = read(file, bytes + used, size_max - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return status_of_errno(errno);
        used += (size_t)got;
        if (used == size_max) return DUBAN_E_KEY_FORMAT;
        if (got == 0) break;
    }
    *size = used;
    return DUBAN_OK;
}

duban_status keyfile_read(const char *path, sign_key *key, char name[KEYFILE_NAME_SIZE]) {
    char line[LINE_SIZE];
    const char *found = NULL;
    sign_key read_key;
    size_t size = 0;
    /* O_NONBLOCK: a FIFO in the key's place must not hang us. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return status_of_errno(errno);
    duban_status status = read_all(file, line, sizeof line, &size);
    close(file);
    if (!status) status = parse(line, size, &read_key, &found);
    if (!status) {
        *key = read_key;
        memcpy(name, found, strlen(found) + 1);
        sign_wipe(&read_key, sizeof read_key);
    }
    sign_wipe(line, sizeof line);
    return status;
}
