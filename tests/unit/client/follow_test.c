/* Fetching and following boards: pages of one index, cursors as they stand, and what is
 * done with answers that break the feed's promise. A broker is a REP socket that gives
 * the answers it was told, one after another, and notes what it was asked. */
#include "client_kit.h"

#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/board.h"
#include "proto/codec.h"

#define ANSWERS_MAX 8
#define TIMEOUT_MS  5000

typedef struct teller {
    nng_socket socket;
    pthread_t thread;
    char url[64];
    reply_words answers[ANSWERS_MAX];
    size_t answers_n;
    arena a; /* of asked */
    request_words asked[ANSWERS_MAX];
    size_t asked_n;
} teller;

static void *tell(void *ctx) {
    teller *t = ctx;
    nng_msg *message;
    while (t->asked_n < t->answers_n && nng_recvmsg(t->socket, &message, 0) == 0) {
        buffer out;
        span bytes = {nng_msg_body(message), nng_msg_len(message)};
        char *copy = arena_copy(&t->a, bytes.data, bytes.size);
        bytes.data = (const uint8_t *)copy;
        buffer_init(&out);
        nng_msg_free(message);
        if (codec_request_read(bytes, &t->a, &t->asked[t->asked_n], NULL)) return NULL;
        /* everybody is a stranger to it */
        reply_words unknown = {.refusal = {.status = DUBAN_E_UNKNOWN_KEY}};
        request_kind kind = t->asked[t->asked_n].kind;
        bool opens = kind == REQUEST_INFO || kind == REQUEST_CHALLENGE;
        if (codec_reply_write(opens ? &unknown : &t->answers[t->asked_n], &out))
            return NULL;
        t->asked_n += !opens;
        nng_send(t->socket, out.data, out.size, 0);
        buffer_close(&out);
    }
    return NULL;
}

static void teller_start(teller *t) {
    nng_listener listener;
    nng_sockaddr address;
    arena_init(&t->a, 0);
    assert_int_equal(nng_rep0_open(&t->socket), 0);
    assert_int_equal(nng_listen(t->socket, "tcp://127.0.0.1:0", &listener, 0), 0);
    assert_int_equal(nng_listener_get_addr(listener, NNG_OPT_LOCADDR, &address), 0);
    const uint8_t *port = (const uint8_t *)&address.s_in.sa_port;
    snprintf(t->url, sizeof t->url, "tcp://127.0.0.1:%d", port[0] << 8 | port[1]);
    assert_int_equal(pthread_create(&t->thread, NULL, tell, t), 0);
}

static void teller_stop(teller *t) {
    nng_close(t->socket);
    pthread_join(t->thread, NULL);
    arena_close(&t->a);
}

/* n light cells of tasks from first on. */
static cell cells[64];

static frame_words frame(uint64_t prev, uint64_t to, uint32_t first, uint32_t n) {
    for (uint32_t i = first; i < first + n; i++)
        cells[i] = (cell){.name = {.kind = CELL_LIGHT, .task = i + 1},
                          .changed = to,
                          .light = {.grade = GRADE_GREEN, .missing = i}};
    return (frame_words){.origin = KIT_ORIGIN,
                         .plan = "2023",
                         .prev = prev,
                         .to = to,
                         .head = to,
                         .has_root = true,
                         .root = {{(uint8_t)to}},
                         .cells = cells + first,
                         .cells_n = n};
}

static void answer(teller *t, frame_words words) {
    assert_true(t->answers_n < ANSWERS_MAX);
    t->answers[t->answers_n++] = (reply_words){.kind = REPLY_FRAME, .frame = words};
}

static duban *open_home(const teller *t) {
    kit_home("home");
    return kit_open("home", t->url, TIMEOUT_MS);
}

static size_t count(duban_board *b) {
    size_t n;
    (void)duban_board_cells(b, &n);
    return n;
}

static void a_board_cut_in_pages_is_fetched_whole_and_of_one_index(void **state) {
    (void)state;
    teller t = {.answers_n = 0};
    duban_board *b;
    duban_board_head head;
    frame_words page = frame(0, 40, 0, 10);
    page.left = 12;
    answer(&t, page);
    page = frame(0, 40, 10, 10);
    page.left = 2;
    page.head = 77; /* the journal went on meanwhile */
    answer(&t, page);
    page = frame(0, 40, 20, 2);
    page.has_digest = true;
    answer(&t, page);
    teller_start(&t);
    duban *d = open_home(&t);
    assert_int_equal(duban_board_new(&b), DUBAN_OK);
    board_request ask = {
        .plan = "2023", .as_of = AS_OF_HEAD, .day = 19500, .skip = 5, .after = 6};
    assert_int_equal(duban_board_fetch(d, &ask, b, NULL), DUBAN_OK);
    assert_int_equal(count(b), 22);
    duban_board_get_head(b, &head);
    assert_int_equal(head.cursor.index, 40);
    assert_int_equal(head.head, 77);
    assert_true(head.has_digest);
    duban_close(d);
    teller_stop(&t);
    assert_int_equal(t.asked_n, 3);
    duban_board_free(b);
}

