/* duban paper list, show, acts: the papers that stand, one paper's life, what may be
 * done. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/paper_say.h"
#include "client/cli/paper_word.h"
#include "client/cli/print.h"
#include "client/cli/text.h"
#include "client/cli/typed.h"

/* Opens the home and the papers and runs one of the commands below. */
static duban_status with_papers(cli *c, duban_status (*run)(papers *p)) {
    papers p;
    arena a;
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    uint32_t plan = find_plan_asked(c);
    if (!plan) return DUBAN_E_UNKNOWN_PLAN;
    cli_say_kept(c);
    arena_init(&a, 0);
    s = papers_open(c, &a, plan, &p);
    if (s >= 0) s = run(&p);
    papers_close(&p);
    arena_close(&a);
    return s;
}

/* --- list --------------------------------------------------------------------------- */

typedef struct filter {
    const char *const *forms; /* codes ended by NULL; NULL: every form */
    const char *one[2];
    bool open;
    bool overdue;
    bool waiting; /* for this home's office */
    uint32_t office;
    uint32_t task;
    period round;
} filter;

static duban_status read_form(papers *p, filter *f) {
    const char *text = cli_option(p->c, "form");
    if (!text) return DUBAN_OK;
    f->forms = paper_word_forms(text);
    const form_words *form = forms_find(&p->forms, text);
    if (form && (!f->forms || strcmp(form->code, text) == 0)) {
        f->one[0] = form->code;
        f->forms = f->one;
    }
    return f->forms ? DUBAN_OK
                    : cli_refuse(p->c, DUBAN_E_UNKNOWN_FORM, 0, "form", text,
                                 "duban paper acts");
}

static duban_status read_filter(papers *p, filter *f) {
    cli *c = p->c;
    const char *office = cli_option(c, "office"), *task = cli_option(c, "task");
    const char *round = cli_option(c, "period");
    office_words found;
    task_words of;
    duban_status s = read_form(p, f);
    if (s < 0) return s;
    f->open = cli_flag(c, "open");
    f->overdue = cli_flag(c, "overdue");
    f->waiting = cli_flag(c, "waiting");
    if (office && !find_office(p->where.l, office, &found))
        return cli_refuse(c, DUBAN_E_UNKNOWN_OFFICE, 0, "office", office,
                          "duban office list");
    if (task && !find_task(p->where.l, p->where.plan, task, &of))
        return cli_refuse(c, DUBAN_E_UNKNOWN_TASK, 0, "task", task, NULL);
    if (round && typed_period(round, &f->round) < 0)
        return cli_refuse(c, DUBAN_E_UNKNOWN_PERIOD, 0, "period", round, "2023Q2");
    f->office = office ? found.number : 0;
    f->task = task ? of.id : 0;
    return DUBAN_OK;
}

static bool among(const uint32_t *list, uint32_t n, uint32_t value) {
    for (uint32_t i = 0; i < n; i++)
        if (list[i] == value) return true;
    return false;
}

static bool of_form(const filter *f, const papers_row *row) {
    for (size_t i = 0; f->forms && f->forms[i]; i++)
        if (strcmp(f->forms[i], row->cell->form) == 0) return true;
    return !f->forms;
}

/* The day a paper is of: the one it names (a meeting's), else that of its opening. */
static int32_t day_of(const papers_row *row) {
    return row->cell->day ? row->cell->day : row->cell->opened_day;
}

static bool in_round(period round, int32_t day) {
    return !round.kind || (day >= round.first_day && day <= period_last_day(round));
}

/* A visit is not shown to whom it may be paid. */
static bool is_kept_back(const papers *p, const papers_row *row) {
    uint32_t own = duban_office(p->c->d);
    return row->cell->hidden && own != 1 && own != row->cell->opener;
}

