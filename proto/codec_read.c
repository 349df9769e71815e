#include "proto/codec_internal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FOUND_SIZE 128

_Static_assert(sizeof(event_kind) == sizeof(int32_t),
               "enums are as wide as protobuf-c's");

/* --- protobuf-c in an arena --------------------------------------------------------- */

/* protobuf-c ends a string with NUL and forgets its size, so that a NUL inside would go
 * unnoticed. Hence every allocation keeps its size in front of it. */
typedef struct size_head {
    _Alignas(max_align_t) size_t size;
} size_head;

typedef struct arena_door {
    arena *arena;
    bool failed;
} arena_door;

static void *door_alloc(void *data, size_t size) {
    arena_door *door = data;
    size_head *head = NULL;
    if (size <= SIZE_MAX - sizeof *head)
        head = arena_take(door->arena, sizeof *head + size);
    if (!head) {
        door->failed = true;
        return NULL;
    }
    head->size = size;
    return head + 1;
}

static void door_free(void *data, void *pointer) {
    (void)data;
    (void)pointer;
}

/* The size of a string as it was sent. */
static size_t text_size(const char *text) {
    if (text == NULL || text == protobuf_c_empty_string) return 0;
    return ((const size_head *)(const void *)text)[-1].size - 1;
}

const ProtobufCMessage *codec_unpack(const reader *in,
                                     const ProtobufCMessageDescriptor *descriptor,
                                     span bytes, duban_status *refused) {
    arena_door door = {.arena = in->arena};
    ProtobufCAllocator allocator = {door_alloc, door_free, &door};
    static const uint8_t nothing[1];
    const uint8_t *data = bytes.data ? bytes.data : nothing;
    ProtobufCMessage *message =
        protobuf_c_message_unpack(descriptor, &allocator, bytes.size, data);
    if (message) return message;
    duban_status status = door.failed ? DUBAN_E_NO_MEMORY : DUBAN_E_MALFORMED;
    char found[FOUND_SIZE];
    snprintf(found, sizeof found, "%zu B", bytes.size);
    *refused =
        duban_refuse(in->refusal, status, in->line, descriptor->short_name, found, NULL);
    return NULL;
}

/* --- refusals ----------------------------------------------------------------------- */

static duban_status refuse(const reader *in, const field_rule *rule,
                           const ProtobufCFieldDescriptor *field, duban_status status,
                           const char *found, const char *expected) {
    if (rule->status) status = rule->status;
    return duban_refuse(in->refusal, status, in->line, field->name, found, expected);
}

static duban_status refuse_range(const reader *in, const field_rule *rule,
                                 const ProtobufCFieldDescriptor *field,
                                 duban_status status, int64_t found, int64_t low,
                                 int64_t high) {
    char found_text[FOUND_SIZE], expected[FOUND_SIZE];
    snprintf(found_text, sizeof found_text, "%" PRId64, found);
    snprintf(expected, sizeof expected, "%" PRId64 "..%" PRId64, low, high);
    return refuse(in, rule, field, status, found_text, expected);
}

static duban_status refuse_size(const reader *in, const field_rule *rule,
                                const ProtobufCFieldDescriptor *field,
                                duban_status status, size_t found, const char *relation,
                                const char *unit) {
    char found_text[FOUND_SIZE], expected[FOUND_SIZE];
    snprintf(found_text, sizeof found_text, "%zu%s", found, unit);
    snprintf(expected, sizeof expected, "%s%" PRIu32 "%s", relation, rule->max, unit);
    return refuse(in, rule, field, status, found_text, expected);
}

/* A field that this version does not know: refused where the whole must be understood. */
static duban_status check_known(const reader *in, const ProtobufCMessage *message) {
    if (!message->n_unknown_fields || in->unknown_tolerated) return DUBAN_OK;
    char found[FOUND_SIZE];
    snprintf(found, sizeof found, "#%" PRIu32, message->unknown_fields[0].tag);
    return duban_refuse(in->refusal, DUBAN_E_UNKNOWN_FIELD, in->line,
                        message->descriptor->short_name, found, NULL);
}

duban_status codec_refuse_size(const reader *in, const char *message, size_t size,
                               size_t size_max) {
    char found[FOUND_SIZE], expected[FOUND_SIZE];
    snprintf(found, sizeof found, "%zu B", size);
    snprintf(expected, sizeof expected, "<= %zu B", size_max);
    return duban_refuse(in->refusal, DUBAN_E_TOO_LARGE, 0, message, found, expected);
}

