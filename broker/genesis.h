/* The founding files of a journal's folder: genesis and broker.key.
 * Knows: where they lie and that they belong together. Must not know: the journal.
 *
 * <data>/genesis holds the bytes of a Submit message (duban.proto): the signed Genesis
 * and its signature by the root key that it names. <data>/broker.key is a key file
 * (proto/keyfile.h) with the key that it names as the broker's. Both are made by `duban
 * init --city`. */
#ifndef DUBAN_BROKER_GENESIS_H
#define DUBAN_BROKER_GENESIS_H

#include "broker/door/call.h"
#include "proto/sign.h"

typedef struct genesis {
    sign_key key;         /* the broker's */
    admitted *submission; /* words borrow from here */
    buffer bytes;
    arena space;
} genesis;

/* Reads and verifies both. Where broker.key is sealed its passphrase is the first line of
 * passphrase_file, or with "" DUBAN_PASSPHRASE; DUBAN_E_PASSPHRASE when that is none or
 * another. DUBAN_E_NO_GENESIS when there is none, DUBAN_E_KEY_MODE and
 * the others of keyfile.h, DUBAN_E_SIGNATURE when the root key did not sign it,
 * DUBAN_E_ORIGIN when head and payload differ, DUBAN_E_KEY_FORMAT when broker.key is
 * another key than the one it names, whatever codec.h says. refusal->field names the
 * file. */
duban_status genesis_read(const char *data, const char *passphrase_file, genesis *out,
                          duban_refusal *refusal);
/* Whether entry 0 is these very bytes: DUBAN_E_ORIGIN when it is another genesis. An
 * empty journal matches. */
duban_status genesis_matches(const genesis *g, const journal *j, duban_refusal *refusal);
/* Stages the genesis as entry 0 of an empty journal, received at its first moment; to be
 * committed by closing it. Whatever ledger.h says of a genesis, entry.h, journal.h. */
duban_status genesis_begin(const genesis *g, journal *j, duban_refusal *refusal);
/* Wipes the key. */
void genesis_close(genesis *g);

#endif
