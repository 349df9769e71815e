/* The files of one end of a TLS connection: read, and known to be usable before anybody
 * connects.
 * Knows: PEM, X.509, what the TLS under our sockets can do. Must not know: sockets.
 *
 * That TLS is mbedTLS 2.28 inside NNG: it takes certificates of P-256 and says of a bad
 * one no more than "cryptographic error", so what is wrong is found out here. A list of
 * revoked certificates whose time is over makes it refuse everybody, so such a list is
 * refused as well. Times are this machine's: TLS itself has no other. */
#ifndef DUBAN_PROTO_CERTIFICATE_H
#define DUBAN_PROTO_CERTIFICATE_H

#include <stdint.h>

#include "proto/status.h"

/* A broker's certificate serves and, for its own watchdog, asks; and it was issued by the
 * CA that the broker demands of others. A client's only asks. */
typedef enum certificate_end { CERTIFICATE_BROKER, CERTIFICATE_CLIENT } certificate_end;

/* Paths. crl may be "": nobody is revoked. */
typedef struct certificate_files {
    const char *ca;
    const char *cert;
    const char *key;
    const char *crl;
} certificate_files;

/* The files' texts (PEM), each with its NUL; crl is NULL when there is none. */
typedef struct certificate_texts {
    char *ca;
    char *cert;
    char *key;
    char *crl;
} certificate_texts;

/* Reads and checks all files at the moment now_ms. DUBAN_E_CERTIFICATE, field being
 * "tls_ca", "tls_cert", "tls_key" or "tls_crl", found the path and what is wrong with it
 * (missing, unreadable, not of P-256, not valid yet, expired, for another use, not issued
 * by the CA, not its key, sealed); DUBAN_E_KEY_MODE when others may read or write the
 * key; DUBAN_E_NO_MEMORY. */
duban_status certificate_load(const certificate_files *files, certificate_end end,
                              int64_t now_ms, certificate_texts *out,
                              duban_refusal *refusal);
/* Wipes the key. */
void certificate_close(certificate_texts *texts);

#endif
