#include "tests/unit/ledger/ledger_kit.h"

#include "proto/codec.h"
#include "proto/entry.h"

#define KIT_ORIGIN "duban/kit"
#define HOUR_MS    INT64_C(3600000)

/* --- memory ------------------------------------------------------------------------- */

static void *kit_resize(void *ctx, void *block, size_t old_size, size_t new_size) {
    kit_memory *memory = ctx;
    if (new_size == 0) {
        memory->bytes -= old_size;
        free(block);
        return NULL;
    }
    memory->calls++;
    if (memory->calls == memory->fail_at) return NULL;
    void *moved = realloc(block, new_size);
    assert_non_null(moved);
    memory->bytes += new_size - old_size;
    return moved;
}

ledger_allocator kit_allocator(kit_memory *memory) {
    return (ledger_allocator){kit_resize, memory};
}

void kit_open(kit *k) {
    memset(k, 0, sizeof *k);
    arena_init(&k->arena, 0);
    buffer_init(&k->payloads);
    assert_int_equal(ledger_new(kit_allocator(&k->memory), &k->ledger), DUBAN_OK);
    k->now_ms = moment_of_day(kit_day_of("2023-01-01"), 480);
}

void kit_close(kit *k) {
    ledger_free(k->ledger);
    assert_int_equal(k->memory.bytes, 0);
    arena_close(&k->arena);
    buffer_close(&k->payloads);
    for (size_t i = 0; i < k->entries_n; i++)
        buffer_close(&k->entries[i]);
    free(k->entries);
}

/* --- sending ------------------------------------------------------------------------ */

/* What stands in the journal for the event; its mark is the hash of the signed bytes. */
static void kit_entry(kit *k, event *ev, buffer *entry) {
    buffer payload;
    buffer bytes;
    uint8_t signature[SIGNATURE_SIZE] = {0};
    buffer_init(&payload);
    buffer_init(&bytes);
    assert_int_equal(codec_event_write(ev, &payload), DUBAN_OK);
    signed_words words = {.context = "duban/1",
                          .origin = KIT_ORIGIN,
                          .kind = ev->kind,
                          .algorithm = ALGORITHM_ED25519,
                          .office = ev->office,
                          .key = ev->key,
                          .number = ev->number,
                          .payload = {payload.data, payload.size}};
    assert_int_equal(codec_signed_write(&words, &bytes), DUBAN_OK);
    ev->mark = hash_of(bytes.data, bytes.size);
    ev->payload = (span){(uint8_t *)arena_copy(&k->arena, payload.data, payload.size),
                         payload.size};
    memcpy(signature + 32, ev->mark.bytes, 32);
    if (entry != NULL) {
        entry_words head = {.kind = ev->kind,
                            .office = ev->office,
                            .key = ev->key,
                            .index = k->next,
                            .received_ms = k->now_ms,
                            .number = ev->number,
                            .signed_bytes = {bytes.data, bytes.size},
                            .signature = {signature, sizeof signature}};
        assert_int_equal(entry_write(&head, entry), DUBAN_OK);
    }
    buffer_close(&payload);
    buffer_close(&bytes);
}

event kit_sign(kit *k, uint32_t office, event ev) {
    ev.office = office;
    ev.key = office;
    ev.number = k->numbers[office] + 1;
    kit_entry(k, &ev, NULL);
    return ev;
}

duban_status kit_take(kit *k, const event *ev) {
    memset(&k->refusal, 0, sizeof k->refusal);
    duban_status status = ledger_check(k->ledger, ev, k->now_ms, &k->refusal);
    if (status != DUBAN_OK) {
        assert_status(k->refusal.status, status);
        return status;
    }
    if (k->entries_n == k->entries_room) {
        k->entries_room = k->entries_room * 2 + 64;
        k->entries = realloc(k->entries, k->entries_room * sizeof *k->entries);
        assert_non_null(k->entries);
    }
    event copy = *ev;
    buffer_init(&k->entries[k->entries_n]);
    kit_entry(k, &copy, &k->entries[k->entries_n++]);
    uint64_t calls = k->memory.calls;
    ledger_apply(k->ledger, k->next, ev, k->now_ms);
    assert_int_equal(k->memory.calls, calls); /* the check has reserved it all */
    if (ev->office < KIT_OFFICES && ev->number > k->numbers[ev->office])
        k->numbers[ev->office] = ev->number;
    k->last = k->next++;
    return DUBAN_OK;
}

