/* A table that leaves Duban as CSV, as an XLSX workbook, or as JSON, one object a row.
 * Knows: those three forms. Must not know: what the table is about.
 *
 * Numbers stay exact: a spreadsheet keeps 15 digits, so a number with more goes into an
 * XLSX cell as text, as does every number in JSON. */
#ifndef DUBAN_CLIENT_CLI_TABLE_OUT_H
#define DUBAN_CLIENT_CLI_TABLE_OUT_H

#include "client/cli/cli.h"

typedef enum table_out_format {
    TABLE_OUT_CSV,
    TABLE_OUT_XLSX,
    TABLE_OUT_JSON,
    TABLE_OUT_FORMATS
} table_out_format;

typedef struct table_out_column {
    const char *code; /* member name in JSON, header in English */
    const char *zh;   /* header */
    int width;        /* characters, of an XLSX column */
} table_out_column;

typedef struct table_out table_out;

/* "csv", "xlsx", "json". DUBAN_E_USAGE, said. */
duban_status table_out_format_read(cli *c, const char *text, table_out_format *out);
/* path NULL: standard output, which takes no XLSX (DUBAN_E_USAGE, said). title names the
 * sheet. columns are borrowed until table_out_end. */
duban_status table_out_begin(cli *c, table_out_format format, const char *path,
                             const char *title, const table_out_column *columns,
                             size_t columns_n, table_out **out);
/* The next cell of the row, from the left; a row ends when all its columns are there. */
void table_out_text(table_out *w, const char *text);
void table_out_number(table_out *w, decimal value);
void table_out_count(table_out *w, uint64_t value);
void table_out_day(table_out *w, int32_t day); /* empty for 0 */
void table_out_empty(table_out *w);
/* Writes what is left and frees w; says what failed. rows (may be NULL): how many. */
duban_status table_out_end(table_out *w, uint64_t *rows);

#endif
