#include "client/import/columns.h"

#include "proto/words.h"

static const char *const columns[COLUMNS_N][2] = {
#define X(name, zh, en) {zh, en},
    PLAN_COLUMNS(X)
#undef X
};

static const cell_word kinds[] = {
    {TASK_INDICATOR, {"指标", "indicator"}},
    {TASK_MILESTONE, {"节点", "milestone"}},
    {TASK_POLICY, {"政策", "policy"}},
    {TASK_LIVELIHOOD, {"民生", "livelihood"}},
    {TASK_ACTION_PLAN, {"行动", "action_plan"}},
    {TASK_STANDING, {"长期", "standing"}},
};
static const cell_word comparators[] = {
    {COMPARATOR_COUNT, {"达到", "count"}},
    {COMPARATOR_AT_LEAST, {"不低于", "at_least"}},
    {COMPARATOR_AT_MOST, {"不高于", "at_most"}},
    {COMPARATOR_BETWEEN, {"区间", "between"}},
    {COMPARATOR_ABOUT, {"约", "about"}},
    {COMPARATOR_EXACTLY, {"等于", "exactly"}},
    {COMPARATOR_YES_NO, {"是否", "yes_no"}},
    {COMPARATOR_FLOOR_STRETCH, {"力争区间", "floor_stretch"}},
    {COMPARATOR_REFERENCE, {"参照", "reference"}},
    {COMPARATOR_PENDING, {"待定", "pending"}},
};
static const cell_word natures[] = {
    {NATURE_CUMULATIVE, {"累计", "cumulative"}},
    {NATURE_LEVEL, {"时点", "level"}},
    {NATURE_RATE, {"增速", "rate"}},
    {NATURE_RANK, {"位次", "rank"}},
    {NATURE_BOOLEAN, {"是否", "yes_no"}},
};
static const cell_word strengths[] = {
    {STRENGTH_BINDING, {"约束性", "binding"}},
    {STRENGTH_EXPECTED, {"预期性", "expected"}},
    {STRENGTH_STRIVING, {"力争", "striving"}},
};
static const cell_word rollups[] = {
    {ROLLUP_SUM, {"合计", "sum"}},
    {ROLLUP_COUNT_MET, {"达标个数", "count_met"}},
    {ROLLUP_LEAD_ONLY, {"牵头填报", "lead_only"}},
    {ROLLUP_WEIGHTED_MEAN, {"加权平均", "weighted_mean"}},
    {ROLLUP_RATIO, {"比率", "ratio"}},
    {ROLLUP_MIN, {"最小", "min"}},
    {ROLLUP_MAX, {"最大", "max"}},
    {ROLLUP_ALL_OF, {"全部达标", "all_of"}},
};
static const cell_word visibilities[] = {
    {VISIBILITY_PUBLIC, {"公开", "public"}},
    {VISIBILITY_INTERNAL, {"内部", "internal"}},
    {VISIBILITY_RESTRICTED, {"限制", "restricted"}},
    {VISIBILITY_OFFLINE, {"线下报送", "offline"}},
};
static const cell_word flags[] = {
    {1, {"是", "yes"}},
    {0, {"否", "no"}},
};

#define WORDS(list) ((cell_words){list, sizeof(list) / sizeof(list)[0]})

const char *column_word(plan_column column, duban_lang lang) {
    return columns[column][lang == DUBAN_ZH ? 0 : 1];
}

plan_column column_of(piece word) {
    for (int i = 0; i < COLUMNS_N; i++)
        if (piece_is(word, columns[i][0]) || piece_is(word, columns[i][1]))
            return (plan_column)i;
    return COLUMNS_N;
}

cell_words cell_words_of(plan_column column) {
    switch (column) {
    case COLUMN_KIND: return WORDS(kinds);
    case COLUMN_COMPARATOR: return WORDS(comparators);
    case COLUMN_NATURE: return WORDS(natures);
    case COLUMN_STRENGTH: return WORDS(strengths);
    case COLUMN_ROLLUP: return WORDS(rollups);
    case COLUMN_VISIBILITY:
    case COLUMN_METRIC_VISIBILITY: return WORDS(visibilities);
    case COLUMN_BELOW:
    case COLUMN_OPEN:
    case COLUMN_STRICT: return WORDS(flags);
    default: return (cell_words){NULL, 0};
    }
}

const char *cell_word_for(plan_column column, int value, duban_lang lang) {
    cell_words words = cell_words_of(column);
    for (size_t i = 0; value && i < words.n; i++)
        if (words.items[i].value == value)
            return words.items[i].word[lang == DUBAN_ZH ? 0 : 1];
    return "";
}

bool cell_word_read(plan_column column, piece word, int *value) {
    cell_words words = cell_words_of(column);
    if (word.size == 0) {
        *value = 0;
        return true;
    }
    for (size_t i = 0; i < words.n; i++) {
        const cell_word *w = &words.items[i];
        if (!piece_is(word, w->word[0]) && !piece_is(word, w->word[1])) continue;
        *value = w->value;
        return true;
    }
    return false;
}
