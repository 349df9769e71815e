#include "client/page_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/ledger/replay.h"
#include "client/receipt.h"
#include "storage/tlog/proof.h"

#define FIRST_LINE "duban-page/1"

/* --- writing ------------------------------------------------------------------------ */

static duban_status put(buffer *out, const char *text, size_t size) {
    unsigned char *to = buffer_reserve(out, size);
    if (!to) return DUBAN_E_NO_MEMORY;
    memcpy(to, text, size);
    out->size += size;
    return DUBAN_OK;
}

static duban_status put_line(buffer *out, const char *word, const void *bytes,
                             size_t size) {
    size_t length = BASE64_LENGTH(size);
    duban_status status = put(out, word, strlen(word));
    unsigned char *to = status ? NULL : buffer_reserve(out, length + 1);
    if (!to) return DUBAN_E_NO_MEMORY;
    base64_encode(bytes, size, (char *)to, length + 1);
    to[length] = '\n';
    out->size += length + 1;
    return DUBAN_OK;
}

static duban_status put_proof(const page_words *page, const tlog_path *inclusion,
                              buffer *out) {
    tlog_proof proof = {.index = page->index,
                        .path = *inclusion,
                        .note = page->checkpoint,
                        .note_size = strlen(page->checkpoint)};
    size_t size = 0;
    size_t room = PROOF_HEAD_MAX + proof.note_size;
    unsigned char *to = buffer_reserve(out, room);
    if (!to) return DUBAN_E_NO_MEMORY;
    duban_status status = proof_write(&proof, (char *)to, room, &size);
    if (!status) out->size += size;
    return status;
}

duban_status page_file_write(const page_words *page, buffer *out) {
    char place[48];
    tlog_path path, inclusion;
    if (receipt_path(page->path, page->path_n, &path) || page->index > TLOG_SIZE_MAX ||
        receipt_path(page->inclusion, page->inclusion_n, &inclusion))
        return DUBAN_E_MALFORMED;
    snprintf(place, sizeof place, "place %" PRIu32 " of %" PRIu32 "\n", page->place,
             page->pages);
    duban_status status = put(out, FIRST_LINE "\n", sizeof FIRST_LINE);
    if (!status) status = put_line(out, "page ", page->bytes.data, page->bytes.size);
    if (!status) status = put(out, place, strlen(place));
    for (uint32_t i = 0; i < page->path_n && !status; i++)
        status = put_line(out, "path ", path.hashes[i].bytes, HASH_SIZE);
    if (!status) status = put_line(out, "entry ", page->entry.data, page->entry.size);
    if (!status) status = put(out, "\n", 1);
    return status ? status : put_proof(page, &inclusion, out);
}

/* --- reading ------------------------------------------------------------------------ */

/* What is still to be read. */
typedef struct reading {
    const char *at;
    const char *end;
    arena *a;
} reading;

typedef struct line {
    const char *at;
    size_t size;
} line;

static bool next_line(reading *r, line *out) {
    const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
    if (!newline) return false;
    *out = (line){r->at, (size_t)(newline - r->at)};
    r->at = newline + 1;
    return true;
}

static bool cut(line *l, const char *word) {
    size_t size = strlen(word);
    if (l->size < size || memcmp(l->at, word, size) != 0) return false;
    l->at += size;
    l->size -= size;
    return true;
}

static duban_status decode(reading *r, line text, span *out) {
    size_t room = text.size / 4 * 3;
    uint8_t *bytes = arena_take(r->a, room + 1);
    size_t size = 0;
    if (!bytes) return DUBAN_E_NO_MEMORY;
    duban_status status = base64_decode(text.at, text.size, bytes, room, &size);
    *out = (span){bytes, size};
    return status ? DUBAN_E_MALFORMED : DUBAN_OK;
}

/* Digits alone, no leading zero, below 2^32. */
static bool read_number(line *l, uint32_t *out) {
    uint64_t value = 0;
    size_t n = 0;
    for (; n < l->size && l->at[n] >= '0' && l->at[n] <= '9'; n++) {
        value = value * 10 + (uint64_t)(l->at[n] - '0');
        if (value > UINT32_MAX) return false;
    }
    if (n == 0 || (n > 1 && l->at[0] == '0')) return false;
    l->at += n;
    l->size -= n;
    *out = (uint32_t)value;
    return true;
}

