#include "storage/tlog/add_checkpoint.h"

#include <assert.h>
#include <string.h>

#include "storage/tlog/text.h"

#define OLD      "old "
#define OLD_SIZE (sizeof OLD - 1)

static_assert(ADD_CHECKPOINT_HEAD_MAX >=
                  OLD_SIZE + TLOG_TEXT_DECIMAL_MAX - 1 + 1 +
                      ADD_CHECKPOINT_PATH_MAX * (BASE64_LENGTH(HASH_SIZE) + 1) + 1,
              "the longest head fits");

duban_status add_checkpoint_write(const add_checkpoint *ask, char *text, size_t text_max,
                                  size_t *size) {
    char head[ADD_CHECKPOINT_HEAD_MAX];
    assert(ask->old_size <= TLOG_SIZE_MAX);
    if (ask->path.count > ADD_CHECKPOINT_PATH_MAX) return DUBAN_E_TOO_LARGE;
    char *at = tlog_text_put(head, OLD, OLD_SIZE);
    at = tlog_text_put_decimal(at, ask->old_size);
    *at++ = '\n';
    for (uint32_t i = 0; i < ask->path.count; i++) {
        at = tlog_text_put_hash(at, &ask->path.hashes[i]);
        *at++ = '\n';
    }
    *at++ = '\n';
    size_t head_size = (size_t)(at - head);
    if (head_size > text_max || ask->note_size > text_max - head_size)
        return DUBAN_E_TOO_LARGE;
    tlog_text_put(tlog_text_put(text, head, head_size), ask->note, ask->note_size);
    *size = head_size + ask->note_size;
    return DUBAN_OK;
}

duban_status add_checkpoint_parse(const char *text, size_t text_size,
                                  add_checkpoint *out) {
    tlog_text_lines lines = {text, text + text_size};
    tlog_text_slice line;
    add_checkpoint ask;
    if (!tlog_text_next_line(&lines, &line) || line.size < OLD_SIZE ||
        memcmp(line.at, OLD, OLD_SIZE) != 0)
        return DUBAN_E_MALFORMED;
    line.at += OLD_SIZE;
    line.size -= OLD_SIZE;
    if (!tlog_text_decimal(line, TLOG_SIZE_MAX, &ask.old_size)) return DUBAN_E_MALFORMED;
    for (ask.path.count = 0;; ask.path.count++) {
        if (!tlog_text_next_line(&lines, &line)) return DUBAN_E_MALFORMED;
        if (line.size == 0) break;
        if (ask.path.count == ADD_CHECKPOINT_PATH_MAX ||
            !tlog_text_hash(line, &ask.path.hashes[ask.path.count]))
            return DUBAN_E_MALFORMED;
    }
    ask.note = lines.at;
    ask.note_size = (size_t)(lines.end - lines.at);
    if (ask.note_size == 0) return DUBAN_E_MALFORMED;
    *out = ask;
    return DUBAN_OK;
}

size_t add_checkpoint_size_write(uint64_t size, char text[21]) {
    char *at = tlog_text_put_decimal(text, size);
    *at++ = '\n';
    return (size_t)(at - text);
}

duban_status add_checkpoint_size_parse(const char *text, size_t text_size,
                                       uint64_t *out) {
    tlog_text_lines lines = {text, text + text_size};
    tlog_text_slice line;
    uint64_t size = 0;
    if (!tlog_text_next_line(&lines, &line) || lines.at != lines.end ||
        !tlog_text_decimal(line, TLOG_SIZE_MAX, &size))
        return DUBAN_E_MALFORMED;
    *out = size;
    return DUBAN_OK;
}
