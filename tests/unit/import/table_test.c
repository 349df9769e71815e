/* plan.csv written and read back; every bad cell named. */
#include "tests/unit/import/import_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOM "\xEF\xBB\xBF"
#define HEAD                                                                             \
    "no,chapter,title,kind,leaders,leads,responsible,open,metric,comparator,target,"     \
    "target_max,unit,nature,strength,strict,rollup,start,deadline,opening,tags,line,"    \
    "doubts\n"

static plan_table read_sheet(const char *sheet) {
    plan_table table;
    plan_refusals refusals;
    duban_status status =
        plan_table_read_csv(sheet, strlen(sheet), DUBAN_EN, &refusals, &table);
    for (size_t i = 0; i < refusals.n; i++)
        print_message("%u %s: %s, found %s\n", (unsigned)refusals.items[i].line,
                      refusals.items[i].field, refusals.items[i].expected,
                      refusals.items[i].found);
    assert_int_equal(status, DUBAN_OK);
    assert_int_equal(refusals.n, 0);
    plan_refusals_free(&refusals);
    return table;
}

static plan_refusals refused(const void *sheet, size_t size, duban_status want) {
    plan_table table, untouched;
    plan_refusals refusals;
    memset(&table, 0x5A, sizeof table);
    memcpy(&untouched, &table, sizeof table);
    assert_int_equal(plan_table_read_csv(sheet, size, DUBAN_EN, &refusals, &table), want);
    assert_memory_equal(&table, &untouched, sizeof table);
    assert_true(refusals.n > 0);
    return refusals;
}

/* One refusal only, with that place and status. */
static void assert_refused(const char *sheet, duban_status want, duban_status status,
                           uint32_t row, const char *field, const char *found) {
    plan_refusals r = refused(sheet, strlen(sheet), want);
    print_message("%s row %u %s: %s\n", duban_status_name(r.items[0].status),
                  (unsigned)r.items[0].line, r.items[0].field, r.items[0].expected);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.items[0].status, status);
    assert_int_equal(r.items[0].line, row);
    assert_string_equal(r.items[0].field, field);
    assert_string_equal(r.items[0].found, found);
    plan_refusals_free(&r);
}

static void assert_rows_equal(const plan_row *a, const plan_row *b) {
    assert_string_equal(a->no, b->no);
    assert_string_equal(a->chapter_no, b->chapter_no);
    assert_string_equal(a->chapter, b->chapter);
    assert_string_equal(a->section_no, b->section_no);
    assert_string_equal(a->section, b->section);
    assert_string_equal(a->title, b->title);
    assert_int_equal(a->kind, b->kind);
    assert_string_equal(kit_names(a->leaders), kit_names(b->leaders));
    assert_string_equal(kit_names(a->leads), kit_names(b->leads));
    assert_string_equal(kit_names(a->responsible), kit_names(b->responsible));
    assert_string_equal(kit_names(a->tags), kit_names(b->tags));
    assert_int_equal(a->open, b->open);
    assert_string_equal(a->metric, b->metric);
    kit_assert_metric(a, b->comparator, b->target, b->target_max, b->unit);
    assert_int_equal(a->nature, b->nature);
    assert_int_equal(a->strength, b->strength);
    assert_int_equal(a->strict, b->strict);
    assert_int_equal(a->rollup, b->rollup);
    assert_string_equal(a->start, b->start);
    assert_string_equal(a->deadline, b->deadline);
    assert_string_equal(a->definition, b->definition);
    assert_string_equal(a->opening, b->opening);
    assert_int_equal(a->line, b->line);
    assert_string_equal(a->doubts, b->doubts);
}

