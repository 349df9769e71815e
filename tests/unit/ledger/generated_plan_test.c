/* Any plan that check lets through can be folded, whatever is reported for it: apply
 * never stumbles, asks for no memory, and replay agrees. */
#include "tests/unit/ledger/ledger_kit.h"

#define TASKS 6

typedef struct plan_parts {
    task_words tasks[TASKS];
    metric_words metrics[TASKS][3];
    split_words splits[TASKS][8];
    uint32_t leads[TASKS][2];
} plan_parts;

static decimal random_decimal(kit_random *r) {
    static const int64_t sizes[] = {0,        1,         999999,  1000000,
                                    5000000,  100000000, 7777777, 1000000000000000000,
                                    -2000000, -1};
    return (decimal){sizes[kit_below(r, kit_below(r, 4) == 0 ? 10 : 8)]};
}

static metric_words random_metric(kit_random *r, uint32_t id) {
    static const int32_t offsets[] = {0, 0, 0, -400, 40, 100, 200};
    metric_words m = {.id = id,
                      .label = "m",
                      .comparator = (comparator)(1 + kit_below(r, 10)),
                      .target = random_decimal(r),
                      .target_max = random_decimal(r),
                      .tolerance = random_decimal(r),
                      .strict = kit_below(r, 4) == 0,
                      .unit = "u",
                      .nature = (nature)(1 + kit_below(r, 5)),
                      .rollup = (rollup)(1 + kit_below(r, ROLLUP_COUNT - 1)),
                      .stretch = random_decimal(r),
                      .reference_task = 1 + kit_below(r, TASKS),
                      .reference_metric = 1 + kit_below(r, 3),
                      .reference_below = kit_below(r, 2) == 0,
                      .definition = "",
                      .splits_complete = kit_below(r, 6) == 0};
    if (kit_below(r, 3) > 0) m.comparator = (comparator)(1 + kit_below(r, 3));
    int32_t offset = offsets[kit_below(r, 7)];
    if (offset != 0) m.first_day = kit_day_of("2023-01-01") + offset;
    offset = offsets[kit_below(r, 7)];
    if (offset != 0) m.deadline = kit_day_of("2023-11-01") + offset;
    if (kit_below(r, 6) == 0) m.opening = random_decimal(r);
    if (kit_below(r, 8) == 0) m.source = 1 + kit_below(r, 5);
    if (kit_below(r, 2) == 0) m.ratio_scale = decimal_of_int(kit_below(r, 2000000));
    m.release = kit_below(r, 4) == 0 ? "stat" : "";
    m.release_days = kit_below(r, 5);
    return m;
}

static void random_tasks(plan_parts *parts, kit_random *r) {
    static const char *const numbers[TASKS] = {"1", "2", "3", "4", "5", "6"};
    for (uint32_t t = 0; t < TASKS; t++) {
        task_words *task = &parts->tasks[t];
        parts->leads[t][0] = 1 + kit_below(r, 5);
        parts->leads[t][1] = 1 + kit_below(r, 5);
        *task = (task_words){.id = t + 1,
                             .number = numbers[t],
                             .chapter = "",
                             .section = "",
                             .title = "t",
                             .leads = parts->leads[t],
                             .leads_n = kit_below(r, 3),
                             .metrics = parts->metrics[t],
                             .metrics_n = kit_below(r, 4),
                             .splits = parts->splits[t]};
        for (uint32_t m = 0; m < task->metrics_n; m++)
            parts->metrics[t][m] = random_metric(r, m + 1);
        while (task->metrics_n > 0 && task->splits_n < 8 && kit_below(r, 3) > 0)
            parts->splits[t][task->splits_n++] = (split_words){
                .metric = 1 + kit_below(r, task->metrics_n),
                .office = 1 + kit_below(r, 5),
                .value = random_decimal(r),
                .opening = kit_below(r, 4) == 0 ? random_decimal(r) : (decimal){0},
                .weight = random_decimal(r)};
    }
}

