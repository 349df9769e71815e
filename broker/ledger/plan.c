#include "broker/ledger/plan.h"

#include "broker/ledger/amend.h"
#include "broker/ledger/checks.h"
#include "broker/ledger/filler.h"
#include "broker/ledger/form.h"
#include "broker/ledger/paper.h"
#include "broker/ledger/project.h"
#include "broker/ledger/release.h"
#include "broker/ledger/weights.h"

void plan_free_body(plan *p, const ledger_allocator *m) {
    for (uint32_t i = 0; i < p->tasks_n; i++)
        pool_free(&p->tasks[i].timetable.texts, m);
    board_free(&p->board, m);
    pool_free(&p->body, m);
    p->tasks_n = p->metrics_n = p->series_n = p->duties_n = p->rounds_n = 0;
}

void plan_free(plan *p, const ledger_allocator *m) {
    for (uint32_t i = 0; i < p->tasks_n; i++)
        project_free(&p->tasks[i], m);
    plan_free_body(p, m);
    for (uint32_t i = 0; i < p->chunks_n; i++) {
        pool_free(&p->chunks[i].texts, m);
        pool_free(&p->chunks[i].bytes, m);
    }
    memory_free(m, p->chunks, p->chunks_room, sizeof *p->chunks);
    form_free(p, m);
    paper_free(p, m);
    checks_free(p, m);
    weights_free(p, m);
    release_free(p, m);
    filler_free(p, m);
    pool_free(&p->texts, m);
    m->resize(m->ctx, p, sizeof *p, 0);
}

uint32_t plan_find_task(const plan *p, uint32_t id) {
    return id >= 1 && id <= p->tasks_n ? id - 1 : NONE;
}

uint32_t plan_find_metric(const plan *p, uint32_t task, uint32_t id) {
    const plan_task *t = &p->tasks[task];
    return id >= 1 && id <= t->words->metrics_n ? t->metrics_at + id - 1 : NONE;
}

uint32_t plan_find_duty(const plan *p, uint32_t task, uint32_t office) {
    const plan_task *t = &p->tasks[task];
    uint32_t low = t->duties_at;
    uint32_t high = t->duties_at + t->duties_n;
    uint32_t end = high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (p->duties[middle].office < office)
            low = middle + 1;
        else
            high = middle;
    }
    return low < end && p->duties[low].office == office ? low : NONE;
}

uint32_t plan_find_series(const plan *p, uint32_t duty, uint32_t metric) {
    const plan_duty *d = &p->duties[duty];
    for (uint32_t i = 0; i < d->series_all; i++)
        if (p->series[d->series_at + i].metric == metric) return d->series_at + i;
    return NONE;
}

