/* Projects of a plan counted: stages, gates passed or not, the three rates.
 * Knows: project cells. Must not know: how they are printed.
 *
 * The rates (product.md "Gates and stages"): started / due to start, in statistics /
 * started, invested / annual plan. A project is due to start when its gate for STARTED
 * (its own, else its task's) has come; without such a gate it counts once it has
 * started. A rate of nothing expected is absent, not 0, and none is clipped. */
#ifndef DUBAN_CLIENT_CLI_PROJECT_H
#define DUBAN_CLIENT_CLI_PROJECT_H

#include "client/cli/look.h"

/* The task's n-th project, from 1; false when there is none. */
bool project_at(const look *where, uint32_t task, uint32_t number, project_cell *out);
/* Whether a gate has passed by that day and the project has not reached its stage. */
bool project_behind(const project_cell *p, const task_words *task, int32_t day);

typedef struct project_rates {
    uint32_t projects;
    uint32_t stages[STAGE_COUNT]; /* how many stand at each */
    uint32_t due_to_start;
    uint32_t started; /* or further */
    uint32_t in_statistics;
    const char *unit;  /* of the sums, of the first project */
    bool units_differ; /* then the sums mean nothing and there is no such rate */
    decimal invested;
    decimal annual;
    bool has_start, has_statistics, has_investment;
    decimal start_rate, statistics_rate, investment_rate; /* percent */
} project_rates;

/* Of one task, or with 0 of all. DUBAN_E_OVERFLOW. */
duban_status project_rates_of(const look *where, uint32_t task, int32_t day,
                              project_rates *out);

#endif
