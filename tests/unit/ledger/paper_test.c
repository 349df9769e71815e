/* Acts on papers: who may, what they need, where they lead, what that does to a board. */
#include "tests/unit/ledger/paper_forms.h"

static int32_t today(kit *k) {
    ledger_status status;
    ledger_get_status(k->ledger, &status);
    return status.day;
}

/* --- numbers, states, hands --------------------------------------------------------- */

static void a_paper_takes_the_next_number_whoever_opens_it(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    MUST(&k, FGW, .form = "ticket", .act = "raise", TASKS(1), .text = kit_body("land"));
    MUST(&k, TJJ, .paper = 2, .form = "ticket", .act = "raise", TASKS(2),
         .text = kit_body("staff"));
    REFUSED(&k, DUBAN_E_SEQUENCE, "paper", DONG, .paper = 2, .form = "ticket",
            .act = "raise", TASKS(1), .text = kit_body("water"));
    assert_string_equal(k.refusal.expected, "3");
    paper_cell two = paper_of(&k, 2);
    assert_string_equal(two.form, "ticket");
    assert_string_equal(two.state, "at_lead");
    assert_int_equal(two.opener, TJJ);
    assert_int_equal(two.opened_day, today(&k));
    assert_int_equal(two.acts, 1);
    assert_true(two.opened == k.last && two.last == k.last);
    assert_int_equal(two.tasks_n, 1);
    assert_int_equal(two.tasks[0], 2);
    kit_close(&k);
}

static void no_office_uses_up_the_papers_of_a_plan(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    for (uint32_t i = 0; i < PAPERS_OF_OFFICE_MAX; i++)
        MUST(&k, FGW, .form = "ticket", .act = "raise", TASKS(1),
             .text = kit_body("land"));
    REFUSED(&k, DUBAN_E_LIMIT, "paper", FGW, .form = "ticket", .act = "raise", TASKS(1),
            .text = kit_body("more"));
    MUST(&k, TJJ, .form = "ticket", .act = "raise", TASKS(2), .text = kit_body("staff"));
    kit_close(&k);
}

static void an_act_leads_on_only_from_where_the_paper_stands(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    MUST(&k, CITY, .form = "slip", .act = "issue", TASKS(1), OFFICES(DONG),
         .text = kit_body("hurry"), .document = "D1");
    REFUSED(&k, DUBAN_E_STATE, "act", CITY, .paper = 1, .act = "close");
    assert_string_equal(k.refusal.found, "signed");
    assert_string_equal(k.refusal.expected, "answered");
    REFUSED(&k, DUBAN_E_STATE, "act", CITY, .paper = 1, .act = "issue",
            .text = kit_body("again"));
    REFUSED(&k, DUBAN_E_UNKNOWN_FORM, "act", CITY, .paper = 1, .act = "burn");
    REFUSED(&k, DUBAN_E_UNKNOWN_FORM, "act", CITY, .form = "slip", .act = "burn");
    REFUSED(&k, DUBAN_E_UNKNOWN_FORM, "form", CITY, .form = "edict", .act = "issue");
    REFUSED(&k, DUBAN_E_UNKNOWN_FORM, "form", CITY, .paper = 1, .form = "urge",
            .act = "close");
    REFUSED(&k, DUBAN_E_UNKNOWN_PAPER, "paper", CITY, .paper = 2, .act = "close");
    REFUSED(&k, DUBAN_E_UNKNOWN_PAPER, "paper", CITY, .form = "slip", .act = "close");
    /* the same act from two states, and one from any that has not ended */
    MUST(&k, DONG, .paper = 1, .act = "acknowledge");
    MUST(&k, DONG, .paper = 1, .act = "answer", .text = kit_body("done"));
    MUST(&k, CITY, .paper = 1, .act = "pass_on", OFFICES(GUAN));
    MUST(&k, GUAN, .paper = 1, .act = "answer", .text = kit_body("done indeed"));
    MUST(&k, CITY, .paper = 1, .form = "slip", .act = "close");
    paper_cell one = paper_of(&k, 1);
    assert_true(one.ended);
    assert_int_equal(one.limit_day, 0);
    assert_int_equal(one.acts, 6);
    assert_string_equal(one.document, "D1");
    body_ref latest = kit_body("done indeed");
    assert_true(hash_equal(&one.text.hash, &latest.hash));
    REFUSED(&k, DUBAN_E_STATE, "act", CITY, .paper = 1, .act = "pass_on", OFFICES(DONG));
    kit_close(&k);
}

