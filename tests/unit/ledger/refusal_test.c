/* Every status the ledger can give is provoked here or is named with the test that does.
 */
#include "tests/unit/ledger/ledger_kit.h"

#define SEEN_MAX 800

/* Statuses that were given, by number. */
static bool seen[SEEN_MAX];

static void expect(kit *k, uint32_t signer, event ev, duban_status status, uint32_t line,
                   const char *field) {
    duban_status found = kit_send(k, signer, ev);
    if (found != status || strcmp(k->refusal.field, field) != 0 ||
        k->refusal.line != line)
        print_error("%s line %u %s, found %s, expected %s\n", duban_status_name(found),
                    k->refusal.line, k->refusal.field, k->refusal.found,
                    k->refusal.expected);
    assert_status(found, status);
    assert_int_equal(k->refusal.line, line);
    assert_string_equal(k->refusal.field, field);
    seen[-status] = true;
}

static void before_a_genesis_nothing_else_passes(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    expect(&k, CITY, kit_offices(), DUBAN_E_NO_GENESIS, 0, "");
    static const struct {
        duban_status status;
        const char *field;
    } rows[] = {{DUBAN_E_VERSION, "rules_version"}, {DUBAN_E_ALGORITHM, "algorithm"},
                {DUBAN_E_EMPTY, "origin"},          {DUBAN_E_DATE, "utc_offset_minutes"},
                {DUBAN_E_DATE, "created_ms"},       {DUBAN_E_SEQUENCE, "number"},
                {DUBAN_E_UNKNOWN_OFFICE, "kind"},   {DUBAN_E_UNKNOWN_OFFICE, "parent"},
                {DUBAN_E_DUPLICATE, "broker_key"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        event ev = kit_genesis();
        switch (i) {
        case 0: ev.genesis.rules_version = 2; break;
        case 1: ev.genesis.algorithm = ALGORITHM_NONE; break;
        case 2: ev.genesis.origin = ""; break;
        case 3: ev.genesis.utc_offset_minutes = 900; break;
        case 4: ev.genesis.created_ms = 0; break;
        case 5: ev.genesis.city.number = 2; break;
        case 6: ev.genesis.city.kind = OFFICE_COUNTY; break;
        case 7: ev.genesis.city.parent = 1; break;
        default: memcpy(ev.genesis.broker_key, ev.genesis.root_key, 32);
        }
        expect(&k, CITY, ev, rows[i].status, 0, rows[i].field);
    }
    event foreign = kit_sign(&k, DONG, kit_genesis());
    assert_status(kit_take(&k, &foreign), DUBAN_E_UNKNOWN_KEY);
    foreign = kit_sign(&k, CITY, kit_genesis());
    foreign.office = DONG;
    assert_status(kit_take(&k, &foreign), DUBAN_E_KEY_OFFICE);
    kit_must(&k, CITY, kit_genesis());
    expect(&k, CITY, kit_genesis(), DUBAN_E_STATE, 0, "genesis");
    kit_close(&k);
}

static void offices_are_numbered_named_once_and_known(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    office_words o[2];
#define RESET()                                                                          \
    (o[0] =                                                                              \
         (office_words){.number = 2, .code = "a", .name = "A", .kind = OFFICE_COUNTY},   \
     o[1] = (office_words){.number = 3, .code = "b", .name = "B", .kind = OFFICE_GROUP})
    event ev = {.kind = KIND_OFFICES, .offices = {o, 2}};
    RESET();
    ev.offices.offices_n = 0;
    expect(&k, CITY, ev, DUBAN_E_EMPTY, 0, "offices");
    ev.offices.offices_n = 2;
    o[1].number = 4;
    expect(&k, CITY, ev, DUBAN_E_SEQUENCE, 2, "number");
    RESET();
    o[1].code = "a";
    expect(&k, CITY, ev, DUBAN_E_DUPLICATE, 2, "code");
    RESET();
    o[0].name = "City Office";
    expect(&k, CITY, ev, DUBAN_E_DUPLICATE, 1, "name");
    RESET();
    o[0].parent = 3;
    expect(&k, CITY, ev, DUBAN_E_UNKNOWN_OFFICE, 1, "parent");
    RESET();
    o[1].members = (uint32_t[]){2, 9};
    o[1].members_n = 2;
    expect(&k, CITY, ev, DUBAN_E_UNKNOWN_OFFICE, 2, "members");
    RESET();
    o[1].code = "";
    expect(&k, CITY, ev, DUBAN_E_EMPTY, 2, "code");
    RESET();
    o[1].parent = 2;
    kit_must(&k, CITY, ev);
    office_words found;
    assert_true(ledger_get_office(k.ledger, 3, &found));
    assert_string_equal(found.code, "b");
    assert_int_equal(found.parent, 2);
    assert_false(ledger_get_office(k.ledger, 4, &found));
#undef RESET
    kit_close(&k);
}

static void keys_are_enrolled_once_and_the_city_keeps_one(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    kit_must(&k, CITY, kit_offices());
    key_words one[2] = {{.number = 2, .office = DONG, .algorithm = ALGORITHM_ED25519}};
    one[0].public_key[0] = 42;
    event ev = {.kind = KIND_KEYS, .keys = {one, 1}};
    ev.keys.keys_n = 0;
    expect(&k, CITY, ev, DUBAN_E_EMPTY, 0, "keys");
    ev.keys.keys_n = 1;
    one[0].number = 3;
    expect(&k, CITY, ev, DUBAN_E_SEQUENCE, 1, "number");
    one[0].number = 2;
    one[0].office = 77;
    expect(&k, CITY, ev, DUBAN_E_UNKNOWN_OFFICE, 1, "office");
    one[0].office = DONG;
    one[0].algorithm = ALGORITHM_NONE;
    expect(&k, CITY, ev, DUBAN_E_ALGORITHM, 1, "algorithm");
    one[0].algorithm = ALGORITHM_ED25519;
    one[1] = one[0];
    one[1].number = 3;
    ev.keys.keys_n = 2;
    expect(&k, CITY, ev, DUBAN_E_DUPLICATE, 2, "public_key");
    ev.keys.keys_n = 1;
    memset(one[0].public_key, 1, 32);
    expect(&k, CITY, ev, DUBAN_E_DUPLICATE, 1, "public_key");
    memset(one[0].public_key, 42, 32);
    kit_must(&k, CITY, ev);
    key_words gone = {.number = 9, .revoked = true};
    ev.keys.keys = &gone;
    expect(&k, CITY, ev, DUBAN_E_UNKNOWN_KEY, 1, "number");
    gone.number = 0;
    expect(&k, CITY, ev, DUBAN_E_UNKNOWN_KEY, 1, "number");
    gone = (key_words){.number = 2, .office = GUAN, .revoked = true};
    expect(&k, CITY, ev, DUBAN_E_KEY_OFFICE, 1, "office");
    gone = (key_words){.number = 1, .revoked = true};
    expect(&k, CITY, ev, DUBAN_E_STATE, 0, "revoked");
    key_words twice[] = {{.number = 2, .revoked = true}, {.number = 2, .revoked = true}};
    ev.keys.keys = twice;
    ev.keys.keys_n = 2;
    expect(&k, CITY, ev, DUBAN_E_DUPLICATE, 2, "number");
    ev.keys.keys_n = 1;
    kit_must(&k, CITY, ev);
    expect(&k, CITY, ev, DUBAN_E_STATE, 1, "number");
    ledger_key key;
    assert_true(ledger_get_key(k.ledger, 2, &key));
    assert_true(key.revoked);
    assert_int_equal(key.office, DONG);
    assert_false(ledger_get_key(k.ledger, 3, &key));
    kit_close(&k);
}

static void a_calendar_holds_days_of_its_year_once(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    int32_t off[] = {kit_day_of("2023-01-02"), kit_day_of("2023-01-03")};
    int32_t on[] = {kit_day_of("2023-01-07")};
    event ev = {.kind = KIND_CALENDAR, .calendar = {2023, off, 2, on, 1}};
    ev.calendar.year = 1900;
    expect(&k, CITY, ev, DUBAN_E_DATE, 0, "year");
    ev.calendar.year = 2024;
    expect(&k, CITY, ev, DUBAN_E_DATE, 1, "days_off");
    ev.calendar.year = 2023;
    off[1] = off[0];
    expect(&k, CITY, ev, DUBAN_E_DUPLICATE, 2, "days_off");
    off[1] = on[0];
    expect(&k, CITY, ev, DUBAN_E_DUPLICATE, 1, "working_days");
    static int32_t many[CALENDAR_DAYS_MAX + 1];
    off[1] = kit_day_of("2023-01-03");
    kit_must(&k, CITY, ev);
    ev.calendar.days_off = many;
    ev.calendar.days_off_n = CALENDAR_DAYS_MAX + 1;
    event whole = kit_sign(&k, CITY, kit_calendar());
    whole.calendar = ev.calendar;
    assert_status(kit_take(&k, &whole), DUBAN_E_LIMIT);
    assert_int_equal(ledger_calendar(k.ledger).days_off_n, 2);
    kit_must(&k, CITY, kit_calendar());
    assert_int_equal(ledger_calendar(k.ledger).days_off_n, 2);
    assert_int_equal(ledger_calendar(k.ledger).days_off[0], kit_day_of("2023-04-05"));
    kit_close(&k);
}

static void drafts_keep_their_number_and_code(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    kit_must(&k, CITY, kit_offices());
    event ev = kit_chunk();
    ev.plan_chunk.plan = 2;
    expect(&k, CITY, ev, DUBAN_E_SEQUENCE, 0, "plan");
    ev = kit_chunk();
    ev.plan_chunk.chunk = PLAN_CHUNKS_MAX + 1;
    event whole = kit_sign(&k, CITY, kit_chunk());
    whole.plan_chunk = ev.plan_chunk;
    assert_status(kit_take(&k, &whole), DUBAN_E_LIMIT);
    seen[-DUBAN_E_LIMIT] = true;
    ev = kit_chunk();
    ev.plan_chunk.tasks_n = 0;
    expect(&k, CITY, ev, DUBAN_E_EMPTY, 0, "tasks");
    kit_must(&k, CITY, kit_chunk());
    ev = kit_chunk();
    ev.plan_chunk.plan = 2;
    expect(&k, CITY, ev, DUBAN_E_DUPLICATE, 0, "code");
    ev = kit_chunk();
    ev.plan_chunk.code = "2024";
    expect(&k, CITY, ev, DUBAN_E_UNKNOWN_PLAN, 0, "code");
    plan_info info;
    assert_true(ledger_get_plan(k.ledger, 1, &info));
    assert_false(info.published);
    expect(&k, CITY, kit_review(1, DONG, "2023Q1", 1, true), DUBAN_E_UNKNOWN_PLAN, 0,
           "plan");
    kit_must(&k, CITY, kit_publish(&k));
    expect(&k, CITY, kit_chunk(), DUBAN_E_PUBLISHED, 0, "plan");
    expect(&k, CITY, kit_publish(&k), DUBAN_E_PUBLISHED, 0, "plan");
    assert_int_equal(ledger_find_plan(k.ledger, "2023"), 1);
    assert_int_equal(ledger_find_plan(k.ledger, "2024"), 0);
    kit_close(&k);
}

/* Sends the kit's chunk after `spoil` had its way with it, and the publication of it. */
static void expect_plan(void (*spoil)(task_words *tasks, plan_publish_words *publish),
                        duban_status status, uint32_t line, const char *field) {
    kit k;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    kit_must(&k, CITY, kit_offices());
    kit_must(&k, CITY, kit_keys(&k));
    event publish = kit_publish(&k);
    event chunk = kit_chunk();
    spoil((task_words *)chunk.plan_chunk.tasks, &publish.plan_publish);
    event whole = kit_sign(&k, CITY, chunk);
    bool as_said = publish.plan_publish.chunks == 1;
    if (as_said)
        publish.plan_publish.hash = hash_of(whole.payload.data, whole.payload.size);
    kit_must(&k, CITY, chunk);
    expect(&k, CITY, publish, status, line, field);
    assert_int_equal(ledger_pages(k.ledger), 2);
    kit_close(&k);
}

#define METRIC(task) ((metric_words *)tasks[(task)-1].metrics)
#define SPLIT(task)  ((split_words *)tasks[(task)-1].splits)
#define SPOIL(name, action)                                                              \
    static void name(task_words *tasks, plan_publish_words *publish) {                   \
        (void)tasks;                                                                     \
        (void)publish;                                                                   \
        action;                                                                          \
    }

static const uint32_t nobody[] = {17};
static const uint32_t twice_the_same[] = {2, 2};

SPOIL(two_chunks, publish->chunks = 2)
SPOIL(another_code, publish->code = "2022")
SPOIL(another_plan, publish->plan = 2)
SPOIL(by_no_cycle, publish->cycle = PERIOD_NONE)
SPOIL(from_the_2nd, publish->first_day += 1)
SPOIL(to_the_30th, publish->last_day -= 1)
SPOIL(backward, publish->last_day = publish->first_day - 90)
SPOIL(a_century, (publish->cycle = PERIOD_MONTH, publish->last_day = 54816))
SPOIL(window_backward, (publish->window_first = 3, publish->window_last = 2))
SPOIL(id_skipped, tasks[2].id = 4)
SPOIL(number_twice, tasks[3].number = "2")
SPOIL(no_number, tasks[3].number = "")
SPOIL(unknown_lead, tasks[1].leads = nobody)
SPOIL(lead_twice, (tasks[1].leads = twice_the_same, tasks[1].leads_n = 2))
SPOIL(deadline_before, tasks[1].deadline = 10)
SPOIL(metric_skipped, METRIC(6)[1].id = 3)
SPOIL(floor_stretch, METRIC(2)->comparator = COMPARATOR_FLOOR_STRETCH)
SPOIL(reference, METRIC(2)->comparator = COMPARATOR_REFERENCE)
SPOIL(no_comparator, METRIC(2)->comparator = COMPARATOR_NONE)
SPOIL(no_nature, METRIC(2)->nature = NATURE_NONE)
SPOIL(yes_no_rate, METRIC(2)->comparator = COMPARATOR_YES_NO)
SPOIL(between_nothing, (METRIC(2)->comparator = COMPARATOR_BETWEEN,
                        METRIC(2)->target_max = METRIC(2)->target))
SPOIL(zero_total, METRIC(5)->target = (decimal){0})
SPOIL(opening_is_target, METRIC(5)->opening = METRIC(5)->target)
SPOIL(ends_before_it_begins, (METRIC(5)->first_day = 19500, METRIC(5)->deadline = 19450))
SPOIL(begins_next_year, METRIC(5)->first_day = 19800)
SPOIL(no_rollup, METRIC(2)->rollup = ROLLUP_NONE)
SPOIL(sum_of_rates, METRIC(4)->rollup = ROLLUP_SUM)
SPOIL(split_of_lead_only, METRIC(1)->rollup = ROLLUP_LEAD_ONLY)
static const gate_words gates_back[] = {{STAGE_STARTED, 19500}, {STAGE_PLANNED, 19600}};
static const gate_words gates_early[] = {{STAGE_PLANNED, 19600}, {STAGE_STARTED, 19500}};
static const gate_words gates_timeless[] = {{STAGE_PLANNED, 0}};
SPOIL(stages_back, (tasks[2].gates = gates_back, tasks[2].gates_n = 2))
SPOIL(days_back, (tasks[2].gates = gates_early, tasks[2].gates_n = 2))
SPOIL(no_day, (tasks[2].gates = gates_timeless, tasks[2].gates_n = 1))
SPOIL(opening_of_a_sum, METRIC(1)->opening = decimal_of_int(1))
SPOIL(split_of_no_metric, SPLIT(1)[1].metric = 2)
SPOIL(split_of_no_office, SPLIT(1)[1].office = 99)
SPOIL(split_twice, SPLIT(1)[1].office = DONG)
SPOIL(empty_split, SPLIT(1)[1].value = (decimal){0})
SPOIL(short_split, SPLIT(1)[1].value = decimal_of_int(39))

static void a_plan_is_published_when_every_task_is_well_formed(void **state) {
    (void)state;
    expect_plan(two_chunks, DUBAN_E_CHUNKS, 0, "chunks");
    expect_plan(another_code, DUBAN_E_UNKNOWN_PLAN, 0, "code");
    expect_plan(another_plan, DUBAN_E_UNKNOWN_PLAN, 0, "plan");
    expect_plan(by_no_cycle, DUBAN_E_UNSUPPORTED, 0, "cycle");
    expect_plan(from_the_2nd, DUBAN_E_DATE, 0, "first_day");
    expect_plan(to_the_30th, DUBAN_E_DATE, 0, "last_day");
    expect_plan(backward, DUBAN_E_DATE, 0, "last_day");
    expect_plan(a_century, DUBAN_E_LIMIT, 0, "last_day");
    expect_plan(window_backward, DUBAN_E_DATE, 0, "window_first");
    expect_plan(id_skipped, DUBAN_E_SEQUENCE, 3, "tasks");
    expect_plan(number_twice, DUBAN_E_DUPLICATE, 4, "number");
    expect_plan(no_number, DUBAN_E_EMPTY, 4, "number");
    expect_plan(unknown_lead, DUBAN_E_UNKNOWN_OFFICE, 2, "leads");
    expect_plan(lead_twice, DUBAN_E_DUPLICATE, 2, "leads");
    expect_plan(deadline_before, DUBAN_E_DATE, 2, "deadline");
    expect_plan(metric_skipped, DUBAN_E_SEQUENCE, 6, "metrics");
    expect_plan(floor_stretch, DUBAN_E_TARGET, 2, "stretch");
    expect_plan(reference, DUBAN_E_UNKNOWN_TASK, 2, "reference_task");
    expect_plan(no_comparator, DUBAN_E_TARGET, 2, "comparator");
    expect_plan(no_nature, DUBAN_E_TARGET, 2, "nature");
    expect_plan(yes_no_rate, DUBAN_E_TARGET, 2, "comparator");
    expect_plan(between_nothing, DUBAN_E_TARGET, 2, "target_max");
    expect_plan(zero_total, DUBAN_E_TARGET, 5, "target");
    expect_plan(opening_is_target, DUBAN_E_TARGET, 5, "opening");
    expect_plan(ends_before_it_begins, DUBAN_E_DATE, 5, "deadline");
    expect_plan(begins_next_year, DUBAN_E_DATE, 5, "first_day");
    expect_plan(no_rollup, DUBAN_E_UNSUPPORTED, 2, "rollup");
    expect_plan(sum_of_rates, DUBAN_E_TARGET, 4, "rollup");
    expect_plan(split_of_lead_only, DUBAN_E_TARGET, 1, "rollup");
    expect_plan(opening_of_a_sum, DUBAN_E_TARGET, 1, "opening");
    expect_plan(split_of_no_metric, DUBAN_E_UNKNOWN_METRIC, 1, "splits");
    expect_plan(split_of_no_office, DUBAN_E_UNKNOWN_OFFICE, 1, "splits");
    expect_plan(split_twice, DUBAN_E_DUPLICATE, 1, "splits");
    expect_plan(empty_split, DUBAN_E_TARGET, 1, "splits");
}

static void gates_of_a_task_follow_the_rule_of_those_of_a_project(void **state) {
    (void)state;
    expect_plan(stages_back, DUBAN_E_SHARES, 3, "stage");
    expect_plan(days_back, DUBAN_E_SHARES, 3, "day");
    expect_plan(no_day, DUBAN_E_SHARES, 3, "day");
}

static void complete_split_that_falls_short_is_refused_with_both_numbers(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    kit_must(&k, CITY, kit_offices());
    event publish = kit_publish(&k);
    event chunk = kit_chunk();
    short_split((task_words *)chunk.plan_chunk.tasks, &publish.plan_publish);
    event whole = kit_sign(&k, CITY, chunk);
    publish.plan_publish.hash = hash_of(whole.payload.data, whole.payload.size);
    kit_must(&k, CITY, chunk);
    expect(&k, CITY, publish, DUBAN_E_SPLIT_SHORT, 1, "splits");
    assert_string_equal(k.refusal.found, "99");
    assert_string_equal(k.refusal.expected, "100");
    /* a chunk sent again replaces the first, and what adds up to more is taken */
    chunk = kit_chunk();
    ((split_words *)chunk.plan_chunk.tasks[0].splits)[1].value = decimal_of_int(45);
    whole = kit_sign(&k, CITY, chunk);
    kit_must(&k, CITY, chunk);
    expect(&k, CITY, publish, DUBAN_E_CHUNKS, 0, "hash");
    publish.plan_publish.hash = hash_of(whole.payload.data, whole.payload.size);
    kit_must(&k, CITY, publish);
    kit_close(&k);
}

/* The kit's first task so many times, waiting for that release; leaves the publication of
 * it. */
static event send_long_plan(kit *k, uint32_t tasks_n, const char *release) {
    enum { OF_CHUNK = 100 };
    static task_words tasks[OF_CHUNK];
    static char numbers[OF_CHUNK][8];
    event chunk = kit_chunk();
    event publish = kit_publish(k);
    task_words model = chunk.plan_chunk.tasks[0];
    ((metric_words *)model.metrics)->release = release;
    buffer payloads;
    buffer_init(&payloads);
    publish.plan_publish.chunks = tasks_n / OF_CHUNK;
    for (uint32_t c = 0; c < publish.plan_publish.chunks; c++) {
        for (uint32_t i = 0; i < OF_CHUNK; i++) {
            tasks[i] = model;
            tasks[i].id = c * OF_CHUNK + i + 1;
            snprintf(numbers[i], sizeof numbers[i], "%u", (unsigned)tasks[i].id % 10000);
            tasks[i].number = numbers[i];
        }
        chunk.plan_chunk.tasks = tasks;
        chunk.plan_chunk.tasks_n = OF_CHUNK;
        chunk.plan_chunk.chunk = c + 1;
        event whole = kit_sign(k, CITY, chunk);
        unsigned char *to = buffer_reserve(&payloads, whole.payload.size);
        assert_non_null(to);
        memcpy(to, whole.payload.data, whole.payload.size);
        payloads.size += whole.payload.size;
        kit_must(k, CITY, chunk);
    }
    publish.plan_publish.hash = hash_of(payloads.data, payloads.size);
    buffer_close(&payloads);
    return publish;
}

/* A year typed wrongly: each round is lawful, their board is beyond any reader. */
static void a_plan_whose_board_is_too_large_is_refused(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_must(&k, CITY, kit_genesis());
    kit_must(&k, CITY, kit_offices());
    kit_must(&k, CITY, kit_keys(&k));
    event publish = send_long_plan(&k, 1300, "");
    publish.plan_publish.last_day = kit_day_of("2122-12-31");
    expect(&k, CITY, publish, DUBAN_E_LIMIT, 0, "cells");
    assert_string_equal(k.refusal.expected, "4194304");
    assert_true(strtoull(k.refusal.found, NULL, 10) > BOARD_CELLS_MAX);
    publish.plan_publish.last_day = kit_day_of("2023-12-31");
    kit_must(&k, CITY, publish);
    kit_close(&k);
}

static void a_board_is_measured_with_the_releases_it_waits_for(void **state) {
    (void)state;
    for (int waits = 0; waits < 2; waits++) {
        kit k;
        kit_open(&k);
        kit_must(&k, CITY, kit_genesis());
        kit_must(&k, CITY, kit_offices());
        kit_must(&k, CITY, kit_keys(&k));
        event publish = send_long_plan(&k, 1300, waits ? "gdp" : "");
        publish.plan_publish.last_day = kit_day_of("2103-12-31");
        if (waits)
            expect(&k, CITY, publish, DUBAN_E_LIMIT, 0, "cells");
        else
            kit_must(&k, CITY, publish);
        kit_close(&k);
    }
}

static void a_light_table_is_the_next_and_decides_always(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    event ev = kit_lights(1);
    expect(&k, CITY, ev, DUBAN_E_SEQUENCE, 0, "version");
    ev = kit_lights(2);
    ev.lights.plan = 3;
    expect(&k, CITY, ev, DUBAN_E_UNKNOWN_PLAN, 0, "plan");
    ev = kit_lights(2);
    ev.lights.rows_n = 0;
    expect(&k, CITY, ev, DUBAN_E_RULES, 0, "rows");
    ev = kit_lights(2);
    ev.lights.rows_n--;
    expect(&k, CITY, ev, DUBAN_E_RULES, ev.lights.rows_n, "rows");
    light_row *rows = (light_row *)kit_lights(2).lights.rows;
    rows[2].grade = GRADE_NONE;
    ev.lights.rows_n++;
    expect(&k, CITY, ev, DUBAN_E_RULES, 3, "grade");
    rows[2].grade = GRADE_RED;
    rows[2].cause = CAUSE_NONE;
    expect(&k, CITY, ev, DUBAN_E_RULES, 3, "cause");
    rows[2].cause = CAUSE_OVERDUE;
    rows[2].nature = NATURE_RATE;
    expect(&k, CITY, ev, DUBAN_E_RULES, 3, "nature");
    rows[2].nature = NATURE_NONE;
    rows[2].due_within = 400;
    expect(&k, CITY, ev, DUBAN_E_RULES, 3, "due_within");
    rows[2].due_within = 0;
    rows[2].missing_min = 1; /* beside overdue */
    expect(&k, CITY, ev, DUBAN_E_RULES, 3, "missing_min");
    rows[2].missing_min = 0;
    rows[2].running_min = 2;
    expect(&k, CITY, ev, DUBAN_E_RULES, 3, "running_min");
    rows[2].running_min = 0;
    kit_must(&k, CITY, kit_lights(2));
    kit_close(&k);
}

static void timetables_rise_to_the_whole_within_the_plan(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    event ev = kit_timetable(3, PROFILE_NODES);
    node_words *nodes = (node_words *)ev.timetable.nodes;
    ev.timetable.plan = 9;
    expect(&k, FGW, ev, DUBAN_E_UNKNOWN_PLAN, 0, "plan");
    ev = kit_timetable(7, PROFILE_NODES);
    expect(&k, FGW, ev, DUBAN_E_UNKNOWN_TASK, 0, "task");
    ev = kit_timetable(3, PROFILE_NONE);
    expect(&k, FGW, ev, DUBAN_E_UNSUPPORTED, 0, "profile");
    ev = kit_timetable(3, PROFILE_NODES);
    ev.timetable.nodes_n = 0;
    expect(&k, FGW, ev, DUBAN_E_SHARES, 0, "nodes");
    ev.timetable.nodes_n = 3;
    expect(&k, FGW, ev, DUBAN_E_SHARES, 3, "share");
    ev.timetable.nodes_n = 4;
    nodes[1].id = 7;
    expect(&k, FGW, ev, DUBAN_E_SHARES, 2, "id");
    ev = kit_timetable(3, PROFILE_NODES);
    nodes[1].day = nodes[0].day;
    expect(&k, FGW, ev, DUBAN_E_SHARES, 2, "day");
    ev = kit_timetable(3, PROFILE_NODES);
    nodes[3].day = kit_day_of("2024-01-01");
    expect(&k, FGW, ev, DUBAN_E_SHARES, 4, "day");
    ev = kit_timetable(3, PROFILE_NODES);
    nodes[1].share = nodes[0].share;
    expect(&k, FGW, ev, DUBAN_E_SHARES, 2, "share");
    ev = kit_timetable(3, PROFILE_NODES);
    nodes[1].share = kit_decimal("50.001");
    expect(&k, FGW, ev, DUBAN_E_SHARES, 2, "share");
    event review = {.kind = KIND_TIMETABLE_REVIEW,
                    .timetable_review = {1, 3, 3, true, {.present = false}}};
    expect(&k, CITY, review, DUBAN_E_UNKNOWN_INDEX, 0, "index");
    kit_must(&k, FGW, kit_timetable(3, PROFILE_NODES));
    uint64_t first = k.last;
    kit_must(&k, FGW, kit_timetable(3, PROFILE_NODES));
    review.timetable_review.index = first;
    expect(&k, CITY, review, DUBAN_E_SUPERSEDED, 0, "index");
    review.timetable_review.index = k.last;
    review.timetable_review.accepted = false;
    expect(&k, CITY, review, DUBAN_E_REASON_NEEDED, 0, "reason");
    review.timetable_review.reason = kit_body("too slow");
    kit_must(&k, CITY, review);
    expect(&k, CITY, review, DUBAN_E_STATE, 0, "state");
    review.timetable_review.task = 9;
    expect(&k, CITY, review, DUBAN_E_UNKNOWN_TASK, 0, "task");
    kit_close(&k);
}

/* One thing wrong with a report of the first quarter, told on 10 May. */
typedef struct bad_value {
    duban_status status;
    const char *field;
    uint32_t task, office, metric;
    const char *period, *unit, *data_date;
    decimal amount;
    value_mode mode;
} bad_value;

static void a_value_fits_its_plan_item_and_metric(void **state) {
    (void)state;
    const decimal five = kit_decimal("5");
    const decimal most = {INT64_MAX};
    const char *q1 = "2023Q1";
    const char *u = "亿元";
    const bad_value rows[] = {
        {DUBAN_E_UNKNOWN_TASK, "task", 7, DONG, 1, q1, u, NULL, five, 0},
        {DUBAN_E_UNKNOWN_OFFICE, "office", 1, 70, 1, q1, u, NULL, five, 0},
        {DUBAN_E_UNKNOWN_PERIOD, "period", 1, DONG, 1, "2023M01", u, NULL, five, 0},
        {DUBAN_E_UNKNOWN_PERIOD, "period", 1, DONG, 1, "2022Q4", u, NULL, five, 0},
        {DUBAN_E_FUTURE, "period", 1, DONG, 1, "2023Q3", u, NULL, five, 0},
        {DUBAN_E_NO_ITEM, "office", 1, TJJ, 1, q1, u, NULL, five, 0},
        {DUBAN_E_NO_ITEM, "metric", 1, FGW, 1, q1, u, NULL, five, 0},
        {DUBAN_E_UNKNOWN_METRIC, "metric", 1, DONG, 2, q1, u, NULL, five, 0},
        {DUBAN_E_WRONG_UNIT, "unit", 1, DONG, 1, q1, "万元", NULL, five, 0},
        {DUBAN_E_OVERFLOW, "amount", 1, DONG, 1, q1, u, NULL, most, 0},
        {DUBAN_E_MODE, "mode", 4, DONG, 1, q1, "%", NULL, five, MODE_TO_DATE},
        {DUBAN_E_MODE_NEEDED, "mode", 1, DONG, 1, "2023Q2", u, NULL, five, 0},
        {DUBAN_E_DATA_DATE, "data_date", 1, DONG, 1, q1, u, "2023-04-01", five, 0},
        {DUBAN_E_FUTURE, "data_date", 1, DONG, 1, "2023Q2", u, "2023-05-11", five,
         MODE_TO_DATE},
    };
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-05-10");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const bad_value *row = &rows[i];
        statement_words both[] = {
            kit_text(5, CITY, q1, "this one is good"),
            kit_value(row->task, row->metric, row->office, row->period, "5", row->mode)};
        both[1].value.unit = row->unit;
        if (row->data_date != NULL) both[1].value.data_date = kit_day_of(row->data_date);
        event ev = kit_sign(&k, CITY, kit_submission(both, 2));
        both[1].value.amount = row->amount; /* beyond what the codec writes */
        assert_status(kit_take(&k, &ev), row->status);
        assert_string_equal(k.refusal.field, row->field);
        assert_int_equal(k.refusal.line, 2);
        seen[-row->status] = true;
    }
    expect(&k, CITY, kit_submission(NULL, 0), DUBAN_E_EMPTY, 0, "statements");
    kit_close(&k);
}

