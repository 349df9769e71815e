/* Bodies that were removed by order: which entry's, by which 文号. The entries stand, and
 * so does every proof. Knows: indexes and orders. Must not know: bodies, and whether an
 * entry has any: that the broker sees, which holds them (broker/removal.h).
 *
 * ledger.h has ledger_redaction and ledger_get_redaction. */
#ifndef DUBAN_BROKER_LEDGER_REDACTION_H
#define DUBAN_BROKER_LEDGER_REDACTION_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

/* DUBAN_E_EMPTY (no document), DUBAN_E_UNKNOWN_INDEX (no such entry yet),
 * DUBAN_E_DUPLICATE (that entry was redacted already, or the document ordered another),
 * DUBAN_E_NO_MEMORY. */
duban_status redaction_check(ledger *l, const redaction_words *words, uint32_t signer,
                             const verdict *v);
void redaction_apply(ledger *l, uint64_t index, const redaction_words *words,
                     uint32_t signer);

/* Frees what the ledger holds of this; and appends its part of page 0 (nothing while
 * there is none). */
void redaction_free(ledger *l);
void redaction_page(const ledger *l, page_writer *w);

#endif
