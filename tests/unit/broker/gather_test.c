/* Gathering cosignatures: rounds, what each answer means, and witnesses that are dead,
 * slow or lying. No network: questions and answers are made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "broker/witness/gather.h"
#include "storage/mem/mem.h"

#define ORIGIN "duban.example/2023"
#define NOW_S  1700000000
#define NOW_MS 5000

static sign_key log_secret, secrets[3];
static note_key log_key;
static journal *log_journal;
static witness_policy policy;
static gather *g;

/* --- a journal and three witnesses -------------------------------------------------- */

static void on_durable(void *ctx, const journal_head *head) {
    (void)ctx;
    (void)head;
}

static void on_failed(void *ctx, duban_status status, const char *detail) {
    (void)ctx;
    (void)status;
    (void)detail;
    fail();
}

static journal *journal_of(const char *words, int entries) {
    journal_options options = {.origin = ORIGIN,
                               .signer = &log_secret,
                               .on_durable = on_durable,
                               .on_failed = on_failed};
    journal *j = NULL;
    assert_int_equal(journal_open_mem(&options, NULL, &j, NULL), DUBAN_OK);
    for (int i = 0; i < entries; i++)
        assert_int_equal(
            journal_stage(j, (span){(const uint8_t *)words, strlen(words)}, NULL, 0),
            DUBAN_OK);
    journal_flush(j);
    return j;
}

static void grow(int entries) {
    for (int i = 0; i < entries; i++)
        assert_int_equal(
            journal_stage(log_journal, (span){(const uint8_t *)"more", 4}, NULL, 0),
            DUBAN_OK);
    journal_flush(log_journal);
}

static journal_head head(void) {
    journal_head now;
    journal_get_head(log_journal, &now);
    return now;
}

static int begin(void **state) {
    static const char *const names[] = {"w.example/a", "w.example/b", "w.example/c"};
    duban_refusal refusal;
    (void)state;
    memset(&policy, 0, sizeof policy);
    sign_key_random(&log_secret);
    if (note_key_make(ORIGIN, &log_secret.public_key, &log_key)) return 1;
    for (int i = 0; i < 3; i++) {
        char text[NOTE_KEY_TEXT_SIZE + 32], vkey[NOTE_KEY_TEXT_SIZE];
        cosign_key key;
        sign_key_random(&secrets[i]);
        if (cosign_key_make(names[i], &secrets[i].public_key, &key)) return 1;
        cosign_key_print(&key, vkey);
        snprintf(text, sizeof text, "%s http://127.0.0.1:%d/", vkey, 7170 + i);
        if (witness_policy_set(&policy, "witness", text, &refusal)) return 1;
    }
    if (witness_policy_end(&policy, &refusal)) return 1;
    log_journal = journal_of("entry", 300);
    g = malloc(sizeof *g);
    gather_init(g, &policy);
    return 0;
}

static int end(void **state) {
    (void)state;
    journal_close(log_journal);
    free(g);
    return 0;
}

static void begin_round(void) {
    journal_head now = head();
    gather_begin(g, &now, NOW_MS);
}

static add_checkpoint question(uint32_t place) {
    static char text[GATHER_QUESTION_MAX];
    size_t size = 0;
    add_checkpoint ask;
    assert_true(gather_wants(g, place, NOW_MS));
    assert_int_equal(gather_question(g, place, log_journal, text, &size), DUBAN_OK);
    assert_int_equal(add_checkpoint_parse(text, size, &ask), DUBAN_OK);
    return ask;
}

static bool answer(uint32_t place, const journal_head *asked, uint64_t old_size,
                   long code, const char *type, const char *text, size_t size) {
    gather_answer a = {.asked = asked,
                       .old_size = old_size,
                       .code = code,
                       .type = type,
                       .text = text,
                       .size = size,
                       .now_ms = NOW_MS,
                       .now_s = NOW_S};
    return gather_take(g, place, &a);
}

