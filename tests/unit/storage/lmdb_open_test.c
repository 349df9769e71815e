/* Opening the lmdb engine when heads and entries do not go together, its map, its views.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/storage/journal_kit.h"

typedef struct saved {
    uint8_t *bytes;
    size_t size;
} saved;

static saved save(const kit *k, const char *name) {
    char path[STORAGE_PATH_MAX];
    saved file;
    storage_path(path, k->folder, name);
    file.bytes = storage_read(path, &file.size);
    return file;
}

static void put_back(const kit *k, const char *name, saved *file) {
    char path[STORAGE_PATH_MAX];
    storage_path(path, k->folder, name);
    storage_write(path, file->bytes, file->size);
    free(file->bytes);
}

static int setup(void **state) {
    kit *k = calloc(1, sizeof *k);
    assert_non_null(k);
    kit_init(k);
    kit_open(k);
    *state = k;
    return 0;
}

static int teardown(void **state) {
    kit_end(*state);
    free(*state);
    return 0;
}

/* --- heads -------------------------------------------------------------------------- */

/* As LMDB leaves it when the write of a meta page fails: number and last page are the old
 * ones again, the trees those of the commit that failed. */
static void a_meta_page_whose_write_failed_is_not_needed(void **state) {
    enum { PAGE = 4096, TREES_AT = 40, TREES_SIZE = 96, NUMBER_AT = 144 };
    kit *k = *state;
    assert_int_equal(kit_fill(k, 100, 50), DUBAN_OK);
    kit_close(k);
    saved data = save(k, "journal.mdb");
    saved heads = save(k, "heads");
    kit_open(k);
    assert_int_equal(kit_fill(k, 900, 800), DUBAN_OK);
    kit_close(k);
    saved later = save(k, "journal.mdb");
    uint64_t before[2], after[2];
    for (size_t i = 0; i < 2; i++) {
        memcpy(&before[i], data.bytes + i * PAGE + NUMBER_AT, sizeof before[i]);
        memcpy(&after[i], later.bytes + i * PAGE + NUMBER_AT, sizeof after[i]);
    }
    memcpy(data.bytes + (before[1] < before[0]) * PAGE + TREES_AT,
           later.bytes + (after[1] > after[0]) * PAGE + TREES_AT, TREES_SIZE);
    free(later.bytes);
    put_back(k, "journal.mdb", &data);
    put_back(k, "heads", &heads);
    kit_open(k);
    assert_int_equal(kit_same(k->journal), 100);
    assert_int_equal(kit_fill(k, 200, 10), DUBAN_OK);
    kit_close(k);
    kit_open(k);
    assert_int_equal(kit_same(k->journal), 200);
}

/* As after a crash between the two syncs, with a commit across tiles. */
static void entries_behind_the_last_head_are_verified_and_signed_on(void **state) {
    kit *k = *state;
    assert_int_equal(kit_fill(k, 100, 50), DUBAN_OK);
    kit_close(k);
    saved heads = save(k, "heads");
    kit_open(k);
    assert_int_equal(kit_fill(k, 900, 800), DUBAN_OK);
    kit_close(k);
    journal_head wanted = k->last, head;
    put_back(k, "heads", &heads);

    kit_open(k);
    journal_get_head(k->journal, &head);
    assert_memory_equal(&head, &wanted, sizeof head);
    /* Both files as they were found, then the new head. */
    assert_int_equal(journal_syncs(k->journal), 3);
    assert_int_equal(kit_same(k->journal), 900);
    kit_close(k);
    kit_open(k);
    assert_int_equal(journal_syncs(k->journal), 2);
    assert_int_equal(kit_fill(k, 910, 5), DUBAN_OK);
}

static void the_first_commit_may_lack_its_head(void **state) {
    kit *k = *state;
    kit_close(k);
    saved heads = save(k, "heads");
    kit_open(k);
    assert_int_equal(kit_fill(k, 600, 600), DUBAN_OK);
    kit_close(k);
    put_back(k, "heads", &heads);
    kit_open(k);
    assert_int_equal(kit_same(k->journal), 600);
}

static void read_only_does_not_sign_on(void **state) {
    kit *k = *state;
    assert_int_equal(kit_fill(k, 100, 50), DUBAN_OK);
    journal_head wanted = k->last, head;
    kit_close(k);
    saved heads = save(k, "heads");
    kit_open(k);
    assert_int_equal(kit_fill(k, 300, 200), DUBAN_OK);
    kit_close(k);
    put_back(k, "heads", &heads);
    k->options.read_only = true;
    kit_open(k);
    journal_get_head(k->journal, &head);
    assert_memory_equal(&head, &wanted, sizeof head);
    assert_int_equal(kit_same(k->journal), 100);
    assert_int_equal(journal_syncs(k->journal), 0);
}

/* Two commits older: the second one could not have been made without the first's head. */
static void lost_heads_are_refused(void **state) {
    kit *k = *state;
    duban_refusal refusal = {0};
    assert_int_equal(kit_fill(k, 10, 10), DUBAN_OK);
    kit_close(k);
    saved heads = save(k, "heads");
    kit_open(k);
    assert_int_equal(kit_fill(k, 30, 10), DUBAN_OK);
    kit_close(k);
    put_back(k, "heads", &heads);
    assert_int_equal(journal_open_lmdb(&k->options, &k->journal, &refusal), DUBAN_E_NOTE);
    assert_string_equal(refusal.field, "heads");
    assert_string_equal(refusal.found, "10");
    assert_string_equal(refusal.expected, "20");
}

