#include "storage/lmdb/pages.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "proto/words.h"
#include "storage/files.h"
#include "storage/lmdb/layout.h"

#define KEY_BYTES_MAX 511 /* LMDB's */
#define NODE_PLACE    sizeof(uint16_t)

typedef struct bytes_at {
    const uint8_t *at; /* NULL: none */
    uint64_t size;
} bytes_at;

typedef struct walk {
    const uint8_t *map;
    uint32_t page_bytes;
    uint64_t last_page;
    uint64_t transaction;
    uint8_t *used; /* a bit for each page */
    uint64_t at;   /* the page looked at */
} walk;

typedef duban_status (*leaf_visit)(walk *w, bytes_at key, bytes_at value);

/* What a tree must look like. */
typedef struct shape {
    const char *name;
    uint16_t flags;      /* of the tree */
    uint16_t node_flags; /* of its leaves, but for NODE_BIG */
    uint32_t key_bytes;  /* 0: any */
    uint32_t branch_min; /* nodes of a branch page: below it LMDB ends the process */
    leaf_visit visit;    /* may be NULL */
} shape;

typedef struct tree_walk {
    walk *all;
    const shape *shape;
    lmdb_tree found; /* counted */
    bytes_at last;   /* key of the leaves so far */
    bytes_at floor;  /* key of the branch above: the next leaf's is no smaller */
} tree_walk;

typedef struct node {
    uint64_t below; /* of a branch: the page */
    bool big;
    bytes_at key;
    bytes_at value; /* as it lies on the leaf */
    uint64_t value_bytes;
    uint32_t room; /* that it takes on its page */
} node;

static duban_status walk_tree(walk *w, const shape *s, const lmdb_tree *tree);
static duban_status free_leaf(walk *w, bytes_at key, bytes_at value);
static duban_status name_leaf(walk *w, bytes_at key, bytes_at value);

static const shape free_shape = {"", TREE_INTEGER, 0, sizeof(uint64_t), 1, free_leaf};
static const shape names_shape = {"", 0, NODE_TREE, 0, 2, name_leaf};
static const shape named_shapes[] = {
    {"entries", TREE_INTEGER, 0, sizeof(uint64_t), 2, NULL},
    {"tiles", TREE_INTEGER, 0, sizeof(uint64_t), 2, NULL},
    {"bodies", 0, 0, HASH_SIZE, 2, NULL},
    {"meta", 0, 0, 0, 2, NULL},
};

static uint64_t word_at(const uint8_t *at) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* --- pages -------------------------------------------------------------------------- */

/* Each page has one use. */
static bool take(walk *w, uint64_t number, uint64_t count) {
    if (number < TREES || number > w->last_page) return false;
    if (count == 0 || count > w->last_page - number + 1) return false;
    for (uint64_t page = number; page < number + count; page++) {
        uint8_t bit = (uint8_t)(1u << page % 8);
        if (w->used[page / 8] & bit) return false;
        w->used[page / 8] |= bit;
    }
    return true;
}

static const uint8_t *page_of(walk *w, uint64_t number, lmdb_page *head) {
    w->at = number;
    if (number < TREES || number > w->last_page) return NULL;
    const uint8_t *page = w->map + number * w->page_bytes;
    memcpy(head, page, sizeof *head);
    return head->number == number ? page : NULL;
}

/* The pages of a value that takes its own. */
static duban_status big_value(tree_walk *t, uint64_t number, bytes_at *value) {
    walk *w = t->all;
    lmdb_page head;
    uint32_t pages;
    const uint8_t *page = page_of(w, number, &head);
    if (!page || head.flags != PAGE_OVERFLOW) return DUBAN_E_CORRUPT;
    memcpy(&pages, &head.lower, sizeof pages);
    if (!take(w, number, pages)) return DUBAN_E_CORRUPT;
    if ((uint64_t)pages * w->page_bytes - sizeof head < value->size)
        return DUBAN_E_CORRUPT;
    t->found.overflow_pages += pages;
    value->at = page + sizeof head;
    return DUBAN_OK;
}

/* --- nodes -------------------------------------------------------------------------- */

/* LMDB's order: numbers, or bytes with the shorter first. */
static int order(const tree_walk *t, bytes_at a, bytes_at b) {
    if (t->shape->flags & TREE_INTEGER) {
        uint64_t one = word_at(a.at), other = word_at(b.at);
        return (one > other) - (one < other);
    }
    int difference = memcmp(a.at, b.at, a.size < b.size ? a.size : b.size);
    return difference ? difference : (a.size > b.size) - (a.size < b.size);
}

