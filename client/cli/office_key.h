/* Keys of offices: enrolling, changing, revoking, listing.
 * Knows: the slice's keys. Must not know: tables of offices. */
#ifndef DUBAN_CLIENT_CLI_OFFICE_KEY_H
#define DUBAN_CLIENT_CLI_OFFICE_KEY_H

#include "client/cli/cli.h"
#include "client/cli/json.h"
#include "proto/sign.h"

/* Adds a key to those to be sent, with the next number, unless it is enrolled for that
 * office already. where names it in a refusal. DUBAN_E_REVOKED, DUBAN_E_KEY_OFFICE. */
duban_status office_take_key(cli *c, const char *where, const sign_public *public_key,
                             uint32_t office, key_words *keys, size_t *keys_n);
void office_key_fingerprint(const key_words *key, char out[SIGN_FINGERPRINT_SIZE]);

/* Every key of that office, those that are revoked too. */
json_t *office_keys_json(const ledger *l, uint32_t office);
/* Every key of every office as a table. */
void office_print_keys(cli *c);

#endif
