/* Connections and keys under their bounds, at moments that the test gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "broker/door/descriptors.h"
#include "broker/door/pipes.h"
#include "broker/door/quota.h"

#define T0 1000000

static pipes *make(uint32_t max, uint32_t address_max) {
    static metrics counts;
    pipes *p = NULL;
    pipes_options options = {.max = {[PIPE_COMMAND] = max},
                             .address_max = {[PIPE_COMMAND] = address_max},
                             .silent_ms = PIPE_SILENT_MS,
                             .idle_ms = PIPE_IDLE_MS,
                             .metrics = &counts};
    metrics_init(&counts);
    assert_int_equal(pipes_new(&options, &p), DUBAN_OK);
    return p;
}

static pipe_address from(uint32_t number) {
    pipe_address out = {{0}};
    memcpy(out.bytes, &number, sizeof number);
    return out;
}

static duban_status join(pipes *p, uint32_t id, uint32_t address, int64_t now_ms) {
    pipe_address a = from(address);
    return pipes_join(p, id, PIPE_COMMAND, &a, now_ms);
}

static void places_are_given_back_and_no_more_than_there_are(void **state) {
    (void)state;
    pipes *p = make(100, 100);
    for (uint32_t round = 0; round < 50; round++) {
        for (uint32_t i = 0; i < 100; i++)
            assert_int_equal(join(p, round * 1000 + i, i, T0), DUBAN_OK);
        assert_int_equal(join(p, round * 1000 + 100, 7, T0), DUBAN_E_LIMIT);
        pipes_leave(p, round * 1000 + 100, T0); /* it was never in */
        assert_int_equal(pipes_count(p), 100);
        for (uint32_t i = 0; i < 100; i++)
            pipes_leave(p, round * 1000 + i, T0);
        assert_int_equal(pipes_count(p), 0);
    }
    pipes_free(p);
}

static void one_address_leaves_places_to_others(void **state) {
    (void)state;
    pipes *p = make(100, 40);
    for (uint32_t i = 0; i < 40; i++)
        assert_int_equal(join(p, i, 1, T0), DUBAN_OK);
    assert_int_equal(join(p, 40, 1, T0), DUBAN_E_QUOTA);
    assert_int_equal(join(p, 41, 2, T0), DUBAN_OK);
    pipes_leave(p, 3, T0);
    assert_int_equal(join(p, 42, 1, T0), DUBAN_OK);
    assert_true(pipes_was_full(p, 5, T0 + 5));
    assert_false(pipes_was_full(p, 5, T0 + 6));
    pipes_free(p);
}

static void whoever_says_nothing_in_time_is_overdue_once(void **state) {
    (void)state;
    uint32_t ids[4];
    pipes *p = make(100, 100);
    assert_int_equal(join(p, 1, 1, T0), DUBAN_OK);
    assert_int_equal(join(p, 2, 1, T0), DUBAN_OK);
    pipes_heard(p, 2, T0 + 10);
    int64_t silent = T0 + PIPE_SILENT_MS;
    assert_int_equal(pipes_overdue(p, PIPE_COMMAND, silent, ids, 4), 0);
    assert_int_equal(pipes_overdue(p, PIPE_FEED, silent + 1, ids, 4), 0);
    assert_int_equal(pipes_overdue(p, PIPE_COMMAND, silent + 1, ids, 4), 1);
    assert_int_equal(ids[0], 1);
    assert_int_equal(pipes_overdue(p, PIPE_COMMAND, silent + 2, ids, 4), 0);
    pipes_leave(p, 1, silent + 2);
    int64_t idle = T0 + 10 + PIPE_IDLE_MS;
    assert_int_equal(pipes_overdue(p, PIPE_COMMAND, idle, ids, 4), 0);
    assert_int_equal(pipes_overdue(p, PIPE_COMMAND, idle + 1, ids, 4), 1);
    assert_int_equal(ids[0], 2);
    pipes_free(p);
}

