/* Who may: the first table of permissions.
 * Knows: offices, leads, the broker. Must not know: what is being asked beyond whose it
 * is. All refusals are DUBAN_E_NOT_ALLOWED, found the signer's code, expected who may. */
#ifndef DUBAN_BROKER_LEDGER_PERMIT_H
#define DUBAN_BROKER_LEDGER_PERMIT_H

#include "broker/ledger/state.h"

/* By kind alone: the city office, the broker, or any office. */
duban_status permit_kind(const ledger *l, const event *ev, const verdict *v);
/* A lead of the task; the city office where a task has no lead. */
duban_status permit_timetable(const ledger *l, const plan *p, uint32_t task,
                              uint32_t signer, const verdict *v);
/* The office itself, a lead of the task, or the city office. */
duban_status permit_statement(const ledger *l, const plan *p, uint32_t task,
                              uint32_t office, uint32_t signer, const verdict *v);
/* A lead of the task, but not of its own item, or the city office. */
duban_status permit_review(const ledger *l, const plan *p, uint32_t task, uint32_t office,
                           uint32_t signer, const verdict *v);

#endif
