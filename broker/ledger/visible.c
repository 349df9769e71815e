#include "broker/ledger/visible.h"

#include <string.h>

#include "broker/ledger/cells.h"
#include "broker/ledger/office.h"

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

static bool has(const uint32_t *offices, uint32_t n, uint32_t office) {
    for (uint32_t i = 0; i < n; i++)
        if (offices[i] == office) return true;
    return false;
}

static bool fills(const duty_cell *duty, uint32_t metric, uint32_t office) {
    for (uint32_t i = 0; i < duty->fillers_n; i++)
        if (duty->fillers[i].metric == metric && duty->fillers[i].filler == office)
            return true;
    return false;
}

static bool is_source(const task_words *task, uint32_t metric, uint32_t office) {
    for (uint32_t i = 0; i < task->metrics_n; i++)
        if (task->metrics[i].id == metric && task->metrics[i].source == office)
            return true;
    return false;
}

/* Whether the office knows that figure anyway: its own, or it fills it. */
static bool knows(const visible *v, uint32_t office, const cell_name *figure) {
    cell found;
    cell_name task = {.kind = CELL_TASK, .task = figure->task};
    cell_name duty = {.kind = CELL_DUTY, .task = figure->task, .office = figure->office};
    if (office == 0) return false;
    if (figure->office == office) return true;
    if (v->cells->find(v->cells->ctx, figure, &found) && found.value.by == office)
        return true;
    if (v->cells->find(v->cells->ctx, &duty, &found) &&
        fills(&found.duty, figure->metric, office))
        return true;
    return v->cells->find(v->cells->ctx, &task, &found) &&
           is_source(&found.task, figure->metric, office);
}

/* Whether a figure under embargo that the office (0: nobody) does not know stands there.
 * metric 0: any of the task's. */
