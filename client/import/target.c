#include "client/import/target.h"

#include <stdio.h>
#include <string.h>

#include "client/import/phrase.h"

#define SHARED_MAX 8 /* values of one 分别 */

static const char *const floor_heads[] = {
    "达到",   "达",       "达成",     "达到了", "突破",   "超过",   "超",   "不低于",
    "不少于", "不小于",   "至少",     "稳定在", "保持在", "维持在", "高于", "大于",
    "优于",   "不得低于", "不得少于", "站稳",   "不弱于", "确保在", "跃上", NULL};
static const char *const ceiling_heads[] = {
    "不超过", "不高于", "不多于",   "不大于",   "低于",   "小于",   "少于",   "控制在",
    "控制到", "压减至", "压减到",   "降至",     "降到",   "下降到", "下降至", "降低到",
    "降低至", "减少到", "减少至",   "缩短至",   "缩短到", "压缩至", "压缩到", "缩减至",
    "缩减到", "压降至", "不得超过", "不得高于", NULL};
static const char *const change_heads[] = {
    "提高到", "提高至", "提升到", "提升至", "增加到", "增加至", "扩大到",
    "扩大至", "增长到", "增至",   "增长至", "调整为", "调整到", "提标至",
    "上调至", "发展到", "上升到", "上升至", NULL};
static const char *const about_heads[] = {"约", "大约", "近", "接近", "将近", NULL};
static const char *const strict_heads[] = {"高于", "大于", "低于", "小于",
                                           "少于", "优于", NULL};

static const char *const floor_tails[] = {"以上", "及以上", "或以上", "之上", NULL};
static const char *const ceiling_tails[] = {"以内", "之内", "以下", "及以下", NULL};
static const char *const about_tails[] = {"左右", "上下", NULL};

static const char *const breaks[] = {"、", "，", "。", "；", "！",
                                     "？", "：", "）", NULL};
static const char *const growth[] = {"增长", "增速", "涨幅", "增幅", "年均", "下降",
                                     "降低", "降幅", "提高", "回落", "提升", NULL};
static const char *const growth_direct[] = {"增长", "增速", "增幅", "涨幅", NULL};
static const char *const level_words[] = {"总量",   "里程",   "容量",     "规模",
                                          "保有量", "标准",   "存量",     "户数",
                                          "人数",   "总人口", "面积达到", NULL};
static const char *const flow_words[] = {"营收",     "营业额", "销售额", "产值", "收入",
                                         "产量",     "总产",   "投资",   "资金", "交易额",
                                         "旅游人数", "贷款",   NULL};
static const char *const striving[] = {"力争", "争取", "努力", "争创",
                                       "力促", "冲刺", NULL};

typedef struct reading {
    arena *arena;
    piece body;
    piece container;
    uint32_t year;
    figures figures;
    targets *out;
    piece subject;   /* label of the last target */
    piece verb;      /* of the list the last target stands in */
    size_t last_end; /* behind the last target's suffix */
    size_t last;     /* index + 1 of the last figure taken */
    piece shared[SHARED_MAX];
    size_t shared_n;
    size_t shared_at;
} reading;

/* A figure and the words around it. */
typedef struct sight {
    const figure *f;
    size_t index;
    piece before; /* from the last separator or target to the number, heads cut off */
    piece lead;   /* from the beginning of the clause to the number */
    piece clause;
    piece behind;    /* up to the next separator or number */
    size_t tail;     /* behind the suffix */
    comparator head; /* from the words before, NONE when they say nothing */
    comparator suffix;
    bool change; /* 提高到: the head tells a level, not a floor */
    bool strict;
    bool ends;      /* nothing but a separator behind it */
    bool continues; /* the next value of a list: nothing stands before it */
    piece per;      /* 每人每年 */
} sight;

static piece words_of(const sight *s) {
    return (piece){s->lead.at, s->lead.size};
}

/* --- looking around ------------------------------------------------------------------
 */

