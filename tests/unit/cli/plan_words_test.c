#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/keyline.h"
#include "client/cli/plan_load.h"
#include "proto/codec.h"
#include "proto/sign.h"

static arena memory;

static int setup(void **state) {
    (void)state;
    arena_init(&memory, 0);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_close(&memory);
    return 0;
}

/* --- the shipped sample ------------------------------------------------------------- */

static plan_files sample;

static cli silent(void) {
    return (cli){.lang = DUBAN_ZH, .out = stdout, .err = stderr};
}

static void load_sample(void) {
    cli c = silent();
    c.options[c.options_n++] = (option_given){"splits", "client/sample/splits.csv"};
    c.options[c.options_n++] = (option_given){"offices", "client/sample/offices.csv"};
    sample = (plan_files){0};
    assert_int_equal(plan_load(&c, &memory, "client/sample/plan.csv", NULL, &sample),
                     DUBAN_OK);
}

static const task_words *task_of(const char *number) {
    for (uint32_t i = 0; i < sample.words.tasks_n; i++)
        if (strcmp(sample.words.tasks[i].number, number) == 0)
            return &sample.words.tasks[i];
    fail_msg("no task %s", number);
    return NULL;
}

static void the_sample_is_read_without_a_problem(void **state) {
    (void)state;
    load_sample();
    assert_int_equal(sample.words.problems_n, 0);
    assert_int_equal(sample.words.tasks_n, 159); /* 160 records, one only a heading */
    assert_int_equal(sample.words.metrics_n, 123);
    assert_int_equal(sample.words.splits_n, 351);
    for (uint32_t i = 0; i < sample.words.tasks_n; i++) {
        const task_words *task = &sample.words.tasks[i];
        assert_int_equal(task->id, i + 1);
        for (uint32_t m = 0; m < task->metrics_n; m++)
            assert_int_equal(task->metrics[m].id, m + 1);
    }
    plan_load_close(&sample);
}

static void names_become_numbers_and_headings_are_joined(void **state) {
    (void)state;
    load_sample();
    const task_words *road = task_of("49");
    assert_string_equal(road->chapter, "六、乡村振兴");
    assert_string_equal(road->section, "（二）乡村建设");
    assert_int_equal(road->leads_n, 1);
    assert_string_equal(sample.offices.offices[road->leads[0] - 1].name, "市交通运输局");
    assert_string_equal(road->metrics[0].unit, "公里");
    assert_int_equal(road->metrics[0].target.micro, 500 * DECIMAL_MICRO);
    assert_int_equal(road->deadline, day_of_date((date){2023, 12, 31}));
    const task_words *open = task_of("117");
    assert_int_equal(open->leads_n, 0);
    assert_true(open->responsible_open);
    plan_load_close(&sample);
}

static void a_metric_is_complete_when_every_split_says_so(void **state) {
    (void)state;
    load_sample();
    uint32_t complete = 0, partial = 0;
    for (uint32_t i = 0; i < sample.words.tasks_n; i++) {
        const task_words *task = &sample.words.tasks[i];
        for (uint32_t m = 0; m < task->metrics_n; m++) {
            uint32_t splits = 0;
            for (uint32_t k = 0; k < task->splits_n; k++)
                splits += task->splits[k].metric == task->metrics[m].id;
            if (!splits) assert_false(task->metrics[m].splits_complete);
            complete += task->metrics[m].splits_complete;
            partial += splits && !task->metrics[m].splits_complete;
        }
    }
    assert_true(complete > 20);
    assert_int_equal(partial, 3); /* client/sample/README.md */
    plan_load_close(&sample);
}

