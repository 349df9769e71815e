/* The table of papers: what is well formed, and how it takes another's place. */
#include "tests/unit/ledger/paper_forms.h"

typedef struct spoiled {
    form_words forms[2];
    form_state states[4];
    form_act acts[6];
    form_trigger triggers[2];
} spoiled;

/* A small table that is well formed: asked -> granted or refused. */
static void make_table(spoiled *t) {
    static const relation_kind city[] = {BY_CITY};
    static const need_kind text[] = {NEED_TEXT};
    *t = (spoiled){.states = {{.code = "asked", .limit_days = 5, .breach_form = "nag"},
                              {.code = "granted", .ended = true, .effect = EFFECT_EXTEND},
                              {.code = "refused", .ended = true}},
                   .acts = {{"ask", "", "", "", "asked", city, 1, text, 1},
                            {"grant", "", "", "asked", "granted", city, 1, NULL, 0},
                            {"refuse", "", "", "*", "refused", city, 1, NULL, 0}},
                   .triggers = {{.missing_min = 1}}};
    t->forms[0] = (form_words){.code = "relief",
                               .states = t->states,
                               .states_n = 3,
                               .acts = t->acts,
                               .acts_n = 3};
    t->forms[1] = (form_words){.code = "nag",
                               .states = letter_states,
                               .states_n = COUNT(letter_states),
                               .acts = letter_acts,
                               .acts_n = COUNT(letter_acts),
                               .triggers = t->triggers,
                               .triggers_n = 1,
                               .proposed = "proposed"};
}

#define SPOIL(name, action)                                                              \
    static void name(spoiled *t) {                                                       \
        action;                                                                          \
    }
SPOIL(no_code, t->forms[0].code = "")
SPOIL(code_twice, (t->forms[1].code = "relief", t->states[0].breach_form = ""))
SPOIL(state_twice, t->states[2].code = "granted")
SPOIL(state_without_code, t->states[0].code = "")
SPOIL(act_without_code, t->acts[1].code = "")
SPOIL(act_twice, (t->acts[3] = t->acts[1], t->forms[0].acts_n = 4))
SPOIL(from_nowhere, t->acts[1].from = "elsewhere")
SPOIL(to_nowhere, t->acts[1].to = "elsewhere")
SPOIL(opens_to_nothing, t->acts[0].to = "")
SPOIL(by_nobody, t->acts[1].by_n = 0)
SPOIL(breach_to_nowhere, t->states[0].breach_state = "elsewhere")
SPOIL(breach_reopens,
      (t->states[2].effect = EFFECT_REOPEN, t->states[0].breach_state = "refused"))
SPOIL(breach_exempts,
      (t->states[2].effect = EFFECT_EXEMPT, t->states[0].breach_state = "refused"))
SPOIL(breach_of_no_form, t->states[0].breach_form = "elsewhere")
SPOIL(breach_of_unproposed, t->states[0].breach_form = "relief")
SPOIL(limit_of_the_end, t->states[1].limit_days = 5)
SPOIL(limit_too_long, t->states[0].limit_days = FORM_DAYS_MAX + 1)
SPOIL(hidden_effect, t->states[1].hidden = true)
SPOIL(never_reached, (t->states[3] = (form_state){.code = "island", .ended = true},
                      t->forms[0].states_n = 4))
SPOIL(only_reached_from_an_island,
      (t->states[3] = (form_state){.code = "island", .ended = true},
       t->acts[3] = t->acts[1], t->acts[3].from = t->acts[3].to = "island",
       t->forms[0].states_n = t->forms[0].acts_n = 4))
SPOIL(never_left, (t->acts[2].from = "granted", t->acts[1].from = "granted",
                   t->states[0].breach_form = ""))
SPOIL(left_to_itself,
      (t->acts[1].from = t->acts[2].from = "granted", t->acts[3] = t->acts[0],
       t->acts[3].from = "asked", t->forms[0].acts_n = 4))
SPOIL(never_opened, t->acts[0].from = "asked")
SPOIL(proposed_nowhere, t->forms[1].proposed = "elsewhere")
SPOIL(proposed_ended, t->forms[1].proposed = "closed")
SPOIL(triggered_but_not_proposed, t->forms[1].proposed = "")
SPOIL(trigger_without_condition, t->triggers[0].missing_min = 0)
SPOIL(no_states, t->forms[0].states_n = 0)

