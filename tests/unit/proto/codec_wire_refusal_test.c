/* What the codec refuses of a Signed and on the wire, before any payload is looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/sign.h"
#include "tests/unit/proto/codec_kit.h"

/* --- Signed ------------------------------------------------------------------------- */

static duban_status read_signed(const buffer *b, duban_refusal *r) {
    arena a;
    arena_init(&a, 0);
    signed_words words = {.office = 77};
    duban_status status = codec_signed_read((span){b->data, b->size}, &a, &words, r);
    if (status) assert_int_equal(words.office, 77);
    arena_close(&a);
    return status;
}

static buffer signed_with(const char *context, uint64_t kind) {
    buffer b;
    buffer_init(&b);
    if (context) raw_sized(&b, 1, context, strlen(context));
    raw_sized(&b, 2, "duban.example/2023", 18);
    raw_varint(&b, 3, kind);
    raw_varint(&b, 4, 1);
    return b;
}

static void bytes_signed_for_another_purpose_are_refused(void **state) {
    (void)state;
    static const char *const contexts[] = {NULL,       "",        "duban/2",
                                           "duban/1 ", "other/1", "duban/"};
    for (size_t i = 0; i < sizeof contexts / sizeof contexts[0]; i++) {
        buffer b = signed_with(contexts[i], KIND_CLOCK);
        duban_refusal r;
        assert_int_equal(read_signed(&b, &r), DUBAN_E_CONTEXT);
        assert_string_equal(r.field, "context");
        assert_string_equal(r.expected, SIGN_CONTEXT);
        buffer_close(&b);
    }
    /* The right context, but not where every signature covers it; and one said twice. */
    buffer b;
    buffer_init(&b);
    raw_varint(&b, 3, KIND_CLOCK);
    raw_sized(&b, 1, SIGN_CONTEXT, 7);
    assert_int_equal(read_signed(&b, NULL), DUBAN_E_CONTEXT);
    b.size = 0;
    raw_sized(&b, 1, SIGN_CONTEXT, 7);
    raw_varint(&b, 3, KIND_CLOCK);
    assert_int_equal(read_signed(&b, NULL), DUBAN_OK);
    raw_sized(&b, 1, "other/1", 7);
    assert_int_equal(read_signed(&b, NULL), DUBAN_E_CONTEXT);
    buffer_close(&b);
}

static void unknown_kinds_algorithms_and_fields_of_a_signed_are_refused(void **state) {
    (void)state;
    static const uint64_t kinds[] = {KIND_NONE, KIND_COUNT, 1000, UINT64_MAX};
    duban_refusal r;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        buffer b = signed_with(SIGN_CONTEXT, kinds[i]);
        assert_int_equal(read_signed(&b, &r), DUBAN_E_UNKNOWN_KIND);
        assert_string_equal(r.expected, "1..36");
        buffer_close(&b);
    }
    buffer b = signed_with(SIGN_CONTEXT, KIND_CLOCK);
    assert_int_equal(read_signed(&b, &r), DUBAN_OK);
    size_t size = b.size;
    raw_varint(&b, 9, 1);
    assert_int_equal(read_signed(&b, &r), DUBAN_E_UNKNOWN_FIELD);
    assert_string_equal(r.found, "#9");
    b.size = size;
    raw_varint(&b, 4, ALGORITHM_COUNT);
    assert_int_equal(read_signed(&b, &r), DUBAN_E_ALGORITHM);
    buffer_close(&b);
}

static void a_signed_above_its_size_is_refused_unread(void **state) {
    (void)state;
    static uint8_t bytes[SIGNED_SIZE_MAX + 1];
    buffer b = {.data = bytes, .size = sizeof bytes, .room = sizeof bytes};
    duban_refusal r;
    assert_int_equal(read_signed(&b, &r), DUBAN_E_TOO_LARGE);
    assert_string_equal(r.found, "65280 B");
    assert_string_equal(r.expected, "<= 65279 B");
    b.size = 0;
    assert_int_equal(read_signed(&b, &r), DUBAN_E_CONTEXT);
}

/* --- wire --------------------------------------------------------------------------- */

static duban_status read_request(const buffer *b, duban_refusal *r) {
    arena a;
    arena_init(&a, 0);
    request_words words;
    duban_status status = codec_request_read((span){b->data, b->size}, &a, &words, r);
    arena_close(&a);
    return status;
}

static void requests_of_another_version_or_kind_are_refused(void **state) {
    (void)state;
    duban_refusal r;
    buffer b;
    buffer_init(&b);
    assert_int_equal(read_request(&b, &r), DUBAN_E_VERSION);
    raw_varint(&b, 1, 2);
    raw_sized(&b, 99, "what version 2 has", 18);
    assert_int_equal(read_request(&b, &r), DUBAN_E_VERSION);
    assert_string_equal(r.found, "2");
    b.size = 0;
    raw_varint(&b, 1, 1);
    assert_int_equal(read_request(&b, &r), DUBAN_E_UNKNOWN_KIND);
    raw_sized(&b, 99, "", 0);
    assert_int_equal(read_request(&b, &r), DUBAN_E_UNKNOWN_KIND);
    raw_sized(&b, 3, "", 0);
    assert_int_equal(read_request(&b, &r), DUBAN_E_UNKNOWN_FIELD);
    assert_string_equal(r.field, "Request");
    buffer_close(&b);
}

