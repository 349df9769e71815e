#include "broker/door/pipes.h"

#include <arpa/inet.h>
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "broker/monotonic.h"

/* Rows and places are counted from 1, so that fresh memory is an empty table and nothing
 * of it is touched before somebody comes. */
#define NONE 0

/* A connection. Rows are chained by id, or in the free list. */
typedef struct row {
    uint32_t id;
    uint32_t next;
    uint32_t place; /* of its address */
    pipe_door door;
    bool blamed;
    bool heard;
    int64_t at_ms; /* when it joined or was heard last */
} row;

/* An address with connections, or whose budget is not full again. */
typedef struct place {
    pipe_address address;
    uint32_t next;
    uint32_t pipes[PIPE_DOORS];
    int64_t debt;  /* thousandths of a request, 0: the budget is full */
    int64_t at_ms; /* when the debt was reckoned */
} place;

struct pipes {
    pthread_mutex_t lock;
    pipes_options options;
    uint32_t mask; /* of both tables of chains */
    uint32_t *by_id;
    uint32_t *by_address;
    row *rows;
    place *places; /* as many as rows, and as many that have left */
    uint32_t rows_n;
    uint32_t rows_used; /* ever; those given back are chained from */
    uint32_t free_row;
    uint32_t places_used;
    uint32_t free_place;
    uint32_t count[PIPE_DOORS];
    int64_t full_ms; /* when somebody found no place; INT64_MIN: never */
};

/* --- making ------------------------------------------------------------------------- */

void pipes_share(uint32_t all, pipes_options *out) {
    uint32_t commands = all / 4 < PIPES_COMMAND_MAX ? all / 4 : PIPES_COMMAND_MAX;
    uint32_t readers = (all - commands) / 2;
    for (pipe_door door = PIPE_COMMAND; door < PIPE_DOORS; door++) {
        uint32_t most = door == PIPE_COMMAND ? COMMAND_ADDRESS_MAX : READERS_ADDRESS_MAX;
        out->max[door] = door == PIPE_COMMAND ? commands : readers;
        out->address_max[door] = out->max[door] / 2;
        if (out->address_max[door] > most) out->address_max[door] = most;
    }
}

static uint32_t places_max(const pipes *p) {
    return 2 * p->rows_n;
}

duban_status pipes_new(const pipes_options *options, pipes **out) {
    pipes *p = calloc(1, sizeof *p);
    if (!p) return DUBAN_E_NO_MEMORY;
    p->options = *options;
    p->full_ms = INT64_MIN;
    uint32_t chains = 2;
    for (pipe_door door = PIPE_COMMAND; door < PIPE_DOORS; door++)
        p->rows_n += options->max[door];
    assert(p->rows_n > 0);
    while (chains < p->rows_n)
        chains *= 2;
    p->mask = chains - 1;
    pthread_mutex_init(&p->lock, NULL);
    p->by_id = calloc(chains, sizeof *p->by_id);
    p->by_address = calloc(chains, sizeof *p->by_address);
    p->rows = calloc(p->rows_n + 1, sizeof *p->rows);
    p->places = calloc(places_max(p) + 1, sizeof *p->places);
    if (!p->by_id || !p->by_address || !p->rows || !p->places) {
        pipes_free(p);
        return DUBAN_E_NO_MEMORY;
    }
    *out = p;
    return DUBAN_OK;
}

void pipes_free(pipes *p) {
    if (!p) return;
    pthread_mutex_destroy(&p->lock);
    free(p->by_id);
    free(p->by_address);
    free(p->rows);
    free(p->places);
    free(p);
}

/* --- chains ------------------------------------------------------------------------- */

static uint32_t home_of_id(const pipes *p, uint32_t id) {
    return (id * 2654435769u >> 7) & p->mask;
}

static uint32_t home_of_address(const pipes *p, const pipe_address *address) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < sizeof address->bytes; i++)
        hash = (hash ^ address->bytes[i]) * 16777619u;
    return (hash ^ hash >> 15) & p->mask;
}

static row *row_of(pipes *p, uint32_t id) {
    uint32_t at = p->by_id[home_of_id(p, id)];
    while (at != NONE && p->rows[at].id != id)
        at = p->rows[at].next;
    return at == NONE ? NULL : &p->rows[at];
}

static uint32_t place_of(const pipes *p, const pipe_address *address) {
    uint32_t at = p->by_address[home_of_address(p, address)];
    while (at != NONE && memcmp(&p->places[at].address, address, sizeof *address) != 0)
        at = p->places[at].next;
    return at;
}

