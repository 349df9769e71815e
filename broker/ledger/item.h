/* Items: what one office owes for one task and round, and what became of it (product.md
 * "Who owes what", "Life of an item").
 *
 *     due -> partial -> submitted -> returned -> resubmitted -> accepted
 *
 * On time is a first filing in full within the window, unless a return's limit was missed
 * later. A plan with review_days gives the reviewer so many working days from the latest
 * submission, and the office as many from a return; review_day is the last of them. The
 * reviewer's mark goes with the review, the office's stays.
 *
 * Knows: windows, states, missing and late. Must not know: what values say. */
#ifndef DUBAN_BROKER_LEDGER_ITEM_H
#define DUBAN_BROKER_LEDGER_ITEM_H

#include "broker/ledger/state.h"

/* One duty's item of that round, or that item again when it had been withdrawn; needs
 * reserved room where there was none. */
void item_begin(const ledger *l, plan *p, uint32_t duty, uint32_t round, uint32_t owed,
                uint64_t index);
/* Every duty's item of that round; needs reserved room. */
void item_begin_round(const ledger *l, plan *p, uint32_t round, uint64_t index);
/* Marks what was not reported in full when the window closed, but for items that wait for
 * a release and close by themselves. */
void item_close_round(const ledger *l, plan *p, uint32_t round, uint64_t index);
/* The days of that item's window, and of every window, as far as they are still open:
 * after the calendar changed, a release was named, or something else is asked. A window
 * never closes before the open day. */
void item_move_window(const ledger *l, plan *p, uint32_t duty, uint32_t round,
                      uint64_t index);
void item_move_windows(const ledger *l, plan *p, uint64_t index);

/* What a new day does to single items: windows of their own that close, reviews and
 * resubmissions whose limit has passed. True when a window closed. */
bool item_open_day(const ledger *l, plan *p, uint64_t index);
/* Whether that item closes by itself, and its window was over when that day opened. */
bool item_closes(const plan *p, uint32_t duty, uint32_t round, int32_t day);
/* How many such items there are on that day. */
uint32_t item_closings(const plan *p, int32_t day);

/* Whether its window is over on that day; never while it waits for a release. */
static inline bool item_over(const item_cell *item, int32_t day) {
    return item->close_day != 0 && item->close_day < day;
}
/* Whether its window passed before it was reported in full. Late it may also be by a
 * return's limit. */
bool item_let_pass(const ledger *l, const item_cell *item);
/* The office that is to review it: the first lead, for its own items the city office. */
uint32_t item_reviewer(const plan *p, uint32_t duty);

/* NULL when that duty owes no item in that round. Borrowed until the next change. */
const item_cell *item_find(const plan *p, uint32_t duty, uint32_t round);
/* A submission received then has spoken of it; what it said is in place already. */
void item_take(const ledger *l, plan *p, uint32_t duty, uint32_t round,
               const statement_words *said, uint64_t index, int64_t received_ms);
/* Less is asked than before, and what was a part is all of it: reported as at the last
 * moment known. The caller puts the item in place. */
void item_complete(const ledger *l, plan *p, uint32_t duty, item_cell *item);

/* DUBAN_E_UNKNOWN_PERIOD, found the period as far as it can be printed. */
duban_status item_refuse_period(const verdict *v, period value);

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
