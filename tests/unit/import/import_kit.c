#include "tests/unit/import/import_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/import/cells.h"

static char *copy_text(const char *text) {
    char *copy = malloc(strlen(text) + 1);
    assert_non_null(copy);
    return strcpy(copy, text);
}

char *kit_notice(const char *body) {
    static const char head[] =
        "清河市人民政府关于印发2031年重点工作责任分工方案的通知\n\n"
        "各县（市、区）人民政府，市政府各部门：\n"
        "　　一、加强领导。各单位要高度重视，逐项落实2031年的任务。\n"
        "　　二、按季调度。每季度末报送进展，共30项。\n"
        "附件：1.责任分工方案\n\n清河市人民政府\n2031年2月3日\n\n"
        "2031年重点工作责任分工方案\n\n";
    static const char tail[] = "\n\n\n抄送：市委办公室，市检察院。\n";
    char *text = malloc(sizeof head + strlen(body) + sizeof tail);
    assert_non_null(text);
    strcpy(text, head);
    strcat(text, body);
    strcat(text, tail);
    return text;
}

plan_table kit_import(const char *text) {
    plan_table table = {0};
    duban_refusal refusal = {0};
    assert_int_equal(import_notice(text, strlen(text), DUBAN_EN, &refusal, &table),
                     DUBAN_OK);
    return table;
}

plan_table kit_task(const char *words) {
    char *body = malloc(strlen(words) + 400);
    assert_non_null(body);
    strcpy(body, "　　一、主要目标\n　　1.");
    strcat(body, words);
    if (!strstr(words, "牵头") && !strstr(words, "单位："))
        strcat(body,
               "（牵头领导：甲；牵头单位：市发改委；责任单位：各县〔市、区〕人民政府）");
    char *text = kit_notice(body);
    plan_table table = kit_import(text);
    free(text);
    free(body);
    return table;
}

const plan_row *kit_row(const plan_table *table, size_t n) {
    assert_true(n < table->rows_n);
    return &table->rows[n];
}

const char *kit_names(plan_names names) {
    static char texts[4][2048];
    static unsigned turn;
    char *text = texts[turn++ % 4];
    text[0] = '\0';
    for (uint32_t i = 0; i < names.n; i++) {
        if (i) strcat(text, "|");
        assert_true(strlen(text) + strlen(names.items[i]) + 2 < sizeof texts[0]);
        strcat(text, names.items[i]);
    }
    return text;
}

void kit_assert_metric(const plan_row *row, comparator c, const char *target,
                       const char *target_max, const char *unit) {
    assert_string_equal(row->target, target);
    assert_string_equal(row->target_max, target_max);
    assert_string_equal(row->unit, unit);
    assert_int_equal(row->comparator, c);
}

/* splitmix64 */
uint32_t kit_below(kit_random *r, uint32_t n) {
    uint64_t z = (r->state += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return (uint32_t)((z ^ (z >> 31)) % n);
}

char *kit_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long length = ftell(file);
    assert_true(length >= 0);
    rewind(file);
    char *text = malloc((size_t)length + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)length, file), (size_t)length);
    text[length] = '\0';
    fclose(file);
    if (size) *size = (size_t)length;
    return text;
}

/* --- offices by name and alias ------------------------------------------------------ */

typedef struct alias {
    char *name;
    char *code;
} alias;

typedef struct offices {
    alias items[512];
    size_t n;
} offices;

static char *copy_piece(piece p) {
    char *text = malloc(p.size + 1);
    assert_non_null(text);
    memcpy(text, p.at, p.size);
    text[p.size] = '\0';
    return text;
}

static void offices_read(offices *all) {
    size_t size = 0;
    char *text = kit_file(SHARED "/facts/units.csv", &size);
    assert_non_null(text);
    arena a;
    arena_init(&a, 0);
    cells_reader reader = cells_begin(&a, (piece){text, size});
    cells_row row;
    while (cells_next(&reader, &row)) {
        assert_true(row.n > 4 && all->n + 8 < 512);
        all->items[all->n++] =
            (alias){copy_piece(row.cells[1]), copy_piece(row.cells[0])};
        piece names = row.cells[4];
        while (names.size) {
            size_t end = piece_find(names, "|", 0);
            if (end == PIECE_NONE) end = names.size;
            all->items[all->n++] =
                (alias){copy_piece(piece_cut(names, 0, end)), copy_piece(row.cells[0])};
            names = piece_from(names, end < names.size ? end + 1 : end);
        }
    }
    arena_close(&a);
    free(text);
}

static void offices_free(offices *all) {
    for (size_t i = 0; i < all->n; i++) {
        free(all->items[i].name);
        free(all->items[i].code);
    }
}

