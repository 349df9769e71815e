/* A page in a file: what it proves, and that it proves nothing else. */
#include "client_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/page_file.h"
#include "client/page_read.h"
#include "proto/codec.h"
#include "proto/entry.h"
#include "storage/tlog/tree.h"

#define ORIGIN  "duban.test/2023"
#define PAGES   5
#define ENTRIES 11
#define AT      6 /* of the Digest among the entries */

/* Five pages under a digest, whose entry stands among others under a checkpoint. */
typedef struct proved {
    sign_key broker;
    note_key key;
    buffer pages[PAGES];
    hash256 leaves[16];
    buffer entry;
    arena space;
    char note[CHECKPOINT_NOTE_MAX + 1];
    page_words words;
} proved;

static void put(buffer *out, const void *bytes, size_t size) {
    unsigned char *to = buffer_reserve(out, size);
    assert_non_null(to);
    memcpy(to, bytes, size);
    out->size += size;
}

static void put_u32(buffer *out, uint32_t value) {
    uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
                        (uint8_t)(value >> 8), (uint8_t)value};
    put(out, bytes, 4);
}

/* The page of that office in plan 1, with one value. */
static void make_page(buffer *out, uint32_t office, int64_t amount) {
    cell value = {.name = {.kind = CELL_VALUE, .task = 4, .metric = 1, .office = office},
                  .changed = 17};
    buffer bytes;
    buffer_init(&bytes);
    assert_int_equal(period_read("2023Q1", &value.name.period), DUBAN_OK);
    value.value.index = 17;
    value.value.amount = (decimal){amount};
    assert_int_equal(codec_cell_write(&value, &bytes), DUBAN_OK);
    put_u32(out, 1);
    put_u32(out, 1);
    put_u32(out, office);
    put_u32(out, 1);
    put_u32(out, (uint32_t)bytes.size);
    put(out, bytes.data, bytes.size);
    buffer_close(&bytes);
}

static duban_status read_leaf(void *ctx, uint32_t level, uint64_t index, hash256 *out) {
    const hash256 *leaves = ctx;
    if (level == 0) {
        *out = leaves[index];
        return DUBAN_OK;
    }
    hash256 left, right;
    read_leaf(ctx, level - 1, 2 * index, &left);
    read_leaf(ctx, level - 1, 2 * index + 1, &right);
    *out = tlog_node_hash(&left, &right);
    return DUBAN_OK;
}

static span *path_of(proved *p, hash256 *leaves, uint64_t at, uint64_t size,
                     uint32_t *n) {
    tlog_path made;
    tlog_hash_reader reader = {read_leaf, leaves};
    assert_int_equal(tlog_prove_inclusion(&reader, at, size, &made), DUBAN_OK);
    span *out = arena_alloc(&p->space, (made.count + 1) * sizeof *out);
    for (uint32_t i = 0; i < made.count; i++)
        out[i] = (span){(uint8_t *)arena_copy(&p->space, &made.hashes[i], HASH_SIZE),
                        HASH_SIZE};
    *n = made.count;
    return out;
}

static hash256 root_of(hash256 *leaves, uint64_t size) {
    hash256 root;
    tlog_hash_reader reader = {read_leaf, leaves};
    assert_int_equal(tlog_root_at(&reader, size, &root), DUBAN_OK);
    return root;
}

static void make_entry_at(proved *p, uint64_t index, const hash256 *digest,
                          event_kind kind) {
    event ev = {.kind = kind};
    buffer payload, bytes;
    sign_signature signature;
    buffer_init(&payload);
    buffer_init(&bytes);
    ev.digest = (digest_words){.index = AT - 1, .digest = *digest, .pages = PAGES};
    if (kind == KIND_CLOCK) ev.clock_day = 19400;
    assert_int_equal(codec_event_write(&ev, &payload), DUBAN_OK);
    signed_words head = {.context = SIGN_CONTEXT,
                         .origin = ORIGIN,
                         .kind = kind,
                         .algorithm = ALGORITHM_ED25519,
                         .number = 3,
                         .payload = {payload.data, payload.size}};
    assert_int_equal(codec_signed_write(&head, &bytes), DUBAN_OK);
    sign_bytes(&p->broker, bytes.data, bytes.size, &signature);
    entry_words words = {.kind = kind,
                         .index = index,
                         .received_ms = 1680000000000,
                         .number = 3,
                         .signed_bytes = {bytes.data, bytes.size},
                         .signature = {signature.bytes, sizeof signature.bytes}};
    p->entry.size = 0;
    assert_int_equal(entry_write(&words, &p->entry), DUBAN_OK);
    buffer_close(&payload);
    buffer_close(&bytes);
}

