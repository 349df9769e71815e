/* duban paper FORM ACT, and the words slip, ticket, … that stand for it: an act that
 * opens a paper or leads it on. One way for every form: which acts there are, what they
 * need and where they lead is the plan's table of papers. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/paper_say.h"
#include "client/cli/paper_word.h"
#include "client/cli/sheet.h"
#include "client/cli/text.h"

#define ANSWER_SIZE 1024

typedef struct acting {
    cli *c;
    arena *a;
    papers p;
    const char *word;            /* as typed: slip, urge2, 约谈 */
    const form_words *among[16]; /* the forms it stands for */
    size_t among_n;
    const form_words *form;
    const form_act *act;
    const papers_row *row; /* NULL: the act opens one, or the board is away */
    uint32_t number;       /* 0: opens one */
    paper_words words;
    char *files[BODIES_MAX]; /* the bodies' bytes, freed at the end */
    size_t files_n;
    duban_body_made bodies[BODIES_MAX];
    size_t bodies_n;
} acting;

/* --- which form --------------------------------------------------------------------- */

static void add_form(acting *x, const char *name) {
    const form_words *form = forms_find(&x->p.forms, name);
    if (form && x->among_n < sizeof x->among / sizeof x->among[0])
        x->among[x->among_n++] = form;
}

static duban_status unknown_form(acting *x, const char *found) {
    char expected[SAY_SIZE] = "";
    for (uint32_t i = 0; i < x->p.forms.forms_n; i++)
        (void)say_list(expected, 120, " ", x->p.forms.forms[i].code);
    return cli_refuse(x->c, DUBAN_E_UNKNOWN_FORM, 0, "form", found, expected);
}

static duban_status find_forms(acting *x) {
    const char *only = cli_option(x->c, "form");
    const char *const *known = paper_word_forms(x->word);
    if (!x->p.forms_version)
        return cli_refuse(x->c, DUBAN_E_NOT_FOUND, 0, "forms", NULL,
                          cli_say(x->c, "市政府办公室先运行 duban forms set",
                                  "a table that the city office sets with `duban forms "
                                  "set`"));
    for (size_t i = 0; known && known[i]; i++)
        add_form(x, known[i]);
    if (!known) add_form(x, x->word);
    if (!x->among_n) return unknown_form(x, x->word);
    if (!only) return DUBAN_OK;
    x->among_n = 0;
    add_form(x, only);
    return x->among_n ? DUBAN_OK : unknown_form(x, only);
}

/* --- which act ---------------------------------------------------------------------- */

/* The acts that are possible from there, with how they are typed. */
static void list_acts(const acting *x, const form_words *form, const form_state *state,
                      char *out, size_t out_size) {
    out[0] = '\0';
    for (uint32_t i = 0; i < form->acts_n; i++) {
        char one[SAY_SIZE];
        const form_act *act = &form->acts[i];
        if (!papers_possible(act, state)) continue;
        if (x->c->lang == DUBAN_ZH)
            snprintf(one, sizeof one, "%s %s", act->code, act->zh);
        else
            snprintf(one, sizeof one, "%s", act->code);
        (void)say_list(out, out_size, cli_say(x->c, "、", ", "), one);
    }
}

/* The act that text names, from that state (NULL: that opens one). */
static const form_act *act_from(const form_words *form, const char *text,
                                const form_state *state) {
    const form_act *found = NULL;
    for (uint32_t i = 0; i < form->acts_n; i++) {
        const form_act *act = &form->acts[i];
        if (!paper_word_names(act, text) || !papers_possible(act, state)) continue;
        if (!found || strcmp(found->from, "*") == 0) found = act;
    }
    return found;
}

static bool any_act(const form_words *form, const char *text) {
    for (uint32_t i = 0; i < form->acts_n; i++)
        if (paper_word_names(&form->acts[i], text)) return true;
    return false;
}

static duban_status no_such_act(const acting *x, const form_words *form,
                                const form_state *state, const char *text) {
    char possible[112];
    list_acts(x, form, state, possible, sizeof possible);
    if (!any_act(form, text))
        return cli_refuse(x->c, DUBAN_E_UNKNOWN_FORM, 0, "act", text, possible);
    if (!state)
        return cli_refuse(
            x->c, DUBAN_E_USAGE, 0, cli_say(x->c, "编号", "number"), "",
            cli_say(x->c, "动作后面写文书编号", "the paper's number behind the act"));
    return cli_refuse(x->c, DUBAN_E_STATE, 0, "act", paper_word_state(state, x->c->lang),
                      possible);
}

