/* Pace: expected shares, margins by nature, what is met; and the cells that show them. */
#include "broker/ledger/pace.h"

#include "tests/unit/ledger/ledger_kit.h"

static pace_input even(const char *target, int32_t first, int32_t deadline, int32_t day) {
    static const plan_timetable none;
    pace_input in = {.nature = NATURE_CUMULATIVE,
                     .comparator = COMPARATOR_COUNT,
                     .target = kit_decimal(target),
                     .has_value = true,
                     .day = day,
                     .deadline = deadline};
    in.expected = pace_expected(&none, first, deadline, day);
    return in;
}

static void a_reporter_exactly_on_pace_is_on_pace_every_day_of_the_year(void **state) {
    (void)state;
    static const char *const targets[] = {"365",    "100",      "1",     "0.000001",
                                          "800",    "2000.5",   "7",     "999999999999",
                                          "33.333", "12345678", "0.1234"};
    int32_t first = kit_day_of("2023-01-01");
    int32_t last = kit_day_of("2023-12-31");
    for (size_t t = 0; t < sizeof targets / sizeof targets[0]; t++) {
        for (int32_t day = first; day <= last; day++) {
            pace_input in = even(targets[t], first, last, day);
            __int128 exact = (__int128)in.target.micro * (day - first + 1);
            int32_t whole = last - first + 1;
            /* the smallest value of six decimals that is not below the exact one */
            in.value = (decimal){(int64_t)((exact + whole - 1) / whole)};
            pace_result now = pace_of(&in);
            assert_true(now.has_margin);
            assert_true(now.margin.micro >= 0);
            if (exact % whole == 0) assert_int_equal(now.margin.micro, 0);
            assert_int_equal(now.met, day == last || in.value.micro == in.target.micro);
        }
    }
}

static void a_day_late_is_behind_by_a_365th(void **state) {
    (void)state;
    int32_t first = kit_day_of("2023-01-01");
    pace_input in = even("365", first, kit_day_of("2023-12-31"), first + 9);
    in.value = kit_decimal("9");
    kit_expect_decimal(pace_of(&in).margin, "-0.273973");
    kit_expect_decimal(pace_of(&in).actual, "2.465753");
    kit_expect_decimal(pace_of(&in).expected, "2.739726");
}

