/* Folding frames: however a stream is cut, the same board; no gap passes unnoticed. */
#include "client_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/board_file.h"
#include "client/cell_copy.h"
#include "proto/codec.h"

#define STREAM 400
#define SEEDS  200

static uint64_t next_chance(uint64_t *seed) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* --- a stream of changes
 * ----------------------------------------------------------------- */

/* Change i happened at index i + 1 and touched one cell. */
typedef struct stream {
    cell cells[STREAM];
    char titles[STREAM][32];
    const char *aliases[STREAM][2];
    metric_words metrics[STREAM];
    uint32_t members[STREAM][2];
} stream;

static void fill_words(stream *s, size_t i, uint32_t which) {
    snprintf(s->titles[i], sizeof s->titles[i], "第%zu次", i);
    s->aliases[i][0] = s->titles[i];
    s->aliases[i][1] = "别名";
    s->members[i][0] = which;
    s->members[i][1] = (uint32_t)i + 1;
    s->metrics[i] = (metric_words){.id = 1,
                                   .label = s->titles[i],
                                   .comparator = COMPARATOR_COUNT,
                                   .target = decimal_of_int((int64_t)i),
                                   .tolerance = decimal_of_int(5),
                                   .unit = "个",
                                   .nature = NATURE_CUMULATIVE,
                                   .strength = STRENGTH_EXPECTED,
                                   .rollup = ROLLUP_SUM,
                                   .definition = "口径"};
}

static office_words an_office(const stream *s, size_t i, uint32_t which) {
    return (office_words){.number = which,
                          .code = "guanxian",
                          .name = s->titles[i],
                          .aliases = s->aliases[i],
                          .aliases_n = 2,
                          .kind = OFFICE_GROUP,
                          .members = s->members[i],
                          .members_n = 2};
}

static task_words a_task(const stream *s, size_t i, uint32_t which) {
    return (task_words){.id = which,
                        .number = "25",
                        .chapter = "一",
                        .section = "二",
                        .title = s->titles[i],
                        .kind = TASK_INDICATOR,
                        .leaders = s->aliases[i],
                        .leaders_n = 2,
                        .leads = s->members[i],
                        .leads_n = 2,
                        .metrics = &s->metrics[i],
                        .metrics_n = 1};
}

static void fill_name(cell_name *name, uint32_t which) {
    bool has_period =
        name->kind == CELL_ITEM || name->kind == CELL_VALUE || name->kind == CELL_ROUND;
    if (name->kind != CELL_PLAN && name->kind != CELL_OFFICE) name->task = which;
    if (name->kind == CELL_NODE) name->node = which;
    if (name->kind == CELL_VALUE || name->kind == CELL_PACE) name->metric = 1;
    if (name->kind == CELL_OFFICE || name->kind >= CELL_ITEM) name->office = which;
    if (has_period) name->period = period_of_day(PERIOD_QUARTER, 19450);
}

static void fill_cell(stream *s, size_t i, uint64_t chance) {
    cell *c = &s->cells[i];
    uint32_t which = (uint32_t)(chance >> 8) % 5 + 1, n = (uint32_t)i;
    *c = (cell){.changed = i + 1};
    c->name.kind = (cell_kind)(CELL_PLAN + chance % (CELL_ROUND - CELL_PLAN + 1));
    fill_name(&c->name, which);
    fill_words(s, i, which);
    switch (c->name.kind) {
    case CELL_PLAN:
        c->plan = (plan_cell){.code = "2023",
                              .title = s->titles[i],
                              .first_day = 19358,
                              .last_day = 19722,
                              .cycle = PERIOD_QUARTER};
        break;
    case CELL_OFFICE: c->office = an_office(s, i, which); break;
    case CELL_TASK: c->task = a_task(s, i, which); break;
    case CELL_TIMETABLE: c->timetable = (timetable_cell){.nodes = n}; break;
    case CELL_NODE: c->node = (node_cell){.day = 19400, .title = s->titles[i]}; break;
    case CELL_ITEM:
        c->item = (item_cell){.state = ITEM_DUE,
                              .open_day = 19450,
                              .close_day = 19460,
                              .index = i + 1,
                              .text = {.media = ""},
                              .return_reason = {.media = ""}};
        break;
    case CELL_VALUE:
        c->value = (value_cell){.index = i + 1, .amount = decimal_of_int(n)};
        break;
    case CELL_PACE: c->pace = (pace_cell){.target = decimal_of_int(n)}; break;
    case CELL_LIGHT: c->light = (light_cell){.grade = GRADE_RED, .missing = n}; break;
    case CELL_ROUND:
        c->round = (round_cell){.grade = (grade)(1 + i % 6), .cause = CAUSE_BEHIND};
        break;
    default: fail();
    }
}

