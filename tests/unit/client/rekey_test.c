/* A home that changes its key: when the new one is taken, and that nothing which was
 * signed before is lost or taken for damaged. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/rekey.h"
#include "tests/unit/client/client_kit.h"

#define TIMEOUT_MS 5000

static void send(duban *d, uint32_t task, duban_ticket *ticket) {
    kit_event value;
    kit_value(&value, task, task);
    assert_int_equal(duban_send(d, &value.ev, NULL, 0, ticket, NULL), DUBAN_OK);
}

static size_t count_rows(duban *d, duban_outbox_state state) {
    arena a;
    duban_outbox_row *rows;
    size_t n, count = 0;
    arena_init(&a, 0);
    assert_int_equal(duban_outbox(d, &a, &rows, &n, NULL), DUBAN_OK);
    for (size_t i = 0; i < n; i++)
        count += rows[i].state == state;
    arena_close(&a);
    return count;
}

static void a_new_key_lies_beside_the_old_which_stays_in_use(void **state) {
    (void)state;
    sign_public before, next, found;
    struct stat about;
    kit_home("home");
    duban *d = kit_open("home", NULL, 0);
    before = *duban_public_key(d);
    assert_int_equal(rekey_next(d, &found), DUBAN_E_NOT_FOUND);
    assert_int_equal(rekey_prepare(d, ALGORITHM_NONE, NULL, &next, NULL), DUBAN_OK);
    assert_int_equal(stat(kit_path("home/key.next"), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(rekey_next(d, &found), DUBAN_OK);
    assert_true(sign_public_equal(&found, &next));
    assert_false(sign_public_equal(&before, &next));
    duban_close(d);
    d = kit_open("home", NULL, 0);
    assert_true(sign_public_equal(duban_public_key(d), &before));
    duban_close(d);
}

static void a_second_new_key_is_not_made(void **state) {
    (void)state;
    sign_public next, again;
    kit_home("home");
    duban *d = kit_open("home", NULL, 0);
    assert_int_equal(rekey_prepare(d, ALGORITHM_NONE, NULL, &next, NULL), DUBAN_OK);
    assert_int_equal(rekey_prepare(d, ALGORITHM_NONE, NULL, &again, NULL),
                     DUBAN_E_EXISTS);
    assert_true(sign_public_equal(&again, &next));
    duban_close(d);
}

static void what_the_old_key_signed_is_read_with_the_new_and_numbers_go_on(void **state) {
    (void)state;
    kit_script script = {0};
    kit_event value;
    duban_ticket ticket;
    sign_public before, next, former[FORMER_KEYS_MAX];
    size_t n = 0;
    kit_home("home");
    kit_broker *b = kit_broker_new(&script);
    duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    before = *duban_public_key(d);
    send(d, 25, &ticket);
    uint64_t number = ticket.number;
    kit_value(&value, 26, 1);
    assert_int_equal(duban_queue(d, &value.ev, NULL, 0, &ticket, NULL), DUBAN_OK);
    assert_int_equal(rekey_prepare(d, ALGORITHM_NONE, NULL, &next, NULL), DUBAN_OK);
    assert_int_equal(rekey_adopt(d, NULL), DUBAN_OK);
    duban_close(d);

    d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    assert_true(sign_public_equal(duban_public_key(d), &next));
    assert_int_equal(rekey_next(d, &before), DUBAN_E_NOT_FOUND);
    assert_int_equal(rekey_former(kit_path("home"), former, &n), DUBAN_OK);
    assert_int_equal(n, 1);
    assert_int_equal(count_rows(d, OUTBOX_RECEIPTED), 1);
    assert_int_equal(count_rows(d, OUTBOX_QUEUED), 1);
    assert_int_equal(count_rows(d, OUTBOX_REFUSED), 0); /* nothing is called damaged */
    send(d, 27, &ticket);
    assert_int_equal(ticket.number, number + 2);
    duban_close(d);
    kit_broker_free(b);
}

