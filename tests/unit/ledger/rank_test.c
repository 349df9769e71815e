/* Weights and ranks: the table and what it makes of a board. Boards are written down here
 * cell by cell where the rule is about cells, and folded where it is about entries. */
#include "tests/unit/ledger/ledger_kit.h"

#include "broker/ledger/rank.h"

#define CELLS_MAX 64

/* A board of cells that a test puts there. */
typedef struct sheet {
    cell cells[CELLS_MAX];
    uint32_t n;
    arena arena;
} sheet;

static void each(void *ctx, ledger_visit visit, void *to) {
    const sheet *s = ctx;
    for (uint32_t i = 0; i < s->n; i++)
        if (!visit(to, &s->cells[i])) return;
}

static bool same_name(const cell_name *a, const cell_name *b) {
    return a->kind == b->kind && a->task == b->task && a->metric == b->metric &&
           a->office == b->office && a->node == b->node &&
           period_equal(a->period, b->period);
}

static bool find(void *ctx, const cell_name *name, cell *out) {
    const sheet *s = ctx;
    for (uint32_t i = 0; i < s->n; i++)
        if (same_name(&s->cells[i].name, name)) {
            *out = s->cells[i];
            return true;
        }
    return false;
}

static cell *put(sheet *s, cell_name name) {
    assert_true(s->n < CELLS_MAX);
    cell *c = &s->cells[s->n++];
    *c = (cell){.name = name};
    return c;
}

/* --- the sheet's city: counties 3, 4, 6, departments 2, 5 --------------------------- */

enum { REFORM = 2, EAST = 3, WEST = 4, STATISTICS = 5, SOUTH = 6 };

static cell *put_office(sheet *s, uint32_t number, office_kind kind) {
    cell *c = put(s, (cell_name){.kind = CELL_OFFICE, .office = number});
    c->office = (office_words){.number = number, .kind = kind};
    return c;
}

static int begin(void **state) {
    sheet *s = calloc(1, sizeof *s);
    if (!s) return -1;
    arena_init(&s->arena, 0);
    put(s, (cell_name){.kind = CELL_PLAN})->plan.day = kit_day_of("2023-07-10");
    put_office(s, 1, OFFICE_CITY);
    put_office(s, REFORM, OFFICE_DEPARTMENT);
    put_office(s, EAST, OFFICE_COUNTY);
    put_office(s, WEST, OFFICE_COUNTY);
    put_office(s, STATISTICS, OFFICE_DEPARTMENT);
    put_office(s, SOUTH, OFFICE_COUNTY);
    *state = s;
    return 0;
}

static int end(void **state) {
    sheet *s = *state;
    arena_close(&s->arena);
    free(s);
    return 0;
}

/* A task led by that office, with one metric. */
static metric_words *put_task(sheet *s, uint32_t id, uint32_t lead, nature kind,
                              comparator than) {
    metric_words *metric = arena_alloc(&s->arena, sizeof *metric);
    uint32_t *leads = arena_alloc(&s->arena, sizeof *leads);
    *leads = lead;
    *metric = (metric_words){.id = 1, .nature = kind, .comparator = than};
    cell *c = put(s, (cell_name){.kind = CELL_TASK, .task = id});
    c->task = (task_words){
        .id = id, .leads = leads, .leads_n = 1, .metrics = metric, .metrics_n = 1};
    return metric;
}

static pace_cell *put_pace(sheet *s, uint32_t task, uint32_t office) {
    cell *c = put(
        s, (cell_name){.kind = CELL_PACE, .task = task, .metric = 1, .office = office});
    c->pace.parts = 1;
    return &c->pace;
}

/* A share of the whole that is counted, in percent. */
static pace_cell *put_share(sheet *s, uint32_t task, uint32_t office, const char *actual,
                            const char *expected) {
    pace_cell *pace = put_pace(s, task, office);
    pace->has_value = pace->has_share = pace->has_margin = true;
    pace->actual = kit_decimal(actual);
    pace->expected = kit_decimal(expected);
    pace->margin.micro = pace->actual.micro - pace->expected.micro;
    return pace;
}

static pace_cell *put_value(sheet *s, uint32_t task, uint32_t office, const char *value,
                            const char *target, const char *margin) {
    pace_cell *pace = put_pace(s, task, office);
    pace->has_value = pace->has_margin = true;
    pace->value = kit_decimal(value);
    pace->target = kit_decimal(target);
    pace->margin = kit_decimal(margin);
    return pace;
}

