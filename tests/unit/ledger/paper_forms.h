/* A table of papers as a city would have it, and hands to act on papers, for the tests
 * of forms and papers. The names are of this table only: another test takes another
 * table. */
#ifndef DUBAN_TESTS_PAPER_FORMS_H
#define DUBAN_TESTS_PAPER_FORMS_H

#include "proto/codec.h"
#include "tests/unit/ledger/ledger_kit.h"

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof(array)[0]))
#define BY(...)                                                                          \
    .by = (const relation_kind[]){__VA_ARGS__},                                          \
    .by_n = COUNT(((relation_kind[]){__VA_ARGS__}))
#define NEEDS(...)                                                                       \
    .needs = (const need_kind[]){__VA_ARGS__},                                           \
    .needs_n = COUNT(((need_kind[]){__VA_ARGS__}))
#define FORM(name, states_, acts_)                                                       \
    .code = name, .states = states_, .states_n = COUNT(states_), .acts = acts_,          \
    .acts_n = COUNT(acts_)

/* The ladder 提示单 → 催办单 → 督办单: three working days, two, one. */
#define RUNG(days, next)                                                                 \
    {                                                                                    \
        {.code = "proposed", .zh = "拟办"},                                              \
            {.code = "signed", .limit_days = days, .breach_form = next},                 \
            {.code = "acknowledged", .limit_days = days, .breach_form = next},           \
            {.code = "answered"}, {.code = "closed", .ended = true}, {                   \
            .code = "dropped", .ended = true                                             \
        }                                                                                \
    }
static const form_state slip_states[] = RUNG(3, "urge");
static const form_state urge_states[] = RUNG(2, "order");
static const form_state order_states[] = RUNG(1, NULL);
static const form_act slip_acts[] = {
    {.code = "sign",
     .from = "proposed",
     .to = "signed",
     BY(BY_CITY),
     NEEDS(NEED_DOCUMENT)},
    {.code = "issue",
     .from = "",
     .to = "signed",
     BY(BY_CITY),
     NEEDS(NEED_TEXT, NEED_DOCUMENT, NEED_TASK, NEED_OFFICE)},
    {.code = "drop", .from = "proposed", .to = "dropped", BY(BY_CITY)},
    {.code = "acknowledge", .from = "signed", .to = "acknowledged", BY(BY_ADDRESSEE)},
    {.code = "answer",
     .from = "signed",
     .to = "answered",
     BY(BY_ADDRESSEE),
     NEEDS(NEED_TEXT)},
    {.code = "answer",
     .from = "acknowledged",
     .to = "answered",
     BY(BY_ADDRESSEE),
     NEEDS(NEED_TEXT)},
    {.code = "pass_on", .from = "*", .to = "signed", BY(BY_CITY), NEEDS(NEED_OFFICE)},
    {.code = "close", .from = "answered", .to = "closed", BY(BY_CITY)}};
static const grade yellow_and_red[] = {GRADE_YELLOW, GRADE_RED};
static const form_trigger slip_triggers[] = {
    {.grades = yellow_and_red, .grades_n = 2, .again_days = 5},
    {.missing_min = 1, .of_offices = true, .again_days = 5}};

/* 协调函 to offices outside the government's remit. */
static const form_state letter_states[] = {
    {.code = "proposed"}, {.code = "sent"}, {.code = "closed", .ended = true}};
static const form_act letter_acts[] = {
    {.code = "send", .from = "proposed", .to = "sent", BY(BY_CITY), NEEDS(NEED_TEXT)},
    {.code = "close", .from = "sent", .to = "closed", BY(BY_CITY, BY_ADDRESSEE)}};
static const form_trigger letter_triggers[] = {
    {.grades = yellow_and_red, .grades_n = 2, .outside = true},
    {.missing_min = 1, .of_offices = true, .outside = true}};

/* A ticket climbs from the lead to its leader and to the city government. */
static const form_state ticket_states[] = {
    {.code = "at_lead", .limit_days = 5, .breach_state = "at_leader"},
    {.code = "at_leader", .limit_days = 3, .breach_state = "at_city"},
    {.code = "at_city"},
    {.code = "settled", .ended = true}};
