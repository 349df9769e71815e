/* The words that introduce a duty: 牵头领导：, 牵头单位：, 责任单位：, with the other
 * names cities print for them. Knows: label words. Must not know: what stands behind
 * them. */
#ifndef DUBAN_IMPORT_LABELS_H
#define DUBAN_IMPORT_LABELS_H

#include "client/import/piece.h"

typedef enum label {
    LABEL_NONE,
    LABEL_LEADERS,
    LABEL_LEADS,
    LABEL_RESPONSIBLE,
    LABEL_DEADLINE,
} label;

/* The label whose word stands at the position, its size in *size. A word alone is no
 * label: the caller looks for the colon behind it. */
label label_at(piece p, size_t position, size_t *size);

/* The first label with its colon, or right behind an opening bracket; PIECE_NONE when
 * there is none. This is where the duties of a task begin. */
size_t label_first(piece p);

#endif
