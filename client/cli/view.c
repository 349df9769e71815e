#include "client/cli/view.h"

#include <stdlib.h>
#include <string.h>

#include "broker/ledger/grade_order.h"

static const char *const view_codes[VIEW_COUNT] = {
    [VIEW_TASK] = "task",     [VIEW_COUNTY] = "county",   [VIEW_OFFICE] = "office",
    [VIEW_LEADER] = "leader", [VIEW_CHAPTER] = "chapter", [VIEW_TAG] = "tag",
};

duban_status view_by_read(const char *text, view_by *out) {
    for (int i = 0; i < VIEW_COUNT; i++)
        if (strcmp(view_codes[i], text) == 0) {
            *out = (view_by)i;
            return DUBAN_OK;
        }
    return DUBAN_E_USAGE;
}

const char *view_by_code(view_by by) {
    return view_codes[by];
}

static bool is_tagged(const task_words *task, const char *tag) {
    for (uint32_t i = 0; i < task->tags_n; i++)
        if (strcmp(task->tags[i], tag) == 0) return true;
    return false;
}

uint32_t view_keep_tagged(view *v, const char *tag) {
    uint32_t kept = 0;
    memset(v->totals, 0, sizeof v->totals);
    for (uint32_t i = 0; i < v->tasks_n; i++) {
        const view_task *row = &v->tasks[i];
        if (!is_tagged(row->task, tag)) continue;
        v->totals[row->light ? row->light->grade : GRADE_NONE]++;
        v->tasks[kept++] = *row;
    }
    return v->tasks_n = kept;
}

uint32_t view_running(const plan_cell *plan, grade out[GRADE_COUNT]) {
    grade_order order = {plan->order, plan->order_n, plan->running_from};
    uint32_t n = 0;
    for (int g = GRADE_DONE; g < GRADE_COUNT; g++) {
        uint32_t rank = grade_rank(&order, (grade)g), at = n;
        if (!grade_runs(&order, (grade)g)) continue;
        for (; at > 0 && grade_rank(&order, out[at - 1]) < rank; at--)
            out[at] = out[at - 1];
        out[at] = (grade)g;
        n++;
    }
    return n;
}

const metric_words *view_metric(const task_words *task, uint32_t id) {
    for (uint32_t i = 0; i < task->metrics_n; i++)
        if (task->metrics[i].id == id) return &task->metrics[i];
    return NULL;
}

static const cell *find(const duban_board *b, cell_kind kind, uint32_t task,
                        uint32_t office) {
    cell_name name = {.kind = kind, .task = task, .office = office};
    return duban_board_cell(b, &name);
}

static void count_item(reporting *rates, const view *v, const duban_board *b,
                       const cell *item) {
    const cell *task = find(b, CELL_TASK, item->name.task, 0);
    const cell *duty = find(b, CELL_DUTY, item->name.task, item->name.office);
    if (!reporting_leaves(task ? task->task.visibility : VISIBILITY_PUBLIC,
                          duty ? duty->duty.exempt_day : 0, &item->item))
        reporting_add(rates, &item->item, v->plan->day);
}

/* The round people speak of: the newest whose period has ended, else the first. */
static period current_round(const plan_cell *plan) {
    period round = period_of_cycle(plan->cycle, plan->first_day);
    for (;;) {
        period next = period_next_of_cycle(plan->cycle, round);
        if (next.first_day > plan->last_day) return round;
        if (period_last_day(next) >= plan->day) return round;
        round = next;
    }
}

static void count_lights(view *v, const duban_board *b, const cell *const *cells,
                         size_t n) {
    for (size_t i = 0; i < n; i++) {
        const cell *c = cells[i];
        if (c->name.kind == CELL_TASK) {
            const cell *light = find(b, CELL_LIGHT, c->name.task, 0);
            v->totals[light ? light->light.grade : GRADE_NONE]++;
            v->tasks_n++;
        }
        if (c->name.kind == CELL_ITEM && period_equal(c->name.period, v->round))
            count_item(&v->rates, v, b, c);
    }
}

static duban_status make_tasks(view *v, duban_board *b, const cell *const *cells,
                               size_t n, arena *a) {
    v->tasks = arena_alloc(a, (v->tasks_n + 1) * sizeof *v->tasks);
    if (!v->tasks) return DUBAN_E_NO_MEMORY;
    uint32_t made = 0;
    for (size_t i = 0; i < n; i++) {
        const cell *c = cells[i];
        if (c->name.kind == CELL_TASK) {
            view_task *row = &v->tasks[made++];
            const cell *light = find(b, CELL_LIGHT, c->name.task, 0);
            const cell *timetable = find(b, CELL_TIMETABLE, c->name.task, 0);
            const cell *lead =
                c->task.leads_n ? find(b, CELL_OFFICE, 0, c->task.leads[0]) : NULL;
            row->task = &c->task;
            row->light = light ? &light->light : NULL;
            row->timetable = timetable ? &timetable->timetable : NULL;
            row->lead = lead ? lead->office.name : "";
        }
        if (c->name.kind == CELL_NODE)
            for (uint32_t t = 0; t < made; t++)
                if (v->tasks[t].task->id == c->name.task) {
                    v->tasks[t].nodes++;
                    v->tasks[t].nodes_done += c->node.done;
                }
    }
    return DUBAN_OK;
}

