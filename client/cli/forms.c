#include "client/cli/forms.h"

#include <stdlib.h>
#include <string.h>

#include "client/cli/forms_default.h"
#include "client/cli/say.h"
#include "client/cli/sheet.h"
#include "client/cli/text.h"

enum {
    ROW,
    CODE,
    ZH,
    EN,
    FROM,
    TO,
    BY,
    NEEDS,
    ENDED,
    LIMIT,
    BREACH_STATE,
    BREACH_FORM,
    EFFECT,
    HIDDEN,
    PROPOSED,
    GRADES,
    CAUSE,
    MISSING,
    RUNNING,
    OF_OFFICES,
    OUTSIDE,
    AGAIN,
    NOTE,
    COLUMNS_N
};

static const sheet_column columns[] = {
    [ROW] = {"行", "row", true},
    [CODE] = {"代码", "code", true},
    [ZH] = {"中文名", "zh", true},
    [EN] = {"英文名", "en", false},
    [FROM] = {"起", "from", true},
    [TO] = {"至", "to", true},
    [BY] = {"由谁", "by", true},
    [NEEDS] = {"须有", "needs", false},
    [ENDED] = {"终结", "ended", true},
    [LIMIT] = {"时限", "limit", false},
    [BREACH_STATE] = {"逾期转入", "breach_state", false},
    [BREACH_FORM] = {"逾期拟发", "breach_form", false},
    [EFFECT] = {"效果", "effect", false},
    [HIDDEN] = {"不公开", "hidden", false},
    [PROPOSED] = {"拟办", "proposed", false},
    [GRADES] = {"灯色", "grades", false},
    [CAUSE] = {"原因", "cause", false},
    [MISSING] = {"未报期数", "missing_min", false},
    [RUNNING] = {"连续期数", "running_min", false},
    [OF_OFFICES] = {"看单位", "of_offices", false},
    [OUTSIDE] = {"辖外", "outside", false},
    [AGAIN] = {"再拟间隔", "again_days", false},
    [NOTE] = {"说明", "note", false},
    [COLUMNS_N] = {NULL, NULL, false},
};

typedef enum row_kind { ROW_NONE, ROW_FORM, ROW_STATE, ROW_ACT, ROW_TRIGGER } row_kind;

#define HAS(column) (1u << (column))
#define NAMED       (HAS(CODE) | HAS(ZH) | HAS(EN))

/* What each kind of row is called, and which columns it fills. */
static const struct {
    const char *zh;
    const char *en;
    uint32_t uses;
} kinds[] = {
    [ROW_FORM] = {"文种", "form", NAMED | HAS(PROPOSED)},
    [ROW_STATE] = {"状态", "state",
                   NAMED | HAS(ENDED) | HAS(LIMIT) | HAS(BREACH_STATE) |
                       HAS(BREACH_FORM) | HAS(EFFECT) | HAS(HIDDEN)},
    [ROW_ACT] = {"动作", "act", NAMED | HAS(FROM) | HAS(TO) | HAS(BY) | HAS(NEEDS)},
    [ROW_TRIGGER] = {"触发", "trigger",
                     HAS(GRADES) | HAS(CAUSE) | HAS(MISSING) | HAS(RUNNING) |
                         HAS(OF_OFFICES) | HAS(OUTSIDE) | HAS(AGAIN)},
};

typedef struct forms_reading {
    cli *c;
    arena *a;
    const sheet *table;
    forms_words words;
    size_t bad;
    bool no_memory;
} forms_reading;

/* --- finding ------------------------------------------------------------------------ */

static bool named(const char *code, const char *zh, const char *en, const char *text) {
    return strcmp(code, text) == 0 || strcmp(zh, text) == 0 || strcmp(en, text) == 0;
}

const form_words *forms_find(const forms_words *words, const char *text) {
    for (uint32_t i = 0; i < words->forms_n; i++) {
        const form_words *f = &words->forms[i];
        if (named(f->code, f->zh, f->en, text)) return f;
    }
    return NULL;
}

