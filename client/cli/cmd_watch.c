/* The live board: folds what the feed sends, keeps its cursor, survives the broker. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client/cli/changes.h"
#include "client/cli/commands.h"
#include "client/cli/print.h"
#include "client/cli/screen.h"
#include "client/cli/show.h"
#include "client/home.h"
#include "proto/sign.h"

#define SAVE_EVERY_MS  2000
#define BACKOFF_MIN_MS 100
#define BACKOFF_MAX_MS 3000

static volatile sig_atomic_t stop_asked;

static void ask_stop(int number) {
    (void)number;
    stop_asked = 1;
}

typedef struct watch {
    cli *c;
    const char *plan;
    view_by by;
    bool has_until;
    uint64_t until;
    bool live; /* a terminal: the screen is drawn anew */
    duban_board *board;
    changes changes;
    long long saved_ms;
    uint32_t backoff_ms;
    bool away;
    char footer[CLI_PATH_MAX]; /* "" at the usual address */
} watch;

static long long now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void save(watch *w, bool must) {
    if (!must && now_ms() - w->saved_ms < SAVE_EVERY_MS) return;
    duban_refusal refusal = {0};
    if (duban_board_save(w->c->d, w->board, &refusal) < 0) cli_refused(w->c, &refusal);
    w->saved_ms = now_ms();
}

static const char *say_away(const watch *w) {
    return cli_say(w->c, "连接中断，正在重连……", "disconnected, trying again…");
}

/* The board as text; the caller frees it. NULL when memory ran out. */
static char *board_text(watch *w) {
    FILE *terminal = w->c->out;
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    if (!f) return NULL;
    w->c->out = f;
    show_board(w->c, w->board, w->by, GRADE_NONE);
    w->c->out = terminal;
    if (fclose(f) == 0) return text;
    free(text);
    return NULL;
}

static void draw(watch *w) {
    char news[CHANGES_KEPT * (sizeof w->changes.lines[0] + 1)] = "";
    char *board = board_text(w);
    if (!board) return;
    for (int i = 0; i < w->changes.lines_n; i++) {
        strcat(news, w->changes.lines[i]);
        strcat(news, "\n");
    }
    screen_frame frame = {board, news, w->away ? say_away(w) : w->footer};
    screen_draw(w->c->out, &frame, screen_ask(STDOUT_FILENO));
    free(board);
}

static bool has_plan(const watch *w) {
    cell_name name = {.kind = CELL_PLAN};
    return w->board && duban_board_cell(w->board, &name);
}

/* A pause that grows, with jitter so that a thousand clients do not come back at once. */
static void back_off(watch *w) {
    uint32_t jitter;
    sign_random(&jitter, sizeof jitter);
    uint32_t ms = w->backoff_ms / 2 + jitter % (w->backoff_ms / 2 + 1);
    struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    nanosleep(&t, NULL);
    w->backoff_ms =
        w->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : w->backoff_ms * 2;
}

static bool passes(duban_status s) {
    return s == DUBAN_E_UNREACHABLE || s == DUBAN_E_TIMEOUT || s == DUBAN_E_BUSY ||
           s == DUBAN_E_QUOTA || s == DUBAN_E_STOPPING;
}

/* Tells of a broker that went away once, and of its return. */
static void tell_away(watch *w, bool away) {
    if (away == w->away) return;
    w->away = away;
    if (w->live && has_plan(w)) {
        draw(w);
        return;
    }
    if (w->c->quiet) return;
    if (away)
        fprintf(w->c->err, "%s\n", say_away(w));
    else
        fprintf(w->c->err, "%s\n", cli_say(w->c, "已恢复连接。", "connected again."));
}

/* The board there: folded when the cursor stands exactly at until, else as of that index.
 */
static duban_status finish(watch *w) {
    duban_board_head head;
    duban_board_get_head(w->board, &head);
    if (head.cursor.index == w->until)
        return show_board(w->c, w->board, w->by, GRADE_NONE);
    duban_board *b;
    duban_refusal refusal = {0};
    duban_status s = duban_board_new(&b);
    if (s < 0) return cli_refuse(w->c, s, 0, NULL, NULL, NULL);
    board_request ask = {.plan = w->plan, .as_of = AS_OF_INDEX, .index = w->until};
    s = duban_board_fetch(w->c->d, &ask, b, &refusal);
    s = s < 0 ? cli_refused(w->c, &refusal) : show_board(w->c, b, w->by, GRADE_NONE);
    duban_board_free(b);
    return s;
}

