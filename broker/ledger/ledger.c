#include "broker/ledger/ledger.h"

#include <string.h>

#include "broker/ledger/access.h"
#include "broker/ledger/digest.h"
#include "broker/ledger/events.h"
#include "broker/ledger/form.h"
#include "broker/ledger/posts.h"
#include "broker/ledger/redaction.h"
#include "broker/ledger/relayout.h"
#include "broker/ledger/roles.h"
#include "broker/ledger/trace.h"
#include "broker/ledger/view.h"

duban_status ledger_new(ledger_allocator allocator, ledger **out) {
    ledger *l = allocator.resize(allocator.ctx, NULL, 0, sizeof *l);
    if (l == NULL) return DUBAN_E_NO_MEMORY;
    memset(l, 0, sizeof *l);
    l->memory = allocator;
    l->root.dirty = true;
    *out = l;
    return DUBAN_OK;
}

static void pending_drop(ledger *l) {
    if (l->pending.plan != NULL) plan_free(l->pending.plan, &l->memory);
    pool_free(&l->pending.chunk.texts, &l->memory);
    pool_free(&l->pending.chunk.bytes, &l->memory);
    pool_free(&l->pending.texts, &l->memory);
    relayout_drop(l);
    l->pending = (pending){0};
}

void ledger_free(ledger *l) {
    if (l == NULL) return;
    pending_drop(l);
    for (uint32_t i = 0; i < l->plans_n; i++)
        plan_free(l->plans[i], &l->memory);
    memory_free(&l->memory, l->plans, l->plans_room, sizeof *l->plans);
    office_book_free(&l->book, &l->memory);
    workdays_free(&l->workdays, &l->memory);
    text_set_free(&l->media, &l->memory);
    roles_free(l);
    posts_free(l);
    redaction_free(l);
    access_free(l);
    l->memory.resize(l->memory.ctx, l, sizeof *l, 0);
}

duban_status ledger_check(ledger *l, const event *ev, int64_t received_ms,
                          duban_refusal *refusal) {
    verdict v = {refusal, 0};
    pending_drop(l);
    duban_status status = events_check(l, ev, received_ms, &v);
    if (status != DUBAN_OK) pending_drop(l);
    return status;
}

void ledger_apply(ledger *l, uint64_t index, const event *ev, int64_t received_ms) {
    events_apply(l, index, ev, received_ms);
    if (l->trace != NULL) trace_event(l, index, ev);
}

void ledger_set_slice(ledger *l, bool slice) {
    l->slice = slice;
}

duban_status ledger_set_day(ledger *l, int32_t day) {
    return view_day(l, day);
}

duban_status ledger_set_basis(ledger *l, basis_kind basis) {
    return view_basis(l, basis);
}

/* --- what it knows ------------------------------------------------------------------ */

void ledger_get_status(const ledger *l, ledger_status *out) {
    *out = (ledger_status){.has_genesis = l->has_genesis,
                           .origin = l->has_genesis ? l->genesis.origin : "",
                           .utc_offset_minutes = l->genesis.utc_offset_minutes,
                           .drill = l->genesis.drill,
                           .rules_version = l->genesis.rules_version,
                           .head = l->head,
                           .received_ms = l->received_ms,
                           .time_ms = l->time_ms,
                           .day = l->day,
                           .offices = l->book.offices_n,
                           .keys = l->book.keys_n == 0 ? 0 : l->book.keys_n - 1,
                           .plans = l->plans_n};
}

bool ledger_get_key(const ledger *l, uint32_t number, ledger_key *out) {
    const key_record *key = key_find(&l->book, number);
    if (key == NULL) return false;
    *out = (ledger_key){.number = number,
                        .office = key->office,
                        .public_key = key->public_key,
                        .revoked = key->revoked,
                        .since = key->since,
                        .last_number = key->window.last};
    return true;
}

bool ledger_number_index(const ledger *l, uint32_t key, uint64_t number,
                         uint64_t *index) {
    const key_record *record = key_find(&l->book, key);
    return record != NULL && number_find(&record->window, number, index);
}

