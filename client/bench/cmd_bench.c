/* duban bench ingest, watch, replay: how fast this machine keeps a city's ledger. Each
 * starts what it measures in a temporary folder and removes it again; the disk's own sync
 * rate of the same run stands beside every figure that waits for the disk. */
#include <stdlib.h>
#include <string.h>

#include "client/bench/broker.h"
#include "client/bench/figure.h"
#include "client/bench/fold.h"
#include "client/bench/load.h"
#include "client/bench/readers.h"
#include "client/cli/commands.h"
#include "client/cli/lights.h"
#include "client/cli/print.h"
#include "client/connection.h"
#include "proto/codec.h"

#define IN_FLIGHT        256 /* clients that wait for an acknowledgement */
#define IN_FLIGHT_BATCH  64  /* of those that send a hundred statements */
#define IN_FLIGHT_MAX    700 /* below INBOX_MAX: overload is another measurement */
#define SECONDS          5
#define WARM_SECONDS     0.5
#define WATCH_PER_SECOND 200
#define WATCH_IN_FLIGHT  32
#define READERS          10
#define ENTRIES          500000
#define ENTRIES_MIN      1000
#define ENTRIES_MAX      100000000
#define TIMEOUT_MS       10000
#define MIB              (1024.0 * 1024.0)

/* --- what was measured -------------------------------------------------------------- */

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The value that a share of all lie below, in ms; sorted before. */
static double percentile_ms(const int64_t *sorted_ns, size_t n, double share) {
    if (n == 0) return 0;
    size_t at = (size_t)(share * (double)n);
    return (double)sorted_ns[at < n ? at : n - 1] / 1e6;
}

/* --- a broker with a city in it ----------------------------------------------------- */

typedef struct trial {
    cli *c;
    bench_city city;
    bench_broker broker;
    connection *commands;
    arena arena;
    lights_words lights;
} trial;

static duban_status exchange(trial *t, const request_words *ask, arena *a,
                             reply_words *out) {
    buffer request, reply;
    buffer_init(&request);
    buffer_init(&reply);
    duban_status s = codec_request_write(ask, &request);
    if (s >= 0)
        s = connection_exchange(t->commands, (span){request.data, request.size},
                                TIMEOUT_MS, PATIENT, &reply);
    if (s >= 0) {
        void *kept = arena_copy(a, reply.data, reply.size);
        s = kept ? codec_reply_read((span){kept, reply.size}, a, out, NULL)
                 : DUBAN_E_NO_MEMORY;
    }
    buffer_close(&request);
    buffer_close(&reply);
    if (s < 0) return cli_refuse(t->c, s, 0, "bench", t->broker.command, NULL);
    return out->refusal.status < 0 ? cli_refused(t->c, &out->refusal) : DUBAN_OK;
}

static duban_status deliver(void *ctx, span signed_bytes, const sign_signature *signature,
                            event_kind kind, const bench_key *key, uint64_t number,
                            uint64_t *index) {
    trial *t = ctx;
    reply_words reply = {0};
    (void)kind, (void)key, (void)number; /* the signed bytes say them */
    request_words ask = {
        .kind = REQUEST_SUBMIT,
        .submit = {.signed_bytes = signed_bytes,
                   .signature = {signature->bytes, sizeof signature->bytes}}};
    arena a;
    arena_init(&a, 0);
    duban_status s = exchange(t, &ask, &a, &reply);
    if (s >= 0 && reply.kind != REPLY_RECEIPT) s = DUBAN_E_MALFORMED;
    if (s >= 0) *index = reply.receipt.index;
    arena_close(&a);
    return s;
}

static duban_status read_head(trial *t, uint64_t *head) {
    reply_words reply = {0};
    request_words ask = {.kind = REQUEST_INFO};
    arena a;
    arena_init(&a, 0);
    duban_status s = exchange(t, &ask, &a, &reply);
    if (s >= 0 && reply.kind != REPLY_INFO) s = DUBAN_E_MALFORMED;
    if (s >= 0) *head = reply.info.head;
    arena_close(&a);
    return s;
}

static void trial_end(trial *t) {
    connection_free(t->commands);
    t->commands = NULL;
    bench_broker_stop(&t->broker);
    bench_city_close(&t->city);
    arena_close(&t->arena);
}

