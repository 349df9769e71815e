/* Events of all kinds that follow a seed alone, for a city of two plans: well formed but
 * not always allowed, about what stands more often than not. For everything_test.c. */
#ifndef DUBAN_TESTS_EVERYTHING_DRAWS_H
#define DUBAN_TESTS_EVERYTHING_DRAWS_H

#include "broker/ledger/roles.h"
#include "tests/unit/ledger/paper_forms.h"

/* --- draws -------------------------------------------------------------------------- */

typedef struct world {
    kit k;
    kit_random r;
    ledger *slices[KIT_OFFICES];
    kit_memory slice_memory[KIT_OFFICES];
    uint32_t taken[KIND_COUNT];
    uint32_t refused;
} world;

static bool one_in(world *w, uint32_t n) {
    return kit_below(&w->r, n) == 0;
}

static int32_t today(world *w) {
    ledger_status status;
    ledger_get_status(w->k.ledger, &status);
    return status.day;
}

static uint64_t head(world *w) {
    ledger_status status;
    ledger_get_status(w->k.ledger, &status);
    return status.head;
}

static uint32_t offices(world *w) {
    ledger_status status;
    ledger_get_status(w->k.ledger, &status);
    return status.offices;
}

static void *take(world *w, size_t size) {
    void *out = arena_alloc(&w->k.arena, size + 1);
    assert_non_null(out);
    memset(out, 0, size + 1);
    return out;
}

static uint32_t any_plan(world *w) {
    return one_in(w, 40) ? 3 : 1 + kit_below(&w->r, 2);
}
static uint32_t any_task(world *w) {
    return one_in(w, 40) ? kit_below(&w->r, 12) : 1 + kit_below(&w->r, 7);
}
static uint32_t any_metric(world *w) {
    return one_in(w, 5) ? kit_below(&w->r, 4) : 1;
}
static uint32_t any_office(world *w) {
    return one_in(w, 6) ? kit_below(&w->r, offices(w) + 2) : 1 + kit_below(&w->r, 5);
}

static int32_t any_day(world *w) {
    if (one_in(w, 50)) return one_in(w, 2) ? DAY_MIN : DAY_MAX;
    return today(w) - 3 + (int32_t)kit_below(&w->r, one_in(w, 3) ? 90 : 9);
}

static decimal any_decimal(world *w) {
    static const int64_t sizes[] = {0,        1000000,   -1000000,      55000000,
                                    95000000, 100000000, 333333,        -250000000,
                                    1,        60000000,  VALUE_ABS_MAX, -VALUE_ABS_MAX};
    decimal d = {sizes[kit_below(&w->r, one_in(w, 8) ? 12 : 8)]};
    if (one_in(w, 30)) d.micro *= DECIMAL_MICRO / 10;
    return d;
}

static const char *any_text(world *w) {
    static const char *const texts[] = {"", "a", "2023-17", "xx", "市政府办"};
    return texts[kit_below(&w->r, 5)];
}

/* Another one each time, most often. */
static const char *any_number(world *w) {
    char *text = take(w, 16);
    snprintf(text, 16, "N%u", kit_below(&w->r, 100000));
    return text;
}

static body_ref any_body(world *w) {
    return one_in(w, 8) ? (body_ref){0} : kit_body("so it was decided");
}

static uint32_t *any_offices(world *w, uint32_t *n) {
    uint32_t *out = take(w, 3 * sizeof *out);
    *n = one_in(w, 20) ? 0 : 1 + kit_below(&w->r, 2);
    for (uint32_t i = 0; i < *n; i++)
        out[i] = any_office(w);
    return out;
}

static bool look(world *w, uint32_t of, cell_name name, cell *out) {
    return ledger_cell(w->k.ledger, of, &name, out);
}

static period any_period(world *w, uint32_t of) {
    cell found;
    int32_t day = today(w) - (int32_t)kit_below(&w->r, one_in(w, 3) ? 200 : 40);
    if (!look(w, of, (cell_name){.kind = CELL_PLAN}, &found)) return kit_period("2023Q1");
    if (day < found.plan.first_day) day = found.plan.first_day;
    return period_of_cycle(found.plan.cycle, day);
}

/* An office that owes something in that task, when one does. */
static uint32_t owing(world *w, uint32_t of, uint32_t task, period in) {
    cell found;
    uint32_t all = offices(w);
    uint32_t from = kit_below(&w->r, all);
    for (uint32_t i = 0; i < all && !one_in(w, 20); i++) {
        cell_name name = {.kind = CELL_ITEM,
                          .task = task,
                          .office = 1 + (from + i) % all,
                          .period = in};
        if (look(w, of, name, &found) && found.item.owed > 0) return name.office;
    }
    return 1 + from;
}

