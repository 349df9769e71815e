/* The life of an item beyond the first report: locks and their keys, two persons, limits
 * of a review and of a return, what is made up, check-ins of standing tasks, and rates
 * that are counted over items. */
#include "broker/ledger/item.h"
#include "broker/ledger/reporting.h"
#include "tests/unit/ledger/ledger_kit.h"

/* --- the plan of a test ------------------------------------------------------------- */

static plan_publish_words wanted; /* read by change_plan, set by each test */

static void change_plan(event *ev) {
    if (ev->kind == KIND_PLAN_PUBLISH) {
        plan_publish_words *words = &ev->plan_publish;
        words->shape = wanted.shape;
        words->locks = wanted.locks;
        words->review_days = wanted.review_days;
        words->two_persons = wanted.two_persons;
        return;
    }
    task_words *tasks = (task_words *)ev->plan_chunk.tasks;
    tasks[2].kind = wanted.cycle == PERIOD_YEAR ? TASK_STANDING : TASK_INDICATOR;
    tasks[4].kind = tasks[2].kind;
}

static void open_city(kit *k, plan_publish_words changes) {
    kit_open(k);
    wanted = changes;
    kit_city_with(k, change_plan);
}

static event unlock_of(const char *in_period, const char *until_day, const char *code) {
    return (event){.kind = KIND_UNLOCK,
                   .unlock = {.plan = 1,
                              .task = 3,
                              .office = FGW,
                              .period = kit_period(in_period),
                              .until_day = kit_day_of(until_day),
                              .code = code,
                              .reason = kit_body("the line was down")}};
}

static duban_status say_as(kit *k, const char *filler, const char *in_period) {
    statement_words s = kit_text(3, FGW, in_period, "words");
    event ev = kit_submission(&s, 1);
    ev.submission.filler = filler;
    return kit_send(k, FGW, ev);
}

static void expect_folded_again(kit *k) {
    hash256 live = kit_digest(k);
    hash256 folded = kit_digest_of_replay(k);
    assert_memory_equal(&live, &folded, sizeof live);
}

/* --- locks -------------------------------------------------------------------------- */

static void a_plan_that_locks_takes_nothing_after_the_window(void **state) {
    (void)state;
    kit k;
    open_city(&k, (plan_publish_words){.locks = true});
    kit_until(&k, "2023-04-17");
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
    kit_until(&k, "2023-04-18");
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_E_ROUND_LOCKED);
    assert_string_equal(k.refusal.field, "period");
    assert_string_equal(k.refusal.found, "2023Q1");
    assert_string_equal(k.refusal.expected, "2023-04-17");
    assert_int_equal(k.refusal.line, 1);
    statement_words s = kit_nil(1, DONG, "2023Q1", "nothing");
    assert_status(kit_say(&k, DONG, s), DUBAN_E_ROUND_LOCKED);
    assert_status(say_as(&k, "f1", "2023Q2"), DUBAN_OK);
    kit_close(&k);
}

static void without_locks_late_is_taken_and_marked(void **state) {
    (void)state;
    kit k;
    open_city(&k, (plan_publish_words){.shape = PLAN_SHAPE_ANNUAL});
    kit_until(&k, "2023-04-18");
    assert_true(kit_item(&k, 3, FGW, "2023Q1").missing);
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
    item_cell item = kit_item(&k, 3, FGW, "2023Q1");
    assert_true(item.late);
    assert_true(item.made_up);
    assert_false(item.missing);
    kit_close(&k);
}

