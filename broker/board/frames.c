#include "broker/board/frames.h"

#include <stdlib.h>
#include <string.h>

#include "proto/codec.h"

/* Tag and length of a cell inside a frame: one byte, and four for 2^28. */
#define CELL_HEAD_BYTES 5
/* A batch that has grown beyond this gives its memory back. */
#define ROOM_KEPT 4096

void frames_init(frame_batch *batch) {
    memset(batch, 0, sizeof *batch);
}

void frames_close(frame_batch *batch) {
    free(batch->cells);
    frames_init(batch);
}

static void begin(frame_batch *batch) {
    cell *cells = batch->cells;
    uint32_t room = batch->room;
    if (room > ROOM_KEPT) {
        free(cells);
        cells = NULL;
        room = 0;
    }
    memset(batch, 0, sizeof *batch);
    batch->cells = cells;
    batch->room = room;
}

static bool add(frame_batch *batch, const cell *value, size_t size) {
    if (batch->n == batch->room) {
        uint32_t room = batch->room ? 2 * batch->room : 64;
        cell *cells = realloc(batch->cells, room * sizeof *cells);
        if (!cells) {
            batch->status = DUBAN_E_NO_MEMORY;
            return false;
        }
        batch->cells = cells;
        batch->room = room;
    }
    batch->cells[batch->n++] = *value;
    batch->bytes += size;
    return true;
}

typedef struct changes {
    frame_batch *batch;
    size_t bytes;
    size_t most_bytes;
    uint32_t group_n;     /* cells before the index being taken */
    size_t group_bytes;   /* their bytes */
    uint64_t group_index; /* the index being taken */
} changes;

/* Ends the walk before the index being taken, which does not fit as a whole. */
static bool cut(changes *c) {
    c->batch->cut = true;
    c->batch->n = c->group_n;
    c->batch->bytes = c->group_bytes;
    return false;
}

static bool take_change(void *ctx, const cell *value) {
    changes *c = ctx;
    size_t size = codec_cell_size(value) + CELL_HEAD_BYTES;
    if (c->batch->n == 0 || value->changed != c->group_index) {
        if (c->batch->n) c->batch->to = c->group_index;
        c->group_n = c->batch->n;
        c->group_bytes = c->batch->bytes;
        c->group_index = value->changed;
    }
    size_t total = c->batch->bytes + size;
    if (total > c->bytes && c->group_n > 0) return cut(c);
    if (total > c->most_bytes) {
        c->batch->too_large = true;
        c->batch->n = 0;
        c->batch->bytes = 0;
        return false;
    }
    return add(c->batch, value, size);
}

duban_status frames_changes(const ledger *l, uint32_t plan, uint64_t after, bool all,
                            size_t bytes, size_t most_bytes, frame_batch *batch) {
    changes c = {.batch = batch, .bytes = bytes, .most_bytes = most_bytes};
    begin(batch);
    ledger_cells(l, plan, after, all, take_change, &c);
    return batch->status;
}

/* --- what eyes see ------------------------------------------------------------------ */

/* Cells that rest on a figure whose embargo begins in this batch. */
typedef struct withholding {
    frame_batch *batch;
    visible *eyes;
    uint64_t after; /* cells that changed later are in the batch or come behind it */
} withholding;

static cell withheld(const cell *value) {
    return (cell){.name = value->name, .changed = value->changed, .withheld = true};
}

static bool withhold_older(void *ctx, const cell *value) {
    withholding *w = ctx;
    cell shown;
    if (value->changed > w->after) return false;
    if (visible_cell(w->eyes, value, &shown) || !w->eyes->held_back) return true;
    shown = withheld(value);
    return add(w->batch, &shown, codec_cell_size(&shown) + CELL_HEAD_BYTES);
}

/* Whether that figure may be seen or not: what is shown may rest on it. */
static bool is_under_embargo(const cell *value, int32_t today) {
    return value->name.kind == CELL_VALUE && value->value.embargo_day > today;
}

duban_status frames_filter(const ledger *l, uint32_t plan, uint64_t after, visible *eyes,
                           frame_batch *batch) {
    withholding w = {batch, eyes, after};
    bool begins = false;
    uint32_t n = 0;
    for (uint32_t i = 0; i < batch->n; i++) {
        cell shown;
        begins = begins || is_under_embargo(&batch->cells[i], eyes->today);
        if (visible_cell(eyes, &batch->cells[i], &shown)) {
            batch->cells[n++] = shown;
        } else if (eyes->held_back) {
            shown = withheld(&batch->cells[i]);
            batch->cells[n++] = shown;
        }
    }
    batch->n = n;
    if (begins) ledger_cells(l, plan, 0, true, withhold_older, &w);
    return batch->status ? batch->status : eyes->status;
}

/* --- boards ------------------------------------------------------------------------- */

typedef struct board {
    frame_batch *batch;
    size_t bytes;
    uint32_t skip;
    visible *eyes;
} board;

static bool take_cell(void *ctx, const cell *value) {
    board *b = ctx;
    cell shown;
    if (b->eyes) {
        if (!visible_cell(b->eyes, value, &shown)) return true;
        value = &shown;
    }
    if (b->skip) {
        b->skip--;
        return true;
    }
    size_t size = codec_cell_size(value) + CELL_HEAD_BYTES;
    if (b->batch->left || (b->batch->n && b->batch->bytes + size > b->bytes)) {
        b->batch->left++;
        return true;
    }
    return add(b->batch, value, size);
}

duban_status frames_board(const ledger *l, uint32_t plan, uint64_t after, uint32_t skip,
                          size_t bytes, visible *eyes, frame_batch *batch) {
    board b = {.batch = batch, .bytes = bytes, .skip = skip, .eyes = eyes};
    begin(batch);
    ledger_cells(l, plan, after, after == 0, take_cell, &b);
    return batch->status || !eyes ? batch->status : eyes->status;
}