/* --- plans -------------------------------------------------------------------------- */

static metric_words any_metric_words(world *w, uint32_t id, const char *unit) {
    metric_words m = {.id = id,
                      .label = "m",
                      .comparator = (comparator)(1 + kit_below(&w->r, 3)),
                      .target = any_decimal(w),
                      .target_max = any_decimal(w),
                      .tolerance = decimal_of_int(5),
                      .unit = unit,
                      .nature = (nature)(1 + kit_below(&w->r, 4)),
                      .strength = STRENGTH_EXPECTED,
                      .rollup = (rollup)(1 + kit_below(&w->r, ROLLUP_COUNT - 1)),
                      .stretch = any_decimal(w),
                      .release = one_in(w, 4) ? "stat" : "",
                      .release_days = kit_below(&w->r, 5),
                      .definition = "",
                      .visibility = (visibility)kit_below(&w->r, VISIBILITY_COUNT)};
    if (one_in(w, 4)) m.comparator = (comparator)(1 + kit_below(&w->r, 10));
    if (one_in(w, 8)) m.source = any_office(w);
    if (one_in(w, 8)) m.opening = any_decimal(w);
    if (m.comparator == COMPARATOR_REFERENCE)
        m.reference_task = any_task(w), m.reference_metric = any_metric(w);
    return m;
}

/* One change of what a task says. */
static void change_task(world *w, task_words *t) {
    metric_words *metrics = take(w, (t->metrics_n + 1) * sizeof *metrics);
    split_words *splits = take(w, (t->splits_n + 1) * sizeof *splits);
    if (t->metrics_n > 0) memcpy(metrics, t->metrics, t->metrics_n * sizeof *metrics);
    if (t->splits_n > 0) memcpy(splits, t->splits, t->splits_n * sizeof *splits);
    uint32_t at = t->metrics_n > 0 ? kit_below(&w->r, t->metrics_n) : 0;
    switch (kit_below(&w->r, 9)) {
    case 0:
        if (t->metrics_n < 3)
            metrics[t->metrics_n] = any_metric_words(w, t->metrics_n + 1, "u"),
            t->metrics_n++;
        break;
    case 1:
        if (t->metrics_n > 0) metrics[at].target = any_decimal(w);
        break;
    case 2:
        if (t->metrics_n > 0) metrics[at] = any_metric_words(w, at + 1, metrics[at].unit);
        break;
    case 3:
        if (t->metrics_n > 0)
            splits[t->splits_n++] = (split_words){.metric = at + 1,
                                                  .office = any_office(w),
                                                  .value = any_decimal(w),
                                                  .weight = any_decimal(w)};
        break;
    case 4:
        if (t->splits_n > 0) {
            uint32_t gone = kit_below(&w->r, t->splits_n--);
            splits[gone] = splits[t->splits_n];
        }
        break;
    case 5: t->leads = any_offices(w, &t->leads_n); break;
    case 6: t->responsible = any_offices(w, &t->responsible_n); break;
    case 7: t->kind = (task_kind)(1 + kit_below(&w->r, 6)); break;
    default: t->visibility = (visibility)kit_below(&w->r, VISIBILITY_COUNT); break;
    }
    t->metrics = metrics;
    t->splits = splits;
}

/* The first plan is the kit's, with another cycle and other habits each time; the second
 * has changed tasks as well. False when nothing that was drawn could be published. */