static void sign_checkpoint(proved *p) {
    hash256 leaves[16];
    size_t size;
    for (uint32_t i = 0; i < ENTRIES; i++)
        leaves[i] = tlog_leaf_hash(&i, sizeof i);
    leaves[AT] = tlog_leaf_hash(p->entry.data, p->entry.size);
    checkpoint point = {.size = ENTRIES, .root = root_of(leaves, ENTRIES)};
    snprintf(point.origin, sizeof point.origin, "%s", ORIGIN);
    assert_int_equal(checkpoint_sign(&point, &p->broker, p->note, &size), DUBAN_OK);
    p->note[size] = '\0';
    p->words.inclusion = path_of(p, leaves, AT, ENTRIES, &p->words.inclusion_n);
    p->words.checkpoint = p->note;
    p->words.index = AT;
    p->words.entry = (span){p->entry.data, p->entry.size};
}

static void choose_page(proved *p, uint32_t place) {
    p->words.place = place;
    p->words.pages = PAGES;
    p->words.bytes = (span){p->pages[place].data, p->pages[place].size};
    p->words.path = path_of(p, p->leaves, place, PAGES, &p->words.path_n);
}

static void begin(proved *p, event_kind kind) {
    const uint8_t seed[32] = {7};
    memset(p, 0, sizeof *p);
    sign_key_of_seed(seed, &p->broker);
    assert_int_equal(note_key_make(ORIGIN, &p->broker.public_key, &p->key), DUBAN_OK);
    arena_init(&p->space, 0);
    buffer_init(&p->entry);
    for (uint32_t i = 0; i < PAGES; i++) {
        buffer_init(&p->pages[i]);
        make_page(&p->pages[i], i + 1, 1000000 * (int64_t)i);
        p->leaves[i] = tlog_leaf_hash(p->pages[i].data, p->pages[i].size);
    }
    hash256 digest = root_of(p->leaves, PAGES);
    make_entry_at(p, AT, &digest, kind);
    sign_checkpoint(p);
    choose_page(p, 3);
}

static void end(proved *p) {
    for (uint32_t i = 0; i < PAGES; i++)
        buffer_close(&p->pages[i]);
    buffer_close(&p->entry);
    arena_close(&p->space);
}

static void write_text(const proved *p, buffer *out) {
    buffer_init(out);
    assert_int_equal(page_file_write(&p->words, out), DUBAN_OK);
}

static duban_status verify(const proved *p, const void *text, size_t size,
                           page_proved *out) {
    arena a;
    duban_refusal refusal;
    arena_init(&a, 0);
    duban_status status =
        page_file_verify((span){text, size}, &p->key, &a, out, &refusal);
    if (status) assert_int_equal(refusal.status, status);
    arena_close(&a);
    return status;
}

static duban_status verify_words(const proved *p) {
    buffer text;
    page_proved out;
    write_text(p, &text);
    duban_status status = verify(p, text.data, text.size, &out);
    buffer_close(&text);
    return status;
}

static void a_page_is_proved_and_read(void **state) {
    (void)state;
    proved p;
    arena a;
    buffer text;
    page_proved out;
    page_said said;
    begin(&p, KIND_DIGEST);
    write_text(&p, &text);
    arena_init(&a, 0);
    assert_int_equal(
        page_file_verify((span){text.data, text.size}, &p.key, &a, &out, NULL), DUBAN_OK);
    assert_int_equal(out.index, AT - 1);
    assert_int_equal(out.digest_at, AT);
    assert_int_equal(out.place, 3);
    assert_int_equal(out.point.size, ENTRIES);
    assert_int_equal(out.page.size, p.pages[3].size);
    assert_memory_equal(out.page.data, p.pages[3].data, out.page.size);
    assert_int_equal(page_read(out.page, false, &a, &said), DUBAN_OK);
    assert_int_equal(said.plan, 1);
    assert_int_equal(said.office, 4);
    assert_int_equal(said.cells_n, 1);
    assert_int_equal(said.cells[0].value.amount.micro, 3000000);
    assert_int_equal(said.cells[0].name.office, 4);
    arena_close(&a);
    buffer_close(&text);
    end(&p);
}

static void every_page_has_its_proof_and_no_other_page_fits_it(void **state) {
    (void)state;
    proved p;
    begin(&p, KIND_DIGEST);
    for (uint32_t place = 0; place < PAGES; place++) {
        choose_page(&p, place);
        assert_int_equal(verify_words(&p), DUBAN_OK);
        for (uint32_t other = 0; other < PAGES; other++) {
            if (other == place) continue;
            p.words.bytes = (span){p.pages[other].data, p.pages[other].size};
            assert_int_equal(verify_words(&p), DUBAN_E_PROOF);
            p.words.bytes = (span){p.pages[place].data, p.pages[place].size};
            p.words.place = other;
            assert_int_equal(verify_words(&p), DUBAN_E_PROOF);
            p.words.place = place;
        }
    }
    end(&p);
}

