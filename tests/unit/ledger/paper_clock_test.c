/* What the clock does to papers: limits in working days, rungs, what lights propose. */
#include <inttypes.h>

#include "tests/unit/ledger/paper_forms.h"

/* The number of the newest paper of that form for that task and office, 0 for none. */
static uint32_t newest(kit *k, const char *form, uint32_t task, uint32_t office) {
    for (uint32_t n = paper_last(k); n > 0; n--) {
        paper_cell p = paper_of(k, n);
        if (strcmp(p.form, form) == 0 && p.tasks_n == 1 && p.tasks[0] == task &&
            p.offices_n == 1 && p.offices[0] == office)
            return n;
    }
    return 0;
}

static uint32_t count(kit *k, const char *form) {
    uint32_t found = 0;
    for (uint32_t n = paper_last(k); n > 0; n--)
        found += strcmp(paper_of(k, n).form, form) == 0;
    return found;
}

static void assert_paper(kit *k, uint32_t n, const char *in_state, const char *limit) {
    paper_cell p = paper_of(k, n);
    assert_string_equal(p.state, in_state);
    assert_int_equal(p.limit_day, *limit == '\0' ? 0 : kit_day_of(limit));
}

static uint32_t issue(kit *k, uint32_t task, uint32_t office, const char *document) {
    MUST(k, CITY, .form = "slip", .act = "issue", .tasks = &task, .tasks_n = 1,
         .offices = &office, .offices_n = 1, .text = kit_body("hurry"),
         .document = document);
    return paper_last(k);
}

/* --- limits ------------------------------------------------------------------------- */

static void limits_are_counted_in_working_days(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    kit_until(&k, "2023-04-03"); /* a Monday; Wednesday is a holiday */
    assert_paper(&k, issue(&k, 1, DONG, "D1"), "signed", "2023-04-07");
    kit_until(&k, "2023-04-21"); /* a Friday; Sunday is worked */
    assert_paper(&k, issue(&k, 2, DONG, "D2"), "signed", "2023-04-25");
    /* a limit that the act names goes before the table's */
    static const uint32_t task[] = {3};
    static const uint32_t office[] = {DONG};
    MUST(&k, CITY, .form = "slip", .act = "issue", .tasks = task, .tasks_n = 1,
         .offices = office, .offices_n = 1, .text = kit_body("hurry"), .document = "D3",
         .limit_day = kit_day_of("2023-04-22"));
    assert_paper(&k, paper_last(&k), "signed", "2023-04-22");
    kit_close(&k);
}

static void a_limit_is_breached_the_day_after_and_once(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    kit_until(&k, "2023-01-10");
    uint32_t n = issue(&k, 1, DONG, "D1");
    assert_paper(&k, n, "signed", "2023-01-13");
    kit_until(&k, "2023-01-13");
    assert_false(paper_of(&k, n).breached);
    kit_until(&k, "2023-01-14");
    assert_true(paper_of(&k, n).breached);
    assert_int_equal(paper_of(&k, n).breaches, 1);
    assert_true(paper_of(&k, n).last == k.last);
    assert_int_equal(paper_of(&k, n).acts, 1);
    kit_until(&k, "2023-02-14");
    assert_int_equal(paper_of(&k, n).breaches, 1);
    assert_int_equal(count(&k, "urge"), 1);
    /* a state entered anew has a limit of its own, which may pass again */
    MUST(&k, DONG, .paper = n, .act = "acknowledge");
    assert_false(paper_of(&k, n).breached);
    kit_until(&k, "2023-02-18");
    assert_true(paper_of(&k, n).breached);
    assert_int_equal(paper_of(&k, n).breaches, 2);
    assert_int_equal(count(&k, "urge"), 2);
    kit_close(&k);
}

