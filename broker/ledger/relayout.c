#include "broker/ledger/relayout.h"

#include <assert.h>
#include <string.h>

#include "broker/ledger/amend.h"

relayout *relayout_waiting(const ledger *l, const plan *p) {
    relayout *r = l->pending.relayouts;
    while (r != NULL && r->of != p)
        r = r->next;
    return r;
}

/* Tasks that stand, those that wait to be added, and one that is added now. */
static uint32_t tasks_at_most(const plan *p) {
    uint32_t n = p->tasks_n;
    for (const coming *c = p->coming; c != NULL; c = c->next)
        if (c->task >= n) n = c->task + 1;
    return n + 1;
}

relayout *relayout_begin(ledger *l, plan *p) {
    const ledger_allocator *m = &l->memory;
    relayout *r = relayout_waiting(l, p);
    if (r != NULL) return r;
    r = m->resize(m->ctx, NULL, 0, sizeof *r);
    if (r == NULL) return NULL;
    *r = (relayout){.of = p, .shape = *p, .next = l->pending.relayouts};
    l->pending.relayouts = r;
    r->shape.body = (pool){0};
    r->tasks_room = tasks_at_most(p);
    r->shape.tasks = pool_take(&r->shape.body, m, r->tasks_room * sizeof *p->tasks);
    if (r->shape.tasks == NULL) return NULL;
    memcpy(r->shape.tasks, p->tasks, p->tasks_n * sizeof *p->tasks);
    return r;
}

plan_task *relayout_add_task(relayout *r) {
    assert(r->shape.tasks_n < r->tasks_room);
    plan_task *t = &r->shape.tasks[r->shape.tasks_n++];
    t->light = NONE;
    t->timetable.cell = NONE;
    return t;
}

void relayout_drop(ledger *l) {
    const ledger_allocator *m = &l->memory;
    while (l->pending.relayouts != NULL) {
        relayout *r = l->pending.relayouts;
        l->pending.relayouts = r->next;
        for (uint32_t i = 0; i < r->fresh_n; i++)
            memory_free(m, r->fresh[i].cells, r->fresh[i].cells_room, sizeof(uint32_t));
        memory_free(m, r->fresh, r->fresh_room, sizeof *r->fresh);
        memory_free(m, r->merged, r->merged_room, sizeof *r->merged);
        pool_free(&r->shape.body, m);
        pool_free(&r->texts, m);
        m->resize(m->ctx, r, sizeof *r, 0);
    }
}

/* --- laying out ------------------------------------------------------------------- */

static bool take_arrays(plan *shape, const plan *old, const ledger_allocator *m,
                        uint32_t extras_n) {
    uint32_t metrics = 0;
    uint32_t splits = 0;
    for (uint32_t i = 0; i < shape->tasks_n; i++) {
        metrics += shape->tasks[i].words->metrics_n;
        splits += shape->tasks[i].words->splits_n;
    }
    pool *body = &shape->body;
    uint32_t series = metrics + splits + old->series_n;
    uint32_t duties = shape->tasks_n + splits + old->duties_n + extras_n;
    shape->metrics = pool_take(body, m, metrics * sizeof *shape->metrics);
    shape->series = pool_take(body, m, series * sizeof *shape->series);
    shape->duties = pool_take(body, m, duties * sizeof *shape->duties);
    shape->rounds = pool_take(body, m, shape->rounds_n * sizeof *shape->rounds);
    shape->metrics_n = shape->series_n = shape->duties_n = 0;
    return shape->metrics != NULL && shape->series != NULL && shape->duties != NULL &&
           shape->rounds != NULL;
}

/* Where a duty and a series stood, NONE when they are new. */
static uint32_t duty_was(const plan *old, const plan_duty *d) {
    return d->task < old->tasks_n ? plan_find_duty(old, d->task, d->office) : NONE;
}

static uint32_t series_was(const plan *old, const plan *shape, uint32_t series) {
    const plan_series *s = &shape->series[series];
    const plan_duty *d = &shape->duties[s->duty];
    uint32_t duty = duty_was(old, d);
    if (duty == NONE) return NONE;
    uint32_t metric = plan_find_metric(old, d->task, shape->metrics[s->metric].words->id);
    return metric == NONE ? NONE : plan_find_series(old, duty, metric);
}

