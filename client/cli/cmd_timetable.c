/* duban timetable file, accept, return, list. */
#include <stdlib.h>
#include <string.h>

#include "client/cli/admin.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/look.h"
#include "client/cli/print.h"
#include "client/cli/say.h"
#include "client/cli/sheet.h"
#include "client/cli/text.h"
#include "client/cli/typed.h"

/* --- the table ---------------------------------------------------------------------- */

enum { TASK, PROFILE, NODE, DATE, SHARE, TITLE };

static const sheet_column columns[] = {
    [TASK] = {"任务号", "task", true},
    [PROFILE] = {"方式", "profile", true},
    [NODE] = {"节点", "node", false},
    [DATE] = {"日期", "date", false},
    [SHARE] = {"累计份额", "share", false},
    [TITLE] = {"内容", "title", false},
    {NULL, NULL, false},
};

typedef struct filing {
    cli *c;
    arena *a;
    sheet table;
    const ledger *l;
    uint32_t plan;
    size_t bad;
} filing;

static void bad(filing *f, const sheet_row *row, int column, duban_status status,
                const char *expected) {
    cli_refuse(f->c, status, row->line, f->table.titles[column], row->cells[column],
               expected);
    f->bad++;
}

static void read_node(filing *f, const sheet_row *row, uint32_t id, node_words *out) {
    char expected[16];
    *out = (node_words){.id = id, .title = row->cells[TITLE]};
    snprintf(expected, sizeof expected, "%u", (unsigned)id);
    if (strcmp(row->cells[NODE], expected) != 0)
        bad(f, row, NODE, DUBAN_E_SEQUENCE, expected);
    if (sheet_day(row->cells[DATE], &out->day) < 0)
        bad(f, row, DATE, DUBAN_E_DATE, "YYYY-MM-DD");
    duban_status s = decimal_read(row->cells[SHARE], &out->share);
    if (s < 0) bad(f, row, SHARE, s, "1–100");
    if (!*row->cells[TITLE]) bad(f, row, TITLE, DUBAN_E_EMPTY, NULL);
}

/* A month's share of the year: 节点 is the month, 累计份额 what falls into it. */
static void read_month(filing *f, const sheet_row *row, uint32_t *season) {
    const char *text = row->cells[NODE];
    size_t digits = strspn(text, "0123456789");
    unsigned long month = digits && !text[digits] ? strtoul(text, NULL, 10) : 0;
    decimal share = {0};
    duban_status s = decimal_read(row->cells[SHARE], &share);
    if (month < 1 || month > 12) {
        bad(f, row, NODE, DUBAN_E_SEQUENCE, "1–12");
        return;
    }
    if (s >= 0 && (share.micro < 0 || share.micro > 100 * DECIMAL_MICRO ||
                   share.micro % (DECIMAL_MICRO / 100)))
        s = DUBAN_E_SHARES;
    if (s < 0) bad(f, row, SHARE, s, "8.33");
    season[month - 1] = (uint32_t)(share.micro / (DECIMAL_MICRO / 100));
}

