/* plan_table_read_csv: cells become rows, and every bad one is named. */
#include "client/import/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/import/cells.h"
#include "client/import/columns.h"
#include "client/import/fold.h"

#define ROWS_MAX  (TASKS_MAX * METRICS_MAX)
#define SLOTS_MAX (2 * TASKS_MAX)

/* A row being read: its cells by column, in the order of plan_column. */
typedef struct loose_row {
    piece cells[COLUMNS_N];
    uint32_t row;
    bool bad; /* a refusal names it already: no further check of the row as a whole */
} loose_row;

typedef struct table_reader {
    arena *arena; /* of the table */
    duban_lang lang;
    plan_refusals *refusals;
    size_t refusals_max;
    duban_status failed;            /* out of memory */
    plan_column columns[CELLS_MAX]; /* by cell; COLUMNS_N for one without a header */
    const char *headers[COLUMNS_N]; /* as printed in this sheet */
    plan_row *rows;
    uint64_t has;   /* columns, as plan_table.columns */
    uint32_t *next; /* row + 1 of the next row of the same task */
    size_t rows_n;
    size_t rows_max;
    size_t *slots; /* row + 1 of a task's first row, by its number: open addressing */
    size_t tasks_n;
} table_reader;

static void refuse(table_reader *t, duban_status status, uint32_t row, const char *field,
                   piece found, const char *expected) {
    plan_refusals *r = t->refusals;
    if (r->n == t->refusals_max) {
        size_t max = t->refusals_max ? 2 * t->refusals_max : 16;
        duban_refusal *items = realloc(r->items, max * sizeof *items);
        if (!items) {
            t->failed = DUBAN_E_NO_MEMORY;
            return;
        }
        r->items = items;
        t->refusals_max = max;
    }
    char text[sizeof r->items->found];
    found = piece_limit(found, sizeof text - 1);
    memcpy(text, found.at, found.size);
    text[found.size] = '\0';
    for (char *c = text; *c; c++)
        if (*c == '\n' || *c == '\r' || *c == '\t') *c = ' ';
    duban_refuse(&r->items[r->n++], status, row, field, text, expected);
}

static const char *say(const table_reader *t, const char *zh, const char *en) {
    return t->lang == DUBAN_ZH ? zh : en;
}

static void refuse_cell(table_reader *t, loose_row *row, plan_column column,
                        duban_status status, const char *expected) {
    row->bad = true;
    refuse(t, status, row->row, t->headers[column], row->cells[column], expected);
}

/* --- texts -------------------------------------------------------------------------- */

/* A cell without white space at its ends; breaks inside become spaces. */
static const char *keep(table_reader *t, piece words) {
    if (words.size == 0) return "";
    char *text = arena_copy(t->arena, words.at, words.size);
    if (!text) {
        t->failed = DUBAN_E_NO_MEMORY;
        return "";
    }
    for (char *c = text; *c; c++)
        if (*c == '\n' || *c == '\r' || *c == '\t') *c = ' ';
    return text;
}

static piece trim(piece words) {
    static const char *const spaces[] = {" ", "\t", "\r", "\n", "　", "\xC2\xA0", NULL};
    size_t n;
    while (words.size && (n = piece_word_at(words, 0, spaces)))
        words = piece_from(words, n);
    while (words.size && (n = piece_word_before(words, words.size, spaces)))
        words = piece_cut(words, 0, words.size - n);
    return words;
}

static const char *read_text(table_reader *t, loose_row *row, plan_column column,
                             size_t size_max) {
    piece words = row->cells[column];
    if (words.size > size_max) {
        char expected[48];
        snprintf(expected, sizeof expected, "≤ %u bytes", (unsigned)size_max);
        refuse_cell(t, row, column, DUBAN_E_TOO_LARGE, expected);
        return "";
    }
    return keep(t, words);
}

/* 25, 5.1; full-width digits are folded. */
static const char *read_no(table_reader *t, loose_row *row) {
    piece no;
    piece *given = &row->cells[COLUMN_NO];
    if (given->size == 0) {
        refuse_cell(t, row, COLUMN_NO, DUBAN_E_EMPTY,
                    say(t, "任务号，如 25 或 5.1", "a task number, as 25 or 5.1"));
        return "";
    }
    if (fold_line(t->arena, *given, &no) != DUBAN_OK) {
        t->failed = DUBAN_E_NO_MEMORY;
        return "";
    }
    bool fits = no.size > 0 && no.size <= NUMBER_TEXT_MAX;
    for (size_t i = 0; fits && i < no.size; i++)
        fits = strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_",
                      no.at[i]) != NULL;
    if (fits) return keep(t, no);
    refuse_cell(t, row, COLUMN_NO, DUBAN_E_CODE,
                say(t, "任务号，如 25 或 5.1", "a task number, as 25 or 5.1"));
    return "";
}

