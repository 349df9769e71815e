/* A cell in few words, and where it stands: what `diff`, `history` and exports print.
 * Knows: cells and words in two languages. Must not know: where boards come from. */
#ifndef DUBAN_CLIENT_CLI_DESCRIBE_H
#define DUBAN_CLIENT_CLI_DESCRIBE_H

#include "client/cli/look.h"

#define DESCRIBE_SIZE 512

/* "第25项 冠县 M1 2023Q1": the task's number, the office, metric, node and period that the
 * name has. Names of offices and numbers of tasks are looked up there; those not known
 * there are told by their numbers in the journal. */
void describe_place(const cell_name *name, const look *where, duban_lang lang,
                    char out[DESCRIBE_SIZE]);
/* "黄灯，欠序时进度，超欠 −12.5个百分点"; "" for NULL and for cells that say nothing. */
void describe_cell(const cell *value, const look *where, duban_lang lang,
                   char out[DESCRIBE_SIZE]);
/* What kind of thing the cell is: 灯色, 数值, 应报事项. */
const char *describe_kind(cell_kind kind, duban_lang lang);
const char *describe_kind_code(cell_kind kind);
/* The office's name there, "?" when it has none. Borrowed from where it was looked up. */
const char *describe_office(const look *where, uint32_t office);
/* The printed number of a task, likewise. */
const char *describe_task(const look *where, uint32_t task);

#endif
