/* Roll-ups: what offices add up to, exactly, whatever comes first
 * (docs/decisions/0012). */
#include "proto/codec.h"

#include "tests/unit/ledger/ledger_kit.h"

/* --- a plan of the test's own ------------------------------------------------------- */

#define PARTS 3

static const uint32_t by_fgw[] = {FGW};
static const uint32_t part_of[PARTS] = {DONG, GUAN, TJJ};

typedef struct wanted_plan {
    metric_words metric;
    split_words splits[PARTS];
    task_words task;
    plan_shape shape;
} wanted_plan;

static wanted_plan wanted;

static void want(event *ev) {
    if (ev->kind == KIND_PLAN_PUBLISH) {
        ev->plan_publish.shape = wanted.shape;
        return;
    }
    wanted.task = (task_words){.id = 1,
                               .number = "1",
                               .chapter = "",
                               .section = "",
                               .title = "a promise",
                               .leads = by_fgw,
                               .leads_n = 1,
                               .metrics = &wanted.metric,
                               .metrics_n = 1,
                               .splits = wanted.splits,
                               .splits_n = PARTS};
    ev->plan_chunk.tasks = &wanted.task;
    ev->plan_chunk.tasks_n = 1;
}

static void divide(rollup up, nature kind, comparator than, const char *target,
                   const char *const parts[PARTS]) {
    wanted = (wanted_plan){.shape = PLAN_SHAPE_ANNUAL};
    wanted.metric = (metric_words){.id = 1,
                                   .label = "m",
                                   .comparator = than,
                                   .target = kit_decimal(target),
                                   .tolerance = decimal_of_int(5),
                                   .unit = "%",
                                   .nature = kind,
                                   .rollup = up,
                                   .definition = ""};
    for (uint32_t i = 0; i < PARTS; i++)
        wanted.splits[i] = (split_words){.metric = 1,
                                         .office = part_of[i],
                                         .value = kit_decimal(parts[i]),
                                         .weight = decimal_of_int(1)};
}

static void open_plan(kit *k) {
    kit_open(k);
    kit_city_with(k, want);
    kit_accept_timetable(k, FGW, kit_timetable(1, PROFILE_EVEN));
}

static duban_status publish_status(const char **field) {
    static kit k;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    kit_must(&k, CITY, kit_offices());
    kit_must(&k, CITY, kit_keys(&k));
    event chunk = kit_chunk();
    want(&chunk);
    event sent = kit_sign(&k, CITY, chunk);
    kit_must(&k, CITY, chunk);
    event publish = kit_publish(&k);
    publish.plan_publish.hash = hash_of(sent.payload.data, sent.payload.size);
    duban_status status = kit_send(&k, CITY, publish);
    kit_close(&k);
    *field = k.refusal.field;
    return status;
}

static statement_words part(uint32_t i, const char *in_period, const char *amount,
                            const char *denominator) {
    statement_words s =
        kit_value(1, 1, part_of[i], in_period, amount,
                  wanted.metric.nature == NATURE_CUMULATIVE ? MODE_TO_DATE : MODE_NONE);
    s.value.unit = "%";
    if (denominator != NULL) s.value.denominator = kit_decimal(denominator);
    return s;
}

static void say(kit *k, uint32_t i, const char *amount, const char *denominator) {
    kit_must_say(k, part_of[i], part(i, "2023Q1", amount, denominator));
}

/* --- each roll-up ------------------------------------------------------------------- */

static void
a_ratio_is_the_sum_over_the_sum_and_never_the_mean_of_percentages(void **state) {
    (void)state;
    static const char *const parts[] = {"90", "90", "90"};
    kit k;
    divide(ROLLUP_RATIO, NATURE_RATE, COMPARATOR_AT_LEAST, "90", parts);
    wanted.metric.ratio_scale = decimal_of_int(100);
    open_plan(&k);
    say(&k, 0, "1", "2"); /* 50 % */
    kit_expect_decimal(kit_pace(&k, 1, 1, DONG).value, "50");
    kit_expect_decimal(kit_pace(&k, 1, 1, DONG).margin, "-40");
    assert_false(kit_pace(&k, 1, 1, 0).has_margin);
    say(&k, 1, "95", "98");
    say(&k, 2, "0", "1");
    pace_cell whole = kit_pace(&k, 1, 1, 0);
    kit_expect_decimal(whole.value, "95.049505"); /* 96 of 101, not 49 */
    kit_expect_decimal(whole.margin, "5.049505");
    assert_int_equal(whole.parts_reported, 3);
    value_cell stated = kit_value_cell(&k, 1, 1, GUAN, "2023Q1");
    kit_expect_decimal(stated.amount, "95");
    kit_expect_decimal(stated.denominator, "98");
    kit_close(&k);
}

