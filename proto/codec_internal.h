/* How each message of duban.proto lies in its struct of words.h: one table of rules a
 * message, read by one reader and one writer. Private to codec_*.c and its test.
 * Knows: protobuf-c's descriptors. Must not know: what any of it means.
 *
 * protobuf-c takes incoming bytes apart (into the arena) and codec_read.c carries what it
 * found into words, checking every bound on the way. Outgoing bytes are written by
 * codec_write.c straight from words, without structs of protobuf-c in between; the
 * codec's test proves them equal to protobuf-c's own. */
#ifndef DUBAN_PROTO_CODEC_INTERNAL_H
#define DUBAN_PROTO_CODEC_INTERNAL_H

#include "duban.pb-c.h"
#include "proto/arena.h"
#include "proto/words.h"

/* What a field is in words, beyond its type in duban.proto. */
typedef enum shape {
    SHAPE_PLAIN,   /* a number or bool of the same type; max bounds a uint32 unless 0 */
    SHAPE_ENUM,    /* an enum of max values from 0 */
    SHAPE_DAY,     /* int32_t within DAY_MIN..DAY_MAX */
    SHAPE_MOMENT,  /* int64_t within 0..MOMENT_MS_MAX */
    SHAPE_SPREAD,  /* int32_t within -max..max */
    SHAPE_TEXT,    /* const char *, at most max bytes */
    SHAPE_NOTE,    /* the same, where newlines are allowed */
    SHAPE_CODE,    /* const char *, [0-9A-Za-z._-], at most max bytes */
    SHAPE_CHARS,   /* char[max] in place, cut when longer */
    SHAPE_SPAN,    /* span of at most max bytes */
    SHAPE_FIXED,   /* uint8_t[max] in place */
    SHAPE_KEY,     /* uint8_t[SIGN_PUBLIC_MAX] in place, algorithm at beside */
    SHAPE_DECIMAL, /* decimal that a person stated, within VALUE_ABS_MAX */
    SHAPE_DERIVED, /* decimal that was computed, anything an int64 holds */
    SHAPE_PERIOD,  /* period, valid or kind NONE */
    SHAPE_MESSAGE, /* the struct of inner in place, or an array of them */
    SHAPE_VERSION, /* not in words: written as max, judged before all else */
    SHAPE_TRUE,    /* not in words: chosen in a oneof, always true */
    SHAPE_STATUS,  /* duban_status for its positive number */
} shape;

/* The field must be there: not empty, not NONE. It is always written. */
#define RULE_REQUIRED 1
/* bool at beside says whether it is there. */
#define RULE_HAS 2

typedef struct message_rule message_rule;

typedef struct field_rule {
    uint8_t shape;
    uint8_t flags;
    uint8_t id;      /* number in duban.proto */
    uint8_t choice;  /* of a oneof: what the int at beside holds when this is chosen */
    uint16_t at;     /* offset of the member */
    uint16_t size;   /* of the member in its struct */
    uint16_t beside; /* offset of an array's count, a oneof's kind, RULE_HAS's bool */
    uint32_t max;
    uint8_t kinds;       /* of an array of SHAPE_ENUM: how many values the enum has */
    const char *name;    /* the member's, for the test of these tables */
    duban_status status; /* when the value is refused, if not the shape's own */
    const message_rule *inner; /* SHAPE_MESSAGE */
    /* Whether to write it, given the struct it is in; NULL: by shape and flags. */
    bool (*present)(const void *words);
} field_rule;

typedef struct reader {
    arena *arena;
    duban_refusal *refusal;
    uint32_t line; /* of the outermost repeated element, from 1 */
    bool unknown_tolerated;
} reader;

