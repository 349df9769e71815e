#include "storage/journal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "storage/batch.h"
#include "storage/engine.h"

static_assert(CHECKPOINT_NOTE_MAX < JOURNAL_CHECKPOINT_MAX, "a head holds its note");

/* --- the port ----------------------------------------------------------------------- */

void journal_close(journal *j) {
    if (j) j->engine->close(j);
}

void journal_get_head(const journal *j, journal_head *out) {
    pthread_mutex_t *lock = (pthread_mutex_t *)(uintptr_t)&j->head_lock;
    pthread_mutex_lock(lock);
    *out = j->head;
    pthread_mutex_unlock(lock);
}

uint64_t journal_syncs(const journal *j) {
    return atomic_load(&j->syncs);
}

uint64_t journal_next(const journal *j) {
    return j->next;
}

static duban_status sizes_check(span entry, const journal_body *bodies, size_t bodies_n) {
    size_t kept = 0;
    if (entry.size > ENTRY_SIZE_MAX) return DUBAN_E_TOO_LARGE;
    for (size_t i = 0; i < bodies_n; i++) {
        kept += !bodies[i].removed;
        if (bodies[i].bytes.size > BODY_SIZE_MAX) return DUBAN_E_TOO_LARGE;
    }
    return kept > BODIES_MAX ? DUBAN_E_TOO_LARGE : DUBAN_OK;
}

duban_status journal_stage(journal *j, span entry, const journal_body *bodies,
                           size_t bodies_n) {
    assert(!j->options.read_only);
    duban_status status = sizes_check(entry, bodies, bodies_n);
    if (status) return status;
    if (atomic_load(&j->failed)) return DUBAN_E_COMMIT;
    status = j->engine->stage(j, entry, bodies, bodies_n);
    if (!status) j->next++;
    return status;
}

void journal_flush(journal *j) {
    assert(!j->options.read_only);
    j->engine->flush(j);
}

duban_status journal_reader_open(const journal *j, journal_reader **out) {
    return j->engine->reader_open(j, out);
}

void journal_reader_close(journal_reader *r) {
    if (r) r->journal->engine->reader_close(r);
}

uint64_t journal_reader_size(const journal_reader *r) {
    return r->size;
}

duban_status journal_read(journal_reader *r, uint64_t index, span *entry) {
    if (index >= r->size) return DUBAN_E_NOT_FOUND;
    r->bad = index;
    return r->journal->engine->entry(r, index, entry);
}

duban_status journal_scan(journal_reader *r, uint64_t from, uint64_t to,
                          journal_visit visit, void *ctx) {
    if (to > r->size) return DUBAN_E_AHEAD;
    duban_status status = DUBAN_OK;
    for (uint64_t index = from; index < to && !status; index++) {
        span entry;
        status = journal_read(r, index, &entry);
        if (!status) status = visit(ctx, index, entry);
    }
    return status;
}

duban_status journal_body_read(journal_reader *r, const hash256 *hash,
                               journal_body *out) {
    journal_body body;
    duban_status status = r->journal->engine->body(r, hash, &body);
    if (status) return status;
    if (body.removed) return DUBAN_E_REDACTED;
    hash256 found =
        hash_of_two(body.salt, BODY_SALT_SIZE, body.bytes.data, body.bytes.size);
    if (!hash_equal(&found, hash)) return DUBAN_E_CORRUPT;
    body.hash = *hash;
    *out = body;
    return DUBAN_OK;
}

duban_status journal_body_removed(journal_reader *r, const hash256 *hash,
                                  uint64_t *index) {
    journal_body body;
    duban_status status = r->journal->engine->body(r, hash, &body);
    if (status) return status;
    if (!body.removed) return DUBAN_E_NOT_FOUND;
    *index = removed_read(body.bytes.data);
    return DUBAN_OK;
}

duban_status journal_hashes(journal_reader *r, uint64_t size, tlog_hash_reader *out) {
    if (size > r->size) return DUBAN_E_AHEAD;
    if (!r->hashes) {
        r->hashes = malloc(sizeof *r->hashes);
        if (!r->hashes) return DUBAN_E_NO_MEMORY;
        tile_reader_init(r->hashes, &r->source, size);
    }
    tile_reader_resize(r->hashes, size);
    *out = tile_reader_hashes(r->hashes);
    return DUBAN_OK;
}

duban_status journal_root_at(journal_reader *r, uint64_t size, hash256 *root) {
    tlog_hash_reader hashes;
    duban_status status = journal_hashes(r, size, &hashes);
    return status ? status : tlog_root_at(&hashes, size, root);
}

duban_status journal_tile(journal_reader *r, uint8_t level, uint64_t number,
                          uint32_t width, hash256 *out) {
    if (level >= TILE_LEVELS || width == 0) return DUBAN_E_AHEAD;
    if (width > tile_width_at(r->size, level, number)) return DUBAN_E_AHEAD;
    return engine_tile(r, level, number, width, out);
}

/* --- what engines share ------------------------------------------------------------- */

