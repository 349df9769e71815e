/* What a task promises in numbers, and which numbers promise nothing. */
#include "tests/unit/import/import_kit.h"

#include <stdio.h>
#include <string.h>

#define NONE ((comparator)COMPARATOR_NONE)

typedef struct sample {
    const char *words;
    comparator comparator;
    const char *target;
    const char *target_max;
    const char *unit;
} sample;

static void assert_samples(const sample *samples, size_t n) {
    for (size_t i = 0; i < n; i++) {
        plan_table t = kit_task(samples[i].words);
        print_message("%s\n", samples[i].words);
        assert_int_equal(t.rows_n, 1);
        assert_string_not_equal(kit_row(&t, 0)->metric, "");
        kit_assert_metric(kit_row(&t, 0), samples[i].comparator, samples[i].target,
                          samples[i].target_max, samples[i].unit);
        plan_table_free(&t);
    }
}
#define ASSERT_SAMPLES(list) assert_samples(list, sizeof(list) / sizeof(list)[0])

static void words_behind_a_number_tell_the_comparator(void **state) {
    (void)state;
    static const sample samples[] = {
        {"税收增长4.5%。", COMPARATOR_COUNT, "4.5", "", "%"},
        {"税收增长4.5%以上。", COMPARATOR_AT_LEAST, "4.5", "", "%"},
        {"税收增长4.5％左右。", COMPARATOR_ABOUT, "4.5", "", "%"},
        {"物价涨幅控制在2%以内。", COMPARATOR_AT_MOST, "2", "", "%"},
        {"新建学校23所。", COMPARATOR_COUNT, "23", "", "所"},
        {"新建学校23所及以上。", COMPARATOR_AT_LEAST, "23", "", "所"},
        {"新建23所以上学校。", COMPARATOR_AT_LEAST, "23", "", "所"},
        {"新增就业100余人。", COMPARATOR_AT_LEAST, "100", "", "人"},
    };
    ASSERT_SAMPLES(samples);
}

static void words_before_a_number_tell_the_comparator(void **state) {
    (void)state;
    static const sample samples[] = {
        {"装机容量达到35万千瓦。", COMPARATOR_AT_LEAST, "35", "", "万千瓦"},
        {"交易额突破80亿元。", COMPARATOR_AT_LEAST, "80", "", "亿元"},
        {"交易额超过80亿元。", COMPARATOR_AT_LEAST, "80", "", "亿元"},
        {"覆盖率不低于85%。", COMPARATOR_AT_LEAST, "85", "", "%"},
        {"培训不少于40场次。", COMPARATOR_AT_LEAST, "40", "", "场次"},
        {"失业率不高于5.5%。", COMPARATOR_AT_MOST, "5.5", "", "%"},
        {"失业率低于5.5%。", COMPARATOR_AT_MOST, "5.5", "", "%"},
        {"办理时间压缩至3天以内。", COMPARATOR_AT_MOST, "3", "", "天"},
        {"优良天数达到250天以上。", COMPARATOR_AT_LEAST, "250", "", "天"},
        {"粮食产量稳定在110亿斤。", COMPARATOR_AT_LEAST, "110", "", "亿斤"},
        {"补助标准提高到700元。", COMPARATOR_COUNT, "700", "", "元"},
        {"增收约3亿元。", COMPARATOR_ABOUT, "3", "", "亿元"},
    };
    ASSERT_SAMPLES(samples);
}

static void ranges_are_read_with_every_dash_and_unit(void **state) {
    (void)state;
    static const sample samples[] = {
        {"打造产业集群2—3个。", COMPARATOR_BETWEEN, "2", "3", "个"},
        {"打造产业集群10-15个。", COMPARATOR_BETWEEN, "10", "15", "个"},
        {"税收增长5%至6%。", COMPARATOR_BETWEEN, "5", "6", "%"},
        {"税收增长5～6%。", COMPARATOR_BETWEEN, "5", "6", "%"},
        {"引进人才1.5万—2万人。", COMPARATOR_BETWEEN, "1.5", "2", "万人"},
        {"引进人才3到5万人。", COMPARATOR_BETWEEN, "3", "5", "万人"},
        {"新建二至三所学校。", COMPARATOR_BETWEEN, "2", "3", "所"},
    };
    ASSERT_SAMPLES(samples);
}

