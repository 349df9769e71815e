/* The tasks of a notice as plain structs: duties, targets, kind, doubts.
 * Knows: what the parts of a notice mean together. Must not know: how it was laid out,
 * what a table looks like. */
#ifndef DUBAN_IMPORT_RECOGNISE_H
#define DUBAN_IMPORT_RECOGNISE_H

#include "client/import/duties.h"
#include "client/import/reader.h"
#include "client/import/target.h"

typedef struct recognised {
    const notice_item *item;
    duties duties;
    targets targets;
    task_kind kind;
    piece papers[TAGS_MAX]; /* the documents a policy task lists */
    size_t papers_n;
    doubts doubts; /* of the task as a whole; each target has its own */
} recognised;

/* One for each item of the notice, in its order, in the arena; they borrow from the
 * notice. DUBAN_E_NO_MEMORY. */
duban_status recognise(arena *a, const notice *n, recognised **out);

#endif
