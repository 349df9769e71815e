#include "tests/unit/proto/codec_kit.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/sign.h"

/* --- walking ------------------------------------------------------------------------ */

static const ProtobufCFieldDescriptor *field_of(const message_rule *rule, unsigned i) {
    return &rule->descriptor->fields[i];
}

static bool is_array(const message_rule *rule, unsigned i) {
    return field_of(rule, i)->label == PROTOBUF_C_LABEL_REPEATED;
}

static bool is_choice(const message_rule *rule, unsigned i) {
    return (field_of(rule, i)->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
}

static void *member(const void *words, size_t at) {
    return (unsigned char *)words + at;
}

static size_t element_size(const field_rule *r) {
    switch ((shape)r->shape) {
    case SHAPE_MESSAGE: return r->inner->size;
    case SHAPE_SPAN: return sizeof(span);
    case SHAPE_TEXT: return sizeof(const char *);
    default: return sizeof(uint32_t);
    }
}

unsigned kit_choices(const message_rule *rule) {
    unsigned n = 0;
    for (unsigned i = 0; i < rule->fields_n; i++)
        n += is_choice(rule, i);
    return n;
}

/* --- filling ------------------------------------------------------------------------ */

/* start, a recognisable number, end. */
static const char *text_of(kit *k, const char *start, const char *end) {
    char text[64];
    size_t n =
        (size_t)snprintf(text, sizeof text, "%s%u%s", start, (unsigned)k->next++, end);
    assert(n < sizeof text);
    return arena_copy(&k->arena, text, n);
}

static decimal decimal_of_kit(kit *k, const field_rule *r) {
    int64_t micro = (int64_t)k->next++ * 1001001 - 7;
    if (r->shape == SHAPE_DERIVED) micro += INT64_MAX / 2;
    return (decimal){k->next % 2 ? micro : -micro};
}

static period period_of_kit(kit *k) {
    int32_t first = day_of_date((date){2000 + (int32_t)(k->next % 100), 1, 1});
    return (period){(period_kind)(1 + k->next++ % (PERIOD_KIND_COUNT - 1)), first};
}

static void fill_number(kit *k, const field_rule *r,
                        const ProtobufCFieldDescriptor *field, void *to) {
    uint32_t n = k->next++;
    switch (field->type) {
    case PROTOBUF_C_TYPE_UINT32:
        *(uint32_t *)to = r->max && n > r->max ? r->max : n;
        break;
    case PROTOBUF_C_TYPE_SINT32: *(int32_t *)to = n % 2 ? (int32_t)n : -(int32_t)n; break;
    case PROTOBUF_C_TYPE_UINT64: *(uint64_t *)to = UINT64_MAX - n; break;
    case PROTOBUF_C_TYPE_SINT64: *(int64_t *)to = INT64_MIN + n; break;
    case PROTOBUF_C_TYPE_BOOL: *(bool *)to = true; break;
    default: assert(!"a number");
    }
}

static void fill_value(kit *k, const field_rule *r, const ProtobufCFieldDescriptor *field,
                       void *to) {
    switch ((shape)r->shape) {
    case SHAPE_PLAIN: fill_number(k, r, field, to); break;
    case SHAPE_ENUM: *(int32_t *)to = 1 + (int32_t)(k->next++ % (r->max - 1)); break;
    case SHAPE_DAY: *(int32_t *)to = DAY_MAX - (int32_t)(k->next++ % DAY_MAX); break;
    case SHAPE_MOMENT: *(int64_t *)to = MOMENT_MS_MAX - (int64_t)k->next++; break;
    case SHAPE_SPREAD: *(int32_t *)to = -(int32_t)(1 + k->next++ % r->max); break;
    case SHAPE_TEXT: *(const char **)to = text_of(k, "字𠮷é", ""); break;
    case SHAPE_NOTE: *(const char **)to = text_of(k, "校验点\n", "\n"); break;
    case SHAPE_CODE: *(const char **)to = text_of(k, "Aa-._", ""); break;
    case SHAPE_CHARS: snprintf(to, r->max, "%u县", (unsigned)k->next++); break;
    case SHAPE_SPAN: {
        const char *bytes = text_of(k, "bytes ", "");
        *(span *)to = (span){(const uint8_t *)bytes, strlen(bytes)};
        break;
    }
    case SHAPE_FIXED:
    case SHAPE_KEY:
        for (uint32_t i = 0; i < r->size; i++)
            ((uint8_t *)to)[i] = (uint8_t)(k->next + i);
        k->next++;
        break;
    case SHAPE_DECIMAL:
    case SHAPE_DERIVED: *(decimal *)to = decimal_of_kit(k, r); break;
    case SHAPE_PERIOD: *(period *)to = period_of_kit(k); break;
    case SHAPE_MESSAGE: {
        unsigned choices = kit_choices(r->inner);
        kit_fill(k, r->inner, choices ? k->next++ % choices : 0, to);
        break;
    }
    case SHAPE_STATUS: *(duban_status *)to = DUBAN_E_WRONG_UNIT; break;
    case SHAPE_VERSION:
    case SHAPE_TRUE: break;
    }
}

/* An array of an enum keeps its length in max and the enum's in kinds. */
static field_rule element_rule(const field_rule *r) {
    field_rule one = *r;
    if (r->shape == SHAPE_ENUM) one.max = r->kinds;
    return one;
}

static void fill_array(kit *k, const field_rule *r, const ProtobufCFieldDescriptor *field,
                       void *words) {
    unsigned choices = r->shape == SHAPE_MESSAGE ? kit_choices(r->inner) : 0;
    uint32_t n = choices > 2 ? choices : 2;
    size_t each = element_size(r);
    unsigned char *elements = arena_alloc(&k->arena, n * each);
    field_rule one = element_rule(r);
    for (uint32_t i = 0; i < n; i++) {
        if (choices)
            kit_fill(k, r->inner, i, elements + i * each);
        else
            fill_value(k, &one, field, elements + i * each);
    }
    *(void **)member(words, r->at) = elements;
    *(uint32_t *)member(words, r->beside) = n;
}

void kit_fill(kit *k, const message_rule *rule, unsigned choice, void *words) {
    unsigned seen = 0;
    for (unsigned i = 0; i < rule->fields_n; i++) {
        const field_rule *r = &rule->fields[i];
        if (is_array(rule, i)) {
            fill_array(k, r, field_of(rule, i), words);
            continue;
        }
        if (is_choice(rule, i)) {
            if (seen++ != choice) continue;
            *(int32_t *)member(words, r->beside) = r->choice;
        }
        if (r->flags & RULE_HAS) *(bool *)member(words, r->beside) = true;
        fill_value(k, r, field_of(rule, i), member(words, r->at));
    }
    if (rule == &rule_body_ref) ((body_ref *)words)->present = true;
}

/* --- comparing ---------------------------------------------------------------------- */

static bool spans_equal(const span *a, const span *b) {
    return a->size == b->size && (!a->size || memcmp(a->data, b->data, a->size) == 0);
}

static bool numbers_equal(const ProtobufCFieldDescriptor *field, const void *a,
                          const void *b) {
    switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL: return *(const bool *)a == *(const bool *)b;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_SINT64: return *(const uint64_t *)a == *(const uint64_t *)b;
    default: return *(const uint32_t *)a == *(const uint32_t *)b;
    }
}

