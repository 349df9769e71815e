/* duban rank, duban bulletin print: offices ranked apart by kind, and the document that
 * says so, frozen at an index. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/act.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/find.h"
#include "client/cli/moment.h"
#include "client/cli/say.h"
#include "client/cli/show.h"
#include "client/cli/standing.h"
#include "client/cli/text.h"
#include "client/cli/typed.h"

/* The board as of an option's moment; *out stays NULL when it was not given. */
static duban_status fetch_option(cli *c, const char *plan, const char *option,
                                 duban_board **out) {
    const char *text = cli_option(c, option);
    board_request ask = {.plan = plan};
    if (!text) return DUBAN_OK;
    duban_status s = moment_ask(c, option, text, &ask);
    return s < 0 ? s : look_ask(c, &ask, text, out);
}

/* --- rank --------------------------------------------------------------------------- */

/* The period asked for, one of the plan's rounds; PERIOD_NONE when none was. */
static duban_status read_round(cli *c, uint32_t plan, period *out) {
    const ledger *l = duban_slice(c->d);
    char rounds[FIND_ROUNDS_SIZE];
    plan_cell of;
    if (c->args_n == 0) return DUBAN_OK;
    if (typed_period(c->args[0], out) >= 0 && find_plan_cell(l, plan, &of)) {
        period at = period_of_cycle(of.cycle, of.first_day);
        for (; at.first_day <= of.last_day; at = period_next_of_cycle(of.cycle, at))
            if (period_equal(at, *out)) return DUBAN_OK;
    }
    find_rounds_list(l, plan, rounds);
    return cli_refuse(c, DUBAN_E_UNKNOWN_PERIOD, 0, "period", c->args[0], rounds);
}

static duban_status rank_boards(cli *c, arena *a, period asked, duban_board *now,
                                duban_board *before) {
    standing was, is;
    period none = {PERIOD_NONE, 0};
    uint32_t office = 0;
    duban_status s = DUBAN_OK;
    if (cli_option(c, "office") && !(office = find_office_asked(c)))
        return DUBAN_E_UNKNOWN_OFFICE;
    if (before) s = standing_make(c, a, before, none, NULL, &was);
    if (s >= 0) s = standing_make(c, a, now, asked, before ? &was : NULL, &is);
    if (s < 0) return s;
    if (c->json) {
        json_line(c->out, standing_json(c, &is, office));
        return DUBAN_OK;
    }
    standing_print_head(c, &is);
    if (office)
        standing_print_parts(c, &is, office);
    else
        standing_print(c, &is);
    return DUBAN_OK;
}

duban_status cmd_rank(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    const char *plan = cli_plan_code(c);
    if (!plan) return DUBAN_E_UNKNOWN_PLAN;
    duban_board *now = NULL, *before = NULL;
    board_request head = {.plan = plan};
    period asked = {PERIOD_NONE, 0};
    uint32_t number = find_plan_asked(c);
    if (!number) return DUBAN_E_UNKNOWN_PLAN;
    s = read_round(c, number, &asked);
    if (s < 0) return s;
    arena a;
    arena_init(&a, 0);
    s = fetch_option(c, plan, "as-of", &now);
    if (s >= 0 && !now) s = look_ask(c, &head, NULL, &now);
    if (s >= 0) s = fetch_option(c, plan, "before", &before);
    if (s >= 0) s = rank_boards(c, &a, asked, now, before);
    if (now) duban_board_free(now);
    if (before) duban_board_free(before);
    arena_close(&a);
    return s;
}

/* --- bulletin ----------------------------------------------------------------------- */

typedef struct bulletin {
    cli *c;
    arena *a;
    const char *plan;
    paper_cell paper;
    duban_board *now;    /* as of the index the paper is frozen at */
    duban_board *before; /* of the bulletin it refers to, NULL when none */
} bulletin;

static void say_head(const bulletin *b, const view *v) {
    cli *c = b->c;
    duban_board_head head;
    char day[64], round[64];
    duban_board_get_head(b->now, &head);
    int32_t told = day_of_moment(head.moment_ms, moment_offset(c));
    if (c->lang == DUBAN_ZH)
        say_chinese_day(told, day);
    else
        day_write(told, day);
    say_period(v->round, c->lang, round);
    fprintf(c->out, "%s\n",
            *b->paper.title ? b->paper.title : cli_say(c, "督查通报", "Bulletin"));
    fprintf(c->out, "%s\n\n",
            *b->paper.document ? b->paper.document : cli_say(c, "（草稿）", "(draft)"));
    fprintf(c->out,
            cli_say(c, "%s，%s。数据截至%s（记录序号 %llu）。%s\n\n",
                    "%s, %s. As of %s (index %llu).%s\n\n"),
            v->plan->title, round, day, (unsigned long long)head.cursor.index,
            v->plan->drill ? cli_say(c, "【演练】", " [drill]") : "");
}

static void say_share(cli *c, const char *word, uint32_t part, uint32_t whole) {
    decimal share;
    char text[DECIMAL_TEXT_SIZE];
    if (reporting_share(part, whole, &share))
        decimal_write(share, text);
    else
        snprintf(text, sizeof text, "—");
    fprintf(c->out, cli_say(c, "，%s %u 项（%s%%）", ", %s %u (%s%%)"), word,
            (unsigned)part, text);
}