static bool passes(const papers *p, const filter *f, const papers_row *row) {
    const paper_cell *paper = row->cell;
    if (is_kept_back(p, row)) return false;
    bool over = !paper->ended &&
                (paper->breached || (paper->limit_day && paper->limit_day < p->day));
    if (!of_form(f, row) || (f->open && paper->ended) || (f->overdue && !over) ||
        !in_round(f->round, day_of(row)))
        return false;
    if (f->task && !among(paper->tasks, paper->tasks_n, f->task)) return false;
    if (f->waiting && !papers_waits(p, row, duban_office(p->c->d))) return false;
    return !f->office || paper->opener == f->office ||
           among(paper->offices, paper->offices_n, f->office);
}

static grade color_of(const papers *p, const papers_row *row) {
    const paper_cell *paper = row->cell;
    if (paper->ended) return GRADE_GREEN;
    if (paper->breached || (paper->limit_day && paper->limit_day < p->day))
        return GRADE_RED;
    return papers_awaited(row) ? GRADE_YELLOW : GRADE_NONE;
}

static void list_row(const papers *p, const papers_row *row, print_table *t) {
    char text[SAY_SIZE];
    duban_lang lang = p->c->lang;
    print_table_row(t);
    print_table_cell_format(t, "%u", (unsigned)row->number);
    print_table_cell(t, paper_say_form(row, lang));
    print_table_cell_grade(t, color_of(p, row), paper_say_state(row, lang));
    print_table_cell(t, row->cell->hidden ? cli_say(p->c, "（不公开）", "(not public)")
                                          : paper_say_title(p, row));
    paper_say_tasks(p, row->cell->tasks, row->cell->tasks_n, text, sizeof text);
    print_table_cell(t, text);
    paper_say_offices(p, row->cell->offices, row->cell->offices_n, text, sizeof text);
    print_table_cell(t, text);
    paper_say_limit(p, row, text);
    print_table_cell(t, text);
    print_table_cell(t, row->cell->document);
}

static duban_status print_list(papers *p, const filter *f) {
    cli *c = p->c;
    size_t n = 0, open = 0;
    const print_column columns[] = {
        {cli_say(c, "编号", "no"), PRINT_RIGHT, 0},
        {cli_say(c, "文种", "form"), PRINT_LEFT, 0},
        {cli_say(c, "状态", "state"), PRINT_LEFT, 0},
        {cli_say(c, "事项", "title"), PRINT_LEFT, 30},
        {cli_say(c, "任务", "tasks"), PRINT_LEFT, 12},
        {cli_say(c, "收文单位", "to"), PRINT_LEFT, 28},
        {cli_say(c, "时限", "limit"), PRINT_LEFT, 0},
        {cli_say(c, "文号", "document"), PRINT_LEFT, 24},
    };
    print_table *t = print_table_new(columns, 8, c->color);
    for (size_t i = 0; i < p->rows_n; i++) {
        if (!passes(p, f, &p->rows[i])) continue;
        n++;
        open += !p->rows[i].cell->ended;
        if (c->json)
            json_line(c->out, paper_say_json(p, &p->rows[i]));
        else
            list_row(p, &p->rows[i], t);
    }
    if (!c->json && n) print_table_write(t, c->out);
    print_table_free(t);
    if (!c->json)
        fprintf(c->out,
                cli_say(c, "文书 %zu 件，未办结 %zu 件。看一件：duban paper show 编号\n",
                        "%zu papers, %zu of them open. One of them: duban paper show "
                        "NUMBER\n"),
                n, open);
    return DUBAN_OK;
}

/* Whether a paper is that lead's: it opened it, is named by it, or leads a task of it. */
static bool of_lead(const papers *p, const papers_row *row, uint32_t lead) {
    return row->cell->opener == lead ||
           among(row->cell->offices, row->cell->offices_n, lead) ||
           papers_stands(p, row, BY_LEAD, lead);
}

static bool held(const papers *p, const filter *f, uint32_t lead) {
    for (size_t i = 0; i < p->rows_n; i++)
        if (of_form(f, &p->rows[i]) && in_round(f->round, day_of(&p->rows[i])) &&
            of_lead(p, &p->rows[i], lead))
            return true;
    return false;
}

