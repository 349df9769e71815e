#include "broker/ledger/rank.h"

#include <stdlib.h>
#include <string.h>

/* An office succeeded by one that was succeeded in turn, and so on. */
#define SUCCESSIONS_MAX 16
#define ABSENT          UINT32_MAX

/* A paper that decides something: an exemption, a finding, a finding's reversal. */
typedef struct decision {
    uint32_t number;
    paper_cell paper;
    bool reversed;
} decision;

typedef struct ranking {
    const cell_walk *cells;
    const rank_ask *ask;
    arena *arena;
    duban_status status;
    int32_t day; /* the board's */
    rank_row *rows;
    uint32_t rows_n;
    uint32_t rows_room;
    rank_part *parts;
    uint32_t parts_n;
    uint32_t parts_room;
    decision *decisions;
    uint32_t decisions_n;
    uint32_t decisions_room;
    uint32_t *row_of; /* by office number, ABSENT where it is not ranked at all */
} ranking;

/* Room for one more element; NULL when out of memory, which is then remembered. */
static void *room_for(ranking *r, void *items, uint32_t n, uint32_t *room, size_t size) {
    if (n < *room) return items;
    uint32_t wanted = *room == 0 ? 64 : *room * 2;
    void *grown = arena_take(r->arena, wanted * size);
    if (grown == NULL) {
        r->status = DUBAN_E_NO_MEMORY;
        return NULL;
    }
    if (n > 0) memcpy(grown, items, n * size);
    *room = wanted;
    return grown;
}

static bool find(const ranking *r, cell_name name, cell *out) {
    return r->cells->find(r->cells->ctx, &name, out);
}

static bool contains(const uint32_t *numbers, uint32_t n, uint32_t number) {
    for (uint32_t i = 0; i < n; i++)
        if (numbers[i] == number) return true;
    return false;
}

/* --- who is ranked, and what papers decided ----------------------------------------- */

static uint32_t group_of(const weights_words *table, office_kind kind) {
    for (uint32_t i = 0; i < table->groups_n; i++)
        for (uint32_t k = 0; k < table->groups[i].kinds_n; k++)
            if (table->groups[i].kinds[k] == kind) return i;
    return ABSENT;
}

static bool has_ended(const ranking *r, const office_words *office) {
    return office->ended_day != 0 && office->ended_day <= r->day;
}

static bool take_office(ranking *r, const office_words *office) {
    uint32_t group = group_of(r->ask->table, office->kind);
    if (group == ABSENT || office->kind == OFFICE_GROUP || office->number > OFFICES_MAX)
        return true;
    r->rows = room_for(r, r->rows, r->rows_n, &r->rows_room, sizeof *r->rows);
    if (r->rows == NULL) return false;
    rank_row row = {.office = office->number, .group = group, .why = RANK_GIVEN};
    if (office->outside) row.why = RANK_OUTSIDE;
    if (has_ended(r, office)) row.why = RANK_ENDED;
    r->row_of[office->number] = r->rows_n;
    r->rows[r->rows_n++] = row;
    return true;
}

static bool take_paper(ranking *r, const cell *value) {
    effect_kind effect = value->paper.effect;
    if (effect != EFFECT_EXEMPT && effect != EFFECT_FIND && effect != EFFECT_REVERSE)
        return true;
    r->decisions = room_for(r, r->decisions, r->decisions_n, &r->decisions_room,
                            sizeof *r->decisions);
    if (r->decisions == NULL) return false;
    r->decisions[r->decisions_n++] =
        (decision){.number = value->name.node, .paper = value->paper};
    return true;
}

static bool look_first(void *ctx, const cell *value) {
    ranking *r = ctx;
    switch (value->name.kind) {
    case CELL_OFFICE: return take_office(r, &value->office);
    case CELL_PAPER: return take_paper(r, value);
    default: return true;
    }
}

static void reverse_findings(ranking *r) {
    for (uint32_t i = 0; i < r->decisions_n; i++) {
        const paper_cell *by = &r->decisions[i].paper;
        for (uint32_t k = 0; k < r->decisions_n && by->effect == EFFECT_REVERSE; k++)
            if (r->decisions[k].number == by->refers) r->decisions[k].reversed = true;
    }
}

/* Whether a paper of that effect is in force against the office in the task. A paper that
 * names no office means the task as a whole. */
