#include "tests/unit/storage/journal_kit.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <string.h>
#include <time.h>

/* Long enough for any machine; only a hang reaches it. */
#define WAIT_SECONDS 120

static void on_durable(void *ctx, const journal_head *head) {
    kit *k = ctx;
    pthread_mutex_lock(&k->lock);
    k->last = *head;
    pthread_cond_signal(&k->changed);
    pthread_mutex_unlock(&k->lock);
}

static void on_failed(void *ctx, duban_status status, const char *detail) {
    kit *k = ctx;
    (void)detail;
    pthread_mutex_lock(&k->lock);
    k->failed = status;
    pthread_cond_signal(&k->changed);
    pthread_mutex_unlock(&k->lock);
}

void kit_init(kit *k) {
    uint8_t seed[SIGN_SEED_SIZE] = {42};
    memset(k, 0, sizeof *k);
    assert_int_equal(sign_init(), DUBAN_OK);
    sign_key_of_seed(seed, &k->key);
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->changed, NULL);
    storage_folder(k->folder);
    k->options = (journal_options){
        .path = k->folder,
        .map_size_bytes = 1ULL << 30,
        .origin = "unit.duban.example",
        .signer = &k->key,
        .on_durable = on_durable,
        .on_failed = on_failed,
        .ctx = k,
    };
}

void kit_end(kit *k) {
    kit_close(k);
    storage_remove_folder(k->folder);
    pthread_cond_destroy(&k->changed);
    pthread_mutex_destroy(&k->lock);
}

void kit_open(kit *k) {
    duban_refusal refusal = {0};
    duban_status status = journal_open_lmdb(&k->options, &k->journal, &refusal);
    if (status)
        print_error("%s: %s %s\n", duban_status_name(status), refusal.field,
                    refusal.found);
    assert_int_equal(status, DUBAN_OK);
}

void kit_close(kit *k) {
    journal_close(k->journal);
    k->journal = NULL;
}

static size_t make(uint64_t n, uint64_t size_max, uint8_t *bytes) {
    uint64_t seed = n;
    size_t size = 8 + storage_random(&seed) % (size_max - 8);
    memcpy(bytes, &n, sizeof n);
    for (size_t i = 8; i < size; i += 8) {
        uint64_t word = storage_random(&seed);
        memcpy(bytes + i, &word, size - i < 8 ? size - i : 8);
    }
    return size;
}

size_t kit_entry(uint64_t n, uint8_t bytes[KIT_ENTRY_MAX]) {
    return make(n, n % 50 == 49 ? KIT_ENTRY_MAX : 400, bytes);
}

journal_body kit_body(uint64_t n, uint8_t bytes[KIT_ENTRY_MAX]) {
    journal_body body = {.bytes = {bytes, make(n + (1ULL << 40), KIT_ENTRY_MAX, bytes)}};
    memset(body.salt, (int)(n & 0xFF), sizeof body.salt);
    body.hash = hash_of_two(body.salt, BODY_SALT_SIZE, body.bytes.data, body.bytes.size);
    return body;
}

duban_status kit_stage(kit *k) {
    uint8_t bytes[KIT_ENTRY_MAX], body_bytes[KIT_ENTRY_MAX];
    uint64_t n = journal_next(k->journal);
    span entry = {bytes, kit_entry(n, bytes)};
    journal_body body = kit_body(n, body_bytes);
    return journal_stage(k->journal, entry, &body, n % 7 == 0 ? 1 : 0);
}

duban_status kit_wait(kit *k, uint64_t size) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_SECONDS;
    pthread_mutex_lock(&k->lock);
    int code = 0;
    while (k->last.size < size && !k->failed && !code)
        code = pthread_cond_timedwait(&k->changed, &k->lock, &until);
    duban_status failed = k->failed;
    pthread_mutex_unlock(&k->lock);
    assert_int_equal(code, 0);
    return failed;
}

duban_status kit_fill(kit *k, uint64_t count, uint64_t group) {
    duban_status status = DUBAN_OK;
    while (!status && journal_next(k->journal) < count) {
        uint64_t left = count - journal_next(k->journal);
        for (uint64_t i = 0; i < group && i < left && !status; i++)
            status = kit_stage(k);
        journal_flush(k->journal);
        if (!status) status = kit_wait(k, journal_next(k->journal));
    }
    return status;
}

static bool body_same(journal_reader *r, uint64_t n) {
    uint8_t bytes[KIT_ENTRY_MAX];
    journal_body wanted = kit_body(n, bytes), found;
    return journal_body_read(r, &wanted.hash, &found) == DUBAN_OK &&
           found.bytes.size == wanted.bytes.size &&
           memcmp(found.bytes.data, wanted.bytes.data, found.bytes.size) == 0 &&
           memcmp(found.salt, wanted.salt, BODY_SALT_SIZE) == 0;
}

uint64_t kit_same(const journal *j) {
    journal_reader *r;
    assert_int_equal(journal_reader_open(j, &r), DUBAN_OK);
    uint64_t n = 0;
    for (; n < journal_reader_size(r); n++) {
        uint8_t wanted[KIT_ENTRY_MAX];
        span found;
        size_t size = kit_entry(n, wanted);
        if (journal_read(r, n, &found) || found.size != size) break;
        if (memcmp(found.data, wanted, size) != 0) break;
        if (n % 7 == 0 && !body_same(r, n)) break;
    }
    journal_reader_close(r);
    return n;
}

hash256 kit_root(uint64_t size) {
    tlog_frontier tree;
    tlog_frontier_init(&tree);
    for (uint64_t n = 0; n < size; n++) {
        uint8_t bytes[KIT_ENTRY_MAX];
        size_t entry_size = kit_entry(n, bytes);
        hash256 leaf = tlog_leaf_hash(bytes, entry_size);
        tlog_frontier_append(&tree, &leaf);
    }
    return tlog_frontier_root(&tree);
}
