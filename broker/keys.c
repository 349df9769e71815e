#include "broker/keys.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_ROWS 256
#define BLOCKS     ((KEYS_MAX + BLOCK_ROWS) / BLOCK_ROWS)

struct keys {
    atomic_uint count; /* rows 1..count are whole */
    sign_public *blocks[BLOCKS];
};

duban_status keys_new(keys **out) {
    keys *table = calloc(1, sizeof *table);
    if (!table) return DUBAN_E_NO_MEMORY;
    atomic_init(&table->count, 0);
    *out = table;
    return DUBAN_OK;
}

void keys_free(keys *table) {
    if (!table) return;
    for (size_t i = 0; i < BLOCKS; i++)
        free(table->blocks[i]);
    free(table);
}

static const sign_public *row_at(const keys *table, uint32_t number) {
    return &table->blocks[number / BLOCK_ROWS][number % BLOCK_ROWS];
}

duban_status keys_follow(keys *table, const ledger *l) {
    ledger_status state;
    ledger_key key;
    ledger_get_status(l, &state);
    uint32_t count = atomic_load_explicit(&table->count, memory_order_relaxed);
    while (count < state.keys && count < KEYS_MAX) {
        uint32_t number = count + 1;
        sign_public **block = &table->blocks[number / BLOCK_ROWS];
        if (!*block) *block = calloc(BLOCK_ROWS, sizeof(sign_public));
        if (!*block) return DUBAN_E_NO_MEMORY;
        if (ledger_get_key(l, number, &key))
            (*block)[number % BLOCK_ROWS] = key.public_key;
        count = number;
        atomic_store_explicit(&table->count, count, memory_order_release);
    }
    return DUBAN_OK;
}

bool keys_find(const keys *table, uint32_t number, sign_public *public_key) {
    uint32_t count = atomic_load_explicit(&table->count, memory_order_acquire);
    if (number == 0 || number > count) return false;
    *public_key = *row_at(table, number);
    return true;
}

uint32_t keys_number(const keys *table, span public_key) {
    uint32_t count = atomic_load_explicit(&table->count, memory_order_acquire);
    for (uint32_t number = count; number > 0; number--) {
        const sign_public *at = row_at(table, number);
        if (public_key.size == sign_public_size(at->algorithm) &&
            memcmp(at->bytes, public_key.data, public_key.size) == 0)
            return number;
    }
    return 0;
}
