/* Memory through the ledger's allocator: growing arrays, pools of words released at once,
 * and a set of texts kept once.
 * Knows: bytes. Must not know: rules. */
#ifndef DUBAN_BROKER_LEDGER_MEMORY_H
#define DUBAN_BROKER_LEDGER_MEMORY_H

#include "broker/ledger/ledger.h"

#define NONE UINT32_MAX /* no position in an array */

/* Makes room for needed elements of that size in an array that holds *room of them;
 * returns where the array now stands and raises *room, or NULL when out of memory,
 * leaving both. */
void *memory_room(const ledger_allocator *m, void *items, uint32_t *room, uint32_t needed,
                  size_t item_size);
/* Frees an array made by memory_room; items may be NULL. */
void memory_free(const ledger_allocator *m, void *items, uint32_t room, size_t item_size);

typedef struct pool_block pool_block;

/* Many pieces, one release. All zeros is an empty pool. */
typedef struct pool {
    pool_block *first;
} pool;

/* Zeroed and aligned for any type; NULL when out of memory. size may be 0. */
void *pool_take(pool *p, const ledger_allocator *m, size_t size);
/* A copy of the text; NULL when out of memory. */
const char *pool_text(pool *p, const ledger_allocator *m, const char *text);
/* A copy of n numbers; NULL when out of memory, not when n is 0. */
const uint32_t *pool_numbers(pool *p, const ledger_allocator *m, const uint32_t *numbers,
                             uint32_t n);
/* A pool with its memory, for codec.h's copies: pass pool_taking and one of these. */
typedef struct pool_taker {
    pool *to;
    const ledger_allocator *memory;
} pool_taker;
void *pool_taking(void *ctx, size_t size);
/* Moves all pieces of *from into *into; from is empty afterwards. Needs no memory. */
void pool_join(pool *into, pool *from);
void pool_free(pool *p, const ledger_allocator *m);

/* Texts that recur for ever, such as media types, each kept once. All zeros is empty. */
typedef struct text_set {
    const char **slots;
    uint32_t slots_room; /* a power of two */
    uint32_t n;
    pool texts;
} text_set;

/* The one copy of that text, made when there is none; NULL when out of memory. */
const char *text_set_add(text_set *set, const ledger_allocator *m, const char *text);
/* The one copy of a text that was added. */
const char *text_set_get(const text_set *set, const char *text);
void text_set_free(text_set *set, const ledger_allocator *m);

#endif
