/* The pages of LMDB's trees, which it believes unseen: a flipped bit there makes it read
 * beyond a page, end the process, or write over live pages one day.
 * Knows: their layout (layout.h) and the shape of our databases. Must not know: entries.
 * Private to storage/lmdb. */
#ifndef DUBAN_STORAGE_LMDB_PAGES_H
#define DUBAN_STORAGE_LMDB_PAGES_H

#include "proto/status.h"

#include <stdint.h>

/* Walks every tree of that transaction's snapshot, before LMDB does: each page is where
 * it says, is used once, in a tree or free, and its nodes fill it without gaps; keys have
 * their size and order; the counts of each tree are what was counted. Reads the file
 * through a map of its own, so the caller holds a read transaction that keeps these pages
 * from being used again. AHEAD: the meta page is already of a later transaction; CORRUPT
 * with the page in *bad; NO_MEMORY, IO. */
duban_status lmdb_pages_check(int fd, uint32_t page_bytes, uint64_t transaction,
                              uint64_t *bad);

#endif
