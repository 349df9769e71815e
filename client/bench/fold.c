#include "client/bench/fold.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "broker/ledger/replay.h"
#include "client/bench/load.h"
#include "proto/codec.h"
#include "proto/entry.h"
#include "storage/lmdb/lmdb.h"

#define FLUSH_ENTRIES 1024
#define TICK_ENTRIES  8192

typedef struct fold {
    bench_city *city;
    journal *journal;
    buffer entry;
    buffer signed_bytes;
    uint64_t entries; /* asked for */
    int64_t received_ms;
    ledger *ledger;
    arena arena;
    uint64_t memory_bytes;
    bench_tick tick;
    void *tick_ctx;
    duban_refusal refusal;
    pthread_mutex_t lock; /* guards, against the committer */
    pthread_cond_t news;
    uint64_t durable;
    duban_status failed;
} fold;

/* --- writing ------------------------------------------------------------------------ */

static void on_durable(void *ctx, const journal_head *head) {
    fold *f = ctx;
    pthread_mutex_lock(&f->lock);
    f->durable = head->size;
    pthread_cond_signal(&f->news);
    pthread_mutex_unlock(&f->lock);
}

static void on_failed(void *ctx, duban_status status, const char *detail) {
    fold *f = ctx;
    (void)detail;
    pthread_mutex_lock(&f->lock);
    f->failed = status;
    pthread_cond_signal(&f->news);
    pthread_mutex_unlock(&f->lock);
}

static duban_status wait_durable(fold *f, uint64_t size) {
    journal_flush(f->journal);
    pthread_mutex_lock(&f->lock);
    while (f->durable < size && f->failed == DUBAN_OK)
        pthread_cond_wait(&f->news, &f->lock);
    duban_status s = f->failed;
    pthread_mutex_unlock(&f->lock);
    return s;
}

static duban_status stage(fold *f, span entry) {
    const bench_city *city = f->city;
    /* The reason of every correction, kept once. */
    journal_body body = {.hash = city->reason.hash, .bytes = city->reason_body.bytes};
    memcpy(body.salt, city->reason_body.salt, sizeof body.salt);
    size_t bodies_n = journal_next(f->journal) == 0 ? 1 : 0;
    duban_status s = journal_stage(f->journal, entry, &body, bodies_n);
    if (s == DUBAN_E_BUSY) {
        s = wait_durable(f, journal_next(f->journal));
        if (s >= 0) s = journal_stage(f->journal, entry, &body, bodies_n);
    }
    if (s >= 0 && journal_next(f->journal) % FLUSH_ENTRIES == 0)
        journal_flush(f->journal);
    return s;
}

static duban_status deliver(void *ctx, span signed_bytes, const sign_signature *signature,
                            event_kind kind, const bench_key *key, uint64_t number,
                            uint64_t *index) {
    fold *f = ctx;
    uint64_t next = journal_next(f->journal);
    entry_words words = {.kind = kind,
                         .office = key->office,
                         .key = key->number,
                         .index = next,
                         .received_ms = f->received_ms,
                         .number = number,
                         .signed_bytes = signed_bytes,
                         .signature = {signature->bytes, sizeof signature->bytes}};
    f->entry.size = 0;
    duban_status s = entry_write(&words, &f->entry);
    if (s >= 0) s = stage(f, (span){f->entry.data, f->entry.size});
    if (s >= 0) *index = next;
    return s;
}

static duban_status write_genesis(fold *f) {
    bench_key *root = &f->city->keys[0];
    event ev = {.kind = KIND_GENESIS, .genesis = f->city->genesis};
    sign_signature signature;
    uint64_t index;
    f->signed_bytes.size = 0;
    duban_status s = bench_sign(&root->pair, 1, 1, 1, &ev, &f->signed_bytes, &signature);
    if (s < 0) return s;
    return deliver(f, (span){f->signed_bytes.data, f->signed_bytes.size}, &signature,
                   KIND_GENESIS, root, 1, &index);
}

static duban_status write_one(fold *f) {
    statement_words statement;
    sign_signature signature;
    bench_job job;
    uint64_t index;
    if (!bench_stream_take(f->city, &job)) return DUBAN_E_INTERNAL;
    f->signed_bytes.size = 0;
    duban_status s =
        bench_stream_write(f->city, &job, &statement, &f->signed_bytes, &signature);
    if (s >= 0)
        s = deliver(f, (span){f->signed_bytes.data, f->signed_bytes.size}, &signature,
                    KIND_SUBMISSION, job.key, job.number, &index);
    if (s >= 0) bench_stream_done(f->city, &job, index);
    return s;
}

