/* The watchdog: makes sure that strangers can still connect.
 * Knows: real requests over new connections, and how to listen again. Must not know: what
 * the broker does.
 *
 * A plain NNG listener can stop accepting for good (docs/decisions/0006). So a thread of
 * its own asks every so often over a new connection: the REP sockets a request that
 * belongs to the other socket, which admission answers without the loop; the PUB socket
 * only whether the connection joins it. A listener that fails twice running is closed and
 * opened again at the same address; connections made through it end and their clients ask
 * again.
 *
 * Between two rounds it gives back to the machine what ended connections left of memory.
 *
 * New certificates come in the same way: when it is asked to, it reads the files and
 * listens anew at every door that has TLS, so whoever stands connected shows its
 * certificate once more. */
#ifndef DUBAN_BROKER_WATCHDOG_H
#define DUBAN_BROKER_WATCHDOG_H

#include "broker/log.h"
#include "broker/metrics.h"
#include "broker/door/net.h"
#include "broker/board/publish.h"

/* Closing a probe takes milliseconds. */
#define WATCHDOG_STUCK_MS 10000
/* Behind a thousand handshakes on a busy machine, some seconds. */
#define WATCHDOG_TLS_STUCK_MS 60000

typedef struct watchdog watchdog;

/* Everything is borrowed until watchdog_free. */
typedef struct watchdog_options {
    net *command;
    net *feed;
    publish *publish;
    metrics *metrics;
    const logger *log;
    uint32_t every_ms; /* between two rounds of questions */
    tls *tls;          /* NULL: no door has it */
    pipes *pipes;      /* NULL: connections are not counted */
} watchdog_options;

/* After all three listen. DUBAN_E_NO_MEMORY. */
duban_status watchdog_new(const watchdog_options *options, watchdog **out);
/* Whether a probe has been closing for longer than WATCHDOG_STUCK_MS (with TLS
 * WATCHDOG_TLS_STUCK_MS). NNG 1.5 can get stuck so: a connection that ends between the
 * header and the body of a message blocks its only reaping thread, and from then on no
 * connection of the process is let go (nng #616, #1636). Nothing inside the process
 * helps; the broker begins anew. Any thread. */
bool watchdog_stuck(const watchdog *w);
/* Has the certificates read again, soon; bad files are logged and change nothing. False
 * when no door has TLS. Any thread. */
bool watchdog_reload(watchdog *w);
/* Joins the thread: a probe under way takes milliseconds; when the listener is dead 4 s,
 * at a TLS door 80 s, for which whoever calls need not wait (bounded.h). NULL is fine.
 */
void watchdog_free(watchdog *w);

#endif
