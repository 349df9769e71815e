/* What a witness signs and what not: each status of tlog-witness, its memory on the disk,
 * and a log that tells two stories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/witness/cosigner.h"
#include "proto/keyfile.h"

#define ORIGIN "duban.example/2023"
#define NAME   "duban.example/audit"
#define NOW    1700000000

/* --- a log whose leaves are numbers, of one story or another ------------------------ */

typedef struct story {
    uint64_t parted; /* leaves from here on are another story's */
    int which;
} story;

static sign_key log_key;
static char log_vkey[NOTE_KEY_TEXT_SIZE];
static char folder[64];
static cosigner *witness;
static cosigner_reply reply;
static const story truth = {UINT64_MAX, 0}, fork_at_5 = {5, 1};

static duban_status read_hash(void *ctx, uint32_t level, uint64_t index, hash256 *out) {
    const story *s = ctx;
    if (level == 0) {
        char text[40];
        int size = snprintf(text, sizeof text, "%d %llu",
                            index < s->parted ? 0 : s->which, (unsigned long long)index);
        *out = tlog_leaf_hash(text, (size_t)size);
        return DUBAN_OK;
    }
    hash256 left, right;
    read_hash(ctx, level - 1, 2 * index, &left);
    read_hash(ctx, level - 1, 2 * index + 1, &right);
    *out = tlog_node_hash(&left, &right);
    return DUBAN_OK;
}

static tlog_hash_reader hashes_of(const story *s) {
    return (tlog_hash_reader){read_hash, (void *)(uintptr_t)s};
}

static checkpoint point_of(const story *s, uint64_t size) {
    tlog_hash_reader hashes = hashes_of(s);
    checkpoint point = {.size = size};
    strcpy(point.origin, ORIGIN);
    assert_int_equal(tlog_root_at(&hashes, size, &point.root), DUBAN_OK);
    return point;
}

/* Asks as a log does that proves from old to size. */
static unsigned ask(const story *s, uint64_t old_size, uint64_t size) {
    static char note_bytes[CHECKPOINT_NOTE_MAX], body[ADD_CHECKPOINT_MAX];
    size_t note_size = 0, body_size = 0;
    checkpoint point = point_of(s, size);
    add_checkpoint question = {.old_size = old_size};
    tlog_hash_reader hashes = hashes_of(s);
    assert_int_equal(checkpoint_sign(&point, &log_key, note_bytes, &note_size), DUBAN_OK);
    if (old_size && old_size < size)
        assert_int_equal(tlog_prove_consistency(&hashes, old_size, size, &question.path),
                         DUBAN_OK);
    question.note = note_bytes;
    question.note_size = note_size;
    assert_int_equal(add_checkpoint_write(&question, body, sizeof body, &body_size),
                     DUBAN_OK);
    cosigner_answer(witness, body, body_size, NOW, &reply);
    return reply.code;
}

static unsigned ask_text(const char *body) {
    cosigner_answer(witness, body, strlen(body), NOW, &reply);
    return reply.code;
}

static void expect_text(const char *text) {
    assert_int_equal(reply.size, strlen(text));
    assert_memory_equal(reply.text, text, reply.size);
}

/* The cosignature in the reply holds over that checkpoint. */
static void expect_signed(const story *s, uint64_t size) {
    char bytes[CHECKPOINT_NOTE_MAX + COSIGN_LINE_MAX];
    size_t note_size = 0, whole = 0;
    int64_t time_s = 0;
    note parsed;
    checkpoint point = point_of(s, size);
    assert_int_equal(checkpoint_sign(&point, &log_key, bytes, &note_size), DUBAN_OK);
    assert_int_equal(cosign_append(bytes, note_size, reply.text, reply.size, bytes,
                                   sizeof bytes, &whole),
                     DUBAN_OK);
    assert_int_equal(note_parse(bytes, whole, &parsed), DUBAN_OK);
    assert_int_equal(cosign_verify(&parsed, cosigner_key(witness), &time_s), DUBAN_OK);
    assert_int_equal(time_s, NOW);
}

static duban_status reopen(void) {
    duban_refusal refusal;
    cosigner_close(witness);
    witness = NULL;
    return cosigner_open(folder, true, &witness, &refusal);
}

