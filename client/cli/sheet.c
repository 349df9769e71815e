#include "client/cli/sheet.h"

#include <csv.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "client/cli/say.h"

#define BOM      "\xef\xbb\xbf"
#define WORKBOOK "PK\003\004" /* a workbook is a zip archive */

typedef struct reading {
    arena *a;
    const sheet_column *columns;
    int columns_n;
    sheet *out;
    size_t rows_room;
    int place[SHEET_COLUMNS_MAX]; /* column of the list for each column of the file */
    int places;                   /* columns of the file */
    int column;                   /* of the file, while reading a row */
    uint32_t line;
    const char **cells;
    const char *beyond;
    bool content;
    duban_status status;
    duban_refusal *refusal;
} reading;

static bool is_utf8(const char *text, size_t size) {
    size_t at = 0;
    while (at < size) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
                                              (utf8proc_ssize_t)(size - at), &c);
        if (n <= 0 || c == 0) return false;
        at += (size_t)n;
    }
    return true;
}

/* GB18030 to UTF-8; every character grows to at most 4 bytes from at least 1. */
static char *convert(arena *a, const char *bytes, size_t size, size_t *out_size) {
    iconv_t cd = iconv_open("UTF-8", "GB18030");
    if (cd == (iconv_t)-1) return NULL;
    size_t room = size * 2 + 16;
    char *made = arena_alloc(a, room);
    char *in = (char *)bytes, *to = made;
    size_t in_left = size, left = room;
    bool good = made && iconv(cd, &in, &in_left, &to, &left) != (size_t)-1;
    iconv_close(cd);
    if (!good || in_left) return NULL;
    *out_size = room - left;
    return is_utf8(made, *out_size) ? made : NULL;
}

/* Every kind of line end becomes one LF, so that empty rows can be counted. */
static size_t fold_line_ends(char *text, size_t size) {
    size_t to = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\r' && i + 1 < size && text[i + 1] == '\n') continue;
        text[to++] = text[i] == '\r' ? '\n' : text[i];
    }
    return to;
}

static unsigned char delimiter_of(const char *text, size_t size) {
    const char *end = memchr(text, '\n', size);
    size_t head = end ? (size_t)(end - text) : size;
    if (memchr(text, ',', head)) return CSV_COMMA;
    if (memchr(text, '\t', head)) return CSV_TAB;
    return memchr(text, ';', head) ? ';' : CSV_COMMA;
}

static void fail(reading *r, duban_status status, const char *field, const char *found,
                 const char *expected) {
    if (r->status == DUBAN_OK)
        r->status = duban_refuse(r->refusal, status, r->line, field, found, expected);
}

/* White space at either end, the ideographic space among it. */
static const char *trim(arena *a, const char *text, size_t size) {
    static const char wide[] = "\xe3\x80\x80";
    for (;;) {
        if (size && strchr(" \t\n", text[0])) {
            text++, size--;
        } else if (size >= 3 && memcmp(text, wide, 3) == 0) {
            text += 3, size -= 3;
        } else {
            break;
        }
    }
    for (;;) {
        if (size && strchr(" \t\n", text[size - 1]))
            size--;
        else if (size >= 3 && memcmp(text + size - 3, wide, 3) == 0)
            size -= 3;
        else
            break;
    }
    return arena_copy(a, text, size);
}

/* Whether two titles begin with the same character. */
static bool alike(const char *a, const char *b) {
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)a, -1, &c);
    return n > 0 && strncasecmp(a, b, (size_t)n) == 0;
}

/* The titles not seen so far, in the language of the one found, those most like it first,
 * as many as fit whole. */
static void all_titles(const reading *r, const char *title, char *out, size_t out_size) {
    bool english = true;
    for (const char *c = title; *c; c++)
        english = english && (unsigned char)*c < 0x80;
    out[0] = '\0';
    for (int far = 0; far < 2; far++)
        for (int i = 0; i < r->columns_n; i++) {
            const char *known = english ? r->columns[i].en : r->columns[i].zh;
            if (!r->out->has[i] && alike(title, known) == !far)
                (void)say_list(out, out_size, english ? ", " : "、", known);
        }
}

