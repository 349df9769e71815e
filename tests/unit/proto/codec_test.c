/* Bytes <-> words: every message with every member, against protobuf-c and protoc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/sign.h"
#include "tests/unit/proto/codec_kit.h"

typedef struct words {
    _Alignas(max_align_t) unsigned char bytes[KIT_WORDS_MAX];
} words;

/* Filled words; a Signed gets the context and a kind of its own. */
static void fill(kit *k, const message *m, words *out) {
    *out = (words){{0}};
    kit_fill(k, m->rule, m->choice, out->bytes);
    if (m->door == DOOR_SIGNED)
        ((signed_words *)(void *)out->bytes)->context = SIGN_CONTEXT;
}

/* --- tables ------------------------------------------------------------------------- */

/* Names in words that differ from those in duban.proto. */
static const struct {
    const char *words, *proto;
} other_names[] = {
    {"signed_bytes", "signed"}, {"info_public_key", "info"}, {"body_hash", "body"},
    {"nil_reason", "nil"},      {"as_of", "head"},           {"plan", "plan_info"},
    {"office", "office_info"},  {"task", "task_info"},       {"node", "node_state"},
    {"refusal.status", "code"}, {"receipt", "challenge"},
};

static bool names_agree(const field_rule *r, const char *proto) {
    if (!r->name) return true; /* the only member, or none */
    const char *dot = strrchr(r->name, '.');
    if (strcmp(dot ? dot + 1 : r->name, proto) == 0) return true;
    for (size_t i = 0; i < sizeof other_names / sizeof other_names[0]; i++)
        if (strcmp(r->name, other_names[i].words) == 0 &&
            strcmp(proto, other_names[i].proto) == 0)
            return true;
    return false;
}

static bool shape_fits(const field_rule *r, const ProtobufCFieldDescriptor *field) {
    bool decimals = field->descriptor == &duban__decimal__descriptor;
    bool periods = field->descriptor == &duban__period__descriptor;
    switch ((shape)r->shape) {
    case SHAPE_PLAIN:
        return field->type == PROTOBUF_C_TYPE_UINT32 ||
               field->type == PROTOBUF_C_TYPE_UINT64 ||
               field->type == PROTOBUF_C_TYPE_SINT32 ||
               field->type == PROTOBUF_C_TYPE_BOOL;
    case SHAPE_ENUM: {
        const ProtobufCEnumDescriptor *e = field->descriptor;
        bool many = field->label == PROTOBUF_C_LABEL_REPEATED;
        uint32_t values = many ? r->kinds : r->max;
        return field->type == PROTOBUF_C_TYPE_ENUM && e->n_values == values &&
               e->values[0].value == 0 && e->values[values - 1].value == (int)values - 1;
    }
    case SHAPE_DAY:
    case SHAPE_SPREAD: return field->type == PROTOBUF_C_TYPE_SINT32;
    case SHAPE_MOMENT: return field->type == PROTOBUF_C_TYPE_SINT64;
    case SHAPE_TEXT:
    case SHAPE_NOTE:
    case SHAPE_CODE:
    case SHAPE_CHARS: return field->type == PROTOBUF_C_TYPE_STRING && r->max > 0;
    case SHAPE_SPAN:
    case SHAPE_FIXED:
    case SHAPE_KEY: return field->type == PROTOBUF_C_TYPE_BYTES;
    case SHAPE_DECIMAL:
    case SHAPE_DERIVED: return field->type == PROTOBUF_C_TYPE_MESSAGE && decimals;
    case SHAPE_PERIOD: return field->type == PROTOBUF_C_TYPE_MESSAGE && periods;
    case SHAPE_MESSAGE:
        return field->type == PROTOBUF_C_TYPE_MESSAGE &&
               field->descriptor == r->inner->descriptor;
    case SHAPE_VERSION:
    case SHAPE_STATUS: return field->type == PROTOBUF_C_TYPE_UINT32;
    case SHAPE_TRUE: return field->type == PROTOBUF_C_TYPE_BOOL;
    }
    return false;
}