static int read_word(table_reader *t, loose_row *row, plan_column column) {
    int value = 0;
    if (cell_word_read(column, row->cells[column], &value)) return value;
    char expected[128];
    size_t size = 0;
    cell_words words = cell_words_of(column);
    for (size_t i = 0; i < words.n; i++) {
        int n = snprintf(expected + size, sizeof expected - size, "%s%s", i ? "/" : "",
                         words.items[i].word[t->lang == DUBAN_ZH ? 0 : 1]);
        if (n < 0 || (size_t)n >= sizeof expected - size) break;
        size += (size_t)n;
    }
    refuse_cell(t, row, column, DUBAN_E_WORD, expected);
    return 0;
}

static const char *read_number(table_reader *t, loose_row *row, plan_column column) {
    piece words = row->cells[column];
    char text[2 * DECIMAL_TEXT_SIZE], shortest[DECIMAL_TEXT_SIZE];
    decimal value;
    duban_status status = DUBAN_E_DECIMAL;
    if (words.size == 0) return "";
    if (words.size < sizeof text) {
        memcpy(text, words.at, words.size);
        text[words.size] = '\0';
        status = decimal_read(text, &value);
    }
    if (status) {
        refuse_cell(t, row, column, status, say(t, "数字，如 5.5", "a number, as 5.5"));
        return "";
    }
    decimal_write(value, shortest);
    return keep(t, piece_of(shortest));
}

static bool split_date(piece words, uint32_t parts[3]) {
    size_t at = 0;
    static const char *const signs[] = {"-", "/", ".", "年", "月", NULL};
    for (int i = 0; i < 3; i++) {
        size_t digits = 0;
        parts[i] = 0;
        while (at < words.size && words.at[at] >= '0' && words.at[at] <= '9' &&
               digits < 5)
            parts[i] = parts[i] * 10 + (uint32_t)(words.at[at++] - '0'), digits++;
        if (digits == 0 || digits > (i == 0 ? 4U : 2U)) return false;
        size_t n = i < 2 ? piece_word_at(words, at, signs) : 0;
        if (i < 2 && n == 0) return false;
        at += n;
    }
    if (piece_is(piece_from(words, at), "日")) at = words.size;
    return at == words.size;
}

static const char *read_date(table_reader *t, loose_row *row, plan_column column) {
    static const uint32_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    piece words = row->cells[column];
    uint32_t d[3];
    char text[16];
    if (words.size == 0) return "";
    bool right = split_date(words, d) && d[0] >= 1970 && d[0] < 2170 && d[1] >= 1 &&
                 d[1] <= 12 && d[2] >= 1 && d[2] <= days[d[1] - 1];
    bool leap = right && d[0] % 4 == 0 && (d[0] % 100 != 0 || d[0] % 400 == 0);
    if (!right || (d[1] == 2 && d[2] == 29 && !leap)) {
        refuse_cell(t, row, column, DUBAN_E_DATE, "2025-12-31");
        return "";
    }
    snprintf(text, sizeof text, "%04u-%02u-%02u", (unsigned)d[0] % 10000,
             (unsigned)d[1] % 100, (unsigned)d[2] % 100);
    return keep(t, piece_of(text));
}

/* False when the list is refused: the rest of it would only say so again. */
static bool add_name(table_reader *t, loose_row *row, plan_column column, size_t max,
                     piece name, plan_names *out) {
    name = trim(name);
    if (name.size == 0) return true;
    if (out->n == max) {
        char expected[48];
        snprintf(expected, sizeof expected, "≤ %u", (unsigned)max);
        refuse_cell(t, row, column, DUBAN_E_LIMIT, expected);
        return false;
    }
    if (name.size > NAME_SIZE_MAX) {
        refuse_cell(t, row, column, DUBAN_E_TOO_LARGE,
                    say(t, "较短的名称", "shorter names"));
        return false;
    }
    const char *kept = keep(t, name);
    for (uint32_t i = 0; i < out->n; i++) {
        if (strcmp(out->items[i], kept) != 0) continue;
        refuse_cell(t, row, column, DUBAN_E_DUPLICATE,
                    say(t, "名单不重复", "no name twice"));
        return false;
    }
    out->items[out->n++] = kept;
    return true;
}

