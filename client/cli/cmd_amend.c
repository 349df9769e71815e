/* duban plan amend, diff: editions of a plan's tasks. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "client/cli/act.h"
#include "client/cli/amend_sheet.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/say.h"
#include "client/cli/task_diff.h"
#include "client/cli/text.h"

/* --- differences -------------------------------------------------------------------- */

typedef struct telling {
    cli *c;
    const char *task;
    uint32_t edition; /* that ended; 0: none yet */
} telling;

static void tell(void *ctx, const char *what, const char *from, const char *to) {
    const telling *t = ctx;
    if (t->c->json) {
        json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "task", t->task, "what", what,
                              "from", from, "to", to);
        if (t->edition) json_object_set_new(o, "edition", json_integer(t->edition));
        json_line(t->c->out, o);
        return;
    }
    const char *none = cli_say(t->c, "（无）", "(none)");
    fprintf(t->c->out, cli_say(t->c, "  %s：%s → %s\n", "  %s: %s -> %s\n"), what,
            *from ? from : none, *to ? to : none);
}

/* Prints what differs; 0 when nothing does. */
static size_t tell_all(const act *k, const task_words *from, const task_words *to,
                       uint32_t edition) {
    telling t = {k->c, to->number, edition};
    return task_diff(k->l, from, to, k->c->lang, tell, &t);
}

/* --- one task, by options ----------------------------------------------------------- */

typedef struct editing {
    act *k;
    task_words *task;
    metric_words *metrics; /* the task's, to be changed */
} editing;

