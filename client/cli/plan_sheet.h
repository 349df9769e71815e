/* A plan's tasks as rows of the sheet that people edit: plan.csv and splits.csv written
 * back from what stands.
 * Knows: words of tasks and columns of those sheets. Must not know: files. */
#ifndef DUBAN_CLIENT_CLI_PLAN_SHEET_H
#define DUBAN_CLIENT_CLI_PLAN_SHEET_H

#include "client/cli/look.h"
#include "client/import/table.h"

/* One row: of a metric, or with NULL of a task without. where names the plan that the
 * task belongs to. Strings are borrowed from the words or live in the arena; false when
 * memory ran out. */
bool plan_sheet_row(arena *a, const look *where, const task_words *task,
                    const metric_words *metric, duban_lang lang, plan_row *out);
/* "2022/25", "" when the task goes on with none. */
const char *plan_sheet_carried(arena *a, const look *where, const task_words *task);

/* Header and one row of splits.csv. */
duban_status plan_sheet_splits_begin(buffer *out, duban_lang lang);
duban_status plan_sheet_split(buffer *out, const look *where, const task_words *task,
                              const metric_words *metric, const split_words *split,
                              duban_lang lang);

#endif
