/* What a home believes, against a log that lies in every way it could: forks, roll-backs,
 * other keys, proofs that do not hold. */
#include "client_kit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/file.h"
#include "client/trust.h"

/* The honest log and one that left it behind entry FORK. */
#define FORK 60
static kit_log honest, forked, stranger;

/* The broker as the trust asks it. */
typedef struct asked {
    const kit_log *log;  /* whose proofs are given */
    duban_status refuse; /* instead of a proof */
    uint32_t cut;        /* hashes left out at the end */
    int count;
} asked;

static duban_status ask(void *ctx, uint64_t old_size, uint64_t size, tlog_path *out,
                        duban_refusal *refusal) {
    asked *a = ctx;
    a->count++;
    if (a->refuse) return duban_refuse(refusal, a->refuse, 0, "size", NULL, NULL);
    if (size > tlog_writer_size(&a->log->tree)) return DUBAN_E_AHEAD;
    kit_log_consistency(a->log, old_size, size, out);
    out->count -= a->cut;
    return DUBAN_OK;
}

static int begin(void **state) {
    kit_log_begin(&honest, 1);
    kit_log_begin(&forked, 1);
    kit_log_begin(&stranger, 2);
    kit_log_fill(&honest, 200, 'h');
    kit_log_fill(&forked, FORK, 'h');
    kit_log_fill(&forked, 200, 'f');
    kit_log_fill(&stranger, 200, 'h');
    return kit_begin(state);
}

static void open_trust(trust *t) {
    assert_int_equal(trust_open(kit_path(""), t), DUBAN_OK);
    assert_int_equal(trust_pin(t, &honest.verifier, "log", NULL), DUBAN_OK);
}

static duban_status see(trust *t, const kit_log *l, uint64_t size) {
    const char *text = kit_log_note(l, size);
    return trust_see(t, text, strlen(text), NULL);
}

/* A home that has kept the honest checkpoint of that size. */
static void keep(trust *t, uint64_t size) {
    asked honestly = {.log = &honest};
    open_trust(t);
    assert_int_equal(see(t, &honest, size), DUBAN_OK);
    assert_int_equal(trust_settle(t, ask, &honestly, NULL), DUBAN_OK);
    assert_int_equal(honestly.count, 0);
}

static uint64_t kept_size(void) {
    buffer bytes;
    unsigned long long size = 0;
    buffer_init(&bytes);
    assert_int_equal(file_read(kit_path("checkpoint"), 4096, &bytes), DUBAN_OK);
    assert_non_null(buffer_reserve(&bytes, 1));
    bytes.data[bytes.size] = '\0';
    assert_int_equal(sscanf((const char *)bytes.data, KIT_ORIGIN "\n%llu\n", &size), 1);
    buffer_close(&bytes);
    return size;
}

/* It is broken for that reason, what was kept stands, and both notes lie in a file. */
static void check_broken(trust *t, duban_status why, uint64_t kept, const char *shown) {
    buffer bytes;
    duban_refusal refusal = {0};
    asked honestly = {.log = &honest};
    buffer_init(&bytes);
    assert_int_equal(trust_settle(t, ask, &honestly, &refusal), why);
    assert_int_equal(refusal.status, why);
    assert_int_equal(see(t, &honest, 200), why);
    assert_int_equal(kept_size(), kept);
    assert_int_equal(file_read(t->evidence.text, 65536, &bytes), DUBAN_OK);
    assert_non_null(buffer_reserve(&bytes, 1));
    bytes.data[bytes.size] = '\0';
    assert_non_null(strstr((const char *)bytes.data, kit_log_note(&honest, kept)));
    if (shown) assert_non_null(strstr((const char *)bytes.data, shown));
    buffer_close(&bytes);
    trust_close(t);
}

static void the_first_checkpoint_is_kept_without_a_question(void **state) {
    (void)state;
    trust t;
    keep(&t, 7);
    assert_int_equal(kept_size(), 7);
    trust_close(&t);
}