static plan_table invented(void) {
    char *text = kit_notice(
        "　　一、目标\n　　（一）\"引号\"与，逗号\n"
        "　　1.生产总值增长6%以上、力争7%。城镇化率由45.5%提高到52%"
        "。水质稳定退出全省后30位。"
        "（牵头领导：甲、乙；牵头单位：市发改委；责任单位：市统计局等，各县〔市、区〕人民"
        "政府）\n"
        "　　2.各类约束性指标完成省定目标。\n"
        "　　（1）节能。（牵头领导：甲；牵头单位：市发改委；责任单位：市统计局）\n"
        "　　3.2031-2034年累计打造集群2—3个，每人每年补助640元，民间投资增速高于全省。"
        "（牵头领导：甲；牵头单位：市发改委（市能源局；市粮食局）；责任单位：市统计局）\n"
        "　　二、拟制发政策\n　　4.关于甲的意见、关于乙的办法（牵头单位：市发改委）\n");
    plan_table table = kit_import(text);
    free(text);
    return table;
}

static void table_written_in_either_language_reads_back_equal(void **state) {
    (void)state;
    plan_table table = invented();
    assert_int_equal(table.rows_n, 8);
    for (int lang = DUBAN_ZH; lang <= DUBAN_EN; lang++) {
        buffer out;
        plan_table again;
        plan_refusals refusals;
        buffer_init(&out);
        assert_int_equal(plan_table_write_csv(&table, (duban_lang)lang, &out), DUBAN_OK);
        assert_memory_equal(out.data, BOM, 3);
        assert_int_equal(
            plan_table_read_csv(out.data, out.size, DUBAN_EN, &refusals, &again),
            DUBAN_OK);
        assert_int_equal(again.rows_n, table.rows_n);
        for (size_t i = 0; i < table.rows_n; i++) {
            assert_rows_equal(kit_row(&table, i), kit_row(&again, i));
            assert_int_equal(kit_row(&again, i)->row, i + 2);
        }
        plan_refusals_free(&refusals);
        plan_table_free(&again);
        buffer_close(&out);
    }
    plan_table_free(&table);
}

static void header_is_in_the_language_asked_for_and_rows_end_in_crlf(void **state) {
    (void)state;
    plan_table table = invented();
    static const char *const heads[] = {
        BOM "任务号,章号,章,节号,节,事项,类型,牵头领导,牵头单位,责任单位,名单未尽,指标,"
            "比较,目标值,上限,"
            "单位,性质,强度,严格,汇总,起始日,期限,口径,期初值,标签,原文行,存疑\r\n",
        BOM
        "no,chapter_no,chapter,section_no,section,title,kind,leaders,leads,responsible,"
        "open,metric,comparator,target,target_max,unit,nature,strength,strict,rollup,"
        "start,"
        "deadline,definition,opening,tags,line,doubts\r\n"};
    for (int lang = DUBAN_ZH; lang <= DUBAN_EN; lang++) {
        buffer out;
        buffer_init(&out);
        assert_int_equal(plan_table_write_csv(&table, (duban_lang)lang, &out), DUBAN_OK);
        assert_true(out.size > strlen(heads[lang]));
        assert_memory_equal(out.data, heads[lang], strlen(heads[lang]));
        buffer_close(&out);
    }
    plan_table_free(&table);
}

static void name_with_a_list_separator_is_written_without_it(void **state) {
    (void)state;
    plan_table table = invented();
    assert_string_equal(kit_names(kit_row(&table, 4)->leads),
                        "市发改委（市能源局、市粮食局）");
    plan_table_free(&table);
}

static void both_languages_and_any_order_of_columns_are_read(void **state) {
    (void)state;
    plan_table t = read_sheet(
        "单位,事项,目标值,指标,任务号,比较,leads,类型\n"
        "亿元,办事,\"1,200\",投资,２５,at_least,甲局;乙局|丙局；丁局,milestone\n");
    const plan_row *r = kit_row(&t, 0);
    assert_string_equal(r->no, "25");
    kit_assert_metric(r, COMPARATOR_AT_LEAST, "1200", "", "亿元");
    assert_string_equal(kit_names(r->leads), "甲局|乙局|丙局|丁局");
    assert_int_equal(r->kind, TASK_MILESTONE);
    assert_int_equal(r->nature, NATURE_CUMULATIVE);
    assert_int_equal(r->strength, STRENGTH_EXPECTED);
    assert_int_equal(r->rollup, ROLLUP_SUM);
    plan_table_free(&t);
}

