/* The broker: everything built, wired and run until a signal or a failure ends it.
 * Knows: which part gets what. Must not know: what any part does inside.
 *
 * Threads. The loop (the caller's thread) alone touches the ledger, stages entries and
 * builds frames. NNG's threads admit requests. The committer writes the journal. The
 * worker folds the past. The watchdog asks from outside. Witnesses are asked by a thread
 * of their own. What passes between them: calls (inbox.h, follower.h), news (mailbox.h),
 * the key table (keys.h). */
#ifndef DUBAN_BROKER_BROKER_H
#define DUBAN_BROKER_BROKER_H

#include <stdio.h>

#include "broker/config.h"
#include "broker/log.h"

/* How it ended, besides the status. */
typedef struct broker_end {
    duban_status why; /* of DUBAN_E_COMMIT: DISK_FULL, IO, …; DUBAN_OK: not known */
    bool again;       /* to be run anew in a fresh process, at the addresses below */
    bool stuck;       /* NNG's threads did not end: leave by _exit, not by exit */
    char listen[ADDRESS_SIZE]; /* with real ports */
    char feed[ADDRESS_SIZE];
    char publish[ADDRESS_SIZE];
} broker_end;

/* Opens the journal (or begins it with the genesis), folds it, listens, writes one line
 * to ready and flushes it:
 *
 *     duband ready command=URL feed=URL publish=URL origin=ORIGIN head=N
 *
 * and serves until SIGTERM or SIGINT (SIGHUP as well when no door has TLS, else it reads
 * the certificates again): then DUBAN_OK. Otherwise why it could not begin or go on, with
 * *refusal: those of tls.h, genesis.h, journal.h and refold.h, DUBAN_E_ADDRESS,
 * DUBAN_E_COMMIT when a commit failed, DUBAN_E_CORRUPT when verification behind the
 * service found damage. The journal is closed when it returns, in every case. */
duban_status broker_run(const config *c, const logger *log, FILE *ready, broker_end *end,
                        duban_refusal *refusal);

#endif
