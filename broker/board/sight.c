#include "broker/board/sight.h"

#include <stdlib.h>
#include <string.h>

#include "broker/ledger/cells.h"
#include "broker/ledger/heap.h"

/* What of a task decides who sees its cells. */
struct sight_task {
    bool known;
    bool restricted;
    uint64_t eyes; /* a hash of its visibility and those of its metrics */
};

typedef enum sight_of_paper { PAPER_OPEN, PAPER_INNER, PAPER_RESTRICTED } sight_of_paper;

typedef struct look {
    sight *sight;
    const ledger *ledger;
    uint32_t plan;
    int32_t today;
    bool changed; /* who may see what */
    bool failed;
} look;

void sight_close(sight *s) {
    ledger_allocator memory = heap_allocator();
    embargoes_close(&s->held, &memory);
    free(s->tasks);
    free(s->papers);
    memset(s, 0, sizeof *s);
}

/* Zeroed room up to number; NULL when out of memory. */
static void *room(void *rows, uint32_t *n, uint32_t number, size_t size) {
    if (number < *n) return rows;
    uint32_t wanted = (number + 64) / 64 * 64 + 64;
    unsigned char *grown = realloc(rows, wanted * size);
    if (!grown) return NULL;
    memset(grown + *n * size, 0, (wanted - *n) * size);
    *n = wanted;
    return grown;
}

/* --- cells that decide over others -------------------------------------------------- */

static uint64_t eyes_of(const task_words *task) {
    uint64_t h = 14695981039346656037ULL; /* FNV-1a */
    h = (h ^ (uint64_t)task->visibility) * 1099511628211ULL;
    for (uint32_t i = 0; i < task->metrics_n; i++) {
        h = (h ^ task->metrics[i].id) * 1099511628211ULL;
        h = (h ^ (uint64_t)task->metrics[i].visibility) * 1099511628211ULL;
    }
    return h;
}

static bool under_embargo(const sight *s, uint32_t task) {
    for (uint32_t i = 0; i < s->held.n; i++)
        if (s->held.rows[i].name.task == task) return true;
    return false;
}

static void look_at_task(look *at, const cell *value) {
    sight *s = at->sight;
    uint32_t id = value->name.task;
    struct sight_task *rows = room(s->tasks, &s->tasks_n, id, sizeof *rows);
    if (!rows) {
        at->failed = true;
        return;
    }
    s->tasks = rows;
    struct sight_task now = {true, value->task.visibility == VISIBILITY_RESTRICTED,
                             eyes_of(&value->task)};
    const struct sight_task *then = &rows[id];
    at->changed |= then->known && (then->eyes != now.eyes || now.restricted);
    at->changed |= under_embargo(s, id); /* its sources may be others */
    rows[id] = now;
}

static void look_at_duty(look *at, uint32_t task) {
    const sight *s = at->sight;
    bool restricted = task < s->tasks_n && s->tasks[task].restricted;
    at->changed |= restricted || under_embargo(s, task);
}

static sight_of_paper of_paper(const look *at, const paper_cell *paper) {
    sight_of_paper out = paper->hidden ? PAPER_RESTRICTED : PAPER_OPEN;
    for (uint32_t i = 0; i < paper->tasks_n && out != PAPER_RESTRICTED; i++) {
        cell task;
        cell_name name = {.kind = CELL_TASK, .task = paper->tasks[i]};
        bool found = ledger_cell(at->ledger, at->plan, &name, &task);
        if (!found || task.task.visibility == VISIBILITY_RESTRICTED)
            out = PAPER_RESTRICTED;
        else if (task.task.visibility != VISIBILITY_PUBLIC)
            out = PAPER_INNER;
    }
    return out;
}

/* Whom it is addressed to decides as well, where it is about a restricted task. */
static void look_at_paper(look *at, const cell *value) {
    sight *s = at->sight;
    uint32_t number = value->name.node;
    uint8_t *rows = room(s->papers, &s->papers_n, number, sizeof *rows);
    if (!rows) {
        at->failed = true;
        return;
    }
    s->papers = rows;
    uint8_t now = (uint8_t)(of_paper(at, &value->paper) + 1);
    bool again = now == PAPER_RESTRICTED + 1 && !value->paper.hidden;
    at->changed |= rows[number] != 0 && (rows[number] != now || again);
    rows[number] = now;
}

