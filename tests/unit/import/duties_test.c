/* Who a task is given to: lists, brackets, 等, misprints. */
#include "tests/unit/import/import_kit.h"

#include <stdlib.h>
#include <string.h>

static plan_table given(const char *bracket) {
    char words[2048] = "办好此事。";
    strcat(words, bracket);
    return kit_task(words);
}

static void assert_duties(const char *bracket, const char *leaders, const char *leads,
                          const char *responsible, bool open, const char *doubts) {
    plan_table t = given(bracket);
    assert_int_equal(t.rows_n, 1);
    const plan_row *r = kit_row(&t, 0);
    assert_string_equal(kit_names(r->leaders), leaders);
    assert_string_equal(kit_names(r->leads), leads);
    assert_string_equal(kit_names(r->responsible), responsible);
    assert_int_equal(r->open, open);
    assert_string_equal(r->doubts, doubts);
    assert_string_equal(r->title, "办好此事");
    plan_table_free(&t);
}

static void three_lists_are_read_in_their_order(void **state) {
    (void)state;
    assert_duties(
        "（牵头领导：甲某、乙某；牵头单位：市发改委、市统计局；责任单位：市财政局，"
        "市属园区管委会）",
        "甲某|乙某", "市发改委|市统计局", "市财政局|市属园区管委会", false, "");
}

static void separators_inside_brackets_belong_to_the_name(void **state) {
    (void)state;
    assert_duties("（牵头领导：甲；牵头单位：市疫情防控领导小组（指挥部、专班）办公室；"
                  "责任单位：市统计局，沿河县〔市、区〕人民政府、市房产调控（应急）联席会"
                  "议成员单位）",
                  "甲", "市疫情防控领导小组（指挥部、专班）办公室",
                  "市统计局|沿河县（市、区）人民政府|市房产调控（应急）联席会议成员单位",
                  false, "");
}

static void second_plate_in_brackets_is_part_of_the_name(void **state) {
    (void)state;
    assert_duties("（牵头领导：甲；牵头单位：市农业局（市乡村局）；责任单位：市水利局（市"
                  "湖长办））",
                  "甲", "市农业局（市乡村局）", "市水利局（市湖长办）", false, "");
}

static void spaces_inside_a_name_go(void **state) {
    (void)state;
    assert_duties("（牵头领导：甲　乙、丙丁戊；牵头单位：市发 改委；责任单位：市统计局）",
                  "甲乙|丙丁戊", "市发改委", "市统计局", false, "");
}

static void semicolon_inside_a_list_separates_names(void **state) {
    (void)state;
    assert_duties("（牵头领导：甲；牵头单位：市发改委；责任单位：市财政局；各县〔市、区〕"
                  "人民政府）",
                  "甲", "市发改委", "市财政局|各县（市、区）人民政府", false, "");
}

static void other_labels_name_the_same_lists(void **state) {
    (void)state;
    assert_duties("（责任领导：甲；主办单位：市发改委；配合单位：市财政局）", "甲",
                  "市发改委", "市财政局", false, "");
    assert_duties("（牵头市领导：甲；牵头部门：市发改委；责任部门：市财政局）", "甲",
                  "市发改委", "市财政局", false, "");
}

static void list_that_ends_with_deng_is_open(void **state) {
    (void)state;
    assert_duties("（牵头领导：甲；牵头单位：市发改委；责任单位：市财政局、市商务局等）",
                  "甲", "市发改委", "市财政局|市商务局", true, "");
    assert_duties("（牵头领导：甲；牵头单位：市发改委；责任单位：市财政局等，各县〔市、区"
                  "〕人民政府）",
                  "甲", "市发改委", "市财政局|各县（市、区）人民政府", true, "");
    assert_duties("（牵头领导：甲；牵头单位：市发改委；责任单位：市财政局等部门）", "甲",
                  "市发改委", "市财政局", true, "");
    assert_duties("（牵头领导：甲；牵头单位：市发改委；责任单位：市财政局等9个部门）",
                  "甲", "市发改委", "市财政局", true, "");
}

static void group_behind_deng_is_a_name_of_its_own(void **state) {
    (void)state;
    assert_duties("（牵头领导：甲；牵头单位：市发改委；责任单位：市妇联、市关工委等与此有"
                  "关的市直部门，市统计局）",
                  "甲", "市发改委", "市妇联|市关工委|与此有关的市直部门|市统计局", true,
                  "");
}

