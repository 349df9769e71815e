/* Values verified on the spot, kept beside what was reported (docs/decisions/0012).
 * Knows: values. Must not know: paces: only a view on the verified basis looks at them;
 * who may verify (permit.h). */
#ifndef DUBAN_BROKER_LEDGER_VERIFICATION_H
#define DUBAN_BROKER_LEDGER_VERIFICATION_H

#include "broker/ledger/state.h"

/* Those of filler_look (filler.h), DUBAN_E_UNKNOWN_INDEX (nothing was reported),
 * DUBAN_E_SUPERSEDED, DUBAN_E_OVERFLOW; of a RATIO DUBAN_E_EMPTY without a denominator,
 * else DUBAN_E_UNKNOWN_FIELD with one. */
duban_status verification_check(ledger *l, const verification_words *words,
                                uint32_t signer, const verdict *v);
void verification_apply(ledger *l, uint64_t index, const verification_words *words,
                        uint32_t signer);

#endif
