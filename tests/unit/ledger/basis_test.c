/* On which figures a board stands: reported, accepted, verified (docs/decisions/0012). */
#include "tests/unit/ledger/ledger_kit.h"

static plan_shape wanted_shape;

static void want(event *ev) {
    if (ev->kind == KIND_PLAN_PUBLISH) ev->plan_publish.shape = wanted_shape;
}

static void open_plan(kit *k, plan_shape shape) {
    static const uint32_t leads[] = {FGW, TJJ, FGW, FGW, CITY, TJJ};
    wanted_shape = shape;
    kit_open(k);
    kit_city_with(k, want);
    for (uint32_t task = 1; task <= 6; task++)
        kit_accept_timetable(k, leads[task - 1], kit_timetable(task, PROFILE_EVEN));
    kit_until(k, "2023-04-03");
}

/* dong's total of task 1. */
static uint64_t say(kit *k, const char *in_period, const char *amount, value_mode mode) {
    cell stands;
    statement_words s = kit_value(1, 1, DONG, in_period, amount, mode);
    cell_name name = {
        .kind = CELL_VALUE, .task = 1, .metric = 1, .office = DONG, .period = s.period};
    if (ledger_cell(k->ledger, 1, &name, &stands)) s.supersedes = stands.value.index;
    kit_must(k, DONG, kit_correction(&s, 1));
    return k->last;
}

static void accept(kit *k, const char *in_period) {
    uint64_t index = kit_item(k, 1, DONG, in_period).index;
    kit_must(k, FGW, kit_review(1, DONG, in_period, index, true));
}

static void verify(kit *k, const char *in_period, const char *found) {
    kit_must(
        k, CITY,
        (event){.kind = KIND_VERIFICATION,
                .verification = {.plan = 1,
                                 .task = 1,
                                 .metric = 1,
                                 .office = DONG,
                                 .period = kit_period(in_period),
                                 .index = kit_value_cell(k, 1, 1, DONG, in_period).index,
                                 .value = kit_decimal(found)}});
}

static bool keep(void *ctx, const cell *value) {
    (void)value;
    ++*(uint32_t *)ctx;
    return true;
}

/* What the board says of dong's pace on that basis, in a ledger of its own that folded
 * the same journal. */
static pace_cell on_basis(kit *k, basis_kind basis) {
    ledger *live = k->ledger;
    arena a;
    cell found;
    arena_init(&a, 0);
    assert_int_equal(ledger_new(kit_allocator(&k->memory), &k->ledger), DUBAN_OK);
    for (size_t i = 0; i < k->entries_n; i++) {
        span entry = {k->entries[i].data, k->entries[i].size};
        assert_int_equal(replay_entry(k->ledger, entry, &a, NULL), DUBAN_OK);
    }
    arena_close(&a);
    assert_int_equal(ledger_set_basis(k->ledger, basis), DUBAN_OK);
    cell_name name = {.kind = CELL_PACE, .task = 1, .metric = 1, .office = DONG};
    assert_true(ledger_cell(k->ledger, 1, &name, &found));
    assert_status(kit_try(k, CITY, kit_lights(2)), DUBAN_E_STATE);
    ledger_free(k->ledger);
    k->ledger = live;
    return found.pace;
}

static void expect_total(kit *k, basis_kind basis, const char *value) {
    pace_cell pace = on_basis(k, basis);
    assert_true(pace.has_value);
    kit_expect_decimal(pace.value, value);
}

static void a_board_stands_on_what_was_reported_accepted_or_verified(void **state) {
    (void)state;
    kit k;
    open_plan(&k, PLAN_SHAPE_ANNUAL);
    uint64_t first = say(&k, "2023Q1", "20", MODE_NONE);
    expect_total(&k, BASIS_REPORTED, "20");
    assert_false(on_basis(&k, BASIS_ACCEPTED).has_value);
    assert_false(on_basis(&k, BASIS_VERIFIED).has_value);
    accept(&k, "2023Q1");
    expect_total(&k, BASIS_ACCEPTED, "20");
    expect_total(&k, BASIS_VERIFIED, "20");
    assert_int_equal(kit_value_cell(&k, 1, 1, DONG, "2023Q1").accepted_index, first);
    uint64_t second = say(&k, "2023Q1", "26", MODE_TO_DATE);
    expect_total(&k, BASIS_REPORTED, "26");
    expect_total(&k, BASIS_ACCEPTED, "20");
    value_cell value = kit_value_cell(&k, 1, 1, DONG, "2023Q1");
    assert_int_equal(value.index, second); /* changed since accepted */
    assert_int_equal(value.accepted_index, first);
    verify(&k, "2023Q1", "17.5");
    expect_total(&k, BASIS_REPORTED, "26");
    expect_total(&k, BASIS_ACCEPTED, "20");
    expect_total(&k, BASIS_VERIFIED, "17.5");
    accept(&k, "2023Q1");
    expect_total(&k, BASIS_ACCEPTED, "26");
    expect_total(&k, BASIS_VERIFIED, "17.5");
    kit_expect_decimal(kit_pace(&k, 1, 1, DONG).value, "26"); /* the live board */
    hash256 live = kit_digest(&k);
    hash256 again = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &again, sizeof live);
    kit_close(&k);
}

static void a_basis_says_its_own_margin_and_light(void **state) {
    (void)state;
    kit k;
    open_plan(&k, PLAN_SHAPE_ANNUAL);
    say(&k, "2023Q1", "20", MODE_NONE);
    verify(&k, "2023Q1", "3");
    pace_cell reported = on_basis(&k, BASIS_REPORTED);
    pace_cell verified = on_basis(&k, BASIS_VERIFIED);
    kit_expect_decimal(reported.margin, "8.675799"); /* 20 of 60 at 90 of 365 days */
    kit_expect_decimal(verified.margin, "-19.657534");
    assert_int_equal(reported.grade, GRADE_GREEN);
    assert_int_equal(verified.grade, GRADE_YELLOW);
    assert_int_equal(reported.day, verified.day);
    kit_close(&k);
}

