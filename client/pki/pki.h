/* A small certificate authority for a city that has none.
 * Knows: one folder, X.509. Must not know: who is asked for what.
 *
 *     ca.crt     whom everybody trusts
 *     ca.key     0600; sealed when there is a passphrase
 *     crl.pem    what is revoked, for the broker's tls_crl; good as long as the CA
 *     index      one line a certificate: serial, kind, name, until, revoked
 *     lock       held while one of the above is written
 *     NAME/      ca.crt, NAME.crt, NAME.key (0600): what is handed over
 *
 * Keys are of P-256 and serials are chance. A certificate only opens the broker's door;
 * who speaks is said by the office's own key (docs/decisions/0018). Nothing is ever
 * overwritten but the index and crl.pem, by rename. */
#ifndef DUBAN_CLIENT_PKI_PKI_H
#define DUBAN_CLIENT_PKI_PKI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/limits.h"
#include "proto/status.h"

/* What every call works on; all borrowed for the call. */
typedef struct pki {
    const char *folder;
    const char *passphrase; /* of ca.key; NULL when it has none */
    int64_t now_ms;
} pki;

#define PKI_SERIAL_SIZE 33 /* 16 bytes in hex with the NUL */

typedef struct pki_row {
    char serial[PKI_SERIAL_SIZE];
    bool broker; /* else an office's */
    char name[CODE_SIZE_MAX + 1];
    int64_t until_s;
    int64_t revoked_s; /* 0: it is not */
} pki_row;

/* Makes the folder, the CA with that name, and an empty list of what is revoked.
 * DUBAN_E_EXISTS when there is a CA, DUBAN_E_LIMIT for days, DUBAN_E_IO,
 * DUBAN_E_DISK_FULL, DUBAN_E_NO_MEMORY. */
duban_status pki_init(const pki *p, const char *name, uint32_t days,
                      duban_refusal *refusal);

typedef struct pki_order {
    const char *name;         /* an office's code, or the broker's; [0-9A-Za-z._-] */
    bool broker;              /* may serve as well as ask, and has hosts */
    const char *const *hosts; /* DNS names and IP addresses */
    size_t hosts_n;
    int64_t from_ms; /* 0: now */
    uint32_t days;   /* cut at the CA's own end */
    const char *out; /* the folder for its files; NULL: NAME in the CA's */
} pki_order;

/* Issues one and writes its files. Those of pki_open (below); DUBAN_E_CODE for the name,
 * DUBAN_E_ADDRESS for a host, DUBAN_E_LIMIT for days or when the index is full,
 * DUBAN_E_EXISTS when the folder has such files. */
duban_status pki_issue(const pki *p, const pki_order *order, pki_row *out,
                       duban_refusal *refusal);

/* Revokes one by its serial, or all of a name that are not yet, and writes crl.pem.
 * DUBAN_E_NOT_FOUND, DUBAN_E_STATE when all of them are revoked already. */
duban_status pki_revoke(const pki *p, const char *which, size_t *revoked,
                        duban_refusal *refusal);

/* Writes crl.pem from the index. */
duban_status pki_crl(const pki *p, duban_refusal *refusal);

/* The rows in the order in which they were issued; the caller frees them. Needs no
 * passphrase. DUBAN_E_NOT_READY when there is no CA, DUBAN_E_CORRUPT. */
duban_status pki_list(const pki *p, pki_row **out, size_t *n, duban_refusal *refusal);

#endif
