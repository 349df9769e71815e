#include "broker/ledger/draft.h"

#include <assert.h>
#include <string.h>

#include "proto/codec.h"

static bool copy_chunk(chunk *made, const ledger_allocator *m,
                       const plan_chunk_words *words, span payload) {
    task_words *tasks = pool_take(&made->texts, m, words->tasks_n * sizeof *tasks);
    uint8_t *bytes = pool_take(&made->bytes, m, payload.size);
    if (tasks == NULL || bytes == NULL) return false;
    pool_taker taker = {&made->texts, m};
    for (uint32_t i = 0; i < words->tasks_n; i++) {
        tasks[i] = words->tasks[i];
        if (!codec_task_copy(&tasks[i], pool_taking, &taker)) return false;
    }
    if (payload.size > 0) memcpy(bytes, payload.data, payload.size);
    made->number = words->chunk;
    made->tasks = tasks;
    made->tasks_n = words->tasks_n;
    made->payload = (span){bytes, payload.size};
    return true;
}

static bool code_taken(const ledger *l, const char *code) {
    for (uint32_t i = 0; i < l->plans_n; i++)
        if (strcmp(l->plans[i]->code, code) == 0) return true;
    return false;
}

static duban_status check_place(const ledger *l, const plan_chunk_words *words,
                                const verdict *v) {
    const plan *p = ledger_plan(l, words->plan);
    if (p == NULL && words->plan != l->plans_n + 1)
        return refuse_number(v, DUBAN_E_SEQUENCE, "plan", words->plan, l->plans_n + 1);
    if (p == NULL && words->plan > PLANS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "plan", words->plan, PLANS_MAX);
    if (*words->code == '\0') return refuse(v, DUBAN_E_EMPTY, "code");
    if (p == NULL && code_taken(l, words->code))
        return refuse_text(v, DUBAN_E_DUPLICATE, "code", words->code, NULL);
    if (p != NULL && strcmp(p->code, words->code) != 0)
        return refuse_text(v, DUBAN_E_UNKNOWN_PLAN, "code", words->code, p->code);
    if (p != NULL && p->published)
        return refuse_text(v, DUBAN_E_PUBLISHED, "plan", p->code, NULL);
    if (words->chunk == 0 || words->chunk > PLAN_CHUNKS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "chunk", words->chunk, PLAN_CHUNKS_MAX);
    if (words->tasks_n == 0) return refuse(v, DUBAN_E_EMPTY, "tasks");
    return DUBAN_OK;
}

/* A new draft with its code; kept as pending until it is applied. */
static plan *new_draft(ledger *l, const plan_chunk_words *words) {
    const ledger_allocator *m = &l->memory;
    plan **plans =
        memory_room(m, l->plans, &l->plans_room, l->plans_n + 1, sizeof *plans);
    if (plans == NULL) return NULL;
    l->plans = plans;
    plan *p = m->resize(m->ctx, NULL, 0, sizeof *p);
    if (p == NULL) return NULL;
    memset(p, 0, sizeof *p);
    l->pending.plan = p;
    p->number = words->plan;
    p->code = pool_text(&p->texts, m, words->code);
    p->draft_page.dirty = true;
    return p->code == NULL ? NULL : p;
}

duban_status draft_check(ledger *l, const plan_chunk_words *words, span payload,
                         const verdict *v) {
    duban_status status = check_place(l, words, v);
    if (status != DUBAN_OK) return status;
    plan *p = ledger_plan(l, words->plan);
    if (p == NULL) p = new_draft(l, words);
    if (p == NULL) return refuse_memory(v);
    chunk *chunks = memory_room(&l->memory, p->chunks, &p->chunks_room, p->chunks_n + 1,
                                sizeof *chunks);
    if (chunks == NULL) return refuse_memory(v);
    p->chunks = chunks;
    if (!copy_chunk(&l->pending.chunk, &l->memory, words, payload))
        return refuse_memory(v);
    return DUBAN_OK;
}

void draft_apply(ledger *l, const plan_chunk_words *words) {
    if (l->pending.plan != NULL) {
        l->plans[l->plans_n++] = l->pending.plan;
        l->pending.plan = NULL;
    }
    plan *p = ledger_plan(l, words->plan);
    uint32_t at = 0;
    while (at < p->chunks_n && p->chunks[at].number < words->chunk)
        at++;
    if (at < p->chunks_n && p->chunks[at].number == words->chunk) {
        pool_free(&p->chunks[at].texts, &l->memory);
        pool_free(&p->chunks[at].bytes, &l->memory);
    } else {
        assert(p->chunks_n < p->chunks_room);
        memmove(p->chunks + at + 1, p->chunks + at,
                (p->chunks_n - at) * sizeof *p->chunks);
        p->chunks_n++;
    }
    p->chunks[at] = l->pending.chunk;
    l->pending.chunk = (chunk){0};
    p->draft_page.dirty = true;
}

duban_status draft_complete(const plan *p, uint32_t chunks, const hash256 *hash,
                            const verdict *v) {
    if (p->chunks_n != chunks || p->chunks_n == 0 ||
        p->chunks[p->chunks_n - 1].number != chunks)
        return refuse_number(v, DUBAN_E_CHUNKS, "chunks", p->chunks_n, chunks);
    hash_stream stream;
    hash_begin(&stream);
    for (uint32_t i = 0; i < p->chunks_n; i++)
        hash_add(&stream, p->chunks[i].payload.data, p->chunks[i].payload.size);
    hash256 found = hash_end(&stream);
    if (hash_equal(&found, hash)) return DUBAN_OK;
    char found_text[HASH_TEXT_SIZE];
    char expected_text[HASH_TEXT_SIZE];
    hash_print(&found, found_text);
    hash_print(hash, expected_text);
    return refuse_text(v, DUBAN_E_CHUNKS, "hash", found_text, expected_text);
}

void draft_forget_bytes(plan *p, const ledger_allocator *m) {
    for (uint32_t i = 0; i < p->chunks_n; i++) {
        pool_free(&p->chunks[i].bytes, m);
        p->chunks[i].payload = (span){0};
    }
}