static bool read_place(line l, page_proved *out) {
    return cut(&l, "place ") && read_number(&l, &out->place) && cut(&l, " of ") &&
           read_number(&l, &out->pages) && l.size == 0;
}

/* The path's lines and the one behind them. */
static duban_status read_path(reading *r, tlog_path *path, line *behind) {
    path->count = 0;
    for (;;) {
        span hash;
        if (!next_line(r, behind)) return DUBAN_E_MALFORMED;
        if (!cut(behind, "path ")) return DUBAN_OK;
        if (path->count == TLOG_PATH_MAX) return DUBAN_E_MALFORMED;
        duban_status status = decode(r, *behind, &hash);
        if (status) return status;
        if (hash.size != HASH_SIZE) return DUBAN_E_MALFORMED;
        memcpy(path->hashes[path->count++].bytes, hash.data, HASH_SIZE);
    }
}

static duban_status read_parts(reading *r, page_proved *out, tlog_path *path,
                               span *entry) {
    line l;
    if (!next_line(r, &l) || l.size != sizeof FIRST_LINE - 1 || !cut(&l, FIRST_LINE))
        return DUBAN_E_MALFORMED;
    if (!next_line(r, &l) || !cut(&l, "page ")) return DUBAN_E_MALFORMED;
    duban_status status = decode(r, l, &out->page);
    if (status) return status;
    if (!next_line(r, &l) || !read_place(l, out)) return DUBAN_E_MALFORMED;
    status = read_path(r, path, &l);
    if (status) return status;
    if (!cut(&l, "entry ")) return DUBAN_E_MALFORMED;
    status = decode(r, l, entry);
    if (status) return status;
    return next_line(r, &l) && l.size == 0 ? DUBAN_OK : DUBAN_E_MALFORMED;
}

/* --- proving ------------------------------------------------------------------------ */

static duban_status prove_entry(const reading *r, span entry, const note_key *key,
                                page_proved *out, duban_refusal *refusal) {
    tlog_proof proof;
    duban_status status =
        proof_parse(r->at, (size_t)(r->end - r->at), NULL, NULL, &proof);
    if (status) return duban_refuse(refusal, status, 0, "proof", NULL, NULL);
    hash256 leaf = tlog_leaf_hash(entry.data, entry.size);
    status = proof_verify(&proof, &leaf, key, &out->point);
    if (status)
        return duban_refuse(refusal, status, 0,
                            status == DUBAN_E_PROOF ? "entry" : "checkpoint", NULL, NULL);
    out->digest_at = proof.index;
    return DUBAN_OK;
}

/* The entry is in the journal; it must also be a Digest, and say so of this place. */
static duban_status read_digest(span entry, arena *a, page_proved *out,
                                duban_refusal *refusal) {
    event ev;
    uint64_t index = 0;
    duban_status status = replay_read(entry, a, &ev, &index, &out->received_ms, NULL);
    if (status || ev.kind != KIND_DIGEST || index != out->digest_at)
        return duban_refuse(refusal, DUBAN_E_PROOF, 0, "entry", NULL, NULL);
    out->index = ev.digest.index;
    out->digest = ev.digest.digest;
    if (ev.digest.pages == out->pages) return DUBAN_OK;
    return duban_refuse(refusal, DUBAN_E_PROOF, 0, "place", NULL, NULL);
}

duban_status page_file_verify(span text, const note_key *key, arena *a, page_proved *out,
                              duban_refusal *refusal) {
    const char *begin = (const char *)text.data;
    reading r = {begin, begin + text.size, a};
    page_proved made = {.place = 0};
    tlog_path path;
    span entry;
    duban_status status = read_parts(&r, &made, &path, &entry);
    if (status) return duban_refuse(refusal, status, 0, "file", NULL, FIRST_LINE);
    status = prove_entry(&r, entry, key, &made, refusal);
    if (!status) status = read_digest(entry, a, &made, refusal);
    if (status) return status;
    hash256 leaf = tlog_leaf_hash(made.page.data, made.page.size);
    status = tlog_verify_inclusion(&leaf, made.place, made.pages, path.hashes, path.count,
                                   &made.digest);
    if (status) return duban_refuse(refusal, status, 0, "page", NULL, NULL);
    *out = made;
    return DUBAN_OK;
}
