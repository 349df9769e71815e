/* How LMDB 0.9 (data version 1) lays out its file on 64-bit machines.
 * Knows: LMDB's structs. Must not know: what is stored. Private to storage/lmdb.
 *
 * A page is lmdb_page and what follows. Of a leaf or branch page follow the places of
 * its nodes (u16, from the page's beginning), free room from `lower` to `upper`, and the
 * nodes, without gaps, to the page's end, each of an even size. Of an overflow page
 * follows one value, over so many pages. */
#ifndef DUBAN_STORAGE_LMDB_LAYOUT_H
#define DUBAN_STORAGE_LMDB_LAYOUT_H

#include <stdint.h>

#define PAGE_BRANCH    0x01
#define PAGE_LEAF      0x02
#define PAGE_OVERFLOW  0x04
#define PAGE_META      0x08
#define NODE_BIG       0x01 /* the value is the number of its overflow page */
#define NODE_TREE      0x02 /* the value is a lmdb_tree */
#define TREE_INTEGER   0x08 /* keys are u64 */
#define TREE_FLAGS     0x7e /* that say how a tree is read; the others are of opening */
#define TREES          2    /* free pages, then the named databases */
#define NO_PAGE        UINT64_MAX
#define TREE_DEPTH_MAX 32 /* LMDB's own bound of a cursor's stack */

/* One tree's head, MDB_db. */
typedef struct lmdb_tree {
    uint32_t pad; /* of the first: the page size */
    uint16_t flags;
    uint16_t depth;
    uint64_t branch_pages;
    uint64_t leaf_pages;
    uint64_t overflow_pages;
    uint64_t entries;
    uint64_t root;
} lmdb_tree;

/* A page's head and MDB_meta behind it. */
typedef struct lmdb_meta {
    uint64_t number;
    uint16_t pad;
    uint16_t flags;
    uint32_t bounds;
    uint32_t magic;
    uint32_t version;
    uint64_t address;
    uint64_t map_bytes;
    lmdb_tree trees[TREES];
    uint64_t last_page;
    uint64_t transaction;
} lmdb_meta;

/* A page's head, MDB_page. Of an overflow page, lower and upper are one u32: how many
 * pages it takes. */
typedef struct lmdb_page {
    uint64_t number;
    uint16_t pad;
    uint16_t flags;
    uint16_t lower;
    uint16_t upper;
} lmdb_page;

/* A node's head, MDB_node; the key follows, then the value. Of a leaf, low and high are
 * the value's size; of a branch, with flags, the number of the page below. */
typedef struct lmdb_node {
    uint16_t low;
    uint16_t high;
    uint16_t flags;
    uint16_t key_bytes;
} lmdb_node;

_Static_assert(sizeof(lmdb_tree) == 48, "as LMDB lays it out");
_Static_assert(sizeof(lmdb_meta) == 152, "as LMDB lays it out");
_Static_assert(sizeof(lmdb_page) == 16, "as LMDB lays it out");
_Static_assert(sizeof(lmdb_node) == 8, "as LMDB lays it out");

#endif
