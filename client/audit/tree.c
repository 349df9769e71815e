#include "client/audit/tree.h"

#include <stdlib.h>
#include <string.h>

/* --- tiles of the folder ------------------------------------------------------------ */

static duban_status fetch(void *ctx, uint32_t level, uint64_t number, uint32_t width,
                          hash256 *out) {
    audit_tree *tree = ctx;
    hash256 hashes[TILE_WIDTH];
    tile_name name = audit_tile_name(tree->size, level, number);
    if (name.width < width) return DUBAN_E_AHEAD;
    duban_status status = audit_read_tile(tree->folder, &name, hashes);
    if (!status) memcpy(out, hashes, width * sizeof *out);
    return status;
}

tile_source audit_tree_source(audit_tree *tree) {
    return (tile_source){fetch, tree};
}

/* The source with one tile replaced. */
typedef struct patched {
    tile_source below;
    uint32_t level;
    uint64_t number;
    const hash256 *hashes; /* NULL: nothing is replaced */
} patched;

static duban_status fetch_patched(void *ctx, uint32_t level, uint64_t number,
                                  uint32_t width, hash256 *out) {
    const patched *p = ctx;
    if (!p->hashes || level != p->level || number != p->number)
        return p->below.fetch(p->below.ctx, level, number, width, out);
    memcpy(out, p->hashes, width * sizeof *out);
    return DUBAN_OK;
}

static duban_status root_with(audit_tree *tree, patched *p, hash256 *out) {
    tile_source source = {fetch_patched, p};
    tile_reader *reader = malloc(sizeof *reader);
    if (!reader) return DUBAN_E_NO_MEMORY;
    tile_reader_init(reader, &source, tree->size);
    tlog_hash_reader hashes = tile_reader_hashes(reader);
    duban_status status = tlog_root_at(&hashes, tree->size, out);
    free(reader);
    return status;
}

/* --- the edge ----------------------------------------------------------------------- */

/* What the partial tile of that level must be, made from what lies below it. */
static duban_status make_partial(audit_tree *tree, const tile_name *name, hash256 *out) {
    if (name->level > 0) {
        tile_source source = audit_tree_source(tree);
        return tile_from_below(&source, name->level, name->number, name->width, out);
    }
    tile_name bundle = audit_bundle_name(tree->size, name->number);
    buffer bytes;
    size_t at = 0, size = 0;
    const uint8_t *entry = NULL;
    buffer_init(&bytes);
    duban_status status = audit_read_bundle(tree->folder, &bundle, &bytes);
    for (uint32_t i = 0; i < name->width && !status; i++) {
        status = bundle_next(bytes.data, bytes.size, &at, &entry, &size);
        if (!status) out[i] = tlog_leaf_hash(entry, size);
    }
    buffer_close(&bytes);
    return status;
}

/* A tile of the edge that would yield the root if it were as what lies below it says. */
static bool is_wrong(audit_tree *tree, const tile_name *name, audit_finding *finding) {
    hash256 there[TILE_WIDTH], made[TILE_WIDTH], root;
    patched p = {audit_tree_source(tree), name->level, name->number, made};
    uint32_t i = 0;
    duban_status status = audit_read_tile(tree->folder, name, there);
    if (status) {
        audit_fault fault = status == DUBAN_E_NOT_FOUND ? AUDIT_MISSING : AUDIT_SHAPE;
        *finding = audit_finding_of(fault, status, audit_name_begin(name), name);
        return true;
    }
    if (make_partial(tree, name, made) || root_with(tree, &p, &root)) return false;
    if (!hash_equal(&root, &tree->root)) return false;
    while (i + 1 < name->width && hash_equal(&there[i], &made[i]))
        i++;
    uint64_t index = audit_name_begin(name) + ((uint64_t)i << TILE_HEIGHT * name->level);
    *finding = audit_finding_of(AUDIT_TILE, DUBAN_E_CORRUPT, index, name);
    return true;
}

static void find_wrong(audit_tree *tree, audit_finding *finding) {
    audit_finding one;
    for (uint32_t level = TILE_LEVELS; level-- > 0;) {
        tile_name name =
            audit_tile_name(tree->size, level, tile_full_count(tree->size, level));
        if (name.width == 0 || !is_wrong(tree, &name, &one)) continue;
        if (audit_finding_before(&one, finding)) *finding = one;
    }
}

duban_status audit_tree_open(const char *folder, const checkpoint *point, audit_tree *out,
                             audit_finding *finding) {
    hash256 root;
    memset(out, 0, sizeof *out);
    out->folder = folder;
    out->size = point->size;
    out->root = point->root;
    patched p = {.below = audit_tree_source(out)};
    duban_status status = root_with(out, &p, &root);
    if (status == DUBAN_E_NO_MEMORY) return status;
    out->proved = !status && hash_equal(&root, &point->root);
    if (!out->proved) find_wrong(out, finding);
    return DUBAN_OK;
}

/* --- from the root downwards -------------------------------------------------------- */

/* Where a full tile that is held leaves what the tiles below it say, if these are right;
 * its beginning otherwise. */
static uint64_t first_wrong(audit_tree *tree, const tile_name *name,
                            const hash256 *expected) {
    hash256 made[TILE_WIDTH];
    tile_source source = audit_tree_source(tree);
    uint64_t begin = audit_name_begin(name);
    uint32_t i = 0;
    if (tile_from_below(&source, name->level, name->number, TILE_WIDTH, made))
        return begin;
    hash256 root = tile_root(made);
    if (!hash_equal(&root, expected)) return begin;
    while (i + 1 < TILE_WIDTH && hash_equal(&made[i], &tree->tiles[name->level][i]))
        i++;
    return begin + ((uint64_t)i << TILE_HEIGHT * name->level);
}

/* Makes the tree hold a tile that is proved, or at least belongs to the edge. */
static bool hold(audit_tree *tree, uint32_t level, uint64_t number,
                 audit_finding *finding) {
    hash256 expected, root;
    tile_name name = audit_tile_name(tree->size, level, number);
    if (tree->held[level] == number + 1) return true;
    tree->held[level] = 0;
    if (name.width == TILE_WIDTH &&
        !audit_tree_expects(tree, level, number, &expected, finding))
        return false;
    uint64_t begin = audit_name_begin(&name);
    duban_status status = audit_read_tile(tree->folder, &name, tree->tiles[level]);
    if (status) {
        audit_fault fault = status == DUBAN_E_NOT_FOUND ? AUDIT_MISSING : AUDIT_SHAPE;
        *finding = audit_finding_of(fault, status, begin, &name);
        return false;
    }
    if (name.width == TILE_WIDTH) {
        root = tile_root(tree->tiles[level]);
        if (!hash_equal(&root, &expected)) {
            begin = first_wrong(tree, &name, &expected);
            *finding = audit_finding_of(AUDIT_TILE, DUBAN_E_CORRUPT, begin, &name);
            return false;
        }
    }
    tree->held[level] = number + 1;
    return true;
}

bool audit_tree_expects(audit_tree *tree, uint32_t level, uint64_t number, hash256 *out,
                        audit_finding *finding) {
    if (!hold(tree, level + 1, number / TILE_WIDTH, finding)) return false;
    *out = tree->tiles[level + 1][number % TILE_WIDTH];
    return true;
}
