/* Failing and opening again: nothing acknowledged is lost, nothing damaged is believed.
 */
#include "tests/contract/journal_kit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_entries(kit *k, uint64_t count) {
    journal_reader *r = kit_reader(k);
    assert_true(journal_reader_size(r) >= count);
    for (uint64_t i = 0; i < count; i++) {
        uint8_t wanted[KIT_ENTRY_MAX];
        span found;
        assert_int_equal(journal_read(r, i, &found), DUBAN_OK);
        assert_int_equal(found.size, kit_entry(i, wanted));
        assert_memory_equal(found.data, wanted, found.size);
    }
    journal_reader_close(r);
}

static void assert_refused(kit *k, duban_status wanted, uint64_t index) {
    char text[24];
    duban_refusal refusal = {0};
    snprintf(text, sizeof text, "%" PRIu64, index);
    assert_int_equal(kit_try_open(k, &refusal), wanted);
    assert_null(k->journal);
    assert_int_equal(refusal.status, wanted);
    assert_string_equal(refusal.found, text);
    assert_int_equal(kit_try_open(k, NULL), wanted);
}

static void reopening_continues_where_it_was(void **state) {
    kit *k = *state;
    journal_head before;
    for (uint64_t size = 1; size < 2000; size = 2 * size + 1) {
        kit_fill(k, size, 100);
        journal_get_head(k->journal, &before);
        kit_close(k);
        kit_open(k);
        journal_head after;
        journal_get_head(k->journal, &after);
        assert_memory_equal(&before, &after, sizeof before);
        assert_int_equal(journal_next(k->journal), size);
        assert_entries(k, size);
    }
    hash256 naive = kit_naive_root(0, before.size);
    assert_true(hash_equal(&before.root, &naive));
}

static void an_empty_journal_reopens_empty(void **state) {
    kit *k = *state;
    journal_head head;
    kit_close(k);
    kit_open(k);
    journal_get_head(k->journal, &head);
    hash256 empty = hash_of(NULL, 0);
    assert_int_equal(head.size, 0);
    assert_true(hash_equal(&head.root, &empty));
    assert_string_equal(head.checkpoint, "");
    assert_int_equal(journal_next(k->journal), 0);
}

static void failed_commit_stops_the_engine_and_loses_nothing_acknowledged(void **state) {
    kit *k = *state;
    kit_fill(k, 300, 50);
    kit_break_commits(k);
    for (uint64_t i = 300; i < 310; i++)
        kit_stage(k, i);
    kit_flush(k);
    kit_mend_commits(k);
    assert_int_not_equal(k->failed, DUBAN_OK);
    uint8_t bytes[KIT_ENTRY_MAX];
    span entry = {bytes, kit_entry(310, bytes)};
    assert_int_equal(journal_stage(k->journal, entry, NULL, 0), DUBAN_E_COMMIT);
    journal_flush(k->journal);
    assert_entries(k, 300);
    journal_head head;
    journal_get_head(k->journal, &head);
    assert_int_equal(head.size, 300);
    kit_close(k);
    assert_int_equal(k->failures, 1);
    assert_int_equal(k->last.size, 300);

    k->failed = DUBAN_OK;
    kit_open(k);
    assert_entries(k, 300);
    assert_int_equal(journal_next(k->journal), 300);
    kit_fill(k, 320, 5);
    assert_entries(k, 320);
    hash256 naive = kit_naive_root(0, 320);
    assert_true(hash_equal(&k->last.root, &naive));
}

static void a_journal_shorter_than_its_signed_head_is_refused(void **state) {
    kit *k = *state;
    kit_fill(k, 280, 40);
    kit_close(k);
    kit_remember(k);
    kit_open(k);
    kit_fill(k, 290, 5);
    kit_close(k);
    kit_restore_entries(k);
    assert_refused(k, DUBAN_E_SHORTER, 280);
}

static void a_flipped_bit_behind_the_last_full_tile_is_refused(void **state) {
    kit *k = *state;
    /* 300 = 256 + 32 + 8 + 4: the hashes of the edge begin at 256, 288 and 296. */
    static const uint64_t flipped[] = {256, 287, 288, 295, 296, 299};
    static const uint64_t named[] = {256, 256, 288, 288, 296, 296};
    kit_fill(k, 300, 60);
    for (size_t i = 0; i < sizeof flipped / sizeof *flipped; i++) {
        kit_close(k);
        kit_flip_entry(k, flipped[i], 1000 * i + 77);
        assert_refused(k, DUBAN_E_CORRUPT, named[i]);
        kit_unflip_entry(k, flipped[i], 1000 * i + 77);
        kit_open(k);
    }
}

