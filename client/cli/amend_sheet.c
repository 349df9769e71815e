#include "client/cli/amend_sheet.h"

#include <string.h>

#include "client/cli/find.h"
#include "client/import/columns.h"

typedef struct laying {
    act *k;
    const plan_files *files;
    amended_task *tasks;
    size_t bad;
} laying;

static bool has(const laying *in, plan_column column) {
    return in->files->table.columns & UINT64_C(1) << column;
}

static const metric_words *metric_called(const task_words *t, const char *label) {
    for (uint32_t i = 0; i < t->metrics_n; i++)
        if (strcmp(t->metrics[i].label, label) == 0) return &t->metrics[i];
    return NULL;
}

static void *room(laying *in, size_t n, size_t size) {
    return arena_alloc(&in->k->a, (n + 1) * size);
}

/* --- columns that the sheet does not have ------------------------------------------- */

static void keep_task(const laying *in, const task_words *was, task_words *is) {
    if (!has(in, COLUMN_CHAPTER)) is->chapter = was->chapter;
    if (!has(in, COLUMN_SECTION)) is->section = was->section;
    if (!has(in, COLUMN_KIND)) is->kind = was->kind;
    if (!has(in, COLUMN_LEADERS))
        is->leaders = was->leaders, is->leaders_n = was->leaders_n;
    if (!has(in, COLUMN_LEADS)) is->leads = was->leads, is->leads_n = was->leads_n;
    if (!has(in, COLUMN_RESPONSIBLE))
        is->responsible = was->responsible, is->responsible_n = was->responsible_n;
    if (!has(in, COLUMN_OPEN)) is->responsible_open = was->responsible_open;
    if (!has(in, COLUMN_TAGS)) is->tags = was->tags, is->tags_n = was->tags_n;
    if (!has(in, COLUMN_DEADLINE)) is->deadline = was->deadline;
    if (!has(in, COLUMN_VISIBILITY)) is->visibility = was->visibility;
    if (!has(in, COLUMN_ASKED_BY)) is->asked_by = was->asked_by;
    if (!has(in, COLUMN_GATES)) is->gates = was->gates, is->gates_n = was->gates_n;
    if (!has(in, COLUMN_CARRIED)) {
        is->carried_plan = was->carried_plan;
        is->carried_task = was->carried_task;
    }
}

static void keep_metric(const laying *in, const metric_words *was, metric_words *is) {
    if (!has(in, COLUMN_NATURE)) is->nature = was->nature;
    if (!has(in, COLUMN_STRENGTH)) is->strength = was->strength;
    if (!has(in, COLUMN_STRICT)) is->strict = was->strict;
    if (!has(in, COLUMN_ROLLUP)) is->rollup = was->rollup;
    if (!has(in, COLUMN_START)) is->first_day = was->first_day;
    if (!has(in, COLUMN_DEADLINE)) is->deadline = was->deadline;
    if (!has(in, COLUMN_DEFINITION)) is->definition = was->definition;
    if (!has(in, COLUMN_OPENING)) is->opening = was->opening;
    if (!has(in, COLUMN_TOLERANCE)) is->tolerance = was->tolerance;
    if (!has(in, COLUMN_REFERENCE)) {
        is->reference_task = was->reference_task;
        is->reference_metric = was->reference_metric;
    }
    if (!has(in, COLUMN_BELOW)) is->reference_below = was->reference_below;
    if (!has(in, COLUMN_RATIO_SCALE)) is->ratio_scale = was->ratio_scale;
    if (!has(in, COLUMN_SOURCE)) is->source = was->source;
    if (!has(in, COLUMN_RELEASE)) is->release = was->release;
    if (!has(in, COLUMN_RELEASE_DAYS)) is->release_days = was->release_days;
    if (!has(in, COLUMN_METRIC_VISIBILITY)) is->visibility = was->visibility;
}

/* --- metrics and splits ------------------------------------------------------------- */

