/* Signed notes and checkpoints: the format's own example, round trips, refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "storage/tlog/note.h"
#include "tests/unit/tlog/tlog_kit.h"

#define ORIGIN "duban.example/2023"
#define DASH   "\xE2\x80\x94"

/* The example of C2SP signed-note. */
static const char example_key[] =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char example_note[] =
    "This is an example message.\n"
    "\n" DASH " example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ER"
    "YNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

static sign_key log_key;
static note_key log_note_key;
static checkpoint point;

static int make_key(void **state) {
    (void)state;
    uint8_t seed[SIGN_SEED_SIZE] = {42};
    sign_key_of_seed(seed, &log_key);
    memset(&point, 0, sizeof point);
    strcpy(point.origin, ORIGIN);
    point.size = 109482;
    point.root = hash_of("root", 4);
    return note_key_make(ORIGIN, &log_key.public_key, &log_note_key);
}

static void expect_point(const checkpoint *back) {
    assert_string_equal(back->origin, point.origin);
    assert_int_equal(back->size, point.size);
    assert_true(hash_equal(&back->root, &point.root));
}

static void the_formats_own_example_verifies(void **state) {
    (void)state;
    note_key key;
    note parsed;
    char text[NOTE_KEY_TEXT_SIZE];
    assert_int_equal(note_key_parse(example_key, strlen(example_key), &key), DUBAN_OK);
    assert_string_equal(key.name, "example.com/foo");
    assert_int_equal(key.id, 0x530d903a);
    note_key_print(&key, text);
    assert_string_equal(text, example_key);
    assert_int_equal(note_parse(example_note, strlen(example_note), &parsed), DUBAN_OK);
    assert_int_equal(parsed.text_size, strlen("This is an example message.\n"));
    assert_int_equal(parsed.lines_count, 1);
    assert_int_equal(note_verify(&parsed, &key), DUBAN_OK);
    assert_int_equal(note_verify(&parsed, &log_note_key), DUBAN_E_UNKNOWN_KEY);
}

static void verifier_keys_with_any_flaw_are_refused(void **state) {
    (void)state;
    const char *refused[] = {
        "",
        "+",
        "++",
        "example.com/foo",
        "example.com/foo+530d903a",
        "example.com/foo+530d903a+",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+30d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2kAAAA",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
        "example.com foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"};
    note_key key;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_int_equal(note_key_parse(refused[i], strlen(refused[i]), &key),
                         DUBAN_E_KEY_FORMAT);
    const char *other_type =
        "example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    assert_int_equal(note_key_parse(other_type, strlen(other_type), &key),
                     DUBAN_E_ALGORITHM);
}

