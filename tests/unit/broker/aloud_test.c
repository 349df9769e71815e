/* What the loudspeaker says of a live ledger: less than changed, nothing too early, and
 * nothing never. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "broker/board/aloud.h"
#include "broker/ledger/heap.h"
#include "proto/codec.h"

enum { BROKER, CITY, BUREAU, SIGNERS };

typedef struct stage {
    ledger *ledger;
    uint64_t next;
    int64_t now_ms;
    uint64_t numbers[SIGNERS];
    aloud aloud;
    uint64_t said; /* up to that index */
    arena space;
    frame_batch batch;
    buffer payload; /* of the chunk */
} stage;

static int32_t day_of(const char *text) {
    int32_t day = 0;
    assert_int_equal(day_read(text, &day), DUBAN_OK);
    return day;
}

static void send(stage *s, uint32_t by, event ev) {
    duban_refusal why = {0};
    buffer payload;
    buffer_init(&payload);
    ev.office = by;
    ev.key = by;
    ev.number = ++s->numbers[by];
    assert_int_equal(codec_event_write(&ev, &payload), DUBAN_OK);
    ev.payload = (span){payload.data, payload.size};
    duban_status status = ledger_check(s->ledger, &ev, s->now_ms, &why);
    if (status)
        fail_msg("kind %d: %s %s %s %s", ev.kind, duban_status_name(status), why.field,
                 why.found, why.expected);
    ledger_apply(s->ledger, s->next++, &ev, s->now_ms);
    buffer_close(&payload);
}

static void until(stage *s, const char *day) {
    ledger_status state;
    ledger_get_status(s->ledger, &state);
    for (int32_t d = state.day + 1; d <= day_of(day); d++) {
        s->now_ms = moment_of_day(d, 480);
        send(s, BROKER, (event){.kind = KIND_CLOCK, .clock_day = d});
    }
}

/* --- a city of two offices, whose bureau files a growth that waits for its release -- */

static void found(stage *s) {
    event ev = {.kind = KIND_GENESIS,
                .genesis = {.origin = "test.example/aloud",
                            .utc_offset_minutes = 480,
                            .city = {.number = 1,
                                     .code = "zfbgs",
                                     .name = "市政府办公室",
                                     .kind = OFFICE_CITY},
                            .algorithm = ALGORITHM_ED25519,
                            .rules_version = 1,
                            .drill = true}};
    memset(ev.genesis.root_key, 1, sizeof ev.genesis.root_key);
    memset(ev.genesis.broker_key, 9, sizeof ev.genesis.broker_key);
    s->now_ms = ev.genesis.created_ms = moment_of_day(day_of("2023-01-01"), 480);
    send(s, CITY, ev);
    const office_words office = {
        .number = 2, .code = "tjj", .name = "市统计局", .kind = OFFICE_DEPARTMENT};
    key_words key = {.number = 2, .office = 2, .algorithm = ALGORITHM_ED25519};
    memset(key.public_key, 2, sizeof key.public_key);
    send(s, CITY, (event){.kind = KIND_OFFICES, .offices = {&office, 1}});
    send(s, CITY, (event){.kind = KIND_KEYS, .keys = {&key, 1}});
}

static void put_plan(stage *s) {
    static const uint32_t lead[] = {BUREAU};
    const metric_words metrics[] = {{.id = 1,
                                     .label = "生产总值增速",
                                     .comparator = COMPARATOR_AT_LEAST,
                                     .target = {5500000},
                                     .unit = "%",
                                     .nature = NATURE_RATE,
                                     .strength = STRENGTH_EXPECTED,
                                     .rollup = ROLLUP_LEAD_ONLY,
                                     .definition = "",
                                     .release = "gdp",
                                     .release_days = 3}};
    const task_words tasks[] = {{.id = 1,
                                 .number = "1",
                                 .chapter = "一",
                                 .section = "",
                                 .title = "增长",
                                 .kind = TASK_INDICATOR,
                                 .leads = lead,
                                 .leads_n = 1,
                                 .asked_by = "",
                                 .metrics = metrics,
                                 .metrics_n = 1},
                                {.id = 2,
                                 .number = "2",
                                 .chapter = "一",
                                 .section = "",
                                 .title = "内部事项",
                                 .kind = TASK_MILESTONE,
                                 .leads = lead,
                                 .leads_n = 1,
                                 .asked_by = "",
                                 .visibility = VISIBILITY_INTERNAL}};
    event chunk = {.kind = KIND_PLAN_CHUNK, .plan_chunk = {1, "2023", 1, tasks, 2}};
    assert_int_equal(codec_event_write(&chunk, &s->payload), DUBAN_OK);
    send(s, CITY, chunk);
    event publish = {.kind = KIND_PLAN_PUBLISH,
                     .plan_publish = {.plan = 1,
                                      .code = "2023",
                                      .title = "样例",
                                      .first_day = day_of("2023-01-01"),
                                      .last_day = day_of("2023-12-31"),
                                      .cycle = PERIOD_QUARTER,
                                      .chunks = 1}};
    publish.plan_publish.hash = hash_of(s->payload.data, s->payload.size);
    send(s, CITY, publish);
}