static void check_table(const message_rule *rule) {
    assert_int_equal(rule->fields_n, rule->descriptor->n_fields);
    for (unsigned i = 0; i < rule->fields_n; i++) {
        const field_rule *r = &rule->fields[i];
        const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[i];
        assert_int_equal(r->id, field->id);
        if (!names_agree(r, field->name))
            fail_msg("%s: %s is %s", rule->descriptor->name, field->name, r->name);
        if (!shape_fits(r, field))
            fail_msg("%s.%s has another shape", rule->descriptor->name, field->name);
        if (field->label == PROTOBUF_C_LABEL_REPEATED) assert_true(r->max > 0);
        if (r->shape == SHAPE_MESSAGE) check_table(r->inner);
    }
}

static void the_tables_follow_duban_proto(void **state) {
    (void)state;
    message messages[KIT_MESSAGES_MAX];
    size_t n = kit_messages(messages);
    for (size_t i = 0; i < n; i++)
        check_table(messages[i].rule);
    check_table(&rule_cell);
}

/* --- round trips -------------------------------------------------------------------- */

static void every_member_of_every_message_reads_back(void **state) {
    (void)state;
    message messages[KIT_MESSAGES_MAX];
    size_t n = kit_messages(messages);
    for (size_t i = 0; i < n; i++) {
        kit k = {.next = 100 + (uint32_t)i};
        words sent, got = {{0}};
        duban_refusal r;
        buffer b;
        buffer_init(&b);
        fill(&k, &messages[i], &sent);
        assert_int_equal(kit_write(&messages[i], sent.bytes, &b), DUBAN_OK);
        span bytes = {b.data, b.size};
        if (kit_read(&messages[i], bytes, &k.arena, got.bytes, &r))
            fail_msg("%s: %s %s, found %s, expected %s",
                     messages[i].rule->descriptor->name, duban_status_name(r.status),
                     r.field, r.found, r.expected);
        assert_true(kit_equal(messages[i].rule, sent.bytes, got.bytes));
        assert_null(kit_fault(messages[i].rule, got.bytes));
        buffer_close(&b);
        arena_close(&k.arena);
    }
}

static void assert_protobuf_c_writes_the_same(const message_rule *rule, const buffer *b) {
    ProtobufCMessage *theirs =
        protobuf_c_message_unpack(rule->descriptor, NULL, b->size, b->data);
    assert_non_null(theirs);
    assert_int_equal(theirs->n_unknown_fields, 0);
    uint8_t *packed = malloc(protobuf_c_message_get_packed_size(theirs) + 1);
    size_t size = protobuf_c_message_pack(theirs, packed);
    assert_int_equal(size, b->size);
    assert_memory_equal(packed, b->data, size);
    free(packed);
    protobuf_c_message_free_unpacked(theirs, NULL);
}

static void our_bytes_are_those_protobuf_c_would_write(void **state) {
    (void)state;
    message messages[KIT_MESSAGES_MAX];
    size_t n = kit_messages(messages);
    for (size_t i = 0; i < n; i++)
        for (uint32_t seed = 1; seed < 100000; seed *= 7) {
            kit k = {.next = seed};
            words sent;
            buffer b;
            buffer_init(&b);
            fill(&k, &messages[i], &sent);
            assert_int_equal(kit_write(&messages[i], sent.bytes, &b), DUBAN_OK);
            assert_protobuf_c_writes_the_same(messages[i].rule, &b);
            buffer_close(&b);
            arena_close(&k.arena);
        }
}

static void cells_of_every_kind_have_canonical_bytes_and_their_size(void **state) {
    (void)state;
    for (unsigned choice = 0; choice < kit_choices(&rule_cell); choice++) {
        kit k = {.next = 1000};
        cell full = {0};
        buffer b;
        buffer_init(&b);
        kit_fill(&k, &rule_cell, choice, &full);
        assert_int_equal(codec_cell_write(&full, &b), DUBAN_OK);
        assert_int_equal(codec_cell_size(&full), b.size);
        assert_protobuf_c_writes_the_same(&rule_cell, &b);
        cell bare = {.name = {.kind = full.name.kind}};
        b.size = 0;
        assert_int_equal(codec_cell_write(&bare, &b), DUBAN_OK);
        assert_int_equal(codec_cell_size(&bare), b.size);
        buffer_close(&b);
        arena_close(&k.arena);
    }
}

