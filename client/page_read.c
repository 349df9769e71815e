#include "client/page_read.h"

#include <string.h>

#include "proto/codec.h"

#define PAGE_VERSION_KNOWN 1

typedef struct reading {
    span bytes;
    size_t at;
} reading;

static bool take_u32(reading *r, uint32_t *out) {
    const uint8_t *at = r->bytes.data + r->at;
    if (r->bytes.size - r->at < 4) return false;
    *out = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    r->at += 4;
    return true;
}

static bool take_text(reading *r, arena *a, const char **out) {
    uint32_t size = 0;
    if (!take_u32(r, &size) || size > r->bytes.size - r->at) return false;
    *out = arena_copy(a, r->bytes.data + r->at, size);
    r->at += size;
    return *out != NULL;
}

/* Whether a count stands there with so many sized cells that end where the page does. */
static bool ends_in_cells(reading r, uint32_t *count) {
    uint32_t size = 0;
    if (!take_u32(&r, count)) return false;
    for (uint32_t i = 0; i < *count; i++) {
        if (!take_u32(&r, &size) || size == 0 || size > r.bytes.size - r.at) return false;
        r.at += size;
    }
    return r.at == r.bytes.size;
}

static duban_status read_cells(reading *r, arena *a, uint32_t count, cell *cells) {
    uint32_t size = 0;
    r->at += 4;
    for (uint32_t i = 0; i < count; i++) {
        if (!take_u32(r, &size)) return DUBAN_E_MALFORMED;
        span bytes = {r->bytes.data + r->at, size};
        duban_status status = codec_cell_read(bytes, a, &cells[i], NULL);
        if (status) return status;
        r->at += size;
    }
    return DUBAN_OK;
}

/* On an office's page the cells come at once. On the plan's own they come last, behind
 * what only the rule book reads: the first place where they can begin is theirs. */
static duban_status find_cells(reading *r, arena *a, page_said *out) {
    uint32_t count = 0;
    size_t from = r->at;
    while (!ends_in_cells(*r, &count)) {
        if (out->office != 0 || r->at == r->bytes.size) return DUBAN_E_MALFORMED;
        r->at++;
    }
    out->other = r->at - from;
    cell *cells = arena_alloc(a, ((size_t)count + 1) * sizeof *cells);
    if (!cells) return DUBAN_E_NO_MEMORY;
    out->cells = cells;
    out->cells_n = count;
    return read_cells(r, a, count, cells);
}

static duban_status read_root(reading *r, arena *a, page_said *out) {
    uint32_t has_genesis = 0;
    if (!take_u32(r, &has_genesis)) return DUBAN_E_MALFORMED;
    if (has_genesis && !take_text(r, a, &out->code)) return DUBAN_E_MALFORMED;
    out->other = r->bytes.size - r->at;
    return DUBAN_OK;
}

duban_status page_read(span bytes, bool root, arena *a, page_said *out) {
    reading r = {bytes, 0};
    page_said said = {.code = ""};
    uint32_t version = 0;
    duban_status status;
    if (!take_u32(&r, &version)) return DUBAN_E_MALFORMED;
    if (version != PAGE_VERSION_KNOWN) return DUBAN_E_UNSUPPORTED;
    if (root) {
        status = read_root(&r, a, &said);
    } else {
        if (!take_u32(&r, &said.plan) || !take_u32(&r, &said.office))
            return DUBAN_E_MALFORMED;
        if (said.office == 0 && !take_text(&r, a, &said.code)) return DUBAN_E_MALFORMED;
        status = find_cells(&r, a, &said);
    }
    if (!status) *out = said;
    return status;
}