/* --- the table ---------------------------------------------------------------------- */

static const office_kind counties[] = {OFFICE_COUNTY};
static const office_kind departments[] = {OFFICE_DEPARTMENT};
static const rank_group groups[] = {{"县（市、区）", "counties", counties, 1},
                                    {"市直部门", "departments", departments, 1}};

static weights_words table_of(const weight_row *rows, uint32_t rows_n) {
    static const weight_row plain[] = {{0, 0, {DECIMAL_MICRO}}};
    return (weights_words){.plan = 1,
                           .version = 1,
                           .rows = rows_n == 0 ? plain : rows,
                           .rows_n = rows_n == 0 ? 1 : rows_n,
                           .groups = groups,
                           .groups_n = 2,
                           .has_least = true,
                           .has_most = true,
                           .most = {1200000}};
}

static rank_result rank(sheet *s, const weights_words *table) {
    cell_walk cells = {s, each, find};
    rank_ask ask = {.table = table, .in_period = kit_period("2023Q2")};
    rank_result out;
    assert_int_equal(rank_offices(&cells, &ask, &s->arena, &out), DUBAN_OK);
    return out;
}

static const rank_row *row_of(const rank_result *r, uint32_t office) {
    for (uint32_t i = 0; i < r->rows_n; i++)
        if (r->rows[i].office == office) return &r->rows[i];
    fail_msg("office %u is not ranked", office);
    return NULL;
}

static void expect(const rank_result *r, uint32_t office, uint32_t place,
                   const char *score) {
    const rank_row *row = row_of(r, office);
    assert_int_equal(row->rank, place);
    assert_true(row->has_score);
    kit_expect_decimal(row->score, score);
}

/* --- scores ------------------------------------------------------------------------- */

