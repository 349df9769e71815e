#include "broker/bodies.h"

#include <inttypes.h>
#include <stdio.h>

#include "broker/ledger/replay.h"
#include "proto/codec.h"

/* Entries looked at under one view of the journal: a view pins pages. */
#define STEP 65536

duban_status bodies_named(span entry, arena *words, arena *to, body_ref **out,
                          uint32_t *n) {
    event ev;
    uint64_t index;
    int64_t received_ms;
    arena_reset(words);
    if (replay_read(entry, words, &ev, &index, &received_ms, NULL))
        return DUBAN_E_CORRUPT;
    uint32_t count = codec_event_bodies(&ev, NULL, 0);
    body_ref *refs = arena_take(to, (count + 1) * sizeof *refs);
    if (!refs) return DUBAN_E_NO_MEMORY;
    *n = codec_event_bodies(&ev, refs, count);
    *out = refs;
    return DUBAN_OK;
}

typedef struct verification {
    const ledger *ledger;
    journal_reader *reader;
    arena words;
    arena refs;
    uint64_t index;
    bodies_found found;
} verification;

static duban_status verify_one(verification *v, const hash256 *hash) {
    journal_body body;
    duban_status status = journal_body_read(v->reader, hash, &body);
    if (status == DUBAN_E_REDACTED && ledger_redaction(v->ledger, v->index)) {
        v->found.removed++;
        return DUBAN_OK;
    }
    if (status == DUBAN_E_REDACTED || status == DUBAN_E_NOT_FOUND) return DUBAN_E_CORRUPT;
    if (!status) v->found.whole++;
    return status;
}

static duban_status verify_entry(void *ctx, uint64_t index, span entry) {
    verification *v = ctx;
    body_ref *refs = NULL;
    uint32_t count = 0;
    v->index = index;
    arena_reset(&v->refs);
    duban_status status = bodies_named(entry, &v->words, &v->refs, &refs, &count);
    for (uint32_t i = 0; i < count && !status; i++)
        status = verify_one(v, &refs[i].hash);
    return status;
}

duban_status bodies_verify(const journal *j, const ledger *l, uint64_t size,
                           bodies_found *out, duban_refusal *refusal) {
    verification v = {.ledger = l};
    duban_status status = DUBAN_OK;
    char text[24];
    arena_init(&v.words, 0);
    arena_init(&v.refs, 0);
    for (uint64_t from = 0; from < size && !status; from += STEP) {
        uint64_t to = size - from < STEP ? size : from + STEP;
        status = journal_reader_open(j, &v.reader);
        if (status) break;
        status = journal_scan(v.reader, from, to, verify_entry, &v);
        journal_reader_close(v.reader);
    }
    arena_close(&v.refs);
    arena_close(&v.words);
    if (!status) {
        *out = v.found;
        return DUBAN_OK;
    }
    snprintf(text, sizeof text, "%" PRIu64, v.index);
    return duban_refuse(refusal, status, 0, "bodies", text, NULL);
}