static void nodes_words_and_nils_say_something_that_can_be(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-05-10");
    statement_words s = kit_text(1, DONG, "2023Q1", "");
    s.text = (text_words){.no_change = false};
    expect(&k, DONG, kit_submission(&s, 1), DUBAN_E_EMPTY, 1, "text");
    s = kit_nil(1, DONG, "2023Q1", NULL);
    expect(&k, DONG, kit_submission(&s, 1), DUBAN_E_REASON_NEEDED, 1, "reason");
    s = kit_node(1, DONG, "2023Q1", 1, true);
    expect(&k, DONG, kit_submission(&s, 1), DUBAN_E_NO_ITEM, 1, "office");
    s = kit_node(3, FGW, "2023Q1", 5, true);
    expect(&k, FGW, kit_submission(&s, 1), DUBAN_E_UNKNOWN_NODE, 1, "node");
    s = kit_node(3, FGW, "2023Q1", 1, true);
    s.node.done_day = kit_day_of("2023-05-11");
    expect(&k, FGW, kit_submission(&s, 1), DUBAN_E_FUTURE, 1, "done_day");
    s.node.done_day = kit_day_of("2022-05-11");
    expect(&k, FGW, kit_submission(&s, 1), DUBAN_E_DATA_DATE, 1, "done_day");
    s.node.done = false;
    expect(&k, FGW, kit_submission(&s, 1), DUBAN_E_DATA_DATE, 1, "done_day");
    kit_close(&k);
}

