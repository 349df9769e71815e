/* Lays a draft's tasks out as what its rounds will ask for.
 * Knows: tasks, metrics, splits, periods. Must not know: which plans are well formed
 * (publish.h checks before). */
#ifndef DUBAN_BROKER_LEDGER_LAYOUT_H
#define DUBAN_BROKER_LEDGER_LAYOUT_H

#include "broker/ledger/state.h"

/* Fills p's tasks, metrics, series, duties, rounds and empty pages from its chunks and
 * p->words. False when out of memory; plan_free_body releases what was made. */
bool layout_make(ledger *l, plan *p);
/* Opening and closing days of every round that is not over, after the calendar changed. A
 * window that is still open never closes before the open day. */
void layout_windows(const ledger *l, plan *p);

/* Room for the cells that the beginning of the first `begun` rounds and the
 * close of the first `closed` will add, and for those that a publication adds. False when
 * out of memory. */
bool layout_reserve_rounds(ledger *l, plan *p, uint32_t begun, uint32_t closed);

#endif