static void a_ratio_has_two_numbers_and_the_others_one(void **state) {
    (void)state;
    static const char *const parts[] = {"90", "90", "90"};
    static const struct {
        rollup up;
        const char *amount, *denominator;
        duban_status status;
        const char *field;
    } rows[] = {{ROLLUP_RATIO, "1", NULL, DUBAN_E_EMPTY, "denominator"},
                {ROLLUP_RATIO, "1", "0", DUBAN_E_EMPTY, "denominator"},
                {ROLLUP_RATIO, "1", "-3", DUBAN_E_OVERFLOW, "denominator"},
                {ROLLUP_RATIO, "1000000000000", "0.5", DUBAN_E_OVERFLOW, "amount"},
                {ROLLUP_RATIO, "1000000000000", "1000000000000", DUBAN_OK, ""},
                {ROLLUP_RATIO, "-1", "3", DUBAN_OK, ""},
                {ROLLUP_MIN, "1", "2", DUBAN_E_UNKNOWN_FIELD, "denominator"},
                {ROLLUP_MIN, "1", NULL, DUBAN_OK, ""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kit k;
        divide(rows[i].up, NATURE_RATE, COMPARATOR_AT_LEAST, "90", parts);
        open_plan(&k);
        statement_words s = part(0, "2023Q1", rows[i].amount, rows[i].denominator);
        assert_status(kit_say(&k, DONG, s), rows[i].status);
        assert_string_equal(k.refusal.field, rows[i].field);
        kit_close(&k);
    }
}

/* Against 90, 80 and 95 in the offices, with weights 3, 1 and 2. */
static const struct {
    rollup up;
    nature nature;
    comparator than;
    const char *target, *said[PARTS], *value, *margin;
} mixed[] = {
    {ROLLUP_WEIGHTED_MEAN,
     NATURE_RATE,
     COMPARATOR_AT_LEAST,
     "90",
     {"80", "90", "100"},
     "88.333333",
     "-1.666667"}, /* weights 3, 1, 2 */
    {ROLLUP_WEIGHTED_MEAN,
     NATURE_LEVEL,
     COMPARATOR_AT_MOST,
     "50",
     {"45", "45", "45"},
     "45",
     "10"},
    {ROLLUP_MIN,
     NATURE_RATE,
     COMPARATOR_AT_LEAST,
     "90",
     {"91", "89.5", "99"},
     "89.5",
     "-0.5"},
    {ROLLUP_MAX, NATURE_RATE, COMPARATOR_AT_MOST, "3", {"2", "3.4", "-1"}, "3.4", "-0.4"},
    {ROLLUP_MIN, NATURE_RANK, COMPARATOR_AT_LEAST, "30", {"31", "28", "40"}, "28", "-2"},
    {ROLLUP_ALL_OF,
     NATURE_RATE,
     COMPARATOR_AT_LEAST,
     "90",
     {"95", "79", "95"},
     "2",
     "-1"}, /* against 90, 80 and 95 */
    {ROLLUP_ALL_OF,
     NATURE_LEVEL,
     COMPARATOR_AT_LEAST,
     "90",
     {"99", "88", "95"},
     "3",
     "0"},
};

static void means_weigh_least_and_most_take_one_and_all_look_at_the_worst(void **state) {
    (void)state;
    static const char *const parts[] = {"90", "80", "95"};
    for (size_t i = 0; i < sizeof mixed / sizeof mixed[0]; i++) {
        kit k;
        divide(mixed[i].up, mixed[i].nature, mixed[i].than, mixed[i].target, parts);
        wanted.splits[0].weight = decimal_of_int(3);
        wanted.splits[2].weight = decimal_of_int(2);
        open_plan(&k);
        for (uint32_t n = 0; n < PARTS; n++) {
            assert_false(kit_pace(&k, 1, 1, 0).has_margin); /* all have to be there */
            assert_int_equal(kit_pace(&k, 1, 1, 0).parts_reported, n);
            say(&k, n, mixed[i].said[n], NULL);
        }
        pace_cell whole = kit_pace(&k, 1, 1, 0);
        kit_expect_decimal(whole.value, mixed[i].value);
        assert_true(whole.has_margin);
        kit_expect_decimal(whole.margin, mixed[i].margin);
        assert_int_equal(whole.parts, PARTS);
        assert_int_equal(whole.day, kit_day_of("2023-01-01"));
        kit_close(&k);
    }
}

static void all_of_is_met_when_every_office_met_its_own(void **state) {
    (void)state;
    static const char *const parts[] = {"10", "20", "30"};
    kit k;
    divide(ROLLUP_ALL_OF, NATURE_CUMULATIVE, COMPARATOR_COUNT, "60", parts);
    open_plan(&k);
    assert_true(kit_pace(&k, 1, 1, 0).has_margin);
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).margin, "0");
    say(&k, 0, "50", NULL);
    say(&k, 1, "20", NULL);
    assert_false(kit_pace(&k, 1, 1, 0).met);
    kit_until(&k, "2023-04-03");
    kit_must_say(&k, TJJ, part(2, "2023Q1", "3", NULL));
    pace_cell whole = kit_pace(&k, 1, 1, 0);
    kit_expect_decimal(whole.value, "2");
    kit_expect_decimal(whole.target, "3");
    kit_expect_decimal(whole.margin, "-14.657534"); /* 10 % at 90 of 365 days */
    kit_until(&k, "2023-07-03");
    kit_must_say(&k, TJJ, part(2, "2023Q2", "30", NULL));
    assert_true(kit_pace(&k, 1, 1, 0).met);
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_DONE);
    kit_close(&k);
}

