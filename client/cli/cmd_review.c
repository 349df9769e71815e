/* duban review list, accept, return: a lead's or the city office's word on what others
 * reported. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/admin.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/look.h"
#include "client/cli/print.h"
#include "client/cli/say.h"
#include "client/cli/text.h"
#include "client/cli/typed.h"

/* One item that waits for this office's word. */
typedef struct waiting {
    uint32_t task;
    uint32_t office;
    period round;
    item_cell item;
} waiting;

typedef struct reviewing {
    cli *c;
    arena *a;
    look where;
    const char *task; /* filters, NULL: any */
    uint32_t office;  /* 0: any */
    period round;     /* kind NONE: any */
    waiting *items;
    size_t n;
    size_t room;
} reviewing;

/* A lead reviews its tasks but not its own item; the city office reviews all. */
static bool ours(const reviewing *r, const task_words *task, uint32_t office) {
    uint32_t own = duban_office(r->c->d);
    if (own == 1) return true;
    for (uint32_t i = 0; i < task->leads_n; i++)
        if (task->leads[i] == own) return office != own;
    return false;
}

static bool waits(const item_cell *item) {
    return item->state == ITEM_SUBMITTED || item->state == ITEM_RESUBMITTED;
}

static bool keep(reviewing *r, const cell *found) {
    if (r->n == r->room) {
        size_t room = r->room ? r->room * 2 : 128;
        waiting *more = arena_alloc(r->a, room * sizeof *more);
        if (!more) return false;
        if (r->n) memcpy(more, r->items, r->n * sizeof *more);
        r->items = more;
        r->room = room;
    }
    r->items[r->n++] =
        (waiting){found->name.task, found->name.office, found->name.period, found->item};
    return true;
}

static bool wanted(const reviewing *r, const cell *found) {
    task_words task;
    if (found->name.kind != CELL_ITEM || !waits(&found->item)) return false;
    if (r->office && found->name.office != r->office) return false;
    if (r->round.kind && !period_equal(found->name.period, r->round)) return false;
    if (!find_task_id(r->where.l, r->where.plan, found->name.task, &task)) return false;
    if (r->task && strcmp(task.number, r->task) != 0) return false;
    return ours(r, &task, found->name.office);
}

static duban_status find_waiting(reviewing *r) {
    size_t n;
    const cell *const *cells = duban_board_cells(r->where.board, &n);
    for (size_t i = 0; i < n; i++)
        if (wanted(r, cells[i]) && !keep(r, cells[i]))
            return cli_refuse(r->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    return DUBAN_OK;
}

static duban_status read_filters(reviewing *r) {
    cli *c = r->c;
    const char *round = cli_option(c, "period"), *office = cli_option(c, "office");
    task_words task;
    r->task = cli_option(c, "task");
    if (r->task && !find_task(r->where.l, r->where.plan, r->task, &task))
        return cli_refuse(c, DUBAN_E_UNKNOWN_TASK, 0, "task", r->task, "duban plan show");
    if (r->task && !(r->task = arena_copy(r->a, task.number, strlen(task.number))))
        return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    if (round && typed_period(round, &r->round) < 0) {
        char rounds[FIND_ROUNDS_SIZE];
        find_rounds_list(r->where.l, r->where.plan, rounds);
        return cli_refuse(c, DUBAN_E_UNKNOWN_PERIOD, 0, "period", round, rounds);
    }
    if (office) {
        r->office = find_office_asked(c);
        if (!r->office) return DUBAN_E_UNKNOWN_OFFICE;
    }
    return DUBAN_OK;
}

/* --- list --------------------------------------------------------------------------- */

/* "M1 320 亿元；M2 5.1%": what the item states. */
static void values_of(const reviewing *r, const waiting *w, const task_words *task,
                      char *out, size_t out_size) {
    size_t used = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < task->metrics_n && used < out_size; i++) {
        char amount[SAY_SIZE];
        value_cell value;
        const metric_words *m = &task->metrics[i];
        if (!look_value(&r->where, w->task, m->id, w->office, w->round, &value)) continue;
        say_amount(value.to_date_known && m->nature == NATURE_CUMULATIVE ? value.to_date
                                                                         : value.amount,
                   m->unit, amount);
        used += (size_t)snprintf(out + used, out_size - used, "%sM%u %s",
                                 used ? "; " : "", (unsigned)m->id, amount);
    }
}

static const char *words_of(const reviewing *r, const waiting *w) {
    if (w->item.nil) return cli_say(r->c, "零报告", "nil report");
    if (w->item.no_change) return cli_say(r->c, "无变化", "no change");
    return look_text(r->c, r->a, &w->item.text);
}

static void list_one(reviewing *r, print_table *t, const waiting *w) {
    const ledger *l = r->where.l;
    char values[512], round[PERIOD_TEXT_SIZE];
    task_words task;
    if (!find_task_id(l, r->where.plan, w->task, &task)) return;
    values_of(r, w, &task, values, sizeof values);
    period_write(w->round, round);
    if (r->c->json) {
        json_line(r->c->out,
                  json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:b, s:s, s:s}", "task",
                            task.number, "title", task.title, "office",
                            find_office_code(l, w->office), "period", round, "state",
                            text_item_state_code(w->item.state), "index",
                            (json_int_t)w->item.index, "late", w->item.late, "values",
                            values, "text", words_of(r, w)));
        return;
    }
    print_table_row(t);
    print_table_cell(t, round);
    print_table_cell(t, task.number);
    print_table_cell(t, task.title);
    print_table_cell(t, find_office_name(l, w->office));
    print_table_cell(t, text_item_state(w->item.state, r->c->lang));
    print_table_cell(t, values);
    print_table_cell(t, words_of(r, w));
    print_table_cell_format(t, "%" PRIu64, w->item.index);
}

