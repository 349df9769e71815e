#include "client/witness/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/file.h"

#define STEP_MS 1000 /* between two looks at connections that take too long */

/* A connection; fd is −1 in a free place. */
typedef struct guest {
    int fd;
    int64_t since_ms; /* it came, or its last question was answered */
} guest;

typedef struct server {
    const server_options *options;
    struct MHD_Daemon *daemon;
    guest guests[WITNESS_CONNECTIONS_MAX];
} server;

/* A question that is arriving. */
typedef struct arrival {
    buffer body;
    bool too_large;
} arrival;

/* --- answers ------------------------------------------------------------------------ */

static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned code,
                                 const char *type, const char *text, size_t size) {
    struct MHD_Response *response = MHD_create_response_from_buffer(
        size, (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
    if (!response) return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (code == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "POST");
    enum MHD_Result queued = MHD_queue_response(connection, code, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result send_plain(struct MHD_Connection *connection, unsigned code,
                                  const char *text) {
    return send_text(connection, code, "text/plain; charset=utf-8", text, strlen(text));
}

static enum MHD_Result answer(server *s, struct MHD_Connection *connection,
                              const arrival *a) {
    cosigner_reply reply;
    if (a->too_large)
        return send_plain(connection, MHD_HTTP_CONTENT_TOO_LARGE, "too large\n");
    const char *body = a->body.data ? (const char *)a->body.data : "";
    cosigner_answer(s->options->cosigner, body, a->body.size, file_wall_ms() / 1000,
                    &reply);
    if (reply.log && reply.status) s->options->tell(s->options->ctx, &reply);
    return send_text(connection, reply.code, reply.type, reply.text, reply.size);
}

/* --- questions ---------------------------------------------------------------------- */

/* What can be said before the body has come; MHD_YES with *request set: go on. */
static enum MHD_Result begin(struct MHD_Connection *connection, const char *url,
                             const char *method, void **request) {
    if (strcmp(url, ADD_CHECKPOINT_PATH) != 0)
        return send_plain(connection, MHD_HTTP_NOT_FOUND, "not found\n");
    if (strcmp(method, MHD_HTTP_METHOD_POST) != 0)
        return send_plain(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "POST\n");
    const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
                                                     MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (length && strtoull(length, NULL, 10) > ADD_CHECKPOINT_MAX)
        return send_plain(connection, MHD_HTTP_CONTENT_TOO_LARGE, "too large\n");
    arrival *a = calloc(1, sizeof *a);
    if (!a) return MHD_NO;
    buffer_init(&a->body);
    *request = a;
    return MHD_YES;
}

static enum MHD_Result take_bytes(arrival *a, const char *bytes, size_t size) {
    if (a->too_large || size > ADD_CHECKPOINT_MAX - a->body.size) {
        a->too_large = true;
        return MHD_YES;
    }
    unsigned char *end = buffer_reserve(&a->body, size);
    if (!end) return MHD_NO;
    memcpy(end, bytes, size);
    a->body.size += size;
    return MHD_YES;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *bytes, size_t *size,
                                  void **request) {
    arrival *a = *request;
    (void)version;
    if (!a) return begin(connection, url, method, request);
    if (*size == 0) return answer(ctx, connection, a);
    enum MHD_Result taken = take_bytes(a, bytes, *size);
    *size = 0;
    return taken;
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **request,
                         enum MHD_RequestTerminationCode how) {
    arrival *a = *request;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    guest *g = info ? info->socket_context : NULL;
    (void)ctx;
    (void)how;
    if (g) g->since_ms = file_now_ms();
    if (a) buffer_close(&a->body);
    free(a);
    *request = NULL;
}

/* --- connections -------------------------------------------------------------------- */

static void on_connection(void *ctx, struct MHD_Connection *connection, void **place,
                          enum MHD_ConnectionNotificationCode what) {
    server *s = ctx;
    guest *g = *place;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (g) g->fd = -1;
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    for (int i = 0; i < WITNESS_CONNECTIONS_MAX && info; i++) {
        if (s->guests[i].fd >= 0) continue;
        s->guests[i] = (guest){info->connect_fd, file_now_ms()};
        *place = &s->guests[i];
        return;
    }
}

/* A socket that is shut is closed by libmicrohttpd at its next turn. */
static void show_out_the_slow(server *s) {
    int64_t now_ms = file_now_ms();
    for (int i = 0; i < WITNESS_CONNECTIONS_MAX; i++) {
        guest *g = &s->guests[i];
        if (g->fd >= 0 && now_ms - g->since_ms > WITNESS_QUESTION_MS)
            shutdown(g->fd, SHUT_RDWR);
    }
}

/* --- listening ---------------------------------------------------------------------- */

/* HOST:PORT or [HOST]:PORT, numbers only: nothing is looked up. */
static struct addrinfo *find_address(const char *listen) {
    char host[64];
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    const char *colon = strrchr(listen, ':');
    bool brackets = listen[0] == '[';
    const char *from = listen + brackets;
    const char *end = brackets ? strchr(listen, ']') : colon;
    if (!colon || !end || end + brackets != colon || end == from) return NULL;
    if ((size_t)(end - from) >= sizeof host) return NULL;
    memcpy(host, from, (size_t)(end - from));
    host[end - from] = '\0';
    return getaddrinfo(host, colon + 1, &hints, &found) == 0 ? found : NULL;
}

static duban_status begin_daemon(server *s, const struct addrinfo *address) {
    unsigned flags = MHD_USE_EPOLL;
    if (address->ai_family == AF_INET6) flags |= MHD_USE_IPv6;
    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR, address->ai_addr,
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)WITNESS_CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)WITNESS_PER_ADDRESS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)WITNESS_HEADERS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)(WITNESS_QUESTION_MS / 1000), MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_END);
    return s->daemon ? DUBAN_OK : DUBAN_E_ADDRESS;
}