static void an_act_that_leads_nowhere_leaves_the_state_and_its_limit(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    MUST(&k, FGW, .form = "ticket", .act = "raise", TASKS(1), .text = kit_body("land"));
    paper_cell before = paper_of(&k, 1);
    kit_until(&k, "2023-01-03");
    MUST(&k, FGW, .paper = 1, .act = "say", .text = kit_body("still no land"),
         .title = "Land for the plant");
    paper_cell after = paper_of(&k, 1);
    assert_string_equal(after.state, "at_lead");
    assert_int_equal(after.since_day, before.since_day);
    assert_int_equal(after.limit_day, before.limit_day);
    assert_string_equal(after.title, "Land for the plant");
    assert_int_equal(after.acts, 2);
    MUST(&k, CITY, .paper = 1, .act = "say", .text = kit_body("take until February"),
         .limit_day = kit_day_of("2023-02-01"));
    assert_int_equal(paper_of(&k, 1).limit_day, kit_day_of("2023-02-01"));
    kit_close(&k);
}

static const form_state hand_states[] = {{.code = "open"},
                                         {.code = "end", .ended = true}};

/* Who may act when the table names that relation alone. Task 1: lead fgw, responsible
 * dong and guan; the paper goes to dong, whose parent is the city, and guan opened it. */
