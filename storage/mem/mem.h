/* The journal in memory, for tests and the simulator: deterministic, no threads, every
 * commit inside journal_flush on the caller's thread. Its disk outlives the journal, so
 * that a test can crash, spoil the disk and open it again.
 * Knows: entries, tiles, bodies, faults asked for. Must not know: files, time, chance.
 *
 * Several readers on several threads may read while the owner commits. */
#ifndef DUBAN_STORAGE_MEM_MEM_H
#define DUBAN_STORAGE_MEM_MEM_H

#include "storage/journal.h"

typedef struct mem_disk mem_disk;

/* An empty disk; NULL when there is no memory. */
mem_disk *mem_disk_new(void);
/* No journal may be open on it. NULL is fine. */
void mem_disk_free(mem_disk *disk);

/* As journal.h says under "opening"; path and map_size_bytes mean nothing. disk is
 * borrowed until journal_close; NULL takes a disk of the journal's own. refusal may be
 * NULL. */
duban_status journal_open_mem(const journal_options *options, mem_disk *disk,
                              journal **out, duban_refusal *refusal);

/* --- faults ------------------------------------------------------------------------- */

typedef enum mem_fault {
    MEM_FAULT_NONE,
    MEM_FAULT_COMMIT, /* the commit fails, nothing is stored */
    MEM_FAULT_HEAD    /* the entries are stored, signing the head fails */
} mem_fault;

/* The n-th commit from now fails with IO; 1 is the next. */
void mem_disk_fail_commit(mem_disk *disk, uint64_t n, mem_fault fault);
/* Entries and bodies find so much more room; UINT64_MAX, as in the beginning: no end. */
void mem_disk_set_room(mem_disk *disk, uint64_t bytes);

/* What follows happens to a disk that no journal has open. */

/* The last entries are gone, as if never committed; the signed head stays. */
void mem_disk_lose_tail(mem_disk *disk, uint64_t entries);
/* One bit flips in an entry, in a full tile of level 0, in the stored state, in the
 * signed head. The bit is taken modulo what there is; false: there is nothing. */
bool mem_disk_flip_entry(mem_disk *disk, uint64_t index, uint64_t bit);
bool mem_disk_flip_tile(mem_disk *disk, uint64_t number, uint64_t bit);
bool mem_disk_flip_state(mem_disk *disk, uint64_t bit);
bool mem_disk_flip_head(mem_disk *disk, uint64_t bit);

#endif
