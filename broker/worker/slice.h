/* Which entries an office's slice holds: the configuration that everybody may read, and
 * what concerns that office.
 * Knows: kinds and whom a submission or review names. Must not know: who asks.
 *
 * Held: whatever defines (genesis, offices, keys, calendar, plans with all that changes
 * them, every table, posts, releases, unlocks, overrides, clock and time), timetables,
 * papers, projects and redactions; of submissions, reviews and verifications those signed
 * by the office or of its items; its own confirmations and assignments. Not held:
 * digests, conflicts, what other offices reported and was said of it.
 *
 * A paper that is hidden on boards is held like any other: its number has to be known.
 * Rights are held shared, sessions nobody's (docs/decisions/0019). */
#ifndef DUBAN_BROKER_WORKER_SLICE_H
#define DUBAN_BROKER_WORKER_SLICE_H

#include "proto/arena.h"
#include "proto/words.h"

/* The arena is reset first. DUBAN_E_CORRUPT when the entry cannot be read. */
duban_status slice_holds(span entry, uint32_t office, arena *a, bool *holds);

#endif
