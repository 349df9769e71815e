/* duban due: what an office owes, by when, and a sheet to fill in. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "client/cli/admin.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/owed.h"
#include "client/cli/paper_say.h"
#include "client/cli/paper_word.h"
#include "client/cli/print.h"
#include "client/cli/remind.h"
#include "client/cli/say.h"
#include "client/cli/sheet.h"
#include "client/cli/fill.h"
#include "client/cli/text.h"
#include "client/cli/typed.h"

typedef struct due {
    cli *c;
    arena *a;
    look where;
    uint32_t office;
    period round; /* kind NONE: what is open */
    calendar works;
    int32_t day;
    owed_list owed;
} due;

/* The amount to show of a value that stands: to date where that is known. */
static void amount_of(const value_cell *value, const metric_words *metric,
                      char out[SAY_SIZE]) {
    decimal shown = value->to_date_known && metric->nature == NATURE_CUMULATIVE
                        ? value->to_date
                        : value->amount;
    say_amount(shown, metric->unit, out);
}

static void label_of(const due *d, const owed_line *line, char out[SAY_SIZE]) {
    const char *title = line->node_state.title;
    if (line->kind == OWED_VALUE)
        snprintf(out, SAY_SIZE, "M%u %s", (unsigned)line->metric->id,
                 line->metric->label);
    else if (line->kind == OWED_NODE)
        snprintf(out, SAY_SIZE, cli_say(d->c, "节点 %u %s", "node %u %s"),
                 (unsigned)line->node, title ? title : "");
    else
        snprintf(out, SAY_SIZE, "%s", cli_say(d->c, "进展情况", "progress in words"));
}

/* "2023-04-17（还有3个工作日）" */
static void deadline_of(const due *d, const owed_line *line, char out[SAY_SIZE]) {
    char day[DAY_TEXT_SIZE];
    say_day(line->item.close_day, day);
    int32_t left = calendar_between(&d->works, d->day, line->item.close_day);
    if (line->item.close_day == 0)
        snprintf(out, SAY_SIZE, "%s",
                 cli_say(d->c, "等待统计发布", "waits for its release"));
    else if (!owed_open(&line->item))
        snprintf(out, SAY_SIZE, "%s", day);
    else if (line->item.open_day > d->day)
        snprintf(out, SAY_SIZE, cli_say(d->c, "%s（窗口未开）", "%s (not open yet)"),
                 day);
    else if (d->day > line->item.close_day)
        snprintf(out, SAY_SIZE, cli_say(d->c, "%s（已逾期）", "%s (overdue)"), day);
    else
        snprintf(out, SAY_SIZE,
                 cli_say(d->c, "%s（还有 %d 个工作日）", "%s (%d working days left)"),
                 day, (int)left);
}

static const char *return_reason(const due *d, const owed_line *line) {
    if (line->item.state != ITEM_RETURNED) return "";
    const char *text = look_text(d->c, d->a, &line->item.return_reason);
    return *text ? text
                 : cli_say(d->c, "（理由须联机查看）", "(connect to read the reason)");
}

/* --- print -------------------------------------------------------------------------- */

static json_t *amount_json(bool has, const value_cell *value) {
    if (!has) return json_null();
    return json_pack("{s:o, s:o, s:I}", "amount", json_decimal(value->amount), "to_date",
                     value->to_date_known ? json_decimal(value->to_date) : json_null(),
                     "index", (json_int_t)value->index);
}

static void line_json(const due *d, const owed_line *line) {
    static const char *const kinds[] = {"value", "node", "text"};
    json_t *o = json_pack("{s:s, s:s, s:s, s:o, s:s}", "task", line->task.number, "title",
                          line->task.title, "kind", kinds[line->kind], "period",
                          json_period(line->round), "state",
                          text_item_state_code(line->item.state));
    if (line->kind == OWED_VALUE) {
        char code[FIND_METRIC_SIZE];
        find_metric_code(line->metric, code);
        json_object_set_new(o, "metric", json_string(code));
        json_object_set_new(o, "label", json_string(line->metric->label));
        json_object_set_new(o, "unit", json_string(line->metric->unit));
        json_object_set_new(
            o, "target",
            json_decimal(line->split ? line->split->value : line->metric->target));
        json_object_set_new(o, "last", amount_json(line->has_last, &line->last));
        json_object_set_new(o, "value", amount_json(line->has_value, &line->value));
    }
    if (line->kind == OWED_NODE) {
        json_object_set_new(o, "node", json_integer(line->node));
        json_object_set_new(o, "node_title", json_string(line->node_state.title));
        json_object_set_new(o, "node_day", json_day(line->node_state.day));
    }
    json_object_set_new(o, "opens", json_day(line->item.open_day));
    json_object_set_new(o, "closes", json_day(line->item.close_day));
    json_object_set_new(o, "missing", json_boolean(line->item.missing));
    json_object_set_new(o, "queued", json_boolean(line->queued));
    json_object_set_new(o, "index", json_integer((json_int_t)line->item.index));
    json_object_set_new(o, "reason", json_string(return_reason(d, line)));
    json_line(d->c->out, o);
}

