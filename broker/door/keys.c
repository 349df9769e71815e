#include "broker/door/keys.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_ROWS 256
#define BLOCKS     ((KEYS_MAX + BLOCK_ROWS) / BLOCK_ROWS)

typedef struct row {
    sign_public public_key;
    uint32_t office;
    atomic_bool revoked;
} row;

struct keys {
    atomic_uint count; /* rows 1..count are whole */
    row *blocks[BLOCKS];
    atomic_uchar rights[OFFICES_MAX + 1]; /* by office: right_kind */
    uint64_t losses;
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

static row *row_at(const keys *table, uint32_t number) {
    return &table->blocks[number / BLOCK_ROWS][number % BLOCK_ROWS];
}

static duban_status add_keys(keys *table, const ledger *l, uint32_t keys_n) {
    ledger_key key;
    uint32_t count = atomic_load_explicit(&table->count, memory_order_relaxed);
    while (count < keys_n && count < KEYS_MAX) {
        uint32_t number = count + 1;
        row **block = &table->blocks[number / BLOCK_ROWS];
        if (!*block) *block = calloc(BLOCK_ROWS, sizeof(row));
        if (!*block) return DUBAN_E_NO_MEMORY;
        row *at = &(*block)[number % BLOCK_ROWS];
        if (ledger_get_key(l, number, &key)) {
            at->public_key = key.public_key;
            at->office = key.office;
        }
        count = number;
        atomic_store_explicit(&table->count, count, memory_order_release);
    }
    return DUBAN_OK;
}

static void follow_revocations(keys *table, const ledger *l) {
    ledger_key key;
    uint32_t count = atomic_load_explicit(&table->count, memory_order_relaxed);
    for (uint32_t number = 1; number <= count; number++) {
        atomic_bool *revoked = &row_at(table, number)->revoked;
        if (!ledger_get_key(l, number, &key) || !key.revoked || atomic_load(revoked))
            continue;
        atomic_store(revoked, true);
        table->losses++;
    }
}

static void follow_rights(keys *table, const ledger *l, uint32_t offices_n) {
    for (uint32_t office = 1; office <= offices_n && office <= OFFICES_MAX; office++) {
        unsigned char right = (unsigned char)ledger_right(l, office);
        if (atomic_exchange(&table->rights[office], right) > right) table->losses++;
    }
}

duban_status keys_follow(keys *table, const ledger *l) {
    ledger_status state;
    ledger_get_status(l, &state);
    follow_rights(table, l, state.offices);
    duban_status status = add_keys(table, l, state.keys);
    follow_revocations(table, l);
    return status;
}

uint64_t keys_losses(const keys *table) {
    return table->losses;
}

/* NULL when there is no such key. */
static row *find(const keys *table, uint32_t number) {
    uint32_t count = atomic_load_explicit(&table->count, memory_order_acquire);
    return number == 0 || number > count ? NULL : row_at(table, number);
}

bool keys_find(const keys *table, uint32_t number, sign_public *public_key) {
    const row *at = find(table, number);
    if (at) *public_key = at->public_key;
    return at != NULL;
}

uint32_t keys_office(const keys *table, uint32_t number) {
    const row *at = find(table, number);
    return at ? at->office : 0;
}

right_kind keys_right(const keys *table, uint32_t number) {
    row *at = find(table, number);
    if (!at || atomic_load(&at->revoked) || at->office > OFFICES_MAX) return RIGHT_NONE;
    return (right_kind)atomic_load(&table->rights[at->office]);
}

uint32_t keys_number(const keys *table, span public_key) {
    uint32_t count = atomic_load_explicit(&table->count, memory_order_acquire);
    for (uint32_t number = count; number > 0; number--) {
        const sign_public *at = &row_at(table, number)->public_key;
        if (public_key.size == sign_public_size(at->algorithm) &&
            memcmp(at->bytes, public_key.data, public_key.size) == 0)
            return number;
    }
    return 0;
}
