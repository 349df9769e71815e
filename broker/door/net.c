#include "broker/door/net.h"

#include <nng/protocol/reqrep0/rep.h>
#include <stdlib.h>
#include <string.h>

#include "broker/monotonic.h"

/* A reader that takes nothing for so long loses its reply; its connection stays. */
#define SEND_TIMEOUT_MS 10000
/* The same when most contexts are taken or half of SENDING_BYTES_MAX waits. */
#define SEND_CROWDED_MS 1000
/* Between two attempts to receive when the machine is out of memory. */
#define PAUSE_MS 100
/* Of its id, which REQ puts before a request. */
#define REQUEST_ID_BYTES 4

struct net {
    net_options options;
    char url[ADDRESS_SIZE];
    nng_socket socket;
    nng_listener listener;
    bool listening;
    lanes *lanes;
    call *calls;
    uint32_t calls_n;
};

static void receive(call *c) {
    c->state = CALL_RECEIVING;
    nng_aio_set_timeout(c->aio, NNG_DURATION_INFINITE);
    nng_ctx_recv(c->ctx, c->aio);
}

/* Forgets the request; what it took goes back to the machine, and to its key. */
static void forget(call *c) {
    if (c->charged) quota_give(c->owner->options.quota, c->charged);
    c->charged = 0;
    nng_msg_free(c->request);
    c->request = NULL;
    c->submission = NULL;
    arena_close(&c->arena);
    arena_init(&c->arena, 0);
}

static void hear(const net *n, uint32_t pipe) {
    if (n->options.pipes) pipes_heard(n->options.pipes, pipe, monotonic_ms());
}

static void received(call *c) {
    int error = nng_aio_result(c->aio);
    if (error == NNG_ECLOSED || error == NNG_ECANCELED) {
        c->state = CALL_CLOSED;
        return;
    }
    if (error) {
        nng_sleep_aio(PAUSE_MS, c->aio);
        return;
    }
    c->request = nng_aio_get_msg(c->aio);
    nng_aio_set_msg(c->aio, NULL);
    c->pipe = (uint32_t)nng_pipe_id(nng_msg_get_pipe(c->request));
    c->state = CALL_HELD;
    lanes_arrived(c->owner->lanes, c->pipe);
    hear(c->owner, c->pipe);
    METRICS_COUNT(c->owner->options.metrics, requests);
    c->owner->options.handle(c->owner->options.ctx, c);
}

static void sent(call *c) {
    int error = nng_aio_result(c->aio);
    if (error) {
        nng_msg_free(nng_aio_get_msg(c->aio));
        nng_aio_set_msg(c->aio, NULL);
        METRICS_COUNT(c->owner->options.metrics, lost_replies);
    }
    lanes_sent(c->owner->lanes, c->pipe, c->sending);
    hear(c->owner, c->pipe);
    if (error == NNG_ECLOSED)
        c->state = CALL_CLOSED;
    else
        receive(c);
}

static void on_aio(void *ctx) {
    call *c = ctx;
    if (c->state == CALL_SENDING)
        sent(c);
    else if (c->state == CALL_RECEIVING && nng_aio_get_msg(c->aio) == NULL &&
             nng_aio_result(c->aio) == 0)
        receive(c); /* the pause is over */
    else
        received(c);
}

/* Receiving again drops the request; the client asks once more by itself. */
void net_drop(call *c) {
    METRICS_COUNT(c->owner->options.metrics, lost_replies);
    forget(c);
    lanes_dropped(c->owner->lanes, c->pipe);
    receive(c);
}

static nng_duration patience(const net *n) {
    lane all = lanes_all(n->lanes);
    bool crowded =
        all.calls > n->options.contexts / 4 * 3 || all.bytes > SENDING_BYTES_MAX / 2;
    return crowded ? SEND_CROWDED_MS : SEND_TIMEOUT_MS;
}

void net_send(call *c, nng_msg *message) {
    if (!message && nng_msg_alloc(&message, 0) != 0) {
        net_drop(c);
        return;
    }
    forget(c); /* only the answer is kept while nobody takes it */
    c->state = CALL_SENDING;
    c->sending = nng_msg_len(message);
    lanes_sending(c->owner->lanes, c->pipe, c->sending);
    nng_aio_set_msg(c->aio, message);
    nng_aio_set_timeout(c->aio, patience(c->owner));
    nng_ctx_send(c->ctx, c->aio);
}

lane net_lane(const call *c) {
    return lanes_get(c->owner->lanes, c->pipe);
}

pipes *net_pipes(const call *c) {
    return c->owner->options.pipes;
}

quota *net_quota(const call *c) {
    return c->owner->options.quota;
}

/* A silent connection has no message on its way, so closing it does not meet NNG's
 * trouble with those that end within one (docs/decisions/0006, 0024). */
