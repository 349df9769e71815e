#include <stdlib.h>
#include <string.h>

#include "storage/lmdb/lmdb_journal.h"

typedef struct lmdb_reader {
    journal_reader base;
    lmdb_env *env;
    MDB_txn *txn;
    MDB_cursor *entries;
    bool placed; /* the cursor stands at index at */
    uint64_t at;
} lmdb_reader;

static lmdb_journal *journal_of(const journal *j) {
    return (lmdb_journal *)(uintptr_t)j;
}

/* --- opening ------------------------------------------------------------------------ */

static duban_status reader_new(lmdb_journal *l, lmdb_reader **out) {
    lmdb_reader *r = calloc(1, sizeof *r);
    if (!r) return DUBAN_E_NO_MEMORY;
    engine_reader_init(&r->base, &l->base, 0);
    r->env = &l->env;
    duban_status status = lmdb_read_begin(r->env, &r->txn);
    if (status) goto free_reader;
    int code = mdb_cursor_open(r->txn, r->env->entries, &r->entries);
    status = lmdb_status(code);
    if (status) goto end_txn;
    *out = r;
    return DUBAN_OK;

end_txn:
    lmdb_read_end(r->env, r->txn);
free_reader:
    free(r);
    return status;
}

/* The head first, the view after it: so the view holds the whole of the head. */
duban_status lmdb_reader_open(const journal *j, journal_reader **out) {
    journal_head head;
    lmdb_reader *r;
    journal_get_head(j, &head);
    duban_status status = reader_new(journal_of(j), &r);
    if (status) return status;
    r->base.size = head.size;
    *out = &r->base;
    return DUBAN_OK;
}

duban_status lmdb_reader_open_all(lmdb_journal *l, journal_reader **out) {
    lmdb_reader *r;
    journal_state state;
    duban_status status = reader_new(l, &r);
    if (status) return status;
    status = lmdb_reader_state(&r->base, &state);
    if (!status) {
        r->base.size = state.frontier.size;
        status = lmdb_reader_count(&r->base, r->base.size);
    }
    if (status == DUBAN_E_NOT_FOUND) status = DUBAN_E_CORRUPT;
    *out = &r->base;
    return status;
}

void lmdb_reader_close(journal_reader *base) {
    lmdb_reader *r = (lmdb_reader *)base;
    mdb_cursor_close(r->entries);
    lmdb_read_end(r->env, r->txn);
    engine_reader_close(base);
    free(r);
}

duban_status lmdb_reader_renew(journal_reader *base) {
    lmdb_reader *r = (lmdb_reader *)base;
    r->placed = false;
    duban_status status = lmdb_read_renew(r->env, r->txn);
    return status ? status : lmdb_status(mdb_cursor_renew(r->txn, r->entries));
}

/* --- reading ------------------------------------------------------------------------ */

/* What lies in this journal's own databases must be there: absence is damage. */
static duban_status must(int code) {
    duban_status status = lmdb_status(code);
    return status == DUBAN_E_NOT_FOUND ? DUBAN_E_CORRUPT : status;
}

static int place(lmdb_reader *r, uint64_t index, MDB_val *value) {
    uint64_t found = index;
    MDB_val key = {sizeof found, &found};
    bool next = r->placed && index == r->at + 1;
    r->placed = false;
    int code = mdb_cursor_get(r->entries, &key, value, next ? MDB_NEXT : MDB_SET_KEY);
    if (code) return code;
    if (key.mv_size != sizeof found) return MDB_CORRUPTED;
    memcpy(&found, key.mv_data, sizeof found);
    if (found != index) return MDB_CORRUPTED;
    r->placed = true;
    r->at = index;
    return 0;
}

duban_status lmdb_reader_entry(journal_reader *base, uint64_t index, span *out) {
    MDB_val value;
    duban_status status = must(place((lmdb_reader *)base, index, &value));
    if (status) return status;
    if (value.mv_size > ENTRY_SIZE_MAX) return DUBAN_E_CORRUPT;
    *out = (span){value.mv_data, value.mv_size};
    return DUBAN_OK;
}

duban_status lmdb_reader_body(journal_reader *base, const hash256 *hash,
                              journal_body *out) {
    lmdb_reader *r = (lmdb_reader *)base;
    hash256 wanted = *hash;
    MDB_val key = {HASH_SIZE, wanted.bytes}, value;
    duban_status status = lmdb_status(mdb_get(r->txn, r->env->bodies, &key, &value));
    if (status) return status;
    const uint8_t *bytes = value.mv_data;
    out->removed = value.mv_size == REMOVED_SIZE;
    if (out->removed) {
        out->bytes = (span){bytes, REMOVED_SIZE};
        return DUBAN_OK;
    }
    if (value.mv_size < BODY_SALT_SIZE) return DUBAN_E_CORRUPT;
    if (value.mv_size > BODY_SALT_SIZE + BODY_SIZE_MAX) return DUBAN_E_CORRUPT;
    memcpy(out->salt, bytes, BODY_SALT_SIZE);
    out->bytes = (span){bytes + BODY_SALT_SIZE, value.mv_size - BODY_SALT_SIZE};
    return DUBAN_OK;
}

duban_status lmdb_reader_tile(journal_reader *base, uint32_t level, uint64_t number,
                              const hash256 **out) {
    lmdb_reader *r = (lmdb_reader *)base;
    uint64_t place_key = lmdb_tile_key(level, number);
    MDB_val key = {sizeof place_key, &place_key}, value;
    duban_status status = must(mdb_get(r->txn, r->env->tiles, &key, &value));
    if (status) return status;
    if (value.mv_size != STORED_TILE_SIZE_BYTES) return DUBAN_E_CORRUPT;
    *out = value.mv_data;
    return DUBAN_OK;
}

duban_status lmdb_reader_state(journal_reader *base, journal_state *out) {
    lmdb_reader *r = (lmdb_reader *)base;
    char name[] = STATE_KEY;
    MDB_val key = {sizeof name - 1, name}, value;
    int code = mdb_get(r->txn, r->env->meta, &key, &value);
    if (code == MDB_NOTFOUND) {
        /* Nothing was ever committed; lmdb_reader_count holds it against the entries. */
        state_init(out);
        return DUBAN_OK;
    }
    if (code) return lmdb_status(code);
    return state_read((span){value.mv_data, value.mv_size}, out);
}

duban_status lmdb_reader_count(journal_reader *base, uint64_t size) {
    lmdb_reader *r = (lmdb_reader *)base;
    MDB_stat stat;
    duban_status status = must(mdb_stat(r->txn, r->env->entries, &stat));
    if (status) return status;
    base->bad = stat.ms_entries < size ? stat.ms_entries : size;
    if (stat.ms_entries != size) return DUBAN_E_CORRUPT;
    if (size == 0) return DUBAN_OK;

    uint64_t last;
    MDB_val key, value;
    status = must(mdb_cursor_get(r->entries, &key, &value, MDB_LAST));
    if (status) return status;
    if (key.mv_size != sizeof last) return DUBAN_E_CORRUPT;
    memcpy(&last, key.mv_data, sizeof last);
    base->bad = size - 1;
    return last == size - 1 ? DUBAN_OK : DUBAN_E_CORRUPT;
}
