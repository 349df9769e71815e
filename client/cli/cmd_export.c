/* Boards, plans and the journal as tables for spreadsheets and scripts. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/chronicle.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/moment.h"
#include "client/cli/plan_sheet.h"
#include "client/cli/say.h"
#include "client/cli/table_out.h"
#include "client/cli/tell.h"
#include "client/cli/text.h"
#include "client/cli/view.h"
#include "client/import/columns.h"

#define LIST_SIZE      4096 /* names of one cell */
#define LIST_SEPARATOR "；"

typedef struct export {
    cli *c;
    duban_board *b;
    table_out *out;
    uint64_t told; /* entries of the journal */
}
export;

static duban_status begin(export *e, const char *title, const table_out_column *columns,
                          size_t n) {
    cli *c = e->c;
    const char *text = cli_option(c, "format");
    table_out_format format = TABLE_OUT_CSV;
    if (!text && c->json) text = "json";
    duban_status s = text ? table_out_format_read(c, text, &format) : DUBAN_OK;
    return s < 0 ? s
                 : table_out_begin(c, format, cli_option(c, "o"), title, columns, n,
                                   &e->out);
}

static duban_status end(export *e) {
    uint64_t rows;
    const char *path = cli_option(e->c, "o");
    duban_status s = table_out_end(e->out, &rows);
    if (s >= 0 && path && !e->c->quiet)
        fprintf(e->c->err, cli_say(e->c, "%s：%llu 行。\n", "%s: %llu rows.\n"), path,
                (unsigned long long)rows);
    return s;
}

static duban_status fetch(cli *c, duban_board **out) {
    board_request ask = {.plan = cli_plan_code(c)};
    if (!ask.plan) return DUBAN_E_UNKNOWN_PLAN;
    const char *text = cli_option(c, "as-of");
    duban_status s = text ? moment_ask(c, "as-of", text, &ask) : DUBAN_OK;
    return s < 0 ? s : look_ask(c, &ask, text, out);
}

/* --- board: one row a metric, or one for a task without ----------------------------- */

static const table_out_column board_columns[] = {
    {"no", "任务号", 8},         {"chapter", "章", 20},
    {"title", "事项", 48},       {"leaders", "牵头领导", 14},
    {"lead", "牵头单位", 20},    {"light", "灯色", 8},
    {"cause", "原因", 16},       {"since", "起始日", 12},
    {"metric", "指标", 24},      {"target_text", "目标", 16},
    {"target", "目标值", 12},    {"unit", "单位", 8},
    {"value", "完成值", 12},     {"data_date", "数据截止日", 12},
    {"actual", "完成%", 10},     {"expected", "序时%", 10},
    {"margin", "超欠幅度", 12},  {"met", "达标", 6},
    {"parts", "应报单位数", 10}, {"parts_reported", "已报单位数", 10},
    {"missing", "未报项数", 10},
};

static void join(char out[LIST_SIZE], const char *text) {
    size_t size = strlen(out);
    snprintf(out + size, LIST_SIZE - size, "%s%s", size ? LIST_SEPARATOR : "", text);
}

static void put_texts(table_out *t, const char *const *texts, uint32_t n) {
    char list[LIST_SIZE] = "";
    for (uint32_t i = 0; i < n; i++)
        join(list, texts[i]);
    table_out_text(t, list);
}

static void put_decimal(table_out *t, bool has, decimal value) {
    if (has)
        table_out_number(t, value);
    else
        table_out_empty(t);
}

static void put_yes(export *e, bool yes) {
    table_out_text(e->out, yes ? cli_say(e->c, "是", "yes") : "");
}

static void put_light(export *e, const view_task *row) {
    const light_cell none = {.grade = GRADE_NONE};
    const light_cell *l = row->light ? row->light : &none;
    table_out_text(e->out, text_grade(l->grade, e->c->lang));
    table_out_text(e->out, text_cause(l->cause, e->c->lang));
    table_out_day(e->out, l->since_day);
}

static void put_pace(export *e, const task_words *task, const metric_words *metric) {
    const pace_cell none = {.has_value = false};
    cell_name name = {.kind = CELL_PACE, .task = task->id, .metric = metric->id};
    const cell *found = duban_board_cell(e->b, &name);
    const pace_cell *p = found ? &found->pace : &none;
    char target[SAY_SIZE];
    say_target(metric, NULL, e->c->lang, target);
    table_out_text(e->out, metric->label);
    table_out_text(e->out, target);
    put_decimal(e->out, metric->comparator != COMPARATOR_PENDING, metric->target);
    table_out_text(e->out, metric->unit);
    put_decimal(e->out, p->has_value, p->value);
    table_out_day(e->out, p->has_value ? p->day : 0);
    put_decimal(e->out, p->has_share, p->actual);
    put_decimal(e->out, p->has_share, p->expected);
    put_decimal(e->out, p->has_margin, p->margin);
    put_yes(e, p->met);
    table_out_count(e->out, p->parts);
    table_out_count(e->out, p->parts_reported);
}

static void put_board_row(export *e, const view_task *row, const metric_words *metric) {
    const task_words *task = row->task;
    table_out_text(e->out, task->number);
    table_out_text(e->out, task->chapter);
    table_out_text(e->out, task->title);
    put_texts(e->out, task->leaders, task->leaders_n);
    table_out_text(e->out, row->lead);
    put_light(e, row);
    if (metric)
        put_pace(e, task, metric);
    else
        for (int i = 0; i < 12; i++)
            table_out_empty(e->out);
    table_out_count(e->out, row->light ? row->light->missing : 0);
}

