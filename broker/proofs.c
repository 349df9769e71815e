#include "broker/proofs.h"

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

/* --- answering ---------------------------------------------------------------------- */

/* Everything of one answer; the words borrow from it. */
typedef struct made {
    uint64_t size; /* of the tree that is proved to */
    const char *checkpoint;
    tlog_path consistency;
    tlog_path inclusion;
    span consistency_spans[TLOG_PATH_MAX];
    span inclusion_spans[TLOG_PATH_MAX];
    hash256 leaf;
} made;

static duban_status size_of_note(const char *bytes, size_t bytes_n, uint64_t *size) {
    note parsed;
    checkpoint point;
    duban_status status = note_parse(bytes, bytes_n, &parsed);
    if (!status) status = checkpoint_parse(parsed.text, parsed.text_size, &point);
    if (!status) *size = point.size;
    return status;
}

static duban_status take_witnessed(const proofs_witnessed *witnessed, arena *space,
                                   made *m) {
    buffer bytes;
    if (!witnessed->read) return DUBAN_E_UNWITNESSED;
    buffer_init(&bytes);
    duban_status status = witnessed->read(witnessed->ctx, &bytes);
    if (!status) status = size_of_note((const char *)bytes.data, bytes.size, &m->size);
    if (!status) m->checkpoint = arena_copy(space, bytes.data, bytes.size);
    buffer_close(&bytes);
    return status || m->checkpoint ? status : DUBAN_E_NO_MEMORY;
}

static duban_status take_newest(const journal *j, arena *space, made *m) {
    journal_head head;
    journal_get_head(j, &head);
    m->size = head.size;
    m->checkpoint = arena_copy(space, head.checkpoint, strlen(head.checkpoint));
    return m->checkpoint ? DUBAN_OK : DUBAN_E_NO_MEMORY;
}

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
    if (ask->size > m->size) return beyond(ask, ask->size, "size", m->size, refusal);
    if (ask->size) m->size = ask->size;
    if (ask->old_size > m->size)
        return beyond(ask, ask->old_size, "old_size", m->size, refusal);
    if (ask->inclusion && ask->index >= m->size)
        return beyond(ask, ask->index, "index", m->size - 1, refusal);
    return DUBAN_OK;
}

static duban_status prove(const journal *j, const proof_request *ask, made *m) {
    journal_reader *reader = NULL;
    tlog_hash_reader hashes;
    duban_status status = journal_reader_open(j, &reader);
    if (!status) status = journal_hashes(reader, m->size, &hashes);
    if (!status && ask->old_size)
        status = tlog_prove_consistency(&hashes, ask->old_size, m->size, &m->consistency);
    if (!status && ask->inclusion)
        status = tlog_prove_inclusion(&hashes, ask->index, m->size, &m->inclusion);
    if (!status && ask->inclusion)
        status = hashes.read(hashes.ctx, 0, ask->index, &m->leaf);
    journal_reader_close(reader);
    return status;
}

static void send(const proof_request *ask, made *m, call *c) {
    reply_words words = {.kind = REPLY_PROOF};
    proofs_spans(&m->consistency, m->consistency_spans);
    proofs_spans(&m->inclusion, m->inclusion_spans);
    words.proof = (proof_words){.checkpoint = m->checkpoint,
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
    duban_status status = ask->witnessed ? take_witnessed(witnessed, &c->arena, m)
                                         : take_newest(j, &c->arena, m);
    if (status) return duban_refuse(refusal, status, 0, "witnessed", NULL, NULL);
    status = choose_size(ask, m, refusal);
    if (status) return status;
    status = prove(j, ask, m);
    if (status) return duban_refuse(refusal, status, 0, "proof", NULL, NULL);
    send(ask, m, c);
    return DUBAN_OK;
}