static void margins_follow_the_nature(void **state) {
    (void)state;
    static const struct {
        nature nature;
        comparator comparator;
        const char *target, *target_max, *tolerance, *value, *margin;
        bool met; /* said on the deadline */
    } rows[] = {
        {NATURE_RATE, COMPARATOR_AT_LEAST, "5.5", "0", "5", "4.8", "-0.7", false},
        {NATURE_RATE, COMPARATOR_AT_LEAST, "5.5", "0", "5", "5.5", "0", true},
        {NATURE_RATE, COMPARATOR_AT_MOST, "3", "0", "5", "0.3", "2.7", true},
        {NATURE_RATE, COMPARATOR_AT_MOST, "3", "0", "5", "3.2", "-0.2", false},
        {NATURE_LEVEL, COMPARATOR_AT_LEAST, "200", "0", "5", "190", "-5", false},
        {NATURE_LEVEL, COMPARATOR_AT_MOST, "200", "0", "5", "190", "5", true},
        {NATURE_LEVEL, COMPARATOR_AT_LEAST, "-4", "0", "5", "-5", "-25", false},
        {NATURE_LEVEL, COMPARATOR_AT_MOST, "0", "0", "5", "0", "0", true},
        {NATURE_LEVEL, COMPARATOR_AT_MOST, "0", "0", "5", "1", "-1000000000000", false},
        {NATURE_RANK, COMPARATOR_AT_LEAST, "30", "0", "5", "28", "-2", false},
        {NATURE_RANK, COMPARATOR_AT_MOST, "3", "0", "5", "5", "-2", false},
        {NATURE_LEVEL, COMPARATOR_BETWEEN, "40", "50", "5", "38", "-5", false},
        {NATURE_LEVEL, COMPARATOR_BETWEEN, "40", "50", "5", "45", "0", true},
        {NATURE_LEVEL, COMPARATOR_BETWEEN, "40", "50", "5", "55", "-10", false},
        {NATURE_LEVEL, COMPARATOR_ABOUT, "100", "0", "5", "103", "2", true},
        {NATURE_LEVEL, COMPARATOR_ABOUT, "100", "0", "5", "92", "-3", false},
        {NATURE_RATE, COMPARATOR_ABOUT, "10", "0", "5", "10.7", "-0.2", false},
        {NATURE_RATE, COMPARATOR_EXACTLY, "100", "0", "5", "99", "-1", false},
        {NATURE_LEVEL, COMPARATOR_EXACTLY, "50", "0", "5", "50", "0", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        pace_input in = {.nature = rows[i].nature,
                         .comparator = rows[i].comparator,
                         .target = kit_decimal(rows[i].target),
                         .target_max = kit_decimal(rows[i].target_max),
                         .tolerance = kit_decimal(rows[i].tolerance),
                         .has_value = true,
                         .value = kit_decimal(rows[i].value),
                         .day = 100,
                         .deadline = 100};
        pace_result now = pace_of(&in);
        assert_true(now.has_margin);
        assert_false(now.has_share);
        kit_expect_decimal(now.margin, rows[i].margin);
        assert_int_equal(now.met, rows[i].met);
        in.day = 99;
        assert_false(pace_of(&in).met);
        in.has_value = false;
        assert_false(pace_of(&in).has_margin);
    }
}

static void totals_have_shares_and_ceilings_are_turned(void **state) {
    (void)state;
    static const struct {
        comparator comparator;
        const char *opening, *target, *target_max, *value;
        int64_t p, q;
        const char *actual, *margin;
        bool met;
    } rows[] = {
        {COMPARATOR_COUNT, "0", "100", "0", "25", 1, 4, "25", "0", false},
        {COMPARATOR_COUNT, "0", "100", "0", "100", 1, 4, "100", "75", true},
        {COMPARATOR_COUNT, "400", "800", "0", "500", 1, 2, "25", "-25", false},
        {COMPARATOR_AT_MOST, "0", "100", "0", "60", 1, 2, "60", "-10", false},
        {COMPARATOR_AT_MOST, "0", "100", "0", "40", 1, 2, "40", "10", false},
        {COMPARATOR_AT_MOST, "100", "80", "0", "95", 1, 2, "25", "-25", false},
        {COMPARATOR_BETWEEN, "0", "2", "3", "1", 1, 2, "50", "0", false},
        {COMPARATOR_BETWEEN, "0", "2", "3", "3", 1, 2, "150", "100", true},
        {COMPARATOR_BETWEEN, "0", "2", "3", "4", 1, 2, "200", "-50", false},
        {COMPARATOR_EXACTLY, "0", "10", "0", "11", 1, 1, "110", "-10", false},
        {COMPARATOR_ABOUT, "0", "10", "0", "10.4", 1, 2, "104", "54", true},
        {COMPARATOR_ABOUT, "0", "10", "0", "11", 1, 2, "110", "-5", false},
        {COMPARATOR_COUNT, "0", "3", "0", "1", 1, 3, "33.333333", "0", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        pace_input in = {.nature = NATURE_CUMULATIVE,
                         .comparator = rows[i].comparator,
                         .opening = kit_decimal(rows[i].opening),
                         .target = kit_decimal(rows[i].target),
                         .target_max = kit_decimal(rows[i].target_max),
                         .tolerance = kit_decimal("5"),
                         .has_value = true,
                         .value = kit_decimal(rows[i].value),
                         .day = 50,
                         .deadline = 100,
                         .expected = {rows[i].p, rows[i].q}};
        pace_result now = pace_of(&in);
        assert_true(now.has_margin && now.has_share);
        kit_expect_decimal(now.actual, rows[i].actual);
        kit_expect_decimal(now.margin, rows[i].margin);
        assert_int_equal(now.met, rows[i].met);
    }
}

static void a_total_with_no_way_to_go_has_no_margin(void **state) {
    (void)state;
    pace_input in = even("100", 1, 10, 5);
    in.opening = in.target;
    in.value = kit_decimal("99");
    assert_false(pace_of(&in).has_margin || pace_of(&in).has_share || pace_of(&in).met);
    in.value = in.target;
    assert_true(pace_of(&in).met);
}

static void the_largest_values_and_awkward_nodes_stay_exact(void **state) {
    (void)state;
    plan_node nodes[] = {{.day = 36525, .share = kit_decimal("33.33")},
                         {.day = 73049, .share = kit_decimal("100")}};
    plan_timetable t = {.state = TIMETABLE_ACCEPTED,
                        .profile = PROFILE_NODES,
                        .nodes = nodes,
                        .nodes_n = 2};
    pace_input in = {.nature = NATURE_CUMULATIVE,
                     .comparator = COMPARATOR_COUNT,
                     .opening = kit_decimal("-1000000000000"),
                     .target = kit_decimal("1000000000000"),
                     .has_value = true,
                     .day = 60000,
                     .deadline = 73049};
    in.expected = pace_expected(&t, 1, 73049, in.day);
    in.value = in.opening;
    kit_expect_decimal(pace_of(&in).margin, "-76.18068");
    in.value = in.target;
    kit_expect_decimal(pace_of(&in).margin, "23.81932");
}

static void profiles_expect_what_they_say(void **state) {
    (void)state;
    int32_t first = kit_day_of("2023-01-01");
    int32_t last = kit_day_of("2023-12-31");
    plan_node nodes[] = {{.day = first + 9, .share = kit_decimal("10")},
                         {.day = first + 19, .share = kit_decimal("30")},
                         {.day = first + 99, .share = kit_decimal("100")}};
    plan_timetable by_nodes = {.state = TIMETABLE_ACCEPTED,
                               .profile = PROFILE_NODES,
                               .nodes = nodes,
                               .nodes_n = 3};
    plan_timetable at_end = {.state = TIMETABLE_ACCEPTED, .profile = PROFILE_YEAR_END};
    plan_timetable filed = {
        .state = TIMETABLE_FILED, .profile = PROFILE_NODES, .nodes = nodes, .nodes_n = 3};
    const struct {
        const plan_timetable *timetable;
        int32_t day;
        const char *percent;
    } rows[] = {{&by_nodes, first - 1, "0"},    {&by_nodes, first, "1"},
                {&by_nodes, first + 9, "10"},   {&by_nodes, first + 14, "20"},
                {&by_nodes, first + 19, "30"},  {&by_nodes, first + 59, "65"},
                {&by_nodes, first + 99, "100"}, {&by_nodes, last, "100"},
                {&at_end, first, "0"},          {&at_end, last - 1, "0"},
                {&at_end, last, "100"},         {&filed, first + 72, "20"},
                {&filed, last, "100"},          {&filed, first - 1, "0"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fraction e = pace_expected(rows[i].timetable, first, last, rows[i].day);
        kit_expect_decimal(pace_points(e.p, e.q, (fraction){0, 1}), rows[i].percent);
    }
}

/* --- cells -------------------------------------------------------------------------- */

static void growth_4_8_against_5_5_is_minus_0_7_points(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q1", "4.8", MODE_NONE));
    pace_cell pace = kit_pace(&k, 2, 1, 0);
    assert_true(pace.has_margin);
    kit_expect_decimal(pace.margin, "-0.7");
    assert_int_equal(pace.grade, GRADE_YELLOW);
    assert_int_equal(pace.cause, CAUSE_BEHIND);
    kit_close(&k);
}

static void prices_0_3_under_a_ceiling_of_3_is_plus_2_7(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, TJJ, kit_value(6, 1, TJJ, "2023Q1", "0.3", MODE_NONE));
    kit_expect_decimal(kit_pace(&k, 6, 1, 0).margin, "2.7");
    assert_int_equal(kit_pace(&k, 6, 1, 0).grade, GRADE_GREEN);
    kit_close(&k);
}

static void no_percentages_of_different_metrics_are_averaged(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, TJJ, kit_value(6, 1, TJJ, "2023Q1", "0.3", MODE_NONE));
    kit_must_say(&k, TJJ, kit_value(6, 2, TJJ, "2023Q1", "160", MODE_NONE));
    light_cell light = kit_light(&k, 6, 0);
    /* the worse of the two decides alone; progress is counted in metrics */
    assert_int_equal(light.metric, 2);
    kit_expect_decimal(light.margin, "-20");
    assert_int_equal(light.grade, GRADE_RED);
    assert_int_equal(light.metrics, 2);
    assert_int_equal(light.metrics_met, 0);
    kit_close(&k);
}

static void a_rollup_speaks_of_the_earliest_of_its_parts(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-04-03");
    statement_words dong = kit_value(1, 1, DONG, "2023Q1", "20", MODE_TO_DATE);
    statement_words guan = kit_value(1, 1, GUAN, "2023Q1", "9", MODE_TO_DATE);
    dong.value.data_date = kit_day_of("2023-03-31");
    guan.value.data_date = kit_day_of("2023-03-10");
    kit_must_say(&k, DONG, dong);
    pace_cell total = kit_pace(&k, 1, 1, 0);
    assert_int_equal(total.parts_reported, 1);
    assert_int_equal(total.day, kit_day_of("2022-12-31"));
    kit_expect_decimal(total.expected, "0");
    kit_expect_decimal(total.margin, "20");
    kit_must_say(&k, GUAN, guan);
    total = kit_pace(&k, 1, 1, 0);
    assert_int_equal(total.parts, 2);
    assert_int_equal(total.parts_reported, 2);
    assert_int_equal(total.day, kit_day_of("2023-03-10"));
    kit_expect_decimal(total.value, "29");
    kit_expect_decimal(total.expected, "18.90411");
    kit_expect_decimal(total.margin, "10.09589");
    pace_cell own = kit_pace(&k, 1, 1, DONG);
    kit_expect_decimal(own.target, "60");
    kit_expect_decimal(own.actual, "33.333333");
    kit_expect_decimal(own.expected, "24.657534");
    kit_close(&k);
}

static void count_met_counts_offices_and_not_percent(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, DONG, kit_value(4, 1, DONG, "2023Q1", "96", MODE_NONE));
    assert_false(kit_pace(&k, 4, 1, 0).has_margin);
    kit_must_say(&k, GUAN, kit_value(4, 1, GUAN, "2023Q1", "94.9", MODE_NONE));
    pace_cell total = kit_pace(&k, 4, 1, 0);
    kit_expect_decimal(total.target, "2");
    kit_expect_decimal(total.value, "1");
    kit_expect_decimal(total.margin, "-50");
    assert_false(total.met);
    kit_expect_decimal(kit_pace(&k, 4, 1, GUAN).margin, "-0.1");
    kit_close(&k);
}

