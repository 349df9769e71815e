/* The journal's own record: how much is stored and the right edge of its tree. It is
 * written anew in each commit, beside the entries it speaks of.
 * Knows: its bytes. Must not know: where they are kept.
 *
 *   0     u32  format version of the whole store, JOURNAL_FORMAT
 *   4     u64  size: entries 0..size-1 are stored
 *  12     u64  signed_size: size of the last signed head when this was committed
 *  20          the frontier's hashes, largest subtree first, one for each bit of size
 *  ...         SHA-256 of everything before
 *
 * Big-endian. To change anything in the store: docs/storage-format.md, "Changing the
 * format". */
#ifndef DUBAN_STORAGE_STATE_H
#define DUBAN_STORAGE_STATE_H

#include "proto/words.h"
#include "storage/tlog/tree.h"

#define JOURNAL_FORMAT 1
#define STATE_SIZE_MAX (4 + 8 + 8 + TLOG_LEVELS * HASH_SIZE + HASH_SIZE)

typedef struct journal_state {
    uint64_t signed_size;
    tlog_frontier frontier; /* its size is the journal's */
} journal_state;

/* The empty journal. */
void state_init(journal_state *state);
/* Returns the size of what it wrote. */
size_t state_write(const journal_state *state, uint8_t bytes[STATE_SIZE_MAX]);
/* VERSION: another format. CORRUPT: anything else wrong with it. */
duban_status state_read(span bytes, journal_state *out);

#endif
