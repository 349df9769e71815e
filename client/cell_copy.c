#include "client/cell_copy.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>

#include "proto/arena.h"
#include "proto/codec.h"

/* Where copies go: first to scratch, to count them, then behind the cell. */
typedef struct packer {
    arena scratch;
    unsigned char *to; /* NULL: only counted */
    size_t size;
} packer;

static void *take(void *ctx, size_t size) {
    packer *p = ctx;
    size_t at = p->size;
    const size_t each = alignof(max_align_t);
    p->size += (size + each - 1) / each * each;
    return p->to ? p->to + at : arena_take(&p->scratch, size ? size : 1);
}

cell *cell_copy(const cell *from) {
    packer p = {.to = NULL};
    cell counted = *from;
    arena_init(&p.scratch, 0);
    bool copied = codec_cell_copy(&counted, take, &p);
    arena_close(&p.scratch);
    size_t head = (sizeof *from + alignof(max_align_t) - 1) / alignof(max_align_t) *
                  alignof(max_align_t);
    unsigned char *block = copied ? malloc(head + p.size) : NULL;
    if (!block) return NULL;
    cell *to = (cell *)(void *)block;
    *to = *from;
    p.to = block + head;
    p.size = 0;
    codec_cell_copy(to, take, &p);
    return to;
}