static void deng_inside_a_word_is_no_open_list(void **state) {
    (void)state;
    assert_duties(
        "（牵头领导：甲；牵头单位：市高等教育局；责任单位：清河高等专科学校、市平等办）",
        "甲", "市高等教育局", "清河高等专科学校|市平等办", false, "");
}

static void stray_deng_before_further_names_is_doubted(void **state) {
    (void)state;
    assert_duties("（牵头领导：甲；牵头单位：市发改委；责任单位：市财政局等、市商务局）",
                  "甲", "市发改委", "市财政局|市商务局", true,
                  "等 inside the list: 市财政局等");
}

static void bracket_that_never_closes_is_read_and_doubted(void **state) {
    (void)state;
    assert_duties("（牵头领导：甲；牵头单位：市发改委；责任单位：市财政局、市商务局",
                  "甲", "市发改委", "市财政局|市商务局", false,
                  "the brackets of the duties do not match");
}

static void bracket_that_never_opens_is_read_and_doubted(void **state) {
    (void)state;
    assert_duties("牵头领导：甲；牵头单位：市发改委；责任单位：市财政局）", "甲",
                  "市发改委", "市财政局", false,
                  "the brackets of the duties do not match");
}

static void missing_colon_is_bridged_and_doubted(void **state) {
    (void)state;
    assert_duties("（牵头领导：甲；牵头单位市发改委；责任单位：市财政局）", "甲",
                  "市发改委", "市财政局", false, "a colon is missing: 牵头单位");
}

static void missing_semicolon_before_a_label_is_bridged(void **state) {
    (void)state;
    assert_duties("（牵头领导：甲，牵头单位：市发改委责任单位：市财政局）", "甲",
                  "市发改委", "市财政局", false, "");
}

static void empty_list_is_doubted(void **state) {
    (void)state;
    assert_duties("（牵头领导：甲；牵头单位：市发改委；责任单位：）", "甲", "市发改委",
                  "", false, "an empty list: 责任单位");
}

static void name_printed_twice_is_taken_once_and_doubted(void **state) {
    (void)state;
    assert_duties(
        "（牵头领导：甲；牵头单位：市发改委；责任单位：市财政局、市商务局、市财政局）",
        "甲", "市发改委", "市财政局|市商务局", false, "twice in a list: 市财政局");
}

static void duties_printed_twice_are_merged_and_doubted(void **state) {
    (void)state;
    plan_table t =
        given("（牵头单位：市发改委，责任单位：市财政局）（牵头单位：市商务局）");
    assert_string_equal(kit_names(kit_row(&t, 0)->leads), "市发改委|市商务局");
    assert_non_null(strstr(kit_row(&t, 0)->doubts, "more than once"));
    plan_table_free(&t);
}

static void words_before_any_label_are_doubted(void **state) {
    (void)state;
    assert_duties(
        "（会同市商务局；牵头领导：甲；牵头单位：市发改委；责任单位：市财政局）", "甲",
        "市发改委", "市财政局", false, "belongs to no list: 会同市商务局");
}

static void words_behind_the_duties_stay_and_are_doubted(void **state) {
    (void)state;
    plan_table t =
        given("（牵头领导：甲；牵头单位：市发改委；责任单位：市财政局）新建桥梁3座。");
    assert_string_equal(kit_row(&t, 0)->title, "办好此事。新建桥梁3座");
    kit_assert_metric(kit_row(&t, 0), COMPARATOR_COUNT, "3", "", "座");
    assert_non_null(strstr(kit_row(&t, 0)->doubts, "behind the duties: 新建桥梁3座"));
    plan_table_free(&t);
}

/* --- names compared over the notice ------------------------------------------------- */

#define ROW(n, offices)                                                                  \
    "　　" n ".办事。（牵头领导：甲；牵头单位：市发改委；责任单位：" offices "）\n"

static plan_table import_rows(const char *rows) {
    char body[4096] = "　　一、目标\n";
    strcat(body, rows);
    char *text = kit_notice(body);
    plan_table t = kit_import(text);
    free(text);
    return t;
}

static void names_printed_without_separator_are_split_and_doubted(void **state) {
    (void)state;
    plan_table t = import_rows(ROW("1", "市财政局、市统计局") ROW(
        "2", "市财政局、市统计局") ROW("3", "市民政局、市财政局市统计局、市公安局"));
    assert_string_equal(kit_names(kit_row(&t, 2)->responsible),
                        "市民政局|市财政局|市统计局|市公安局");
    assert_non_null(strstr(kit_row(&t, 2)->doubts, "市财政局市统计局"));
    plan_table_free(&t);
}

