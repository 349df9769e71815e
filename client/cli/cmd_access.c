/* duban access: who may read more than every office does. */
#include "client/cli/act.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/print.h"
#include "client/cli/text.h"

/* --- giving and taking back --------------------------------------------------------- */

static duban_status send_row(act *k, const access_row *row, const char *document) {
    event ev = {.kind = KIND_ACCESS, .access = {row, 1, document ? document : ""}};
    json_t *more = json_pack("{s:s, s:s, s:o, s:s}", "office", act_arg(k, 0), "right",
                             text_code(TEXT_RIGHT, row->right), "until",
                             json_day(row->until_day), "document", ev.access.document);
    return act_send_say(k, &ev, more);
}

static duban_status grant(act *k) {
    access_row row = {0};
    unsigned right = RIGHT_NONE;
    char rights[TEXT_LIST_SIZE];
    duban_status s = act_office(k, "office", act_arg(k, 0), &row.office);
    if (s < 0) return s;
    bool known = text_read(TEXT_RIGHT, act_arg(k, 1), &right);
    if (!known || right <= RIGHT_OFFICE)
        return cli_refuse(k->c, DUBAN_E_WORD, 0, "right", act_arg(k, 1),
                          text_list(TEXT_RIGHT, k->c->lang, rights));
    s = act_day_option(k, "until", false, &row.until_day);
    if (s >= 0) s = act_needs(k, "document");
    if (s < 0) return s;
    row.right = (right_kind)right;
    return send_row(k, &row, act_text(k, "document"));
}

duban_status cmd_access_grant(cli *c) {
    return act_run(c, grant);
}

static duban_status revoke(act *k) {
    access_row row = {.right = RIGHT_OFFICE};
    duban_status s = act_office(k, "office", act_arg(k, 0), &row.office);
    return s < 0 ? s : send_row(k, &row, act_text(k, "document"));
}

duban_status cmd_access_revoke(cli *c) {
    return act_run(c, revoke);
}

/* --- the list ----------------------------------------------------------------------- */

static void row_json(const act *k, const ledger_access *row, const office_words *office,
                     bool holds) {
    json_line(k->c->out,
              json_pack("{s:s, s:s, s:s, s:o, s:b, s:s, s:I}", "office", office->code,
                        "name", office->name, "right", text_code(TEXT_RIGHT, row->right),
                        "until", json_day(row->until_day), "holds", holds, "document",
                        row->document, "index", (json_int_t)row->since));
}

static void row_text(const act *k, print_table *t, const ledger_access *row,
                     const office_words *office, bool holds) {
    char day[DAY_TEXT_SIZE] = "";
    if (row->until_day) day_write(row->until_day, day);
    print_table_row(t);
    print_table_cell(t, office->code);
    print_table_cell(t, office->name);
    print_table_cell(t, text_word(TEXT_RIGHT, row->right, k->c->lang));
    print_table_cell(t, day);
    print_table_cell(t, holds ? "" : cli_say(k->c, "已到期", "over"));
    print_table_cell(t, row->document);
    print_table_cell_format(t, "%llu", (unsigned long long)row->since);
}

static duban_status list(act *k) {
    const print_column columns[] = {{cli_say(k->c, "代码", "code"), PRINT_LEFT, 0},
                                    {cli_say(k->c, "单位", "office"), PRINT_LEFT, 24},
                                    {cli_say(k->c, "可查阅", "may read"), PRINT_LEFT, 0},
                                    {cli_say(k->c, "截至", "until"), PRINT_LEFT, 0},
                                    {"", PRINT_LEFT, 0},
                                    {cli_say(k->c, "文号", "document"), PRINT_LEFT, 0},
                                    {cli_say(k->c, "序号", "index"), PRINT_RIGHT, 0}};
    print_table *t =
        print_table_new(columns, sizeof columns / sizeof columns[0], k->c->color);
    ledger_access row;
    office_words office;
    uint32_t n = 0;
    while (ledger_get_access(k->l, n + 1, &row)) {
        n++;
        if (!ledger_get_office(k->l, row.office, &office)) continue;
        bool holds = ledger_right(k->l, row.office) == row.right;
        if (k->c->json)
            row_json(k, &row, &office, holds);
        else
            row_text(k, t, &row, &office, holds);
    }
    if (!k->c->json && n) print_table_write(t, k->c->out);
    if (!k->c->json && !n)
        fprintf(k->c->out, "%s\n",
                cli_say(k->c, "没有单位另获授权：各单位按本单位权限查阅。",
                        "nobody was given more than every office may read."));
    print_table_free(t);
    return DUBAN_OK;
}

duban_status cmd_access_list(cli *c) {
    return act_run(c, list);
}
