/* duban plan import, check, show. Publishing is in cmd_plan_publish.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/lights.h"
#include "client/cli/marks.h"
#include "client/cli/plan_load.h"
#include "client/cli/plan_try.h"
#include "client/cli/print.h"
#include "client/cli/say.h"
#include "client/cli/sheet.h"
#include "client/cli/text.h"
#include "client/import/import.h"

/* --- import ------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *tail) {
    size_t size = strlen(text), tail_size = strlen(tail);
    return size >= tail_size && strcmp(text + size - tail_size, tail) == 0;
}

static bool is_cell(const char *word, size_t size, const char *zh, const char *en) {
    return (size == strlen(zh) && memcmp(word, zh, size) == 0) ||
           (size == strlen(en) && memcmp(word, en, size) == 0);
}

/* Whether a header line has the two columns every plan sheet has. Another city's own
 * table (序号, 目标任务, …) has not, and is read as a notice is. */
static bool is_plan_sheet(const char *text) {
    size_t end = strcspn(text, "\r\n");
    unsigned found = 0;
    for (size_t at = 0; at < end; at++) {
        size_t n = strcspn(text + at, ",;\t\r\n");
        const char *word = text + at;
        at += n;
        while (n && strchr("\" ", *word))
            word++, n--;
        while (n && strchr("\" ", word[n - 1]))
            n--;
        found |= is_cell(word, n, "任务号", "no") ? 1u : 0u;
        found |= is_cell(word, n, "事项", "title") ? 2u : 0u;
    }
    return found == 3;
}

/* *own: it is a plan sheet, and nothing was read. */
static duban_status read_notice(cli *c, const char *path, bool *own, plan_table *out) {
    char *data = NULL;
    size_t size = 0;
    bool csv = ends_with(path, ".csv") || ends_with(path, ".CSV");
    duban_status s =
        cli_read_file(c, path, csv ? SHEET_SIZE_MAX : NOTICE_SIZE_MAX, &data, &size);
    if (s < 0) return s;
    arena a;
    char *text = data; /* what is in neither encoding is refused below, with its line */
    bool book = size >= 4 && memcmp(data, "PK\003\004", 4) == 0;
    duban_refusal refusal = {0};
    arena_init(&a, 0);
    s = sheet_text(&a, data, size, &text, &size, NULL);
    *own = csv && s == DUBAN_OK && is_plan_sheet(text);
    if (s == DUBAN_E_NO_MEMORY)
        s = duban_refuse(&refusal, s, 0, NULL, NULL, NULL);
    else if (*own)
        s = DUBAN_OK;
    else if (book)
        s = duban_refuse(&refusal, DUBAN_E_UNSUPPORTED, 0, path, "XLSX, DOCX",
                         cli_say(c, "通知文本（.txt）或 CSV；请另存后再试",
                                 "the notice as text (.txt) or CSV: save it as such"));
    else
        s = import_notice(text, size, c->lang, &refusal, out);
    arena_close(&a);
    free(data);
    return s < 0 ? cli_refused(c, &refusal) : DUBAN_OK;
}

typedef struct plan_counts {
    size_t tasks;
    size_t metrics;
    size_t doubts;
} plan_counts;

static plan_counts count_rows(const plan_table *t) {
    plan_counts n = {0};
    for (size_t i = 0; i < t->rows_n; i++) {
        bool seen = false;
        for (size_t k = 0; k < i && !seen; k++)
            seen = strcmp(t->rows[k].no, t->rows[i].no) == 0;
        n.tasks += !seen;
        n.metrics += *t->rows[i].metric != '\0';
        n.doubts += *t->rows[i].doubts != '\0';
    }
    return n;
}

static duban_status write_table(cli *c, const plan_table *t) {
    const char *path = cli_option(c, "o");
    buffer bytes;
    buffer_init(&bytes);
    duban_status s = plan_table_write_csv(t, c->lang, &bytes);
    if (s < 0)
        s = cli_refuse(c, s, 0, path, NULL, NULL);
    else if (path && strcmp(path, "-") != 0)
        s = cli_write_file(c, path, bytes.data, bytes.size, 0644);
    else if (fwrite(bytes.data, 1, bytes.size, c->out) != bytes.size ||
             fflush(c->out) != 0) /* a reader that had enough is no news */
        s = errno == EPIPE ? DUBAN_E_IO
                           : cli_refuse(c, DUBAN_E_IO, 0, "-", strerror(errno), NULL);
    buffer_close(&bytes);
    return s;
}

