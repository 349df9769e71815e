/* The outbox: what was said to be queued is there whatever happened, once, the same
 * bytes, and no number is used twice.
 *
 * This program's own open, write, fsync, … stand before the C library's, so that a test
 * can end the process, or fail the call, at every single one of them. */
#include "client_kit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/codec.h"

/* --- calls that can fail ------------------------------------------------------------ */

typedef enum fault { FAULT_NONE, FAULT_KILL, FAULT_ENOSPC } fault;

static fault armed;
static long calls_left;  /* until the fault */
static char calls[4096]; /* a letter for each call, while armed or recording */
static size_t calls_n;

/* True when this call is the one that fails. */
static bool hit(char letter) {
    if (calls_n < sizeof calls - 1) calls[calls_n++] = letter;
    if (armed == FAULT_NONE || calls_left-- > 0) return false;
    if (armed == FAULT_KILL) kill(getpid(), SIGKILL);
    armed = FAULT_NONE;
    errno = ENOSPC;
    return true;
}

int open(const char *name, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    int mode = flags & O_CREAT ? va_arg(rest, int) : 0;
    va_end(rest);
    return hit('o') ? -1 : (int)syscall(SYS_openat, AT_FDCWD, name, flags, mode);
}

ssize_t write(int file, const void *bytes, size_t size) {
    return hit('w') ? -1 : syscall(SYS_write, file, bytes, size);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) {
    return hit('p') ? -1 : syscall(SYS_pwrite64, file, bytes, size, at);
}

int fsync(int file) {
    struct stat about;
    fstat(file, &about);
    return hit(S_ISDIR(about.st_mode) ? 'S' : 's') ? -1 : (int)syscall(SYS_fsync, file);
}

int rename(const char *from, const char *to) {
    return hit('r') ? -1 : (int)syscall(SYS_rename, from, to);
}

int mkdir(const char *name, mode_t mode) {
    return hit('m') ? -1 : (int)syscall(SYS_mkdir, name, mode);
}

static void arm(fault what, long after) {
    armed = what;
    calls_left = after;
    calls_n = 0;
    memset(calls, 0, sizeof calls);
}

/* --- what a child reports
 * ---------------------------------------------------------------- */

#define CHILD_MESSAGES 3

typedef struct report {
    uint64_t number;
    hash256 bytes;
} report;

static hash256 file_hash(const char *home, const char *place, uint64_t number) {
    char name[512];
    buffer bytes;
    buffer_init(&bytes);
    snprintf(name, sizeof name, "%s/outbox/%s/%020" PRIu64, kit_path(home), place,
             number);
    assert_int_equal(file_read(name, REQUEST_SIZE_MAX, &bytes), DUBAN_OK);
    hash256 hash = hash_of(bytes.data, bytes.size);
    buffer_close(&bytes);
    return hash;
}

/* Queues messages and reports each as soon as it was said to be queued. The report goes
 * past the faulty calls. */
static void child(const char *home, int out, fault what, long after) {
    duban_options options = {.home = kit_path(home)};
    duban *d;
    arm(what, after);
    if (duban_open(&options, &d, NULL) == DUBAN_OK) {
        for (int i = 0; i < CHILD_MESSAGES; i++) {
            kit_event value;
            duban_ticket ticket;
            kit_value(&value, (uint32_t)i + 1, i);
            if (duban_queue(d, &value.ev, NULL, 0, &ticket, NULL)) continue;
            fault kept = armed;
            armed = FAULT_NONE;
            report r = {ticket.number, file_hash(home, "queued", ticket.number)};
            syscall(SYS_write, out, &r, sizeof r);
            armed = kept;
        }
        duban_close(d);
    }
    _exit(armed == FAULT_NONE ? 0 : 3); /* 3: the fault was never reached */
}

/* Runs a child to its end; returns what it reported. */
static size_t run_child(const char *home, fault what, long after, report *reports,
                        int *how) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) child(home, ends[1], what, after);
    close(ends[1]);
    size_t n = 0;
    while (read(ends[0], &reports[n], sizeof *reports) == sizeof *reports)
        n++;
    close(ends[0]);
    assert_int_equal(waitpid(pid, how, 0), pid);
    return n;
}

