/* How state is written on a page: integers big-endian, texts with their size.
 * Knows: bytes. Must not know: what belongs on which page. */
#ifndef DUBAN_BROKER_LEDGER_PAGE_WRITER_H
#define DUBAN_BROKER_LEDGER_PAGE_WRITER_H

#include "proto/arena.h"
#include "proto/words.h"

/* Writes into a buffer and remembers the first failure. */
typedef struct page_writer {
    buffer *out;
    duban_status status;
} page_writer;

void page_put_bytes(page_writer *w, const void *bytes, size_t size);
void page_put_u32(page_writer *w, uint32_t value);
void page_put_u64(page_writer *w, uint64_t value);
void page_put_text(page_writer *w, const char *text);
void page_put_numbers(page_writer *w, const uint32_t *numbers, uint32_t n);

#endif