static void say_imported(cli *c, const plan_table *t) {
    plan_counts n = count_rows(t);
    const char *path = cli_option(c, "o");
    bool file = path && strcmp(path, "-") != 0;
    if (c->json) {
        json_line(file ? c->out : c->err,
                  json_pack("{s:I, s:I, s:I, s:I}", "tasks", (json_int_t)n.tasks,
                            "metrics", (json_int_t)n.metrics, "rows",
                            (json_int_t)t->rows_n, "doubts", (json_int_t)n.doubts));
        return;
    }
    fprintf(c->err,
            cli_say(c, "任务 %zu 项，指标 %zu 个，存疑 %zu 行。\n",
                    "%zu tasks, %zu metrics, %zu rows in doubt.\n"),
            n.tasks, n.metrics, n.doubts);
    if (file && n.doubts)
        fprintf(
            c->err,
            cli_say(c, "请在表格中核对“存疑”一栏，改好后清空，再 duban plan check %s\n",
                    "check the column of doubts, empty it, then duban plan check %s\n"),
            path);
}

duban_status cmd_plan_import(cli *c) {
    plan_table table = {0};
    const char *path = c->args[0];
    bool own = false;
    duban_status s = read_notice(c, path, &own, &table);
    if (s >= 0 && own) s = plan_load_table(c, path, &table);
    if (s < 0) return s;
    s = write_table(c, &table);
    if (s >= 0 && (!c->quiet || c->json)) say_imported(c, &table);
    plan_table_free(&table);
    return s;
}

/* --- check -------------------------------------------------------------------------- */

/* Whether a row begins a task that names no lead, and does not say so itself. */
static bool begins_unled(const plan_files *f, const plan_row *row) {
    if (strstr(row->doubts, "牵头单位") || strstr(row->doubts, "lead")) return false;
    for (uint32_t i = 0; row->leads.n == 0 && i < f->words.tasks_n; i++)
        if (f->words.lines[i] == row->row) return true;
    return false;
}

static size_t count_doubts(const plan_files *f) {
    size_t n = 0;
    for (size_t i = 0; i < f->table.rows_n; i++)
        n += *f->table.rows[i].doubts || begins_unled(f, &f->table.rows[i]);
    return n;
}

static void doubt_row(const cli *c, print_table *t, const plan_row *row,
                      const char *doubt) {
    print_table_row(t);
    print_table_cell_format(t, "%u", (unsigned)row->row);
    print_table_cell(t, row->no);
    print_table_cell(t, row->metric);
    print_table_cell(t, doubt ? doubt
                              : cli_say(c, "没有牵头单位，将归市政府办公室",
                                        "no lead: it will be the city office's"));
}

static void say_doubts(cli *c, const plan_files *f) {
    const print_column columns[] = {
        {cli_say(c, "行", "row"), PRINT_RIGHT, 0},
        {cli_say(c, "任务", "task"), PRINT_LEFT, 0},
        {cli_say(c, "指标", "metric"), PRINT_LEFT, 30},
        {cli_say(c, "存疑", "doubt"), PRINT_LEFT, 60},
    };
    print_table *shown = print_table_new(columns, 4, c->color);
    for (size_t i = 0; i < f->table.rows_n; i++) {
        const plan_row *row = &f->table.rows[i];
        if (*row->doubts) doubt_row(c, shown, row, row->doubts);
        if (begins_unled(f, row)) doubt_row(c, shown, row, NULL);
    }
    print_table_write(shown, c->out);
    print_table_free(shown);
}

static void say_checked(cli *c, const plan_files *f) {
    const plan_words *w = &f->words;
    size_t doubts = count_doubts(f);
    if (c->json) {
        json_line(c->out, json_pack("{s:i, s:i, s:i, s:I, s:I}", "tasks", (int)w->tasks_n,
                                    "metrics", (int)w->metrics_n, "splits",
                                    (int)w->splits_n, "doubts", (json_int_t)doubts,
                                    "problems", (json_int_t)w->problems_n));
        return;
    }
    if (doubts) say_doubts(c, f);
    fprintf(c->out,
            cli_say(c, "任务 %u 项，指标 %u 个，分解 %u 条，存疑 %zu 行，错误 %zu 处。\n",
                    "%u tasks, %u metrics, %u splits, %zu rows in doubt, %zu errors.\n"),
            (unsigned)w->tasks_n, (unsigned)w->metrics_n, (unsigned)w->splits_n, doubts,
            w->problems_n);
}