static void chunks_fit_an_entry_and_hold_every_task_once(void **state) {
    (void)state;
    load_sample();
    plan_chunks chunks;
    uint32_t task = 0, next = 1;
    assert_int_equal(plan_words_cut(&memory, &sample.words, 1, "2023", &chunks, &task),
                     DUBAN_OK);
    hash_stream stream;
    hash_begin(&stream);
    for (uint32_t i = 0; i < chunks.n; i++) {
        const plan_chunk_words *chunk = &chunks.chunks[i];
        event ev = {.kind = KIND_PLAN_CHUNK, .plan_chunk = *chunk};
        buffer bytes;
        buffer_init(&bytes);
        assert_int_equal(codec_event_write(&ev, &bytes), DUBAN_OK);
        assert_in_range(bytes.size, 1, PLAN_CHUNK_SIZE_MAX);
        hash_add(&stream, bytes.data, bytes.size);
        buffer_close(&bytes);
        assert_int_equal(chunk->chunk, i + 1);
        for (uint32_t k = 0; k < chunk->tasks_n; k++)
            assert_int_equal(chunk->tasks[k].id, next++);
    }
    assert_int_equal(next, sample.words.tasks_n + 1);
    hash256 hash = hash_end(&stream);
    assert_true(hash_equal(&hash, &chunks.hash));
    plan_load_close(&sample);
}

/* --- bad tables --------------------------------------------------------------------- */

typedef struct told {
    duban_refusal problems[32];
    bool splits[32];
    size_t n;
} told;

static uint32_t any_office(void *ctx, const char *name) {
    (void)ctx;
    return strcmp(name, "甲") == 0 ? 2 : strcmp(name, "乙") == 0 ? 3 : 0;
}

static bool any_task(void *ctx, const char *text, uint32_t *plan, uint32_t *task) {
    (void)ctx;
    *plan = 1;
    *task = 25;
    return strcmp(text, "2022/25") == 0;
}

static void keep(void *ctx, bool splits, const duban_refusal *problem) {
    told *t = ctx;
    assert_true(t->n < 32);
    t->splits[t->n] = splits;
    t->problems[t->n++] = *problem;
}

static plan_row metric_row(const char *no, const char *title, const char *label,
                           uint32_t row) {
    return (plan_row){.no = no,
                      .chapter_no = "",
                      .chapter = "",
                      .section_no = "",
                      .section = "",
                      .title = title,
                      .metric = label,
                      .comparator = COMPARATOR_AT_LEAST,
                      .target = "10",
                      .target_max = "",
                      .unit = "个",
                      .start = "",
                      .deadline = "",
                      .definition = "",
                      .opening = "",
                      .doubts = "",
                      .asked_by = "",
                      .carried = "",
                      .tolerance = "",
                      .reference = "",
                      .ratio_scale = "",
                      .source = "",
                      .release = "",
                      .release_days = "",
                      .row = row};
}

static told make(plan_row *rows, size_t n, const split_row *splits, size_t splits_n,
                 plan_words *out) {
    told t = {0};
    plan_table table = {.rows = rows, .rows_n = n};
    plan_words_door door = {&t, DUBAN_ZH, any_office, any_task, keep};
    assert_int_equal(plan_words_make(&memory, &table, splits, splits_n, &door, out),
                     DUBAN_OK);
    assert_int_equal(out->problems_n, t.n);
    return t;
}

static void expect(const told *t, bool splits, duban_status status, uint32_t line,
                   const char *field) {
    for (size_t i = 0; i < t->n; i++)
        if (t->splits[i] == splits && t->problems[i].status == status &&
            t->problems[i].line == line && strcmp(t->problems[i].field, field) == 0)
            return;
    fail_msg("not told: %s line %u %s", duban_status_name(status), line, field);
}