static void in_a_crowd_patience_is_shorter(void **state) {
    (void)state;
    uint32_t ids[100];
    pipes *p = make(100, 100);
    for (uint32_t i = 0; i < 75; i++)
        assert_int_equal(join(p, i, 1, T0), DUBAN_OK);
    int64_t after = T0 + PIPE_SILENT_CROWDED_MS + 1;
    assert_int_equal(pipes_overdue(p, PIPE_COMMAND, after, ids, 100), 0);
    assert_int_equal(join(p, 75, 1, after), DUBAN_OK);
    pipes_heard(p, 74, T0);
    assert_int_equal(pipes_overdue(p, PIPE_COMMAND, after, ids, 100), 74);
    after = T0 + PIPE_IDLE_CROWDED_MS + 1;
    assert_int_equal(pipes_overdue(p, PIPE_COMMAND, after, ids, 100), 76);
    pipes_free(p);
}

static void a_budget_is_used_up_by_those_who_waste_it_alone(void **state) {
    (void)state;
    pipes *p = make(100, 100);
    assert_int_equal(join(p, 1, 1, T0), DUBAN_OK);
    assert_int_equal(join(p, 2, 1, T0), DUBAN_OK);
    assert_int_equal(join(p, 3, 2, T0), DUBAN_OK);
    for (uint32_t i = 0; i < STRANGER_BURST; i++) {
        assert_false(pipes_is_blocked(p, 1, T0));
        pipes_blame(p, 1, T0);
    }
    assert_true(pipes_is_blocked(p, 1, T0));
    assert_false(pipes_is_blocked(p, 2, T0)); /* behind the same router, and honest */
    pipes_blame(p, 2, T0);
    assert_true(pipes_is_blocked(p, 2, T0));
    pipes_blame(p, 3, T0);
    assert_false(pipes_is_blocked(p, 3, T0));
    int64_t one = 1000 / STRANGER_RATE;
    assert_false(pipes_is_blocked(p, 1, T0 + one));
    pipes_blame(p, 1, T0 + one);
    assert_true(pipes_is_blocked(p, 1, T0 + one));
    pipes_free(p);
}

static void coming_back_does_not_fill_a_budget(void **state) {
    (void)state;
    pipes *p = make(100, 100);
    assert_int_equal(join(p, 1, 1, T0), DUBAN_OK);
    for (uint32_t i = 0; i < STRANGER_BURST; i++)
        pipes_blame(p, 1, T0);
    pipes_leave(p, 1, T0);
    assert_int_equal(join(p, 2, 1, T0), DUBAN_OK);
    assert_false(pipes_is_blocked(p, 2, T0));
    pipes_blame(p, 2, T0);
    assert_true(pipes_is_blocked(p, 2, T0));
    pipes_leave(p, 2, T0);
    int64_t later = T0 + STRANGER_BURST * 1000 / STRANGER_RATE;
    assert_int_equal(join(p, 3, 1, later), DUBAN_OK);
    pipes_blame(p, 3, later);
    assert_false(pipes_is_blocked(p, 3, later));
    pipes_free(p);
}

/* Debts of many addresses: those that are paid make room, those that are not hold it for
 * ten seconds at most. */
static void addresses_in_debt_are_forgotten_when_it_is_paid(void **state) {
    (void)state;
    pipes *p = make(10, 10);
    for (uint32_t i = 0; i < 20; i++) {
        assert_int_equal(join(p, i, 100 + i, T0), DUBAN_OK);
        for (uint32_t n = 0; n < STRANGER_BURST; n++)
            pipes_blame(p, i, T0);
        pipes_leave(p, i, T0);
    }
    assert_int_equal(join(p, 50, 500, T0), DUBAN_E_LIMIT);
    int64_t later = T0 + STRANGER_BURST * 1000 / STRANGER_RATE;
    assert_int_equal(join(p, 51, 500, later), DUBAN_OK);
    pipes_free(p);
}

