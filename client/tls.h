/* TLS of this desk: which certificate it shows, whom it trusts, and the name that it
 * expects of a broker.
 * Knows: a home's settings, NNG's TLS. Must not know: what is said over a connection.
 *
 * The name is that of the URL, or tls_name where the broker is called otherwise than it
 * is reached. An address of digits is compared as text with the names of the certificate:
 * `duban pki issue --ip` writes it as one (docs/decisions/0018). */
#ifndef DUBAN_CLIENT_TLS_H
#define DUBAN_CLIENT_TLS_H

#include <nng/nng.h>

#include "client/home.h"

/* Paths, "" when the home names none. */
typedef struct tls_desk {
    path ca;
    path cert;
    path key;
    char name[TLS_NAME_SIZE_MAX + 1]; /* "": that of the URL */
} tls_desk;

/* From the config keys tls_ca, tls_cert, tls_key (relative ones lie in the home's folder)
 * and tls_name. */
void tls_desk_of_home(const home *h, tls_desk *out);

/* Whether it is tls+tcp://, tls+tcp4:// or tls+tcp6://. */
bool tls_desk_needed(const char *url);

/* Reads the files and prepares a dialer to url before it starts; other addresses need
 * nothing. Those of certificate_load. */
duban_status tls_desk_dialer(const tls_desk *desk, const char *url, nng_dialer dialer,
                             duban_refusal *refusal);

/* Why a handshake failed, as far as NNG says: DUBAN_E_CERTIFICATE when one side refused
 * the other's certificate, else DUBAN_OK. */
duban_status tls_desk_refused(const tls_desk *desk, const char *url, int error,
                              duban_refusal *refusal);

#endif