/* One task's rows, the first of which is row at. False when memory ran out. */
static bool read_timetable(filing *f, size_t at, timetable_words *out) {
    const sheet_row *rows = f->table.rows, *first = &rows[at];
    size_t n = 0;
    for (size_t i = at; i < f->table.rows_n; i++)
        n += typed_same(rows[i].cells[TASK], first->cells[TASK]);
    node_words *nodes = arena_alloc(f->a, n * sizeof *nodes);
    uint32_t *season = arena_alloc(f->a, 12 * sizeof *season);
    if (!nodes || !season) return false;
    out->profile = text_read_profile(first->cells[PROFILE]);
    out->nodes = nodes;
    memset(season, 0, 12 * sizeof *season);
    if (out->profile == PROFILE_SEASON) out->season = season, out->season_n = 12;
    if (!out->profile)
        bad(f, first, PROFILE, DUBAN_E_WORD,
            cli_say(f->c, "节点、匀速、年末、季节", "nodes, even, year_end, season"));
    for (size_t i = at; i < f->table.rows_n; i++) {
        if (!typed_same(rows[i].cells[TASK], first->cells[TASK])) continue;
        if (text_read_profile(rows[i].cells[PROFILE]) != out->profile)
            bad(f, &rows[i], PROFILE, DUBAN_E_DUPLICATE, first->cells[PROFILE]);
        else if (out->profile == PROFILE_NODES)
            read_node(f, &rows[i], out->nodes_n + 1, &nodes[out->nodes_n]);
        else if (out->profile == PROFILE_SEASON)
            read_month(f, &rows[i], season);
        else if (i != at)
            bad(f, &rows[i], TASK, DUBAN_E_DUPLICATE, NULL);
        if (out->profile == PROFILE_NODES) out->nodes_n++;
    }
    if (out->nodes_n > NODES_MAX) bad(f, first, NODE, DUBAN_E_LIMIT, NULL);
    return true;
}

static bool seen_before(const filing *f, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (typed_same(f->table.rows[i].cells[TASK], f->table.rows[at].cells[TASK]))
            return true;
    return false;
}

/* --- file --------------------------------------------------------------------------- */

/* Whether this home files that task's timetable: its first lead; any lead when the task
 * is named; the city office where nobody leads. */
static bool files_it(const filing *f, const task_words *task, bool named) {
    uint32_t own = duban_office(f->c->d);
    if (task->leads_n == 0) return own == 1;
    if (task->leads[0] == own) return true;
    for (uint32_t i = 0; named && i < task->leads_n; i++)
        if (task->leads[i] == own) return true;
    return false;
}

/* Whether the very same stands and was not returned: filing it again would only ask for
 * another review. */
static bool stands(const filing *f, const timetable_words *t) {
    cell_name name = {.kind = CELL_TIMETABLE, .task = t->task};
    cell found;
    if (!ledger_cell(f->l, f->plan, &name, &found)) return false;
    const timetable_cell *known = &found.timetable;
    if (known->state != TIMETABLE_FILED && known->state != TIMETABLE_ACCEPTED)
        return false;
    if (known->profile != t->profile || known->nodes != t->nodes_n) return false;
    if (t->profile == PROFILE_SEASON) return false; /* its shares are on no cell */
    for (uint32_t i = 0; i < t->nodes_n; i++) {
        node_cell node;
        if (!find_node(f->l, f->plan, t->task, i + 1, &node)) return false;
        if (node.day != t->nodes[i].day || strcmp(node.title, t->nodes[i].title) != 0 ||
            decimal_compare(node.share, t->nodes[i].share) != 0)
            return false;
    }
    return true;
}

typedef struct filing_plan {
    timetable_words *todo;
    size_t todo_n;
    size_t others; /* led by another office */
    size_t same;   /* stand already */
} filing_plan;

