#include "client/cli/plan_sheet.h"

#include <stdio.h>
#include <string.h>

#include "client/cli/find.h"
#include "client/cli/say.h"
#include "client/cli/sheet.h"
#include "client/cli/text.h"

static const char *keep(arena *a, const char *text) {
    return arena_copy(a, text, strlen(text));
}

static const char *number(arena *a, bool has, decimal value) {
    char text[DECIMAL_TEXT_SIZE] = "";
    if (has) decimal_write(value, text);
    return keep(a, text);
}

static const char *day(arena *a, int32_t value) {
    char text[DAY_TEXT_SIZE];
    say_day(value, text);
    return keep(a, text);
}

static bool offices(arena *a, const ledger *l, const uint32_t *numbers, uint32_t n,
                    plan_names *out) {
    out->items = arena_alloc(a, (n + 1) * sizeof *out->items);
    out->n = n;
    for (uint32_t i = 0; out->items && i < n; i++)
        out->items[i] = find_office_name(l, numbers[i]);
    return out->items != NULL;
}

static plan_names texts(const char *const *items, uint32_t n) {
    return (plan_names){(const char **)items, n};
}

static bool gates(arena *a, const task_words *task, duban_lang lang, plan_names *out) {
    out->items = arena_alloc(a, (task->gates_n + 1) * sizeof *out->items);
    out->n = task->gates_n;
    for (uint32_t i = 0; out->items && i < task->gates_n; i++) {
        char text[64], when[DAY_TEXT_SIZE];
        say_day(task->gates[i].day, when);
        snprintf(text, sizeof text, "%s=%s",
                 text_word(TEXT_STAGE, task->gates[i].stage, lang), when);
        out->items[i] = keep(a, text);
        if (!out->items[i]) return false;
    }
    return out->items != NULL;
}

const char *plan_sheet_carried(arena *a, const look *where, const task_words *task) {
    plan_info plan;
    task_words before;
    char text[CODE_SIZE_MAX + NUMBER_TEXT_MAX + 2];
    if (!task->carried_plan || !ledger_get_plan(where->l, task->carried_plan, &plan) ||
        !find_task_id(where->l, task->carried_plan, task->carried_task, &before))
        return "";
    snprintf(text, sizeof text, "%s/%s", plan.code, before.number);
    return keep(a, text);
}

/* "1/label" */
static const char *reference(arena *a, const look *where, const metric_words *m) {
    cell_name name = {.kind = CELL_TASK, .task = m->reference_task};
    cell found;
    char text[NAME_SIZE_MAX + NUMBER_TEXT_MAX + 2];
    if (!m->reference_task || !look_cell(where, &name, &found)) return "";
    const metric_words *other = find_metric_id(&found.task, m->reference_metric);
    snprintf(text, sizeof text, "%s/%s", found.task.number, other ? other->label : "");
    return keep(a, text);
}

static bool same_as_default(const metric_words *m) {
    return m->tolerance.micro == TOLERANCE_DEFAULT * DECIMAL_MICRO;
}

static void metric_cells(arena *a, const look *where, const task_words *task,
                         const metric_words *m, plan_row *row) {
    bool between = m->comparator == COMPARATOR_BETWEEN;
    bool floor = m->comparator == COMPARATOR_FLOOR_STRETCH;
    bool open = m->comparator == COMPARATOR_PENDING || m->comparator == COMPARATOR_YES_NO;
    bool compared = m->comparator == COMPARATOR_REFERENCE;
    int32_t due = m->deadline ? m->deadline : task->deadline;
    char days[16] = "";
    if (m->release_days) snprintf(days, sizeof days, "%u", (unsigned)m->release_days);
    row->metric = m->label;
    row->comparator = m->comparator;
    row->target = number(a, !open && (!compared || m->target.micro), m->target);
    row->target_max = number(a, between || floor, between ? m->target_max : m->stretch);
    row->unit = m->unit;
    row->nature = m->nature;
    row->strength = m->strength;
    row->strict = m->strict;
    row->rollup = m->rollup;
    row->start = day(a, m->first_day);
    row->deadline = day(a, due);
    row->definition = m->definition;
    row->opening = number(a, m->opening.micro != 0, m->opening);
    row->tolerance =
        number(a, m->comparator == COMPARATOR_ABOUT && !same_as_default(m), m->tolerance);
    row->reference = reference(a, where, m);
    row->below = m->reference_below;
    row->ratio_scale = number(a, m->ratio_scale.micro != 0, m->ratio_scale);
    row->source = m->source ? find_office_name(where->l, m->source) : "";
    row->release = m->release;
    row->release_days = keep(a, days);
    row->metric_visibility = m->visibility;
}

