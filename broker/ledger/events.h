/* One dispatch by kind for the two halves of the door.
 * Knows: which file keeps which rule. Must not know: the rules. */
#ifndef DUBAN_BROKER_LEDGER_EVENTS_H
#define DUBAN_BROKER_LEDGER_EVENTS_H

#include "broker/ledger/state.h"

/* Signer, number, permission, time, then what the kind asks; reserves what the apply
 * needs and leaves it in l->pending. */
duban_status events_check(ledger *l, const event *ev, int64_t received_ms,
                          const verdict *v);
void events_apply(ledger *l, uint64_t index, const event *ev, int64_t received_ms);

#endif