static bool decided(const ranking *r, effect_kind effect, uint32_t task,
                    uint32_t office) {
    for (uint32_t i = 0; i < r->decisions_n; i++) {
        const paper_cell *p = &r->decisions[i].paper;
        if (p->effect != effect || r->decisions[i].reversed || p->day > r->day) continue;
        if (!contains(p->tasks, p->tasks_n, task)) continue;
        if (p->offices_n == 0 || contains(p->offices, p->offices_n, office)) return true;
    }
    return false;
}

static bool duty_stands(const ranking *r, uint32_t task, uint32_t office) {
    cell found;
    cell_name name = {.kind = CELL_DUTY, .task = task, .office = office};
    if (!find(r, name, &found)) return true;
    const duty_cell *duty = &found.duty;
    if (duty->exempt_day != 0 && duty->exempt_day <= r->day) return false;
    if (duty->until_day != 0 && duty->until_day <= r->day) return false;
    return duty->why != DUTY_ENDED;
}

/* --- scores ------------------------------------------------------------------------- */

static decimal kept_within(const ranking *r, decimal score) {
    const weights_words *table = r->ask->table;
    if (decimal_compare(score, table->least) < 0) return table->least;
    return decimal_compare(score, table->most) > 0 ? table->most : score;
}

/* a / b, b > 0, within the bounds: what does not fit an int64 lies beyond them. */
static decimal quotient(const ranking *r, decimal a, decimal b) {
    decimal out;
    const weights_words *table = r->ask->table;
    if (!decimal_scale(a.micro, DECIMAL_MICRO, b.micro, &out))
        return a.micro < 0 ? table->least : table->most;
    return kept_within(r, out);
}

static decimal one_or_none(const ranking *r, bool met) {
    return kept_within(r, decimal_of_int(met));
}

/* On its target as it stands: the end of the year decides what is met for good, a ceiling
 * that holds today counts today. */
static bool stands(const metric_words *metric, const pace_cell *pace) {
    if (pace->met) return true;
    if (!pace->has_value || !pace->has_margin) return false;
    return metric->strict ? pace->margin.micro > 0 : pace->margin.micro >= 0;
}

/* Less is better, or more than enough is too much: then shares say nothing. */
static bool limits(const metric_words *metric, const pace_cell *pace) {
    switch (metric->comparator) {
    case COMPARATOR_AT_MOST: return true;
    case COMPARATOR_BETWEEN:
    case COMPARATOR_ABOUT:
    case COMPARATOR_EXACTLY:
        return pace->margin.micro < 0 &&
               decimal_compare(pace->actual, pace->expected) >= 0;
    default: return false;
    }
}

static bool rises(const metric_words *metric, const pace_cell *pace) {
    bool scaled = metric->nature == NATURE_RATE || metric->nature == NATURE_LEVEL;
    bool floor = metric->comparator == COMPARATOR_COUNT ||
                 metric->comparator == COMPARATOR_AT_LEAST ||
                 metric->comparator == COMPARATOR_FLOOR_STRETCH;
    return scaled && floor && pace->target.micro > 0;
}

static decimal score_of(const ranking *r, const metric_words *metric,
                        const pace_cell *pace, bool whole, rank_how *how) {
    bool counts = whole && metric->rollup == ROLLUP_COUNT_MET;
    if (pace->has_share && pace->expected.micro > 0 &&
        (counts || !limits(metric, pace))) {
        *how = RANK_BY_PACE;
        return quotient(r, pace->actual, pace->expected);
    }
    if (rises(metric, pace) && pace->has_value) {
        *how = RANK_BY_VALUE;
        return quotient(r, pace->value, pace->target);
    }
    *how = RANK_BY_MET;
    return one_or_none(r, stands(metric, pace));
}

/* The most particular row speaks. */
static decimal weight_of(const weights_words *table, uint32_t task, uint32_t metric) {
    decimal weight = {0};
    int best = -1;
    for (uint32_t i = 0; i < table->rows_n; i++) {
        const weight_row *row = &table->rows[i];
        if (row->task != 0 && row->task != task) continue;
        if (row->metric != 0 && row->metric != metric) continue;
        int particular = (row->task != 0) + (row->metric != 0);
        if (particular <= best) continue;
        best = particular;
        weight = row->weight;
    }
    return weight;
}

/* --- parts -------------------------------------------------------------------------- */