/* Starts a broker and founds the city in it. */
static duban_status trial_begin(cli *c, uint32_t batch, trial *t) {
    memset(t, 0, sizeof *t);
    t->c = c;
    arena_init(&t->arena, 0);
    bench_city_init(&t->city);
    duban_status s = lights_load(c, &t->arena, NULL, &t->lights);
    if (s >= 0) s = bench_broker_start(c, &t->city, &t->broker);
    if (s >= 0) {
        s = connection_new(t->broker.command, NULL, &t->commands);
        if (s >= 0) s = bench_city_found(&t->city, &t->lights, deliver, t);
        if (s >= 0) s = bench_stream_begin(&t->city, batch);
        if (s == DUBAN_E_NO_MEMORY) cli_refuse(c, s, 0, NULL, NULL, NULL);
    }
    if (s < 0) trial_end(t);
    return s;
}

/* A run of the load against the trial's broker. What was acknowledged must be what
 * stands there: anything else makes the figures worthless and is refused. */
static duban_status trial_load(trial *t, bench_load *load, const char *title) {
    uint64_t before = 0, after = 0;
    duban_refusal refusal = {0};
    print_progress bar;
    load->url = t->broker.command;
    load->city = &t->city;
    duban_status s = read_head(t, &before);
    if (s < 0) return s;
    print_progress_begin(&bar, t->c->err, title);
    load->tick = bench_step;
    load->tick_ctx = &bar;
    s = bench_load_run(load, &refusal);
    print_progress_end(&bar);
    if (s < 0) return cli_refused(t->c, &refusal);
    s = read_head(t, &after);
    if (s < 0) return s;
    uint64_t more = after - before - load->all; /* the broker's own digests */
    if (after - before >= load->all && more <= load->all / DIGEST_EVERY + 1)
        return DUBAN_OK;
    char found[32], expected[32];
    snprintf(found, sizeof found, "%llu", (unsigned long long)(after - before));
    snprintf(expected, sizeof expected, "%llu", (unsigned long long)load->all);
    return cli_refuse(t->c, DUBAN_E_INTERNAL, 0, "entries", found, expected);
}

/* --- ingest ------------------------------------------------------------------------- */

typedef struct ingest {
    double per_second; /* submissions acknowledged */
    double p50_ms;
    double p99_ms;
    double syncs_per_second;
    double rest_mb; /* RssAnon of the broker before the load */
    double after_mb;
    uint64_t all;
    uint64_t busy;
} ingest;

static duban_status summarise(cli *c, const bench_load *load, ingest *out) {
    size_t n = load->sent_n;
    int64_t *waited = malloc((n ? n : 1) * sizeof *waited);
    if (!waited) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    for (size_t i = 0; i < n; i++)
        waited[i] = load->sent[i].acked_ns - load->sent[i].sent_ns;
    qsort(waited, n, sizeof *waited, by_size);
    out->per_second = (double)n / load->counted_seconds;
    out->p50_ms = percentile_ms(waited, n, 0.5);
    out->p99_ms = percentile_ms(waited, n, 0.99);
    out->all = load->all;
    out->busy = load->busy;
    free(waited);
    return DUBAN_OK;
}

static duban_status measure(cli *c, uint32_t batch, double in_flight, double seconds,
                            ingest *out) {
    trial *t = malloc(sizeof *t);
    if (!t) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    bench_load load = {.in_flight = (uint32_t)in_flight,
                       .warm_seconds = WARM_SECONDS,
                       .seconds = seconds};
    ingest made = {0};
    duban_status s = trial_begin(c, batch, t);
    if (s < 0) {
        free(t);
        return s;
    }
    made.rest_mb = (double)bench_broker_memory(&t->broker) / MIB;
    s = bench_sync_rate(c, &t->broker, &made.syncs_per_second);
    if (s >= 0)
        s = trial_load(t, &load,
                       batch == 1 ? cli_say(c, "逐项报送", "singles")
                                  : cli_say(c, "成批报送", "submissions of 100"));
    made.after_mb = (double)bench_broker_memory(&t->broker) / MIB;
    if (s >= 0) s = summarise(c, &load, &made);
    if (s >= 0) *out = made;
    bench_load_close(&load);
    trial_end(t);
    free(t);
    return s;
}

