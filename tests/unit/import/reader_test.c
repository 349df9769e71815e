/* How a notice is laid out: what is a task, where it stands, what is left out. */
#include "tests/unit/import/import_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DUTY "（牵头领导：甲；牵头单位：市发改委；责任单位：市统计局）"

static plan_table import_body(const char *body) {
    char *text = kit_notice(body);
    plan_table table = kit_import(text);
    free(text);
    return table;
}

static duban_status refused(const char *text, size_t size, duban_refusal *refusal) {
    plan_table untouched, table;
    memset(&table, 0x5A, sizeof table);
    memcpy(&untouched, &table, sizeof table);
    memset(refusal, 0, sizeof *refusal);
    duban_status status = import_notice(text, size, DUBAN_ZH, refusal, &table);
    assert_int_not_equal(status, DUBAN_OK);
    assert_memory_equal(&untouched, &table, sizeof table);
    assert_int_equal(refusal->status, status);
    return status;
}

static void letter_and_copy_list_yield_no_task(void **state) {
    (void)state;
    plan_table t =
        import_body("　　一、目标\n　　1.粮食增产。" DUTY "\n　　2.稳就业。" DUTY);
    assert_int_equal(t.rows_n, 2);
    assert_string_equal(kit_row(&t, 0)->no, "1");
    assert_string_equal(kit_row(&t, 0)->title, "粮食增产");
    assert_string_equal(kit_row(&t, 0)->chapter, "目标");
    assert_string_equal(kit_row(&t, 1)->no, "2");
    assert_string_equal(kit_names(kit_row(&t, 1)->responsible), "市统计局");
    assert_int_equal(t.year, 2031);
    plan_table_free(&t);
}

static void task_stands_under_its_chapter_and_section(void **state) {
    (void)state;
    plan_table t = import_body("　　一、甲章\n　　（一）甲节\n　　1.事一。" DUTY
                               "\n　　（二）乙节\n　　2.事二。" DUTY
                               "\n　　十二、乙章\n　　3.事三。" DUTY);
    const plan_row *r = kit_row(&t, 1);
    assert_string_equal(r->chapter_no, "一");
    assert_string_equal(r->chapter, "甲章");
    assert_string_equal(r->section_no, "二");
    assert_string_equal(r->section, "乙节");
    r = kit_row(&t, 2);
    assert_string_equal(r->chapter_no, "十二");
    assert_string_equal(r->chapter, "乙章");
    assert_string_equal(r->section_no, "");
    assert_string_equal(r->section, "");
    plan_table_free(&t);
}

static void line_is_the_printed_one_for_every_line_end(void **state) {
    (void)state;
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    for (int i = 0; i < 3; i++) {
        char text[600];
        snprintf(text, sizeof text,
                 "\xEF\xBB\xBF"
                 "方案%s%s　　一、目标%s　　1.事一。" DUTY "%s　　2.事二。" DUTY "%s",
                 ends[i], ends[i], ends[i], ends[i], ends[i]);
        plan_table t = kit_import(text);
        assert_int_equal(t.rows_n, 2);
        assert_int_equal(kit_row(&t, 0)->line, 4);
        assert_int_equal(kit_row(&t, 1)->line, 5);
        plan_table_free(&t);
    }
}

static void parent_without_duties_is_only_a_container(void **state) {
    (void)state;
    plan_table t = import_body(
        "　　一、目标\n　　4.事四。" DUTY "\n　　5.各类任务全部完成。\n"
        "　　(１）安全。" DUTY "\n　　（2）节能。" DUTY "\n　　6.事六。" DUTY);
    assert_int_equal(t.rows_n, 4);
    assert_string_equal(kit_row(&t, 1)->no, "5.1");
    assert_string_equal(kit_row(&t, 1)->title, "各类任务全部完成：安全");
    assert_string_equal(kit_row(&t, 2)->no, "5.2");
    assert_string_equal(kit_row(&t, 3)->no, "6");
    assert_string_equal(kit_row(&t, 3)->doubts, "");
    plan_table_free(&t);
}

