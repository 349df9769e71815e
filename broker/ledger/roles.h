/* Who may do what to whose items: a table of the city office, with defaults
 * (docs/roles.md).
 *
 * A row lets whoever stands in its relation send its kind. What a kind speaks of
 * (nothing, an office, a task, an item) decides which relations can hold at all; a row
 * that never could is refused. Genesis, Clock, Digest and Conflict are fixed and in no
 * table.
 *
 * Knows: kinds and relations. Must not know: who stands in which (permit.h). */
#ifndef DUBAN_BROKER_LEDGER_ROLES_H
#define DUBAN_BROKER_LEDGER_ROLES_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

/* The table in force: that of the last Roles entry, else the defaults. Borrowed until the
 * next apply. */
const role_row *roles_in_force(const ledger *l, uint32_t *rows_n);
/* The defaults, one to one those of docs/roles.md. Static storage. */
const role_row *roles_default(uint32_t *rows_n);
/* Whether who stands in that relation can be asked of that kind at all. */
bool roles_can_hold(event_kind kind, relation_kind by);

/* DUBAN_E_SEQUENCE, DUBAN_E_LIMIT, and DUBAN_E_RULES with the row as line: a kind that is
 * fixed, a relation that cannot hold, not_own of what is nobody's, a row given twice;
 * line 0, field rows: a table that leaves the city office without Roles or Keys.
 * DUBAN_E_NO_MEMORY. */
duban_status roles_check(ledger *l, const roles_words *words, uint32_t signer,
                         const verdict *v);
void roles_apply(ledger *l, uint64_t index, const roles_words *words, uint32_t signer);

/* Shows on a plan's board which table is in force, once there is one; needs room for one
 * cell on page 0. */
void roles_show(const ledger *l, plan *p, uint64_t index);

/* Frees what the ledger holds of this; and appends its part of page 0 (nothing while
 * there is none). */
void roles_free(ledger *l);
void roles_page(const ledger *l, page_writer *w);

#endif