/* The first lead, or whoever has succeeded it; the city office of a task without one. */
static uint32_t lead_of(const ranking *r, const task_words *task) {
    uint32_t lead = task->leads_n == 0 ? 1 : task->leads[0];
    for (int i = 0; i < SUCCESSIONS_MAX; i++) {
        cell found;
        if (!find(r, (cell_name){.kind = CELL_OFFICE, .office = lead}, &found) ||
            !has_ended(r, &found.office) || found.office.successors_n == 0)
            return lead;
        lead = found.office.successors[0];
    }
    return lead;
}

static bool add_part(ranking *r, rank_part part) {
    uint32_t at = part.office <= OFFICES_MAX ? r->row_of[part.office] : ABSENT;
    if (at == ABSENT || r->rows[at].why == RANK_OUTSIDE || r->rows[at].why == RANK_ENDED)
        return true;
    part.weight = weight_of(r->ask->table, part.task, part.metric);
    if (part.weight.micro == 0) return true;
    if (decided(r, EFFECT_EXEMPT, part.task, part.office) ||
        !duty_stands(r, part.task, part.office))
        return true;
    if (decided(r, EFFECT_FIND, part.task, part.office)) {
        part.how = RANK_BY_FINDING;
        part.score = one_or_none(r, false);
    }
    r->parts = room_for(r, r->parts, r->parts_n, &r->parts_room, sizeof *r->parts);
    if (r->parts == NULL) return false;
    r->parts[r->parts_n++] = part;
    return true;
}

static const metric_words *metric_of(const task_words *task, uint32_t id) {
    for (uint32_t i = 0; i < task->metrics_n; i++)
        if (task->metrics[i].id == id) return &task->metrics[i];
    return NULL;
}

/* Of a metric that its lead fills the whole is the lead's part, of others each split is
 * its office's and the whole the lead's. */
static bool take_pace(ranking *r, const cell *value) {
    cell found;
    const cell_name *name = &value->name;
    if (!find(r, (cell_name){.kind = CELL_TASK, .task = name->task}, &found)) return true;
    const metric_words *metric = metric_of(&found.task, name->metric);
    uint32_t lead = lead_of(r, &found.task);
    bool whole = name->office == 0;
    if (metric == NULL || metric->comparator == COMPARATOR_PENDING ||
        found.task.visibility == VISIBILITY_OFFLINE || value->pace.parts == 0 ||
        (!whole && name->office == lead))
        return true;
    rank_part part = {.office = whole ? lead : name->office,
                      .task = name->task,
                      .metric = name->metric,
                      .whole = whole};
    part.score = score_of(r, metric, &value->pace, whole, &part.how);
    return add_part(r, part);
}

static bool is_done(const ranking *r, uint32_t task) {
    cell found;
    if (!find(r, (cell_name){.kind = CELL_LIGHT, .task = task}, &found)) return false;
    const light_cell *light = &found.light;
    return light->cause == CAUSE_MET || light->cause == CAUSE_CLOSED;
}

/* Steps done of those whose day has come. False when none has. */
static bool steps_of(const ranking *r, uint32_t task, uint32_t nodes, decimal *score) {
    uint32_t due = 0;
    uint32_t done = 0;
    for (uint32_t i = 1; i <= nodes; i++) {
        cell found;
        if (!find(r, (cell_name){.kind = CELL_NODE, .task = task, .node = i}, &found))
            continue;
        due += found.node.day <= r->day;
        done += found.node.done;
    }
    if (due == 0) return false;
    *score = quotient(r, decimal_of_int(done), decimal_of_int(due));
    return true;
}

static bool take_task(ranking *r, const cell *value) {
    cell table;
    const task_words *task = &value->task;
    uint32_t id = value->name.task;
    if (task->metrics_n > 0 || task->visibility == VISIBILITY_OFFLINE) return true;
    rank_part part = {.office = lead_of(r, task), .task = id, .whole = true};
    if (is_done(r, id)) {
        part.how = RANK_BY_MET;
        part.score = one_or_none(r, true);
        return add_part(r, part);
    }
    bool filed = find(r, (cell_name){.kind = CELL_TIMETABLE, .task = id}, &table) &&
                 table.timetable.state == TIMETABLE_ACCEPTED;
    if (!filed) {
        part.how = RANK_BY_NO_TIMETABLE;
        part.score = one_or_none(r, false);
        return add_part(r, part);
    }
    part.how = RANK_BY_STEPS;
    if (!steps_of(r, id, table.timetable.nodes, &part.score)) return true;
    return add_part(r, part);
}