static bool publish(world *w, uint32_t of) {
    static const period_kind cycles[] = {PERIOD_XUN,     PERIOD_MONTH, PERIOD_FIRST_TWO,
                                         PERIOD_QUARTER, PERIOD_HALF,  PERIOD_YEAR};
    for (uint32_t tries = 0; tries < 200; tries++) {
        event draft = kit_chunk();
        task_words *tasks = take(w, 6 * sizeof *tasks);
        memcpy(tasks, draft.plan_chunk.tasks, 6 * sizeof *tasks);
        for (uint32_t i = 0; of == 2 && i < 4; i++)
            change_task(w, &tasks[kit_below(&w->r, 6)]);
        metric_words *released = take(w, sizeof *released);
        *released = *draft.plan_chunk.tasks[1].metrics;
        released->release = "stat";
        released->release_days = kit_below(&w->r, 4);
        tasks[1].metrics = released;
        tasks[1].metrics_n = 1;
        draft.plan_chunk.plan = of;
        draft.plan_chunk.code = of == 1 ? "2023" : "list";
        draft.plan_chunk.tasks = tasks;
        event ready = kit_publish(&w->k);
        ready.plan_publish.plan = of;
        ready.plan_publish.code = draft.plan_chunk.code;
        ready.plan_publish.cycle = cycles[kit_below(&w->r, 6)];
        ready.plan_publish.cutoff_days = one_in(w, 3) ? kit_below(&w->r, 8) : 0;
        ready.plan_publish.review_days = kit_below(&w->r, 6);
        ready.plan_publish.locks = one_in(w, 2);
        ready.plan_publish.two_persons = one_in(w, 6);
        ready.plan_publish.shape = (plan_shape)kit_below(&w->r, PLAN_SHAPE_COUNT);
        event whole = kit_sign(&w->k, CITY, draft);
        kit_must(&w->k, CITY, draft);
        ready.plan_publish.hash = hash_of(whole.payload.data, whole.payload.size);
        if (kit_send(&w->k, CITY, ready) == DUBAN_OK) return true;
    }
    return false;
}

/* --- events ------------------------------------------------------------------------- */

static event any_offices_event(world *w) {
    office_words *o = take(w, sizeof *o);
    *o = (office_words){.number = offices(w) + 1,
                        .code = any_number(w),
                        .name = any_number(w),
                        .kind = (office_kind)(2 + kit_below(&w->r, 10)),
                        .parent = one_in(w, 2) ? any_office(w) : 0,
                        .outside = one_in(w, 4)};
    return (event){.offices = {o, 1}};
}

static event any_keys(world *w) {
    ledger_status status;
    ledger_get_status(w->k.ledger, &status);
    key_words *key = take(w, sizeof *key);
    *key = (key_words){.number = status.keys + 1,
                       .office = any_office(w),
                       .algorithm = ALGORITHM_ED25519};
    for (size_t i = 0; i < sizeof key->public_key; i++)
        key->public_key[i] = (uint8_t)kit_below(&w->r, 256);
    return (event){.keys = {key, 1}};
}

static event any_calendar(world *w) {
    int32_t *days = take(w, 2 * sizeof *days);
    days[0] = kit_day_of("2023-01-01") + (int32_t)kit_below(&w->r, 365);
    return (event){.calendar = {2023, days, 1, NULL, 0}};
}

static event any_lights(world *w) {
    uint32_t of = any_plan(w);
    cell found;
    uint32_t version = 1;
    if (look(w, of, (cell_name){.kind = CELL_PLAN}, &found))
        version = found.plan.lights_version + 1;
    event ev = kit_lights(version);
    light_row *rows = take(w, (ev.lights.rows_n + 1) * sizeof *rows);
    memcpy(rows, ev.lights.rows, ev.lights.rows_n * sizeof *rows);
    light_row *row = &rows[kit_below(&w->r, ev.lights.rows_n - 1)];
    *row = (light_row){.grade = (grade)(1 + kit_below(&w->r, 6)),
                       .cause = (cause)(1 + kit_below(&w->r, CAUSE_COUNT - 1)),
                       .finding = one_in(w, 3),
                       .closed = one_in(w, 3),
                       .exempt = one_in(w, 3),
                       .tolerated = one_in(w, 3),
                       .missing_min = kit_below(&w->r, 3),
                       .running_min = kit_below(&w->r, 3)};
    ev.lights.rows = rows;
    ev.lights.plan = of;
    if (one_in(w, 3)) ev.lights.running_from = (grade)kit_below(&w->r, GRADE_COUNT);
    return ev;
}

static event any_timetable(world *w) {
    event ev = kit_timetable(any_task(w), (profile)(1 + kit_below(&w->r, 3)));
    node_words *nodes = take(w, 5 * sizeof *nodes);
    memcpy(nodes, ev.timetable.nodes, 4 * sizeof *nodes);
    ev.timetable.nodes = nodes;
    ev.timetable.plan = any_plan(w);
    if (one_in(w, 8)) nodes[kit_below(&w->r, 4)].day = any_day(w);
    if (one_in(w, 5)) {
        uint32_t *season = take(w, SEASON_MONTHS * sizeof *season);
        season[kit_below(&w->r, 12)] += SEASON_WHOLE / 2;
        season[kit_below(&w->r, 12)] += SEASON_WHOLE / 2;
        ev.timetable.profile = PROFILE_SEASON;
        ev.timetable.nodes_n = 0;
        ev.timetable.season = season;
        ev.timetable.season_n = SEASON_MONTHS;
    }
    return ev;
}

