#include "client/cli/fill.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "client/cli/admin.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/say.h"
#include "client/cli/text.h"
#include "client/cli/typed.h"

const sheet_column fill_columns[FILL_COLUMNS_N + 1] = {
    [FILL_TASK] = {"任务号", "task", true},
    [FILL_TITLE] = {"事项", "title", false},
    [FILL_METRIC] = {"指标", "metric", false},
    [FILL_PERIOD] = {"报告期", "period", true},
    [FILL_LAST] = {"上期", "last", false},
    [FILL_YTD] = {"累计", "ytd", false},
    [FILL_ADD] = {"当期", "add", false},
    [FILL_VALUE] = {"数值", "value", false},
    [FILL_DENOMINATOR] = {"分母", "denominator", false},
    [FILL_UNIT] = {"单位", "unit", false},
    [FILL_DATA_DATE] = {"数据截止日", "data_date", false},
    [FILL_VINTAGE] = {"数据版次", "vintage", false},
    [FILL_NODE] = {"节点", "node", false},
    [FILL_DONE] = {"完成日", "done", false},
    [FILL_PROGRESS] = {"进展", "progress", false},
    [FILL_PROBLEM] = {"问题", "problem", false},
    [FILL_NEXT] = {"下步", "next", false},
    [FILL_NIL] = {"零报告", "nil", false},
    [FILL_COMMENT] = {"数值说明", "comment", false},
    [FILL_SUPERSEDES] = {"更正序号", "supersedes", false},
    [FILL_REASON] = {"更正理由", "reason", false},
    [FILL_OFFICE] = {"填报单位", "office", false},
    [FILL_NOTE] = {"说明", "remark", false},
    [FILL_COLUMNS_N] = {NULL, NULL, false},
};

/* The option, else the config's line of that name, cut to what a code may have. */
static void read_person(cli *c, const char *name, char out[CODE_SIZE_MAX + 1]) {
    const char *given = cli_option(c, name);
    if (given)
        snprintf(out, CODE_SIZE_MAX + 1, "%s", given);
    else
        (void)duban_config(c->d, name, out, CODE_SIZE_MAX + 1);
}

void fill_begin(fill *f, cli *c, arena *a, uint32_t plan) {
    *f = (fill){.c = c, .a = a, .l = duban_slice(c->d), .plan = plan};
    for (int i = 0; i < FILL_COLUMNS_N; i++)
        f->titles[i] = cli_say(c, fill_columns[i].zh, fill_columns[i].en);
    read_person(c, "filler", f->persons.filler);
    read_person(c, "reviewer", f->persons.reviewer);
    read_person(c, "signer", f->persons.signer);
}

/* One row being read. */
typedef struct row {
    fill *f;
    uint32_t line;
    const char *const *cells;
    task_words task;
    const metric_words *metric;
    statement_words base; /* task, office, period, supersedes */
    bool bad;
} row;

static bool same_refusal(const duban_refusal *a, const duban_refusal *b) {
    return a->line == b->line && a->status == b->status &&
           strcmp(a->field, b->field) == 0 && strcmp(a->found, b->found) == 0;
}

/* Once for a place, however many items of the row it concerns. When memory runs out a
 * refusal is said at once instead of in its order. */
static void keep_refusal(fill *f, const duban_refusal *refusal) {
    for (size_t i = 0; i < f->bad; i++)
        if (same_refusal(&f->refusals[i], refusal)) return;
    if (f->bad == f->bad_room) {
        size_t room = f->bad_room ? f->bad_room * 2 : 32;
        duban_refusal *more = arena_alloc(f->a, room * sizeof *more);
        if (!more) {
            cli_refused(f->c, refusal);
            return;
        }
        if (f->bad) memcpy(more, f->refusals, f->bad * sizeof *more);
        f->refusals = more;
        f->bad_room = room;
    }
    f->refusals[f->bad++] = *refusal;
}

static int by_line(const void *a, const void *b) {
    const duban_refusal *x = a, *y = b;
    return (x->line > y->line) - (x->line < y->line);
}

