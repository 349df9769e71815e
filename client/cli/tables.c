#include "client/cli/tables.h"

#include <stdlib.h>
#include <string.h>

#include "client/cli/find.h"
#include "client/cli/say.h"
#include "client/cli/text.h"
#include "client/cli/typed.h"

/* --- cells -------------------------------------------------------------------------- */

typedef struct reading {
    act *k;
    const sheet *sheet;
    size_t bad;
} reading;

static void bad(reading *in, const sheet_row *row, int column, duban_status status,
                const char *expected) {
    cli_refuse(in->k->c, status, row->line, in->sheet->titles[column], row->cells[column],
               expected);
    in->bad++;
}

/* A word of a set; 0 when the cell is empty, which needed forbids. */
static unsigned word_in(reading *in, const sheet_row *row, int column, word_set set,
                        bool needed) {
    unsigned value = 0;
    char words[TEXT_LIST_SIZE];
    bool known = text_read(set, row->cells[column], &value);
    if (!known || (needed && !value))
        bad(in, row, column, DUBAN_E_WORD, text_list(set, in->k->c->lang, words));
    return value;
}

static decimal number_in(reading *in, const sheet_row *row, int column, bool *has) {
    decimal value = {0};
    *has = *row->cells[column] != '\0';
    duban_status s = *has ? decimal_read(row->cells[column], &value) : DUBAN_OK;
    if (s < 0) bad(in, row, column, s, say_number_wanted(s, in->k->c->lang));
    return value;
}

static uint32_t count_in(reading *in, const sheet_row *row, int column) {
    const char *text = row->cells[column];
    size_t digits = strspn(text, "0123456789");
    if (!*text) return 0;
    if (text[digits] || digits > 9) {
        bad(in, row, column, DUBAN_E_DECIMAL, "1, 2, …");
        return 0;
    }
    return (uint32_t)strtoul(text, NULL, 10);
}

/* A task by its printed number, 0 for the empty cell; *out is its words. */
static uint32_t task_in(reading *in, const sheet_row *row, int column, task_words *out) {
    if (!*row->cells[column]) return 0;
    for (uint32_t id = 1; act_task_id(in->k, id, out); id++)
        if (typed_same(out->number, row->cells[column])) return id;
    bad(in, row, column, DUBAN_E_UNKNOWN_TASK, NULL);
    return 0;
}

/* A metric of that task, by label or as M1; without a task as M1 of any. */
static uint32_t metric_in(reading *in, const sheet_row *row, int column,
                          const task_words *task) {
    const char *text = row->cells[column];
    char known[TEXT_LIST_SIZE] = "M1";
    if (!*text) return 0;
    if (task) {
        const metric_words *metric = find_metric(task, text);
        if (metric) return metric->id;
        find_metrics_list(task, known, sizeof known);
    }
    unsigned long id = strtoul(text + (*text == 'M' || *text == 'm'), NULL, 10);
    if (!task && id && id <= METRICS_MAX) return (uint32_t)id;
    bad(in, row, column, DUBAN_E_UNKNOWN_METRIC, known);
    return 0;
}

static const char *task_cell(const act *k, uint32_t task) {
    task_words words;
    return task && act_task_id(k, task, &words) ? words.number : "";
}

static const char *metric_cell(const act *k, uint32_t task, uint32_t metric,
                               char room[TABLES_TEXT_SIZE]) {
    task_words words;
    const metric_words *found = NULL;
    room[0] = '\0';
    if (task && metric && act_task_id(k, task, &words))
        found = find_metric_id(&words, metric);
    if (found) return found->label;
    if (metric) snprintf(room, TABLES_TEXT_SIZE, "M%u", (unsigned)metric);
    return room;
}

static const char *number_cell(bool has, decimal value, char room[TABLES_TEXT_SIZE]) {
    room[0] = '\0';
    if (has) decimal_write(value, room);
    return room;
}

