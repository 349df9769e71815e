/* Roles: the table of who may, its defaults, and that permission follows it and nothing
 * else. */
#include "tests/unit/ledger/ledger_kit.h"

#include "broker/ledger/roles.h"
#include "proto/codec.h"

static const char *const kind_names[KIND_COUNT] = {[KIND_GENESIS] = "genesis",
                                                   [KIND_OFFICES] = "offices",
                                                   [KIND_KEYS] = "keys",
                                                   [KIND_CALENDAR] = "calendar",
                                                   [KIND_PLAN_CHUNK] = "plan_chunk",
                                                   [KIND_PLAN_PUBLISH] = "plan_publish",
                                                   [KIND_LIGHTS] = "lights",
                                                   [KIND_TIMETABLE] = "timetable",
                                                   [KIND_TIMETABLE_REVIEW] =
                                                       "timetable_review",
                                                   [KIND_SUBMISSION] = "submission",
                                                   [KIND_REVIEW] = "review",
                                                   [KIND_CLOCK] = "clock",
                                                   [KIND_TIME] = "time",
                                                   [KIND_DIGEST] = "digest",
                                                   [KIND_CONFLICT] = "conflict",
                                                   [KIND_AMENDMENT] = "amendment",
                                                   [KIND_SPLITTING] = "splitting",
                                                   [KIND_CALL_IN] = "call_in",
                                                   [KIND_FILLER] = "filler",
                                                   [KIND_CONFIRMATION] = "confirmation",
                                                   [KIND_ASSIGNMENT] = "assignment",
                                                   [KIND_OFFICE_CHANGE] = "office_change",
                                                   [KIND_POSTS] = "posts",
                                                   [KIND_RELEASE] = "release",
                                                   [KIND_UNLOCK] = "unlock",
                                                   [KIND_OVERRIDE] = "override",
                                                   [KIND_FORMS] = "forms",
                                                   [KIND_PAPER] = "paper",
                                                   [KIND_ROLES] = "roles",
                                                   [KIND_CHECKS] = "checks",
                                                   [KIND_WEIGHTS] = "weights",
                                                   [KIND_PROJECT] = "project",
                                                   [KIND_VERIFICATION] = "verification",
                                                   [KIND_REDACTION] = "redaction",
                                                   [KIND_SESSION] = "session",
                                                   [KIND_ACCESS] = "access"};

static const char *const relation_names[RELATION_COUNT] = {
    [BY_CITY] = "city",
    [BY_LEAD] = "lead",
    [BY_FURTHER_LEAD] = "further_lead",
    [BY_OWNER] = "owner",
    [BY_FILLER] = "filler",
    [BY_PARENT] = "parent",
    [BY_ADDRESSEE] = "addressee",
    [BY_OPENER] = "opener",
    [BY_RESPONSIBLE] = "responsible",
    [BY_ANYONE] = "anyone"};

/* --- the manual --------------------------------------------------------------------- */

/* The words between backticks of a line, at most three; how many there are. */
static uint32_t ticked(char *line, const char *words[3]) {
    uint32_t n = 0;
    for (char *at = strchr(line, '`'); at != NULL && n < 3; at = strchr(at, '`')) {
        char *end = strchr(at + 1, '`');
        assert_non_null(end);
        *end = '\0';
        words[n++] = at + 1;
        at = end + 1;
    }
    return n;
}

static void the_manual_prints_the_defaults_row_by_row(void **state) {
    (void)state;
    FILE *manual = fopen("docs/roles.md", "r");
    assert_non_null(manual);
    char line[1024];
    bool inside = false;
    uint32_t rows_n;
    uint32_t seen = 0;
    const role_row *rows = roles_default(&rows_n);
    while (fgets(line, sizeof line, manual) != NULL) {
        const char *words[3] = {"", "", ""};
        if (strncmp(line, "## ", 3) == 0) inside = strstr(line, "defaults") != NULL;
        if (!inside || strncmp(line, "| `", 3) != 0) continue;
        uint32_t n = ticked(line, words);
        assert_true(n >= 2 && seen < rows_n);
        assert_string_equal(words[0], kind_names[rows[seen].kind]);
        assert_string_equal(words[1], relation_names[rows[seen].by]);
        assert_string_equal(words[2], rows[seen].not_own ? "not_own" : "");
        seen++;
    }
    fclose(manual);
    assert_int_equal(seen, rows_n);
}

