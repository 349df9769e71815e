#include "proto/codec.h"

#include <inttypes.h>
#include <stdio.h>

#include "proto/codec_internal.h"

#define WIRE_VERSION 1

static const field_rule rule_body_fields[] = {
    FIELD(1, FIXED, body_words, salt, MAX(BODY_SALT_SIZE), REQUIRED),
    FIELD(2, SPAN, body_words, bytes, MAX(BODY_SIZE_MAX)),
};
static RULES(rule_body, body_words, body, );

/* --- requests
 * --------------------------------------------------------------------------- */

static const field_rule rule_submit_fields[] = {
    FIELD(1, SPAN, submit_words, signed_bytes, MAX(SIGNED_SIZE_MAX)),
    FIELD(2, SPAN, submit_words, signature),
    ARRAY(3, MESSAGE, submit_words, bodies, BODIES_MAX, INNER(rule_body)),
};
static RULES(rule_submit, submit_words, submit, );

static const field_rule rule_info_request_fields[] = {
    {.id = 1, .shape = SHAPE_SPAN, .at = 0, .max = SIGN_PUBLIC_MAX},
};
static RULES(rule_info_request, span, info_request, );

static void cursor_blank(void *words) {
    ((cursor *)words)->origin = "";
}

static const field_rule rule_cursor_fields[] = {
    FIELD(1, TEXT, cursor, origin, MAX(ORIGIN_SIZE_MAX)),
    FIELD(2, PLAIN, cursor, index),
    FIELD(3, FIXED, cursor, root, MAX(HASH_SIZE), HAS(cursor, has_root)),
};
static RULES(rule_cursor, cursor, cursor, .blank = cursor_blank);

static const field_rule rule_feed_request_fields[] = {
    FIELD(1, CODE, feed_request, plan, MAX(CODE_SIZE_MAX)),
    FIELD(2, MESSAGE, feed_request, cursor, INNER(rule_cursor)),
    FIELD(3, PLAIN, feed_request, wait_ms),
};
static RULES(rule_feed_request, feed_request, feed_request, );

#define AS_OF(number, kind_shape, kind_value, member)                                    \
    FIELD(number, kind_shape, board_request, member,                                     \
          .beside = offsetof(board_request, as_of), .choice = (kind_value))

static const field_rule rule_board_request_fields[] = {
    FIELD(1, CODE, board_request, plan, MAX(CODE_SIZE_MAX)),
    AS_OF(2, PLAIN, AS_OF_INDEX, index),
    AS_OF(3, MOMENT, AS_OF_MOMENT, moment_ms),
    AS_OF(4, TRUE, AS_OF_HEAD, as_of),
    FIELD(5, DAY, board_request, day),
    FIELD(6, PLAIN, board_request, after),
    FIELD(7, PLAIN, board_request, skip),
    FIELD(8, ENUM, board_request, basis, MAX(BASIS_COUNT)),
};
static RULES(rule_board_request, board_request, board_request, );

static const field_rule rule_entries_request_fields[] = {
    FIELD(1, PLAIN, entries_request, from),
    FIELD(2, PLAIN, entries_request, max),
    FIELD(3, PLAIN, entries_request, slice),
    FIELD(4, PLAIN, entries_request, office),
};
static RULES(rule_entries_request, entries_request, entries_request, );

static const field_rule rule_body_request_fields[] = {
    {.id = 1, .shape = SHAPE_FIXED, .at = 0, .max = HASH_SIZE, REQUIRED},
};
static RULES(rule_body_request, hash256, body_request, );

typedef __typeof__(((request_words *)NULL)->receipt) receipt_request;

static const field_rule rule_receipt_request_fields[] = {
    FIELD(1, PLAIN, receipt_request, key),
    FIELD(2, PLAIN, receipt_request, number),
};
static RULES(rule_receipt_request, receipt_request, receipt_request, );

/* It says nothing: the request is that it stands there. */
static RULES_EMPTY(rule_challenge_request, challenge_request);

static const field_rule rule_session_request_fields[] = {
    FIELD(1, SPAN, session_request, signed_bytes, MAX(SIGNED_SIZE_MAX)),
    FIELD(2, SPAN, session_request, signature),
};
static RULES(rule_session_request, session_request, session_request, );

static const field_rule rule_proof_request_fields[] = {
    FIELD(1, PLAIN, proof_request, old_size), FIELD(2, PLAIN, proof_request, inclusion),
    FIELD(3, PLAIN, proof_request, index),    FIELD(4, PLAIN, proof_request, witnessed),
    FIELD(5, PLAIN, proof_request, size),
};
static RULES(rule_proof_request, proof_request, proof_request, );

