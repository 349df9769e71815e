/* The growing edge against a whole tree in memory; at the end it prints how fast it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "storage/tlog/writer.h"
#include "tests/unit/tlog/tlog_kit.h"

/* Past one full tile of level 1, and some. */
#define SIZE_TESTED UINT64_C(66600)

static kit_tree tree;
static tlog_writer writer;
static tile_reader older;

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

/* Takes tiles and insists that each is the next of its level and holds the tree's hashes.
 */
typedef struct tile_log {
    uint64_t next[TILE_LEVELS];
    uint64_t count;
    uint32_t last_level;
    bool fail; /* at level 0 */
} tile_log;

static duban_status put(void *ctx, uint32_t level, uint64_t number,
                        const hash256 hashes[TILE_WIDTH]) {
    tile_log *log = ctx;
    if (log->fail && level == 0) return DUBAN_E_DISK_FULL;
    assert_int_equal(number, log->next[level]++);
    assert_memory_equal(hashes, &tree.levels[8 * level][number * TILE_WIDTH],
                        TILE_SIZE_BYTES);
    log->count++;
    log->last_level = level;
    return DUBAN_OK;
}

static void append_up_to(uint64_t size, tile_log *log) {
    tile_sink sink = {put, log};
    while (tlog_writer_size(&writer) < size) {
        const hash256 *leaf = &tree.levels[0][tlog_writer_size(&writer)];
        assert_int_equal(tlog_writer_append(&writer, leaf, &sink), DUBAN_OK);
    }
}

static void each_tile_is_handed_out_once_when_it_becomes_full(void **state) {
    (void)state;
    tile_log log = {.count = 0};
    tlog_writer_init(&writer);
    for (uint64_t size = 1; size <= SIZE_TESTED; size++) {
        append_up_to(size, &log);
        assert_int_equal(log.next[0], tile_full_count(size, 0));
        assert_int_equal(log.next[1], tile_full_count(size, 1));
        if (size % 65536 == 0) assert_int_equal(log.last_level, 1);
    }
    assert_int_equal(log.count, 260 + 1);
}

static void expect_root(uint64_t size) {
    tlog_hash_reader reader = kit_tree_reader(&tree);
    tlog_frontier wanted, got;
    hash256 root = tlog_writer_root(&writer), wanted_root;
    assert_int_equal(tlog_root_at(&reader, size, &wanted_root), DUBAN_OK);
    assert_true(hash_equal(&root, &wanted_root));
    assert_int_equal(tlog_frontier_at(&reader, size, &wanted), DUBAN_OK);
    tlog_writer_frontier(&writer, &got);
    assert_memory_equal(&got, &wanted, sizeof got);
}

/* The linker puts this in tlog_node_hash's place for whoever appends (CMakeLists.txt). */
static uint64_t node_hashes;
hash256 __real_tlog_node_hash(const hash256 *left, const hash256 *right);
hash256 __wrap_tlog_node_hash(const hash256 *left, const hash256 *right);
hash256 __wrap_tlog_node_hash(const hash256 *left, const hash256 *right) {
    node_hashes++;
    return __real_tlog_node_hash(left, right);
}

/* Each node of the tree is hashed once, when its right half is whole: n - 1 of them for n
 * leaves, whatever the tree's size. */
static void appending_hashes_each_node_once(void **state) {
    (void)state;
    tile_log log = {.count = 0};
    uint64_t nodes = 0;
    tlog_writer_init(&writer);
    node_hashes = 0;
    append_up_to(SIZE_TESTED, &log);
    for (uint64_t count = SIZE_TESTED / 2; count; count /= 2)
        nodes += count;
    assert_int_equal(node_hashes, nodes);
    assert_true(nodes < SIZE_TESTED);
}

static void the_writers_root_and_frontier_are_the_trees_at_every_size(void **state) {
    (void)state;
    tile_log log = {.count = 0};
    tlog_writer_init(&writer);
    for (uint64_t size = 0; size <= SIZE_TESTED; size++) {
        append_up_to(size, &log);
        if (size <= 1100 || (size >= 65000 && size <= 66000)) expect_root(size);
    }
}

static const uint64_t cuts[] = {0,     1,     2,     255,   256,   257,   511,
                                512,   513,   65279, 65280, 65281, 65535, 65536,
                                65537, 65791, 65792, 66048, 66600};

static void a_writer_opened_at_any_size_goes_on_as_if_never_closed(void **state) {
    (void)state;
    tile_source source = kit_tree_source(&tree);
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        tile_log log = {
            .next = {tile_full_count(cuts[i], 0), tile_full_count(cuts[i], 1)}};
        memset(&writer, 0xA5, sizeof writer); /* whatever was there must not matter */
        assert_int_equal(tlog_writer_open(&writer, cuts[i], &source), DUBAN_OK);
        assert_int_equal(tlog_writer_size(&writer), cuts[i]);
        expect_root(cuts[i]);
        append_up_to(cuts[i] + 700 < SIZE_TESTED ? cuts[i] + 700 : SIZE_TESTED, &log);
        expect_root(tlog_writer_size(&writer));
    }
}

