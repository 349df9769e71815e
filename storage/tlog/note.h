/* Signed notes and checkpoints: C2SP signed-note and tlog-checkpoint, with Ed25519.
 * Knows: the texts, how they are signed and verified. Must not know: trees, files, time.
 *
 *     duban.example/2023           origin
 *     109482                       size
 *     sFod…BSo08=                  base64 root
 *                                  (blank line)
 *     — duban.example/2023 hI2D…   name, base64 of key id (4 bytes) ‖ signature
 *
 * Our logs' key name is the origin. Lines of keys we do not know (witnesses, another
 * algorithm) are kept, checked for form and passed over, as the format demands.
 *
 * Pure: no allocation, no globals. All pointers are borrowed for the call, except where a
 * parsed note says that it points into its bytes. */
#ifndef DUBAN_STORAGE_TLOG_NOTE_H
#define DUBAN_STORAGE_TLOG_NOTE_H

#include <stddef.h>
#include <stdint.h>

#include "proto/hash.h"
#include "proto/limits.h"
#include "proto/sign.h"
#include "proto/status.h"

/* --- keys ------------------------------------------------------------------------- */

/* The type byte of an Ed25519 note key (signed-note, "Signature types"). */
#define NOTE_ED25519 0x01
/* A name, '+', 8 digits, '+', base64 of 33 bytes, NUL. */
#define NOTE_KEY_TEXT_SIZE (ORIGIN_SIZE_MAX + 2 + 8 + BASE64_LENGTH(33) + 1)

/* A verifier key. id is the first 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). */
typedef struct note_key {
    char name[ORIGIN_SIZE_MAX + 1];
    uint32_t id;
    sign_public public_key;
} note_key;

/* A name is 1 to ORIGIN_SIZE_MAX bytes of UTF-8 without any Unicode space, control
 * character or '+'. NOTE when name is not. */
duban_status note_key_make(const char *name, const sign_public *public_key,
                           note_key *out);
/* Writes "name+id+base64(0x01 ‖ public key)" and a NUL. */
void note_key_print(const note_key *key, char text[NOTE_KEY_TEXT_SIZE]);
/* Reads that text, size without NUL or newline. ALGORITHM: another type than Ed25519.
 * KEY_FORMAT: anything else, an id that does not belong to the key included. */
duban_status note_key_parse(const char *text, size_t size, note_key *out);

/* --- notes ------------------------------------------------------------------------ */

/* Characters of a signature line by a key of ours: dash, spaces, newline included. */
#define NOTE_LINE_SIZE(name_size)                                                        \
    (3 + 1 + (name_size) + 1 + BASE64_LENGTH(4 + SIGN_SIGNATURE_SIZE) + 1)

/* A note whose form has been checked; nothing is verified. It points into its bytes and
 * is good as long as they are. */
typedef struct note {
    const char *text; /* what is signed, with its last newline */
    size_t text_size;
    const char *lines; /* the signature lines, whole */
    size_t lines_size;
    uint32_t lines_count;
} note;

/* TOO_LARGE: above NOTE_SIZE_MAX, NOTE_SIGNATURES_MAX or NOTE_SIGNATURE_MAX. NOTE: no
 * well-formed note: invalid UTF-8, control characters, no blank line, no signature, or a
 * malformed signature line. */
duban_status note_parse(const char *bytes, size_t size, note *out);
/* DUBAN_OK: signed by that key, and each line that claims to be by it holds.
 * UNKNOWN_KEY: no line claims to be. SIGNATURE: one claims it falsely. */
duban_status note_verify(const note *signed_note, const note_key *key);
/* The first of those signature lines that claims to be by that key, newline included; it
 * points into them. NOT_FOUND: there is none. NOTE: they are malformed before it. */
duban_status note_find_line(const char *lines, size_t lines_size, const note_key *key,
                            const char **line, size_t *line_size);
/* Writes text ‖ blank line ‖ one signature line, without a NUL; *size is its length. text
 * ends in a newline. NOTE: text or name is not allowed in a note. TOO_LARGE: it does not
 * fit below bytes_max, or NOTE_SIZE_MAX. */
duban_status note_sign(const char *text, size_t text_size, const char *name,
                       const sign_key *key, char *bytes, size_t bytes_max, size_t *size);

/* --- checkpoints ------------------------------------------------------------------ */

/* Origin, 19 digits, root, three newlines; no NUL. */
#define CHECKPOINT_TEXT_MAX (ORIGIN_SIZE_MAX + 19 + BASE64_LENGTH(HASH_SIZE) + 3)
/* A checkpoint signed by one key; no NUL. */
#define CHECKPOINT_NOTE_MAX (CHECKPOINT_TEXT_MAX + 1 + NOTE_LINE_SIZE(ORIGIN_SIZE_MAX))

typedef struct checkpoint {
    char origin[ORIGIN_SIZE_MAX + 1];
    uint64_t size;
    hash256 root;
} checkpoint;

/* Writes the three lines, without a NUL; returns their length. The origin must be a valid
 * key name and size at most INT64_MAX (TLOG_SIZE_MAX). */
size_t checkpoint_print(const checkpoint *point, char text[CHECKPOINT_TEXT_MAX]);
/* Reads a note's text. Extension lines behind the third are allowed and ignored. NOTE
 * when it is no checkpoint: an empty or too long origin, a size with leading zeros or
 * above INT64_MAX, a root that is not canonical base64 of 32 bytes or, for size 0, is not
 * that of the empty tree, an empty extension line. */
duban_status checkpoint_parse(const char *text, size_t text_size, checkpoint *out);

/* The checkpoint as a note signed by key under the origin as its name. *size is its
 * length, no NUL is written. NOTE: the origin cannot be a key name. */
duban_status checkpoint_sign(const checkpoint *point, const sign_key *key,
                             char bytes[CHECKPOINT_NOTE_MAX], size_t *size);
/* Parses the note, verifies it, reads the checkpoint. Further statuses: those of
 * note_parse, note_verify, checkpoint_parse; ORIGIN when it is signed by the key but
 * speaks of another log than the key's name. */
duban_status checkpoint_open(const char *bytes, size_t size, const note_key *key,
                             checkpoint *out);

#endif