/* Reads every row, whoever it belongs to; then picks what this home files. */
static duban_status read_all(filing *f, filing_plan *out) {
    const char *only = cli_option(f->c, "task");
    out->todo = arena_alloc(f->a, (f->table.rows_n + 1) * sizeof *out->todo);
    if (!out->todo) return cli_refuse(f->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    for (size_t i = 0; i < f->table.rows_n; i++) {
        const sheet_row *row = &f->table.rows[i];
        task_words task;
        if (seen_before(f, i) || (only && !typed_same(only, row->cells[TASK]))) continue;
        timetable_words made = {.plan = f->plan};
        if (!read_timetable(f, i, &made))
            return cli_refuse(f->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
        if (!find_task(f->l, f->plan, row->cells[TASK], &task)) {
            bad(f, row, TASK, DUBAN_E_UNKNOWN_TASK, NULL);
            continue;
        }
        made.task = task.id;
        if (!files_it(f, &task, only != NULL))
            out->others++;
        else if (stands(f, &made))
            out->same++;
        else
            out->todo[out->todo_n++] = made;
    }
    if (f->bad) return cli_refuse(f->c, DUBAN_E_ROWS, 0, f->c->args[0], NULL, NULL);
    if (only && !out->todo_n && !out->same)
        return cli_refuse(
            f->c, out->others ? DUBAN_E_NOT_ALLOWED : DUBAN_E_UNKNOWN_TASK, 0, "task",
            only, out->others ? cli_say(f->c, "该任务的牵头单位", "a lead of it") : NULL);
    return DUBAN_OK;
}

static void say_filed(cli *c, const filing_plan *p, size_t filed) {
    if (c->json) {
        json_line(c->out,
                  json_pack("{s:I, s:I, s:I}", "filed", (json_int_t)filed, "same",
                            (json_int_t)p->same, "others", (json_int_t)p->others));
        return;
    }
    fprintf(
        c->out,
        cli_say(c,
                "报备推进方案 %zu 项；%zu 项已在，未再报；%zu 项由其他单位牵头，略过。\n",
                "%zu timetables filed; %zu stand already; %zu are led by others and "
                "were passed over.\n"),
        filed, p->same, p->others);
}

/* --responsible FILE as a body; data is the caller's to free. */
static duban_status responsible_body(cli *c, char **data, duban_body_made *out,
                                     size_t *n) {
    const char *path = cli_option(c, "responsible");
    size_t size = 0;
    if (!path) return DUBAN_OK;
    duban_status s = cli_read_file(c, path, BODY_SIZE_MAX, data, &size);
    if (s < 0) return s;
    s = duban_body_make(*data, size, "text/plain", out);
    if (s < 0) return cli_refuse(c, s, 0, "responsible", path, NULL);
    *n = 1;
    return DUBAN_OK;
}

static duban_status send_all(filing *f, const filing_plan *p) {
    cli *c = f->c;
    char *data = NULL;
    duban_body_made body;
    size_t bodies_n = 0, done = 0;
    duban_status s = responsible_body(c, &data, &body, &bodies_n);
    print_progress bar;
    print_progress_begin(&bar, c->err, cli_say(c, "报备推进方案", "timetables"));
    while (done < p->todo_n && s >= 0) {
        event ev = {.kind = KIND_TIMETABLE, .timetable = p->todo[done]};
        if (bodies_n) ev.timetable.responsible = body.ref;
        s = admin_send_only(c, &ev, &body, bodies_n, NULL);
        if (s >= 0) done++;
        print_progress_step(&bar, done, p->todo_n);
    }
    print_progress_end(&bar);
    free(data);
    if (s >= 0 || done) say_filed(c, p, done);
    return s;
}

static duban_status file_table(cli *c, arena *a) {
    char *data = NULL;
    size_t size = 0;
    duban_refusal refusal = {0};
    filing f = {.c = c, .a = a, .l = duban_slice(c->d)};
    filing_plan p = {0};
    f.plan = find_plan_asked(c);
    if (!f.plan) return DUBAN_E_UNKNOWN_PLAN;
    if (!find_office_asked(c)) return DUBAN_E_UNKNOWN_KEY;
    duban_status s = cli_read_file(c, c->args[0], SHEET_SIZE_MAX, &data, &size);
    if (s < 0) return s;
    s = sheet_read(a, data, size, columns, &f.table, &refusal);
    free(data);
    if (s < 0) return cli_refused(c, &refusal);
    s = read_all(&f, &p);
    return s < 0 ? s : send_all(&f, &p);
}

duban_status cmd_timetable_file(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    arena a;
    arena_init(&a, 0);
    s = file_table(c, &a);
    arena_close(&a);
    return s;
}

/* --- accept, return ----------------------------------------------------------------- */

/* One that waits, kept apart from the slice, which moves while we send. */
typedef struct waiting {
    uint32_t task;
    uint64_t index;
} waiting;

static bool timetable_of(const ledger *l, uint32_t plan, uint32_t task,
                         timetable_cell *out) {
    cell_name name = {.kind = CELL_TIMETABLE, .task = task};
    cell found;
    if (!ledger_cell(l, plan, &name, &found)) return false;
    *out = found.timetable;
    return true;
}

static duban_status find_waiting(cli *c, uint32_t plan, waiting *out, size_t *n) {
    const ledger *l = duban_slice(c->d);
    const char *only = cli_option(c, "task");
    bool known = false;
    task_words task;
    timetable_cell filed;
    for (uint32_t id = 1; find_task_id(l, plan, id, &task) && *n < TASKS_MAX; id++) {
        if (only && !typed_same(only, task.number)) continue;
        known = true;
        if (timetable_of(l, plan, id, &filed) && filed.state == TIMETABLE_FILED)
            out[(*n)++] = (waiting){id, filed.index};
    }
    if (only && !known) return cli_refuse(c, DUBAN_E_UNKNOWN_TASK, 0, "task", only, NULL);
    if (only && *n == 0)
        return cli_refuse(c, DUBAN_E_STATE, 0, "task", only,
                          cli_say(c, "待审的推进方案", "a timetable that waits"));
    return DUBAN_OK;
}

static duban_status review_all(cli *c, arena *a, bool accepted) {
    uint32_t plan = find_plan_asked(c);
    if (!plan) return DUBAN_E_UNKNOWN_PLAN;
    duban_body_made reason;
    bool has_reason = false;
    duban_status s = admin_reason(c, a, &reason, &has_reason);
    if (s < 0) return s;
    if (!accepted && !has_reason)
        return cli_refuse(c, DUBAN_E_REASON_NEEDED, 0, "reason", "", "--reason TEXT");
    if (!accepted && !cli_option(c, "task"))
        return cli_refuse(c, DUBAN_E_USAGE, 0, "task", "", "--task NO");
    waiting *todo = arena_alloc(a, TASKS_MAX * sizeof *todo);
    size_t n = 0, done = 0;
    if (!todo) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    s = find_waiting(c, plan, todo, &n);
    print_progress bar;
    print_progress_begin(&bar, c->err, cli_say(c, "审核方案", "reviewing"));
    while (done < n && s >= 0) {
        event ev = {.kind = KIND_TIMETABLE_REVIEW,
                    .timetable_review = {.plan = plan,
                                         .task = todo[done].task,
                                         .index = todo[done].index,
                                         .accepted = accepted}};
        if (has_reason) ev.timetable_review.reason = reason.ref;
        s = admin_send_only(c, &ev, &reason, has_reason, NULL);
        if (s >= 0) done++;
        print_progress_step(&bar, done, n);
    }
    print_progress_end(&bar);
    if (s < 0 && !done) return s;
    if (c->json)
        json_line(c->out, json_pack("{s:I}", accepted ? "accepted" : "returned",
                                    (json_int_t)done));
    else if (accepted)
        fprintf(c->out, cli_say(c, "同意备案 %zu 项。\n", "%zu timetables accepted.\n"),
                done);
    else
        fprintf(c->out, cli_say(c, "退回方案 %zu 项。\n", "%zu timetables returned.\n"),
                done);
    return s;
}

static duban_status review_command(cli *c, bool accepted) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    arena a;
    arena_init(&a, 0);
    s = review_all(c, &a, accepted);
    arena_close(&a);
    return s;
}

duban_status cmd_timetable_accept(cli *c) {
    return review_command(c, true);
}

duban_status cmd_timetable_return(cli *c) {
    return review_command(c, false);
}

/* --- list --------------------------------------------------------------------------- */

static void list_json(cli *c, arena *a, const ledger *l, const task_words *task,
                      const timetable_cell *t) {
    static const char *const states[] = {"none", "filed", "accepted", "returned"};
    uint32_t lead = task->leads_n ? task->leads[0] : 1;
    json_line(c->out,
              json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:o, s:I, s:s}", "task",
                        task->number, "title", task->title, "lead",
                        find_office_code(l, lead), "state", states[t->state], "profile",
                        text_profile(t->profile, DUBAN_EN), "nodes", (int)t->nodes,
                        "filed", json_day(t->filed_day), "index", (json_int_t)t->index,
                        "return_reason", look_text(c, a, &t->return_reason)));
}

