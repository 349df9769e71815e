/* The turn and the feed between staging and durability: on a journal that a broker has
 * founded, in this process, where nothing is flushed before the test says so. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "broker/door/admission.h"
#include "broker/board/feed.h"
#include "broker/worker/follower.h"
#include "broker/ledger/heap.h"
#include "broker/door/net.h"
#include "broker/refold.h"
#include "broker/turn.h"
#include "storage/lmdb/lmdb.h"
#include "tests/unit/broker/broker_kit.h"

#define POLLS_MAX 2
#define CALLS     256

typedef struct shell {
    city city;
    logger log;
    metrics metrics;
    journal *journal;
    atomic_ullong durable; /* entries the committer has done with */
    ledger *ledger;
    roots roots;
    conflicts conflicts;
    keys *keys;
    held held;
    scribe scribe;
    turn turn;
    feed *feed;
    net *net;
    call calls[CALLS];
    uint32_t calls_n;
    letter letters[CALLS];
} shell;

static void not_called(void *ctx, call *c) {
    (void)ctx;
    (void)c;
    fail_msg("nothing was asked");
}

static void on_durable(void *ctx, const journal_head *head) {
    atomic_store(&((shell *)ctx)->durable, head->size);
}

static void open_journal(shell *s) {
    static char path[160];
    duban_refusal refusal;
    refold r = {.roots = &s->roots, .conflicts = &s->conflicts, .log = &s->log};
    snprintf(path, sizeof path, "%s/journal", s->city.rig.folder);
    journal_options options = {.path = path,
                               .origin = s->city.rig.origin,
                               .signer = &s->city.rig.broker,
                               .on_durable = on_durable,
                               .ctx = s};
    assert_int_equal(journal_open_lmdb(&options, &s->journal, &refusal), DUBAN_OK);
    roots_init(&s->roots);
    conflicts_init(&s->conflicts);
    assert_int_equal(ledger_new(heap_allocator(), &s->ledger), DUBAN_OK);
    r.ledger = s->ledger;
    assert_int_equal(refold_run(&r, s->journal, &refusal), DUBAN_OK);
    assert_int_equal(keys_new(&s->keys), DUBAN_OK);
    assert_int_equal(keys_follow(s->keys, s->ledger), DUBAN_OK);
    s->turn.last_kind = r.last_kind;
}

static int begin(void **state) {
    shell *s = calloc(1, sizeof *s);
    if (!s) return -1;
    city_begin(&s->city);
    city_big_plan(&s->city);
    assert_int_equal(rig_end(&s->city.rig, SIGTERM), 0);
    s->log.fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    metrics_init(&s->metrics);
    open_journal(s);
    held_init(&s->held, s->journal, &s->roots, &s->log);
    scribe_init(&s->scribe, s->city.rig.origin, &s->city.rig.broker);
    turn *t = &s->turn;
    t->ledger = s->ledger;
    t->journal = s->journal;
    t->roots = &s->roots;
    t->keys = s->keys;
    t->held = &s->held;
    t->conflicts = &s->conflicts;
    t->scribe = &s->scribe;
    t->metrics = &s->metrics;
    t->log = &s->log;
    turn_begin(t);
    feed_options feed_with = {.ledger = s->ledger,
                              .journal = s->journal,
                              .roots = &s->roots,
                              .keys = s->keys,
                              .held = &s->held,
                              .metrics = &s->metrics,
                              .origin = s->city.rig.origin,
                              .polls_max = POLLS_MAX};
    assert_int_equal(feed_new(&feed_with, &s->feed), DUBAN_OK);
    net_options net_with = {.url = "tcp://127.0.0.1:0",
                            .request_max = REQUEST_SIZE_MAX,
                            .contexts = 1,
                            .handle = not_called,
                            .metrics = &s->metrics};
    assert_int_equal(net_new(&net_with, &s->net), DUBAN_OK);
    *state = s;
    return 0;
}

static int end(void **state) {
    shell *s = *state;
    for (uint32_t i = 0; i < s->calls_n; i++) {
        nng_msg_free(s->calls[i].message);
        arena_close(&s->calls[i].arena);
    }
    net_close(s->net);
    net_free(s->net);
    feed_free(s->feed);
    turn_end(&s->turn);
    scribe_close(&s->scribe);
    journal_close(s->journal);
    keys_free(s->keys);
    conflicts_close(&s->conflicts);
    ledger_free(s->ledger);
    close(s->log.fd);
    city_end(&s->city);
    free(s);
    return 0;
}