static void one_key_has_so_many_on_their_way(void **state) {
    (void)state;
    quota *q = NULL;
    assert_int_equal(quota_new(&q), DUBAN_OK);
    for (uint32_t i = 0; i < KEY_PENDING_MAX; i++)
        assert_int_equal(quota_take(q, 5, T0), DUBAN_OK);
    assert_int_equal(quota_take(q, 5, T0), DUBAN_E_QUOTA);
    assert_int_equal(quota_take(q, 6, T0), DUBAN_OK);
    quota_give(q, 5);
    assert_int_equal(quota_take(q, 5, T0), DUBAN_OK);
    assert_int_equal(quota_take(q, KEYS_MAX, T0), DUBAN_OK);
    assert_int_equal(quota_take(q, KEYS_MAX + 1, T0), DUBAN_E_QUOTA);
    quota_free(q);
}

static void one_key_sends_so_many_a_second_after_its_burst(void **state) {
    (void)state;
    quota *q = NULL;
    uint32_t taken = 0;
    assert_int_equal(quota_new(&q), DUBAN_OK);
    while (quota_take(q, 5, T0) == DUBAN_OK) {
        quota_give(q, 5);
        taken++;
    }
    assert_int_equal(taken, KEY_BURST);
    for (int64_t ms = 1; ms <= 2000; ms++)
        while (quota_take(q, 5, T0 + ms) == DUBAN_OK) {
            quota_give(q, 5);
            taken++;
        }
    assert_int_equal(taken, KEY_BURST + 2 * KEY_RATE);
    quota_free(q);
}

static void every_door_has_places_within_what_there_is(void **state) {
    (void)state;
    for (uint32_t all = 48; all <= PIPES_MAX; all += 16) {
        pipes_options out;
        pipes_share(all, &out);
        uint32_t sum = 0;
        for (pipe_door door = PIPE_COMMAND; door < PIPE_DOORS; door++) {
            assert_true(out.address_max[door] > 0);
            assert_true(out.address_max[door] <= out.max[door] / 2);
            sum += out.max[door];
        }
        assert_true(sum <= all);
    }
}

static void readers_take_no_place_of_those_who_report(void **state) {
    (void)state;
    pipes *p = NULL;
    static metrics counts;
    pipes_options options = {.max = {2, 3, 0}, .address_max = {2, 3, 0}};
    options.metrics = &counts;
    pipe_address a = from(1);
    assert_int_equal(pipes_new(&options, &p), DUBAN_OK);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(pipes_join(p, i, PIPE_FEED, &a, T0), DUBAN_OK);
    assert_int_equal(pipes_join(p, 3, PIPE_FEED, &a, T0), DUBAN_E_LIMIT);
    assert_int_equal(pipes_join(p, 4, PIPE_COMMAND, &a, T0), DUBAN_OK);
    assert_int_equal(pipes_join(p, 5, PIPE_COMMAND, &a, T0), DUBAN_OK);
    assert_int_equal(pipes_count(p), 5);
    pipes_free(p);
}

static void descriptors_leave_room_for_ourselves_and_for_greetings(void **state) {
    (void)state;
    for (uint32_t limit = 0; limit <= 65536; limit += 61) {
        uint32_t pipes_max = descriptors_pipes(limit);
        assert_true(pipes_max > 0 && pipes_max <= PIPES_MAX);
        if (limit >= 256) assert_true(pipes_max + DESCRIPTORS_KEPT < limit);
    }
    assert_int_equal(descriptors_pipes(65536), PIPES_MAX);
    assert_false(descriptors_short());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_given_back_and_no_more_than_there_are),
        cmocka_unit_test(one_address_leaves_places_to_others),
        cmocka_unit_test(whoever_says_nothing_in_time_is_overdue_once),
        cmocka_unit_test(in_a_crowd_patience_is_shorter),
        cmocka_unit_test(a_budget_is_used_up_by_those_who_waste_it_alone),
        cmocka_unit_test(coming_back_does_not_fill_a_budget),
        cmocka_unit_test(addresses_in_debt_are_forgotten_when_it_is_paid),
        cmocka_unit_test(one_key_has_so_many_on_their_way),
        cmocka_unit_test(one_key_sends_so_many_a_second_after_its_burst),
        cmocka_unit_test(every_door_has_places_within_what_there_is),
        cmocka_unit_test(readers_take_no_place_of_those_who_report),
        cmocka_unit_test(descriptors_leave_room_for_ourselves_and_for_greetings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
