#include "client/cli/act.h"

#include <stdlib.h>
#include <string.h>

#include "client/cli/admin.h"
#include "client/cli/find.h"
#include "client/cli/say.h"
#include "client/cli/sheet.h"
#include "client/cli/text.h"
#include "client/cli/typed.h"

/* --- the scope ---------------------------------------------------------------------- */

static duban_status run(cli *c, bool plan, act_fn fn) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    act k = {.c = c, .l = duban_slice(c->d)};
    arena_init(&k.a, 0);
    if (plan) s = act_plan(&k, c->args[0]);
    if (s >= 0) s = fn(&k);
    look_close(&k.where);
    arena_close(&k.a);
    return s;
}

duban_status act_run(cli *c, act_fn fn) {
    return run(c, false, fn);
}

duban_status act_run_plan(cli *c, act_fn fn) {
    return run(c, true, fn);
}

duban_status act_plan(act *k, const char *text) {
    cli *c = k->c;
    plan_info known;
    uint32_t number = text ? ledger_find_plan(k->l, text) : find_plan_asked(c);
    if (!text && !number) return DUBAN_E_UNKNOWN_PLAN;
    if (!number || !ledger_get_plan(k->l, number, &known) || !known.published)
        return cli_refuse(c, DUBAN_E_UNKNOWN_PLAN, 0, "plan", text,
                          cli_say(c, "已发布的台账代码", "the code of a published plan"));
    look_close(&k->where);
    duban_status s = look_board(c, number, &k->where);
    if (s < 0) return s;
    cell_name name = {.kind = CELL_PLAN};
    cell found;
    if (!look_cell(&k->where, &name, &found))
        return cli_refuse(c, DUBAN_E_UNKNOWN_PLAN, 0, "plan", text, NULL);
    k->plan = number;
    k->info = found.plan;
    return DUBAN_OK;
}

duban_status act_any_plan(act *k) {
    ledger_status st;
    plan_info plan;
    ledger_get_status(k->l, &st);
    for (uint32_t number = st.plans; number; number--)
        if (ledger_get_plan(k->l, number, &plan) && plan.published)
            return act_plan(k, plan.code);
    return DUBAN_OK;
}

/* --- what is named ------------------------------------------------------------------ */

const char *act_arg(const act *k, int n) {
    return n < k->c->args_n ? k->c->args[n] : NULL;
}

duban_status act_needs(act *k, const char *option) {
    if (cli_flag(k->c, option)) return DUBAN_OK;
    return cli_refuse(k->c, DUBAN_E_USAGE, 0, option, "", NULL);
}

bool act_task_id(const act *k, uint32_t id, task_words *out) {
    cell_name name = {.kind = CELL_TASK, .task = id};
    cell found;
    if (!look_cell(&k->where, &name, &found)) return false;
    *out = found.task;
    return true;
}

duban_status act_task(act *k, const char *text, task_words *out) {
    task_words task;
    for (uint32_t id = 1; act_task_id(k, id, &task); id++)
        if (typed_same(task.number, text)) {
            *out = task;
            return DUBAN_OK;
        }
    return cli_refuse(k->c, DUBAN_E_UNKNOWN_TASK, 0, "task", text, "duban plan show");
}

duban_status act_office(act *k, const char *field, const char *text, uint32_t *out) {
    office_words office;
    if (!find_office(k->l, text, &office))
        return cli_refuse(k->c, DUBAN_E_UNKNOWN_OFFICE, 0, field, text,
                          "duban office list");
    *out = office.number;
    return DUBAN_OK;
}

/* Bytes of the separator that stands there, 0 for none. */
static size_t separator_at(const char *at) {
    static const char *const signs[] = {",", ";", "|", "，", "；", "、"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strncmp(at, signs[i], strlen(signs[i])) == 0) return strlen(signs[i]);
    return 0;
}

