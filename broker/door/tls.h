/* TLS of the broker's doors: its files, and what NNG needs of them.
 * Knows: NNG's TLS. Must not know: which doors there are.
 *
 * Every door that is tls+tcp:// demands a certificate that the CA issued and the list
 * does not revoke; who speaks is the signature's business (docs/decisions/0018). */
#ifndef DUBAN_BROKER_DOOR_TLS_H
#define DUBAN_BROKER_DOOR_TLS_H

#include <nng/nng.h>

#include "broker/config.h"

typedef struct tls tls;

/* Reads the files that the config names; *out is NULL when no address needs them. The
 * config is borrowed until tls_free. Those of certificate_load; DUBAN_E_CERTIFICATE also
 * when NNG does not take what we took. */
duban_status tls_new(const config *c, tls **out, duban_refusal *refusal);

/* Reads them anew, for listeners that are made from now on; those that stand go on with
 * what they have. After a failure everything is as it was. Not while another thread uses
 * t. */
duban_status tls_reload(tls *t, duban_refusal *refusal);

/* Prepares a listener at url before it starts; other addresses need nothing. */
duban_status tls_listener(const tls *t, const char *url, nng_listener listener);

/* Prepares a dialer to the broker's own door. It shows the broker's certificate and does
 * not look at the one it is shown: it asks whether the door opens, nothing more. */
duban_status tls_own_dialer(const tls *t, const char *url, nng_dialer dialer);

/* NULL is fine. */
void tls_free(tls *t);

#endif
