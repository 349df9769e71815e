#include "broker/ledger/digest.h"

#include <string.h>

/* The roots of the full subtrees to the left, largest first, as their sizes' bits say. */
typedef struct frontier {
    hash256 roots[LEDGER_PATH_MAX];
    uint32_t depth;
    uint32_t leaves;
} frontier;

static hash256 node_hash(const hash256 *left, const hash256 *right) {
    unsigned char bytes[1 + 2 * HASH_SIZE];
    bytes[0] = 0x01;
    memcpy(bytes + 1, left->bytes, HASH_SIZE);
    memcpy(bytes + 1 + HASH_SIZE, right->bytes, HASH_SIZE);
    return hash_of(bytes, sizeof bytes);
}

static void frontier_add(frontier *f, hash256 leaf) {
    for (uint32_t n = f->leaves; n & 1; n >>= 1)
        leaf = node_hash(&f->roots[--f->depth], &leaf);
    f->roots[f->depth++] = leaf;
    f->leaves++;
}

static hash256 frontier_root(const frontier *f) {
    hash256 root = f->roots[f->depth - 1];
    for (uint32_t i = f->depth - 1; i > 0; i--)
        root = node_hash(&f->roots[i - 1], &root);
    return root;
}

static duban_status hash_page(const ledger *l, const page_place *place, buffer *scratch) {
    static const unsigned char leaf = 0x00;
    scratch->size = 0;
    duban_status status = page_write(l, place, scratch);
    if (status != DUBAN_OK) return status;
    place->page->hash = hash_of_two(&leaf, 1, scratch->data, scratch->size);
    place->page->dirty = false;
    return DUBAN_OK;
}

duban_status digest_of(ledger *l, hash256 *out, uint32_t *pages) {
    duban_status status = DUBAN_OK;
    uint32_t n = page_count(l);
    frontier f = {.leaves = 0};
    page_place place;
    buffer scratch;
    buffer_init(&scratch);
    for (uint32_t i = 0; i < n && status == DUBAN_OK && page_find(l, i, &place); i++) {
        if (place.page->dirty) status = hash_page(l, &place, &scratch);
        frontier_add(&f, place.page->hash);
    }
    buffer_close(&scratch);
    if (status != DUBAN_OK) return status;
    *out = frontier_root(&f);
    if (pages != NULL) *pages = n;
    return DUBAN_OK;
}

/* One level up: pairs become nodes in place, one without a partner stays as it is. */
static uint32_t pair_up(hash256 *hashes, uint32_t n) {
    uint32_t made = 0;
    for (uint32_t i = 0; i + 1 < n; i += 2)
        hashes[made++] = node_hash(&hashes[i], &hashes[i + 1]);
    if (n & 1) hashes[made++] = hashes[n - 1];
    return made;
}

static uint32_t path_of(hash256 *hashes, uint32_t n, uint32_t at,
                        hash256 path[LEDGER_PATH_MAX]) {
    uint32_t path_n = 0;
    for (; n > 1; n = pair_up(hashes, n), at /= 2)
        if ((at ^ 1) < n) path[path_n++] = hashes[at ^ 1];
    return path_n;
}

duban_status digest_path(ledger *l, uint32_t number, hash256 path[LEDGER_PATH_MAX],
                         uint32_t *path_n, uint32_t *pages) {
    hash256 root;
    page_place place;
    buffer scratch;
    uint32_t n = 0;
    if (number >= page_count(l)) return DUBAN_E_NOT_FOUND;
    duban_status status = digest_of(l, &root, &n); /* and so every page is hashed */
    if (status != DUBAN_OK) return status;
    buffer_init(&scratch);
    hash256 *hashes = (hash256 *)buffer_reserve(&scratch, n * sizeof *hashes);
    if (hashes == NULL) return DUBAN_E_NO_MEMORY;
    for (uint32_t i = 0; i < n && page_find(l, i, &place); i++)
        hashes[i] = place.page->hash;
    *path_n = path_of(hashes, n, number, path);
    *pages = n;
    buffer_close(&scratch);
    return DUBAN_OK;
}
