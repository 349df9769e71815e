#include "client/receipt.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proto/codec.h"
#include "proto/sign.h"

#define FIRST_LINE    "duban-receipt/1\n"
#define ENTRY_START   "entry "
#define SIZE_OF(text) (sizeof(text) - 1)

/* --- from the broker's words -------------------------------------------------------- */

duban_status receipt_path(const span *hashes, uint32_t count, tlog_path *out) {
    if (count > TLOG_PATH_MAX) return DUBAN_E_PROOF;
    for (uint32_t i = 0; i < count; i++) {
        if (hashes[i].size != HASH_SIZE) return DUBAN_E_PROOF;
        memcpy(out->hashes[i].bytes, hashes[i].data, HASH_SIZE);
    }
    out->count = count;
    return DUBAN_OK;
}

duban_status receipt_of_reply(const receipt_words *words, span signed_bytes,
                              span signature, arena *a, receipt *out) {
    receipt r = {.proof = {.index = words->index}};
    entry_words entry;
    if (words->entry_head.size != ENTRY_HEAD_SIZE || words->index > TLOG_SIZE_MAX)
        return DUBAN_E_PROOF;
    size_t size = ENTRY_HEAD_SIZE + signed_bytes.size + signature.size;
    uint8_t *bytes = arena_alloc(a, size);
    if (!bytes) return DUBAN_E_NO_MEMORY;
    memcpy(bytes, words->entry_head.data, ENTRY_HEAD_SIZE);
    memcpy(bytes + ENTRY_HEAD_SIZE, signed_bytes.data, signed_bytes.size);
    memcpy(bytes + ENTRY_HEAD_SIZE + signed_bytes.size, signature.data, signature.size);
    r.entry = (span){bytes, size};
    r.proof.note = words->checkpoint;
    r.proof.note_size = strlen(words->checkpoint);
    hash256 leaf = tlog_leaf_hash(bytes, size);
    bool agrees = hash_equal(&leaf, &words->leaf) && !entry_read(r.entry, &entry) &&
                  entry.index == words->index && entry.received_ms == words->received_ms;
    if (!agrees || receipt_path(words->path, words->path_n, &r.proof.path))
        return DUBAN_E_PROOF;
    *out = r;
    return DUBAN_OK;
}

/* --- the text ----------------------------------------------------------------------- */

duban_status receipt_write(const receipt *r, buffer *out) {
    size_t entry_text = BASE64_LENGTH(r->entry.size), proof_size = 0;
    size_t room = SIZE_OF(FIRST_LINE ENTRY_START) + entry_text + 2 + PROOF_HEAD_MAX +
                  r->proof.note_size;
    if (r->entry.size > ENTRY_SIZE_MAX || room > RECEIPT_SIZE_MAX)
        return DUBAN_E_TOO_LARGE;
    char *to = (char *)buffer_reserve(out, room + 1);
    if (!to) return DUBAN_E_NO_MEMORY;
    size_t head = SIZE_OF(FIRST_LINE ENTRY_START);
    memcpy(to, FIRST_LINE ENTRY_START, head);
    base64_encode(r->entry.data, r->entry.size, to + head, entry_text + 1);
    head += entry_text;
    to[head++] = '\n';
    to[head++] = '\n';
    duban_status status = proof_write(&r->proof, to + head, room - head, &proof_size);
    if (!status) out->size += head + proof_size;
    return status;
}

static duban_status read_entry(const char *text, size_t size, arena *a, span *out) {
    size_t got = 0;
    uint8_t *bytes = arena_alloc(a, ENTRY_SIZE_MAX);
    if (!bytes) return DUBAN_E_NO_MEMORY;
    duban_status status = base64_decode(text, size, bytes, ENTRY_SIZE_MAX, &got);
    if (!status) *out = (span){bytes, got};
    return status;
}

static duban_status malformed(duban_refusal *refusal, duban_status status, uint32_t line,
                              const char *field, const char *expected) {
    return duban_refuse(refusal, status, line, field, NULL, expected);
}

/* Whatever the text holds is in the parts: extra data, say, would be something that
 * nothing authenticates. */
static duban_status same_again(const receipt *r, span text) {
    buffer again;
    buffer_init(&again);
    duban_status status = receipt_write(r, &again);
    bool same = !status && again.size == text.size &&
                memcmp(again.data, text.data, text.size) == 0;
    buffer_close(&again);
    return status || same ? status : DUBAN_E_MALFORMED;
}

