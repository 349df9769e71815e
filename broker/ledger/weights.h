/* The table for ranking. Knows: what a well-formed table is. Must not know: scores. */
#ifndef DUBAN_BROKER_LEDGER_WEIGHTS_H
#define DUBAN_BROKER_LEDGER_WEIGHTS_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

duban_status weights_check(ledger *l, const weights_words *words, uint32_t signer,
                           const verdict *v);
void weights_apply(ledger *l, uint64_t index, const weights_words *words,
                   uint32_t signer);

/* Frees what the plan holds of this; and appends its part of page 0 (nothing while there
 * is none). */
void weights_free(plan *p, const ledger_allocator *m);
void weights_page(const plan *p, page_writer *w);

#endif