uint32_t plan_round_of_day(const plan *p, int32_t day) {
    uint32_t low = 0;
    uint32_t high = p->rounds_n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (p->rounds[middle].last_day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low < p->rounds_n && p->rounds[low].period.first_day <= day ? low : NONE;
}

uint32_t plan_find_round(const plan *p, period value) {
    uint32_t round = plan_round_of_day(p, value.first_day);
    if (round == NONE || !period_equal(p->rounds[round].period, value)) return NONE;
    return round;
}

bool plan_is_lead(const plan *p, uint32_t task, uint32_t office) {
    const task_words *words = p->tasks[task].words;
    for (uint32_t i = 0; i < words->leads_n; i++)
        if (words->leads[i] == office) return true;
    return words->leads_n == 0 && p->tasks[task].lead == office;
}

/* --- editions ----------------------------------------------------------------------- */

const task_words *plan_task_on(const plan_task *t, int32_t day) {
    if (day >= t->from_day) return t->words;
    for (const edition *e = t->editions; e != NULL; e = e->older)
        if (day >= e->from_day) return e->words;
    return NULL;
}

/* NULL where that edition has no such metric, or asks for it of nobody. */
static const metric_words *metric_of(const task_words *t, uint32_t id) {
    if (t == NULL || id > t->metrics_n) return NULL;
    const metric_words *found = &t->metrics[id - 1];
    return found->comparator == COMPARATOR_PENDING ? NULL : found;
}

typedef struct split_look {
    bool split;              /* the metric is divided at all */
    const split_words *part; /* that office's */
} split_look;

static split_look split_of(const task_words *t, uint32_t metric, uint32_t office) {
    split_look out = {false, NULL};
    for (uint32_t i = 0; i < t->splits_n; i++) {
        if (t->splits[i].metric != metric) continue;
        out.split = true;
        if (t->splits[i].office == office) out.part = &t->splits[i];
    }
    return out;
}

static uint32_t lead_of(const task_words *t) {
    return t->leads_n > 0 ? t->leads[0] : OFFICE_OF_CITY;
}

bool plan_words_ask(const task_words *t, uint32_t metric, uint32_t office) {
    if (metric_of(t, metric) == NULL) return false;
    split_look look = split_of(t, metric, office);
    return look.split ? look.part != NULL : lead_of(t) == office;
}

bool plan_asks(const plan *p, uint32_t series, uint32_t round) {
    const plan_series *s = &p->series[series];
    const plan_duty *d = &p->duties[s->duty];
    const plan_task *t = &p->tasks[d->task];
    const plan_metric *metric = &p->metrics[s->metric];
    if (metric->first_round > round) return false;
    if (t->editions == NULL && t->from_day == 0) return true;
    const task_words *words = plan_task_on(t, p->rounds[round].last_day);
    return plan_words_ask(words, metric->words->id, d->office);
}

static bool stopped(const plan_mark *mark, int32_t day) {
    return (mark->closed_day != 0 && day >= mark->closed_day) ||
           (mark->exempt_day != 0 && day >= mark->exempt_day);
}

static bool called_in(const plan_duty *d, int32_t day) {
    return d->called_in && day >= d->from_day &&
           (d->until_day == 0 || day < d->until_day);
}

/* Whether words or a call ask something, whatever was stopped since. */
static bool bound(const plan *p, uint32_t duty, uint32_t round, uint32_t *metrics) {
    const plan_duty *d = &p->duties[duty];
    int32_t day = p->rounds[round].last_day;
    const task_words *words = plan_task_on(&p->tasks[d->task], day);
    uint32_t owed = 0;
    for (uint32_t i = 0; i < d->series_all; i++)
        owed += plan_asks(p, d->series_at + i, round);
    *metrics = owed;
    return words != NULL &&
           (owed > 0 || lead_of(words) == d->office || called_in(d, day));
}

bool plan_bound(const plan *p, uint32_t duty, uint32_t round) {
    uint32_t metrics;
    return bound(p, duty, round, &metrics);
}

bool plan_owes(const plan *p, uint32_t duty, uint32_t round, uint32_t *metrics) {
    const plan_duty *d = &p->duties[duty];
    const plan_task *t = &p->tasks[d->task];
    int32_t day = p->rounds[round].last_day;
    const task_words *words = plan_task_on(t, day);
    uint32_t owed = 0;
    bool owes = bound(p, duty, round, &owed) && words->visibility != VISIBILITY_OFFLINE &&
                !stopped(&t->mark, day) && !stopped(&d->mark, day);
    *metrics = owes ? owed : 0;
    return owes;
}

bool plan_duty_past(const plan *p, uint32_t duty) {
    const plan_duty *d = &p->duties[duty];
    if (!d->over || d->missing > 0) return false;
    for (uint32_t r = p->rounds_closed; r < p->rounds_begun; r++)
        if (p->rounds[r].items[duty] != NONE) return false;
    return true;
}

const metric_words *plan_metric_on(const plan *p, uint32_t metric, int32_t day) {
    const plan_metric *m = &p->metrics[metric];
    const plan_task *t = &p->tasks[m->task];
    if (day >= t->from_day) return m->words;
    const metric_words *found = metric_of(plan_task_on(t, day), m->words->id);
    return found == NULL ? m->words : found;
}

decimal plan_target_on(const plan *p, uint32_t series, int32_t day) {
    const plan_series *s = &p->series[series];
    const plan_duty *d = &p->duties[s->duty];
    const plan_task *t = &p->tasks[d->task];
    if (s->joined_day != 0 && day < s->joined_day) day = s->joined_day;
    if (day >= t->from_day) return s->target;
    const task_words *words = plan_task_on(t, day);
    const metric_words *metric = metric_of(words, p->metrics[s->metric].words->id);
    if (metric == NULL) return s->target;
    split_look look = split_of(words, metric->id, d->office);
    if (look.part != NULL) return look.part->value;
    return look.split ? s->target : metric->target;
}
