#include "broker/ledger/refresh.h"

#include "broker/ledger/fold.h"
#include "broker/ledger/light.h"
#include "broker/ledger/override.h"
#include "broker/ledger/pace.h"
#include "broker/ledger/trace.h"

void refresh_plan_cell(ledger *l, plan *p, uint64_t index) {
    cell next = {.plan = {.code = p->code,
                          .title = p->words.title,
                          .first_day = p->words.first_day,
                          .last_day = p->words.last_day,
                          .cycle = p->words.cycle,
                          .window_first = p->words.window_first,
                          .window_last = p->words.window_last,
                          .zones_inside_counties = p->words.zones_inside_counties,
                          .lights_version = p->lights.version,
                          .drill = l->genesis.drill,
                          .day = l->day,
                          .rules_version = l->genesis.rules_version,
                          .shape = p->words.shape,
                          .locks = p->words.locks,
                          .review_days = p->words.review_days,
                          .two_persons = p->words.two_persons,
                          .cutoff_days = p->words.cutoff_days,
                          .order = p->lights.order,
                          .order_n = p->lights.order_n,
                          .running_from = p->lights.running_from}};
    board_put(&p->board, p->cell, &next, index);
}

void refresh_office_cell(ledger *l, plan *p, uint32_t office, uint64_t index) {
    cell_name name = {.kind = CELL_OFFICE, .office = office};
    uint32_t at = cells_find(&p->board.cells, &name);
    if (at == NONE) at = board_add(&p->board, &name, NONE, index);
    board_put(&p->board, at, &(cell){.office = *office_find(&l->book, office)}, index);
}

/* --- lights ------------------------------------------------------------------------- */

/* One evaluation that may decide a light. */
typedef struct candidate {
    light_choice choice;
    uint32_t metric;
    uint32_t node;
    bool has_margin;
    decimal margin;
    int32_t due;
    int32_t printed;  /* the deadline before an extension, 0 when there is none */
    uint32_t paper;   /* that decided, or extended */
    uint32_t charged; /* office, 0: as usual */
} candidate;

/* What a light is made of; own: without what earlier rounds add. */
typedef struct light_sum {
    candidate worst;
    uint32_t metrics;
    uint32_t metrics_met;
    bool all_met;
} light_sum;

static void consider(const light_table *table, candidate *worst, const candidate *other) {
    grade_order order = light_order(table);
    if (worst->choice.row == 0 ||
        grade_rank(&order, other->choice.grade) > grade_rank(&order, worst->choice.grade))
        *worst = *other;
}

/* Where a table gives an order of its own, the row that matches whatever is left says
 * nothing beside something: a report that came in time does not dim a light that praises.
 */
static bool says_nothing(const light_table *table, const candidate *c) {
    return table->order_n > 0 && c->choice.row == table->rows_n;
}

static void consider_pace(const plan *p, light_sum *sum, const plan_metric *metric,
                          uint32_t at) {
    const pace_cell *pace = &board_at(&p->board, at)->pace;
    candidate c = {.choice = {pace->grade, pace->cause, pace->lights_row},
                   .metric = metric->words->id,
                   .has_margin = pace->has_margin,
                   .margin = pace->margin,
                   .due = fold_deadline(p, metric)};
    bool open =
        metric->words->comparator == COMPARATOR_PENDING || plan_endless(p, metric);
    if (pace->met || open) c.due = 0;
    if (c.due != 0 && c.due != metric->deadline) {
        c.printed = metric->deadline;
        c.paper = p->tasks[metric->task].mark.paper;
    }
    sum->metrics++;
    sum->metrics_met += pace->met;
    consider(&p->lights, &sum->worst, &c);
}

/* The lead has spoken of a day at or after the node's, or its round is over. */
static bool node_overdue(const ledger *l, const plan *p, const plan_task *t,
                         const plan_node *node) {
    if (node->done || node->day >= l->day || plan_standing(p, t)) return false;
    if (t->stated_day >= node->day) return true;
    uint32_t round = plan_round_of_day(p, node->day);
    return round != NONE && l->day > p->rounds[round].close_day;
}

