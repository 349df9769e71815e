#include "broker/ledger/item.h"

#include "broker/ledger/permit.h"
#include "broker/ledger/trace.h"

void item_begin_round(const ledger *l, plan *p, uint32_t round, uint64_t index) {
    plan_round *r = &p->rounds[round];
    uint32_t begun = 0;
    for (uint32_t i = 0; i < p->duties_n; i++) {
        const plan_duty *d = &p->duties[i];
        uint32_t owed;
        if (!plan_owes(p, i, round, &owed)) continue;
        cell_name name = {.kind = CELL_ITEM,
                          .task = d->task + 1,
                          .office = d->office,
                          .period = r->period};
        r->items[i] = board_add(&p->board, &name, d->page, index);
        cell next = {.item = {.state = ITEM_DUE,
                              .open_day = r->open_day,
                              .close_day = r->close_day,
                              .owed = owed}};
        board_put(&p->board, r->items[i], &next, index);
        begun++;
    }
    trace_round(l, p, round, "begins", begun, index);
}

void item_close_round(const ledger *l, plan *p, uint32_t round, uint64_t index) {
    uint32_t missing = 0;
    for (uint32_t i = 0; i < p->duties_n; i++) {
        const item_cell *item = item_find(p, i, round);
        if (item == NULL || item->first_ms != 0) continue;
        cell next = {.item = *item};
        next.item.missing = true;
        board_put(&p->board, p->rounds[round].items[i], &next, index);
        p->duties[i].missing++;
        p->tasks[p->duties[i].task].missing++;
        missing++;
        trace_missing(l, p, i, round, index);
    }
    trace_round(l, p, round, "closes", missing, index);
}

void item_move_window(plan *p, uint32_t round, uint64_t index) {
    const plan_round *r = &p->rounds[round];
    for (uint32_t i = 0; i < p->duties_n; i++) {
        const item_cell *item = item_find(p, i, round);
        if (item == NULL) continue;
        cell next = {.item = *item};
        next.item.open_day = r->open_day;
        next.item.close_day = r->close_day;
        board_put(&p->board, r->items[i], &next, index);
    }
}

const item_cell *item_find(const plan *p, uint32_t duty, uint32_t round) {
    uint32_t at = p->rounds[round].items[duty];
    return at == NONE ? NULL : &board_at(&p->board, at)->item;
}

static uint32_t count_values(const plan *p, uint32_t duty, uint32_t round) {
    const plan_duty *d = &p->duties[duty];
    uint32_t n = 0;
    for (uint32_t i = d->series_at; i < d->series_at + d->series_n; i++)
        n += p->rounds[round].values[i] != NONE;
    return n;
}

static item_state next_state(const item_cell *item, bool full) {
    switch (item->state) {
    case ITEM_RETURNED:
    case ITEM_RESUBMITTED: return ITEM_RESUBMITTED;
    case ITEM_SUBMITTED:
    case ITEM_ACCEPTED: return ITEM_SUBMITTED;
    default: return full ? ITEM_SUBMITTED : ITEM_PARTIAL;
    }
}

/* First reported in full: late when its window is over; no longer missing. */
static void reported(const ledger *l, plan *p, uint32_t duty, item_cell *item,
                     int64_t received_ms) {
    item->first_ms = received_ms;
    item->late = l->day > item->close_day;
    if (!item->missing) return;
    item->missing = false;
    p->duties[duty].missing--;
    p->tasks[p->duties[duty].task].missing--;
}

static body_ref kept(const ledger *l, const body_ref *body) {
    body_ref copy = *body;
    if (copy.present) copy.media = text_set_get(&l->media, body->media);
    return copy;
}