static void an_unlock_opens_one_item_to_one_person_until_its_day(void **state) {
    (void)state;
    kit k;
    open_city(&k, (plan_publish_words){.locks = true, .shape = PLAN_SHAPE_ANNUAL});
    kit_until(&k, "2023-04-20");
    kit_must(&k, CITY, unlock_of("2023Q1", "2023-04-21", "f7"));
    assert_int_equal(kit_item(&k, 3, FGW, "2023Q1").unlocked_until,
                     kit_day_of("2023-04-21"));
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_E_ROUND_LOCKED);
    assert_string_equal(k.refusal.field, "filler");
    assert_string_equal(k.refusal.found, "f1");
    assert_string_equal(k.refusal.expected, "f7");
    statement_words other = kit_nil(1, DONG, "2023Q1", "nothing");
    assert_status(kit_say(&k, DONG, other), DUBAN_E_ROUND_LOCKED);
    kit_until(&k, "2023-04-21");
    assert_status(say_as(&k, "f7", "2023Q1"), DUBAN_OK);
    assert_true(kit_item(&k, 3, FGW, "2023Q1").late);
    assert_true(kit_item(&k, 3, FGW, "2023Q1").made_up);
    kit_until(&k, "2023-04-22");
    assert_status(say_as(&k, "f7", "2023Q1"), DUBAN_E_ROUND_LOCKED);
    assert_string_equal(k.refusal.field, "period");
    kit_must(&k, CITY, unlock_of("2023Q1", "2023-04-22", "f8"));
    assert_status(say_as(&k, "f7", "2023Q1"), DUBAN_E_ROUND_LOCKED);
    assert_status(say_as(&k, "f8", "2023Q1"), DUBAN_OK);
    expect_folded_again(&k);
    kit_close(&k);
}

static void unlocks_that_say_too_little_are_refused(void **state) {
    (void)state;
    kit k;
    open_city(&k, (plan_publish_words){.locks = true});
    kit_until(&k, "2023-04-20");
    event good = unlock_of("2023Q1", "2023-04-20", "f7");
    event ev = good;
    ev.unlock.code = "";
    assert_status(kit_try(&k, CITY, ev), DUBAN_E_EMPTY);
    ev = good;
    ev.unlock.reason = (body_ref){.present = false};
    assert_status(kit_try(&k, CITY, ev), DUBAN_E_REASON_NEEDED);
    ev = good;
    ev.unlock.until_day--;
    assert_status(kit_try(&k, CITY, ev), DUBAN_E_DATE);
    assert_string_equal(k.refusal.field, "until_day");
    ev = good;
    ev.unlock.office = DONG;
    assert_status(kit_try(&k, CITY, ev), DUBAN_E_NO_ITEM);
    assert_status(kit_try(&k, CITY, unlock_of("2023Q3", "2023-04-20", "f7")),
                  DUBAN_E_FUTURE);
    assert_status(kit_try(&k, FGW, good), DUBAN_E_NOT_ALLOWED);
    assert_status(kit_try(&k, CITY, good), DUBAN_OK);
    kit_close(&k);
    open_city(&k, (plan_publish_words){.locks = false});
    kit_until(&k, "2023-04-20");
    assert_status(kit_try(&k, CITY, good), DUBAN_E_STATE);
    assert_string_equal(k.refusal.field, "plan");
    kit_close(&k);
}

static void what_was_returned_is_open_without_an_unlock(void **state) {
    (void)state;
    kit k;
    open_city(&k, (plan_publish_words){.locks = true});
    kit_until(&k, "2023-04-10");
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
    uint64_t report = k.last;
    kit_until(&k, "2023-04-20");
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_E_ROUND_LOCKED);
    kit_must(&k, CITY, kit_review(3, FGW, "2023Q1", report, false));
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
    assert_int_equal(kit_item(&k, 3, FGW, "2023Q1").state, ITEM_RESUBMITTED);
    assert_false(kit_item(&k, 3, FGW, "2023Q1").late);
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_E_ROUND_LOCKED);
    kit_close(&k);
}

/* --- two persons -------------------------------------------------------------------- */

