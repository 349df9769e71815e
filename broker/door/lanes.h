/* Lanes: what each connection of one socket has not been answered yet.
 * Knows: counts by connection. Must not know: what was asked.
 *
 * A connection has a lane as long as a call came over it that has not ended, so there
 * are never more lanes than calls. Any thread. */
#ifndef DUBAN_BROKER_DOOR_LANES_H
#define DUBAN_BROKER_DOOR_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "proto/status.h"

typedef struct lane {
    uint32_t pipe;
    uint32_t calls;  /* that have not ended */
    uint32_t unsent; /* of these, answers that it has not taken yet */
    size_t bytes;    /* of the unsent */
} lane;

typedef struct lanes lanes;

/* For so many calls at once at most. DUBAN_E_NO_MEMORY. */
duban_status lanes_new(uint32_t calls_max, lanes **out);
/* NULL is fine. */
void lanes_free(lanes *l);

/* A call came; its answer of so many bytes waits to be taken; that answer left or was
 * lost; a call ended without an answer. */
void lanes_arrived(lanes *l, uint32_t pipe);
void lanes_sending(lanes *l, uint32_t pipe, size_t bytes);
void lanes_sent(lanes *l, uint32_t pipe, size_t bytes);
void lanes_dropped(lanes *l, uint32_t pipe);

/* How the connection stands; all zeros when nothing of it is left. */
lane lanes_get(lanes *l, uint32_t pipe);
/* The sum of all. */
lane lanes_all(lanes *l);

#endif