void fill_tell(fill *f) {
    if (f->bad) qsort(f->refusals, f->bad, sizeof *f->refusals, by_line);
    for (size_t i = 0; i < f->bad; i++)
        cli_refused(f->c, &f->refusals[i]);
}

static void refuse(row *r, fill_column column, duban_status status, const char *found,
                   const char *expected) {
    duban_refusal made = {0};
    duban_refuse(&made, status, r->line, r->f->titles[column], found, expected);
    keep_refusal(r->f, &made);
    r->bad = true;
}

static bool is_no(const char *text) {
    static const char *const words[] = {"否", "未", "未完成", "no", "false", "n"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(text, words[i]) == 0) return true;
    return false;
}

static fill_item *add(row *r, fill_column at) {
    fill *f = r->f;
    if (f->n == f->room) {
        size_t room = f->room ? f->room * 2 : 128;
        fill_item *more = arena_alloc(f->a, room * sizeof *more);
        if (!more) return NULL;
        if (f->n) memcpy(more, f->items, f->n * sizeof *more);
        f->items = more;
        f->room = room;
    }
    fill_item *item = &f->items[f->n++];
    *item = (fill_item){.line = r->line, .at = at, .words = r->base};
    if (r->base.supersedes) {
        const char *reason = r->cells[FILL_REASON];
        item->reason = *reason ? reason : cli_option(f->c, "reason");
    }
    return item;
}

static bool same_item(const statement_words *a, const statement_words *b) {
    return a->task == b->task && a->office == b->office &&
           period_equal(a->period, b->period);
}

/* --- where and when ----------------------------------------------------------------- */

static void read_supersedes(row *r) {
    const char *text = r->cells[FILL_SUPERSEDES];
    char *end;
    if (!*text) return;
    r->base.supersedes = strtoull(text, &end, 10);
    if (*end || text[0] == '-')
        refuse(r, FILL_SUPERSEDES, DUBAN_E_UNKNOWN_INDEX, text, NULL);
}

static void read_place(row *r) {
    const char *number = r->cells[FILL_TASK], *office = r->cells[FILL_OFFICE];
    const char *round = r->cells[FILL_PERIOD];
    office_words named;
    if (find_task(r->f->l, r->f->plan, number, &r->task))
        r->base.task = r->task.id;
    else
        refuse(r, FILL_TASK, DUBAN_E_UNKNOWN_TASK, number,
               cli_say(r->f->c, "台账里的任务号", "a task number of the plan"));
    if (*office && !find_office(r->f->l, office, &named))
        refuse(r, FILL_OFFICE, DUBAN_E_UNKNOWN_OFFICE, office,
               cli_say(r->f->c, "单位代码或名称", "an office's code or name"));
    else if (*office && named.number != duban_office(r->f->c->d))
        r->base.office = named.number;
    if (typed_period(round, &r->base.period) < 0) {
        char rounds[FIND_ROUNDS_SIZE];
        find_rounds_list(r->f->l, r->f->plan, rounds);
        refuse(r, FILL_PERIOD, DUBAN_E_UNKNOWN_PERIOD, round, rounds);
    }
    read_supersedes(r);
}

/* --- values ------------------------------------------------------------------------- */

/* The one metric that the office fills in that task, NULL when there are several. */
static const metric_words *only_metric(const row *r) {
    uint32_t office = r->base.office ? r->base.office : duban_office(r->f->c->d);
    const metric_words *only = NULL;
    if (r->task.metrics_n == 1) return &r->task.metrics[0];
    for (uint32_t i = 0; i < r->task.metrics_n; i++) {
        if (!find_owes(&r->task, &r->task.metrics[i], office)) continue;
        if (only) return NULL;
        only = &r->task.metrics[i];
    }
    return only;
}

