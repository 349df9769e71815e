#include "broker/ledger/plan.h"

#include "broker/ledger/checks.h"
#include "broker/ledger/filler.h"
#include "broker/ledger/form.h"
#include "broker/ledger/paper.h"
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
    for (uint32_t i = 0; i < d->series_n; i++)
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

bool plan_owes(const plan *p, uint32_t duty, uint32_t round, uint32_t *metrics) {
    const plan_duty *d = &p->duties[duty];
    uint32_t owed = 0;
    for (uint32_t i = 0; i < d->series_n; i++)
        owed += p->metrics[p->series[d->series_at + i].metric].first_round <= round;
    *metrics = owed;
    return owed > 0 || p->tasks[d->task].lead_duty == duty;
}

const metric_words *plan_metric_on(const plan *p, uint32_t metric, int32_t day) {
    (void)day;
    return p->metrics[metric].words;
}

decimal plan_target_on(const plan *p, uint32_t series, int32_t day) {
    (void)day;
    return p->series[series].target;
}
