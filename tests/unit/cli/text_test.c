#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "client/cli/print.h"
#include "client/cli/say.h"
#include "client/cli/text.h"

/* Both languages of every value of an enum, from 1 on. */
#define COMPLETE(function, count)                                                        \
    do {                                                                                 \
        for (int value = 1; value < (int)(count); value++) {                             \
            assert_true(*function(value, DUBAN_ZH));                                     \
            assert_true(*function(value, DUBAN_EN));                                     \
        }                                                                                \
        assert_string_equal(function(count, DUBAN_ZH), "");                              \
    } while (0)

static void every_value_has_words_in_both_languages(void **state) {
    (void)state;
    COMPLETE(text_grade, GRADE_COUNT);
    COMPLETE(text_cause, CAUSE_COUNT);
    COMPLETE(text_item_state, ITEM_ACCEPTED + 1);
    COMPLETE(text_timetable_state, TIMETABLE_RETURNED + 1);
    COMPLETE(text_office_kind, OFFICE_KIND_COUNT);
    COMPLETE(text_task_kind, TASK_KIND_COUNT);
    COMPLETE(text_comparator, COMPARATOR_COUNT_OF);
    COMPLETE(text_event_kind, KIND_COUNT);
    COMPLETE(text_profile, PROFILE_COUNT);
    COMPLETE(text_cycle, PERIOD_KIND_COUNT);
}

#define READS_BACK(read, word, count)                                                    \
    do {                                                                                 \
        for (int value = 1; value < (int)(count); value++) {                             \
            assert_int_equal(read(word(value, DUBAN_ZH)), value);                        \
            assert_int_equal(read(word(value, DUBAN_EN)), value);                        \
        }                                                                                \
        assert_int_equal(read(""), 0);                                                   \
        assert_int_equal(read("nonsense"), 0);                                           \
    } while (0)

static void words_are_read_back(void **state) {
    (void)state;
    READS_BACK(text_read_grade, text_grade, GRADE_COUNT);
    READS_BACK(text_read_cause, text_cause, CAUSE_COUNT);
    READS_BACK(text_read_office_kind, text_office_kind, OFFICE_KIND_COUNT);
    READS_BACK(text_read_profile, text_profile, PROFILE_COUNT);
    READS_BACK(text_read_cycle, text_cycle, PERIOD_KIND_COUNT);
}

static void every_set_reads_its_own_words_and_codes(void **state) {
    (void)state;
    for (int set = 0; set < TEXT_SETS_N; set++) {
        unsigned value = 1, found;
        for (; *text_code((word_set)set, value); value++) {
            const char *ways[] = {text_word((word_set)set, value, DUBAN_ZH),
                                  text_word((word_set)set, value, DUBAN_EN),
                                  text_code((word_set)set, value)};
            for (int i = 0; i < 3; i++) {
                found = 0;
                assert_true(*ways[i]);
                assert_true(text_read((word_set)set, ways[i], &found));
                assert_int_equal(found, value);
            }
        }
        assert_true(value > 2);
        found = 7;
        assert_false(text_read((word_set)set, "nonsense", &found));
        assert_int_equal(found, 7);
        assert_true(text_read((word_set)set, "", &found));
        assert_int_equal(found, 0);
    }
}

static void a_first_value_that_means_something_is_read_too(void **state) {
    (void)state;
    unsigned found = 7;
    assert_true(text_read(TEXT_VISIBILITY, "公开", &found));
    assert_int_equal(found, VISIBILITY_PUBLIC);
    char list[TEXT_LIST_SIZE];
    assert_string_equal(text_list(TEXT_VISIBILITY, DUBAN_EN, list),
                        "public/internal/restricted/offline");
}

static void chinese_takes_two_columns(void **state) {
    (void)state;
    assert_int_equal(print_width("abc"), 3);
    assert_int_equal(print_width("任务号"), 6);
    assert_int_equal(print_width("M1 亿元"), 7);
    assert_int_equal(print_width("（一）"), 6);
    assert_int_equal(print_width(""), 0);
}

static void a_text_is_cut_between_characters(void **state) {
    (void)state;
    char out[64];
    print_cut("重点项目建设", 7, out, sizeof out);
    assert_string_equal(out, "重点项…");
    assert_int_equal(print_width(out), 7);
    print_cut("重点项目建设", 8, out, sizeof out);
    assert_int_equal(print_width(out), 7);
    print_cut("重点", 4, out, sizeof out);
    assert_string_equal(out, "重点");
    print_cut("重点项目", 100, out, 8);
    assert_true(strlen(out) < 8);
}

static void columns_line_up_with_wide_characters(void **state) {
    (void)state;
    char text[256];
    FILE *f = fmemopen(text, sizeof text, "w");
    assert_non_null(f);
    const print_column columns[] = {{"单位", PRINT_LEFT, 0}, {"n", PRINT_RIGHT, 0}};
    print_table *t = print_table_new(columns, 2, false);
    print_table_row(t);
    print_table_cell(t, "冠县");
    print_table_cell(t, "7");
    print_table_row(t);
    print_table_cell(t, "abcdef");
    print_table_cell(t, "10");
    print_table_write(t, f);
    print_table_free(t);
    fclose(f);
    assert_string_equal(text, "单位     n\n冠县     7\nabcdef  10\n");
}

static void targets_are_said_as_people_say_them(void **state) {
    (void)state;
    char out[SAY_SIZE];
    metric_words m = {.comparator = COMPARATOR_AT_LEAST,
                      .target = {5500000},
                      .unit = "%",
                      .nature = NATURE_RATE};
    say_target(&m, NULL, DUBAN_ZH, out);
    assert_string_equal(out, "不低于 5.5%");
    m.strict = true;
    say_target(&m, NULL, DUBAN_EN, out);
    assert_string_equal(out, "more than 5.5%");
    metric_words range = {.comparator = COMPARATOR_BETWEEN,
                          .target = {2000000},
                          .target_max = {3000000},
                          .unit = "个"};
    say_target(&range, NULL, DUBAN_ZH, out);
    assert_string_equal(out, "2–3 个");
    decimal split = {1000000};
    say_target(&range, &split, DUBAN_ZH, out);
    assert_string_equal(out, "不低于 1 个");
    metric_words pending = {.comparator = COMPARATOR_PENDING, .unit = "个"};
    say_target(&pending, NULL, DUBAN_ZH, out);
    assert_string_equal(out, "待定");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_has_words_in_both_languages),
        cmocka_unit_test(words_are_read_back),
        cmocka_unit_test(every_set_reads_its_own_words_and_codes),
        cmocka_unit_test(a_first_value_that_means_something_is_read_too),
        cmocka_unit_test(chinese_takes_two_columns),
        cmocka_unit_test(a_text_is_cut_between_characters),
        cmocka_unit_test(columns_line_up_with_wide_characters),
        cmocka_unit_test(targets_are_said_as_people_say_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
