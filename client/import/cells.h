/* RFC 4180: the bytes of a sheet, cut into rows of cells.
 * Knows: quotes and separators. Must not know: what a column means. */
#ifndef DUBAN_IMPORT_CELLS_H
#define DUBAN_IMPORT_CELLS_H

#include "client/import/piece.h"

typedef enum cells_fault {
    CELLS_OK,
    CELLS_UNCLOSED, /* a quoted cell that the file ends in */
    CELLS_QUOTE,    /* text behind a closing quote */
    CELLS_TOO_MANY, /* more than CELLS_MAX cells */
} cells_fault;

#define CELLS_MAX 64 /* cells of one row; plan.csv has 39 columns */

typedef struct cells_row {
    piece cells[CELLS_MAX]; /* unquoted, untrimmed */
    size_t n;
    cells_fault fault;
    size_t fault_cell; /* index of the faulty cell */
} cells_row;

typedef struct cells_reader {
    piece bytes; /* without byte order mark */
    size_t at;
    char separator;
    arena *arena; /* holds the unquoted cells that had doubled quotes */
} cells_reader;

/* Takes ',' unless the first line has only ';' or only tabs between its words. */
cells_reader cells_begin(arena *a, piece bytes);
/* False at the end. A faulty row is read to the end of its line and says its fault. Cells
 * borrow from the bytes and the arena; a cell for which memory ran out has at == NULL. */
bool cells_next(cells_reader *r, cells_row *row);

/* Appends one cell, quoted where it must be. */
bool cells_write(buffer *out, const char *cell, bool first);

#endif