static void a_new_limit_lets_a_paper_wait_again(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    static const form_state states[] = {{.code = "open", .limit_days = 2},
                                        {.code = "end", .ended = true}};
    form_act acts[] = {{.code = "open", .from = "", .to = "open", BY(BY_CITY)},
                       {.code = "wait", .from = "open", BY(BY_CITY), NEEDS(NEED_LIMIT)},
                       {.code = "end", .from = "open", .to = "end", BY(BY_CITY)}};
    form_words form = {FORM("note", states, acts)};
    kit_must(&k, CITY, forms_event(&k, 1, &form, 1));
    kit_until(&k, "2023-01-09");
    MUST(&k, CITY, .form = "note", .act = "open");
    kit_until(&k, "2023-01-12");
    assert_true(paper_of(&k, 1).breached);
    MUST(&k, CITY, .paper = 1, .act = "wait", .limit_day = kit_day_of("2023-01-12"));
    assert_false(paper_of(&k, 1).breached);
    kit_until(&k, "2023-01-13");
    assert_true(paper_of(&k, 1).breached);
    assert_int_equal(paper_of(&k, 1).breaches, 2);
    kit_close(&k);
}

static void a_ticket_climbs_from_the_lead_to_its_leader_and_to_the_city(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    kit_until(&k, "2023-01-09");
    MUST(&k, DONG, .form = "ticket", .act = "raise", TASKS(1), .text = kit_body("land"));
    assert_paper(&k, 1, "at_lead", "2023-01-16");
    kit_until(&k, "2023-01-17");
    assert_paper(&k, 1, "at_leader", "2023-01-20");
    assert_int_equal(paper_of(&k, 1).since_day, kit_day_of("2023-01-17"));
    assert_int_equal(paper_of(&k, 1).breaches, 1);
    assert_false(paper_of(&k, 1).breached);
    MUST(&k, FGW, .paper = 1, .act = "say", .text = kit_body("we have written twice"));
    kit_until(&k, "2023-01-21");
    assert_paper(&k, 1, "at_city", "");
    assert_int_equal(paper_of(&k, 1).breaches, 2);
    kit_until(&k, "2023-03-01");
    assert_paper(&k, 1, "at_city", "");
    MUST(&k, CITY, .paper = 1, .act = "settle", .authority = "the mayor");
    assert_true(paper_of(&k, 1).ended);
    assert_int_equal(paper_of(&k, 1).breaches, 2);
    kit_close(&k);
}

/* --- rungs -------------------------------------------------------------------------- */

static void an_unanswered_slip_proposes_the_next_rung(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    kit_until(&k, "2023-01-09");
    uint32_t slip = issue(&k, 1, DONG, "提示1");
    kit_until(&k, "2023-01-13");
    assert_int_equal(paper_last(&k), slip + 1);
    paper_cell urge = paper_of(&k, slip + 1);
    assert_string_equal(urge.form, "urge");
    assert_string_equal(urge.state, "proposed");
    assert_int_equal(urge.opener, 0);
    assert_int_equal(urge.refers, slip);
    assert_int_equal(urge.tasks[0], 1);
    assert_int_equal(urge.offices[0], DONG);
    MUST(&k, CITY, .paper = slip + 1, .act = "sign", .document = "催办1");
    assert_paper(&k, slip + 1, "signed", "2023-01-17");
    kit_until(&k, "2023-01-18");
    paper_cell order = paper_of(&k, slip + 2);
    assert_string_equal(order.form, "order");
    assert_int_equal(order.refers, slip + 1);
    MUST(&k, CITY, .paper = slip + 2, .act = "sign", .document = "督办1");
    MUST(&k, DONG, .paper = slip + 2, .act = "answer", .text = kit_body("done"));
    MUST(&k, CITY, .paper = slip + 2, .act = "close");
    kit_until(&k, "2023-02-10");
    assert_int_equal(paper_last(&k), slip + 2); /* the ladder has no fourth rung */
    kit_close(&k);
}

static void an_answered_slip_proposes_nothing(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    kit_until(&k, "2023-01-09");
    uint32_t slip = issue(&k, 1, DONG, "提示1");
    kit_until(&k, "2023-01-12");
    MUST(&k, DONG, .paper = slip, .act = "answer", .text = kit_body("done"));
    kit_until(&k, "2023-02-10");
    assert_int_equal(paper_last(&k), slip);
    assert_int_equal(paper_of(&k, slip).breaches, 0);
    kit_close(&k);
}