static void what_stands_is_replaced_only_by_name(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    statement_words s = kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE);
    statement_words twice[] = {s, s};
    expect(&k, DONG, kit_submission(twice, 2), DUBAN_E_OVERLAP, 2, "statements");
    kit_must_say(&k, DONG, s);
    expect(&k, DONG, kit_submission(&s, 1), DUBAN_E_SUPERSEDES_NEEDED, 1, "supersedes");
    statement_words nil = kit_nil(1, DONG, "2023Q1", "nothing after all");
    expect(&k, DONG, kit_submission(&nil, 1), DUBAN_E_STATE, 1, "nil");
    s = kit_node(3, FGW, "2023Q1", 1, true);
    kit_must_say(&k, FGW, s);
    s.node.done = false;
    expect(&k, FGW, kit_submission(&s, 1), DUBAN_E_SUPERSEDES_NEEDED, 1, "supersedes");
    s.supersedes = k.last - 1;
    expect(&k, FGW, kit_correction(&s, 1), DUBAN_E_SUPERSEDED, 1, "supersedes");
    s.supersedes = k.last;
    kit_must(&k, FGW, kit_correction(&s, 1));
    kit_close(&k);
}

static void digests_and_conflicts_are_what_they_say(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    event ev = {.kind = KIND_DIGEST,
                .digest = {k.last, kit_digest(&k), ledger_pages(k.ledger)}};
    ev.digest.index++;
    expect(&k, BROKER, ev, DUBAN_E_DIGEST, 0, "index");
    ev.digest.index--;
    ev.digest.pages++;
    expect(&k, BROKER, ev, DUBAN_E_DIGEST, 0, "pages");
    ev.digest.pages--;
    ev.digest.digest.bytes[7] ^= 1;
    expect(&k, BROKER, ev, DUBAN_E_DIGEST, 0, "digest");
    ev.digest.digest.bytes[7] ^= 1;
    kit_must(&k, BROKER, ev);
    ev = (event){.kind = KIND_CONFLICT, .conflict = {.key = 77, .number = 1}};
    expect(&k, BROKER, ev, DUBAN_E_UNKNOWN_KEY, 0, "key");
    ev.conflict = (conflict_words){.key = CITY, .number = 2, .index = 7};
    expect(&k, BROKER, ev, DUBAN_E_UNKNOWN_INDEX, 0, "index");
    ev.conflict.index = 1;
    kit_must(&k, BROKER, ev);
    kit_close(&k);
}