static void messages_larger_than_the_scratch_are_written_alike(void **state) {
    (void)state;
    static cell cells[40];
    for (uint32_t n = 1; n <= 40; n++) {
        kit k = {.next = 1000};
        frame_words frame = {.origin = "duban.example", .plan = "2023", .cells = cells};
        frame.cells_n = n;
        for (uint32_t i = 0; i < n; i++) {
            cells[i] = (cell){0};
            kit_fill(&k, &rule_cell, i % kit_choices(&rule_cell), &cells[i]);
        }
        buffer b;
        buffer_init(&b);
        assert_int_equal(codec_frame_write(&frame, &b), DUBAN_OK);
        assert_protobuf_c_writes_the_same(&rule_frame, &b);
        buffer_close(&b);
        arena_close(&k.arena);
    }
}

/* --- against protoc ----------------------------------------------------------------- */

static void assert_hex(const buffer *b, const char *hex) {
    static const char digits[] = "0123456789abcdef";
    assert_int_equal(2 * b->size, strlen(hex));
    for (size_t i = 0; i < b->size; i++) {
        assert_int_equal(hex[2 * i], digits[b->data[i] >> 4]);
        assert_int_equal(hex[2 * i + 1], digits[b->data[i] & 15]);
    }
}

/* The hexadecimal texts below are what `protoc --encode` made of the text form beside
 * them, so they do not depend on our tables. */
static void a_submission_has_the_bytes_protoc_gives_it(void **state) {
    (void)state;
    statement_words statements[] = {
        {.task = 25,
         .period = {PERIOD_QUARTER, 19448},
         .kind = STATEMENT_VALUE,
         .value = {.metric = 1,
                   .amount = {320500000},
                   .mode = MODE_TO_DATE,
                   .unit = "亿元",
                   .data_date = 19538,
                   .vintage = VINTAGE_PRELIMINARY}},
        {.task = 26,
         .office = 7,
         .period = {PERIOD_QUARTER, 19448},
         .kind = STATEMENT_NODE,
         .node = {.node = 2, .done = true, .done_day = 19500},
         .supersedes = 300},
        {.task = 27,
         .period = {PERIOD_FIRST_TWO, 19358},
         .kind = STATEMENT_TEXT,
         .text = {.no_change = true}},
        {.task = 28, .period = {PERIOD_YEAR, 19358}, .kind = STATEMENT_NIL},
    };
    event ev = {
        .kind = KIND_SUBMISSION,
        .submission = {
            .plan = 1, .statements = statements, .statements_n = 4, .filler = "a01"}};
    buffer b;
    buffer_init(&b);
    assert_int_equal(codec_event_write(&ev, &b), DUBAN_OK);
    assert_hex(
        &b, "0801122508191a06080510f0af02221908011205088a32100118012206e4babfe5858328a4b1"
            "0230011219081a10071a06080510f0af022a080802100118d8b00240ac02120e081b1a060804"
            "10bcae0232022001120c081c1a06080810bcae023a002a03613031");
    buffer_close(&b);
}

static void a_pace_cell_has_the_bytes_protoc_gives_it(void **state) {
    (void)state;
    cell value = {
        .name = {.kind = CELL_PACE, .task = 25, .metric = 1, .office = 7},
        .changed = 123456,
        .pace = {.target = {400000000},
                 .has_value = true,
                 .value = {320500000},
                 .day = 19500,
                 .has_margin = true,
                 .margin = {-12345678},
                 .has_share = true,
                 .actual = {80125000},
                 .expected = {92470678},
                 .parts = 11,
                 .parts_reported = 10,
                 .grade = GRADE_YELLOW,
                 .cause = CAUSE_BEHIND,
                 .lights_row = 7},
    };
    buffer b;
    buffer_init(&b);
    assert_int_equal(codec_cell_write(&value, &b), DUBAN_OK);
    assert_hex(
        &b, "08191001180730c0c407ba013a0a0308a00610011a05088a32100120d8b00228013207089b85"
            "e30b10063801420608fae30910034a0708acf697581006580b600a680570067807");
    buffer_close(&b);
}