/* The plan's year when nobody says it: that of the earliest deadline. */
static int32_t year_of(const plan_words *w) {
    int32_t earliest = 0;
    for (uint32_t i = 0; i < w->tasks_n; i++) {
        const task_words *task = &w->tasks[i];
        for (uint32_t k = 0; k <= task->metrics_n; k++) {
            int32_t day = k ? task->metrics[k - 1].deadline : task->deadline;
            if (day && (!earliest || day < earliest)) earliest = day;
        }
    }
    return earliest ? date_of_day(earliest).year : 2000;
}

/* What publishing would refuse, tried without a broker. */
static duban_status try_files(cli *c, arena *a, const plan_files *files,
                              const ledger *l) {
    lights_words lights;
    int32_t year = year_of(&files->words);
    plan_publish_words publish = {.code = "check",
                                  .title = "check",
                                  .first_day = day_of_date((date){year, 1, 1}),
                                  .last_day = day_of_date((date){year, 12, 31}),
                                  .cycle = PERIOD_QUARTER,
                                  .window_first = 1,
                                  .window_last = 10};
    duban_status s = lights_load(c, a, NULL, &lights);
    if (s < 0) return s;
    lights.plan = 1;
    lights.version = 1;
    return plan_try(c, files, l, &lights, &publish);
}

/* Where names are looked up: the table given, else what this home knows, else nowhere. */
static duban_status find_names(cli *c, const ledger **out) {
    char key[CLI_PATH_MAX + 8];
    if (cli_option(c, "offices")) return DUBAN_OK;
    snprintf(key, sizeof key, "%s/key", c->home);
    if (access(key, F_OK) != 0) {
        fprintf(c->err, "%s\n",
                cli_say(c, "提示：没有单位表（--offices），单位名称未核对。",
                        "note: no table of offices (--offices): names are not checked."));
        return DUBAN_OK;
    }
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    cli_say_kept(c);
    *out = duban_slice(c->d);
    return DUBAN_OK;
}

duban_status cmd_plan_check(cli *c) {
    const ledger *l = NULL;
    duban_status s = find_names(c, &l);
    if (s < 0) return s;
    arena a;
    arena_init(&a, 0);
    plan_files files = {0};
    s = plan_load(c, &a, c->args[0], l, &files);
    if (s >= 0 && (l || files.offices.n)) {
        s = try_files(c, &a, &files, l);
        files.words.problems_n += s < 0;
    }
    if (files.words.tasks_n) say_checked(c, &files);
    plan_load_close(&files);
    arena_close(&a);
    return s;
}

/* --- show --------------------------------------------------------------------------- */

static json_t *names_json(const ledger *l, const uint32_t *numbers, uint32_t n) {
    json_t *names = json_array();
    for (uint32_t i = 0; i < n; i++)
        json_array_append_new(names, json_string(find_office_code(l, numbers[i])));
    return names;
}

static json_t *strings_json(const char *const *texts, uint32_t n) {
    json_t *made = json_array();
    for (uint32_t i = 0; i < n; i++)
        json_array_append_new(made, json_string(texts[i]));
    return made;
}

static json_t *metric_json(const ledger *l, const task_words *task,
                           const metric_words *m) {
    char code[FIND_METRIC_SIZE];
    find_metric_code(m, code);
    json_t *o = json_pack("{s:s, s:s, s:s, s:o, s:s, s:s}", "metric", code, "label",
                          m->label, "comparator", text_comparator_code(m->comparator),
                          "target", json_decimal(m->target), "unit", m->unit, "nature",
                          text_nature_code(m->nature));
    if (m->comparator == COMPARATOR_BETWEEN)
        json_object_set_new(o, "target_max", json_decimal(m->target_max));
    if (m->comparator == COMPARATOR_FLOOR_STRETCH)
        json_object_set_new(o, "stretch", json_decimal(m->stretch));
    json_object_set_new(o, "strength",
                        json_string(text_code(TEXT_STRENGTH, m->strength)));
    json_object_set_new(o, "rollup", json_string(text_code(TEXT_ROLLUP, m->rollup)));
    json_object_set_new(o, "opening", json_decimal(m->opening));
    json_object_set_new(o, "source", json_string(find_office_code(l, m->source)));
    json_object_set_new(o, "release", json_string(m->release));
    json_object_set_new(o, "release_days", json_integer(m->release_days));
    json_object_set_new(o, "visibility",
                        json_string(text_code(TEXT_VISIBILITY, m->visibility)));
    json_object_set_new(o, "deadline", json_day(m->deadline));
    json_object_set_new(o, "definition", json_string(m->definition));
    json_object_set_new(o, "splits_complete", json_boolean(m->splits_complete));
    json_t *splits = json_object();
    for (uint32_t i = 0; i < task->splits_n; i++)
        if (task->splits[i].metric == m->id)
            json_object_set_new(splits, find_office_code(l, task->splits[i].office),
                                json_decimal(task->splits[i].value));
    json_object_set_new(o, "splits", splits);
    return o;
}