const form_state *forms_state(const form_words *form, const char *text) {
    for (uint32_t i = 0; i < form->states_n; i++)
        if (strcmp(form->states[i].code, text) == 0) return &form->states[i];
    for (uint32_t i = 0; i < form->states_n; i++) {
        const form_state *s = &form->states[i];
        if (named(s->code, s->zh, s->en, text)) return s;
    }
    return NULL;
}

/* --- reading ------------------------------------------------------------------------ */

static void bad(forms_reading *in, const sheet_row *row, int column, duban_status status,
                const char *expected) {
    cli_refuse(in->c, status, row->line, in->table->titles[column], row->cells[column],
               expected);
    in->bad++;
}

static row_kind kind_of(const sheet_row *row) {
    for (int k = ROW_FORM; k <= ROW_TRIGGER; k++)
        if (strcmp(row->cells[ROW], kinds[k].zh) == 0 ||
            strcmp(row->cells[ROW], kinds[k].en) == 0)
            return (row_kind)k;
    return ROW_NONE;
}

static uint32_t count_in(forms_reading *in, const sheet_row *row, int column) {
    const char *text = row->cells[column];
    size_t digits = strspn(text, "0123456789");
    if (!*text) return 0;
    if (text[digits] || digits > 4) {
        bad(in, row, column, DUBAN_E_DECIMAL, "1, 2, …");
        return 0;
    }
    return (uint32_t)strtoul(text, NULL, 10);
}

static bool yes_in(forms_reading *in, const sheet_row *row, int column) {
    const char *text = row->cells[column];
    if (text_read_yes(text)) return true;
    if (*text && strcmp(text, "否") != 0 && strcmp(text, "no") != 0)
        bad(in, row, column, DUBAN_E_WORD, cli_say(in->c, "是、否", "yes, no"));
    return false;
}

/* The next word of a list and what follows it; NULL when there is none. */
static const char *next_word(forms_reading *in, const char **at) {
    static const char *const gaps[] = {";", "；", "、", ",", "，", "/"};
    for (;;) {
        const char *end = *at + strlen(*at), *rest = end;
        for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++) {
            const char *gap = strstr(*at, gaps[i]);
            if (gap && gap < end) {
                end = gap;
                rest = gap + strlen(gaps[i]);
            }
        }
        const char *begin = *at;
        if (end == begin && rest == end) return NULL;
        *at = rest;
        while (begin < end && *begin == ' ')
            begin++;
        while (end > begin && end[-1] == ' ')
            end--;
        if (begin == end) continue;
        char *word = arena_copy(in->a, begin, (size_t)(end - begin));
        in->no_memory = in->no_memory || !word;
        return word;
    }
}

/* A list of words of one set as the enum that out points to, which is as wide as an
 * unsigned; returns how many. */
static uint32_t words_in(forms_reading *in, const sheet_row *row, int column,
                         word_set set, unsigned out[FORM_WORDS_MAX]) {
    char expected[TEXT_LIST_SIZE];
    const char *at = row->cells[column], *word;
    uint32_t n = 0;
    while ((word = next_word(in, &at))) {
        unsigned value = 0;
        if (!text_read(set, word, &value) || !value)
            bad(in, row, column, DUBAN_E_WORD, text_list(set, in->c->lang, expected));
        else if (n == FORM_WORDS_MAX)
            bad(in, row, column, DUBAN_E_LIMIT, NULL);
        else
            out[n++] = value;
    }
    return n;
}

/* The code of a state that is named in a cell; all of the form's states are read. */
static const char *state_in(forms_reading *in, const sheet_row *row, int column,
                            const form_words *form) {
    char expected[SAY_SIZE] = "";
    const char *text = row->cells[column];
    if (!*text) return "";
    const form_state *found = forms_state(form, text);
    if (found) return found->code;
    for (uint32_t i = 0; i < form->states_n; i++)
        (void)say_list(expected, 120, " ", form->states[i].code);
    bad(in, row, column, DUBAN_E_WORD, expected);
    return "";
}