static void only_those_the_table_names_may_act(void **state) {
    (void)state;
    static const struct {
        relation_kind by;
        bool may[KIT_OFFICES];
        const char *expected;
    } rows[] = {
        {BY_CITY, {[CITY] = true}, "zfbgs"},
        {BY_LEAD, {[FGW] = true}, "fgw"},
        {BY_FURTHER_LEAD, {false}, ""},
        {BY_OWNER, {[DONG] = true}, "dong"},
        {BY_ADDRESSEE, {[DONG] = true}, "dong"},
        {BY_PARENT, {[CITY] = true}, "zfbgs"},
        {BY_OPENER, {[GUAN] = true}, "guan"},
        {BY_RESPONSIBLE, {[DONG] = true, [GUAN] = true}, "dong, guan"},
        {BY_FILLER, {false}, ""},
        {BY_ANYONE,
         {[CITY] = true, [FGW] = true, [DONG] = true, [GUAN] = true, [TJJ] = true},
         ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        form_act acts[] = {{.code = "open", .from = "", .to = "open", BY(BY_ANYONE)},
                           {.code = "act", .from = "open", .by = &rows[i].by, .by_n = 1},
                           {.code = "end", .from = "open", .to = "end", BY(BY_CITY)}};
        form_words form = {FORM("hand", hand_states, acts)};
        kit k;
        kit_open(&k);
        kit_running_city(&k);
        kit_must(&k, CITY, forms_event(&k, 1, &form, 1));
        MUST(&k, GUAN, .form = "hand", .act = "open", TASKS(1), OFFICES(DONG));
        for (uint32_t office = CITY; office < KIT_OFFICES; office++) {
            duban_status found =
                paper_act(&k, office, (paper_words){.paper = 1, .act = "act"});
            assert_status(found, rows[i].may[office] ? DUBAN_OK : DUBAN_E_NOT_ALLOWED);
            if (!rows[i].may[office])
                assert_string_equal(k.refusal.expected, rows[i].expected);
        }
        kit_close(&k);
    }
}

static void a_group_stands_for_its_members(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    static const uint32_t members[] = {DONG, GUAN};
    static const office_words counties = {.number = 6,
                                          .code = "counties",
                                          .name = "All counties",
                                          .kind = OFFICE_GROUP,
                                          .members = members,
                                          .members_n = 2};
    kit_must(&k, CITY,
             decoded(&k, (event){.kind = KIND_OFFICES, .offices = {&counties, 1}}));
    MUST(&k, CITY, .form = "slip", .act = "issue", TASKS(1), OFFICES(6),
         .text = kit_body("all of you"), .document = "D1");
    REFUSED(&k, DUBAN_E_NOT_ALLOWED, "office", TJJ, .paper = 1, .act = "acknowledge");
    MUST(&k, GUAN, .paper = 1, .act = "acknowledge");
    kit_close(&k);
}

/* --- what an act says --------------------------------------------------------------- */

static void each_missing_need_is_named(void **state) {
    (void)state;
    static const char *const fields[] = {"text",  "evidence", "document", "limit_day",
                                         "day",   "tasks",    "offices",  "authority",
                                         "index", "refers"};
    form_act acts[] = {
        {.code = "begin", .from = "", .to = "open", BY(BY_CITY)},
        {.code = "open",
         .from = "",
         .to = "open",
         BY(BY_CITY),
         NEEDS(NEED_TEXT, NEED_EVIDENCE, NEED_DOCUMENT, NEED_LIMIT, NEED_DAY, NEED_TASK,
               NEED_OFFICE, NEED_AUTHORITY, NEED_INDEX, NEED_REFERS)},
        {.code = "end", .from = "open", .to = "end", BY(BY_CITY)}};
    form_words form = {FORM("all", hand_states, acts)};
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must(&k, CITY, forms_event(&k, 1, &form, 1));
    MUST(&k, CITY, .form = "all", .act = "begin");
    static const uint32_t task[] = {3};
    static const uint32_t office[] = {DONG};
    body_ref scan = kit_body("scan");
    paper_words words = {.form = "all", .act = "open"};
    for (size_t i = 0; i <= COUNT(fields); i++) {
        duban_status found = paper_act(&k, CITY, words);
        if (i == COUNT(fields)) {
            assert_status(found, DUBAN_OK);
            break;
        }
        assert_status(found, DUBAN_E_NEEDED);
        assert_string_equal(k.refusal.field, fields[i]);
        switch (i) {
        case 0: words.text = kit_body("words"); break;
        case 1: words.evidence = &scan, words.evidence_n = 1; break;
        case 2: words.document = "D1"; break;
        case 3: words.limit_day = today(&k) + 3; break;
        case 4: words.day = today(&k); break;
        case 5: words.tasks = task, words.tasks_n = 1; break;
        case 6: words.offices = office, words.offices_n = 1; break;
        case 7: words.authority = "the council"; break;
        case 8: words.index = 1; break;
        default: words.refers = 1;
        }
    }
    paper_cell made = paper_of(&k, 2);
    assert_string_equal(made.authority, "the council");
    assert_int_equal(made.limit_day, today(&k) + 3);
    assert_int_equal(made.day, today(&k));
    assert_int_equal(made.refers, 1);
    kit_close(&k);
}

static void documents_are_given_once_in_a_plan(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    MUST(&k, CITY, .form = "finding", .act = "visit", OFFICES(DONG), TASKS(1));
    MUST(&k, CITY, .paper = 1, .act = "confirm", .document = "〔2023〕1号",
         .authority = "council");
    REFUSED(&k, DUBAN_E_DUPLICATE, "document", CITY, .form = "slip", .act = "issue",
            TASKS(1), OFFICES(DONG), .text = kit_body("x"), .document = "〔2023〕1号");
    MUST(&k, CITY, .form = "slip", .act = "issue", TASKS(1), OFFICES(DONG),
         .text = kit_body("x"), .document = "〔2023〕2号");
    /* one that a later document of the same paper has covered stays taken */
    MUST(&k, CITY, .paper = 1, .act = "reverse", .document = "〔2023〕3号",
         .authority = "council");
    REFUSED(&k, DUBAN_E_DUPLICATE, "document", CITY, .form = "slip", .act = "issue",
            TASKS(1), OFFICES(DONG), .text = kit_body("x"), .document = "〔2023〕1号");
    REFUSED(&k, DUBAN_E_DUPLICATE, "document", CITY, .form = "slip", .act = "issue",
            TASKS(1), OFFICES(DONG), .text = kit_body("x"), .document = "〔2023〕3号");
    /* and its own paper may name it again */
    MUST(&k, CITY, .paper = 2, .act = "pass_on", OFFICES(GUAN),
         .document = "〔2023〕2号");
    kit_close(&k);
}

static void what_a_paper_names_is_there_and_near(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    static const uint32_t twice[] = {1, 1};
    static const uint32_t offices_twice[] = {DONG, DONG};
    const struct {
        duban_status status;
        const char *field;
        paper_words words;
    } rows[] = {
        {DUBAN_E_UNKNOWN_TASK, "tasks", {TASKS(7)}},
        {DUBAN_E_DUPLICATE, "tasks", {.tasks = twice, .tasks_n = 2}},
        {DUBAN_E_UNKNOWN_OFFICE, "offices", {TASKS(1), OFFICES(9)}},
        {DUBAN_E_DUPLICATE,
         "offices",
         {TASKS(1), .offices = offices_twice, .offices_n = 2}},
        {DUBAN_E_UNKNOWN_INDEX, "index", {TASKS(1), .index = 999}},
        {DUBAN_E_UNKNOWN_PAPER, "refers", {TASKS(1), .refers = 9}},
        {DUBAN_E_UNKNOWN_PAPER, "refers", {TASKS(1), .refers = 1}}, /* itself */
        {DUBAN_E_DATE, "day", {TASKS(1), .day = 19357}},            /* 2022-12-31 */
        {DUBAN_E_DATE, "day", {TASKS(1), .day = 30000}},
        {DUBAN_E_DATE, "limit_day", {TASKS(1), .limit_day = 19358}},
        {DUBAN_E_DATE, "limit_day", {TASKS(1), .limit_day = 30000}},
    };
    kit_until(&k, "2023-01-02");
    for (size_t i = 0; i < COUNT(rows); i++) {
        paper_words words = rows[i].words;
        words.form = "ticket";
        words.act = "raise";
        words.text = kit_body("words");
        duban_status found = paper_act(&k, FGW, words);
        if (found != rows[i].status || strcmp(k.refusal.field, rows[i].field) != 0)
            fail_msg("row %zu: %s %s", i, duban_status_name(found), k.refusal.field);
    }
    assert_int_equal(paper_last(&k), 0);
    assert_status(paper_act(&k, FGW, (paper_words){.form = "ticket", .act = "raise"}),
                  DUBAN_E_NOT_ALLOWED); /* lead of no task */
    paper_words other = {.plan = 2, .form = "ticket", .act = "raise"};
    event ev = decoded(&k, (event){.kind = KIND_PAPER, .paper = other});
    assert_status(kit_send(&k, FGW, ev), DUBAN_E_UNKNOWN_PLAN);
    kit_close(&k);
}

/* --- reliefs ------------------------------------------------------------------------ */

static void ask(kit *k, const char *form, uint32_t task) {
    MUST(k, FGW, .form = form, .act = "ask", TASKS(task), .text = kit_body("floods"));
}

static void an_extension_moves_the_deadline_and_keeps_the_printed_one(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    ask(&k, "extension", 3);
    light_cell before = kit_light(&k, 3, 0);
    assert_int_equal(before.extended_from, 0);
    REFUSED(&k, DUBAN_E_NEEDED, "day", CITY, .paper = 1, .act = "grant",
            .authority = "council", .document = "D1");
    REFUSED(&k, DUBAN_E_DATE, "day", CITY, .paper = 1, .act = "grant",
            .authority = "council", .document = "D1", .day = kit_day_of("2023-12-31"));
    assert_string_equal(k.refusal.expected, "2024-01-01..2170-01-01");
    MUST(&k, CITY, .paper = 1, .act = "grant", .authority = "council", .document = "D1",
         .day = kit_day_of("2024-03-31"));
    assert_int_equal(paper_of(&k, 1).effect, EFFECT_EXTEND);
    assert_int_equal(paper_of(&k, 1).day, kit_day_of("2024-03-31"));
    /* and from there only further */
    ask(&k, "extension", 3);
    REFUSED(&k, DUBAN_E_DATE, "day", CITY, .paper = 2, .act = "grant",
            .authority = "council", .document = "D2", .day = kit_day_of("2024-03-31"));
    kit_close(&k);
}

static void an_extension_after_the_deadline_is_refused(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    ask(&k, "extension", 1); /* in time, decided late */
    kit_until(&k, "2024-01-01");
    ask(&k, "extension", 4);
    uint32_t late = paper_last(&k);
    REFUSED(&k, DUBAN_E_DATE, "opened_day", CITY, .paper = late, .act = "grant",
            .authority = "council", .document = "D1", .day = kit_day_of("2024-03-31"));
    assert_int_equal(k.refusal.line, 1);
    MUST(&k, CITY, .paper = 1, .act = "grant", .authority = "council", .document = "D1",
         .day = kit_day_of("2024-03-31"));
    kit_close(&k);
}

static void an_exemption_never_reaches_back_and_stops_items(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    kit_until(&k, "2023-05-10");
    MUST(&k, DONG, .form = "exemption", .act = "ask", TASKS(1, 4), OFFICES(DONG),
         .text = kit_body("floods"));
    uint32_t n = paper_last(&k);
    paper_words grant = {.paper = n,
                         .act = "grant",
                         .authority = "council",
                         .document = "D1",
                         .day = kit_day_of("2023-03-31")};
    assert_status(paper_act(&k, CITY, grant), DUBAN_E_DATE);
    assert_string_equal(k.refusal.field, "day");
    assert_false(kit_item(&k, 1, DONG, "2023Q2").withdrawn);
    grant.day = kit_day_of("2023-04-01");
    assert_status(paper_act(&k, CITY, grant), DUBAN_OK);
    assert_true(kit_item(&k, 1, DONG, "2023Q2").withdrawn);
    assert_true(kit_item(&k, 4, DONG, "2023Q2").withdrawn);
    assert_false(kit_item(&k, 1, DONG, "2023Q1").withdrawn);
    assert_true(kit_item(&k, 1, DONG, "2023Q1").missing);
    assert_false(kit_item(&k, 1, GUAN, "2023Q2").withdrawn);
    cell_name duty = {.kind = CELL_DUTY, .task = 1, .office = DONG};
    assert_int_equal(kit_cell(&k, duty).duty.exempt_day, kit_day_of("2023-04-01"));
    kit_until(&k, "2023-07-01");
    cell found;
    cell_name next = {
        .kind = CELL_ITEM, .task = 1, .office = DONG, .period = kit_period("2023Q3")};
    assert_false(ledger_cell(k.ledger, 1, &next, &found));
    next.office = GUAN;
    assert_true(ledger_cell(k.ledger, 1, &next, &found));
    /* who owes nothing cannot be let off */
    MUST(&k, FGW, .form = "exemption", .act = "ask", TASKS(3), OFFICES(TJJ),
         .text = kit_body("x"));
    grant.paper = paper_last(&k);
    grant.day = kit_day_of("2023-07-01");
    grant.document = "D2";
    assert_status(paper_act(&k, CITY, grant), DUBAN_E_NO_ITEM);
    kit_close(&k);
}

/* --- findings ----------------------------------------------------------------------- */

static void a_hidden_visit_is_not_named(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    MUST(&k, CITY, .form = "finding", .act = "visit", OFFICES(DONG), TASKS(1),
         .title = "To Dong", .text = kit_body("at dawn"));
    paper_cell seen = paper_of(&k, 1);
    assert_true(seen.hidden);
    assert_int_equal(seen.tasks_n, 0);
    assert_int_equal(seen.offices_n, 0);
    assert_string_equal(seen.title, "");
    assert_false(seen.text.present);
    assert_int_equal(seen.opener, CITY);
    /* but the plan's state knows whom it is about */
    kit other;
    paper_city(&other);
    MUST(&other, CITY, .form = "finding", .act = "visit", OFFICES(GUAN), TASKS(1),
         .title = "To Dong", .text = kit_body("at dawn"));
    buffer to_dong;
    buffer to_guan;
    buffer_init(&to_dong);
    buffer_init(&to_guan);
    assert_int_equal(ledger_page_write(k.ledger, 1, &to_dong), DUBAN_OK);
    assert_int_equal(ledger_page_write(other.ledger, 1, &to_guan), DUBAN_OK);
    assert_int_equal(to_dong.size, to_guan.size);
    assert_memory_not_equal(to_dong.data, to_guan.data, to_dong.size);
    buffer_close(&to_dong);
    buffer_close(&to_guan);
    kit_close(&other);
    MUST(&k, CITY, .paper = 1, .act = "doubt", .text = kit_body("no such road"));
    seen = paper_of(&k, 1);
    assert_false(seen.hidden);
    assert_int_equal(seen.offices_n, 1);
    assert_int_equal(seen.offices[0], DONG);
    assert_int_equal(seen.tasks[0], 1);
    assert_string_equal(seen.title, "To Dong");
    REFUSED(&k, DUBAN_E_NOT_ALLOWED, "office", GUAN, .paper = 1, .act = "reply",
            .text = kit_body("not I"));
    MUST(&k, DONG, .paper = 1, .act = "reply", .text = kit_body("it is there"));
    kit_close(&k);
}

/* The light table of the kit with a first row that shows findings. */
static void show_marks(kit *k) {
    event ev = kit_lights(2);
    light_row rows[32] = {
        {.grade = GRADE_RED, .cause = CAUSE_FINDING, .finding = true},
        {.grade = GRADE_DONE, .cause = CAUSE_CLOSED, .closed = true},
        {.grade = GRADE_GREY, .cause = CAUSE_EXEMPT, .exempt = true},
        {.grade = GRADE_GREY, .cause = CAUSE_TOLERATED, .tolerated = true}};
    memcpy(rows + 4, ev.lights.rows, ev.lights.rows_n * sizeof *rows);
    ev.lights.rows = rows;
    ev.lights.rows_n += 4;
    kit_must(k, CITY, ev);
}

static uint32_t find(kit *k, uint32_t office, const char *document) {
    uint32_t n = paper_last(k) + 1;
    MUST(k, CITY, .form = "finding", .act = "visit", .offices = &office, .offices_n = 1,
         TASKS(1));
    MUST(k, CITY, .paper = n, .act = "confirm", .document = document,
         .authority = "inspectorate");
    return n;
}

static void a_confirmed_finding_stands_until_it_is_reversed_once(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    show_marks(&k);
    uint32_t first = find(&k, DONG, "D1");
    assert_int_equal(kit_light(&k, 1, 0).cause, CAUSE_FINDING);
    assert_int_equal(kit_light(&k, 1, DONG).cause, CAUSE_FINDING);
    assert_int_not_equal(kit_light(&k, 1, GUAN).cause, CAUSE_FINDING);
    uint32_t second = find(&k, DONG, "D2");
    /* reversed by its own paper */
    MUST(&k, CITY, .paper = first, .act = "reverse", .authority = "council");
    assert_int_equal(paper_of(&k, first).effect, EFFECT_REVERSE);
    assert_int_equal(kit_light(&k, 1, DONG).cause, CAUSE_FINDING);
    /* and by another, asked for by the office; but not twice */
    MUST(&k, DONG, .form = "review", .act = "ask", .refers = second);
    MUST(&k, DONG, .form = "review", .act = "ask", .refers = second);
    uint32_t review = second + 1;
    MUST(&k, CITY, .paper = review, .act = "reverse", .authority = "council");
    assert_int_equal(paper_of(&k, second).effect, EFFECT_NONE);
    assert_string_equal(paper_of(&k, second).state, "confirmed");
    assert_int_not_equal(kit_light(&k, 1, DONG).cause, CAUSE_FINDING);
    assert_int_not_equal(kit_light(&k, 1, 0).cause, CAUSE_FINDING);
    REFUSED(&k, DUBAN_E_STATE, "refers", CITY, .paper = review + 1, .act = "reverse",
            .authority = "council");
    kit_close(&k);
}

static void a_standing_finding_keeps_whom_it_was_confirmed_against(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    uint32_t n = find(&k, DONG, "D1");
    REFUSED(&k, DUBAN_E_STATE, "offices", CITY, .paper = n, .act = "reverse",
            .authority = "council", OFFICES(GUAN));
    REFUSED(&k, DUBAN_E_STATE, "tasks", CITY, .paper = n, .act = "reverse",
            .authority = "council", TASKS(2));
    MUST(&k, CITY, .paper = n, .act = "reverse", .authority = "council");
    kit_close(&k);
}

static void an_amendment_keeps_what_papers_decided(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    show_marks(&k);
    uint32_t n = find(&k, DONG, "D1");
    task_words task = kit_chunk().plan_chunk.tasks[0];
    task.title = "a promise in other words";
    kit_must(&k, CITY,
             decoded(&k, (event){.kind = KIND_AMENDMENT,
                                 .amendment = {.plan = 1,
                                               .task = task,
                                               .day = today(&k),
                                               .reason = kit_body("clearer"),
                                               .approver = "council"}}));
    assert_int_equal(kit_light(&k, 1, DONG).cause, CAUSE_FINDING);
    assert_int_equal(kit_light(&k, 1, 0).cause, CAUSE_FINDING);
    MUST(&k, CITY, .paper = n, .act = "reverse", .authority = "council");
    assert_int_not_equal(kit_light(&k, 1, DONG).cause, CAUSE_FINDING);
    assert_int_not_equal(kit_light(&k, 1, 0).cause, CAUSE_FINDING);
    hash256 live = kit_digest(&k);
    hash256 again = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &again, sizeof live);
    kit_close(&k);
}