static void range_that_runs_backwards_is_doubted(void **state) {
    (void)state;
    plan_table t = kit_task("打造产业集群5—3个。");
    assert_non_null(strstr(kit_row(&t, 0)->doubts, "backwards"));
    plan_table_free(&t);
}

static void units_keep_wan_and_yi_as_printed(void **state) {
    (void)state;
    static const sample samples[] = {
        {"新增绿地1,200亩。", COMPARATOR_COUNT, "1200", "", "亩"},
        {"新增住房面积３００万平方米。", COMPARATOR_COUNT, "300", "", "万平方米"},
        {"接待游客2000万人次。", COMPARATOR_COUNT, "2000", "", "万人次"},
        {"发电量450亿千瓦时。", COMPARATOR_COUNT, "450", "", "亿千瓦时"},
        {"新改建管网57.25公里。", COMPARATOR_COUNT, "57.25", "", "公里"},
        {"占比提高2个百分点。", COMPARATOR_COUNT, "2", "", "百分点"},
        {"补助标准提高到每人每年640元。", COMPARATOR_COUNT, "640", "", "元/人年"},
        {"发展农户4千户。", COMPARATOR_COUNT, "4", "", "千户"},
        {"化解债务12万亿元。", COMPARATOR_COUNT, "12", "", "万亿元"},
    };
    ASSERT_SAMPLES(samples);
}

static void numbers_in_words_count_behind_a_verb_and_are_doubted(void **state) {
    (void)state;
    static const sample samples[] = {
        {"新建十五所学校。", COMPARATOR_COUNT, "15", "", "所"},
        {"建成一百二十公里管网。", COMPARATOR_COUNT, "120", "", "公里"},
        {"培育两家企业。", COMPARATOR_COUNT, "2", "", "家"},
        {"税收增长百分之五以上。", COMPARATOR_AT_LEAST, "5", "", "%"},
        {"主要指标保持两位数增长。", COMPARATOR_AT_LEAST, "10", "", "%"},
        {"建成多个三星级智慧园区。", COMPARATOR_AT_LEAST, "3", "", "星级"},
        {"创建5A级景区。", COMPARATOR_COUNT, "5", "", "A级"},
        {"确保双拥城“四连冠”。", COMPARATOR_COUNT, "4", "", "次"},
    };
    ASSERT_SAMPLES(samples);
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        plan_table t = kit_task(samples[i].words);
        assert_string_not_equal(kit_row(&t, 0)->doubts, "");
        plan_table_free(&t);
    }
}

static void names_and_terms_are_no_targets(void **state) {
    (void)state;
    static const char *const words[] = {
        "加快5G网络建设。",
        "建设220千伏变电站。",
        "实施“三百”工程，落实“八抓20条”。",
        "降低PM2.5和PM10浓度。",
        "打造“15分钟生活圈”。",
        "推动2×66万千瓦机组复工。",
        "办好12345热线。",
        "出台人才新政35条。",
        "做好第五次普查，举办第3届运动会。",
        "到2033年，体系基本建立。",
        "抓好六大中心建设，聚焦八项重点工作。",
        "推广三星级建筑。",
        "推进尼龙6、BDO等项目。",
        "健全十四五规划体系，一二三产融合。",
        "贯彻《办法（2030）》第12条。",
        "编号12345678901234号。",
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        plan_table t = kit_task(words[i]);
        print_message("%s\n", words[i]);
        assert_int_equal(t.rows_n, 1);
        assert_string_equal(kit_row(&t, 0)->metric, "");
        assert_string_equal(kit_row(&t, 0)->target, "");
        assert_string_equal(kit_row(&t, 0)->doubts, "");
        plan_table_free(&t);
    }
}

