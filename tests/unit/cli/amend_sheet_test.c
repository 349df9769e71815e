/* A plan's sheet laid over the plan that stands, and a plan written back as its sheet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "city_kit.h"
#include "client/cli/amend_sheet.h"
#include "client/cli/plan_sheet.h"
#include "client/cli/task_diff.h"

static city_kit kit;
static plan_files files;
static amended_task *tasks;
static size_t tasks_n;

static duban_status lay(const char *bytes, size_t size) {
    char path[] = "/tmp/duban-sheet-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    close(fd);
    kit.c.args[0] = "2023";
    kit.c.args[1] = "sheet.csv";
    kit.c.args_n = 2;
    files = (plan_files){0};
    duban_status s = plan_load(&kit.c, &kit.k.a, path, kit.l, &files);
    unlink(path);
    assert_int_equal(s, DUBAN_OK);
    return amend_sheet_lay(&kit.k, &files, &tasks, &tasks_n);
}

static duban_status lay_text(const char *text) {
    return lay(text, strlen(text));
}

static void metrics_keep_their_ids_however_the_rows_stand(void **state) {
    (void)state;
    assert_int_equal(
        lay_text("no,title,metric,comparator,target,unit,nature\n"
                 "1,项目建设,新指标,at_least,7,个,level\n"
                 "1,,增速,at_least,6,%,rate\n1,,项目数,at_least,200,个,cumulative\n"
                 "2,新任务,数量,at_least,1,个,level\n"),
        DUBAN_OK);
    assert_int_equal(tasks_n, 2);
    const task_words *is = &tasks[0].is;
    assert_true(tasks[0].has_was);
    assert_int_equal(is->metrics_n, 3);
    assert_string_equal(is->metrics[0].label, "项目数");
    assert_string_equal(is->metrics[1].label, "增速");
    assert_int_equal(is->metrics[1].id, 2);
    assert_int_equal(is->metrics[1].target.micro, 6 * DECIMAL_MICRO);
    assert_string_equal(is->metrics[2].label, "新指标");
    assert_int_equal(is->metrics[2].id, 3);
    assert_false(tasks[1].has_was);
    assert_int_equal(tasks[1].is.id, 2);
    plan_load_close(&files);
}

static void what_the_sheet_does_not_have_stays(void **state) {
    (void)state;
    assert_int_equal(lay_text("no,title,metric,comparator,target,unit\n"
                              "1,项目建设,项目数,at_least,200,个\n"
                              "1,,增速,at_least,5.5,%\n"),
                     DUBAN_OK);
    assert_int_equal(task_diff(kit.l, &tasks[0].was, &tasks[0].is, DUBAN_ZH, NULL, NULL),
                     0);
    assert_int_equal(tasks[0].is.splits_n, 2);
    plan_load_close(&files);
}

static void a_metric_without_its_row_is_named(void **state) {
    (void)state;
    assert_int_equal(lay_text("no,title,metric,comparator,target,unit\n"
                              "1,项目建设,项目数,at_least,200,个\n"),
                     DUBAN_E_ROWS);
    assert_non_null(strstr(kit_said(&kit), "E421"));
    assert_non_null(strstr(kit_said(&kit), "增速"));
    plan_load_close(&files);
}

static void references_of_new_rows_point_at_what_stands(void **state) {
    (void)state;
    assert_int_equal(lay_text("no,title,metric,comparator,target,unit,nature,reference\n"
                              "9,对比,差距,reference,,%,rate,1/增速\n"
                              "1,项目建设,增速,at_least,5.5,%,rate,\n"
                              "1,,项目数,at_least,200,个,cumulative,\n"),
                     DUBAN_OK);
    assert_int_equal(tasks[0].is.metrics[0].reference_task, 1);
    assert_int_equal(tasks[0].is.metrics[0].reference_metric, 2);
    plan_load_close(&files);
}

/* Every column the sheet can have is filled and comes back. */
static void a_plan_written_back_as_its_sheet_differs_in_nothing(void **state) {
    (void)state;
    plan_row rows[2];
    task_words task;
    plan_table table = {.rows = rows, .rows_n = 2};
    cell_name name = {.kind = CELL_TASK, .task = 1};
    cell found;
    for (int lang = DUBAN_ZH; lang <= DUBAN_EN; lang++) {
        buffer bytes;
        buffer_init(&bytes);
        assert_true(look_cell(&kit.k.where, &name, &found));
        task = found.task;
        for (uint32_t m = 0; m < 2; m++)
            assert_true(plan_sheet_row(&kit.k.a, &kit.k.where, &task, &task.metrics[m],
                                       (duban_lang)lang, &rows[m]));
        assert_int_equal(plan_table_write_csv(&table, (duban_lang)lang, &bytes),
                         DUBAN_OK);
        assert_int_equal(lay((const char *)bytes.data, bytes.size), DUBAN_OK);
        assert_int_equal(
            task_diff(kit.l, &tasks[0].was, &tasks[0].is, DUBAN_ZH, NULL, NULL), 0);
        plan_load_close(&files);
        buffer_close(&bytes);
    }
}

static task_words full_task(void) {
    static metric_words metrics[2];
    static gate_words gates[1];
    static const char *const tags[] = {"民生", "重点"};
    task_words task = kit_task();
    memcpy(metrics, task.metrics, sizeof metrics);
    gates[0] = (gate_words){STAGE_STARTED, kit_day("2023-06-30")};
    metrics[0].comparator = COMPARATOR_FLOOR_STRETCH;
    metrics[0].stretch = kit_number("220");
    metrics[0].opening = kit_number("3.5");
    metrics[0].first_day = kit_day("2021-01-01");
    metrics[0].definition = "口径";
    metrics[1].comparator = COMPARATOR_ABOUT;
    metrics[1].tolerance = kit_number("2");
    metrics[1].source = 4;
    metrics[1].release = "gdp";
    metrics[1].release_days = 5;
    metrics[1].visibility = VISIBILITY_RESTRICTED;
    metrics[1].rollup = ROLLUP_RATIO;
    metrics[1].ratio_scale = kit_number("100");
    metrics[1].strength = STRENGTH_BINDING;
    task.metrics = metrics;
    task.visibility = VISIBILITY_INTERNAL;
    task.asked_by = "省文件";
    task.tags = tags;
    task.tags_n = 2;
    task.gates = gates;
    task.gates_n = 1;
    return task;
}

static int plain(void **state) {
    (void)state;
    kit_open(&kit, DUBAN_ZH);
    kit_add(&kit, CELL_TASK, 1, 0, 0, 0)->task = kit_task();
    kit_fold(&kit);
    return 0;
}

static int full(void **state) {
    (void)state;
    kit_open(&kit, DUBAN_ZH);
    kit_add(&kit, CELL_TASK, 1, 0, 0, 0)->task = full_task();
    kit_fold(&kit);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    kit_close(&kit);
    return 0;
}

#define TEST(test, setup) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(metrics_keep_their_ids_however_the_rows_stand, plain),
        TEST(what_the_sheet_does_not_have_stays, plain),
        TEST(a_metric_without_its_row_is_named, plain),
        TEST(references_of_new_rows_point_at_what_stands, plain),
        TEST(a_plan_written_back_as_its_sheet_differs_in_nothing, full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
