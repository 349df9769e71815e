/* Proofs as text: C2SP tlog-proof, the receipts of Duban. One text holds all that a
 * stranger needs, beside the log's key and the entry, to see that the entry stands at its
 * index. Knows: the text. Must not know: what the entry or the extra data mean.
 *
 *     c2sp.org/tlog-proof@v1
 *     extra BASE64                 only when there is extra data
 *     index 73894
 *     BASE64 of one hash           any number, from the leaf's sibling upwards
 *                                  (blank line)
 *     the checkpoint, verbatim
 *
 * Pure: no allocation, no globals. Pointers are borrowed for the call, except in a parsed
 * proof, which points into its text. */
#ifndef DUBAN_STORAGE_TLOG_PROOF_H
#define DUBAN_STORAGE_TLOG_PROOF_H

#include "proto/limits.h"
#include "storage/tlog/note.h"
#include "storage/tlog/tree.h"

/* All but the checkpoint: first line, extra, index, hashes, blank line. */
#define PROOF_HEAD_MAX                                                                   \
    (23 + 7 + BASE64_LENGTH(PROOF_EXTRA_MAX) + 26 +                                      \
     TLOG_PATH_MAX * (BASE64_LENGTH(HASH_SIZE) + 1) + 1)

typedef struct tlog_proof {
    uint64_t index;
    tlog_path path;
    const uint8_t *extra; /* when writing: extra data or NULL; not set by parsing */
    size_t extra_size;
    const char *note; /* the signed checkpoint */
    size_t note_size;
} tlog_proof;

/* Writes the text, without a NUL; *size is its length. The note is copied as it is. index
 * is at most TLOG_SIZE_MAX. TOO_LARGE: it does not fit below text_max, or there is more
 * than PROOF_EXTRA_MAX of extra data. */
duban_status proof_write(const tlog_proof *proof, char *text, size_t text_max,
                         size_t *size);

/* Reads such a text. Extra data is decoded to extra, *extra_size bytes of it; it is not
 * authenticated: believe nothing in it. extra may be NULL, then it is only checked.
 * out->note points into text; out->extra and out->extra_size are NULL and 0.
 * MALFORMED: not of this form. TOO_LARGE: more than PROOF_EXTRA_MAX of extra data or
 * TLOG_PATH_MAX hashes. The checkpoint is not looked at. */
duban_status proof_parse(const char *text, size_t text_size,
                         uint8_t extra[PROOF_EXTRA_MAX], size_t *extra_size,
                         tlog_proof *out);

/* Verifies a parsed proof: the checkpoint is signed by key and speaks of key's log, and
 * the leaf stands at the proof's index in it. *out is that checkpoint. Statuses of
 * checkpoint_open; PROOF when the path does not hold. */
duban_status proof_verify(const tlog_proof *proof, const hash256 *leaf,
                          const note_key *key, checkpoint *out);

#endif