/* The rest are provoked where their subject is tested. */
static const duban_status elsewhere[] = {
    DUBAN_E_NO_MEMORY,   /* fault_test.c */
    DUBAN_E_NOT_ALLOWED, /* permit_test.c */
    DUBAN_E_EXISTS,      /* number_test.c, with the next four */
    DUBAN_E_NUMBER_USED,   DUBAN_E_NUMBER_OLD,
    DUBAN_E_REVOKED,       DUBAN_E_CLOCK, /* clock_test.c */
    DUBAN_E_NOT_FOUND,                    /* cells_test.c */
    DUBAN_E_CORRUPT,                      /* replay_test.c, with the next two */
    DUBAN_E_MALFORMED,     DUBAN_E_UNKNOWN_KIND,
    DUBAN_E_SUPERSEDED,                             /* submission_test.c too */
    DUBAN_E_ROUND_LOCKED,                           /* item_test.c, with the next */
    DUBAN_E_TWO_PERSONS,   DUBAN_E_UNKNOWN_RELEASE, /* release_test.c */
    DUBAN_E_UNKNOWN_FORM,                           /* paper_test.c, with the next two */
    DUBAN_E_UNKNOWN_PAPER, DUBAN_E_NEEDED,
    DUBAN_E_CHECK,         DUBAN_E_COMMENT_NEEDED, /* checks_test.c */
    DUBAN_E_OFFICE_ENDED,                          /* succession_test.c */
    DUBAN_E_UNKNOWN_FIELD,                         /* rollup_test.c */
};

