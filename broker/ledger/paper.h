/* Papers: what goes from hand to hand with a number, a limit and an answer
 * (docs/decisions/0014). The table of forms says what there is; this says what an act is:
 * who may, what it needs, where it leads, what that does to the board, and what the clock
 * does when nobody acts.
 * Knows: acts, limits, breaches, effects. Must not know: any kind of paper. */
#ifndef DUBAN_BROKER_LEDGER_PAPER_H
#define DUBAN_BROKER_LEDGER_PAPER_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

/* DUBAN_E_UNKNOWN_PLAN; DUBAN_E_UNKNOWN_FORM (form or act), DUBAN_E_UNKNOWN_PAPER,
 * DUBAN_E_SEQUENCE (paper: not the next number), DUBAN_E_STATE (act: it does not lead on
 * from where the paper stands, found the state); DUBAN_E_NOT_ALLOWED (office, expected
 * who may); DUBAN_E_NEEDED (the field that is missing); DUBAN_E_UNKNOWN_TASK,
 * DUBAN_E_UNKNOWN_OFFICE, DUBAN_E_DUPLICATE (tasks, offices, document), DUBAN_E_DATE,
 * DUBAN_E_UNKNOWN_INDEX, DUBAN_E_LIMIT, DUBAN_E_NO_MEMORY; and of effects, with the
 * task's place in the paper as line:
 * - DUBAN_E_DATE (day): an extension that was not asked for in time or is none, an
 *   exemption that would reach back behind the running round;
 * - DUBAN_E_STATE (tasks): closed already, or reopened without having been closed;
 *   (refers) no finding that stands; (tasks, offices) changed while the paper's finding
 *   stands;
 * - DUBAN_E_NO_ITEM (offices): exempted from what it does not owe.
 *
 * A slice holds few of the papers: there only what the act itself says is looked at. */
duban_status paper_check(ledger *l, const paper_words *words, uint32_t signer,
                         const verdict *v);
void paper_apply(ledger *l, uint64_t index, const paper_words *words, uint32_t signer);

/* Whether every open paper stands in a state of that table (form.h). */
duban_status paper_check_forms(const plan *p, const forms_words *words, const verdict *v);
/* Papers as the table reads them that has just come into force. */
void paper_reread(plan *p, uint64_t index);

/* Frees what the plan holds of this; and appends its part of page 0 (nothing while there
 * is none). */
void paper_free(plan *p, const ledger_allocator *m);
void paper_page(const plan *p, page_writer *w);

/* What the clock does to papers when a day opens: limits that passed, papers proposed.
 * Room first, as clockwork_reserve; false when out of memory. One clock entry proposes
 * at most PAPERS_A_DAY_MAX and a plan has at most PAPERS_MAX; then the trace says
 * "full", and a person who opens one is refused with DUBAN_E_LIMIT. */
bool paper_reserve_day(ledger *l, plan *p);
void paper_open_day(ledger *l, plan *p, uint64_t index);

#endif
