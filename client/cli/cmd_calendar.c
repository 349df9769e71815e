/* duban calendar publish: holidays and worked weekends, one event a year. */
#include <stdlib.h>
#include <string.h>

#include "client/cli/admin.h"
#include "client/cli/commands.h"
#include "client/cli/json.h"
#include "client/cli/sheet.h"

enum { DAY, KIND };

static const sheet_column columns[] = {
    [DAY] = {"日期", "date", true},
    [KIND] = {"类别", "kind", true},
    {NULL, NULL, false},
};

typedef struct exception {
    int32_t day;
    bool works;
} exception;

static int by_day(const void *a, const void *b) {
    int32_t x = ((const exception *)a)->day, y = ((const exception *)b)->day;
    return (x > y) - (x < y);
}

static bool is_one_of(const char *text, const char *const *words) {
    for (; *words; words++)
        if (strcmp(text, *words) == 0) return true;
    return false;
}

static duban_status read_rows(cli *c, const sheet *t, exception *out) {
    static const char *const off[] = {"放假", "休", "off", "holiday", NULL};
    static const char *const works[] = {"上班", "班", "work", "working", NULL};
    size_t bad = 0;
    for (size_t i = 0; i < t->rows_n; i++) {
        const sheet_row *row = &t->rows[i];
        const char *day = row->cells[DAY], *kind = row->cells[KIND];
        if (sheet_day(day, &out[i].day) < 0) {
            cli_refuse(c, DUBAN_E_DATE, row->line, t->titles[DAY], day, "YYYY-MM-DD");
            bad++;
        }
        out[i].works = is_one_of(kind, works);
        if (!out[i].works && !is_one_of(kind, off)) {
            cli_refuse(c, DUBAN_E_WORD, row->line, t->titles[KIND], kind,
                       cli_say(c, "放假、上班", "off, work"));
            bad++;
        }
    }
    return bad ? cli_refuse(c, DUBAN_E_ROWS, 0, c->args[0], NULL, NULL) : DUBAN_OK;
}

/* Days of one year, from *at on; moves *at behind them. */
static duban_status send_year(cli *c, arena *a, const exception *days, size_t n,
                              size_t *at) {
    int32_t year = date_of_day(days[*at].day).year;
    size_t end = *at;
    while (end < n && date_of_day(days[end].day).year == year)
        end++;
    int32_t *off = arena_alloc(a, (end - *at) * sizeof *off);
    int32_t *works = arena_alloc(a, (end - *at) * sizeof *works);
    if (!off || !works) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    event ev = {
        .kind = KIND_CALENDAR,
        .calendar = {.year = (uint32_t)year, .days_off = off, .working_days = works}};
    for (size_t i = *at; i < end; i++) {
        if (days[i].works)
            works[ev.calendar.working_days_n++] = days[i].day;
        else
            off[ev.calendar.days_off_n++] = days[i].day;
    }
    *at = end;
    uint64_t index = 0;
    duban_status s = admin_send(c, &ev, NULL, 0, &index);
    if (s < 0) return s;
    if (c->json)
        json_line(c->out,
                  json_pack("{s:i, s:i, s:i, s:I}", "year", (int)year, "days_off",
                            (int)ev.calendar.days_off_n, "working_days",
                            (int)ev.calendar.working_days_n, "index", (json_int_t)index));
    else
        fprintf(c->out,
                cli_say(c, "%d 年：放假 %u 天，调休上班 %u 天，序号 %llu。\n",
                        "%d: %u days off, %u worked weekends, index %llu.\n"),
                (int)year, (unsigned)ev.calendar.days_off_n,
                (unsigned)ev.calendar.working_days_n, (unsigned long long)index);
    return DUBAN_OK;
}

static duban_status publish(cli *c, arena *a) {
    char *data = NULL;
    size_t size = 0;
    duban_status s = cli_read_file(c, c->args[0], SHEET_SIZE_MAX, &data, &size);
    if (s < 0) return s;
    sheet table;
    duban_refusal refusal = {0};
    s = sheet_read(a, data, size, columns, &table, &refusal);
    free(data);
    if (s < 0) return cli_refused(c, &refusal);
    if (!table.rows_n) return cli_refuse(c, DUBAN_E_EMPTY, 0, c->args[0], NULL, NULL);
    exception *days = arena_alloc(a, table.rows_n * sizeof *days);
    if (!days) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    s = read_rows(c, &table, days);
    if (s < 0) return s;
    qsort(days, table.rows_n, sizeof *days, by_day);
    size_t at = 0;
    while (at < table.rows_n && s >= 0)
        s = send_year(c, a, days, table.rows_n, &at);
    return s;
}

duban_status cmd_calendar_publish(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    arena a;
    arena_init(&a, 0);
    s = publish(c, &a);
    arena_close(&a);
    return s;
}
