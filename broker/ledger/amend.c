#include "broker/ledger/amend.h"

#include <inttypes.h>
#include <string.h>

#include "broker/ledger/refresh.h"
#include "broker/ledger/settle.h"
#include "broker/ledger/succession.h"
#include "broker/ledger/task_rules.h"
#include "broker/ledger/trace.h"
#include "proto/codec.h"

/* --- what stands and what waits --------------------------------------------------- */

/* The newest edition of that task that waits, NULL when none does. */
static const coming *last_coming(const plan *p, uint32_t task) {
    const coming *found = NULL;
    for (const coming *c = p->coming; c != NULL; c = c->next)
        if (c->task == task) found = c;
    return found;
}

/* The one that adds the task of that position, NULL when none waits to. */
static const coming *first_coming(const plan *p, uint32_t task) {
    const coming *c = task < p->tasks_n ? NULL : p->coming;
    while (c != NULL && c->task != task)
        c = c->next;
    return c;
}

/* Tasks that stand and those that wait to be added. */
static uint32_t tasks_known(const plan *p) {
    uint32_t n = p->tasks_n;
    for (const coming *c = p->coming; c != NULL; c = c->next)
        if (c->task >= n) n = c->task + 1;
    return n;
}

/* As it will read when all that waits is in force; NULL for a task that is yet to come.
 */
static const task_words *words_ahead(const plan *p, uint32_t task) {
    const coming *c = last_coming(p, task);
    if (c != NULL) return c->words;
    return task < p->tasks_n ? p->tasks[task].words : NULL;
}

static uint32_t editions_known(const plan *p, uint32_t task) {
    uint32_t n = task < p->tasks_n ? p->tasks[task].editions_n : 0;
    for (const coming *c = p->coming; c != NULL; c = c->next)
        n += c->task == task;
    return n;
}

/* --- checking --------------------------------------------------------------------- */

duban_status amend_check_day(const ledger *l, const plan *p, uint32_t task, int32_t day,
                             const verdict *v) {
    uint32_t round = plan_round_of_day(p, l->day);
    const coming *ahead = last_coming(p, task);
    int32_t last = p->words.last_day;
    int32_t first = last + 1; /* no round holds today: all that is left has ended */
    if (round != NONE)
        first = p->rounds[round].period.first_day;
    else if (l->day < p->words.first_day)
        first = p->words.first_day;
    if (task < p->tasks_n && p->tasks[task].from_day > first)
        first = p->tasks[task].from_day;
    if (ahead != NULL && ahead->cause.day > first) first = ahead->cause.day;
    /* a task stands behind those of lower numbers, so it comes no earlier */
    const coming *before = task == 0 ? NULL : first_coming(p, task - 1);
    if (before != NULL && before->cause.day > first) first = before->cause.day;
    if (day >= first && day <= last) return DUBAN_OK;
    return refuse_day(v, DUBAN_E_DATE, "day", day, first, last);
}

static bool has_values(const plan *p, uint32_t metric) {
    const plan_task *t = &p->tasks[p->metrics[metric].task];
    for (uint32_t d = t->duties_at; d < t->duties_at + t->duties_n; d++) {
        uint32_t series = plan_find_series(p, d, metric);
        for (uint32_t r = 0; r < p->rounds_begun && series != NONE; r++)
            if (p->rounds[r].values[series] != NONE) return true;
    }
    return false;
}

/* Values that stand keep the meaning they had when they were said. */
static duban_status check_meaning(const plan *p, const task_words *old,
                                  const task_words *t, const verdict *v) {
    if (t->metrics_n < old->metrics_n)
        return refuse_number(v, DUBAN_E_SEQUENCE, "metrics", t->metrics_n,
                             old->metrics_n);
    for (uint32_t i = 0; i < old->metrics_n; i++) {
        const metric_words *was = &old->metrics[i];
        const metric_words *is = &t->metrics[i];
        uint32_t at = t->id <= p->tasks_n ? plan_find_metric(p, t->id - 1, i + 1) : NONE;
        if (at == NONE || !has_values(p, at)) continue;
        if (strcmp(was->unit, is->unit) != 0)
            return refuse_text(v, DUBAN_E_WRONG_UNIT, "unit", is->unit, was->unit);
        if (was->nature != is->nature)
            return refuse_number(v, DUBAN_E_TARGET, "nature", is->nature, was->nature);
        if (was->first_day != is->first_day)
            return refuse_day(v, DUBAN_E_TARGET, "first_day", is->first_day,
                              was->first_day, was->first_day);
        if (was->opening.micro != is->opening.micro)
            return refuse_decimal(v, DUBAN_E_TARGET, "opening", is->opening,
                                  was->opening);
    }
    return DUBAN_OK;
}

