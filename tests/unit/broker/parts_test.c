/* Small parts of the shell that need no journal: inbox, lanes, conflicts, mailbox,
 * bounded. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "broker/bounded.h"
#include "broker/conflicts.h"
#include "broker/fresh.h"
#include "broker/door/inbox.h"
#include "broker/door/lanes.h"
#include "broker/mailbox.h"

static void count_wake(void *ctx) {
    ++*(int *)ctx;
}

/* --- inbox -------------------------------------------------------------------------- */

static void only_the_first_push_into_an_empty_inbox_wakes(void **state) {
    (void)state;
    inbox *box = NULL;
    int wakes = 0;
    call calls[3] = {{.pipe = 1}, {.pipe = 2}, {.pipe = 3}};
    assert_int_equal(inbox_new(8, 1024, count_wake, &wakes, &box), DUBAN_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(inbox_push(box, &calls[i]), DUBAN_OK);
    assert_int_equal(wakes, 1);
    call *first = inbox_take(box);
    assert_ptr_equal(first, &calls[0]);
    assert_ptr_equal(first->next, &calls[1]);
    assert_ptr_equal(first->next->next, &calls[2]);
    assert_null(calls[2].next);
    assert_null(inbox_take(box));
    assert_int_equal(inbox_push(box, &calls[0]), DUBAN_OK);
    assert_int_equal(wakes, 2);
    inbox_free(box);
}

static void a_full_inbox_refuses_until_the_loop_is_done_with_a_call(void **state) {
    (void)state;
    inbox *box = NULL;
    int wakes = 0;
    call calls[3] = {{.pipe = 1}, {.pipe = 2}, {.pipe = 3}};
    assert_int_equal(inbox_new(2, 1024, count_wake, &wakes, &box), DUBAN_OK);
    assert_int_equal(inbox_push(box, &calls[0]), DUBAN_OK);
    assert_int_equal(inbox_push(box, &calls[1]), DUBAN_OK);
    assert_int_equal(inbox_push(box, &calls[2]), DUBAN_E_BUSY);
    call *taken = inbox_take(box);
    assert_int_equal(inbox_push(box, &calls[2]), DUBAN_E_BUSY);
    inbox_done(box, taken);
    assert_int_equal(inbox_count(box), 1);
    assert_int_equal(inbox_push(box, &calls[2]), DUBAN_OK);
    inbox_free(box);
}

static void an_inbox_counts_the_bytes_of_its_requests(void **state) {
    (void)state;
    inbox *box = NULL;
    int wakes = 0;
    call calls[2] = {{.pipe = 1}, {.pipe = 2}};
    for (int i = 0; i < 2; i++)
        assert_int_equal(nng_msg_alloc(&calls[i].request, 600), 0);
    assert_int_equal(inbox_new(8, 1000, count_wake, &wakes, &box), DUBAN_OK);
    assert_int_equal(inbox_push(box, &calls[0]), DUBAN_OK);
    assert_int_equal(inbox_push(box, &calls[1]), DUBAN_E_BUSY);
    inbox_done(box, inbox_take(box));
    assert_int_equal(inbox_push(box, &calls[1]), DUBAN_OK);
    inbox_free(box);
    for (int i = 0; i < 2; i++)
        nng_msg_free(calls[i].request);
}

static void a_shut_inbox_says_that_the_broker_is_stopping(void **state) {
    (void)state;
    inbox *box = NULL;
    int wakes = 0;
    call one = {.pipe = 1};
    assert_int_equal(inbox_new(2, 1024, count_wake, &wakes, &box), DUBAN_OK);
    inbox_shut(box);
    assert_int_equal(inbox_push(box, &one), DUBAN_E_STOPPING);
    assert_int_equal(wakes, 0);
    inbox_free(box);
}

/* --- lanes -------------------------------------------------------------------------- */

static void a_lane_counts_what_its_connection_has_not_taken(void **state) {
    (void)state;
    lanes *l = NULL;
    assert_int_equal(lanes_new(8, &l), DUBAN_OK);
    lanes_arrived(l, 5);
    lanes_arrived(l, 5);
    lanes_arrived(l, 6);
    lanes_sending(l, 5, 100);
    lane five = lanes_get(l, 5);
    assert_int_equal(five.calls, 2);
    assert_int_equal(five.unsent, 1);
    assert_int_equal(five.bytes, 100);
    assert_int_equal(lanes_get(l, 6).unsent, 0);
    assert_int_equal(lanes_all(l).calls, 3);
    assert_int_equal(lanes_all(l).bytes, 100);
    lanes_sent(l, 5, 100);
    lanes_dropped(l, 5);
    lanes_dropped(l, 6);
    assert_int_equal(lanes_get(l, 5).calls, 0);
    assert_int_equal(lanes_all(l).calls, 0);
    assert_int_equal(lanes_all(l).bytes, 0);
    lanes_free(l);
}

/* Rows that share a slot stay findable whichever of them leaves first. */
static void lanes_that_come_and_go_in_any_order_keep_their_counts(void **state) {
    (void)state;
    enum { PIPES = 64, STEPS = 20000 };
    lanes *l = NULL;
    uint32_t calls[PIPES] = {0};
    uint32_t held = 0;
    uint64_t seed = 7;
    assert_int_equal(lanes_new(PIPES, &l), DUBAN_OK);
    for (int i = 0; i < STEPS; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        uint32_t pipe = (uint32_t)(seed >> 40) % PIPES;
        bool come = held < PIPES && (seed >> 33) % 2;
        if (come)
            lanes_arrived(l, pipe * 977);
        else if (calls[pipe])
            lanes_dropped(l, pipe * 977);
        else
            continue;
        calls[pipe] += come ? 1 : -1u;
        held += come ? 1 : -1u;
        for (uint32_t p = 0; p < PIPES; p++)
            assert_int_equal(lanes_get(l, p * 977).calls, calls[p]);
    }
    assert_true(held > 0);
    lanes_free(l);
}

/* --- conflicts ---------------------------------------------------------------------- */

static void a_pair_is_remembered_among_thousands(void **state) {
    (void)state;
    conflicts c;
    conflicts_init(&c);
    assert_false(conflicts_has(&c, 1, 1));
    for (uint32_t key = 1; key <= 100; key++)
        for (uint64_t number = 1; number <= 64; number++)
            assert_int_equal(conflicts_add(&c, key, number), DUBAN_OK);
    assert_int_equal(c.count, 6400);
    assert_int_equal(conflicts_add(&c, 100, 64), DUBAN_OK);
    assert_int_equal(c.count, 6400);
    assert_true(conflicts_has(&c, 57, 33));
    assert_false(conflicts_has(&c, 57, 65));
    assert_false(conflicts_has(&c, 101, 1));
    conflicts_close(&c);
}

static void conflicts_are_bounded(void **state) {
    (void)state;
    conflicts c;
    conflicts_init(&c);
    for (uint64_t number = 1; number <= CONFLICTS_MAX; number++)
        assert_int_equal(conflicts_add(&c, 1, number), DUBAN_OK);
    assert_int_equal(conflicts_add(&c, 1, CONFLICTS_MAX + 1), DUBAN_E_LIMIT);
    assert_true(conflicts_has(&c, 1, CONFLICTS_MAX));
    conflicts_close(&c);
}

static void room_for_a_conflict_is_made_before_it_is_noted(void **state) {
    (void)state;
    conflicts c;
    conflicts_init(&c);
    assert_int_equal(conflicts_reserve(&c), DUBAN_OK);
    assert_false(conflicts_has(&c, 1, 1));
    assert_int_equal(c.count, 0);
    for (uint64_t number = 1; number <= CONFLICTS_MAX; number++)
        assert_int_equal(conflicts_add(&c, 1, number), DUBAN_OK);
    assert_int_equal(conflicts_reserve(&c), DUBAN_E_LIMIT);
    conflicts_close(&c);
}

/* --- bodies ------------------------------------------------------------------------- */

static hash256 hash_number(uint32_t n) {
    return hash_of(&n, sizeof n);
}

static void a_staged_body_is_known_until_it_is_durable(void **state) {
    (void)state;
    static fresh f;
    hash256 one = hash_number(1);
    hash256 two = hash_number(2);
    fresh_init(&f);
    fresh_add(&f, &one, 7);
    fresh_add(&f, &two, 8);
    fresh_settle(&f, 7);
    assert_true(fresh_has(&f, &one));
    fresh_settle(&f, 8);
    assert_false(fresh_has(&f, &one));
    assert_true(fresh_has(&f, &two));
    assert_false(fresh_unsure(&f));
}

static void a_forgotten_body_leaves_doubt_until_it_is_durable(void **state) {
    (void)state;
    static fresh f;
    fresh_init(&f);
    for (uint32_t i = 0; i <= FRESH_BODIES_MAX; i++) {
        hash256 hash = hash_number(i);
        fresh_add(&f, &hash, 100 + i);
    }
    hash256 oldest = hash_number(0);
    hash256 newest = hash_number(FRESH_BODIES_MAX);
    assert_false(fresh_has(&f, &oldest));
    assert_true(fresh_has(&f, &newest));
    fresh_settle(&f, 100);
    assert_true(fresh_unsure(&f));
    fresh_settle(&f, 101);
    assert_false(fresh_unsure(&f));
    assert_true(fresh_has(&f, &newest));
}

/* --- mailbox ------------------------------------------------------------------------ */

static void the_newest_head_and_the_first_reason_are_what_counts(void **state) {
    (void)state;
    static mailbox box;
    static mail got;
    int wakes = 0;
    journal_head head = {.size = 7};
    mailbox_init(&box, count_wake, &wakes);
    assert_false(mailbox_take(&box, &got));
    mailbox_head(&box, &head);
    head.size = 9;
    mailbox_head(&box, &head);
    mailbox_failed(&box, DUBAN_E_COMMIT, DUBAN_E_DISK_FULL, "first");
    mailbox_failed(&box, DUBAN_E_CORRUPT, DUBAN_E_CORRUPT, "second");
    mailbox_gone(&box, 42);
    assert_int_equal(wakes, 5);
    assert_true(mailbox_take(&box, &got));
    assert_true(got.has_head);
    assert_int_equal(got.head.size, 9);
    assert_int_equal(got.failed, DUBAN_E_COMMIT);
    assert_int_equal(got.why, DUBAN_E_DISK_FULL);
    assert_string_equal(got.detail, "first");
    assert_int_equal(got.gone_n, 1);
    assert_int_equal(got.gone[0], 42);
    assert_false(mailbox_take(&box, &got));
    mailbox_close(&box);
}

/* --- bounded ------------------------------------------------------------------------ */

static void lock_and_unlock(void *ctx) {
    pthread_mutex_lock(ctx);
    pthread_mutex_unlock(ctx);
}

static void what_does_not_come_back_is_left_behind(void **state) {
    (void)state;
    static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    assert_true(bounded_run(lock_and_unlock, &gate, 10000));
    pthread_mutex_lock(&gate);
    assert_false(bounded_run(lock_and_unlock, &gate, 10));
    pthread_mutex_unlock(&gate);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_first_push_into_an_empty_inbox_wakes),
        cmocka_unit_test(a_full_inbox_refuses_until_the_loop_is_done_with_a_call),
        cmocka_unit_test(an_inbox_counts_the_bytes_of_its_requests),
        cmocka_unit_test(a_shut_inbox_says_that_the_broker_is_stopping),
        cmocka_unit_test(a_lane_counts_what_its_connection_has_not_taken),
        cmocka_unit_test(lanes_that_come_and_go_in_any_order_keep_their_counts),
        cmocka_unit_test(a_pair_is_remembered_among_thousands),
        cmocka_unit_test(conflicts_are_bounded),
        cmocka_unit_test(room_for_a_conflict_is_made_before_it_is_noted),
        cmocka_unit_test(a_staged_body_is_known_until_it_is_durable),
        cmocka_unit_test(a_forgotten_body_leaves_doubt_until_it_is_durable),
        cmocka_unit_test(what_does_not_come_back_is_left_behind),
        cmocka_unit_test(the_newest_head_and_the_first_reason_are_what_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
