/* One act of the journal in one line: what `history` and the export of a journal print.
 * Knows: kinds and what they speak of. Must not know: where entries come from. */
#ifndef DUBAN_CLIENT_CLI_TELL_H
#define DUBAN_CLIENT_CLI_TELL_H

#include "client/cli/cli.h"
#include "client/cli/describe.h"

/* Where the event speaks of: its plan (0: none) and the parts of a cell's name. */
uint32_t tell_place(const event *ev, cell_name *name);
/* The plan that the event speaks of, by its code or else its number; "" for none. l may be
 * NULL: then everything is told by its number. */
void tell_plan(cli *c, const event *ev, const ledger *l, char out[DESCRIBE_SIZE]);
/* One statement of a submission: "第25项 冠县 M1 2023Q1 320 个（累计）". l may be NULL. */
void tell_stated(cli *c, const event *ev, uint32_t statement, const ledger *l,
                 char out[DESCRIBE_SIZE]);
/* "报送：第25项 冠县 2023Q1 M1 320；……等 12 条". Numbers are looked up in
 * the ledger, which may be NULL. */
void tell_event(cli *c, const event *ev, const ledger *l, char out[DESCRIBE_SIZE]);

#endif
