/* Plans that change: editions with a day, splits that come later than the plan. */
#include "tests/unit/ledger/ledger_kit.h"

#include "proto/codec.h"

/* further offices, added by these tests */
#define ZONE 6
#define LAST 7

/* --- pieces ------------------------------------------------------------------------- */

static task_words task_of(kit *k, uint32_t id) {
    return kit_cell(k, (cell_name){.kind = CELL_TASK, .task = id}).task;
}

/* Its metrics as an array that may be changed. */
static metric_words *own_metrics(kit *k, task_words *t, uint32_t more) {
    metric_words *copy = arena_alloc(&k->arena, (t->metrics_n + more) * sizeof *copy);
    memcpy(copy, t->metrics, t->metrics_n * sizeof *copy);
    t->metrics = copy;
    return copy;
}

static event amendment(task_words t, const char *day) {
    return (event){.kind = KIND_AMENDMENT,
                   .amendment = {.plan = 1,
                                 .task = t,
                                 .day = kit_day_of(day),
                                 .reason = kit_body("the council decided"),
                                 .document = "2023-17",
                                 .approver = "city government"}};
}

static event with_target(kit *k, uint32_t id, const char *target, const char *day) {
    task_words t = task_of(k, id);
    own_metrics(k, &t, 0)[0].target = kit_decimal(target);
    return amendment(t, day);
}

static event with_lead(kit *k, uint32_t id, uint32_t lead, const char *day) {
    task_words t = task_of(k, id);
    uint32_t *leads = arena_alloc(&k->arena, sizeof *leads);
    *leads = lead;
    t.leads = leads;
    t.leads_n = 1;
    return amendment(t, day);
}

static event with_splits(kit *k, uint32_t id, const split_words *splits, uint32_t n,
                         const char *day) {
    task_words t = task_of(k, id);
    t.splits = splits;
    t.splits_n = n;
    return amendment(t, day);
}

static split_words split(uint32_t metric, uint32_t office, const char *value) {
    return (split_words){.metric = metric, .office = office, .value = kit_decimal(value)};
}

static event splitting(uint32_t task, const split_words *splits, uint32_t n,
                       const char *day) {
    return (event){.kind = KIND_SPLITTING,
                   .splitting = {.plan = 1,
                                 .task = task,
                                 .metric = 1,
                                 .splits = splits,
                                 .splits_n = n,
                                 .day = kit_day_of(day)}};
}

static void add_zone(kit *k) {
    static const office_words zone = {
        .number = ZONE, .code = "gao", .name = "High Zone", .kind = OFFICE_ZONE};
    kit_must(k, CITY, (event){.kind = KIND_OFFICES, .offices = {&zone, 1}});
}

static edition_cell edition_of(kit *k, uint32_t task, uint32_t number) {
    return kit_cell(k, (cell_name){.kind = CELL_EDITION, .task = task, .node = number})
        .edition;
}

static bool has_edition(kit *k, uint32_t task, uint32_t number) {
    cell_name name = {.kind = CELL_EDITION, .task = task, .node = number};
    cell found;
    return ledger_cell(k->ledger, 1, &name, &found);
}

static void expect_replay_equal(kit *k) {
    hash256 live = kit_digest(k);
    hash256 again = kit_digest_of_replay(k);
    assert_memory_equal(&live, &again, sizeof live);
}

/* A city in which the first quarter is reported in full and over. */
static void second_quarter(kit *k, const char *day) {
    kit_open(k);
    kit_running_city(k);
    kit_until(k, "2023-04-03");
    kit_must_say(k, DONG, kit_value(1, 1, DONG, "2023Q1", "15", MODE_NONE));
    kit_must_say(k, GUAN, kit_value(1, 1, GUAN, "2023Q1", "8", MODE_NONE));
    kit_must_say(k, FGW, kit_text(1, FGW, "2023Q1", "collated"));
    kit_must_say(k, TJJ, kit_value(2, 1, TJJ, "2023Q1", "4.8", MODE_NONE));
    kit_must_say(k, CITY, kit_value(5, 1, CITY, "2023Q1", "90", MODE_NONE));
    kit_until(k, day);
}

/* --- editions ----------------------------------------------------------------------- */

static void both_targets_stay_visible(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    kit_must(&k, CITY, with_target(&k, 5, "400", "2023-05-15"));
    kit_expect_decimal(task_of(&k, 5).metrics[0].target, "400");
    edition_cell before = edition_of(&k, 5, 1);
    kit_expect_decimal(before.task.metrics[0].target, "365");
    assert_int_equal(before.day, kit_day_of("2023-05-15"));
    assert_int_equal(before.index, k.last);
    assert_string_equal(before.document, "2023-17");
    assert_string_equal(before.approver, "city government");
    assert_true(before.reason.present);
    /* 90 of 365 speaks of 31 March, when 365 was promised */
    kit_expect_decimal(kit_pace(&k, 5, 1, 0).target, "365");
    kit_expect_decimal(kit_pace(&k, 5, 1, 0).margin, "0");
    kit_until(&k, "2023-07-03");
    kit_must_say(&k, CITY, kit_value(5, 1, CITY, "2023Q2", "181", MODE_TO_DATE));
    kit_expect_decimal(kit_pace(&k, 5, 1, 0).target, "400");
    kit_must(&k, CITY, with_target(&k, 5, "380", "2023-07-03"));
    kit_expect_decimal(edition_of(&k, 5, 2).task.metrics[0].target, "400");
    kit_expect_decimal(edition_of(&k, 5, 1).task.metrics[0].target, "365");
    expect_replay_equal(&k);
    kit_close(&k);
}

