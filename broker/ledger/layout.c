#include "broker/ledger/layout.h"

#include <assert.h>
#include <string.h>

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
    period at = period_of_day(p->words.cycle, p->words.first_day);
    for (; at.first_day <= p->words.last_day; at = period_next(at))
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
    period at = period_of_day(p->words.cycle, p->words.first_day);
    for (; at.first_day <= p->words.last_day; at = period_next(at)) {
        plan_round *round = &p->rounds[p->rounds_n++];
        round->period = at;
        round->last_day = period_last_day(at);
    }
    layout_windows(l, p);
}

void layout_windows(const ledger *l, plan *p) {
    calendar cal = workdays_calendar(&l->workdays);
    for (uint32_t r = p->rounds_closed; r < p->rounds_n; r++) {
        plan_round *round = &p->rounds[r];
        /* a plan published after a period's end asks for it from that day on */
        int32_t from =
            round->last_day < p->published_day ? p->published_day : round->last_day;
        round->open_day = calendar_add(&cal, from, p->words.window_first);
        round->close_day = calendar_add(&cal, from, p->words.window_last);
        if (round->close_day < round->period.first_day)
            round->close_day = round->period.first_day;
        if (r < p->rounds_begun && round->close_day < l->day) round->close_day = l->day;
    }
}

static bool is_split(const task_words *t, uint32_t metric, uint32_t office) {
    for (uint32_t i = 0; i < t->splits_n; i++)
        if (t->splits[i].metric == metric &&
            (office == 0 || t->splits[i].office == office))
            return true;
    return false;
}

static void lay_metric(plan *p, plan_task *t, const metric_words *words) {
    plan_metric *metric = &p->metrics[p->metrics_n++];
    metric->words = words;
    metric->task = (uint32_t)(t - p->tasks);
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
    p->duties[at] = (plan_duty){.task = (uint32_t)(t - p->tasks), .office = office};
    t->duties_n++;
    p->duties_n++;
}

static void lay_duty_series(plan *p, const plan_task *t, uint32_t duty) {
    plan_duty *d = &p->duties[duty];
    d->series_at = p->series_n;
    for (uint32_t i = 0; i < t->words->metrics_n; i++) {
        uint32_t at = t->metrics_at + i;
        const plan_metric *metric = &p->metrics[at];
        if (metric->words->comparator == COMPARATOR_PENDING) continue;
        if (metric->split ? !is_split(t->words, metric->words->id, d->office)
                          : duty != t->lead_duty)
            continue;
        plan_series *s = &p->series[p->series_n++];
        *s = (plan_series){.metric = at,
                           .duty = duty,
                           .target = metric->words->target,
                           .pace = NONE,
                           .latest = NONE};
        for (uint32_t j = 0; j < t->words->splits_n && metric->split; j++)
            if (t->words->splits[j].metric == metric->words->id &&
                t->words->splits[j].office == d->office)
                s->target = t->words->splits[j].value;
    }
    d->series_n = p->series_n - d->series_at;
}

static void lay_task(plan *p, const task_words *words) {
    plan_task *t = &p->tasks[p->tasks_n++];
    t->words = words;
    t->metrics_at = p->metrics_n;
    t->duties_at = p->duties_n;
    t->timetable.cell = NONE;
    t->lead = words->leads_n > 0 ? words->leads[0] : OFFICE_OF_CITY;
    for (uint32_t i = 0; i < words->metrics_n; i++)
        lay_metric(p, t, &words->metrics[i]);
    lay_duty(p, t, t->lead);
    for (uint32_t i = 0; i < words->splits_n; i++)
        if (p->metrics[t->metrics_at + words->splits[i].metric - 1].split)
            lay_duty(p, t, words->splits[i].office);
    t->lead_duty = plan_find_duty(p, p->tasks_n - 1, t->lead);
    for (uint32_t i = 0; i < t->duties_n; i++)
        lay_duty_series(p, t, t->duties_at + i);
}

/* Who fills each metric, ascending by office. */
static bool lay_fillers(plan *p, const ledger_allocator *m) {
    uint32_t *lists = pool_take(&p->body, m, p->series_n * sizeof *lists);
    if (lists == NULL) return false;
    for (uint32_t i = 0; i < p->series_n; i++)
        p->metrics[p->series[i].metric].series_n++;
    for (uint32_t i = 0; i < p->metrics_n; i++) {
        plan_metric *metric = &p->metrics[i];
        const plan_task *t = &p->tasks[metric->task];
        const plan_duty *last = &p->duties[t->duties_at + t->duties_n - 1];
        uint32_t *list = lists;
        metric->series = list;
        lists += metric->series_n;
        for (uint32_t s = p->duties[t->duties_at].series_at;
             s < last->series_at + last->series_n; s++)
            if (p->series[s].metric == i) *list++ = s;
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
            lay_task(p, &p->chunks[c].tasks[t]);
    return lay_fillers(p, &l->memory) && lay_pages(l, p);
}

static bool begin_arrays(plan *p, const ledger_allocator *m, plan_round *round) {
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

bool layout_reserve_rounds(ledger *l, plan *p, uint32_t begun, uint32_t closed) {
    board *b = &p->board;
    for (uint32_t r = p->rounds_begun; r < begun; r++)
        if (!begin_arrays(p, &l->memory, &p->rounds[r])) return false;
    uint32_t begins = begun - p->rounds_begun;
    uint32_t closes = closed - p->rounds_closed;
    uint32_t more = (begins + closes) * p->duties_n + closes * p->tasks_n;
    /* what stands from the first moment: the plan, offices, tasks, paces and lights */
    if (!p->published)
        more += 2 + l->book.offices_n + 2 * p->tasks_n + p->metrics_n + p->series_n +
                p->duties_n;
    if (more == 0) return true;
    if (!cells_reserve(&b->cells, &l->memory, more)) return false;
    for (uint32_t i = 0; i < b->pages_n; i++) {
        const page *at = &b->pages[i];
        uint32_t on_page = (begins + closes) * at->duties_n;
        if (!p->published) on_page += 2 + 2 * at->duties_n + at->series_n;
        if (!board_reserve_page(b, &l->memory, i, on_page)) return false;
    }
    return true;
}