/* Drafts plans until one passes: every bad task is drawn again, its chunk sent again. */
static bool publish(kit *k, plan_parts *parts, kit_random *r) {
    static const period_kind cycles[] = {PERIOD_XUN,     PERIOD_MONTH, PERIOD_FIRST_TWO,
                                         PERIOD_QUARTER, PERIOD_HALF,  PERIOD_YEAR};
    random_tasks(parts, r);
    event ready = kit_publish(k);
    ready.plan_publish.cycle = cycles[kit_below(r, 6)];
    ready.plan_publish.cutoff_days = kit_below(r, 3) == 0 ? kit_below(r, 8) : 0;
    ready.plan_publish.review_days = kit_below(r, 6);
    ready.plan_publish.locks = kit_below(r, 4) == 0;
    ready.plan_publish.shape = (plan_shape)kit_below(r, 2);
    if (kit_below(r, 3) == 0) {
        ready.plan_publish.window_first = -5;
        ready.plan_publish.window_last = (int32_t)kit_below(r, 9) - 5;
    }
    for (uint32_t tries = 0; tries < 2000; tries++) {
        event chunk = {.kind = KIND_PLAN_CHUNK,
                       .plan_chunk = {1, "2023", 1, parts->tasks, TASKS}};
        event whole = kit_sign(k, CITY, chunk);
        kit_must(k, CITY, chunk);
        ready.plan_publish.hash = hash_of(whole.payload.data, whole.payload.size);
        duban_status status = kit_send(k, CITY, ready);
        if (status == DUBAN_OK) return true;
        uint32_t bad = k->refusal.line;
        assert_true(bad >= 1 && bad <= TASKS);
        plan_parts fresh;
        random_tasks(&fresh, r);
        memcpy(parts->metrics[bad - 1], fresh.metrics[bad - 1], sizeof fresh.metrics[0]);
        memcpy(parts->splits[bad - 1], fresh.splits[bad - 1], sizeof fresh.splits[0]);
        memcpy(parts->leads[bad - 1], fresh.leads[bad - 1], sizeof fresh.leads[0]);
        parts->tasks[bad - 1].leads_n = fresh.tasks[bad - 1].leads_n;
        parts->tasks[bad - 1].metrics_n = fresh.tasks[bad - 1].metrics_n;
        parts->tasks[bad - 1].splits_n = fresh.tasks[bad - 1].splits_n;
    }
    return false;
}

/* A day of the year in a period of the plan's cycle. */
static period random_period(kit *k, kit_random *r) {
    period_kind cycle = kit_cell(k, (cell_name){.kind = CELL_PLAN}).plan.cycle;
    return period_of_cycle(cycle, kit_day_of("2023-01-01") + (int32_t)kit_below(r, 365));
}

static event random_report(kit *k, const plan_parts *parts, kit_random *r) {
    statement_words *s = arena_alloc(&k->arena, sizeof *s);
    uint32_t task = 1 + kit_below(r, TASKS);
    const task_words *t = &parts->tasks[task - 1];
    s->task = task;
    s->office = t->splits_n > 0 && kit_below(r, 2) == 0
                    ? t->splits[kit_below(r, t->splits_n)].office
                    : (t->leads_n > 0 ? t->leads[0] : CITY);
    s->period = random_period(k, r);
    s->kind = STATEMENT_VALUE;
    s->value = (value_words){.metric = 1 + kit_below(r, 3),
                             .amount = random_decimal(r),
                             .mode = (value_mode)kit_below(r, 3),
                             .unit = "u"};
    if (kit_below(r, 3) == 0) s->value.denominator = random_decimal(r);
    s->value.vintage = (vintage)kit_below(r, VINTAGE_COUNT);
    cell found;
    cell_name name = {.kind = CELL_VALUE,
                      .task = task,
                      .metric = s->value.metric,
                      .office = s->office,
                      .period = s->period};
    if (kit_below(r, 3) > 0 && ledger_cell(k->ledger, 1, &name, &found))
        s->supersedes = found.value.index;
    if (kit_below(r, 6) == 0)
        *s = (statement_words){.task = task,
                               .office = s->office,
                               .period = s->period,
                               .kind = STATEMENT_TEXT,
                               .text = {.no_change = true}};
    return kit_correction(s, 1);
}

/* Of statistics that metrics may wait for; refused where none does. */
static void say_release(kit *k, kit_random *r) {
    ledger_status status;
    ledger_get_status(k->ledger, &status);
    kit_send(k, CITY,
             (event){.kind = KIND_RELEASE,
                     .release = {1, "stat", random_period(k, r),
                                 status.day + (int32_t)kit_below(r, 40)}});
}

