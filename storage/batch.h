/* Entries and bodies staged for one commit, copied one behind the other into one buffer.
 * Knows: how they lie in memory. Must not know: threads, engines.
 * Used by one thread at a time; whoever shares a batch locks it. */
#ifndef DUBAN_STORAGE_BATCH_H
#define DUBAN_STORAGE_BATCH_H

#include "proto/arena.h"
#include "storage/journal.h"

typedef struct batch {
    buffer bytes;
    uint64_t entries;
    uint64_t bodies;
} batch;

/* Where a walk over a batch stands; starts as all zero. */
typedef struct batch_walk {
    size_t at;
    uint32_t bodies_left;
} batch_walk;

void batch_init(batch *b);
void batch_close(batch *b);
/* Forgets the content; memory beyond a megabyte is given back. */
void batch_clear(batch *b);

/* Bytes that batch_add will take. */
size_t batch_bytes_of(span entry, const journal_body *bodies, size_t bodies_n);
/* NO_MEMORY; the batch is as it was then. */
duban_status batch_add(batch *b, span entry, const journal_body *bodies, size_t bodies_n);

/* The next entry, borrowed from the batch; false at the end. The bodies of the entry
 * before must have been visited. */
bool batch_next_entry(const batch *b, batch_walk *walk, span *entry);
/* The next body of that entry; false when it has no more. */
bool batch_next_body(const batch *b, batch_walk *walk, journal_body *body);

/* Moves everything from `at` on to the end of an empty batch, with the counts that lie
 * there. NO_MEMORY; nothing is moved then. */
duban_status batch_split(batch *b, size_t at, uint64_t entries, uint64_t bodies,
                         batch *rest);

#endif
