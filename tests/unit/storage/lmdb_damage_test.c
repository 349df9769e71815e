/* Flipped bits and lost files: refused at opening, found by the verification, or without
 * effect; never believed, and never a page that LMDB ends the process on. Each damaged
 * journal is opened in a child, so that such an end would be seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/heads.h"
#include "tests/unit/storage/journal_kit.h"

#define ENTRIES 1500
/* A fork is dear under ThreadSanitizer, and nothing here has threads to watch. */
#ifdef __SANITIZE_THREAD__
#define FLIPS      40
#define HEAD_FLIPS 40
#else
#define FLIPS      600
#define HEAD_FLIPS 300
#endif

typedef enum outcome {
    REFUSED,  /* at opening */
    FOUND,    /* by journal_verify, or by reading a body */
    SAME,     /* everything came back as it went in */
    BELIEVED, /* something came back changed and nothing had noticed */
    CRASHED,  /* the process ended by a signal */
    OUTCOMES
} outcome;

static const char *const outcome_names[OUTCOMES] = {"refused", "found by verification",
                                                    "same", "believed", "crashed"};

static outcome look(kit *k, const journal_head *wanted) {
    journal_head head;
    uint64_t bad;
    journal_reader *r;
    if (journal_open_lmdb(&k->options, &k->journal, NULL)) return REFUSED;
    journal_get_head(k->journal, &head);
    if (head.size != wanted->size || !hash_equal(&head.root, &wanted->root))
        return BELIEVED;
    if (journal_reader_open(k->journal, &r)) return FOUND;
    duban_status status = journal_verify(r, 0, head.size, NULL, NULL, &bad);
    if (status) return FOUND;
    for (uint64_t n = 0; n < head.size; n++) {
        uint8_t bytes[KIT_ENTRY_MAX];
        span found;
        size_t size = kit_entry(n, bytes);
        if (journal_read(r, n, &found)) return BELIEVED;
        if (found.size != size || memcmp(found.data, bytes, size) != 0) return BELIEVED;
        if (n % 7 != 0) continue;
        journal_body body = kit_body(n, bytes), stored;
        if (journal_body_read(r, &body.hash, &stored)) return FOUND;
        if (stored.bytes.size != body.bytes.size) return BELIEVED;
        if (memcmp(stored.bytes.data, bytes, body.bytes.size) != 0) return BELIEVED;
    }
    journal_reader_close(r);
    journal_close(k->journal);
    return SAME;
}

static outcome look_in_child(kit *k, const journal_head *wanted) {
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        /* What LMDB says before it ends the process is not this test's. */
        for (int number = 1; number < 32; number++)
            signal(number, SIG_DFL); /* cmocka would catch them */
        int nowhere = open("/dev/null", O_WRONLY);
        if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
        _exit(look(k, wanted));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) return CRASHED;
    assert_true(WEXITSTATUS(status) < CRASHED);
    return (outcome)WEXITSTATUS(status);
}

typedef struct damaged {
    kit k;
    char journal_path[STORAGE_PATH_MAX];
    char heads_path[STORAGE_PATH_MAX];
    journal_head head;
    uint8_t *journal;
    size_t journal_size;
    size_t used; /* behind it the file is only allocated */
    uint8_t *heads;
    size_t heads_size;
} damaged;

static int setup(void **state) {
    damaged *d = calloc(1, sizeof *d);
    assert_non_null(d);
    kit_init(&d->k);
    kit_open(&d->k);
    assert_int_equal(kit_fill(&d->k, ENTRIES - 100, 100), DUBAN_OK);
    assert_int_equal(kit_fill(&d->k, ENTRIES, 10), DUBAN_OK);
    kit_close(&d->k);
    d->head = d->k.last;
    storage_path(d->journal_path, d->k.folder, "journal.mdb");
    storage_path(d->heads_path, d->k.folder, "heads");
    d->journal = storage_read(d->journal_path, &d->journal_size);
    d->heads = storage_read(d->heads_path, &d->heads_size);
    d->used = d->journal_size;
    while (d->used > 0 && d->journal[d->used - 1] == 0)
        d->used--;
    *state = d;
    return 0;
}

static int teardown(void **state) {
    damaged *d = *state;
    kit_end(&d->k);
    free(d->journal);
    free(d->heads);
    free(d);
    return 0;
}

static void restore(damaged *d) {
    storage_write(d->journal_path, d->journal, d->journal_size);
    storage_write(d->heads_path, d->heads, d->heads_size);
}

static outcome with_flip(damaged *d, const char *path, uint64_t bit) {
    int fd = open(path, O_RDWR);
    uint8_t byte;
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, (off_t)(bit / 8)), 1);
    byte ^= (uint8_t)(1u << bit % 8);
    assert_int_equal(pwrite(fd, &byte, 1, (off_t)(bit / 8)), 1);
    close(fd);
    outcome seen = look_in_child(&d->k, &d->head);
    restore(d);
    return seen;
}

