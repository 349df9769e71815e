/* Amendments: a task's next edition, and splits that come later than the plan.
 * An edition is in force from its day on; what ended keeps the one it had.
 * Knows: editions and how a plan is laid out anew. Must not know: paces, lights. */
#ifndef DUBAN_BROKER_LEDGER_AMEND_H
#define DUBAN_BROKER_LEDGER_AMEND_H

#include "broker/ledger/state.h"

duban_status amendment_check(ledger *l, const amendment_words *words, uint32_t signer,
                             const verdict *v);
void amendment_apply(ledger *l, uint64_t index, const amendment_words *words,
                     uint32_t signer);

duban_status splitting_check(ledger *l, const splitting_words *words, uint32_t signer,
                             const verdict *v);
void splitting_apply(ledger *l, uint64_t index, const splitting_words *words,
                     uint32_t signer);

#endif
