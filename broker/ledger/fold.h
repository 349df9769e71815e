/* Roll-ups: what the offices that fill a metric add up to (product.md "Roll-up").
 *
 * SUM adds the newest value of each split, COUNT_MET counts the splits that are met, and
 * a metric that one office fills alone is that office's value. A roll-up speaks of the
 * earliest data date among its parts; a part without a report speaks of the day before
 * the start. Percentages of different metrics are never put together.
 *
 * Knows: series. Must not know: pace, lights. */
#ifndef DUBAN_BROKER_LEDGER_FOLD_H
#define DUBAN_BROKER_LEDGER_FOLD_H

#include "broker/ledger/pace.h"

typedef struct fold_total {
    uint32_t parts;
    uint32_t parts_reported;
    uint32_t parts_met;
    bool has_value; /* some part is reported, and the sum is in range */
    bool complete;  /* every part is */
    decimal value;  /* COUNT_MET: parts_met */
    int32_t day;
} fold_total;

/* The comparison of a series' own newest value with its own target. */
pace_input fold_series_input(const plan *p, uint32_t series);
fold_total fold_metric(const plan *p, uint32_t metric);

#endif