static void a_key_is_taken_from_the_right_journal_alone(void **state) {
    (void)state;
    kit_script script = {.origin = "duban.example/elsewhere"};
    sign_public before, next;
    duban_refusal refusal = {0};
    kit_home("home");
    kit_broker *b = kit_broker_new(&script);
    duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    before = *duban_public_key(d);
    assert_int_equal(rekey_adopt(d, &refusal), DUBAN_E_NOT_FOUND);
    assert_int_equal(rekey_prepare(d, ALGORITHM_NONE, NULL, &next, NULL), DUBAN_OK);
    assert_int_equal(rekey_adopt(d, &refusal), DUBAN_E_ORIGIN);
    duban_close(d);
    d = kit_open("home", NULL, 0);
    assert_true(sign_public_equal(duban_public_key(d), &before));
    duban_close(d);
    kit_broker_free(b);
}

/* Dying between the two files of an adoption must leave the home as one of the two. */
static void an_adoption_that_broke_off_is_taken_up_again(void **state) {
    (void)state;
    kit_script script = {0};
    sign_public next, former[FORMER_KEYS_MAX];
    size_t n = 0;
    kit_home("home");
    kit_broker *b = kit_broker_new(&script);
    duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    assert_int_equal(rekey_prepare(d, ALGORITHM_NONE, NULL, &next, NULL), DUBAN_OK);
    /* the rename fails: `key` is a folder's name for a moment */
    assert_int_equal(rename(kit_path("home/key"), kit_path("home/key.kept")), 0);
    assert_int_equal(mkdir(kit_path("home/key"), 0700), 0);
    assert_int_not_equal(rekey_adopt(d, NULL), DUBAN_OK);
    assert_int_equal(rmdir(kit_path("home/key")), 0);
    assert_int_equal(rename(kit_path("home/key.kept"), kit_path("home/key")), 0);
    assert_int_equal(rekey_adopt(d, NULL), DUBAN_OK);
    duban_close(d);
    assert_int_equal(rekey_former(kit_path("home"), former, &n), DUBAN_OK);
    assert_int_equal(n, 1); /* once, though it was tried twice */
    d = kit_open("home", NULL, 0);
    assert_true(sign_public_equal(duban_public_key(d), &next));
    duban_close(d);
    kit_broker_free(b);
}

static void a_sealed_home_opens_but_signs_nothing_until_it_is_unsealed(void **state) {
    (void)state;
    kit_script script = {0};
    kit_event value;
    duban_ticket ticket;
    sign_public key;
    duban_options options = {.home = kit_path("home"), .passphrase = "battery 电池"};
    assert_int_equal(duban_home_init(&options, NULL, &key, NULL), DUBAN_OK);
    kit_broker *b = kit_broker_new(&script);
    duban *d = kit_open("home", kit_broker_url(b), TIMEOUT_MS);
    assert_true(duban_sealed(d));
    assert_true(sign_public_equal(duban_public_key(d), &key));
    kit_value(&value, 25, 1);
    assert_int_equal(duban_send(d, &value.ev, NULL, 0, &ticket, NULL),
                     DUBAN_E_PASSPHRASE);
    assert_int_equal(count_rows(d, OUTBOX_QUEUED), 0);
    assert_int_equal(duban_unseal(d, "another one", NULL), DUBAN_E_PASSPHRASE);
    assert_true(duban_sealed(d));
    assert_int_equal(duban_unseal(d, "battery 电池", NULL), DUBAN_OK);
    send(d, 25, &ticket);
    duban_close(d);
    kit_broker_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, kit_begin, kit_end)
        T(a_new_key_lies_beside_the_old_which_stays_in_use),
        T(a_second_new_key_is_not_made),
        T(what_the_old_key_signed_is_read_with_the_new_and_numbers_go_on),
        T(a_key_is_taken_from_the_right_journal_alone),
        T(an_adoption_that_broke_off_is_taken_up_again),
        T(a_sealed_home_opens_but_signs_nothing_until_it_is_unsealed),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
