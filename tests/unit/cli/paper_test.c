#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "broker/ledger/heap.h"
#include "client/cli/paper_say.h"
#include "client/cli/paper_word.h"
#include "proto/codec.h"
#include "proto/hash.h"

/* A slice of a city (1), two counties (2, 3), a lead (4), a further lead (5), a group of
 * the counties (6) and an office outside (7); plan 1 has task 1, led by 4 and 5, with the
 * group responsible. */
enum { CITY = 1, EAST, WEST, LEAD, FURTHER, COUNTIES, OUTSIDE };

static const int64_t created_ms = 1673398800000; /* 2023-01-11T09:00+08:00 */
static arena memory;
static ledger *slice;
static uint64_t next_index;
static papers seen;
static cli shell;

static void enter(event *ev) {
    duban_refusal refusal = {0};
    buffer payload;
    buffer_init(&payload);
    ev->office = CITY;
    ev->key = 1;
    ev->number = next_index + 1;
    assert_int_equal(codec_event_write(ev, &payload), DUBAN_OK);
    ev->payload = (span){payload.data, payload.size};
    if (ledger_check(slice, ev, created_ms, &refusal) != DUBAN_OK)
        fail_msg("%s: %s", duban_status_name(refusal.status), refusal.field);
    ledger_apply(slice, next_index++, ev, created_ms);
    buffer_close(&payload);
}

static void found(void) {
    static const uint8_t key[32] = {1};
    event ev = {.kind = KIND_GENESIS,
                .genesis = {.origin = "duban.test/papers",
                            .utc_offset_minutes = 480,
                            .city = {.number = CITY,
                                     .code = "city",
                                     .name = "市政府办公室",
                                     .kind = OFFICE_CITY},
                            .algorithm = ALGORITHM_ED25519,
                            .rules_version = RULES_VERSION,
                            .drill = true,
                            .created_ms = created_ms}};
    memcpy(ev.genesis.root_key, key, sizeof key);
    memcpy(ev.genesis.broker_key, key, sizeof key);
    ev.genesis.broker_key[31] = 1;
    enter(&ev);
}

static void enrol(void) {
    static const uint32_t members[] = {EAST, WEST};
    office_words offices[] = {
        {.number = EAST, .code = "east", .name = "东县", .kind = OFFICE_COUNTY},
        {.number = WEST, .code = "west", .name = "西县", .kind = OFFICE_COUNTY},
        {.number = LEAD, .code = "lead", .name = "牵头局", .kind = OFFICE_DEPARTMENT},
        {.number = FURTHER, .code = "also", .name = "会签局", .kind = OFFICE_DEPARTMENT},
        {.number = COUNTIES,
         .code = "all",
         .name = "各县",
         .kind = OFFICE_GROUP,
         .members = members,
         .members_n = 2},
        {.number = OUTSIDE, .code = "out", .name = "法院", .kind = OFFICE_JUDICIAL},
    };
    for (size_t i = 0; i < sizeof offices / sizeof offices[0]; i++)
        offices[i].parent = CITY;
    event ev = {.kind = KIND_OFFICES, .offices = {.offices = offices, .offices_n = 6}};
    enter(&ev);
}

static void publish(void) {
    static const uint32_t leads[] = {LEAD, FURTHER}, responsible[] = {COUNTIES};
    task_words task = {.id = 1,
                       .number = "1",
                       .chapter = "一",
                       .title = "修路",
                       .kind = TASK_MILESTONE,
                       .leads = leads,
                       .leads_n = 2,
                       .responsible = responsible,
                       .responsible_n = 1};
    event chunk = {
        .kind = KIND_PLAN_CHUNK,
        .plan_chunk = {
            .plan = 1, .code = "2023", .chunk = 1, .tasks = &task, .tasks_n = 1}};
    buffer bytes;
    buffer_init(&bytes);
    assert_int_equal(codec_event_write(&chunk, &bytes), DUBAN_OK);
    event ev = {.kind = KIND_PLAN_PUBLISH,
                .plan_publish = {.plan = 1,
                                 .code = "2023",
                                 .title = "测试",
                                 .first_day = day_of_date((date){2023, 1, 1}),
                                 .last_day = day_of_date((date){2023, 12, 31}),
                                 .cycle = PERIOD_QUARTER,
                                 .chunks = 1,
                                 .hash = hash_of(bytes.data, bytes.size)}};
    buffer_close(&bytes);
    enter(&chunk);
    enter(&ev);
}