static void
a_promised_total_that_is_reached_is_done_and_a_rate_in_march_is_not(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, CITY, kit_value(5, 1, CITY, "2023Q1", "365", MODE_NONE));
    assert_true(kit_pace(&k, 5, 1, 0).met);
    assert_int_equal(kit_light(&k, 5, 0).grade, GRADE_DONE);
    assert_int_equal(kit_light(&k, 5, 0).metrics_met, 1);
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q1", "6", MODE_NONE));
    assert_false(kit_pace(&k, 2, 1, 0).met);
    assert_int_equal(kit_light(&k, 2, 0).grade, GRADE_GREEN);
    kit_until(&k, "2024-01-02");
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q4", "5.5", MODE_NONE));
    assert_true(kit_pace(&k, 2, 1, 0).met);
    assert_int_equal(kit_light(&k, 2, 0).grade, GRADE_DONE);
    kit_close(&k);
}

static void before_any_report_a_total_is_on_pace_and_a_rate_has_no_data(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    pace_cell total = kit_pace(&k, 1, 1, 0);
    assert_false(total.has_value);
    assert_true(total.has_margin);
    kit_expect_decimal(total.margin, "0");
    assert_int_equal(total.grade, GRADE_GREEN);
    assert_int_equal(kit_pace(&k, 2, 1, 0).cause, CAUSE_NO_DATA);
    kit_close(&k);
}

