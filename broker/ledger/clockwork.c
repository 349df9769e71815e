#include "broker/ledger/clockwork.h"

#include "broker/ledger/amend.h"
#include "broker/ledger/item.h"
#include "broker/ledger/layout.h"
#include "broker/ledger/light.h"
#include "broker/ledger/paper.h"
#include "broker/ledger/refresh.h"
#include "broker/ledger/release.h"

static uint32_t begun_by(const plan *p, int32_t day) {
    uint32_t n = p->rounds_begun;
    while (n < p->rounds_n && p->rounds[n].period.first_day <= day)
        n++;
    return n;
}

static uint32_t closed_by(const plan *p, int32_t day, uint32_t begun) {
    uint32_t n = p->rounds_closed;
    while (n < begun && p->rounds[n].close_day < day)
        n++;
    return n;
}

bool clockwork_reserve(ledger *l, plan *p, int32_t day) {
    uint32_t begun = begun_by(p, day);
    return layout_reserve_rounds(l, p, begun, closed_by(p, day, begun),
                                 item_closings(p, day));
}

uint32_t clockwork_running(const light_table *table, uint32_t running, round_cell own) {
    grade_order order = light_order(table);
    return grade_runs(&order, own.grade) ? running + 1 : 0;
}

uint32_t clockwork_task_running(const light_table *table, uint32_t running,
                                round_cell own) {
    return own.cause == CAUSE_MISSING ? 0 : clockwork_running(table, running, own);
}

uint32_t clockwork_missed(const light_table *table, uint32_t missed, bool let_pass,
                          round_cell own) {
    return let_pass ? clockwork_running(table, missed, own) : 0;
}

/* Looking back and then forward again (view.h) comes by rounds whose cells stand. */
static void add_round(const ledger *l, plan *p, uint32_t on_page, cell_name name,
                      round_cell own, uint64_t index) {
    uint32_t at = l->viewing ? cells_find(&p->board.cells, &name) : NONE;
    if (at == NONE) at = board_add(&p->board, &name, on_page, index);
    board_put(&p->board, at, &(cell){.round = own}, index);
}

/* The light of an office in a task when its window has closed. */
static void close_duty(ledger *l, plan *p, uint32_t duty, uint32_t round,
                       uint64_t index) {
    plan_duty *d = &p->duties[duty];
    cell_name name = {.kind = CELL_ROUND,
                      .task = d->task + 1,
                      .office = d->office,
                      .period = p->rounds[round].period};
    bool let_pass = item_let_pass(l, item_find(p, duty, round));
    d->missed = clockwork_missed(&p->lights, d->missed, let_pass, d->own);
    add_round(l, p, d->page, name, d->own, index);
    d->running = clockwork_running(&p->lights, d->running, d->own);
}

static void close_round(ledger *l, plan *p, uint64_t index) {
    uint32_t round = p->rounds_closed++;
    item_close_round(l, p, round, index);
    refresh_all(l, p, index);
    cell_name name = {.kind = CELL_ROUND, .period = p->rounds[round].period};
    for (uint32_t i = 0; i < p->tasks_n; i++) {
        plan_task *t = &p->tasks[i];
        name.task = i + 1;
        name.office = 0;
        add_round(l, p, 0, name, t->own, index);
        t->running = clockwork_task_running(&p->lights, t->running, t->own);
    }
    for (uint32_t i = 0; i < p->duties_n; i++) {
        const item_cell *item = item_find(p, i, round);
        if (item == NULL || item->withdrawn || release_waits(p, i, round)) continue;
        close_duty(l, p, i, round, index);
    }
}

/* Windows that closed by themselves. */
static void close_singles(ledger *l, plan *p, uint64_t index) {
    refresh_all(l, p, index);
    for (uint32_t r = 0; r < p->rounds_begun; r++)
        for (uint32_t i = 0; i < p->duties_n; i++)
            if (item_closes(p, i, r, l->day)) close_duty(l, p, i, r, index);
}

bool clockwork_run(ledger *l, plan *p, uint64_t index) {
    uint32_t begun = begun_by(p, l->day);
    while (p->rounds_begun < begun)
        item_begin_round(l, p, p->rounds_begun++, index);
    bool singles = item_open_day(l, p, index);
    uint32_t closed = closed_by(p, l->day, begun);
    bool rounds = closed > p->rounds_closed;
    while (p->rounds_closed < closed)
        close_round(l, p, index);
    if (singles) close_singles(l, p, index);
    return rounds || singles;
}

duban_status clock_check(ledger *l, int32_t day, const verdict *v) {
    if (day != l->day + 1 || day > DAY_MAX)
        return refuse_day(v, DUBAN_E_CLOCK, "day", day, l->day + 1, l->day + 1);
    if (!amend_reserve_day(l, day)) return refuse_memory(v);
    for (uint32_t i = 0; i < l->plans_n; i++) {
        plan *p = l->plans[i];
        if (p->published && (!clockwork_reserve(l, p, day) || !paper_reserve_day(l, p)))
            return refuse_memory(v);
    }
    return DUBAN_OK;
}

static void open_day(ledger *l, plan *p, uint64_t index) {
    refresh_plan_cell(l, p, index);
    if (clockwork_run(l, p, index)) {
        refresh_all(l, p, index);
        return;
    }
    for (uint32_t i = 0; i < p->tasks_n; i++)
        if (p->tasks[i].wake <= l->day) refresh_task(l, p, i, index);
}

void clock_apply(ledger *l, uint64_t index, int32_t day) {
    l->day = day;
    amend_open_day(l, index);
    for (uint32_t i = 0; i < l->plans_n; i++)
        if (l->plans[i]->published) {
            open_day(l, l->plans[i], index);
            paper_open_day(l, l->plans[i], index);
        }
}

void clockwork_calendar(ledger *l, uint64_t index) {
    for (uint32_t i = 0; i < l->plans_n; i++) {
        plan *p = l->plans[i];
        if (!p->published) continue;
        layout_windows(l, p);
        item_move_windows(l, p, index);
        p->board.pages[0].dirty = true;
        refresh_all(l, p, index);
    }
}