static view_group *group_named(view *v, const char *name, const char *code,
                               uint32_t order) {
    for (uint32_t i = 0; i < v->groups_n; i++)
        if (strcmp(v->groups[i].name, name) == 0) return &v->groups[i];
    view_group *g = &v->groups[v->groups_n++];
    g->name = name;
    g->code = code;
    g->order = order;
    return g;
}

static int by_order(const void *a, const void *b) {
    const view_group *x = a, *y = b;
    if (x->order != y->order) return x->order < y->order ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void add_light(view_group *g, const cell *light) {
    g->grades[light ? light->light.grade : GRADE_NONE]++;
    g->lights++;
}

static bool office_wanted(view_by by, const office_words *office) {
    if (by == VIEW_COUNTY)
        return office->kind == OFFICE_COUNTY || office->kind == OFFICE_ZONE;
    return true;
}

static void make_office_groups(view *v, const duban_board *b, const cell *const *cells,
                               size_t n) {
    for (size_t i = 0; i < n; i++) {
        const cell *c = cells[i];
        bool light = c->name.kind == CELL_LIGHT && c->name.office != 0;
        bool item = c->name.kind == CELL_ITEM && period_equal(c->name.period, v->round);
        if (!light && !item) continue;
        const cell *office = find(b, CELL_OFFICE, 0, c->name.office);
        if (!office || !office_wanted(v->by, &office->office)) continue;
        view_group *g = group_named(v, office->office.name, office->office.code,
                                    office->office.number);
        if (light) add_light(g, c);
        if (item) count_item(&g->round, v, b, c);
    }
}

static void make_task_groups(view *v, const duban_board *b, const cell *const *cells,
                             size_t n) {
    for (size_t i = 0; i < n; i++) {
        const cell *c = cells[i];
        if (c->name.kind != CELL_TASK) continue;
        const cell *light = find(b, CELL_LIGHT, c->name.task, 0);
        if (v->by == VIEW_CHAPTER)
            add_light(group_named(v, c->task.chapter, "", c->task.id), light);
        for (uint32_t k = 0; v->by == VIEW_LEADER && k < c->task.leaders_n; k++)
            add_light(group_named(v, c->task.leaders[k], "", 0), light);
        for (uint32_t k = 0; v->by == VIEW_TAG && k < c->task.tags_n; k++)
            add_light(group_named(v, c->task.tags[k], "", 0), light);
    }
}

/* An upper bound of groups, so that they lie in one array. */
static size_t groups_max(view_by by, const cell *const *cells, size_t n) {
    size_t max = 1;
    for (size_t i = 0; i < n; i++) {
        if (cells[i]->name.kind == CELL_OFFICE && by != VIEW_LEADER) max++;
        if (cells[i]->name.kind == CELL_TASK)
            max += 1 + cells[i]->task.leaders_n + cells[i]->task.tags_n;
    }
    return max;
}

duban_status view_make(duban_board *b, view_by by, arena *a, view *out) {
    size_t n;
    const cell *const *cells = duban_board_cells(b, &n);
    cell_name plan_name = {.kind = CELL_PLAN};
    const cell *plan = duban_board_cell(b, &plan_name);
    if (!plan) return DUBAN_E_NOT_FOUND;
    duban_board_head head;
    duban_board_get_head(b, &head);
    view v = {.by = by,
              .plan = &plan->plan,
              .index = head.cursor.index,
              .moment_ms = head.moment_ms,
              .has_digest = head.has_digest,
              .digest = head.digest,
              .digest_index = head.digest_index};
    v.round = current_round(v.plan);
    count_lights(&v, b, cells, n);
    if (by == VIEW_TASK) {
        duban_status s = make_tasks(&v, b, cells, n, a);
        if (s < 0) return s;
    } else {
        v.groups = arena_alloc(a, groups_max(by, cells, n) * sizeof *v.groups);
        if (!v.groups) return DUBAN_E_NO_MEMORY;
        if (by == VIEW_COUNTY || by == VIEW_OFFICE)
            make_office_groups(&v, b, cells, n);
        else
            make_task_groups(&v, b, cells, n);
        qsort(v.groups, v.groups_n, sizeof *v.groups, by_order);
    }
    *out = v;
    return DUBAN_OK;
}
