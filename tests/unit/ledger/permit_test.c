/* Who may: every kind against every sort of signer. */
#include "tests/unit/ledger/ledger_kit.h"

enum { SIGNERS = 5 };
/* the broker, the city office, a lead of task 1, its county, another lead */
static const uint32_t signers[SIGNERS] = {BROKER, CITY, FGW, DONG, TJJ};

static event event_of(kit *k, event_kind kind) {
    static statement_words s[1];
    static uint64_t reported;
    switch (kind) {
    case KIND_OFFICES: return kit_offices();
    case KIND_KEYS: return kit_keys(k);
    case KIND_CALENDAR: return kit_calendar();
    case KIND_PLAN_CHUNK: return kit_chunk();
    case KIND_PLAN_PUBLISH: return kit_publish(k);
    case KIND_LIGHTS: return kit_lights(2);
    case KIND_TIMETABLE: return kit_timetable(1, PROFILE_EVEN);
    case KIND_TIMETABLE_REVIEW:
        return (event){.kind = kind,
                       .timetable_review = {1, 1, 1, true, {.present = false}}};
    case KIND_SUBMISSION:
        s[0] = kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE);
        return kit_submission(s, 1);
    case KIND_REVIEW:
        if (reported == 0) reported = k->last;
        return kit_review(1, GUAN, "2023Q1", reported, true);
    case KIND_CLOCK: return (event){.kind = kind, .clock_day = kit_day_of("2023-01-02")};
    case KIND_TIME:
        return (event){.kind = kind,
                       .time_moment_ms = moment_of_day(kit_day_of("2023-01-09"), 480)};
    case KIND_DIGEST: return (event){.kind = kind};
    default: return (event){.kind = KIND_CONFLICT, .conflict = {.key = 1, .number = 99}};
    }
}

static void each_kind_has_its_signers(void **state) {
    (void)state;
    static const struct {
        event_kind kind;
        bool may[SIGNERS]; /* broker, city, lead, county, other lead */
    } rows[] = {
        {KIND_OFFICES, {false, true, false, false, false}},
        {KIND_KEYS, {false, true, false, false, false}},
        {KIND_CALENDAR, {false, true, false, false, false}},
        {KIND_PLAN_CHUNK, {false, true, false, false, false}},
        {KIND_PLAN_PUBLISH, {false, true, false, false, false}},
        {KIND_LIGHTS, {false, true, false, false, false}},
        {KIND_TIMETABLE, {false, true, true, false, false}},
        {KIND_TIMETABLE_REVIEW, {false, true, false, false, false}},
        {KIND_SUBMISSION, {false, true, true, true, false}},
        {KIND_REVIEW, {false, true, true, false, false}},
        {KIND_CLOCK, {true, false, false, false, false}},
        {KIND_TIME, {false, true, false, false, false}},
        {KIND_DIGEST, {true, false, false, false, false}},
        {KIND_CONFLICT, {true, false, false, false, false}},
    };
    kit k;
    kit_open(&k);
    kit_city(&k);
    kit_must_say(&k, GUAN, kit_value(1, 1, GUAN, "2023Q1", "5", MODE_NONE));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t s = 0; s < SIGNERS; s++) {
            duban_status status = kit_try(&k, signers[s], event_of(&k, rows[i].kind));
            if ((status != DUBAN_E_NOT_ALLOWED) != rows[i].may[s])
                fail_msg("kind %d by %u: %s", rows[i].kind, signers[s],
                         duban_status_name(status));
            if (rows[i].may[s]) continue;
            assert_string_equal(k.refusal.field, "office");
            assert_true(k.refusal.found[0] != '\0' && k.refusal.expected[0] != '\0');
        }
    assert_int_equal(rows[13].kind, KIND_CONFLICT);
    kit_close(&k);
}

