/* Checks of what is reported, as a table of the plan: errors refuse, warnings want a
 * comment, notes are shown (note.h).
 *
 * A row is one test with numbers in fixed columns; it speaks of every value, of a task's,
 * or of one metric's. Tests look at the value as stated (RANGE, NOT_NEGATIVE), or at what
 * would count once all the submission says is in place: to date of a cumulative metric
 * (of CHANGE what the period adds), else the value. What is not known finds nothing.
 *
 * RANGE             low <= stated <= high
 * NOT_NEGATIVE      stated >= 0
 * NOT_FALLING       not below what counted at the newest earlier round that has a value
 * CHANGE            at most `high` percent off the newest earlier round; of 0 there is no
 *                   percent; only with history_min earlier values, at least one
 * BOTH_OR_NEITHER   of metric and other, of one item in one submission
 * EXCLUSIVE         metric and other of one item are not both above 0
 * NOT_ABOVE         metric is at most other, of one item
 * WITH_EVIDENCE     the submission carries evidence
 *
 * Knows: tests over values. Must not know: who asks. */
#ifndef DUBAN_BROKER_LEDGER_CHECKS_H
#define DUBAN_BROKER_LEDGER_CHECKS_H

#include "broker/ledger/note.h"
#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

/* DUBAN_E_UNKNOWN_PLAN (or not published), DUBAN_E_SEQUENCE, DUBAN_E_LIMIT, and with the
 * row as line: DUBAN_E_UNKNOWN_TASK, DUBAN_E_UNKNOWN_METRIC, DUBAN_E_RULES (no severity
 * or test, a metric of every task, another metric where the test takes none or the other
 * way round, numbers that the test does not look at or that leave no room).
 * DUBAN_E_NO_MEMORY. */
duban_status checks_check(ledger *l, const checks_words *words, uint32_t signer,
                          const verdict *v);
void checks_apply(ledger *l, uint64_t index, const checks_words *words, uint32_t signer);

/* Frees what the plan holds of this; and appends its part of page 0 (nothing while there
 * is none). */
void checks_free(plan *p, const ledger_allocator *m);
void checks_page(const plan *p, page_writer *w);

/* Whether what a submission says passes the table, once it has passed everything else:
 * DUBAN_E_CHECK or DUBAN_E_COMMENT_NEEDED, line the statement, field the test. What a
 * slice folds in was judged by the broker. */
duban_status checks_submission(ledger *l, const plan *p, const submission_words *words,
                               uint32_t signer, const verdict *v);

#endif
