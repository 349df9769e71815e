/* Proofs of the loop and of the worker: the same paths, from memory and from the journal,
 * and for what has just become durable from memory alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "broker/worker/proofs.h"
#include "broker/roots.h"
#include "storage/mem/mem.h"

/* Past one full tile of level 1. */
#define SIZE_TESTED UINT64_C(66000)
#define ORIGIN      "test.example/proofs"

static journal *kept;
static sign_key signer;
static roots *all;

static span entry_of(uint64_t index) {
    static uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(index >> (56 - 8 * i));
    return (span){bytes, sizeof bytes};
}

static int begin(void **state) {
    (void)state;
    uint8_t seed[SIGN_SEED_SIZE] = {7};
    if (sign_init()) return -1;
    sign_key_of_seed(seed, &signer);
    journal_options options = {.origin = ORIGIN, .signer = &signer};
    all = malloc(sizeof *all);
    if (!all || journal_open_mem(&options, NULL, &kept, NULL)) return -1;
    roots_init(all);
    for (uint64_t index = 0; index < SIZE_TESTED; index++) {
        roots_append(all, entry_of(index));
        if (journal_stage(kept, entry_of(index), NULL, 0)) return -1;
        if (index % 1000 == 999) journal_flush(kept);
    }
    journal_flush(kept);
    return 0;
}

static int end(void **state) {
    (void)state;
    journal_close(kept);
    free(all);
    return 0;
}

static void check(uint64_t index, uint64_t size, const tlog_path *path) {
    journal_reader *reader = NULL;
    hash256 root;
    span entry = entry_of(index);
    hash256 leaf = tlog_leaf_hash(entry.data, entry.size);
    assert_int_equal(journal_reader_open(kept, &reader), DUBAN_OK);
    assert_int_equal(journal_root_at(reader, size, &root), DUBAN_OK);
    journal_reader_close(reader);
    assert_int_equal(
        tlog_verify_inclusion(&leaf, index, size, path->hashes, path->count, &root),
        DUBAN_OK);
}

/* Two tiles of leaves are in the edge: whoever asked the journal here would crash. */
static void what_has_just_become_durable_is_proved_without_the_journal(void **state) {
    (void)state;
    tlog_path path;
    uint64_t edge = (SIZE_TESTED / TILE_WIDTH - 1) * TILE_WIDTH;
    for (uint64_t size = SIZE_TESTED - 200; size <= SIZE_TESTED; size++)
        for (uint64_t index = size - 40; index < size; index++) {
            assert_true(index >= edge);
            assert_int_equal(roots_prove(all, NULL, index, size, &path), DUBAN_OK);
            if (index % 7 == 0) check(index, size, &path);
        }
}

static void what_lies_further_back_is_proved_with_the_journals_help(void **state) {
    (void)state;
    tlog_path path, same;
    for (uint64_t index = 0; index < SIZE_TESTED; index += 997) {
        assert_int_equal(roots_prove(all, kept, index, SIZE_TESTED, &path), DUBAN_OK);
        check(index, SIZE_TESTED, &path);
        assert_int_equal(proofs_inclusion(kept, index, SIZE_TESTED, &same), DUBAN_OK);
        assert_int_equal(path.count, same.count);
        assert_memory_equal(path.hashes, same.hashes, path.count * sizeof path.hashes[0]);
    }
}

static void every_earlier_size_can_be_proved_to(void **state) {
    (void)state;
    tlog_path path;
    for (uint64_t size = 1; size < SIZE_TESTED; size += 1231) {
        uint64_t index = size * 2 / 3;
        assert_int_equal(roots_prove(all, kept, index, size, &path), DUBAN_OK);
        check(index, size, &path);
        assert_int_equal(proofs_inclusion(kept, index, size, &path), DUBAN_OK);
        check(index, size, &path);
    }
}

static void what_is_not_there_is_ahead(void **state) {
    (void)state;
    tlog_path path;
    assert_int_equal(roots_prove(all, kept, 0, SIZE_TESTED + 1, &path), DUBAN_E_AHEAD);
    assert_int_equal(roots_prove(all, kept, 10, 10, &path), DUBAN_E_AHEAD);
    assert_int_equal(proofs_inclusion(kept, 0, SIZE_TESTED + 1, &path), DUBAN_E_AHEAD);
    assert_int_equal(proofs_inclusion(kept, 10, 10, &path), DUBAN_E_AHEAD);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_just_become_durable_is_proved_without_the_journal),
        cmocka_unit_test(what_lies_further_back_is_proved_with_the_journals_help),
        cmocka_unit_test(every_earlier_size_can_be_proved_to),
        cmocka_unit_test(what_is_not_there_is_ahead),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