static event any_timetable_review(world *w) {
    uint32_t of = any_plan(w);
    cell found = {.timetable = {.index = 9}};
    cell_name name = {.kind = CELL_TIMETABLE, .task = any_task(w)};
    look(w, of, name, &found);
    return (event){.timetable_review = {of, name.task, found.timetable.index,
                                        !one_in(w, 4), any_body(w)}};
}

static const char *unit_of(world *w, uint32_t of, uint32_t task, uint32_t metric) {
    cell found;
    if (!look(w, of, (cell_name){.kind = CELL_TASK, .task = task}, &found)) return "u";
    return metric >= 1 && metric <= found.task.metrics_n
               ? found.task.metrics[metric - 1].unit
               : "u";
}

static bool found_total(world *w, uint32_t of, const statement_words *s) {
    cell found;
    uint32_t id = s->value.metric;
    return look(w, of, (cell_name){.kind = CELL_TASK, .task = s->task}, &found) &&
           id >= 1 && id <= found.task.metrics_n &&
           found.task.metrics[id - 1].nature == NATURE_CUMULATIVE;
}

static void any_statement_value(world *w, uint32_t of, statement_words *s) {
    cell found;
    s->value = (value_words){.metric = any_metric(w),
                             .amount = any_decimal(w),
                             .mode = one_in(w, 8) ? MODE_TO_DATE : MODE_NONE,
                             .vintage = (vintage)kit_below(&w->r, VINTAGE_COUNT),
                             .comment = any_body(w)};
    if (found_total(w, of, s)) s->value.mode = (value_mode)(1 + kit_below(&w->r, 2));
    s->value.unit = unit_of(w, of, s->task, s->value.metric);
    if (one_in(w, 6)) s->value.denominator = any_decimal(w);
    if (one_in(w, 9)) s->value.data_date = any_day(w);
    cell_name name = {.kind = CELL_VALUE,
                      .task = s->task,
                      .metric = s->value.metric,
                      .office = s->office,
                      .period = s->period};
    if (!one_in(w, 6) && look(w, of, name, &found)) s->supersedes = found.value.index;
}

static event any_submission(world *w) {
    uint32_t n = one_in(w, 3) ? 1 + kit_below(&w->r, 4) : 1;
    statement_words *rows = take(w, n * sizeof *rows);
    uint32_t of = any_plan(w);
    for (uint32_t i = 0; i < n; i++) {
        statement_words *s = &rows[i];
        uint32_t sort = kit_below(&w->r, 10);
        s->task = any_task(w);
        s->period = any_period(w, of);
        s->office = owing(w, of, s->task, s->period);
        if (sort == 0) {
            s->kind = STATEMENT_NODE;
            s->node = (node_state_words){1 + kit_below(&w->r, 4), !one_in(w, 3), 0};
        } else if (sort == 1) {
            s->kind = STATEMENT_NIL;
            s->nil_reason = any_body(w);
        } else if (sort == 2) {
            s->kind = STATEMENT_TEXT;
            s->text = (text_words){.progress = any_body(w), .no_change = one_in(w, 3)};
        } else {
            s->kind = STATEMENT_VALUE;
            any_statement_value(w, of, s);
        }
    }
    return (event){.submission = {.plan = of,
                                  .statements = rows,
                                  .statements_n = n,
                                  .reason = any_body(w),
                                  .filler = one_in(w, 3) ? "f1" : "f2",
                                  .reviewer = one_in(w, 3) ? "" : "f3",
                                  .signer = ""}};
}

static event any_review(world *w) {
    cell found = {0};
    uint32_t of = any_plan(w);
    uint32_t task = any_task(w);
    period in = any_period(w, of);
    uint32_t office = owing(w, of, task, in);
    cell_name name = {.kind = CELL_ITEM, .task = task, .office = office, .period = in};
    look(w, of, name, &found);
    return (event){
        .review = {of, task, office, in, found.item.index, !one_in(w, 3), any_body(w)}};
}

static event any_amendment(world *w) {
    cell found;
    uint32_t of = any_plan(w);
    uint32_t task = any_task(w);
    cell_name name = {.kind = CELL_TASK, .task = task};
    amendment_words a = {.plan = of,
                         .day = any_day(w),
                         .reason = any_body(w),
                         .document = any_text(w),
                         .approver = one_in(w, 9) ? "" : "the council"};
    if (look(w, of, name, &found)) {
        a.task = found.task;
    } else {
        a.task = (task_words){.id = task,
                              .number = any_number(w),
                              .chapter = "",
                              .section = "",
                              .title = "t",
                              .kind = TASK_INDICATOR,
                              .asked_by = ""};
        a.task.leads = any_offices(w, &a.task.leads_n);
    }
    change_task(w, &a.task);
    if (one_in(w, 3)) change_task(w, &a.task);
    return (event){.amendment = a};
}