static void every_way_of_scoring_has_its_own_arithmetic(void **state) {
    static const struct {
        const char *claim;
        nature nature;
        comparator than;
        bool shares;
        const char *a; /* actual, or value */
        const char *b; /* expected, or target */
        const char *margin;
        bool met;
        rank_how how;
        const char *score;
    } rows[] = {
        {"a total on pace", NATURE_CUMULATIVE, COMPARATOR_COUNT, true, "50", "50", "0",
         false, RANK_BY_PACE, "1"},
        {"a total behind", NATURE_CUMULATIVE, COMPARATOR_AT_LEAST, true, "40", "50",
         "-10", false, RANK_BY_PACE, "0.8"},
        {"a third, rounded once", NATURE_CUMULATIVE, COMPARATOR_COUNT, true, "20", "30",
         "-10", false, RANK_BY_PACE, "0.666667"},
        {"a total far ahead is kept at most", NATURE_CUMULATIVE, COMPARATOR_COUNT, true,
         "90", "50", "40", false, RANK_BY_PACE, "1.2"},
        {"a total that fell is kept at least", NATURE_CUMULATIVE, COMPARATOR_COUNT, true,
         "-5", "50", "-55", false, RANK_BY_PACE, "0"},
        {"nothing expected yet, and said so", NATURE_CUMULATIVE, COMPARATOR_COUNT, true,
         "0", "0", "0", false, RANK_BY_MET, "1"},
        {"a ceiling that holds", NATURE_CUMULATIVE, COMPARATOR_AT_MOST, true, "30", "50",
         "20", false, RANK_BY_MET, "1"},
        {"a ceiling that is broken", NATURE_CUMULATIVE, COMPARATOR_AT_MOST, true, "60",
         "50", "-10", false, RANK_BY_MET, "0"},
        {"more than a range allows", NATURE_CUMULATIVE, COMPARATOR_BETWEEN, true, "120",
         "100", "-8", false, RANK_BY_MET, "0"},
        {"growth below its floor", NATURE_RATE, COMPARATOR_AT_LEAST, false, "4.8", "5.5",
         "-0.7", false, RANK_BY_VALUE, "0.872727"},
        {"growth above it", NATURE_RATE, COMPARATOR_AT_LEAST, false, "6.05", "5.5",
         "0.55", false, RANK_BY_VALUE, "1.1"},
        {"a floor with a stretch", NATURE_LEVEL, COMPARATOR_FLOOR_STRETCH, false, "3",
         "2", "50", false, RANK_BY_VALUE, "1.2"},
        {"growth against a floor of nothing", NATURE_RATE, COMPARATOR_AT_LEAST, false,
         "-1", "0", "-1", false, RANK_BY_MET, "0"},
        {"prices under their ceiling", NATURE_RATE, COMPARATOR_AT_MOST, false, "0.3", "3",
         "2.7", false, RANK_BY_MET, "1"},
        {"prices over it", NATURE_RATE, COMPARATOR_AT_MOST, false, "3.2", "3", "-0.2",
         false, RANK_BY_MET, "0"},
        {"a place gained", NATURE_RANK, COMPARATOR_AT_MOST, false, "4", "5", "1", false,
         RANK_BY_MET, "1"},
        {"a yes", NATURE_BOOLEAN, COMPARATOR_YES_NO, false, "1", "1", "0", true,
         RANK_BY_MET, "1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(state);
        sheet *s = *state;
        weights_words table = table_of(NULL, 0);
        put_task(s, 1, REFORM, rows[i].nature, rows[i].than);
        pace_cell *pace = rows[i].shares
                              ? put_share(s, 1, EAST, rows[i].a, rows[i].b)
                              : put_value(s, 1, EAST, rows[i].a, rows[i].b, "0");
        pace->margin = kit_decimal(rows[i].margin);
        pace->met = rows[i].met;
        rank_result r = rank(s, &table);
        const rank_row *row = row_of(&r, EAST);
        if (row->parts_n != 1 || row->parts[0].how != rows[i].how)
            fail_msg("%s: %u parts, how %d", rows[i].claim, row->parts_n,
                     row->parts_n == 0 ? -1 : (int)row->parts[0].how);
        kit_expect_decimal(row->score, rows[i].score);
        end(state);
    }
}

static void who_says_nothing_has_reached_nothing(void **state) {
    sheet *s = *state;
    weights_words table = table_of(NULL, 0);
    put_task(s, 1, REFORM, NATURE_CUMULATIVE, COMPARATOR_COUNT);
    pace_cell *pace = put_share(s, 1, EAST, "0", "0");
    pace->has_value = false;
    put_task(s, 2, REFORM, NATURE_RATE, COMPARATOR_AT_LEAST);
    put_pace(s, 2, WEST)->target = kit_decimal("5.5");
    rank_result r = rank(s, &table);
    expect(&r, EAST, 1, "0");
    expect(&r, WEST, 1, "0");
}

static void a_strict_target_is_not_reached_by_equality(void **state) {
    sheet *s = *state;
    weights_words table = table_of(NULL, 0);
    put_task(s, 1, REFORM, NATURE_RATE, COMPARATOR_AT_MOST)->strict = true;
    put_value(s, 1, EAST, "3", "3", "0");
    put_value(s, 1, WEST, "2.9", "3", "0.1");
    rank_result r = rank(s, &table);
    expect(&r, EAST, 2, "0");
    expect(&r, WEST, 1, "1");
}

/* --- ranks -------------------------------------------------------------------------- */

static void ties_share_a_rank(void **state) {
    static const struct {
        const char *actual[3]; /* of EAST, WEST, SOUTH */
        uint32_t rank[3];
    } rows[] = {{{"50", "50", "40"}, {1, 1, 3}},
                {{"50", "40", "40"}, {1, 2, 2}},
                {{"40", "40", "40"}, {1, 1, 1}},
                {{"30", "40", "50"}, {3, 2, 1}},
                {{"70", "65", "60"}, {1, 1, 1}}}; /* all kept at 1.2 */
    static const uint32_t offices[] = {EAST, WEST, SOUTH};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(state);
        sheet *s = *state;
        weights_words table = table_of(NULL, 0);
        put_task(s, 1, REFORM, NATURE_CUMULATIVE, COMPARATOR_COUNT);
        for (int k = 0; k < 3; k++)
            put_share(s, 1, offices[k], rows[i].actual[k], "50");
        rank_result r = rank(s, &table);
        for (int k = 0; k < 3; k++)
            assert_int_equal(row_of(&r, offices[k])->rank, rows[i].rank[k]);
        end(state);
    }
}

static void groups_are_ranked_apart(void **state) {
    sheet *s = *state;
    weights_words table = table_of(NULL, 0);
    put_task(s, 1, REFORM, NATURE_CUMULATIVE, COMPARATOR_COUNT);
    put_share(s, 1, 0, "30", "50");
    put_share(s, 1, EAST, "50", "50");
    put_share(s, 1, WEST, "10", "50");
    rank_result r = rank(s, &table);
    expect(&r, EAST, 1, "1");
    expect(&r, WEST, 2, "0.2");
    expect(&r, REFORM, 1, "0.6"); /* the first of the departments */
    assert_int_equal(row_of(&r, STATISTICS)->why, RANK_NO_PARTS);
    assert_int_equal(r.rows_n, 5); /* the city office is in no group */
    assert_int_equal(r.rows[0].group, 0);
    assert_int_equal(r.rows[r.rows_n - 1].group, 1);
}

