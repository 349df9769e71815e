/* What a task must fulfil, when it is published and in every later edition (product.md
 * "Targets", "Roll-up").
 * Knows: words of tasks, metrics, splits. Must not know: what stands of them. */
#ifndef DUBAN_BROKER_LEDGER_TASK_RULES_H
#define DUBAN_BROKER_LEDGER_TASK_RULES_H

#include "broker/ledger/state.h"

/* Where the task stands, or is to stand. */
typedef struct task_place {
    const ledger *l;
    const plan *p;                   /* a draft while it is being published */
    const plan_publish_words *words; /* of the plan */
    int32_t day;                     /* from which on the task reads so */
} task_place;

/* DUBAN_E_UNSUPPORTED, DUBAN_E_LIMIT, DUBAN_E_SEQUENCE, DUBAN_E_DUPLICATE,
 * DUBAN_E_UNKNOWN_OFFICE, DUBAN_E_OFFICE_ENDED, DUBAN_E_UNKNOWN_TASK,
 * DUBAN_E_UNKNOWN_METRIC, DUBAN_E_TARGET, DUBAN_E_OVERFLOW, DUBAN_E_DATE,
 * DUBAN_E_SPLIT_SHORT, and of gates those of project_check_gates. */
duban_status task_rules_check(const task_place *at, const task_words *t, uint32_t id,
                              const verdict *v);

#endif
