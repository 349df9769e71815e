/* The witness's HTTP: POST /add-checkpoint and nothing else.
 * Knows: HTTP (libmicrohttpd), signals, the time of day. Must not know: what is signed.
 *
 * One thread does everything: questions are answered one after the other, each with its
 * record on the disk before the next is looked at, so two that race cannot both pass the
 * check of the size (tlog-witness, "add-checkpoint", its last paragraph). Strangers are
 * held within WITNESS_CONNECTIONS_MAX, WITNESS_PER_ADDRESS_MAX, WITNESS_HEADERS_MAX,
 * ADD_CHECKPOINT_MAX and WITNESS_QUESTION_MS: a connection on which no question is
 * answered for so long is closed, however busily it dribbles. */
#ifndef DUBAN_CLIENT_WITNESS_SERVER_H
#define DUBAN_CLIENT_WITNESS_SERVER_H

#include <stdio.h>

#include "client/witness/cosigner.h"

#define SERVER_LISTEN_DEFAULT "127.0.0.1:7170"

/* Everything is borrowed. */
typedef struct server_options {
    const char *listen; /* 127.0.0.1:7170, [::1]:7170; port 0: any */
    cosigner *cosigner;
    FILE *ready;
    /* After each answer but 200 and plain mistakes: reply->log is known. */
    void (*tell)(void *ctx, const cosigner_reply *reply);
    void *ctx;
} server_options;

/* Writes one line to ready and flushes it:
 *
 *     duban witness ready url=URL vkey=VKEY logs=N
 *
 * and serves until SIGTERM or SIGINT. ADDRESS: listen cannot be used. INTERNAL. */
duban_status server_run(const server_options *options, duban_refusal *refusal);

#endif
