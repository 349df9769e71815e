/* A board in a file, so that a reader goes on where it stood.
 *
 *     "duban-board/2\n", SHA-256 of all that follows, the right it was read under (u32,
 *     big-endian), then parts: u32 size and a Frame message. Each part carries the head
 *     and some of the cells, in order; the cells of all parts are the board.
 *
 * Knows: this layout. Must not know: where boards are kept. */
#ifndef DUBAN_CLIENT_BOARD_FILE_H
#define DUBAN_CLIENT_BOARD_FILE_H

#include "client/board.h"
#include "proto/arena.h"

/* Appends. DUBAN_E_NO_MEMORY, DUBAN_E_TOO_LARGE. */
duban_status board_file_write(duban_board *b, buffer *out);
/* Into an empty board. DUBAN_E_NOT_FOUND: it is of a release before there were rights;
 * DUBAN_E_CORRUPT: it is no such file, or damaged; then b may hold a part of it and is of
 * no use. */
duban_status board_file_read(span bytes, duban_board *b);

#endif
