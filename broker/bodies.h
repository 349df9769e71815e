/* The bodies that entries name, held against what is kept of them.
 * Knows: how an entry names a body, and by which order one was removed. Must not know:
 * how bodies are stored, replies. */
#ifndef DUBAN_BROKER_BODIES_H
#define DUBAN_BROKER_BODIES_H

#include "broker/ledger/ledger.h"
#include "storage/journal.h"

/* The bodies that an entry names, as often as it does, into *out of `to`; what they
 * borrow lives as long as `words`, which is reset first. DUBAN_E_CORRUPT,
 * DUBAN_E_NO_MEMORY. */
duban_status bodies_named(span entry, arena *words, arena *to, body_ref **out,
                          uint32_t *n);

typedef struct bodies_found {
    uint64_t whole;   /* named and read */
    uint64_t removed; /* named and removed by order */
} bodies_found;

/* Reads every body that entries 0..size-1 name. DUBAN_E_CORRUPT with the entry's index in
 * refusal->found when one is missing, is another, or was removed without an order; l is
 * the ledger over those entries. */
duban_status bodies_verify(const journal *j, const ledger *l, uint64_t size,
                           bodies_found *out, duban_refusal *refusal);

#endif