const char *const *act_list(act *k, const char *text, uint32_t *n) {
    const char **items = arena_alloc(&k->a, (strlen(text) + 1) * sizeof *items);
    uint32_t made = 0;
    while (items && *text) {
        size_t gap = separator_at(text), size = 0;
        if (gap || *text == ' ') {
            text += gap ? gap : 1;
            continue;
        }
        while (text[size] && !separator_at(text + size))
            size++;
        size_t end = size;
        while (end && text[end - 1] == ' ')
            end--;
        items[made] = arena_copy(&k->a, text, end);
        if (!items[made++]) items = NULL;
        text += size;
    }
    if (!items)
        cli_refuse(k->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    else
        *n = made;
    return items;
}

duban_status act_offices(act *k, const char *field, const char *text,
                         const uint32_t **out, uint32_t *n) {
    uint32_t names_n = 0;
    const char *const *names = act_list(k, text, &names_n);
    uint32_t *made = names ? arena_alloc(&k->a, (names_n + 1) * sizeof *made) : NULL;
    if (!made) return DUBAN_E_NO_MEMORY;
    for (uint32_t i = 0; i < names_n; i++) {
        duban_status s = act_office(k, field, names[i], &made[i]);
        if (s < 0) return s;
    }
    *out = made;
    *n = names_n;
    return DUBAN_OK;
}

duban_status act_metric(act *k, const task_words *task, const char *text,
                        const metric_words **out) {
    char known[TEXT_LIST_SIZE];
    const metric_words *metric = find_metric(task, text);
    if (!metric) {
        find_metrics_list(task, known, sizeof known);
        return cli_refuse(k->c, DUBAN_E_UNKNOWN_METRIC, 0, "metric", text, known);
    }
    *out = metric;
    return DUBAN_OK;
}

duban_status act_period(act *k, const char *text, period *out) {
    if (typed_period(text, out) >= 0) return DUBAN_OK;
    char rounds[FIND_ROUNDS_SIZE];
    find_rounds_list(k->l, k->plan, rounds);
    return cli_refuse(k->c, DUBAN_E_UNKNOWN_PERIOD, 0, "period", text, rounds);
}

duban_status act_day(act *k, const char *field, const char *text, int32_t *out) {
    if (sheet_day(text, out) >= 0) return DUBAN_OK;
    return cli_refuse(k->c, DUBAN_E_DATE, 0, field, text, "YYYY-MM-DD");
}

duban_status act_day_option(act *k, const char *option, bool needed, int32_t *out) {
    const char *text = cli_option(k->c, option);
    if (text) return act_day(k, option, text, out);
    return needed ? cli_refuse(k->c, DUBAN_E_USAGE, 0, option, "", "YYYY-MM-DD")
                  : DUBAN_OK;
}

duban_status act_number(act *k, const char *field, const char *text, decimal *out) {
    char folded[TYPED_SIZE];
    duban_status s =
        decimal_read(typed_fold(text, folded, sizeof folded) ? folded : text, out);
    if (s >= 0) return s;
    return cli_refuse(k->c, s, 0, field, text, say_number_wanted(s, k->c->lang));
}

duban_status act_count(act *k, const char *field, const char *text, uint32_t *out) {
    size_t digits = strspn(text, "0123456789");
    if (!digits || text[digits] || digits > 9)
        return cli_refuse(k->c, DUBAN_E_DECIMAL, 0, field, text, "1, 2, …");
    *out = (uint32_t)strtoul(text, NULL, 10);
    return DUBAN_OK;
}

const char *act_text(const act *k, const char *option) {
    const char *text = cli_option(k->c, option);
    return text ? text : "";
}

/* --- sending ------------------------------------------------------------------------ */

duban_status act_body(act *k, const char *option, bool needed, body_ref *out) {
    cli *c = k->c;
    bool has = false, reason = strcmp(option, "reason") == 0;
    const char *text = cli_option(c, option);
    duban_body_made *made = &k->bodies[k->bodies_n];
    duban_status s = DUBAN_OK;
    if (reason) {
        s = admin_reason(c, &k->a, made, &has);
    } else if (text && *text) {
        s = admin_text_body(c, option, text, made);
        has = s >= 0;
    }
    if (s < 0) return s;
    if (!has)
        return needed ? cli_refuse(c, DUBAN_E_REASON_NEEDED, 0, option, "", NULL)
                      : DUBAN_OK;
    k->bodies_n++;
    *out = made->ref;
    return DUBAN_OK;
}

duban_status act_send(act *k, event *ev, uint64_t *index) {
    return admin_send_only(k->c, ev, k->bodies, k->bodies_n, index);
}

duban_status act_send_say(act *k, event *ev, json_t *more) {
    cli *c = k->c;
    uint64_t index = 0;
    duban_status s = act_send(k, ev, &index);
    if (s < 0 || !c->json) {
        json_decref(more);
        if (s >= 0)
            fprintf(
                c->out,
                cli_say(c, "%s：已入台账，序号 %llu。\n", "%s: stands at index %llu.\n"),
                text_event_kind(ev->kind, c->lang), (unsigned long long)index);
        return s;
    }
    json_t *said = json_pack("{s:s, s:I}", "kind", text_event_kind_code(ev->kind),
                             "index", (json_int_t)index);
    if (more) json_object_update(said, more);
    json_decref(more);
    json_line(c->out, said);
    return DUBAN_OK;
}