static void thresholds_are_left_out_and_doubted(void **state) {
    (void)state;
    static const char *const words[] = {
        "推进一批投资过50亿元重大项目。",  "关停30万千瓦以下机组。",
        "支持年产30万吨项目落地。",        "对接前50强企业。",
        "加强县域医院（床位500张）管理。",
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        plan_table t = kit_task(words[i]);
        print_message("%s\n", words[i]);
        assert_int_equal(t.rows_n, 1);
        assert_string_equal(kit_row(&t, 0)->metric, "");
        assert_non_null(strstr(kit_row(&t, 0)->doubts, "not taken as a target"));
        plan_table_free(&t);
    }
}

static void share_keeps_its_threshold_in_its_name(void **state) {
    (void)state;
    plan_table t = kit_task("30%以上的村集体年收入超60万元。");
    assert_int_equal(t.rows_n, 1);
    kit_assert_metric(kit_row(&t, 0), COMPARATOR_AT_LEAST, "30", "", "%");
    assert_string_equal(kit_row(&t, 0)->metric, "村集体年收入超60万元");
    plan_table_free(&t);
}

static void every_number_of_a_list_is_a_metric_with_its_own_name(void **state) {
    (void)state;
    plan_table t = kit_task("引进领军人才15人、青年人才100人、毕业生3万人，新建20个书房；"
                            "产值增长15%以上、占GDP比重达到3%。");
    static const char *const names[] = {"引进领军人才", "引进青年人才", "引进毕业生",
                                        "新建书房",     "产值增长",     "产值占GDP比重"};
    assert_int_equal(t.rows_n, 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(kit_row(&t, i)->metric, names[i]);
    kit_assert_metric(kit_row(&t, 2), COMPARATOR_COUNT, "3", "", "万人");
    kit_assert_metric(kit_row(&t, 5), COMPARATOR_AT_LEAST, "3", "", "%");
    plan_table_free(&t);
}

static void metrics_of_one_task_never_share_a_name(void **state) {
    (void)state;
    plan_table t = kit_task("新建桥梁3座。新建桥梁5座。新建桥梁7座。");
    assert_int_equal(t.rows_n, 3);
    assert_string_equal(kit_row(&t, 0)->metric, "新建桥梁");
    assert_string_equal(kit_row(&t, 1)->metric, "新建桥梁2");
    assert_string_equal(kit_row(&t, 2)->metric, "新建桥梁3");
    plan_table_free(&t);
}

static void values_told_apart_by_fenbie_share_a_comparator(void **state) {
    (void)state;
    plan_table t = kit_task("甲类、乙类、丙类机构的比例分别不低于90%、40%、70%。");
    static const char *const names[] = {"甲类机构的比例", "乙类机构的比例",
                                        "丙类机构的比例"};
    static const char *const values[] = {"90", "40", "70"};
    assert_int_equal(t.rows_n, 3);
    for (size_t i = 0; i < 3; i++) {
        kit_assert_metric(kit_row(&t, i), COMPARATOR_AT_LEAST, values[i], "", "%");
        assert_memory_equal(kit_row(&t, i)->metric, names[i], strlen("甲类"));
        assert_int_equal(kit_row(&t, i)->nature, NATURE_LEVEL);
    }
    plan_table_free(&t);
}

static void values_without_names_before_fenbie_are_doubted(void **state) {
    (void)state;
    plan_table t = kit_task("分别不低于90%、40%、70%。");
    assert_int_equal(t.rows_n, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(kit_row(&t, i)->comparator, COMPARATOR_AT_LEAST);
        assert_non_null(strstr(kit_row(&t, i)->doubts, "could not be matched"));
    }
    plan_table_free(&t);
}

static void unit_of_a_list_reaches_all_its_values(void **state) {
    (void)state;
    plan_table t = kit_task("甲类、乙类补助标准分别提高到每人每月900元、700元。");
    assert_int_equal(t.rows_n, 2);
    kit_assert_metric(kit_row(&t, 0), COMPARATOR_COUNT, "900", "", "元/人月");
    kit_assert_metric(kit_row(&t, 1), COMPARATOR_COUNT, "700", "", "元/人月");
    plan_table_free(&t);
}

static void level_after_a_rise_is_a_metric_of_its_own(void **state) {
    (void)state;
    plan_table t = kit_task("森林覆盖率提高1.5个百分点，达到32%。");
    assert_int_equal(t.rows_n, 2);
    kit_assert_metric(kit_row(&t, 0), COMPARATOR_COUNT, "1.5", "", "百分点");
    assert_int_equal(kit_row(&t, 0)->nature, NATURE_RATE);
    kit_assert_metric(kit_row(&t, 1), COMPARATOR_AT_LEAST, "32", "", "%");
    assert_string_equal(kit_row(&t, 1)->metric, "森林覆盖率");
    assert_int_equal(kit_row(&t, 1)->nature, NATURE_LEVEL);
    plan_table_free(&t);
}

static void floor_with_a_number_striven_for_is_one_metric(void **state) {
    (void)state;
    plan_table t = kit_task("生产总值增长6%以上、力争7%。");
    assert_int_equal(t.rows_n, 1);
    kit_assert_metric(kit_row(&t, 0), COMPARATOR_FLOOR_STRETCH, "6", "7", "%");
    plan_table_free(&t);
}

static void value_before_a_rise_is_the_opening_value(void **state) {
    (void)state;
    plan_table t = kit_task("城镇化率由45.5%提高到52%。");
    assert_int_equal(t.rows_n, 1);
    kit_assert_metric(kit_row(&t, 0), COMPARATOR_COUNT, "52", "", "%");
    assert_string_equal(kit_row(&t, 0)->opening, "45.5");
    plan_table_free(&t);
}

static void ranks_are_read_by_direction_and_doubted(void **state) {
    (void)state;
    plan_table t = kit_task("水质稳定退出全省后30位，综合排名进入全省前10位。");
    assert_int_equal(t.rows_n, 2);
    kit_assert_metric(kit_row(&t, 0), COMPARATOR_AT_LEAST, "30", "", "位");
    assert_true(kit_row(&t, 0)->strict);
    kit_assert_metric(kit_row(&t, 1), COMPARATOR_AT_MOST, "10", "", "位");
    assert_false(kit_row(&t, 1)->strict);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(kit_row(&t, i)->nature, NATURE_RANK);
        assert_non_null(strstr(kit_row(&t, i)->doubts, "check its direction"));
    }
    plan_table_free(&t);
}

