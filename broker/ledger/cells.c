#include "broker/ledger/cells.h"

#include <assert.h>
#include <string.h>

void cells_free(cell_store *store, const ledger_allocator *m) {
    memory_free(m, store->slots, store->slots_room, sizeof *store->slots);
    memory_free(m, store->buckets, store->buckets_n, sizeof *store->buckets);
    *store = (cell_store){0};
}

static uint32_t name_hash(const cell_name *name) {
    const uint32_t parts[] = {(uint32_t)name->kind,
                              name->task,
                              name->metric,
                              name->office,
                              name->node,
                              (uint32_t)name->period.kind,
                              (uint32_t)name->period.first_day};
    uint64_t hash = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        hash = (hash ^ parts[i]) * 0xff51afd7ed558ccdu;
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}

static void bucket_link(cell_store *store, uint32_t at) {
    uint32_t hash = name_hash(&store->slots[at].value.name);
    uint32_t *bucket = &store->buckets[hash & (store->buckets_n - 1)];
    store->slots[at].next = *bucket;
    *bucket = at;
}

static bool buckets_grow(cell_store *store, const ledger_allocator *m, uint32_t needed) {
    if (needed <= store->buckets_n) return true;
    uint32_t n = store->buckets_n == 0 ? 64 : store->buckets_n;
    while (n < needed)
        n *= 2;
    uint32_t *buckets = m->resize(m->ctx, NULL, 0, n * sizeof *buckets);
    if (buckets == NULL) return false;
    memory_free(m, store->buckets, store->buckets_n, sizeof *store->buckets);
    store->buckets = buckets;
    store->buckets_n = n;
    for (uint32_t i = 0; i < n; i++)
        buckets[i] = NONE;
    for (uint32_t i = 0; i < store->slots_n; i++)
        bucket_link(store, i);
    return true;
}

static bool reserve(cell_store *store, const ledger_allocator *m, uint32_t needed) {
    cell_slot *slots =
        memory_room(m, store->slots, &store->slots_room, needed, sizeof *slots);
    if (slots == NULL) return false;
    store->slots = slots;
    return buckets_grow(store, m, needed);
}

bool cells_reserve(cell_store *store, const ledger_allocator *m, uint32_t more) {
    uint32_t needed = store->slots_n + more;
    if (!reserve(store, m, needed)) return false;
    if (needed > store->slots_asked) store->slots_asked = needed;
    return true;
}

bool cells_reserve_beside(cell_store *store, const ledger_allocator *m, uint32_t more) {
    uint32_t asked = store->slots_asked;
    return reserve(store, m, (asked > store->slots_n ? asked : store->slots_n) + more);
}

static void list_append(cell_store *store, uint32_t at) {
    cell_slot *slot = &store->slots[at];
    slot->older = store->slots_n == 0 ? NONE : store->newest;
    slot->newer = NONE;
    if (slot->older == NONE)
        store->oldest = at;
    else
        store->slots[slot->older].newer = at;
    store->newest = at;
}

uint32_t cells_add(cell_store *store, const cell_name *name, uint32_t page,
                   uint64_t index) {
    assert(store->slots_n < store->slots_room && store->slots_n < store->buckets_n);
    uint32_t at = store->slots_n;
    cell_slot *slot = &store->slots[at];
    memset(slot, 0, sizeof *slot);
    slot->value.name = *name;
    slot->value.changed = index;
    slot->page = page;
    list_append(store, at);
    bucket_link(store, at);
    store->slots_n++;
    return at;
}

uint32_t cells_find(const cell_store *store, const cell_name *name) {
    if (store->buckets_n == 0) return NONE;
    uint32_t at = store->buckets[name_hash(name) & (store->buckets_n - 1)];
    while (at != NONE && cell_name_compare(&store->slots[at].value.name, name) != 0)
        at = store->slots[at].next;
    return at;
}

void cells_touch(cell_store *store, uint32_t at, uint64_t index) {
    cell_slot *slot = &store->slots[at];
    slot->value.changed = index;
    if (slot->newer == NONE) return;
    store->slots[slot->newer].older = slot->older;
    if (slot->older == NONE)
        store->oldest = slot->newer;
    else
        store->slots[slot->older].newer = slot->newer;
    list_append(store, at);
}

int cell_name_compare(const cell_name *a, const cell_name *b) {
#define ORDER(x, y)                                                                      \
    if ((x) != (y)) return (x) < (y) ? -1 : 1
    ORDER(a->kind, b->kind);
    ORDER(a->task, b->task);
    ORDER(a->metric, b->metric);
    ORDER(a->office, b->office);
    ORDER(a->node, b->node);
    ORDER(a->period.kind, b->period.kind);
    ORDER(a->period.first_day, b->period.first_day);
#undef ORDER
    return 0;
}
