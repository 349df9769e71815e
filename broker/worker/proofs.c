#include "broker/worker/proofs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "storage/tlog/note.h"

void proofs_spans(const tlog_path *path, span out[TLOG_PATH_MAX]) {
    for (uint32_t i = 0; i < path->count; i++)
        out[i] = (span){path->hashes[i].bytes, HASH_SIZE};
}

duban_status proofs_inclusion(const journal *j, uint64_t index, uint64_t size,
                              tlog_path *out) {
    journal_reader *reader = NULL;
    tlog_hash_reader hashes;
    duban_status status = journal_reader_open(j, &reader);
    if (!status) status = journal_hashes(reader, size, &hashes);
    if (!status) status = tlog_prove_inclusion(&hashes, index, size, out);
    journal_reader_close(reader);
    return status;
}

/* --- heads -------------------------------------------------------------------------- */

static duban_status size_of_note(const char *bytes, size_t bytes_n, uint64_t *size) {
    note parsed;
    checkpoint point;
    duban_status status = note_parse(bytes, bytes_n, &parsed);
    if (!status) status = checkpoint_parse(parsed.text, parsed.text_size, &point);
    if (!status) *size = point.size;
    return status;
}

static duban_status copy_head(const char *bytes, size_t bytes_n, uint64_t size,
                              arena *space, proofs_head *out) {
    const char *copy = arena_copy(space, bytes, bytes_n);
    if (!copy) return DUBAN_E_NO_MEMORY;
    *out = (proofs_head){size, copy};
    return DUBAN_OK;
}

duban_status proofs_head_witnessed(const proofs_witnessed *witnessed, arena *space,
                                   proofs_head *out) {
    buffer bytes;
    uint64_t size = 0;
    if (!witnessed->read) return DUBAN_E_UNWITNESSED;
    buffer_init(&bytes);
    duban_status status = witnessed->read(witnessed->ctx, &bytes);
    const char *text = (const char *)bytes.data;
    if (!status) status = size_of_note(text, bytes.size, &size);
    if (!status) status = copy_head(text, bytes.size, size, space, out);
    buffer_close(&bytes);
    return status;
}

duban_status proofs_head_newest(const journal *j, arena *space, proofs_head *out) {
    journal_head head;
    journal_get_head(j, &head);
    return copy_head(head.checkpoint, strlen(head.checkpoint), head.size, space, out);
}

/* --- answering ---------------------------------------------------------------------- */

/* Everything of one answer; the words borrow from it. */
typedef struct made {
    proofs_head head; /* its size is that of the tree that is proved to */
    tlog_path consistency;
    tlog_path inclusion;
    span consistency_spans[TLOG_PATH_MAX];
    span inclusion_spans[TLOG_PATH_MAX];
    hash256 leaf;
} made;

static duban_status beyond(const proof_request *ask, uint64_t number, const char *field,
                           uint64_t most, duban_refusal *refusal) {
    char found[24], expected[24];
    duban_status status = ask->witnessed ? DUBAN_E_UNWITNESSED : DUBAN_E_AHEAD;
    snprintf(found, sizeof found, "%" PRIu64, number);
    snprintf(expected, sizeof expected, "%" PRIu64, most);
    return duban_refuse(refusal, status, 0, field, found, expected);
}

/* size 0 in the request means the checkpoint's own. */
static duban_status choose_size(const proof_request *ask, made *m,
                                duban_refusal *refusal) {
    if (ask->size > m->head.size)
        return beyond(ask, ask->size, "size", m->head.size, refusal);
    if (ask->size) m->head.size = ask->size;
    if (ask->old_size > m->head.size)
        return beyond(ask, ask->old_size, "old_size", m->head.size, refusal);
    if (ask->inclusion && ask->index >= m->head.size)
        return beyond(ask, ask->index, "index", m->head.size - 1, refusal);
    return DUBAN_OK;
}

static duban_status prove(const journal *j, const proof_request *ask, made *m) {
    journal_reader *reader = NULL;
    tlog_hash_reader hashes;
    duban_status status = journal_reader_open(j, &reader);
    if (!status) status = journal_hashes(reader, m->head.size, &hashes);
    if (!status && ask->old_size)
        status =
            tlog_prove_consistency(&hashes, ask->old_size, m->head.size, &m->consistency);
    if (!status && ask->inclusion)
        status = tlog_prove_inclusion(&hashes, ask->index, m->head.size, &m->inclusion);
    if (!status && ask->inclusion)
        status = hashes.read(hashes.ctx, 0, ask->index, &m->leaf);
    journal_reader_close(reader);
    return status;
}

static void send(const proof_request *ask, made *m, call *c) {
    reply_words words = {.kind = REPLY_PROOF};
    proofs_spans(&m->consistency, m->consistency_spans);
    proofs_spans(&m->inclusion, m->inclusion_spans);
    words.proof = (proof_words){.checkpoint = m->head.checkpoint,
                                .consistency = m->consistency_spans,
                                .consistency_n = m->consistency.count,
                                .inclusion = m->inclusion_spans,
                                .inclusion_n = m->inclusion.count,
                                .has_leaf = ask->inclusion,
                                .leaf = m->leaf};
    call_answer(c, &words);
}

duban_status proofs_answer(const journal *j, const proofs_witnessed *witnessed, call *c,
                           duban_refusal *refusal) {
    const proof_request *ask = &c->ask.proof;
    made *m = arena_alloc(&c->arena, sizeof *m);
    if (!m) return duban_refuse(refusal, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    duban_status status = ask->witnessed
                              ? proofs_head_witnessed(witnessed, &c->arena, &m->head)
                              : proofs_head_newest(j, &c->arena, &m->head);
    if (status) return duban_refuse(refusal, status, 0, "witnessed", NULL, NULL);
    status = choose_size(ask, m, refusal);
    if (status) return status;
    status = prove(j, ask, m);
    if (status) return duban_refuse(refusal, status, 0, "proof", NULL, NULL);
    send(ask, m, c);
    return DUBAN_OK;
}
