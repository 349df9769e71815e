/* Submissions: each statement against the plan and against what stands.
 * Knows: values, nodes, texts, nils and corrections. Must not know: lights. */
#ifndef DUBAN_BROKER_LEDGER_SUBMISSION_H
#define DUBAN_BROKER_LEDGER_SUBMISSION_H

#include "broker/ledger/state.h"

/* line is the first bad statement's. DUBAN_E_UNKNOWN_PLAN, DUBAN_E_EMPTY, DUBAN_E_LIMIT,
 * DUBAN_E_OVERLAP; for a statement those of item_look (item.h) and
 * DUBAN_E_UNKNOWN_METRIC, DUBAN_E_NO_ITEM (another office fills it), DUBAN_E_WRONG_UNIT,
 * DUBAN_E_OVERFLOW, DUBAN_E_MODE, DUBAN_E_MODE_NEEDED, DUBAN_E_DATA_DATE, DUBAN_E_FUTURE,
 * DUBAN_E_UNKNOWN_NODE, DUBAN_E_REASON_NEEDED, DUBAN_E_STATE, DUBAN_E_SUPERSEDES_NEEDED,
 * DUBAN_E_SUPERSEDED, DUBAN_E_UNKNOWN_INDEX, DUBAN_E_NO_MEMORY. */
duban_status submission_check(ledger *l, const submission_words *words, uint32_t signer,
                              const verdict *v);
void submission_apply(ledger *l, uint64_t index, const submission_words *words,
                      uint32_t signer, int64_t received_ms);

#endif
