/* Which act of the table a Paper is. Knows: forms, states, numbers. Must not know: who
 * may act, or what follows. */
#ifndef DUBAN_BROKER_LEDGER_PAPER_STEP_H
#define DUBAN_BROKER_LEDGER_PAPER_STEP_H

#include "broker/ledger/paper_book.h"

/* The act and where it leads. An act opens a paper when it names a form that has it as an
 * opening one; else it goes on with the paper it names. False when that is not known,
 * which happens in slices only once a check has passed. */
bool paper_step_of(const ledger *l, const plan *p, const paper_words *words,
                   paper_step *out);
/* The same with the reason: DUBAN_E_UNKNOWN_FORM, DUBAN_E_UNKNOWN_PAPER,
 * DUBAN_E_SEQUENCE, DUBAN_E_STATE, DUBAN_E_LIMIT. */
duban_status paper_step_check(const ledger *l, const plan *p, const paper_words *words,
                              const verdict *v, paper_step *out);

#endif
