/* Queries on the command socket: what the loop answers itself and what it hands to the
 * worker.
 * Knows: the live ledger and the durable head. Must not know: how the past is folded.
 *
 *   info                  the loop, at the ledger's head, held until that is durable
 *   board as of the head  the loop likewise; with a day, the worker
 *   board of the past     the worker
 *   receipt by number     the loop inside the window, else the worker
 *   entries, body         the worker
 *
 * A board of the head may be cut (`left`); whoever wants the rest asks for as_of index =
 * `to` of the first part with skip = cells received, and the worker answers at that very
 * index. */
#ifndef DUBAN_BROKER_QUERIES_H
#define DUBAN_BROKER_QUERIES_H

#include "broker/feed.h"
#include "broker/follower.h"
#include "broker/held.h"
#include "broker/inbox.h"
#include "broker/keys.h"
#include "broker/roots.h"
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
    const char *origin;
    const char *log_vkey;
    frame_batch batch; /* frames_init, frames_close */
} queries;

/* Answers the call, holds it, or hands it on. */
void queries_answer(queries *q, call *c);

#endif