static void semicolons_or_tabs_separate_cells_where_the_header_has_them(void **state) {
    (void)state;
    plan_table t = read_sheet(BOM "no;title;leads\r\n1;办事;甲局|乙局\r\n");
    assert_string_equal(kit_names(kit_row(&t, 0)->leads), "甲局|乙局");
    plan_table_free(&t);
    t = read_sheet("no\ttitle\tleads\n1\t办事\t甲局\n");
    assert_string_equal(kit_names(kit_row(&t, 0)->leads), "甲局");
    plan_table_free(&t);
}

static void dates_as_a_spreadsheet_rewrites_them_are_read(void **state) {
    (void)state;
    plan_table t = read_sheet("no,title,start,deadline\n1,甲,2031/1/5,2032-02-29\n"
                              "2,乙,2031年1月5日,2031.12.31\n");
    assert_string_equal(kit_row(&t, 0)->start, "2031-01-05");
    assert_string_equal(kit_row(&t, 0)->deadline, "2032-02-29");
    assert_string_equal(kit_row(&t, 1)->start, "2031-01-05");
    assert_string_equal(kit_row(&t, 1)->deadline, "2031-12-31");
    plan_table_free(&t);
}

static void further_rows_of_a_task_take_what_its_first_row_says(void **state) {
    (void)state;
    plan_table t = read_sheet(
        HEAD "1,章,办事,节点,甲,发改委,财政局,是,桥,达到,3,,座,,,,,,,,标签,7,\n"
             "2,,另事,,,,,,,,,,,,,,,,,,,,\n"
             ",,,,,,,,,,,,,,,,,,,,,,\n"
             "1,,,,,,,,路,达到,5,,条,,,,,,,,,,\n");
    assert_int_equal(t.rows_n, 3);
    const plan_row *r = kit_row(&t, 2);
    assert_string_equal(r->title, "办事");
    assert_string_equal(r->chapter, "章");
    assert_int_equal(r->kind, TASK_MILESTONE);
    assert_string_equal(kit_names(r->leaders), "甲");
    assert_string_equal(kit_names(r->responsible), "财政局");
    assert_string_equal(kit_names(r->tags), "标签");
    assert_true(r->open);
    assert_int_equal(r->row, 5);
    plan_table_free(&t);
}

static void quotes_commas_and_line_breaks_inside_a_cell_survive(void **state) {
    (void)state;
    plan_table t =
        read_sheet("no,title,doubts\r\n1,\"甲\"\"乙\"\",\n丙\",\"a,b\"\r\n2,丁,\r\n");
    assert_string_equal(kit_row(&t, 0)->title, "甲\"乙\", 丙");
    assert_string_equal(kit_row(&t, 0)->doubts, "a,b");
    assert_int_equal(kit_row(&t, 1)->row, 3);
    plan_table_free(&t);
}

static void every_bad_cell_is_named_with_row_and_column(void **state) {
    (void)state;
    static const char sheet[] =
        HEAD "1,,甲,节点,,,,,桥,达到,三,,座,,,,,,,,,,\n"
             "2,,乙,大事,,,,,桥,达到,3,,座,,,,,,,,,,\n"
             "3,,丙,节点,,,,,桥,达到,3,,座,,,,,,2031-02-30,,,,\n"
             "4,,丁,节点,,,,,桥,达到,3,,座,,,,,,,,,,\n"
             ",,戊,节点,,,,也许,桥,达到,3.1234567,,座,,,,,,,,,,\n";
    static const struct {
        uint32_t row;
        const char *field, *found;
        duban_status status;
    } want[] = {
        {2, "target", "三", DUBAN_E_DECIMAL},
        {3, "kind", "大事", DUBAN_E_WORD},
        {4, "deadline", "2031-02-30", DUBAN_E_DATE},
        {6, "no", "", DUBAN_E_EMPTY},
        {6, "open", "也许", DUBAN_E_WORD},
        {6, "target", "3.1234567", DUBAN_E_SCALE},
    };
    plan_refusals r = refused(sheet, sizeof sheet - 1, DUBAN_E_ROWS);
    assert_int_equal(r.n, sizeof want / sizeof want[0]);
    for (size_t i = 0; i < r.n; i++) {
        assert_int_equal(r.items[i].line, want[i].row);
        assert_string_equal(r.items[i].field, want[i].field);
        assert_string_equal(r.items[i].found, want[i].found);
        assert_int_equal(r.items[i].status, want[i].status);
        assert_string_not_equal(r.items[i].expected, "");
    }
    plan_refusals_free(&r);
}

