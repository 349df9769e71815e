/* From an entry's bytes to the ledger: the one way in which a journal is folded, used at
 * start, by followers, by slices and by the auditor.
 * Knows: entry.h, codec.h, ledger.h. Must not know: where the bytes come from. */
#ifndef DUBAN_BROKER_LEDGER_REPLAY_H
#define DUBAN_BROKER_LEDGER_REPLAY_H

#include "broker/ledger/ledger.h"
#include "proto/arena.h"

/* Reads, checks and applies one entry; the arena is reset first and may be reset again
 * after. An entry that its own prefix or the check refuses is DUBAN_E_CORRUPT with the
 * index and the check's status name in *refusal; a Digest entry that differs from the
 * state is DUBAN_E_DIGEST. Signatures are not verified here (a broker's journal was
 * verified on its way in; an auditor verifies all of them beside this). */
duban_status replay_entry(ledger *l, span entry, arena *a, duban_refusal *refusal);

/* Entry bytes to event, without any ledger. Borrows from entry and arena. */
duban_status replay_read(span entry, arena *a, event *ev, uint64_t *index,
                         int64_t *received_ms, duban_refusal *refusal);

#endif
