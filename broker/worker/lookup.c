#include "broker/worker/lookup.h"

#include <stdio.h>
#include <string.h>

#include "broker/ledger/replay.h"
#include "broker/worker/proofs.h"
#include "broker/worker/slice.h"
#include "proto/entry.h"

/* Tag and length of an entry inside a reply. */
#define ENTRY_FRAME_BYTES 5
/* The reply around its entries. */
#define REPLY_FRAME_BYTES 256
/* Entries searched under one view of the journal. */
#define SEARCH_STEP 65536

/* --- entries ------------------------------------------------------------------------ */

typedef struct collection {
    const entries_request *ask;
    const call_reader *who;
    const atomic_bool *stop;
    arena space; /* of slice_holds */
    span *entries;
    uint32_t n;
    uint32_t room;
    size_t bytes;
    uint64_t next;
} collection;

static duban_status collect_one(void *ctx, uint64_t index, span entry) {
    collection *g = ctx;
    bool holds = true;
    if (atomic_load_explicit(g->stop, memory_order_relaxed)) return DUBAN_E_STOPPING;
    bool all = !g->ask->slice && g->who->right == RIGHT_JOURNAL;
    if (!all) {
        uint32_t office = g->ask->slice ? g->ask->office : g->who->office;
        duban_status status = slice_holds(entry, office, &g->space, &holds);
        if (status) return status;
    }
    if (!holds && !g->ask->slice) /* asked for by its index, and not for this reader */
        return g->n == 0 ? DUBAN_E_NOT_ALLOWED : DUBAN_E_LIMIT;
    if (holds) {
        if (g->n == g->room) return DUBAN_E_LIMIT;
        if (g->bytes + entry.size + ENTRY_FRAME_BYTES > REPLY_SIZE_MAX)
            return DUBAN_E_LIMIT;
        g->entries[g->n++] = entry;
        g->bytes += entry.size + ENTRY_FRAME_BYTES;
    }
    g->next = index + 1;
    return DUBAN_OK;
}

/* The entries borrow from the reader, so the answer is encoded before it closes. */
static duban_status collection_answer(journal_reader *reader, collection *g, call *c,
                                      nng_msg **message) {
    uint64_t size = c->head + 1;
    uint64_t to = g->next + LOOKUP_ENTRIES_MAX;
    if (to > size) to = size;
    duban_status status = DUBAN_OK;
    if (g->next < to) status = journal_scan(reader, g->next, to, collect_one, g);
    if (status == DUBAN_E_LIMIT) status = DUBAN_OK; /* full: next says where */
    if (status) return status;
    reply_words words = {.kind = REPLY_ENTRIES};
    words.entries.entries = g->entries;
    words.entries.entries_n = g->n;
    words.entries.next = g->next > size ? size : g->next;
    words.entries.head = c->head;
    return call_message(&words, message);
}

duban_status lookup_entries(const journal *j, const atomic_bool *stop, call *c,
                            duban_refusal *refusal) {
    const entries_request *ask = &c->ask.entries;
    journal_reader *reader = NULL;
    nng_msg *message = NULL;
    collection g = {.ask = ask,
                    .who = &c->reader,
                    .stop = stop,
                    .next = ask->from,
                    .bytes = REPLY_FRAME_BYTES};
    g.room = ask->max && ask->max < LOOKUP_ENTRIES_MAX ? ask->max : LOOKUP_ENTRIES_MAX;
    uint64_t there = ask->from <= c->head ? c->head + 1 - ask->from : 0;
    if (g.room > there) g.room = (uint32_t)there;
    arena_init(&g.space, 0);
    g.entries = arena_alloc(&c->arena, (g.room + 1) * sizeof *g.entries);
    duban_status status = g.entries ? DUBAN_OK : DUBAN_E_NO_MEMORY;
    if (!status) status = journal_reader_open(j, &reader);
    if (!status) status = collection_answer(reader, &g, c, &message);
    journal_reader_close(reader);
    arena_close(&g.space);
    if (status) return duban_refuse(refusal, status, 0, "from", NULL, NULL);
    call_send(c, message);
    return DUBAN_OK;
}

/* --- bodies ------------------------------------------------------------------------- */

/* By which order it was removed: the 文号 that the entry gives which removed it. */
static void read_order(journal_reader *reader, const hash256 *hash, char *out,
                       size_t size) {
    uint64_t index = 0;
    int64_t received_ms;
    span entry;
    event ev;
    arena space;
    if (journal_body_removed(reader, hash, &index) || journal_read(reader, index, &entry))
        return;
    arena_init(&space, 0);
    if (!replay_read(entry, &space, &ev, &index, &received_ms, NULL) &&
        ev.kind == KIND_REDACTION)
        snprintf(out, size, "%s", ev.redaction.document);
    arena_close(&space);
}

