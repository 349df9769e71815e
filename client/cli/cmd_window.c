/* duban release, unlock, light set, light lift: windows and lights changed by hand. */
#include "client/cli/act.h"
#include "client/cli/commands.h"
#include "client/cli/text.h"

static duban_status release(act *k) {
    event ev = {.kind = KIND_RELEASE};
    duban_status s = act_period(k, act_arg(k, 2), &ev.release.period);
    if (s >= 0) s = act_day(k, "day", act_arg(k, 3), &ev.release.day);
    if (s < 0) return s;
    ev.release.plan = k->plan;
    ev.release.code = act_arg(k, 1);
    return act_send_say(k, &ev, NULL);
}

duban_status cmd_release(cli *c) {
    return act_run_plan(c, release);
}

static duban_status unlock(act *k) {
    task_words task;
    event ev = {.kind = KIND_UNLOCK};
    unlock_words *w = &ev.unlock;
    duban_status s = act_task(k, act_arg(k, 1), &task);
    if (s >= 0) s = act_office(k, "office", act_arg(k, 2), &w->office);
    if (s >= 0) s = act_period(k, act_arg(k, 3), &w->period);
    if (s >= 0) s = act_day_option(k, "until", true, &w->until_day);
    if (s >= 0) s = act_needs(k, "for");
    if (s >= 0) s = act_body(k, "reason", true, &w->reason);
    if (s < 0) return s;
    w->plan = k->plan;
    w->task = task.id;
    w->code = act_text(k, "for");
    return act_send_say(k, &ev, NULL);
}

duban_status cmd_unlock(cli *c) {
    return act_run_plan(c, unlock);
}

static duban_status override(act *k, bool lift) {
    task_words task;
    unsigned wanted = GRADE_NONE;
    char grades[TEXT_LIST_SIZE];
    event ev = {.kind = KIND_OVERRIDE};
    override_words *w = &ev.override;
    duban_status s = act_task(k, act_arg(k, 1), &task);
    if (s >= 0 && act_arg(k, 2)) s = act_office(k, "office", act_arg(k, 2), &w->office);
    if (s >= 0 && !lift) s = act_needs(k, "grade");
    if (s >= 0 && !lift) s = act_day_option(k, "until", false, &w->until_day);
    if (s < 0) return s;
    if (!lift && (!text_read(TEXT_GRADE, act_text(k, "grade"), &wanted) || !wanted))
        return cli_refuse(k->c, DUBAN_E_WORD, 0, "grade", act_text(k, "grade"),
                          text_list(TEXT_GRADE, k->c->lang, grades));
    s = act_body(k, "reason", true, &w->reason);
    if (s < 0) return s;
    w->plan = k->plan;
    w->task = task.id;
    w->grade = (grade)wanted;
    return act_send_say(k, &ev, NULL);
}

static duban_status set_light(act *k) {
    return override(k, false);
}

static duban_status lift_light(act *k) {
    return override(k, true);
}

duban_status cmd_light_set(cli *c) {
    return act_run_plan(c, set_light);
}

duban_status cmd_light_lift(cli *c) {
    return act_run_plan(c, lift_light);
}
