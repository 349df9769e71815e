/* What the tests of storage/tlog share: a naive tree by the letter of RFC 6962, a tree
 * whose hashes all lie in memory, and random numbers from a seed. */
#ifndef DUBAN_TESTS_TLOG_KIT_H
#define DUBAN_TESTS_TLOG_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/tlog/tile.h"
#include "storage/tlog/tree.h"

/* The leaf hash of the entry that is the decimal text of index. */
hash256 kit_leaf(uint64_t index);

/* MTH, PATH and PROOF of RFC 6962 section 2.1, recursive as printed there. */
hash256 kit_naive_root(const hash256 *leaves, size_t count);
void kit_naive_inclusion(const hash256 *leaves, size_t count, size_t index,
                         tlog_path *out);
void kit_naive_consistency(const hash256 *leaves, size_t count, size_t old_count,
                           tlog_path *out);

/* Every complete subtree's hash of a tree of kit_leaf leaves. */
typedef struct kit_tree {
    uint64_t size;
    hash256 *levels[TLOG_LEVELS]; /* level l has size >> l hashes */
    uint64_t fetches;             /* tiles asked for */
    int64_t fail_after;           /* fetches and reads that succeed still; −1: all */
} kit_tree;

void kit_tree_new(kit_tree *tree, uint64_t size);
void kit_tree_free(kit_tree *tree);
/* AHEAD beyond the size, IO when fail_after has run out. */
tlog_hash_reader kit_tree_reader(kit_tree *tree);
tile_source kit_tree_source(kit_tree *tree);

/* The next number of a sequence that the seed fixes (splitmix64). */
uint64_t kit_random(uint64_t *seed);
/* Flips one bit. */
void kit_flip(void *bytes, size_t bit);

#endif
