/* duban submit: a sheet, or one statement by options. */
#include <stdlib.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/fill.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/post.h"

/* --- evidence ----------------------------------------------------------------------- */

typedef struct evidence {
    duban_body_made bodies[BODIES_MAX];
    char *data[BODIES_MAX];
    size_t n;
} evidence;

static const char *media_of(const char *path) {
    static const char *const known[][2] = {
        {".png", "image/png"},       {".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"},
        {".pdf", "application/pdf"}, {".txt", "text/plain"},
    };
    const char *tail = strrchr(path, '.');
    for (size_t i = 0; tail && i < sizeof known / sizeof known[0]; i++)
        if (strcmp(tail, known[i][0]) == 0) return known[i][1];
    return "application/octet-stream";
}

static duban_status read_evidence(cli *c, evidence *e) {
    const char *path;
    while ((path = cli_option_nth(c, "evidence", (int)e->n))) {
        size_t size = 0;
        if (e->n == BODIES_MAX / 2)
            return cli_refuse(c, DUBAN_E_LIMIT, 0, "evidence", path, NULL);
        duban_status s = cli_read_file(c, path, BODY_SIZE_MAX, &e->data[e->n], &size);
        if (s < 0) return s;
        duban_body_made *body = &e->bodies[e->n];
        s = duban_body_make(e->data[e->n++], size, media_of(path), body);
        if (s < 0) return cli_refuse(c, s, 0, "evidence", path, NULL);
    }
    return DUBAN_OK;
}

static void free_evidence(evidence *e) {
    for (size_t i = 0; i < e->n; i++)
        free(e->data[i]);
}

/* --- one statement ------------------------------------------------------------------ */

static void cell_of_option(cli *c, const char **cells, fill_column column,
                           const char *option) {
    const char *value = cli_option(c, option);
    if (value) cells[column] = value;
}

static duban_status fill_options(fill *f) {
    static const struct {
        fill_column column;
        const char *option;
    } options[] = {
        {FILL_TASK, "task"},
        {FILL_METRIC, "metric"},
        {FILL_PERIOD, "period"},
        {FILL_YTD, "ytd"},
        {FILL_ADD, "add"},
        {FILL_VALUE, "value"},
        {FILL_DENOMINATOR, "denominator"},
        {FILL_VINTAGE, "vintage"},
        {FILL_COMMENT, "comment"},
        {FILL_UNIT, "unit"},
        {FILL_DATA_DATE, "data-date"},
        {FILL_NODE, "node"},
        {FILL_DONE, "done"},
        {FILL_PROGRESS, "note"},
        {FILL_PROBLEM, "problem"},
        {FILL_NEXT, "next"},
        {FILL_NIL, "nil"},
        {FILL_SUPERSEDES, "supersedes"},
        {FILL_REASON, "reason"},
        {FILL_OFFICE, "office"},
    };
    const char *cells[FILL_COLUMNS_N];
    for (int i = 0; i < FILL_COLUMNS_N; i++)
        cells[i] = "";
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        cell_of_option(f->c, cells, options[i].column, options[i].option);
        f->titles[options[i].column] = options[i].option;
    }
    if (cli_flag(f->c, "no-change")) cells[FILL_PROGRESS] = "no change";
    if (!*cells[FILL_TASK] || !*cells[FILL_PERIOD])
        return cli_refuse(f->c, DUBAN_E_USAGE, 0, *cells[FILL_TASK] ? "period" : "task",
                          "", "FILE.csv, --task 25 --period 2023Q2 …");
    duban_status s = fill_row(f, 0, cells);
    if (s < 0) return cli_refuse(f->c, s, 0, NULL, NULL, NULL);
    if (f->drafts)
        return cli_refuse(f->c, DUBAN_E_EMPTY, 0, NULL, NULL,
                          "--ytd, --add, --value, --node --done, --note, --nil");
    return DUBAN_OK;
}

/* --- run ---------------------------------------------------------------------------- */

