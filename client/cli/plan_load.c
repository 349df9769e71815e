#include "client/cli/plan_load.h"

#include <stdlib.h>
#include <string.h>

#include "client/cli/find.h"
#include "client/cli/sheet.h"
#include "client/cli/text.h"

enum { TASK, METRIC, OFFICE, VALUE, COMPLETE, OPENING, WEIGHT };

static const sheet_column split_columns[] = {
    [TASK] = {"任务号", "task", true},        [METRIC] = {"指标", "metric", true},
    [OFFICE] = {"单位", "office", true},      [VALUE] = {"分解值", "value", true},
    [COMPLETE] = {"完整", "complete", false}, [OPENING] = {"期初值", "opening", false},
    [WEIGHT] = {"权数", "weight", false},     {NULL, NULL, false},
};

duban_status plan_load_table(cli *c, const char *path, plan_table *out) {
    char *data = NULL;
    size_t size = 0;
    duban_status s = cli_read_file(c, path, SHEET_SIZE_MAX, &data, &size);
    if (s < 0) return s;
    plan_refusals refusals = {0};
    arena a;
    char *text =
        data; /* what is in no encoding we know is refused below, with its line */
    arena_init(&a, 0);
    s = sheet_text(&a, data, size, &text, &size, NULL);
    if (s == DUBAN_OK || s == DUBAN_E_TEXT)
        s = plan_table_read_csv(text, size, c->lang, &refusals, out);
    arena_close(&a);
    free(data);
    for (size_t i = 0; i < refusals.n; i++)
        cli_refused(c, &refusals.items[i]);
    if (s == DUBAN_E_ROWS || (s < 0 && refusals.n == 0))
        cli_refuse(c, s, 0, path, NULL, NULL);
    plan_refusals_free(&refusals);
    return s;
}

static duban_status read_splits(cli *c, arena *a, const char *path, split_row **rows,
                                size_t *n) {
    char *data = NULL;
    size_t size = 0;
    duban_status s = cli_read_file(c, path, SHEET_SIZE_MAX, &data, &size);
    if (s < 0) return s;
    sheet table;
    duban_refusal refusal = {0};
    s = sheet_read(a, data, size, split_columns, &table, &refusal);
    free(data);
    if (s < 0) return cli_refused(c, &refusal);
    split_row *made = arena_alloc(a, (table.rows_n + 1) * sizeof *made);
    if (!made) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, path, NULL, NULL);
    for (size_t i = 0; i < table.rows_n; i++) {
        const char *const *cells = table.rows[i].cells;
        made[i] = (split_row){.task = cells[TASK],
                              .metric = cells[METRIC],
                              .office = cells[OFFICE],
                              .value = cells[VALUE],
                              .complete = text_read_yes(cells[COMPLETE]),
                              .line = table.rows[i].line,
                              .opening = cells[OPENING],
                              .weight = cells[WEIGHT]};
    }
    *rows = made;
    *n = table.rows_n;
    return DUBAN_OK;
}

/* What the door's callbacks look at. */
typedef struct plan_loading {
    cli *c;
    const ledger *l;
    const offices_table *offices;
} plan_loading;

static bool called(const office_words *office, const char *name) {
    if (strcmp(office->name, name) == 0 || strcmp(office->code, name) == 0) return true;
    for (uint32_t i = 0; i < office->aliases_n; i++)
        if (strcmp(office->aliases[i], name) == 0) return true;
    return false;
}

static uint32_t office_number(void *ctx, const char *name) {
    const plan_loading *in = ctx;
    for (size_t i = 0; i < in->offices->n; i++)
        if (called(&in->offices->offices[i], name)) return in->offices->offices[i].number;
    office_words office;
    return in->l && find_office(in->l, name, &office) ? office.number : 0;
}

/* "2022/25" */
static bool carried_task(void *ctx, const char *text, uint32_t *plan, uint32_t *task) {
    const plan_loading *in = ctx;
    char code[CODE_SIZE_MAX + 1] = "";
    const char *sign = strchr(text, '/');
    task_words found;
    if (!sign || (size_t)(sign - text) >= sizeof code) return false;
    memcpy(code, text, (size_t)(sign - text));
    uint32_t number = ledger_find_plan(in->l, code);
    if (!number || !find_task(in->l, number, sign + 1, &found)) return false;
    *plan = number;
    *task = found.id;
    return true;
}

static void say_problem(void *ctx, bool splits, const duban_refusal *told) {
    const plan_loading *in = ctx;
    duban_refusal shown = *told;
    if (splits)
        snprintf(shown.field, sizeof shown.field, "%s%.20s",
                 cli_say(in->c, "分解表 ", "splits: "), told->field);
    cli_refused(in->c, &shown);
}

duban_status plan_load(cli *c, arena *a, const char *path, const ledger *l,
                       plan_files *out) {
    const char *splits_path = cli_option(c, "splits");
    const char *offices_path = cli_option(c, "offices");
    split_row *splits = NULL;
    size_t splits_n = 0;
    duban_status s = plan_load_table(c, path, &out->table);
    out->has_table = s >= 0;
    if (s >= 0 && splits_path) s = read_splits(c, a, splits_path, &splits, &splits_n);
    if (s >= 0 && offices_path) s = offices_read(c, a, offices_path, l, &out->offices);
    if (s < 0) return s;
    plan_loading in = {c, l, &out->offices};
    bool look_up = l || offices_path;
    plan_words_door door = {&in, c->lang, look_up ? office_number : NULL,
                            l ? carried_task : NULL, say_problem};
    s = plan_words_make(a, &out->table, splits, splits_n, &door, &out->words);
    if (s < 0) return cli_refuse(c, s, 0, path, NULL, NULL);
    if (out->words.problems_n) return cli_refuse(c, DUBAN_E_ROWS, 0, path, NULL, NULL);
    return DUBAN_OK;
}

void plan_load_close(plan_files *files) {
    if (files->has_table) plan_table_free(&files->table);
    files->has_table = false;
}
