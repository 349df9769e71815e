#include "broker/roots.h"

#include <string.h>

void roots_init(roots *r) {
    memset(r, 0, sizeof *r);
    tlog_frontier_init(&r->frontier);
}

hash256 roots_append(roots *r, span entry) {
    hash256 leaf = tlog_leaf_hash(entry.data, entry.size);
    tlog_frontier_append(&r->frontier, &leaf);
    return leaf;
}

uint64_t roots_size(const roots *r) {
    return r->frontier.size;
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
    uint64_t size = r->frontier.size;
    if (size && remembered(r, size - 1, &root)) return root;
    root = tlog_frontier_root(&r->frontier);
    if (size) remember(r, size - 1, &root);
    return root;
}

duban_status roots_at(roots *r, const journal *j, uint64_t index, hash256 *out) {
    journal_reader *reader = NULL;
    if (index >= r->frontier.size) return DUBAN_E_AHEAD;
    if (remembered(r, index, out)) return DUBAN_OK;
    if (index + 1 == r->frontier.size) {
        *out = roots_last(r);
        return DUBAN_OK;
    }
    duban_status status = journal_reader_open(j, &reader);
    if (!status) status = journal_root_at(reader, index + 1, out);
    journal_reader_close(reader);
    if (!status) remember(r, index, out);
    return status;
}
