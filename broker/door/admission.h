/* Admission: what a request must pass before it may wait for a turn.
 * Knows: the shape of requests, signatures, the key table, sessions. Must not know: any
 * other state, so that it runs on many of NNG's threads at once.
 *
 * In order: the size cap (NNG's, before reading), the request, and of a submission the
 * signed head, its origin, its key and algorithm, the signature, the payload, the bodies.
 * Nothing is decoded that is not signed by an enrolled key, but for the head that says
 * which key. What is refused here is answered at once and never reaches the loop. So is a
 * question over a connection that asks too much at once (BUSY); one that takes no answers
 * gets none.
 *
 * Of a question: the token, if there is one, and whether that reader may ask it
 * (rights.h). Challenges and sessions are answered here; a session that opens the journal
 * goes on to the turn, since it becomes an entry. */
#ifndef DUBAN_BROKER_DOOR_ADMISSION_H
#define DUBAN_BROKER_DOOR_ADMISSION_H

#include "broker/door/call.h"
#include "broker/worker/follower.h"
#include "broker/door/inbox.h"
#include "broker/door/keys.h"
#include "broker/metrics.h"
#include "broker/door/rights.h"
#include "broker/door/session.h"

/* Which socket a request came in on. */
typedef enum admission_door { DOOR_COMMAND, DOOR_FEED } admission_door;

/* Everything is borrowed and may be read by many threads at once. */
typedef struct admission {
    admission_door door;
    const char *origin;
    const keys *keys;
    const sessions *sessions;
    inbox *inbox;       /* where what is admitted goes, */
    follower *follower; /* or here, when it speaks of the past */
    metrics *metrics;
} admission;

/* Answers the call or pushes it. For net_options.handle; ctx is the admission. */
void admission_handle(void *ctx, call *c);

/* Fills c->ask and c->reader; c->submission of what is to become an entry; of a session
 * c->words. DUBAN_OK, or the refusal:
 * DUBAN_E_WRONG_SOCKET and whatever codec.h says of a request; of a submission
 * DUBAN_E_UNSIGNED, DUBAN_E_CONTEXT, DUBAN_E_UNKNOWN_KIND, DUBAN_E_ORIGIN,
 * DUBAN_E_NOT_ALLOWED for what only the broker signs, DUBAN_E_UNKNOWN_KEY,
 * DUBAN_E_ALGORITHM, DUBAN_E_SIGNATURE, whatever codec.h says of a payload,
 * DUBAN_E_BODY_HASH for a body that nothing signed names; of a session likewise, and
 * DUBAN_E_SESSION_ENDED for a challenge not of this connection, or old, DUBAN_E_REVOKED,
 * DUBAN_E_KEY_OFFICE, DUBAN_E_NOT_ALLOWED for a right that was not given,
 * DUBAN_E_SEQUENCE for a number where no entry follows, or none where one does; of a
 * question DUBAN_E_SESSION_ENDED for its token, and those of rights.h. */
duban_status admission_read(const admission *a, call *c, duban_refusal *refusal);

/* What a submission names and carries, for admission and for a genesis. Borrows from
 * submit; lives in the arena. The signature is verified against public_key. */
duban_status admission_submission(const submit_words *submit, const signed_words *head,
                                  const sign_public *public_key, arena *space,
                                  admitted **out, duban_refusal *refusal);

#endif
