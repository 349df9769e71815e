#include "client/connection.h"

#include <nng/nng.h>
#include <nng/protocol/reqrep0/req.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "client/file.h"
#include "proto/sign.h"

/* Attempts within one exchange: the first, and again when the connection breaks under it.
 */
#define ATTEMPTS 3

struct connection {
    char *url;
    tls_desk *desk; /* NULL when there is none */
    bool open;
    nng_socket socket;
    nng_dialer dialer;
    nng_ctx ctx;
    nng_aio *aio;
    uint32_t failures; /* in a row */
    int64_t next_ms;   /* no attempt before this */
    duban_refusal why; /* of the last dial, when more is known than a status */

    int news;             /* eventfd that NNG's threads write to after they changed: */
    pthread_mutex_t lock; /* guards */
    int pipes;
    bool done; /* the operation on aio, or the dial, has ended */
    int dialed;
};

static duban_status status_of_nng(int error) {
    switch (error) {
    case 0: return DUBAN_OK;
    case NNG_ENOMEM: return DUBAN_E_NO_MEMORY;
    case NNG_EADDRINVAL:
    case NNG_EINVAL:
    case NNG_ENOTSUP: return DUBAN_E_ADDRESS;
    case NNG_EMSGSIZE: return DUBAN_E_TOO_LARGE;
    case NNG_ETIMEDOUT: return DUBAN_E_TIMEOUT;
    case NNG_ECRYPTO:
    case NNG_EPEERAUTH: return DUBAN_E_CERTIFICATE;
    default: return DUBAN_E_UNREACHABLE;
    }
}

static void free_texts(connection *c) {
    free(c->url);
    free(c->desk);
    free(c);
}

duban_status connection_new(const char *url, const tls_desk *desk, connection **out) {
    connection *c = calloc(1, sizeof *c);
    if (!c) return DUBAN_E_NO_MEMORY;
    c->url = strdup(url);
    c->desk = desk ? malloc(sizeof *desk) : NULL;
    if (!c->url || (desk && !c->desk)) {
        free_texts(c);
        return DUBAN_E_NO_MEMORY;
    }
    if (desk) *c->desk = *desk;
    c->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (c->news < 0) {
        free_texts(c);
        return DUBAN_E_IO;
    }
    pthread_mutex_init(&c->lock, NULL);
    *out = c;
    return DUBAN_OK;
}

static void shut(connection *c) {
    if (!c->open) return;
    nng_ctx_close(c->ctx);
    nng_close(c->socket); /* waits for the pipes and their callbacks */
    nng_aio_free(c->aio);
    c->open = false;
    c->pipes = 0;
}

void connection_free(connection *c) {
    if (!c) return;
    shut(c);
    close(c->news);
    pthread_mutex_destroy(&c->lock);
    free_texts(c);
}

const char *connection_url(const connection *c) {
    return c->url;
}

static void tell(connection *c) {
    uint64_t one = 1;
    ssize_t wrote = write(c->news, &one, sizeof one);
    (void)wrote; /* it fails only when there is more news than can be counted */
}

static void on_pipe(nng_pipe pipe, nng_pipe_ev what, void *ctx) {
    connection *c = ctx;
    (void)pipe;
    pthread_mutex_lock(&c->lock);
    c->pipes += what == NNG_PIPE_EV_ADD_POST ? 1 : -1;
    pthread_mutex_unlock(&c->lock);
    tell(c);
}

static void on_aio(void *ctx) {
    connection *c = ctx;
    pthread_mutex_lock(&c->lock);
    c->done = true;
    pthread_mutex_unlock(&c->lock);
    tell(c);
}

static bool connected(connection *c) {
    pthread_mutex_lock(&c->lock);
    bool yes = c->open && c->pipes > 0;
    pthread_mutex_unlock(&c->lock);
    return yes;
}

static int configure(connection *c) {
    int error = nng_socket_set_size(c->socket, NNG_OPT_RECVMAXSZ, REPLY_SIZE_MAX);
    if (!error)
        error = nng_socket_set_ms(c->socket, NNG_OPT_REQ_RESENDTIME, REQUEST_RESEND_MS);
    if (!error)
        error = nng_socket_set_ms(c->socket, NNG_OPT_RECONNMINT, CONNECT_PAUSE_MS);
    if (!error)
        error = nng_socket_set_ms(c->socket, NNG_OPT_RECONNMAXT, CONNECT_PAUSE_MAX_MS);
    if (!error) error = nng_pipe_notify(c->socket, NNG_PIPE_EV_ADD_POST, on_pipe, c);
    if (!error) error = nng_pipe_notify(c->socket, NNG_PIPE_EV_REM_POST, on_pipe, c);
    return error;
}