/* The first key of a branch page means nothing and is left out. */
static bool key_fits(const shape *s, uint64_t size, bool may_miss) {
    if (may_miss && size == 0) return true;
    if (s->key_bytes) return size == s->key_bytes;
    return size > 0 && size <= KEY_BYTES_MAX;
}

/* Node i of the page, all of it within the page; false when it is not. */
static bool node_read(const tree_walk *t, const uint8_t *page, uint32_t i, bool leaf,
                      node *out) {
    uint32_t page_bytes = t->all->page_bytes;
    lmdb_page head;
    lmdb_node words;
    uint16_t place;
    memcpy(&head, page, sizeof head);
    memcpy(&place, page + sizeof head + i * NODE_PLACE, sizeof place);
    if (place < head.upper || place > page_bytes - sizeof words) return false;
    memcpy(&words, page + place, sizeof words);
    if (!key_fits(t->shape, words.key_bytes, !leaf && i == 0)) return false;

    uint64_t low = (uint64_t)words.high << 16 | words.low, inside = 0;
    out->big = leaf && (words.flags & NODE_BIG);
    out->below = leaf ? 0 : (uint64_t)words.flags << 32 | low;
    out->value_bytes = leaf ? low : 0;
    if (leaf) {
        uint16_t flags = words.flags & (uint16_t)~NODE_BIG;
        if (flags != t->shape->node_flags) return false;
        inside = out->big ? sizeof(uint64_t) : low;
    }
    uint64_t room = sizeof words + words.key_bytes + inside;
    room += room % 2;
    if (room > page_bytes - place) return false;
    out->room = (uint32_t)room;
    out->key = (bytes_at){page + place + sizeof words, words.key_bytes};
    out->value = (bytes_at){out->key.at + words.key_bytes, inside};
    return true;
}

static duban_status leaf_node(tree_walk *t, const node *n) {
    if (t->last.at && order(t, t->last, n->key) >= 0) return DUBAN_E_CORRUPT;
    if (t->floor.at && order(t, t->floor, n->key) > 0) return DUBAN_E_CORRUPT;
    t->last = n->key;
    t->floor.at = NULL;
    t->found.entries++;
    bytes_at value = {n->value.at, n->value_bytes};
    duban_status status = n->big ? big_value(t, word_at(n->value.at), &value) : DUBAN_OK;
    if (status || !t->shape->visit) return status;
    return t->shape->visit(t->all, n->key, value);
}

/* --- trees -------------------------------------------------------------------------- */

static duban_status walk_page(tree_walk *t, uint64_t number, uint16_t height);

static duban_status branch_node(tree_walk *t, const node *n, bool first,
                                uint16_t height) {
    if (!first) {
        if (!t->last.at || order(t, t->last, n->key) >= 0) return DUBAN_E_CORRUPT;
        t->floor = n->key;
    }
    return walk_page(t, n->below, height - 1);
}

static bool page_sound(const tree_walk *t, const lmdb_page *head, bool leaf) {
    if (head->flags != (leaf ? PAGE_LEAF : PAGE_BRANCH)) return false;
    if (head->upper > t->all->page_bytes || head->lower > head->upper) return false;
    if (head->lower % NODE_PLACE != 0) return false;
    return head->lower >= sizeof *head + (leaf ? 1 : t->shape->branch_min) * NODE_PLACE;
}

static duban_status walk_nodes(tree_walk *t, uint64_t number, const uint8_t *page,
                               const lmdb_page *head, uint16_t height) {
    walk *w = t->all;
    bool leaf = height == 1;
    uint32_t count = (uint32_t)((head->lower - sizeof *head) / NODE_PLACE), room = 0;
    for (uint32_t i = 0; i < count; i++) {
        node n;
        if (!node_read(t, page, i, leaf, &n)) return DUBAN_E_CORRUPT;
        duban_status status =
            leaf ? leaf_node(t, &n) : branch_node(t, &n, i == 0, height);
        if (status) return status;
        w->at = number;
        room += n.room;
    }
    return room == w->page_bytes - head->upper ? DUBAN_OK : DUBAN_E_CORRUPT;
}