static void what_is_tolerated_is_kept_apart(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    show_marks(&k);
    MUST(&k, FGW, .form = "tolerance", .act = "ask", TASKS(1), OFFICES(DONG),
         .text = kit_body("tried in good faith"));
    assert_int_not_equal(kit_light(&k, 1, DONG).cause, CAUSE_TOLERATED);
    MUST(&k, CITY, .paper = 1, .act = "grant", .authority = "council", .document = "D1");
    assert_int_equal(kit_light(&k, 1, DONG).cause, CAUSE_TOLERATED);
    assert_int_not_equal(kit_light(&k, 1, GUAN).cause, CAUSE_TOLERATED);
    kit_close(&k);
}

/* --- closing, policies, meetings, bulletins ----------------------------------------- */

static void a_closed_task_owes_no_more_until_it_is_reopened(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    show_marks(&k);
    kit_until(&k, "2023-04-10");
    body_ref photo = kit_body("photo");
    MUST(&k, FGW, .form = "closing", .act = "ask", TASKS(1), .evidence = &photo,
         .evidence_n = 1);
    uint32_t n = paper_last(&k);
    MUST(&k, CITY, .paper = n, .act = "return", .text = kit_body("no photo of the road"));
    REFUSED(&k, DUBAN_E_NOT_ALLOWED, "office", DONG, .paper = n, .act = "ask_again");
    MUST(&k, FGW, .paper = n, .act = "ask_again");
    MUST(&k, CITY, .paper = n, .act = "approve");
    assert_int_equal(kit_light(&k, 1, 0).cause, CAUSE_CLOSED);
    assert_true(kit_item(&k, 1, DONG, "2023Q2").withdrawn);
    assert_false(kit_item(&k, 1, DONG, "2023Q1").withdrawn); /* it had ended before */
    MUST(&k, FGW, .form = "closing", .act = "ask", TASKS(1), .evidence = &photo,
         .evidence_n = 1);
    REFUSED(&k, DUBAN_E_STATE, "tasks", CITY, .paper = n + 1, .act = "approve");
    assert_string_equal(k.refusal.found, "1");
    kit_until(&k, "2023-07-05"); /* a round begins that the task does not take part in */
    MUST(&k, CITY, .paper = n, .act = "reopen", .text = kit_body("it leaks"));
    assert_int_equal(paper_of(&k, n).effect, EFFECT_REOPEN);
    assert_int_not_equal(kit_light(&k, 1, 0).cause, CAUSE_CLOSED);
    assert_int_equal(kit_item(&k, 1, DONG, "2023Q3").state, ITEM_DUE);
    assert_false(kit_item(&k, 1, DONG, "2023Q3").withdrawn);
    hash256 live = kit_digest(&k);
    hash256 again = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &again, sizeof live);
    kit_close(&k);
}

