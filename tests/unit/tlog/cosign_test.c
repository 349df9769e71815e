/* Cosignatures: known answers, round trips, refusals. The known ones were made with the
 * script that signs for the system tests (tests/system/ed25519.py), not with this code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "storage/tlog/cosign.h"
#include "tests/unit/tlog/tlog_kit.h"

#define DASH   "\xE2\x80\x94"
#define NAME   "duban.example/audit"
#define TIME_S 1679315147
#define VKEY   NAME "+19ab740f+BKL6L0o1W6LpB6UwCenjfK3fesfmagi6B2MfVTBys/JM"
#define TEXT   "duban.example/2023\n109482\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n"
#define LOG_LINE                                                                         \
    DASH " duban.example/2023 1BCjPOOETNS5x+H1ojcwYcXZX1COADZ4vQE5J+OHqfTExRN9cNPrdZZj"  \
         "kRaWFtci759z68SrWnT9xqGLkG9W0ra61Q8=\n"
#define LINE                                                                             \
    DASH " " NAME " Gat0DwAAAABkGFDLpkWnmbvLVTcR9VQeGKndqkx5MXxai9pTJjhAL3xvUQtYtemCW"   \
         "/dyLfPokks8Uq7/RIKZcIVzHKeiFm0VtPmQCw==\n"

static const char whole[] = TEXT "\n" LOG_LINE LINE;
static sign_key witness;
static cosign_key key;

static int make_key(void **state) {
    (void)state;
    uint8_t seed[SIGN_SEED_SIZE] = {7};
    sign_key_of_seed(seed, &witness);
    return cosign_key_make(NAME, &witness.public_key, &key);
}

static void a_witness_key_prints_and_parses_as_its_known_text(void **state) {
    (void)state;
    char text[NOTE_KEY_TEXT_SIZE];
    cosign_key back;
    cosign_key_print(&key, text);
    assert_string_equal(text, VKEY);
    assert_int_equal(cosign_key_parse(VKEY, strlen(VKEY), &back), DUBAN_OK);
    assert_string_equal(back.note.name, NAME);
    assert_int_equal(back.note.id, 0x19ab740f);
    assert_true(sign_public_equal(&back.note.public_key, &witness.public_key));
}

static void a_logs_key_is_no_witness_key_and_the_reverse(void **state) {
    (void)state;
    char text[NOTE_KEY_TEXT_SIZE];
    note_key log;
    cosign_key back;
    assert_int_equal(note_key_make(NAME, &witness.public_key, &log), DUBAN_OK);
    assert_int_not_equal(log.id, key.note.id);
    note_key_print(&log, text);
    assert_int_equal(cosign_key_parse(text, strlen(text), &back), DUBAN_E_ALGORITHM);
    assert_int_equal(note_key_parse(VKEY, strlen(VKEY), &log), DUBAN_E_ALGORITHM);
}

static void the_known_line_is_signed_again_to_the_byte(void **state) {
    (void)state;
    char line[COSIGN_LINE_MAX];
    size_t size = 0;
    assert_int_equal(cosign_line(TEXT, strlen(TEXT), NAME, &witness, TIME_S, line, &size),
                     DUBAN_OK);
    assert_int_equal(size, strlen(LINE));
    assert_memory_equal(line, LINE, size);
}

static void the_known_note_holds_and_tells_its_time(void **state) {
    (void)state;
    note parsed;
    int64_t time_s = 0;
    assert_int_equal(note_parse(whole, strlen(whole), &parsed), DUBAN_OK);
    assert_int_equal(cosign_verify(&parsed, &key, &time_s), DUBAN_OK);
    assert_int_equal(time_s, TIME_S);
}

/* Whatever is flipped in what was signed or in the line behind the name. */
static void no_bit_of_text_time_or_signature_can_be_changed(void **state) {
    (void)state;
    size_t text_bits = strlen(TEXT) * 8, held = 0;
    for (size_t bit = 0; bit < sizeof whole * 8 - 8; bit++) {
        char bytes[sizeof whole];
        note parsed;
        int64_t time_s = 0;
        size_t line_at = strlen(TEXT "\n" LOG_LINE) * 8;
        if (bit >= text_bits && bit < line_at) continue; /* the log's own line */
        memcpy(bytes, whole, sizeof whole);
        kit_flip(bytes, bit);
        if (note_parse(bytes, strlen(whole), &parsed)) continue;
        held += cosign_verify(&parsed, &key, &time_s) == DUBAN_OK;
    }
    assert_int_equal(held, 0);
}

