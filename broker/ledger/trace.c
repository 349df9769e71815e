#include "broker/ledger/trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "broker/ledger/item.h"

#define LINE_SIZE 512

static const char *const grade_names[GRADE_COUNT] = {
    [GRADE_NONE] = "none", [GRADE_DONE] = "done", [GRADE_GREEN] = "green",
    [GRADE_GREY] = "grey", [GRADE_BLUE] = "blue", [GRADE_YELLOW] = "yellow",
    [GRADE_RED] = "red"};

static const char *const cause_names[CAUSE_COUNT] = {
    [CAUSE_NONE] = "none",         [CAUSE_MET] = "met",
    [CAUSE_ON_PACE] = "on_pace",   [CAUSE_NO_TIMETABLE] = "no_timetable",
    [CAUSE_NO_DATA] = "no_data",   [CAUSE_DUE_SOON] = "due_soon",
    [CAUSE_BEHIND] = "behind",     [CAUSE_MISSING] = "missing",
    [CAUSE_OVERDUE] = "overdue",   [CAUSE_RUNNING] = "running",
    [CAUSE_AHEAD] = "ahead",       [CAUSE_CLOSED] = "closed",
    [CAUSE_EXEMPT] = "exempt",     [CAUSE_FINDING] = "finding",
    [CAUSE_OVERRIDE] = "override", [CAUSE_TOLERATED] = "tolerated"};

static const char *const state_names[] = {
    [ITEM_NONE] = "none",         [ITEM_DUE] = "due",
    [ITEM_PARTIAL] = "partial",   [ITEM_SUBMITTED] = "submitted",
    [ITEM_RETURNED] = "returned", [ITEM_RESUBMITTED] = "resubmitted",
    [ITEM_ACCEPTED] = "accepted"};

static const char *const mode_names[MODE_COUNT] = {
    [MODE_NONE] = "", [MODE_TO_DATE] = " to_date", [MODE_THIS_PERIOD] = " this_period"};