static void names_without_spaces_plus_or_bad_utf8_are_names(void **state) {
    (void)state;
    const char *good[] = {"a", "duban.example/2023", "聊城/督办", "\xF0\x9F\x8C\xB3"};
    const char *bad[] = {"",
                         "a b",
                         "a+b",
                         "a\n",
                         "a\tb",
                         "\x1f",
                         "\xC2\x85",
                         "\xC2\xA0x",    /* next line, no-break space */
                         "\xE3\x80\x80", /* ideographic space */
                         "x\xE2\x80\x83",
                         "\xE2\x80\xA8", /* em space, line separator */
                         "\xFF",
                         "\xC3",
                         "\xC0\xAF",
                         "\xED\xA0\x80",
                         "\xF4\x90\x80\x80",
                         "\xE3\x80",
                         "\x80"};
    note_key key;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_int_equal(note_key_make(good[i], &log_key.public_key, &key), DUBAN_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(note_key_make(bad[i], &log_key.public_key, &key), DUBAN_E_NOTE);
    char name[ORIGIN_SIZE_MAX + 2];
    memset(name, 'n', sizeof name);
    name[ORIGIN_SIZE_MAX + 1] = '\0';
    assert_int_equal(note_key_make(name, &log_key.public_key, &key), DUBAN_E_NOTE);
    name[ORIGIN_SIZE_MAX] = '\0';
    assert_int_equal(note_key_make(name, &log_key.public_key, &key), DUBAN_OK);
    char text[NOTE_KEY_TEXT_SIZE];
    note_key_print(&key, text);
    assert_int_equal(strlen(text), NOTE_KEY_TEXT_SIZE - 1);
}

static void a_checkpoint_signed_is_the_checkpoint_opened(void **state) {
    (void)state;
    const uint64_t sizes[] = {0, 1, 9, 10, 109482, INT64_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char bytes[CHECKPOINT_NOTE_MAX];
        size_t size = 0;
        checkpoint back;
        point.size = sizes[i];
        point.root = point.size ? hash_of("root", 4) : hash_of(NULL, 0);
        assert_int_equal(checkpoint_sign(&point, &log_key, bytes, &size), DUBAN_OK);
        assert_int_equal(checkpoint_open(bytes, size, &log_note_key, &back), DUBAN_OK);
        expect_point(&back);
    }
    point.size = 109482;
}

static void a_checkpoint_has_the_three_lines_of_the_format(void **state) {
    (void)state;
    char text[CHECKPOINT_TEXT_MAX];
    checkpoint back, known = {.origin = "example.com/behind-the-sofa", .size = 20852163};
    const char wanted[] = "example.com/behind-the-sofa\n20852163\n"
                          "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    assert_int_equal(checkpoint_parse(wanted, strlen(wanted), &back), DUBAN_OK);
    assert_string_equal(back.origin, known.origin);
    assert_int_equal(back.size, known.size);
    size_t size = checkpoint_print(&back, text);
    assert_int_equal(size, strlen(wanted));
    assert_memory_equal(text, wanted, size);
}

static void the_longest_checkpoint_fits_its_bounds(void **state) {
    (void)state;
    char bytes[CHECKPOINT_NOTE_MAX];
    size_t size = 0;
    checkpoint longest = {.size = INT64_MAX};
    memset(longest.origin, 'o', ORIGIN_SIZE_MAX);
    assert_int_equal(checkpoint_sign(&longest, &log_key, bytes, &size), DUBAN_OK);
    assert_int_equal(size, CHECKPOINT_NOTE_MAX);
}

static void every_flipped_bit_of_a_signed_checkpoint_is_refused(void **state) {
    (void)state;
    char bytes[CHECKPOINT_NOTE_MAX];
    size_t size = 0;
    checkpoint back;
    assert_int_equal(checkpoint_sign(&point, &log_key, bytes, &size), DUBAN_OK);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        kit_flip(bytes, bit);
        duban_status status = checkpoint_open(bytes, size, &log_note_key, &back);
        kit_flip(bytes, bit);
        assert_true(status == DUBAN_E_NOTE || status == DUBAN_E_SIGNATURE ||
                    status == DUBAN_E_UNKNOWN_KEY);
    }
}

static void a_checkpoint_cut_or_lengthened_anywhere_is_refused(void **state) {
    (void)state;
    char bytes[CHECKPOINT_NOTE_MAX + 1];
    size_t size = 0;
    checkpoint back;
    assert_int_equal(checkpoint_sign(&point, &log_key, bytes, &size), DUBAN_OK);
    for (size_t cut = 0; cut < size; cut++)
        assert_int_equal(checkpoint_open(bytes, cut, &log_note_key, &back), DUBAN_E_NOTE);
    for (int c = 0; c < 256; c++) {
        bytes[size] = (char)c;
        assert_int_equal(checkpoint_open(bytes, size + 1, &log_note_key, &back),
                         DUBAN_E_NOTE);
    }
}

