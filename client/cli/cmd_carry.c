/* duban plan carry: what a plan leaves unfinished, as the sheet of the next one. */
#include <string.h>

#include "client/cli/act.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/plan_sheet.h"

typedef struct carrying {
    act *k;
    plan_row *rows;
    size_t rows_n;
    buffer splits;
    size_t splits_n;
    size_t tasks_n;
} carrying;

static bool pace_of(const carrying *y, uint32_t task, uint32_t metric, uint32_t office,
                    pace_cell *out) {
    cell_name name = {
        .kind = CELL_PACE, .task = task, .metric = metric, .office = office};
    cell found;
    if (!look_cell(&y->k->where, &name, &found)) return false;
    *out = found.pace;
    return true;
}

/* Every step of the accepted timetable. */
static bool steps_done(const carrying *y, uint32_t task) {
    uint32_t n = 0;
    cell found;
    cell_name table = {.kind = CELL_TIMETABLE, .task = task};
    if (!look_cell(&y->k->where, &table, &found) ||
        found.timetable.state != TIMETABLE_ACCEPTED)
        return false;
    cell_name name = {.kind = CELL_NODE, .task = task, .node = 1};
    for (; look_cell(&y->k->where, &name, &found) && found.node.day; name.node++, n++)
        if (!found.node.done) return false;
    return n > 0;
}

/* Whether a paper ended the task: closed, fulfilled, or no longer counted. */
static bool ended_by_paper(const carrying *y, uint32_t paper) {
    cell_name name = {.kind = CELL_PAPER, .node = paper};
    cell found;
    if (!paper || !look_cell(&y->k->where, &name, &found)) return false;
    effect_kind effect = found.paper.effect;
    return effect == EFFECT_CLOSE || effect == EFFECT_FULFIL || effect == EFFECT_EXEMPT;
}

/* What is met, closed or no longer counted ends with its plan, whatever grade the light
 * table gives it and whatever a hand has set. */
static bool ended(const carrying *y, const task_words *task) {
    cell_name name = {.kind = CELL_LIGHT, .task = task->id};
    cell found;
    if (!look_cell(&y->k->where, &name, &found)) return false;
    const light_cell *l = &found.light;
    bool met = task->metrics_n > 0 ? l->metrics > 0 && l->metrics_met == l->metrics
                                   : steps_done(y, task->id);
    return met || l->cause == CAUSE_MET || l->cause == CAUSE_CLOSED ||
           l->cause == CAUSE_EXEMPT || ended_by_paper(y, l->paper);
}

/* The value that stands is where the next year begins; days of the old one go. */
static void go_on(metric_words *m, bool has, decimal value) {
    m->first_day = 0;
    m->deadline = 0;
    if (has && m->nature != NATURE_RATE && m->nature != NATURE_RANK) m->opening = value;
}

static duban_status carry_splits(carrying *y, const task_words *task,
                                 const metric_words *metric) {
    for (uint32_t i = 0; i < task->splits_n; i++) {
        split_words split = task->splits[i];
        pace_cell pace;
        if (split.metric != metric->id) continue;
        if (metric->opening.micro &&
            pace_of(y, task->id, metric->id, split.office, &pace) && pace.has_value)
            split.opening = pace.value;
        duban_status s = plan_sheet_split(&y->splits, &y->k->where, task, metric, &split,
                                          y->k->c->lang);
        if (s < 0) return s;
        y->splits_n++;
    }
    return DUBAN_OK;
}

static duban_status add_row(carrying *y, const task_words *task,
                            const metric_words *metric) {
    act *k = y->k;
    char link[CODE_SIZE_MAX + NUMBER_TEXT_MAX + 2];
    plan_row *row = &y->rows[y->rows_n];
    if (!plan_sheet_row(&k->a, &k->where, task, metric, k->c->lang, row))
        return DUBAN_E_NO_MEMORY;
    snprintf(link, sizeof link, "%s/%s", k->info.code, task->number);
    row->carried = arena_copy(&k->a, link, strlen(link));
    row->row = 0;
    y->rows_n++;
    return row->carried ? DUBAN_OK : DUBAN_E_NO_MEMORY;
}

