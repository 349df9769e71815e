/* What the board says of a task beside its light: a deadline that was moved, a light set
 * by hand, what is striven for, targets that were another, who was called in, who fills.
 * Knows: cells and words in two languages. Must not know: brokers, tables. */
#ifndef DUBAN_CLIENT_CLI_MARKS_H
#define DUBAN_CLIENT_CLI_MARKS_H

#include "client/cli/cli.h"
#include "client/cli/json.h"
#include "client/cli/look.h"

#define MARKS_SIZE 512

/* "原定 2023-06-30；人工调整，原为绿灯；M1 目标由 100 亿元调为 80 亿元（2023-05-10起）", ""
 * when there is nothing to say. light may be NULL. */
void marks_of_task(const look *where, const task_words *task, const light_cell *light,
                   duban_lang lang, char out[MARKS_SIZE]);
/* The same as members of an object: extended_from, computed, override_until, editions,
 * duties. */
void marks_json(const look *where, const task_words *task, const light_cell *light,
                json_t *to);

/* The task's editions and who owes beyond the plan, a line each. */
void marks_say_editions(cli *c, const look *where, const task_words *task);
void marks_say_duties(cli *c, const look *where, const task_words *task);

/* The n-th edition that was replaced, from 1. */
bool marks_edition(const look *where, uint32_t task, uint32_t number, edition_cell *out);

#endif
