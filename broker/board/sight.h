/* Since when readers see of a plan's board what they see: what is under embargo, and the
 * last change of who may see what.
 * Knows: cells, visibilities, embargoes, batches of changes. Must not know: readers,
 * sockets.
 *
 * A frame tells which cells have changed. It does not tell that a cell which has not
 * changed may now be seen, or no longer: because a task's visibility or a restricted
 * task's duties changed, a day lifted an embargo, a paper was hidden. Such moments are
 * rare, so one number a plan is enough: a reader that may not see everything and stands
 * before `since` is told to fetch the board anew, which adds what it missed and drops
 * what it should not have. An embargo that begins needs no fetch: the frame that would
 * have carried the figure says of it, and of all that rests on it, that it is withheld
 * (frames_filter).
 *
 * Nothing of this is kept on disk: at start, since is the plan's newest change. Whoever
 * stands there has been told everything. */
#ifndef DUBAN_BROKER_BOARD_SIGHT_H
#define DUBAN_BROKER_BOARD_SIGHT_H

#include "broker/board/frames.h"

/* Of one plan. All zeros is a plan that was not looked at yet. */
typedef struct sight {
    embargoes held;
    uint64_t since; /* index of a change */

    /* private */
    bool begun;
    uint64_t seen; /* changes up to here were looked at */
    struct sight_task *tasks;
    uint32_t tasks_n;
    uint8_t *papers; /* by number: 0 unknown, else sight_of_paper + 1 */
    uint32_t papers_n;
} sight;

void sight_close(sight *s);

/* Looks at what has changed since the last time. DUBAN_E_NO_MEMORY: nothing may be said
 * to limited readers until it succeeds. */
duban_status sight_follow(sight *s, const ledger *l, uint32_t plan);

/* frames_changes for a viewer that stands after an index (all: nowhere yet): *batch holds
 * what has changed for it, too_large says that it must fetch the board. *open: nothing in
 * it is kept from any office and none that stands there must fetch, so that it is the
 * batch of all of them and of whoever sees everything. Cells borrow from the ledger until
 * its next apply and from space, which is reset. DUBAN_E_NO_MEMORY. */
duban_status sight_changes(sight *s, const ledger *l, uint32_t plan, uint64_t after,
                           bool all, viewer who, size_t bytes, size_t most_bytes,
                           arena *space, frame_batch *batch, bool *open);

/* A whole board through somebody's eyes, once: an answer to one question. Does not move
 * or copy; borrows the ledger. */
typedef struct viewing {
    visible *eyes; /* for frames_board; NULL: they see everything */

    /* private */
    visible visible;
    walk_board board;
    cell_walk cells;
    embargoes held;
    arena space;
} viewing;

/* The open day is the board's own, so that every part of one board is cut by the same
 * measure. DUBAN_E_NO_MEMORY. Ended in every case. */
duban_status viewing_begin(viewing *v, const ledger *l, uint32_t plan, int32_t today,
                           viewer who);
void viewing_end(viewing *v);

#endif
