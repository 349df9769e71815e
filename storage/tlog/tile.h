/* Tiles and entry bundles as in C2SP tlog-tiles: which exist, their paths, their bytes.
 * Knows: the cut of the tree into tiles of height 8. Must not know: where tiles are kept.
 *
 * The tile (level, number) holds 256 hashes of tree level 8·level, from index 256·number.
 * A tree of a size has full tiles and at each level at most one partial one, of 1 to 255
 * hashes, the beginning of the tile to come. A tile's bytes are its hashes one after the
 * other, so an array of hash256 is a tile's bytes.
 *
 * Pure: no allocation, no globals. All pointers are borrowed for the call. */
#ifndef DUBAN_STORAGE_TLOG_TILE_H
#define DUBAN_STORAGE_TLOG_TILE_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/hash.h"
#include "proto/limits.h"
#include "proto/status.h"
#include "storage/tlog/tree.h"

#define TILE_HEIGHT     8
#define TILE_WIDTH      256
#define TILE_SIZE_BYTES (TILE_WIDTH * HASH_SIZE)
/* Tile levels of a tree of TLOG_SIZE_MAX leaves. */
#define TILE_LEVELS 8
/* "tile/entries/", six groups of four, ".p/255" and the NUL, rounded up. */
#define TILE_PATH_SIZE 48
/* A full bundle of the longest entries. */
#define BUNDLE_SIZE_MAX (TILE_WIDTH * (2 + ENTRY_SIZE_MAX))

/* --- which tiles a tree has ------------------------------------------------------- */

/* Full tiles of that level in a tree of that size: the numbers 0 to the result − 1. While
 * a tree grows from a to b, those with numbers tile_full_count(a, level) to
 * tile_full_count(b, level) − 1 become full. */
uint64_t tile_full_count(uint64_t size, uint32_t level);
/* Width of the partial tile of that level, whose number is tile_full_count; 0: none. */
uint32_t tile_partial_width(uint64_t size, uint32_t level);
/* Width of the tile (level, number) in a tree of that size: 256, less, or 0: none. */
uint32_t tile_width_at(uint64_t size, uint32_t level, uint64_t number);

/* --- paths ------------------------------------------------------------------------ */

/* Which resource of tlog-tiles: a tile, or the entry bundle beside a tile of level 0. */
typedef struct tile_name {
    bool entries;    /* a bundle; level is 0 */
    uint32_t level;  /* 0 to 63, as the format allows */
    uint64_t number; /* at most TLOG_SIZE_MAX / 256 */
    uint32_t width;  /* 256, or 1 to 255 of a partial one */
} tile_name;

/* Writes "tile/<L>/<N>[.p/<W>]" or "tile/entries/<N>[.p/<W>]" and a NUL. The name must be
 * within the bounds above. */
void tile_path_print(const tile_name *name, char path[TILE_PATH_SIZE]);
/* Reads exactly what tile_path_print writes. MALFORMED otherwise. */
duban_status tile_path_parse(const char *path, size_t size, tile_name *out);

/* --- the hashes of a tile --------------------------------------------------------- */

/* A tile with all nodes above its hashes, growing from the left; height 0 are the tile's
 * own hashes, height 8 is its root. */
typedef struct tile_nodes {
    uint64_t number;
    uint32_t width;
    hash256 nodes[2 * TILE_WIDTH - 1];
} tile_nodes;

void tile_nodes_begin(tile_nodes *tile, uint64_t number);
/* Adds the next hash; the tile must not be full. */
void tile_nodes_append(tile_nodes *tile, const hash256 *hash);
/* Node `index` at that height, or NULL when its hashes are not all there yet. Borrowed,
 * good until the next begin. */
const hash256 *tile_nodes_at(const tile_nodes *tile, uint32_t height, uint32_t index);
/* The root of a full tile. */
hash256 tile_root(const hash256 hashes[TILE_WIDTH]);

/* Where tiles come from. fetch writes `width` hashes (1 to 256) of the tile (level,
 * number); asked for less than a stored tile's width it gives the beginning. It is asked
 * only for tiles that the tree has. Its failures are passed on. */
typedef struct tile_source {
    duban_status (*fetch)(void *ctx, uint32_t level, uint64_t number, uint32_t width,
                          hash256 *out);
    void *ctx;
} tile_source;

/* The first width hashes of a tile of level 1 or above, from the full tiles below. */
duban_status tile_from_below(const tile_source *source, uint32_t level, uint64_t number,
                             uint32_t width, hash256 *out);
/* The same for any level through a reader. */
duban_status tile_from_reader(const tlog_hash_reader *reader, uint32_t level,
                              uint64_t number, uint32_t width, hash256 *out);

/* A tlog_hash_reader over tiles for the tree of one size. Of each level it keeps the last
 * full and the last partial tile, so neighbouring reads and proofs fetch once. 256 KiB,
 * of which small trees touch little: give it static or heap memory. */
typedef struct tile_reader {
    const tile_source *source;
    uint64_t size;
    bool held[TILE_LEVELS][2]; /* [0] the full one, [1] the partial one */
    tile_nodes tiles[TILE_LEVELS][2];
} tile_reader;

/* source is borrowed as long as the reader is used. */
void tile_reader_init(tile_reader *reader, const tile_source *source, uint64_t size);
/* Another size of the same tree; what is held stays. */
void tile_reader_resize(tile_reader *reader, uint64_t size);
/* Borrows reader. Reads beyond the size are AHEAD. */
tlog_hash_reader tile_reader_hashes(tile_reader *reader);

/* --- entry bundles ---------------------------------------------------------------- */

/* Appends uint16 big-endian size ‖ entry at bytes[*used]. TOO_LARGE: the entry is longer
 * than ENTRY_SIZE_MAX or does not fit below size; nothing is written then. */
duban_status bundle_append(uint8_t *bytes, size_t size, size_t *used, const void *entry,
                           size_t entry_size);
/* Reads the entry at bytes[*at], moves *at behind it. *entry is borrowed from bytes.
 * NOT_FOUND at the end; MALFORMED when the bundle breaks off inside an entry. */
duban_status bundle_next(const uint8_t *bytes, size_t size, size_t *at,
                         const uint8_t **entry, size_t *entry_size);

#endif