static int begin(void **state) {
    (void)state;
    uint8_t seed[SIGN_SEED_SIZE] = {42};
    note_key key;
    sign_key_of_seed(seed, &log_key);
    if (note_key_make(ORIGIN, &log_key.public_key, &key)) return 1;
    note_key_print(&key, log_vkey);
    strcpy(folder, "/tmp/duban-witness-XXXXXX");
    if (!mkdtemp(folder)) return 1;
    return cosigner_make(folder, NAME) || cosigner_learn(folder, log_vkey) || reopen();
}

static int end(void **state) {
    char command[128];
    (void)state;
    cosigner_close(witness);
    witness = NULL;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* The one file of a folder of the witness. */
static void only_file(const char *inner, char out[256]) {
    char command[256];
    snprintf(command, sizeof command, "ls -d %s/%s/*", folder, inner);
    FILE *list = popen(command, "r");
    assert_non_null(list);
    assert_non_null(fgets(out, 256, list));
    pclose(list);
    out[strcspn(out, "\n")] = '\0';
}

/* --- claims ------------------------------------------------------------------------- */

static void the_first_checkpoint_and_what_continues_it_are_signed(void **state) {
    (void)state;
    assert_int_equal(ask(&truth, 0, 3), 200);
    expect_signed(&truth, 3);
    assert_int_equal(ask(&truth, 3, 8), 200);
    expect_signed(&truth, 8);
    assert_int_equal(ask(&truth, 8, 8), 200);
    expect_signed(&truth, 8);
    assert_int_equal(cosigner_log_at(witness, 0)->size, 8);
}

static void the_empty_tree_is_signed_with_its_own_root_alone(void **state) {
    (void)state;
    assert_int_equal(ask(&truth, 0, 0), 200);
    expect_signed(&truth, 0);
    assert_int_equal(ask(&truth, 0, 2), 200);
}

static void another_old_size_is_told_the_right_one(void **state) {
    (void)state;
    assert_int_equal(ask(&truth, 0, 7), 200);
    assert_int_equal(ask(&truth, 0, 9), 409);
    assert_string_equal(reply.type, "text/x.tlog.size");
    expect_text("7\n");
    assert_int_equal(ask(&truth, 6, 9), 409);
    expect_text("7\n");
    assert_false(reply.alarm);
    assert_int_equal(ask(&truth, 7, 9), 200);
}

static void an_old_size_above_the_new_is_a_bad_request(void **state) {
    (void)state;
    assert_int_equal(ask(&truth, 0, 7), 200);
    assert_int_equal(ask(&truth, 7, 6), 400);
    assert_int_equal(cosigner_log_at(witness, 0)->size, 7);
}

static void a_log_nobody_named_is_not_found(void **state) {
    (void)state;
    assert_int_equal(ask_text("old 0\n\nduban.example/other\n1\n"
                              "SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n\n"
                              "\xE2\x80\x94 duban.example/other AAAAAAAA\n"),
                     404);
    assert_null(reply.log);
}

static void a_key_nobody_named_is_forbidden(void **state) {
    (void)state;
    uint8_t seed[SIGN_SEED_SIZE] = {43};
    sign_key right = log_key;
    sign_key_of_seed(seed, &log_key);
    assert_int_equal(ask(&truth, 0, 3), 403);
    log_key = right;
    assert_int_equal(cosigner_log_at(witness, 0)->time_s, 0);
}

/* The log's own name and key id, and bytes that its key did not sign. */
static void a_signature_that_does_not_hold_is_forbidden(void **state) {
    (void)state;
    char bytes[CHECKPOINT_NOTE_MAX], body[ADD_CHECKPOINT_MAX];
    size_t size = 0, body_size = 0;
    checkpoint point = point_of(&truth, 7);
    assert_int_equal(checkpoint_sign(&point, &log_key, bytes, &size), DUBAN_OK);
    char *in = bytes + size - 20; /* of the signature */
    *in = *in == 'A' ? 'B' : 'A';
    add_checkpoint question = {.note = bytes, .note_size = size};
    assert_int_equal(add_checkpoint_write(&question, body, sizeof body, &body_size),
                     DUBAN_OK);
    cosigner_answer(witness, body, body_size, NOW, &reply);
    assert_int_equal(reply.code, 403);
    assert_int_equal(cosigner_log_at(witness, 0)->size, 0);
}

static void what_is_no_question_is_a_bad_request(void **state) {
    (void)state;
    static char many[8192];
    const char *bad[] = {"",
                         "old 0\n",
                         "old 0\n\n",
                         "old 00\n\nx",
                         "old -1\n\nx",
                         "old +1\n\nx",
                         "old 9223372036854775808\n\nx",
                         "Old 0\n\nx",
                         "old 0 \n\nx",
                         "old 0\r\n\r\nx",
                         "old 0\nAAAA\n\nx",
                         "old 0\n\nno checkpoint\n",
                         "0\n\nx"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(ask_text(bad[i]), 400);
    strcpy(many, "old 1\n");
    for (int i = 0; i < 64; i++)
        strcat(many, "SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n");
    strcat(many, "\nx\n1\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n");
    assert_int_equal(ask_text(many), 400);
}

static void a_proof_that_does_not_hold_is_unprocessable(void **state) {
    (void)state;
    assert_int_equal(ask(&truth, 0, 7), 200);
    assert_int_equal(ask(&fork_at_5, 7, 9), 422);
    assert_true(reply.alarm);
    assert_int_equal(cosigner_log_at(witness, 0)->size, 7);
    assert_int_equal(ask(&truth, 7, 9), 200);
}

static void hashes_where_none_belong_are_unprocessable(void **state) {
    (void)state;
    static char note_bytes[CHECKPOINT_NOTE_MAX], body[ADD_CHECKPOINT_MAX];
    size_t size = 0;
    checkpoint point = point_of(&truth, 3);
    add_checkpoint question = {.path = {.count = 1}, .note = note_bytes};
    assert_int_equal(checkpoint_sign(&point, &log_key, note_bytes, &question.note_size),
                     DUBAN_OK);
    assert_int_equal(add_checkpoint_write(&question, body, sizeof body, &size), DUBAN_OK);
    cosigner_answer(witness, body, size, NOW, &reply);
    assert_int_equal(reply.code, 422);
    assert_int_equal(ask(&truth, 0, 3), 200);
    question.old_size = 3;
    assert_int_equal(add_checkpoint_write(&question, body, sizeof body, &size), DUBAN_OK);
    cosigner_answer(witness, body, size, NOW, &reply);
    assert_int_equal(reply.code, 422);
}

static void two_roots_of_one_size_are_a_conflict_and_kept_as_proof(void **state) {
    (void)state;
    char name[256], bytes[2048];
    checkpoint found;
    note_key key;
    assert_int_equal(ask(&truth, 0, 7), 200);
    assert_int_equal(ask(&fork_at_5, 7, 7), 409);
    expect_text("7\n");
    assert_true(reply.alarm);
    only_file("forks", name);
    FILE *file = fopen(name, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_int_equal(note_key_parse(log_vkey, strlen(log_vkey), &key), DUBAN_OK);
    assert_int_equal(checkpoint_open(bytes, size, &key, &found), DUBAN_OK);
    checkpoint forked = point_of(&fork_at_5, 7);
    assert_int_equal(found.size, 7);
    assert_true(hash_equal(&found.root, &forked.root));
    assert_int_equal(reopen(), DUBAN_OK);
    assert_true(cosigner_log_at(witness, 0)->forked);
}

static void what_was_signed_is_known_after_a_restart(void **state) {
    (void)state;
    assert_int_equal(ask(&truth, 0, 7), 200);
    assert_int_equal(reopen(), DUBAN_OK);
    assert_int_equal(cosigner_log_at(witness, 0)->size, 7);
    assert_int_equal(cosigner_log_at(witness, 0)->time_s, NOW);
    assert_int_equal(ask(&fork_at_5, 0, 7), 409);
    assert_int_equal(ask(&fork_at_5, 7, 7), 409);
    assert_int_equal(ask(&fork_at_5, 7, 8), 422);
    assert_int_equal(ask(&truth, 7, 8), 200);
}

static void nothing_is_signed_that_cannot_be_kept(void **state) {
    (void)state;
    char name[256];
    assert_int_equal(ask(&truth, 0, 7), 200);
    snprintf(name, sizeof name, "%s/signed/new", folder);
    assert_int_equal(mkdir(name, 0700), 0); /* in the way of the next record */
    assert_int_equal(ask(&truth, 7, 8), 500);
    assert_int_equal(cosigner_log_at(witness, 0)->size, 7);
    assert_int_equal(rmdir(name), 0);
    assert_int_equal(ask(&truth, 7, 8), 200);
}

static void a_record_that_was_changed_is_refused(void **state) {
    (void)state;
    char name[256];
    assert_int_equal(ask(&truth, 0, 7), 200);
    only_file("signed", name);
    FILE *file = fopen(name, "r+b");
    assert_non_null(file);
    fseek(file, sizeof ORIGIN, SEEK_SET); /* the 7 */
    fputc('6', file);
    fclose(file);
    assert_int_equal(reopen(), DUBAN_E_CORRUPT);
}

/* Signed by this very key, but of another log: an older size would be signed again. */
static void a_record_of_another_log_is_refused(void **state) {
    (void)state;
    char name[256], key_file[256], key_name[KEYFILE_NAME_SIZE], text[COSIGN_LINE_MAX];
    char bytes[CHECKPOINT_NOTE_MAX + COSIGN_LINE_MAX];
    size_t size = 0, line = 0;
    sign_key secret;
    note parsed;
    checkpoint point = point_of(&truth, 3);
    assert_int_equal(ask(&truth, 0, 7), 200);
    only_file("signed", name);
    snprintf(key_file, sizeof key_file, "%s/key", folder);
    assert_int_equal(keyfile_read(key_file, &secret, key_name), DUBAN_OK);
    strcpy(point.origin, "duban.example/2024");
    assert_int_equal(checkpoint_sign(&point, &log_key, bytes, &size), DUBAN_OK);
    assert_int_equal(note_parse(bytes, size, &parsed), DUBAN_OK);
    assert_int_equal(
        cosign_line(parsed.text, parsed.text_size, key_name, &secret, NOW, text, &line),
        DUBAN_OK);
    memcpy(bytes + size, text, line);
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size + line, file), size + line);
    fclose(file);
    assert_int_equal(reopen(), DUBAN_E_CORRUPT);
}

static void one_folder_serves_once_and_may_be_looked_at(void **state) {
    (void)state;
    duban_refusal refusal;
    cosigner *other = NULL;
    assert_int_equal(cosigner_open(folder, true, &other, &refusal), DUBAN_E_LOCKED);
    assert_int_equal(cosigner_open(folder, false, &other, &refusal), DUBAN_OK);
    assert_int_equal(cosigner_logs(other), 1);
    cosigner_close(other);
}

static void one_origin_has_one_key(void **state) {
    (void)state;
    uint8_t seed[SIGN_SEED_SIZE] = {44};
    char vkey[NOTE_KEY_TEXT_SIZE];
    duban_refusal refusal;
    sign_key other;
    note_key key;
    sign_key_of_seed(seed, &other);
    assert_int_equal(note_key_make(ORIGIN, &other.public_key, &key), DUBAN_OK);
    note_key_print(&key, vkey);
    assert_int_equal(cosigner_learn(folder, log_vkey), DUBAN_OK);
    assert_int_equal(cosigner_learn(folder, vkey), DUBAN_E_DUPLICATE);
    assert_int_equal(cosigner_know(witness, vkey, &refusal), DUBAN_E_DUPLICATE);
    assert_int_equal(cosigner_know(witness, log_vkey, &refusal), DUBAN_OK);
    assert_int_equal(cosigner_know(witness, "duban.example/2023", &refusal),
                     DUBAN_E_KEY_FORMAT);
    assert_int_equal(cosigner_logs(witness), 1);
    assert_int_equal(cosigner_make(folder, NAME), DUBAN_E_EXISTS);
    assert_int_equal(cosigner_make(folder, "two words"), DUBAN_E_KEY_FORMAT);
}

int main(void) {
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        CLAIM(the_first_checkpoint_and_what_continues_it_are_signed),
        CLAIM(the_empty_tree_is_signed_with_its_own_root_alone),
        CLAIM(another_old_size_is_told_the_right_one),
        CLAIM(an_old_size_above_the_new_is_a_bad_request),
        CLAIM(a_log_nobody_named_is_not_found),
        CLAIM(a_key_nobody_named_is_forbidden),
        CLAIM(a_signature_that_does_not_hold_is_forbidden),
        CLAIM(what_is_no_question_is_a_bad_request),
        CLAIM(a_proof_that_does_not_hold_is_unprocessable),
        CLAIM(hashes_where_none_belong_are_unprocessable),
        CLAIM(two_roots_of_one_size_are_a_conflict_and_kept_as_proof),
        CLAIM(what_was_signed_is_known_after_a_restart),
        CLAIM(nothing_is_signed_that_cannot_be_kept),
        CLAIM(a_record_that_was_changed_is_refused),
        CLAIM(a_record_of_another_log_is_refused),
        CLAIM(one_folder_serves_once_and_may_be_looked_at),
        CLAIM(one_origin_has_one_key),
    };
    if (sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
