/* From what people type to what the slice knows: offices, plans, tasks, metrics, periods.
 * Knows: the slice. Must not know: commands, brokers.
 *
 * What is found is borrowed from the slice until its next sync. The find_ functions that
 * take a cli say what was not found, with what would have been. */
#ifndef DUBAN_CLIENT_CLI_FIND_H
#define DUBAN_CLIENT_CLI_FIND_H

#include "client/cli/cli.h"

/* By code, number, full name or alias. False when none or more than one fits. */
bool find_office(const ledger *l, const char *text, office_words *out);
/* Code and name of an office, "" when there is none. */
const char *find_office_code(const ledger *l, uint32_t number);
const char *find_office_name(const ledger *l, uint32_t number);

/* By id (1, 2, …) or by printed number (5.1), in any width. */
bool find_task_id(const ledger *l, uint32_t plan, uint32_t id, task_words *out);
bool find_task(const ledger *l, uint32_t plan, const char *number, task_words *out);
bool find_node(const ledger *l, uint32_t plan, uint32_t task, uint32_t node,
               node_cell *out);
bool find_plan_cell(const ledger *l, uint32_t plan, plan_cell *out);
/* The plan's rounds as they are typed ("2023Q1 2023Q2 …"), for "expected". */
#define FIND_ROUNDS_SIZE 128
void find_rounds_list(const ledger *l, uint32_t plan, char out[FIND_ROUNDS_SIZE]);

/* "M1", "1" or the label. NULL when there is none. */
const metric_words *find_metric(const task_words *task, const char *text);
const metric_words *find_metric_id(const task_words *task, uint32_t id);
/* "M1" */
#define FIND_METRIC_SIZE 16
void find_metric_code(const metric_words *metric, char out[FIND_METRIC_SIZE]);
/* A task's metrics as one text, as many as fit whole, for "expected". */
void find_metrics_list(const task_words *task, char *out, size_t out_size);

/* Whether this office fills this metric of this task, as the ledger's rules say: where it
 * has a split, or the first lead (the city office of a task without) where nobody has
 * one. */
bool find_owes(const task_words *task, const metric_words *metric, uint32_t office);
/* The office's split of that metric. */
const split_words *find_split(const task_words *task, uint32_t metric, uint32_t office);

/* The plan asked for, by cli_plan_code. 0 when it said what is wrong. */
uint32_t find_plan_asked(cli *c);
/* The office named by --office, else this home's. 0 when it said what is wrong. */
uint32_t find_office_asked(cli *c);

#endif
