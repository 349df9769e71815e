/* What goes in comes out: order, wholeness, durability, bounds, bodies. */
#include "tests/contract/journal_kit.h"

#include <stdlib.h>
#include <string.h>

static void assert_entry(journal_reader *r, uint64_t index) {
    uint8_t wanted[KIT_ENTRY_MAX];
    size_t size = kit_entry(index, wanted);
    span found = {0};
    assert_int_equal(journal_read(r, index, &found), DUBAN_OK);
    assert_int_equal(found.size, size);
    assert_memory_equal(found.data, wanted, size);
}

static duban_status count_visit(void *ctx, uint64_t index, span entry) {
    uint64_t *next = ctx;
    uint8_t wanted[KIT_ENTRY_MAX];
    assert_int_equal(index, *next);
    assert_int_equal(entry.size, kit_entry(index, wanted));
    assert_memory_equal(entry.data, wanted, entry.size);
    ++*next;
    return index == 777 ? DUBAN_E_EMPTY : DUBAN_OK;
}

static void entries_come_back_in_order_and_whole(void **state) {
    kit *k = *state;
    kit_fill(k, 700, 123);
    journal_reader *r = kit_reader(k);
    assert_int_equal(journal_reader_size(r), 700);
    for (uint64_t i = 0; i < 700; i++)
        assert_entry(r, i);
    for (uint64_t i = 700; i-- > 0;)
        assert_entry(r, i);
    uint64_t next = 3;
    assert_int_equal(journal_scan(r, 3, 690, count_visit, &next), DUBAN_OK);
    assert_int_equal(next, 690);
    journal_reader_close(r);
}

static void scan_ends_where_visit_says_so(void **state) {
    kit *k = *state;
    kit_fill(k, 900, 900);
    journal_reader *r = kit_reader(k);
    uint64_t next = 0;
    assert_int_equal(journal_scan(r, 0, 900, count_visit, &next), DUBAN_E_EMPTY);
    assert_int_equal(next, 778);
    assert_int_equal(journal_scan(r, 0, 901, count_visit, &next), DUBAN_E_AHEAD);
    journal_reader_close(r);
}

static void nothing_is_durable_before_flush(void **state) {
    kit *k = *state;
    kit_fill(k, 2, 1);
    kit_stage(k, 2);
    kit_stage(k, 3);
    /* The committer has a commit of its own to do in the meantime. */
    journal_head head;
    journal_get_head(k->journal, &head);
    assert_int_equal(head.size, 2);
    journal_reader *r = kit_reader(k);
    span entry;
    assert_int_equal(journal_reader_size(r), 2);
    assert_int_equal(journal_read(r, 2, &entry), DUBAN_E_NOT_FOUND);
    journal_reader_close(r);

    kit_flush(k);
    journal_get_head(k->journal, &head);
    assert_int_equal(head.size, 4);
    assert_int_equal(journal_next(k->journal), 4);
}

/* Entries staged while the committer is about to take what was flushed stay behind. */
static void a_commit_takes_only_what_was_flushed(void **state) {
    kit *k = *state;
    uint64_t flushed = 0;
    for (int round = 0; round < 200; round++) {
        for (int i = 0; i < 5; i++)
            kit_stage(k, journal_next(k->journal));
        flushed = journal_next(k->journal);
        journal_flush(k->journal);
        kit_stage(k, journal_next(k->journal));
        kit_stage(k, journal_next(k->journal));
        kit_wait(k, flushed);
        assert_int_equal(k->failed, DUBAN_OK);
        assert_int_equal(k->last.size, flushed);
    }
}

static void every_durable_head_is_larger_than_the_one_before(void **state) {
    kit *k = *state;
    for (uint64_t i = 0; i < 300; i++) {
        kit_stage(k, i);
        journal_flush(k->journal);
    }
    kit_wait(k, 300);
    assert_true(k->heads_n >= 1);
    for (uint64_t i = 1; i < k->heads_n; i++)
        assert_true(k->heads[i].size > k->heads[i - 1].size);
    assert_int_equal(k->last.size, 300);
}

