/* What notes and cosignatures are both made of: verifier keys of any type that holds an
 * Ed25519 key, and signature lines. Knows: their texts. Must not know: what is signed.
 * Private to storage/tlog. */
#ifndef DUBAN_STORAGE_TLOG_NOTE_PARTS_H
#define DUBAN_STORAGE_TLOG_NOTE_PARTS_H

#include <stdbool.h>

#include "storage/tlog/note.h"

/* --- keys: as note.h says, for keys of that type byte ----------------------------- */

duban_status note_parts_key(uint8_t type, const char *name, const sign_public *public_key,
                            note_key *out);
void note_parts_key_print(uint8_t type, const note_key *key,
                          char text[NOTE_KEY_TEXT_SIZE]);
/* ALGORITHM: a key of another type. */
duban_status note_parts_key_parse(uint8_t type, const char *text, size_t size,
                                  note_key *out);

/* --- signature lines -------------------------------------------------------------- */

/* A signature line; the base64 has been seen to be well formed. It points into its note.
 */
typedef struct note_line {
    const char *name;
    size_t name_size;
    uint32_t id;
    const char *base64;
    size_t base64_size;
} note_line;

/* Takes the line at *at and moves *at behind its newline. NOTE, TOO_LARGE. */
duban_status note_line_next(const char **at, const char *end, note_line *out);
/* Whether the line claims to be made with that key. */
bool note_line_claims(const note_line *line, const note_key *key);
/* What stands behind the key id. SIGNATURE when it has not exactly that size. */
duban_status note_line_signature(const note_line *line, uint8_t *bytes, size_t size);
/* Writes a line by that key with so many bytes (at most NOTE_LINE_BYTES_MAX) behind the
 * key id, without a NUL, and returns the place behind. */
#define NOTE_LINE_BYTES_MAX 128
char *note_line_put(char *at, const note_key *key, const uint8_t *bytes, size_t size);

#endif