static void a_flipped_bit_in_an_older_entry_is_found_and_named(void **state) {
    kit *k = *state;
    static const uint64_t flipped[] = {0, 100, 255, 256, 1023};
    kit_fill(k, 1030, 200);
    for (size_t i = 0; i < sizeof flipped / sizeof *flipped; i++) {
        kit_close(k);
        kit_flip_entry(k, flipped[i], 3000 * i + 5);
        kit_open(k);
        journal_reader *r = kit_reader(k);
        uint64_t bad = UINT64_MAX;
        assert_int_equal(journal_verify(r, 0, 1030, NULL, NULL, &bad), DUBAN_E_CORRUPT);
        assert_int_equal(bad, flipped[i]);
        bad = UINT64_MAX;
        assert_int_equal(journal_verify(r, 1024, 1030, NULL, NULL, &bad), DUBAN_OK);
        assert_int_equal(bad, UINT64_MAX);
        journal_reader_close(r);
        kit_close(k);
        kit_unflip_entry(k, flipped[i], 3000 * i + 5);
        kit_open(k);
    }
}

static void another_origin_or_key_is_refused(void **state) {
    kit *k = *state;
    sign_key other;
    uint8_t seed[SIGN_SEED_SIZE] = {8};
    sign_key_of_seed(seed, &other);
    kit_fill(k, 5, 5);
    kit_close(k);
    k->options.origin = "another.duban.example/journal";
    assert_refused(k, DUBAN_E_NOTE, k->engine == KIT_MEM ? 0 : 5);
    k->options.origin = KIT_ORIGIN;
    k->options.signer = &other;
    assert_refused(k, DUBAN_E_NOTE, k->engine == KIT_MEM ? 0 : 5);
    k->options.signer = &k->key;
    kit_open(k);
}

static void an_origin_that_cannot_sign_is_refused(void **state) {
    kit *k = *state;
    duban_refusal refusal = {0};
    kit_close(k);
    k->options.origin = "two words";
    assert_int_equal(kit_try_open(k, &refusal), DUBAN_E_NOTE);
    assert_string_equal(refusal.found, "two words");
    k->options.origin = KIT_ORIGIN;
    kit_open(k);
}

static void a_second_writer_is_refused(void **state) {
    kit *k = *state;
    journal *first = k->journal;
    duban_refusal refusal = {0};
    kit_fill(k, 3, 1);
    assert_int_equal(kit_try_open(k, &refusal), DUBAN_E_LOCKED);
    assert_ptr_equal(k->journal, first);
    kit_fill(k, 6, 1);
    kit_close(k);
    kit_open(k);
}

static void read_only_reads_and_verifies_without_a_signer(void **state) {
    kit *k = *state;
    kit_fill(k, 600, 300);
    kit_close(k);
    k->options.read_only = true;
    k->options.signer = NULL;
    k->options.log_key = &k->key.public_key;
    kit_open(k);
    assert_entries(k, 600);
    journal_head head;
    journal_get_head(k->journal, &head);
    assert_memory_equal(&head, &k->last, sizeof head);
    kit_close(k);

    k->options.log_key = NULL;
    kit_open(k);
    journal_get_head(k->journal, &head);
    assert_memory_equal(&head, &k->last, sizeof head);
    kit_close(k);

    sign_key other;
    uint8_t seed[SIGN_SEED_SIZE] = {8};
    sign_key_of_seed(seed, &other);
    k->options.log_key = &other.public_key;
    assert_refused(k, DUBAN_E_NOTE, k->engine == KIT_MEM ? 0 : 600);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CONTRACT(reopening_continues_where_it_was),
        CONTRACT(an_empty_journal_reopens_empty),
        CONTRACT(failed_commit_stops_the_engine_and_loses_nothing_acknowledged),
        CONTRACT(a_journal_shorter_than_its_signed_head_is_refused),
        CONTRACT(a_flipped_bit_behind_the_last_full_tile_is_refused),
        CONTRACT(a_flipped_bit_in_an_older_entry_is_found_and_named),
        CONTRACT(another_origin_or_key_is_refused),
        CONTRACT(an_origin_that_cannot_sign_is_refused),
        CONTRACT(a_second_writer_is_refused),
        CONTRACT(read_only_reads_and_verifies_without_a_signer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
