#include "broker/ledger/visible.h"

#include <string.h>

#include "broker/ledger/cells.h"

/* --- embargoes ---------------------------------------------------------------------- */

void embargoes_close(embargoes *e, const ledger_allocator *m) {
    memory_free(m, e->rows, e->room, sizeof *e->rows);
    *e = (embargoes){0};
}

bool embargoes_learn(embargoes *e, const ledger_allocator *m, const cell *value,
                     int32_t today) {
    if (value->name.kind != CELL_VALUE) return true;
    int32_t until = value->value.embargo_day;
    for (uint32_t i = 0; i < e->n; i++)
        if (cell_name_compare(&e->rows[i].name, &value->name) == 0) {
            e->rows[i].until = until;
            return true;
        }
    if (until <= today) return true;
    embargo *rows = memory_room(m, e->rows, &e->room, e->n + 1, sizeof *rows);
    if (rows == NULL) return false;
    e->rows = rows;
    rows[e->n++] = (embargo){value->name, until};
    return true;
}

bool embargoes_lift(embargoes *e, int32_t today) {
    uint32_t n = 0;
    uint32_t before = e->n;
    for (uint32_t i = 0; i < before; i++)
        if (e->rows[i].until > today) e->rows[n++] = e->rows[i];
    e->n = n;
    return n < before;
}

/* metric 0: any of the task's. */
static bool embargoed(const visible *v, uint32_t task, uint32_t metric) {
    for (uint32_t i = 0; i < v->held->n; i++) {
        const embargo *row = &v->held->rows[i];
        if (row->name.task == task && (metric == 0 || row->name.metric == metric) &&
            row->until > v->today)
            return true;
    }
    return false;
}

/* --- tasks and metrics -------------------------------------------------------------- */

static const metric_words *metric_of(const task_words *task, uint32_t id) {
    for (uint32_t i = 0; i < task->metrics_n; i++)
        if (task->metrics[i].id == id) return &task->metrics[i];
    return NULL;
}

/* A metric that is not there is not public either. */
static bool metric_is_public(const task_words *task, uint32_t id) {
    const metric_words *metric = metric_of(task, id);
    return metric != NULL && metric->visibility == VISIBILITY_PUBLIC;
}

static bool all_public(const task_words *task) {
    for (uint32_t i = 0; i < task->metrics_n; i++)
        if (task->metrics[i].visibility != VISIBILITY_PUBLIC) return false;
    return true;
}

static bool shorten_metrics(visible *v, task_words *task) {
    if (all_public(task)) return true;
    metric_words *metrics = arena_take(v->space, task->metrics_n * sizeof *metrics);
    split_words *splits = arena_take(v->space, (task->splits_n + 1) * sizeof *splits);
    if (metrics == NULL || splits == NULL) {
        v->status = DUBAN_E_NO_MEMORY;
        return false;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < task->splits_n; i++)
        if (metric_is_public(task, task->splits[i].metric))
            splits[kept++] = task->splits[i];
    for (uint32_t i = 0; i < task->metrics_n; i++) {
        const metric_words *from = &task->metrics[i];
        metrics[i] = from->visibility == VISIBILITY_PUBLIC
                         ? *from
                         : (metric_words){.id = from->id,
                                          .label = "",
                                          .unit = "",
                                          .definition = "",
                                          .release = "",
                                          .visibility = from->visibility};
    }
    task->metrics = metrics;
    task->splits = splits;
    task->splits_n = kept;
    return true;
}

/* Words of a task as the public may read them. */
static bool shorten_task(visible *v, const task_words *from, visibility how,
                         task_words *out) {
    task_words task = {.id = from->id,
                       .number = from->number,
                       .chapter = "",
                       .section = "",
                       .title = "",
                       .visibility = how,
                       .asked_by = ""};
    switch (how) {
    case VISIBILITY_PUBLIC:
        task = *from;
        if (!shorten_metrics(v, &task)) return false;
        break;
    case VISIBILITY_INTERNAL:
        task.kind = from->kind;
        task.leads = from->leads;
        task.leads_n = from->leads_n;
        task.responsible = from->responsible;
        task.responsible_n = from->responsible_n;
        task.responsible_open = from->responsible_open;
        task.deadline = from->deadline;
        break;
    case VISIBILITY_OFFLINE: break;
    default: return false;
    }
    *out = task;
    return true;
}

