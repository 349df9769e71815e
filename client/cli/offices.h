/* The table of offices: 编号,代码,名称,别名,类别,上级,成员,辖外,说明 or
 * number,code,name,aliases,kind,parent,members,outside,note. 上级 and 成员 hold codes;
 * lists are separated by ； ; or |.
 * Knows: that table. Must not know: what is enrolled already, except to resolve codes. */
#ifndef DUBAN_CLIENT_CLI_OFFICES_H
#define DUBAN_CLIENT_CLI_OFFICES_H

#include "client/cli/cli.h"

typedef struct offices_table {
    office_words *offices; /* parent and members by number */
    uint32_t *lines;       /* row of each */
    size_t n;
} offices_table;

/* Reads the file; everything lives in the arena. An office that l (may be NULL) knows by
 * its code keeps its number, the others get the next ones in the order of rows; a number
 * in the file must agree. Says every bad row on standard error and returns DUBAN_E_ROWS
 * when there was one. */
duban_status offices_read(cli *c, arena *a, const char *path, const ledger *l,
                          offices_table *out);

/* Splits a cell at ； ; and |, trimmed, without empty parts. NULL when memory ran out. */
const char *const *offices_list(arena *a, const char *text, uint32_t *n);

#endif
