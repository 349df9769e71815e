/* Lights as tables: bands, orders, what runs on, what papers decide. No colour and no
 * limit is in the rules. */
#include "tests/unit/ledger/ledger_kit.h"

#include "broker/ledger/light.h"

/* --- bands, orders and runs --------------------------------------------------------- */

static light_row band(grade to, cause why, nature kind, const char *from,
                      const char *below) {
    light_row row = {.grade = to, .cause = why, .nature = kind};
    row.has_margin_from = from != NULL;
    if (row.has_margin_from) row.margin_from = kit_decimal(from);
    row.has_margin_below = below != NULL;
    if (row.has_margin_below) row.margin_below = kit_decimal(below);
    return row;
}

static void a_band_begins_where_it_says_and_ends_before(void **state) {
    (void)state;
    static const struct {
        bool has_margin;
        nature kind;
        int64_t micro;
        uint32_t row;
    } cases[] = {
        {true, NATURE_CUMULATIVE, 10000000, 1}, {true, NATURE_CUMULATIVE, 9999999, 2},
        {true, NATURE_CUMULATIVE, 0, 2},        {true, NATURE_CUMULATIVE, -1, 4},
        {true, NATURE_RATE, 10000000, 2},       {true, NATURE_RATE, -1, 3},
        {true, NATURE_RATE, -500000, 3},        {true, NATURE_RATE, -500001, 4},
        {false, NATURE_CUMULATIVE, 0, 4},       {false, NATURE_RATE, 0, 4}};
    static light_table table;
    static workdays days;
    table.rows[0] = band(GRADE_BLUE, CAUSE_AHEAD, NATURE_CUMULATIVE, "10", NULL);
    table.rows[1] = band(GRADE_GREEN, CAUSE_ON_PACE, NATURE_NONE, "0", NULL);
    table.rows[2] = band(GRADE_YELLOW, CAUSE_BEHIND, NATURE_RATE, "-0.5", "0");
    table.rows[3] = band(GRADE_RED, CAUSE_BEHIND, NATURE_NONE, NULL, NULL);
    table.rows_n = 4;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        light_inputs in = {.has_margin = cases[i].has_margin,
                           .margin = {cases[i].micro},
                           .nature = cases[i].kind};
        assert_int_equal(light_pick(&table, &days, 19000, &in).row, cases[i].row);
    }
}

/* Ahead by ten points is praised in blue, which is better than green. */
static event praising(uint32_t version) {
    static light_row rows[8];
    static const grade order[] = {GRADE_BLUE, GRADE_DONE,   GRADE_GREEN,
                                  GRADE_GREY, GRADE_YELLOW, GRADE_RED};
    uint32_t n = 0;
    rows[n++] = (light_row){.grade = GRADE_DONE, .cause = CAUSE_MET, .met = true};
    rows[n++] = (light_row){
        .grade = GRADE_GREY, .cause = CAUSE_NO_TIMETABLE, .no_timetable = true};
    rows[n++] = band(GRADE_RED, CAUSE_BEHIND, NATURE_CUMULATIVE, NULL, "-30");
    rows[n++] = band(GRADE_YELLOW, CAUSE_BEHIND, NATURE_CUMULATIVE, NULL, "0");
    rows[n++] =
        (light_row){.grade = GRADE_YELLOW, .cause = CAUSE_MISSING, .missing_min = 1};
    rows[n++] = band(GRADE_BLUE, CAUSE_AHEAD, NATURE_CUMULATIVE, "10", NULL);
    rows[n++] = (light_row){.grade = GRADE_GREEN, .cause = CAUSE_ON_PACE};
    return (event){.kind = KIND_LIGHTS,
                   .lights = {1, version, rows, n, order, 6, GRADE_NONE}};
}