/* As many bytes as the algorithm beside it says. */
static bool keys_equal(const field_rule *r, const void *a, const void *b) {
    const uint8_t *words = (const uint8_t *)a - r->at;
    return memcmp(a, b, sign_public_size(*(const algorithm *)(words + r->beside))) == 0;
}

static bool values_equal(const field_rule *r, const ProtobufCFieldDescriptor *field,
                         const void *a, const void *b) {
    switch ((shape)r->shape) {
    case SHAPE_PLAIN:
    case SHAPE_ENUM:
    case SHAPE_DAY:
    case SHAPE_MOMENT:
    case SHAPE_SPREAD:
    case SHAPE_STATUS: return numbers_equal(field, a, b);
    case SHAPE_TEXT:
    case SHAPE_NOTE:
    case SHAPE_CODE: return strcmp(*(const char *const *)a, *(const char *const *)b) == 0;
    case SHAPE_CHARS: return strcmp(a, b) == 0;
    case SHAPE_SPAN: return spans_equal(a, b);
    case SHAPE_FIXED: return memcmp(a, b, r->max) == 0;
    case SHAPE_KEY: return keys_equal(r, a, b);
    case SHAPE_DECIMAL:
    case SHAPE_DERIVED: return ((const decimal *)a)->micro == ((const decimal *)b)->micro;
    case SHAPE_PERIOD: return period_equal(*(const period *)a, *(const period *)b);
    case SHAPE_MESSAGE: return kit_equal(r->inner, a, b);
    case SHAPE_VERSION:
    case SHAPE_TRUE: return true;
    }
    return false;
}

static bool arrays_equal(const field_rule *r, const ProtobufCFieldDescriptor *field,
                         const void *a, const void *b) {
    uint32_t n = *(const uint32_t *)member(a, r->beside);
    if (n != *(const uint32_t *)member(b, r->beside)) return false;
    const unsigned char *in_a = *(void *const *)member(a, r->at);
    const unsigned char *in_b = *(void *const *)member(b, r->at);
    size_t each = element_size(r);
    for (size_t i = 0; i < n; i++)
        if (!values_equal(r, field, in_a + i * each, in_b + i * each)) return false;
    return true;
}

