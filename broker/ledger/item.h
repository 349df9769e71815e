/* Items: what one office owes for one task and round, and what became of it (product.md
 * "Who owes what", "Life of an item").
 *
 *     due -> partial -> submitted -> returned -> resubmitted -> accepted
 *
 * Knows: windows, states, missing and late. Must not know: what values say. */
#ifndef DUBAN_BROKER_LEDGER_ITEM_H
#define DUBAN_BROKER_LEDGER_ITEM_H

#include "broker/ledger/state.h"

/* Every duty's item of that round; needs reserved room. */
void item_begin_round(const ledger *l, plan *p, uint32_t round, uint64_t index);
/* Marks what was not reported in full when the window closed. */
void item_close_round(const ledger *l, plan *p, uint32_t round, uint64_t index);
/* The days of its window, after the calendar changed. */
void item_move_window(plan *p, uint32_t round, uint64_t index);

/* NULL when that duty owes no item in that round. Borrowed until the next change. */
const item_cell *item_find(const plan *p, uint32_t duty, uint32_t round);
/* A submission received then has spoken of it; what it said is in place already. */
void item_take(const ledger *l, plan *p, uint32_t duty, uint32_t round,
               const statement_words *said, uint64_t index, int64_t received_ms);

/* DUBAN_E_UNKNOWN_PLAN, DUBAN_E_UNKNOWN_TASK, DUBAN_E_UNKNOWN_OFFICE,
 * DUBAN_E_UNKNOWN_PERIOD, DUBAN_E_FUTURE, DUBAN_E_NO_ITEM, DUBAN_E_NOT_ALLOWED,
 * DUBAN_E_UNKNOWN_INDEX (nothing was submitted), DUBAN_E_SUPERSEDED, DUBAN_E_STATE,
 * DUBAN_E_REASON_NEEDED, DUBAN_E_NO_MEMORY. */
duban_status review_check(ledger *l, const review_words *words, uint32_t signer,
                          const verdict *v);
void review_apply(ledger *l, uint64_t index, const review_words *words);

/* Finds the item that is spoken of. Statuses as above, from UNKNOWN_TASK to NO_ITEM;
 * whether the signer may is asked by the caller, who passes what permit.h offers for it.
 */
typedef duban_status (*item_permit)(const ledger *l, const plan *p, uint32_t task,
                                    uint32_t office, uint32_t signer, const verdict *v);
duban_status item_look(const ledger *l, const plan *p, uint32_t task_id, uint32_t office,
                       period value, uint32_t signer, item_permit permit,
                       const verdict *v, uint32_t *duty, uint32_t *round);

#endif
