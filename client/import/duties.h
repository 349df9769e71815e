/* Who a task is given to: the bracket with 牵头领导, 牵头单位 and 责任单位, as three
 * lists of printed names. Knows: labels, separators, 等. Must not know: which offices
 * exist. A policy list prints only its offices, in a bracket behind the title: they
 * lead.
 *
 * Separators inside brackets belong to a name: 各县（市、区）人民政府 is one office, and
 * so is 市农业农村局（市乡村振兴局）. */
#ifndef DUBAN_IMPORT_DUTIES_H
#define DUBAN_IMPORT_DUTIES_H

#include "client/import/doubt.h"
#include "client/import/piece.h"
#include "proto/limits.h"

typedef struct name_list {
    piece *items;
    size_t n;
} name_list;

typedef struct duties {
    piece body; /* the task's words without the duties, trimmed */
    name_list leaders;
    name_list leads;
    name_list responsible;
    bool open; /* a list of offices ended with 等 */
    bool found;
    piece deadline; /* as printed behind 完成时限, mostly empty */
    doubts doubts;
} duties;

/* Reads a task's text. False when the arena is used up; *out is then undefined. */
bool duties_read(arena *a, piece text, duties *out);

/* Compares the names of a whole notice: a name that is made of other names was printed
 * without a separator and is split; one that is a common name with a character too many
 * or too few is doubted. Does nothing above NAMES_MAX different names. False as above. */
bool duties_compare(arena *a, duties *all, size_t n);

#define NAMES_MAX 1024 /* different offices of one notice; about a hundred in 2023 */

#endif
