#include "client/bench/load.h"

#include <nng/nng.h>
#include <nng/protocol/reqrep0/req.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/codec.h"

#define CONNECTIONS 4
#define PATIENCE_NS 30000000000LL /* for what is in flight at the end */
#define TICK_MS     100
#define SENT_FIRST  65536

static volatile sig_atomic_t stop_asked;

static void ask_stop(int number) {
    (void)number;
    stop_asked = 1;
}

void bench_listen_for_stop(void) {
    struct sigaction action = {.sa_handler = ask_stop};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool bench_stopped(void) {
    return stop_asked != 0;
}

int64_t bench_now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

typedef struct run run;

/* One submission at a time. Its callbacks come one after another, so it needs no lock of
 * its own; what slots share is under the run's. */
typedef struct slot {
    run *run;
    nng_ctx ctx;
    nng_aio *aio;
    bool opened;
    enum { SLOT_WAITING, SLOT_SENDING, SLOT_RECEIVING } state;
    bench_job job;
    int64_t due_ns; /* of the next sending, when there is a rate */
    int64_t sent_ns;
    statement_words *statements;
    buffer signed_bytes;
    buffer request;
    arena arena;
} slot;

struct run {
    bench_load *load;
    nng_socket sockets[CONNECTIONS];
    size_t sockets_n;
    slot *slots;
    size_t slots_n;
    pthread_mutex_t lock; /* guards all below, load's results and the city */
    pthread_cond_t news;
    size_t active; /* slots with something on its way */
    uint64_t tickets;
    int64_t begun_ns;
    int64_t count_from_ns;
    int64_t count_to_ns;
    bool over;
    duban_status status;
    duban_refusal refusal;
};

static void end_slot(slot *s, duban_status status, const duban_refusal *refusal) {
    run *r = s->run;
    pthread_mutex_lock(&r->lock);
    if (status < 0 && r->status == DUBAN_OK) {
        r->status = status;
        if (refusal)
            r->refusal = *refusal;
        else
            duban_refuse(&r->refusal, status, 0, "bench", NULL, NULL);
    }
    if (status < 0) r->over = true;
    r->active--;
    pthread_cond_signal(&r->news);
    pthread_mutex_unlock(&r->lock);
}

/* --- one submission ----------------------------------------------------------------- */

static void send_request(slot *s) {
    nng_msg *message;
    if (nng_msg_alloc(&message, 0)) {
        end_slot(s, DUBAN_E_NO_MEMORY, NULL);
        return;
    }
    if (nng_msg_append(message, s->request.data, s->request.size)) {
        nng_msg_free(message);
        end_slot(s, DUBAN_E_NO_MEMORY, NULL);
        return;
    }
    s->state = SLOT_SENDING;
    s->sent_ns = bench_now_ns();
    nng_aio_set_msg(s->aio, message);
    nng_ctx_send(s->ctx, s->aio);
}

static duban_status make_request(slot *s) {
    const bench_city *city = s->run->load->city;
    sign_signature signature;
    s->signed_bytes.size = 0;
    s->request.size = 0;
    duban_status status =
        bench_stream_write(city, &s->job, s->statements, &s->signed_bytes, &signature);
    if (status < 0) return status;
    request_words words = {
        .kind = REQUEST_SUBMIT,
        .submit = {.signed_bytes = {s->signed_bytes.data, s->signed_bytes.size},
                   .signature = {signature.bytes, sizeof signature.bytes},
                   .bodies = &city->reason_body,
                   .bodies_n = s->job.with_body ? 1 : 0}};
    return codec_request_write(&words, &s->request);
}

/* Takes the next job, waits for its moment if there is a rate, and sends it. The slot is
 * counted as active already and ends when there is nothing to do. */
static void begin_next(slot *s) {
    run *r = s->run;
    pthread_mutex_lock(&r->lock);
    int64_t now = bench_now_ns();
    double rate = r->load->per_second;
    bool goes =
        !r->over && now < r->count_to_ns && bench_stream_take(r->load->city, &s->job);
    if (goes && rate > 0)
        s->due_ns = r->begun_ns + (int64_t)((double)r->tickets++ * 1e9 / rate);
    pthread_mutex_unlock(&r->lock);
    if (!goes) {
        end_slot(s, DUBAN_OK, NULL);
        return;
    }
    duban_status status = make_request(s);
    if (status < 0) {
        end_slot(s, status, NULL);
        return;
    }
    int64_t wait_ms = rate > 0 ? (s->due_ns - now) / 1000000 : 0;
    if (wait_ms <= 0) {
        send_request(s);
        return;
    }
    s->state = SLOT_WAITING;
    nng_sleep_aio((nng_duration)wait_ms, s->aio);
}

/* Only inside the counted time. False when memory is out. */
static bool record(bench_load *load, const slot *s, uint64_t index, int64_t now) {
    if (load->sent_n == load->sent_room) {
        size_t room = load->sent_room ? load->sent_room * 2 : SENT_FIRST;
        bench_sent *grown = realloc(load->sent, room * sizeof *grown);
        if (!grown) return false;
        load->sent = grown;
        load->sent_room = room;
    }
    load->sent[load->sent_n++] = (bench_sent){index, s->sent_ns, now};
    return true;
}

static void acknowledged(slot *s, uint64_t index) {
    run *r = s->run;
    bool kept = true;
    pthread_mutex_lock(&r->lock);
    int64_t now = bench_now_ns();
    bench_load *load = r->load;
    bench_stream_done(load->city, &s->job, index);
    load->all++;
    if (index > load->last_index) load->last_index = index;
    if (now >= r->count_from_ns && now < r->count_to_ns)
        kept = record(load, s, index, now);
    pthread_mutex_unlock(&r->lock);
    if (kept)
        begin_next(s);
    else
        end_slot(s, DUBAN_E_NO_MEMORY, NULL);
}

/* The same bytes again, later. */
static void send_again(slot *s, uint32_t wait_ms) {
    run *r = s->run;
    pthread_mutex_lock(&r->lock);
    r->load->busy++;
    pthread_mutex_unlock(&r->lock);
    s->state = SLOT_WAITING;
    nng_sleep_aio((nng_duration)(wait_ms ? wait_ms : RETRY_MS), s->aio);
}

static void read_reply(slot *s) {
    nng_msg *message = nng_aio_get_msg(s->aio);
    span bytes = {nng_msg_body(message), nng_msg_len(message)};
    reply_words reply;
    duban_refusal refusal = {0};
    arena_reset(&s->arena);
    duban_status status = codec_reply_read(bytes, &s->arena, &reply, &refusal);
    uint64_t index = status >= 0 && reply.kind == REPLY_RECEIPT ? reply.receipt.index : 0;
    nng_msg_free(message);
    if (status < 0)
        end_slot(s, status, &refusal);
    else if (reply.refusal.status == DUBAN_E_BUSY ||
             reply.refusal.status == DUBAN_E_QUOTA)
        send_again(s, reply.retry_ms);
    else if (reply.refusal.status < 0)
        end_slot(s, reply.refusal.status, &reply.refusal);
    else if (reply.kind != REPLY_RECEIPT)
        end_slot(s, DUBAN_E_MALFORMED, NULL);
    else
        acknowledged(s, index);
}

static void on_aio(void *ctx) {
    slot *s = ctx;
    if (nng_aio_result(s->aio)) {
        if (s->state == SLOT_SENDING) nng_msg_free(nng_aio_get_msg(s->aio));
        end_slot(s, DUBAN_E_UNREACHABLE, NULL);
        return;
    }
    switch (s->state) {
    case SLOT_WAITING: send_request(s); break;
    case SLOT_SENDING:
        s->state = SLOT_RECEIVING;
        nng_ctx_recv(s->ctx, s->aio);
        break;
    case SLOT_RECEIVING: read_reply(s); break;
    }
}

/* --- the run ------------------------------------------------------------------------ */

static duban_status connect_all(run *r) {
    for (; r->sockets_n < CONNECTIONS; r->sockets_n++) {
        nng_socket *to = &r->sockets[r->sockets_n];
        if (nng_req0_open(to)) return DUBAN_E_NO_MEMORY;
        if (nng_dial(*to, r->load->url, NULL, 0)) {
            nng_close(*to);
            return DUBAN_E_UNREACHABLE;
        }
    }
    return DUBAN_OK;
}

static duban_status open_slot(run *r, size_t i) {
    slot *s = &r->slots[i];
    s->run = r;
    arena_init(&s->arena, 0);
    buffer_init(&s->signed_bytes);
    buffer_init(&s->request);
    s->statements = calloc(r->load->city->batch, sizeof *s->statements);
    if (!s->statements || nng_aio_alloc(&s->aio, on_aio, s)) return DUBAN_E_NO_MEMORY;
    if (nng_ctx_open(&s->ctx, r->sockets[i % r->sockets_n])) return DUBAN_E_NO_MEMORY;
    s->opened = true;
    return DUBAN_OK;
}

static duban_status open_slots(run *r) {
    r->slots = calloc(r->load->in_flight, sizeof *r->slots);
    if (!r->slots) return DUBAN_E_NO_MEMORY;
    duban_status status = DUBAN_OK;
    while (status >= 0 && r->slots_n < r->load->in_flight)
        status = open_slot(r, r->slots_n++);
    return status;
}

static void close_all(run *r) {
    for (size_t i = 0; i < r->slots_n; i++) {
        slot *s = &r->slots[i];
        if (s->aio) nng_aio_stop(s->aio);
        if (s->opened) nng_ctx_close(s->ctx);
        if (s->aio) nng_aio_free(s->aio);
        free(s->statements);
        buffer_close(&s->signed_bytes);
        buffer_close(&s->request);
        arena_close(&s->arena);
    }
    free(r->slots);
    for (size_t i = 0; i < r->sockets_n; i++)
        nng_close(r->sockets[i]);
}

static void begin(run *r) {
    bench_load *load = r->load;
    r->begun_ns = bench_now_ns();
    r->count_from_ns = r->begun_ns + (int64_t)(load->warm_seconds * 1e9);
    r->count_to_ns = r->count_from_ns + (int64_t)(load->seconds * 1e9);
    r->active = r->slots_n;
    for (size_t i = 0; i < r->slots_n; i++)
        begin_next(&r->slots[i]);
}

static void nap(run *r) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += TICK_MS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&r->news, &r->lock, &until);
}