duban_status engine_init(journal *j, const journal_engine *engine,
                         const journal_options *options) {
    const sign_public *public_key = options->log_key;
    const sign_key *signer = options->signer;
    assert(options->read_only || signer);
    if (!public_key && signer) public_key = &signer->public_key;
    if (signer && !sign_public_equal(public_key, &signer->public_key))
        return DUBAN_E_NOTE;

    j->engine = engine;
    j->options = *options;
    j->has_key = public_key != NULL;
    sign_public none = {.algorithm = ALGORITHM_ED25519};
    duban_status status =
        note_key_make(options->origin, public_key ? public_key : &none, &j->key);
    if (status) return status;
    if (pthread_mutex_init(&j->head_lock, NULL) != 0) return DUBAN_E_NO_MEMORY;
    memset(&j->head, 0, sizeof j->head);
    j->head.root = tlog_empty_root();
    atomic_init(&j->syncs, 0);
    atomic_init(&j->failed, false);
    j->next = 0;
    return DUBAN_OK;
}

void engine_close(journal *j) {
    pthread_mutex_destroy(&j->head_lock);
}

/* The checkpoint's words without the signature's proof, where nobody gave us a key. */
static duban_status unverified(const char *bytes, size_t size, checkpoint *out) {
    note parsed;
    duban_status status = note_parse(bytes, size, &parsed);
    return status ? status : checkpoint_parse(parsed.text, parsed.text_size, out);
}

duban_status engine_head_read(const journal *j, const char *bytes, size_t size,
                              journal_head *out) {
    checkpoint point;
    if (size >= JOURNAL_CHECKPOINT_MAX) return DUBAN_E_NOTE;
    duban_status status = j->has_key ? checkpoint_open(bytes, size, &j->key, &point)
                                     : unverified(bytes, size, &point);
    if (status || strcmp(point.origin, j->options.origin) != 0) return DUBAN_E_NOTE;
    memset(out, 0, sizeof *out);
    out->size = point.size;
    out->root = point.root;
    memcpy(out->checkpoint, bytes, size);
    return DUBAN_OK;
}

duban_status engine_head_sign(const journal *j, const tlog_frontier *frontier,
                              journal_head *out) {
    checkpoint point = {.size = frontier->size, .root = tlog_frontier_root(frontier)};
    char bytes[CHECKPOINT_NOTE_MAX];
    size_t size;
    memcpy(point.origin, j->key.name, sizeof point.origin);
    duban_status status = checkpoint_sign(&point, j->options.signer, bytes, &size);
    if (status) return status;
    memset(out, 0, sizeof *out);
    out->size = point.size;
    out->root = point.root;
    memcpy(out->checkpoint, bytes, size);
    return DUBAN_OK;
}

void engine_head_set(journal *j, const journal_head *head) {
    pthread_mutex_lock(&j->head_lock);
    j->head = *head;
    pthread_mutex_unlock(&j->head_lock);
}

static duban_status fetch(void *ctx, uint32_t level, uint64_t number, uint32_t width,
                          hash256 *out) {
    return engine_tile(ctx, level, number, width, out);
}

void engine_reader_init(journal_reader *r, const journal *j, uint64_t size) {
    r->journal = j;
    r->size = size;
    r->bad = 0;
    r->source = (tile_source){fetch, r};
    r->hashes = NULL;
}

void engine_reader_close(journal_reader *r) {
    free(r->hashes);
}

uint64_t engine_tile_begin(uint32_t level, uint64_t number) {
    uint32_t shift = TILE_HEIGHT * (level + 1);
    return shift < 64 ? number << shift : 0;
}

static duban_status stored_tile(journal_reader *r, uint32_t level, uint64_t number,
                                const hash256 **out) {
    r->bad = engine_tile_begin(level, number);
    return r->journal->engine->tile(r, level, number, out);
}

static duban_status leaves(journal_reader *r, uint64_t begin, uint32_t width,
                           hash256 *out) {
    for (uint32_t i = 0; i < width; i++) {
        span entry;
        r->bad = begin + i;
        duban_status status = r->journal->engine->entry(r, begin + i, &entry);
        if (status) return status;
        out[i] = tlog_leaf_hash(entry.data, entry.size);
    }
    return DUBAN_OK;
}

duban_status engine_tile(journal_reader *r, uint32_t level, uint64_t number,
                         uint32_t width, hash256 *out) {
    const hash256 *stored;
    duban_status status = DUBAN_OK;
    if (number < tile_full_count(r->size, level)) {
        status = stored_tile(r, level, number, &stored);
        if (!status) memcpy(out, stored, width * sizeof *out);
        return status;
    }
    if (level == 0) return leaves(r, number * TILE_WIDTH, width, out);
    for (uint32_t i = 0; i < width && !status; i++) {
        status = stored_tile(r, level - 1, number * TILE_WIDTH + i, &stored);
        if (!status) out[i] = stored[TILE_WIDTH];
    }
    return status;
}