static call *new_call(shell *s) {
    assert_true(s->calls_n < CALLS);
    call *c = &s->calls[s->calls_n++];
    arena_init(&c->arena, 0);
    c->owner = s->net;
    return c;
}

/* What the call was told, which waits for the disk. */
static reply_words told(shell *s, const call *c) {
    reply_words reply = {0};
    if (c->answer != ANSWER_MESSAGE) return reply;
    assert_non_null(c->message);
    span bytes = {nng_msg_body(c->message), nng_msg_len(c->message)};
    assert_int_equal(codec_reply_read(bytes, &s->city.rig.space, &reply, NULL), DUBAN_OK);
    return reply;
}

/* Through admission and the turn; DUBAN_OK when a receipt waits. */
static duban_status submit(shell *s, signer *by, const event *ev, uint64_t number,
                           const body_words *bodies, uint32_t n) {
    letter *l = &s->letters[s->calls_n];
    call *c = new_call(s);
    signed_words head;
    duban_refusal refusal;
    bool reached = false;
    letter_sign(l, s->city.rig.origin, by, ev, number);
    submit_words words = letter_request(l, bodies, n).submit;
    assert_int_equal(codec_signed_read(words.signed_bytes, &c->arena, &head, &refusal),
                     DUBAN_OK);
    assert_int_equal(admission_submission(&words, &head, &by->key.public_key, &c->arena,
                                          &c->submission, &refusal),
                     DUBAN_OK);
    assert_int_equal(turn_day(&s->turn, log_wall_ms(), &reached), DUBAN_OK);
    assert_true(reached);
    assert_int_equal(turn_submission(&s->turn, c), DUBAN_OK);
    return c->answer == ANSWER_RECEIPT ? DUBAN_OK : told(s, c).refusal.status;
}

static event text_of(statement_words *room, const body_words *body) {
    event ev = city_value(3, 0, room, 0);
    room->kind = STATEMENT_TEXT;
    memset(&room->text, 0, sizeof room->text);
    room->text.progress =
        (body_ref){.present = true,
                   .hash = hash_of_two(body->salt, BODY_SALT_SIZE, body->bytes.data,
                                       body->bytes.size),
                   .size = (uint32_t)body->bytes.size,
                   .media = ""};
    return ev;
}

static void a_body_staged_before_may_be_named_before_it_is_durable(void **state) {
    shell *s = *state;
    statement_words room;
    body_words body = {.bytes = {(const uint8_t *)"staged", 6}};
    body_words other = {.bytes = {(const uint8_t *)"nowhere", 7}};
    event ev = text_of(&room, &body);
    assert_int_equal(submit(s, &s->city.north, &ev, 0, &body, 1), DUBAN_OK);
    assert_true(s->held.durable_size < roots_size(&s->roots));
    assert_int_equal(submit(s, &s->city.north, &ev, 0, NULL, 0), DUBAN_OK);
    ev = text_of(&room, &other);
    assert_int_equal(submit(s, &s->city.north, &ev, 0, NULL, 0), DUBAN_E_BODY_MISSING);
}

/* Waits until all that was staged is durable, and tells the held calls. */
static void settle(shell *s) {
    turn_flush(&s->turn);
    while (atomic_load(&s->durable) < roots_size(&s->roots))
        ;
    s->held.durable_size = roots_size(&s->roots);
}

