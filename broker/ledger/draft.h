/* Drafts: chunks of a plan that is not published yet, kept with their bytes.
 * Knows: PlanChunk. Must not know: what a plan must fulfil (publish.h). */
#ifndef DUBAN_BROKER_LEDGER_DRAFT_H
#define DUBAN_BROKER_LEDGER_DRAFT_H

#include "broker/ledger/state.h"

/* DUBAN_E_SEQUENCE, DUBAN_E_LIMIT, DUBAN_E_EMPTY, DUBAN_E_DUPLICATE (another plan has the
 * code), DUBAN_E_UNKNOWN_PLAN (the plan has another code), DUBAN_E_PUBLISHED,
 * DUBAN_E_NO_MEMORY. */
duban_status draft_check(ledger *l, const plan_chunk_words *words, span payload,
                         const verdict *v);
void draft_apply(ledger *l, const plan_chunk_words *words);

/* DUBAN_E_CHUNKS unless the draft's chunks are 1..n and hash as said. */
duban_status draft_complete(const plan *p, uint32_t chunks, const hash256 *hash,
                            const verdict *v);
/* The chunks' bytes are not needed once the plan is published. */
void draft_forget_bytes(plan *p, const ledger_allocator *m);

#endif
