/* Who may: whether the signer stands in a relation that the table of roles (roles.h) lets
 * send the kind.
 * Knows: the broker, and who stands how to a task or an item. Must not know: what is
 * being asked beyond its kind and whose it is. All refusals are DUBAN_E_NOT_ALLOWED,
 * found the signer's code, expected the first office that the table would let.
 *
 * permit_kind asks for every kind from the event itself, before its own check, so that a
 * check need not ask again. Where the event names a plan, task or office that does not
 * exist it refuses nothing: the kind's check does. Of some kinds it asks only that the
 * broker does not sign them, since they ask at the place they look at: Timetable,
 * Submission (of each statement) and Review; and Session, which no row can hold: its
 * check asks what the office was given. */
#ifndef DUBAN_BROKER_LEDGER_PERMIT_H
#define DUBAN_BROKER_LEDGER_PERMIT_H

#include "broker/ledger/state.h"

/* What is spoken of; members that a kind does not use are 0 or NULL. */
typedef struct permit_place {
    const plan *plan;
    uint32_t task;   /* position, NONE: no task */
    uint32_t office; /* whose item, or the office itself; 0: nobody's */
    uint32_t metric; /* id; 0: whichever of the item's */
    const char *release;
} permit_place;

/* Whether the signer stands in that relation to the place. */
bool permit_holds(const ledger *l, const permit_place *at, uint32_t signer,
                  relation_kind by);
/* Whether some row of the table in force lets the signer. */
duban_status permit_at(const ledger *l, event_kind kind, const permit_place *at,
                       uint32_t signer, const verdict *v);

duban_status permit_kind(const ledger *l, const event *ev, const verdict *v);
duban_status permit_timetable(const ledger *l, const plan *p, uint32_t task,
                              uint32_t signer, const verdict *v);
/* One statement; of a value permit_value asks again, who fills that very metric. */
duban_status permit_statement(const ledger *l, const plan *p, uint32_t task,
                              uint32_t office, uint32_t signer, const verdict *v);
duban_status permit_value(const ledger *l, const plan *p, uint32_t task, uint32_t office,
                          uint32_t metric, uint32_t signer, const verdict *v);
duban_status permit_review(const ledger *l, const plan *p, uint32_t task, uint32_t office,
                           uint32_t signer, const verdict *v);

#endif