static void every_problem_of_a_plan_is_told_with_its_row(void **state) {
    (void)state;
    const char *unknown[] = {"丙"};
    plan_row rows[] = {
        metric_row("1", "标题", "指标甲", 2), metric_row("1", "", "指标甲", 3),
        metric_row("2", "", "指标", 4),       metric_row("3", "标题", "指标", 5),
        metric_row("1", "另一标题", "乙", 6), metric_row("4", "标题", "指标", 7),
    };
    rows[0].leads = (plan_names){unknown, 1};
    rows[3].target = "十";
    rows[3].deadline = "2023-02-30";
    rows[5].comparator = COMPARATOR_BETWEEN;
    rows[5].target_max = "9";
    plan_words words;
    told t = make(rows, 6, NULL, 0, &words);
    expect(&t, false, DUBAN_E_UNKNOWN_OFFICE, 2, "牵头单位");
    expect(&t, false, DUBAN_E_DUPLICATE, 3, "指标");
    expect(&t, false, DUBAN_E_EMPTY, 4, "事项");
    expect(&t, false, DUBAN_E_DECIMAL, 5, "目标值");
    expect(&t, false, DUBAN_E_DATE, 5, "期限");
    expect(&t, false, DUBAN_E_DUPLICATE, 6, "任务号");
    expect(&t, false, DUBAN_E_TARGET, 7, "上限");
    assert_int_equal(t.n, 7);
}

static void every_problem_of_the_splits_is_told_with_its_row(void **state) {
    (void)state;
    plan_row rows[] = {metric_row("1", "标题", "数量", 2)};
    const split_row splits[] = {
        {"9", "数量", "甲", "1", true, 2, "", ""},
        {"1", "质量", "甲", "1", true, 3, "", ""},
        {"1", "数量", "丙", "1", true, 4, "", ""},
        {"1", "数量", "甲", "x", true, 5, "", ""},
        {"1", "M1", "甲", "4", true, 6, "", ""},
        {"1", "数量", "甲", "4", true, 7, "", ""},
        {"1", "数量", "乙", "5", true, 8, "", ""},
    };
    plan_words words;
    told t = make(rows, 1, splits, 7, &words);
    expect(&t, true, DUBAN_E_UNKNOWN_TASK, 2, "任务号");
    expect(&t, true, DUBAN_E_UNKNOWN_METRIC, 3, "指标");
    expect(&t, true, DUBAN_E_UNKNOWN_OFFICE, 4, "单位");
    expect(&t, true, DUBAN_E_DECIMAL, 5, "分解值");
    expect(&t, true, DUBAN_E_DUPLICATE, 7, "单位");
    assert_int_equal(t.n, 5); /* of a sum with bad rows nothing is said */
    assert_int_equal(words.splits_n, 2);
}

static void a_complete_split_that_falls_short_is_told_with_both_numbers(void **state) {
    (void)state;
    plan_row rows[] = {metric_row("1", "标题", "数量", 2)};
    split_row splits[] = {{"1", "M1", "甲", "4", true, 2, "", ""},
                          {"1", "数量", "乙", "5", true, 3, "", ""}};
    plan_words words;
    told t = make(rows, 1, splits, 2, &words);
    assert_int_equal(t.n, 1);
    expect(&t, true, DUBAN_E_SPLIT_SHORT, 3, "数量");
    assert_string_equal(t.problems[0].found, "9");
    assert_string_equal(t.problems[0].expected, "10");
    splits[1].complete = false;
    t = make(rows, 1, splits, 2, &words);
    assert_int_equal(t.n, 0);
}

static void a_task_without_numbers_stands_on_one_row(void **state) {
    (void)state;
    plan_row rows[] = {metric_row("1", "标题", "", 2)};
    rows[0].comparator = COMPARATOR_NONE;
    rows[0].target = rows[0].unit = "";
    rows[0].deadline = "2023-06-30";
    rows[0].doubts = "请核对";
    plan_words words;
    told t = make(rows, 1, NULL, 0, &words);
    assert_int_equal(t.n, 0);
    assert_int_equal(words.tasks_n, 1);
    assert_int_equal(words.tasks[0].metrics_n, 0);
    assert_int_equal(words.tasks[0].deadline, day_of_date((date){2023, 6, 30}));
    assert_int_equal(words.doubts_n, 1);
}

