/* Posts of leaders, with days. */
#include "tests/unit/ledger/ledger_kit.h"

static post_words post(uint32_t number, const char *code, const char *from,
                       const char *until) {
    return (post_words){.number = number,
                        .code = code,
                        .title = "Vice Mayor",
                        .from_day = kit_day_of(from),
                        .until_day = until == NULL ? 0 : kit_day_of(until),
                        .holder = kit_body("a name that is a body")};
}

static event posts(const post_words *list, uint32_t n) {
    return (event){.kind = KIND_POSTS, .posts = {list, n}};
}

static post_words post_cell(kit *k, uint32_t number) {
    return kit_cell(k, (cell_name){.kind = CELL_POST, .node = number}).post;
}

static void a_post_stands_on_every_plan_with_its_days(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    post_words two[] = {post(1, "vice-mayor-1", "2022-01-01", NULL),
                        post(2, "vice-mayor-2", "2022-01-01", NULL)};
    kit_must(&k, CITY, posts(two, 2)); /* before there is any plan */
    kit_must(&k, CITY, kit_offices());
    kit_must(&k, CITY, kit_keys(&k));
    kit_must(&k, CITY, kit_chunk());
    kit_must(&k, CITY, kit_publish(&k));
    assert_string_equal(post_cell(&k, 2).code, "vice-mayor-2");
    /* one leaves and another follows, in one message */
    post_words next[] = {post(2, "vice-mayor-2", "2022-01-01", "2023-05-31"),
                         post(3, "vice-mayor-2", "2023-06-01", NULL)};
    kit_must(&k, CITY, posts(next, 2));
    assert_int_equal(post_cell(&k, 2).until_day, kit_day_of("2023-05-31"));
    assert_int_equal(post_cell(&k, 3).from_day, kit_day_of("2023-06-01"));
    assert_true(post_cell(&k, 3).holder.present);
    assert_string_equal(post_cell(&k, 1).code, "vice-mayor-1");
    hash256 live = kit_digest(&k);
    hash256 again = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &again, sizeof live);
    kit_close(&k);
}

static void posts_that_do_not_fit_are_refused(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    post_words first = post(1, "mayor", "2022-01-01", NULL);
    kit_must(&k, CITY, posts(&first, 1));
    const struct {
        post_words post;
        duban_status status;
    } cases[] = {
        {post(3, "x", "2022-01-01", NULL), DUBAN_E_SEQUENCE},
        {post(0, "x", "2022-01-01", NULL), DUBAN_E_SEQUENCE},
        {post(2, "", "2022-01-01", NULL), DUBAN_E_EMPTY},
        {post(2, "x", "2022-01-02", "2022-01-01"), DUBAN_E_DATE},
        {post(2, "mayor", "2030-01-01", NULL), DUBAN_E_DUPLICATE},
        {post(2, "mayor", "2021-01-01", "2022-01-01"), DUBAN_E_DUPLICATE},
        {post(2, "mayor", "2021-01-01", "2021-12-31"), DUBAN_OK},
        {post(1, "mayor", "2022-02-01", NULL), DUBAN_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_status(kit_try(&k, CITY, posts(&cases[i].post, 1)), cases[i].status);
    post_words twice[] = {post(2, "x", "2022-01-01", NULL),
                          post(2, "y", "2022-01-01", NULL)};
    assert_status(kit_try(&k, CITY, posts(twice, 2)), DUBAN_E_DUPLICATE);
    assert_status(kit_try(&k, CITY, posts(NULL, 0)), DUBAN_E_EMPTY);
    assert_status(kit_try(&k, FGW, posts(&first, 1)), DUBAN_E_NOT_ALLOWED);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_post_stands_on_every_plan_with_its_days),
        cmocka_unit_test(posts_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
