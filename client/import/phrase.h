/* Short names for targets, cut from the words around a number.
 * Knows: verbs, adverbs, where a noun phrase begins. Must not know: values. */
#ifndef DUBAN_IMPORT_PHRASE_H
#define DUBAN_IMPORT_PHRASE_H

#include "client/import/piece.h"

#define LABEL_SIZE_MAX 96 /* bytes: 32 Chinese characters */

/* before: the words in front of the number, its comparator cut off; behind: those behind
 * it and its suffix; subject: the label of the target before, for 占…比重 and 增长 that
 * lean on it; verb: that of the list before (新增A15个、B3个), for items without one. The
 * label lives in the arena; NULL at when the arena is used up. */
piece phrase_label(arena *a, piece before, piece behind, piece subject, piece verb);

/* The words without what only says how hard one tries (力争, 确保, 全年). */
piece phrase_core(piece words);
/* The verb a phrase begins with (新增, 建成), empty when there is none. */
piece phrase_verb(piece words);
/* Whether the phrase names no subject of its own: 增长, 占GDP比重, 年均增长. */
bool phrase_leans(piece words);

#endif
