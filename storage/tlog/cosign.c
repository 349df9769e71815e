#include "storage/tlog/cosign.h"

#include <assert.h>
#include <string.h>

#include "storage/tlog/note_parts.h"
#include "storage/tlog/text.h"

#define HEADER      "cosignature/v1\ntime "
#define HEADER_SIZE (sizeof HEADER - 1)
#define TIME_SIZE   8
#define MESSAGE_MAX (HEADER_SIZE + TLOG_TEXT_DECIMAL_MAX + 1 + COSIGN_TEXT_MAX)

/* --- keys ------------------------------------------------------------------------- */

duban_status cosign_key_make(const char *name, const sign_public *public_key,
                             cosign_key *out) {
    return note_parts_key(COSIGN_ED25519, name, public_key, &out->note);
}

void cosign_key_print(const cosign_key *key, char text[NOTE_KEY_TEXT_SIZE]) {
    note_parts_key_print(COSIGN_ED25519, &key->note, text);
}

duban_status cosign_key_parse(const char *text, size_t size, cosign_key *out) {
    return note_parts_key_parse(COSIGN_ED25519, text, size, &out->note);
}

/* --- one cosignature -------------------------------------------------------------- */

/* What is signed; returns its size. text_size is at most COSIGN_TEXT_MAX. */
static size_t message_of(const char *text, size_t text_size, int64_t time_s,
                         char message[MESSAGE_MAX]) {
    char *at = tlog_text_put(message, HEADER, HEADER_SIZE);
    at = tlog_text_put_decimal(at, (uint64_t)time_s);
    *at++ = '\n';
    at = tlog_text_put(at, text, text_size);
    return (size_t)(at - message);
}

duban_status cosign_line(const char *text, size_t text_size, const char *name,
                         const sign_key *key, int64_t time_s, char line[COSIGN_LINE_MAX],
                         size_t *size) {
    char message[MESSAGE_MAX];
    uint8_t bytes[COSIGN_SIGNATURE_SIZE];
    cosign_key signer;
    checkpoint point;
    sign_signature signature;
    if (text_size > COSIGN_TEXT_MAX || time_s < 0) return DUBAN_E_TOO_LARGE;
    duban_status status = checkpoint_parse(text, text_size, &point);
    if (!status) status = cosign_key_make(name, &key->public_key, &signer);
    if (status) return status;
    size_t message_size = message_of(text, text_size, time_s, message);
    status = sign_bytes(key, message, message_size, &signature);
    if (status) return status;
    for (int i = 0; i < TIME_SIZE; i++)
        bytes[i] = (uint8_t)((uint64_t)time_s >> (56 - 8 * i));
    memcpy(bytes + TIME_SIZE, signature.bytes, SIGN_SIGNATURE_SIZE);
    char *end = note_line_put(line, &signer.note, bytes, sizeof bytes);
    *size = (size_t)(end - line);
    assert(*size == COSIGN_LINE_SIZE(strlen(name)));
    return DUBAN_OK;
}

static duban_status verify_line(const note *signed_note, const note_line *line,
                                const cosign_key *key, int64_t *time_s) {
    char message[MESSAGE_MAX];
    uint8_t bytes[COSIGN_SIGNATURE_SIZE];
    sign_signature signature;
    uint64_t time = 0;
    if (signed_note->text_size > COSIGN_TEXT_MAX ||
        note_line_signature(line, bytes, sizeof bytes))
        return DUBAN_E_WITNESS;
    for (int i = 0; i < TIME_SIZE; i++)
        time = time << 8 | bytes[i];
    if (time > COSIGN_TIME_MAX) return DUBAN_E_WITNESS;
    memcpy(signature.bytes, bytes + TIME_SIZE, SIGN_SIGNATURE_SIZE);
    size_t size =
        message_of(signed_note->text, signed_note->text_size, (int64_t)time, message);
    if (sign_verify(&key->note.public_key, message, size, &signature))
        return DUBAN_E_WITNESS;
    *time_s = (int64_t)time;
    return DUBAN_OK;
}

duban_status cosign_verify(const note *signed_note, const cosign_key *key,
                           int64_t *time_s) {
    const char *at = signed_note->lines, *end = at + signed_note->lines_size;
    int64_t newest_s = -1;
    while (at < end) {
        note_line line;
        int64_t found_s = 0;
        duban_status status = note_line_next(&at, end, &line);
        if (status) return status;
        if (!note_line_claims(&line, &key->note)) continue;
        status = verify_line(signed_note, &line, key, &found_s);
        if (status) return status;
        if (found_s > newest_s) newest_s = found_s;
    }
    if (newest_s < 0) return DUBAN_E_UNKNOWN_KEY;
    *time_s = newest_s;
    return DUBAN_OK;
}

/* --- several in one note ---------------------------------------------------------- */

duban_status cosign_append(const char *note_bytes, size_t note_size, const char *lines,
                           size_t lines_size, char *bytes, size_t bytes_max,
                           size_t *size) {
    note parsed;
    if (lines_size > bytes_max || note_size > bytes_max - lines_size)
        return DUBAN_E_TOO_LARGE;
    memmove(bytes, note_bytes, note_size);
    memcpy(bytes + note_size, lines, lines_size);
    duban_status status = note_parse(bytes, note_size + lines_size, &parsed);
    if (status) return status;
    *size = note_size + lines_size;
    return DUBAN_OK;
}
