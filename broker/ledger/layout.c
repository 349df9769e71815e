#include "broker/ledger/layout.h"

#include <assert.h>
#include <string.h>

#include "broker/ledger/posts.h"
#include "broker/ledger/relayout.h"

typedef struct counts {
    uint32_t tasks;
    uint32_t metrics;
    uint32_t splits;
    uint32_t rounds;
} counts;

static counts count(const plan *p) {
    counts n = {0};
    for (uint32_t c = 0; c < p->chunks_n; c++) {
        n.tasks += p->chunks[c].tasks_n;
        for (uint32_t t = 0; t < p->chunks[c].tasks_n; t++) {
            n.metrics += p->chunks[c].tasks[t].metrics_n;
            n.splits += p->chunks[c].tasks[t].splits_n;
        }
    }
    period at = period_of_cycle(p->words.cycle, p->words.first_day);
    for (; at.first_day <= p->words.last_day;
         at = period_next_of_cycle(p->words.cycle, at))
        n.rounds++;
    return n;
}

static bool take_arrays(plan *p, const ledger_allocator *m, const counts *n) {
    p->tasks = pool_take(&p->body, m, n->tasks * sizeof *p->tasks);
    p->metrics = pool_take(&p->body, m, n->metrics * sizeof *p->metrics);
    p->series = pool_take(&p->body, m, (n->metrics + n->splits) * sizeof *p->series);
    p->duties = pool_take(&p->body, m, (n->tasks + n->splits) * sizeof *p->duties);
    p->rounds = pool_take(&p->body, m, n->rounds * sizeof *p->rounds);
    return p->tasks != NULL && p->metrics != NULL && p->series != NULL &&
           p->duties != NULL && p->rounds != NULL;
}

static void lay_rounds(const ledger *l, plan *p) {
    p->published_day = l->day;
    period at = period_of_cycle(p->words.cycle, p->words.first_day);
    for (; at.first_day <= p->words.last_day;
         at = period_next_of_cycle(p->words.cycle, at)) {
        plan_round *round = &p->rounds[p->rounds_n++];
        round->period = at;
        round->last_day = period_last_day(at);
    }
    layout_windows(l, p);
}

/* Where its window lies, counted from the period's end. A plan published later asks from
 * the day of publication on: a window that was over by then opens anew behind it. */
static void lay_window(const calendar *cal, const plan *p, plan_round *round) {
    int32_t first = p->words.window_first;
    int32_t last = p->words.window_last;
    bool after = round->last_day < p->published_day;
    int32_t from = after ? p->published_day : round->last_day;
    round->open_day = calendar_add(cal, from, first);
    round->close_day = calendar_add(cal, from, last);
    if (last > 0 || (!after && round->close_day >= p->published_day)) return;
    round->open_day = calendar_add(cal, p->published_day, 1);
    round->close_day = calendar_add(cal, p->published_day, last - first + 1);
}

void layout_windows(const ledger *l, plan *p) {
    calendar cal = workdays_calendar(&l->workdays);
    for (uint32_t r = p->rounds_closed; r < p->rounds_n; r++) {
        plan_round *round = &p->rounds[r];
        lay_window(&cal, p, round);
        if (round->close_day < round->period.first_day)
            round->close_day = round->period.first_day;
        if (r < p->rounds_begun && round->close_day < l->day) round->close_day = l->day;
        /* rounds are over in their order */
        if (r > 0 && round->close_day < p->rounds[r - 1].close_day)
            round->close_day = p->rounds[r - 1].close_day;
    }
}

static bool is_split(const task_words *t, uint32_t metric, uint32_t office) {
    for (uint32_t i = 0; i < t->splits_n; i++)
        if (t->splits[i].metric == metric &&
            (office == 0 || t->splits[i].office == office))
            return true;
    return false;
}

static void lay_metric(plan *p, const plan *old, plan_task *t,
                       const metric_words *words) {
    uint32_t task = (uint32_t)(t - p->tasks);
    plan_metric *metric = &p->metrics[p->metrics_n++];
    *metric = (plan_metric){.pace = NONE};
    if (old != NULL && task < old->tasks_n) {
        uint32_t at = plan_find_metric(old, task, words->id);
        if (at != NONE) *metric = old->metrics[at];
    }
    metric->words = words;
    metric->task = task;
    metric->series_n = 0;
    metric->first_day = words->first_day != 0 ? words->first_day : p->words.first_day;
    metric->deadline = words->deadline != 0      ? words->deadline
                       : t->words->deadline != 0 ? t->words->deadline
                                                 : p->words.last_day;
    metric->first_round = metric->first_day <= p->words.first_day
                              ? 0
                              : plan_round_of_day(p, metric->first_day);
    metric->deadline_round = plan_round_of_day(p, metric->deadline);
    metric->split =
        words->comparator != COMPARATOR_PENDING && is_split(t->words, words->id, 0);
}