static void a_split_is_measured_against_what_was_promised_on_its_day(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    split_words parts[] = {split(1, DONG, "80"), split(1, GUAN, "40")};
    kit_must(&k, CITY, with_splits(&k, 1, parts, 2, "2023-05-15"));
    kit_expect_decimal(kit_pace(&k, 1, 1, DONG).target, "60");
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q2", "30", MODE_TO_DATE));
    kit_expect_decimal(kit_pace(&k, 1, 1, DONG).target, "80");
    kit_expect_decimal(kit_pace(&k, 1, 1, GUAN).target, "40");
    kit_close(&k);
}

typedef struct snapshot {
    cell cells[256];
    uint32_t n;
    period of;
    arena *memory;
} snapshot;

static void *arena_taking(void *ctx, size_t size) {
    return arena_alloc(ctx, size == 0 ? 1 : size);
}

static bool keep(void *ctx, const cell *value) {
    snapshot *s = ctx;
    if (!period_equal(value->name.period, s->of)) return true;
    assert_true(s->n < 256);
    s->cells[s->n] = *value;
    assert_true(codec_cell_copy(&s->cells[s->n++], arena_taking, s->memory));
    return true;
}

/* Every item, value and round of the ended period reads as it did. */
static void expect_as_kept(kit *k, const snapshot *s) {
    for (uint32_t i = 0; i < s->n; i++) {
        cell now = kit_cell(k, s->cells[i].name);
        assert_true(codec_cell_equal(&now, &s->cells[i]));
        assert_int_equal(now.changed, s->cells[i].changed);
    }
}

static void an_amendment_never_changes_an_ended_period(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    add_zone(&k);
    snapshot first = {.of = kit_period("2023Q1"), .memory = &k.arena};
    ledger_cells(k.ledger, 1, 0, true, keep, &first);
    assert_true(first.n > 20);
    split_words moved[] = {split(1, DONG, "50"), split(1, ZONE, "50")};
    const event changes[] = {
        with_target(&k, 5, "500", "2023-05-15"),
        with_lead(&k, 1, TJJ, "2023-05-01"),
        with_lead(&k, 3, GUAN, "2023-05-15"),
        with_splits(&k, 4, moved, 2, "2023-05-02"),
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        kit_must(&k, CITY, changes[i]);
        expect_as_kept(&k, &first);
    }
    kit_must(&k, CITY, with_splits(&k, 1, moved, 2, "2023-05-16"));
    kit_until(&k, "2023-08-01");
    expect_as_kept(&k, &first);
    expect_replay_equal(&k);
    kit_close(&k);
}

static void an_amendment_ahead_waits_for_its_day(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    kit_must(&k, CITY, with_target(&k, 5, "400", "2023-05-17"));
    uint64_t said = k.last;
    kit_expect_decimal(task_of(&k, 5).metrics[0].target, "365");
    assert_false(has_edition(&k, 5, 1));
    expect_replay_equal(&k);
    /* nothing may come before it any more, for this task */
    assert_status(kit_send(&k, CITY, with_target(&k, 5, "410", "2023-05-16")),
                  DUBAN_E_DATE);
    kit_until(&k, "2023-05-16");
    assert_false(has_edition(&k, 5, 1));
    kit_until(&k, "2023-05-17");
    kit_expect_decimal(task_of(&k, 5).metrics[0].target, "400");
    assert_int_equal(edition_of(&k, 5, 1).index, said);
    assert_int_equal(edition_of(&k, 5, 1).day, kit_day_of("2023-05-17"));
    expect_replay_equal(&k);
    kit_close(&k);
}

static void a_board_of_a_day_ahead_reads_as_the_plan_will(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    add_zone(&k);
    split_words parts[] = {split(1, ZONE, "40"), split(1, GUAN, "60")};
    kit_must(&k, CITY, with_splits(&k, 1, parts, 2, "2023-05-17"));
    kit_must(&k, CITY, with_target(&k, 5, "400", "2023-05-20"));
    assert_int_equal(ledger_set_day(k.ledger, kit_day_of("2023-07-25")), DUBAN_OK);
    kit_expect_decimal(task_of(&k, 5).metrics[0].target, "400");
    assert_true(kit_item(&k, 1, ZONE, "2023Q2").missing);
    assert_true(kit_item(&k, 1, DONG, "2023Q2").withdrawn);
    kit_close(&k);
}

