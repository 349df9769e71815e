/* What a task promises in numbers: value, unit, comparator and the rest, one target each.
 * Knows: how promises are worded. Must not know: duties, chapters, tables.
 *
 * A number is taken as a target unless its surroundings say that it is a name
 * (“三百”工程, 5G, 220千伏), a term (2025年), a threshold that describes something else
 * (投资过50亿元的 项目) or an ordinal. Thresholds left out are doubted, since a promise
 * may hide there. */
#ifndef DUBAN_IMPORT_TARGET_H
#define DUBAN_IMPORT_TARGET_H

#include "client/import/doubt.h"
#include "client/import/scan.h"
#include "proto/words.h"

typedef struct target {
    piece label;
    comparator comparator;
    char value[DECIMAL_TEXT_SIZE]; /* "" for reference and pending */
    char value_max[DECIMAL_TEXT_SIZE];
    char opening[DECIMAL_TEXT_SIZE];
    char unit[UNIT_SIZE_MAX + 1];
    nature nature;
    strength strength;
    rollup rollup;
    bool strict;
    char start[DATE_TEXT_SIZE];
    char deadline[DATE_TEXT_SIZE];
    piece clause; /* the words it was read from */
    doubts doubts;
} target;

typedef struct targets {
    target *items;
    size_t n;
    char deadline[DATE_TEXT_SIZE]; /* the last term of the words, "" when there is none */
    doubts doubts;                 /* of the task as a whole */
} targets;

/* Reads a task's words without duties; container is the parent's text of a sub-item, or
 * empty. What *out holds lives in a; scratch may be reset afterwards. False when an arena
 * is used up. */
bool targets_read(arena *a, arena *scratch, piece body, piece container, uint32_t year,
                  targets *out);

#endif
