#include "storage/append.h"

#include <assert.h>
#include <string.h>

/* A tile's root stands in the tile above only after the whole leaf is appended: so tiles
 * are kept until then. */
static duban_status keep_tile(void *ctx, uint32_t level, uint64_t number,
                              const hash256 hashes[TILE_WIDTH]) {
    appender *a = ctx;
    assert(a->full_n < TILE_LEVELS);
    a->full[a->full_n].level = level;
    a->full[a->full_n].number = number;
    memcpy(a->full[a->full_n].hashes, hashes, TILE_SIZE_BYTES);
    a->full_n++;
    return DUBAN_OK;
}

static duban_status store_tiles(appender *a, const append_store *store) {
    duban_status status = DUBAN_OK;
    for (uint32_t i = 0; i < a->full_n && !status; i++) {
        hash256 *hashes = a->full[i].hashes;
        uint32_t above = TILE_HEIGHT * (a->full[i].level + 1);
        status =
            tlog_writer_hash(&a->writer, above, a->full[i].number, &hashes[TILE_WIDTH]);
        if (!status)
            status = store->tile(store->ctx, a->full[i].level, a->full[i].number, hashes);
    }
    a->full_n = 0;
    return status;
}

static duban_status append_entry(appender *a, span entry, const append_store *store) {
    uint64_t index = tlog_writer_size(&a->writer);
    tile_sink sink = {keep_tile, a};
    hash256 leaf = tlog_leaf_hash(entry.data, entry.size);
    duban_status status = tlog_writer_append(&a->writer, &leaf, &sink);
    if (!status) status = store->entry(store->ctx, index, entry);
    if (!status && a->full_n) status = store_tiles(a, store);
    return status;
}

static duban_status remove_bodies(const batch *b, uint64_t first,
                                  const append_store *store) {
    batch_walk walk = {0};
    span entry;
    journal_body body;
    duban_status status = DUBAN_OK;
    for (uint64_t index = first; batch_next_entry(b, &walk, &entry); index++)
        while (batch_next_body(b, &walk, &body))
            if (body.removed && !status)
                status = store->remove(store->ctx, &body.hash, index);
    return status;
}

duban_status append_batch(appender *a, const batch *b, const append_store *store) {
    batch_walk walk = {0};
    span entry;
    journal_body body;
    bool removes = false;
    uint64_t first = tlog_writer_size(&a->writer);
    duban_status status = DUBAN_OK;
    a->full_n = 0;
    while (!status && batch_next_entry(b, &walk, &entry)) {
        status = append_entry(a, entry, store);
        while (!status && batch_next_body(b, &walk, &body)) {
            if (body.removed)
                removes = true;
            else
                status = store->body(store->ctx, &body);
        }
    }
    return status || !removes ? status : remove_bodies(b, first, store);
}