static int setup(void **state) {
    (void)state;
    forms_table table = {0};
    arena_init(&memory, 0);
    next_index = 0;
    assert_int_equal(ledger_new(heap_allocator(), &slice), DUBAN_OK);
    ledger_set_slice(slice, true);
    found();
    enrol();
    publish();
    shell = (cli){.lang = DUBAN_EN, .out = stdout, .err = stderr};
    assert_int_equal(forms_load(&shell, &memory, NULL, &table), DUBAN_OK);
    seen = (papers){.c = &shell,
                    .a = &memory,
                    .where = {.l = slice, .plan = 1},
                    .forms = table.words,
                    .forms_version = 1,
                    .day = 10};
    return 0;
}

static int teardown(void **state) {
    (void)state;
    ledger_free(slice);
    arena_close(&memory);
    return 0;
}

static paper_cell cells[4];
static const uint32_t first_task[] = {1}, to_east[] = {EAST}, to_all[] = {COUNTIES};

/* A paper of that form in that state, opened by an office (0: the clock). */
static papers_row paper_in(const char *form, const char *state, uint32_t opener) {
    static size_t at;
    paper_cell *of = &cells[at++ % 4];
    *of = (paper_cell){.form = form,
                       .state = state,
                       .title = "",
                       .document = "",
                       .authority = "",
                       .tasks = first_task,
                       .tasks_n = 1,
                       .offices = to_east,
                       .offices_n = 1,
                       .opener = opener};
    papers_row row = {1, of, forms_find(&seen.forms, form), NULL};
    assert_non_null(row.form);
    row.state = forms_state(row.form, state);
    assert_non_null(row.state);
    of->ended = row.state->ended;
    return row;
}

/* Exactly those offices are waited for, "" none. */
static void assert_waits(const papers_row *row, const char *codes) {
    char got[128] = "";
    for (uint32_t office = CITY; office <= OUTSIDE; office++) {
        office_words words;
        if (!papers_waits(&seen, row, office)) continue;
        assert_true(ledger_get_office(slice, office, &words));
        say_list(got, sizeof got, " ", words.code);
    }
    assert_string_equal(got, codes);
}

/* --- who is waited for -------------------------------------------------------------- */

