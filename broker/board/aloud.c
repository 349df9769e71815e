#include "broker/board/aloud.h"

#include "broker/ledger/heap.h"

typedef struct listening {
    aloud *aloud;
    ledger_allocator memory;
    int32_t today;
    visible *visible;
    bool failed;
} listening;

static void begin(aloud *a) {
    if (a->begun) return;
    a->begun = true;
    a->from = NOTHING_HELD;
}

void aloud_close(aloud *a) {
    ledger_allocator memory = heap_allocator();
    embargoes_close(&a->held, &memory);
}

static int32_t today_of(const ledger *l) {
    ledger_status state;
    ledger_get_status(l, &state);
    return state.day;
}

static bool learn(void *ctx, const cell *value) {
    listening *to = ctx;
    to->failed = !embargoes_learn(&to->aloud->held, &to->memory, value, to->today);
    return !to->failed;
}

static void note_held(aloud *a, const cell *value) {
    if (value->changed < a->from) a->from = value->changed;
}

static bool look_back(void *ctx, const cell *value) {
    listening *to = ctx;
    cell out;
    visible_cell(to->visible, value, &out);
    if (to->visible->held_back) note_held(to->aloud, value);
    arena_reset(to->visible->space);
    return true;
}

duban_status aloud_begin(aloud *a, const ledger *l, uint32_t plan, arena *space) {
    walk_board board = {l, plan};
    cell_walk cells = walk_of(&board);
    visible v = {.cells = &cells,
                 .held = &a->held,
                 .who = VISIBLE_TO_PUBLIC,
                 .today = today_of(l),
                 .space = space};
    listening to = {
        .aloud = a, .memory = heap_allocator(), .today = v.today, .visible = &v};
    begin(a);
    ledger_cells(l, plan, 0, true, learn, &to);
    if (to.failed) return DUBAN_E_NO_MEMORY;
    if (a->held.n > 0) ledger_cells(l, plan, 0, true, look_back, &to);
    return DUBAN_OK;
}

/* What is under embargo after these changes. A batch that did not fit says too little. */
static duban_status learn_all(aloud *a, const ledger *l, uint32_t plan,
                              const frame_batch *batch) {
    listening to = {.aloud = a, .memory = heap_allocator(), .today = today_of(l)};
    if (batch->cut || batch->too_large)
        ledger_cells(l, plan, 0, true, learn, &to);
    else
        for (uint32_t i = 0; i < batch->n && !to.failed; i++)
            learn(&to, &batch->cells[i]);
    return to.failed ? DUBAN_E_NO_MEMORY : DUBAN_OK;
}

static duban_status filter(aloud *a, const ledger *l, uint32_t plan, arena *space,
                           frame_batch *batch) {
    walk_board board = {l, plan};
    cell_walk cells = walk_of(&board);
    visible v = {.cells = &cells,
                 .held = &a->held,
                 .who = VISIBLE_TO_PUBLIC,
                 .today = today_of(l),
                 .space = space};
    uint32_t n = 0;
    for (uint32_t i = 0; i < batch->n; i++) {
        cell out;
        if (visible_cell(&v, &batch->cells[i], &out))
            batch->cells[n++] = out;
        else if (v.held_back)
            note_held(a, &batch->cells[i]);
    }
    batch->n = n;
    return v.status;
}

duban_status aloud_changes(aloud *a, const ledger *l, uint32_t plan, uint64_t after,
                           bool all, arena *space, frame_batch *batch) {
    begin(a);
    arena_reset(space);
    duban_status status =
        frames_changes(l, plan, after, all, FRAME_SIZE_MAX, FRAME_SIZE_MAX, batch);
    if (!status) status = learn_all(a, l, plan, batch);
    if (status) return status;
    if (embargoes_lift(&a->held, today_of(l)) && a->from != NOTHING_HELD) {
        if (a->from <= after)
            status = frames_changes(l, plan, a->from - 1, a->from == 0, FRAME_SIZE_MAX,
                                    FRAME_SIZE_MAX, batch);
        a->from = NOTHING_HELD;
    }
    return status ? status : filter(a, l, plan, space, batch);
}