static void a_false_line_beside_a_good_one_is_named(void **state) {
    (void)state;
    char bytes[1024], line[COSIGN_LINE_MAX];
    note parsed;
    size_t size = 0, line_size = 0;
    int64_t time_s = 0;
    const char *other =
        "duban.example/2023\n109483\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71H"
        "XN2d7I=\n";
    assert_int_equal(
        cosign_line(other, strlen(other), NAME, &witness, TIME_S, line, &line_size),
        DUBAN_OK);
    assert_int_equal(
        cosign_append(whole, strlen(whole), line, line_size, bytes, sizeof bytes, &size),
        DUBAN_OK);
    assert_int_equal(note_parse(bytes, size, &parsed), DUBAN_OK);
    assert_int_equal(cosign_verify(&parsed, &key, &time_s), DUBAN_E_WITNESS);
    assert_int_equal(time_s, 0);
}

static void of_two_times_the_newer_counts(void **state) {
    (void)state;
    char bytes[1024], line[COSIGN_LINE_MAX];
    note parsed;
    size_t size = 0, line_size = 0;
    int64_t time_s = 0;
    assert_int_equal(
        cosign_line(TEXT, strlen(TEXT), NAME, &witness, TIME_S - 9, line, &line_size),
        DUBAN_OK);
    assert_int_equal(
        cosign_append(whole, strlen(whole), line, line_size, bytes, sizeof bytes, &size),
        DUBAN_OK);
    assert_int_equal(note_parse(bytes, size, &parsed), DUBAN_OK);
    assert_int_equal(cosign_verify(&parsed, &key, &time_s), DUBAN_OK);
    assert_int_equal(time_s, TIME_S);
}

static void a_note_without_the_witness_is_of_an_unknown_key(void **state) {
    (void)state;
    const char *bytes = TEXT "\n" LOG_LINE;
    note parsed;
    int64_t time_s = 0;
    assert_int_equal(note_parse(bytes, strlen(bytes), &parsed), DUBAN_OK);
    assert_int_equal(cosign_verify(&parsed, &key, &time_s), DUBAN_E_UNKNOWN_KEY);
}

/* An ordinary signature of the same key over the same text must not pass. */
static void a_signature_without_a_time_is_no_cosignature(void **state) {
    (void)state;
    char bytes[1024];
    note parsed;
    size_t size = 0;
    int64_t time_s = 0;
    assert_int_equal(
        note_sign(TEXT, strlen(TEXT), NAME, &witness, bytes, sizeof bytes, &size),
        DUBAN_OK);
    assert_int_equal(note_parse(bytes, size, &parsed), DUBAN_OK);
    assert_int_equal(cosign_verify(&parsed, &key, &time_s), DUBAN_E_UNKNOWN_KEY);
}

static void lines_are_found_by_their_key_among_others(void **state) {
    (void)state;
    const char *lines = LOG_LINE LINE LOG_LINE, *line = NULL;
    size_t size = 0;
    assert_int_equal(note_find_line(lines, strlen(lines), &key.note, &line, &size),
                     DUBAN_OK);
    assert_int_equal(size, strlen(LINE));
    assert_ptr_equal(line, lines + strlen(LOG_LINE));
    assert_int_equal(note_find_line(LOG_LINE, strlen(LOG_LINE), &key.note, &line, &size),
                     DUBAN_E_NOT_FOUND);
    assert_int_equal(note_find_line("200 OK\n", 7, &key.note, &line, &size),
                     DUBAN_E_NOTE);
    assert_int_equal(note_find_line(LINE, strlen(LINE) - 1, &key.note, &line, &size),
                     DUBAN_E_NOTE);
}