duban_status lookup_body(const journal *j, call *c, duban_refusal *refusal) {
    journal_reader *reader = NULL;
    journal_body body;
    nng_msg *message = NULL;
    char text[HASH_TEXT_SIZE];
    char order[sizeof refusal->found] = "";
    duban_status status = journal_reader_open(j, &reader);
    if (!status) status = journal_body_read(reader, &c->ask.body_hash, &body);
    if (status == DUBAN_E_REDACTED)
        read_order(reader, &c->ask.body_hash, order, sizeof order);
    if (!status) {
        reply_words words = {.kind = REPLY_BODY};
        memcpy(words.body.salt, body.salt, BODY_SALT_SIZE);
        words.body.bytes = body.bytes;
        status = call_message(&words, &message);
    }
    journal_reader_close(reader);
    if (status == DUBAN_E_REDACTED)
        return duban_refuse(refusal, status, 0, "hash", order, NULL);
    if (status) {
        hash_print(&c->ask.body_hash, text);
        return duban_refuse(refusal, status, 0, "hash", text, NULL);
    }
    call_send(c, message);
    return DUBAN_OK;
}

/* --- receipts by number ------------------------------------------------------------- */

typedef struct search {
    const atomic_bool *stop;
    uint32_t key;
    uint64_t number;
    arena *space;
    span found; /* copied into the arena */
} search;

/* Ends the scan with DUBAN_E_EXISTS when it is there. */
static duban_status search_one(void *ctx, uint64_t index, span entry) {
    search *s = ctx;
    entry_words words;
    (void)index;
    if (atomic_load_explicit(s->stop, memory_order_relaxed)) return DUBAN_E_STOPPING;
    duban_status status = entry_read(entry, &words);
    if (status) return DUBAN_E_CORRUPT;
    if (words.key != s->key || words.number != s->number) return DUBAN_OK;
    s->found.data = (uint8_t *)arena_copy(s->space, entry.data, entry.size);
    s->found.size = entry.size;
    return s->found.data ? DUBAN_E_EXISTS : DUBAN_E_NO_MEMORY;
}

/* DUBAN_E_NOT_FOUND when no entry has that key and number; DUBAN_E_BUSY when one may that
 * was staged but is not durable yet. */
static duban_status find(const journal *j, search *s, const call *c) {
    uint64_t head = c->head;
    for (uint64_t from = 0; from <= head; from += SEARCH_STEP) {
        journal_reader *reader = NULL;
        uint64_t to = head + 1 - from < SEARCH_STEP ? head + 1 : from + SEARCH_STEP;
        duban_status status = journal_reader_open(j, &reader);
        if (!status) status = journal_scan(reader, from, to, search_one, s);
        journal_reader_close(reader);
        if (status == DUBAN_E_EXISTS) return DUBAN_OK;
        if (status) return status;
    }
    return head < c->until ? DUBAN_E_BUSY : DUBAN_E_NOT_FOUND;
}

static duban_status answer_receipt(const journal *j, const proofs_witnessed *witnesses,
                                   call *c, span bytes) {
    proofs_head head;
    entry_words entry;
    tlog_path path;
    span path_spans[TLOG_PATH_MAX];
    duban_status status = entry_read(bytes, &entry);
    if (status) return DUBAN_E_CORRUPT;
    status = witnesses->read ? proofs_head_witnessed(witnesses, &c->arena, &head)
                             : proofs_head_newest(j, &c->arena, &head);
    if (!status && entry.index >= head.size) status = DUBAN_E_UNWITNESSED;
    if (!status) status = proofs_inclusion(j, entry.index, head.size, &path);
    if (status) return status;
    proofs_spans(&path, path_spans);
    reply_words words = {.kind = REPLY_RECEIPT};
    words.receipt = (receipt_words){.index = entry.index,
                                    .leaf = tlog_leaf_hash(bytes.data, bytes.size),
                                    .received_ms = entry.received_ms,
                                    .checkpoint = head.checkpoint,
                                    .again = true,
                                    .entry_head = {bytes.data, ENTRY_HEAD_SIZE},
                                    .path = path_spans,
                                    .path_n = path.count};
    call_answer(c, &words);
    return DUBAN_OK;
}

duban_status lookup_receipt(const journal *j, const proofs_witnessed *witnesses,
                            const atomic_bool *stop, call *c, duban_refusal *refusal) {
    search s = {.stop = stop,
                .key = c->ask.receipt.key,
                .number = c->ask.receipt.number,
                .space = &c->arena};
    duban_status status = find(j, &s, c);
    if (!status) status = answer_receipt(j, witnesses, c, s.found);
    return status ? duban_refuse(refusal, status, 0, "number", NULL, NULL) : DUBAN_OK;
}

static bool equal(span a, span b) {
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

duban_status lookup_old(const journal *j, const proofs_witnessed *witnesses,
                        const atomic_bool *stop, call *c, duban_refusal *refusal) {
    const admitted *a = c->submission;
    entry_words entry;
    search s = {
        .stop = stop, .key = a->ev.key, .number = a->ev.number, .space = &c->arena};
    duban_status status = find(j, &s, c);
    if (!status) {
        status = entry_read(s.found, &entry);
        bool same = !status && equal(entry.signed_bytes, a->signed_bytes) &&
                    equal(entry.signature, a->signature);
        if (same)
            status = answer_receipt(j, witnesses, c, s.found);
        else if (!status)
            status = DUBAN_E_NUMBER_OLD;
    }
    if (status == DUBAN_E_NOT_FOUND) status = DUBAN_E_NUMBER_OLD;
    return status ? duban_refuse(refusal, status, 0, "number", NULL, NULL) : DUBAN_OK;
}
