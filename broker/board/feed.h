/* The feed: readers that hold a cursor and ask for all that changed after it.
 * Knows: polls that are held, the live ledger, roots, what each reader may see. Must not
 * know: submissions. Only the loop calls it.
 *
 * A poll is checked (plan, origin, root) and answered at once when something changed
 * after its cursor; otherwise it is kept until something does, at most min(wait_ms,
 * FEED_HOLD_MS). Whatever is answered speaks of the ledger's head and is held until that
 * is durable (held.h). A batch never splits an index and carries at most FEED_BATCH_BYTES
 * of cells, unless one index alone is larger.
 *
 * Frames are made for eyes, not for readers: one for all who see everything, one for the
 * public, one for each office to which something is withheld; a frame that holds nothing
 * that is kept from any office is the same for all of them. A reader who does not see
 * everything and stands before the last change of who may see what (sight.h) is told to
 * fetch the board, as it is when one change is too large.
 *
 * The rules in order of a poll's life:
 *   - an answer without cells moves the cursor: at the end of the hold, and at a
 *     heartbeat when entries that do not touch the plan went by;
 *   - when fewer than FEED_SPARE contexts are free, the oldest poll is answered so;
 *   - a poll whose key was revoked, or whose office lost its right, ends (SESSION_ENDED);
 *   - a poll whose connection went away is let go. */
#ifndef DUBAN_BROKER_BOARD_FEED_H
#define DUBAN_BROKER_BOARD_FEED_H

#include "broker/board/frames.h"
#include "broker/held.h"
#include "broker/metrics.h"
#include "broker/door/rights.h"
#include "broker/roots.h"
#include "broker/board/sight.h"

typedef struct feed feed;

/* Everything is borrowed until feed_free. */
typedef struct feed_options {
    const ledger *ledger;
    const journal *journal;
    roots *roots;
    const keys *keys;
    held *held;
    metrics *metrics;
    const char *origin;
    uint32_t polls_max; /* kept at once: contexts less those to be left free */
} feed_options;

/* DUBAN_E_NO_MEMORY. */
duban_status feed_new(const feed_options *options, feed **out);
void feed_free(feed *f);

/* A poll that admission let through. Refuses UNKNOWN_PLAN, DIVERGED (another origin or
 * root), AHEAD (beyond what is durable). */
void feed_add(feed *f, call *c, int64_t now_ms);

/* After a turn and after each durable head: answers the polls that have news. */
void feed_wake(feed *f);
/* Answers the polls whose hold is over. */
void feed_tick(feed *f, int64_t now_ms);
/* At a heartbeat: moves cursors that entries of other plans have left behind. */
void feed_beat(feed *f);
/* The connection went away. */
void feed_gone(feed *f, uint32_t pipe);
/* Refuses every poll with that status. */
void feed_stop(feed *f, duban_status status);

/* When feed_tick has something to do, INT64_MAX when never. */
int64_t feed_deadline(const feed *f);
uint32_t feed_count(const feed *f);

#endif
