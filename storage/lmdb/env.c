#include "storage/lmdb/env.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/files.h"
#include "storage/lmdb/lmdb.h"
#include "storage/lmdb/meta.h"
#include "storage/lmdb/pages.h"

#define DATABASES 4
/* A live writer may commit twice between our view and our look at its meta page. */
#define PAGES_ATTEMPTS 64
/* The file grows on the disk in steps of an eighth of it, within these bounds. */
#define STEP_BYTES_MIN ((uint64_t)1 << 20)
#define STEP_BYTES_MAX ((uint64_t)64 << 20)

duban_status lmdb_status(int code) {
    switch (code) {
    case MDB_SUCCESS: return DUBAN_OK;
    case MDB_NOTFOUND: return DUBAN_E_NOT_FOUND;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_INCOMPATIBLE:
    case MDB_KEYEXIST:
    case MDB_BAD_VALSIZE: return DUBAN_E_CORRUPT;
    case MDB_VERSION_MISMATCH: return DUBAN_E_VERSION;
    case MDB_READERS_FULL: return DUBAN_E_LIMIT;
    default: return code > 0 ? files_status(code) : DUBAN_E_IO;
    }
}

/* --- opening ------------------------------------------------------------------------ */

static duban_status open_database(MDB_txn *txn, const char *name, unsigned flags,
                                  bool make, MDB_dbi *out) {
    unsigned found;
    int code = mdb_dbi_open(txn, name, flags | (make ? MDB_CREATE : 0), out);
    if (!code) code = mdb_dbi_flags(txn, *out, &found);
    if (code) return lmdb_status(code);
    return found == flags ? DUBAN_OK : DUBAN_E_CORRUPT;
}

static duban_status open_databases(lmdb_env *e, bool make) {
    MDB_txn *txn;
    int code = mdb_txn_begin(e->env, NULL, make ? 0 : MDB_RDONLY, &txn);
    if (code) return lmdb_status(code);
    duban_status status =
        open_database(txn, "entries", MDB_INTEGERKEY, make, &e->entries);
    if (!status) status = open_database(txn, "tiles", MDB_INTEGERKEY, make, &e->tiles);
    if (!status) status = open_database(txn, "bodies", 0, make, &e->bodies);
    if (!status) status = open_database(txn, "meta", 0, make, &e->meta);
    if (status) {
        mdb_txn_abort(txn);
        return status;
    }
    code = mdb_txn_commit(txn);
    return code ? lmdb_env_failed(e, code, STEP_BYTES_MIN) : DUBAN_OK;
}

static duban_status open_file(lmdb_env *e, const char *path, bool read_only) {
    unsigned flags = MDB_NOSUBDIR | MDB_NOTLS | (read_only ? MDB_RDONLY : 0);
    int code = mdb_env_set_maxdbs(e->env, DATABASES);
    if (!code) code = mdb_env_set_maxreaders(e->env, JOURNAL_READERS_MAX);
    if (!code) code = mdb_env_set_mapsize(e->env, e->map_bytes);
    if (!code) code = mdb_env_open(e->env, path, flags, 0600);
    MDB_stat stat;
    MDB_envinfo info;
    if (!code) code = mdb_env_get_fd(e->env, &e->fd);
    if (!code) code = mdb_env_stat(e->env, &stat);
    if (!code) code = mdb_env_info(e->env, &info);
    if (code) return lmdb_status(code);
    e->page_bytes = stat.ms_psize;
    e->map_bytes = info.me_mapsize;
    struct stat file;
    if (fstat(e->fd, &file) != 0) return files_status(errno);
    e->file_bytes = (uint64_t)file.st_size;
    return DUBAN_OK;
}

/* The view keeps the pages in place while they are looked at. */
static duban_status check_pages(lmdb_env *e) {
    duban_status status = DUBAN_E_AHEAD;
    for (int i = 0; i < PAGES_ATTEMPTS && status == DUBAN_E_AHEAD; i++) {
        MDB_txn *txn;
        int code = mdb_txn_begin(e->env, NULL, MDB_RDONLY, &txn);
        if (code) return lmdb_status(code);
        status = lmdb_pages_check(e->fd, e->page_bytes, mdb_txn_id(txn), &e->bad_page);
        mdb_txn_abort(txn);
    }
    return status == DUBAN_E_AHEAD ? DUBAN_E_IO : status;
}

duban_status lmdb_env_open(lmdb_env *e, const char *path, uint64_t map_bytes,
                           bool read_only) {
    memset(e, 0, sizeof *e);
    e->map_bytes = map_bytes ? map_bytes : LMDB_MAP_SIZE_DEFAULT;
    duban_status status = lmdb_meta_check(path, read_only);
    if (status == DUBAN_E_NOT_FOUND && !read_only) status = DUBAN_OK;
    if (status) return status;
    if (pthread_mutex_init(&e->lock, NULL) != 0) return DUBAN_E_NO_MEMORY;
    if (pthread_cond_init(&e->idle, NULL) != 0) {
        pthread_mutex_destroy(&e->lock);
        return DUBAN_E_NO_MEMORY;
    }
    int code = mdb_env_create(&e->env);
    status = code ? lmdb_status(code) : open_file(e, path, read_only);
    if (!status) {
        lmdb_env_clear_dead(e);
        status = check_pages(e);
        if (!status) status = open_databases(e, !read_only);
    }
    if (status) lmdb_env_close(e);
    return status;
}