static void report(const char *what, const uint32_t counts[OUTCOMES]) {
    print_message("%s:", what);
    for (int i = 0; i < OUTCOMES; i++)
        print_message(" %u %s%s", counts[i], outcome_names[i],
                      i + 1 < OUTCOMES ? "," : "\n");
}

static void an_unharmed_journal_is_the_same(void **state) {
    damaged *d = *state;
    assert_int_equal(look_in_child(&d->k, &d->head), SAME);
}

static void no_flipped_bit_of_the_data_file_is_believed(void **state) {
    damaged *d = *state;
    uint32_t counts[OUTCOMES] = {0};
    uint64_t seed = 1;
    for (int i = 0; i < FLIPS; i++)
        counts[with_flip(d, d->journal_path, storage_random(&seed) % (8 * d->used))]++;
    report("bits of journal.mdb", counts);
    assert_int_equal(counts[BELIEVED] + counts[CRASHED], 0);
    assert_true(counts[REFUSED] > 0);
    assert_true(counts[FOUND] > FLIPS / 4);
}

static void no_flipped_bit_of_lmdbs_meta_pages_is_believed(void **state) {
    damaged *d = *state;
    uint32_t counts[OUTCOMES] = {0};
    uint64_t seed = 2;
    for (int i = 0; i < FLIPS; i++) {
        uint64_t bit = storage_random(&seed) % (2 * 8 * 152);
        uint64_t page = bit / (8 * 152);
        counts[with_flip(d, d->journal_path, page * 8 * 4096 + bit % (8 * 152))]++;
    }
    report("bits of the meta pages", counts);
    assert_int_equal(counts[BELIEVED] + counts[CRASHED], 0);
    assert_true(counts[REFUSED] > FLIPS / 4);
}

/* A page's head and the places of its nodes are what LMDB follows without looking. */
static void no_flipped_bit_of_a_pages_head_is_followed(void **state) {
    damaged *d = *state;
    uint32_t counts[OUTCOMES] = {0};
    uint64_t seed = 4;
    for (int i = 0; i < FLIPS; i++) {
        uint64_t page = 2 + storage_random(&seed) % (d->used / 4096 - 2);
        uint64_t bit = storage_random(&seed) % (8 * 36);
        counts[with_flip(d, d->journal_path, page * 8 * 4096 + bit)]++;
    }
    report("bits of pages' heads", counts);
    assert_int_equal(counts[BELIEVED] + counts[CRASHED], 0);
    assert_true(counts[REFUSED] > FLIPS / 2);
}

static void no_flipped_bit_of_the_heads_is_believed(void **state) {
    damaged *d = *state;
    uint32_t counts[OUTCOMES] = {0};
    uint64_t seed = 3;
    for (int i = 0; i < HEAD_FLIPS; i++) {
        uint64_t slot = storage_random(&seed) % HEADS_SLOTS;
        uint64_t bit = storage_random(&seed) % (8 * HEADS_RECORD_SIZE);
        counts[with_flip(d, d->heads_path, slot * 8 * HEADS_STRIDE + bit)]++;
    }
    report("bits of heads", counts);
    assert_int_equal(counts[BELIEVED] + counts[CRASHED] + counts[FOUND], 0);
    /* Only the slot that is written next and the newest one may differ unnoticed: the
     * newest is signed anew, the other is not read. */
    assert_true(counts[REFUSED] > HEAD_FLIPS / 2);
}

static void truncated_files_are_refused(void **state) {
    damaged *d = *state;
    for (uint32_t slots = 0; slots < HEADS_SLOTS; slots += 9) {
        assert_int_equal(truncate(d->heads_path, (off_t)slots * HEADS_STRIDE), 0);
        assert_int_equal(look_in_child(&d->k, &d->head), REFUSED);
        restore(d);
    }
    for (size_t size = 1; size < d->used; size = 3 * size + 4096) {
        assert_int_equal(truncate(d->journal_path, (off_t)size), 0);
        assert_int_equal(look_in_child(&d->k, &d->head), REFUSED);
        restore(d);
    }
}

static void a_lost_file_is_refused(void **state) {
    damaged *d = *state;
    assert_int_equal(unlink(d->heads_path), 0);
    assert_int_equal(look_in_child(&d->k, &d->head), REFUSED);
    restore(d);
    assert_int_equal(unlink(d->journal_path), 0);
    assert_int_equal(look_in_child(&d->k, &d->head), REFUSED);
    restore(d);
    assert_int_equal(truncate(d->journal_path, 0), 0);
    assert_int_equal(look_in_child(&d->k, &d->head), REFUSED);
    restore(d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unharmed_journal_is_the_same),
        cmocka_unit_test(no_flipped_bit_of_the_data_file_is_believed),
        cmocka_unit_test(no_flipped_bit_of_lmdbs_meta_pages_is_believed),
        cmocka_unit_test(no_flipped_bit_of_a_pages_head_is_followed),
        cmocka_unit_test(no_flipped_bit_of_the_heads_is_believed),
        cmocka_unit_test(truncated_files_are_refused),
        cmocka_unit_test(a_lost_file_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
