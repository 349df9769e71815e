/* Roots and proofs against known answers and against the RFC's own recursion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/tlog/tlog_kit.h"

#define SIZE_TESTED UINT64_C(600)

static kit_tree tree;

static int grow_tree(void **state) {
    (void)state;
    kit_tree_new(&tree, SIZE_TESTED);
    return 0;
}

static int fell_tree(void **state) {
    (void)state;
    kit_tree_free(&tree);
    return 0;
}

/* The eight leaves that implementations of RFC 6962 have long shared. */
static const struct {
    const char *bytes;
    size_t size;
    const char *root; /* of the tree up to and with this leaf */
} known[] = {
    {"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"\x40\x41\x42\x43", 4,
     "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"\x50\x51\x52\x53\x54\x55\x56\x57", 8,
     "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
     "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

static void expect_root(const tlog_frontier *frontier, const char *hex) {
    char text[HASH_TEXT_SIZE];
    hash256 root = tlog_frontier_root(frontier);
    hash_print(&root, text);
    assert_string_equal(text, hex);
}

static void the_shared_eight_leaves_have_the_known_roots(void **state) {
    (void)state;
    tlog_frontier frontier;
    tlog_frontier_init(&frontier);
    expect_root(&frontier,
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (size_t i = 0; i < 8; i++) {
        hash256 leaf = tlog_leaf_hash(known[i].bytes, known[i].size);
        tlog_frontier_append(&frontier, &leaf);
        assert_int_equal(frontier.size, i + 1);
        expect_root(&frontier, known[i].root);
    }
}

/* Their proofs, as every implementation of RFC 6962 gives them. */
#define NODE_0  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
#define NODE_1  "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
#define NODE_2  "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7"
#define NODE_01 "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
#define NODE_23 "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define NODE_03 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
#define NODE_4  "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
#define NODE_45 "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
#define NODE_67 "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
#define NODE_47 "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
#define NODE_6  "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"

static const struct {
    uint64_t from; /* index, or old size */
    uint64_t size;
    bool consistency;
    const char *hashes[4];
} known_proofs[] = {
    {0, 1, false, {NULL}},
    {0, 8, false, {NODE_1, NODE_23, NODE_47}},
    {5, 8, false, {NODE_4, NODE_67, NODE_03}},
    {2, 3, false, {NODE_01}},
    {1, 5, false, {NODE_0, NODE_23, NODE_4}},
    {6, 7, false, {NODE_45, NODE_03}},
    {1, 1, true, {NULL}},
    {1, 8, true, {NODE_1, NODE_23, NODE_47}},
    {6, 8, true, {NODE_45, NODE_67, NODE_03}},
    {2, 5, true, {NODE_23, NODE_4}},
    {7, 8, true, {NODE_6, NULL}}, /* and three more, checked by their number below */
};

static duban_status read_known(void *ctx, uint32_t level, uint64_t index, hash256 *out) {
    (void)ctx;
    hash256 leaves[8];
    size_t width = (size_t)1 << level;
    for (size_t i = 0; i < width; i++) {
        size_t at = (size_t)index * width + i;
        leaves[i] = tlog_leaf_hash(known[at].bytes, known[at].size);
    }
    *out = kit_naive_root(leaves, width);
    return DUBAN_OK;
}

static void the_shared_eight_leaves_have_the_known_proofs(void **state) {
    (void)state;
    tlog_hash_reader reader = {read_known, NULL};
    for (size_t i = 0; i < sizeof known_proofs / sizeof known_proofs[0]; i++) {
        tlog_path path;
        uint64_t from = known_proofs[i].from, size = known_proofs[i].size;
        duban_status status = known_proofs[i].consistency
                                  ? tlog_prove_consistency(&reader, from, size, &path)
                                  : tlog_prove_inclusion(&reader, from, size, &path);
        assert_int_equal(status, DUBAN_OK);
        uint32_t count = 0;
        for (; count < 4 && known_proofs[i].hashes[count]; count++) {
            char text[HASH_TEXT_SIZE];
            assert_true(count < path.count);
            hash_print(&path.hashes[count], text);
            assert_string_equal(text, known_proofs[i].hashes[count]);
        }
        assert_int_equal(path.count, from == 7 ? 4 : count);
    }
}

/* --- how much is read --------------------------------------------------------------- */

typedef struct counter {
    tlog_hash_reader reader;
    uint64_t reads;
} counter;

static duban_status count_read(void *ctx, uint32_t level, uint64_t index, hash256 *out) {
    counter *c = ctx;
    c->reads++;
    return c->reader.read(c->reader.ctx, level, index, out);
}

/* Each hash read is hashed with at most one other, so this bounds the hashing as well. */
static void a_proof_reads_at_most_two_hashes_a_level(void **state) {
    (void)state;
    counter c = {.reader = kit_tree_reader(&tree)};
    tlog_hash_reader reader = {count_read, &c};
    tlog_path path;
    for (uint64_t size = 1; size <= SIZE_TESTED; size++) {
        uint64_t levels = 1;
        while (size >> levels)
            levels++;
        for (uint64_t index = 0; index < size; index++) {
            c.reads = 0;
            assert_int_equal(tlog_prove_inclusion(&reader, index, size, &path), DUBAN_OK);
            assert_true(c.reads <= 2 * levels);
            c.reads = 0;
            assert_int_equal(tlog_prove_consistency(&reader, index + 1, size, &path),
                             DUBAN_OK);
            assert_true(c.reads <= 2 * levels);
        }
    }
}

static void frontier_reader_and_recursion_agree_on_every_root(void **state) {
    (void)state;
    tlog_hash_reader reader = kit_tree_reader(&tree);
    tlog_frontier frontier, read_back;
    tlog_frontier_init(&frontier);
    for (uint64_t size = 0; size <= SIZE_TESTED; size++) {
        hash256 naive = kit_naive_root(tree.levels[0], size);
        hash256 grown = tlog_frontier_root(&frontier), read, again;
        assert_int_equal(tlog_root_at(&reader, size, &read), DUBAN_OK);
        assert_int_equal(tlog_frontier_at(&reader, size, &read_back), DUBAN_OK);
        again = tlog_frontier_root(&read_back);
        assert_true(hash_equal(&naive, &grown));
        assert_true(hash_equal(&naive, &read));
        assert_true(hash_equal(&naive, &again));
        if (size < SIZE_TESTED) tlog_frontier_append(&frontier, &tree.levels[0][size]);
    }
}

static void a_packed_frontier_unpacks_and_a_wrong_count_is_corrupt(void **state) {
    (void)state;
    tlog_hash_reader reader = kit_tree_reader(&tree);
    for (uint64_t size = 0; size <= SIZE_TESTED; size++) {
        tlog_frontier frontier, back;
        hash256 packed[TLOG_LEVELS];
        assert_int_equal(tlog_frontier_at(&reader, size, &frontier), DUBAN_OK);
        uint32_t count = tlog_frontier_pack(&frontier, packed);
        assert_int_equal(tlog_frontier_unpack(size, packed, count, &back), DUBAN_OK);
        assert_int_equal(back.size, size);
        hash256 root = tlog_frontier_root(&frontier), again = tlog_frontier_root(&back);
        assert_true(hash_equal(&root, &again));
        assert_int_equal(tlog_frontier_unpack(size, packed, count + 1, &back),
                         DUBAN_E_CORRUPT);
        if (count)
            assert_int_equal(tlog_frontier_unpack(size, packed, count - 1, &back),
                             DUBAN_E_CORRUPT);
    }
    tlog_frontier back;
    hash256 hashes[TLOG_LEVELS] = {{{0}}};
    assert_int_equal(tlog_frontier_unpack(TLOG_SIZE_MAX + 1, hashes, 1, &back),
                     DUBAN_E_CORRUPT);
}

static void expect_same_path(const tlog_path *a, const tlog_path *b) {
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->hashes, b->hashes, a->count * sizeof(hash256));
}

static void proofs_are_those_of_the_rfcs_recursion(void **state) {
    (void)state;
    tlog_hash_reader reader = kit_tree_reader(&tree);
    for (uint64_t size = 1; size <= 130; size++)
        for (uint64_t index = 0; index < size; index++) {
            tlog_path made, naive;
            assert_int_equal(tlog_prove_inclusion(&reader, index, size, &made), DUBAN_OK);
            kit_naive_inclusion(tree.levels[0], size, index, &naive);
            expect_same_path(&made, &naive);
            assert_int_equal(tlog_prove_consistency(&reader, index + 1, size, &made),
                             DUBAN_OK);
            kit_naive_consistency(tree.levels[0], size, index + 1, &naive);
            expect_same_path(&made, &naive);
        }
}

typedef struct inclusion_case {
    hash256 leaf, root;
    uint64_t index, size;
    tlog_path path;
} inclusion_case;

static duban_status verify_inclusion(const inclusion_case *c) {
    return tlog_verify_inclusion(&c->leaf, c->index, c->size, c->path.hashes,
                                 c->path.count, &c->root);
}

static void refuse_flipped_inclusion(inclusion_case *c, void *bytes, size_t bit) {
    kit_flip(bytes, bit);
    assert_int_equal(verify_inclusion(c), DUBAN_E_PROOF);
    kit_flip(bytes, bit);
}

static inclusion_case make_inclusion(uint64_t index, uint64_t size) {
    tlog_hash_reader reader = kit_tree_reader(&tree);
    inclusion_case c = {.leaf = tree.levels[0][index], .index = index, .size = size};
    assert_int_equal(tlog_root_at(&reader, size, &c.root), DUBAN_OK);
    assert_int_equal(tlog_prove_inclusion(&reader, index, size, &c.path), DUBAN_OK);
    return c;
}

static void
every_inclusion_proof_verifies_and_one_flipped_bit_of_each_hash_does_not(void **state) {
    (void)state;
    uint64_t seed = 1;
    for (uint64_t size = 1; size <= SIZE_TESTED; size++)
        for (uint64_t index = 0; index < size; index++) {
            inclusion_case c = make_inclusion(index, size);
            assert_int_equal(verify_inclusion(&c), DUBAN_OK);
            if (index % 16 != size % 16) continue;
            for (uint32_t i = 0; i < c.path.count; i++)
                refuse_flipped_inclusion(&c, &c.path.hashes[i], kit_random(&seed) % 256);
            refuse_flipped_inclusion(&c, &c.leaf, kit_random(&seed) % 256);
            refuse_flipped_inclusion(&c, &c.root, kit_random(&seed) % 256);
        }
}

static void every_single_bit_of_an_inclusion_proof_counts(void **state) {
    (void)state;
    for (uint64_t size = 1; size <= 17; size++)
        for (uint64_t index = 0; index < size; index++) {
            inclusion_case c = make_inclusion(index, size);
            for (size_t bit = 0; bit < 256; bit++) {
                for (uint32_t i = 0; i < c.path.count; i++)
                    refuse_flipped_inclusion(&c, &c.path.hashes[i], bit);
                refuse_flipped_inclusion(&c, &c.leaf, bit);
                refuse_flipped_inclusion(&c, &c.root, bit);
            }
            for (size_t bit = 0; bit < 64; bit++)
                refuse_flipped_inclusion(&c, &c.index, bit);
        }
}

static void inclusion_proofs_of_the_wrong_length_are_refused(void **state) {
    (void)state;
    for (uint64_t size = 1; size <= 70; size++)
        for (uint64_t index = 0; index < size; index++) {
            inclusion_case c = make_inclusion(index, size);
            c.path.hashes[c.path.count] = c.root;
            c.path.count++;
            assert_int_equal(verify_inclusion(&c), DUBAN_E_PROOF);
            c.path.count--;
            if (c.path.count == 0) continue;
            c.path.count--;
            assert_int_equal(verify_inclusion(&c), DUBAN_E_PROOF);
        }
    inclusion_case c = make_inclusion(0, 1);
    c.size = 0;
    assert_int_equal(verify_inclusion(&c), DUBAN_E_PROOF);
    c.size = UINT64_MAX;
    assert_int_equal(verify_inclusion(&c), DUBAN_E_PROOF);
}

typedef struct consistency_case {
    hash256 old_root, new_root;
    uint64_t old_size, new_size;
    tlog_path path;
} consistency_case;

static duban_status verify_consistency(const consistency_case *c) {
    return tlog_verify_consistency(c->old_size, c->new_size, c->path.hashes,
                                   c->path.count, &c->old_root, &c->new_root);
}

static void refuse_flipped_consistency(consistency_case *c, void *bytes, size_t bit) {
    kit_flip(bytes, bit);
    assert_int_equal(verify_consistency(c), DUBAN_E_PROOF);
    kit_flip(bytes, bit);
}

static consistency_case make_consistency(uint64_t old_size, uint64_t new_size) {
    tlog_hash_reader reader = kit_tree_reader(&tree);
    consistency_case c = {.old_size = old_size, .new_size = new_size};
    assert_int_equal(tlog_root_at(&reader, old_size, &c.old_root), DUBAN_OK);
    assert_int_equal(tlog_root_at(&reader, new_size, &c.new_root), DUBAN_OK);
    assert_int_equal(tlog_prove_consistency(&reader, old_size, new_size, &c.path),
                     DUBAN_OK);
    return c;
}

static void
every_consistency_proof_verifies_and_one_flipped_bit_of_each_hash_does_not(void **state) {
    (void)state;
    uint64_t seed = 2;
    for (uint64_t size = 1; size <= SIZE_TESTED; size++)
        for (uint64_t old_size = 1; old_size <= size; old_size++) {
            consistency_case c = make_consistency(old_size, size);
            assert_int_equal(verify_consistency(&c), DUBAN_OK);
            if (old_size % 16 != size % 16) continue;
            for (uint32_t i = 0; i < c.path.count; i++)
                refuse_flipped_consistency(&c, &c.path.hashes[i],
                                           kit_random(&seed) % 256);
            refuse_flipped_consistency(&c, &c.old_root, kit_random(&seed) % 256);
            refuse_flipped_consistency(&c, &c.new_root, kit_random(&seed) % 256);
        }
}

static void every_single_bit_of_a_consistency_proof_counts(void **state) {
    (void)state;
    for (uint64_t size = 1; size <= 17; size++)
        for (uint64_t old_size = 1; old_size <= size; old_size++) {
            consistency_case c = make_consistency(old_size, size);
            for (size_t bit = 0; bit < 256; bit++) {
                for (uint32_t i = 0; i < c.path.count; i++)
                    refuse_flipped_consistency(&c, &c.path.hashes[i], bit);
                refuse_flipped_consistency(&c, &c.old_root, bit);
                refuse_flipped_consistency(&c, &c.new_root, bit);
            }
        }
}

static void consistency_of_wrong_lengths_sizes_or_order_is_refused(void **state) {
    (void)state;
    for (uint64_t size = 1; size <= 70; size++)
        for (uint64_t old_size = 1; old_size <= size; old_size++) {
            consistency_case c = make_consistency(old_size, size);
            c.path.hashes[c.path.count] = c.old_root;
            c.path.count++;
            assert_int_equal(verify_consistency(&c), DUBAN_E_PROOF);
            c.path.count--;
            if (c.path.count == 0) continue;
            c.path.count--;
            assert_int_equal(verify_consistency(&c), DUBAN_E_PROOF);
            c.path.count++;
            c.old_size = size;
            c.new_size = old_size;
            assert_int_equal(verify_consistency(&c), DUBAN_E_PROOF);
        }
    consistency_case c = make_consistency(1, 1);
    c.old_size = c.new_size = 0;
    assert_int_equal(verify_consistency(&c), DUBAN_E_PROOF);
}

/* A root that is right for another shape of tree must not pass for a smaller one. */
static void
paths_that_climb_above_the_root_are_refused_though_the_hashes_match(void **state) {
    (void)state;
    const hash256 *leaves = tree.levels[0];
    hash256 root2 = kit_naive_root(leaves, 2), root3 = kit_naive_root(leaves, 3);
    hash256 root4 = kit_naive_root(leaves, 4), above = leaves[9];
    assert_int_equal(tlog_verify_inclusion(&leaves[1], 0, 1, &leaves[0], 1, &root2),
                     DUBAN_E_PROOF);
    const hash256 path[] = {leaves[2], leaves[3], root2, above};
    hash256 old_root = tlog_node_hash(&above, &root3);
    hash256 new_root = tlog_node_hash(&above, &root4);
    assert_int_equal(tlog_verify_consistency(3, 4, path, 3, &root3, &root4), DUBAN_OK);
    assert_int_equal(tlog_verify_consistency(3, 4, path, 4, &old_root, &new_root),
                     DUBAN_E_PROOF);
    assert_int_equal(tlog_verify_consistency(3, 4, NULL, 0, &root3, &root4),
                     DUBAN_E_PROOF);
    assert_int_equal(tlog_verify_inclusion(&leaves[0], 0, 2, NULL, 0, &root2),
                     DUBAN_E_PROOF);
}

static void proofs_beyond_the_tree_are_ahead_and_from_nothing_not_found(void **state) {
    (void)state;
    tlog_hash_reader reader = kit_tree_reader(&tree);
    tlog_path path;
    hash256 root;
    assert_int_equal(tlog_prove_inclusion(&reader, 5, 5, &path), DUBAN_E_AHEAD);
    assert_int_equal(tlog_prove_inclusion(&reader, 0, 0, &path), DUBAN_E_AHEAD);
    assert_int_equal(tlog_prove_inclusion(&reader, 0, UINT64_MAX, &path), DUBAN_E_AHEAD);
    assert_int_equal(tlog_prove_inclusion(&reader, 0, SIZE_TESTED + 1, &path),
                     DUBAN_E_AHEAD);
    assert_int_equal(tlog_prove_consistency(&reader, 6, 5, &path), DUBAN_E_AHEAD);
    assert_int_equal(tlog_prove_consistency(&reader, 0, 5, &path), DUBAN_E_NOT_FOUND);
    assert_int_equal(tlog_root_at(&reader, SIZE_TESTED + 1, &root), DUBAN_E_AHEAD);
    assert_int_equal(tlog_root_at(&reader, UINT64_MAX, &root), DUBAN_E_AHEAD);
}

/* Fails the Nth read for every N until none fails any more. */
static void a_failing_read_is_passed_on_and_leaves_the_outputs_alone(void **state) {
    (void)state;
    tlog_hash_reader reader = kit_tree_reader(&tree);
    int64_t reads = 0;
    for (bool done = false; !done; reads++) {
        tlog_path inclusion = {.count = 77}, consistency = {.count = 77};
        hash256 root = {{0}}, untouched = root;
        tree.fail_after = reads;
        duban_status a = tlog_prove_inclusion(&reader, 300, 511, &inclusion);
        tree.fail_after = reads;
        duban_status b = tlog_prove_consistency(&reader, 300, 511, &consistency);
        tree.fail_after = reads;
        duban_status c = tlog_root_at(&reader, 511, &root);
        tree.fail_after = -1;
        if (a) assert_int_equal(inclusion.count, 77);
        if (b) assert_int_equal(consistency.count, 77);
        if (c) assert_true(hash_equal(&root, &untouched));
        assert_true(!a || a == DUBAN_E_IO);
        assert_true(!b || b == DUBAN_E_IO);
        assert_true(!c || c == DUBAN_E_IO);
        done = !a && !b && !c;
    }
    assert_true(reads > 9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shared_eight_leaves_have_the_known_roots),
        cmocka_unit_test(the_shared_eight_leaves_have_the_known_proofs),
        cmocka_unit_test(a_proof_reads_at_most_two_hashes_a_level),
        cmocka_unit_test(frontier_reader_and_recursion_agree_on_every_root),
        cmocka_unit_test(a_packed_frontier_unpacks_and_a_wrong_count_is_corrupt),
        cmocka_unit_test(proofs_are_those_of_the_rfcs_recursion),
        cmocka_unit_test(
            every_inclusion_proof_verifies_and_one_flipped_bit_of_each_hash_does_not),
        cmocka_unit_test(every_single_bit_of_an_inclusion_proof_counts),
        cmocka_unit_test(inclusion_proofs_of_the_wrong_length_are_refused),
        cmocka_unit_test(
            every_consistency_proof_verifies_and_one_flipped_bit_of_each_hash_does_not),
        cmocka_unit_test(every_single_bit_of_a_consistency_proof_counts),
        cmocka_unit_test(consistency_of_wrong_lengths_sizes_or_order_is_refused),
        cmocka_unit_test(
            paths_that_climb_above_the_root_are_refused_though_the_hashes_match),
        cmocka_unit_test(proofs_beyond_the_tree_are_ahead_and_from_nothing_not_found),
        cmocka_unit_test(a_failing_read_is_passed_on_and_leaves_the_outputs_alone),
    };
    return cmocka_run_group_tests(tests, grow_tree, fell_tree);
}