static void what_waits_is_part_of_the_digest(void **state) {
    (void)state;
    kit a;
    kit b;
    second_quarter(&a, "2023-05-15");
    second_quarter(&b, "2023-05-15");
    kit_must(&a, CITY, with_target(&a, 5, "400", "2023-05-17"));
    kit_must(&b, CITY, with_target(&b, 5, "401", "2023-05-17"));
    buffer one;
    buffer two;
    buffer_init(&one);
    buffer_init(&two);
    assert_int_equal(ledger_page_write(a.ledger, 1, &one), DUBAN_OK);
    assert_int_equal(ledger_page_write(b.ledger, 1, &two), DUBAN_OK);
    assert_true(one.size == two.size && memcmp(one.data, two.data, one.size) != 0);
    buffer_close(&one);
    buffer_close(&two);
    kit_close(&a);
    kit_close(&b);
}

static void a_duty_that_moves_withdraws_the_running_item(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    kit_must(&k, CITY, with_lead(&k, 3, GUAN, "2023-05-15"));
    assert_true(kit_item(&k, 3, FGW, "2023Q2").withdrawn);
    assert_int_equal(kit_item(&k, 3, GUAN, "2023Q2").state, ITEM_DUE);
    assert_false(kit_item(&k, 3, FGW, "2023Q1").withdrawn);
    assert_status(kit_say(&k, CITY, kit_text(3, FGW, "2023Q2", "mine")), DUBAN_E_NO_ITEM);
    kit_must_say(&k, FGW, kit_text(3, FGW, "2023Q1", "late, but mine"));
    kit_until(&k, "2023-08-01"); /* the window of the second quarter has closed */
    assert_false(kit_item(&k, 3, FGW, "2023Q2").missing);
    assert_true(kit_item(&k, 3, GUAN, "2023Q2").missing);
    assert_int_equal(kit_light(&k, 3, FGW).grade, GRADE_NONE);
    /* and back: the item that was withdrawn stands again */
    kit_must(&k, CITY, with_lead(&k, 3, FGW, "2023-08-01"));
    assert_int_equal(kit_item(&k, 3, FGW, "2023Q3").state, ITEM_DUE);
    assert_true(kit_item(&k, 3, GUAN, "2023Q3").withdrawn);
    kit_must(&k, CITY, with_lead(&k, 3, GUAN, "2023-08-01"));
    kit_must(&k, CITY, with_lead(&k, 3, FGW, "2023-08-01"));
    assert_false(kit_item(&k, 3, FGW, "2023Q3").withdrawn);
    expect_replay_equal(&k);
    kit_close(&k);
}

static void a_task_may_be_added_and_owes_from_then_on(void **state) {
    (void)state;
    static const uint32_t leads[] = {GUAN};
    kit k;
    second_quarter(&k, "2023-05-15");
    task_words t = task_of(&k, 3);
    t.id = 7;
    t.number = "7";
    t.leads = leads;
    kit_must(&k, CITY, amendment(t, "2023-05-15"));
    assert_int_equal(kit_item(&k, 7, GUAN, "2023Q2").state, ITEM_DUE);
    assert_status(kit_say(&k, GUAN, kit_text(7, GUAN, "2023Q1", "nothing was asked")),
                  DUBAN_E_NO_ITEM);
    kit_must_say(&k, GUAN, kit_text(7, GUAN, "2023Q2", "begun"));
    assert_int_equal(kit_light(&k, 7, 0).charged, GUAN);
    t.id = 9;
    t.number = "9";
    assert_status(kit_send(&k, CITY, amendment(t, "2023-05-15")), DUBAN_E_SEQUENCE);
    t.id = 8;
    t.number = "7";
    assert_status(kit_send(&k, CITY, amendment(t, "2023-05-15")), DUBAN_E_DUPLICATE);
    t.number = "8";
    kit_must(&k, CITY, amendment(t, "2023-06-01"));
    kit_until(&k, "2023-06-01");
    assert_int_equal(kit_item(&k, 8, GUAN, "2023Q2").state, ITEM_DUE);
    expect_replay_equal(&k);
    kit_close(&k);
}

/* A task that no one has heard of yet. */
static event new_task(uint32_t id, const char *number, const char *day) {
    static const uint32_t lead[] = {FGW};
    return amendment((task_words){.id = id,
                                  .number = number,
                                  .chapter = "",
                                  .section = "",
                                  .title = number,
                                  .kind = TASK_INDICATOR,
                                  .asked_by = "",
                                  .leads = lead,
                                  .leads_n = 1},
                     day);
}

