/* What to do about a refusal, for those that people meet without having done anything
 * wrong in a sheet: the network, certificates, keys, passphrases, rights, receipts.
 * Knows: statuses and fields. Must not know: who refused, or why just now. */
#ifndef DUBAN_CLIENT_CLI_ADVICE_H
#define DUBAN_CLIENT_CLI_ADVICE_H

#include "proto/status.h"

/* A sentence, static; NULL where the refusal says enough by itself. */
const char *advice_on(const duban_refusal *refusal, duban_lang lang);

#endif
