#include "broker/ledger/view.h"

#include "broker/ledger/clockwork.h"
#include "broker/ledger/item.h"
#include "broker/ledger/refresh.h"
#include "broker/ledger/succession.h"
#include "broker/ledger/value.h"
#include "broker/ledger/release.h"

/* Whether the window of that duty's item was over on the day looked at. */
static bool window_over(const ledger *l, const plan *p, uint32_t duty, uint32_t round) {
    const item_cell *item = item_find(p, duty, round);
    if (item == NULL || item->withdrawn) return false;
    return release_waits(p, duty, round) ? item_over(item, l->day)
                                         : p->rounds[round].close_day < l->day;
}

/* Limits that had not passed yet. */
static void review_limits(const ledger *l, item_cell *item) {
    bool passed = item->review_day != 0 && item->review_day < l->day;
    if (passed) return;
    item->unreviewed = false;
    int32_t first = day_of_moment(item->first_ms, l->genesis.utc_offset_minutes);
    if (item->state == ITEM_RETURNED && item->review_day != 0)
        item->late = item_over(item, first);
}

static void review_missing(const ledger *l, plan *p, uint32_t round) {
    for (uint32_t i = 0; i < p->duties_n; i++) {
        const item_cell *item = item_find(p, i, round);
        if (item == NULL) continue;
        cell next = {.item = *item};
        next.item.missing = window_over(l, p, i, round) && item->first_ms == 0;
        review_limits(l, &next.item);
        p->duties[i].missing += next.item.missing;
        p->tasks[p->duties[i].task].missing += next.item.missing;
        board_put(&p->board, p->rounds[round].items[i], &next, l->head);
    }
}

/* The light a round had, or none again when it was not over yet on the day looked at. */
static round_cell review_round(const ledger *l, plan *p, uint32_t round, cell_name name,
                               bool over) {
    const round_cell none = {GRADE_NONE, CAUSE_NONE};
    name.kind = CELL_ROUND;
    name.period = p->rounds[round].period;
    uint32_t at = cells_find(&p->board.cells, &name);
    if (at == NONE) return none;
    if (over) return board_at(&p->board, at)->round;
    board_put(&p->board, at, &(cell){.round = none}, l->head);
    return none;
}

/* When a window closed, as clockwork_run has it: of one day those that close by
 * themselves after the rounds. */
typedef struct closing {
    int32_t day;
    bool single;
    uint32_t round;
} closing;

static bool closes_before(const closing *a, const closing *b) {
    if (a->day != b->day) return a->day < b->day;
    if (a->single != b->single) return b->single;
    return a->round < b->round;
}

/* The duty's next window, after that one, of those that were over. */
static bool next_closing(const ledger *l, const plan *p, uint32_t duty, closing *at) {
    closing found = {.round = NONE};
    for (uint32_t r = 0; r < p->rounds_begun; r++) {
        if (!window_over(l, p, duty, r)) continue;
        closing one = {p->rounds[r].close_day, release_waits(p, duty, r), r};
        if (one.single) one.day = item_find(p, duty, r)->close_day;
        if (!closes_before(at, &one)) continue;
        if (found.round == NONE || closes_before(&one, &found)) found = one;
    }
    if (found.round != NONE) *at = found;
    return found.round != NONE;
}

static void run_on(const ledger *l, plan *p, uint32_t duty, uint32_t round) {
    plan_duty *d = &p->duties[duty];
    cell_name name = {.task = d->task + 1, .office = d->office};
    bool over = window_over(l, p, duty, round);
    round_cell own = review_round(l, p, round, name, over);
    if (!over) return;
    bool let_pass = item_let_pass(l, item_find(p, duty, round));
    d->missed = clockwork_missed(&p->lights, d->missed, let_pass, own);
    d->running = clockwork_running(&p->lights, d->running, own);
}

static void review_duty(const ledger *l, plan *p, uint32_t duty) {
    bool singles = false;
    for (uint32_t r = 0; r < p->rounds_begun; r++)
        singles = singles || (item_find(p, duty, r) != NULL && release_waits(p, duty, r));
    for (uint32_t r = 0; r < p->rounds_begun; r++)
        if (!singles || !window_over(l, p, duty, r)) run_on(l, p, duty, r);
    closing at = {.day = INT32_MIN};
    while (singles && next_closing(l, p, duty, &at))
        run_on(l, p, duty, at.round);
}

static void review_closed(const ledger *l, plan *p, uint32_t round) {
    bool over = round < p->rounds_closed;
    for (uint32_t i = 0; i < p->tasks_n; i++) {
        plan_task *t = &p->tasks[i];
        round_cell own = review_round(l, p, round, (cell_name){.task = i + 1}, over);
        if (over) t->running = clockwork_task_running(&p->lights, t->running, own);
    }
}

static void review_plan(ledger *l, plan *p) {
    uint32_t were_closed = p->rounds_closed;
    p->rounds_closed = 0;
    while (p->rounds_closed < were_closed &&
           p->rounds[p->rounds_closed].close_day < l->day)
        p->rounds_closed++;
    for (uint32_t i = 0; i < p->duties_n; i++)
        p->duties[i].missing = p->duties[i].missed = p->duties[i].running = 0;
    for (uint32_t i = 0; i < p->tasks_n; i++)
        p->tasks[i].missing = p->tasks[i].running = 0;
    for (uint32_t r = 0; r < p->rounds_begun; r++)
        review_missing(l, p, r);
    for (uint32_t r = 0; r < p->rounds_begun; r++)
        review_closed(l, p, r);
    for (uint32_t i = 0; i < p->duties_n; i++)
        review_duty(l, p, i);
    p->items_wake = 0; /* going on forward, the clock looks at every item again */
    refresh_plan_cell(l, p, l->head);
    refresh_all(l, p, l->head);
}

duban_status view_day(ledger *l, int32_t day) {
    verdict nobody = {NULL, 0};
    l->viewing = true;
    while (l->day < day && l->day < DAY_MAX) {
        duban_status status = clock_check(l, l->day + 1, &nobody);
        if (status != DUBAN_OK) return status;
        clock_apply(l, l->head, l->day + 1);
    }
    if (day >= l->day || day < DAY_MIN) return DUBAN_OK;
    l->day = day;
    for (uint32_t i = 0; i < l->plans_n; i++)
        if (l->plans[i]->published) review_plan(l, l->plans[i]);
    return DUBAN_OK;
}

duban_status view_basis(ledger *l, basis_kind basis) {
    if (basis < BASIS_REPORTED || basis >= BASIS_COUNT) return DUBAN_E_UNSUPPORTED;
    l->viewing = true;
    for (uint32_t i = 0; i < l->plans_n; i++) {
        plan *p = l->plans[i];
        if (!p->published) continue;
        p->basis = basis;
        for (uint32_t s = 0; s < p->series_n; s++)
            value_count(p, s);
        /* whoever goes on with others, after them */
        for (uint32_t s = 0; s < p->series_n; s++)
            for (uint32_t heir = succession_heir(p, s); heir != NONE;
                 heir = succession_heir(p, heir))
                value_count(p, heir);
        refresh_all(l, p, l->head);
    }
    return DUBAN_OK;
}
