/* What the loudspeaker says of a plan: changes as the public may see them, and what was
 * held back for an embargo, said when its day has come.
 * Knows: frames of cells, what is visible. Must not know: sockets, when frames are due.
 *
 * Frames go on without a gap: of what may not be said a frame has fewer cells, or none.
 * When an embargo is lifted, the next frame holds again all that has changed since the
 * first cell that was held back; cells are the newest of their names, so saying one twice
 * does no harm. A task that becomes public says its cells as they change: whoever wants
 * them at once asks the feed. */
#ifndef DUBAN_BROKER_BOARD_ALOUD_H
#define DUBAN_BROKER_BOARD_ALOUD_H

#include "broker/board/frames.h"
#include "broker/ledger/visible.h"

#define NOTHING_HELD UINT64_MAX

/* Of one plan. All zeros is a plan of which nothing was said yet. */
typedef struct aloud {
    embargoes held;
    uint64_t from; /* the oldest change held back; NOTHING_HELD: none is */
    bool begun;
} aloud;

void aloud_close(aloud *a);

/* For a plan whose changes up to now were said before: what of them stays held back.
 * DUBAN_E_NO_MEMORY. */
duban_status aloud_begin(aloud *a, const ledger *l, uint32_t plan, arena *space);

/* frames_changes for the public: *batch holds what may be said. Its cells borrow from the
 * ledger until its next apply and from the arena. DUBAN_E_NO_MEMORY. */
duban_status aloud_changes(aloud *a, const ledger *l, uint32_t plan, uint64_t after,
                           bool all, arena *space, frame_batch *batch);

#endif
