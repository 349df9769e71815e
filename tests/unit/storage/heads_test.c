/* The ring of signed heads: going round, torn writes, damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storage/heads.h"
#include "tests/unit/storage/storage_kit.h"

typedef struct ring {
    char folder[STORAGE_FOLDER_MAX];
    char path[STORAGE_PATH_MAX];
    heads heads;
} ring;

static int setup(void **state) {
    ring *g = calloc(1, sizeof *g);
    assert_non_null(g);
    storage_folder(g->folder);
    storage_path(g->path, g->folder, "heads");
    assert_int_equal(heads_make(g->path), DUBAN_OK);
    assert_int_equal(heads_open(&g->heads, g->path, false), DUBAN_OK);
    *state = g;
    return 0;
}

static int teardown(void **state) {
    ring *g = *state;
    heads_close(&g->heads);
    storage_remove_folder(g->folder);
    free(g);
    return 0;
}

static void append(ring *g, uint64_t n) {
    char text[64];
    int size = snprintf(text, sizeof text, "note %llu\n", (unsigned long long)n);
    assert_int_equal(heads_append(&g->heads, 10 * n, text, (uint32_t)size), DUBAN_OK);
}

static void reopen(ring *g) {
    heads_close(&g->heads);
    assert_int_equal(heads_open(&g->heads, g->path, false), DUBAN_OK);
}

/* Changes one byte of a slot. */
static void spoil(ring *g, uint64_t slot, size_t at) {
    size_t size;
    uint8_t *bytes = storage_read(g->path, &size);
    bytes[slot * HEADS_STRIDE + at] ^= 0x10;
    storage_write(g->path, bytes, size);
    free(bytes);
}

static void assert_newest(ring *g, uint64_t n) {
    heads_record record;
    uint32_t slot = UINT32_MAX;
    char text[64];
    int size = snprintf(text, sizeof text, "note %llu\n", (unsigned long long)n);
    reopen(g);
    assert_int_equal(heads_newest(&g->heads, &record, &slot), DUBAN_OK);
    assert_int_equal(record.sequence, n);
    assert_int_equal(record.size, 10 * n);
    assert_int_equal(record.note_size, size);
    assert_memory_equal(record.note, text, (size_t)size);
}

static void the_newest_head_is_found_however_often_the_ring_goes_round(void **state) {
    ring *g = *state;
    heads_record record;
    uint32_t slot;
    assert_int_equal(heads_newest(&g->heads, &record, &slot), DUBAN_E_NOT_FOUND);
    for (uint64_t n = 1; n <= 3 * HEADS_SLOTS + 5; n++) {
        append(g, n);
        assert_newest(g, n);
    }
}

static void a_torn_newest_head_leaves_the_one_before(void **state) {
    ring *g = *state;
    for (uint64_t n = 1; n <= 2 * HEADS_SLOTS; n++) {
        append(g, n);
        if (n == 1) continue;
        spoil(g, n % HEADS_SLOTS, 40);
        assert_newest(g, n - 1);
        append(g, n); /* written anew where the torn one lies */
        assert_newest(g, n);
    }
}

/* He would show the one before as the newest, and cannot sign it anew. */
static void a_reader_refuses_a_torn_newest_head(void **state) {
    ring *g = *state;
    heads reader;
    heads_record record;
    uint32_t slot = UINT32_MAX;
    for (uint64_t n = 1; n <= HEADS_SLOTS + 3; n++)
        append(g, n);
    spoil(g, 3, 40);
    assert_int_equal(heads_open(&reader, g->path, true), DUBAN_OK);
    assert_int_equal(heads_newest(&reader, &record, &slot), DUBAN_E_CORRUPT);
    assert_int_equal(slot, 3);
    assert_newest(g, HEADS_SLOTS + 2);
    append(g, HEADS_SLOTS + 3);
    assert_int_equal(heads_newest(&reader, &record, &slot), DUBAN_OK);
    assert_int_equal(record.sequence, HEADS_SLOTS + 3);
    heads_close(&reader);
}

static void a_torn_first_head_is_none(void **state) {
    ring *g = *state;
    heads_record record;
    uint32_t slot;
    append(g, 1);
    spoil(g, 1, 3);
    reopen(g);
    assert_int_equal(heads_newest(&g->heads, &record, &slot), DUBAN_E_NOT_FOUND);
}

static void any_other_damaged_slot_is_named(void **state) {
    ring *g = *state;
    heads_record record;
    for (uint64_t n = 1; n <= HEADS_SLOTS + 10; n++)
        append(g, n);
    /* The newest is in slot 10, the next goes to 11. */
    for (uint32_t i = 0; i < HEADS_SLOTS; i++) {
        if (i == 10 || i == 11) continue;
        for (size_t at = 0; at < HEADS_RECORD_SIZE; at += 341) {
            uint32_t slot = UINT32_MAX;
            spoil(g, i, at);
            reopen(g);
            assert_int_equal(heads_newest(&g->heads, &record, &slot), DUBAN_E_CORRUPT);
            assert_int_equal(slot, i);
            spoil(g, i, at);
        }
    }
    spoil(g, 11, 100);
    assert_newest(g, HEADS_SLOTS + 10);
}

static void a_ring_put_together_from_two_is_damaged(void **state) {
    ring *g = *state;
    heads_record record;
    uint32_t slot = UINT32_MAX;
    size_t size;
    for (uint64_t n = 1; n <= 20; n++)
        append(g, n);
    uint8_t *older = storage_read(g->path, &size);
    for (uint64_t n = 21; n <= 90; n++)
        append(g, n);
    uint8_t *newer = storage_read(g->path, &size);
    memcpy(newer + 15 * HEADS_STRIDE, older + 15 * HEADS_STRIDE, HEADS_STRIDE);
    storage_write(g->path, newer, size);
    reopen(g);
    assert_int_equal(heads_newest(&g->heads, &record, &slot), DUBAN_E_CORRUPT);
    assert_int_equal(slot, 15);
    free(older);
    free(newer);
}

static void a_file_of_another_size_is_damaged(void **state) {
    ring *g = *state;
    heads_record record;
    uint32_t slot = UINT32_MAX;
    append(g, 1);
    assert_int_equal(truncate(g->path, HEADS_FILE_SIZE - 1), 0);
    reopen(g);
    assert_int_equal(heads_newest(&g->heads, &record, &slot), DUBAN_E_CORRUPT);
    assert_int_equal(slot, HEADS_SLOTS - 1);
    assert_int_equal(truncate(g->path, 0), 0);
    assert_int_equal(heads_newest(&g->heads, &record, &slot), DUBAN_E_CORRUPT);
    assert_int_equal(slot, 0);
}

static void a_missing_file_is_not_found(void **state) {
    ring *g = *state;
    heads other;
    char path[STORAGE_PATH_MAX];
    storage_path(path, g->folder, "nothing");
    assert_int_equal(heads_open(&other, path, true), DUBAN_E_NOT_FOUND);
    storage_path(path, g->folder, "no/folder");
    assert_int_equal(heads_make(path), DUBAN_E_NOT_FOUND);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            the_newest_head_is_found_however_often_the_ring_goes_round, setup, teardown),
        cmocka_unit_test_setup_teardown(a_torn_newest_head_leaves_the_one_before, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_reader_refuses_a_torn_newest_head, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_torn_first_head_is_none, setup, teardown),
        cmocka_unit_test_setup_teardown(any_other_damaged_slot_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(a_ring_put_together_from_two_is_damaged, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_file_of_another_size_is_damaged, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_missing_file_is_not_found, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