static void requests_beyond_their_bounds_are_refused(void **state) {
    (void)state;
    static uint8_t bytes[REQUEST_SIZE_MAX + 1];
    static body_words bodies[BODIES_MAX + 1];
    duban_refusal r;
    buffer large = {.data = bytes, .size = sizeof bytes, .room = sizeof bytes};
    assert_int_equal(read_request(&large, &r), DUBAN_E_TOO_LARGE);
    request_words request = {.kind = REQUEST_SUBMIT};
    request.submit.bodies = bodies;
    request.submit.bodies_n = BODIES_MAX + 1;
    buffer b;
    buffer_init(&b);
    assert_int_equal(codec_request_write(&request, &b), DUBAN_OK);
    assert_int_equal(read_request(&b, &r), DUBAN_E_LIMIT);
    assert_string_equal(r.field, "bodies");
    b.size = 0;
    bodies[0].bytes = (span){bytes, BODY_SIZE_MAX + 1};
    request.submit.bodies_n = 1;
    assert_int_equal(codec_request_write(&request, &b), DUBAN_OK);
    assert_int_equal(read_request(&b, &r), DUBAN_E_TOO_LARGE);
    assert_string_equal(r.field, "bytes");
    b.size = 0;
    request.submit = (submit_words){.signed_bytes = {bytes, SIGNED_SIZE_MAX + 1}};
    assert_int_equal(codec_request_write(&request, &b), DUBAN_OK);
    assert_int_equal(read_request(&b, &r), DUBAN_E_TOO_LARGE);
    assert_string_equal(r.field, "signed");
    buffer_close(&b);
}

static void a_cursor_with_a_short_root_is_refused(void **state) {
    (void)state;
    buffer cursor_bytes, feed, b;
    buffer_init(&cursor_bytes);
    buffer_init(&feed);
    buffer_init(&b);
    raw_sized(&cursor_bytes, 3, "0123456789", 10);
    raw_sized(&feed, 2, cursor_bytes.data, cursor_bytes.size);
    raw_varint(&b, 1, 1);
    raw_sized(&b, 4, feed.data, feed.size);
    duban_refusal r;
    assert_int_equal(read_request(&b, &r), DUBAN_E_MALFORMED);
    assert_string_equal(r.field, "root");
    assert_string_equal(r.expected, "32 B");
    buffer_close(&cursor_bytes);
    buffer_close(&feed);
    buffer_close(&b);
}

static void a_feed_without_a_cursor_starts_at_nothing(void **state) {
    (void)state;
    buffer b;
    buffer_init(&b);
    raw_varint(&b, 1, 1);
    raw_sized(&b, 4,
              "\x0A\x04"
              "2023",
              6);
    arena a;
    arena_init(&a, 0);
    request_words request;
    assert_int_equal(codec_request_read((span){b.data, b.size}, &a, &request, NULL), 0);
    assert_string_equal(request.feed.plan, "2023");
    assert_string_equal(request.feed.cursor.origin, "");
    assert_true(request.feed.cursor.index == 0 && !request.feed.cursor.has_root);
    arena_close(&a);
    buffer_close(&b);
}

static void replies_and_frames_above_their_size_are_refused_unread(void **state) {
    (void)state;
    static uint8_t bytes[REPLY_SIZE_MAX + 1];
    arena a;
    arena_init(&a, 0);
    reply_words reply;
    frame_words frame;
    duban_refusal r;
    span all = {bytes, sizeof bytes};
    assert_int_equal(codec_reply_read(all, &a, &reply, &r), DUBAN_E_TOO_LARGE);
    assert_string_equal(r.found, "4194305 B");
    assert_int_equal(codec_frame_read(all, &a, &frame, &r), DUBAN_E_TOO_LARGE);
    assert_int_equal(a.bytes, 0);
    arena_close(&a);
}

static void a_reply_cuts_long_texts_and_maps_strange_codes(void **state) {
    (void)state;
    char text[400];
    for (size_t i = 0; i + 3 < sizeof text; i += 3)
        memcpy(text + i, "县", 4);
    buffer refusal, b;
    buffer_init(&refusal);
    buffer_init(&b);
    raw_varint(&refusal, 1, 9999);
    raw_sized(&refusal, 4, text, strlen(text));
    raw_varint(&b, 1, 1);
    raw_sized(&b, 2, refusal.data, refusal.size);
    arena a;
    arena_init(&a, 0);
    reply_words reply;
    assert_int_equal(codec_reply_read((span){b.data, b.size}, &a, &reply, NULL),
                     DUBAN_OK);
    assert_int_equal(reply.refusal.status, DUBAN_E_INTERNAL);
    assert_int_equal(strlen(reply.refusal.found), 126);
    assert_int_equal(reply.kind, REPLY_NONE);
    b.size = 0;
    raw_varint(&b, 1, 3);
    assert_int_equal(codec_reply_read((span){b.data, b.size}, &a, &reply, NULL),
                     DUBAN_E_VERSION);
    arena_close(&a);
    buffer_close(&refusal);
    buffer_close(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_signed_for_another_purpose_are_refused),
        cmocka_unit_test(unknown_kinds_algorithms_and_fields_of_a_signed_are_refused),
        cmocka_unit_test(a_signed_above_its_size_is_refused_unread),
        cmocka_unit_test(requests_of_another_version_or_kind_are_refused),
        cmocka_unit_test(requests_beyond_their_bounds_are_refused),
        cmocka_unit_test(a_cursor_with_a_short_root_is_refused),
        cmocka_unit_test(a_feed_without_a_cursor_starts_at_nothing),
        cmocka_unit_test(replies_and_frames_above_their_size_are_refused_unread),
        cmocka_unit_test(a_reply_cuts_long_texts_and_maps_strange_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
