/* What the operator asked for: a file, then DUBAN_* variables, then flags; later wins.
 * Knows: names and defaults. Must not know: what is done with them.
 *
 * The file has lines `key = value`; blank lines and lines that begin with # are passed
 * over. Keys, variables and flags are one list:
 *
 *     data     DUBAN_DATA     --data DIR
 *     listen   DUBAN_LISTEN   --listen URL     commands and queries
 *     feed     DUBAN_FEED     --feed URL       the live board
 *     publish  DUBAN_PUBLISH  --publish URL    the loudspeaker
 *     engine   DUBAN_ENGINE   --engine lmdb
 *     passphrase_file DUBAN_PASSPHRASE_FILE --passphrase-file FILE
 *              of a sealed broker.key; without it DUBAN_PASSPHRASE
 *     tls_ca   DUBAN_TLS_CA   --tls-ca FILE    whose certificates are let in
 *     tls_cert DUBAN_TLS_CERT --tls-cert FILE  the broker's own
 *     tls_key  DUBAN_TLS_KEY  --tls-key FILE   its key
 *     tls_crl  DUBAN_TLS_CRL  --tls-crl FILE   those that are revoked
 *     witness  DUBAN_WITNESS  --witness 'VKEY URL'  (witness_policy.h); wherever one is
 *              named it is asked beside the others
 *     witnesses_needed DUBAN_WITNESSES_NEEDED --witnesses-needed N
 *     witnesses_block  DUBAN_WITNESSES_BLOCK  --witnesses-block yes|no
 *
 * The file itself is named by DUBAN_CONFIG or --config FILE; without either there is
 * none. */
#ifndef DUBAN_BROKER_CONFIG_H
#define DUBAN_BROKER_CONFIG_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "broker/door/address.h"
#include "broker/witness/witness_policy.h"
#include "proto/status.h"

#define CONFIG_LISTEN_DEFAULT  "tcp://127.0.0.1:7158"
#define CONFIG_FEED_DEFAULT    "tcp://127.0.0.1:7159"
#define CONFIG_PUBLISH_DEFAULT "tcp://127.0.0.1:7160"
#define CONFIG_DATA_DEFAULT    "duban-data"
/* Longest line of a config file. */
#define CONFIG_LINE_MAX 4096

typedef enum config_task {
    CONFIG_SERVE,
    CONFIG_CHECK,
    CONFIG_HELP,
    CONFIG_VERSION
} config_task;

typedef struct config {
    config_task task;
    char data[PATH_MAX];
    char listen[ADDRESS_SIZE];
    char feed[ADDRESS_SIZE];
    char publish[ADDRESS_SIZE];
    char engine[16];
    char passphrase_file[PATH_MAX];
    char tls_ca[PATH_MAX];
    char tls_cert[PATH_MAX];
    char tls_key[PATH_MAX];
    char tls_crl[PATH_MAX];
    witness_policy witnesses;
} config;

/* Reads file, environment and flags. variable is getenv or a stand-in for it.
 * DUBAN_E_USAGE for an unknown key, flag or a value that is too long, DUBAN_E_NOT_FOUND
 * when the file cannot be read, DUBAN_E_UNSUPPORTED for an engine we do not have,
 * DUBAN_E_NOT_LOOPBACK and DUBAN_E_ADDRESS for an address; *refusal says which (field)
 * and what it was (found). */
duban_status config_read(int argc, const char *const *argv,
                         char *(*variable)(const char *name), config *out,
                         duban_refusal *refusal);

/* Sets one key as a line of the file would. DUBAN_E_USAGE. */
duban_status config_set(config *c, const char *key, const char *value,
                        duban_refusal *refusal);

void config_help(FILE *to);

#endif
