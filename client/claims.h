/* What the messages that still wait in the outbox state, so that the same figure is not
 * queued twice while no broker can be asked. Knows: values of submissions by name. Must
 * not know: whether they are right. */
#ifndef DUBAN_CLIENT_CLAIMS_H
#define DUBAN_CLIENT_CLAIMS_H

#include "client/outbox.h"

typedef struct claim {
    uint64_t number; /* of the message */
    uint32_t plan;
    cell_name name;
} claim;

typedef struct claims {
    bool loaded;
    buffer rows; /* claim[] */
} claims;

void claims_init(claims *c);
void claims_close(claims *c);

/* Reads what is queued, once. Messages that cannot be read are passed over. */
duban_status claims_load(claims *c, const outbox *o);
/* ev was queued under number. Only submissions claim anything. */
duban_status claims_add(claims *c, uint64_t number, const event *ev);
/* The line (from 1) of the first value in ev that a message still queued states already;
 * 0 when there is none. *number is that message's. */
uint32_t claims_find(const claims *c, const outbox *o, const event *ev, uint64_t *number);

#endif