static void field_is_the_header_as_printed_in_the_sheet(void **state) {
    (void)state;
    assert_refused("任务号,事项,期限\n1,甲,明年\n", DUBAN_E_ROWS, DUBAN_E_DATE, 2, "期限",
                   "明年");
}

static void metric_that_does_not_hold_together_is_refused(void **state) {
    (void)state;
#define SHEET(row) "no,title,metric,comparator,target,target_max,unit\n" row "\n"
    static const struct {
        const char *sheet, *field, *found;
        duban_status status;
    } samples[] = {
        {SHEET("1,甲,桥,,3,,座"), "comparator", "", DUBAN_E_EMPTY},
        {SHEET("1,甲,桥,count,,,座"), "target", "", DUBAN_E_EMPTY},
        {SHEET("1,甲,桥,count,3,,"), "unit", "", DUBAN_E_EMPTY},
        {SHEET("1,甲,桥,count,3,5,座"), "target_max", "5", DUBAN_E_TARGET},
        {SHEET("1,甲,桥,between,3,,座"), "target_max", "", DUBAN_E_EMPTY},
        {SHEET("1,甲,桥,between,3,3,座"), "target_max", "3", DUBAN_E_TARGET},
        {SHEET("1,甲,桥,floor_stretch,6,5,%"), "target_max", "5", DUBAN_E_TARGET},
        {SHEET("1,甲,桥,pending,3,,座"), "target", "3", DUBAN_E_TARGET},
        {SHEET("1,甲,桥,yes_no,1,,"), "target", "1", DUBAN_E_TARGET},
        {SHEET("1,甲,,count,,,"), "comparator", "count", DUBAN_E_TARGET},
        {SHEET("1,甲,,,3,,"), "target", "3", DUBAN_E_TARGET},
        {SHEET("1,甲,桥,count,2000000000000,,座"), "target", "2000000000000",
         DUBAN_E_OVERFLOW},
        {SHEET("1,,,,,,"), "title", "", DUBAN_E_EMPTY},
        {SHEET("第一,甲,,,,,"), "no", "第一", DUBAN_E_CODE},
        {SHEET("12345678901234567,甲,,,,,"), "no", "12345678901234567", DUBAN_E_CODE},
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        assert_refused(samples[i].sheet, DUBAN_E_ROWS, samples[i].status, 2,
                       samples[i].field, samples[i].found);
}

static void rows_of_one_task_that_disagree_are_refused(void **state) {
    (void)state;
#define TWO(second)                                                                      \
    "no,title,leads,metric,comparator,target,unit\n1,甲,一局,桥,count,3,座\n" second
    assert_refused(TWO("1,乙,,路,count,3,条\n"), DUBAN_E_ROWS, DUBAN_E_DUPLICATE, 3,
                   "title", "乙");
    assert_refused(TWO("1,,二局,路,count,3,条\n"), DUBAN_E_ROWS, DUBAN_E_DUPLICATE, 3,
                   "leads", "二局");
    assert_refused(TWO("1,,,桥,count,4,座\n"), DUBAN_E_ROWS, DUBAN_E_DUPLICATE, 3,
                   "metric", "桥");
    assert_refused(TWO("1,,,,,,\n"), DUBAN_E_ROWS, DUBAN_E_DUPLICATE, 3, "metric", "");
}

static void deadline_before_the_start_is_refused(void **state) {
    (void)state;
    assert_refused("no,title,start,deadline\n1,甲,2031-05-01,2031-04-30\n", DUBAN_E_ROWS,
                   DUBAN_E_DATE, 2, "deadline", "2031-04-30");
}

static void name_given_twice_or_too_many_names_are_refused(void **state) {
    (void)state;
    assert_refused("no,title,leads\n1,甲,一局；二局；一局\n", DUBAN_E_ROWS,
                   DUBAN_E_DUPLICATE, 2, "leads", "一局；二局；一局");
    char sheet[1024] = "no,title,leaders\n1,甲,a";
    for (int i = 0; i < LEADERS_MAX; i++)
        snprintf(sheet + strlen(sheet), 16, ";L%d", i);
    plan_refusals r = refused(sheet, strlen(sheet), DUBAN_E_ROWS);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.items[0].status, DUBAN_E_LIMIT);
    assert_string_equal(r.items[0].field, "leaders");
    plan_refusals_free(&r);
}