static void say_totals(const bulletin *b, const view *v) {
    cli *c = b->c;
    fprintf(c->out, cli_say(c, "一、总体情况\n共 %u 项任务", "1. Overview\n%u tasks"),
            (unsigned)v->tasks_n);
    for (int g = GRADE_DONE; g < GRADE_COUNT; g++)
        if (v->totals[g])
            fprintf(c->out, cli_say(c, "，%s %u 项", ", %s %u"),
                    text_grade((grade)g, c->lang), (unsigned)v->totals[g]);
    fputs(cli_say(c, "。\n", ".\n"), c->out);
    fprintf(c->out, cli_say(c, "应报 %u 项", "expected %u"), (unsigned)v->rates.expected);
    say_share(c, cli_say(c, "已报", "reported"), v->rates.reported, v->rates.expected);
    say_share(c, cli_say(c, "按时", "on time"), v->rates.on_time, v->rates.expected);
    fputs(cli_say(c, "。\n\n", ".\n\n"), c->out);
}

/* The tasks of one grade with the reason of each. */
static void say_tasks(const bulletin *b, const view *v, grade wanted) {
    cli *c = b->c;
    for (uint32_t i = 0; i < v->tasks_n; i++) {
        const view_task *t = &v->tasks[i];
        char why[2048];
        if (!t->light || t->light->grade != wanted) continue;
        cell_name name = {.kind = CELL_LIGHT, .task = t->task->id};
        show_why(why, sizeof why, duban_board_cell(b->now, &name), b->now, c->lang);
        fprintf(c->out, "· %s\n", why);
    }
}

static duban_status print_bulletin(const bulletin *b) {
    cli *c = b->c;
    view v;
    standing was, is;
    grade running[GRADE_COUNT];
    uint32_t running_n;
    period none = {PERIOD_NONE, 0};
    duban_status s = view_make(b->now, VIEW_TASK, b->a, &v);
    if (s < 0) return cli_refuse(c, s, 0, NULL, NULL, NULL);
    if (b->before) s = standing_make(c, b->a, b->before, none, NULL, &was);
    if (s >= 0) s = standing_make(c, b->a, b->now, none, b->before ? &was : NULL, &is);
    if (s < 0) return s;
    if (c->json) {
        json_t *o = standing_json(c, &is, 0);
        json_object_set_new(o, "document", json_string(b->paper.document));
        json_object_set_new(o, "index", json_integer((json_int_t)b->paper.index));
        json_line(c->out, o);
        return DUBAN_OK;
    }
    say_head(b, &v);
    say_totals(b, &v);
    fputs(cli_say(c, "二、需要关注的任务\n", "2. Tasks that need attention\n"), c->out);
    running_n = view_running(v.plan, running);
    for (uint32_t i = 0; i < running_n; i++)
        say_tasks(b, &v, running[i]);
    fputs(cli_say(c, "\n三、排名\n", "\n3. Ranks\n"), c->out);
    standing_print(c, &is);
    return DUBAN_OK;
}

static duban_status read_paper(act *k, const char *text, uint32_t number,
                               paper_cell *out) {
    cell_name name = {.kind = CELL_PAPER, .node = number};
    cell found;
    if (!look_cell(&k->where, &name, &found))
        return cli_refuse(k->c, DUBAN_E_NOT_FOUND, 0, "paper", text, NULL);
    if (found.paper.index == 0)
        return cli_refuse(
            k->c, DUBAN_E_STATE, 0, "index", text,
            cli_say(k->c, "截至某一序号的通报", "a bulletin frozen at an index"));
    *out = found.paper;
    return DUBAN_OK;
}

static duban_status fetch_index(const bulletin *b, uint64_t index, duban_board **out) {
    board_request ask = {.plan = b->plan, .as_of = AS_OF_INDEX, .index = index};
    return look_ask(b->c, &ask, NULL, out);
}

static duban_status bulletin_print(act *k) {
    uint32_t number;
    cell_name earlier = {.kind = CELL_PAPER};
    cell found;
    bulletin b = {.c = k->c, .a = &k->a, .plan = k->info.code};
    duban_status s = act_count(k, "paper", act_arg(k, 0), &number);
    if (s >= 0) s = read_paper(k, act_arg(k, 0), number, &b.paper);
    if (s >= 0) s = fetch_index(&b, b.paper.index, &b.now);
    if (s < 0) return s;
    earlier.node = b.paper.refers;
    if (b.paper.refers && look_cell(&k->where, &earlier, &found) && found.paper.index)
        s = fetch_index(&b, found.paper.index, &b.before);
    if (s >= 0) s = print_bulletin(&b);
    duban_board_free(b.now);
    if (b.before) duban_board_free(b.before);
    return s;
}

static duban_status on_plan(act *k) {
    duban_status s = act_plan(k, NULL);
    return s < 0 ? s : bulletin_print(k);
}

duban_status cmd_bulletin_print(cli *c) {
    return act_run(c, on_plan);
}
