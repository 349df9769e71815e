/* The CA opened: its certificate and key out of the folder.
 * Knows: libcrypto's PEM. Must not know: what is issued. */
#ifndef DUBAN_CLIENT_PKI_AUTHORITY_H
#define DUBAN_CLIENT_PKI_AUTHORITY_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "client/pki/pkifile.h"
#include "client/pki/pki.h"

typedef struct authority {
    X509 *cert;
    EVP_PKEY *key;
} authority;

/* DUBAN_E_NOT_READY when there is none, DUBAN_E_PASSPHRASE, DUBAN_E_KEY_FORMAT,
 * DUBAN_E_KEY_MODE when others may read the key. */
duban_status authority_open(const pki *p, authority *out, duban_refusal *refusal);
/* Writes both files. DUBAN_E_EXISTS. */
duban_status authority_save(const pki *p, const authority *a);
void authority_close(authority *a);

/* The end of its time, seconds since 1970. */
int64_t authority_until(const authority *a);

/* New files, the key's 0600 and sealed when passphrase is not NULL. */
duban_status authority_write_cert(const path *file, X509 *cert);
duban_status authority_write_key(const path *file, EVP_PKEY *key, const char *passphrase);

#endif
