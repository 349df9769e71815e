/* History at any speed: the board at the end of each day, told by what changed. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client/cli/changes.h"
#include "client/cli/commands.h"
#include "client/cli/moment.h"
#include "client/cli/print.h"
#include "client/cli/show.h"
#include "client/cli/text.h"

typedef struct replay_run {
    cli *c;
    const char *plan;
    int32_t first_day;
    int32_t last_day;
    int32_t offset;
    double days_per_second; /* 0: as fast as it goes */
    view_by by;
    bool has_by;
    changes changes;
    uint64_t index; /* of the last board shown */
} replay_run;

static duban_status board_at(replay_run *r, const board_request *ask, duban_board **out) {
    duban_refusal refusal = {0};
    duban_board *b;
    duban_status s = duban_board_new(&b);
    if (s < 0) return cli_refuse(r->c, s, 0, NULL, NULL, NULL);
    s = duban_board_fetch(r->c->d, ask, b, &refusal);
    if (s < 0) {
        duban_board_free(b);
        return s == DUBAN_E_NOT_FOUND ? s : cli_refused(r->c, &refusal);
    }
    *out = b;
    return DUBAN_OK;
}

static void tell_day(replay_run *r, const view *v) {
    cli *c = r->c;
    char day[DAY_TEXT_SIZE];
    day_write(v->plan->day, day);
    if (c->json) {
        json_t *totals = json_object();
        for (int g = GRADE_DONE; g < GRADE_COUNT; g++)
            json_object_set_new(totals, text_grade_code((grade)g),
                                json_integer(v->totals[g]));
        json_line(c->out, json_pack("{s:s, s:I, s:o}", "day", day, "index",
                                    (json_int_t)v->index, "totals", totals));
        return;
    }
    fprintf(c->out, "%s  %s %-8llu", day, cli_say(c, "序号", "index"),
            (unsigned long long)v->index);
    for (int g = GRADE_DONE; g < GRADE_COUNT; g++)
        fprintf(c->out, "  %s● %s%4u%s", print_grade_begin((grade)g, c->color),
                text_grade((grade)g, c->lang), v->totals[g], print_grade_end(c->color));
    fputc('\n', c->out);
    fflush(c->out);
}

static duban_status show_day(replay_run *r, duban_board *b) {
    arena a;
    arena_init(&a, 0);
    view v;
    duban_status s = view_make(b, VIEW_TASK, &a, &v);
    if (s >= 0 && v.index != r->index) {
        tell_day(r, &v);
        changes_look(&r->changes, r->c, b, !r->c->quiet);
        if (r->has_by && !r->c->json) s = show_board(r->c, b, r->by, GRADE_NONE);
        r->index = v.index;
    }
    arena_close(&a);
    return s == DUBAN_E_NOT_FOUND ? DUBAN_OK : s; /* the plan is not published yet */
}

static void keep_pace(const replay_run *r) {
    if (r->days_per_second <= 0) return;
    double seconds = 1.0 / r->days_per_second;
    struct timespec t = {(time_t)seconds,
                         (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&t, NULL);
}

static duban_status play(replay_run *r) {
    for (int32_t day = r->first_day; day <= r->last_day; day++) {
        board_request ask = {.plan = r->plan,
                             .as_of = AS_OF_MOMENT,
                             .moment_ms = moment_of_day(day + 1, r->offset) - 1};
        duban_board *b;
        duban_status s = board_at(r, &ask, &b);
        if (s == DUBAN_E_NOT_FOUND) continue; /* before the plan */
        if (s < 0) return s;
        s = show_day(r, b);
        duban_board_free(b);
        if (s < 0) return s;
        keep_pace(r);
    }
    return DUBAN_OK;
}

/* The day that a moment or an index stands for. */
static duban_status read_day(replay_run *r, const char *field, int32_t *day) {
    const char *text = cli_option(r->c, field);
    if (!text) return DUBAN_OK;
    board_request ask = {.plan = r->plan};
    duban_status s = moment_ask(r->c, field, text, &ask);
    if (s < 0) return s;
    int64_t moment_ms = ask.moment_ms;
    if (ask.as_of == AS_OF_INDEX) {
        duban_board *b;
        s = board_at(r, &ask, &b);
        if (s < 0) return s;
        duban_board_head head;
        duban_board_get_head(b, &head);
        moment_ms = head.moment_ms;
        duban_board_free(b);
    }
    *day = day_of_moment(moment_ms, r->offset);
    return DUBAN_OK;
}

static duban_status refuse_span(replay_run *r, const char *option, const char *word,
                                const char *day) {
    char expected[64];
    snprintf(expected, sizeof expected, "%s%s", word, day);
    return cli_refuse(r->c, DUBAN_E_USAGE, 0, option, cli_option(r->c, option), expected);
}

static duban_status read_span(replay_run *r) {
    board_request ask = {.plan = r->plan, .as_of = AS_OF_HEAD};
    duban_board *b;
    duban_status s = board_at(r, &ask, &b);
    if (s < 0) return s;
    cell_name name = {.kind = CELL_PLAN};
    const cell *plan = duban_board_cell(b, &name);
    if (plan) {
        r->first_day = plan->plan.first_day;
        r->last_day = plan->plan.day;
    }
    duban_board_free(b);
    s = read_day(r, "from", &r->first_day);
    if (s >= 0) s = read_day(r, "to", &r->last_day);
    if (s < 0 || r->first_day <= r->last_day) return s;
    const char *from = cli_option(r->c, "from");
    char day[DAY_TEXT_SIZE];
    day_write(from ? r->last_day : r->first_day, day);
    if (from)
        return refuse_span(r, "from", cli_say(r->c, "不晚于 ", "not later than "), day);
    return refuse_span(r, "to", cli_say(r->c, "不早于 ", "not earlier than "), day);
}

static duban_status read_speed(replay_run *r) {
    const char *text = cli_option(r->c, "speed");
    if (!text) return DUBAN_OK;
    char *end;
    r->days_per_second = strtod(text, &end);
    if (*end || end == text || r->days_per_second < 0)
        return cli_refuse(r->c, DUBAN_E_USAGE, 0, "speed", text, "7");
    return DUBAN_OK;
}

static duban_status read_by(replay_run *r) {
    const char *text = cli_option(r->c, "by");
    r->has_by = text != NULL;
    if (text && view_by_read(text, &r->by) < 0)
        return cli_refuse(r->c, DUBAN_E_USAGE, 0, "by", text,
                          "task | county | office | leader | chapter");
    return DUBAN_OK;
}

duban_status cmd_replay(cli *c) {
    replay_run *r = calloc(1, sizeof *r);
    if (!r) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, NULL, NULL, NULL);
    r->c = c;
    changes_init(&r->changes);
    duban_status s = read_speed(r);
    if (s >= 0) s = read_by(r);
    if (s >= 0) s = cli_open_synced(c);
    if (s >= 0 && !(r->plan = cli_plan_code(c))) s = DUBAN_E_UNKNOWN_PLAN;
    if (s >= 0) {
        r->offset = moment_offset(c);
        s = read_span(r);
    }
    if (s >= 0) s = play(r);
    free(r);
    return s;
}