static duban_status tell(fold *f, uint64_t done, double from) {
    if (done % TICK_ENTRIES) return DUBAN_OK;
    if (f->tick) f->tick(f->tick_ctx, from + 0.5 * (double)done / (double)f->entries);
    return bench_stopped() ? DUBAN_E_TIMEOUT : DUBAN_OK;
}

static duban_status write_all(fold *f, const lights_words *lights) {
    duban_status s = write_genesis(f);
    if (s >= 0) s = bench_city_found(f->city, lights, deliver, f);
    if (s >= 0) s = bench_stream_begin(f->city, 1);
    while (s >= 0 && journal_next(f->journal) < f->entries) {
        s = write_one(f);
        if (s >= 0) s = tell(f, journal_next(f->journal), 0);
    }
    return s >= 0 ? wait_durable(f, journal_next(f->journal)) : s;
}

/* --- folding ------------------------------------------------------------------------ */

static void *counted(void *ctx, void *block, size_t old_size, size_t new_size) {
    fold *f = ctx;
    if (new_size == 0) {
        free(block);
        f->memory_bytes -= old_size;
        return NULL;
    }
    void *grown = realloc(block, new_size);
    if (grown) f->memory_bytes += new_size - old_size;
    return grown;
}

static duban_status visit(void *ctx, uint64_t index, span entry) {
    fold *f = ctx;
    duban_status s = replay_entry(f->ledger, entry, &f->arena, &f->refusal);
    return s < 0 ? s : tell(f, index + 1, 0.5);
}

static duban_status fold_all(fold *f, bench_fold *out) {
    journal_reader *reader;
    duban_status s = ledger_new((ledger_allocator){counted, f}, &f->ledger);
    if (s < 0) return s;
    s = journal_reader_open(f->journal, &reader);
    if (s < 0) return s;
    out->entries = journal_reader_size(reader);
    int64_t begun = bench_now_ns();
    s = journal_scan(reader, 0, out->entries, visit, f);
    out->fold_seconds = (double)(bench_now_ns() - begun) / 1e9;
    out->memory_bytes = f->memory_bytes;
    journal_reader_close(reader);
    uint32_t pages;
    return s < 0 ? s : ledger_digest(f->ledger, &out->digest, &pages);
}

static duban_status run(fold *f, const lights_words *lights, bool folds,
                        bench_fold *out) {
    int64_t begun = bench_now_ns();
    duban_status s = write_all(f, lights);
    out->write_seconds = (double)(bench_now_ns() - begun) / 1e9;
    out->entries = journal_next(f->journal);
    return s < 0 || !folds ? s : fold_all(f, out);
}

duban_status bench_fold_run(bench_city *city, const lights_words *lights,
                            const char *folder, uint64_t entries, bool folds,
                            bench_tick tick, void *ctx, bench_fold *out,
                            duban_refusal *refusal) {
    char path[CLI_PATH_MAX + 16];
    fold f = {.city = city,
              .entries = entries,
              .received_ms = city->genesis.created_ms,
              .tick = tick,
              .tick_ctx = ctx};
    bench_fold made = {0};
    snprintf(path, sizeof path, "%s/journal", folder);
    journal_options options = {.path = path,
                               .origin = BENCH_ORIGIN,
                               .signer = &city->broker,
                               .on_durable = on_durable,
                               .on_failed = on_failed,
                               .ctx = &f};
    arena_init(&f.arena, 0);
    buffer_init(&f.entry);
    buffer_init(&f.signed_bytes);
    pthread_mutex_init(&f.lock, NULL);
    pthread_cond_init(&f.news, NULL);
    duban_status s = journal_open_lmdb(&options, &f.journal, &f.refusal);
    if (s >= 0) s = run(&f, lights, folds, &made);
    journal_close(f.journal);
    ledger_free(f.ledger);
    arena_close(&f.arena);
    buffer_close(&f.entry);
    buffer_close(&f.signed_bytes);
    pthread_cond_destroy(&f.news);
    pthread_mutex_destroy(&f.lock);
    if (s >= 0)
        *out = made;
    else if (!f.refusal.status)
        duban_refuse(refusal, s, 0, "bench", NULL, NULL);
    else if (refusal)
        *refusal = f.refusal;
    return s;
}
