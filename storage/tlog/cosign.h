/* Cosignatures: C2SP tlog-cosignature, the Ed25519 kind. A witness signs a log's
 * checkpoint together with the moment at which it was the largest it had seen.
 * Knows: the texts, how they are signed and verified. Must not know: what a witness
 * remembers, clocks, networks.
 *
 *     cosignature/v1               what is signed: two lines
 *     time 1679315147              (seconds since 1970)
 *     duban.example/2023           and the checkpoint's text as it is
 *     109482
 *     sFod…BSo08=
 *
 * The line in the note is that of note.h with the base64 of key id (4 bytes) ‖ time (u64,
 * big-endian) ‖ signature (64 bytes).
 *
 * Pure: no allocation, no globals. All pointers are borrowed for the call. */
#ifndef DUBAN_STORAGE_TLOG_COSIGN_H
#define DUBAN_STORAGE_TLOG_COSIGN_H

#include "storage/tlog/note.h"

/* The type byte of such a key (tlog-cosignature, "Format"). */
#define COSIGN_ED25519 0x04

/* A witness's verifier key. It is a type of its own, so that no log's key is ever taken
 * for one: the key ids differ as well. */
typedef struct cosign_key {
    note_key note;
} cosign_key;

/* As note_key_make, _print and _parse of note.h, with type COSIGN_ED25519. */
duban_status cosign_key_make(const char *name, const sign_public *public_key,
                             cosign_key *out);
void cosign_key_print(const cosign_key *key, char text[NOTE_KEY_TEXT_SIZE]);
duban_status cosign_key_parse(const char *text, size_t size, cosign_key *out);

/* Times lie in 0 .. this. */
#define COSIGN_TIME_MAX INT64_MAX
/* Bytes behind the key id. */
#define COSIGN_SIGNATURE_SIZE (8 + SIGN_SIGNATURE_SIZE)
/* Characters of one line, newline included; no NUL. */
#define COSIGN_LINE_SIZE(name_size)                                                      \
    (3 + 1 + (name_size) + 1 + BASE64_LENGTH(4 + COSIGN_SIGNATURE_SIZE) + 1)
#define COSIGN_LINE_MAX COSIGN_LINE_SIZE(ORIGIN_SIZE_MAX)

/* Signs text, a checkpoint's as checkpoint_parse takes it, as that witness at that time;
 * *size is the line's length. NOTE: text is no checkpoint, or the name is not allowed.
 * TOO_LARGE: the text is longer than COSIGN_TEXT_MAX or the time is negative. Whatever
 * sign_bytes says. */
duban_status cosign_line(const char *text, size_t text_size, const char *name,
                         const sign_key *key, int64_t time_s, char line[COSIGN_LINE_MAX],
                         size_t *size);

/* The newest time at which that witness signed the note's text, seconds since 1970. Every
 * line that claims to be by it must hold. UNKNOWN_KEY: no line claims to be. WITNESS: one
 * claims it falsely or its time is out of range. */
duban_status cosign_verify(const note *signed_note, const cosign_key *key,
                           int64_t *time_s);

/* Writes note ‖ lines: signature lines are put behind those that a note has. lines may be
 * several. TOO_LARGE: it does not fit below bytes_max, or it would be no note any more.
 * NOTE: lines are malformed. */
duban_status cosign_append(const char *note_bytes, size_t note_size, const char *lines,
                           size_t lines_size, char *bytes, size_t bytes_max,
                           size_t *size);

#endif