static bool reached(const watch *w) {
    duban_board_head head;
    duban_board_get_head(w->board, &head);
    return w->has_until && head.cursor.index >= w->until;
}

/* A board is shown only once it stands at the head. */
static void show_news(watch *w, bool changed) {
    duban_board_head head;
    duban_board_get_head(w->board, &head);
    if (!changed || head.cursor.index < head.head) return;
    changes_look(&w->changes, w->c, w->board, !w->live && !w->has_until);
    if (w->live) draw(w);
    save(w, false);
}

static duban_status follow(watch *w) {
    bool first = true;
    while (!stop_asked && !reached(w)) {
        bool changed = false;
        duban_refusal refusal = {0};
        duban_status s = duban_board_follow(w->c->d, w->plan, FEED_HOLD_MS, w->board,
                                            &changed, &refusal);
        if (s < 0 && !passes(s)) return cli_refused(w->c, &refusal);
        if (s < 0 && stop_asked) break; /* it was our own signal that cut the poll */
        tell_away(w, s < 0);
        if (s < 0) {
            back_off(w);
            continue;
        }
        w->backoff_ms = BACKOFF_MIN_MS;
        show_news(w, changed || first);
        first = false;
    }
    return DUBAN_OK;
}

static duban_status begin(watch *w) {
    duban_refusal refusal = {0};
    duban_status s = duban_board_new(&w->board);
    if (s < 0) return cli_refuse(w->c, s, 0, NULL, NULL, NULL);
    if (cli_flag(w->c, "fresh")) return DUBAN_OK;
    s = duban_board_load(w->c->d, w->plan, w->board, &refusal);
    if (s < 0 && s != DUBAN_E_NOT_FOUND) return cli_refused(w->c, &refusal);
    if (s == DUBAN_OK) changes_look(&w->changes, w->c, w->board, false);
    return DUBAN_OK;
}

static duban_status read_options(cli *c, watch *w) {
    const char *text = cli_option(c, "until");
    if (text) {
        char *end;
        errno = 0;
        w->until = strtoull(text, &end, 10);
        if (errno || *end || end == text)
            return cli_refuse(c, DUBAN_E_USAGE, 0, "until", text, "4500");
        w->has_until = true;
    }
    text = cli_option(c, "by");
    w->by = w->has_until ? VIEW_TASK : VIEW_COUNTY;
    if (text && view_by_read(text, &w->by) < 0)
        return cli_refuse(c, DUBAN_E_USAGE, 0, "by", text,
                          "task | county | office | leader | chapter");
    w->live = !c->json && !w->has_until && isatty(STDOUT_FILENO);
    return DUBAN_OK;
}

/* Which broker and plan this is, where it is not the usual one. */
static void make_footer(watch *w) {
    char kept[CLI_PATH_MAX / 2] = "";
    const char *url = w->c->url_command;
    home h;
    if (!url && home_open(w->c->home, &h) >= 0) {
        if (home_get(&h, "command", kept, sizeof kept)) url = kept;
        home_close(&h);
    }
    if (!url || strcmp(url, DUBAN_COMMAND_URL) == 0) return;
    snprintf(w->footer, sizeof w->footer, cli_say(w->c, "%s  台账 %s", "%s  plan %s"),
             url, w->plan);
}

/* A Ctrl-C ends the hold of a poll too: no SA_RESTART. */
static void listen_for_stop(void) {
    struct sigaction action = {.sa_handler = ask_stop};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

duban_status cmd_watch(cli *c) {
    watch *w = calloc(1, sizeof *w);
    if (!w) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    w->c = c;
    w->backoff_ms = BACKOFF_MIN_MS;
    changes_init(&w->changes);
    duban_status s = read_options(c, w);
    if (s >= 0) s = cli_open_synced(c);
    if (s >= 0 && !(w->plan = cli_plan_code(c))) s = DUBAN_E_UNKNOWN_PLAN;
    if (s >= 0) s = begin(w);
    if (s >= 0) {
        make_footer(w);
        listen_for_stop();
        s = follow(w);
        if (has_plan(w)) save(w, true);
        if (w->live) fputc('\n', c->out);
    }
    if (s >= 0 && w->has_until && !stop_asked) s = finish(w);
    duban_board_free(w->board);
    free(w);
    return s;
}