/* Every reported message is queued, once, with its bytes; the next number is new. */
static void everything_reported_is_there(const char *home, const report *reports,
                                         size_t n) {
    arena a;
    duban_outbox_row *rows;
    size_t rows_n;
    uint64_t highest = 0;
    duban *d = kit_open(home, NULL, 0);
    arena_init(&a, 0);
    assert_int_equal(duban_outbox(d, &a, &rows, &rows_n, NULL), DUBAN_OK);
    for (size_t i = 0; i < n; i++) {
        size_t found = 0;
        for (size_t k = 0; k < rows_n; k++)
            if (rows[k].number == reports[i].number) {
                found++;
                assert_int_equal(rows[k].state, OUTBOX_QUEUED);
            }
        assert_int_equal(found, 1);
        hash256 now = file_hash(home, "queued", reports[i].number);
        assert_true(hash_equal(&now, &reports[i].bytes));
    }
    for (size_t k = 0; k < rows_n; k++) {
        assert_int_equal(rows[k].state, OUTBOX_QUEUED);
        if (rows[k].number > highest) highest = rows[k].number;
    }
    kit_event value;
    duban_ticket ticket;
    kit_value(&value, 99, 1);
    assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, NULL), DUBAN_OK);
    assert_true(ticket.number > highest);
    arena_close(&a);
    duban_close(d);
}

static void what_was_queued_survives_kill_9_at_every_call(void **state) {
    (void)state;
    size_t by_reports[CHILD_MESSAGES + 1] = {0};
    long after = 0;
    for (;; after++) {
        char home[32];
        report reports[CHILD_MESSAGES];
        int how;
        snprintf(home, sizeof home, "home%ld", after);
        kit_home(home);
        size_t n = run_child(home, FAULT_KILL, after, reports, &how);
        everything_reported_is_there(home, reports, n);
        by_reports[n]++;
        if (WIFEXITED(how)) break;
        assert_int_equal(WTERMSIG(how), SIGKILL);
    }
    /* It was killed before, between and after the messages, many times each. */
    assert_true(after > 30);
    for (int n = 0; n < CHILD_MESSAGES; n++)
        assert_true(by_reports[n] > 5);
}

static void a_full_disk_at_any_call_queues_wholly_or_not_at_all(void **state) {
    (void)state;
    long after = 0;
    for (;; after++) {
        char home[32];
        report reports[CHILD_MESSAGES];
        int how;
        snprintf(home, sizeof home, "home%ld", after);
        kit_home(home);
        size_t n = run_child(home, FAULT_ENOSPC, after, reports, &how);
        assert_true(WIFEXITED(how));
        everything_reported_is_there(home, reports, n);
        if (WEXITSTATUS(how) == 3) break;
        /* What was not said to be queued is not there: nobody sends it behind the
         * clerk's back. The one more is what the check above queued. */
        duban *d = kit_open(home, NULL, 0);
        arena a;
        duban_outbox_row *rows;
        size_t rows_n;
        arena_init(&a, 0);
        assert_int_equal(duban_outbox(d, &a, &rows, &rows_n, NULL), DUBAN_OK);
        assert_int_equal(rows_n, n + 1);
        arena_close(&a);
        duban_close(d);
    }
    assert_true(after > 30);
}

static void queued_is_said_only_after_file_and_folder_are_synced(void **state) {
    (void)state;
    kit_event value;
    duban_ticket ticket;
    kit_home("home");
    duban *d = kit_open("home", NULL, 0);
    kit_value(&value, 1, 1);
    arm(FAULT_NONE, 0);
    assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, NULL), DUBAN_OK);
    const char *file = strchr(calls, 'w');
    assert_non_null(file);
    const char *synced = strchr(file, 's');
    assert_non_null(synced);
    assert_null(strchr(synced, 'w')); /* nothing is written to it any more */
    const char *renamed = strchr(synced, 'r');
    assert_non_null(renamed);
    assert_null(memchr(calls, 'r', (size_t)(synced - calls)));
    assert_non_null(strchr(renamed, 'S'));
    duban_close(d);
}

static void a_full_disk_is_said_so(void **state) {
    (void)state;
    kit_event value;
    duban_ticket ticket = {.number = 77};
    duban_refusal refusal = {0};
    kit_home("home");
    duban *d = kit_open("home", NULL, 0);
    kit_value(&value, 1, 1);
    arm(FAULT_NONE, 0);
    assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, NULL), DUBAN_OK);
    long to_write = strchr(calls, 'w') - calls;
    kit_value(&value, 2, 1);
    ticket.number = 77;
    arm(FAULT_ENOSPC, to_write);
    assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, &refusal),
                     DUBAN_E_DISK_FULL);
    assert_int_equal(refusal.status, DUBAN_E_DISK_FULL);
    assert_int_equal(ticket.number, 77);
    arm(FAULT_NONE, 0);
    duban_close(d);
}