static const char *count_cell(uint32_t value, char room[TABLES_TEXT_SIZE]) {
    room[0] = '\0';
    if (value) snprintf(room, TABLES_TEXT_SIZE, "%u", (unsigned)value);
    return room;
}

static const char *yes_cell(const act *k, bool yes) {
    return yes ? cli_say(k->c, "是", "yes") : "";
}

/* Room for the rows of a sheet, in the act's arena. */
static void *rows_room(act *k, size_t n, size_t size) {
    void *made = arena_alloc(&k->a, (n + 1) * size);
    if (!made) cli_refuse(k->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    return made;
}

/* --- roles -------------------------------------------------------------------------- */

enum { ROLE_KIND, ROLE_BY, ROLE_NOT_OWN };

static const sheet_column role_columns[] = {
    [ROLE_KIND] = {"事项", "kind", true},
    [ROLE_BY] = {"身份", "by", true},
    [ROLE_NOT_OWN] = {"本单位除外", "not_own", false},
    {NULL, NULL, false},
};

static duban_status read_roles(act *k, const sheet *t, event *out) {
    reading in = {k, t, 0};
    role_row *rows = rows_room(k, t->rows_n, sizeof *rows);
    if (!rows) return DUBAN_E_NO_MEMORY;
    for (size_t i = 0; i < t->rows_n; i++) {
        const sheet_row *row = &t->rows[i];
        rows[i] = (role_row){
            .kind = (event_kind)word_in(&in, row, ROLE_KIND, TEXT_EVENT_KIND, true),
            .by = (relation_kind)word_in(&in, row, ROLE_BY, TEXT_RELATION, true),
            .not_own = text_read_yes(row->cells[ROLE_NOT_OWN])};
    }
    out->roles.rows = rows;
    out->roles.rows_n = (uint32_t)t->rows_n;
    return in.bad ? DUBAN_E_ROWS : DUBAN_OK;
}

static uint32_t roles_rows(const event *ev) {
    return ev->roles.rows_n;
}

static const char *role_cell(const act *k, const event *ev, uint32_t at, int column,
                             char room[TABLES_TEXT_SIZE]) {
    const role_row *row = &ev->roles.rows[at];
    room[0] = '\0';
    switch (column) {
    case ROLE_KIND: return text_word(TEXT_EVENT_KIND, row->kind, k->c->lang);
    case ROLE_BY: return text_word(TEXT_RELATION, row->by, k->c->lang);
    default: return yes_cell(k, row->not_own);
    }
}

const table_kit tables_roles = {KIND_ROLES, TABLE_ROLES, role_columns,
                                read_roles, roles_rows,  role_cell};

/* --- checks ------------------------------------------------------------------------- */

enum {
    CHECK_SEVERITY,
    CHECK_TEST,
    CHECK_TASK,
    CHECK_METRIC,
    CHECK_OTHER,
    CHECK_LOW,
    CHECK_HIGH,
    CHECK_HISTORY,
    CHECK_ZH,
    CHECK_EN
};

static const sheet_column check_columns[] = {
    [CHECK_SEVERITY] = {"级别", "severity", true},
    [CHECK_TEST] = {"校验", "test", true},
    [CHECK_TASK] = {"任务号", "task", false},
    [CHECK_METRIC] = {"指标", "metric", false},
    [CHECK_OTHER] = {"另一指标", "other", false},
    [CHECK_LOW] = {"下限", "low", false},
    [CHECK_HIGH] = {"上限", "high", false},
    [CHECK_HISTORY] = {"历史期数", "history_min", false},
    [CHECK_ZH] = {"中文说明", "zh", false},
    [CHECK_EN] = {"英文说明", "en", false},
    {NULL, NULL, false},
};

static check_row_words read_check(reading *in, const sheet_row *row) {
    task_words task;
    check_row_words made = {
        .severity = (severity)word_in(in, row, CHECK_SEVERITY, TEXT_SEVERITY, true),
        .test = (check_test)word_in(in, row, CHECK_TEST, TEXT_CHECK, true),
        .task = task_in(in, row, CHECK_TASK, &task),
        .history_min = count_in(in, row, CHECK_HISTORY),
        .zh = row->cells[CHECK_ZH],
        .en = row->cells[CHECK_EN]};
    const task_words *of = made.task ? &task : NULL;
    bool lost = *row->cells[CHECK_TASK] && !of;
    made.metric = lost ? 0 : metric_in(in, row, CHECK_METRIC, of);
    made.other = lost ? 0 : metric_in(in, row, CHECK_OTHER, of);
    made.low = number_in(in, row, CHECK_LOW, &made.has_low);
    made.high = number_in(in, row, CHECK_HIGH, &made.has_high);
    return made;
}

/* What each test takes, said of the sheet's own line and column; the rest of the rules is
 * the ledger's. */
static void judge_check(reading *in, const sheet_row *row, const check_row_words *made) {
    cli *c = in->k->c;
    bool range = made->test == TEST_RANGE, change = made->test == TEST_CHANGE;
    if (!made->test) return;
    if (made->has_low && !range)
        bad(in, row, CHECK_LOW, DUBAN_E_RULES,
            cli_say(c, "留空，只有取值范围用", "empty: only a range has one"));
    if (made->has_high && !range && !change)
        bad(in, row, CHECK_HIGH, DUBAN_E_RULES,
            cli_say(c, "留空，只有取值范围和比上期变动用",
                    "empty: only a range or a change has one"));
    if (!*row->cells[CHECK_HIGH] && (change || (range && !*row->cells[CHECK_LOW])))
        bad(in, row, CHECK_HIGH, DUBAN_E_RULES, cli_say(c, "一个数", "a number"));
}

static duban_status read_checks(act *k, const sheet *t, event *out) {
    reading in = {k, t, 0};
    check_row_words *rows = rows_room(k, t->rows_n, sizeof *rows);
    if (!rows) return DUBAN_E_NO_MEMORY;
    for (size_t i = 0; i < t->rows_n; i++)
        rows[i] = read_check(&in, &t->rows[i]);
    for (size_t i = 0; i < t->rows_n; i++)
        judge_check(&in, &t->rows[i], &rows[i]);
    out->checks.rows = rows;
    out->checks.rows_n = (uint32_t)t->rows_n;
    return in.bad ? DUBAN_E_ROWS : DUBAN_OK;
}

static uint32_t checks_rows(const event *ev) {
    return ev->checks.rows_n;
}

static const char *check_cell(const act *k, const event *ev, uint32_t at, int column,
                              char room[TABLES_TEXT_SIZE]) {
    const check_row_words *row = &ev->checks.rows[at];
    switch (column) {
    case CHECK_SEVERITY: return text_word(TEXT_SEVERITY, row->severity, k->c->lang);
    case CHECK_TEST: return text_word(TEXT_CHECK, row->test, k->c->lang);
    case CHECK_TASK: return task_cell(k, row->task);
    case CHECK_METRIC: return metric_cell(k, row->task, row->metric, room);
    case CHECK_OTHER: return metric_cell(k, row->task, row->other, room);
    case CHECK_LOW: return number_cell(row->has_low, row->low, room);
    case CHECK_HIGH: return number_cell(row->has_high, row->high, room);
    case CHECK_HISTORY: return count_cell(row->history_min, room);
    case CHECK_ZH: return row->zh;
    default: return row->en;
    }
}

const table_kit tables_checks = {KIND_CHECKS, TABLE_CHECKS, check_columns,
                                 read_checks, checks_rows,  check_cell};

/* --- weights ------------------------------------------------------------------------ */

enum {
    WEIGHT_TASK,
    WEIGHT_METRIC,
    WEIGHT_WEIGHT,
    WEIGHT_GROUP,
    WEIGHT_GROUP_EN,
    WEIGHT_KINDS,
    WEIGHT_LEAST,
    WEIGHT_MOST
};

static const sheet_column weight_columns[] = {
    [WEIGHT_TASK] = {"任务号", "task", false},
    [WEIGHT_METRIC] = {"指标", "metric", false},
    [WEIGHT_WEIGHT] = {"权重", "weight", true},
    [WEIGHT_GROUP] = {"排名组", "group", false},
    [WEIGHT_GROUP_EN] = {"排名组英文", "group_en", false},
    [WEIGHT_KINDS] = {"单位类别", "kinds", false},
    [WEIGHT_LEAST] = {"得分下限", "least", false},
    [WEIGHT_MOST] = {"得分上限", "most", false},
    {NULL, NULL, false},
};

static void read_weight(reading *in, const sheet_row *row, weights_words *w,
                        weight_row *rows) {
    task_words task;
    bool has;
    weight_row made = {.task = task_in(in, row, WEIGHT_TASK, &task),
                       .weight = number_in(in, row, WEIGHT_WEIGHT, &has)};
    if (made.task || !*row->cells[WEIGHT_TASK])
        made.metric = metric_in(in, row, WEIGHT_METRIC, made.task ? &task : NULL);
    rows[w->rows_n++] = made;
}

static void read_group(reading *in, const sheet_row *row, weights_words *w,
                       rank_group *groups) {
    uint32_t n = 0;
    const char *const *names = act_list(in->k, row->cells[WEIGHT_KINDS], &n);
    office_kind *kinds = names ? rows_room(in->k, n, sizeof *kinds) : NULL;
    if (!kinds) {
        in->bad++;
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        unsigned value = 0;
        char words[TEXT_LIST_SIZE];
        if (!text_read(TEXT_OFFICE_KIND, names[i], &value))
            bad(in, row, WEIGHT_KINDS, DUBAN_E_WORD,
                text_list(TEXT_OFFICE_KIND, in->k->c->lang, words));
        kinds[i] = (office_kind)value;
    }
    groups[w->groups_n++] = (rank_group){.zh = row->cells[WEIGHT_GROUP],
                                         .en = row->cells[WEIGHT_GROUP_EN],
                                         .kinds = kinds,
                                         .kinds_n = n};
}

static void read_bounds(reading *in, const sheet_row *row, weights_words *w) {
    if (w->has_least || w->has_most) {
        bad(in, row, WEIGHT_LEAST, DUBAN_E_DUPLICATE, NULL);
        return;
    }
    w->least = number_in(in, row, WEIGHT_LEAST, &w->has_least);
    w->most = number_in(in, row, WEIGHT_MOST, &w->has_most);
}

static duban_status read_weights(act *k, const sheet *t, event *out) {
    reading in = {k, t, 0};
    weights_words *w = &out->weights;
    weight_row *rows = rows_room(k, t->rows_n, sizeof *rows);
    rank_group *groups = rows_room(k, t->rows_n, sizeof *groups);
    if (!rows || !groups) return DUBAN_E_NO_MEMORY;
    for (size_t i = 0; i < t->rows_n; i++) {
        const sheet_row *row = &t->rows[i];
        bool weighs = *row->cells[WEIGHT_WEIGHT], group = *row->cells[WEIGHT_GROUP];
        if (weighs)
            read_weight(&in, row, w, rows);
        else if (group)
            read_group(&in, row, w, groups);
        else if (*row->cells[WEIGHT_LEAST] || *row->cells[WEIGHT_MOST])
            read_bounds(&in, row, w);
        else
            bad(&in, row, WEIGHT_WEIGHT, DUBAN_E_EMPTY,
                cli_say(k->c, "权重、排名组或得分限",
                        "a weight, a group or bounds of a score"));
    }
    w->rows = rows;
    w->groups = groups;
    if (!in.bad && w->groups_n == 0)
        return cli_refuse(k->c, DUBAN_E_RULES, 0, t->titles[WEIGHT_GROUP], NULL,
                          cli_say(k->c, "至少一行排名组及其单位类别",
                                  "a row that names a group and its kinds"));
    if (!in.bad && !(w->has_least && w->has_most))
        return cli_refuse(
            k->c, DUBAN_E_RULES, 0, t->titles[WEIGHT_LEAST], NULL,
            cli_say(k->c, "一行得分下限和得分上限", "a row with both least and most"));
    return in.bad ? DUBAN_E_ROWS : DUBAN_OK;
}

static uint32_t weights_rows(const event *ev) {
    const weights_words *w = &ev->weights;
    return w->rows_n + w->groups_n + (w->has_least || w->has_most);
}

static const char *group_cell(const act *k, const rank_group *group, int column,
                              char room[TABLES_TEXT_SIZE]) {
    room[0] = '\0';
    if (column == WEIGHT_GROUP) return group->zh;
    if (column == WEIGHT_GROUP_EN) return group->en;
    for (uint32_t i = 0; column == WEIGHT_KINDS && i < group->kinds_n; i++)
        (void)say_list(room, TABLES_TEXT_SIZE, "；",
                       text_word(TEXT_OFFICE_KIND, group->kinds[i], k->c->lang));
    return room;
}

static const char *weight_cell(const act *k, const event *ev, uint32_t at, int column,
                               char room[TABLES_TEXT_SIZE]) {
    const weights_words *w = &ev->weights;
    if (at < w->rows_n) {
        const weight_row *row = &w->rows[at];
        if (column == WEIGHT_TASK) return task_cell(k, row->task);
        if (column == WEIGHT_METRIC) return metric_cell(k, row->task, row->metric, room);
        return number_cell(column == WEIGHT_WEIGHT, row->weight, room);
    }
    if (at - w->rows_n < w->groups_n)
        return group_cell(k, &w->groups[at - w->rows_n], column, room);
    if (column == WEIGHT_LEAST) return number_cell(w->has_least, w->least, room);
    return number_cell(column == WEIGHT_MOST && w->has_most, w->most, room);
}

const table_kit tables_weights = {KIND_WEIGHTS, TABLE_WEIGHTS, weight_columns,
                                  read_weights, weights_rows,  weight_cell};

/* --- files -------------------------------------------------------------------------- */

duban_status tables_read(act *k, const table_kit *kit, const char *path, event *out) {
    char *data = NULL;
    size_t size = 0;
    sheet table;
    duban_refusal refusal = {0};
    duban_status s = cli_read_file(k->c, path, SHEET_SIZE_MAX, &data, &size);
    if (s < 0) return s;
    s = sheet_read(&k->a, data, size, kit->columns, &table, &refusal);
    free(data);
    if (s < 0) return cli_refused(k->c, &refusal);
    event made = {.kind = kit->kind};
    s = kit->read(k, &table, &made);
    if (s == DUBAN_E_ROWS) return cli_refuse(k->c, s, 0, path, NULL, NULL);
    if (s >= 0) *out = made;
    return s;
}

duban_status tables_write(const act *k, const table_kit *kit, const event *ev,
                          buffer *out) {
    char room[TABLES_TEXT_SIZE];
    bool zh = k->c->lang == DUBAN_ZH;
    duban_status s = sheet_begin(out);
    for (int c = 0; kit->columns[c].zh && s >= 0; c++)
        s = sheet_cell(out, zh ? kit->columns[c].zh : kit->columns[c].en, c == 0);
    if (s >= 0) s = sheet_end_row(out);
    for (uint32_t i = 0; i < kit->rows(ev) && s >= 0; i++) {
        for (int c = 0; kit->columns[c].zh && s >= 0; c++)
            s = sheet_cell(out, kit->cell(k, ev, i, c, room), c == 0);
        if (s >= 0) s = sheet_end_row(out);
    }
    return s;
}
