#include "client/cli/lights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/lights_default.h"
#include "client/cli/sheet.h"
#include "client/cli/text.h"

enum {
    GRADE,
    CAUSE,
    NATURE,
    MARGIN,
    DUE,
    MISSING,
    RUNNING,
    OVERDUE,
    MET,
    NO_TIMETABLE,
    NO_DATA,
    MARGIN_FROM,
    FINDING,
    CLOSED,
    EXEMPT,
    TOLERATED
};

static const sheet_column columns[] = {
    [GRADE] = {"灯色", "grade", true},
    [CAUSE] = {"原因", "cause", true},
    [NATURE] = {"性质", "nature", false},
    [MARGIN] = {"超欠低于", "margin_below", false},
    [DUE] = {"期限内工作日", "due_within", false},
    [MISSING] = {"未报期数", "missing_min", false},
    [RUNNING] = {"连续期数", "running_min", false},
    [OVERDUE] = {"逾期", "overdue", false},
    [MET] = {"完成", "met", false},
    [NO_TIMETABLE] = {"未备案", "no_timetable", false},
    [NO_DATA] = {"无数据", "no_data", false},
    [MARGIN_FROM] = {"超欠不低于", "margin_from", false},
    [FINDING] = {"认定问题", "finding", false},
    [CLOSED] = {"办结", "closed", false},
    [EXEMPT] = {"核减", "exempt", false},
    [TOLERATED] = {"容错", "tolerated", false},
    {NULL, NULL, false},
};

typedef struct lights_reading {
    cli *c;
    const sheet *table;
    size_t bad;
} lights_reading;

static void bad(lights_reading *in, const sheet_row *row, int column, duban_status status,
                const char *expected) {
    cli_refuse(in->c, status, row->line, in->table->titles[column], row->cells[column],
               expected);
    in->bad++;
}

static uint32_t count_in(lights_reading *in, const sheet_row *row, int column) {
    const char *text = row->cells[column];
    size_t digits = strspn(text, "0123456789");
    if (!*text) return 0;
    if (text[digits] || digits > 4) {
        bad(in, row, column, DUBAN_E_DECIMAL, "1, 2, …");
        return 0;
    }
    return (uint32_t)strtoul(text, NULL, 10);
}

static bool yes_in(lights_reading *in, const sheet_row *row, int column) {
    const char *text = row->cells[column];
    static const char *const no[] = {"", "否", "no", "false", "0", "n"};
    if (text_read_yes(text)) return true;
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (strcmp(text, no[i]) == 0) return false;
    bad(in, row, column, DUBAN_E_WORD, cli_say(in->c, "是、否", "yes, no"));
    return false;
}

static decimal margin_in(lights_reading *in, const sheet_row *row, int column,
                         bool *has) {
    decimal value = {0};
    *has = *row->cells[column] != '\0';
    duban_status s = *has ? decimal_read(row->cells[column], &value) : DUBAN_OK;
    if (s < 0) bad(in, row, column, s, "-10");
    return value;
}

static light_row read_row(lights_reading *in, const sheet_row *row) {
    light_row made = {.grade = text_read_grade(row->cells[GRADE]),
                      .cause = text_read_cause(row->cells[CAUSE]),
                      .nature = text_read_nature(row->cells[NATURE]),
                      .due_within = count_in(in, row, DUE),
                      .missing_min = count_in(in, row, MISSING),
                      .running_min = count_in(in, row, RUNNING),
                      .overdue = yes_in(in, row, OVERDUE),
                      .met = yes_in(in, row, MET),
                      .no_timetable = yes_in(in, row, NO_TIMETABLE),
                      .no_data = yes_in(in, row, NO_DATA),
                      .finding = yes_in(in, row, FINDING),
                      .closed = yes_in(in, row, CLOSED),
                      .exempt = yes_in(in, row, EXEMPT),
                      .tolerated = yes_in(in, row, TOLERATED)};
    if (!made.grade)
        bad(in, row, GRADE, DUBAN_E_WORD,
            cli_say(in->c, "红灯、黄灯、蓝灯、灰灯、绿灯、完成",
                    "red, yellow, blue, grey, green, done"));
    if (!made.cause)
        bad(in, row, CAUSE, DUBAN_E_WORD,
            cli_say(in->c,
                    "已完成、达到序时进度、超序时进度、未备案、尚无数据、临近期限、"
                    "欠序时进度、未报、逾期、连续亮灯、已办结销号、已核减、"
                    "督查认定问题、容错免责",
                    "met, on_pace, ahead, no_timetable, no_data, due_soon, behind, "
                    "missing, overdue, running, closed, exempt, finding, "
                    "tolerated"));
    if (*row->cells[NATURE] && !made.nature)
        bad(in, row, NATURE, DUBAN_E_WORD,
            cli_say(in->c, "累计、时点、增速、位次", "cumulative, level, rate, rank"));
    made.margin_below = margin_in(in, row, MARGIN, &made.has_margin_below);
    made.margin_from = margin_in(in, row, MARGIN_FROM, &made.has_margin_from);
    return made;
}

