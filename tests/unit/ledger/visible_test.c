/* What of a board may be said aloud: cells by cases, on a board written down here. */
#include "tests/unit/ledger/ledger_kit.h"

#include "broker/ledger/visible.h"
#include "proto/codec.h"

#define TASKS 4

/* Task n has visibility n - 1: public, internal, restricted, offline. Each has metric 1,
 * public, and metric 2, internal. */
typedef struct stage {
    task_words tasks[TASKS];
    metric_words metrics[2];
    split_words splits[2];
    arena arena;
    embargoes held;
    kit_memory memory;
} stage;

static const uint32_t leads[] = {2};

static int begin(void **state) {
    stage *s = calloc(1, sizeof *s);
    if (!s) return -1;
    arena_init(&s->arena, 0);
    for (uint32_t i = 0; i < 2; i++) {
        s->metrics[i] = (metric_words){.id = i + 1,
                                       .label = i == 0 ? "open" : "secret",
                                       .unit = "km",
                                       .definition = "as printed",
                                       .target = decimal_of_int(100),
                                       .comparator = COMPARATOR_COUNT,
                                       .visibility = i == 0 ? VISIBILITY_PUBLIC
                                                            : VISIBILITY_INTERNAL};
        s->splits[i] =
            (split_words){.metric = i + 1, .office = 3, .value = decimal_of_int(60)};
    }
    for (uint32_t i = 0; i < TASKS; i++)
        s->tasks[i] = (task_words){.id = i + 1,
                                   .number = "5.1",
                                   .chapter = "I",
                                   .section = "roads",
                                   .title = "a promise",
                                   .kind = TASK_INDICATOR,
                                   .leads = leads,
                                   .leads_n = 1,
                                   .asked_by = "a document",
                                   .metrics = s->metrics,
                                   .metrics_n = 2,
                                   .splits = s->splits,
                                   .splits_n = 2,
                                   .visibility = (visibility)i};
    *state = s;
    return 0;
}

static int end(void **state) {
    stage *s = *state;
    ledger_allocator memory = kit_allocator(&s->memory);
    embargoes_close(&s->held, &memory);
    assert_int_equal(s->memory.bytes, 0);
    arena_close(&s->arena);
    free(s);
    return 0;
}

static void each(void *ctx, ledger_visit visit, void *to) {
    (void)ctx;
    (void)visit;
    (void)to;
    fail_msg("a cell is judged by its task alone");
}

static bool find(void *ctx, const cell_name *name, cell *out) {
    stage *s = ctx;
    if (name->kind != CELL_TASK || name->task == 0 || name->task > TASKS) return false;
    *out = (cell){.name = *name, .task = s->tasks[name->task - 1]};
    return true;
}

static bool show(stage *s, const char *today, const cell *value, cell *out,
                 bool *held_back) {
    cell_walk cells = {s, each, find};
    visible v = {.cells = &cells,
                 .held = &s->held,
                 .who = VISIBLE_TO_PUBLIC,
                 .today = kit_day_of(today),
                 .space = &s->arena};
    bool shown = visible_cell(&v, value, out);
    assert_int_equal(v.status, DUBAN_OK);
    if (held_back != NULL) *held_back = v.held_back;
    cell all;
    v.who = VISIBLE_WHOLE;
    assert_true(visible_cell(&v, value, &all));
    assert_true(codec_cell_equal(&all, value));
    return shown;
}

static cell task_cell(stage *s, uint32_t id) {
    return (cell){.name = {.kind = CELL_TASK, .task = id}, .task = s->tasks[id - 1]};
}

/* --- tasks and metrics -------------------------------------------------------------- */

