#include "proto/entry.h"

#include <string.h>

#include "proto/limits.h"

_Static_assert(ENTRY_HEAD_SIZE + SIGNED_SIZE_MAX + SIGNATURE_SIZE <= ENTRY_SIZE_MAX,
               "the largest signed bytes fit an entry");

static uint64_t get(const uint8_t *at, size_t bytes) {
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

static void put(uint8_t *at, size_t bytes, uint64_t value) {
    for (size_t i = bytes; i-- > 0; value >>= 8)
        at[i] = (uint8_t)value;
}

duban_status entry_read(span bytes, entry_words *out) {
    const uint8_t *at = bytes.data;
    if (bytes.size > ENTRY_SIZE_MAX) return DUBAN_E_TOO_LARGE;
    if (bytes.size < 2) return DUBAN_E_MALFORMED;
    if (get(at, 2) != ENTRY_VERSION) return DUBAN_E_VERSION;
    if (bytes.size < ENTRY_HEAD_SIZE + SIGNATURE_SIZE) return DUBAN_E_MALFORMED;
    uint64_t kind = get(at + 2, 2);
    if (kind == KIND_NONE || kind >= KIND_COUNT) return DUBAN_E_MALFORMED;
    size_t signed_size = (size_t)get(at + 12, 4);
    if (signed_size != bytes.size - ENTRY_HEAD_SIZE - SIGNATURE_SIZE)
        return DUBAN_E_MALFORMED;
    if (signed_size > SIGNED_SIZE_MAX) return DUBAN_E_TOO_LARGE;
    uint64_t received_ms = get(at + 24, 8);
    if (received_ms > MOMENT_MS_MAX) return DUBAN_E_MALFORMED;
    *out = (entry_words){
        .kind = (event_kind)kind,
        .office = (uint32_t)get(at + 4, 4),
        .key = (uint32_t)get(at + 8, 4),
        .index = get(at + 16, 8),
        .received_ms = (int64_t)received_ms,
        .number = get(at + 32, 8),
        .signed_bytes = {at + ENTRY_HEAD_SIZE, signed_size},
        .signature = {at + ENTRY_HEAD_SIZE + signed_size, SIGNATURE_SIZE},
    };
    return DUBAN_OK;
}

duban_status entry_write(const entry_words *words, buffer *out) {
    if (words->signed_bytes.size > SIGNED_SIZE_MAX) return DUBAN_E_TOO_LARGE;
    if (words->signature.size != SIGNATURE_SIZE) return DUBAN_E_MALFORMED;
    size_t size = ENTRY_HEAD_SIZE + words->signed_bytes.size + SIGNATURE_SIZE;
    uint8_t *at = buffer_reserve(out, size);
    if (!at) return DUBAN_E_NO_MEMORY;
    put(at, 2, ENTRY_VERSION);
    put(at + 2, 2, words->kind);
    put(at + 4, 4, words->office);
    put(at + 8, 4, words->key);
    put(at + 12, 4, words->signed_bytes.size);
    put(at + 16, 8, words->index);
    put(at + 24, 8, (uint64_t)words->received_ms);
    put(at + 32, 8, words->number);
    at += ENTRY_HEAD_SIZE;
    if (words->signed_bytes.size)
        memcpy(at, words->signed_bytes.data, words->signed_bytes.size);
    memcpy(at + words->signed_bytes.size, words->signature.data, SIGNATURE_SIZE);
    out->size += size;
    return DUBAN_OK;
}
