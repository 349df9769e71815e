/* Pieces of UTF-8 text: looking at them, cutting them, building new ones.
 * Knows: characters. Must not know: what a notice is.
 *
 * A piece borrows its bytes; it lives as long as the text it was cut from. Positions and
 * sizes are bytes. Every piece handed to these functions holds valid UTF-8 except where a
 * function says otherwise. */
#ifndef DUBAN_IMPORT_PIECE_H
#define DUBAN_IMPORT_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/arena.h"

typedef struct piece {
    const char *at;
    size_t size;
} piece;

#define PIECE_NONE SIZE_MAX /* a position that was not found */

piece piece_of(const char *text);
piece piece_cut(piece p, size_t from, size_t to);
/* Everything from that position on. */
piece piece_from(piece p, size_t from);

bool piece_equal(piece a, piece b);
bool piece_is(piece p, const char *text);
bool piece_starts(piece p, const char *head);
bool piece_ends(piece p, const char *tail);
/* The first place of what at or after from, or PIECE_NONE. */
size_t piece_find(piece p, const char *what, size_t from);
bool piece_has(piece p, const char *what);

/* Word lists end in NULL. These give the size of the longest word that stands at the
 * position (starts) or right before it (ends), 0 when none does. */
size_t piece_word_at(piece p, size_t position, const char *const *words);
size_t piece_word_before(piece p, size_t position, const char *const *words);
/* Whether any word of the list occurs. */
bool piece_has_any(piece p, const char *const *words);

/* Size of the character at the position (1 to 4), 0 at the end. Any bytes. */
size_t piece_step(piece p, size_t position);
/* Where the character before the position begins; position > 0. */
size_t piece_back(piece p, size_t position);
/* Number of characters. */
size_t piece_length(piece p);
/* Cuts to at most that many bytes, between characters. */
piece piece_limit(piece p, size_t size_max);
/* Without white space and the separators 、，；：。 at either end. */
piece piece_trim(piece p);

/* Reads the character at the position of any bytes. Returns its size, or 0 when the bytes
 * there are no well-formed UTF-8 (RFC 3629: no overlong form, no surrogate). */
size_t piece_decode(piece p, size_t position, uint32_t *character);

/* A text that grows in an arena. Sticky: after the arena is exhausted every further call
 * does nothing and wording_end gives NULL. */
typedef struct wording {
    arena *arena;
    char *at;
    size_t size;
    size_t room;
    bool failed;
} wording;

wording wording_begin(arena *a);
void wording_add(wording *t, piece p);
void wording_word(wording *t, const char *word);
void wording_character(wording *t, uint32_t character);
/* The finished text with a NUL behind it; its size is t->size. NULL when memory ran out.
 */
char *wording_end(wording *t);

#endif
