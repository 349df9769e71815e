#include "client/cli/show.h"

#include <string.h>

#include "client/cli/marks.h"
#include "client/cli/print.h"
#include "client/cli/text.h"

#define TITLE_COLUMNS 36
#define NAME_COLUMNS  22

void show_margin(char *out, size_t out_size, bool has, decimal margin, nature of,
                 duban_lang lang) {
    out[0] = '\0';
    if (!has) return;
    char text[DECIMAL_TEXT_SIZE];
    decimal_write_fixed(margin, 2, text);
    size_t size = strlen(text);
    while (text[size - 1] == '0')
        text[--size] = '\0';
    if (text[size - 1] == '.') text[size - 1] = '\0';
    /* a margin is never shown as none while there is one */
    if (margin.micro && strcmp(text + (text[0] == '-'), "0") == 0)
        decimal_write(margin, text);
    snprintf(out, out_size, "%s%s%s", margin.micro >= 0 ? "+" : "", text,
             text_margin_unit(of, lang));
}

static const pace_cell *pace_of(const duban_board *b, uint32_t task, uint32_t metric,
                                uint32_t office) {
    cell_name name = {
        .kind = CELL_PACE, .task = task, .metric = metric, .office = office};
    const cell *c = duban_board_cell(b, &name);
    return c ? &c->pace : NULL;
}

static void percent(decimal value, char out[DECIMAL_TEXT_SIZE]) {
    decimal_write_fixed(value, 1, out);
}

/* One metric's state in a few characters: "52.1%/50.0%" or "4.8%". */
static void metric_progress(char *out, size_t size, const metric_words *metric,
                            const pace_cell *pace) {
    char a[DECIMAL_TEXT_SIZE], e[DECIMAL_TEXT_SIZE];
    if (pace->has_share) {
        percent(pace->actual, a);
        percent(pace->expected, e);
        snprintf(out, size, "%s%%/%s%%", a, e);
    } else if (pace->has_value) {
        decimal_write(pace->value, a);
        snprintf(out, size, "%s%s", a, metric->unit);
    } else {
        snprintf(out, size, "—");
    }
}

static void task_progress(char *out, size_t size, const view_task *row,
                          const duban_board *b, duban_lang lang) {
    const task_words *task = row->task;
    out[0] = '\0';
    if (task->metrics_n == 1) {
        const pace_cell *pace = pace_of(b, task->id, task->metrics[0].id, 0);
        if (pace) metric_progress(out, size, &task->metrics[0], pace);
    } else if (task->metrics_n > 1) {
        uint32_t met = row->light ? row->light->metrics_met : 0;
        snprintf(out, size, lang == DUBAN_ZH ? "%u/%u项达标" : "%u/%u met", met,
                 task->metrics_n);
    } else if (row->nodes) {
        snprintf(out, size, lang == DUBAN_ZH ? "%u/%u个节点" : "%u/%u nodes",
                 row->nodes_done, row->nodes);
    }
}

static nature light_nature(const task_words *task, const light_cell *light) {
    const metric_words *metric = view_metric(task, light->metric);
    return metric ? metric->nature : NATURE_CUMULATIVE;
}

/* part of all in percent, "—" when nothing was expected. */
static void rate_text(char out[DECIMAL_TEXT_SIZE + 1], uint32_t part, uint32_t all) {
    decimal rate;
    if (!reporting_share(part, all, &rate)) {
        snprintf(out, DECIMAL_TEXT_SIZE, "—");
        return;
    }
    decimal_write_fixed(rate, 1, out);
    strcat(out, "%");
}

static void write_rates(cli *c, const view *v) {
    const reporting *r = &v->rates;
    if (!r->expected) return;
    char round[PERIOD_TEXT_SIZE], reported[DECIMAL_TEXT_SIZE + 1],
        on_time[DECIMAL_TEXT_SIZE + 1];
    period_write(v->round, round);
    rate_text(reported, r->reported, r->expected);
    rate_text(on_time, r->on_time, r->expected);
    fprintf(
        c->out,
        cli_say(c, "%s 应报 %u，已报 %u，按时 %u（报送率 %s，及时率 %s）\n",
                "%s expected %u, reported %u, on time %u (reported %s, on time %s)\n"),
        round, r->expected, r->reported, r->on_time, reported, on_time);
}

static void write_headline(cli *c, const view *v) {
    char day[DAY_TEXT_SIZE];
    day_write(v->plan->day, day);
    fprintf(c->out, "%s%s%s  %s%s  %s %llu%s\n", print_bold_begin(c->color),
            v->plan->title, print_grade_end(c->color), cli_say(c, "截至", "as of "), day,
            cli_say(c, "序号", "index"), (unsigned long long)v->index,
            v->plan->drill ? cli_say(c, "  【演练】", "  [drill]") : "");
    for (int g = GRADE_DONE; g < GRADE_COUNT; g++)
        fprintf(c->out, "%s● %s %u%s  ", print_grade_begin((grade)g, c->color),
                text_grade((grade)g, c->lang), v->totals[g], print_grade_end(c->color));
    fprintf(c->out, cli_say(c, "共 %u 项任务\n", "of %u tasks\n"), v->tasks_n);
    write_rates(c, v);
    fputc('\n', c->out);
}

/* Where marks are looked up; false when this home knows no journal yet. */
static bool look_at(const cli *c, duban_board *b, look *out) {
    *out = (look){.l = duban_slice(c->d), .board = b};
    return out->l != NULL;
}

/* The cause and what stands beside it. */
static void write_cause(cli *c, print_table *t, const view_task *row, duban_board *b) {
    look where;
    char marks[MARKS_SIZE] = "";
    const char *why = row->light ? text_cause(row->light->cause, c->lang) : "";
    if (look_at(c, b, &where))
        marks_of_task(&where, row->task, row->light, c->lang, marks);
    print_table_cell_format(t, "%s%s%s", why,
                            *why && *marks ? cli_say(c, "；", "; ") : "", marks);
}

