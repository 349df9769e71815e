#include <string.h>

#include "proto/codec.h"
#include "proto/codec_internal.h"

static const void *member(const void *words, size_t at) {
    return (const unsigned char *)words + at;
}

static bool is_array(const ProtobufCFieldDescriptor *field) {
    return field->label == PROTOBUF_C_LABEL_REPEATED;
}

/* Whether that choice of a oneof is not the one taken. */
static bool is_unchosen(const field_rule *r, const ProtobufCFieldDescriptor *field,
                        const void *words) {
    return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0 &&
           *(const int32_t *)member(words, r->beside) != r->choice;
}

/* Bytes of one element of an array, or of a number. */
static size_t element_size(const field_rule *r, const ProtobufCFieldDescriptor *field) {
    switch ((shape)r->shape) {
    case SHAPE_MESSAGE: return r->inner->size;
    case SHAPE_SPAN: return sizeof(span);
    case SHAPE_TEXT:
    case SHAPE_NOTE:
    case SHAPE_CODE: return sizeof(const char *);
    case SHAPE_DECIMAL:
    case SHAPE_DERIVED: return sizeof(decimal);
    default: break;
    }
    bool wide =
        field->type == PROTOBUF_C_TYPE_UINT64 || field->type == PROTOBUF_C_TYPE_SINT64;
    return field->type == PROTOBUF_C_TYPE_BOOL ? sizeof(bool) : wide ? 8 : 4;
}

/* --- equality ----------------------------------------------------------------------- */

static bool same_message(const message_rule *rule, const void *a, const void *b);

