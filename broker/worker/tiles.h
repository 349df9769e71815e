/* Tiles and entry bundles of C2SP tlog-tiles, read straight from the journal.
 * Knows: journal readers, the cut of the tree into tiles. Must not know: ledgers,
 * threads, who may read what (broker/door/rights.h: hashes everybody, bundles
 * RIGHT_JOURNAL).
 *
 * A width below the tile's own gives its beginning, as tlog-tiles asks of a partial one.
 */
#ifndef DUBAN_BROKER_WORKER_TILES_H
#define DUBAN_BROKER_WORKER_TILES_H

#include "broker/door/call.h"

/* Answers the call or returns the refusal's status with *refusal filled, in which case
 * the call stays with the caller. c->head is the last durable index. DUBAN_E_MALFORMED:
 * no such tile can be; DUBAN_E_AHEAD: the durable tree has no tile of that width there;
 * DUBAN_E_TOO_LARGE: the bundle does not fit a reply, expected says how many of its
 * entries do: ask for that width, and for the rest by entries requests. */
duban_status tiles_answer(const journal *j, call *c, duban_refusal *refusal);

#endif
