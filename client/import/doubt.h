/* What the importer was unsure of, as one table with its words in both languages.
 * Knows: doubts and their sentences. Must not know: how they arise. */
#ifndef DUBAN_IMPORT_DOUBT_H
#define DUBAN_IMPORT_DOUBT_H

#include "client/import/piece.h"
#include "proto/status.h"

/* X(NAME, Chinese, English): the sentence; printed words follow where it ends in a colon
 */
#define DOUBT_TABLE(X)                                                                   \
    X(UNNUMBERED, "没有编号", "has no number")                                           \
    X(ORDER, "编号不连续", "the number is not the next one")                             \
    X(REPEATED, "编号重复", "another task has this number")                              \
    X(SHARED, "各小项共用最后的责任分工，请核对",                                        \
      "the sub-items share the duties of the last one, check")                           \
    X(CONTAINER, "上级条目也含数字，请核对：", "its heading has numbers too: ")          \
    X(NO_DUTIES, "没有找到责任分工", "no duties found")                                  \
    X(NO_LEADERS, "没有牵头领导", "no leader")                                           \
    X(NO_LEADS, "没有牵头单位", "no lead office")                                        \
    X(UNCLOSED, "责任分工的括号不配对", "the brackets of the duties do not match")       \
    X(COLON, "缺少冒号：", "a colon is missing: ")                                       \
    X(EMPTY_DUTY, "名单为空：", "an empty list: ")                                       \
    X(TWO_DUTIES, "责任分工不止一处，已合并", "duties printed more than once, merged")   \
    X(BEHIND, "责任分工之后还有文字：", "words behind the duties: ")                     \
    X(UNLABELLED, "不知属于哪一栏：", "belongs to no list: ")                            \
    X(STRAY_OPEN, "名单中间有“等”：", "等 inside the list: ")                            \
    X(TWICE, "名单中重复：", "twice in a list: ")                                        \
    X(JOINED, "疑似漏印顿号，已拆开：", "split where a separator seems missing: ")       \
    X(MISPRINT, "疑似误印：", "looks like a misprint: ")                                 \
    X(TOO_MANY, "数量过多，未全部录入", "too many to take all")                          \
    X(NO_UNIT, "没有单位：", "has no unit: ")                                            \
    X(ODD_UNIT, "单位不常见：", "an uncommon unit: ")                                    \
    X(IN_WORDS, "由汉字数词读出：", "read from a number in words: ")                     \
    X(GRADE, "等级，请核对是否为目标：", "a grade, check that it is promised: ")         \
    X(RANK, "位次，请核对方向：", "a rank, check its direction: ")                       \
    X(TOTAL, "是项目总规模，未必是当年任务：",                                           \
      "the size of whole projects, perhaps not this year's: ")                           \
    X(MODIFIER, "未当作目标：", "not taken as a target: ")                               \
    X(PART, "其中项，请核对：", "a part of another number, check: ")                     \
    X(SUBJECT, "未说明是哪项指标：", "what is measured is not said: ")                   \
    X(WEAK, "未承诺完成：", "completion is not promised: ")                              \
    X(ROUGH, "约数：", "a rough number: ")                                               \
    X(RANGE, "区间次序有误：", "the range runs backwards: ")                             \
    X(LABELS, "多个数值与名称未能一一对应：",                                            \
      "several values and names could not be matched: ")                                 \
    X(WHEN, "期限起算不明：", "from when the term runs is unclear: ")                    \
    X(REFERENCE, "相对目标，没有数值：", "relative to something else, no number: ")      \
    X(PENDING, "目标由上级下达：", "to be set from above: ")

typedef enum doubt_kind {
    DOUBT_NONE,
#define X(name, zh, en) DOUBT_##name,
    DOUBT_TABLE(X)
#undef X
} doubt_kind;

typedef struct doubt {
    doubt_kind kind;
    piece words; /* as printed, may be empty */
} doubt;

#define DOUBTS_MAX 12

/* Doubts beyond DOUBTS_MAX are dropped: the row is marked all the same. The same doubt is
 * kept once. */
typedef struct doubts {
    doubt items[DOUBTS_MAX];
    size_t n;
} doubts;

void doubt_add(doubts *d, doubt_kind kind, piece words);
/* All of them as one cell. NULL when memory ran out. */
const char *doubt_text(arena *a, const doubts *d, duban_lang lang);

#endif