static void a_signed_begins_with_its_context(void **state) {
    (void)state;
    signed_words head = {.context = SIGN_CONTEXT,
                         .origin = "duban.example/2023",
                         .kind = KIND_CLOCK,
                         .algorithm = ALGORITHM_ED25519,
                         .number = 1,
                         .payload = {(const uint8_t *)"\x08\x02", 2}};
    buffer b;
    buffer_init(&b);
    assert_int_equal(codec_signed_write(&head, &b), DUBAN_OK);
    assert_memory_equal(b.data,
                        "\x0a\x07"
                        "duban/1",
                        9);
    assert_hex(
        &b, "0a07647562616e2f311212647562616e2e6578616d706c652f32303233180c20013801420208"
            "02");
    buffer_close(&b);
}

/* --- the rest of the contract ------------------------------------------------------- */

static void an_event_takes_over_its_head_and_the_signatures_second_half(void **state) {
    (void)state;
    uint8_t signature[64];
    for (size_t i = 0; i < 64; i++)
        signature[i] = (uint8_t)i;
    signed_words head = {.kind = KIND_CLOCK,
                         .office = 3,
                         .key = 4,
                         .number = 5,
                         .payload = {(const uint8_t *)"\x08\x02", 2}};
    arena a;
    arena_init(&a, 0);
    event ev;
    assert_int_equal(codec_event_read(&head, (span){signature, 64}, &a, &ev, NULL), 0);
    assert_true(ev.kind == KIND_CLOCK && ev.office == 3 && ev.key == 4 && ev.number == 5);
    assert_int_equal(ev.clock_day, 1);
    assert_memory_equal(ev.mark.bytes, signature + 32, 32);
    assert_ptr_equal(ev.payload.data, head.payload.data);
    static const hash256 none;
    assert_int_equal(codec_event_read(&head, (span){signature, 31}, &a, &ev, NULL), 0);
    assert_true(hash_equal(&ev.mark, &none));
    arena_close(&a);
}

static void absent_parts_read_as_their_defaults(void **state) {
    (void)state;
    /* A chunk with one metric that has a target of 0 and no tolerance. */
    metric_words metric = {.comparator = COMPARATOR_ABOUT, .tolerance = {5000000}};
    task_words task = {.metrics = &metric, .metrics_n = 1};
    event ev = {.kind = KIND_PLAN_CHUNK,
                .plan_chunk = {.code = "2023", .tasks = &task, .tasks_n = 1}};
    buffer b;
    buffer_init(&b);
    assert_int_equal(codec_event_write(&ev, &b), DUBAN_OK);
    signed_words head = {.kind = KIND_PLAN_CHUNK, .payload = {b.data, b.size}};
    arena a;
    arena_init(&a, 0);
    event back;
    assert_int_equal(codec_event_read(&head, (span){0}, &a, &back, NULL), DUBAN_OK);
    const metric_words *m = &back.plan_chunk.tasks[0].metrics[0];
    assert_true(m->tolerance.micro == 5000000 && m->target.micro == 0);
    assert_string_equal(m->unit, "");
    assert_string_equal(back.plan_chunk.tasks[0].title, "");
    assert_int_equal(back.plan_chunk.tasks[0].splits_n, 0);
    buffer_close(&b);
    arena_close(&a);
}

static void a_tolerance_other_than_the_default_is_kept(void **state) {
    (void)state;
    static const int64_t tolerances[] = {0, 1, 5000000, 10000000};
    for (size_t i = 0; i < sizeof tolerances / sizeof tolerances[0]; i++) {
        metric_words metric = {.comparator = COMPARATOR_ABOUT,
                               .tolerance = {tolerances[i]}};
        task_words task = {.metrics = &metric, .metrics_n = 1};
        event back, ev = {.kind = KIND_PLAN_CHUNK,
                          .plan_chunk = {.code = "2023", .tasks = &task, .tasks_n = 1}};
        buffer b;
        arena a;
        buffer_init(&b);
        arena_init(&a, 0);
        assert_int_equal(codec_event_write(&ev, &b), DUBAN_OK);
        signed_words head = {.kind = KIND_PLAN_CHUNK, .payload = {b.data, b.size}};
        assert_int_equal(codec_event_read(&head, (span){0}, &a, &back, NULL), DUBAN_OK);
        assert_true(back.plan_chunk.tasks[0].metrics[0].tolerance.micro == tolerances[i]);
        buffer_close(&b);
        arena_close(&a);
    }
}

