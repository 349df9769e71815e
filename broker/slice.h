/* Which entries an office's slice holds: the configuration that everybody may read, and
 * what concerns that office.
 * Knows: kinds and whom a submission or review names. Must not know: who asks.
 *
 * Held: genesis, offices, keys, calendar, plan chunks and their publish, lights,
 * timetables and their reviews, clock and time; submissions signed by the office or with
 * a statement of it; reviews signed by it or of its items. Not held: digests, conflicts,
 * other offices' submissions and reviews. */
#ifndef DUBAN_BROKER_SLICE_H
#define DUBAN_BROKER_SLICE_H

#include "proto/arena.h"
#include "proto/words.h"

/* The arena is reset first. DUBAN_E_CORRUPT when the entry cannot be read. */
duban_status slice_holds(span entry, uint32_t office, arena *a, bool *holds);

#endif