static void lay_duty(plan *p, plan_task *t, uint32_t office) {
    uint32_t at = t->duties_at + t->duties_n;
    while (at > t->duties_at && p->duties[at - 1].office > office)
        at--;
    if (at > t->duties_at && p->duties[at - 1].office == office) return;
    memmove(p->duties + at + 1, p->duties + at,
            (t->duties_at + t->duties_n - at) * sizeof *p->duties);
    p->duties[at] = (plan_duty){.office = office, .light = NONE, .cell = NONE};
    t->duties_n++;
    p->duties_n++;
}

/* Everybody who owes in the task or did so once. */
static void lay_duties(plan *p, const layout_from *from, plan_task *t) {
    uint32_t task = (uint32_t)(t - p->tasks);
    lay_duty(p, t, t->lead);
    for (uint32_t i = 0; i < t->words->splits_n; i++)
        if (p->metrics[t->metrics_at + t->words->splits[i].metric - 1].split)
            lay_duty(p, t, t->words->splits[i].office);
    for (const layout_extra *e = from->extras; e != NULL; e = e->next)
        if (e->task == task) lay_duty(p, t, e->office);
    const plan *old = from->old;
    if (old != NULL && task < old->tasks_n) {
        const plan_task *was = &old->tasks[task];
        for (uint32_t i = 0; i < was->duties_n; i++) {
            const plan_duty *d = &old->duties[was->duties_at + i];
            lay_duty(p, t, d->office);
            p->duties[plan_find_duty(p, task, d->office)] = *d;
        }
    }
    for (uint32_t i = 0; i < t->duties_n; i++)
        p->duties[t->duties_at + i].task = task;
    t->lead_duty = plan_find_duty(p, task, t->lead);
}

/* What stood of that office's series of that metric, NULL when nothing did. */
static const plan_series *series_was(const plan *old, uint32_t task, uint32_t metric,
                                     uint32_t office) {
    if (old == NULL || task >= old->tasks_n) return NULL;
    uint32_t was = plan_find_metric(old, task, metric);
    uint32_t duty = plan_find_duty(old, task, office);
    uint32_t at = was == NONE || duty == NONE ? NONE : plan_find_series(old, duty, was);
    return at == NONE ? NULL : &old->series[at];
}

/* The series that stood, or a new one. */
static plan_series *carry_series(plan *p, const plan *old, uint32_t duty,
                                 uint32_t metric) {
    uint32_t office = p->duties[duty].office;
    const plan_series *was =
        series_was(old, p->duties[duty].task, p->metrics[metric].words->id, office);
    plan_series *s = &p->series[p->series_n++];
    *s = was != NULL ? *was : (plan_series){.pace = NONE, .latest = NONE};
    s->metric = metric;
    s->duty = duty;
    return s;
}

static void lay_one_series(plan *p, const plan *old, uint32_t duty, uint32_t metric) {
    const plan_task *t = &p->tasks[p->duties[duty].task];
    const metric_words *words = p->metrics[metric].words;
    uint32_t office = p->duties[duty].office;
    plan_series *s = carry_series(p, old, duty, metric);
    s->target = words->target;
    s->opening = words->opening;
    s->weight = (decimal){0};
    for (uint32_t j = 0; j < t->words->splits_n && p->metrics[metric].split; j++) {
        const split_words *split = &t->words->splits[j];
        if (split->metric != words->id || split->office != office) continue;
        s->target = split->value;
        s->opening = split->opening;
        s->weight = split->weight;
    }
}

static void lay_duty_series(plan *p, const plan *old, const plan_task *t, uint32_t duty) {
    plan_duty *d = &p->duties[duty];
    d->series_at = p->series_n;
    d->series_n = d->series_all = 0;
    for (uint32_t i = 0; i < t->words->metrics_n; i++) {
        uint32_t at = t->metrics_at + i;
        const plan_metric *metric = &p->metrics[at];
        if (metric->words->comparator == COMPARATOR_PENDING) continue;
        if (metric->split ? !is_split(t->words, metric->words->id, d->office)
                          : duty != t->lead_duty)
            continue;
        lay_one_series(p, old, duty, at);
        d->series_all = ++d->series_n;
    }
    for (uint32_t i = 0; i < t->words->metrics_n && old != NULL; i++) {
        uint32_t at = t->metrics_at + i;
        if (plan_find_series(p, duty, at) != NONE ||
            series_was(old, d->task, p->metrics[at].words->id, d->office) == NULL)
            continue;
        carry_series(p, old, duty, at); /* with its own target and opening */
        d->series_all++;
    }
}

