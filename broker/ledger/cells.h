/* The cells of one plan: found by name, walked in order of their last change.
 * Knows: names, equality, the two orders. Must not know: what a cell means. */
#ifndef DUBAN_BROKER_LEDGER_CELLS_H
#define DUBAN_BROKER_LEDGER_CELLS_H

#include "broker/ledger/memory.h"

typedef struct cell_slot {
    cell value;
    uint32_t older; /* neighbours in order of last change */
    uint32_t newer;
    uint32_t next; /* of the same bucket */
    uint32_t page; /* position of its page, NONE when it stands on none */
} cell_slot;

/* All zeros is an empty store. A cell keeps its position for ever. */
typedef struct cell_store {
    cell_slot *slots;
    uint32_t slots_n;
    uint32_t slots_room;
    uint32_t slots_asked; /* the most that cells_reserve has made room for */
    uint32_t *buckets;
    uint32_t buckets_n; /* a power of two, or 0 */
    uint32_t oldest;
    uint32_t newest;
} cell_store;

void cells_free(cell_store *store, const ledger_allocator *m);
/* Room for that many more cells; false when out of memory. */
bool cells_reserve(cell_store *store, const ledger_allocator *m, uint32_t more);
/* The same beside what cells_reserve has promised others. Ask for it last. */
bool cells_reserve_beside(cell_store *store, const ledger_allocator *m, uint32_t more);
/* Adds a cell that is not there yet, with nothing in it; needs reserved room. */
uint32_t cells_add(cell_store *store, const cell_name *name, uint32_t page,
                   uint64_t index);
uint32_t cells_find(const cell_store *store, const cell_name *name); /* or NONE */
/* Marks it as changed by that entry: it becomes the newest. */
void cells_touch(cell_store *store, uint32_t at, uint64_t index);

/* The canonical order of names: by kind, task, metric, office, node, period. */
int cell_name_compare(const cell_name *a, const cell_name *b);
#endif
