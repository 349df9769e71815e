/* Where reported state is looked up: this office's in the slice, offline too; any other's
 * on the broker's board.
 * Knows: both. Must not know: what is done with it. */
#ifndef DUBAN_CLIENT_CLI_LOOK_H
#define DUBAN_CLIENT_CLI_LOOK_H

#include "client/cli/cli.h"

typedef struct look {
    const ledger *l; /* NULL: nothing is known, on a machine without a home */
    uint32_t plan;
    duban_board *board; /* NULL: the slice */
} look;

/* Looks into the slice. */
look look_slice(const cli *c, uint32_t plan);
/* Fetches the plan's board. Says why it could not. */
duban_status look_board(cli *c, uint32_t plan, look *out);
void look_close(look *where);
/* The board that is asked for; the caller frees *out. Says why it could not, and what was
 * typed (may be NULL) when that moment lies before the journal. */
duban_status look_ask(cli *c, board_request *ask, const char *typed, duban_board **out);

/* False when there is no such cell. What *out points to is borrowed from the slice or the
 * board. */
bool look_cell(const look *where, const cell_name *name, cell *out);
bool look_item(const look *where, uint32_t task, uint32_t office, period round,
               item_cell *out);
bool look_value(const look *where, uint32_t task, uint32_t metric, uint32_t office,
                period round, value_cell *out);

/* The event at an index, read into the arena. Says why it could not, also when it is of
 * another kind. */
duban_status look_entry(cli *c, arena *a, uint64_t index, event_kind kind, event *out);

/* Text of a body: kept words when the broker gives them, by which order they were removed
 * when they were, "" when it cannot be reached. In the arena. */
const char *look_text(cli *c, arena *a, const body_ref *ref);

#endif
