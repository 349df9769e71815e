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

bool cells_reserve(cell_store *store, const ledger_allocator *m, uint32_t more) {
    uint32_t needed = store->slots_n + more;
    cell_slot *slots =
        memory_room(m, store->slots, &store->slots_room, needed, sizeof *slots);
    if (slots == NULL) return false;
    store->slots = slots;
    return buckets_grow(store, m, needed);
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

#define SAME(member)         (a->member == b->member)
#define SAME_DECIMAL(member) (a->member.micro == b->member.micro)

static bool body_equal(const body_ref *a, const body_ref *b) {
    if (!a->present || !b->present) return a->present == b->present;
    return hash_equal(&a->hash, &b->hash) && SAME(size) &&
           strcmp(a->media, b->media) == 0;
}

/* NULL: the cell was never put. */
static bool text_equal(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool plan_equal(const plan_cell *a, const plan_cell *b) {
    return text_equal(a->code, b->code) && text_equal(a->title, b->title) &&
           SAME(first_day) && SAME(last_day) && SAME(cycle) && SAME(window_first) &&
           SAME(window_last) && SAME(zones_inside_counties) && SAME(lights_version) &&
           SAME(drill) && SAME(day) && SAME(rules_version);
}

static bool timetable_equal(const timetable_cell *a, const timetable_cell *b) {
    return SAME(state) && SAME(profile) && SAME(index) && SAME(nodes) &&
           SAME(filed_day) && body_equal(&a->return_reason, &b->return_reason);
}

static bool node_equal(const node_cell *a, const node_cell *b) {
    return SAME(day) && SAME_DECIMAL(share) && SAME(done) && SAME(done_day) &&
           SAME(overdue) && text_equal(a->title, b->title);
}

static bool item_equal(const item_cell *a, const item_cell *b) {
    return SAME(state) && SAME(open_day) && SAME(close_day) && SAME(missing) &&
           SAME(late) && SAME(first_ms) && SAME(index) && SAME(owed) && SAME(reported) &&
           SAME(returns) && body_equal(&a->text, &b->text) &&
           body_equal(&a->return_reason, &b->return_reason) && SAME(nil) &&
           SAME(no_change);
}

static bool value_equal(const value_cell *a, const value_cell *b) {
    return SAME(index) && SAME_DECIMAL(amount) && SAME(mode) && SAME(data_date) &&
           SAME(vintage) && SAME(to_date_known) && SAME_DECIMAL(to_date) &&
           SAME(this_period_known) && SAME_DECIMAL(this_period) && SAME(by) &&
           SAME(corrections);
}

static bool pace_equal(const pace_cell *a, const pace_cell *b) {
    return SAME_DECIMAL(target) && SAME(has_value) && SAME_DECIMAL(value) && SAME(day) &&
           SAME(has_margin) && SAME_DECIMAL(margin) && SAME(has_share) &&
           SAME_DECIMAL(actual) && SAME_DECIMAL(expected) && SAME(met) && SAME(parts) &&
           SAME(parts_reported) && SAME(grade) && SAME(cause) && SAME(lights_row);
}

static bool light_equal(const light_cell *a, const light_cell *b) {
    return SAME(grade) && SAME(cause) && SAME(metric) && SAME(node) && SAME(charged) &&
           SAME(missing) && SAME(running) && SAME(has_margin) && SAME_DECIMAL(margin) &&
           SAME(due) && SAME(metrics_met) && SAME(metrics) && SAME(lights_version) &&
           SAME(lights_row) && SAME(since_day);
}

bool cell_equal(cell_kind kind, const cell *a, const cell *b) {
    switch (kind) {
    case CELL_PLAN: return plan_equal(&a->plan, &b->plan);
    case CELL_TIMETABLE: return timetable_equal(&a->timetable, &b->timetable);
    case CELL_NODE: return node_equal(&a->node, &b->node);
    case CELL_ITEM: return item_equal(&a->item, &b->item);
    case CELL_VALUE: return value_equal(&a->value, &b->value);
    case CELL_PACE: return pace_equal(&a->pace, &b->pace);
    case CELL_LIGHT: return light_equal(&a->light, &b->light);
    case CELL_ROUND:
        return a->round.grade == b->round.grade && a->round.cause == b->round.cause;
    default: return false; /* offices and tasks are put once */
    }
}
