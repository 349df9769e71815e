/* Amendments: a task's next edition, and splits that come later than the plan.
 *
 * An edition is in force from its day on. The last day of a period decides which edition
 * holds for it, and a value is measured against the one in force on its data date; what
 * has ended keeps the one it had. An edition whose day lies ahead waits, and the clock
 * entry of that day puts it in force.
 *
 * Knows: editions. Must not know: how a plan is laid out (relayout.h), who takes over
 * from whom (succession.h), paces, lights. */
#ifndef DUBAN_BROKER_LEDGER_AMEND_H
#define DUBAN_BROKER_LEDGER_AMEND_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/relayout.h"

/* Why a task reads otherwise from a day on. */
typedef struct edition_cause {
    int32_t day;
    uint64_t index; /* of the entry; 0: the one that is being applied */
    const char *document;
    const char *approver;
    body_ref reason;
} edition_cause;

/* What a task read before; words and strings live as long as the plan. */
typedef struct edition {
    const task_words *words;
    int32_t from_day;    /* 0: since the plan began */
    edition_cause cause; /* of its end; day: when the next one took effect */
    struct edition *older;
} edition;

/* An edition whose day lies ahead. */
typedef struct coming {
    uint32_t task; /* position; that of the task it will add when there is none yet */
    const task_words *words;
    edition_cause cause;
    struct coming *next; /* not before this one's day */
} coming;

/* DUBAN_E_UNKNOWN_PLAN, DUBAN_E_SEQUENCE (task: neither one that stands nor the next;
 * metrics: fewer than there were), DUBAN_E_DATE (day: of an ended period, before an
 * edition that stands or waits, or behind the plan), DUBAN_E_REASON_NEEDED,
 * DUBAN_E_EMPTY (approver), DUBAN_E_TARGET (unit, nature, first_day, opening: values that
 * stand must keep their meaning), DUBAN_E_LIMIT (editions, cells), DUBAN_E_NO_MEMORY, and
 * what publish.h says of a task. line is the task's id. */
duban_status amendment_check(ledger *l, const amendment_words *words, uint32_t signer,
                             const verdict *v);
void amendment_apply(ledger *l, uint64_t index, const amendment_words *words,
                     uint32_t signer);

/* The same, and DUBAN_E_UNKNOWN_TASK, DUBAN_E_UNKNOWN_METRIC, DUBAN_E_EMPTY (splits),
 * DUBAN_E_SPLIT_SHORT. A reason is needed where the metric was divided already. */
duban_status splitting_check(ledger *l, const splitting_words *words, uint32_t signer,
                             const verdict *v);
void splitting_apply(ledger *l, uint64_t index, const splitting_words *words,
                     uint32_t signer);

/* --- for those who change plans --------------------------------------------------- */

/* DUBAN_E_DATE unless the day lies in the round that holds today or behind it, not before
 * an edition of the task, and within the plan. */
duban_status amend_check_day(const ledger *l, const plan *p, uint32_t task, int32_t day,
                             const verdict *v);
/* Puts these words, which live as long as r's texts, in force in r's layout. False when
 * out of memory. */
bool amend_replace(ledger *l, relayout *r, uint32_t task, const task_words *words,
                   const edition_cause *why);
/* Puts a layout in place with the cells of its editions, settles the running rounds and
 * refreshes the plan. */
void amend_put(ledger *l, relayout *r, uint64_t index);

/* --- the clock -------------------------------------------------------------------- */

/* Prepares what takes effect on that day, the open one's next, of all plans: editions,
 * and offices that end. Before clockwork_reserve. False when out of memory. */
bool amend_reserve_day(ledger *l, int32_t day);
/* Puts it in force; l->day is that day. */
void amend_open_day(ledger *l, uint64_t index);

/* Appends to the plan's own page what its cells do not say (nothing while there is
 * nothing). */
void amend_page(const plan *p, page_writer *w);

#endif