static void later_pages_ask_for_the_first_ones_index(void **state) {
    (void)state;
    teller t = {.answers_n = 0};
    duban_board *b;
    frame_words page = frame(0, 40, 0, 10);
    page.left = 3;
    answer(&t, page);
    answer(&t, frame(0, 40, 10, 3));
    teller_start(&t);
    duban *d = open_home(&t);
    assert_int_equal(duban_board_new(&b), DUBAN_OK);
    board_request ask = {.plan = "2023", .as_of = AS_OF_MOMENT, .moment_ms = 5};
    ask.day = 19500;
    assert_int_equal(duban_board_fetch(d, &ask, b, NULL), DUBAN_OK);
    const board_request *first = &t.asked[0].board, *second = &t.asked[1].board;
    assert_int_equal(first->as_of, AS_OF_MOMENT);
    assert_int_equal(first->skip, 0);
    assert_int_equal(second->as_of, AS_OF_INDEX);
    assert_int_equal(second->index, 40);
    assert_int_equal(second->skip, 10);
    assert_int_equal(second->day, 19500);
    duban_close(d);
    teller_stop(&t);
    duban_board_free(b);
}

static void a_fetch_that_ends_between_two_pages_moves_no_cursor(void **state) {
    (void)state;
    teller t = {.answers_n = 0};
    duban_board *b;
    duban_board_head head;
    frame_words page = frame(0, 40, 0, 10);
    page.left = 3;
    answer(&t, page);
    page = frame(0, 40, 0, 0);
    page.left = 3;
    answer(&t, page);
    teller_start(&t);
    duban *d = open_home(&t);
    assert_int_equal(duban_board_new(&b), DUBAN_OK);
    board_request ask = {.plan = "2023", .as_of = AS_OF_HEAD};
    assert_int_equal(duban_board_fetch(d, &ask, b, NULL), DUBAN_E_MALFORMED);
    duban_board_get_head(b, &head);
    assert_int_equal(head.cursor.index, 0);
    assert_false(head.cursor.has_root);
    assert_int_equal(head.head, 40);
    duban_close(d);
    teller_stop(&t);
    duban_board_free(b);
}

static void a_page_that_promises_more_and_gives_nothing_ends_the_fetch(void **state) {
    (void)state;
    teller t = {.answers_n = 0};
    duban_board *b;
    duban_refusal refusal = {0};
    frame_words page = frame(0, 40, 0, 0);
    page.left = 3;
    answer(&t, page);
    teller_start(&t);
    duban *d = open_home(&t);
    assert_int_equal(duban_board_new(&b), DUBAN_OK);
    board_request ask = {.plan = "2023", .as_of = AS_OF_HEAD};
    assert_int_equal(duban_board_fetch(d, &ask, b, &refusal), DUBAN_E_MALFORMED);
    assert_int_equal(refusal.status, DUBAN_E_MALFORMED);
    duban_close(d);
    teller_stop(&t);
    duban_board_free(b);
}

static void each_poll_goes_on_where_the_board_stands(void **state) {
    (void)state;
    teller t = {.answers_n = 0};
    duban_board *b;
    duban_board_head head;
    bool changed = false;
    answer(&t, frame(0, 10, 0, 5));
    answer(&t, frame(10, 14, 0, 0)); /* entries of other plans went by */
    answer(&t, frame(14, 20, 4, 3));
    teller_start(&t);
    duban *d = open_home(&t);
    assert_int_equal(duban_board_new(&b), DUBAN_OK);
    assert_int_equal(duban_board_follow(d, "2023", 5, b, &changed, NULL), DUBAN_OK);
    assert_true(changed);
    assert_int_equal(duban_board_follow(d, "2023", 5, b, &changed, NULL), DUBAN_OK);
    assert_false(changed);
    assert_int_equal(duban_board_follow(d, "2023", 60000, b, &changed, NULL), DUBAN_OK);
    assert_true(changed);
    assert_int_equal(count(b), 7);
    duban_board_get_head(b, &head);
    assert_int_equal(head.cursor.index, 20);
    const uint64_t indexes[] = {0, 10, 14};
    for (int i = 0; i < 3; i++) {
        const feed_request *asked = &t.asked[i].feed;
        assert_int_equal(t.asked[i].kind, REQUEST_FEED);
        assert_int_equal(asked->cursor.index, indexes[i]);
        assert_int_equal(asked->cursor.has_root, i > 0);
        assert_int_equal(asked->cursor.root.bytes[0], indexes[i]);
        assert_string_equal(asked->cursor.origin, i ? KIT_ORIGIN : "");
    }
    assert_int_equal(t.asked[2].feed.wait_ms, FEED_HOLD_MS);
    duban_close(d);
    teller_stop(&t);
    duban_board_free(b);
}