static void which_cells_of_a_task_are_said_depends_on_who_may_read_it(void **state) {
    static const struct {
        cell_kind kind;
        uint32_t metric;
        bool shown[TASKS]; /* public, internal, restricted, offline */
    } rows[] = {{CELL_TASK, 0, {true, true, false, true}},
                {CELL_VALUE, 1, {true, false, false, false}},
                {CELL_VALUE, 2, {false, false, false, false}},
                {CELL_PACE, 1, {true, false, false, false}},
                {CELL_PACE, 2, {false, false, false, false}},
                {CELL_LIGHT, 0, {true, true, false, true}},
                {CELL_ROUND, 0, {true, true, false, true}},
                {CELL_ITEM, 0, {true, true, false, false}},
                {CELL_TIMETABLE, 0, {true, false, false, false}},
                {CELL_NODE, 0, {true, false, false, false}},
                {CELL_DUTY, 0, {true, false, false, false}},
                {CELL_PROJECT, 0, {true, false, false, false}}};
    stage *s = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (uint32_t t = 1; t <= TASKS; t++) {
            cell value = {
                .name = {.kind = rows[i].kind, .task = t, .metric = rows[i].metric}};
            cell out;
            if (rows[i].kind == CELL_TASK) value = task_cell(s, t);
            if (show(s, "2023-07-10", &value, &out, NULL) != rows[i].shown[t - 1])
                fail_msg("cell of kind %d metric %u of task %u", rows[i].kind,
                         rows[i].metric, t);
        }
}

static void a_public_task_keeps_its_words_but_not_its_inner_metrics(void **state) {
    stage *s = *state;
    cell value = task_cell(s, 1);
    cell out;
    assert_true(show(s, "2023-07-10", &value, &out, NULL));
    assert_string_equal(out.task.title, "a promise");
    assert_int_equal(out.task.metrics_n, 2);
    assert_string_equal(out.task.metrics[0].label, "open");
    assert_string_equal(out.task.metrics[1].label, "");
    assert_int_equal(out.task.metrics[1].id, 2);
    assert_int_equal(out.task.metrics[1].target.micro, 0);
    assert_int_equal(out.task.metrics[1].comparator, COMPARATOR_NONE);
    assert_int_equal(out.task.splits_n, 1);
    assert_int_equal(out.task.splits[0].metric, 1);
    assert_string_equal(s->metrics[1].label, "secret"); /* what stands is not touched */
}

static void an_inner_task_says_who_answers_and_an_offline_one_its_number(void **state) {
    stage *s = *state;
    cell value = task_cell(s, 2);
    cell out;
    assert_true(show(s, "2023-07-10", &value, &out, NULL));
    assert_string_equal(out.task.number, "5.1");
    assert_int_equal(out.task.leads_n, 1);
    assert_string_equal(out.task.title, "");
    assert_string_equal(out.task.asked_by, "");
    assert_int_equal(out.task.metrics_n, 0);
    value = task_cell(s, 4);
    assert_true(show(s, "2023-07-10", &value, &out, NULL));
    assert_string_equal(out.task.number, "5.1");
    assert_int_equal(out.task.leads_n, 0);
    assert_int_equal(out.task.visibility, VISIBILITY_OFFLINE);
    assert_string_equal(out.task.chapter, "");
}