static const field_rule rule_tile_request_fields[] = {
    FIELD(1, PLAIN, tile_request, entries),
    FIELD(2, PLAIN, tile_request, level),
    FIELD(3, PLAIN, tile_request, number),
    FIELD(4, PLAIN, tile_request, width),
};
static RULES(rule_tile_request, tile_request, tile_request, );

static const field_rule rule_page_request_fields[] = {
    FIELD(1, CODE, page_request, plan, MAX(CODE_SIZE_MAX)),
    FIELD(2, PLAIN, page_request, office),
    FIELD(3, PLAIN, page_request, index),
};
static RULES(rule_page_request, page_request, page_request, );

#define REQUEST(number, kind_value, member, rule)                                        \
    CHOICE(number, request_words, kind, kind_value, member, rule)

static const field_rule rule_request_fields[] = {
    {.id = 1, .shape = SHAPE_VERSION, .max = WIRE_VERSION},
    REQUEST(2, REQUEST_SUBMIT, submit, rule_submit),
    REQUEST(3, REQUEST_INFO, info_public_key, rule_info_request),
    REQUEST(4, REQUEST_FEED, feed, rule_feed_request),
    REQUEST(5, REQUEST_BOARD, board, rule_board_request),
    REQUEST(6, REQUEST_ENTRIES, entries, rule_entries_request),
    REQUEST(7, REQUEST_BODY, body_hash, rule_body_request),
    REQUEST(8, REQUEST_RECEIPT, receipt, rule_receipt_request),
    REQUEST(9, REQUEST_CHALLENGE, receipt, rule_challenge_request),
    REQUEST(10, REQUEST_SESSION, session, rule_session_request),
    REQUEST(11, REQUEST_PROOF, proof, rule_proof_request),
    REQUEST(12, REQUEST_TILE, tile, rule_tile_request),
    REQUEST(13, REQUEST_PAGE, page, rule_page_request),
    FIELD(20, SPAN, request_words, token, MAX(TOKEN_SIZE_MAX)),
};
RULES(rule_request, request_words, request, );

/* --- frames
 * ----------------------------------------------------------------------------- */

static const field_rule rule_frame_fields[] = {
    FIELD(1, TEXT, frame_words, origin, MAX(ORIGIN_SIZE_MAX)),
    FIELD(2, CODE, frame_words, plan, MAX(CODE_SIZE_MAX)),
    FIELD(3, PLAIN, frame_words, prev),
    FIELD(4, PLAIN, frame_words, to),
    FIELD(5, PLAIN, frame_words, head),
    FIELD(6, FIXED, frame_words, root, MAX(HASH_SIZE), HAS(frame_words, has_root)),
    FIELD(7, PLAIN, frame_words, fetch),
    ARRAY(8, MESSAGE, frame_words, cells, REPLY_SIZE_MAX, INNER(rule_cell)),
    FIELD(9, PLAIN, frame_words, left),
    FIELD(10, FIXED, frame_words, digest, MAX(HASH_SIZE), HAS(frame_words, has_digest)),
    FIELD(11, MOMENT, frame_words, moment_ms),
    FIELD(12, PLAIN, frame_words, digest_index),
};
RULES(rule_frame, frame_words, frame, );

/* --- replies
 * ---------------------------------------------------------------------------- */

/* In words the members of a Refusal stand in the reply itself. */
#define REFUSAL_CHARS(number, member)                                                    \
    FIELD(number, CHARS, reply_words, refusal.member,                                    \
          MAX(sizeof((duban_refusal *)NULL)->member))

static bool reply_refuses(const void *words) {
    const reply_words *reply = words;
    return reply->refusal.status != DUBAN_OK || reply->retry_ms != 0;
}

static const field_rule rule_refusal_fields[] = {
    FIELD(1, STATUS, reply_words, refusal.status),
    FIELD(2, PLAIN, reply_words, refusal.line),
    REFUSAL_CHARS(3, field),
    REFUSAL_CHARS(4, found),
    REFUSAL_CHARS(5, expected),
    FIELD(6, PLAIN, reply_words, retry_ms),
};
static RULES(rule_refusal, reply_words, refusal, .present = reply_refuses);

static const field_rule rule_receipt_fields[] = {
    FIELD(1, PLAIN, receipt_words, index),
    FIELD(2, FIXED, receipt_words, leaf, MAX(HASH_SIZE), REQUIRED),
    FIELD(3, MOMENT, receipt_words, received_ms),
    FIELD(4, NOTE, receipt_words, checkpoint, MAX(NOTE_SIZE_MAX)),
    FIELD(5, PLAIN, receipt_words, again),
    FIELD(6, SPAN, receipt_words, entry_head, MAX(ENTRY_SIZE_MAX)),
    ARRAY(7, SPAN, receipt_words, path, PROOF_PATH_MAX),
};
static RULES(rule_receipt, receipt_words, receipt, );