static void find_row_metric(row *r) {
    const char *text = r->cells[FILL_METRIC];
    char expected[sizeof((duban_refusal *)0)->expected];
    r->metric = *text ? find_metric(&r->task, text) : only_metric(r);
    if (r->metric) return;
    find_metrics_list(&r->task, expected, sizeof expected);
    refuse(r, FILL_METRIC, DUBAN_E_UNKNOWN_METRIC, text, expected);
}

/* A number; its unit may stand behind it, and yes and no are 1 and 0 where asked. */
static duban_status read_amount(row *r, const char *text, decimal *out) {
    if (r->metric->nature == NATURE_BOOLEAN && (text_read_yes(text) || is_no(text))) {
        *out = decimal_of_int(text_read_yes(text));
        return DUBAN_OK;
    }
    size_t size = strlen(text), unit = strlen(r->metric->unit);
    if (unit && size > unit && strcmp(text + size - unit, r->metric->unit) == 0)
        size -= unit;
    while (size && text[size - 1] == ' ')
        size--;
    char folded[TYPED_SIZE];
    const char *number = arena_copy(r->f->a, text, size);
    if (!number) return DUBAN_E_NO_MEMORY;
    return decimal_read(typed_fold(number, folded, sizeof folded) ? folded : number, out);
}

static bool stated_before(const row *r, statement_kind kind, uint32_t which) {
    for (size_t i = 0; i < r->f->n; i++) {
        const statement_words *w = &r->f->items[i].words;
        if (w->kind != kind || !same_item(w, &r->base)) continue;
        if (kind == STATEMENT_VALUE ? w->value.metric == which : w->node.node == which)
            return true;
    }
    return false;
}

static value_mode mode_of(fill_column at) {
    if (at == FILL_YTD) return MODE_TO_DATE;
    return at == FILL_ADD ? MODE_THIS_PERIOD : MODE_NONE;
}

/* What stands beside an amount: its denominator, its vintage. */
static void read_beside(row *r, value_words *value) {
    const char *text = r->cells[FILL_DENOMINATOR], *word = r->cells[FILL_VINTAGE];
    char folded[TYPED_SIZE], words[TEXT_LIST_SIZE];
    unsigned read = 0;
    duban_status s = DUBAN_OK;
    if (*text)
        s = decimal_read(typed_fold(text, folded, sizeof folded) ? folded : text,
                         &value->denominator);
    if (s < 0) refuse(r, FILL_DENOMINATOR, s, text, say_number_wanted(s, r->f->c->lang));
    if (!text_read(TEXT_VINTAGE, word, &read))
        refuse(r, FILL_VINTAGE, DUBAN_E_WORD, word,
               text_list(TEXT_VINTAGE, r->f->c->lang, words));
    value->vintage = (vintage)read;
}

static duban_status read_value(row *r, fill_column at) {
    const char *text = r->cells[at], *day = r->cells[FILL_DATA_DATE];
    find_row_metric(r);
    if (!r->metric) return DUBAN_OK;
    value_words value = {.metric = r->metric->id, .mode = mode_of(at)};
    duban_status s = read_amount(r, text, &value.amount);
    if (s == DUBAN_E_NO_MEMORY) return s;
    if (s < 0) refuse(r, at, s, text, say_number_wanted(s, r->f->c->lang));
    if (*day && sheet_day(day, &value.data_date) < 0)
        refuse(r, FILL_DATA_DATE, DUBAN_E_DATE, day, "YYYY-MM-DD");
    read_beside(r, &value);
    const char *unit = r->cells[FILL_UNIT];
    value.unit =
        *unit ? unit : arena_copy(r->f->a, r->metric->unit, strlen(r->metric->unit));
    if (!value.unit) return DUBAN_E_NO_MEMORY;
    if (!r->bad && stated_before(r, STATEMENT_VALUE, value.metric))
        refuse(r, at, DUBAN_E_OVERLAP, text, NULL);
    if (r->bad) return DUBAN_OK;
    fill_item *item = add(r, at);
    if (!item) return DUBAN_E_NO_MEMORY;
    item->words.kind = STATEMENT_VALUE;
    item->words.value = value;
    if (*r->cells[FILL_COMMENT]) item->comment = r->cells[FILL_COMMENT];
    return DUBAN_OK;
}

