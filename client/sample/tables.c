#include "client/sample/tables.h"

#include <stdlib.h>
#include <string.h>

#include "client/cli/sheet.h"
#include "client/cli/text.h"

#define TABLE_SIZE_MAX (1024 * 1024)

static duban_status read_sheet(cli *c, const char *path, const sheet_column *columns,
                               arena *a, sheet *out) {
    char *data;
    size_t size;
    duban_status s = cli_read_file(c, path, TABLE_SIZE_MAX, &data, &size);
    if (s < 0) return s;
    duban_refusal refusal = {0};
    s = sheet_read(a, data, size, columns, out, &refusal);
    free(data);
    return s < 0 ? cli_refused(c, &refusal) : DUBAN_OK;
}

static const char *join(arena *a, const char *folder, const char *file) {
    size_t size = strlen(folder) + strlen(file) + 2;
    char *path = arena_alloc(a, size);
    if (path) snprintf(path, size, "%s/%s", folder, file);
    return path;
}

static duban_status read_offices(cli *c, const char *path, arena *a, sample_tables *out) {
    enum { NUMBER, CODE, KIND };
    static const sheet_column columns[] = {
        {"编号", "number", true},   {"代码", "code", true},     {"类别", "kind", true},
        {"名称", "name", false},    {"别名", "aliases", false}, {"上级", "parent", false},
        {"成员", "members", false}, {"说明", "note", false},    {NULL, NULL, false},
    };
    sheet rows;
    duban_status s = read_sheet(c, path, columns, a, &rows);
    if (s < 0) return s;
    out->offices = arena_alloc(a, (rows.rows_n + 1) * sizeof *out->offices);
    if (!out->offices) return DUBAN_E_NO_MEMORY;
    for (size_t i = 0; i < rows.rows_n; i++) {
        const sheet_row *row = &rows.rows[i];
        out->offices[i] = (sample_office){
            (uint32_t)strtoul(row->cells[NUMBER], NULL, 10), row->cells[CODE],
            text_read_office_kind(row->cells[KIND]) == OFFICE_GROUP};
    }
    out->offices_n = rows.rows_n;
    return DUBAN_OK;
}

static duban_status read_nodes(cli *c, const char *path, arena *a, sample_tables *out) {
    enum { TASK, PROFILE, NODE, DAY, SHARE };
    static const sheet_column columns[] = {
        {"任务号", "task", true}, {"方式", "profile", true},   {"节点", "node", true},
        {"日期", "day", true},    {"累计份额", "share", true}, {"内容", "title", false},
        {NULL, NULL, false},
    };
    sheet rows;
    duban_status s = read_sheet(c, path, columns, a, &rows);
    if (s < 0) return s;
    out->nodes = arena_alloc(a, (rows.rows_n + 1) * sizeof *out->nodes);
    if (!out->nodes) return DUBAN_E_NO_MEMORY;
    for (size_t i = 0; i < rows.rows_n; i++) {
        const sheet_row *row = &rows.rows[i];
        sample_node *node = &out->nodes[i];
        node->task = row->cells[TASK];
        node->profile = text_read_profile(row->cells[PROFILE]);
        node->node = (uint32_t)strtoul(row->cells[NODE], NULL, 10);
        bool bad =
            (*row->cells[DAY] && day_read(row->cells[DAY], &node->day) < 0) ||
            (*row->cells[SHARE] && decimal_read(row->cells[SHARE], &node->share) < 0);
        if (bad || node->profile == PROFILE_NONE)
            return cli_refuse(c, DUBAN_E_SHEET, row->line, path, row->cells[DAY], NULL);
    }
    out->nodes_n = rows.rows_n;
    return DUBAN_OK;
}

duban_status sample_tables_read(cli *c, const char *folder, arena *a,
                                sample_tables *out) {
    sample_tables t = {0};
    const char *offices = join(a, folder, "offices.csv");
    t.timetables = join(a, folder, "timetables.csv");
    if (!offices || !t.timetables) return DUBAN_E_NO_MEMORY;
    duban_status s = read_offices(c, offices, a, &t);
    if (s >= 0) s = read_nodes(c, t.timetables, a, &t);
    if (s >= 0) *out = t;
    return s;
}