duban_status kit_send(kit *k, uint32_t office, event ev) {
    event whole = kit_sign(k, office, ev);
    return kit_take(k, &whole);
}

duban_status kit_try(kit *k, uint32_t office, event ev) {
    event whole = kit_sign(k, office, ev);
    return ledger_check(k->ledger, &whole, k->now_ms, &k->refusal);
}

void kit_must(kit *k, uint32_t office, event ev) {
    duban_status status = kit_send(k, office, ev);
    if (status != DUBAN_OK)
        print_error("%s line %u %s: found %s, expected %s\n", duban_status_name(status),
                    k->refusal.line, k->refusal.field, k->refusal.found,
                    k->refusal.expected);
    assert_int_equal(status, DUBAN_OK);
}

/* --- the city ----------------------------------------------------------------------- */

int32_t kit_day_of(const char *text) {
    int32_t day = 0;
    assert_int_equal(day_read(text, &day), DUBAN_OK);
    return day;
}

decimal kit_decimal(const char *text) {
    decimal value = {0};
    assert_int_equal(decimal_read(text, &value), DUBAN_OK);
    return value;
}

period kit_period(const char *text) {
    period value = {PERIOD_NONE, 0};
    assert_int_equal(period_read(text, &value), DUBAN_OK);
    return value;
}

body_ref kit_body(const char *words) {
    return (body_ref){.present = true,
                      .hash = hash_of(words, strlen(words)),
                      .size = (uint32_t)strlen(words),
                      .media = "text/plain"};
}

event kit_genesis(void) {
    event ev = {.kind = KIND_GENESIS,
                .genesis = {.origin = KIT_ORIGIN,
                            .utc_offset_minutes = 480,
                            .city = {.number = 1,
                                     .code = "zfbgs",
                                     .name = "City Office",
                                     .kind = OFFICE_CITY},
                            .algorithm = ALGORITHM_ED25519,
                            .rules_version = 1,
                            .drill = true,
                            .created_ms = moment_of_day(kit_day_of("2023-01-01"), 480)}};
    memset(ev.genesis.root_key, 1, sizeof ev.genesis.root_key);
    memset(ev.genesis.broker_key, 100, sizeof ev.genesis.broker_key);
    return ev;
}

event kit_offices(void) {
    static const char *const aliases[] = {"D", "DC"};
    static const office_words offices[] = {
        {.number = 2, .code = "fgw", .name = "Reform", .kind = OFFICE_DEPARTMENT},
        {.number = 3,
         .code = "dong",
         .name = "Dong County",
         .aliases = aliases,
         .aliases_n = 2,
         .kind = OFFICE_COUNTY,
         .parent = 1},
        {.number = 4, .code = "guan", .name = "Guan County", .kind = OFFICE_COUNTY},
        {.number = 5, .code = "tjj", .name = "Statistics", .kind = OFFICE_DEPARTMENT}};
    return (event){.kind = KIND_OFFICES, .offices = {offices, 4}};
}

event kit_keys(kit *k) {
    key_words *keys = arena_alloc(&k->arena, 4 * sizeof *keys);
    for (uint32_t i = 0; i < 4; i++) {
        keys[i].number = keys[i].office = i + 2;
        keys[i].algorithm = ALGORITHM_ED25519;
        memset(keys[i].public_key, (int)i + 2, sizeof keys[i].public_key);
    }
    return (event){.kind = KIND_KEYS, .keys = {keys, 4}};
}

event kit_calendar(void) {
    static int32_t days_off[2];
    static int32_t working[1];
    days_off[0] = kit_day_of("2023-04-05");
    days_off[1] = kit_day_of("2023-05-01");
    working[0] = kit_day_of("2023-04-23");
    return (event){.kind = KIND_CALENDAR, .calendar = {2023, days_off, 2, working, 1}};
}

