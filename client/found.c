/* A new journal's folder: what duband needs to begin. */
#include <string.h>
#include <sys/stat.h>

#include "client/handle.h"
#include "proto/codec.h"
#include "proto/keyfile.h"

#define BROKER_KEY_FILE "broker.key"
#define GENESIS_FILE    "genesis"

/* The broker's key: a new one, or that of a founding that did not get to its end. */
static duban_status make_broker_key(const char *data, const char *origin, sign_key *key) {
    path file;
    char name[KEYFILE_NAME_SIZE];
    duban_status status = file_path(&file, data, BROKER_KEY_FILE);
    if (status) return status;
    sign_key_random(key);
    status = keyfile_write(file.text, key, origin);
    if (status != DUBAN_E_EXISTS) return status;
    status = keyfile_read(file.text, key, name);
    if (!status && strcmp(name, origin) != 0) status = DUBAN_E_EXISTS;
    return status;
}

/* A protobuf field of bytes. */
static duban_status put_field(buffer *out, uint8_t tag, span bytes) {
    unsigned char *to = buffer_reserve(out, bytes.size + 11);
    if (!to) return DUBAN_E_NO_MEMORY;
    size_t n = 0, size = bytes.size;
    to[n++] = tag;
    do {
        to[n++] = (unsigned char)((size & 0x7F) | (size > 0x7F ? 0x80 : 0));
        size >>= 7;
    } while (size);
    memcpy(to + n, bytes.data, bytes.size);
    out->size += n + bytes.size;
    return DUBAN_OK;
}

/* Submit { signed = 1, signature = 2 }: the codec speaks of whole requests only. */
static duban_status put_submit(buffer *out, span signed_bytes, span signature) {
    duban_status status = put_field(out, 1 << 3 | 2, signed_bytes);
    return status ? status : put_field(out, 2 << 3 | 2, signature);
}

static duban_status sign_genesis(const duban *d, const genesis_words *genesis,
                                 buffer *out, duban_refusal *refusal) {
    buffer payload, bytes;
    arena a;
    event again;
    sign_signature signature;
    event ev = {.kind = KIND_GENESIS, .genesis = *genesis};
    buffer_init(&payload);
    buffer_init(&bytes);
    arena_init(&a, 0);
    duban_status status = codec_event_write(&ev, &payload);
    signed_words head = {.context = SIGN_CONTEXT,
                         .origin = genesis->origin,
                         .kind = KIND_GENESIS,
                         .algorithm = genesis->algorithm,
                         .office = 1,
                         .key = 1,
                         .number = 1,
                         .payload = {payload.data, payload.size}};
    if (status)
        duban_refuse(refusal, status, 0, "genesis", NULL, NULL);
    else
        status = codec_event_read(&head, (span){0}, &a, &again, refusal);
    if (!status) {
        status = codec_signed_write(&head, &bytes);
        if (!status) status = home_sign(&d->home, bytes.data, bytes.size, &signature);
        if (!status)
            status = put_submit(out, (span){bytes.data, bytes.size},
                                (span){signature.bytes, sizeof signature.bytes});
        if (status) duban_refuse(refusal, status, 0, "genesis", NULL, NULL);
    }
    arena_close(&a);
    buffer_close(&bytes);
    buffer_close(&payload);
    return status;
}

static duban_status keep_identity(duban *d, const char *origin,
                                  const sign_public *broker) {
    home *h = &d->home;
    note_key log;
    char vkey[NOTE_KEY_TEXT_SIZE];
    duban_status status = home_set(h, "origin", origin);
    if (!status) status = home_set_number(h, "office", 1);
    if (!status) status = home_set_number(h, "key", 1);
    if (!status) status = home_set_number(h, "last_number", 1);
    if (!status) status = note_key_make(origin, broker, &log);
    if (!status) note_key_print(&log, vkey);
    if (!status) status = home_set(h, "log", vkey);
    return status ? status : home_save(h);
}

static genesis_words whole_genesis(const duban *d, const genesis_words *given,
                                   const sign_key *broker) {
    genesis_words g = *given;
    g.city.number = 1;
    g.city.kind = OFFICE_CITY;
    g.city.parent = 0;
    g.algorithm = duban_public_key(d)->algorithm;
    g.rules_version = RULES_VERSION;
    memcpy(g.root_key, duban_public_key(d)->bytes, sizeof g.root_key);
    memcpy(g.broker_key, broker->public_key.bytes, sizeof g.broker_key);
    return g;
}

duban_status duban_found(duban *d, const char *data, const genesis_words *genesis,
                         duban_refusal *refusal) {
    path file, temporary;
    struct stat about;
    sign_key broker;
    buffer bytes;
    char origin[ORIGIN_SIZE_MAX + 1];
    if (home_get(&d->home, "origin", origin, sizeof origin))
        return duban_refuse(refusal, DUBAN_E_EXISTS, 0, "origin", origin, NULL);
    duban_status status = file_path(&file, data, GENESIS_FILE);
    if (!status) status = file_path(&temporary, data, GENESIS_FILE ".new");
    if (!status) status = file_make_folder(data);
    if (!status && stat(file.text, &about) == 0) status = DUBAN_E_EXISTS;
    if (!status) status = make_broker_key(data, genesis->origin, &broker);
    if (status) return duban_refuse(refusal, status, 0, "data", data, NULL);

    genesis_words whole = whole_genesis(d, genesis, &broker);
    sign_public log_key = broker.public_key;
    sign_wipe(&broker, sizeof broker);
    buffer_init(&bytes);
    status = sign_genesis(d, &whole, &bytes, refusal);
    if (!status) {
        span text = {bytes.data, bytes.size};
        status = file_write(temporary.text, data, GENESIS_FILE, text);
        /* Should this fail, the first duban_info finds it out again. */
        if (!status) status = keep_identity(d, whole.origin, &log_key);
        if (status) duban_refuse(refusal, status, 0, "data", data, NULL);
    }
    buffer_close(&bytes);
    return status;
}