static void every_kind_but_the_fixed_ones_has_a_default(void **state) {
    (void)state;
    uint32_t rows_n;
    const role_row *rows = roles_default(&rows_n);
    for (int kind = KIND_GENESIS; kind < KIND_COUNT; kind++) {
        bool fixed = kind == KIND_GENESIS || kind == KIND_CLOCK || kind == KIND_DIGEST ||
                     kind == KIND_CONFLICT || kind == KIND_SESSION;
        bool found = false;
        for (uint32_t i = 0; i < rows_n; i++)
            found = found || (int)rows[i].kind == kind;
        assert_int_equal(found, !fixed);
        for (int by = BY_CITY; by < RELATION_COUNT && fixed; by++)
            assert_false(roles_can_hold((event_kind)kind, (relation_kind)by));
    }
    for (uint32_t i = 0; i < rows_n; i++)
        assert_true(roles_can_hold(rows[i].kind, rows[i].by));
}

/* --- a table ------------------------------------------------------------------------ */

/* The defaults as an event, to be changed. rows has room for ROLE_ROWS_MAX. */
static event roles_event(uint32_t version, role_row *rows) {
    uint32_t rows_n;
    const role_row *standing = roles_default(&rows_n);
    memcpy(rows, standing, rows_n * sizeof *rows);
    return (event){.kind = KIND_ROLES, .roles = {version, rows, rows_n}};
}

static uint32_t row_of(const event *ev, event_kind kind, relation_kind by) {
    for (uint32_t i = 0; i < ev->roles.rows_n; i++)
        if (ev->roles.rows[i].kind == kind && ev->roles.rows[i].by == by) return i;
    fail_msg("no row %d %d", kind, by);
    return 0;
}

static void a_table_that_could_not_work_is_refused(void **state) {
    (void)state;
    static const struct {
        role_row row;
        const char *field;
    } cases[] = {
        {{KIND_NONE, BY_CITY, false}, "kind"},
        {{KIND_GENESIS, BY_CITY, false}, "kind"},
        {{KIND_CLOCK, BY_CITY, false}, "kind"},
        {{KIND_DIGEST, BY_ANYONE, false}, "kind"},
        {{KIND_LIGHTS, RELATION_NONE, false}, "by"},
        {{KIND_LIGHTS, BY_LEAD, false}, "by"}, /* a light table is no lead's */
        {{KIND_CALL_IN, BY_OWNER, false}, "by"},
        {{KIND_PAPER, BY_ADDRESSEE, false}, "by"},
        {{KIND_SUBMISSION, BY_OPENER, false}, "by"},
        {{KIND_RELEASE, BY_RESPONSIBLE, false}, "by"},
        {{KIND_TIMETABLE, BY_ANYONE, true}, "not_own"},
        {{KIND_SUBMISSION, BY_OWNER, false}, "rows"}, /* stands already */
        {{KIND_REVIEW, BY_LEAD, false}, "rows"},
    };
    kit k;
    kit_open(&k);
    kit_city(&k);
    static role_row rows[ROLE_ROWS_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        event ev = roles_event(1, rows);
        rows[ev.roles.rows_n++] = cases[i].row;
        assert_status(kit_try(&k, CITY, ev), DUBAN_E_RULES);
        assert_string_equal(k.refusal.field, cases[i].field);
        assert_int_equal(k.refusal.line, ev.roles.rows_n);
    }
    static const event_kind kept[] = {KIND_ROLES, KIND_KEYS};
    for (size_t i = 0; i < 2; i++) {
        event ev = roles_event(1, rows);
        uint32_t at = row_of(&ev, kept[i], BY_CITY);
        rows[at] = rows[--ev.roles.rows_n];
        assert_status(kit_try(&k, CITY, ev), DUBAN_E_RULES);
        assert_string_equal(k.refusal.field, "rows");
        assert_string_equal(k.refusal.expected, kind_names[kept[i]]);
        rows[ev.roles.rows_n++] = (role_row){kept[i], BY_ANYONE, false};
        assert_status(kit_try(&k, CITY, ev), DUBAN_OK);
    }
    assert_status(kit_try(&k, CITY, roles_event(2, rows)), DUBAN_E_SEQUENCE);
    assert_status(kit_try(&k, FGW, roles_event(1, rows)), DUBAN_E_NOT_ALLOWED);
    assert_string_equal(k.refusal.expected, "zfbgs");
    kit_close(&k);
}