static bool answer_size(uint32_t place, uint64_t old_size, const char *text) {
    return answer(place, &g->round.head, old_size, 409, "text/x.tlog.size", text,
                  strlen(text));
}

/* The cosignature of `by` over that checkpoint, as the answer of the one at place. */
static bool cosigned(uint32_t place, uint32_t by, const journal_head *asked,
                     const journal_head *over, int64_t time_s) {
    char line[COSIGN_LINE_MAX];
    size_t size = 0;
    note parsed;
    const char *name = policy.list[by].key.note.name;
    assert_int_equal(note_parse(over->checkpoint, strlen(over->checkpoint), &parsed),
                     DUBAN_OK);
    assert_int_equal(cosign_line(parsed.text, parsed.text_size, name, &secrets[by],
                                 time_s, line, &size),
                     DUBAN_OK);
    return answer(place, asked, 0, 200, "text/plain", line, size);
}

static bool signs(uint32_t place) {
    journal_head over = g->round.head;
    return cosigned(place, place, &over, &over, NOW_S);
}

static uint32_t cosignatures_held(void) {
    char bytes[GATHER_NOTE_MAX];
    size_t size = 0;
    note parsed;
    checkpoint point;
    uint32_t count = 0;
    gather_note(g, bytes, &size);
    assert_int_equal(checkpoint_open(bytes, size, &log_key, &point), DUBAN_OK);
    assert_int_equal(point.size, g->held.head.size);
    assert_int_equal(note_parse(bytes, size, &parsed), DUBAN_OK);
    for (uint32_t i = 0; i < policy.n; i++) {
        int64_t time_s = 0;
        count += cosign_verify(&parsed, &policy.list[i].key, &time_s) == DUBAN_OK;
    }
    return count;
}

/* --- rounds ------------------------------------------------------------------------- */

static void two_of_three_are_enough_and_the_third_still_counts(void **state) {
    (void)state;
    begin_round();
    assert_false(gather_over(g));
    assert_false(signs(0));
    assert_int_equal(g->held.head.size, 0);
    assert_true(signs(1));
    assert_true(gather_over(g));
    assert_int_equal(g->held.head.size, 300);
    assert_int_equal(cosignatures_held(), 2);
    assert_true(signs(2));
    assert_int_equal(cosignatures_held(), 3);
    assert_false(gather_wants(g, 2, NOW_MS));
}

static void an_answer_that_comes_after_its_round_counts_where_it_belongs(void **state) {
    (void)state;
    begin_round();
    journal_head first = g->round.head;
    signs(0);
    signs(1);
    grow(10);
    begin_round();
    assert_true(cosigned(2, 2, &first, &first, NOW_S));
    assert_int_equal(g->held.head.size, 300);
    assert_int_equal(cosignatures_held(), 3);
    assert_true(gather_wants(g, 2, NOW_MS));
    assert_int_equal(question(2).old_size, 300);
    assert_int_equal(g->round.count, 0);
}

static void a_witness_that_knows_more_than_we_thought_is_proved_from_there(void **state) {
    (void)state;
    hash256 old_root;
    journal_reader *reader = NULL;
    begin_round();
    assert_int_equal(question(0).old_size, 0);
    assert_false(answer_size(0, 0, "77\n"));
    add_checkpoint ask = question(0);
    assert_int_equal(ask.old_size, 77);
    assert_int_equal(journal_reader_open(log_journal, &reader), DUBAN_OK);
    assert_int_equal(journal_root_at(reader, 77, &old_root), DUBAN_OK);
    journal_reader_close(reader);
    assert_int_equal(tlog_verify_consistency(77, 300, ask.path.hashes, ask.path.count,
                                             &old_root, &g->round.head.root),
                     DUBAN_OK);
}

static void sizes_without_end_are_believed_once_a_round(void **state) {
    (void)state;
    begin_round();
    question(0);
    answer_size(0, 0, "7\n");
    question(0);
    answer_size(0, 7, "8\n");
    assert_int_equal(g->standing[0].failure, DUBAN_E_WITNESS);
    assert_false(gather_wants(g, 0, NOW_MS));
}

