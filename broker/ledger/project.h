/* Projects under a task: stages, gates, investment, each in a cell of its own that holds
 * all there is to know of it. What they amount to: project_rates.h.
 * Knows: projects. Must not know: lights, who may. */
#ifndef DUBAN_BROKER_LEDGER_PROJECT_H
#define DUBAN_BROKER_LEDGER_PROJECT_H

#include "broker/ledger/state.h"

/* DUBAN_E_UNKNOWN_PLAN, DUBAN_E_UNKNOWN_TASK, DUBAN_E_SEQUENCE (neither a project of the
 * task nor the next), DUBAN_E_LIMIT, DUBAN_E_EMPTY (a new one without title, amounts
 * without a unit, a day without what it is the day of, nothing said at all),
 * DUBAN_E_UNKNOWN_OFFICE, DUBAN_E_WRONG_UNIT (another unit while amounts stand in the old
 * one), DUBAN_E_TARGET (a negative amount), DUBAN_E_SHARES (gates), DUBAN_E_FUTURE,
 * DUBAN_E_DATE (before the stage before it), DUBAN_E_STATE (a stage back),
 * DUBAN_E_REASON_NEEDED (less invested, an older figure, another day of a stage),
 * DUBAN_E_NO_MEMORY. With a text a stage may go back: that is a correction. */
duban_status project_check(ledger *l, const project_words *words, uint32_t signer,
                           const verdict *v);
void project_apply(ledger *l, uint64_t index, const project_words *words,
                   uint32_t signer);

/* Gates of a task or of a project: at most GATES_MAX, stages and days rising.
 * DUBAN_E_LIMIT, DUBAN_E_SHARES. */
duban_status project_check_gates(const gate_words *gates, uint32_t gates_n,
                                 const verdict *v);

/* Frees what the task holds of this. Its cells must not be looked at any more. */
void project_free(plan_task *task, const ledger_allocator *m);

#endif
