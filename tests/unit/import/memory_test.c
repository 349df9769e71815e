/* Memory that runs out at any point is a status, never a crash. */
#include "tests/unit/import/import_kit.h"

#include <stdlib.h>
#include <string.h>

#include "client/import/recognise.h"

static char *invented(void) {
    return kit_notice(
        "　　一、目标\n　　1.增长6%以上、力争7%"
        "。（牵头领导：甲；牵头单位：市发改委；责任单位：市统计局等）\n"
        "　　2.完成省定目标。\n　　（1）甲类、乙类比例分别不低于9%、4%"
        "。（牵头领导：甲；牵头单位：市发改委）\n"
        "　　3."
        "新建桥梁3座、\n新建桥梁5座。（牵头领导：甲；牵头单位：市发改委市统计局）\n");
}

static void every_shortage_while_reading_is_a_status(void **state) {
    (void)state;
    char *text = invented();
    piece raw = piece_of(text);
    size_t shortages = 0;
    for (size_t bytes_max = 1;; bytes_max += 211) {
        arena a;
        arena_init(&a, bytes_max);
        notice n;
        duban_refusal refusal = {0};
        duban_status status = notice_read(&a, raw, &refusal, &n);
        if (status == DUBAN_OK)
            assert_int_equal(n.items_n, 3);
        else
            assert_int_equal(refusal.status, DUBAN_E_NO_MEMORY);
        arena_close(&a);
        if (status == DUBAN_OK) break;
        assert_int_equal(status, DUBAN_E_NO_MEMORY);
        shortages++;
    }
    assert_true(shortages > 3);
    free(text);
}

static void every_shortage_while_recognising_is_a_status(void **state) {
    (void)state;
    char *text = invented();
    arena whole;
    arena_init(&whole, 0);
    notice n;
    assert_int_equal(notice_read(&whole, piece_of(text), NULL, &n), DUBAN_OK);
    size_t shortages = 0;
    for (size_t bytes_max = 1;; bytes_max += 211) {
        arena a;
        arena_init(&a, bytes_max);
        recognised *all = NULL;
        duban_status status = recognise(&a, &n, &all);
        if (status == DUBAN_OK)
            assert_int_equal(all[2].targets.n, 2);
        else
            assert_null(all);
        arena_close(&a);
        if (status == DUBAN_OK) break;
        assert_int_equal(status, DUBAN_E_NO_MEMORY);
        shortages++;
    }
    assert_true(shortages > 3);
    arena_close(&whole);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shortage_while_reading_is_a_status),
        cmocka_unit_test(every_shortage_while_recognising_is_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