static void a_closing_lifted_by_another_paper_is_no_longer_in_force(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    form_act acts[] = {
        {.code = "close", .from = "", .to = "closed", BY(BY_CITY), NEEDS(NEED_TASK)},
        {.code = "reopen", .from = "", .to = "reopened", BY(BY_CITY), NEEDS(NEED_TASK)}};
    static const form_state states[] = {
        {.code = "closed", .ended = true, .effect = EFFECT_CLOSE},
        {.code = "reopened", .ended = true, .effect = EFFECT_REOPEN}};
    form_words form = {FORM("end", states, acts)};
    kit_must(&k, CITY, forms_event(&k, 1, &form, 1));
    REFUSED(&k, DUBAN_E_STATE, "tasks", CITY, .form = "end", .act = "reopen", TASKS(1));
    MUST(&k, CITY, .form = "end", .act = "close", TASKS(1, 2));
    MUST(&k, CITY, .form = "end", .act = "reopen", TASKS(1));
    assert_int_equal(paper_of(&k, 1).effect, EFFECT_CLOSE); /* of task 2 still */
    MUST(&k, CITY, .form = "end", .act = "reopen", TASKS(2));
    assert_int_equal(paper_of(&k, 1).effect, EFFECT_NONE);
    kit_close(&k);
}