/* How many tasks an office leads. */
static uint32_t leads(const papers *p, uint32_t office) {
    task_words task;
    uint32_t n = 0;
    for (uint32_t id = 1; find_task_id(p->where.l, p->where.plan, id, &task); id++)
        n += task.leads_n && task.leads[0] == office;
    return n;
}

/* Lead offices without such a paper in the period. */
static duban_status print_none(papers *p, const filter *f) {
    cli *c = p->c;
    ledger_status st;
    size_t all = 0, none = 0;
    if (!f->forms)
        return cli_refuse(c, DUBAN_E_USAGE, 0, "form", "", "--form meeting --none");
    ledger_get_status(p->where.l, &st);
    for (uint32_t office = 1; office <= st.offices; office++) {
        uint32_t tasks = leads(p, office);
        if (!tasks) continue;
        all++;
        if (held(p, f, office)) continue;
        none++;
        if (c->json)
            json_line(c->out, json_pack("{s:s, s:s, s:i}", "office",
                                        find_office_code(p->where.l, office), "name",
                                        find_office_name(p->where.l, office), "leads",
                                        (int)tasks));
        else
            fprintf(c->out, cli_say(c, "%s（牵头 %u 项）\n", "%s (leads %u)\n"),
                    find_office_name(p->where.l, office), (unsigned)tasks);
    }
    if (!c->json)
        fprintf(c->out,
                cli_say(c, "牵头单位 %zu 个，其中 %zu 个没有。\n",
                        "%zu lead offices, %zu of them without one.\n"),
                all, none);
    return DUBAN_OK;
}

static duban_status list(papers *p) {
    filter f = {0};
    duban_status s = read_filter(p, &f);
    if (s < 0) return s;
    return cli_flag(p->c, "none") ? print_none(p, &f) : print_list(p, &f);
}

duban_status cmd_paper_list(cli *c) {
    return with_papers(c, list);
}

/* --- show --------------------------------------------------------------------------- */

static const papers_row *asked(papers *p) {
    const papers_row *row = papers_find(p, paper_word_number(p->c->args[0]));
    if (row && is_kept_back(p, row)) row = NULL;
    if (!row)
        cli_refuse(p->c, DUBAN_E_UNKNOWN_PAPER, 0, "paper", p->c->args[0],
                   "duban paper list");
    return row;
}

static const char *act_name(const papers *p, const papers_row *row,
                            const papers_act *act) {
    bool opens = !act->said && row->form && row->cell->opener == 0 &&
                 strcmp(act->state, row->form->proposed) == 0;
    if (opens) return cli_say(p->c, "提出", "proposed it");
    if (!act->said) return cli_say(p->c, "到期转入", "moved it on");
    return act->act ? paper_word_act(act->act, p->c->lang) : act->said->act;
}

static void act_json(papers *p, const papers_row *row, const papers_act *act) {
    char moment[MOMENT_TEXT_SIZE] = "";
    ledger_status st;
    ledger_get_status(p->where.l, &st);
    if (act->index) moment_write(act->received_ms, st.utc_offset_minutes, moment);
    json_t *o =
        json_pack("{s:i, s:I, s:s, s:o, s:s, s:s, s:s}", "paper", (int)row->number,
                  "index", (json_int_t)act->index, "received", moment, "done",
                  json_day(act->day), "office", find_office_code(p->where.l, act->office),
                  "act", act->said ? act->said->act : "", "state", act->state);
    if (act->said) {
        json_object_set_new(o, "text",
                            json_string(look_text(p->c, p->a, &act->said->text)));
        json_object_set_new(o, "document", json_string(act->said->document));
        json_object_set_new(o, "authority", json_string(act->said->authority));
        json_object_set_new(o, "day", json_day(act->said->day));
        json_object_set_new(o, "limit", json_day(act->said->limit_day));
        json_object_set_new(o, "evidence", json_integer(act->said->evidence_n));
    }
    json_line(p->c->out, o);
}

