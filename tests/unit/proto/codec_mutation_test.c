/* Hostile bytes: seeded mutations of every message are read without a crash, and whatever
 * is taken is well formed. Run under sanitizers, this is the codec's small fuzzer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/entry.h"
#include "proto/sign.h"
#include "tests/unit/proto/codec_kit.h"

#define MUTATIONS 1000 /* of each message; there are 29 */

typedef struct words {
    _Alignas(max_align_t) unsigned char bytes[KIT_WORDS_MAX];
} words;

/* xorshift64* */
static uint64_t draw(uint64_t *seed) {
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * 0x2545F4914F6CDD1DULL;
}

static size_t below(uint64_t *seed, size_t n) {
    return n ? (size_t)(draw(seed) % n) : 0;
}

static void insert(buffer *b, size_t at, const void *bytes, size_t size) {
    assert_non_null(buffer_reserve(b, size));
    memmove(b->data + at + size, b->data + at, b->size - at);
    memcpy(b->data + at, bytes, size);
    b->size += size;
}

static void cut(buffer *b, size_t at, size_t size) {
    memmove(b->data + at, b->data + at + size, b->size - at - size);
    b->size -= size;
}

/* One change of the kind that breaks parsers: bits, bytes, lengths, tags, pieces. */
static void mutate(buffer *b, uint64_t *seed) {
    static const uint8_t telling[] = {0x00, 0x01, 0x7F, 0x80, 0xFF,
                                      0x0A, 0x12, 0xC0, 0xED};
    size_t at = below(seed, b->size), size;
    uint8_t piece[64];
    switch (draw(seed) % 8) {
    case 0:
        if (b->size) b->data[at] ^= (uint8_t)(1u << below(seed, 8));
        break;
    case 1:
        if (b->size) b->data[at] = telling[below(seed, sizeof telling)];
        break;
    case 2:
        if (b->size) b->data[at] = (uint8_t)(b->data[at] + below(seed, 7) - 3);
        break;
    case 3: b->size = at; break;
    case 4: cut(b, at, below(seed, b->size - at < 16 ? b->size - at : 16)); break;
    case 5: insert(b, at, &telling[below(seed, sizeof telling)], 1); break;
    case 6: /* a piece again, elsewhere */
        size = below(seed, b->size - at < sizeof piece ? b->size - at : sizeof piece);
        memcpy(piece, b->data + at, size);
        insert(b, below(seed, b->size), piece, size);
        break;
    case 7: /* the longest varint there is */
        insert(b, at, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 10);
        break;
    }
}

/* A copy of exactly that size, so that a sanitizer sees every byte read beyond it. */
static span exact_copy(const buffer *b) {
    uint8_t *copy = malloc(b->size ? b->size : 1);
    assert_non_null(copy);
    if (b->size) memcpy(copy, b->data, b->size);
    return (span){copy, b->size};
}

/* What was taken is well formed, and written and read again it is the same. */
static void judge(const message *m, const words *taken, arena *a) {
    const char *fault = kit_fault(m->rule, taken->bytes);
    if (fault) fail_msg("%s took an ill-formed %s", m->rule->descriptor->name, fault);
    words again = {{0}};
    buffer b;
    buffer_init(&b);
    assert_int_equal(kit_write(m, taken->bytes, &b), DUBAN_OK);
    assert_int_equal(kit_read(m, (span){b.data, b.size}, a, again.bytes, NULL), DUBAN_OK);
    assert_true(kit_equal(m->rule, taken->bytes, again.bytes));
    buffer_close(&b);
}

static void mutations_of_every_message_yield_well_formed_words_or_none(void **state) {
    (void)state;
    message messages[KIT_MESSAGES_MAX];
    size_t n = kit_messages(messages), taken = 0, refused = 0;
    uint64_t seed = 20231122;
    arena a;
    arena_init(&a, 16 * 1024 * 1024);
    buffer b;
    buffer_init(&b);
    for (size_t i = 0; i < n; i++)
        for (unsigned round = 0; round < MUTATIONS; round++) {
            kit k = {.next = (uint32_t)below(&seed, 5000)};
            words whole = {{0}}, got = {{0}};
            duban_refusal r = {0};
            kit_fill(&k, messages[i].rule, messages[i].choice, whole.bytes);
            if (messages[i].door == DOOR_SIGNED)
                ((signed_words *)(void *)whole.bytes)->context = SIGN_CONTEXT;
            b.size = 0;
            assert_int_equal(kit_write(&messages[i], whole.bytes, &b), DUBAN_OK);
            for (size_t changes = 1 + below(&seed, 3); changes > 0; changes--)
                mutate(&b, &seed);
            span bytes = exact_copy(&b);
            duban_status status = kit_read(&messages[i], bytes, &a, got.bytes, &r);
            assert_int_equal(r.status, status);
            if (status)
                refused++;
            else
                judge(&messages[i], &got, &a);
            taken += status == DUBAN_OK;
            free((void *)bytes.data);
            arena_reset(&a);
            arena_close(&k.arena);
        }
    /* Both happen often, so the test looks at both. */
    assert_true(taken + refused >= 20000);
    assert_true(taken > 2000 && refused > 2000);
    buffer_close(&b);
    arena_close(&a);
}

static void random_bytes_yield_well_formed_words_or_none(void **state) {
    (void)state;
    message messages[KIT_MESSAGES_MAX];
    size_t n = kit_messages(messages);
    uint64_t seed = 1;
    arena a;
    arena_init(&a, 16 * 1024 * 1024);
    buffer b;
    buffer_init(&b);
    for (size_t i = 0; i < n; i++)
        for (unsigned round = 0; round < MUTATIONS; round++) {
            b.size = 0;
            for (size_t size = below(&seed, 40); size > 0; size--) {
                *buffer_reserve(&b, 1) = (uint8_t)(draw(&seed) >> 32) & 0x3F;
                b.size++;
            }
            words got = {{0}};
            span bytes = exact_copy(&b);
            if (!kit_read(&messages[i], bytes, &a, got.bytes, NULL))
                judge(&messages[i], &got, &a);
            free((void *)bytes.data);
            arena_reset(&a);
        }
    buffer_close(&b);
    arena_close(&a);
}

static void mutations_of_an_entry_yield_its_parts_or_none(void **state) {
    (void)state;
    uint64_t seed = 7;
    uint8_t signature[SIGNATURE_SIZE] = {0};
    for (unsigned round = 0; round < 5000; round++) {
        entry_words whole = {.kind = KIND_CLOCK,
                             .signed_bytes = {(const uint8_t *)"signed", 6},
                             .signature = {signature, sizeof signature}};
        entry_words got;
        buffer b;
        buffer_init(&b);
        assert_int_equal(entry_write(&whole, &b), DUBAN_OK);
        mutate(&b, &seed);
        span bytes = exact_copy(&b);
        if (entry_read(bytes, &got) == DUBAN_OK) {
            assert_int_equal(ENTRY_HEAD_SIZE + got.signed_bytes.size + got.signature.size,
                             bytes.size);
            assert_true(got.kind > KIND_NONE && got.kind < KIND_COUNT);
        }
        free((void *)bytes.data);
        buffer_close(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mutations_of_every_message_yield_well_formed_words_or_none),
        cmocka_unit_test(random_bytes_yield_well_formed_words_or_none),
        cmocka_unit_test(mutations_of_an_entry_yield_its_parts_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