static event any_splitting(world *w) {
    uint32_t n = 1 + kit_below(&w->r, 3);
    uint32_t metric = any_metric(w);
    split_words *rows = take(w, n * sizeof *rows);
    for (uint32_t i = 0; i < n; i++)
        rows[i] = (split_words){.metric = metric,
                                .office = 1 + (any_office(w) + i) % 5,
                                .value = any_decimal(w),
                                .weight = decimal_of_int(1)};
    return (event){.splitting = {any_plan(w), any_task(w), metric, rows, n, one_in(w, 4),
                                 any_day(w), any_body(w)}};
}

static event any_call_in(world *w) {
    uint32_t n;
    uint32_t *list = any_offices(w, &n);
    return (event){.call_in = {any_plan(w), any_task(w), list, n, any_day(w),
                               one_in(w, 3), any_body(w)}};
}

static event any_filler(world *w) {
    return (event){.filler = {any_plan(w), any_task(w), any_metric(w), any_office(w),
                              any_office(w), one_in(w, 2)}};
}

static event any_confirmation(world *w) {
    cell found = {0};
    uint32_t of = any_plan(w);
    uint32_t task = any_task(w);
    period in = any_period(w, of);
    cell_name name = {.kind = CELL_VALUE,
                      .task = task,
                      .metric = any_metric(w),
                      .office = owing(w, of, task, in),
                      .period = in};
    look(w, of, name, &found);
    return (event){.office = name.office,
                   .confirmation = {of, name.task, name.metric, name.period,
                                    found.value.index, one_in(w, 3), any_body(w)}};
}

static event any_assignment(world *w) {
    return (event){.assignment = {any_plan(w), any_task(w), any_number(w), any_day(w)}};
}

static event any_office_change(world *w) {
    uint32_t n;
    uint32_t *list = any_offices(w, &n);
    office_change_words c = {.office = 2 + kit_below(&w->r, offices(w)),
                             .act = (office_act)(1 + kit_below(&w->r, 3)),
                             .day = any_day(w),
                             .name = any_number(w),
                             .parent = any_office(w),
                             .successors = list,
                             .successors_n = n,
                             .document = any_text(w),
                             .reason = any_body(w)};
    /* whoever signs ends seldom, so that there is somebody left to speak */
    if (c.act == OFFICE_ENDED && c.office < KIT_OFFICES && !one_in(w, 12))
        c.act = OFFICE_RENAMED;
    return (event){.office_change = c};
}

static event any_posts(world *w) {
    cell found;
    post_words *post = take(w, sizeof *post);
    uint32_t number = 1;
    while (look(w, 1, (cell_name){.kind = CELL_POST, .node = number}, &found))
        number++;
    if (number > 1 && one_in(w, 2)) number = 1 + kit_below(&w->r, number - 1);
    *post = (post_words){.number = number,
                         .code = any_number(w),
                         .title = "vice mayor",
                         .from_day = any_day(w),
                         .until_day = one_in(w, 2) ? 0 : any_day(w) + 90,
                         .holder = any_body(w)};
    return (event){.posts = {post, 1}};
}

static event any_release(world *w) {
    uint32_t of = any_plan(w);
    return (event){.release = {of, "stat", any_period(w, of), any_day(w)}};
}

static event any_unlock(world *w) {
    uint32_t of = any_plan(w);
    uint32_t task = any_task(w);
    period in = any_period(w, of);
    return (event){
        .unlock = {of, task, owing(w, of, task, in), in, any_day(w), "f1", any_body(w)}};
}

static event any_override(world *w) {
    return (event){
        .override = {any_plan(w), any_task(w), one_in(w, 2) ? 0 : any_office(w),
                     (grade)kit_below(&w->r, GRADE_COUNT), any_day(w), any_body(w)}};
}

static uint32_t version_of(world *w, uint32_t of, table_kind table) {
    cell found;
    cell_name name = {.kind = CELL_TABLE, .node = table};
    return look(w, of, name, &found) ? found.table.version + 1 : 1;
}