static void tasks_that_wait_come_in_order_of_their_numbers(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must(&k, CITY, new_task(7, "7", "2023-02-10"));
    static const char *const before[] = {"2023-01-01", "2023-02-09"};
    for (size_t i = 0; i < 2; i++) {
        assert_status(kit_send(&k, CITY, new_task(8, "8", before[i])), DUBAN_E_DATE);
        assert_string_equal(k.refusal.expected, "2023-02-10..2023-12-31");
    }
    kit_must(&k, CITY, new_task(8, "8", "2023-02-10"));
    kit_must(&k, CITY, new_task(9, "9", "2023-02-10"));
    kit_must(&k, CITY, new_task(10, "10", "2023-02-11"));
    kit_must(&k, CITY, with_target(&k, 5, "400", "2023-02-10"));
    kit_until(&k, "2023-02-10");
    assert_string_equal(task_of(&k, 7).number, "7");
    assert_string_equal(task_of(&k, 8).number, "8");
    assert_string_equal(task_of(&k, 9).number, "9");
    kit_until(&k, "2023-02-11");
    assert_string_equal(task_of(&k, 10).number, "10");
    expect_replay_equal(&k);
    kit_close(&k);
}

static void a_metric_added_later_makes_a_full_report_a_part(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    kit_must_say(&k, TJJ, kit_value(2, 1, TJJ, "2023Q2", "5", MODE_NONE));
    assert_int_equal(kit_item(&k, 2, TJJ, "2023Q2").state, ITEM_SUBMITTED);
    task_words t = task_of(&k, 2);
    metric_words *metrics = own_metrics(&k, &t, 1);
    metrics[1] = metrics[0];
    metrics[1].id = 2;
    metrics[1].target = kit_decimal("6");
    t.metrics_n = 2;
    kit_must(&k, CITY, amendment(t, "2023-05-15"));
    assert_int_equal(kit_item(&k, 2, TJJ, "2023Q2").state, ITEM_PARTIAL);
    assert_int_equal(kit_item(&k, 2, TJJ, "2023Q2").owed, 2);
    assert_int_equal(kit_item(&k, 2, TJJ, "2023Q1").owed, 1);
    /* what is asked no more becomes pending, and the rest is all that is owed */
    t = task_of(&k, 2);
    metrics = own_metrics(&k, &t, 0);
    metrics[1].comparator = COMPARATOR_PENDING;
    metrics[1].target = (decimal){0};
    kit_must(&k, CITY, amendment(t, "2023-05-15"));
    assert_int_equal(kit_item(&k, 2, TJJ, "2023Q2").state, ITEM_SUBMITTED);
    t = task_of(&k, 2);
    t.metrics_n = 1;
    assert_status(kit_send(&k, CITY, amendment(t, "2023-05-15")), DUBAN_E_SEQUENCE);
    assert_string_equal(k.refusal.field, "metrics");
    expect_replay_equal(&k);
    kit_close(&k);
}

static void values_that_stand_keep_their_meaning(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    task_words t = task_of(&k, 5);
    own_metrics(&k, &t, 0)[0].unit = "件";
    assert_status(kit_send(&k, CITY, amendment(t, "2023-05-15")), DUBAN_E_WRONG_UNIT);
    t = task_of(&k, 5);
    own_metrics(&k, &t, 0)[0].first_day = kit_day_of("2023-02-01");
    assert_status(kit_send(&k, CITY, amendment(t, "2023-05-15")), DUBAN_E_TARGET);
    t = task_of(&k, 5);
    own_metrics(&k, &t, 0)[0].opening = kit_decimal("3");
    assert_status(kit_send(&k, CITY, amendment(t, "2023-05-15")), DUBAN_E_TARGET);
    t = task_of(&k, 5);
    own_metrics(&k, &t, 0)[0].nature = NATURE_LEVEL;
    assert_status(kit_send(&k, CITY, amendment(t, "2023-05-15")), DUBAN_E_TARGET);
    /* nobody has said anything of task 6 yet */
    t = task_of(&k, 6);
    own_metrics(&k, &t, 0)[0].unit = "件";
    kit_must(&k, CITY, amendment(t, "2023-05-15"));
    kit_close(&k);
}

static void an_amendment_says_why_who_and_from_when(void **state) {
    (void)state;
    static const struct {
        const char *day;
        duban_status status;
    } days[] = {{"2023-03-31", DUBAN_E_DATE},
                {"2023-04-01", DUBAN_OK},
                {"2023-12-31", DUBAN_OK},
                {"2024-01-01", DUBAN_E_DATE}};
    kit k;
    second_quarter(&k, "2023-05-15");
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
        assert_status(kit_try(&k, CITY, with_target(&k, 5, "400", days[i].day)),
                      days[i].status);
    event ev = with_target(&k, 5, "400", "2023-05-15");
    ev.amendment.reason.present = false;
    assert_status(kit_try(&k, CITY, ev), DUBAN_E_REASON_NEEDED);
    ev = with_target(&k, 5, "400", "2023-05-15");
    ev.amendment.approver = "";
    assert_status(kit_try(&k, CITY, ev), DUBAN_E_EMPTY);
    assert_status(kit_try(&k, CITY, with_target(&k, 5, "0", "2023-05-15")),
                  DUBAN_E_TARGET);
    assert_int_equal(k.refusal.line, 5);
    assert_status(kit_try(&k, FGW, with_target(&k, 5, "400", "2023-05-15")),
                  DUBAN_E_NOT_ALLOWED);
    task_words t = task_of(&k, 5);
    t.carried_plan = 1;
    t.carried_task = 99;
    assert_status(kit_try(&k, CITY, amendment(t, "2023-05-15")), DUBAN_E_UNKNOWN_TASK);
    kit_until(&k, "2024-01-05");
    assert_status(kit_try(&k, CITY, with_target(&k, 5, "400", "2023-12-31")),
                  DUBAN_E_DATE);
    kit_close(&k);
}