/* Until every slot has ended; what is in flight after the time is waited for. */
static void wait_for_end(run *r) {
    bench_load *load = r->load;
    double whole = (double)(r->count_to_ns - r->begun_ns);
    pthread_mutex_lock(&r->lock);
    while (r->active > 0) {
        nap(r);
        int64_t now = bench_now_ns();
        if (bench_stopped()) r->over = true;
        if (now > r->count_to_ns + PATIENCE_NS) {
            duban_refuse(&r->refusal, DUBAN_E_TIMEOUT, 0, "bench", NULL, NULL);
            r->status = DUBAN_E_TIMEOUT;
            break;
        }
        double done = (double)(now - r->begun_ns) / whole;
        if (load->tick) load->tick(load->tick_ctx, done > 1 ? 1 : done);
    }
    pthread_mutex_unlock(&r->lock);
}

duban_status bench_load_run(bench_load *load, duban_refusal *refusal) {
    run r = {.load = load};
    pthread_mutex_init(&r.lock, NULL);
    pthread_cond_init(&r.news, NULL);
    duban_status status = connect_all(&r);
    if (status >= 0) status = open_slots(&r);
    if (status >= 0) {
        begin(&r);
        wait_for_end(&r);
        status = r.status;
    }
    close_all(&r);
    pthread_cond_destroy(&r.news);
    pthread_mutex_destroy(&r.lock);
    load->counted_seconds = load->seconds;
    if (status >= 0 && bench_stopped()) status = DUBAN_E_TIMEOUT;
    if (status < 0 && refusal) {
        *refusal = r.refusal;
        if (!refusal->status) duban_refuse(refusal, status, 0, "bench", NULL, NULL);
    }
    return status;
}

void bench_load_close(bench_load *load) {
    free(load->sent);
    load->sent = NULL;
    load->sent_n = load->sent_room = 0;
}
