/* kill -9 in the middle of a stream of commits: what was acknowledged is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/storage/journal_kit.h"

#define ROUNDS 100

/* What the writer tells after on_durable: short enough to arrive whole or not at all. */
typedef struct receipt {
    uint64_t size;
    hash256 root;
} receipt;

typedef struct teller {
    kit *k;
    int pipe_end;
} teller;

static void tell(void *ctx, const journal_head *head) {
    teller *t = ctx;
    receipt told = {head->size, head->root};
    if (write(t->pipe_end, &told, sizeof told) != sizeof told) _exit(2);
    pthread_mutex_lock(&t->k->lock);
    t->k->last = *head;
    pthread_cond_signal(&t->k->changed);
    pthread_mutex_unlock(&t->k->lock);
}

static void tell_failed(void *ctx, duban_status status, const char *detail) {
    (void)ctx, (void)status, (void)detail;
    _exit(3);
}

/* Stages groups of changing size, never far ahead of what is durable, until it is
 * killed. */
static void write_for_ever(kit *k, int pipe_end, uint64_t seed) {
    teller t = {k, pipe_end};
    k->options.on_durable = tell;
    k->options.on_failed = tell_failed;
    k->options.ctx = &t;
    if (journal_open_lmdb(&k->options, &k->journal, NULL) != DUBAN_OK) _exit(4);
    for (;;) {
        uint64_t group = 1 + storage_random(&seed) % 10;
        uint64_t before = journal_next(k->journal);
        for (uint64_t i = 0; i < group; i++)
            if (kit_stage(k) != DUBAN_OK) break;
        journal_flush(k->journal);
        if (kit_wait(k, before) != DUBAN_OK) _exit(5);
    }
}

static int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* One receipt, if one comes before that time; false at the end of the pipe. */
static bool receive(int pipe_end, int64_t until_us, receipt *last, uint64_t *count) {
    receipt told;
    int64_t left_us = until_us - now_us();
    struct timespec left = {0, left_us > 0 ? left_us * 1000 : 0};
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(pipe_end, &readable);
    if (pselect(pipe_end + 1, &readable, NULL, NULL, until_us ? &left : NULL, NULL) <= 0)
        return true;
    ssize_t size = read(pipe_end, &told, sizeof told);
    if (size < 0 && errno == EINTR) return true;
    if (size == 0) return false;
    assert_int_equal(size, sizeof told);
    assert_true(told.size > last->size);
    *last = told;
    ++*count;
    return true;
}

/* Reads receipts; kills some time after so many, so that the kill falls anywhere in a
 * commit, and reads what is left in the pipe. */
static receipt kill_after(pid_t writer, int pipe_end, uint64_t receipts, int64_t us) {
    receipt last = {0};
    uint64_t count = 0;
    while (count < receipts)
        assert_true(receive(pipe_end, 0, &last, &count));
    for (int64_t until = now_us() + us; now_us() < until;)
        assert_true(receive(pipe_end, until, &last, &count));
    assert_int_equal(kill(writer, SIGKILL), 0);
    while (receive(pipe_end, 0, &last, &count))
        ;
    int status;
    assert_int_equal(waitpid(writer, &status, 0), writer);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
    return last;
}

static void every_acknowledged_entry_survives_kill_9(void **state) {
    kit k;
    uint64_t seed = 2023, longer = 0, before = 0;
    (void)state;
    kit_init(&k);
    for (int round = 0; round < ROUNDS; round++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        uint64_t receipts = 1 + storage_random(&seed) % 12;
        int64_t us = (int64_t)(storage_random(&seed) % 1500);
        uint64_t child_seed = storage_random(&seed);
        pid_t writer = fork();
        assert_true(writer >= 0);
        if (writer == 0) {
            close(ends[0]);
            write_for_ever(&k, ends[1], child_seed);
        }
        close(ends[1]);
        receipt last = kill_after(writer, ends[0], receipts, us);
        close(ends[0]);
        assert_true(last.size > before);

        kit_open(&k);
        journal_head head;
        journal_get_head(k.journal, &head);
        assert_true(head.size >= last.size);
        assert_int_equal(journal_next(k.journal), head.size);
        longer += head.size > last.size;
        journal_reader *r;
        hash256 root;
        assert_int_equal(journal_reader_open(k.journal, &r), DUBAN_OK);
        assert_int_equal(journal_root_at(r, last.size, &root), DUBAN_OK);
        assert_true(hash_equal(&root, &last.root));
        journal_reader_close(r);
        before = head.size;
        if (round % 20 == 19) {
            assert_int_equal(kit_same(k.journal), head.size);
            hash256 whole = kit_root(head.size);
            assert_true(hash_equal(&whole, &head.root));
        }
        kit_close(&k);
    }
    print_message("%d kills, %llu entries; %llu times more was there than acknowledged\n",
                  ROUNDS, (unsigned long long)before, (unsigned long long)longer);
    kit_end(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_acknowledged_entry_survives_kill_9),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
