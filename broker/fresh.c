#include "broker/fresh.h"

#include <string.h>

void fresh_init(fresh *f) {
    memset(f, 0, sizeof *f);
}

static void drop_first(fresh *f) {
    f->first = (f->first + 1) % FRESH_BODIES_MAX;
    f->count--;
}

static void add(fresh *f, const hash256 *hash, uint64_t index, bool gone) {
    if (f->count == FRESH_BODIES_MAX) {
        f->forgotten = f->rows[f->first].index + 1;
        drop_first(f);
    }
    struct fresh_body *row = &f->rows[(f->first + f->count) % FRESH_BODIES_MAX];
    row->hash = *hash;
    row->index = index;
    row->gone = gone;
    f->count++;
}

void fresh_add(fresh *f, const hash256 *hash, uint64_t index) {
    add(f, hash, index, false);
}

void fresh_remove(fresh *f, const hash256 *hash, uint64_t index) {
    add(f, hash, index, true);
}

void fresh_settle(fresh *f, uint64_t durable_size) {
    while (f->count && f->rows[f->first].index < durable_size)
        drop_first(f);
    if (f->forgotten <= durable_size) f->forgotten = 0;
}

static bool has(const fresh *f, const hash256 *hash, bool gone) {
    for (uint32_t i = 0; i < f->count; i++) {
        const struct fresh_body *row = &f->rows[(f->first + i) % FRESH_BODIES_MAX];
        if (row->gone == gone && hash_equal(&row->hash, hash)) return true;
    }
    return false;
}

bool fresh_has(const fresh *f, const hash256 *hash) {
    return has(f, hash, false);
}

bool fresh_gone(const fresh *f, const hash256 *hash) {
    return has(f, hash, true);
}

bool fresh_unsure(const fresh *f) {
    return f->forgotten > 0;
}