/* "M1=80": the metric it names and what stands behind the sign. */
static duban_status metric_of(editing *e, const char *option, const char *text,
                              metric_words **out, const char **behind) {
    const char *sign = strrchr(text, '=');
    const metric_words *found;
    if (!sign) return cli_refuse(e->k->c, DUBAN_E_USAGE, 0, option, text, "M1=80");
    const char *name = arena_copy(&e->k->a, text, (size_t)(sign - text));
    if (!name) return cli_refuse(e->k->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    duban_status s = act_metric(e->k, e->task, name, &found);
    if (s < 0) return s;
    *out = &e->metrics[found - e->task->metrics];
    *behind = sign + 1;
    return DUBAN_OK;
}

static duban_status edit_numbers(editing *e, const char *option, size_t at) {
    const char *text, *behind;
    metric_words *metric;
    for (int i = 0; (text = cli_option_nth(e->k->c, option, i)); i++) {
        duban_status s = metric_of(e, option, text, &metric, &behind);
        if (s >= 0)
            s = act_number(e->k, option, behind, (decimal *)((char *)metric + at));
        if (s < 0) return s;
    }
    return DUBAN_OK;
}

/* A day for the task and every metric that had the task's, or for one: M1=2023-12-31. */
static duban_status edit_deadline(editing *e) {
    const char *text, *behind;
    metric_words *metric;
    for (int i = 0; (text = cli_option_nth(e->k->c, "deadline", i)); i++) {
        int32_t day = 0, was = e->task->deadline;
        bool one = strchr(text, '=') != NULL;
        duban_status s =
            one ? metric_of(e, "deadline", text, &metric, &behind) : DUBAN_OK;
        if (s >= 0) s = act_day(e->k, "deadline", one ? behind : text, &day);
        if (s < 0) return s;
        if (one) {
            metric->deadline = day;
            continue;
        }
        e->task->deadline = day;
        for (uint32_t m = 0; m < e->task->metrics_n; m++)
            if (e->metrics[m].deadline == was) e->metrics[m].deadline = day;
    }
    return DUBAN_OK;
}

static duban_status edit_words(editing *e) {
    act *k = e->k;
    task_words *t = e->task;
    const char *leads = cli_option(k->c, "lead");
    const char *responsible = cli_option(k->c, "responsible");
    const char *seen = cli_option(k->c, "visibility");
    unsigned value = t->visibility;
    char words[TEXT_LIST_SIZE];
    if (cli_option(k->c, "title")) t->title = cli_option(k->c, "title");
    if (cli_option(k->c, "asked-by")) t->asked_by = cli_option(k->c, "asked-by");
    if (seen && !text_read(TEXT_VISIBILITY, seen, &value))
        return cli_refuse(k->c, DUBAN_E_WORD, 0, "visibility", seen,
                          text_list(TEXT_VISIBILITY, k->c->lang, words));
    t->visibility = (enum visibility)value;
    duban_status s = DUBAN_OK;
    if (leads) s = act_offices(k, "lead", leads, &t->leads, &t->leads_n);
    if (s >= 0 && responsible)
        s = act_offices(k, "responsible", responsible, &t->responsible,
                        &t->responsible_n);
    return s;
}

static duban_status edit(act *k, const task_words *was, task_words *is) {
    *is = *was;
    editing e = {k, is, arena_alloc(&k->a, (was->metrics_n + 1) * sizeof *e.metrics)};
    if (!e.metrics) return cli_refuse(k->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    if (was->metrics_n)
        memcpy(e.metrics, was->metrics, was->metrics_n * sizeof *e.metrics);
    duban_status s = edit_words(&e);
    if (s >= 0) s = edit_deadline(&e);
    if (s >= 0) s = edit_numbers(&e, "target", offsetof(metric_words, target));
    if (s >= 0) s = edit_numbers(&e, "target-max", offsetof(metric_words, target_max));
    if (s >= 0) s = edit_numbers(&e, "stretch", offsetof(metric_words, stretch));
    is->metrics = e.metrics;
    return s;
}

/* --- amend -------------------------------------------------------------------------- */

/* What every amendment of this call has in common. */
static duban_status begin(act *k, event *ev) {
    *ev = (event){.kind = KIND_AMENDMENT};
    amendment_words *w = &ev->amendment;
    w->plan = k->plan;
    w->document = act_text(k, "document");
    w->approver = act_text(k, "approver");
    duban_status s = act_day_option(k, "day", true, &w->day);
    if (s >= 0) s = act_needs(k, "approver");
    if (s >= 0) s = act_body(k, "reason", true, &w->reason);
    return s;
}

static duban_status amend_one(act *k) {
    task_words was;
    event ev;
    duban_status s = act_task(k, act_arg(k, 1), &was);
    if (s >= 0) s = begin(k, &ev);
    if (s >= 0) s = edit(k, &was, &ev.amendment.task);
    if (s < 0) return s;
    if (tell_all(k, &was, &ev.amendment.task, 0) == 0)
        return cli_refuse(k->c, DUBAN_E_EMPTY, 0, "task", was.number,
                          cli_say(k->c, "与现行不同的内容", "something that differs"));
    return act_send_say(k, &ev, json_pack("{s:s}", "task", was.number));
}

/* Prints every difference; sends them all with --yes. */
static duban_status amend_all(act *k, const amended_task *tasks, size_t n) {
    cli *c = k->c;
    event ev;
    size_t changed = 0;
    duban_status s = begin(k, &ev);
    for (size_t i = 0; s >= 0 && i < n; i++) {
        const amended_task *t = &tasks[i];
        if (t->has_was && !task_diff(k->l, &t->was, &t->is, c->lang, NULL, NULL))
            continue;
        changed++;
        if (!c->json)
            fprintf(c->out, "%s %s%s\n", t->is.number, t->is.title,
                    t->has_was ? "" : cli_say(c, "（新增）", " (new)"));
        tell_all(k, &t->was, &t->is, 0);
        if (!cli_flag(c, "yes")) continue;
        ev.amendment.task = t->is;
        s = act_send_say(k, &ev, json_pack("{s:s}", "task", t->is.number));
    }
    if (s < 0) return s;
    if (changed == 0) return cli_refuse(c, DUBAN_E_EMPTY, 0, act_arg(k, 1), NULL, NULL);
    if (!cli_flag(c, "yes") && !c->json)
        fprintf(c->err,
                cli_say(c, "以上 %zu 项尚未发出；核对后加 --yes 再运行。\n",
                        "%zu tasks differ and nothing was sent: run again with --yes.\n"),
                changed);
    return DUBAN_OK;
}

static task_words nothing(void) {
    return (task_words){
        .number = "", .chapter = "", .section = "", .title = "", .asked_by = ""};
}

static duban_status amend_sheet(act *k) {
    plan_files files = {0};
    amended_task *tasks = NULL;
    size_t n = 0;
    duban_status s = plan_load(k->c, &k->a, act_arg(k, 1), k->l, &files);
    if (s >= 0) s = amend_sheet_lay(k, &files, &tasks, &n);
    for (size_t i = 0; s >= 0 && i < n; i++)
        if (!tasks[i].has_was) tasks[i].was = nothing();
    if (s >= 0) s = amend_all(k, tasks, n);
    plan_load_close(&files);
    return s;
}

static bool is_sheet(const char *text) {
    size_t size = strlen(text);
    return size > 4 && strcasecmp(text + size - 4, ".csv") == 0;
}

static duban_status amend(act *k) {
    return is_sheet(act_arg(k, 1)) ? amend_sheet(k) : amend_one(k);
}

duban_status cmd_plan_amend(cli *c) {
    return act_run_plan(c, amend);
}

/* --- diff --------------------------------------------------------------------------- */

static bool edition_at(const act *k, uint32_t task, uint32_t number, edition_cell *out) {
    cell_name name = {.kind = CELL_EDITION, .task = task, .node = number};
    cell found;
    if (!look_cell(&k->where, &name, &found)) return false;
    *out = found.edition;
    return true;
}

static void say_edition(act *k, const task_words *task, uint32_t number,
                        const edition_cell *e) {
    cli *c = k->c;
    char day[DAY_TEXT_SIZE];
    const char *reason = look_text(c, &k->a, &e->reason);
    say_day(e->day, day);
    if (c->json) {
        json_line(c->out,
                  json_pack("{s:s, s:i, s:o, s:s, s:s, s:s, s:I}", "task", task->number,
                            "edition", (int)number, "day", json_day(e->day), "document",
                            e->document, "approver", e->approver, "reason", reason,
                            "index", (json_int_t)e->index));
        return;
    }
    fprintf(c->out,
            cli_say(c, "%s %s：自 %s 起，%s批准", "%s %s: from %s, approved by %s"),
            task->number, task->title, day, e->approver);
    if (*e->document) fprintf(c->out, "%s%s", cli_say(c, "，", ", "), e->document);
    if (*reason) fprintf(c->out, cli_say(c, "，理由：%s", ", reason: %s"), reason);
    fprintf(c->out, cli_say(c, "（序号 %llu）\n", " (index %llu)\n"),
            (unsigned long long)e->index);
}

/* Every edition of a task against the one that replaced it, oldest first. */
static size_t diff_task(act *k, const task_words *task) {
    edition_cell one, next;
    size_t n = 0;
    for (uint32_t number = 1; edition_at(k, task->id, number, &one); number++) {
        bool last = !edition_at(k, task->id, number + 1, &next);
        say_edition(k, task, number, &one);
        tell_all(k, &one.task, last ? task : &next.task, number);
        n++;
    }
    return n;
}

static duban_status diff(act *k) {
    task_words task;
    size_t n = 0;
    if (act_arg(k, 1)) {
        duban_status s = act_task(k, act_arg(k, 1), &task);
        if (s < 0) return s;
        n = diff_task(k, &task);
    } else {
        for (uint32_t id = 1; act_task_id(k, id, &task); id++)
            n += diff_task(k, &task);
    }
    if (n == 0 && !k->c->json)
        fprintf(k->c->out, "%s\n", cli_say(k->c, "没有调整。", "nothing was amended."));
    return DUBAN_OK;
}

duban_status cmd_plan_diff(cli *c) {
    return act_run_plan(c, diff);
}