static void a_larger_one_is_kept_once_it_is_proved(void **state) {
    (void)state;
    trust t;
    asked honestly = {.log = &honest};
    for (uint64_t old = 1; old <= 40; old++) {
        unlink(kit_path("checkpoint"));
        keep(&t, old);
        assert_int_equal(see(&t, &honest, 41 + old), DUBAN_OK);
        assert_int_equal(kept_size(), old);
        assert_int_equal(trust_settle(&t, ask, &honestly, NULL), DUBAN_OK);
        assert_int_equal(kept_size(), 41 + old);
        trust_close(&t);
    }
    assert_int_equal(honestly.count, 40);
}

static void one_question_serves_however_many_were_seen(void **state) {
    (void)state;
    trust t;
    asked honestly = {.log = &honest};
    keep(&t, 50);
    for (uint64_t size = 50; size <= 120; size++)
        assert_int_equal(see(&t, &honest, size), DUBAN_OK);
    assert_int_equal(trust_settle(&t, ask, &honestly, NULL), DUBAN_OK);
    assert_int_equal(honestly.count, 1);
    assert_int_equal(kept_size(), 120);
    assert_int_equal(see(&t, &honest, 120), DUBAN_OK);
    assert_int_equal(trust_settle(&t, ask, &honestly, NULL), DUBAN_OK);
    assert_int_equal(honestly.count, 1);
    trust_close(&t);
}

static void a_fork_is_broken_whatever_proof_it_gives(void **state) {
    (void)state;
    trust t;
    const kit_log *logs[] = {&honest, &forked};
    for (size_t i = 0; i < 2; i++) {
        asked forking = {.log = logs[i]};
        unlink(kit_path("checkpoint"));
        keep(&t, 100 + i);
        assert_int_equal(see(&t, &forked, 150), DUBAN_OK);
        assert_int_equal(trust_settle(&t, ask, &forking, NULL), DUBAN_E_DIVERGED);
        check_broken(&t, DUBAN_E_DIVERGED, 100 + i, kit_log_note(&forked, 150));
    }
}

static void a_fork_behind_what_was_kept_is_no_fork_for_this_home(void **state) {
    (void)state;
    trust t;
    asked forking = {.log = &forked};
    keep(&t, FORK);
    assert_int_equal(see(&t, &forked, 150), DUBAN_OK);
    assert_int_equal(trust_settle(&t, ask, &forking, NULL), DUBAN_OK);
    assert_int_equal(kept_size(), 150);
    trust_close(&t);
}

static void another_root_of_the_same_size_needs_no_question(void **state) {
    (void)state;
    trust t;
    keep(&t, 100);
    assert_int_equal(see(&t, &forked, 100), DUBAN_E_DIVERGED);
    check_broken(&t, DUBAN_E_DIVERGED, 100, kit_log_note(&forked, 100));
}

static void two_roots_of_one_size_within_a_command_are_a_fork(void **state) {
    (void)state;
    trust t;
    keep(&t, 50);
    assert_int_equal(see(&t, &honest, 100), DUBAN_OK);
    assert_int_equal(see(&t, &forked, 100), DUBAN_E_DIVERGED);
    check_broken(&t, DUBAN_E_DIVERGED, 50, kit_log_note(&forked, 100));
}

static void a_smaller_one_has_to_be_the_beginning(void **state) {
    (void)state;
    trust t;
    asked honestly = {.log = &honest};
    keep(&t, 100);
    assert_int_equal(see(&t, &honest, 80), DUBAN_OK);
    assert_int_equal(trust_settle(&t, ask, &honestly, NULL), DUBAN_OK);
    assert_int_equal(honestly.count, 1);
    assert_int_equal(kept_size(), 100);
    assert_int_equal(see(&t, &forked, 80), DUBAN_OK);
    assert_int_equal(trust_settle(&t, ask, &honestly, NULL), DUBAN_E_DIVERGED);
    check_broken(&t, DUBAN_E_DIVERGED, 100, kit_log_note(&forked, 80));
}

/* Restored from a backup: it does not have the tree any more that it signed. */
static void a_broker_without_what_it_signed_is_shorter(void **state) {
    (void)state;
    trust t;
    kit_log restored;
    kit_log_begin(&restored, 1);
    kit_log_fill(&restored, 80, 'h');
    asked shorter = {.log = &restored};
    keep(&t, 100);
    assert_int_equal(see(&t, &restored, 80), DUBAN_OK);
    assert_int_equal(trust_settle(&t, ask, &shorter, NULL), DUBAN_E_SHORTER);
    check_broken(&t, DUBAN_E_SHORTER, 100, kit_log_note(&restored, 80));
}