static plan_names read_names(table_reader *t, loose_row *row, plan_column column,
                             size_t max) {
    static const char *const separators[] = {"；", ";", "|", NULL};
    piece words = row->cells[column];
    plan_names names = {0};
    size_t count = 1;
    for (size_t i = 0; i < words.size; i += piece_step(words, i))
        count += piece_word_at(words, i, separators) > 0;
    if (words.size == 0) return names;
    names.items =
        arena_alloc(t->arena, (count < max ? count : max) * sizeof *names.items);
    if (!names.items) {
        t->failed = DUBAN_E_NO_MEMORY;
        return names;
    }
    size_t begin = 0;
    for (size_t i = 0; i < words.size;) {
        size_t n = piece_word_at(words, i, separators);
        if (n) {
            if (!add_name(t, row, column, max, piece_cut(words, begin, i), &names))
                return names;
            begin = i + n;
        }
        i += n ? n : piece_step(words, i);
    }
    add_name(t, row, column, max, piece_from(words, begin), &names);
    return names;
}

static uint32_t read_line(table_reader *t, loose_row *row) {
    piece words = row->cells[COLUMN_LINE];
    uint32_t line = 0;
    for (size_t i = 0; i < words.size; i++) {
        if (words.at[i] < '0' || words.at[i] > '9' || i == 9) {
            refuse_cell(t, row, COLUMN_LINE, DUBAN_E_DECIMAL,
                        say(t, "行号", "a line number"));
            return 0;
        }
        line = line * 10 + (uint32_t)(words.at[i] - '0');
    }
    return line;
}

/* --- a row -------------------------------------------------------------------------- */

static void read_task_cells(table_reader *t, loose_row *l, plan_row *row) {
    row->no = read_no(t, l);
    row->chapter_no = read_text(t, l, COLUMN_CHAPTER_NO, NAME_SIZE_MAX);
    row->chapter = read_text(t, l, COLUMN_CHAPTER, NAME_SIZE_MAX);
    row->section_no = read_text(t, l, COLUMN_SECTION_NO, NAME_SIZE_MAX);
    row->section = read_text(t, l, COLUMN_SECTION, NAME_SIZE_MAX);
    row->title = read_text(t, l, COLUMN_TITLE, TITLE_SIZE_MAX);
    row->kind = (task_kind)read_word(t, l, COLUMN_KIND);
    row->leaders = read_names(t, l, COLUMN_LEADERS, LEADERS_MAX);
    row->leads = read_names(t, l, COLUMN_LEADS, DUTIES_MAX);
    row->responsible = read_names(t, l, COLUMN_RESPONSIBLE, DUTIES_MAX);
    row->open = read_word(t, l, COLUMN_OPEN) != 0;
    row->tags = read_names(t, l, COLUMN_TAGS, TAGS_MAX);
    row->visibility = (visibility)read_word(t, l, COLUMN_VISIBILITY);
    row->asked_by = read_text(t, l, COLUMN_ASKED_BY, TITLE_SIZE_MAX);
    row->gates = read_names(t, l, COLUMN_GATES, GATES_MAX);
    row->carried = read_text(t, l, COLUMN_CARRIED, NAME_SIZE_MAX);
}

