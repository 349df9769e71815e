/* A receipt in words: who sent what, where it stands and since when, who has signed.
 * Knows: verified receipts, names as far as the slice has them. Must not know: where the
 * receipt came from, how it was verified. */
#ifndef DUBAN_CLIENT_CLI_RECEIPT_SAY_H
#define DUBAN_CLIENT_CLI_RECEIPT_SAY_H

#include "client/cli/cli.h"
#include "client/receipt.h"

/* Whether the office's own signature was verified, and by which key. */
typedef struct receipt_signer {
    bool known;
    sign_public key;
} receipt_signer;

/* c->d may be NULL: then numbers stand for names. Witnesses named by --witness have been
 * verified by the caller; others are listed as they call themselves. */
void receipt_say(cli *c, const receipt *r, const receipt_facts *facts,
                 const receipt_signer *signer);

#endif
