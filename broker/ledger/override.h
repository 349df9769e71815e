/* Lights set by hand. Knows: whose light and until when. Must not know: tables. */
#ifndef DUBAN_BROKER_LEDGER_OVERRIDE_H
#define DUBAN_BROKER_LEDGER_OVERRIDE_H

#include "broker/ledger/state.h"

duban_status override_check(ledger *l, const override_words *words, uint32_t signer,
                            const verdict *v);
void override_apply(ledger *l, uint64_t index, const override_words *words,
                    uint32_t signer);

#endif
