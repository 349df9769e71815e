/* What the importer's tests share: notices of our own invention, and the comparison of a
 * table with the facts where ../shared exists. */
#ifndef DUBAN_TESTS_IMPORT_KIT_H
#define DUBAN_TESTS_IMPORT_KIT_H

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <jansson.h>

#include "client/import/import.h"

#define SHARED "../shared"

/* An invented notice: letter, body, copy list. The body is given. */
char *kit_notice(const char *body);

/* A task of its own chapter, "1." before and duties behind it when it has none. */
plan_table kit_task(const char *words);
plan_table kit_import(const char *text);
/* The only row, or row n. Fails the test when there is none. */
const plan_row *kit_row(const plan_table *table, size_t n);
/* The names joined with '|'. Static storage, four at a time. */
const char *kit_names(plan_names names);
/* Fails unless the row's metric says exactly this. */
void kit_assert_metric(const plan_row *row, comparator c, const char *target,
                       const char *target_max, const char *unit);

/* A small generator, the same on every machine. */
typedef struct kit_random {
    uint64_t state;
} kit_random;
uint32_t kit_below(kit_random *r, uint32_t n);

/* The bytes of a file with a NUL behind them, NULL when there is none. To be freed. */
char *kit_file(const char *path, size_t *size);

/* How a table compares with the facts (the array `tasks` of tasks-2023.json). */
typedef struct kit_score {
    size_t tasks, rows, marked;
    size_t leaders_wrong, leads_wrong, responsible_wrong, open_wrong, lines_wrong;
    size_t metrics, metrics_right;
    size_t extra; /* metrics that the facts do not have */
    size_t errors, errors_marked;
    size_t kinds_right, natures_right;
} kit_score;

/* lines: whether the facts' line numbers are those of the text. Differences are printed.
 */
kit_score kit_compare(const plan_table *table, const json_t *facts, bool lines);
void kit_print(const char *what, const kit_score *s);
/* The thresholds of the issue. */
void kit_assert_good(const kit_score *s);

#endif