void trace_say(const ledger *l, const char *format, ...) {
    if (l->trace == NULL) return;
    char line[LINE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    l->trace(l->trace_ctx, line);
}

/* plan/task/office, of the office when there is one. */
static void write_place(const ledger *l, const plan *p, uint32_t task, uint32_t office,
                        char *out, size_t size) {
    snprintf(out, size, "%s/%s%s%s", p->code, p->tasks[task].words->number,
             office == 0 ? "" : "/", office == 0 ? "" : office_code(&l->book, office));
}

#define PLACE_SIZE 128

void trace_light(const ledger *l, const plan *p, const cell *old, const light_cell *now,
                 uint64_t index) {
    if (l->trace == NULL) return;
    char place[PLACE_SIZE];
    char margin[DECIMAL_TEXT_SIZE] = "";
    write_place(l, p, old->name.task - 1, old->name.office, place, sizeof place);
    if (now->has_margin) decimal_write(now->margin, margin);
    trace_say(l, "%" PRIu64 "   light %s %s %s -> %s %s%s%s", index, place,
              grade_names[old->light.grade], cause_names[old->light.cause],
              grade_names[now->grade], cause_names[now->cause],
              now->has_margin ? " " : "", margin);
}

void trace_round(const ledger *l, const plan *p, uint32_t round, const char *what,
                 uint32_t items, uint64_t index) {
    if (l->trace == NULL) return;
    char in_period[PERIOD_TEXT_SIZE];
    char open[DAY_TEXT_SIZE];
    char close[DAY_TEXT_SIZE];
    period_write(p->rounds[round].period, in_period);
    day_write(p->rounds[round].open_day, open);
    day_write(p->rounds[round].close_day, close);
    trace_say(l, "%" PRIu64 "   round %s/%s %s, %" PRIu32 " items, window %s..%s", index,
              p->code, in_period, what, items, open, close);
}

void trace_missing(const ledger *l, const plan *p, uint32_t duty, uint32_t round,
                   uint64_t index) {
    if (l->trace == NULL) return;
    char place[PLACE_SIZE];
    char in_period[PERIOD_TEXT_SIZE];
    const plan_duty *d = &p->duties[duty];
    write_place(l, p, d->task, d->office, place, sizeof place);
    period_write(p->rounds[round].period, in_period);
    trace_say(l, "%" PRIu64 "   missing %s %s", index, place, in_period);
}

void trace_item(const ledger *l, const plan *p, uint32_t duty, uint32_t round,
                const char *what, const char *result, uint64_t index) {
    if (l->trace == NULL) return;
    char place[PLACE_SIZE];
    char in_period[PERIOD_TEXT_SIZE];
    const plan_duty *d = &p->duties[duty];
    write_place(l, p, d->task, d->office, place, sizeof place);
    period_write(p->rounds[round].period, in_period);
    trace_say(l, "%" PRIu64 " %s %s %s -> %s", index, what, place, in_period, result);
}

/* --- submissions -------------------------------------------------------------------- */

static void write_said(const statement_words *s, char *out, size_t size) {
    char amount[DECIMAL_TEXT_SIZE];
    switch (s->kind) {
    case STATEMENT_VALUE:
        decimal_write(s->value.amount, amount);
        snprintf(out, size, "M%" PRIu32 " %s%s", s->value.metric, amount,
                 mode_names[s->value.mode]);
        break;
    case STATEMENT_NODE:
        snprintf(out, size, "N%" PRIu32 " %s", s->node.node,
                 s->node.done ? "done" : "not_done");
        break;
    case STATEMENT_TEXT:
        snprintf(out, size, "%s", s->text.no_change ? "no_change" : "text");
        break;
    default: snprintf(out, size, "nil"); break;
    }
}

/* The cell that shows the pace of what was said, NONE where nothing does. */
static uint32_t pace_cell_of(const plan *p, const statement_words *s, uint32_t duty) {
    if (s->kind != STATEMENT_VALUE) return NONE;
    uint32_t metric = plan_find_metric(p, s->task - 1, s->value.metric);
    uint32_t series = plan_find_series(p, duty, metric);
    return p->series[series].pace == NONE ? p->metrics[metric].pace
                                          : p->series[series].pace;
}

static void write_pace(const plan *p, uint32_t at, char *out, size_t size) {
    out[0] = '\0';
    if (at == NONE) return;
    const pace_cell *pace = &board_at(&p->board, at)->pace;
    char margin[DECIMAL_TEXT_SIZE] = "";
    if (pace->has_margin) decimal_write(pace->margin, margin);
    snprintf(out, size, ", pace%s%s %s", pace->has_margin ? " " : "", margin,
             grade_names[pace->grade]);
}

static void trace_statement(const ledger *l, uint64_t index, const plan *p,
                            const statement_words *s, uint32_t signer) {
    uint32_t office = s->office == 0 ? signer : s->office;
    uint32_t duty = plan_find_duty(p, s->task - 1, office);
    uint32_t round = plan_find_round(p, s->period);
    const item_cell *item = item_find(p, duty, round);
    char place[PLACE_SIZE];
    char in_period[PERIOD_TEXT_SIZE];
    char said[96];
    char pace[96];
    write_place(l, p, s->task - 1, office, place, sizeof place);
    period_write(s->period, in_period);
    write_said(s, said, sizeof said);
    write_pace(p, pace_cell_of(p, s, duty), pace, sizeof pace);
    trace_say(l, "%" PRIu64 " submission %s %s %s%s -> item %s%s%s", index, place,
              in_period, said, s->supersedes != 0 ? " correction" : "",
              state_names[item->state], item->late ? " late" : "", pace);
}

/* --- the other kinds ---------------------------------------------------------------- */

static void trace_plan_event(const ledger *l, uint64_t index, const event *ev) {
    const plan *p;
    char place[PLACE_SIZE];
    switch (ev->kind) {
    case KIND_PLAN_CHUNK:
        trace_say(l, "%" PRIu64 " plan_chunk %s chunk %" PRIu32 ", %" PRIu32 " tasks",
                  index, ev->plan_chunk.code, ev->plan_chunk.chunk,
                  ev->plan_chunk.tasks_n);
        break;
    case KIND_PLAN_PUBLISH:
        p = ledger_plan(l, ev->plan_publish.plan);
        trace_say(l,
                  "%" PRIu64 " plan_publish %s, %" PRIu32 " tasks, %" PRIu32
                  " metrics, %" PRIu32 " duties, %" PRIu32 " rounds",
                  index, p->code, p->tasks_n, p->metrics_n, p->duties_n, p->rounds_n);
        break;
    case KIND_LIGHTS:
        trace_say(l, "%" PRIu64 " lights %s version %" PRIu32 ", %" PRIu32 " rows", index,
                  ledger_plan(l, ev->lights.plan)->code, ev->lights.version,
                  ev->lights.rows_n);
        break;
    case KIND_TIMETABLE:
        write_place(l, ledger_plan(l, ev->timetable.plan), ev->timetable.task - 1, 0,
                    place, sizeof place);
        trace_say(l, "%" PRIu64 " timetable %s, %" PRIu32 " nodes", index, place,
                  ev->timetable.nodes_n);
        break;
    default:
        write_place(l, ledger_plan(l, ev->timetable_review.plan),
                    ev->timetable_review.task - 1, 0, place, sizeof place);
        trace_say(l, "%" PRIu64 " timetable_review %s %s", index, place,
                  ev->timetable_review.accepted ? "accepted" : "returned");
    }
}

static void trace_review(const ledger *l, uint64_t index, const review_words *words) {
    char place[PLACE_SIZE];
    char in_period[PERIOD_TEXT_SIZE];
    write_place(l, ledger_plan(l, words->plan), words->task - 1, words->office, place,
                sizeof place);
    period_write(words->period, in_period);
    trace_say(l, "%" PRIu64 " review %s %s %s", index, place, in_period,
              words->accepted ? "accepted" : "returned");
}

static void trace_day(const ledger *l, uint64_t index, const char *what, int32_t day) {
    char text[DAY_TEXT_SIZE];
    day_write(day, text);
    trace_say(l, "%" PRIu64 " %s %s", index, what, text);
}

void trace_event(const ledger *l, uint64_t index, const event *ev) {
    switch (ev->kind) {
    case KIND_GENESIS: trace_day(l, index, "genesis", l->day); break;
    case KIND_OFFICES:
        trace_say(l, "%" PRIu64 " offices +%" PRIu32 " -> %" PRIu32, index,
                  ev->offices.offices_n, l->book.offices_n);
        break;
    case KIND_KEYS:
        trace_say(l, "%" PRIu64 " keys %" PRIu32 " -> %" PRIu32, index, ev->keys.keys_n,
                  l->book.keys_n - 1);
        break;
    case KIND_CALENDAR:
        trace_say(l, "%" PRIu64 " calendar %" PRIu32, index, ev->calendar.year);
        break;
    case KIND_PLAN_CHUNK:
    case KIND_PLAN_PUBLISH:
    case KIND_LIGHTS:
    case KIND_TIMETABLE:
    case KIND_TIMETABLE_REVIEW: trace_plan_event(l, index, ev); break;
    case KIND_SUBMISSION:
        for (uint32_t i = 0; i < ev->submission.statements_n; i++)
            trace_statement(l, index, ledger_plan(l, ev->submission.plan),
                            &ev->submission.statements[i], ev->office);
        break;
    case KIND_REVIEW: trace_review(l, index, &ev->review); break;
    case KIND_CLOCK: trace_day(l, index, "clock", ev->clock_day); break;
    case KIND_TIME:
        trace_say(l, "%" PRIu64 " time %" PRId64, index, ev->time_moment_ms);
        break;
    case KIND_DIGEST:
        trace_say(l, "%" PRIu64 " digest of %" PRIu64, index, ev->digest.index);
        break;
    case KIND_CONFLICT:
        trace_say(l, "%" PRIu64 " conflict key %" PRIu32, index, ev->conflict.key);
        break;
    default: break; /* the later kinds trace themselves as they are applied */
    }
}
