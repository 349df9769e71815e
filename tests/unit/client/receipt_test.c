/* Receipts as texts: what is written reads back, and nothing in one may be changed. */
#include "client_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/receipt.h"
#include "proto/codec.h"

static kit_log log_of;
static sign_key office;
static arena space;
static buffer entries[2]; /* at 100 and 101 of a tree of 130 */

static void make_entry(uint64_t index, buffer *out) {
    kit_event value;
    buffer payload, bytes;
    sign_signature signature;
    buffer_init(&payload);
    buffer_init(&bytes);
    kit_value(&value, 25, (int64_t)index);
    assert_int_equal(codec_event_write(&value.ev, &payload), DUBAN_OK);
    signed_words head = {.context = SIGN_CONTEXT,
                         .origin = KIT_ORIGIN,
                         .kind = KIND_SUBMISSION,
                         .algorithm = ALGORITHM_ED25519,
                         .office = KIT_OFFICE,
                         .key = KIT_KEY,
                         .number = index,
                         .payload = {payload.data, payload.size}};
    assert_int_equal(codec_signed_write(&head, &bytes), DUBAN_OK);
    assert_int_equal(sign_bytes(&office, bytes.data, bytes.size, &signature), DUBAN_OK);
    entry_words words = {.kind = head.kind,
                         .office = head.office,
                         .key = head.key,
                         .index = index,
                         .received_ms = 1700000000000,
                         .number = head.number,
                         .signed_bytes = {bytes.data, bytes.size},
                         .signature = {signature.bytes, sizeof signature.bytes}};
    assert_int_equal(entry_write(&words, out), DUBAN_OK);
    buffer_close(&payload);
    buffer_close(&bytes);
}

static int begin(void **state) {
    uint8_t seed[SIGN_SEED_SIZE] = {9};
    (void)state;
    if (sign_init()) return -1;
    sign_key_of_seed(seed, &office);
    arena_init(&space, 0);
    kit_log_begin(&log_of, 1);
    kit_log_fill(&log_of, 100, 0);
    for (int i = 0; i < 2; i++) {
        buffer_init(&entries[i]);
        make_entry(100 + (uint64_t)i, &entries[i]);
        kit_log_add(&log_of, (span){entries[i].data, entries[i].size});
    }
    kit_log_fill(&log_of, 130, 0);
    return 0;
}

static int end(void **state) {
    (void)state;
    buffer_close(&entries[0]);
    buffer_close(&entries[1]);
    arena_close(&space);
    return 0;
}

static receipt receipt_of(int which) {
    const char *text = kit_log_note(&log_of, 130);
    receipt r = {.entry = {entries[which].data, entries[which].size},
                 .proof = {.index = 100 + (uint64_t)which,
                           .note = text,
                           .note_size = strlen(text)}};
    kit_log_inclusion(&log_of, r.proof.index, 130, &r.proof.path);
    return r;
}

static duban_status verify(const receipt *r, duban_refusal *why) {
    receipt_facts facts;
    duban_status status = receipt_verify(r, &log_of.verifier, &space, &facts, why);
    return status ? status : receipt_signed(&facts, &office.public_key);
}

static void a_receipt_written_reads_back_and_says_what_it_says(void **state) {
    (void)state;
    buffer text;
    receipt r = receipt_of(0), again;
    receipt_facts facts;
    buffer_init(&text);
    assert_int_equal(receipt_write(&r, &text), DUBAN_OK);
    assert_int_equal(receipt_parse((span){text.data, text.size}, &space, &again, NULL),
                     DUBAN_OK);
    assert_int_equal(receipt_verify(&again, &log_of.verifier, &space, &facts, NULL),
                     DUBAN_OK);
    assert_int_equal(facts.entry.index, 100);
    assert_int_equal(facts.entry.number, 100);
    assert_int_equal(facts.entry.office, KIT_OFFICE);
    assert_int_equal(facts.entry.received_ms, 1700000000000);
    assert_int_equal(facts.ev.kind, KIND_SUBMISSION);
    assert_int_equal(facts.point.size, 130);
    assert_int_equal(receipt_signed(&facts, &office.public_key), DUBAN_OK);
    assert_int_equal(receipt_signed(&facts, &log_of.key.public_key), DUBAN_E_SIGNATURE);
    buffer_close(&text);
}

