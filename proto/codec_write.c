#include "proto/codec_internal.h"

#include <assert.h>
#include <string.h>

/* Bytes are put from the last to the first, so that the size of a nested message is known
 * when its prefix is due. What does not fit the room is only counted. */
typedef struct sink {
    uint8_t *end;
    size_t room;
    size_t size;
} sink;

static void put_bytes(sink *out, const void *bytes, size_t size) {
    out->size += size;
    if (size && out->size <= out->room) memcpy(out->end - out->size, bytes, size);
}

static void put_long_varint(sink *out, uint64_t value) {
    size_t size = ((size_t)(63 - __builtin_clzll(value)) * 9 + 73) / 64;
    out->size += size;
    if (out->size > out->room) return;
    uint8_t *at = out->end - out->size;
    for (; value >= 0x80; value >>= 7)
        *at++ = (uint8_t)(value | 0x80);
    *at = (uint8_t)value;
}

static inline void put_varint(sink *out, uint64_t value) {
    if (value >= 0x80) {
        put_long_varint(out, value);
        return;
    }
    out->size++;
    if (out->size <= out->room) *(out->end - out->size) = (uint8_t)value;
}

enum { WIRE_VARINT = 0, WIRE_SIZED = 2 };

static void put_tag(sink *out, const field_rule *rule, unsigned wire) {
    put_varint(out, (uint64_t)rule->id << 3 | wire);
}

/* The tag and size of what was put since the sink had size. */
static void put_prefix(sink *out, const field_rule *rule, size_t size) {
    put_varint(out, out->size - size);
    put_tag(out, rule, WIRE_SIZED);
}

