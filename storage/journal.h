/* The journal port: an append-only list of entries, the only truth.
 *
 *     stage -> (committer: leaf, tiles, one transaction, sync; sign the head, sync) ->
 * durable
 *
 * Knows: bytes at an index, bodies by hash, the Merkle tree over the entries. Must not
 * know: what an entry says. Engines: storage/lmdb (the default), storage/mem (tests).
 * Both pass tests/contract.
 *
 * Threads: stage, read and the rest are called by one owner thread, but for reads through
 * a journal_reader, which any thread may open for itself. The engine's committer calls
 * on_durable and on_failed from its own thread. */
#ifndef DUBAN_STORAGE_JOURNAL_H
#define DUBAN_STORAGE_JOURNAL_H

#include "proto/words.h"
#include "storage/tlog/note.h"
#include "storage/tlog/tree.h"

typedef struct journal journal;
typedef struct journal_reader journal_reader;

/* origin line, size, root, blank line, one signature line: 128 + 20 + 44 + 256, rounded
 * up. */
#define JOURNAL_CHECKPOINT_MAX 768

/* What is durable: entries 0..size-1, their root, and the signed note that says so. size
 * 0 is the empty journal: no checkpoint, "". */
typedef struct journal_head {
    uint64_t size;
    hash256 root;
    char checkpoint[JOURNAL_CHECKPOINT_MAX];
} journal_head;

typedef struct journal_body {
    hash256 hash; /* SHA-256(salt ‖ bytes), made sure of by whoever stages it */
    uint8_t salt[BODY_SALT_SIZE];
    span bytes;
    bool
        removed; /* staged: the entry takes that body away, salt and bytes mean nothing */
} journal_body;

/* Everything is borrowed until journal_close. */
typedef struct journal_options {
    const char *path; /* folder, made when missing unless read_only; mem ignores it */
    uint64_t map_size_bytes; /* lmdb: 0 takes the default of storage/lmdb/lmdb.h */
    bool read_only;         /* for audit and backup: no committer, no writes, no repair */
    const char *origin;     /* origin line of the checkpoints; must be what heads say */
    const sign_key *signer; /* signs checkpoints; NULL when read_only */
    const sign_public *log_key; /* verifies stored heads; NULL: the signer's, or none */
    /* At opening, when entries lie behind the last signed head: signed_size.. of r, which
     * sees everything stored. What it refuses, with *refusal, is not signed and not
     * opened. NULL: they are only hashed. Not when read_only. r is borrowed. */
    duban_status (*trust_tail)(void *ctx, journal_reader *r, uint64_t signed_size,
                               duban_refusal *refusal);
    /* On the committer's thread (mem: inside journal_flush) after both syncs; head is
     * borrowed in the call. Heads come in order, each larger than the one before. */
    void (*on_durable)(void *ctx, const journal_head *head);
    /* Likewise, at most once: a commit failed. Nothing after the last on_durable may be
     * believed to exist, and the engine commits nothing any more. */
    void (*on_failed)(void *ctx, duban_status status, const char *detail);
    void *ctx;
} journal_options;

/* --- opening: the start-up verification of architecture.md -------------------------- */

/* Opens and verifies: the last signed head (its signature, the root at its size), the
 * frontier and every entry after the last signed head, which is signed on when it is
 * whole. DUBAN_E_SHORTER, DUBAN_E_ROOT, DUBAN_E_CORRUPT with the index in refusal->found,
 * DUBAN_E_LOCKED when another process writes it, DUBAN_E_NOT_FOUND when read_only and
 * there is none, DUBAN_E_IO, DUBAN_E_DISK_FULL, DUBAN_E_NO_MEMORY, DUBAN_E_NOTE. Engines:
 * journal_open_lmdb in storage/lmdb/lmdb.h, journal_open_mem in storage/mem/mem.h. */

/* Commits what is staged, stops the committer and frees. NULL is fine. */
void journal_close(journal *j);

/* The durable head at this moment; any thread. */
void journal_get_head(const journal *j, journal_head *out);
/* The engine's own count of syncs done since it was opened, for status and tests. */
uint64_t journal_syncs(const journal *j);

/* --- the one door in: owner thread only --------------------------------------------- */

/* Index the next staged entry will have. */
uint64_t journal_next(const journal *j);