struct message_rule {
    const ProtobufCMessageDescriptor *descriptor;
    const field_rule *fields; /* one for each field, ascending */
    unsigned fields_n;
    size_t size; /* of the struct in words */
    /* Whether to write a message that stands alone in its parent; NULL: always. */
    bool (*present)(const void *words);
    /* Completes zeroed words when the message is absent. */
    void (*blank)(void *words);
    /* Judges what takes more than one field, and may complete words. */
    duban_status (*check)(const reader *in, const ProtobufCMessage *message, void *words);
};

#define RULES(name, type, message, ...)                                                  \
    const message_rule name = {.descriptor = &duban__##message##__descriptor,            \
                               .fields = name##_fields,                                  \
                               .fields_n = sizeof name##_fields / sizeof(field_rule),    \
                               .size = sizeof(type),                                     \
                               __VA_ARGS__}
/* A message without fields. */
#define RULES_EMPTY(name, message)                                                       \
    const message_rule name = {.descriptor = &duban__##message##__descriptor}
#define FIELD(number, kind, type, member, ...)                                           \
    {                                                                                    \
        .id = (number), .shape = SHAPE_##kind, .at = offsetof(type, member),             \
        .size = sizeof(((type *)NULL)->member), .name = #member, __VA_ARGS__             \
    }
#define ARRAY(number, kind, type, member, limit, ...)                                    \
    {                                                                                    \
        .id = (number), .shape = SHAPE_##kind, .at = offsetof(type, member),             \
        .beside = offsetof(type, member##_n), .name = #member, .max = (limit),           \
        __VA_ARGS__                                                                      \
    }
#define CHOICE(number, type, kind_member, kind_value, member, rule)                      \
    {                                                                                    \
        .id = (number), .shape = SHAPE_MESSAGE, .at = offsetof(type, member),            \
        .beside = offsetof(type, kind_member), .choice = (kind_value), .inner = &(rule), \
        .name = #member                                                                  \
    }
#define REQUIRED               .flags = RULE_REQUIRED
#define MAX(value)             .max = (value)
#define INNER(rule)            .inner = &(rule)
#define KINDS(count)           .kinds = (count)
#define HAS(type, flag_member) .flags = RULE_HAS, .beside = offsetof(type, flag_member)

/* codec_signed.c */
extern const message_rule rule_signed;
/* codec_event.c */
extern const message_rule rule_body_ref, rule_office, rule_task, rule_gate, rule_post;

#define BODY(number, type, member)                                                       \
    FIELD(number, MESSAGE, type, member, INNER(rule_body_ref))
/* codec_cell.c */
extern const message_rule rule_cell;
/* codec_wire.c */
extern const message_rule rule_request, rule_reply, rule_frame;

/* The rule of a kind's payload and where its struct lies in an event; NULL when there is
 * no such kind. */
const message_rule *codec_payload_rule(event_kind kind, size_t *at);

/* --- codec_read.c ------------------------------------------------------------------- */

/* Takes bytes apart as that message. NULL after filling *refused: MALFORMED or NO_MEMORY.
 */
const ProtobufCMessage *codec_unpack(const reader *in,
                                     const ProtobufCMessageDescriptor *descriptor,
                                     span bytes, duban_status *refused);
/* Carries message into words, which must be zeroed. */
duban_status codec_carry(const reader *in, const message_rule *rule,
                         const ProtobufCMessage *message, void *words);
/* TOO_LARGE for a whole message. */
duban_status codec_refuse_size(const reader *in, const char *message, size_t size,
                               size_t size_max);
/* KEY_FORMAT unless a public key of that algorithm has so many bytes. */
duban_status codec_key_size(const reader *in, const char *field, algorithm a,
                            size_t size);
/* Both, into zeroed words. */
duban_status codec_read(const reader *in, const message_rule *rule, span bytes,
                        void *words);

/* --- codec_write.c ------------------------------------------------------------------ */

size_t codec_size(const message_rule *rule, const void *words);
/* Appends. DUBAN_E_TOO_LARGE above size_max, DUBAN_E_NO_MEMORY. */
duban_status codec_write(const message_rule *rule, const void *words, size_t size_max,
                         buffer *out);

#endif