static void bodies_that_are_no_checkpoints_are_refused(void **state) {
    (void)state;
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    const char *refused[] = {"",
                             "\n",
                             "o\n",
                             "o\n1\n",
                             "o\n1\n" ROOT,
                             "\n1\n" ROOT "\n",
                             "o\n\n" ROOT "\n",
                             "o\n01\n" ROOT "\n",
                             "o\n+1\n" ROOT "\n",
                             "o\n-1\n" ROOT "\n",
                             "o\n1 \n" ROOT "\n",
                             "o\n0x1\n" ROOT "\n",
                             "o\n9223372036854775808\n" ROOT "\n",
                             "o\n18446744073709551617\n" ROOT "\n",
                             "o\n1\n" ROOT "=\n",
                             "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
                             "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
                             "o\n1\nAAAA\n",
                             "o\n1\n\n",
                             "o\n0\n" ROOT "\n",
                             "o\n1\n" ROOT "\n\n",
                             "o\n1\n" ROOT "\next\n\n",
                             "o\n1\n" ROOT "\next"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        checkpoint back = {.size = 77};
        assert_int_equal(checkpoint_parse(refused[i], strlen(refused[i]), &back),
                         DUBAN_E_NOTE);
        assert_int_equal(back.size, 77);
    }
    checkpoint back;
    const char *extended = "o\n7\n" ROOT "\nextension one\nextension two\n";
    assert_int_equal(checkpoint_parse(extended, strlen(extended), &back), DUBAN_OK);
    const char *empty = "o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    assert_int_equal(checkpoint_parse(empty, strlen(empty), &back), DUBAN_OK);
    char long_origin[ORIGIN_SIZE_MAX + 80];
    memset(long_origin, 'o', sizeof long_origin);
    strcpy(long_origin + ORIGIN_SIZE_MAX + 1, "\n1\n" ROOT "\n");
    assert_int_equal(checkpoint_parse(long_origin, strlen(long_origin), &back),
                     DUBAN_E_NOTE);
}

/* The signed checkpoint with further lines before or behind our own. */
static size_t with_lines(char *bytes, const char *before, const char *behind) {
    char own[CHECKPOINT_NOTE_MAX];
    size_t size = 0;
    assert_int_equal(checkpoint_sign(&point, &log_key, own, &size), DUBAN_OK);
    char text[CHECKPOINT_TEXT_MAX];
    size_t head = checkpoint_print(&point, text) + 1;
    memcpy(bytes, own, head);
    strcpy(bytes + head, before);
    size_t at = head + strlen(before);
    memcpy(bytes + at, own + head, size - head);
    at += size - head;
    strcpy(bytes + at, behind);
    return at + strlen(behind);
}

static void signatures_of_strangers_are_passed_over(void **state) {
    (void)state;
    static char bytes[NOTE_SIZE_MAX], stranger[NOTE_SIZE_MAX];
    const char *lines[] = {
        DASH " witness.example/w1 mJirIkljAAAA\n", /* shorter than a signature of ours */
        DASH " " ORIGIN " AAAAAAAA\n",             /* our name, another key's id */
        DASH " 见证人 AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkq\n"};
    checkpoint back;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        size_t size = with_lines(bytes, lines[i], "");
        assert_int_equal(checkpoint_open(bytes, size, &log_note_key, &back), DUBAN_OK);
        size = with_lines(bytes, "", lines[i]);
        assert_int_equal(checkpoint_open(bytes, size, &log_note_key, &back), DUBAN_OK);
        expect_point(&back);
    }
    /* Sixteen post-quantum cosignatures of 5 kB, which the format wants taken. */
    char *at = stranger;
    for (int i = 0; i < 16; i++) {
        at += strlen(strcpy(at, DASH " witness.example/pq "));
        memset(at, 'A', 6800);
        at[6800] = '\n';
        at[6801] = '\0';
        at += 6801;
    }
    size_t size = with_lines(bytes, "", stranger);
    assert_int_equal(checkpoint_open(bytes, size, &log_note_key, &back), DUBAN_OK);
}