static void blue_is_praise_where_the_table_says_so(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must(&k, CITY, praising(2));
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_GREEN);
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "30", MODE_NONE));
    assert_int_equal(kit_light(&k, 1, DONG).grade, GRADE_BLUE);
    assert_int_equal(kit_light(&k, 1, DONG).cause, CAUSE_AHEAD);
    assert_int_equal(kit_light(&k, 1, DONG).computed, GRADE_NONE);
    kit_must_say(&k, GUAN, kit_value(1, 1, GUAN, "2023Q1", "20", MODE_NONE));
    /* nobody misses a report, and that does not dim the praise */
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_BLUE);
    assert_int_equal(kit_light(&k, 1, 0).metric, 1);
    /* one office behind, one praised: the worst is what the table calls worse */
    kit_until(&k, "2023-07-01");
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q2", "58", MODE_TO_DATE));
    kit_must_say(&k, GUAN, kit_value(1, 1, GUAN, "2023Q2", "1", MODE_TO_DATE));
    assert_int_equal(kit_light(&k, 1, DONG).grade, GRADE_BLUE);
    assert_int_equal(kit_light(&k, 1, GUAN).grade, GRADE_RED);
    kit_until(&k, "2023-07-20"); /* the lead has not collated */
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_YELLOW);
    assert_int_equal(kit_light(&k, 1, 0).charged, FGW);
    hash256 live = kit_digest(&k);
    hash256 folded = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &folded, sizeof live);
    kit_close(&k);
}

/* The default rows with every grade painted over, in an order of their own. */
static event painted(uint32_t version, const grade paint[GRADE_COUNT]) {
    static light_row rows[LIGHT_ROWS_MAX];
    static grade order[GRADE_COUNT];
    event ev = kit_lights(version);
    for (uint32_t i = 0; i < ev.lights.rows_n; i++) {
        rows[i] = ev.lights.rows[i];
        rows[i].grade = paint[rows[i].grade];
    }
    for (uint32_t i = 1; i < GRADE_COUNT; i++)
        order[i - 1] = paint[i];
    ev.lights.rows = rows;
    ev.lights.order = order;
    ev.lights.order_n = GRADE_COUNT - 1;
    ev.lights.running_from = paint[GRADE_YELLOW];
    return ev;
}

/* To the days before the deadlines, when all grades are to be seen. */
static void live(kit *k, uint64_t seed) {
    kit_random r = {seed};
    int32_t last = kit_day_of("2023-12-26");
    for (uint32_t n = 0; n < 400; n++) {
        uint32_t office;
        event ev = kit_random_event(k, &r, &office);
        kit_send(k, office, ev);
        if (n % 3 != 0) continue;
        ledger_status status;
        char next[DAY_TEXT_SIZE];
        ledger_get_status(k->ledger, &status);
        int32_t day = status.day + 1 + (int32_t)kit_below(&r, 6);
        day_write(day < last ? day : last, next);
        kit_until(k, next);
    }
}

/* Every light, round and pace of the other ledger, painted over. */
typedef struct comparison {
    kit *other;
    const grade *paint;
    uint32_t grades[GRADE_COUNT];
} comparison;

static bool compare(void *ctx, const cell *one) {
    comparison *c = ctx;
    cell two;
    grade a = GRADE_NONE;
    grade b = GRADE_NONE;
    assert_true(ledger_cell(c->other->ledger, 1, &one->name, &two));
    switch (one->name.kind) {
    case CELL_LIGHT:
        a = one->light.grade, b = two.light.grade;
        assert_int_equal(one->light.cause, two.light.cause);
        assert_int_equal(one->light.charged, two.light.charged);
        assert_int_equal(one->light.running, two.light.running);
        assert_int_equal(one->light.since_day, two.light.since_day);
        break;
    case CELL_ROUND:
        a = one->round.grade, b = two.round.grade;
        assert_int_equal(one->round.cause, two.round.cause);
        break;
    case CELL_PACE:
        a = one->pace.grade, b = two.pace.grade;
        assert_int_equal(one->pace.lights_row, two.pace.lights_row);
        break;
    default: return true;
    }
    assert_int_equal(c->paint[a], b);
    c->grades[a]++;
    return true;
}