static bool embargoed(const visible *v, uint32_t task, uint32_t metric, uint32_t office) {
    for (uint32_t i = 0; i < v->held->n; i++) {
        const embargo *row = &v->held->rows[i];
        if (row->name.task == task && (metric == 0 || row->name.metric == metric) &&
            row->until > v->today && !knows(v, office, &row->name))
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

/* What an office owns rests on its own figures. */
static bool rests_on_embargo(const visible *v, const cell_name *name, uint32_t office) {
    if (office != 0 && name->office == office) return false;
    switch (name->kind) {
    case CELL_VALUE:
    case CELL_PACE: return embargoed(v, name->task, name->metric, office);
    case CELL_LIGHT:
    case CELL_ROUND: return embargoed(v, name->task, 0, office);
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

static bool show_to_public(visible *v, cell *shown) {
    cell task;
    if (shown->name.kind == CELL_PAPER) return show_paper(v, &shown->paper);
    if (shown->name.kind == CELL_TASK) {
        task_words words = shown->task;
        return shorten_task(v, &words, words.visibility, &shown->task);
    }
    if (shown->name.task == 0) return true;
    if (!task_of(v, shown->name.task, &task) ||
        task.task.visibility == VISIBILITY_RESTRICTED)
        return false;
    if (task.task.visibility == VISIBILITY_PUBLIC ? !show_of_public(v, &task.task, shown)
                                                  : !show_of_other(&task.task, shown))
        return false;
    v->held_back = rests_on_embargo(v, &shown->name, 0);
    return !v->held_back;
}

/* --- what an office may see --------------------------------------------------------- */

static bool named_by_task(const task_words *task, uint32_t office) {
    for (uint32_t i = 0; i < task->splits_n; i++)
        if (task->splits[i].office == office) return true;
    for (uint32_t i = 0; i < task->metrics_n; i++)
        if (task->metrics[i].source == office) return true;
    return has(task->leads, task->leads_n, office) ||
           has(task->responsible, task->responsible_n, office);
}

static bool named_by_duty(const cell *value, uint32_t office) {
    if (value->name.office == office) return true;
    for (uint32_t i = 0; i < value->duty.fillers_n; i++)
        if (value->duty.fillers[i].filler == office) return true;
    return false;
}

static bool note_duty(void *ctx, const cell *value) {
    visible *v = ctx;
    bool named =
        (value->name.kind == CELL_TASK && named_by_task(&value->task, v->who.office)) ||
        (value->name.kind == CELL_DUTY && named_by_duty(value, v->who.office));
    if (named && value->name.task <= TASKS_MAX) v->duties[value->name.task] = 1;
    return true;
}

/* All duties are looked up at once, when the first task asks. */
static bool has_duty(visible *v, uint32_t task) {
    if (v->duties == NULL) {
        v->duties = arena_alloc(v->space, TASKS_MAX + 1);
        if (v->duties == NULL) {
            v->status = DUBAN_E_NO_MEMORY;
            return false;
        }
        v->cells->each(v->cells->ctx, note_duty, v);
    }
    return task <= TASKS_MAX && v->duties[task];
}

static bool may_know_task(visible *v, const task_words *task) {
    return task->visibility != VISIBILITY_RESTRICTED || has_duty(v, task->id);
}

static bool show_paper_to_office(visible *v, const paper_cell *paper) {
    cell task;
    uint32_t office = v->who.office;
    if (paper->opener == office) return true;
    if (paper->hidden) return false;
    if (has(paper->offices, paper->offices_n, office)) return true;
    for (uint32_t i = 0; i < paper->tasks_n; i++)
        if (!task_of(v, paper->tasks[i], &task) || !may_know_task(v, &task.task))
            return false;
    return true;
}

static bool show_to_office(visible *v, cell *shown) {
    cell task;
    const cell_name *name = &shown->name;
    if (name->kind == CELL_PAPER) return show_paper_to_office(v, &shown->paper);
    if (name->task == 0) return true;
    if (!task_of(v, name->task, &task) || !may_know_task(v, &task.task)) return false;
    if (name->kind == CELL_EDITION && !may_know_task(v, &shown->edition.task))
        return false;
    if (name->kind == CELL_DUTY && name->office != v->who.office) {
        shown->duty.assigned = "";
        shown->duty.assigned_day = 0;
    }
    v->held_back = rests_on_embargo(v, name, v->who.office);
    return !v->held_back;
}

/* --- doors -------------------------------------------------------------------------- */

viewer viewer_of(right_kind right, uint32_t office) {
    if (right == RIGHT_NONE) return VISIBLE_TO_PUBLIC;
    bool whole = right >= RIGHT_BOARD || office == OFFICE_OF_CITY;
    return whole ? VISIBLE_WHOLE : VISIBLE_TO_OFFICE(office);
}

bool visible_cell(visible *v, const cell *value, cell *out) {
    cell shown = *value;
    v->held_back = false;
    if (v->who.right == RIGHT_NONE
            ? !show_to_public(v, &shown)
            : v->who.right == RIGHT_OFFICE && !show_to_office(v, &shown))
        return false;
    *out = shown;
    return true;
}

bool visible_to_every_office(const visible *v, const cell *value) {
    cell task;
    const cell_name *name = &value->name;
    if (name->kind == CELL_PAPER) {
        if (value->paper.hidden) return false;
        for (uint32_t i = 0; i < value->paper.tasks_n; i++)
            if (!task_of(v, value->paper.tasks[i], &task) ||
                task.task.visibility == VISIBILITY_RESTRICTED)
                return false;
        return true;
    }
    if (name->task == 0) return true;
    if (!task_of(v, name->task, &task) || task.task.visibility == VISIBILITY_RESTRICTED)
        return false;
    if (name->kind == CELL_EDITION)
        return value->edition.task.visibility != VISIBILITY_RESTRICTED;
    if (name->kind == CELL_DUTY)
        return value->duty.assigned == NULL || *value->duty.assigned == '\0';
    return !rests_on_embargo(v, name, 0);
}