/* The code of a form that is named in a cell: a row of the table below or above. */
static const char *form_in(forms_reading *in, const sheet_row *row, int column) {
    const char *text = row->cells[column];
    if (!*text) return "";
    for (size_t i = 0; i < in->table->rows_n; i++) {
        const sheet_row *other = &in->table->rows[i];
        if (kind_of(other) == ROW_FORM &&
            named(other->cells[CODE], other->cells[ZH], other->cells[EN], text))
            return other->cells[CODE];
    }
    bad(in, row, column, DUBAN_E_WORD,
        cli_say(in->c, "表中一个文种的代码", "the code of a form of this table"));
    return "";
}

static form_state read_state(forms_reading *in, const sheet_row *row) {
    unsigned effect = 0;
    char expected[TEXT_LIST_SIZE];
    if (!text_read(TEXT_EFFECT, row->cells[EFFECT], &effect))
        bad(in, row, EFFECT, DUBAN_E_WORD, text_list(TEXT_EFFECT, in->c->lang, expected));
    return (form_state){.code = row->cells[CODE],
                        .zh = row->cells[ZH],
                        .en = row->cells[EN],
                        .ended = yes_in(in, row, ENDED),
                        .limit_days = count_in(in, row, LIMIT),
                        .breach_state = row->cells[BREACH_STATE], /* named below */
                        .breach_form = form_in(in, row, BREACH_FORM),
                        .effect = (effect_kind)effect,
                        .hidden = yes_in(in, row, HIDDEN)};
}

static form_act read_act(forms_reading *in, const sheet_row *row,
                         const form_words *form) {
    unsigned by[FORM_WORDS_MAX], needs[FORM_WORDS_MAX];
    const char *from = row->cells[FROM];
    bool any = strcmp(from, "*") == 0 || strcmp(from, "任何") == 0;
    form_act made = {.code = row->cells[CODE],
                     .zh = row->cells[ZH],
                     .en = row->cells[EN],
                     .from = any ? "*" : state_in(in, row, FROM, form),
                     .to = state_in(in, row, TO, form)};
    made.by_n = words_in(in, row, BY, TEXT_RELATION, by);
    made.needs_n = words_in(in, row, NEEDS, TEXT_NEED, needs);
    if (!made.by_n && !*row->cells[BY]) bad(in, row, BY, DUBAN_E_EMPTY, NULL);
    relation_kind *by_kept = arena_alloc(in->a, (made.by_n + 1) * sizeof *by_kept);
    need_kind *needs_kept = arena_alloc(in->a, (made.needs_n + 1) * sizeof *needs_kept);
    in->no_memory = in->no_memory || !by_kept || !needs_kept;
    for (uint32_t i = 0; by_kept && i < made.by_n; i++)
        by_kept[i] = (relation_kind)by[i];
    for (uint32_t i = 0; needs_kept && i < made.needs_n; i++)
        needs_kept[i] = (need_kind)needs[i];
    made.by = by_kept;
    made.needs = needs_kept;
    return made;
}

static form_trigger read_trigger(forms_reading *in, const sheet_row *row) {
    unsigned grades[FORM_WORDS_MAX];
    form_trigger made = {.cause = text_read_cause(row->cells[CAUSE]),
                         .missing_min = count_in(in, row, MISSING),
                         .running_min = count_in(in, row, RUNNING),
                         .of_offices = yes_in(in, row, OF_OFFICES),
                         .outside = yes_in(in, row, OUTSIDE),
                         .again_days = count_in(in, row, AGAIN)};
    if (*row->cells[CAUSE] && !made.cause)
        bad(in, row, CAUSE, DUBAN_E_WORD,
            cli_say(in->c, "亮灯的原因，如 未报", "a cause, such as missing"));
    made.grades_n = words_in(in, row, GRADES, TEXT_GRADE, grades);
    grade *kept = arena_alloc(in->a, (made.grades_n + 1) * sizeof *kept);
    in->no_memory = in->no_memory || !kept;
    for (uint32_t i = 0; kept && i < made.grades_n; i++)
        kept[i] = (grade)grades[i];
    made.grades = kept;
    return made;
}