static void an_office_speaks_of_its_own_items(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    static const struct {
        uint32_t signer, task, office;
        bool may;
    } rows[] = {{DONG, 1, DONG, true},  {GUAN, 1, DONG, false}, {FGW, 1, DONG, true},
                {TJJ, 1, DONG, false},  {CITY, 1, DONG, true},  {FGW, 2, TJJ, false},
                {TJJ, 2, TJJ, true},    {FGW, 5, CITY, false},  {CITY, 5, CITY, true},
                {DONG, 4, GUAN, false}, {FGW, 4, GUAN, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        statement_words s =
            kit_value(rows[i].task, 1, rows[i].office, "2023Q1", "5", MODE_NONE);
        duban_status status = kit_try(&k, rows[i].signer, kit_submission(&s, 1));
        assert_status(status, rows[i].may ? DUBAN_OK : DUBAN_E_NOT_ALLOWED);
        s.office = 0; /* the signer's own */
        if (rows[i].signer == rows[i].office)
            assert_status(kit_try(&k, rows[i].signer, kit_submission(&s, 1)), DUBAN_OK);
    }
    kit_close(&k);
}

static void a_lead_reviews_others_and_never_itself(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, FGW, kit_text(1, FGW, "2023Q1", "collated"));
    event own = kit_review(1, FGW, "2023Q1", k.last, true);
    assert_status(kit_try(&k, FGW, own), DUBAN_E_NOT_ALLOWED);
    assert_string_equal(k.refusal.expected, "zfbgs");
    assert_status(kit_try(&k, CITY, own), DUBAN_OK);
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE));
    event others = kit_review(1, DONG, "2023Q1", k.last, true);
    assert_status(kit_try(&k, DONG, others), DUBAN_E_NOT_ALLOWED);
    assert_string_equal(k.refusal.expected, "fgw");
    assert_status(kit_try(&k, TJJ, others), DUBAN_E_NOT_ALLOWED);
    assert_status(kit_try(&k, FGW, others), DUBAN_OK);
    kit_close(&k);
}

static void the_city_may_file_any_timetable_and_a_county_none(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    assert_status(kit_try(&k, CITY, kit_timetable(5, PROFILE_EVEN)), DUBAN_OK);
    assert_status(kit_try(&k, CITY, kit_timetable(1, PROFILE_EVEN)), DUBAN_OK);
    assert_status(kit_try(&k, DONG, kit_timetable(1, PROFILE_EVEN)), DUBAN_E_NOT_ALLOWED);
    assert_string_equal(k.refusal.found, "dong");
    assert_string_equal(k.refusal.expected, "fgw");
    kit_close(&k);
}

/* The kit's plan with a second lead, guan, for task 1. */
static void city_with_two_leads(kit *k) {
    static const uint32_t leads[] = {FGW, GUAN};
    static task_words tasks[6];
    kit_must(k, CITY, kit_genesis());
    kit_must(k, CITY, kit_offices());
    kit_must(k, CITY, kit_keys(k));
    event draft = kit_chunk();
    memcpy(tasks, draft.plan_chunk.tasks, sizeof tasks);
    tasks[0].leads = leads;
    tasks[0].leads_n = 2;
    draft.plan_chunk.tasks = tasks;
    event whole = kit_sign(k, CITY, draft);
    kit_must(k, CITY, draft);
    event ready = kit_publish(k);
    ready.plan_publish.hash = hash_of(whole.payload.data, whole.payload.size);
    kit_must(k, CITY, ready);
}

static void a_relation_holds_for_whoever_stands_in_it(void **state) {
    (void)state;
    static const struct {
        relation_kind by;
        bool not_own;
        bool may[5]; /* city, fgw, dong, guan, tjj: of dong's item in task 1 */
    } rows[] = {
        {BY_CITY, false, {true, false, false, false, false}},
        {BY_LEAD, false, {false, true, false, false, false}},
        {BY_FURTHER_LEAD, false, {false, false, false, true, false}},
        {BY_OWNER, false, {false, false, true, false, false}},
        {BY_PARENT, false, {true, false, false, false, false}},
        {BY_RESPONSIBLE, false, {false, false, true, true, false}},
        {BY_RESPONSIBLE, true, {false, false, false, true, false}},
        {BY_ANYONE, false, {true, true, true, true, true}},
        {BY_ANYONE, true, {true, true, false, true, true}},
        {BY_FILLER, false, {false, false, false, false, false}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kit k;
        kit_open(&k);
        city_with_two_leads(&k);
        role_row table[] = {{KIND_ROLES, BY_CITY, false},
                            {KIND_KEYS, BY_CITY, false},
                            {KIND_SUBMISSION, rows[i].by, rows[i].not_own}};
        kit_must(&k, CITY, (event){.kind = KIND_ROLES, .roles = {1, table, 3}});
        statement_words s = kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE);
        for (uint32_t office = CITY; office <= TJJ; office++) {
            duban_status status = kit_try(&k, office, kit_submission(&s, 1));
            assert_status(status,
                          rows[i].may[office - 1] ? DUBAN_OK : DUBAN_E_NOT_ALLOWED);
        }
        kit_close(&k);
    }
}