static bool same_text(const char *a, const char *b) {
    return a == b || strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_span(const span *a, const span *b) {
    return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

static inline bool same_number(const void *a, const void *b, size_t size) {
    switch (size) {
    case 1: return *(const uint8_t *)a == *(const uint8_t *)b;
    case 4: return *(const uint32_t *)a == *(const uint32_t *)b;
    default: return *(const uint64_t *)a == *(const uint64_t *)b;
    }
}

static bool same_value(const field_rule *r, const ProtobufCFieldDescriptor *field,
                       const void *a, const void *b) {
    switch ((shape)r->shape) {
    case SHAPE_TEXT:
    case SHAPE_NOTE:
    case SHAPE_CODE: return same_text(*(char *const *)a, *(char *const *)b);
    case SHAPE_CHARS: return strcmp(a, b) == 0;
    case SHAPE_SPAN: return same_span(a, b);
    case SHAPE_FIXED: return memcmp(a, b, r->max) == 0;
    case SHAPE_KEY: return memcmp(a, b, SIGN_PUBLIC_MAX) == 0;
    case SHAPE_PERIOD: return period_equal(*(const period *)a, *(const period *)b);
    case SHAPE_MESSAGE: return same_message(r->inner, a, b);
    case SHAPE_VERSION:
    case SHAPE_TRUE: return true;
    default: return same_number(a, b, r->size ? r->size : element_size(r, field));
    }
}

static bool same_array(const field_rule *r, const ProtobufCFieldDescriptor *field,
                       const void *a, const void *b) {
    uint32_t n = *(const uint32_t *)member(a, r->beside);
    if (n != *(const uint32_t *)member(b, r->beside)) return false;
    const unsigned char *in_a = *(void *const *)member(a, r->at);
    const unsigned char *in_b = *(void *const *)member(b, r->at);
    size_t each = element_size(r, field);
    for (size_t i = 0; in_a != in_b && i < n; i++)
        if (!same_value(r, field, in_a + i * each, in_b + i * each)) return false;
    return true;
}

/* Whether the member holds the very same bytes: then it is equal, whatever it is. Of an
 * array this says nothing: its count stands beside it. */
static inline bool same_bytes(const field_rule *r, const void *a, const void *b) {
    if (r->size == 0 || (r->flags & RULE_HAS) != 0) return false;
    const void *in_a = member(a, r->at);
    const void *in_b = member(b, r->at);
    switch (r->size) { /* the sizes of numbers without a call */
    case 1: return memcmp(in_a, in_b, 1) == 0;
    case 4: return memcmp(in_a, in_b, 4) == 0;
    case 8: return memcmp(in_a, in_b, 8) == 0;
    default: return memcmp(in_a, in_b, r->size) == 0;
    }
}

static bool same_message(const message_rule *rule, const void *a, const void *b) {
    if (rule == &rule_body_ref &&
        (!((const body_ref *)a)->present || !((const body_ref *)b)->present))
        return ((const body_ref *)a)->present == ((const body_ref *)b)->present;
    for (unsigned i = 0; i < rule->fields_n; i++) {
        const field_rule *r = &rule->fields[i];
        if (same_bytes(r, a, b)) continue;
        const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[i];
        bool has = (r->flags & RULE_HAS) != 0;
        if (has &&
            *(const bool *)member(a, r->beside) != *(const bool *)member(b, r->beside))
            return false;
        if (is_unchosen(r, field, a)) continue;
        if (is_array(field) ? !same_array(r, field, a, b)
                            : !same_value(r, field, member(a, r->at), member(b, r->at)))
            return false;
    }
    return true;
}

/* Where a cell of that kind says what it says; NULL for no kind. */
static const field_rule *said_in(cell_kind kind) {
    for (unsigned i = 0; i < rule_cell.fields_n; i++) {
        const field_rule *r = &rule_cell.fields[i];
        if (r->choice == kind && r->shape == SHAPE_MESSAGE) return r;
    }
    return NULL;
}

bool codec_cell_equal(const cell *a, const cell *b) {
    const field_rule *r = said_in(a->name.kind);
    return r == NULL || same_message(r->inner, member(a, r->at), member(b, r->at));
}

bool codec_cell_say(cell *to, const cell *from) {
    const field_rule *r = said_in(to->name.kind);
    if (r == NULL) return true;
    void *said = (unsigned char *)to + r->at;
    const void *other = member(from, r->at);
    size_t size = r->inner->size;
    /* most cells that are put again say the same, to the byte */
    if (memcmp(said, other, size) == 0) return true;
    bool same = same_message(r->inner, said, other);
    memcpy(said, other, size);
    return same;
}

/* --- copies ------------------------------------------------------------------------- */

typedef struct copier {
    codec_take take;
    void *ctx;
} copier;

static bool copy_message(const copier *c, const message_rule *rule, void *words);

static bool copy_bytes(const copier *c, const void **at, size_t size) {
    void *copy = c->take(c->ctx, size);
    if (!copy) return false;
    if (size) memcpy(copy, *at, size);
    *at = copy;
    return true;
}

static bool copy_value(const copier *c, const field_rule *r, void *at) {
    switch ((shape)r->shape) {
    case SHAPE_TEXT:
    case SHAPE_NOTE:
    case SHAPE_CODE: {
        const void *text = *(char *const *)at ? *(char *const *)at : "";
        if (!copy_bytes(c, &text, strlen(text) + 1)) return false;
        *(const char **)at = text;
        return true;
    }
    case SHAPE_SPAN: {
        span *bytes = at;
        const void *data = bytes->data;
        if (!copy_bytes(c, &data, bytes->size)) return false;
        bytes->data = data;
        return true;
    }
    case SHAPE_MESSAGE: return copy_message(c, r->inner, at);
    default: return true;
    }
}

static bool copy_array(const copier *c, const field_rule *r,
                       const ProtobufCFieldDescriptor *field, void *words) {
    const void **at = (const void **)((unsigned char *)words + r->at);
    uint32_t n = *(const uint32_t *)member(words, r->beside);
    size_t each = element_size(r, field);
    if (n == 0) {
        *at = NULL;
        return true;
    }
    if (!copy_bytes(c, at, n * each)) return false;
    unsigned char *elements = (unsigned char *)(uintptr_t)*at;
    for (size_t i = 0; i < n; i++)
        if (!copy_value(c, r, elements + i * each)) return false;
    return true;
}

static bool copy_message(const copier *c, const message_rule *rule, void *words) {
    for (unsigned i = 0; i < rule->fields_n; i++) {
        const field_rule *r = &rule->fields[i];
        const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[i];
        if (is_unchosen(r, field, words)) continue;
        if (is_array(field) ? !copy_array(c, r, field, words)
                            : !copy_value(c, r, (unsigned char *)words + r->at))
            return false;
    }
    return true;
}

bool codec_cell_copy(cell *value, codec_take take, void *ctx) {
    copier c = {take, ctx};
    return copy_message(&c, &rule_cell, value);
}

bool codec_task_copy(task_words *task, codec_take take, void *ctx) {
    copier c = {take, ctx};
    return copy_message(&c, &rule_task, task);
}

bool codec_event_copy(event *ev, codec_take take, void *ctx) {
    size_t at;
    const message_rule *rule = codec_payload_rule(ev->kind, &at);
    copier c = {take, ctx};
    return rule && copy_message(&c, rule, (unsigned char *)ev + at);
}

/* --- bodies ------------------------------------------------------------------------- */

typedef struct body_list {
    body_ref *out;
    uint32_t max;
    uint32_t n;
} body_list;

static void list_message(body_list *list, const message_rule *rule, const void *words) {
    if (rule == &rule_body_ref) {
        const body_ref *body = words;
        if (!body->present) return;
        if (list->n < list->max) list->out[list->n] = *body;
        list->n++;
        return;
    }
    for (unsigned i = 0; i < rule->fields_n; i++) {
        const field_rule *r = &rule->fields[i];
        const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[i];
        if (r->shape != SHAPE_MESSAGE || is_unchosen(r, field, words)) continue;
        const unsigned char *at = member(words, r->at);
        uint32_t n = 1;
        if (is_array(field)) {
            n = *(const uint32_t *)member(words, r->beside);
            at = *(void *const *)member(words, r->at);
        }
        for (uint32_t e = 0; e < n; e++)
            list_message(list, r->inner, at + e * r->inner->size);
    }
}

uint32_t codec_event_bodies(const event *ev, body_ref *out, uint32_t max) {
    size_t at;
    const message_rule *rule = codec_payload_rule(ev->kind, &at);
    body_list list = {out, max, 0};
    if (rule) list_message(&list, rule, member(ev, at));
    return list.n;
}
