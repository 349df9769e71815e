/* The arena and the buffer: alignment, bounds, reuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/arena.h"

static void what_is_allocated_is_aligned_zeroed_and_apart(void **state) {
    (void)state;
    arena a;
    arena_init(&a, 0);
    unsigned char *parts[500];
    for (size_t i = 0; i < 500; i++) {
        parts[i] = arena_alloc(&a, i * 7);
        assert_non_null(parts[i]);
        assert_int_equal((uintptr_t)parts[i] % _Alignof(max_align_t), 0);
        for (size_t k = 0; k < i * 7; k++)
            assert_int_equal(parts[i][k], 0);
        memset(parts[i], (int)(i % 251) + 1, i * 7);
    }
    for (size_t i = 0; i < 500; i++)
        for (size_t k = 0; k < i * 7; k++)
            assert_int_equal(parts[i][k], i % 251 + 1);
    arena_close(&a);
}

static void memory_used_before_a_reset_comes_back_zeroed(void **state) {
    (void)state;
    arena a;
    arena_init(&a, 0);
    memset(arena_alloc(&a, 1000), 0xEE, 1000);
    arena_reset(&a);
    const unsigned char *again = arena_alloc(&a, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(again[i], 0);
    arena_close(&a);
}

static void a_bound_is_kept_and_the_arena_lives_on(void **state) {
    (void)state;
    arena a;
    arena_init(&a, 10000);
    assert_null(arena_alloc(&a, 10001));
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_null(arena_alloc(&a, SIZE_MAX - 100));
    assert_null(arena_copy(&a, "x", SIZE_MAX));
    size_t got = 0;
    while (arena_alloc(&a, 100))
        got += 100;
    assert_true(got >= 8500 && got <= 10000);
    assert_true(a.bytes <= 10000);
    arena_reset(&a);
    assert_non_null(arena_alloc(&a, 1000));
    arena_close(&a);
}

static void reset_keeps_one_block_and_close_none(void **state) {
    (void)state;
    arena a;
    arena_init(&a, 0);
    arena_reset(&a);
    assert_int_equal(a.bytes, 0);
    for (int i = 0; i < 5000; i++)
        assert_non_null(arena_alloc(&a, 64));
    size_t full = a.bytes;
    arena_reset(&a);
    assert_true(a.bytes > 0 && a.bytes < full);
    size_t kept = a.bytes;
    assert_non_null(arena_alloc(&a, 64));
    assert_int_equal(a.bytes, kept);
    arena_close(&a);
    assert_int_equal(a.bytes, 0);
    arena_close(&a);
}

static void a_large_piece_does_not_end_the_block_small_ones_fill(void **state) {
    (void)state;
    arena a;
    arena_init(&a, 0);
    char *before = arena_alloc(&a, 16);
    unsigned char *large = arena_alloc(&a, 1024 * 1024);
    memset(large, 0xFF, 1024 * 1024);
    char *after = arena_alloc(&a, 16);
    assert_ptr_equal(after, before + 16);
    arena_reset(&a);
    assert_true(a.bytes < 1024 * 1024);
    arena_close(&a);
}

static void a_copy_ends_in_nul_and_may_be_empty(void **state) {
    (void)state;
    arena a;
    arena_init(&a, 0);
    assert_string_equal(arena_copy(&a, "聊城市xyz", 9), "聊城市");
    assert_string_equal(arena_copy(&a, NULL, 0), "");
    arena_close(&a);
}

static void a_buffer_keeps_what_was_written_while_it_grows(void **state) {
    (void)state;
    buffer b;
    buffer_init(&b);
    assert_non_null(buffer_reserve(&b, 0));
    for (unsigned i = 0; i < 3000; i++) {
        unsigned char *at = buffer_reserve(&b, 7);
        assert_non_null(at);
        memset(at, (int)(i % 255), 7);
        b.size += 7;
    }
    assert_int_equal(b.size, 21000);
    for (size_t i = 0; i < b.size; i++)
        assert_int_equal(b.data[i], i / 7 % 255);
    buffer_close(&b);
    assert_null(b.data);
}

static void a_buffer_refuses_what_no_memory_could_hold(void **state) {
    (void)state;
    buffer b;
    buffer_init(&b);
    assert_non_null(buffer_reserve(&b, 10));
    b.size = 10;
    assert_null(buffer_reserve(&b, SIZE_MAX - 5));
    assert_int_equal(b.size, 10);
    buffer_close(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_allocated_is_aligned_zeroed_and_apart),
        cmocka_unit_test(memory_used_before_a_reset_comes_back_zeroed),
        cmocka_unit_test(a_bound_is_kept_and_the_arena_lives_on),
        cmocka_unit_test(reset_keeps_one_block_and_close_none),
        cmocka_unit_test(a_large_piece_does_not_end_the_block_small_ones_fill),
        cmocka_unit_test(a_copy_ends_in_nul_and_may_be_empty),
        cmocka_unit_test(a_buffer_keeps_what_was_written_while_it_grows),
        cmocka_unit_test(a_buffer_refuses_what_no_memory_could_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
