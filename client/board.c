#include "client/board.h"

#include <stdlib.h>
#include <string.h>

#include "client/cell_copy.h"

#define SLOTS_MIN 256

struct duban_board {
    char origin[ORIGIN_SIZE_MAX + 1];
    char plan[CODE_SIZE_MAX + 1];
    cursor cursor; /* its origin is the one above */
    uint64_t head;
    bool has_digest;
    hash256 digest;
    uint64_t digest_index;
    int64_t moment_ms;
    right_kind right;

    cell **slots; /* open addressing, linear probing; a power of two */
    size_t slots_n;
    size_t cells_n;
    cell **sorted; /* those not withheld; NULL until asked for after a change */
    size_t sorted_n;
};

duban_status duban_board_new(duban_board **out) {
    duban_board *b = calloc(1, sizeof *b);
    if (!b) return DUBAN_E_NO_MEMORY;
    b->slots = calloc(SLOTS_MIN, sizeof *b->slots);
    if (!b->slots) {
        free(b);
        return DUBAN_E_NO_MEMORY;
    }
    b->slots_n = SLOTS_MIN;
    b->cursor.origin = b->origin;
    *out = b;
    return DUBAN_OK;
}

void duban_board_free(duban_board *b) {
    if (!b) return;
    for (size_t i = 0; i < b->slots_n; i++)
        free(b->slots[i]);
    free(b->slots);
    free(b->sorted);
    free(b);
}

void board_clear(duban_board *b) {
    cell **slots = b->slots;
    size_t slots_n = b->slots_n;
    for (size_t i = 0; i < slots_n; i++)
        free(slots[i]);
    memset(slots, 0, slots_n * sizeof *slots);
    free(b->sorted);
    memset(b, 0, sizeof *b);
    b->slots = slots;
    b->slots_n = slots_n;
    b->cursor.origin = b->origin;
}

void board_take(duban_board *b, duban_board *with) {
    duban_board was = *b;
    *b = *with;
    *with = was;
    b->cursor.origin = b->origin;
    board_clear(with);
}

right_kind board_right(const duban_board *b) {
    return b->right;
}

void board_set_right(duban_board *b, right_kind right) {
    b->right = right;
}

/* --- the map ------------------------------------------------------------------------ */

static int compare_i64(int64_t a, int64_t b) {
    return a < b ? -1 : a > b;
}

static int compare_names(const cell_name *a, const cell_name *b) {
    int order = compare_i64(a->kind, b->kind);
    if (!order) order = compare_i64(a->task, b->task);
    if (!order) order = compare_i64(a->metric, b->metric);
    if (!order) order = compare_i64(a->office, b->office);
    if (!order) order = compare_i64(a->node, b->node);
    if (!order) order = compare_i64(a->period.kind, b->period.kind);
    if (!order) order = compare_i64(a->period.first_day, b->period.first_day);
    return order;
}

/* Names come from a broker and cost nothing to choose, but a board has one sender: a
 * plain multiplicative mix is enough. */
static size_t mix(const cell_name *name) {
    uint64_t h = (uint64_t)name->kind << 32 | name->task;
    const uint64_t parts[] = {(uint64_t)name->metric << 32 | name->office, name->node,
                              (uint64_t)name->period.kind << 32 |
                                  (uint32_t)name->period.first_day};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        h = (h ^ (h >> 29)) * 0x9E3779B97F4A7C15ULL;
        h ^= parts[i];
    }
    h = (h ^ (h >> 32)) * 0xD6E8FEB86659FD93ULL;
    return (size_t)(h ^ (h >> 32));
}

static cell **slot_of(cell **slots, size_t slots_n, const cell_name *name) {
    size_t at = mix(name) & (slots_n - 1);
    while (slots[at] && compare_names(&slots[at]->name, name) != 0)
        at = (at + 1) & (slots_n - 1);
    return &slots[at];
}

static duban_status reserve(duban_board *b, size_t more) {
    size_t wanted = b->slots_n;
    if (more > BOARD_CELLS_MAX - b->cells_n) return DUBAN_E_LIMIT;
    while (wanted / 2 < b->cells_n + more)
        wanted *= 2;
    if (wanted == b->slots_n) return DUBAN_OK;
    cell **slots = calloc(wanted, sizeof *slots);
    if (!slots) return DUBAN_E_NO_MEMORY;
    for (size_t i = 0; i < b->slots_n; i++)
        if (b->slots[i]) *slot_of(slots, wanted, &b->slots[i]->name) = b->slots[i];
    free(b->slots);
    b->slots = slots;
    b->slots_n = wanted;
    return DUBAN_OK;
}