static const form_act ticket_acts[] = {
    {.code = "raise",
     .from = "",
     .to = "at_lead",
     BY(BY_LEAD, BY_RESPONSIBLE),
     NEEDS(NEED_TASK, NEED_TEXT)},
    {.code = "say",
     .from = "*",
     .to = "",
     BY(BY_LEAD, BY_OPENER, BY_CITY),
     NEEDS(NEED_TEXT)},
    {.code = "settle",
     .from = "at_lead",
     .to = "settled",
     BY(BY_LEAD),
     NEEDS(NEED_TEXT, NEED_EVIDENCE)},
    {.code = "settle", .from = "*", .to = "settled", BY(BY_CITY), NEEDS(NEED_AUTHORITY)}};

/* Relief: three kinds that differ in what granting does. */
#define RELIEF(what)                                                                     \
    {                                                                                    \
        {.code = "asked", .limit_days = 5},                                              \
            {.code = "granted", .ended = true, .effect = what}, {                        \
            .code = "denied", .ended = true                                              \
        }                                                                                \
    }
static const form_state extension_states[] = RELIEF(EFFECT_EXTEND);
static const form_state exemption_states[] = RELIEF(EFFECT_EXEMPT);
static const form_state tolerance_states[] = RELIEF(EFFECT_TOLERATE);
static const form_act relief_acts[] = {
    {.code = "ask",
     .from = "",
     .to = "asked",
     BY(BY_LEAD, BY_ADDRESSEE),
     NEEDS(NEED_TASK, NEED_TEXT)},
    {.code = "grant",
     .from = "asked",
     .to = "granted",
     BY(BY_CITY),
     NEEDS(NEED_AUTHORITY, NEED_DOCUMENT)},
    {.code = "deny", .from = "asked", .to = "denied", BY(BY_CITY), NEEDS(NEED_TEXT)}};

/* A finding: a visit nobody knows of, then 存疑, reply, 认定; its own review, or one that
 * is a paper of its own. */
static const form_state finding_states[] = {
    {.code = "visit", .hidden = true},
    {.code = "doubted", .limit_days = 5},
    {.code = "replied"},
    {.code = "confirmed", .ended = true, .effect = EFFECT_FIND},
    {.code = "cleared", .ended = true},
    {.code = "reversed", .ended = true, .effect = EFFECT_REVERSE}};
static const form_act finding_acts[] = {
    {.code = "visit", .from = "", .to = "visit", BY(BY_CITY), NEEDS(NEED_OFFICE)},
    {.code = "doubt", .from = "visit", .to = "doubted", BY(BY_CITY), NEEDS(NEED_TEXT)},
    {.code = "reply",
     .from = "doubted",
     .to = "replied",
     BY(BY_ADDRESSEE),
     NEEDS(NEED_TEXT)},
    {.code = "confirm",
     .from = "*",
     .to = "confirmed",
     BY(BY_CITY),
     NEEDS(NEED_DOCUMENT, NEED_AUTHORITY)},
    {.code = "clear", .from = "*", .to = "cleared", BY(BY_CITY)},
    {.code = "reverse",
     .from = "confirmed",
     .to = "reversed",
     BY(BY_CITY),
     NEEDS(NEED_AUTHORITY)}};
static const form_state review_states[] = {
    {.code = "asked"},
    {.code = "upheld", .ended = true},
    {.code = "reversed", .ended = true, .effect = EFFECT_REVERSE}};
static const form_act review_acts[] = {
    {.code = "ask", .from = "", .to = "asked", BY(BY_ANYONE), NEEDS(NEED_REFERS)},
    {.code = "uphold", .from = "asked", .to = "upheld", BY(BY_CITY)},
    {.code = "reverse",
     .from = "asked",
     .to = "reversed",
     BY(BY_CITY),
     NEEDS(NEED_AUTHORITY)}};