static void the_least_total_counts_who_has_not_reported(void **state) {
    (void)state;
    static const char *const parts[] = {"10", "10", "10"};
    kit k;
    divide(ROLLUP_MIN, NATURE_CUMULATIVE, COMPARATOR_COUNT, "10", parts);
    open_plan(&k);
    say(&k, 0, "12", NULL);
    say(&k, 1, "11", NULL);
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).value, "0");
    say(&k, 2, "10", NULL);
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).value, "10");
    assert_true(kit_pace(&k, 1, 1, 0).met);
    kit_close(&k);
}

static void what_cannot_be_rolled_up_so_is_not_published(void **state) {
    (void)state;
    static const char *const parts[] = {"50", "30", "20"};
    static const struct {
        rollup up;
        nature nature;
        int change;
        duban_status status;
        const char *field;
    } rows[] = {
        {ROLLUP_SUM, NATURE_CUMULATIVE, 0, DUBAN_OK, ""},
        {ROLLUP_SUM, NATURE_RATE, 0, DUBAN_E_TARGET, "rollup"},
        {ROLLUP_RATIO, NATURE_CUMULATIVE, 0, DUBAN_E_TARGET, "rollup"},
        {ROLLUP_RATIO, NATURE_RANK, 0, DUBAN_E_TARGET, "rollup"},
        {ROLLUP_WEIGHTED_MEAN, NATURE_CUMULATIVE, 0, DUBAN_E_TARGET, "rollup"},
        {ROLLUP_MIN, NATURE_BOOLEAN, 0, DUBAN_E_TARGET, "rollup"},
        {ROLLUP_ALL_OF, NATURE_BOOLEAN, 0, DUBAN_OK, ""},
        {ROLLUP_WEIGHTED_MEAN, NATURE_RATE, 1, DUBAN_E_TARGET, "weight"},
        {ROLLUP_WEIGHTED_MEAN, NATURE_RATE, 2, DUBAN_E_OVERFLOW, "weight"},
        {ROLLUP_RATIO, NATURE_RATE, 3, DUBAN_E_TARGET, "ratio_scale"},
        {ROLLUP_SUM, NATURE_CUMULATIVE, 4, DUBAN_E_TARGET, "opening"},
        {ROLLUP_SUM, NATURE_CUMULATIVE, 5, DUBAN_OK, ""},
        {ROLLUP_SUM, NATURE_CUMULATIVE, 6, DUBAN_E_TARGET, "opening"},
        {ROLLUP_SUM, NATURE_CUMULATIVE, 7, DUBAN_E_SPLIT_SHORT, "splits"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool yes_no = rows[i].nature == NATURE_BOOLEAN;
        const char *field = "";
        divide(rows[i].up, rows[i].nature,
               yes_no ? COMPARATOR_YES_NO : COMPARATOR_AT_LEAST, "100", parts);
        switch (rows[i].change) {
        case 1: wanted.splits[1].weight = (decimal){0}; break;
        case 2: wanted.splits[1].weight = decimal_of_int(VALUE_ABS_MAX); break;
        case 3: wanted.metric.ratio_scale = decimal_of_int(RATIO_SCALE_MAX + 1); break;
        case 4: wanted.metric.opening = decimal_of_int(10); break;
        case 5:
            wanted.metric.opening = wanted.splits[2].opening = decimal_of_int(10);
            break;
        case 6:
            wanted.metric.opening = wanted.splits[2].opening = decimal_of_int(21);
            break;
        case 7:
            wanted.metric.splits_complete = true;
            wanted.splits[2].value = kit_decimal("19.999999");
            break;
        default: break;
        }
        assert_status(publish_status(&field), rows[i].status);
        assert_string_equal(field, rows[i].field);
    }
}

static void end_office(kit *k, uint32_t office, const char *day) {
    uint32_t *heir = arena_alloc(&k->arena, sizeof *heir);
    *heir = FGW;
    kit_must(k, CITY,
             (event){.kind = KIND_OFFICE_CHANGE,
                     .office_change = {.office = office,
                                       .act = OFFICE_ENDED,
                                       .day = kit_day_of(day),
                                       .successors = heir,
                                       .successors_n = 1,
                                       .document = "2023-12",
                                       .reason = kit_body("merged")}});
}

static void
whoever_takes_over_ratios_takes_their_numbers_and_not_their_percentages(void **state) {
    (void)state;
    static const char *const parts[] = {"90", "90", "90"};
    kit k;
    divide(ROLLUP_RATIO, NATURE_RATE, COMPARATOR_AT_LEAST, "90", parts);
    wanted.metric.ratio_scale = decimal_of_int(100);
    open_plan(&k);
    kit_until(&k, "2023-04-03");
    say(&k, 0, "1", "2");
    say(&k, 1, "95", "98");
    say(&k, 2, "0", "1");
    kit_expect_decimal(kit_pace(&k, 1, 1, 0).value, "95.049505");
    kit_until(&k, "2023-04-25");
    end_office(&k, GUAN, "2023-04-25");
    kit_expect_decimal(kit_pace(&k, 1, 1, FGW).value, "96.938776"); /* 95 of 98 */
    pace_cell whole = kit_pace(&k, 1, 1, 0);
    kit_expect_decimal(whole.value, "95.049505"); /* with the numbers it took over */
    assert_int_equal(whole.parts_reported, 3);
    hash256 live = kit_digest(&k);
    hash256 again = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &again, sizeof live);
    kit_close(&k);
}

