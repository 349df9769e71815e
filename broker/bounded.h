/* A call that may never come back, waited for only so long.
 * Knows: one thread. Must not know: what it runs. */
#ifndef DUBAN_BROKER_BOUNDED_H
#define DUBAN_BROKER_BOUNDED_H

#include <stdbool.h>
#include <stdint.h>

/* Runs fn(ctx) on a thread of its own. True when it ended within wait_ms; otherwise the
 * thread goes on by itself and ctx must stay for ever. Runs it in place when there is no
 * thread to be had. */
bool bounded_run(void (*fn)(void *ctx), void *ctx, uint32_t wait_ms);

#endif
