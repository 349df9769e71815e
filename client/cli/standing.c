#include "client/cli/standing.h"

#include <stdlib.h>
#include <string.h>

#include "client/cli/describe.h"
#include "client/cli/look.h"
#include "client/cli/print.h"
#include "client/cli/text.h"
#include "client/cli/view.h"

/* --- a board as a walk -------------------------------------------------------------- */

static void each(void *ctx, ledger_visit visit, void *to) {
    size_t n;
    const cell *const *cells = duban_board_cells(ctx, &n);
    for (size_t i = 0; i < n; i++)
        if (!visit(to, cells[i])) return;
}

static bool find(void *ctx, const cell_name *name, cell *out) {
    const cell *found = duban_board_cell(ctx, name);
    if (found) *out = *found;
    return found != NULL;
}

/* --- making ------------------------------------------------------------------------- */

static duban_status read_table(cli *c, arena *a, duban_board *b, weights_words *out) {
    cell_name name = {.kind = CELL_TABLE, .node = TABLE_WEIGHTS};
    const cell *at = duban_board_cell(b, &name);
    event ev;
    if (!at)
        return cli_refuse(c, DUBAN_E_RULES, 0, "weights", NULL,
                          cli_say(c, "先用 duban weights set 设权重表",
                                  "set a table with `duban weights set` first"));
    duban_status s = look_entry(c, a, at->table.index, KIND_WEIGHTS, &ev);
    if (s >= 0) *out = ev.weights;
    return s;
}

static duban_status read_before(arena *a, const standing *before, rank_ask *ask) {
    uint32_t n = before ? before->result.rows_n : 0;
    rank_before *rows = arena_alloc(a, (n + 1) * sizeof *rows);
    if (!rows) return DUBAN_E_NO_MEMORY;
    ask->before = rows;
    for (uint32_t i = 0; i < n; i++) {
        const rank_row *row = &before->result.rows[i];
        if (row->rank) rows[ask->before_n++] = (rank_before){row->office, row->rank};
    }
    return DUBAN_OK;
}

duban_status standing_make(cli *c, arena *a, duban_board *b, period in_period,
                           const standing *before, standing *out) {
    standing made = {.board = b, .in_period = in_period};
    view v;
    duban_status s = view_make(b, VIEW_TASK, a, &v);
    if (s < 0) return cli_refuse(c, s, 0, NULL, NULL, NULL);
    if (in_period.kind == PERIOD_NONE) made.in_period = v.round;
    made.round = v.round;
    made.day = v.plan->day;
    made.index = v.index;
    made.drill = v.plan->drill;
    s = read_table(c, a, b, &made.table);
    if (s < 0) return s;
    rank_ask ask = {.table = &made.table, .in_period = made.in_period};
    cell_walk walk = {b, each, find};
    s = read_before(a, before, &ask);
    if (s >= 0) s = rank_offices(&walk, &ask, a, &made.result);
    if (s < 0) return cli_refuse(c, s, 0, NULL, NULL, NULL);
    *out = made;
    return DUBAN_OK;
}

/* --- printing ----------------------------------------------------------------------- */

static const char *why_text(cli *c, rank_why why) {
    switch (why) {
    case RANK_OUTSIDE: return cli_say(c, "不参加排名", "outside the remit");
    case RANK_ENDED: return cli_say(c, "已撤并", "ended");
    case RANK_SUCCESSOR: return cli_say(c, "承接首期，不排名", "its first period");
    case RANK_NO_PARTS: return cli_say(c, "无计分项", "nothing weighs");
    case RANK_GIVEN: break;
    }
    return "";
}

/* "↑2", "↓1", "—" */
static const char *change_text(const rank_row *row, char out[16]) {
    if (!row->has_change) return "";
    if (row->change == 0) return "—";
    snprintf(out, 16, "%s%d", row->change > 0 ? "↑" : "↓", abs(row->change));
    return out;
}

static void print_group(cli *c, const standing *s, uint32_t group) {
    const rank_group *g = &s->table.groups[group];
    const print_column columns[] = {
        {cli_say(c, "名次", "rank"), PRINT_RIGHT, 0},
        {cli_say(c, "单位", "office"), PRINT_LEFT, 40},
        {cli_say(c, "得分", "score"), PRINT_RIGHT, 0},
        {cli_say(c, "升降", "change"), PRINT_LEFT, 0},
        {cli_say(c, "计分项", "parts"), PRINT_RIGHT, 0},
        {"", PRINT_LEFT, 0},
    };
    look where = {.board = s->board};
    uint32_t shown = 0;
    print_table *t = print_table_new(columns, 6, c->color);
    for (uint32_t i = 0; t && i < s->result.rows_n; i++) {
        const rank_row *row = &s->result.rows[i];
        if (row->group != group || row->why == RANK_NO_PARTS) continue;
        char score[DECIMAL_TEXT_SIZE] = "", change[16];
        if (row->has_score) decimal_write(row->score, score);
        print_table_row(t);
        print_table_cell_format(t, row->rank ? "%u" : "", (unsigned)row->rank);
        print_table_cell(t, describe_office(&where, row->office));
        print_table_cell(t, score);
        print_table_cell(t, change_text(row, change));
        print_table_cell_format(t, "%u", (unsigned)row->parts_n);
        print_table_cell(t, why_text(c, row->why));
        shown++;
    }
    if (shown) {
        fprintf(c->out, "%s\n", c->lang == DUBAN_ZH ? g->zh : g->en);
        print_table_write(t, c->out);
    }
    print_table_free(t);
}