static void a_light_shows_its_state_and_no_figure_that_is_not_public(void **state) {
    stage *s = *state;
    static const struct {
        uint32_t task;
        uint32_t metric; /* that decided */
        bool margin;
    } rows[] = {{1, 1, true}, {1, 2, false}, {2, 1, false}, {4, 1, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cell out;
        cell value = {.name = {.kind = CELL_LIGHT, .task = rows[i].task},
                      .light = {.grade = GRADE_YELLOW,
                                .cause = CAUSE_BEHIND,
                                .metric = rows[i].metric,
                                .has_margin = true,
                                .margin = {-12000000},
                                .metrics_met = 1,
                                .since_day = 19500}};
        assert_true(show(s, "2023-07-10", &value, &out, NULL));
        assert_int_equal(out.light.grade, GRADE_YELLOW);
        assert_int_equal(out.light.since_day, 19500);
        assert_int_equal(out.light.has_margin, rows[i].margin);
        assert_int_equal(out.light.margin.micro, rows[i].margin ? -12000000 : 0);
        assert_int_equal(out.light.metrics_met, rows[i].task == 1);
    }
}

static void what_replaced_an_edition_does_not_open_it(void **state) {
    stage *s = *state;
    static const struct {
        visibility then;
        uint32_t task; /* as it is now */
        bool shown;
    } rows[] = {{VISIBILITY_PUBLIC, 1, true},
                {VISIBILITY_INTERNAL, 1, false},
                {VISIBILITY_PUBLIC, 2, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cell out;
        cell value = {.name = {.kind = CELL_EDITION, .task = rows[i].task, .node = 1},
                      .edition = {.task = s->tasks[0], .document = "", .approver = ""}};
        value.edition.task.visibility = rows[i].then;
        assert_int_equal(show(s, "2023-07-10", &value, &out, NULL), rows[i].shown);
        if (rows[i].shown) assert_string_equal(out.edition.task.metrics[1].label, "");
    }
}

/* --- embargoes ---------------------------------------------------------------------- */

static void learn(stage *s, uint32_t task, uint32_t office, const char *today,
                  const char *until) {
    ledger_allocator memory = kit_allocator(&s->memory);
    cell value = {.name = {.kind = CELL_VALUE,
                           .task = task,
                           .metric = 1,
                           .office = office,
                           .period = kit_period("2023Q2")}};
    value.value.embargo_day = until == NULL ? 0 : kit_day_of(until);
    assert_true(embargoes_learn(&s->held, &memory, &value, kit_day_of(today)));
}

static void an_embargoed_figure_is_not_said_aloud_before_its_day(void **state) {
    stage *s = *state;
    learn(s, 1, 3, "2023-07-10", "2023-07-20");
    static const struct {
        cell_kind kind;
        uint32_t metric;
        uint32_t office;
        bool rests; /* on the figure */
    } rows[] = {{CELL_VALUE, 1, 3, true},   {CELL_PACE, 1, 3, true},
                {CELL_PACE, 1, 0, true},    {CELL_LIGHT, 0, 0, true},
                {CELL_LIGHT, 0, 3, true},   {CELL_ROUND, 0, 0, true},
                {CELL_ITEM, 0, 3, false},   {CELL_TIMETABLE, 0, 0, false},
                {CELL_PROJECT, 0, 0, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cell value = {.name = {.kind = rows[i].kind,
                               .task = 1,
                               .metric = rows[i].metric,
                               .office = rows[i].office}};
        cell out;
        bool held = false;
        assert_int_equal(show(s, "2023-07-19", &value, &out, &held), !rows[i].rests);
        assert_int_equal(held, rows[i].rests);
        assert_true(show(s, "2023-07-20", &value, &out, &held));
        assert_false(held);
    }
}

static void an_embargo_ends_with_the_last_figure_it_holds(void **state) {
    stage *s = *state;
    cell whole = {.name = {.kind = CELL_PACE, .task = 1, .metric = 1}};
    cell out;
    learn(s, 1, 3, "2023-07-10", "2023-07-20");
    learn(s, 1, 4, "2023-07-10", "2023-07-25");
    assert_false(embargoes_lift(&s->held, kit_day_of("2023-07-19")));
    assert_true(embargoes_lift(&s->held, kit_day_of("2023-07-20")));
    assert_false(show(s, "2023-07-20", &whole, &out, NULL));
    assert_true(embargoes_lift(&s->held, kit_day_of("2023-07-25")));
    assert_true(show(s, "2023-07-25", &whole, &out, NULL));
    assert_int_equal(s->held.n, 0);
}

/* A figure without a known day of release waits; when it gets one, that day counts. */
static void a_release_that_gets_its_day_is_followed(void **state) {
    stage *s = *state;
    cell whole = {.name = {.kind = CELL_PACE, .task = 1, .metric = 1}};
    cell out;
    learn(s, 1, 3, "2023-07-10", "2099-12-31");
    assert_false(show(s, "2023-07-21", &whole, &out, NULL));
    learn(s, 1, 3, "2023-07-21", "2023-07-20");
    assert_true(embargoes_lift(&s->held, kit_day_of("2023-07-21")));
    assert_true(show(s, "2023-07-21", &whole, &out, NULL));
}

/* --- papers and people -------------------------------------------------------------- */

static void papers_are_said_unless_hidden_or_about_what_is_not_public(void **state) {
    stage *s = *state;
    static const uint32_t open[] = {1};
    static const uint32_t mixed[] = {1, 2};
    static const struct {
        const uint32_t *tasks;
        uint32_t n;
        bool hidden;
        bool shown;
    } rows[] = {{open, 1, false, true},
                {open, 1, true, false},
                {mixed, 2, false, false},
                {NULL, 0, false, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cell out;
        cell value = {.name = {.kind = CELL_PAPER, .node = 7},
                      .paper = {.form = "visit",
                                .state = "planned",
                                .title = "",
                                .tasks = rows[i].tasks,
                                .tasks_n = rows[i].n,
                                .document = "",
                                .authority = "",
                                .hidden = rows[i].hidden}};
        assert_int_equal(show(s, "2023-07-10", &value, &out, NULL), rows[i].shown);
    }
}

static void people_within_an_office_stay_within_it(void **state) {
    stage *s = *state;
    cell out;
    cell duty = {
        .name = {.kind = CELL_DUTY, .task = 1, .office = 3},
        .duty = {.why = DUTY_CALLED_IN, .assigned = "k2", .assigned_day = 19500}};
    assert_true(show(s, "2023-07-10", &duty, &out, NULL));
    assert_int_equal(out.duty.why, DUTY_CALLED_IN);
    assert_string_equal(out.duty.assigned, "");
    assert_int_equal(out.duty.assigned_day, 0);
    cell post = {
        .name = {.kind = CELL_POST, .node = 1},
        .post = {.code = "vm-1", .title = "a vice mayor", .holder = kit_body("a name")}};
    assert_true(show(s, "2023-07-10", &post, &out, NULL));
    assert_true(out.post.holder.present); /* a hash, as it stands in the entry */
}

#define WITH_STAGE(name) cmocka_unit_test_setup_teardown(name, begin, end)

/* --- offices ----------------------------------------------------------------------- */

static bool office_sees(stage *s, uint32_t office, const cell *value, cell *out) {
    cell_walk cells = {s, each, find};
    visible v = {.cells = &cells,
                 .held = &s->held,
                 .who = VISIBLE_TO_OFFICE(office),
                 .today = kit_day_of("2023-07-10"),
                 .space = &s->arena};
    bool seen = visible_cell(&v, value, out);
    if (seen) assert_int_equal(v.held_back, false);
    return seen;
}

static void an_embargoed_figure_is_its_own_offices_and_what_rests_on_it(void **state) {
    stage *s = *state;
    learn(s, 1, 3, "2023-07-10", "2023-07-20");
    static const struct {
        cell_kind kind;
        uint32_t metric;
        uint32_t office;
        bool own, other; /* office 3 sees it, office 5 does */
    } rows[] = {{CELL_VALUE, 1, 3, true, false}, {CELL_PACE, 1, 3, true, false},
                {CELL_LIGHT, 0, 3, true, false}, {CELL_LIGHT, 0, 0, true, false},
                {CELL_VALUE, 1, 5, true, true},  {CELL_ITEM, 0, 3, true, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cell out;
        cell value = {.name = {.kind = rows[i].kind,
                               .task = 1,
                               .metric = rows[i].metric,
                               .office = rows[i].office,
                               .period = kit_period("2023Q2")}};
        if (office_sees(s, 3, &value, &out) != rows[i].own ||
            office_sees(s, 5, &value, &out) != rows[i].other)
            fail_msg("cell of kind %d of office %u", rows[i].kind, rows[i].office);
    }
}

static bool find_filled(void *ctx, const cell_name *name, cell *out) {
    static const duty_filler rows[] = {{.metric = 1, .filler = 4}};
    if (name->kind != CELL_DUTY) return find(ctx, name, out);
    *out = (cell){.name = *name, .duty = {.fillers = rows, .fillers_n = 1}};
    return true;
}

static void
an_embargoed_figure_is_known_to_whoever_fills_it_for_its_office(void **state) {
    stage *s = *state;
    cell_walk cells = {s, each, find_filled};
    cell value = {.name = {.kind = CELL_VALUE,
                           .task = 1,
                           .metric = 1,
                           .office = 3,
                           .period = kit_period("2023Q2")}};
    learn(s, 1, 3, "2023-07-10", "2023-07-20");
    for (uint32_t office = 4; office <= 5; office++) {
        cell out;
        visible v = {.cells = &cells,
                     .held = &s->held,
                     .who = VISIBLE_TO_OFFICE(office),
                     .today = kit_day_of("2023-07-10"),
                     .space = &s->arena};
        assert_int_equal(visible_cell(&v, &value, &out), office == 4);
    }
}

static void a_hidden_paper_is_seen_by_whoever_opened_it(void **state) {
    stage *s = *state;
    cell out;
    cell value = {.name = {.kind = CELL_PAPER, .node = 1},
                  .paper = {.opener = 3, .hidden = true}};
    assert_true(office_sees(s, 3, &value, &out));
    assert_false(office_sees(s, 5, &value, &out));
    value.paper.hidden = false;
    assert_true(office_sees(s, 5, &value, &out));
}

static void an_office_sees_inner_tasks_whole_and_its_own_people_alone(void **state) {
    stage *s = *state;
    cell out;
    cell value = task_cell(s, 2); /* internal */
    assert_true(office_sees(s, 5, &value, &out));
    assert_string_equal(out.task.title, "a promise");
    cell duty = {.name = {.kind = CELL_DUTY, .task = 1, .office = 3},
                 .duty = {.assigned = "kz03", .assigned_day = 7}};
    assert_true(office_sees(s, 3, &duty, &out));
    assert_string_equal(out.duty.assigned, "kz03");
    assert_true(office_sees(s, 5, &duty, &out));
    assert_string_equal(out.duty.assigned, "");
    assert_int_equal(out.duty.assigned_day, 0);
}

static void each_task(void *ctx, ledger_visit visit, void *to) {
    stage *s = ctx;
    for (uint32_t id = 1; id <= TASKS; id++) {
        cell task = task_cell(s, id);
        visit(to, &task);
    }
}

/* Task 1 is public now; office 3 has a split of it, office 5 no part in it. */
static void an_edition_that_was_restricted_stays_with_whom_it_concerns(void **state) {
    stage *s = *state;
    cell_walk cells = {s, each_task, find};
    cell value = {.name = {.kind = CELL_EDITION, .task = 1, .node = 1},
                  .edition = {.task = s->tasks[0]}};
    value.edition.task.visibility = VISIBILITY_RESTRICTED;
    for (uint32_t office = 3; office <= 5; office += 2) {
        cell out;
        visible v = {.cells = &cells,
                     .held = &s->held,
                     .who = VISIBLE_TO_OFFICE(office),
                     .today = kit_day_of("2023-07-10"),
                     .space = &s->arena};
        assert_int_equal(visible_cell(&v, &value, &out), office == 3);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_STAGE(which_cells_of_a_task_are_said_depends_on_who_may_read_it),
        WITH_STAGE(a_public_task_keeps_its_words_but_not_its_inner_metrics),
        WITH_STAGE(an_inner_task_says_who_answers_and_an_offline_one_its_number),
        WITH_STAGE(a_light_shows_its_state_and_no_figure_that_is_not_public),
        WITH_STAGE(what_replaced_an_edition_does_not_open_it),
        WITH_STAGE(an_embargoed_figure_is_not_said_aloud_before_its_day),
        WITH_STAGE(an_embargo_ends_with_the_last_figure_it_holds),
        WITH_STAGE(a_release_that_gets_its_day_is_followed),
        WITH_STAGE(papers_are_said_unless_hidden_or_about_what_is_not_public),
        WITH_STAGE(people_within_an_office_stay_within_it),
        WITH_STAGE(an_embargoed_figure_is_its_own_offices_and_what_rests_on_it),
        WITH_STAGE(an_embargoed_figure_is_known_to_whoever_fills_it_for_its_office),
        WITH_STAGE(a_hidden_paper_is_seen_by_whoever_opened_it),
        WITH_STAGE(an_office_sees_inner_tasks_whole_and_its_own_people_alone),
        WITH_STAGE(an_edition_that_was_restricted_stays_with_whom_it_concerns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
