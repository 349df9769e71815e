/* Roll-ups: what the offices that fill a metric add up to (product.md "Roll-up",
 * docs/decisions/0012).
 *
 * A metric that one office fills alone is that office's value. Of splits SUM adds the
 * newest values, MIN and MAX take one of them, WEIGHTED_MEAN weighs them, RATIO divides
 * the sum of numerators by the sum of denominators, COUNT_MET and ALL_OF count those that
 * are met. A roll-up speaks of the earliest data date among its parts; a part without a
 * report speaks of the day before the start, and of a total it counts as its opening
 * value. Percentages of different metrics are never put together.
 *
 * Everything is compared with the words that were in force on the data date; where
 * nothing is said yet, with those of today.
 *
 * Knows: series, words and deadlines. Must not know: lights. */
#ifndef DUBAN_BROKER_LEDGER_FOLD_H
#define DUBAN_BROKER_LEDGER_FOLD_H

#include "broker/ledger/pace.h"

typedef struct fold_total {
    uint32_t parts;
    uint32_t parts_reported;
    uint32_t parts_met;
    bool has_value; /* some part is reported, and the total is in range */
    bool complete;  /* every part is */
    decimal value;  /* COUNT_MET and ALL_OF: parts_met */
    int32_t day;
} fold_total;

/* The day by which a metric is to be met: as its words of today say, or the day to which
 * a relief extended its task when that is later. */
int32_t fold_deadline(const plan *p, const plan_metric *metric);
/* The data date from which on a value speaks of that deadline: the deadline itself, or
 * the cut-off of the round that covers it when that comes before. */
int32_t fold_final_day(const plan *p, int32_t deadline);

/* The words that a value of that day is compared with; a day before the metric's first
 * says that there is none. */
const metric_words *fold_words(const plan *p, uint32_t metric, int32_t day);
/* How those words ask for what splits add up to; LEAD_ONLY when one office fills it. */
rollup fold_rollup(const plan *p, uint32_t metric, const metric_words *words);

/* The comparison of a series' own newest value with its own target. */
pace_input fold_series_input(const plan *p, uint32_t series);
fold_total fold_metric(const plan *p, uint32_t metric);
/* The comparison of that total with the metric's target. */
pace_input fold_total_input(const plan *p, uint32_t metric, const fold_total *total);

#endif
