/* Lights set by hand: by the city office, for a reason, until a day or until lifted.
 *
 * While it holds, the light shows its grade and says beside it what it would show; rounds
 * remember the light as it stood on its own, so that a hand on the lamp makes no run and
 * ends none.
 *
 * Knows: whose light and until when. Must not know: how a light is found. */
#ifndef DUBAN_BROKER_LEDGER_OVERRIDE_H
#define DUBAN_BROKER_LEDGER_OVERRIDE_H

#include "broker/ledger/state.h"

/* Whether it holds on the open day. */
bool override_holds(const ledger *l, const plan_override *set);

/* DUBAN_E_UNKNOWN_PLAN, DUBAN_E_UNKNOWN_TASK, DUBAN_E_UNKNOWN_OFFICE, DUBAN_E_NO_ITEM
 * (the office has no part in the task), DUBAN_E_RULES (a grade that the light table's
 * order leaves out), DUBAN_E_STATE (nothing to lift), DUBAN_E_DATE (a day that is over),
 * DUBAN_E_REASON_NEEDED, DUBAN_E_NO_MEMORY. */
duban_status override_check(ledger *l, const override_words *words, uint32_t signer,
                            const verdict *v);
void override_apply(ledger *l, uint64_t index, const override_words *words,
                    uint32_t signer);

#endif
