#include "client/import/sight.h"

#include <string.h>

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

sight sight_of(const reading *r, size_t index) {
    const figure *f = &r->figures.items[index];
    size_t begin = f->item > r->last_end ? f->item : r->last_end;
    if (f->termed && f->term.end > begin && f->term.end <= f->n.begin)
        begin = f->term.end;
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

piece sight_printed(const reading *r, const sight *s) {
    return piece_cut(r->body, s->f->n.begin, s->tail);
}

bool sight_is_base(const reading *r, const sight *s) {
    static const char *const from[] = {"由", "从", NULL};
    size_t next = s->index + 1;
    if (s->head || piece_word_before(s->before, s->before.size, from) == 0 ||
        next >= r->figures.n)
        return false;
    const figure *n = &r->figures.items[next];
    piece between = piece_cut(r->body, s->f->n.end, n->n.begin);
    return n->clause == s->f->clause &&
           piece_word_before(between, between.size, change_heads) > 0;
}