static void a_table_replaces_the_defaults_as_a_whole(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    static role_row rows[] = {
        {KIND_ROLES, BY_CITY, false},       {KIND_KEYS, BY_CITY, false},
        {KIND_SUBMISSION, BY_OWNER, false}, {KIND_REVIEW, BY_RESPONSIBLE, true},
        {KIND_LIGHTS, BY_ANYONE, false},
    };
    statement_words s = kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE);
    assert_status(kit_try(&k, FGW, kit_submission(&s, 1)), DUBAN_OK);
    kit_must(&k, CITY, (event){.kind = KIND_ROLES, .roles = {1, rows, 5}});
    assert_status(kit_try(&k, FGW, kit_submission(&s, 1)), DUBAN_E_NOT_ALLOWED);
    assert_string_equal(k.refusal.found, "fgw");
    assert_string_equal(k.refusal.expected, "dong");
    assert_status(kit_try(&k, CITY, kit_submission(&s, 1)), DUBAN_E_NOT_ALLOWED);
    kit_must_say(&k, DONG, s);
    event review = kit_review(1, DONG, "2023Q1", k.last, true);
    assert_status(kit_try(&k, FGW, review), DUBAN_E_NOT_ALLOWED);
    assert_status(kit_try(&k, CITY, review), DUBAN_E_NOT_ALLOWED);
    assert_status(kit_try(&k, DONG, review), DUBAN_E_NOT_ALLOWED); /* its own */
    assert_status(kit_try(&k, GUAN, review), DUBAN_OK);
    assert_status(kit_try(&k, GUAN, kit_lights(2)), DUBAN_OK);
    /* what has no row is nobody's, not the city office's either */
    assert_status(kit_try(&k, CITY, kit_calendar()), DUBAN_E_NOT_ALLOWED);
    assert_string_equal(k.refusal.expected, "");
    kit_until(&k, "2023-01-03"); /* the broker needs no row */
    static role_row again[ROLE_ROWS_MAX];
    kit_must(&k, CITY, roles_event(2, again));
    assert_status(kit_try(&k, FGW, review), DUBAN_OK);
    assert_status(kit_try(&k, GUAN, kit_lights(2)), DUBAN_E_NOT_ALLOWED);
    hash256 live = kit_digest(&k);
    hash256 folded = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &folded, sizeof live);
    kit_close(&k);
}

/* A second plan with one task of its own. */
static void publish_another(kit *k) {
    static const uint32_t leads[] = {FGW};
    static const task_words task = {.id = 1,
                                    .number = "1",
                                    .chapter = "",
                                    .section = "",
                                    .title = "livelihood",
                                    .leads = leads,
                                    .leads_n = 1};
    event draft = {.kind = KIND_PLAN_CHUNK, .plan_chunk = {2, "list", 1, &task, 1}};
    event whole = kit_sign(k, CITY, draft);
    kit_must(k, CITY, draft);
    event ready = kit_publish(k);
    ready.plan_publish.plan = 2;
    ready.plan_publish.code = "list";
    ready.plan_publish.hash = hash_of(whole.payload.data, whole.payload.size);
    kit_must(k, CITY, ready);
}

static void every_published_plan_shows_which_table_holds(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    static role_row rows[ROLE_ROWS_MAX];
    cell_name name = {.kind = CELL_TABLE, .node = TABLE_ROLES};
    cell found;
    assert_false(ledger_cell(k.ledger, 1, &name, &found)); /* the defaults */
    kit_must(&k, CITY, roles_event(1, rows));
    uint64_t first = k.last;
    assert_true(ledger_cell(k.ledger, 1, &name, &found));
    assert_int_equal(found.table.version, 1);
    assert_int_equal(found.table.index, first);
    publish_another(&k); /* published later, it shows it too */
    assert_true(ledger_cell(k.ledger, 2, &name, &found));
    assert_int_equal(found.table.version, 1);
    assert_int_equal(found.table.index, first);
    kit_must(&k, CITY, roles_event(2, rows));
    for (uint32_t number = 1; number <= 2; number++) {
        assert_true(ledger_cell(k.ledger, number, &name, &found));
        assert_int_equal(found.table.version, 2);
        assert_int_equal(found.changed, k.last);
    }
    hash256 live = kit_digest(&k);
    hash256 folded = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &folded, sizeof live);
    kit_close(&k);
}

/* --- generated tables and acts ------------------------------------------------------ */

static bool has_task(event_kind kind) {
    static const event_kind kinds[] = {
        KIND_TIMETABLE,  KIND_TIMETABLE_REVIEW, KIND_SUBMISSION, KIND_REVIEW,
        KIND_AMENDMENT,  KIND_SPLITTING,        KIND_CALL_IN,    KIND_FILLER,
        KIND_UNLOCK,     KIND_OVERRIDE,         KIND_PROJECT,    KIND_VERIFICATION,
        KIND_ASSIGNMENT, KIND_CONFIRMATION};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i] == kind) return true;
    return false;
}

