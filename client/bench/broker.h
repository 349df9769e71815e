/* A broker of the measurement's own: a temporary folder, a freshly founded journal and a
 * duband process on free ports, all gone again at the end.
 * Knows: processes, folders. Must not know: what is measured. */
#ifndef DUBAN_CLIENT_CLI_BENCH_BROKER_H
#define DUBAN_CLIENT_CLI_BENCH_BROKER_H

#include <sys/types.h>

#include "client/bench/city.h"

#define BENCH_URL_SIZE 128

typedef struct bench_broker {
    char folder[CLI_PATH_MAX]; /* "" when there is none */
    pid_t pid;                 /* 0 when none runs */
    char command[BENCH_URL_SIZE];
    char feed[BENCH_URL_SIZE];
} bench_broker;

/* Makes an empty folder under --dir, else TMPDIR, else /var/tmp, which unlike /tmp is
 * rarely kept in memory. Says what failed. */
duban_status bench_folder_make(cli *c, bench_broker *b);
void bench_folder_remove(bench_broker *b);

/* Makes the folder, founds the city's journal in it, starts duband (--duband FILE, else
 * the one beside this program) and waits until it is ready. Forks: call it before
 * anything of NNG. Says what failed; on failure nothing is left behind. */
duban_status bench_broker_start(cli *c, const bench_city *city, bench_broker *b);
/* Stops it and removes the folder. Harmless when nothing was started. */
void bench_broker_stop(bench_broker *b);

/* Anonymous memory of the process, in bytes; 0 when the system does not tell. */
uint64_t bench_broker_memory(const bench_broker *b);

/* How often a second 4 KiB can be appended to a file in the folder and synced. */
duban_status bench_sync_rate(cli *c, const bench_broker *b, double *per_second);

#endif
