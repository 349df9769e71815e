/* The question to a witness: C2SP tlog-witness, the body of add-checkpoint.
 * Knows: the text. Must not know: what a witness remembers, HTTP.
 *
 *     old 20852014                 size of the tree that the witness signed last
 *     BASE64 of one hash           any number up to 63: the proof of consistency
 *                                  (blank line)
 *     the checkpoint, a signed note, verbatim
 *
 * Pure: no allocation, no globals. Pointers are borrowed for the call, except in a parsed
 * question, which points into its text. */
#ifndef DUBAN_STORAGE_TLOG_ADD_CHECKPOINT_H
#define DUBAN_STORAGE_TLOG_ADD_CHECKPOINT_H

#include "storage/tlog/note.h"
#include "storage/tlog/tree.h"

/* Hashes that a question may carry. */
#define ADD_CHECKPOINT_PATH_MAX 63
/* First line, hashes, blank line. */
#define ADD_CHECKPOINT_HEAD_MAX                                                          \
    (24 + ADD_CHECKPOINT_PATH_MAX * (BASE64_LENGTH(HASH_SIZE) + 1) + 1)
#define ADD_CHECKPOINT_MAX (ADD_CHECKPOINT_HEAD_MAX + NOTE_SIZE_MAX)

/* Where a witness answers, below its address, and what the size it answers 409 with is
 * called. */
#define ADD_CHECKPOINT_PATH      "/add-checkpoint"
#define ADD_CHECKPOINT_SIZE_TYPE "text/x.tlog.size"

typedef struct add_checkpoint {
    uint64_t old_size;
    tlog_path path;
    const char *note; /* the signed checkpoint */
    size_t note_size;
} add_checkpoint;

/* Writes the text, without a NUL; *size is its length. old_size is at most TLOG_SIZE_MAX.
 * TOO_LARGE: it does not fit below text_max, or the path is longer than 63 hashes. */
duban_status add_checkpoint_write(const add_checkpoint *ask, char *text, size_t text_max,
                                  size_t *size);
/* Reads such a text. MALFORMED: not of this form, 64 hashes or more included. The
 * checkpoint is not looked at. */
duban_status add_checkpoint_parse(const char *text, size_t text_size,
                                  add_checkpoint *out);

/* Writes a size as an answer of 409 carries it, newline included, no NUL; returns its
 * length. */
size_t add_checkpoint_size_write(uint64_t size, char text[21]);
/* Reads it. MALFORMED. */
duban_status add_checkpoint_size_parse(const char *text, size_t text_size, uint64_t *out);

#endif