static const char *code_of(const offices *all, const char *name) {
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->items[i].name, name) == 0) return all->items[i].code;
    return name;
}

/* --- leaders, up to one renaming ---------------------------------------------------- */

typedef struct renaming {
    char *from[64];
    char *to[64];
    size_t n;
} renaming;

/* Whether the pair fits a one-to-one renaming; notes it when new. */
static bool rename_fits(renaming *r, const char *from, const char *to) {
    for (size_t i = 0; i < r->n; i++) {
        bool left = strcmp(r->from[i], from) == 0, right = strcmp(r->to[i], to) == 0;
        if (left || right) return left && right;
    }
    assert_true(r->n < 64);
    r->from[r->n] = copy_text(from);
    r->to[r->n++] = copy_text(to);
    return true;
}

/* --- comparing ---------------------------------------------------------------------- */

typedef struct comparison {
    kit_score score;
    offices offices;
    renaming leaders;
} comparison;

static bool names_fit(comparison *c, const json_t *list, plan_names names, bool leaders) {
    if (json_array_size(list) != names.n) return false;
    for (size_t i = 0; i < names.n; i++) {
        const char *want = json_string_value(json_array_get(list, i));
        if (leaders && !rename_fits(&c->leaders, names.items[i], want)) return false;
        if (!leaders && strcmp(code_of(&c->offices, names.items[i]), want) != 0)
            return false;
    }
    return true;
}

static void number_text(const json_t *value, char out[32]) {
    if (json_is_number(value))
        snprintf(out, 32, "%.10g", json_number_value(value));
    else
        out[0] = '\0';
}

static comparator comparator_of(const json_t *metric) {
    const char *sign = json_string_value(json_object_get(metric, "comparator"));
    if (strcmp(sign, ">=") == 0) return COMPARATOR_AT_LEAST;
    if (strcmp(sign, "<=") == 0) return COMPARATOR_AT_MOST;
    if (strcmp(sign, "==") == 0) return COMPARATOR_COUNT;
    return json_is_number(json_object_get(metric, "value_max")) ? COMPARATOR_BETWEEN
                                                                : COMPARATOR_ABOUT;
}

static bool metric_fits(const json_t *metric, const plan_row *row) {
    char value[32], value_max[32];
    number_text(json_object_get(metric, "value"), value);
    number_text(json_object_get(metric, "value_max"), value_max);
    return row->comparator == comparator_of(metric) && strcmp(row->target, value) == 0 &&
           strcmp(row->target_max, value_max) == 0 &&
           strcmp(row->unit, json_string_value(json_object_get(metric, "unit"))) == 0;
}

static bool nature_fits(const json_t *metric, nature n) {
    const char *word = json_string_value(json_object_get(metric, "nature"));
    if (strcmp(word, "growth_rate") == 0) return n == NATURE_RATE;
    if (strcmp(word, "rank") == 0) return n == NATURE_RANK;
    if (strcmp(word, "increment") == 0 || strcmp(word, "quantity") == 0 ||
        strcmp(word, "amount") == 0)
        return n == NATURE_CUMULATIVE;
    return n == NATURE_LEVEL;
}

#define ROWS_OF_TASK 80

static void compare_metrics(comparison *c, const json_t *task, const plan_row *rows[],
                            size_t n) {
    bool used[ROWS_OF_TASK] = {false}, marked = false;
    size_t i, implied = json_array_size(json_object_get(task, "implicit_targets"));
    json_t *metric;
    for (i = 0; i < n; i++)
        marked = marked || rows[i]->doubts[0];
    json_array_foreach(json_object_get(task, "metrics"), i, metric) {
        size_t j = 0;
        while (j < n && (used[j] || !metric_fits(metric, rows[j])))
            j++;
        c->score.metrics++;
        if (j < n) {
            used[j] = true;
            c->score.metrics_right++;
            c->score.natures_right += nature_fits(metric, rows[j]->nature);
            continue;
        }
        c->score.errors++;
        c->score.errors_marked += marked;
        print_message("  task %s: %s not found%s\n", rows[0]->no,
                      json_string_value(json_object_get(metric, "printed")),
                      marked ? " (marked)" : "");
    }
    for (i = 0; i < n; i++) {
        bool open = rows[i]->comparator == COMPARATOR_REFERENCE ||
                    rows[i]->comparator == COMPARATOR_PENDING;
        if (used[i] || rows[i]->metric[0] == '\0') continue;
        if (open && implied) {
            implied--;
            continue;
        }
        c->score.extra++;
        c->score.errors++;
        c->score.errors_marked += rows[i]->doubts[0] != '\0';
        print_message("  task %s: extra %s %s%s%s\n", rows[0]->no, rows[i]->metric,
                      rows[i]->target, rows[i]->unit,
                      rows[i]->doubts[0] ? " (marked)" : "");
    }
}