duban_status codec_key_size(const reader *in, const char *field, algorithm a,
                            size_t size) {
    char found[FOUND_SIZE];
    if (size == sign_public_size(a)) return DUBAN_OK;
    snprintf(found, sizeof found, "%zu B", size);
    return duban_refuse(in->refusal, DUBAN_E_KEY_FORMAT, in->line, field, found,
                        "ED25519 32 B, SM2 33 B");
}

/* --- text --------------------------------------------------------------------------- */

/* Bytes of the well-formed UTF-8 character at text (Unicode 15, table 3-7), 0 when it is
 * none or a control character. */
static size_t character_size(const uint8_t *text, size_t size, bool lines) {
    uint8_t a = text[0];
    if (a < 0x80) return (a >= 0x20 && a != 0x7F) || (lines && a == '\n');
    size_t n = a >= 0xF0 ? 4 : a >= 0xE0 ? 3 : 2;
    if (a < 0xC2 || a > 0xF4 || n > size) return 0;
    uint8_t low = a == 0xE0 ? 0xA0 : a == 0xF0 ? 0x90 : 0x80;
    uint8_t high = a == 0xED ? 0x9F : a == 0xF4 ? 0x8F : 0xBF;
    if (a == 0xC2) low = 0xA0; /* U+0080..U+009F are controls */
    if (text[1] < low || text[1] > high) return 0;
    for (size_t i = 2; i < n; i++)
        if ((text[i] & 0xC0) != 0x80) return 0;
    return n;
}

static duban_status check_text(const reader *in, const field_rule *rule,
                               const ProtobufCFieldDescriptor *field, const char *text,
                               size_t size_max) {
    const uint8_t *bytes = (const uint8_t *)text;
    size_t size = text_size(text);
    if (size > size_max) {
        field_rule limit = *rule;
        limit.max = (uint32_t)size_max;
        return refuse_size(in, &limit, field, DUBAN_E_TOO_LARGE, size, "<= ", " B");
    }
    for (size_t at = 0, n; at < size; at += n) {
        n = character_size(bytes + at, size - at, rule->shape == SHAPE_NOTE);
        if (n) continue;
        char found[FOUND_SIZE];
        snprintf(found, sizeof found, "0x%02X, byte %zu", bytes[at], at + 1);
        return refuse(in, rule, field, DUBAN_E_TEXT, found, "UTF-8");
    }
    return DUBAN_OK;
}

static bool code_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '.' || c == '_' || c == '-';
}

static duban_status check_code(const reader *in, const field_rule *rule,
                               const ProtobufCFieldDescriptor *field, const char *text) {
    static const char expected[] = "[0-9A-Za-z._-]{1,32}";
    _Static_assert(CODE_SIZE_MAX == 32, "as the text above says");
    size_t size = text_size(text);
    if (size == 0 && !(rule->flags & RULE_REQUIRED)) return DUBAN_OK;
    duban_status bad = check_text(in, rule, field, text, size);
    if (bad) return bad;
    bool good = size > 0 && size <= CODE_SIZE_MAX;
    for (size_t i = 0; good && i < size; i++)
        good = code_character(text[i]);
    return good ? DUBAN_OK : refuse(in, rule, field, DUBAN_E_CODE, text, expected);
}

/* --- one value ---------------------------------------------------------------------- */

static duban_status carry_number(const reader *in, const field_rule *rule,
                                 const ProtobufCFieldDescriptor *field, const void *from,
                                 void *to) {
    switch (field->type) {
    case PROTOBUF_C_TYPE_UINT32: {
        uint32_t value = *(const uint32_t *)from;
        if (rule->max && value > rule->max)
            return refuse_range(in, rule, field, DUBAN_E_TOO_LARGE, value, 0, rule->max);
        *(uint32_t *)to = value;
        return DUBAN_OK;
    }
    case PROTOBUF_C_TYPE_SINT32: *(int32_t *)to = *(const int32_t *)from; return DUBAN_OK;
    case PROTOBUF_C_TYPE_UINT64:
        *(uint64_t *)to = *(const uint64_t *)from;
        return DUBAN_OK;
    case PROTOBUF_C_TYPE_BOOL:
        *(bool *)to = *(const protobuf_c_boolean *)from != 0;
        return DUBAN_OK;
    default: assert(!"a number has one of these types"); return DUBAN_E_INTERNAL;
    }
}

static duban_status carry_day(const reader *in, const field_rule *rule,
                              const ProtobufCFieldDescriptor *field, int32_t day,
                              int32_t *to) {
    if (day < DAY_MIN || day > DAY_MAX)
        return refuse_range(in, rule, field, DUBAN_E_DATE, day, DAY_MIN, DAY_MAX);
    *to = day;
    return DUBAN_OK;
}

