#include "client/cli/chronicle.h"

#include "broker/ledger/heap.h"
#include "broker/ledger/replay.h"

#define FETCH_MAX 4096

typedef struct walk {
    cli *c;
    ledger *l;
    arena entry; /* of one entry */
    arena fold;
    uint64_t to;
    chronicle_tell tell;
    void *ctx;
} walk;

static duban_status take(walk *w, span bytes) {
    event ev;
    chronicle_entry e = {.ev = &ev, .l = w->l};
    duban_refusal refusal = {0};
    arena_reset(&w->entry);
    duban_status s =
        replay_read(bytes, &w->entry, &ev, &e.index, &e.received_ms, &refusal);
    if (s >= 0) s = replay_entry(w->l, bytes, &w->fold, &refusal);
    if (s < 0) return cli_refused(w->c, &refusal);
    return e.index > w->to ? DUBAN_OK : w->tell(w->ctx, &e);
}

static duban_status take_page(walk *w, uint64_t *next, uint64_t *head) {
    arena a;
    duban_refusal refusal = {0};
    entries_request ask = {.from = *next, .max = FETCH_MAX};
    entries_words page = {0};
    arena_init(&a, 0);
    duban_status s = duban_entries(w->c->d, &ask, &a, &page, &refusal);
    if (s < 0) s = cli_refused(w->c, &refusal);
    for (uint32_t i = 0; s >= 0 && i < page.entries_n; i++)
        s = take(w, page.entries[i]);
    *head = page.head;
    *next = page.next;
    arena_close(&a);
    return s;
}

duban_status chronicle_walk(cli *c, uint64_t to, chronicle_tell tell, void *ctx) {
    walk w = {.c = c, .to = to, .tell = tell, .ctx = ctx};
    duban_status s = ledger_new(heap_allocator(), &w.l);
    if (s < 0) return cli_refuse(c, s, 0, NULL, NULL, NULL);
    arena_init(&w.entry, 0);
    arena_init(&w.fold, 0);
    uint64_t next = 0, head = UINT64_MAX;
    while (s >= 0 && next <= head && next <= to)
        s = take_page(&w, &next, &head);
    arena_close(&w.entry);
    arena_close(&w.fold);
    ledger_free(w.l);
    return s;
}
