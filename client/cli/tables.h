/* The tables of the rule book as sheets that people edit: roles, checks, weights.
 * Knows: their columns and words in both languages. Must not know: how they are sent. */
#ifndef DUBAN_CLIENT_CLI_TABLES_H
#define DUBAN_CLIENT_CLI_TABLES_H

#include "client/cli/act.h"
#include "client/cli/sheet.h"

#define TABLES_COLUMNS_MAX 12
#define TABLES_TEXT_SIZE   256

/* One kind of table. Rows are numbered from 0. */
typedef struct table_kit {
    event_kind kind;
    table_kind table;
    const sheet_column *columns;
    /* Fills the event of a sheet, all but plan and version. Says every bad cell;
     * DUBAN_E_ROWS when there was one. */
    duban_status (*read)(act *k, const sheet *t, event *out);
    uint32_t (*rows)(const event *ev);
    /* What stands in a column of a row, in the reader's language; borrowed until the act
     * ends or the next call with the same room. */
    const char *(*cell)(const act *k, const event *ev, uint32_t row, int column,
                        char room[TABLES_TEXT_SIZE]);
} table_kit;

extern const table_kit tables_roles;
extern const table_kit tables_checks;
/* A row weighs a task or metric, names a group that is ranked apart, or says within what
 * a score is kept. */
extern const table_kit tables_weights;

/* Reads a file. */
duban_status tables_read(act *k, const table_kit *kit, const char *path, event *out);
/* The same as CSV. DUBAN_E_NO_MEMORY. */
duban_status tables_write(const act *k, const table_kit *kit, const event *ev,
                          buffer *out);

#endif
