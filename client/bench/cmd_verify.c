/* duban bench verify: an offline audit of a large journal, beside what its hashes and
 * signatures alone cost.
 *
 * A journal is written, fetched into an auditor's folder and verified. In the same run
 * one thread hashes and verifies entries of that folder and nothing else; from these two
 * rates follows the least time that all cores need. Rates are by processor time, so that
 * what else the machine does spoils the wall clock alone. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client/audit/verify.h"
#include "client/bench/broker.h"
#include "client/bench/figure.h"
#include "client/bench/fold.h"
#include "client/bench/load.h"
#include "client/cli/audit_source.h"
#include "client/cli/commands.h"
#include "client/cli/lights.h"
#include "client/cli/print.h"

#define VERIFY_ENTRIES     1000000
#define VERIFY_ENTRIES_MIN 1000
#define VERIFY_ENTRIES_MAX 100000000
#define RAW_SECONDS        1.0
#define RAW_SIGNATURES     64 /* between two looks at the clock */

typedef struct measured {
    double entries;
    double entry_bytes;
    double hashes_per_s;     /* one core: an entry's leaf and its node above */
    double signatures_per_s; /* one core */
    double cores;
    double fetch_seconds;
    double seconds;
    double cpu_seconds;
    double fold_seconds; /* of the thread that reads and folds */
} measured;

static double seconds_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* --- hashes and signatures alone ---------------------------------------------------- */

static double hash_rate(const span *entries, uint32_t n) {
    double begun = seconds_of(CLOCK_THREAD_CPUTIME_ID), spent = 0, done = 0;
    hash256 above = {{0}};
    while (spent < RAW_SECONDS) {
        for (uint32_t i = 0; i < n; i++) {
            hash256 leaf = tlog_leaf_hash(entries[i].data, entries[i].size);
            above = tlog_node_hash(&above, &leaf);
        }
        done += n;
        spent = seconds_of(CLOCK_THREAD_CPUTIME_ID) - begun;
    }
    return done / spent;
}

/* 0 when a signature does not hold: the figure would be worthless. */
static double signature_rate(const audit_keys *keys, const span *entries, uint32_t n) {
    double begun = seconds_of(CLOCK_THREAD_CPUTIME_ID), spent = 0, done = 0;
    for (uint32_t at = 0; spent < RAW_SECONDS; at = (at + 1) % n) {
        entry_words entry;
        sign_signature signature;
        if (entry_read(entries[at], &entry) || entry.key >= keys->n) return 0;
        memcpy(signature.bytes, entry.signature.data, sizeof signature.bytes);
        if (sign_verify(&keys->keys[entry.key].public_key, entry.signed_bytes.data,
                        entry.signed_bytes.size, &signature))
            return 0;
        done++;
        if ((uint32_t)done % RAW_SIGNATURES == 0)
            spent = seconds_of(CLOCK_THREAD_CPUTIME_ID) - begun;
    }
    return done / spent;
}

/* With the entries of the folder's last full bundle: submissions all of them. */
static duban_status measure_raw(const char *folder, const audit_report *report,
                                measured *out) {
    span entries[TILE_WIDTH];
    buffer bytes;
    size_t at = 0;
    uint64_t last = report->point.size / TILE_WIDTH - 1;
    tile_name name = audit_bundle_name(report->point.size, last);
    buffer_init(&bytes);
    duban_status s = audit_read_bundle(folder, &name, &bytes);
    for (uint32_t i = 0; i < TILE_WIDTH && s >= 0; i++)
        s = bundle_next(bytes.data, bytes.size, &at, &entries[i].data, &entries[i].size);
    if (s >= 0) {
        out->hashes_per_s = hash_rate(entries, TILE_WIDTH);
        out->signatures_per_s = signature_rate(&report->keys, entries, TILE_WIDTH);
        if (out->signatures_per_s == 0) s = DUBAN_E_SIGNATURE;
    }
    buffer_close(&bytes);
    return s;
}

/* --- the audit ---------------------------------------------------------------------- */

static void step(void *ctx, uint64_t done, uint64_t all) {
    bench_step(ctx, (double)done / (double)all);
}

static duban_status write_journal(cli *c, uint64_t entries, bench_city *city,
                                  const char *folder) {
    lights_words lights = {0};
    bench_fold made = {0};
    duban_refusal refusal = {0};
    print_progress bar;
    arena a;
    arena_init(&a, 0);
    duban_status s = lights_load(c, &a, NULL, &lights);
    if (s >= 0) {
        print_progress_begin(&bar, c->err, cli_say(c, "写入", "writing"));
        s = bench_fold_run(city, &lights, folder, entries, false, bench_step, &bar, &made,
                           &refusal);
        print_progress_end(&bar);
        if (s < 0) cli_refused(c, &refusal);
    }
    arena_close(&a);
    return s;
}

