/* The invented figures: what an office would report for a metric at a round's end.
 * Knows: targets, splits, timetables, chance. Must not know: acts, sheets. */
#ifndef DUBAN_CLIENT_SAMPLE_FIGURES_H
#define DUBAN_CLIENT_SAMPLE_FIGURES_H

#include "client/sample/chance.h"
#include "client/sample/tables.h"

typedef struct figures {
    chance chance;
    const sample_tables *tables;
    int32_t first_day; /* of the plan */
    int32_t last_day;
} figures;

/* The value to date (or the level, rate, rank) that office would report for the metric at
 * the end of a round; aim is its split, or the metric's target when it fills the whole.
 * round counts from 0 of rounds. */
decimal figures_value(const figures *f, const task_words *task,
                      const metric_words *metric, decimal aim, uint32_t office, int round,
                      int rounds, int32_t round_end);

/* Whether the lead reports a node as done by that day, and on which day it was done. */
bool figures_node_done(const figures *f, const task_words *task, const sample_node *node,
                       int32_t by_day, int32_t *done_day);

/* The working day of the window on which an office files a round's sheet; more than the
 * window's last is late, 0 is never. */
int figures_window_day(const figures *f, uint32_t office, int round, int window_last);

#endif