static metric_words metric_of(uint32_t id, const char *label, comparator than,
                              const char *target, const char *unit, nature kind,
                              rollup up) {
    return (metric_words){.id = id,
                          .label = label,
                          .comparator = than,
                          .target = kit_decimal(target),
                          .tolerance = decimal_of_int(5),
                          .unit = unit,
                          .nature = kind,
                          .strength = STRENGTH_EXPECTED,
                          .rollup = up,
                          .definition = ""};
}

static void fill_tasks(task_words tasks[6]) {
    static const uint32_t lead_fgw[] = {FGW};
    static const uint32_t lead_tjj[] = {TJJ};
    static const uint32_t counties[] = {DONG, GUAN};
    static const char *const numbers[] = {"1", "2", "3", "4", "5.1", "6"};
    for (uint32_t i = 0; i < 6; i++)
        tasks[i] = (task_words){.id = i + 1,
                                .number = numbers[i],
                                .chapter = "I",
                                .section = "",
                                .title = "a promise",
                                .kind = TASK_INDICATOR,
                                .leads = i == 1 || i == 5 ? lead_tjj : lead_fgw,
                                .leads_n = i == 4 ? 0 : 1,
                                .responsible = counties,
                                .responsible_n = 2};
}

event kit_chunk(void) {
    static metric_words metrics[6];
    static split_words shares[2], rates[2];
    static task_words tasks[6];
    static const uint32_t metric_at[6] = {0, 1, 0, 2, 3, 4};
    static const uint32_t metrics_n[6] = {1, 1, 0, 1, 1, 2};
    metrics[0] = metric_of(1, "total", COMPARATOR_COUNT, "100", "亿元", NATURE_CUMULATIVE,
                           ROLLUP_SUM);
    metrics[0].splits_complete = true;
    metrics[1] = metric_of(1, "growth", COMPARATOR_AT_LEAST, "5.5", "%", NATURE_RATE,
                           ROLLUP_LEAD_ONLY);
    metrics[2] = metric_of(1, "share", COMPARATOR_AT_LEAST, "95", "%", NATURE_RATE,
                           ROLLUP_COUNT_MET);
    metrics[3] = metric_of(1, "days", COMPARATOR_COUNT, "365", "个", NATURE_CUMULATIVE,
                           ROLLUP_LEAD_ONLY);
    metrics[4] = metric_of(1, "prices", COMPARATOR_AT_MOST, "3", "%", NATURE_RATE,
                           ROLLUP_LEAD_ONLY);
    metrics[5] = metric_of(2, "people", COMPARATOR_AT_LEAST, "200", "万人", NATURE_LEVEL,
                           ROLLUP_LEAD_ONLY);
    shares[0] = (split_words){.metric = 1, .office = DONG, .value = kit_decimal("60")};
    shares[1] = (split_words){.metric = 1, .office = GUAN, .value = kit_decimal("40")};
    rates[0] = (split_words){.metric = 1, .office = DONG, .value = kit_decimal("95")};
    rates[1] = (split_words){.metric = 1, .office = GUAN, .value = kit_decimal("95")};
    fill_tasks(tasks);
    for (uint32_t i = 0; i < 6; i++) {
        tasks[i].metrics = &metrics[metric_at[i]];
        tasks[i].metrics_n = metrics_n[i];
    }
    tasks[0].splits = shares, tasks[0].splits_n = 2;
    tasks[3].splits = rates, tasks[3].splits_n = 2;
    return (event){.kind = KIND_PLAN_CHUNK, .plan_chunk = {1, "2023", 1, tasks, 6}};
}

event kit_publish(kit *k) {
    event chunk = kit_chunk();
    kit_entry(k, &chunk, NULL);
    return (event){
        .kind = KIND_PLAN_PUBLISH,
        .plan_publish = {.plan = 1,
                         .code = "2023",
                         .title = "Promises of 2023",
                         .first_day = kit_day_of("2023-01-01"),
                         .last_day = kit_day_of("2023-12-31"),
                         .cycle = PERIOD_QUARTER,
                         .chunks = 1,
                         .hash = hash_of(chunk.payload.data, chunk.payload.size)}};
}