static void a_body_on_its_way_out_cannot_be_named_any_more(void **state) {
    shell *s = *state;
    statement_words room;
    body_words body = {.bytes = {(const uint8_t *)"on its way out", 14}};
    event text = text_of(&room, &body);
    assert_int_equal(submit(s, &s->city.north, &text, 0, &body, 1), DUBAN_OK);
    event order = {.kind = KIND_REDACTION, .redaction = {roots_size(&s->roots) - 1, "1"}};
    /* What is not durable yet cannot be taken away: the office asks again. */
    assert_int_equal(submit(s, &s->city.root, &order, 0, NULL, 0), DUBAN_E_BUSY);
    settle(s);
    assert_int_equal(submit(s, &s->city.north, &text, 0, NULL, 0), DUBAN_OK);
    uint64_t second = roots_size(&s->roots) - 1;
    /* The second entry is staged and names it: so it stays. */
    assert_int_equal(submit(s, &s->city.root, &order, 0, NULL, 0), DUBAN_OK);
    assert_int_equal(submit(s, &s->city.north, &text, 0, NULL, 0), DUBAN_OK);
    uint64_t third = roots_size(&s->roots) - 1;
    settle(s);
    order.redaction = (redaction_words){second, "2"};
    assert_int_equal(submit(s, &s->city.root, &order, 0, NULL, 0), DUBAN_OK);
    settle(s);
    order.redaction = (redaction_words){third, "3"};
    assert_int_equal(submit(s, &s->city.root, &order, 0, NULL, 0), DUBAN_OK);
    assert_int_equal(submit(s, &s->city.north, &text, 0, NULL, 0), DUBAN_E_REDACTED);
    settle(s);
    assert_int_equal(submit(s, &s->city.north, &text, 0, NULL, 0), DUBAN_E_REDACTED);
}

/* Bodies of ever smaller size until not even a text of one byte finds room. */
static void fill_staging(shell *s) {
    static uint8_t bytes[BODY_SIZE_MAX];
    statement_words room;
    for (uint32_t size = BODY_SIZE_MAX, n = 0; size > 0; n++) {
        memcpy(bytes, &n, size < sizeof n ? size : sizeof n);
        body_words body = {.bytes = {bytes, size}};
        event ev = text_of(&room, &body);
        uint64_t number = s->city.north.used;
        duban_status status = submit(s, &s->city.north, &ev, 0, &body, 1);
        if (status == DUBAN_OK) continue;
        assert_int_equal(status, DUBAN_E_BUSY);
        s->city.north.used = number;
        size /= 2;
    }
}

static void a_conflict_is_noted_only_when_its_entry_found_room(void **state) {
    shell *s = *state;
    statement_words room;
    fill_staging(s);
    event ev = city_value(3, 1, &room, 0);
    uint64_t last = s->city.north.used;
    uint64_t size = 0;
    uint64_t number = last;
    do { /* a few may still fit */
        size = roots_size(&s->roots);
        number--;
        assert_int_equal(submit(s, &s->city.north, &ev, number, NULL, 0),
                         DUBAN_E_NUMBER_USED);
    } while (roots_size(&s->roots) > size && number + 50 > last);
    assert_int_equal(roots_size(&s->roots), size);
    assert_false(conflicts_has(&s->conflicts, s->city.north.number, number));

    turn_flush(&s->turn);
    while (atomic_load(&s->durable) < size)
        ;
    assert_int_equal(submit(s, &s->city.north, &ev, number, NULL, 0),
                     DUBAN_E_NUMBER_USED);
    assert_int_equal(roots_size(&s->roots), size + 1);
    assert_true(conflicts_has(&s->conflicts, s->city.north.number, number));
}

static call *poll(shell *s, const char *plan) {
    call *c = new_call(s);
    c->ask.kind = REQUEST_FEED;
    c->reader = (call_reader){.office = 1, .key = 1, .right = RIGHT_BOARD};
    c->ask.feed = (feed_request){
        .plan = plan,
        .cursor = {.origin = s->city.rig.origin, .index = s->held.durable_size - 1},
        .wait_ms = FEED_HOLD_MS};
    feed_add(s->feed, c, 0);
    return c;
}

static void the_oldest_poll_ends_with_its_news_when_places_are_short(void **state) {
    shell *s = *state;
    statement_words room;
    call *oldest = poll(s, "2023");
    call *second = poll(s, "2023");
    assert_int_equal(feed_count(s->feed), POLLS_MAX);
    event ev = city_value(3, 100, &room, 0);
    assert_int_equal(submit(s, &s->city.north, &ev, 0, NULL, 0), DUBAN_OK);
    uint64_t changed = roots_size(&s->roots) - 1;
    /* Before anybody told the feed: a poll of a plan without news takes a place. */
    poll(s, "big");
    assert_int_equal(feed_count(s->feed), POLLS_MAX);
    assert_null(second->message);
    reply_words reply = told(s, oldest);
    assert_int_equal(reply.kind, REPLY_FRAME);
    assert_true(reply.frame.to >= changed);
    assert_true(reply.frame.cells_n > 0);
}

