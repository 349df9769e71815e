/* duban changed: figures that stand otherwise than when they were accepted, and figures
 * that were found otherwise on the spot. */
#include "client/cli/act.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/print.h"
#include "client/cli/say.h"

/* Whether the figure stands otherwise than that; both are to date. */
static bool differs(const value_cell *v, uint64_t index, decimal then) {
    return index != 0 && v->to_date_known && decimal_compare(v->to_date, then) != 0;
}

static void tell_json(cli *c, const cell *at, const look *where) {
    const value_cell *v = &at->value;
    char place[DESCRIBE_SIZE];
    describe_place(&at->name, where, c->lang, place);
    json_line(c->out,
              json_pack("{s:s, s:s, s:o, s:o, s:o, s:I}", "task",
                        describe_task(where, at->name.task), "place", place, "accepted",
                        v->accepted_index ? json_decimal(v->accepted) : json_null(),
                        "verified",
                        v->verified_index ? json_decimal(v->verified) : json_null(),
                        "now", json_decimal(v->to_date), "index", (json_int_t)v->index));
}

static void put(print_table *t, bool has, decimal value) {
    char text[DECIMAL_TEXT_SIZE] = "";
    if (has) decimal_write(value, text);
    print_table_cell(t, text);
}

static duban_status changed(act *k) {
    cli *c = k->c;
    size_t n, rows = 0;
    duban_status s = act_plan(k, NULL);
    if (s < 0) return s;
    const print_column columns[] = {
        {cli_say(c, "何处", "where"), PRINT_LEFT, 60},
        {cli_say(c, "审核时", "accepted"), PRINT_RIGHT, 0},
        {cli_say(c, "核实数", "verified"), PRINT_RIGHT, 0},
        {cli_say(c, "现报", "now"), PRINT_RIGHT, 0},
    };
    print_table *t = print_table_new(columns, 4, c->color);
    if (!t) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    const cell *const *cells = duban_board_cells(k->where.board, &n);
    for (size_t i = 0; i < n; i++) {
        const value_cell *v = &cells[i]->value;
        char place[DESCRIBE_SIZE];
        if (cells[i]->name.kind != CELL_VALUE ||
            (!differs(v, v->accepted_index, v->accepted) &&
             !differs(v, v->verified_index, v->verified)))
            continue;
        rows++;
        if (c->json) {
            tell_json(c, cells[i], &k->where);
            continue;
        }
        describe_place(&cells[i]->name, &k->where, c->lang, place);
        print_table_row(t);
        print_table_cell(t, place);
        put(t, v->accepted_index, v->accepted);
        put(t, v->verified_index, v->verified);
        put(t, true, v->to_date);
    }
    if (!c->json && rows) print_table_write(t, c->out);
    if (!c->json && !rows)
        fprintf(c->out, "%s\n",
                cli_say(c, "没有审核或核实之后变动的数。",
                        "no figure differs from what was accepted or found."));
    print_table_free(t);
    return DUBAN_OK;
}

duban_status cmd_changed(cli *c) {
    return act_run(c, changed);
}
