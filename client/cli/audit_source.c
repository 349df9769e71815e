#include "client/cli/audit_source.h"

#include <stdlib.h>
#include <string.h>

#include "proto/keyfile.h"
#include "storage/lmdb/lmdb.h"

/* --- a broker ----------------------------------------------------------------------- */

static duban_status add_entries(buffer *out, const entries_words *page) {
    duban_status s = DUBAN_OK;
    for (uint32_t i = 0; i < page->entries_n && s >= 0; i++) {
        size_t size = 2 + page->entries[i].size;
        if (!buffer_reserve(out, size)) return DUBAN_E_NO_MEMORY;
        s = bundle_append(out->data, out->room, &out->size, page->entries[i].data,
                          page->entries[i].size);
    }
    return s;
}

/* A bundle of long entries fits no reply: it is put together from several. */
static duban_status ask_entries(duban *d, const tile_name *name, buffer *out,
                                duban_refusal *refusal) {
    uint64_t next = name->number * TILE_WIDTH, end = next + name->width;
    duban_status s = DUBAN_OK;
    while (s >= 0 && next < end) {
        arena a;
        entries_words page;
        entries_request ask = {.from = next, .max = (uint32_t)(end - next)};
        arena_init(&a, 0);
        s = duban_entries(d, &ask, &a, &page, refusal);
        if (s >= 0 && (page.entries_n == 0 || page.next <= next))
            s = duban_refuse(refusal, DUBAN_E_MALFORMED, 0, "next", NULL, NULL);
        if (s >= 0) {
            next = page.next;
            s = add_entries(out, &page);
        }
        arena_close(&a);
    }
    return s;
}

static duban_status ask_broker(void *ctx, const tile_name *name, buffer *out,
                               duban_refusal *refusal) {
    audit_origin *origin = ctx;
    span bytes;
    arena a;
    tile_request ask = {name->entries, name->level, name->number, name->width};
    arena_init(&a, 0);
    duban_status s = duban_tile(origin->c->d, &ask, &a, &bytes, refusal);
    if (s >= 0) {
        unsigned char *to = buffer_reserve(out, bytes.size);
        s = to ? DUBAN_OK : DUBAN_E_NO_MEMORY;
        if (to) memcpy(to, bytes.data, bytes.size);
        if (to) out->size += bytes.size;
    }
    arena_close(&a);
    if (s != DUBAN_E_TOO_LARGE || !name->entries) return s;
    if (refusal) memset(refusal, 0, sizeof *refusal);
    return ask_entries(origin->c->d, name, out, refusal);
}

static duban_status open_broker(audit_origin *origin, const note_key *key) {
    cli *c = origin->c;
    info_words info;
    duban_refusal refusal = {0};
    const char *purpose = cli_option(c, "purpose");
    duban_status s = cli_open(c);
    if (s < 0) return s;
    if (!purpose) purpose = cli_say(c, "离线核验", "offline audit");
    s = duban_session_ask(c->d, RIGHT_JOURNAL, purpose, NULL, &refusal);
    if (s < 0) return cli_refused(c, &refusal);
    s = duban_info(c->d, &info, &refusal);
    if (s < 0) return cli_refused(c, &refusal);
    s = key ? DUBAN_OK
            : note_key_parse(info.log_vkey, strlen(info.log_vkey), &origin->key);
    if (s < 0) return cli_refuse(c, s, 0, "log_vkey", info.log_vkey, NULL);
    origin->newest = arena_copy(&origin->kept, info.checkpoint, strlen(info.checkpoint));
    if (!origin->newest) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    /* Not having one is no failure: the newest is taken. */
    if (info.witnessed_size > 0 &&
        duban_witnessed(c->d, &origin->kept, &origin->witnessed, NULL) < 0)
        origin->witnessed = "";
    origin->source = (audit_source){ask_broker, origin};
    return DUBAN_OK;
}

/* --- the journal's own files -------------------------------------------------------- */

