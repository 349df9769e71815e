#include "client/cli/owed.h"

#include <string.h>

#include "client/cli/find.h"

typedef struct owing {
    const look *where;
    uint32_t office;
    bool all;
    bool only_come; /* only rounds whose window has come */
    int32_t day;
    plan_cell plan;
    arena *a;
    owed_list *out;
    size_t room;
} owing;

static bool says_nothing(const item_cell *item) {
    return item->state == ITEM_DUE || item->state == ITEM_PARTIAL ||
           item->state == ITEM_RETURNED;
}

bool owed_open(const item_cell *item) {
    return !item->withdrawn && says_nothing(item);
}

static bool add(owing *o, const owed_line *line) {
    owed_list *out = o->out;
    if (out->n == o->room) {
        size_t room = o->room ? o->room * 2 : 128;
        owed_line *more = arena_alloc(o->a, room * sizeof *more);
        if (!more) return false;
        if (out->n) memcpy(more, out->lines, out->n * sizeof *more);
        out->lines = more;
        o->room = room;
    }
    out->lines[out->n++] = *line;
    return true;
}

static period round_before(const owing *o, period round) {
    if (round.first_day <= o->plan.first_day) return (period){0};
    return period_of_day(round.kind, round.first_day - 1);
}

static bool add_metrics(owing *o, const owed_line *of, bool *any) {
    const task_words *task = &of->task;
    for (uint32_t i = 0; i < task->metrics_n; i++) {
        owed_line line = *of;
        line.kind = OWED_VALUE;
        line.metric = &task->metrics[i];
        if (!find_owes(task, line.metric, o->office)) continue;
        *any = true;
        line.split = find_split(task, line.metric->id, o->office);
        line.has_value = look_value(o->where, task->id, line.metric->id, o->office,
                                    of->round, &line.value);
        period before = round_before(o, of->round);
        line.has_last = before.kind && look_value(o->where, task->id, line.metric->id,
                                                  o->office, before, &line.last);
        bool wanted = o->all || !line.has_value || of->item.state == ITEM_RETURNED;
        if (wanted && !add(o, &line)) return false;
    }
    return true;
}

/* Nodes are the first lead's to report: those that are not done and whose day has come by
 * the round's end. */
static bool add_nodes(owing *o, const owed_line *of) {
    uint32_t lead = of->task.leads_n ? of->task.leads[0] : 1;
    if (lead != o->office) return true;
    for (uint32_t id = 1;; id++) {
        cell_name name = {.kind = CELL_NODE, .task = of->task.id, .node = id};
        cell found;
        if (!look_cell(o->where, &name, &found)) return true;
        owed_line line = *of;
        line.kind = OWED_NODE;
        line.node = id;
        line.node_state = found.node;
        if (found.node.done || found.node.day > period_last_day(of->round)) continue;
        if (!add(o, &line)) return false;
    }
}

static bool add_item(owing *o, uint32_t task, period round) {
    owed_line line = {.round = round};
    if (!look_item(o->where, task, o->office, round, &line.item)) return true;
    if (line.item.withdrawn && says_nothing(&line.item)) return true;
    bool open = owed_open(&line.item);
    if (!o->all && !open) return true;
    bool come = line.item.open_day != 0 && line.item.open_day <= o->day;
    if (o->only_come && !come && line.item.state != ITEM_RETURNED) return true;
    if (!find_task_id(o->where->l, o->where->plan, task, &line.task)) return true;
    o->out->items++;
    o->out->items_open += open;
    bool any = false;
    if (!add_metrics(o, &line, &any) || !add_nodes(o, &line)) return false;
    if (any) return true;
    line.kind = OWED_TEXT;
    return add(o, &line);
}

static bool add_round(owing *o, period round) {
    task_words task;
    for (uint32_t id = 1; find_task_id(o->where->l, o->where->plan, id, &task); id++)
        if (!add_item(o, id, round)) return false;
    return true;
}

duban_status owed_find(const look *where, uint32_t office, period round, bool all,
                       arena *a, owed_list *out) {
    owed_list made = {0};
    owing o = {where, office, all, false, 0, {0}, a, &made, 0};
    if (!find_plan_cell(where->l, where->plan, &o.plan)) return DUBAN_E_UNKNOWN_PLAN;
    o.day = o.plan.day;
    bool good = true;
    if (round.kind) {
        good = add_round(&o, round);
    } else {
        o.only_come = true;
        period at = period_of_cycle(o.plan.cycle, o.plan.first_day);
        for (; good && at.first_day <= o.plan.last_day && at.first_day <= o.day;
             at = period_next_of_cycle(o.plan.cycle, at))
            good = add_round(&o, at);
        int32_t day = o.day > o.plan.last_day ? o.plan.last_day : o.day;
        o.only_come = false;
        if (good && made.n == 0 && day >= o.plan.first_day)
            good = add_round(&o, period_of_cycle(o.plan.cycle, day));
    }
    if (!good) return DUBAN_E_NO_MEMORY;
    *out = made;
    return DUBAN_OK;
}

static bool assigned(const look *where, uint32_t task, uint32_t office,
                     const char *code) {
    cell_name name = {.kind = CELL_DUTY, .task = task, .office = office};
    cell found;
    return look_cell(where, &name, &found) && found.duty.assigned &&
           strcmp(found.duty.assigned, code) == 0;
}

void owed_keep_assigned(owed_list *owed, const look *where, uint32_t office,
                        const char *code) {
    size_t kept = 0;
    owed->items = owed->items_open = 0;
    for (size_t i = 0; i < owed->n; i++) {
        const owed_line *line = &owed->lines[i];
        if (!assigned(where, line->task.id, office, code)) continue;
        const owed_line *before = kept ? &owed->lines[kept - 1] : NULL;
        if (!before || before->task.id != line->task.id ||
            !period_equal(before->round, line->round)) {
            owed->items++;
            owed->items_open += owed_open(&line->item);
        }
        owed->lines[kept++] = *line;
    }
    owed->n = kept;
}

static bool states(const statement_words *w, const owed_line *line) {
    if (w->task != line->task.id || !period_equal(w->period, line->round)) return false;
    switch (w->kind) {
    case STATEMENT_VALUE:
        return line->kind == OWED_VALUE && w->value.metric == line->metric->id;
    case STATEMENT_NODE: return line->kind == OWED_NODE && w->node.node == line->node;
    case STATEMENT_TEXT: return line->kind == OWED_TEXT;
    case STATEMENT_NIL: return line->kind != OWED_NODE;
    default: return false;
    }
}

void owed_mark_queued(owed_list *owed, uint32_t plan, uint32_t own, uint32_t office,
                      const duban_outbox_row *rows, size_t rows_n) {
    for (size_t i = 0; i < rows_n; i++) {
        const submission_words *sub = &rows[i].ev.submission;
        if (rows[i].state != OUTBOX_QUEUED || rows[i].ev.kind != KIND_SUBMISSION ||
            sub->plan != plan)
            continue;
        for (uint32_t k = 0; k < sub->statements_n; k++) {
            const statement_words *w = &sub->statements[k];
            if ((w->office ? w->office : own) != office) continue;
            for (size_t n = 0; n < owed->n; n++)
                if (states(w, &owed->lines[n])) owed->lines[n].queued = true;
        }
    }
}
