/* Hashing again what is stored. Knows: entries, tiles, the stored edge. Must not know:
 * engines, signatures. */
#ifndef DUBAN_STORAGE_VERIFY_H
#define DUBAN_STORAGE_VERIFY_H

#include "storage/engine.h"

/* The 256 entries under a full tile of level 0, its root, and each tile above that is
 * completed by it. CORRUPT with r->bad. */
duban_status verify_tile(journal_reader *r, uint64_t number);
/* The entries behind the last full tile against the edge stored in state. CORRUPT with
 * r->bad: the first index under the hash that differs. */
duban_status verify_tail(journal_reader *r, const journal_state *state);
/* The whole stored edge against the tree that `edge` holds. Likewise. */
duban_status verify_frontier(journal_reader *r, const journal_state *state,
                             const tlog_frontier *edge);

#endif
