/* What a redaction takes away: the bodies of one entry that no other entry needs.
 * Knows: entries and the bodies they name. Must not know: how bodies are stored, replies.
 *
 * A hash is salted, so two entries share one only where a client named a body again. Then
 * it stays until the last of those entries is redacted. To know this, every entry of the
 * journal is read once, on the loop: 0.4 s for 300,000 entries, for an order that comes a
 * few times a year. In return order and removal are one commit, and there is no moment,
 * nor crash, between them. */
#ifndef DUBAN_BROKER_REMOVAL_H
#define DUBAN_BROKER_REMOVAL_H

#include "broker/fresh.h"
#include "broker/ledger/ledger.h"
#include "storage/journal.h"

/* Borrowed for the call. */
typedef struct removal {
    const journal *journal;
    const ledger *ledger; /* which entries are redacted already */
    const fresh *fresh;   /* settled: what entries name that are not durable yet */
    uint64_t index;       /* of the entry whose bodies are to go */
} removal;

/* The bodies to stage as removed, in the arena. May be none: all of them are needed
 * elsewhere. DUBAN_E_UNKNOWN_INDEX when the entry names no body; DUBAN_E_BUSY while it,
 * or what was staged beside it, is not durable; DUBAN_E_CORRUPT, DUBAN_E_NO_MEMORY. */
duban_status removal_find(const removal *ask, arena *a, const journal_body **bodies,
                          uint32_t *bodies_n, duban_refusal *refusal);

#endif