static void changing_the_table_changes_the_ladder(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    kit_until(&k, "2023-01-09");
    uint32_t slip = issue(&k, 1, DONG, "提示1");
    /* the same forms, but a slip leads straight to an order, and after one day */
    form_state short_slip[COUNT(slip_states)];
    form_words forms[COUNT(city_forms)];
    memcpy(short_slip, slip_states, sizeof slip_states);
    memcpy(forms, city_forms, sizeof city_forms);
    short_slip[1].limit_days = short_slip[2].limit_days = 1;
    short_slip[1].breach_form = short_slip[2].breach_form = "order";
    forms[0].states = short_slip;
    kit_must(&k, CITY, forms_event(&k, 2, forms, COUNT(forms)));
    uint32_t next = issue(&k, 2, DONG, "提示2");
    assert_paper(&k, next, "signed", "2023-01-10");
    assert_paper(&k, slip, "signed", "2023-01-12"); /* a limit once given stays */
    kit_until(&k, "2023-01-13");
    assert_int_equal(count(&k, "urge"), 0);
    assert_int_equal(count(&k, "order"), 2);
    /* and one without triggers and breaches proposes nothing at all */
    short_slip[1].breach_form = short_slip[2].breach_form = "";
    for (uint32_t i = 0; i < COUNT(forms); i++)
        forms[i].triggers_n = 0;
    kit_must(&k, CITY, forms_event(&k, 3, forms, COUNT(forms)));
    uint32_t before = paper_last(&k);
    kit_until(&k, "2023-04-20");
    assert_int_equal(paper_last(&k), before);
    kit_close(&k);
}

/* --- what lights propose ------------------------------------------------------------ */

static void a_slip_is_signed_by_a_person_before_it_counts(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    kit_until(&k, "2023-04-17");
    assert_int_equal(count(&k, "slip"), 0);
    kit_until(&k, "2023-04-18"); /* the window has closed and nobody has reported */
    uint32_t n = newest(&k, "slip", 1, DONG);
    assert_true(n > 0);
    paper_cell slip = paper_of(&k, n);
    assert_string_equal(slip.state, "proposed");
    assert_int_equal(slip.opener, 0);
    assert_int_equal(slip.acts, 0);
    assert_string_equal(slip.document, "");
    assert_true(slip.opened == k.last);
    REFUSED(&k, DUBAN_E_STATE, "act", DONG, .paper = n, .act = "acknowledge");
    REFUSED(&k, DUBAN_E_NOT_ALLOWED, "office", FGW, .paper = n, .act = "sign",
            .document = "D1");
    REFUSED(&k, DUBAN_E_NEEDED, "document", CITY, .paper = n, .act = "sign");
    kit_until(&k, "2023-05-18");
    assert_string_equal(paper_of(&k, n).state, "proposed"); /* it waits for a hand */
    assert_int_equal(count(&k, "urge"), 0);
    MUST(&k, CITY, .paper = n, .act = "sign", .document = "D1");
    assert_int_equal(paper_of(&k, n).acts, 1);
    MUST(&k, DONG, .paper = n, .act = "acknowledge");
    kit_close(&k);
}

/* Whoever is charged is asked once: the first office missing of each task, then every
 * other that is. */
static void one_paper_of_a_kind_is_proposed_for_a_task_and_office(void **state) {
    (void)state;
    static const struct {
        uint32_t task;
        uint32_t office;
    } expected[] = {{1, FGW}, {2, TJJ},  {3, FGW},  {4, FGW},  {5, CITY},
                    {6, TJJ}, {1, DONG}, {1, GUAN}, {4, DONG}, {4, GUAN}};
    kit k;
    paper_city(&k);
    kit_until(&k, "2023-04-18");
    assert_int_equal(paper_last(&k), COUNT(expected));
    for (uint32_t i = 0; i < COUNT(expected); i++)
        assert_int_equal(newest(&k, "slip", expected[i].task, expected[i].office), i + 1);
    kit_until(&k, "2023-05-20");
    assert_int_equal(paper_last(&k), COUNT(expected));
    kit_close(&k);
}