/* --- damage ------------------------------------------------------------------------- */

static void queue_some(const char *home, uint32_t n) {
    duban *d = kit_open(home, NULL, 0);
    for (uint32_t i = 1; i <= n; i++) {
        kit_event value;
        duban_ticket ticket;
        kit_value(&value, i, i);
        assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, NULL), DUBAN_OK);
        assert_int_equal(ticket.number, i);
        assert_int_equal(ticket.sent, DUBAN_QUEUED);
    }
    duban_close(d);
}

static void message_path(char out[512], const char *home, const char *place,
                         uint64_t number) {
    snprintf(out, 512, "%s/outbox/%s/%020" PRIu64, kit_path(home), place, number);
}

static void check_set_aside(const char *home, uint64_t number, uint32_t rows_wanted) {
    arena a;
    duban_outbox_row *rows;
    size_t n;
    char name[512];
    struct stat about;
    duban *d = kit_open(home, NULL, 0);
    arena_init(&a, 0);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(duban_outbox(d, &a, &rows, &n, NULL), DUBAN_OK);
        assert_int_equal(n, rows_wanted);
        const duban_outbox_row *row = &rows[number - 1];
        assert_int_equal(row->number, number);
        assert_int_equal(row->state, OUTBOX_REFUSED);
        assert_int_equal(row->refusal.status, DUBAN_E_CORRUPT);
        assert_non_null(strstr(row->refusal.found, "damaged"));
    }
    message_path(name, home, "damaged", number);
    assert_int_equal(stat(name, &about), 0);
    message_path(name, home, "queued", number);
    assert_int_not_equal(stat(name, &about), 0);
    arena_close(&a);
    duban_close(d);
}

static void torn_files_are_set_aside_at_every_length(void **state) {
    (void)state;
    char name[512];
    struct stat about;
    kit_home("first");
    queue_some("first", 1);
    message_path(name, "first", "queued", 1);
    assert_int_equal(stat(name, &about), 0);
    for (off_t size = 0; size < about.st_size; size += 7) {
        char home[32];
        snprintf(home, sizeof home, "torn%d", (int)size);
        kit_home(home);
        queue_some(home, 2);
        message_path(name, home, "queued", 1);
        assert_int_equal(truncate(name, size), 0);
        check_set_aside(home, 1, 2);
    }
}

static void a_flipped_bit_anywhere_is_noticed(void **state) {
    (void)state;
    char name[512];
    buffer bytes;
    arena a;
    outbox_message m;
    outbox o;
    sign_public key;
    kit_home("home");
    queue_some("home", 1);
    message_path(name, "home", "queued", 1);
    buffer_init(&bytes);
    assert_int_equal(file_read(name, REQUEST_SIZE_MAX, &bytes), DUBAN_OK);
    duban *d = kit_open("home", NULL, 0);
    key = *duban_public_key(d);
    duban_close(d);
    assert_int_equal(outbox_open(kit_path("home/outbox"), &key, &o), DUBAN_OK);
    arena_init(&a, 0);
    assert_int_equal(outbox_load(&o, PLACE_QUEUED, 1, &a, &m), DUBAN_OK);
    for (size_t i = 0; i < bytes.size; i++) {
        bytes.data[i] ^= (unsigned char)(1u << (i % 8));
        FILE *file = fopen(name, "wb");
        assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
        assert_int_equal(fclose(file), 0);
        arena_reset(&a);
        assert_int_equal(outbox_load(&o, PLACE_QUEUED, 1, &a, &m), DUBAN_E_CORRUPT);
        bytes.data[i] ^= (unsigned char)(1u << (i % 8));
    }
    arena_close(&a);
    buffer_close(&bytes);
}

