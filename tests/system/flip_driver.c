/* Flips bits in a stopped broker's files and starts up on each, for flips_test.py.
 *
 *     flip_driver DATA look               prints head, digest and a hash of all entries
 *     flip_driver DATA flip SEED COUNT    COUNT flips; a line for each kind of place:
 *                                         kind refused found same different crashed,
 *                                         then a line for each status of the first two
 *
 * A start-up is what duband does before its sockets: the genesis, the journal with its
 * verification, every leaf and tile, the fold with its digests; every other one is read
 * only and with every body, as --check does. Then every entry and body is read back: what
 * fails only there is `found`. Each runs in a child. The flipped bit is put back, and at
 * the end both files must be what they were. */
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/bodies.h"
#include "broker/genesis.h"
#include "broker/ledger/heap.h"
#include "broker/refold.h"
#include "storage/heads.h"
#include "storage/lmdb/layout.h"
#include "storage/lmdb/lmdb.h"

#define CHILD_SECONDS 120 /* only a hang reaches it */
#define META_BYTES    sizeof(lmdb_meta)
#define HEAD_BYTES    64 /* a page's head and the places of its first nodes */

/* --- start-up and what is kept ------------------------------------------------------ */

typedef struct seen {
    bool started;
    journal_head head;
    hash256 digest;
    hash256 entries; /* of every entry's size and bytes */
} seen;

typedef struct reading {
    journal_reader *reader;
    bool bodies;
    hash_stream all;
    arena words;
    arena refs;
} reading;

/* A body that can be read has the hash that its entry names: it is the same. */
static duban_status read_bodies(reading *r, span entry) {
    body_ref *refs = NULL;
    uint32_t count = 0;
    arena_reset(&r->refs);
    duban_status status = bodies_named(entry, &r->words, &r->refs, &refs, &count);
    for (uint32_t i = 0; i < count && !status; i++) {
        journal_body body;
        status = journal_body_read(r->reader, &refs[i].hash, &body);
    }
    return status;
}

static duban_status read_entry(void *ctx, uint64_t index, span entry) {
    reading *r = ctx;
    (void)index;
    hash_add(&r->all, &entry.size, sizeof entry.size);
    hash_add(&r->all, entry.data, entry.size);
    return r->bodies ? read_bodies(r, entry) : DUBAN_OK;
}

static duban_status read_all(const journal *j, uint64_t size, bool bodies, hash256 *out) {
    reading r = {.bodies = bodies};
    duban_status status = journal_reader_open(j, &r.reader);
    if (status) return status;
    hash_begin(&r.all);
    arena_init(&r.words, 0);
    arena_init(&r.refs, 0);
    status = journal_scan(r.reader, 0, size, read_entry, &r);
    journal_reader_close(r.reader);
    arena_close(&r.refs);
    arena_close(&r.words);
    *out = hash_end(&r.all);
    return status;
}

static duban_status verify(const journal *j, uint64_t size) {
    journal_reader *r;
    uint64_t bad;
    duban_status status = journal_reader_open(j, &r);
    if (status) return status;
    status = journal_verify(r, 0, size, NULL, NULL, &bad);
    journal_reader_close(r);
    return status;
}

static duban_status fold(const journal *j, bool checking, hash256 *digest) {
    static roots all;
    bodies_found bodies;
    logger log = {.fd = STDERR_FILENO};
    refold r = {.roots = &all, .log = &log};
    uint32_t pages;
    roots_init(&all);
    duban_status status = ledger_new(heap_allocator(), &r.ledger);
    if (!status) status = refold_run(&r, j, NULL);
    if (!status && checking) status = bodies_verify(j, r.ledger, r.next, &bodies, NULL);
    if (!status) status = ledger_digest(r.ledger, digest, &pages);
    if (r.ledger) ledger_free(r.ledger);
    return status;
}

static void on_durable(void *ctx, const journal_head *head) {
    (void)ctx, (void)head;
}

static void on_failed(void *ctx, duban_status status, const char *detail) {
    (void)ctx, (void)status, (void)detail;
}

static duban_status start_up(const char *data, bool read_only, seen *out) {
    char path[PATH_MAX];
    genesis g;
    journal *j;
    duban_refusal refusal = {0};
    duban_status status = genesis_read(data, "", &g, &refusal);
    if (status) return status;
    snprintf(path, sizeof path, "%s/journal", data);
    journal_options options = {.path = path,
                               .origin = g.submission->ev.genesis.origin,
                               .read_only = read_only,
                               .log_key = &g.key.public_key,
                               .signer = read_only ? NULL : &g.key,
                               .on_durable = on_durable,
                               .on_failed = on_failed};
    status = journal_open_lmdb(&options, &j, &refusal);
    if (status) return status;
    journal_get_head(j, &out->head);
    status = genesis_matches(&g, j, &refusal);
    if (!status) status = verify(j, out->head.size);
    if (!status) status = fold(j, read_only, &out->digest);
    out->started = !status;
    if (!status) status = read_all(j, out->head.size, !read_only, &out->entries);
    journal_close(j);
    genesis_close(&g);
    return status;
}