static void the_clock_proposes_only_when_a_day_opens(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    kit_until(&k, "2023-03-31");
    /* red at once: 99 of 100 behind */
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q1", "-9", MODE_NONE));
    assert_int_equal(kit_light(&k, 2, 0).grade, GRADE_RED);
    assert_int_equal(paper_last(&k), 0);
    kit_until(&k, "2023-04-01");
    assert_int_equal(paper_last(&k), 1);
    assert_int_equal(newest(&k, "slip", 2, TJJ), 1);
    /* and a slip that lay open before stays the only one */
    kit_must_say(&k, TJJ, kit_value(6, 2, TJJ, "2023Q1", "1", MODE_NONE));
    issue(&k, 6, TJJ, "D1");
    kit_until(&k, "2023-04-04");
    assert_int_equal(count(&k, "slip"), 2);
    kit_close(&k);
}

static void a_dropped_proposal_comes_back_after_the_days_of_the_table(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    kit_until(&k, "2023-03-31");
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q1", "-9", MODE_NONE));
    kit_until(&k, "2023-04-03"); /* a Monday */
    uint32_t n = newest(&k, "slip", 2, TJJ);
    MUST(&k, CITY, .paper = n, .act = "drop");
    kit_until(&k, "2023-04-10"); /* five working days on, Wednesday was a holiday */
    assert_int_equal(newest(&k, "slip", 2, TJJ), n);
    kit_until(&k, "2023-04-11");
    uint32_t again = newest(&k, "slip", 2, TJJ);
    assert_true(again > n);
    MUST(&k, CITY, .paper = again, .act = "drop");
    /* a light that has turned proposes nothing any more */
    statement_words s = kit_value(2, 1, TJJ, "2023Q1", "9", MODE_NONE);
    cell_name name = {
        .kind = CELL_VALUE, .task = 2, .metric = 1, .office = TJJ, .period = s.period};
    s.supersedes = kit_cell(&k, name).value.index;
    kit_must(&k, TJJ, kit_correction(&s, 1));
    kit_until(&k, "2023-05-11");
    assert_int_equal(newest(&k, "slip", 2, TJJ), again);
    kit_close(&k);
}

/* The kit's city, in which the statistics office stands outside the remit. */
static void city_with_an_outsider(kit *k) {
    kit_open(k);
    kit_must(k, CITY, kit_genesis());
    event offices = kit_offices();
    office_words list[4];
    memcpy(list, offices.offices.offices, sizeof list);
    list[3].outside = true;
    offices.offices.offices = list;
    kit_must(k, CITY, offices);
    kit_must(k, CITY, kit_keys(k));
    kit_must(k, CITY, kit_calendar());
    kit_must(k, CITY, kit_chunk());
    kit_must(k, CITY, kit_lights(1));
    kit_must(k, CITY, kit_publish(k));
    kit_must(k, CITY, forms_event(k, 1, city_forms, COUNT(city_forms)));
}

static void offices_outside_the_remit_get_letters_and_no_slips(void **state) {
    (void)state;
    kit k;
    city_with_an_outsider(&k);
    kit_until(&k, "2023-03-31");
    kit_accept_timetable(&k, TJJ, kit_timetable(2, PROFILE_EVEN));
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q1", "-9", MODE_NONE));
    kit_until(&k, "2023-04-01");
    assert_int_equal(newest(&k, "slip", 2, TJJ), 0);
    uint32_t letter = newest(&k, "letter", 2, TJJ);
    assert_true(letter > 0);
    MUST(&k, CITY, .paper = letter, .act = "send", .text = kit_body("would you kindly"));
    kit_until(&k, "2023-04-18");
    for (uint32_t n = paper_last(&k); n > 0; n--) {
        paper_cell p = paper_of(&k, n);
        assert_int_equal(strcmp(p.form, "letter") == 0, p.offices[0] == TJJ);
    }
    assert_true(count(&k, "slip") > 0);
    kit_close(&k);
}

/* --- effects the clock leads to, slices, views, the journal ------------------------- */