static duban_status find_opening(acting *x, const char *text) {
    for (size_t i = 0; i < x->among_n; i++) {
        x->form = x->among[i];
        x->act = act_from(x->form, text, NULL);
        if (x->act) return DUBAN_OK;
    }
    for (size_t i = 0; i < x->among_n; i++)
        if (any_act(x->among[i], text)) return no_such_act(x, x->among[i], NULL, text);
    return no_such_act(x, x->among[0], NULL, text);
}

/* Where the board is away the table alone says whether there is such an act. */
static duban_status find_blind(acting *x, const char *text) {
    for (size_t i = 0; i < x->among_n; i++)
        for (uint32_t k = 0; k < x->among[i]->acts_n; k++) {
            const form_act *act = &x->among[i]->acts[k];
            if (!*act->from || !paper_word_names(act, text)) continue;
            x->form = x->among[i];
            x->act = act;
            return DUBAN_OK;
        }
    return no_such_act(x, x->among[0], NULL, text);
}

static duban_status find_onward(acting *x, const char *text) {
    x->row = papers_find(&x->p, x->number);
    if (!x->row && !x->p.where.board) return find_blind(x, text);
    char number[16];
    snprintf(number, sizeof number, "%u", (unsigned)x->number);
    if (!x->row || !x->row->form || !x->row->state)
        return cli_refuse(x->c, DUBAN_E_UNKNOWN_PAPER, 0, "paper", number,
                          "duban paper list");
    bool fits = false;
    for (size_t i = 0; i < x->among_n; i++)
        fits = fits || x->among[i] == x->row->form;
    if (!fits) {
        char found[SAY_SIZE];
        snprintf(found, sizeof found, "%s %.100s", number,
                 paper_say_form(x->row, x->c->lang));
        return cli_refuse(x->c, DUBAN_E_UNKNOWN_PAPER, 0, "paper", found,
                          paper_word_form(x->among[0], x->c->lang));
    }
    x->form = x->row->form;
    x->act = act_from(x->form, text, x->row->state);
    if (!x->act && !x->p.where.board) return find_blind(x, text); /* it may have moved */
    return x->act ? DUBAN_OK : no_such_act(x, x->form, x->row->state, text);
}

/* --- what it says ------------------------------------------------------------------- */

/* The n-th value among every --name VALUE, each a list; NULL behind the last. */
static const char *nth_value(acting *x, const char *name, size_t n) {
    for (int k = 0; cli_option_nth(x->c, name, k); k++) {
        const char *at = cli_option_nth(x->c, name, k);
        while (*at) {
            size_t size = strcspn(at, ";,");
            const char *wide = strstr(at, "；");
            if (wide && (size_t)(wide - at) < size) size = (size_t)(wide - at);
            bool is_wide = wide == at + size;
            if (size && n-- == 0) return arena_copy(x->a, at, size);
            at += size + (is_wide ? strlen("；") : at[size] ? 1 : 0);
        }
    }
    return NULL;
}

