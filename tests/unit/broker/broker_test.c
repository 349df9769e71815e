/* The broker from outside: a process, its sockets, and nothing but the wire. */
#include "tests/unit/broker/broker_kit.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <nng/protocol/pubsub0/sub.h>

#include "storage/tlog/note.h"
#include "storage/tlog/tree.h"

/* --- helpers ------------------------------------------------------------------------ */

static int begin(void **state) {
    city *c = malloc(sizeof *c);
    if (!c) return -1;
    city_begin(c);
    *state = c;
    return 0;
}

static int end(void **state) {
    city_end(*state);
    free(*state);
    return 0;
}

static info_words info_of(city *c) {
    request_words ask = {.kind = REQUEST_INFO};
    reply_words reply = rig_ask(&c->rig, c->socket, &ask);
    assert_int_equal(reply.kind, REPLY_INFO);
    return reply.info;
}

static duban_status status_of(const reply_words *reply) {
    return reply->refusal.status;
}

static frame_words board_of(city *c, const board_request *ask) {
    request_words request = {.kind = REQUEST_BOARD, .board = *ask};
    reply_words reply = rig_ask(&c->rig, c->socket, &request);
    if (reply.kind != REPLY_FRAME)
        fail_msg("board refused: %s %s", duban_status_name(reply.refusal.status),
                 reply.refusal.found);
    return reply.frame;
}

static request_words feed_request_of(const city *c, const cursor *at, uint32_t wait_ms) {
    request_words request = {.kind = REQUEST_FEED};
    request.feed = (feed_request){.plan = "2023", .cursor = *at, .wait_ms = wait_ms};
    if (!request.feed.cursor.origin) request.feed.cursor.origin = c->rig.origin;
    return request;
}

static frame_words poll_once(city *c, nng_socket feed, const cursor *at,
                             uint32_t wait_ms) {
    request_words request = feed_request_of(c, at, wait_ms);
    reply_words reply = rig_ask(&c->rig, feed, &request);
    if (reply.kind != REPLY_FRAME)
        fail_msg("poll refused: %s", duban_status_name(reply.refusal.status));
    return reply.frame;
}

static cursor cursor_after(const frame_words *frame) {
    return (cursor){.origin = frame->origin,
                    .index = frame->to,
                    .has_root = true,
                    .root = frame->root};
}

static uint64_t entries_of_kind(city *c, event_kind kind) {
    uint64_t count = 0;
    request_words ask = {.kind = REQUEST_ENTRIES};
    for (;;) {
        reply_words reply = rig_ask(&c->rig, c->socket, &ask);
        assert_int_equal(reply.kind, REPLY_ENTRIES);
        for (uint32_t i = 0; i < reply.entries.entries_n; i++) {
            entry_words entry;
            assert_int_equal(entry_read(reply.entries.entries[i], &entry), DUBAN_OK);
            if (entry.kind == kind) count++;
        }
        if (reply.entries.next > reply.entries.head) return count;
        ask.entries.from = reply.entries.next;
    }
}

static duban_status refusal_of_letter(city *c, const letter *l, const body_words *bodies,
                                      uint32_t n) {
    request_words request = letter_request(l, bodies, n);
    reply_words reply = rig_ask(&c->rig, c->socket, &request);
    return status_of(&reply);
}

/* --- receipts and numbers ----------------------------------------------------------- */

static void a_receipt_proves_where_the_entry_stands(void **state) {
    city *c = *state;
    static letter l;
    statement_words room;
    event ev = city_value(3, 100, &room, 0);
    letter_sign(&l, c->rig.origin, &c->north, &ev, 0);
    request_words request = letter_request(&l, NULL, 0);
    reply_words reply = rig_ask(&c->rig, c->socket, &request);
    assert_int_equal(reply.kind, REPLY_RECEIPT);
    assert_false(reply.receipt.again);

    uint8_t entry[ENTRY_SIZE_MAX];
    assert_int_equal(reply.receipt.entry_head.size, ENTRY_HEAD_SIZE);
    memcpy(entry, reply.receipt.entry_head.data, ENTRY_HEAD_SIZE);
    memcpy(entry + ENTRY_HEAD_SIZE, l.bytes, l.size);
    memcpy(entry + ENTRY_HEAD_SIZE + l.size, l.signature, l.signature_size);
    hash256 leaf = tlog_leaf_hash(entry, ENTRY_HEAD_SIZE + l.size + l.signature_size);
    assert_true(hash_equal(&leaf, &reply.receipt.leaf));

    note_key key;
    checkpoint point;
    const char *text = reply.receipt.checkpoint;
    assert_int_equal(note_key_make(c->rig.origin, &c->rig.broker.public_key, &key),
                     DUBAN_OK);
    assert_int_equal(checkpoint_open(text, strlen(text), &key, &point), DUBAN_OK);
    assert_true(point.size > reply.receipt.index);
}

