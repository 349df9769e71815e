/* A board's cells, wherever they are held: by a ledger here, by a client's board there.
 * What is computed from cells alone (rank.h, project_rates.h) asks this and nothing else.
 * Knows: two questions. Must not know: who answers. */
#ifndef DUBAN_BROKER_LEDGER_WALK_H
#define DUBAN_BROKER_LEDGER_WALK_H

#include "broker/ledger/ledger.h"

/* Cells of one plan's board. Whatever a cell points to lives until the function that was
 * given the walk returns. */
typedef struct cell_walk {
    void *ctx;
    /* Every cell, in any order, until visit returns false. */
    void (*each)(void *ctx, ledger_visit visit, void *to);
    /* The cell of that name; false when there is none. */
    bool (*find)(void *ctx, const cell_name *name, cell *out);
} cell_walk;

/* A ledger's board of one plan. */
typedef struct walk_board {
    const ledger *ledger;
    uint32_t plan;
} walk_board;

/* Borrows *board for as long as the walk is used. */
cell_walk walk_of(walk_board *board);

#endif
