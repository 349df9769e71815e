#include "storage/verify.h"

#include <string.h>

/* --- tiles -------------------------------------------------------------------------- */

static duban_status tile_of(journal_reader *r, uint32_t level, uint64_t number,
                            const hash256 **out) {
    r->bad = engine_tile_begin(level, number);
    return r->journal->engine->tile(r, level, number, out);
}

static duban_status verify_leaves(journal_reader *r, uint64_t number,
                                  const hash256 *stored) {
    for (uint32_t i = 0; i < TILE_WIDTH; i++) {
        span entry;
        r->bad = number * TILE_WIDTH + i;
        duban_status status = r->journal->engine->entry(r, r->bad, &entry);
        if (status) return status;
        hash256 leaf = tlog_leaf_hash(entry.data, entry.size);
        if (!hash_equal(&leaf, &stored[i])) return DUBAN_E_CORRUPT;
    }
    return DUBAN_OK;
}

/* The hashes of a tile above the leaves are the roots of the tiles below it. */
static duban_status verify_above(journal_reader *r, uint32_t level, uint64_t number) {
    hash256 hashes[STORED_TILE_HASHES];
    const hash256 *stored, *below;
    duban_status status = tile_of(r, level, number, &stored);
    if (status) return status;
    memcpy(hashes, stored, sizeof hashes);
    for (uint32_t i = 0; i < TILE_WIDTH; i++) {
        status = tile_of(r, level - 1, number * TILE_WIDTH + i, &below);
        if (status) return status;
        if (!hash_equal(&hashes[i], &below[TILE_WIDTH])) return DUBAN_E_CORRUPT;
    }
    hash256 root = tile_root(hashes);
    r->bad = engine_tile_begin(level, number);
    return hash_equal(&root, &hashes[TILE_WIDTH]) ? DUBAN_OK : DUBAN_E_CORRUPT;
}

duban_status verify_tile(journal_reader *r, uint64_t number) {
    const hash256 *stored;
    hash256 hashes[STORED_TILE_HASHES];
    duban_status status = tile_of(r, 0, number, &stored);
    if (status) return status;
    memcpy(hashes, stored, sizeof hashes);
    status = verify_leaves(r, number, hashes);
    if (status) return status;
    hash256 root = tile_root(hashes);
    r->bad = engine_tile_begin(0, number);
    if (!hash_equal(&root, &hashes[TILE_WIDTH])) return DUBAN_E_CORRUPT;

    uint64_t last = number;
    for (uint32_t level = 1; level < TILE_LEVELS; level++) {
        if (last % TILE_WIDTH != TILE_WIDTH - 1) break;
        last /= TILE_WIDTH;
        status = verify_above(r, level, last);
        if (status) return status;
    }
    return DUBAN_OK;
}

/* --- the edge ----------------------------------------------------------------------- */

/* Compares the places of `edge` up to levels_end with the stored ones, leftmost first. */
static duban_status compare(journal_reader *r, const tlog_frontier *stored,
                            const tlog_frontier *edge, uint32_t levels_end) {
    uint64_t size = stored->size;
    for (uint32_t level = levels_end; level-- > 0;) {
        if (!(size >> level & 1)) continue;
        r->bad = size >> level >> 1 << 1 << level;
        if (!hash_equal(&stored->hashes[level], &edge->hashes[level]))
            return DUBAN_E_CORRUPT;
    }
    return DUBAN_OK;
}

duban_status verify_tail(journal_reader *r, const journal_state *state) {
    uint64_t size = state->frontier.size;
    uint64_t begin = size / TILE_WIDTH * TILE_WIDTH;
    tlog_frontier tail;
    tlog_frontier_init(&tail);
    for (uint64_t index = begin; index < size; index++) {
        span entry;
        r->bad = index;
        duban_status status = r->journal->engine->entry(r, index, &entry);
        if (status) return status;
        hash256 leaf = tlog_leaf_hash(entry.data, entry.size);
        tlog_frontier_append(&tail, &leaf);
    }
    return compare(r, &state->frontier, &tail, TILE_HEIGHT);
}

duban_status verify_frontier(journal_reader *r, const journal_state *state,
                             const tlog_frontier *edge) {
    r->bad = state->frontier.size;
    if (edge->size != state->frontier.size) return DUBAN_E_CORRUPT;
    return compare(r, &state->frontier, edge, TLOG_LEVELS);
}

/* --- the port's verification -------------------------------------------------------- */

static duban_status verify_range(journal_reader *r, uint64_t from, uint64_t to,
                                 bool (*progress)(void *ctx, uint64_t done), void *ctx) {
    const journal_engine *engine = r->journal->engine;
    journal_state state;
    r->bad = from;
    duban_status status = engine->state(r, &state);
    uint64_t tiles = 0;
    for (uint64_t at = from / TILE_WIDTH; !status && at * TILE_WIDTH < to; at++) {
        bool full = at < tile_full_count(state.frontier.size, 0);
        status = full ? verify_tile(r, at) : verify_tail(r, &state);
        if (status) break;
        uint64_t done = (at + 1) * TILE_WIDTH;
        if (progress && !progress(ctx, done < to ? done : to)) break;
        if (++tiles % VERIFY_TILES_PER_VIEW != 0) continue;
        status = engine->reader_renew(r);
        if (!status) status = engine->state(r, &state);
    }
    return status;
}

duban_status journal_verify(journal_reader *r, uint64_t from, uint64_t to,
                            bool (*progress)(void *ctx, uint64_t done), void *ctx,
                            uint64_t *bad) {
    if (to > r->size) return DUBAN_E_AHEAD;
    duban_status status = verify_range(r, from, to, progress, ctx);
    if (status == DUBAN_E_CORRUPT) *bad = r->bad;
    return status;
}
