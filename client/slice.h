/* The slice: what one office's client may know of the journal, kept on disk and folded
 * into a ledger, so that checks run without a network.
 *
 *     slice/entries   records: u32 size (big-endian), the first 8 bytes of the entry's
 *                     SHA-256, the entry; appended in order of their indexes
 *     slice/cursor    one line: duban-slice/1 OFFICE NEXT BYTES
 *                     whose slice it is, the next index to ask for, and how many bytes
 *                     of entries that speaks of
 *     slice/lock      held while either is read or written
 *
 * Everything here came from the broker and can be asked for again: what is torn or
 * damaged is dropped and fetched anew, unlike the outbox.
 *
 * Knows: these files and the ledger in slice mode. Must not know: the network. */
#ifndef DUBAN_CLIENT_SLICE_H
#define DUBAN_CLIENT_SLICE_H

#include "broker/ledger/ledger.h"
#include "client/file.h"

typedef struct slice slice;

/* Touches no file yet; folder is copied. DUBAN_E_NO_MEMORY. */
duban_status slice_new(const char *folder, slice **out);
void slice_free(slice *s);

/* The ledger folded from what is on disk, at the first call; NULL when there is nothing,
 * or nothing that folds. Borrowed until slice_begin or slice_free. */
ledger *slice_ledger(slice *s);

/* --- bringing it up to date: begin, any number of append, end ----------------------- */

/* Takes the lock and folds what another process added. A slice of another office is
 * dropped. *next is the index to ask for. DUBAN_E_LOCKED, DUBAN_E_IO, … */
duban_status slice_begin(slice *s, uint32_t office, uint64_t *next);
/* Entries as the broker sent them, whose answer said to go on at next. On failure what
 * was there before stands. DUBAN_E_CORRUPT: they do not fold. */
duban_status slice_append(slice *s, const span *entries, size_t n, uint64_t next,
                          duban_refusal *refusal);
/* Writes the cursor and gives the lock back; called after any outcome. */
duban_status slice_end(slice *s);

#endif