bool kit_equal(const message_rule *rule, const void *a, const void *b) {
    if (rule == &rule_body_ref) {
        bool there = ((const body_ref *)a)->present;
        if (there != ((const body_ref *)b)->present) return false;
        if (!there) return true;
    }
    for (unsigned i = 0; i < rule->fields_n; i++) {
        const field_rule *r = &rule->fields[i];
        const ProtobufCFieldDescriptor *field = field_of(rule, i);
        if (is_array(rule, i)) {
            if (!arrays_equal(r, field, a, b)) return false;
            continue;
        }
        if (is_choice(rule, i)) {
            int32_t kind = *(const int32_t *)member(a, r->beside);
            if (kind != *(const int32_t *)member(b, r->beside)) return false;
            if (kind != r->choice) continue;
        }
        if (r->flags & RULE_HAS) {
            bool has = *(const bool *)member(a, r->beside);
            if (has != *(const bool *)member(b, r->beside)) return false;
            if (!has) continue;
        }
        if (!values_equal(r, field, member(a, r->at), member(b, r->at))) return false;
    }
    return true;
}

/* --- judging ------------------------------------------------------------------------ */

/* Decodes UTF-8 by its arithmetic rather than by ranges of bytes. */
static bool text_good(const char *text, size_t size_max, bool lines) {
    const uint8_t *s = (const uint8_t *)text;
    size_t size = strlen(text);
    if (size > size_max) return false;
    for (size_t i = 0; i < size;) {
        unsigned n = s[i] < 0x80 ? 1 : s[i] >> 5 == 6 ? 2 : s[i] >> 4 == 14 ? 3 : 4;
        if (n == 4 && s[i] >> 3 != 30) return false;
        uint32_t c = n == 1 ? s[i] : s[i] & (0x7Fu >> n);
        for (unsigned k = 1; k < n; k++) {
            if (i + k >= size || s[i + k] >> 6 != 2) return false;
            c = c << 6 | (s[i + k] & 0x3F);
        }
        static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
        if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return false;
        if (c < 0x20 && !(lines && c == '\n')) return false;
        if (c >= 0x7F && c < 0xA0) return false;
        i += n;
    }
    return true;
}