/* 办结销号 */
static const form_state closing_states[] = {
    {.code = "asked"},
    {.code = "returned"},
    {.code = "closed", .ended = true, .effect = EFFECT_CLOSE},
    {.code = "reopened", .ended = true, .effect = EFFECT_REOPEN}};
static const form_act closing_acts[] = {
    {.code = "ask",
     .from = "",
     .to = "asked",
     BY(BY_LEAD),
     NEEDS(NEED_TASK, NEED_EVIDENCE)},
    {.code = "return", .from = "asked", .to = "returned", BY(BY_CITY), NEEDS(NEED_TEXT)},
    {.code = "ask_again", .from = "returned", .to = "asked", BY(BY_OPENER)},
    {.code = "approve", .from = "asked", .to = "closed", BY(BY_CITY)},
    {.code = "reopen",
     .from = "closed",
     .to = "reopened",
     BY(BY_CITY),
     NEEDS(NEED_TEXT)}};

/* A policy paper on its way to being issued. */
static const form_state policy_states[] = {
    {.code = "drafting"},
    {.code = "comments"},
    {.code = "legality"},
    {.code = "council"},
    {.code = "issued", .ended = true, .effect = EFFECT_FULFIL},
    {.code = "merged", .ended = true, .effect = EFFECT_FULFIL},
    {.code = "given_up", .ended = true, .effect = EFFECT_EXEMPT}};
static const form_act policy_acts[] = {
    {.code = "draft", .from = "", .to = "drafting", BY(BY_LEAD), NEEDS(NEED_TASK)},
    {.code = "consult", .from = "drafting", .to = "comments", BY(BY_LEAD)},
    {.code = "review", .from = "comments", .to = "legality", BY(BY_LEAD)},
    {.code = "submit", .from = "legality", .to = "council", BY(BY_LEAD)},
    {.code = "issue",
     .from = "council",
     .to = "issued",
     BY(BY_CITY),
     NEEDS(NEED_DOCUMENT)},
    {.code = "merge", .from = "*", .to = "merged", BY(BY_CITY), NEEDS(NEED_DOCUMENT)},
    {.code = "give_up",
     .from = "*",
     .to = "given_up",
     BY(BY_CITY),
     NEEDS(NEED_AUTHORITY, NEED_DAY)}};

/* A meeting, its actions, and a bulletin that is frozen. */
static const form_state meeting_states[] = {{.code = "held", .ended = true}};
static const form_act meeting_acts[] = {{.code = "hold",
                                         .from = "",
                                         .to = "held",
                                         BY(BY_LEAD, BY_CITY),
                                         NEEDS(NEED_TASK, NEED_DAY, NEED_TEXT)}};
static const form_state action_states[] = {{.code = "open"},
                                           {.code = "done", .ended = true}};
static const form_act action_acts[] = {
    {.code = "assign",
     .from = "",
     .to = "open",
     BY(BY_ANYONE),
     NEEDS(NEED_REFERS, NEED_OFFICE, NEED_LIMIT)},
    {.code = "done", .from = "open", .to = "done", BY(BY_ADDRESSEE, BY_PARENT)}};
static const form_state bulletin_states[] = {
    {.code = "draft"}, {.code = "comments"}, {.code = "issued", .ended = true}};
static const form_act bulletin_acts[] = {
    {.code = "draft",
     .from = "",
     .to = "draft",
     BY(BY_CITY),
     NEEDS(NEED_INDEX, NEED_TEXT)},
    {.code = "circulate",
     .from = "draft",
     .to = "comments",
     BY(BY_CITY),
     NEEDS(NEED_LIMIT)},
    {.code = "comment", .from = "comments", .to = "", BY(BY_ANYONE), NEEDS(NEED_TEXT)},
    {.code = "issue",
     .from = "comments",
     .to = "issued",
     BY(BY_CITY),
     NEEDS(NEED_DOCUMENT)}};

