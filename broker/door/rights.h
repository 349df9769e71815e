/* Which question a reader may ask (docs/decisions/0019-readers-and-rights.md).
 * Knows: kinds of requests, rights, whose key it is. Must not know: sessions, and how an
 * answer is filtered, which is done where it is made: boards and frames by visible.h,
 * entries by lookup.h.
 *
 *   anybody       info, proof, challenge, session, hash tiles, board and feed (public)
 *   any office    bodies; its own slice, page and receipts; entries that its slice holds
 *   BOARD         pages of every office
 *   JOURNAL       everything */
#ifndef DUBAN_BROKER_DOOR_RIGHTS_H
#define DUBAN_BROKER_DOOR_RIGHTS_H

#include "broker/door/call.h"
#include "broker/door/keys.h"

/* DUBAN_OK; DUBAN_E_SESSION_NEEDED for a stranger, DUBAN_E_NOT_ALLOWED with the field
 * that asks for too much. Any thread. */
duban_status rights_check(const keys *table, const call_reader *who,
                          const request_words *ask, duban_refusal *refusal);

/* Whether that session still holds: its key is not revoked and its office may still read
 * so much. A stranger's always does. Any thread. */
bool rights_hold(const keys *table, const call_reader *who);

#endif