/* An office that took over a duty in this period is not ranked in it. */
static bool take_duty(ranking *r, const cell *value) {
    int32_t from = value->duty.from_day;
    uint32_t office = value->name.office;
    if (value->duty.why != DUTY_TAKEN_OVER || office > OFFICES_MAX ||
        r->row_of[office] == ABSENT || from < r->ask->in_period.first_day ||
        from > period_last_day(r->ask->in_period))
        return true;
    rank_row *row = &r->rows[r->row_of[office]];
    if (row->why == RANK_GIVEN) row->why = RANK_SUCCESSOR;
    return true;
}

static bool look_second(void *ctx, const cell *value) {
    ranking *r = ctx;
    switch (value->name.kind) {
    case CELL_PACE: return take_pace(r, value);
    case CELL_TASK: return take_task(r, value);
    case CELL_DUTY: return take_duty(r, value);
    default: return true;
    }
}

/* --- ranks -------------------------------------------------------------------------- */

static int by_office(const void *a, const void *b) {
    const rank_part *x = a;
    const rank_part *y = b;
    if (x->office != y->office) return x->office < y->office ? -1 : 1;
    if (x->task != y->task) return x->task < y->task ? -1 : 1;
    return (x->metric > y->metric) - (x->metric < y->metric);
}

static void sum_up(rank_row *row) {
    __int128 sum = 0;
    __int128 weights = 0;
    for (uint32_t i = 0; i < row->parts_n; i++) {
        sum += (__int128)row->parts[i].weight.micro * row->parts[i].score.micro;
        weights += row->parts[i].weight.micro;
    }
    row->has_score = weights > 0 && decimal_scale(sum, 1, weights, &row->score);
    if (!row->has_score && row->why == RANK_GIVEN) row->why = RANK_NO_PARTS;
}

static void share_out(ranking *r) {
    if (r->parts_n > 0) qsort(r->parts, r->parts_n, sizeof *r->parts, by_office);
    for (uint32_t i = 0; i < r->parts_n; i++) {
        rank_row *row = &r->rows[r->row_of[r->parts[i].office]];
        if (row->parts_n++ == 0) row->parts = &r->parts[i];
    }
    for (uint32_t i = 0; i < r->rows_n; i++)
        sum_up(&r->rows[i]);
}

static int by_score(const void *a, const void *b) {
    const rank_row *x = a;
    const rank_row *y = b;
    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    bool x_in = x->why == RANK_GIVEN;
    bool y_in = y->why == RANK_GIVEN;
    if (x_in != y_in) return x_in ? -1 : 1;
    int order = x_in ? decimal_compare(y->score, x->score) : 0;
    if (order != 0) return order;
    return (x->office > y->office) - (x->office < y->office);
}

static void give_ranks(ranking *r) {
    uint32_t first = 0; /* of the group */
    if (r->rows_n > 0) qsort(r->rows, r->rows_n, sizeof *r->rows, by_score);
    for (uint32_t i = 0; i < r->rows_n; i++) {
        rank_row *row = &r->rows[i];
        if (i > 0 && row[-1].group != row->group) first = i;
        if (row->why != RANK_GIVEN) continue;
        bool ties = i > first && decimal_compare(row[-1].score, row->score) == 0;
        row->rank = ties ? row[-1].rank : i - first + 1;
        for (uint32_t k = 0; k < r->ask->before_n; k++) {
            if (r->ask->before[k].office != row->office) continue;
            row->has_change = true;
            row->change = (int32_t)r->ask->before[k].rank - (int32_t)row->rank;
        }
    }
}

duban_status rank_offices(const cell_walk *cells, const rank_ask *ask, arena *a,
                          rank_result *out) {
    ranking r = {.cells = cells, .ask = ask, .arena = a};
    cell plan;
    if (!find(&r, (cell_name){.kind = CELL_PLAN}, &plan)) return DUBAN_E_EMPTY;
    r.day = plan.plan.day;
    r.row_of = arena_take(a, (OFFICES_MAX + 1) * sizeof *r.row_of);
    if (r.row_of == NULL) return DUBAN_E_NO_MEMORY;
    for (uint32_t i = 0; i <= OFFICES_MAX; i++)
        r.row_of[i] = ABSENT;
    cells->each(cells->ctx, look_first, &r);
    if (r.status != DUBAN_OK) return r.status;
    reverse_findings(&r);
    cells->each(cells->ctx, look_second, &r);
    if (r.status != DUBAN_OK) return r.status;
    share_out(&r);
    give_ranks(&r);
    *out = (rank_result){r.rows, r.rows_n};
    return DUBAN_OK;
}