static stream *new_stream(uint64_t seed) {
    stream *s = calloc(1, sizeof *s);
    assert_non_null(s);
    for (size_t i = 0; i < STREAM; i++)
        fill_cell(s, i, next_chance(&seed));
    return s;
}

static bool same_name(const cell_name *a, const cell_name *b) {
    return a->kind == b->kind && a->task == b->task && a->metric == b->metric &&
           a->office == b->office && a->node == b->node &&
           period_equal(a->period, b->period);
}

/* The frame from prev to to as a broker makes it: of each cell the newest only. */
static frame_words make_frame(const stream *s, uint64_t prev, uint64_t to, cell *room) {
    uint32_t n = 0;
    for (size_t i = prev; i < to; i++) {
        bool newest = true;
        for (size_t k = i + 1; k < to && newest; k++)
            newest = !same_name(&s->cells[i].name, &s->cells[k].name);
        if (newest) room[n++] = s->cells[i];
    }
    return (frame_words){.origin = KIT_ORIGIN,
                         .plan = "2023",
                         .prev = prev,
                         .to = to,
                         .head = STREAM,
                         .has_root = true,
                         .root = {{(uint8_t)to, (uint8_t)(to >> 8)}},
                         .cells = room,
                         .cells_n = n,
                         .moment_ms = (int64_t)to * 1000};
}

static duban_board *new_board(void) {
    duban_board *b;
    assert_int_equal(duban_board_new(&b), DUBAN_OK);
    return b;
}

static void fold(duban_board *b, const frame_words *frame, bool gap_expected) {
    bool gap = !gap_expected;
    assert_int_equal(duban_board_fold(b, frame, &gap), DUBAN_OK);
    assert_int_equal(gap, gap_expected);
}

/* The canonical bytes of all cells in order, and the head. */
static hash256 board_hash(duban_board *b) {
    size_t n;
    buffer bytes;
    duban_board_head head;
    const cell *const *cells = duban_board_cells(b, &n);
    buffer_init(&bytes);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(codec_cell_write(cells[i], &bytes), DUBAN_OK);
    duban_board_get_head(b, &head);
    char text[256];
    int size =
        snprintf(text, sizeof text, "%s %s %llu %llu %d %lld %zu", head.origin, head.plan,
                 (unsigned long long)head.cursor.index, (unsigned long long)head.head,
                 head.cursor.has_root, (long long)head.moment_ms, n);
    hash256 cells_hash = hash_of_two(bytes.data, bytes.size, text, (size_t)size);
    hash256 all =
        hash_of_two(cells_hash.bytes, HASH_SIZE, head.cursor.root.bytes, HASH_SIZE);
    buffer_close(&bytes);
    return all;
}

/* --- claims ------------------------------------------------------------------------- */

static void any_split_of_a_stream_gives_the_same_board(void **state) {
    (void)state;
    static cell room[STREAM];
    stream *s = new_stream(0x5EED);
    duban_board *whole = new_board();
    frame_words frame = make_frame(s, 0, STREAM, room);
    fold(whole, &frame, false);
    hash256 expected = board_hash(whole);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        uint64_t chance = seed * 0x9E3779B97F4A7C15ULL;
        duban_board *b = new_board();
        uint64_t at = 0, last = 0;
        while (at < STREAM) {
            uint64_t to = at + 1 + next_chance(&chance) % 60;
            if (to > STREAM) to = STREAM;
            /* Some frames begin before the cursor, some come twice. */
            uint64_t prev = next_chance(&chance) % 3 ? at : last;
            frame = make_frame(s, prev, to, room);
            fold(b, &frame, false);
            if (next_chance(&chance) % 3 == 0) fold(b, &frame, false);
            last = at;
            at = to;
        }
        hash256 got = board_hash(b);
        assert_true(hash_equal(&got, &expected));
        duban_board_free(b);
    }
    duban_board_free(whole);
    free(s);
}

