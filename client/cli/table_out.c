#include "client/cli/table_out.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "client/cli/json.h"
#include "client/import/cells.h"

#define BOM                "\xef\xbb\xbf"
#define XLSX_ROWS_MAX      1048576 /* of a sheet, as spreadsheets have it */
#define XLSX_DIGITS_MAX    15      /* that a spreadsheet keeps of a number */
#define XLSX_TITLE_MAX     31      /* characters of a sheet's name */
#define XLSX_TEXT_SIZE_MAX 32767   /* of a cell */

struct table_out {
    cli *c;
    table_out_format format;
    char path[CLI_PATH_MAX];
    char part[CLI_PATH_MAX + 8]; /* XLSX is written there and renamed */
    const table_out_column *columns;
    size_t columns_n;
    size_t column; /* of the next cell */
    uint64_t rows;
    duban_status failed;
    buffer bytes; /* CSV and JSON for a file */
    json_t *object;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *head;
};

duban_status table_out_format_read(cli *c, const char *text, table_out_format *out) {
    static const char *const names[TABLE_OUT_FORMATS] = {"csv", "xlsx", "json"};
    for (int i = 0; i < TABLE_OUT_FORMATS; i++)
        if (strcmp(names[i], text) == 0) {
            *out = (table_out_format)i;
            return DUBAN_OK;
        }
    return cli_refuse(c, DUBAN_E_USAGE, 0, "format", text, "csv | xlsx | json");
}

static void append(table_out *w, const char *bytes, size_t size) {
    unsigned char *to = w->failed ? NULL : buffer_reserve(&w->bytes, size ? size : 1);
    if (!to) {
        w->failed = DUBAN_E_NO_MEMORY;
        return;
    }
    memcpy(to, bytes, size);
    w->bytes.size += size;
}

/* Rows go out as they come where no file is written. */
static void flush_rows(table_out *w) {
    if (*w->path || w->format == TABLE_OUT_XLSX || w->failed) return;
    if (fwrite(w->bytes.data, 1, w->bytes.size, w->c->out) != w->bytes.size)
        w->failed = DUBAN_E_IO;
    w->bytes.size = 0;
}

static void csv_cell(table_out *w, const char *text) {
    if (!cells_write(&w->bytes, text, w->column == 0)) w->failed = DUBAN_E_NO_MEMORY;
}

static const char *header(const table_out *w, size_t column) {
    const table_out_column *one = &w->columns[column];
    return w->c->lang == DUBAN_ZH ? one->zh : one->code;
}

static void begin_csv(table_out *w) {
    append(w, BOM, strlen(BOM));
    for (w->column = 0; w->column < w->columns_n; w->column++)
        csv_cell(w, header(w, w->column));
    append(w, "\r\n", 2);
    w->column = 0;
}

static void begin_xlsx(table_out *w, const char *title) {
    /* one sheet, rows written as they come: memory stays small */
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    char name[4 * XLSX_TITLE_MAX + 1];
    snprintf(w->part, sizeof w->part, "%s.part", w->path);
    w->book = workbook_new_opt(w->part, &options);
    if (!w->book) {
        w->failed = DUBAN_E_NO_MEMORY;
        return;
    }
    size_t size = 0, characters = 0;
    for (; title[size] && characters < XLSX_TITLE_MAX; characters++)
        do
            size++;
        while (((unsigned char)title[size] & 0xC0) == 0x80);
    snprintf(name, sizeof name, "%.*s", (int)size, title);
    w->sheet = workbook_add_worksheet(w->book, name);
    if (!w->sheet) w->sheet = workbook_add_worksheet(w->book, NULL);
    w->head = workbook_add_format(w->book);
    format_set_bold(w->head);
    format_set_bg_color(w->head, 0xE8EEF4);
    format_set_bottom(w->head, LXW_BORDER_THIN);
    for (size_t i = 0; i < w->columns_n; i++) {
        lxw_col_t at = (lxw_col_t)i;
        worksheet_set_column(w->sheet, at, at, w->columns[i].width, NULL);
        worksheet_write_string(w->sheet, 0, at, header(w, i), w->head);
    }
    worksheet_freeze_panes(w->sheet, 1, 0);
    worksheet_set_landscape(w->sheet);
    worksheet_set_paper(w->sheet, 9); /* A4 */
    worksheet_fit_to_pages(w->sheet, 1, 0);
    worksheet_repeat_rows(w->sheet, 0, 0);
}

duban_status table_out_begin(cli *c, table_out_format format, const char *path,
                             const char *title, const table_out_column *columns,
                             size_t columns_n, table_out **out) {
    if (format == TABLE_OUT_XLSX && !path)
        return cli_refuse(c, DUBAN_E_USAGE, 0, "o", NULL,
                          cli_say(c, "-o 文件.xlsx", "-o FILE.xlsx"));
    if (path && strlen(path) >= CLI_PATH_MAX)
        return cli_refuse(c, DUBAN_E_TOO_LARGE, 0, "o", path, NULL);
    table_out *w = calloc(1, sizeof *w);
    if (!w) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    w->c = c;
    w->format = format;
    w->columns = columns;
    w->columns_n = columns_n;
    snprintf(w->path, sizeof w->path, "%s", path ? path : "");
    buffer_init(&w->bytes);
    if (format == TABLE_OUT_CSV) begin_csv(w);
    if (format == TABLE_OUT_XLSX) begin_xlsx(w, title);
    *out = w;
    return DUBAN_OK;
}

