/* The growing right edge of a tree in memory: an engine appends leaf hashes and is handed
 * each tile at the moment it becomes full; roots, proofs and partial tiles are read at
 * once. Knows: the tiles still growing and the one before them at each level. Must not
 * know: where full tiles go and older ones come from.
 *
 * Appending costs one node hash on average. A writer is used by one thread at a time.
 * Pure: no allocation, no globals; 256 KiB, of which a journal below 65,536 entries
 * touches 32 KiB a level for two levels. Give it static or heap memory. */
#ifndef DUBAN_STORAGE_TLOG_WRITER_H
#define DUBAN_STORAGE_TLOG_WRITER_H

#include "proto/status.h"
#include "storage/tlog/tile.h"
#include "storage/tlog/tree.h"

/* Takes a tile that has become full: hashes are its TILE_SIZE_BYTES bytes, borrowed for
 * the call. Lower levels come first. */
typedef struct tile_sink {
    duban_status (*put)(void *ctx, uint32_t level, uint64_t number,
                        const hash256 hashes[TILE_WIDTH]);
    void *ctx;
} tile_sink;

/* Its content is private to writer.c. */
typedef struct tlog_writer {
    uint64_t size;
    bool held[TILE_LEVELS][2];
    tile_nodes tiles[TILE_LEVELS][2]; /* tile n of a level lies in [n & 1] */
} tlog_writer;

/* The empty tree. */
void tlog_writer_init(tlog_writer *writer);
/* The tree of that size, read again from stored tiles: source is asked for the leaf
 * hashes of the partial tile of level 0 (that partial tile itself: level 0, width size %
 * 256) and for the full tiles below the other partial ones, at most 255 a level. Compare
 * tlog_writer_root or _frontier with what was signed or stored: nothing is checked here.
 * AHEAD: size is above TLOG_SIZE_MAX. Failures of the source are passed on, and the
 * writer is then to be initialised anew. */
duban_status tlog_writer_open(tlog_writer *writer, uint64_t size,
                              const tile_source *source);

uint64_t tlog_writer_size(const tlog_writer *writer);
/* Appends one leaf hash; each tile that becomes full by it goes to sink. A failure of
 * sink is passed on; the leaf is appended all the same and that tile not offered again,
 * so the writer must be thrown away and opened anew from what is durable. LIMIT: the tree
 * has TLOG_SIZE_MAX leaves. */
duban_status tlog_writer_append(tlog_writer *writer, const hash256 *leaf,
                                const tile_sink *sink);

hash256 tlog_writer_root(const tlog_writer *writer);
void tlog_writer_frontier(const tlog_writer *writer, tlog_frontier *out);

/* The stored hash at (level, index) when it lies in the edge. AHEAD: the tree has no such
 * hash yet. NOT_FOUND: it lies in an older tile. */
duban_status tlog_writer_hash(const tlog_writer *writer, uint32_t level, uint64_t index,
                              hash256 *out);
/* The first width hashes (1 to 256) of a tile in the edge. AHEAD, NOT_FOUND likewise. */
duban_status tlog_writer_tile(const tlog_writer *writer, uint32_t level, uint64_t number,
                              uint32_t width, hash256 *out);

/* A reader that looks into the edge first and into `older` for the rest, for proofs and
 * roots of any size up to the writer's. Both are borrowed as long as it is used. */
typedef struct tlog_edge_reader {
    const tlog_writer *writer;
    tlog_hash_reader older;
} tlog_edge_reader;

/* Borrows edge. */
tlog_hash_reader tlog_edge_hashes(tlog_edge_reader *edge);

#endif
