/* The table for ranking: what weighs how much, who is ranked with whom, within what a
 * score is kept. Knows: what a well-formed table is. Must not know: scores (rank.h). */
#ifndef DUBAN_BROKER_LEDGER_WEIGHTS_H
#define DUBAN_BROKER_LEDGER_WEIGHTS_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

/* DUBAN_E_UNKNOWN_PLAN, DUBAN_E_SEQUENCE (version), DUBAN_E_LIMIT, DUBAN_E_UNKNOWN_TASK,
 * DUBAN_E_UNKNOWN_METRIC, DUBAN_E_DUPLICATE (a row, or a kind of office in two groups),
 * DUBAN_E_RULES (a metric without its task, a weight or bound out of range, no group, a
 * group without name or kinds, nothing that weighs), DUBAN_E_NO_MEMORY. */
duban_status weights_check(ledger *l, const weights_words *words, uint32_t signer,
                           const verdict *v);
void weights_apply(ledger *l, uint64_t index, const weights_words *words,
                   uint32_t signer);

/* Frees what the plan holds of this; and appends its part of page 0 (nothing while there
 * is none). */
void weights_free(plan *p, const ledger_allocator *m);
void weights_page(const plan *p, page_writer *w);

#endif
