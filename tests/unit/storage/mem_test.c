/* The mem engine's faults: each is noticed, none loses what was acknowledged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "storage/mem/mem.h"

typedef struct bed {
    mem_disk *disk;
    sign_key key;
    journal_options options;
    journal *journal;
    journal_head last;
    duban_status failed;
    uint32_t failures;
} bed;

static void on_durable(void *ctx, const journal_head *head) {
    ((bed *)ctx)->last = *head;
}

static void on_failed(void *ctx, duban_status status, const char *detail) {
    bed *b = ctx;
    assert_non_null(detail);
    b->failed = status;
    b->failures++;
}

static duban_status open_journal(bed *b, duban_refusal *refusal) {
    return journal_open_mem(&b->options, b->disk, &b->journal, refusal);
}

static void close_journal(bed *b) {
    journal_close(b->journal);
    b->journal = NULL;
}

static int setup(void **state) {
    uint8_t seed[SIGN_SEED_SIZE] = {3};
    bed *b = calloc(1, sizeof *b);
    assert_non_null(b);
    assert_int_equal(sign_init(), DUBAN_OK);
    sign_key_of_seed(seed, &b->key);
    b->disk = mem_disk_new();
    b->options = (journal_options){.origin = "mem.duban.example",
                                   .signer = &b->key,
                                   .on_durable = on_durable,
                                   .on_failed = on_failed,
                                   .ctx = b};
    assert_int_equal(open_journal(b, NULL), DUBAN_OK);
    *state = b;
    return 0;
}

static int teardown(void **state) {
    bed *b = *state;
    close_journal(b);
    mem_disk_free(b->disk);
    free(b);
    return 0;
}

static void stage(bed *b, uint64_t count) {
    for (uint64_t i = 0; i < count; i++) {
        uint64_t n = journal_next(b->journal);
        span entry = {(const uint8_t *)&n, sizeof n};
        assert_int_equal(journal_stage(b->journal, entry, NULL, 0), DUBAN_OK);
    }
}

static void commit(bed *b, uint64_t count) {
    stage(b, count);
    journal_flush(b->journal);
}

static void flush_is_the_commit(void **state) {
    bed *b = *state;
    stage(b, 5);
    assert_int_equal(b->last.size, 0);
    journal_flush(b->journal);
    assert_int_equal(b->last.size, 5);
}

static void the_nth_commit_fails_and_nothing_of_it_is_stored(void **state) {
    bed *b = *state;
    mem_disk_fail_commit(b->disk, 3, MEM_FAULT_COMMIT);
    commit(b, 10);
    commit(b, 10);
    assert_int_equal(b->failed, DUBAN_OK);
    commit(b, 10);
    assert_int_equal(b->failed, DUBAN_E_IO);
    assert_int_equal(b->failures, 1);
    assert_int_equal(b->last.size, 20);
    close_journal(b);
    assert_int_equal(open_journal(b, NULL), DUBAN_OK);
    assert_int_equal(journal_next(b->journal), 20);
    commit(b, 300);
    assert_int_equal(b->last.size, 320);
}

static void entries_without_a_head_are_signed_on_at_the_next_start(void **state) {
    bed *b = *state;
    journal_head head;
    commit(b, 10);
    mem_disk_fail_commit(b->disk, 1, MEM_FAULT_HEAD);
    commit(b, 600);
    assert_int_equal(b->failed, DUBAN_E_IO);
    journal_get_head(b->journal, &head);
    assert_int_equal(head.size, 10);
    close_journal(b);

    /* Who may not write sees what is signed; who may signs the rest. */
    b->options.read_only = true;
    assert_int_equal(open_journal(b, NULL), DUBAN_OK);
    journal_get_head(b->journal, &head);
    assert_int_equal(head.size, 10);
    close_journal(b);
    b->options.read_only = false;
    assert_int_equal(open_journal(b, NULL), DUBAN_OK);
    journal_get_head(b->journal, &head);
    assert_int_equal(head.size, 610);
    assert_int_equal(journal_next(b->journal), 610);
}

static void a_full_disk_is_disk_full(void **state) {
    bed *b = *state;
    commit(b, 10);
    mem_disk_set_room(b->disk, 1000);
    commit(b, 100);
    assert_int_equal(b->failed, DUBAN_E_DISK_FULL);
    close_journal(b);
    mem_disk_set_room(b->disk, UINT64_MAX);
    assert_int_equal(open_journal(b, NULL), DUBAN_OK);
    assert_int_equal(journal_next(b->journal), 10);
}

static void a_lost_tail_is_shorter_than_the_head(void **state) {
    bed *b = *state;
    duban_refusal refusal = {0};
    commit(b, 700);
    close_journal(b);
    mem_disk_lose_tail(b->disk, 1);
    assert_int_equal(open_journal(b, &refusal), DUBAN_E_SHORTER);
    assert_string_equal(refusal.found, "699");
    assert_string_equal(refusal.expected, "700");
    mem_disk_lose_tail(b->disk, 10000);
    assert_int_equal(open_journal(b, &refusal), DUBAN_E_SHORTER);
    assert_string_equal(refusal.found, "0");
}

/* A disk that changed an entry and everything that could give it away but the head. */
static void another_root_at_the_head_is_refused(void **state) {
    bed *b = *state;
    duban_refusal refusal = {0};
    commit(b, 200);
    close_journal(b);
    assert_true(mem_disk_flip_entry(b->disk, 150, 9));
    mem_disk_lose_tail(b->disk, 0);
    assert_int_equal(open_journal(b, &refusal), DUBAN_E_ROOT);
    assert_string_equal(refusal.found, "200");
}

