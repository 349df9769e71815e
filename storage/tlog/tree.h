/* The Merkle tree of RFC 6962 section 2.1 and RFC 9162 section 2.1 over SHA-256: hashes,
 * roots, inclusion and consistency proofs.
 * Knows: hashes and where they stand. Must not know: where they are stored (a reader
 * fetches them), what an entry means, tiles, files, time.
 *
 * A stored hash has a place (level, index): it is the root of the complete subtree over
 * the leaves index·2^level to (index + 1)·2^level − 1. Level 0 holds the leaf hashes.
 * Once all its leaves exist such a hash never changes, so any reader that holds the tree
 * of a size serves every smaller size as well.
 *
 * Pure: no allocation, no globals. All pointers are borrowed for the call. */
#ifndef DUBAN_STORAGE_TLOG_TREE_H
#define DUBAN_STORAGE_TLOG_TREE_H

#include <stdint.h>

#include "proto/hash.h"
#include "proto/status.h"

/* Sizes and indexes stay below 2^63, so no sum of two overflows. */
#define TLOG_SIZE_MAX ((uint64_t)INT64_MAX)
/* Levels of complete subtrees in a tree of TLOG_SIZE_MAX leaves. */
#define TLOG_LEVELS 63
/* Hashes of the longest proof: one for each level and, for consistency, one more. */
#define TLOG_PATH_MAX 64

/* SHA-256(0x00 ‖ entry). */
hash256 tlog_leaf_hash(const void *entry, size_t size);
/* SHA-256(0x01 ‖ left ‖ right). */
hash256 tlog_node_hash(const hash256 *left, const hash256 *right);
/* The root of the tree without leaves: SHA-256 of nothing. */
hash256 tlog_empty_root(void);

/* --- the frontier ----------------------------------------------------------------- */

/* The right edge of a tree: hashes[level] is the root of the complete subtree of 2^level
 * leaves for each bit `level` set in size; the other places mean nothing. */
typedef struct tlog_frontier {
    uint64_t size;
    hash256 hashes[TLOG_LEVELS];
} tlog_frontier;

void tlog_frontier_init(tlog_frontier *frontier);
/* Appends one leaf hash; the size must be below TLOG_SIZE_MAX. */
void tlog_frontier_append(tlog_frontier *frontier, const hash256 *leaf);
hash256 tlog_frontier_root(const tlog_frontier *frontier);
/* The hashes that count, largest subtree (leftmost) first, as they are stored on disk.
 * Returns how many: the number of bits set in the size. */
uint32_t tlog_frontier_pack(const tlog_frontier *frontier, hash256 hashes[TLOG_LEVELS]);
/* The reverse. CORRUPT when count does not belong to size, or size is too large. */
duban_status tlog_frontier_unpack(uint64_t size, const hash256 *hashes, uint32_t count,
                                  tlog_frontier *out);

/* --- roots and proofs through a reader -------------------------------------------- */

/* Fetches the stored hash at (level, index). Any failure status it returns is passed on
 * by the function that called it. */
typedef struct tlog_hash_reader {
    duban_status (*read)(void *ctx, uint32_t level, uint64_t index, hash256 *out);
    void *ctx;
} tlog_hash_reader;

/* Hashes of a proof, in the order of the RFC: for inclusion from the leaf's sibling
 * upwards. */
typedef struct tlog_path {
    uint32_t count;
    hash256 hashes[TLOG_PATH_MAX];
} tlog_path;

/* The root over the first size leaves. AHEAD: size is above TLOG_SIZE_MAX. */
duban_status tlog_root_at(const tlog_hash_reader *reader, uint64_t size, hash256 *out);
/* The frontier at that size. AHEAD likewise. */
duban_status tlog_frontier_at(const tlog_hash_reader *reader, uint64_t size,
                              tlog_frontier *out);
/* The proof that the leaf at index is in the tree of that size (RFC 6962 section 2.1.1).
 * AHEAD: index is not below size, or size is too large. */
duban_status tlog_prove_inclusion(const tlog_hash_reader *reader, uint64_t index,
                                  uint64_t size, tlog_path *out);
/* The proof that the tree of old_size is the beginning of that of new_size (RFC 6962
 * section 2.1.2); empty when they are equal. AHEAD: old_size is above new_size, or
 * new_size is too large. NOT_FOUND: old_size is 0, from which nothing can be proved. */
duban_status tlog_prove_consistency(const tlog_hash_reader *reader, uint64_t old_size,
                                    uint64_t new_size, tlog_path *out);

/* --- verification ----------------------------------------------------------------- */

/* DUBAN_OK when the path proves it, PROOF otherwise; any values may be passed (RFC 9162
 * section 2.1.3.2). */
duban_status tlog_verify_inclusion(const hash256 *leaf, uint64_t index, uint64_t size,
                                   const hash256 *path, size_t path_count,
                                   const hash256 *root);
/* The same (RFC 9162 section 2.1.4.2). An old size of 0 proves nothing and is refused. */
duban_status tlog_verify_consistency(uint64_t old_size, uint64_t new_size,
                                     const hash256 *path, size_t path_count,
                                     const hash256 *old_root, const hash256 *new_root);

/* The same for a subtree, the leaves start to end - 1, where start is a multiple of the
 * smallest power of two that is not below their number (draft-ietf-plants-merkle-tree-
 * certs, section 4). The tree of a size is the subtree from 0 on, so the two above are
 * the cases that Duban's own proofs need. PROOF also when there is no such subtree. */
duban_status tlog_verify_subtree_inclusion(const hash256 *leaf, uint64_t index,
                                           uint64_t start, uint64_t end,
                                           const hash256 *path, size_t path_count,
                                           const hash256 *subtree_root);
/* That the subtree is part of the tree of that size. An empty one is part of any. */
duban_status tlog_verify_subtree(uint64_t start, uint64_t end, uint64_t size,
                                 const hash256 *path, size_t path_count,
                                 const hash256 *subtree_root, const hash256 *root);

#endif
