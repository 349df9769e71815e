/* Fetching into an auditor's folder: what is kept, what is refused, and the tree that is
 * believed from the root downwards. 66,000 entries: three levels of tiles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audit_kit.h"
#include "client/audit/tree.h"

#define SIZE  66000
#define FILES (258 + 258 + 2 + 1) /* bundles and tiles of levels 0, 1 and 2 */

typedef struct world {
    kit_log log;
    char folder[64];
} world;

static int begin(void **state) {
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    assert_int_equal(sign_init(), DUBAN_OK);
    kit_log_new(&w->log, SIZE, UINT64_MAX, 0);
    kit_folder_new(w->folder);
    *state = w;
    return 0;
}

static int end(void **state) {
    world *w = *state;
    kit_folder_remove(w->folder);
    kit_log_free(&w->log);
    free(w);
    return 0;
}

static void fetched_whole(world *w, uint64_t size, audit_fetched *done) {
    duban_refusal refusal;
    audit_finding extra;
    uint64_t files = 0;
    assert_int_equal(kit_fetch(&w->log, size, w->folder, done, &refusal), DUBAN_OK);
    assert_int_equal(done->point.size, size);
    assert_false(audit_find_extra(w->folder, size, &extra, &files));
    if (size == SIZE) assert_int_equal(files, FILES);
}

static void every_file_of_the_tree_and_no_other_is_there_after_a_fetch(void **state) {
    world *w = *state;
    audit_fetched done;
    fetched_whole(w, SIZE, &done);
    assert_int_equal(done.written, FILES);
    fetched_whole(w, SIZE, &done);
    assert_int_equal(done.written, 0);
}

static void a_fetch_goes_on_wherever_its_source_failed(void **state) {
    world *w = *state;
    audit_fetched done;
    duban_refusal refusal;
    duban_status status = DUBAN_E_IO;
    w->log.reads = 0;
    for (int64_t step = 1; status; step += 43) {
        w->log.reads_left = step;
        status = kit_fetch(&w->log, SIZE, w->folder, &done, &refusal);
        if (status) assert_int_equal(refusal.status, DUBAN_E_IO);
    }
    w->log.reads_left = -1;
    fetched_whole(w, SIZE, &done);
    /* nothing is asked for twice, but for the edge, which is fetched as a whole */
    assert_in_range(w->log.reads, FILES, FILES + 8 * 3);
}

static void a_source_that_lies_is_refused_by_the_name_of_the_file(void **state) {
    world *w = *state;
    /* in the order in which they are asked for: what came before is kept */
    const char *names[] = {"tile/1/000", "tile/0/003", "tile/entries/200",
                           "tile/entries/257.p/208"};
    audit_fetched done;
    duban_refusal refusal;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        w->log.lies = names[i];
        assert_int_equal(kit_fetch(&w->log, SIZE, w->folder, &done, &refusal),
                         DUBAN_E_CORRUPT);
        assert_string_equal(refusal.found, names[i]);
    }
    w->log.lies = "tile/1/001.p/1";
    kit_folder_remove(w->folder);
    assert_int_equal(kit_fetch(&w->log, SIZE, w->folder, &done, &refusal), DUBAN_E_ROOT);
    w->log.lies = NULL;
    fetched_whole(w, SIZE, &done);
}

static void a_log_that_grows_replaces_its_partial_tiles(void **state) {
    world *w = *state;
    audit_fetched done;
    const uint64_t sizes[] = {1, 2, 255, 256, 257, 65535, 65536, 65537, SIZE};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        fetched_whole(w, sizes[i], &done);
}

static void a_fork_and_a_shorter_log_are_refused_and_nothing_is_touched(void **state) {
    world *w = *state;
    audit_fetched done;
    duban_refusal refusal;
    audit_finding finding = {0};
    audit_tree *tree = malloc(sizeof *tree);
    kit_log other;
    fetched_whole(w, 65537, &done);
    kit_log_new(&other, SIZE, 65000, 7);
    assert_int_equal(kit_fetch(&other, SIZE, w->folder, &done, &refusal),
                     DUBAN_E_DIVERGED);
    assert_int_equal(kit_fetch(&w->log, 65536, w->folder, &done, &refusal),
                     DUBAN_E_SHORTER);
    checkpoint point = {.size = 65537, .root = kit_log_root(&w->log, 65537)};
    assert_non_null(tree);
    assert_int_equal(audit_tree_open(w->folder, &point, tree, &finding), DUBAN_OK);
    assert_true(tree->proved);
    free(tree);
    kit_log_free(&other);
    fetched_whole(w, SIZE, &done);
}

static void another_logs_folder_is_refused(void **state) {
    world *w = *state;
    audit_fetched done;
    duban_refusal refusal;
    kit_log other;
    fetched_whole(w, 300, &done);
    kit_log_new(&other, 300, UINT64_MAX, 0);
    assert_int_equal(
        note_key_make("duban.test/other", &other.signer.public_key, &other.key),
        DUBAN_OK);
    assert_int_equal(kit_fetch(&other, 300, w->folder, &done, &refusal), DUBAN_E_ORIGIN);
    kit_log_free(&other);
}