/* A cell that its kind of row does not fill would be lost: it is told. */
static void check_cells(forms_reading *in, const sheet_row *row, row_kind kind) {
    for (int k = CODE; k < NOTE; k++) {
        bool used = kinds[kind].uses & HAS(k);
        if (*row->cells[k] && !used)
            bad(in, row, k, DUBAN_E_COLUMN, cli_say(in->c, "此处留空", "nothing here"));
    }
    bool code = kinds[kind].uses & HAS(CODE);
    if (code && !*row->cells[CODE]) bad(in, row, CODE, DUBAN_E_EMPTY, NULL);
    if (code && !*row->cells[ZH]) bad(in, row, ZH, DUBAN_E_EMPTY, NULL);
}

/* One form: the rows from its own, which is row at, to the next form's. */
typedef struct form_rows {
    form_state *states;
    form_act *acts;
    form_trigger *triggers;
    size_t end;
} form_rows;

static bool take_room(forms_reading *in, size_t at, form_rows *out) {
    size_t n = at + 1;
    while (n < in->table->rows_n && kind_of(&in->table->rows[n]) != ROW_FORM)
        n++;
    out->end = n;
    out->states = arena_alloc(in->a, (n - at) * sizeof *out->states);
    out->acts = arena_alloc(in->a, (n - at) * sizeof *out->acts);
    out->triggers = arena_alloc(in->a, (n - at) * sizeof *out->triggers);
    return out->states && out->acts && out->triggers;
}

static void read_form(forms_reading *in, size_t at, form_words *out, size_t *end) {
    form_rows rows = {0};
    const sheet_row *head = &in->table->rows[at];
    if (!take_room(in, at, &rows)) {
        in->no_memory = true;
        *end = in->table->rows_n;
        return;
    }
    *end = rows.end;
    *out = (form_words){.code = head->cells[CODE],
                        .zh = head->cells[ZH],
                        .en = head->cells[EN],
                        .states = rows.states,
                        .acts = rows.acts,
                        .triggers = rows.triggers};
    check_cells(in, head, ROW_FORM);
    for (size_t i = at + 1; i < rows.end; i++)
        if (kind_of(&in->table->rows[i]) == ROW_STATE)
            rows.states[out->states_n++] = read_state(in, &in->table->rows[i]);
    out->proposed = state_in(in, head, PROPOSED, out);
    uint32_t state = 0;
    for (size_t i = at + 1; i < rows.end; i++) {
        const sheet_row *row = &in->table->rows[i];
        row_kind kind = kind_of(row);
        if (kind == ROW_NONE) {
            bad(in, row, ROW, DUBAN_E_WORD,
                cli_say(in->c, "文种、状态、动作、触发", "form, state, act, trigger"));
            continue;
        }
        check_cells(in, row, kind);
        if (kind == ROW_STATE)
            rows.states[state++].breach_state = state_in(in, row, BREACH_STATE, out);
        if (kind == ROW_ACT) rows.acts[out->acts_n++] = read_act(in, row, out);
        if (kind == ROW_TRIGGER) rows.triggers[out->triggers_n++] = read_trigger(in, row);
    }
}

