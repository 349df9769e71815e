/* duband --check: everything about a folder that can be verified, and a page about it.
 * Knows: the order of the questions. Must not know: sockets. The journal is opened read
 * only; a broker may be running. */
#ifndef DUBAN_BROKER_CHECK_H
#define DUBAN_BROKER_CHECK_H

#include <stdio.h>

#include "broker/config.h"
#include "broker/log.h"

/* Hashes every entry against the stored tiles, folds every entry with its digests,
 * verifies every signature, compares the root with the signed head, reads every body.
 * Writes the page to `to`. DUBAN_OK, or what is wrong with *refusal. */
duban_status check_run(const config *c, const logger *log, FILE *to,
                       duban_refusal *refusal);

#endif