static void a_witnessed_checkpoint_is_taken_while_it_is_recent(void **state) {
    world *w = *state;
    static char newest[CHECKPOINT_NOTE_MAX + 1], witnessed[CHECKPOINT_NOTE_MAX + 1];
    audit_fetched done;
    duban_refusal refusal;
    audit_fetch_options options = {.folder = w->folder,
                                   .key = w->log.key,
                                   .newest = newest,
                                   .witnessed = witnessed,
                                   .source = kit_log_source(&w->log)};
    kit_log_note(&w->log, 6000, newest);
    kit_log_note(&w->log, 6000 - AUDIT_WITNESSED_BEHIND, witnessed);
    assert_int_equal(audit_fetch(&options, &done, &refusal), DUBAN_OK);
    assert_true(done.witnessed);
    assert_int_equal(done.point.size, 6000 - AUDIT_WITNESSED_BEHIND);
    kit_log_note(&w->log, 6001, newest);
    assert_int_equal(audit_fetch(&options, &done, &refusal), DUBAN_OK);
    assert_false(done.witnessed);
    assert_int_equal(done.point.size, 6001);
    /* never back behind what the folder holds */
    kit_log_note(&w->log, 6000, witnessed);
    assert_int_equal(audit_fetch(&options, &done, &refusal), DUBAN_OK);
    assert_false(done.witnessed);
}

/* What the tree says of a folder in which one bit of a tile was flipped. */
static audit_finding finding_after(world *w, const char *name, size_t byte) {
    audit_finding finding = {0}, first = {0};
    hash256 hash;
    audit_tree *tree = malloc(sizeof *tree);
    checkpoint point = {.size = SIZE, .root = kit_log_root(&w->log, SIZE)};
    assert_non_null(tree);
    kit_flip(w->folder, name, byte);
    assert_int_equal(audit_tree_open(w->folder, &point, tree, &first), DUBAN_OK);
    for (uint64_t n = 0; n < tile_full_count(SIZE, 0); n++)
        if (!audit_tree_expects(tree, 0, n, &hash, &finding)) break;
    if (audit_finding_before(&finding, &first)) first = finding;
    kit_flip(w->folder, name, byte);
    free(tree);
    return first;
}

static void a_flipped_bit_of_any_upper_tile_is_named_with_its_index(void **state) {
    world *w = *state;
    audit_fetched done;
    const struct {
        const char *name;
        size_t byte;
        uint64_t index;
    } flips[] = {{"tile/1/000", 32 * 5 + 3, 5 * 256},
                 {"tile/1/000", 32 * 255, 255 * 256},
                 {"tile/1/001.p/1", 31, 65536},
                 {"tile/2/000.p/1", 0, 0},
                 {"tile/0/257.p/208", 32 * 100, 257 * 256 + 100}};
    fetched_whole(w, SIZE, &done);
    for (size_t i = 0; i < sizeof flips / sizeof *flips; i++) {
        audit_finding found = finding_after(w, flips[i].name, flips[i].byte);
        assert_int_equal(found.fault, AUDIT_TILE);
        assert_string_equal(found.file, flips[i].name);
        assert_int_equal(found.index, flips[i].index);
    }
}

static void the_lower_index_is_told_and_then_the_earlier_kind(void **state) {
    (void)state;
    tile_name name = audit_bundle_name(1000, 1);
    audit_finding none = {0};
    audit_finding early = audit_finding_of(AUDIT_RULES, DUBAN_E_CLOCK, 300, &name);
    audit_finding late = audit_finding_of(AUDIT_LEAF, DUBAN_E_CORRUPT, 301, &name);
    audit_finding same = audit_finding_of(AUDIT_SIGNATURE, DUBAN_E_REVOKED, 300, &name);
    audit_finding all = audit_finding_of(AUDIT_CHECKPOINT, DUBAN_E_NOTE, 0, NULL);
    assert_true(audit_finding_before(&early, &late));
    assert_false(audit_finding_before(&late, &early));
    assert_true(audit_finding_before(&same, &early));
    assert_true(audit_finding_before(&all, &same));
    assert_true(audit_finding_before(&late, &none));
    assert_false(audit_finding_before(&none, &late));
}

int main(void) {
#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        WITH_WORLD(every_file_of_the_tree_and_no_other_is_there_after_a_fetch),
        WITH_WORLD(a_fetch_goes_on_wherever_its_source_failed),
        WITH_WORLD(a_source_that_lies_is_refused_by_the_name_of_the_file),
        WITH_WORLD(a_log_that_grows_replaces_its_partial_tiles),
        WITH_WORLD(a_fork_and_a_shorter_log_are_refused_and_nothing_is_touched),
        WITH_WORLD(another_logs_folder_is_refused),
        WITH_WORLD(a_witnessed_checkpoint_is_taken_while_it_is_recent),
        WITH_WORLD(a_flipped_bit_of_any_upper_tile_is_named_with_its_index),
        cmocka_unit_test(the_lower_index_is_told_and_then_the_earlier_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