static duban_status carry_moment(const reader *in, const field_rule *rule,
                                 const ProtobufCFieldDescriptor *field, int64_t ms,
                                 int64_t *to) {
    if (ms < 0 || ms > MOMENT_MS_MAX)
        return refuse_range(in, rule, field, DUBAN_E_DATE, ms, 0, MOMENT_MS_MAX);
    *to = ms;
    return DUBAN_OK;
}

static duban_status carry_spread(const reader *in, const field_rule *rule,
                                 const ProtobufCFieldDescriptor *field, int32_t value,
                                 int32_t *to) {
    int32_t most = (int32_t)rule->max;
    if (value < -most || value > most)
        return refuse_range(in, rule, field, DUBAN_E_OVERFLOW, value, -most, most);
    *to = value;
    return DUBAN_OK;
}

static duban_status carry_enum(const reader *in, const field_rule *rule,
                               const ProtobufCFieldDescriptor *field, int32_t value,
                               int32_t *to) {
    if (value < 0 || value >= (int32_t)rule->max)
        return refuse_range(in, rule, field, DUBAN_E_MALFORMED, value, 0,
                            (int64_t)rule->max - 1);
    *to = value;
    return DUBAN_OK;
}

/* Any decimal that an int64 of millionths holds. */
static duban_status derived_of_parts(int64_t mantissa, uint32_t scale, decimal *out) {
    if (scale > DECIMAL_SCALE_MAX) return DUBAN_E_SCALE;
    for (; scale < DECIMAL_SCALE_MAX; scale++)
        if (__builtin_mul_overflow(mantissa, 10, &mantissa)) return DUBAN_E_OVERFLOW;
    out->micro = mantissa;
    return DUBAN_OK;
}

static duban_status carry_decimal(const reader *in, const field_rule *rule,
                                  const ProtobufCFieldDescriptor *field,
                                  const Duban__Decimal *from, decimal *to) {
    decimal value;
    duban_status status = rule->shape == SHAPE_DERIVED
                              ? derived_of_parts(from->mantissa, from->scale, &value)
                              : decimal_of_parts(from->mantissa, from->scale, &value);
    if (status == DUBAN_E_SCALE)
        return refuse_range(in, rule, field, status, from->scale, 0, DECIMAL_SCALE_MAX);
    if (status) {
        char found[FOUND_SIZE];
        snprintf(found, sizeof found, "%" PRId64 " / 10^%" PRIu32, from->mantissa,
                 from->scale);
        return refuse(in, rule, field, status, found, "-10^12..10^12");
    }
    *to = value;
    return DUBAN_OK;
}

static duban_status carry_period(const reader *in, const field_rule *rule,
                                 const ProtobufCFieldDescriptor *field,
                                 const Duban__Period *from, period *to) {
    period value = {PERIOD_NONE, 0};
    if (from) {
        duban_status status = check_known(in, &from->base);
        if (status) return status;
        /* A kind that no enum has stays out of the enum until it is known to be one. */
        int32_t kind = (int32_t)from->kind;
        bool known = kind > PERIOD_NONE && kind < PERIOD_KIND_COUNT;
        value = (period){known ? (period_kind)kind : PERIOD_NONE, from->first_day};
        bool none = kind == PERIOD_NONE && from->first_day == 0;
        if (!none && !period_valid(value)) {
            char found[FOUND_SIZE];
            snprintf(found, sizeof found, "%" PRId32 ", %" PRId32, kind, from->first_day);
            return refuse(in, rule, field, DUBAN_E_UNKNOWN_PERIOD, found, NULL);
        }
    }
    if (value.kind == PERIOD_NONE && (rule->flags & RULE_REQUIRED))
        return refuse(in, rule, field, DUBAN_E_UNKNOWN_PERIOD, NULL, NULL);
    *to = value;
    return DUBAN_OK;
}

static duban_status carry_fixed(const reader *in, const field_rule *rule,
                                const ProtobufCFieldDescriptor *field,
                                const ProtobufCBinaryData *from, uint8_t *to, bool *has) {
    bool there = from->len > 0;
    if ((there || (rule->flags & RULE_REQUIRED)) && from->len != rule->max)
        return refuse_size(in, rule, field, DUBAN_E_MALFORMED, from->len, "", " B");
    if (there) memcpy(to, from->data, from->len);
    if (has) *has = there;
    return DUBAN_OK;
}

