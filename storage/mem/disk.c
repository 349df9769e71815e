#include "storage/mem/disk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

mem_disk *mem_disk_new(void) {
    mem_disk *disk = calloc(1, sizeof *disk);
    if (!disk) return NULL;
    if (pthread_mutex_init(&disk->lock, NULL) != 0) {
        free(disk);
        return NULL;
    }
    disk->room = UINT64_MAX;
    return disk;
}

static void free_bodies(mem_body *first) {
    while (first) {
        mem_body *body = first;
        first = body->next;
        free(body);
    }
}

void mem_disk_free(mem_disk *disk) {
    if (!disk) return;
    assert(!disk->written);
    mem_disk_cut(disk, 0);
    free(disk->entries);
    for (int level = 0; level < TILE_LEVELS; level++)
        free(disk->tiles[level].tiles);
    for (int i = 0; i < MEM_BUCKETS; i++)
        free_bodies(disk->bodies[i]);
    free_bodies(disk->taken_away);
    pthread_mutex_destroy(&disk->lock);
    free(disk);
}

/* --- content ------------------------------------------------------------------------ */

/* Makes room for one more of size bytes in an array that doubles. */
static void *grown(void *array, uint64_t count, uint64_t *room, size_t size) {
    if (count < *room) return array;
    uint64_t wanted = *room ? 2 * *room : 64;
    void *more = realloc(array, wanted * size);
    if (more) *room = wanted;
    return more;
}

duban_status mem_disk_add_entry(mem_disk *disk, span entry) {
    mem_entry *entries =
        grown(disk->entries, disk->entries_n, &disk->entries_room, sizeof *entries);
    if (!entries) return DUBAN_E_NO_MEMORY;
    disk->entries = entries;
    uint8_t *bytes = malloc(entry.size ? entry.size : 1);
    if (!bytes) return DUBAN_E_NO_MEMORY;
    if (entry.size) memcpy(bytes, entry.data, entry.size);
    entries[disk->entries_n++] = (mem_entry){bytes, entry.size};
    return DUBAN_OK;
}

static uint32_t bucket_of(const hash256 *hash) {
    return ((uint32_t)hash->bytes[0] << 8 | hash->bytes[1]) % MEM_BUCKETS;
}

const mem_body *mem_disk_find_body(const mem_disk *disk, const hash256 *hash) {
    const mem_body *body = disk->bodies[bucket_of(hash)];
    while (body && !hash_equal(&body->hash, hash))
        body = body->next;
    return body;
}

duban_status mem_disk_add_body(mem_disk *disk, const journal_body *body) {
    if (mem_disk_find_body(disk, &body->hash)) return DUBAN_OK;
    mem_body *added = malloc(sizeof *added + body->bytes.size);
    if (!added) return DUBAN_E_NO_MEMORY;
    mem_body **bucket = &disk->bodies[bucket_of(&body->hash)];
    added->next = *bucket;
    added->hash = body->hash;
    added->removed = false;
    added->size = body->bytes.size;
    memcpy(added->salt, body->salt, BODY_SALT_SIZE);
    if (body->bytes.size) memcpy(added->bytes, body->bytes.data, body->bytes.size);
    *bucket = added;
    return DUBAN_OK;
}

duban_status mem_disk_remove_body(mem_disk *disk, const hash256 *hash, uint64_t index) {
    mem_body *mark = calloc(1, sizeof *mark + REMOVED_SIZE);
    if (!mark) return DUBAN_E_NO_MEMORY;
    mem_body **at = &disk->bodies[bucket_of(hash)];
    mark->hash = *hash;
    mark->removed = true;
    mark->size = REMOVED_SIZE;
    removed_write(index, mark->bytes);
    while (*at && !hash_equal(&(*at)->hash, hash))
        at = &(*at)->next;
    mem_body *gone = *at;
    mark->next = gone ? gone->next : NULL;
    *at = mark;
    if (!gone) return DUBAN_OK;
    gone->next = disk->taken_away;
    disk->taken_away = gone;
    return DUBAN_OK;
}

duban_status mem_disk_add_tile(mem_disk *disk, uint32_t level,
                               const hash256 hashes[STORED_TILE_HASHES]) {
    mem_tiles *tiles = &disk->tiles[level];
    hash256 **array = grown(tiles->tiles, tiles->count, &tiles->room, sizeof *array);
    if (!array) return DUBAN_E_NO_MEMORY;
    tiles->tiles = array;
    hash256 *tile = malloc(STORED_TILE_SIZE_BYTES);
    if (!tile) return DUBAN_E_NO_MEMORY;
    memcpy(tile, hashes, STORED_TILE_SIZE_BYTES);
    array[tiles->count++] = tile;
    return DUBAN_OK;
}

void mem_disk_cut(mem_disk *disk, uint64_t size) {
    while (disk->entries_n > size)
        free(disk->entries[--disk->entries_n].bytes);
    for (uint32_t level = 0; level < TILE_LEVELS; level++) {
        mem_tiles *tiles = &disk->tiles[level];
        while (tiles->count > tile_full_count(size, level))
            free(tiles->tiles[--tiles->count]);
    }
}

/* --- faults ------------------------------------------------------------------------- */

void mem_disk_fail_commit(mem_disk *disk, uint64_t n, mem_fault fault) {
    pthread_mutex_lock(&disk->lock);
    disk->fault_in = n;
    disk->fault = fault;
    pthread_mutex_unlock(&disk->lock);
}

void mem_disk_set_room(mem_disk *disk, uint64_t bytes) {
    pthread_mutex_lock(&disk->lock);
    disk->room = bytes;
    pthread_mutex_unlock(&disk->lock);
}

void mem_disk_lose_tail(mem_disk *disk, uint64_t entries) {
    assert(!disk->written);
    mem_disk_cut(disk, disk->entries_n > entries ? disk->entries_n - entries : 0);
    journal_state state;
    state_init(&state);
    for (uint64_t i = 0; i < disk->entries_n; i++) {
        hash256 leaf = tlog_leaf_hash(disk->entries[i].bytes, disk->entries[i].size);
        tlog_frontier_append(&state.frontier, &leaf);
    }
    disk->state_size = state_write(&state, disk->state);
}

static bool flip(void *bytes, size_t size, uint64_t bit) {
    if (size == 0) return false;
    bit %= 8 * size;
    ((uint8_t *)bytes)[bit / 8] ^= (uint8_t)(1u << bit % 8);
    return true;
}

bool mem_disk_flip_entry(mem_disk *disk, uint64_t index, uint64_t bit) {
    if (index >= disk->entries_n) return false;
    return flip(disk->entries[index].bytes, disk->entries[index].size, bit);
}

bool mem_disk_flip_tile(mem_disk *disk, uint64_t number, uint64_t bit) {
    if (number >= disk->tiles[0].count) return false;
    return flip(disk->tiles[0].tiles[number], STORED_TILE_SIZE_BYTES, bit);
}

bool mem_disk_flip_state(mem_disk *disk, uint64_t bit) {
    return flip(disk->state, disk->state_size, bit);
}

bool mem_disk_flip_head(mem_disk *disk, uint64_t bit) {
    return flip(disk->head, disk->head_size, bit);
}