static void wrong(comparison *c, size_t *count, const plan_row *row, const char *what) {
    (*count)++;
    c->score.errors++;
    c->score.errors_marked += row->doubts[0] != '\0';
    print_message("  task %s: %s: %s / %s / %s\n", row->no, what, kit_names(row->leaders),
                  kit_names(row->leads), kit_names(row->responsible));
}

static void compare_task(comparison *c, const json_t *task, const plan_row *rows[],
                         size_t n, bool lines) {
    const plan_row *row = rows[0];
    bool open = json_is_true(json_object_get(task, "lead_list_open")) ||
                json_is_true(json_object_get(task, "responsible_list_open"));
    c->score.tasks++;
    if (!names_fit(c, json_object_get(task, "lead_leaders"), row->leaders, true))
        wrong(c, &c->score.leaders_wrong, row, "leaders");
    if (!names_fit(c, json_object_get(task, "lead_unit_codes"), row->leads, false))
        wrong(c, &c->score.leads_wrong, row, "leads");
    if (!names_fit(c, json_object_get(task, "responsible_unit_codes"), row->responsible,
                   false))
        wrong(c, &c->score.responsible_wrong, row, "responsible");
    if (row->open != open) wrong(c, &c->score.open_wrong, row, "open");
    if (lines && row->line != json_integer_value(json_object_get(task, "line")))
        wrong(c, &c->score.lines_wrong, row, "line");
    const char *kind = json_string_value(json_object_get(task, "kind"));
    static const char *const kinds[] = {
        "", "indicator", "milestone", "policy", "livelihood", "action_plan", "standing"};
    c->score.kinds_right += strcmp(kind, kinds[row->kind]) == 0;
    compare_metrics(c, task, rows, n);
}

kit_score kit_compare(const plan_table *table, const json_t *facts, bool lines) {
    comparison c = {0};
    offices_read(&c.offices);
    size_t i;
    json_t *task;
    for (i = 0; i < table->rows_n; i++)
        c.score.marked += table->rows[i].doubts[0] != '\0';
    c.score.rows = table->rows_n;
    size_t matched = 0;
    json_array_foreach(facts, i, task) {
        if (json_is_true(json_object_get(task, "is_container"))) continue;
        char no[32];
        const plan_row *rows[ROWS_OF_TASK];
        size_t n = 0;
        json_t *sub = json_object_get(task, "sub");
        int number = (int)json_integer_value(json_object_get(task, "no"));
        if (json_is_integer(sub))
            snprintf(no, sizeof no, "%d.%d", number, (int)json_integer_value(sub));
        else
            snprintf(no, sizeof no, "%d", number);
        for (size_t j = 0; j < table->rows_n && n < ROWS_OF_TASK; j++)
            if (strcmp(table->rows[j].no, no) == 0) rows[n++] = &table->rows[j];
        if (n == 0) fail_msg("task %s is missing", no);
        matched += n;
        compare_task(&c, task, rows, n, lines);
    }
    assert_int_equal(matched, table->rows_n);
    for (i = 0; i < c.leaders.n; i++) {
        free(c.leaders.from[i]);
        free(c.leaders.to[i]);
    }
    offices_free(&c.offices);
    return c.score;
}

void kit_print(const char *what, const kit_score *s) {
    print_message(
        "%s: %zu tasks, %zu rows, %zu marked (%.1f%%); wrong: leaders %zu, leads "
        "%zu, responsible %zu, open %zu, lines %zu; metrics %zu of %zu right "
        "(%.1f%%), %zu extra; errors %zu, %zu of them marked; kinds as in the facts "
        "%zu, natures %zu\n",
        what, s->tasks, s->rows, s->marked, 100.0 * (double)s->marked / (double)s->rows,
        s->leaders_wrong, s->leads_wrong, s->responsible_wrong, s->open_wrong,
        s->lines_wrong, s->metrics_right, s->metrics,
        100.0 * (double)s->metrics_right / (double)s->metrics, s->extra, s->errors,
        s->errors_marked, s->kinds_right, s->natures_right);
}

void kit_assert_good(const kit_score *s) {
    assert_int_equal(s->leaders_wrong, 0);
    assert_int_equal(s->leads_wrong, 0);
    assert_int_equal(s->responsible_wrong, 0);
    assert_int_equal(s->open_wrong, 0);
    assert_int_equal(s->lines_wrong, 0);
    assert_true(s->metrics_right * 100 >= s->metrics * 95);
    assert_true(s->extra * 100 <= s->metrics * 5);
    assert_true(s->marked * 100 <= s->rows * 15);
    assert_true(s->errors_marked * 100 >= s->errors * 80);
}