static void flipped_bits_of_state_tile_and_head_are_refused(void **state) {
    bed *b = *state;
    commit(b, 600);
    close_journal(b);
    for (uint64_t bit = 0; bit < 9000; bit += 131) {
        assert_true(mem_disk_flip_state(b->disk, bit));
        assert_int_equal(open_journal(b, NULL), DUBAN_E_CORRUPT);
        assert_true(mem_disk_flip_state(b->disk, bit));

        assert_true(mem_disk_flip_head(b->disk, bit));
        assert_int_equal(open_journal(b, NULL), DUBAN_E_NOTE);
        assert_true(mem_disk_flip_head(b->disk, bit));

        duban_refusal refusal = {0};
        assert_true(mem_disk_flip_tile(b->disk, 1, 7 * bit));
        assert_int_equal(open_journal(b, &refusal), DUBAN_E_CORRUPT);
        assert_true(mem_disk_flip_tile(b->disk, 1, 7 * bit));
    }
    assert_int_equal(open_journal(b, NULL), DUBAN_OK);
}

static void the_stored_root_of_a_tile_is_verified_too(void **state) {
    bed *b = *state;
    duban_refusal refusal = {0};
    commit(b, 600);
    close_journal(b);
    assert_true(mem_disk_flip_tile(b->disk, 1, 8 * 256 * HASH_SIZE + 77));
    assert_int_equal(open_journal(b, &refusal), DUBAN_E_CORRUPT);
    assert_string_equal(refusal.found, "256");
}

/* They are not signed yet: each is hashed again before it is. */
static void a_flipped_bit_in_a_full_tile_behind_the_head_is_refused(void **state) {
    bed *b = *state;
    duban_refusal refusal = {0};
    commit(b, 10);
    mem_disk_fail_commit(b->disk, 1, MEM_FAULT_HEAD);
    commit(b, 600);
    close_journal(b);
    assert_true(mem_disk_flip_entry(b->disk, 300, 11));
    assert_int_equal(open_journal(b, &refusal), DUBAN_E_CORRUPT);
    assert_string_equal(refusal.found, "300");
    assert_true(mem_disk_flip_entry(b->disk, 300, 11));
    assert_int_equal(open_journal(b, NULL), DUBAN_OK);
}

/* The last entry of what stands behind the head; anything but 0..9 is not believed. */
static duban_status only_so_many(void *ctx, journal_reader *r, uint64_t signed_size,
                                 duban_refusal *refusal) {
    (void)ctx;
    span entry;
    uint64_t size = journal_reader_size(r);
    assert_int_equal(signed_size, 5);
    assert_int_equal(journal_read(r, size - 1, &entry), DUBAN_OK);
    if (size <= 10) return DUBAN_OK;
    return duban_refuse(refusal, DUBAN_E_SIGNATURE, 0, "signature", "10", NULL);
}

static void what_lies_behind_the_head_is_signed_only_when_it_is_trusted(void **state) {
    bed *b = *state;
    journal_head head;
    duban_refusal refusal = {0};
    b->options.trust_tail = only_so_many;
    commit(b, 5);
    mem_disk_fail_commit(b->disk, 1, MEM_FAULT_HEAD);
    commit(b, 6);
    close_journal(b);
    for (int i = 0; i < 2; i++) { /* the first refusal signed nothing */
        assert_int_equal(open_journal(b, &refusal), DUBAN_E_SIGNATURE);
        assert_string_equal(refusal.found, "10");
    }
    b->options.read_only = true; /* signs nothing, and sees what is signed */
    assert_int_equal(open_journal(b, NULL), DUBAN_OK);
    journal_get_head(b->journal, &head);
    assert_int_equal(head.size, 5);
    close_journal(b);
    b->options.read_only = false;
    mem_disk_lose_tail(b->disk, 1);
    assert_int_equal(open_journal(b, NULL), DUBAN_OK);
    journal_get_head(b->journal, &head);
    assert_int_equal(head.size, 10);
}

static void there_is_no_bit_to_flip_on_an_empty_disk(void **state) {
    bed *b = *state;
    close_journal(b);
    assert_false(mem_disk_flip_entry(b->disk, 0, 0));
    assert_false(mem_disk_flip_tile(b->disk, 0, 0));
    assert_false(mem_disk_flip_state(b->disk, 0));
    assert_false(mem_disk_flip_head(b->disk, 0));
}

static void without_a_disk_it_brings_its_own(void **state) {
    bed *b = *state;
    journal *first = b->journal, *second;
    assert_int_equal(journal_open_mem(&b->options, NULL, &second, NULL), DUBAN_OK);
    commit(b, 4);
    assert_int_equal(journal_next(second), 0);
    journal_close(second);
    assert_ptr_equal(b->journal, first);
}

int main(void) {
#define MEM(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        MEM(flush_is_the_commit),
        MEM(the_nth_commit_fails_and_nothing_of_it_is_stored),
        MEM(entries_without_a_head_are_signed_on_at_the_next_start),
        MEM(a_full_disk_is_disk_full),
        MEM(a_lost_tail_is_shorter_than_the_head),
        MEM(another_root_at_the_head_is_refused),
        MEM(flipped_bits_of_state_tile_and_head_are_refused),
        MEM(the_stored_root_of_a_tile_is_verified_too),
        MEM(a_flipped_bit_in_a_full_tile_behind_the_head_is_refused),
        MEM(what_lies_behind_the_head_is_signed_only_when_it_is_trusted),
        MEM(there_is_no_bit_to_flip_on_an_empty_disk),
        MEM(without_a_disk_it_brings_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
