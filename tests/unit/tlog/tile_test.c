/* Which tiles a tree has, their paths, their hashes, entry bundles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/tlog/tlog_kit.h"

#define SIZE_TESTED UINT64_C(70000)

static kit_tree tree;
static tile_reader reader;

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

/* The examples of tlog-tiles, "Partial Tiles". */
static void a_tree_of_70000_has_the_tiles_the_format_says(void **state) {
    (void)state;
    assert_int_equal(tile_full_count(70000, 0), 273);
    assert_int_equal(tile_partial_width(70000, 0), 112);
    assert_int_equal(tile_full_count(70000, 1), 1);
    assert_int_equal(tile_partial_width(70000, 1), 17);
    assert_int_equal(tile_full_count(70000, 2), 0);
    assert_int_equal(tile_partial_width(70000, 2), 1);
    assert_int_equal(tile_partial_width(70000, 3), 0);
    assert_int_equal(tile_full_count(256, 0), 1);
    assert_int_equal(tile_partial_width(256, 0), 0);
    assert_int_equal(tile_partial_width(256, 1), 1);
    assert_int_equal(tile_full_count(UINT64_MAX, 7), 0);
    assert_int_equal(tile_full_count(UINT64_MAX, 63), 0);
    assert_int_equal(tile_partial_width(UINT64_MAX, 7), 255);
    assert_int_equal(tile_partial_width(UINT64_MAX, 8), 0);
    assert_int_equal(tile_width_at(70000, 0, 272), 256);
    assert_int_equal(tile_width_at(70000, 0, 273), 112);
    assert_int_equal(tile_width_at(70000, 0, 274), 0);
}

static const struct {
    tile_name name;
    const char *path;
} paths[] = {
    {{false, 0, 0, 256}, "tile/0/000"},
    {{false, 0, 0, 1}, "tile/0/000.p/1"},
    {{false, 1, 67, 255}, "tile/1/067.p/255"},
    {{false, 63, 999, 256}, "tile/63/999"},
    {{false, 0, 1000, 256}, "tile/0/x001/000"},
    {{false, 2, 1234067, 256}, "tile/2/x001/x234/067"},
    {{true, 0, 1234067, 256}, "tile/entries/x001/x234/067"},
    {{true, 0, 1234067, 17}, "tile/entries/x001/x234/067.p/17"},
    {{true, 0, TLOG_SIZE_MAX / 256, 200},
     "tile/entries/x036/x028/x797/x018/x963/967.p/200"},
};

static void paths_print_as_the_format_says_and_read_back(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        char path[TILE_PATH_SIZE];
        tile_name back;
        tile_path_print(&paths[i].name, path);
        assert_string_equal(path, paths[i].path);
        assert_int_equal(tile_path_parse(path, strlen(path), &back), DUBAN_OK);
        assert_int_equal(back.entries, paths[i].name.entries);
        assert_int_equal(back.level, paths[i].name.level);
        assert_int_equal(back.number, paths[i].name.number);
        assert_int_equal(back.width, paths[i].name.width);
    }
}

static void other_paths_are_malformed(void **state) {
    (void)state;
    const char *refused[] = {
        "",
        "/",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000/",
        "tile/0/x000/001",
        "tile/0/x001",
        "tile/0/x001/",
        "tile/0/x001/x002",
        "tile/0/001/002",
        "tile/0/x01/002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.p/1/",
        "tile/entries",
        "tile/entries/x",
        "tile/Entries/000",
        "tile/0/00a",
        "tile/0/ 00",
        "tile/0/000 ",
        "tile/../000",
        "tile/99999999999999999999/000",
        "tile/0/000.p/99999999999999999999",
        "tile/0/x036/x028/x797/x018/x963/968",
        "tile/0/x018/x446/x744/x073/x709/x552/000", /* 384 above 2^64 */
        "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        tile_name name = {.width = 7};
        assert_int_equal(tile_path_parse(refused[i], strlen(refused[i]), &name),
                         DUBAN_E_MALFORMED);
        assert_int_equal(name.width, 7);
    }
    tile_name name;
    assert_int_equal(tile_path_parse("tile/0/000\0", 11, &name), DUBAN_E_MALFORMED);
}

static void a_growing_tile_has_each_node_as_soon_as_it_can(void **state) {
    (void)state;
    static tile_nodes tile;
    tile_nodes_begin(&tile, 3);
    for (uint32_t width = 0; width <= TILE_WIDTH; width++) {
        for (uint32_t height = 0; height <= TILE_HEIGHT; height++) {
            uint32_t count = width >> height;
            assert_null(tile_nodes_at(&tile, height, count));
            if (count == 0) continue;
            uint32_t last = count - 1;
            const hash256 *node = tile_nodes_at(&tile, height, last);
            assert_non_null(node);
            uint64_t offset = (uint64_t)3 * TILE_WIDTH >> height;
            assert_true(hash_equal(node, &tree.levels[height][offset + last]));
        }
        if (width < TILE_WIDTH)
            tile_nodes_append(&tile, &tree.levels[0][3 * TILE_WIDTH + width]);
    }
    assert_null(tile_nodes_at(&tile, TILE_HEIGHT + 1, 0));
    hash256 root = tile_root(tile.nodes);
    assert_true(hash_equal(&root, tile_nodes_at(&tile, TILE_HEIGHT, 0)));
}