static void list_row(cli *c, arena *a, print_table *shown, const ledger *l,
                     const task_words *task, const timetable_cell *t) {
    char day[DAY_TEXT_SIZE];
    uint32_t lead = task->leads_n ? task->leads[0] : 1;
    grade color = t->state == TIMETABLE_ACCEPTED ? GRADE_GREEN
                  : t->state == TIMETABLE_FILED  ? GRADE_BLUE
                                                 : GRADE_YELLOW;
    say_day(t->filed_day, day);
    print_table_row(shown);
    print_table_cell(shown, task->number);
    print_table_cell(shown, task->title);
    print_table_cell(shown, find_office_name(l, lead));
    print_table_cell_grade(shown, color, text_timetable_state(t->state, c->lang));
    print_table_cell(shown, text_profile(t->profile, c->lang));
    print_table_cell(shown, day);
    print_table_cell(shown, look_text(c, a, &t->return_reason));
}

/* The leads whose task has no timetable, each once. */
static void say_not_filed(cli *c, const ledger *l, const bool *late) {
    ledger_status st;
    bool any = false;
    ledger_get_status(l, &st);
    for (uint32_t office = 1; office <= st.offices; office++) {
        if (!late[office]) continue;
        fprintf(c->out, "%s%s",
                any ? cli_say(c, "、", ", ") : cli_say(c, "未报备：", "have not filed: "),
                find_office_name(l, office));
        any = true;
    }
    if (any) fputc('\n', c->out);
}