static void malformed_lines_of_strangers_spoil_the_note(void **state) {
    (void)state;
    char bytes[4096];
    const char *lines[] = {"no dash AAAAAAAA\n",
                           DASH "w AAAAAAAA\n",
                           DASH " w\n",
                           DASH " w \n",
                           DASH " w AAAAA\n",
                           DASH " w AAAA\n",
                           DASH "  w AAAAAAAA\n",
                           DASH " w  AAAAAAAA\n",
                           DASH " w+x AAAAAAAA\n",
                           DASH " w AAAAAAAA \n",
                           DASH " w AAAA=AAA\n",
                           DASH " w AAAAAA==AAAAAAAA\n",
                           DASH " w AAAAAAAA",
                           DASH " w\xC2\xA0x AAAAAAAA\n",
                           DASH " w AAAAAAAA\r\n",
                           DASH " w AAAAAA==\n"};
    checkpoint back;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        size_t size = with_lines(bytes, "", lines[i]);
        assert_int_equal(checkpoint_open(bytes, size, &log_note_key, &back),
                         DUBAN_E_NOTE);
    }
}

static void a_line_that_claims_our_key_must_hold_even_beside_one_that_does(void **state) {
    (void)state;
    char bytes[2048], line[NOTE_LINE_SIZE(64)], own[CHECKPOINT_NOTE_MAX];
    size_t size = 0;
    checkpoint back;
    assert_int_equal(checkpoint_sign(&point, &log_key, own, &size), DUBAN_OK);
    size_t line_size = NOTE_LINE_SIZE(strlen(ORIGIN));
    memcpy(line, own + size - line_size, line_size);
    line[line_size] = '\0';
    line[line_size - 10] ^= 1; /* another character of the signature's base64 */
    size = with_lines(bytes, line, "");
    assert_int_equal(checkpoint_open(bytes, size, &log_note_key, &back),
                     DUBAN_E_SIGNATURE);
    size = with_lines(bytes, "", line);
    assert_int_equal(checkpoint_open(bytes, size, &log_note_key, &back),
                     DUBAN_E_SIGNATURE);
}

static void
a_line_that_claims_our_key_with_too_short_a_signature_is_refused(void **state) {
    (void)state;
    char bytes[2048], line[128] = DASH " " ORIGIN " ";
    uint8_t short_signature[4 + 32] = {0};
    checkpoint back;
    for (int i = 0; i < 4; i++)
        short_signature[i] = (uint8_t)(log_note_key.id >> (24 - 8 * i));
    size_t at = strlen(line);
    base64_encode(short_signature, sizeof short_signature, line + at, sizeof line - at);
    strcat(line, "\n");
    size_t size = with_lines(bytes, "", line);
    assert_int_equal(checkpoint_open(bytes, size, &log_note_key, &back),
                     DUBAN_E_SIGNATURE);
}

static void a_checkpoint_of_another_log_under_the_same_key_is_refused(void **state) {
    (void)state;
    char text[CHECKPOINT_TEXT_MAX], bytes[CHECKPOINT_NOTE_MAX];
    size_t size = 0;
    checkpoint other = point, back;
    strcpy(other.origin, "duban.example/2024");
    size_t text_size = checkpoint_print(&other, text);
    assert_int_equal(
        note_sign(text, text_size, ORIGIN, &log_key, bytes, sizeof bytes, &size),
        DUBAN_OK);
    assert_int_equal(checkpoint_open(bytes, size, &log_note_key, &back), DUBAN_E_ORIGIN);
    assert_int_equal(checkpoint_sign(&other, &log_key, bytes, &size), DUBAN_OK);
    assert_int_equal(checkpoint_open(bytes, size, &log_note_key, &back),
                     DUBAN_E_UNKNOWN_KEY);
    strcpy(other.origin, "two words");
    assert_int_equal(checkpoint_sign(&other, &log_key, bytes, &size), DUBAN_E_NOTE);
}

