/* What differs between two editions is told once, from and to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "city_kit.h"
#include "client/cli/task_diff.h"

typedef struct told {
    char what[128], from[256], to[256];
    size_t n;
} told;

static void keep(void *ctx, const char *what, const char *from, const char *to) {
    told *t = ctx;
    snprintf(t->what, sizeof t->what, "%s", what);
    snprintf(t->from, sizeof t->from, "%s", from);
    snprintf(t->to, sizeof t->to, "%s", to);
    t->n++;
}

static city_kit kit;
static metric_words metrics[3];
static split_words splits[3];

static task_words edited(void) {
    task_words t = kit_task();
    memcpy(metrics, t.metrics, 2 * sizeof *metrics);
    memcpy(splits, t.splits, 2 * sizeof *splits);
    t.metrics = metrics;
    t.splits = splits;
    return t;
}

static void expect_one(const task_words *is, const char *what, const char *from,
                       const char *to) {
    told t = {0};
    task_words was = kit_task();
    assert_int_equal(task_diff(kit.l, &was, is, DUBAN_ZH, keep, &t), 1);
    assert_int_equal(t.n, 1);
    assert_string_equal(t.what, what);
    assert_string_equal(t.from, from);
    assert_string_equal(t.to, to);
}

static void equal_editions_differ_in_nothing(void **state) {
    (void)state;
    task_words was = kit_task(), is = edited();
    assert_int_equal(task_diff(kit.l, &was, &is, DUBAN_ZH, NULL, NULL), 0);
}

static void each_difference_of_a_task_is_told_once(void **state) {
    (void)state;
    static const uint32_t leads[] = {4, 2};
    static const char *const tags[] = {"民生"};
    static const gate_words gates[] = {{STAGE_STARTED, 19000}};
    task_words t = edited();
    t.title = "新名";
    expect_one(&t, "事项", "项目建设", "新名");
    t = edited();
    t.leads = leads;
    t.leads_n = 2;
    expect_one(&t, "牵头单位", "牵头局", "牵头局、东县");
    t = edited();
    t.responsible_n = 1;
    expect_one(&t, "责任单位", "东县、西县", "东县");
    t = edited();
    t.deadline = kit_day("2023-10-31");
    expect_one(&t, "期限", "2023-12-31", "2023-10-31");
    t = edited();
    t.visibility = VISIBILITY_INTERNAL;
    expect_one(&t, "公开", "公开", "内部");
    t = edited();
    t.tags = tags;
    t.tags_n = 1;
    expect_one(&t, "标签", "", "民生");
    t = edited();
    t.gates = gates;
    t.gates_n = 1;
    expect_one(&t, "项目节点", "", "开工 2022-01-08");
    t = edited();
    t.asked_by = "省文件";
    expect_one(&t, "依据", "", "省文件");
}

static void each_difference_of_a_metric_is_told_once(void **state) {
    (void)state;
    task_words t = edited();
    metrics[0].target = kit_number("180");
    expect_one(&t, "M1 目标", "不低于 200 个", "不低于 180 个");
    t = edited();
    metrics[0].comparator = COMPARATOR_FLOOR_STRETCH;
    metrics[0].stretch = kit_number("220");
    expect_one(&t, "M1 目标", "不低于 200 个", "不低于 200 个，力争 220");
    t = edited();
    metrics[1].source = 4;
    expect_one(&t, "M2 数据来源", "", "牵头局");
    t = edited();
    metrics[1].rollup = ROLLUP_MIN;
    expect_one(&t, "M2 汇总", "牵头填报", "最小");
    t = edited();
    metrics[0].opening = kit_number("10");
    expect_one(&t, "M1 期初值", "0", "10");
    t = edited();
    metrics[2] = metrics[1];
    metrics[2].id = 3;
    metrics[2].label = "新指标";
    t.metrics_n = 3;
    expect_one(&t, "指标", "", "M3 新指标 不低于 5.5%");
    t = edited();
    t.metrics_n = 1;
    expect_one(&t, "指标", "M2 增速 不低于 5.5%", "");
}

static void each_split_that_changed_is_told_with_its_office(void **state) {
    (void)state;
    task_words t = edited();
    splits[0].value = kit_number("110");
    expect_one(&t, "M1 东县 分解值", "120 个", "110 个");
    t = edited();
    splits[1].weight = kit_number("0.3");
    expect_one(&t, "M1 西县 分解值", "80 个", "80 个 *0.3");
    t = edited();
    t.splits_n = 1;
    expect_one(&t, "M1 西县 分解值", "80 个", "");
    t = edited();
    splits[2] = (split_words){.metric = 1, .office = 4, .value = kit_number("5")};
    t.splits_n = 3;
    expect_one(&t, "M1 牵头局 分解值", "", "5 个");
}

static int setup(void **state) {
    (void)state;
    kit_open(&kit, DUBAN_ZH);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    kit_close(&kit);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_editions_differ_in_nothing),
        cmocka_unit_test(each_difference_of_a_task_is_told_once),
        cmocka_unit_test(each_difference_of_a_metric_is_told_once),
        cmocka_unit_test(each_split_that_changed_is_told_with_its_office),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