void lmdb_env_close(lmdb_env *e) {
    assert(e->readers == 0);
    if (e->env) mdb_env_close(e->env);
    e->env = NULL;
    pthread_cond_destroy(&e->idle);
    pthread_mutex_destroy(&e->lock);
}

/* --- the gate ----------------------------------------------------------------------- */

/* Waits only while nobody else reads: whoever holds one reader may always open another,
 * or the wait for the first to close would never end. */
static bool gate_enter(lmdb_env *e) {
    pthread_mutex_lock(&e->lock);
    while (e->moving && e->readers == 0)
        pthread_cond_wait(&e->idle, &e->lock);
    bool open = !e->lost;
    if (open) e->readers++;
    pthread_mutex_unlock(&e->lock);
    return open;
}

static void gate_leave(lmdb_env *e) {
    pthread_mutex_lock(&e->lock);
    if (--e->readers == 0) pthread_cond_broadcast(&e->idle);
    pthread_mutex_unlock(&e->lock);
}

/* Moves the map once nobody reads. size 0 takes what another process has made it. */
static int move_map(lmdb_env *e, uint64_t size) {
    pthread_mutex_lock(&e->lock);
    e->moving = true;
    while (e->readers > 0)
        pthread_cond_wait(&e->idle, &e->lock);
    int code = mdb_env_set_mapsize(e->env, size);
    MDB_envinfo info;
    if (!code) code = mdb_env_info(e->env, &info);
    if (!code) e->map_bytes = info.me_mapsize;
    if (code) e->lost = true;
    e->moving = false;
    pthread_cond_broadcast(&e->idle);
    pthread_mutex_unlock(&e->lock);
    return code;
}

static int begin(lmdb_env *e, MDB_txn **out) {
    if (!gate_enter(e)) return ENOMEM;
    int code = mdb_txn_begin(e->env, NULL, MDB_RDONLY, out);
    if (code == MDB_READERS_FULL) {
        lmdb_env_clear_dead(e);
        code = mdb_txn_begin(e->env, NULL, MDB_RDONLY, out);
    }
    if (code) gate_leave(e);
    return code;
}

duban_status lmdb_read_begin(lmdb_env *e, MDB_txn **out) {
    int code = begin(e, out);
    if (code == MDB_MAP_RESIZED)
        code = move_map(e, 0);
    else
        return lmdb_status(code);
    return lmdb_status(code ? code : begin(e, out));
}

void lmdb_read_end(lmdb_env *e, MDB_txn *txn) {
    mdb_txn_abort(txn);
    gate_leave(e);
}

duban_status lmdb_read_renew(lmdb_env *e, MDB_txn *txn) {
    mdb_txn_reset(txn);
    gate_leave(e);
    bool open = gate_enter(e);
    if (open) return lmdb_status(mdb_txn_renew(txn));
    pthread_mutex_lock(&e->lock);
    e->readers++; /* lmdb_read_end takes it back */
    pthread_mutex_unlock(&e->lock);
    return DUBAN_E_NO_MEMORY;
}

/* --- room --------------------------------------------------------------------------- */

static duban_status used_bytes(lmdb_env *e, uint64_t *out) {
    MDB_envinfo info;
    int code = mdb_env_info(e->env, &info);
    if (code) return lmdb_status(code);
    *out = ((uint64_t)info.me_last_pgno + 1) * e->page_bytes;
    return DUBAN_OK;
}

static int allocate(lmdb_env *e, uint64_t end) {
    int code;
    do
        code = posix_fallocate(e->fd, (off_t)e->file_bytes, (off_t)(end - e->file_bytes));
    while (code == EINTR);
    if (!code) e->file_bytes = end;
    return code;
}

/* With the blocks taken beforehand a full disk is met here, before anything is begun, and
 * not in the middle of a commit. */
static duban_status disk_room(lmdb_env *e, uint64_t end) {
    if (end <= e->file_bytes) return DUBAN_OK;
    uint64_t step = e->file_bytes / 8;
    if (step < STEP_BYTES_MIN) step = STEP_BYTES_MIN;
    if (step > STEP_BYTES_MAX) step = STEP_BYTES_MAX;
    int code = allocate(e, end + step);
    if (code) code = allocate(e, end);
    /* A file system that cannot allocate says so each time; writing decides there. */
    if (code == EOPNOTSUPP || code == EINVAL) return DUBAN_OK;
    return code ? files_status(code) : DUBAN_OK;
}

duban_status lmdb_env_grow(lmdb_env *e) {
    int code = move_map(e, 2 * e->map_bytes);
    return code ? lmdb_status(code) : DUBAN_OK;
}

duban_status lmdb_env_room(lmdb_env *e, uint64_t bytes) {
    uint64_t used = 0;
    duban_status status = used_bytes(e, &used);
    while (!status && used + bytes > e->map_bytes)
        status = lmdb_env_grow(e);
    return status ? status : disk_room(e, used + bytes);
}

duban_status lmdb_env_failed(lmdb_env *e, int code, uint64_t bytes) {
    duban_status status = lmdb_status(code);
    if (status == DUBAN_E_IO && files_nearly_full(e->fd, bytes)) return DUBAN_E_DISK_FULL;
    return status;
}

void lmdb_env_clear_dead(lmdb_env *e) {
    int dead;
    (void)mdb_reader_check(e->env, &dead); /* they only cost space */
}
