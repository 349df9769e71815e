/* Readers: fixed views, on any thread, while writing goes on. */
#include "tests/contract/journal_kit.h"

#include <stdatomic.h>
#include <string.h>

static void a_view_stays_while_writing_goes_on(void **state) {
    kit *k = *state;
    kit_fill(k, 300, 100);
    journal_reader *r = kit_reader(k);
    hash256 before, after, tile_before[256], tile_after[256];
    span first, entry;
    assert_int_equal(journal_read(r, 299, &first), DUBAN_OK);
    assert_int_equal(journal_root_at(r, 300, &before), DUBAN_OK);
    assert_int_equal(journal_tile(r, 0, 1, 44, tile_before), DUBAN_OK);
    kit_fill(k, 1500, 10);

    assert_int_equal(journal_reader_size(r), 300);
    assert_int_equal(journal_read(r, 300, &entry), DUBAN_E_NOT_FOUND);
    assert_int_equal(journal_tile(r, 0, 1, 44, tile_after), DUBAN_OK);
    assert_memory_equal(tile_before, tile_after, 44 * sizeof(hash256));
    assert_int_equal(journal_tile(r, 0, 1, 45, tile_after), DUBAN_E_AHEAD);
    assert_int_equal(journal_root_at(r, 300, &after), DUBAN_OK);
    assert_true(hash_equal(&before, &after));
    assert_int_equal(journal_root_at(r, 301, &after), DUBAN_E_AHEAD);
    uint8_t wanted[KIT_ENTRY_MAX];
    assert_int_equal(first.size, kit_entry(299, wanted));
    assert_memory_equal(first.data, wanted, first.size);
    journal_reader_close(r);

    r = kit_reader(k);
    assert_int_equal(journal_reader_size(r), 1500);
    journal_reader_close(r);
}

static void a_verification_outlives_the_commits_beside_it(void **state) {
    kit *k = *state;
    uint64_t bad;
    kit_fill(k, 6000, 500);
    journal_reader *r = kit_reader(k);
    kit_fill(k, 6600, 100);
    assert_int_equal(journal_verify(r, 0, 6000, NULL, NULL, &bad), DUBAN_OK);
    assert_int_equal(journal_reader_size(r), 6000);
    journal_reader_close(r);
}

typedef struct watcher {
    kit *k;
    pthread_t thread;
    atomic_bool stop;
    uint64_t views;
    duban_status status;
} watcher;

static duban_status leaf_visit(void *ctx, uint64_t index, span entry) {
    uint64_t n;
    tlog_frontier *tree = ctx;
    memcpy(&n, entry.data, sizeof n);
    if (n != index) return DUBAN_E_ROWS;
    hash256 leaf = tlog_leaf_hash(entry.data, entry.size);
    tlog_frontier_append(tree, &leaf);
    return DUBAN_OK;
}

/* Folds a whole view anew and compares with the view's root. */
static duban_status watch_once(kit *k, uint64_t *seen) {
    journal_reader *r;
    journal_head head;
    tlog_frontier tree;
    hash256 root;
    journal_get_head(k->journal, &head);
    duban_status status = journal_reader_open(k->journal, &r);
    if (status) return status;
    uint64_t size = journal_reader_size(r);
    if (size < head.size || size < *seen) status = DUBAN_E_SHORTER;
    tlog_frontier_init(&tree);
    if (!status) status = journal_scan(r, 0, size, leaf_visit, &tree);
    if (!status) status = journal_root_at(r, size, &root);
    hash256 folded = tlog_frontier_root(&tree);
    if (!status && !hash_equal(&root, &folded)) status = DUBAN_E_ROOT;
    if (!status) status = journal_root_at(r, head.size, &root);
    if (!status && !hash_equal(&root, &head.root)) status = DUBAN_E_DIVERGED;
    journal_reader_close(r);
    *seen = size;
    return status;
}

static void *watch(void *ctx) {
    watcher *w = ctx;
    uint64_t seen = 0;
    do {
        w->status = watch_once(w->k, &seen);
        w->views++;
    } while (!w->status && !atomic_load(&w->stop));
    return NULL;
}

static void readers_on_other_threads_see_only_whole_heads(void **state) {
    kit *k = *state;
    watcher watchers[3] = {0};
    kit_fill(k, 10, 10);
    for (int i = 0; i < 3; i++) {
        watchers[i].k = k;
        assert_int_equal(pthread_create(&watchers[i].thread, NULL, watch, &watchers[i]),
                         0);
    }
    kit_fill(k, 2500, 13);
    for (int i = 0; i < 3; i++) {
        atomic_store(&watchers[i].stop, true);
        pthread_join(watchers[i].thread, NULL);
        assert_int_equal(watchers[i].status, DUBAN_OK);
        assert_true(watchers[i].views > 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CONTRACT(a_view_stays_while_writing_goes_on),
        CONTRACT(a_verification_outlives_the_commits_beside_it),
        CONTRACT(readers_on_other_threads_see_only_whole_heads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