static void a_policy_paper_is_met_when_it_is_issued(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    MUST(&k, FGW, .form = "policy", .act = "draft", TASKS(3), .title = "Measures");
    static const char *const steps[] = {"consult", "review", "submit"};
    for (size_t i = 0; i < COUNT(steps); i++)
        MUST(&k, FGW, .paper = 1, .act = steps[i]);
    REFUSED(&k, DUBAN_E_NEEDED, "document", CITY, .paper = 1, .act = "issue");
    assert_int_not_equal(kit_light(&k, 3, 0).grade, GRADE_DONE);
    MUST(&k, CITY, .paper = 1, .act = "issue", .document = "政发〔2023〕7号");
    assert_int_equal(kit_light(&k, 3, 0).grade, GRADE_DONE);
    assert_int_equal(kit_light(&k, 3, 0).cause, CAUSE_MET);
    kit_close(&k);
}

static void actions_of_a_meeting_refer_to_it(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    MUST(&k, FGW, .form = "meeting", .act = "hold", TASKS(1, 4), .day = today(&k),
         .text = kit_body("minutes"));
    REFUSED(&k, DUBAN_E_NEEDED, "refers", FGW, .form = "action", .act = "assign",
            OFFICES(DONG), .limit_day = kit_day_of("2023-02-01"));
    MUST(&k, FGW, .form = "action", .act = "assign", .refers = 1, OFFICES(DONG),
         .limit_day = kit_day_of("2023-02-01"));
    assert_int_equal(paper_of(&k, 2).refers, 1);
    assert_int_equal(paper_of(&k, 2).limit_day, kit_day_of("2023-02-01"));
    REFUSED(&k, DUBAN_E_NOT_ALLOWED, "office", GUAN, .paper = 2, .act = "done");
    MUST(&k, CITY, .paper = 2, .act = "done"); /* the office above dong */
    kit_close(&k);
}