duban_status cmd_bench_ingest(cli *c) {
    double seconds, clients;
    ingest one, many;
    duban_status s = bench_number(c, "seconds", SECONDS, 0.1, 3600, &seconds);
    if (s >= 0) s = bench_number(c, "clients", IN_FLIGHT, 1, IN_FLIGHT_MAX, &clients);
    if (s < 0) return s;
    double batches = clients < IN_FLIGHT_BATCH ? clients : IN_FLIGHT_BATCH;
    bench_listen_for_stop();
    s = measure(c, 1, clients, seconds, &one);
    if (s >= 0) s = measure(c, BENCH_BATCH, batches, seconds, &many);
    if (s < 0) return s;
    const bench_figure figures[] = {
        {"submissions_per_s", "逐项报送，件/秒（落盘后回执）",
         "signed singles a second, durable", one.per_second, 0},
        {"statements_per_s", "百项一件，项/秒（落盘后回执）",
         "statements a second in submissions of 100, durable",
         many.per_second * BENCH_BATCH, 0},
        {"fdatasync_per_s", "磁盘同步，次/秒（追加 4 KiB）",
         "the disk's own syncs a second (4 KiB appended)",
         (one.syncs_per_second + many.syncs_per_second) / 2, 0},
        {"ack_p50_ms", "逐项回执中位，毫秒", "acknowledgement of a single, p50 ms",
         one.p50_ms, 2},
        {"ack_p99_ms", "逐项回执 99%，毫秒", "acknowledgement of a single, p99 ms",
         one.p99_ms, 2},
        {"batch_ack_p50_ms", "百项回执中位，毫秒", "acknowledgement of a hundred, p50 ms",
         many.p50_ms, 2},
        {"batch_ack_p99_ms", "百项回执 99%，毫秒", "acknowledgement of a hundred, p99 ms",
         many.p99_ms, 2},
        {"rss_anon_mb", "空闲服务内存，MB（RssAnon）", "broker at rest, MB of RssAnon",
         one.rest_mb, 1},
        {"rss_anon_after_mb", "报送后服务内存，MB（RssAnon）",
         "broker after the singles, MB of RssAnon", one.after_mb, 1},
        {"submissions", "逐项报送件数", "singles sent", (double)one.all, 0},
        {"batches", "百项报送件数", "submissions of 100 sent", (double)many.all, 0},
        {"busy", "因繁忙重发", "refused as busy and sent again",
         (double)(one.busy + many.busy), 0},
        {"in_flight", "同时在途（逐项）", "singles in flight", clients, 0},
        {"batches_in_flight", "同时在途（百项）", "hundreds in flight", batches, 0},
        {"keys", "密钥个数", "keys that sign", BENCH_COUNTIES * BENCH_COUNTY_KEYS, 0},
        {"seconds", "每项时长，秒", "seconds for each", seconds, 1},
    };
    bench_tell(c, "ingest", figures, sizeof figures / sizeof *figures);
    return DUBAN_OK;
}

/* --- watch -------------------------------------------------------------------------- */

typedef struct watch {
    double p50_ms;
    double p99_ms;
    double max_ms;
    double ack_p50_ms;
    double syncs_per_second;
    double submissions;
    double frames; /* of each reader, on average */
} watch;

