/* Rates of reporting: how many items were expected, reported, and reported on time
 * (product.md "Rates of reporting").
 *
 * An item is expected from the day its window opens, or once it is reported, be it early;
 * one that waits for a release without a day is not expected. What is withdrawn, exempt
 * or reported off line leaves all three counts. A returned item counts as reported.
 *
 * Knows: item cells. Must not know: ledgers, plans; whoever holds a board can use it. */
#ifndef DUBAN_BROKER_LEDGER_REPORTING_H
#define DUBAN_BROKER_LEDGER_REPORTING_H

#include "proto/cell_words.h"

/* All zeros: nothing counted yet. */
typedef struct reporting {
    uint32_t expected;
    uint32_t reported;
    uint32_t on_time;
} reporting;

/* Whether an item of a task shown so leaves all rates; exempt_day: of the task or the
 * duty, 0 for none. From that day on, never backwards: a window that was over by then
 * stays. */
bool reporting_leaves(visibility task, int32_t exempt_day, const item_cell *item);
/* Counts one item that does not leave, as it stands on that day. */
void reporting_add(reporting *r, const item_cell *item, int32_t today);
/* 100 * part / whole with one decimal, half up, never clipped. False, with *out
 * untouched, when nothing was expected: there is no such share, and it is not 0. */
bool reporting_share(uint32_t part, uint32_t whole, decimal *out);

#endif