static bool carry_rounds(plan *shape, const plan *old, const ledger_allocator *m) {
    memcpy(shape->rounds, old->rounds, old->rounds_n * sizeof *old->rounds);
    for (uint32_t r = 0; r < shape->rounds_n; r++) {
        plan_round *round = &shape->rounds[r];
        if (round->values == NULL) continue;
        round->values = round->items = NULL;
        if (!layout_begin_arrays(shape, m, round)) return false;
    }
    for (uint32_t i = 0; i < shape->duties_n; i++) {
        uint32_t was = duty_was(old, &shape->duties[i]);
        for (uint32_t r = 0; r < shape->rounds_n && was != NONE; r++)
            if (old->rounds[r].items != NULL)
                shape->rounds[r].items[i] = old->rounds[r].items[was];
    }
    for (uint32_t i = 0; i < shape->series_n; i++) {
        uint32_t was = series_was(old, shape, i);
        for (uint32_t r = 0; r < shape->rounds_n && was != NONE; r++)
            if (old->rounds[r].values != NULL)
                shape->rounds[r].values[i] = old->rounds[r].values[was];
    }
    return true;
}

/* How many begun rounds have not ended: their items may change hands. */
static uint32_t running_rounds(const ledger *l, const plan *p) {
    uint32_t n = 0;
    for (uint32_t r = 0; r < p->rounds_n; r++)
        n += p->rounds[r].values != NULL && p->rounds[r].last_day >= l->day;
    return n;
}

/* Of a task that changed: its words, its editions, its light and paces. */
static uint32_t added_of_task(const relayout *r, uint32_t task) {
    const plan_task *t = &r->shape.tasks[task];
    uint32_t before = task < r->of->tasks_n ? r->of->tasks[task].editions_n : 0;
    return t->touched ? 2 + t->words->metrics_n + t->editions_n - before : 0;
}

/* What changed tasks add, and for each duty of them a light, what is said of it, its
 * paces and items. */
static bool count_more(ledger *l, relayout *r) {
    const plan *shape = &r->shape;
    uint32_t offices = l->book.offices_n + 1;
    uint32_t *more = pool_take(&r->shape.body, &l->memory, offices * sizeof *more);
    uint32_t *duties = pool_take(&r->shape.body, &l->memory, offices * sizeof *duties);
    if (more == NULL || duties == NULL) return false;
    uint32_t running = running_rounds(l, shape);
    duties[0] = shape->tasks_n;
    for (uint32_t i = 0; i < shape->tasks_n; i++)
        more[0] += added_of_task(r, i);
    for (uint32_t i = 0; i < shape->duties_n; i++) {
        const plan_duty *d = &shape->duties[i];
        duties[d->office]++;
        if (shape->tasks[d->task].touched)
            more[d->office] += 2 + d->series_all + running + 1;
    }
    r->more = 0;
    for (uint32_t i = 0; i < offices; i++)
        r->more += more[i];
    r->more_of = more;
    r->duties_of = duties;
    return true;
}

static bool add_fresh(ledger *l, relayout *r, uint32_t office) {
    page *fresh =
        memory_room(&l->memory, r->fresh, &r->fresh_room, r->fresh_n + 1, sizeof *fresh);
    if (fresh == NULL) return false;
    r->fresh = fresh;
    fresh[r->fresh_n++] = (page){.office = office, .dirty = true};
    return true;
}

static bool make_pages(ledger *l, relayout *r) {
    const board *b = &r->of->board;
    for (uint32_t office = 1; office <= l->book.offices_n; office++)
        if (r->duties_of[office] > 0 && board_page(b, office) == NONE &&
            !add_fresh(l, r, office))
            return false;
    if (r->fresh_n == 0) return true;
    page *merged = memory_room(&l->memory, NULL, &r->merged_room, b->pages_n + r->fresh_n,
                               sizeof *merged);
    r->merged = merged;
    return merged != NULL;
}

bool relayout_owe(ledger *l, relayout *r, uint32_t task, uint32_t office) {
    layout_extra *made = pool_take(&r->shape.body, &l->memory, sizeof *made);
    if (made == NULL) return false;
    *made = (layout_extra){task, office, r->extras};
    r->extras = made;
    return true;
}