/* Those that stand in their order, then the new ones. */
static bool lay_metrics(laying *in, const task_words *row, uint32_t line,
                        amended_task *t) {
    metric_words *made = room(in, t->was.metrics_n + row->metrics_n, sizeof *made);
    uint32_t n = 0;
    if (!made) return false;
    for (uint32_t i = 0; i < t->was.metrics_n; i++) {
        const metric_words *was = &t->was.metrics[i];
        const metric_words *is = metric_called(row, was->label);
        if (!is) {
            cli_refuse(in->k->c, DUBAN_E_SEQUENCE, line,
                       column_word(COLUMN_METRIC, in->k->c->lang), "", was->label);
            in->bad++;
            is = was;
        }
        made[n] = *is;
        keep_metric(in, was, &made[n]);
        made[n++].id = was->id;
    }
    for (uint32_t i = 0; i < row->metrics_n; i++) {
        if (metric_called(&t->was, row->metrics[i].label)) continue;
        made[n] = row->metrics[i];
        made[n].id = n + 1;
        n++;
    }
    t->is.metrics = made;
    t->is.metrics_n = n;
    return true;
}

static bool splits_metric(const task_words *t, uint32_t metric) {
    for (uint32_t i = 0; i < t->splits_n; i++)
        if (t->splits[i].metric == metric) return true;
    return false;
}

static bool lay_splits(laying *in, const task_words *row, amended_task *t) {
    metric_words *metrics = (metric_words *)t->is.metrics;
    split_words *made = room(in, t->was.splits_n + row->splits_n, sizeof *made);
    uint32_t n = 0;
    if (!made) return false;
    for (uint32_t m = 0; m < t->is.metrics_n; m++) {
        const metric_words *old = metric_called(&t->was, metrics[m].label);
        const metric_words *given = metric_called(row, metrics[m].label);
        bool said = given && splits_metric(row, given->id);
        const task_words *from = said ? row : &t->was;
        uint32_t id = said ? given->id : old ? old->id : 0;
        if (!said) metrics[m].splits_complete = old && old->splits_complete;
        for (uint32_t i = 0; id && i < from->splits_n; i++) {
            if (from->splits[i].metric != id) continue;
            made[n] = from->splits[i];
            made[n++].metric = metrics[m].id;
        }
    }
    t->is.splits = made;
    t->is.splits_n = n;
    return true;
}

/* --- references --------------------------------------------------------------------- */

/* A reference of the sheet speaks of its own rows: of what stands by then. */
static void lay_references(laying *in, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const task_words *row = &in->files->words.tasks[i];
        metric_words *metrics = (metric_words *)in->tasks[i].is.metrics;
        for (uint32_t m = 0; m < in->tasks[i].is.metrics_n; m++) {
            const metric_words *given = metric_called(row, metrics[m].label);
            if (!has(in, COLUMN_REFERENCE) || !given || !given->reference_task) continue;
            size_t at = given->reference_task - 1;
            const metric_words *other =
                find_metric_id(&in->files->words.tasks[at], given->reference_metric);
            const metric_words *found =
                other ? metric_called(&in->tasks[at].is, other->label) : NULL;
            metrics[m].reference_task = in->tasks[at].is.id;
            metrics[m].reference_metric = found ? found->id : 0;
        }
    }
}

/* --- the sheet ---------------------------------------------------------------------- */

static bool find_number(const act *k, const char *number, task_words *out,
                        uint32_t *tasks) {
    task_words task;
    bool found = false;
    for (*tasks = 0; act_task_id(k, *tasks + 1, &task); ++*tasks)
        if (strcmp(task.number, number) == 0) {
            *out = task;
            found = true;
        }
    return found;
}

duban_status amend_sheet_lay(act *k, const plan_files *files, amended_task **out,
                             size_t *n) {
    const plan_words *words = &files->words;
    laying in = {.k = k, .files = files};
    uint32_t tasks, fresh = 0;
    in.tasks = room(&in, words->tasks_n, sizeof *in.tasks);
    bool good = in.tasks != NULL;
    for (uint32_t i = 0; good && i < words->tasks_n; i++) {
        amended_task *t = &in.tasks[i];
        const task_words *row = &words->tasks[i];
        *t = (amended_task){.is = *row};
        t->has_was = find_number(k, row->number, &t->was, &tasks);
        t->is.id = t->has_was ? t->was.id : tasks + ++fresh;
        if (t->has_was) keep_task(&in, &t->was, &t->is);
        good = lay_metrics(&in, row, words->lines[i], t) && lay_splits(&in, row, t);
    }
    if (!good) return cli_refuse(k->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    if (in.bad) return cli_refuse(k->c, DUBAN_E_ROWS, 0, act_arg(k, 1), NULL, NULL);
    lay_references(&in, words->tasks_n);
    *out = in.tasks;
    *n = words->tasks_n;
    return DUBAN_OK;
}