static bool whole(const plan_row *row) {
    return row->target && row->target_max && row->start && row->deadline &&
           row->opening && row->tolerance && row->reference && row->ratio_scale &&
           row->release_days && row->carried;
}

bool plan_sheet_row(arena *a, const look *where, const task_words *task,
                    const metric_words *metric, duban_lang lang, plan_row *out) {
    plan_row row = {.no = task->number,
                    .chapter_no = "",
                    .chapter = task->chapter,
                    .section_no = "",
                    .section = task->section,
                    .title = task->title,
                    .kind = task->kind,
                    .leaders = texts(task->leaders, task->leaders_n),
                    .open = task->responsible_open,
                    .tags = texts(task->tags, task->tags_n),
                    .visibility = task->visibility,
                    .asked_by = task->asked_by,
                    .metric = "",
                    .target = "",
                    .target_max = "",
                    .unit = "",
                    .start = "",
                    .deadline = day(a, task->deadline),
                    .definition = "",
                    .opening = "",
                    .tolerance = "",
                    .reference = "",
                    .ratio_scale = "",
                    .source = "",
                    .release = "",
                    .release_days = "",
                    .doubts = ""};
    row.carried = plan_sheet_carried(a, where, task);
    if (metric) metric_cells(a, where, task, metric, &row);
    bool good =
        whole(&row) && gates(a, task, lang, &row.gates) &&
        offices(a, where->l, task->leads, task->leads_n, &row.leads) &&
        offices(a, where->l, task->responsible, task->responsible_n, &row.responsible);
    if (good) *out = row;
    return good;
}

/* --- splits.csv --------------------------------------------------------------------- */

duban_status plan_sheet_splits_begin(buffer *out, duban_lang lang) {
    static const char *const titles[][2] = {
        {"任务号", "task"},  {"指标", "metric"},   {"单位", "office"},
        {"分解值", "value"}, {"完整", "complete"}, {"期初值", "opening"},
        {"权数", "weight"},
    };
    duban_status s = sheet_begin(out);
    for (size_t i = 0; i < sizeof titles / sizeof titles[0] && s >= 0; i++)
        s = sheet_cell(out, titles[i][lang == DUBAN_EN], i == 0);
    return s < 0 ? s : sheet_end_row(out);
}

duban_status plan_sheet_split(buffer *out, const look *where, const task_words *task,
                              const metric_words *metric, const split_words *split,
                              duban_lang lang) {
    char value[DECIMAL_TEXT_SIZE], opening[DECIMAL_TEXT_SIZE] = "";
    char weight[DECIMAL_TEXT_SIZE] = "";
    const char *yes = lang == DUBAN_ZH ? "是" : "yes";
    decimal_write(split->value, value);
    if (split->opening.micro) decimal_write(split->opening, opening);
    if (split->weight.micro) decimal_write(split->weight, weight);
    const char *const cells[] = {task->number,
                                 metric->label,
                                 find_office_name(where->l, split->office),
                                 value,
                                 metric->splits_complete ? yes : "",
                                 opening,
                                 weight};
    duban_status s = DUBAN_OK;
    for (size_t i = 0; i < sizeof cells / sizeof cells[0] && s >= 0; i++)
        s = sheet_cell(out, cells[i], i == 0);
    return s < 0 ? s : sheet_end_row(out);
}
