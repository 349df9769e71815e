/* Clockwork: what a new day does. Rounds that begin, windows that close, and the tasks
 * whose lights wait for that day; nothing else is looked at.
 *
 * In one day's entry, in this order: items of rounds that begin; items missing where a
 * window has closed, and limits that have passed; lights; the ROUND cells of the closed
 * round, which say each light as it stood on its own, without what earlier rounds add;
 * then lights again, with this round among those that run on. An item that waits for a
 * release closes by itself, and its office's ROUND cell is written then.
 *
 * Knows: days and rounds. Must not know: events. */
#ifndef DUBAN_BROKER_LEDGER_CLOCKWORK_H
#define DUBAN_BROKER_LEDGER_CLOCKWORK_H

#include "broker/ledger/state.h"

/* Room for all that opening that day will add to the plan. False when out of memory. */
bool clockwork_reserve(ledger *l, plan *p, int32_t day);
/* Begins and closes the rounds that are due on the open day; true when one closed. */
bool clockwork_run(ledger *l, plan *p, uint64_t index);

/* How many newest closed rounds run on, after one more with that light of its own. An
 * office's run counts what the table lets run on (grade_runs). A task's counts its
 * metrics and nodes alone: what was not reported counts with the office that owed it, so
 * that two offices late once each do not make a task late twice. */
uint32_t clockwork_running(const light_table *table, uint32_t running, round_cell own);
uint32_t clockwork_task_running(const light_table *table, uint32_t running,
                                round_cell own);
/* Likewise for windows that an office let pass, reported late or not at all, as far as
 * the table gave it a light for them that runs on. */
uint32_t clockwork_missed(const light_table *table, uint32_t missed, bool let_pass,
                          round_cell own);

/* DUBAN_E_CLOCK unless it is the next day, DUBAN_E_NO_MEMORY. */
duban_status clock_check(ledger *l, int32_t day, const verdict *v);
void clock_apply(ledger *l, uint64_t index, int32_t day);

/* A new calendar moves the windows of rounds that are not over, and all dues. */
void clockwork_calendar(ledger *l, uint64_t index);

#endif