/* The smallest value that can be stated and is not behind. */
static decimal on_pace(decimal target, fraction e) {
    __int128 product = (__int128)target.micro * e.p;
    return (decimal){(int64_t)((product + e.q - 1) / e.q)};
}

static void whoever_follows_the_filed_steps_is_on_pace_every_day(void **state) {
    (void)state;
    static plan_node nodes[] = {{.day = 19447, .share = {12500000}},
                                {.day = 19538, .share = {33330000}},
                                {.day = 19712, .share = {100000000}}};
    static const profile kinds[] = {PROFILE_NODES, PROFILE_YEAR_END, PROFILE_EVEN};
    const int32_t first = 19358, deadline = 19722; /* the year 2023 */
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        plan_timetable table = {.state = TIMETABLE_ACCEPTED,
                                .profile = kinds[i],
                                .nodes = nodes,
                                .nodes_n = 3};
        for (int32_t day = first; day <= deadline; day++) {
            pace_input in = even("18687", first, deadline, day);
            in.expected = pace_expected(&table, first, deadline, day);
            in.value = on_pace(in.target, in.expected);
            assert_true(pace_of(&in).has_margin && pace_of(&in).margin.micro >= 0);
            in.value.micro -= in.target.micro / 1000; /* a thousandth less is behind */
            if (in.expected.p > 0) assert_true(pace_of(&in).margin.micro < 0);
        }
    }
}

