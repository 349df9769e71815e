#include "broker/ledger/publish.h"

#include <string.h>

#include "broker/ledger/clockwork.h"
#include "broker/ledger/draft.h"
#include "broker/ledger/layout.h"
#include "broker/ledger/refresh.h"
#include "broker/ledger/roles.h"

static duban_status check_span(const plan_publish_words *words, const verdict *v) {
    if (words->cycle != PERIOD_MONTH && words->cycle != PERIOD_QUARTER &&
        words->cycle != PERIOD_HALF && words->cycle != PERIOD_YEAR)
        return refuse_found(v, DUBAN_E_UNSUPPORTED, "cycle", words->cycle);
    if (words->first_day < DAY_MIN || words->first_day > DAY_MAX ||
        words->last_day > DAY_MAX || words->last_day < words->first_day)
        return refuse_day(v, DUBAN_E_DATE, "last_day", words->last_day, words->first_day,
                          DAY_MAX);
    period first = period_of_day(words->cycle, words->first_day);
    period last = period_of_day(words->cycle, words->last_day);
    if (first.first_day != words->first_day)
        return refuse_day(v, DUBAN_E_DATE, "first_day", words->first_day, first.first_day,
                          first.first_day);
    int32_t end = period_last_day(last);
    if (end != words->last_day)
        return refuse_day(v, DUBAN_E_DATE, "last_day", words->last_day, end, end);
    uint32_t rounds = 0;
    for (period at = first; at.first_day <= words->last_day; at = period_next(at))
        if (++rounds > ROUNDS_MAX)
            return refuse_number(v, DUBAN_E_LIMIT, "last_day", rounds, ROUNDS_MAX);
    if (words->window_first > words->window_last ||
        words->window_first < -WINDOW_DAYS_MAX || words->window_last > WINDOW_DAYS_MAX)
        return refuse(v, DUBAN_E_DATE, "window_first");
    return DUBAN_OK;
}

static duban_status check_offices(const ledger *l, const uint32_t *offices, uint32_t n,
                                  const char *field, const verdict *v) {
    if (n > DUTIES_MAX) return refuse_number(v, DUBAN_E_LIMIT, field, n, DUTIES_MAX);
    for (uint32_t i = 0; i < n; i++) {
        if (office_find(&l->book, offices[i]) == NULL)
            return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, field, offices[i]);
        for (uint32_t j = 0; j < i; j++)
            if (offices[j] == offices[i])
                return refuse_found(v, DUBAN_E_DUPLICATE, field, offices[i]);
    }
    return DUBAN_OK;
}

static bool has_splits(const task_words *t, uint32_t metric) {
    for (uint32_t i = 0; i < t->splits_n; i++)
        if (t->splits[i].metric == metric) return true;
    return false;
}

/* The sum of a metric's splits, in millionths. */
static __int128 split_sum(const task_words *t, uint32_t metric) {
    __int128 sum = 0;
    for (uint32_t i = 0; i < t->splits_n; i++)
        if (t->splits[i].metric == metric) sum += t->splits[i].value.micro;
    return sum;
}

static duban_status check_target(const metric_words *metric, const verdict *v) {
    if (metric->comparator == COMPARATOR_PENDING)
        return metric->target.micro ? refuse(v, DUBAN_E_TARGET, "target") : DUBAN_OK;
    if (!decimal_in_range(metric->target) || !decimal_in_range(metric->target_max) ||
        !decimal_in_range(metric->opening))
        return refuse(v, DUBAN_E_OVERFLOW, "target");
    if ((metric->comparator == COMPARATOR_YES_NO) != (metric->nature == NATURE_BOOLEAN))
        return refuse(v, DUBAN_E_TARGET, "comparator");
    if (metric->comparator == COMPARATOR_BETWEEN &&
        metric->target.micro >= metric->target_max.micro)
        return refuse_decimal(v, DUBAN_E_TARGET, "target_max", metric->target_max,
                              metric->target);
    if (metric->comparator == COMPARATOR_ABOUT && metric->tolerance.micro < 0)
        return refuse(v, DUBAN_E_TARGET, "tolerance");
    if (metric->nature != NATURE_CUMULATIVE) return DUBAN_OK;
    if (metric->target.micro <= 0)
        return refuse_decimal(v, DUBAN_E_TARGET, "target", metric->target,
                              metric->opening);
    if (metric->target.micro == metric->opening.micro ||
        (metric->target.micro < metric->opening.micro &&
         metric->comparator != COMPARATOR_AT_MOST))
        return refuse_decimal(v, DUBAN_E_TARGET, "opening", metric->opening,
                              metric->target);
    return DUBAN_OK;
}

