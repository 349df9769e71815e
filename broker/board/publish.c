#include "broker/board/publish.h"

#include <nng/nng.h>
#include <nng/protocol/pubsub0/pub.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "broker/door/address.h"
#include "broker/board/aloud.h"
#include "broker/monotonic.h"
#include "proto/codec.h"

/* Messages a slow subscriber may be behind before it loses some (architecture.md: 30%
 * lost at 100 readers with the default of 16). */
#define SEND_BUFFER 1024

typedef struct topic {
    bool begun;
    bool dirty;       /* changed, and a frame may not be built yet */
    uint64_t to;      /* of the last frame built */
    int64_t sent_ms;  /* when the last one went out */
    nng_msg *waiting; /* built, not durable; at most one */
    aloud aloud;
} topic;

struct publish {
    publish_options options;
    char url[ADDRESS_SIZE];
    nng_socket socket;
    nng_listener listener;
    bool listening;
    atomic_uint joined; /* counted on NNG's threads */
    uint64_t durable_size;
    int64_t deadline_ms;
    frame_batch batch;
    buffer bytes;
    arena space;                 /* of cells that were shortened for the public */
    topic topics[PLANS_MAX + 1]; /* by plan number */
};

static uint32_t plans_of(const publish *p) {
    ledger_status state;
    ledger_get_status(p->options.ledger, &state);
    return state.plans < PLANS_MAX ? state.plans : PLANS_MAX;
}

/* Plans that stand at start were published before: their topics go on from there. */
static duban_status begin_topics(publish *p) {
    plan_info info;
    uint32_t plans = plans_of(p);
    duban_status status = DUBAN_OK;
    for (uint32_t number = 1; number <= plans && !status; number++) {
        topic *t = &p->topics[number];
        if (!ledger_get_plan(p->options.ledger, number, &info) || !info.published)
            continue;
        t->begun = true;
        t->to = p->durable_size - 1;
        status = aloud_begin(&t->aloud, p->options.ledger, number, &p->space);
    }
    return status;
}

static void on_comes(nng_pipe pipe, nng_pipe_ev what, void *ctx) {
    publish *p = ctx;
    (void)what;
    if (p->options.pipes) pipes_let_in(p->options.pipes, pipe, PIPE_PUBLISH);
}

static void on_gone(nng_pipe pipe, nng_pipe_ev what, void *ctx) {
    publish *p = ctx;
    (void)what;
    uint32_t id = (uint32_t)nng_pipe_id(pipe);
    if (p->options.pipes) pipes_leave(p->options.pipes, id, monotonic_ms());
}

static void on_joined(nng_pipe pipe, nng_pipe_ev what, void *ctx) {
    publish *p = ctx;
    (void)pipe;
    (void)what;
    atomic_fetch_add(&p->joined, 1);
}

uint32_t publish_joined(publish *p) {
    return atomic_load(&p->joined);
}

duban_status publish_new(const publish_options *options, publish **out) {
    publish *p = calloc(1, sizeof *p);
    if (!p) return DUBAN_E_NO_MEMORY;
    p->options = *options;
    atomic_init(&p->joined, 0);
    p->durable_size = options->durable_size;
    p->deadline_ms = INT64_MAX;
    strncpy(p->url, options->url, sizeof p->url - 1);
    frames_init(&p->batch);
    buffer_init(&p->bytes);
    arena_init(&p->space, 0);
    if (nng_pub0_open(&p->socket) != 0) {
        free(p);
        return DUBAN_E_NO_MEMORY;
    }
    if (nng_socket_set_int(p->socket, NNG_OPT_SENDBUF, SEND_BUFFER) != 0 ||
        nng_socket_set_size(p->socket, NNG_OPT_RECVMAXSZ, PUBLISH_RECEIVE_MAX) != 0 ||
        nng_pipe_notify(p->socket, NNG_PIPE_EV_ADD_PRE, on_comes, p) != 0 ||
        nng_pipe_notify(p->socket, NNG_PIPE_EV_REM_POST, on_gone, p) != 0 ||
        nng_pipe_notify(p->socket, NNG_PIPE_EV_ADD_POST, on_joined, p) != 0) {
        publish_free(p);
        return DUBAN_E_INTERNAL;
    }
    duban_status status = begin_topics(p);
    if (status) {
        publish_free(p);
        return status;
    }
    *out = p;
    return DUBAN_OK;
}

duban_status publish_listen(publish *p) {
    int port = 0;
    if (nng_listener_create(&p->listener, p->socket, p->url) != 0) return DUBAN_E_ADDRESS;
    duban_status status = tls_listener(p->options.tls, p->url, p->listener);
    if (!status && nng_listener_start(p->listener, 0) != 0) status = DUBAN_E_ADDRESS;
    if (status) {
        nng_listener_close(p->listener);
        return status;
    }
    p->listening = true;
    if (!address_any_port(p->url)) return DUBAN_OK;
    if (nng_listener_get_int(p->listener, NNG_OPT_TCP_BOUND_PORT, &port) != 0)
        return DUBAN_E_ADDRESS;
    return address_with_port(p->options.url, port, p->url);
}

duban_status publish_relisten(publish *p) {
    if (p->listening) nng_listener_close(p->listener);
    p->listening = false;
    return publish_listen(p);
}

const char *publish_url(const publish *p) {
    return p->url;
}

int64_t publish_deadline(const publish *p) {
    return p->deadline_ms;
}

