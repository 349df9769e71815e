#include "broker/refold.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/ledger/heap.h"
#include "broker/ledger/replay.h"
#include "proto/entry.h"
#include "proto/sign.h"

/* Entries folded under one view of the journal. */
#define STEP 4096

static void say(refold *r, uint64_t done) {
    int64_t now_ms = log_wall_ms();
    if (!r->progress || now_ms - r->said_ms < 1000) return;
    r->said_ms = now_ms;
    log_info(r->log, "start", "%" PRIu64 " of %" PRIu64 " entries folded", done, r->size);
}

static duban_status at_index(duban_status status, uint64_t index, const char *field,
                             duban_refusal *refusal) {
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, index);
    return duban_refuse(refusal, status, 0, field, text, NULL);
}

/* The key must be looked up before the entry is applied; a genesis signs itself. */
static duban_status verify_signature(refold *r, const entry_words *entry, span bytes) {
    ledger_key key;
    event ev;
    uint64_t index = 0;
    int64_t received_ms = 0;
    sign_public public_key;
    sign_signature signature;
    arena_reset(&r->other);
    duban_status status = replay_read(bytes, &r->other, &ev, &index, &received_ms, NULL);
    if (status) return DUBAN_E_CORRUPT;
    if (entry->kind == KIND_GENESIS)
        public_key = sign_public_of(ev.genesis.algorithm, ev.genesis.root_key);
    else if (ledger_get_key(r->ledger, entry->key, &key))
        public_key = key.public_key;
    else
        return DUBAN_E_SIGNATURE; /* of nobody */
    if (entry->signature.size != sizeof signature.bytes) return DUBAN_E_SIGNATURE;
    memcpy(signature.bytes, entry->signature.data, sizeof signature.bytes);
    return sign_verify(&public_key, entry->signed_bytes.data, entry->signed_bytes.size,
                       &signature);
}

/* Which numbers have a conflict entry. Without memory one may get a second entry. */
static void note_conflict(refold *r, span bytes) {
    event ev;
    uint64_t index = 0;
    int64_t received_ms = 0;
    if (!r->conflicts) return;
    arena_reset(&r->other);
    if (replay_read(bytes, &r->other, &ev, &index, &received_ms, NULL) == DUBAN_OK &&
        ev.conflict.key)
        conflicts_add(r->conflicts, ev.conflict.key, ev.conflict.number);
}

typedef struct visit {
    refold *refold;
    duban_refusal *refusal;
} visit;

static duban_status fold_one(void *ctx, uint64_t index, span bytes) {
    visit *v = ctx;
    refold *r = v->refold;
    entry_words entry;
    duban_status status = entry_read(bytes, &entry);
    if (status) return at_index(DUBAN_E_CORRUPT, index, "entry", v->refusal);
    if (r->signatures && index >= r->signatures_from) {
        status = verify_signature(r, &entry, bytes);
        if (status) return at_index(status, index, "signature", v->refusal);
    }
    status = replay_entry(r->ledger, bytes, &r->space, v->refusal);
    if (status) return at_index(status, index, "entry", v->refusal);
    roots_append(r->roots, bytes);
    if (entry.kind == KIND_CONFLICT) note_conflict(r, bytes);
    if (entry.kind == KIND_DIGEST) {
        r->digests++;
        r->digest_at = index;
    }
    r->last_kind = entry.kind;
    r->next = index + 1;
    return DUBAN_OK;
}

static duban_status fold_to(refold *r, journal_reader *reader, uint64_t to,
                            duban_refusal *refusal) {
    visit v = {r, refusal};
    duban_status status = journal_scan(reader, r->next, to, fold_one, &v);
    if (status == DUBAN_E_CORRUPT && refusal && !refusal->found[0])
        return at_index(status, r->next, "entry", refusal);
    return status;
}

static duban_status fold_piece(refold *r, const journal *j, duban_refusal *refusal) {
    journal_reader *reader = NULL;
    uint64_t to = r->next + STEP;
    if (to > r->size) to = r->size;
    duban_status status = journal_reader_open(j, &reader);
    if (status) return duban_refuse(refusal, status, 0, "journal", NULL, NULL);
    status = fold_to(r, reader, to, refusal);
    journal_reader_close(reader);
    return status;
}

static void begin(refold *r, uint64_t size) {
    r->size = size;
    r->next = 0;
    r->digests = 0;
    r->digest_at = 0;
    r->last_kind = KIND_NONE;
    r->said_ms = log_wall_ms();
    arena_init(&r->space, 0);
    arena_init(&r->other, 0);
}

static void end(refold *r) {
    arena_close(&r->space);
    arena_close(&r->other);
}

duban_status refold_run(refold *r, const journal *j, duban_refusal *refusal) {
    journal_head head;
    duban_status status = DUBAN_OK;
    journal_get_head(j, &head);
    begin(r, head.size);
    while (!status && r->next < r->size) {
        status = fold_piece(r, j, refusal);
        say(r, r->next);
    }
    end(r);
    if (status || head.size == 0) return status;
    hash256 root = roots_last(r->roots);
    if (!hash_equal(&root, &head.root))
        return at_index(DUBAN_E_ROOT, head.size - 1, "root", refusal);
    return DUBAN_OK;
}

duban_status refold_tail(journal_reader *reader, uint64_t signed_size, const logger *log,
                         duban_refusal *refusal) {
    roots all;
    refold r = {
        .roots = &all, .log = log, .signatures = true, .signatures_from = signed_size};
    roots_init(&all);
    duban_status status = ledger_new(heap_allocator(), &r.ledger);
    if (status) return duban_refuse(refusal, status, 0, "ledger", NULL, NULL);
    begin(&r, journal_reader_size(reader));
    status = fold_to(&r, reader, r.size, refusal);
    end(&r);
    ledger_free(r.ledger);
    return status;
}
