/* Staged entries: walking over them, splitting behind what was flushed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "storage/batch.h"

static void add(batch *b, uint8_t n) {
    uint8_t bytes[40];
    journal_body bodies[3];
    memset(bytes, n, sizeof bytes);
    for (uint8_t i = 0; i < 3; i++) {
        memset(&bodies[i], n + i, sizeof bodies[i]);
        bodies[i].bytes = (span){bytes, i};
        bodies[i].removed = false;
    }
    span entry = {bytes, n};
    size_t before = b->bytes.size;
    assert_int_equal(batch_add(b, entry, bodies, n % 4), DUBAN_OK);
    assert_int_equal(b->bytes.size - before, batch_bytes_of(entry, bodies, n % 4));
}

static void assert_holds(const batch *b, uint8_t from, uint8_t to) {
    batch_walk walk = {0};
    span entry;
    journal_body body;
    uint64_t bodies = 0;
    for (uint8_t n = from; n < to; n++) {
        assert_true(batch_next_entry(b, &walk, &entry));
        assert_int_equal(entry.size, n);
        for (uint8_t i = 0; i < n; i++)
            assert_int_equal(entry.data[i], n);
        for (uint8_t i = 0; i < n % 4; i++) {
            assert_true(batch_next_body(b, &walk, &body));
            assert_int_equal(body.hash.bytes[5], n + i);
            assert_int_equal(body.salt[15], n + i);
            assert_int_equal(body.bytes.size, i);
            bodies++;
        }
        assert_false(batch_next_body(b, &walk, &body));
    }
    assert_false(batch_next_entry(b, &walk, &entry));
    assert_int_equal(b->entries, to - from);
    assert_int_equal(b->bodies, bodies);
}

static void entries_and_bodies_come_back_in_order(void **state) {
    batch b;
    (void)state;
    batch_init(&b);
    assert_holds(&b, 0, 0);
    for (uint8_t n = 0; n < 30; n++)
        add(&b, n);
    assert_holds(&b, 0, 30);
    batch_clear(&b);
    assert_holds(&b, 0, 0);
    add(&b, 7);
    assert_holds(&b, 7, 8);
    batch_close(&b);
}

static void a_split_parts_before_and_behind(void **state) {
    (void)state;
    for (uint8_t cut = 0; cut <= 12; cut++) {
        batch b, rest;
        batch_init(&b);
        batch_init(&rest);
        uint64_t bodies = 0;
        size_t at = 0;
        for (uint8_t n = 0; n < 12; n++) {
            if (n == cut) at = b.bytes.size;
            if (n >= cut) bodies += n % 4;
            add(&b, n);
        }
        if (cut == 12) at = b.bytes.size;
        assert_int_equal(batch_split(&b, at, 12u - cut, bodies, &rest), DUBAN_OK);
        assert_holds(&b, 0, cut);
        assert_holds(&rest, cut, 12);
        add(&rest, 12);
        assert_holds(&rest, cut, 13);
        batch_close(&b);
        batch_close(&rest);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_and_bodies_come_back_in_order),
        cmocka_unit_test(a_split_parts_before_and_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
