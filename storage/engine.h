/* What a journal engine is behind the port, and what all engines share.
 * Knows: the parts every engine has. Must not know: where bytes lie.
 * Included by storage/ only; everyone else includes storage/journal.h. */
#ifndef DUBAN_STORAGE_ENGINE_H
#define DUBAN_STORAGE_ENGINE_H

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#include "storage/journal.h"
#include "storage/state.h"
#include "storage/tlog/note.h"
#include "storage/tlog/tile.h"

/* A full tile is stored with its root behind its hashes, so that the partial tile above
 * is read, not hashed anew. */
#define STORED_TILE_HASHES     (TILE_WIDTH + 1)
#define STORED_TILE_SIZE_BYTES (STORED_TILE_HASHES * HASH_SIZE)

/* What stands in a removed body's place: the index that removed it, big-endian. Shorter
 * than any salt, so that it can be taken for no body. */
#define REMOVED_SIZE 8
static_assert(REMOVED_SIZE < BODY_SALT_SIZE, "a removed body is told by its size");

static inline void removed_write(uint64_t index, uint8_t out[REMOVED_SIZE]) {
    for (int i = 0; i < REMOVED_SIZE; i++)
        out[i] = (uint8_t)(index >> (56 - 8 * i));
}

static inline uint64_t removed_read(const uint8_t bytes[REMOVED_SIZE]) {
    uint64_t index = 0;
    for (int i = 0; i < REMOVED_SIZE; i++)
        index = index << 8 | bytes[i];
    return index;
}

typedef struct journal_engine {
    void (*close)(journal *j);
    /* Sizes have been checked. BUSY, NO_MEMORY, COMMIT. */
    duban_status (*stage)(journal *j, span entry, const journal_body *bodies,
                          size_t bodies_n);
    void (*flush)(journal *j);

    /* The reader's `journal` and `size` are set by the engine. */
    duban_status (*reader_open)(const journal *j, journal_reader **out);
    void (*reader_close)(journal_reader *r);
    /* A later view of the same entries; the size stays. What was borrowed is gone. */
    duban_status (*reader_renew)(journal_reader *r);
    /* index lies below the stored size. CORRUPT when it is missing or too long. */
    duban_status (*entry)(journal_reader *r, uint64_t index, span *out);
    /* NOT_FOUND, CORRUPT when it is no body. Of a removed one: removed is set, and bytes
     * are the REMOVED_SIZE bytes of removed_write. */
    duban_status (*body)(journal_reader *r, const hash256 *hash, journal_body *out);
    /* STORED_TILE_HASHES hashes; CORRUPT when it is missing or has another size. */
    duban_status (*tile)(journal_reader *r, uint32_t level, uint64_t number,
                         const hash256 **out);
    /* The stored state of the reader's view, whose size may be larger than the reader's.
     * CORRUPT, VERSION. */
    duban_status (*state)(journal_reader *r, journal_state *out);
} journal_engine;

/* The first member of every engine's journal. */
struct journal {
    const journal_engine *engine;
    journal_options options;
    bool has_key; /* whether checkpoints can be verified */
    note_key key;
    pthread_mutex_t head_lock; /* guards head */
    journal_head head;
    atomic_uint_fast64_t syncs;
    atomic_bool failed; /* a commit failed: nothing is staged or committed any more */
    uint64_t next;      /* the owner thread's */
};

/* The first member of every engine's reader. */
struct journal_reader {
    const journal *journal;
    uint64_t size;
    uint64_t bad; /* index at fault when the last call returned CORRUPT */
    tile_source source;
    tile_reader *hashes; /* made when first asked for */
};

/* Fills the shared part; head is empty. NOTE when the origin cannot sign or the keys of
 * the options differ, NO_MEMORY. */
duban_status engine_init(journal *j, const journal_engine *engine,
                         const journal_options *options);
/* Releases the shared part, not j. */
void engine_close(journal *j);

void engine_reader_init(journal_reader *r, const journal *j, uint64_t size);
void engine_reader_close(journal_reader *r);

/* Reads a stored checkpoint: its form, origin and, when there is a key, its signature.
 * NOTE otherwise. */
duban_status engine_head_read(const journal *j, const char *bytes, size_t size,
                              journal_head *out);
/* Signs the head of that tree. NOTE. */
duban_status engine_head_sign(const journal *j, const tlog_frontier *frontier,
                              journal_head *out);
void engine_head_set(journal *j, const journal_head *head);

/* The tile's hashes as far as the reader's size has them, from stored tiles and entries;
 * *bad is set in the reader when CORRUPT. */
duban_status engine_tile(journal_reader *r, uint32_t level, uint64_t number,
                         uint32_t width, hash256 *out);
/* The first index under that tile. */
uint64_t engine_tile_begin(uint32_t level, uint64_t number);

#endif