static void what_is_no_checkpoint_is_never_cosigned(void **state) {
    (void)state;
    static char longer[COSIGN_TEXT_MAX + 1];
    const char *refused[] = {"", "duban.example/2023\n", "duban.example/2023\n01\n\n",
                             "duban.example/2023\n109482\nSBNJ\n"};
    char line[COSIGN_LINE_MAX];
    size_t size = 0;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_int_equal(cosign_line(refused[i], strlen(refused[i]), NAME, &witness,
                                     TIME_S, line, &size),
                         DUBAN_E_NOTE);
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\n';
    memcpy(longer, TEXT, strlen(TEXT));
    assert_int_equal(
        cosign_line(longer, sizeof longer, NAME, &witness, TIME_S, line, &size),
        DUBAN_E_TOO_LARGE);
    assert_int_equal(cosign_line(TEXT, strlen(TEXT), NAME, &witness, -1, line, &size),
                     DUBAN_E_TOO_LARGE);
    assert_int_equal(
        cosign_line(TEXT, strlen(TEXT), "two words", &witness, TIME_S, line, &size),
        DUBAN_E_NOTE);
    assert_int_equal(size, 0);
}

static void a_log_may_add_lines_of_its_own(void **state) {
    (void)state;
    const char *text = TEXT "something of the log's own\n";
    char line[COSIGN_LINE_MAX], bytes[1024];
    note parsed;
    size_t size = 0;
    int64_t time_s = 0;
    assert_int_equal(cosign_line(text, strlen(text), NAME, &witness, 0, line, &size),
                     DUBAN_OK);
    size_t head = strlen(text);
    memcpy(bytes, text, head);
    bytes[head++] = '\n';
    memcpy(bytes + head, line, size);
    assert_int_equal(note_parse(bytes, head + size, &parsed), DUBAN_OK);
    assert_int_equal(cosign_verify(&parsed, &key, &time_s), DUBAN_OK);
    bytes[strlen(TEXT)] = 'S';
    assert_int_equal(cosign_verify(&parsed, &key, &time_s), DUBAN_E_WITNESS);
}

static void no_more_lines_go_in_than_a_note_may_have(void **state) {
    (void)state;
    static char bytes[NOTE_SIZE_MAX];
    size_t size = strlen(whole), before = 0;
    memcpy(bytes, whole, size);
    for (int lines = 2; lines < NOTE_SIGNATURES_MAX; lines++)
        assert_int_equal(
            cosign_append(bytes, size, LINE, strlen(LINE), bytes, sizeof bytes, &size),
            DUBAN_OK);
    before = size;
    assert_int_equal(
        cosign_append(bytes, size, LINE, strlen(LINE), bytes, sizeof bytes, &size),
        DUBAN_E_TOO_LARGE);
    assert_int_equal(
        cosign_append(whole, strlen(whole), LINE, strlen(LINE), bytes, 400, &size),
        DUBAN_E_TOO_LARGE);
    assert_int_equal(
        cosign_append(whole, strlen(whole), "no line\n", 8, bytes, sizeof bytes, &size),
        DUBAN_E_NOTE);
    assert_int_equal(size, before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_witness_key_prints_and_parses_as_its_known_text),
        cmocka_unit_test(a_logs_key_is_no_witness_key_and_the_reverse),
        cmocka_unit_test(the_known_line_is_signed_again_to_the_byte),
        cmocka_unit_test(the_known_note_holds_and_tells_its_time),
        cmocka_unit_test(no_bit_of_text_time_or_signature_can_be_changed),
        cmocka_unit_test(a_false_line_beside_a_good_one_is_named),
        cmocka_unit_test(of_two_times_the_newer_counts),
        cmocka_unit_test(a_note_without_the_witness_is_of_an_unknown_key),
        cmocka_unit_test(a_signature_without_a_time_is_no_cosignature),
        cmocka_unit_test(lines_are_found_by_their_key_among_others),
        cmocka_unit_test(what_is_no_checkpoint_is_never_cosigned),
        cmocka_unit_test(a_log_may_add_lines_of_its_own),
        cmocka_unit_test(no_more_lines_go_in_than_a_note_may_have),
    };
    if (sign_init()) return 1;
    return cmocka_run_group_tests(tests, make_key, NULL);
}