static void the_dead_are_left_in_peace_for_longer_and_longer(void **state) {
    (void)state;
    int64_t now_ms = NOW_MS, before_ms = 0;
    begin_round();
    for (int i = 0; i < 8; i++) {
        gather_fail(g, 0, DUBAN_E_UNREACHABLE, now_ms);
        int64_t pause_ms = g->standing[0].retry_ms - now_ms;
        assert_true(pause_ms >= before_ms && pause_ms <= WITNESS_RETRY_MAX_MS);
        assert_false(gather_wants(g, 0, g->standing[0].retry_ms - 1));
        before_ms = pause_ms;
        now_ms = g->standing[0].retry_ms;
        assert_true(gather_wants(g, 0, now_ms));
    }
    assert_int_equal(before_ms, WITNESS_RETRY_MAX_MS);
    grow(1);
    gather_fail(g, 0, DUBAN_E_UNREACHABLE, NOW_MS);
    begin_round(); /* no new round asks it any sooner */
    assert_false(gather_wants(g, 0, NOW_MS));
    signs(1);
    assert_true(signs(2));
}

static void a_round_is_over_when_all_have_failed(void **state) {
    (void)state;
    begin_round();
    for (uint32_t i = 0; i < 3; i++) {
        assert_false(gather_over(g));
        gather_fail(g, i, DUBAN_E_TIMEOUT, NOW_MS);
    }
    assert_true(gather_over(g));
    assert_int_equal(g->held.head.size, 0);
}

/* --- liars -------------------------------------------------------------------------- */

static void expect_lie(uint32_t place) {
    assert_int_equal(g->standing[place].failure, DUBAN_E_WITNESS);
    assert_int_equal(g->standing[place].signed_size, 0);
    assert_int_equal(g->round.count, 0);
}

static void a_cosignature_over_another_root_does_not_count(void **state) {
    (void)state;
    journal *other = journal_of("another", 300);
    journal_head over;
    journal_get_head(other, &over);
    begin_round();
    assert_false(cosigned(0, 0, &g->round.head, &over, NOW_S));
    expect_lie(0);
    journal_close(other);
}

static void anothers_cosignature_does_not_count(void **state) {
    (void)state;
    begin_round();
    assert_false(cosigned(0, 1, &g->round.head, &g->round.head, NOW_S));
    expect_lie(0);
}

static void a_wrong_signature_does_not_count(void **state) {
    (void)state;
    sign_key right = secrets[0];
    secrets[0] = secrets[1];
    begin_round();
    assert_false(signs(0));
    secrets[0] = right;
    expect_lie(0);
}

static void a_time_far_from_ours_does_not_count(void **state) {
    (void)state;
    const int64_t times_s[] = {0, NOW_S - GATHER_CLOCKS_S - 1,
                               NOW_S + GATHER_CLOCKS_S + 1, INT64_MAX};
    begin_round();
    for (size_t i = 0; i < sizeof times_s / sizeof times_s[0]; i++) {
        assert_false(cosigned(0, 0, &g->round.head, &g->round.head, times_s[i]));
        expect_lie(0);
    }
    cosigned(0, 0, &g->round.head, &g->round.head, NOW_S - GATHER_CLOCKS_S);
    assert_int_equal(g->standing[0].failure, DUBAN_OK);
}

static void what_is_no_answer_does_not_count(void **state) {
    (void)state;
    const char *bad[] = {"", "\n", "yes\n", "\xE2\x80\x94 w.example/a AAAA\n"};
    begin_round();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(
            answer(0, &g->round.head, 0, 200, "text/plain", bad[i], strlen(bad[i])));
        expect_lie(0);
    }
    answer(0, &g->round.head, 0, 409, "text/plain", "7\n", 2);
    expect_lie(0);
    answer(0, &g->round.head, 0, 302, "", "", 0);
    expect_lie(0);
}