static void no_grade_is_in_the_rules(void **state) {
    (void)state;
    static const grade plain[] = {GRADE_NONE, GRADE_DONE,   GRADE_GREEN, GRADE_GREY,
                                  GRADE_BLUE, GRADE_YELLOW, GRADE_RED};
    static const grade paints[][GRADE_COUNT] = {
        {GRADE_NONE, GRADE_RED, GRADE_YELLOW, GRADE_BLUE, GRADE_GREY, GRADE_GREEN,
         GRADE_DONE},
        {GRADE_NONE, GRADE_BLUE, GRADE_RED, GRADE_DONE, GRADE_YELLOW, GRADE_GREY,
         GRADE_GREEN},
    };
    uint32_t seen[GRADE_COUNT] = {0};
    for (size_t p = 0; p < 2; p++)
        for (uint64_t seed = 1; seed <= 3; seed++) {
            kit a;
            kit b;
            kit_open(&a);
            kit_open(&b);
            kit_running_city(&a);
            kit_running_city(&b);
            kit_must(&a, CITY, painted(2, plain));
            kit_must(&b, CITY, painted(2, paints[p]));
            live(&a, seed);
            live(&b, seed);
            comparison c = {.other = &b, .paint = paints[p]};
            ledger_cells(a.ledger, 1, 0, true, compare, &c);
            for (int g = GRADE_DONE; g < GRADE_COUNT; g++)
                seen[g] += c.grades[g];
            kit_close(&a);
            kit_close(&b);
        }
    for (int g = GRADE_DONE; g < GRADE_COUNT; g++)
        if (seen[g] == 0) fail_msg("no light at grade %d", g);
}

static void what_runs_on_is_the_tables_to_say(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    event lights = kit_lights(2);
    lights.lights.running_from = GRADE_BLUE;
    kit_must(&k, CITY, lights);
    static const char *const filed[] = {"2023-04-03", "2023-07-03"};
    static const char *const over[] = {"2023-04-20", "2023-07-20"};
    static const char *const quarters[] = {"2023Q1", "2023Q2"};
    for (uint32_t i = 0; i < 2; i++) {
        kit_until(&k, filed[i]);
        /* a little behind: blue, which would not run by default */
        kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, quarters[i], "5.4", MODE_NONE));
        kit_until(&k, over[i]);
        assert_int_equal(kit_round(&k, 2, TJJ, quarters[i]).grade, GRADE_BLUE);
        assert_int_equal(kit_light(&k, 2, TJJ).running, i + 1);
    }
    assert_int_equal(kit_light(&k, 2, TJJ).grade, GRADE_RED);
    assert_int_equal(kit_light(&k, 2, TJJ).cause, CAUSE_RUNNING);
    kit_close(&k);
}

static plan_cell plan_shown(kit *k) {
    return kit_cell(k, (cell_name){.kind = CELL_PLAN}).plan;
}

static void
a_board_says_the_order_of_its_table_and_nothing_where_it_has_none(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    assert_int_equal(plan_shown(&k).order_n, 0);
    assert_int_equal(plan_shown(&k).running_from, GRADE_NONE);
    event lights = praising(2);
    lights.lights.running_from = GRADE_GREY;
    kit_must(&k, CITY, lights);
    plan_cell shown = plan_shown(&k);
    assert_int_equal(shown.order_n, 6);
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(shown.order[i], lights.lights.order[i]);
    assert_int_equal(shown.running_from, GRADE_GREY);
    kit_must(&k, CITY, kit_lights(3));
    assert_int_equal(plan_shown(&k).order_n, 0);
    assert_int_equal(plan_shown(&k).running_from, GRADE_NONE);
    kit_close(&k);
}

