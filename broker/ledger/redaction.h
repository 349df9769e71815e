/* Bodies that were deleted by order. Knows: which entries, which order.
 * Must not know: bodies. */
#ifndef DUBAN_BROKER_LEDGER_REDACTION_H
#define DUBAN_BROKER_LEDGER_REDACTION_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

duban_status redaction_check(ledger *l, const redaction_words *words, uint32_t signer,
                             const verdict *v);
void redaction_apply(ledger *l, uint64_t index, const redaction_words *words,
                     uint32_t signer);

/* Frees what the ledger holds of this; and appends its part of page 0 (nothing while
 * there is none). */
void redaction_free(ledger *l);
void redaction_page(const ledger *l, page_writer *w);

#endif
