/* A board on other figures than those reported, asked for from outside. */
#include "tests/unit/broker/broker_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

static frame_words board(city *c, basis_kind basis) {
    request_words ask = {.kind = REQUEST_BOARD,
                         .board = {.plan = "2023", .as_of = AS_OF_HEAD, .basis = basis}};
    reply_words reply = rig_ask(&c->rig, c->socket, &ask);
    if (reply.kind != REPLY_FRAME)
        fail_msg("refused: %s", duban_status_name(reply.refusal.status));
    return reply.frame;
}

static int64_t value_of(const frame_words *frame) {
    for (uint32_t i = 0; i < frame->cells_n; i++) {
        const cell *v = &frame->cells[i];
        if (v->name.kind == CELL_PACE && v->name.task == 1 && v->name.office == 3)
            return v->pace.has_value ? v->pace.value.micro / DECIMAL_MICRO : -1;
    }
    fail_msg("there is no such pace");
    return 0;
}

static void a_board_stands_on_the_figures_it_is_asked_for(void **state) {
    city *c = *state;
    statement_words room;
    event ev = city_value(3, 100, &room, 0);
    uint64_t index = rig_accept(&c->rig, c->socket, &c->north, &ev);
    frame_words frame = board(c, BASIS_REPORTED);
    assert_int_equal(value_of(&frame), 100);
    assert_true(frame.has_digest);
    frame = board(c, BASIS_ACCEPTED);
    assert_int_equal(value_of(&frame), -1); /* nothing was accepted yet */
    assert_false(frame.has_digest);         /* the digest is of what was reported */
    assert_int_equal(frame.to, index);

    ev = (event){.kind = KIND_REVIEW,
                 .review = {.plan = 1,
                            .task = 1,
                            .office = 3,
                            .period = room.period,
                            .index = index,
                            .accepted = true}};
    index = rig_accept(&c->rig, c->socket, &c->lead, &ev);
    frame = board(c, BASIS_ACCEPTED);
    assert_int_equal(value_of(&frame), 100);
    assert_int_equal(frame.to, index);
    frame = board(c, BASIS_VERIFIED); /* as accepted where nothing was verified */
    assert_int_equal(value_of(&frame), 100);
    frame = board(c, BASIS_REPORTED);
    assert_true(frame.has_digest);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(
        a_board_stands_on_the_figures_it_is_asked_for, begin, end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