static void a_bulletin_is_frozen_at_an_index_that_stands(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    uint64_t frozen = k.last;
    REFUSED(&k, DUBAN_E_UNKNOWN_INDEX, "index", CITY, .form = "bulletin", .act = "draft",
            .index = k.last + 1, .text = kit_body("report"));
    MUST(&k, CITY, .form = "bulletin", .act = "draft", .index = frozen,
         .text = kit_body("report"));
    MUST(&k, CITY, .paper = 1, .act = "circulate", .limit_day = kit_day_of("2023-01-20"));
    MUST(&k, GUAN, .paper = 1, .act = "comment", .text = kit_body("we are third"));
    MUST(&k, CITY, .paper = 1, .act = "issue", .document = "D1");
    assert_true(paper_of(&k, 1).index == frozen);
    kit_close(&k);
}

/* --- slices, memory, the journal ---------------------------------------------------- */

static void a_slice_takes_acts_on_papers_it_does_not_hold(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    MUST(&k, FGW, .form = "ticket", .act = "raise", TASKS(1), .text = kit_body("land"));
    MUST(&k, CITY, .form = "slip", .act = "issue", .paper = 2, TASKS(1), OFFICES(DONG),
         .text = kit_body("hurry"), .document = "D1");
    MUST(&k, DONG, .paper = 2, .act = "acknowledge");
    MUST(&k, CITY, .paper = 2, .act = "pass_on", OFFICES(GUAN));
    kit_memory memory = {0};
    ledger *slice;
    arena a;
    arena_init(&a, 0);
    assert_int_equal(ledger_new(kit_allocator(&memory), &slice), DUBAN_OK);
    ledger_set_slice(slice, true);
    for (size_t i = 0; i < k.entries_n; i++) {
        duban_refusal why = {0};
        if (i + 4 == k.entries_n || i + 2 == k.entries_n) continue; /* FGW's, DONG's */
        span entry = {k.entries[i].data, k.entries[i].size};
        if (replay_entry(slice, entry, &a, &why) != DUBAN_OK)
            fail_msg("entry %zu: %s %s", i, why.found, why.expected);
    }
    cell found;
    cell_name name = {.kind = CELL_PAPER, .node = 2};
    assert_true(ledger_cell(slice, 1, &name, &found));
    assert_int_equal(found.paper.offices[0], GUAN);
    name.node = 1;
    assert_false(ledger_cell(slice, 1, &name, &found));
    paper_words words = {.plan = 1, .paper = 1, .act = "settle"};
    event ev =
        kit_sign(&k, FGW, decoded(&k, (event){.kind = KIND_PAPER, .paper = words}));
    duban_refusal why = {0};
    assert_status(ledger_check(slice, &ev, k.now_ms, &why), DUBAN_OK);
    ledger_apply(slice, k.next, &ev, k.now_ms);
    /* what the act itself lacks is known here too */
    words = (paper_words){.plan = 1, .paper = 2, .act = "answer"};
    ev = kit_sign(&k, GUAN, decoded(&k, (event){.kind = KIND_PAPER, .paper = words}));
    assert_status(ledger_check(slice, &ev, k.now_ms, &why), DUBAN_E_NEEDED);
    assert_string_equal(why.field, "text");
    ledger_free(slice);
    assert_int_equal(memory.bytes, 0);
    arena_close(&a);
    kit_close(&k);
}