/* A task without numbers: the share of its nodes done against the share that was due. */
static void consider_nodes(ledger *l, plan *p, light_sum *sum, const plan_task *t) {
    const plan_timetable *table = &t->timetable;
    if (table->nodes_n == 0) return;
    bool alone = t->words->metrics_n == 0;
    candidate c = {.has_margin = alone};
    light_inputs in = {.has_margin = alone, .nature = NATURE_CUMULATIVE};
    uint32_t done = 0;
    uint32_t expected = 0;
    uint32_t next = 0;
    for (uint32_t i = 0; i < table->nodes_n; i++) {
        const plan_node *node = &table->nodes[i];
        done += node->done;
        expected += node->day <= t->stated_day;
        if (!node->done && node->day >= l->day && next == 0) next = i + 1;
        if (!in.overdue && node_overdue(l, p, t, node)) {
            in.overdue = true;
            c.node = i + 1;
        }
    }
    in.no_timetable = plan_no_timetable(t);
    /* steps that nobody agreed to promise nothing that could be done */
    in.met = alone && done == table->nodes_n && !in.no_timetable;
    if (alone)
        in.margin =
            pace_points(done, table->nodes_n, (fraction){expected, table->nodes_n});
    in.deadline = next == 0 ? 0 : table->nodes[next - 1].day;
    c.node = in.overdue ? c.node : next;
    c.margin = in.margin;
    c.due = in.overdue ? table->nodes[c.node - 1].day : in.deadline;
    c.choice = light_pick(&p->lights, &l->workdays, l->day, &in);
    sum->all_met = sum->all_met || in.met;
    if (!alone && says_nothing(&p->lights, &c)) return;
    consider(&p->lights, &sum->worst, &c);
}

static candidate reporting(ledger *l, const plan *p, const plan_task *t, uint32_t missing,
                           uint32_t running) {
    light_inputs in = {
        .missing = missing, .running = running, .no_timetable = plan_no_timetable(t)};
    candidate c = {.choice = light_pick(&p->lights, &l->workdays, l->day, &in)};
    return c;
}

/* What is decided of a whole, and by which papers. */
typedef struct decided {
    light_inputs in;
    uint32_t found_by; /* the paper that a finding stands in, */
    uint32_t found;    /* and the office it is against, 0: the task's lead */
    uint32_t paper;    /* that decided anything else */
} decided;

static bool since(const ledger *l, int32_t day) {
    return day != 0 && day <= l->day;
}

static void add_mark(const ledger *l, decided *d, const plan_mark *mark) {
    bool closed = since(l, mark->closed_day);
    bool exempt = since(l, mark->exempt_day);
    if (mark->findings > 0 && !d->in.finding) {
        d->in.finding = true;
        d->found_by = mark->paper;
    }
    d->in.closed = d->in.closed || closed;
    d->in.exempt = d->in.exempt || exempt;
    d->in.tolerated = d->in.tolerated || mark->tolerated;
    d->in.met = d->in.met || mark->fulfilled;
    if (d->paper == 0 && (closed || exempt || mark->tolerated || mark->fulfilled))
        d->paper = mark->paper;
}

/* What holds of a task holds of every office in it, but for a finding: the task counts
 * all of them, and those that are against none of its offices are its lead's. */
static decided decided_of_duty(const ledger *l, const plan *p, const plan_task *t,
                               uint32_t duty) {
    decided d = {.in = {.exempt = t->words->visibility == VISIBILITY_OFFLINE}};
    plan_mark of_task = t->mark;
    uint32_t of_offices = 0;
    for (uint32_t i = t->duties_at; i < t->duties_at + t->duties_n; i++)
        of_offices += p->duties[i].mark.findings;
    if (t->lead_duty != duty || of_task.findings <= of_offices) of_task.findings = 0;
    add_mark(l, &d, &p->duties[duty].mark);
    add_mark(l, &d, &of_task);
    return d;
}

/* A finding against one of its offices stands against the task, charged to the office. */
static decided decided_of_task(const ledger *l, const plan *p, const plan_task *t) {
    decided d = {.in = {.exempt = t->words->visibility == VISIBILITY_OFFLINE}};
    add_mark(l, &d, &t->mark);
    for (uint32_t i = t->duties_at; i < t->duties_at + t->duties_n; i++) {
        const plan_duty *duty = &p->duties[i];
        if (duty->mark.findings == 0 || d.found != 0) continue;
        d.in.finding = true;
        d.found_by = duty->mark.paper;
        d.found = duty->office;
    }
    return d;
}

/* The light of the whole where something is decided of it: what is met, closed or exempt
 * beats every other cause; a finding or what is tolerated does where the table has a row
 * for it. The table's own order says which of them comes first. False when the parts have
 * to be looked at. */