static void what_nobody_decides_in_time_is_decided_by_the_table(void **state) {
    (void)state;
    static const form_state states[] = {
        {.code = "asked", .limit_days = 2, .breach_state = "closed"},
        {.code = "closed", .ended = true, .effect = EFFECT_CLOSE}};
    form_act acts[] = {
        {.code = "ask", .from = "", .to = "asked", BY(BY_LEAD), NEEDS(NEED_TASK)}};
    form_words form = {FORM("silence", states, acts)};
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must(&k, CITY, forms_event(&k, 1, &form, 1));
    kit_until(&k, "2023-01-09");
    MUST(&k, FGW, .form = "silence", .act = "ask", TASKS(1, 3));
    MUST(&k, FGW, .form = "silence", .act = "ask", TASKS(3, 4)); /* 3 is closed twice */
    kit_until(&k, "2023-01-11");
    assert_false(kit_item(&k, 1, DONG, "2023Q1").withdrawn);
    kit_until(&k, "2023-01-12");
    assert_string_equal(paper_of(&k, 1).state, "closed");
    assert_string_equal(paper_of(&k, 2).state, "closed");
    assert_true(paper_of(&k, 1).ended);
    assert_true(kit_item(&k, 1, DONG, "2023Q1").withdrawn);
    assert_true(kit_item(&k, 4, GUAN, "2023Q1").withdrawn);
    assert_false(kit_item(&k, 2, TJJ, "2023Q1").withdrawn);
    kit_close(&k);
}

static void a_slice_proposes_nothing_but_knows_its_limits(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    kit_until(&k, "2023-04-14");
    uint32_t slip = issue(&k, 1, DONG, "D1");
    kit_until(&k, "2023-04-20");
    assert_true(paper_last(&k) > slip);
    kit_memory memory = {0};
    ledger *slice;
    arena a;
    arena_init(&a, 0);
    assert_int_equal(ledger_new(kit_allocator(&memory), &slice), DUBAN_OK);
    ledger_set_slice(slice, true);
    for (size_t i = 0; i < k.entries_n; i++) {
        duban_refusal why = {0};
        span entry = {k.entries[i].data, k.entries[i].size};
        if (replay_entry(slice, entry, &a, &why) != DUBAN_OK)
            fail_msg("entry %zu: %s %s", i, why.found, why.expected);
    }
    cell found;
    cell_name name = {.kind = CELL_PAPER, .node = slip};
    /* it was opened as "whichever is next", which only the broker knows */
    assert_false(ledger_cell(slice, 1, &name, &found));
    paper_words words = {.plan = 1,
                         .paper = 40,
                         .form = "ticket",
                         .act = "raise",
                         TASKS(1),
                         .text = kit_body("x"),
                         .limit_day = kit_day_of("2023-04-20")};
    event ev =
        kit_sign(&k, FGW, decoded(&k, (event){.kind = KIND_PAPER, .paper = words}));
    duban_refusal why = {0};
    assert_status(ledger_check(slice, &ev, k.now_ms, &why), DUBAN_OK);
    ledger_apply(slice, k.next, &ev, k.now_ms);
    ev = (event){.kind = KIND_CLOCK, .clock_day = kit_day_of("2023-04-21")};
    assert_status(ledger_check(slice, &ev, k.now_ms, &why), DUBAN_OK);
    ledger_apply(slice, k.next + 1, &ev, k.now_ms);
    name.node = 40;
    assert_true(ledger_cell(slice, 1, &name, &found));
    assert_string_equal(found.paper.state, "at_leader");
    name.node = 41;
    assert_false(ledger_cell(slice, 1, &name, &found));
    ledger_free(slice);
    assert_int_equal(memory.bytes, 0);
    arena_close(&a);
    kit_close(&k);
}

static void looking_ahead_shows_what_would_be_proposed(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    kit_until(&k, "2023-01-09");
    uint32_t slip = issue(&k, 1, DONG, "D1");
    assert_int_equal(ledger_set_day(k.ledger, kit_day_of("2023-01-13")), DUBAN_OK);
    assert_true(paper_of(&k, slip).breached);
    assert_int_equal(paper_last(&k), slip + 1);
    kit_close(&k);
}

typedef struct heard {
    char lines[4096];
} heard;

static void hear(void *ctx, const char *line) {
    heard *h = ctx;
    if (strstr(line, "paper") == NULL) return;
    size_t used = strlen(h->lines);
    snprintf(h->lines + used, sizeof h->lines - used, "%s\n", line);
}

