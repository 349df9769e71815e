#include "broker/conflicts.h"

#include <stdlib.h>

#include "proto/limits.h"

#define SLOTS_MIN 64

void conflicts_init(conflicts *c) {
    *c = (conflicts){.rows = NULL};
}

void conflicts_close(conflicts *c) {
    free(c->rows);
    conflicts_init(c);
}

/* The slot that holds the pair or is free for it. */
static uint32_t slot_of(const struct conflict_row *rows, uint32_t slots, uint32_t key,
                        uint64_t number) {
    uint64_t mixed = (number ^ ((uint64_t)key << 40)) * 0x9E3779B97F4A7C15u;
    uint32_t at = (uint32_t)(mixed >> 32) & (slots - 1);
    while (rows[at].key && (rows[at].key != key || rows[at].number != number))
        at = (at + 1) & (slots - 1);
    return at;
}

bool conflicts_has(const conflicts *c, uint32_t key, uint64_t number) {
    if (!c->slots) return false;
    return c->rows[slot_of(c->rows, c->slots, key, number)].key != 0;
}

static duban_status grow(conflicts *c) {
    uint32_t slots = c->slots ? 2 * c->slots : SLOTS_MIN;
    struct conflict_row *rows = calloc(slots, sizeof *rows);
    if (!rows) return DUBAN_E_NO_MEMORY;
    for (uint32_t i = 0; i < c->slots; i++)
        if (c->rows[i].key)
            rows[slot_of(rows, slots, c->rows[i].key, c->rows[i].number)] = c->rows[i];
    free(c->rows);
    c->rows = rows;
    c->slots = slots;
    return DUBAN_OK;
}

duban_status conflicts_reserve(conflicts *c) {
    if (c->count >= CONFLICTS_MAX) return DUBAN_E_LIMIT;
    return 2 * (c->count + 1) > c->slots ? grow(c) : DUBAN_OK;
}

duban_status conflicts_add(conflicts *c, uint32_t key, uint64_t number) {
    if (conflicts_has(c, key, number)) return DUBAN_OK;
    duban_status status = conflicts_reserve(c);
    if (status) return status;
    c->rows[slot_of(c->rows, c->slots, key, number)] =
        (struct conflict_row){.key = key, .number = number};
    c->count++;
    return DUBAN_OK;
}