static void put(duban_board *b, cell *copy) {
    cell **slot = slot_of(b->slots, b->slots_n, &copy->name);
    if (!*slot) b->cells_n++;
    free(*slot);
    *slot = copy;
}

/* All of the frame's cells or none. */
static duban_status put_all(duban_board *b, const frame_words *frame) {
    if (!frame->cells_n) return DUBAN_OK;
    duban_status status = reserve(b, frame->cells_n);
    if (status) return status;
    cell **copies = calloc(frame->cells_n, sizeof *copies);
    bool copied = copies != NULL;
    for (uint32_t i = 0; i < frame->cells_n && copied; i++) {
        copies[i] = cell_copy(&frame->cells[i]);
        copied = copies[i] != NULL;
    }
    for (uint32_t i = 0; copies && i < frame->cells_n; i++) {
        if (copied)
            put(b, copies[i]);
        else
            free(copies[i]);
    }
    free(copies);
    if (!copied) return DUBAN_E_NO_MEMORY;
    free(b->sorted);
    b->sorted = NULL;
    return DUBAN_OK;
}

const cell *duban_board_cell(const duban_board *b, const cell_name *name) {
    const cell *found = *slot_of(b->slots, b->slots_n, name);
    return found && found->withheld ? NULL : found;
}

static int compare_cells(const void *a, const void *b) {
    return compare_names(&(*(cell *const *)a)->name, &(*(cell *const *)b)->name);
}

const cell *const *duban_board_cells(duban_board *b, size_t *n) {
    if (!b->sorted) {
        b->sorted = malloc((b->cells_n + 1) * sizeof *b->sorted);
        if (!b->sorted) {
            *n = 0;
            return NULL;
        }
        b->sorted_n = 0;
        for (size_t i = 0; i < b->slots_n; i++)
            if (b->slots[i] && !b->slots[i]->withheld)
                b->sorted[b->sorted_n++] = b->slots[i];
        qsort(b->sorted, b->sorted_n, sizeof *b->sorted, compare_cells);
    }
    *n = b->sorted_n;
    return (const cell *const *)b->sorted;
}

/* --- folding ------------------------------------------------------------------------ */

static bool same_board(const duban_board *b, const frame_words *frame) {
    return (!b->origin[0] || strcmp(b->origin, frame->origin) == 0) &&
           (!b->plan[0] || strcmp(b->plan, frame->plan) == 0);
}

static void take_head(duban_board *b, const frame_words *frame) {
    strncpy(b->origin, frame->origin, sizeof b->origin - 1);
    strncpy(b->plan, frame->plan, sizeof b->plan - 1);
    b->cursor.index = frame->to;
    b->cursor.has_root = frame->has_root;
    b->cursor.root = frame->root;
    b->has_digest = frame->has_digest;
    b->digest = frame->digest;
    b->digest_index = frame->digest_index;
    b->moment_ms = frame->moment_ms;
    if (frame->head > b->head) b->head = frame->head;
}

duban_status board_absorb(duban_board *b, const frame_words *frame) {
    if (!same_board(b, frame)) return DUBAN_E_DIVERGED;
    duban_status status = put_all(b, frame);
    if (!status) take_head(b, frame);
    return status;
}

duban_status board_absorb_part(duban_board *b, const frame_words *frame) {
    if (!same_board(b, frame)) return DUBAN_E_DIVERGED;
    duban_status status = put_all(b, frame);
    if (!status && frame->head > b->head) b->head = frame->head;
    return status;
}

duban_status duban_board_fold(duban_board *b, const frame_words *frame, bool *gap) {
    if (!same_board(b, frame)) return DUBAN_E_DIVERGED;
    bool fresh = frame->to > b->cursor.index;
    if (fresh && (frame->prev > b->cursor.index || frame->fetch)) {
        if (frame->head > b->head) b->head = frame->head;
        *gap = true;
        return DUBAN_OK;
    }
    duban_status status = DUBAN_OK;
    if (fresh)
        status = board_absorb(b, frame);
    else if (frame->head > b->head)
        b->head = frame->head;
    if (!status) *gap = false;
    return status;
}

void duban_board_get_head(const duban_board *b, duban_board_head *out) {
    *out = (duban_board_head){
        .origin = b->origin,
        .plan = b->plan,
        .cursor = b->cursor,
        .head = b->head,
        .has_digest = b->has_digest,
        .digest = b->digest,
        .digest_index = b->digest_index,
        .moment_ms = b->moment_ms,
    };
}