static void the_oldest_poll_without_news_ends_with_an_empty_frame(void **state) {
    shell *s = *state;
    statement_words room;
    event ev = city_value(3, 100, &room, 0);
    call *oldest = poll(s, "big");
    poll(s, "big");
    assert_int_equal(submit(s, &s->city.north, &ev, 0, NULL, 0), DUBAN_OK);
    poll(s, "big");
    assert_int_equal(feed_count(s->feed), POLLS_MAX);
    reply_words reply = told(s, oldest);
    assert_int_equal(reply.kind, REPLY_FRAME);
    assert_int_equal(reply.frame.cells_n, 0);
    assert_int_equal(reply.frame.to, roots_size(&s->roots) - 1);
}

/* --- the worker --------------------------------------------------------------------- */

static void keep_call(void *ctx, call *c) {
    atomic_store((_Atomic(call *) *)ctx, c);
}

static void no_damage(void *ctx, uint64_t index, duban_status status) {
    (void)ctx;
    (void)index;
    (void)status;
    fail_msg("nothing is damaged");
}

/* A call that arrived over that socket, as admission has let it through. */
static call *question(nng_socket socket, _Atomic(call *) *kept, const request_words *ask,
                      call_reader reader) {
    rig_send(socket, ask);
    while (!atomic_load(kept))
        ;
    call *c = atomic_exchange(kept, NULL);
    arena_init(&c->arena, 0);
    c->ask = *ask;
    c->reader = reader;
    return c;
}

static call *question_of_north(shell *s, nng_socket socket, _Atomic(call *) *kept) {
    request_words ask = {.kind = REQUEST_ENTRIES};
    ask.entries = (entries_request){.slice = true, .office = 3, .max = 1};
    call_reader north = {3, s->city.north.number, RIGHT_OFFICE};
    return question(socket, kept, &ask, north);
}

static void what_waits_for_the_worker_ends_with_its_key(void **state) {
    shell *s = *state;
    net *door = NULL;
    follower *worker = NULL;
    _Atomic(call *) kept = NULL;
    reply_words reply;
    net_options with = {.url = "tcp://127.0.0.1:0",
                        .request_max = REQUEST_SIZE_MAX,
                        .contexts = 1,
                        .handle = keep_call,
                        .ctx = &kept,
                        .metrics = &s->metrics};
    follower_options work_with = {.journal = s->journal,
                                  .keys = s->keys,
                                  .origin = s->city.rig.origin,
                                  .metrics = &s->metrics,
                                  .log = &s->log,
                                  .on_damage = no_damage};
    assert_int_equal(net_new(&with, &door), DUBAN_OK);
    assert_int_equal(net_listen(door), DUBAN_OK);
    assert_int_equal(follower_new(&work_with, &worker), DUBAN_OK);
    nng_socket socket = rig_dial(net_url(door));

    call *c = question_of_north(s, socket, &kept);
    assert_int_equal(follower_ask(worker, c, FOLLOWER_ENTRIES), DUBAN_OK);
    assert_true(rig_take(&s->city.rig, socket, &reply));
    assert_int_equal(reply.kind, REPLY_ENTRIES);

    c = question_of_north(s, socket, &kept);
    key_words row = {.number = s->city.north.number, .office = 3, .revoked = true};
    row.algorithm = ALGORITHM_ED25519;
    event revoked = {.kind = KIND_KEYS, .keys = {&row, 1}};
    assert_int_equal(submit(s, &s->city.root, &revoked, 0, NULL, 0), DUBAN_OK);
    assert_int_equal(follower_ask(worker, c, FOLLOWER_ENTRIES), DUBAN_OK);
    assert_true(rig_take(&s->city.rig, socket, &reply));
    assert_int_equal(reply.refusal.status, DUBAN_E_SESSION_ENDED);

    nng_close(socket);
    follower_stop(worker);
    follower_free(worker);
    net_close(door);
    net_free(door);
}

