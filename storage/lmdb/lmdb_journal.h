/* The engine's own struct and its readers. Private to storage/lmdb. */
#ifndef DUBAN_STORAGE_LMDB_LMDB_JOURNAL_H
#define DUBAN_STORAGE_LMDB_LMDB_JOURNAL_H

#include "storage/append.h"
#include "storage/batch.h"
#include "storage/engine.h"
#include "storage/heads.h"
#include "storage/lmdb/env.h"

#define STATE_KEY "state"

/* What passes between the owner's thread and the committer's, guarded by lock. */
typedef struct handover {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    batch pending;         /* staged; its first flushed bytes may be taken */
    size_t flushed;        /* bytes of pending */
    uint64_t late_entries; /* of pending, staged after the last flush */
    uint64_t late_bodies;
    size_t draining; /* bytes the committer has taken and not yet made durable */
    bool closing;
} handover;

typedef struct lmdb_journal {
    journal base;
    int lock_fd; /* -1 when read_only */
    lmdb_env env;
    heads heads;
    handover hand;
    bool running;
    pthread_t committer;
    /* The committer's alone. */
    appender *appender;
    batch draining;
    uint64_t commits;
    int code; /* LMDB's, of the commit that failed */
} lmdb_journal;

/* u64 keys, as MDB_INTEGERKEY wants them: the machine's byte order. */
static inline uint64_t lmdb_tile_key(uint32_t level, uint64_t number) {
    return (uint64_t)level << 56 | number;
}

/* --- readers (reader.c): what journal_engine asks for ------------------------------- */

duban_status lmdb_reader_open(const journal *j, journal_reader **out);
/* With the size of everything stored, signed or not; for opening. */
duban_status lmdb_reader_open_all(lmdb_journal *l, journal_reader **out);
void lmdb_reader_close(journal_reader *r);
duban_status lmdb_reader_renew(journal_reader *r);
duban_status lmdb_reader_entry(journal_reader *r, uint64_t index, span *out);
duban_status lmdb_reader_body(journal_reader *r, const hash256 *hash, journal_body *out);
duban_status lmdb_reader_tile(journal_reader *r, uint32_t level, uint64_t number,
                              const hash256 **out);
duban_status lmdb_reader_state(journal_reader *r, journal_state *out);
/* Entries in the database and the last one's index; CORRUPT with r->bad when they do not
 * belong to that size. */
duban_status lmdb_reader_count(journal_reader *r, uint64_t size);

/* --- the committer (commit.c) ------------------------------------------------------- */

/* Starts the thread. NO_MEMORY. */
duban_status lmdb_committer_start(lmdb_journal *l);
/* Lets it commit what is staged, then ends it. */
void lmdb_committer_stop(lmdb_journal *l);
/* Signs the head of that tree and writes it to the ring; *head is it. */
duban_status lmdb_sign_head(lmdb_journal *l, const tlog_frontier *frontier,
                            journal_head *head);
duban_status lmdb_stage(journal *j, span entry, const journal_body *bodies,
                        size_t bodies_n);
void lmdb_flush(journal *j);

#endif
