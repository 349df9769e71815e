/* duban reminders: who should be reminded of what, as a list, as one JSON object a line
 * for scripts that send messages, and as a stream of what is new. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/paper_say.h"
#include "client/cli/paper_word.h"
#include "client/cli/print.h"
#include "client/cli/remind.h"

#define SOON_DAYS     5
#define AWAY_PAUSE_MS 1000

static volatile sig_atomic_t stop_asked;

static void ask_stop(int number) {
    (void)number;
    stop_asked = 1;
}

typedef struct reminders {
    cli *c;
    uint32_t plan;
    const char *code; /* of the plan */
    remind_ask ask;
    char (*told)[96]; /* keys of the lines told, while watching */
    size_t told_n;
    size_t told_room;
    int32_t day; /* of the board at the last look */
} reminders;

/* --- one line ----------------------------------------------------------------------- */

/* What it is about, in a few words: the task, or the paper. */
static void what_of(const papers *p, const remind_line *line, char out[SAY_SIZE]) {
    task_words task;
    char round[PERIOD_TEXT_SIZE];
    if (line->paper) {
        snprintf(out, SAY_SIZE,
                 cli_say(p->c, "第 %u 号%.60s “%.120s”：%.40s",
                         "paper %u, %.60s \"%.120s\": %.40s"),
                 (unsigned)line->paper->number, paper_say_form(line->paper, p->c->lang),
                 paper_say_title(p, line->paper),
                 line->act ? paper_word_act(line->act, p->c->lang) : "");
        return;
    }
    if (!find_task_id(p->where.l, p->where.plan, line->task, &task)) task.title = "";
    period_write(line->round, round);
    snprintf(out, SAY_SIZE, "%s %.150s%s%s%s%.60s", task.number, task.title,
             *round ? "  " : "", round, line->of ? "  " : "",
             line->of ? find_office_name(p->where.l, line->of) : "");
}

static json_t *line_json(const papers *p, const remind_line *line) {
    char what[SAY_SIZE];
    task_words task;
    bool has = line->task && find_task_id(p->where.l, p->where.plan, line->task, &task);
    what_of(p, line, what);
    json_t *o = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:b}", "kind", remind_code(line->kind),
        "office", find_office_code(p->where.l, line->office), "name",
        find_office_name(p->where.l, line->office), "what", what, "task",
        has ? task.number : "", "period", json_period(line->round), "since",
        json_day(line->since), "by", json_day(line->by), "late", line->late);
    if (line->paper) {
        json_object_set_new(o, "paper", json_integer(line->paper->number));
        json_object_set_new(o, "form", json_string(line->paper->cell->form));
        json_object_set_new(o, "act", json_string(line->act ? line->act->code : ""));
    }
    if (line->of)
        json_object_set_new(o, "of", json_string(find_office_code(p->where.l, line->of)));
    return o;
}

static void when_of(const papers *p, const remind_line *line, char out[SAY_SIZE]) {
    char day[DAY_TEXT_SIZE];
    say_day(line->by, day);
    int32_t left = line->by ? calendar_between(&p->works, p->day, line->by) : 0;
    if (!line->by)
        out[0] = '\0';
    else if (line->late)
        snprintf(out, SAY_SIZE, cli_say(p->c, "%s（已逾期）", "%s (overdue)"), day);
    else
        snprintf(out, SAY_SIZE,
                 cli_say(p->c, "%s（还有 %d 个工作日）", "%s (%d working days left)"),
                 day, (int)left);
}

static void print_line(const papers *p, const remind_line *line, print_table *t) {
    char text[SAY_SIZE], since[DAY_TEXT_SIZE];
    bool bad = line->late || line->kind == REMIND_MISSING;
    print_table_row(t);
    print_table_cell(t, find_office_name(p->where.l, line->office));
    print_table_cell_grade(t, bad ? GRADE_RED : GRADE_YELLOW,
                           remind_word(line->kind, p->c->lang));
    what_of(p, line, text);
    print_table_cell(t, text);
    say_day(line->since, since);
    print_table_cell(t, since);
    when_of(p, line, text);
    print_table_cell(t, text);
}

static void print_list(const papers *p, const remind_list *list) {
    cli *c = p->c;
    size_t late = 0;
    const print_column columns[] = {
        {cli_say(c, "单位", "office"), PRINT_LEFT, 28},
        {cli_say(c, "提醒", "why"), PRINT_LEFT, 0},
        {cli_say(c, "事项", "what"), PRINT_LEFT, 50},
        {cli_say(c, "起", "since"), PRINT_LEFT, 0},
        {cli_say(c, "截止", "by"), PRINT_LEFT, 0},
    };
    print_table *t = print_table_new(columns, 5, c->color);
    for (size_t i = 0; i < list->n; i++) {
        if (c->json)
            json_line(c->out, line_json(p, &list->lines[i]));
        else
            print_line(p, &list->lines[i], t);
        late += list->lines[i].late;
    }
    if (!c->json && list->n) print_table_write(t, c->out);
    print_table_free(t);
    if (!c->json)
        fprintf(c->out,
                cli_say(c, "提醒 %zu 条，已逾期 %zu 条。\n",
                        "%zu reminders, %zu of them overdue.\n"),
                list->n, late);
}

/* --- what is new -------------------------------------------------------------------- */

static void key_of(const remind_line *line, char out[96]) {
    snprintf(out, 96, "%d/%u/%u/%d/%u/%u/%s", (int)line->kind, (unsigned)line->office,
             (unsigned)line->task, (int)line->round.first_day, (unsigned)line->of,
             line->paper ? (unsigned)line->paper->number : 0,
             line->paper ? line->paper->cell->state : "");
}

