/* Who owes beyond the plan: offices called in, and what an office assigns within.
 * Knows: duties. Must not know: values. */
#ifndef DUBAN_BROKER_LEDGER_CALLIN_H
#define DUBAN_BROKER_LEDGER_CALLIN_H

#include "broker/ledger/state.h"

duban_status call_in_check(ledger *l, const call_in_words *words, uint32_t signer,
                           const verdict *v);
void call_in_apply(ledger *l, uint64_t index, const call_in_words *words,
                   uint32_t signer);

duban_status assignment_check(ledger *l, const assignment_words *words, uint32_t signer,
                              const verdict *v);
void assignment_apply(ledger *l, uint64_t index, const assignment_words *words,
                      uint32_t signer);

#endif
