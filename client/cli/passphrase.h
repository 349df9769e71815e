/* Where `duban` gets a passphrase: --passphrase-file, DUBAN_PASSPHRASE, or the terminal
 * without echo.
 * Knows: terminals. Must not know: what the passphrase opens. */
#ifndef DUBAN_CLIENT_CLI_PASSPHRASE_H
#define DUBAN_CLIENT_CLI_PASSPHRASE_H

#include "client/cli/cli.h"
#include "proto/passphrase.h"

/* Of something that is sealed. Says what failed; DUBAN_E_PASSPHRASE when there is nobody
 * to ask. The caller wipes it. */
duban_status passphrase_ask(cli *c, char out[PASSPHRASE_SIZE]);
/* Of something to be sealed: long enough, and on the terminal asked for twice. */
duban_status passphrase_ask_new(cli *c, char out[PASSPHRASE_SIZE]);

#endif