/* A task's next edition, drawn as the first was; most of them are refused. */
static bool amend(kit *k, plan_parts *parts, kit_random *r) {
    plan_parts fresh;
    uint32_t at = kit_below(r, TASKS);
    ledger_status now;
    ledger_get_status(k->ledger, &now);
    random_tasks(&fresh, r);
    task_words next = fresh.tasks[at];
    next.leads = parts->tasks[at].leads;
    next.leads_n = parts->tasks[at].leads_n;
    event ev = {.kind = KIND_AMENDMENT,
                .amendment = {.plan = 1,
                              .task = next,
                              .day = now.day + (int32_t)kit_below(r, 9),
                              .reason = kit_body("the council decided"),
                              .document = "2023-17",
                              .approver = "city government"}};
    event whole = kit_sign(k, CITY, ev);
    if (ledger_check(k->ledger, &whole, k->now_ms, NULL) != DUBAN_OK) return false;
    assert_int_equal(kit_take(k, &whole), DUBAN_OK);
    memcpy(parts->metrics[at], fresh.metrics[at], sizeof fresh.metrics[0]);
    memcpy(parts->splits[at], fresh.splits[at], sizeof fresh.splits[0]);
    parts->tasks[at].metrics_n = next.metrics_n;
    parts->tasks[at].splits_n = next.splits_n;
    return true;
}

static uint32_t live_a_year(kit *k, plan_parts *parts, kit_random *r, uint32_t *amended) {
    static const char *const days[] = {"2023-01-20", "2023-03-01", "2023-04-10",
                                       "2023-05-20", "2023-07-20", "2023-10-20",
                                       "2023-12-28", "2024-01-25"};
    uint32_t taken = 0;
    for (size_t d = 0; d < sizeof days / sizeof days[0]; d++) {
        kit_until(k, days[d]);
        for (uint32_t i = 0; i < 12; i++)
            *amended += amend(k, parts, r);
        for (uint32_t i = 0; i < 40; i++) {
            event ev = random_report(k, parts, r);
            uint32_t office =
                kit_below(r, 2) == 0 ? CITY : ev.submission.statements[0].office;
            event whole = kit_sign(k, office, ev);
            if (ledger_check(k->ledger, &whole, k->now_ms, NULL) != DUBAN_OK) continue;
            assert_int_equal(kit_take(k, &whole), DUBAN_OK);
            taken++;
        }
        for (uint32_t i = 0; i < 4; i++)
            say_release(k, r);
        for (uint32_t task = 1; task <= TASKS; task++) {
            const task_words *t = &parts->tasks[task - 1];
            if (kit_below(r, 3) == 0)
                kit_accept_timetable(k, t->leads_n > 0 ? t->leads[0] : CITY,
                                     kit_timetable(task, (profile)(1 + kit_below(r, 3))));
        }
    }
    return taken;
}

/* The trace tells of everything, so it must be able to. */
static void hear(void *ctx, const char *line) {
    assert_true(strlen(line) > 4);
    (*(uint32_t *)ctx)++;
}

static void any_plan_that_is_published_can_be_folded(void **state) {
    (void)state;
    uint32_t taken = 0;
    uint32_t lines = 0;
    uint32_t amended = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        kit k;
        plan_parts parts;
        kit_random r = {seed * 1000003};
        kit_open(&k);
        ledger_set_trace(k.ledger, hear, &lines);
        kit_must(&k, CITY, kit_genesis());
        kit_must(&k, CITY, kit_offices());
        kit_must(&k, CITY, kit_keys(&k));
        if (kit_below(&r, 2) == 0) kit_until(&k, "2023-08-15"); /* published late */
        kit_must(&k, CITY, kit_calendar());
        assert_true(publish(&k, &parts, &r));
        kit_must(&k, CITY, kit_lights(1));
        taken += live_a_year(&k, &parts, &r, &amended);
        hash256 live = kit_digest(&k);
        hash256 folded = kit_digest_of_replay(&k);
        assert_memory_equal(&live, &folded, sizeof live);
        assert_int_equal(ledger_set_day(k.ledger, kit_day_of("2023-06-01")), DUBAN_OK);
        assert_int_equal(ledger_set_day(k.ledger, kit_day_of("2024-06-01")), DUBAN_OK);
        assert_int_equal(ledger_set_basis(k.ledger, BASIS_ACCEPTED), DUBAN_OK);
        assert_int_equal(ledger_set_basis(k.ledger, BASIS_VERIFIED), DUBAN_OK);
        kit_close(&k);
    }
    assert_true(taken > 2000);
    assert_true(lines > taken);
    assert_true(amended > 200);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_plan_that_is_published_can_be_folded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
