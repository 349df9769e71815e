#include "client/import/phrase.h"

#include <string.h>

static const char *const adverbs[] = {
    "力争", "争取", "确保", "努力", "积极", "大力", "全年", "今年", "全市", "进一步",
    "再",   "力促", "同时", "加快", "全力", "扎实", "稳步", "持续", "年内", "其中",
    "即",   "并",   "将",   "实现", "全面", "着力", "重点", "继续", "突出", "抓好",
    "及",   "和",   "与",   "以及", "使",   "让",   "）",   "，",   "、",   "。",
    "；",   "”",    "分别", "共",   "总计", "累计", "已",   "各",   NULL};
static const char *const verbs[] = {
    "新增",     "新建",     "新改建",   "新改扩建", "新开工",   "新培育",   "建成",
    "建设",     "完成",     "改造",     "打造",     "培育",     "引进",     "创建",
    "争创",     "净增",     "开工",     "竣工",     "实施",     "开展",     "举办",
    "优化",     "投放",     "投放运营", "放映",     "筹建",     "推进",     "推动",
    "深化",     "落地",     "筹集",     "发放",     "新增改造", "基本建成", "竣工交付",
    "谋划实施", "布局建设", "创作",     "选派",     "帮扶",     "救助",     "改扩建",
    "新打造",   "新创建",   "扩建",     "提升",     "整治",     "修复",     "更新",
    "开通",     "投用",     "开发安置", "为",       "支持",     "加快",     "组织",
    "培训",     "安置",     "新发展",   "发展",     "建",       "设立",     NULL};
static const char *const tails[] = {"的", "了", "在",   "为", "由", "从",   "是", "有",
                                    "（", "“",  "分别", "每", "约", "保持", NULL};
static const char *const leaning[] = {
    "增长", "增速", "年均增长", "同比增长", "比上年增长", "较上年增长", "占",
    "比重", "增幅", "下降",     "提高",     "增加",       "达",         NULL};
static const char *const growth[] = {"增长", "增速", "增幅", "涨幅", "年均增长",
                                     "提高", "提升", "下降", "降低", NULL};
static const char *const verb_tails[] = {"建设",     "改造", "升级改造",
                                         "全部完成", "建成", NULL};

piece phrase_core(piece words) {
    for (;;) {
        piece before = words;
        words = piece_trim(words);
        size_t n = piece_word_at(words, 0, adverbs);
        if (n) words = piece_from(words, n);
        n = piece_word_before(words, words.size, tails);
        if (n) words = piece_cut(words, 0, words.size - n);
        if (piece_equal(before, words)) return words;
    }
}

piece phrase_verb(piece words) {
    piece core = phrase_core(words);
    return piece_cut(core, 0, piece_word_at(core, 0, verbs));
}

bool phrase_leans(piece words) {
    piece core = phrase_core(words);
    return core.size == 0 || piece_word_at(core, 0, leaning) > 0;
}

/* Behind the last 的, the words that a label needs. */
static piece noun_of(piece words) {
    size_t at = 0;
    for (size_t hit = piece_find(words, "的", 0); hit != PIECE_NONE;
         hit = piece_find(words, "的", hit + 1))
        if (hit + strlen("的") < words.size) at = hit + strlen("的");
    return piece_trim(piece_from(words, at));
}

static piece without_growth(piece subject) {
    size_t n = piece_word_before(subject, subject.size, growth);
    return n < subject.size ? piece_cut(subject, 0, subject.size - n) : subject;
}

/* What the number counts, where the words behind it say so. */
static piece name_behind(piece core, size_t verb_size, piece behind) {
    piece noun = noun_of(behind);
    size_t n = piece_word_before(noun, noun.size, tails);
    noun = piece_cut(noun, 0, noun.size - n);
    bool tail = piece_word_at(noun, 0, verb_tails) == noun.size;
    return core.size > verb_size && verb_size && tail ? piece_cut(noun, 0, 0) : noun;
}

piece phrase_label(arena *a, piece before, piece behind, piece subject, piece verb) {
    wording out = wording_begin(a);
    piece core = phrase_core(before);
    size_t verb_size = piece_word_at(core, 0, verbs);
    piece noun = name_behind(core, verb_size, behind);
    if (core.size == 0) { /* 新建20个城市书房: the name stands behind the number */
        wording_add(&out, verb);
        wording_add(&out, noun.size ? noun : without_growth(subject));
    } else if (piece_word_at(core, 0, leaning) && subject.size) {
        wording_add(&out, without_growth(subject));
        wording_add(&out, core);
    } else {
        if (verb_size == 0) wording_add(&out, verb);
        wording_add(&out, core);
        wording_add(&out, noun);
    }
    const char *at = wording_end(&out);
    if (!at) return (piece){NULL, 0};
    piece label = {at, out.size};
    if (label.size > LABEL_SIZE_MAX) { /* the end of a phrase names it */
        size_t from = label.size - LABEL_SIZE_MAX;
        while (from < label.size && ((unsigned char)label.at[from] & 0xC0) == 0x80)
            from++;
        label = piece_from(label, from);
    }
    return label;
}