/* 90% of a thousand and 50% of ten are not 70%: the lead's part is the whole as it was
 * rolled up. */
static void a_percent_is_never_averaged(void **state) {
    sheet *s = *state;
    weights_words table = table_of(NULL, 0);
    put_task(s, 1, REFORM, NATURE_LEVEL, COMPARATOR_AT_LEAST)->rollup = ROLLUP_RATIO;
    put_value(s, 1, EAST, "90", "100", "-10");
    put_value(s, 1, WEST, "50", "100", "-50");
    put_value(s, 1, 0, "89.603960", "100", "-10.39604"); /* 905 of 1010 */
    rank_result r = rank(s, &table);
    expect(&r, REFORM, 1, "0.89604");
    const rank_row *row = row_of(&r, REFORM);
    assert_int_equal(row->parts_n, 1);
    assert_true(row->parts[0].whole);
}

static void the_table_alone_says_what_weighs(void **state) {
    static const weight_row only_first[] = {{1, 0, {DECIMAL_MICRO}}};
    static const weight_row three_to_one[] = {{0, 0, {DECIMAL_MICRO}},
                                              {1, 0, {3 * DECIMAL_MICRO}}};
    static const weight_row by_metric[] = {
        {0, 0, {DECIMAL_MICRO}}, {1, 0, {5 * DECIMAL_MICRO}}, {1, 1, {0}}};
    static const struct {
        const weight_row *rows;
        uint32_t n;
        const char *east;
        const char *west;
    } rows[] = {{NULL, 0, "0.8", "0.7"},          /* (1 + 0.6)/2, (0.4 + 1)/2 */
                {only_first, 1, "1", "0.4"},      /* what is not named weighs nothing */
                {three_to_one, 2, "0.9", "0.55"}, /* (3 + 0.6)/4, (1.2 + 1)/4 */
                {by_metric, 3, "0.6", "1"}};      /* the most particular row speaks */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(state);
        sheet *s = *state;
        weights_words table = table_of(rows[i].rows, rows[i].n);
        put_task(s, 1, REFORM, NATURE_CUMULATIVE, COMPARATOR_COUNT);
        put_share(s, 1, EAST, "50", "50");
        put_share(s, 1, WEST, "20", "50");
        put_task(s, 2, REFORM, NATURE_CUMULATIVE, COMPARATOR_COUNT);
        put_share(s, 2, EAST, "30", "50");
        put_share(s, 2, WEST, "50", "50");
        rank_result r = rank(s, &table);
        kit_expect_decimal(row_of(&r, EAST)->score, rows[i].east);
        kit_expect_decimal(row_of(&r, WEST)->score, rows[i].west);
        end(state);
    }
}

static void a_rank_says_how_far_it_moved(void **state) {
    sheet *s = *state;
    weights_words table = table_of(NULL, 0);
    static const rank_before before[] = {{EAST, 3}, {WEST, 1}};
    put_task(s, 1, REFORM, NATURE_CUMULATIVE, COMPARATOR_COUNT);
    put_share(s, 1, EAST, "50", "50");
    put_share(s, 1, WEST, "40", "50");
    put_share(s, 1, SOUTH, "30", "50");
    cell_walk cells = {s, each, find};
    rank_ask ask = {&table, kit_period("2023Q2"), before, 2};
    rank_result r;
    assert_int_equal(rank_offices(&cells, &ask, &s->arena, &r), DUBAN_OK);
    assert_int_equal(row_of(&r, EAST)->change, 2);
    assert_int_equal(row_of(&r, WEST)->change, -1);
    assert_false(row_of(&r, SOUTH)->has_change);
}

/* --- who has no rank ---------------------------------------------------------------- */

