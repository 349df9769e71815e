/* A number of a task seen with the words around it, and what the targets read before it
 * left behind. Shared by the files that read targets.
 * Knows: comparators (不低于, 以上, 提高到). Must not know: what counts as a target. */
#ifndef DUBAN_IMPORT_SIGHT_H
#define DUBAN_IMPORT_SIGHT_H

#include "client/import/target.h"

#define SHARED_MAX 8 /* values of one 分别 */

typedef struct reading {
    arena *arena;
    piece body;
    piece container;
    uint32_t year;
    figures figures;
    targets *out;
    piece subject;            /* label of the last target */
    piece verb;               /* of the list the last target stands in */
    size_t last_end;          /* behind the last target's suffix */
    size_t last;              /* index + 1 of the last figure taken */
    piece shared[SHARED_MAX]; /* labels of a 分别 list, from shared_at on still to be
                                 given */
    size_t shared_n;
    size_t shared_at;
} reading;

typedef struct sight {
    const figure *f;
    size_t index;
    piece
        before; /* from the last separator, term or target to the number, heads cut off */
    piece lead; /* from the beginning of the clause to the number */
    piece clause;
    piece behind;    /* up to the next separator or number */
    size_t tail;     /* behind the suffix */
    comparator head; /* from the words before, NONE when they say nothing */
    comparator suffix;
    bool change; /* 提高到: the head tells a level, not a floor */
    bool strict;
    bool ends;      /* nothing but a separator behind it */
    bool continues; /* the next value of a list: nothing stands before it */
    piece per;      /* 每人每年 */
} sight;

sight sight_of(const reading *r, size_t index);
/* The number with its unit and suffix, as printed. */
piece sight_printed(const reading *r, const sight *s);
/* 由45%提高到50%: whether this is the 45, the opening value of the next. */
bool sight_is_base(const reading *r, const sight *s);

#endif