static void another_key_signs_nothing(void **state) {
    (void)state;
    trust t;
    keep(&t, 100);
    assert_int_equal(see(&t, &stranger, 120), DUBAN_E_NOTE);
    check_broken(&t, DUBAN_E_NOTE, 100, kit_log_note(&stranger, 120));
}

static void every_byte_of_a_note_counts(void **state) {
    (void)state;
    char text[1024];
    trust t;
    keep(&t, 100);
    trust_close(&t);
    snprintf(text, sizeof text, "%s", kit_log_note(&honest, 120));
    size_t size = strlen(text);
    for (size_t i = 0; i < size; i++) {
        open_trust(&t);
        text[i] ^= 1;
        assert_int_equal(trust_see(&t, text, size, NULL), DUBAN_E_NOTE);
        text[i] ^= 1;
        trust_close(&t);
    }
}

static void a_second_key_is_not_pinned(void **state) {
    (void)state;
    trust t;
    keep(&t, 100);
    assert_int_equal(trust_pin(&t, &honest.verifier, "genesis", NULL), DUBAN_OK);
    assert_int_equal(trust_pin(&t, &stranger.verifier, "genesis", NULL),
                     DUBAN_E_DIVERGED);
    check_broken(&t, DUBAN_E_DIVERGED, 100, NULL);
}

static void a_kept_checkpoint_that_is_not_the_logs_is_no_start(void **state) {
    (void)state;
    trust t;
    keep(&t, 100);
    trust_close(&t);
    assert_int_equal(trust_open(kit_path(""), &t), DUBAN_OK);
    assert_int_equal(trust_pin(&t, &stranger.verifier, "log", NULL), DUBAN_E_NOTE);
    trust_close(&t);
    FILE *file = fopen(kit_path("checkpoint"), "wb");
    assert_non_null(file);
    assert_int_equal(fputs("nothing\n", file) < 0, 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(trust_open(kit_path(""), &t), DUBAN_OK);
    assert_int_equal(trust_pin(&t, &honest.verifier, "log", NULL), DUBAN_E_NOTE);
    trust_close(&t);
}

static void a_truncated_proof_or_a_refusal_to_prove_is_broken(void **state) {
    (void)state;
    trust t;
    asked cut = {.log = &honest, .cut = 1};
    keep(&t, 100);
    assert_int_equal(see(&t, &honest, 150), DUBAN_OK);
    assert_int_equal(trust_settle(&t, ask, &cut, NULL), DUBAN_E_DIVERGED);
    trust_close(&t);
    asked mute = {.log = &honest, .refuse = DUBAN_E_UNKNOWN_KIND};
    open_trust(&t);
    assert_int_equal(see(&t, &honest, 150), DUBAN_OK);
    assert_int_equal(trust_settle(&t, ask, &mute, NULL), DUBAN_E_DIVERGED);
    check_broken(&t, DUBAN_E_DIVERGED, 100, kit_log_note(&honest, 150));
}

static void what_says_nothing_of_the_log_waits(void **state) {
    (void)state;
    static const duban_status none[] = {DUBAN_E_UNREACHABLE, DUBAN_E_TIMEOUT,
                                        DUBAN_E_BUSY, DUBAN_E_STOPPING, DUBAN_E_QUOTA};
    trust t;
    keep(&t, 100);
    assert_int_equal(see(&t, &honest, 150), DUBAN_OK);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        asked away = {.log = &honest, .refuse = none[i]};
        assert_int_equal(trust_settle(&t, ask, &away, NULL), DUBAN_OK);
        assert_int_equal(kept_size(), 100);
    }
    asked honestly = {.log = &honest};
    assert_int_equal(trust_settle(&t, ask, &honestly, NULL), DUBAN_OK);
    assert_int_equal(kept_size(), 150);
    trust_close(&t);
}

