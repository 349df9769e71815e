/* Challenges and tokens: good over their own connection for their time, and nowhere else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "broker/door/session.h"
#include "proto/sign.h"

#define MINUTE_MS 60000

static const session_place here = {1, 7};
static const call_reader who = {.office = 3, .key = 5, .right = RIGHT_BOARD};

static int64_t now_of(void *ctx) {
    return *(int64_t *)ctx;
}

static span span_of(const uint8_t *bytes, size_t size) {
    return (span){bytes, size};
}

static void a_challenge_is_good_for_two_minutes_over_its_connection(void **state) {
    (void)state;
    int64_t now = 10 * MINUTE_MS;
    sessions s;
    sessions_init(&s, now_of, &now);
    hash256 c = sessions_challenge(&s, here);
    span given = span_of(c.bytes, sizeof c.bytes);
    assert_true(sessions_challenged(&s, here, given));
    assert_false(sessions_challenged(&s, (session_place){1, 8}, given));
    assert_false(sessions_challenged(&s, (session_place){0, 7}, given));
    now += 2 * MINUTE_MS - 1;
    assert_true(sessions_challenged(&s, here, given));
    now += 1;
    assert_false(sessions_challenged(&s, here, given));
    assert_false(sessions_challenged(&s, here, span_of(c.bytes, sizeof c.bytes - 1)));
    assert_false(sessions_challenged(&s, here, (span){0}));
}

static void a_token_says_who_asks_over_its_connection_for_an_hour(void **state) {
    (void)state;
    int64_t now = 1234567;
    uint8_t token[SESSION_TOKEN_SIZE];
    call_reader found = {0};
    sessions s;
    sessions_init(&s, now_of, &now);
    sessions_token(&s, here, &who, token);
    span given = span_of(token, sizeof token);
    assert_true(sessions_reader(&s, here, given, &found));
    assert_int_equal(found.office, who.office);
    assert_int_equal(found.key, who.key);
    assert_int_equal(found.right, who.right);
    assert_false(sessions_reader(&s, (session_place){1, 8}, given, &found));
    assert_false(sessions_reader(&s, (session_place){0, 7}, given, &found));
    now += SESSION_MS - 1;
    assert_true(sessions_reader(&s, here, given, &found));
    now += 1;
    assert_false(sessions_reader(&s, here, given, &found));
}

static void no_bit_of_a_token_can_be_changed(void **state) {
    (void)state;
    int64_t now = 1;
    uint8_t token[SESSION_TOKEN_SIZE];
    call_reader found = {0};
    sessions s;
    sessions_init(&s, now_of, &now);
    sessions_token(&s, here, &who, token);
    for (size_t bit = 0; bit < sizeof token * 8; bit++) {
        token[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(sessions_reader(&s, here, span_of(token, sizeof token), &found));
        token[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t size = 0; size < sizeof token; size++)
        assert_false(sessions_reader(&s, here, span_of(token, size), &found));
    assert_int_equal(found.key, 0); /* untouched */
}

static void another_process_knows_neither(void **state) {
    (void)state;
    int64_t now = 1;
    uint8_t token[SESSION_TOKEN_SIZE];
    call_reader found = {0};
    sessions one, other;
    sessions_init(&one, now_of, &now);
    sessions_init(&other, now_of, &now);
    sessions_token(&one, here, &who, token);
    hash256 c = sessions_challenge(&one, here);
    assert_false(sessions_reader(&other, here, span_of(token, sizeof token), &found));
    assert_false(sessions_challenged(&other, here, span_of(c.bytes, sizeof c.bytes)));
}

/* Without a word before it, what a token's HMAC is over could be read as a challenge's:
 * it is as long, and a connection's number may be that of the minute. */
static void a_challenge_is_no_token(void **state) {
    (void)state;
    const uint32_t minute = 7;
    int64_t now = (int64_t)minute * MINUTE_MS;
    uint8_t token[SESSION_TOKEN_SIZE] = "challenge";
    call_reader found = {0};
    sessions s;
    sessions_init(&s, now_of, &now);
    hash256 c = sessions_challenge(&s, (session_place){1, 9});
    token[9] = 1; /* the door, then the connection; of the minute all but its end is 0 */
    token[13] = 9;
    memcpy(token + SESSION_TOKEN_SIZE - HASH_SIZE, c.bytes, HASH_SIZE);
    assert_false(sessions_reader(&s, (session_place){0, minute},
                                 span_of(token, sizeof token), &found));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_challenge_is_good_for_two_minutes_over_its_connection),
        cmocka_unit_test(a_token_says_who_asks_over_its_connection_for_an_hour),
        cmocka_unit_test(no_bit_of_a_token_can_be_changed),
        cmocka_unit_test(another_process_knows_neither),
        cmocka_unit_test(a_challenge_is_no_token),
    };
    if (sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