static void tiles_from_below_and_from_a_reader_are_the_trees_hashes(void **state) {
    (void)state;
    tile_source source = kit_tree_source(&tree);
    tlog_hash_reader hashes = kit_tree_reader(&tree);
    hash256 made[TILE_WIDTH];
    assert_int_equal(tile_from_below(&source, 1, 0, TILE_WIDTH, made), DUBAN_OK);
    assert_memory_equal(made, tree.levels[8], sizeof made);
    assert_int_equal(tile_from_below(&source, 1, 1, 17, made), DUBAN_OK);
    assert_memory_equal(made, tree.levels[8] + 256, 17 * sizeof(hash256));
    assert_int_equal(tile_from_below(&source, 1, 1, 18, made), DUBAN_E_AHEAD);
    assert_int_equal(tile_from_reader(&hashes, 1, 1, 17, made), DUBAN_OK);
    assert_memory_equal(made, tree.levels[8] + 256, 17 * sizeof(hash256));
    assert_int_equal(tile_from_reader(&hashes, 0, 273, 112, made), DUBAN_OK);
    assert_memory_equal(made, tree.levels[0] + 273 * 256, 112 * sizeof(hash256));
    assert_int_equal(tile_from_reader(&hashes, 0, 273, 113, made), DUBAN_E_AHEAD);
}

static void the_tile_reader_finds_every_hash_of_the_tree_and_none_beyond(void **state) {
    (void)state;
    tile_source source = kit_tree_source(&tree);
    tile_reader_init(&reader, &source, SIZE_TESTED);
    tlog_hash_reader hashes = tile_reader_hashes(&reader);
    for (uint32_t level = 0; SIZE_TESTED >> level; level++) {
        hash256 hash;
        for (uint64_t index = 0; index < SIZE_TESTED >> level; index++) {
            assert_int_equal(hashes.read(hashes.ctx, level, index, &hash), DUBAN_OK);
            assert_true(hash_equal(&hash, &tree.levels[level][index]));
        }
        assert_int_equal(hashes.read(hashes.ctx, level, SIZE_TESTED >> level, &hash),
                         DUBAN_E_AHEAD);
    }
    hash256 hash;
    assert_int_equal(hashes.read(hashes.ctx, 64, 0, &hash), DUBAN_E_AHEAD);
}

static void neighbouring_reads_fetch_a_tile_once(void **state) {
    (void)state;
    tile_source source = kit_tree_source(&tree);
    tile_reader_init(&reader, &source, SIZE_TESTED);
    tlog_hash_reader hashes = tile_reader_hashes(&reader);
    tlog_path path;
    tree.fetches = 0;
    for (uint64_t index = 512; index < 768; index++)
        assert_int_equal(tlog_prove_inclusion(&hashes, index, SIZE_TESTED, &path),
                         DUBAN_OK);
    assert_int_equal(tree.fetches, 4); /* a full and a partial one of levels 0 and 1 */
    tile_reader_init(&reader, &source, 65536);
    tree.fetches = 0;
    for (uint64_t index = 512; index < 768; index++)
        assert_int_equal(tlog_prove_inclusion(&hashes, index, 65536, &path), DUBAN_OK);
    assert_int_equal(tree.fetches, 2);
}

static void proofs_through_tiles_of_any_size_verify(void **state) {
    (void)state;
    tile_source source = kit_tree_source(&tree);
    const uint64_t sizes[] = {1,   2,   255,   256,   257,   511,
                              512, 513, 65535, 65536, 65537, 70000};
    uint64_t seed = 3;
    tile_reader_init(&reader, &source, SIZE_TESTED);
    tlog_hash_reader hashes = tile_reader_hashes(&reader);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint64_t size = sizes[i];
        hash256 root;
        tile_reader_resize(&reader, size);
        assert_int_equal(tlog_root_at(&hashes, size, &root), DUBAN_OK);
        hash256 naive = kit_naive_root(tree.levels[0], size);
        assert_true(hash_equal(&root, &naive));
        for (int n = 0; n < 50; n++) {
            tlog_path path;
            uint64_t index = kit_random(&seed) % size;
            assert_int_equal(tlog_prove_inclusion(&hashes, index, size, &path), DUBAN_OK);
            assert_int_equal(tlog_verify_inclusion(&tree.levels[0][index], index, size,
                                                   path.hashes, path.count, &root),
                             DUBAN_OK);
        }
    }
}

