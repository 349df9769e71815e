/* One commit's way through the tree: leaf, edge, tiles, in the order in which an engine
 * stores them. Knows: what has to be stored. Must not know: where. */
#ifndef DUBAN_STORAGE_APPEND_H
#define DUBAN_STORAGE_APPEND_H

#include "storage/batch.h"
#include "storage/engine.h"
#include "storage/tlog/writer.h"

/* Where an engine puts things; a failure ends the append and is passed on. All pointers
 * are borrowed for the call. */
typedef struct append_store {
    duban_status (*entry)(void *ctx, uint64_t index, span entry);
    /* Kept once: a body that is there already, or was removed, is left as it is. */
    duban_status (*body)(void *ctx, const journal_body *body);
    /* Puts removed_write of the index in that body's place. Called after all entries and
     * bodies of the batch. */
    duban_status (*remove)(void *ctx, const hash256 *hash, uint64_t index);
    duban_status (*tile)(void *ctx, uint32_t level, uint64_t number,
                         const hash256 hashes[STORED_TILE_HASHES]);
    void *ctx;
} append_store;

/* The tree's edge and a place for tiles that have just become full. 320 KiB: heap memory.
 * Its content but for writer is private to append.c. */
typedef struct appender {
    tlog_writer writer;
    uint32_t full_n;
    struct {
        uint32_t level;
        uint64_t number;
        hash256 hashes[STORED_TILE_HASHES];
    } full[TILE_LEVELS];
} appender;

/* Appends every entry of the batch. After a failure the writer must be opened anew from
 * what is durable. */
duban_status append_batch(appender *a, const batch *b, const append_store *store);

#endif
