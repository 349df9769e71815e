/* How fast the lmdb engine commits, beside the disk's own rate of syncs in the same run.
 * Entries of 250 bytes, every commit with its tiles and its signed, synced head. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "storage/lmdb/lmdb.h"
#include "tests/unit/storage/storage_kit.h"

#define ENTRY_BYTES 250
#define ROUND_NS    1000000000LL /* each figure is taken over about a second */
#define SYNC_ROUNDS 1000

typedef struct bench {
    char folder[STORAGE_FOLDER_MAX];
    sign_key key;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t durable;
} bench;

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void on_durable(void *ctx, const journal_head *head) {
    bench *b = ctx;
    pthread_mutex_lock(&b->lock);
    b->durable = head->size;
    pthread_cond_signal(&b->changed);
    pthread_mutex_unlock(&b->lock);
}

static void on_failed(void *ctx, duban_status status, const char *detail) {
    (void)ctx;
    fprintf(stderr, "%s: %s\n", duban_status_name(status), detail);
    abort();
}

static void wait_for(bench *b, uint64_t size) {
    pthread_mutex_lock(&b->lock);
    while (b->durable < size)
        pthread_cond_wait(&b->changed, &b->lock);
    pthread_mutex_unlock(&b->lock);
}

static double sync_ms(const char *folder) {
    char path[STORAGE_FOLDER_MAX + 8], bytes[4096] = {1};
    snprintf(path, sizeof path, "%s/syncs", folder);
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    assert_true(fd >= 0);
    for (int i = 0; i < SYNC_ROUNDS; i++)
        assert_int_equal(pwrite(fd, bytes, sizeof bytes, (off_t)i * 4096), sizeof bytes);
    assert_int_equal(fsync(fd), 0);
    int64_t begin = now_ns();
    for (int i = 0; i < SYNC_ROUNDS; i++) {
        assert_int_equal(pwrite(fd, bytes, sizeof bytes, (off_t)i * 4096), sizeof bytes);
        assert_int_equal(fdatasync(fd), 0);
    }
    double ms = (double)(now_ns() - begin) / 1e6 / SYNC_ROUNDS;
    close(fd);
    return ms;
}

/* Entries a second when each commit takes exactly one group: the next group is staged
 * while the last one is being committed, and flushed when it is durable. */
static double entries_per_second(bench *b, journal *j, uint64_t group) {
    uint8_t bytes[ENTRY_BYTES] = {0};
    span entry = {bytes, sizeof bytes};
    uint64_t first = journal_next(j);
    int64_t begin = now_ns();
    while (now_ns() - begin < ROUND_NS) {
        uint64_t before = journal_next(j);
        for (uint64_t i = 0; i < group; i++) {
            uint64_t n = journal_next(j);
            memcpy(bytes, &n, sizeof n);
            assert_int_equal(journal_stage(j, entry, NULL, 0), DUBAN_OK);
        }
        wait_for(b, before);
        journal_flush(j);
    }
    wait_for(b, journal_next(j));
    return (double)(journal_next(j) - first) * 1e9 / (double)(now_ns() - begin);
}

static void larger_groups_commit_more_entries_a_second(void **state) {
    static const uint64_t groups[] = {1, 10, 100, 1000};
    enum { GROUPS = sizeof groups / sizeof *groups };
    double rates[GROUPS];
    bench b = {.durable = 0};
    journal *j;
    (void)state;
    assert_int_equal(sign_init(), DUBAN_OK);
    sign_key_random(&b.key);
    pthread_mutex_init(&b.lock, NULL);
    pthread_cond_init(&b.changed, NULL);
    storage_folder(b.folder);
    journal_options options = {
        .path = b.folder,
        .origin = "speed.duban.example",
        .signer = &b.key,
        .on_durable = on_durable,
        .on_failed = on_failed,
        .ctx = &b,
    };
    assert_int_equal(journal_open_lmdb(&options, &j, NULL), DUBAN_OK);
    double before = sync_ms(b.folder);
    for (int i = 0; i < GROUPS; i++) {
        uint64_t syncs = journal_syncs(j), first = journal_next(j);
        rates[i] = entries_per_second(&b, j, groups[i]);
        double commits = (double)((journal_next(j) - first) / groups[i]);
        printf("groups of %4d: %8.0f entries/s, %5.0f commits/s of %.2f syncs\n",
               (int)groups[i], rates[i], rates[i] / (double)groups[i],
               (double)(journal_syncs(j) - syncs) / commits);
    }
    double after = sync_ms(b.folder);
    printf("the disk alone: %.3f ms a sync of 4 KiB before, %.3f ms after\n", before,
           after);
    journal_close(j);
    storage_remove_folder(b.folder);
    for (int i = 1; i < GROUPS; i++)
        assert_true(rates[i] > rates[i - 1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(larger_groups_commit_more_entries_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