static uint64_t head_of(const publish *p) {
    return roots_size(p->options.roots) - 1;
}

static duban_status message_of(publish *p, const frame_words *frame, nng_msg **out) {
    nng_msg *message = NULL;
    p->bytes.size = 0;
    duban_status status = codec_frame_write(frame, &p->bytes);
    if (status) return status;
    if (nng_msg_alloc(&message, 0) != 0) return DUBAN_E_NO_MEMORY;
    if (nng_msg_append(message, frame->plan, strlen(frame->plan)) != 0 ||
        nng_msg_append(message, "|", 1) != 0 ||
        nng_msg_append(message, p->bytes.data, p->bytes.size) != 0) {
        nng_msg_free(message);
        return DUBAN_E_NO_MEMORY;
    }
    *out = message;
    return DUBAN_OK;
}

static void send_out(publish *p, topic *t, nng_msg *message, int64_t now_ms) {
    if (nng_sendmsg(p->socket, message, NNG_FLAG_NONBLOCK) != 0) nng_msg_free(message);
    t->sent_ms = now_ms;
}

/* A frame that cannot be built for lack of memory is a gap like any lost message: the
 * next one's prev tells. */
static void build(publish *p, uint32_t number, const plan_info *info) {
    topic *t = &p->topics[number];
    ledger_status state;
    ledger_get_status(p->options.ledger, &state);
    duban_status status = aloud_changes(&t->aloud, p->options.ledger, number, t->to,
                                        !t->begun, &p->space, &p->batch);
    bool fetch = p->batch.cut || p->batch.too_large;
    frame_words frame = {.origin = p->options.origin,
                         .plan = info->code,
                         .prev = t->to,
                         .to = head_of(p),
                         .head = head_of(p),
                         .fetch = fetch,
                         .cells = p->batch.cells,
                         .cells_n = fetch ? 0 : p->batch.n,
                         .moment_ms = state.received_ms};
    if (!status) status = message_of(p, &frame, &t->waiting);
    if (status)
        log_warn(p->options.log, "publish", "a frame of %s is lost: %s", info->code,
                 duban_status_name(status));
    t->begun = true;
    t->dirty = false;
    t->to = frame.to;
}

static void look(publish *p, uint32_t number, int64_t now_ms) {
    topic *t = &p->topics[number];
    plan_info info;
    if (!ledger_get_plan(p->options.ledger, number, &info) || !info.published) return;
    if (t->waiting) return; /* it goes out first; publish_durable looks again */
    uint64_t changed = ledger_plan_changed(p->options.ledger, number);
    if (t->begun && changed <= t->to) return;
    int64_t free_ms = t->sent_ms + FRAME_COALESCE_MS;
    t->dirty = t->sent_ms && now_ms < free_ms;
    if (!t->dirty)
        build(p, number, &info);
    else if (free_ms < p->deadline_ms)
        p->deadline_ms = free_ms;
}

void publish_turn(publish *p, int64_t now_ms) {
    uint32_t plans = plans_of(p);
    for (uint32_t number = 1; number <= plans; number++)
        look(p, number, now_ms);
}

void publish_durable(publish *p, uint64_t durable_size, int64_t now_ms) {
    uint32_t plans = plans_of(p);
    p->durable_size = durable_size;
    for (uint32_t number = 1; number <= plans; number++) {
        topic *t = &p->topics[number];
        if (!t->waiting || t->to >= durable_size) continue;
        send_out(p, t, t->waiting, now_ms);
        t->waiting = NULL;
        METRICS_COUNT(p->options.metrics, frames);
        look(p, number, now_ms);
    }
}

static void heartbeat(publish *p, topic *t, const char *code, int64_t now_ms) {
    ledger_status state;
    nng_msg *message = NULL;
    uint64_t durable = p->durable_size - 1;
    frame_words frame = {.origin = p->options.origin,
                         .plan = code,
                         .prev = t->to,
                         .to = durable > t->to ? durable : t->to,
                         .head = durable};
    if (frame.to == head_of(p)) {
        ledger_get_status(p->options.ledger, &state);
        frame.moment_ms = state.received_ms;
    }
    if (message_of(p, &frame, &message)) return;
    send_out(p, t, message, now_ms);
    t->to = frame.to;
    METRICS_COUNT(p->options.metrics, heartbeats);
}

void publish_tick(publish *p, int64_t now_ms) {
    uint32_t plans = plans_of(p);
    plan_info info;
    if (now_ms >= p->deadline_ms) {
        p->deadline_ms = INT64_MAX;
        publish_turn(p, now_ms);
        publish_durable(p, p->durable_size, now_ms);
    }
    for (uint32_t number = 1; number <= plans; number++) {
        topic *t = &p->topics[number];
        bool idle = t->begun && !t->waiting && !t->dirty;
        if (!idle || now_ms < t->sent_ms + HEARTBEAT_MS) continue;
        if (!ledger_get_plan(p->options.ledger, number, &info)) continue;
        heartbeat(p, t, info.code, now_ms);
    }
}

void publish_free(publish *p) {
    if (!p) return;
    nng_close(p->socket);
    for (uint32_t i = 0; i <= PLANS_MAX; i++) {
        nng_msg_free(p->topics[i].waiting);
        aloud_close(&p->topics[i].aloud);
    }
    frames_close(&p->batch);
    buffer_close(&p->bytes);
    arena_close(&p->space);
    free(p);
}
