#include "client/cli/marks.h"

#include <string.h>

#include "client/cli/find.h"
#include "client/cli/say.h"
#include "client/cli/task_diff.h"
#include "client/cli/text.h"

bool marks_edition(const look *where, uint32_t task, uint32_t number, edition_cell *out) {
    cell_name name = {.kind = CELL_EDITION, .task = task, .node = number};
    cell found;
    if (!look_cell(where, &name, &found)) return false;
    *out = found.edition;
    return true;
}

/* Words of the edition that came after number: the next one's, or those in force. */
static task_words after(const look *where, const task_words *task, uint32_t number) {
    edition_cell next;
    return marks_edition(where, task->id, number + 1, &next) ? next.task : *task;
}

static bool duty_of(const look *where, uint32_t task, uint32_t office, duty_cell *out) {
    cell_name name = {.kind = CELL_DUTY, .task = task, .office = office};
    cell found;
    if (!look_cell(where, &name, &found)) return false;
    *out = found.duty;
    if (!out->assigned) out->assigned = "";
    return true;
}

static uint32_t offices_n(const look *where) {
    ledger_status st;
    ledger_get_status(where->l, &st);
    return st.offices;
}

/* --- the board's last column -------------------------------------------------------- */

static void add(char out[MARKS_SIZE], duban_lang lang, const char *text) {
    (void)say_list(out, MARKS_SIZE, lang == DUBAN_ZH ? "；" : "; ", text);
}

static void light_marks(const light_cell *l, duban_lang lang, char out[MARKS_SIZE]) {
    bool zh = lang == DUBAN_ZH;
    char text[SAY_SIZE], day[DAY_TEXT_SIZE];
    if (l->extended_from) {
        say_day(l->extended_from, day);
        snprintf(text, sizeof text, zh ? "原定 %s" : "was due %s", day);
        add(out, lang, text);
    }
    if (l->cause != CAUSE_OVERRIDE) return;
    say_day(l->override_until, day);
    snprintf(text, sizeof text, zh ? "计算为%s" : "computed %s",
             text_grade(l->computed, lang));
    add(out, lang, text);
    if (!*day) return;
    snprintf(text, sizeof text, zh ? "至 %s" : "until %s", day);
    add(out, lang, text);
}

/* A target that an edition changed, with both. */
static void target_marks(const look *where, const task_words *task, uint32_t number,
                         const edition_cell *e, duban_lang lang, char out[MARKS_SIZE]) {
    bool zh = lang == DUBAN_ZH;
    task_words next = after(where, task, number);
    for (uint32_t i = 0; i < e->task.metrics_n; i++) {
        char was[SAY_SIZE], is[SAY_SIZE], day[DAY_TEXT_SIZE], text[3 * SAY_SIZE];
        const metric_words *a = &e->task.metrics[i], *b = find_metric_id(&next, a->id);
        if (!b) continue;
        say_target(a, NULL, lang, was);
        say_target(b, NULL, lang, is);
        if (strcmp(was, is) == 0) continue;
        say_day(e->day, day);
        snprintf(text, sizeof text,
                 zh ? "M%u 目标原为%s，%s起%s" : "M%u target was %s, from %s %s",
                 (unsigned)a->id, was, day, is);
        add(out, lang, text);
    }
}

static void stretch_marks(const look *where, const task_words *task, duban_lang lang,
                          char out[MARKS_SIZE]) {
    for (uint32_t i = 0; i < task->metrics_n; i++) {
        char text[SAY_SIZE];
        cell_name name = {
            .kind = CELL_PACE, .task = task->id, .metric = task->metrics[i].id};
        cell found;
        if (!look_cell(where, &name, &found) || !found.pace.stretch_met) continue;
        snprintf(text, sizeof text,
                 lang == DUBAN_ZH ? "M%u 已达力争值" : "M%u reached what it strives for",
                 (unsigned)task->metrics[i].id);
        add(out, lang, text);
    }
}

void marks_of_task(const look *where, const task_words *task, const light_cell *light,
                   duban_lang lang, char out[MARKS_SIZE]) {
    edition_cell e;
    out[0] = '\0';
    if (light) light_marks(light, lang, out);
    stretch_marks(where, task, lang, out);
    for (uint32_t number = 1; marks_edition(where, task->id, number, &e); number++)
        target_marks(where, task, number, &e, lang, out);
}

/* --- JSON --------------------------------------------------------------------------- */

static void add_difference(void *ctx, const char *what, const char *from,
                           const char *to) {
    json_array_append_new(
        ctx, json_pack("{s:s, s:s, s:s}", "what", what, "from", from, "to", to));
}

static json_t *editions_json(const look *where, const task_words *task) {
    json_t *made = json_array();
    edition_cell e;
    for (uint32_t number = 1; marks_edition(where, task->id, number, &e); number++) {
        json_t *differences = json_array();
        task_words next = after(where, task, number);
        task_diff(where->l, &e.task, &next, DUBAN_EN, add_difference, differences);
        json_array_append_new(made,
                              json_pack("{s:i, s:o, s:s, s:s, s:I, s:o}", "edition",
                                        (int)number, "day", json_day(e.day), "document",
                                        e.document, "approver", e.approver, "index",
                                        (json_int_t)e.index, "differences", differences));
    }
    return made;
}

