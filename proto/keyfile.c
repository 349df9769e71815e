#include "proto/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/keyseal.h"

#define OPEN_WORD      "duban-key/1"
#define SEALED_WORD    "duban-key/2"
#define VERSION_PREFIX "duban-key/"
#define DERIVATION     "argon2id"
#define SEED_TEXT_SIZE (BASE64_LENGTH(SIGN_SEED_SIZE) + 1)
#define COSTS_SIZE     32 /* "m=4294967295,t=4294967295" */
/* The longest line, a sealed one, is its head, its secret and its name. Each sizeof's NUL
 * serves for the space behind that word. */
#define HEAD_SIZE                                                                        \
    (sizeof SEALED_WORD + sizeof "ed25519" + BASE64_LENGTH(SIGN_PUBLIC_MAX) + 1 +        \
     sizeof DERIVATION + COSTS_SIZE + BASE64_LENGTH(KEYSEAL_SALT_SIZE) + 1 +             \
     BASE64_LENGTH(KEYSEAL_NONCE_SIZE) + 1)
#define ABOUT_SIZE (HEAD_SIZE + 1 + KEYFILE_NAME_SIZE)
#define LINE_SIZE  (ABOUT_SIZE + 1 + BASE64_LENGTH(KEYSEAL_SEALED_SIZE) + 1)

/* A line taken apart; it borrows from its text. */
typedef struct words {
    bool is_sealed;
    sign_public public_key; /* of a sealed line */
    uint8_t seed[SIGN_SEED_SIZE];
    keyseal seal;
    algorithm algorithm;
    const char *name;
} words;

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

/* link() gives the finished file its name and fails when the name is taken; rename() puts
 * it in the place of another at once. */
static duban_status publish(const char *temporary, const char *path, bool replace,
                            const char *line, size_t size) {
    int file =
        open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return status_of_errno(errno);
    duban_status status = write_all(file, line, size);
    if (close(file) != 0 && !status) status = status_of_errno(errno);
    if (!status && (replace ? rename(temporary, path) : link(temporary, path)) != 0)
        status = status_of_errno(errno);
    if (status || !replace) unlink(temporary);
    return status ? status : sync_folder_of(path);
}

static duban_status write_line(const char *path, bool replace, const char *line) {
    char temporary[PATH_MAX];
    uint8_t chance[8];
    sign_random(chance, sizeof chance);
    int wanted = snprintf(temporary, sizeof temporary, "%s.%02x%02x%02x%02x.new", path,
                          chance[0], chance[1], chance[2], chance[3]);
    if (wanted < 0 || (size_t)wanted >= sizeof temporary) return DUBAN_E_IO;
    return publish(temporary, path, replace, line, strlen(line));
}

/* --- the line ----------------------------------------------------------------------- */

static void open_line(const sign_key *key, const char *name, char line[LINE_SIZE]) {
    char seed[SEED_TEXT_SIZE];
    base64_encode(key->seed, SIGN_SEED_SIZE, seed, sizeof seed);
    snprintf(line, LINE_SIZE, "%s %s %s %s\n", OPEN_WORD,
             sign_algorithm_name(key->public_key.algorithm), seed, name);
    sign_wipe(seed, sizeof seed);
}

/* Everything of a sealed line but its sealed secret and the name. */
static void head_of(const keyseal *seal, const sign_public *public_key,
                    char head[HEAD_SIZE]) {
    char public_text[BASE64_LENGTH(SIGN_PUBLIC_MAX) + 1];
    char salt[BASE64_LENGTH(KEYSEAL_SALT_SIZE) + 1];
    char nonce[BASE64_LENGTH(KEYSEAL_NONCE_SIZE) + 1];
    base64_encode(public_key->bytes, sign_public_size(public_key->algorithm), public_text,
                  sizeof public_text);
    base64_encode(seal->salt, sizeof seal->salt, salt, sizeof salt);
    base64_encode(seal->nonce, sizeof seal->nonce, nonce, sizeof nonce);
    snprintf(head, HEAD_SIZE, "%s %s %s %s m=%" PRIu32 ",t=%" PRIu32 " %s %s",
             SEALED_WORD, sign_algorithm_name(public_key->algorithm), public_text,
             DERIVATION, seal->memory_kib, seal->passes, salt, nonce);
}

