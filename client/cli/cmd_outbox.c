/* duban outbox: every message of this home and what became of it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/look.h"
#include "client/cli/print.h"
#include "client/cli/say.h"
#include "client/cli/text.h"

#define WAIT_DEFAULT_S 60
#define WAIT_MAX_S     86400

/* What later became of a submission's items. */
typedef struct fate {
    uint32_t items;
    uint32_t accepted;
    uint32_t returned;
    uint32_t newer;  /* something newer was sent for the item */
    json_t *reasons; /* of the returns, with --json */
} fate;

/* --- sending ------------------------------------------------------------------------ */

static duban_status wait_ms(cli *c, uint32_t *out) {
    const char *text = cli_option(c, "timeout");
    char *end = NULL;
    unsigned long seconds = text ? strtoul(text, &end, 10) : WAIT_DEFAULT_S;
    if (text && (!*text || *end || seconds > WAIT_MAX_S))
        return cli_refuse(c, DUBAN_E_USAGE, 0, "timeout", text, "60");
    bool waits = cli_flag(c, "wait") || text;
    *out = waits ? (uint32_t)seconds * 1000 : 0;
    return DUBAN_OK;
}

/* Sends what is queued. Messages that stay are no failure unless --wait asked for all;
 * one that was refused is. */
static duban_status flush(cli *c, size_t *left) {
    uint32_t ms = 0;
    size_t refused = 0;
    duban_refusal why = {0};
    duban_status s = wait_ms(c, &ms);
    if (s < 0) return s;
    s = duban_flush(c->d, ms, left, &refused, &why);
    if (s < 0) return cli_refused(c, &why);
    bool failed = (*left && ms) || (refused && !*left);
    return failed && why.status < 0 ? cli_refused(c, &why) : DUBAN_OK;
}

/* --- the fate ----------------------------------------------------------------------- */

static bool statement_before(const submission_words *sub, uint32_t at) {
    const statement_words *a = &sub->statements[at];
    for (uint32_t i = 0; i < at; i++) {
        const statement_words *b = &sub->statements[i];
        if (a->task == b->task && a->office == b->office &&
            period_equal(a->period, b->period))
            return true;
    }
    return false;
}

static void note_return(cli *c, arena *a, const look *where, const statement_words *w,
                        const item_cell *item, fate *out) {
    char round[PERIOD_TEXT_SIZE];
    task_words task = {.number = "?"};
    (void)find_task_id(where->l, where->plan, w->task, &task);
    period_write(w->period, round);
    const char *reason = look_text(c, a, &item->return_reason);
    json_array_append_new(out->reasons, json_pack("{s:s, s:s, s:s}", "task", task.number,
                                                  "period", round, "reason", reason));
}

static fate fate_of(cli *c, arena *a, const duban_outbox_row *row) {
    const submission_words *sub = &row->ev.submission;
    look where = look_slice(c, sub->plan);
    fate out = {.reasons = json_array()};
    for (uint32_t i = 0; where.l && i < sub->statements_n; i++) {
        const statement_words *w = &sub->statements[i];
        uint32_t office = w->office ? w->office : duban_office(c->d);
        item_cell item;
        if (statement_before(sub, i) ||
            !look_item(&where, w->task, office, w->period, &item))
            continue;
        out.items++;
        if (item.index > row->index)
            out.newer++;
        else if (item.state == ITEM_ACCEPTED)
            out.accepted++;
        else if (item.state == ITEM_RETURNED) {
            out.returned++;
            note_return(c, a, &where, w, &item, &out);
        }
    }
    return out;
}

static bool settled(const duban_outbox_row *row, const fate *f) {
    if (row->state == OUTBOX_QUEUED || row->state == OUTBOX_REFUSED) return false;
    if (row->ev.kind != KIND_SUBMISSION) return true;
    return f->returned == 0 && f->accepted + f->newer == f->items;
}

/* --- print -------------------------------------------------------------------------- */

static const char *state_code(duban_outbox_state state) {
    static const char *const codes[] = {"queued", "receipted", "refused"};
    return codes[state];
}

static void moment_of(const cli *c, int64_t ms, char out[MOMENT_TEXT_SIZE]) {
    ledger_status st = {.utc_offset_minutes = 480};
    if (duban_slice(c->d)) ledger_get_status(duban_slice(c->d), &st);
    moment_write(ms, st.utc_offset_minutes, out);
    out[16] = '\0'; /* to the minute */
}

static const char *task_number(const cli *c, const submission_words *sub, uint32_t at) {
    task_words task;
    const ledger *l = duban_slice(c->d);
    bool known = l && find_task_id(l, sub->plan, sub->statements[at].task, &task);
    return known ? task.number : "?";
}