static void take_title(reading *r, const char *title) {
    r->place[r->column] = -1;
    if (title[0] == '\0' || title[0] == '#') return;
    for (int i = 0; i < r->columns_n; i++) {
        if (strcmp(title, r->columns[i].zh) != 0 &&
            strcasecmp(title, r->columns[i].en) != 0)
            continue;
        if (r->out->has[i]) {
            fail(r, DUBAN_E_DUPLICATE, title, title, NULL);
            return;
        }
        r->place[r->column] = i;
        r->out->has[i] = true;
        r->out->titles[i] = title;
        return;
    }
    char expected[sizeof r->refusal->expected];
    all_titles(r, title, expected, sizeof expected);
    fail(r, DUBAN_E_COLUMN, title, title, expected);
}

static void on_field(void *bytes, size_t size, void *ctx) {
    reading *r = ctx;
    if (r->status < 0) return;
    const char *text = trim(r->a, bytes ? bytes : "", bytes ? size : 0);
    if (!text) {
        fail(r, DUBAN_E_NO_MEMORY, NULL, NULL, NULL);
    } else if (r->line == 1) {
        if (r->column == SHEET_COLUMNS_MAX) {
            fail(r, DUBAN_E_LIMIT, text, NULL, NULL);
            return;
        }
        take_title(r, text);
        r->places = r->column + 1;
    } else if (*text) {
        r->content = true;
        int at = r->column < r->places ? r->place[r->column] : -1;
        if (at >= 0)
            r->cells[at] = text;
        else if (r->column >= r->places && !r->beyond)
            r->beyond = text;
    }
    r->column++;
}

static void check_header(reading *r) {
    for (int i = 0; i < r->columns_n; i++) {
        if (!r->out->has[i] && r->columns[i].needed)
            fail(r, DUBAN_E_COLUMN, r->columns[i].zh, "", r->columns[i].zh);
        if (!r->out->has[i]) r->out->titles[i] = r->columns[i].zh;
    }
}

static bool fresh_cells(reading *r) {
    r->cells = arena_alloc(r->a, (size_t)r->columns_n * sizeof *r->cells);
    if (!r->cells) return false;
    for (int i = 0; i < r->columns_n; i++)
        r->cells[i] = "";
    r->beyond = NULL;
    r->content = false;
    return true;
}

static bool keep_row(reading *r) {
    sheet *out = r->out;
    if (out->rows_n == r->rows_room) {
        size_t room = r->rows_room ? r->rows_room * 2 : 256;
        sheet_row *more = arena_alloc(r->a, room * sizeof *more);
        if (!more) return false;
        if (out->rows_n) memcpy(more, out->rows, out->rows_n * sizeof *more);
        out->rows = more;
        r->rows_room = room;
    }
    out->rows[out->rows_n++] = (sheet_row){r->line, r->cells, r->beyond};
    return fresh_cells(r);
}

static void on_row(int end, void *ctx) {
    (void)end;
    reading *r = ctx;
    if (r->status < 0) return;
    bool good = true;
    if (r->line == 1) {
        check_header(r);
        good = fresh_cells(r);
    } else if (r->content || r->beyond) {
        good = keep_row(r);
    }
    if (!good) fail(r, DUBAN_E_NO_MEMORY, NULL, NULL, NULL);
    r->line++;
    r->column = 0;
}

static void parse(reading *r, const char *text, size_t size) {
    struct csv_parser p;
    if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL | CSV_APPEND_NULL)) {
        fail(r, DUBAN_E_NO_MEMORY, NULL, NULL, NULL);
        return;
    }
    csv_set_delim(&p, delimiter_of(text, size));
    bool good = csv_parse(&p, text, size, on_field, on_row, r) == size &&
                csv_fini(&p, on_field, on_row, r) == 0;
    if (!good)
        fail(r, csv_error(&p) == CSV_ENOMEM ? DUBAN_E_NO_MEMORY : DUBAN_E_SHEET, NULL,
             "\"", "\"…\"");
    csv_free(&p);
}

duban_status sheet_text(arena *a, const char *bytes, size_t size, char **out,
                        size_t *out_size, bool *converted) {
    if (size >= 3 && memcmp(bytes, BOM, 3) == 0) bytes += 3, size -= 3;
    bool foreign = !is_utf8(bytes, size);
    size_t made_size = size;
    char *made = foreign ? convert(a, bytes, size, &made_size) : NULL;
    if (foreign && !made) return DUBAN_E_TEXT;
    made = arena_copy(a, foreign ? made : bytes, made_size);
    if (!made) return DUBAN_E_NO_MEMORY;
    *out = made;
    *out_size = made_size;
    if (converted) *converted = foreign;
    return DUBAN_OK;
}