/* What an act speaks of, as this test knows the kit's city. */
typedef struct act {
    event_kind kind;
    uint32_t signer;
    uint32_t task;
    uint32_t office; /* 0: nobody's */
} act;

static bool stands(const act *a, relation_kind by) {
    static const uint32_t leads[] = {FGW, TJJ, FGW, FGW, CITY, TJJ};
    switch (by) {
    case BY_CITY: return a->signer == CITY;
    case BY_ANYONE: return true;
    case BY_LEAD: return has_task(a->kind) && a->signer == leads[a->task - 1];
    case BY_RESPONSIBLE:
        return has_task(a->kind) && (a->signer == DONG || a->signer == GUAN);
    case BY_OWNER: return a->office != 0 && a->signer == a->office;
    case BY_PARENT: return a->office == DONG && a->signer == CITY;
    default: return false; /* one lead a task, and nobody fills for others */
    }
}

static bool may(const event *table, const act *a) {
    for (uint32_t i = 0; i < table->roles.rows_n; i++) {
        const role_row *row = &table->roles.rows[i];
        if (row->kind == a->kind && stands(a, row->by) &&
            !(row->not_own && a->signer == a->office))
            return true;
    }
    return false;
}

static event random_table(kit_random *r, uint32_t version, role_row *rows) {
    static const relation_kind relations[] = {BY_CITY,   BY_LEAD,       BY_FURTHER_LEAD,
                                              BY_OWNER,  BY_FILLER,     BY_PARENT,
                                              BY_ANYONE, BY_RESPONSIBLE};
    uint32_t n = 0;
    for (int kind = KIND_OFFICES; kind < KIND_COUNT; kind++)
        for (size_t i = 0; i < sizeof relations / sizeof relations[0]; i++) {
            bool kept = (kind == KIND_ROLES || kind == KIND_KEYS) && i == 0;
            if (!roles_can_hold((event_kind)kind, relations[i])) continue;
            if (!kept && kit_below(r, relations[i] == BY_ANYONE ? 12 : 3) > 0) continue;
            bool item = roles_can_hold((event_kind)kind, BY_OWNER) &&
                        roles_can_hold((event_kind)kind, BY_LEAD);
            rows[n++] =
                (role_row){(event_kind)kind, relations[i], item && kit_below(r, 3) == 0};
        }
    return (event){.kind = KIND_ROLES, .roles = {version, rows, n}};
}

static const task_words *task_of(uint32_t id) {
    return &kit_chunk().plan_chunk.tasks[id - 1];
}

/* An event of that kind about that task and office; what it says beyond may be wrong. */
static event speak(kit *k, const act *a) {
    static statement_words s;
    static office_words office = {.number = 9, .code = "x", .name = "x"};
    event ev = {.kind = a->kind};
    period first = kit_period("2023Q1");
    switch (a->kind) {
    case KIND_OFFICES: ev.offices.offices = &office, ev.offices.offices_n = 1; break;
    case KIND_KEYS: return kit_keys(k);
    case KIND_CALENDAR: return kit_calendar();
    case KIND_PLAN_CHUNK: return kit_chunk();
    case KIND_PLAN_PUBLISH: return kit_publish(k);
    case KIND_LIGHTS: return kit_lights(9);
    case KIND_TIMETABLE: return kit_timetable(a->task, PROFILE_EVEN);
    case KIND_TIMETABLE_REVIEW:
        ev.timetable_review = (timetable_review_words){.plan = 1, .task = a->task};
        break;
    case KIND_SUBMISSION:
        s = a->task == 3 ? kit_text(3, a->office, "2023Q1", "going on")
                         : kit_value(a->task, 1, a->office, "2023Q1", "5", MODE_NONE);
        return kit_submission(&s, 1);
    case KIND_REVIEW: return kit_review(a->task, a->office, "2023Q1", 7, true);
    case KIND_TIME: ev.time_moment_ms = k->now_ms + 1; break;
    case KIND_AMENDMENT:
        ev.amendment = (amendment_words){.plan = 1, .task = *task_of(a->task)};
        break;
    case KIND_SPLITTING:
        ev.splitting = (splitting_words){.plan = 1, .task = a->task, .metric = 1};
        break;
    case KIND_CALL_IN: ev.call_in = (call_in_words){.plan = 1, .task = a->task}; break;
    case KIND_FILLER:
        ev.filler =
            (filler_words){.plan = 1, .task = a->task, .metric = 1, .office = a->office};
        break;
    case KIND_CONFIRMATION:
        ev.confirmation = (confirmation_words){
            .plan = 1, .task = a->task, .metric = 1, .period = first};
        break;
    case KIND_ASSIGNMENT:
        ev.assignment = (assignment_words){.plan = 1, .task = a->task};
        break;
    case KIND_OFFICE_CHANGE:
        ev.office_change = (office_change_words){.office = a->office};
        break;
    case KIND_RELEASE:
        ev.release = (release_words){.plan = 1, .code = "gdp", .period = first};
        break;
    case KIND_UNLOCK:
        ev.unlock = (unlock_words){
            .plan = 1, .task = a->task, .office = a->office, .period = first};
        break;
    case KIND_OVERRIDE:
        ev.override = (override_words){.plan = 1, .task = a->task, .office = a->office};
        break;
    case KIND_FORMS: ev.forms.plan = 1; break;
    case KIND_ROLES: ev.roles.version = 99; break;
    case KIND_CHECKS: ev.checks.plan = 1; break;
    case KIND_WEIGHTS: ev.weights.plan = 1; break;
    case KIND_PROJECT: ev.project = (project_words){.plan = 1, .task = a->task}; break;
    case KIND_VERIFICATION:
        ev.verification = (verification_words){.plan = 1,
                                               .task = a->task,
                                               .metric = 1,
                                               .office = a->office,
                                               .period = first};
        break;
    default: break;
    }
    return ev;
}