/* Cells that its reader may no longer see would stay, and others never come. */
static void a_board_read_under_another_right_is_begun_anew(void **state) {
    (void)state;
    teller t = {.answers_n = 0};
    duban_board *b;
    bool changed = false;
    answer(&t, frame(0, 10, 0, 5));
    answer(&t, frame(0, 20, 0, 2));
    teller_start(&t);
    duban *d = open_home(&t);
    assert_int_equal(duban_board_new(&b), DUBAN_OK);
    assert_int_equal(duban_board_follow(d, "2023", 5, b, &changed, NULL), DUBAN_OK);
    assert_int_equal(count(b), 5);
    board_set_right(b, RIGHT_BOARD); /* as its file says, of before the right was lost */
    assert_int_equal(duban_board_follow(d, "2023", 5, b, &changed, NULL), DUBAN_OK);
    assert_int_equal(t.asked[1].feed.cursor.index, 0);
    assert_int_equal(count(b), 2);
    assert_int_equal(board_right(b), RIGHT_NONE);
    duban_close(d);
    teller_stop(&t);
    duban_board_free(b);
}

static void a_feed_that_skips_is_divergence(void **state) {
    (void)state;
    teller t = {.answers_n = 0};
    duban_board *b;
    bool changed = true;
    answer(&t, frame(0, 10, 0, 5));
    answer(&t, frame(12, 20, 0, 5));
    teller_start(&t);
    duban *d = open_home(&t);
    assert_int_equal(duban_board_new(&b), DUBAN_OK);
    assert_int_equal(duban_board_follow(d, "2023", 5, b, &changed, NULL), DUBAN_OK);
    assert_int_equal(duban_board_follow(d, "2023", 5, b, &changed, NULL),
                     DUBAN_E_DIVERGED);
    duban_close(d);
    teller_stop(&t);
    duban_board_free(b);
}

static void a_change_too_large_for_a_frame_is_fetched(void **state) {
    (void)state;
    teller t = {.answers_n = 0};
    duban_board *b;
    duban_board_head head;
    bool changed = false;
    answer(&t, frame(0, 10, 0, 5));
    frame_words large = frame(10, 11, 0, 0);
    large.fetch = true;
    answer(&t, large);
    answer(&t, frame(0, 12, 0, 9));
    teller_start(&t);
    duban *d = open_home(&t);
    assert_int_equal(duban_board_new(&b), DUBAN_OK);
    assert_int_equal(duban_board_follow(d, "2023", 5, b, &changed, NULL), DUBAN_OK);
    changed = false;
    assert_int_equal(duban_board_follow(d, "2023", 5, b, &changed, NULL), DUBAN_OK);
    assert_true(changed);
    assert_int_equal(count(b), 9);
    duban_board_get_head(b, &head);
    assert_int_equal(head.cursor.index, 12);
    assert_int_equal(t.asked[2].kind, REQUEST_BOARD);
    duban_close(d);
    teller_stop(&t);
    duban_board_free(b);
}

static void a_refusal_of_the_feed_leaves_the_board_as_it_was(void **state) {
    (void)state;
    teller t = {.answers_n = 0};
    duban_board *b;
    duban_board_head head;
    bool changed = true;
    duban_refusal refusal = {0};
    answer(&t, frame(0, 10, 0, 5));
    t.answers[t.answers_n] = (reply_words){.kind = REPLY_NONE};
    duban_refuse(&t.answers[t.answers_n++].refusal, DUBAN_E_DIVERGED, 0, "cursor", "10",
                 "50");
    teller_start(&t);
    duban *d = open_home(&t);
    assert_int_equal(duban_board_new(&b), DUBAN_OK);
    assert_int_equal(duban_board_follow(d, "2023", 5, b, &changed, NULL), DUBAN_OK);
    changed = true;
    assert_int_equal(duban_board_follow(d, "2023", 5, b, &changed, &refusal),
                     DUBAN_E_DIVERGED);
    assert_string_equal(refusal.expected, "50");
    assert_true(changed);
    duban_board_get_head(b, &head);
    assert_int_equal(head.cursor.index, 10);
    assert_int_equal(count(b), 5);
    duban_close(d);
    teller_stop(&t);
    duban_board_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, kit_begin, kit_end)
        T(a_board_cut_in_pages_is_fetched_whole_and_of_one_index),
        T(later_pages_ask_for_the_first_ones_index),
        T(a_fetch_that_ends_between_two_pages_moves_no_cursor),
        T(a_page_that_promises_more_and_gives_nothing_ends_the_fetch),
        T(each_poll_goes_on_where_the_board_stands),
        T(a_board_read_under_another_right_is_begun_anew),
        T(a_feed_that_skips_is_divergence),
        T(a_change_too_large_for_a_frame_is_fetched),
        T(a_refusal_of_the_feed_leaves_the_board_as_it_was),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