static void tasks_json(const cli *c, const submission_words *sub, json_t *o) {
    json_t *tasks = json_array(), *rounds = json_array();
    for (uint32_t i = 0; i < sub->statements_n; i++) {
        if (statement_before(sub, i)) continue;
        json_array_append_new(tasks, json_string(task_number(c, sub, i)));
        json_array_append_new(rounds, json_period(sub->statements[i].period));
    }
    json_object_set_new(o, "tasks", tasks);
    json_object_set_new(o, "periods", rounds);
}

static void row_json(cli *c, const duban_outbox_row *row, fate *f) {
    json_t *o =
        json_pack("{s:I, s:s, s:s, s:I}", "number", (json_int_t)row->number, "kind",
                  text_event_kind_code(row->ev.kind), "state", state_code(row->state),
                  "queued_ms", (json_int_t)row->queued_ms);
    if (row->state == OUTBOX_RECEIPTED) {
        json_object_set_new(o, "index", json_integer((json_int_t)row->index));
        json_object_set_new(o, "received_ms", json_integer((json_int_t)row->received_ms));
    }
    if (row->state == OUTBOX_REFUSED) {
        char code[16];
        snprintf(code, sizeof code, "E%d", -(int)row->refusal.status);
        json_object_set_new(o, "code", json_string(code));
        json_object_set_new(o, "text",
                            json_string(duban_status_text(row->refusal.status, c->lang)));
        json_object_set_new(o, "field", json_string(row->refusal.field));
        json_object_set_new(o, "found", json_string(row->refusal.found));
        json_object_set_new(o, "expected", json_string(row->refusal.expected));
    }
    if (row->ev.kind == KIND_SUBMISSION) {
        json_object_set_new(o, "statements",
                            json_integer(row->ev.submission.statements_n));
        tasks_json(c, &row->ev.submission, o);
        json_object_set_new(o, "items", json_integer(f->items));
        json_object_set_new(o, "accepted", json_integer(f->accepted));
        json_object_set_new(o, "returned", json_integer(f->returned));
        json_object_set(o, "returns", f->reasons);
    }
    json_line(c->out, o);
}

static void fate_text(const cli *c, const duban_outbox_row *row, const fate *f, char *out,
                      size_t out_size) {
    out[0] = '\0';
    if (row->state == OUTBOX_REFUSED)
        snprintf(out, out_size, "E%d %s", -(int)row->refusal.status,
                 duban_status_text(row->refusal.status, c->lang));
    if (row->state != OUTBOX_RECEIPTED || row->ev.kind != KIND_SUBMISSION) return;
    if (f->returned)
        snprintf(out, out_size, cli_say(c, "退回 %u/%u", "%u of %u returned"),
                 (unsigned)f->returned, (unsigned)f->items);
    else if (f->accepted)
        snprintf(out, out_size, cli_say(c, "审核通过 %u/%u", "%u of %u accepted"),
                 (unsigned)f->accepted, (unsigned)f->items);
    else if (f->newer && f->newer == f->items)
        snprintf(out, out_size, "%s", cli_say(c, "已有更新的报送", "a newer one stands"));
    else
        snprintf(out, out_size, "%s", cli_say(c, "待审", "waits for review"));
}

/* "2023Q1 任务 1、3（5 项）": the periods, then the tasks as far as they fit. */
static void content_text(const cli *c, const duban_outbox_row *row, char *out,
                         size_t out_size) {
    const submission_words *sub = &row->ev.submission;
    char rounds[64] = "", tasks[64] = "";
    out[0] = '\0';
    if (row->ev.kind != KIND_SUBMISSION) return;
    for (uint32_t i = 0; i < sub->statements_n; i++) {
        const statement_words *w = &sub->statements[i];
        bool round_told = false, task_told = false;
        for (uint32_t k = 0; k < i; k++) {
            round_told = round_told || period_equal(sub->statements[k].period, w->period);
            task_told = task_told || sub->statements[k].task == w->task;
        }
        char round[PERIOD_TEXT_SIZE];
        period_write(w->period, round);
        if (!round_told) (void)say_list(rounds, sizeof rounds, " ", round);
        if (!task_told)
            (void)say_list(tasks, sizeof tasks, cli_say(c, "、", ", "),
                           task_number(c, sub, i));
    }
    snprintf(out, out_size,
             cli_say(c, "%s 任务 %s（%u 项）", "%s task %s (%u statements)"), rounds,
             tasks, (unsigned)sub->statements_n);
}

