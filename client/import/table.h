/* plan.csv: the table a notice becomes and people correct, one row a metric, or one row
 * for a task without metrics. Writes it and reads it back. Knows: columns and their words
 * in both languages. Must not know: notices, journals.
 *
 * The file: UTF-8 with a byte order mark, RFC 4180, a header row in Chinese or English.
 * Reading takes either language in the header and in every cell, columns in any order,
 * lists separated by ； ; or |, dates as 2025-12-31, 2025/12/31 or 2025年12月31日, and a
 * semicolon or tab instead of the comma where the header shows it. Columns that may be
 * left out or empty: all but no, title and, in a row with a metric, comparator, target
 * and unit.
 *
 * What an empty cell means: start and deadline: the plan's year. nature: cumulative
 * (yes_no for a yes_no metric). strength: expected. rollup: sum for cumulative metrics,
 * else lead_only. visibility: public. Task columns in a further row of the same task: as
 * in its first row. Columns from tolerance to carried are written only when a row fills
 * them.
 *
 * reference: the metric compared with, its task's number and label or number, 1/M1.
 * gates: of the task's projects, 开工=2023-06-30；投产=2023-09-30. carried: the task of an
 * earlier plan that goes on, 2022/25. */
#ifndef DUBAN_IMPORT_TABLE_H
#define DUBAN_IMPORT_TABLE_H

#include "proto/arena.h"
#include "proto/status.h"
#include "proto/words.h"

typedef struct plan_names {
    const char **items;
    uint32_t n;
} plan_names;

/* Strings are never NULL; "" is an empty cell. Numbers are exact decimal texts in their
 * shortest form. */
typedef struct plan_row {
    /* of the task */
    const char *no; /* "25", "5.1" */
    const char *chapter_no, *chapter;
    const char *section_no, *section;
    const char *title;
    task_kind kind;
    plan_names leaders; /* as printed, later posts or codes */
    plan_names leads;
    plan_names responsible;
    bool open; /* a list of offices ended with 等 */
    plan_names tags;
    enum visibility visibility;
    const char *asked_by;
    plan_names gates;
    const char *carried;
    /* of the metric; "" and NONE where the task has none */
    const char *metric;
    comparator comparator;
    const char *target;
    const char *target_max; /* of between and floor_stretch */
    const char *unit;
    nature nature;
    strength strength;
    bool strict;
    rollup rollup;
    const char *start; /* YYYY-MM-DD */
    const char *deadline;
    const char *definition;
    const char *opening;
    const char *tolerance;
    const char *reference;
    bool below;
    const char *ratio_scale;
    const char *source;
    const char *release;
    const char *release_days;
    enum visibility metric_visibility;
    /* of the row */
    uint32_t line;      /* of the notice, 0 unknown */
    const char *doubts; /* in words; "" means sure */
    uint32_t row;       /* of the sheet it was read from, the header being 1; 0 else */
} plan_row;

typedef struct plan_table {
    arena arena;    /* owns everything below */
    plan_row *rows; /* rows of one task need not stand together */
    size_t rows_n;
    uint64_t columns; /* those the sheet has: bit c is plan_column c; not when written */
    uint32_t year;    /* of the plan as the notice says, 0 unknown; not in the sheet */
} plan_table;

/* Every bad place of a sheet. items is malloc'ed. */
typedef struct plan_refusals {
    duban_refusal
        *items; /* line is the row, the header being 1; field the header's word */
    size_t n;
} plan_refusals;

void plan_table_free(plan_table *table);
void plan_refusals_free(plan_refusals *refusals);

/* What stands in that column of columns.h, "" for an empty cell; borrowed from the row or
 * in the arena. NULL when memory ran out. */
const char *plan_row_cell(arena *a, const plan_row *row, int column, duban_lang lang);

/* Appends the file to *out. DUBAN_E_NO_MEMORY. */
duban_status plan_table_write_csv(const plan_table *table, duban_lang lang, buffer *out);

/* Reads the bytes of a file. On DUBAN_OK *table is the caller's to free. Else
 * DUBAN_E_SHEET, DUBAN_E_TEXT, DUBAN_E_TOO_LARGE when the file as a whole is no such
 * table, DUBAN_E_COLUMN when the header is wrong, DUBAN_E_ROWS when rows are bad,
 * DUBAN_E_NO_MEMORY; *refusals then names every bad cell, the words of `expected` in
 * lang, and is the caller's to free (also when empty). */
duban_status plan_table_read_csv(const void *bytes, size_t size, duban_lang lang,
                                 plan_refusals *refusals, plan_table *table);

#endif
