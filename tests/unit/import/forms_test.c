/* The forms other cities print: tables, lists, other labels, other numbers. */
#include "tests/unit/import/import_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char sheet[] =
    "清河市2031年重点工作任务分解表,,,,\n"
    "序号,目标任务,分管领导,牵头单位,责任单位\n"
    "一、主要预期目标,,,,\n"
    "1,地区生产总值增长5.5%以上,甲,市发改委,\"各县（市、区）人民政府，市统计局\"\n"
    "2,\"新增就业3万人，\n城镇登记失业率控制在4%以内\",乙,\"市人社局\n市教育局\",各县区\n"
    "（一）项目建设,,,,\n"
    "3,完成投资750亿元以上,甲,市发改委,市财政局\n";

static plan_table import_with(const char *text, char from, char to) {
    char *copy = malloc(strlen(text) + 1);
    assert_non_null(copy);
    strcpy(copy, text);
    bool quoted = false;
    for (char *c = copy; *c; c++) {
        if (*c == '"') quoted = !quoted;
        if (!quoted && *c == from) *c = to;
    }
    plan_table table = kit_import(copy);
    free(copy);
    return table;
}

static void check_sheet(const plan_table *t) {
    assert_int_equal(t->rows_n, 4);
    assert_int_equal(t->year, 2031);
    const plan_row *r = kit_row(t, 0);
    assert_string_equal(r->no, "1");
    assert_string_equal(r->chapter_no, "一");
    assert_string_equal(r->chapter, "主要预期目标");
    assert_string_equal(kit_names(r->leaders), "甲");
    assert_string_equal(kit_names(r->leads), "市发改委");
    assert_string_equal(kit_names(r->responsible), "各县（市、区）人民政府|市统计局");
    kit_assert_metric(r, COMPARATOR_AT_LEAST, "5.5", "", "%");
    r = kit_row(t, 1);
    assert_string_equal(kit_names(r->leads), "市人社局|市教育局");
    kit_assert_metric(r, COMPARATOR_COUNT, "3", "", "万人");
    kit_assert_metric(kit_row(t, 2), COMPARATOR_AT_MOST, "4", "", "%");
    r = kit_row(t, 3);
    assert_string_equal(r->no, "3");
    assert_string_equal(r->section, "项目建设");
    assert_string_equal(r->chapter, "主要预期目标");
    kit_assert_metric(r, COMPARATOR_AT_LEAST, "750", "", "亿元");
}

static void a_table_of_tasks_reads_as_a_notice_does(void **state) {
    (void)state;
    plan_table t = kit_import(sheet);
    check_sheet(&t);
    assert_int_equal(kit_row(&t, 0)->line, 4);
    assert_int_equal(kit_row(&t, 3)->line, 9);
    plan_table_free(&t);
}

static void tabs_separate_as_well_as_commas(void **state) {
    (void)state;
    plan_table t = import_with(sheet, ',', '\t');
    check_sheet(&t);
    plan_table_free(&t);
}

static void merged_cells_of_the_class_go_on(void **state) {
    (void)state;
    plan_table t = kit_import("类别,序号,项目名称,责任单位,完成时限\n"
                              "教育,1,新建学校5所,市教育局,6月底前\n"
                              ",2,改造幼儿园10所,市教育局,年底前\n"
                              "卫生,3,建成医院1座,市卫健委,年底前\n");
    assert_int_equal(t.rows_n, 3);
    assert_string_equal(kit_row(&t, 0)->chapter, "教育");
    assert_string_equal(kit_row(&t, 1)->chapter, "教育");
    assert_string_equal(kit_row(&t, 2)->chapter, "卫生");
    assert_string_equal(kit_names(kit_row(&t, 1)->responsible), "市教育局");
    plan_table_free(&t);
}

static void a_row_without_a_number_is_marked(void **state) {
    (void)state;
    plan_table t =
        kit_import("序号,工作任务,牵头部门\n1,事一,市财政局\n,事二,市审计局\n");
    assert_int_equal(t.rows_n, 2);
    assert_string_equal(kit_row(&t, 1)->no, "");
    assert_non_null(strstr(kit_row(&t, 1)->doubts, "has no number"));
    plan_table_free(&t);
}

static void numbers_that_come_twice_are_marked(void **state) {
    (void)state;
    plan_table t =
        kit_import("序号,工作任务,牵头部门\n1,事一,市财政局\n1,事二,市审计局\n");
    assert_non_null(strstr(kit_row(&t, 0)->doubts, "another task has this number"));
    assert_non_null(strstr(kit_row(&t, 1)->doubts, "another task has this number"));
    plan_table_free(&t);
}