/* At most one of the three columns; FILL_COLUMNS_N when none is filled in. */
static fill_column value_column(row *r) {
    static const fill_column columns[] = {FILL_YTD, FILL_ADD, FILL_VALUE};
    fill_column at = FILL_COLUMNS_N;
    char expected[SAY_SIZE];
    for (size_t i = 0; i < 3; i++) {
        if (!*r->cells[columns[i]]) continue;
        if (at == FILL_COLUMNS_N) {
            at = columns[i];
            continue;
        }
        snprintf(expected, sizeof expected,
                 cli_say(r->f->c, "%s与%s只填一个", "only one of %s and %s"),
                 r->f->titles[at], r->f->titles[columns[i]]);
        refuse(r, columns[i], DUBAN_E_OVERLAP, r->cells[columns[i]], expected);
    }
    return at;
}

/* --- nodes, nil, words -------------------------------------------------------------- */

static duban_status read_node(row *r) {
    const char *text = r->cells[FILL_NODE], *done = r->cells[FILL_DONE];
    char *end;
    node_state_words state = {.node = (uint32_t)strtoul(text, &end, 10)};
    node_cell known;
    if (!*text || *end || strlen(text) > 4 ||
        !find_node(r->f->l, r->f->plan, r->task.id, state.node, &known))
        refuse(r, FILL_NODE, DUBAN_E_UNKNOWN_NODE, text,
               cli_say(r->f->c, "推进方案里的节点编号", "a node of the timetable"));
    state.done = !is_no(done);
    if (state.done && sheet_day(done, &state.done_day) < 0)
        refuse(r, FILL_DONE, DUBAN_E_DATE, done,
               cli_say(r->f->c, "YYYY-MM-DD，或 否", "YYYY-MM-DD, or no"));
    if (!r->bad && stated_before(r, STATEMENT_NODE, state.node))
        refuse(r, FILL_NODE, DUBAN_E_OVERLAP, text, NULL);
    if (r->bad) return DUBAN_OK;
    fill_item *item = add(r, FILL_NODE);
    if (!item) return DUBAN_E_NO_MEMORY;
    item->words.kind = STATEMENT_NODE;
    item->words.node = state;
    return DUBAN_OK;
}

static duban_status read_nil(row *r) {
    const char *text = r->cells[FILL_NIL];
    for (size_t i = 0; i < r->f->n; i++) {
        const fill_item *item = &r->f->items[i];
        if (item->words.kind != STATEMENT_NIL || !same_item(&item->words, &r->base))
            continue;
        if (strcmp(item->nil, text) != 0)
            refuse(r, FILL_NIL, DUBAN_E_OVERLAP, text, item->nil);
        return DUBAN_OK;
    }
    fill_item *item = add(r, FILL_NIL);
    if (!item) return DUBAN_E_NO_MEMORY;
    item->words.kind = STATEMENT_NIL;
    item->nil = text;
    return DUBAN_OK;
}

static bool no_change(const char *text) {
    return strcmp(text, "无变化") == 0 || strcasecmp(text, "no change") == 0;
}

/* "before\nlabel：text"; text alone when there is nothing before. */
static const char *joined(row *r, const char *before, const char *text) {
    const char *label = r->metric && before ? r->metric->label : "";
    size_t size = (before ? strlen(before) : 0) + strlen(label) + strlen(text) + 8;
    char *made = arena_alloc(r->f->a, size);
    if (made)
        snprintf(made, size, "%s%s%s%s%s", before ? before : "", before ? "\n" : "",
                 label, *label ? "：" : "", text);
    return made;
}

