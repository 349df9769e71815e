/* Which grade is worse, and which runs on: what a light table says of its grades as a
 * whole. Knows: that. Must not know: rows, lights, what a grade means to anybody. */
#ifndef DUBAN_BROKER_LEDGER_GRADE_ORDER_H
#define DUBAN_BROKER_LEDGER_GRADE_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/enums.h"

typedef struct grade_order {
    const grade *grades; /* from best to worst, borrowed; n 0: as the enum has them */
    uint32_t n;
    grade running_from; /* NONE: yellow, as the first journals have it */
} grade_order;

/* Where a grade stands; the higher, the worse. 0: GRADE_NONE, or one that is left out. */
uint32_t grade_rank(const grade_order *order, grade value);
/* The grade from which on rounds run. */
grade grade_running_from(const grade_order *order);
/* Whether a round at that grade runs on: at running_from or worse. */
bool grade_runs(const grade_order *order, grade value);

#endif