static void read_metric_cells(table_reader *t, loose_row *l, plan_row *row) {
    row->metric = read_text(t, l, COLUMN_METRIC, NAME_SIZE_MAX);
    row->comparator = (comparator)read_word(t, l, COLUMN_COMPARATOR);
    row->target = read_number(t, l, COLUMN_TARGET);
    row->target_max = read_number(t, l, COLUMN_TARGET_MAX);
    row->unit = read_text(t, l, COLUMN_UNIT, UNIT_SIZE_MAX);
    row->nature = (nature)read_word(t, l, COLUMN_NATURE);
    row->strength = (strength)read_word(t, l, COLUMN_STRENGTH);
    row->strict = read_word(t, l, COLUMN_STRICT) != 0;
    row->rollup = (rollup)read_word(t, l, COLUMN_ROLLUP);
    row->start = read_date(t, l, COLUMN_START);
    row->deadline = read_date(t, l, COLUMN_DEADLINE);
    row->definition = read_text(t, l, COLUMN_DEFINITION, TITLE_SIZE_MAX);
    row->opening = read_number(t, l, COLUMN_OPENING);
    row->tolerance = read_number(t, l, COLUMN_TOLERANCE);
    row->reference = read_text(t, l, COLUMN_REFERENCE, NAME_SIZE_MAX);
    row->below = read_word(t, l, COLUMN_BELOW) != 0;
    row->ratio_scale = read_number(t, l, COLUMN_RATIO_SCALE);
    row->source = read_text(t, l, COLUMN_SOURCE, NAME_SIZE_MAX);
    row->release = read_text(t, l, COLUMN_RELEASE, CODE_SIZE_MAX);
    row->release_days = read_number(t, l, COLUMN_RELEASE_DAYS);
    row->metric_visibility = (visibility)read_word(t, l, COLUMN_METRIC_VISIBILITY);
    row->line = read_line(t, l);
    row->doubts = keep(t, l->cells[COLUMN_DOUBTS]);
    row->row = l->row;
}

/* A row without a metric has nothing that only a metric can have. */
static void check_alone(table_reader *t, loose_row *l) {
    static const plan_column of_metric[] = {
        COLUMN_COMPARATOR,       COLUMN_TARGET,    COLUMN_TARGET_MAX, COLUMN_UNIT,
        COLUMN_NATURE,           COLUMN_STRENGTH,  COLUMN_STRICT,     COLUMN_ROLLUP,
        COLUMN_OPENING,          COLUMN_TOLERANCE, COLUMN_REFERENCE,  COLUMN_BELOW,
        COLUMN_RATIO_SCALE,      COLUMN_SOURCE,    COLUMN_RELEASE,    COLUMN_RELEASE_DAYS,
        COLUMN_METRIC_VISIBILITY};
    for (size_t i = 0; i < sizeof of_metric / sizeof of_metric[0]; i++)
        if (l->cells[of_metric[i]].size)
            refuse_cell(t, l, of_metric[i], DUBAN_E_TARGET,
                        say(t, "空，或先填指标", "empty, or a metric"));
}

static void check_filled(table_reader *t, loose_row *l, plan_column column, bool wanted) {
    if (wanted && l->cells[column].size == 0)
        refuse_cell(t, l, column, DUBAN_E_EMPTY, say(t, "须填写", "to be filled in"));
    if (!wanted && l->cells[column].size)
        refuse_cell(t, l, column, DUBAN_E_TARGET,
                    say(t, "此种比较不填", "empty with this comparator"));
}

static void check_metric(table_reader *t, loose_row *l, const plan_row *row) {
    bool reference = row->comparator == COMPARATOR_REFERENCE;
    bool open = row->comparator == COMPARATOR_YES_NO ||
                row->comparator == COMPARATOR_PENDING || reference;
    bool two = row->comparator == COMPARATOR_BETWEEN ||
               row->comparator == COMPARATOR_FLOOR_STRETCH;
    check_filled(t, l, COLUMN_COMPARATOR, true);
    if (l->bad) return;
    if (!reference) { /* the target of one is what lies between, if anything */
        check_filled(t, l, COLUMN_TARGET, !open);
        check_filled(t, l, COLUMN_REFERENCE, false);
    }
    check_filled(t, l, COLUMN_TARGET_MAX, two);
    if (!open) check_filled(t, l, COLUMN_UNIT, true);
    if (l->bad || !two) return;
    decimal low, high;
    if (decimal_read(row->target, &low) || decimal_read(row->target_max, &high)) return;
    if (decimal_compare(low, high) >= 0)
        refuse_cell(t, l, COLUMN_TARGET_MAX, DUBAN_E_TARGET,
                    say(t, "大于目标值", "more than the target"));
}

