#include <stdlib.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/look.h"
#include "client/cli/moment.h"
#include "client/cli/show.h"
#include "client/cli/text.h"
#include "client/cli/typed.h"

/* Reads --by and --grade. */
static duban_status read_view(cli *c, view_by *by, grade *only) {
    const char *text = cli_option(c, "by");
    *by = VIEW_TASK;
    *only = GRADE_NONE;
    if (text && view_by_read(text, by) < 0)
        return cli_refuse(c, DUBAN_E_USAGE, 0, "by", text,
                          "task | county | office | leader | chapter | tag");
    text = cli_option(c, "grade");
    for (int g = GRADE_DONE; text && g < GRADE_COUNT; g++)
        if (strcmp(text_grade_code((grade)g), text) == 0) *only = (grade)g;
    if (text && *only == GRADE_NONE)
        return cli_refuse(c, DUBAN_E_USAGE, 0, "grade", text,
                          "done | green | grey | blue | yellow | red");
    return DUBAN_OK;
}

static duban_status read_basis(cli *c, basis_kind *out) {
    const char *text = cli_option(c, "basis");
    unsigned value = BASIS_REPORTED;
    if (text && !text_read(TEXT_BASIS, text, &value))
        return cli_refuse(c, DUBAN_E_USAGE, 0, "basis", text,
                          "reported | accepted | verified");
    *out = (basis_kind)value;
    return DUBAN_OK;
}

/* What --as-of, --day and --basis ask for. */
static duban_status read_ask(cli *c, const char *plan, board_request *ask) {
    memset(ask, 0, sizeof *ask);
    ask->plan = plan;
    duban_status s = DUBAN_OK;
    const char *text = cli_option(c, "as-of");
    if (text) s = moment_ask(c, "as-of", text, ask);
    if (s < 0) return s;
    text = cli_option(c, "day");
    if (text && day_read(text, &ask->day) < 0)
        return cli_refuse(c, DUBAN_E_DATE, 0, "day", text, "YYYY-MM-DD");
    return read_basis(c, &ask->basis);
}

/* The board that the options ask for; the caller frees *out. */
static duban_status fetch(cli *c, const char *plan, duban_board **out) {
    board_request ask;
    duban_status s = read_ask(c, plan, &ask);
    return s < 0 ? s : look_ask(c, &ask, cli_option(c, "as-of"), out);
}

/* What the city knew then, and by which entry of the journal. */
static void say_digest(cli *c, const duban_board *b) {
    char text[HASH_TEXT_SIZE];
    duban_board_head head;
    duban_board_get_head(b, &head);
    hash_print(&head.digest, text);
    fprintf(c->out,
            cli_say(c, "\n序号 %llu 的状态摘要 %s\n", "\ndigest at index %llu: %s\n"),
            (unsigned long long)head.cursor.index, text);
    if (head.digest_index)
        fprintf(c->out,
                cli_say(c, "由台账重放得出，途中与第 %llu 条记录所载的状态摘要相符\n",
                        "folded from the journal, and equal to the digest that entry "
                        "%llu says\n"),
                (unsigned long long)head.digest_index);
}

/* With --day and --basis the same entries are looked at with other eyes: no entry of the
 * journal ever said what such a board shows. */
static void say_what_stands_for_it(cli *c, const duban_board *b) {
    duban_board_head head;
    duban_board_get_head(b, &head);
    bool asked = cli_flag(c, "as-of") || cli_flag(c, "day") || cli_flag(c, "basis");
    if (c->json || !asked) return;
    if (head.has_digest)
        say_digest(c, b);
    else
        fprintf(c->out, "%s\n",
                cli_say(c,
                        "\n此看板换了日期或口径另算，台账从未记载过这样的状态，"
                        "故没有状态摘要。",
                        "\nno digest: with --day or --basis a board shows what no entry "
                        "of the journal ever said"));
}

static duban_status show_one(cli *c, const char *plan, view_by by, grade only) {
    duban_board *b;
    duban_status s = fetch(c, plan, &b);
    if (s < 0) return s;
    s = show_board(c, b, by, only);
    if (s >= 0) say_what_stands_for_it(c, b);
    duban_board_free(b);
    return s;
}

/* The tasks of one plan that carry the tag; *shown grows by how many there were. */
static duban_status show_tagged(cli *c, const char *plan, const char *tag, grade only,
                                uint32_t *shown) {
    arena a;
    view v;
    duban_board *b;
    duban_status s = fetch(c, plan, &b);
    if (s < 0) return s;
    arena_init(&a, 0);
    s = view_make(b, VIEW_TASK, &a, &v);
    if (s < 0)
        cli_refuse(c, s, 0, "board", NULL, NULL);
    else if (view_keep_tagged(&v, tag) > 0)
        show_view(c, &v, b, only);
    *shown += s < 0 ? 0 : v.tasks_n;
    arena_close(&a);
    duban_board_free(b);
    return s;
}