static grade color_of(const due *d, const owed_line *line) {
    if (line->item.state == ITEM_RETURNED || line->item.missing) return GRADE_RED;
    if (!owed_open(&line->item)) return GRADE_GREEN;
    if (line->queued) return GRADE_BLUE;
    if (line->item.open_day != 0 && line->item.open_day <= d->day) return GRADE_YELLOW;
    return GRADE_NONE;
}

static void line_row(const due *d, print_table *t, const owed_line *line) {
    char text[SAY_SIZE], round[PERIOD_TEXT_SIZE];
    period_write(line->round, round);
    print_table_row(t);
    print_table_cell(t, round);
    print_table_cell(t, line->task.number);
    print_table_cell(t, line->task.title);
    label_of(d, line, text);
    print_table_cell(t, text);
    text[0] = '\0';
    if (line->kind == OWED_VALUE)
        say_target(line->metric, line->split ? &line->split->value : NULL, d->c->lang,
                   text);
    print_table_cell(t, text);
    text[0] = '\0';
    if (line->has_last) amount_of(&line->last, line->metric, text);
    print_table_cell(t, text);
    text[0] = '\0';
    if (line->has_value) amount_of(&line->value, line->metric, text);
    print_table_cell(t, text);
    print_table_cell_grade(t, color_of(d, line),
                           line->queued ? cli_say(d->c, "待发", "in the outbox")
                                        : text_item_state(line->item.state, d->c->lang));
    deadline_of(d, line, text);
    print_table_cell(t, text);
}

/* Why items were returned, once for each. */
static void say_returns(const due *d) {
    const owed_line *before = NULL;
    for (size_t i = 0; i < d->owed.n; i++) {
        const owed_line *line = &d->owed.lines[i];
        bool same = before && before->task.id == line->task.id &&
                    period_equal(before->round, line->round);
        before = line;
        if (line->item.state != ITEM_RETURNED || same) continue;
        char round[PERIOD_TEXT_SIZE];
        period_write(line->round, round);
        fprintf(d->c->out,
                cli_say(d->c, "退回 %s 任务 %s：%s\n", "returned %s task %s: %s\n"),
                round, line->task.number, return_reason(d, line));
    }
}

static void print_due(const due *d) {
    cli *c = d->c;
    const print_column columns[] = {
        {cli_say(c, "报告期", "period"), PRINT_LEFT, 0},
        {cli_say(c, "任务", "task"), PRINT_LEFT, 0},
        {cli_say(c, "事项", "title"), PRINT_LEFT, 28},
        {cli_say(c, "填报内容", "what"), PRINT_LEFT, 30},
        {cli_say(c, "目标", "target"), PRINT_LEFT, 20},
        {cli_say(c, "上期", "last"), PRINT_RIGHT, 0},
        {cli_say(c, "本期", "now"), PRINT_RIGHT, 0},
        {cli_say(c, "状态", "state"), PRINT_LEFT, 0},
        {cli_say(c, "截止", "by"), PRINT_LEFT, 0},
    };
    print_table *t = print_table_new(columns, 9, c->color);
    for (size_t i = 0; i < d->owed.n; i++)
        line_row(d, t, &d->owed.lines[i]);
    if (d->owed.n) print_table_write(t, c->out);
    print_table_free(t);
    say_returns(d);
    char day[DAY_TEXT_SIZE];
    say_day(d->day, day);
    fprintf(c->out,
            cli_say(c, "%s：%s 应报事项 %zu 项，未报或退回 %zu 项，填报内容 %zu 行。\n",
                    "%s: on %s %zu items, %zu of them open, %zu lines to fill in.\n"),
            find_office_name(d->where.l, d->office), day, d->owed.items,
            d->owed.items_open, d->owed.n);
}

/* --- sheet -------------------------------------------------------------------------- */

