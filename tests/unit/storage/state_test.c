/* The journal's own record: round trips, and every bit of it counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "storage/state.h"

static journal_state state_of(uint64_t size) {
    journal_state made;
    state_init(&made);
    for (uint64_t n = 0; n < size; n++) {
        hash256 leaf = tlog_leaf_hash(&n, sizeof n);
        tlog_frontier_append(&made.frontier, &leaf);
    }
    made.signed_size = size / 2;
    return made;
}

static void what_is_written_is_read_back(void **state) {
    (void)state;
    for (uint64_t size = 0; size < 1100; size = size * 2 + size % 3 + 1) {
        uint8_t bytes[STATE_SIZE_MAX];
        journal_state made = state_of(size), read;
        size_t written = state_write(&made, bytes);
        assert_int_equal(state_read((span){bytes, written}, &read), DUBAN_OK);
        assert_int_equal(read.signed_size, made.signed_size);
        assert_int_equal(read.frontier.size, size);
        hash256 root = tlog_frontier_root(&read.frontier);
        hash256 wanted = tlog_frontier_root(&made.frontier);
        assert_true(hash_equal(&root, &wanted));
    }
}

static void the_bytes_are_as_the_header_says(void **state) {
    (void)state;
    uint8_t bytes[STATE_SIZE_MAX];
    journal_state made = state_of(3);
    assert_int_equal(state_write(&made, bytes), 20 + 2 * HASH_SIZE + HASH_SIZE);
    static const uint8_t head[20] = {0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
                                     0, 3, 0, 0, 0, 0, 0, 0, 0, 1};
    assert_memory_equal(bytes, head, sizeof head);
    assert_memory_equal(bytes + 20, made.frontier.hashes[1].bytes, HASH_SIZE);
    assert_memory_equal(bytes + 52, made.frontier.hashes[0].bytes, HASH_SIZE);
    hash256 sum = hash_of(bytes, 84);
    assert_memory_equal(bytes + 84, sum.bytes, HASH_SIZE);
}

static void every_flipped_bit_and_every_cut_is_corrupt(void **state) {
    (void)state;
    uint8_t bytes[STATE_SIZE_MAX];
    journal_state made = state_of(37), read;
    size_t size = state_write(&made, bytes);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(state_read((span){bytes, size}, &read), DUBAN_E_CORRUPT);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t cut = 0; cut < size; cut++)
        assert_int_equal(state_read((span){bytes, cut}, &read), DUBAN_E_CORRUPT);
}

/* Writes the sum anew over changed bytes, as another program might. */
static duban_status read_changed(size_t at, uint8_t value) {
    uint8_t bytes[STATE_SIZE_MAX];
    journal_state made = state_of(37), read;
    size_t size = state_write(&made, bytes);
    bytes[at] = value;
    hash256 sum = hash_of(bytes, size - HASH_SIZE);
    memcpy(bytes + size - HASH_SIZE, sum.bytes, HASH_SIZE);
    return state_read((span){bytes, size}, &read);
}

static void another_format_and_nonsense_are_refused(void **state) {
    (void)state;
    assert_int_equal(read_changed(3, 1), DUBAN_OK);
    assert_int_equal(read_changed(3, 2), DUBAN_E_VERSION);
    assert_int_equal(read_changed(11, 36),
                     DUBAN_E_CORRUPT); /* fewer hashes belong to it */
    assert_int_equal(read_changed(19, 38), DUBAN_E_CORRUPT); /* more signed than stored */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(the_bytes_are_as_the_header_says),
        cmocka_unit_test(every_flipped_bit_and_every_cut_is_corrupt),
        cmocka_unit_test(another_format_and_nonsense_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
