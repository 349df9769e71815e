#include "broker/roots.h"

#include <assert.h>
#include <string.h>

void roots_init(roots *r) {
    tlog_writer_init(&r->edge);
    r->kept = 0;
}

/* The committer has an edge of its own and stores tiles from there. */
static duban_status pass_over(void *ctx, uint32_t level, uint64_t number,
                              const hash256 hashes[TILE_WIDTH]) {
    (void)ctx, (void)level, (void)number, (void)hashes;
    return DUBAN_OK;
}

hash256 roots_append(roots *r, span entry) {
    tile_sink nowhere = {pass_over, NULL};
    hash256 leaf = tlog_leaf_hash(entry.data, entry.size);
    duban_status status = tlog_writer_append(&r->edge, &leaf, &nowhere);
    assert(status == DUBAN_OK);
    return leaf;
}

uint64_t roots_size(const roots *r) {
    return tlog_writer_size(&r->edge);
}

static bool remembered(const roots *r, uint64_t index, hash256 *out) {
    uint32_t count = r->kept < ROOTS_KEPT ? r->kept : ROOTS_KEPT;
    for (uint32_t i = 0; i < count; i++)
        if (r->index[i] == index) {
            *out = r->root[i];
            return true;
        }
    return false;
}

static void remember(roots *r, uint64_t index, const hash256 *root) {
    uint32_t slot = r->kept % ROOTS_KEPT;
    r->index[slot] = index;
    r->root[slot] = *root;
    r->kept = r->kept + 1 < 2 * ROOTS_KEPT ? r->kept + 1 : ROOTS_KEPT;
}

hash256 roots_last(roots *r) {
    hash256 root;
    uint64_t size = roots_size(r);
    if (size && remembered(r, size - 1, &root)) return root;
    root = tlog_writer_root(&r->edge);
    if (size) remember(r, size - 1, &root);
    return root;
}

duban_status roots_at(roots *r, const journal *j, uint64_t index, hash256 *out) {
    journal_reader *reader = NULL;
    if (index >= roots_size(r)) return DUBAN_E_AHEAD;
    if (remembered(r, index, out)) return DUBAN_OK;
    if (index + 1 == roots_size(r)) {
        *out = roots_last(r);
        return DUBAN_OK;
    }
    duban_status status = journal_reader_open(j, &reader);
    if (!status) status = journal_root_at(reader, index + 1, out);
    journal_reader_close(reader);
    if (!status) remember(r, index, out);
    return status;
}

/* --- proofs ------------------------------------------------------------------------- */

/* What the edge no longer holds; the journal is opened at the first such hash. */
typedef struct older {
    const journal *journal;
    uint64_t size;
    journal_reader *reader;
    tlog_hash_reader hashes;
} older;

static duban_status read_older(void *ctx, uint32_t level, uint64_t index, hash256 *out) {
    older *o = ctx;
    if (!o->reader) {
        journal_reader *reader = NULL;
        duban_status status = journal_reader_open(o->journal, &reader);
        if (!status) status = journal_hashes(reader, o->size, &o->hashes);
        if (status) {
            journal_reader_close(reader);
            return status;
        }
        o->reader = reader;
    }
    return o->hashes.read(o->hashes.ctx, level, index, out);
}

duban_status roots_prove(const roots *r, const journal *j, uint64_t index, uint64_t size,
                         tlog_path *out) {
    older behind = {.journal = j, .size = size};
    tlog_edge_reader edge = {&r->edge, {read_older, &behind}};
    tlog_hash_reader hashes = tlog_edge_hashes(&edge);
    if (size > roots_size(r)) return DUBAN_E_AHEAD;
    duban_status status = tlog_prove_inclusion(&hashes, index, size, out);
    journal_reader_close(behind.reader);
    return status;
}
