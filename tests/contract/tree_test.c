/* The Merkle tree over the entries: roots, checkpoints and tiles against a naive tree. */
#include "tests/contract/journal_kit.h"

#include <stdlib.h>
#include <string.h>

#include "storage/tlog/note.h"
#include "storage/tlog/tile.h"

/* Two full tiles of level 1 would take 131,072 entries; one and a bit will do. */
#define MANY 66000

static void head_root_equals_root_of_entries(void **state) {
    kit *k = *state;
    journal_head head;
    journal_get_head(k->journal, &head);
    assert_int_equal(head.size, 0);
    assert_string_equal(head.checkpoint, "");
    kit_fill(k, 100, 7);
    kit_fill(k, 600, 100);
    assert_true(k->heads_n > 10);
    for (uint64_t i = 0; i < k->heads_n; i++) {
        hash256 naive = kit_naive_root(0, k->heads[i].size);
        assert_true(hash_equal(&k->heads[i].root, &naive));
    }
    journal_get_head(k->journal, &head);
    assert_memory_equal(&head, &k->last, sizeof head);
}

static duban_status fetch(void *ctx, uint32_t level, uint64_t number, uint32_t width,
                          hash256 *out) {
    return journal_tile(ctx, (uint8_t)level, number, width, out);
}

static void every_checkpoint_verifies_and_is_consistent_with_the_next(void **state) {
    kit *k = *state;
    note_key key;
    checkpoint point;
    tlog_path path;
    kit_fill(k, 40, 1);
    kit_fill(k, 700, 37);
    journal_reader *r = kit_reader(k);
    tile_source source = {fetch, r};
    tile_reader *tiles = malloc(sizeof *tiles);
    assert_non_null(tiles);
    tile_reader_init(tiles, &source, 700);
    tlog_hash_reader hashes = tile_reader_hashes(tiles);
    assert_int_equal(note_key_make(KIT_ORIGIN, &k->key.public_key, &key), DUBAN_OK);
    for (uint64_t i = 0; i < k->heads_n; i++) {
        const journal_head *head = &k->heads[i];
        size_t size = strlen(head->checkpoint);
        assert_int_equal(checkpoint_open(head->checkpoint, size, &key, &point), DUBAN_OK);
        assert_int_equal(point.size, head->size);
        assert_true(hash_equal(&point.root, &head->root));
        if (i == 0) continue;
        const journal_head *before = head - 1;
        assert_int_equal(tlog_prove_consistency(&hashes, before->size, head->size, &path),
                         DUBAN_OK);
        assert_int_equal(tlog_verify_consistency(before->size, head->size, path.hashes,
                                                 path.count, &before->root, &head->root),
                         DUBAN_OK);
    }
    free(tiles);
    journal_reader_close(r);
}

static void root_at_every_size_equals_naive(void **state) {
    kit *k = *state;
    hash256 root;
    kit_fill(k, 600, 200);
    journal_reader *r = kit_reader(k);
    for (uint64_t size = 0; size <= 600; size++) {
        hash256 naive = kit_naive_root(0, size);
        assert_int_equal(journal_root_at(r, size, &root), DUBAN_OK);
        assert_true(hash_equal(&root, &naive));
    }
    for (uint64_t size = 600; size > 0; size -= 25) {
        hash256 naive = kit_naive_root(0, size);
        assert_int_equal(journal_root_at(r, size, &root), DUBAN_OK);
        assert_true(hash_equal(&root, &naive));
    }
    assert_int_equal(journal_root_at(r, 601, &root), DUBAN_E_AHEAD);
    journal_reader_close(r);
}

static void roots_around_65536_equal_naive(kit *k) {
    static const uint64_t sizes[] = {1,     255,   256,   257,   65279, 65280,
                                     65535, 65536, 65537, 65792, MANY};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        hash256 root, naive = kit_naive_root(0, sizes[i]);
        journal_reader *r = kit_reader(k);
        assert_int_equal(journal_root_at(r, sizes[i], &root), DUBAN_OK);
        assert_true(hash_equal(&root, &naive));
        journal_reader_close(r);
    }
}

