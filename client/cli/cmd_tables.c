/* duban roles, checks, weights: show the table in force, set the next one. */
#include <string.h>

#include "broker/ledger/roles.h"
#include "client/cli/act.h"
#include "client/cli/commands.h"
#include "client/cli/print.h"
#include "client/cli/tables.h"
#include "client/cli/text.h"

/* Version and entry of the table in force; version 0: none was ever sent. */
static table_version_cell in_force(const act *k, const table_kit *kit) {
    cell_name name = {.kind = CELL_TABLE, .node = kit->table};
    cell found;
    if (!k->plan || !look_cell(&k->where, &name, &found)) return (table_version_cell){0};
    return found.table;
}

/* --- show --------------------------------------------------------------------------- */

static void print_lines(const act *k, const table_kit *kit, const event *ev) {
    print_column columns[TABLES_COLUMNS_MAX];
    char room[TABLES_TEXT_SIZE];
    int n = 0;
    for (; kit->columns[n].zh; n++)
        columns[n] = (print_column){cli_say(k->c, kit->columns[n].zh, kit->columns[n].en),
                                    PRINT_LEFT, 40};
    print_table *t = print_table_new(columns, n, k->c->color);
    for (uint32_t i = 0; i < kit->rows(ev); i++) {
        print_table_row(t);
        for (int c = 0; c < n; c++)
            print_table_cell(t, kit->cell(k, ev, i, c, room));
    }
    print_table_write(t, k->c->out);
    print_table_free(t);
}

/* One object a row: its filled cells by their English titles. */
static void json_lines(const act *k, const table_kit *kit, const event *ev) {
    char room[TABLES_TEXT_SIZE];
    for (uint32_t i = 0; i < kit->rows(ev); i++) {
        json_t *o = json_pack("{s:i}", "row", (int)i + 1);
        for (int c = 0; kit->columns[c].zh; c++) {
            const char *text = kit->cell(k, ev, i, c, room);
            if (*text) json_object_set_new(o, kit->columns[c].en, json_string(text));
        }
        json_line(k->c->out, o);
    }
}

static duban_status write_sheet(const act *k, const table_kit *kit, const event *ev,
                                const char *path) {
    buffer bytes;
    buffer_init(&bytes);
    duban_status s = tables_write(k, kit, ev, &bytes);
    if (s < 0)
        cli_refuse(k->c, s, 0, path, NULL, NULL);
    else
        s = cli_write_file(k->c, path, bytes.data, bytes.size, 0644);
    buffer_close(&bytes);
    return s;
}

static duban_status show(act *k, const table_kit *kit) {
    cli *c = k->c;
    const char *path = cli_option(c, "o");
    table_version_cell at = in_force(k, kit);
    event ev = {.kind = kit->kind};
    if (at.version) {
        duban_status s = look_entry(c, &k->a, at.index, kit->kind, &ev);
        if (s < 0) return s;
    } else if (kit->kind == KIND_ROLES) {
        ev.roles.rows = roles_default(&ev.roles.rows_n);
    }
    if (path) return write_sheet(k, kit, &ev, path);
    if (c->json) {
        json_lines(k, kit, &ev);
        return DUBAN_OK;
    }
    if (at.version)
        fprintf(c->out,
                cli_say(c, "%s第 %u 版，序号 %llu\n", "%s, version %u, index %llu\n"),
                text_word(TEXT_TABLE, kit->table, c->lang), (unsigned)at.version,
                (unsigned long long)at.index);
    else
        fprintf(c->out, cli_say(c, "%s：%s\n", "%s: %s\n"),
                text_word(TEXT_TABLE, kit->table, c->lang),
                kit->kind == KIND_ROLES ? cli_say(c, "缺省", "the defaults")
                                        : cli_say(c, "未设", "none"));
    print_lines(k, kit, &ev);
    return DUBAN_OK;
}

/* --- set ---------------------------------------------------------------------------- */

static duban_status set(act *k, const table_kit *kit, const char *path) {
    event ev = {.kind = kit->kind};
    uint32_t version = in_force(k, kit).version + 1;
    duban_status s = DUBAN_OK;
    if (kit->kind == KIND_ROLES && strcmp(path, "default") == 0)
        ev.roles.rows = roles_default(&ev.roles.rows_n);
    else
        s = tables_read(k, kit, path, &ev);
    if (s < 0) return s;
    switch (kit->kind) {
    case KIND_ROLES: ev.roles.version = version; break;
    case KIND_CHECKS:
        ev.checks.plan = k->plan;
        ev.checks.version = version;
        break;
    default: ev.weights.plan = k->plan; ev.weights.version = version;
    }
    return act_send_say(
        k, &ev,
        json_pack("{s:i, s:i}", "version", (int)version, "rows", (int)kit->rows(&ev)));
}

/* --- the commands ------------------------------------------------------------------- */

static duban_status show_roles(act *k) {
    duban_status s = act_any_plan(k);
    return s < 0 ? s : show(k, &tables_roles);
}

static duban_status set_roles(act *k) {
    duban_status s = act_any_plan(k);
    return s < 0 ? s : set(k, &tables_roles, act_arg(k, 0));
}

static duban_status show_checks(act *k) {
    return show(k, &tables_checks);
}

static duban_status set_checks(act *k) {
    return set(k, &tables_checks, act_arg(k, 1));
}

static duban_status show_weights(act *k) {
    return show(k, &tables_weights);
}

static duban_status set_weights(act *k) {
    return set(k, &tables_weights, act_arg(k, 1));
}

duban_status cmd_roles_show(cli *c) {
    return act_run(c, show_roles);
}

duban_status cmd_roles_set(cli *c) {
    return act_run(c, set_roles);
}

duban_status cmd_checks_show(cli *c) {
    return act_run_plan(c, show_checks);
}

duban_status cmd_checks_set(cli *c) {
    return act_run_plan(c, set_checks);
}

duban_status cmd_weights_show(cli *c) {
    return act_run_plan(c, show_weights);
}

duban_status cmd_weights_set(cli *c) {
    return act_run_plan(c, set_weights);
}