static void opening_asks_only_for_tiles_that_the_tree_has(void **state) {
    (void)state;
    kit_tree small;
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        kit_tree_new(&small, cuts[i]);
        tile_source source = kit_tree_source(&small);
        assert_int_equal(tlog_writer_open(&writer, cuts[i], &source), DUBAN_OK);
        assert_in_range(small.fetches, 0, 3 * 255);
        kit_tree_free(&small);
    }
}

static void a_failing_source_fails_the_opening(void **state) {
    (void)state;
    tile_source source = kit_tree_source(&tree);
    int64_t fetches = 0;
    for (;; fetches++) {
        tree.fail_after = fetches;
        duban_status status = tlog_writer_open(&writer, 1000, &source);
        tree.fail_after = -1;
        if (!status) break;
        assert_int_equal(status, DUBAN_E_IO);
    }
    assert_int_equal(fetches, 1 + 3); /* the tail's leaves and three full tiles */
    assert_int_equal(tlog_writer_open(&writer, UINT64_MAX, &source), DUBAN_E_AHEAD);
}

static void a_failing_sink_is_passed_on_and_reopening_heals(void **state) {
    (void)state;
    tile_log log = {.count = 0};
    tile_source source = kit_tree_source(&tree);
    tlog_writer_init(&writer);
    append_up_to(511, &log);
    log.fail = true;
    tile_sink sink = {put, &log};
    assert_int_equal(tlog_writer_append(&writer, &tree.levels[0][511], &sink),
                     DUBAN_E_DISK_FULL);
    log.fail = false;
    assert_int_equal(tlog_writer_open(&writer, 300, &source), DUBAN_OK);
    log.next[0] = 1;
    append_up_to(600, &log);
    expect_root(600);
}

static void a_tile_above_one_that_failed_is_not_handed_out(void **state) {
    (void)state;
    tile_log log = {.count = 0};
    tlog_writer_init(&writer);
    append_up_to(65535, &log);
    log.fail = true;
    tile_sink sink = {put, &log};
    assert_int_equal(tlog_writer_append(&writer, &tree.levels[0][65535], &sink),
                     DUBAN_E_DISK_FULL);
    assert_int_equal(log.next[1], 0);
}

static void hashes_and_tiles_of_the_edge_are_the_trees(void **state) {
    (void)state;
    tile_log log = {.count = 0};
    tlog_writer_init(&writer);
    append_up_to(SIZE_TESTED, &log);
    uint64_t found = 0;
    for (uint32_t level = 0; level < 20; level++) {
        uint64_t count = SIZE_TESTED >> level;
        hash256 hash;
        for (uint64_t index = 0; index < count; index++) {
            duban_status status = tlog_writer_hash(&writer, level, index, &hash);
            uint64_t tile = index >> (8 - level % 8);
            uint64_t last = count >> (8 - level % 8);
            assert_int_equal(status, tile + 1 < last ? DUBAN_E_NOT_FOUND : DUBAN_OK);
            if (status) continue;
            found++;
            assert_true(hash_equal(&hash, &tree.levels[level][index]));
        }
        assert_int_equal(tlog_writer_hash(&writer, level, count, &hash), DUBAN_E_AHEAD);
    }
    assert_in_range(found, 256, 2 * 511 * 3);
    assert_int_equal(tlog_writer_hash(&writer, 64, 0, &(hash256){{0}}), DUBAN_E_AHEAD);
}

static void partial_tiles_can_be_read_at_every_width_they_had(void **state) {
    (void)state;
    tile_log log = {.count = 0};
    hash256 tile[TILE_WIDTH];
    tlog_writer_init(&writer);
    append_up_to(SIZE_TESTED, &log);
    for (uint32_t width = 1; width <= TILE_WIDTH; width++) {
        duban_status growing = tlog_writer_tile(&writer, 0, 260, width, tile);
        assert_int_equal(growing, width <= SIZE_TESTED % 256 ? DUBAN_OK : DUBAN_E_AHEAD);
        if (!growing)
            assert_memory_equal(tile, &tree.levels[0][260 * 256], width * HASH_SIZE);
        assert_int_equal(tlog_writer_tile(&writer, 0, 259, width, tile), DUBAN_OK);
        assert_memory_equal(tile, &tree.levels[0][259 * 256], width * HASH_SIZE);
        assert_int_equal(tlog_writer_tile(&writer, 1, 0, width, tile), DUBAN_OK);
        assert_memory_equal(tile, tree.levels[8], width * HASH_SIZE);
    }
    assert_int_equal(tlog_writer_tile(&writer, 0, 258, 256, tile), DUBAN_E_NOT_FOUND);
    assert_int_equal(tlog_writer_tile(&writer, 0, 261, 1, tile), DUBAN_E_AHEAD);
    assert_int_equal(tlog_writer_tile(&writer, 8, 0, 1, tile), DUBAN_E_AHEAD);
}

