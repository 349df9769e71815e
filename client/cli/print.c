#include "client/cli/print.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <utf8proc.h>

#define CELL_TEXT_MAX 1024
#define BAR_COLUMNS   30

int print_char(const char *text, int *columns) {
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &c);
    if (n <= 0) {
        *columns = 1;
        return 1;
    }
    /* Lamps and ambiguous signs are one column wide in the terminals we know. */
    *columns = utf8proc_charwidth(c);
    return (int)n;
}

int print_width(const char *text) {
    int width = 0;
    while (*text) {
        int columns;
        text += print_char(text, &columns);
        width += columns;
    }
    return width;
}

void print_cut(const char *text, int columns, char *out, size_t out_size) {
    bool fits = print_width(text) <= columns;
    int room = fits ? columns : columns - 1;
    size_t used = 0;
    while (*text) {
        int width;
        int n = print_char(text, &width);
        if (width > room || used + (size_t)n + 4 > out_size) break;
        memcpy(out + used, text, (size_t)n);
        used += (size_t)n;
        text += n;
        room -= width;
    }
    if (!fits && used + 4 <= out_size) {
        memcpy(out + used, "…", 3);
        used += 3;
    }
    out[used] = '\0';
}

typedef struct table_cell {
    char *text;
    grade grade; /* NONE: no colour */
} table_cell;

struct print_table {
    print_column columns[PRINT_COLUMNS_MAX];
    int columns_n;
    bool color;
    table_cell *cells;
    size_t cells_n;
    size_t cells_room;
};

print_table *print_table_new(const print_column *columns, int columns_n, bool color) {
    print_table *t = calloc(1, sizeof *t);
    if (!t) abort(); /* a terminal's table is small: nothing can be shown without it */
    memcpy(t->columns, columns, (size_t)columns_n * sizeof *columns);
    t->columns_n = columns_n;
    t->color = color;
    return t;
}

void print_table_row(print_table *t) {
    while (t->cells_n % (size_t)t->columns_n)
        print_table_cell(t, "");
}

void print_table_cell_grade(print_table *t, grade value, const char *text) {
    if (t->cells_n == t->cells_room) {
        t->cells_room = t->cells_room ? t->cells_room * 2 : 256;
        t->cells = realloc(t->cells, t->cells_room * sizeof *t->cells);
        if (!t->cells) abort();
    }
    int max = t->columns[t->cells_n % (size_t)t->columns_n].width_max;
    char cut[CELL_TEXT_MAX];
    print_cut(text, max ? max : CELL_TEXT_MAX, cut, sizeof cut);
    char *copy = strdup(cut);
    if (!copy) abort();
    t->cells[t->cells_n++] = (table_cell){copy, value};
}

void print_table_cell(print_table *t, const char *text) {
    print_table_cell_grade(t, GRADE_NONE, text);
}

void print_table_cell_format(print_table *t, const char *format, ...) {
    char text[CELL_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    print_table_cell(t, text);
}

static void write_padded(FILE *f, const char *text, int width, print_align align,
                         const char *begin, const char *end, bool last) {
    int pad = width - print_width(text);
    if (align == PRINT_RIGHT) fprintf(f, "%*s", pad > 0 ? pad : 0, "");
    fprintf(f, "%s%s%s", begin, text, end);
    if (align == PRINT_LEFT && !last) fprintf(f, "%*s", pad > 0 ? pad : 0, "");
    fputs(last ? "\n" : "  ", f);
}

void print_table_write(const print_table *t, FILE *f) {
    int widths[PRINT_COLUMNS_MAX];
    for (int i = 0; i < t->columns_n; i++)
        widths[i] = print_width(t->columns[i].title);
    for (size_t i = 0; i < t->cells_n; i++) {
        int width = print_width(t->cells[i].text);
        int column = (int)(i % (size_t)t->columns_n);
        if (width > widths[column]) widths[column] = width;
    }
    for (int i = 0; i < t->columns_n; i++)
        write_padded(f, t->columns[i].title, widths[i], t->columns[i].align,
                     print_bold_begin(t->color), print_grade_end(t->color),
                     i == t->columns_n - 1);
    for (size_t i = 0; i < t->cells_n; i++) {
        int column = (int)(i % (size_t)t->columns_n);
        const table_cell *shown = &t->cells[i];
        bool colored = t->color && shown->grade != GRADE_NONE;
        write_padded(f, shown->text, widths[column], t->columns[column].align,
                     print_grade_begin(shown->grade, colored), print_grade_end(colored),
                     column == t->columns_n - 1);
    }
}

void print_table_free(print_table *t) {
    if (!t) return;
    for (size_t i = 0; i < t->cells_n; i++)
        free(t->cells[i].text);
    free(t->cells);
    free(t);
}

const char *print_grade_begin(grade value, bool color) {
    static const char *const codes[GRADE_COUNT] = {
        [GRADE_NONE] = "",          [GRADE_DONE] = "\033[32;1m",
        [GRADE_GREEN] = "\033[32m", [GRADE_GREY] = "\033[90m",
        [GRADE_BLUE] = "\033[34m",  [GRADE_YELLOW] = "\033[33m",
        [GRADE_RED] = "\033[31;1m",
    };
    return color && value < GRADE_COUNT ? codes[value] : "";
}

const char *print_grade_end(bool color) {
    return color ? "\033[0m" : "";
}

const char *print_bold_begin(bool color) {
    return color ? "\033[1m" : "";
}

static long long now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void print_progress_begin(print_progress *p, FILE *f, const char *title) {
    *p = (print_progress){f, title, now_ms(), 0, false};
}

void print_progress_step(print_progress *p, unsigned long long done,
                         unsigned long long all) {
    long long now = now_ms();
    if (now - p->started_ms < 1000 || now - p->shown_ms < 100) return;
    p->shown_ms = now;
    if (!isatty(fileno(p->f))) return;
    int filled = all ? (int)(done * BAR_COLUMNS / all) : 0;
    fprintf(p->f, "\r%s [", p->title);
    for (int i = 0; i < BAR_COLUMNS; i++)
        fputs(i < filled ? "█" : "·", p->f);
    fprintf(p->f, "] %llu/%llu ", done, all);
    fflush(p->f);
    p->shown = true;
}

void print_progress_end(print_progress *p) {
    if (p->shown) fprintf(p->f, "\r\033[K");
    p->shown = false;
}