static void the_same_bytes_again_give_the_same_receipt(void **state) {
    city *c = *state;
    static letter l;
    statement_words room;
    event ev = city_value(3, 100, &room, 0);
    letter_sign(&l, c->rig.origin, &c->north, &ev, 0);
    request_words request = letter_request(&l, NULL, 0);
    reply_words first = rig_ask(&c->rig, c->socket, &request);
    reply_words second = rig_ask(&c->rig, c->socket, &request);
    assert_int_equal(second.kind, REPLY_RECEIPT);
    assert_true(second.receipt.again);
    assert_int_equal(second.receipt.index, first.receipt.index);
    assert_true(hash_equal(&second.receipt.leaf, &first.receipt.leaf));
    assert_int_equal(entries_of_kind(c, KIND_SUBMISSION), 1);
}

static void other_bytes_under_a_used_number_leave_one_conflict_entry(void **state) {
    city *c = *state;
    static letter l;
    statement_words room;
    event ev = city_value(3, 100, &room, 0);
    uint64_t index = rig_accept(&c->rig, c->socket, &c->north, &ev);
    ev = city_value(3, 200, &room, index);
    letter_sign(&l, c->rig.origin, &c->north, &ev, c->north.used);
    assert_int_equal(refusal_of_letter(c, &l, NULL, 0), DUBAN_E_NUMBER_USED);
    assert_int_equal(refusal_of_letter(c, &l, NULL, 0), DUBAN_E_NUMBER_USED);
    assert_int_equal(entries_of_kind(c, KIND_CONFLICT), 1);
    assert_int_equal(rig_end(&c->rig, SIGTERM), 0);
    nng_close(c->socket);
    rig_start(&c->rig);
    c->socket = rig_dial(c->rig.command);
    assert_int_equal(refusal_of_letter(c, &l, NULL, 0), DUBAN_E_NUMBER_USED);
    assert_int_equal(entries_of_kind(c, KIND_CONFLICT), 1);
}

static void below_the_window_the_journal_itself_answers(void **state) {
    city *c = *state;
    static letter first;
    static letter forged;
    statement_words room;
    event ev = city_value(3, 100, &room, 0);
    letter_sign(&first, c->rig.origin, &c->north, &ev, 0);
    request_words request = letter_request(&first, NULL, 0);
    reply_words original = rig_ask(&c->rig, c->socket, &request);
    assert_int_equal(original.kind, REPLY_RECEIPT);
    uint64_t index = original.receipt.index;
    c->north.used += NUMBER_WINDOW + 5;
    ev = city_value(3, 101, &room, index);
    body_ref reason = {.present = true, .media = ""};
    body_words body = {.bytes = {(const uint8_t *)"笔误", 6}};
    reason.hash =
        hash_of_two(body.salt, BODY_SALT_SIZE, body.bytes.data, body.bytes.size);
    reason.size = 6;
    ev.submission.reason = reason;
    static letter far;
    letter_sign(&far, c->rig.origin, &c->north, &ev, 0);
    assert_int_equal(refusal_of_letter(c, &far, &body, 1), DUBAN_OK);

    reply_words again = rig_ask(&c->rig, c->socket, &request);
    assert_int_equal(again.kind, REPLY_RECEIPT);
    assert_true(again.receipt.again);
    assert_int_equal(again.receipt.index, index);

    ev = city_value(3, 999, &room, 0);
    letter_sign(&forged, c->rig.origin, &c->north, &ev, 1);
    assert_int_equal(refusal_of_letter(c, &forged, NULL, 0), DUBAN_E_NUMBER_OLD);

    request_words by_number = {.kind = REQUEST_RECEIPT};
    by_number.receipt.key = c->north.number;
    by_number.receipt.number = 1;
    again = rig_ask(&c->rig, c->socket, &by_number);
    assert_int_equal(again.kind, REPLY_RECEIPT);
    assert_int_equal(again.receipt.index, index);
    by_number.receipt.number = 2;
    again = rig_ask(&c->rig, c->socket, &by_number);
    assert_int_equal(status_of(&again), DUBAN_E_NOT_FOUND);
}

/* --- bad input ---------------------------------------------------------------------- */

