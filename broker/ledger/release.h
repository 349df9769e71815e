/* Releases of statistics and the windows that wait for them; items unlocked one by one
 * (product.md "Rounds", docs/decisions/0013-rounds.md).
 *
 * A metric with a release code is due so many working days after that code's figures of
 * the period come out, and never before. An item that owes such metrics closes when the
 * last of what it owes is due; while one of the releases has no day yet, it does not
 * close at all: its close_day is 0.
 *
 * Knows: windows. Must not know: values. */
#ifndef DUBAN_BROKER_LEDGER_RELEASE_H
#define DUBAN_BROKER_LEDGER_RELEASE_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

/* Who may is asked before (permit.h). DUBAN_E_UNKNOWN_PLAN, DUBAN_E_UNKNOWN_RELEASE (no
 * metric waits for that code in that period), DUBAN_E_UNKNOWN_PERIOD, DUBAN_E_DATE
 * (before the period begins, or moved to a day that is over), DUBAN_E_STATE (it has come
 * out already), DUBAN_E_NO_MEMORY. */
duban_status release_check(ledger *l, const release_words *words, uint32_t signer,
                           const verdict *v);
void release_apply(ledger *l, uint64_t index, const release_words *words,
                   uint32_t signer);

/* Likewise. Those of item_look (item.h), DUBAN_E_STATE (the plan does not lock),
 * DUBAN_E_DATE (the day is over), DUBAN_E_EMPTY (no code), DUBAN_E_REASON_NEEDED,
 * DUBAN_E_NO_MEMORY. */
duban_status unlock_check(ledger *l, const unlock_words *words, uint32_t signer,
                          const verdict *v);
void unlock_apply(ledger *l, uint64_t index, const unlock_words *words, uint32_t signer);

/* Whether that item is open for what this filler says. A plan that locks takes nothing
 * after an item's window, unless it was returned, or unlocked for this very filler.
 * DUBAN_E_ROUND_LOCKED. */
duban_status unlock_admits(const ledger *l, const plan *p, uint32_t duty, uint32_t round,
                           const char *filler, const verdict *v);

/* Whether that duty's item in that round owes a metric that waits for a release. */
bool release_waits(const plan *p, uint32_t duty, uint32_t round);
/* The window of that duty's item: the round's, or what its releases make of it. open_day
 * 0: everything it owes waits for a day not named yet; close_day 0: something does. */
void release_window(const ledger *l, const plan *p, uint32_t duty, uint32_t round,
                    int32_t *open_day, int32_t *close_day);
/* Whether the round is over for that metric: its window has closed, or, where the metric
 * waits for a release, the windows of all items that owe it. */
bool release_over(const ledger *l, const plan *p, uint32_t metric, uint32_t round);
/* Until when a value of that metric is held back that is stated today: 0 when it is not,
 * DAY_MAX while its release has no day. */
int32_t release_embargo(const ledger *l, const plan *p, uint32_t metric, uint32_t round);

/* Frees what the plan holds of this; and appends its part of page 0 (nothing while there
 * is none). */
void release_free(plan *p, const ledger_allocator *m);
void release_page(const plan *p, page_writer *w);

#endif