/* What an act said beyond its name, in one line each. */
static void act_words(papers *p, const papers_act *act) {
    FILE *f = p->c->out;
    char day[DAY_TEXT_SIZE];
    const paper_words *said = act->said;
    const char *text = look_text(p->c, p->a, &said->text);
    if (*text) fprintf(f, "      %s\n", text);
    if (*said->document)
        fprintf(f, cli_say(p->c, "      文号 %s\n", "      document %s\n"),
                said->document);
    if (*said->authority)
        fprintf(f, cli_say(p->c, "      决定机关 %s\n", "      authority %s\n"),
                said->authority);
    if (said->day) {
        say_day(said->day, day);
        fprintf(f, cli_say(p->c, "      日期 %s\n", "      day %s\n"), day);
    }
    if (said->index)
        fprintf(
            f, cli_say(p->c, "      依据序号 %" PRIu64 "\n", "      index %" PRIu64 "\n"),
            said->index);
    if (said->evidence_n)
        fprintf(f, cli_say(p->c, "      佐证 %u 件\n", "      evidence, %u\n"),
                (unsigned)said->evidence_n);
}

static void act_line(papers *p, const papers_row *row, const papers_act *act) {
    char day[DAY_TEXT_SIZE];
    const form_state *state = row->form ? forms_state(row->form, act->state) : NULL;
    say_day(act->day, day);
    const char *who = act->said ? find_office_name(p->where.l, act->office)
                                : cli_say(p->c, "时钟", "the clock");
    fprintf(p->c->out, "  %-10s  %s  %s → %s", day, who, act_name(p, row, act),
            state ? paper_word_state(state, p->c->lang) : act->state);
    if (act->index) fprintf(p->c->out, "  #%" PRIu64, act->index);
    fputc('\n', p->c->out);
    if (act->said) act_words(p, act);
}

/* What the paper is about: of a hidden one the board says nothing, its first act does. */
static void head_lines(papers *p, const papers_row *row) {
    cli *c = p->c;
    char text[SAY_SIZE];
    fprintf(c->out, cli_say(c, "第 %u 号 %s  %s\n", "Paper %u, %s: %s\n"),
            (unsigned)row->number, paper_say_form(row, c->lang), paper_say_title(p, row));
    fprintf(c->out, cli_say(c, "  状态  %s\n", "  state  %s\n"),
            paper_say_state(row, c->lang));
    paper_say_limit(p, row, text);
    if (*text) fprintf(c->out, cli_say(c, "  时限  %s\n", "  limit  %s\n"), text);
    paper_say_tasks(p, row->cell->tasks, row->cell->tasks_n, text, sizeof text);
    if (*text) fprintf(c->out, cli_say(c, "  任务  %s\n", "  tasks  %s\n"), text);
    paper_say_offices(p, row->cell->offices, row->cell->offices_n, text, sizeof text);
    if (*text) fprintf(c->out, cli_say(c, "  收文  %s\n", "  to     %s\n"), text);
    if (row->cell->refers)
        fprintf(c->out, cli_say(c, "  所指  第 %u 号\n", "  refers to paper %u\n"),
                (unsigned)row->cell->refers);
}

static void next_line(papers *p, const papers_row *row) {
    char next[1024], who[SAY_SIZE];
    if (!row->form || !row->state) return;
    paper_say_next(p->c, row->form, row->state, row->number, next, sizeof next);
    papers_waits_for(p, row, who, sizeof who);
    fprintf(p->c->out, "%s%s%s\n", next,
            *who ? cli_say(p->c, "待办单位：", " Waits for: ") : "", who);
}

static duban_status show(papers *p) {
    papers_act *acts = NULL;
    size_t n = 0;
    const papers_row *row = asked(p);
    if (!row) return DUBAN_E_UNKNOWN_PAPER;
    duban_status s = papers_life(p, row, &acts, &n);
    if (s < 0) return s;
    if (p->c->json) {
        json_line(p->c->out, paper_say_json(p, row));
        for (size_t i = 0; i < n; i++)
            act_json(p, row, &acts[i]);
        return DUBAN_OK;
    }
    head_lines(p, row);
    for (size_t i = 0; i < n; i++)
        act_line(p, row, &acts[i]);
    next_line(p, row);
    return DUBAN_OK;
}

