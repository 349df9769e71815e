/* duban plan publish: chunks, the light table, then the entry that makes them effective.
 * Run again after an interruption it replaces what it sent before. */
#include <stdlib.h>
#include <string.h>

#include "client/cli/admin.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/lights.h"
#include "client/cli/plan_load.h"
#include "client/cli/plan_try.h"
#include "client/cli/print.h"
#include "client/cli/text.h"

/* "1:10" */
static duban_status read_window(cli *c, plan_publish_words *p) {
    const char *text = cli_option(c, "window");
    if (!text) text = "1:10";
    char *end;
    long first = strtol(text, &end, 10);
    bool good = end != text && *end == ':';
    long last = good ? strtol(end + 1, &end, 10) : 0;
    good = good && *end == '\0' && labs(first) <= WINDOW_DAYS_MAX &&
           labs(last) <= WINDOW_DAYS_MAX && first <= last;
    if (!good) return cli_refuse(c, DUBAN_E_USAGE, 0, "window", text, "1:10");
    p->window_first = (int32_t)first;
    p->window_last = (int32_t)last;
    return DUBAN_OK;
}

/* --first and --last; a code that is a year says them by itself. */
static duban_status read_days(cli *c, plan_publish_words *p) {
    const char *first = cli_option(c, "first"), *last = cli_option(c, "last");
    int32_t year = 0;
    if (strlen(p->code) == 4 && strspn(p->code, "0123456789") == 4)
        year = (int32_t)strtol(p->code, NULL, 10);
    if (year) {
        p->first_day = day_of_date((date){year, 1, 1});
        p->last_day = day_of_date((date){year, 12, 31});
    }
    if (first && day_read(first, &p->first_day) < 0)
        return cli_refuse(c, DUBAN_E_DATE, 0, "first", first, "YYYY-MM-DD");
    if (last && day_read(last, &p->last_day) < 0)
        return cli_refuse(c, DUBAN_E_DATE, 0, "last", last, "YYYY-MM-DD");
    if (p->first_day == 0 || p->last_day < p->first_day)
        return cli_refuse(c, DUBAN_E_DATE, 0, p->first_day ? "last" : "first",
                          p->first_day ? last : first,
                          "--first 2023-01-01 --last 2023-12-31");
    return DUBAN_OK;
}

/* A count of working or calendar days, 0 when it was not given. */
static duban_status read_count(cli *c, const char *option, uint32_t *out) {
    const char *text = cli_option(c, option);
    size_t digits = text ? strspn(text, "0123456789") : 0;
    if (!text) return DUBAN_OK;
    if (!digits || text[digits] || digits > 4)
        return cli_refuse(c, DUBAN_E_USAGE, 0, option, text, "5");
    *out = (uint32_t)strtoul(text, NULL, 10);
    return DUBAN_OK;
}

/* What kind of list it is and how its items are handled. */
static duban_status read_manners(cli *c, plan_publish_words *p) {
    const char *shape = cli_option(c, "shape");
    unsigned value = 0;
    char words[TEXT_LIST_SIZE];
    if (shape && (!text_read(TEXT_SHAPE, shape, &value) || !value))
        return cli_refuse(c, DUBAN_E_WORD, 0, "shape", shape,
                          text_list(TEXT_SHAPE, c->lang, words));
    /* with a shape its items carry all their marks (docs/decisions/0013-rounds.md) */
    p->shape = value ? (plan_shape)value : PLAN_SHAPE_ANNUAL;
    p->locks = cli_flag(c, "locks");
    p->two_persons = cli_flag(c, "two-persons");
    duban_status s = read_count(c, "review-days", &p->review_days);
    return s < 0 ? s : read_count(c, "cutoff-days", &p->cutoff_days);
}

/* Everything about the plan that options say. */
static duban_status read_options(cli *c, plan_publish_words *p) {
    p->zones_inside_counties = cli_flag(c, "zones-inside");
    const char *cycle = cli_option(c, "cycle");
    p->code = cli_option(c, "code");
    p->title = cli_option(c, "title");
    if (!p->code || !*p->code)
        return cli_refuse(c, DUBAN_E_USAGE, 0, "code", "", "--code 2023");
    if (!p->title) p->title = p->code;
    p->cycle = cycle ? text_read_cycle(cycle) : PERIOD_QUARTER;
    if (p->cycle == PERIOD_NONE)
        return cli_refuse(c, DUBAN_E_USAGE, 0, "cycle", cycle,
                          cli_say(c, "日、旬、月、1—2月、季、半年、前三季度、年",
                                  "day, xun, month, first_two, quarter, half, "
                                  "three_quarters, year"));
    duban_status s = read_days(c, p);
    if (s >= 0) s = read_manners(c, p);
    return s < 0 ? s : read_window(c, p);
}

/* The number of a draft with that code, else the next one. */
static duban_status plan_number(cli *c, plan_publish_words *p) {
    const ledger *l = duban_slice(c->d);
    ledger_status st;
    ledger_get_status(l, &st);
    for (uint32_t number = 1; number <= st.plans; number++) {
        plan_info known;
        if (!ledger_get_plan(l, number, &known) || strcmp(known.code, p->code) != 0)
            continue;
        if (known.published)
            return cli_refuse(c, DUBAN_E_PUBLISHED, 0, "code", p->code,
                              cli_say(c, "新的台账代码", "the code of a new plan"));
        p->plan = number;
        return DUBAN_OK;
    }
    p->plan = st.plans + 1;
    return DUBAN_OK;
}

