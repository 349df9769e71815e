/* What a redaction takes away, seen from outside: a process, its sockets, its folder. */
#include "tests/unit/broker/broker_kit.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "storage/tlog/note.h"
#include "storage/tlog/tree.h"

#define ORDER "聊政办清〔2023〕1号"

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

static body_words body_of(const char *text, uint8_t salt) {
    body_words body = {.bytes = {(const uint8_t *)text, strlen(text)}};
    memset(body.salt, salt, sizeof body.salt);
    return body;
}

static hash256 hash_of_body(const body_words *body) {
    return hash_of_two(body->salt, BODY_SALT_SIZE, body->bytes.data, body->bytes.size);
}

/* Reports a text of that body for the office, sending the body when `with`. */
static reply_words say(city *c, signer *by, const body_words *body, bool with) {
    static letter l;
    statement_words room;
    event ev = city_value(by->office, 0, &room, 0);
    room.kind = STATEMENT_TEXT;
    memset(&room.text, 0, sizeof room.text);
    room.text.progress = (body_ref){.present = true,
                                    .hash = hash_of_body(body),
                                    .size = (uint32_t)body->bytes.size,
                                    .media = ""};
    letter_sign(&l, c->rig.origin, by, &ev, 0);
    request_words request = letter_request(&l, body, with ? 1 : 0);
    return rig_ask(&c->rig, c->socket, &request);
}

static uint64_t must_say(city *c, signer *by, const body_words *body, bool with) {
    reply_words reply = say(c, by, body, with);
    if (reply.kind != REPLY_RECEIPT)
        fail_msg("refused: %s", duban_status_name(reply.refusal.status));
    return reply.receipt.index;
}

static event redaction_of(uint64_t index, const char *document) {
    return (event){.kind = KIND_REDACTION, .redaction = {index, document}};
}

static uint64_t redact(city *c, uint64_t index, const char *document) {
    event ev = redaction_of(index, document);
    return rig_accept(&c->rig, c->socket, &c->root, &ev);
}

static reply_words fetch(city *c, const body_words *body) {
    request_words ask = {.kind = REQUEST_BODY, .body_hash = hash_of_body(body)};
    return rig_ask(&c->rig, c->socket, &ask);
}

static void expect_there(city *c, const body_words *body) {
    reply_words reply = fetch(c, body);
    assert_int_equal(reply.kind, REPLY_BODY);
    assert_int_equal(reply.body.bytes.size, body->bytes.size);
    assert_memory_equal(reply.body.bytes.data, body->bytes.data, body->bytes.size);
}

static void expect_gone(city *c, const body_words *body, const char *document) {
    reply_words reply = fetch(c, body);
    assert_string_equal(duban_status_name(reply.refusal.status), "REDACTED");
    assert_string_equal(reply.refusal.found, document);
}

/* The root over the entries as they are served is the one that the broker signed. */
static void expect_whole(city *c, uint64_t index, const hash256 *leaf) {
    request_words ask = {.kind = REQUEST_INFO};
    reply_words info = rig_ask(&c->rig, c->socket, &ask);
    note_key key;
    checkpoint point;
    tlog_frontier tree;
    assert_int_equal(info.kind, REPLY_INFO);
    assert_int_equal(note_key_make(c->rig.origin, &c->rig.broker.public_key, &key),
                     DUBAN_OK);
    assert_int_equal(
        checkpoint_open(info.info.checkpoint, strlen(info.info.checkpoint), &key, &point),
        DUBAN_OK);
    ask = (request_words){.kind = REQUEST_ENTRIES};
    reply_words reply = rig_ask(&c->rig, c->socket, &ask);
    assert_int_equal(reply.kind, REPLY_ENTRIES);
    assert_int_equal(reply.entries.entries_n, point.size);
    memset(&tree, 0, sizeof tree);
    for (uint32_t i = 0; i < reply.entries.entries_n; i++) {
        span entry = reply.entries.entries[i];
        hash256 found = tlog_leaf_hash(entry.data, entry.size);
        if (i == index) assert_true(hash_equal(&found, leaf));
        tlog_frontier_append(&tree, &found);
    }
    hash256 root = tlog_frontier_root(&tree);
    assert_true(hash_equal(&root, &point.root));
}

