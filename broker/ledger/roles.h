/* Who may do what to whose items: a table of the city office, with defaults.
 * Knows: relations. Must not know: what is asked beyond its kind and whose it is. */
#ifndef DUBAN_BROKER_LEDGER_ROLES_H
#define DUBAN_BROKER_LEDGER_ROLES_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

duban_status roles_check(ledger *l, const roles_words *words, uint32_t signer,
                         const verdict *v);
void roles_apply(ledger *l, uint64_t index, const roles_words *words, uint32_t signer);

/* Frees what the ledger holds of this; and appends its part of page 0 (nothing while
 * there is none). */
void roles_free(ledger *l);
void roles_page(const ledger *l, page_writer *w);

#endif
