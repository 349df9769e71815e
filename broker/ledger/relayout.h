/* A plan laid out anew, because its definition changes: the new layout is made beside the
 * old one by a check and takes its place when the change is folded in. What is not in
 * words is carried over by name; whoever once owed something keeps his duty, so that what
 * was asked in an ended period can still be said.
 *
 * Knows: arrays, pages, what a new layout adds. Must not know: why it changes. */
#ifndef DUBAN_BROKER_LEDGER_RELAYOUT_H
#define DUBAN_BROKER_LEDGER_RELAYOUT_H

#include "broker/ledger/layout.h"

/* Waits in l->pending to take the place of a plan's. */
typedef struct relayout {
    plan *of;
    plan shape; /* its arrays as they will stand; what is not an array as it stands */
    uint32_t tasks_room;
    page *fresh;  /* of offices that had no page, ascending */
    page *merged; /* room for all pages */
    uint32_t fresh_n;
    uint32_t fresh_room;
    uint32_t merged_room;
    uint32_t more;       /* cells it adds at most, */
    uint32_t *more_of;   /* by office, and how many duties each has */
    uint32_t *duties_of; /* office 0: tasks */
    layout_extra *extras;
    pool texts; /* words of new editions: kept with the plan */
    struct relayout *next;
} relayout;

/* Begins one for that plan, or goes on with the one that waits. shape.tasks is a copy
 * with room for one task more: the caller changes words, from_day and editions and sets
 * touched, or adds a task. Call relayout_lay when all is changed. NULL when out of
 * memory.
 * */
relayout *relayout_begin(ledger *l, plan *p);
/* A task more at the end of shape.tasks, with nothing in it. */
plan_task *relayout_add_task(relayout *r);
/* That office owes in the task, whatever its words say. False when out of memory. */
bool relayout_owe(ledger *l, relayout *r, uint32_t task, uint32_t office);
/* Lays r->shape out and reserves what its apply adds. False when out of memory. */
bool relayout_lay(ledger *l, relayout *r);
/* The one that waits for that plan, or NULL. */
relayout *relayout_waiting(const ledger *l, const plan *p);
/* The room it needs, together with rounds that begin and close and further cells on any
 * page. False when out of memory. */
bool relayout_reserve(ledger *l, relayout *r, uint32_t begins, uint32_t closes,
                      uint32_t singles);
/* Puts it in place and adds the cells of what is new; items, paces and lights are the
 * caller's. The tasks that changed are left touched. */
void relayout_apply(ledger *l, relayout *r, uint64_t index);
/* Forgets all that wait. */
void relayout_drop(ledger *l);

#endif