static void assert_tile(journal_reader *r, uint8_t level, uint64_t number,
                        uint32_t width) {
    hash256 hashes[TILE_WIDTH];
    assert_int_equal(journal_tile(r, level, number, width, hashes), DUBAN_OK);
    for (uint32_t i = 0; i < width; i++) {
        uint64_t begin = (number * TILE_WIDTH + i) << 8 * level;
        hash256 naive = kit_naive_root(begin, begin + ((uint64_t)1 << 8 * level));
        assert_true(hash_equal(&hashes[i], &naive));
    }
}

static void tiles_of_all_levels_equal_naive(kit *k) {
    journal_reader *r = kit_reader(k);
    hash256 hashes[TILE_WIDTH];
    assert_tile(r, 0, 0, 256);
    assert_tile(r, 0, 5, 17);
    assert_tile(r, 0, 255, 256);
    assert_tile(r, 0, 256, 256);
    assert_tile(r, 0, 257, MANY % 256);
    assert_tile(r, 0, 257, 3);
    assert_tile(r, 1, 0, 256);
    assert_tile(r, 1, 1, 1);
    assert_tile(r, 2, 0, 1);
    assert_int_equal(journal_tile(r, 0, 257, MANY % 256 + 1, hashes), DUBAN_E_AHEAD);
    assert_int_equal(journal_tile(r, 0, 258, 1, hashes), DUBAN_E_AHEAD);
    assert_int_equal(journal_tile(r, 1, 1, 2, hashes), DUBAN_E_AHEAD);
    assert_int_equal(journal_tile(r, 2, 0, 2, hashes), DUBAN_E_AHEAD);
    assert_int_equal(journal_tile(r, 3, 0, 1, hashes), DUBAN_E_AHEAD);
    assert_int_equal(journal_tile(r, 255, 0, 1, hashes), DUBAN_E_AHEAD);
    assert_int_equal(journal_tile(r, 0, 0, 0, hashes), DUBAN_E_AHEAD);
    assert_int_equal(journal_tile(r, 0, UINT64_MAX, 1, hashes), DUBAN_E_AHEAD);
    journal_reader_close(r);
}

static bool count_progress(void *ctx, uint64_t done) {
    uint64_t *calls = ctx;
    ++*calls;
    assert_true(done <= MANY);
    return *calls != 100;
}

static void verification_finds_nothing(kit *k) {
    uint64_t calls = 0, bad = 1;
    journal_reader *r = kit_reader(k);
    assert_int_equal(journal_verify(r, 0, MANY, NULL, NULL, &bad), DUBAN_OK);
    assert_int_equal(journal_verify(r, 0, MANY, count_progress, &calls, &bad), DUBAN_OK);
    assert_int_equal(calls, 100);
    assert_int_equal(journal_verify(r, 0, MANY + 1, NULL, NULL, &bad), DUBAN_E_AHEAD);
    assert_int_equal(bad, 1);
    journal_reader_close(r);
}

/* One journal of that size serves all three, and its reopening. */
static void tiles_equal_naive_beyond_65536_entries(void **state) {
    kit *k = *state;
    kit_fill(k, 65535, 5000);
    kit_fill(k, 65537, 1);
    kit_fill(k, MANY, 400);
    roots_around_65536_equal_naive(k);
    tiles_of_all_levels_equal_naive(k);
    verification_finds_nothing(k);
    kit_close(k);
    kit_open(k);
    assert_int_equal(journal_next(k->journal), MANY);
    journal_head head;
    journal_get_head(k->journal, &head);
    assert_memory_equal(&head, &k->last, sizeof head);
    kit_stage(k, MANY);
    kit_flush(k);
    hash256 naive = kit_naive_root(0, MANY + 1);
    assert_true(hash_equal(&k->last.root, &naive));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CONTRACT(head_root_equals_root_of_entries),
        CONTRACT(every_checkpoint_verifies_and_is_consistent_with_the_next),
        CONTRACT(root_at_every_size_equals_naive),
        CONTRACT(tiles_equal_naive_beyond_65536_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