static void an_order_names_every_grade_of_the_table_once(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    grade order[] = {GRADE_BLUE, GRADE_DONE,   GRADE_GREEN,
                     GRADE_GREY, GRADE_YELLOW, GRADE_RED};
    event ev = praising(2);
    ev.lights.order = order;
    order[3] = GRADE_RED;
    assert_status(kit_try(&k, CITY, ev), DUBAN_E_RULES);
    assert_string_equal(k.refusal.field, "order");
    order[3] = GRADE_NONE;
    assert_status(kit_try(&k, CITY, ev), DUBAN_E_RULES);
    assert_string_equal(k.refusal.field, "order");
    order[3] = GRADE_GREY;
    ev.lights.order_n = 5; /* without red, which row 3 gives */
    assert_status(kit_try(&k, CITY, ev), DUBAN_E_RULES);
    assert_string_equal(k.refusal.field, "grade");
    assert_int_equal(k.refusal.line, 3);
    ev.lights.order_n = 6;
    assert_status(kit_try(&k, CITY, ev), DUBAN_OK);
    /* what runs on must be somewhere in it, yellow unless said */
    light_row only = {.grade = GRADE_GREEN, .cause = CAUSE_ON_PACE};
    order[0] = GRADE_GREEN;
    ev.lights = (lights_words){1, 2, &only, 1, order, 1, GRADE_NONE};
    assert_status(kit_try(&k, CITY, ev), DUBAN_E_RULES);
    assert_string_equal(k.refusal.field, "running_from");
    ev.lights.running_from = GRADE_GREEN;
    assert_status(kit_try(&k, CITY, ev), DUBAN_OK);
    kit_close(&k);
}

