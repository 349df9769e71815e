/* SHA-256 against the published examples of FIPS 180-4 and its own several doors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/hash.h"

static void expect_hex(hash256 hash, const char *hex) {
    char text[HASH_TEXT_SIZE];
    hash_print(&hash, text);
    assert_string_equal(text, hex);
}

static void published_examples_hash_as_published(void **state) {
    (void)state;
    const char *two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    expect_hex(hash_of(NULL, 0),
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect_hex(hash_of("abc", 3),
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect_hex(hash_of(two_blocks, strlen(two_blocks)),
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void a_million_letters_hash_as_published_in_pieces_of_any_size(void **state) {
    (void)state;
    char piece[997];
    memset(piece, 'a', sizeof piece);
    hash_stream stream;
    hash_begin(&stream);
    for (size_t left = 1000000, n = 0; left; left -= n) {
        n = (left % sizeof piece) + 1;
        if (n > left) n = left;
        if (n > sizeof piece) n = sizeof piece;
        hash_add(&stream, piece, n);
        hash_add(&stream, NULL, 0);
    }
    expect_hex(hash_end(&stream),
               "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void two_parts_hash_as_their_concatenation_at_every_cut(void **state) {
    (void)state;
    uint8_t bytes[200];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7);
    hash256 whole = hash_of(bytes, sizeof bytes);
    for (size_t cut = 0; cut <= sizeof bytes; cut++) {
        hash256 parts = hash_of_two(bytes, cut, bytes + cut, sizeof bytes - cut);
        assert_true(hash_equal(&whole, &parts));
    }
}

static void equality_sees_every_single_bit(void **state) {
    (void)state;
    hash256 a = hash_of("a", 1);
    for (size_t bit = 0; bit < 8 * HASH_SIZE; bit++) {
        hash256 b = a;
        b.bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        assert_false(hash_equal(&a, &b));
    }
    assert_true(hash_equal(&a, &a));
}

static void hex_reads_back_in_either_case_and_nothing_else_does(void **state) {
    (void)state;
    hash256 hash = hash_of("x", 1);
    hash256 back;
    char text[HASH_TEXT_SIZE + 1];
    hash_print(&hash, text);
    assert_int_equal(hash_parse(text, 64, &back), DUBAN_OK);
    assert_true(hash_equal(&hash, &back));
    for (size_t i = 0; i < 64; i++)
        if (text[i] >= 'a') text[i] = (char)(text[i] - 'a' + 'A');
    memset(&back, 0, sizeof back);
    assert_int_equal(hash_parse(text, 64, &back), DUBAN_OK);
    assert_true(hash_equal(&hash, &back));

    hash256 untouched = back;
    assert_int_equal(hash_parse(text, 63, &back), DUBAN_E_MALFORMED);
    assert_int_equal(hash_parse(text, 0, &back), DUBAN_E_MALFORMED);
    text[64] = '0';
    assert_int_equal(hash_parse(text, 65, &back), DUBAN_E_MALFORMED);
    for (size_t i = 0; i < 64; i++) {
        char was = text[i];
        text[i] = "g -:"[i % 4];
        assert_int_equal(hash_parse(text, 64, &back), DUBAN_E_MALFORMED);
        text[i] = was;
    }
    assert_true(hash_equal(&untouched, &back));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_examples_hash_as_published),
        cmocka_unit_test(a_million_letters_hash_as_published_in_pieces_of_any_size),
        cmocka_unit_test(two_parts_hash_as_their_concatenation_at_every_cut),
        cmocka_unit_test(equality_sees_every_single_bit),
        cmocka_unit_test(hex_reads_back_in_either_case_and_nothing_else_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
