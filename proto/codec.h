/* Bytes <-> words: the only user of protobuf-c.
 * Knows: duban.proto and the bounds of limits.h. Must not know: what any of it means.
 *
 * Reading is total: any bytes give a status, never a crash; sizes, counts, enums, UTF-8,
 * codes, days, periods and decimals are checked here, so that what comes out may be
 * trusted to be well formed (not to be true: an enum may be NONE, a list empty, an id
 * nobody's). Fields unknown to this version are refused in Signed, payloads and requests
 * and passed over in replies and frames.
 *
 * Words read borrow from the arena alone; only event.payload is the head's own span. A
 * status below 0 leaves *out untouched and fills *refusal (may be NULL) with field,
 * found, expected and the line of the outermost repeated element, from 1. Hostile bytes
 * can ask the arena for 80 times their size before a count is refused: give it a bound
 * where bytes come from strangers; DUBAN_E_NO_MEMORY then says that it was reached. */
#ifndef DUBAN_PROTO_CODEC_H
#define DUBAN_PROTO_CODEC_H

#include "proto/arena.h"
#include "proto/words.h"

/* Signed. DUBAN_E_MALFORMED, DUBAN_E_CONTEXT when context is not SIGN_CONTEXT,
 * DUBAN_E_UNKNOWN_KIND, DUBAN_E_UNKNOWN_FIELD, DUBAN_E_TOO_LARGE. */
duban_status codec_signed_read(span bytes, arena *a, signed_words *out,
                               duban_refusal *refusal);
/* Appends the bytes to be signed. DUBAN_E_TOO_LARGE, DUBAN_E_NO_MEMORY. */
duban_status codec_signed_write(const signed_words *words, buffer *out);

/* The payload of head->kind as an event; copies office, key, number and payload from head
 * and the mark from the last 32 bytes of the signature (zeros when it is shorter). */
duban_status codec_event_read(const signed_words *head, span signature, arena *a,
                              event *out, duban_refusal *refusal);
/* Appends the payload bytes of an event of its kind (what Signed.payload holds). */
duban_status codec_event_write(const event *ev, buffer *out);

duban_status codec_request_read(span bytes, arena *a, request_words *out,
                                duban_refusal *refusal);
duban_status codec_request_write(const request_words *words, buffer *out);
duban_status codec_reply_read(span bytes, arena *a, reply_words *out,
                              duban_refusal *refusal);
duban_status codec_reply_write(const reply_words *words, buffer *out);
/* A Frame alone, as published behind its topic. */
duban_status codec_frame_read(span bytes, arena *a, frame_words *out,
                              duban_refusal *refusal);
duban_status codec_frame_write(const frame_words *words, buffer *out);

/* Canonical bytes of one cell, for pages and digests: the Cell message with its fields in
 * order of their numbers. Equal cells give equal bytes. */
duban_status codec_cell_write(const cell *value, buffer *out);
/* The reverse. DUBAN_E_MALFORMED, DUBAN_E_UNKNOWN_FIELD, DUBAN_E_TOO_LARGE. */
duban_status codec_cell_read(span bytes, arena *a, cell *out, duban_refusal *refusal);
/* Size of those bytes, to fill a frame up to a bound. */
size_t codec_cell_size(const cell *value);

/* Whether two cells of one kind say the same; name and change are not looked at. Strings
 * and arrays that were never set count as empty. */
bool codec_cell_equal(const cell *a, const cell *b);
/* Makes the cell say what the other of its kind does, with pointers to the other's
 * memory; its own name and change stay. Whether it said the same before. */
bool codec_cell_say(cell *to, const cell *from);

/* Memory for a copy, aligned for any type, or NULL when there is none. size may be 0. */
typedef void *(*codec_take)(void *ctx, size_t size);
/* Turns every pointer in the words to a copy of what it points to. False when out of
 * memory; the words are unusable then. */
bool codec_cell_copy(cell *value, codec_take take, void *ctx);
bool codec_task_copy(task_words *task, codec_take take, void *ctx);
bool codec_event_copy(event *ev, codec_take take, void *ctx); /* its payload's words */

/* Every body an event refers to, in order; at most max are written, the count of all is
 * returned. */
uint32_t codec_event_bodies(const event *ev, body_ref *out, uint32_t max);

#endif
