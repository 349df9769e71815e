/* Boards arranged for people: counts above tasks, never a worst-of; rates that are null
 * when nothing was expected; a sentence for every cause. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/cli/show.h"
#include "client/cli/text.h"

#define CELLS_MAX 64

typedef struct world {
    duban_board *board;
    cell cells[CELLS_MAX];
    uint32_t n;
    arena arena;
} world;

static const metric_words roads = {.id = 1,
                                   .label = "道路",
                                   .comparator = COMPARATOR_COUNT,
                                   .target = {500000000},
                                   .unit = "公里",
                                   .nature = NATURE_CUMULATIVE};
static const char *const leaders[] = {"市领导01", "市领导02"};
static const uint32_t leads[] = {2};

static cell *add(world *w, cell_kind kind) {
    cell *c = &w->cells[w->n++];
    c->name.kind = kind;
    c->changed = 7;
    return c;
}

static void add_plan(world *w, const char *day) {
    cell *c = add(w, CELL_PLAN);
    c->plan = (plan_cell){.code = "2023", .title = "台账", .cycle = PERIOD_QUARTER};
    assert_int_equal(day_read("2023-01-01", &c->plan.first_day), DUBAN_OK);
    assert_int_equal(day_read("2023-12-31", &c->plan.last_day), DUBAN_OK);
    assert_int_equal(day_read(day, &c->plan.day), DUBAN_OK);
}

static void add_office(world *w, uint32_t number, const char *code, const char *name,
                       office_kind kind) {
    cell *c = add(w, CELL_OFFICE);
    c->name.office = number;
    c->office =
        (office_words){.number = number, .code = code, .name = name, .kind = kind};
}

static void add_task(world *w, uint32_t id, const char *number, const char *chapter,
                     uint32_t leaders_n) {
    cell *c = add(w, CELL_TASK);
    c->name.task = id;
    c->task = (task_words){.id = id,
                           .number = number,
                           .chapter = chapter,
                           .section = "",
                           .title = "修路",
                           .kind = TASK_MILESTONE,
                           .leaders = leaders,
                           .leaders_n = leaders_n,
                           .leads = leads,
                           .leads_n = 1,
                           .metrics = &roads,
                           .metrics_n = 1};
}

static light_cell *add_light(world *w, uint32_t task, uint32_t office, grade g,
                             cause why) {
    cell *c = add(w, CELL_LIGHT);
    c->name.task = task;
    c->name.office = office;
    c->light = (light_cell){.grade = g, .cause = why, .charged = 2};
    return &c->light;
}

static void add_item(world *w, uint32_t task, uint32_t office, const char *round,
                     int64_t first_ms, bool late) {
    cell *c = add(w, CELL_ITEM);
    c->name.task = task;
    c->name.office = office;
    assert_int_equal(period_read(round, &c->name.period), DUBAN_OK);
    c->item = (item_cell){.state = ITEM_DUE,
                          .open_day = period_last_day(c->name.period) + 1,
                          .close_day = period_last_day(c->name.period) + 10,
                          .first_ms = first_ms,
                          .late = late};
}

static world *new_world(const char *day) {
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    assert_int_equal(duban_board_new(&w->board), DUBAN_OK);
    arena_init(&w->arena, 0);
    add_plan(w, day);
    add_office(w, 2, "jiaotong", "市交通运输局", OFFICE_DEPARTMENT);
    add_office(w, 3, "guanxian", "冠县人民政府", OFFICE_COUNTY);
    add_office(w, 4, "gaoxin", "高新区管委会", OFFICE_ZONE);
    return w;
}

static view look(world *w, view_by by) {
    frame_words frame = {.origin = "test/1",
                         .plan = "2023",
                         .to = 7,
                         .head = 7,
                         .cells = w->cells,
                         .cells_n = w->n};
    bool gap = true;
    view v;
    assert_int_equal(duban_board_fold(w->board, &frame, &gap), DUBAN_OK);
    assert_false(gap);
    assert_int_equal(view_make(w->board, by, &w->arena, &v), DUBAN_OK);
    return v;
}

static void free_world(world *w) {
    duban_board_free(w->board);
    arena_close(&w->arena);
    free(w);
}

static const view_group *group(const view *v, const char *name) {
    for (uint32_t i = 0; i < v->groups_n; i++)
        if (strcmp(v->groups[i].name, name) == 0) return &v->groups[i];
    fail_msg("no group %s", name);
    return NULL;
}

static void a_county_shows_counts_of_every_grade_and_no_worst_of(void **state) {
    (void)state;
    world *w = new_world("2023-05-07");
    add_task(w, 1, "1", "一、发展", 1);
    add_task(w, 2, "2", "一、发展", 1);
    add_light(w, 1, 3, GRADE_RED, CAUSE_BEHIND);
    add_light(w, 2, 3, GRADE_GREEN, CAUSE_ON_PACE);
    add_light(w, 1, 2, GRADE_GREEN, CAUSE_ON_PACE);
    view v = look(w, VIEW_COUNTY);
    assert_int_equal(v.groups_n, 1); /* the department is no county */
    const view_group *g = group(&v, "冠县人民政府");
    assert_int_equal(g->grades[GRADE_RED], 1);
    assert_int_equal(g->grades[GRADE_GREEN], 1);
    assert_int_equal(g->lights, 2);
    free_world(w);
}

