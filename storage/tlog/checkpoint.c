/* Checkpoints, the half of note.h that C2SP tlog-checkpoint describes. */
#include "storage/tlog/note.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "storage/tlog/text.h"
#include "storage/tlog/tree.h"

size_t checkpoint_print(const checkpoint *point, char text[CHECKPOINT_TEXT_MAX]) {
    char root[BASE64_LENGTH(HASH_SIZE) + 1];
    assert(point->size <= INT64_MAX);
    base64_encode(point->root.bytes, HASH_SIZE, root, sizeof root);
    char *at = tlog_text_put(text, point->origin, strlen(point->origin));
    *at++ = '\n';
    at = tlog_text_put_decimal(at, point->size);
    *at++ = '\n';
    at = tlog_text_put(at, root, sizeof root - 1);
    *at++ = '\n';
    return (size_t)(at - text);
}

duban_status checkpoint_parse(const char *text, size_t text_size, checkpoint *out) {
    tlog_text_lines lines = {text, text + text_size};
    tlog_text_slice line;
    checkpoint point;
    if (!tlog_text_next_line(&lines, &line)) return DUBAN_E_NOTE;
    if (line.size == 0 || line.size > ORIGIN_SIZE_MAX || memchr(line.at, '\0', line.size))
        return DUBAN_E_NOTE;
    memset(point.origin, 0, sizeof point.origin);
    memcpy(point.origin, line.at, line.size);
    if (!tlog_text_next_line(&lines, &line) ||
        !tlog_text_decimal(line, INT64_MAX, &point.size))
        return DUBAN_E_NOTE;
    if (!tlog_text_next_line(&lines, &line) || !tlog_text_hash(line, &point.root))
        return DUBAN_E_NOTE;
    hash256 empty = tlog_empty_root();
    if (point.size == 0 && !hash_equal(&point.root, &empty)) return DUBAN_E_NOTE;
    while (lines.at < lines.end)
        if (!tlog_text_next_line(&lines, &line) || line.size == 0) return DUBAN_E_NOTE;
    *out = point;
    return DUBAN_OK;
}

duban_status checkpoint_sign(const checkpoint *point, const sign_key *key,
                             char bytes[CHECKPOINT_NOTE_MAX], size_t *size) {
    char text[CHECKPOINT_TEXT_MAX];
    size_t text_size = checkpoint_print(point, text);
    return note_sign(text, text_size, point->origin, key, bytes, CHECKPOINT_NOTE_MAX,
                     size);
}

duban_status checkpoint_open(const char *bytes, size_t size, const note_key *key,
                             checkpoint *out) {
    note signed_note;
    checkpoint point;
    duban_status status = note_parse(bytes, size, &signed_note);
    if (!status) status = note_verify(&signed_note, key);
    if (!status)
        status = checkpoint_parse(signed_note.text, signed_note.text_size, &point);
    if (status) return status;
    if (strcmp(point.origin, key->name) != 0) return DUBAN_E_ORIGIN;
    *out = point;
    return DUBAN_OK;
}
