/* Light tables as sheets: every column in both languages, and the default that comes with
 * Duban. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "city_kit.h"
#include "client/cli/lights.h"
#include "proto/codec.h"

static city_kit kit;

static duban_status read_sheet(const char *bytes, lights_words *out) {
    return lights_read(&kit.c, &kit.k.a, "lights.csv", bytes, strlen(bytes), out);
}

static void expect_every_column(const lights_words *read) {
    assert_int_equal(read->rows_n, 3);
    const light_row *band = &read->rows[0];
    assert_int_equal(band->grade, GRADE_BLUE);
    assert_int_equal(band->cause, CAUSE_AHEAD);
    assert_int_equal(band->nature, NATURE_RATE);
    assert_true(band->has_margin_from && band->has_margin_below);
    assert_true(band->margin_from.micro == -500000);
    assert_true(band->margin_below.micro == 10000000);
    const light_row *marks = &read->rows[1];
    assert_int_equal(marks->cause, CAUSE_FINDING);
    assert_true(marks->finding && marks->closed && marks->exempt && marks->tolerated);
    assert_false(marks->has_margin_from || marks->has_margin_below || marks->met);
    const light_row *rest = &read->rows[2];
    assert_false(rest->finding || rest->closed || rest->exempt || rest->tolerated);
}

static void a_sheet_says_bands_and_marks_in_either_language(void **state) {
    (void)state;
    lights_words read = {0};
    kit_open(&kit, DUBAN_ZH);
    assert_int_equal(
        read_sheet("灯色,原因,性质,超欠低于,超欠不低于,认定问题,办结,核减,容错\n"
                   "蓝灯,超序时进度,增速,10,-0.5,,,,\n"
                   "红灯,督查认定问题,,,,是,是,是,是\n"
                   "绿灯,达到序时进度,,,,否,,,\n",
                   &read),
        DUBAN_OK);
    expect_every_column(&read);
    assert_int_equal(
        read_sheet("tolerated,exempt,closed,finding,margin_from,margin_below,nature,"
                   "cause,grade\n"
                   ",,,,-0.5,10,rate,ahead,blue\n"
                   "yes,yes,yes,yes,,,,finding,red\n"
                   ",,,no,,,,on_pace,green\n",
                   &read),
        DUBAN_OK);
    expect_every_column(&read);
    kit_close(&kit);
}

static void a_bad_cell_is_named_by_row_and_column(void **state) {
    (void)state;
    lights_words read = {0};
    kit_open(&kit, DUBAN_EN);
    assert_int_equal(read_sheet("grade,cause,margin_from,finding\n"
                                "red,finding,,perhaps\n"
                                "blue,ahead,ten,\n",
                                &read),
                     DUBAN_E_ROWS);
    const char *said = kit_said(&kit);
    assert_non_null(strstr(said, "finding"));
    assert_non_null(strstr(said, "perhaps"));
    assert_non_null(strstr(said, "margin_from"));
    assert_non_null(strstr(said, "ten"));
    assert_null(read.rows);
    kit_close(&kit);
}

static duban_status send(event ev, uint64_t index) {
    buffer payload;
    event read;
    int64_t now = moment_of_day(kit_day("2023-01-01"), 0);
    buffer_init(&payload);
    assert_int_equal(codec_event_write(&ev, &payload), DUBAN_OK);
    signed_words head = {.kind = ev.kind,
                         .algorithm = ALGORITHM_ED25519,
                         .office = 1,
                         .key = 1,
                         .number = index + 1,
                         .payload = {payload.data, payload.size}};
    assert_int_equal(codec_event_read(&head, (span){0}, &kit.k.a, &read, NULL), DUBAN_OK);
    duban_status s = ledger_check(kit.l, &read, now, NULL);
    if (s == DUBAN_OK) ledger_apply(kit.l, index, &read, now);
    buffer_close(&payload);
    return s;
}

static void the_default_is_a_table_that_the_rules_take(void **state) {
    (void)state;
    lights_words read = {0};
    task_words task = kit_task();
    kit_open(&kit, DUBAN_ZH);
    assert_int_equal(lights_load(&kit.c, &kit.k.a, NULL, &read), DUBAN_OK);
    event draft = {.kind = KIND_PLAN_CHUNK, .plan_chunk = {1, "2023", 1, &task, 1}};
    assert_int_equal(send(draft, 10), DUBAN_OK);
    read.plan = read.version = 1;
    assert_int_equal(send((event){.kind = KIND_LIGHTS, .lights = read}, 11), DUBAN_OK);
    kit_close(&kit);
}

/* product.md: met or closed beats every other cause but a confirmed finding. */
static void by_default_a_finding_beats_what_is_closed_or_met(void **state) {
    (void)state;
    lights_words read = {0};
    kit_open(&kit, DUBAN_EN);
    assert_int_equal(lights_load(&kit.c, &kit.k.a, NULL, &read), DUBAN_OK);
    assert_true(read.rows[0].finding);
    assert_int_equal(read.rows[0].grade, GRADE_RED);
    assert_true(read.rows[1].closed && read.rows[2].met);
    assert_int_equal(read.rows[1].grade, GRADE_DONE);
    assert_int_equal(read.rows[2].grade, GRADE_DONE);
    assert_true(read.rows[3].exempt && read.rows[4].tolerated);
    assert_int_equal(read.rows[3].grade, GRADE_GREY);
    assert_int_equal(read.rows[4].grade, GRADE_GREY);
    assert_true(read.rows[5].no_timetable);
    for (uint32_t i = 5; i < read.rows_n; i++) {
        const light_row *row = &read.rows[i];
        assert_false(row->finding || row->closed || row->exempt || row->tolerated);
    }
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sheet_says_bands_and_marks_in_either_language),
        cmocka_unit_test(a_bad_cell_is_named_by_row_and_column),
        cmocka_unit_test(the_default_is_a_table_that_the_rules_take),
        cmocka_unit_test(by_default_a_finding_beats_what_is_closed_or_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
