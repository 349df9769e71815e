/* One REP socket: contexts that receive, hand a call over, and send its reply.
 * Knows: NNG. Must not know: what requests say.
 *
 *     RECEIVING --request--> HELD --call_send--> SENDING --sent or lost--> RECEIVING
 *
 * All contexts are cooked ones (docs/decisions/0006). NNG calls `handle` on its own
 * threads, several at once; it may take its time (verifying a signature) but must not
 * wait for anything, nor close anything. A call that was handed over comes back by
 * call_send or call_answer from any thread. */
#ifndef DUBAN_BROKER_DOOR_NET_H
#define DUBAN_BROKER_DOOR_NET_H

#include <stdint.h>

#include "broker/door/address.h"
#include "broker/door/call.h"
#include "broker/door/lanes.h"
#include "broker/metrics.h"
#include "broker/door/pipes.h"
#include "broker/door/quota.h"
#include "broker/door/tls.h"

typedef struct net net;

/* Everything is borrowed until net_free. */
typedef struct net_options {
    const char *url;
    uint32_t contexts;
    size_t request_max; /* of one request; a longer one ends its connection unread */
    uint32_t spare;     /* contexts that nothing large should take */
    void (*handle)(void *ctx, call *c);
    /* A connection went away; NULL when nobody cares. On an NNG thread. */
    void (*gone)(void *gone_ctx, uint32_t pipe);
    void *ctx;
    void *gone_ctx;
    metrics *metrics;
    pipes *pipes; /* NULL: connections are not counted */
    pipe_door door;
    quota *quota;   /* of the keys that calls were charged to */
    const tls *tls; /* NULL: the url needs none */
} net_options;

/* Opens the socket with all its contexts; nothing arrives before net_listen.
 * DUBAN_E_NO_MEMORY, DUBAN_E_INTERNAL. */
duban_status net_new(const net_options *options, net **out);

/* DUBAN_E_ADDRESS when the address cannot be used, those of tls_listener. Port 0 becomes
 * a real one. */
duban_status net_listen(net *n);
/* Closes the listener, and with it its connections, and opens another at the same
 * address; blocks for a moment, so not from a callback. As net_listen. */
duban_status net_relisten(net *n);
/* The address with its real port, good until net_free. */
const char *net_url(const net *n);

/* Ends the call with this reply, taken in every case; NULL or a connection that is gone
 * drops it. What call.h offers is built on this. */
void net_send(call *c, nng_msg *message);
/* Ends the call without an answer. */
void net_drop(call *c);
/* How the call's connection stands. */
lane net_lane(const call *c);
/* What the call's connection and key may still do; see pipes.h, quota.h. */
pipes *net_pipes(const call *c);
quota *net_quota(const call *c);
/* Closes connections that are overdue and have no call on its way. From the loop: never
 * from a callback of NNG's. */
void net_tidy(net *n, int64_t now_ms);
/* Whether few contexts are free or much waits to be taken (SENDING_BYTES_MAX). */
bool net_full(const net *n);

/* Closes the socket; calls that are still held may be sent afterwards, which does
 * nothing. Blocks until NNG has let go. */
void net_close(net *n);
/* After net_close, when nobody holds a call of it any more. NULL is fine. */
void net_free(net *n);

#endif