static void a_task_of_two_leaders_counts_under_both(void **state) {
    (void)state;
    world *w = new_world("2023-05-07");
    add_task(w, 1, "1", "一、发展", 2);
    add_task(w, 2, "2", "二、民生", 1);
    add_light(w, 1, 0, GRADE_YELLOW, CAUSE_BEHIND);
    add_light(w, 2, 0, GRADE_GREEN, CAUSE_ON_PACE);
    view v = look(w, VIEW_LEADER);
    assert_int_equal(group(&v, "市领导01")->lights, 2);
    assert_int_equal(group(&v, "市领导02")->grades[GRADE_YELLOW], 1);
    assert_int_equal(group(&v, "市领导02")->lights, 1);
    v = look(w, VIEW_CHAPTER);
    assert_int_equal(group(&v, "二、民生")->grades[GRADE_GREEN], 1);
    free_world(w);
}

static void rates_are_shares_of_what_was_expected_in_the_round(void **state) {
    (void)state;
    world *w =
        new_world("2023-05-07"); /* the first quarter is the newest that has ended */
    add_task(w, 1, "1", "一、发展", 1);
    add_item(w, 1, 3, "2023Q1", 5, false);
    add_item(w, 2, 3, "2023Q1", 6, true);
    add_item(w, 3, 3, "2023Q1", 0, false);
    add_item(w, 1, 3, "2023Q2", 9, false); /* another round */
    view v = look(w, VIEW_COUNTY);
    char round[PERIOD_TEXT_SIZE];
    period_write(v.round, round);
    assert_string_equal(round, "2023Q1");
    const reporting *r = &group(&v, "冠县人民政府")->round;
    assert_int_equal(r->expected, 3);
    assert_int_equal(r->reported, 2);
    assert_int_equal(r->on_time, 1);
    free_world(w);
}

static void what_is_withdrawn_exempt_or_off_line_leaves_the_rates(void **state) {
    (void)state;
    world *w = new_world("2023-05-07");
    add_task(w, 1, "1", "一、发展", 1);
    for (uint32_t task = 1; task <= 3; task++)
        add_item(w, task, 3, "2023Q1", task == 1 ? 5 : 0, false);
    cell *off_line = add(w, CELL_TASK);
    off_line->name.task = 2;
    off_line->task =
        (task_words){.id = 2, .number = "2", .visibility = VISIBILITY_OFFLINE};
    cell *exempt = add(w, CELL_DUTY);
    exempt->name.task = exempt->name.office = 3;
    exempt->duty.assigned = "";
    exempt->duty.exempt_day = period_last_day(period_of_day(PERIOD_QUARTER, 19447));
    view v = look(w, VIEW_COUNTY);
    const reporting *r = &group(&v, "冠县人民政府")->round;
    assert_int_equal(r->expected, 1);
    assert_int_equal(r->reported, 1);
    free_world(w);
}