static void tasks_are_numbered_in_many_ways(void **state) {
    (void)state;
    static const char *const ways[][2] = {
        {"1、", "2、"}, {"1.", "2."},   {"（1）", "（2）"}, {"(1)", "(2)"},
        {"1）", "2）"}, {"1．", "2．"}, {"⑴", "⑵"},
    };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        char body[400];
        snprintf(body, sizeof body,
                 "　　一、目标\n　　%s稳粮。（牵头单位：甲局；配合单位：乙局）\n"
                 "　　%s稳岗。（牵头单位：丙局；协办单位：丁局、戊局）",
                 ways[i][0], ways[i][1]);
        char *text = kit_notice(body);
        plan_table t = kit_import(text);
        free(text);
        assert_int_equal(t.rows_n, 2);
        assert_string_equal(kit_row(&t, 0)->no, "1");
        assert_string_equal(kit_row(&t, 0)->title, "稳粮");
        assert_string_equal(kit_row(&t, 1)->no, "2");
        assert_string_equal(kit_names(kit_row(&t, 0)->responsible), "乙局");
        assert_string_equal(kit_names(kit_row(&t, 1)->responsible), "丁局|戊局");
        plan_table_free(&t);
    }
}

static void a_policy_list_names_its_office_behind_the_title(void **state) {
    (void)state;
    plan_table t = kit_import("2031年拟制发主要政策清单\n"
                              "1.关于促进消费的实施意见（市商务局）\n"
                              "2.养老服务条例实施办法（市民政局、市财政局）\n"
                              "3.关于推进试点（第二批）的通知（市发改委）\n");
    assert_int_equal(t.rows_n, 3);
    assert_string_equal(kit_names(kit_row(&t, 0)->leads), "市商务局");
    assert_string_equal(kit_row(&t, 0)->title, "关于促进消费的实施意见");
    assert_int_equal(kit_row(&t, 0)->kind, TASK_POLICY);
    assert_string_equal(kit_names(kit_row(&t, 1)->leads), "市民政局|市财政局");
    assert_string_equal(kit_row(&t, 2)->title, "关于推进试点（第二批）的通知");
    assert_string_equal(kit_names(kit_row(&t, 2)->leads), "市发改委");
    plan_table_free(&t);
}

static void a_bracket_that_names_no_office_stays_in_the_title(void **state) {
    (void)state;
    plan_table t = kit_import("1.稳粮。（牵头单位：甲局）\n"
                              "2.新增示范区（试点）\n"
                              "3.建设学校（含改扩建、市政府）\n");
    assert_int_equal(t.rows_n, 3);
    assert_string_equal(kit_row(&t, 1)->title, "新增示范区（试点）");
    assert_int_equal(kit_row(&t, 1)->leads.n, 0);
    assert_int_equal(kit_row(&t, 2)->leads.n, 0);
    plan_table_free(&t);
}

static void a_livelihood_list_gives_duties_on_a_line_of_their_own(void **state) {
    (void)state;
    char *text = kit_notice("　　一、民生实事\n　　1.学校建设工程\n　　新建学校5所。\n"
                            "　　责任单位：市教育局、各县（市、区）人民政府\n"
                            "　　2.养老提升工程\n　　新增床位300张。\n"
                            "　　责任单位：市民政局");
    plan_table t = kit_import(text);
    free(text);
    assert_int_equal(t.rows_n, 2);
    assert_int_equal(kit_row(&t, 0)->kind, TASK_LIVELIHOOD);
    kit_assert_metric(kit_row(&t, 0), COMPARATOR_COUNT, "5", "", "所");
    assert_string_equal(kit_names(kit_row(&t, 0)->responsible),
                        "市教育局|各县（市、区）人民政府");
    kit_assert_metric(kit_row(&t, 1), COMPARATOR_COUNT, "300", "", "张");
    plan_table_free(&t);
}

static void refused_grid(const char *text, duban_status expected, uint32_t line) {
    plan_table table;
    duban_refusal refusal = {0};
    assert_int_equal(import_notice(text, strlen(text), DUBAN_ZH, &refusal, &table),
                     expected);
    assert_int_equal(refusal.line, line);
}

static void a_bad_table_names_its_line(void **state) {
    (void)state;
    refused_grid("序号,任务,牵头单位\n1,事一,\"甲局\n", DUBAN_E_SHEET, 2);
    refused_grid("序号,任务,牵头单位\n", DUBAN_E_EMPTY, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_of_tasks_reads_as_a_notice_does),
        cmocka_unit_test(tabs_separate_as_well_as_commas),
        cmocka_unit_test(merged_cells_of_the_class_go_on),
        cmocka_unit_test(a_row_without_a_number_is_marked),
        cmocka_unit_test(numbers_that_come_twice_are_marked),
        cmocka_unit_test(tasks_are_numbered_in_many_ways),
        cmocka_unit_test(a_policy_list_names_its_office_behind_the_title),
        cmocka_unit_test(a_bracket_that_names_no_office_stays_in_the_title),
        cmocka_unit_test(a_livelihood_list_gives_duties_on_a_line_of_their_own),
        cmocka_unit_test(a_bad_table_names_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