static void numbers_of_a_container_are_doubted_in_its_first_sub_item(void **state) {
    (void)state;
    plan_table t = import_body("　　一、目标\n　　1.新建学校20所。\n　　（1）小学。" DUTY
                               "\n　　（2）中学。" DUTY);
    assert_int_equal(t.rows_n, 2);
    assert_non_null(strstr(kit_row(&t, 0)->doubts, "heading has numbers"));
    assert_string_equal(kit_row(&t, 1)->doubts, "");
    plan_table_free(&t);
}

static void sub_items_without_duties_belong_to_their_parent(void **state) {
    (void)state;
    plan_table t = import_body("　　一、目标\n　　1.办好实事。" DUTY
                               "\n　　（1）修路。\n　　（2）架桥。\n　　2.事二。" DUTY);
    assert_int_equal(t.rows_n, 2);
    assert_non_null(strstr(kit_row(&t, 0)->title, "（2）架桥"));
    plan_table_free(&t);
}

static void duties_behind_the_last_sub_item_make_one_doubtful_task(void **state) {
    (void)state;
    plan_table t =
        import_body("　　一、目标\n　　1.办好实事。\n　　（1）修路。\n　　（2）架桥。\n"
                    "　　（3）通车。" DUTY "\n　　2.事二。" DUTY);
    assert_int_equal(t.rows_n, 2);
    assert_string_equal(kit_row(&t, 0)->no, "1");
    assert_string_equal(kit_names(kit_row(&t, 0)->leads), "市发改委");
    assert_non_null(strstr(kit_row(&t, 0)->doubts, "share the duties"));
    plan_table_free(&t);
}

static void wrapped_task_is_read_as_one(void **state) {
    (void)state;
    plan_table t = import_body(
        "　　一、目标\n　　1.新建污水处理\n厂3座，完成投资\n3.5亿元。（牵头领导：甲；"
        "牵头单位：市发\n改委；责任单位：各县〔市、\n区〕人民政府）\n"
        "　　2.事二。" DUTY);
    assert_int_equal(t.rows_n, 3);
    assert_string_equal(kit_row(&t, 0)->title, "新建污水处理厂3座，完成投资3.5亿元");
    kit_assert_metric(kit_row(&t, 0), COMPARATOR_COUNT, "3", "", "座");
    kit_assert_metric(kit_row(&t, 1), COMPARATOR_COUNT, "3.5", "", "亿元");
    assert_string_equal(kit_names(kit_row(&t, 0)->leads), "市发改委");
    assert_string_equal(kit_names(kit_row(&t, 0)->responsible), "各县（市、区）人民政府");
    assert_string_equal(kit_row(&t, 2)->no, "2");
    plan_table_free(&t);
}

static void full_width_and_odd_brackets_read_as_plain_ones(void **state) {
    (void)state;
    plan_table t = import_body("　　一、目标\n　　１２．新建桥梁１."
                               "２万座以上。【牵头领导:甲;牵头单位:市 发 改 委;"
                               "责任单位:各县[市､区)人民政府］");
    assert_int_equal(t.rows_n, 1);
    assert_string_equal(kit_row(&t, 0)->no, "12");
    kit_assert_metric(kit_row(&t, 0), COMPARATOR_AT_LEAST, "1.2", "", "万座");
    assert_string_equal(kit_names(kit_row(&t, 0)->leads), "市发改委");
    assert_string_equal(kit_names(kit_row(&t, 0)->responsible), "各县（市、区）人民政府");
    plan_table_free(&t);
}

