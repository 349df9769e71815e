#include "broker/ledger/walk.h"

static void each(void *ctx, ledger_visit visit, void *to) {
    const walk_board *board = ctx;
    ledger_cells(board->ledger, board->plan, 0, true, visit, to);
}

static bool find(void *ctx, const cell_name *name, cell *out) {
    const walk_board *board = ctx;
    return ledger_cell(board->ledger, board->plan, name, out);
}

cell_walk walk_of(walk_board *board) {
    return (cell_walk){board, each, find};
}
