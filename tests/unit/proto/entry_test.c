/* The layout of an entry, byte by byte, and what is no entry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/entry.h"
#include "proto/limits.h"

static uint8_t signature[SIGNATURE_SIZE];

static entry_words sample(const void *bytes, size_t size) {
    for (size_t i = 0; i < sizeof signature; i++)
        signature[i] = (uint8_t)(0xA0 + i);
    return (entry_words){
        .kind = KIND_SUBMISSION,
        .office = 0x01020304,
        .key = 0x05060708,
        .index = 0x1112131415161718,
        .received_ms = 0x018BCFE56800, /* 2023-11-14T22:13:20Z */
        .number = 0x2122232425262728,
        .signed_bytes = {bytes, size},
        .signature = {signature, sizeof signature},
    };
}

static void an_entry_lies_as_the_header_says(void **state) {
    (void)state;
    static const uint8_t head[ENTRY_HEAD_SIZE] = {
        0,    1,    0,    10,   1,    2,    3,    4,    5,    6,
        7,    8,    0,    0,    0,    3,    0x11, 0x12, 0x13, 0x14,
        0x15, 0x16, 0x17, 0x18, 0,    0,    0x01, 0x8B, 0xCF, 0xE5,
        0x68, 0x00, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28,
    };
    entry_words words = sample("abc", 3);
    buffer b;
    buffer_init(&b);
    assert_int_equal(entry_write(&words, &b), DUBAN_OK);
    assert_int_equal(b.size, ENTRY_HEAD_SIZE + 3 + SIGNATURE_SIZE);
    assert_memory_equal(b.data, head, sizeof head);
    assert_memory_equal(b.data + ENTRY_HEAD_SIZE, "abc", 3);
    assert_memory_equal(b.data + ENTRY_HEAD_SIZE + 3, signature, SIGNATURE_SIZE);
    buffer_close(&b);
}

static void an_entry_reads_back_without_a_copy(void **state) {
    (void)state;
    entry_words words = sample("signed bytes", 12), back;
    buffer b;
    buffer_init(&b);
    memcpy(buffer_reserve(&b, 5), "front", 5);
    b.size = 5;
    assert_int_equal(entry_write(&words, &b), DUBAN_OK);
    assert_memory_equal(b.data, "front", 5);
    assert_int_equal(entry_read((span){b.data + 5, b.size - 5}, &back), DUBAN_OK);
    assert_int_equal(back.kind, words.kind);
    assert_int_equal(back.office, words.office);
    assert_int_equal(back.key, words.key);
    assert_true(back.index == words.index && back.number == words.number);
    assert_true(back.received_ms == words.received_ms);
    assert_ptr_equal(back.signed_bytes.data, b.data + 5 + ENTRY_HEAD_SIZE);
    assert_int_equal(back.signed_bytes.size, 12);
    assert_int_equal(back.signature.size, SIGNATURE_SIZE);
    assert_memory_equal(back.signature.data, signature, SIGNATURE_SIZE);
    buffer_close(&b);
}

static void every_cut_of_an_entry_is_refused(void **state) {
    (void)state;
    entry_words words = sample("signed bytes", 12), back = {.office = 77};
    buffer b;
    buffer_init(&b);
    assert_int_equal(entry_write(&words, &b), DUBAN_OK);
    for (size_t size = 0; size < b.size; size++)
        assert_int_equal(entry_read((span){b.data, size}, &back), DUBAN_E_MALFORMED);
    *buffer_reserve(&b, 1) = 0;
    assert_int_equal(entry_read((span){b.data, b.size + 1}, &back), DUBAN_E_MALFORMED);
    assert_int_equal(back.office, 77);
    buffer_close(&b);
}

static duban_status with_byte(size_t at, uint8_t value) {
    entry_words words = sample("signed bytes", 12), back;
    buffer b;
    buffer_init(&b);
    assert_int_equal(entry_write(&words, &b), DUBAN_OK);
    b.data[at] = value;
    duban_status status = entry_read((span){b.data, b.size}, &back);
    buffer_close(&b);
    return status;
}

static void what_cannot_be_is_refused(void **state) {
    (void)state;
    assert_int_equal(with_byte(1, 2), DUBAN_E_VERSION);
    assert_int_equal(with_byte(0, 1), DUBAN_E_VERSION);
    assert_int_equal(with_byte(3, 0), DUBAN_E_MALFORMED);          /* no kind */
    assert_int_equal(with_byte(3, KIND_COUNT), DUBAN_E_MALFORMED); /* unknown kind */
    assert_int_equal(with_byte(12, 0xFF), DUBAN_E_MALFORMED);      /* signed size */
    assert_int_equal(with_byte(15, 13), DUBAN_E_MALFORMED);
    assert_int_equal(with_byte(24, 0x80), DUBAN_E_MALFORMED); /* before 1970 */
    assert_int_equal(with_byte(24, 0x7F), DUBAN_E_MALFORMED); /* beyond DAY_MAX */
    assert_int_equal(with_byte(39, 0), DUBAN_OK);
}

static void a_moment_is_read_up_to_the_last_one_there_is(void **state) {
    (void)state;
    entry_words words = sample("x", 1), back;
    for (int64_t beyond = 0; beyond <= 1; beyond++) {
        buffer b;
        buffer_init(&b);
        words.received_ms = MOMENT_MS_MAX + beyond;
        assert_int_equal(entry_write(&words, &b), DUBAN_OK);
        assert_int_equal(entry_read((span){b.data, b.size}, &back),
                         beyond ? DUBAN_E_MALFORMED : DUBAN_OK);
        buffer_close(&b);
    }
}

static void the_largest_entry_fits_and_one_byte_more_does_not(void **state) {
    (void)state;
    static uint8_t bytes[ENTRY_SIZE_MAX + 1];
    entry_words words = sample(bytes, SIGNED_SIZE_MAX), back;
    buffer b;
    buffer_init(&b);
    assert_int_equal(entry_write(&words, &b), DUBAN_OK);
    assert_int_equal(entry_read((span){b.data, b.size}, &back), DUBAN_OK);
    assert_int_equal(back.signed_bytes.size, SIGNED_SIZE_MAX);
    size_t size = b.size;
    words.signed_bytes.size++;
    assert_int_equal(entry_write(&words, &b), DUBAN_E_TOO_LARGE);
    assert_int_equal(b.size, size);
    assert_int_equal(entry_read((span){bytes, sizeof bytes}, &back), DUBAN_E_TOO_LARGE);
    buffer_close(&b);
}

static void a_signature_of_another_size_is_not_written(void **state) {
    (void)state;
    entry_words words = sample("x", 1);
    words.signature.size = 63;
    buffer b;
    buffer_init(&b);
    assert_int_equal(entry_write(&words, &b), DUBAN_E_MALFORMED);
    assert_int_equal(b.size, 0);
    buffer_close(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_lies_as_the_header_says),
        cmocka_unit_test(an_entry_reads_back_without_a_copy),
        cmocka_unit_test(every_cut_of_an_entry_is_refused),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(a_moment_is_read_up_to_the_last_one_there_is),
        cmocka_unit_test(the_largest_entry_fits_and_one_byte_more_does_not),
        cmocka_unit_test(a_signature_of_another_size_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
