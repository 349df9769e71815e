/* Carrying what is queued to the broker, in order of numbers, one at a time.
 * Knows: the outbox, the command socket, which answers are final. Must not know: what the
 * messages say.
 *
 * One at a time keeps every order the sender meant (a plan's chunks before its publish, a
 * report before its correction) and never leaves more than one number unanswered, well
 * inside the broker's window of NUMBER_WINDOW; a message held up by CLOCK_AHEAD is passed
 * over, but no further than that window. */
#ifndef DUBAN_CLIENT_DELIVER_H
#define DUBAN_CLIENT_DELIVER_H

#include "client/handle.h"

typedef struct delivery {
    size_t left;         /* stay queued */
    duban_refusal stuck; /* why they stay */
    size_t refused;      /* by the broker, now */
    duban_refusal last;  /* of the last one refused or found damaged */
} delivery;

/* One pass over the messages queued with a number up to `to`. DUBAN_OK whatever the
 * network did; a failing disk, or lack of memory, is a failure. Adds to *out. */
duban_status deliver(duban *d, uint64_t to, patience how, delivery *out);

/* What became of a number: ticket->sent, index and received_ms when it is receipted; the
 * broker's status when it is refused; DUBAN_OK and ticket untouched when it waits. */
duban_status deliver_answer(duban *d, uint64_t number, duban_ticket *ticket,
                            duban_refusal *refusal);

#endif