static void size_of_whole_projects_is_taken_and_doubted(void **state) {
    (void)state;
    plan_table t = kit_task("建设总投资40亿元的22个水利项目。");
    assert_int_equal(t.rows_n, 2);
    kit_assert_metric(kit_row(&t, 0), COMPARATOR_COUNT, "40", "", "亿元");
    assert_non_null(strstr(kit_row(&t, 0)->doubts, "size of whole projects"));
    kit_assert_metric(kit_row(&t, 1), COMPARATOR_COUNT, "22", "", "个");
    assert_string_equal(kit_row(&t, 1)->doubts, "");
    plan_table_free(&t);
}

static void number_without_or_with_an_odd_unit_is_doubted(void **state) {
    (void)state;
    plan_table t = kit_task("指数达到95。新建30泊位码头。");
    assert_int_equal(t.rows_n, 2);
    kit_assert_metric(kit_row(&t, 0), COMPARATOR_AT_LEAST, "95", "", "");
    assert_non_null(strstr(kit_row(&t, 0)->doubts, "has no unit"));
    kit_assert_metric(kit_row(&t, 1), COMPARATOR_COUNT, "30", "", "泊");
    assert_non_null(strstr(kit_row(&t, 1)->doubts, "uncommon unit"));
    plan_table_free(&t);
}

static void promise_without_a_number_is_reference_or_pending(void **state) {
    (void)state;
    plan_table t = kit_task("力争民间投资增速高于全省平均。完成省下达的节能目标。");
    assert_int_equal(t.rows_n, 2);
    kit_assert_metric(kit_row(&t, 0), COMPARATOR_REFERENCE, "", "", "");
    assert_string_equal(kit_row(&t, 0)->metric, "民间投资增速");
    assert_int_equal(kit_row(&t, 0)->strength, STRENGTH_STRIVING);
    kit_assert_metric(kit_row(&t, 1), COMPARATOR_PENDING, "", "", "");
    assert_string_not_equal(kit_row(&t, 0)->doubts, "");
    assert_string_not_equal(kit_row(&t, 1)->doubts, "");
    plan_table_free(&t);
}

