/* duban project add, update, list, rates; verify; redact. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/act.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/print.h"
#include "client/cli/project.h"
#include "client/cli/say.h"
#include "client/cli/text.h"

/* --- add, update -------------------------------------------------------------------- */

static duban_status read_stage(act *k, const char *field, const char *text,
                               stage_kind *out) {
    unsigned value = 0;
    char words[TEXT_LIST_SIZE];
    if (!text_read(TEXT_STAGE, text, &value) || !value)
        return cli_refuse(k->c, DUBAN_E_WORD, 0, field, text,
                          text_list(TEXT_STAGE, k->c->lang, words));
    *out = (stage_kind)value;
    return DUBAN_OK;
}

/* --gate started=2023-06-30, once for each stage. */
static duban_status read_gates(act *k, project_words *w) {
    const char *text;
    gate_words *gates = arena_alloc(&k->a, GATES_MAX * sizeof *gates);
    if (!gates) return cli_refuse(k->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    for (; (text = cli_option_nth(k->c, "gate", (int)w->gates_n)); w->gates_n++) {
        const char *sign = strchr(text, '=');
        if (!sign || w->gates_n == GATES_MAX)
            return cli_refuse(k->c, sign ? DUBAN_E_LIMIT : DUBAN_E_USAGE, 0, "gate", text,
                              "started=2023-06-30");
        gate_words *gate = &gates[w->gates_n];
        const char *stage = arena_copy(&k->a, text, (size_t)(sign - text));
        if (!stage) return cli_refuse(k->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
        duban_status s = read_stage(k, "gate", stage, &gate->stage);
        if (s >= 0) s = act_day(k, "gate", sign + 1, &gate->day);
        if (s < 0) return s;
    }
    w->gates = gates;
    return DUBAN_OK;
}

static duban_status read_money(act *k, const char *option, bool *has, decimal *out) {
    const char *text = cli_option(k->c, option);
    *has = text != NULL;
    return text ? act_number(k, option, text, out) : DUBAN_OK;
}

/* What options say of a project; what they do not say is absent. */
static duban_status read_project(act *k, project_words *w) {
    const char *office = cli_option(k->c, "office"), *stage = cli_option(k->c, "stage");
    w->title = act_text(k, "title");
    w->unit = act_text(k, "unit");
    duban_status s = office ? act_office(k, "office", office, &w->office) : DUBAN_OK;
    if (s >= 0) s = read_money(k, "total", &w->has_total, &w->total);
    if (s >= 0) s = read_money(k, "annual", &w->has_annual, &w->annual);
    if (s >= 0) s = read_money(k, "invested", &w->has_invested, &w->invested);
    if (s >= 0 && stage) s = read_stage(k, "stage", stage, &w->stage);
    if (s >= 0) s = act_day_option(k, "stage-day", false, &w->stage_day);
    if (s >= 0) s = act_day_option(k, "data-date", false, &w->data_date);
    if (s >= 0) s = read_gates(k, w);
    if (s >= 0) s = act_body(k, "text", false, &w->text);
    return s;
}

static duban_status send_project(act *k, const project_words *words) {
    event ev = {.kind = KIND_PROJECT, .project = *words};
    return act_send_say(k, &ev, json_pack("{s:i}", "project", (int)words->project));
}

static duban_status add_project(act *k) {
    task_words task;
    project_cell known;
    project_words w = {.project = 1};
    duban_status s = act_task(k, act_arg(k, 1), &task);
    if (s >= 0) s = read_project(k, &w);
    if (s < 0) return s;
    while (project_at(&k->where, task.id, w.project, &known))
        w.project++;
    w.plan = k->plan;
    w.task = task.id;
    w.title = act_arg(k, 2);
    return send_project(k, &w);
}

static duban_status update_project(act *k) {
    task_words task;
    project_cell known;
    project_words w = {0};
    duban_status s = act_task(k, act_arg(k, 1), &task);
    if (s >= 0) s = act_count(k, "project", act_arg(k, 2), &w.project);
    if (s >= 0) s = read_project(k, &w);
    if (s < 0) return s;
    if (!project_at(&k->where, task.id, w.project, &known))
        return cli_refuse(k->c, DUBAN_E_NOT_FOUND, 0, "project", act_arg(k, 2),
                          "duban project list");
    w.plan = k->plan;
    w.task = task.id;
    return send_project(k, &w);
}

duban_status cmd_project_add(cli *c) {
    return act_run_plan(c, add_project);
}

duban_status cmd_project_update(cli *c) {
    return act_run_plan(c, update_project);
}

/* --- list --------------------------------------------------------------------------- */

static json_t *gates_json(const gate_words *gates, uint32_t n) {
    json_t *made = json_object();
    for (uint32_t i = 0; i < n; i++)
        json_object_set_new(made, text_code(TEXT_STAGE, gates[i].stage),
                            json_day(gates[i].day));
    return made;
}

static void project_json(const act *k, const task_words *task, uint32_t number,
                         const project_cell *p) {
    json_t *o = json_pack("{s:s, s:i, s:s, s:s, s:s, s:s}", "task", task->number,
                          "project", (int)number, "title", p->title, "office",
                          find_office_code(k->l, p->office), "unit", p->unit, "stage",
                          text_code(TEXT_STAGE, p->stage));
    json_object_set_new(o, "total", json_decimal(p->total));
    json_object_set_new(o, "annual", json_decimal(p->annual));
    json_object_set_new(o, "invested", json_decimal(p->invested));
    json_object_set_new(o, "data_date", json_day(p->data_date));
    json_object_set_new(o, "gates", gates_json(p->gates, p->gates_n));
    json_object_set_new(o, "reached", gates_json(p->reached, p->reached_n));
    json_object_set_new(o, "behind", json_boolean(project_behind(p, task, k->info.day)));
    json_line(k->c->out, o);
}

static void project_row(const act *k, print_table *t, const task_words *task,
                        uint32_t number, const project_cell *p) {
    cli *c = k->c;
    char total[SAY_SIZE], annual[SAY_SIZE], invested[SAY_SIZE];
    bool behind = project_behind(p, task, k->info.day);
    say_amount(p->total, p->unit, total);
    say_amount(p->annual, p->unit, annual);
    say_amount(p->invested, p->unit, invested);
    print_table_row(t);
    print_table_cell(t, task->number);
    print_table_cell_format(t, "%u", (unsigned)number);
    print_table_cell(t, p->title);
    print_table_cell(t, find_office_name(k->l, p->office));
    print_table_cell(t, text_word(TEXT_STAGE, p->stage, c->lang));
    print_table_cell_grade(t, behind ? GRADE_RED : GRADE_NONE,
                           behind ? cli_say(c, "未过节点", "behind its gate") : "");
    print_table_cell(t, total);
    print_table_cell(t, annual);
    print_table_cell(t, invested);
}

static duban_status list_projects(act *k) {
    cli *c = k->c;
    const print_column columns[] = {
        {cli_say(c, "任务", "task"), PRINT_LEFT, 0},
        {cli_say(c, "编号", "no"), PRINT_RIGHT, 0},
        {cli_say(c, "项目", "project"), PRINT_LEFT, 40},
        {cli_say(c, "单位", "office"), PRINT_LEFT, 24},
        {cli_say(c, "阶段", "stage"), PRINT_LEFT, 0},
        {cli_say(c, "节点", "gate"), PRINT_LEFT, 0},
        {cli_say(c, "总投资", "total"), PRINT_RIGHT, 0},
        {cli_say(c, "年度计划", "annual"), PRINT_RIGHT, 0},
        {cli_say(c, "本年完成", "invested"), PRINT_RIGHT, 0},
    };
    task_words task, only;
    project_cell found;
    const char *asked = act_arg(k, 1);
    duban_status s = asked ? act_task(k, asked, &only) : DUBAN_OK;
    if (s < 0) return s;
    print_table *t = print_table_new(columns, 9, c->color);
    for (uint32_t id = 1; act_task_id(k, id, &task); id++)
        for (uint32_t n = 1; project_at(&k->where, id, n, &found); n++) {
            if (asked && id != only.id) break;
            if (c->json)
                project_json(k, &task, n, &found);
            else
                project_row(k, t, &task, n, &found);
        }
    if (!c->json) print_table_write(t, c->out);
    print_table_free(t);
    return DUBAN_OK;
}

duban_status cmd_project_list(cli *c) {
    return act_run_plan(c, list_projects);
}

/* --- rates -------------------------------------------------------------------------- */

static void rate_row(const cli *c, print_table *t, const char *name, const char *part,
                     const char *all, bool has, decimal rate) {
    char text[DECIMAL_TEXT_SIZE + 1] = "—";
    if (has) {
        decimal_write_fixed(rate, 1, text);
        strcat(text, "%");
    }
    if (c->json) return;
    print_table_row(t);
    print_table_cell(t, name);
    print_table_cell(t, part);
    print_table_cell(t, all);
    print_table_cell(t, text);
}

static void say_counts(const cli *c, const project_rates *r) {
    for (int stage = STAGE_RESERVED; stage < STAGE_COUNT; stage++)
        fprintf(c->out, "%s %u  ", text_word(TEXT_STAGE, (unsigned)stage, c->lang),
                (unsigned)r->stages[stage]);
    fprintf(c->out, cli_say(c, "共 %u 个项目\n", "%u projects in all\n"),
            (unsigned)r->projects);
}

static json_t *rate_json(bool has, decimal rate) {
    return has ? json_decimal(rate) : json_null();
}

static void rates_json(const cli *c, const project_rates *r) {
    json_t *stages = json_object();
    for (unsigned stage = STAGE_RESERVED; stage < STAGE_COUNT; stage++)
        json_object_set_new(stages, text_code(TEXT_STAGE, stage),
                            json_integer(r->stages[stage]));
    json_line(c->out,
              json_pack("{s:i, s:o, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "projects",
                        (int)r->projects, "stages", stages, "due_to_start",
                        (int)r->due_to_start, "started", (int)r->started, "in_statistics",
                        (int)r->in_statistics, "invested", json_decimal(r->invested),
                        "annual", json_decimal(r->annual), "start_rate",
                        rate_json(r->has_start, r->start_rate), "statistics_rate",
                        rate_json(r->has_statistics, r->statistics_rate),
                        "investment_rate",
                        rate_json(r->has_investment, r->investment_rate)));
}

static duban_status show_rates(act *k) {
    cli *c = k->c;
    const print_column columns[] = {
        {cli_say(c, "三率", "rate"), PRINT_LEFT, 0},
        {cli_say(c, "实际", "done"), PRINT_RIGHT, 0},
        {cli_say(c, "应为", "of"), PRINT_RIGHT, 0},
        {cli_say(c, "比率", "share"), PRINT_RIGHT, 0},
    };
    task_words task = {0};
    project_rates r;
    char a[DECIMAL_TEXT_SIZE], b[DECIMAL_TEXT_SIZE];
    duban_status s = act_arg(k, 1) ? act_task(k, act_arg(k, 1), &task) : DUBAN_OK;
    if (s >= 0) s = project_rates_of(&k->where, task.id, k->info.day, &r);
    if (s < 0) return s == DUBAN_E_OVERFLOW ? cli_refuse(c, s, 0, NULL, NULL, NULL) : s;
    if (c->json) {
        rates_json(c, &r);
        return DUBAN_OK;
    }
    say_counts(c, &r);
    print_table *t = print_table_new(columns, 4, c->color);
    snprintf(a, sizeof a, "%u", (unsigned)r.started);
    snprintf(b, sizeof b, "%u", (unsigned)r.due_to_start);
    rate_row(c, t, cli_say(c, "开工率", "started"), a, b, r.has_start, r.start_rate);
    snprintf(b, sizeof b, "%u", (unsigned)r.in_statistics);
    rate_row(c, t, cli_say(c, "入统率", "in statistics"), b, a, r.has_statistics,
             r.statistics_rate);
    decimal_write(r.invested, a);
    decimal_write(r.annual, b);
    rate_row(c, t, cli_say(c, "投资完成率", "invested"), a, b, r.has_investment,
             r.investment_rate);
    print_table_write(t, c->out);
    print_table_free(t);
    return DUBAN_OK;
}

duban_status cmd_project_rates(cli *c) {
    return act_run_plan(c, show_rates);
}

/* --- verify, redact ----------------------------------------------------------------- */

static duban_status verify(act *k) {
    task_words task;
    const metric_words *metric;
    value_cell value;
    event ev = {.kind = KIND_VERIFICATION};
    verification_words *w = &ev.verification;
    duban_status s = act_task(k, act_arg(k, 1), &task);
    if (s >= 0) s = act_metric(k, &task, act_arg(k, 2), &metric);
    if (s >= 0) s = act_office(k, "office", act_arg(k, 3), &w->office);
    if (s >= 0) s = act_period(k, act_arg(k, 4), &w->period);
    if (s >= 0) s = act_number(k, "value", act_arg(k, 5), &w->value);
    if (s >= 0) s = act_body(k, "text", false, &w->text);
    if (s < 0) return s;
    if (!look_value(&k->where, task.id, metric->id, w->office, w->period, &value))
        return cli_refuse(
            k->c, DUBAN_E_UNKNOWN_INDEX, 0, "period", act_arg(k, 4),
            cli_say(k->c, "一期已报的数值", "a period with a value reported"));
    w->plan = k->plan;
    w->task = task.id;
    w->metric = metric->id;
    w->index = value.index;
    w->document = act_text(k, "document");
    return act_send_say(k, &ev, NULL);
}

duban_status cmd_verify(cli *c) {
    return act_run_plan(c, verify);
}

static duban_status redact(act *k) {
    event ev = {.kind = KIND_REDACTION};
    char *end;
    ev.redaction.index = strtoull(act_arg(k, 0), &end, 10);
    if (*end || act_arg(k, 0)[0] == '-')
        return cli_refuse(k->c, DUBAN_E_UNKNOWN_INDEX, 0, "index", act_arg(k, 0), NULL);
    duban_status s = act_needs(k, "order");
    if (s < 0) return s;
    ev.redaction.document = act_text(k, "order");
    return act_send_say(k, &ev, NULL);
}

duban_status cmd_redact(cli *c) {
    return act_run(c, redact);
}
