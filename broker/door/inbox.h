/* The inbox: calls on their way from NNG's threads to the loop, in order of arrival.
 * Knows: a list and its bounds. Must not know: what a call asks.
 *
 * The only place where callbacks and the loop meet: one mutex, held for a few
 * instructions. push wakes the loop only when the inbox was empty; the loop always takes
 * all there is. */
#ifndef DUBAN_BROKER_DOOR_INBOX_H
#define DUBAN_BROKER_DOOR_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/door/call.h"

typedef struct inbox inbox;

/* wake(ctx) is called on the pushing thread. DUBAN_E_NO_MEMORY. */
duban_status inbox_new(uint32_t calls_max, size_t bytes_max, void (*wake)(void *ctx),
                       void *ctx, inbox **out);
void inbox_free(inbox *box);

/* Hands the call over. DUBAN_E_BUSY when it is full or holds too many bytes,
 * DUBAN_E_STOPPING after inbox_shut; the call then stays with the caller. A call counts
 * until inbox_done, so that those which the loop took and did not finish count too. Any
 * thread. */
duban_status inbox_push(inbox *box, call *c);
/* Everything there is, oldest first, linked by next; NULL when empty. Loop only. */
call *inbox_take(inbox *box);
/* The loop has dealt with a call it took. */
void inbox_done(inbox *box, const call *c);
/* From now on push refuses. */
void inbox_shut(inbox *box);
/* Calls that wait, taken or not. */
uint32_t inbox_count(inbox *box);

#endif