/* The same origin, key and number of entries, but other ones. */
static void the_heads_of_another_history_are_refused(void **state) {
    kit *k = *state;
    duban_refusal refusal = {0};
    uint8_t byte = 1;
    span entry = {&byte, 1};
    assert_int_equal(journal_stage(k->journal, entry, NULL, 0), DUBAN_OK);
    journal_flush(k->journal);
    assert_int_equal(kit_wait(k, 1), DUBAN_OK);
    assert_int_equal(kit_fill(k, 300, 100), DUBAN_OK);
    kit_close(k);
    saved heads = save(k, "heads");
    kit_end(k);

    kit_init(k);
    kit_open(k);
    assert_int_equal(kit_fill(k, 320, 10), DUBAN_OK);
    kit_close(k);
    put_back(k, "heads", &heads);
    assert_int_equal(journal_open_lmdb(&k->options, &k->journal, &refusal), DUBAN_E_NOTE);
    kit_end(k);

    /* Written by as many commits, so that only the root tells. */
    kit_init(k);
    kit_open(k);
    assert_int_equal(kit_fill(k, 1, 1), DUBAN_OK);
    assert_int_equal(kit_fill(k, 300, 100), DUBAN_OK);
    kit_close(k);
    saved entries = save(k, "journal.mdb");
    kit_end(k);
    kit_init(k);
    kit_open(k);
    assert_int_equal(journal_stage(k->journal, entry, NULL, 0), DUBAN_OK);
    journal_flush(k->journal);
    assert_int_equal(kit_wait(k, 1), DUBAN_OK);
    assert_int_equal(kit_fill(k, 300, 100), DUBAN_OK);
    kit_close(k);
    put_back(k, "journal.mdb", &entries);
    assert_int_equal(journal_open_lmdb(&k->options, &k->journal, &refusal), DUBAN_E_ROOT);
    assert_string_equal(refusal.found, "300");
}

/* --- the map ------------------------------------------------------------------------ */

static void the_map_grows_when_it_is_used_up(void **state) {
    kit *k = *state;
    kit_close(k);
    k->options.map_size_bytes = 1 << 20;
    kit_open(k);
    assert_int_equal(kit_fill(k, 12000, 400), DUBAN_OK);
    assert_int_equal(kit_same(k->journal), 12000);
    kit_close(k);
    kit_open(k);
    assert_int_equal(kit_same(k->journal), 12000);
}

typedef struct comer {
    kit *k;
    atomic_bool stop;
    duban_status status;
    uint64_t views;
} comer;

static void *come_and_go(void *ctx) {
    comer *c = ctx;
    while (!atomic_load(&c->stop) && !c->status) {
        journal_reader *outer, *inner;
        span entry;
        c->status = journal_reader_open(c->k->journal, &outer);
        if (c->status) break;
        /* Whoever holds one view may always open another, even while the map waits. */
        c->status = journal_reader_open(c->k->journal, &inner);
        if (!c->status) {
            uint64_t size = journal_reader_size(outer);
            if (size) c->status = journal_read(outer, size - 1, &entry);
            journal_reader_close(inner);
        }
        journal_reader_close(outer);
        c->views++;
    }
    return NULL;
}

static void the_map_grows_while_readers_come_and_go(void **state) {
    kit *k = *state;
    comer c = {.k = k};
    pthread_t thread;
    kit_close(k);
    k->options.map_size_bytes = 1 << 20;
    kit_open(k);
    assert_int_equal(pthread_create(&thread, NULL, come_and_go, &c), 0);
    assert_int_equal(kit_fill(k, 12000, 100), DUBAN_OK);
    atomic_store(&c.stop, true);
    pthread_join(thread, NULL);
    assert_int_equal(c.status, DUBAN_OK);
    assert_true(c.views > 0);
    assert_int_equal(kit_same(k->journal), 12000);
}

static void more_readers_than_the_bound_are_refused(void **state) {
    kit *k = *state;
    journal_reader *readers[JOURNAL_READERS_MAX], *more = NULL;
    assert_int_equal(kit_fill(k, 3, 1), DUBAN_OK);
    for (int i = 0; i < JOURNAL_READERS_MAX; i++)
        assert_int_equal(journal_reader_open(k->journal, &readers[i]), DUBAN_OK);
    assert_int_equal(journal_reader_open(k->journal, &more), DUBAN_E_LIMIT);
    assert_null(more);
    journal_reader_close(readers[7]);
    assert_int_equal(journal_reader_open(k->journal, &readers[7]), DUBAN_OK);
    for (int i = 0; i < JOURNAL_READERS_MAX; i++)
        journal_reader_close(readers[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            entries_behind_the_last_head_are_verified_and_signed_on, setup, teardown),
        cmocka_unit_test_setup_teardown(a_meta_page_whose_write_failed_is_not_needed,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(the_first_commit_may_lack_its_head, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(read_only_does_not_sign_on, setup, teardown),
        cmocka_unit_test_setup_teardown(lost_heads_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(the_heads_of_another_history_are_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_map_grows_when_it_is_used_up, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_map_grows_while_readers_come_and_go, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(more_readers_than_the_bound_are_refused, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