/* What is sealed in with the secret; returns its length. */
static size_t about_of(const char head[HEAD_SIZE], const char *name,
                       char about[ABOUT_SIZE]) {
    return (size_t)snprintf(about, ABOUT_SIZE, "%s %s", head, name);
}

static duban_status sealed_line(const sign_key *key, const char *name,
                                const char *passphrase, char line[LINE_SIZE]) {
    keyseal seal;
    char head[HEAD_SIZE], about[ABOUT_SIZE];
    char sealed[BASE64_LENGTH(KEYSEAL_SEALED_SIZE) + 1];
    keyseal_begin(&seal);
    head_of(&seal, &key->public_key, head);
    size_t size = about_of(head, name, about);
    duban_status status = keyseal_close(&seal, passphrase, key->seed, about, size);
    if (status) return status;
    base64_encode(seal.sealed, sizeof seal.sealed, sealed, sizeof sealed);
    snprintf(line, LINE_SIZE, "%s %s %s\n", head, sealed, name);
    return DUBAN_OK;
}

static duban_status put(const char *path, bool replace, const sign_key *key,
                        const char *name, const char *passphrase) {
    char line[LINE_SIZE];
    duban_status status = DUBAN_OK;
    if (!name_allowed(name, strlen(name))) return DUBAN_E_KEY_FORMAT;
    if (passphrase)
        status = sealed_line(key, name, passphrase, line);
    else
        open_line(key, name, line);
    if (!status) status = write_line(path, replace, line);
    sign_wipe(line, sizeof line);
    return status;
}

duban_status keyfile_write(const char *path, const sign_key *key, const char *name) {
    return put(path, false, key, name, NULL);
}

duban_status keyfile_write_sealed(const char *path, const sign_key *key, const char *name,
                                  const char *passphrase) {
    return put(path, false, key, name, passphrase);
}

duban_status keyfile_replace(const char *path, const sign_key *key, const char *name,
                             const char *passphrase) {
    return put(path, true, key, name, passphrase);
}

/* --- reading ------------------------------------------------------------------------ */

/* Cuts the next word off *rest at a space; NULL when there is no space. */
static char *next_word(char **rest) {
    char *word = *rest;
    char *space = strchr(word, ' ');
    if (!space) return NULL;
    *space = '\0';
    *rest = space + 1;
    return word;
}

/* The next word must be the base64 of exactly so many bytes. */
static bool next_bytes(char **rest, uint8_t *bytes, size_t size) {
    size_t got = 0;
    const char *text = next_word(rest);
    return text && base64_decode(text, strlen(text), bytes, size, &got) == DUBAN_OK &&
           got == size;
}

/* A decimal number without sign or leading zeros, up to `end`. */
static bool read_number(const char **at, char end, uint32_t *out) {
    uint64_t number = 0;
    const char *text = *at;
    if (*text < '1' || *text > '9') return false;
    while (*text >= '0' && *text <= '9' && number <= UINT32_MAX)
        number = number * 10 + (uint64_t)(*text++ - '0');
    if (*text != end || number > UINT32_MAX) return false;
    *at = text + 1;
    *out = (uint32_t)number;
    return true;
}

static bool read_costs(const char *text, keyseal *out) {
    if (strncmp(text, "m=", 2) != 0) return false;
    text += 2;
    if (!read_number(&text, ',', &out->memory_kib) || strncmp(text, "t=", 2) != 0)
        return false;
    text += 2;
    return read_number(&text, '\0', &out->passes);
}

static bool parse_sealed(char **rest, words *out) {
    out->public_key.algorithm = out->algorithm;
    if (!next_bytes(rest, out->public_key.bytes, sign_public_size(out->algorithm)))
        return false;
    const char *derivation = next_word(rest);
    if (!derivation || strcmp(derivation, DERIVATION) != 0) return false;
    const char *costs = next_word(rest);
    return costs && read_costs(costs, &out->seal) &&
           next_bytes(rest, out->seal.salt, sizeof out->seal.salt) &&
           next_bytes(rest, out->seal.nonce, sizeof out->seal.nonce) &&
           next_bytes(rest, out->seal.sealed, sizeof out->seal.sealed);
}

