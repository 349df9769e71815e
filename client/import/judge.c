#include "client/import/judge.h"

#include <stdio.h>
#include <string.h>

#include "client/import/phrase.h"

static const char *const growth_direct[] = {"增长", "增速", "增幅", "涨幅", NULL};

static bool leave_out(reading *r, const sight *s) {
    doubt_add(&r->out->doubts, DOUBT_MODIFIER, sight_printed(r, s));
    return false;
}

static bool before_ends(const sight *s, const char *const *words) {
    return piece_word_before(s->before, s->before.size, words) > 0;
}

/* 前10位, 后30位, 第3名 */
static bool is_place(const sight *s) {
    static const char *const heads[] = {"前", "后", "第", "倒数", NULL};
    static const char *const units[] = {"位", "名", "强", "", NULL};
    if (!before_ends(s, heads)) return false;
    for (size_t i = 0; units[i]; i++)
        if (strcmp(s->f->n.unit, units[i]) == 0) return true;
    return false;
}

static bool judge_place(reading *r, const sight *s, target *t) {
    static const char *const away[] = {"退出", "脱离", "摆脱", "跳出",
                                       "告别", "移出", NULL};
    static const char *const into[] = {"进入", "进位", "保持", "位居", "居",   "位列",
                                       "跻身", "稳居", "排名", "位次", "名列", "列全",
                                       "前移", "争取", "力争", "挤进", NULL};
    bool back = piece_ends(s->before, "后") || piece_ends(s->before, "倒数");
    bool leaves = piece_has_any(s->lead, away), enters = piece_has_any(s->lead, into);
    if (!leaves && !enters) return piece_ends(s->before, "第") ? false : leave_out(r, s);
    t->nature = NATURE_RANK;
    t->strict = leaves;
    t->comparator = back || leaves ? COMPARATOR_AT_LEAST : COMPARATOR_AT_MOST;
    doubt_add(&t->doubts, DOUBT_RANK, sight_printed(r, s));
    return true;
}

static bool judge_grade(const reading *r, const sight *s, target *t) {
    static const char *const wins[] = {"建成", "创建", "创成", "争创", "达到",
                                       "评为", "获评", "升级", "晋升", "升为",
                                       "打造", "跻身", NULL};
    if (!piece_has_any(s->clause, wins) || piece_has(s->lead, "推广")) return false;
    bool highest = s->f->n.value[0] == '5' && strcmp(s->f->n.unit, "A级") == 0;
    t->comparator = highest ? COMPARATOR_COUNT : COMPARATOR_AT_LEAST; /* 5A: none above */
    t->nature = NATURE_LEVEL;
    t->label =
        piece_limit(piece_cut(r->body, s->f->n.begin, s->f->after_end), LABEL_SIZE_MAX);
    doubt_add(&t->doubts, DOUBT_GRADE, sight_printed(r, s));
    return true;
}

/* 两位数增长: at least 10%. */
static bool judge_digits(const reading *r, const sight *s, target *t) {
    size_t digits = (size_t)(s->f->n.value[0] - '0');
    if (s->f->n.value[1] || digits < 2 || digits > 4) return false;
    if (!piece_has_any(s->clause, growth_direct)) return false;
    snprintf(t->value, sizeof t->value, "1%0*d", (int)digits - 1, 0);
    snprintf(t->unit, sizeof t->unit, "%%");
    t->comparator = COMPARATOR_AT_LEAST;
    t->nature = NATURE_RATE;
    doubt_add(&t->doubts, DOUBT_IN_WORDS, sight_printed(r, s));
    return true;
}

static bool judge_titles(const reading *r, const sight *s, target *t) {
    static const char *const wins[] = {"确保", "实现", "争创", "夺取", "荣获",
                                       "创建", "保持", "蝉联", "力争", NULL};
    if (!piece_has_any(s->clause, wins)) return false;
    snprintf(t->unit, sizeof t->unit, "次");
    t->comparator = COMPARATOR_COUNT;
    doubt_add(&t->doubts, DOUBT_IN_WORDS, sight_printed(r, s));
    return true;
}

/* A clause whose promise is a share (25%以上的村…): its other numbers only define it. */
static bool inside_share(const reading *r, const sight *s) {
    if (!r->last) return false;
    const figure *before = &r->figures.items[r->last - 1];
    if (before->clause != s->f->clause || before->n.class != UNIT_PERCENT) return false;
    return piece_starts(piece_from(r->body, r->last_end), "的");
}