static void a_filler_speaks_of_the_metric_it_fills(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    statement_words s[] = {kit_value(6, 1, TJJ, "2023Q1", "1", MODE_NONE),
                           kit_value(6, 2, TJJ, "2023Q1", "201", MODE_NONE),
                           kit_text(6, TJJ, "2023Q1", "as the survey says")};
    for (uint32_t i = 0; i < 3; i++)
        assert_status(kit_try(&k, GUAN, kit_submission(&s[i], 1)), DUBAN_E_NOT_ALLOWED);
    event named = {
        .kind = KIND_FILLER,
        .filler = {.plan = 1, .task = 6, .metric = 2, .office = TJJ, .filler = GUAN}};
    assert_status(kit_try(&k, DONG, named), DUBAN_E_NOT_ALLOWED);
    assert_string_equal(k.refusal.expected, "tjj");
    kit_must(&k, TJJ, named); /* the lead names it */
    assert_status(kit_try(&k, GUAN, kit_submission(&s[0], 1)), DUBAN_E_NOT_ALLOWED);
    assert_status(kit_try(&k, GUAN, kit_submission(&s[1], 1)), DUBAN_OK);
    assert_status(kit_try(&k, GUAN, kit_submission(&s[2], 1)), DUBAN_OK);
    assert_status(kit_try(&k, DONG, kit_submission(&s[1], 1)), DUBAN_E_NOT_ALLOWED);
    kit_close(&k);
}

static void a_release_is_its_sources(void **state) {
    (void)state;
    kit k;
    static task_words tasks[6];
    static metric_words growth;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    kit_must(&k, CITY, kit_offices());
    kit_must(&k, CITY, kit_keys(&k));
    event draft = kit_chunk();
    memcpy(tasks, draft.plan_chunk.tasks, sizeof tasks);
    growth = tasks[1].metrics[0];
    growth.source = TJJ;
    growth.release = "gdp";
    growth.release_days = 5;
    tasks[1].metrics = &growth;
    draft.plan_chunk.tasks = tasks;
    event whole = kit_sign(&k, CITY, draft);
    kit_must(&k, CITY, draft);
    event ready = kit_publish(&k);
    ready.plan_publish.hash = hash_of(whole.payload.data, whole.payload.size);
    kit_must(&k, CITY, ready);
    event release = {
        .kind = KIND_RELEASE,
        .release = {1, "gdp", kit_period("2023Q1"), kit_day_of("2023-04-20")}};
    assert_status(kit_try(&k, TJJ, release), DUBAN_OK);
    assert_status(kit_try(&k, CITY, release), DUBAN_OK);
    assert_status(kit_try(&k, FGW, release), DUBAN_E_NOT_ALLOWED);
    assert_status(kit_try(&k, DONG, release), DUBAN_E_NOT_ALLOWED);
    kit_close(&k);
}

static void what_is_unknown_is_said_rather_than_forbidden(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    event call = {.kind = KIND_CALL_IN, .call_in = {.plan = 1, .task = 99}};
    assert_status(kit_try(&k, FGW, call), DUBAN_E_UNKNOWN_TASK);
    call.call_in.plan = 9;
    assert_status(kit_try(&k, FGW, call), DUBAN_E_UNKNOWN_PLAN);
    /* but what only the city office may is nobody else's, whatever it names */
    event hand = {.kind = KIND_OVERRIDE, .override = {.plan = 9, .task = 99}};
    assert_status(kit_try(&k, FGW, hand), DUBAN_E_NOT_ALLOWED);
    assert_status(kit_try(&k, CITY, hand), DUBAN_E_UNKNOWN_PLAN);
    kit_close(&k);
}

static void the_broker_signs_its_own_kinds_alone(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    static const role_row table[] = {{KIND_ROLES, BY_CITY, false},
                                     {KIND_KEYS, BY_CITY, false},
                                     {KIND_LIGHTS, BY_ANYONE, false}};
    kit_must(&k, CITY, (event){.kind = KIND_ROLES, .roles = {1, table, 3}});
    assert_status(kit_try(&k, DONG, kit_lights(2)), DUBAN_OK);
    assert_status(kit_try(&k, BROKER, kit_lights(2)), DUBAN_E_NOT_ALLOWED);
    event day = {.kind = KIND_CLOCK, .clock_day = kit_day_of("2023-01-02")};
    assert_status(kit_try(&k, CITY, day), DUBAN_E_NOT_ALLOWED);
    assert_status(kit_try(&k, BROKER, day), DUBAN_OK);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_has_its_signers),
        cmocka_unit_test(an_office_speaks_of_its_own_items),
        cmocka_unit_test(a_lead_reviews_others_and_never_itself),
        cmocka_unit_test(the_city_may_file_any_timetable_and_a_county_none),
        cmocka_unit_test(a_relation_holds_for_whoever_stands_in_it),
        cmocka_unit_test(a_filler_speaks_of_the_metric_it_fills),
        cmocka_unit_test(a_release_is_its_sources),
        cmocka_unit_test(what_is_unknown_is_said_rather_than_forbidden),
        cmocka_unit_test(the_broker_signs_its_own_kinds_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
