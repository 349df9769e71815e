#include "broker/ledger/view.h"

#include "broker/ledger/clockwork.h"
#include "broker/ledger/item.h"
#include "broker/ledger/refresh.h"

static void review_missing(const ledger *l, plan *p, uint32_t round) {
    bool over = p->rounds[round].close_day < l->day;
    for (uint32_t i = 0; i < p->duties_n; i++) {
        const item_cell *item = item_find(p, i, round);
        if (item == NULL) continue;
        cell next = {.item = *item};
        next.item.missing = over && item->first_ms == 0;
        p->duties[i].missing += next.item.missing;
        p->tasks[p->duties[i].task].missing += next.item.missing;
        board_put(&p->board, p->rounds[round].items[i], &next, l->head);
    }
}

/* The light a round had, or none again when it was not over yet on the day looked at. */
static round_cell review_round(const ledger *l, plan *p, uint32_t round, cell_name name) {
    const round_cell none = {GRADE_NONE, CAUSE_NONE};
    name.kind = CELL_ROUND;
    name.period = p->rounds[round].period;
    uint32_t at = cells_find(&p->board.cells, &name);
    if (at == NONE) return none;
    if (round < p->rounds_closed) return board_at(&p->board, at)->round;
    board_put(&p->board, at, &(cell){.round = none}, l->head);
    return none;
}

static void review_duty(const ledger *l, plan *p, uint32_t duty, uint32_t round,
                        bool over) {
    plan_duty *d = &p->duties[duty];
    cell_name name = {.task = d->task + 1, .office = d->office};
    round_cell own = review_round(l, p, round, name);
    const item_cell *item = item_find(p, duty, round);
    if (!over || item == NULL) return;
    d->missed = clockwork_missed(&p->lights, d->missed, item, own);
    d->running = clockwork_running(&p->lights, d->running, own);
}

static void review_closed(const ledger *l, plan *p, uint32_t round, bool over) {
    for (uint32_t i = 0; i < p->tasks_n; i++) {
        plan_task *t = &p->tasks[i];
        round_cell own = review_round(l, p, round, (cell_name){.task = i + 1});
        if (over) t->running = clockwork_task_running(&p->lights, t->running, own);
    }
    for (uint32_t i = 0; i < p->duties_n; i++)
        review_duty(l, p, i, round, over);
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
    for (uint32_t r = 0; r < were_closed; r++)
        review_closed(l, p, r, r < p->rounds_closed);
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
