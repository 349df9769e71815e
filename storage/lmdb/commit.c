#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "storage/lmdb/lmdb_journal.h"

/* LMDB syncs the pages and writes its meta page through a descriptor that syncs. */
#define SYNCS_OF_COMMIT 2
#define SYNCS_OF_HEAD   1
/* Pages that a put may copy or split on its way down, and those of a commit by itself. */
#define PATH_PAGES    8
#define COMMIT_PAGES  256
#define NODE_OVERHEAD 32 /* LMDB's node, key and pointer of one entry */

/* --- filling one transaction -------------------------------------------------------- */

typedef struct filling {
    lmdb_env *env;
    MDB_txn *txn;
    MDB_cursor *entries;
    int code; /* LMDB's own, of the first failure */
} filling;

static duban_status filled(filling *f, int code) {
    if (code && !f->code) f->code = code;
    return lmdb_status(code);
}

static MDB_val value_of(const void *bytes, size_t size) {
    return (MDB_val){size, (void *)(uintptr_t)bytes};
}

static duban_status put_entry(void *ctx, uint64_t index, span entry) {
    filling *f = ctx;
    MDB_val key = value_of(&index, sizeof index);
    MDB_val value = value_of(entry.data, entry.size);
    return filled(f, mdb_cursor_put(f->entries, &key, &value, MDB_APPEND));
}

static duban_status put_body(void *ctx, const journal_body *body) {
    filling *f = ctx;
    MDB_val key = value_of(body->hash.bytes, HASH_SIZE);
    MDB_val value = {BODY_SALT_SIZE + body->bytes.size, NULL};
    int code =
        mdb_put(f->txn, f->env->bodies, &key, &value, MDB_NOOVERWRITE | MDB_RESERVE);
    if (code == MDB_KEYEXIST) return DUBAN_OK;
    if (code) return filled(f, code);
    uint8_t *to = value.mv_data;
    memcpy(to, body->salt, BODY_SALT_SIZE);
    if (body->bytes.size) memcpy(to + BODY_SALT_SIZE, body->bytes.data, body->bytes.size);
    return DUBAN_OK;
}

/* What it held stays on the file's free pages until LMDB uses them again. */
static duban_status remove_body(void *ctx, const hash256 *hash, uint64_t index) {
    filling *f = ctx;
    uint8_t bytes[REMOVED_SIZE];
    MDB_val key = value_of(hash->bytes, HASH_SIZE);
    MDB_val value = value_of(bytes, sizeof bytes);
    removed_write(index, bytes);
    return filled(f, mdb_put(f->txn, f->env->bodies, &key, &value, 0));
}

static duban_status put_tile(void *ctx, uint32_t level, uint64_t number,
                             const hash256 hashes[STORED_TILE_HASHES]) {
    filling *f = ctx;
    uint64_t place = lmdb_tile_key(level, number);
    MDB_val key = value_of(&place, sizeof place);
    MDB_val value = value_of(hashes, STORED_TILE_SIZE_BYTES);
    return filled(f, mdb_put(f->txn, f->env->tiles, &key, &value, MDB_NOOVERWRITE));
}

static duban_status put_state(filling *f, const journal_state *state) {
    uint8_t bytes[STATE_SIZE_MAX];
    MDB_val key = value_of(STATE_KEY, sizeof STATE_KEY - 1);
    MDB_val value = value_of(bytes, state_write(state, bytes));
    return filled(f, mdb_put(f->txn, f->env->meta, &key, &value, 0));
}

static duban_status fill(lmdb_journal *l, filling *f, journal_state *state) {
    append_store store = {.entry = put_entry,
                          .body = put_body,
                          .remove = remove_body,
                          .tile = put_tile,
                          .ctx = f};
    duban_status status =
        filled(f, mdb_cursor_open(f->txn, f->env->entries, &f->entries));
    if (status) return status;
    status = append_batch(l->appender, &l->draining, &store);
    mdb_cursor_close(f->entries);
    if (status) return status;
    tlog_writer_frontier(&l->appender->writer, &state->frontier);
    return put_state(f, state);
}

/* --- one commit --------------------------------------------------------------------- */

/* More than this batch can take, so that the disk's end is met before the commit. */
static uint64_t room_of(const batch *b, uint32_t page_bytes) {
    uint64_t tiles = 2 * (b->entries / TILE_WIDTH) + TILE_LEVELS;
    uint64_t pages = COMMIT_PAGES + PATH_PAGES * (tiles + b->bodies);
    return 2 * (b->bytes.size + NODE_OVERHEAD * b->entries) + pages * page_bytes;
}

static duban_status write_batch(lmdb_journal *l, uint64_t room, journal_state *state) {
    filling f = {.env = &l->env};
    duban_status status = filled(&f, mdb_txn_begin(l->env.env, NULL, 0, &f.txn));
    if (status) return status;
    status = fill(l, &f, state);
    if (status) {
        l->code = f.code;
        mdb_txn_abort(f.txn);
        return f.code == MDB_MAP_FULL ? DUBAN_E_LIMIT : status;
    }
    l->code = mdb_txn_commit(f.txn);
    if (l->code) return lmdb_env_failed(&l->env, l->code, room);
    atomic_fetch_add(&l->base.syncs, SYNCS_OF_COMMIT);
    return DUBAN_OK;
}

/* The tree's edge as it is durable, after a transaction was given up. */
static duban_status reopen_edge(lmdb_journal *l) {
    journal_reader *r;
    duban_status status = lmdb_reader_open_all(l, &r);
    if (status) return status;
    status = tlog_writer_open(&l->appender->writer, r->size, &r->source);
    lmdb_reader_close(r);
    return status;
}

