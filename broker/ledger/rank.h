/* Ranks: a pure function of a board's cells and a table of weights (product.md "Ranking,
 * bulletins", docs/decisions/0016).
 *
 * An office's parts are its own splits; the whole of every metric of the tasks it leads
 * first, never a mean of the splits behind it; and the steps of a task without numbers
 * that it leads. Each part has a score, rounded once at a millionth and kept within the
 * table's bounds:
 *
 *     actual / expected   where shares are counted and something is expected by now
 *     value / target      other counts, floors and minima with a target above 0
 *     1 or 0              everything else: on its target as it stands, or not
 *     steps done / due    a task without numbers, from its first step's day on
 *     0                   a confirmed finding; no timetable and no numbers
 *
 * An office's score is sum(weight * score) / sum(weight), exact until its one rounding.
 *
 * Knows: cells and the table. Must not know: where they are held, who asks. */
#ifndef DUBAN_BROKER_LEDGER_RANK_H
#define DUBAN_BROKER_LEDGER_RANK_H

#include "broker/ledger/walk.h"

typedef enum rank_how {
    RANK_BY_PACE,
    RANK_BY_VALUE,
    RANK_BY_MET,
    RANK_BY_STEPS,
    RANK_BY_FINDING,     /* 0, whatever was reached */
    RANK_BY_NO_TIMETABLE /* 0: no accepted timetable, and no number to go by */
} rank_how;

typedef struct rank_part {
    uint32_t office;
    uint32_t task;
    uint32_t metric; /* 0: the task's steps */
    bool whole;      /* of a task it leads; else its own split */
    rank_how how;
    decimal weight;
    decimal score;
} rank_part;

/* Why an office has no rank. */
typedef enum rank_why {
    RANK_GIVEN,
    RANK_OUTSIDE,   /* of the government's remit */
    RANK_ENDED,     /* it stands no more */
    RANK_SUCCESSOR, /* it took over a duty within this period: its first */
    RANK_NO_PARTS   /* nothing that weighs */
} rank_why;

typedef struct rank_row {
    uint32_t office;
    uint32_t group; /* position in the table's groups */
    uint32_t rank;  /* within its group, from 1; ties share it; 0: none */
    rank_why why;
    bool has_score; /* it has parts */
    decimal score;
    const rank_part *parts; /* by task and metric */
    uint32_t parts_n;
    bool has_change;
    int32_t change; /* places gained since the earlier result; minus: lost */
} rank_row;

/* Of an earlier result; an office that had no rank is left out. */
typedef struct rank_before {
    uint32_t office;
    uint32_t rank;
} rank_before;

typedef struct rank_ask {
    const weights_words *table;
    period in_period; /* what is ranked; the board is the one of its end */
    const rank_before *before;
    uint32_t before_n;
} rank_ask;

typedef struct rank_result {
    const rank_row *rows; /* by group, ranked ones first, then by office */
    uint32_t rows_n;
} rank_result;

/* Ranks the offices whose kinds the table names. The result lives in the arena.
 * DUBAN_E_EMPTY when the walk has no plan, DUBAN_E_NO_MEMORY. */
duban_status rank_offices(const cell_walk *cells, const rank_ask *ask, arena *a,
                          rank_result *out);

/* What weighs in that plan by its newest table, NULL before the first. Borrowed until the
 * next apply. Whoever holds a board alone reads the entry that CELL_TABLE names. */
const weights_words *rank_table(const ledger *l, uint32_t plan);

#endif
