/* The clock that nobody sets, for deadlines and patience.
 * Knows: CLOCK_MONOTONIC. Must not know: the time of day (log.h has it), the journal's
 * moments. Any thread. */
#ifndef DUBAN_BROKER_MONOTONIC_H
#define DUBAN_BROKER_MONOTONIC_H

#include <stdint.h>
#include <time.h>

int64_t monotonic_ms(void);
/* So long from now: what a condition variable of this clock waits until. ms is not
 * negative. */
struct timespec monotonic_in(int64_t ms);

#endif
