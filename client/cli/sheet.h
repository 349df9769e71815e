/* Tables that people edit, as CSV: UTF-8 with or without a byte order mark, GB18030 (what
 * spreadsheet programs on Chinese Windows write), LF or CRLF, comma, tab or semicolon.
 * Knows: headers in both languages, rows and cells. Must not know: what a cell means.
 *
 * A row's number is the one a spreadsheet program shows: the header is row 1, empty rows
 * count. Cells are trimmed. Rows without any content are left out. */
#ifndef DUBAN_CLIENT_CLI_SHEET_H
#define DUBAN_CLIENT_CLI_SHEET_H

#include "proto/arena.h"
#include "proto/period.h"
#include "proto/status.h"

#define SHEET_COLUMNS_MAX 64

/* One column a table may have; a list ends with a NULL zh. */
typedef struct sheet_column {
    const char *zh;
    const char *en;
    bool needed; /* the header must have it */
} sheet_column;

typedef struct sheet_row {
    uint32_t line;
    const char *const *cells; /* by column of the list; "" where empty or absent */
    const char *beyond;       /* first content behind the last titled column, or NULL */
} sheet_row;

typedef struct sheet {
    sheet_row *rows;
    size_t rows_n;
    const char *titles[SHEET_COLUMNS_MAX]; /* as the file spells them; ours when absent */
    bool has[SHEET_COLUMNS_MAX];
    bool converted; /* was GB18030 */
} sheet;

/* Reads bytes; everything in *out lives in the arena. Columns whose title is empty or
 * begins with '#' are passed over. DUBAN_E_SHEET for what is no table (line says where),
 * DUBAN_E_COLUMN for a needed column that is missing or a title that is not in the list,
 * DUBAN_E_DUPLICATE for a title given twice, DUBAN_E_UNSUPPORTED for a workbook,
 * DUBAN_E_NO_MEMORY. */
duban_status sheet_read(arena *a, const char *bytes, size_t size,
                        const sheet_column *columns, sheet *out, duban_refusal *refusal);

/* The text of a file as UTF-8, in the arena and closed by a zero byte: without a byte
 * order mark, converted when it was GB18030 (*converted may be NULL). DUBAN_E_TEXT for
 * neither of the two, DUBAN_E_NO_MEMORY. */
duban_status sheet_text(arena *a, const char *bytes, size_t size, char **out,
                        size_t *out_size, bool *converted);

/* A day as people and spreadsheet programs write it: 2023-03-31, 2023/3/31, 2023.3.31,
 * 2023年3月31日. DUBAN_E_DATE. */
duban_status sheet_day(const char *text, int32_t *out);

/* Appends one cell as CSV, with the comma in front unless it is the row's first. What a
 * spreadsheet program would take for a formula gets an apostrophe in front. */
duban_status sheet_cell(buffer *out, const char *text, bool first);
/* Ends a row (CRLF, as spreadsheet programs expect). */
duban_status sheet_end_row(buffer *out);
/* The byte order mark that makes spreadsheet programs read UTF-8. */
duban_status sheet_begin(buffer *out);

#endif