static duban_status read_tasks(acting *x) {
    uint32_t *tasks = arena_alloc(x->a, PAPER_TASKS_MAX * sizeof *tasks);
    const char *text;
    if (!tasks) return cli_refuse(x->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    while ((text = nth_value(x, "task", x->words.tasks_n))) {
        task_words task;
        if (x->words.tasks_n == PAPER_TASKS_MAX)
            return cli_refuse(x->c, DUBAN_E_LIMIT, 0, "task", text, NULL);
        if (!find_task(x->p.where.l, x->p.where.plan, text, &task))
            return cli_refuse(x->c, DUBAN_E_UNKNOWN_TASK, 0, "task", text, NULL);
        tasks[x->words.tasks_n++] = task.id;
    }
    x->words.tasks = tasks;
    return DUBAN_OK;
}

static duban_status read_offices(acting *x) {
    uint32_t *offices = arena_alloc(x->a, DUTIES_MAX * sizeof *offices);
    const char *text;
    if (!offices) return cli_refuse(x->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    while ((text = nth_value(x, "office", x->words.offices_n))) {
        office_words office;
        if (x->words.offices_n == DUTIES_MAX)
            return cli_refuse(x->c, DUBAN_E_LIMIT, 0, "office", text, NULL);
        if (!find_office(x->p.where.l, text, &office))
            return cli_refuse(x->c, DUBAN_E_UNKNOWN_OFFICE, 0, "office", text,
                              "duban office list");
        offices[x->words.offices_n++] = office.number;
    }
    x->words.offices = offices;
    return DUBAN_OK;
}

/* A day, or as a limit so many working days from today. */
static duban_status read_day(acting *x, const char *name, bool counted, int32_t *out) {
    const char *text = cli_option(x->c, name);
    if (!text) return DUBAN_OK;
    size_t digits = strspn(text, "0123456789");
    if (counted && digits && !text[digits] && digits <= 3) {
        *out = calendar_add(&x->p.works, x->p.day, (int32_t)strtol(text, NULL, 10));
        return DUBAN_OK;
    }
    if (sheet_day(text, out) >= 0) return DUBAN_OK;
    return cli_refuse(x->c, DUBAN_E_DATE, 0, name, text,
                      counted ? cli_say(x->c, "2023-05-10，或工作日数 5",
                                        "2023-05-10, or 5 for working days")
                              : "2023-05-10");
}

static duban_status read_numbers(acting *x) {
    const char *index = cli_option(x->c, "index"), *refers = cli_option(x->c, "refers");
    if (index && strcmp(index, "head") == 0) {
        ledger_status st;
        duban_board_head head = {0};
        ledger_get_status(x->p.where.l, &st);
        x->words.index = st.head;
        if (x->p.where.board) {
            duban_board_get_head(x->p.where.board, &head);
            x->words.index = head.cursor.index;
        }
    } else if (index) {
        char *end;
        x->words.index = strtoull(index, &end, 10);
        if (*end || end == index)
            return cli_refuse(x->c, DUBAN_E_USAGE, 0, "index", index, "4500 | head");
    }
    if (refers) x->words.refers = paper_word_number(refers);
    if (refers && !x->words.refers)
        return cli_refuse(x->c, DUBAN_E_UNKNOWN_PAPER, 0, "refers", refers,
                          "duban paper list");
    return DUBAN_OK;
}

/* A file's bytes, or the text itself, as the next body. */
static duban_status add_body(acting *x, const char *name, const char *text,
                             const char *path, body_ref *out) {
    size_t size = text ? strlen(text) : 0;
    char *data = NULL;
    if (x->bodies_n == BODIES_MAX)
        return cli_refuse(x->c, DUBAN_E_LIMIT, 0, name, path, NULL);
    if (path) {
        duban_status s = cli_read_file(x->c, path, BODY_SIZE_MAX, &data, &size);
        if (s < 0) return s;
        x->files[x->files_n++] = data;
    }
    const char *media = strcmp(name, "text") == 0 ? "text/plain" : "";
    duban_body_made *body = &x->bodies[x->bodies_n];
    duban_status s = duban_body_make(path ? data : text, size, media, body);
    if (s < 0) return cli_refuse(x->c, s, 0, name, path ? path : text, NULL);
    x->bodies_n++;
    *out = body->ref;
    return DUBAN_OK;
}

static duban_status read_bodies(acting *x) {
    const char *text = cli_option(x->c, "text"), *file = cli_option(x->c, "text-file");
    duban_status s = DUBAN_OK;
    if (text || file) s = add_body(x, "text", file ? NULL : text, file, &x->words.text);
    body_ref *evidence = arena_alloc(x->a, BODIES_MAX * sizeof *evidence);
    if (!evidence) return cli_refuse(x->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    for (int k = 0; s >= 0 && cli_option_nth(x->c, "evidence", k); k++) {
        const char *path = cli_option_nth(x->c, "evidence", k);
        s = add_body(x, "evidence", NULL, path, &evidence[x->words.evidence_n]);
        x->words.evidence_n += s >= 0;
    }
    x->words.evidence = evidence;
    return s;
}

static bool is_given(const paper_words *w, need_kind need) {
    switch (need) {
    case NEED_TEXT: return w->text.present;
    case NEED_EVIDENCE: return w->evidence_n > 0;
    case NEED_DOCUMENT: return *w->document != '\0';
    case NEED_LIMIT: return w->limit_day != 0;
    case NEED_DAY: return w->day != 0;
    case NEED_TASK: return w->tasks_n > 0;
    case NEED_OFFICE: return w->offices_n > 0;
    case NEED_AUTHORITY: return *w->authority != '\0';
    case NEED_INDEX: return w->index != 0;
    default: return w->refers != 0;
    }
}

/* Everything that is missing is named, not the first alone. */
static duban_status check_needs(acting *x) {
    duban_status s = DUBAN_OK;
    for (uint32_t i = 0; i < x->act->needs_n; i++) {
        need_kind need = x->act->needs[i];
        char expected[64];
        if (is_given(&x->words, need)) continue;
        snprintf(expected, sizeof expected, "--%s %s", paper_word_option(need),
                 text_word(TEXT_NEED, need, x->c->lang));
        s = cli_refuse(x->c, DUBAN_E_NEEDED, 0, paper_word_option(need), NULL, expected);
    }
    return s;
}

/* What it is about where no title was given: the only task's title. */
static const char *title_of(acting *x) {
    const char *title = cli_option(x->c, "title");
    task_words task;
    if (title || x->number) return title ? title : "";
    if (x->words.tasks_n == 1 &&
        find_task_id(x->p.where.l, x->p.where.plan, x->words.tasks[0], &task))
        return task.title;
    return paper_word_form(x->form, DUBAN_ZH);
}

/* The document's number; {n} in it stands for the paper's, where many are signed. */
static const char *document_of(acting *x) {
    const char *given = cli_option(x->c, "document");
    const char *mark = given && x->number ? strstr(given, "{n}") : NULL;
    if (!mark) return given ? given : "";
    size_t room = strlen(given) + 16;
    char *made = arena_alloc(x->a, room);
    if (!made) return given;
    snprintf(made, room, "%.*s%u%s", (int)(mark - given), given, (unsigned)x->number,
             mark + strlen("{n}"));
    return made;
}

static duban_status read_words(acting *x) {
    const char *authority = cli_option(x->c, "authority");
    x->words = (paper_words){.plan = x->p.where.plan,
                             .paper = x->number,
                             .form = x->number ? "" : x->form->code,
                             .act = x->act->code,
                             .document = document_of(x),
                             .authority = authority ? authority : ""};
    duban_status s = read_tasks(x);
    if (s >= 0) s = read_offices(x);
    if (s >= 0) s = read_day(x, "day", false, &x->words.day);
    if (s >= 0) s = read_day(x, "limit", true, &x->words.limit_day);
    if (s >= 0) s = read_numbers(x);
    if (s >= 0) s = read_bodies(x);
    if (s >= 0) s = check_needs(x);
    if (s >= 0) x->words.title = title_of(x);
    return s;
}

/* --- what became of it -------------------------------------------------------------- */

/* The number the ledger gave to the paper that was opened at that index; 0: not known. */
static uint32_t number_opened(acting *x, uint64_t index) {
    papers after;
    uint32_t number = 0;
    if (papers_open(x->c, x->a, x->words.plan, &after) >= 0)
        for (size_t i = 0; i < after.rows_n; i++)
            if (after.rows[i].cell->opened == index) number = after.rows[i].number;
    papers_close(&after);
    return number;
}

static void say_queued(acting *x, const duban_ticket *ticket) {
    fprintf(x->c->out,
            cli_say(x->c, "%s：已签名入发件箱（第 %" PRIu64 " 号），连上后自动发送。\n",
                    "%s: signed and queued (number %" PRIu64
                    "); it is sent when the broker is reached.\n"),
            paper_word_act(x->act, x->c->lang), ticket->number);
}

static void say_done(acting *x, const form_state *state, const char *limit) {
    char next[ANSWER_SIZE];
    paper_say_next(x->c, x->form, state, x->number, next, sizeof next);
    fprintf(x->c->out,
            cli_say(x->c, "第 %u 号%s：%s，现为“%s”%s%s。%s\n",
                    "Paper %u, %s: %s; it stands %s%s%s. %s\n"),
            (unsigned)x->number, paper_word_form(x->form, x->c->lang),
            paper_word_act(x->act, x->c->lang), paper_word_state(state, x->c->lang),
            *limit ? cli_say(x->c, "，时限 ", ", limit ") : "", limit, next);
}

static void say_answer(acting *x, const duban_ticket *ticket) {
    const form_state *state = forms_state(x->form, x->act->to);
    if (!state) state = x->row ? x->row->state : NULL;
    bool sent = ticket->sent == DUBAN_RECEIPTED;
    int32_t limit = x->words.limit_day;
    char day[DAY_TEXT_SIZE];
    if (!x->number && sent) x->number = number_opened(x, ticket->index);
    if (!limit && state && !*x->act->to && x->row) limit = x->row->cell->limit_day;
    if (!limit && state && state->limit_days && *x->act->to)
        limit = calendar_add(&x->p.works, x->p.day, (int32_t)state->limit_days);
    if (state && state->ended) limit = 0;
    if (x->c->json) {
        json_line(x->c->out,
                  json_pack("{s:i, s:s, s:s, s:s, s:o, s:s, s:I}", "paper",
                            (int)x->number, "form", x->form->code, "act", x->act->code,
                            "state", state ? state->code : "", "limit", json_day(limit),
                            "sent", sent ? "receipted" : "queued", "index",
                            (json_int_t)(sent ? ticket->index : 0)));
        return;
    }
    say_day(limit, day);
    if (!sent || !state)
        say_queued(x, ticket);
    else
        say_done(x, state, day);
}

/* The number an opening takes. It is said where it is known: so slices know it too. */
static uint32_t next_number(const papers *p) {
    return p->rows_n ? p->rows[p->rows_n - 1].number + 1 : 1;
}

static duban_status act_once(acting *x, const char *text) {
    duban_ticket ticket;
    duban_refusal refusal = {0};
    x->row = NULL;
    x->bodies_n = 0;
    duban_status s = x->number ? find_onward(x, text) : find_opening(x, text);
    if (s >= 0) s = read_words(x);
    if (s < 0) return s;
    event ev = {.kind = KIND_PAPER, .paper = x->words};
    if (!x->number && x->p.where.board) ev.paper.paper = next_number(&x->p);
    s = duban_send(x->c->d, &ev, x->bodies, x->bodies_n, &ticket, &refusal);
    if (s == DUBAN_E_SEQUENCE && ev.paper.paper && !x->number) {
        ev.paper.paper = 0; /* another paper came first: whichever is next */
        s = duban_send(x->c->d, &ev, x->bodies, x->bodies_n, &ticket, &refusal);
    }
    if (s < 0) return cli_refused(x->c, &refusal);
    say_answer(x, &ticket);
    return DUBAN_OK;
}

static duban_status act_on(acting *x, uint32_t number, const char *text) {
    x->number = number;
    x->p.where.l = duban_slice(x->c->d); /* a message sent may have moved it */
    x->p.works = ledger_calendar(x->p.where.l);
    duban_status s = act_once(x, text);
    while (x->files_n)
        free(x->files[--x->files_n]);
    return s;
}

/* Several numbers, or spans of them (12-20): the same act on each, up to the first that
 * is refused. */
static duban_status act_all(acting *x, int at) {
    cli *c = x->c;
    const char *text = c->args[at];
    if (c->args_n == at + 1) return act_once(x, text);
    duban_status s = DUBAN_OK;
    for (int i = at + 1; i < c->args_n && s >= 0; i++) {
        uint32_t first, last;
        if (!paper_word_span(c->args[i], &first, &last))
            return cli_refuse(c, DUBAN_E_UNKNOWN_PAPER, 0, "paper", c->args[i],
                              "duban paper list");
        for (uint32_t number = first; number <= last && s >= 0; number++)
            s = act_on(x, number, text);
    }
    return s;
}

static duban_status run(cli *c, const char *word, int at) {
    uint32_t plan = 0;
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    plan = find_plan_asked(c);
    if (!plan) return DUBAN_E_UNKNOWN_PLAN;
    acting *x = calloc(1, sizeof *x);
    arena a;
    if (!x) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    arena_init(&a, 0);
    x->c = c;
    x->a = &a;
    x->word = word;
    s = papers_open(c, &a, plan, &x->p);
    if (s >= 0) s = find_forms(x);
    if (s >= 0) s = act_all(x, at);
    while (x->files_n)
        free(x->files[--x->files_n]);
    papers_close(&x->p);
    arena_close(&a);
    free(x);
    return s;
}

duban_status cmd_paper(cli *c) {
    return run(c, c->args[0], 1);
}

duban_status cmd_paper_word(cli *c) {
    return run(c, c->command->name, 0);
}