static void a_row_asks_one_sort_of_thing(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    struct {
        light_row row;
        const char *field; /* NULL: it may stand */
    } cases[] = {
        {{.finding = true, .missing_min = 1}, "finding"},
        {{.closed = true, .overdue = true}, "closed"},
        {{.exempt = true, .no_timetable = true}, "exempt"},
        {{.tolerated = true, .running_min = 1}, "tolerated"},
        {{.tolerated = true, .due_within = 1}, "tolerated"},
        {{.closed = true, .met = true}, NULL},
        {{.finding = true, .tolerated = true}, NULL},
        {{.missing_min = 1, .running_min = 2}, NULL},
        {{.nature = NATURE_RATE, .has_margin_from = true}, NULL},
        {{.nature = NATURE_RATE, .finding = true}, "nature"},
        {{.has_margin_from = true, .has_margin_below = true}, "margin_from"},
        {{.has_margin_from = true, .missing_min = 1}, "missing_min"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        light_row rows[] = {cases[i].row, {.grade = GRADE_GREEN, .cause = CAUSE_ON_PACE}};
        rows[0].grade = GRADE_RED;
        rows[0].cause = CAUSE_BEHIND;
        event ev = {.kind = KIND_LIGHTS, .lights = {1, 2, rows, 2, NULL, 0, GRADE_NONE}};
        duban_status status = kit_try(&k, CITY, ev);
        assert_status(status, cases[i].field == NULL ? DUBAN_OK : DUBAN_E_RULES);
        if (cases[i].field == NULL) continue;
        assert_string_equal(k.refusal.field, cases[i].field);
        assert_int_equal(k.refusal.line, 1);
    }
    kit_close(&k);
}

/* --- what papers decide ------------------------------------------------------------- */

/* One form whose acts open papers that have that effect at once. */
static event forms_of_effects(void) {
    static const relation_kind by[] = {BY_CITY};
    static const struct {
        const char *code;
        effect_kind effect;
    } effects[] = {{"found", EFFECT_FIND},         {"closed", EFFECT_CLOSE},
                   {"reopened", EFFECT_REOPEN},    {"exempted", EFFECT_EXEMPT},
                   {"tolerated", EFFECT_TOLERATE}, {"extended", EFFECT_EXTEND},
                   {"fulfilled", EFFECT_FULFIL},   {"reversed", EFFECT_REVERSE}};
    static form_state states[8];
    static form_act acts[8];
    static form_words form;
    for (uint32_t i = 0; i < 8; i++) {
        states[i] = (form_state){.code = effects[i].code,
                                 .zh = "态",
                                 .en = "state",
                                 .ended = true,
                                 .breach_state = "",
                                 .breach_form = "",
                                 .effect = effects[i].effect};
        acts[i] = (form_act){.code = effects[i].code,
                             .zh = "办",
                             .en = "act",
                             .from = "",
                             .to = effects[i].code,
                             .by = by,
                             .by_n = 1};
    }
    form = (form_words){.code = "ruling",
                        .zh = "决定",
                        .en = "ruling",
                        .states = states,
                        .states_n = 8,
                        .acts = acts,
                        .acts_n = 8,
                        .proposed = ""};
    return (event){.kind = KIND_FORMS, .forms = {1, 1, &form, 1}};
}

static void rule(kit *k, uint32_t number, const char *act, uint32_t task, uint32_t office,
                 const char *day, uint32_t refers) {
    event ev = {.kind = KIND_PAPER,
                .paper = {.plan = 1,
                          .paper = number,
                          .form = "ruling",
                          .act = act,
                          .title = "",
                          .tasks = &task,
                          .tasks_n = 1,
                          .offices = &office,
                          .offices_n = office == 0 ? 0 : 1,
                          .day = day == NULL ? 0 : kit_day_of(day),
                          .document = "",
                          .authority = "",
                          .refers = refers}};
    kit_must(k, CITY, ev);
}

/* The kit's table, and in front of it rows for what papers decide. */
static event deciding(uint32_t version) {
    static light_row rows[LIGHT_ROWS_MAX];
    event ev = kit_lights(version);
    rows[0] = (light_row){.grade = GRADE_RED, .cause = CAUSE_FINDING, .finding = true};
    rows[1] = (light_row){.grade = GRADE_DONE, .cause = CAUSE_CLOSED, .closed = true};
    rows[2] = ev.lights.rows[0]; /* met */
    rows[3] = (light_row){.grade = GRADE_GREY, .cause = CAUSE_EXEMPT, .exempt = true};
    rows[4] =
        (light_row){.grade = GRADE_GREY, .cause = CAUSE_TOLERATED, .tolerated = true};
    memcpy(rows + 5, ev.lights.rows + 1, (ev.lights.rows_n - 1) * sizeof *rows);
    ev.lights.rows = rows;
    ev.lights.rows_n += 4;
    return ev;
}

static void ruled_city(kit *k) {
    kit_open(k);
    kit_running_city(k);
    kit_must(k, CITY, deciding(2));
    kit_must(k, CITY, forms_of_effects());
}

static void a_finding_beats_what_is_met_until_it_is_reversed(void **state) {
    (void)state;
    kit k;
    ruled_city(&k);
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "60", MODE_NONE));
    kit_must_say(&k, GUAN, kit_value(1, 1, GUAN, "2023Q1", "40", MODE_NONE));
    assert_int_equal(kit_light(&k, 1, 0).grade, GRADE_DONE);
    rule(&k, 1, "found", 1, GUAN, NULL, 0);
    light_cell light = kit_light(&k, 1, 0);
    assert_int_equal(light.grade, GRADE_RED);
    assert_int_equal(light.cause, CAUSE_FINDING);
    assert_int_equal(light.charged, GUAN);
    assert_int_equal(light.paper, 1);
    assert_int_equal(light.lights_row, 1);
    assert_int_equal(kit_light(&k, 1, GUAN).cause, CAUSE_FINDING);
    assert_int_equal(kit_light(&k, 1, DONG).grade, GRADE_DONE);
    assert_int_equal(kit_light(&k, 1, FGW).cause, CAUSE_MET); /* not the lead's */
    rule(&k, 2, "closed", 1, 0, NULL, 0);
    assert_int_equal(kit_light(&k, 1, 0).cause, CAUSE_FINDING);
    assert_int_equal(kit_light(&k, 1, DONG).cause, CAUSE_CLOSED);
    rule(&k, 3, "reversed", 1, 0, NULL, 1);
    assert_int_equal(kit_light(&k, 1, 0).cause, CAUSE_CLOSED);
    assert_int_equal(kit_light(&k, 1, GUAN).cause, CAUSE_CLOSED);
    kit_close(&k);
}