static void two_persons_are_two_codes_at_least_and_all_different(void **state) {
    (void)state;
    static const struct {
        const char *filler;
        const char *reviewer;
        const char *signer;
        duban_status status;
        const char *field;
    } rows[] = {
        {"a", "", "b", DUBAN_OK, ""},
        {"a", "b", "", DUBAN_OK, ""},
        {"a", "b", "c", DUBAN_OK, ""},
        {"a", NULL, "b", DUBAN_OK, ""},
        {"", "", "", DUBAN_E_TWO_PERSONS, "filler"},
        {"", "a", "b", DUBAN_E_TWO_PERSONS, "filler"},
        {"a", "", "", DUBAN_E_TWO_PERSONS, "signer"},
        {"a", "", "a", DUBAN_E_TWO_PERSONS, "signer"},
        {"a", "a", "", DUBAN_E_TWO_PERSONS, "reviewer"},
        {"a", "b", "b", DUBAN_E_TWO_PERSONS, "signer"},
        {"a", "b", "a", DUBAN_E_TWO_PERSONS, "signer"},
        {NULL, NULL, NULL, DUBAN_E_TWO_PERSONS, "filler"},
    };
    for (uint32_t asked = 0; asked < 2; asked++) {
        kit k;
        open_city(&k, (plan_publish_words){.two_persons = asked == 1});
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            statement_words s = kit_text(3, FGW, "2023Q1", "words");
            event ev = kit_submission(&s, 1);
            ev.submission.filler = rows[i].filler;
            ev.submission.reviewer = rows[i].reviewer;
            ev.submission.signer = rows[i].signer;
            assert_status(kit_try(&k, FGW, ev), asked == 1 ? rows[i].status : DUBAN_OK);
            if (asked == 1 && rows[i].status != DUBAN_OK)
                assert_string_equal(k.refusal.field, rows[i].field);
        }
        kit_close(&k);
    }
}

/* --- reviews ------------------------------------------------------------------------ */

static void a_reviewer_has_so_many_working_days(void **state) {
    (void)state;
    kit k;
    open_city(&k, (plan_publish_words){.review_days = 3});
    kit_until(&k, "2023-04-03"); /* Monday; the 5th is off */
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "15", MODE_NONE));
    uint64_t report = k.last;
    assert_int_equal(kit_item(&k, 1, DONG, "2023Q1").review_day,
                     kit_day_of("2023-04-07"));
    kit_until(&k, "2023-04-07");
    assert_false(kit_item(&k, 1, DONG, "2023Q1").unreviewed);
    kit_until(&k, "2023-04-08");
    assert_true(kit_item(&k, 1, DONG, "2023Q1").unreviewed);
    assert_false(kit_item(&k, 1, GUAN, "2023Q1").unreviewed);
    expect_folded_again(&k);
    kit_must(&k, FGW, kit_review(1, DONG, "2023Q1", report, true));
    item_cell item = kit_item(&k, 1, DONG, "2023Q1");
    assert_false(item.unreviewed);
    assert_int_equal(item.review_day, 0);
    kit_until(&k, "2023-05-10");
    assert_false(kit_item(&k, 1, DONG, "2023Q1").unreviewed);
    kit_close(&k);
}

static void the_latest_submission_starts_the_days_until_they_have_passed(void **state) {
    (void)state;
    kit k;
    open_city(&k, (plan_publish_words){.review_days = 3});
    kit_until(&k, "2023-04-10");
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
    kit_until(&k, "2023-04-12");
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
    assert_int_equal(kit_item(&k, 3, FGW, "2023Q1").review_day, kit_day_of("2023-04-17"));
    kit_until(&k, "2023-04-17");
    assert_false(kit_item(&k, 3, FGW, "2023Q1").unreviewed);
    kit_until(&k, "2023-04-18");
    assert_true(kit_item(&k, 3, FGW, "2023Q1").unreviewed);
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
    item_cell item = kit_item(&k, 3, FGW, "2023Q1");
    assert_true(item.unreviewed); /* more words do not clear the reviewer */
    assert_int_equal(item.review_day, kit_day_of("2023-04-17"));
    kit_close(&k);
}