/* --- cells -------------------------------------------------------------------------- */

static void end_row(table_out *w) {
    w->rows++;
    w->column = 0;
    if (w->format == TABLE_OUT_CSV) append(w, "\r\n", 2);
    if (w->format == TABLE_OUT_JSON) {
        char *line = w->object ? json_dumps(w->object, JSON_COMPACT) : NULL;
        if (line) append(w, line, strlen(line));
        append(w, "\n", 1);
        if (!line) w->failed = DUBAN_E_NO_MEMORY;
        free(line);
        json_decref(w->object);
        w->object = NULL;
    }
    flush_rows(w);
}

static void next_cell(table_out *w) {
    if (++w->column == w->columns_n) end_row(w);
}

static void json_cell(table_out *w, json_t *value) {
    if (!w->object) w->object = json_object();
    if (!value || json_object_set_new(w->object, w->columns[w->column].code, value) != 0)
        w->failed = DUBAN_E_NO_MEMORY;
}

/* Where the cell goes in the sheet; false when it has no room for it. */
static bool xlsx_row(table_out *w, lxw_row_t *row) {
    if (w->failed) return false;
    if (w->rows + 1 >= XLSX_ROWS_MAX) w->failed = DUBAN_E_LIMIT;
    *row = (lxw_row_t)(w->rows + 1);
    return !w->failed;
}

static void xlsx_text(table_out *w, const char *text) {
    lxw_row_t row;
    if (!*text || !xlsx_row(w, &row)) return;
    char cut[XLSX_TEXT_SIZE_MAX + 1];
    snprintf(cut, sizeof cut, "%s", text);
    worksheet_write_string(w->sheet, row, (lxw_col_t)w->column, cut, NULL);
}

void table_out_text(table_out *w, const char *text) {
    if (!text) text = "";
    if (w->format == TABLE_OUT_CSV) csv_cell(w, text);
    if (w->format == TABLE_OUT_XLSX) xlsx_text(w, text);
    if (w->format == TABLE_OUT_JSON) json_cell(w, json_string(text));
    next_cell(w);
}

static size_t digits_of(const char *number) {
    size_t n = 0;
    for (; *number; number++)
        n += *number >= '0' && *number <= '9';
    return n;
}

void table_out_number(table_out *w, decimal value) {
    char text[DECIMAL_TEXT_SIZE];
    lxw_row_t row;
    decimal_write(value, text);
    if (w->format == TABLE_OUT_XLSX && digits_of(text) <= XLSX_DIGITS_MAX) {
        if (xlsx_row(w, &row))
            worksheet_write_number(w->sheet, row, (lxw_col_t)w->column,
                                   strtod(text, NULL), NULL);
        next_cell(w);
        return;
    }
    table_out_text(w, text);
}

void table_out_count(table_out *w, uint64_t value) {
    char text[24];
    lxw_row_t row;
    snprintf(text, sizeof text, "%" PRIu64, value);
    if (w->format == TABLE_OUT_CSV) csv_cell(w, text);
    if (w->format == TABLE_OUT_XLSX && xlsx_row(w, &row))
        worksheet_write_number(w->sheet, row, (lxw_col_t)w->column, (double)value, NULL);
    if (w->format == TABLE_OUT_JSON) json_cell(w, json_integer((json_int_t)value));
    next_cell(w);
}

void table_out_day(table_out *w, int32_t day) {
    char text[DAY_TEXT_SIZE];
    if (!day) {
        table_out_empty(w);
        return;
    }
    day_write(day, text);
    table_out_text(w, text);
}

void table_out_empty(table_out *w) {
    if (w->format == TABLE_OUT_CSV) csv_cell(w, "");
    if (w->format == TABLE_OUT_JSON) json_cell(w, json_null());
    next_cell(w);
}

/* --- the end ------------------------------------------------------------------------ */

static duban_status end_xlsx(table_out *w) {
    if (!w->book) return DUBAN_E_NO_MEMORY;
    if (!w->failed && w->rows)
        worksheet_autofilter(w->sheet, 0, 0, (lxw_row_t)w->rows,
                             (lxw_col_t)(w->columns_n - 1));
    lxw_error error = workbook_close(w->book);
    if (!w->failed && (error || rename(w->part, w->path) != 0)) w->failed = DUBAN_E_IO;
    if (w->failed) unlink(w->part);
    return w->failed;
}

duban_status table_out_end(table_out *w, uint64_t *rows) {
    cli *c = w->c;
    duban_status s = w->failed;
    bool said = false;
    if (w->format == TABLE_OUT_XLSX) {
        s = end_xlsx(w);
    } else {
        flush_rows(w);
        s = w->failed;
        if (s >= 0 && *w->path) {
            s = cli_write_file(c, w->path, w->bytes.data, w->bytes.size, 0644);
            said = s < 0;
        }
    }
    if (rows) *rows = w->rows;
    if (s < 0 && !said) cli_refuse(c, s, 0, "o", *w->path ? w->path : NULL, NULL);
    json_decref(w->object);
    buffer_close(&w->bytes);
    free(w);
    return s;
}