duban_status receipt_parse(span text, arena *a, receipt *out, duban_refusal *refusal) {
    const char *at = (const char *)text.data, *end = at + text.size;
    size_t first = SIZE_OF(FIRST_LINE), start = SIZE_OF(ENTRY_START);
    receipt r;
    if (text.size > RECEIPT_SIZE_MAX)
        return malformed(refusal, DUBAN_E_TOO_LARGE, 0, "file", NULL);
    if (text.size < first || memcmp(at, FIRST_LINE, first) != 0)
        return malformed(refusal, DUBAN_E_MALFORMED, 1, "file", "duban-receipt/1");
    at += first;
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    if (!newline || (size_t)(newline - at) < start || memcmp(at, ENTRY_START, start) != 0)
        return malformed(refusal, DUBAN_E_MALFORMED, 2, "entry", "entry BASE64");
    duban_status status =
        read_entry(at + start, (size_t)(newline - at) - start, a, &r.entry);
    if (status) return malformed(refusal, status, 2, "entry", "entry BASE64");
    at = newline + 1;
    if (at == end || *at != '\n')
        return malformed(refusal, DUBAN_E_MALFORMED, 3, "file", NULL);
    at++;
    status = proof_parse(at, (size_t)(end - at), NULL, NULL, &r.proof);
    if (!status) status = same_again(&r, text);
    if (status) return malformed(refusal, status, 4, "proof", "c2sp.org/tlog-proof@v1");
    *out = r;
    return DUBAN_OK;
}

/* --- verifying ---------------------------------------------------------------------- */

static duban_status fails(duban_refusal *refusal, duban_status status, const char *field,
                          const char *found, const char *expected) {
    return duban_refuse(refusal, status, 0, field, found, expected);
}

/* The prefix repeats what was signed, and stands where the proof says. */
static duban_status read_facts(const receipt *r, const note_key *log, arena *a,
                               receipt_facts *f, duban_refusal *refusal) {
    char found[24], expected[24];
    if (entry_read(r->entry, &f->entry) ||
        codec_signed_read(f->entry.signed_bytes, a, &f->head, NULL) ||
        codec_event_read(&f->head, f->entry.signature, a, &f->ev, NULL))
        return fails(refusal, DUBAN_E_PROOF, "entry", NULL, NULL);
    if (f->entry.kind != f->head.kind || f->entry.office != f->head.office ||
        f->entry.key != f->head.key || f->entry.number != f->head.number)
        return fails(refusal, DUBAN_E_PROOF, "entry", NULL, NULL);
    if (f->entry.index != r->proof.index) {
        snprintf(found, sizeof found, "%" PRIu64, r->proof.index);
        snprintf(expected, sizeof expected, "%" PRIu64, f->entry.index);
        return fails(refusal, DUBAN_E_PROOF, "index", found, expected);
    }
    if (strcmp(f->head.origin, log->name) != 0)
        return fails(refusal, DUBAN_E_PROOF, "origin", f->head.origin, log->name);
    return DUBAN_OK;
}

duban_status receipt_verify(const receipt *r, const note_key *log, arena *a,
                            receipt_facts *out, duban_refusal *refusal) {
    receipt_facts f;
    const tlog_proof *proof = &r->proof;
    memset(&f, 0, sizeof f);
    duban_status status = checkpoint_open(proof->note, proof->note_size, log, &f.point);
    if (status)
        return fails(refusal, DUBAN_E_NOTE, "checkpoint", duban_status_name(status),
                     log->name);
    status = read_facts(r, log, a, &f, refusal);
    if (status) return status;
    f.leaf = tlog_leaf_hash(r->entry.data, r->entry.size);
    status = tlog_verify_inclusion(&f.leaf, proof->index, f.point.size,
                                   proof->path.hashes, proof->path.count, &f.point.root);
    if (status) return fails(refusal, status, "path", NULL, NULL);
    *out = f;
    return DUBAN_OK;
}

duban_status receipt_signed(const receipt_facts *facts, const sign_public *by) {
    sign_signature signature;
    if (facts->head.algorithm != by->algorithm) return DUBAN_E_ALGORITHM;
    if (facts->entry.signature.size != sizeof signature.bytes) return DUBAN_E_SIGNATURE;
    memcpy(signature.bytes, facts->entry.signature.data, sizeof signature.bytes);
    return sign_verify(by, facts->entry.signed_bytes.data, facts->entry.signed_bytes.size,
                       &signature);
}