static duban_status add_entry(void *ctx, uint64_t index, span entry) {
    buffer *out = ctx;
    (void)index;
    if (!buffer_reserve(out, 2 + entry.size)) return DUBAN_E_NO_MEMORY;
    return bundle_append(out->data, out->room, &out->size, entry.data, entry.size);
}

static duban_status read_journal(void *ctx, const tile_name *name, buffer *out,
                                 duban_refusal *refusal) {
    audit_origin *origin = ctx;
    uint64_t from = name->number * TILE_WIDTH;
    duban_status s = DUBAN_OK;
    if (name->entries)
        s = journal_scan(origin->reader, from, from + name->width, add_entry, out);
    else {
        hash256 hashes[TILE_WIDTH];
        size_t size = name->width * sizeof *hashes;
        s = journal_tile(origin->reader, (uint8_t)name->level, name->number, name->width,
                         hashes);
        unsigned char *to = s < 0 ? NULL : buffer_reserve(out, size);
        if (s >= 0 && !to) s = DUBAN_E_NO_MEMORY;
        if (to) memcpy(to, hashes, size);
        if (to) out->size += size;
    }
    if (s >= 0) return DUBAN_OK;
    char text[TILE_PATH_SIZE];
    tile_path_print(name, text);
    return duban_refuse(refusal, s, 0, "file", text, NULL);
}

/* The file of the broker's key is named after the journal; its public half is not sealed.
 */
static duban_status read_broker_key(audit_origin *origin, const char *data) {
    char file[CLI_PATH_MAX + 16];
    keyfile_about broker;
    snprintf(file, sizeof file, "%s/broker.key", data);
    duban_status s = keyfile_look(file, &broker);
    if (s < 0) return cli_refuse(origin->c, s, 0, "data", file, "--key VKEY");
    s = note_key_make(broker.name, &broker.public_key, &origin->key);
    return s < 0 ? cli_refuse(origin->c, s, 0, "data", file, NULL) : DUBAN_OK;
}

static duban_status open_journal(audit_origin *origin, const char *data,
                                 const note_key *key) {
    char file[CLI_PATH_MAX + 16];
    duban_refusal refusal = {0};
    duban_status s = key ? DUBAN_OK : read_broker_key(origin, data);
    if (s < 0) return s;
    snprintf(file, sizeof file, "%s/journal", data);
    journal_options options = {.path = file,
                               .read_only = true,
                               .origin = origin->key.name,
                               .log_key = &origin->key.public_key};
    s = journal_open_lmdb(&options, &origin->journal, &refusal);
    if (s < 0) return cli_refused(origin->c, &refusal);
    s = journal_reader_open(origin->journal, &origin->reader);
    if (s < 0) return cli_refuse(origin->c, s, 0, "data", file, NULL);
    journal_get_head(origin->journal, &origin->head);
    origin->newest = origin->head.checkpoint;
    origin->source = (audit_source){read_journal, origin};
    return DUBAN_OK;
}

static duban_status open_origin(cli *c, const char *data, const note_key *key,
                                audit_origin *out) {
    memset(out, 0, sizeof *out);
    out->c = c;
    out->witnessed = "";
    arena_init(&out->kept, 0);
    if (key) out->key = *key;
    duban_status s = data ? open_journal(out, data, key) : open_broker(out, key);
    if (s < 0) audit_origin_close(out);
    return s;
}

duban_status audit_origin_open(cli *c, const note_key *key, audit_origin *out) {
    return open_origin(c, cli_option(c, "data"), key, out);
}

duban_status audit_origin_open_data(cli *c, const char *data, const note_key *key,
                                    audit_origin *out) {
    return open_origin(c, data, key, out);
}

void audit_origin_close(audit_origin *origin) {
    journal_reader_close(origin->reader);
    journal_close(origin->journal);
    arena_close(&origin->kept);
    origin->reader = NULL;
    origin->journal = NULL;
}