static void terms_reach_to_the_end_of_their_sentence(void **state) {
    (void)state;
    plan_table t = kit_task("到2035年，里程达到50公里，桥梁达到7座。新建码头3座。"
                            "2031-2034年累计新增就业9万人。6月底前建成泵站2座。"
                            "“十六五”期间新增绿地8亩。3年内新增友城4个。");
    static const char *const starts[] = {"", "", "", "2031-01-01", "", "", ""};
    static const char *const ends[] = {"2035-12-31", "2035-12-31", "", "2034-12-31",
                                       "2031-06-30", "2030-12-31", ""};
    assert_int_equal(t.rows_n, 7);
    for (size_t i = 0; i < 7; i++) {
        if (i == 5) continue; /* a term that ended before the plan's year sets none */
        assert_string_equal(kit_row(&t, i)->start, starts[i]);
        assert_string_equal(kit_row(&t, i)->deadline, ends[i]);
    }
    assert_string_equal(kit_row(&t, 5)->deadline, "");
    assert_non_null(strstr(kit_row(&t, 6)->doubts, "3年内"));
    plan_table_free(&t);
}

static void term_counted_from_an_unnamed_day_is_doubted(void **state) {
    (void)state;
    plan_table t = kit_task("确保铁路明年底通车。");
    assert_string_equal(kit_row(&t, 0)->deadline, "");
    assert_string_equal(kit_row(&t, 0)->doubts,
                        "from when the term runs is unclear: 明年底");
    assert_int_equal(kit_row(&t, 0)->kind, TASK_MILESTONE);
    plan_table_free(&t);
}

static void nature_follows_what_is_measured(void **state) {
    (void)state;
    static const struct {
        const char *words;
        nature nature;
        rollup rollup;
    } samples[] = {
        {"税收增长6%。", NATURE_RATE, ROLLUP_LEAD_ONLY},
        {"森林覆盖率达到30%。", NATURE_LEVEL, ROLLUP_LEAD_ONLY},
        {"基站总量突破1万个。", NATURE_LEVEL, ROLLUP_LEAD_ONLY},
        {"新建学校3所。", NATURE_CUMULATIVE, ROLLUP_SUM},
        {"交易额突破80亿元。", NATURE_CUMULATIVE, ROLLUP_SUM},
        {"建成高标准农田30万亩。", NATURE_CUMULATIVE, ROLLUP_SUM},
        {"补助标准为30元。", NATURE_LEVEL, ROLLUP_LEAD_ONLY},
        {"支持各县（市、区）打造集群2—3个。", NATURE_CUMULATIVE, ROLLUP_COUNT_MET},
        {"排名进入全省前5位。", NATURE_RANK, ROLLUP_LEAD_ONLY},
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        plan_table t = kit_task(samples[i].words);
        print_message("%s\n", samples[i].words);
        assert_int_equal(kit_row(&t, 0)->nature, samples[i].nature);
        assert_int_equal(kit_row(&t, 0)->rollup, samples[i].rollup);
        plan_table_free(&t);
    }
}

static void strength_follows_the_verb(void **state) {
    (void)state;
    plan_table t =
        kit_task("新建学校3所，力争新建医院2座。力争到2035年，里程达到50公里。");
    assert_int_equal(t.rows_n, 3);
    assert_int_equal(kit_row(&t, 0)->strength, STRENGTH_EXPECTED);
    assert_int_equal(kit_row(&t, 1)->strength, STRENGTH_STRIVING);
    assert_int_equal(kit_row(&t, 2)->strength, STRENGTH_STRIVING);
    plan_table_free(&t);
    t = kit_task("约束性指标：能耗下降3%。");
    assert_int_equal(kit_row(&t, 0)->strength, STRENGTH_BINDING);
    plan_table_free(&t);
}