static void say_ready(const server *s) {
    char vkey[NOTE_KEY_TEXT_SIZE];
    const server_options *o = s->options;
    const union MHD_DaemonInfo *port =
        MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
    int host_size = (int)(strrchr(o->listen, ':') - o->listen);
    cosign_key_print(cosigner_key(o->cosigner), vkey);
    fprintf(o->ready, "duban witness ready url=http://%.*s:%u vkey=%s logs=%u\n",
            host_size, o->listen, port ? (unsigned)port->port : 0, vkey,
            (unsigned)cosigner_logs(o->cosigner));
    fflush(o->ready);
}

static duban_status serve(server *s, int signals) {
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (!info) return DUBAN_E_INTERNAL;
    struct pollfd wait[2] = {{.fd = info->epoll_fd, .events = POLLIN},
                             {.fd = signals, .events = POLLIN}};
    for (;;) {
        MHD_UNSIGNED_LONG_LONG next_ms = STEP_MS;
        if (MHD_get_timeout(s->daemon, &next_ms) != MHD_YES || next_ms > STEP_MS)
            next_ms = STEP_MS;
        if (poll(wait, 2, (int)next_ms) < 0 && errno != EINTR) return DUBAN_E_INTERNAL;
        if (wait[1].revents) return DUBAN_OK;
        if (MHD_run(s->daemon) != MHD_YES) return DUBAN_E_INTERNAL;
        show_out_the_slow(s);
    }
}

duban_status server_run(const server_options *options, duban_refusal *refusal) {
    sigset_t ends;
    server s = {.options = options};
    for (int i = 0; i < WITNESS_CONNECTIONS_MAX; i++)
        s.guests[i].fd = -1;
    struct addrinfo *address = find_address(options->listen);
    if (!address)
        return duban_refuse(refusal, DUBAN_E_ADDRESS, 0, "listen", options->listen,
                            "127.0.0.1:7170, [::1]:7170");
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    int signals = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    duban_status status = signals < 0 ? DUBAN_E_INTERNAL : begin_daemon(&s, address);
    freeaddrinfo(address);
    if (status) duban_refuse(refusal, status, 0, "listen", options->listen, NULL);
    if (!status) {
        say_ready(&s);
        status = serve(&s, signals);
        if (status) duban_refuse(refusal, status, 0, "listen", options->listen, NULL);
    }
    if (s.daemon) MHD_stop_daemon(s.daemon);
    if (signals >= 0) close(signals);
    return status;
}
