#include "client/bench/readers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/connection.h"
#include "proto/codec.h"

#define HOLD_MS    500
#define TIMEOUT_MS 20000
#define LOOK_MS    2
#define SEEN_FIRST 4096

typedef struct seen {
    uint64_t to;
    int64_t at_ns;
} seen;

typedef struct reader {
    const bench_readers *all;
    pthread_t thread;
    bool started;
    connection *connection;
    cursor cursor;
    seen *seen; /* rising in both members */
    size_t seen_n;
    size_t seen_room;
    atomic_ullong stands_at; /* the last cursor.index, for others to see */
    atomic_int status;
} reader;

struct bench_readers {
    reader *readers;
    uint32_t n;
    atomic_bool stop;
};

static bool note(reader *r, uint64_t to) {
    if (r->seen_n == r->seen_room) {
        size_t room = r->seen_room ? r->seen_room * 2 : SEEN_FIRST;
        seen *grown = realloc(r->seen, room * sizeof *grown);
        if (!grown) return false;
        r->seen = grown;
        r->seen_room = room;
    }
    r->seen[r->seen_n++] = (seen){to, bench_now_ns()};
    return true;
}

static duban_status ask(reader *r, buffer *request, buffer *reply) {
    request_words words = {
        .kind = REQUEST_FEED,
        .feed = {.plan = BENCH_PLAN, .cursor = r->cursor, .wait_ms = HOLD_MS}};
    request->size = reply->size = 0;
    duban_status s = codec_request_write(&words, request);
    if (s < 0) return s;
    return connection_exchange(r->connection, (span){request->data, request->size},
                               TIMEOUT_MS, PATIENT, reply);
}

/* One poll: the frame is decoded as a real reader would before it counts as read. */
static duban_status poll_once(reader *r, arena *a, buffer *request, buffer *reply) {
    reply_words words;
    duban_status s = ask(r, request, reply);
    arena_reset(a);
    if (s >= 0) s = codec_reply_read((span){reply->data, reply->size}, a, &words, NULL);
    if (s >= 0) s = words.refusal.status;
    if (s < 0) return s;
    if (words.kind != REPLY_FRAME) return DUBAN_E_MALFORMED;
    if (words.frame.to <= r->cursor.index) return DUBAN_OK;
    if (!note(r, words.frame.to)) return DUBAN_E_NO_MEMORY;
    r->cursor = (cursor){.origin = BENCH_ORIGIN,
                         .index = words.frame.to,
                         .has_root = words.frame.has_root,
                         .root = words.frame.root};
    atomic_store(&r->stands_at, words.frame.to);
    return DUBAN_OK;
}

static void *read_on(void *ctx) {
    reader *r = ctx;
    arena a;
    buffer request, reply;
    arena_init(&a, 0);
    buffer_init(&request);
    buffer_init(&reply);
    duban_status s = DUBAN_OK;
    while (s >= 0 && !atomic_load(&r->all->stop))
        s = poll_once(r, &a, &request, &reply);
    if (s < 0) atomic_store(&r->status, s);
    arena_close(&a);
    buffer_close(&request);
    buffer_close(&reply);
    return NULL;
}

static duban_status start_one(bench_readers *all, reader *r, const char *url) {
    r->all = all;
    r->cursor.origin = BENCH_ORIGIN;
    duban_status s = connection_new(url, NULL, &r->connection);
    if (s < 0) return s;
    if (pthread_create(&r->thread, NULL, read_on, r) != 0) return DUBAN_E_NO_MEMORY;
    r->started = true;
    return DUBAN_OK;
}

duban_status bench_readers_start(const char *url, uint32_t n, uint64_t index,
                                 bench_readers **out) {
    bench_readers *all = calloc(1, sizeof *all);
    if (!all) return DUBAN_E_NO_MEMORY;
    all->readers = calloc(n, sizeof *all->readers);
    duban_status s = all->readers ? DUBAN_OK : DUBAN_E_NO_MEMORY;
    while (s >= 0 && all->n < n)
        s = start_one(all, &all->readers[all->n++], url);
    if (s >= 0) s = bench_readers_wait(all, index);
    if (s >= 0)
        *out = all;
    else
        bench_readers_free(all);
    return s;
}

static duban_status wait_for_one(reader *r, uint64_t index, int64_t end_ns) {
    const struct timespec pause = {0, LOOK_MS * 1000000};
    while (atomic_load(&r->stands_at) < index) {
        duban_status s = (duban_status)atomic_load(&r->status);
        if (s < 0) return s;
        if (bench_now_ns() > end_ns || bench_stopped()) return DUBAN_E_TIMEOUT;
        nanosleep(&pause, NULL);
    }
    return DUBAN_OK;
}

duban_status bench_readers_wait(bench_readers *all, uint64_t index) {
    int64_t end_ns = bench_now_ns() + TIMEOUT_MS * 1000000LL;
    duban_status s = DUBAN_OK;
    for (uint32_t i = 0; i < all->n && s >= 0; i++)
        s = wait_for_one(&all->readers[i], index, end_ns);
    return s;
}

static void stop(bench_readers *all) {
    atomic_store(&all->stop, true);
    for (uint32_t i = 0; i < all->n; i++) {
        reader *r = &all->readers[i];
        if (r->started) pthread_join(r->thread, NULL);
        r->started = false;
    }
}

/* The first frame that carried the index; both lists rise. NULL when none did. */
static const seen *first_with(const reader *r, uint64_t index) {
    size_t low = 0, high = r->seen_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->seen[middle].to < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low < r->seen_n ? &r->seen[low] : NULL;
}

void bench_readers_stop(bench_readers *all, const bench_sent *sent, size_t sent_n,
                        int64_t *latencies_ns, size_t *n) {
    size_t made = 0;
    stop(all);
    for (uint32_t i = 0; i < all->n; i++)
        for (size_t k = 0; k < sent_n; k++) {
            const seen *at = first_with(&all->readers[i], sent[k].index);
            if (at) latencies_ns[made++] = at->at_ns - sent[k].sent_ns;
        }
    *n = made;
}

uint64_t bench_readers_frames(const bench_readers *all) {
    uint64_t frames = 0;
    for (uint32_t i = 0; i < all->n; i++)
        frames += all->readers[i].seen_n;
    return frames;
}

void bench_readers_free(bench_readers *all) {
    if (!all) return;
    stop(all);
    for (uint32_t i = 0; i < all->n; i++) {
        connection_free(all->readers[i].connection);
        free(all->readers[i].seen);
    }
    free(all->readers);
    free(all);
}