static void what_is_partial_or_a_plan_without_days_asks_no_reviewer(void **state) {
    (void)state;
    kit k;
    open_city(&k, (plan_publish_words){.review_days = 2});
    kit_until(&k, "2023-04-03");
    kit_must_say(&k, TJJ, kit_value(6, 1, TJJ, "2023Q1", "0.3", MODE_NONE));
    assert_int_equal(kit_item(&k, 6, TJJ, "2023Q1").state, ITEM_PARTIAL);
    assert_int_equal(kit_item(&k, 6, TJJ, "2023Q1").review_day, 0);
    kit_must_say(&k, TJJ, kit_value(6, 2, TJJ, "2023Q1", "200", MODE_NONE));
    assert_int_not_equal(kit_item(&k, 6, TJJ, "2023Q1").review_day, 0);
    kit_close(&k);
    open_city(&k, (plan_publish_words){.review_days = 0});
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
    assert_int_equal(kit_item(&k, 3, FGW, "2023Q1").review_day, 0);
    kit_until(&k, "2023-12-01");
    assert_false(kit_item(&k, 3, FGW, "2023Q1").unreviewed);
    kit_close(&k);
}

static void the_first_lead_reviews_and_the_city_office_the_lead(void **state) {
    (void)state;
    static const struct {
        uint32_t task;
        uint32_t office;
        uint32_t reviewer;
    } rows[] = {
        {1, DONG, FGW}, {1, GUAN, FGW}, {1, FGW, CITY}, {2, TJJ, CITY}, {5, CITY, CITY}};
    kit k;
    kit_open(&k);
    kit_city(&k);
    const plan *p = ledger_plan(k.ledger, 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t duty = plan_find_duty(p, rows[i].task - 1, rows[i].office);
        assert_int_equal(item_reviewer(p, duty), rows[i].reviewer);
    }
    kit_close(&k);
}

static void a_return_has_its_limit_too_and_missing_it_is_late(void **state) {
    (void)state;
    static const struct {
        const char *again; /* the day it is given again */
        bool late;
    } rows[] = {{"2023-04-11", false}, {"2023-04-13", false}, {"2023-04-14", true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kit k;
        open_city(&k, (plan_publish_words){.review_days = 3});
        kit_until(&k, "2023-04-06");
        assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
        uint64_t report = k.last;
        kit_until(&k, "2023-04-10");
        kit_must(&k, CITY, kit_review(3, FGW, "2023Q1", report, false));
        assert_int_equal(kit_item(&k, 3, FGW, "2023Q1").review_day,
                         kit_day_of("2023-04-13"));
        kit_until(&k, rows[i].again);
        assert_int_equal(kit_item(&k, 3, FGW, "2023Q1").late, rows[i].late);
        assert_false(kit_item(&k, 3, FGW, "2023Q1").unreviewed);
        assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
        item_cell item = kit_item(&k, 3, FGW, "2023Q1");
        assert_int_equal(item.late, rows[i].late);
        assert_int_equal(item.state, ITEM_RESUBMITTED);
        kit_until(&k, "2023-04-20"); /* nobody reviewed it again */
        assert_true(kit_item(&k, 3, FGW, "2023Q1").unreviewed);
        assert_int_equal(kit_item(&k, 3, FGW, "2023Q1").late, rows[i].late);
        expect_folded_again(&k);
        kit_close(&k);
    }
}

static void late_by_a_return_lets_no_window_pass(void **state) {
    (void)state;
    kit k;
    open_city(&k, (plan_publish_words){.review_days = 1});
    kit_accept_timetable(&k, FGW, kit_timetable(3, PROFILE_NODES));
    kit_until(&k, "2023-04-06");
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
    kit_must(&k, CITY, kit_review(3, FGW, "2023Q1", k.last, false));
    kit_until(&k, "2023-04-20");
    const plan *p = ledger_plan(k.ledger, 1);
    uint32_t duty = plan_find_duty(p, 2, FGW);
    const item_cell *item = item_find(p, duty, 0);
    assert_true(item->late);
    assert_false(item_let_pass(k.ledger, item));
    kit_close(&k);
}

static void looking_back_takes_limits_away_that_had_not_passed(void **state) {
    (void)state;
    kit k;
    open_city(&k, (plan_publish_words){.review_days = 3});
    kit_until(&k, "2023-04-06");
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "15", MODE_NONE));
    kit_must(&k, FGW, kit_review(1, DONG, "2023Q1", k.last, false));
    kit_until(&k, "2023-04-20");
    assert_true(kit_item(&k, 3, FGW, "2023Q1").unreviewed);
    assert_true(kit_item(&k, 1, DONG, "2023Q1").late);
    assert_int_equal(ledger_set_day(k.ledger, kit_day_of("2023-04-11")), DUBAN_OK);
    assert_false(kit_item(&k, 3, FGW, "2023Q1").unreviewed);
    assert_false(kit_item(&k, 1, DONG, "2023Q1").late);
    assert_int_equal(ledger_set_day(k.ledger, kit_day_of("2023-04-12")), DUBAN_OK);
    assert_true(kit_item(&k, 3, FGW, "2023Q1").unreviewed);
    assert_true(kit_item(&k, 1, DONG, "2023Q1").late);
    kit_close(&k);
}