static bool decide(ledger *l, const plan *p, const light_sum *sum, const decided *d,
                   candidate *out) {
    light_inputs in = d->in;
    bool met = sum->all_met || (sum->metrics > 0 && sum->metrics_met == sum->metrics);
    in.met = in.met || met;
    if (!in.met && !in.closed && !in.exempt && !in.finding && !in.tolerated) return false;
    candidate c = {.choice = light_pick(&p->lights, &l->workdays, l->day, &in)};
    bool marked = light_asks_mark(&p->lights, c.choice.row);
    if (!in.met && !in.closed && !in.exempt && !marked) return false;
    if (marked && p->lights.rows[c.choice.row - 1].finding) {
        c.paper = d->found_by;
        c.charged = d->found;
    } else if (marked || !met) {
        c.paper = d->paper;
    } else {
        c.metric = sum->worst.metric;
        c.has_margin = sum->worst.has_margin;
        c.margin = sum->worst.margin;
    }
    *out = c;
    return true;
}

/* Ends an evaluation: what is decided of the whole; else reporting may be worse. */
static candidate conclude(ledger *l, const plan *p, const plan_task *t,
                          const light_sum *sum, const decided *d, uint32_t missing,
                          uint32_t running) {
    candidate worst = sum->worst;
    if (decide(l, p, sum, d, &worst)) return worst;
    candidate other = reporting(l, p, t, missing, running);
    if (worst.choice.row == 0 || !says_nothing(&p->lights, &other))
        consider(&p->lights, &worst, &other);
    return worst;
}

static void put_light(ledger *l, plan *p, uint32_t at, const candidate *c,
                      const light_sum *sum, const plan_override *set, light_cell next,
                      uint64_t index) {
    const cell *old = board_at(&p->board, at);
    next.grade = c->choice.grade;
    next.cause = c->choice.cause;
    if (override_holds(l, set)) {
        next.computed = next.grade;
        next.grade = set->grade;
        next.cause = CAUSE_OVERRIDE;
        next.override_reason = set->reason;
        next.override_until = set->until_day;
    }
    next.metric = c->metric;
    next.node = c->node;
    next.has_margin = c->has_margin;
    next.margin = c->margin;
    next.due = c->due;
    next.paper = c->paper;
    next.extended_from = c->printed;
    next.metrics = sum->metrics;
    next.metrics_met = sum->metrics_met;
    next.lights_version = p->lights.version;
    next.lights_row = c->choice.row;
    next.since_day = old->light.grade == next.grade && old->light.since_day != 0
                         ? old->light.since_day
                         : l->day;
    if (old->light.grade != next.grade || old->light.cause != next.cause)
        trace_light(l, p, old, &next, index);
    board_put(&p->board, at, &(cell){.light = next}, index);
}

static bool every_metric_met(const plan *p, const plan_task *t) {
    for (uint32_t i = t->metrics_at; i < t->metrics_at + t->words->metrics_n; i++)
        if (!board_at(&p->board, p->metrics[i].pace)->pace.met) return false;
    return t->words->metrics_n > 0;
}

void refresh_duty(ledger *l, plan *p, uint32_t duty, uint64_t index) {
    plan_duty *d = &p->duties[duty];
    const plan_task *t = &p->tasks[d->task];
    light_sum sum = {0};
    if (plan_duty_past(p, duty)) {
        d->own = (round_cell){GRADE_NONE, CAUSE_NONE};
        board_put(&p->board, d->light, &(cell){.light = {.grade = GRADE_NONE}}, index);
        return;
    }
    for (uint32_t i = d->series_at; i < d->series_at + d->series_n; i++) {
        const plan_metric *metric = &p->metrics[p->series[i].metric];
        consider_pace(p, &sum, metric,
                      p->series[i].pace == NONE ? metric->pace : p->series[i].pace);
    }
    if (t->lead_duty == duty) {
        consider_nodes(l, p, &sum, t);
        sum.all_met = sum.all_met || every_metric_met(p, t);
    }
    decided whole = decided_of_duty(l, p, t, duty);
    candidate own = conclude(l, p, t, &sum, &whole, d->missing, 0);
    candidate worst =
        d->running == 0 ? own : conclude(l, p, t, &sum, &whole, d->missing, d->running);
    d->own = (round_cell){own.choice.grade, own.choice.cause};
    light_cell next = {
        .charged = d->office, .missing = d->missing, .running = d->running};
    put_light(l, p, d->light, &worst, &sum, &d->override, next, index);
}

/* The duty of the task that let the most windows pass running. */
static const plan_duty *most_missed(const plan *p, const plan_task *t) {
    const plan_duty *most = &p->duties[t->duties_at];
    for (uint32_t i = 1; i < t->duties_n; i++)
        if (p->duties[t->duties_at + i].missed > most->missed)
            most = &p->duties[t->duties_at + i];
    return most;
}

