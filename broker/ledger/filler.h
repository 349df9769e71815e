/* Who fills an office's figures, and what the office says to them.
 * Knows: fillers, sources, confirmations. Must not know: paces. */
#ifndef DUBAN_BROKER_LEDGER_FILLER_H
#define DUBAN_BROKER_LEDGER_FILLER_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

duban_status filler_check(ledger *l, const filler_words *words, uint32_t signer,
                          const verdict *v);
void filler_apply(ledger *l, uint64_t index, const filler_words *words, uint32_t signer);

duban_status confirmation_check(ledger *l, const confirmation_words *words,
                                uint32_t signer, const verdict *v);
void confirmation_apply(ledger *l, uint64_t index, const confirmation_words *words,
                        uint32_t signer);

/* The other office that fills that metric for the duty's office, 0 for none. */
uint32_t filler_of(const plan *p, uint32_t duty, uint32_t metric_id);

/* Frees what the plan holds of this; and appends its part of page 0 (nothing while there
 * is none). */
void filler_free(plan *p, const ledger_allocator *m);
void filler_page(const plan *p, page_writer *w);

#endif