/* The city's table, at times without some of its papers or with other limits. */
static event any_forms(world *w) {
    uint32_t of = any_plan(w);
    uint32_t n = COUNT(city_forms);
    form_words *forms = take(w, n * sizeof *forms);
    memcpy(forms, city_forms, sizeof city_forms);
    if (one_in(w, 3)) {
        uint32_t gone = kit_below(&w->r, n--);
        forms[gone] = forms[n];
    }
    if (one_in(w, 3)) {
        form_words *form = &forms[kit_below(&w->r, n)];
        form_state *states = take(w, form->states_n * sizeof *states);
        memcpy(states, form->states, form->states_n * sizeof *states);
        form_state *state = &states[kit_below(&w->r, form->states_n)];
        state->limit_days = kit_below(&w->r, 4);
        state->effect = (effect_kind)kit_below(&w->r, EFFECT_COUNT);
        state->ended = one_in(w, 2);
        state->hidden = one_in(w, 4);
        form->states = states;
    }
    return (event){.forms = {of, version_of(w, of, TABLE_FORMS), forms, n}};
}

static void act_on(world *w, const paper_cell *paper, paper_words *words) {
    for (uint32_t i = 0; i < COUNT(city_forms); i++) {
        const form_words *form = &city_forms[i];
        if (strcmp(form->code, paper->form) != 0) continue;
        for (uint32_t tries = 0; tries < 8; tries++) {
            const form_act *act = &form->acts[kit_below(&w->r, form->acts_n)];
            words->act = act->code;
            if (strcmp(act->from, paper->state) == 0 || strcmp(act->from, "*") == 0)
                return;
        }
    }
}

static event any_paper(world *w) {
    cell found;
    paper_words p = {.plan = any_plan(w),
                     .title = any_text(w),
                     .document = one_in(w, 4) ? any_text(w) : any_number(w),
                     .authority = one_in(w, 5) ? "" : "the mayor",
                     .text = any_body(w)};
    uint32_t papers = 0;
    while (look(w, p.plan, (cell_name){.kind = CELL_PAPER, .node = papers + 1}, &found))
        papers++;
    if (papers > 0 && !one_in(w, 4)) {
        p.paper = 1 + kit_below(&w->r, papers);
        look(w, p.plan, (cell_name){.kind = CELL_PAPER, .node = p.paper}, &found);
        p.form = found.paper.form;
        act_on(w, &found.paper, &p);
    } else {
        const form_words *form = &city_forms[kit_below(&w->r, COUNT(city_forms))];
        p.paper = papers + 1;
        p.form = form->code;
        for (uint32_t i = 0; i < form->acts_n; i++)
            if (*form->acts[i].from == '\0') p.act = form->acts[i].code;
    }
    if (p.act == NULL) p.act = "x";
    uint32_t *tasks = take(w, 2 * sizeof *tasks);
    tasks[0] = any_task(w);
    p.tasks = tasks;
    p.tasks_n = one_in(w, 4) ? 0 : 1;
    if (one_in(w, 2)) p.offices = any_offices(w, &p.offices_n);
    if (!one_in(w, 4)) p.day = any_day(w);
    if (!one_in(w, 4)) p.limit_day = today(w) + (int32_t)kit_below(&w->r, 200);
    if (!one_in(w, 4)) p.index = kit_below(&w->r, (uint32_t)head(w) + 1);
    if (papers > 0 && one_in(w, 2)) p.refers = 1 + kit_below(&w->r, papers);
    p.evidence = take(w, sizeof *p.evidence);
    *(body_ref *)p.evidence = kit_body("a photograph");
    p.evidence_n = one_in(w, 4) ? 0 : 1;
    return (event){.paper = p};
}

/* The defaults with other relations here and there. */
static event any_roles(world *w) {
    uint32_t n;
    const role_row *usual = roles_default(&n);
    role_row *rows = take(w, (n + 1) * sizeof *rows);
    memcpy(rows, usual, n * sizeof *rows);
    role_row more = {(event_kind)(1 + kit_below(&w->r, KIND_COUNT - 1)),
                     (relation_kind)(1 + kit_below(&w->r, RELATION_COUNT - 1)),
                     one_in(w, 4)};
    bool fits = roles_can_hold(more.kind, more.by);
    for (uint32_t i = 0; i < n; i++)
        fits = fits && (rows[i].kind != more.kind || rows[i].by != more.by);
    if (fits) rows[n++] = more;
    cell found;
    cell_name name = {.kind = CELL_TABLE, .node = TABLE_ROLES};
    uint32_t version = look(w, 1, name, &found) ? found.table.version + 1 : 1;
    return (event){.roles = {version, rows, n}};
}