static const char *const done_verbs[] = {
    "建成",     "新建",   "完成",   "建设",   "开工", "竣工", "改造",   "投用",
    "新增",     "引进",   "培育",   "创建",   "争创", "打造", "净增",   "新改建",
    "新改扩建", "改扩建", "新培育", "新开工", "落地", "创成", "新发展", "整治",
    "修复",     "更新",   "开通",   "铺设",   NULL};

/* Numbers in words are mostly names (三大行动); only right behind a verb of completion do
 * they count things. */
static bool judge_words(const reading *r, const sight *s, target *t) {
    bool percent = s->f->n.class == UNIT_PERCENT;
    if (!percent && (!before_ends(s, done_verbs) || strcmp(s->f->n.value, "1") == 0))
        return false;
    if (!percent && s->f->n.class != UNIT_COUNT && s->f->n.class != UNIT_SIZE)
        return false;
    doubt_add(&t->doubts, DOUBT_IN_WORDS, sight_printed(r, s));
    return true;
}

static bool judge_count(reading *r, const sight *s, target *t) {
    static const char *const papers[] = {"新政", "政策", "措施", "意见", "规定",
                                         "举措", "办法", "细则", "条例", NULL};
    static const char *const weak[] = {"推进", "谋划", "研究", "探索", "谋划推进", NULL};
    if (strcmp(s->f->n.unit, "条") == 0 && before_ends(s, papers)) return false;
    if (piece_ends(s->before, "第")) return false;
    if (piece_ends(s->before, "每")) return leave_out(r, s);
    if (s->suffix == COMPARATOR_AT_MOST && !s->ends &&
        !piece_ends(piece_cut(r->body, 0, s->tail), "内"))
        return leave_out(r, s);
    if (inside_share(r, s)) return leave_out(r, s);
    if (piece_ends(s->before, "等")) {
        if (!piece_has_any(s->clause, done_verbs)) return leave_out(r, s);
        doubt_add(&t->doubts, DOUBT_PART, sight_printed(r, s));
    }
    if (before_ends(s, weak)) doubt_add(&t->doubts, DOUBT_WEAK, s->lead);
    return true;
}

/* Whether another number follows in the clause: then this one may only describe it. */
static bool followed(const reading *r, const sight *s) {
    size_t next = s->index + 1;
    return next < r->figures.n && r->figures.items[next].n.begin < s->f->clause_end &&
           !r->figures.items[next].n.chinese;
}

static bool judge_size(reading *r, const sight *s, target *t) {
    static const char *const thresholds[] = {"年产", "年处理", "年加工", "规模", "库容",
                                             "日供", "日处理", "单机",   "装机", "总装机",
                                             "日产", "单体",   NULL};
    if (inside_share(r, s)) return leave_out(r, s);
    if (s->ends) return true;
    if (piece_starts(s->behind, "的") || before_ends(s, thresholds))
        return leave_out(r, s);
    if (s->suffix == COMPARATOR_AT_MOST) return leave_out(r, s);
    if (s->suffix == COMPARATOR_AT_LEAST && followed(r, s)) return leave_out(r, s);
    if (s->suffix == COMPARATOR_AT_LEAST)
        doubt_add(&t->doubts, DOUBT_TOTAL, sight_printed(r, s));
    bool counted = before_ends(s, done_verbs) || piece_trim(s->before).size == 0;
    return counted || s->head != COMPARATOR_NONE ? true : leave_out(r, s);
}

static bool judge_money(reading *r, const sight *s, target *t) {
    static const char *const totals[] = {"总投资",   "投资总额", "计划投资", "估算投资",
                                         "概算投资", "总投资额", NULL};
    static const char *const gains[] = {"完成", "争取", "引进", "筹集", "化解", "落实",
                                        "发放", "兑现", "新增", "投放", "处置", "到位",
                                        "募集", "减免", "清收", "盘活", NULL};
    if (inside_share(r, s)) return leave_out(r, s);
    if (before_ends(s, totals)) {
        if (!s->ends && !piece_starts(s->behind, "的")) return leave_out(r, s);
        doubt_add(&t->doubts, DOUBT_TOTAL, sight_printed(r, s));
        return true;
    }
    if (s->ends) return true;
    if (before_ends(s, gains) && s->suffix != COMPARATOR_AT_MOST) return true;
    return leave_out(r, s);
}

