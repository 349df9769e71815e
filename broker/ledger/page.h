/* The state as canonical bytes, page by page: all that a later event may depend on, and
 * the board. Integers are big-endian, texts and cells carry their size; equal states give
 * equal bytes. Whoever changes the layout raises PAGE_VERSION. Knows: what belongs on
 * which page. Must not know: hashes of pages. */
#ifndef DUBAN_BROKER_LEDGER_PAGE_H
#define DUBAN_BROKER_LEDGER_PAGE_H

#include "broker/ledger/state.h"
#include "proto/arena.h"

#define PAGE_VERSION 1

/* Where a page stands: plan NULL for page 0. */
typedef struct page_place {
    plan *plan;
    page *page;
} page_place;

uint32_t page_count(const ledger *l);
/* False when there is no such page. */
bool page_find(const ledger *l, uint32_t number, page_place *out);
/* The number of the page of that office in that plan (by number), of page 0 for plan 0.
 * False when there is no such page. */
bool page_number(const ledger *l, uint32_t plan, uint32_t office, uint32_t *out);
/* Appends the page's bytes. DUBAN_E_NO_MEMORY leaves out as it was. */
duban_status page_write(const ledger *l, const page_place *place, buffer *out);

#endif