static event any_checks(world *w) {
    uint32_t of = any_plan(w);
    uint32_t n = 1 + kit_below(&w->r, 4);
    check_row_words *rows = take(w, n * sizeof *rows);
    for (uint32_t i = 0; i < n; i++) {
        check_row_words *row = &rows[i];
        row->severity = (severity)(1 + kit_below(&w->r, 3));
        row->test = (check_test)(1 + kit_below(&w->r, TEST_COUNT - 1));
        bool pair = row->test == TEST_BOTH_OR_NEITHER || row->test == TEST_EXCLUSIVE ||
                    row->test == TEST_NOT_ABOVE;
        if (pair) row->task = 6, row->metric = 1, row->other = 2;
        row->has_high = row->test == TEST_RANGE || row->test == TEST_CHANGE;
        row->high = decimal_of_int(100);
        row->zh = row->en = "";
    }
    return (event){.checks = {of, version_of(w, of, TABLE_CHECKS), rows, n}};
}

static event any_weights(world *w) {
    uint32_t of = any_plan(w);
    weight_row *rows = take(w, 2 * sizeof *rows);
    office_kind *kinds = take(w, 2 * sizeof *kinds);
    rank_group *group = take(w, sizeof *group);
    rows[0] = (weight_row){any_task(w), 0, decimal_of_int(1 + kit_below(&w->r, 9))};
    kinds[0] = OFFICE_COUNTY, kinds[1] = OFFICE_DEPARTMENT;
    *group = (rank_group){"县", "counties", kinds, 2};
    return (event){.weights = {.plan = of,
                               .version = version_of(w, of, TABLE_WEIGHTS),
                               .rows = rows,
                               .rows_n = 1,
                               .groups = group,
                               .groups_n = 1,
                               .has_least = true,
                               .has_most = true,
                               .most = decimal_of_int(120)}};
}

static event any_project(world *w) {
    cell found;
    project_words p = {.plan = any_plan(w), .task = any_task(w), .text = any_body(w)};
    uint32_t n = 0;
    while (look(w, p.plan,
                (cell_name){.kind = CELL_PROJECT, .task = p.task, .node = n + 1}, &found))
        n++;
    p.project = n > 0 && !one_in(w, 3) ? 1 + kit_below(&w->r, n) : n + 1;
    p.title = "a bridge";
    p.office = any_office(w);
    p.unit = "万元";
    p.has_total = p.has_annual = true;
    p.total = p.annual = decimal_of_int(100);
    gate_words *gates = take(w, 2 * sizeof *gates);
    gates[0] = (gate_words){STAGE_STARTED, today(w) + (int32_t)kit_below(&w->r, 40)};
    gates[1] = (gate_words){STAGE_IN_PRODUCTION, gates[0].day + 60};
    p.gates = gates;
    p.gates_n = kit_below(&w->r, 3);
    if (one_in(w, 2)) {
        p.has_invested = true;
        p.invested = decimal_of_int(kit_below(&w->r, 120));
        p.data_date = today(w) - (int32_t)kit_below(&w->r, 9);
    }
    if (one_in(w, 2)) {
        p.stage = (stage_kind)(1 + kit_below(&w->r, STAGE_COUNT - 1));
        p.stage_day = today(w) - (int32_t)kit_below(&w->r, 9);
    }
    return (event){.project = p};
}

static event any_verification(world *w) {
    cell found = {0};
    uint32_t of = any_plan(w);
    period in = any_period(w, of);
    uint32_t task = any_task(w);
    cell_name name = {.kind = CELL_VALUE,
                      .task = task,
                      .metric = any_metric(w),
                      .office = owing(w, of, task, in),
                      .period = in};
    look(w, of, name, &found);
    return (event){.verification = {of, task, name.metric, name.office, in,
                                    found.value.index, any_decimal(w), any_body(w),
                                    any_number(w), any_decimal(w)}};
}

static event any_redaction(world *w) {
    return (event){.redaction = {kit_below(&w->r, (uint32_t)head(w) + 2), any_number(w)}};
}

static event any_access(world *w) {
    access_row *rows = take(w, 2 * sizeof *rows);
    for (uint32_t i = 0; i < 2; i++)
        rows[i] = (access_row){
            .office = any_office(w),
            .right = (right_kind)kit_below(&w->r, RIGHT_COUNT),
            .until_day = one_in(w, 2) ? today(w) + (int32_t)kit_below(&w->r, 40) - 2 : 0};
    return (event){.access = {rows, 1 + one_in(w, 4), any_number(w)}};
}

