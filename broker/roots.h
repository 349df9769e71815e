/* What the loop knows of the Merkle tree without asking the disk: roots and proofs.
 * Knows: the right edge of the tree over everything staged, and a few roots it has told
 * readers. Must not know: readers, frames, receipts.
 *
 * The ledger runs ahead of the disk, so a frame made from it needs a root that no journal
 * reader can give yet, and a receipt needs its path at the moment when its entry becomes
 * durable: the loop carries the tree's edge, one node hash an entry. The edge also proves
 * at start that what was folded is what the signed head says. */
#ifndef DUBAN_BROKER_ROOTS_H
#define DUBAN_BROKER_ROOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/journal.h"
#include "storage/tlog/writer.h"

/* Roots remembered: readers that keep up all stand at one of the last few. */
#define ROOTS_KEPT 64

/* 260 KiB, of which a journal below 65,536 entries touches 64. */
typedef struct roots {
    tlog_writer edge;
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

/* The proof that the entry at index is in the tree of that size: from the edge alone when
 * both are of late, with the journal's help for what lies further back. DUBAN_E_AHEAD
 * when there is no such tree or entry; the journal's failures. */
duban_status roots_prove(const roots *r, const journal *j, uint64_t index, uint64_t size,
                         tlog_path *out);

#endif
