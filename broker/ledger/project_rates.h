/* What projects amount to: gates passed, stages counted, the three rates (product.md
 * "Gates and stages"). A pure function of a board's cells, frozen at a day: what was
 * reached later does not count.
 *
 *     start       started of those due to start / due to start by their gate
 *     statistics  in statistics / started
 *     investment  invested / planned this year, of the projects with a plan for it
 *
 * A rate whose denominator is 0 is absent, and none is clipped.
 *
 * Knows: PROJECT and TASK cells. Must not know: where they are held. */
#ifndef DUBAN_BROKER_LEDGER_PROJECT_RATES_H
#define DUBAN_BROKER_LEDGER_PROJECT_RATES_H

#include "broker/ledger/walk.h"

typedef enum gate_state {
    GATE_NONE,   /* there is no such gate */
    GATE_AHEAD,  /* its day has not passed, and it is not reached */
    GATE_PASSED, /* reached by its day */
    GATE_LATE,   /* reached after its day */
    GATE_MISSED  /* its day has passed and it is not reached */
} gate_state;

/* How it stood at the end of that day. gates are the project's own, else its task's. */
gate_state gate_look(const project_cell *project, const gate_words *gates,
                     uint32_t gates_n, stage_kind stage, int32_t day);
/* The furthest stage reached by the end of that day. */
stage_kind project_stage_on(const project_cell *project, int32_t day);

typedef struct rates_ask {
    uint32_t task;   /* 0: every task */
    uint32_t office; /* 0: every office */
    int32_t day;
} rates_ask;

typedef struct project_rates {
    uint32_t projects;
    uint32_t standing[STAGE_COUNT]; /* at each stage; NONE: none said */
    uint32_t gates[STAGE_COUNT][GATE_MISSED + 1];
    uint32_t due_to_start;
    uint32_t started_of_due;
    uint32_t started; /* that stage or further */
    uint32_t in_statistics;
    bool has_start;
    decimal start; /* percent, as are the others */
    bool has_statistics;
    decimal statistics;
    bool has_investment;
    decimal investment;
    bool
        mixed_units; /* 亿元 and 万元 are one unit, 亿元 and 公里 are not: no investment rate */
    uint32_t later; /* projects whose newest figure speaks of a later day: ask the board
                         of that day; here nothing is counted as invested */
} project_rates;

/* Projects of OFFLINE tasks leave all counts. */
void project_rates_of(const cell_walk *cells, const rates_ask *ask, project_rates *out);

#endif
