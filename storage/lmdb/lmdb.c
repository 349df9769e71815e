#include "storage/lmdb/lmdb.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storage/files.h"
#include "storage/lmdb/lmdb_journal.h"
#include "storage/opening.h"

/* A live writer may sign a head between our look at the heads and our view. */
#define VIEW_ATTEMPTS 64
/* Of journal.mdb and of heads. */
#define SYNCS_OF_OPENING 2

typedef struct paths {
    char journal[PATH_MAX];
    char heads[PATH_MAX];
    char lock[PATH_MAX];
} paths;

static bool path_of(char out[PATH_MAX], const char *folder, const char *name) {
    return snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX;
}

static bool paths_of(const char *folder, paths *out) {
    return path_of(out->journal, folder, "journal.mdb") &&
           path_of(out->heads, folder, "heads") && path_of(out->lock, folder, "lock");
}

/* --- closing ------------------------------------------------------------------------ */

static void release(lmdb_journal *l) {
    heads_close(&l->heads);
    if (l->lock_fd >= 0) close(l->lock_fd);
    batch_close(&l->hand.pending);
    batch_close(&l->draining);
    pthread_cond_destroy(&l->hand.wake);
    pthread_mutex_destroy(&l->hand.lock);
    engine_close(&l->base);
    free(l->appender);
    free(l);
}

static void lmdb_close(journal *j) {
    lmdb_journal *l = (lmdb_journal *)j;
    lmdb_committer_stop(l);
    lmdb_env_close(&l->env);
    release(l);
}

static const journal_engine lmdb_engine = {
    .close = lmdb_close,
    .stage = lmdb_stage,
    .flush = lmdb_flush,
    .reader_open = lmdb_reader_open,
    .reader_close = lmdb_reader_close,
    .reader_renew = lmdb_reader_renew,
    .entry = lmdb_reader_entry,
    .body = lmdb_reader_body,
    .tile = lmdb_reader_tile,
    .state = lmdb_reader_state,
};

/* --- opening ------------------------------------------------------------------------ */

static duban_status journal_new(const journal_options *options, lmdb_journal **out) {
    lmdb_journal *l = calloc(1, sizeof *l);
    if (!l) return DUBAN_E_NO_MEMORY;
    duban_status status = DUBAN_E_NO_MEMORY;
    l->lock_fd = -1;
    l->heads.fd = -1;
    batch_init(&l->hand.pending);
    batch_init(&l->draining);
    l->appender = malloc(sizeof *l->appender);
    if (!l->appender) goto free_journal;
    tlog_writer_init(&l->appender->writer);
    if (pthread_mutex_init(&l->hand.lock, NULL) != 0) goto free_appender;
    if (pthread_cond_init(&l->hand.wake, NULL) != 0) goto destroy_lock;
    status = engine_init(&l->base, &lmdb_engine, options);
    if (status) goto destroy_wake;
    *out = l;
    return DUBAN_OK;

destroy_wake:
    pthread_cond_destroy(&l->hand.wake);
destroy_lock:
    pthread_mutex_destroy(&l->hand.lock);
free_appender:
    free(l->appender);
free_journal:
    free(l);
    return status;
}

/* The heads file exists, whole, before journal.mdb does: so a journal without one has
 * lost it. */
static duban_status open_heads(lmdb_journal *l, const paths *at, duban_refusal *refusal) {
    bool read_only = l->base.options.read_only;
    bool journal_there = files_exist(at->journal);
    if (!files_exist(at->heads) && journal_there)
        return duban_refuse(refusal, DUBAN_E_NOTE, 0, "heads", "", at->heads);
    if (!files_exist(at->heads) && !read_only) {
        duban_status status = heads_make(at->heads);
        if (status) return duban_refuse(refusal, status, 0, "heads", "", at->heads);
    }
    duban_status status = heads_open(&l->heads, at->heads, read_only);
    return status ? duban_refuse(refusal, status, 0, "heads", "", at->heads) : status;
}