duban_status sheet_read(arena *a, const char *bytes, size_t size,
                        const sheet_column *columns, sheet *out, duban_refusal *refusal) {
    sheet made = {0};
    reading r = {.a = a, .columns = columns, .out = &made, .line = 1, .refusal = refusal};
    while (columns[r.columns_n].zh)
        r.columns_n++;
    if (size >= 4 && memcmp(bytes, WORKBOOK, 4) == 0)
        return duban_refuse(refusal, DUBAN_E_UNSUPPORTED, 0, NULL, "XLSX", "CSV");
    char *text = NULL;
    duban_status s = sheet_text(a, bytes, size, &text, &size, &made.converted);
    if (s == DUBAN_E_TEXT)
        return duban_refuse(refusal, DUBAN_E_SHEET, 0, NULL, NULL, "CSV UTF-8 / GB18030");
    if (s < 0) return duban_refuse(refusal, s, 0, NULL, NULL, NULL);
    parse(&r, text, fold_line_ends(text, size));
    if (r.status == DUBAN_OK && r.line == 1)
        fail(&r, DUBAN_E_SHEET, NULL, "", columns[0].zh);
    if (r.status < 0) return r.status;
    *out = made;
    return DUBAN_OK;
}

/* Digits of one part and the sign behind it; 0 when they are not there. */
static int32_t date_part(const char **at, const char *const *signs) {
    char *end;
    if (**at < '0' || **at > '9') return 0;
    long value = strtol(*at, &end, 10);
    for (; *signs; signs++)
        if (strncmp(end, *signs, strlen(*signs)) == 0) {
            *at = end + strlen(*signs);
            return value > 0 && value < 10000 ? (int32_t)value : 0;
        }
    return 0;
}

duban_status sheet_day(const char *text, int32_t *out) {
    static const char *const year[] = {"-", "/", ".", "年", NULL};
    static const char *const month[] = {"-", "/", ".", "月", NULL};
    static const char *const day[] = {"日", "", NULL};
    char strict[40];
    date read = {date_part(&text, year), 0, 0};
    if (read.year) read.month = date_part(&text, month);
    if (read.month) read.day = date_part(&text, day);
    if (!read.day || *text || read.month > 12 || read.day > 31) return DUBAN_E_DATE;
    snprintf(strict, sizeof strict, "%04d-%02d-%02d", (int)read.year, (int)read.month,
             (int)read.day);
    return day_read(strict, out);
}

static duban_status append(buffer *out, const char *text, size_t size) {
    unsigned char *to = buffer_reserve(out, size);
    if (!to) return DUBAN_E_NO_MEMORY;
    memcpy(to, text, size);
    out->size += size;
    return DUBAN_OK;
}

/* A number keeps its sign; anything else that begins like a formula is defused. */
static bool formula(const char *text) {
    if (!strchr("=+-@\t", text[0]) || !text[0]) return false;
    bool sign = text[0] == '-' || text[0] == '+';
    return !(sign && text[1] && strspn(text + 1, "0123456789.") == strlen(text + 1));
}

duban_status sheet_cell(buffer *out, const char *text, bool first) {
    duban_status s = first ? DUBAN_OK : append(out, ",", 1);
    bool defuse = formula(text);
    bool quote = defuse || strpbrk(text, ",\"\r\n\t;") || text[0] == ' ';
    if (s < 0) return s;
    if (!quote) return append(out, text, strlen(text));
    size_t size = strlen(text);
    unsigned char *to = buffer_reserve(out, size * 2 + 3);
    if (!to) return DUBAN_E_NO_MEMORY;
    size_t used = 0;
    to[used++] = '"';
    if (defuse) to[used++] = '\'';
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"') to[used++] = '"';
        to[used++] = (unsigned char)text[i];
    }
    to[used++] = '"';
    out->size += used;
    return DUBAN_OK;
}

duban_status sheet_end_row(buffer *out) {
    return append(out, "\r\n", 2);
}

duban_status sheet_begin(buffer *out) {
    return append(out, BOM, 3);
}
