/* LMDB's own two meta pages, which it believes unseen: a flipped bit there makes it read
 * an old tree, write over live pages or touch what lies beyond the file.
 * Knows: their layout in LMDB 0.9 (data version 1). Must not know: what is stored.
 * Private to storage/lmdb. */
#ifndef DUBAN_STORAGE_LMDB_META_H
#define DUBAN_STORAGE_LMDB_META_H

#include "proto/status.h"

#include <stdbool.h>

/* Checks each field against the others and the file's size. With a live writer (that is,
 * when we only read) the two pages may be from different moments, so how their numbers
 * follow each other is not checked then. NOT_FOUND: no file, or an empty one. CORRUPT,
 * VERSION, IO. */
duban_status lmdb_meta_check(const char *path, bool live);

#endif