void net_tidy(net *n, int64_t now_ms) {
    uint32_t ids[PIPES_CLOSED_A_BEAT];
    if (!n->options.pipes) return;
    uint32_t count = pipes_overdue(n->options.pipes, n->options.door, now_ms, ids,
                                   PIPES_CLOSED_A_BEAT);
    for (uint32_t i = 0; i < count; i++) {
        if (lanes_get(n->lanes, ids[i]).calls > 0) continue;
        nng_pipe_close((nng_pipe){ids[i]});
        METRICS_COUNT(n->options.metrics, pipes_overdue);
    }
}

bool net_full(const net *n) {
    lane all = lanes_all(n->lanes);
    return all.calls + n->options.spare > n->options.contexts ||
           all.bytes > SENDING_BYTES_MAX;
}

static void on_pipe_comes(nng_pipe pipe, nng_pipe_ev what, void *ctx) {
    net *n = ctx;
    (void)what;
    if (n->options.pipes) pipes_let_in(n->options.pipes, pipe, n->options.door);
}

static void on_pipe_gone(nng_pipe pipe, nng_pipe_ev what, void *ctx) {
    net *n = ctx;
    uint32_t id = (uint32_t)nng_pipe_id(pipe);
    (void)what;
    if (n->options.pipes) pipes_leave(n->options.pipes, id, monotonic_ms());
    if (n->options.gone) n->options.gone(n->options.gone_ctx, id);
}

static duban_status open_calls(net *n) {
    n->calls = calloc(n->options.contexts, sizeof *n->calls);
    if (!n->calls) return DUBAN_E_NO_MEMORY;
    for (uint32_t i = 0; i < n->options.contexts; i++) {
        call *c = &n->calls[i];
        if (nng_ctx_open(&c->ctx, n->socket) != 0) return DUBAN_E_NO_MEMORY;
        if (nng_aio_alloc(&c->aio, on_aio, c) != 0) {
            nng_ctx_close(c->ctx);
            return DUBAN_E_NO_MEMORY;
        }
        c->owner = n;
        c->state = CALL_CLOSED;
        arena_init(&c->arena, 0);
        n->calls_n++;
    }
    return DUBAN_OK;
}

duban_status net_new(const net_options *options, net **out) {
    net *n = calloc(1, sizeof *n);
    if (!n) return DUBAN_E_NO_MEMORY;
    n->options = *options;
    strncpy(n->url, options->url, sizeof n->url - 1);
    duban_status status = lanes_new(options->contexts, &n->lanes);
    if (!status && nng_rep0_open(&n->socket) != 0) status = DUBAN_E_NO_MEMORY;
    if (status) {
        lanes_free(n->lanes);
        free(n);
        return status;
    }
    if (nng_socket_set_size(n->socket, NNG_OPT_RECVMAXSZ,
                            options->request_max + REQUEST_ID_BYTES) != 0 ||
        nng_pipe_notify(n->socket, NNG_PIPE_EV_ADD_PRE, on_pipe_comes, n) != 0 ||
        nng_pipe_notify(n->socket, NNG_PIPE_EV_REM_POST, on_pipe_gone, n) != 0)
        status = DUBAN_E_INTERNAL;
    if (!status) status = open_calls(n);
    if (status) {
        net_close(n);
        net_free(n);
        return status;
    }
    for (uint32_t i = 0; i < n->calls_n; i++)
        receive(&n->calls[i]);
    *out = n;
    return DUBAN_OK;
}

duban_status net_listen(net *n) {
    int port = 0;
    if (nng_listener_create(&n->listener, n->socket, n->url) != 0) return DUBAN_E_ADDRESS;
    duban_status status = tls_listener(n->options.tls, n->url, n->listener);
    if (!status && nng_listener_start(n->listener, 0) != 0) status = DUBAN_E_ADDRESS;
    if (status) {
        nng_listener_close(n->listener);
        return status;
    }
    n->listening = true;
    if (!address_any_port(n->url)) return DUBAN_OK;
    if (nng_listener_get_int(n->listener, NNG_OPT_TCP_BOUND_PORT, &port) != 0)
        return DUBAN_E_ADDRESS;
    return address_with_port(n->options.url, port, n->url);
}

duban_status net_relisten(net *n) {
    if (n->listening) nng_listener_close(n->listener);
    n->listening = false;
    return net_listen(n);
}

const char *net_url(const net *n) {
    return n->url;
}

void net_close(net *n) {
    nng_close(n->socket);
    for (uint32_t i = 0; i < n->calls_n; i++)
        nng_aio_stop(n->calls[i].aio);
}

void net_free(net *n) {
    if (!n) return;
    for (uint32_t i = 0; i < n->calls_n; i++) {
        nng_aio_free(n->calls[i].aio);
        nng_msg_free(n->calls[i].message);
        forget(&n->calls[i]);
    }
    lanes_free(n->lanes);
    free(n->calls);
    free(n);
}