static void a_number_is_not_used_again_after_damage_or_a_lost_file(void **state) {
    (void)state;
    char name[512];
    kit_home("home");
    queue_some("home", 3);
    message_path(name, "home", "queued", 3);
    assert_int_equal(truncate(name, 5), 0);
    check_set_aside("home", 3, 3);
    kit_event value;
    duban_ticket ticket;
    duban *d = kit_open("home", NULL, 0);
    kit_value(&value, 9, 9);
    assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, NULL), DUBAN_OK);
    assert_int_equal(ticket.number, 4);
    message_path(name, "home", "queued", 4);
    assert_int_equal(unlink(name), 0);
    kit_value(&value, 9, 9);
    assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, NULL), DUBAN_OK);
    assert_int_equal(ticket.number, 5);
    duban_close(d);
}

/* --- several processes, one home
 * --------------------------------------------------------- */

static void two_processes_of_one_home_never_share_a_number(void **state) {
    (void)state;
    report reports[4][CHILD_MESSAGES];
    int ends[4][2];
    kit_home("home");
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pipe(ends[i]), 0);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            /* Each states other tasks, so that nothing is stated twice. */
            duban *d = kit_open("home", NULL, 0);
            for (int k = 0; k < CHILD_MESSAGES; k++) {
                kit_event value;
                duban_ticket ticket;
                kit_value(&value, (uint32_t)(100 * i + k + 1), k);
                if (duban_queue(d, &value.ev, NULL, 0, &ticket, NULL)) _exit(1);
                report r = {ticket.number, file_hash("home", "queued", ticket.number)};
                syscall(SYS_write, ends[i][1], &r, sizeof r);
            }
            _exit(0);
        }
        close(ends[i][1]);
    }
    bool used[4 * CHILD_MESSAGES + 1] = {false};
    for (int i = 0; i < 4; i++) {
        ssize_t got = 0, more;
        char *to = (char *)reports[i];
        while ((more = read(ends[i][0], to + got, sizeof reports[i] - (size_t)got)) > 0)
            got += more;
        assert_int_equal(got, sizeof reports[i]);
        close(ends[i][0]);
        for (int k = 0; k < CHILD_MESSAGES; k++) {
            uint64_t number = reports[i][k].number;
            assert_in_range(number, 1, 4 * CHILD_MESSAGES);
            assert_false(used[number]);
            used[number] = true;
        }
    }
    int how;
    while (wait(&how) > 0)
        assert_int_equal(how, 0);
}

static void a_crash_between_answer_and_move_is_finished_on_opening(void **state) {
    (void)state;
    char name[512], reply[600];
    outbox o;
    sign_public key;
    struct stat about;
    kit_home("home");
    queue_some("home", 2);
    duban *d = kit_open("home", NULL, 0);
    key = *duban_public_key(d);
    duban_close(d);
    assert_int_equal(outbox_open(kit_path("home/outbox"), &key, &o), DUBAN_OK);
    span bytes = {(const uint8_t *)"answer", 6};
    assert_int_equal(outbox_answer(&o, PLACE_RECEIPTS, 1, bytes), DUBAN_OK);
    /* Back to before the move; and a second one that lost its answer. */
    message_path(name, "home", "receipts", 1);
    char queued[512];
    message_path(queued, "home", "queued", 1);
    assert_int_equal(rename(name, queued), 0);
    message_path(queued, "home", "queued", 2);
    message_path(name, "home", "receipts", 2);
    assert_int_equal(rename(queued, name), 0);

    assert_int_equal(outbox_open(kit_path("home/outbox"), &key, &o), DUBAN_OK);
    assert_true(outbox_holds(&o, PLACE_RECEIPTS, 1));
    assert_false(outbox_holds(&o, PLACE_QUEUED, 1));
    assert_true(outbox_holds(&o, PLACE_QUEUED, 2));
    assert_false(outbox_holds(&o, PLACE_RECEIPTS, 2));
    message_path(name, "home", "receipts", 1);
    snprintf(reply, sizeof reply, "%s.reply", name);
    assert_int_equal(stat(reply, &about), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, kit_begin, kit_end)
        T(what_was_queued_survives_kill_9_at_every_call),
        T(a_full_disk_at_any_call_queues_wholly_or_not_at_all),
        T(queued_is_said_only_after_file_and_folder_are_synced),
        T(a_full_disk_is_said_so),
        T(torn_files_are_set_aside_at_every_length),
        T(a_flipped_bit_anywhere_is_noticed),
        T(a_number_is_not_used_again_after_damage_or_a_lost_file),
        T(two_processes_of_one_home_never_share_a_number),
        T(a_crash_between_answer_and_move_is_finished_on_opening),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