/* --- generated ---------------------------------------------------------------------- */

static const struct {
    rollup up;
    nature nature;
} sorts[] = {{ROLLUP_SUM, NATURE_CUMULATIVE},       {ROLLUP_COUNT_MET, NATURE_RATE},
             {ROLLUP_COUNT_MET, NATURE_CUMULATIVE}, {ROLLUP_WEIGHTED_MEAN, NATURE_RATE},
             {ROLLUP_RATIO, NATURE_LEVEL},          {ROLLUP_MIN, NATURE_RANK},
             {ROLLUP_MAX, NATURE_CUMULATIVE},       {ROLLUP_ALL_OF, NATURE_LEVEL},
             {ROLLUP_MIN, NATURE_CUMULATIVE},       {ROLLUP_SUM, NATURE_LEVEL}};
#define SORTS (sizeof sorts / sizeof sorts[0])

static void random_plan(kit_random *r, bool huge) {
    static const char *const targets[] = {"100", "0.000001", "1000000000000", "7.5"};
    static const char *const parts[] = {"40", "35", "25"};
    size_t sort = kit_below(r, SORTS);
    divide(sorts[sort].up, sorts[sort].nature,
           (comparator)(COMPARATOR_COUNT + kit_below(r, 3)),
           huge ? targets[kit_below(r, 4)] : "100", parts);
    for (uint32_t i = 0; i < PARTS && huge; i++) {
        wanted.splits[i].value = kit_decimal(targets[kit_below(r, 4)]);
        wanted.splits[i].weight =
            kit_decimal(kit_below(r, 2) == 0 ? "0.000001" : "300000000000");
    }
    wanted.metric.ratio_scale = decimal_of_int(huge ? RATIO_SCALE_MAX : 100);
}

