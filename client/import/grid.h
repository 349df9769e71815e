/* A plan that a city keeps as a table (序号, 目标任务, 分管领导, 牵头单位, 责任单位), in CSV
 * or TSV, read into the same items as a notice. Knows: headers and merged cells. Must not
 * know: what a duty or a target is.
 *
 * Rows above the header are a title; a row of one filled cell is a heading, of a chapter
 * or, as （一）, of a section; an empty cell of the chapter's column goes on with the one
 * above, as merged cells do when they are exported. */
#ifndef DUBAN_IMPORT_GRID_H
#define DUBAN_IMPORT_GRID_H

#include "client/import/reader.h"

/* Whether one of the first rows is the header of such a table. */
bool grid_is(arena *a, piece raw);
/* As notice_read; DUBAN_E_SHEET for a row that is no row of cells. */
duban_status grid_read(arena *a, piece raw, duban_refusal *refusal, notice *out);

#endif