/* Which of the two sizes it must have is judged when the algorithm is known too. */
static duban_status carry_key(const reader *in, const field_rule *rule,
                              const ProtobufCFieldDescriptor *field,
                              const ProtobufCBinaryData *from, uint8_t *to) {
    if (from->len == 0 && !(rule->flags & RULE_REQUIRED)) return DUBAN_OK;
    if (from->len != SIGN_PUBLIC_SIZE_SM2) {
        duban_status status = codec_key_size(in, field->name, ALGORITHM_NONE, from->len);
        if (status) return status;
    }
    memcpy(to, from->data, from->len);
    return DUBAN_OK;
}

static duban_status carry_bytes(const reader *in, const field_rule *rule,
                                const ProtobufCFieldDescriptor *field,
                                const ProtobufCBinaryData *from, span *to) {
    if (rule->max && from->len > rule->max)
        return refuse_size(in, rule, field, DUBAN_E_TOO_LARGE, from->len, "<= ", " B");
    *to = (span){from->data, from->len};
    return DUBAN_OK;
}

static duban_status carry_chars(const reader *in, const field_rule *rule,
                                const ProtobufCFieldDescriptor *field, const char *from,
                                char *to) {
    duban_status status = check_text(in, rule, field, from, REPLY_SIZE_MAX);
    if (status) return status;
    size_t size = text_size(from);
    if (size >= rule->max) {
        size = rule->max - 1;
        while (size > 0 && ((uint8_t)from[size] & 0xC0) == 0x80)
            size--;
    }
    if (size) memcpy(to, from, size);
    to[size] = '\0';
    return DUBAN_OK;
}

/* A decimal or a message, which may be absent. */
static duban_status carry_part(const reader *in, const field_rule *rule,
                               const ProtobufCFieldDescriptor *field,
                               const ProtobufCMessage *from, void *to, bool *has) {
    if (has) *has = from != NULL;
    if (!from) {
        if (rule->flags & RULE_REQUIRED)
            return refuse(in, rule, field, DUBAN_E_EMPTY, NULL, NULL);
        if (rule->shape == SHAPE_MESSAGE && rule->inner->blank) rule->inner->blank(to);
        return DUBAN_OK;
    }
    if (rule->shape == SHAPE_MESSAGE) return codec_carry(in, rule->inner, from, to);
    duban_status status = check_known(in, from);
    if (status) return status;
    return carry_decimal(in, rule, field, (const Duban__Decimal *)from, to);
}

static duban_status carry_value(const reader *in, const field_rule *rule,
                                const ProtobufCFieldDescriptor *field, const void *from,
                                void *to, bool *has) {
    switch ((shape)rule->shape) {
    case SHAPE_PLAIN: return carry_number(in, rule, field, from, to);
    case SHAPE_ENUM: return carry_enum(in, rule, field, *(const int32_t *)from, to);
    case SHAPE_DAY: return carry_day(in, rule, field, *(const int32_t *)from, to);
    case SHAPE_MOMENT: return carry_moment(in, rule, field, *(const int64_t *)from, to);
    case SHAPE_SPREAD: return carry_spread(in, rule, field, *(const int32_t *)from, to);
    case SHAPE_TEXT:
    case SHAPE_NOTE:
        *(const char **)to = *(char *const *)from;
        return check_text(in, rule, field, *(char *const *)from, rule->max);
    case SHAPE_CODE:
        *(const char **)to = *(char *const *)from;
        return check_code(in, rule, field, *(char *const *)from);
    case SHAPE_CHARS: return carry_chars(in, rule, field, *(char *const *)from, to);
    case SHAPE_SPAN: return carry_bytes(in, rule, field, from, to);
    case SHAPE_FIXED: return carry_fixed(in, rule, field, from, to, has);
    case SHAPE_KEY: return carry_key(in, rule, field, from, to);
    case SHAPE_PERIOD:
        return carry_period(in, rule, field, *(Duban__Period *const *)from, to);
    case SHAPE_DECIMAL:
    case SHAPE_DERIVED:
    case SHAPE_MESSAGE:
        return carry_part(in, rule, field, *(ProtobufCMessage *const *)from, to, has);
    case SHAPE_VERSION:
    case SHAPE_TRUE: return DUBAN_OK;
    case SHAPE_STATUS:
        *(duban_status *)to = duban_status_of_number(*(const uint32_t *)from);
        return DUBAN_OK;
    }
    return DUBAN_E_INTERNAL;
}

/* --- arrays and messages ------------------------------------------------------------ */

/* One value of an enum in an array. */
static duban_status carry_element(const reader *in, const field_rule *rule,
                                  const ProtobufCFieldDescriptor *field, int32_t value) {
    field_rule one = *rule;
    one.max = rule->kinds;
    return carry_enum(in, &one, field, value, &value);
}

