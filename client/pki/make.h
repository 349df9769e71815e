/* X.509 out of plain words: the CA's own certificate, those it issues, its list.
 * Knows: libcrypto. Must not know: folders. */
#ifndef DUBAN_CLIENT_PKI_MAKE_H
#define DUBAN_CLIENT_PKI_MAKE_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "client/pki/index.h"

/* A key of P-256; NULL when out of memory. */
EVP_PKEY *make_key(void);

/* The CA's certificate by itself. NULL when libcrypto fails. */
X509 *make_ca(EVP_PKEY *key, const char *name, int64_t from_s, int64_t until_s);

typedef struct make_order {
    const uint8_t *serial; /* 16 bytes */
    const char *name;
    const char *names; /* of the broker, as subjectAltName; NULL for an office */
    EVP_PKEY *key;
    int64_t from_s;
    int64_t until_s;
} make_order;

X509 *make_certificate(X509 *ca, EVP_PKEY *ca_key, const make_order *order);

/* The list of all revoked rows. */
X509_CRL *make_list(X509 *ca, EVP_PKEY *ca_key, const pki_index *index, int64_t now_s);

#endif