/* --- another history ---------------------------------------------------------------- */

static void refusals_of_a_witness_are_told_apart(void **state) {
    (void)state;
    const struct {
        long code;
        duban_status status;
    } said[] = {{403, DUBAN_E_SIGNATURE}, {404, DUBAN_E_UNKNOWN_KEY},
                {422, DUBAN_E_ROOT},      {429, DUBAN_E_BUSY},
                {503, DUBAN_E_BUSY},      {500, DUBAN_E_WITNESS}};
    begin_round();
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        assert_false(answer(0, &g->round.head, 0, said[i].code, "text/plain", "", 0));
        assert_int_equal(g->standing[0].failure, said[i].status);
    }
}

static void a_witness_ahead_of_the_journal_says_that_it_is_an_older_copy(void **state) {
    (void)state;
    char text[GATHER_QUESTION_MAX];
    size_t size = 0;
    begin_round();
    question(0);
    for (int i = 0; i < 3; i++) {
        answer_size(0, 0, "301\n");
        assert_int_equal(g->standing[0].failure, DUBAN_E_SHORTER);
        assert_true(gather_wants(g, 0, g->standing[0].retry_ms));
        assert_int_equal(gather_question(g, 0, log_journal, text, &size), DUBAN_OK);
    }
}

/* Nobody signs a 409: on the way to a witness anybody may have said it. */
static void a_lie_about_a_witness_does_not_outlast_the_next_question(void **state) {
    (void)state;
    char text[GATHER_QUESTION_MAX];
    size_t size = 0;
    add_checkpoint ask;
    begin_round();
    question(0);
    answer_size(0, 0, "9223372036854775807\n");
    assert_int_equal(g->standing[0].failure, DUBAN_E_SHORTER);
    assert_true(gather_wants(g, 0, g->standing[0].retry_ms));
    assert_int_equal(gather_question(g, 0, log_journal, text, &size), DUBAN_OK);
    assert_int_equal(add_checkpoint_parse(text, size, &ask), DUBAN_OK);
    assert_int_equal(ask.old_size, 0); /* it has signed nothing here yet */
    signs(0);
    assert_int_equal(g->standing[0].failure, DUBAN_OK);
    assert_true(g->round.has[0]);
}

static void a_conflict_at_our_own_size_is_another_history(void **state) {
    (void)state;
    begin_round();
    question(0);
    answer_size(0, 0, "300\n");
    assert_int_equal(question(0).old_size, 300);
    answer_size(0, 300, "300\n");
    assert_int_equal(g->standing[0].failure, DUBAN_E_ROOT);
}

/* --- what was witnessed earlier ----------------------------------------------------- */

static void what_was_witnessed_is_taken_up_only_where_it_holds(void **state) {
    (void)state;
    char bytes[GATHER_NOTE_MAX];
    size_t size = 0;
    gather *later = malloc(sizeof *later);
    begin_round();
    signs(0);
    signs(2);
    gather_note(g, bytes, &size);
    grow(5);
    gather_init(later, &policy);
    assert_int_equal(gather_take_up(later, bytes, size, &log_key, log_journal), DUBAN_OK);
    assert_int_equal(later->held.head.size, 300);
    assert_int_equal(later->held.count, 2);
    assert_int_equal(later->standing[2].size, 300);
    assert_int_equal(later->standing[1].size, 0);
    gather *was = g;
    g = later;
    assert_int_equal(cosignatures_held(), 2);
    g = was;

    gather_init(later, &policy);
    policy.needed = 3;
    assert_int_equal(gather_take_up(later, bytes, size, &log_key, log_journal),
                     DUBAN_E_WITNESS);
    policy.needed = 2;
    journal *other = journal_of("another", 400), *shorter = journal_of("entry", 200);
    assert_int_equal(gather_take_up(later, bytes, size, &log_key, other),
                     DUBAN_E_WITNESS);
    assert_int_equal(gather_take_up(later, bytes, size, &log_key, shorter),
                     DUBAN_E_WITNESS);
    assert_int_equal(gather_take_up(later, bytes, size - 9, &log_key, log_journal),
                     DUBAN_E_WITNESS);
    assert_int_equal(gather_take_up(later, bytes, 0, &log_key, log_journal),
                     DUBAN_E_WITNESS);
    assert_int_equal(later->held.head.size, 0);
    journal_close(other);
    journal_close(shorter);
    free(later);
}