static void on_its_deadline_everything_is_expected_whatever_the_steps(void **state) {
    (void)state;
    plan_node last = {.day = 19800, .share = {100000000}};
    plan_timetable table = {.state = TIMETABLE_ACCEPTED,
                            .profile = PROFILE_NODES,
                            .nodes = &last,
                            .nodes_n = 1};
    fraction e = pace_expected(&table, 19358, 19722, 19722);
    assert_true(e.p == e.q);
    e = pace_expected(&table, 19358, 19722, 19721);
    assert_true(e.p < e.q);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reporter_exactly_on_pace_is_on_pace_every_day_of_the_year),
        cmocka_unit_test(whoever_follows_the_filed_steps_is_on_pace_every_day),
        cmocka_unit_test(on_its_deadline_everything_is_expected_whatever_the_steps),
        cmocka_unit_test(a_day_late_is_behind_by_a_365th),
        cmocka_unit_test(margins_follow_the_nature),
        cmocka_unit_test(totals_have_shares_and_ceilings_are_turned),
        cmocka_unit_test(a_total_with_no_way_to_go_has_no_margin),
        cmocka_unit_test(the_largest_values_and_awkward_nodes_stay_exact),
        cmocka_unit_test(profiles_expect_what_they_say),
        cmocka_unit_test(growth_4_8_against_5_5_is_minus_0_7_points),
        cmocka_unit_test(prices_0_3_under_a_ceiling_of_3_is_plus_2_7),
        cmocka_unit_test(no_percentages_of_different_metrics_are_averaged),
        cmocka_unit_test(a_rollup_speaks_of_the_earliest_of_its_parts),
        cmocka_unit_test(count_met_counts_offices_and_not_percent),
        cmocka_unit_test(
            a_promised_total_that_is_reached_is_done_and_a_rate_in_march_is_not),
        cmocka_unit_test(before_any_report_a_total_is_on_pace_and_a_rate_has_no_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