static duban_status read_words(row *r) {
    static const fill_column columns[FILL_TEXTS] = {FILL_PROGRESS, FILL_PROBLEM,
                                                    FILL_NEXT};
    fill_item *item = NULL;
    for (size_t i = 0; i < r->f->n && !item; i++)
        if (r->f->items[i].words.kind == STATEMENT_TEXT &&
            same_item(&r->f->items[i].words, &r->base))
            item = &r->f->items[i];
    if (!item) {
        item = add(r, FILL_PROGRESS);
        if (!item) return DUBAN_E_NO_MEMORY;
        item->words.kind = STATEMENT_TEXT;
        item->words.supersedes = 0;
        item->reason = NULL;
    }
    for (size_t i = 0; i < FILL_TEXTS; i++) {
        const char *text = r->cells[columns[i]];
        if (!*text || (item->texts[i] && strstr(item->texts[i], text))) continue;
        if (i == 0 && no_change(text)) {
            item->words.text.no_change = true;
            continue;
        }
        item->texts[i] = joined(r, item->texts[i], text);
        if (!item->texts[i]) return DUBAN_E_NO_MEMORY;
    }
    return DUBAN_OK;
}

/* --- rows --------------------------------------------------------------------------- */

static bool has_words(const char *const *cells) {
    return *cells[FILL_PROGRESS] || *cells[FILL_PROBLEM] || *cells[FILL_NEXT];
}

duban_status fill_row(fill *f, uint32_t line, const char *const *cells) {
    row r = {.f = f, .line = line, .cells = cells};
    bool nil = *cells[FILL_NIL], words = has_words(cells);
    bool value = *cells[FILL_YTD] || *cells[FILL_ADD] || *cells[FILL_VALUE];
    bool node = *cells[FILL_DONE];
    if (!value && !node && !nil && !words) {
        f->drafts++;
        return DUBAN_OK;
    }
    read_place(&r);
    fill_column at = value_column(&r);
    if (nil && value)
        refuse(&r, FILL_NIL, DUBAN_E_OVERLAP, cells[FILL_NIL], f->titles[at]);
    if (r.bad && !r.base.task) return DUBAN_OK;
    duban_status s = DUBAN_OK;
    if (value) s = read_value(&r, at);
    if (s >= 0 && node) s = read_node(&r);
    if (s >= 0 && nil && !r.bad) s = read_nil(&r);
    if (s >= 0 && words && !r.bad) s = read_words(&r);
    for (size_t i = 0; r.bad && i < f->n; i++)
        if (f->items[i].line == line) f->items[i].bad = true;
    return s;
}

duban_status fill_sheet(fill *f, const char *path) {
    char *data = NULL;
    size_t size = 0;
    sheet table;
    duban_refusal refusal = {0};
    duban_status s = cli_read_file(f->c, path, SHEET_SIZE_MAX, &data, &size);
    if (s < 0) return s;
    s = sheet_read(f->a, data, size, fill_columns, &table, &refusal);
    free(data);
    if (s < 0) return cli_refused(f->c, &refusal);
    for (int i = 0; i < FILL_COLUMNS_N; i++)
        f->titles[i] = table.titles[i];
    for (size_t i = 0; i < table.rows_n && s >= 0; i++) {
        s = fill_row(f, table.rows[i].line, table.rows[i].cells);
        if (table.rows[i].beyond) {
            duban_refusal beyond = {0};
            duban_refuse(&beyond, DUBAN_E_SHEET, table.rows[i].line, NULL,
                         table.rows[i].beyond,
                         cli_say(f->c, "表头以内的列", "a column under a title"));
            keep_refusal(f, &beyond);
        }
    }
    return s < 0 ? cli_refuse(f->c, s, 0, path, NULL, NULL) : DUBAN_OK;
}

/* --- the check ---------------------------------------------------------------------- */

static duban_status make_body(fill *f, fill_item *item, const char *text, body_ref *ref) {
    duban_body_made *body = &item->bodies[item->bodies_n];
    duban_status s = admin_text_body(f->c, f->titles[item->at], text, body);
    if (s < 0) return s;
    *ref = body->ref;
    item->bodies_n++;
    return DUBAN_OK;
}

