#include "broker/watchdog.h"

#include <nng/nng.h>
#include <nng/protocol/pubsub0/sub.h>
#include <nng/protocol/reqrep0/req.h>
#include <nng/supplemental/util/platform.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "broker/door/descriptors.h"
#include "broker/monotonic.h"
#include "proto/codec.h"

/* A machine under load answers a connection on itself well within this. */
#define PROBE_TIMEOUT_MS 2000
/* With TLS it waits behind the handshakes of everybody who comes at the same time, and
 * its dialer comes again when NNG gives one up after 10 s. */
#define PROBE_TLS_TIMEOUT_MS 40000
#define PROBE_STEP_MS        10
#define FAILURES_MAX         2
/* What may lie about unused in the heap. */
#define FREE_BYTES_MAX ((size_t)16 * 1024 * 1024)

typedef enum door { COMMAND, FEED, PUBLISH, DOORS } door;

struct watchdog {
    watchdog_options options;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool called; /* there is something to do before the next round: */
    bool stop;
    bool reload;
    bool shaken; /* the probe's connection stands */
    nng_socket probe;
    int failures[DOORS];
    atomic_llong closing_ms; /* since when, monotonic; 0: not */
};

/* Waits until flag is true; false when it was not within ms. */
static bool wait_for(watchdog *w, int64_t ms, const bool *flag) {
    struct timespec until = monotonic_in(ms);
    int waited = 0;
    pthread_mutex_lock(&w->lock);
    while (!*flag && waited == 0)
        waited = pthread_cond_timedwait(&w->news, &w->lock, &until);
    bool came = *flag;
    pthread_mutex_unlock(&w->lock);
    return came;
}

/* --- one probe ---------------------------------------------------------------------- */

static duban_status question(door at, buffer *out) {
    request_words words = {.kind = REQUEST_INFO};
    if (at == COMMAND) {
        words.kind = REQUEST_FEED;
        words.feed.plan = "";
        words.feed.cursor.origin = "";
    }
    return codec_request_write(&words, out);
}

static bool ask(nng_socket socket, door at) {
    buffer bytes;
    nng_msg *reply = NULL;
    buffer_init(&bytes);
    bool answered = question(at, &bytes) == DUBAN_OK &&
                    nng_send(socket, bytes.data, bytes.size, 0) == 0 &&
                    nng_recvmsg(socket, &reply, 0) == 0;
    nng_msg_free(reply);
    buffer_close(&bytes);
    return answered;
}

static void on_shaken(nng_pipe pipe, nng_pipe_ev what, void *ctx) {
    watchdog *w = ctx;
    (void)pipe;
    (void)what;
    pthread_mutex_lock(&w->lock);
    w->shaken = true;
    pthread_cond_signal(&w->news);
    pthread_mutex_unlock(&w->lock);
}

static int64_t timeout_ms(const char *url) {
    return address_is_tls(url) ? PROBE_TLS_TIMEOUT_MS : PROBE_TIMEOUT_MS;
}

static bool shake(watchdog *w, const char *url) {
    nng_dialer dialer;
    return nng_dialer_create(&dialer, w->probe, url) == 0 &&
           tls_own_dialer(w->options.tls, url, dialer) == DUBAN_OK &&
           nng_dialer_start(dialer, NNG_FLAG_NONBLOCK) == 0 &&
           wait_for(w, timeout_ms(url), &w->shaken);
}

/* A listener that has died may still shake hands while nobody takes the connection over:
 * so the PUB socket itself must have seen somebody join. */
static bool joins(watchdog *w, const char *url, uint32_t before) {
    for (int64_t ms = 0; ms < timeout_ms(url); ms += PROBE_STEP_MS) {
        if (publish_joined(w->options.publish) != before) return true;
        nng_msleep(PROBE_STEP_MS);
    }
    return false;
}

static void close_probe(watchdog *w) {
    atomic_store(&w->closing_ms, monotonic_ms());
    nng_close(w->probe);
    atomic_store(&w->closing_ms, 0);
}

bool watchdog_stuck(const watchdog *w) {
    long long since_ms = atomic_load(&w->closing_ms);
    long long bound_ms = w->options.tls ? WATCHDOG_TLS_STUCK_MS : WATCHDOG_STUCK_MS;
    return since_ms != 0 && monotonic_ms() - since_ms > bound_ms;
}

/* A probe is seen through to its end even at the stop: NNG gets stuck on connections that
 * end in the middle of their greeting. The broker's own lack of sockets is not the
 * listener's fault. */