static void every_status_the_ledger_names_is_provoked(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
        seen[-elsewhere[i]] = true;
    FILE *names =
        popen("cat broker/ledger/*.c | grep -oE 'DUBAN_E_[A-Z_]+' | sort -u", "r");
    assert_non_null(names);
    char name[64];
    uint32_t named = 0;
    while (fscanf(names, "%63s", name) == 1) {
        bool provoked = false;
        for (int n = 1; n < SEEN_MAX; n++)
            if (seen[n] && strcmp(duban_status_name((duban_status)-n), name + 8) == 0)
                provoked = true;
        if (!provoked) print_error("%s is never provoked\n", name);
        assert_true(provoked);
        named++;
    }
    assert_int_equal(pclose(names), 0);
    assert_true(named > 40);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_a_genesis_nothing_else_passes),
        cmocka_unit_test(offices_are_numbered_named_once_and_known),
        cmocka_unit_test(keys_are_enrolled_once_and_the_city_keeps_one),
        cmocka_unit_test(a_calendar_holds_days_of_its_year_once),
        cmocka_unit_test(drafts_keep_their_number_and_code),
        cmocka_unit_test(a_plan_is_published_when_every_task_is_well_formed),
        cmocka_unit_test(gates_of_a_task_follow_the_rule_of_those_of_a_project),
        cmocka_unit_test(complete_split_that_falls_short_is_refused_with_both_numbers),
        cmocka_unit_test(a_plan_whose_board_is_too_large_is_refused),
        cmocka_unit_test(a_board_is_measured_with_the_releases_it_waits_for),
        cmocka_unit_test(a_light_table_is_the_next_and_decides_always),
        cmocka_unit_test(timetables_rise_to_the_whole_within_the_plan),
        cmocka_unit_test(a_value_fits_its_plan_item_and_metric),
        cmocka_unit_test(nodes_words_and_nils_say_something_that_can_be),
        cmocka_unit_test(what_stands_is_replaced_only_by_name),
        cmocka_unit_test(digests_and_conflicts_are_what_they_say),
        cmocka_unit_test(every_status_the_ledger_names_is_provoked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
