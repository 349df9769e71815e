/* What the mem engine's disk holds. Private to storage/mem. Whoever touches it holds
 * lock, but for the bytes of an entry, a body or a tile, which never move. */
#ifndef DUBAN_STORAGE_MEM_DISK_H
#define DUBAN_STORAGE_MEM_DISK_H

#include <pthread.h>

#include "storage/engine.h"
#include "storage/mem/mem.h"

#define MEM_BUCKETS 1024

typedef struct mem_entry {
    uint8_t *bytes;
    size_t size;
} mem_entry;

typedef struct mem_tiles {
    hash256 **tiles; /* STORED_TILE_HASHES each */
    uint64_t count;
    uint64_t room;
} mem_tiles;

typedef struct mem_body {
    struct mem_body *next;
    hash256 hash;
    uint8_t salt[BODY_SALT_SIZE];
    bool removed; /* bytes are removed_write's */
    size_t size;
    uint8_t bytes[];
} mem_body;

struct mem_disk {
    pthread_mutex_t lock;
    bool written; /* a journal that writes has it open */
    mem_entry *entries;
    uint64_t entries_n;
    uint64_t entries_room;
    mem_tiles tiles[TILE_LEVELS];
    mem_body *bodies[MEM_BUCKETS];
    mem_body *taken_away;
    uint8_t state[STATE_SIZE_MAX];
    size_t state_size; /* 0: nothing was ever committed */
    char head[JOURNAL_CHECKPOINT_MAX];
    size_t head_size; /* 0: none was ever signed */
    uint64_t room;
    uint64_t fault_in; /* commits until the fault; 0: none is to come */
    mem_fault fault;
};

/* Each copies; NO_MEMORY. */
duban_status mem_disk_add_entry(mem_disk *disk, span entry);
duban_status mem_disk_add_body(mem_disk *disk, const journal_body *body);
/* Readers may hold its bytes still: they are out of reach, and freed with the disk. */
duban_status mem_disk_remove_body(mem_disk *disk, const hash256 *hash, uint64_t index);
duban_status mem_disk_add_tile(mem_disk *disk, uint32_t level,
                               const hash256 hashes[STORED_TILE_HASHES]);
const mem_body *mem_disk_find_body(const mem_disk *disk, const hash256 *hash);
/* Forgets entries and tiles beyond that size. */
void mem_disk_cut(mem_disk *disk, uint64_t size);

#endif
