/* Tables are read back as written, in either language; every bad cell is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "city_kit.h"
#include "client/cli/tables.h"
#include "proto/codec.h"

static city_kit kit;

/* Writes the table as a sheet, reads it back, and compares what would be signed. */
static void round_trip(const table_kit *table, const event *ev) {
    char path[] = "/tmp/duban-tables-XXXXXX";
    int fd = mkstemp(path);
    buffer bytes, first, second;
    event read;
    assert_true(fd >= 0);
    buffer_init(&bytes);
    buffer_init(&first);
    buffer_init(&second);
    assert_int_equal(tables_write(&kit.k, table, ev, &bytes), DUBAN_OK);
    assert_int_equal(write(fd, bytes.data, bytes.size), bytes.size);
    close(fd);
    duban_status s = tables_read(&kit.k, table, path, &read);
    unlink(path);
    assert_int_equal(s, DUBAN_OK);
    assert_int_equal(codec_event_write(ev, &first), DUBAN_OK);
    assert_int_equal(codec_event_write(&read, &second), DUBAN_OK);
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.data, second.data, first.size);
    buffer_close(&bytes);
    buffer_close(&first);
    buffer_close(&second);
}

static void in_both_languages(const table_kit *table, const event *ev) {
    kit.c.lang = DUBAN_EN;
    round_trip(table, ev);
    kit.c.lang = DUBAN_ZH;
    round_trip(table, ev);
}

static void roles_come_back_as_they_were_written(void **state) {
    (void)state;
    static const role_row rows[] = {{KIND_SUBMISSION, BY_OWNER, false},
                                    {KIND_REVIEW, BY_FURTHER_LEAD, true},
                                    {KIND_OFFICE_CHANGE, BY_CITY, false}};
    event ev = {.kind = KIND_ROLES, .roles = {.rows = rows, .rows_n = 3}};
    in_both_languages(&tables_roles, &ev);
}

static void checks_come_back_with_tasks_and_metrics_by_name(void **state) {
    (void)state;
    const check_row_words rows[] = {{.severity = SEVERITY_ERROR,
                                     .test = TEST_RANGE,
                                     .task = 1,
                                     .metric = 2,
                                     .has_low = true,
                                     .low = kit_number("-3"),
                                     .has_high = true,
                                     .high = kit_number("12.5"),
                                     .zh = "超出范围",
                                     .en = "out of range"},
                                    {.severity = SEVERITY_WARNING,
                                     .test = TEST_NOT_ABOVE,
                                     .task = 1,
                                     .metric = 1,
                                     .other = 2,
                                     .zh = "",
                                     .en = ""},
                                    {.severity = SEVERITY_NOTE,
                                     .test = TEST_CHANGE,
                                     .has_high = true,
                                     .high = kit_number("50"),
                                     .history_min = 3,
                                     .zh = "",
                                     .en = ""}};
    event ev = {.kind = KIND_CHECKS, .checks = {.rows = rows, .rows_n = 3}};
    in_both_languages(&tables_checks, &ev);
}

static void weights_groups_and_bounds_come_back_from_one_sheet(void **state) {
    (void)state;
    static const office_kind counties[] = {OFFICE_COUNTY, OFFICE_ZONE};
    const weight_row rows[] = {{0, 0, kit_number("1")}, {1, 2, kit_number("2.5")}};
    const rank_group groups[] = {{"县区", "counties", counties, 2}};
    event ev = {.kind = KIND_WEIGHTS,
                .weights = {.rows = rows,
                            .rows_n = 2,
                            .groups = groups,
                            .groups_n = 1,
                            .has_least = true,
                            .has_most = true,
                            .most = kit_number("1.2")}};
    in_both_languages(&tables_weights, &ev);
}

static void every_bad_cell_of_a_table_is_named(void **state) {
    (void)state;
    char path[] = "/tmp/duban-tables-XXXXXX";
    static const char text[] = "severity,test,task,metric,low\nfatal,range,1,增速,x\n"
                               "error,range,9,,\nerror,range,1,总量,\n";
    int fd = mkstemp(path);
    event ev;
    assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
    close(fd);
    duban_status s = tables_read(&kit.k, &tables_checks, path, &ev);
    unlink(path);
    assert_int_equal(s, DUBAN_E_ROWS);
    const char *said = kit_said(&kit);
    static const char *const wanted[] = {"E705",   "第 2 行，severity", "第 2 行，low",
                                         "E403",   "第 3 行，task",     "E404",
                                         "M2 增速"};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        assert_non_null(strstr(said, wanted[i]));
}

static int setup(void **state) {
    (void)state;
    kit_open(&kit, DUBAN_ZH);
    kit_add(&kit, CELL_TASK, 1, 0, 0, 0)->task = kit_task();
    kit_fold(&kit);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    kit_close(&kit);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_come_back_as_they_were_written),
        cmocka_unit_test(checks_come_back_with_tasks_and_metrics_by_name),
        cmocka_unit_test(weights_groups_and_bounds_come_back_from_one_sheet),
        cmocka_unit_test(every_bad_cell_of_a_table_is_named),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