static duban_status list(reviewing *r) {
    cli *c = r->c;
    const print_column columns[] = {
        {cli_say(c, "报告期", "period"), PRINT_LEFT, 0},
        {cli_say(c, "任务", "task"), PRINT_LEFT, 0},
        {cli_say(c, "事项", "title"), PRINT_LEFT, 28},
        {cli_say(c, "单位", "office"), PRINT_LEFT, 24},
        {cli_say(c, "状态", "state"), PRINT_LEFT, 0},
        {cli_say(c, "数值", "values"), PRINT_LEFT, 40},
        {cli_say(c, "进展", "progress"), PRINT_LEFT, 40},
        {cli_say(c, "序号", "index"), PRINT_RIGHT, 0},
    };
    print_table *t = print_table_new(columns, 8, c->color);
    for (size_t i = 0; i < r->n; i++)
        list_one(r, t, &r->items[i]);
    if (!c->json && r->n) print_table_write(t, c->out);
    print_table_free(t);
    if (!c->json)
        fprintf(c->out, cli_say(c, "待审 %zu 项。\n", "%zu items wait for review.\n"),
                r->n);
    return DUBAN_OK;
}

/* --- accept, return ----------------------------------------------------------------- */

static duban_status review_one(reviewing *r, const waiting *w, bool accepted,
                               const duban_body_made *reason) {
    event ev = {.kind = KIND_REVIEW,
                .review = {.plan = r->where.plan,
                           .task = w->task,
                           .office = w->office,
                           .period = w->round,
                           .index = w->item.index,
                           .accepted = accepted}};
    if (reason) ev.review.reason = reason->ref;
    return admin_send_only(r->c, &ev, reason, reason ? 1 : 0, NULL);
}

static void say_reviewed(cli *c, size_t done, bool accepted) {
    if (c->json)
        json_line(c->out, json_pack("{s:I}", accepted ? "accepted" : "returned",
                                    (json_int_t)done));
    else if (accepted)
        fprintf(c->out, cli_say(c, "审核通过 %zu 项。\n", "%zu items accepted.\n"), done);
    else
        fprintf(c->out, cli_say(c, "退回 %zu 项。\n", "%zu items returned.\n"), done);
}

/* What the filters say, as it was typed. */
static const char *asked(const reviewing *r, char out[SAY_SIZE]) {
    static const char *const filters[] = {"task", "office", "period"};
    out[0] = '\0';
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        const char *text = cli_option(r->c, filters[i]);
        if (text) (void)say_list(out, SAY_SIZE, " ", text);
    }
    return out;
}

static duban_status review_all(reviewing *r, bool accepted) {
    cli *c = r->c;
    duban_body_made reason;
    bool has_reason = false;
    char found[SAY_SIZE];
    size_t done = 0;
    duban_status s = admin_reason(c, r->a, &reason, &has_reason);
    if (s < 0) return s;
    if (!accepted && !has_reason)
        return cli_refuse(c, DUBAN_E_REASON_NEEDED, 0, "reason", "", "--reason TEXT");
    if (r->n == 0)
        return cli_refuse(c, DUBAN_E_STATE, 0, cli_say(c, "事项", "item"),
                          asked(r, found),
                          cli_say(c, "待审的报送（此处未报、已退回或已审）",
                                  "a submission that waits (not reported, returned or "
                                  "reviewed already)"));
    print_progress bar;
    print_progress_begin(&bar, c->err, cli_say(c, "审核", "reviewing"));
    while (done < r->n && s >= 0) {
        s = review_one(r, &r->items[done], accepted, has_reason ? &reason : NULL);
        if (s >= 0) done++;
        print_progress_step(&bar, done, r->n);
    }
    print_progress_end(&bar);
    if (s >= 0 || done) say_reviewed(c, done, accepted);
    return s;
}

/* Accepting or returning everything at once must be said by at least one filter. */
static duban_status check_filters(const reviewing *r, bool accepted) {
    if (!accepted && !r->task)
        return cli_refuse(r->c, DUBAN_E_USAGE, 0, "task", "", "--task NO");
    if (!r->task && !r->office && !r->round.kind)
        return cli_refuse(r->c, DUBAN_E_USAGE, 0, "task", "",
                          "--task NO, --office CODE, --period P");
    return DUBAN_OK;
}

typedef enum review_act { REVIEW_LIST, REVIEW_ACCEPT, REVIEW_RETURN } review_act;

static duban_status run(cli *c, review_act act) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    uint32_t plan = find_plan_asked(c);
    if (!plan) return DUBAN_E_UNKNOWN_PLAN;
    arena a;
    arena_init(&a, 0);
    reviewing r = {.c = c, .a = &a, .where = look_slice(c, plan)};
    s = read_filters(&r);
    if (s >= 0 && act != REVIEW_LIST) s = check_filters(&r, act == REVIEW_ACCEPT);
    if (s >= 0) s = look_board(c, plan, &r.where);
    if (s >= 0) s = find_waiting(&r);
    if (s >= 0) s = act == REVIEW_LIST ? list(&r) : review_all(&r, act == REVIEW_ACCEPT);
    look_close(&r.where);
    arena_close(&a);
    return s;
}

duban_status cmd_review_list(cli *c) {
    return run(c, REVIEW_LIST);
}

duban_status cmd_review_accept(cli *c) {
    return run(c, REVIEW_ACCEPT);
}

duban_status cmd_review_return(cli *c) {
    return run(c, REVIEW_RETURN);
}