/* The longest comparator right before the number: 不低于 is none of 低于. */
static void cut_head(sight *s) {
    static const struct {
        const char *const *words;
        comparator comparator;
    } heads[] = {
        {about_heads, COMPARATOR_ABOUT},
        {change_heads, COMPARATOR_COUNT},
        {ceiling_heads, COMPARATOR_AT_MOST},
        {floor_heads, COMPARATOR_AT_LEAST},
    };
    size_t best = 0;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        size_t n = piece_word_before(s->before, s->before.size, heads[i].words);
        if (n <= best) continue;
        best = n;
        s->head = heads[i].comparator;
        s->change = heads[i].words == change_heads;
    }
    s->strict =
        best && piece_word_before(s->before, s->before.size, strict_heads) == best;
    s->before = piece_cut(s->before, 0, s->before.size - best);
}

static void look_before(sight *s) {
    static const char *const pers[] = {"每人每年", "每年每人", "人均每年", "每人每月",
                                       "每月每人", "每户每年", "每亩",     "每人",
                                       "每户",     "每生每年", "每平方米", NULL};
    size_t n = piece_word_before(s->before, s->before.size, pers);
    s->per = piece_from(s->before, s->before.size - n);
    s->before = piece_cut(s->before, 0, s->before.size - n);
    cut_head(s);
}

static void look_behind(const reading *r, sight *s) {
    size_t at = s->f->n.end, n;
    if ((n = piece_word_at(r->body, at, floor_tails)))
        s->suffix = COMPARATOR_AT_LEAST;
    else if ((n = piece_word_at(r->body, at, ceiling_tails)))
        s->suffix = COMPARATOR_AT_MOST;
    else if ((n = piece_word_at(r->body, at, about_tails)))
        s->suffix = COMPARATOR_ABOUT;
    s->tail = at + n;
    s->ends = s->tail >= r->body.size || piece_word_at(r->body, s->tail, breaks) > 0;
    size_t end = s->f->after_end > s->tail ? s->f->after_end : s->tail;
    s->behind = piece_cut(r->body, s->tail, end);
}

static sight look(const reading *r, size_t index) {
    const figure *f = &r->figures.items[index];
    size_t begin = f->item > r->last_end ? f->item : r->last_end;
    sight s = {.f = f, .index = index};
    s.before = piece_cut(r->body, begin, f->n.begin);
    s.lead = piece_cut(r->body, f->clause, f->n.begin);
    s.clause = piece_cut(r->body, f->clause, f->clause_end);
    s.continues =
        r->last && r->figures.items[r->last - 1].sentence == f->sentence &&
        (piece_trim(s.before).size == 0 || piece_is(piece_trim(s.before), "和"));
    look_before(&s);
    look_behind(r, &s);
    return s;
}

/* --- is it a target? -----------------------------------------------------------------
 */

static piece printed(const reading *r, const sight *s) {
    return piece_cut(r->body, s->f->n.begin, s->tail);
}

static bool leave_out(reading *r, const sight *s) {
    doubt_add(&r->out->doubts, DOUBT_MODIFIER, printed(r, s));
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
    doubt_add(&t->doubts, DOUBT_RANK, printed(r, s));
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
    doubt_add(&t->doubts, DOUBT_GRADE, printed(r, s));
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
    doubt_add(&t->doubts, DOUBT_IN_WORDS, printed(r, s));
    return true;
}

static bool judge_titles(const reading *r, const sight *s, target *t) {
    static const char *const wins[] = {"确保", "实现", "争创", "夺取", "荣获",
                                       "创建", "保持", "蝉联", "力争", NULL};
    if (!piece_has_any(s->clause, wins)) return false;
    snprintf(t->unit, sizeof t->unit, "次");
    t->comparator = COMPARATOR_COUNT;
    doubt_add(&t->doubts, DOUBT_IN_WORDS, printed(r, s));
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
    doubt_add(&t->doubts, DOUBT_IN_WORDS, printed(r, s));
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
        doubt_add(&t->doubts, DOUBT_PART, printed(r, s));
    }
    if (before_ends(s, weak)) doubt_add(&t->doubts, DOUBT_WEAK, words_of(s));
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
        doubt_add(&t->doubts, DOUBT_TOTAL, printed(r, s));
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
        doubt_add(&t->doubts, DOUBT_TOTAL, printed(r, s));
        return true;
    }
    if (s->ends) return true;
    if (before_ends(s, gains) && s->suffix != COMPARATOR_AT_MOST) return true;
    return leave_out(r, s);
}

