#include "broker/worker/tiles.h"

#include <stdio.h>
#include <string.h>

#include "storage/tlog/tile.h"

/* The reply around a tile's bytes. */
#define REPLY_FRAME_BYTES 64

static duban_status tile_is(const call *c, duban_refusal *refusal) {
    const tile_request *ask = &c->ask.tile;
    if (ask->width < 1 || ask->width > TILE_WIDTH)
        return duban_refuse(refusal, DUBAN_E_MALFORMED, 0, "width", NULL, "1..256");
    if (ask->level >= TILE_LEVELS || (ask->entries && ask->level != 0))
        return duban_refuse(refusal, DUBAN_E_MALFORMED, 0, "level", NULL,
                            ask->entries ? "0" : "0..7");
    if (ask->number > TLOG_SIZE_MAX / TILE_WIDTH ||
        tile_width_at(c->head + 1, ask->level, ask->number) < ask->width)
        return duban_refuse(refusal, DUBAN_E_AHEAD, 0, "number", NULL, NULL);
    return DUBAN_OK;
}

static duban_status answer_hashes(journal_reader *reader, call *c) {
    const tile_request *ask = &c->ask.tile;
    hash256 hashes[TILE_WIDTH];
    duban_status status =
        journal_tile(reader, (uint8_t)ask->level, ask->number, ask->width, hashes);
    if (status) return status;
    reply_words words = {.kind = REPLY_TILE};
    words.tile = (span){hashes[0].bytes, ask->width * sizeof *hashes};
    call_answer(c, &words);
    return DUBAN_OK;
}

typedef struct bundle {
    buffer bytes;
    uint32_t n;
} bundle;

/* LIMIT ends the scan when the next one would not fit. */
static duban_status add_entry(void *ctx, uint64_t index, span entry) {
    bundle *b = ctx;
    (void)index;
    size_t size = sizeof(uint16_t) + entry.size;
    if (b->bytes.size + size > REPLY_SIZE_MAX - REPLY_FRAME_BYTES) return DUBAN_E_LIMIT;
    if (!buffer_reserve(&b->bytes, size)) return DUBAN_E_NO_MEMORY;
    b->n++;
    return bundle_append(b->bytes.data, b->bytes.size + size, &b->bytes.size, entry.data,
                         entry.size);
}

static duban_status answer_bundle(journal_reader *reader, call *c,
                                  duban_refusal *refusal) {
    const tile_request *ask = &c->ask.tile;
    uint64_t from = ask->number * TILE_WIDTH;
    bundle b = {.n = 0};
    char fits[24];
    buffer_init(&b.bytes);
    duban_status status = journal_scan(reader, from, from + ask->width, add_entry, &b);
    if (!status) {
        reply_words words = {.kind = REPLY_TILE};
        words.tile = (span){b.bytes.data, b.bytes.size};
        call_answer(c, &words);
    }
    buffer_close(&b.bytes);
    if (status != DUBAN_E_LIMIT) return status;
    snprintf(fits, sizeof fits, "%u", (unsigned)b.n);
    return duban_refuse(refusal, DUBAN_E_TOO_LARGE, 0, "width", NULL, fits);
}

duban_status tiles_answer(const journal *j, call *c, duban_refusal *refusal) {
    journal_reader *reader = NULL;
    duban_status status = tile_is(c, refusal);
    if (status) return status;
    status = journal_reader_open(j, &reader);
    if (!status)
        status = c->ask.tile.entries ? answer_bundle(reader, c, refusal)
                                     : answer_hashes(reader, c);
    journal_reader_close(reader);
    if (status && status != DUBAN_E_TOO_LARGE)
        return duban_refuse(refusal, status, 0, "number", NULL, NULL);
    return status;
}