static void check_codes(forms_reading *in) {
    for (size_t i = 0; i < in->table->rows_n; i++)
        for (size_t k = 0; k < i; k++) {
            const sheet_row *row = &in->table->rows[i], *other = &in->table->rows[k];
            if (kind_of(row) == ROW_FORM && kind_of(other) == ROW_FORM &&
                strcmp(row->cells[CODE], other->cells[CODE]) == 0)
                bad(in, row, CODE, DUBAN_E_DUPLICATE, NULL);
        }
}

static duban_status read_all(forms_reading *in, forms_table *out) {
    size_t rows_n = in->table->rows_n;
    form_words *forms = arena_alloc(in->a, (rows_n + 1) * sizeof *forms);
    const char **notes = arena_alloc(in->a, (rows_n + 1) * sizeof *notes);
    if (!forms || !notes) return DUBAN_E_NO_MEMORY;
    in->words.forms = forms;
    for (size_t at = 0; at < rows_n && !in->no_memory;) {
        if (kind_of(&in->table->rows[at]) != ROW_FORM) {
            bad(in, &in->table->rows[at], ROW, DUBAN_E_WORD,
                cli_say(in->c, "先有一行“文种”", "a form's row first"));
            break;
        }
        notes[in->words.forms_n] = in->table->rows[at].cells[NOTE];
        read_form(in, at, &forms[in->words.forms_n++], &at);
    }
    check_codes(in);
    if (in->no_memory) return DUBAN_E_NO_MEMORY;
    if (in->bad) return DUBAN_E_ROWS;
    if (!in->words.forms_n) return DUBAN_E_EMPTY;
    if (in->words.forms_n > FORMS_MAX) return DUBAN_E_LIMIT;
    out->words = in->words;
    out->notes = notes;
    return DUBAN_OK;
}

duban_status forms_read(cli *c, arena *a, const char *name, const char *bytes,
                        size_t size, forms_table *out) {
    sheet table;
    duban_refusal refusal = {0};
    duban_status s = sheet_read(a, bytes, size, columns, &table, &refusal);
    if (s < 0) return cli_refused(c, &refusal);
    forms_reading in = {.c = c, .a = a, .table = &table};
    s = read_all(&in, out);
    return s < 0 ? cli_refuse(c, s, 0, name, NULL, NULL) : DUBAN_OK;
}

duban_status forms_load(cli *c, arena *a, const char *path, forms_table *out) {
    static const char otherwise[] = FORMS_DEFAULT;
    if (!path) return forms_read(c, a, "forms", otherwise, sizeof otherwise - 1, out);
    char *data = NULL;
    size_t size = 0;
    duban_status s = cli_read_file(c, path, SHEET_SIZE_MAX, &data, &size);
    if (s < 0) return s;
    s = forms_read(c, a, path, data, size, out);
    free(data);
    return s;
}

/* --- writing ------------------------------------------------------------------------ */

#define CELL_ROOM 1024 /* FORM_WORDS_MAX words of any set */

typedef struct forms_writing {
    buffer *out;
    duban_lang lang;
    const char *cells[COLUMNS_N];
    char room[4][CELL_ROOM]; /* of lists and numbers in the row */
    int rooms;
    duban_status status;
} forms_writing;

static void begin_row(forms_writing *w, row_kind kind) {
    for (int k = 0; k < COLUMNS_N; k++)
        w->cells[k] = "";
    w->rooms = 0;
    w->cells[ROW] = w->lang == DUBAN_ZH ? kinds[kind].zh : kinds[kind].en;
}

static void end_row(forms_writing *w) {
    for (int k = 0; k < COLUMNS_N && w->status >= 0; k++)
        w->status = sheet_cell(w->out, w->cells[k], k == 0);
    if (w->status >= 0) w->status = sheet_end_row(w->out);
}

static void put_name(forms_writing *w, const char *code, const char *zh, const char *en) {
    w->cells[CODE] = code;
    w->cells[ZH] = zh;
    w->cells[EN] = en;
}

static void put_count(forms_writing *w, int column, uint32_t value) {
    if (!value) return;
    snprintf(w->room[w->rooms], CELL_ROOM, "%u", (unsigned)value);
    w->cells[column] = w->room[w->rooms++];
}

