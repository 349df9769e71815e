#include "proto/codec.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proto/codec_internal.h"
#include "proto/sign.h"

/* Whatever is signed begins with these bytes: tag and size of context, and its text. */
static const char signed_start[] = "\x0a\x07" SIGN_CONTEXT;

static const field_rule rule_signed_fields[] = {
    FIELD(1, TEXT, signed_words, context, MAX(sizeof SIGN_CONTEXT)),
    FIELD(2, TEXT, signed_words, origin, MAX(ORIGIN_SIZE_MAX)),
    FIELD(3, ENUM, signed_words, kind, MAX(KIND_COUNT)),
    FIELD(4, ENUM, signed_words, algorithm, MAX(ALGORITHM_COUNT),
          .status = DUBAN_E_ALGORITHM),
    FIELD(5, PLAIN, signed_words, office),
    FIELD(6, PLAIN, signed_words, key),
    FIELD(7, PLAIN, signed_words, number),
    FIELD(8, SPAN, signed_words, payload),
};
RULES(rule_signed, signed_words, signed, );

/* What must be right before the rest can mean anything. */
static duban_status check_frame(const reader *in, span bytes, const Duban__Signed *head) {
    size_t start = sizeof signed_start - 1;
    if (bytes.size < start || memcmp(bytes.data, signed_start, start) != 0 ||
        strcmp(head->context, SIGN_CONTEXT) != 0)
        return duban_refuse(in->refusal, DUBAN_E_CONTEXT, 0, "context", NULL,
                            SIGN_CONTEXT);
    int32_t kind = (int32_t)head->kind;
    if (kind > KIND_NONE && kind < KIND_COUNT) return DUBAN_OK;
    char found[16], expected[16];
    snprintf(found, sizeof found, "%" PRId32, kind);
    snprintf(expected, sizeof expected, "1..%d", KIND_COUNT - 1);
    return duban_refuse(in->refusal, DUBAN_E_UNKNOWN_KIND, 0, "kind", found, expected);
}

duban_status codec_signed_read(span bytes, arena *a, signed_words *out,
                               duban_refusal *refusal) {
    reader in = {.arena = a, .refusal = refusal};
    if (bytes.size > SIGNED_SIZE_MAX)
        return codec_refuse_size(&in, "Signed", bytes.size, SIGNED_SIZE_MAX);
    duban_status status;
    const ProtobufCMessage *message =
        codec_unpack(&in, rule_signed.descriptor, bytes, &status);
    if (!message) return status;
    status = check_frame(&in, bytes, (const Duban__Signed *)message);
    if (status) return status;
    signed_words words = {0};
    status = codec_carry(&in, &rule_signed, message, &words);
    if (!status) *out = words;
    return status;
}

duban_status codec_signed_write(const signed_words *words, buffer *out) {
    return codec_write(&rule_signed, words, SIGNED_SIZE_MAX, out);
}