static void a_flush_of_nothing_commits_nothing(void **state) {
    kit *k = *state;
    kit_fill(k, 1, 1);
    uint64_t syncs = journal_syncs(k->journal);
    assert_true(syncs > 0);
    for (int i = 0; i < 10; i++)
        journal_flush(k->journal);
    kit_close(k);
    assert_int_equal(k->heads_n, 1);
}

static void close_commits_what_is_staged(void **state) {
    kit *k = *state;
    for (uint64_t i = 0; i < 10; i++)
        kit_stage(k, i);
    kit_close(k);
    assert_int_equal(k->last.size, 10);
}

static void the_largest_entry_fits_and_a_larger_is_refused(void **state) {
    kit *k = *state;
    uint8_t *bytes = malloc(ENTRY_SIZE_MAX + 1);
    assert_non_null(bytes);
    memset(bytes, 0xA5, ENTRY_SIZE_MAX + 1);
    span larger = {bytes, ENTRY_SIZE_MAX + 1}, largest = {bytes, ENTRY_SIZE_MAX};
    span empty = {NULL, 0};
    assert_int_equal(journal_stage(k->journal, larger, NULL, 0), DUBAN_E_TOO_LARGE);
    assert_int_equal(journal_next(k->journal), 0);
    assert_int_equal(journal_stage(k->journal, largest, NULL, 0), DUBAN_OK);
    assert_int_equal(journal_stage(k->journal, empty, NULL, 0), DUBAN_OK);
    kit_flush(k);
    journal_reader *r = kit_reader(k);
    span found;
    assert_int_equal(journal_read(r, 0, &found), DUBAN_OK);
    assert_int_equal(found.size, ENTRY_SIZE_MAX);
    assert_memory_equal(found.data, bytes, ENTRY_SIZE_MAX);
    assert_int_equal(journal_read(r, 1, &found), DUBAN_OK);
    assert_int_equal(found.size, 0);
    journal_reader_close(r);
    free(bytes);
}

static void staging_beyond_the_bound_is_busy(void **state) {
    kit *k = *state;
    uint8_t *bytes = calloc(1, ENTRY_SIZE_MAX);
    assert_non_null(bytes);
    span entry = {bytes, ENTRY_SIZE_MAX};
    uint64_t staged = 0;
    duban_status status;
    while ((status = journal_stage(k->journal, entry, NULL, 0)) == DUBAN_OK)
        staged++;
    assert_int_equal(status, DUBAN_E_BUSY);
    assert_true(staged * ENTRY_SIZE_MAX <= STAGED_BYTES_MAX);
    assert_true((staged + 2) * ENTRY_SIZE_MAX > STAGED_BYTES_MAX);
    assert_int_equal(journal_next(k->journal), staged);
    kit_flush(k);
    assert_int_equal(k->last.size, staged);
    assert_int_equal(journal_stage(k->journal, entry, NULL, 0), DUBAN_OK);
    free(bytes);
}

/* --- bodies ------------------------------------------------------------------------- */

static journal_body body_of(const char *text, uint8_t salt) {
    journal_body body = {.bytes = {(const uint8_t *)text, strlen(text)}};
    memset(body.salt, salt, sizeof body.salt);
    body.hash = hash_of_two(body.salt, BODY_SALT_SIZE, text, strlen(text));
    return body;
}

static void assert_body(journal_reader *r, const journal_body *wanted) {
    journal_body found;
    assert_int_equal(journal_body_read(r, &wanted->hash, &found), DUBAN_OK);
    assert_true(hash_equal(&found.hash, &wanted->hash));
    assert_memory_equal(found.salt, wanted->salt, BODY_SALT_SIZE);
    assert_int_equal(found.bytes.size, wanted->bytes.size);
    if (found.bytes.size)
        assert_memory_equal(found.bytes.data, wanted->bytes.data, found.bytes.size);
}