void item_take(const ledger *l, plan *p, uint32_t duty, uint32_t round,
               const statement_words *said, uint64_t index, int64_t received_ms) {
    uint32_t at = p->rounds[round].items[duty];
    cell next = *board_at(&p->board, at);
    item_cell *item = &next.item;
    item->index = index;
    item->reported = count_values(p, duty, round);
    bool by_itself =
        item->owed > 0 ? item->reported >= item->owed : said->kind != STATEMENT_NIL;
    if (said->kind == STATEMENT_NIL)
        item->nil = true;
    else if (by_itself)
        item->nil = false;
    if (said->kind == STATEMENT_TEXT) {
        item->no_change = said->text.no_change;
        if (said->text.progress.present) item->text = kept(l, &said->text.progress);
    }
    bool full = by_itself || item->nil;
    item->state = next_state(item, full);
    if (full && item->first_ms == 0) reported(l, p, duty, item, received_ms);
    board_put(&p->board, at, &next, index);
}

static duban_status refuse_period(const verdict *v, duban_status status, period value) {
    char text[PERIOD_TEXT_SIZE] = "";
    if (period_valid(value)) period_write(value, text);
    return refuse_text(v, status, "period", text, NULL);
}

duban_status item_look(const ledger *l, const plan *p, uint32_t task_id, uint32_t office,
                       period value, uint32_t signer, item_permit permit,
                       const verdict *v, uint32_t *duty, uint32_t *round) {
    uint32_t task = plan_find_task(p, task_id);
    if (task == NONE) return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "task", task_id);
    if (office_find(&l->book, office) == NULL)
        return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, "office", office);
    if (!l->slice) {
        duban_status status = permit(l, p, task, office, signer, v);
        if (status != DUBAN_OK) return status;
    }
    uint32_t in_round = plan_find_round(p, value);
    if (in_round == NONE) return refuse_period(v, DUBAN_E_UNKNOWN_PERIOD, value);
    if (in_round >= p->rounds_begun) return refuse_period(v, DUBAN_E_FUTURE, value);
    uint32_t found = plan_find_duty(p, task, office);
    if (found == NONE || item_find(p, found, in_round) == NULL)
        return refuse_text(v, DUBAN_E_NO_ITEM, "office", office_code(&l->book, office),
                           office_code(&l->book, p->tasks[task].lead));
    *duty = found;
    *round = in_round;
    return DUBAN_OK;
}

static duban_status check_state(const ledger *l, const item_cell *item,
                                const review_words *words, uint32_t signer,
                                const verdict *v) {
    if (!ledger_knows(l, words->office, signer)) return DUBAN_OK;
    if (item->index == 0 || words->index > item->index)
        return refuse_number(v, DUBAN_E_UNKNOWN_INDEX, "index", words->index,
                             item->index);
    if (words->index != item->index)
        return refuse_number(v, DUBAN_E_SUPERSEDED, "index", words->index, item->index);
    if (item->state != ITEM_SUBMITTED && item->state != ITEM_RESUBMITTED)
        return refuse_found(v, DUBAN_E_STATE, "state", item->state);
    return DUBAN_OK;
}

duban_status review_check(ledger *l, const review_words *words, uint32_t signer,
                          const verdict *v) {
    plan *p = NULL;
    uint32_t duty;
    uint32_t round;
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status == DUBAN_OK)
        status = item_look(l, p, words->task, words->office, words->period, signer,
                           permit_review, v, &duty, &round);
    if (status == DUBAN_OK)
        status = check_state(l, item_find(p, duty, round), words, signer, v);
    if (status != DUBAN_OK) return status;
    if (!words->accepted && !words->reason.present)
        return refuse(v, DUBAN_E_REASON_NEEDED, "reason");
    if (words->reason.present &&
        text_set_add(&l->media, &l->memory, words->reason.media) == NULL)
        return refuse_memory(v);
    return DUBAN_OK;
}

void review_apply(ledger *l, uint64_t index, const review_words *words) {
    plan *p = ledger_plan(l, words->plan);
    uint32_t round = plan_find_round(p, words->period);
    uint32_t duty = plan_find_duty(p, words->task - 1, words->office);
    uint32_t at = p->rounds[round].items[duty];
    cell next = *board_at(&p->board, at);
    next.item.state = words->accepted ? ITEM_ACCEPTED : ITEM_RETURNED;
    next.item.returns += !words->accepted;
    next.item.return_reason = (body_ref){0};
    if (!words->accepted) next.item.return_reason = kept(l, &words->reason);
    board_put(&p->board, at, &next, index);
}