/* No other task, of those that stand or wait, has its printed number. */
static duban_status check_printed(const plan *p, const task_words *t, const verdict *v) {
    if (*t->number == '\0') return refuse(v, DUBAN_E_EMPTY, "number");
    for (uint32_t i = 0; i < tasks_known(p); i++) {
        const task_words *other = words_ahead(p, i);
        if (i + 1 == t->id) continue;
        bool now = i < p->tasks_n && strcmp(p->tasks[i].words->number, t->number) == 0;
        if (now || (other != NULL && strcmp(other->number, t->number) == 0))
            return refuse_text(v, DUBAN_E_DUPLICATE, "number", t->number, NULL);
    }
    return DUBAN_OK;
}

static duban_status check_edition(const ledger *l, const plan *p, const task_words *t,
                                  int32_t day, const verdict *v) {
    const task_place place = {l, p, &p->words, day};
    const task_words *old = words_ahead(p, t->id - 1);
    duban_status status = amend_check_day(l, p, t->id - 1, day, v);
    if (status == DUBAN_OK) status = check_printed(p, t, v);
    if (status == DUBAN_OK) status = task_rules_check(&place, t, t->id, v);
    if (status == DUBAN_OK && old != NULL) status = check_meaning(p, old, t, v);
    if (status == DUBAN_OK && editions_known(p, t->id - 1) >= EDITIONS_MAX)
        status =
            refuse_number(v, DUBAN_E_LIMIT, "editions", EDITIONS_MAX + 1, EDITIONS_MAX);
    return status;
}

/* --- preparing -------------------------------------------------------------------- */

bool amend_replace(ledger *l, relayout *r, uint32_t task, const task_words *words,
                   const edition_cause *why) {
    if (task >= r->shape.tasks_n) {
        plan_task *added = relayout_add_task(r);
        added->words = words;
        added->from_day = why->day;
        added->touched = true;
        return true;
    }
    plan_task *t = &r->shape.tasks[task];
    edition *old = pool_take(&r->texts, &l->memory, sizeof *old);
    if (old == NULL) return false;
    *old = (edition){t->words, t->from_day, *why, t->editions};
    t->editions = old;
    t->editions_n++;
    t->words = words;
    t->from_day = why->day;
    t->touched = true;
    return true;
}

/* The cause with its texts in the pool. */
static bool copy_cause(ledger *l, pool *texts, const edition_cause *from,
                       edition_cause *out) {
    *out = *from;
    out->document = pool_text(texts, &l->memory, from->document);
    out->approver = pool_text(texts, &l->memory, from->approver);
    if (from->reason.present)
        out->reason.media = pool_text(texts, &l->memory, from->reason.media);
    return out->document != NULL && out->approver != NULL &&
           (!from->reason.present || out->reason.media != NULL);
}

static task_words *copy_words(ledger *l, pool *texts, const task_words *from) {
    pool_taker taker = {texts, &l->memory};
    task_words *copy = pool_take(texts, &l->memory, sizeof *copy);
    if (copy == NULL) return NULL;
    *copy = *from;
    return codec_task_copy(copy, pool_taking, &taker) ? copy : NULL;
}

/* What will wait, in l->pending. */
static bool prepare_coming(ledger *l, const task_words *t, const edition_cause *why) {
    pool *texts = &l->pending.texts;
    coming *c = pool_take(texts, &l->memory, sizeof *c);
    if (c == NULL) return false;
    c->task = t->id - 1;
    c->words = copy_words(l, texts, t);
    l->pending.coming = c;
    return c->words != NULL && copy_cause(l, texts, why, &c->cause);
}

/* Lays the plan out with that edition, to be put in place now or, when its day lies
 * ahead, only to see that it fits. */
static duban_status prepare(ledger *l, plan *p, const task_words *t,
                            const edition_cause *why, const verdict *v) {
    edition_cause copy;
    relayout *r = relayout_begin(l, p);
    if (r == NULL) return refuse_memory(v);
    const task_words *words = copy_words(l, &r->texts, t);
    if (words == NULL || !copy_cause(l, &r->texts, why, &copy) ||
        !amend_replace(l, r, t->id - 1, words, &copy) || !relayout_lay(l, r))
        return refuse_memory(v);
    uint64_t cells = layout_cells(l, &r->shape) + p->board.cells.slots_n;
    if (cells > BOARD_CELLS_MAX)
        return refuse_number(v, DUBAN_E_LIMIT, "cells", cells, BOARD_CELLS_MAX);
    if (why->day <= l->day) return DUBAN_OK;
    relayout_drop(l);
    return prepare_coming(l, t, why) ? DUBAN_OK : refuse_memory(v);
}