static void what_is_closed_or_exempt_is_looked_at_no_further(void **state) {
    (void)state;
    kit k;
    ruled_city(&k);
    kit_until(&k, "2023-04-18");
    assert_int_equal(kit_light(&k, 2, 0).cause, CAUSE_MISSING);
    rule(&k, 1, "closed", 2, 0, NULL, 0);
    for (uint32_t office = 0; office <= TJJ; office += TJJ) {
        assert_int_equal(kit_light(&k, 2, office).grade, GRADE_DONE);
        assert_int_equal(kit_light(&k, 2, office).cause, CAUSE_CLOSED);
        assert_int_equal(kit_light(&k, 2, office).paper, 1);
    }
    rule(&k, 2, "reopened", 2, 0, NULL, 0);
    assert_int_equal(kit_light(&k, 2, 0).cause, CAUSE_MISSING);
    /* an exemption from a day on: until then everything is as it was */
    rule(&k, 3, "exempted", 4, DONG, "2023-05-10", 0);
    rule(&k, 4, "exempted", 6, 0, "2023-05-12", 0);
    assert_int_equal(kit_light(&k, 4, DONG).cause, CAUSE_MISSING);
    kit_until(&k, "2023-05-09");
    assert_int_equal(kit_light(&k, 4, DONG).cause, CAUSE_MISSING);
    kit_until(&k, "2023-05-10");
    assert_int_equal(kit_light(&k, 4, DONG).cause, CAUSE_EXEMPT);
    assert_int_equal(kit_light(&k, 4, DONG).paper, 3);
    assert_int_equal(kit_light(&k, 4, GUAN).cause, CAUSE_MISSING);
    assert_int_equal(kit_light(&k, 6, 0).cause, CAUSE_MISSING);
    kit_until(&k, "2023-05-12");
    assert_int_equal(kit_light(&k, 6, 0).grade, GRADE_GREY);
    assert_int_equal(kit_light(&k, 6, TJJ).cause, CAUSE_EXEMPT);
    hash256 digest = kit_digest(&k);
    hash256 folded = kit_digest_of_replay(&k);
    assert_memory_equal(&digest, &folded, sizeof digest);
    kit_close(&k);
}

static void a_task_that_is_not_in_the_system_is_as_one_that_is_exempt(void **state) {
    (void)state;
    kit k;
    static task_words tasks[6];
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    kit_must(&k, CITY, kit_offices());
    kit_must(&k, CITY, kit_keys(&k));
    event draft = kit_chunk();
    memcpy(tasks, draft.plan_chunk.tasks, sizeof tasks);
    tasks[1].visibility = VISIBILITY_OFFLINE; /* 线下报送 */
    draft.plan_chunk.tasks = tasks;
    event whole = kit_sign(&k, CITY, draft);
    kit_must(&k, CITY, draft);
    kit_must(&k, CITY, deciding(1));
    event ready = kit_publish(&k);
    ready.plan_publish.hash = hash_of(whole.payload.data, whole.payload.size);
    kit_must(&k, CITY, ready);
    kit_until(&k, "2023-04-20");
    assert_int_equal(kit_light(&k, 2, 0).cause, CAUSE_EXEMPT);
    assert_int_equal(kit_light(&k, 2, 0).paper, 0);
    assert_int_equal(kit_light(&k, 1, 0).cause, CAUSE_NO_TIMETABLE);
    kit_close(&k);
}

static void tolerated_is_an_outcome_and_fulfilled_is_met(void **state) {
    (void)state;
    kit k;
    ruled_city(&k);
    kit_until(&k, "2023-04-18");
    rule(&k, 1, "tolerated", 2, 0, NULL, 0);
    assert_int_equal(kit_light(&k, 2, 0).grade, GRADE_GREY);
    assert_int_equal(kit_light(&k, 2, 0).cause, CAUSE_TOLERATED);
    rule(&k, 2, "fulfilled", 3, 0, NULL, 0);
    assert_int_equal(kit_light(&k, 3, 0).cause, CAUSE_MET);
    assert_int_equal(kit_light(&k, 3, 0).paper, 2);
    assert_int_equal(kit_light(&k, 3, FGW).grade, GRADE_DONE);
    kit_close(&k);
}

