#include "client/claims.h"

#include <string.h>

void claims_init(claims *c) {
    *c = (claims){0};
    buffer_init(&c->rows);
}

void claims_close(claims *c) {
    buffer_close(&c->rows);
}

static bool claim_of(const event *ev, const statement_words *s, claim *out) {
    if (s->kind != STATEMENT_VALUE) return false;
    *out = (claim){.plan = ev->submission.plan,
                   .name = {.kind = CELL_VALUE,
                            .task = s->task,
                            .metric = s->value.metric,
                            .office = s->office ? s->office : ev->office,
                            .period = s->period}};
    return true;
}

static bool same_claim(const claim *a, const claim *b) {
    return a->plan == b->plan && a->name.task == b->name.task &&
           a->name.metric == b->name.metric && a->name.office == b->name.office &&
           period_equal(a->name.period, b->name.period);
}

duban_status claims_add(claims *c, uint64_t number, const event *ev) {
    claim row;
    if (ev->kind != KIND_SUBMISSION) return DUBAN_OK;
    for (uint32_t i = 0; i < ev->submission.statements_n; i++) {
        if (!claim_of(ev, &ev->submission.statements[i], &row)) continue;
        row.number = number;
        unsigned char *to = buffer_reserve(&c->rows, sizeof row);
        if (!to) return DUBAN_E_NO_MEMORY;
        memcpy(to, &row, sizeof row);
        c->rows.size += sizeof row;
    }
    return DUBAN_OK;
}

duban_status claims_load(claims *c, const outbox *o) {
    if (c->loaded) return DUBAN_OK;
    arena list, a;
    uint64_t *numbers;
    size_t n = 0;
    arena_init(&list, 0);
    arena_init(&a, 0);
    duban_status status = outbox_list(o, PLACE_QUEUED, &list, &numbers, &n);
    for (size_t i = 0; i < n && !status; i++) {
        outbox_message m;
        arena_reset(&a);
        if (outbox_load(o, PLACE_QUEUED, numbers[i], &a, &m) == DUBAN_OK)
            status = claims_add(c, numbers[i], &m.ev);
    }
    arena_close(&a);
    arena_close(&list);
    if (!status) c->loaded = true;
    return status;
}

uint32_t claims_find(const claims *c, const outbox *o, const event *ev,
                     uint64_t *number) {
    const claim *rows = (const claim *)(const void *)c->rows.data;
    size_t n = c->rows.size / sizeof *rows;
    claim wanted;
    if (ev->kind != KIND_SUBMISSION) return 0;
    for (uint32_t i = 0; i < ev->submission.statements_n; i++) {
        if (!claim_of(ev, &ev->submission.statements[i], &wanted)) continue;
        for (size_t k = 0; k < n; k++)
            if (same_claim(&rows[k], &wanted) &&
                outbox_holds(o, PLACE_QUEUED, rows[k].number)) {
                *number = rows[k].number;
                return i + 1;
            }
    }
    return 0;
}
