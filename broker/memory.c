#include "broker/memory.h"

#include <stdlib.h>

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size) {
    (void)ctx;
    (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, new_size);
}

ledger_allocator memory_allocator(void) {
    return (ledger_allocator){.resize = resize, .ctx = NULL};
}
