#include "client/import/cells.h"

#include <string.h>

static bool ends_line(char c) {
    return c == '\n' || c == '\r';
}

cells_reader cells_begin(arena *a, piece bytes) {
    cells_reader r = {.arena = a, .separator = ','};
    if (piece_starts(bytes, "\xEF\xBB\xBF")) bytes = piece_from(bytes, 3);
    r.bytes = bytes;
    size_t commas = 0, semicolons = 0, tabs = 0;
    for (size_t i = 0; i < bytes.size && !ends_line(bytes.at[i]); i++) {
        commas += bytes.at[i] == ',';
        semicolons += bytes.at[i] == ';';
        tabs += bytes.at[i] == '\t';
    }
    if (commas == 0 && semicolons > 0)
        r.separator = ';';
    else if (commas == 0 && tabs > 0)
        r.separator = '\t';
    return r;
}

static void skip_line(cells_reader *r) {
    while (r->at < r->bytes.size && !ends_line(r->bytes.at[r->at]))
        r->at++;
}

static void end_line(cells_reader *r) {
    if (r->at < r->bytes.size && r->bytes.at[r->at] == '\r')
        r->at++;
    else if (r->at < r->bytes.size)
        r->at++;
    else
        return;
    if (r->at < r->bytes.size && r->bytes.at[r->at - 1] == '\r' &&
        r->bytes.at[r->at] == '\n')
        r->at++;
}

/* "" inside a quoted cell is one quote. */
static piece unquote(arena *a, piece cell) {
    if (!memchr(cell.at, '"', cell.size)) return cell;
    char *out = arena_alloc(a, cell.size);
    if (!out) return (piece){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < cell.size; i++) {
        out[n++] = cell.at[i];
        if (cell.at[i] == '"') i++;
    }
    return (piece){out, n};
}

static cells_fault read_quoted(cells_reader *r, piece *cell) {
    size_t begin = ++r->at;
    for (;;) {
        const char *hit = r->at < r->bytes.size
                              ? memchr(r->bytes.at + r->at, '"', r->bytes.size - r->at)
                              : NULL;
        if (!hit) {
            r->at = begin; /* the rest of the file is not this cell's: go on behind the
                              line */
            return CELLS_UNCLOSED;
        }
        r->at = (size_t)(hit - r->bytes.at) + 1;
        if (r->at == r->bytes.size || r->bytes.at[r->at] != '"') break;
        r->at++;
    }
    *cell = unquote(r->arena, piece_cut(r->bytes, begin, r->at - 1));
    if (r->at == r->bytes.size || r->bytes.at[r->at] == r->separator ||
        ends_line(r->bytes.at[r->at]))
        return CELLS_OK;
    r->at = begin; /* the quote may be the fault: trust only the line it stands in */
    return CELLS_QUOTE;
}

bool cells_next(cells_reader *r, cells_row *row) {
    if (r->at >= r->bytes.size) return false;
    row->n = 0;
    row->fault = CELLS_OK;
    row->fault_cell = 0;
    for (;;) {
        piece cell = {r->bytes.at + r->at, 0};
        cells_fault fault = CELLS_OK;
        if (r->at < r->bytes.size && r->bytes.at[r->at] == '"') {
            fault = read_quoted(r, &cell);
        } else {
            size_t begin = r->at;
            while (r->at < r->bytes.size && r->bytes.at[r->at] != r->separator &&
                   !ends_line(r->bytes.at[r->at]))
                r->at++;
            cell = piece_cut(r->bytes, begin, r->at);
        }
        if (fault == CELLS_OK && row->n == CELLS_MAX) fault = CELLS_TOO_MANY;
        if (fault) {
            row->fault = fault;
            row->fault_cell = row->n;
            skip_line(r);
            break;
        }
        row->cells[row->n++] = cell;
        if (r->at >= r->bytes.size || ends_line(r->bytes.at[r->at])) break;
        r->at++;
    }
    end_line(r);
    return true;
}

static bool put(buffer *out, const char *bytes, size_t size) {
    unsigned char *to = buffer_reserve(out, size ? size : 1);
    if (!to) return false;
    memcpy(to, bytes, size);
    out->size += size;
    return true;
}

bool cells_write(buffer *out, const char *cell, bool first) {
    if (!first && !put(out, ",", 1)) return false;
    size_t size = strlen(cell);
    bool edge = size && (cell[0] == ' ' || cell[size - 1] == ' ');
    if (!strpbrk(cell, ",\"\r\n;\t") && !edge) return put(out, cell, size);
    if (!put(out, "\"", 1)) return false;
    for (const char *quote; (quote = strchr(cell, '"')); cell = quote + 1)
        if (!put(out, cell, (size_t)(quote - cell) + 1) || !put(out, "\"", 1))
            return false;
    return put(out, cell, strlen(cell)) && put(out, "\"", 1);
}
