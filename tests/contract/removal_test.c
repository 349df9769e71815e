/* Bodies that an entry takes away: gone with that entry's commit, never back, and no
 * proof the worse for it. */
#include "tests/contract/journal_kit.h"

#include <stdlib.h>
#include <string.h>

static journal_body body_of(const char *text, uint8_t salt) {
    journal_body body = {.bytes = {(const uint8_t *)text, strlen(text)}};
    memset(body.salt, salt, sizeof body.salt);
    body.hash = hash_of_two(body.salt, BODY_SALT_SIZE, body.bytes.data, body.bytes.size);
    return body;
}

static journal_body removal_of(const journal_body *body) {
    return (journal_body){.hash = body->hash, .removed = true};
}

static void stage(kit *k, const journal_body *bodies, size_t bodies_n) {
    uint8_t bytes[KIT_ENTRY_MAX];
    size_t size = kit_entry(journal_next(k->journal), bytes);
    assert_int_equal(journal_stage(k->journal, (span){bytes, size}, bodies, bodies_n),
                     DUBAN_OK);
}

/* DUBAN_OK asserts that the words are those. */
static duban_status look(kit *k, const journal_body *wanted, uint64_t *by) {
    journal_body found;
    journal_reader *r = kit_reader(k);
    duban_status status = journal_body_read(r, &wanted->hash, &found);
    if (status == DUBAN_OK) {
        assert_int_equal(found.bytes.size, wanted->bytes.size);
        assert_memory_equal(found.bytes.data, wanted->bytes.data, found.bytes.size);
        assert_int_equal(journal_body_removed(r, &wanted->hash, by), DUBAN_E_NOT_FOUND);
    } else if (status == DUBAN_E_REDACTED) {
        assert_int_equal(journal_body_removed(r, &wanted->hash, by), DUBAN_OK);
    }
    journal_reader_close(r);
    return status;
}

static void a_body_goes_with_the_entry_that_removes_it(void **state) {
    kit *k = *state;
    uint64_t by = 0;
    journal_body bodies[2] = {body_of("the name", 1), body_of("the words", 2)};
    stage(k, bodies, 2);
    kit_flush(k);
    journal_body removal = removal_of(&bodies[0]);
    stage(k, &removal, 1);
    assert_int_equal(look(k, &bodies[0], &by), DUBAN_OK);
    kit_flush(k);
    assert_int_equal(look(k, &bodies[0], &by), DUBAN_E_REDACTED);
    assert_int_equal(by, 1);
    assert_int_equal(look(k, &bodies[1], &by), DUBAN_OK);
    kit_close(k);
    kit_open(k);
    by = 0;
    assert_int_equal(look(k, &bodies[0], &by), DUBAN_E_REDACTED);
    assert_int_equal(by, 1);
}

static void a_removed_body_never_comes_back(void **state) {
    kit *k = *state;
    uint64_t by = 0;
    journal_body body = body_of("sent again with the same salt", 7);
    journal_body removal = removal_of(&body);
    stage(k, &body, 1);
    stage(k, &removal, 1);
    stage(k, &body, 1); /* one commit for all three */
    kit_flush(k);
    assert_int_equal(look(k, &body, &by), DUBAN_E_REDACTED);
    stage(k, &body, 1);
    kit_flush(k);
    assert_int_equal(look(k, &body, &by), DUBAN_E_REDACTED);
    assert_int_equal(by, 1);
}

static void what_was_never_there_can_be_removed_too(void **state) {
    kit *k = *state;
    uint64_t by = 0;
    journal_body body = body_of("nobody sent this", 3);
    journal_body removal = removal_of(&body);
    assert_int_equal(look(k, &body, &by), DUBAN_E_NOT_FOUND);
    stage(k, NULL, 0);
    stage(k, &removal, 1);
    kit_flush(k);
    assert_int_equal(look(k, &body, &by), DUBAN_E_REDACTED);
    assert_int_equal(by, 1);
}

static void a_commit_that_fails_removes_nothing(void **state) {
    kit *k = *state;
    uint64_t by = 0;
    journal_body body = body_of("still here", 5);
    journal_body removal = removal_of(&body);
    stage(k, &body, 1);
    kit_flush(k);
    kit_break_commits(k);
    stage(k, &removal, 1);
    journal_flush(k->journal);
    duban_status failed = kit_wait(k, 2);
    kit_mend_commits(k);
    assert_int_not_equal(failed, DUBAN_OK);
    kit_close(k);
    kit_open(k);
    assert_int_equal(journal_next(k->journal), 1);
    assert_int_equal(look(k, &body, &by), DUBAN_OK);
}

static void every_entry_and_root_stays_as_it_was(void **state) {
    kit *k = *state;
    journal_body body = body_of("in the middle of a tile", 9);
    journal_body removal = removal_of(&body);
    kit_fill(k, 300, 100);
    stage(k, &body, 1);
    kit_fill(k, 600, 150);
    stage(k, &removal, 1);
    kit_flush(k);
    journal_reader *r = kit_reader(k);
    uint64_t bad = 0;
    const uint64_t sizes[] = {1, 256, 301, 512, 600, 601};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        hash256 root;
        hash256 naive = kit_naive_root(0, sizes[i]);
        assert_int_equal(journal_root_at(r, sizes[i], &root), DUBAN_OK);
        assert_true(hash_equal(&root, &naive));
    }
    assert_int_equal(journal_verify(r, 0, 601, NULL, NULL, &bad), DUBAN_OK);
    journal_reader_close(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CONTRACT(a_body_goes_with_the_entry_that_removes_it),
        CONTRACT(a_removed_body_never_comes_back),
        CONTRACT(what_was_never_there_can_be_removed_too),
        CONTRACT(a_commit_that_fails_removes_nothing),
        CONTRACT(every_entry_and_root_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
