#include "city_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "broker/ledger/heap.h"
#include "proto/codec.h"

int32_t kit_day(const char *text) {
    int32_t day = 0;
    assert_int_equal(day_read(text, &day), DUBAN_OK);
    return day;
}

decimal kit_number(const char *text) {
    decimal value = {0};
    assert_int_equal(decimal_read(text, &value), DUBAN_OK);
    return value;
}

static void enter(city_kit *kit, const event *ev, uint64_t index) {
    buffer payload;
    event read;
    duban_refusal why = {0};
    int64_t now = moment_of_day(kit_day("2023-01-01"), 0);
    buffer_init(&payload);
    assert_int_equal(codec_event_write(ev, &payload), DUBAN_OK);
    signed_words head = {.kind = ev->kind,
                         .algorithm = ALGORITHM_ED25519,
                         .office = 1,
                         .key = 1,
                         .number = index + 1,
                         .payload = {payload.data, payload.size}};
    assert_int_equal(codec_event_read(&head, (span){0}, &kit->k.a, &read, &why),
                     DUBAN_OK);
    assert_int_equal(ledger_check(kit->l, &read, now, &why), DUBAN_OK);
    ledger_apply(kit->l, index, &read, now);
    buffer_close(&payload);
}

static void found(city_kit *kit) {
    static const office_words offices[] = {
        {.number = 2, .code = "east", .name = "东县", .kind = OFFICE_COUNTY, .parent = 1},
        {.number = 3, .code = "west", .name = "西县", .kind = OFFICE_COUNTY, .parent = 1},
        {.number = 4, .code = "lead", .name = "牵头局", .kind = OFFICE_DEPARTMENT},
    };
    event genesis = {.kind = KIND_GENESIS,
                     .genesis = {.origin = "kit/1",
                                 .city = {.number = 1,
                                          .code = "city",
                                          .name = "市政府办公室",
                                          .kind = OFFICE_CITY},
                                 .root_key = {1},
                                 .broker_key = {2},
                                 .algorithm = ALGORITHM_ED25519,
                                 .rules_version = RULES_VERSION,
                                 .drill = true,
                                 .created_ms = moment_of_day(kit_day("2023-01-01"), 0)}};
    event enrol = {.kind = KIND_OFFICES};
    enrol.offices.offices = offices;
    enrol.offices.offices_n = sizeof offices / sizeof offices[0];
    enter(kit, &genesis, 0);
    enter(kit, &enrol, 1);
}

void kit_open(city_kit *kit, duban_lang lang) {
    *kit = (city_kit){.c = {.lang = lang, .out = stdout}};
    kit->c.err = open_memstream(&kit->said, &kit->said_size);
    assert_non_null(kit->c.err);
    arena_init(&kit->k.a, 0);
    assert_int_equal(ledger_new(heap_allocator(), &kit->l), DUBAN_OK);
    ledger_set_slice(kit->l, true);
    found(kit);
    kit->k.c = &kit->c;
    kit->k.l = kit->k.where.l = kit->l;
    kit->k.plan = kit->k.where.plan = 1;
    assert_int_equal(duban_board_new(&kit->k.where.board), DUBAN_OK);
    cell *plan = kit_add(kit, CELL_PLAN, 0, 0, 0, 0);
    plan->plan = (plan_cell){.code = "2023",
                             .title = "台账",
                             .first_day = kit_day("2023-01-01"),
                             .last_day = kit_day("2023-12-31"),
                             .cycle = PERIOD_QUARTER,
                             .day = kit_day("2023-07-10")};
    kit->k.info = plan->plan;
}

void kit_close(city_kit *kit) {
    fclose(kit->c.err);
    free(kit->said);
    look_close(&kit->k.where);
    ledger_free(kit->l);
    arena_close(&kit->k.a);
}

cell *kit_add(city_kit *kit, cell_kind kind, uint32_t task, uint32_t metric,
              uint32_t office, uint32_t node) {
    assert_true(kit->n < KIT_CELLS_MAX);
    cell *made = &kit->cells[kit->n++];
    *made = (cell){.name = {.kind = kind,
                            .task = task,
                            .metric = metric,
                            .office = office,
                            .node = node},
                   .changed = 7};
    return made;
}

void kit_fold(city_kit *kit) {
    bool gap = false;
    frame_words frame = {.origin = "kit/1",
                         .plan = "2023",
                         .to = 7,
                         .head = 7,
                         .cells = kit->cells,
                         .cells_n = kit->n};
    assert_int_equal(duban_board_fold(kit->k.where.board, &frame, &gap), DUBAN_OK);
    assert_false(gap);
}

const char *kit_said(city_kit *kit) {
    fflush(kit->c.err);
    return kit->said;
}

task_words kit_task(void) {
    static const uint32_t leads[] = {4}, responsible[] = {2, 3};
    static const char *const leaders[] = {"市领导01"};
    static metric_words metrics[2];
    static split_words splits[2];
    metrics[0] = (metric_words){.id = 1,
                                .label = "项目数",
                                .comparator = COMPARATOR_AT_LEAST,
                                .target = kit_number("200"),
                                .tolerance = kit_number("5"),
                                .unit = "个",
                                .nature = NATURE_CUMULATIVE,
                                .strength = STRENGTH_EXPECTED,
                                .rollup = ROLLUP_SUM,
                                .definition = "",
                                .deadline = kit_day("2023-12-31"),
                                .release = ""};
    metrics[1] = metrics[0];
    metrics[1].id = 2;
    metrics[1].label = "增速";
    metrics[1].target = kit_number("5.5");
    metrics[1].unit = "%";
    metrics[1].nature = NATURE_RATE;
    metrics[1].rollup = ROLLUP_LEAD_ONLY;
    splits[0] = (split_words){.metric = 1, .office = 2, .value = kit_number("120")};
    splits[1] = (split_words){.metric = 1, .office = 3, .value = kit_number("80")};
    return (task_words){.id = 1,
                        .number = "1",
                        .chapter = "一、经济",
                        .section = "",
                        .title = "项目建设",
                        .kind = TASK_INDICATOR,
                        .leaders = leaders,
                        .leaders_n = 1,
                        .leads = leads,
                        .leads_n = 1,
                        .responsible = responsible,
                        .responsible_n = 2,
                        .deadline = kit_day("2023-12-31"),
                        .metrics = metrics,
                        .metrics_n = 2,
                        .splits = splits,
                        .splits_n = 2,
                        .asked_by = ""};
}