static duban_status follow(trial *t, double readers_n, bench_load *load, watch *out) {
    bench_readers *readers;
    uint64_t head = 0;
    size_t n = 0;
    duban_status s = read_head(t, &head);
    if (s < 0) return s;
    /* The review of a timetable is the last thing the founding put on the board. */
    s = bench_readers_start(t->broker.feed, (uint32_t)readers_n, head, &readers);
    if (s < 0) return cli_refuse(t->c, s, 0, "feed", t->broker.feed, NULL);
    s = trial_load(t, load, cli_say(t->c, "订阅延迟", "submit to reader"));
    if (s >= 0) {
        s = bench_readers_wait(readers, load->last_index);
        if (s < 0) cli_refuse(t->c, s, 0, "feed", t->broker.feed, NULL);
    }
    int64_t *waited = malloc((size_t)readers_n * (load->sent_n + 1) * sizeof *waited);
    if (s >= 0 && !waited) s = cli_refuse(t->c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    if (s >= 0) {
        bench_readers_stop(readers, load->sent, load->sent_n, waited, &n);
        qsort(waited, n, sizeof *waited, by_size);
        out->p50_ms = percentile_ms(waited, n, 0.5);
        out->p99_ms = percentile_ms(waited, n, 0.99);
        out->max_ms = percentile_ms(waited, n, 1);
        out->submissions = (double)load->sent_n;
        out->frames = (double)bench_readers_frames(readers) / readers_n;
    }
    free(waited);
    bench_readers_free(readers);
    return s;
}

static duban_status measure_watch(cli *c, trial *t, double readers, double seconds,
                                  watch *out) {
    bench_load load = {.in_flight = WATCH_IN_FLIGHT,
                       .warm_seconds = WARM_SECONDS,
                       .seconds = seconds,
                       .per_second = WATCH_PER_SECOND};
    ingest acks = {0};
    duban_status s = bench_sync_rate(c, &t->broker, &out->syncs_per_second);
    if (s >= 0) s = follow(t, readers, &load, out);
    if (s >= 0) s = summarise(c, &load, &acks);
    out->ack_p50_ms = acks.p50_ms;
    bench_load_close(&load);
    return s;
}

duban_status cmd_bench_watch(cli *c) {
    double seconds, readers;
    watch w = {0};
    duban_status s = bench_number(c, "seconds", SECONDS, 0.1, 3600, &seconds);
    if (s >= 0) s = bench_number(c, "readers", READERS, 1, BENCH_READERS_MAX, &readers);
    if (s < 0) return s;
    trial *t = malloc(sizeof *t);
    if (!t) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    readers = (double)(uint32_t)readers;
    bench_listen_for_stop();
    s = trial_begin(c, 1, t);
    if (s >= 0) {
        s = measure_watch(c, t, readers, seconds, &w);
        trial_end(t);
    }
    free(t);
    if (s < 0) return s;
    const bench_figure figures[] = {
        {"latency_p50_ms", "报送到看板中位，毫秒", "submit to reader, p50 ms", w.p50_ms,
         2},
        {"latency_p99_ms", "报送到看板 99%，毫秒", "submit to reader, p99 ms", w.p99_ms,
         2},
        {"latency_max_ms", "报送到看板最长，毫秒", "submit to reader, longest ms",
         w.max_ms, 2},
        {"ack_p50_ms", "回执中位，毫秒", "acknowledgement, p50 ms", w.ack_p50_ms, 2},
        {"fdatasync_per_s", "磁盘同步，次/秒（追加 4 KiB）",
         "the disk's own syncs a second (4 KiB appended)", w.syncs_per_second, 0},
        {"readers", "订阅者", "readers", readers, 0},
        {"per_s", "每秒报送", "submissions a second", WATCH_PER_SECOND, 0},
        {"submissions", "报送件数", "submissions", w.submissions, 0},
        {"frames", "每个订阅者的帧数", "frames of each reader", w.frames, 1},
        {"seconds", "时长，秒", "seconds", seconds, 1},
    };
    bench_tell(c, "watch", figures, sizeof figures / sizeof *figures);
    return DUBAN_OK;
}

/* --- replay ------------------------------------------------------------------------- */

static duban_status measure_fold(cli *c, uint64_t entries, bench_fold *out,
                                 double *syncs) {
    bench_broker place = {0};
    lights_words lights = {0};
    arena a;
    duban_refusal refusal = {0};
    print_progress bar;
    bench_city *city = malloc(sizeof *city);
    if (!city) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    arena_init(&a, 0);
    bench_city_init(city);
    duban_status s = lights_load(c, &a, NULL, &lights);
    if (s >= 0) s = bench_folder_make(c, &place);
    if (s >= 0) s = bench_sync_rate(c, &place, syncs);
    if (s >= 0) {
        print_progress_begin(&bar, c->err, cli_say(c, "写入并重放", "writing, folding"));
        s = bench_fold_run(city, &lights, place.folder, entries, true, bench_step, &bar,
                           out, &refusal);
        print_progress_end(&bar);
        if (s < 0) cli_refused(c, &refusal);
    }
    bench_folder_remove(&place);
    bench_city_close(city);
    arena_close(&a);
    free(city);
    return s;
}

duban_status cmd_bench_replay(cli *c) {
    double entries, syncs = 0;
    bench_fold f = {0};
    duban_status s =
        bench_number(c, "entries", ENTRIES, ENTRIES_MIN, ENTRIES_MAX, &entries);
    if (s < 0) return s;
    bench_listen_for_stop();
    s = measure_fold(c, (uint64_t)entries, &f, &syncs);
    if (s < 0) return s;
    const bench_figure figures[] = {
        {"entries_per_s", "重放，条/秒", "entries folded a second",
         (double)f.entries / f.fold_seconds, 0},
        {"entries", "记录条数", "entries", (double)f.entries, 0},
        {"fold_seconds", "重放用时，秒", "seconds of folding", f.fold_seconds, 3},
        {"write_seconds", "签名并写入用时，秒", "seconds of signing and writing them",
         f.write_seconds, 3},
        {"ledger_mb", "账本内存，MB", "memory of the ledger, MB",
         (double)f.memory_bytes / MIB, 1},
        {"fdatasync_per_s", "磁盘同步，次/秒（追加 4 KiB）",
         "the disk's own syncs a second (4 KiB appended)", syncs, 0},
    };
    bench_tell(c, "replay", figures, sizeof figures / sizeof *figures);
    return DUBAN_OK;
}