/* Copies entry and bodies behind what is staged; nothing is durable yet. A body that is
 * there already is kept once. One marked `removed` is taken away in the same commit,
 * after all bodies of that commit are there; its hash stays as that of a body removed by
 * this entry, and no body with that hash is ever kept again. DUBAN_E_TOO_LARGE above
 * ENTRY_SIZE_MAX, BODY_SIZE_MAX or BODIES_MAX, DUBAN_E_BUSY when STAGED_BYTES_MAX would
 * be passed, DUBAN_E_COMMIT after a failed commit, DUBAN_E_NO_MEMORY. */
duban_status journal_stage(journal *j, span entry, const journal_body *bodies,
                           size_t bodies_n);

/* Hands everything staged to the committer, which takes all there is as one commit; while
 * it is busy, flushes gather. Returns at once. */
void journal_flush(journal *j);

/* --- reading: any thread, each with a reader of its own ----------------------------- */

/* A consistent view of what the head at this moment covers: entries
 * 0..journal_reader_size-1. Keep it short: it pins pages. DUBAN_E_NO_MEMORY, DUBAN_E_IO,
 * DUBAN_E_LIMIT when too many are open. */
duban_status journal_reader_open(const journal *j, journal_reader **out);
void journal_reader_close(journal_reader *r);
uint64_t journal_reader_size(const journal_reader *r);

/* Borrowed until the reader closes. DUBAN_E_NOT_FOUND at or beyond the size. */
duban_status journal_read(journal_reader *r, uint64_t index, span *entry);

/* Visits entries from..to-1 in order until visit returns anything but DUBAN_OK, which is
 * then returned. entry is borrowed in the call. DUBAN_E_CORRUPT when one is missing,
 * DUBAN_E_AHEAD when to lies beyond the size. */
typedef duban_status (*journal_visit)(void *ctx, uint64_t index, span entry);
duban_status journal_scan(journal_reader *r, uint64_t from, uint64_t to,
                          journal_visit visit, void *ctx);

/* Borrowed until the reader closes. DUBAN_E_NOT_FOUND; DUBAN_E_REDACTED when it was
 * removed; DUBAN_E_CORRUPT when what is stored does not have that hash. */
duban_status journal_body_read(journal_reader *r, const hash256 *hash, journal_body *out);
/* The index of the entry that removed it. DUBAN_E_NOT_FOUND when none did. */
duban_status journal_body_removed(journal_reader *r, const hash256 *hash,
                                  uint64_t *index);

/* Root over the first size entries, size <= journal_reader_size, from stored tiles and
 * the entries behind the last full one: O(log n) reads and at most 255 leaves hashed.
 * DUBAN_E_AHEAD, DUBAN_E_CORRUPT, DUBAN_E_NO_MEMORY. */
duban_status journal_root_at(journal_reader *r, uint64_t size, hash256 *root);

/* The stored hashes of the tree over the first size entries, for proofs of that size
 * (storage/tlog/tree.h): of each level a read touches one tile. Borrows r, until its next
 * journal_root_at or journal_hashes. DUBAN_E_AHEAD, DUBAN_E_NO_MEMORY; its reads fail
 * with DUBAN_E_AHEAD, DUBAN_E_CORRUPT. */
duban_status journal_hashes(journal_reader *r, uint64_t size, tlog_hash_reader *out);

/* Writes the tile's width hashes (1..256) at that level and number: full ones from the
 * store, partial ones made from what is below. DUBAN_E_AHEAD, DUBAN_E_CORRUPT. */
duban_status journal_tile(journal_reader *r, uint8_t level, uint64_t number,
                          uint32_t width, hash256 *out);

/* Hashes entries from..to-1 again, whole tiles at a time, and compares with the stored
 * tiles, these with the tiles above, and the entries behind the last full one with the
 * stored frontier. progress (may be NULL) is called after each tile: entries below done
 * are whole; returning false ends it early with DUBAN_OK. The view is renewed now and
 * then, so that it pins no page for long: what was borrowed through r is gone.
 * DUBAN_E_CORRUPT with the first differing index in *bad (behind the last full tile: the
 * first one under the hash that differs), DUBAN_E_AHEAD when to lies beyond the size. */
duban_status journal_verify(journal_reader *r, uint64_t from, uint64_t to,
                            bool (*progress)(void *ctx, uint64_t done), void *ctx,
                            uint64_t *bad);

#endif
