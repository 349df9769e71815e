#include "broker/keys.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_ROWS 256
#define BLOCKS     ((KEYS_MAX + BLOCK_ROWS) / BLOCK_ROWS)

typedef struct row {
    sign_public public_key;
    algorithm algorithm;
} row;

struct keys {
    atomic_uint count; /* rows 1..count are whole */
    row *blocks[BLOCKS];
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

static const row *row_at(const keys *table, uint32_t number) {
    return &table->blocks[number / BLOCK_ROWS][number % BLOCK_ROWS];
}

duban_status keys_follow(keys *table, const ledger *l) {
    ledger_status state;
    ledger_key key;
    ledger_get_status(l, &state);
    uint32_t count = atomic_load_explicit(&table->count, memory_order_relaxed);
    while (count < state.keys && count < KEYS_MAX) {
        uint32_t number = count + 1;
        row **block = &table->blocks[number / BLOCK_ROWS];
        if (!*block) *block = calloc(BLOCK_ROWS, sizeof(row));
        if (!*block) return DUBAN_E_NO_MEMORY;
        row *at = &(*block)[number % BLOCK_ROWS];
        if (ledger_get_key(l, number, &key)) {
            at->algorithm = key.algorithm;
            memcpy(at->public_key.bytes, key.public_key, SIGN_PUBLIC_SIZE);
        }
        count = number;
        atomic_store_explicit(&table->count, count, memory_order_release);
    }
    return DUBAN_OK;
}

bool keys_find(const keys *table, uint32_t number, sign_public *public_key,
               algorithm *algorithm_out) {
    uint32_t count = atomic_load_explicit(&table->count, memory_order_acquire);
    if (number == 0 || number > count) return false;
    const row *at = row_at(table, number);
    *public_key = at->public_key;
    *algorithm_out = at->algorithm;
    return true;
}

uint32_t keys_number(const keys *table, const uint8_t public_key[SIGN_PUBLIC_SIZE]) {
    uint32_t count = atomic_load_explicit(&table->count, memory_order_acquire);
    for (uint32_t number = count; number > 0; number--)
        if (memcmp(row_at(table, number)->public_key.bytes, public_key,
                   SIGN_PUBLIC_SIZE) == 0)
            return number;
    return 0;
}