static event any_session(world *w) {
    static const uint8_t challenge[CHALLENGE_SIZE] = {7};
    right_kind right =
        one_in(w, 4) ? (right_kind)kit_below(&w->r, RIGHT_COUNT) : RIGHT_JOURNAL;
    return (event){.session = {{challenge, sizeof challenge - one_in(w, 9)},
                               right,
                               one_in(w, 9) ? "" : "an audit"}};
}

static event any_digest(world *w) {
    event ev = {0};
    ev.digest.index = head(w);
    ev.digest.digest = kit_digest(&w->k);
    ev.digest.pages = ledger_pages(w->k.ledger) + one_in(w, 4);
    return ev;
}

static event any_conflict(world *w) {
    return (event){.conflict = {kit_below(&w->r, 7), 100000 + kit_below(&w->r, 9),
                                kit_below(&w->r, 40), hash_of("x", 1)}};
}

typedef event (*drawer)(world *w);
static const struct {
    event_kind kind;
    drawer draw;
    uint32_t often;
} draws[] = {{KIND_SUBMISSION, any_submission, 60},
             {KIND_PAPER, any_paper, 30},
             {KIND_REVIEW, any_review, 12},
             {KIND_TIMETABLE, any_timetable, 6},
             {KIND_TIMETABLE_REVIEW, any_timetable_review, 6},
             {KIND_AMENDMENT, any_amendment, 14},
             {KIND_SPLITTING, any_splitting, 6},
             {KIND_CALL_IN, any_call_in, 6},
             {KIND_FILLER, any_filler, 6},
             {KIND_CONFIRMATION, any_confirmation, 12},
             {KIND_ASSIGNMENT, any_assignment, 3},
             {KIND_OFFICE_CHANGE, any_office_change, 6},
             {KIND_POSTS, any_posts, 2},
             {KIND_RELEASE, any_release, 6},
             {KIND_UNLOCK, any_unlock, 6},
             {KIND_OVERRIDE, any_override, 4},
             {KIND_FORMS, any_forms, 2},
             {KIND_ROLES, any_roles, 1},
             {KIND_CHECKS, any_checks, 1},
             {KIND_WEIGHTS, any_weights, 2},
             {KIND_PROJECT, any_project, 8},
             {KIND_VERIFICATION, any_verification, 8},
             {KIND_REDACTION, any_redaction, 2},
             {KIND_ACCESS, any_access, 6},
             {KIND_SESSION, any_session, 6},
             {KIND_OFFICES, any_offices_event, 2},
             {KIND_KEYS, any_keys, 1},
             {KIND_CALENDAR, any_calendar, 1},
             {KIND_LIGHTS, any_lights, 2},
             {KIND_DIGEST, any_digest, 2},
             {KIND_CONFLICT, any_conflict, 1}};

/* The event as it comes out of its bytes; false when no bytes can say that. */
static bool read_back(world *w, event *ev) {
    buffer payload;
    event out;
    buffer_init(&payload);
    assert_int_equal(codec_event_write(ev, &payload), DUBAN_OK);
    void *bytes = take(w, payload.size);
    if (payload.size > 0) memcpy(bytes, payload.data, payload.size);
    signed_words head = {.kind = ev->kind, .payload = {bytes, payload.size}};
    duban_status status =
        codec_event_read(&head, (span){NULL, 0}, &w->k.arena, &out, NULL);
    buffer_close(&payload);
    if (status == DUBAN_OK) *ev = out;
    return status == DUBAN_OK;
}

static bool any_event(world *w, event *out, uint32_t *signer) {
    uint32_t all = 0;
    uint32_t at = 0;
    for (size_t i = 0; i < COUNT(draws); i++)
        all += draws[i].often;
    uint32_t drawn = kit_below(&w->r, all);
    while (drawn >= draws[at].often)
        drawn -= draws[at++].often;
    event ev = draws[at].draw(w);
    ev.kind = draws[at].kind;
    *signer = !one_in(w, 3) ? CITY : 1 + kit_below(&w->r, 5);
    if (ev.kind == KIND_CONFIRMATION && ev.office >= 1 && ev.office < KIT_OFFICES)
        *signer = ev.office;
    if (ev.kind == KIND_SUBMISSION && ev.submission.statements[0].office >= 1 &&
        ev.submission.statements[0].office < KIT_OFFICES && one_in(w, 2))
        *signer = ev.submission.statements[0].office;
    if (ev.kind == KIND_DIGEST || ev.kind == KIND_CONFLICT) *signer = BROKER;
    *out = ev;
    return read_back(w, out);
}

#endif