static void a_table_without_rows_for_papers_decides_what_it_can(void **state) {
    (void)state;
    kit k;
    ruled_city(&k);
    kit_must(&k, CITY, kit_lights(3)); /* the kit's, which names no mark */
    kit_until(&k, "2023-04-18");
    rule(&k, 1, "found", 2, 0, NULL, 0);
    rule(&k, 2, "tolerated", 2, 0, NULL, 0);
    assert_int_equal(kit_light(&k, 2, 0).cause, CAUSE_MISSING);
    /* closed and exempt are looked at no further: the row of whatever is left */
    rule(&k, 3, "closed", 2, 0, NULL, 0);
    assert_int_equal(kit_light(&k, 2, 0).cause, CAUSE_ON_PACE);
    assert_int_equal(kit_light(&k, 2, 0).lights_row, kit_lights(3).lights.rows_n);
    kit_must(&k, CITY, deciding(4)); /* and with rows the board says so at once */
    assert_int_equal(kit_light(&k, 2, 0).cause, CAUSE_FINDING);
    kit_close(&k);
}

static void report_all(kit *k, const char *quarter) {
    statement_words s[] = {kit_value(6, 1, TJJ, quarter, "1", MODE_NONE),
                           kit_value(6, 2, TJJ, quarter, "201", MODE_NONE)};
    kit_must(k, TJJ, kit_submission(s, 2));
}

static void an_extension_moves_the_due_and_keeps_the_printed_one(void **state) {
    (void)state;
    static const char *const days[] = {"2023-04-03", "2023-07-03", "2023-10-09"};
    static const char *const quarters[] = {"2023Q1", "2023Q2", "2023Q3"};
    kit k;
    ruled_city(&k);
    for (uint32_t i = 0; i < 3; i++) {
        kit_until(&k, days[i]);
        report_all(&k, quarters[i]);
    }
    kit_until(&k, "2023-12-22");
    assert_int_equal(kit_light(&k, 6, 0).cause, CAUSE_DUE_SOON);
    assert_int_equal(kit_light(&k, 6, 0).extended_from, 0);
    rule(&k, 1, "extended", 6, 0, "2024-03-29", 0);
    light_cell light = kit_light(&k, 6, 0);
    assert_int_equal(light.cause, CAUSE_ON_PACE);
    assert_int_equal(light.due, kit_day_of("2024-03-29"));
    assert_int_equal(light.extended_from, kit_day_of("2023-12-31"));
    assert_int_equal(light.paper, 1);
    kit_until(&k, "2024-01-03");
    statement_words s = kit_text(6, TJJ, "2023Q4", "going on");
    kit_must_say(&k, TJJ, s);
    kit_until(&k, "2024-03-21");
    assert_int_equal(kit_pace(&k, 6, 1, 0).cause, CAUSE_ON_PACE);
    kit_until(&k, "2024-03-22"); /* five working days are left */
    assert_int_equal(kit_pace(&k, 6, 1, 0).cause, CAUSE_DUE_SOON);
    hash256 digest = kit_digest(&k);
    hash256 folded = kit_digest_of_replay(&k);
    assert_memory_equal(&digest, &folded, sizeof digest);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_band_begins_where_it_says_and_ends_before),
        cmocka_unit_test(blue_is_praise_where_the_table_says_so),
        cmocka_unit_test(no_grade_is_in_the_rules),
        cmocka_unit_test(what_runs_on_is_the_tables_to_say),
        cmocka_unit_test(
            a_board_says_the_order_of_its_table_and_nothing_where_it_has_none),
        cmocka_unit_test(an_order_names_every_grade_of_the_table_once),
        cmocka_unit_test(a_row_asks_one_sort_of_thing),
        cmocka_unit_test(a_finding_beats_what_is_met_until_it_is_reversed),
        cmocka_unit_test(what_is_closed_or_exempt_is_looked_at_no_further),
        cmocka_unit_test(a_task_that_is_not_in_the_system_is_as_one_that_is_exempt),
        cmocka_unit_test(tolerated_is_an_outcome_and_fulfilled_is_met),
        cmocka_unit_test(a_table_without_rows_for_papers_decides_what_it_can),
        cmocka_unit_test(an_extension_moves_the_due_and_keeps_the_printed_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