static duban_status make_bodies(fill *f, fill_item *item) {
    text_words *text = &item->words.text;
    if (item->words.kind == STATEMENT_VALUE && item->comment)
        return make_body(f, item, item->comment, &item->words.value.comment);
    if (item->words.kind == STATEMENT_NIL)
        return make_body(f, item, item->nil, &item->words.nil_reason);
    if (item->words.kind != STATEMENT_TEXT) return DUBAN_OK;
    body_ref *refs[FILL_TEXTS] = {&text->progress, &text->problem, &text->next};
    for (size_t i = 0; i < FILL_TEXTS; i++) {
        duban_status s =
            item->texts[i] ? make_body(f, item, item->texts[i], refs[i]) : DUBAN_OK;
        if (s < 0) return s;
    }
    return DUBAN_OK;
}

submission_words fill_submission(const fill *f, const fill_item *item,
                                 const duban_body_made *reason) {
    submission_words made = {.plan = f->plan,
                             .statements = &item->words,
                             .statements_n = 1,
                             .filler = f->persons.filler,
                             .reviewer = f->persons.reviewer,
                             .signer = f->persons.signer};
    if (reason && item->words.supersedes) made.reason = reason->ref;
    return made;
}

/* The column behind a field of duban.proto. */
static fill_column column_of(const fill_item *item, const char *field) {
    static const struct {
        const char *field;
        fill_column column;
    } names[] = {
        {"task", FILL_TASK},
        {"office", FILL_OFFICE},
        {"period", FILL_PERIOD},
        {"metric", FILL_METRIC},
        {"comment", FILL_COMMENT},
        {"denominator", FILL_DENOMINATOR},
        {"vintage", FILL_VINTAGE},
        {"unit", FILL_UNIT},
        {"data_date", FILL_DATA_DATE},
        {"node", FILL_NODE},
        {"done_day", FILL_DONE},
        {"done", FILL_DONE},
        {"progress", FILL_PROGRESS},
        {"problem", FILL_PROBLEM},
        {"next", FILL_NEXT},
        {"nil", FILL_NIL},
        {"supersedes", FILL_SUPERSEDES},
        {"reason", FILL_REASON},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i].field, field) == 0) return names[i].column;
    return item->at;
}

/* An office that nobody wrote was not found there, and people know offices by name. */
static void name_offices(const fill *f, const fill_item *item, duban_refusal *shown) {
    office_words office;
    if (!item->words.office) shown->found[0] = '\0';
    if (*shown->expected && find_office(f->l, shown->expected, &office))
        snprintf(shown->expected, sizeof shown->expected, "%.120s", office.name);
}

void fill_refused(fill *f, fill_item *item, const duban_refusal *why) {
    duban_refusal shown = *why;
    shown.line = item->line;
    if (item->line)
        snprintf(shown.field, sizeof shown.field, "%s",
                 f->titles[column_of(item, why->field)]);
    bool absent = why->status == DUBAN_E_SUPERSEDES_NEEDED && !item->words.supersedes;
    if (absent && strcmp(shown.found, "0") == 0) shown.found[0] = '\0';
    if (absent && strncmp(shown.found, "outbox ", strlen("outbox ")) == 0)
        snprintf(shown.expected, sizeof shown.expected, "%s",
                 cli_say(f->c, "仍在发件箱：先 duban outbox --wait",
                         "it waits in the outbox: `duban outbox --wait` first"));
    if (strcmp(why->field, "office") == 0) name_offices(f, item, &shown);
    if (why->status == DUBAN_E_OVERFLOW && !*shown.expected)
        snprintf(shown.expected, sizeof shown.expected, "%s",
                 say_number_wanted(why->status, f->c->lang));
    keep_refusal(f, &shown);
    item->bad = true;
}

/* Whether the value that stands is the very one stated, so that nothing is left to say.
 */