duban_status cmd_paper_show(cli *c) {
    return with_papers(c, show);
}

/* --- acts --------------------------------------------------------------------------- */

static void acts_of_form(papers *p, const form_words *form, const form_state *from,
                         bool all, print_table *t) {
    cli *c = p->c;
    for (uint32_t i = 0; i < form->acts_n; i++) {
        const form_act *act = &form->acts[i];
        char by[SAY_SIZE], needs[SAY_SIZE];
        if (!all && !papers_possible(act, from)) continue;
        const form_state *begin = forms_state(form, act->from);
        const form_state *end = forms_state(form, act->to);
        paper_say_by(c, act, by, sizeof by);
        paper_say_needs(act, needs, sizeof needs);
        if (c->json) {
            json_line(c->out, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "form",
                                        form->code, "act", act->code, "from", act->from,
                                        "to", act->to, "by", by, "needs", needs));
            continue;
        }
        print_table_row(t);
        print_table_cell(t, act->code);
        print_table_cell(t, paper_word_act(act, c->lang));
        print_table_cell(t, begin        ? paper_word_state(begin, c->lang)
                            : *act->from ? cli_say(c, "任何未办结", "any open")
                                         : cli_say(c, "（新开）", "(opens)"));
        print_table_cell(t, end ? paper_word_state(end, c->lang)
                                : cli_say(c, "不变", "stays"));
        print_table_cell(t, by);
        print_table_cell(t, needs);
    }
}

static print_table *acts_table(cli *c) {
    const print_column columns[] = {
        {cli_say(c, "代码", "act"), PRINT_LEFT, 0},
        {cli_say(c, "动作", "name"), PRINT_LEFT, 0},
        {cli_say(c, "起", "from"), PRINT_LEFT, 0},
        {cli_say(c, "至", "to"), PRINT_LEFT, 0},
        {cli_say(c, "由谁", "by"), PRINT_LEFT, 40},
        {cli_say(c, "须有", "needs"), PRINT_LEFT, 48},
    };
    return print_table_new(columns, 6, c->color);
}

static void all_forms(papers *p) {
    cli *c = p->c;
    for (uint32_t i = 0; i < p->forms.forms_n; i++) {
        const form_words *form = &p->forms.forms[i];
        const char *word = paper_word_of(form->code);
        if (c->json)
            json_line(c->out, json_pack("{s:s, s:s, s:s, s:s}", "form", form->code, "zh",
                                        form->zh, "en", form->en, "word", word));
        else
            fprintf(c->out, "%-12s %s  duban %s%s\n", form->code,
                    paper_word_form(form, c->lang),
                    strcmp(word, form->code) || paper_word_forms(word) ? "" : "paper ",
                    word);
    }
}

static duban_status acts(papers *p) {
    cli *c = p->c;
    if (!p->forms_version)
        return cli_refuse(c, DUBAN_E_NOT_FOUND, 0, "forms", NULL,
                          cli_say(c, "市政府办公室先运行 duban forms set",
                                  "a table that the city office sets with `duban forms "
                                  "set`"));
    if (!c->args_n) {
        all_forms(p);
        return DUBAN_OK;
    }
    const papers_row *row = papers_find(p, paper_word_number(c->args[0]));
    const char *const *known = paper_word_forms(c->args[0]);
    const form_words *form = row ? row->form : forms_find(&p->forms, c->args[0]);
    if (!form && known) form = forms_find(&p->forms, known[0]);
    if (!form)
        return cli_refuse(c, DUBAN_E_UNKNOWN_FORM, 0, "form", c->args[0],
                          "duban paper acts");
    print_table *t = acts_table(c);
    acts_of_form(p, form, row ? row->state : NULL, !row, t);
    if (!c->json) print_table_write(t, c->out);
    print_table_free(t);
    if (row && !c->json) next_line(p, row);
    return DUBAN_OK;
}

duban_status cmd_paper_acts(cli *c) {
    return with_papers(c, acts);
}