static void too_long_cells_are_refused(void **state) {
    (void)state;
    char sheet[4096] = "no,title,metric,comparator,target,unit\n1,";
    for (int i = 0; i < TITLE_SIZE_MAX / 3 + 1; i++)
        strcat(sheet, "长");
    strcat(sheet, ",桥,count,3,");
    for (int i = 0; i < UNIT_SIZE_MAX / 3 + 1; i++)
        strcat(sheet, "座");
    plan_refusals r = refused(sheet, strlen(sheet), DUBAN_E_ROWS);
    assert_int_equal(r.n, 2);
    assert_int_equal(r.items[0].status, DUBAN_E_TOO_LARGE);
    assert_string_equal(r.items[0].field, "title");
    assert_int_equal(r.items[1].status, DUBAN_E_TOO_LARGE);
    assert_string_equal(r.items[1].field, "unit");
    plan_refusals_free(&r);
}

static void wrong_header_is_refused_with_every_wrong_column(void **state) {
    (void)state;
    static const char sheet[] = "任务号,备忘,章,章,no\n1,,,,\n";
    plan_refusals r = refused(sheet, sizeof sheet - 1, DUBAN_E_COLUMN);
    assert_int_equal(r.n, 4);
    assert_string_equal(r.items[0].found, "备忘");
    assert_string_equal(r.items[1].found, "章");
    assert_string_equal(r.items[2].found, "no");
    assert_string_equal(r.items[3].field, "title");
    for (size_t i = 0; i < r.n; i++) {
        assert_int_equal(r.items[i].status, DUBAN_E_COLUMN);
        assert_int_equal(r.items[i].line, 1);
    }
    plan_refusals_free(&r);
}

static void broken_quotes_are_refused_and_later_rows_still_read(void **state) {
    (void)state;
    static const char sheet[] =
        "no,title,kind\n1,\"甲,节点\n2,\"乙\"丙,节点\n3,丁,坏词\n4,\"戊,节点\n";
    plan_refusals r = refused(sheet, sizeof sheet - 1, DUBAN_E_ROWS);
    assert_int_equal(r.n, 4);
    static const duban_status status[] = {DUBAN_E_SHEET, DUBAN_E_SHEET, DUBAN_E_WORD,
                                          DUBAN_E_SHEET};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(r.items[i].line, i + 2);
        assert_int_equal(r.items[i].status, status[i]);
        assert_string_equal(r.items[i].field, i == 2 ? "kind" : "title");
    }
    plan_refusals_free(&r);
}

static void cell_without_a_header_is_refused(void **state) {
    (void)state;
    assert_refused("no,title\n1,甲,多出\n", DUBAN_E_ROWS, DUBAN_E_SHEET, 2, "", "多出");
}

static void row_of_too_many_cells_is_refused(void **state) {
    (void)state;
    char sheet[512] = "no,title\n1,甲";
    for (int i = 0; i < 80; i++)
        strcat(sheet, ",");
    plan_refusals r = refused(sheet, strlen(sheet), DUBAN_E_ROWS);
    assert_int_equal(r.items[0].status, DUBAN_E_SHEET);
    assert_int_equal(r.items[0].line, 2);
    plan_refusals_free(&r);
}