void standing_print_head(cli *c, const standing *s) {
    char round[PERIOD_TEXT_SIZE], newest[PERIOD_TEXT_SIZE], day[DAY_TEXT_SIZE];
    period_write(s->in_period, round);
    period_write(s->round, newest);
    day_write(s->day, day);
    fprintf(c->out,
            cli_say(c, "%s 排名  截至 %s  序号 %llu%s\n",
                    "ranks of %s  as of %s  index %llu%s\n"),
            round, day, (unsigned long long)s->index,
            s->drill ? cli_say(c, "  【演练】", "  [drill]") : "");
    if (!period_equal(s->in_period, s->round) && !c->quiet)
        fprintf(
            c->err,
            cli_say(c,
                    "提示：数据截至 %s，最近结束的报告期是 %s；按 %s 当时的数据排名，加 "
                    "--as-of 日期。\n",
                    "note: the figures are those known on %s, when the newest period "
                    "was %s; for what was known of %s then, add --as-of DAY.\n"),
            day, newest, round);
}

void standing_print(cli *c, const standing *s) {
    for (uint32_t g = 0; g < s->table.groups_n; g++)
        print_group(c, s, g);
}

static const char *how_code(rank_how how) {
    static const char *const codes[] = {"pace",  "value",   "met",
                                        "steps", "finding", "no_timetable"};
    return codes[how];
}

static const char *how_text(cli *c, rank_how how) {
    switch (how) {
    case RANK_BY_PACE: return cli_say(c, "完成÷序时", "actual / expected");
    case RANK_BY_VALUE: return cli_say(c, "完成÷目标", "value / target");
    case RANK_BY_MET: return cli_say(c, "是否达标", "met or not");
    case RANK_BY_STEPS: return cli_say(c, "节点完成÷应完成", "steps done / due");
    case RANK_BY_FINDING: return cli_say(c, "督查认定，记 0", "a finding: 0");
    case RANK_BY_NO_TIMETABLE: return cli_say(c, "未备案，记 0", "no timetable: 0");
    }
    return "";
}

void standing_print_parts(cli *c, const standing *s, uint32_t office) {
    const print_column columns[] = {
        {cli_say(c, "任务", "task"), PRINT_LEFT, 0},
        {cli_say(c, "指标", "metric"), PRINT_LEFT, 0},
        {cli_say(c, "计法", "how"), PRINT_LEFT, 0},
        {cli_say(c, "权重", "weight"), PRINT_RIGHT, 0},
        {cli_say(c, "得分", "score"), PRINT_RIGHT, 0},
    };
    look where = {.board = s->board};
    print_table *t = print_table_new(columns, 5, c->color);
    for (uint32_t i = 0; t && i < s->result.rows_n; i++) {
        const rank_row *row = &s->result.rows[i];
        for (uint32_t p = 0; row->office == office && p < row->parts_n; p++) {
            const rank_part *part = &row->parts[p];
            char weight[DECIMAL_TEXT_SIZE], score[DECIMAL_TEXT_SIZE];
            decimal_write(part->weight, weight);
            decimal_write(part->score, score);
            print_table_row(t);
            print_table_cell(t, describe_task(&where, part->task));
            print_table_cell_format(t, part->metric ? "M%u" : "", (unsigned)part->metric);
            print_table_cell(t, how_text(c, part->how));
            print_table_cell(t, weight);
            print_table_cell(t, score);
        }
    }
    print_table_write(t, c->out);
    print_table_free(t);
}

static json_t *parts_json(const standing *s, const rank_row *row) {
    look where = {.board = s->board};
    json_t *parts = json_array();
    for (uint32_t p = 0; p < row->parts_n; p++) {
        const rank_part *part = &row->parts[p];
        json_array_append_new(parts,
                              json_pack("{s:s, s:i, s:s, s:o, s:o}", "task",
                                        describe_task(&where, part->task), "metric",
                                        (int)part->metric, "how", how_code(part->how),
                                        "weight", json_decimal(part->weight), "score",
                                        json_decimal(part->score)));
    }
    return parts;
}

json_t *standing_json(cli *c, const standing *s, uint32_t parts_of) {
    look where = {.board = s->board};
    json_t *rows = json_array();
    for (uint32_t i = 0; i < s->result.rows_n; i++) {
        const rank_row *row = &s->result.rows[i];
        if (row->why == RANK_NO_PARTS) continue;
        const rank_group *g = &s->table.groups[row->group];
        json_t *o =
            json_pack("{s:s, s:s, s:o, s:o, s:o, s:i, s:s}", "group",
                      c->lang == DUBAN_ZH ? g->zh : g->en, "office",
                      describe_office(&where, row->office), "rank",
                      row->rank ? json_integer(row->rank) : json_null(), "score",
                      row->has_score ? json_decimal(row->score) : json_null(), "change",
                      row->has_change ? json_integer(row->change) : json_null(), "parts",
                      (int)row->parts_n, "unranked", why_text(c, row->why));
        if (row->office == parts_of) json_object_set_new(o, "scores", parts_json(s, row));
        json_array_append_new(rows, o);
    }
    return json_pack("{s:o, s:o}", "period", json_period(s->in_period), "rows", rows);
}