static void proofs_over_edge_and_older_tiles_verify_at_earlier_sizes_too(void **state) {
    (void)state;
    tile_log log = {.count = 0};
    uint64_t seed = 4;
    tile_source source = kit_tree_source(&tree);
    tlog_writer_init(&writer);
    append_up_to(SIZE_TESTED, &log);
    tile_reader_init(&older, &source, SIZE_TESTED);
    tlog_edge_reader edge = {&writer, tile_reader_hashes(&older)};
    tlog_hash_reader hashes = tlog_edge_hashes(&edge);
    for (int n = 0; n < 500; n++) {
        uint64_t size = 1 + kit_random(&seed) % SIZE_TESTED;
        uint64_t index = kit_random(&seed) % size;
        tlog_path path;
        hash256 root, old_root;
        assert_int_equal(tlog_root_at(&hashes, size, &root), DUBAN_OK);
        assert_int_equal(tlog_prove_inclusion(&hashes, index, size, &path), DUBAN_OK);
        assert_int_equal(tlog_verify_inclusion(&tree.levels[0][index], index, size,
                                               path.hashes, path.count, &root),
                         DUBAN_OK);
        assert_int_equal(tlog_root_at(&hashes, index + 1, &old_root), DUBAN_OK);
        assert_int_equal(tlog_prove_consistency(&hashes, index + 1, size, &path),
                         DUBAN_OK);
        assert_int_equal(tlog_verify_consistency(index + 1, size, path.hashes, path.count,
                                                 &old_root, &root),
                         DUBAN_OK);
    }
}

static void receipts_of_the_last_entries_need_no_older_tile(void **state) {
    (void)state;
    tile_log log = {.count = 0};
    tlog_writer_init(&writer);
    append_up_to(SIZE_TESTED, &log);
    tree.fail_after = 0; /* whoever asks the older tiles fails */
    tlog_edge_reader edge = {&writer, kit_tree_reader(&tree)};
    tlog_hash_reader hashes = tlog_edge_hashes(&edge);
    for (uint64_t index = SIZE_TESTED - 256; index < SIZE_TESTED; index++) {
        tlog_path path;
        assert_int_equal(tlog_prove_inclusion(&hashes, index, SIZE_TESTED, &path),
                         DUBAN_OK);
    }
    tree.fail_after = -1;
}

/* --- how fast --------------------------------------------------------------------- */

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static duban_status drop(void *ctx, uint32_t level, uint64_t number,
                         const hash256 hashes[TILE_WIDTH]) {
    (void)level, (void)number, (void)hashes;
    ++*(uint64_t *)ctx;
    return DUBAN_OK;
}

static void print_rates(void) {
    enum { COUNT = 200000 };
    static hash256 leaves[COUNT];
    uint8_t entry[250] = {0};
    uint64_t tiles = 0;
    tile_sink sink = {drop, &tiles};

    double start = seconds();
    for (uint32_t i = 0; i < COUNT; i++) {
        memcpy(entry, &i, sizeof i);
        leaves[i] = tlog_leaf_hash(entry, sizeof entry);
    }
    double hashed = seconds();
    tlog_writer_init(&writer);
    for (uint32_t i = 0; i < COUNT; i++)
        if (tlog_writer_append(&writer, &leaves[i], &sink)) abort();
    double appended = seconds();
    tlog_edge_reader edge = {&writer, {NULL, NULL}};
    tlog_hash_reader hashes = tlog_edge_hashes(&edge);
    tlog_path path;
    uint32_t proofs = 0;
    for (int round = 0; round < 100; round++)
        for (uint64_t index = COUNT - 256; index < COUNT; index++, proofs++)
            if (tlog_prove_inclusion(&hashes, index, COUNT, &path)) abort();
    double proved = seconds();
    printf("leaf hashes of 250 bytes: %.0f/s\n", COUNT / (hashed - start));
    printf("writer appends: %.0f/s (%llu full tiles)\n", COUNT / (appended - hashed),
           (unsigned long long)tiles);
    printf("inclusion proofs at the edge: %.0f/s\n", proofs / (proved - appended));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_tile_is_handed_out_once_when_it_becomes_full),
        cmocka_unit_test(appending_hashes_each_node_once),
        cmocka_unit_test(the_writers_root_and_frontier_are_the_trees_at_every_size),
        cmocka_unit_test(a_writer_opened_at_any_size_goes_on_as_if_never_closed),
        cmocka_unit_test(opening_asks_only_for_tiles_that_the_tree_has),
        cmocka_unit_test(a_failing_source_fails_the_opening),
        cmocka_unit_test(a_failing_sink_is_passed_on_and_reopening_heals),
        cmocka_unit_test(a_tile_above_one_that_failed_is_not_handed_out),
        cmocka_unit_test(hashes_and_tiles_of_the_edge_are_the_trees),
        cmocka_unit_test(partial_tiles_can_be_read_at_every_width_they_had),
        cmocka_unit_test(proofs_over_edge_and_older_tiles_verify_at_earlier_sizes_too),
        cmocka_unit_test(receipts_of_the_last_entries_need_no_older_tile),
    };
    int failed = cmocka_run_group_tests(tests, grow_tree, fell_tree);
    print_rates();
    return failed;
}
