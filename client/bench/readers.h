/* Readers of a live board, each with a connection and a thread of its own, noting when
 * which index reached them.
 * Knows: the feed. Must not know: who submits. */
#ifndef DUBAN_CLIENT_CLI_BENCH_READERS_H
#define DUBAN_CLIENT_CLI_BENCH_READERS_H

#include "client/bench/load.h"

#define BENCH_READERS_MAX 512

typedef struct bench_readers bench_readers;

/* Starts n readers, 1..BENCH_READERS_MAX, and waits until each stands at or beyond index.
 * DUBAN_E_NO_MEMORY, DUBAN_E_TIMEOUT, or what the feed answered. */
duban_status bench_readers_start(const char *url, uint32_t n, uint64_t index,
                                 bench_readers **out);
/* Waits until each stands at or beyond index. DUBAN_E_TIMEOUT. */
duban_status bench_readers_wait(bench_readers *r, uint64_t index);
/* Stops them and adds to `latencies` (room for readers × sent_n) how long after its
 * sending each submission's index was in each reader's hands; *n is how many there are.
 */
void bench_readers_stop(bench_readers *r, const bench_sent *sent, size_t sent_n,
                        int64_t *latencies_ns, size_t *n);
/* Frames that all readers took; after the stop. */
uint64_t bench_readers_frames(const bench_readers *r);
void bench_readers_free(bench_readers *r);

#endif
