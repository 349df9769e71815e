/* The columns of plan.csv and the words of its cells, in both languages.
 * Knows: words. Must not know: files. */
#ifndef DUBAN_IMPORT_COLUMNS_H
#define DUBAN_IMPORT_COLUMNS_H

#include "client/import/piece.h"
#include "proto/status.h"

/* X(NAME, Chinese, English), in the order they are written */
#define PLAN_COLUMNS(X)                                                                  \
    X(NO, "任务号", "no")                                                                \
    X(CHAPTER_NO, "章号", "chapter_no")                                                  \
    X(CHAPTER, "章", "chapter")                                                          \
    X(SECTION_NO, "节号", "section_no")                                                  \
    X(SECTION, "节", "section")                                                          \
    X(TITLE, "事项", "title")                                                            \
    X(KIND, "类型", "kind")                                                              \
    X(LEADERS, "牵头领导", "leaders")                                                    \
    X(LEADS, "牵头单位", "leads")                                                        \
    X(RESPONSIBLE, "责任单位", "responsible")                                            \
    X(OPEN, "名单未尽", "open")                                                          \
    X(METRIC, "指标", "metric")                                                          \
    X(COMPARATOR, "比较", "comparator")                                                  \
    X(TARGET, "目标值", "target")                                                        \
    X(TARGET_MAX, "上限", "target_max")                                                  \
    X(UNIT, "单位", "unit")                                                              \
    X(NATURE, "性质", "nature")                                                          \
    X(STRENGTH, "强度", "strength")                                                      \
    X(STRICT, "严格", "strict")                                                          \
    X(ROLLUP, "汇总", "rollup")                                                          \
    X(START, "起始日", "start")                                                          \
    X(DEADLINE, "期限", "deadline")                                                      \
    X(DEFINITION, "口径", "definition")                                                  \
    X(OPENING, "期初值", "opening")                                                      \
    X(TAGS, "标签", "tags")                                                              \
    X(TOLERANCE, "允差", "tolerance")                                                    \
    X(REFERENCE, "参照指标", "reference")                                                \
    X(BELOW, "低于参照", "below")                                                        \
    X(RATIO_SCALE, "比率倍数", "ratio_scale")                                            \
    X(SOURCE, "数据来源", "source")                                                      \
    X(RELEASE, "发布代码", "release")                                                    \
    X(RELEASE_DAYS, "发布后工作日", "release_days")                                      \
    X(METRIC_VISIBILITY, "指标公开", "metric_visibility")                                \
    X(VISIBILITY, "公开", "visibility")                                                  \
    X(ASKED_BY, "依据", "asked_by")                                                      \
    X(GATES, "项目节点", "gates")                                                        \
    X(CARRIED, "结转自", "carried")                                                      \
    X(LINE, "原文行", "line")                                                            \
    X(DOUBTS, "存疑", "doubts")

typedef enum plan_column {
#define X(name, zh, en) COLUMN_##name,
    PLAN_COLUMNS(X)
#undef X
        COLUMNS_N
} plan_column;

/* Whether a sheet has the column only when some row fills it. */
static inline bool column_is_extra(plan_column column) {
    return column >= COLUMN_TOLERANCE && column <= COLUMN_CARRIED;
}

const char *column_word(plan_column column, duban_lang lang);
/* COLUMNS_N when there is no such column. */
plan_column column_of(piece word);

/* Words of the cells that hold one of a few; value 0 is the empty cell. */
typedef struct cell_word {
    int value;
    const char *word[2]; /* Chinese, English */
} cell_word;

typedef struct cell_words {
    const cell_word *items;
    size_t n;
} cell_words;

/* The words of that column; none for columns of free text. */
cell_words cell_words_of(plan_column column);
/* "" for 0. */
const char *cell_word_for(plan_column column, int value, duban_lang lang);
/* False when it is none of the column's words in either language. Empty is 0. */
bool cell_word_read(plan_column column, piece word, int *value);

#endif