/* Commands of their own, each shown a checkpoint it did not have. */
static duban_status settle_anew(const kit_log *shown, uint64_t size, asked *broker) {
    trust t;
    open_trust(&t);
    assert_int_equal(see(&t, shown, size), DUBAN_OK);
    duban_status status = trust_settle(&t, ask, broker, NULL);
    if (status) check_broken(&t, status, 100, kit_log_note(shown, size));
    if (!status) trust_close(&t);
    return status;
}

static void a_broker_that_never_has_time_for_a_proof_has_refused_it(void **state) {
    (void)state;
    static const duban_status excuses[] = {DUBAN_E_BUSY, DUBAN_E_QUOTA, DUBAN_E_TIMEOUT};
    trust t;
    keep(&t, 100);
    trust_close(&t);
    for (uint64_t i = 1; i < TRUST_UNPROVED_MAX; i++) {
        asked busy = {.log = &forked, .refuse = excuses[i % 3]};
        assert_int_equal(settle_anew(&forked, 140 + i, &busy), DUBAN_OK);
    }
    asked busy = {.log = &forked, .refuse = DUBAN_E_BUSY};
    assert_int_equal(settle_anew(&forked, 150, &busy), DUBAN_E_DIVERGED);
}

static void a_proof_in_between_ends_the_count(void **state) {
    (void)state;
    trust t;
    asked honestly = {.log = &honest};
    asked busy = {.log = &honest, .refuse = DUBAN_E_BUSY};
    keep(&t, 100);
    trust_close(&t);
    for (uint64_t i = 1; i < 3 * TRUST_UNPROVED_MAX; i++) {
        bool now = i % TRUST_UNPROVED_MAX == 0;
        assert_int_equal(settle_anew(&honest, 100 + i, now ? &honestly : &busy),
                         DUBAN_OK);
    }
    assert_int_equal(honestly.count, 2);
}

static void the_first_evidence_stays(void **state) {
    (void)state;
    trust t;
    struct stat first, second;
    for (int i = 0; i < 2; i++) {
        if (i == 0)
            keep(&t, 100);
        else
            open_trust(&t);
        assert_int_equal(see(&t, &stranger, 120 + (uint64_t)i), DUBAN_E_NOTE);
        assert_int_equal(stat(t.evidence.text, i ? &second : &first), 0);
        trust_close(&t);
    }
    assert_int_equal(first.st_ino, second.st_ino);
}

static void a_larger_one_of_another_process_is_not_overwritten(void **state) {
    (void)state;
    trust slow, fast;
    asked honestly = {.log = &honest};
    keep(&slow, 50);
    assert_int_equal(see(&slow, &honest, 80), DUBAN_OK);
    open_trust(&fast);
    assert_int_equal(see(&fast, &honest, 120), DUBAN_OK);
    assert_int_equal(trust_settle(&fast, ask, &honestly, NULL), DUBAN_OK);
    assert_int_equal(trust_settle(&slow, ask, &honestly, NULL), DUBAN_OK);
    assert_int_equal(kept_size(), 120);
    trust_close(&slow);
    trust_close(&fast);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, begin, kit_end)
        T(the_first_checkpoint_is_kept_without_a_question),
        T(a_larger_one_is_kept_once_it_is_proved),
        T(one_question_serves_however_many_were_seen),
        T(a_fork_is_broken_whatever_proof_it_gives),
        T(a_fork_behind_what_was_kept_is_no_fork_for_this_home),
        T(another_root_of_the_same_size_needs_no_question),
        T(two_roots_of_one_size_within_a_command_are_a_fork),
        T(a_smaller_one_has_to_be_the_beginning),
        T(a_broker_without_what_it_signed_is_shorter),
        T(another_key_signs_nothing),
        T(every_byte_of_a_note_counts),
        T(a_second_key_is_not_pinned),
        T(a_kept_checkpoint_that_is_not_the_logs_is_no_start),
        T(a_truncated_proof_or_a_refusal_to_prove_is_broken),
        T(what_says_nothing_of_the_log_waits),
        T(a_broker_that_never_has_time_for_a_proof_has_refused_it),
        T(a_proof_in_between_ends_the_count),
        T(the_first_evidence_stays),
        T(a_larger_one_of_another_process_is_not_overwritten),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