static statement_words random_part(kit *k, kit_random *r, uint32_t i,
                                   const char *in_period) {
    char text[32];
    snprintf(text, sizeof text, "%u.%u", kit_below(r, 150), kit_below(r, 1000));
    const char *amount = arena_copy(&k->arena, text, strlen(text) + 1);
    return part(i, in_period, amount,
                wanted.metric.rollup == ROLLUP_RATIO ? "160" : NULL);
}

/* Everything about paces and values but who changed it when. */
static void expect_same_figures(kit *a, kit *b, bool but_marks) {
    static const char *const quarters[] = {"2023Q1", "2023Q2"};
    for (uint32_t i = 0; i <= PARTS; i++) {
        uint32_t office = i == PARTS ? 0 : part_of[i];
        pace_cell x = kit_pace(a, 1, 1, office);
        pace_cell y = kit_pace(b, 1, 1, office);
        assert_memory_equal(&x, &y, sizeof x);
    }
    for (uint32_t i = 0; i < 2 * PARTS; i++) {
        value_cell x = kit_value_cell(a, 1, 1, part_of[i / 2], quarters[i % 2]);
        value_cell y = kit_value_cell(b, 1, 1, part_of[i / 2], quarters[i % 2]);
        x.index = y.index = 0;
        if (but_marks) x.corrections = y.corrections = 0;
        cell u = {.name = {.kind = CELL_VALUE}, .value = x};
        cell v = {.name = {.kind = CELL_VALUE}, .value = y};
        assert_true(codec_cell_equal(&u, &v));
    }
}

static void reports_of_different_offices_may_come_in_any_order(void **state) {
    (void)state;
    static const char *const quarters[] = {"2023Q1", "2023Q2"};
    for (uint32_t seed = 0; seed < 40; seed++) {
        kit_random r = {seed};
        kit k[2];
        statement_words said[2 * PARTS];
        random_plan(&r, false);
        for (uint32_t n = 0; n < 2; n++) {
            open_plan(&k[n]);
            kit_until(&k[n], "2023-07-05");
        }
        for (uint32_t i = 0; i < 2 * PARTS; i++)
            said[i] = random_part(&k[0], &r, i / 2, quarters[i % 2]);
        uint32_t order[2 * PARTS];
        for (uint32_t i = 0; i < 2 * PARTS; i++)
            order[i] = i;
        for (uint32_t i = 2 * PARTS; i-- > 1;) {
            uint32_t j = kit_below(&r, i + 1);
            uint32_t was = order[i];
            order[i] = order[j];
            order[j] = was;
        }
        for (uint32_t i = 0; i < 2 * PARTS; i++) {
            kit_must_say(&k[0], part_of[i / 2], said[i]);
            kit_must_say(&k[1], part_of[order[i] / 2], said[order[i]]);
        }
        expect_same_figures(&k[0], &k[1], false);
        kit_close(&k[0]);
        kit_close(&k[1]);
    }
}

