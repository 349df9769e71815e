#include "broker/bounded.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "broker/monotonic.h"

/* Freed by whichever of the two sides looks last. */
typedef struct errand {
    pthread_mutex_t lock;
    pthread_cond_t news;
    void (*fn)(void *ctx);
    void *ctx;
    bool done;
    bool left; /* nobody waits any more */
} errand;

static errand *errand_new(void (*fn)(void *ctx), void *ctx) {
    pthread_condattr_t attributes;
    errand *e = calloc(1, sizeof *e);
    if (!e) return NULL;
    e->fn = fn;
    e->ctx = ctx;
    pthread_mutex_init(&e->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&e->news, &attributes);
    pthread_condattr_destroy(&attributes);
    return e;
}

static void errand_free(errand *e) {
    pthread_cond_destroy(&e->news);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

static void *run(void *ctx) {
    errand *e = ctx;
    e->fn(e->ctx);
    pthread_mutex_lock(&e->lock);
    e->done = true;
    bool left = e->left;
    pthread_cond_signal(&e->news);
    pthread_mutex_unlock(&e->lock);
    if (left) errand_free(e);
    return NULL;
}

static bool wait_for(errand *e, uint32_t wait_ms) {
    struct timespec until = monotonic_in(wait_ms);
    int waited = 0;
    pthread_mutex_lock(&e->lock);
    while (!e->done && waited == 0)
        waited = pthread_cond_timedwait(&e->news, &e->lock, &until);
    bool done = e->done;
    e->left = !done;
    pthread_mutex_unlock(&e->lock);
    return done;
}

bool bounded_run(void (*fn)(void *ctx), void *ctx, uint32_t wait_ms) {
    pthread_t thread;
    errand *e = errand_new(fn, ctx);
    if (!e || pthread_create(&thread, NULL, run, e) != 0) {
        if (e) errand_free(e);
        fn(ctx);
        return true;
    }
    if (!wait_for(e, wait_ms)) {
        pthread_detach(thread);
        return false;
    }
    pthread_join(thread, NULL);
    errand_free(e);
    return true;
}