static json_t *gates_json(const task_words *t) {
    json_t *gates = json_object();
    for (uint32_t i = 0; i < t->gates_n; i++)
        json_object_set_new(gates, text_code(TEXT_STAGE, t->gates[i].stage),
                            json_day(t->gates[i].day));
    return gates;
}

static void task_json(cli *c, const ledger *l, uint32_t plan, const task_words *t) {
    look where = look_slice(c, plan);
    json_t *metrics = json_array();
    for (uint32_t i = 0; i < t->metrics_n; i++)
        json_array_append_new(metrics, metric_json(l, t, &t->metrics[i]));
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s}", "task", t->number, "chapter",
                          t->chapter, "section", t->section, "title", t->title, "kind",
                          text_task_kind(t->kind, DUBAN_EN));
    json_object_set_new(o, "leaders", strings_json(t->leaders, t->leaders_n));
    json_object_set_new(o, "leads", names_json(l, t->leads, t->leads_n));
    json_object_set_new(o, "responsible",
                        names_json(l, t->responsible, t->responsible_n));
    json_object_set_new(o, "responsible_open", json_boolean(t->responsible_open));
    json_object_set_new(o, "tags", strings_json(t->tags, t->tags_n));
    json_object_set_new(o, "deadline", json_day(t->deadline));
    json_object_set_new(o, "visibility",
                        json_string(text_code(TEXT_VISIBILITY, t->visibility)));
    json_object_set_new(o, "asked_by", json_string(t->asked_by));
    json_object_set_new(o, "gates", gates_json(t));
    json_object_set_new(o, "metrics", metrics);
    marks_json(&where, t, NULL, o);
    json_line(c->out, o);
}

static void say_names(cli *c, const char *title, const ledger *l, const uint32_t *numbers,
                      uint32_t n) {
    if (!n) return;
    fprintf(c->out, "%s", title);
    for (uint32_t i = 0; i < n; i++)
        fprintf(c->out, "%s%s", i ? cli_say(c, "、", ", ") : "",
                find_office_name(l, numbers[i]));
    fputc('\n', c->out);
}

static void say_metrics(cli *c, const ledger *l, const task_words *t) {
    char target[SAY_SIZE], day[DAY_TEXT_SIZE];
    for (uint32_t i = 0; i < t->metrics_n; i++) {
        const metric_words *m = &t->metrics[i];
        say_target(m, NULL, c->lang, target);
        say_day(m->deadline, day);
        fprintf(c->out, "  M%u %s %s%s%s\n", (unsigned)m->id, m->label, target,
                *day ? cli_say(c, "，期限 ", ", by ") : "", day);
        for (uint32_t k = 0; k < t->splits_n; k++) {
            if (t->splits[k].metric != m->id) continue;
            say_amount(t->splits[k].value, m->unit, target);
            fprintf(c->out, "     %s %s\n", find_office_name(l, t->splits[k].office),
                    target);
        }
    }
}

static void say_timetable(cli *c, const ledger *l, uint32_t plan, const task_words *t) {
    cell_name name = {.kind = CELL_TIMETABLE, .task = t->id};
    cell found;
    if (!ledger_cell(l, plan, &name, &found)) {
        fprintf(c->out, "%s\n", cli_say(c, "推进方案：未报备", "timetable: not filed"));
        return;
    }
    fprintf(c->out, cli_say(c, "推进方案：%s，%s\n", "timetable: %s, %s\n"),
            text_profile(found.timetable.profile, c->lang),
            text_timetable_state(found.timetable.state, c->lang));
    node_cell node;
    for (uint32_t id = 1; find_node(l, plan, t->id, id, &node); id++) {
        char day[DAY_TEXT_SIZE], share[DECIMAL_TEXT_SIZE];
        say_day(node.day, day);
        decimal_write(node.share, share);
        fprintf(c->out, "  %u %s %s%% %s\n", (unsigned)id, day, share, node.title);
    }
}