/* What carries a tag, across plans where none was named. */
static duban_status show_tag(cli *c, const char *tag, grade only) {
    const ledger *l = duban_slice(c->d);
    ledger_status status;
    plan_info info;
    uint32_t shown = 0;
    duban_status s = DUBAN_OK;
    const char *plan = cli_option(c, "plan") ? cli_plan_code(c) : NULL;
    if (cli_option(c, "plan") && !plan) return DUBAN_E_UNKNOWN_PLAN;
    ledger_get_status(l, &status);
    for (uint32_t i = 1; i <= status.plans && s >= 0; i++) {
        if (!ledger_get_plan(l, i, &info) || !info.published) continue;
        if (plan && strcmp(info.code, plan) != 0) continue;
        s = show_tagged(c, info.code, tag, only, &shown);
    }
    if (s >= 0 && !shown) s = cli_refuse(c, DUBAN_E_NOT_FOUND, 0, "tag", tag, NULL);
    return s;
}

duban_status cmd_board(cli *c) {
    view_by by;
    grade only;
    const char *tag = cli_option(c, "tag");
    duban_status s = read_view(c, &by, &only);
    if (s < 0) return s;
    if (tag && by != VIEW_TASK)
        return cli_refuse(c, DUBAN_E_USAGE, 0, "by", cli_option(c, "by"), "task");
    s = cli_open_synced(c);
    if (s < 0) return s;
    if (tag) return show_tag(c, tag, only);
    const char *plan = cli_plan_code(c);
    return plan ? show_one(c, plan, by, only) : DUBAN_E_UNKNOWN_PLAN;
}

/* --- why ---------------------------------------------------------------------------- */

/* "2023/25/guanxian" in three; office stays NULL when there are two. */
static duban_status split_name(cli *c, char *text, const char **plan, const char **task,
                               const char **office) {
    char *slash = strchr(text, '/');
    if (!slash)
        return cli_refuse(c, DUBAN_E_USAGE, 0, cli_say(c, "参数", "argument"), text,
                          "2023/25 | 2023/25/guanxian");
    *slash = '\0';
    *plan = text;
    *task = slash + 1;
    *office = NULL;
    slash = strchr(slash + 1, '/');
    if (slash) {
        *slash = '\0';
        *office = slash + 1;
    }
    return DUBAN_OK;
}

static const cell *find_task(duban_board *b, const char *number) {
    size_t n;
    const cell *const *cells = duban_board_cells(b, &n);
    for (size_t i = 0; i < n; i++)
        if (cells[i]->name.kind == CELL_TASK && typed_same(cells[i]->task.number, number))
            return cells[i];
    return NULL;
}

static const cell *find_office(duban_board *b, const char *text) {
    size_t n;
    const cell *const *cells = duban_board_cells(b, &n);
    for (size_t i = 0; i < n; i++) {
        const cell *one = cells[i];
        if (one->name.kind != CELL_OFFICE) continue;
        if (strcmp(one->office.code, text) == 0 || strcmp(one->office.name, text) == 0)
            return one;
    }
    return NULL;
}

/* The words of a reason are a body: they are asked for where they are shown. */
static void print_reason(cli *c, const light_cell *l) {
    arena a;
    if (!l->override_reason.present) return;
    arena_init(&a, 0);
    fprintf(c->out, cli_say(c, "理由：%s\n", "reason: %s\n"),
            look_text(c, &a, &l->override_reason));
    arena_close(&a);
}

static void print_why(cli *c, const cell *light, duban_board *b) {
    char sentence[2048];
    const light_cell *l = &light->light;
    show_why(sentence, sizeof sentence, light, b, c->lang);
    if (!c->json) {
        fprintf(c->out, "%s\n", sentence);
        print_reason(c, l);
        return;
    }
    json_line(c->out, json_pack("{s:s, s:s, s:s, s:o, s:i, s:i, s:i, s:i, s:i, s:o}",
                                "why", sentence, "grade", text_grade_code(l->grade),
                                "cause", text_cause_code(l->cause), "margin",
                                l->has_margin ? json_decimal(l->margin) : json_null(),
                                "metric", (int)l->metric, "missing", (int)l->missing,
                                "running", (int)l->running, "lights_version",
                                (int)l->lights_version, "lights_row", (int)l->lights_row,
                                "since", json_day(l->since_day)));
}

static duban_status why(cli *c, duban_board *b, const char *task, const char *office) {
    const cell *t = find_task(b, task);
    if (!t) return cli_refuse(c, DUBAN_E_UNKNOWN_TASK, 0, "task", task, NULL);
    const cell *o = office ? find_office(b, office) : NULL;
    if (office && !o)
        return cli_refuse(c, DUBAN_E_UNKNOWN_OFFICE, 0, "office", office, NULL);
    cell_name name = {
        .kind = CELL_LIGHT, .task = t->task.id, .office = o ? o->office.number : 0};
    const cell *light = duban_board_cell(b, &name);
    if (!light) return cli_refuse(c, DUBAN_E_NO_ITEM, 0, "office", office, NULL);
    print_why(c, light, b);
    return DUBAN_OK;
}

duban_status cmd_why(cli *c) {
    const char *plan = NULL, *task = NULL, *office = NULL;
    char text[256];
    snprintf(text, sizeof text, "%s", c->args[0]);
    duban_status s = split_name(c, text, &plan, &task, &office);
    if (s < 0) return s;
    s = cli_open(c);
    if (s < 0) return s;
    duban_board *b;
    s = fetch(c, plan, &b);
    if (s < 0) return s;
    s = why(c, b, task, office);
    duban_board_free(b);
    return s;
}
