#include "storage/opening.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "storage/verify.h"

duban_status opening_refuse(duban_refusal *refusal, duban_status status,
                            const char *field, uint64_t found, uint64_t expected) {
    char found_text[24], expected_text[24];
    snprintf(found_text, sizeof found_text, "%" PRIu64, found);
    snprintf(expected_text, sizeof expected_text, "%" PRIu64, expected);
    return duban_refuse(refusal, status, 0, field, found_text, expected_text);
}

/* How much there is, on either side. */
static duban_status sizes_verify(const journal_state *state, const journal_head *head,
                                 duban_refusal *refusal) {
    uint64_t size = state->frontier.size;
    if (size < head->size)
        return opening_refuse(refusal, DUBAN_E_SHORTER, "size", size, head->size);
    /* A later head had been signed before the last commit was made: heads are lost. */
    if (state->signed_size > head->size)
        return opening_refuse(refusal, DUBAN_E_NOTE, "heads", head->size,
                              state->signed_size);
    return DUBAN_OK;
}

/* The stored roots of full tiles, from which partial tiles above are read, against those
 * that the writer has just computed. */
static duban_status roots_verify(journal_reader *r, const tlog_writer *writer) {
    hash256 stored[TILE_WIDTH], computed[TILE_WIDTH];
    for (uint32_t level = 1; level < TILE_LEVELS; level++) {
        uint64_t number = tile_full_count(r->size, level);
        uint32_t width = tile_partial_width(r->size, level);
        if (width == 0) continue;
        duban_status status = engine_tile(r, level, number, width, stored);
        if (!status) status = tlog_writer_tile(writer, level, number, width, computed);
        if (status) return status;
        for (uint32_t i = 0; i < width; i++) {
            r->bad = engine_tile_begin(level - 1, number * TILE_WIDTH + i);
            if (!hash_equal(&stored[i], &computed[i])) return DUBAN_E_CORRUPT;
        }
    }
    return DUBAN_OK;
}

static duban_status edge_verify(journal_reader *r, const journal_state *state,
                                tlog_writer *writer) {
    tlog_frontier edge;
    duban_status status = tlog_writer_open(writer, state->frontier.size, &r->source);
    if (status) return status;
    tlog_writer_frontier(writer, &edge);
    status = verify_frontier(r, state, &edge);
    return status ? status : roots_verify(r, writer);
}

/* Full tiles behind the head: the entries behind the last one are in the edge already. */
static duban_status unsigned_verify(journal_reader *r, uint64_t from) {
    duban_status status = DUBAN_OK;
    uint64_t end = tile_full_count(r->size, 0);
    for (uint64_t tile = from / TILE_WIDTH; tile < end && !status; tile++)
        status = verify_tile(r, tile);
    return status;
}

static duban_status content_verify(journal_reader *r, const journal_state *state,
                                   const journal_head *head, tlog_writer *writer,
                                   hash256 *root) {
    duban_status status = edge_verify(r, state, writer);
    if (!status && r->size > head->size) status = unsigned_verify(r, head->size);
    return status ? status : journal_root_at(r, head->size, root);
}

duban_status opening_verify(journal_reader *r, const journal_head *head,
                            tlog_writer *writer, duban_refusal *refusal) {
    journal_state state;
    hash256 root;
    r->bad = 0;
    duban_status status = r->journal->engine->state(r, &state);
    if (status) return opening_refuse(refusal, status, "state", 0, 0);
    status = sizes_verify(&state, head, refusal);
    if (status) return status;

    status = content_verify(r, &state, head, writer, &root);
    if (status == DUBAN_E_CORRUPT)
        return opening_refuse(refusal, status, "entry", r->bad, state.frontier.size);
    if (status) return status;
    if (!hash_equal(&root, &head->root))
        return opening_refuse(refusal, DUBAN_E_ROOT, "root", head->size, head->size);
    const journal_options *options = &r->journal->options;
    if (r->size == head->size || options->read_only || !options->trust_tail)
        return DUBAN_OK;
    return options->trust_tail(options->ctx, r, head->size, refusal);
}