static void a_table_is_refused_where_it_does_not_hang_together(void **state) {
    (void)state;
    static const struct {
        void (*spoil)(spoiled *t);
        uint32_t line;
        const char *field;
        const char *found;
    } rows[] = {
        {no_code, 1, "code", ""},
        {code_twice, 2, "code", "relief"},
        {state_twice, 1, "code", "granted"},
        {state_without_code, 1, "code", ""},
        {act_without_code, 1, "code", ""},
        {act_twice, 1, "code", "grant"},
        {from_nowhere, 1, "from", "elsewhere"},
        {to_nowhere, 1, "to", "elsewhere"},
        {opens_to_nothing, 1, "to", ""},
        {by_nobody, 1, "by", "grant"},
        {breach_to_nowhere, 1, "breach_state", "elsewhere"},
        {breach_reopens, 1, "breach_state", "refused"},
        {breach_exempts, 1, "breach_state", "refused"},
        {breach_of_no_form, 1, "breach_form", "elsewhere"},
        {breach_of_unproposed, 1, "breach_form", "relief"},
        {limit_of_the_end, 1, "limit_days", "5"},
        {limit_too_long, 1, "limit_days", "367"},
        {hidden_effect, 1, "hidden", "granted"},
        {never_reached, 1, "states", "island"},
        {only_reached_from_an_island, 1, "states", "island"},
        {never_left, 1, "states", "asked"},
        {left_to_itself, 1, "states", "asked"},
        {never_opened, 1, "acts", "relief"},
        {proposed_nowhere, 2, "proposed", "elsewhere"},
        {proposed_ended, 2, "proposed", "closed"},
        {triggered_but_not_proposed, 1, "breach_form", "nag"},
        {trigger_without_condition, 2, "triggers", ""},
        {no_states, 1, "states", ""},
    };
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    spoiled t;
    for (size_t i = 0; i < COUNT(rows); i++) {
        make_table(&t);
        rows[i].spoil(&t);
        duban_status status = kit_send(&k, CITY, forms_event(&k, 1, t.forms, 2));
        if (status != DUBAN_E_RULES || k.refusal.line != rows[i].line ||
            strcmp(k.refusal.field, rows[i].field) != 0 ||
            strcmp(k.refusal.found, rows[i].found) != 0)
            fail_msg("row %zu: %s line %u %s, found %s", i, duban_status_name(status),
                     k.refusal.line, k.refusal.field, k.refusal.found);
    }
    make_table(&t);
    kit_must(&k, CITY, forms_event(&k, 1, t.forms, 2));
    kit_close(&k);
}

static void a_form_that_only_triggers_needs_a_state_to_be_proposed_in(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    spoiled t;
    make_table(&t);
    t.states[0].breach_form = "";
    t.forms[0].triggers = t.triggers;
    t.forms[0].triggers_n = 1;
    assert_status(kit_send(&k, CITY, forms_event(&k, 1, t.forms, 2)), DUBAN_E_RULES);
    assert_string_equal(k.refusal.field, "proposed");
    kit_close(&k);
}

static void tables_are_the_city_s_and_counted(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    event ev = forms_event(&k, 1, city_forms, COUNT(city_forms));
    kit_must(&k, CITY, kit_genesis());
    assert_status(kit_send(&k, CITY, ev), DUBAN_E_UNKNOWN_PLAN);
    kit_close(&k);
    kit_open(&k);
    kit_running_city(&k);
    ev = forms_event(&k, 1, city_forms, COUNT(city_forms));
    assert_status(kit_send(&k, FGW, ev), DUBAN_E_NOT_ALLOWED);
    ev.forms.version = 2;
    assert_status(kit_send(&k, CITY, ev), DUBAN_E_SEQUENCE);
    assert_string_equal(k.refusal.field, "version");
    ev.forms.version = 1;
    kit_must(&k, CITY, ev);
    cell_name name = {.kind = CELL_TABLE, .node = TABLE_FORMS};
    assert_int_equal(kit_cell(&k, name).table.version, 1);
    assert_true(kit_cell(&k, name).table.index == k.last);
    assert_status(kit_send(&k, CITY, ev), DUBAN_E_SEQUENCE);
    ev.forms.version = 2;
    kit_must(&k, CITY, ev);
    assert_int_equal(kit_cell(&k, name).table.version, 2);
    ev.forms.forms_n = 0;
    ev.forms.version = 3;
    assert_status(kit_send(&k, CITY, ev), DUBAN_E_RULES);
    kit_close(&k);
}

