/* Every byte of a journal of a thousand entries, flipped: of every entry, every stored
 * tile, the journal's state and the signed head. Each is named. An entry of a full tile
 * is named itself; behind the last full one only the tree's edge is stored, so there the
 * first index under the differing hash is named.
 *
 * In memory all bytes, by children that share the work; through LMDB's file, whose map
 * shows a written byte at once, every so many-th of them. */
#include "tests/contract/journal_kit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/engine.h"

#define ENTRIES    1000
#define BYTES_MIN  60
#define BYTES_MAX  400
#define FULL_TILES (ENTRIES / TILE_WIDTH)
#define CHILDREN   2
#define PLACES_MAX 16 /* where one entry may lie in LMDB's file, old copies included */
/* Primes, so that every place of a hash comes. A fork is dear under ThreadSanitizer, and
 * nothing here has threads to watch. */
#ifdef __SANITIZE_THREAD__
#define MEM_STEP  97
#define LMDB_STEP 997
#else
#define MEM_STEP  1
#define LMDB_STEP 41
#endif

/* --- the journal -------------------------------------------------------------------- */

/* Most entries are small and some are not: the smaller of two draws. */
static size_t make_entry(uint64_t n, uint8_t bytes[KIT_ENTRY_MAX]) {
    hash256 drawn = hash_of(&n, sizeof n);
    uint32_t one = (uint32_t)(drawn.bytes[0] << 8 | drawn.bytes[1]) % (BYTES_MAX + 1);
    uint32_t other = (uint32_t)(drawn.bytes[2] << 8 | drawn.bytes[3]) % (BYTES_MAX + 1);
    for (size_t at = 0; at < BYTES_MAX; at += HASH_SIZE) {
        memcpy(bytes + at, drawn.bytes, HASH_SIZE);
        drawn = hash_of(&drawn, sizeof drawn);
    }
    size_t size = one < other ? one : other;
    return size < BYTES_MIN ? BYTES_MIN : size;
}

static void fill(kit *k) {
    for (uint64_t n = 0; n < ENTRIES; n++) {
        uint8_t bytes[KIT_ENTRY_MAX];
        span entry = {bytes, make_entry(n, bytes)};
        assert_int_equal(journal_stage(k->journal, entry, NULL, 0), DUBAN_OK);
        if (n % 100 == 99) kit_flush(k);
    }
    assert_int_equal(k->last.size, ENTRIES);
}

/* The bit of that byte that is flipped. */
static uint64_t bit_of(uint64_t byte) {
    return 8 * byte + (byte + byte / 8) % 8;
}

/* --- what must be named ------------------------------------------------------------- */

/* The first index under the hash of the tree's edge that holds n. */
static uint64_t edge_begin(uint64_t n) {
    uint64_t begin = 0;
    for (uint64_t part = 1u << 9; part > 0; part /= 2) {
        if (!(ENTRIES & part)) continue;
        if (n < begin + part) return begin;
        begin += part;
    }
    return begin;
}

static uint64_t entry_named(uint64_t n) {
    return n < FULL_TILES * TILE_WIDTH ? n : edge_begin(n);
}

/* Of a tile's hash its entry, of the root behind them the tile's first. */
static uint64_t tile_named(uint64_t tile, uint64_t byte) {
    uint64_t hash = byte / HASH_SIZE;
    return tile * TILE_WIDTH + (hash < TILE_WIDTH ? hash : 0);
}

/* Verifies what lies in the tile of n; true when that names `wanted` as damaged. */
static bool names(journal_reader *r, uint64_t n, uint64_t wanted) {
    uint64_t bad = UINT64_MAX;
    duban_status status = journal_verify(r, n, n + 1, NULL, NULL, &bad);
    return status == DUBAN_E_CORRUPT && bad == wanted;
}

static void assert_whole(kit *k) {
    uint64_t bad;
    journal_reader *r = kit_reader(k);
    assert_int_equal(journal_verify(r, 0, ENTRIES, NULL, NULL, &bad), DUBAN_OK);
    journal_reader_close(r);
}

/* --- in memory ---------------------------------------------------------------------- */

/* The entries begin, begin + CHILDREN, ...; how many bytes were flipped, 0 when one was
 * not named. */
