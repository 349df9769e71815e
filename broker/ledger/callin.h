/* Who owes beyond the plan: offices called in, and what an office assigns within.
 *
 * A called-in office owes an item (text or steps will do) in every period that ends on or
 * after the day it is called from, until the call ends.
 *
 * Knows: duties. Must not know: values. */
#ifndef DUBAN_BROKER_LEDGER_CALLIN_H
#define DUBAN_BROKER_LEDGER_CALLIN_H

#include "broker/ledger/state.h"

/* DUBAN_E_UNKNOWN_PLAN, DUBAN_E_UNKNOWN_TASK, DUBAN_E_EMPTY, DUBAN_E_LIMIT,
 * DUBAN_E_DATE (day: of an ended period or behind the plan), DUBAN_E_UNKNOWN_OFFICE,
 * DUBAN_E_OFFICE_ENDED, DUBAN_E_DUPLICATE (it owes in the task already, or is named
 * twice), DUBAN_E_NO_ITEM (a call that does not stand is to end), DUBAN_E_NO_MEMORY. line
 * is the office's place in the list. */
duban_status call_in_check(ledger *l, const call_in_words *words, uint32_t signer,
                           const verdict *v);
void call_in_apply(ledger *l, uint64_t index, const call_in_words *words,
                   uint32_t signer);

/* DUBAN_E_UNKNOWN_PLAN, DUBAN_E_UNKNOWN_TASK, DUBAN_E_NO_ITEM (the signer owes nothing
 * there), DUBAN_E_LIMIT (code), DUBAN_E_DATE, DUBAN_E_NO_MEMORY. */
duban_status assignment_check(ledger *l, const assignment_words *words, uint32_t signer,
                              const verdict *v);
void assignment_apply(ledger *l, uint64_t index, const assignment_words *words,
                      uint32_t signer);

/* What the board says of a duty, to be changed and put at p->duties[duty].cell; adds the
 * cell when there is none, which needs reserved room. */
cell callin_duty_cell(plan *p, uint32_t duty, uint64_t index);

#endif
