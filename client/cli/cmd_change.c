/* duban office rename, move, end; post add, end, list. */
#include <string.h>

#include "client/cli/act.h"
#include "client/cli/commands.h"
#include "client/cli/print.h"
#include "client/cli/say.h"

/* --- offices ------------------------------------------------------------------------ */

/* What the three acts have in common: whose, when, under which document. */
static duban_status begin(act *k, office_act what, event *ev) {
    *ev = (event){.kind = KIND_OFFICE_CHANGE};
    office_change_words *w = &ev->office_change;
    duban_status s = act_office(k, "office", act_arg(k, 0), &w->office);
    if (s >= 0) s = act_day_option(k, "day", true, &w->day);
    if (s >= 0) s = act_body(k, "reason", false, &w->reason);
    w->act = what;
    w->name = "";
    w->document = act_text(k, "document");
    return s;
}

static duban_status rename_office(act *k) {
    event ev;
    duban_status s = begin(k, OFFICE_RENAMED, &ev);
    ev.office_change.name = act_arg(k, 1);
    return s < 0 ? s : act_send_say(k, &ev, NULL);
}

static duban_status move_office(act *k) {
    event ev;
    duban_status s = begin(k, OFFICE_MOVED, &ev);
    if (s >= 0) s = act_office(k, "parent", act_arg(k, 1), &ev.office_change.parent);
    return s < 0 ? s : act_send_say(k, &ev, NULL);
}

static duban_status end_office(act *k) {
    event ev;
    const char *into = cli_option(k->c, "into");
    duban_status s = begin(k, OFFICE_ENDED, &ev);
    office_change_words *w = &ev.office_change;
    if (s >= 0 && into)
        s = act_offices(k, "into", into, &w->successors, &w->successors_n);
    return s < 0 ? s : act_send_say(k, &ev, NULL);
}

duban_status cmd_office_rename(cli *c) {
    return act_run(c, rename_office);
}

duban_status cmd_office_move(cli *c) {
    return act_run(c, move_office);
}

duban_status cmd_office_end(cli *c) {
    return act_run(c, end_office);
}

/* --- posts -------------------------------------------------------------------------- */

static bool post_at(const act *k, uint32_t number, post_words *out) {
    cell_name name = {.kind = CELL_POST, .node = number};
    cell found;
    if (!k->plan || !look_cell(&k->where, &name, &found)) return false;
    *out = found.post;
    return true;
}

static bool post_named(const act *k, const char *code, post_words *out) {
    for (uint32_t number = 1; post_at(k, number, out); number++)
        if (strcmp(out->code, code) == 0) return true;
    return false;
}

static duban_status send_post(act *k, const post_words *post) {
    event ev = {.kind = KIND_POSTS};
    ev.posts.posts = post;
    ev.posts.posts_n = 1;
    return act_send_say(
        k, &ev, json_pack("{s:i, s:s}", "number", (int)post->number, "code", post->code));
}

static duban_status add_post(act *k) {
    post_words known, post = {.number = 1};
    duban_status s = act_any_plan(k);
    if (s < 0) return s;
    bool stands = post_named(k, act_arg(k, 0), &known);
    if (stands) post.number = known.number;
    while (!stands && post_at(k, post.number, &known))
        post.number++;
    post.code = act_arg(k, 0);
    post.title = act_arg(k, 1);
    s = act_day_option(k, "from", true, &post.from_day);
    if (s >= 0) s = act_day_option(k, "until", false, &post.until_day);
    if (s >= 0) s = act_body(k, "holder", false, &post.holder);
    return s < 0 ? s : send_post(k, &post);
}

static duban_status end_post(act *k) {
    post_words post;
    duban_status s = act_any_plan(k);
    if (s < 0) return s;
    if (!post_named(k, act_arg(k, 0), &post))
        return cli_refuse(k->c, DUBAN_E_NOT_FOUND, 0, "code", act_arg(k, 0),
                          "duban post list");
    s = act_day_option(k, "day", true, &post.until_day);
    return s < 0 ? s : send_post(k, &post);
}

static duban_status list_posts(act *k) {
    cli *c = k->c;
    post_words post;
    char from[DAY_TEXT_SIZE], until[DAY_TEXT_SIZE];
    const print_column columns[] = {
        {cli_say(c, "编号", "no"), PRINT_RIGHT, 0},
        {cli_say(c, "代码", "code"), PRINT_LEFT, 0},
        {cli_say(c, "岗位", "post"), PRINT_LEFT, 40},
        {cli_say(c, "任职人", "holder"), PRINT_LEFT, 20},
        {cli_say(c, "起", "from"), PRINT_LEFT, 0},
        {cli_say(c, "止", "until"), PRINT_LEFT, 0},
    };
    duban_status s = act_any_plan(k);
    if (s < 0) return s;
    print_table *t = print_table_new(columns, 6, c->color);
    for (uint32_t number = 1; post_at(k, number, &post); number++) {
        const char *holder = look_text(c, &k->a, &post.holder);
        say_day(post.from_day, from);
        say_day(post.until_day, until);
        if (c->json)
            json_line(c->out,
                      json_pack("{s:i, s:s, s:s, s:s, s:o, s:o}", "number",
                                (int)post.number, "code", post.code, "title", post.title,
                                "holder", holder, "from", json_day(post.from_day),
                                "until", json_day(post.until_day)));
        print_table_row(t);
        print_table_cell_format(t, "%u", (unsigned)post.number);
        print_table_cell(t, post.code);
        print_table_cell(t, post.title);
        print_table_cell(t, holder);
        print_table_cell(t, from);
        print_table_cell(t, until);
    }
    if (!c->json) print_table_write(t, c->out);
    print_table_free(t);
    return DUBAN_OK;
}

duban_status cmd_post_add(cli *c) {
    return act_run(c, add_post);
}

duban_status cmd_post_end(cli *c) {
    return act_run(c, end_post);
}

duban_status cmd_post_list(cli *c) {
    return act_run(c, list_posts);
}