/* A figure said again under its embargo may be known to others than before. */
static void look_at_value(look *at, const cell *value) {
    ledger_allocator memory = heap_allocator();
    embargoes *held = &at->sight->held;
    for (uint32_t i = 0; i < held->n && !at->changed; i++)
        at->changed = cell_name_compare(&held->rows[i].name, &value->name) == 0;
    at->failed |= !embargoes_learn(held, &memory, value, at->today);
}

static bool look_at(void *ctx, const cell *value) {
    look *at = ctx;
    switch (value->name.kind) {
    case CELL_TASK: look_at_task(at, value); break;
    case CELL_DUTY: look_at_duty(at, value->name.task); break;
    case CELL_PAPER: look_at_paper(at, value); break;
    case CELL_VALUE: look_at_value(at, value); break;
    default: break;
    }
    return !at->failed;
}

/* A failure in the middle is made good by looking at everything anew. */
duban_status sight_follow(sight *s, const ledger *l, uint32_t plan) {
    ledger_status state;
    uint64_t newest = ledger_plan_changed(l, plan);
    if (s->begun && s->seen == newest) return DUBAN_OK;
    ledger_get_status(l, &state);
    look at = {.sight = s, .ledger = l, .plan = plan, .today = state.day};
    ledger_cells(l, plan, s->seen, !s->begun, look_at, &at);
    if (at.failed) {
        s->begun = false;
        return DUBAN_E_NO_MEMORY;
    }
    at.changed |= embargoes_lift(&s->held, at.today);
    if (at.changed || !s->begun) s->since = newest;
    s->begun = true;
    s->seen = newest;
    return DUBAN_OK;
}

/* --- changes, as somebody sees them ------------------------------------------------- */

static bool is_open(const visible *eyes, const frame_batch *batch) {
    for (uint32_t i = 0; i < batch->n; i++)
        if (!visible_to_every_office(eyes, &batch->cells[i])) return false;
    return true;
}

/* Who sees less than everything must fetch when more has changed than cells. */
static bool must_fetch(const sight *s, uint64_t after, bool all, viewer who) {
    return who.right < RIGHT_BOARD && !all && after < s->since;
}

duban_status sight_changes(sight *s, const ledger *l, uint32_t plan, uint64_t after,
                           bool all, viewer who, size_t bytes, size_t most_bytes,
                           arena *space, frame_batch *batch, bool *open) {
    ledger_status state;
    duban_status status = frames_changes(l, plan, after, all, bytes, most_bytes, batch);
    if (!status) status = sight_follow(s, l, plan);
    if (status) return status;
    *open = false;
    if (must_fetch(s, after, all, who)) {
        batch->n = 0;
        batch->cut = false;
        batch->too_large = true;
        return DUBAN_OK;
    }
    ledger_get_status(l, &state);
    walk_board board = {l, plan};
    cell_walk cells = walk_of(&board);
    visible eyes = {.cells = &cells,
                    .held = &s->held,
                    .who = who,
                    .today = state.day,
                    .space = space};
    arena_reset(space);
    bool all_stand = all || after >= s->since; /* nobody here has to fetch */
    *open = who.right != RIGHT_NONE && all_stand && is_open(&eyes, batch);
    if (*open || who.right >= RIGHT_BOARD) return DUBAN_OK;
    return frames_filter(l, plan, all ? 0 : after, &eyes, batch);
}

/* --- one board ---------------------------------------------------------------------- */

typedef struct lesson {
    embargoes *held;
    int32_t today;
    bool failed;
} lesson;

static bool learn(void *ctx, const cell *value) {
    lesson *to = ctx;
    ledger_allocator memory = heap_allocator();
    to->failed = !embargoes_learn(to->held, &memory, value, to->today);
    return !to->failed;
}

duban_status viewing_begin(viewing *v, const ledger *l, uint32_t plan, int32_t today,
                           viewer who) {
    memset(v, 0, sizeof *v);
    arena_init(&v->space, 0);
    if (who.right >= RIGHT_BOARD) return DUBAN_OK;
    lesson to = {.held = &v->held, .today = today};
    ledger_cells(l, plan, 0, true, learn, &to);
    if (to.failed) return DUBAN_E_NO_MEMORY;
    v->board = (walk_board){l, plan};
    v->cells = walk_of(&v->board);
    v->visible = (visible){.cells = &v->cells,
                           .held = &v->held,
                           .who = who,
                           .today = today,
                           .space = &v->space};
    v->eyes = &v->visible;
    return DUBAN_OK;
}

void viewing_end(viewing *v) {
    ledger_allocator memory = heap_allocator();
    embargoes_close(&v->held, &memory);
    arena_close(&v->space);
}
