#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "client/cli/sheet.h"

enum { TASK, VALUE, NOTE };

static const sheet_column columns[] = {
    [TASK] = {"任务号", "task", true},
    [VALUE] = {"累计", "ytd", true},
    [NOTE] = {"进展", "progress", false},
    {NULL, NULL, false},
};

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

static duban_status read_text(const char *text, sheet *out, duban_refusal *refusal) {
    return sheet_read(&memory, text, strlen(text), columns, out, refusal);
}

static sheet good(const char *text) {
    sheet t;
    duban_refusal refusal = {0};
    assert_int_equal(read_text(text, &t, &refusal), DUBAN_OK);
    return t;
}

static void bad(const char *text, duban_status expected, uint32_t line) {
    sheet t = {.rows_n = 99};
    duban_refusal refusal = {0};
    assert_int_equal(read_text(text, &t, &refusal), expected);
    assert_int_equal(refusal.status, expected);
    assert_int_equal(refusal.line, line);
    assert_int_equal(t.rows_n, 99);
}

static void headers_are_read_in_both_languages_and_any_order(void **state) {
    (void)state;
    sheet zh = good("累计,任务号\n320,25\n"), en = good("YTD,task\n320,25\n");
    assert_int_equal(zh.rows_n, 1);
    assert_string_equal(zh.rows[0].cells[TASK], "25");
    assert_string_equal(zh.rows[0].cells[VALUE], "320");
    assert_string_equal(zh.rows[0].cells[NOTE], "");
    assert_string_equal(en.rows[0].cells[TASK], "25");
    assert_string_equal(en.titles[VALUE], "YTD");
    assert_true(en.has[VALUE]);
    assert_false(en.has[NOTE]);
}

static void marks_line_ends_and_delimiters_of_spreadsheets_are_read(void **state) {
    (void)state;
    const char *texts[] = {
        "\xef\xbb\xbf任务号,累计\r\n25,320\r\n",
        "任务号\t累计\n25\t320",
        "任务号;累计\r25;320\r",
        "任务号 , 累计\n 25 ,　320　\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        sheet t = good(texts[i]);
        assert_int_equal(t.rows_n, 1);
        assert_int_equal(t.rows[0].line, 2);
        assert_string_equal(t.rows[0].cells[TASK], "25");
        assert_string_equal(t.rows[0].cells[VALUE], "320");
        assert_false(t.converted);
    }
}

static void gb18030_is_converted(void **state) {
    (void)state;
    /* 任务号,累计,进展 / 25,320,正常 */
    sheet t = good("\xc8\xce\xce\xf1\xba\xc5,\xc0\xdb\xbc\xc6,\xbd\xf8\xd5\xb9\r\n"
                   "25,320,\xd5\xfd\xb3\xa3\r\n");
    assert_true(t.converted);
    assert_string_equal(t.rows[0].cells[NOTE], "正常");
}

static void a_row_has_the_number_a_spreadsheet_shows(void **state) {
    (void)state;
    sheet t = good("任务号,累计,进展\r\n\r\n25,320,\"两行\r\n文字\"\r\n,,\r\n26,1,\r\n");
    assert_int_equal(t.rows_n, 2);
    assert_int_equal(t.rows[0].line, 3);
    assert_string_equal(t.rows[0].cells[NOTE], "两行\n文字");
    assert_int_equal(t.rows[1].line, 5);
    assert_string_equal(t.rows[1].cells[TASK], "26");
}

static void content_beyond_the_titles_is_kept_for_a_complaint(void **state) {
    (void)state;
    sheet t = good("任务号,累计\n25,320,,lost\n26,1,,\n");
    assert_string_equal(t.rows[0].beyond, "lost");
    assert_null(t.rows[1].beyond);
}

static void columns_without_title_or_with_a_hash_are_passed_over(void **state) {
    (void)state;
    sheet t = good("任务号,#mine,,累计\n25,a,b,320\n");
    assert_string_equal(t.rows[0].cells[VALUE], "320");
}

static void what_is_no_table_is_refused(void **state) {
    (void)state;
    bad("", DUBAN_E_SHEET, 1);
    bad("PK\003\004 a workbook", DUBAN_E_UNSUPPORTED, 0);
    bad("任务号\n25\n", DUBAN_E_COLUMN, 1);
    bad("任务号,累积\n25,1\n", DUBAN_E_COLUMN, 1);
    bad("任务号,累计,累计\n25,1,2\n", DUBAN_E_DUPLICATE, 1);
    bad("任务号,累计\n25,\"1\n", DUBAN_E_SHEET, 2);
    bad("任务号,累计\n25,1\"2\"\n", DUBAN_E_SHEET, 2);
    sheet t;
    duban_refusal refusal = {0};
    assert_int_equal(
        sheet_read(&memory, "任务号,累计\n2\0005,1\n", 24, columns, &t, &refusal),
        DUBAN_E_SHEET);
    assert_int_equal(read_text("\xff\xff\xff,\xff", &t, &refusal), DUBAN_E_SHEET);
}

static void a_missing_column_is_named(void **state) {
    (void)state;
    sheet t;
    duban_refusal refusal = {0};
    assert_int_equal(read_text("任务号,进展\n", &t, &refusal), DUBAN_E_COLUMN);
    assert_string_equal(refusal.field, "累计");
}

