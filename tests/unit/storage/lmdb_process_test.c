/* Several processes and one folder: one writes, others read; the dead hold nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/lmdb/env.h"
#include "tests/unit/storage/journal_kit.h"

typedef struct child {
    pid_t pid;
    int to;   /* we write, it reads */
    int from; /* it writes, we read */
} child;

/* Runs work in a child: with two pipes, and what it returns as its exit code. */
static child start(kit *k, int (*work)(kit *k, int from, int to)) {
    int down[2], up[2];
    assert_int_equal(pipe(down), 0);
    assert_int_equal(pipe(up), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(down[1]);
        close(up[0]);
        _exit(work(k, down[0], up[1]));
    }
    close(down[0]);
    close(up[1]);
    return (child){pid, down[1], up[0]};
}

static void say(int to) {
    assert_int_equal(write(to, "!", 1), 1);
}

/* False at the end of the pipe. */
static bool hear(int from) {
    char byte;
    return read(from, &byte, 1) == 1;
}

static int end(child *c) {
    int status;
    close(c->to);
    close(c->from);
    assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

/* --- a second writer ---------------------------------------------------------------- */

static int try_to_write(kit *k, int from, int to) {
    (void)to;
    if (!hear(from)) return 100;
    duban_refusal refusal = {0};
    duban_status status = journal_open_lmdb(&k->options, &k->journal, &refusal);
    if (status != DUBAN_E_LOCKED) return 101;
    return strcmp(refusal.found, k->folder) == 0 ? 0 : 102;
}

static void a_writer_in_another_process_is_refused(void **state) {
    kit k;
    (void)state;
    kit_init(&k);
    child other = start(&k, try_to_write);
    kit_open(&k);
    assert_int_equal(kit_fill(&k, 20, 5), DUBAN_OK);
    say(other.to);
    assert_int_equal(end(&other), 0);
    assert_int_equal(kit_fill(&k, 40, 5), DUBAN_OK);
    kit_end(&k);
}

static int write_and_wait(kit *k, int from, int to) {
    kit_open(k);
    if (kit_fill(k, 30, 3)) return 100;
    say(to);
    hear(from);
    return 0;
}

static void a_killed_writer_leaves_no_lock(void **state) {
    kit k;
    (void)state;
    kit_init(&k);
    child other = start(&k, write_and_wait);
    assert_true(hear(other.from));
    assert_int_equal(journal_open_lmdb(&k.options, &k.journal, NULL), DUBAN_E_LOCKED);
    assert_int_equal(kill(other.pid, SIGKILL), 0);
    assert_int_equal(end(&other), 256 + SIGKILL);
    kit_open(&k);
    assert_int_equal(kit_same(k.journal), 30);
    assert_int_equal(kit_fill(&k, 60, 10), DUBAN_OK);
    kit_end(&k);
}

/* --- reading beside a writer -------------------------------------------------------- */

/* Opens, verifies all and closes, again and again until the pipe ends. */
static int audit(kit *k, int from, int to) {
    k->options.read_only = true;
    k->options.signer = NULL;
    k->options.log_key = &k->key.public_key;
    uint64_t seen = 0, bad;
    while (hear(from)) {
        journal_head head;
        journal_reader *r;
        if (journal_open_lmdb(&k->options, &k->journal, NULL)) return 101;
        journal_get_head(k->journal, &head);
        if (head.size < seen) return 102;
        seen = head.size;
        if (journal_reader_open(k->journal, &r)) return 103;
        if (journal_verify(r, 0, head.size, NULL, NULL, &bad)) return 104;
        journal_reader_close(r);
        if (kit_same(k->journal) != head.size) return 105;
        journal_close(k->journal);
        say(to);
    }
    return seen >= 500 ? 0 : 106;
}

static void
a_reader_in_another_process_sees_whole_heads_while_writing_goes_on(void **state) {
    kit k;
    (void)state;
    kit_init(&k);
    child auditor = start(&k, audit);
    kit_open(&k);
    for (int i = 1; i <= 60; i++) {
        /* The audit runs while these commits do. */
        assert_int_equal(kit_fill(&k, (uint64_t)i * 10, 3), DUBAN_OK);
        say(auditor.to);
        assert_int_equal(kit_fill(&k, (uint64_t)i * 10 + 9, 1), DUBAN_OK);
        assert_true(hear(auditor.from));
    }
    assert_int_equal(end(&auditor), 0);
    kit_end(&k);
}

/* Keeps its journal open while the writer's map outgrows its own. */
static int look_again(kit *k, int from, int to) {
    journal_reader *r;
    span entry;
    if (!hear(from)) return 100;
    k->options.read_only = true;
    if (journal_open_lmdb(&k->options, &k->journal, NULL)) return 101;
    say(to);
    if (!hear(from)) return 102;
    if (journal_reader_open(k->journal, &r)) return 103;
    if (journal_reader_size(r) != 20) return 104;
    if (journal_read(r, 19, &entry)) return 105;
    journal_reader_close(r);
    journal_close(k->journal);
    return 0;
}

static void a_reader_in_another_process_follows_the_growing_map(void **state) {
    kit k;
    (void)state;
    kit_init(&k);
    k.options.map_size_bytes = 1 << 20;
    child reader = start(&k, look_again);
    kit_open(&k);
    assert_int_equal(kit_fill(&k, 20, 5), DUBAN_OK);
    say(reader.to);
    assert_true(hear(reader.from));
    assert_int_equal(kit_fill(&k, 12000, 400), DUBAN_OK);
    say(reader.to);
    assert_int_equal(end(&reader), 0);
    kit_end(&k);
}

static void reading_what_is_not_there_is_not_found(void **state) {
    kit k;
    (void)state;
    kit_init(&k);
    k.options.read_only = true;
    assert_int_equal(journal_open_lmdb(&k.options, &k.journal, NULL), DUBAN_E_NOT_FOUND);
    k.options.path = "/nowhere/at/all";
    assert_int_equal(journal_open_lmdb(&k.options, &k.journal, NULL), DUBAN_E_NOT_FOUND);
    k.options.path = k.folder;
    kit_end(&k);
}

/* --- dead readers ------------------------------------------------------------------- */

static int read_and_wait(kit *k, int from, int to) {
    journal_reader *r;
    if (!hear(from)) return 100;
    k->options.read_only = true;
    if (journal_open_lmdb(&k->options, &k->journal, NULL)) return 101;
    if (journal_reader_open(k->journal, &r)) return 102;
    say(to);
    hear(from);
    return 0;
}

static int count_line(const char *line, void *ctx) {
    uint32_t *lines = ctx;
    (void)line;
    ++*lines;
    return 0;
}

static uint32_t readers_listed(MDB_env *env) {
    uint32_t lines = 0;
    mdb_reader_list(env, count_line, &lines);
    return lines > 1 ? lines - 1 : 0; /* a heading, or "(no active readers)" */
}

static void a_dead_reader_is_cleared(void **state) {
    kit k;
    lmdb_env env;
    char path[STORAGE_PATH_MAX];
    (void)state;
    kit_init(&k);
    child reader = start(&k, read_and_wait);
    kit_open(&k);
    assert_int_equal(kit_fill(&k, 30, 10), DUBAN_OK);
    kit_close(&k);
    storage_path(path, k.folder, "journal.mdb");
    assert_int_equal(lmdb_env_open(&env, path, 1 << 24, false), DUBAN_OK);
    say(reader.to);
    assert_true(hear(reader.from));
    assert_int_equal(readers_listed(env.env), 1);
    lmdb_env_clear_dead(&env);
    assert_int_equal(readers_listed(env.env), 1);

    assert_int_equal(kill(reader.pid, SIGKILL), 0);
    assert_int_equal(end(&reader), 256 + SIGKILL);
    assert_int_equal(readers_listed(env.env), 1);
    lmdb_env_clear_dead(&env);
    assert_int_equal(readers_listed(env.env), 0);
    lmdb_env_close(&env);
    kit_end(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_writer_in_another_process_is_refused),
        cmocka_unit_test(a_killed_writer_leaves_no_lock),
        cmocka_unit_test(
            a_reader_in_another_process_sees_whole_heads_while_writing_goes_on),
        cmocka_unit_test(a_reader_in_another_process_follows_the_growing_map),
        cmocka_unit_test(reading_what_is_not_there_is_not_found),
        cmocka_unit_test(a_dead_reader_is_cleared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