static void write_tasks(cli *c, const view *v, duban_board *b, grade only) {
    print_column columns[] = {
        {cli_say(c, "序号", "no"), PRINT_RIGHT, 0},
        {cli_say(c, "事项", "task"), PRINT_LEFT, TITLE_COLUMNS},
        {cli_say(c, "牵头单位", "lead"), PRINT_LEFT, NAME_COLUMNS},
        {cli_say(c, "实际/序时", "actual/expected"), PRINT_RIGHT, 0},
        {cli_say(c, "超欠", "margin"), PRINT_RIGHT, 0},
        {cli_say(c, "亮灯", "light"), PRINT_LEFT, 0},
        {cli_say(c, "原因", "cause"), PRINT_LEFT, 0},
    };
    print_table *t = print_table_new(columns, 7, c->color);
    for (uint32_t i = 0; i < v->tasks_n; i++) {
        const view_task *row = &v->tasks[i];
        grade g = row->light ? row->light->grade : GRADE_NONE;
        if (only != GRADE_NONE && g != only) continue;
        char progress[96], margin[96] = "", lamp[48] = "";
        task_progress(progress, sizeof progress, row, b, c->lang);
        if (row->light)
            show_margin(margin, sizeof margin, row->light->has_margin, row->light->margin,
                        light_nature(row->task, row->light), c->lang);
        if (g) snprintf(lamp, sizeof lamp, "● %s", text_grade(g, c->lang));
        print_table_row(t);
        print_table_cell(t, row->task->number);
        print_table_cell(t, row->task->title);
        print_table_cell(t, row->lead);
        print_table_cell(t, progress);
        print_table_cell(t, margin);
        print_table_cell_grade(t, g, lamp);
        write_cause(c, t, row, b);
    }
    print_table_write(t, c->out);
    print_table_free(t);
}

static const char *group_title(const cli *c, view_by by) {
    switch (by) {
    case VIEW_LEADER: return cli_say(c, "牵头领导", "leader");
    case VIEW_CHAPTER: return cli_say(c, "章", "chapter");
    case VIEW_TAG: return cli_say(c, "标签", "tag");
    default: return cli_say(c, "单位", "office");
    }
}

static void write_groups(cli *c, const view *v) {
    bool offices = v->by == VIEW_COUNTY || v->by == VIEW_OFFICE;
    print_column columns[PRINT_COLUMNS_MAX] = {{group_title(c, v->by), PRINT_LEFT, 40}};
    int n = 1;
    for (int g = GRADE_DONE; g < GRADE_COUNT; g++)
        columns[n++] = (print_column){text_grade((grade)g, c->lang), PRINT_RIGHT, 0};
    columns[n++] = (print_column){cli_say(c, "合计", "all"), PRINT_RIGHT, 0};
    if (offices) {
        columns[n++] = (print_column){cli_say(c, "应报", "expected"), PRINT_RIGHT, 0};
        columns[n++] = (print_column){cli_say(c, "报送率", "reported"), PRINT_RIGHT, 0};
        columns[n++] = (print_column){cli_say(c, "及时率", "on time"), PRINT_RIGHT, 0};
    }
    print_table *t = print_table_new(columns, n, c->color);
    for (uint32_t i = 0; i < v->groups_n; i++) {
        const view_group *row = &v->groups[i];
        print_table_row(t);
        print_table_cell(t, row->name);
        for (int g = GRADE_DONE; g < GRADE_COUNT; g++) {
            char text[16] = "";
            if (row->grades[g]) snprintf(text, sizeof text, "%u", row->grades[g]);
            print_table_cell_grade(t, (grade)g, text);
        }
        print_table_cell_format(t, "%u", row->lights);
        if (!offices) continue;
        char reported[DECIMAL_TEXT_SIZE + 1], on_time[DECIMAL_TEXT_SIZE + 1];
        rate_text(reported, row->round.reported, row->round.expected);
        rate_text(on_time, row->round.on_time, row->round.expected);
        print_table_cell_format(t, "%u", row->round.expected);
        print_table_cell(t, reported);
        print_table_cell(t, on_time);
    }
    print_table_write(t, c->out);
    print_table_free(t);
}

static json_t *view_json(cli *c, const view *v, duban_board *b, grade only) {
    look where;
    json_t *made = show_view_json(v, b);
    json_t *rows = json_object_get(made, "rows");
    for (uint32_t i = 0; v->by == VIEW_TASK && i < v->tasks_n; i++)
        if (look_at(c, b, &where))
            marks_json(&where, v->tasks[i].task, v->tasks[i].light,
                       json_array_get(rows, i));
    for (uint32_t i = v->by == VIEW_TASK && only ? v->tasks_n : 0; i > 0; i--) {
        const light_cell *light = v->tasks[i - 1].light;
        if (!light || light->grade != only) json_array_remove(rows, i - 1);
    }
    return made;
}

void show_view(cli *c, const view *v, duban_board *b, grade only) {
    if (c->json) {
        json_line(c->out, view_json(c, v, b, only));
        return;
    }
    write_headline(c, v);
    if (v->by == VIEW_TASK)
        write_tasks(c, v, b, only);
    else
        write_groups(c, v);
    fflush(c->out);
}

duban_status show_board(cli *c, duban_board *b, view_by by, grade only) {
    arena a;
    arena_init(&a, 0);
    view v;
    duban_status s = view_make(b, by, &a, &v);
    if (s < 0)
        cli_refuse(c, s, 0, "board", NULL, NULL);
    else
        show_view(c, &v, b, only);
    arena_close(&a);
    return s;
}
