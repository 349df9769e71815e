/* Pipes: every connection that has shaken hands, and what its address has done.
 * Knows: ids, addresses, moments, counts. Must not know: sockets, what is asked.
 *
 * A stranger costs nothing but its connection: all rows are made at start. Each door has
 * places of its own, and of them so many for one address. Many clerks may come through
 * one address, so that bound is wide, and what one connection does wrong is not held
 * against the others: an address has a budget (STRANGER_BURST, STRANGER_RATE) for
 * requests that cannot be read or verified, and when it is used up only those connections
 * that used it are turned away until it fills again. It fills whether they come back or
 * not, and is forgotten when it is full.
 *
 * A connection over which no request came within silent_ms, or none since the last one
 * within idle_ms, is overdue: half a message is no request. When three quarters of a
 * door's places are taken, PIPE_SILENT_CROWDED_MS and PIPE_IDLE_CROWDED_MS hold instead.
 * The moments before that, of TCP, TLS and the greeting, are NNG's own: 10 s, measured.
 *
 * now_ms is monotonic_ms(). Any thread. */
#ifndef DUBAN_BROKER_DOOR_PIPES_H
#define DUBAN_BROKER_DOOR_PIPES_H

#include <nng/nng.h>
#include <stdbool.h>
#include <stdint.h>

#include "broker/metrics.h"
#include "proto/limits.h"
#include "proto/status.h"

typedef enum pipe_door { PIPE_COMMAND, PIPE_FEED, PIPE_PUBLISH, PIPE_DOORS } pipe_door;

/* An IPv4 address whole, of an IPv6 address the network (/64); all zeros: this machine by
 * another way (ipc). */
typedef struct pipe_address {
    uint8_t bytes[16];
} pipe_address;

typedef struct pipes_options {
    uint32_t max[PIPE_DOORS];
    uint32_t address_max[PIPE_DOORS];
    int64_t silent_ms;
    int64_t idle_ms;
    metrics *metrics; /* borrowed */
} pipes_options;

typedef struct pipes pipes;

/* The bounds of limits.h, within so many connections of all doors. */
void pipes_share(uint32_t all, pipes_options *out);

/* DUBAN_E_NO_MEMORY. */
duban_status pipes_new(const pipes_options *options, pipes **out);
/* NULL is fine. */
void pipes_free(pipes *p);

/* For NNG_PIPE_EV_ADD_PRE, when the socket does not know the connection yet: it joins, or
 * is closed, which is allowed there, and no message can be on its way. */
void pipes_let_in(pipes *p, nng_pipe pipe, pipe_door door);

/* A connection wants in. DUBAN_E_LIMIT when the door's places are taken, DUBAN_E_QUOTA
 * when its address has enough of them. */
duban_status pipes_join(pipes *p, uint32_t id, pipe_door door,
                        const pipe_address *address, int64_t now_ms);
/* It is gone; also when it was never let in. */
void pipes_leave(pipes *p, uint32_t id, int64_t now_ms);
/* A request came whole, or its answer went out. */
void pipes_heard(pipes *p, uint32_t id, int64_t now_ms);

/* It sent what cannot be read or verified. */
void pipes_blame(pipes *p, uint32_t id, int64_t now_ms);
/* Whether it did so before and its address has no budget left. */
bool pipes_is_blocked(pipes *p, uint32_t id, int64_t now_ms);

/* Ids of overdue connections of that door, at most max of them; returns how many. They
 * count as heard from now on, so that each is told once. */
uint32_t pipes_overdue(pipes *p, pipe_door door, int64_t now_ms, uint32_t *ids,
                       uint32_t max);

uint32_t pipes_count(pipes *p);
/* Whether some connection found no place within the last `within_ms`. */
bool pipes_was_full(pipes *p, int64_t within_ms, int64_t now_ms);

#endif