static light_row behind(grade to, nature kind, const char *below) {
    return (light_row){.grade = to,
                       .cause = CAUSE_BEHIND,
                       .nature = kind,
                       .has_margin_below = true,
                       .margin_below = kit_decimal(below)};
}

/* The default rows of product.md. */
event kit_lights(uint32_t version) {
    static light_row rows[24];
    uint32_t n = 0;
    rows[n++] = (light_row){.grade = GRADE_DONE, .cause = CAUSE_MET, .met = true};
    rows[n++] = (light_row){
        .grade = GRADE_GREY, .cause = CAUSE_NO_TIMETABLE, .no_timetable = true};
    rows[n++] = (light_row){.grade = GRADE_RED, .cause = CAUSE_OVERDUE, .overdue = true};
    rows[n++] = behind(GRADE_RED, NATURE_CUMULATIVE, "-30");
    rows[n++] = behind(GRADE_RED, NATURE_RATE, "-2");
    rows[n++] = behind(GRADE_RED, NATURE_LEVEL, "-15");
    rows[n++] = behind(GRADE_RED, NATURE_RANK, "-3");
    rows[n++] = (light_row){.grade = GRADE_RED, .cause = CAUSE_RUNNING, .running_min = 2};
    rows[n++] = behind(GRADE_YELLOW, NATURE_CUMULATIVE, "-10");
    rows[n++] = behind(GRADE_YELLOW, NATURE_RATE, "-0.5");
    rows[n++] = behind(GRADE_YELLOW, NATURE_LEVEL, "-5");
    rows[n++] = behind(GRADE_YELLOW, NATURE_RANK, "-1");
    rows[n++] =
        (light_row){.grade = GRADE_YELLOW, .cause = CAUSE_MISSING, .missing_min = 1};
    rows[n++] = behind(GRADE_BLUE, NATURE_NONE, "0");
    rows[n++] =
        (light_row){.grade = GRADE_BLUE, .cause = CAUSE_DUE_SOON, .due_within = 5};
    rows[n++] = (light_row){.grade = GRADE_GREY, .cause = CAUSE_NO_DATA, .no_data = true};
    rows[n++] = (light_row){.grade = GRADE_GREEN, .cause = CAUSE_ON_PACE};
    return (event){.kind = KIND_LIGHTS, .lights = {1, version, rows, n}};
}

event kit_timetable(uint32_t task, profile kind) {
    static node_words nodes[4];
    static const char *const ends[] = {"2023-03-31", "2023-06-30", "2023-09-28",
                                       "2023-12-20"};
    static const char *const titles[] = {"begin", "half", "most", "all"};
    for (uint32_t i = 0; i < 4; i++)
        nodes[i] = (node_words){i + 1, kit_day_of(ends[i]),
                                decimal_of_int(25 * ((int64_t)i + 1)), titles[i]};
    return (event){.kind = KIND_TIMETABLE,
                   .timetable = {.plan = 1,
                                 .task = task,
                                 .profile = kind,
                                 .nodes = nodes,
                                 .nodes_n = kind == PROFILE_NODES ? 4 : 0}};
}

void kit_city(kit *k) {
    kit_must(k, CITY, kit_genesis());
    kit_must(k, CITY, kit_offices());
    kit_must(k, CITY, kit_keys(k));
    kit_must(k, CITY, kit_calendar());
    kit_must(k, CITY, kit_chunk());
    kit_must(k, CITY, kit_lights(1));
    kit_must(k, CITY, kit_publish(k));
}

void kit_city_with(kit *k, kit_change change) {
    kit_must(k, CITY, kit_genesis());
    kit_must(k, CITY, kit_offices());
    kit_must(k, CITY, kit_keys(k));
    kit_must(k, CITY, kit_calendar());
    event chunk = kit_chunk();
    change(&chunk);
    event sent = kit_sign(k, CITY, chunk);
    kit_must(k, CITY, chunk);
    kit_must(k, CITY, kit_lights(1));
    event publish = kit_publish(k);
    publish.plan_publish.hash = hash_of(sent.payload.data, sent.payload.size);
    change(&publish);
    kit_must(k, CITY, publish);
}

