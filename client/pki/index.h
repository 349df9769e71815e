/* The authority's index: what was issued, and what of it is revoked.
 * Knows: its text. Must not know: certificates.
 *
 *     duban-pki/1
 *     SERIAL office|broker NAME UNTIL REVOKED
 *
 * UNTIL and REVOKED are seconds since 1970, REVOKED is 0 for what is good. */
#ifndef DUBAN_CLIENT_PKI_INDEX_H
#define DUBAN_CLIENT_PKI_INDEX_H

#include "client/pki/pki.h"

typedef struct pki_index {
    pki_row *rows;
    size_t n;
} pki_index;

/* DUBAN_E_NOT_READY when there is none, DUBAN_E_CORRUPT with the line in *refusal. */
duban_status index_read(const char *folder, pki_index *out, duban_refusal *refusal);
/* DUBAN_E_LIMIT above PKI_ROWS_MAX. */
duban_status index_add(pki_index *index, const pki_row *row);
duban_status index_write(const char *folder, const pki_index *index);
void index_close(pki_index *index);

#endif
