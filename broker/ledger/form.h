/* The table of papers. Knows: what a well-formed table is, states, acts, limits.
 * Must not know: any paper. */
#ifndef DUBAN_BROKER_LEDGER_FORM_H
#define DUBAN_BROKER_LEDGER_FORM_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

duban_status forms_check(ledger *l, const forms_words *words, uint32_t signer,
                         const verdict *v);
void forms_apply(ledger *l, uint64_t index, const forms_words *words, uint32_t signer);

/* Frees what the plan holds of this; and appends its part of page 0 (nothing while there
 * is none). */
void form_free(plan *p, const ledger_allocator *m);
void form_page(const plan *p, page_writer *w);

#endif
