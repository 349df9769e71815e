#include "proto/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES_MIN  ((size_t)4096)
#define BLOCK_BYTES_MAX  ((size_t)256 * 1024)
#define BUFFER_BYTES_MIN ((size_t)256)

struct arena_block {
    alignas(max_align_t) arena_block *next;
    size_t bytes; /* with this head */
};

#define ALIGNMENT alignof(max_align_t)

_Static_assert(sizeof(arena_block) % ALIGNMENT == 0, "what follows a head is aligned");

void arena_init(arena *a, size_t bytes_max) {
    *a = (arena){.bytes_max = bytes_max};
}

/* A block for at least size bytes behind its head, larger while that is cheap. */
static arena_block *block_new(arena *a, size_t size) {
    if (size > SIZE_MAX - sizeof(arena_block)) return NULL;
    size_t least = sizeof(arena_block) + size;
    size_t bytes = a->first ? 2 * a->first->bytes : BLOCK_BYTES_MIN;
    if (bytes > BLOCK_BYTES_MAX) bytes = BLOCK_BYTES_MAX;
    if (bytes < least) bytes = least;
    if (a->bytes_max) {
        size_t left = a->bytes_max - a->bytes;
        if (bytes > left) bytes = left;
        if (bytes < least) return NULL;
    }
    arena_block *block = malloc(bytes);
    if (!block) return NULL;
    block->bytes = bytes;
    a->bytes += bytes;
    return block;
}

void *arena_take(arena *a, size_t size) {
    if (size > SIZE_MAX - ALIGNMENT) return NULL;
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    size_t room = a->first ? a->first->bytes - sizeof(arena_block) : 0;
    if (!a->first || size > room - a->used) {
        arena_block *block = block_new(a, size);
        if (!block) return NULL;
        if (a->first && size > BLOCK_BYTES_MAX / 2) {
            /* A large one stands alone, behind the block that small ones still fill. */
            block->next = a->first->next;
            a->first->next = block;
            return block + 1;
        }
        block->next = a->first;
        a->first = block;
        a->used = 0;
    }
    void *out = (unsigned char *)(a->first + 1) + a->used;
    a->used += size;
    return out;
}

void *arena_alloc(arena *a, size_t size) {
    void *out = arena_take(a, size);
    if (out) memset(out, 0, size);
    return out;
}

char *arena_copy(arena *a, const void *bytes, size_t size) {
    if (size == SIZE_MAX) return NULL;
    char *out = arena_take(a, size + 1);
    if (!out) return NULL;
    if (size) memcpy(out, bytes, size);
    out[size] = '\0';
    return out;
}

static void blocks_free(arena_block *block) {
    while (block) {
        arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_reset(arena *a) {
    if (!a->first) return;
    blocks_free(a->first->next);
    a->first->next = NULL;
    a->bytes = a->first->bytes;
    a->used = 0;
}

void arena_close(arena *a) {
    blocks_free(a->first);
    *a = (arena){.bytes_max = a->bytes_max};
}

void buffer_init(buffer *b) {
    *b = (buffer){0};
}

unsigned char *buffer_reserve(buffer *b, size_t more) {
    assert(b->size <= b->room);
    if (b->data && more <= b->room - b->size) return b->data + b->size;
    if (more > SIZE_MAX / 2 - b->size) return NULL;
    size_t room = b->room ? 2 * b->room : BUFFER_BYTES_MIN;
    if (room < b->size + more) room = b->size + more;
    unsigned char *data = realloc(b->data, room);
    if (!data) return NULL;
    b->data = data;
    b->room = room;
    return data + b->size;
}

void buffer_close(buffer *b) {
    free(b->data);
    *b = (buffer){0};
}