static uint64_t zigzag(int64_t value) {
    return (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
}

static uint64_t number_of(const ProtobufCFieldDescriptor *field, const void *from) {
    switch (field->type) {
    case PROTOBUF_C_TYPE_UINT32: return *(const uint32_t *)from;
    case PROTOBUF_C_TYPE_ENUM: return *(const uint32_t *)from;
    case PROTOBUF_C_TYPE_SINT32: return zigzag(*(const int32_t *)from);
    case PROTOBUF_C_TYPE_UINT64: return *(const uint64_t *)from;
    case PROTOBUF_C_TYPE_SINT64: return zigzag(*(const int64_t *)from);
    case PROTOBUF_C_TYPE_BOOL: return *(const bool *)from;
    default: assert(!"a number has one of these types"); return 0;
    }
}

static void put_number(sink *out, const field_rule *rule, uint64_t value, bool always) {
    if (value == 0 && !always) return;
    put_varint(out, value);
    put_tag(out, rule, WIRE_VARINT);
}

static void put_sized(sink *out, const field_rule *rule, const void *bytes, size_t size,
                      bool always) {
    if (size == 0 && !always) return;
    put_bytes(out, bytes, size);
    put_varint(out, size);
    put_tag(out, rule, WIRE_SIZED);
}

/* Fields 1 and 2, which Decimal and Period both have. */
static const field_rule first_field = {.id = 1}, second_field = {.id = 2};

static void put_decimal(sink *out, const field_rule *rule, decimal value) {
    int64_t mantissa;
    uint32_t scale;
    decimal_parts(value, &mantissa, &scale);
    size_t size = out->size;
    put_number(out, &second_field, scale, false);
    put_number(out, &first_field, zigzag(mantissa), false);
    put_prefix(out, rule, size);
}

static void put_period(sink *out, const field_rule *rule, period value) {
    size_t size = out->size;
    put_number(out, &second_field, zigzag(value.first_day), false);
    put_number(out, &first_field, (uint64_t)value.kind, false);
    put_prefix(out, rule, size);
}

static bool all_zero(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (bytes[i]) return false;
    return true;
}

static void put_message(sink *out, const message_rule *rule, const void *words);

static void put_inner(sink *out, const field_rule *rule, const void *words) {
    size_t size = out->size;
    put_message(out, rule->inner, words);
    put_prefix(out, rule, size);
}

/* A key's algorithm stands in the same struct. */
static size_t key_size(const field_rule *rule, const void *from) {
    const uint8_t *words = (const uint8_t *)from - rule->at;
    return sign_public_size(*(const algorithm *)(words + rule->beside));
}

/* One value; when it is not always written, only if it differs from its default. */
static void put_value(sink *out, const field_rule *rule,
                      const ProtobufCFieldDescriptor *field, const void *from,
                      bool always) {
    switch ((shape)rule->shape) {
    case SHAPE_PLAIN:
    case SHAPE_ENUM:
    case SHAPE_DAY:
    case SHAPE_MOMENT:
    case SHAPE_SPREAD: put_number(out, rule, number_of(field, from), always); return;
    case SHAPE_TEXT:
    case SHAPE_NOTE:
    case SHAPE_CODE: {
        const char *text = *(const char *const *)from;
        put_sized(out, rule, text, text ? strlen(text) : 0, always);
        return;
    }
    case SHAPE_CHARS: put_sized(out, rule, from, strlen(from), always); return;
    case SHAPE_SPAN: {
        const span *bytes = from;
        put_sized(out, rule, bytes->data, bytes->size, always);
        return;
    }
    case SHAPE_FIXED:
        if (always || !all_zero(from, rule->max))
            put_sized(out, rule, from, rule->max, true);
        return;
    case SHAPE_KEY:
        if (always || !all_zero(from, SIGN_PUBLIC_MAX))
            put_sized(out, rule, from, key_size(rule, from), true);
        return;
    case SHAPE_DECIMAL:
    case SHAPE_DERIVED:
        if (always || ((const decimal *)from)->micro)
            put_decimal(out, rule, *(const decimal *)from);
        return;
    case SHAPE_PERIOD:
        if (((const period *)from)->kind != PERIOD_NONE)
            put_period(out, rule, *(const period *)from);
        return;
    case SHAPE_MESSAGE:
        if (always || !rule->inner->present || rule->inner->present(from))
            put_inner(out, rule, from);
        return;
    case SHAPE_VERSION: put_number(out, rule, rule->max, true); return;
    case SHAPE_TRUE: put_number(out, rule, 1, true); return;
    case SHAPE_STATUS:
        put_number(out, rule, (uint64_t) - (int64_t) * (const duban_status *)from,
                   always);
        return;
    }
}

/* An array of numbers: packed into one sized field. */
static void put_packed(sink *out, const field_rule *rule,
                       const ProtobufCFieldDescriptor *field, const uint32_t *elements,
                       size_t n) {
    if (n == 0) return;
    size_t size = out->size;
    while (n-- > 0)
        put_varint(out, number_of(field, &elements[n]));
    put_prefix(out, rule, size);
}

static void put_array(sink *out, const field_rule *rule,
                      const ProtobufCFieldDescriptor *field, const void *elements,
                      size_t n) {
    if (field->flags & PROTOBUF_C_FIELD_FLAG_PACKED) {
        put_packed(out, rule, field, elements, n);
        return;
    }
    size_t each = rule->shape == SHAPE_MESSAGE ? rule->inner->size
                  : rule->shape == SHAPE_SPAN  ? sizeof(span)
                                               : sizeof(const char *);
    while (n-- > 0)
        put_value(out, rule, field, (const unsigned char *)elements + n * each, true);
}

static void put_message(sink *out, const message_rule *rule, const void *words) {
    assert(rule->fields_n == rule->descriptor->n_fields);
    const unsigned char *members = words;
    for (unsigned i = rule->fields_n; i-- > 0;) {
        const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[i];
        const field_rule *r = &rule->fields[i];
        const void *from = members + r->at;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            uint32_t n = *(const uint32_t *)(const void *)(members + r->beside);
            put_array(out, r, field, *(const void *const *)from, n);
        } else if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
            int32_t chosen = *(const int32_t *)(const void *)(members + r->beside);
            if (chosen == r->choice) put_value(out, r, field, from, true);
        } else if (r->flags & RULE_HAS) {
            if (*(const bool *)(members + r->beside))
                put_value(out, r, field, from, true);
        } else if (r->present) {
            if (r->present(words)) put_value(out, r, field, from, true);
        } else {
            put_value(out, r, field, from, r->flags & RULE_REQUIRED);
        }
    }
}

size_t codec_size(const message_rule *rule, const void *words) {
    sink count = {.room = 0};
    put_message(&count, rule, words);
    return count.size;
}

/* Most messages fit this and are written in one pass. */
#define SCRATCH_SIZE 1024

duban_status codec_write(const message_rule *rule, const void *words, size_t size_max,
                         buffer *out) {
    uint8_t scratch[SCRATCH_SIZE];
    sink first = {.end = scratch + sizeof scratch, .room = sizeof scratch};
    put_message(&first, rule, words);
    size_t size = first.size;
    if (size > size_max) return DUBAN_E_TOO_LARGE;
    uint8_t *start = buffer_reserve(out, size);
    if (!start) return DUBAN_E_NO_MEMORY;
    if (size <= first.room) {
        memcpy(start, first.end - size, size);
    } else {
        sink again = {.end = start + size, .room = size};
        put_message(&again, rule, words);
        assert(again.size == size);
    }
    out->size += size;
    return DUBAN_OK;
}