static void what_only_some_metrics_have_is_read(void **state) {
    (void)state;
    const char *gates[] = {"开工=2023-06-30", "in_production=2023/9/30"};
    plan_row rows[] = {metric_row("1", "标题", "增速", 2),
                       metric_row("2", "标题", "集群", 3)};
    rows[0].comparator = COMPARATOR_REFERENCE;
    rows[0].target = rows[0].unit = "";
    rows[0].reference = "2/集群";
    rows[0].below = true;
    rows[0].source = "乙";
    rows[0].release = "gdp";
    rows[0].release_days = "5";
    rows[0].ratio_scale = "100";
    rows[0].visibility = VISIBILITY_INTERNAL;
    rows[0].metric_visibility = VISIBILITY_RESTRICTED;
    rows[0].asked_by = "省文件";
    rows[0].carried = "2022/25";
    rows[0].gates = (plan_names){gates, 2};
    rows[1].comparator = COMPARATOR_FLOOR_STRETCH;
    rows[1].target = "2";
    rows[1].target_max = "3";
    plan_words words;
    told t = make(rows, 2, NULL, 0, &words);
    assert_int_equal(t.n, 0);
    const task_words *task = &words.tasks[0];
    const metric_words *m = &task->metrics[0], *floor = &words.tasks[1].metrics[0];
    assert_int_equal(m->reference_task, 2);
    assert_int_equal(m->reference_metric, 1);
    assert_true(m->reference_below);
    assert_int_equal(m->source, 3);
    assert_string_equal(m->release, "gdp");
    assert_int_equal(m->release_days, 5);
    assert_int_equal(m->ratio_scale.micro, 100 * DECIMAL_MICRO);
    assert_int_equal(m->visibility, VISIBILITY_RESTRICTED);
    assert_int_equal(task->visibility, VISIBILITY_INTERNAL);
    assert_string_equal(task->asked_by, "省文件");
    assert_int_equal(task->carried_plan, 1);
    assert_int_equal(task->carried_task, 25);
    assert_int_equal(task->gates_n, 2);
    assert_int_equal(task->gates[0].stage, STAGE_STARTED);
    assert_int_equal(task->gates[1].stage, STAGE_IN_PRODUCTION);
    assert_int_equal(task->gates[1].day, day_of_date((date){2023, 9, 30}));
    assert_int_equal(floor->target.micro, 2 * DECIMAL_MICRO);
    assert_int_equal(floor->stretch.micro, 3 * DECIMAL_MICRO);
    assert_int_equal(floor->target_max.micro, 0);
}

static void what_points_nowhere_is_told(void **state) {
    (void)state;
    const char *gates[] = {"开工"};
    plan_row rows[] = {metric_row("1", "标题", "增速", 2),
                       metric_row("2", "标题", "集群", 3),
                       metric_row("3", "标题", "集群", 4)};
    rows[0].comparator = rows[1].comparator = rows[2].comparator = COMPARATOR_REFERENCE;
    rows[0].reference = "9/M1";
    rows[1].reference = "1/M7";
    rows[0].source = "丙";
    rows[1].carried = "2022";
    rows[2].gates = (plan_names){gates, 1};
    plan_words words;
    told t = make(rows, 3, NULL, 0, &words);
    expect(&t, false, DUBAN_E_UNKNOWN_TASK, 2, "参照指标");
    expect(&t, false, DUBAN_E_UNKNOWN_METRIC, 3, "参照指标");
    expect(&t, false, DUBAN_E_TARGET, 4, "参照指标");
    expect(&t, false, DUBAN_E_UNKNOWN_OFFICE, 2, "数据来源");
    expect(&t, false, DUBAN_E_UNKNOWN_TASK, 3, "结转自");
    expect(&t, false, DUBAN_E_WORD, 4, "项目节点");
    assert_int_equal(t.n, 6);
}