static void bodies_come_with_their_entry(void **state) {
    kit *k = *state;
    journal_body bodies[3] = {body_of("progress", 1), body_of("", 2),
                              body_of("progress", 3)};
    span entry = {(const uint8_t *)"entry", 5};
    assert_int_equal(journal_stage(k->journal, entry, bodies, 3), DUBAN_OK);
    journal_reader *before = kit_reader(k);
    journal_body found;
    assert_int_equal(journal_body_read(before, &bodies[0].hash, &found),
                     DUBAN_E_NOT_FOUND);
    journal_reader_close(before);
    kit_flush(k);
    journal_reader *r = kit_reader(k);
    for (int i = 0; i < 3; i++)
        assert_body(r, &bodies[i]);
    journal_reader_close(r);
}

static void body_is_kept_once(void **state) {
    kit *k = *state;
    journal_body body = body_of("the same words", 9);
    journal_body twice[2] = {body, body};
    span entry = {(const uint8_t *)"entry", 5};
    assert_int_equal(journal_stage(k->journal, entry, twice, 2), DUBAN_OK);
    kit_flush(k);
    /* Whoever stages other bytes under a hash that is there finds the first ones kept. */
    journal_body other = body;
    other.bytes = (span){(const uint8_t *)"THE SAME WORDS", 14};
    assert_int_equal(journal_stage(k->journal, entry, &other, 1), DUBAN_OK);
    kit_flush(k);
    assert_int_equal(k->failed, DUBAN_OK);
    journal_reader *r = kit_reader(k);
    assert_int_equal(journal_reader_size(r), 2);
    assert_body(r, &body);
    journal_reader_close(r);
}

static void a_body_that_belies_its_hash_is_not_given_out(void **state) {
    kit *k = *state;
    journal_body body = body_of("true words", 4);
    body.bytes = (span){(const uint8_t *)"other words", 11};
    span entry = {(const uint8_t *)"entry", 5};
    assert_int_equal(journal_stage(k->journal, entry, &body, 1), DUBAN_OK);
    kit_flush(k);
    journal_reader *r = kit_reader(k);
    journal_body found;
    assert_int_equal(journal_body_read(r, &body.hash, &found), DUBAN_E_CORRUPT);
    journal_reader_close(r);
}

static void too_large_and_too_many_bodies_are_refused(void **state) {
    kit *k = *state;
    uint8_t *bytes = calloc(1, BODY_SIZE_MAX + 1);
    assert_non_null(bytes);
    journal_body body = {.bytes = {bytes, BODY_SIZE_MAX + 1}};
    journal_body many[BODIES_MAX + 1] = {{.bytes = {bytes, 0}}};
    span entry = {(const uint8_t *)"entry", 5};
    assert_int_equal(journal_stage(k->journal, entry, &body, 1), DUBAN_E_TOO_LARGE);
    assert_int_equal(journal_stage(k->journal, entry, many, BODIES_MAX + 1),
                     DUBAN_E_TOO_LARGE);
    assert_int_equal(journal_next(k->journal), 0);
    body.bytes.size = BODY_SIZE_MAX;
    body.hash = hash_of_two(body.salt, BODY_SALT_SIZE, bytes, BODY_SIZE_MAX);
    assert_int_equal(journal_stage(k->journal, entry, &body, 1), DUBAN_OK);
    kit_flush(k);
    journal_reader *r = kit_reader(k);
    assert_body(r, &body);
    journal_reader_close(r);
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CONTRACT(entries_come_back_in_order_and_whole),
        CONTRACT(scan_ends_where_visit_says_so),
        CONTRACT(nothing_is_durable_before_flush),
        CONTRACT(a_commit_takes_only_what_was_flushed),
        CONTRACT(every_durable_head_is_larger_than_the_one_before),
        CONTRACT(a_flush_of_nothing_commits_nothing),
        CONTRACT(close_commits_what_is_staged),
        CONTRACT(the_largest_entry_fits_and_a_larger_is_refused),
        CONTRACT(staging_beyond_the_bound_is_busy),
        CONTRACT(bodies_come_with_their_entry),
        CONTRACT(body_is_kept_once),
        CONTRACT(a_body_that_belies_its_hash_is_not_given_out),
        CONTRACT(too_large_and_too_many_bodies_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
