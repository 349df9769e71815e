/* The start-up verification (architecture.md, "Start-up").
 * Knows: the last signed head and what is stored. Must not know: engines. */
#ifndef DUBAN_STORAGE_OPENING_H
#define DUBAN_STORAGE_OPENING_H

#include "storage/engine.h"
#include "storage/tlog/writer.h"

/* r sees everything stored; head is the last signed one, size 0 when there is none.
 * Leaves the tree's edge in writer. Verified are: that the journal reaches the head and
 * no later head was signed, the stored edge against one made from full tiles and the
 * entries behind them, the root at the head, each entry behind the head, and what
 * options.trust_tail says of those.
 * SHORTER, ROOT, CORRUPT, NOTE with the index in refusal->found; else the reader's. */
duban_status opening_verify(journal_reader *r, const journal_head *head,
                            tlog_writer *writer, duban_refusal *refusal);

/* Refuses with an index in found. */
duban_status opening_refuse(duban_refusal *refusal, duban_status status,
                            const char *field, uint64_t found, uint64_t expected);

#endif
