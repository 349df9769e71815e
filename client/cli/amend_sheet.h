/* A plan's sheet laid over the plan that stands: what every row's task would read after
 * an amendment.
 * Knows: tasks by printed number, metrics by label, columns that a sheet leaves out. Must
 * not know: how amendments are sent. */
#ifndef DUBAN_CLIENT_CLI_AMEND_SHEET_H
#define DUBAN_CLIENT_CLI_AMEND_SHEET_H

#include "client/cli/act.h"
#include "client/cli/plan_load.h"

/* One task of the sheet. */
typedef struct amended_task {
    task_words was; /* has_was false: a new one, was is empty */
    bool has_was;
    task_words is;
} amended_task;

/* Lays the sheet over the act's plan, in the order of its rows: ids are those that stand,
 * new tasks get the next ones; what a column that the sheet does not have would say stays
 * as it was, and so do splits of metrics that the sheet of splits does not name. Every
 * metric of a task has to keep its row. Says every bad row; DUBAN_E_ROWS. Tasks live in
 * the act's arena and borrow from files. */
duban_status amend_sheet_lay(act *k, const plan_files *files, amended_task **out,
                             size_t *n);

#endif
