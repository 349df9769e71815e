/* Offices renamed, moved, merged, divided; who takes over what.
 * Knows: dated edges of the tree. Must not know: lights. */
#ifndef DUBAN_BROKER_LEDGER_SUCCESSION_H
#define DUBAN_BROKER_LEDGER_SUCCESSION_H

#include "broker/ledger/state.h"

duban_status office_change_check(ledger *l, const office_change_words *words,
                                 uint32_t signer, const verdict *v);
void office_change_apply(ledger *l, uint64_t index, const office_change_words *words,
                         uint32_t signer);

#endif
