/* Cells: in order of their last change, untouched by equal content, all on their pages.
 */
#include "tests/unit/ledger/ledger_kit.h"

typedef struct walk {
    uint64_t last;
    uint32_t n;
    uint32_t stop_after; /* 0: never */
    uint32_t kinds[CELL_COUNT];
    uint64_t after;
} walk;

static bool visit(void *ctx, const cell *value) {
    walk *w = ctx;
    assert_true(value->changed >= w->last);
    assert_true(w->after == 0 || value->changed > w->after);
    w->last = value->changed;
    w->kinds[value->name.kind]++;
    w->n++;
    return w->n != w->stop_after;
}

static void cells_are_walked_in_order_of_their_last_change(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_random r = {5};
    for (uint32_t i = 0; i < 200; i++) {
        uint32_t office;
        event ev = kit_random_event(&k, &r, &office);
        uint64_t before = ledger_plan_changed(k.ledger, 1);
        bool taken = kit_send(&k, office, ev) == DUBAN_OK;
        walk all = {.last = 0};
        walk some = {.after = before};
        ledger_cells(k.ledger, 1, 0, true, visit, &all);
        ledger_cells(k.ledger, 1, before, false, visit, &some);
        assert_true(all.last == ledger_plan_changed(k.ledger, 1));
        assert_true(some.n == 0 || taken);
        assert_true(some.n < all.n);
        assert_int_equal(all.kinds[CELL_PLAN], 1);
        assert_int_equal(all.kinds[CELL_OFFICE], 5);
        assert_int_equal(all.kinds[CELL_TASK], 6);
    }
    walk one = {.stop_after = 1};
    ledger_cells(k.ledger, 1, 0, true, visit, &one);
    assert_int_equal(one.n, 1);
    walk none = {0};
    ledger_cells(k.ledger, 2, 0, true, visit, &none);
    assert_int_equal(none.n, 0);
    assert_int_equal(ledger_plan_changed(k.ledger, 2), 0);
    kit_close(&k);
}

static void equal_content_is_no_change(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, FGW, kit_text(1, FGW, "2023Q1", "the same words"));
    kit_until(&k, "2023-01-03");
    uint64_t before = k.last;
    /* the same table again under a new version changes versions only */
    kit_must(&k, CITY, kit_lights(2));
    walk lights = {.after = before};
    ledger_cells(k.ledger, 1, before, false, visit, &lights);
    assert_int_equal(lights.kinds[CELL_PACE], 0);
    assert_int_equal(lights.kinds[CELL_ITEM], 0);
    assert_int_equal(lights.kinds[CELL_PLAN], 1);
    assert_true(lights.kinds[CELL_LIGHT] > 0);
    /* a day on which nothing is due changes the plan's day alone */
    before = k.last;
    kit_until(&k, "2023-01-04");
    walk day = {.after = before};
    ledger_cells(k.ledger, 1, before, false, visit, &day);
    assert_int_equal(day.n, 1);
    assert_int_equal(day.kinds[CELL_PLAN], 1);
    kit_close(&k);
}

static void a_new_office_appears_on_every_published_board(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    static const office_words more = {
        .number = 6, .code = "late", .name = "Latecomer", .kind = OFFICE_ZONE};
    kit_must(&k, CITY, (event){.kind = KIND_OFFICES, .offices = {&more, 1}});
    cell found = kit_cell(&k, (cell_name){.kind = CELL_OFFICE, .office = 6});
    assert_string_equal(found.office.code, "late");
    assert_int_equal(found.changed, k.last);
    kit_close(&k);
}

static void task_cells_carry_metrics_and_splits(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_city(&k);
    task_words task = kit_cell(&k, (cell_name){.kind = CELL_TASK, .task = 1}).task;
    assert_string_equal(task.number, "1");
    assert_int_equal(task.metrics_n, 1);
    assert_string_equal(task.metrics[0].unit, "亿元");
    assert_int_equal(task.splits_n, 2);
    kit_expect_decimal(task.splits[1].value, "40");
    kit_close(&k);
}

static void filing_again_keeps_done_steps_and_empties_those_that_are_gone(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, FGW, kit_node(3, FGW, "2023Q1", 1, true));
    kit_must_say(&k, FGW, kit_node(3, FGW, "2023Q1", 2, true));
    event again = kit_timetable(3, PROFILE_NODES);
    node_words nodes[3];
    memcpy(nodes, again.timetable.nodes, sizeof nodes);
    nodes[1].title = "another second step";
    nodes[2].share = decimal_of_int(100);
    again.timetable.nodes = nodes;
    again.timetable.nodes_n = 3;
    kit_accept_timetable(&k, FGW, again);
    cell_name name = {.kind = CELL_NODE, .task = 3, .node = 1};
    assert_true(kit_cell(&k, name).node.done);
    name.node = 2;
    assert_false(kit_cell(&k, name).node.done);
    assert_string_equal(kit_cell(&k, name).node.title, "another second step");
    name.node = 4;
    assert_int_equal(kit_cell(&k, name).node.day, 0);
    assert_string_equal(kit_cell(&k, name).node.title, "");
    hash256 live = kit_digest(&k);
    hash256 folded = kit_digest_of_replay(&k);
    assert_memory_equal(&live, &folded, sizeof live);
    kit_close(&k);
}

static void pages_are_ordered_and_change_only_with_their_office(void **state) {
    (void)state;
    kit k;
    kit_open(&k);
    kit_running_city(&k);
    kit_must_say(&k, DONG, kit_value(1, 1, DONG, "2023Q1", "5", MODE_NONE));
    uint32_t n = ledger_pages(k.ledger);
    assert_int_equal(n, 1 + 6); /* the journal's, the plan's, five offices' */
    buffer before[7];
    for (uint32_t i = 0; i < n; i++) {
        buffer_init(&before[i]);
        assert_int_equal(ledger_page_write(k.ledger, i, &before[i]), DUBAN_OK);
    }
    kit_must_say(&k, GUAN, kit_value(4, 1, GUAN, "2023Q1", "5", MODE_NONE));
    for (uint32_t i = 0; i < n; i++) {
        buffer after;
        buffer_init(&after);
        assert_int_equal(ledger_page_write(k.ledger, i, &after), DUBAN_OK);
        bool same = after.size == before[i].size &&
                    memcmp(after.data, before[i].data, after.size) == 0;
        assert_int_equal(same, i != 0 && i != 1 && i != 1 + GUAN);
        buffer_close(&after);
        buffer_close(&before[i]);
    }
    buffer none;
    buffer_init(&none);
    assert_status(ledger_page_write(k.ledger, n, &none), DUBAN_E_NOT_FOUND);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_walked_in_order_of_their_last_change),
        cmocka_unit_test(equal_content_is_no_change),
        cmocka_unit_test(a_new_office_appears_on_every_published_board),
        cmocka_unit_test(task_cells_carry_metrics_and_splits),
        cmocka_unit_test(filing_again_keeps_done_steps_and_empties_those_that_are_gone),
        cmocka_unit_test(pages_are_ordered_and_change_only_with_their_office),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
