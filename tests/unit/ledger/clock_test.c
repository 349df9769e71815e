/* The clock: days one by one, moments that never fall, and boards on other days. */
#include "tests/unit/ledger/ledger_kit.h"

static event clock_of(const char *day) {
    return (event){.kind = KIND_CLOCK, .clock_day = kit_day_of(day)};
}

static void the_clock_goes_only_forward_and_skips_no_day(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    assert_status(kit_send(&k, BROKER, clock_of("2023-01-01")), DUBAN_E_CLOCK);
    assert_status(kit_send(&k, BROKER, clock_of("2023-01-03")), DUBAN_E_CLOCK);
    assert_string_equal(k.refusal.expected, "2023-01-02");
    assert_status(kit_send(&k, BROKER, clock_of("2023-01-02")), DUBAN_OK);
    assert_status(kit_send(&k, BROKER, clock_of("2023-01-02")), DUBAN_E_CLOCK);
    ledger_status status;
    ledger_get_status(k.ledger, &status);
    assert_int_equal(status.day, kit_day_of("2023-01-02"));
    cell plan = kit_cell(&k, (cell_name){.kind = CELL_PLAN});
    assert_int_equal(plan.plan.day, status.day);
    kit_close(&k);
}

static void received_moments_never_fall_and_never_lie_ahead_of_the_day(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    statement_words s = kit_text(1, FGW, "2023Q1", "words");
    k.now_ms--;
    assert_status(kit_send(&k, FGW, kit_submission(&s, 1)), DUBAN_E_CLOCK);
    k.now_ms = moment_of_day(kit_day_of("2023-01-02"), 480);
    assert_status(kit_send(&k, FGW, kit_submission(&s, 1)), DUBAN_E_CLOCK);
    k.now_ms--;
    assert_status(kit_send(&k, FGW, kit_submission(&s, 1)), DUBAN_OK);
    kit_close(&k);
}

static void a_time_entry_moves_the_time_forward_only(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    ledger_status status;
    ledger_get_status(k.ledger, &status);
    event ev = {.kind = KIND_TIME, .time_moment_ms = status.time_ms};
    assert_status(kit_send(&k, CITY, ev), DUBAN_E_CLOCK);
    ev.time_moment_ms = moment_of_day(kit_day_of("2023-02-01"), 480);
    assert_status(kit_send(&k, CITY, ev), DUBAN_OK);
    ledger_get_status(k.ledger, &status);
    assert_true(status.time_ms == ev.time_moment_ms);
    assert_int_equal(status.day, kit_day_of("2023-01-01"));
    ev.time_moment_ms = moment_of_day(DAY_MAX, 480);
    assert_status(kit_send(&k, CITY, ev), DUBAN_E_DATE);
    kit_close(&k);
}

static void items_begin_with_their_period_and_not_before(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    cell found;
    cell_name name = {
        .kind = CELL_ITEM, .task = 1, .office = DONG, .period = kit_period("2023Q2")};
    kit_until(&k, "2023-03-31");
    assert_false(ledger_cell(k.ledger, 1, &name, &found));
    kit_until(&k, "2023-04-01");
    assert_true(ledger_cell(k.ledger, 1, &name, &found));
    assert_int_equal(found.changed, k.last);
    assert_int_equal(found.item.state, ITEM_DUE);
    kit_close(&k);
}

/* Everything a board shows, but for what counts changes. */
static size_t write_board(ledger *l, char *out, size_t size) {
    static const char *const quarters[] = {"2023Q1", "2023Q2", "2023Q3", "2023Q4"};
    size_t used = 0;
    for (uint32_t task = 1; task <= 6; task++)
        for (uint32_t office = 0; office < KIT_OFFICES; office++) {
            cell c;
            cell_name name = {.kind = CELL_LIGHT, .task = task, .office = office};
            if (!ledger_cell(l, 1, &name, &c)) continue;
            used += (size_t)snprintf(out + used, size - used, "%u/%u %d %d %u %u\n", task,
                                     office, c.light.grade, c.light.cause,
                                     c.light.missing, c.light.running);
            for (size_t q = 0; q < 4; q++) {
                name.period = kit_period(quarters[q]);
                name.kind = CELL_ITEM;
                if (ledger_cell(l, 1, &name, &c))
                    used += (size_t)snprintf(out + used, size - used, " %d%d",
                                             c.item.state, c.item.missing);
                name.kind = CELL_ROUND;
                if (ledger_cell(l, 1, &name, &c) && c.round.grade != GRADE_NONE)
                    used +=
                        (size_t)snprintf(out + used, size - used, " r%d", c.round.grade);
            }
        }
    return used;
}

