#include "broker/door/inbox.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct inbox {
    pthread_mutex_t lock;
    call *first;
    call *last;
    uint32_t count;
    uint32_t calls_max;
    size_t bytes;
    size_t bytes_max;
    bool shut;
    void (*wake)(void *ctx);
    void *ctx;
};

static size_t size_of(const call *c) {
    return c->request ? nng_msg_len(c->request) : 0;
}

duban_status inbox_new(uint32_t calls_max, size_t bytes_max, void (*wake)(void *ctx),
                       void *ctx, inbox **out) {
    inbox *box = calloc(1, sizeof *box);
    if (!box) return DUBAN_E_NO_MEMORY;
    box->calls_max = calls_max;
    box->bytes_max = bytes_max;
    box->wake = wake;
    box->ctx = ctx;
    pthread_mutex_init(&box->lock, NULL);
    *out = box;
    return DUBAN_OK;
}

void inbox_free(inbox *box) {
    if (!box) return;
    pthread_mutex_destroy(&box->lock);
    free(box);
}

duban_status inbox_push(inbox *box, call *c) {
    duban_status status = DUBAN_OK;
    size_t size = size_of(c);
    bool was_empty = false;
    c->next = NULL;
    pthread_mutex_lock(&box->lock);
    if (box->shut)
        status = DUBAN_E_STOPPING;
    else if (box->count >= box->calls_max || box->bytes + size > box->bytes_max)
        status = DUBAN_E_BUSY;
    if (!status) {
        was_empty = box->first == NULL;
        if (was_empty)
            box->first = c;
        else
            box->last->next = c;
        box->last = c;
        box->count++;
        box->bytes += size;
    }
    pthread_mutex_unlock(&box->lock);
    if (was_empty) box->wake(box->ctx);
    return status;
}

call *inbox_take(inbox *box) {
    pthread_mutex_lock(&box->lock);
    call *all = box->first;
    box->first = NULL;
    box->last = NULL;
    pthread_mutex_unlock(&box->lock);
    return all;
}

void inbox_done(inbox *box, const call *c) {
    size_t size = size_of(c);
    pthread_mutex_lock(&box->lock);
    assert(box->count > 0 && box->bytes >= size);
    box->count--;
    box->bytes -= size;
    pthread_mutex_unlock(&box->lock);
}

void inbox_shut(inbox *box) {
    pthread_mutex_lock(&box->lock);
    box->shut = true;
    pthread_mutex_unlock(&box->lock);
}

uint32_t inbox_count(inbox *box) {
    pthread_mutex_lock(&box->lock);
    uint32_t count = box->count;
    pthread_mutex_unlock(&box->lock);
    return count;
}
