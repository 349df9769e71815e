/* The journals of releases, folded again by the rules of today: every Digest entry in
 * them must agree, and the digest at their end be the one that the release told. In
 * journals/NAME.entries each entry stands behind its size in four bytes, big-endian; a
 * release adds one file and none is ever written anew. */
#include "tests/unit/ledger/ledger_kit.h"

#include "broker/ledger/heap.h"
#include "broker/ledger/replay.h"
#include "proto/entry.h"

#define FOLDER "tests/trace/journals/"

typedef struct golden {
    const char *name;
    uint32_t entries;
    const char *digest; /* as the release's `duban status` told it */
} golden;

static const golden goldens[] = {
    {"0.1.0", 900, "0266c6b68db1b56c19a9af339f6c0077cd6e62b51820c14a0df19980115ac6ba"},
    {"0.2.0", 954, "cf3517a3c010d5829149d169aecdeb5c0d245b1feb76d874d3d8d4feb015acb6"},
    {"0.3.0", 975, "dc2b5e28e63beb570d231c92490697961033a1a54bc9a84cdb143dc1a7a6e64b"},
};

typedef struct folded {
    ledger *ledger;
    uint32_t entries;
    uint32_t digests;
    char digest[HASH_TEXT_SIZE];
} folded;

static uint8_t *read_journal(const char *name, size_t *size) {
    char path[128];
    snprintf(path, sizeof path, FOLDER "%s.entries", name);
    FILE *in = fopen(path, "rb");
    if (in == NULL) fail_msg("%s is missing", path);
    assert_int_equal(fseek(in, 0, SEEK_END), 0);
    *size = (size_t)ftell(in);
    rewind(in);
    uint8_t *bytes = malloc(*size);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, in), *size);
    fclose(in);
    return bytes;
}

static bool next_entry(const uint8_t *bytes, size_t size, size_t *at, span *out) {
    if (*at + 4 > size) return false;
    const uint8_t *head = bytes + *at;
    size_t n =
        (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    assert_true(n <= size - *at - 4);
    *out = (span){head + 4, n};
    *at += 4 + n;
    return true;
}

static duban_status fold(const uint8_t *bytes, size_t size, folded *out) {
    arena a;
    span entry;
    size_t at = 0;
    hash256 digest;
    duban_status status = DUBAN_OK;
    arena_init(&a, 0);
    *out = (folded){.entries = 0};
    assert_int_equal(ledger_new(heap_allocator(), &out->ledger), DUBAN_OK);
    while (status == DUBAN_OK && next_entry(bytes, size, &at, &entry)) {
        entry_words words;
        status = replay_entry(out->ledger, entry, &a, NULL);
        assert_int_equal(entry_read(entry, &words), DUBAN_OK);
        out->digests += words.kind == KIND_DIGEST;
        out->entries++;
    }
    if (status == DUBAN_OK) {
        assert_int_equal(ledger_digest(out->ledger, &digest, NULL), DUBAN_OK);
        hash_print(&digest, out->digest);
    }
    ledger_free(out->ledger);
    arena_close(&a);
    return status;
}

static void the_digest_of_each_release_is_unchanged(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof goldens / sizeof goldens[0]; i++) {
        size_t size;
        folded f;
        uint8_t *bytes = read_journal(goldens[i].name, &size);
        duban_status status = fold(bytes, size, &f);
        if (status != DUBAN_OK)
            fail_msg("%s: entry %u: %s", goldens[i].name, f.entries - 1,
                     duban_status_name(status));
        assert_int_equal(f.entries, goldens[i].entries);
        assert_true(f.digests > 100);
        assert_string_equal(f.digest, goldens[i].digest);
        free(bytes);
    }
}

/* Turns one bit of the last byte that the journal's n-th Digest entry signs. */
static void damage_digest(uint8_t *bytes, size_t size, uint32_t n) {
    size_t at = 0;
    span entry;
    while (next_entry(bytes, size, &at, &entry)) {
        entry_words words;
        assert_int_equal(entry_read(entry, &words), DUBAN_OK);
        if (words.kind == KIND_DIGEST && n-- == 0) {
            bytes[words.signed_bytes.data - bytes + words.signed_bytes.size - 8] ^= 1;
            return;
        }
    }
    fail_msg("so many digests are not there");
}

static void a_journal_whose_digest_differs_is_noticed(void **state) {
    (void)state;
    size_t size;
    folded f;
    uint8_t *bytes = read_journal(goldens[0].name, &size);
    damage_digest(bytes, size, 50);
    assert_int_equal(fold(bytes, size, &f), DUBAN_E_DIGEST);
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_digest_of_each_release_is_unchanged),
        cmocka_unit_test(a_journal_whose_digest_differs_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