static bool judge_percent(reading *r, const sight *s, target *t) {
    static const char *const bases[] = {"上年", "去年", "同期", NULL};
    if (sight_is_base(r, s)) return false;
    if (!s->ends && piece_starts(s->behind, "的") && s->suffix == COMPARATOR_NONE &&
        s->head == COMPARATOR_NONE)
        return leave_out(r, s);
    if (piece_has_any(s->before, bases) && piece_ends(s->before, "的"))
        return leave_out(r, s);
    piece core = phrase_core(s->before);
    if (piece_starts(core, "年均") && phrase_leans(core))
        doubt_add(&t->doubts, DOUBT_SUBJECT, sight_printed(r, s));
    return true;
}

/* A number without a known unit is a target only behind a plain comparator. */
static bool judge_bare(const reading *r, const sight *s, target *t) {
    size_t end = s->f->n.end;
    char next = end < r->body.size ? r->body.at[end] : '\0';
    if (s->f->n.chinese || s->head == COMPARATOR_NONE || s->head == COMPARATOR_ABOUT)
        return false;
    if ((unsigned char)next < 0x80 && next != '\0') return false;
    if (!s->ends && s->suffix == COMPARATOR_NONE) return false;
    doubt_add(&t->doubts, DOUBT_NO_UNIT, sight_printed(r, s));
    return true;
}

/* 新建30泊位: one character behind a number that a verb governs. */
static bool judge_odd(const reading *r, const sight *s, target *t) {
    size_t end = s->f->n.end, n = piece_step(r->body, end);
    if (s->f->n.chinese || n < 3 || s->ends || !before_ends(s, done_verbs)) return false;
    size_t head = strlen(s->f->n.unit); /* 万 of 3万… */
    if (head + n > UNIT_SIZE_MAX) return false;
    memcpy(t->unit, s->f->n.unit, head);
    memcpy(t->unit + head, r->body.at + end, n);
    doubt_add(&t->doubts, DOUBT_ODD_UNIT,
              (piece){r->body.at + s->f->n.begin, end + n - s->f->n.begin});
    return true;
}

static bool is_product(const reading *r, const sight *s) {
    static const char *const signs[] = {"×", "x", "X", "*", "✕", "/", NULL};
    return piece_word_before(r->body, s->f->n.begin, signs) > 0 ||
           piece_word_at(r->body, s->f->n.end, signs) > 0;
}

static bool judge_class(reading *r, const sight *s, target *t) {
    switch (s->f->n.class) {
    case UNIT_COUNT: return judge_count(r, s, t);
    case UNIT_SIZE: return judge_size(r, s, t);
    case UNIT_MONEY: return judge_money(r, s, t);
    case UNIT_PERCENT: return judge_percent(r, s, t);
    case UNIT_SOFT: return (s->head || s->suffix) && s->ends;
    case UNIT_NONE:
    case UNIT_UNKNOWN: return judge_bare(r, s, t) || judge_odd(r, s, t);
    case UNIT_TIME:
    case UNIT_NAME:
    case UNIT_GRADE:
    case UNIT_DIGITS:
    case UNIT_TITLES: return false;
    }
    return false;
}

bool judge(reading *r, const sight *s, target *t) {
    const numeral *n = &s->f->n;
    if (n->class == UNIT_TITLES) return judge_titles(r, s, t);
    if (s->f->quoted) return false;
    if (s->f->bracketed) {
        bool part = !n->chinese && (n->class == UNIT_COUNT || n->class == UNIT_SIZE ||
                                    n->class == UNIT_PERCENT || n->class == UNIT_MONEY);
        return part ? leave_out(r, s) : false;
    }
    if (is_product(r, s)) return false;
    if (is_place(s)) return judge_place(r, s, t);
    if (n->class == UNIT_GRADE) return judge_grade(r, s, t);
    if (n->class == UNIT_DIGITS) return judge_digits(r, s, t);
    if (n->chinese && !judge_words(r, s, t)) return false;
    if (piece_has(s->before, "其中"))
        doubt_add(&t->doubts, DOUBT_PART, sight_printed(r, s));
    return judge_class(r, s, t);
}
