/* duban split, callin, fill-for, confirm, object, assign: who owes what, beyond the plan
 * as it was published. */
#include <stdlib.h>
#include <string.h>

#include "client/cli/act.h"
#include "client/cli/commands.h"

/* The task named by the second argument. */
static duban_status task_of(act *k, task_words *out) {
    return act_task(k, act_arg(k, 1), out);
}

/* --- split -------------------------------------------------------------------------- */

/* "east=120" in two; the office's number and what stands behind the sign. */
static duban_status read_pair(act *k, const char *field, const char *text,
                              uint32_t *office, decimal *value) {
    const char *sign = strrchr(text, '=');
    if (!sign || sign == text || !sign[1])
        return cli_refuse(k->c, DUBAN_E_USAGE, 0, field, text, "guanxian=120");
    const char *name = arena_copy(&k->a, text, (size_t)(sign - text));
    if (!name) return cli_refuse(k->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    duban_status s = act_office(k, field, name, office);
    return s < 0 ? s : act_number(k, field, sign + 1, value);
}

/* --weight or --opening, each OFFICE=N, given to the split of that office. */
static duban_status read_beside(act *k, const char *option, split_words *splits,
                                uint32_t n) {
    const char *text;
    for (int at = 0; (text = cli_option_nth(k->c, option, at)); at++) {
        uint32_t office, i = 0;
        decimal value;
        duban_status s = read_pair(k, option, text, &office, &value);
        if (s < 0) return s;
        while (i < n && splits[i].office != office)
            i++;
        if (i == n)
            return cli_refuse(k->c, DUBAN_E_UNKNOWN_OFFICE, 0, option, text, NULL);
        *(strcmp(option, "weight") == 0 ? &splits[i].weight : &splits[i].opening) = value;
    }
    return DUBAN_OK;
}

static duban_status split(act *k) {
    cli *c = k->c;
    task_words task;
    const metric_words *metric;
    event ev = {.kind = KIND_SPLITTING};
    splitting_words *w = &ev.splitting;
    split_words *splits = arena_alloc(&k->a, CLI_ARGS_MAX * sizeof *splits);
    if (!splits) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    duban_status s = task_of(k, &task);
    if (s >= 0) s = act_metric(k, &task, act_arg(k, 2), &metric);
    if (s >= 0) s = act_day_option(k, "day", true, &w->day);
    if (s < 0) return s;
    for (int i = 3; i < c->args_n; i++) {
        split_words *one = &splits[w->splits_n++];
        *one = (split_words){.metric = metric->id};
        s = read_pair(k, "splits", c->args[i], &one->office, &one->value);
        if (s < 0) return s;
    }
    w->plan = k->plan;
    w->task = task.id;
    w->metric = metric->id;
    w->splits = splits;
    w->complete = cli_flag(c, "complete");
    s = read_beside(k, "weight", splits, w->splits_n);
    if (s >= 0) s = read_beside(k, "opening", splits, w->splits_n);
    if (s >= 0) s = act_body(k, "reason", false, &w->reason);
    return s < 0 ? s : act_send_say(k, &ev, NULL);
}

duban_status cmd_split(cli *c) {
    return act_run_plan(c, split);
}

/* --- callin, fill-for, assign ------------------------------------------------------- */

static duban_status call_in(act *k) {
    cli *c = k->c;
    task_words task;
    event ev = {.kind = KIND_CALL_IN};
    call_in_words *w = &ev.call_in;
    uint32_t *offices = arena_alloc(&k->a, CLI_ARGS_MAX * sizeof *offices);
    if (!offices) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    duban_status s = task_of(k, &task);
    if (s >= 0) s = act_day_option(k, "day", true, &w->day);
    for (int i = 2; i < c->args_n && s >= 0; i++)
        s = act_office(k, "offices", c->args[i], &offices[w->offices_n++]);
    if (s >= 0) s = act_body(k, "reason", false, &w->reason);
    if (s < 0) return s;
    w->plan = k->plan;
    w->task = task.id;
    w->offices = offices;
    w->ended = cli_flag(c, "end");
    return act_send_say(k, &ev, NULL);
}

duban_status cmd_callin(cli *c) {
    return act_run_plan(c, call_in);
}

static duban_status fill_for(act *k) {
    cli *c = k->c;
    task_words task;
    const metric_words *metric;
    event ev = {.kind = KIND_FILLER};
    filler_words *w = &ev.filler;
    const char *by = cli_option(c, "by");
    bool stop = cli_flag(c, "stop");
    if (stop == (by != NULL))
        return cli_refuse(c, DUBAN_E_USAGE, 0, "by", by ? "--by --stop" : "",
                          "--by OFFICE | --stop");
    duban_status s = task_of(k, &task);
    if (s >= 0) s = act_metric(k, &task, act_arg(k, 2), &metric);
    if (s >= 0) s = act_office(k, "office", act_arg(k, 3), &w->office);
    if (s >= 0 && by) s = act_office(k, "filler", by, &w->filler);
    if (s < 0) return s;
    w->plan = k->plan;
    w->task = task.id;
    w->metric = metric->id;
    w->source = cli_flag(c, "source");
    return act_send_say(k, &ev, NULL);
}

duban_status cmd_fill_for(cli *c) {
    return act_run_plan(c, fill_for);
}

static duban_status assign(act *k) {
    cli *c = k->c;
    task_words task;
    event ev = {.kind = KIND_ASSIGNMENT};
    const char *code = act_arg(k, 2);
    if (!code == !cli_flag(c, "nobody"))
        return cli_refuse(c, DUBAN_E_USAGE, 0, "code", code, "CODE | --nobody");
    duban_status s = task_of(k, &task);
    if (s >= 0) s = act_day_option(k, "day", false, &ev.assignment.day);
    if (s < 0) return s;
    ev.assignment.plan = k->plan;
    ev.assignment.task = task.id;
    ev.assignment.code = code ? code : "";
    return act_send_say(k, &ev, NULL);
}

duban_status cmd_assign(cli *c) {
    return act_run_plan(c, assign);
}

/* --- confirm, object ---------------------------------------------------------------- */

/* What stands of this office's figure; says when nothing does. */
static duban_status standing(act *k, uint32_t task, uint32_t metric, uint32_t office,
                             period round, value_cell *out) {
    if (look_value(&k->where, task, metric, office, round, out)) return DUBAN_OK;
    return cli_refuse(k->c, DUBAN_E_UNKNOWN_INDEX, 0, "period", act_arg(k, 3),
                      cli_say(k->c, "一期已报的数值", "a period with a value reported"));
}

static duban_status answer(act *k, bool objects) {
    task_words task;
    const metric_words *metric;
    value_cell value;
    event ev = {.kind = KIND_CONFIRMATION};
    confirmation_words *w = &ev.confirmation;
    duban_status s = task_of(k, &task);
    if (s >= 0) s = act_metric(k, &task, act_arg(k, 2), &metric);
    if (s >= 0) s = act_period(k, act_arg(k, 3), &w->period);
    if (s >= 0)
        s = standing(k, task.id, metric->id, duban_office(k->c->d), w->period, &value);
    if (s >= 0) s = act_body(k, "reason", objects, &w->reason);
    if (s < 0) return s;
    w->plan = k->plan;
    w->task = task.id;
    w->metric = metric->id;
    w->index = value.index;
    w->objects = objects;
    return act_send_say(k, &ev, NULL);
}

static duban_status confirm(act *k) {
    return answer(k, false);
}

static duban_status object(act *k) {
    return answer(k, true);
}

duban_status cmd_confirm(cli *c) {
    return act_run_plan(c, confirm);
}

duban_status cmd_object(cli *c) {
    return act_run_plan(c, object);
}