static void name_one_character_off_is_kept_and_doubted(void **state) {
    (void)state;
    plan_table t = import_rows(ROW("1", "市安全生产委员会成员单位") ROW(
        "2", "市安全生产委员会成员单位") ROW("3", "市安全生产委会成员单位"));
    assert_string_equal(kit_row(&t, 0)->doubts, "");
    assert_string_equal(kit_names(kit_row(&t, 2)->responsible), "市安全生产委会成员单位");
    assert_non_null(strstr(kit_row(&t, 2)->doubts, "looks like a misprint"));
    plan_table_free(&t);
}

static void similar_names_of_two_counties_are_not_doubted(void **state) {
    (void)state;
    plan_table t = import_rows(ROW("1", "东岭县人民政府、西岭县人民政府")
                                   ROW("2", "西岭县人民政府"));
    assert_string_equal(kit_row(&t, 0)->doubts, "");
    assert_string_equal(kit_row(&t, 1)->doubts, "");
    plan_table_free(&t);
}

static void missing_leader_or_lead_is_doubted(void **state) {
    (void)state;
    plan_table t = import_rows(ROW("1", "市统计局") ROW(
        "2", "市统计局") "　　3.办事。（牵头单位：市发改委；责任单位：市统计局）\n"
                         "　　4.办事。（牵头领导：甲；责任单位：市统计局）\n");
    assert_string_equal(kit_row(&t, 1)->doubts, "");
    assert_string_equal(kit_row(&t, 2)->doubts, "no leader");
    assert_string_equal(kit_row(&t, 3)->doubts, "no lead office");
    plan_table_free(&t);
}

static void policy_papers_need_no_leader(void **state) {
    (void)state;
    plan_table t = import_rows(ROW("1", "市统计局") ROW(
        "2", "市统计局") "　　二、拟制发政策\n　　3."
                         "关于促进2030年产业发展的意见、清河市甲园区、乙园区扩区方案、"
                         "清河市河道管理办法（牵头单位：市发改委）\n");
    const plan_row *r = kit_row(&t, 2);
    assert_int_equal(t.rows_n, 3);
    assert_int_equal(r->kind, TASK_POLICY);
    assert_string_equal(r->doubts, "");
    assert_string_equal(r->metric, "");
    assert_string_equal(kit_names(r->leads), "市发改委");
    assert_string_equal(r->definition,
                        "关于促进2030年产业发展的意见；清河市甲园区、乙园区扩区方案；"
                        "清河市河道管理办法");
    plan_table_free(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_lists_are_read_in_their_order),
        cmocka_unit_test(separators_inside_brackets_belong_to_the_name),
        cmocka_unit_test(second_plate_in_brackets_is_part_of_the_name),
        cmocka_unit_test(spaces_inside_a_name_go),
        cmocka_unit_test(semicolon_inside_a_list_separates_names),
        cmocka_unit_test(other_labels_name_the_same_lists),
        cmocka_unit_test(list_that_ends_with_deng_is_open),
        cmocka_unit_test(group_behind_deng_is_a_name_of_its_own),
        cmocka_unit_test(deng_inside_a_word_is_no_open_list),
        cmocka_unit_test(stray_deng_before_further_names_is_doubted),
        cmocka_unit_test(bracket_that_never_closes_is_read_and_doubted),
        cmocka_unit_test(bracket_that_never_opens_is_read_and_doubted),
        cmocka_unit_test(missing_colon_is_bridged_and_doubted),
        cmocka_unit_test(missing_semicolon_before_a_label_is_bridged),
        cmocka_unit_test(empty_list_is_doubted),
        cmocka_unit_test(name_printed_twice_is_taken_once_and_doubted),
        cmocka_unit_test(duties_printed_twice_are_merged_and_doubted),
        cmocka_unit_test(words_before_any_label_are_doubted),
        cmocka_unit_test(words_behind_the_duties_stay_and_are_doubted),
        cmocka_unit_test(names_printed_without_separator_are_split_and_doubted),
        cmocka_unit_test(name_one_character_off_is_kept_and_doubted),
        cmocka_unit_test(similar_names_of_two_counties_are_not_doubted),
        cmocka_unit_test(missing_leader_or_lead_is_doubted),
        cmocka_unit_test(policy_papers_need_no_leader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