static duban_status export_board(export *e) {
    arena a;
    view v;
    arena_init(&a, 0);
    duban_status s = view_make(e->b, VIEW_TASK, &a, &v);
    if (s < 0) {
        arena_close(&a);
        return cli_refuse(e->c, s, 0, NULL, NULL, NULL);
    }
    s = begin(e, v.plan->title, board_columns,
              sizeof board_columns / sizeof board_columns[0]);
    for (uint32_t i = 0; s >= 0 && i < v.tasks_n; i++) {
        const view_task *row = &v.tasks[i];
        for (uint32_t m = 0; m < row->task->metrics_n; m++)
            put_board_row(e, row, &row->task->metrics[m]);
        if (row->task->metrics_n == 0) put_board_row(e, row, NULL);
    }
    arena_close(&a);
    return s < 0 ? s : end(e);
}

/* --- plan: the sheet it was published from, as it reads now ------------------------- */

#define X(name, zh, en) {en, zh, 14},
static const table_out_column plan_columns[] = {PLAN_COLUMNS(X)};
#undef X

static duban_status put_plan_row(export *e, arena *a, const task_words *task,
                                 const metric_words *metric) {
    const ledger *l = duban_slice(e->c->d);
    look where = {
        .l = l, .plan = ledger_find_plan(l, cli_plan_code(e->c)), .board = e->b};
    duban_lang lang = e->c->lang;
    plan_row row;
    arena_reset(a);
    if (!plan_sheet_row(a, &where, task, metric, lang, &row)) return DUBAN_E_NO_MEMORY;
    for (int i = 0; i < COLUMNS_N; i++) {
        const char *text = plan_row_cell(a, &row, i, lang);
        if (!text) return DUBAN_E_NO_MEMORY;
        table_out_text(e->out, text);
    }
    return DUBAN_OK;
}

static duban_status export_plan(export *e) {
    size_t n;
    arena a;
    const cell *const *cells = duban_board_cells(e->b, &n);
    duban_status s = begin(e, cli_plan_code(e->c), plan_columns, COLUMNS_N);
    if (s < 0) return s;
    arena_init(&a, 0);
    for (size_t i = 0; s >= 0 && i < n; i++) {
        const task_words *t = &cells[i]->task;
        if (cells[i]->name.kind != CELL_TASK) continue;
        for (uint32_t m = 0; s >= 0 && m < t->metrics_n; m++)
            s = put_plan_row(e, &a, t, &t->metrics[m]);
        if (t->metrics_n == 0) s = put_plan_row(e, &a, t, NULL);
    }
    arena_close(&a);
    duban_status ended = end(e);
    return s < 0 ? cli_refuse(e->c, s, 0, NULL, NULL, NULL) : ended;
}

/* --- journal: one row an entry ------------------------------------------------------ */

static const table_out_column journal_columns[] = {
    {"index", "序号", 10},  {"received", "收到时间", 22}, {"kind", "种类", 14},
    {"office", "单位", 24}, {"key", "密钥", 8},           {"number", "编号", 10},
    {"what", "内容", 60},
};

static duban_status put_entry(void *ctx, const chronicle_entry *entry) {
    export *e = ctx;
    cli *c = e->c;
    const event *ev = entry->ev;
    char moment[MOMENT_TEXT_SIZE], what[DESCRIBE_SIZE];
    office_words office;
    moment_write(entry->received_ms, moment_offset(c), moment);
    tell_event(c, ev, entry->l, what);
    table_out_count(e->out, entry->index);
    table_out_text(e->out, moment);
    table_out_text(e->out, text_event_kind(ev->kind, c->lang));
    table_out_text(e->out, ledger_get_office(entry->l, ev->office, &office)
                               ? office.name
                               : cli_say(c, "服务", "broker"));
    table_out_count(e->out, ev->key);
    table_out_count(e->out, ev->number);
    table_out_text(e->out, what);
    e->told++;
    return DUBAN_OK;
}

/* An office gets what it may read: the rows are fewer than the journal has. */
static void say_if_partial(export *e) {
    info_words info;
    if (e->c->quiet || duban_info(e->c->d, &info, NULL) < 0) return;
    if (e->told > info.head) return;
    fprintf(e->c->err,
            cli_say(e->c, "其中只有本单位可以查阅的 %llu 条，全台账有 %llu 条。\n",
                    "these are the %llu entries that this office may read, of %llu.\n"),
            (unsigned long long)e->told, (unsigned long long)info.head + 1);
}

static duban_status export_journal(export *e) {
    duban_status s = begin(e, "journal", journal_columns,
                           sizeof journal_columns / sizeof journal_columns[0]);
    if (s < 0) return s;
    s = chronicle_walk(e->c, UINT64_MAX, put_entry, e);
    duban_status ended = end(e);
    if (s >= 0 && ended >= 0) say_if_partial(e);
    return s < 0 ? s : ended;
}

static duban_status export_cells(cli *c, duban_status (*run)(export *)) {
    export e = {.c = c};
    duban_status s = cli_open_synced(c);
    if (s >= 0) s = fetch(c, &e.b);
    if (s < 0) return s;
    s = run(&e);
    duban_board_free(e.b);
    return s;
}

duban_status cmd_export_board(cli *c) {
    return export_cells(c, export_board);
}

duban_status cmd_export_plan(cli *c) {
    return export_cells(c, export_plan);
}

duban_status cmd_export_journal(cli *c) {
    export e = {.c = c};
    duban_status s = cli_open_synced(c);
    return s < 0 ? s : export_journal(&e);
}