/* Who may read it, who asked for it, its gates. */
static void say_more(cli *c, const task_words *t) {
    char day[DAY_TEXT_SIZE];
    if (t->visibility)
        fprintf(c->out, "%s\n", text_word(TEXT_VISIBILITY, t->visibility, c->lang));
    if (*t->asked_by)
        fprintf(c->out, cli_say(c, "依据：%s\n", "asked by: %s\n"), t->asked_by);
    for (uint32_t i = 0; i < t->gates_n; i++) {
        say_day(t->gates[i].day, day);
        fprintf(c->out, "  %s %s\n", text_word(TEXT_STAGE, t->gates[i].stage, c->lang),
                day);
    }
}

static void say_task(cli *c, const ledger *l, uint32_t plan, const task_words *t) {
    look where = look_slice(c, plan);
    fprintf(c->out, "%s %s %s\n%s %s\n", t->chapter, t->section,
            text_task_kind(t->kind, c->lang), t->number, t->title);
    if (t->leaders_n) fprintf(c->out, "%s", cli_say(c, "牵头领导：", "leaders: "));
    for (uint32_t i = 0; i < t->leaders_n; i++)
        fprintf(c->out, "%s%s", t->leaders[i], i + 1 == t->leaders_n ? "\n" : ", ");
    say_names(c, cli_say(c, "牵头单位：", "lead: "), l, t->leads, t->leads_n);
    say_names(c, cli_say(c, "责任单位：", "responsible: "), l, t->responsible,
              t->responsible_n);
    say_more(c, t);
    say_metrics(c, l, t);
    marks_say_editions(c, &where, t);
    marks_say_duties(c, &where, t);
    say_timetable(c, l, plan, t);
}

static void list_tasks(cli *c, const ledger *l, uint32_t plan) {
    const print_column columns[] = {
        {cli_say(c, "任务", "task"), PRINT_LEFT, 0},
        {cli_say(c, "事项", "title"), PRINT_LEFT, 44},
        {cli_say(c, "牵头单位", "lead"), PRINT_LEFT, 28},
        {cli_say(c, "指标", "metrics"), PRINT_RIGHT, 0},
        {cli_say(c, "分解", "splits"), PRINT_RIGHT, 0},
    };
    print_table *t = print_table_new(columns, 5, c->color);
    task_words task;
    for (uint32_t id = 1; find_task_id(l, plan, id, &task); id++) {
        if (c->json) {
            task_json(c, l, plan, &task);
            continue;
        }
        print_table_row(t);
        print_table_cell(t, task.number);
        print_table_cell(t, task.title);
        print_table_cell(t, task.leads_n ? find_office_name(l, task.leads[0]) : "");
        print_table_cell_format(t, "%u", (unsigned)task.metrics_n);
        print_table_cell_format(t, "%u", (unsigned)task.splits_n);
    }
    if (!c->json) print_table_write(t, c->out);
    print_table_free(t);
}

static void say_plan(cli *c, const ledger *l, uint32_t plan) {
    plan_cell p;
    char first[DAY_TEXT_SIZE], last[DAY_TEXT_SIZE];
    if (c->json || !find_plan_cell(l, plan, &p)) return;
    say_day(p.first_day, first);
    say_day(p.last_day, last);
    fprintf(c->out,
            cli_say(c, "%s %s：%s 至 %s，按%s调度，窗口第 %d 至第 %d 个工作日\n",
                    "%s %s: %s to %s, rounds by %s, window working days %d to %d\n"),
            p.code, p.title, first, last, text_cycle(p.cycle, c->lang),
            (int)p.window_first, (int)p.window_last);
}

duban_status cmd_plan_show(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    cli_say_kept(c);
    uint32_t plan = find_plan_asked(c);
    if (!plan) return DUBAN_E_UNKNOWN_PLAN;
    const ledger *l = duban_slice(c->d);
    if (c->args_n == 0) {
        say_plan(c, l, plan);
        list_tasks(c, l, plan);
        return DUBAN_OK;
    }
    task_words task;
    if (!find_task(l, plan, c->args[0], &task))
        return cli_refuse(c, DUBAN_E_UNKNOWN_TASK, 0, "task", c->args[0],
                          "duban plan show");
    if (c->json)
        task_json(c, l, plan, &task);
    else
        say_task(c, l, plan, &task);
    return DUBAN_OK;
}