static const form_words city_forms[] = {
    {FORM("slip", slip_states, slip_acts), .triggers = slip_triggers, .triggers_n = 2,
     .proposed = "proposed"},
    {FORM("urge", urge_states, slip_acts), .proposed = "proposed"},
    {FORM("order", order_states, slip_acts), .proposed = "proposed"},
    {FORM("letter", letter_states, letter_acts), .triggers = letter_triggers,
     .triggers_n = 2, .proposed = "proposed"},
    {FORM("ticket", ticket_states, ticket_acts)},
    {FORM("extension", extension_states, relief_acts)},
    {FORM("exemption", exemption_states, relief_acts)},
    {FORM("tolerance", tolerance_states, relief_acts)},
    {FORM("finding", finding_states, finding_acts)},
    {FORM("review", review_states, review_acts)},
    {FORM("closing", closing_states, closing_acts)},
    {FORM("policy", policy_states, policy_acts)},
    {FORM("meeting", meeting_states, meeting_acts)},
    {FORM("action", action_states, action_acts)},
    {FORM("bulletin", bulletin_states, bulletin_acts)}};

/* The event as it comes out of its bytes: what was left out is empty, not NULL. */
static inline event decoded(kit *k, event ev) {
    buffer payload;
    event out;
    duban_refusal why = {0};
    buffer_init(&payload);
    assert_int_equal(codec_event_write(&ev, &payload), DUBAN_OK);
    char *bytes = arena_copy(&k->arena, payload.data == NULL ? "" : (void *)payload.data,
                             payload.size);
    signed_words head = {.kind = ev.kind, .payload = {(uint8_t *)bytes, payload.size}};
    duban_status status = codec_event_read(&head, (span){NULL, 0}, &k->arena, &out, &why);
    if (status != DUBAN_OK) fail_msg("%s: %s", duban_status_name(status), why.field);
    buffer_close(&payload);
    return out;
}

static inline event forms_event(kit *k, uint32_t version, const form_words *forms,
                                uint32_t n) {
    return decoded(k, (event){.kind = KIND_FORMS, .forms = {1, version, forms, n}});
}

/* The running city with the table above in force. */
static inline void paper_city(kit *k) {
    kit_open(k);
    kit_running_city(k);
    kit_must(k, CITY, forms_event(k, 1, city_forms, COUNT(city_forms)));
}

static inline duban_status paper_act(kit *k, uint32_t signer, paper_words words) {
    words.plan = 1;
    event ev = decoded(k, (event){.kind = KIND_PAPER, .paper = words});
    return kit_send(k, signer, ev);
}

static inline paper_cell paper_of(kit *k, uint32_t number) {
    return kit_cell(k, (cell_name){.kind = CELL_PAPER, .node = number}).paper;
}

/* Every paper that stands, the last number. */
static inline uint32_t paper_last(kit *k) {
    cell found;
    uint32_t n = 0;
    cell_name name = {.kind = CELL_PAPER, .node = 1};
    for (; ledger_cell(k->ledger, 1, &name, &found); name.node++)
        n = name.node;
    return n;
}

/* Acts, of which the test expects that they pass. */
#define MUST(k, signer, ...)                                                             \
    do {                                                                                 \
        duban_status must_status = paper_act(k, signer, (paper_words){__VA_ARGS__});     \
        if (must_status != DUBAN_OK)                                                     \
            fail_msg("%s %s: found %s, expected %s", duban_status_name(must_status),     \
                     (k)->refusal.field, (k)->refusal.found, (k)->refusal.expected);     \
    } while (0)
/* Acts that are refused with that status and field. */
#define REFUSED(k, status, name, signer, ...)                                            \
    do {                                                                                 \
        assert_status(paper_act(k, signer, (paper_words){__VA_ARGS__}), status);         \
        assert_string_equal((k)->refusal.field, name);                                   \
    } while (0)

#define TASKS(...)                                                                       \
    .tasks = (const uint32_t[]){__VA_ARGS__},                                            \
    .tasks_n = COUNT(((uint32_t[]){__VA_ARGS__}))
#define OFFICES(...)                                                                     \
    .offices = (const uint32_t[]){__VA_ARGS__},                                          \
    .offices_n = COUNT(((uint32_t[]){__VA_ARGS__}))

#endif