/* The office a task's light is charged to: the lead, or the first that is missing, or the
 * one that let windows pass running. */
static uint32_t charged(const plan *p, const plan_task *t, const candidate *c,
                        const plan_duty *missed) {
    if (c->charged != 0) return c->charged;
    if (c->choice.cause == CAUSE_RUNNING && missed->missed > t->running)
        return missed->office;
    for (uint32_t i = 0; i < t->duties_n && c->choice.cause == CAUSE_MISSING; i++)
        if (p->duties[t->duties_at + i].missing > 0)
            return p->duties[t->duties_at + i].office;
    return t->lead;
}

void refresh_task_light(ledger *l, plan *p, uint32_t task, uint64_t index) {
    plan_task *t = &p->tasks[task];
    light_sum sum = {0};
    for (uint32_t i = t->metrics_at; i < t->metrics_at + t->words->metrics_n; i++)
        consider_pace(p, &sum, &p->metrics[i], p->metrics[i].pace);
    consider_nodes(l, p, &sum, t);
    decided whole = decided_of_task(l, p, t);
    candidate own = conclude(l, p, t, &sum, &whole, t->missing, 0);
    const plan_duty *missed = most_missed(p, t);
    uint32_t running = missed->missed > t->running ? missed->missed : t->running;
    candidate worst =
        running == 0 ? own : conclude(l, p, t, &sum, &whole, t->missing, running);
    t->own = (round_cell){own.choice.grade, own.choice.cause};
    light_cell next = {.charged = charged(p, t, &worst, missed),
                       .missing = t->missing,
                       .running = running};
    put_light(l, p, t->light, &worst, &sum, &t->override, next, index);
}

/* --- whole tasks -------------------------------------------------------------------- */

static void refresh_nodes(ledger *l, plan *p, const plan_task *t, uint64_t index) {
    for (uint32_t i = 0; i < t->timetable.nodes_n; i++) {
        const plan_node *node = &t->timetable.nodes[i];
        cell next = {.node = {.day = node->day,
                              .share = node->share,
                              .title = node->title,
                              .done = node->done,
                              .done_day = node->done_day,
                              .overdue = node_overdue(l, p, t, node)}};
        board_put(&p->board, node->cell, &next, index);
    }
}

static void wake_on(const ledger *l, int32_t *wake, int32_t day) {
    if (day > l->day && day < *wake) *wake = day;
}

/* What is decided or set by hand as from a day, or until one. */
static void wake_for(const ledger *l, int32_t *wake, const plan_mark *mark,
                     const plan_override *set) {
    wake_on(l, wake, mark->closed_day);
    wake_on(l, wake, mark->exempt_day);
    if (override_holds(l, set) && set->until_day != 0)
        wake_on(l, wake, set->until_day + 1);
}

static int32_t next_wake(ledger *l, const plan *p, const plan_task *t) {
    int32_t wake = INT32_MAX;
    for (uint32_t i = t->metrics_at; i < t->metrics_at + t->words->metrics_n; i++) {
        int32_t due = fold_deadline(p, &p->metrics[i]);
        int32_t next = light_next_day(&p->lights, &l->workdays, l->day, due);
        wake = next < wake ? next : wake;
    }
    for (uint32_t i = 0; i < t->timetable.nodes_n; i++) {
        int32_t next =
            light_next_day(&p->lights, &l->workdays, l->day, t->timetable.nodes[i].day);
        wake = next < wake ? next : wake;
    }
    wake_for(l, &wake, &t->mark, &t->override);
    for (uint32_t i = t->duties_at; i < t->duties_at + t->duties_n; i++)
        wake_for(l, &wake, &p->duties[i].mark, &p->duties[i].override);
    return wake;
}

void refresh_task(ledger *l, plan *p, uint32_t task, uint64_t index) {
    plan_task *t = &p->tasks[task];
    refresh_nodes(l, p, t, index);
    for (uint32_t i = t->metrics_at; i < t->metrics_at + t->words->metrics_n; i++) {
        const plan_metric *metric = &p->metrics[i];
        for (uint32_t s = 0; s < metric->series_n; s++)
            refresh_series(l, p, metric->series[s], index);
        refresh_metric(l, p, i, index);
    }
    for (uint32_t i = t->duties_at; i < t->duties_at + t->duties_n; i++)
        refresh_duty(l, p, i, index);
    refresh_task_light(l, p, task, index);
    t->wake = next_wake(l, p, t);
}

void refresh_all(ledger *l, plan *p, uint64_t index) {
    for (uint32_t i = 0; i < p->tasks_n; i++)
        refresh_task(l, p, i, index);
}
