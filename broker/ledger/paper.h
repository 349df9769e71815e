/* Papers: what goes from hand to hand with a limit and an answer (docs/decisions/0014).
 * Knows: the acts of the table, numbers, limits, effects. Must not know: any kind of
 * paper. */
#ifndef DUBAN_BROKER_LEDGER_PAPER_H
#define DUBAN_BROKER_LEDGER_PAPER_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

duban_status paper_check(ledger *l, const paper_words *words, uint32_t signer,
                         const verdict *v);
void paper_apply(ledger *l, uint64_t index, const paper_words *words, uint32_t signer);

/* Frees what the plan holds of this; and appends its part of page 0 (nothing while there
 * is none). */
void paper_free(plan *p, const ledger_allocator *m);
void paper_page(const plan *p, page_writer *w);

/* What the clock does to papers when a day opens: limits that passed, papers proposed.
 * Room first, as clockwork_reserve; false when out of memory. */
bool paper_reserve_day(ledger *l, plan *p);
void paper_open_day(ledger *l, plan *p, uint64_t index);

#endif