static bool code_good(const char *text, bool required) {
    size_t n = strspn(text, "0123456789abcdefghijklmnopqrstuvwxyz"
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ._-");
    return text[n] == '\0' && n <= CODE_SIZE_MAX && (n > 0 || !required);
}

static bool number_good(const field_rule *r, const ProtobufCFieldDescriptor *field,
                        const void *from) {
    if (field->type != PROTOBUF_C_TYPE_UINT32 || r->max == 0) return true;
    return *(const uint32_t *)from <= r->max;
}

static bool value_good(const field_rule *r, const ProtobufCFieldDescriptor *field,
                       const void *from, const char **fault) {
    bool required = r->flags & RULE_REQUIRED;
    switch ((shape)r->shape) {
    case SHAPE_PLAIN: return number_good(r, field, from);
    case SHAPE_ENUM: return *(const uint32_t *)from < r->max;
    case SHAPE_DAY:
        return *(const int32_t *)from >= DAY_MIN && *(const int32_t *)from <= DAY_MAX;
    case SHAPE_MOMENT:
        return *(const int64_t *)from >= 0 && *(const int64_t *)from <= MOMENT_MS_MAX;
    case SHAPE_SPREAD:
        return (int64_t) * (const int32_t *)from >= -(int64_t)r->max &&
               (int64_t) * (const int32_t *)from <= (int64_t)r->max;
    case SHAPE_TEXT:
    case SHAPE_NOTE:
        return text_good(*(const char *const *)from, r->max, r->shape == SHAPE_NOTE);
    case SHAPE_CODE: return code_good(*(const char *const *)from, required);
    case SHAPE_CHARS: return text_good(from, r->max - 1, false);
    case SHAPE_SPAN: return !r->max || ((const span *)from)->size <= r->max;
    case SHAPE_FIXED:
    case SHAPE_KEY: return true;
    case SHAPE_DECIMAL: return decimal_in_range(*(const decimal *)from);
    case SHAPE_DERIVED: return true;
    case SHAPE_PERIOD: {
        const period *p = from;
        if (p->kind == PERIOD_NONE) return !required && p->first_day == 0;
        return period_valid(*p);
    }
    case SHAPE_MESSAGE: *fault = kit_fault(r->inner, from); return *fault == NULL;
    case SHAPE_VERSION:
    case SHAPE_TRUE: return true;
    case SHAPE_STATUS:
        return strcmp(duban_status_name(*(const duban_status *)from), "UNKNOWN") != 0;
    }
    return false;
}

static bool array_good(const field_rule *r, const ProtobufCFieldDescriptor *field,
                       const void *words, const char **fault) {
    uint32_t n = *(const uint32_t *)member(words, r->beside);
    const unsigned char *elements = *(void *const *)member(words, r->at);
    if (n > r->max) return false;
    field_rule one = *r;
    one.max = r->shape == SHAPE_TEXT ? NAME_SIZE_MAX : r->kinds;
    for (size_t i = 0; i < n; i++)
        if (!value_good(&one, field, elements + i * element_size(r), fault)) return false;
    return true;
}

const char *kit_fault(const message_rule *rule, const void *words) {
    const char *fault = NULL;
    if (rule == &rule_body_ref && !((const body_ref *)words)->present)
        return ((const body_ref *)words)->media[0] ? "media" : NULL;
    for (unsigned i = 0; i < rule->fields_n; i++) {
        const field_rule *r = &rule->fields[i];
        const ProtobufCFieldDescriptor *field = field_of(rule, i);
        bool good = true;
        if (is_array(rule, i)) {
            good = array_good(r, field, words, &fault);
        } else if (!is_choice(rule, i) ||
                   *(const int32_t *)member(words, r->beside) == r->choice) {
            good = value_good(r, field, member(words, r->at), &fault);
        }
        if (!good) return fault ? fault : r->name ? r->name : rule->descriptor->name;
    }
    return NULL;
}

/* --- doors -------------------------------------------------------------------------- */

static size_t add(message *out, size_t n, door d, event_kind kind,
                  const message_rule *rule) {
    unsigned choices = kit_choices(rule);
    for (unsigned i = 0; i < (choices ? choices : 1); i++) {
        assert(n < KIT_MESSAGES_MAX && rule->size <= KIT_WORDS_MAX);
        out[n++] = (message){d, kind, rule, i};
    }
    return n;
}

size_t kit_messages(message out[KIT_MESSAGES_MAX]) {
    size_t n = add(out, 0, DOOR_SIGNED, KIND_NONE, &rule_signed), at;
    for (int kind = KIND_NONE + 1; kind < KIND_COUNT; kind++)
        n = add(out, n, DOOR_EVENT, (event_kind)kind,
                codec_payload_rule((event_kind)kind, &at));
    n = add(out, n, DOOR_REQUEST, KIND_NONE, &rule_request);
    n = add(out, n, DOOR_REPLY, KIND_NONE, &rule_reply);
    return add(out, n, DOOR_FRAME, KIND_NONE, &rule_frame);
}

duban_status kit_write(const message *m, const void *words, buffer *out) {
    event ev = {.kind = m->kind};
    size_t at;
    switch (m->door) {
    case DOOR_SIGNED: return codec_signed_write(words, out);
    case DOOR_EVENT:
        codec_payload_rule(m->kind, &at);
        memcpy((unsigned char *)&ev + at, words, m->rule->size);
        return codec_event_write(&ev, out);
    case DOOR_REQUEST: return codec_request_write(words, out);
    case DOOR_REPLY: return codec_reply_write(words, out);
    case DOOR_FRAME: return codec_frame_write(words, out);
    }
    return DUBAN_E_INTERNAL;
}

duban_status kit_read(const message *m, span bytes, arena *a, void *words,
                      duban_refusal *refusal) {
    event ev;
    size_t at;
    signed_words head = {.kind = m->kind, .payload = bytes};
    switch (m->door) {
    case DOOR_SIGNED: return codec_signed_read(bytes, a, words, refusal);
    case DOOR_EVENT: {
        duban_status status = codec_event_read(&head, (span){0}, a, &ev, refusal);
        codec_payload_rule(m->kind, &at);
        if (!status) memcpy(words, (unsigned char *)&ev + at, m->rule->size);
        return status;
    }
    case DOOR_REQUEST: return codec_request_read(bytes, a, words, refusal);
    case DOOR_REPLY: return codec_reply_read(bytes, a, words, refusal);
    case DOOR_FRAME: return codec_frame_read(bytes, a, words, refusal);
    }
    return DUBAN_E_INTERNAL;
}

/* --- raw bytes ---------------------------------------------------------------------- */

static void raw_number(buffer *b, uint64_t value) {
    do {
        unsigned char *at = buffer_reserve(b, 1);
        *at = (unsigned char)((value & 0x7F) | (value > 0x7F ? 0x80 : 0));
        b->size++;
        value >>= 7;
    } while (value);
}

void raw_varint(buffer *b, uint32_t id, uint64_t value) {
    raw_number(b, (uint64_t)id << 3);
    raw_number(b, value);
}

void raw_sized(buffer *b, uint32_t id, const void *bytes, size_t size) {
    raw_number(b, (uint64_t)id << 3 | 2);
    raw_number(b, size);
    if (size) memcpy(buffer_reserve(b, size), bytes, size);
    b->size += size;
}
