#include "client/audit/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Pieces under way for each thread, and bytes of all: bundles of long entries are 16 MiB
 * each. One piece is let in however large it is. */
#define PIECES_PER_THREAD 4
#define PIECES_BYTES_MAX  (256u * 1024 * 1024)

struct audit_pool {
    const audit_keys *keys;
    const char *origin;
    pthread_t threads[AUDIT_THREADS_MAX];
    uint32_t threads_n;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t work;
    pthread_cond_t room;
    audit_piece *first;
    audit_piece *last;
    uint32_t pieces;
    size_t bytes;
    bool end;
    duban_status failed;
    audit_finding finding;
};

/* --- one piece ---------------------------------------------------------------------- */

static uint64_t begin_of(const audit_piece *piece) {
    return piece->bundle.number * TILE_WIDTH;
}

/* An entry's hash differs from the tile's: which of the two is wrong says the root that
 * the tree has of the tile; without one, the tile was proved with the edge. */
static audit_finding judge_leaf(const audit_piece *piece, const hash256 *leaves,
                                uint32_t at) {
    hash256 root;
    tile_name name = piece->bundle;
    uint64_t index = begin_of(piece) + at;
    if (piece->has_root) {
        root = tile_root(leaves);
        if (hash_equal(&root, &piece->root)) {
            name.entries = false;
            return audit_finding_of(AUDIT_TILE, DUBAN_E_CORRUPT, index, &name);
        }
    }
    return audit_finding_of(AUDIT_LEAF, DUBAN_E_CORRUPT, index, &name);
}

/* False with *finding. */
static bool hashes_hold(const audit_piece *piece, audit_finding *finding) {
    hash256 leaves[TILE_WIDTH];
    uint32_t width = piece->bundle.width;
    for (uint32_t i = 0; i < width; i++)
        leaves[i] = tlog_leaf_hash(piece->entries[i].data, piece->entries[i].size);
    for (uint32_t i = 0; i < width; i++)
        if (!hash_equal(&leaves[i], &piece->tile[i])) {
            *finding = judge_leaf(piece, leaves, i);
            return false;
        }
    if (!piece->has_root) return true;
    hash256 root = tile_root(leaves);
    if (hash_equal(&root, &piece->root)) return true;
    tile_name name = piece->bundle;
    name.entries = false;
    *finding = audit_finding_of(AUDIT_TILE, DUBAN_E_CORRUPT, begin_of(piece), &name);
    return false;
}

static bool signatures_hold(const audit_pool *pool, const audit_piece *piece, arena *a,
                            audit_finding *finding) {
    for (uint32_t i = 0; i < piece->bundle.width; i++) {
        duban_status status =
            audit_keys_verify(pool->keys, pool->origin, piece->entries[i], a);
        if (!status) continue;
        *finding = audit_finding_of(AUDIT_SIGNATURE, status, begin_of(piece) + i,
                                    &piece->bundle);
        return false;
    }
    return true;
}

static audit_finding look_at(const audit_pool *pool, const audit_piece *piece, arena *a) {
    audit_finding hashes = {0}, signatures = {0};
    (void)hashes_hold(piece, &hashes);
    (void)signatures_hold(pool, piece, a, &signatures);
    return audit_finding_before(&signatures, &hashes) ? signatures : hashes;
}

/* --- threads ------------------------------------------------------------------------ */

/* With the lock held. */
static void keep_lowest(audit_pool *pool, const audit_finding *finding) {
    if (audit_finding_before(finding, &pool->finding)) pool->finding = *finding;
}

/* With the lock held. */
static void let_go(audit_pool *pool, audit_piece *piece) {
    if (--piece->users > 0) return;
    pool->pieces--;
    pool->bytes -= piece->bytes.room;
    pthread_cond_signal(&pool->room);
    buffer_close(&piece->bytes);
    free(piece);
}