duban_status amendment_check(ledger *l, const amendment_words *words, uint32_t signer,
                             const verdict *v) {
    (void)signer;
    plan *p = NULL;
    const task_words *t = &words->task;
    verdict at = {v->refusal, t->id};
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status != DUBAN_OK) return status;
    uint32_t known = tasks_known(p);
    if (t->id == 0 || t->id > known + 1)
        return refuse_number(v, DUBAN_E_SEQUENCE, "task", t->id, known + 1);
    if (!words->reason.present) return refuse(v, DUBAN_E_REASON_NEEDED, "reason");
    if (*words->approver == '\0') return refuse(v, DUBAN_E_EMPTY, "approver");
    edition_cause why = {words->day, 0, words->document, words->approver, words->reason};
    status = check_edition(l, p, t, words->day, &at);
    return status != DUBAN_OK ? status : prepare(l, p, t, &why, v);
}

/* --- splits that come later ------------------------------------------------------- */

/* The task as it reads with these splits of that metric; arrays in l->pending. */
static bool divided(ledger *l, const task_words *old, const splitting_words *words,
                    task_words *out) {
    pool *texts = &l->pending.texts;
    uint32_t splits_n = 0;
    split_words *splits =
        pool_take(texts, &l->memory, (old->splits_n + words->splits_n) * sizeof *splits);
    metric_words *metrics =
        pool_take(texts, &l->memory, old->metrics_n * sizeof *metrics);
    if (splits == NULL || metrics == NULL) return false;
    memcpy(metrics, old->metrics, old->metrics_n * sizeof *metrics);
    metrics[words->metric - 1].splits_complete = words->complete;
    for (uint32_t i = 0; i < old->splits_n; i++)
        if (old->splits[i].metric != words->metric) splits[splits_n++] = old->splits[i];
    for (uint32_t i = 0; i < words->splits_n; i++) {
        splits[splits_n] = words->splits[i];
        splits[splits_n++].metric = words->metric;
    }
    *out = *old;
    out->metrics = metrics;
    out->splits = splits;
    out->splits_n = splits_n;
    return true;
}

static bool is_divided(const task_words *t, uint32_t metric) {
    for (uint32_t i = 0; i < t->splits_n; i++)
        if (t->splits[i].metric == metric) return true;
    return false;
}

static duban_status check_splitting(const plan *p, const splitting_words *words,
                                    const verdict *v) {
    const task_words *old = words->task == 0 ? NULL : words_ahead(p, words->task - 1);
    if (old == NULL || words->task > p->tasks_n)
        return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "task", words->task);
    if (words->metric == 0 || words->metric > old->metrics_n)
        return refuse_found(v, DUBAN_E_UNKNOWN_METRIC, "metric", words->metric);
    if (words->splits_n == 0) return refuse(v, DUBAN_E_EMPTY, "splits");
    for (uint32_t i = 0; i < words->splits_n; i++)
        if (words->splits[i].metric != 0 && words->splits[i].metric != words->metric)
            return refuse_number(v, DUBAN_E_UNKNOWN_METRIC, "splits",
                                 words->splits[i].metric, words->metric);
    if (is_divided(old, words->metric) && !words->reason.present)
        return refuse(v, DUBAN_E_REASON_NEEDED, "reason");
    return DUBAN_OK;
}

duban_status splitting_check(ledger *l, const splitting_words *words, uint32_t signer,
                             const verdict *v) {
    (void)signer;
    plan *p = NULL;
    task_words t;
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status == DUBAN_OK) status = check_splitting(p, words, v);
    if (status != DUBAN_OK) return status;
    if (!divided(l, words_ahead(p, words->task - 1), words, &t)) return refuse_memory(v);
    edition_cause why = {words->day, 0, "", "", words->reason};
    verdict at = {v->refusal, t.id};
    status = check_edition(l, p, &t, words->day, &at);
    return status != DUBAN_OK ? status : prepare(l, p, &t, &why, v);
}

/* --- folding in ------------------------------------------------------------------- */

/* The editions that the new layout brought, oldest first. */
static void put_editions(plan *p, uint32_t task, const edition *e, uint32_t number,
                         uint64_t index) {
    cell_name name = {.kind = CELL_EDITION, .task = task + 1, .node = number};
    if (e == NULL || cells_find(&p->board.cells, &name) != NONE) return;
    put_editions(p, task, e->older, number - 1, index);
    const edition_cause *why = &e->cause;
    cell next = {.edition = {.task = *e->words,
                             .day = why->day,
                             .index = why->index == 0 ? index : why->index,
                             .document = why->document,
                             .approver = why->approver,
                             .reason = why->reason}};
    board_put(&p->board, board_add(&p->board, &name, 0, index), &next, index);
}

