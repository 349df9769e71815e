/* Offices renamed, moved, ended; who takes over what (docs/decisions/0011).
 *
 * From the day an office ends, its first successor stands wherever it stood: as a lead,
 * as responsible, with its splits and the items of the running periods. Its series go on
 * with the values it stated. What ended before stays its own, and only that may it still
 * state.
 *
 * Knows: dated edges of the tree, series that go on. Must not know: lights. */
#ifndef DUBAN_BROKER_LEDGER_SUCCESSION_H
#define DUBAN_BROKER_LEDGER_SUCCESSION_H

#include "broker/ledger/relayout.h"

/* DUBAN_E_UNKNOWN_OFFICE (office, parent, successors), DUBAN_E_OFFICE_ENDED (the office,
 * a parent or a successor that has ended or is to), DUBAN_E_UNSUPPORTED (act),
 * DUBAN_E_STATE (the city office stays), DUBAN_E_DATE (day: of an ended period, behind
 * the running one, or before an edition of a task it stands in), DUBAN_E_EMPTY,
 * DUBAN_E_DUPLICATE, DUBAN_E_LIMIT, DUBAN_E_NO_MEMORY. */
duban_status office_change_check(ledger *l, const office_change_words *words,
                                 uint32_t signer, const verdict *v);
void office_change_apply(ledger *l, uint64_t index, const office_change_words *words,
                         uint32_t signer);

/* --- for amend.h ------------------------------------------------------------------ */

/* The task's words with whoever has ended by that day replaced; the very words where
 * nobody has. Made in the pool; NULL when out of memory. */
const task_words *succession_words(ledger *l, pool *texts, const task_words *words,
                                   int32_t day);
/* Of a task that was just laid out anew: links the series of those who ended to those who
 * go on with them, and says so in the cells of their duties. */
void succession_link(ledger *l, plan *p, uint32_t task, uint64_t index);
/* What takes effect on that day: prepared, and put in force. False when out of memory. */
bool succession_reserve_day(ledger *l, int32_t day);
void succession_open_day(ledger *l, uint64_t index);

/* --- for value.h ------------------------------------------------------------------ */

/* The newest round, up to that one, with which the series began to state what others had
 * stated too; NONE when there is none. */
uint32_t succession_joined(const plan *p, uint32_t series, uint32_t round);
/* What a series had to date at the end of the period before such a round: its own and
 * that of whoever it joined then. False when some of it is unknown, or nothing was asked.
 */
bool succession_before(const plan *p, uint32_t series, uint32_t round, decimal *out);
/* The newest value of a series that has none of its own since it joined others. False
 * when nobody stated any. */
typedef struct succession_newest {
    uint32_t round;
    decimal value;
    int32_t day;
} succession_newest;
bool succession_latest(const plan *p, uint32_t series, succession_newest *own,
                       succession_newest *out);
/* The series that goes on with that one, NONE when none does. */
uint32_t succession_heir(const plan *p, uint32_t series);

#endif