static duban_status send_chunks(cli *c, const plan_chunks *chunks) {
    print_progress bar;
    print_progress_begin(&bar, c->err, cli_say(c, "发布台账", "publishing"));
    duban_status s = DUBAN_OK;
    for (uint32_t i = 0; i < chunks->n && s >= 0; i++) {
        event ev = {.kind = KIND_PLAN_CHUNK, .plan_chunk = chunks->chunks[i]};
        s = admin_send_only(c, &ev, NULL, 0, NULL);
        print_progress_step(&bar, i + 1, chunks->n);
    }
    print_progress_end(&bar);
    return s;
}

/* A draft that was interrupted has a table already: then the broker says which version
 * comes next. */
static duban_status send_lights(cli *c, lights_words lights) {
    for (;;) {
        event ev = {.kind = KIND_LIGHTS, .lights = lights};
        duban_refusal refusal = {0};
        duban_ticket ticket;
        duban_status s = duban_send(c->d, &ev, NULL, 0, &ticket, &refusal);
        if (s >= 0 && ticket.sent == DUBAN_RECEIPTED) return DUBAN_OK;
        if (s >= 0) return cli_refuse(c, DUBAN_E_UNREACHABLE, 0, "lights", NULL, NULL);
        unsigned long next = strtoul(refusal.expected, NULL, 10);
        if (s != DUBAN_E_SEQUENCE || next <= lights.version)
            return cli_refused(c, &refusal);
        lights.version = (uint32_t)next;
    }
}

static void say_published(cli *c, const plan_words *w, const plan_publish_words *p,
                          uint64_t index) {
    if (c->json) {
        json_line(c->out,
                  json_pack("{s:i, s:s, s:i, s:i, s:i, s:i, s:I}", "plan", (int)p->plan,
                            "code", p->code, "tasks", (int)w->tasks_n, "metrics",
                            (int)w->metrics_n, "splits", (int)w->splits_n, "chunks",
                            (int)p->chunks, "index", (json_int_t)index));
        return;
    }
    fprintf(
        c->out,
        cli_say(c, "台账 %s 已发布：任务 %u 项，指标 %u 个，分解 %u 条，序号 %llu。\n",
                "plan %s is published: %u tasks, %u metrics, %u splits, index %llu.\n"),
        p->code, (unsigned)w->tasks_n, (unsigned)w->metrics_n, (unsigned)w->splits_n,
        (unsigned long long)index);
}

static duban_status send_plan(cli *c, arena *a, const plan_words *w,
                              const lights_words *lights, plan_publish_words *p) {
    plan_chunks chunks;
    uint32_t task = 0;
    duban_status s = plan_words_cut(a, w, p->plan, p->code, &chunks, &task);
    if (s < 0)
        return cli_refuse(c, s, task ? w->lines[task - 1] : 0,
                          cli_say(c, "任务号", "task"),
                          task ? w->tasks[task - 1].number : NULL, NULL);
    p->chunks = chunks.n;
    p->hash = chunks.hash;
    s = send_chunks(c, &chunks);
    if (s >= 0) s = send_lights(c, *lights);
    if (s < 0) return s;
    event ev = {.kind = KIND_PLAN_PUBLISH, .plan_publish = *p};
    uint64_t index = 0;
    s = admin_send(c, &ev, NULL, 0, &index);
    if (s >= 0) say_published(c, w, p, index);
    return s;
}

static duban_status publish(cli *c, arena *a, plan_files *files) {
    plan_publish_words p = {0};
    duban_status s = read_options(c, &p);
    if (s >= 0) s = plan_number(c, &p);
    if (s >= 0) s = plan_load(c, a, c->args[0], duban_slice(c->d), files);
    if (s < 0) return s;
    if (files->words.tasks_n == 0)
        return cli_refuse(c, DUBAN_E_EMPTY, 0, c->args[0], NULL, NULL);
    if (files->words.doubts_n && !cli_flag(c, "accept-doubts")) {
        char found[32];
        snprintf(found, sizeof found, "%u", (unsigned)files->words.doubts_n);
        return cli_refuse(c, DUBAN_E_DOUBTS, 0, cli_say(c, "存疑", "doubts"), found,
                          cli_say(c, "核对后清空该栏，或 --accept-doubts",
                                  "check and empty them, or --accept-doubts"));
    }
    lights_words lights = {.version = 0};
    s = lights_load(c, a, cli_option(c, "lights"), &lights);
    lights.plan = p.plan;
    lights.version = 1;
    if (s >= 0) s = plan_try(c, files, duban_slice(c->d), &lights, &p);
    return s < 0 ? s : send_plan(c, a, &files->words, &lights, &p);
}

duban_status cmd_plan_publish(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    arena a;
    arena_init(&a, 0);
    plan_files files = {0};
    s = publish(c, &a, &files);
    plan_load_close(&files);
    arena_close(&a);
    return s;
}