static void unchain_place(pipes *p, uint32_t at) {
    uint32_t *link = &p->by_address[home_of_address(p, &p->places[at].address)];
    while (*link != at)
        link = &p->places[*link].next;
    *link = p->places[at].next;
    p->places[at].next = p->free_place;
    p->free_place = at;
}

/* --- budgets ------------------------------------------------------------------------ */

static void reckon(place *a, int64_t now_ms) {
    int64_t paid = (now_ms - a->at_ms) * STRANGER_RATE;
    if (paid <= 0) return;
    a->debt = paid >= a->debt ? 0 : a->debt - paid;
    a->at_ms = now_ms;
}

static bool is_spare(const place *a) {
    uint32_t pipes_n = 0;
    for (pipe_door door = PIPE_COMMAND; door < PIPE_DOORS; door++)
        pipes_n += a->pipes[door];
    return pipes_n == 0 && a->debt == 0;
}

/* Addresses that nobody needs to know any more; only when there is no room. */
static void forget_places(pipes *p, int64_t now_ms) {
    for (uint32_t home = 0; home <= p->mask; home++) {
        uint32_t at = p->by_address[home];
        while (at != NONE) {
            uint32_t next = p->places[at].next;
            reckon(&p->places[at], now_ms);
            if (is_spare(&p->places[at])) unchain_place(p, at);
            at = next;
        }
    }
}

/* The address's place, a new one when it has none; NONE when there is no room. */
static uint32_t take_place(pipes *p, const pipe_address *address, int64_t now_ms) {
    uint32_t at = place_of(p, address);
    if (at != NONE) return at;
    if (p->free_place == NONE && p->places_used == places_max(p))
        forget_places(p, now_ms);
    at = p->free_place;
    if (at != NONE)
        p->free_place = p->places[at].next;
    else if (p->places_used < places_max(p))
        at = ++p->places_used;
    else
        return NONE;
    uint32_t *home = &p->by_address[home_of_address(p, address)];
    p->places[at] = (place){.address = *address, .next = *home, .at_ms = now_ms};
    *home = at;
    return at;
}

static void leave_place(pipes *p, uint32_t at, pipe_door door, int64_t now_ms) {
    place *a = &p->places[at];
    assert(a->pipes[door] > 0);
    a->pipes[door]--;
    reckon(a, now_ms);
    if (is_spare(a)) unchain_place(p, at);
}

/* --- coming and going --------------------------------------------------------------- */

static duban_status join(pipes *p, uint32_t id, pipe_door door,
                         const pipe_address *address, int64_t now_ms) {
    if (p->count[door] >= p->options.max[door]) return DUBAN_E_LIMIT;
    uint32_t place_at = take_place(p, address, now_ms);
    if (place_at == NONE) return DUBAN_E_LIMIT;
    if (p->places[place_at].pipes[door] >= p->options.address_max[door])
        return DUBAN_E_QUOTA;
    /* There are as many rows as all doors may take. */
    uint32_t at = p->free_row != NONE ? p->free_row : ++p->rows_used;
    if (at == p->free_row) p->free_row = p->rows[at].next;
    uint32_t *home = &p->by_id[home_of_id(p, id)];
    p->rows[at] =
        (row){.id = id, .next = *home, .place = place_at, .door = door, .at_ms = now_ms};
    *home = at;
    p->places[place_at].pipes[door]++;
    p->count[door]++;
    return DUBAN_OK;
}

duban_status pipes_join(pipes *p, uint32_t id, pipe_door door,
                        const pipe_address *address, int64_t now_ms) {
    pthread_mutex_lock(&p->lock);
    duban_status status = join(p, id, door, address, now_ms);
    if (status) p->full_ms = now_ms;
    pthread_mutex_unlock(&p->lock);
    return status;
}

static pipe_address address_of(nng_pipe pipe) {
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    pipe_address out = {{0}};
    nng_sockaddr from;
    if (nng_pipe_get_addr(pipe, NNG_OPT_REMADDR, &from) != 0) return out;
    if (from.s_family == NNG_AF_INET) {
        memcpy(out.bytes, mapped, sizeof mapped);
        memcpy(out.bytes + 12, &from.s_in.sa_addr, 4);
    } else if (from.s_family == NNG_AF_INET6) {
        bool is_v4 = memcmp(from.s_in6.sa_addr, mapped, sizeof mapped) == 0;
        memcpy(out.bytes, from.s_in6.sa_addr, is_v4 ? 16 : 8);
    }
    return out;
}