static bool same(const seen *a, const seen *b) {
    return a->head.size == b->head.size && hash_equal(&a->head.root, &b->head.root) &&
           hash_equal(&a->digest, &b->digest) && hash_equal(&a->entries, &b->entries);
}

/* --- places ------------------------------------------------------------------------- */

typedef enum place {
    PLACE_META,     /* LMDB's two meta pages, what is used of them */
    PLACE_HEAD,     /* heads of all other pages */
    PLACE_BRANCH,   /* pages that lead to others */
    PLACE_LEAF,     /* pages with entries, bodies, the state, lists of free pages */
    PLACE_OVERFLOW, /* pages with tiles and large values */
    PLACE_HEADS,    /* the ring of signed heads: its records */
    PLACES
} place;

static const char *const place_names[PLACES] = {"meta", "head",     "branch",
                                                "leaf", "overflow", "heads"};
/* Of a hundred flips. */
static const uint32_t place_weights[PLACES] = {10, 10, 10, 30, 30, 10};

typedef struct file {
    int fd;
    uint8_t *bytes; /* as they were */
    size_t size;
} file;

typedef struct pages {
    uint32_t *numbers;
    uint32_t count;
} pages;

typedef struct flips {
    const char *data;
    file journal;
    file heads;
    uint32_t page_bytes;
    pages of[PLACES];
    uint64_t seed;
    seen wanted;
} flips;

_Noreturn static void give_up(const char *what) {
    fprintf(stderr, "flip_driver: %s\n", what);
    exit(1);
}

static void file_open(file *f, const char *data, const char *name) {
    char path[PATH_MAX];
    struct stat found;
    snprintf(path, sizeof path, "%s/journal/%s", data, name);
    f->fd = open(path, O_RDWR);
    if (f->fd < 0 || fstat(f->fd, &found) != 0) give_up(path);
    f->size = (size_t)found.st_size;
    f->bytes = malloc(f->size);
    if (!f->bytes || pread(f->fd, f->bytes, f->size, 0) != (ssize_t)f->size)
        give_up(path);
}

static uint64_t draw(flips *f, uint64_t below) {
    uint64_t z = f->seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (z ^ z >> 31) % below;
}

static void add_page(pages *p, uint32_t number) {
    p->numbers[p->count++] = number;
}

/* Sorts every page that LMDB ever used by what its head says it is. */
static void sort_pages(flips *f) {
    lmdb_meta metas[2];
    memcpy(&metas[0], f->journal.bytes, sizeof metas[0]);
    f->page_bytes = metas[0].trees[0].pad;
    memcpy(&metas[1], f->journal.bytes + f->page_bytes, sizeof metas[1]);
    bool later = metas[1].transaction > metas[0].transaction;
    uint32_t last = (uint32_t)metas[later].last_page;
    for (int i = 0; i < PLACES; i++) {
        f->of[i].numbers = malloc((last + 1) * sizeof *f->of[i].numbers);
        if (!f->of[i].numbers) give_up("no memory");
    }
    for (uint32_t n = 2, in_value = 0; n <= last; n++) {
        lmdb_page head;
        memcpy(&head, f->journal.bytes + (size_t)n * f->page_bytes, sizeof head);
        if (in_value > 0) {
            add_page(&f->of[PLACE_OVERFLOW], n);
            in_value--;
            continue;
        }
        add_page(&f->of[PLACE_HEAD], n);
        if (head.flags == PAGE_BRANCH) add_page(&f->of[PLACE_BRANCH], n);
        if (head.flags == PAGE_LEAF) add_page(&f->of[PLACE_LEAF], n);
        if (head.flags != PAGE_OVERFLOW) continue;
        add_page(&f->of[PLACE_OVERFLOW], n);
        in_value = (head.lower | (uint32_t)head.upper << 16) - 1;
    }
}

static place draw_place(flips *f) {
    uint64_t drawn = draw(f, 100);
    uint32_t sum = 0;
    for (int i = 0; i < PLACES; i++) {
        sum += place_weights[i];
        if (drawn < sum) return (place)i;
    }
    return PLACE_LEAF;
}

static file *draw_byte(flips *f, place at, size_t *byte) {
    if (at == PLACE_HEADS) {
        *byte = draw(f, HEADS_SLOTS) * HEADS_STRIDE + draw(f, HEADS_RECORD_SIZE);
        return &f->heads;
    }
    if (at == PLACE_META) {
        *byte = draw(f, 2) * f->page_bytes + draw(f, META_BYTES);
        return &f->journal;
    }
    const pages *p = &f->of[at];
    if (p->count == 0) give_up("a kind of page that is not there");
    *byte = (size_t)p->numbers[draw(f, p->count)] * f->page_bytes +
            draw(f, at == PLACE_HEAD ? HEAD_BYTES : f->page_bytes);
    return &f->journal;
}

