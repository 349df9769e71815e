#include "storage/tlog/tree.h"

#include <assert.h>
#include <string.h>

/* One byte of domain separation and two hashes: what a node's hash is taken over. */
#define NODE_INPUT_SIZE (1 + 2 * HASH_SIZE)

hash256 tlog_leaf_hash(const void *entry, size_t size) {
    static const uint8_t leaf_prefix = 0x00;
    return hash_of_two(&leaf_prefix, 1, entry, size);
}

hash256 tlog_node_hash(const hash256 *left, const hash256 *right) {
    uint8_t input[NODE_INPUT_SIZE];
    input[0] = 0x01;
    memcpy(input + 1, left->bytes, HASH_SIZE);
    memcpy(input + 1 + HASH_SIZE, right->bytes, HASH_SIZE);
    return hash_of(input, sizeof input);
}

hash256 tlog_empty_root(void) {
    return hash_of(NULL, 0);
}

static bool bit_of(uint64_t number, uint32_t bit) {
    return number >> bit & 1;
}

void tlog_frontier_init(tlog_frontier *frontier) {
    memset(frontier, 0, sizeof *frontier);
}

void tlog_frontier_append(tlog_frontier *frontier, const hash256 *leaf) {
    assert(frontier->size < TLOG_SIZE_MAX);
    hash256 carry = *leaf;
    uint32_t level = 0;
    for (; bit_of(frontier->size, level); level++)
        carry = tlog_node_hash(&frontier->hashes[level], &carry);
    frontier->hashes[level] = carry;
    frontier->size++;
}

hash256 tlog_frontier_root(const tlog_frontier *frontier) {
    hash256 root = tlog_empty_root();
    bool first = true;
    for (uint32_t level = 0; level < TLOG_LEVELS; level++) {
        if (!bit_of(frontier->size, level)) continue;
        const hash256 *left = &frontier->hashes[level];
        root = first ? *left : tlog_node_hash(left, &root);
        first = false;
    }
    return root;
}

uint32_t tlog_frontier_pack(const tlog_frontier *frontier, hash256 hashes[TLOG_LEVELS]) {
    uint32_t count = 0;
    for (uint32_t level = TLOG_LEVELS; level-- > 0;)
        if (bit_of(frontier->size, level)) hashes[count++] = frontier->hashes[level];
    return count;
}

duban_status tlog_frontier_unpack(uint64_t size, const hash256 *hashes, uint32_t count,
                                  tlog_frontier *out) {
    uint32_t wanted = 0;
    if (size > TLOG_SIZE_MAX) return DUBAN_E_CORRUPT;
    for (uint32_t level = 0; level < TLOG_LEVELS; level++)
        wanted += bit_of(size, level);
    if (count != wanted) return DUBAN_E_CORRUPT;

    tlog_frontier_init(out);
    out->size = size;
    for (uint32_t level = TLOG_LEVELS; level-- > 0;)
        if (bit_of(size, level)) out->hashes[level] = *hashes++;
    return DUBAN_OK;
}

/* --- through a reader ------------------------------------------------------------- */

/* The hash of the leaves begin to end − 1, of which there are some. begin is a multiple
 * of every power of two that fits into the range, as in all ranges the RFC's recursion
 * makes: so the range falls into complete subtrees, one for each bit of its length. */
static duban_status range_hash(const tlog_hash_reader *reader, uint64_t begin,
                               uint64_t end, hash256 *out) {
    uint64_t length = end - begin;
    hash256 hash, left;
    bool first = true;
    assert(length > 0);
    for (uint32_t level = 0; level < TLOG_LEVELS; level++) {
        if (!bit_of(length, level)) continue;
        end -= (uint64_t)1 << level;
        duban_status status = reader->read(reader->ctx, level, end >> level, &left);
        if (status) return status;
        hash = first ? left : tlog_node_hash(&left, &hash);
        first = false;
    }
    *out = hash;
    return DUBAN_OK;
}

