/* A ledger that stands anywhere in the journal: boards of the past.
 * Knows: how to fold forward, and to begin anew when asked to go back. Must not know:
 * calls, threads.
 *
 * One thread owns it. Between pieces of a long fold `stop` is looked at and `between` is
 * called. */
#ifndef DUBAN_BROKER_WORKER_PAST_H
#define DUBAN_BROKER_WORKER_PAST_H

#include <stdatomic.h>

#include "broker/board/frames.h"
#include "storage/journal.h"

/* Entries folded under one view of the journal: a view pins pages. */
#define PAST_STEP 4096

typedef struct past {
    const journal *journal;
    const atomic_bool *stop;
    void (*between)(void *ctx);
    void *ctx;
    ledger *ledger;   /* NULL: none yet */
    uint64_t next;    /* index it would fold next */
    int32_t open_day; /* as the journal had it there */
    int32_t day;      /* it was re-evaluated for this day; 0: not */
    basis_kind basis; /* and on these figures; reported: not */
    uint64_t refolds;
    uint64_t digest_at; /* the last Digest at or before digest_of; 0: not looked up */
    uint64_t digest_of;
    arena space;
} past;

void past_init(past *p, const journal *j, const atomic_bool *stop,
               void (*between)(void *ctx), void *ctx);
void past_close(past *p);

/* Folds so that the ledger stands after index, evaluated on that basis for day (0: its
 * own). The index must be durable. DUBAN_E_STOPPING, DUBAN_E_NO_MEMORY, DUBAN_E_CORRUPT,
 * DUBAN_E_DIGEST. */
duban_status past_stand(past *p, uint64_t index, int32_t day, basis_kind basis,
                        duban_refusal *refusal);

/* The last index up to head received at or before a moment. DUBAN_E_NOT_FOUND when the
 * journal is younger. */
duban_status past_index_of_moment(const journal *j, uint64_t head, int64_t moment_ms,
                                  uint64_t *index);

/* The last Digest entry at or before index, which must be durable. DUBAN_E_NOT_FOUND when
 * there is none, DUBAN_E_STOPPING. */
duban_status past_digest_before(past *p, uint64_t index, uint64_t *out);

#endif