static void task_without_a_number_is_kept_and_doubted(void **state) {
    (void)state;
    plan_table t = import_body("　　一、目标\n　　1.事一。" DUTY "\n　　修好大桥。" DUTY
                               "\n　　2.事二。" DUTY);
    assert_int_equal(t.rows_n, 3);
    assert_string_equal(kit_row(&t, 1)->no, "");
    assert_string_equal(kit_row(&t, 1)->title, "修好大桥");
    assert_non_null(strstr(kit_row(&t, 1)->doubts, "no number"));
    plan_table_free(&t);
}

static void number_out_of_order_or_repeated_is_doubted(void **state) {
    (void)state;
    plan_table t = import_body("　　一、目标\n　　1.事一。" DUTY "\n　　3.事三。" DUTY
                               "\n　　4.事四。" DUTY "\n　　4.又是四。" DUTY);
    assert_string_equal(kit_row(&t, 0)->doubts, "");
    assert_non_null(strstr(kit_row(&t, 1)->doubts, "not the next one"));
    assert_non_null(strstr(kit_row(&t, 2)->doubts, "another task has this number"));
    assert_non_null(strstr(kit_row(&t, 3)->doubts, "another task has this number"));
    plan_table_free(&t);
}

static void task_without_duties_is_kept_and_doubted(void **state) {
    (void)state;
    plan_table t = import_body("　　一、目标\n　　1.事一。" DUTY "\n　　2.没有写给谁。\n"
                               "　　3.事三。" DUTY);
    assert_int_equal(t.rows_n, 3);
    assert_non_null(strstr(kit_row(&t, 1)->doubts, "no duties found"));
    plan_table_free(&t);
}

static void doubts_are_said_in_the_language_asked_for(void **state) {
    (void)state;
    char *text = kit_notice("　　一、目标\n　　1.事一。" DUTY "\n　　2.事二。");
    plan_table t;
    assert_int_equal(import_notice(text, strlen(text), DUBAN_ZH, NULL, &t), DUBAN_OK);
    assert_string_equal(kit_row(&t, 1)->doubts, "没有找到责任分工");
    plan_table_free(&t);
    free(text);
}

static void long_title_ends_at_a_clause_within_the_limit(void **state) {
    (void)state;
    char words[4096] = "";
    while (strlen(words) < 1200)
        strcat(words, "稳步推进各项工作，");
    strcat(words, "最后一句。");
    plan_table t = kit_task(words);
    size_t size = strlen(kit_row(&t, 0)->title);
    assert_true(size <= TITLE_SIZE_MAX && size > TITLE_SIZE_MAX / 2);
    assert_memory_equal(kit_row(&t, 0)->title + size - strlen("工作"), "工作",
                        strlen("工作"));
    plan_table_free(&t);
}

static void text_without_tasks_is_refused(void **state) {
    (void)state;
    duban_refusal r;
    assert_int_equal(refused("", 0, &r), DUBAN_E_EMPTY);
    assert_int_equal(refused("\n\n", 2, &r), DUBAN_E_EMPTY);
    static const char letter[] = "各部门：\n　　请抓好落实。\n";
    assert_int_equal(refused(letter, sizeof letter - 1, &r), DUBAN_E_EMPTY);
}

static void bytes_that_are_no_text_are_refused_with_their_line(void **state) {
    (void)state;
    duban_refusal r;
    static const char *const bad[] = {
        "一、章\n1.事。\n\xC4\xE3\xBA\xC3", /* GBK */
        "一、章\n1.事。\n\xED\xA0\x80",     /* a surrogate */
        "一、章\n1.事。\n\xC0\xAF",         /* an overlong form */
        "一、章\n1.事。\n\xE4\xBD",         /* cut inside a character */
        "一、章\n1.事。\n\x01\x02",         "一、章\n1.事。\n\xF5\x80\x80\x80",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(refused(bad[i], strlen(bad[i]), &r), DUBAN_E_TEXT);
        assert_int_equal(r.line, 3);
    }
    static const char nul[] = "一、章\n1.事\0。";
    assert_int_equal(refused(nul, sizeof nul - 1, &r), DUBAN_E_TEXT);
    assert_int_equal(r.line, 2);
}