void pipes_let_in(pipes *p, nng_pipe pipe, pipe_door door) {
    pipe_address from = address_of(pipe);
    duban_status status =
        pipes_join(p, (uint32_t)nng_pipe_id(pipe), door, &from, monotonic_ms());
    if (!status) return;
    if (status == DUBAN_E_LIMIT)
        METRICS_COUNT(p->options.metrics, pipes_full);
    else
        METRICS_COUNT(p->options.metrics, pipes_crowded);
    nng_pipe_close(pipe);
}

void pipes_leave(pipes *p, uint32_t id, int64_t now_ms) {
    pthread_mutex_lock(&p->lock);
    uint32_t *link = &p->by_id[home_of_id(p, id)];
    while (*link != NONE && p->rows[*link].id != id)
        link = &p->rows[*link].next;
    if (*link != NONE) {
        uint32_t at = *link;
        *link = p->rows[at].next;
        pipe_door door = p->rows[at].door;
        leave_place(p, p->rows[at].place, door, now_ms);
        p->rows[at].next = p->free_row;
        p->free_row = at;
        p->count[door]--;
    }
    pthread_mutex_unlock(&p->lock);
}

void pipes_heard(pipes *p, uint32_t id, int64_t now_ms) {
    pthread_mutex_lock(&p->lock);
    row *r = row_of(p, id);
    if (r) {
        r->heard = true;
        r->at_ms = now_ms;
    }
    pthread_mutex_unlock(&p->lock);
}

void pipes_blame(pipes *p, uint32_t id, int64_t now_ms) {
    pthread_mutex_lock(&p->lock);
    row *r = row_of(p, id);
    if (r) {
        place *a = &p->places[r->place];
        r->blamed = true;
        reckon(a, now_ms);
        if (a->debt < STRANGER_BURST * 1000) a->debt += 1000;
    }
    pthread_mutex_unlock(&p->lock);
}

bool pipes_is_blocked(pipes *p, uint32_t id, int64_t now_ms) {
    bool blocked = false;
    pthread_mutex_lock(&p->lock);
    row *r = row_of(p, id);
    if (r && r->blamed) {
        reckon(&p->places[r->place], now_ms);
        blocked = p->places[r->place].debt > (STRANGER_BURST - 1) * 1000;
    }
    pthread_mutex_unlock(&p->lock);
    return blocked;
}

/* --- deadlines ---------------------------------------------------------------------- */

static bool is_overdue(const pipes *p, const row *r, int64_t now_ms) {
    bool crowded = p->count[r->door] > p->options.max[r->door] / 4 * 3;
    int64_t silent_ms = p->options.silent_ms;
    int64_t idle_ms = p->options.idle_ms;
    if (crowded && silent_ms > PIPE_SILENT_CROWDED_MS) silent_ms = PIPE_SILENT_CROWDED_MS;
    if (crowded && idle_ms > PIPE_IDLE_CROWDED_MS) idle_ms = PIPE_IDLE_CROWDED_MS;
    return now_ms - r->at_ms > (r->heard ? idle_ms : silent_ms);
}

uint32_t pipes_overdue(pipes *p, pipe_door door, int64_t now_ms, uint32_t *ids,
                       uint32_t max) {
    uint32_t n = 0;
    pthread_mutex_lock(&p->lock);
    for (uint32_t home = 0; p->count[door] > 0 && home <= p->mask; home++)
        for (uint32_t at = p->by_id[home]; at != NONE && n < max; at = p->rows[at].next) {
            row *r = &p->rows[at];
            if (r->door != door || !is_overdue(p, r, now_ms)) continue;
            r->at_ms = now_ms;
            ids[n++] = r->id;
        }
    pthread_mutex_unlock(&p->lock);
    return n;
}

uint32_t pipes_count(pipes *p) {
    pthread_mutex_lock(&p->lock);
    uint32_t count = 0;
    for (pipe_door door = PIPE_COMMAND; door < PIPE_DOORS; door++)
        count += p->count[door];
    pthread_mutex_unlock(&p->lock);
    return count;
}

bool pipes_was_full(pipes *p, int64_t within_ms, int64_t now_ms) {
    pthread_mutex_lock(&p->lock);
    bool was = p->full_ms != INT64_MIN && now_ms - p->full_ms <= within_ms;
    pthread_mutex_unlock(&p->lock);
    return was;
}