bool ledger_get_office(const ledger *l, uint32_t number, office_words *out) {
    const office_words *found = office_find(&l->book, number);
    if (found == NULL) return false;
    *out = *found;
    return true;
}

bool ledger_get_plan(const ledger *l, uint32_t number, plan_info *out) {
    const plan *p = ledger_plan(l, number);
    if (p == NULL) return false;
    *out = (plan_info){.number = number,
                       .code = p->code,
                       .title = p->published ? p->words.title : "",
                       .published = p->published};
    return true;
}

uint32_t ledger_find_plan(const ledger *l, const char *code) {
    for (uint32_t i = 0; i < l->plans_n; i++)
        if (strcmp(l->plans[i]->code, code) == 0) return i + 1;
    return 0;
}

bool ledger_lights(const ledger *l, uint32_t number, lights_words *out) {
    const plan *p = ledger_plan(l, number);
    if (p == NULL || p->lights.version == 0) return false;
    *out = (lights_words){.plan = number,
                          .version = p->lights.version,
                          .rows = p->lights.rows,
                          .rows_n = p->lights.rows_n,
                          .order = p->lights.order,
                          .order_n = p->lights.order_n,
                          .running_from = p->lights.running_from};
    return true;
}

const form_words *ledger_form(const ledger *l, uint32_t number, const char *code) {
    const plan *p = ledger_plan(l, number);
    return p == NULL ? NULL : form_find(p, code);
}

calendar ledger_calendar(const ledger *l) {
    return workdays_calendar(&l->workdays);
}

/* --- the board ---------------------------------------------------------------------- */

void ledger_cells(const ledger *l, uint32_t number, uint64_t after, bool all,
                  ledger_visit visit, void *ctx) {
    const plan *p = ledger_plan(l, number);
    if (p == NULL || !p->published) return;
    const cell_store *cells = &p->board.cells;
    uint32_t at = cells->oldest;
    if (!all) {
        at = NONE;
        for (uint32_t i = cells->newest;
             i != NONE && cells->slots[i].value.changed > after;
             i = cells->slots[i].older)
            at = i;
    }
    for (; at != NONE; at = cells->slots[at].newer)
        if (!visit(ctx, &cells->slots[at].value)) return;
}

uint64_t ledger_plan_changed(const ledger *l, uint32_t number) {
    const plan *p = ledger_plan(l, number);
    if (p == NULL || !p->published) return 0;
    return board_at(&p->board, p->board.cells.newest)->changed;
}

bool ledger_cell(const ledger *l, uint32_t number, const cell_name *name, cell *out) {
    const plan *p = ledger_plan(l, number);
    if (p == NULL || !p->published) return false;
    uint32_t at = cells_find(&p->board.cells, name);
    if (at == NONE) return false;
    *out = *board_at(&p->board, at);
    return true;
}

/* --- state pages, the digest, the trace --------------------------------------------- */

uint32_t ledger_pages(const ledger *l) {
    return page_count(l);
}

duban_status ledger_page_write(const ledger *l, uint32_t number, buffer *out) {
    page_place place;
    if (!page_find(l, number, &place)) return DUBAN_E_NOT_FOUND;
    return page_write(l, &place, out);
}

duban_status ledger_digest(ledger *l, hash256 *out, uint32_t *pages) {
    return digest_of(l, out, pages);
}

bool ledger_find_page(const ledger *l, uint32_t plan_number, uint32_t office,
                      uint32_t *number) {
    return page_number(l, plan_number, office, number);
}

duban_status ledger_page_path(ledger *l, uint32_t number, hash256 path[LEDGER_PATH_MAX],
                              uint32_t *path_n, uint32_t *pages) {
    return digest_path(l, number, path, path_n, pages);
}

void ledger_set_trace(ledger *l, ledger_trace_fn trace, void *ctx) {
    l->trace = trace;
    l->trace_ctx = ctx;
}