static void an_offline_task_owes_no_items_from_then_on(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    task_words t = task_of(&k, 3);
    t.visibility = VISIBILITY_OFFLINE;
    kit_must(&k, CITY, amendment(t, "2023-05-15"));
    assert_true(kit_item(&k, 3, FGW, "2023Q2").withdrawn);
    kit_until(&k, "2023-07-01");
    cell_name name = {
        .kind = CELL_ITEM, .task = 3, .office = FGW, .period = kit_period("2023Q3")};
    cell found;
    assert_false(ledger_cell(k.ledger, 1, &name, &found));
    kit_close(&k);
}

static void a_task_goes_on_with_that_of_an_earlier_plan(void **state) {
    (void)state;
    static const struct {
        uint32_t plan;
        uint32_t task;
        duban_status status;
    } from[] = {{1, 5, DUBAN_OK},
                {1, 99, DUBAN_E_UNKNOWN_TASK},
                {1, 0, DUBAN_E_UNKNOWN_TASK},
                {0, 5, DUBAN_E_UNKNOWN_TASK},
                {2, 1, DUBAN_E_UNKNOWN_TASK},
                {3, 1, DUBAN_E_UNKNOWN_TASK}};
    for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
        kit k;
        second_quarter(&k, "2023-05-15");
        task_words t = task_of(&k, 5);
        t.id = 1;
        t.carried_plan = from[i].plan;
        t.carried_task = from[i].task;
        own_metrics(&k, &t, 0)[0].target = kit_decimal("500");
        event chunk = {.kind = KIND_PLAN_CHUNK, .plan_chunk = {2, "2024", 1, &t, 1}};
        kit_must(&k, CITY, chunk);
        event whole = kit_sign(&k, CITY, chunk);
        event publish = kit_publish(&k);
        publish.plan_publish.plan = 2;
        publish.plan_publish.code = "2024";
        publish.plan_publish.hash = hash_of(whole.payload.data, whole.payload.size);
        assert_status(kit_send(&k, CITY, publish), from[i].status);
        kit_close(&k);
    }
}

static void what_is_compared_with_stays_comparable(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    task_words t = task_of(&k, 6);
    metric_words *m = own_metrics(&k, &t, 0);
    m[0].comparator = COMPARATOR_REFERENCE;
    m[0].target = kit_decimal("1");
    m[0].reference_task = 2;
    m[0].reference_metric = 1;
    kit_must(&k, CITY, amendment(t, "2023-05-15"));
    t = task_of(&k, 2);
    m = own_metrics(&k, &t, 0);
    m[0].comparator = COMPARATOR_REFERENCE;
    m[0].reference_task = 4;
    m[0].reference_metric = 1;
    assert_status(kit_try(&k, CITY, amendment(t, "2023-05-15")), DUBAN_E_TARGET);
    m[0].reference_task = 99;
    assert_status(kit_try(&k, CITY, amendment(t, "2023-05-15")), DUBAN_E_UNKNOWN_TASK);
    m[0].reference_task = 4;
    m[0].reference_metric = 9;
    assert_status(kit_try(&k, CITY, amendment(t, "2023-05-15")), DUBAN_E_UNKNOWN_METRIC);
    kit_close(&k);
}

/* Reviews take three working days; windows are the five before a quarter's last. */
static void change_windows(event *ev) {
    if (ev->kind == KIND_PLAN_CHUNK) return;
    ev->plan_publish.shape = PLAN_SHAPE_ANNUAL;
    ev->plan_publish.review_days = 3;
    ev->plan_publish.window_first = -5;
    ev->plan_publish.window_last = -1;
}

static void what_an_amendment_makes_whole_waits_for_its_review(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city_with(&k, change_windows);
    kit_until(&k, "2023-05-15"); /* a Monday */
    kit_must_say(&k, TJJ, kit_value(6, 1, TJJ, "2023Q2", "2", MODE_NONE));
    assert_int_equal(kit_item(&k, 6, TJJ, "2023Q2").state, ITEM_PARTIAL);
    task_words t = task_of(&k, 6);
    metric_words *metrics = own_metrics(&k, &t, 0);
    metrics[1].comparator = COMPARATOR_PENDING;
    metrics[1].target = (decimal){0};
    kit_must(&k, CITY, amendment(t, "2023-05-15"));
    item_cell item = kit_item(&k, 6, TJJ, "2023Q2");
    assert_int_equal(item.state, ITEM_SUBMITTED);
    assert_int_equal(item.review_day, kit_day_of("2023-05-18"));
    assert_false(item.late);
    assert_false(item.made_up);
    kit_until(&k, "2023-05-19");
    assert_true(kit_item(&k, 6, TJJ, "2023Q2").unreviewed);
    expect_replay_equal(&k);
    kit_close(&k);
}