/* Holds the worker up, whenever it is asked for a witnessed checkpoint, until the test
 * lets it go on. */
typedef struct gate {
    atomic_uint reached;
    atomic_uint let;
} gate;

static duban_status wait_at_gate(void *ctx, buffer *out) {
    gate *g = ctx;
    (void)out;
    unsigned visit = atomic_fetch_add(&g->reached, 1);
    while (atomic_load(&g->let) <= visit)
        ;
    return DUBAN_E_UNWITNESSED;
}

static void a_strangers_board_of_the_past_waits_for_everybody_else(void **state) {
    shell *s = *state;
    enum { BOARDS = WORKER_LATE_MAX + 1 };
    net *door = NULL;
    follower *worker = NULL;
    nng_socket boards[BOARDS], first, second;
    gate g = {0};
    _Atomic(call *) kept = NULL;
    reply_words reply;
    net_options with = {.url = "tcp://127.0.0.1:0",
                        .request_max = REQUEST_SIZE_MAX,
                        .contexts = BOARDS + 2,
                        .handle = keep_call,
                        .ctx = &kept,
                        .metrics = &s->metrics};
    follower_options work_with = {.journal = s->journal,
                                  .keys = s->keys,
                                  .origin = s->city.rig.origin,
                                  .metrics = &s->metrics,
                                  .log = &s->log,
                                  .witnessed = {wait_at_gate, &g},
                                  .on_damage = no_damage};
    request_words proof = {.kind = REQUEST_PROOF, .proof = {.witnessed = true}};
    request_words board = {.kind = REQUEST_BOARD};
    board.board = (board_request){.plan = "2023", .as_of = AS_OF_INDEX, .index = 20};
    assert_int_equal(net_new(&with, &door), DUBAN_OK);
    assert_int_equal(net_listen(door), DUBAN_OK);
    assert_int_equal(follower_new(&work_with, &worker), DUBAN_OK);

    first = rig_dial(net_url(door));
    call *c = question(first, &kept, &proof, (call_reader){0});
    assert_int_equal(follower_ask(worker, c, FOLLOWER_PROOF), DUBAN_OK);
    while (atomic_load(&g.reached) < 1)
        ;
    for (uint32_t i = 0; i < BOARDS; i++) {
        boards[i] = rig_dial(net_url(door));
        c = question(boards[i], &kept, &board, (call_reader){0});
        duban_status status = follower_ask(worker, c, FOLLOWER_BOARD);
        assert_int_equal(status, i < WORKER_LATE_MAX ? DUBAN_OK : DUBAN_E_BUSY);
        if (status) call_refuse_status(c, status, NULL);
    }
    second = rig_dial(net_url(door));
    c = question(second, &kept, &proof, (call_reader){0});
    assert_int_equal(follower_ask(worker, c, FOLLOWER_PROOF), DUBAN_OK);
    atomic_store(&g.let, 1);
    while (atomic_load(&g.reached) < 2)
        ;
    assert_int_equal(atomic_load(&s->metrics.worker_jobs), 2); /* no board yet */
    atomic_store(&g.let, 2);
    for (uint32_t i = 0; i < BOARDS; i++) {
        assert_true(rig_take(&s->city.rig, boards[i], &reply));
        duban_status expected = i < WORKER_LATE_MAX ? DUBAN_OK : DUBAN_E_BUSY;
        assert_int_equal(reply.refusal.status, expected);
        nng_close(boards[i]);
    }
    nng_close(first);
    nng_close(second);
    follower_stop(worker);
    follower_free(worker);
    net_close(door);
    net_free(door);
}

#define WITH_SHELL(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_SHELL(a_body_staged_before_may_be_named_before_it_is_durable),
        WITH_SHELL(a_body_on_its_way_out_cannot_be_named_any_more),
        WITH_SHELL(a_conflict_is_noted_only_when_its_entry_found_room),
        WITH_SHELL(the_oldest_poll_ends_with_its_news_when_places_are_short),
        WITH_SHELL(the_oldest_poll_without_news_ends_with_an_empty_frame),
        WITH_SHELL(what_waits_for_the_worker_ends_with_its_key),
        WITH_SHELL(a_strangers_board_of_the_past_waits_for_everybody_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