duban_status lights_read(cli *c, arena *a, const char *name, const char *bytes,
                         size_t size, lights_words *out) {
    sheet table;
    duban_refusal refusal = {0};
    duban_status s = sheet_read(a, bytes, size, columns, &table, &refusal);
    if (s < 0) return cli_refused(c, &refusal);
    if (table.rows_n == 0 || table.rows_n > LIGHT_ROWS_MAX)
        return cli_refuse(c, table.rows_n ? DUBAN_E_LIMIT : DUBAN_E_EMPTY, 0, name, NULL,
                          NULL);
    light_row *rows = arena_alloc(a, table.rows_n * sizeof *rows);
    if (!rows) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, name, NULL, NULL);
    lights_reading in = {c, &table, 0};
    for (size_t i = 0; i < table.rows_n; i++)
        rows[i] = read_row(&in, &table.rows[i]);
    if (in.bad) return cli_refuse(c, DUBAN_E_ROWS, 0, name, NULL, NULL);
    out->rows = rows;
    out->rows_n = (uint32_t)table.rows_n;
    out->order = NULL;
    out->order_n = 0;
    out->running_from = GRADE_NONE;
    return DUBAN_OK;
}

duban_status lights_load(cli *c, arena *a, const char *path, lights_words *out) {
    static const char otherwise[] = LIGHTS_DEFAULT;
    if (!path) return lights_read(c, a, "lights", otherwise, sizeof otherwise - 1, out);
    char *data = NULL;
    size_t size = 0;
    duban_status s = cli_read_file(c, path, SHEET_SIZE_MAX, &data, &size);
    if (s < 0) return s;
    s = lights_read(c, a, path, data, size, out);
    free(data);
    return s;
}

static const char *count_text(uint32_t value, char out[DECIMAL_TEXT_SIZE]) {
    snprintf(out, DECIMAL_TEXT_SIZE, value ? "%u" : "", (unsigned)value);
    return out;
}

static const char *margin_text(bool has, decimal value, char out[DECIMAL_TEXT_SIZE]) {
    out[0] = '\0';
    if (has) decimal_write(value, out);
    return out;
}

const char *lights_cell(const light_row *row, int column, duban_lang lang,
                        char room[DECIMAL_TEXT_SIZE]) {
    const char *yes = lang == DUBAN_ZH ? "是" : "yes";
    switch (column) {
    case GRADE: return text_grade(row->grade, lang);
    case CAUSE: return text_cause(row->cause, lang);
    case NATURE: return text_word(TEXT_NATURE, row->nature, lang);
    case MARGIN: return margin_text(row->has_margin_below, row->margin_below, room);
    case MARGIN_FROM: return margin_text(row->has_margin_from, row->margin_from, room);
    case DUE: return count_text(row->due_within, room);
    case MISSING: return count_text(row->missing_min, room);
    case RUNNING: return count_text(row->running_min, room);
    case OVERDUE: return row->overdue ? yes : "";
    case MET: return row->met ? yes : "";
    case NO_TIMETABLE: return row->no_timetable ? yes : "";
    case NO_DATA: return row->no_data ? yes : "";
    case FINDING: return row->finding ? yes : "";
    case CLOSED: return row->closed ? yes : "";
    case EXEMPT: return row->exempt ? yes : "";
    case TOLERATED: return row->tolerated ? yes : "";
    default: return "";
    }
}

const char *lights_title(int column, duban_lang lang) {
    return lang == DUBAN_ZH ? columns[column].zh : columns[column].en;
}
