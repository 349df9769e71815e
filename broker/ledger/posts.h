/* Leaders as posts, dated. Knows: posts. Must not know: tasks. */
#ifndef DUBAN_BROKER_LEDGER_POSTS_H
#define DUBAN_BROKER_LEDGER_POSTS_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

duban_status posts_check(ledger *l, const posts_words *words, uint32_t signer,
                         const verdict *v);
void posts_apply(ledger *l, uint64_t index, const posts_words *words, uint32_t signer);

/* Frees what the ledger holds of this; and appends its part of page 0 (nothing while
 * there is none). */
void posts_free(ledger *l);
void posts_page(const ledger *l, page_writer *w);

#endif
