/* One REQ socket to one of the broker's REP sockets.
 * Knows: deadlines, reconnecting, and the difference between nobody there and no answer.
 * Must not know: what the messages say.
 *
 * Nothing is touched before the first exchange. A connection that cannot be made is
 * tried again no sooner than after a pause that doubles with each failure up to
 * CONNECT_PAUSE_MAX_MS, or lasts as long as the attempt did, half of it by chance, so
 * that a city's clients do not all come back in one moment. Every request may be sent
 * twice: whoever uses this sends only what the broker takes for the same when it comes
 * again.
 *
 * NNG tells why a connection cannot be made only to a call that waits for it, for as long
 * as the kernel tries. So a thread of its own makes that call, and is called off at the
 * deadline. */
#ifndef DUBAN_CLIENT_CONNECTION_H
#define DUBAN_CLIENT_CONNECTION_H

#include "proto/arena.h"
#include "client/tls.h"
#include "proto/words.h"

typedef struct connection connection;

/* url and desk are copied; desk may be NULL, then no tls+tcp address is reached.
 * DUBAN_E_NO_MEMORY. */
duban_status connection_new(const char *url, const tls_desk *desk, connection **out);
void connection_free(connection *c);
/* Borrowed until connection_free. */
const char *connection_url(const connection *c);

typedef enum patience {
    IMPATIENT, /* within a pause: UNREACHABLE at once */
    PATIENT    /* sits the pause out first */
} patience;

/* Sends bytes and appends the answer to out. timeout_ms bounds the whole.
 * DUBAN_E_UNREACHABLE: nobody listens, nobody knows the URL's name, or the connection
 * broke and could not be made again; DUBAN_E_TIMEOUT: connected, but no answer came, or a
 * signal came whose handler does not restart calls (a Ctrl-C that wants the hold to end);
 * DUBAN_E_CERTIFICATE, DUBAN_E_KEY_MODE: this desk's files cannot be used, or one side
 * refused the other's certificate; DUBAN_E_ADDRESS: no such URL; DUBAN_E_TOO_LARGE:
 * longer than REQUEST_SIZE_MAX; DUBAN_E_NO_MEMORY. */
duban_status connection_exchange(connection *c, span bytes, uint32_t timeout_ms,
                                 patience how, buffer *out);

/* Fills *refusal with what is known of the failure that the last exchange ended with, the
 * URL at least, and returns it. */
duban_status connection_refuse(const connection *c, duban_status status,
                               duban_refusal *refusal);

#endif