static bool told_before(const reminders *r, const char *key) {
    for (size_t i = 0; i < r->told_n; i++)
        if (strcmp(r->told[i], key) == 0) return true;
    return false;
}

/* Remembers the lines of this look in place of those of the last. */
static bool remember(reminders *r, const remind_list *list) {
    if (list->n > r->told_room) {
        void *more = realloc(r->told, list->n * sizeof *r->told);
        if (!more) return false;
        r->told = more;
        r->told_room = list->n;
    }
    for (size_t i = 0; i < list->n; i++)
        key_of(&list->lines[i], r->told[i]);
    r->told_n = list->n;
    return true;
}

static void tell_new(reminders *r, const papers *p, const remind_list *list) {
    for (size_t i = 0; i < list->n; i++) {
        char key[96], what[SAY_SIZE], when[SAY_SIZE];
        const remind_line *line = &list->lines[i];
        key_of(line, key);
        if (told_before(r, key)) continue;
        if (r->c->json) {
            json_line(r->c->out, line_json(p, line));
            continue;
        }
        what_of(p, line, what);
        when_of(p, line, when);
        fprintf(r->c->out, "%s  %s  %s  %s\n", find_office_name(p->where.l, line->office),
                remind_word(line->kind, r->c->lang), what, when);
    }
    fflush(r->c->out);
}

/* Offices and holidays are the slice's: it is brought up to date once a day. */
static void sync_daily(reminders *r, const duban_board *board) {
    cell_name name = {.kind = CELL_PLAN};
    const cell *plan = duban_board_cell(board, &name);
    if (!plan || plan->plan.day == r->day) return;
    if (r->day) (void)duban_sync(r->c->d, NULL);
    r->day = plan->plan.day;
}

static duban_status look_again(reminders *r, duban_board *board) {
    arena a;
    papers p;
    remind_list list;
    sync_daily(r, board);
    arena_init(&a, 0);
    duban_status s = papers_of_board(r->c, &a, r->plan, board, &p);
    if (s >= 0) s = remind_find(&p, &r->ask, &list);
    if (s >= 0) tell_new(r, &p, &list);
    if (s >= 0 && !remember(r, &list)) s = DUBAN_E_NO_MEMORY;
    arena_close(&a);
    return s;
}

static bool passes(duban_status s) {
    return s == DUBAN_E_UNREACHABLE || s == DUBAN_E_TIMEOUT || s == DUBAN_E_BUSY ||
           s == DUBAN_E_QUOTA || s == DUBAN_E_STOPPING;
}

static void pause_a_while(void) {
    struct timespec t = {AWAY_PAUSE_MS / 1000, AWAY_PAUSE_MS % 1000 * 1000000L};
    nanosleep(&t, NULL);
}

/* Follows the board; each time it stands at the head with something changed, tells what
 * was not told at the last look. */
static duban_status watch(reminders *r) {
    duban_board *board;
    duban_refusal refusal = {0};
    struct sigaction action = {.sa_handler = ask_stop};
    duban_status s = duban_board_new(&board);
    if (s < 0) return cli_refuse(r->c, s, 0, NULL, NULL, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    bool first = true;
    while (!stop_asked) {
        bool changed = false;
        duban_board_head head;
        s = duban_board_follow(r->c->d, r->code, FEED_HOLD_MS, board, &changed, &refusal);
        if (s < 0 && (stop_asked || passes(s))) {
            s = DUBAN_OK;
            if (!stop_asked) pause_a_while();
            continue;
        }
        if (s < 0) break;
        duban_board_get_head(board, &head);
        if (head.cursor.index < head.head || !(changed || first)) continue;
        first = false;
        s = look_again(r, board);
        if (s < 0) break;
    }
    duban_board_free(board);
    free(r->told);
    return s < 0 && refusal.status < 0 ? cli_refused(r->c, &refusal) : s;
}

/* --- run ---------------------------------------------------------------------------- */

static duban_status once(reminders *r) {
    arena a;
    papers p;
    remind_list list;
    arena_init(&a, 0);
    duban_status s = papers_open(r->c, &a, r->plan, &p);
    if (s >= 0) {
        s = remind_find(&p, &r->ask, &list);
        if (s < 0)
            cli_refuse(r->c, s, 0, NULL, NULL, NULL);
        else
            print_list(&p, &list);
    }
    papers_close(&p);
    arena_close(&a);
    return s;
}

/* The city office sees everybody's, another office its own unless it asks for all. */
static duban_status read_options(reminders *r) {
    cli *c = r->c;
    const char *days = cli_option(c, "days");
    r->ask.mine = cli_option(c, "mine");
    r->ask.soon_days = SOON_DAYS;
    if (days) {
        char *end;
        long n = strtol(days, &end, 10);
        if (*end || end == days || n < 0 || n > WINDOW_DAYS_MAX)
            return cli_refuse(c, DUBAN_E_USAGE, 0, "days", days, "5");
        r->ask.soon_days = (int32_t)n;
    }
    if (cli_flag(c, "all")) return DUBAN_OK;
    uint32_t office = find_office_asked(c);
    if (!office)
        return cli_option(c, "office") ? DUBAN_E_UNKNOWN_OFFICE : DUBAN_E_UNKNOWN_KEY;
    bool everybody = office == 1 && !cli_option(c, "office") && !r->ask.mine;
    r->ask.office = everybody ? 0 : office;
    return DUBAN_OK;
}

duban_status cmd_reminders(cli *c) {
    reminders r = {.c = c};
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    r.plan = find_plan_asked(c);
    r.code = r.plan ? cli_plan_code(c) : NULL;
    if (!r.plan) return DUBAN_E_UNKNOWN_PLAN;
    s = read_options(&r);
    if (s < 0) return s;
    if (cli_flag(c, "watch")) return watch(&r);
    cli_say_kept(c);
    return once(&r);
}