static void too_much_of_anything_is_too_large(void **state) {
    (void)state;
    static char bytes[NOTE_SIZE_MAX + 1], lines[NOTE_SIZE_MAX];
    note parsed;
    memset(bytes, 'x', sizeof bytes);
    assert_int_equal(note_parse(bytes, sizeof bytes, &parsed), DUBAN_E_TOO_LARGE);
    char *at = lines;
    for (int i = 0; i < NOTE_SIGNATURES_MAX; i++)
        at += strlen(strcpy(at, DASH " w AAAAAAAA\n"));
    size_t size = with_lines(bytes, "", lines);
    assert_int_equal(note_parse(bytes, size, &parsed), DUBAN_E_TOO_LARGE);
    at = lines + strlen(strcpy(lines, DASH " w "));
    memset(at, 'A', NOTE_SIGNATURE_MAX + 4);
    strcpy(at + NOTE_SIGNATURE_MAX + 4, "\n");
    size = with_lines(bytes, "", lines);
    assert_int_equal(note_parse(bytes, size, &parsed), DUBAN_E_TOO_LARGE);

    char small[CHECKPOINT_NOTE_MAX];
    size = 77;
    size_t wanted = 2 + 1 + NOTE_LINE_SIZE(1);
    assert_int_equal(note_sign("x\n", 2, "n", &log_key, small, wanted - 1, &size),
                     DUBAN_E_TOO_LARGE);
    assert_int_equal(size, 77);
    assert_int_equal(note_sign("x\n", 2, "n", &log_key, small, wanted, &size), DUBAN_OK);
    assert_int_equal(size, wanted);
}

static void texts_that_notes_may_not_hold_are_not_signed(void **state) {
    (void)state;
    char bytes[512];
    size_t size = 0;
    const char *refused[] = {"",       "no newline", "tab\t\n",
                             "cr\r\n", "\xFF\n",     "esc\x1b\n"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_int_equal(note_sign(refused[i], strlen(refused[i]), "n", &log_key, bytes,
                                   sizeof bytes, &size),
                         DUBAN_E_NOTE);
    assert_int_equal(note_sign("nul\0\n", 5, "n", &log_key, bytes, sizeof bytes, &size),
                     DUBAN_E_NOTE);
}

static void a_text_may_hold_empty_lines_and_chinese(void **state) {
    (void)state;
    char bytes[512];
    const char *text = "督办台账\n\n\n第二段\n\n";
    size_t size = 0;
    note parsed;
    assert_int_equal(
        note_sign(text, strlen(text), ORIGIN, &log_key, bytes, sizeof bytes, &size),
        DUBAN_OK);
    assert_int_equal(note_parse(bytes, size, &parsed), DUBAN_OK);
    assert_int_equal(parsed.text_size, strlen(text));
    assert_int_equal(note_verify(&parsed, &log_note_key), DUBAN_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_formats_own_example_verifies),
        cmocka_unit_test(verifier_keys_with_any_flaw_are_refused),
        cmocka_unit_test(names_without_spaces_plus_or_bad_utf8_are_names),
        cmocka_unit_test(a_checkpoint_signed_is_the_checkpoint_opened),
        cmocka_unit_test(a_checkpoint_has_the_three_lines_of_the_format),
        cmocka_unit_test(the_longest_checkpoint_fits_its_bounds),
        cmocka_unit_test(every_flipped_bit_of_a_signed_checkpoint_is_refused),
        cmocka_unit_test(a_checkpoint_cut_or_lengthened_anywhere_is_refused),
        cmocka_unit_test(bodies_that_are_no_checkpoints_are_refused),
        cmocka_unit_test(signatures_of_strangers_are_passed_over),
        cmocka_unit_test(malformed_lines_of_strangers_spoil_the_note),
        cmocka_unit_test(a_line_that_claims_our_key_must_hold_even_beside_one_that_does),
        cmocka_unit_test(
            a_line_that_claims_our_key_with_too_short_a_signature_is_refused),
        cmocka_unit_test(a_checkpoint_of_another_log_under_the_same_key_is_refused),
        cmocka_unit_test(too_much_of_anything_is_too_large),
        cmocka_unit_test(texts_that_notes_may_not_hold_are_not_signed),
        cmocka_unit_test(a_text_may_hold_empty_lines_and_chinese),
    };
    if (sign_init() != DUBAN_OK) return 1;
    return cmocka_run_group_tests(tests, make_key, NULL);
}
