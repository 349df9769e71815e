#include "broker/worker/page_proof.h"

#include <inttypes.h>
#include <stdio.h>

#include "broker/ledger/replay.h"
#include "broker/worker/proofs.h"

/* What is gathered for one answer; it borrows from the call's arena and the journal's
 * reader. */
typedef struct proof {
    past *past;
    const journal_head *head;
    call *call;
    event digest;
    page_words page;
} proof;

static duban_status refuse_number(duban_refusal *refusal, duban_status status,
                                  const char *field, uint64_t found, uint64_t expected) {
    char is[24];
    char wanted[24];
    snprintf(is, sizeof is, "%" PRIu64, found);
    snprintf(wanted, sizeof wanted, "%" PRIu64, expected);
    return duban_refuse(refusal, status, 0, field, is, wanted);
}

/* --- the entry ---------------------------------------------------------------------- */

static duban_status copy(call *c, span bytes, span *out) {
    out->data = (uint8_t *)arena_copy(&c->arena, bytes.data, bytes.size);
    out->size = bytes.size;
    return out->data ? DUBAN_OK : DUBAN_E_NO_MEMORY;
}

static duban_status copy_path(call *c, const hash256 *hashes, uint32_t n,
                              const span **out) {
    span *path = arena_alloc(&c->arena, (n + 1) * sizeof *path);
    if (!path) return DUBAN_E_NO_MEMORY;
    for (uint32_t i = 0; i < n; i++)
        if (copy(c, (span){hashes[i].bytes, HASH_SIZE}, &path[i]))
            return DUBAN_E_NO_MEMORY;
    *out = path;
    return DUBAN_OK;
}

static duban_status prove_entry(proof *p) {
    tlog_path path;
    duban_status status =
        proofs_inclusion(p->past->journal, p->page.index, p->head->size, &path);
    if (status) return status;
    p->page.inclusion_n = path.count;
    return copy_path(p->call, path.hashes, path.count, &p->page.inclusion);
}

static duban_status read_entry(proof *p, journal_reader *reader) {
    uint64_t index;
    int64_t received_ms;
    span bytes;
    duban_status status = journal_read(reader, p->page.index, &bytes);
    if (!status) status = copy(p->call, bytes, &p->page.entry);
    if (!status)
        status = replay_read(p->page.entry, &p->call->arena, &p->digest, &index,
                             &received_ms, NULL);
    return status;
}

static duban_status take_entry(proof *p, duban_refusal *refusal) {
    journal_reader *reader = NULL;
    const page_request *ask = &p->call->ask.page;
    uint64_t last = p->head->size - 1;
    uint64_t from = ask->index ? ask->index : last;
    if (from > last) return refuse_number(refusal, DUBAN_E_AHEAD, "index", from, last);
    duban_status status = past_digest_before(p->past, from, &p->page.index);
    if (!status) status = journal_reader_open(p->past->journal, &reader);
    if (!status) status = read_entry(p, reader);
    journal_reader_close(reader);
    if (!status) status = prove_entry(p);
    if (!status) return DUBAN_OK;
    return duban_refuse(refusal, status, 0, "index", NULL,
                        status == DUBAN_E_NOT_FOUND ? "DIGEST" : NULL);
}

/* --- the page ----------------------------------------------------------------------- */

static duban_status find_page(proof *p, uint32_t *out, duban_refusal *refusal) {
    const page_request *ask = &p->call->ask.page;
    char office[16];
    uint32_t plan = ask->plan[0] ? ledger_find_plan(p->past->ledger, ask->plan) : 0;
    if (ask->plan[0] && !plan)
        return duban_refuse(refusal, DUBAN_E_UNKNOWN_PLAN, 0, "plan", ask->plan, NULL);
    if (ledger_find_page(p->past->ledger, plan, ask->office, out)) return DUBAN_OK;
    snprintf(office, sizeof office, "%" PRIu32, ask->office);
    return duban_refuse(refusal, DUBAN_E_UNKNOWN_OFFICE, 0, "office", office, NULL);
}

static duban_status write_page(proof *p, uint32_t page, duban_refusal *refusal) {
    buffer bytes;
    hash256 path[LEDGER_PATH_MAX];
    buffer_init(&bytes);
    duban_status status = ledger_page_write(p->past->ledger, page, &bytes);
    if (!status && bytes.size > PAGE_SIZE_MAX)
        status =
            refuse_number(refusal, DUBAN_E_TOO_LARGE, "page", bytes.size, PAGE_SIZE_MAX);
    else if (!status)
        status = copy(p->call, (span){bytes.data, bytes.size}, &p->page.bytes);
    buffer_close(&bytes);
    if (!status)
        status = ledger_page_path(p->past->ledger, page, path, &p->page.path_n,
                                  &p->page.pages);
    if (!status) status = copy_path(p->call, path, p->page.path_n, &p->page.path);
    p->page.place = page;
    return status;
}

duban_status page_proof_answer(past *p, const journal_head *head, call *c,
                               duban_refusal *refusal) {
    proof made = {.past = p, .head = head, .call = c};
    uint32_t page = 0;
    duban_status status = take_entry(&made, refusal);
    if (!status)
        status = past_stand(p, made.digest.digest.index, 0, BASIS_REPORTED, refusal);
    if (!status) status = find_page(&made, &page, refusal);
    if (!status) status = write_page(&made, page, refusal);
    if (status) return status;
    reply_words words = {.kind = REPLY_PAGE, .page = made.page};
    words.page.checkpoint = head->checkpoint;
    call_answer(c, &words);
    return DUBAN_OK;
}
