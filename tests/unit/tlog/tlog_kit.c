#include "tests/unit/tlog/tlog_kit.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

hash256 kit_leaf(uint64_t index) {
    char text[24];
    int size = snprintf(text, sizeof text, "%llu", (unsigned long long)index);
    return tlog_leaf_hash(text, (size_t)size);
}

static size_t split_of(size_t count) {
    size_t split = 1;
    while (split * 2 < count)
        split *= 2;
    return split;
}

hash256 kit_naive_root(const hash256 *leaves, size_t count) {
    if (count == 0) return tlog_empty_root();
    if (count == 1) return leaves[0];
    size_t k = split_of(count);
    hash256 left = kit_naive_root(leaves, k);
    hash256 right = kit_naive_root(leaves + k, count - k);
    return tlog_node_hash(&left, &right);
}

static void add(tlog_path *path, hash256 hash) {
    path->hashes[path->count++] = hash;
}

static void inclusion(const hash256 *leaves, size_t count, size_t index,
                      tlog_path *path) {
    if (count == 1) return;
    size_t k = split_of(count);
    if (index < k) {
        inclusion(leaves, k, index, path);
        add(path, kit_naive_root(leaves + k, count - k));
    } else {
        inclusion(leaves + k, count - k, index - k, path);
        add(path, kit_naive_root(leaves, k));
    }
}

void kit_naive_inclusion(const hash256 *leaves, size_t count, size_t index,
                         tlog_path *out) {
    out->count = 0;
    inclusion(leaves, count, index, out);
}

static void subproof(const hash256 *leaves, size_t count, size_t old_count, bool whole,
                     tlog_path *path) {
    if (old_count == count) {
        if (!whole) add(path, kit_naive_root(leaves, count));
        return;
    }
    size_t k = split_of(count);
    if (old_count <= k) {
        subproof(leaves, k, old_count, whole, path);
        add(path, kit_naive_root(leaves + k, count - k));
    } else {
        subproof(leaves + k, count - k, old_count - k, false, path);
        add(path, kit_naive_root(leaves, k));
    }
}

void kit_naive_consistency(const hash256 *leaves, size_t count, size_t old_count,
                           tlog_path *out) {
    out->count = 0;
    subproof(leaves, count, old_count, true, out);
}

void kit_tree_new(kit_tree *tree, uint64_t size) {
    memset(tree, 0, sizeof *tree);
    tree->size = size;
    tree->fail_after = -1;
    for (uint32_t level = 0; size >> level; level++) {
        uint64_t count = size >> level;
        tree->levels[level] = malloc(count * sizeof(hash256));
        assert(tree->levels[level]);
        for (uint64_t i = 0; i < count; i++)
            tree->levels[level][i] =
                level == 0 ? kit_leaf(i)
                           : tlog_node_hash(&tree->levels[level - 1][2 * i],
                                            &tree->levels[level - 1][2 * i + 1]);
    }
}

void kit_tree_free(kit_tree *tree) {
    for (uint32_t level = 0; level < TLOG_LEVELS; level++)
        free(tree->levels[level]);
}

static bool fails_now(kit_tree *tree) {
    if (tree->fail_after < 0) return false;
    if (tree->fail_after == 0) return true;
    tree->fail_after--;
    return false;
}

static duban_status read_hash(void *ctx, uint32_t level, uint64_t index, hash256 *out) {
    kit_tree *tree = ctx;
    if (fails_now(tree)) return DUBAN_E_IO;
    if (level >= TLOG_LEVELS || index >= tree->size >> level) return DUBAN_E_AHEAD;
    *out = tree->levels[level][index];
    return DUBAN_OK;
}

tlog_hash_reader kit_tree_reader(kit_tree *tree) {
    return (tlog_hash_reader){read_hash, tree};
}

static duban_status fetch_tile(void *ctx, uint32_t level, uint64_t number, uint32_t width,
                               hash256 *out) {
    kit_tree *tree = ctx;
    if (fails_now(tree)) return DUBAN_E_IO;
    uint32_t height = level * TILE_HEIGHT;
    if ((tree->size >> height) < number * TILE_WIDTH + width) return DUBAN_E_AHEAD;
    tree->fetches++;
    memcpy(out, &tree->levels[height][number * TILE_WIDTH], width * sizeof *out);
    return DUBAN_OK;
}

tile_source kit_tree_source(kit_tree *tree) {
    return (tile_source){fetch_tile, tree};
}

uint64_t kit_random(uint64_t *seed) {
    uint64_t x = *seed += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

void kit_flip(void *bytes, size_t bit) {
    ((uint8_t *)bytes)[bit / 8] ^= (uint8_t)(1u << (bit % 8));
}