duban_status tlog_root_at(const tlog_hash_reader *reader, uint64_t size, hash256 *out) {
    if (size > TLOG_SIZE_MAX) return DUBAN_E_AHEAD;
    if (size > 0) return range_hash(reader, 0, size, out);
    *out = tlog_empty_root();
    return DUBAN_OK;
}

duban_status tlog_frontier_at(const tlog_hash_reader *reader, uint64_t size,
                              tlog_frontier *out) {
    tlog_frontier frontier;
    if (size > TLOG_SIZE_MAX) return DUBAN_E_AHEAD;
    tlog_frontier_init(&frontier);
    frontier.size = size;
    for (uint32_t level = 0; level < TLOG_LEVELS; level++) {
        if (!bit_of(size, level)) continue;
        /* Left of this subtree stand those of the higher bits. */
        uint64_t index = (size >> level) - 1;
        duban_status status =
            reader->read(reader->ctx, level, index, &frontier.hashes[level]);
        if (status) return status;
    }
    *out = frontier;
    return DUBAN_OK;
}

/* The largest power of two below length, which is at least 2: where the RFC splits. */
static uint64_t split_of(uint64_t length) {
    uint64_t split = 1;
    while (split << 1 < length)
        split <<= 1;
    return split;
}

static void reverse(tlog_path *path) {
    for (uint32_t i = 0; i < path->count / 2; i++) {
        hash256 other = path->hashes[path->count - 1 - i];
        path->hashes[path->count - 1 - i] = path->hashes[i];
        path->hashes[i] = other;
    }
}

/* Reads the hash of a range as the path's next one. */
static duban_status add_range(const tlog_hash_reader *reader, uint64_t begin,
                              uint64_t end, tlog_path *path) {
    assert(path->count < TLOG_PATH_MAX);
    duban_status status = range_hash(reader, begin, end, &path->hashes[path->count]);
    if (!status) path->count++;
    return status;
}

duban_status tlog_prove_inclusion(const tlog_hash_reader *reader, uint64_t index,
                                  uint64_t size, tlog_path *out) {
    uint64_t begin = 0, end = size;
    tlog_path path;
    path.count = 0;
    if (size > TLOG_SIZE_MAX || index >= size) return DUBAN_E_AHEAD;
    while (end - begin > 1) {
        uint64_t middle = begin + split_of(end - begin);
        bool goes_left = index < middle;
        duban_status status = goes_left ? add_range(reader, middle, end, &path)
                                        : add_range(reader, begin, middle, &path);
        if (status) return status;
        if (goes_left)
            end = middle;
        else
            begin = middle;
    }
    reverse(&path);
    *out = path;
    return DUBAN_OK;
}

duban_status tlog_prove_consistency(const tlog_hash_reader *reader, uint64_t old_size,
                                    uint64_t new_size, tlog_path *out) {
    uint64_t begin = 0, end = new_size;
    tlog_path path;
    path.count = 0;
    if (new_size > TLOG_SIZE_MAX || old_size > new_size) return DUBAN_E_AHEAD;
    if (old_size == 0) return DUBAN_E_NOT_FOUND;
    while (end != old_size) {
        uint64_t middle = begin + split_of(end - begin);
        bool goes_left = old_size <= middle;
        duban_status status = goes_left ? add_range(reader, middle, end, &path)
                                        : add_range(reader, begin, middle, &path);
        if (status) return status;
        if (goes_left)
            end = middle;
        else
            begin = middle;
    }
    /* When the descent never went right, that last subtree is the old root itself, which
     * the verifier has. */
    if (begin > 0) {
        duban_status status = add_range(reader, begin, end, &path);
        if (status) return status;
    }
    reverse(&path);
    *out = path;
    return DUBAN_OK;
}

/* --- verification ----------------------------------------------------------------- */