static int begin(void **state) {
    stage *s = calloc(1, sizeof *s);
    if (!s) return -1;
    assert_int_equal(ledger_new(heap_allocator(), &s->ledger), DUBAN_OK);
    arena_init(&s->space, 0);
    frames_init(&s->batch);
    buffer_init(&s->payload);
    found(s);
    put_plan(s);
    *state = s;
    return 0;
}

static int end(void **state) {
    stage *s = *state;
    aloud_close(&s->aloud);
    frames_close(&s->batch);
    buffer_close(&s->payload);
    arena_close(&s->space);
    ledger_free(s->ledger);
    free(s);
    return 0;
}

static void file_growth(stage *s, const char *amount) {
    period in = {PERIOD_NONE, 0};
    decimal value;
    assert_int_equal(period_read("2023Q1", &in), DUBAN_OK);
    assert_int_equal(decimal_read(amount, &value), DUBAN_OK);
    const statement_words said = {.task = 1,
                                  .office = BUREAU,
                                  .period = in,
                                  .kind = STATEMENT_VALUE,
                                  .value = {.metric = 1, .amount = value, .unit = "%"}};
    send(s, BUREAU,
         (event){.kind = KIND_SUBMISSION,
                 .submission = {.plan = 1,
                                .statements = &said,
                                .statements_n = 1,
                                .filler = "",
                                .reviewer = "",
                                .signer = ""}});
}

static void release(stage *s, const char *day) {
    period in = {PERIOD_NONE, 0};
    assert_int_equal(period_read("2023Q1", &in), DUBAN_OK);
    send(s, CITY, (event){.kind = KIND_RELEASE, .release = {1, "gdp", in, day_of(day)}});
}

/* --- listening ---------------------------------------------------------------------- */

static void listen(stage *s) {
    bool all = s->said == 0;
    assert_int_equal(
        aloud_changes(&s->aloud, s->ledger, 1, s->said, all, &s->space, &s->batch),
        DUBAN_OK);
    s->said = s->next - 1;
}

static const cell *heard(const stage *s, cell_kind kind, uint32_t task, uint32_t metric) {
    for (uint32_t i = 0; i < s->batch.n; i++) {
        const cell *c = &s->batch.cells[i];
        if (c->name.kind == kind && c->name.task == task && c->name.metric == metric)
            return c;
    }
    return NULL;
}

static void the_public_hears_what_is_public(void **state) {
    stage *s = *state;
    listen(s);
    assert_non_null(heard(s, CELL_PLAN, 0, 0));
    assert_string_equal(heard(s, CELL_TASK, 1, 0)->task.title, "增长");
    assert_string_equal(heard(s, CELL_TASK, 2, 0)->task.title, "");
    assert_string_equal(heard(s, CELL_TASK, 2, 0)->task.number, "2");
    assert_non_null(heard(s, CELL_PACE, 1, 1));
}

static void an_embargoed_figure_is_not_said_aloud_before_its_day(void **state) {
    stage *s = *state;
    listen(s);
    until(s, "2023-04-10");
    listen(s);
    file_growth(s, "4.8");
    listen(s);
    assert_null(heard(s, CELL_VALUE, 1, 1));
    assert_null(heard(s, CELL_PACE, 1, 1));
    assert_null(heard(s, CELL_LIGHT, 1, 0));
    release(s, "2023-04-18");
    until(s, "2023-04-17");
    listen(s);
    assert_null(heard(s, CELL_VALUE, 1, 1));
    assert_null(heard(s, CELL_PACE, 1, 1));
    until(s, "2023-04-18");
    listen(s);
    assert_non_null(heard(s, CELL_VALUE, 1, 1));
    assert_int_equal(heard(s, CELL_VALUE, 1, 1)->value.amount.micro, 4800000);
    assert_int_equal(heard(s, CELL_PACE, 1, 1)->pace.margin.micro, -700000);
    until(s, "2023-04-19");
    listen(s);
    assert_null(heard(s, CELL_VALUE, 1, 1)); /* said once */
}

static void a_restart_forgets_no_embargo(void **state) {
    stage *s = *state;
    until(s, "2023-04-10");
    file_growth(s, "4.8");
    release(s, "2023-04-18");
    s->said = s->next - 1;
    assert_int_equal(aloud_begin(&s->aloud, s->ledger, 1, &s->space), DUBAN_OK);
    until(s, "2023-04-17");
    listen(s);
    assert_null(heard(s, CELL_PACE, 1, 1));
    until(s, "2023-04-18");
    listen(s);
    assert_non_null(heard(s, CELL_VALUE, 1, 1));
    assert_non_null(heard(s, CELL_PACE, 1, 1));
}

static void a_release_on_the_very_day_lets_it_be_said_at_once(void **state) {
    stage *s = *state;
    until(s, "2023-04-10");
    listen(s);
    file_growth(s, "4.8");
    listen(s);
    assert_null(heard(s, CELL_PACE, 1, 1));
    release(s, "2023-04-10");
    listen(s);
    assert_non_null(heard(s, CELL_VALUE, 1, 1));
    assert_non_null(heard(s, CELL_PACE, 1, 1));
}

#define WITH_STAGE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_STAGE(the_public_hears_what_is_public),
        WITH_STAGE(an_embargoed_figure_is_not_said_aloud_before_its_day),
        WITH_STAGE(a_restart_forgets_no_embargo),
        WITH_STAGE(a_release_on_the_very_day_lets_it_be_said_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
