/* The follower: one worker thread that answers what would stall the loop.
 * Knows: a ledger of its own, folded from the journal on demand; journal readers. Must
 * not know: the live ledger.
 *
 * Boards of the past, pages of the state, entries and slices, bodies, receipts by number
 * and resends below the window. It reads only what is durable, so it answers its calls by
 * itself, WORKER_QUEUE_MAX of them waiting. Its ledger moves forward with the questions
 * about the past (boards, pages), is folded anew for an earlier one, and is let go after
 * FOLLOWER_IDLE_MS without any.
 *
 * A question about the past may cost seconds, so whoever asks many of them must not keep
 * others waiting: they have a queue of their own, of which one office has a part, and
 * whatever else waits is answered between the pieces of a fold. Boards of the past that
 * strangers ask for are answered when nothing else waits, WORKER_LATE_MAX of them. Whose
 * key or right was lost meanwhile gets no answer.
 *
 * A board too large for one answer says `left`. Each further part (skip) must speak of
 * the same index: whoever asked for the head asks for as_of index = `to` of the first
 * part from then on.
 *
 * Between questions the thread hashes the journal again, a piece at a time with pauses,
 * once after each start; damage is reported by on_damage, which stops the broker. */
#ifndef DUBAN_BROKER_WORKER_FOLLOWER_H
#define DUBAN_BROKER_WORKER_FOLLOWER_H

#include "broker/door/call.h"
#include "broker/door/keys.h"
#include "broker/log.h"
#include "broker/metrics.h"
#include "broker/worker/proofs.h"

/* Its ledger's memory is given back after so long. */
#define FOLLOWER_IDLE_MS 30000

typedef struct follower follower;

typedef enum follower_job {
    FOLLOWER_BOARD,   /* ask.board; as of the head: the durable one */
    FOLLOWER_ENTRIES, /* ask.entries */
    FOLLOWER_BODY,    /* ask.body_hash */
    FOLLOWER_RECEIPT, /* ask.receipt */
    FOLLOWER_PROOF,   /* ask.proof */
    FOLLOWER_PAGE,    /* ask.page */
    FOLLOWER_OLD,     /* ask.submit, whose number lies below the window */
    FOLLOWER_TILE     /* ask.tile */
} follower_job;

/* Everything is borrowed until follower_free. on_damage is called on the worker's thread,
 * at most once. */
typedef struct follower_options {
    const journal *journal;
    const keys *keys;
    const char *origin;
    metrics *metrics;
    const logger *log;
    proofs_witnessed witnessed; /* where witnessed checkpoints come from, if anywhere */
    bool receipts_wait;         /* receipts are proved to these alone */
    void (*on_damage)(void *ctx, uint64_t index, duban_status status);
    void *ctx;
} follower_options;

/* DUBAN_E_NO_MEMORY. */
duban_status follower_new(const follower_options *options, follower **out);

/* Whether a request is one for the worker from the start, and as which job. Any thread.
 */
bool follower_takes(const request_words *ask, follower_job *job);

/* Hands the call over; it will speak of the durable head at the time of its answer.
 * DUBAN_E_BUSY when its queue or its office's part is full, DUBAN_E_STOPPING; the call
 * then stays with the caller. Any thread. */
duban_status follower_ask(follower *f, call *c, follower_job job);

/* Refuses what waits with DUBAN_E_STOPPING, lets the question at hand end early, joins.
 * Again is harmless. */
void follower_stop(follower *f);
/* After follower_stop. NULL is fine. */
void follower_free(follower *f);

#endif