static void a_paper_waits_for_whom_its_next_act_names_first(void **state) {
    (void)state;
    static const struct {
        const char *form;
        const char *in;
        const char *waits;
    } rows[] = {
        {"urge1", "proposed", "city"},  {"urge1", "signed", "east"},
        {"urge1", "answered", "city"},  {"ticket", "lead", "lead"},
        {"ticket", "leader", "city"},   {"extension", "asked", "city"},
        {"finding", "doubted", "east"}, {"policy", "drafting", "lead"},
        {"letter", "signed", "east"},   {"instruction", "given", "east"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        papers_row row = paper_in(rows[i].form, rows[i].in, LEAD);
        assert_waits(&row, rows[i].waits);
    }
}

static void what_may_be_done_at_any_time_is_waited_for_by_nobody(void **state) {
    (void)state;
    papers_row row = paper_in("urge1", "signed", CITY);
    const form_act *withdraw = &row.form->acts[row.form->acts_n - 1];
    assert_string_equal(withdraw->from, "*");
    assert_true(papers_possible(withdraw, row.state));
    assert_string_equal(papers_awaited(&row)->code, "acknowledge");
    assert_false(papers_waits(&seen, &row, CITY));
}

static void what_has_ended_waits_for_nobody_though_it_may_be_reopened(void **state) {
    (void)state;
    papers_row row = paper_in("close", "approved", LEAD);
    assert_true(row.cell->ended);
    assert_waits(&row, "");
    assert_null(papers_awaited(&row));
}

static void a_group_of_addressees_stands_for_its_members(void **state) {
    (void)state;
    papers_row row = paper_in("urge1", "signed", CITY);
    ((paper_cell *)row.cell)->offices = to_all;
    assert_waits(&row, "east west");
}

static void what_the_clocks_paper_asks_of_its_opener_falls_to_the_city(void **state) {
    (void)state;
    papers_row by_lead = paper_in("rectify", "reported", LEAD);
    assert_waits(&by_lead, "lead");
    papers_row by_clock = paper_in("rectify", "reported", 0);
    assert_waits(&by_clock, "city");
}

static void relations_are_those_of_the_task_and_the_paper(void **state) {
    (void)state;
    papers_row row = paper_in("urge1", "signed", WEST);
    static const struct {
        relation_kind how;
        uint32_t yes;
        uint32_t no;
    } rows[] = {
        {BY_CITY, CITY, LEAD},
        {BY_LEAD, LEAD, FURTHER},
        {BY_FURTHER_LEAD, FURTHER, LEAD},
        {BY_ADDRESSEE, EAST, WEST},
        {BY_OPENER, WEST, CITY},
        {BY_RESPONSIBLE, WEST, LEAD},
        {BY_PARENT, CITY, EAST},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(papers_stands(&seen, &row, rows[i].how, rows[i].yes));
        assert_false(papers_stands(&seen, &row, rows[i].how, rows[i].no));
    }
    assert_true(papers_stands(&seen, &row, BY_ANYONE, OUTSIDE));
    assert_false(papers_stands(&seen, &row, BY_FILLER, EAST));
}

/* --- what is said and typed --------------------------------------------------------- */

static void what_comes_next_is_said_with_the_command_to_type(void **state) {
    (void)state;
    char next[512];
    papers_row row = paper_in("urge2", "acknowledged", CITY);
    paper_say_next(&shell, row.form, row.state, 12, next, sizeof next);
    assert_string_equal(next, "Next, addressee: answer, duban slip answer 12 --text.");
    row = paper_in("honour", "claimed", EAST);
    paper_say_next(&shell, row.form, row.state, 3, next, sizeof next);
    assert_string_equal(next, "Next, city office: confirm, duban paper honour confirm 3 "
                              "--document.");
    row = paper_in("honour", "refused", EAST);
    paper_say_next(&shell, row.form, row.state, 3, next, sizeof next);
    assert_string_equal(next, "It has ended.");
}

static void a_paper_without_title_is_called_by_its_task(void **state) {
    (void)state;
    papers_row row = paper_in("urge1", "proposed", 0);
    assert_string_equal(paper_say_title(&seen, &row), "修路");
}

static void numbers_are_read_as_people_type_them(void **state) {
    (void)state;
    uint32_t first, last;
    assert_int_equal(paper_word_number("12"), 12);
    assert_int_equal(paper_word_number("#12"), 12);
    assert_int_equal(paper_word_number("１２号"), 12);
    assert_int_equal(paper_word_number("twelve"), 0);
    assert_int_equal(paper_word_number(""), 0);
    assert_true(paper_word_span("3-5", &first, &last));
    assert_int_equal(first, 3);
    assert_int_equal(last, 5);
    assert_true(paper_word_span("7", &first, &last));
    assert_int_equal(last, 7);
    assert_false(paper_word_span("5-3", &first, &last));
    assert_false(paper_word_span("1-99999", &first, &last));
    assert_false(paper_word_span("-3", &first, &last));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_paper_waits_for_whom_its_next_act_names_first),
        TEST(what_may_be_done_at_any_time_is_waited_for_by_nobody),
        TEST(what_has_ended_waits_for_nobody_though_it_may_be_reopened),
        TEST(a_group_of_addressees_stands_for_its_members),
        TEST(what_the_clocks_paper_asks_of_its_opener_falls_to_the_city),
        TEST(relations_are_those_of_the_task_and_the_paper),
        TEST(what_comes_next_is_said_with_the_command_to_type),
        TEST(a_paper_without_title_is_called_by_its_task),
        TEST(numbers_are_read_as_people_type_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
