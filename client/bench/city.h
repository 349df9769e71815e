/* The city that `duban bench` measures with, made from nothing: as large as the real one
 * of 2023 (eleven counties and zones, 160 tasks, quarterly), but every task numeric and
 * split over all counties, so that it is heavier than the real one, never lighter.
 *
 * It is a drill on the last day of its year, so that all four rounds are open to reports.
 * The stream states values to date: each cell (metric, county, quarter) is reported once
 * and then corrected again and again, each correction naming the index it supersedes and
 * a reason, as the rules want it. Keys follow from fixed seeds; they protect nothing.
 *
 * Knows: what a plan, its keys and submissions are. Must not know: brokers, sockets,
 * journals, clocks. Not safe for use by several threads at once. */
#ifndef DUBAN_CLIENT_CLI_BENCH_CITY_H
#define DUBAN_CLIENT_CLI_BENCH_CITY_H

#include "client/cli/cli.h"
#include "proto/sign.h"

#define BENCH_COUNTIES    11
#define BENCH_LEADS       8
#define BENCH_OFFICES     (1 + BENCH_COUNTIES + BENCH_LEADS)
#define BENCH_TASKS       160
#define BENCH_METRICS     200 /* of all tasks: the first forty have two */
#define BENCH_ROUNDS      4
#define BENCH_COUNTY_KEYS 3
#define BENCH_KEYS        (1 + BENCH_LEADS + BENCH_COUNTIES * BENCH_COUNTY_KEYS)
#define BENCH_PLAN        "2023"
#define BENCH_ORIGIN      "duban.bench/2023"
#define BENCH_BATCH       100 /* statements of a large submission */

typedef struct bench_key {
    sign_key pair;
    uint32_t number; /* of the key */
    uint32_t office;
    uint64_t next;    /* number of its next message */
    uint64_t low;     /* every number below is answered */
    uint64_t waiting; /* bit i: low + i waits for its answer */
} bench_key;

/* A group of cells that one submission states and the next one on it corrects. */
typedef struct bench_block {
    uint32_t office;
    uint32_t round; /* 0..3 */
    uint32_t first; /* of its metrics, 0..BENCH_METRICS-1 */
    uint64_t standing;
    uint32_t revision;
    bool busy;
} bench_block;

typedef struct bench_city {
    genesis_words genesis;
    bench_key keys[BENCH_KEYS]; /* keys[0] is the city office's root key, number 1 */
    sign_key broker;
    body_ref reason; /* of every correction */
    body_words reason_body;
    bool reason_stored;
    uint32_t batch; /* statements of one submission */
    bench_block *blocks;
    size_t blocks_n;
    size_t turn; /* block looked at next */
    size_t key_turn;
} bench_city;

/* sign_init() must have been called. */
void bench_city_init(bench_city *city);
void bench_city_close(bench_city *city);

/* Signs the event as that key's next message: *signed_bytes is appended to, ev->payload
 * borrows from it. DUBAN_E_NO_MEMORY, DUBAN_E_TOO_LARGE. */
duban_status bench_sign(const sign_key *pair, uint32_t office, uint32_t key,
                        uint64_t number, event *ev, buffer *signed_bytes,
                        sign_signature *signature);

/* Brings one signed message into the journal; *index is where it stands. */
typedef duban_status (*bench_deliver)(void *ctx, span signed_bytes,
                                      const sign_signature *signature, event_kind kind,
                                      const bench_key *key, uint64_t number,
                                      uint64_t *index);

/* Everything from the offices to accepted timetables, in order. lights is the table to
 * publish. */
duban_status bench_city_found(bench_city *city, const lights_words *lights,
                              bench_deliver deliver, void *ctx);

/* --- the stream --------------------------------------------------------------------- */

/* One submission on its way. */
typedef struct bench_job {
    bench_block *block;
    bench_key *key;
    uint64_t number;
    bool with_body;
} bench_job;

/* Begins a stream of submissions of `batch` statements each (a divisor of
 * BENCH_METRICS); whatever another stream stated before stands at `standing` only when
 * it had the same batch, so begin each batch size on a city of its own.
 * DUBAN_E_NO_MEMORY. */
duban_status bench_stream_begin(bench_city *city, uint32_t batch);
/* The next submission whose cells are not on their way already, by a key with room in
 * its window. False when there is none until something is answered. */
bool bench_stream_take(bench_city *city, bench_job *out);
/* It stands at that index. */
void bench_stream_done(bench_city *city, const bench_job *job, uint64_t index);
/* The job's bytes; reads only what a taken job keeps still, so it needs no lock.
 * `statements` has room for city->batch. */
duban_status bench_stream_write(const bench_city *city, const bench_job *job,
                                statement_words *statements, buffer *signed_bytes,
                                sign_signature *signature);

#endif