void kit_accept_timetable(kit *k, uint32_t lead, event timetable) {
    kit_must(k, lead, timetable);
    kit_must(
        k, CITY,
        (event){.kind = KIND_TIMETABLE_REVIEW,
                .timetable_review = {
                    1, timetable.timetable.task, k->last, true, {.present = false}}});
}

void kit_running_city(kit *k) {
    static const uint32_t leads[] = {FGW, TJJ, FGW, FGW, CITY, TJJ};
    kit_city(k);
    for (uint32_t task = 1; task <= 6; task++)
        kit_accept_timetable(
            k, leads[task - 1],
            kit_timetable(task, task == 3 ? PROFILE_NODES : PROFILE_EVEN));
}

void kit_until(kit *k, const char *text) {
    int32_t day = kit_day_of(text);
    ledger_status status;
    ledger_get_status(k->ledger, &status);
    while (status.day < day) {
        int64_t morning = moment_of_day(++status.day, 480) + 8 * HOUR_MS;
        k->now_ms = morning > k->now_ms ? morning : k->now_ms;
        kit_must(k, BROKER, (event){.kind = KIND_CLOCK, .clock_day = status.day});
    }
}

/* --- statements --------------------------------------------------------------------- */

static const char *unit_of(uint32_t task, uint32_t metric) {
    static const char *const units[] = {"亿元", "%", "", "%", "个", "%"};
    if (task == 6 && metric == 2) return "万人";
    return task >= 1 && task <= 6 ? units[task - 1] : "";
}

statement_words kit_value(uint32_t task, uint32_t metric, uint32_t office,
                          const char *in_period, const char *amount, value_mode mode) {
    return (statement_words){.task = task,
                             .office = office,
                             .period = kit_period(in_period),
                             .kind = STATEMENT_VALUE,
                             .value = {.metric = metric,
                                       .amount = kit_decimal(amount),
                                       .mode = mode,
                                       .unit = unit_of(task, metric)}};
}

statement_words kit_node(uint32_t task, uint32_t office, const char *in_period,
                         uint32_t node, bool done) {
    return (statement_words){.task = task,
                             .office = office,
                             .period = kit_period(in_period),
                             .kind = STATEMENT_NODE,
                             .node = {.node = node, .done = done}};
}

statement_words kit_text(uint32_t task, uint32_t office, const char *in_period,
                         const char *progress) {
    return (statement_words){.task = task,
                             .office = office,
                             .period = kit_period(in_period),
                             .kind = STATEMENT_TEXT,
                             .text = {.progress = kit_body(progress)}};
}

statement_words kit_nil(uint32_t task, uint32_t office, const char *in_period,
                        const char *reason) {
    statement_words s = {.task = task,
                         .office = office,
                         .period = kit_period(in_period),
                         .kind = STATEMENT_NIL};
    if (reason != NULL) s.nil_reason = kit_body(reason);
    return s;
}

event kit_submission(const statement_words *statements, uint32_t n) {
    return (event){
        .kind = KIND_SUBMISSION,
        .submission = {
            .plan = 1, .statements = statements, .statements_n = n, .filler = "f1"}};
}

event kit_correction(const statement_words *statements, uint32_t n) {
    event ev = kit_submission(statements, n);
    ev.submission.reason = kit_body("a slip of the pen");
    return ev;
}

duban_status kit_say(kit *k, uint32_t signer, statement_words s) {
    return kit_send(k, signer, kit_submission(&s, 1));
}

void kit_must_say(kit *k, uint32_t signer, statement_words s) {
    kit_must(k, signer, kit_submission(&s, 1));
}

event kit_review(uint32_t task, uint32_t office, const char *in_period, uint64_t index,
                 bool accepted) {
    event ev = {
        .kind = KIND_REVIEW,
        .review = {
            1, task, office, kit_period(in_period), index, accepted, {.present = false}}};
    if (!accepted) ev.review.reason = kit_body("the unit is wrong");
    return ev;
}