/* Which columns want filling in, and by when; why it came back when it did. */
static const char *note_of(const due *d, const owed_line *line, char room[SAY_SIZE]) {
    char text[SAY_SIZE];
    const char *which = cli_say(d->c, "填进展", "fill in progress");
    if (line->item.state == ITEM_RETURNED) return return_reason(d, line);
    if (line->kind == OWED_NODE) {
        label_of(d, line, text);
        snprintf(room, SAY_SIZE, "%.180s %s", text,
                 cli_say(d->c, "填完成日", "fill in done"));
        return room;
    }
    if (line->kind == OWED_VALUE)
        which = line->metric->nature == NATURE_CUMULATIVE
                    ? cli_say(d->c, "填累计或当期", "fill in ytd or add")
                    : cli_say(d->c, "填数值", "fill in value");
    deadline_of(d, line, text);
    snprintf(room, SAY_SIZE, cli_say(d->c, "%s，%.180s", "%s, %.180s"), which, text);
    return room;
}

/* What stands in a column of a line's row; "" for what the clerk fills in. */
static const char *cell_of(const due *d, const owed_line *line, int column,
                           char room[SAY_SIZE]) {
    room[0] = '\0';
    switch (column) {
    case FILL_TASK: return line->task.number;
    case FILL_TITLE: return line->task.title;
    case FILL_METRIC: return line->kind == OWED_VALUE ? line->metric->label : "";
    case FILL_PERIOD: period_write(line->round, room); return room;
    case FILL_UNIT: return line->kind == OWED_VALUE ? line->metric->unit : "";
    case FILL_NODE:
        if (line->kind == OWED_NODE) snprintf(room, SAY_SIZE, "%u", (unsigned)line->node);
        return room;
    case FILL_LAST:
        if (line->has_last) amount_of(&line->last, line->metric, room);
        return room;
    case FILL_OFFICE:
        if (d->office == duban_office(d->c->d)) return "";
        return find_office_code(d->where.l, d->office);
    case FILL_NOTE: return note_of(d, line, room);
    default: return "";
    }
}

static duban_status write_sheet(const due *d, buffer *out) {
    duban_status s = sheet_begin(out);
    char room[SAY_SIZE];
    bool zh = d->c->lang == DUBAN_ZH;
    for (int k = 0; k < FILL_COLUMNS_N && s >= 0; k++)
        s = sheet_cell(out, zh ? fill_columns[k].zh : fill_columns[k].en, k == 0);
    if (s >= 0) s = sheet_end_row(out);
    for (size_t i = 0; i < d->owed.n && s >= 0; i++) {
        for (int k = 0; k < FILL_COLUMNS_N && s >= 0; k++)
            s = sheet_cell(out, cell_of(d, &d->owed.lines[i], k, room), k == 0);
        if (s >= 0) s = sheet_end_row(out);
    }
    return s;
}

static bool is_workbook(const char *path) {
    const char *tail = strrchr(path, '.');
    return tail && (strcasecmp(tail, ".xlsx") == 0 || strcasecmp(tail, ".xls") == 0);
}

static duban_status keep_sheet(const due *d, const char *path) {
    cli *c = d->c;
    if (is_workbook(path))
        return cli_refuse(
            c, DUBAN_E_UNSUPPORTED, 0, "sheet", path,
            cli_say(c, "以 .csv 结尾的文件名", "a name that ends with .csv"));
    buffer bytes;
    buffer_init(&bytes);
    duban_status s = write_sheet(d, &bytes);
    if (s < 0)
        s = cli_refuse(c, s, 0, path, NULL, NULL);
    else if (strcmp(path, "-") == 0)
        fwrite(bytes.data, 1, bytes.size, c->out);
    else if (access(path, F_OK) == 0) /* it may be half filled in */
        s = cli_refuse(c, DUBAN_E_EXISTS, 0, "sheet", path,
                       cli_say(c, "另一个文件名", "another file name"));
    else
        s = cli_write_file(c, path, bytes.data, bytes.size, 0600);
    buffer_close(&bytes);
    if (s < 0 || strcmp(path, "-") == 0) return s;
    if (c->json)
        json_line(c->out,
                  json_pack("{s:s, s:I}", "sheet", path, "rows", (json_int_t)d->owed.n));
    else
        fprintf(c->out,
                cli_say(c, "已写出 %s，%zu 行。填好后：duban submit %s\n",
                        "%s is written, %zu rows. When filled in: duban submit %s\n"),
                path, d->owed.n, path);
    return DUBAN_OK;
}

/* --- papers ------------------------------------------------------------------------- */

