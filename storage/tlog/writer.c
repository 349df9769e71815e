#include "storage/tlog/writer.h"

#include <assert.h>
#include <string.h>

void tlog_writer_init(tlog_writer *writer) {
    writer->size = 0;
    memset(writer->held, 0, sizeof writer->held);
}

/* The place of a tile that begins now, or grows. */
static tile_nodes *grow(tlog_writer *writer, uint32_t level, uint64_t number) {
    tile_nodes *tile = &writer->tiles[level][number & 1];
    bool *held = &writer->held[level][number & 1];
    if (!*held || tile->number != number) {
        tile_nodes_begin(tile, number);
        *held = true;
    }
    return tile;
}

static const tile_nodes *find(const tlog_writer *writer, uint32_t level,
                              uint64_t number) {
    const tile_nodes *tile = &writer->tiles[level][number & 1];
    bool held = writer->held[level][number & 1] && tile->number == number;
    return held ? tile : NULL;
}

duban_status tlog_writer_open(tlog_writer *writer, uint64_t size,
                              const tile_source *source) {
    if (size > TLOG_SIZE_MAX) return DUBAN_E_AHEAD;
    tlog_writer_init(writer);
    for (uint32_t level = 0; level < TILE_LEVELS; level++) {
        hash256 hashes[TILE_WIDTH];
        uint64_t number = tile_full_count(size, level);
        uint32_t width = tile_partial_width(size, level);
        if (width == 0) continue;
        duban_status status =
            level ? tile_from_below(source, level, number, width, hashes)
                  : source->fetch(source->ctx, level, number, width, hashes);
        if (status) return status;
        tile_nodes *tile = grow(writer, level, number);
        for (uint32_t i = 0; i < width; i++)
            tile_nodes_append(tile, &hashes[i]);
    }
    writer->size = size;
    return DUBAN_OK;
}

uint64_t tlog_writer_size(const tlog_writer *writer) {
    return writer->size;
}

duban_status tlog_writer_append(tlog_writer *writer, const hash256 *leaf,
                                const tile_sink *sink) {
    if (writer->size >= TLOG_SIZE_MAX) return DUBAN_E_LIMIT;
    duban_status status = DUBAN_OK;
    uint64_t index = writer->size++;
    hash256 hash = *leaf;
    for (uint32_t level = 0; level < TILE_LEVELS; level++) {
        tile_nodes *tile = grow(writer, level, index / TILE_WIDTH);
        tile_nodes_append(tile, &hash);
        if (tile->width < TILE_WIDTH) break;
        if (!status) status = sink->put(sink->ctx, level, tile->number, tile->nodes);
        hash = *tile_nodes_at(tile, TILE_HEIGHT, 0);
        index /= TILE_WIDTH;
    }
    return status;
}

static duban_status read_edge(void *ctx, uint32_t level, uint64_t index, hash256 *out) {
    return tlog_writer_hash(ctx, level, index, out);
}

/* The frontier's hashes all lie in the partial tiles: nothing of it can be missing. */
void tlog_writer_frontier(const tlog_writer *writer, tlog_frontier *out) {
    tlog_hash_reader reader = {read_edge, (void *)(uintptr_t)writer};
    duban_status status = tlog_frontier_at(&reader, writer->size, out);
    assert(status == DUBAN_OK);
}

hash256 tlog_writer_root(const tlog_writer *writer) {
    tlog_frontier frontier;
    tlog_writer_frontier(writer, &frontier);
    return tlog_frontier_root(&frontier);
}

duban_status tlog_writer_hash(const tlog_writer *writer, uint32_t level, uint64_t index,
                              hash256 *out) {
    if (level >= TLOG_LEVELS || index >= writer->size >> level) return DUBAN_E_AHEAD;
    uint32_t height = level % TILE_HEIGHT, in_tile = TILE_HEIGHT - height;
    const tile_nodes *tile = find(writer, level / TILE_HEIGHT, index >> in_tile);
    if (!tile) return DUBAN_E_NOT_FOUND;
    uint32_t place = (uint32_t)(index & (((uint64_t)1 << in_tile) - 1));
    const hash256 *hash = tile_nodes_at(tile, height, place);
    assert(hash);
    *out = *hash;
    return DUBAN_OK;
}

duban_status tlog_writer_tile(const tlog_writer *writer, uint32_t level, uint64_t number,
                              uint32_t width, hash256 *out) {
    assert(width > 0 && width <= TILE_WIDTH);
    if (level >= TILE_LEVELS || width > tile_width_at(writer->size, level, number))
        return DUBAN_E_AHEAD;
    const tile_nodes *tile = find(writer, level, number);
    if (!tile) return DUBAN_E_NOT_FOUND;
    memcpy(out, tile->nodes, width * sizeof *out);
    return DUBAN_OK;
}

static duban_status read_edge_or_older(void *ctx, uint32_t level, uint64_t index,
                                       hash256 *out) {
    tlog_edge_reader *edge = ctx;
    duban_status status = tlog_writer_hash(edge->writer, level, index, out);
    if (status != DUBAN_E_NOT_FOUND) return status;
    return edge->older.read(edge->older.ctx, level, index, out);
}

tlog_hash_reader tlog_edge_hashes(tlog_edge_reader *edge) {
    return (tlog_hash_reader){read_edge_or_older, edge};
}