static void a_successor_is_unranked_in_its_first_period(void **state) {
    static const struct {
        const char *from;
        duty_why why;
        rank_why wanted;
    } rows[] = {{"2023-05-10", DUTY_TAKEN_OVER, RANK_SUCCESSOR},
                {"2023-04-01", DUTY_TAKEN_OVER, RANK_SUCCESSOR},
                {"2023-06-30", DUTY_TAKEN_OVER, RANK_SUCCESSOR},
                {"2023-03-31", DUTY_TAKEN_OVER, RANK_GIVEN}, /* its second period */
                {"2023-07-01", DUTY_TAKEN_OVER, RANK_GIVEN}, /* not in this one */
                {"2023-05-10", DUTY_CALLED_IN, RANK_GIVEN}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(state);
        sheet *s = *state;
        weights_words table = table_of(NULL, 0);
        put_task(s, 1, REFORM, NATURE_CUMULATIVE, COMPARATOR_COUNT);
        put_share(s, 1, EAST, "50", "50");
        put_share(s, 1, WEST, "40", "50");
        cell *c = put(s, (cell_name){.kind = CELL_DUTY, .task = 1, .office = EAST});
        c->duty = (duty_cell){.why = rows[i].why, .from_day = kit_day_of(rows[i].from)};
        rank_result r = rank(s, &table);
        assert_int_equal(row_of(&r, EAST)->why, rows[i].wanted);
        assert_int_equal(row_of(&r, EAST)->rank, rows[i].wanted == RANK_GIVEN);
        kit_expect_decimal(row_of(&r, EAST)->score, "1"); /* known, if not ranked */
        assert_int_equal(row_of(&r, WEST)->rank, rows[i].wanted == RANK_GIVEN ? 2 : 1);
        end(state);
    }
}

static void who_is_outside_or_ended_has_no_rank(void **state) {
    sheet *s = *state;
    weights_words table = table_of(NULL, 0);
    put_task(s, 1, REFORM, NATURE_CUMULATIVE, COMPARATOR_COUNT);
    put_share(s, 1, EAST, "50", "50");
    put_share(s, 1, WEST, "50", "50");
    put_share(s, 1, SOUTH, "10", "50");
    put_office(s, 9, OFFICE_GROUP);
    for (uint32_t i = 0; i < s->n; i++) {
        office_words *office = &s->cells[i].office;
        if (s->cells[i].name.kind != CELL_OFFICE) continue;
        if (office->number == EAST) office->outside = true;
        if (office->number == WEST) office->ended_day = kit_day_of("2023-05-10");
    }
    rank_result r = rank(s, &table);
    assert_int_equal(row_of(&r, EAST)->why, RANK_OUTSIDE);
    assert_int_equal(row_of(&r, WEST)->why, RANK_ENDED);
    expect(&r, SOUTH, 1, "0.2");
    for (uint32_t i = 0; i < r.rows_n; i++)
        assert_int_not_equal(r.rows[i].office, 9);
}

/* The whole goes to whoever leads now. */
static void an_ended_lead_is_followed_by_its_successor(void **state) {
    sheet *s = *state;
    static const uint32_t successors[] = {STATISTICS};
    weights_words table = table_of(NULL, 0);
    put_task(s, 1, REFORM, NATURE_CUMULATIVE, COMPARATOR_COUNT);
    put_share(s, 1, 0, "25", "50");
    for (uint32_t i = 0; i < s->n; i++)
        if (s->cells[i].name.kind == CELL_OFFICE && s->cells[i].name.office == REFORM) {
            s->cells[i].office.ended_day = kit_day_of("2023-02-01");
            s->cells[i].office.successors = successors;
            s->cells[i].office.successors_n = 1;
        }
    rank_result r = rank(s, &table);
    expect(&r, STATISTICS, 1, "0.5");
    assert_int_equal(row_of(&r, REFORM)->why, RANK_ENDED);
}

/* --- what leaves, what counts for nothing ------------------------------------------- */

static cell *put_paper(sheet *s, uint32_t number, effect_kind effect, uint32_t task,
                       uint32_t office) {
    uint32_t *names = arena_alloc(&s->arena, 2 * sizeof *names);
    names[0] = task;
    names[1] = office;
    cell *c = put(s, (cell_name){.kind = CELL_PAPER, .node = number});
    c->paper = (paper_cell){.effect = effect,
                            .tasks = names,
                            .tasks_n = 1,
                            .offices = names + 1,
                            .offices_n = office == 0 ? 0 : 1};
    return c;
}

static void put_two_tasks(sheet *s) {
    put_task(s, 1, REFORM, NATURE_CUMULATIVE, COMPARATOR_COUNT);
    put_share(s, 1, EAST, "50", "50");
    put_share(s, 1, WEST, "50", "50");
    put_task(s, 2, REFORM, NATURE_CUMULATIVE, COMPARATOR_COUNT);
    put_share(s, 2, EAST, "10", "50");
    put_share(s, 2, WEST, "10", "50");
}

