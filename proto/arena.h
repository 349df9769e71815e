/* An arena: many small allocations, one release. Knows: bytes. Must not know: who uses
 * it. Not shared between threads without the owner's care. */
#ifndef DUBAN_PROTO_ARENA_H
#define DUBAN_PROTO_ARENA_H

#include <stddef.h>

typedef struct arena_block arena_block;

typedef struct arena {
    arena_block *first; /* blocks in use, newest first */
    size_t used;        /* bytes used in first */
    size_t bytes_max;   /* 0: no bound */
    size_t bytes;       /* bytes of all blocks */
} arena;

/* An empty arena that allocates nothing until asked. bytes_max bounds all it may hold, 0
 * for no bound. */
void arena_init(arena *a, size_t bytes_max);
/* Aligned for any type, not zeroed. NULL when memory or the bound is used up. */
void *arena_take(arena *a, size_t size);
/* The same, zeroed. */
void *arena_alloc(arena *a, size_t size);
/* Copies size bytes and adds a NUL behind them. NULL as above. */
char *arena_copy(arena *a, const void *bytes, size_t size);
/* Forgets everything but keeps one block for the next use. */
void arena_reset(arena *a);
void arena_close(arena *a);

/* A growing byte buffer, malloc'ed. */
typedef struct buffer {
    unsigned char *data;
    size_t size;
    size_t room;
} buffer;

void buffer_init(buffer *b);
/* Makes room for more bytes behind size and returns where they go; NULL when out of
 * memory. The caller adds what it wrote to size. */
unsigned char *buffer_reserve(buffer *b, size_t more);
void buffer_close(buffer *b);

#endif
