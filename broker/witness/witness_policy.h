/* Which witnesses are asked, how many are enough, and whether receipts wait for them.
 * Knows: these keys of the config (config.h). Must not know: networks, checkpoints.
 *
 *     witness           VKEY URL    one witness; repeated for each
 *     witnesses_needed  N           so many make a checkpoint witnessed; more than half
 *     witnesses_block   no|yes      receipts wait for that; no */
#ifndef DUBAN_BROKER_WITNESS_WITNESS_POLICY_H
#define DUBAN_BROKER_WITNESS_WITNESS_POLICY_H

#include <stdbool.h>

#include "proto/limits.h"
#include "storage/tlog/cosign.h"

typedef struct witness_named {
    cosign_key key;
    char url[WITNESS_URL_SIZE_MAX]; /* without the path of add-checkpoint */
} witness_named;

typedef struct witness_policy {
    uint32_t n;
    uint32_t needed;
    bool block;
    witness_named list[WITNESSES_MAX];
} witness_policy;

/* Sets one of the keys above as a line of the config would. USAGE with what was expected,
 * LIMIT, DUPLICATE; KEY_FORMAT and ALGORITHM for a verifier key. */
duban_status witness_policy_set(witness_policy *p, const char *key, const char *value,
                                duban_refusal *refusal);
/* After the last one: fills in what was not said. USAGE. */
duban_status witness_policy_end(witness_policy *p, duban_refusal *refusal);

#endif