static void exempt_duties_leave_from_their_day_on(void **state) {
    static const struct {
        const char *claim;
        bool by_paper;
        uint32_t office; /* of the paper; 0: the whole task */
        const char *day;
        const char *east;
        const char *west;
    } rows[] = {
        {"a duty", false, EAST, "2023-07-10", "1", "0.6"},
        {"a duty, later", false, EAST, "2023-07-11", "0.6", "0.6"},
        {"a paper about one office", true, EAST, "2023-06-01", "1", "0.6"},
        {"a paper about the task", true, 0, "2023-06-01", "1", "1"},
        {"a paper, later", true, 0, "2023-08-01", "0.6", "0.6"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(state);
        sheet *s = *state;
        weights_words table = table_of(NULL, 0);
        put_two_tasks(s);
        if (rows[i].by_paper)
            put_paper(s, 1, EFFECT_EXEMPT, 2, rows[i].office)->paper.day =
                kit_day_of(rows[i].day);
        else
            put(s, (cell_name){.kind = CELL_DUTY, .task = 2, .office = rows[i].office})
                ->duty.exempt_day = kit_day_of(rows[i].day);
        rank_result r = rank(s, &table);
        kit_expect_decimal(row_of(&r, EAST)->score, rows[i].east);
        kit_expect_decimal(row_of(&r, WEST)->score, rows[i].west);
        end(state);
    }
}

static void a_confirmed_finding_scores_nothing_until_it_is_reversed(void **state) {
    sheet *s = *state;
    weights_words table = table_of(NULL, 0);
    put_two_tasks(s);
    put_paper(s, 1, EFFECT_FIND, 1, EAST);
    rank_result r = rank(s, &table);
    expect(&r, EAST, 2, "0.1"); /* (0 + 0.2) / 2 */
    expect(&r, WEST, 1, "0.6");
    assert_int_equal(row_of(&r, EAST)->parts[0].how, RANK_BY_FINDING);
    put_paper(s, 2, EFFECT_REVERSE, 1, EAST)->paper.refers = 1;
    r = rank(s, &table);
    expect(&r, EAST, 1, "0.6");
}

static void offline_pending_and_ended_parts_leave(void **state) {
    sheet *s = *state;
    weights_words table = table_of(NULL, 0);
    put_two_tasks(s);
    put_task(s, 3, REFORM, NATURE_RATE, COMPARATOR_PENDING);
    put_value(s, 3, EAST, "1", "0", "0");
    for (uint32_t i = 0; i < s->n; i++)
        if (s->cells[i].name.kind == CELL_TASK && s->cells[i].name.task == 2)
            s->cells[i].task.visibility = VISIBILITY_OFFLINE;
    put(s, (cell_name){.kind = CELL_DUTY, .task = 1, .office = WEST})->duty.why =
        DUTY_ENDED;
    rank_result r = rank(s, &table);
    expect(&r, EAST, 1, "1");
    assert_int_equal(row_of(&r, WEST)->why, RANK_NO_PARTS);
}

/* --- tasks without numbers ---------------------------------------------------------- */

static void a_task_without_numbers_goes_by_its_steps(void **state) {
    static const struct {
        timetable_state filed;
        uint32_t due;  /* of four steps */
        uint32_t done; /* the first so many */
        bool closed;
        uint32_t parts;
        rank_how how;
        const char *score;
    } rows[] = {{TIMETABLE_ACCEPTED, 2, 2, false, 1, RANK_BY_STEPS, "1"},
                {TIMETABLE_ACCEPTED, 3, 1, false, 1, RANK_BY_STEPS, "0.333333"},
                {TIMETABLE_ACCEPTED, 2, 3, false, 1, RANK_BY_STEPS, "1.2"},
                {TIMETABLE_ACCEPTED, 0, 0, false, 0, RANK_BY_STEPS, ""},
                {TIMETABLE_FILED, 2, 0, false, 1, RANK_BY_NO_TIMETABLE, "0"},
                {TIMETABLE_NONE, 0, 0, false, 1, RANK_BY_NO_TIMETABLE, "0"},
                {TIMETABLE_ACCEPTED, 2, 0, true, 1, RANK_BY_MET, "1"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(state);
        sheet *s = *state;
        weights_words table = table_of(NULL, 0);
        static const uint32_t leads[] = {REFORM};
        put(s, (cell_name){.kind = CELL_TASK, .task = 1})->task =
            (task_words){.id = 1, .leads = leads, .leads_n = 1};
        put(s, (cell_name){.kind = CELL_TIMETABLE, .task = 1})->timetable =
            (timetable_cell){.state = rows[i].filed, .nodes = 4};
        for (uint32_t n = 1; n <= 4; n++)
            put(s, (cell_name){.kind = CELL_NODE, .task = 1, .node = n})->node =
                (node_cell){
                    .day = kit_day_of(n <= rows[i].due ? "2023-06-01" : "2023-09-01"),
                    .done = n <= rows[i].done};
        if (rows[i].closed)
            put(s, (cell_name){.kind = CELL_LIGHT, .task = 1})->light.cause =
                CAUSE_CLOSED;
        rank_result r = rank(s, &table);
        const rank_row *row = row_of(&r, REFORM);
        assert_int_equal(row->parts_n, rows[i].parts);
        if (row->parts_n > 0) {
            assert_int_equal(row->parts[0].how, rows[i].how);
            kit_expect_decimal(row->score, rows[i].score);
        }
        end(state);
    }
}

/* --- the table as an entry ---------------------------------------------------------- */

static event weights_event(uint32_t version, const weight_row *rows, uint32_t rows_n) {
    event ev = {.kind = KIND_WEIGHTS, .weights = table_of(rows, rows_n)};
    ev.weights.version = version;
    return ev;
}

static void a_table_that_cannot_be_meant_is_refused(void **state) {
    static const weight_row orphan[] = {{0, 1, {DECIMAL_MICRO}}};
    static const weight_row nowhere[] = {{99, 0, {DECIMAL_MICRO}}};
    static const weight_row no_metric[] = {{3, 1, {DECIMAL_MICRO}}};
    static const weight_row negative[] = {{1, 0, {-1}}};
    static const weight_row huge[] = {{1, 0, {INT64_C(1000000000001)}}};
    static const weight_row twice[] = {{1, 0, {1}}, {1, 0, {2}}};
    static const weight_row nothing[] = {{0, 0, {0}}};
    static const struct {
        const weight_row *rows;
        uint32_t n;
        duban_status status;
        const char *field;
    } rows[] = {{orphan, 1, DUBAN_E_RULES, "metric"},
                {nowhere, 1, DUBAN_E_UNKNOWN_TASK, "task"},
                {no_metric, 1, DUBAN_E_UNKNOWN_METRIC, "metric"},
                {negative, 1, DUBAN_E_RULES, "weight"},
                {huge, 1, DUBAN_E_RULES, "weight"},
                {twice, 2, DUBAN_E_DUPLICATE, "rows"},
                {nothing, 1, DUBAN_E_RULES, "rows"}};
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_status(kit_send(&k, CITY, weights_event(1, rows[i].rows, rows[i].n)),
                      rows[i].status);
        assert_string_equal(k.refusal.field, rows[i].field);
    }
    kit_close(&k);
}

static void groups_and_bounds_are_the_tables_own(void **state) {
    static const office_kind both[] = {OFFICE_COUNTY, OFFICE_ZONE};
    static const office_kind names[] = {OFFICE_GROUP};
    static const rank_group overlap[] = {{"甲", "a", both, 2}, {"乙", "b", counties, 1}};
    static const rank_group nameless[] = {{"", "a", counties, 1}};
    static const rank_group of_groups[] = {{"甲", "a", names, 1}};
    static const rank_group empty[] = {{"甲", "a", counties, 0}};
    static const struct {
        const rank_group *groups;
        uint32_t n;
        bool no_most;
        int64_t most;
        duban_status status;
        const char *field;
    } rows[] = {{overlap, 2, false, 1200000, DUBAN_E_DUPLICATE, "kinds"},
                {nameless, 1, false, 1200000, DUBAN_E_RULES, "zh"},
                {of_groups, 1, false, 1200000, DUBAN_E_RULES, "kinds"},
                {empty, 1, false, 1200000, DUBAN_E_RULES, "kinds"},
                {groups, 0, false, 1200000, DUBAN_E_RULES, "groups"},
                {groups, 2, true, 1200000, DUBAN_E_RULES, "most"},
                {groups, 2, false, 0, DUBAN_E_RULES, "most"}};
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        event ev = weights_event(1, NULL, 0);
        ev.weights.groups = rows[i].groups;
        ev.weights.groups_n = rows[i].n;
        ev.weights.has_most = !rows[i].no_most;
        ev.weights.most.micro = rows[i].most;
        assert_status(kit_send(&k, CITY, ev), rows[i].status);
        assert_string_equal(k.refusal.field, rows[i].field);
    }
    kit_close(&k);
}