/* No byte is without meaning: the file is its parts and nothing else. */
static void every_flipped_bit_of_a_receipt_is_refused(void **state) {
    (void)state;
    buffer text;
    receipt r = receipt_of(0), again;
    buffer_init(&text);
    assert_int_equal(receipt_write(&r, &text), DUBAN_OK);
    for (size_t bit = 0; bit < text.size * 8; bit++) {
        text.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        arena_reset(&space);
        duban_status status =
            receipt_parse((span){text.data, text.size}, &space, &again, NULL);
        if (!status) status = verify(&again, NULL);
        if (!status) fail_msg("bit %zu of byte %zu", bit % 8, bit / 8);
        text.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    buffer_close(&text);
}

static void a_receipt_cut_or_lengthened_is_refused(void **state) {
    (void)state;
    buffer text;
    receipt r = receipt_of(0), again;
    buffer_init(&text);
    assert_int_equal(receipt_write(&r, &text), DUBAN_OK);
    assert_non_null(buffer_reserve(&text, 1));
    text.data[text.size] = '\n';
    for (size_t size = 0; size <= text.size + 1; size++) {
        if (size == text.size) continue;
        duban_status status =
            receipt_parse((span){text.data, size}, &space, &again, NULL);
        if (!status) status = verify(&again, NULL);
        assert_int_not_equal(status, DUBAN_OK);
    }
    buffer_close(&text);
}

static void extra_data_is_no_part_of_a_receipt(void **state) {
    (void)state;
    static const char *const extras[] = {"extra \n", "extra AAAA\n"};
    buffer text;
    receipt r = receipt_of(0), again;
    buffer_init(&text);
    assert_int_equal(receipt_write(&r, &text), DUBAN_OK);
    assert_non_null(buffer_reserve(&text, 1));
    text.data[text.size] = '\0';
    const char *index = strstr((const char *)text.data, "index ");
    assert_non_null(index);
    for (size_t i = 0; i < 2; i++) {
        char *longer = malloc(text.size + 32);
        size_t at = (size_t)(index - (const char *)text.data), n = strlen(extras[i]);
        assert_non_null(longer);
        memcpy(longer, text.data, at);
        memcpy(longer + at, extras[i], n);
        memcpy(longer + at + n, text.data + at, text.size - at);
        assert_int_equal(receipt_parse((span){(const uint8_t *)longer, text.size + n},
                                       &space, &again, NULL),
                         DUBAN_E_MALFORMED);
        free(longer);
    }
    buffer_close(&text);
}

static void refusals_name_what_does_not_hold(void **state) {
    (void)state;
    duban_refusal why = {0};
    receipt other = receipt_of(1), r = receipt_of(0);
    r.proof.path = other.proof.path;
    assert_int_equal(verify(&r, &why), DUBAN_E_PROOF);
    assert_string_equal(why.field, "path");
    r = receipt_of(0);
    r.proof.path.count--;
    assert_int_equal(verify(&r, &why), DUBAN_E_PROOF);
    assert_string_equal(why.field, "path");
    /* The other entry's place and path, under this one's bytes. */
    r = receipt_of(1);
    r.entry = receipt_of(0).entry;
    assert_int_equal(verify(&r, &why), DUBAN_E_PROOF);
    assert_string_equal(why.field, "index");
    assert_string_equal(why.found, "101");
    assert_string_equal(why.expected, "100");
    r = receipt_of(0);
    r.entry.size--;
    assert_int_equal(verify(&r, &why), DUBAN_E_PROOF);
    assert_string_equal(why.field, "entry");
    r = receipt_of(0);
    kit_log another;
    kit_log_begin(&another, 2);
    kit_log_fill(&another, 130, 0);
    r.proof.note = kit_log_note(&another, 130);
    r.proof.note_size = strlen(r.proof.note);
    assert_int_equal(verify(&r, &why), DUBAN_E_NOTE);
    assert_string_equal(why.field, "checkpoint");
}

/* The prefix is the broker's: what it repeats must be what was signed, and a log may well
 * have an entry in its tree whose prefix says otherwise. */
static void a_prefix_that_says_other_than_what_was_signed_is_refused(void **state) {
    (void)state;
    entry_words good;
    receipt r = receipt_of(0);
    assert_int_equal(entry_read(r.entry, &good), DUBAN_OK);
    for (int i = 0; i < 4; i++) {
        duban_refusal why = {0};
        entry_words words = good;
        buffer bytes;
        buffer_init(&bytes);
        if (i == 0) words.kind = KIND_REVIEW;
        if (i == 1) words.office++;
        if (i == 2) words.key++;
        if (i == 3) words.number++;
        assert_int_equal(entry_write(&words, &bytes), DUBAN_OK);
        r.entry = (span){bytes.data, bytes.size};
        assert_int_equal(verify(&r, &why), DUBAN_E_PROOF);
        assert_string_equal(why.field, "entry");
        buffer_close(&bytes);
    }
}

static void an_entry_of_another_journal_proves_nothing_here(void **state) {
    (void)state;
    duban_refusal why = {0};
    receipt_facts facts;
    receipt r = receipt_of(0);
    note_key other;
    char text[CHECKPOINT_NOTE_MAX];
    size_t size = 0;
    checkpoint point = {
        .origin = "duban.example/other", .size = 130, .root = kit_log_root(&log_of, 130)};
    assert_int_equal(note_key_make(point.origin, &log_of.key.public_key, &other),
                     DUBAN_OK);
    assert_int_equal(checkpoint_sign(&point, &log_of.key, text, &size), DUBAN_OK);
    r.proof.note = text;
    r.proof.note_size = size;
    assert_int_equal(receipt_verify(&r, &other, &space, &facts, &why), DUBAN_E_PROOF);
    assert_string_equal(why.field, "origin");
}

static void a_reply_about_other_bytes_is_no_receipt(void **state) {
    (void)state;
    entry_words entry;
    receipt r = receipt_of(0), made;
    span way[TLOG_PATH_MAX];
    assert_int_equal(entry_read(r.entry, &entry), DUBAN_OK);
    for (uint32_t i = 0; i < r.proof.path.count; i++)
        way[i] = (span){r.proof.path.hashes[i].bytes, HASH_SIZE};
    receipt_words good = {.index = 100,
                          .leaf = tlog_leaf_hash(r.entry.data, r.entry.size),
                          .received_ms = entry.received_ms,
                          .checkpoint = r.proof.note,
                          .entry_head = {r.entry.data, ENTRY_HEAD_SIZE},
                          .path = way,
                          .path_n = r.proof.path.count};
    assert_int_equal(
        receipt_of_reply(&good, entry.signed_bytes, entry.signature, &space, &made),
        DUBAN_OK);
    assert_int_equal(verify(&made, NULL), DUBAN_OK);
    receipt_words bad[5] = {good, good, good, good, good};
    bad[0].index = 101;
    bad[1].received_ms++;
    bad[2].leaf.bytes[0] ^= 1;
    bad[3].entry_head.size--;
    bad[4].path_n = TLOG_PATH_MAX + 1;
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(
            receipt_of_reply(&bad[i], entry.signed_bytes, entry.signature, &space, &made),
            DUBAN_E_PROOF);
    way[0].size--;
    assert_int_equal(
        receipt_of_reply(&good, entry.signed_bytes, entry.signature, &space, &made),
        DUBAN_E_PROOF);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_written_reads_back_and_says_what_it_says),
        cmocka_unit_test(every_flipped_bit_of_a_receipt_is_refused),
        cmocka_unit_test(a_receipt_cut_or_lengthened_is_refused),
        cmocka_unit_test(extra_data_is_no_part_of_a_receipt),
        cmocka_unit_test(refusals_name_what_does_not_hold),
        cmocka_unit_test(a_prefix_that_says_other_than_what_was_signed_is_refused),
        cmocka_unit_test(an_entry_of_another_journal_proves_nothing_here),
        cmocka_unit_test(a_reply_about_other_bytes_is_no_receipt),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