static void a_rate_is_null_and_not_zero_when_nothing_was_expected(void **state) {
    (void)state;
    world *w = new_world("2023-05-07");
    add_light(w, 1, 3, GRADE_GREEN, CAUSE_ON_PACE);
    view v = look(w, VIEW_COUNTY);
    json_t *json = show_view_json(&v, w->board);
    json_t *row = json_array_get(json_object_get(json, "rows"), 0);
    json_t *round = json_object_get(row, "round");
    assert_int_equal(json_integer_value(json_object_get(round, "expected")), 0);
    assert_true(json_is_null(json_object_get(round, "reported_rate")));
    assert_true(json_is_null(json_object_get(round, "on_time_rate")));
    json_decref(json);
    free_world(w);
}

static void totals_count_every_task_once(void **state) {
    (void)state;
    world *w = new_world("2023-05-07");
    add_task(w, 1, "1", "一、发展", 2);
    add_task(w, 2, "2", "一、发展", 1);
    add_task(w, 3, "3", "一、发展", 1); /* no light yet */
    add_light(w, 1, 0, GRADE_RED, CAUSE_BEHIND);
    add_light(w, 2, 0, GRADE_DONE, CAUSE_MET);
    view v = look(w, VIEW_TASK);
    assert_int_equal(v.tasks_n, 3);
    assert_int_equal(v.totals[GRADE_RED], 1);
    assert_int_equal(v.totals[GRADE_DONE], 1);
    assert_int_equal(v.totals[GRADE_NONE], 1);
    assert_string_equal(v.tasks[0].lead, "市交通运输局");
    free_world(w);
}

static void why_says_value_target_share_day_and_margin(void **state) {
    (void)state;
    world *w = new_world("2023-05-07");
    add_task(w, 1, "49", "一、发展", 1);
    light_cell *l = add_light(w, 1, 0, GRADE_BLUE, CAUSE_BEHIND);
    l->metric = 1;
    l->lights_version = 2;
    l->lights_row = 14;
    cell *c = add(w, CELL_PACE);
    c->name.task = 1;
    c->name.metric = 1;
    c->pace = (pace_cell){.target = {500000000},
                          .has_value = true,
                          .value = {100000000},
                          .has_margin = true,
                          .margin = {-4657534},
                          .has_share = true,
                          .actual = {20000000},
                          .expected = {24657534}};
    assert_int_equal(day_read("2023-03-31", &c->pace.day), DUBAN_OK);
    look(w, VIEW_TASK);
    cell_name name = {.kind = CELL_LIGHT, .task = 1};
    char zh[1024], en[1024];
    show_why(zh, sizeof zh, duban_board_cell(w->board, &name), w->board, DUBAN_ZH);
    show_why(en, sizeof en, duban_board_cell(w->board, &name), w->board, DUBAN_EN);
    const char *parts[] = {"49",    "100",        "500",   "20.00",
                           "24.66", "2023-03-31", "-4.66", "14"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_non_null(strstr(zh, parts[i]));
        assert_non_null(strstr(en, parts[i]));
    }
    assert_non_null(strstr(zh, "个百分点"));
    free_world(w);
}

static void every_cause_and_grade_has_words_in_both_languages(void **state) {
    (void)state;
    for (int i = 1; i < CAUSE_COUNT; i++) {
        assert_true(*text_cause((cause)i, DUBAN_ZH) && *text_cause((cause)i, DUBAN_EN));
        assert_true(*text_cause_code((cause)i));
    }
    for (int i = 1; i < GRADE_COUNT; i++)
        assert_true(*text_grade((grade)i, DUBAN_ZH) && *text_grade((grade)i, DUBAN_EN));
}