static void a_board_on_another_day_is_what_the_clock_would_have_made_of_it(void **state) {
    (void)state;
    static char clocked[65536];
    static char viewed[65536];
    static const char *const days[] = {"2023-05-01", "2023-07-14", "2023-07-15",
                                       "2023-12-29", "2024-01-20"};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        kit k;
        kit_open(&k);
        kit_running_city(&k);
        kit_until(&k, "2023-04-12");
        kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "20", MODE_NONE));
        kit_memory memory = {0};
        ledger *other;
        arena a;
        arena_init(&a, 0);
        assert_int_equal(ledger_new(kit_allocator(&memory), &other), DUBAN_OK);
        for (size_t n = 0; n < k.entries_n; n++)
            assert_int_equal(replay_entry(other,
                                          (span){k.entries[n].data, k.entries[n].size},
                                          &a, NULL),
                             DUBAN_OK);
        assert_int_equal(ledger_set_day(other, kit_day_of(days[i])), DUBAN_OK);
        kit_until(&k, days[i]);
        assert_true(write_board(k.ledger, clocked, sizeof clocked) > 200);
        write_board(other, viewed, sizeof viewed);
        assert_string_equal(viewed, clocked);
        event ev = kit_sign(&k, BROKER, clock_of("2024-02-01"));
        assert_status(ledger_check(other, &ev, k.now_ms, NULL), DUBAN_E_STATE);
        ledger_free(other);
        arena_close(&a);
        kit_close(&k);
    }
}

static void looking_back_takes_missing_marks_and_rounds_away(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-08-01");
    assert_int_equal(kit_light(&k, 1, DONG).missing, 2);
    assert_int_equal(kit_light(&k, 1, DONG).cause, CAUSE_RUNNING);
    assert_int_equal(ledger_set_day(k.ledger, kit_day_of("2023-05-02")), DUBAN_OK);
    light_cell light = kit_light(&k, 1, DONG);
    assert_int_equal(light.missing, 1);
    assert_int_equal(light.running, 1);
    assert_int_equal(light.cause, CAUSE_MISSING);
    assert_int_equal(kit_round(&k, 1, DONG, "2023Q1").grade, GRADE_YELLOW);
    assert_int_equal(kit_round(&k, 1, DONG, "2023Q2").grade, GRADE_NONE);
    assert_false(kit_item(&k, 1, DONG, "2023Q2").missing);
    assert_int_equal(kit_cell(&k, (cell_name){.kind = CELL_PLAN}).plan.day,
                     kit_day_of("2023-05-02"));
    assert_int_equal(ledger_set_day(k.ledger, kit_day_of("2023-03-01")), DUBAN_OK);
    assert_int_equal(kit_light(&k, 1, DONG).cause, CAUSE_ON_PACE);
    kit_close(&k);
}

static bool count_one(void *ctx, const cell *value) {
    (void)value;
    ++*(uint32_t *)ctx;
    return true;
}

static void looking_back_and_forward_again_adds_no_cell(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-07-20");
    uint32_t before = 0, after = 0;
    ledger_cells(k.ledger, 1, 0, true, count_one, &before);
    assert_int_equal(ledger_set_day(k.ledger, kit_day_of("2023-02-01")), DUBAN_OK);
    assert_int_equal(ledger_set_day(k.ledger, kit_day_of("2023-07-20")), DUBAN_OK);
    ledger_cells(k.ledger, 1, 0, true, count_one, &after);
    assert_int_equal(after, before);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looking_back_and_forward_again_adds_no_cell),
        cmocka_unit_test(the_clock_goes_only_forward_and_skips_no_day),
        cmocka_unit_test(received_moments_never_fall_and_never_lie_ahead_of_the_day),
        cmocka_unit_test(a_time_entry_moves_the_time_forward_only),
        cmocka_unit_test(items_begin_with_their_period_and_not_before),
        cmocka_unit_test(a_board_on_another_day_is_what_the_clock_would_have_made_of_it),
        cmocka_unit_test(looking_back_takes_missing_marks_and_rounds_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