static void row_cells(cli *c, print_table *t, const duban_outbox_row *row,
                      const fate *f) {
    static const char *const zh[] = {"待发", "已回执", "被拒"};
    static const char *const en[] = {"queued", "receipted", "refused"};
    static const grade colors[] = {GRADE_YELLOW, GRADE_GREEN, GRADE_RED};
    char text[256], moment[MOMENT_TEXT_SIZE];
    print_table_row(t);
    print_table_cell_format(t, "%" PRIu64, row->number);
    print_table_cell(t, text_event_kind(row->ev.kind, c->lang));
    content_text(c, row, text, sizeof text);
    print_table_cell(t, text);
    print_table_cell_grade(t, colors[row->state],
                           c->lang == DUBAN_ZH ? zh[row->state] : en[row->state]);
    moment_of(c, row->state == OUTBOX_RECEIPTED ? row->received_ms : row->queued_ms,
              moment);
    print_table_cell(t, moment);
    if (row->state == OUTBOX_RECEIPTED)
        print_table_cell_format(t, "%" PRIu64, row->index);
    else
        print_table_cell(t, "");
    fate_text(c, row, f, text, sizeof text);
    print_table_cell(t, text);
}

static void say_reasons(cli *c, const duban_outbox_row *row, const fate *f) {
    size_t i;
    json_t *reason;
    json_array_foreach(f->reasons, i, reason) {
        fprintf(c->out,
                cli_say(c, "第 %" PRIu64 " 号 任务 %s %s 退回：%s\n",
                        "number %" PRIu64 ", task %s, %s returned: %s\n"),
                row->number, json_string_value(json_object_get(reason, "task")),
                json_string_value(json_object_get(reason, "period")),
                json_string_value(json_object_get(reason, "reason")));
    }
    if (row->state != OUTBOX_REFUSED) return;
    const duban_refusal *r = &row->refusal;
    fprintf(c->out,
            cli_say(c, "第 %" PRIu64 " 号 被拒：%s %s %s\n",
                    "number %" PRIu64 " refused: %s %s %s\n"),
            row->number, r->field, r->found, r->expected);
}

static duban_status show(cli *c, arena *a, size_t left) {
    const print_column columns[] = {
        {cli_say(c, "编号", "number"), PRINT_RIGHT, 0},
        {cli_say(c, "种类", "kind"), PRINT_LEFT, 0},
        {cli_say(c, "内容", "what"), PRINT_LEFT, 40},
        {cli_say(c, "状态", "state"), PRINT_LEFT, 0},
        {cli_say(c, "时间", "when"), PRINT_LEFT, 0},
        {cli_say(c, "序号", "index"), PRINT_RIGHT, 0},
        {cli_say(c, "结果", "outcome"), PRINT_LEFT, 0},
    };
    duban_outbox_row *rows;
    size_t n, hidden = 0;
    duban_refusal refusal = {0};
    duban_status s = duban_outbox(c->d, a, &rows, &n, &refusal);
    if (s < 0) return cli_refused(c, &refusal);
    fate *fates = arena_alloc(a, (n + 1) * sizeof *fates);
    if (!fates) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    print_table *t = print_table_new(columns, 7, c->color);
    for (size_t i = 0; i < n; i++) {
        if (rows[i].ev.kind == KIND_SUBMISSION && rows[i].state == OUTBOX_RECEIPTED)
            fates[i] = fate_of(c, a, &rows[i]);
        bool hide = !cli_flag(c, "all") && settled(&rows[i], &fates[i]);
        hidden += hide;
        if (!hide && c->json) row_json(c, &rows[i], &fates[i]);
        if (!hide && !c->json) row_cells(c, t, &rows[i], &fates[i]);
        if (hide && fates[i].reasons) json_array_clear(fates[i].reasons);
    }
    if (!c->json && hidden < n) print_table_write(t, c->out);
    for (size_t i = 0; i < n; i++) {
        bool hide = !cli_flag(c, "all") && settled(&rows[i], &fates[i]);
        if (!c->json && !hide) say_reasons(c, &rows[i], &fates[i]);
        json_decref(fates[i].reasons);
    }
    print_table_free(t);
    if (!c->json && !c->quiet)
        fprintf(c->out,
                cli_say(c, "共 %zu 件，待发 %zu 件，已办结未列 %zu 件。\n",
                        "%zu messages, %zu waiting, %zu settled and not listed.\n"),
                n, left, hidden);
    return DUBAN_OK;
}

duban_status cmd_outbox(cli *c) {
    duban_status s = cli_open(c);
    if (s < 0) return s;
    size_t left = 0;
    duban_status sent = flush(c, &left);
    if (sent == DUBAN_E_USAGE) return sent;
    (void)duban_sync(c->d, NULL);
    arena a;
    arena_init(&a, 0);
    s = show(c, &a, left);
    arena_close(&a);
    return s < 0 ? s : sent;
}
