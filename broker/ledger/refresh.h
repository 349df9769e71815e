/* Evaluates what a change may have touched: paces, the lights of offices and of tasks.
 * Knows: which cell depends on which. Must not know: how a pace or a light is found
 * (pace.h, fold.h, light.h). Needs no memory. */
#ifndef DUBAN_BROKER_LEDGER_REFRESH_H
#define DUBAN_BROKER_LEDGER_REFRESH_H

#include "broker/ledger/state.h"

void refresh_plan_cell(ledger *l, plan *p, uint64_t index);
/* Adds or puts the cell of that office; adding needs reserved room. */
void refresh_office_cell(ledger *l, plan *p, uint32_t office, uint64_t index);

/* measure.c: the pace of one split, when it has its own. */
void refresh_series(ledger *l, plan *p, uint32_t series, uint64_t index);
/* The pace of the whole. */
void refresh_metric(ledger *l, plan *p, uint32_t metric, uint64_t index);
/* The paces of the metrics that are compared with that one, after its value changed;
 * their tasks are marked whole, for the caller to refresh. */
void refresh_referring(ledger *l, plan *p, uint32_t metric, uint64_t index);
/* The lights, from paces that are up to date. */
void refresh_duty(ledger *l, plan *p, uint32_t duty, uint64_t index);
void refresh_task_light(ledger *l, plan *p, uint32_t task, uint64_t index);

/* Everything of a task, and the day on which the clock has to look at it again. */
void refresh_task(ledger *l, plan *p, uint32_t task, uint64_t index);
void refresh_all(ledger *l, plan *p, uint64_t index);

#endif