static void
a_misspelt_column_is_answered_with_whole_titles_the_nearest_first(void **state) {
    (void)state;
    sheet t;
    duban_refusal refusal = {0};
    assert_int_equal(read_text("任务号,进度\n", &t, &refusal), DUBAN_E_COLUMN);
    assert_string_equal(refusal.found, "进度");
    assert_string_equal(refusal.expected, "进展、累计");
    assert_int_equal(read_text("task,y-t-d\n", &t, &refusal), DUBAN_E_COLUMN);
    assert_string_equal(refusal.expected, "ytd, progress");
    sheet_column many[21] = {{NULL, NULL, false}};
    for (int i = 0; i < 20; i++)
        many[i] = (sheet_column){"一二三四五", "abcde", false};
    assert_int_equal(sheet_read(&memory, "不识\n", strlen("不识\n"), many, &t, &refusal),
                     DUBAN_E_COLUMN);
    const char *end = refusal.expected + strlen(refusal.expected);
    assert_string_equal(end - strlen("五、…"), "五、…");
}

static void days_are_read_as_spreadsheets_write_them(void **state) {
    (void)state;
    int32_t want = day_of_date((date){2023, 3, 31}), day = 0;
    const char *const good_days[] = {"2023-03-31", "2023/3/31", "2023.3.31",
                                     "2023年3月31日", "2023-3-31"};
    for (size_t i = 0; i < sizeof good_days / sizeof good_days[0]; i++) {
        day = 0;
        assert_int_equal(sheet_day(good_days[i], &day), DUBAN_OK);
        assert_int_equal(day, want);
    }
    const char *const bad_days[] = {"",          "2023",      "2023-02-30",
                                    "2023/13/1", "3/31/2023", "2023-03-31x",
                                    "45016",     "-2023-1-1"};
    for (size_t i = 0; i < sizeof bad_days / sizeof bad_days[0]; i++) {
        assert_int_equal(sheet_day(bad_days[i], &day), DUBAN_E_DATE);
        assert_int_equal(day, want);
    }
}

static void what_is_written_is_read_back(void **state) {
    (void)state;
    const char *const cells[] = {"25", "-3.5", "a,\"b\"\n第二行；；"};
    buffer out;
    buffer_init(&out);
    assert_int_equal(sheet_begin(&out), DUBAN_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(sheet_cell(&out, columns[i].zh, i == 0), DUBAN_OK);
    assert_int_equal(sheet_end_row(&out), DUBAN_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(sheet_cell(&out, cells[i], i == 0), DUBAN_OK);
    assert_int_equal(sheet_end_row(&out), DUBAN_OK);
    sheet t;
    duban_refusal refusal = {0};
    assert_int_equal(
        sheet_read(&memory, (const char *)out.data, out.size, columns, &t, &refusal),
        DUBAN_OK);
    for (int i = 0; i < 3; i++)
        assert_string_equal(t.rows[0].cells[i], cells[i]);
    buffer_close(&out);
}

static void a_formula_is_defused(void **state) {
    (void)state;
    buffer out;
    buffer_init(&out);
    assert_int_equal(sheet_cell(&out, "=HYPERLINK(1)", true), DUBAN_OK);
    assert_int_equal(out.size, strlen("\"'=HYPERLINK(1)\""));
    assert_memory_equal(out.data, "\"'=HYPERLINK(1)\"", out.size);
    buffer_close(&out);
}

/* What spreadsheets never write must end in a status, not in a crash; the sanitizer
 * builds look closely. Half of the texts are bytes that are no UTF-8 either. */
static void any_bytes_end_in_a_status(void **state) {
    (void)state;
    static const char *const pieces[] = {"25",   ",",     ",",    "\n",     "\r\n",
                                         "\"\"", "\"a\"", "项",   "任务号", "累计",
                                         "\t",   "\"",    "\xc8", "\xff"};
    uint32_t chance = 2023;
    size_t good_n = 0;
    for (int round = 0; round < 4000; round++) {
        char text[512] = "任务号,累计\n";
        size_t size = strlen(text), pieces_n = round % 2 ? 11 : 14;
        arena a;
        arena_init(&a, 1 << 20);
        for (int i = 0; i < round % 40; i++) {
            chance = chance * 1664525u + 1013904223u;
            const char *piece = pieces[(chance >> 16) % pieces_n];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        sheet t = {0};
        duban_refusal refusal = {0};
        duban_status s = sheet_read(&a, text, size, columns, &t, &refusal);
        assert_int_equal(refusal.status, s);
        for (size_t i = 0; s == DUBAN_OK && i < t.rows_n; i++)
            for (int k = 0; k < 3; k++)
                assert_non_null(t.rows[i].cells[k]);
        good_n += s == DUBAN_OK;
        arena_close(&a);
    }
    assert_in_range(good_n, 100, 3900); /* both ways are taken */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_read_in_both_languages_and_any_order),
        cmocka_unit_test(marks_line_ends_and_delimiters_of_spreadsheets_are_read),
        cmocka_unit_test(gb18030_is_converted),
        cmocka_unit_test(a_row_has_the_number_a_spreadsheet_shows),
        cmocka_unit_test(content_beyond_the_titles_is_kept_for_a_complaint),
        cmocka_unit_test(columns_without_title_or_with_a_hash_are_passed_over),
        cmocka_unit_test(what_is_no_table_is_refused),
        cmocka_unit_test(a_missing_column_is_named),
        cmocka_unit_test(
            a_misspelt_column_is_answered_with_whole_titles_the_nearest_first),
        cmocka_unit_test(days_are_read_as_spreadsheets_write_them),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(a_formula_is_defused),
        cmocka_unit_test(any_bytes_end_in_a_status),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
