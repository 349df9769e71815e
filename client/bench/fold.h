/* A journal of the bench city written without a broker, and how fast it is folded again:
 * bytes of the entry -> words -> check -> apply, the way every start, follower and
 * auditor goes. Signatures are real; like every fold of an own journal this one does not
 * verify them again. Knows: the journal port, the LMDB engine, replay. Must not know:
 * sockets. */
#ifndef DUBAN_CLIENT_CLI_BENCH_FOLD_H
#define DUBAN_CLIENT_CLI_BENCH_FOLD_H

#include "client/bench/city.h"

typedef struct bench_fold {
    uint64_t entries;
    double write_seconds; /* making, signing and storing them; not what is measured */
    double fold_seconds;
    uint64_t memory_bytes; /* that the ledger holds at the end, as its allocator counts */
    hash256 digest;
} bench_fold;

/* Tells how far it is: 0..1 over both halves. */
typedef void (*bench_tick)(void *ctx, double done);

/* Writes `entries` entries, singles of one statement each behind the founding, into
 * folder/journal and, with folds, folds them. */
duban_status bench_fold_run(bench_city *city, const lights_words *lights,
                            const char *folder, uint64_t entries, bool folds,
                            bench_tick tick, void *ctx, bench_fold *out,
                            duban_refusal *refusal);

#endif