static void splits_may_have_openings_and_weights(void **state) {
    (void)state;
    plan_row rows[] = {metric_row("1", "标题", "数量", 2)};
    const split_row splits[] = {{"1", "M1", "甲", "4", false, 2, "1.5", "0.3"},
                                {"1", "M1", "乙", "4", false, 3, "", "x"}};
    plan_words words;
    told t = make(rows, 1, splits, 2, &words);
    assert_int_equal(t.n, 1);
    expect(&t, true, DUBAN_E_DECIMAL, 3, "权数");
    assert_int_equal(words.tasks[0].splits[0].opening.micro, 1500000);
    assert_int_equal(words.tasks[0].splits[0].weight.micro, 300000);
}

static void many_tasks_are_cut_into_chunks_below_the_limit(void **state) {
    (void)state;
    enum { TASKS = 2000 };
    static char title[700];
    task_words *tasks = calloc(TASKS, sizeof *tasks);
    assert_non_null(tasks);
    memset(title, 'x', sizeof title - 1);
    for (uint32_t i = 0; i < TASKS; i++)
        tasks[i] = (task_words){.id = i + 1,
                                .number = "1",
                                .chapter = "",
                                .section = "",
                                .title = title,
                                .kind = TASK_POLICY};
    plan_words words = {.tasks = tasks, .tasks_n = TASKS};
    plan_chunks chunks;
    uint32_t bad = 0, held = 0;
    assert_int_equal(plan_words_cut(&memory, &words, 1, "2023", &chunks, &bad), DUBAN_OK);
    assert_in_range(chunks.n, TASKS * 700 / PLAN_CHUNK_SIZE_MAX, 40);
    for (uint32_t i = 0; i < chunks.n; i++)
        held += chunks.chunks[i].tasks_n;
    assert_int_equal(held, TASKS);
    free(tasks);
}

/* --- key lines ---------------------------------------------------------------------- */

static void a_key_line_is_read_back_and_nothing_else_is(void **state) {
    (void)state;
    sign_key key;
    sign_public again = {0};
    char line[KEYLINE_SIZE], text[KEYLINE_SIZE + 8];
    assert_int_equal(sign_init(), DUBAN_OK);
    sign_key_random(&key);
    keyline_write(&key.public_key, line);
    snprintf(text, sizeof text, " %s\r\n", line);
    assert_int_equal(keyline_read(text, &again), DUBAN_OK);
    assert_true(sign_public_equal(&again, &key.public_key));
    assert_int_equal(keyline_read(strrchr(line, ' ') + 1, &again), DUBAN_OK);
    assert_int_equal(keyline_read("", &again), DUBAN_E_KEY_FORMAT);
    assert_int_equal(keyline_read("AAAA", &again), DUBAN_E_KEY_FORMAT);
    snprintf(text, sizeof text, "%s x", line);
    assert_int_equal(keyline_read(text, &again), DUBAN_E_KEY_FORMAT);
    /* The identity point: a signature by it could never be accepted. */
    assert_int_equal(keyline_read("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", &again),
                     DUBAN_E_KEY_FORMAT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_is_read_without_a_problem),
        cmocka_unit_test(names_become_numbers_and_headings_are_joined),
        cmocka_unit_test(a_metric_is_complete_when_every_split_says_so),
        cmocka_unit_test(chunks_fit_an_entry_and_hold_every_task_once),
        cmocka_unit_test(every_problem_of_a_plan_is_told_with_its_row),
        cmocka_unit_test(every_problem_of_the_splits_is_told_with_its_row),
        cmocka_unit_test(a_complete_split_that_falls_short_is_told_with_both_numbers),
        cmocka_unit_test(a_task_without_numbers_stands_on_one_row),
        cmocka_unit_test(what_only_some_metrics_have_is_read),
        cmocka_unit_test(what_points_nowhere_is_told),
        cmocka_unit_test(splits_may_have_openings_and_weights),
        cmocka_unit_test(many_tasks_are_cut_into_chunks_below_the_limit),
        cmocka_unit_test(a_key_line_is_read_back_and_nothing_else_is),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
