/* How a home changes its key: a new one is made beside it, handed in, enrolled, and taken
 * into use; what was signed before can still be read.
 *
 *     key.next    the key to come (proto/keyfile.h), 0600
 *     former      public keys of before, one line each (client/keyline.h), oldest first
 *
 * Knows: those two files and what the broker says of a key. Must not know: terminals. */
#ifndef DUBAN_CLIENT_REKEY_H
#define DUBAN_CLIENT_REKEY_H

#include "client/duban.h"

/* Makes the key to come; passphrase may be NULL. DUBAN_E_EXISTS: there is one already,
 * *out is that. Those of duban_home_init. */
duban_status rekey_prepare(duban *d, algorithm a, const char *passphrase,
                           sign_public *out, duban_refusal *refusal);
/* The key to come. DUBAN_E_NOT_FOUND; those of keyfile_look. */
duban_status rekey_next(const duban *d, sign_public *out);
/* Takes the key to come into use when the broker says that it is enrolled for this home's
 * office; the former one is forgotten but for its public half. d is to be closed and
 * opened anew. DUBAN_E_NOT_FOUND: there is none. DUBAN_E_UNKNOWN_KEY: not enrolled yet.
 * DUBAN_E_REVOKED, DUBAN_E_KEY_OFFICE. DUBAN_E_LIMIT: FORMER_KEYS_MAX were changed.
 * Those of duban_info, file.h. */
duban_status rekey_adopt(duban *d, duban_refusal *refusal);
/* The former keys of the home in that folder; none when it never changed its key. */
duban_status rekey_former(const char *folder, sign_public keys[FORMER_KEYS_MAX],
                          size_t *n);

#endif