static duban_status parse(char *line, size_t size, words *out) {
    if (size == 0 || line[size - 1] != '\n' || memchr(line, '\0', size))
        return DUBAN_E_KEY_FORMAT;
    line[size - 1] = '\0';

    char *rest = line;
    const char *version = next_word(&rest);
    if (!version || strncmp(version, VERSION_PREFIX, sizeof VERSION_PREFIX - 1) != 0)
        return DUBAN_E_KEY_FORMAT;
    out->is_sealed = strcmp(version, SEALED_WORD) == 0;
    if (!out->is_sealed && strcmp(version, OPEN_WORD) != 0) return DUBAN_E_VERSION;
    const char *named = next_word(&rest);
    if (!named) return DUBAN_E_KEY_FORMAT;
    out->algorithm = sign_algorithm_named(named);
    if (!sign_supports(out->algorithm)) return DUBAN_E_ALGORITHM;
    bool good = out->is_sealed ? parse_sealed(&rest, out)
                               : next_bytes(&rest, out->seed, sizeof out->seed);
    if (!good || !name_allowed(rest, strlen(rest))) return DUBAN_E_KEY_FORMAT;
    out->name = rest;
    return DUBAN_OK;
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

/* The file's line, taken apart; line must live as long as the words. */
static duban_status read_words(const char *path, char line[LINE_SIZE], words *out) {
    size_t size = 0;
    memset(out, 0, sizeof *out);
    /* O_NONBLOCK: a FIFO in the key's place must not hang us. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return status_of_errno(errno);
    duban_status status = read_all(file, line, LINE_SIZE, &size);
    close(file);
    return status ? status : parse(line, size, out);
}

static duban_status key_of(words *w, const char *passphrase, sign_key *out) {
    if (!w->is_sealed) return sign_key_derive(w->algorithm, w->seed, out);
    char head[HEAD_SIZE], about[ABOUT_SIZE];
    sign_key key;
    if (!passphrase) return DUBAN_E_PASSPHRASE;
    head_of(&w->seal, &w->public_key, head);
    size_t size = about_of(head, w->name, about);
    duban_status status = keyseal_open(&w->seal, passphrase, about, size, w->seed);
    if (!status) status = sign_key_derive(w->algorithm, w->seed, &key);
    if (!status && !sign_public_equal(&key.public_key, &w->public_key))
        status = DUBAN_E_KEY_FORMAT;
    if (!status) *out = key;
    sign_wipe(&key, sizeof key);
    return status;
}

duban_status keyfile_unseal(const char *path, const char *passphrase, sign_key *key,
                            char name[KEYFILE_NAME_SIZE]) {
    char line[LINE_SIZE];
    words found;
    duban_status status = read_words(path, line, &found);
    if (!status) status = key_of(&found, passphrase, key);
    if (!status) memcpy(name, found.name, strlen(found.name) + 1);
    sign_wipe(line, sizeof line);
    sign_wipe(&found, sizeof found);
    return status;
}

duban_status keyfile_read(const char *path, sign_key *key, char name[KEYFILE_NAME_SIZE]) {
    return keyfile_unseal(path, NULL, key, name);
}

duban_status keyfile_look(const char *path, keyfile_about *out) {
    char line[LINE_SIZE];
    words found;
    sign_key key;
    duban_status status = read_words(path, line, &found);
    if (!status && !found.is_sealed) {
        status = key_of(&found, NULL, &key);
        found.public_key = key.public_key;
    }
    if (!status) {
        out->public_key = found.public_key;
        out->sealed = found.is_sealed;
        memcpy(out->name, found.name, strlen(found.name) + 1);
    }
    sign_wipe(&key, sizeof key);
    sign_wipe(line, sizeof line);
    sign_wipe(&found, sizeof found);
    return status;
}
