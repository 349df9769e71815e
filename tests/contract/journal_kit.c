#include "tests/contract/journal_kit.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Long enough for any machine; only a hang reaches it. */
#define WAIT_SECONDS 120

/* --- folders ------------------------------------------------------------------------ */

void kit_folder(char folder[KIT_FOLDER_MAX]) {
    const char *scratch = getenv("TMPDIR");
    int size =
        snprintf(folder, KIT_FOLDER_MAX, "%.32s/dubanXXXXXX", scratch ? scratch : "/tmp");
    assert_in_range(size, 1, KIT_FOLDER_MAX - 1);
    assert_non_null(mkdtemp(folder));
    assert_int_equal(rmdir(folder), 0);
}

void kit_remove_folder(const char *folder) {
    DIR *open_folder = opendir(folder);
    if (!open_folder) return;
    struct dirent *found;
    while ((found = readdir(open_folder)) != NULL)
        unlinkat(dirfd(open_folder), found->d_name, 0);
    closedir(open_folder);
    rmdir(folder);
}

static void path_of(char out[KIT_FOLDER_MAX + 32], const char *folder, const char *name) {
    snprintf(out, KIT_FOLDER_MAX + 32, "%s/%.30s", folder, name);
}

uint8_t *kit_read_file(const char *folder, const char *name, size_t *size) {
    char path[KIT_FOLDER_MAX + 32];
    path_of(path, folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size ? *size : 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

void kit_write_file(const char *folder, const char *name, const uint8_t *bytes,
                    size_t size) {
    char path[KIT_FOLDER_MAX + 32];
    path_of(path, folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* --- the fixture -------------------------------------------------------------------- */

static void on_durable(void *ctx, const journal_head *head) {
    kit *k = ctx;
    pthread_mutex_lock(&k->lock);
    if (k->heads_n < KIT_HEADS_MAX) k->heads[k->heads_n] = *head;
    k->heads_n++;
    k->last = *head;
    pthread_cond_signal(&k->changed);
    pthread_mutex_unlock(&k->lock);
}

static void on_failed(void *ctx, duban_status status, const char *detail) {
    kit *k = ctx;
    (void)detail;
    pthread_mutex_lock(&k->lock);
    k->failed = status;
    k->failures++;
    pthread_cond_signal(&k->changed);
    pthread_mutex_unlock(&k->lock);
}

static int setup(void **state, kit_engine engine) {
    kit *k = calloc(1, sizeof *k);
    assert_non_null(k);
    k->heads = calloc(KIT_HEADS_MAX, sizeof *k->heads);
    assert_non_null(k->heads);
    assert_int_equal(sign_init(), DUBAN_OK);
    uint8_t seed[SIGN_SEED_SIZE] = {7};
    sign_key_of_seed(seed, &k->key);
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->changed, NULL);
    k->engine = engine;
    k->disk = mem_disk_new();
    assert_non_null(k->disk);
    kit_folder(k->folder);
    k->options = (journal_options){
        .path = k->folder,
        .map_size_bytes = 1ULL << 30,
        .origin = KIT_ORIGIN,
        .signer = &k->key,
        .on_durable = on_durable,
        .on_failed = on_failed,
        .ctx = k,
    };
    kit_open(k);
    *state = k;
    return 0;
}

int kit_setup_mem(void **state) {
    return setup(state, KIT_MEM);
}

int kit_setup_lmdb(void **state) {
    return setup(state, KIT_LMDB);
}

int kit_teardown(void **state) {
    kit *k = *state;
    kit_close(k);
    mem_disk_free(k->disk);
    kit_remove_folder(k->folder);
    pthread_cond_destroy(&k->changed);
    pthread_mutex_destroy(&k->lock);
    free(k->heads);
    free(k);
    return 0;
}

duban_status kit_try_open(kit *k, duban_refusal *refusal) {
    return k->engine == KIT_MEM
               ? journal_open_mem(&k->options, k->disk, &k->journal, refusal)
               : journal_open_lmdb(&k->options, &k->journal, refusal);
}

void kit_open(kit *k) {
    duban_refusal refusal = {0};
    duban_status status = kit_try_open(k, &refusal);
    if (status)
        print_error("%s: %s %s\n", duban_status_name(status), refusal.field,
                    refusal.found);
    assert_int_equal(status, DUBAN_OK);
}

void kit_close(kit *k) {
    journal_close(k->journal);
    k->journal = NULL;
}

/* --- entries ------------------------------------------------------------------------ */

static uint64_t mix(uint64_t *seed) {
    uint64_t z = *seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

size_t kit_entry(uint64_t n, uint8_t bytes[KIT_ENTRY_MAX]) {
    uint64_t seed = n;
    size_t size = 8 + mix(&seed) % (KIT_ENTRY_MAX - 8);
    memcpy(bytes, &n, sizeof n);
    for (size_t i = 8; i < size; i += 8) {
        uint64_t word = mix(&seed);
        memcpy(bytes + i, &word, size - i < 8 ? size - i : 8);
    }
    return size;
}

void kit_stage(kit *k, uint64_t n) {
    uint8_t bytes[KIT_ENTRY_MAX];
    assert_int_equal(journal_next(k->journal), n);
    span entry = {bytes, kit_entry(n, bytes)};
    assert_int_equal(journal_stage(k->journal, entry, NULL, 0), DUBAN_OK);
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

void kit_flush(kit *k) {
    journal_flush(k->journal);
    kit_wait(k, journal_next(k->journal));
}

void kit_fill(kit *k, uint64_t count, uint64_t group) {
    while (journal_next(k->journal) < count) {
        uint64_t left = count - journal_next(k->journal);
        for (uint64_t i = 0; i < group && i < left; i++)
            kit_stage(k, journal_next(k->journal));
        kit_flush(k);
        assert_int_equal(k->failed, DUBAN_OK);
    }
}

/* --- the tree, naively -------------------------------------------------------------- */

hash256 kit_naive_root(uint64_t begin, uint64_t end) {
    static const uint8_t leaf_prefix = 0, node_prefix = 1;
    uint8_t bytes[KIT_ENTRY_MAX];
    hash_stream stream;
    if (begin == end) return hash_of(NULL, 0);
    if (end - begin == 1)
        return hash_of_two(&leaf_prefix, 1, bytes, kit_entry(begin, bytes));
    uint64_t split = 1;
    while (2 * split < end - begin)
        split *= 2;
    hash256 left = kit_naive_root(begin, begin + split);
    hash256 right = kit_naive_root(begin + split, end);
    hash_begin(&stream);
    hash_add(&stream, &node_prefix, 1);
    hash_add(&stream, left.bytes, HASH_SIZE);
    hash_add(&stream, right.bytes, HASH_SIZE);
    return hash_end(&stream);
}

journal_reader *kit_reader(kit *k) {
    journal_reader *r = NULL;
    assert_int_equal(journal_reader_open(k->journal, &r), DUBAN_OK);
    return r;
}

/* --- harm --------------------------------------------------------------------------- */

/* No file may grow or be written beyond this: LMDB's third page and the heads' second
 * slot lie behind it. */
#define BROKEN_FILE_BYTES 4096

static void limit_files(rlim_t bytes) {
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

void kit_break_commits(kit *k) {
    if (k->engine == KIT_MEM) {
        mem_disk_fail_commit(k->disk, 1, MEM_FAULT_COMMIT);
        return;
    }
    signal(SIGXFSZ, SIG_IGN);
    fflush(stdout);
    limit_files(BROKEN_FILE_BYTES);
}

void kit_mend_commits(kit *k) {
    if (k->engine == KIT_LMDB) limit_files(RLIM_INFINITY);
}

static void copy_file(const char *folder, const char *from, const char *to) {
    size_t size;
    uint8_t *bytes = kit_read_file(folder, from, &size);
    kit_write_file(folder, to, bytes, size);
    free(bytes);
}

void kit_remember(kit *k) {
    assert_null(k->journal);
    k->remembered_size = k->last.size;
    if (k->engine == KIT_LMDB) copy_file(k->folder, "journal.mdb", "remembered");
}

void kit_restore_entries(kit *k) {
    assert_null(k->journal);
    if (k->engine == KIT_MEM)
        mem_disk_lose_tail(k->disk, k->last.size - k->remembered_size);
    else
        copy_file(k->folder, "remembered", "journal.mdb");
}

/* LMDB writes changed pages elsewhere, so older copies of an entry may lie about: all of
 * them are changed. */
static void flip_in_file(kit *k, const uint8_t *entry, size_t entry_size, uint64_t bit) {
    size_t size, found = 0;
    uint8_t *bytes = kit_read_file(k->folder, "journal.mdb", &size);
    for (size_t at = 0; at + entry_size <= size; at++) {
        if (bytes[at] != *entry || memcmp(bytes + at, entry, entry_size) != 0) continue;
        bytes[at + bit / 8] ^= (uint8_t)(1u << bit % 8);
        found++;
    }
    assert_true(found > 0);
    kit_write_file(k->folder, "journal.mdb", bytes, size);
    free(bytes);
}

static void flip(uint8_t *bytes, size_t size, uint64_t bit) {
    bit %= 8 * size;
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

void kit_flip_entry(kit *k, uint64_t n, uint64_t bit) {
    assert_null(k->journal);
    uint8_t entry[KIT_ENTRY_MAX];
    size_t size = kit_entry(n, entry);
    if (k->engine == KIT_MEM)
        assert_true(mem_disk_flip_entry(k->disk, n, bit));
    else
        flip_in_file(k, entry, size, bit % (8 * size));
}

void kit_unflip_entry(kit *k, uint64_t n, uint64_t bit) {
    assert_null(k->journal);
    uint8_t entry[KIT_ENTRY_MAX];
    size_t size = kit_entry(n, entry);
    flip(entry, size, bit);
    if (k->engine == KIT_MEM)
        assert_true(mem_disk_flip_entry(k->disk, n, bit));
    else
        flip_in_file(k, entry, size, bit % (8 * size));
}
