#include "client/rekey.h"

#include <stdio.h>
#include <string.h>

#include "client/handle.h"
#include "client/keyline.h"
#include "proto/keyfile.h"

#define KEY_FILE    "key"
#define NEXT_FILE   "key.next"
#define FORMER_FILE "former"
#define FORMER_SIZE (FORMER_KEYS_MAX * KEYLINE_SIZE)

/* --- the key to come ---------------------------------------------------------------- */

duban_status rekey_next(const duban *d, sign_public *out) {
    path file;
    keyfile_about about;
    duban_status status = file_path(&file, d->home.folder.text, NEXT_FILE);
    if (!status) status = keyfile_look(file.text, &about);
    if (!status) *out = about.public_key;
    return status;
}

duban_status rekey_prepare(duban *d, algorithm a, const char *passphrase,
                           sign_public *out, duban_refusal *refusal) {
    path file;
    sign_key key;
    duban_status status = file_path(&file, d->home.folder.text, NEXT_FILE);
    if (!status) status = sign_key_make(a ? a : ALGORITHM_ED25519, &key);
    if (!status)
        status = keyfile_write_sealed(file.text, &key, HOME_KEY_NAME, passphrase);
    if (!status) *out = key.public_key;
    sign_wipe(&key, sizeof key);
    if (status == DUBAN_E_EXISTS) {
        duban_status known = rekey_next(d, out);
        if (known) status = known;
    }
    return status ? duban_refuse(refusal, status, 0, NEXT_FILE, d->home.folder.text, NULL)
                  : DUBAN_OK;
}

/* --- former keys -------------------------------------------------------------------- */

duban_status rekey_former(const char *folder, sign_public keys[FORMER_KEYS_MAX],
                          size_t *n) {
    path file;
    buffer text;
    size_t found = 0;
    buffer_init(&text);
    duban_status status = file_path(&file, folder, FORMER_FILE);
    if (!status) status = file_read(file.text, FORMER_SIZE, &text);
    if (!status && !buffer_reserve(&text, 1)) status = DUBAN_E_NO_MEMORY;
    if (!status) {
        text.data[text.size] = '\0';
        char *line = (char *)text.data;
        for (char *end; !status && (end = strchr(line, '\n')) != NULL; line = end + 1) {
            *end = '\0';
            status = found == FORMER_KEYS_MAX ? DUBAN_E_LIMIT
                                              : keyline_read(line, &keys[found++]);
        }
    }
    if (status == DUBAN_E_NOT_FOUND) status = DUBAN_OK;
    if (!status) *n = found;
    buffer_close(&text);
    return status;
}

/* Adds the key in use to the former ones, unless an adoption that broke off did it. */
static duban_status retire(const duban *d) {
    sign_public keys[FORMER_KEYS_MAX];
    char text[FORMER_SIZE];
    size_t n = 0, size = 0;
    path temporary;
    const char *folder = d->home.folder.text;
    duban_status status = rekey_former(folder, keys, &n);
    if (!status) status = file_path(&temporary, folder, FORMER_FILE ".new");
    if (status) return status;
    for (size_t i = 0; i < n; i++)
        if (sign_public_equal(&keys[i], duban_public_key(d))) return DUBAN_OK;
    if (n == FORMER_KEYS_MAX) return DUBAN_E_LIMIT;
    keys[n++] = *duban_public_key(d);
    for (size_t i = 0; i < n; i++) {
        char line[KEYLINE_SIZE];
        keyline_write(&keys[i], line);
        size += (size_t)snprintf(text + size, sizeof text - size, "%s\n", line);
    }
    return file_write(temporary.text, folder, FORMER_FILE,
                      (span){(const uint8_t *)text, size});
}

/* --- adopting ----------------------------------------------------------------------- */

static duban_status ask_about(duban *d, const sign_public *key, info_words *out,
                              duban_refusal *refusal) {
    reply_words reply;
    request_words ask = {
        .kind = REQUEST_INFO,
        .info_public_key = {key->bytes, sign_public_size(key->algorithm)}};
    arena_reset(&d->answers);
    duban_status status = handle_ask_for(d, d->command, &ask, REPLY_INFO, d->timeout_ms,
                                         PATIENT, &d->answers, &reply, refusal);
    if (!status) *out = reply.info;
    return status;
}

/* Whether the broker would take messages by that key for this home's office. */
static duban_status judge(const duban *d, const sign_public *next, const info_words *info,
                          duban_refusal *refusal) {
    char fingerprint[SIGN_FINGERPRINT_SIZE], origin[ORIGIN_SIZE_MAX + 1];
    uint32_t office = duban_office(d);
    sign_fingerprint(next, fingerprint);
    if (home_get(&d->home, "origin", origin, sizeof origin) &&
        strcmp(origin, info->origin) != 0)
        return duban_refuse(refusal, DUBAN_E_ORIGIN, 0, "origin", info->origin, origin);
    if (!info->key)
        return duban_refuse(refusal, DUBAN_E_UNKNOWN_KEY, 0, NEXT_FILE, fingerprint,
                            NULL);
    if (info->revoked)
        return duban_refuse(refusal, DUBAN_E_REVOKED, 0, NEXT_FILE, fingerprint, NULL);
    if (office && info->office != office)
        return duban_refuse(refusal, DUBAN_E_KEY_OFFICE, 0, NEXT_FILE, fingerprint, NULL);
    return DUBAN_OK;
}

/* The rename is the moment of the change: before it the old key is whole, after it the
 * new one, and the messages of either can be read. */
static duban_status take_over(duban *d, const info_words *info) {
    path next, key;
    home *h = &d->home;
    const char *folder = h->folder.text;
    duban_status status = file_path(&next, folder, NEXT_FILE);
    if (!status) status = file_path(&key, folder, KEY_FILE);
    if (!status) status = retire(d);
    if (!status && rename(next.text, key.text) != 0) status = DUBAN_E_IO;
    if (!status) status = file_sync_folder(folder);
    if (!status) status = home_set_number(h, "office", info->office);
    if (!status) status = home_set_number(h, "key", info->key);
    return status ? status : home_save(h);
}

duban_status rekey_adopt(duban *d, duban_refusal *refusal) {
    sign_public next;
    info_words info;
    duban_status status = rekey_next(d, &next);
    if (status)
        return duban_refuse(refusal, status, 0, NEXT_FILE, d->home.folder.text, NULL);
    status = ask_about(d, &next, &info, refusal);
    if (!status) status = judge(d, &next, &info, refusal);
    if (status) return status;
    status = take_over(d, &info);
    return status ? duban_refuse(refusal, status, 0, NEXT_FILE, d->home.folder.text, NULL)
                  : DUBAN_OK;
}