/* The event as the broker reads it from its bytes: nothing in it is left out. */
static event as_read(kit *k, event ev) {
    buffer payload;
    event out;
    duban_refusal why = {0};
    buffer_init(&payload);
    assert_int_equal(codec_event_write(&ev, &payload), DUBAN_OK);
    const char *bytes = arena_copy(&k->arena, (const char *)payload.data, payload.size);
    signed_words head = {.kind = ev.kind,
                         .payload = {(const uint8_t *)bytes, payload.size}};
    span signature = {(const uint8_t *)"", 0};
    duban_status status = codec_event_read(&head, signature, &k->arena, &out, &why);
    if (status != DUBAN_OK)
        fail_msg("%s: %s %s", kind_names[ev.kind], duban_status_name(status), why.field);
    buffer_close(&payload);
    return out;
}

static act random_act(kit_random *r) {
    act a = {.kind = (event_kind)(KIND_OFFICES + kit_below(r, KIND_COUNT - 2)),
             .signer = 1 + kit_below(r, 5),
             .task = 1 + kit_below(r, 6),
             .office = 1 + kit_below(r, 5)};
    if (a.kind == KIND_CONFIRMATION || a.kind == KIND_ASSIGNMENT) a.office = a.signer;
    if (a.kind == KIND_PROJECT || !roles_can_hold(a.kind, BY_OWNER)) a.office = 0;
    return a;
}

static void permissions_refuse_exactly_what_the_table_refuses(void **state) {
    (void)state;
    static role_row rows[ROLE_ROWS_MAX];
    uint32_t asked = 0;
    uint32_t refused = 0;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        kit k;
        kit_open(&k);
        kit_running_city(&k);
        kit_random r = {seed * 7919};
        uint32_t rows_n;
        event table = {.kind = KIND_ROLES, .roles = {0, roles_default(&rows_n), 0}};
        table.roles.rows_n = rows_n;
        for (uint32_t n = 0; n < 1200; n++) {
            if (n % 100 == 99) {
                table = random_table(&r, n / 100 + 1, rows);
                kit_must(&k, CITY, table);
            }
            act a = random_act(&r);
            /* the broker's three and papers, which their forms decide, stand apart */
            if (a.kind == KIND_PAPER || !roles_can_hold(a.kind, BY_CITY)) continue;
            duban_status status = kit_try(&k, a.signer, as_read(&k, speak(&k, &a)));
            bool denied = status == DUBAN_E_NOT_ALLOWED;
            if (denied == may(&table, &a))
                fail_msg("%s by %u of task %u, office %u: %s", kind_names[a.kind],
                         a.signer, a.task, a.office, duban_status_name(status));
            asked++;
            refused += denied;
        }
        hash256 live = kit_digest(&k);
        hash256 folded = kit_digest_of_replay(&k);
        assert_memory_equal(&live, &folded, sizeof live);
        kit_close(&k);
    }
    assert_true(asked > 3000);
    assert_true(refused > 1000 && refused < asked - 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_manual_prints_the_defaults_row_by_row),
        cmocka_unit_test(every_kind_but_the_fixed_ones_has_a_default),
        cmocka_unit_test(a_table_that_could_not_work_is_refused),
        cmocka_unit_test(a_table_replaces_the_defaults_as_a_whole),
        cmocka_unit_test(every_published_plan_shows_which_table_holds),
        cmocka_unit_test(permissions_refuse_exactly_what_the_table_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