static void a_gap_is_noticed_and_nothing_is_folded(void **state) {
    (void)state;
    static cell room[STREAM];
    stream *s = new_stream(7);
    duban_board *b = new_board();
    frame_words frame = make_frame(s, 0, 100, room);
    fold(b, &frame, false);
    hash256 before = board_hash(b);
    for (uint64_t lost = 1; lost < 20; lost++) {
        frame = make_frame(s, 100 + lost, 200, room);
        fold(b, &frame, true);
        hash256 now = board_hash(b);
        assert_true(hash_equal(&now, &before));
    }
    frame = make_frame(s, 100, 200, room);
    fold(b, &frame, false);
    hash256 after = board_hash(b);
    assert_false(hash_equal(&after, &before));
    duban_board_free(b);
    free(s);
}

static void an_old_frame_changes_nothing(void **state) {
    (void)state;
    static cell room[STREAM];
    stream *s = new_stream(8);
    duban_board *b = new_board();
    frame_words frame = make_frame(s, 0, 200, room);
    fold(b, &frame, false);
    hash256 before = board_hash(b);
    const uint64_t olds[][2] = {{0, 1}, {0, 200}, {50, 150}, {199, 200}, {200, 200}};
    for (size_t i = 0; i < sizeof olds / sizeof olds[0]; i++) {
        frame = make_frame(s, olds[i][0], olds[i][1], room);
        fold(b, &frame, false);
        hash256 now = board_hash(b);
        assert_true(hash_equal(&now, &before));
    }
    duban_board_free(b);
    free(s);
}

static void a_frame_that_says_fetch_is_a_gap(void **state) {
    (void)state;
    duban_board *b = new_board();
    frame_words frame = {
        .origin = KIT_ORIGIN, .plan = "2023", .to = 9, .head = 9, .fetch = true};
    fold(b, &frame, true);
    duban_board_head head;
    duban_board_get_head(b, &head);
    assert_int_equal(head.cursor.index, 0);
    assert_int_equal(head.head, 9);
    duban_board_free(b);
}

static void frames_of_another_journal_or_plan_are_refused(void **state) {
    (void)state;
    static cell room[STREAM];
    stream *s = new_stream(9);
    bool gap;
    duban_board *b = new_board();
    frame_words frame = make_frame(s, 0, 10, room);
    fold(b, &frame, false);
    frame = make_frame(s, 10, 20, room);
    frame.origin = "duban.example/other";
    assert_int_equal(duban_board_fold(b, &frame, &gap), DUBAN_E_DIVERGED);
    frame.origin = KIT_ORIGIN;
    frame.plan = "2024";
    assert_int_equal(duban_board_fold(b, &frame, &gap), DUBAN_E_DIVERGED);
    duban_board_free(b);
    free(s);
}

static void cells_come_in_order_and_are_found_by_name(void **state) {
    (void)state;
    static cell room[STREAM];
    stream *s = new_stream(10);
    duban_board *b = new_board();
    frame_words frame = make_frame(s, 0, STREAM, room);
    fold(b, &frame, false);
    size_t n;
    const cell *const *cells = duban_board_cells(b, &n);
    assert_int_equal(n, frame.cells_n);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(duban_board_cell(b, &cells[i]->name), cells[i]);
        if (i == 0) continue;
        const cell_name *x = &cells[i - 1]->name, *y = &cells[i]->name;
        assert_true(x->kind < y->kind || (x->kind == y->kind && x->task <= y->task));
    }
    cell_name none = {.kind = CELL_TASK, .task = 999};
    assert_null(duban_board_cell(b, &none));
    duban_board_free(b);
    free(s);
}

static void a_copied_cell_needs_nothing_of_the_first(void **state) {
    (void)state;
    buffer before, after;
    stream *s = new_stream(11);
    buffer_init(&before);
    buffer_init(&after);
    cell *copies[STREAM];
    for (size_t i = 0; i < STREAM; i++) {
        assert_int_equal(codec_cell_write(&s->cells[i], &before), DUBAN_OK);
        copies[i] = cell_copy(&s->cells[i]);
        assert_non_null(copies[i]);
    }
    memset(s, 0xA5, sizeof *s);
    free(s);
    for (size_t i = 0; i < STREAM; i++) {
        assert_int_equal(codec_cell_write(copies[i], &after), DUBAN_OK);
        free(copies[i]);
    }
    assert_int_equal(after.size, before.size);
    assert_memory_equal(after.data, before.data, before.size);
    buffer_close(&before);
    buffer_close(&after);
}