/* Sleeps until there is news. False at the deadline, or when a signal came whose handler
 * does not restart calls: somebody wants the wait to end. */
static bool sleep_until_news(connection *c, int64_t end_ms) {
    struct pollfd what = {.fd = c->news, .events = POLLIN};
    int64_t left_ms = end_ms - file_now_ms();
    if (left_ms <= 0 || poll(&what, 1, (int)left_ms) <= 0) return false;
    uint64_t count;
    ssize_t got = read(c->news, &count, sizeof count);
    (void)got; /* only resets the count */
    return true;
}

static duban_status open_socket(connection *c) {
    int error = nng_req0_open(&c->socket);
    if (error) return status_of_nng(error);
    error = configure(c);
    if (!error) error = nng_ctx_open(&c->ctx, c->socket);
    if (!error) error = nng_aio_alloc(&c->aio, on_aio, c);
    if (!error) c->open = true;
    if (!error) error = nng_dialer_create(&c->dialer, c->socket, c->url);
    if (error && !c->open) nng_close(c->socket);
    return status_of_nng(error);
}

static void begin(connection *c) {
    pthread_mutex_lock(&c->lock);
    c->done = false;
    pthread_mutex_unlock(&c->lock);
}

static bool is_done(connection *c) {
    pthread_mutex_lock(&c->lock);
    bool done = c->done;
    pthread_mutex_unlock(&c->lock);
    return done;
}

static void *run_dial(void *ctx) {
    connection *c = ctx;
    c->dialed = nng_dialer_start(c->dialer, 0);
    on_aio(c);
    return NULL;
}

/* Signals are for the thread that waits. */
static bool start_dial(connection *c, pthread_t *thread) {
    sigset_t all, former;
    begin(c);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &former);
    bool started = pthread_create(thread, NULL, run_dial, c) == 0;
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    return started;
}

/* The URL is in order, since the dialer was made; what is not known is its name, which a
 * machine without a network cannot ask for. */
static duban_status name_unknown(connection *c) {
    return duban_refuse(&c->why, DUBAN_E_UNREACHABLE, 0, "name", c->url, NULL);
}

static duban_status dial(connection *c, int64_t end_ms) {
    pthread_t thread;
    c->why = (duban_refusal){0};
    duban_status status = open_socket(c);
    if (!status) status = tls_desk_dialer(c->desk, c->url, c->dialer, &c->why);
    if (!status && !start_dial(c, &thread)) status = DUBAN_E_NO_MEMORY;
    if (status) return status;
    while (!is_done(c) && sleep_until_news(c, end_ms)) {
    }
    bool late = !is_done(c);
    if (late) nng_dialer_close(c->dialer);
    pthread_join(thread, NULL);
    if (late) return DUBAN_E_UNREACHABLE;
    if (c->dialed == NNG_EADDRINVAL) return name_unknown(c);
    status = status_of_nng(c->dialed);
    if (tls_desk_refused(c->desk, c->url, c->dialed, &c->why)) status = c->why.status;
    return status == DUBAN_E_TIMEOUT ? DUBAN_E_UNREACHABLE : status;
}

/* Half of the pause is certain, half is chance. A broker that took long to fail is busy:
 * it is left alone for as long as it took. */
static void note_failure(connection *c, int64_t took_ms) {
    uint32_t pause_ms = CONNECT_PAUSE_MS;
    for (uint32_t i = 0; i < c->failures && pause_ms < CONNECT_PAUSE_MAX_MS; i++)
        pause_ms *= 2;
    if (pause_ms > CONNECT_PAUSE_MAX_MS) pause_ms = CONNECT_PAUSE_MAX_MS;
    if (took_ms > CONNECT_BUSY_MAX_MS) took_ms = CONNECT_BUSY_MAX_MS;
    if (took_ms > pause_ms) pause_ms = (uint32_t)took_ms;
    uint32_t chance;
    sign_random(&chance, sizeof chance);
    c->next_ms = file_now_ms() + pause_ms / 2 + chance % (pause_ms / 2 + 1);
    c->failures++;
}

