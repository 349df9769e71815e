#include "storage/batch.h"

#include <assert.h>
#include <string.h>

#define KEPT_BYTES_MAX ((size_t)1024 * 1024)

typedef struct entry_head {
    uint32_t size;
    uint32_t bodies_n;
} entry_head;

typedef struct body_head {
    hash256 hash;
    uint8_t salt[BODY_SALT_SIZE];
    uint32_t size;
    bool removed;
} body_head;

void batch_init(batch *b) {
    *b = (batch){0};
    buffer_init(&b->bytes);
}

void batch_close(batch *b) {
    buffer_close(&b->bytes);
}

void batch_clear(batch *b) {
    if (b->bytes.room > KEPT_BYTES_MAX) {
        buffer_close(&b->bytes);
        buffer_init(&b->bytes);
    }
    b->bytes.size = 0;
    b->entries = 0;
    b->bodies = 0;
}

size_t batch_bytes_of(span entry, const journal_body *bodies, size_t bodies_n) {
    size_t size = sizeof(entry_head) + entry.size;
    for (size_t i = 0; i < bodies_n; i++)
        size += sizeof(body_head) + bodies[i].bytes.size;
    return size;
}

static uint8_t *put(uint8_t *at, const void *bytes, size_t size) {
    if (size) memcpy(at, bytes, size);
    return at + size;
}

duban_status batch_add(batch *b, span entry, const journal_body *bodies,
                       size_t bodies_n) {
    size_t size = batch_bytes_of(entry, bodies, bodies_n);
    uint8_t *at = buffer_reserve(&b->bytes, size);
    if (!at) return DUBAN_E_NO_MEMORY;
    entry_head head = {(uint32_t)entry.size, (uint32_t)bodies_n};
    at = put(at, &head, sizeof head);
    at = put(at, entry.data, entry.size);
    for (size_t i = 0; i < bodies_n; i++) {
        body_head body;
        memset(&body, 0, sizeof body);
        body.hash = bodies[i].hash;
        body.size = (uint32_t)bodies[i].bytes.size;
        body.removed = bodies[i].removed;
        memcpy(body.salt, bodies[i].salt, BODY_SALT_SIZE);
        at = put(at, &body, sizeof body);
        at = put(at, bodies[i].bytes.data, bodies[i].bytes.size);
    }
    b->bytes.size += size;
    b->entries++;
    b->bodies += bodies_n;
    return DUBAN_OK;
}

static const uint8_t *take(const batch *b, batch_walk *walk, size_t size) {
    assert(size <= b->bytes.size - walk->at);
    const uint8_t *at = b->bytes.data + walk->at;
    walk->at += size;
    return at;
}

bool batch_next_entry(const batch *b, batch_walk *walk, span *entry) {
    assert(walk->bodies_left == 0);
    if (walk->at == b->bytes.size) return false;
    entry_head head;
    memcpy(&head, take(b, walk, sizeof head), sizeof head);
    *entry = (span){take(b, walk, head.size), head.size};
    walk->bodies_left = head.bodies_n;
    return true;
}

bool batch_next_body(const batch *b, batch_walk *walk, journal_body *body) {
    if (walk->bodies_left == 0) return false;
    walk->bodies_left--;
    body_head head;
    memcpy(&head, take(b, walk, sizeof head), sizeof head);
    body->hash = head.hash;
    memcpy(body->salt, head.salt, BODY_SALT_SIZE);
    body->bytes = (span){take(b, walk, head.size), head.size};
    body->removed = head.removed;
    return true;
}

duban_status batch_split(batch *b, size_t at, uint64_t entries, uint64_t bodies,
                         batch *rest) {
    assert(at <= b->bytes.size && rest->bytes.size == 0);
    size_t size = b->bytes.size - at;
    if (size == 0) return DUBAN_OK;
    uint8_t *to = buffer_reserve(&rest->bytes, size);
    if (!to) return DUBAN_E_NO_MEMORY;
    memcpy(to, b->bytes.data + at, size);
    rest->bytes.size = size;
    rest->entries = entries;
    rest->bodies = bodies;
    b->bytes.size = at;
    b->entries -= entries;
    b->bodies -= bodies;
    return DUBAN_OK;
}
