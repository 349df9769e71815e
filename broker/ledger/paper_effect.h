/* What reaching a state does to the board: marks on tasks and duties (plan_mark), from
 * which items, lights and rates follow elsewhere.
 * Knows: effects, when each may be. Must not know: any form, who acts, how a light is
 * found. */
#ifndef DUBAN_BROKER_LEDGER_PAPER_EFFECT_H
#define DUBAN_BROKER_LEDGER_PAPER_EFFECT_H

#include "broker/ledger/paper_book.h"

/* Whether the paper, with its words as they are after the act, may have that effect.
 * What an effect works on must be there: tasks, and the day it speaks of. Statuses:
 * paper.h. */
duban_status paper_effect_check(const ledger *l, const plan *p, uint32_t number,
                                const paper_cell *after, effect_kind effect,
                                const verdict *v);
/* A paper whose finding stands keeps the tasks and offices it was confirmed against. */
duban_status paper_effect_check_kept(const plan *p, const paper_words *words,
                                     uint32_t number, const verdict *v);

/* Room for the items that may begin when tasks are open again, for what is said of duties
 * that are let off, and for the cell of the paper itself. False when out of memory. */
bool paper_effect_reserve(ledger *l, plan *p, effect_kind effect);
/* Sets the marks, settles who owes what and refreshes the tasks. What may not be (the
 * clock led there, or a slice does not know enough) is passed over. */
void paper_effect_apply(ledger *l, plan *p, uint32_t number, effect_kind effect,
                        uint64_t index);

#endif