/* Whether its splits can be rolled up, and cover it when they are said to. */
static duban_status check_rollup(const task_words *t, const metric_words *metric,
                                 const verdict *v) {
    bool split = has_splits(t, metric->id);
    bool sum = metric->rollup == ROLLUP_SUM;
    if (metric->rollup <= ROLLUP_NONE || metric->rollup >= ROLLUP_COUNT)
        return refuse_found(v, DUBAN_E_UNSUPPORTED, "rollup", metric->rollup);
    if (split && metric->rollup == ROLLUP_LEAD_ONLY)
        return refuse(v, DUBAN_E_TARGET, "rollup");
    if (split && sum && metric->nature != NATURE_CUMULATIVE &&
        metric->nature != NATURE_LEVEL)
        return refuse(v, DUBAN_E_TARGET, "rollup");
    if (split && metric->opening.micro != 0)
        return refuse(v, DUBAN_E_UNSUPPORTED, "opening");
    if (!metric->splits_complete || !sum || metric->comparator == COMPARATOR_PENDING ||
        metric->comparator == COMPARATOR_AT_MOST)
        return DUBAN_OK;
    __int128 given = split_sum(t, metric->id);
    if (given < metric->target.micro)
        return refuse_decimal(v, DUBAN_E_SPLIT_SHORT, "splits", (decimal){(int64_t)given},
                              metric->target);
    return DUBAN_OK;
}

static duban_status check_metric(const task_words *t, uint32_t at,
                                 const plan_publish_words *plan_words, const verdict *v) {
    const metric_words *metric = &t->metrics[at];
    if (metric->id != at + 1)
        return refuse_number(v, DUBAN_E_SEQUENCE, "metrics", metric->id, at + 1);
    if (metric->comparator == COMPARATOR_FLOOR_STRETCH ||
        metric->comparator == COMPARATOR_REFERENCE)
        return refuse_found(v, DUBAN_E_UNSUPPORTED, "comparator", metric->comparator);
    if (metric->comparator <= COMPARATOR_NONE ||
        metric->comparator >= COMPARATOR_COUNT_OF)
        return refuse(v, DUBAN_E_TARGET, "comparator");
    if (metric->nature <= NATURE_NONE || metric->nature >= NATURE_COUNT)
        return refuse(v, DUBAN_E_TARGET, "nature");
    int32_t first = metric->first_day != 0 ? metric->first_day : plan_words->first_day;
    int32_t deadline = metric->deadline != 0 ? metric->deadline
                       : t->deadline != 0    ? t->deadline
                                             : plan_words->last_day;
    if (first < DAY_MIN || first > plan_words->last_day)
        return refuse_day(v, DUBAN_E_DATE, "first_day", first, DAY_MIN,
                          plan_words->last_day);
    if (deadline < first || deadline < plan_words->first_day || deadline > DAY_MAX)
        return refuse_day(v, DUBAN_E_DATE, "deadline", deadline,
                          first > plan_words->first_day ? first : plan_words->first_day,
                          DAY_MAX);
    duban_status status = check_target(metric, v);
    return status != DUBAN_OK ? status : check_rollup(t, metric, v);
}

