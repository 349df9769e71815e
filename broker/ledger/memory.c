#include "broker/ledger/memory.h"

#include <assert.h>
#include <string.h>

#define POOL_BLOCK_SIZE 1024

struct pool_block {
    pool_block *next;
    size_t size; /* of the whole block */
    size_t used; /* header included */
};

void *memory_room(const ledger_allocator *m, void *items, uint32_t *room, uint32_t needed,
                  size_t item_size) {
    if (items != NULL && needed <= *room) return items;
    uint32_t wanted = *room < 4 ? 4 : *room + *room / 2;
    if (wanted < needed) wanted = needed;
    void *grown = m->resize(m->ctx, items, *room * item_size, wanted * item_size);
    if (grown != NULL) *room = wanted;
    return grown;
}

void memory_free(const ledger_allocator *m, void *items, uint32_t room,
                 size_t item_size) {
    if (items != NULL) m->resize(m->ctx, items, room * item_size, 0);
}

static size_t aligned(size_t size) {
    size_t unit = sizeof(max_align_t);
    return (size + unit - 1) / unit * unit;
}

static pool_block *pool_grow(pool *p, const ledger_allocator *m, size_t size) {
    size_t head = aligned(sizeof(pool_block));
    size_t whole = head + size > POOL_BLOCK_SIZE ? head + size : POOL_BLOCK_SIZE;
    pool_block *block = m->resize(m->ctx, NULL, 0, whole);
    if (block == NULL) return NULL;
    block->next = p->first;
    block->size = whole;
    block->used = head;
    p->first = block;
    return block;
}

void *pool_take(pool *p, const ledger_allocator *m, size_t size) {
    size = aligned(size == 0 ? 1 : size);
    pool_block *block = p->first;
    if (block == NULL || block->size - block->used < size) {
        block = pool_grow(p, m, size);
        if (block == NULL) return NULL;
    }
    void *piece = (unsigned char *)block + block->used;
    block->used += size;
    memset(piece, 0, size);
    return piece;
}

const char *pool_text(pool *p, const ledger_allocator *m, const char *text) {
    if (text == NULL || *text == '\0') return "";
    size_t size = strlen(text) + 1;
    char *copy = pool_take(p, m, size);
    if (copy != NULL) memcpy(copy, text, size);
    return copy;
}

const uint32_t *pool_numbers(pool *p, const ledger_allocator *m, const uint32_t *numbers,
                             uint32_t n) {
    uint32_t *copy = pool_take(p, m, n * sizeof *copy);
    if (copy != NULL && n > 0) memcpy(copy, numbers, n * sizeof *copy);
    return copy;
}

void *pool_taking(void *ctx, size_t size) {
    pool_taker *taker = ctx;
    return pool_take(taker->to, taker->memory, size);
}

void pool_join(pool *into, pool *from) {
    if (from->first == NULL) return;
    pool_block *last = from->first;
    while (last->next != NULL)
        last = last->next;
    last->next = into->first;
    into->first = from->first;
    from->first = NULL;
}

void pool_free(pool *p, const ledger_allocator *m) {
    while (p->first != NULL) {
        pool_block *block = p->first;
        p->first = block->next;
        m->resize(m->ctx, block, block->size, 0);
    }
}

static uint32_t text_hash(const char *text) {
    uint32_t hash = 2166136261u;
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

/* The slot that holds the text, or the free one where it would go. */
static uint32_t text_set_slot(const char *const *slots, uint32_t room, const char *text) {
    uint32_t at = text_hash(text) & (room - 1);
    while (slots[at] != NULL && strcmp(slots[at], text) != 0)
        at = (at + 1) & (room - 1);
    return at;
}

static bool text_set_grow(text_set *set, const ledger_allocator *m) {
    if (set->n * 2 < set->slots_room) return true;
    uint32_t room = set->slots_room == 0 ? 16 : set->slots_room * 2;
    const char **slots = m->resize(m->ctx, NULL, 0, room * sizeof *slots);
    if (slots == NULL) return false;
    for (uint32_t i = 0; i < room; i++)
        slots[i] = NULL;
    for (uint32_t i = 0; i < set->slots_room; i++)
        if (set->slots[i] != NULL)
            slots[text_set_slot(slots, room, set->slots[i])] = set->slots[i];
    memory_free(m, set->slots, set->slots_room, sizeof *set->slots);
    set->slots = slots;
    set->slots_room = room;
    return true;
}

const char *text_set_add(text_set *set, const ledger_allocator *m, const char *text) {
    if (text == NULL || *text == '\0') return "";
    if (!text_set_grow(set, m)) return NULL;
    uint32_t at = text_set_slot(set->slots, set->slots_room, text);
    if (set->slots[at] == NULL) {
        const char *copy = pool_text(&set->texts, m, text);
        if (copy == NULL) return NULL;
        set->slots[at] = copy;
        set->n++;
    }
    return set->slots[at];
}

const char *text_set_get(const text_set *set, const char *text) {
    if (text == NULL || *text == '\0') return "";
    assert(set->slots_room > 0);
    const char *found = set->slots[text_set_slot(set->slots, set->slots_room, text)];
    assert(found != NULL);
    return found;
}

void text_set_free(text_set *set, const ledger_allocator *m) {
    memory_free(m, set->slots, set->slots_room, sizeof *set->slots);
    pool_free(&set->texts, m);
    *set = (text_set){0};
}
