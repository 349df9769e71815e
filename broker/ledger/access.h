/* Who may read more than every enrolled office: rights of offices, given and taken back
 * by the city office, some until a day; and the sessions that are entries, of those who
 * read the journal. docs/decisions/0019-readers-and-rights.md.
 *
 * Knows: offices, rights, days. Must not know: tokens, connections, what a right shows
 * (visible.h, broker/door/admission.h).
 *
 * ledger.h has ledger_right and ledger_get_access. */
#ifndef DUBAN_BROKER_LEDGER_ACCESS_H
#define DUBAN_BROKER_LEDGER_ACCESS_H

#include "broker/ledger/page_writer.h"
#include "broker/ledger/state.h"

/* DUBAN_E_EMPTY (no rows; no document where more is given than an office has anyway), and
 * with the row as line DUBAN_E_UNKNOWN_OFFICE, DUBAN_E_NOT_ALLOWED (the city office has
 * every right), DUBAN_E_RULES (no right, or a day with what is taken back),
 * DUBAN_E_DUPLICATE (an office named twice), DUBAN_E_DATE (a last day that is over);
 * DUBAN_E_NO_MEMORY. */
duban_status access_check(ledger *l, const access_words *words, uint32_t signer,
                          const verdict *v);
void access_apply(ledger *l, uint64_t index, const access_words *words, uint32_t signer);

/* A session becomes an entry only when it opens the journal: DUBAN_E_NOT_ALLOWED (another
 * right; the office does not have it today; the city office, whose sessions are no
 * entries), DUBAN_E_MALFORMED (challenge), DUBAN_E_EMPTY (purpose). In a slice rights are
 * not checked. It changes nothing but its key's numbers. */
duban_status session_check(const ledger *l, const session_words *words, uint32_t signer,
                           const verdict *v);
void session_apply(const ledger *l, uint64_t index, const session_words *words,
                   uint32_t signer);

/* Frees what the ledger holds of this; and appends its part of page 0 (nothing while
 * nothing was ever given). */
void access_free(ledger *l);
void access_page(const ledger *l, page_writer *w);

#endif
