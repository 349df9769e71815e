/* Timetables: filed by a task's lead, accepted or returned by the city office.
 * A step may lie before the plan where a metric began before it. A season is twelve
 * shares of the calendar months and needs metrics that run within one calendar year.
 * Knows: nodes, shares, filing again. Must not know: what they make of pace and lights.
 */
#ifndef DUBAN_BROKER_LEDGER_TIMETABLE_H
#define DUBAN_BROKER_LEDGER_TIMETABLE_H

#include "broker/ledger/state.h"

/* line is the node's id in the refusals that speak of a node. DUBAN_E_UNKNOWN_PLAN,
 * DUBAN_E_UNKNOWN_TASK, DUBAN_E_NOT_ALLOWED, DUBAN_E_UNSUPPORTED (profile),
 * DUBAN_E_LIMIT, DUBAN_E_SHARES, DUBAN_E_NO_MEMORY. */
duban_status timetable_check(ledger *l, const timetable_words *words, uint32_t signer,
                             const verdict *v);
/* The first day a step may have: the plan's, or that of a metric that began before it. */
int32_t timetable_first_day(const plan *p, uint32_t task);
/* A node that keeps its id and title keeps its state. */
void timetable_apply(ledger *l, uint64_t index, const timetable_words *words);

/* DUBAN_E_UNKNOWN_PLAN, DUBAN_E_UNKNOWN_TASK, DUBAN_E_UNKNOWN_INDEX (none is filed),
 * DUBAN_E_SUPERSEDED, DUBAN_E_STATE (reviewed already), DUBAN_E_REASON_NEEDED. */
duban_status timetable_review_check(ledger *l, const timetable_review_words *words,
                                    const verdict *v);
void timetable_review_apply(ledger *l, uint64_t index,
                            const timetable_review_words *words);

#endif
