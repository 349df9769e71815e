/* Releases of statistics and the windows that wait for them; items unlocked one by one.
 * Knows: windows. Must not know: values. */
#ifndef DUBAN_BROKER_LEDGER_RELEASE_H
#define DUBAN_BROKER_LEDGER_RELEASE_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

duban_status release_check(ledger *l, const release_words *words, uint32_t signer,
                           const verdict *v);
void release_apply(ledger *l, uint64_t index, const release_words *words,
                   uint32_t signer);

duban_status unlock_check(ledger *l, const unlock_words *words, uint32_t signer,
                          const verdict *v);
void unlock_apply(ledger *l, uint64_t index, const unlock_words *words, uint32_t signer);

/* Frees what the plan holds of this; and appends its part of page 0 (nothing while there
 * is none). */
void release_free(plan *p, const ledger_allocator *m);
void release_page(const plan *p, page_writer *w);

#endif
