/* Values verified on the spot, beside what was reported.
 * Knows: values. Must not know: paces. */
#ifndef DUBAN_BROKER_LEDGER_VERIFICATION_H
#define DUBAN_BROKER_LEDGER_VERIFICATION_H

#include "broker/ledger/state.h"

duban_status verification_check(ledger *l, const verification_words *words,
                                uint32_t signer, const verdict *v);
void verification_apply(ledger *l, uint64_t index, const verification_words *words,
                        uint32_t signer);

#endif