bool relayout_lay(ledger *l, relayout *r) {
    plan *shape = &r->shape;
    layout_from from = {r->of, r->extras};
    uint32_t extras_n = 0;
    for (const layout_extra *e = r->extras; e != NULL; e = e->next)
        extras_n++;
    if (!take_arrays(shape, r->of, &l->memory, extras_n)) return false;
    memcpy(shape->rounds, r->of->rounds, r->of->rounds_n * sizeof *shape->rounds);
    for (uint32_t i = 0; i < shape->tasks_n; i++)
        layout_task(shape, &from, i);
    return layout_fillers(shape, &l->memory) && carry_rounds(shape, r->of, &l->memory) &&
           count_more(l, r) && make_pages(l, r) && relayout_reserve(l, r, 0, 0, 0);
}

bool relayout_reserve(ledger *l, relayout *r, uint32_t begins, uint32_t closes,
                      uint32_t singles) {
    board *b = &r->of->board;
    uint32_t each = begins + closes;
    uint32_t more = r->more + each * r->shape.duties_n + closes * r->shape.tasks_n;
    if (!cells_reserve(&b->cells, &l->memory, more + singles)) return false;
    for (uint32_t i = 0; i < b->pages_n; i++) {
        uint32_t office = b->pages[i].office;
        uint32_t on_page = r->more_of[office] + each * r->duties_of[office] + singles;
        if (!board_reserve_page(b, &l->memory, i, on_page)) return false;
    }
    for (uint32_t i = 0; i < r->fresh_n; i++) {
        page *at = &r->fresh[i];
        /* what else this entry may add there, no one could reserve on it */
        uint32_t duties = r->duties_of[at->office];
        uint32_t on_page = r->more_of[at->office] + (each + 2) * duties + singles + 1;
        uint32_t *cells =
            memory_room(&l->memory, at->cells, &at->cells_room, on_page, sizeof *cells);
        if (cells == NULL) return false;
        at->cells = cells;
    }
    return true;
}

/* --- putting in place ------------------------------------------------------------- */

/* Pages stay ascending by office, so those behind a new one move, and every cell has to
 * know where its page is now. */
static void merge_pages(ledger *l, relayout *r) {
    board *b = &r->of->board;
    if (r->fresh_n == 0) return;
    uint32_t old = 0;
    uint32_t fresh = 0;
    uint32_t n = 0;
    while (old < b->pages_n || fresh < r->fresh_n) {
        bool take_old =
            fresh == r->fresh_n ||
            (old < b->pages_n && b->pages[old].office < r->fresh[fresh].office);
        r->merged[n++] = take_old ? b->pages[old++] : r->fresh[fresh++];
    }
    for (uint32_t i = 0; i < b->cells.slots_n; i++) {
        uint32_t *at = &b->cells.slots[i].page;
        if (*at == NONE) continue;
        uint32_t office = b->pages[*at].office;
        while (r->merged[*at].office < office)
            (*at)++;
    }
    memory_free(&l->memory, b->pages, b->pages_room, sizeof *b->pages);
    b->pages = r->merged;
    b->pages_n = n;
    b->pages_room = r->merged_room;
    r->merged = NULL;
    r->merged_room = r->fresh_n = 0;
}

static void count_pages(plan *p) {
    board *b = &p->board;
    for (uint32_t i = 0; i < b->pages_n; i++)
        b->pages[i].duties_n = b->pages[i].series_n = 0;
    b->pages[0].duties_n = p->tasks_n;
    b->pages[0].series_n = p->metrics_n;
    for (uint32_t i = 0; i < p->duties_n; i++) {
        plan_duty *d = &p->duties[i];
        d->page = board_page(b, d->office);
        b->pages[d->page].duties_n++;
        b->pages[d->page].series_n += d->series_all;
    }
}

void relayout_apply(ledger *l, relayout *r, uint64_t index) {
    plan *p = r->of;
    const plan *shape = &r->shape;
    merge_pages(l, r);
    pool_free(&p->body, &l->memory);
    p->body = shape->body;
    r->shape.body = (pool){0};
    pool_join(&p->texts, &r->texts);
    p->tasks = shape->tasks;
    p->tasks_n = shape->tasks_n;
    p->metrics = shape->metrics;
    p->metrics_n = shape->metrics_n;
    p->series = shape->series;
    p->series_n = shape->series_n;
    p->duties = shape->duties;
    p->duties_n = shape->duties_n;
    p->rounds = shape->rounds;
    count_pages(p);
    p->board.pages[0].dirty = true;
    for (uint32_t i = 0; i < p->tasks_n; i++)
        if (p->tasks[i].touched) layout_place_task(p, i, index);
}