static void
a_correction_is_as_having_reported_right_at_once_but_for_its_marks(void **state) {
    (void)state;
    static const char *const quarters[] = {"2023Q1", "2023Q2"};
    for (uint32_t seed = 0; seed < 40; seed++) {
        kit_random r = {1000 + seed};
        kit k[2];
        random_plan(&r, false);
        for (uint32_t n = 0; n < 2; n++) {
            open_plan(&k[n]);
            kit_until(&k[n], "2023-07-05");
        }
        bool sums = wanted.metric.nature == NATURE_CUMULATIVE;
        for (uint32_t i = 0; i < 2 * PARTS; i++) {
            uint32_t office = part_of[i / 2];
            statement_words right = random_part(&k[0], &r, i / 2, quarters[i % 2]);
            statement_words wrong = random_part(&k[0], &r, i / 2, quarters[i % 2]);
            if (sums && kit_below(&r, 2) == 0) right.value.mode = MODE_THIS_PERIOD;
            kit_must_say(&k[0], office, right);
            kit_must_say(&k[1], office, wrong);
            right.supersedes = k[1].last;
            if (i % 2 == 0) { /* the first quarter after the second has been said */
                statement_words next = random_part(&k[0], &r, i / 2, quarters[1]);
                kit_must_say(&k[1], office, next);
                kit_must(&k[1], office, kit_correction(&right, 1));
                right = random_part(&k[0], &r, i / 2, quarters[1]);
                if (sums && kit_below(&r, 2) == 0) right.value.mode = MODE_THIS_PERIOD;
                kit_must_say(&k[0], office, right);
                right.supersedes = k[1].last - 1;
                i++;
            }
            kit_must(&k[1], office, kit_correction(&right, 1));
        }
        expect_same_figures(&k[0], &k[1], true);
        assert_true(kit_value_cell(&k[1], 1, 1, DONG, "2023Q1").corrections > 0);
        kit_close(&k[0]);
        kit_close(&k[1]);
    }
}

static void nothing_runs_over_near_a_million_million(void **state) {
    (void)state;
    static const char *const amounts[] = {"1000000000000", "-1000000000000",
                                          "0.000001",      "999999999999.999999",
                                          "-0.000001",     "0"};
    uint32_t published = 0;
    uint32_t taken = 0;
    for (uint32_t seed = 0; seed < 120; seed++) {
        kit_random r = {77 + seed};
        kit k;
        const char *field = "";
        random_plan(&r, true);
        if (publish_status(&field) != DUBAN_OK) continue;
        published++;
        open_plan(&k);
        for (uint32_t i = 0; i < 4 * PARTS; i++) {
            statement_words s =
                part(i % PARTS, "2023Q1", amounts[kit_below(&r, 6)],
                     wanted.metric.rollup == ROLLUP_RATIO ? amounts[2 + kit_below(&r, 2)]
                                                          : NULL);
            cell_name name = {.kind = CELL_VALUE,
                              .task = 1,
                              .metric = 1,
                              .office = part_of[i % PARTS],
                              .period = s.period};
            cell stands;
            if (ledger_cell(k.ledger, 1, &name, &stands))
                s.supersedes = stands.value.index;
            taken += kit_send(&k, part_of[i % PARTS], kit_correction(&s, 1)) == DUBAN_OK;
        }
        const decimal most = decimal_of_int(VALUE_ABS_MAX);
        for (uint32_t i = 0; i <= PARTS; i++) {
            pace_cell pace = kit_pace(&k, 1, 1, i == PARTS ? 0 : part_of[i]);
            assert_true(decimal_compare(pace.margin, most) <= 0);
            assert_true(decimal_in_range(pace.margin) && decimal_in_range(pace.value));
        }
        hash256 live = kit_digest(&k);
        hash256 again = kit_digest_of_replay(&k);
        assert_memory_equal(&live, &again, sizeof live);
        kit_close(&k);
    }
    assert_true(published > 60 && taken > 8 * published);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_ratio_is_the_sum_over_the_sum_and_never_the_mean_of_percentages),
        cmocka_unit_test(a_ratio_has_two_numbers_and_the_others_one),
        cmocka_unit_test(means_weigh_least_and_most_take_one_and_all_look_at_the_worst),
        cmocka_unit_test(all_of_is_met_when_every_office_met_its_own),
        cmocka_unit_test(the_least_total_counts_who_has_not_reported),
        cmocka_unit_test(what_cannot_be_rolled_up_so_is_not_published),
        cmocka_unit_test(
            whoever_takes_over_ratios_takes_their_numbers_and_not_their_percentages),
        cmocka_unit_test(reports_of_different_offices_may_come_in_any_order),
        cmocka_unit_test(
            a_correction_is_as_having_reported_right_at_once_but_for_its_marks),
        cmocka_unit_test(nothing_runs_over_near_a_million_million),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