static void bytes_that_are_no_request_are_refused(void **state) {
    city *c = *state;
    reply_words reply;
    static const uint8_t noise[] = {0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t version[] = {0x08, 0x63, 0x1a, 0x00};
    assert_true(rig_exchange_bytes(&c->rig, c->socket, (span){noise, 5}, &reply));
    assert_int_equal(status_of(&reply), DUBAN_E_MALFORMED);
    assert_true(rig_exchange_bytes(&c->rig, c->socket, (span){version, 4}, &reply));
    assert_int_equal(status_of(&reply), DUBAN_E_VERSION);
    assert_true(rig_exchange_bytes(&c->rig, c->socket, (span){noise, 0}, &reply));
    assert_true(status_of(&reply) != DUBAN_OK);
}

static void an_oversized_message_costs_its_sender_the_connection_only(void **state) {
    city *c = *state;
    uint64_t size = REQUEST_SIZE_MAX + 4096;
    uint8_t head[12] = {0}, nothing;
    for (int i = 0; i < 8; i++)
        head[i] = (uint8_t)(size >> (56 - 8 * i));
    int fd = rig_dial_plain(c->rig.command);
    assert_int_equal(send(fd, head, sizeof head, MSG_NOSIGNAL), sizeof head);
    ssize_t more = recv(fd, &nothing, 1, 0);
    assert_true(more == 0 || (more < 0 && errno == ECONNRESET));
    close(fd);
    assert_int_equal(info_of(c).office, 0);
}

static void nothing_unsigned_or_wrongly_signed_gets_in(void **state) {
    city *c = *state;
    static letter l;
    statement_words room;
    event ev = city_value(3, 100, &room, 0);
    uint64_t head = info_of(c).head;

    letter_sign(&l, c->rig.origin, &c->north, &ev, 1);
    l.signature_size = 0;
    assert_int_equal(refusal_of_letter(c, &l, NULL, 0), DUBAN_E_UNSIGNED);
    l.signature_size = 63;
    assert_int_equal(refusal_of_letter(c, &l, NULL, 0), DUBAN_E_SIGNATURE);
    l.signature_size = 64;
    l.signature[10] ^= 1;
    assert_int_equal(refusal_of_letter(c, &l, NULL, 0), DUBAN_E_SIGNATURE);

    letter_sign(&l, "other.example/drill", &c->north, &ev, 1);
    assert_int_equal(refusal_of_letter(c, &l, NULL, 0), DUBAN_E_ORIGIN);

    signer nobody = c->north;
    nobody.number = 77;
    letter_sign(&l, c->rig.origin, &nobody, &ev, 1);
    assert_int_equal(refusal_of_letter(c, &l, NULL, 0), DUBAN_E_UNKNOWN_KEY);

    signer other = c->north;
    other.office = 4;
    letter_sign(&l, c->rig.origin, &other, &ev, 1);
    assert_int_equal(refusal_of_letter(c, &l, NULL, 0), DUBAN_E_KEY_OFFICE);

    event clock = {.kind = KIND_CLOCK, .clock_day = 19400};
    letter_sign(&l, c->rig.origin, &c->root, &clock, 99);
    assert_int_equal(refusal_of_letter(c, &l, NULL, 0), DUBAN_E_NOT_ALLOWED);
    assert_int_equal(info_of(c).head, head);
}

static void a_revoked_key_signs_nothing_more(void **state) {
    city *c = *state;
    statement_words room;
    key_words key = {.number = c->north.number, .office = 3, .revoked = true};
    event ev = {.kind = KIND_KEYS, .keys = {.keys = &key, .keys_n = 1}};
    rig_accept(&c->rig, c->socket, &c->root, &ev);
    ev = city_value(3, 100, &room, 0);
    reply_words reply = rig_submit(&c->rig, c->socket, &c->north, &ev);
    assert_int_equal(status_of(&reply), DUBAN_E_REVOKED);
}

static void a_key_signs_as_soon_as_its_enrolment_has_a_receipt(void **state) {
    city *c = *state;
    statement_words room;
    signer fresh = {.office = 3, .number = 5};
    sign_key_random(&fresh.key);
    key_words key = {.number = 5, .office = 3, .algorithm = ALGORITHM_ED25519};
    memcpy(key.public_key, fresh.key.public_key.bytes, 32);
    event ev = {.kind = KIND_KEYS, .keys = {.keys = &key, .keys_n = 1}};
    rig_accept(&c->rig, c->socket, &c->root, &ev);
    ev = city_value(3, 100, &room, 0);
    rig_accept(&c->rig, c->socket, &fresh, &ev);
}

static void a_key_of_small_order_is_not_enrolled(void **state) {
    city *c = *state;
    /* the identity: every signature by it would be refused */
    key_words key = {
        .number = 5, .office = 3, .algorithm = ALGORITHM_ED25519, .public_key = {1}};
    event ev = {.kind = KIND_KEYS, .keys = {.keys = &key, .keys_n = 1}};
    reply_words reply = rig_submit(&c->rig, c->socket, &c->root, &ev);
    assert_int_equal(status_of(&reply), DUBAN_E_KEY_FORMAT);
}

static void the_ledgers_refusal_names_the_place(void **state) {
    city *c = *state;
    statement_words room;
    event ev = city_value(3, 100, &room, 0);
    room.value.unit = "亿元";
    reply_words reply = rig_submit(&c->rig, c->socket, &c->north, &ev);
    assert_int_equal(status_of(&reply), DUBAN_E_WRONG_UNIT);
    assert_int_equal(reply.refusal.line, 1);
    assert_string_equal(reply.refusal.found, "亿元");
    assert_string_equal(reply.refusal.expected, "家");
}

/* --- bodies ------------------------------------------------------------------------- */

static event with_text(uint32_t office, statement_words *room, const body_words *body) {
    event ev = city_value(office, 0, room, 0);
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

static void a_body_is_kept_and_given_back(void **state) {
    city *c = *state;
    static letter l;
    statement_words room;
    static const char words[] = "进展顺利";
    body_words body = {.bytes = {(const uint8_t *)words, sizeof words - 1}};
    memset(body.salt, 7, sizeof body.salt);
    event ev = with_text(3, &room, &body);

    letter_sign(&l, c->rig.origin, &c->north, &ev, 0);
    assert_int_equal(refusal_of_letter(c, &l, NULL, 0), DUBAN_E_BODY_MISSING);
    body_words two[2] = {body, {.bytes = {(const uint8_t *)"x", 1}}};
    assert_int_equal(refusal_of_letter(c, &l, two, 2), DUBAN_E_BODY_HASH);
    body_words changed = {.bytes = {(const uint8_t *)"进展不顺利", 15}};
    memset(changed.salt, 7, sizeof changed.salt);
    assert_int_equal(refusal_of_letter(c, &l, &changed, 1), DUBAN_E_BODY_HASH);
    assert_int_equal(refusal_of_letter(c, &l, &body, 1), DUBAN_OK);

    request_words ask = {.kind = REQUEST_BODY, .body_hash = room.text.progress.hash};
    reply_words reply = rig_ask(&c->rig, c->socket, &ask);
    assert_int_equal(reply.kind, REPLY_BODY);
    assert_int_equal(reply.body.bytes.size, sizeof words - 1);
    assert_memory_equal(reply.body.bytes.data, words, sizeof words - 1);

    /* What stands there already need not travel again. */
    ev = with_text(4, &room, &body);
    rig_accept(&c->rig, c->socket, &c->south, &ev);

    memset(ask.body_hash.bytes, 1, HASH_SIZE);
    reply = rig_ask(&c->rig, c->socket, &ask);
    assert_int_equal(status_of(&reply), DUBAN_E_NOT_FOUND);
}

/* --- boards ------------------------------------------------------------------------- */

static void expect_same_cells(const frame_words *a, const frame_words *b) {
    buffer left;
    buffer right;
    buffer_init(&left);
    buffer_init(&right);
    assert_int_equal(a->cells_n, b->cells_n);
    for (uint32_t i = 0; i < a->cells_n; i++) {
        assert_int_equal(codec_cell_write(&a->cells[i], &left), DUBAN_OK);
        assert_int_equal(codec_cell_write(&b->cells[i], &right), DUBAN_OK);
    }
    assert_int_equal(left.size, right.size);
    assert_memory_equal(left.data, right.data, left.size);
    buffer_close(&left);
    buffer_close(&right);
}

static void the_board_at_the_head_is_the_board_of_that_index(void **state) {
    city *c = *state;
    statement_words room;
    event ev = city_value(3, 100, &room, 0);
    rig_accept(&c->rig, c->socket, &c->north, &ev);
    frame_words live = board_of(c, &(board_request){.plan = "2023"});
    frame_words past = board_of(
        c, &(board_request){.plan = "2023", .as_of = AS_OF_INDEX, .index = live.to});
    assert_true(live.cells_n > 0);
    assert_int_equal(past.to, live.to);
    assert_true(hash_equal(&past.root, &live.root));
    assert_true(live.has_digest && past.has_digest);
    assert_true(hash_equal(&past.digest, &live.digest));
    expect_same_cells(&live, &past);
}

static void the_past_is_answered_in_any_order(void **state) {
    city *c = *state;
    statement_words room;
    event ev = city_value(3, 100, &room, 0);
    uint64_t first = rig_accept(&c->rig, c->socket, &c->north, &ev);
    frame_words then = board_of(c, &(board_request){.plan = "2023"});
    city_time(c, "2023-04-03T10:00");
    ev = city_value(4, 200, &room, 0);
    uint64_t second = rig_accept(&c->rig, c->socket, &c->south, &ev);
    frame_words now = board_of(
        c, &(board_request){.plan = "2023", .as_of = AS_OF_INDEX, .index = second});
    frame_words back = board_of(
        c, &(board_request){.plan = "2023", .as_of = AS_OF_INDEX, .index = first});
    expect_same_cells(&then, &back);
    int64_t moment = 0;
    assert_int_equal(moment_read("2023-01-01T23:00", 480, false, &moment), DUBAN_OK);
    frame_words by_moment = board_of(
        c, &(board_request){.plan = "2023", .as_of = AS_OF_MOMENT, .moment_ms = moment});
    assert_true(by_moment.to >= first);
    assert_true(by_moment.to < second);
    assert_true(now.cells_n >= back.cells_n);

    request_words ask = {.kind = REQUEST_BOARD};
    ask.board = (board_request){.plan = "2023", .as_of = AS_OF_INDEX, .index = 1u << 30};
    reply_words reply = rig_ask(&c->rig, c->socket, &ask);
    assert_int_equal(status_of(&reply), DUBAN_E_AHEAD);
    ask.board = (board_request){.plan = "2023", .as_of = AS_OF_MOMENT, .moment_ms = 1};
    reply = rig_ask(&c->rig, c->socket, &ask);
    assert_int_equal(status_of(&reply), DUBAN_E_NOT_FOUND);
    ask.board = (board_request){.plan = "1999"};
    reply = rig_ask(&c->rig, c->socket, &ask);
    assert_int_equal(status_of(&reply), DUBAN_E_UNKNOWN_PLAN);
}

static void a_board_is_not_looked_at_from_far_ahead(void **state) {
    city *c = *state;
    int32_t today = info_of(c).day;
    request_words ask = {.kind = REQUEST_BOARD};
    ask.board = (board_request){.plan = "2023", .day = today + VIEW_AHEAD_DAYS};
    reply_words reply = rig_ask(&c->rig, c->socket, &ask);
    assert_int_equal(reply.kind, REPLY_FRAME);
    ask.board.day++;
    reply = rig_ask(&c->rig, c->socket, &ask);
    assert_int_equal(status_of(&reply), DUBAN_E_LIMIT);
    assert_string_equal(reply.refusal.field, "day");
}

static void a_board_comes_in_parts_of_one_index(void **state) {
    city *c = *state;
    frame_words whole = board_of(c, &(board_request){.plan = "2023"});
    frame_words rest = board_of(
        c, &(board_request){
               .plan = "2023", .as_of = AS_OF_INDEX, .index = whole.to, .skip = 3});
    assert_int_equal(rest.cells_n + 3, whole.cells_n);
    assert_int_equal(rest.left, 0);
}

static void a_board_too_large_for_one_reply_comes_in_parts(void **state) {
    city *c = *state;
    city_big_plan(c);
    board_request ask = {.plan = "big"};
    frame_words part = board_of(c, &ask);
    uint64_t index = part.to;
    uint32_t cells = part.cells_n;
    uint32_t parts = 1;
    uint32_t all = cells + part.left;
    while (part.left) {
        ask = (board_request){
            .plan = "big", .as_of = AS_OF_INDEX, .index = index, .skip = cells};
        part = board_of(c, &ask);
        assert_int_equal(part.to, index);
        assert_true(part.cells_n > 0);
        cells += part.cells_n;
        parts++;
    }
    assert_int_equal(cells, all);
    assert_true(cells > BIG_PLAN_TASKS);
    assert_true(parts > 4);
}

static void a_change_too_large_for_the_feed_says_fetch(void **state) {
    city *c = *state;
    nng_socket feed = rig_dial(c->rig.feed);
    city_big_plan(c);
    request_words request = feed_request_of(c, &(cursor){.index = 0}, 0);
    request.feed.plan = "big";
    reply_words reply = rig_ask(&c->rig, feed, &request);
    assert_int_equal(reply.kind, REPLY_FRAME);
    assert_true(reply.frame.fetch);
    assert_int_equal(reply.frame.cells_n, 0);
    assert_int_equal(reply.frame.to, reply.frame.head);
    nng_close(feed);
}

static void too_many_questions_about_the_past_are_told_to_come_back(void **state) {
    city *c = *state;
    enum { ASKERS = 3 * WORKER_QUEUE_MAX };
    static nng_socket sockets[ASKERS];
    uint32_t busy = 0;
    uint32_t answered = 0;
    city_time(c, "2023-12-31T10:00");
    uint64_t head = info_of(c).head;
    for (uint32_t i = 0; i < ASKERS; i++)
        sockets[i] = rig_dial(c->rig.command);
    for (uint32_t i = 0; i < ASKERS; i++) {
        request_words ask = {.kind = REQUEST_BOARD};
        ask.board = (board_request){
            .plan = "2023", .as_of = AS_OF_INDEX, .index = head - i % 2 * 10};
        rig_send(sockets[i], &ask);
    }
    for (uint32_t i = 0; i < ASKERS; i++) {
        reply_words reply;
        assert_true(rig_take(&c->rig, sockets[i], &reply));
        if (status_of(&reply) == DUBAN_E_BUSY) {
            assert_int_equal(reply.retry_ms, RETRY_MS);
            busy++;
        } else {
            assert_int_equal(reply.kind, REPLY_FRAME);
            answered++;
        }
        nng_close(sockets[i]);
    }
    assert_true(busy > 0);
    assert_true(answered >= WORKER_LATE_MAX); /* nobody of them has a session */
}

/* --- entries ------------------------------------------------------------------------ */

static void a_slice_leaves_out_what_concerns_others(void **state) {
    city *c = *state;
    statement_words room;
    event ev = city_value(3, 100, &room, 0);
    uint64_t north = rig_accept(&c->rig, c->socket, &c->north, &ev);
    ev = city_value(4, 100, &room, 0);
    uint64_t south = rig_accept(&c->rig, c->socket, &c->south, &ev);
    request_words ask = {.kind = REQUEST_ENTRIES};
    ask.entries = (entries_request){.slice = true, .office = 3};
    reply_words reply = rig_ask(&c->rig, c->socket, &ask);
    assert_int_equal(reply.kind, REPLY_ENTRIES);
    bool has_north = false;
    for (uint32_t i = 0; i < reply.entries.entries_n; i++) {
        entry_words entry;
        assert_int_equal(entry_read(reply.entries.entries[i], &entry), DUBAN_OK);
        assert_int_not_equal(entry.index, south);
        if (entry.index == north) has_north = true;
    }
    assert_true(has_north);
    assert_int_equal(reply.entries.next, reply.entries.head + 1);

    ask.entries = (entries_request){.from = 1, .max = 2};
    reply = rig_ask(&c->rig, c->socket, &ask);
    assert_int_equal(reply.entries.entries_n, 2);
    assert_int_equal(reply.entries.next, 3);
    ask.entries = (entries_request){.from = reply.entries.head + 1};
    reply = rig_ask(&c->rig, c->socket, &ask);
    assert_int_equal(reply.entries.entries_n, 0);
    assert_int_equal(reply.entries.next, reply.entries.head + 1);
}

/* --- the feed ----------------------------------------------------------------------- */

static void a_poll_is_held_until_there_is_news(void **state) {
    city *c = *state;
    reply_words reply;
    statement_words room;
    nng_socket feed = rig_dial(c->rig.feed);
    frame_words all = poll_once(c, feed, &(cursor){.index = 0}, 0);
    assert_true(all.cells_n > 0);
    assert_int_equal(all.prev, 0);
    assert_int_equal(all.to, all.head);
    frame_words live = board_of(c, &(board_request){.plan = "2023"});
    expect_same_cells(&all, &live);

    cursor at = cursor_after(&all);
    request_words request = feed_request_of(c, &at, FEED_HOLD_MS);
    rig_send(feed, &request);
    while (info_of(c).readers == 0) {
    }
    event ev = city_value(3, 100, &room, 0);
    uint64_t index = rig_accept(&c->rig, c->socket, &c->north, &ev);
    assert_true(rig_take(&c->rig, feed, &reply));
    assert_int_equal(reply.kind, REPLY_FRAME);
    assert_int_equal(reply.frame.prev, all.to);
    assert_true(reply.frame.to >= index);
    assert_true(reply.frame.cells_n > 0);
    for (uint32_t i = 0; i < reply.frame.cells_n; i++)
        assert_int_equal(reply.frame.cells[i].changed, index);
    assert_true(reply.frame.has_root);
    nng_close(feed);
}

static void a_poll_without_news_ends_with_an_empty_frame(void **state) {
    city *c = *state;
    nng_socket feed = rig_dial(c->rig.feed);
    frame_words all = poll_once(c, feed, &(cursor){.index = 0}, 0);
    cursor at = cursor_after(&all);
    frame_words none = poll_once(c, feed, &at, 50);
    assert_int_equal(none.cells_n, 0);
    assert_int_equal(none.to, all.to);
    nng_close(feed);
}

static duban_status refusal_of_poll(city *c, nng_socket feed, const cursor *at) {
    request_words request = feed_request_of(c, at, 0);
    reply_words reply = rig_ask(&c->rig, feed, &request);
    return status_of(&reply);
}

static void a_cursor_of_another_history_is_told_so(void **state) {
    city *c = *state;
    nng_socket feed = rig_dial(c->rig.feed);
    frame_words all = poll_once(c, feed, &(cursor){.index = 0}, 0);
    cursor at = cursor_after(&all);
    at.root.bytes[0] ^= 1;
    assert_int_equal(refusal_of_poll(c, feed, &at), DUBAN_E_DIVERGED);
    at = cursor_after(&all);
    at.index -= 1;
    assert_int_equal(refusal_of_poll(c, feed, &at), DUBAN_E_DIVERGED);
    at = cursor_after(&all);
    at.origin = "other.example/drill";
    assert_int_equal(refusal_of_poll(c, feed, &at), DUBAN_E_DIVERGED);
    at = cursor_after(&all);
    at.index += 1000;
    assert_int_equal(refusal_of_poll(c, feed, &at), DUBAN_E_AHEAD);
    request_words request = feed_request_of(c, &(cursor){.index = 0}, 0);
    request.feed.plan = "1999";
    reply_words reply = rig_ask(&c->rig, feed, &request);
    assert_int_equal(status_of(&reply), DUBAN_E_UNKNOWN_PLAN);
    nng_close(feed);
}

static void each_question_has_its_socket(void **state) {
    city *c = *state;
    nng_socket feed = rig_dial(c->rig.feed);
    request_words ask = {.kind = REQUEST_INFO};
    reply_words reply = rig_ask(&c->rig, feed, &ask);
    assert_int_equal(status_of(&reply), DUBAN_E_WRONG_SOCKET);
    ask = feed_request_of(c, &(cursor){.index = 0}, 0);
    reply = rig_ask(&c->rig, c->socket, &ask);
    assert_int_equal(status_of(&reply), DUBAN_E_WRONG_SOCKET);
    nng_close(feed);
}

static void a_reader_that_leaves_frees_its_place(void **state) {
    city *c = *state;
    nng_socket feed = rig_dial(c->rig.feed);
    frame_words all = poll_once(c, feed, &(cursor){.index = 0}, 0);
    cursor at = cursor_after(&all);
    request_words request = feed_request_of(c, &at, FEED_HOLD_MS);
    rig_send(feed, &request);
    while (info_of(c).readers == 0) {
    }
    nng_close(feed);
    while (info_of(c).readers != 0) {
    }
}

/* --- the loudspeaker ---------------------------------------------------------------- */

static void a_stranger_hears_the_frames_of_one_plan(void **state) {
    city *c = *state;
    nng_socket ear;
    nng_msg *message = NULL;
    statement_words room;
    frame_words frame;
    assert_int_equal(nng_sub0_open(&ear), 0);
    nng_socket_set(ear, NNG_OPT_SUB_SUBSCRIBE, "2023", 4);
    nng_socket_set_ms(ear, NNG_OPT_RECVTIMEO, 10000);
    assert_int_equal(nng_dial(ear, c->rig.publish, NULL, 0), 0);
    /* A heartbeat says that the subscription stands. */
    assert_int_equal(nng_recvmsg(ear, &message, 0), 0);
    nng_msg_free(message);
    event ev = city_value(3, 100, &room, 0);
    uint64_t index = rig_accept(&c->rig, c->socket, &c->north, &ev);
    uint64_t last = 0;
    do {
        assert_int_equal(nng_recvmsg(ear, &message, 0), 0);
        const uint8_t *bytes = nng_msg_body(message);
        assert_memory_equal(bytes, "2023|", 5);
        span body = {bytes + 5, nng_msg_len(message) - 5};
        char *copy = arena_copy(&c->rig.space, body.data, body.size);
        body.data = (uint8_t *)copy;
        assert_int_equal(codec_frame_read(body, &c->rig.space, &frame, NULL), DUBAN_OK);
        nng_msg_free(message);
        if (last) assert_int_equal(frame.prev, last);
        last = frame.to;
        assert_false(frame.has_root);
    } while (frame.cells_n == 0);
    assert_true(frame.to >= index);
    nng_close(ear);
}

/* --- time --------------------------------------------------------------------------- */

static void a_drills_time_brings_its_days_at_once(void **state) {
    city *c = *state;
    uint64_t index = city_time(c, "2023-01-11T09:00");
    info_words info = info_of(c);
    assert_int_equal(info.day, day_of_date((date){2023, 1, 11}));
    assert_int_equal(info.head, index + 20); /* ten days, a digest each */
    assert_int_equal(entries_of_kind(c, KIND_CLOCK), 10);
    assert_int_equal(entries_of_kind(c, KIND_DIGEST), 10);
    int64_t moment = 0;
    moment_read("2023-01-11T09:00", 480, false, &moment);
    assert_int_equal(info.now_ms, moment);
}

static void a_clock_far_ahead_waits_for_the_city_office(void **state) {
    (void)state;
    static city c;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t wall_ms = (int64_t)now.tv_sec * 1000;
    memset(&c, 0, sizeof c);
    rig_found(&c.rig, &c.root, false, wall_ms - (int64_t)10 * 86400000);
    rig_start(&c.rig);
    c.socket = rig_dial(c.rig.command);
    office_words office = {
        .number = 2, .code = "x", .name = "某局", .kind = OFFICE_DEPARTMENT};
    event ev = {.kind = KIND_OFFICES, .offices = {.offices = &office, .offices_n = 1}};
    reply_words reply = rig_submit(&c.rig, c.socket, &c.root, &ev);
    assert_int_equal(status_of(&reply), DUBAN_E_CLOCK_AHEAD);
    event confirm = {.kind = KIND_TIME, .time_moment_ms = wall_ms};
    rig_accept(&c.rig, c.socket, &c.root, &confirm);
    rig_accept(&c.rig, c.socket, &c.root, &ev);
    assert_int_equal(info_of(&c).day, day_of_moment(wall_ms, 480));
    nng_close(c.socket);
    rig_close(&c.rig);
}

/* --- stopping and starting ---------------------------------------------------------- */

static void state_after_a_restart_is_the_state_before(void **state) {
    city *c = *state;
    statement_words room;
    event ev = city_value(3, 100, &room, 0);
    rig_accept(&c->rig, c->socket, &c->north, &ev);
    city_time(c, "2023-02-01T09:00");
    info_words before = info_of(c);
    assert_int_equal(rig_end(&c->rig, SIGTERM), 0);
    nng_close(c->socket);
    rig_start(&c->rig);
    assert_int_equal(c->rig.ready_head, before.head);
    c->socket = rig_dial(c->rig.command);
    info_words after = info_of(c);
    assert_int_equal(after.head, before.head);
    assert_true(hash_equal(&after.digest, &before.digest));
    assert_string_equal(after.checkpoint, before.checkpoint);
}

static void what_was_acknowledged_survives_a_kill(void **state) {
    city *c = *state;
    static letter letters[20];
    uint64_t indexes[20];
    statement_words room;
    uint64_t stands = 0;
    event ev = city_value(3, 1, &room, 0);
    body_words body = {.bytes = {(const uint8_t *)"更正", 6}};
    for (int i = 0; i < 20; i++) {
        ev = city_value(3, i + 1, &room, stands);
        if (stands)
            ev.submission.reason =
                (body_ref){.present = true,
                           .hash = hash_of_two(body.salt, BODY_SALT_SIZE, body.bytes.data,
                                               body.bytes.size),
                           .size = 6,
                           .media = ""};
        letter_sign(&letters[i], c->rig.origin, &c->north, &ev, 0);
        request_words request = letter_request(&letters[i], &body, stands ? 1 : 0);
        reply_words reply = rig_ask(&c->rig, c->socket, &request);
        assert_int_equal(reply.kind, REPLY_RECEIPT);
        indexes[i] = stands = reply.receipt.index;
    }
    assert_int_equal(rig_end(&c->rig, SIGKILL), -SIGKILL);
    nng_close(c->socket);
    rig_start(&c->rig);
    c->socket = rig_dial(c->rig.command);
    for (int i = 0; i < 20; i++) {
        request_words request = letter_request(&letters[i], &body, i ? 1 : 0);
        reply_words reply = rig_ask(&c->rig, c->socket, &request);
        assert_int_equal(reply.kind, REPLY_RECEIPT);
        assert_true(reply.receipt.again);
        assert_int_equal(reply.receipt.index, indexes[i]);
    }
    assert_int_equal(entries_of_kind(c, KIND_SUBMISSION), 20);
}

static void a_held_poll_is_told_that_the_broker_stops(void **state) {
    city *c = *state;
    reply_words reply;
    nng_socket feed = rig_dial(c->rig.feed);
    frame_words all = poll_once(c, feed, &(cursor){.index = 0}, 0);
    cursor at = cursor_after(&all);
    request_words request = feed_request_of(c, &at, FEED_HOLD_MS);
    rig_send(feed, &request);
    while (info_of(c).readers == 0) {
    }
    assert_int_equal(rig_end(&c->rig, SIGTERM), 0);
    assert_true(rig_take(&c->rig, feed, &reply));
    assert_int_equal(status_of(&reply), DUBAN_E_STOPPING);
    nng_close(feed);
}

static void check_says_that_all_is_well(void **state) {
    city *c = *state;
    city_time(c, "2023-01-05T09:00");
    assert_int_equal(rig_end(&c->rig, SIGTERM), 0);
    assert_int_equal(rig_run(&c->rig, "--check"), 0);
    assert_non_null(strstr(c->rig.text, c->rig.origin));
}

static void damage_is_found_and_its_index_named(void **state) {
    city *c = *state;
    char path[160];
    statement_words room;
    event ev = city_value(3, 4242, &room, 0);
    rig_accept(&c->rig, c->socket, &c->north, &ev);
    assert_int_equal(rig_end(&c->rig, SIGTERM), 0);
    /* One letter of the plan's title, wherever the engine put it. */
    snprintf(path, sizeof path, "%s/journal/journal.mdb", c->rig.folder);
    FILE *file = fopen(path, "r+e");
    assert_non_null(file);
    static char bytes[1 << 22];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    const char *title = "新增企业";
    bool found = false;
    for (size_t i = 0; i + strlen(title) < size; i++) {
        if (memcmp(bytes + i, title, strlen(title)) != 0) continue;
        found = true;
        fseek(file, (long)i, SEEK_SET);
        fputc(bytes[i] ^ 0x01, file);
    }
    fclose(file);
    assert_true(found);
    assert_int_equal(rig_run(&c->rig, "--check"), 4);
    assert_int_equal(rig_run(&c->rig, NULL), 4);
    assert_non_null(strstr(c->rig.text, "duband: E5"));
}

static void without_a_genesis_there_is_no_broker(void **state) {
    (void)state;
    static rig r;
    signer root;
    char path[128];
    rig_found(&r, &root, true, 0);
    snprintf(path, sizeof path, "%s/genesis", r.folder);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rig_run(&r, NULL), 1);
    assert_non_null(strstr(r.text, "NO_GENESIS"));
    assert_int_equal(rig_run(&r, "--listen=tcp://0.0.0.0:0"), 2);
    assert_non_null(strstr(r.text, "NOT_LOOPBACK"));
    rig_close(&r);
}

#define WITH_CITY(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_CITY(a_receipt_proves_where_the_entry_stands),
        WITH_CITY(the_same_bytes_again_give_the_same_receipt),
        WITH_CITY(other_bytes_under_a_used_number_leave_one_conflict_entry),
        WITH_CITY(below_the_window_the_journal_itself_answers),
        WITH_CITY(bytes_that_are_no_request_are_refused),
        WITH_CITY(an_oversized_message_costs_its_sender_the_connection_only),
        WITH_CITY(nothing_unsigned_or_wrongly_signed_gets_in),
        WITH_CITY(a_revoked_key_signs_nothing_more),
        WITH_CITY(a_key_signs_as_soon_as_its_enrolment_has_a_receipt),
        WITH_CITY(a_key_of_small_order_is_not_enrolled),
        WITH_CITY(the_ledgers_refusal_names_the_place),
        WITH_CITY(a_body_is_kept_and_given_back),
        WITH_CITY(the_board_at_the_head_is_the_board_of_that_index),
        WITH_CITY(the_past_is_answered_in_any_order),
        WITH_CITY(a_board_comes_in_parts_of_one_index),
        WITH_CITY(a_board_is_not_looked_at_from_far_ahead),
        WITH_CITY(a_board_too_large_for_one_reply_comes_in_parts),
        WITH_CITY(a_change_too_large_for_the_feed_says_fetch),
        WITH_CITY(too_many_questions_about_the_past_are_told_to_come_back),
        WITH_CITY(a_slice_leaves_out_what_concerns_others),
        WITH_CITY(a_poll_is_held_until_there_is_news),
        WITH_CITY(a_poll_without_news_ends_with_an_empty_frame),
        WITH_CITY(a_cursor_of_another_history_is_told_so),
        WITH_CITY(each_question_has_its_socket),
        WITH_CITY(a_reader_that_leaves_frees_its_place),
        WITH_CITY(a_stranger_hears_the_frames_of_one_plan),
        WITH_CITY(a_drills_time_brings_its_days_at_once),
        cmocka_unit_test(a_clock_far_ahead_waits_for_the_city_office),
        WITH_CITY(state_after_a_restart_is_the_state_before),
        WITH_CITY(what_was_acknowledged_survives_a_kill),
        WITH_CITY(a_held_poll_is_told_that_the_broker_stops),
        WITH_CITY(check_says_that_all_is_well),
        WITH_CITY(damage_is_found_and_its_index_named),
        cmocka_unit_test(without_a_genesis_there_is_no_broker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
