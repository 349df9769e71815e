/* Damaged notices and damaged sheets: refused or read, never a crash, never a hang. The
 * sanitizer builds watch the memory. */
#include "tests/unit/import/import_kit.h"

#include <stdlib.h>
#include <string.h>

#define MUTATIONS 2000

static const char *const snippets[] = {
    "（",       "）",        "(",        "〕",     "；",   "、",   "：",     "等",
    "\n",       "\r",        "1.",       "（2）",  "“",    "”",    "以上",   "牵头单位：",
    "9999",     "万亿",      "。",       "，",     "%",    "\"",   ",",      "2030年",
    "0.1",      "分别",      "力争",     "\xFF",   "\xE4", "第三", "×",      "—",
    "三百",     "—5个",      "责任单位", "前30位", "\t",   "　",   "、、、", "（（（",
    "各县〔市", "\n3.5亿元", "高于全省",
};

/* Cuts, doubles, swaps or inserts; up to four times. Returns the new size. */
static size_t mutate(kit_random *r, char *text, size_t size, size_t room) {
    for (uint32_t n = 1 + kit_below(r, 4); n > 0 && size > 0; n--) {
        size_t at = kit_below(r, (uint32_t)size), most = size - at;
        size_t length = 1 + kit_below(r, most < 60 ? (uint32_t)most : 60);
        const char *piece = snippets[kit_below(r, sizeof snippets / sizeof snippets[0])];
        switch (kit_below(r, 5)) {
        case 0: /* cut */
            memmove(text + at, text + at + length, size - at - length);
            size -= length;
            break;
        case 1: /* double */
            if (size + length > room) break;
            memmove(text + at + length, text + at, size - at);
            size += length;
            break;
        case 2: text[at] = (char)(text[at] ^ (1 << kit_below(r, 8))); break;
        default: /* insert */
            if (size + strlen(piece) > room) break;
            while (at < size && ((unsigned char)text[at] & 0xC0) == 0x80 &&
                   kit_below(r, 9))
                at++;
            memmove(text + at + strlen(piece), text + at, size - at);
            memcpy(text + at, piece, strlen(piece));
            size += strlen(piece);
        }
    }
    return size;
}

static char *invented(void) {
    return kit_notice(
        "　　一、主要目标\n　　（一）总量\n"
        "　　1.生产总值增长6%以上、力争7%，占比由45.5%提高到52%"
        "。（牵头领导：甲、乙；牵头单位："
        "市发改委；责任单位：与此有关的市直部门，各县〔市、区〕人民政府、市属园区管委会）"
        "\n"
        "　　2.各类约束性指标完成省定目标。\n"
        "　　(１）安全。（牵头领导：甲；牵头单位：市应急局；责任单位：市财政局等）\n"
        "　　（2）节能。（牵头领导：甲；牵头单位：市发改委（市能源局）；责任单位：市统计"
        "局）\n"
        "　　3.2031-2034年累计打造集群2—3个，新建十五所学校、医院3座，比例分别不低于95%"
        "、30%、60%，"
        "每人每年补助640元，投资过50亿元项目落地。（牵头领导：甲；牵头单位：市发改委；责"
        "任单位：市统计局）\n"
        "　　二、生态\n　　4."
        "水质稳定退出全省后30位，创建5A级景区，确保“四连冠”，推动2×66万千瓦机组复工。"
        "（牵头领导：乙；牵头单位：市环保局；责任单位：市水利局市财政局）\n"
        "　　三、拟制发政策\n　　5.关于甲的意见、关于乙的办法（牵头单位：市发改委）\n");
}

/* What was imported can be written and read; it may be refused, but only by rows. */
static void write_and_read(const plan_table *table) {
    buffer out;
    plan_table again;
    plan_refusals refusals;
    buffer_init(&out);
    assert_int_equal(plan_table_write_csv(table, DUBAN_ZH, &out), DUBAN_OK);
    duban_status status =
        plan_table_read_csv(out.data, out.size, DUBAN_ZH, &refusals, &again);
    if (status == DUBAN_OK) {
        assert_int_equal(again.rows_n, table->rows_n);
        plan_table_free(&again);
    } else {
        assert_int_equal(status, DUBAN_E_ROWS);
        assert_true(refusals.n > 0);
        for (size_t i = 0; i < refusals.n; i++)
            assert_in_range(refusals.items[i].line, 2, table->rows_n + 1);
    }
    plan_refusals_free(&refusals);
    buffer_close(&out);
}

static void read_mutated(uint64_t seed) {
    char *text = invented();
    size_t size = strlen(text), room = size + 4096, read = 0;
    kit_random r = {seed};
    for (int i = 0; i < MUTATIONS; i++) {
        char *changed = malloc(room);
        assert_non_null(changed);
        memcpy(changed, text, size);
        size_t now = mutate(&r, changed, size, room);
        char *exact = malloc(now ? now : 1); /* so that reading past the end is seen */
        assert_non_null(exact);
        memcpy(exact, changed, now);
        free(changed);
        plan_table table;
        duban_refusal refusal = {0};
        duban_status status = import_notice(exact, now, DUBAN_ZH, &refusal, &table);
        free(exact); /* the table keeps nothing of it */
        if (status == DUBAN_OK) {
            read++;
            write_and_read(&table);
            plan_table_free(&table);
        } else {
            assert_int_equal(refusal.status, status);
        }
    }
    assert_in_range(read, MUTATIONS / 4, MUTATIONS - 1);
    free(text);
}

static void mutated_notices_are_read_or_refused(void **state) {
    (void)state;
    static const uint64_t seeds[] = {20310203, 777}; /* 777 once ran for ever */
    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
        read_mutated(seeds[i]);
}

static void mutated_sheets_are_read_or_refused(void **state) {
    (void)state;
    char *text = invented();
    plan_table table = kit_import(text);
    buffer sheet;
    buffer_init(&sheet);
    assert_int_equal(plan_table_write_csv(&table, DUBAN_ZH, &sheet), DUBAN_OK);
    size_t room = sheet.size + 4096, read = 0;
    kit_random r = {7};
    for (int i = 0; i < MUTATIONS; i++) {
        char *changed = malloc(room);
        assert_non_null(changed);
        memcpy(changed, sheet.data, sheet.size);
        size_t now = mutate(&r, changed, sheet.size, room);
        char *exact = malloc(now ? now : 1);
        assert_non_null(exact);
        memcpy(exact, changed, now);
        free(changed);
        plan_table again;
        plan_refusals refusals;
        duban_status status =
            plan_table_read_csv(exact, now, DUBAN_EN, &refusals, &again);
        free(exact);
        if (status == DUBAN_OK) {
            read++;
            buffer out;
            buffer_init(&out);
            assert_int_equal(plan_table_write_csv(&again, DUBAN_EN, &out), DUBAN_OK);
            buffer_close(&out);
            plan_table_free(&again);
        } else {
            assert_true(refusals.n > 0);
        }
        plan_refusals_free(&refusals);
    }
    assert_in_range(read, 1, MUTATIONS - 1);
    buffer_close(&sheet);
    plan_table_free(&table);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mutated_notices_are_read_or_refused),
        cmocka_unit_test(mutated_sheets_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