static void every_flipped_bit_of_the_file_is_refused(void **state) {
    (void)state;
    proved p;
    buffer text;
    page_proved out;
    begin(&p, KIND_DIGEST);
    write_text(&p, &text);
    for (size_t i = 0; i < text.size; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            text.data[i] ^= (unsigned char)(1u << bit);
            if (verify(&p, text.data, text.size, &out) == DUBAN_OK)
                fail_msg("byte %zu, bit %u of %zu bytes", i, bit, text.size);
            text.data[i] ^= (unsigned char)(1u << bit);
        }
    assert_int_equal(verify(&p, text.data, text.size, &out), DUBAN_OK);
    buffer_close(&text);
    end(&p);
}

static void every_shorter_or_longer_file_is_refused(void **state) {
    (void)state;
    proved p;
    buffer text;
    page_proved out;
    begin(&p, KIND_DIGEST);
    write_text(&p, &text);
    for (size_t size = 0; size < text.size; size++)
        assert_int_not_equal(verify(&p, text.data, size, &out), DUBAN_OK);
    put(&text, "\n", 1);
    assert_int_not_equal(verify(&p, text.data, text.size, &out), DUBAN_OK);
    buffer_close(&text);
    end(&p);
}

static void an_entry_that_is_no_digest_proves_no_page(void **state) {
    (void)state;
    proved p;
    begin(&p, KIND_CLOCK);
    assert_int_equal(verify_words(&p), DUBAN_E_PROOF);
    end(&p);
}

/* The log has put it there, so its own index is wrong. */
static void a_digest_that_stands_elsewhere_than_it_says_proves_no_page(void **state) {
    (void)state;
    proved p;
    begin(&p, KIND_DIGEST);
    hash256 digest = root_of(p.leaves, PAGES);
    make_entry_at(&p, AT + 1, &digest, KIND_DIGEST);
    sign_checkpoint(&p);
    assert_int_equal(verify_words(&p), DUBAN_E_PROOF);
    end(&p);
}

static void a_page_of_another_time_does_not_fit_this_digest(void **state) {
    (void)state;
    proved p;
    begin(&p, KIND_DIGEST);
    p.pages[3].size = 0;
    make_page(&p.pages[3], 4, 3000001);
    p.words.bytes = (span){p.pages[3].data, p.pages[3].size};
    assert_int_equal(verify_words(&p), DUBAN_E_PROOF);
    end(&p);
}

static void another_logs_key_proves_nothing(void **state) {
    (void)state;
    proved p;
    const uint8_t seed[32] = {8};
    sign_key other;
    begin(&p, KIND_DIGEST);
    sign_key_of_seed(seed, &other);
    assert_int_equal(note_key_make(ORIGIN, &other.public_key, &p.key), DUBAN_OK);
    assert_int_equal(verify_words(&p), DUBAN_E_UNKNOWN_KEY);
    assert_int_equal(note_key_make("other.test/2023", &p.broker.public_key, &p.key),
                     DUBAN_OK);
    assert_int_equal(verify_words(&p), DUBAN_E_UNKNOWN_KEY);
    end(&p);
}

static void hostile_pages_are_read_without_harm(void **state) {
    (void)state;
    proved p;
    arena a;
    page_said said;
    begin(&p, KIND_DIGEST);
    for (size_t i = 0; i < p.pages[3].size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            p.pages[3].data[i] ^= (unsigned char)(1u << bit);
            arena_init(&a, 1 << 20);
            duban_status status =
                page_read((span){p.pages[3].data, p.pages[3].size}, false, &a, &said);
            if (!status) assert_true(said.cells_n <= 1);
            arena_close(&a);
            p.pages[3].data[i] ^= (unsigned char)(1u << bit);
        }
        arena_init(&a, 1 << 20);
        assert_int_not_equal(page_read((span){p.pages[3].data, i}, false, &a, &said),
                             DUBAN_OK);
        arena_close(&a);
    }
    end(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_proved_and_read),
        cmocka_unit_test(every_page_has_its_proof_and_no_other_page_fits_it),
        cmocka_unit_test(every_flipped_bit_of_the_file_is_refused),
        cmocka_unit_test(every_shorter_or_longer_file_is_refused),
        cmocka_unit_test(an_entry_that_is_no_digest_proves_no_page),
        cmocka_unit_test(a_digest_that_stands_elsewhere_than_it_says_proves_no_page),
        cmocka_unit_test(a_page_of_another_time_does_not_fit_this_digest),
        cmocka_unit_test(another_logs_key_proves_nothing),
        cmocka_unit_test(hostile_pages_are_read_without_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