static void say_left_out(const fill *f, const post_result *sent) {
    cli *c = f->c;
    if (c->json) {
        json_line(c->out,
                  json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "messages",
                            (json_int_t)sent->messages, "statements",
                            (json_int_t)sent->statements, "queued",
                            (json_int_t)sent->queued, "same", (json_int_t)f->same,
                            "drafts", (json_int_t)f->drafts, "bad", (json_int_t)f->bad));
        return;
    }
    if (f->same)
        fprintf(c->err,
                cli_say(c, "另有 %zu 项与已报的相同，不再重报。\n",
                        "%zu statements are the same as reported already.\n"),
                f->same);
    if (f->drafts)
        fprintf(
            c->err,
            cli_say(c, "另有 %zu 行未填，仍是草稿，没有报送。\n",
                    "%zu rows are not filled in; they stay drafts and were not sent.\n"),
            f->drafts);
    if (f->bad)
        fprintf(c->err,
                cli_say(c, "另有 %zu 处错误，所在行没有报送。\n",
                        "%zu bad places; their rows were not sent.\n"),
                f->bad);
}

static duban_status refuse_rows(const cli *c, fill *f) {
    fill_tell(f);
    if (c->args_n == 0) return f->bad ? f->refusals[0].status : DUBAN_E_ROWS;
    return cli_refuse(f->c, DUBAN_E_ROWS, 0, c->args[0], NULL,
                      cli_say(c, "改正后再报，或 --partial 先报其余行",
                              "correct them, or --partial to send the rest"));
}

static duban_status send_good(fill *f, const evidence *e) {
    cli *c = f->c;
    bool from_sheet = c->args_n > 0, partial = from_sheet && cli_flag(c, "partial");
    if (f->bad && !partial) return refuse_rows(c, f);
    post_result sent = {0};
    duban_status s = post_items(f, e->bodies, e->n, cli_flag(c, "offline"), &sent);
    if (s == DUBAN_E_ROWS) return refuse_rows(c, f);
    fill_tell(f);
    if (s < 0) return s;
    if (from_sheet || f->same) say_left_out(f, &sent);
    if (sent.messages == 0 && f->same == 0)
        return cli_refuse(c, DUBAN_E_EMPTY, 0, from_sheet ? c->args[0] : NULL, NULL,
                          NULL);
    return DUBAN_OK;
}

static duban_status submit(cli *c, arena *a, evidence *e) {
    fill f;
    uint32_t plan = find_plan_asked(c);
    if (!plan) return DUBAN_E_UNKNOWN_PLAN;
    if (!duban_office(c->d) && !find_office_asked(c)) return DUBAN_E_UNKNOWN_KEY;
    fill_begin(&f, c, a, plan);
    duban_status s = read_evidence(c, e);
    if (s >= 0) s = c->args_n ? fill_sheet(&f, c->args[0]) : fill_options(&f);
    if (s >= 0) s = fill_check(&f);
    return s < 0 ? s : send_good(&f, e);
}

/* What was queued while nobody could be asked goes first: who then submits the very same
 * again is told that it stands, not that it waits. */
static void send_queued(cli *c) {
    size_t left = 0, refused = 0;
    duban_refusal why = {0};
    if (!c->synced || duban_flush(c->d, 0, &left, &refused, &why) < 0) return;
    (void)duban_sync(c->d, NULL);
    if (refused && !c->quiet)
        fprintf(c->err, "%s\n",
                cli_say(c, "提示：发件箱里先前的报送被拒绝，见 duban outbox。",
                        "note: what waited in the outbox was refused, see `duban "
                        "outbox`."));
}

/* A statement given by options is refused with its own status, a sheet with ROWS. */
duban_status cmd_submit(cli *c) {
    duban_status s = cli_flag(c, "offline") ? cli_open(c) : cli_open_synced(c);
    if (s < 0) return s;
    if (!cli_flag(c, "offline")) send_queued(c);
    if (!duban_slice(c->d))
        return cli_refuse(c, DUBAN_E_NOT_READY, 0, "slice", NULL,
                          cli_say(c, "先联机运行一次 duban due",
                                  "run `duban due` once with a connection"));
    if (!cli_flag(c, "offline")) cli_say_kept(c);
    arena a;
    evidence e = {0};
    arena_init(&a, 0);
    s = submit(c, &a, &e);
    free_evidence(&e);
    arena_close(&a);
    return s;
}
