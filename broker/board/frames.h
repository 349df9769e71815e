/* Cells of a board on their way into a frame: which ones, and how many fit.
 * Knows: the ledger's walk over cells, what eyes see, the size of bytes. Must not know:
 * who asks, cursors, sockets. Used by the feed, the loudspeaker and board answers, on the
 * loop for the live ledger and in the worker for a follower's. */
#ifndef DUBAN_BROKER_BOARD_FRAMES_H
#define DUBAN_BROKER_BOARD_FRAMES_H

#include "broker/ledger/visible.h"

/* Cells borrow from the ledger until its next apply. */
typedef struct frame_batch {
    cell *cells;
    uint32_t n;
    uint32_t room;
    size_t bytes;  /* of their encoding */
    uint32_t left; /* frames_board: cells that did not fit */
    bool cut; /* frames_changes: more has changed; to is the last index taken whole */
    uint64_t to;
    bool too_large; /* one index alone passes most_bytes: ask for the board instead */
    duban_status status;
} frame_batch;

void frames_init(frame_batch *batch);
void frames_close(frame_batch *batch);

/* What changed on a plan's board after an index (all: since ever), whole indexes only, as
 * many as fit into bytes; a first index that alone is larger is taken all the same up to
 * most_bytes. DUBAN_E_NO_MEMORY. */
duban_status frames_changes(const ledger *l, uint32_t plan, uint64_t after, bool all,
                            size_t bytes, size_t most_bytes, frame_batch *batch);

/* Leaves of a batch of changes after an index what eyes may see, as they see it. What is
 * withheld for an embargo is said to be so, and with a figure whose embargo begins all
 * that stood before and rests on it. Cells then borrow from the eyes' arena as well.
 * DUBAN_E_NO_MEMORY. */
duban_status frames_filter(const ledger *l, uint32_t plan, uint64_t after, visible *eyes,
                           frame_batch *batch);

/* A board's cells changed after an index (0: all) that eyes may see (NULL: every one),
 * without the first skip of these, as many as fit into bytes; left counts the rest.
 * Borrows as frames_filter does. DUBAN_E_NO_MEMORY. */
duban_status frames_board(const ledger *l, uint32_t plan, uint64_t after, uint32_t skip,
                          size_t bytes, visible *eyes, frame_batch *batch);

#endif