/* --- one flip ----------------------------------------------------------------------- */

typedef enum outcome { REFUSED, FOUND, SAME, DIFFERENT, CRASHED, OUTCOMES } outcome;

typedef struct told {
    duban_status status;
    bool started;
    bool same;
} told;

static void child_run(flips *f, bool read_only, int to) {
    seen found = {0};
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
    alarm(CHILD_SECONDS);
    told t = {.status = start_up(f->data, read_only, &found)};
    t.started = found.started;
    t.same = !t.status && same(&found, &f->wanted);
    _exit(write(to, &t, sizeof t) == sizeof t ? 0 : 1);
}

static outcome in_child(flips *f, bool read_only, duban_status *status) {
    int ends[2], ended;
    told t;
    if (pipe(ends) != 0) give_up("pipe");
    pid_t child = fork();
    if (child < 0) give_up("fork");
    if (child == 0) child_run(f, read_only, ends[1]);
    close(ends[1]);
    bool whole = read(ends[0], &t, sizeof t) == sizeof t;
    close(ends[0]);
    if (waitpid(child, &ended, 0) != child) give_up("waitpid");
    if (!whole || !WIFEXITED(ended)) return CRASHED;
    *status = t.status;
    if (t.status) return t.started ? FOUND : REFUSED;
    return t.same ? SAME : DIFFERENT;
}

static void put_byte(const file *f, size_t at, uint8_t byte) {
    if (pwrite(f->fd, &byte, 1, (off_t)at) != 1) give_up("pwrite");
}

static outcome flip_one(flips *f, place at, bool read_only, duban_status *status) {
    size_t byte;
    file *flipped = draw_byte(f, at, &byte);
    uint64_t bit = draw(f, 8);
    put_byte(flipped, byte, flipped->bytes[byte] ^ (uint8_t)(1u << bit));
    outcome seen_as = in_child(f, read_only, status);
    put_byte(flipped, byte, flipped->bytes[byte]);
    /* The broker may have signed its head anew, over the flipped record. */
    if (pwrite(f->heads.fd, f->heads.bytes, f->heads.size, 0) != (ssize_t)f->heads.size)
        give_up("heads");
    if (seen_as == DIFFERENT || seen_as == CRASHED)
        printf("! %s of %s: byte %zu bit %" PRIu64 "\n",
               seen_as == CRASHED ? "crash" : "silent difference",
               flipped == &f->heads ? "heads" : "journal.mdb", byte, bit);
    return seen_as;
}

static void assert_original(const file *f) {
    uint8_t *now = malloc(f->size);
    if (!now || pread(f->fd, now, f->size, 0) != (ssize_t)f->size) give_up("read");
    if (memcmp(now, f->bytes, f->size) != 0) give_up("a file is not what it was");
    free(now);
}

static void flip_many(flips *f, uint64_t count) {
    static uint32_t outcomes[PLACES][OUTCOMES], refusals[1024];
    for (uint64_t i = 0; i < count; i++) {
        duban_status status = DUBAN_OK;
        place at = draw_place(f);
        outcome seen_as = flip_one(f, at, i % 2 == 1, &status);
        outcomes[at][seen_as]++;
        if (status) refusals[-(int)status % 1024]++;
    }
    assert_original(&f->journal);
    assert_original(&f->heads);
    for (int i = 0; i < PLACES; i++)
        printf("%s %u %u %u %u %u\n", place_names[i], outcomes[i][REFUSED],
               outcomes[i][FOUND], outcomes[i][SAME], outcomes[i][DIFFERENT],
               outcomes[i][CRASHED]);
    for (int i = 1; i < 1024; i++)
        if (refusals[i])
            printf("E%d %s %u\n", i, duban_status_name((duban_status)-i), refusals[i]);
}

static void look(const flips *f) {
    char root[HASH_TEXT_SIZE], digest[HASH_TEXT_SIZE], entries[HASH_TEXT_SIZE];
    hash_print(&f->wanted.head.root, root);
    hash_print(&f->wanted.digest, digest);
    hash_print(&f->wanted.entries, entries);
    printf("%" PRIu64 " %s %s %s\n", f->wanted.head.size, root, digest, entries);
}

int main(int argc, char **argv) {
    flips f = {.data = argc > 2 ? argv[1] : ""};
    bool flipping = argc == 5 && strcmp(argv[2], "flip") == 0;
    if (!flipping && (argc != 3 || strcmp(argv[2], "look") != 0))
        give_up("DATA look | DATA flip SEED COUNT");
    if (sign_init()) give_up("libsodium");
    duban_status status = start_up(f.data, true, &f.wanted);
    if (status) give_up(duban_status_name(status));
    if (!flipping) {
        look(&f);
        return 0;
    }
    f.seed = strtoull(argv[3], NULL, 10);
    file_open(&f.journal, f.data, "journal.mdb");
    file_open(&f.heads, f.data, "heads");
    sort_pages(&f);
    flip_many(&f, strtoull(argv[4], NULL, 10));
    return 0;
}