void layout_task(plan *p, const layout_from *from, uint32_t task) {
    plan_task *t = &p->tasks[task];
    t->metrics_at = p->metrics_n;
    t->duties_at = p->duties_n;
    t->duties_n = 0;
    t->lead = t->words->leads_n > 0 ? t->words->leads[0] : OFFICE_OF_CITY;
    for (uint32_t i = 0; i < t->words->metrics_n; i++)
        lay_metric(p, from->old, t, &t->words->metrics[i]);
    lay_duties(p, from, t);
    for (uint32_t i = 0; i < t->duties_n; i++)
        lay_duty_series(p, from->old, t, t->duties_at + i);
}

static void lay_new_task(plan *p, const task_words *words) {
    plan_task *t = &p->tasks[p->tasks_n++];
    t->words = words;
    t->light = NONE;
    t->timetable.cell = NONE;
    layout_task(p, &(layout_from){0}, p->tasks_n - 1);
}

bool layout_fillers(plan *p, const ledger_allocator *m) {
    uint32_t *lists = pool_take(&p->body, m, p->series_n * sizeof *lists);
    if (lists == NULL) return false;
    for (uint32_t i = 0; i < p->duties_n; i++)
        for (uint32_t s = 0; s < p->duties[i].series_n; s++)
            p->metrics[p->series[p->duties[i].series_at + s].metric].series_n++;
    for (uint32_t i = 0; i < p->metrics_n; i++) {
        plan_metric *metric = &p->metrics[i];
        const plan_task *t = &p->tasks[metric->task];
        uint32_t *list = lists;
        metric->series = list;
        lists += metric->series_n;
        for (uint32_t d = t->duties_at; d < t->duties_at + t->duties_n; d++)
            for (uint32_t s = 0; s < p->duties[d].series_n; s++)
                if (p->series[p->duties[d].series_at + s].metric == i)
                    *list++ = p->duties[d].series_at + s;
        assert(list == lists);
    }
    return true;
}

static bool lay_pages(ledger *l, plan *p) {
    uint32_t n = l->book.offices_n + 1;
    uint32_t *duties = pool_take(&p->body, &l->memory, n * sizeof *duties);
    if (duties == NULL) return false;
    uint32_t used = 1;
    for (uint32_t i = 0; i < p->duties_n; i++)
        used += duties[p->duties[i].office]++ == 0;
    page *pages =
        memory_room(&l->memory, NULL, &p->board.pages_room, used, sizeof *pages);
    if (pages == NULL) return false;
    p->board.pages = pages;
    duties[0] = p->tasks_n;
    for (uint32_t i = 0; i < n; i++)
        if (i == 0 || duties[i] > 0)
            pages[p->board.pages_n++] =
                (page){.office = i, .duties_n = duties[i], .dirty = true};
    pages[0].series_n = p->metrics_n;
    for (uint32_t i = 0; i < p->duties_n; i++) {
        p->duties[i].page = board_page(&p->board, p->duties[i].office);
        pages[p->duties[i].page].series_n += p->duties[i].series_n;
    }
    return true;
}

bool layout_make(ledger *l, plan *p) {
    plan_free_body(p, &l->memory);
    counts n = count(p);
    if (!take_arrays(p, &l->memory, &n)) return false;
    p->rounds_begun = p->rounds_closed = 0;
    lay_rounds(l, p);
    for (uint32_t c = 0; c < p->chunks_n; c++)
        for (uint32_t t = 0; t < p->chunks[c].tasks_n; t++)
            lay_new_task(p, &p->chunks[c].tasks[t]);
    return layout_fillers(p, &l->memory) && lay_pages(l, p);
}

bool layout_begin_arrays(plan *p, const ledger_allocator *m, plan_round *round) {
    if (round->values != NULL) return true;
    uint32_t *items = pool_take(&p->body, m, p->duties_n * sizeof *items);
    uint32_t *values = pool_take(&p->body, m, p->series_n * sizeof *values);
    if (items == NULL || values == NULL) return false;
    memset(items, 0xff, p->duties_n * sizeof *items);
    memset(values, 0xff, p->series_n * sizeof *values);
    round->items = items;
    round->values = values;
    return true;
}

