/* One printed line in one spelling: what typists vary is folded, what they mean stays.
 * Knows: widths, brackets, spaces. Must not know: what a line says.
 *
 * Full-width letters, digits and signs become ASCII; then brackets of every kind but
 * 《》“” become （）, and : ; , ! ? become Chinese signs, except a comma that groups
 * digits (1,200), which goes. White space, byte order marks and zero-width characters go,
 * except one space between two ASCII letters or digits. ⑴ becomes （1） and ㈠ becomes
 * （一）. */
#ifndef DUBAN_IMPORT_FOLD_H
#define DUBAN_IMPORT_FOLD_H

#include "client/import/piece.h"
#include "proto/status.h"

/* DUBAN_E_TEXT when the bytes are not UTF-8 or hold control characters,
 * DUBAN_E_NO_MEMORY. The folded text lives in the arena. */
duban_status fold_line(arena *a, piece raw, piece *folded);

/* Whether the text is well-formed UTF-8 without control characters but tab, line feed and
 * carriage return. On false *at is the position of the first bad byte. */
bool fold_readable(piece raw, size_t *at);

#endif