static duban_status check_splits(const ledger *l, const task_words *t, const verdict *v) {
    for (uint32_t i = 0; i < t->splits_n; i++) {
        const split_words *one = &t->splits[i];
        if (one->metric == 0 || one->metric > t->metrics_n)
            return refuse_found(v, DUBAN_E_UNKNOWN_METRIC, "splits", one->metric);
        if (office_find(&l->book, one->office) == NULL)
            return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, "splits", one->office);
        if (!decimal_in_range(one->value)) return refuse(v, DUBAN_E_OVERFLOW, "splits");
        if (t->metrics[one->metric - 1].nature == NATURE_CUMULATIVE &&
            one->value.micro <= 0)
            return refuse_decimal(v, DUBAN_E_TARGET, "splits", one->value, (decimal){0});
        for (uint32_t j = 0; j < i; j++)
            if (t->splits[j].metric == one->metric && t->splits[j].office == one->office)
                return refuse_found(v, DUBAN_E_DUPLICATE, "splits", one->office);
    }
    return DUBAN_OK;
}

static duban_status check_task(const ledger *l, const task_words *t, uint32_t id,
                               const plan_publish_words *words, const verdict *v) {
    if (t->id != id) return refuse_number(v, DUBAN_E_SEQUENCE, "tasks", t->id, id);
    if (id > TASKS_MAX) return refuse_number(v, DUBAN_E_LIMIT, "tasks", id, TASKS_MAX);
    if (t->metrics_n > METRICS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "metrics", t->metrics_n, METRICS_MAX);
    if (t->deadline != 0 && (t->deadline < words->first_day || t->deadline > DAY_MAX))
        return refuse_day(v, DUBAN_E_DATE, "deadline", t->deadline, words->first_day,
                          DAY_MAX);
    duban_status status = check_offices(l, t->leads, t->leads_n, "leads", v);
    if (status == DUBAN_OK)
        status = check_offices(l, t->responsible, t->responsible_n, "responsible", v);
    if (status == DUBAN_OK) status = check_splits(l, t, v);
    for (uint32_t i = 0; i < t->metrics_n && status == DUBAN_OK; i++)
        status = check_metric(t, i, words, v);
    return status;
}

/* No two tasks with one printed number; `before` counts the tasks of earlier chunks. */
static duban_status check_printed(const plan *p, uint32_t chunk_at, uint32_t task_at,
                                  const verdict *v) {
    const char *number = p->chunks[chunk_at].tasks[task_at].number;
    if (*number == '\0') return refuse(v, DUBAN_E_EMPTY, "number");
    for (uint32_t c = 0; c <= chunk_at; c++) {
        uint32_t end = c == chunk_at ? task_at : p->chunks[c].tasks_n;
        for (uint32_t t = 0; t < end; t++)
            if (strcmp(p->chunks[c].tasks[t].number, number) == 0)
                return refuse_text(v, DUBAN_E_DUPLICATE, "number", number, NULL);
    }
    return DUBAN_OK;
}

static duban_status check_tasks(const ledger *l, const plan *p,
                                const plan_publish_words *words, const verdict *v) {
    uint32_t id = 0;
    for (uint32_t c = 0; c < p->chunks_n; c++)
        for (uint32_t t = 0; t < p->chunks[c].tasks_n; t++) {
            verdict at = {v->refusal, ++id};
            duban_status status = check_printed(p, c, t, &at);
            if (status == DUBAN_OK)
                status = check_task(l, &p->chunks[c].tasks[t], id, words, &at);
            if (status != DUBAN_OK) return status;
        }
    return DUBAN_OK;
}

static bool prepare(ledger *l, plan *p, const plan_publish_words *words) {
    const char *title = pool_text(&p->texts, &l->memory, words->title);
    if (title == NULL) return false;
    p->words = *words;
    p->words.code = p->code;
    p->words.title = title;
    if (words->window_first == 0 && words->window_last == 0) {
        p->words.window_first = 1;
        p->words.window_last = 10;
    }
    return layout_make(l, p);
}

