/* One page of the state with all that proves it, as a text file for a stranger:
 *
 *     duban-page/1
 *     page BASE64
 *     place 3 of 17            of the page among all pages under the digest
 *     path BASE64              one line a hash, from the page's sibling upwards
 *     entry BASE64             the entry that holds the digest
 *                              (blank line)
 *     c2sp.org/tlog-proof@v1   that entry's inclusion and the checkpoint, verbatim
 *     …
 *
 * Knows: this text, and why it proves. Must not know: what a page says, files, networks.
 */
#ifndef DUBAN_CLIENT_PAGE_FILE_H
#define DUBAN_CLIENT_PAGE_FILE_H

#include "proto/arena.h"
#include "proto/words.h"
#include "storage/tlog/note.h"

/* A page of PAGE_SIZE_MAX and an entry in base64, and their proofs. */
#define PAGE_FILE_MAX (8 * 1024 * 1024)

/* What such a file has proved. */
typedef struct page_proved {
    span page; /* in the arena */
    uint32_t place;
    uint32_t pages;
    uint64_t index;      /* the page is as it stood after this entry */
    uint64_t digest_at;  /* index of the Digest entry that says so */
    int64_t received_ms; /* when that entry was received */
    hash256 digest;
    checkpoint point;
} page_proved;

/* Appends the text of what a broker answered. DUBAN_E_MALFORMED when the answer cannot be
 * such a proof, DUBAN_E_NO_MEMORY. */
duban_status page_file_write(const page_words *page, buffer *out);

/* Reads the text and proves it: page ∈ digest ∈ entry ∈ the checkpoint that key signed.
 * DUBAN_E_MALFORMED: not of this form. DUBAN_E_PROOF: a step does not hold, named by
 * refusal->field (page, entry). Those of checkpoint_open, field "checkpoint".
 * DUBAN_E_NO_MEMORY. */
duban_status page_file_verify(span text, const note_key *key, arena *a, page_proved *out,
                              duban_refusal *refusal);

#endif