/* --- cells -------------------------------------------------------------------------- */

static void keep_state(cell *out) {
    out->light = (light_cell){.grade = out->light.grade,
                              .cause = out->light.cause,
                              .charged = out->light.charged,
                              .since_day = out->light.since_day};
}

static bool show_light(const task_words *task, cell *out) {
    if (task->visibility != VISIBILITY_PUBLIC)
        keep_state(out);
    else if (out->light.metric != 0 && !metric_is_public(task, out->light.metric)) {
        out->light.metric = 0;
        out->light.has_margin = false;
        out->light.margin = (decimal){0};
    }
    return true;
}

/* An edition shows no more than it did then, and no more than the task does now. */
static bool show_edition(visible *v, const task_words *task, cell *out) {
    visibility how = out->edition.task.visibility;
    if (task->visibility != VISIBILITY_PUBLIC || how != VISIBILITY_PUBLIC) return false;
    task_words words = out->edition.task;
    if (!shorten_metrics(v, &words)) return false;
    out->edition.task = words;
    return true;
}

/* A task that is public through and through; the others have states alone. */
static bool show_of_public(visible *v, const task_words *task, cell *out) {
    const cell_name *name = &out->name;
    switch (name->kind) {
    case CELL_VALUE:
    case CELL_PACE: return metric_is_public(task, name->metric);
    case CELL_LIGHT: return show_light(task, out);
    case CELL_EDITION: return show_edition(v, task, out);
    case CELL_DUTY:
        out->duty.assigned = "";
        out->duty.assigned_day = 0;
        return true;
    default: return true;
    }
}

static bool show_of_other(const task_words *task, cell *out) {
    bool internal = task->visibility == VISIBILITY_INTERNAL;
    switch (out->name.kind) {
    case CELL_LIGHT: return show_light(task, out);
    case CELL_ROUND: return true;
    case CELL_ITEM:
        out->item.text = (body_ref){0};
        out->item.return_reason = (body_ref){0};
        return internal;
    default: return false;
    }
}

static bool rests_on_embargo(const visible *v, const cell_name *name) {
    switch (name->kind) {
    case CELL_VALUE:
    case CELL_PACE: return embargoed(v, name->task, name->metric);
    case CELL_LIGHT:
    case CELL_ROUND: return embargoed(v, name->task, 0);
    default: return false;
    }
}

static bool task_of(const visible *v, uint32_t id, cell *out) {
    cell_name name = {.kind = CELL_TASK, .task = id};
    return v->cells->find(v->cells->ctx, &name, out);
}

static bool show_paper(const visible *v, const paper_cell *paper) {
    cell task;
    if (paper->hidden) return false;
    for (uint32_t i = 0; i < paper->tasks_n; i++)
        if (!task_of(v, paper->tasks[i], &task) ||
            task.task.visibility != VISIBILITY_PUBLIC)
            return false;
    return true;
}

bool visible_cell(visible *v, const cell *value, visible_right right, cell *out) {
    cell task;
    cell shown = *value;
    if (right == VISIBLE_TO_PUBLIC && value->name.kind == CELL_PAPER) {
        if (!show_paper(v, &value->paper)) return false;
    } else if (right == VISIBLE_TO_PUBLIC && value->name.kind == CELL_TASK) {
        if (!shorten_task(v, &value->task, value->task.visibility, &shown.task))
            return false;
    } else if (right == VISIBLE_TO_PUBLIC && value->name.task != 0) {
        if (!task_of(v, value->name.task, &task) ||
            task.task.visibility == VISIBILITY_RESTRICTED)
            return false;
        if (rests_on_embargo(v, &value->name)) {
            v->held_back = true;
            return false;
        }
        if (task.task.visibility == VISIBILITY_PUBLIC
                ? !show_of_public(v, &task.task, &shown)
                : !show_of_other(&task.task, &shown))
            return false;
    }
    *out = shown;
    return true;
}
