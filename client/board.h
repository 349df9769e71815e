/* A board folded from frames: a set of cells keyed by name, each the newest of its name.
 * The public face is in client/duban.h; this is what the rest of the library needs more.
 *
 * Knows: the rules of architecture.md "The live board". Must not know: the network,
 * files. */
#ifndef DUBAN_CLIENT_BOARD_H
#define DUBAN_CLIENT_BOARD_H

#include "client/duban.h"

/* Takes the frame's cells and head whatever the cursor says: a part of a board asked for
 * as a whole. DUBAN_E_LIMIT above BOARD_CELLS_MAX, DUBAN_E_DIVERGED when it is of another
 * journal or plan, DUBAN_E_NO_MEMORY. */
duban_status board_absorb(duban_board *b, const frame_words *frame);
/* The same for a part that is not the last: the head stays, since a cursor may not pass
 * cells that are still to come. */
duban_status board_absorb_part(duban_board *b, const frame_words *frame);

/* Under which right it was read: a board of another right is begun anew. */
right_kind board_right(const duban_board *b);
void board_set_right(duban_board *b, right_kind right);
/* As it was when it was new. */
void board_clear(duban_board *b);
/* b becomes what `with` is; with is as new. */
void board_take(duban_board *b, duban_board *with);

#endif