static audit_piece *take(audit_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    while (!pool->first && !pool->end)
        pthread_cond_wait(&pool->work, &pool->lock);
    audit_piece *piece = pool->first;
    if (piece) pool->first = piece->next;
    pthread_mutex_unlock(&pool->lock);
    return piece;
}

static void *run(void *ctx) {
    audit_pool *pool = ctx;
    arena a;
    arena_init(&a, 0);
    for (audit_piece *piece = take(pool); piece; piece = take(pool)) {
        audit_finding finding = {0};
        if (!audit_pool_is_over(pool, begin_of(piece)))
            finding = look_at(pool, piece, &a);
        pthread_mutex_lock(&pool->lock);
        if (finding.why == DUBAN_E_NO_MEMORY)
            pool->failed = finding.why; /* says nothing about the journal */
        else
            keep_lowest(pool, &finding);
        let_go(pool, piece);
        pthread_mutex_unlock(&pool->lock);
    }
    arena_close(&a);
    return NULL;
}

static uint32_t cores(void) {
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > AUDIT_THREADS_MAX ? AUDIT_THREADS_MAX : (uint32_t)n;
}

duban_status audit_pool_new(const audit_keys *keys, const char *origin, uint32_t threads,
                            audit_pool **out) {
    audit_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return DUBAN_E_NO_MEMORY;
    pool->keys = keys;
    pool->origin = origin;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->room, NULL);
    uint32_t wanted = threads ? threads : cores();
    if (wanted > AUDIT_THREADS_MAX) wanted = AUDIT_THREADS_MAX;
    while (pool->threads_n < wanted &&
           pthread_create(&pool->threads[pool->threads_n], NULL, run, pool) == 0)
        pool->threads_n++;
    if (pool->threads_n == 0) {
        audit_finding none;
        (void)audit_pool_close(pool, &none);
        return DUBAN_E_NO_MEMORY;
    }
    *out = pool;
    return DUBAN_OK;
}

uint32_t audit_pool_threads(const audit_pool *pool) {
    return pool->threads_n;
}

audit_piece *audit_piece_new(void) {
    audit_piece *piece = calloc(1, sizeof *piece);
    if (piece) buffer_init(&piece->bytes);
    return piece;
}

void audit_pool_add(audit_pool *pool, audit_piece *piece) {
    size_t bytes = piece->bytes.room;
    piece->users = 2;
    piece->next = NULL;
    pthread_mutex_lock(&pool->lock);
    while (pool->pieces > 0 && (pool->pieces >= PIECES_PER_THREAD * pool->threads_n ||
                                pool->bytes + bytes > PIECES_BYTES_MAX))
        pthread_cond_wait(&pool->room, &pool->lock);
    pool->pieces++;
    pool->bytes += bytes;
    if (pool->first)
        pool->last->next = piece;
    else
        pool->first = piece;
    pool->last = piece;
    pthread_cond_signal(&pool->work);
    pthread_mutex_unlock(&pool->lock);
}

void audit_pool_let_go(audit_pool *pool, audit_piece *piece) {
    pthread_mutex_lock(&pool->lock);
    let_go(pool, piece);
    pthread_mutex_unlock(&pool->lock);
}

void audit_pool_tell(audit_pool *pool, const audit_finding *finding) {
    pthread_mutex_lock(&pool->lock);
    keep_lowest(pool, finding);
    pthread_mutex_unlock(&pool->lock);
}

bool audit_pool_is_over(audit_pool *pool, uint64_t index) {
    pthread_mutex_lock(&pool->lock);
    const audit_finding *f = &pool->finding;
    bool over = pool->failed || (f->fault && f->has_index && f->index < index);
    pthread_mutex_unlock(&pool->lock);
    return over;
}

duban_status audit_pool_close(audit_pool *pool, audit_finding *out) {
    pthread_mutex_lock(&pool->lock);
    pool->end = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (uint32_t i = 0; i < pool->threads_n; i++)
        pthread_join(pool->threads[i], NULL);
    duban_status status = pool->failed;
    *out = pool->finding;
    pthread_cond_destroy(&pool->room);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
    return status;
}
