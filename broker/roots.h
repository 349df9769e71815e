/* Merkle roots the loop knows without asking the disk.
 * Knows: the frontier of everything staged, and a few roots it has told readers. Must not
 * know: readers, frames.
 *
 * The ledger runs ahead of the disk, so a frame made from it needs a root that no journal
 * reader can give yet: the loop carries a frontier of its own, one hash an entry. The
 * frontier also proves at start that what was folded is what the signed head says. */
#ifndef DUBAN_BROKER_ROOTS_H
#define DUBAN_BROKER_ROOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/journal.h"

/* Roots remembered: readers that keep up all stand at one of the last few. */
#define ROOTS_KEPT 64

typedef struct roots {
    tlog_frontier frontier;
    uint64_t index[ROOTS_KEPT];
    hash256 root[ROOTS_KEPT];
    uint32_t kept; /* ever remembered; slot = kept % ROOTS_KEPT */
} roots;

void roots_init(roots *r);
/* The next entry's bytes. Returns its leaf. */
hash256 roots_append(roots *r, span entry);
/* Entries appended. */
uint64_t roots_size(const roots *r);
/* The root over everything appended. */
hash256 roots_last(roots *r);

/* The root over entries 0..index: one that is remembered, the newest, or the journal's.
 * DUBAN_E_AHEAD when the disk does not have it yet, DUBAN_E_CORRUPT, DUBAN_E_IO. */
duban_status roots_at(roots *r, const journal *j, uint64_t index, hash256 *out);

#endif
