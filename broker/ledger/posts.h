/* Leaders as posts, dated. A post stands under its number; the same code may come again
 * under another number when the days do not overlap, so that a former holder stays to be
 * seen beside the next.
 * Knows: posts. Must not know: tasks. */
#ifndef DUBAN_BROKER_LEDGER_POSTS_H
#define DUBAN_BROKER_LEDGER_POSTS_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

/* line is the post's place in the list. DUBAN_E_EMPTY (posts, code, title),
 * DUBAN_E_LIMIT, DUBAN_E_SEQUENCE (neither the next number nor one that stands),
 * DUBAN_E_DATE (it ends before it begins), DUBAN_E_DUPLICATE (a number given twice, or a
 * code on days that overlap), DUBAN_E_NO_MEMORY. */
duban_status posts_check(ledger *l, const posts_words *words, uint32_t signer,
                         const verdict *v);
void posts_apply(ledger *l, uint64_t index, const posts_words *words, uint32_t signer);

/* How many there are, and all of them on a plan that is being published; needs reserved
 * room for as many cells, on no page. */
uint32_t posts_count(const ledger *l);
void posts_show(const ledger *l, plan *p, uint64_t index);

/* Frees what the ledger holds of this; and appends its part of page 0 (nothing while
 * there is none). */
void posts_free(ledger *l);
void posts_page(const ledger *l, page_writer *w);

#endif