static void line_of_a_megabyte_is_refused_with_its_number(void **state) {
    (void)state;
    size_t size = 1 << 20;
    char *text = malloc(size + 8);
    assert_non_null(text);
    memset(text, '7', size);
    memcpy(text, "1.a\n2.", 6);
    duban_refusal r;
    assert_int_equal(refused(text, size, &r), DUBAN_E_TOO_LARGE);
    assert_int_equal(r.line, 2);
    free(text);
}

static void task_of_too_many_lines_is_refused_with_its_line(void **state) {
    (void)state;
    size_t lines = NOTICE_LINE_MAX;
    char *text = malloc(64 + 4 * lines);
    assert_non_null(text);
    size_t size = (size_t)sprintf(text, "1.甲（牵头单位：\n");
    for (size_t i = 0; i < lines; i++) {
        memcpy(text + size, "乙\n", 4);
        size += 4;
    }
    duban_refusal r;
    assert_int_equal(refused(text, size, &r), DUBAN_E_TOO_LARGE);
    assert_true(r.line > NOTICE_LINE_MAX / 4 && r.line < lines);
    free(text);
}

static void notice_above_the_size_limit_is_refused(void **state) {
    (void)state;
    char *text = calloc(NOTICE_SIZE_MAX + 1, 1);
    assert_non_null(text);
    memset(text, '\n', NOTICE_SIZE_MAX + 1);
    duban_refusal r;
    assert_int_equal(refused(text, NOTICE_SIZE_MAX + 1, &r), DUBAN_E_TOO_LARGE);
    assert_int_equal(refused(text, NOTICE_SIZE_MAX, &r), DUBAN_E_EMPTY);
    free(text);
}

static void more_tasks_than_a_plan_holds_are_refused(void **state) {
    (void)state;
    char *text = malloc((TASKS_MAX + 1) * 64);
    assert_non_null(text);
    size_t size = 0;
    for (int i = 1; i <= TASKS_MAX + 1; i++)
        size += (size_t)sprintf(text + size, "%d.事（牵头单位：甲局）\n", i);
    duban_refusal r;
    assert_int_equal(refused(text, size, &r), DUBAN_E_LIMIT);
    assert_int_equal(r.line, TASKS_MAX + 1);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letter_and_copy_list_yield_no_task),
        cmocka_unit_test(task_stands_under_its_chapter_and_section),
        cmocka_unit_test(line_is_the_printed_one_for_every_line_end),
        cmocka_unit_test(parent_without_duties_is_only_a_container),
        cmocka_unit_test(numbers_of_a_container_are_doubted_in_its_first_sub_item),
        cmocka_unit_test(sub_items_without_duties_belong_to_their_parent),
        cmocka_unit_test(duties_behind_the_last_sub_item_make_one_doubtful_task),
        cmocka_unit_test(wrapped_task_is_read_as_one),
        cmocka_unit_test(full_width_and_odd_brackets_read_as_plain_ones),
        cmocka_unit_test(task_without_a_number_is_kept_and_doubted),
        cmocka_unit_test(number_out_of_order_or_repeated_is_doubted),
        cmocka_unit_test(task_without_duties_is_kept_and_doubted),
        cmocka_unit_test(doubts_are_said_in_the_language_asked_for),
        cmocka_unit_test(long_title_ends_at_a_clause_within_the_limit),
        cmocka_unit_test(text_without_tasks_is_refused),
        cmocka_unit_test(bytes_that_are_no_text_are_refused_with_their_line),
        cmocka_unit_test(line_of_a_megabyte_is_refused_with_its_number),
        cmocka_unit_test(task_of_too_many_lines_is_refused_with_its_line),
        cmocka_unit_test(notice_above_the_size_limit_is_refused),
        cmocka_unit_test(more_tasks_than_a_plan_holds_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
