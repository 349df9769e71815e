#include "broker/ledger/replay.h"

#include <inttypes.h>
#include <stdio.h>

#include "broker/ledger/state.h"
#include "proto/codec.h"
#include "proto/entry.h"

/* Memory that ran out says nothing about the journal. */
static duban_status corrupt(duban_refusal *refusal, uint64_t index, duban_status why) {
    if (why == DUBAN_E_NO_MEMORY) return duban_refuse(refusal, why, 0, "", NULL, NULL);
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, index);
    return duban_refuse(refusal, DUBAN_E_CORRUPT, 0, "index", text,
                        duban_status_name(why));
}

duban_status replay_read(span entry, arena *a, event *ev, uint64_t *index,
                         int64_t *received_ms, duban_refusal *refusal) {
    entry_words head;
    signed_words said;
    event read;
    duban_status status = entry_read(entry, &head);
    if (status != DUBAN_OK) return corrupt(refusal, 0, status);
    status = codec_signed_read(head.signed_bytes, a, &said, refusal);
    if (status != DUBAN_OK) return corrupt(refusal, head.index, status);
    if (said.kind != head.kind || said.office != head.office || said.key != head.key ||
        said.number != head.number)
        return corrupt(refusal, head.index, DUBAN_E_MALFORMED);
    status = codec_event_read(&said, head.signature, a, &read, refusal);
    if (status != DUBAN_OK) return corrupt(refusal, head.index, status);
    *ev = read;
    *index = head.index;
    *received_ms = head.received_ms;
    return DUBAN_OK;
}

static bool in_order(const ledger *l, const event *ev, uint64_t index) {
    if (!l->has_genesis) return index == 0 && ev->kind == KIND_GENESIS;
    return l->slice ? index > l->head : index == l->head + 1;
}

duban_status replay_entry(ledger *l, span entry, arena *a, duban_refusal *refusal) {
    event ev;
    uint64_t index;
    int64_t received_ms;
    arena_reset(a);
    duban_status status = replay_read(entry, a, &ev, &index, &received_ms, refusal);
    if (status != DUBAN_OK) return status;
    if (!in_order(l, &ev, index)) return corrupt(refusal, index, DUBAN_E_SEQUENCE);
    duban_refusal why;
    l->folding = l->slice;
    status = ledger_check(l, &ev, received_ms, &why);
    l->folding = false;
    if (status == DUBAN_E_DIGEST) {
        if (refusal != NULL) *refusal = why;
        return status;
    }
    if (status != DUBAN_OK) return corrupt(refusal, index, status);
    ledger_apply(l, index, &ev, received_ms);
    return DUBAN_OK;
}