/* The sentence for a light of task 1, in both languages. */
static void both(world *w, char zh[1024], char en[1024]) {
    cell_name name = {.kind = CELL_LIGHT, .task = 1};
    look(w, VIEW_TASK);
    const cell *light = duban_board_cell(w->board, &name);
    show_why(zh, 1024, light, w->board, DUBAN_ZH);
    show_why(en, 1024, light, w->board, DUBAN_EN);
}

static void why_says_what_the_rules_would_show_without_a_hand(void **state) {
    (void)state;
    char zh[1024], en[1024];
    world *w = new_world("2023-05-07");
    add_task(w, 1, "49", "一、发展", 1);
    light_cell *l = add_light(w, 1, 0, GRADE_YELLOW, CAUSE_OVERRIDE);
    l->computed = GRADE_GREEN;
    assert_int_equal(day_read("2023-06-30", &l->override_until), DUBAN_OK);
    both(w, zh, en);
    assert_non_null(strstr(zh, "黄灯，人工调整（按规则为绿灯，至 2023-06-30）"));
    assert_non_null(
        strstr(en, "yellow, set by hand (by the rules green, until 2023-06-30)"));
    free_world(w);
}

static void why_names_the_paper_that_decided_and_the_day_before_it(void **state) {
    (void)state;
    char zh[1024], en[1024];
    world *w = new_world("2023-05-07");
    add_task(w, 1, "49", "一、发展", 1);
    light_cell *l = add_light(w, 1, 0, GRADE_BLUE, CAUSE_DUE_SOON);
    l->paper = 3;
    assert_int_equal(day_read("2023-06-30", &l->extended_from), DUBAN_OK);
    assert_int_equal(day_read("2023-09-30", &l->due), DUBAN_OK);
    cell *c = add(w, CELL_PAPER);
    c->name.node = 3;
    c->paper = (paper_cell){.form = "relief",
                            .state = "granted",
                            .title = "延期",
                            .document = "聊政督〔2023〕7号",
                            .authority = "市政府常务会议"};
    both(w, zh, en);
    assert_non_null(
        strstr(zh, "第 3 号文书“延期”（聊政督〔2023〕7号），市政府常务会议决定"));
    assert_non_null(strstr(zh, "原定 2023-06-30，延至 2023-09-30"));
    assert_non_null(strstr(en, "was due 2023-06-30, extended to 2023-09-30"));
    free_world(w);
}

static void what_needs_attention_comes_worst_first_by_the_table(void **state) {
    (void)state;
    static const grade order[] = {GRADE_BLUE, GRADE_DONE, GRADE_GREEN, GRADE_RED,
                                  GRADE_GREY};
    grade found[GRADE_COUNT];
    plan_cell plan = {0};
    assert_int_equal(view_running(&plan, found), 2);
    assert_int_equal(found[0], GRADE_RED);
    assert_int_equal(found[1], GRADE_YELLOW);
    plan = (plan_cell){.order = order, .order_n = 5, .running_from = GRADE_RED};
    assert_int_equal(view_running(&plan, found), 2);
    assert_int_equal(found[0], GRADE_GREY);
    assert_int_equal(found[1], GRADE_RED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_county_shows_counts_of_every_grade_and_no_worst_of),
        cmocka_unit_test(a_task_of_two_leaders_counts_under_both),
        cmocka_unit_test(rates_are_shares_of_what_was_expected_in_the_round),
        cmocka_unit_test(what_is_withdrawn_exempt_or_off_line_leaves_the_rates),
        cmocka_unit_test(a_rate_is_null_and_not_zero_when_nothing_was_expected),
        cmocka_unit_test(totals_count_every_task_once),
        cmocka_unit_test(why_says_value_target_share_day_and_margin),
        cmocka_unit_test(why_says_what_the_rules_would_show_without_a_hand),
        cmocka_unit_test(why_names_the_paper_that_decided_and_the_day_before_it),
        cmocka_unit_test(what_needs_attention_comes_worst_first_by_the_table),
        cmocka_unit_test(every_cause_and_grade_has_words_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