static void check_row(table_reader *t, loose_row *l, plan_row *row) {
    if (row->start[0] && row->deadline[0] && strcmp(row->start, row->deadline) > 0)
        refuse_cell(t, l, COLUMN_DEADLINE, DUBAN_E_DATE,
                    say(t, "不早于起始日", "not before the start"));
    if (row->metric[0] == '\0') {
        check_alone(t, l);
        return;
    }
    check_metric(t, l, row);
    bool yes_no = row->comparator == COMPARATOR_YES_NO;
    if (!row->nature) row->nature = yes_no ? NATURE_BOOLEAN : NATURE_CUMULATIVE;
    if (!row->strength) row->strength = STRENGTH_EXPECTED;
    if (!row->rollup)
        row->rollup = row->nature == NATURE_CUMULATIVE ? ROLLUP_SUM : ROLLUP_LEAD_ONLY;
}

/* --- rows of one task --------------------------------------------------------------- */

static bool names_equal(const plan_names *a, const plan_names *b) {
    if (a->n != b->n) return false;
    for (uint32_t i = 0; i < a->n; i++)
        if (strcmp(a->items[i], b->items[i]) != 0) return false;
    return true;
}

static void inherit_text(table_reader *t, loose_row *l, plan_column column,
                         const char **mine, const char *first) {
    if ((*mine)[0] == '\0') *mine = first;
    if (strcmp(*mine, first) != 0) refuse_cell(t, l, column, DUBAN_E_DUPLICATE, first);
}

static void inherit_names(table_reader *t, loose_row *l, plan_column column,
                          plan_names *mine, const plan_names *first) {
    if (mine->n == 0) *mine = *first;
    if (!names_equal(mine, first))
        refuse_cell(
            t, l, column, DUBAN_E_DUPLICATE,
            say(t, "与该任务首行相同或空", "as in the task's first row, or empty"));
}

/* Every row of a task says the same of it; empty cells take what the first row says. */
static void inherit(table_reader *t, loose_row *l, plan_row *row, const plan_row *first) {
    inherit_text(t, l, COLUMN_CHAPTER_NO, &row->chapter_no, first->chapter_no);
    inherit_text(t, l, COLUMN_CHAPTER, &row->chapter, first->chapter);
    inherit_text(t, l, COLUMN_SECTION_NO, &row->section_no, first->section_no);
    inherit_text(t, l, COLUMN_SECTION, &row->section, first->section);
    inherit_text(t, l, COLUMN_TITLE, &row->title, first->title);
    if (!row->kind) row->kind = first->kind;
    if (row->kind != first->kind)
        refuse_cell(t, l, COLUMN_KIND, DUBAN_E_DUPLICATE,
                    cell_word_for(COLUMN_KIND, (int)first->kind, t->lang));
    inherit_names(t, l, COLUMN_LEADERS, &row->leaders, &first->leaders);
    inherit_names(t, l, COLUMN_LEADS, &row->leads, &first->leads);
    inherit_names(t, l, COLUMN_RESPONSIBLE, &row->responsible, &first->responsible);
    inherit_names(t, l, COLUMN_TAGS, &row->tags, &first->tags);
    inherit_names(t, l, COLUMN_GATES, &row->gates, &first->gates);
    inherit_text(t, l, COLUMN_ASKED_BY, &row->asked_by, first->asked_by);
    inherit_text(t, l, COLUMN_CARRIED, &row->carried, first->carried);
    if (l->cells[COLUMN_VISIBILITY].size == 0) row->visibility = first->visibility;
    if (row->visibility != first->visibility)
        refuse_cell(t, l, COLUMN_VISIBILITY, DUBAN_E_DUPLICATE,
                    cell_word_for(COLUMN_VISIBILITY, (int)first->visibility, t->lang));
    if (l->cells[COLUMN_OPEN].size == 0) row->open = first->open;
    if (row->open != first->open)
        refuse_cell(t, l, COLUMN_OPEN, DUBAN_E_DUPLICATE,
                    cell_word_for(COLUMN_OPEN, 1, t->lang));
}

/* Where the task's first row is noted, or would be. */
static size_t *find_task(table_reader *t, const char *no) {
    size_t hash = 5381;
    for (const char *c = no; *c; c++)
        hash = hash * 33 + (unsigned char)*c;
    for (size_t i = hash % SLOTS_MAX;; i = (i + 1) % SLOTS_MAX)
        if (t->slots[i] == 0 || strcmp(t->rows[t->slots[i] - 1].no, no) == 0)
            return &t->slots[i];
}

