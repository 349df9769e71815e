/* Queries on the command socket that speak of the head.
 * Knows: the live ledger and the durable head. Must not know: how the past is folded.
 *
 *   info                  at the ledger's head, held until that is durable
 *   board as of the head  likewise, as its reader may see it
 *   receipt by number     inside the window; else handed to the worker
 *
 * The rest (entries, bodies, boards of the past) admission hands to the worker without
 * the loop (follower.h).
 *
 * A board of the head may be cut (`left`); whoever wants the rest asks for as_of index =
 * `to` of the first part with skip = cells received, and the worker answers at that very
 * index. */
#ifndef DUBAN_BROKER_QUERIES_H
#define DUBAN_BROKER_QUERIES_H

#include "broker/board/feed.h"
#include "broker/worker/follower.h"
#include "broker/held.h"
#include "broker/door/inbox.h"
#include "broker/door/keys.h"
#include "broker/door/pipes.h"
#include "broker/door/rights.h"
#include "broker/roots.h"
#include "broker/board/sight.h"
#include "broker/turn.h"

/* Everything is borrowed. */
typedef struct queries {
    ledger *ledger;
    roots *roots;
    held *held;
    keys *keys;
    follower *follower;
    const turn *turn;
    inbox *inbox;
    feed *feed;
    metrics *metrics;
    pipes *pipes;
    const char *origin;
    const char *log_vkey;
    const witness *witness; /* NULL: none is asked */
    frame_batch batch;      /* frames_init, frames_close */
} queries;

/* Answers the call, holds it, or hands it on. */
void queries_answer(queries *q, call *c);

#endif