static void bodies_are_listed_in_the_order_of_the_message(void **state) {
    (void)state;
    body_ref refs[7];
    for (uint32_t i = 0; i < 7; i++)
        refs[i] = (body_ref){.present = i != 1, .size = i, .media = ""};
    statement_words statements[] = {
        {.kind = STATEMENT_TEXT,
         .text = {.progress = refs[0], .problem = refs[1], .next = refs[2]}},
        {.kind = STATEMENT_VALUE},
        {.kind = STATEMENT_NIL, .nil_reason = refs[3]},
    };
    event ev = {.kind = KIND_SUBMISSION,
                .submission = {.statements = statements,
                               .statements_n = 3,
                               .reason = refs[4],
                               .evidence = refs + 5,
                               .evidence_n = 2}};
    static const uint32_t sizes[] = {0, 2, 3, 4, 5, 6};
    body_ref out[7];
    assert_int_equal(codec_event_bodies(&ev, out, 7), 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(out[i].size, sizes[i]);
    out[2].size = 77;
    assert_int_equal(codec_event_bodies(&ev, out, 2), 6);
    assert_int_equal(out[2].size, 77);
    assert_int_equal(codec_event_bodies(&ev, NULL, 0), 6);
    event review = {.kind = KIND_REVIEW, .review = {.reason = refs[3]}};
    assert_int_equal(codec_event_bodies(&review, out, 7), 1);
    assert_int_equal(out[0].size, 3);
    event timetable = {.kind = KIND_TIMETABLE, .timetable = {.responsible = refs[4]}};
    assert_int_equal(codec_event_bodies(&timetable, out, 7), 1);
    event judged = {.kind = KIND_TIMETABLE_REVIEW,
                    .timetable_review = {.reason = refs[1]}};
    assert_int_equal(codec_event_bodies(&judged, out, 7), 0);
    event clock = {.kind = KIND_CLOCK};
    assert_int_equal(codec_event_bodies(&clock, out, 7), 0);
}

static void replies_and_frames_pass_over_fields_of_later_versions(void **state) {
    (void)state;
    buffer light, cells[2], frame;
    buffer_init(&light);
    buffer_init(&cells[0]);
    buffer_init(&cells[1]);
    buffer_init(&frame);
    raw_varint(&light, 1, GRADE_RED);
    raw_varint(&light, 99, 1);
    raw_varint(&cells[0], 1, 5);
    raw_sized(&cells[0], 24, light.data, light.size);
    raw_sized(&cells[0], 99, "later", 5);
    raw_varint(&cells[1], 1, 6);
    raw_sized(&cells[1], 90, "a later kind of cell", 20);
    raw_sized(&frame, 2, "2023", 4);
    raw_sized(&frame, 8, cells[0].data, cells[0].size);
    raw_sized(&frame, 8, cells[1].data, cells[1].size);
    raw_varint(&frame, 99, 7);
    arena a;
    arena_init(&a, 0);
    frame_words got;
    assert_int_equal(codec_frame_read((span){frame.data, frame.size}, &a, &got, NULL), 0);
    assert_string_equal(got.plan, "2023");
    assert_int_equal(got.cells_n, 2);
    assert_int_equal(got.cells[0].name.kind, CELL_LIGHT);
    assert_int_equal(got.cells[0].light.grade, GRADE_RED);
    assert_int_equal(got.cells[1].name.kind, CELL_NONE);
    assert_int_equal(got.cells[1].name.task, 6);
    arena_close(&a);
    buffer_close(&light);
    buffer_close(&cells[0]);
    buffer_close(&cells[1]);
    buffer_close(&frame);
}

static void replies_pass_over_fields_and_contents_of_later_versions(void **state) {
    (void)state;
    buffer b;
    buffer_init(&b);
    raw_varint(&b, 1, 1);
    raw_sized(&b, 50, "a later content", 15);
    raw_varint(&b, 99, 1);
    arena a;
    arena_init(&a, 0);
    reply_words reply;
    assert_int_equal(codec_reply_read((span){b.data, b.size}, &a, &reply, NULL),
                     DUBAN_OK);
    assert_int_equal(reply.kind, REPLY_NONE);
    assert_int_equal(reply.refusal.status, DUBAN_OK);
    arena_close(&a);
    buffer_close(&b);
}

static void computed_decimals_may_take_the_whole_int64(void **state) {
    (void)state;
    static const int64_t edges[] = {INT64_MIN, INT64_MAX, INT64_MIN / 10 * 10,
                                    INT64_MAX / 1000000 * 1000000};
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        decimal d = {edges[i]};
        cell cells[] = {
            {.name.kind = CELL_PACE,
             .pace = {.target = d, .value = d, .margin = d, .actual = d, .expected = d}},
            {.name.kind = CELL_LIGHT, .light = {.margin = d}},
            {.name.kind = CELL_VALUE,
             .value = {.amount = d, .to_date = d, .this_period = d}},
            {.name.kind = CELL_NODE, .node = {.share = d, .title = ""}},
        };
        frame_words got, frame = {.origin = "", .plan = "2023", .cells = cells};
        frame.cells_n = 4;
        buffer b;
        arena a;
        buffer_init(&b);
        arena_init(&a, 0);
        assert_int_equal(codec_frame_write(&frame, &b), DUBAN_OK);
        assert_int_equal(codec_frame_read((span){b.data, b.size}, &a, &got, NULL), 0);
        assert_true(kit_equal(&rule_frame, &frame, &got));
        buffer_close(&b);
        arena_close(&a);
    }
}