static void kind_follows_chapter_numbers_and_verbs(void **state) {
    (void)state;
    static const struct {
        const char *chapter, *words;
        task_kind kind;
    } samples[] = {
        {"主要目标", "税收增长6%。", TASK_INDICATOR},
        {"主要目标", "新建学校3所。", TASK_MILESTONE},
        {"主要目标", "建成大桥。", TASK_MILESTONE},
        {"主要目标", "加强管理。", TASK_STANDING},
        {"2031年重点民生实事", "新建学校3所。", TASK_LIVELIHOOD},
        {"重点行动计划", "攻坚行动：完成改造。", TASK_ACTION_PLAN},
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "2031年方案\n一、%s\n1.%s（牵头领导：甲；牵头单位：市发改委）\n",
                 samples[i].chapter, samples[i].words);
        plan_table t = kit_import(text);
        print_message("%s %s\n", samples[i].chapter, samples[i].words);
        assert_int_equal(kit_row(&t, 0)->kind, samples[i].kind);
        plan_table_free(&t);
    }
}

static void part_of_another_number_is_doubted(void **state) {
    (void)state;
    plan_table t = kit_task("新建学校10所，其中小学6所。");
    assert_int_equal(t.rows_n, 2);
    assert_string_equal(kit_row(&t, 0)->doubts, "");
    assert_non_null(strstr(kit_row(&t, 1)->doubts, "part of another number"));
    plan_table_free(&t);
}

static void more_metrics_than_a_task_holds_are_cut_and_doubted(void **state) {
    (void)state;
    char words[8192] = "";
    for (int i = 0; i < METRICS_MAX + 20; i++)
        strcat(words, "新建桥梁3座，");
    plan_table t = kit_task(words);
    assert_int_equal(t.rows_n, METRICS_MAX);
    assert_non_null(strstr(kit_row(&t, 0)->doubts, "too many"));
    plan_table_free(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_behind_a_number_tell_the_comparator),
        cmocka_unit_test(words_before_a_number_tell_the_comparator),
        cmocka_unit_test(ranges_are_read_with_every_dash_and_unit),
        cmocka_unit_test(range_that_runs_backwards_is_doubted),
        cmocka_unit_test(units_keep_wan_and_yi_as_printed),
        cmocka_unit_test(numbers_in_words_count_behind_a_verb_and_are_doubted),
        cmocka_unit_test(names_and_terms_are_no_targets),
        cmocka_unit_test(thresholds_are_left_out_and_doubted),
        cmocka_unit_test(share_keeps_its_threshold_in_its_name),
        cmocka_unit_test(every_number_of_a_list_is_a_metric_with_its_own_name),
        cmocka_unit_test(metrics_of_one_task_never_share_a_name),
        cmocka_unit_test(values_told_apart_by_fenbie_share_a_comparator),
        cmocka_unit_test(values_without_names_before_fenbie_are_doubted),
        cmocka_unit_test(unit_of_a_list_reaches_all_its_values),
        cmocka_unit_test(level_after_a_rise_is_a_metric_of_its_own),
        cmocka_unit_test(floor_with_a_number_striven_for_is_one_metric),
        cmocka_unit_test(value_before_a_rise_is_the_opening_value),
        cmocka_unit_test(ranks_are_read_by_direction_and_doubted),
        cmocka_unit_test(size_of_whole_projects_is_taken_and_doubted),
        cmocka_unit_test(number_without_or_with_an_odd_unit_is_doubted),
        cmocka_unit_test(promise_without_a_number_is_reference_or_pending),
        cmocka_unit_test(terms_reach_to_the_end_of_their_sentence),
        cmocka_unit_test(term_counted_from_an_unnamed_day_is_doubted),
        cmocka_unit_test(nature_follows_what_is_measured),
        cmocka_unit_test(strength_follows_the_verb),
        cmocka_unit_test(kind_follows_chapter_numbers_and_verbs),
        cmocka_unit_test(part_of_another_number_is_doubted),
        cmocka_unit_test(more_metrics_than_a_task_holds_are_cut_and_doubted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
