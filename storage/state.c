#include "storage/state.h"

#include <string.h>

#define VERSION_AT     0
#define SIZE_AT        4
#define SIGNED_SIZE_AT 12
#define HASHES_AT      20

static void put(uint8_t *at, uint32_t bytes, uint64_t number) {
    while (bytes-- > 0) {
        at[bytes] = (uint8_t)number;
        number >>= 8;
    }
}

static uint64_t get(const uint8_t *at, uint32_t bytes) {
    uint64_t number = 0;
    for (uint32_t i = 0; i < bytes; i++)
        number = number << 8 | at[i];
    return number;
}

void state_init(journal_state *state) {
    state->signed_size = 0;
    tlog_frontier_init(&state->frontier);
}

size_t state_write(const journal_state *state, uint8_t bytes[STATE_SIZE_MAX]) {
    hash256 hashes[TLOG_LEVELS];
    uint32_t count = tlog_frontier_pack(&state->frontier, hashes);
    put(bytes + VERSION_AT, 4, JOURNAL_FORMAT);
    put(bytes + SIZE_AT, 8, state->frontier.size);
    put(bytes + SIGNED_SIZE_AT, 8, state->signed_size);
    memcpy(bytes + HASHES_AT, hashes, count * HASH_SIZE);
    size_t size = HASHES_AT + count * HASH_SIZE;
    hash256 sum = hash_of(bytes, size);
    memcpy(bytes + size, sum.bytes, HASH_SIZE);
    return size + HASH_SIZE;
}

duban_status state_read(span bytes, journal_state *out) {
    if (bytes.size < HASHES_AT + HASH_SIZE || bytes.size > STATE_SIZE_MAX)
        return DUBAN_E_CORRUPT;
    size_t size = bytes.size - HASH_SIZE;
    hash256 sum = hash_of(bytes.data, size);
    if (memcmp(sum.bytes, bytes.data + size, HASH_SIZE) != 0) return DUBAN_E_CORRUPT;
    if (get(bytes.data + VERSION_AT, 4) != JOURNAL_FORMAT) return DUBAN_E_VERSION;

    hash256 hashes[TLOG_LEVELS];
    size_t hashes_size = size - HASHES_AT;
    if (hashes_size % HASH_SIZE != 0) return DUBAN_E_CORRUPT;
    memcpy(hashes, bytes.data + HASHES_AT, hashes_size);
    journal_state state = {.signed_size = get(bytes.data + SIGNED_SIZE_AT, 8)};
    duban_status status =
        tlog_frontier_unpack(get(bytes.data + SIZE_AT, 8), hashes,
                             (uint32_t)(hashes_size / HASH_SIZE), &state.frontier);
    if (status) return status;
    if (state.signed_size > state.frontier.size) return DUBAN_E_CORRUPT;
    *out = state;
    return DUBAN_OK;
}