/* All that its board can ever hold: what stands at once, and of each round an item, a
 * light and the values. */
static uint64_t cells_of(const ledger *l, const plan *p) {
    uint64_t nodes = (uint64_t)p->tasks_n * (1 + NODES_MAX);
    uint64_t at_once = 1 + (uint64_t)l->book.offices_n + 2 * (uint64_t)p->tasks_n +
                       p->metrics_n + p->series_n + p->duties_n;
    uint64_t a_round = 2 * (uint64_t)p->duties_n + p->tasks_n + p->series_n;
    return at_once + nodes + a_round * p->rounds_n;
}

duban_status publish_check(ledger *l, const plan_publish_words *words, const verdict *v) {
    plan *p = ledger_plan(l, words->plan);
    if (p == NULL) return refuse_found(v, DUBAN_E_UNKNOWN_PLAN, "plan", words->plan);
    if (strcmp(p->code, words->code) != 0)
        return refuse_text(v, DUBAN_E_UNKNOWN_PLAN, "code", words->code, p->code);
    if (p->published) return refuse_text(v, DUBAN_E_PUBLISHED, "plan", p->code, NULL);
    duban_status status = draft_complete(p, words->chunks, &words->hash, v);
    if (status == DUBAN_OK) status = check_span(words, v);
    if (status == DUBAN_OK) status = check_tasks(l, p, words, v);
    if (status == DUBAN_OK && !prepare(l, p, words)) status = refuse_memory(v);
    if (status == DUBAN_OK && cells_of(l, p) > BOARD_CELLS_MAX)
        status =
            refuse_number(v, DUBAN_E_LIMIT, "cells", cells_of(l, p), BOARD_CELLS_MAX);
    if (status == DUBAN_OK && !clockwork_reserve(l, p, l->day)) status = refuse_memory(v);
    return status;
}

static void add_task(plan *p, uint32_t at, uint64_t index) {
    plan_task *t = &p->tasks[at];
    board *b = &p->board;
    cell_name name = {.kind = CELL_TASK, .task = at + 1};
    board_put(b, board_add(b, &name, 0, index), &(cell){.task = *t->words}, index);
    name.kind = CELL_LIGHT;
    t->light = board_add(b, &name, 0, index);
    for (uint32_t i = 0; i < t->words->metrics_n; i++) {
        cell_name metric = {.kind = CELL_PACE, .task = at + 1, .metric = i + 1};
        p->metrics[t->metrics_at + i].pace = board_add(b, &metric, 0, index);
    }
    for (uint32_t i = t->duties_at; i < t->duties_at + t->duties_n; i++) {
        plan_duty *d = &p->duties[i];
        cell_name light = {.kind = CELL_LIGHT, .task = at + 1, .office = d->office};
        d->light = board_add(b, &light, d->page, index);
        for (uint32_t s = d->series_at; s < d->series_at + d->series_n; s++) {
            const plan_metric *metric = &p->metrics[p->series[s].metric];
            cell_name pace = {.kind = CELL_PACE,
                              .task = at + 1,
                              .metric = metric->words->id,
                              .office = d->office};
            if (metric->split) p->series[s].pace = board_add(b, &pace, d->page, index);
        }
    }
}

void publish_apply(ledger *l, uint64_t index, const plan_publish_words *words) {
    plan *p = ledger_plan(l, words->plan);
    p->published = true;
    draft_forget_bytes(p, &l->memory);
    board *b = &p->board;
    p->cell = board_add(b, &(cell_name){.kind = CELL_PLAN}, 0, index);
    refresh_plan_cell(l, p, index);
    for (uint32_t i = 1; i <= l->book.offices_n; i++)
        refresh_office_cell(l, p, i, index);
    for (uint32_t i = 0; i < p->tasks_n; i++)
        add_task(p, i, index);
    roles_show(l, p, index);
    clockwork_run(l, p, index);
    refresh_all(l, p, index);
}
