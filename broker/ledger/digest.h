/* The digest of the state: the Merkle root (RFC 6962, section 2.1) over the pages as
 * leaves, and where one page stands under it. A page is hashed again only when something
 * on it changed since. Knows: pages. Must not know: what is on them. */
#ifndef DUBAN_BROKER_LEDGER_DIGEST_H
#define DUBAN_BROKER_LEDGER_DIGEST_H

#include "broker/ledger/page.h"

/* DUBAN_E_NO_MEMORY leaves *out and forgets nothing. */
duban_status digest_of(ledger *l, hash256 *out, uint32_t *pages);

/* The inclusion path (RFC 6962, section 2.1.1) of that page, as ledger_page_path says. */
duban_status digest_path(ledger *l, uint32_t number, hash256 path[LEDGER_PATH_MAX],
                         uint32_t *path_n, uint32_t *pages);

#endif