static void what_an_amendment_makes_whole_too_late_is_made_up(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city_with(&k, change_windows);
    kit_until(&k, "2023-06-20");
    kit_must_say(&k, TJJ, kit_value(6, 1, TJJ, "2023Q2", "2", MODE_NONE));
    kit_until(&k, "2023-06-30"); /* the window closed the day before */
    assert_true(kit_item(&k, 6, TJJ, "2023Q2").missing);
    task_words t = task_of(&k, 6);
    metric_words *metrics = own_metrics(&k, &t, 0);
    metrics[1].comparator = COMPARATOR_PENDING;
    metrics[1].target = (decimal){0};
    kit_must(&k, CITY, amendment(t, "2023-06-30"));
    item_cell item = kit_item(&k, 6, TJJ, "2023Q2");
    assert_int_equal(item.state, ITEM_SUBMITTED);
    assert_false(item.missing);
    assert_true(item.late);
    assert_true(item.made_up);
    assert_int_equal(kit_light(&k, 6, TJJ).missing, 1); /* the first quarter */
    expect_replay_equal(&k);
    kit_close(&k);
}

/* --- later splits ------------------------------------------------------------------- */

static void a_later_split_takes_over_from_the_lead(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    task_words t = task_of(&k, 5);
    own_metrics(&k, &t, 0)[0].rollup = ROLLUP_SUM;
    kit_must(&k, CITY, amendment(t, "2023-05-15"));
    split_words parts[] = {split(0, DONG, "200"), split(0, GUAN, "165")};
    kit_must(&k, CITY, splitting(5, parts, 2, "2023-05-15"));
    /* the city office stated the first quarter, and can still correct it */
    kit_expect_decimal(kit_value_cell(&k, 5, 1, CITY, "2023Q1").to_date, "90");
    statement_words again = kit_value(5, 1, CITY, "2023Q1", "91", MODE_NONE);
    again.supersedes = kit_value_cell(&k, 5, 1, CITY, "2023Q1").index;
    kit_must(&k, CITY, kit_correction(&again, 1));
    assert_status(kit_say(&k, DONG, kit_value(5, 1, DONG, "2023Q1", "50", MODE_NONE)),
                  DUBAN_E_NO_ITEM);
    assert_status(kit_say(&k, CITY, kit_value(5, 1, CITY, "2023Q2", "181", MODE_TO_DATE)),
                  DUBAN_E_NO_ITEM);
    assert_int_equal(kit_item(&k, 5, DONG, "2023Q2").owed, 1);
    assert_int_equal(kit_item(&k, 5, CITY, "2023Q2").owed, 0);
    kit_must_say(&k, DONG, kit_value(5, 1, DONG, "2023Q2", "100", MODE_TO_DATE));
    kit_must_say(&k, GUAN, kit_value(5, 1, GUAN, "2023Q2", "81", MODE_TO_DATE));
    kit_expect_decimal(kit_pace(&k, 5, 1, 0).value, "181");
    kit_expect_decimal(kit_pace(&k, 5, 1, DONG).target, "200");
    assert_int_equal(kit_pace(&k, 5, 1, 0).parts, 2);
    expect_replay_equal(&k);
    kit_close(&k);
}

/* Of a total of 100 that begins with 20: dong 12 of 60, guan 8 of 40. */
static void change_openings(event *ev) {
    if (ev->kind != KIND_PLAN_CHUNK) return;
    task_words *t = (task_words *)ev->plan_chunk.tasks;
    ((metric_words *)t->metrics)->opening = kit_decimal("20");
    ((split_words *)t->splits)[0].opening = kit_decimal("12");
    ((split_words *)t->splits)[1].opening = kit_decimal("8");
}

static void who_gives_up_a_split_keeps_what_it_began_with(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city_with(&k, change_openings);
    kit_until(&k, "2023-04-03");
    statement_words s = kit_value(1, 1, DONG, "2023Q1", "15", MODE_THIS_PERIOD);
    kit_must_say(&k, DONG, s);
    kit_until(&k, "2023-05-15");
    split_words all = split(1, GUAN, "100");
    all.opening = kit_decimal("20");
    kit_must(&k, CITY, with_splits(&k, 1, &all, 1, "2023-05-15"));
    kit_expect_decimal(kit_value_cell(&k, 1, 1, DONG, "2023Q1").to_date, "27");
    s = kit_value(1, 1, DONG, "2023Q1", "17", MODE_THIS_PERIOD);
    s.supersedes = kit_value_cell(&k, 1, 1, DONG, "2023Q1").index;
    kit_must(&k, DONG, kit_correction(&s, 1));
    kit_expect_decimal(kit_value_cell(&k, 1, 1, DONG, "2023Q1").to_date, "29");
    expect_replay_equal(&k);
    kit_close(&k);
}