static void papers_speak_in_the_trace(void **state) {
    (void)state;
    kit k;
    heard h = {""};
    paper_city(&k);
    kit_until(&k, "2023-01-09");
    ledger_set_trace(k.ledger, hear, &h);
    uint32_t slip = issue(&k, 1, DONG, "D1");
    uint64_t first = k.last;
    kit_until(&k, "2023-01-13");
    char expected[512];
    snprintf(expected, sizeof expected,
             "%" PRIu64 " paper 2023 %u slip issue -> signed, limit 2023-01-12\n"
             "%" PRIu64 "   paper 2023 %u slip breached -> signed, limit 2023-01-12\n"
             "%" PRIu64 "   paper 2023 %u urge by the clock -> proposed\n",
             first, slip, k.last, slip, k.last, slip + 1);
    assert_string_equal(h.lines, expected);
    kit_close(&k);
}

static void a_year_of_papers_replays_to_the_same_digest(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    kit_until(&k, "2023-01-09");
    issue(&k, 1, DONG, "D1");
    MUST(&k, DONG, .form = "ticket", .act = "raise", TASKS(1), .text = kit_body("land"));
    MUST(&k, CITY, .form = "finding", .act = "visit", OFFICES(GUAN), TASKS(4));
    kit_until(&k, "2023-04-19");
    uint32_t n = newest(&k, "slip", 4, GUAN);
    MUST(&k, CITY, .paper = n, .act = "sign", .document = "D2");
    kit_until(&k, "2023-12-31");
    assert_true(count(&k, "urge") > 0);
    hash256 live = kit_digest(&k);
    hash256 again = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &again, sizeof live);
    kit_close(&k);
}

/* --- generated histories ------------------------------------------------------------ */

/* An act that opens a paper, or goes on with one from where it stands; now and then one
 * that does neither. */
static const form_act *random_step(kit *k, kit_random *r, paper_words *words) {
    const form_words *form = &city_forms[kit_below(r, COUNT(city_forms))];
    const char *from = "";
    words->form = form->code;
    if (kit_below(r, 4) > 0 && paper_last(k) > 0) {
        words->paper = 1 + kit_below(r, paper_last(k));
        paper_cell on = paper_of(k, words->paper);
        for (uint32_t i = 0; i < COUNT(city_forms); i++)
            if (strcmp(city_forms[i].code, on.form) == 0) form = &city_forms[i];
        from = on.state;
        words->form = "";
    }
    const form_act *act = &form->acts[0];
    for (uint32_t tries = 0; tries < 20; tries++) {
        act = &form->acts[kit_below(r, form->acts_n)];
        if (strcmp(act->from, from) == 0 || kit_below(r, 10) == 0) break;
    }
    words->act = act->code;
    return act;
}

/* One of those the act's row names, most of the time. */
static uint32_t random_hand(kit_random *r, const form_act *act) {
    relation_kind by = act->by[kit_below(r, act->by_n)];
    if (by == BY_CITY || by == BY_PARENT) return CITY;
    return by == BY_LEAD ? FGW : 1 + kit_below(r, 5);
}

/* With more or less of what it needs. */
static paper_words random_act(kit *k, kit_random *r, uint32_t *signer) {
    static const char *const days[] = {"2023-03-01", "2023-09-30", "2024-03-31"};
    paper_words words = {.paper = 0};
    const form_act *act = random_step(k, r, &words);
    uint32_t *list = arena_alloc(&k->arena, 4 * sizeof *list);
    body_ref *scan = arena_alloc(&k->arena, sizeof *scan);
    char *document = arena_alloc(&k->arena, 16);
    list[0] = 1 + kit_below(r, 3);
    list[1] = list[0] + 1 + kit_below(r, 3);
    list[2] = 1 + kit_below(r, 2);
    list[3] = list[2] + 1 + kit_below(r, 3);
    *scan = kit_body("scan");
    snprintf(document, 16, "D%u", kit_below(r, 2000));
    words.evidence = scan;
    words.evidence_n = kit_below(r, 8) > 0;
    words.tasks = list;
    words.offices = list + 2;
    if (*act->from == '\0' || kit_below(r, 16) == 0) {
        words.tasks_n = kit_below(r, 3);
        words.offices_n = kit_below(r, 3);
    }
    if (kit_below(r, 8) > 0) words.text = *scan;
    if (kit_below(r, 8) > 0) words.document = document;
    if (kit_below(r, 8) > 0) words.authority = "council";
    if (kit_below(r, 2) > 0) words.day = kit_day_of(days[kit_below(r, 3)]);
    if (kit_below(r, 8) == 0) words.limit_day = kit_day_of(days[kit_below(r, 3)]);
    if (kit_below(r, 2) == 0) words.refers = 1 + kit_below(r, paper_last(k) + 1);
    if (kit_below(r, 2) == 0) words.index = 1 + kit_below(r, 40);
    *signer = random_hand(r, act);
    return words;
}

