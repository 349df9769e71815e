/* What changed between two moments of a board. */
#include <string.h>

#include "broker/ledger/cells.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/json.h"
#include "client/cli/moment.h"
#include "proto/codec.h"

typedef struct diff {
    cli *c;
    duban_board *old;
    duban_board *now;
    bool all;
    uint32_t task; /* 0: every task */
    unsigned long long changes;
} diff;

static duban_status fetch(cli *c, const char *plan, int arg, duban_board **out) {
    board_request ask = {.plan = plan};
    duban_status s = moment_ask(c, cli_say(c, "参数", "argument"), c->args[arg], &ask);
    return s < 0 ? s : look_ask(c, &ask, c->args[arg], out);
}

/* What follows from the rest is shown only when everything is asked for. */
static bool is_told(const diff *d, const cell *any) {
    cell_kind kind = any->name.kind;
    if (d->task && any->name.task != d->task) return false;
    return d->all || (kind != CELL_PLAN && kind != CELL_PACE && kind != CELL_ROUND);
}

static void tell(diff *d, const cell *from, const cell *to) {
    const cell *any = to ? to : from;
    cli *c = d->c;
    char place[DESCRIBE_SIZE], was[DESCRIBE_SIZE], is[DESCRIBE_SIZE];
    if (!is_told(d, any)) return;
    describe_place(&any->name, &(look){.board = to ? d->now : d->old}, c->lang, place);
    describe_cell(from, &(look){.board = d->old}, c->lang, was);
    describe_cell(to, &(look){.board = d->now}, c->lang, is);
    if (!d->all && strcmp(was, is) == 0) return;
    d->changes++;
    if (c->json) {
        json_line(c->out, json_pack("{s:s, s:s, s:I, s:s, s:s, s:I}", "kind",
                                    describe_kind_code(any->name.kind), "place", place,
                                    "task", (json_int_t)any->name.task, "from", was, "to",
                                    is, "index", (json_int_t)any->changed));
        return;
    }
    const char *none = cli_say(c, "（无）", "(none)");
    fprintf(c->out, cli_say(c, "%s%s%s：%s → %s\n", "%s%s%s: %s -> %s\n"),
            describe_kind(any->name.kind, c->lang), *place ? " " : "", place,
            *was ? was : none, *is ? is : none);
}

/* Both in order of names: one walk over the two. */
static void walk(diff *d) {
    size_t old_n, now_n, i = 0, j = 0;
    const cell *const *old = duban_board_cells(d->old, &old_n);
    const cell *const *now = duban_board_cells(d->now, &now_n);
    while (i < old_n || j < now_n) {
        int order = i == old_n   ? 1
                    : j == now_n ? -1
                                 : cell_name_compare(&old[i]->name, &now[j]->name);
        if (order < 0)
            tell(d, old[i++], NULL);
        else if (order > 0)
            tell(d, NULL, now[j++]);
        else if (codec_cell_equal(old[i], now[j]))
            i++, j++;
        else
            tell(d, old[i++], now[j++]);
    }
}

static duban_status read_task(diff *d) {
    const char *number = cli_option(d->c, "task");
    size_t n;
    if (!number) return DUBAN_OK;
    const cell *const *cells = duban_board_cells(d->now, &n);
    for (size_t i = 0; i < n; i++)
        if (cells[i]->name.kind == CELL_TASK &&
            strcmp(cells[i]->task.number, number) == 0)
            d->task = cells[i]->name.task;
    return d->task ? DUBAN_OK
                   : cli_refuse(d->c, DUBAN_E_UNKNOWN_TASK, 0, "task", number, NULL);
}

duban_status cmd_diff(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    const char *plan = cli_plan_code(c);
    if (!plan) return DUBAN_E_UNKNOWN_PLAN;
    diff d = {.c = c, .all = cli_flag(c, "all")};
    s = fetch(c, plan, 0, &d.old);
    if (s < 0) return s;
    s = fetch(c, plan, 1, &d.now);
    if (s >= 0) s = read_task(&d);
    if (s >= 0) walk(&d);
    if (s >= 0 && !c->json && !c->quiet)
        fprintf(c->err, cli_say(c, "%llu 处变化。\n", "%llu changes.\n"), d.changes);
    duban_board_free(d.old);
    if (d.now) duban_board_free(d.now);
    return s;
}