/* --- the policy --------------------------------------------------------------------- */

static duban_status set(const char *key, const char *value) {
    duban_refusal refusal;
    return witness_policy_set(&policy, key, value, &refusal);
}

static void a_policy_that_cannot_be_meant_is_refused(void **state) {
    (void)state;
    char vkey[NOTE_KEY_TEXT_SIZE], text[NOTE_KEY_TEXT_SIZE + 64];
    duban_refusal refusal;
    assert_int_equal(policy.needed, 2); /* more than half of three */
    assert_string_equal(policy.list[0].url, "http://127.0.0.1:7170");
    cosign_key_print(&policy.list[0].key, vkey);
    assert_int_equal(set("witness", vkey), DUBAN_E_USAGE);
    snprintf(text, sizeof text, "%s ftp://w.example", vkey);
    assert_int_equal(set("witness", text), DUBAN_E_USAGE);
    snprintf(text, sizeof text, "%s http://", vkey);
    assert_int_equal(set("witness", text), DUBAN_E_USAGE);
    snprintf(text, sizeof text, "%s http://w.example", vkey);
    assert_int_equal(set("witness", text), DUBAN_E_DUPLICATE);
    note_key_print(&log_key, vkey);
    snprintf(text, sizeof text, "%s http://w.example", vkey);
    assert_int_equal(set("witness", text), DUBAN_E_ALGORITHM);
    assert_int_equal(set("witnesses_needed", "0"), DUBAN_E_USAGE);
    assert_int_equal(set("witnesses_needed", "x"), DUBAN_E_USAGE);
    assert_int_equal(set("witnesses_block", "maybe"), DUBAN_E_USAGE);
    assert_int_equal(set("witnesses_needed", "4"), DUBAN_OK);
    assert_int_equal(witness_policy_end(&policy, &refusal), DUBAN_E_USAGE);
    memset(&policy, 0, sizeof policy);
    assert_int_equal(set("witnesses_block", "yes"), DUBAN_OK);
    assert_int_equal(witness_policy_end(&policy, &refusal), DUBAN_E_USAGE);
}

int main(void) {
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        CLAIM(two_of_three_are_enough_and_the_third_still_counts),
        CLAIM(an_answer_that_comes_after_its_round_counts_where_it_belongs),
        CLAIM(a_witness_that_knows_more_than_we_thought_is_proved_from_there),
        CLAIM(sizes_without_end_are_believed_once_a_round),
        CLAIM(the_dead_are_left_in_peace_for_longer_and_longer),
        CLAIM(a_round_is_over_when_all_have_failed),
        CLAIM(a_cosignature_over_another_root_does_not_count),
        CLAIM(anothers_cosignature_does_not_count),
        CLAIM(a_wrong_signature_does_not_count),
        CLAIM(a_time_far_from_ours_does_not_count),
        CLAIM(what_is_no_answer_does_not_count),
        CLAIM(refusals_of_a_witness_are_told_apart),
        CLAIM(a_witness_ahead_of_the_journal_says_that_it_is_an_older_copy),
        CLAIM(a_lie_about_a_witness_does_not_outlast_the_next_question),
        CLAIM(a_conflict_at_our_own_size_is_another_history),
        CLAIM(what_was_witnessed_is_taken_up_only_where_it_holds),
        CLAIM(a_policy_that_cannot_be_meant_is_refused),
    };
    if (sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
