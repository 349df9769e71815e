#include "broker/ledger/item.h"

#include "broker/ledger/permit.h"
#include "broker/ledger/release.h"
#include "broker/ledger/trace.h"
#include "broker/ledger/value.h"

/* The clock has to look at this item when its window closes by itself, or a limit passes.
 */
static void wake(plan *p, int32_t day, int32_t last_day) {
    if (last_day != 0 && last_day >= day && last_day + 1 < p->items_wake)
        p->items_wake = last_day + 1;
}

void item_begin(const ledger *l, plan *p, uint32_t duty, uint32_t round, uint32_t owed,
                uint64_t index) {
    const plan_duty *d = &p->duties[duty];
    const plan_round *r = &p->rounds[round];
    cell_name name = {
        .kind = CELL_ITEM, .task = d->task + 1, .office = d->office, .period = r->period};
    uint32_t at = cells_find(&p->board.cells, &name);
    if (at == NONE) at = board_add(&p->board, &name, d->page, index);
    r->items[duty] = at;
    cell next = *board_at(&p->board, at);
    if (next.item.state == ITEM_NONE) next.item.state = ITEM_DUE;
    next.item.withdrawn = false;
    next.item.owed = owed;
    release_window(l, p, duty, round, &next.item.open_day, &next.item.close_day);
    board_put(&p->board, at, &next, index);
    wake(p, l->day, next.item.close_day);
}

void item_begin_round(const ledger *l, plan *p, uint32_t round, uint64_t index) {
    uint32_t begun = 0;
    for (uint32_t i = 0; i < p->duties_n; i++) {
        uint32_t owed;
        if (!plan_owes(p, i, round, &owed)) continue;
        item_begin(l, p, i, round, owed, index);
        begun++;
    }
    trace_round(l, p, round, "begins", begun, index);
}

static bool close_item(const ledger *l, plan *p, uint32_t duty, uint32_t round,
                       uint64_t index) {
    const item_cell *item = item_find(p, duty, round);
    if (item->first_ms != 0 || item->withdrawn || item->missing) return false;
    cell next = {.item = *item};
    next.item.missing = true;
    board_put(&p->board, p->rounds[round].items[duty], &next, index);
    p->duties[duty].missing++;
    p->tasks[p->duties[duty].task].missing++;
    trace_missing(l, p, duty, round, index);
    return true;
}

void item_close_round(const ledger *l, plan *p, uint32_t round, uint64_t index) {
    uint32_t missing = 0;
    for (uint32_t i = 0; i < p->duties_n; i++) {
        if (item_find(p, i, round) == NULL || release_waits(p, i, round)) continue;
        missing += close_item(l, p, i, round, index);
    }
    trace_round(l, p, round, "closes", missing, index);
}

void item_move_window(const ledger *l, plan *p, uint32_t duty, uint32_t round,
                      uint64_t index) {
    const item_cell *item = item_find(p, duty, round);
    bool waits = release_waits(p, duty, round);
    if (waits ? item_over(item, l->day) : round < p->rounds_closed) return;
    cell next = {.item = *item};
    release_window(l, p, duty, round, &next.item.open_day, &next.item.close_day);
    board_put(&p->board, p->rounds[round].items[duty], &next, index);
    wake(p, l->day, next.item.close_day);
}

void item_move_windows(const ledger *l, plan *p, uint64_t index) {
    for (uint32_t r = 0; r < p->rounds_begun; r++)
        for (uint32_t i = 0; i < p->duties_n; i++)
            if (item_find(p, i, r) != NULL) item_move_window(l, p, i, r, index);
}

/* --- single items and the clock ----------------------------------------------------- */

static bool to_review(const item_cell *item) {
    return item->state == ITEM_SUBMITTED || item->state == ITEM_RESUBMITTED;
}

/* A limit for the reviewer or, of a returned item, for the office. */
static bool limited(const item_cell *item) {
    return item->review_day != 0 && !item->withdrawn &&
           (to_review(item) || item->state == ITEM_RETURNED);
}

bool item_closes(const plan *p, uint32_t duty, uint32_t round, int32_t day) {
    const item_cell *item = item_find(p, duty, round);
    return item != NULL && item->close_day != 0 && item->close_day + 1 == day &&
           release_waits(p, duty, round);
}

uint32_t item_closings(const plan *p, int32_t day) {
    uint32_t n = 0;
    for (uint32_t r = 0; r < p->rounds_begun && p->items_wake <= day; r++)
        for (uint32_t i = 0; i < p->duties_n; i++)
            n += item_closes(p, i, r, day);
    return n;
}