static void say(const ledger *l, const plan *p, uint32_t task, uint64_t index) {
    char day[DAY_TEXT_SIZE];
    const plan_task *t = &p->tasks[task];
    if (l->trace == NULL) return;
    day_write(t->from_day, day);
    trace_say(l, "%" PRIu64 "   edition %s/%s from %s -> %" PRIu32 " replaced", index,
              p->code, t->words->number, day, t->editions_n);
}

void amend_put(ledger *l, relayout *r, uint64_t index) {
    plan *p = r->of;
    relayout_apply(l, r, index);
    for (uint32_t i = 0; i < p->tasks_n; i++) {
        plan_task *t = &p->tasks[i];
        if (!t->touched) continue;
        t->touched = false;
        put_editions(p, i, t->editions, t->editions_n, index);
        succession_link(l, p, i, index);
        settle_task(l, p, i, index);
        say(l, p, i, index);
    }
    refresh_all(l, p, index);
}

static void apply_edition(ledger *l, plan *p, int32_t day, uint64_t index) {
    relayout *r = relayout_waiting(l, p);
    if (day <= l->day) {
        amend_put(l, r, index);
        return;
    }
    coming *made = l->pending.coming;
    coming **at = &p->coming;
    while (*at != NULL && (*at)->cause.day <= day)
        at = &(*at)->next;
    made->cause.index = index;
    made->next = *at;
    *at = made;
    pool_join(&p->texts, &l->pending.texts);
    p->board.pages[0].dirty = true;
}

static void say_event(const ledger *l, const plan *p, const char *what, uint32_t task,
                      int32_t day, uint64_t index) {
    char text[DAY_TEXT_SIZE];
    if (l->trace == NULL) return;
    day_write(day, text);
    trace_say(l, "%" PRIu64 " %s %s task %" PRIu32 " -> %s %s", index, what, p->code,
              task, day <= l->day ? "in force from" : "waits for", text);
}

void amendment_apply(ledger *l, uint64_t index, const amendment_words *words,
                     uint32_t signer) {
    (void)signer;
    plan *p = ledger_plan(l, words->plan);
    apply_edition(l, p, words->day, index);
    say_event(l, p, "amendment", words->task.id, words->day, index);
}

void splitting_apply(ledger *l, uint64_t index, const splitting_words *words,
                     uint32_t signer) {
    (void)signer;
    plan *p = ledger_plan(l, words->plan);
    apply_edition(l, p, words->day, index);
    say_event(l, p, "splitting", words->task, words->day, index);
}

/* --- the clock -------------------------------------------------------------------- */

/* What waits for that day, as it reads by then: whoever ended in between is replaced. */
static bool take_coming(ledger *l, plan *p, int32_t day) {
    for (const coming *c = p->coming; c != NULL && c->cause.day <= day; c = c->next) {
        relayout *r = relayout_begin(l, p);
        if (r == NULL) return false;
        const task_words *words = succession_words(l, &r->texts, c->words, day);
        if (words == NULL || !amend_replace(l, r, c->task, words, &c->cause))
            return false;
    }
    return true;
}

bool amend_reserve_day(ledger *l, int32_t day) {
    relayout_drop(l); /* looking ahead (view.h) opens day after day */
    for (uint32_t i = 0; i < l->plans_n; i++)
        if (l->plans[i]->published && !take_coming(l, l->plans[i], day)) return false;
    if (!succession_reserve_day(l, day)) return false;
    for (relayout *r = l->pending.relayouts; r != NULL; r = r->next)
        if (!relayout_lay(l, r)) return false;
    return true;
}

void amend_open_day(ledger *l, uint64_t index) {
    succession_open_day(l, index);
    for (relayout *r = l->pending.relayouts; r != NULL; r = r->next) {
        while (r->of->coming != NULL && r->of->coming->cause.day <= l->day)
            r->of->coming = r->of->coming->next;
        amend_put(l, r, index);
    }
}

/* --- the page --------------------------------------------------------------------- */

static void put_coming(page_writer *w, const coming *c) {
    cell value = {.name = {.kind = CELL_EDITION, .task = c->task + 1},
                  .edition = {.task = *c->words,
                              .day = c->cause.day,
                              .index = c->cause.index,
                              .document = c->cause.document,
                              .approver = c->cause.approver,
                              .reason = c->cause.reason}};
    page_put_text(w, "coming");
    if (w->status == DUBAN_OK) w->status = codec_cell_write(&value, w->out);
}

void amend_page(const plan *p, page_writer *w) {
    for (uint32_t i = 0; i < p->tasks_n; i++) {
        if (p->tasks[i].from_day == 0) continue;
        page_put_text(w, "from");
        page_put_u32(w, i + 1);
        page_put_u32(w, (uint32_t)p->tasks[i].from_day);
    }
    for (const coming *c = p->coming; c != NULL; c = c->next)
        put_coming(w, c);
}
