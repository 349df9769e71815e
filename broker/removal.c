#include "broker/removal.h"

#include <inttypes.h>
#include <stdio.h>

#include "broker/bodies.h"

/* Entries looked at under one view of the journal: a view pins pages. */
#define SEARCH_STEP 65536

typedef struct search {
    const removal *ask;
    arena space; /* of one entry's words */
    journal_body *bodies;
    uint32_t n;
} search;

static bool listed(const search *s, const hash256 *hash, uint32_t *at) {
    for (uint32_t i = 0; i < s->n; i++)
        if (hash_equal(&s->bodies[i].hash, hash)) {
            *at = i;
            return true;
        }
    return false;
}

/* Takes a body off the list: somebody needs it. */
static void keep(search *s, const hash256 *hash) {
    uint32_t at;
    if (listed(s, hash, &at)) s->bodies[at] = s->bodies[--s->n];
}

static duban_status begin(search *s, journal_reader *reader, arena *a,
                          duban_refusal *refusal) {
    span entry;
    body_ref *refs = NULL;
    uint32_t count = 0;
    uint32_t at;
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, s->ask->index);
    duban_status status = journal_read(reader, s->ask->index, &entry);
    if (status == DUBAN_E_NOT_FOUND) status = DUBAN_E_BUSY; /* not durable yet */
    if (!status) status = bodies_named(entry, &s->space, a, &refs, &count);
    if (!status && count == 0) status = DUBAN_E_UNKNOWN_INDEX;
    if (!status) {
        s->bodies = arena_alloc(a, count * sizeof *s->bodies);
        if (!s->bodies) status = DUBAN_E_NO_MEMORY;
    }
    if (status) return duban_refuse(refusal, status, 0, "index", text, NULL);
    for (uint32_t i = 0; i < count; i++) {
        if (listed(s, &refs[i].hash, &at)) continue;
        s->bodies[s->n].hash = refs[i].hash;
        s->bodies[s->n++].removed = true;
    }
    return DUBAN_OK;
}

static duban_status look(void *ctx, uint64_t index, span entry) {
    search *s = ctx;
    arena refs_space;
    body_ref *refs = NULL;
    uint32_t count = 0;
    if (s->n == 0 || index == s->ask->index ||
        ledger_redaction(s->ask->ledger, index) != NULL)
        return DUBAN_OK;
    arena_init(&refs_space, 0);
    duban_status status = bodies_named(entry, &s->space, &refs_space, &refs, &count);
    for (uint32_t i = 0; i < count && !status; i++)
        keep(s, &refs[i].hash);
    arena_close(&refs_space);
    return status;
}

static duban_status look_at_all(search *s) {
    duban_status status = DUBAN_OK;
    uint64_t from = 0;
    uint64_t size = 1;
    while (!status && from < size) {
        journal_reader *reader = NULL;
        status = journal_reader_open(s->ask->journal, &reader);
        if (status) return status;
        size = journal_reader_size(reader);
        uint64_t to = size - from < SEARCH_STEP ? size : from + SEARCH_STEP;
        status = journal_scan(reader, from, to, look, s);
        journal_reader_close(reader);
        from = to;
    }
    return status;
}

static void look_at_fresh(search *s) {
    for (uint32_t i = s->n; i-- > 0;)
        if (fresh_has(s->ask->fresh, &s->bodies[i].hash)) keep(s, &s->bodies[i].hash);
}

duban_status removal_find(const removal *ask, arena *a, const journal_body **bodies,
                          uint32_t *bodies_n, duban_refusal *refusal) {
    search s = {.ask = ask};
    journal_reader *reader = NULL;
    arena_init(&s.space, 0);
    duban_status status = fresh_unsure(ask->fresh)
                              ? DUBAN_E_BUSY
                              : journal_reader_open(ask->journal, &reader);
    if (status) {
        duban_refuse(refusal, status, 0, "index", NULL, NULL);
    } else {
        status = begin(&s, reader, a, refusal);
        journal_reader_close(reader);
        if (!status) {
            status = look_at_all(&s);
            if (status) duban_refuse(refusal, status, 0, "index", NULL, NULL);
        }
    }
    arena_close(&s.space);
    if (status) return status;
    look_at_fresh(&s);
    *bodies = s.bodies;
    *bodies_n = s.n;
    return DUBAN_OK;
}