/* Joins a row to those of its task that came before. */
static void join_task(table_reader *t, loose_row *l, plan_row *row, size_t first) {
    const plan_row *head = &t->rows[first];
    size_t last = first, metrics = 0;
    inherit(t, l, row, head);
    if (row->metric[0] == '\0' || head->metric[0] == '\0') {
        refuse_cell(t, l, COLUMN_METRIC, DUBAN_E_DUPLICATE,
                    say(t, "该任务各行均有指标", "a metric in every row of the task"));
        return;
    }
    for (size_t i = first + 1; i; i = t->next[i - 1], metrics++) {
        last = i - 1;
        if (strcmp(t->rows[last].metric, row->metric) == 0) {
            refuse_cell(t, l, COLUMN_METRIC, DUBAN_E_DUPLICATE,
                        say(t, "指标名称不重复", "a name the task does not have yet"));
            return;
        }
    }
    if (metrics == METRICS_MAX) {
        refuse_cell(t, l, COLUMN_METRIC, DUBAN_E_LIMIT, NULL);
        return;
    }
    t->next[last] = (uint32_t)t->rows_n + 1;
}

static void add_row(table_reader *t, loose_row *l) {
    plan_row *row = &t->rows[t->rows_n];
    read_task_cells(t, l, row);
    read_metric_cells(t, l, row);
    check_row(t, l, row);
    size_t *slot = row->no[0] ? find_task(t, row->no) : NULL;
    if (slot && *slot) {
        join_task(t, l, row, *slot - 1);
    } else if (row->title[0] == '\0' && l->cells[COLUMN_TITLE].size == 0) {
        refuse_cell(t, l, COLUMN_TITLE, DUBAN_E_EMPTY,
                    say(t, "须填写", "to be filled in"));
    }
    if (slot && *slot == 0) {
        if (t->tasks_n == TASKS_MAX) {
            refuse_cell(t, l, COLUMN_NO, DUBAN_E_LIMIT, NULL);
            return;
        }
        *slot = t->rows_n + 1;
        t->tasks_n++;
    }
    t->rows_n++;
}

/* --- the sheet ---------------------------------------------------------------------- */

static const char *fault_text(const table_reader *t, cells_fault fault) {
    switch (fault) {
    case CELLS_UNCLOSED: return say(t, "成对的引号", "a closing quote");
    case CELLS_QUOTE: return say(t, "引号后为分隔符", "a separator behind the quote");
    case CELLS_TOO_MANY: return say(t, "不超过64列", "at most 64 cells");
    case CELLS_OK: break;
    }
    return "";
}

/* Refuses a row that is no row of cells at all. */
static bool sound(table_reader *t, const cells_row *raw, uint32_t row) {
    if (raw->fault) {
        const char *field = "";
        if (raw->fault_cell < CELLS_MAX && t->columns[raw->fault_cell] < COLUMNS_N)
            field = t->headers[t->columns[raw->fault_cell]];
        refuse(t, DUBAN_E_SHEET, row, field, (piece){"", 0}, fault_text(t, raw->fault));
        return false;
    }
    for (size_t i = 0; i < raw->n; i++) {
        if (!raw->cells[i].at) {
            t->failed = DUBAN_E_NO_MEMORY;
            return false;
        }
    }
    return true;
}

static void read_row(table_reader *t, const cells_row *raw, uint32_t number) {
    loose_row l = {.row = number};
    bool blank = true;
    if (!sound(t, raw, number)) return;
    for (int c = 0; c < COLUMNS_N; c++)
        l.cells[c] = (piece){"", 0};
    for (size_t i = 0; i < raw->n; i++) {
        piece words = trim(raw->cells[i]);
        if (words.size == 0) continue;
        blank = false;
        size_t at;
        const char *field = t->columns[i] < COLUMNS_N ? t->headers[t->columns[i]] : "";
        if (!fold_readable(words, &at)) {
            refuse(t, DUBAN_E_TEXT, number, field, (piece){"", 0}, "UTF-8");
            return;
        }
        if (t->columns[i] == COLUMNS_N) {
            refuse(t, DUBAN_E_SHEET, number, "", words,
                   say(t, "表头内的列", "a column with a header"));
            return;
        }
        l.cells[t->columns[i]] = words;
    }
    if (blank) return;
    if (t->rows_n == t->rows_max) {
        refuse(t, DUBAN_E_LIMIT, number, "", (piece){"", 0}, NULL);
        return;
    }
    add_row(t, &l);
}