static json_t *duty_json(const look *where, uint32_t office, const duty_cell *d) {
    json_t *fillers = json_array();
    for (uint32_t i = 0; i < d->fillers_n; i++)
        json_array_append_new(
            fillers, json_pack("{s:i, s:s, s:b}", "metric", (int)d->fillers[i].metric,
                               "filler", find_office_code(where->l, d->fillers[i].filler),
                               "source", d->fillers[i].source));
    return json_pack("{s:s, s:s, s:o, s:o, s:s, s:s, s:o, s:o, s:o}", "office",
                     find_office_code(where->l, office), "why",
                     text_code(TEXT_DUTY, d->why), "from", json_day(d->from_day), "until",
                     json_day(d->until_day), "from_office",
                     find_office_code(where->l, d->from_office), "assigned", d->assigned,
                     "assigned_day", json_day(d->assigned_day), "fillers", fillers,
                     "exempt", json_day(d->exempt_day));
}

void marks_json(const look *where, const task_words *task, const light_cell *light,
                json_t *to) {
    json_t *duties = json_array();
    duty_cell d;
    for (uint32_t office = 1; office <= offices_n(where); office++)
        if (duty_of(where, task->id, office, &d))
            json_array_append_new(duties, duty_json(where, office, &d));
    if (light) {
        json_object_set_new(to, "extended_from", json_day(light->extended_from));
        json_object_set_new(to, "computed",
                            json_string(text_grade_code(light->computed)));
        json_object_set_new(to, "override_until", json_day(light->override_until));
        json_object_set_new(to, "paper", json_integer(light->paper));
    }
    json_object_set_new(to, "editions", editions_json(where, task));
    json_object_set_new(to, "duties", duties);
}

/* --- lines -------------------------------------------------------------------------- */

static void say_difference(void *ctx, const char *what, const char *from,
                           const char *to) {
    cli *c = ctx;
    const char *none = cli_say(c, "（无）", "(none)");
    fprintf(c->out, cli_say(c, "    %s：%s → %s\n", "    %s: %s -> %s\n"), what,
            *from ? from : none, *to ? to : none);
}

void marks_say_editions(cli *c, const look *where, const task_words *task) {
    edition_cell e;
    char day[DAY_TEXT_SIZE];
    for (uint32_t number = 1; marks_edition(where, task->id, number, &e); number++) {
        task_words next = after(where, task, number);
        say_day(e.day, day);
        if (*e.approver) /* a split, or an office that ended, was approved by nobody */
            fprintf(c->out,
                    cli_say(c, "  %s 起调整（%s批准%s%s）：\n",
                            "  amended from %s (%s%s%s):\n"),
                    day, e.approver, *e.document ? cli_say(c, "，", ", ") : "",
                    e.document);
        else
            fprintf(c->out, cli_say(c, "  %s 起调整：\n", "  changed from %s:\n"), day);
        task_diff(where->l, &e.task, &next, c->lang, say_difference, c);
    }
}

static void say_fillers(cli *c, const look *where, const duty_cell *d) {
    for (uint32_t i = 0; i < d->fillers_n; i++) {
        const duty_filler *f = &d->fillers[i];
        if (f->source)
            fprintf(c->out, cli_say(c, "，M%u 数据来自%s", ", M%u comes from %s"),
                    (unsigned)f->metric, find_office_name(where->l, f->filler));
        else
            fprintf(c->out, cli_say(c, "，M%u 由%s代报", ", M%u is filled by %s"),
                    (unsigned)f->metric, find_office_name(where->l, f->filler));
    }
}

static void say_duty(cli *c, const look *where, uint32_t office, const duty_cell *d) {
    char from[DAY_TEXT_SIZE], until[DAY_TEXT_SIZE], day[DAY_TEXT_SIZE];
    say_day(d->from_day, from);
    say_day(d->until_day, until);
    fprintf(c->out, "  %s", find_office_name(where->l, office));
    if (d->why)
        fprintf(c->out, "%s%s", cli_say(c, "：", ": "),
                text_word(TEXT_DUTY, d->why, c->lang));
    if (d->from_office)
        fprintf(c->out, cli_say(c, "自%s", " from %s"),
                find_office_name(where->l, d->from_office));
    if (*from) fprintf(c->out, cli_say(c, "，自 %s", ", from %s"), from);
    if (*until) fprintf(c->out, cli_say(c, "，至 %s", ", until %s"), until);
    say_fillers(c, where, d);
    if (*d->assigned)
        fprintf(c->out, cli_say(c, "，分办 %s", ", assigned to %s"), d->assigned);
    say_day(d->assigned_day, day);
    if (*d->assigned && *day) fprintf(c->out, cli_say(c, "（%s 前）", " (by %s)"), day);
    say_day(d->exempt_day, day);
    if (*day) fprintf(c->out, cli_say(c, "，%s 起核减", ", exempt from %s"), day);
    fputc('\n', c->out);
}

void marks_say_duties(cli *c, const look *where, const task_words *task) {
    duty_cell d;
    for (uint32_t office = 1; office <= offices_n(where); office++)
        if (duty_of(where, task->id, office, &d)) say_duty(c, where, office, &d);
}