static bool stands(const fill *f, const fill_item *item) {
    const statement_words *w = &item->words;
    cell_name name = {.kind = CELL_VALUE,
                      .task = w->task,
                      .metric = w->value.metric,
                      .office = w->office ? w->office : duban_office(f->c->d),
                      .period = w->period};
    cell known;
    if (w->kind != STATEMENT_VALUE || w->supersedes ||
        !ledger_cell(f->l, f->plan, &name, &known))
        return false;
    return decimal_compare(known.value.amount, w->value.amount) == 0 &&
           decimal_compare(known.value.denominator, w->value.denominator) == 0 &&
           known.value.mode == w->value.mode &&
           (!w->value.vintage || known.value.vintage == w->value.vintage) &&
           (!w->value.data_date || known.value.data_date == w->value.data_date);
}

/* Whether a refusal speaks of the row, not of the machine or of who we are. */
static bool about_this(duban_status s) {
    if (s == DUBAN_E_UNKNOWN_KEY || s == DUBAN_E_REVOKED) return false;
    return s <= -200 && s > -500;
}

/* --- the plan's checks -------------------------------------------------------------- */

/* Tests that look at more than one statement: the whole submission is to be asked. */
static bool of_the_whole(const duban_refusal *why) {
    static const check_test tests[] = {TEST_BOTH_OR_NEITHER, TEST_EXCLUSIVE,
                                       TEST_NOT_ABOVE, TEST_WITH_EVIDENCE};
    if (why->status != DUBAN_E_CHECK && why->status != DUBAN_E_COMMENT_NEEDED)
        return false;
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        if (strcmp(why->field, check_test_name(tests[i])) == 0) return true;
    return false;
}

typedef struct noting {
    const fill *f;
    const submission_words *sub;
} noting;

static bool say_note(void *ctx, const check_note *note) {
    const noting *in = ctx;
    cli *c = in->f->c;
    task_words task = {.number = ""};
    const char *text = cli_say(c, note->zh, note->en);
    if (note->severity != SEVERITY_NOTE || note->line > in->sub->statements_n)
        return true;
    (void)find_task_id(in->f->l, in->f->plan, in->sub->statements[note->line - 1].task,
                       &task);
    if (!*text) text = text_word(TEXT_CHECK, note->test, c->lang);
    if (c->json)
        json_line(c->err, json_pack("{s:{s:s, s:s, s:i, s:s, s:s, s:s}}", "note", "task",
                                    task.number, "test", check_test_name(note->test),
                                    "row", (int)note->row, "text", text, "found",
                                    note->found, "expected", note->expected));
    else
        fprintf(c->err,
                cli_say(c, "提示：任务 %s，%s：填的是“%s”，宜为“%s”\n",
                        "note: task %s, %s: found \"%s\", wanted \"%s\"\n"),
                task.number, text, note->found, note->expected);
    return true;
}

void fill_say_notes(const fill *f, const submission_words *sub) {
    event ev = {.kind = KIND_SUBMISSION, .submission = *sub};
    noting in = {f, sub};
    if (!f->c->quiet) (void)duban_notes(f->c->d, &ev, say_note, &in);
}

duban_status fill_check(fill *f) {
    for (size_t i = 0; i < f->n; i++) {
        fill_item *item = &f->items[i];
        duban_body_made reason;
        duban_refusal why = {0};
        if (item->bad) continue;
        duban_status s = make_bodies(f, item);
        if (s < 0) return s;
        bool has_reason = item->words.supersedes && item->reason && *item->reason;
        if (has_reason) s = admin_text_body(f->c, "reason", item->reason, &reason);
        if (s < 0) return s;
        event ev = {.kind = KIND_SUBMISSION,
                    .submission = fill_submission(f, item, has_reason ? &reason : NULL)};
        s = duban_check(f->c->d, &ev, f->c->synced, &why);
        if (of_the_whole(&why)) s = DUBAN_OK;
        if (s < 0 && !about_this(s)) return cli_refused(f->c, &why);
        item->same = s == DUBAN_E_SUPERSEDES_NEEDED && stands(f, item);
        f->same += item->same;
        if (s < 0 && !item->same) fill_refused(f, item, &why);
    }
    return DUBAN_OK;
}