static duban_status open_files(lmdb_journal *l, duban_refusal *refusal) {
    const journal_options *options = &l->base.options;
    paths at;
    if (!paths_of(options->path, &at))
        return duban_refuse(refusal, DUBAN_E_IO, 0, "path", options->path, "");
    duban_status status = DUBAN_OK;
    if (!options->read_only) {
        status = files_make_folder(options->path);
        if (!status) status = files_lock(at.lock, &l->lock_fd);
        if (status) return duban_refuse(refusal, status, 0, "path", options->path, "");
    }
    status = open_heads(l, &at, refusal);
    if (status) return status;
    status =
        lmdb_env_open(&l->env, at.journal, options->map_size_bytes, options->read_only);
    if (!status && !options->read_only) {
        status = files_sync_folder_of(at.journal);
        if (status) lmdb_env_close(&l->env);
    }
    if (!status) return status;
    return opening_refuse(refusal, status, "journal.mdb", l->env.bad_page, 0);
}

static duban_status last_head(lmdb_journal *l, journal_head *out,
                              duban_refusal *refusal) {
    heads_record record;
    uint32_t slot = 0;
    duban_status status = heads_newest(&l->heads, &record, &slot);
    if (status == DUBAN_E_NOT_FOUND) {
        *out = l->base.head;
        return DUBAN_OK;
    }
    if (status) return opening_refuse(refusal, status, "heads", slot, HEADS_SLOTS);
    status = engine_head_read(&l->base, record.note, record.note_size, out);
    if (status == DUBAN_E_NOTE) {
        opening_refuse(refusal, status, "heads", record.size, record.size);
        if (refusal)
            snprintf(refusal->expected, sizeof refusal->expected,
                     "this journal's heads, not those of another or an older journal");
        return status;
    }
    if (!status && out->size != record.size) status = DUBAN_E_NOTE;
    if (status) return opening_refuse(refusal, status, "heads", record.size, record.size);
    return DUBAN_OK;
}

/* The heads first, the view after them, as they are written the other way round. */
static duban_status verify(lmdb_journal *l, journal_head *head, tlog_frontier *frontier,
                           duban_refusal *refusal) {
    journal_reader *r = NULL;
    duban_status status = last_head(l, head, refusal);
    if (status) return status;
    status = lmdb_reader_open_all(l, &r);
    if (status) {
        uint64_t bad = r ? r->bad : 0;
        if (r) lmdb_reader_close(r);
        return opening_refuse(refusal, status, "entry", bad, head->size);
    }
    status = opening_verify(r, head, &l->appender->writer, refusal);
    if (!status) tlog_writer_frontier(&l->appender->writer, frontier);
    lmdb_reader_close(r);
    return status;
}

/* What a killed process wrote may still be in the machine's memory only: it is synced
 * before it is believed. */
static duban_status sync_found(lmdb_journal *l, duban_refusal *refusal) {
    int code = mdb_env_sync(l->env.env, 1);
    duban_status status = code ? lmdb_status(code) : heads_sync(&l->heads);
    if (status) return duban_refuse(refusal, status, 0, "sync", "", "");
    atomic_fetch_add(&l->base.syncs, SYNCS_OF_OPENING);
    return DUBAN_OK;
}

static duban_status verify_and_sign_on(lmdb_journal *l, duban_refusal *refusal) {
    journal_head head;
    tlog_frontier frontier;
    bool read_only = l->base.options.read_only;
    duban_status status = read_only ? DUBAN_OK : sync_found(l, refusal);
    if (status) return status;
    int attempts = read_only ? VIEW_ATTEMPTS : 1;
    do
        status = verify(l, &head, &frontier, refusal);
    while (status == DUBAN_E_NOTE && --attempts > 0);
    if (status) return status;
    if (!read_only && frontier.size > head.size) {
        status = lmdb_sign_head(l, &frontier, &head);
        if (status) return opening_refuse(refusal, status, "heads", head.size, 0);
    }
    engine_head_set(&l->base, &head);
    l->base.next = frontier.size;
    return DUBAN_OK;
}

duban_status journal_open_lmdb(const journal_options *options, journal **out,
                               duban_refusal *refusal) {
    lmdb_journal *l;
    duban_status status = journal_new(options, &l);
    if (status) return duban_refuse(refusal, status, 0, "origin", options->origin, "");
    status = open_files(l, refusal);
    if (status) goto release_journal;
    status = verify_and_sign_on(l, refusal);
    if (status) goto close_env;
    if (!options->read_only) {
        status = lmdb_committer_start(l);
        if (status) {
            duban_refuse(refusal, status, 0, "committer", "", "");
            goto close_env;
        }
    }
    *out = &l->base;
    return DUBAN_OK;

close_env:
    lmdb_env_close(&l->env);
release_journal:
    release(l);
    return status;
}