static void what_is_too_large_is_not_written(void **state) {
    (void)state;
    static uint8_t bytes[REPLY_SIZE_MAX + 1];
    buffer b;
    buffer_init(&b);
    signed_words head = {.context = SIGN_CONTEXT, .payload = {bytes, SIGNED_SIZE_MAX}};
    assert_int_equal(codec_signed_write(&head, &b), DUBAN_E_TOO_LARGE);
    request_words request = {.kind = REQUEST_SUBMIT};
    request.submit.signature = (span){bytes, REQUEST_SIZE_MAX};
    assert_int_equal(codec_request_write(&request, &b), DUBAN_E_TOO_LARGE);
    reply_words reply = {.kind = REPLY_BODY, .body = {.bytes = {bytes, REPLY_SIZE_MAX}}};
    assert_int_equal(codec_reply_write(&reply, &b), DUBAN_E_TOO_LARGE);
    assert_int_equal(b.size, 0);
    event none = {.kind = KIND_NONE};
    assert_int_equal(codec_event_write(&none, &b), DUBAN_E_UNKNOWN_KIND);
    buffer_close(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_follow_duban_proto),
        cmocka_unit_test(every_member_of_every_message_reads_back),
        cmocka_unit_test(our_bytes_are_those_protobuf_c_would_write),
        cmocka_unit_test(cells_of_every_kind_have_canonical_bytes_and_their_size),
        cmocka_unit_test(messages_larger_than_the_scratch_are_written_alike),
        cmocka_unit_test(a_submission_has_the_bytes_protoc_gives_it),
        cmocka_unit_test(a_pace_cell_has_the_bytes_protoc_gives_it),
        cmocka_unit_test(a_signed_begins_with_its_context),
        cmocka_unit_test(an_event_takes_over_its_head_and_the_signatures_second_half),
        cmocka_unit_test(absent_parts_read_as_their_defaults),
        cmocka_unit_test(a_tolerance_other_than_the_default_is_kept),
        cmocka_unit_test(bodies_are_listed_in_the_order_of_the_message),
        cmocka_unit_test(replies_and_frames_pass_over_fields_of_later_versions),
        cmocka_unit_test(replies_pass_over_fields_and_contents_of_later_versions),
        cmocka_unit_test(computed_decimals_may_take_the_whole_int64),
        cmocka_unit_test(what_is_too_large_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
