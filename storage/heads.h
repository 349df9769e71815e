/* The signed heads on disk: a ring of HEADS_SLOTS records in one preallocated file.
 * Knows: records, sequence numbers, torn writes. Must not know: what a note says.
 *
 * Record n lies in slot n % HEADS_SLOTS at slot * HEADS_STRIDE, a block of its own, so
 * that a torn write harms no other:
 *
 *    0    8 bytes  "dubanHD1"
 *    8    u64      n, from 1
 *   16    u64      size of the journal at that head
 *   24    u32      size of the note
 *   28             the note, zeros behind it
 *  992    32 bytes SHA-256 of bytes 0..991
 *
 * Big-endian. The newest record is the one with the largest n. Only the slot behind it
 * may hold neither zeros nor a record: a write that did not end. All else is damage; and
 * so is that for one who only reads, since he cannot sign anew what was lost with it. To
 * change the layout: docs/storage-format.md, "Changing the format". */
#ifndef DUBAN_STORAGE_HEADS_H
#define DUBAN_STORAGE_HEADS_H

#include "storage/journal.h"

#define HEADS_STRIDE      4096
#define HEADS_RECORD_SIZE 1024
#define HEADS_FILE_SIZE   (HEADS_SLOTS * HEADS_STRIDE)

typedef struct heads {
    int fd;
    bool read_only;    /* another process may be writing */
    uint64_t sequence; /* of the newest record; 0: none */
} heads;

typedef struct heads_record {
    uint64_t sequence;
    uint64_t size;
    uint32_t note_size;
    char note[JOURNAL_CHECKPOINT_MAX];
} heads_record;

/* Makes the file, all zeros, synced with its folder: whole or not at all. IO, DISK_FULL,
 * NO_MEMORY. */
duban_status heads_make(const char *path);
/* NOT_FOUND, IO. h holds a file descriptor then, to be closed. */
duban_status heads_open(heads *h, const char *path, bool read_only);
void heads_close(heads *h);

/* The newest record. NOT_FOUND: none was ever written. CORRUPT: the file has another size
 * or a slot is damaged, its number in *slot. IO, NO_MEMORY. */
duban_status heads_newest(heads *h, heads_record *out, uint32_t *slot);

/* Syncs what is in the file. IO. */
duban_status heads_sync(heads *h);
/* Writes the next record and syncs. After a failure nothing may be appended any more.
 * IO, DISK_FULL. */
duban_status heads_append(heads *h, uint64_t size, const char *text, uint32_t text_size);

#endif