/* Fails the n-th allocation of the event's check for every n until none is left to fail.
 */
static void fail_every_allocation(kit *k, uint32_t office, event ev) {
    event whole = kit_sign(k, office, decoded(k, ev));
    hash256 before = kit_digest(k);
    for (uint64_t n = 1;; n++) {
        duban_refusal refusal = {0};
        k->memory.fail_at = k->memory.calls + n;
        duban_status verdict = ledger_check(k->ledger, &whole, k->now_ms, &refusal);
        bool failed = k->memory.calls >= k->memory.fail_at;
        k->memory.fail_at = 0;
        assert_status(verdict, failed ? DUBAN_E_NO_MEMORY : DUBAN_OK);
        hash256 after = kit_digest(k);
        assert_memory_equal(&before, &after, sizeof before);
        if (!failed) break;
    }
    uint64_t calls = k->memory.calls;
    ledger_apply(k->ledger, k->next, &whole, k->now_ms);
    assert_true(k->memory.calls == calls);
    k->numbers[office] = whole.number;
    k->last = k->next++;
}

static void acts_survive_every_failed_allocation(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    fail_every_allocation(
        &k, CITY,
        (event){.kind = KIND_FORMS, .forms = {1, 1, city_forms, COUNT(city_forms)}});
    fail_every_allocation(&k, FGW,
                          (event){.kind = KIND_PAPER,
                                  .paper = {.plan = 1,
                                            .form = "ticket",
                                            .act = "raise",
                                            TASKS(1, 3),
                                            OFFICES(DONG),
                                            .title = "Land",
                                            .text = kit_body("land")}});
    fail_every_allocation(&k, CITY,
                          (event){.kind = KIND_PAPER,
                                  .paper = {.plan = 1,
                                            .paper = 1,
                                            .act = "say",
                                            .text = kit_body("wait"),
                                            .document = "D1",
                                            .authority = "council"}});
    fail_every_allocation(
        &k, CITY,
        (event){.kind = KIND_FORMS, .forms = {1, 2, city_forms, COUNT(city_forms)}});
    kit_until(&k, "2023-04-17");
    k.now_ms = moment_of_day(kit_day_of("2023-04-18"), 480);
    fail_every_allocation(
        &k, BROKER, (event){.kind = KIND_CLOCK, .clock_day = kit_day_of("2023-04-18")});
    assert_true(paper_last(&k) > 5);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_paper_takes_the_next_number_whoever_opens_it),
        cmocka_unit_test(no_office_uses_up_the_papers_of_a_plan),
        cmocka_unit_test(an_act_leads_on_only_from_where_the_paper_stands),
        cmocka_unit_test(an_act_that_leads_nowhere_leaves_the_state_and_its_limit),
        cmocka_unit_test(only_those_the_table_names_may_act),
        cmocka_unit_test(a_group_stands_for_its_members),
        cmocka_unit_test(each_missing_need_is_named),
        cmocka_unit_test(documents_are_given_once_in_a_plan),
        cmocka_unit_test(what_a_paper_names_is_there_and_near),
        cmocka_unit_test(an_extension_moves_the_deadline_and_keeps_the_printed_one),
        cmocka_unit_test(an_extension_after_the_deadline_is_refused),
        cmocka_unit_test(an_exemption_never_reaches_back_and_stops_items),
        cmocka_unit_test(a_hidden_visit_is_not_named),
        cmocka_unit_test(a_confirmed_finding_stands_until_it_is_reversed_once),
        cmocka_unit_test(a_standing_finding_keeps_whom_it_was_confirmed_against),
        cmocka_unit_test(an_amendment_keeps_what_papers_decided),
        cmocka_unit_test(what_is_tolerated_is_kept_apart),
        cmocka_unit_test(a_closed_task_owes_no_more_until_it_is_reopened),
        cmocka_unit_test(a_closing_lifted_by_another_paper_is_no_longer_in_force),
        cmocka_unit_test(a_policy_paper_is_met_when_it_is_issued),
        cmocka_unit_test(actions_of_a_meeting_refer_to_it),
        cmocka_unit_test(a_bulletin_is_frozen_at_an_index_that_stands),
        cmocka_unit_test(a_slice_takes_acts_on_papers_it_does_not_hold),
        cmocka_unit_test(acts_survive_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
