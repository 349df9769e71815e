/* tlog-proof texts: round trips, the layout of the format, refusals, verification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "storage/tlog/proof.h"
#include "tests/unit/tlog/tlog_kit.h"

#define ORIGIN   "duban.example/2023"
#define SIZE     UINT64_C(1000)
#define TEXT_MAX (PROOF_HEAD_MAX + CHECKPOINT_NOTE_MAX)

static kit_tree tree;
static sign_key log_key;
static note_key log_note_key;
static char note_bytes[CHECKPOINT_NOTE_MAX];
static size_t note_size;

static int sign_tree(void **state) {
    (void)state;
    uint8_t seed[SIGN_SEED_SIZE] = {7};
    checkpoint point = {.origin = ORIGIN, .size = SIZE};
    kit_tree_new(&tree, SIZE);
    tlog_hash_reader reader = kit_tree_reader(&tree);
    sign_key_of_seed(seed, &log_key);
    if (tlog_root_at(&reader, SIZE, &point.root)) return -1;
    if (note_key_make(ORIGIN, &log_key.public_key, &log_note_key)) return -1;
    return checkpoint_sign(&point, &log_key, note_bytes, &note_size);
}

static int fell_tree(void **state) {
    (void)state;
    kit_tree_free(&tree);
    return 0;
}

static tlog_proof make_proof(uint64_t index) {
    tlog_hash_reader reader = kit_tree_reader(&tree);
    tlog_proof proof = {.index = index, .note = note_bytes, .note_size = note_size};
    assert_int_equal(tlog_prove_inclusion(&reader, index, SIZE, &proof.path), DUBAN_OK);
    return proof;
}

static void every_proof_written_reads_back_and_verifies(void **state) {
    (void)state;
    for (uint64_t index = 0; index < SIZE; index++) {
        char text[TEXT_MAX];
        size_t size = 0;
        tlog_proof proof = make_proof(index), back;
        checkpoint point;
        assert_int_equal(proof_write(&proof, text, sizeof text, &size), DUBAN_OK);
        assert_int_equal(proof_parse(text, size, NULL, NULL, &back), DUBAN_OK);
        assert_int_equal(back.index, index);
        assert_int_equal(back.path.count, proof.path.count);
        assert_int_equal(back.note_size, note_size);
        assert_int_equal(
            proof_verify(&back, &tree.levels[0][index], &log_note_key, &point), DUBAN_OK);
        assert_int_equal(point.size, SIZE);
        const hash256 *other = &tree.levels[0][(index + 1) % SIZE];
        assert_int_equal(proof_verify(&back, other, &log_note_key, &point),
                         DUBAN_E_PROOF);
    }
}

static void the_text_has_the_lines_of_the_format(void **state) {
    (void)state;
    tlog_proof proof = {.index = 73894,
                        .path = {.count = 1},
                        .extra = (const uint8_t *)"foobar",
                        .extra_size = 6,
                        .note = "note\n",
                        .note_size = 5};
    memset(proof.path.hashes[0].bytes, 0, HASH_SIZE);
    const char wanted[] = "c2sp.org/tlog-proof@v1\nextra Zm9vYmFy\nindex 73894\n"
                          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nnote\n";
    char text[TEXT_MAX];
    size_t size = 0;
    assert_int_equal(proof_write(&proof, text, sizeof text, &size), DUBAN_OK);
    assert_int_equal(size, strlen(wanted));
    assert_memory_equal(text, wanted, size);
    uint8_t extra[PROOF_EXTRA_MAX];
    size_t extra_size = 0;
    tlog_proof back;
    assert_int_equal(proof_parse(text, size, extra, &extra_size, &back), DUBAN_OK);
    assert_int_equal(extra_size, 6);
    assert_memory_equal(extra, "foobar", 6);
}

static void every_flipped_bit_of_a_proof_is_refused(void **state) {
    (void)state;
    char text[TEXT_MAX];
    size_t size = 0;
    tlog_proof proof = make_proof(617), back;
    checkpoint point;
    assert_int_equal(proof_write(&proof, text, sizeof text, &size), DUBAN_OK);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        kit_flip(text, bit);
        duban_status status = proof_parse(text, size, NULL, NULL, &back);
        if (!status)
            status = proof_verify(&back, &tree.levels[0][617], &log_note_key, &point);
        kit_flip(text, bit);
        assert_int_not_equal(status, DUBAN_OK);
    }
}

#define FIRST "c2sp.org/tlog-proof@v1\n"
#define HASH  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static void texts_of_another_form_are_malformed(void **state) {
    (void)state;
    const char *refused[] = {"",
                             "c2sp.org/tlog-proof@v1",
                             FIRST,
                             "c2sp.org/tlog-proof@v2\nindex 0\n\nnote\n",
                             "c2sp.org/tlog-proof@v1\r\nindex 0\n\nnote\n",
                             FIRST "\nindex 0\n\nnote\n",
                             FIRST "index\n\nnote\n",
                             FIRST "index \n\nnote\n",
                             FIRST "index 00\n\nnote\n",
                             FIRST "index -1\n\nnote\n",
                             FIRST "index 9223372036854775808\n\nnote\n",
                             FIRST "index  1\n\nnote\n",
                             FIRST "Index 1\n\nnote\n",
                             FIRST "extra Zg==\n\nnote\n",
                             FIRST "extra Zg=\nindex 0\n\nnote\n",
                             FIRST "extra  Zg==\nindex 0\n\nnote\n",
                             FIRST "index 0\nextra Zg==\n\nnote\n",
                             FIRST "extra Zg==\nextra Zg==\nindex 0\n\nnote\n",
                             FIRST "index 0\n" HASH,
                             FIRST "index 0\n" HASH "\n",
                             FIRST "index 0\n" HASH "\nnote\n",
                             FIRST "index 0\n" HASH " \n\nnote\n",
                             FIRST "index 0\nAAAA\n\nnote\n",
                             FIRST "index 0\n" HASH HASH "\n\nnote\n",
                             FIRST "index 0\n\n"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        tlog_proof proof = {.index = 77};
        assert_int_equal(proof_parse(refused[i], strlen(refused[i]), NULL, NULL, &proof),
                         DUBAN_E_MALFORMED);
        assert_int_equal(proof.index, 77);
    }
}

static void too_many_hashes_or_too_much_extra_is_too_large(void **state) {
    (void)state;
    static char text[2 * TEXT_MAX];
    static uint8_t extra[PROOF_EXTRA_MAX + 1], back_extra[PROOF_EXTRA_MAX];
    size_t size = 0, extra_size = 0;
    tlog_proof back;
    char *at = text + strlen(strcpy(text, FIRST "index 0\n"));
    for (int i = 0; i <= TLOG_PATH_MAX; i++)
        at += strlen(strcpy(at, HASH "\n"));
    strcpy(at, "\nnote\n");
    assert_int_equal(proof_parse(text, strlen(text), NULL, NULL, &back),
                     DUBAN_E_TOO_LARGE);

    tlog_proof proof = make_proof(3);
    sign_random(extra, sizeof extra);
    proof.extra = extra;
    proof.extra_size = PROOF_EXTRA_MAX + 1;
    assert_int_equal(proof_write(&proof, text, sizeof text, &size), DUBAN_E_TOO_LARGE);
    proof.extra_size = PROOF_EXTRA_MAX;
    assert_int_equal(proof_write(&proof, text, sizeof text, &size), DUBAN_OK);
    assert_int_equal(proof_parse(text, size, back_extra, &extra_size, &back), DUBAN_OK);
    assert_int_equal(extra_size, PROOF_EXTRA_MAX);
    assert_memory_equal(extra, back_extra, extra_size);

    size_t wanted = size;
    size = 77;
    assert_int_equal(proof_write(&proof, text, wanted - 1, &size), DUBAN_E_TOO_LARGE);
    assert_int_equal(size, 77);
    assert_int_equal(proof_write(&proof, text, wanted, &size), DUBAN_OK);
    assert_int_equal(size, wanted);
}

static void the_longest_proof_fits_its_bound(void **state) {
    (void)state;
    static char text[TEXT_MAX];
    static const uint8_t extra[PROOF_EXTRA_MAX];
    size_t size = 0;
    tlog_proof longest = {.index = TLOG_SIZE_MAX,
                          .path = {.count = TLOG_PATH_MAX},
                          .extra = extra,
                          .extra_size = sizeof extra,
                          .note = note_bytes,
                          .note_size = note_size};
    assert_int_equal(proof_write(&longest, text, PROOF_HEAD_MAX + note_size, &size),
                     DUBAN_OK);
}

static void proofs_under_another_key_are_refused(void **state) {
    (void)state;
    sign_key other;
    note_key other_note_key;
    checkpoint point;
    tlog_proof proof = make_proof(5);
    sign_key_random(&other);
    assert_int_equal(note_key_make(ORIGIN, &other.public_key, &other_note_key), DUBAN_OK);
    assert_int_equal(proof_verify(&proof, &tree.levels[0][5], &other_note_key, &point),
                     DUBAN_E_UNKNOWN_KEY);
    /* Even when its id were made to collide. */
    other_note_key.id = log_note_key.id;
    assert_int_equal(proof_verify(&proof, &tree.levels[0][5], &other_note_key, &point),
                     DUBAN_E_SIGNATURE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_proof_written_reads_back_and_verifies),
        cmocka_unit_test(the_text_has_the_lines_of_the_format),
        cmocka_unit_test(every_flipped_bit_of_a_proof_is_refused),
        cmocka_unit_test(texts_of_another_form_are_malformed),
        cmocka_unit_test(too_many_hashes_or_too_much_extra_is_too_large),
        cmocka_unit_test(the_longest_proof_fits_its_bound),
        cmocka_unit_test(proofs_under_another_key_are_refused),
    };
    if (sign_init() != DUBAN_OK) return 1;
    return cmocka_run_group_tests(tests, sign_tree, fell_tree);
}
