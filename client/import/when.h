/* Terms that a sentence sets: 到2025年, 2022-2025年, 6月底前, “十四五”期间, 明年底.
 * Knows: words of time. Must not know: targets. */
#ifndef DUBAN_IMPORT_WHEN_H
#define DUBAN_IMPORT_WHEN_H

#include "client/import/piece.h"

#define DATE_TEXT_SIZE 11 /* YYYY-MM-DD and NUL */

typedef struct term {
    char start[DATE_TEXT_SIZE];    /* "" when the words set none */
    char deadline[DATE_TEXT_SIZE]; /* "" when unknown */
    bool unclear;                  /* a term counted from a day the words do not name */
    piece words;                   /* as printed */
    size_t end;                    /* behind the words */
} term;

/* The term that begins at the position of a sentence, of a plan for that year (0 when
 * unknown). False when none begins there; a bare 2023年 in a name is taken as a term too,
 * which for the plan's own year says nothing new. */
bool term_at(piece p, size_t position, uint32_t year, term *out);

#endif