/* --- marks -------------------------------------------------------------------------- */

static void what_was_accepted_last_stays_named_after_a_correction(void **state) {
    (void)state;
    for (uint32_t shaped = 0; shaped < 2; shaped++) {
        kit k;
        open_city(&k, (plan_publish_words){.shape = shaped ? PLAN_SHAPE_ANNUAL
                                                           : PLAN_SHAPE_NONE});
        assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
        uint64_t report = k.last;
        kit_must(&k, CITY, kit_review(3, FGW, "2023Q1", report, true));
        assert_int_equal(kit_item(&k, 3, FGW, "2023Q1").accepted_index,
                         shaped ? report : 0);
        assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
        item_cell item = kit_item(&k, 3, FGW, "2023Q1");
        assert_int_equal(item.state, ITEM_SUBMITTED);
        assert_int_equal(item.index, k.last);
        assert_int_equal(item.accepted_index, shaped ? report : 0);
        kit_must(&k, CITY, kit_review(3, FGW, "2023Q1", k.last, false));
        assert_int_equal(kit_item(&k, 3, FGW, "2023Q1").accepted_index,
                         shaped ? report : 0);
        kit_close(&k);
    }
}

static void plans_without_a_shape_keep_the_bytes_they_had(void **state) {
    (void)state;
    kit k;
    open_city(&k, (plan_publish_words){.shape = PLAN_SHAPE_NONE});
    kit_until(&k, "2023-04-20");
    assert_status(say_as(&k, "f1", "2023Q1"), DUBAN_OK);
    assert_true(kit_item(&k, 3, FGW, "2023Q1").late);
    assert_false(kit_item(&k, 3, FGW, "2023Q1").made_up);
    kit_close(&k);
}

/* --- standing tasks ----------------------------------------------------------------- */

