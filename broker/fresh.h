/* Bodies that were staged, named or removed and are not durable yet: a submission may
 * name one of them before a reader of the journal can see it.
 * Knows: hashes by index. Must not know: the journal. Only the loop touches it.
 *
 * There is room for FRESH_BODIES_MAX; beyond that the oldest is forgotten, and until it
 * is durable nobody can say that a body is missing. */
#ifndef DUBAN_BROKER_FRESH_H
#define DUBAN_BROKER_FRESH_H

#include <stdbool.h>

#include "proto/hash.h"
#include "proto/limits.h"

typedef struct fresh {
    struct fresh_body {
        hash256 hash;
        uint64_t index;
        bool gone;            /* that entry removed it */
    } rows[FRESH_BODIES_MAX]; /* a ring, in order of index */
    uint32_t first;
    uint32_t count;
    uint64_t forgotten; /* entries up to that many hold bodies forgotten; 0: none does */
} fresh;

void fresh_init(fresh *f);
/* index is at least that of the body before. Both for what an entry brings and for what
 * it names besides. */
void fresh_add(fresh *f, const hash256 *hash, uint64_t index);
/* The entry at that index takes it away. */
void fresh_remove(fresh *f, const hash256 *hash, uint64_t index);
/* So many entries are durable: their bodies are found in the journal. */
void fresh_settle(fresh *f, uint64_t durable_size);
bool fresh_has(const fresh *f, const hash256 *hash);
bool fresh_gone(const fresh *f, const hash256 *hash);
/* Whether a body may be staged that fresh_has does not know. */
bool fresh_unsure(const fresh *f);

#endif
