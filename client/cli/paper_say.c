#include "client/cli/paper_say.h"

#include <string.h>

#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/paper_word.h"
#include "client/cli/text.h"

const char *paper_say_form(const papers_row *row, duban_lang lang) {
    return row->form ? paper_word_form(row->form, lang) : row->cell->form;
}

const char *paper_say_state(const papers_row *row, duban_lang lang) {
    return row->state ? paper_word_state(row->state, lang) : row->cell->state;
}

const char *paper_say_title(const papers *p, const papers_row *row) {
    task_words task;
    if (*row->cell->title || !row->cell->tasks_n) return row->cell->title;
    bool has = find_task_id(p->where.l, p->where.plan, row->cell->tasks[0], &task);
    return has ? task.title : "";
}

void paper_say_tasks(const papers *p, const uint32_t *tasks, uint32_t n, char *out,
                     size_t out_size) {
    out[0] = '\0';
    for (uint32_t i = 0; i < n; i++) {
        task_words task;
        if (find_task_id(p->where.l, p->where.plan, tasks[i], &task))
            (void)say_list(out, out_size, cli_say(p->c, "、", ", "), task.number);
    }
}

void paper_say_offices(const papers *p, const uint32_t *offices, uint32_t n, char *out,
                       size_t out_size) {
    out[0] = '\0';
    for (uint32_t i = 0; i < n; i++)
        (void)say_list(out, out_size, cli_say(p->c, "、", ", "),
                       find_office_name(p->where.l, offices[i]));
}

void paper_say_limit(const papers *p, const papers_row *row, char out[SAY_SIZE]) {
    char day[DAY_TEXT_SIZE];
    int32_t limit = row->cell->limit_day;
    say_day(limit, day);
    bool over = limit && !row->cell->ended && (row->cell->breached || limit < p->day);
    snprintf(out, SAY_SIZE, "%s%s", day,
             over ? cli_say(p->c, "（已逾期）", " (overdue)") : "");
}

void paper_say_by(const cli *c, const form_act *act, char *out, size_t out_size) {
    out[0] = '\0';
    for (uint32_t i = 0; i < act->by_n; i++)
        (void)say_list(out, out_size, cli_say(c, "、", ", "),
                       text_word(TEXT_RELATION, act->by[i], c->lang));
}

void paper_say_needs(const form_act *act, char *out, size_t out_size) {
    out[0] = '\0';
    for (uint32_t i = 0; i < act->needs_n; i++) {
        char one[32];
        snprintf(one, sizeof one, "--%s", paper_word_option(act->needs[i]));
        (void)say_list(out, out_size, " ", one);
    }
}

void paper_say_next(const cli *c, const form_words *form, const form_state *state,
                    uint32_t number, char *out, size_t out_size) {
    cell nothing = {0};
    papers_row row = {number, &nothing.paper, form, state};
    const form_act *act = papers_awaited(&row);
    char who[SAY_SIZE], needs[SAY_SIZE];
    if (state->ended || !act) {
        snprintf(out, out_size, "%s",
                 state->ended ? cli_say(c, "到此办结。", "It has ended.")
                              : cli_say(c, "不等任何一方。", "Nothing is waited for."));
        return;
    }
    snprintf(who, sizeof who, "%s",
             act->by_n ? text_word(TEXT_RELATION, act->by[0], c->lang) : "");
    paper_say_needs(act, needs, sizeof needs);
    char typed[SAY_SIZE];
    const char *word = paper_word_of(form->code);
    snprintf(typed, sizeof typed, "duban %s%.64s %.64s %u%s%.100s",
             paper_word_forms(word) ? "" : "paper ", word, act->code, (unsigned)number,
             *needs ? " " : "", needs);
    snprintf(out, out_size, cli_say(c, "接下来由%s“%s”：%s。", "Next, %s: %s, %s."), who,
             paper_word_act(act, c->lang), typed);
}

static json_t *numbers_json(const papers *p, const uint32_t *numbers, uint32_t n,
                            bool tasks) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < n; i++) {
        task_words task;
        if (!tasks)
            json_array_append_new(list,
                                  json_string(find_office_code(p->where.l, numbers[i])));
        else if (find_task_id(p->where.l, p->where.plan, numbers[i], &task))
            json_array_append_new(list, json_string(task.number));
    }
    return list;
}

json_t *paper_say_json(const papers *p, const papers_row *row) {
    const paper_cell *paper = row->cell;
    json_t *o = json_pack(
        "{s:i, s:s, s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:b}", "paper", (int)row->number,
        "form", paper->form, "state", paper->state, "title", paper_say_title(p, row),
        "tasks", numbers_json(p, paper->tasks, paper->tasks_n, true), "offices",
        numbers_json(p, paper->offices, paper->offices_n, false), "opener",
        find_office_code(p->where.l, paper->opener), "document", paper->document,
        "authority", paper->authority, "ended", paper->ended);
    json_object_set_new(o, "opened", json_day(paper->opened_day));
    json_object_set_new(o, "since", json_day(paper->since_day));
    json_object_set_new(o, "limit", json_day(paper->limit_day));
    json_object_set_new(o, "day", json_day(paper->day));
    json_object_set_new(o, "breached", json_boolean(paper->breached));
    json_object_set_new(o, "breaches", json_integer(paper->breaches));
    json_object_set_new(o, "acts", json_integer(paper->acts));
    json_object_set_new(o, "index", json_integer((json_int_t)paper->index));
    json_object_set_new(o, "refers", json_integer(paper->refers));
    json_object_set_new(o, "effect", json_string(text_code(TEXT_EFFECT, paper->effect)));
    return o;
}