static duban_status walk_page(tree_walk *t, uint64_t number, uint16_t height) {
    lmdb_page head;
    bool leaf = height == 1;
    const uint8_t *page = page_of(t->all, number, &head);
    if (!page || !page_sound(t, &head, leaf)) return DUBAN_E_CORRUPT;
    if (!take(t->all, number, 1)) return DUBAN_E_CORRUPT;
    if (leaf)
        t->found.leaf_pages++;
    else
        t->found.branch_pages++;
    return walk_nodes(t, number, page, &head, height);
}

static duban_status walk_tree(walk *w, const shape *s, const lmdb_tree *tree) {
    uint64_t at = w->at;
    tree_walk t = {.all = w, .shape = s};
    duban_status status = DUBAN_OK;
    if (tree->flags != s->flags || tree->depth > TREE_DEPTH_MAX) return DUBAN_E_CORRUPT;
    if ((tree->root == NO_PAGE) != (tree->depth == 0)) return DUBAN_E_CORRUPT;
    if (tree->depth > 0) status = walk_page(&t, tree->root, tree->depth);
    if (status) return status;
    w->at = at;
    bool counted = t.found.branch_pages == tree->branch_pages &&
                   t.found.leaf_pages == tree->leaf_pages &&
                   t.found.overflow_pages == tree->overflow_pages &&
                   t.found.entries == tree->entries;
    return counted ? DUBAN_OK : DUBAN_E_CORRUPT;
}

/* A list of free pages: how many, then their numbers, largest first. What lies behind
 * them was set aside and not needed. */
static duban_status free_leaf(walk *w, bytes_at key, bytes_at value) {
    if (word_at(key.at) > w->transaction) return DUBAN_E_CORRUPT;
    if (value.size % sizeof(uint64_t) != 0 || value.size == 0) return DUBAN_E_CORRUPT;
    uint64_t count = word_at(value.at);
    if (count >= value.size / sizeof(uint64_t)) return DUBAN_E_CORRUPT;
    for (uint64_t i = 1, last = NO_PAGE; i <= count; i++) {
        uint64_t page = word_at(value.at + i * sizeof page);
        if (page >= last || !take(w, page, 1)) return DUBAN_E_CORRUPT;
        last = page;
    }
    return DUBAN_OK;
}

static duban_status name_leaf(walk *w, bytes_at key, bytes_at value) {
    lmdb_tree tree;
    if (value.size != sizeof tree) return DUBAN_E_CORRUPT;
    memcpy(&tree, value.at, sizeof tree);
    for (size_t i = 0; i < sizeof named_shapes / sizeof *named_shapes; i++) {
        const shape *s = &named_shapes[i];
        if (strlen(s->name) == key.size && memcmp(s->name, key.at, key.size) == 0)
            return walk_tree(w, s, &tree);
    }
    return DUBAN_E_CORRUPT;
}

/* --- the file ----------------------------------------------------------------------- */

static duban_status walk_all(walk *w, const lmdb_meta *meta) {
    w->used = calloc(1, w->last_page / 8 + 1);
    if (!w->used) return DUBAN_E_NO_MEMORY;
    w->at = meta->transaction % 2;
    lmdb_tree free_pages = meta->trees[0];
    free_pages.flags &= TREE_FLAGS;
    duban_status status = walk_tree(w, &free_shape, &free_pages);
    if (!status) status = walk_tree(w, &names_shape, &meta->trees[1]);
    free(w->used);
    return status;
}

duban_status lmdb_pages_check(int fd, uint32_t page_bytes, uint64_t transaction,
                              uint64_t *bad) {
    lmdb_meta meta;
    struct stat file;
    size_t size;
    duban_status status = files_read_at(fd, &meta, sizeof meta,
                                        (off_t)(transaction % 2 * page_bytes), &size);
    if (status) return status;
    if (size != sizeof meta || fstat(fd, &file) != 0) return DUBAN_E_IO;
    if (meta.transaction != transaction) return DUBAN_E_AHEAD;
    size_t bytes = (meta.last_page + 1) * page_bytes;
    if (meta.last_page >= (uint64_t)file.st_size / page_bytes) return DUBAN_E_CORRUPT;
    uint8_t *map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) return files_status(errno);
    walk w = {.map = map,
              .page_bytes = page_bytes,
              .last_page = meta.last_page,
              .transaction = transaction};
    status = walk_all(&w, &meta);
    if (status == DUBAN_E_CORRUPT) *bad = w.at;
    munmap(map, bytes);
    return status;
}
