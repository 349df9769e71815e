/* Many submissions in flight at once: REQ contexts over a few connections, each sending
 * its next submission as soon as the last is acknowledged, or at a given rate.
 * Every message is encoded and signed in the pipeline, on this machine, between the
 * acknowledgement and the sending; what the clocks span begins after the signing.
 * Knows: NNG's asynchronous contexts, the stream. Must not know: how it is reported. */
#ifndef DUBAN_CLIENT_CLI_BENCH_LOAD_H
#define DUBAN_CLIENT_CLI_BENCH_LOAD_H

#include "client/bench/city.h"

typedef struct bench_sent {
    uint64_t index;
    int64_t sent_ns;  /* of this machine's monotonic clock */
    int64_t acked_ns; /* the acknowledgement was read */
} bench_sent;

typedef struct bench_load {
    /* asked for */
    const char *url;
    bench_city *city;
    uint32_t in_flight;
    double warm_seconds; /* not counted */
    double seconds;
    double per_second;                    /* 0: as fast as it goes */
    void (*tick)(void *ctx, double done); /* now and then, share done; may be NULL */
    void *tick_ctx;
    /* told: submissions acknowledged inside the counted time, in order of that */
    bench_sent *sent; /* released by bench_load_close */
    size_t sent_n;
    size_t sent_room;
    double counted_seconds;
    uint64_t all; /* acknowledged, warm-up and tail included */
    uint64_t last_index;
    uint64_t busy; /* refused under overload and sent again */
} bench_load;

/* Runs the load until its time is over and everything in flight is answered. A refusal
 * other than BUSY ends it and is told. Ctrl-C ends it with DUBAN_E_TIMEOUT. */
duban_status bench_load_run(bench_load *load, duban_refusal *refusal);
void bench_load_close(bench_load *load);

int64_t bench_now_ns(void);

/* Ctrl-C asks whatever measures to end and clean up. */
void bench_listen_for_stop(void);
bool bench_stopped(void);

#endif
