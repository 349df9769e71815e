/* Which entries an office's slice holds: every kind, from three sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "broker/worker/slice.h"
#include "proto/codec.h"
#include "proto/entry.h"

enum { SIGNER = 3, NAMED = 4, OTHER = 5 };

typedef enum side { NOBODY, EVERYBODY, SIGNER_ALONE, SIGNER_AND_NAMED } side;

static const side rows[KIND_COUNT] = {
    [KIND_GENESIS] = EVERYBODY,
    [KIND_OFFICES] = EVERYBODY,
    [KIND_KEYS] = EVERYBODY,
    [KIND_CALENDAR] = EVERYBODY,
    [KIND_PLAN_CHUNK] = EVERYBODY,
    [KIND_PLAN_PUBLISH] = EVERYBODY,
    [KIND_LIGHTS] = EVERYBODY,
    [KIND_TIMETABLE] = EVERYBODY,
    [KIND_TIMETABLE_REVIEW] = EVERYBODY,
    [KIND_SUBMISSION] = SIGNER_AND_NAMED,
    [KIND_REVIEW] = SIGNER_AND_NAMED,
    [KIND_CLOCK] = EVERYBODY,
    [KIND_TIME] = EVERYBODY,
    [KIND_DIGEST] = NOBODY,
    [KIND_CONFLICT] = NOBODY,
    [KIND_AMENDMENT] = EVERYBODY,
    [KIND_SPLITTING] = EVERYBODY,
    [KIND_CALL_IN] = EVERYBODY,
    [KIND_FILLER] = EVERYBODY,
    [KIND_CONFIRMATION] = SIGNER_ALONE,
    [KIND_ASSIGNMENT] = SIGNER_ALONE,
    [KIND_OFFICE_CHANGE] = EVERYBODY,
    [KIND_POSTS] = EVERYBODY,
    [KIND_RELEASE] = EVERYBODY,
    [KIND_UNLOCK] = EVERYBODY,
    [KIND_OVERRIDE] = EVERYBODY,
    [KIND_FORMS] = EVERYBODY,
    [KIND_PAPER] = EVERYBODY,
    [KIND_ROLES] = EVERYBODY,
    [KIND_CHECKS] = EVERYBODY,
    [KIND_WEIGHTS] = EVERYBODY,
    [KIND_PROJECT] = EVERYBODY,
    [KIND_VERIFICATION] = SIGNER_AND_NAMED,
    [KIND_REDACTION] = EVERYBODY,
    [KIND_SESSION] = NOBODY,
    [KIND_ACCESS] = EVERYBODY,
};

/* An entry of that kind that names NAMED where it can. */
static void write_entry(event_kind kind, buffer *out) {
    static const statement_words said = {.task = 1,
                                         .office = NAMED,
                                         .period = {PERIOD_QUARTER, 19358},
                                         .kind = STATEMENT_TEXT,
                                         .text = {.no_change = true}};
    event ev = {.kind = kind};
    uint8_t signature[SIGNATURE_SIZE] = {0};
    buffer payload;
    buffer bytes;
    buffer_init(&payload);
    buffer_init(&bytes);
    if (kind == KIND_SUBMISSION) {
        ev.submission.statements = &said;
        ev.submission.statements_n = 1;
    }
    if (kind == KIND_REVIEW) {
        ev.review.office = NAMED;
        ev.review.period = said.period;
    }
    if (kind == KIND_VERIFICATION) {
        ev.verification.office = NAMED;
        ev.verification.period = said.period;
    }
    if (kind == KIND_CONFIRMATION) ev.confirmation.period = said.period;
    bool read = rows[kind] == SIGNER_AND_NAMED || rows[kind] == SIGNER_ALONE;
    if (read) assert_int_equal(codec_event_write(&ev, &payload), DUBAN_OK);
    signed_words words = {.context = "duban/1",
                          .origin = "test.example/slice",
                          .kind = kind,
                          .algorithm = ALGORITHM_ED25519,
                          .office = SIGNER,
                          .key = SIGNER,
                          .number = 1,
                          .payload = {payload.data, payload.size}};
    assert_int_equal(codec_signed_write(&words, &bytes), DUBAN_OK);
    entry_words head = {.kind = kind,
                        .office = SIGNER,
                        .key = SIGNER,
                        .index = 7,
                        .received_ms = 1,
                        .number = 1,
                        .signed_bytes = {bytes.data, bytes.size},
                        .signature = {signature, sizeof signature}};
    assert_int_equal(entry_write(&head, out), DUBAN_OK);
    buffer_close(&payload);
    buffer_close(&bytes);
}

static bool holds(span entry, uint32_t office) {
    arena a;
    bool out = false;
    arena_init(&a, 0);
    assert_int_equal(slice_holds(entry, office, &a, &out), DUBAN_OK);
    arena_close(&a);
    return out;
}

static void every_kind_is_held_by_whom_it_concerns(void **state) {
    (void)state;
    for (int kind = KIND_GENESIS; kind < KIND_COUNT; kind++) {
        buffer entry;
        buffer_init(&entry);
        write_entry((event_kind)kind, &entry);
        span bytes = {entry.data, entry.size};
        side who = rows[kind];
        bool wanted[] = {who != NOBODY, who == EVERYBODY || who == SIGNER_AND_NAMED,
                         who == EVERYBODY};
        for (uint32_t office = SIGNER; office <= OTHER; office++)
            if (holds(bytes, office) != wanted[office - SIGNER])
                fail_msg("kind %d, office %u", kind, office);
        buffer_close(&entry);
    }
}

static void what_cannot_be_read_is_damage(void **state) {
    (void)state;
    buffer entry;
    arena a;
    bool out = false;
    buffer_init(&entry);
    arena_init(&a, 0);
    write_entry(KIND_REVIEW, &entry);
    assert_int_equal(slice_holds((span){entry.data, 20}, OTHER, &a, &out),
                     DUBAN_E_CORRUPT);
    arena_close(&a);
    buffer_close(&entry);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_held_by_whom_it_concerns),
        cmocka_unit_test(what_cannot_be_read_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
