#include "broker/door/lanes.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct lanes {
    pthread_mutex_t lock;
    lane *rows; /* open addressing; free where calls is 0 */
    uint32_t slots;
    lane all; /* the sums */
};

duban_status lanes_new(uint32_t calls_max, lanes **out) {
    lanes *l = calloc(1, sizeof *l);
    if (!l) return DUBAN_E_NO_MEMORY;
    l->slots = 2;
    while (l->slots < 2 * calls_max)
        l->slots *= 2;
    l->rows = calloc(l->slots, sizeof *l->rows);
    if (!l->rows) {
        free(l);
        return DUBAN_E_NO_MEMORY;
    }
    pthread_mutex_init(&l->lock, NULL);
    *out = l;
    return DUBAN_OK;
}

void lanes_free(lanes *l) {
    if (!l) return;
    pthread_mutex_destroy(&l->lock);
    free(l->rows);
    free(l);
}

static uint32_t home_of(const lanes *l, uint32_t pipe) {
    return (pipe * 2654435769u >> 7) & (l->slots - 1);
}

/* The slot of that connection, or the free one where it would stand. */
static uint32_t slot_of(const lanes *l, uint32_t pipe) {
    uint32_t at = home_of(l, pipe);
    while (l->rows[at].calls && l->rows[at].pipe != pipe)
        at = (at + 1) & (l->slots - 1);
    return at;
}

/* Moves rows behind a free slot nearer to their homes, so that a search never ends too
 * early. */
static void close_gap(lanes *l, uint32_t gap) {
    uint32_t mask = l->slots - 1;
    for (uint32_t at = (gap + 1) & mask; l->rows[at].calls; at = (at + 1) & mask) {
        uint32_t home = home_of(l, l->rows[at].pipe);
        if (((at - home) & mask) < ((at - gap) & mask)) continue;
        l->rows[gap] = l->rows[at];
        l->rows[at] = (lane){0};
        gap = at;
    }
}

void lanes_arrived(lanes *l, uint32_t pipe) {
    pthread_mutex_lock(&l->lock);
    lane *row = &l->rows[slot_of(l, pipe)];
    row->pipe = pipe;
    row->calls++;
    l->all.calls++;
    pthread_mutex_unlock(&l->lock);
}

void lanes_sending(lanes *l, uint32_t pipe, size_t bytes) {
    pthread_mutex_lock(&l->lock);
    lane *row = &l->rows[slot_of(l, pipe)];
    assert(row->calls > row->unsent);
    row->unsent++;
    row->bytes += bytes;
    l->all.unsent++;
    l->all.bytes += bytes;
    pthread_mutex_unlock(&l->lock);
}

static void end(lanes *l, uint32_t pipe, bool sent, size_t bytes) {
    pthread_mutex_lock(&l->lock);
    uint32_t at = slot_of(l, pipe);
    lane *row = &l->rows[at];
    assert(row->calls > 0 && row->bytes >= bytes);
    row->calls--;
    row->unsent -= sent;
    row->bytes -= bytes;
    l->all.calls--;
    l->all.unsent -= sent;
    l->all.bytes -= bytes;
    if (row->calls == 0) {
        *row = (lane){0};
        close_gap(l, at);
    }
    pthread_mutex_unlock(&l->lock);
}

void lanes_sent(lanes *l, uint32_t pipe, size_t bytes) {
    end(l, pipe, true, bytes);
}

void lanes_dropped(lanes *l, uint32_t pipe) {
    end(l, pipe, false, 0);
}

lane lanes_get(lanes *l, uint32_t pipe) {
    pthread_mutex_lock(&l->lock);
    lane row = l->rows[slot_of(l, pipe)];
    pthread_mutex_unlock(&l->lock);
    return row;
}

lane lanes_all(lanes *l) {
    pthread_mutex_lock(&l->lock);
    lane all = l->all;
    pthread_mutex_unlock(&l->lock);
    return all;
}
