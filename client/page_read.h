/* A page of the state taken apart for people (docs/state-pages.md).
 * Knows: the layout's beginning, and where its cells lie. Must not know: proofs.
 *
 * What a page proves are its bytes; this only reads them aloud. */
#ifndef DUBAN_CLIENT_PAGE_READ_H
#define DUBAN_CLIENT_PAGE_READ_H

#include "proto/arena.h"
#include "proto/words.h"

typedef struct page_said {
    uint32_t plan;    /* number; 0: the journal's own page */
    uint32_t office;  /* 0: what belongs to the plan as a whole */
    const char *code; /* of the plan or the journal's origin; "" on an office's page */
    const cell *cells;
    uint32_t cells_n;
    size_t other; /* bytes that are neither named above nor cells */
} page_said;

/* root: it stands in place 0. All that is said lives in the arena. DUBAN_E_MALFORMED,
 * DUBAN_E_NO_MEMORY; DUBAN_E_UNSUPPORTED: a page of another version. */
duban_status page_read(span bytes, bool root, arena *a, page_said *out);

#endif