static void standing_tasks_check_in_and_are_never_overdue(void **state) {
    (void)state;
    static const char *const quarters[] = {"2023Q1", "2023Q2", "2023Q3", "2023Q4"};
    static const char *const days[] = {"2023-04-06", "2023-07-06", "2023-10-12",
                                       "2024-01-05"};
    kit k;
    open_city(&k, (plan_publish_words){.shape = PLAN_SHAPE_ANNUAL, .cycle = PERIOD_YEAR});
    kit_accept_timetable(&k, FGW, kit_timetable(3, PROFILE_NODES));
    kit_accept_timetable(&k, CITY, kit_timetable(5, PROFILE_EVEN));
    for (size_t q = 0; q < 4; q++) {
        kit_until(&k, days[q]);
        statement_words s = kit_text(3, FGW, quarters[q], "");
        s.text = (text_words){.no_change = true};
        kit_must_say(&k, FGW, s);
        item_cell item = kit_item(&k, 3, FGW, quarters[q]);
        assert_int_equal(item.state, ITEM_SUBMITTED);
        assert_true(item.no_change);
        kit_must_say(&k, CITY,
                     kit_value(5, 1, CITY, quarters[q], "80", MODE_THIS_PERIOD));
    }
    kit_until(&k, "2024-02-20"); /* behind, but its end is nobody's deadline */
    assert_int_not_equal(kit_light(&k, 3, 0).cause, CAUSE_OVERDUE);
    assert_int_not_equal(kit_pace(&k, 5, 1, 0).cause, CAUSE_OVERDUE);
    assert_int_equal(kit_light(&k, 5, 0).due, 0);
    assert_int_equal(kit_light(&k, 3, FGW).missing, 0);
    kit_close(&k);
    open_city(&k, (plan_publish_words){.shape = PLAN_SHAPE_ANNUAL});
    kit_accept_timetable(&k, CITY, kit_timetable(5, PROFILE_EVEN));
    kit_until(&k, "2024-02-20"); /* the same task with an end is overdue */
    assert_int_equal(kit_pace(&k, 5, 1, 0).cause, CAUSE_OVERDUE);
    kit_close(&k);
}

/* --- rates -------------------------------------------------------------------------- */

static item_cell item_like(const char *opens, const char *closes, bool reported,
                           bool late) {
    return (item_cell){.state = reported ? ITEM_SUBMITTED : ITEM_DUE,
                       .open_day = kit_day_of(opens),
                       .close_day = kit_day_of(closes),
                       .first_ms = reported ? 1 : 0,
                       .late = late};
}

static void rates_count_what_is_asked_for_or_reported(void **state) {
    (void)state;
    item_cell plain = item_like("2023-04-03", "2023-04-17", false, false);
    item_cell on_time = item_like("2023-04-03", "2023-04-17", true, false);
    item_cell late = item_like("2023-04-03", "2023-04-17", true, true);
    item_cell returned = on_time;
    returned.state = ITEM_RETURNED;
    item_cell partial = plain;
    partial.state = ITEM_PARTIAL;
    item_cell withdrawn = on_time;
    withdrawn.withdrawn = true;
    item_cell waits = plain;
    waits.open_day = waits.close_day = 0;
    item_cell mixed = plain;
    mixed.close_day = 0;
    const struct {
        const item_cell *item;
        const char *today;
        uint32_t expected, reported, on_time;
    } rows[] = {
        {&plain, "2023-04-02", 0, 0, 0},   {&plain, "2023-04-03", 1, 0, 0},
        {&on_time, "2023-04-02", 1, 1, 1}, {&on_time, "2023-05-01", 1, 1, 1},
        {&late, "2023-05-01", 1, 1, 0},    {&returned, "2023-05-01", 1, 1, 1},
        {&partial, "2023-05-01", 1, 0, 0}, {&withdrawn, "2023-05-01", 0, 0, 0},
        {&waits, "2023-05-01", 0, 0, 0},   {&mixed, "2023-05-01", 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        reporting r = {0};
        reporting_add(&r, rows[i].item, kit_day_of(rows[i].today));
        assert_int_equal(r.expected, rows[i].expected);
        assert_int_equal(r.reported, rows[i].reported);
        assert_int_equal(r.on_time, rows[i].on_time);
    }
}

static void exempt_items_leave_the_rates_from_that_day_and_never_backwards(void **state) {
    (void)state;
    item_cell item = item_like("2023-04-03", "2023-04-17", false, false);
    item_cell withdrawn = item;
    withdrawn.withdrawn = true;
    item_cell open = item;
    open.close_day = 0;
    assert_false(reporting_leaves(VISIBILITY_PUBLIC, 0, &item));
    assert_false(reporting_leaves(VISIBILITY_RESTRICTED, 0, &item));
    assert_true(reporting_leaves(VISIBILITY_OFFLINE, 0, &item));
    assert_true(reporting_leaves(VISIBILITY_PUBLIC, 0, &withdrawn));
    assert_true(reporting_leaves(VISIBILITY_PUBLIC, kit_day_of("2023-04-17"), &item));
    assert_false(reporting_leaves(VISIBILITY_PUBLIC, kit_day_of("2023-04-18"), &item));
    assert_true(reporting_leaves(VISIBILITY_PUBLIC, kit_day_of("2023-04-18"), &open));
}

static void shares_have_one_decimal_and_none_where_nothing_was_expected(void **state) {
    (void)state;
    static const struct {
        uint32_t part;
        uint32_t whole;
        const char *share;
    } rows[] = {{0, 40, "0"},        {40, 40, "100"},  {1, 3, "33.3"}, {2, 3, "66.7"},
                {1, 8, "12.5"},      {1, 2000, "0.1"}, {1, 2001, "0"}, {199, 200, "99.5"},
                {1999, 2000, "100"}, {41, 40, "102.5"}};
    decimal share = {-7};
    assert_false(reporting_share(0, 0, &share));
    assert_int_equal(share.micro, -7);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(reporting_share(rows[i].part, rows[i].whole, &share));
        kit_expect_decimal(share, rows[i].share);
    }
}

