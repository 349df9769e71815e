/* The LMDB environment: opening, room on the disk and in the map, and the gate through
 * which every transaction of ours goes, so that the map moves only when there is none.
 * Knows: LMDB's files and codes. Must not know: batches, heads, threads but for the gate.
 * Private to storage/lmdb. */
#ifndef DUBAN_STORAGE_LMDB_ENV_H
#define DUBAN_STORAGE_LMDB_ENV_H

#include <lmdb.h>
#include <pthread.h>

#include "storage/journal.h"

typedef struct lmdb_env {
    MDB_env *env;
    MDB_dbi entries; /* u64 index -> entry */
    MDB_dbi tiles;   /* u64 level << 56 | number -> hashes and root */
    MDB_dbi bodies;  /* hash -> salt, bytes */
    MDB_dbi meta;    /* "state" -> storage/state.h */
    int fd;          /* of the data file, LMDB's own */
    uint32_t page_bytes;
    uint64_t map_bytes;
    uint64_t file_bytes;  /* allocated on the disk */
    uint64_t bad_page;    /* that made the opening fail with CORRUPT */
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t idle;  /* no transaction is open, or the map has moved */
    uint32_t readers;
    bool moving;
    bool lost; /* the map could not be made again: nothing can be read any more */
} lmdb_env;

/* The status of LMDB's code, which may be an errno. */
duban_status lmdb_status(int code);

/* Opens journal.mdb, checks LMDB's own meta pages first and then all its pages in use,
 * makes the databases unless read_only. CORRUPT, VERSION, NOT_FOUND, IO, DISK_FULL,
 * NO_MEMORY. */
duban_status lmdb_env_open(lmdb_env *e, const char *path, uint64_t map_bytes,
                           bool read_only);
void lmdb_env_close(lmdb_env *e);

/* A read transaction through the gate. LIMIT when JOURNAL_READERS_MAX are open. */
duban_status lmdb_read_begin(lmdb_env *e, MDB_txn **out);
void lmdb_read_end(lmdb_env *e, MDB_txn *txn);
/* Lets the map move, if it wants to, and takes a new view. On failure the transaction
 * still has to be ended. */
duban_status lmdb_read_renew(lmdb_env *e, MDB_txn *txn);

/* Makes sure that a commit of so many bytes finds room in the map and on the disk; called
 * by the committer, no write transaction open. DISK_FULL: it does not, nothing is lost.
 */
duban_status lmdb_env_room(lmdb_env *e, uint64_t bytes);
/* Doubles the map, waiting until no reader is open. */
duban_status lmdb_env_grow(lmdb_env *e);
/* What a failed write was: DISK_FULL when the disk is, since LMDB says EIO then. */
duban_status lmdb_env_failed(lmdb_env *e, int code, uint64_t bytes);
/* Frees the slots of readers whose process died. */
void lmdb_env_clear_dead(lmdb_env *e);

#endif