static duban_status commit_batch(lmdb_journal *l, journal_state *state) {
    uint64_t room = room_of(&l->draining, l->env.page_bytes);
    duban_status status = lmdb_env_room(&l->env, room);
    if (!status) status = write_batch(l, room, state);
    /* The estimate fell short of what the map had left: more map, once more. */
    while (status == DUBAN_E_LIMIT) {
        status = lmdb_env_grow(&l->env);
        if (!status) status = reopen_edge(l);
        if (!status) status = write_batch(l, room, state);
    }
    return status;
}

duban_status lmdb_sign_head(lmdb_journal *l, const tlog_frontier *frontier,
                            journal_head *head) {
    journal_head signed_head;
    duban_status status = engine_head_sign(&l->base, frontier, &signed_head);
    if (!status)
        status = heads_append(&l->heads, signed_head.size, signed_head.checkpoint,
                              (uint32_t)strlen(signed_head.checkpoint));
    if (status) return status;
    atomic_fetch_add(&l->base.syncs, SYNCS_OF_HEAD);
    *head = signed_head;
    return DUBAN_OK;
}

/* --- the thread --------------------------------------------------------------------- */

/* Waits for flushed bytes; false when there are none and never will be. */
static bool take(lmdb_journal *l) {
    handover *hand = &l->hand;
    pthread_mutex_lock(&hand->lock);
    while (hand->flushed == 0 && !hand->closing)
        pthread_cond_wait(&hand->wake, &hand->lock);
    bool some = hand->flushed > 0;
    if (some) {
        batch taken = hand->pending;
        hand->pending = l->draining;
        /* What was staged after the last flush stays behind; should memory be out, it
         * goes along: it is not worth losing what was flushed. */
        (void)batch_split(&taken, hand->flushed, hand->late_entries, hand->late_bodies,
                          &hand->pending);
        if (hand->pending.entries == 0) hand->late_entries = hand->late_bodies = 0;
        l->draining = taken;
        hand->flushed = 0;
        hand->draining = taken.bytes.size;
    }
    pthread_mutex_unlock(&hand->lock);
    return some;
}

static void drained(lmdb_journal *l) {
    batch_clear(&l->draining);
    pthread_mutex_lock(&l->hand.lock);
    l->hand.draining = 0;
    pthread_mutex_unlock(&l->hand.lock);
    if (++l->commits % READER_CHECK_COMMITS == 0) lmdb_env_clear_dead(&l->env);
}

static void fail(lmdb_journal *l, duban_status status, const char *what) {
    char detail[128];
    const journal_options *options = &l->base.options;
    atomic_store(&l->base.failed, true);
    snprintf(detail, sizeof detail, "%s, behind %" PRIu64 " entries, code %d", what,
             l->base.head.size, l->code);
    if (options->on_failed) options->on_failed(options->ctx, status, detail);
}

static bool commit_one(lmdb_journal *l) {
    const journal_options *options = &l->base.options;
    journal_state state = {.signed_size = l->base.head.size};
    journal_head head;
    duban_status status = commit_batch(l, &state);
    if (status) {
        fail(l, status, "journal.mdb");
        return false;
    }
    status = lmdb_sign_head(l, &state.frontier, &head);
    if (status) {
        fail(l, status, "heads");
        return false;
    }
    engine_head_set(&l->base, &head);
    drained(l);
    if (options->on_durable) options->on_durable(options->ctx, &head);
    return true;
}

static void *committer_run(void *ctx) {
    lmdb_journal *l = ctx;
    while (take(l))
        if (!commit_one(l)) break;
    return NULL;
}

duban_status lmdb_committer_start(lmdb_journal *l) {
    /* Signals are for the owner's thread. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&l->committer, NULL, committer_run, l);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    l->running = code == 0;
    return code ? DUBAN_E_NO_MEMORY : DUBAN_OK;
}

void lmdb_committer_stop(lmdb_journal *l) {
    if (!l->running) return;
    lmdb_flush(&l->base);
    pthread_mutex_lock(&l->hand.lock);
    l->hand.closing = true;
    pthread_cond_signal(&l->hand.wake);
    pthread_mutex_unlock(&l->hand.lock);
    pthread_join(l->committer, NULL);
    l->running = false;
}

/* --- the owner's side --------------------------------------------------------------- */

duban_status lmdb_stage(journal *j, span entry, const journal_body *bodies,
                        size_t bodies_n) {
    handover *hand = &((lmdb_journal *)j)->hand;
    size_t size = batch_bytes_of(entry, bodies, bodies_n);
    duban_status status = DUBAN_E_BUSY;
    pthread_mutex_lock(&hand->lock);
    if (hand->pending.bytes.size + hand->draining + size <= STAGED_BYTES_MAX)
        status = batch_add(&hand->pending, entry, bodies, bodies_n);
    if (!status) {
        hand->late_entries++;
        hand->late_bodies += bodies_n;
    }
    pthread_mutex_unlock(&hand->lock);
    return status;
}

void lmdb_flush(journal *j) {
    handover *hand = &((lmdb_journal *)j)->hand;
    pthread_mutex_lock(&hand->lock);
    hand->flushed = hand->pending.bytes.size;
    hand->late_entries = 0;
    hand->late_bodies = 0;
    if (hand->flushed) pthread_cond_signal(&hand->wake);
    pthread_mutex_unlock(&hand->lock);
}