static const field_rule rule_plan_info_fields[] = {
    FIELD(1, PLAIN, plan_info, number),
    FIELD(2, CODE, plan_info, code, MAX(CODE_SIZE_MAX)),
    FIELD(3, TEXT, plan_info, title, MAX(TITLE_SIZE_MAX)),
    FIELD(4, PLAIN, plan_info, published),
};
static RULES(rule_plan_info, plan_info, plan_info, );

static const field_rule rule_witness_info_fields[] = {
    FIELD(1, TEXT, witness_info, name, MAX(ORIGIN_SIZE_MAX)),
    FIELD(2, PLAIN, witness_info, size),
    FIELD(3, MOMENT, witness_info, time_ms),
    FIELD(4, PLAIN, witness_info, failure),
};
static RULES(rule_witness_info, witness_info, witness_info, );

static const field_rule rule_info_fields[] = {
    FIELD(1, TEXT, info_words, origin, MAX(ORIGIN_SIZE_MAX)),
    FIELD(2, PLAIN, info_words, head),
    FIELD(3, NOTE, info_words, checkpoint, MAX(NOTE_SIZE_MAX)),
    FIELD(4, DAY, info_words, day),
    FIELD(5, MOMENT, info_words, now_ms),
    FIELD(6, PLAIN, info_words, drill),
    FIELD(7, PLAIN, info_words, rules_version),
    FIELD(8, TEXT, info_words, broker_version, MAX(NAME_SIZE_MAX)),
    ARRAY(9, MESSAGE, info_words, plans, PLANS_MAX, INNER(rule_plan_info)),
    FIELD(10, PLAIN, info_words, office),
    FIELD(11, PLAIN, info_words, key),
    FIELD(12, PLAIN, info_words, last_number),
    FIELD(13, PLAIN, info_words, revoked),
    FIELD(14, FIXED, info_words, digest, MAX(HASH_SIZE)),
    FIELD(15, PLAIN, info_words, offices),
    FIELD(16, PLAIN, info_words, keys),
    FIELD(17, PLAIN, info_words, readers),
    FIELD(18, PLAIN, info_words, inbox),
    FIELD(19, TEXT, info_words, log_vkey, MAX(TITLE_SIZE_MAX)),
    FIELD(20, SPREAD, info_words, utc_offset_minutes, MAX(UTC_OFFSET_MAX)),
    ARRAY(21, MESSAGE, info_words, witnesses, WITNESSES_MAX, INNER(rule_witness_info)),
    FIELD(22, PLAIN, info_words, witnesses_needed),
    FIELD(23, PLAIN, info_words, witnessed_size),
    FIELD(24, PLAIN, info_words, witnesses_block),
    FIELD(25, PLAIN, info_words, connections),
    FIELD(26, PLAIN, info_words, turned_away),
};
static RULES(rule_info, info_words, info, );

static const field_rule rule_entries_fields[] = {
    ARRAY(1, SPAN, entries_words, entries, REPLY_SIZE_MAX),
    FIELD(2, PLAIN, entries_words, next),
    FIELD(3, PLAIN, entries_words, head),
};
static RULES(rule_entries, entries_words, entries, );

static const field_rule rule_challenge_fields[] = {
    {.id = 1, .shape = SHAPE_SPAN, .at = 0, .max = CHALLENGE_SIZE},
};
static RULES(rule_challenge, span, challenge, );

static const field_rule rule_session_info_fields[] = {
    FIELD(1, SPAN, session_info, token, MAX(TOKEN_SIZE_MAX)),
    FIELD(2, PLAIN, session_info, lasts_ms),
    FIELD(3, PLAIN, session_info, office),
    FIELD(4, ENUM, session_info, right, MAX(RIGHT_COUNT)),
    FIELD(5, PLAIN, session_info, index),
};
static RULES(rule_session_info, session_info, session_info, );

static const field_rule rule_proof_fields[] = {
    FIELD(1, NOTE, proof_words, checkpoint, MAX(NOTE_SIZE_MAX)),
    ARRAY(2, SPAN, proof_words, consistency, PROOF_PATH_MAX),
    ARRAY(3, SPAN, proof_words, inclusion, PROOF_PATH_MAX),
    FIELD(4, FIXED, proof_words, leaf, MAX(HASH_SIZE), HAS(proof_words, has_leaf)),
};
static RULES(rule_proof, proof_words, proof, );

static const field_rule rule_tile_fields[] = {
    {.id = 1, .shape = SHAPE_SPAN, .at = 0, .max = REPLY_SIZE_MAX},
};
static RULES(rule_tile, span, tile, );