static bool is_alive(watchdog *w, door at, const char *url) {
    w->shaken = false;
    if ((at == PUBLISH ? nng_sub0_open(&w->probe) : nng_req0_open(&w->probe)) != 0)
        return true;
    nng_socket_set_ms(w->probe, NNG_OPT_SENDTIMEO, (nng_duration)timeout_ms(url));
    nng_socket_set_ms(w->probe, NNG_OPT_RECVTIMEO, (nng_duration)timeout_ms(url));
    nng_pipe_notify(w->probe, NNG_PIPE_EV_ADD_POST, on_shaken, w);
    uint32_t before = publish_joined(w->options.publish);
    bool alive =
        shake(w, url) && (at == PUBLISH ? joins(w, url, before) : ask(w->probe, at));
    close_probe(w);
    return alive;
}

/* --- the round ---------------------------------------------------------------------- */

static const char *url_of(const watchdog *w, door at) {
    if (at == COMMAND) return net_url(w->options.command);
    return at == FEED ? net_url(w->options.feed) : publish_url(w->options.publish);
}

static duban_status relisten(watchdog *w, door at) {
    if (at == COMMAND) return net_relisten(w->options.command);
    return at == FEED ? net_relisten(w->options.feed)
                      : publish_relisten(w->options.publish);
}

static bool stopping(watchdog *w) {
    pthread_mutex_lock(&w->lock);
    bool stop = w->stop;
    pthread_mutex_unlock(&w->lock);
    return stop;
}

/* A probe that found no place says nothing about the listener, and listening anew would
 * end the connections of those who have one. */
static bool no_room(const watchdog *w) {
    int64_t round_ms = (int64_t)w->options.every_ms + DOORS * PROBE_TIMEOUT_MS * 2;
    return descriptors_short() ||
           (w->options.pipes &&
            pipes_was_full(w->options.pipes, round_ms, monotonic_ms()));
}

static void look_at(watchdog *w, door at) {
    const char *url = url_of(w, at);
    if (is_alive(w, at, url)) {
        w->failures[at] = 0;
        return;
    }
    if (stopping(w) || no_room(w) || ++w->failures[at] < FAILURES_MAX) return;
    duban_status status = relisten(w, at);
    METRICS_COUNT(w->options.metrics, relistens);
    log_warn(w->options.log, "watchdog", "%s did not answer and listens anew: %s", url,
             duban_status_name(status));
    if (!status) w->failures[at] = 0;
}

static void read_certificates(watchdog *w) {
    duban_refusal refusal = {0};
    if (tls_reload(w->options.tls, &refusal)) {
        log_warn(w->options.log, "tls", "the former certificates stay: %s [%s] %s (%s)",
                 duban_status_name(refusal.status), refusal.field, refusal.found,
                 refusal.expected);
        return;
    }
    for (door at = COMMAND; at < DOORS; at++) {
        if (!address_is_tls(url_of(w, at))) continue;
        duban_status status = relisten(w, at);
        log_info(w->options.log, "tls", "%s has new certificates: %s", url_of(w, at),
                 duban_status_name(status));
    }
}

/* A thousand handshakes leave 40 MB in holes that malloc would keep. */
static void give_back(void) {
    if (mallinfo2().fordblks > FREE_BYTES_MAX) malloc_trim(0);
}

static bool take_reload(watchdog *w) {
    pthread_mutex_lock(&w->lock);
    bool reload = w->reload;
    w->reload = false;
    w->called = w->stop;
    pthread_mutex_unlock(&w->lock);
    return reload;
}

static void *run(void *ctx) {
    watchdog *w = ctx;
    while (!stopping(w)) {
        wait_for(w, w->options.every_ms, &w->called);
        if (take_reload(w)) read_certificates(w);
        give_back();
        for (door at = COMMAND; at < DOORS && !stopping(w); at++)
            look_at(w, at);
    }
    return NULL;
}

bool watchdog_reload(watchdog *w) {
    if (!w->options.tls) return false;
    pthread_mutex_lock(&w->lock);
    w->reload = true;
    w->called = true;
    pthread_cond_signal(&w->news);
    pthread_mutex_unlock(&w->lock);
    return true;
}

duban_status watchdog_new(const watchdog_options *options, watchdog **out) {
    pthread_condattr_t attributes;
    watchdog *w = calloc(1, sizeof *w);
    if (!w) return DUBAN_E_NO_MEMORY;
    w->options = *options;
    atomic_init(&w->closing_ms, 0);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&w->news, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&w->lock, NULL);
    if (pthread_create(&w->thread, NULL, run, w) != 0) {
        free(w);
        return DUBAN_E_NO_MEMORY;
    }
    *out = w;
    return DUBAN_OK;
}

void watchdog_free(watchdog *w) {
    if (!w) return;
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    w->called = true;
    pthread_cond_signal(&w->news);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->news);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