static void put_yes(forms_writing *w, int column, bool value) {
    if (value) w->cells[column] = w->lang == DUBAN_ZH ? "是" : "yes";
}

static void put_word(forms_writing *w, int column, word_set set, unsigned value,
                     bool first) {
    if (first) {
        w->room[w->rooms][0] = '\0';
        w->cells[column] = w->room[w->rooms++];
    }
    char *text = w->room[w->rooms - 1];
    size_t used = strlen(text);
    const char *word =
        w->lang == DUBAN_ZH ? text_word(set, value, DUBAN_ZH) : text_code(set, value);
    snprintf(text + used, CELL_ROOM - used, "%s%s", used ? ";" : "", word);
}

static void write_states(forms_writing *w, const form_words *form) {
    for (uint32_t i = 0; i < form->states_n; i++) {
        const form_state *s = &form->states[i];
        begin_row(w, ROW_STATE);
        put_name(w, s->code, s->zh, s->en);
        put_yes(w, ENDED, s->ended);
        put_count(w, LIMIT, s->limit_days);
        w->cells[BREACH_STATE] = s->breach_state;
        w->cells[BREACH_FORM] = s->breach_form;
        if (s->effect) put_word(w, EFFECT, TEXT_EFFECT, s->effect, true);
        put_yes(w, HIDDEN, s->hidden);
        end_row(w);
    }
}

static void write_acts(forms_writing *w, const form_words *form) {
    for (uint32_t i = 0; i < form->acts_n; i++) {
        const form_act *act = &form->acts[i];
        begin_row(w, ROW_ACT);
        put_name(w, act->code, act->zh, act->en);
        w->cells[FROM] = act->from;
        w->cells[TO] = act->to;
        for (uint32_t k = 0; k < act->by_n; k++)
            put_word(w, BY, TEXT_RELATION, act->by[k], k == 0);
        for (uint32_t k = 0; k < act->needs_n; k++)
            put_word(w, NEEDS, TEXT_NEED, act->needs[k], k == 0);
        end_row(w);
    }
}

static void write_triggers(forms_writing *w, const form_words *form) {
    for (uint32_t i = 0; i < form->triggers_n; i++) {
        const form_trigger *t = &form->triggers[i];
        begin_row(w, ROW_TRIGGER);
        for (uint32_t k = 0; k < t->grades_n; k++)
            put_word(w, GRADES, TEXT_GRADE, t->grades[k], k == 0);
        w->cells[CAUSE] = w->lang == DUBAN_ZH ? text_cause(t->cause, DUBAN_ZH)
                                              : text_cause_code(t->cause);
        put_count(w, MISSING, t->missing_min);
        put_count(w, RUNNING, t->running_min);
        put_yes(w, OF_OFFICES, t->of_offices);
        put_yes(w, OUTSIDE, t->outside);
        put_count(w, AGAIN, t->again_days);
        end_row(w);
    }
}

duban_status forms_write(const forms_words *words, const char *const *notes,
                         duban_lang lang, buffer *out) {
    forms_writing w = {.out = out, .lang = lang, .status = sheet_begin(out)};
    for (int k = 0; k < COLUMNS_N; k++)
        w.cells[k] = lang == DUBAN_ZH ? columns[k].zh : columns[k].en;
    end_row(&w);
    for (uint32_t i = 0; i < words->forms_n && w.status >= 0; i++) {
        const form_words *form = &words->forms[i];
        begin_row(&w, ROW_FORM);
        put_name(&w, form->code, form->zh, form->en);
        w.cells[PROPOSED] = form->proposed;
        if (notes) w.cells[NOTE] = notes[i];
        end_row(&w);
        write_states(&w, form);
        write_acts(&w, form);
        write_triggers(&w, form);
    }
    return w.status;
}
