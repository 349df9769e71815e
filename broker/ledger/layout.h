/* Lays tasks out as what their rounds will ask for: metrics, series, duties, densely.
 * Knows: tasks, metrics, splits, periods. Must not know: which plans are well formed
 * (publish.h, amend.h check before). */
#ifndef DUBAN_BROKER_LEDGER_LAYOUT_H
#define DUBAN_BROKER_LEDGER_LAYOUT_H

#include "broker/ledger/state.h"

/* Fills p's tasks, metrics, series, duties, rounds and empty pages from its chunks and
 * p->words. False when out of memory; plan_free_body releases what was made. */
bool layout_make(ledger *l, plan *p);
/* Opening and closing days of every round that is not over, after the calendar changed. A
 * window that is still open never closes before the open day, and none before that of the
 * round before it. */
void layout_windows(const ledger *l, plan *p);

/* Room for the cells that the beginning of the first `begun` rounds and the
 * close of the first `closed` will add, and for those that a publication or a pending
 * relayout adds; `singles` more may go to any page. False when out of memory. */
bool layout_reserve_rounds(ledger *l, plan *p, uint32_t begun, uint32_t closed,
                           uint32_t singles);

/* For relayout.h: lays the task at that position, whose words are in place, and whoever
 * owes in it: besides those that its words name, those of `old` (may be NULL) and of
 * `extras`. What stood in `old` is carried over. Needs room in p's arrays. */
typedef struct layout_extra {
    uint32_t task;
    uint32_t office; /* owes in it whatever its words say */
    struct layout_extra *next;
} layout_extra;
typedef struct layout_from {
    const plan *old;
    const layout_extra *extras;
} layout_from;
void layout_task(plan *p, const layout_from *from, uint32_t task);
/* Who fills each metric today, ascending by office. False when out of memory. */
bool layout_fillers(plan *p, const ledger_allocator *m);
/* Empty arrays for a round's items and values. False when out of memory. */
bool layout_begin_arrays(plan *p, const ledger_allocator *m, plan_round *round);
/* Adds the cells of a task that are not there yet, puts what it reads now, and empties
 * those of what is asked no more. */
void layout_place_task(plan *p, uint32_t task, uint64_t index);
/* All that its board can hold: what stands at once, and of each round an item, a light,
 * the values and the releases these wait for. */
uint64_t layout_cells(const ledger *l, const plan *p);

#endif