static uint64_t flip_entries(kit *k, journal_reader *r, uint64_t begin) {
    uint8_t bytes[KIT_ENTRY_MAX];
    uint64_t flips = 0;
    for (uint64_t n = begin; n < ENTRIES; n += CHILDREN) {
        size_t size = make_entry(n, bytes);
        for (uint64_t byte = n % MEM_STEP; byte < size; byte += MEM_STEP, flips++) {
            mem_disk_flip_entry(k->disk, n, bit_of(byte));
            bool named = names(r, n, entry_named(n));
            mem_disk_flip_entry(k->disk, n, bit_of(byte));
            if (named) continue;
            print_error("entry %llu, byte %llu\n", (unsigned long long)n,
                        (unsigned long long)byte);
            return 0;
        }
    }
    return flips;
}

static void child_run(kit *k, uint64_t begin, int to) {
    journal_reader *r;
    uint64_t flips = 0;
    if (!journal_reader_open(k->journal, &r)) flips = flip_entries(k, r, begin);
    _exit(write(to, &flips, sizeof flips) == sizeof flips ? 0 : 1);
}

static uint64_t flips_of_children(kit *k) {
    pid_t children[CHILDREN];
    uint64_t flips[CHILDREN], all = 0;
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    for (uint64_t i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) child_run(k, i, ends[1]);
    }
    for (int i = 0; i < CHILDREN; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
        assert_int_equal(read(ends[0], &flips[i], sizeof flips[i]), sizeof flips[i]);
        assert_int_not_equal(flips[i], 0);
        all += flips[i];
    }
    close(ends[0]);
    close(ends[1]);
    return all;
}

static void every_flipped_byte_of_every_entry_is_named(void **state) {
    kit *k = *state;
    uint8_t bytes[KIT_ENTRY_MAX];
    uint64_t all = 0;
    fill(k);
    for (uint64_t n = 0; n < ENTRIES; n++)
        all += make_entry(n, bytes);
    uint64_t flips = flips_of_children(k);
    print_message("%llu of %llu bytes of entries flipped\n", (unsigned long long)flips,
                  (unsigned long long)all);
    if (MEM_STEP == 1) assert_int_equal(flips, all);
    assert_whole(k);
}

static void every_flipped_byte_of_every_tile_is_named(void **state) {
    kit *k = *state;
    fill(k);
    journal_reader *r = kit_reader(k);
    for (uint64_t tile = 0; tile < FULL_TILES; tile++)
        for (uint64_t byte = 0; byte < STORED_TILE_SIZE_BYTES; byte += MEM_STEP) {
            assert_true(mem_disk_flip_tile(k->disk, tile, bit_of(byte)));
            assert_true(names(r, tile * TILE_WIDTH, tile_named(tile, byte)));
            assert_true(mem_disk_flip_tile(k->disk, tile, bit_of(byte)));
        }
    assert_false(mem_disk_flip_tile(k->disk, FULL_TILES, 0));
    journal_reader_close(r);
    assert_whole(k);
}

/* The verifier reads the edge from the state; the opening says which of them it was. */
static void assert_refused(kit *k, duban_status wanted, const char *field) {
    duban_refusal refusal = {0};
    assert_int_equal(kit_try_open(k, &refusal), wanted);
    assert_string_equal(refusal.field, field);
}

static void every_flipped_byte_of_state_and_head_is_refused(void **state) {
    kit *k = *state;
    size_t edge = 0;
    fill(k);
    for (uint64_t rest = ENTRIES; rest > 0; rest &= rest - 1)
        edge++;
    journal_reader *r = kit_reader(k);
    for (uint64_t byte = 0; byte < 20 + (edge + 1) * HASH_SIZE; byte++) {
        assert_true(mem_disk_flip_state(k->disk, bit_of(byte)));
        assert_true(names(r, 0, 0));
        assert_true(mem_disk_flip_state(k->disk, bit_of(byte)));
    }
    journal_reader_close(r);
    size_t head = strlen(k->last.checkpoint);
    kit_close(k);
    for (uint64_t byte = 0; byte < 20 + (edge + 1) * HASH_SIZE; byte++) {
        assert_true(mem_disk_flip_state(k->disk, bit_of(byte)));
        assert_refused(k, DUBAN_E_CORRUPT, "state");
        assert_true(mem_disk_flip_state(k->disk, bit_of(byte)));
    }
    for (uint64_t byte = 0; byte < head; byte++) {
        assert_true(mem_disk_flip_head(k->disk, bit_of(byte)));
        assert_refused(k, DUBAN_E_NOTE, "heads");
        assert_true(mem_disk_flip_head(k->disk, bit_of(byte)));
    }
    kit_open(k);
    assert_whole(k);
}

