#include "storage/tlog/proof.h"

#include <assert.h>
#include <string.h>

#include "storage/tlog/text.h"

#define FIRST_LINE    "c2sp.org/tlog-proof@v1"
#define EXTRA_START   "extra "
#define INDEX_START   "index "
#define SIZE_OF(text) (sizeof(text) - 1)

static_assert(PROOF_HEAD_MAX >= SIZE_OF(FIRST_LINE) + 1 + SIZE_OF(EXTRA_START) +
                                    BASE64_LENGTH(PROOF_EXTRA_MAX) + 1 +
                                    SIZE_OF(INDEX_START) + TLOG_TEXT_DECIMAL_MAX - 1 + 1 +
                                    TLOG_PATH_MAX * (BASE64_LENGTH(HASH_SIZE) + 1) + 1,
              "the longest head fits");

static size_t size_of_decimal(uint64_t number) {
    char digits[TLOG_TEXT_DECIMAL_MAX];
    return (size_t)(tlog_text_put_decimal(digits, number) - digits);
}

static size_t size_of_proof(const tlog_proof *proof) {
    size_t size = SIZE_OF(FIRST_LINE) + 1;
    if (proof->extra) size += SIZE_OF(EXTRA_START) + BASE64_LENGTH(proof->extra_size) + 1;
    size += SIZE_OF(INDEX_START) + size_of_decimal(proof->index) + 1;
    size += proof->path.count * (BASE64_LENGTH(HASH_SIZE) + 1);
    return size + 1 + proof->note_size;
}

duban_status proof_write(const tlog_proof *proof, char *text, size_t text_max,
                         size_t *size) {
    assert(proof->index <= TLOG_SIZE_MAX && proof->path.count <= TLOG_PATH_MAX);
    if (proof->extra && proof->extra_size > PROOF_EXTRA_MAX) return DUBAN_E_TOO_LARGE;
    size_t wanted = size_of_proof(proof);
    if (wanted > text_max) return DUBAN_E_TOO_LARGE;

    char *at = tlog_text_put(text, FIRST_LINE "\n", SIZE_OF(FIRST_LINE) + 1);
    if (proof->extra) {
        char extra[BASE64_LENGTH(PROOF_EXTRA_MAX) + 1];
        base64_encode(proof->extra, proof->extra_size, extra, sizeof extra);
        at = tlog_text_put(at, EXTRA_START, SIZE_OF(EXTRA_START));
        at = tlog_text_put(at, extra, BASE64_LENGTH(proof->extra_size));
        *at++ = '\n';
    }
    at = tlog_text_put(at, INDEX_START, SIZE_OF(INDEX_START));
    at = tlog_text_put_decimal(at, proof->index);
    *at++ = '\n';
    for (uint32_t i = 0; i < proof->path.count; i++) {
        at = tlog_text_put_hash(at, &proof->path.hashes[i]);
        *at++ = '\n';
    }
    *at++ = '\n';
    at = tlog_text_put(at, proof->note, proof->note_size);
    assert((size_t)(at - text) == wanted);
    *size = wanted;
    return DUBAN_OK;
}

/* Cuts the words a line begins with off it; false when it does not begin so. */
static bool cut_start(tlog_text_slice *line, const char *start, size_t size) {
    if (line->size < size || memcmp(line->at, start, size) != 0) return false;
    line->at += size;
    line->size -= size;
    return true;
}

/* The hashes up to the blank line. */
static duban_status parse_path(tlog_text_lines *lines, tlog_path *out) {
    tlog_text_slice line;
    tlog_path path;
    path.count = 0;
    for (;;) {
        if (!tlog_text_next_line(lines, &line)) return DUBAN_E_MALFORMED;
        if (line.size == 0) break;
        if (path.count == TLOG_PATH_MAX) return DUBAN_E_TOO_LARGE;
        if (!tlog_text_hash(line, &path.hashes[path.count++])) return DUBAN_E_MALFORMED;
    }
    *out = path;
    return DUBAN_OK;
}

duban_status proof_parse(const char *text, size_t text_size,
                         uint8_t extra[PROOF_EXTRA_MAX], size_t *extra_size,
                         tlog_proof *out) {
    tlog_text_lines lines = {text, text + text_size};
    tlog_text_slice line;
    uint8_t extra_bytes[PROOF_EXTRA_MAX];
    size_t got = 0;
    tlog_proof proof = {.extra = NULL};
    if (!tlog_text_next_line(&lines, &line)) return DUBAN_E_MALFORMED;
    if (line.size != SIZE_OF(FIRST_LINE) ||
        memcmp(line.at, FIRST_LINE, SIZE_OF(FIRST_LINE)) != 0)
        return DUBAN_E_MALFORMED;
    if (!tlog_text_next_line(&lines, &line)) return DUBAN_E_MALFORMED;
    if (cut_start(&line, EXTRA_START, SIZE_OF(EXTRA_START))) {
        duban_status status =
            base64_decode(line.at, line.size, extra_bytes, sizeof extra_bytes, &got);
        if (status) return status;
        if (!tlog_text_next_line(&lines, &line)) return DUBAN_E_MALFORMED;
    }
    if (!cut_start(&line, INDEX_START, SIZE_OF(INDEX_START)) ||
        !tlog_text_decimal(line, TLOG_SIZE_MAX, &proof.index))
        return DUBAN_E_MALFORMED;
    duban_status status = parse_path(&lines, &proof.path);
    if (status) return status;

    proof.note = lines.at;
    proof.note_size = (size_t)(lines.end - lines.at);
    if (proof.note_size == 0) return DUBAN_E_MALFORMED;
    if (extra && got) memcpy(extra, extra_bytes, got);
    if (extra_size) *extra_size = got;
    *out = proof;
    return DUBAN_OK;
}

duban_status proof_verify(const tlog_proof *proof, const hash256 *leaf,
                          const note_key *key, checkpoint *out) {
    checkpoint point;
    duban_status status = checkpoint_open(proof->note, proof->note_size, key, &point);
    if (status) return status;
    status = tlog_verify_inclusion(leaf, proof->index, point.size, proof->path.hashes,
                                   proof->path.count, &point.root);
    if (status) return status;
    *out = point;
    return DUBAN_OK;
}