static const field_rule rule_page_fields[] = {
    FIELD(1, SPAN, page_words, bytes, MAX(PAGE_SIZE_MAX)),
    FIELD(2, PLAIN, page_words, place),
    FIELD(3, PLAIN, page_words, pages),
    ARRAY(4, SPAN, page_words, path, PROOF_PATH_MAX),
    FIELD(5, PLAIN, page_words, index),
    FIELD(6, SPAN, page_words, entry, MAX(ENTRY_SIZE_MAX)),
    ARRAY(7, SPAN, page_words, inclusion, PROOF_PATH_MAX),
    FIELD(8, NOTE, page_words, checkpoint, MAX(NOTE_SIZE_MAX)),
};
static RULES(rule_page, page_words, page, );

#define REPLY(number, kind_value, member, rule)                                          \
    CHOICE(number, reply_words, kind, kind_value, member, rule)

static const field_rule rule_reply_fields[] = {
    {.id = 1, .shape = SHAPE_VERSION, .max = WIRE_VERSION},
    {.id = 2, .shape = SHAPE_MESSAGE, .at = 0, .inner = &rule_refusal},
    REPLY(3, REPLY_RECEIPT, receipt, rule_receipt),
    REPLY(4, REPLY_INFO, info, rule_info),
    REPLY(5, REPLY_FRAME, frame, rule_frame),
    REPLY(6, REPLY_ENTRIES, entries, rule_entries),
    REPLY(7, REPLY_BODY, body, rule_body),
    REPLY(8, REPLY_CHALLENGE, challenge, rule_challenge),
    REPLY(9, REPLY_SESSION, session, rule_session_info),
    REPLY(10, REPLY_PROOF, proof, rule_proof),
    REPLY(11, REPLY_TILE, tile, rule_tile),
    REPLY(12, REPLY_PAGE, page, rule_page),
};
RULES(rule_reply, reply_words, reply, );

/* --- doors
 * ------------------------------------------------------------------------------ */

/* Another version may mean anything by the rest, so this comes before all else. */
static duban_status check_version(const reader *in, uint32_t version) {
    if (version == WIRE_VERSION) return DUBAN_OK;
    char found[16], expected[16];
    snprintf(found, sizeof found, "%" PRIu32, version);
    snprintf(expected, sizeof expected, "%d", WIRE_VERSION);
    return duban_refuse(in->refusal, DUBAN_E_VERSION, 0, "version", found, expected);
}

duban_status codec_request_read(span bytes, arena *a, request_words *out,
                                duban_refusal *refusal) {
    reader in = {.arena = a, .refusal = refusal};
    if (bytes.size > REQUEST_SIZE_MAX)
        return codec_refuse_size(&in, "Request", bytes.size, REQUEST_SIZE_MAX);
    duban_status status;
    const ProtobufCMessage *message =
        codec_unpack(&in, rule_request.descriptor, bytes, &status);
    if (!message) return status;
    const Duban__Request *request = (const Duban__Request *)message;
    status = check_version(&in, request->version);
    if (status) return status;
    if (request->what_case == DUBAN__REQUEST__WHAT__NOT_SET)
        return duban_refuse(refusal, DUBAN_E_UNKNOWN_KIND, 0, "what", NULL, NULL);
    request_words words = {.kind = REQUEST_NONE};
    status = codec_carry(&in, &rule_request, message, &words);
    if (!status) *out = words;
    return status;
}

duban_status codec_request_write(const request_words *words, buffer *out) {
    return codec_write(&rule_request, words, REQUEST_SIZE_MAX, out);
}

duban_status codec_reply_read(span bytes, arena *a, reply_words *out,
                              duban_refusal *refusal) {
    reader in = {.arena = a, .refusal = refusal, .unknown_tolerated = true};
    if (bytes.size > REPLY_SIZE_MAX)
        return codec_refuse_size(&in, "Reply", bytes.size, REPLY_SIZE_MAX);
    duban_status status;
    const ProtobufCMessage *message =
        codec_unpack(&in, rule_reply.descriptor, bytes, &status);
    if (!message) return status;
    status = check_version(&in, ((const Duban__Reply *)message)->version);
    if (status) return status;
    reply_words words = {.kind = REPLY_NONE};
    status = codec_carry(&in, &rule_reply, message, &words);
    if (!status) *out = words;
    return status;
}

duban_status codec_reply_write(const reply_words *words, buffer *out) {
    return codec_write(&rule_reply, words, REPLY_SIZE_MAX, out);
}

duban_status codec_frame_read(span bytes, arena *a, frame_words *out,
                              duban_refusal *refusal) {
    reader in = {.arena = a, .refusal = refusal, .unknown_tolerated = true};
    if (bytes.size > REPLY_SIZE_MAX)
        return codec_refuse_size(&in, "Frame", bytes.size, REPLY_SIZE_MAX);
    frame_words words = {0};
    duban_status status = codec_read(&in, &rule_frame, bytes, &words);
    if (!status) *out = words;
    return status;
}

duban_status codec_frame_write(const frame_words *words, buffer *out) {
    return codec_write(&rule_frame, words, REPLY_SIZE_MAX, out);
}
