/* Who fills an office's figures, and what the office says to them (product.md "Who owes
 * what", docs/decisions/0012).
 *
 * Each metric has one filler per office: the office itself, another on its behalf (代报),
 * or a source whose figures it can only comment on. A metric that names its source is
 * filled by that office whoever owes it. Who fills stands on the DUTY cell, what the
 * office answered on the VALUE cell until a new value comes.
 *
 * Knows: fillers, sources, answers. Must not know: paces; who may name a filler
 * (permit.h). */
#ifndef DUBAN_BROKER_LEDGER_FILLER_H
#define DUBAN_BROKER_LEDGER_FILLER_H

#include "broker/ledger/state.h"

/* Who fills metric number `metric` for that duty, 0 when the office does so itself. */
uint32_t filler_of(const plan *p, uint32_t duty, uint32_t metric);
/* Whether that office states the metric as its source. */
bool filler_is_source(const plan *p, uint32_t duty, uint32_t metric, uint32_t office);
/* DUBAN_E_NOT_ALLOWED unless a value of it may come from that signer: of a metric with a
 * source from the source alone, of one filled on its behalf not from the office. Found
 * and expected are codes of offices. */
duban_status filler_permits(const ledger *l, const plan *p, uint32_t duty,
                            uint32_t metric, uint32_t signer, const verdict *v);

/* DUBAN_E_UNKNOWN_PLAN, DUBAN_E_UNKNOWN_TASK, DUBAN_E_UNKNOWN_METRIC,
 * DUBAN_E_UNKNOWN_OFFICE, DUBAN_E_NO_ITEM (the office does not owe it), DUBAN_E_DUPLICATE
 * (it is the office itself), DUBAN_E_STATE (the metric has a source of its own),
 * DUBAN_E_EMPTY (a source that nobody is), DUBAN_E_NO_MEMORY. */
duban_status filler_check(ledger *l, const filler_words *words, uint32_t signer,
                          const verdict *v);
void filler_apply(ledger *l, uint64_t index, const filler_words *words, uint32_t signer);

/* By whose item it is. As above, and DUBAN_E_UNKNOWN_PERIOD, DUBAN_E_FUTURE,
 * DUBAN_E_UNKNOWN_INDEX, DUBAN_E_SUPERSEDED, DUBAN_E_STATE (its own statement),
 * DUBAN_E_REASON_NEEDED. */
duban_status confirmation_check(ledger *l, const confirmation_words *words,
                                uint32_t signer, const verdict *v);
void confirmation_apply(ledger *l, uint64_t index, const confirmation_words *words,
                        uint32_t signer);

/* Finds the value that an event speaks of. Statuses as above, from UNKNOWN_PLAN to
 * FUTURE. */
typedef struct filler_place {
    plan *plan;
    uint32_t series;
    uint32_t round;
} filler_place;
duban_status filler_look(const ledger *l, uint32_t plan_number, const cell_name *name,
                         const verdict *v, filler_place *out);

/* Frees what the plan holds of this. Its page has no part of it: cells say all. */
void filler_free(plan *p, const ledger_allocator *m);

#endif
