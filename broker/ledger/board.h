/* The board of one plan: its cells, and the state pages they stand on, one for each
 * office (0: the plan as a whole). Knows: that a cell put with equal content has not
 * changed. Must not know: rules. */
#ifndef DUBAN_BROKER_LEDGER_BOARD_H
#define DUBAN_BROKER_LEDGER_BOARD_H

#include "broker/ledger/cells.h"

typedef struct page {
    uint32_t office;
    uint32_t duties_n; /* of that office in this plan; of office 0: tasks */
    uint32_t series_n; /* its splits; of office 0: metrics */
    bool dirty;        /* changed since hash was computed */
    hash256 hash;
    uint32_t *cells; /* in canonical order of names */
    uint32_t cells_n;
    uint32_t cells_room;
    uint32_t cells_asked; /* the most that board_reserve_page has made room for */
} page;

typedef struct board {
    cell_store cells;
    page *pages; /* ascending by office, the first is office 0 */
    uint32_t pages_n;
    uint32_t pages_room;
} board;

void board_free(board *b, const ledger_allocator *m);
/* Room for that many more cells on one page; room in the store is another matter
 * (cells_reserve). False when out of memory. */
bool board_reserve_page(board *b, const ledger_allocator *m, uint32_t page,
                        uint32_t more);
/* The same beside what board_reserve_page has promised others. Ask for it last. */
bool board_reserve_page_beside(board *b, const ledger_allocator *m, uint32_t page,
                               uint32_t more);
/* Adds an empty cell; needs room in cells and page. */
uint32_t board_add(board *b, const cell_name *name, uint32_t page, uint64_t index);
/* Puts what *value says into the cell at that position. When this differs from what
 * stands there (or always), it is changed by that entry. */
void board_put(board *b, uint32_t at, const cell *value, uint64_t index);
/* The page of that office, or NONE. */
uint32_t board_page(const board *b, uint32_t office);

static inline const cell *board_at(const board *b, uint32_t at) {
    return &b->cells.slots[at].value;
}

#endif