static bool wants(const due *d, const papers *p, const papers_row *row) {
    const char *mine = cli_option(d->c, "mine");
    if (!papers_waits(p, row, d->office)) return false;
    if (!mine) return true;
    for (uint32_t i = 0; i < row->cell->tasks_n; i++)
        if (remind_is_mine(p, row->cell->tasks[i], d->office, mine)) return true;
    return false;
}

static void paper_json(const papers *p, const papers_row *row) {
    json_t *o = paper_say_json(p, row);
    const form_act *act = papers_awaited(row);
    json_object_set_new(o, "kind", json_string("paper"));
    json_object_set_new(o, "act", json_string(act ? act->code : ""));
    json_line(p->c->out, o);
}

static void paper_line(const papers *p, const papers_row *row) {
    cli *c = p->c;
    char limit[SAY_SIZE], next[SAY_SIZE * 2];
    paper_say_limit(p, row, limit);
    paper_say_next(c, row->form, row->state, row->number, next, sizeof next);
    fprintf(c->out,
            cli_say(c, "文书 第 %u 号 %s “%s”：%s%s%s。%s\n",
                    "paper %u, %s \"%s\": %s%s%s. %s\n"),
            (unsigned)row->number, paper_say_form(row, c->lang), paper_say_title(p, row),
            paper_say_state(row, c->lang),
            *limit ? cli_say(c, "，时限 ", ", limit ") : "", limit, next);
}

/* The papers that wait for the office: to be acknowledged, answered, reviewed. */
static duban_status show_papers(const due *d) {
    papers p;
    cli *c = d->c;
    duban_status s = papers_open(c, d->a, d->where.plan, &p);
    for (size_t i = 0; s >= 0 && i < p.rows_n; i++) {
        if (!wants(d, &p, &p.rows[i])) continue;
        if (c->json)
            paper_json(&p, &p.rows[i]);
        else
            paper_line(&p, &p.rows[i]);
    }
    papers_close(&p);
    return s;
}

/* --- run ---------------------------------------------------------------------------- */

static duban_status read_period(cli *c, uint32_t plan, period *out) {
    char rounds[FIND_ROUNDS_SIZE];
    const char *text = cli_option(c, "period");
    if (!text || typed_period(text, out) >= 0) return DUBAN_OK;
    find_rounds_list(duban_slice(c->d), plan, rounds);
    return cli_refuse(c, DUBAN_E_UNKNOWN_PERIOD, 0, "period", text, rounds);
}

static duban_status mark_queued(due *d) {
    duban_outbox_row *rows;
    size_t n;
    duban_refusal refusal = {0};
    duban_status s = duban_outbox(d->c->d, d->a, &rows, &n, &refusal);
    if (s < 0) return cli_refused(d->c, &refusal);
    owed_mark_queued(&d->owed, d->where.plan, duban_office(d->c->d), d->office, rows, n);
    return DUBAN_OK;
}

static duban_status show_due(due *d) {
    cli *c = d->c;
    ledger_status st;
    ledger_get_status(d->where.l, &st);
    d->day = st.day;
    d->works = ledger_calendar(d->where.l);
    duban_status s =
        owed_find(&d->where, d->office, d->round, cli_flag(c, "all"), d->a, &d->owed);
    if (s < 0) return cli_refuse(c, s, 0, NULL, NULL, NULL);
    const char *mine = cli_option(c, "mine");
    if (mine) owed_keep_assigned(&d->owed, &d->where, d->office, mine);
    s = mark_queued(d);
    if (s < 0) return s;
    const char *path = cli_option(c, "sheet");
    if (path) return keep_sheet(d, path);
    if (!c->json) {
        print_due(d);
        return show_papers(d);
    }
    for (size_t i = 0; i < d->owed.n; i++)
        line_json(d, &d->owed.lines[i]);
    return show_papers(d);
}

duban_status cmd_due(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    due d = {.c = c};
    uint32_t plan = find_plan_asked(c);
    if (!plan) return DUBAN_E_UNKNOWN_PLAN;
    d.office = find_office_asked(c);
    if (!d.office)
        return cli_option(c, "office") ? DUBAN_E_UNKNOWN_OFFICE : DUBAN_E_UNKNOWN_KEY;
    s = read_period(c, plan, &d.round);
    if (s < 0) return s;
    d.where = look_slice(c, plan);
    if (d.office != duban_office(c->d)) s = look_board(c, plan, &d.where);
    if (s < 0) return s;
    cli_say_kept(c);
    arena a;
    arena_init(&a, 0);
    d.a = &a;
    s = show_due(&d);
    arena_close(&a);
    look_close(&d.where);
    return s;
}
