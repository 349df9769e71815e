/* One page of the state with everything that proves it: page ∈ digest ∈ entry ∈
 * checkpoint.
 * Knows: a ledger of the past, journal readers. Must not know: threads, who may ask.
 *
 * A page is proved as of a Digest entry: the last one at or before the index that is
 * asked for. The ledger stands where that entry says, so the page's bytes, its path and
 * the entry agree by themselves; the entry is proved in the newest checkpoint. */
#ifndef DUBAN_BROKER_WORKER_PAGE_PROOF_H
#define DUBAN_BROKER_WORKER_PAGE_PROOF_H

#include "broker/door/call.h"
#include "broker/worker/past.h"

/* Answers ask.page, or returns the refusal's status with *refusal filled, the call
 * staying with the caller: DUBAN_E_AHEAD beyond head, DUBAN_E_NOT_FOUND when no Digest
 * stands that early, DUBAN_E_UNKNOWN_PLAN, DUBAN_E_UNKNOWN_OFFICE when that office has no
 * page in the plan, DUBAN_E_TOO_LARGE above PAGE_SIZE_MAX with the page's size in found;
 * those of past_stand. */
duban_status page_proof_answer(past *p, const journal_head *head, call *c,
                               duban_refusal *refusal);

#endif