static void a_redacted_body_is_gone_and_its_proof_holds(void **state) {
    city *c = *state;
    body_words name = body_of("某人的姓名", 1);
    reply_words said = say(c, &c->north, &name, true);
    assert_int_equal(said.kind, REPLY_RECEIPT);
    uint64_t index = said.receipt.index;
    hash256 leaf = said.receipt.leaf;
    expect_there(c, &name);
    redact(c, index, ORDER);
    expect_gone(c, &name, ORDER);
    expect_whole(c, index, &leaf);

    assert_int_equal(rig_end(&c->rig, SIGKILL), -SIGKILL);
    rig_start(&c->rig);
    nng_close(c->socket);
    c->socket = rig_dial(c->rig.command);
    expect_gone(c, &name, ORDER);
    expect_whole(c, index, &leaf);
    assert_int_equal(rig_end(&c->rig, SIGTERM), 0);
    assert_int_equal(rig_run(&c->rig, "--check"), 0);
    rig_start(&c->rig);
}

static void what_another_entry_names_stays_until_that_is_redacted_too(void **state) {
    city *c = *state;
    body_words shared = body_of("两个县共用的照片", 2);
    body_words own = body_of("只有一个县的照片", 3);
    uint64_t first = must_say(c, &c->north, &shared, true);
    uint64_t second = must_say(c, &c->south, &shared, false);
    uint64_t third = must_say(c, &c->lead, &own, true);
    redact(c, first, "一号");
    expect_there(c, &shared);
    redact(c, third, "二号");
    expect_gone(c, &own, "二号");
    expect_there(c, &shared);
    redact(c, second, "三号");
    expect_gone(c, &shared, "三号");
}

static void a_removed_body_can_neither_be_named_nor_sent_back(void **state) {
    city *c = *state;
    body_words body = body_of("不该再出现的话", 4);
    uint64_t index = must_say(c, &c->north, &body, true);
    redact(c, index, ORDER);
    reply_words reply = say(c, &c->south, &body, false);
    assert_string_equal(duban_status_name(reply.refusal.status), "REDACTED");
    must_say(c, &c->south, &body, true); /* its hash stands in the entry, no more */
    expect_gone(c, &body, ORDER);
}

static void what_cannot_be_redacted_is_refused(void **state) {
    city *c = *state;
    statement_words room;
    body_words body = body_of("words", 5);
    uint64_t text = must_say(c, &c->north, &body, true);
    event ev = city_value(3, 100, &room, 0);
    uint64_t number = rig_accept(&c->rig, c->socket, &c->north, &ev);
    redact(c, text, ORDER);
    const struct {
        uint64_t index;
        const char *document;
        signer *by;
        duban_status status;
        const char *field;
    } rows[] = {
        {number, "二号", &c->root, DUBAN_E_UNKNOWN_INDEX, "index"}, /* it has no body */
        {0, "二号", &c->root, DUBAN_E_UNKNOWN_INDEX, "index"},
        {9999, "二号", &c->root, DUBAN_E_UNKNOWN_INDEX, "index"}, /* not there yet */
        {text, "二号", &c->root, DUBAN_E_DUPLICATE, "index"},     /* done already */
        {number, ORDER, &c->root, DUBAN_E_DUPLICATE, "document"},
        {number, "", &c->root, DUBAN_E_EMPTY, "document"},
        {number, "二号", &c->north, DUBAN_E_NOT_ALLOWED, "office"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ev = redaction_of(rows[i].index, rows[i].document);
        reply_words reply = rig_submit(&c->rig, c->socket, rows[i].by, &ev);
        assert_string_equal(duban_status_name(reply.refusal.status),
                            duban_status_name(rows[i].status));
        assert_string_equal(reply.refusal.field, rows[i].field);
    }
}

#define WITH_CITY(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_CITY(a_redacted_body_is_gone_and_its_proof_holds),
        WITH_CITY(what_another_entry_names_stays_until_that_is_redacted_too),
        WITH_CITY(a_removed_body_can_neither_be_named_nor_sent_back),
        WITH_CITY(what_cannot_be_redacted_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