static void pass_limit(const ledger *l, plan *p, uint32_t duty, uint32_t round,
                       uint64_t index) {
    uint32_t at = p->rounds[round].items[duty];
    cell next = *board_at(&p->board, at);
    bool returned = next.item.state == ITEM_RETURNED;
    if (returned)
        next.item.late = true;
    else
        next.item.unreviewed = true;
    board_put(&p->board, at, &next, index);
    trace_item(l, p, duty, round, "  limit",
               returned ? "late" : office_code(&l->book, item_reviewer(p, duty)), index);
}

bool item_open_day(const ledger *l, plan *p, uint64_t index) {
    bool closed = false;
    if (p->items_wake > l->day) return false;
    p->items_wake = INT32_MAX;
    for (uint32_t r = 0; r < p->rounds_begun; r++)
        for (uint32_t i = 0; i < p->duties_n; i++) {
            const item_cell *item = item_find(p, i, r);
            if (item == NULL) continue;
            if (item_closes(p, i, r, l->day)) {
                close_item(l, p, i, r, index);
                closed = true;
            }
            if (limited(item) && item->review_day + 1 == l->day)
                pass_limit(l, p, i, r, index);
            item = item_find(p, i, r);
            if (limited(item)) wake(p, l->day, item->review_day);
            if (item->close_day >= l->day && release_waits(p, i, r))
                wake(p, l->day, item->close_day);
        }
    return closed;
}

bool item_let_pass(const ledger *l, const item_cell *item) {
    if (item->missing || !item->late || item->returns == 0)
        return item->missing || item->late;
    int32_t first = day_of_moment(item->first_ms, l->genesis.utc_offset_minutes);
    return item_over(item, first);
}

uint32_t item_reviewer(const plan *p, uint32_t duty) {
    const plan_duty *d = &p->duties[duty];
    uint32_t lead = p->tasks[d->task].lead;
    return lead == d->office ? OFFICE_OF_CITY : lead;
}

/* From today on somebody has the plan's days for it. A limit that has passed stands. */
static void set_limit(const ledger *l, plan *p, item_cell *item) {
    if (p->words.review_days == 0 || item->unreviewed) return;
    calendar cal = workdays_calendar(&l->workdays);
    item->review_day = calendar_add(&cal, l->day, (int32_t)p->words.review_days);
    wake(p, l->day, item->review_day);
}

/* --- reports ------------------------------------------------------------------------ */

const item_cell *item_find(const plan *p, uint32_t duty, uint32_t round) {
    uint32_t at = p->rounds[round].items[duty];
    return at == NONE ? NULL : &board_at(&p->board, at)->item;
}

static uint32_t count_values(const plan *p, uint32_t duty, uint32_t round) {
    const plan_duty *d = &p->duties[duty];
    uint32_t n = 0;
    for (uint32_t i = d->series_at; i < d->series_at + d->series_all; i++)
        n += p->rounds[round].values[i] != NONE && plan_asks(p, i, round);
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
    item->late = item_over(item, l->day);
    if (!item->missing) return;
    item->missing = false;
    item->made_up = plan_marks(p);
    p->duties[duty].missing--;
    p->tasks[p->duties[duty].task].missing--;
}

void item_complete(const ledger *l, plan *p, uint32_t duty, item_cell *item) {
    item->state = ITEM_SUBMITTED;
    if (item->first_ms == 0) reported(l, p, duty, item, l->received_ms);
    set_limit(l, p, item);
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
    if (to_review(item)) set_limit(l, p, item);
    board_put(&p->board, at, &next, index);
}

static duban_status refuse_period(const verdict *v, duban_status status, period value) {
    char text[PERIOD_TEXT_SIZE] = "";
    if (period_valid(value)) period_write(value, text);
    return refuse_text(v, status, "period", text, NULL);
}

duban_status item_refuse_period(const verdict *v, period value) {
    return refuse_period(v, DUBAN_E_UNKNOWN_PERIOD, value);
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
    if (in_round == NONE) return item_refuse_period(v, value);
    if (in_round >= p->rounds_begun) return refuse_period(v, DUBAN_E_FUTURE, value);
    uint32_t found = plan_find_duty(p, task, office);
    const item_cell *item = found == NONE ? NULL : item_find(p, found, in_round);
    if (item == NULL || item->withdrawn)
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
    next.item.review_day = 0;
    next.item.unreviewed = false;
    if (words->accepted) {
        if (plan_marks(p)) next.item.accepted_index = words->index;
        value_accept(p, duty, round, index);
    } else {
        next.item.return_reason = kept(l, &words->reason);
        set_limit(l, p, &next.item);
    }
    board_put(&p->board, at, &next, index);
}
