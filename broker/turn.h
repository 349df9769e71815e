/* The turn: from admitted submissions to staged entries, in order.
 *
 *     day -> for each: check -> stage -> apply -> (flush) ... durable -> receipt
 *
 * Knows: the ledger, the journal's door, the broker's own entries. Must not know:
 * sockets, threads, the wall clock (it is handed in). Only the loop calls it.
 *
 * Time. Outside a drill an entry is received at max(wall clock, last received). Before a
 * submission the open day is brought up to that moment by one CLOCK entry a day, each
 * followed by a DIGEST of the state; another comes with the first turn after DIGEST_EVERY
 * entries since the last one. When the wall clock is more than CLOCK_AHEAD_DAYS
 * ahead of all that the journal knows, nothing moves until a Time entry by the city
 * office confirms it. In a drill the moment is the ledger's own, moved by Time entries,
 * and a day's CLOCK is received at its first millisecond. A Time entry itself is received
 * at the last moment before it; the days it passes follow before anything else is looked
 * at. */
#ifndef DUBAN_BROKER_TURN_H
#define DUBAN_BROKER_TURN_H

#include "broker/conflicts.h"
#include "broker/worker/follower.h"
#include "broker/fresh.h"
#include "broker/held.h"
#include "broker/door/keys.h"
#include "broker/metrics.h"
#include "broker/roots.h"
#include "broker/scribe.h"

/* Everything is borrowed; turn.c alone writes ledger, roots and journal. */
typedef struct turn {
    ledger *ledger;
    journal *journal;
    roots *roots;
    keys *keys;
    held *held;
    follower *follower;
    conflicts *conflicts;
    scribe *scribe;
    metrics *metrics;
    const logger *log;
    event_kind last_kind; /* of the newest entry: a CLOCK wants its DIGEST */
    uint64_t digest_at;   /* index of the last DIGEST, 0: none yet */

    /* private */
    buffer entry;
    fresh fresh;
    int64_t wall_ms;
    bool ahead;  /* the wall clock waits for a Time entry */
    bool behind; /* the wall clock fell behind the journal */
    uint32_t unflushed;
} turn;

/* Fill the members above the line first. */
void turn_begin(turn *t);
void turn_end(turn *t);

/* Brings the open day up to the moment; *reached is false when there is more to do than
 * one turn takes or the journal has no room: call again before anything else. A status
 * means that the broker cannot go on. */
duban_status turn_day(turn *t, int64_t wall_ms, bool *reached);

/* One admitted submission: its call is held for its receipt or its refusal. A status as
 * above. After a Time entry turn_day is due. */
duban_status turn_submission(turn *t, call *c);

/* The moment at which something arriving now would be received. */
int64_t turn_moment(const turn *t);

/* Hands what was staged to the committer; false when nothing was. */
bool turn_flush(turn *t);

#endif
