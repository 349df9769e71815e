#include "broker/ledger/heap.h"

#include <stdlib.h>

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size) {
    (void)ctx;
    (void)old_size;
    if (new_size) return realloc(block, new_size);
    free(block);
    return NULL;
}

ledger_allocator heap_allocator(void) {
    return (ledger_allocator){.resize = resize, .ctx = NULL};
}