static void a_plan_without_a_table_keeps_its_digest_and_takes_no_papers(void **state) {
    (void)state;
    kit with;
    kit without;
    kit_open(&with);
    kit_open(&without);
    kit_running_city(&with);
    kit_running_city(&without);
    event ev = forms_event(&with, 1, city_forms, COUNT(city_forms));
    assert_status(kit_try(&with, CITY, ev), DUBAN_OK);
    hash256 a = kit_digest(&with);
    hash256 b = kit_digest(&without);
    assert_memory_equal(&a, &b, sizeof a);
    REFUSED(&without, DUBAN_E_UNKNOWN_FORM, "form", FGW, .form = "ticket", .act = "raise",
            TASKS(1));
    REFUSED(&without, DUBAN_E_UNKNOWN_PAPER, "paper", FGW, .paper = 1, .act = "raise");
    kit_must(&with, CITY, ev);
    a = kit_digest(&with);
    assert_memory_not_equal(&a, &b, sizeof a);
    kit_close(&with);
    kit_close(&without);
}

static void a_table_cannot_leave_an_open_paper_behind(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    MUST(&k, FGW, .form = "extension", .act = "ask", TASKS(1), .text = kit_body("rain"));
    spoiled t;
    make_table(&t);
    assert_status(kit_send(&k, CITY, forms_event(&k, 2, t.forms, 2)), DUBAN_E_RULES);
    assert_string_equal(k.refusal.field, "forms");
    assert_string_equal(k.refusal.found, "extension");
    t.forms[0].code = "extension";
    t.states[0].code = t.acts[0].to = t.acts[1].from = "asked_for";
    assert_status(kit_send(&k, CITY, forms_event(&k, 2, t.forms, 2)), DUBAN_E_RULES);
    assert_string_equal(k.refusal.field, "states");
    assert_string_equal(k.refusal.found, "asked");
    assert_int_equal(k.refusal.line, 1);
    make_table(&t);
    t.forms[0].code = "extension";
    kit_must(&k, CITY, forms_event(&k, 2, t.forms, 2));
    /* it goes on by the new table */
    REFUSED(&k, DUBAN_E_UNKNOWN_FORM, "act", CITY, .paper = 1, .act = "deny");
    MUST(&k, CITY, .paper = 1, .act = "refuse");
    assert_true(paper_of(&k, 1).ended);
    /* and what has ended does not hold another table up */
    make_table(&t);
    kit_must(&k, CITY, forms_event(&k, 3, t.forms, 2));
    assert_string_equal(paper_of(&k, 1).state, "refused");
    assert_true(paper_of(&k, 1).ended);
    kit_close(&k);
}

static void a_journal_with_tables_replays_to_the_same_digest(void **state) {
    (void)state;
    kit k;
    paper_city(&k);
    MUST(&k, FGW, .form = "ticket", .act = "raise", TASKS(1, 3),
         .text = kit_body("land"));
    kit_must(&k, CITY, forms_event(&k, 2, city_forms, COUNT(city_forms)));
    kit_until(&k, "2023-01-20");
    hash256 live = kit_digest(&k);
    hash256 again = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &again, sizeof live);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_refused_where_it_does_not_hang_together),
        cmocka_unit_test(a_form_that_only_triggers_needs_a_state_to_be_proposed_in),
        cmocka_unit_test(tables_are_the_city_s_and_counted),
        cmocka_unit_test(a_plan_without_a_table_keeps_its_digest_and_takes_no_papers),
        cmocka_unit_test(a_table_cannot_leave_an_open_paper_behind),
        cmocka_unit_test(a_journal_with_tables_replays_to_the_same_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
