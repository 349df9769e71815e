/* Receipts that wait until enough witnesses have signed a checkpoint that holds their
 * entry: only where the policy says so (witnesses_block).
 * Knows: the newest witnessed checkpoint, how long patience lasts. Must not know: how
 * witnesses are asked.
 *
 * What a receipt speaks of is durable already. After WITNESS_PATIENCE_MS it is answered
 * UNWITNESSED: the entry stands, and the same bytes sent again get the receipt. At most
 * WITNESS_WAITING_MAX wait, so that contexts are left for everything else; beyond them
 * the answer comes at once. Only the loop touches it. */
#ifndef DUBAN_BROKER_WITNESS_UNWITNESSED_H
#define DUBAN_BROKER_WITNESS_UNWITNESSED_H

#include "broker/door/call.h"
#include "broker/metrics.h"
#include "broker/witness/witness.h"

typedef struct unwitnessed {
    witness *witness; /* borrowed; NULL: nothing waits */
    metrics *metrics; /* borrowed */
    bool ended;
    int64_t now_ms;
    uint64_t size; /* of the newest witnessed checkpoint */
    buffer note;   /* it, with a NUL behind it that size counts */
    call *first;   /* in the order of their deadlines */
    call *last;
    uint32_t count;
} unwitnessed;

/* witness may be NULL. */
void unwitnessed_init(unwitnessed *u, witness *w, metrics *m);
void unwitnessed_close(unwitnessed *u);

/* Takes a call whose answer is the receipt of the entry at index, when that has to wait;
 * false when it need not and the caller sends it. */
bool unwitnessed_takes(unwitnessed *u, call *c, uint64_t index);
/* Reads the newest witnessed checkpoint. */
void unwitnessed_news(unwitnessed *u);
/* A call whose receipt may be sent now, taken out; NULL when there is none. */
call *unwitnessed_next(unwitnessed *u);
/* The time of the loop's clock: answers those that have waited long enough. */
void unwitnessed_tick(unwitnessed *u, int64_t now_ms);
/* Answers all, and whatever comes after: the broker stops. */
void unwitnessed_end(unwitnessed *u);

#endif