/* 由45%提高到50%: the first is the opening value of the second. */
static bool is_base(const reading *r, const sight *s) {
    static const char *const from[] = {"由", "从", NULL};
    size_t next = s->index + 1;
    if (s->head || !before_ends(s, from) || next >= r->figures.n) return false;
    const figure *n = &r->figures.items[next];
    piece between = piece_cut(r->body, s->f->n.end, n->n.begin);
    return n->clause == s->f->clause &&
           piece_word_before(between, between.size, change_heads) > 0;
}

static bool judge_percent(reading *r, const sight *s, target *t) {
    static const char *const bases[] = {"上年", "去年", "同期", NULL};
    if (is_base(r, s)) return false;
    if (!s->ends && piece_starts(s->behind, "的") && s->suffix == COMPARATOR_NONE &&
        s->head == COMPARATOR_NONE)
        return leave_out(r, s);
    if (piece_has_any(s->before, bases) && piece_ends(s->before, "的"))
        return leave_out(r, s);
    piece core = phrase_core(s->before);
    if (piece_starts(core, "年均") && phrase_leans(core))
        doubt_add(&t->doubts, DOUBT_SUBJECT, printed(r, s));
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
    doubt_add(&t->doubts, DOUBT_NO_UNIT, printed(r, s));
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

static bool judge(reading *r, const sight *s, target *t) {
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
    if (piece_has(s->before, "其中")) doubt_add(&t->doubts, DOUBT_PART, printed(r, s));
    return judge_class(r, s, t);
}

/* --- what it says --------------------------------------------------------------------
 */

static void fill_comparator(const reading *r, const sight *s, target *t) {
    const numeral *n = &s->f->n;
    if (n->value_max[0]) {
        t->comparator = COMPARATOR_BETWEEN;
        memcpy(t->value_max, n->value_max, sizeof t->value_max);
        if (numeral_compare(t->value, t->value_max) >= 0)
            doubt_add(&t->doubts, DOUBT_RANGE, printed(r, s));
    }
    if (t->comparator) return;
    bool rough = n->more && s->suffix == COMPARATOR_NONE && s->head == COMPARATOR_NONE;
    if (s->suffix)
        t->comparator = s->suffix;
    else if (s->head)
        t->comparator = s->head;
    else if (s->continues)
        t->comparator = r->out->items[r->out->n - 1].comparator;
    else
        t->comparator = rough ? COMPARATOR_AT_LEAST : COMPARATOR_COUNT;
    if (rough) doubt_add(&t->doubts, DOUBT_ROUGH, printed(r, s));
    t->strict = s->strict && s->suffix == COMPARATOR_NONE;
}

static void fill_unit(const sight *s, target *t) {
    static const char *const people[][2] = {
        {"每人每年", "人年"}, {"每年每人", "人年"}, {"人均每年", "人年"},
        {"每人每月", "人月"}, {"每月每人", "人月"}, {"每户每年", "户年"},
        {"每生每年", "生年"}, {"每亩", "亩"},       {"每平方米", "平方米"},
        {"每人", "人"},       {"每户", "户"}};
    if (t->unit[0]) return;
    memcpy(t->unit, s->f->n.unit, sizeof t->unit);
    for (size_t i = 0; s->per.size && i < sizeof people / sizeof people[0]; i++) {
        if (!piece_is(s->per, people[i][0])) continue;
        char unit[UNIT_SIZE_MAX + 32];
        snprintf(unit, sizeof unit, "%s/%s", t->unit, people[i][1]);
        if (strlen(unit) <= UNIT_SIZE_MAX) memcpy(t->unit, unit, strlen(unit) + 1);
    }
}

static void fill_nature(const sight *s, target *t) {
    bool held = s->head && s->head != COMPARATOR_ABOUT;
    bool flow = piece_has_any(t->label, flow_words);
    if (t->nature == NATURE_NONE) {
        if (s->f->n.class == UNIT_PERCENT)
            t->nature = piece_has_any(t->label, growth) ? NATURE_RATE : NATURE_LEVEL;
        else if (s->change || s->per.size || piece_has_any(t->label, level_words) ||
                 s->f->n.class == UNIT_SOFT)
            t->nature = NATURE_LEVEL;
        else
            t->nature = held && !flow ? NATURE_LEVEL : NATURE_CUMULATIVE;
    }
    static const char *const each[] = {"各县", "每县", "每个县", "各县区", NULL};
    t->rollup = t->nature == NATURE_CUMULATIVE ? ROLLUP_SUM : ROLLUP_LEAD_ONLY;
    if (t->rollup == ROLLUP_SUM && piece_has_any(s->clause, each))
        t->rollup = ROLLUP_COUNT_MET;
}

/* 力争 in the clause, or alone before it with a term (力争到2025年，…). */
static bool strives(const reading *r, const sight *s) {
    if (piece_has_any(s->lead, striving)) return true;
    if (!s->f->termed) return false;
    size_t at = (size_t)(s->f->term.words.at - r->body.at);
    piece head = piece_cut(r->body, s->f->sentence, at);
    return piece_word_before(head, head.size, striving) > 0;
}

static void fill_terms(const reading *r, const sight *s, target *t) {
    bool binding = piece_has(r->body, "约束性") || piece_has(r->container, "约束性");
    t->strength = binding         ? STRENGTH_BINDING
                  : strives(r, s) ? STRENGTH_STRIVING
                                  : STRENGTH_EXPECTED;
    if (!s->f->termed) return;
    memcpy(t->start, s->f->term.start, sizeof t->start);
    memcpy(t->deadline, s->f->term.deadline, sizeof t->deadline);
    if (s->f->term.unclear) doubt_add(&t->doubts, DOUBT_WHEN, s->f->term.words);
}

/* --- labels --------------------------------------------------------------------------
 */

/* A、B、C的比例分别不低于95%、30%、60%: one name a value. */
static bool share_labels(reading *r, const sight *s) {
    size_t at = piece_find(s->lead, "分别", 0), values = 1, parts_n = 0;
    r->shared_n = r->shared_at = 0;
    if (at == PIECE_NONE || !piece_has(s->before, "分别")) return true;
    for (size_t i = s->index + 1; i < r->figures.n; i++, values++) {
        const figure *f = &r->figures.items[i], *b = &r->figures.items[i - 1];
        piece between = piece_trim(piece_cut(r->body, b->n.end, f->n.begin));
        if (f->clause != s->f->clause || between.size > strlen("以上和")) break;
    }
    if (values < 2 || values > SHARED_MAX) return true;
    static const char *const joints[] = {"、", "和", "及", "与", NULL};
    piece words = piece_cut(s->lead, 0, at), parts[SHARED_MAX];
    size_t end = words.size;
    for (size_t i = words.size; parts_n < values; i = i ? piece_back(words, i) : 0) {
        size_t n = i ? piece_word_at(words, i, joints) : 0;
        if (i == words.size || (i > 0 && n == 0)) continue;
        parts[parts_n++] = piece_cut(words, i + n, end);
        end = i;
        if (i == 0) break;
    }
    if (parts_n < values) return true;
    size_t of = piece_find(parts[0], "的", 0);
    piece common = of == PIECE_NONE ? piece_of("") : piece_from(parts[0], of);
    for (size_t i = 0; i < values; i++) {
        wording out = wording_begin(r->arena);
        wording_add(&out, phrase_core(parts[values - 1 - i]));
        if (i + 1 < values) wording_add(&out, common);
        const char *label = wording_end(&out);
        if (!label) return false;
        r->shared[i] = piece_limit((piece){label, out.size}, LABEL_SIZE_MAX);
    }
    r->shared_n = values;
    return true;
}

static bool fill_label(reading *r, const sight *s, target *t) {
    if (t->label.size) return true;
    if (r->shared_at == r->shared_n && !share_labels(r, s)) return false;
    if (r->shared_at < r->shared_n) {
        t->label = r->shared[r->shared_at++];
        return true;
    }
    if (piece_has(s->before, "分别") || (s->continues && s->ends))
        doubt_add(&t->doubts, DOUBT_LABELS, printed(r, s));
    bool listed = r->last && r->figures.items[r->last - 1].clause == s->f->clause;
    piece verb = listed ? r->verb : piece_of("");
    bool near = r->last && r->figures.items[r->last - 1].sentence == s->f->sentence;
    piece subject = near ? r->subject : piece_of("");
    if (phrase_leans(s->before) && !subject.size && s->f->clause > s->f->sentence)
        subject = phrase_core(piece_cut(r->body, s->f->sentence, s->f->clause));
    t->label = phrase_label(r->arena, s->before, s->behind, subject, verb);
    if (!t->label.at) return false;
    r->verb = phrase_verb(s->before).size ? phrase_verb(s->before) : verb;
    return true;
}

/* --- all of them ---------------------------------------------------------------------
 */

/* 6%以上、力争7%: the second number is what the first strives for. */
static bool is_stretch(const reading *r, const sight *s) {
    static const char *const alone[] = {"力争", "争取", "努力", "冲刺", "力争增长", NULL};
    if (!r->last || r->out->n == 0) return false;
    const figure *before = &r->figures.items[r->last - 1];
    const target *t = &r->out->items[r->out->n - 1];
    piece words = piece_trim(s->before);
    return before->sentence == s->f->sentence &&
           strcmp(before->n.unit, s->f->n.unit) == 0 &&
           t->comparator == COMPARATOR_AT_LEAST && !s->f->n.value_max[0] && words.size &&
           piece_word_at(words, 0, alone) == words.size &&
           numeral_compare(t->value, s->f->n.value) < 0;
}

static target *target_new(reading *r) {
    if (r->out->n == METRICS_MAX) {
        doubt_add(&r->out->doubts, DOUBT_TOO_MANY, piece_of(""));
        return NULL;
    }
    return &r->out->items[r->out->n];
}

static bool consider(reading *r, size_t index) {
    sight s = look(r, index);
    if (is_stretch(r, &s)) {
        target *t = &r->out->items[r->out->n - 1];
        t->comparator = COMPARATOR_FLOOR_STRETCH;
        memcpy(t->value_max, s.f->n.value, sizeof t->value_max);
        r->last_end = s.tail;
        return true;
    }
    target t = {.label = {"", 0}};
    if (!judge(r, &s, &t)) return true;
    target *place = target_new(r);
    if (!place) return true;
    if (!t.value[0]) memcpy(t.value, s.f->n.value, sizeof t.value);
    fill_comparator(r, &s, &t);
    fill_unit(&s, &t);
    if (!fill_label(r, &s, &t)) return false;
    fill_nature(&s, &t);
    fill_terms(r, &s, &t);
    if (index > 0 && s.f->n.class == UNIT_PERCENT) {
        sight base = look(r, index - 1);
        if (is_base(r, &base)) memcpy(t.opening, base.f->n.value, sizeof t.opening);
    }
    t.clause = piece_trim(piece_limit(s.clause, NAME_SIZE_MAX * 2));
    *place = t;
    r->out->n++;
    r->subject = t.label;
    r->last_end = s.tail;
    r->last = index + 1;
    return true;
}

/* A promise without a number of its own. */
static bool add_implied(reading *r, piece label, piece clause, comparator c,
                        doubt_kind kind) {
    target *t = target_new(r);
    if (!t) return true;
    wording out = wording_begin(r->arena);
    wording_add(&out, piece_limit(phrase_core(label), LABEL_SIZE_MAX));
    const char *at = wording_end(&out);
    if (!at) return false;
    bool binding = piece_has(r->body, "约束性") || piece_has(r->container, "约束性");
    *t = (target){.label = {at, out.size}, .comparator = c, .clause = clause};
    t->strength = binding                           ? STRENGTH_BINDING
                  : piece_has_any(clause, striving) ? STRENGTH_STRIVING
                                                    : STRENGTH_EXPECTED;
    t->nature = piece_has_any(t->label, growth) ? NATURE_RATE : NATURE_LEVEL;
    t->rollup = ROLLUP_LEAD_ONLY;
    doubt_add(&t->doubts, kind, piece_limit(clause, LABEL_SIZE_MAX));
    r->out->n++;
    return true;
}

static bool look_for_implied(reading *r, piece clause) {
    static const char *const compared[] = {"高于", "不低于", "好于",   "优于", "快于",
                                           "超过", "低于",   "不高于", NULL};
    static const char *const others[] = {"全省", "全国",     "全市", "全部", "省",
                                         "国家", "上年",     "去年", "平均", "同期",
                                         "周边", "经济增长", NULL};
    for (size_t i = 1; i < clause.size; i += piece_step(clause, i)) {
        size_t n = piece_word_at(clause, i, compared);
        if (n == 0 || !piece_word_at(clause, i + n, others)) continue;
        piece label = piece_cut(clause, 0, i);
        return add_implied(r, label, clause, COMPARATOR_REFERENCE, DOUBT_REFERENCE);
    }
    static const char *const above[] = {"省定",     "省下达",   "国家下达",   "上级下达",
                                        "省级下达", "省里下达", "省分解下达", NULL};
    static const char *const asked[] = {"目标", "任务", "指标", "要求", NULL};
    if (!piece_has_any(clause, above) || !piece_has_any(clause, asked)) return true;
    return add_implied(r, clause, clause, COMPARATOR_PENDING, DOUBT_PENDING);
}

static bool read_implied(reading *r) {
    static const char *const pauses[] = {"，", "。", "；", "！", "？", NULL};
    size_t begin = 0, before = r->out->n;
    for (size_t i = 0; i <= r->body.size;
         i += i < r->body.size ? piece_step(r->body, i) : 1) {
        size_t n = i < r->body.size ? piece_word_at(r->body, i, pauses) : 0;
        if (i < r->body.size && n == 0) continue;
        if (!look_for_implied(r, piece_cut(r->body, begin, i))) return false;
        begin = i + n;
    }
    if (r->out->n > before || r->container.size == 0) return true;
    size_t had = r->out->n;
    if (!look_for_implied(r, r->container)) return false;
    if (r->out->n > had) {
        r->out->items[had].label = piece_limit(phrase_core(r->body), LABEL_SIZE_MAX);
        r->out->items[had].clause = r->container;
    }
    return true;
}

static bool label_taken(const targets *all, size_t n, piece label) {
    for (size_t i = 0; i < n; i++)
        if (piece_equal(all->items[i].label, label)) return true;
    return false;
}

/* Labels name metrics, so they differ within a task: the second gets a 2. */
static bool make_distinct(reading *r) {
    for (size_t i = 0; i < r->out->n; i++) {
        target *t = &r->out->items[i];
        if (t->label.size == 0) t->label = piece_of("指标");
        piece plain = t->label;
        for (unsigned copy = 2; label_taken(r->out, i, t->label); copy++) {
            char number[12];
            snprintf(number, sizeof number, "%u", copy);
            wording out = wording_begin(r->arena);
            wording_add(&out, plain);
            wording_word(&out, number);
            const char *at = wording_end(&out);
            if (!at) return false;
            t->label = (piece){at, out.size};
        }
    }
    return true;
}

bool targets_read(arena *a, arena *scratch, piece body, piece container, uint32_t year,
                  targets *out) {
    *out = (targets){.items = arena_alloc(scratch, METRICS_MAX * sizeof *out->items)};
    if (!out->items) return false;
    reading r = {
        .arena = a, .body = body, .container = container, .year = year, .out = out};
    r.subject = r.verb = piece_of("");
    if (!figures_scan(scratch, body, year, &r.figures)) return false;
    if (r.figures.too_many) doubt_add(&out->doubts, DOUBT_TOO_MANY, piece_of(""));
    for (size_t i = 0; i < r.figures.n; i++)
        if (!consider(&r, i)) return false;
    if (r.figures.termed) {
        memcpy(out->deadline, r.figures.last_term.deadline, sizeof out->deadline);
        if (r.figures.last_term.unclear && out->n == 0)
            doubt_add(&out->doubts, DOUBT_WHEN, r.figures.last_term.words);
    }
    if (!read_implied(&r) || !make_distinct(&r)) return false;
    target *kept = arena_alloc(a, (out->n + 1) * sizeof *kept);
    if (!kept) return false;
    memcpy(kept, out->items, out->n * sizeof *kept);
    out->items = kept;
    return true;
}