static duban_status list_timetables(cli *c, arena *a, uint32_t plan) {
    const print_column titles[] = {
        {cli_say(c, "任务", "task"), PRINT_LEFT, 0},
        {cli_say(c, "事项", "title"), PRINT_LEFT, 40},
        {cli_say(c, "牵头单位", "lead"), PRINT_LEFT, 28},
        {cli_say(c, "备案", "state"), PRINT_LEFT, 0},
        {cli_say(c, "方式", "profile"), PRINT_LEFT, 0},
        {cli_say(c, "报备日", "filed"), PRINT_LEFT, 0},
        {cli_say(c, "退回理由", "returned because"), PRINT_LEFT, 40},
    };
    const ledger *l = duban_slice(c->d);
    bool *late = arena_alloc(a, OFFICES_MAX + 1);
    if (!late) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    memset(late, 0, OFFICES_MAX + 1);
    print_table *shown = print_table_new(titles, 7, c->color);
    size_t states[TIMETABLE_RETURNED + 1] = {0};
    task_words task;
    for (uint32_t id = 1; find_task_id(l, plan, id, &task); id++) {
        timetable_cell t = {0};
        (void)timetable_of(l, plan, id, &t);
        states[t.state]++;
        if (t.state == TIMETABLE_NONE) late[task.leads_n ? task.leads[0] : 1] = true;
        if (c->json)
            list_json(c, a, l, &task, &t);
        else
            list_row(c, a, shown, l, &task, &t);
    }
    if (!c->json) {
        print_table_write(shown, c->out);
        fprintf(c->out,
                cli_say(c, "未报 %zu，待审 %zu，已备案 %zu，已退回 %zu\n",
                        "not filed %zu, waiting %zu, accepted %zu, returned %zu\n"),
                states[TIMETABLE_NONE], states[TIMETABLE_FILED],
                states[TIMETABLE_ACCEPTED], states[TIMETABLE_RETURNED]);
        say_not_filed(c, l, late);
    }
    print_table_free(shown);
    return DUBAN_OK;
}

duban_status cmd_timetable_list(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    cli_say_kept(c);
    uint32_t plan = find_plan_asked(c);
    if (!plan) return DUBAN_E_UNKNOWN_PLAN;
    arena a;
    arena_init(&a, 0);
    s = list_timetables(c, &a, plan);
    arena_close(&a);
    return s;
}