static duban_status carry_task(carrying *y, const task_words *from) {
    task_words task = *from;
    size_t before = y->rows_n;
    task.deadline = 0;
    for (uint32_t i = 0; i < from->metrics_n; i++) {
        metric_words metric = from->metrics[i];
        pace_cell pace = {0};
        (void)pace_of(y, from->id, metric.id, 0, &pace);
        if (pace.met) continue;
        go_on(&metric, pace.has_value, pace.value);
        duban_status s = add_row(y, &task, &metric);
        if (s >= 0) s = carry_splits(y, &task, &metric);
        if (s < 0) return s;
    }
    if (y->rows_n == before) {
        duban_status s = add_row(y, &task, NULL);
        if (s < 0) return s;
    }
    y->tasks_n++;
    return DUBAN_OK;
}

/* --- files -------------------------------------------------------------------------- */

static duban_status write_plan(carrying *y) {
    cli *c = y->k->c;
    plan_table table = {.rows = y->rows, .rows_n = y->rows_n};
    buffer bytes;
    buffer_init(&bytes);
    duban_status s = plan_table_write_csv(&table, c->lang, &bytes);
    if (s < 0)
        cli_refuse(c, s, 0, act_arg(y->k, 1), NULL, NULL);
    else
        s = cli_write_file(c, act_arg(y->k, 1), bytes.data, bytes.size, 0644);
    buffer_close(&bytes);
    return s;
}

static void say_carried(const carrying *y) {
    cli *c = y->k->c;
    const char *splits = cli_option(c, "splits");
    if (c->json) {
        json_line(c->out, json_pack("{s:I, s:I, s:I}", "tasks", (json_int_t)y->tasks_n,
                                    "rows", (json_int_t)y->rows_n, "splits",
                                    (json_int_t)(splits ? y->splits_n : 0)));
        return;
    }
    fprintf(c->out,
            cli_say(c, "结转任务 %zu 项，%zu 行，写入 %s。\n",
                    "%zu tasks carried over, %zu rows, written to %s.\n"),
            y->tasks_n, y->rows_n, act_arg(y->k, 1));
    if (splits)
        fprintf(c->out,
                cli_say(c, "分解 %zu 条，写入 %s。\n", "%zu splits written to %s.\n"),
                y->splits_n, splits);
}

/* Room for a row a metric and one a task. */
static size_t rows_max(const act *k) {
    task_words task;
    size_t n = 1;
    for (uint32_t id = 1; act_task_id(k, id, &task); id++)
        n += 1 + task.metrics_n;
    return n;
}

static duban_status carry(act *k) {
    cli *c = k->c;
    task_words task;
    const char *splits = cli_option(c, "splits");
    carrying y = {.k = k, .rows = arena_alloc(&k->a, rows_max(k) * sizeof(plan_row))};
    buffer_init(&y.splits);
    duban_status s =
        y.rows ? plan_sheet_splits_begin(&y.splits, c->lang) : DUBAN_E_NO_MEMORY;
    for (uint32_t id = 1; s >= 0 && act_task_id(k, id, &task); id++)
        if (!ended(&y, &task)) s = carry_task(&y, &task);
    if (s < 0)
        cli_refuse(c, s, 0, NULL, NULL, NULL);
    else
        s = write_plan(&y);
    if (s >= 0 && splits)
        s = cli_write_file(c, splits, y.splits.data, y.splits.size, 0644);
    buffer_close(&y.splits);
    if (s >= 0) say_carried(&y);
    return s;
}

duban_status cmd_plan_carry(cli *c) {
    return act_run_plan(c, carry);
}