/* Elements that words keep just as protobuf-c has them: numbers and strings. */
static duban_status check_elements(reader *in, const field_rule *rule,
                                   const ProtobufCFieldDescriptor *field,
                                   const void *elements, size_t n) {
    bool outermost = in->line == 0;
    duban_status status = DUBAN_OK;
    for (size_t i = 0; !status && i < n; i++) {
        if (outermost) in->line = (uint32_t)i + 1;
        int32_t day;
        if (rule->shape == SHAPE_DAY)
            status = carry_day(in, rule, field, ((const int32_t *)elements)[i], &day);
        else if (rule->shape == SHAPE_ENUM)
            status = carry_element(in, rule, field, ((const int32_t *)elements)[i]);
        else if (rule->shape == SHAPE_TEXT)
            status =
                check_text(in, rule, field, ((char *const *)elements)[i], NAME_SIZE_MAX);
    }
    if (outermost) in->line = 0;
    return status;
}

static duban_status carry_messages(reader *in, const field_rule *rule,
                                   ProtobufCMessage *const *from, size_t n,
                                   const void **to) {
    if (n > SIZE_MAX / rule->inner->size) return DUBAN_E_NO_MEMORY;
    unsigned char *words = arena_alloc(in->arena, n * rule->inner->size);
    if (!words) return DUBAN_E_NO_MEMORY;
    bool outermost = in->line == 0;
    duban_status status = DUBAN_OK;
    for (size_t i = 0; !status && i < n; i++) {
        if (outermost) in->line = (uint32_t)i + 1;
        status = codec_carry(in, rule->inner, from[i], words + i * rule->inner->size);
    }
    if (outermost) in->line = 0;
    *to = words;
    return status;
}

static duban_status carry_spans(const reader *in, const ProtobufCBinaryData *from,
                                size_t n, const void **to) {
    span *spans = arena_alloc(in->arena, n * sizeof *spans);
    if (!spans) return DUBAN_E_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        spans[i] = (span){from[i].data, from[i].len};
    *to = spans;
    return DUBAN_OK;
}

static duban_status carry_array(const reader *in, const field_rule *rule,
                                const ProtobufCFieldDescriptor *field,
                                const void *elements, size_t n, void *words) {
    const void **to = (const void **)((unsigned char *)words + rule->at);
    uint32_t *count = (uint32_t *)((unsigned char *)words + rule->beside);
    if (n > rule->max) return refuse_size(in, rule, field, DUBAN_E_LIMIT, n, "<= ", "");
    *count = (uint32_t)n;
    if (n == 0) return DUBAN_OK;
    reader inside = *in;
    duban_status status;
    if (rule->shape == SHAPE_MESSAGE) {
        status = carry_messages(&inside, rule, elements, n, to);
    } else if (rule->shape == SHAPE_SPAN) {
        status = carry_spans(in, elements, n, to);
    } else {
        *to = elements;
        status = check_elements(&inside, rule, field, elements, n);
    }
    if (status == DUBAN_E_NO_MEMORY)
        return duban_refuse(in->refusal, status, in->line, field->name, NULL, NULL);
    return status;
}

duban_status codec_carry(const reader *in, const message_rule *rule,
                         const ProtobufCMessage *message, void *words) {
    const ProtobufCMessageDescriptor *descriptor = rule->descriptor;
    assert(message->descriptor == descriptor && rule->fields_n == descriptor->n_fields);
    duban_status status = check_known(in, message);
    if (status) return status;
    const unsigned char *members = (const unsigned char *)message;
    unsigned char *out = words;
    for (unsigned i = 0; i < rule->fields_n; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        const field_rule *r = &rule->fields[i];
        const void *member = members + field->offset;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t n =
                *(const size_t *)(const void *)(members + field->quantifier_offset);
            status = carry_array(in, r, field, *(void *const *)member, n, words);
        } else if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
            uint32_t chosen =
                *(const uint32_t *)(const void *)(members + field->quantifier_offset);
            if (chosen != field->id) continue;
            *(int32_t *)(void *)(out + r->beside) = r->choice;
            status = carry_value(in, r, field, member, out + r->at, NULL);
        } else {
            bool *has = r->flags & RULE_HAS ? (bool *)(out + r->beside) : NULL;
            status = carry_value(in, r, field, member, out + r->at, has);
        }
        if (status) return status;
    }
    return rule->check ? rule->check(in, message, words) : DUBAN_OK;
}

duban_status codec_read(const reader *in, const message_rule *rule, span bytes,
                        void *words) {
    duban_status refused;
    const ProtobufCMessage *message = codec_unpack(in, rule->descriptor, bytes, &refused);
    return message ? codec_carry(in, rule, message, words) : refused;
}