static bool add_item(void *ctx, const cell *value) {
    if (value->name.kind == CELL_ITEM && value->name.period.first_day == 19358)
        reporting_add(ctx, &value->item, kit_day_of("2023-04-30"));
    return true;
}

static void rates_of_a_round_are_sums_over_its_items(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_until(&k, "2023-04-06");
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "15", MODE_NONE));
    kit_must(&k, FGW, kit_review(1, DONG, "2023Q1", k.last, false));
    kit_must_say(&k, FGW, kit_text(3, FGW, "2023Q1", "words"));
    kit_until(&k, "2023-04-20");
    kit_must_say(&k, GUAN, kit_value(1, 1, GUAN, "2023Q1", "9", MODE_NONE));
    kit_until(&k, "2023-04-30");
    assert_int_equal(kit_period("2023Q1").first_day, 19358);
    reporting r = {0};
    ledger_cells(k.ledger, 1, 0, true, add_item, &r);
    assert_int_equal(r.expected, 10); /* tasks 1 and 4 of fgw, dong and guan, and four */
    assert_int_equal(r.reported, 3);
    assert_int_equal(r.on_time, 2);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_that_locks_takes_nothing_after_the_window),
        cmocka_unit_test(without_locks_late_is_taken_and_marked),
        cmocka_unit_test(an_unlock_opens_one_item_to_one_person_until_its_day),
        cmocka_unit_test(unlocks_that_say_too_little_are_refused),
        cmocka_unit_test(what_was_returned_is_open_without_an_unlock),
        cmocka_unit_test(two_persons_are_two_codes_at_least_and_all_different),
        cmocka_unit_test(a_reviewer_has_so_many_working_days),
        cmocka_unit_test(the_latest_submission_starts_the_days_until_they_have_passed),
        cmocka_unit_test(what_is_partial_or_a_plan_without_days_asks_no_reviewer),
        cmocka_unit_test(the_first_lead_reviews_and_the_city_office_the_lead),
        cmocka_unit_test(a_return_has_its_limit_too_and_missing_it_is_late),
        cmocka_unit_test(late_by_a_return_lets_no_window_pass),
        cmocka_unit_test(looking_back_takes_limits_away_that_had_not_passed),
        cmocka_unit_test(what_was_accepted_last_stays_named_after_a_correction),
        cmocka_unit_test(plans_without_a_shape_keep_the_bytes_they_had),
        cmocka_unit_test(standing_tasks_check_in_and_are_never_overdue),
        cmocka_unit_test(rates_count_what_is_asked_for_or_reported),
        cmocka_unit_test(exempt_items_leave_the_rates_from_that_day_and_never_backwards),
        cmocka_unit_test(shares_have_one_decimal_and_none_where_nothing_was_expected),
        cmocka_unit_test(rates_of_a_round_are_sums_over_its_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
