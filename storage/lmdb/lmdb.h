/* The journal in an LMDB environment: the default engine.
 * Knows: a folder with the files journal.mdb, journal.mdb-lock, heads and lock.
 * Must not know: what an entry says.
 *
 * One committer thread alone begins, fills and commits write transactions. One process
 * writes; others may open the same folder read_only while it does. A process must not
 * open one folder twice (LMDB's locks are the process's). Nothing of it survives a fork:
 * open after it. docs/storage-format.md describes every byte. */
#ifndef DUBAN_STORAGE_LMDB_LMDB_H
#define DUBAN_STORAGE_LMDB_LMDB_H

#include "storage/journal.h"

/* Address space, not memory and not disk. When it is used up the map is doubled as soon
 * as no reader is open. */
#define LMDB_MAP_SIZE_DEFAULT (64ULL << 30)

/* As journal.h says under "opening". refusal may be NULL. A read_only journal stays at
 * the head it was opened at. */
duban_status journal_open_lmdb(const journal_options *options, journal **out,
                               duban_refusal *refusal);

#endif
