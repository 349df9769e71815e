/* Checks of what is reported, as a table: errors refuse, warnings want a comment, notes
 * are shown. Knows: tests over values. Must not know: who asks. */
#ifndef DUBAN_BROKER_LEDGER_CHECKS_H
#define DUBAN_BROKER_LEDGER_CHECKS_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

duban_status checks_check(ledger *l, const checks_words *words, uint32_t signer,
                          const verdict *v);
void checks_apply(ledger *l, uint64_t index, const checks_words *words, uint32_t signer);

/* Frees what the plan holds of this; and appends its part of page 0 (nothing while there
 * is none). */
void checks_free(plan *p, const ledger_allocator *m);
void checks_page(const plan *p, page_writer *w);

/* Whether what a submission says passes the table, once it has passed everything else. */
duban_status checks_submission(ledger *l, const plan *p, const submission_words *words,
                               uint32_t signer, const verdict *v);

#endif
