/* What a terminal shows: aligned tables with wide characters, colours, progress bars.
 * Knows: UTF-8 widths and escape codes. Must not know: boards, commands. */
#ifndef DUBAN_CLIENT_CLI_PRINT_H
#define DUBAN_CLIENT_CLI_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "proto/words.h"

#define PRINT_COLUMNS_MAX 16

/* Bytes and columns of the character that begins there (not the text's end); a byte that
 * is no UTF-8 counts as one column of itself. */
int print_char(const char *text, int *columns);
/* Columns a UTF-8 text takes on a terminal; escape codes are not expected in it. */
int print_width(const char *text);
/* Copies at most columns of text, ending in "…" when it was cut. */
void print_cut(const char *text, int columns, char *out, size_t out_size);

typedef enum print_align { PRINT_LEFT, PRINT_RIGHT } print_align;

typedef struct print_column {
    const char *title; /* borrowed */
    print_align align;
    int width_max; /* 0: as wide as its widest cell */
} print_column;

/* A table gathered row by row and printed once, so that columns fit their content. */
typedef struct print_table print_table;

print_table *print_table_new(const print_column *columns, int columns_n, bool color);
/* Begins a row; cells are added from the left. Text is copied. */
void print_table_row(print_table *t);
void print_table_cell(print_table *t, const char *text);
void print_table_cell_grade(print_table *t, grade value, const char *text);
void print_table_cell_format(print_table *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void print_table_write(const print_table *t, FILE *f);
void print_table_free(print_table *t);

/* The escape codes of a grade's colour and of its end; "" without colour. */
const char *print_grade_begin(grade value, bool color);
const char *print_grade_end(bool color);
const char *print_bold_begin(bool color);

/* A progress bar on f for anything that lasts over a second; silent when f is no
 * terminal. Call step as often as convenient; done erases the bar. */
typedef struct print_progress {
    FILE *f;
    const char *title;
    long long started_ms;
    long long shown_ms;
    bool shown;
} print_progress;

void print_progress_begin(print_progress *p, FILE *f, const char *title);
void print_progress_step(print_progress *p, unsigned long long done,
                         unsigned long long all);
void print_progress_end(print_progress *p);

#endif
