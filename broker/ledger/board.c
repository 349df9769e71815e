#include "broker/ledger/board.h"

#include <assert.h>
#include <string.h>

#include "proto/codec.h"

void board_free(board *b, const ledger_allocator *m) {
    for (uint32_t i = 0; i < b->pages_n; i++)
        memory_free(m, b->pages[i].cells, b->pages[i].cells_room, sizeof(uint32_t));
    memory_free(m, b->pages, b->pages_room, sizeof *b->pages);
    cells_free(&b->cells, m);
    *b = (board){0};
}

static bool reserve(page *p, const ledger_allocator *m, uint32_t needed) {
    uint32_t *cells = memory_room(m, p->cells, &p->cells_room, needed, sizeof *cells);
    if (cells == NULL) return false;
    p->cells = cells;
    return true;
}

bool board_reserve_page(board *b, const ledger_allocator *m, uint32_t page_at,
                        uint32_t more) {
    page *p = &b->pages[page_at];
    uint32_t needed = p->cells_n + more;
    if (!reserve(p, m, needed)) return false;
    if (needed > p->cells_asked) p->cells_asked = needed;
    return true;
}

bool board_reserve_page_beside(board *b, const ledger_allocator *m, uint32_t page_at,
                               uint32_t more) {
    page *p = &b->pages[page_at];
    return reserve(p, m,
                   (p->cells_asked > p->cells_n ? p->cells_asked : p->cells_n) + more);
}

/* Where a cell of that name goes on the page. Most cells are added at the end. */
static uint32_t page_place(const board *b, const page *p, const cell_name *name) {
    uint32_t low = 0;
    uint32_t high = p->cells_n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (cell_name_compare(&board_at(b, p->cells[middle])->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t board_add(board *b, const cell_name *name, uint32_t page_at, uint64_t index) {
    uint32_t at = cells_add(&b->cells, name, page_at, index);
    if (page_at == NONE) return at;
    page *p = &b->pages[page_at];
    assert(p->cells_n < p->cells_room);
    uint32_t place = page_place(b, p, name);
    memmove(p->cells + place + 1, p->cells + place,
            (p->cells_n - place) * sizeof *p->cells);
    p->cells[place] = at;
    p->cells_n++;
    p->dirty = true;
    return at;
}

void board_put(board *b, uint32_t at, const cell *value, uint64_t index) {
    cell_slot *slot = &b->cells.slots[at];
    /* equal words may stand elsewhere now: the old ones may be about to go */
    if (codec_cell_say(&slot->value, value)) return;
    cells_touch(&b->cells, at, index);
    if (slot->page != NONE) b->pages[slot->page].dirty = true;
}

uint32_t board_page(const board *b, uint32_t office) {
    uint32_t low = 0;
    uint32_t high = b->pages_n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (b->pages[middle].office < office)
            low = middle + 1;
        else
            high = middle;
    }
    return low < b->pages_n && b->pages[low].office == office ? low : NONE;
}