static void a_newer_table_changes_the_board_and_the_old_one_is_still_read(void **state) {
    static const weight_row first[] = {{1, 0, {DECIMAL_MICRO}}};
    static const weight_row second[] = {{2, 0, {DECIMAL_MICRO}}};
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-04-05");
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "30", MODE_TO_DATE));
    kit_must_say(&k, GUAN, kit_value(1, 1, GUAN, "2023Q1", "5", MODE_TO_DATE));
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q1", "4.8", MODE_NONE));
    assert_null(rank_table(k.ledger, 1));
    assert_status(kit_send(&k, CITY, weights_event(2, first, 1)), DUBAN_E_SEQUENCE);
    kit_must(&k, CITY, weights_event(1, first, 1));
    cell_name name = {.kind = CELL_TABLE, .node = TABLE_WEIGHTS};
    assert_int_equal(kit_cell(&k, name).table.version, 1);
    assert_int_equal(kit_cell(&k, name).table.index, k.last);

    walk_board board = {k.ledger, 1};
    cell_walk cells = walk_of(&board);
    rank_ask ask = {.table = rank_table(k.ledger, 1), .in_period = kit_period("2023Q1")};
    rank_result r;
    assert_int_equal(rank_offices(&cells, &ask, &k.arena, &r), DUBAN_OK);
    expect(&r, DONG, 1, "1.2");
    /* 5 of 40 against 90 of 365 days: 12.5 / 24.657534 */
    expect(&r, GUAN, 2, "0.506944");
    assert_int_equal(row_of(&r, TJJ)->why, RANK_NO_PARTS);

    kit_must(&k, CITY, weights_event(2, second, 1));
    assert_int_equal(kit_cell(&k, name).table.version, 2);
    ask.table = rank_table(k.ledger, 1);
    assert_int_equal(rank_offices(&cells, &ask, &k.arena, &r), DUBAN_OK);
    expect(&r, TJJ, 1, "0.872727");
    assert_int_equal(row_of(&r, DONG)->why, RANK_NO_PARTS);
    hash256 live = kit_digest(&k);
    hash256 again = kit_digest_of_replay(&k);
    assert_true(hash_equal(&live, &again));
    kit_close(&k);
}