/* Which effects were seen in force: a generator that reaches nothing is noticed. */
static uint32_t seen_effects(kit *k) {
    uint32_t seen = 0;
    for (uint32_t n = paper_last(k); n > 0; n--)
        seen |= 1u << paper_of(k, n).effect;
    return seen;
}

static void
any_history_of_papers_replays_and_what_is_refused_changes_nothing(void **state) {
    (void)state;
    static const char *const mornings[] = {"2023-01-20", "2023-02-20", "2023-04-10",
                                           "2023-04-20", "2023-06-15", "2023-07-02",
                                           "2023-07-20", "2023-11-11", "2024-01-20"};
    uint32_t seen = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        kit_random r = {seed};
        kit k;
        paper_city(&k);
        for (uint32_t m = 0; m < COUNT(mornings); m++) {
            for (uint32_t i = 0; i < 60; i++) {
                uint32_t signer;
                event ev = {.kind = KIND_PAPER, .paper = random_act(&k, &r, &signer)};
                ev.paper.plan = 1;
                if (i % 10 == 0) ev = kit_random_event(&k, &r, &signer);
                if (ev.kind == KIND_PAPER) ev = decoded(&k, ev);
                hash256 before = kit_digest(&k);
                if (kit_send(&k, signer, ev) == DUBAN_OK) continue;
                hash256 after = kit_digest(&k);
                assert_memory_equal(&before, &after, sizeof before);
            }
            kit_until(&k, mornings[m]);
        }
        seen |= seen_effects(&k);
        hash256 live = kit_digest(&k);
        hash256 again = kit_digest_of_replay(&k);
        assert_memory_equal(&live, &again, sizeof live);
        kit_close(&k);
    }
    assert_int_equal(seen, (1u << EFFECT_COUNT) - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_counted_in_working_days),
        cmocka_unit_test(a_limit_is_breached_the_day_after_and_once),
        cmocka_unit_test(a_new_limit_lets_a_paper_wait_again),
        cmocka_unit_test(a_ticket_climbs_from_the_lead_to_its_leader_and_to_the_city),
        cmocka_unit_test(an_unanswered_slip_proposes_the_next_rung),
        cmocka_unit_test(an_answered_slip_proposes_nothing),
        cmocka_unit_test(changing_the_table_changes_the_ladder),
        cmocka_unit_test(a_slip_is_signed_by_a_person_before_it_counts),
        cmocka_unit_test(one_paper_of_a_kind_is_proposed_for_a_task_and_office),
        cmocka_unit_test(the_clock_proposes_only_when_a_day_opens),
        cmocka_unit_test(a_dropped_proposal_comes_back_after_the_days_of_the_table),
        cmocka_unit_test(offices_outside_the_remit_get_letters_and_no_slips),
        cmocka_unit_test(what_nobody_decides_in_time_is_decided_by_the_table),
        cmocka_unit_test(a_slice_proposes_nothing_but_knows_its_limits),
        cmocka_unit_test(looking_ahead_shows_what_would_be_proposed),
        cmocka_unit_test(papers_speak_in_the_trace),
        cmocka_unit_test(a_year_of_papers_replays_to_the_same_digest),
        cmocka_unit_test(
            any_history_of_papers_replays_and_what_is_refused_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