static bool read_header(table_reader *t, const cells_row *raw) {
    for (size_t i = 0; i < CELLS_MAX; i++)
        t->columns[i] = COLUMNS_N;
    if (!sound(t, raw, 1)) return false;
    for (int c = 0; c < COLUMNS_N; c++)
        t->headers[c] = NULL;
    for (size_t i = 0; i < raw->n; i++) {
        piece word = trim(raw->cells[i]);
        size_t at;
        if (!fold_readable(word, &at)) {
            refuse(t, DUBAN_E_TEXT, 1, "", (piece){"", 0}, "UTF-8");
            return false;
        }
        if (word.size == 0) continue;
        plan_column column = column_of(word);
        if (column == COLUMNS_N) {
            refuse(t, DUBAN_E_COLUMN, 1, "", word,
                   say(t, "已知的列名", "a known column"));
        } else if (t->headers[column]) {
            refuse(t, DUBAN_E_COLUMN, 1, t->headers[column], word,
                   say(t, "列不重复", "no column twice"));
        } else {
            t->columns[i] = column;
            t->headers[column] = keep(t, word);
            t->has |= UINT64_C(1) << column;
        }
    }
    static const plan_column needed[] = {COLUMN_NO, COLUMN_TITLE};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (!t->headers[needed[i]])
            refuse(t, DUBAN_E_COLUMN, 1, column_word(needed[i], t->lang), (piece){"", 0},
                   column_word(needed[i], t->lang));
    for (int c = 0; c < COLUMNS_N; c++)
        if (!t->headers[c]) t->headers[c] = column_word((plan_column)c, t->lang);
    return t->refusals->n == 0;
}

static bool make_room(table_reader *t, piece bytes) {
    size_t lines = 2;
    for (size_t i = 0; i < bytes.size; i++)
        lines += bytes.at[i] == '\n' || bytes.at[i] == '\r';
    t->rows_max = lines < ROWS_MAX ? lines : ROWS_MAX;
    t->rows = arena_alloc(t->arena, (t->rows_max + 1) * sizeof *t->rows);
    t->next = arena_alloc(t->arena, (t->rows_max + 1) * sizeof *t->next);
    t->slots = arena_alloc(t->arena, SLOTS_MAX * sizeof *t->slots);
    return t->rows && t->next && t->slots;
}

static duban_status read_sheet(table_reader *t, piece bytes) {
    cells_row raw;
    if (bytes.size > SHEET_SIZE_MAX) {
        refuse(t, DUBAN_E_TOO_LARGE, 0, "", (piece){"", 0}, NULL);
        return DUBAN_E_TOO_LARGE;
    }
    if (!make_room(t, bytes)) return DUBAN_E_NO_MEMORY;
    cells_reader reader = cells_begin(t->arena, bytes);
    if (!cells_next(&reader, &raw)) {
        refuse(t, DUBAN_E_SHEET, 1, "", (piece){"", 0}, say(t, "表头", "a header row"));
        return DUBAN_E_SHEET;
    }
    if (!read_header(t, &raw))
        return t->refusals->n ? t->refusals->items[0].status : t->failed;
    for (uint32_t row = 2; !t->failed && cells_next(&reader, &raw); row++)
        read_row(t, &raw, row);
    if (t->refusals->n) return DUBAN_E_ROWS;
    if (t->rows_n == 0) {
        refuse(t, DUBAN_E_SHEET, 2, "", (piece){"", 0},
               say(t, "至少一个任务", "at least one task"));
        return DUBAN_E_SHEET;
    }
    return DUBAN_OK;
}

duban_status plan_table_read_csv(const void *bytes, size_t size, duban_lang lang,
                                 plan_refusals *refusals, plan_table *table) {
    plan_table read = {0};
    *refusals = (plan_refusals){0};
    arena_init(&read.arena, 0);
    table_reader *t = arena_alloc(&read.arena, sizeof *t);
    if (!t) return DUBAN_E_NO_MEMORY;
    *t = (table_reader){.arena = &read.arena, .lang = lang, .refusals = refusals};
    duban_status status = read_sheet(t, (piece){bytes, size});
    if (t->failed) status = t->failed;
    if (status == DUBAN_OK) {
        read.rows = t->rows;
        read.rows_n = t->rows_n;
        read.columns = t->has;
        *table = read;
    } else {
        plan_table_free(&read);
    }
    return status;
}