/* Whatever allocation fails, the check says so and nothing has changed. */
static void memory_that_runs_out_changes_nothing(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    event ev = weights_event(1, NULL, 0);
    hash256 before = kit_digest(&k);
    duban_status status = DUBAN_E_NO_MEMORY;
    uint32_t failures = 0;
    for (uint64_t n = 1; status == DUBAN_E_NO_MEMORY; n++) {
        k.memory.fail_at = k.memory.calls + n;
        status = kit_try(&k, CITY, ev);
        k.memory.fail_at = 0;
        hash256 after = kit_digest(&k);
        assert_true(hash_equal(&before, &after));
        failures += status != DUBAN_OK;
    }
    assert_status(status, DUBAN_OK);
    assert_true(failures > 0);
    kit_must(&k, CITY, ev);
    kit_close(&k);
}

#define WITH_SHEET(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_of_scoring_has_its_own_arithmetic),
        WITH_SHEET(who_says_nothing_has_reached_nothing),
        WITH_SHEET(a_strict_target_is_not_reached_by_equality),
        cmocka_unit_test(ties_share_a_rank),
        WITH_SHEET(groups_are_ranked_apart),
        WITH_SHEET(a_percent_is_never_averaged),
        cmocka_unit_test(the_table_alone_says_what_weighs),
        WITH_SHEET(a_rank_says_how_far_it_moved),
        cmocka_unit_test(a_successor_is_unranked_in_its_first_period),
        WITH_SHEET(who_is_outside_or_ended_has_no_rank),
        WITH_SHEET(an_ended_lead_is_followed_by_its_successor),
        cmocka_unit_test(exempt_duties_leave_from_their_day_on),
        WITH_SHEET(a_confirmed_finding_scores_nothing_until_it_is_reversed),
        WITH_SHEET(offline_pending_and_ended_parts_leave),
        cmocka_unit_test(a_task_without_numbers_goes_by_its_steps),
        cmocka_unit_test(a_table_that_cannot_be_meant_is_refused),
        cmocka_unit_test(groups_and_bounds_are_the_tables_own),
        cmocka_unit_test(a_newer_table_changes_the_board_and_the_old_one_is_still_read),
        cmocka_unit_test(memory_that_runs_out_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