static duban_status fetch(cli *c, const char *data, const char *folder,
                          const note_key *key, measured *out) {
    audit_origin origin;
    audit_fetched done;
    duban_refusal refusal = {0};
    print_progress bar;
    duban_status s = audit_origin_open_data(c, data, key, &origin);
    if (s < 0) return s;
    print_progress_begin(&bar, c->err, cli_say(c, "取台账", "fetching"));
    audit_fetch_options options = {.folder = folder,
                                   .key = *key,
                                   .newest = origin.newest,
                                   .witnessed = "",
                                   .source = origin.source,
                                   .progress = step,
                                   .ctx = &bar};
    double begun = seconds_of(CLOCK_MONOTONIC);
    s = audit_fetch(&options, &done, &refusal);
    out->fetch_seconds = seconds_of(CLOCK_MONOTONIC) - begun;
    print_progress_end(&bar);
    audit_origin_close(&origin);
    return s < 0 ? cli_refused(c, &refusal) : DUBAN_OK;
}

static duban_status verify(cli *c, const char *folder, const note_key *key,
                           measured *out) {
    audit_report report;
    audit_finding finding;
    print_progress bar;
    print_progress_begin(&bar, c->err, cli_say(c, "核验", "verifying"));
    audit_options options = {
        .folder = folder, .key = *key, .progress = step, .ctx = &bar};
    double wall = seconds_of(CLOCK_MONOTONIC);
    double cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    duban_status s = audit_verify(&options, &report, &finding);
    out->seconds = seconds_of(CLOCK_MONOTONIC) - wall;
    out->cpu_seconds = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    print_progress_end(&bar);
    if (s >= 0 && finding.fault) s = finding.status;
    if (s >= 0) s = measure_raw(folder, &report, out);
    out->entries = (double)report.entries;
    out->entry_bytes = (double)report.bytes / (double)(report.entries + !report.entries);
    out->cores = report.threads;
    out->fold_seconds = report.reading_s;
    audit_report_close(&report);
    return s < 0 ? cli_refuse(c, s, 0, "folder", folder, NULL) : DUBAN_OK;
}

static duban_status measure(cli *c, uint64_t entries, measured *out) {
    char folder[CLI_PATH_MAX + 16];
    bench_broker place = {0};
    note_key key;
    bench_city *city = malloc(sizeof *city);
    if (!city) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    bench_city_init(city);
    duban_status s = bench_folder_make(c, &place);
    if (s >= 0) s = write_journal(c, entries, city, place.folder);
    if (s >= 0) s = note_key_make(BENCH_ORIGIN, &city->broker.public_key, &key);
    snprintf(folder, sizeof folder, "%s/audit", place.folder);
    if (s >= 0) s = fetch(c, place.folder, folder, &key, out);
    if (s >= 0) s = verify(c, folder, &key, out);
    bench_folder_remove(&place);
    bench_city_close(city);
    free(city);
    return s;
}

duban_status cmd_bench_verify(cli *c) {
    double entries;
    measured m = {0};
    duban_status s = bench_number(c, "entries", VERIFY_ENTRIES, VERIFY_ENTRIES_MIN,
                                  VERIFY_ENTRIES_MAX, &entries);
    if (s < 0) return s;
    bench_listen_for_stop();
    s = measure(c, (uint64_t)entries, &m);
    if (s < 0) return s;
    double least = m.entries * (1 / m.hashes_per_s + 1 / m.signatures_per_s);
    const bench_figure figures[] = {
        {"entries_per_s", "核验，条/秒", "entries verified a second",
         m.entries / m.seconds, 0},
        {"entries", "记录条数", "entries", m.entries, 0},
        {"entry_bytes", "每条字节数", "bytes of an entry", m.entry_bytes, 0},
        {"cores", "核数", "cores", m.cores, 0},
        {"hashes_per_s", "一核：散列，条/秒", "one core: entries hashed a second",
         m.hashes_per_s, 0},
        {"signatures_per_s", "一核：验签，个/秒", "one core: signatures a second",
         m.signatures_per_s, 0},
        {"ideal_seconds", "只算散列与验签，全部核，秒",
         "seconds of hashes and signatures alone, all cores", least / m.cores, 2},
        {"seconds", "实测，秒", "seconds measured", m.seconds, 2},
        {"ratio", "实测比理想", "measured to ideal", m.seconds * m.cores / least, 3},
        {"cpu_seconds", "实测处理器时间，秒", "processor seconds measured", m.cpu_seconds,
         2},
        {"cpu_ratio", "处理器时间比理想", "processor time to ideal",
         m.cpu_seconds / least, 3},
        {"fold_seconds", "其中读取与重放（一个线程），秒",
         "of them reading and folding, one thread", m.fold_seconds, 2},
        {"fetch_seconds", "取台账，秒", "seconds of fetching", m.fetch_seconds, 2},
    };
    bench_tell(c, "verify", figures, sizeof figures / sizeof *figures);
    return DUBAN_OK;
}
