#include "client/home.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/keyfile.h"

#define KEY_FILE    "key"
#define CONFIG_FILE "config"

duban_status home_make(const char *folder, const sign_key *key, const char *passphrase) {
    path file;
    duban_status status = file_path(&file, folder, KEY_FILE);
    if (!status) status = file_make_folder(folder);
    return status ? status
                  : keyfile_write_sealed(file.text, key, HOME_KEY_NAME, passphrase);
}

/* The whole key, or of a sealed one what it says without its passphrase. */
static duban_status read_key(home *h) {
    path file;
    keyfile_about about;
    char name[KEYFILE_NAME_SIZE];
    duban_status status = file_path(&file, h->folder.text, KEY_FILE);
    if (!status) status = keyfile_look(file.text, &about);
    if (status) return status == DUBAN_E_NOT_FOUND ? DUBAN_E_NOT_READY : status;
    h->sealed = about.sealed;
    h->key.public_key = about.public_key;
    return about.sealed ? DUBAN_OK : keyfile_read(file.text, &h->key, name);
}

duban_status home_unseal(home *h, const char *passphrase) {
    path file;
    sign_key key;
    char name[KEYFILE_NAME_SIZE];
    if (!h->sealed) return DUBAN_OK;
    duban_status status = file_path(&file, h->folder.text, KEY_FILE);
    if (!status) status = keyfile_unseal(file.text, passphrase, &key, name);
    if (status) return status;
    h->key = key;
    h->sealed = false;
    sign_wipe(&key, sizeof key);
    return DUBAN_OK;
}

duban_status home_sign(const home *h, const void *bytes, size_t size,
                       sign_signature *out) {
    return h->sealed ? DUBAN_E_PASSPHRASE : sign_bytes(&h->key, bytes, size, out);
}

static duban_status read_config(home *h) {
    path file;
    duban_status status = file_path(&file, h->folder.text, CONFIG_FILE);
    if (!status) status = file_read(file.text, CONFIG_SIZE_MAX, &h->config);
    if (status && status != DUBAN_E_NOT_FOUND) return status;
    unsigned char *end = buffer_reserve(&h->config, 1);
    if (!end) return DUBAN_E_NO_MEMORY;
    *end = '\0';
    return memchr(h->config.data, '\0', h->config.size) ? DUBAN_E_TEXT : DUBAN_OK;
}

duban_status home_open(const char *folder, home *out) {
    home h = {0};
    path key;
    buffer_init(&h.config);
    duban_status status = file_path(&key, folder, KEY_FILE);
    if (status) return status;
    snprintf(h.folder.text, sizeof h.folder.text, "%s", folder);
    status = read_key(&h);
    if (!status) status = read_config(&h);
    if (status) {
        home_close(&h);
        return status;
    }
    *out = h;
    sign_wipe(&h.key, sizeof h.key);
    return DUBAN_OK;
}

void home_close(home *h) {
    buffer_close(&h->config);
    sign_wipe(&h->key, sizeof h->key);
}

/* One line of the config cut into its parts; key_size 0 for comments and the like. */
typedef struct config_line {
    const char *begin;
    const char *end; /* behind the line's end, or the text's NUL */
    const char *key;
    size_t key_size;
    const char *value;
    size_t value_size;
} config_line;

static bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

static void trim(const char **begin, const char **end) {
    while (*begin < *end && blank(**begin))
        ++*begin;
    while (*end > *begin && blank((*end)[-1]))
        --*end;
}

static bool next_line(const char *text, config_line *out) {
    if (!*text) return false;
    const char *stop = strchr(text, '\n');
    const char *end = stop ? stop : text + strlen(text);
    const char *equals = memchr(text, '=', (size_t)(end - text));
    *out = (config_line){.begin = text, .end = stop ? stop + 1 : end};
    const char *key = text, *key_end = equals ? equals : text;
    trim(&key, &key_end);
    if (key == key_end || *key == '#') return true;
    const char *value = equals + 1;
    trim(&value, &end);
    out->key = key;
    out->key_size = (size_t)(key_end - key);
    out->value = value;
    out->value_size = (size_t)(end - value);
    return true;
}

static bool find_line(const home *h, const char *key, config_line *out) {
    bool found = false;
    config_line line;
    for (const char *at = (const char *)h->config.data; next_line(at, &line);
         at = line.end)
        if (line.key_size == strlen(key) && memcmp(line.key, key, line.key_size) == 0) {
            *out = line;
            found = true;
        }
    return found;
}

bool home_get(const home *h, const char *key, char *out, size_t out_size) {
    config_line line;
    out[0] = '\0';
    if (!find_line(h, key, &line) || line.value_size >= out_size || !line.value_size)
        return false;
    memcpy(out, line.value, line.value_size);
    out[line.value_size] = '\0';
    return true;
}

uint64_t home_get_number(const home *h, const char *key) {
    char text[24];
    char *end = text;
    if (!home_get(h, key, text, sizeof text)) return 0;
    uint64_t value = strtoull(text, &end, 10);
    return *end ? 0 : value;
}

duban_status home_set(home *h, const char *key, const char *value) {
    config_line line;
    if (strpbrk(value, "\r\n")) return DUBAN_E_TEXT;
    bool there = find_line(h, key, &line);
    if (there && line.value_size == strlen(value) &&
        memcmp(line.value, value, line.value_size) == 0)
        return DUBAN_OK;

    const char *text = (const char *)h->config.data;
    const char *end = text + h->config.size;
    if (!there) line = (config_line){.begin = end, .end = end};
    const char *gap = !there && end != text && end[-1] != '\n' ? "\n" : "";
    size_t room = h->config.size + strlen(key) + strlen(value) + 8;
    buffer made;
    buffer_init(&made);
    unsigned char *to = buffer_reserve(&made, room);
    if (!to) return DUBAN_E_NO_MEMORY;
    int size = snprintf((char *)to, room, "%.*s%s%s = %s\n%s", (int)(line.begin - text),
                        text, gap, key, value, line.end);
    made.size = (size_t)size;
    if (made.size > CONFIG_SIZE_MAX) {
        buffer_close(&made);
        return DUBAN_E_TOO_LARGE;
    }
    buffer_close(&h->config);
    h->config = made;
    h->changed = true;
    return DUBAN_OK;
}

duban_status home_set_number(home *h, const char *key, uint64_t value) {
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return home_set(h, key, text);
}

static duban_status write_beside(const home *h, const char *name, span bytes) {
    path temporary;
    char new_name[48]; /* of this process: two commands in one home do not meet */
    snprintf(new_name, sizeof new_name, "%s.%ld.new", name, (long)getpid());
    duban_status status = file_path(&temporary, h->folder.text, new_name);
    return status ? status : file_write(temporary.text, h->folder.text, name, bytes);
}

duban_status home_save(home *h) {
    if (!h->changed) return DUBAN_OK;
    span text = {h->config.data, h->config.size};
    duban_status status = write_beside(h, CONFIG_FILE, text);
    if (!status) h->changed = false;
    return status;
}
