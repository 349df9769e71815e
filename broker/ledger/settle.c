#include "broker/ledger/settle.h"

#include "broker/ledger/item.h"

static bool running(const ledger *l, const plan *p, uint32_t round) {
    return round < p->rounds_begun && p->rounds[round].last_day >= l->day;
}

static void count_missing(plan *p, uint32_t duty, bool was, bool is) {
    uint32_t *of_task = &p->tasks[p->duties[duty].task].missing;
    p->duties[duty].missing += (uint32_t)is - (uint32_t)was;
    *of_task += (uint32_t)is - (uint32_t)was;
}

static void withdraw(plan *p, uint32_t duty, uint32_t round, uint64_t index) {
    uint32_t at = p->rounds[round].items[duty];
    cell next = *board_at(&p->board, at);
    count_missing(p, duty, next.item.missing, false);
    next.item.withdrawn = true;
    next.item.missing = false;
    board_put(&p->board, at, &next, index);
    p->rounds[round].items[duty] = NONE;
}

/* More or less is asked than before: what was full may be a part now, and what was a part
 * may be all that is asked. */
static void ask_anew(const ledger *l, plan *p, uint32_t duty, uint32_t round,
                     uint32_t owed, uint64_t index) {
    const plan_duty *d = &p->duties[duty];
    uint32_t at = p->rounds[round].items[duty];
    cell next = *board_at(&p->board, at);
    item_cell *item = &next.item;
    item->owed = owed;
    item->reported = 0;
    for (uint32_t s = d->series_at; s < d->series_at + d->series_all; s++)
        item->reported += p->rounds[round].values[s] != NONE && plan_asks(p, s, round);
    bool said = item->index != 0;
    bool full = said && (item->nil || item->reported >= owed);
    if (said && !full && item->state != ITEM_RETURNED) {
        item->state = ITEM_PARTIAL;
        item->first_ms = 0;
        item->late = false;
    } else if (full && item->state == ITEM_PARTIAL) {
        item_complete(l, p, duty, item);
    }
    board_put(&p->board, at, &next, index);
}

/* Whether its words or a call ask anything of the duty in what is left of the plan. */
static bool is_over(const ledger *l, const plan *p, uint32_t duty) {
    uint32_t left = 0;
    for (uint32_t r = 0; r < p->rounds_n; r++) {
        if (p->rounds[r].last_day < l->day) continue;
        left++;
        if (plan_bound(p, duty, r)) return false;
    }
    return left > 0;
}

void settle_task(ledger *l, plan *p, uint32_t task, uint64_t index) {
    const plan_task *t = &p->tasks[task];
    for (uint32_t i = t->duties_at; i < t->duties_at + t->duties_n; i++) {
        for (uint32_t r = 0; r < p->rounds_begun; r++) {
            uint32_t owed;
            if (!running(l, p, r)) continue;
            bool owes = plan_owes(p, i, r, &owed);
            bool stands = p->rounds[r].items[i] != NONE;
            if (!owes && stands) withdraw(p, i, r, index);
            if (owes && !stands) item_begin(l, p, i, r, owed, index);
            if (!owes) continue;
            ask_anew(l, p, i, r, owed, index);
            item_move_window(l, p, i, r, index);
        }
        plan_duty *d = &p->duties[i];
        d->over = is_over(l, p, i);
        if (d->over) d->missed = d->running = 0;
    }
}