static void a_failing_fetch_is_passed_on_and_does_no_harm(void **state) {
    (void)state;
    tile_source source = kit_tree_source(&tree);
    hash256 wanted = kit_naive_root(tree.levels[0], SIZE_TESTED), root;
    int64_t fetches = 0;
    for (;; fetches++) {
        tile_reader_init(&reader, &source, SIZE_TESTED);
        tlog_hash_reader hashes = tile_reader_hashes(&reader);
        tree.fail_after = fetches;
        duban_status status = tlog_root_at(&hashes, SIZE_TESTED, &root);
        tree.fail_after = -1;
        if (!status) break;
        assert_int_equal(status, DUBAN_E_IO);
        assert_int_equal(tlog_root_at(&hashes, SIZE_TESTED, &root), DUBAN_OK);
        assert_true(hash_equal(&root, &wanted));
    }
    assert_int_equal(fetches, 3); /* the partial tiles of levels 0, 1 and 2 */
}

static void a_bundle_gives_back_its_entries_in_order(void **state) {
    (void)state;
    static uint8_t bytes[BUNDLE_SIZE_MAX], entry[ENTRY_SIZE_MAX];
    const size_t sizes[] = {0, 1, 255, 256, 1000, ENTRY_SIZE_MAX};
    size_t used = 0, at = 0, size = 99;
    const uint8_t *found = NULL;
    for (size_t i = 0; i < 6; i++) {
        memset(entry, (int)('a' + i), sizes[i]);
        assert_int_equal(bundle_append(bytes, sizeof bytes, &used, entry, sizes[i]),
                         DUBAN_OK);
    }
    assert_memory_equal(bytes,
                        "\x00\x00\x00\x01"
                        "b\x00\xff"
                        "c",
                        8);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(bundle_next(bytes, used, &at, &found, &size), DUBAN_OK);
        assert_int_equal(size, sizes[i]);
        memset(entry, (int)('a' + i), size);
        assert_int_equal(memcmp(found, entry, size), 0);
    }
    assert_int_equal(at, used);
    assert_int_equal(bundle_next(bytes, used, &at, &found, &size), DUBAN_E_NOT_FOUND);
}

static void a_bundle_cut_anywhere_inside_an_entry_is_malformed(void **state) {
    (void)state;
    uint8_t bytes[64];
    size_t used = 0;
    assert_int_equal(bundle_append(bytes, sizeof bytes, &used, "first", 5), DUBAN_OK);
    assert_int_equal(bundle_append(bytes, sizeof bytes, &used, "second", 6), DUBAN_OK);
    for (size_t cut = 0; cut < used; cut++) {
        const uint8_t *entry = NULL;
        size_t at = 0, size = 0;
        duban_status status = DUBAN_OK;
        while (!status)
            status = bundle_next(bytes, cut, &at, &entry, &size);
        bool whole = cut == 0 || cut == 7;
        assert_int_equal(status, whole ? DUBAN_E_NOT_FOUND : DUBAN_E_MALFORMED);
    }
}

static void an_entry_that_does_not_fit_leaves_the_bundle_alone(void **state) {
    (void)state;
    static const uint8_t entry[ENTRY_SIZE_MAX + 1];
    uint8_t bytes[10] = {0}, before[10] = {0};
    size_t used = 0;
    assert_int_equal(bundle_append(bytes, 10, &used, "123456789", 9), DUBAN_E_TOO_LARGE);
    assert_int_equal(bundle_append(bytes, 1, &used, "", 0), DUBAN_E_TOO_LARGE);
    assert_int_equal(used, 0);
    assert_memory_equal(bytes, before, sizeof bytes);
    assert_int_equal(bundle_append(bytes, 10, &used, "12345678", 8), DUBAN_OK);
    assert_int_equal(used, 10);
    static uint8_t room[ENTRY_SIZE_MAX + 8];
    used = 0;
    assert_int_equal(bundle_append(room, sizeof room, &used, entry, sizeof entry),
                     DUBAN_E_TOO_LARGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_of_70000_has_the_tiles_the_format_says),
        cmocka_unit_test(paths_print_as_the_format_says_and_read_back),
        cmocka_unit_test(other_paths_are_malformed),
        cmocka_unit_test(a_growing_tile_has_each_node_as_soon_as_it_can),
        cmocka_unit_test(tiles_from_below_and_from_a_reader_are_the_trees_hashes),
        cmocka_unit_test(the_tile_reader_finds_every_hash_of_the_tree_and_none_beyond),
        cmocka_unit_test(neighbouring_reads_fetch_a_tile_once),
        cmocka_unit_test(proofs_through_tiles_of_any_size_verify),
        cmocka_unit_test(a_failing_fetch_is_passed_on_and_does_no_harm),
        cmocka_unit_test(a_bundle_gives_back_its_entries_in_order),
        cmocka_unit_test(a_bundle_cut_anywhere_inside_an_entry_is_malformed),
        cmocka_unit_test(an_entry_that_does_not_fit_leaves_the_bundle_alone),
    };
    return cmocka_run_group_tests(tests, grow_tree, fell_tree);
}
