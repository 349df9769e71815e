/* Who owes an item of the running rounds, after something changed that: an edition, a
 * call-in, a succession, a task closed or reopened. Rounds that have ended stay as they
 * are.
 * Knows: items that begin and are withdrawn. Must not know: what changed. */
#ifndef DUBAN_BROKER_LEDGER_SETTLE_H
#define DUBAN_BROKER_LEDGER_SETTLE_H

#include "broker/ledger/state.h"

/* Begins, withdraws and counts anew the items of the task in every round that has begun
 * and not ended; whoever calls has reserved room for the items that may begin. Lights are
 * the caller's. */
void settle_task(ledger *l, plan *p, uint32_t task, uint64_t index);

#endif