/* The pipe is there when the dial has ended, unless the other side refused the protocol.
 */
static bool piped(connection *c, int64_t end_ms) {
    while (!connected(c))
        if (!sleep_until_news(c, end_ms)) return connected(c);
    return true;
}

static duban_status ensure(connection *c, int64_t end_ms, patience how) {
    if (connected(c)) return DUBAN_OK;
    int64_t wait_ms = c->next_ms - file_now_ms();
    if (wait_ms > 0 && how == IMPATIENT) return DUBAN_E_UNREACHABLE;
    if (wait_ms > 0) {
        int64_t left_ms = end_ms - file_now_ms();
        if (left_ms <= 0) return DUBAN_E_UNREACHABLE;
        file_sleep_ms((uint32_t)(wait_ms < left_ms ? wait_ms : left_ms));
        if (wait_ms > left_ms) return DUBAN_E_UNREACHABLE;
    }
    shut(c);
    int64_t began_ms = file_now_ms();
    duban_status status = dial(c, end_ms);
    if (!status && !piped(c, end_ms)) status = DUBAN_E_UNREACHABLE;
    if (status) {
        int64_t took_ms = file_now_ms() - began_ms;
        shut(c);
        note_failure(c, took_ms);
    } else {
        c->failures = 0;
    }
    return status;
}

/* Waits for the operation on aio: until it ends, the connection breaks, or the deadline.
 * In the latter two it is called off. */
static duban_status await(connection *c, int64_t end_ms) {
    bool waiting = true;
    while (waiting && !is_done(c) && connected(c))
        waiting = sleep_until_news(c, end_ms);
    bool broke = !connected(c);
    if (!is_done(c)) nng_aio_cancel(c->aio);
    nng_aio_wait(c->aio);
    int error = nng_aio_result(c->aio);
    if (error == NNG_ECANCELED) return broke ? DUBAN_E_UNREACHABLE : DUBAN_E_TIMEOUT;
    return status_of_nng(error);
}

static duban_status send_and_receive(connection *c, span bytes, int64_t end_ms,
                                     buffer *out) {
    nng_msg *message;
    if (nng_msg_alloc(&message, 0)) return DUBAN_E_NO_MEMORY;
    if (nng_msg_append(message, bytes.data, bytes.size)) {
        nng_msg_free(message);
        return DUBAN_E_NO_MEMORY;
    }
    begin(c);
    nng_aio_set_msg(c->aio, message);
    nng_ctx_send(c->ctx, c->aio);
    duban_status status = await(c, end_ms);
    if (status) {
        if (nng_aio_result(c->aio)) nng_msg_free(message);
        return status;
    }
    begin(c);
    nng_ctx_recv(c->ctx, c->aio);
    status = await(c, end_ms);
    if (status) return status;
    message = nng_aio_get_msg(c->aio);
    size_t size = nng_msg_len(message);
    unsigned char *to = buffer_reserve(out, size ? size : 1);
    if (to && size) memcpy(to, nng_msg_body(message), size);
    if (to) out->size += size;
    nng_msg_free(message);
    return to ? DUBAN_OK : DUBAN_E_NO_MEMORY;
}

duban_status connection_exchange(connection *c, span bytes, uint32_t timeout_ms,
                                 patience how, buffer *out) {
    if (bytes.size > REQUEST_SIZE_MAX) return DUBAN_E_TOO_LARGE;
    int64_t end_ms = file_now_ms() + timeout_ms;
    duban_status status = DUBAN_E_UNREACHABLE;
    for (int i = 0; i < ATTEMPTS; i++) {
        status = ensure(c, end_ms, how);
        if (status) return status;
        status = send_and_receive(c, bytes, end_ms, out);
        if (status != DUBAN_E_UNREACHABLE) return status;
    }
    note_failure(c, 0); /* it breaks as soon as it is made: no reason to hurry */
    return status;
}

duban_status connection_refuse(const connection *c, duban_status status,
                               duban_refusal *refusal) {
    if (status != c->why.status || !status)
        return duban_refuse(refusal, status, 0, "broker", c->url, NULL);
    if (refusal) *refusal = c->why;
    return status;
}
