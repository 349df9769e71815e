/* Publishing: what a plan must fulfil, and its tasks laid out as series, duties and
 * rounds. Knows: PlanPublish and the rules of plans (product.md "Targets", "Roll-up",
 * "Rounds"). Must not know: reports. */
#ifndef DUBAN_BROKER_LEDGER_PUBLISH_H
#define DUBAN_BROKER_LEDGER_PUBLISH_H

#include "broker/ledger/state.h"

/* line is the task's id in the refusals that speak of a task. DUBAN_E_UNKNOWN_PLAN,
 * DUBAN_E_PUBLISHED, DUBAN_E_CHUNKS, DUBAN_E_DATE, DUBAN_E_UNSUPPORTED, DUBAN_E_LIMIT,
 * DUBAN_E_SEQUENCE, DUBAN_E_DUPLICATE, DUBAN_E_UNKNOWN_OFFICE, DUBAN_E_UNKNOWN_METRIC,
 * DUBAN_E_TARGET, DUBAN_E_OVERFLOW, DUBAN_E_SPLIT_SHORT, DUBAN_E_NO_MEMORY. */
duban_status publish_check(ledger *l, const plan_publish_words *words, const verdict *v);
void publish_apply(ledger *l, uint64_t index, const plan_publish_words *words);

#endif
