/* What a table of papers must fulfil. Knows: forms, states, acts, triggers. Must not
 * know: the ledger, papers. */
#ifndef DUBAN_BROKER_LEDGER_FORM_RULES_H
#define DUBAN_BROKER_LEDGER_FORM_RULES_H

#include "broker/ledger/refuse.h"

#define FORM_ANY_STATE "*" /* of FormAct.from: any state that has not ended */

/* DUBAN_E_RULES as form.h says, DUBAN_E_LIMIT. */
duban_status form_rules_check(const forms_words *words, const verdict *v);

#endif