static void
the_newest_accepted_period_counts_whatever_was_reported_after_it(void **state) {
    (void)state;
    kit k;
    open_plan(&k, PLAN_SHAPE_ANNUAL);
    say(&k, "2023Q1", "20", MODE_NONE);
    accept(&k, "2023Q1");
    kit_until(&k, "2023-07-03");
    say(&k, "2023Q2", "35", MODE_TO_DATE);
    expect_total(&k, BASIS_REPORTED, "35");
    expect_total(&k, BASIS_ACCEPTED, "20");
    assert_int_equal(on_basis(&k, BASIS_ACCEPTED).day, kit_day_of("2023-03-31"));
    verify(&k, "2023Q1", "18");
    expect_total(&k, BASIS_VERIFIED, "18");
    accept(&k, "2023Q2");
    expect_total(&k, BASIS_VERIFIED, "35"); /* newer, and accepted */
    kit_close(&k);
}

static void a_total_that_was_unknown_is_accepted_as_soon_as_it_is_known(void **state) {
    (void)state;
    kit k;
    open_plan(&k, PLAN_SHAPE_ANNUAL);
    kit_until(&k, "2023-07-03");
    uint64_t index = say(&k, "2023Q2", "15", MODE_THIS_PERIOD);
    accept(&k, "2023Q2");
    assert_false(kit_value_cell(&k, 1, 1, DONG, "2023Q2").to_date_known);
    assert_false(on_basis(&k, BASIS_ACCEPTED).has_value);
    say(&k, "2023Q1", "20", MODE_NONE);
    value_cell value = kit_value_cell(&k, 1, 1, DONG, "2023Q2");
    assert_int_equal(value.accepted_index, index);
    kit_expect_decimal(value.accepted, "35");
    expect_total(&k, BASIS_ACCEPTED, "35");
    say(&k, "2023Q1", "22", MODE_TO_DATE); /* nobody has accepted these two */
    kit_expect_decimal(kit_value_cell(&k, 1, 1, DONG, "2023Q2").to_date, "37");
    expect_total(&k, BASIS_ACCEPTED, "35");
    kit_close(&k);
}

static void a_total_replaced_before_it_was_known_was_never_accepted(void **state) {
    (void)state;
    kit k;
    open_plan(&k, PLAN_SHAPE_ANNUAL);
    kit_until(&k, "2023-07-03");
    say(&k, "2023Q2", "15", MODE_THIS_PERIOD);
    accept(&k, "2023Q2");
    say(&k, "2023Q2", "16", MODE_THIS_PERIOD);
    say(&k, "2023Q1", "20", MODE_NONE);
    assert_int_equal(kit_value_cell(&k, 1, 1, DONG, "2023Q2").accepted_index, 0);
    assert_false(on_basis(&k, BASIS_ACCEPTED).has_value);
    kit_close(&k);
}

/* Plans of the first release keep every byte: acceptance is read off their items. */
static void
a_plan_without_a_shape_keeps_no_marks_but_knows_what_stands_accepted(void **state) {
    (void)state;
    kit k;
    open_plan(&k, PLAN_SHAPE_NONE);
    say(&k, "2023Q1", "20", MODE_NONE);
    accept(&k, "2023Q1");
    assert_int_equal(kit_value_cell(&k, 1, 1, DONG, "2023Q1").accepted_index, 0);
    expect_total(&k, BASIS_ACCEPTED, "20");
    say(&k, "2023Q1", "26", MODE_TO_DATE);
    assert_false(on_basis(&k, BASIS_ACCEPTED).has_value);
    kit_close(&k);
}

static void a_basis_is_one_of_three_and_every_cell_is_there_on_each(void **state) {
    (void)state;
    uint32_t cells[BASIS_COUNT + 1] = {0};
    for (int basis = BASIS_REPORTED; basis <= BASIS_COUNT; basis++) {
        kit k;
        open_plan(&k, PLAN_SHAPE_ANNUAL);
        say(&k, "2023Q1", "20", MODE_NONE);
        assert_status(ledger_set_basis(k.ledger, (basis_kind)basis),
                      basis == BASIS_COUNT ? DUBAN_E_UNSUPPORTED : DUBAN_OK);
        if (basis < BASIS_COUNT)
            assert_int_equal(ledger_set_day(k.ledger, kit_day_of("2023-05-01")),
                             DUBAN_OK);
        ledger_cells(k.ledger, 1, 0, true, keep, &cells[basis]);
        kit_close(&k);
    }
    assert_int_equal(cells[BASIS_REPORTED], cells[BASIS_ACCEPTED]);
    assert_int_equal(cells[BASIS_REPORTED], cells[BASIS_VERIFIED]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_board_stands_on_what_was_reported_accepted_or_verified),
        cmocka_unit_test(a_basis_says_its_own_margin_and_light),
        cmocka_unit_test(
            the_newest_accepted_period_counts_whatever_was_reported_after_it),
        cmocka_unit_test(a_total_that_was_unknown_is_accepted_as_soon_as_it_is_known),
        cmocka_unit_test(a_total_replaced_before_it_was_known_was_never_accepted),
        cmocka_unit_test(
            a_plan_without_a_shape_keeps_no_marks_but_knows_what_stands_accepted),
        cmocka_unit_test(a_basis_is_one_of_three_and_every_cell_is_there_on_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