bool layout_reserve_rounds(ledger *l, plan *p, uint32_t begun, uint32_t closed,
                           uint32_t singles) {
    board *b = &p->board;
    relayout *anew = relayout_waiting(l, p);
    plan *shape = anew == NULL ? p : &anew->shape;
    for (uint32_t r = p->rounds_begun; r < begun; r++)
        if (!layout_begin_arrays(shape, &l->memory, &shape->rounds[r])) return false;
    uint32_t begins = begun - p->rounds_begun;
    uint32_t closes = closed - p->rounds_closed;
    if (anew != NULL) return relayout_reserve(l, anew, begins, closes, singles);
    uint32_t more = (begins + closes) * p->duties_n + closes * p->tasks_n + singles;
    /* what stands from the first moment: the plan, the table of roles, offices, tasks,
     * paces and lights */
    if (!p->published)
        more += 2 + posts_count(l) + l->book.offices_n + 2 * p->tasks_n + p->metrics_n +
                p->series_n + p->duties_n;
    if (more == 0) return true;
    if (!cells_reserve(&b->cells, &l->memory, more)) return false;
    for (uint32_t i = 0; i < b->pages_n; i++) {
        const page *at = &b->pages[i];
        uint32_t on_page = (begins + closes) * at->duties_n + singles;
        if (!p->published) on_page += 2 + 2 * at->duties_n + at->series_n;
        if (!board_reserve_page(b, &l->memory, i, on_page)) return false;
    }
    return true;
}

static bool names_release(const metric_words *words) {
    return words->release != NULL && *words->release != '\0';
}

/* How many releases its metrics may wait for, each with a code of its own. */
static uint64_t releases(const plan *p) {
    uint64_t n = 0;
    for (uint32_t i = 0; i < p->metrics_n; i++) {
        bool amended = p->tasks[p->metrics[i].task].editions != NULL;
        for (uint32_t r = 0; r < p->rounds_n && amended; r++)
            n += names_release(plan_metric_on(p, i, p->rounds[r].last_day));
        if (!amended && names_release(p->metrics[i].words)) n += p->rounds_n;
    }
    return n;
}

uint64_t layout_cells(const ledger *l, const plan *p) {
    uint64_t nodes = (uint64_t)p->tasks_n * (1 + NODES_MAX);
    uint64_t at_once = 1 + (uint64_t)l->book.offices_n + 2 * (uint64_t)p->tasks_n +
                       p->metrics_n + p->series_n + p->duties_n;
    uint64_t a_round = 2 * (uint64_t)p->duties_n + p->tasks_n + p->series_n;
    return at_once + nodes + a_round * p->rounds_n + releases(p);
}

/* The position of that cell: where it stands, or where it is added. */
static uint32_t stand(board *b, const cell_name *name, uint32_t page_at, uint64_t index) {
    uint32_t at = cells_find(&b->cells, name);
    return at != NONE ? at : board_add(b, name, page_at, index);
}

static void place_series(plan *p, uint32_t series, bool shown, uint64_t index) {
    plan_series *s = &p->series[series];
    const plan_duty *d = &p->duties[s->duty];
    cell_name name = {.kind = CELL_PACE,
                      .task = d->task + 1,
                      .metric = p->metrics[s->metric].words->id,
                      .office = d->office};
    if (shown && s->pace == NONE) s->pace = stand(&p->board, &name, d->page, index);
    if (shown || s->pace == NONE) return;
    board_put(&p->board, s->pace, &(cell){.pace = {.parts = 0}}, index);
    s->pace = NONE;
}

void layout_place_task(plan *p, uint32_t task, uint64_t index) {
    plan_task *t = &p->tasks[task];
    board *b = &p->board;
    cell_name name = {.kind = CELL_TASK, .task = task + 1};
    board_put(b, stand(b, &name, 0, index), &(cell){.task = *t->words}, index);
    name.kind = CELL_LIGHT;
    if (t->light == NONE) t->light = stand(b, &name, 0, index);
    for (uint32_t i = 0; i < t->words->metrics_n; i++) {
        cell_name metric = {.kind = CELL_PACE, .task = task + 1, .metric = i + 1};
        uint32_t *pace = &p->metrics[t->metrics_at + i].pace;
        if (*pace == NONE) *pace = stand(b, &metric, 0, index);
    }
    for (uint32_t i = t->duties_at; i < t->duties_at + t->duties_n; i++) {
        plan_duty *d = &p->duties[i];
        cell_name light = {.kind = CELL_LIGHT, .task = task + 1, .office = d->office};
        if (d->light == NONE) d->light = stand(b, &light, d->page, index);
        for (uint32_t s = 0; s < d->series_all; s++) {
            uint32_t at = d->series_at + s;
            place_series(p, at, s < d->series_n && p->metrics[p->series[at].metric].split,
                         index);
        }
    }
}