static void a_complete_split_below_the_target_is_refused_with_both_numbers(void **state) {
    (void)state;
    kit k;
    second_quarter(&k, "2023-05-15");
    split_words parts[] = {split(0, DONG, "60"), split(0, GUAN, "39.5")};
    event ev = splitting(1, parts, 2, "2023-05-15");
    ev.splitting.complete = true;
    assert_status(kit_try(&k, FGW, ev), DUBAN_E_REASON_NEEDED);
    ev.splitting.reason = kit_body("GUAN asked");
    assert_status(kit_try(&k, FGW, ev), DUBAN_E_SPLIT_SHORT);
    assert_string_equal(k.refusal.found, "99.5");
    assert_string_equal(k.refusal.expected, "100");
    assert_status(kit_try(&k, TJJ, ev), DUBAN_E_NOT_ALLOWED);
    ev.splitting.complete = false;
    kit_must(&k, FGW, ev);
    kit_expect_decimal(task_of(&k, 1).splits[1].value, "39.5");
    assert_false(task_of(&k, 1).metrics[0].splits_complete);
    parts[1].value = kit_decimal("41");
    ev.splitting.complete = true;
    kit_must(&k, FGW, ev);
    kit_expect_decimal(edition_of(&k, 1, 2).task.splits[1].value, "39.5");
    assert_status(kit_try(&k, FGW, splitting(1, NULL, 0, "2023-05-15")), DUBAN_E_EMPTY);
    ev.splitting.metric = 2;
    assert_status(kit_try(&k, FGW, ev), DUBAN_E_UNKNOWN_METRIC);
    ev.splitting.metric = 1;
    ev.splitting.task = 77;
    assert_status(kit_try(&k, FGW, ev), DUBAN_E_UNKNOWN_TASK);
    kit_close(&k);
}

/* --- pages -------------------------------------------------------------------------- */

typedef struct pages {
    buffer bytes[16];
    uint32_t n;
} pages;

static pages write_pages(kit *k) {
    pages out = {.n = ledger_pages(k->ledger)};
    assert_true(out.n <= 16);
    for (uint32_t i = 0; i < out.n; i++) {
        buffer_init(&out.bytes[i]);
        assert_int_equal(ledger_page_write(k->ledger, i, &out.bytes[i]), DUBAN_OK);
    }
    return out;
}

