/* A full disk: refused without loss, and work goes on when there is room again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/unit/storage/journal_kit.h"

#define ENTRIES_MAX 200000

/* Fills until a commit fails; what was durable before. */
static journal_head fill_up(kit *k) {
    duban_status status = kit_fill(k, ENTRIES_MAX, 50);
    assert_int_equal(status, DUBAN_E_DISK_FULL);
    assert_int_equal(kit_stage(k), DUBAN_E_COMMIT);
    journal_head head;
    journal_get_head(k->journal, &head);
    assert_true(head.size > 500);
    assert_int_equal(kit_same(k->journal), head.size);
    kit_close(k);
    return head;
}

static void assert_went_on(kit *k, const journal_head *full) {
    k->failed = DUBAN_OK;
    kit_open(k);
    assert_int_equal(kit_same(k->journal), full->size);
    journal_head head;
    journal_get_head(k->journal, &head);
    assert_memory_equal(&head, full, sizeof head);
    assert_int_equal(kit_fill(k, full->size + 300, 30), DUBAN_OK);
    assert_int_equal(kit_same(k->journal), full->size + 300);
    hash256 root = kit_root(full->size + 300);
    assert_true(hash_equal(&root, &k->last.root));
}

static bool mount_small(const char *folder, const char *size, unsigned long flags) {
    return mount("tmpfs", folder, "tmpfs", flags, size) == 0;
}

/* Takes the folder for a small disk of its own, or skips the test. */
static void on_small_disk(kit *k, const char *size) {
    if (mount_small(k->folder, size, 0)) return;
    print_message("skipped: mounting is not permitted (%s)\n", strerror(errno));
    skip();
}

static void a_full_disk_loses_nothing_acknowledged(void **state) {
    kit *k = *state;
    on_small_disk(k, "size=8m");
    kit_open(k);
    journal_head full = fill_up(k);

    /* Still full: it opens, reads, and refuses to write, again without loss. */
    k->failed = DUBAN_OK;
    kit_open(k);
    assert_int_equal(kit_same(k->journal), full.size);
    assert_int_equal(kit_fill(k, full.size + 100, 100), DUBAN_E_DISK_FULL);
    kit_close(k);

    assert_true(mount_small(k->folder, "size=16m", MS_REMOUNT));
    assert_went_on(k, &full);
}

static void a_disk_too_small_for_a_journal_is_full(void **state) {
    kit *k = *state;
    duban_refusal refusal = {0};
    on_small_disk(k, "size=64k");
    assert_int_equal(journal_open_lmdb(&k->options, &k->journal, &refusal),
                     DUBAN_E_DISK_FULL);
    assert_int_equal(refusal.status, DUBAN_E_DISK_FULL);
}

static void limit_files(rlim_t bytes) {
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_file_size_limit_is_met_like_a_full_disk(void **state) {
    kit *k = *state;
    signal(SIGXFSZ, SIG_IGN);
    limit_files(6 << 20);
    kit_open(k);
    journal_head full = fill_up(k);
    limit_files(RLIM_INFINITY);
    assert_went_on(k, &full);
}

static int setup(void **state) {
    kit *k = calloc(1, sizeof *k);
    assert_non_null(k);
    kit_init(k);
    *state = k;
    return 0;
}

static int teardown(void **state) {
    kit *k = *state;
    kit_close(k);
    umount2(k->folder, MNT_DETACH); /* where nothing was mounted, nothing happens */
    kit_end(k);
    free(k);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_full_disk_loses_nothing_acknowledged, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_disk_too_small_for_a_journal_is_full, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_file_size_limit_is_met_like_a_full_disk, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