static void a_saved_board_loads_equal_and_goes_on(void **state) {
    (void)state;
    static cell room[STREAM];
    stream *s = new_stream(12);
    duban_board *b = new_board(), *c = new_board();
    kit_home("home");
    duban *d = kit_open("home", NULL, 0);
    assert_int_equal(duban_board_load(d, "2023", c, NULL), DUBAN_E_NOT_FOUND);
    frame_words frame = make_frame(s, 0, 300, room);
    fold(b, &frame, false);
    assert_int_equal(duban_board_save(d, b, NULL), DUBAN_OK);
    assert_int_equal(duban_board_load(d, "2023", c, NULL), DUBAN_OK);
    hash256 x = board_hash(b), y = board_hash(c);
    assert_true(hash_equal(&x, &y));
    frame = make_frame(s, 300, STREAM, room);
    fold(b, &frame, false);
    fold(c, &frame, false);
    x = board_hash(b);
    y = board_hash(c);
    assert_true(hash_equal(&x, &y));
    duban_close(d);
    duban_board_free(b);
    duban_board_free(c);
    free(s);
}

static void a_board_larger_than_one_part_loads_equal(void **state) {
    (void)state;
    duban_board *b = new_board(), *c = new_board();
    static char title[TITLE_SIZE_MAX + 1];
    memset(title, 't', TITLE_SIZE_MAX);
    enum { MANY = 4000 };
    cell *cells = calloc(MANY, sizeof *cells);
    for (uint32_t i = 0; i < MANY; i++)
        cells[i] =
            (cell){.name = {.kind = CELL_NODE, .task = i / 60 + 1, .node = i % 60 + 1},
                   .changed = i + 1,
                   .node = {.day = 19400, .title = title}};
    frame_words frame = {.origin = KIT_ORIGIN,
                         .plan = "2023",
                         .to = MANY,
                         .head = MANY,
                         .cells = cells,
                         .cells_n = MANY};
    fold(b, &frame, false);
    buffer bytes;
    buffer_init(&bytes);
    assert_int_equal(board_file_write(b, &bytes), DUBAN_OK);
    assert_true(bytes.size > 2 * BOARD_PART_BYTES);
    assert_int_equal(board_file_read((span){bytes.data, bytes.size}, c), DUBAN_OK);
    hash256 x = board_hash(b), y = board_hash(c);
    assert_true(hash_equal(&x, &y));
    buffer_close(&bytes);
    free(cells);
    duban_board_free(b);
    duban_board_free(c);
}

static void a_damaged_board_file_is_refused(void **state) {
    (void)state;
    static cell room[STREAM];
    stream *s = new_stream(13);
    duban_board *b = new_board();
    buffer bytes;
    frame_words frame = make_frame(s, 0, 40, room);
    fold(b, &frame, false);
    buffer_init(&bytes);
    assert_int_equal(board_file_write(b, &bytes), DUBAN_OK);
    for (size_t i = 0; i < bytes.size; i++) {
        duban_board *c = new_board();
        bytes.data[i] ^= 0x10;
        assert_int_equal(board_file_read((span){bytes.data, bytes.size}, c),
                         DUBAN_E_CORRUPT);
        bytes.data[i] ^= 0x10;
        assert_int_equal(board_file_read((span){bytes.data, i}, c), DUBAN_E_CORRUPT);
        duban_board_free(c);
    }
    buffer_close(&bytes);
    duban_board_free(b);
    free(s);
}

static void a_plan_code_is_no_way_out_of_the_folder(void **state) {
    (void)state;
    const char *bad[] = {"", ".", "..", "../key", "a/b", "台账", ".new"};
    duban_board *b = new_board();
    kit_home("home");
    duban *d = kit_open("home", NULL, 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(duban_board_load(d, bad[i], b, NULL), DUBAN_E_CODE);
    assert_int_equal(duban_board_save(d, b, NULL), DUBAN_E_CODE);
    duban_close(d);
    duban_board_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, kit_begin, kit_end)
        T(any_split_of_a_stream_gives_the_same_board),
        T(a_gap_is_noticed_and_nothing_is_folded),
        T(an_old_frame_changes_nothing),
        T(a_frame_that_says_fetch_is_a_gap),
        T(frames_of_another_journal_or_plan_are_refused),
        T(cells_come_in_order_and_are_found_by_name),
        T(a_copied_cell_needs_nothing_of_the_first),
        T(a_saved_board_loads_equal_and_goes_on),
        T(a_board_larger_than_one_part_loads_equal),
        T(a_damaged_board_file_is_refused),
        T(a_plan_code_is_no_way_out_of_the_folder),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