/* --- looking ------------------------------------------------------------------------ */

cell kit_cell(kit *k, cell_name name) {
    cell found;
    if (!ledger_cell(k->ledger, 1, &name, &found))
        fail_msg("no cell of kind %d task %u metric %u office %u", name.kind, name.task,
                 name.metric, name.office);
    return found;
}

item_cell kit_item(kit *k, uint32_t task, uint32_t office, const char *in_period) {
    return kit_cell(k, (cell_name){.kind = CELL_ITEM,
                                   .task = task,
                                   .office = office,
                                   .period = kit_period(in_period)})
        .item;
}

value_cell kit_value_cell(kit *k, uint32_t task, uint32_t metric, uint32_t office,
                          const char *in_period) {
    return kit_cell(k, (cell_name){.kind = CELL_VALUE,
                                   .task = task,
                                   .metric = metric,
                                   .office = office,
                                   .period = kit_period(in_period)})
        .value;
}

pace_cell kit_pace(kit *k, uint32_t task, uint32_t metric, uint32_t office) {
    return kit_cell(k, (cell_name){.kind = CELL_PACE,
                                   .task = task,
                                   .metric = metric,
                                   .office = office})
        .pace;
}

light_cell kit_light(kit *k, uint32_t task, uint32_t office) {
    return kit_cell(k, (cell_name){.kind = CELL_LIGHT, .task = task, .office = office})
        .light;
}

round_cell kit_round(kit *k, uint32_t task, uint32_t office, const char *in_period) {
    return kit_cell(k, (cell_name){.kind = CELL_ROUND,
                                   .task = task,
                                   .office = office,
                                   .period = kit_period(in_period)})
        .round;
}

hash256 kit_digest(kit *k) {
    hash256 digest;
    uint32_t pages;
    assert_int_equal(ledger_digest(k->ledger, &digest, &pages), DUBAN_OK);
    assert_int_equal(pages, ledger_pages(k->ledger));
    return digest;
}

hash256 kit_digest_of_replay(kit *k) {
    kit_memory memory = {0};
    ledger *fresh;
    hash256 digest;
    uint32_t pages;
    arena a;
    duban_refusal why = {0};
    arena_init(&a, 0);
    assert_int_equal(ledger_new(kit_allocator(&memory), &fresh), DUBAN_OK);
    for (size_t i = 0; i < k->entries_n; i++) {
        span entry = {k->entries[i].data, k->entries[i].size};
        duban_status status = replay_entry(fresh, entry, &a, &why);
        if (status != DUBAN_OK)
            fail_msg("entry %zu: %s %s %s", i, duban_status_name(status), why.found,
                     why.expected);
    }
    assert_int_equal(ledger_digest(fresh, &digest, &pages), DUBAN_OK);
    ledger_free(fresh);
    assert_int_equal(memory.bytes, 0);
    arena_close(&a);
    return digest;
}

void kit_expect_decimal(decimal found, const char *expected) {
    char text[DECIMAL_TEXT_SIZE];
    decimal_write(found, text);
    assert_string_equal(text, expected);
}

/* --- generated histories ------------------------------------------------------------ */

uint32_t kit_below(kit_random *r, uint32_t n) {
    r->state += 0x9e3779b97f4a7c15u;
    uint64_t z = r->state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 33) % n;
}

static const char *const quarters[] = {"2023Q1", "2023Q2", "2023Q3", "2023Q4"};

/* Who owes what in the kit's plan, so that most of what is generated makes sense. */
static const struct {
    uint32_t task;
    uint32_t office;
    uint32_t metrics;
} duties[] = {{1, FGW, 0},  {1, DONG, 1}, {1, GUAN, 1}, {2, TJJ, 1}, {3, FGW, 0},
              {4, DONG, 1}, {4, GUAN, 1}, {5, CITY, 1}, {6, TJJ, 2}};