/* --- through LMDB's file ------------------------------------------------------------ */

/* Where those bytes lie: LMDB writes changed pages elsewhere, so old copies lie about. */
static size_t places_of(const uint8_t *file, size_t file_size, const void *bytes,
                        size_t size, size_t places[PLACES_MAX]) {
    size_t n = 0;
    for (size_t at = 0; at + size <= file_size; at += 2) { /* nodes lie on even places */
        if (memcmp(file + at, bytes, size) != 0) continue;
        assert_true(n < PLACES_MAX);
        places[n++] = at;
    }
    assert_true(n > 0);
    return n;
}

static void flip_file(int fd, const size_t *places, size_t n, uint64_t byte) {
    uint8_t found;
    for (size_t i = 0; i < n; i++) {
        off_t at = (off_t)(places[i] + byte);
        assert_int_equal(pread(fd, &found, 1, at), 1);
        found ^= (uint8_t)(1u << bit_of(byte) % 8);
        assert_int_equal(pwrite(fd, &found, 1, at), 1);
    }
}

typedef struct stored {
    kit *k;
    int fd;
    uint8_t *file;
    size_t file_size;
} stored;

static void stored_open(kit *k, stored *s) {
    char path[KIT_FOLDER_MAX + 32];
    snprintf(path, sizeof path, "%s/journal.mdb", k->folder);
    *s = (stored){.k = k, .fd = open(path, O_RDWR)};
    assert_true(s->fd >= 0);
    s->file = kit_read_file(k->folder, "journal.mdb", &s->file_size);
}

static void stored_close(stored *s) {
    close(s->fd);
    free(s->file);
}

static void flip_stored(stored *s, const void *bytes, size_t size, uint64_t from,
                        uint64_t n, uint64_t (*wanted)(uint64_t, uint64_t)) {
    size_t places[PLACES_MAX];
    size_t count = places_of(s->file, s->file_size, bytes, size, places);
    for (uint64_t byte = from; byte < size; byte += LMDB_STEP) {
        flip_file(s->fd, places, count, byte);
        journal_reader *r = kit_reader(s->k);
        uint64_t begin = wanted == tile_named ? n * TILE_WIDTH : n;
        assert_true(names(r, begin, wanted(n, byte)));
        journal_reader_close(r);
        flip_file(s->fd, places, count, byte);
    }
}

static uint64_t entry_byte_named(uint64_t n, uint64_t byte) {
    (void)byte;
    return entry_named(n);
}

static void flipped_bytes_of_lmdbs_file_are_named(void **state) {
    kit *k = *state;
    stored s;
    hash256 hashes[STORED_TILE_HASHES];
    fill(k);
    stored_open(k, &s);
    for (uint64_t n = 0; n < ENTRIES; n++) {
        uint8_t bytes[KIT_ENTRY_MAX];
        size_t size = make_entry(n, bytes);
        flip_stored(&s, bytes, size, n % LMDB_STEP, n, entry_byte_named);
    }
    for (uint64_t tile = 0; tile < FULL_TILES; tile++) {
        journal_reader *r = kit_reader(k);
        assert_int_equal(journal_tile(r, 0, tile, TILE_WIDTH, hashes), DUBAN_OK);
        assert_int_equal(journal_root_at(r, ENTRIES, &hashes[TILE_WIDTH]), DUBAN_OK);
        journal_reader_close(r);
        hashes[TILE_WIDTH] = tile_root(hashes);
        flip_stored(&s, hashes, sizeof hashes, tile, tile, tile_named);
    }
    stored_close(&s);
    assert_whole(k);
    kit_close(k);
    kit_open(k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_flipped_byte_of_every_entry_is_named,
                                        kit_setup_mem, kit_teardown),
        cmocka_unit_test_setup_teardown(every_flipped_byte_of_every_tile_is_named,
                                        kit_setup_mem, kit_teardown),
        cmocka_unit_test_setup_teardown(every_flipped_byte_of_state_and_head_is_refused,
                                        kit_setup_mem, kit_teardown),
        cmocka_unit_test_setup_teardown(flipped_bytes_of_lmdbs_file_are_named,
                                        kit_setup_lmdb, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
