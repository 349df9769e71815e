/* A notice as printed, cut into its parts: chapters (一、), sections (（一）), tasks
 * (12.) and sub-items (（1）), each with the line it stands on. The covering letter
 * before and the copy list behind are left out. Knows: how a notice is laid out. Must not
 * know: what a duty or a target is.
 *
 * A task's text goes on over following lines until its duties are closed. Sub-items with
 * duties of their own are items; a parent without duties is then only a container and
 * yields no item. Sub-items without duties belong to their parent's text. */
#ifndef DUBAN_IMPORT_READER_H
#define DUBAN_IMPORT_READER_H

#include "client/import/piece.h"
#include "proto/limits.h"
#include "proto/status.h"

typedef struct notice_heading {
    piece no; /* as printed, 一 */
    piece title;
    uint32_t line;
} notice_heading;

typedef struct notice_item {
    char no[NUMBER_TEXT_MAX + 1]; /* "25", "5.1"; "" when the line has no number */
    uint32_t line;                /* from 1, of the text handed in */
    notice_heading chapter;       /* empty pieces where there is none */
    notice_heading section;
    piece container; /* the parent's text, empty unless it is a sub-item */
    piece text;      /* with its duties, without its number */
    bool out_of_order;
    bool repeated;    /* another item has this number */
    bool shared_duty; /* sub-items joined: only the last of them prints duties */
    bool unnumbered;
} notice_item;

typedef struct notice {
    notice_item *items;
    size_t items_n;
    uint32_t year; /* of the plan, 0 when the notice names none */
} notice;

/* Reads text of at most NOTICE_SIZE_MAX bytes: UTF-8 with or without a byte order mark,
 * lines ended by LF, CRLF or CR. Everything in *out lives in the arena. DUBAN_E_TOO_LARGE
 * for the text or a task, DUBAN_E_TEXT for bytes that are no text, DUBAN_E_EMPTY without
 * any task, DUBAN_E_LIMIT above TASKS_MAX tasks, DUBAN_E_NO_MEMORY; *refusal (may be
 * NULL) then names the line. */
duban_status notice_read(arena *a, piece raw, duban_refusal *refusal, notice *out);

/* The first plausible 20xx年 of a line, 0 when there is none. */
uint32_t notice_year(piece line);
/* Takes a heading's number (一、, （一）, 第一章) off its words, which are never empty; true
 * for a section. line is not set. */
bool notice_heading_of(piece words, notice_heading *out);

#endif