duban_status tlog_verify_inclusion(const hash256 *leaf, uint64_t index, uint64_t size,
                                   const hash256 *path, size_t path_count,
                                   const hash256 *root) {
    if (size > TLOG_SIZE_MAX || index >= size) return DUBAN_E_PROOF;
    uint64_t node = index, last = size - 1;
    hash256 hash = *leaf;
    for (size_t i = 0; i < path_count; i++) {
        if (last == 0) return DUBAN_E_PROOF;
        if (node & 1 || node == last) {
            hash = tlog_node_hash(&path[i], &hash);
            /* A last node without a right sibling moves up unhashed. */
            while (!(node & 1) && node != 0) {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = tlog_node_hash(&hash, &path[i]);
        }
        node >>= 1;
        last >>= 1;
    }
    return last == 0 && hash_equal(&hash, root) ? DUBAN_OK : DUBAN_E_PROOF;
}

/* Whether start to end - 1 is a subtree of a tree of that size, or empty. */
static bool is_subtree(uint64_t start, uint64_t end, uint64_t size) {
    uint64_t width = 1;
    if (size > TLOG_SIZE_MAX || start > end || end > size) return false;
    while (width < end - start)
        width <<= 1;
    return (start & (width - 1)) == 0;
}

duban_status tlog_verify_subtree_inclusion(const hash256 *leaf, uint64_t index,
                                           uint64_t start, uint64_t end,
                                           const hash256 *path, size_t path_count,
                                           const hash256 *subtree_root) {
    if (!is_subtree(start, end, end) || index < start) return DUBAN_E_PROOF;
    return tlog_verify_inclusion(leaf, index - start, end - start, path, path_count,
                                 subtree_root);
}

/* Places at one level: the subtree's first and last node, and the tree's last. */
typedef struct climb {
    uint64_t first;
    uint64_t last;
    uint64_t tree_last;
} climb;

static void climb_up(climb *at) {
    at->first >>= 1;
    at->last >>= 1;
    at->tree_last >>= 1;
}

/* Both roots are computed along the same path: from `from`, the last complete subtree
 * within the subtree, upwards. */
static duban_status verify_climb(climb at, const hash256 *from, const hash256 *path,
                                 size_t path_count, const hash256 *subtree_root,
                                 const hash256 *root) {
    hash256 subtree = *from, tree = *from;
    for (size_t i = 0; i < path_count; i++) {
        if (at.tree_last == 0) return DUBAN_E_PROOF;
        if (at.last & 1 || at.last == at.tree_last) {
            if (at.first < at.last) subtree = tlog_node_hash(&path[i], &subtree);
            tree = tlog_node_hash(&path[i], &tree);
            /* A last node without a right sibling moves up unhashed. */
            while (!(at.last & 1))
                climb_up(&at);
        } else {
            tree = tlog_node_hash(&tree, &path[i]);
        }
        climb_up(&at);
    }
    bool holds = at.tree_last == 0 && hash_equal(&subtree, subtree_root) &&
                 hash_equal(&tree, root);
    return holds ? DUBAN_OK : DUBAN_E_PROOF;
}

duban_status tlog_verify_subtree(uint64_t start, uint64_t end, uint64_t size,
                                 const hash256 *path, size_t path_count,
                                 const hash256 *subtree_root, const hash256 *root) {
    if (!is_subtree(start, end, size)) return DUBAN_E_PROOF;
    if (start == end) {
        hash256 empty = tlog_empty_root();
        return path_count == 0 && hash_equal(subtree_root, &empty) ? DUBAN_OK
                                                                   : DUBAN_E_PROOF;
    }
    climb at = {start, end - 1, size - 1};
    while (at.first != at.last && (at.last == at.tree_last || at.last & 1))
        climb_up(&at);
    /* A subtree that is complete, or reaches the tree's end, is one node there: its root
     * starts the climb and is not in the path. */
    bool one_node = at.first == at.last;
    if (!one_node && path_count == 0) return DUBAN_E_PROOF;
    const hash256 *from = one_node ? subtree_root : &path[0];
    size_t skip = one_node ? 0 : 1;
    return verify_climb(at, from, path + skip, path_count - skip, subtree_root, root);
}

duban_status tlog_verify_consistency(uint64_t old_size, uint64_t new_size,
                                     const hash256 *path, size_t path_count,
                                     const hash256 *old_root, const hash256 *new_root) {
    if (old_size == 0) return DUBAN_E_PROOF;
    return tlog_verify_subtree(0, old_size, new_size, path, path_count, old_root,
                               new_root);
}
