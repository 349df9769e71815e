/* Answers read straight from the journal: entries, bodies, receipts by number.
 * Knows: journal readers and the words of replies. Must not know: ledgers, threads.
 *
 * Each function answers the call or returns the refusal's status with *refusal filled, in
 * which case the call stays with the caller. c->head is the last durable index; nothing
 * beyond it is shown. `stop` ends a long search with DUBAN_E_STOPPING.
 *
 * With witnesses->read a receipt is proved to the checkpoint that it gives, and is
 * refused DUBAN_E_UNWITNESSED while that does not hold the entry; else to the newest. */
#ifndef DUBAN_BROKER_WORKER_LOOKUP_H
#define DUBAN_BROKER_WORKER_LOOKUP_H

#include <stdatomic.h>

#include "broker/worker/proofs.h"

/* Entries that one slice request looks at; next says where it stopped. */
#define LOOKUP_ENTRIES_MAX 65536

/* From ask.entries.from on, at most max (0: no bound) and REPLY_SIZE_MAX bytes. A slice's
 * answer may hold no entry and a next below head + 1: there is more to look at.
 *
 * Whoever may not read the journal gets, asking without slice, what its slice would hold:
 * DUBAN_E_NOT_ALLOWED when the first entry is none of it, and the answer ends before the
 * first one that is not. */
duban_status lookup_entries(const journal *j, const atomic_bool *stop, call *c,
                            duban_refusal *refusal);

/* DUBAN_E_NOT_FOUND; DUBAN_E_REDACTED, found the document that ordered it. */
duban_status lookup_body(const journal *j, call *c, duban_refusal *refusal);

/* The receipt of whatever stands under that key and number. DUBAN_E_NOT_FOUND. */
duban_status lookup_receipt(const journal *j, const proofs_witnessed *witnesses,
                            const atomic_bool *stop, call *c, duban_refusal *refusal);

/* A submission whose number lies below the window: its receipt when these very bytes
 * stand under it, else DUBAN_E_NUMBER_OLD. */
duban_status lookup_old(const journal *j, const proofs_witnessed *witnesses,
                        const atomic_bool *stop, call *c, duban_refusal *refusal);

#endif
