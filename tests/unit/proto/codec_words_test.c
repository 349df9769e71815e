/* Copies and comparisons of words: what they say is what their bytes say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/proto/codec_kit.h"

/* An arena that gives out after so many pieces; -1: never. */
typedef struct giver {
    arena arena;
    int pieces;
} giver;

static void *give(void *ctx, size_t size) {
    giver *g = ctx;
    if (g->pieces == 0) return NULL;
    if (g->pieces > 0) g->pieces--;
    return arena_take(&g->arena, size ? size : 1);
}

static buffer bytes_of_event(const event *ev) {
    buffer b;
    buffer_init(&b);
    assert_int_equal(codec_event_write(ev, &b), DUBAN_OK);
    return b;
}

static buffer bytes_of_cell(const cell *value) {
    buffer b;
    buffer_init(&b);
    assert_int_equal(codec_cell_write(value, &b), DUBAN_OK);
    return b;
}

static void assert_same_bytes(buffer *a, buffer *b) {
    assert_int_equal(a->size, b->size);
    assert_memory_equal(a->data, b->data, a->size);
    buffer_close(a);
    buffer_close(b);
}

static void fill_event(kit *k, event_kind kind, event *ev) {
    size_t at;
    const message_rule *rule = codec_payload_rule(kind, &at);
    *ev = (event){.kind = kind};
    kit_fill(k, rule, 0, (unsigned char *)ev + at);
}

static void a_copied_event_says_the_same_when_the_first_is_gone(void **state) {
    (void)state;
    for (int kind = KIND_NONE + 1; kind < KIND_COUNT; kind++) {
        kit k = {.next = 500};
        giver g = {.pieces = -1};
        event ev;
        fill_event(&k, (event_kind)kind, &ev);
        buffer before = bytes_of_event(&ev);
        assert_true(codec_event_copy(&ev, give, &g));
        arena_close(&k.arena);
        buffer after = bytes_of_event(&ev);
        assert_same_bytes(&before, &after);
        arena_close(&g.arena);
    }
}

static void a_copied_cell_says_the_same_when_the_first_is_gone(void **state) {
    (void)state;
    for (unsigned choice = 0; choice < kit_choices(&rule_cell); choice++) {
        kit k = {.next = 500};
        giver g = {.pieces = -1};
        cell value = {0};
        kit_fill(&k, &rule_cell, choice, &value);
        buffer before = bytes_of_cell(&value);
        assert_true(codec_cell_copy(&value, give, &g));
        arena_close(&k.arena);
        buffer after = bytes_of_cell(&value);
        assert_same_bytes(&before, &after);
        arena_close(&g.arena);
    }
}

static void a_copy_without_memory_says_so(void **state) {
    (void)state;
    for (int pieces = 0;; pieces++) {
        kit k = {.next = 500};
        giver g = {.pieces = pieces};
        event ev;
        fill_event(&k, KIND_FORMS, &ev);
        bool copied = codec_event_copy(&ev, give, &g);
        arena_close(&g.arena);
        arena_close(&k.arena);
        if (copied) {
            assert_true(pieces > 10);
            return;
        }
    }
}

/* Reads a frame of one cell whose bytes these are. */
static bool read_cell(const buffer *frame, arena *a, cell *out) {
    frame_words words;
    if (codec_frame_read((span){frame->data, frame->size}, a, &words, NULL)) return false;
    if (words.cells_n != 1) return false;
    *out = words.cells[0];
    return true;
}

/* A cell told what another says was the same before exactly then, and is afterwards. */
static void expect_said(const cell *value, const cell *other, bool equal) {
    cell told = *value;
    cell_name name = told.name;
    told.changed = 77;
    assert_int_equal(codec_cell_say(&told, other), equal);
    assert_memory_equal(&told.name, &name, sizeof name);
    assert_int_equal(told.changed, 77);
    assert_true(codec_cell_equal(&told, other));
}

/* Any byte of a cell changed: the two are equal when their bytes are. */
static void cells_are_equal_exactly_when_their_bytes_are(void **state) {
    (void)state;
    uint32_t same = 0, different = 0;
    for (unsigned choice = 0; choice < kit_choices(&rule_cell); choice++) {
        kit k = {.next = 500};
        cell value = {0};
        kit_fill(&k, &rule_cell, choice, &value);
        frame_words frame = {.origin = "o", .plan = "p", .cells = &value, .cells_n = 1};
        buffer b;
        buffer_init(&b);
        assert_int_equal(codec_frame_write(&frame, &b), DUBAN_OK);
        for (size_t at = 0; at < b.size; at++)
            for (unsigned bit = 0; bit < 8; bit++) {
                arena a;
                cell other;
                arena_init(&a, 0);
                b.data[at] ^= (unsigned char)(1u << bit);
                if (read_cell(&b, &a, &other) && other.name.kind == value.name.kind) {
                    other.name = value.name;
                    other.changed = value.changed;
                    other.withheld = value.withheld;
                    buffer x = bytes_of_cell(&value), y = bytes_of_cell(&other);
                    bool equal = x.size == y.size && memcmp(x.data, y.data, x.size) == 0;
                    assert_int_equal(codec_cell_equal(&value, &other), equal);
                    expect_said(&value, &other, equal);
                    same += equal;
                    different += !equal;
                    buffer_close(&x);
                    buffer_close(&y);
                }
                b.data[at] ^= (unsigned char)(1u << bit);
                arena_close(&a);
            }
        buffer_close(&b);
        arena_close(&k.arena);
    }
    assert_true(same > 0 && different > 1000);
}

static void a_cell_never_put_equals_one_that_says_nothing(void **state) {
    (void)state;
    cell never = {.name = {.kind = CELL_PAPER}};
    cell empty = {.name = {.kind = CELL_PAPER},
                  .paper = {.form = "",
                            .state = "",
                            .title = "",
                            .document = "",
                            .authority = "",
                            .text = {.media = ""}}};
    assert_true(codec_cell_equal(&never, &empty));
    empty.paper.title = "x";
    assert_false(codec_cell_equal(&never, &empty));
}

static void every_body_of_an_event_is_listed(void **state) {
    (void)state;
    body_ref evidence[2] = {{.present = true, .hash = {{3}}},
                            {.present = true, .hash = {{4}}}};
    statement_words said[2] = {
        {.kind = STATEMENT_VALUE, .value = {.comment = {.present = true, .hash = {{1}}}}},
        {.kind = STATEMENT_NIL, .nil_reason = {.present = true, .hash = {{2}}}}};
    event ev = {.kind = KIND_SUBMISSION,
                .submission = {.statements = said,
                               .statements_n = 2,
                               .evidence = evidence,
                               .evidence_n = 2}};
    body_ref out[4];
    assert_int_equal(codec_event_bodies(&ev, out, 4), 4);
    for (uint8_t i = 0; i < 4; i++)
        assert_int_equal(out[i].hash.bytes[0], i + 1);
    assert_int_equal(codec_event_bodies(&ev, out, 1), 4);
    said[0].kind = STATEMENT_TEXT;
    said[0].text = (text_words){.no_change = true};
    assert_int_equal(codec_event_bodies(&ev, out, 4), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copied_event_says_the_same_when_the_first_is_gone),
        cmocka_unit_test(a_copied_cell_says_the_same_when_the_first_is_gone),
        cmocka_unit_test(a_copy_without_memory_says_so),
        cmocka_unit_test(cells_are_equal_exactly_when_their_bytes_are),
        cmocka_unit_test(a_cell_never_put_equals_one_that_says_nothing),
        cmocka_unit_test(every_body_of_an_event_is_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
