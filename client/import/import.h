/* A city's notice as printed becomes the table people correct: reading (reader.h),
 * recognising (recognise.h) and writing (table.h) put together.
 * Knows: the order of the three. Must not know: any of their rules. */
#ifndef DUBAN_IMPORT_IMPORT_H
#define DUBAN_IMPORT_IMPORT_H

#include "client/import/table.h"

/* text is a notice, or a table of tasks in CSV or TSV (grid.h), in UTF-8, at most
 * NOTICE_SIZE_MAX bytes. Doubts and other words of our own are in
 * lang. On DUBAN_OK *out is the caller's to plan_table_free; the row's `line` is the line
 * of text. Else as notice_read says, with *refusal (may be NULL) naming the line. */
duban_status import_notice(const char *text, size_t size, duban_lang lang,
                           duban_refusal *refusal, plan_table *out);

#endif