static void bytes_that_are_no_text_are_refused_with_row_and_column(void **state) {
    (void)state;
    static const char sheet[] = "no,title\n1,甲\n2,\xC4\xE3\n3,a\0b\n";
    plan_refusals r = refused(sheet, sizeof sheet - 1, DUBAN_E_ROWS);
    assert_int_equal(r.n, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(r.items[i].status, DUBAN_E_TEXT);
        assert_int_equal(r.items[i].line, i + 3);
        assert_string_equal(r.items[i].field, "title");
    }
    plan_refusals_free(&r);
    assert_refused("no,\xC4\xE3\n1,\n", DUBAN_E_TEXT, DUBAN_E_TEXT, 1, "", "");
}

static void file_without_rows_is_refused(void **state) {
    (void)state;
    assert_refused("", DUBAN_E_SHEET, DUBAN_E_SHEET, 1, "", "");
    assert_refused(BOM, DUBAN_E_SHEET, DUBAN_E_SHEET, 1, "", "");
    assert_refused("no,title\n\n,\n", DUBAN_E_SHEET, DUBAN_E_SHEET, 2, "", "");
}

static void sheet_above_the_size_limit_is_refused(void **state) {
    (void)state;
    size_t size = SHEET_SIZE_MAX + 1;
    char *sheet = malloc(size);
    assert_non_null(sheet);
    memset(sheet, 'a', size);
    plan_refusals r = refused(sheet, size, DUBAN_E_TOO_LARGE);
    assert_int_equal(r.items[0].status, DUBAN_E_TOO_LARGE);
    plan_refusals_free(&r);
    free(sheet);
}

static void more_tasks_than_a_plan_holds_are_refused(void **state) {
    (void)state;
    char *sheet = malloc(64 + TASKS_MAX * 16);
    assert_non_null(sheet);
    size_t size = (size_t)sprintf(sheet, "no,title\n");
    for (int i = 1; i <= TASKS_MAX + 2; i++)
        size += (size_t)sprintf(sheet + size, "%d,a\n", i);
    plan_refusals r = refused(sheet, size, DUBAN_E_ROWS);
    assert_int_equal(r.n, 2);
    assert_int_equal(r.items[0].status, DUBAN_E_LIMIT);
    assert_int_equal(r.items[0].line, TASKS_MAX + 2);
    assert_int_equal(r.items[1].line, TASKS_MAX + 3);
    plan_refusals_free(&r);
    free(sheet);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_written_in_either_language_reads_back_equal),
        cmocka_unit_test(header_is_in_the_language_asked_for_and_rows_end_in_crlf),
        cmocka_unit_test(name_with_a_list_separator_is_written_without_it),
        cmocka_unit_test(both_languages_and_any_order_of_columns_are_read),
        cmocka_unit_test(semicolons_or_tabs_separate_cells_where_the_header_has_them),
        cmocka_unit_test(dates_as_a_spreadsheet_rewrites_them_are_read),
        cmocka_unit_test(further_rows_of_a_task_take_what_its_first_row_says),
        cmocka_unit_test(quotes_commas_and_line_breaks_inside_a_cell_survive),
        cmocka_unit_test(every_bad_cell_is_named_with_row_and_column),
        cmocka_unit_test(field_is_the_header_as_printed_in_the_sheet),
        cmocka_unit_test(metric_that_does_not_hold_together_is_refused),
        cmocka_unit_test(rows_of_one_task_that_disagree_are_refused),
        cmocka_unit_test(deadline_before_the_start_is_refused),
        cmocka_unit_test(name_given_twice_or_too_many_names_are_refused),
        cmocka_unit_test(too_long_cells_are_refused),
        cmocka_unit_test(wrong_header_is_refused_with_every_wrong_column),
        cmocka_unit_test(broken_quotes_are_refused_and_later_rows_still_read),
        cmocka_unit_test(cell_without_a_header_is_refused),
        cmocka_unit_test(row_of_too_many_cells_is_refused),
        cmocka_unit_test(bytes_that_are_no_text_are_refused_with_row_and_column),
        cmocka_unit_test(file_without_rows_is_refused),
        cmocka_unit_test(sheet_above_the_size_limit_is_refused),
        cmocka_unit_test(more_tasks_than_a_plan_holds_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