static statement_words random_value(kit *k, kit_random *r, uint32_t task, uint32_t office,
                                    uint32_t metrics, const char *in_period) {
    char amount[32];
    bool counts = task == 1 || task == 5;
    snprintf(amount, sizeof amount, "%u.%u", kit_below(r, 120), kit_below(r, 1000));
    statement_words s =
        kit_value(task, 1 + kit_below(r, metrics), office, in_period, amount,
                  counts ? (value_mode)(1 + kit_below(r, 2)) : MODE_NONE);
    if (kit_below(r, 8) == 0) s.value.mode = (value_mode)kit_below(r, 3);
    cell found;
    cell_name name = {.kind = CELL_VALUE,
                      .task = task,
                      .metric = s.value.metric,
                      .office = office,
                      .period = s.period};
    if (kit_below(r, 4) > 0 && ledger_cell(k->ledger, 1, &name, &found))
        s.supersedes = found.value.index;
    return s;
}

/* A period that has begun, most of the time. */
static const char *random_period(kit *k, kit_random *r) {
    ledger_status status;
    ledger_get_status(k->ledger, &status);
    uint32_t begun = (uint32_t)(status.day - kit_day_of("2023-01-01")) / 91 + 1;
    if (kit_below(r, 8) == 0 || begun > 4) begun = 4;
    return quarters[kit_below(r, begun)];
}

static statement_words random_statement(kit *k, kit_random *r) {
    uint32_t d = kit_below(r, sizeof duties / sizeof duties[0]);
    uint32_t task = duties[d].task;
    uint32_t office = duties[d].office;
    const char *in_period = random_period(k, r);
    if (kit_below(r, 12) == 0) office = 1 + kit_below(r, 5);
    if (task == 3 && kit_below(r, 2) == 0)
        return kit_node(task, office, in_period, 1 + kit_below(r, 4),
                        kit_below(r, 3) > 0);
    if (kit_below(r, 8) == 0) return kit_nil(task, office, in_period, "nothing yet");
    if (duties[d].metrics == 0 || kit_below(r, 8) == 0)
        return kit_text(task, office, in_period, "going on");
    return random_value(k, r, task, office, duties[d].metrics, in_period);
}

static event random_review(kit *k, kit_random *r) {
    uint32_t d = kit_below(r, sizeof duties / sizeof duties[0]);
    uint32_t task = duties[d].task;
    uint32_t office = duties[d].office;
    const char *in_period = random_period(k, r);
    cell_name name = {.kind = CELL_ITEM,
                      .task = task,
                      .office = office,
                      .period = kit_period(in_period)};
    cell found;
    uint64_t index = kit_below(r, 40);
    if (ledger_cell(k->ledger, 1, &name, &found)) index = found.item.index;
    return kit_review(task, office, in_period, index, kit_below(r, 2) == 0);
}

event kit_random_event(kit *k, kit_random *r, uint32_t *office) {
    uint32_t sort = kit_below(r, 20);
    *office = 1 + kit_below(r, 5);
    if (sort == 0) {
        if (kit_below(r, 2) == 0) *office = FGW;
        return kit_timetable(1 + kit_below(r, 6), (profile)(1 + kit_below(r, 3)));
    }
    if (sort == 1) {
        cell found = {.timetable = {.index = 9}};
        cell_name name = {.kind = CELL_TIMETABLE, .task = 1 + kit_below(r, 6)};
        ledger_cell(k->ledger, 1, &name, &found);
        *office = CITY;
        return (event){.kind = KIND_TIMETABLE_REVIEW,
                       .timetable_review = {1, name.task, found.timetable.index,
                                            kit_below(r, 3) > 0, kit_body("why")}};
    }
    if (sort < 5) {
        if (kit_below(r, 2) == 0) *office = CITY;
        return random_review(k, r);
    }
    uint32_t n = kit_below(r, 3) > 0 ? 1 : 1 + kit_below(r, 4);
    statement_words *statements = arena_alloc(&k->arena, n * sizeof *statements);
    for (uint32_t i = 0; i < n; i++) {
        statements[i] = random_statement(k, r);
        if (kit_below(r, 8) > 0) *office = statements[0].office;
    }
    return kit_below(r, 2) == 0 ? kit_correction(statements, n)
                                : kit_submission(statements, n);
}