static uint32_t office_of_page(const buffer *page) {
    const unsigned char *at = page->data + 8;
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void a_new_office_gets_a_page_in_its_place(void **state) {
    (void)state;
    static const office_words last = {
        .number = LAST, .code = "last", .name = "Last Zone", .kind = OFFICE_ZONE};
    kit k;
    second_quarter(&k, "2023-05-15");
    add_zone(&k);
    kit_must(&k, CITY, (event){.kind = KIND_OFFICES, .offices = {&last, 1}});
    uint32_t before = ledger_pages(k.ledger);
    split_words parts[] = {split(1, LAST, "40"), split(1, GUAN, "60")};
    kit_must(&k, CITY, with_splits(&k, 1, parts, 2, "2023-05-15"));
    kit_must_say(&k, CITY, kit_value(1, 1, LAST, "2023Q2", "9", MODE_TO_DATE));
    assert_int_equal(ledger_pages(k.ledger), before + 1);
    /* the page of the zone comes before the one that stands */
    parts[1].office = ZONE;
    kit_must(&k, CITY, with_splits(&k, 1, parts, 2, "2023-05-15"));
    assert_int_equal(ledger_pages(k.ledger), before + 2);
    pages one = write_pages(&k);
    for (uint32_t i = 2; i < one.n; i++)
        assert_true(office_of_page(&one.bytes[i - 1]) < office_of_page(&one.bytes[i]));
    kit_digest(&k);
    statement_words s = kit_value(1, 1, LAST, "2023Q2", "10", MODE_TO_DATE);
    s.supersedes = kit_value_cell(&k, 1, 1, LAST, "2023Q2").index;
    kit_must(&k, CITY, kit_correction(&s, 1));
    pages two = write_pages(&k);
    for (uint32_t i = 2; i < one.n; i++) {
        bool same = one.bytes[i].size == two.bytes[i].size &&
                    memcmp(one.bytes[i].data, two.bytes[i].data, one.bytes[i].size) == 0;
        uint32_t office = office_of_page(&one.bytes[i]);
        assert_true(same || office == LAST || office == FGW);
        assert_true(!same || office != LAST);
    }
    for (uint32_t i = 0; i < one.n; i++) {
        buffer_close(&one.bytes[i]);
        buffer_close(&two.bytes[i]);
    }
    expect_replay_equal(&k);
    kit_close(&k);
}

/* --- properties --------------------------------------------------------------------- */

static event random_amendment(kit *k, kit_random *r) {
    static const char *const days[] = {"2023-04-01", "2023-05-20", "2023-06-30",
                                       "2023-07-01", "2023-08-09", "2023-11-11"};
    static const char *const targets[] = {"100", "120", "365", "400.5", "6", "95"};
    uint32_t id = 1 + kit_below(r, 6);
    task_words t = task_of(k, id);
    if (t.metrics_n > 0 && kit_below(r, 2) == 0) {
        metric_words *m = own_metrics(k, &t, 0);
        m[kit_below(r, t.metrics_n)].target = kit_decimal(targets[kit_below(r, 6)]);
        m[0].splits_complete = false;
    }
    if (kit_below(r, 3) == 0) {
        uint32_t *leads = arena_alloc(&k->arena, sizeof *leads);
        *leads = 1 + kit_below(r, 6);
        t.leads = leads;
        t.leads_n = 1;
    }
    if (t.splits_n > 0 && kit_below(r, 2) == 0) {
        split_words *splits = arena_alloc(&k->arena, 2 * sizeof *splits);
        splits[0] = split(1, 1 + kit_below(r, 6), "30");
        splits[1] = split(1, 1 + kit_below(r, 6), "70");
        own_metrics(k, &t, 0)[0].splits_complete = false;
        t.splits = splits;
        t.splits_n = 2;
    }
    return amendment(t, days[kit_below(r, 6)]);
}

static bool running_only(void *ctx, const cell *value) {
    int32_t today = *(const int32_t *)ctx;
    period of = value->name.period;
    assert_true(of.kind == PERIOD_NONE || period_last_day(of) >= today);
    return true;
}

/* The newest entry changed no cell of a period that has ended. */
static void expect_ended_untouched(kit *k) {
    ledger_status status;
    ledger_get_status(k->ledger, &status);
    ledger_cells(k->ledger, 1, k->last - 1, false, running_only, &status.day);
}

static void replay_equals_live_through_histories_with_amendments(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        kit k;
        kit_open(&k);
        kit_running_city(&k);
        add_zone(&k);
        kit_random r = {seed};
        uint32_t taken = 0;
        for (uint32_t i = 0; i < 700; i++) {
            uint32_t office = CITY;
            ledger_status status;
            ledger_get_status(k.ledger, &status);
            if (i % 3 == 2 && status.day < kit_day_of("2024-01-20")) {
                char day[DAY_TEXT_SIZE];
                day_write(status.day + 1, day);
                kit_until(&k, day);
                continue;
            }
            bool amends = kit_below(&r, 8) == 0;
            event ev =
                amends ? random_amendment(&k, &r) : kit_random_event(&k, &r, &office);
            bool done = kit_send(&k, office, ev) == DUBAN_OK;
            if (done && amends) expect_ended_untouched(&k);
            taken += done && amends;
            if (i % 100 == 99) expect_replay_equal(&k);
        }
        assert_true(taken > 5);
        expect_replay_equal(&k);
        kit_close(&k);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_targets_stay_visible),
        cmocka_unit_test(a_split_is_measured_against_what_was_promised_on_its_day),
        cmocka_unit_test(an_amendment_never_changes_an_ended_period),
        cmocka_unit_test(an_amendment_ahead_waits_for_its_day),
        cmocka_unit_test(a_board_of_a_day_ahead_reads_as_the_plan_will),
        cmocka_unit_test(what_waits_is_part_of_the_digest),
        cmocka_unit_test(a_duty_that_moves_withdraws_the_running_item),
        cmocka_unit_test(a_task_may_be_added_and_owes_from_then_on),
        cmocka_unit_test(tasks_that_wait_come_in_order_of_their_numbers),
        cmocka_unit_test(a_metric_added_later_makes_a_full_report_a_part),
        cmocka_unit_test(values_that_stand_keep_their_meaning),
        cmocka_unit_test(an_amendment_says_why_who_and_from_when),
        cmocka_unit_test(an_offline_task_owes_no_items_from_then_on),
        cmocka_unit_test(a_task_goes_on_with_that_of_an_earlier_plan),
        cmocka_unit_test(what_is_compared_with_stays_comparable),
        cmocka_unit_test(what_an_amendment_makes_whole_waits_for_its_review),
        cmocka_unit_test(what_an_amendment_makes_whole_too_late_is_made_up),
        cmocka_unit_test(a_later_split_takes_over_from_the_lead),
        cmocka_unit_test(who_gives_up_a_split_keeps_what_it_began_with),
        cmocka_unit_test(a_complete_split_below_the_target_is_refused_with_both_numbers),
        cmocka_unit_test(a_new_office_gets_a_page_in_its_place),
        cmocka_unit_test(replay_equals_live_through_histories_with_amendments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
