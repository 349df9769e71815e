#include "proto/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/sign.h"

static duban_status read_line(int file, char out[PASSPHRASE_SIZE]) {
    struct stat about;
    char text[PASSPHRASE_SIZE + 2]; /* a line end of two characters besides */
    if (fstat(file, &about) != 0) return DUBAN_E_IO;
    if (!S_ISREG(about.st_mode) || (about.st_mode & 077)) return DUBAN_E_KEY_MODE;
    ssize_t got = read(file, text, sizeof text - 1);
    duban_status status = got < 0 ? DUBAN_E_IO : DUBAN_OK;
    if (!status) {
        text[got] = '\0';
        size_t size = strcspn(text, "\r\n");
        if (size == 0 || size > PASSPHRASE_SIZE_MAX)
            status = DUBAN_E_PASSPHRASE;
        else {
            memcpy(out, text, size);
            out[size] = '\0';
        }
    }
    sign_wipe(text, sizeof text);
    return status;
}

duban_status passphrase_read(const char *path, char out[PASSPHRASE_SIZE]) {
    /* O_NONBLOCK: a FIFO in its place must not hang us. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return errno == ENOENT || errno == ENOTDIR ? DUBAN_E_NOT_FOUND : DUBAN_E_IO;
    duban_status status = read_line(file, out);
    close(file);
    return status;
}

duban_status passphrase_find(const char *path, char out[PASSPHRASE_SIZE]) {
    if (path && *path) return passphrase_read(path, out);
    const char *given = getenv(PASSPHRASE_VARIABLE);
    size_t size = given ? strlen(given) : 0;
    if (size == 0 || size > PASSPHRASE_SIZE_MAX) return DUBAN_E_PASSPHRASE;
    memcpy(out, given, size + 1);
    return DUBAN_OK;
}
