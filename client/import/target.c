#include "client/import/target.h"

#include <stdio.h>
#include <string.h>

#include "client/import/judge.h"
#include "client/import/phrase.h"
#include "client/import/sight.h"

static const char *const growth[] = {"增长", "增速", "涨幅", "增幅", "年均", NULL};
static const char *const growth_ends[] = {"下降", "降低", "降幅", "提高",
                                          "回落", "提升", NULL};

static const char *const level_words[] = {"总量", "里程",   "容量", "保有量",
                                          "存量", "总人口", NULL};
static const char *const level_ends[] = {"标准", NULL};

static const char *const flow_words[] = {"营收",   "营业额",   "销售额", "总额", "产值",
                                         "收入",   "产量",     "总产",   "投资", "资金",
                                         "交易额", "旅游人数", "贷款",   NULL};

static const char *const striving[] = {"力争", "争取", "努力", "争创",
                                       "力促", "冲刺", NULL};

/* 规模以上企业 are a kind of firms; any other 规模 is a level. */
static bool names_level(piece label) {
    static const char *const kinds[] = {"规模以上", "规模以下", NULL};
    return piece_has_any(label, level_words) ||
           (piece_has(label, "规模") && !piece_has_any(label, kinds));
}

/* --- what it says ------------------------------------------------------------------- */

static void fill_comparator(const reading *r, const sight *s, target *t) {
    const numeral *n = &s->f->n;
    if (n->value_max[0]) {
        t->comparator = COMPARATOR_BETWEEN;
        memcpy(t->value_max, n->value_max, sizeof t->value_max);
        if (numeral_compare(t->value, t->value_max) >= 0)
            doubt_add(&t->doubts, DOUBT_RANGE, sight_printed(r, s));
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
    if (rough) doubt_add(&t->doubts, DOUBT_ROUGH, sight_printed(r, s));
    t->strict = s->strict && s->suffix == COMPARATOR_NONE;
}

static void fill_unit(const reading *r, const sight *s, target *t) {
    static const char *const people[][2] = {
        {"每人每年", "人年"}, {"每年每人", "人年"}, {"人均每年", "人年"},
        {"每人每月", "人月"}, {"每月每人", "人月"}, {"每户每年", "户年"},
        {"每生每年", "生年"}, {"每亩", "亩"},       {"每平方米", "平方米"},
        {"每人", "人"},       {"每户", "户"}};
    if (t->unit[0]) return;
    memcpy(t->unit, s->f->n.unit, sizeof t->unit);
    if (s->continues) { /* 每人每月900元、700元 */
        const char *before = r->out->items[r->out->n - 1].unit;
        size_t n = strlen(t->unit);
        if (n && strncmp(before, t->unit, n) == 0 && before[n] == '/')
            memcpy(t->unit, before, sizeof t->unit);
    }
    for (size_t i = 0; s->per.size && i < sizeof people / sizeof people[0]; i++) {
        if (!piece_is(s->per, people[i][0])) continue;
        char unit[UNIT_SIZE_MAX + 32];
        snprintf(unit, sizeof unit, "%s/%s", t->unit, people[i][1]);
        if (strlen(unit) <= UNIT_SIZE_MAX) memcpy(t->unit, unit, strlen(unit) + 1);
    }
}

static bool grows(piece label) {
    return piece_has_any(label, growth) ||
           piece_word_before(label, label.size, growth_ends);
}

static void fill_nature(const sight *s, target *t) {
    bool held = s->head && s->head != COMPARATOR_ABOUT;
    bool flow = piece_has_any(t->label, flow_words);
    if (t->nature == NATURE_NONE) {
        if (s->f->n.class == UNIT_PERCENT)
            t->nature = grows(t->label) ? NATURE_RATE : NATURE_LEVEL;
        else if (s->change || s->per.size || names_level(t->label) ||
                 piece_word_before(t->label, t->label.size, level_ends) ||
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
    if (piece_ends(head, "到")) head = piece_cut(head, 0, head.size - strlen("到"));
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

/* --- labels ------------------------------------------------------------------------- */

/* The last parts of a list, the very last first; at most max. */
static size_t last_parts(piece words, size_t max, piece parts[SHARED_MAX]) {
    static const char *const joints[] = {"、", "和", "及", "与", NULL};
    size_t n = 0, end = words.size, at = end;
    while (n < max && at > 0) {
        at = piece_back(words, at);
        size_t joint = piece_word_at(words, at, joints);
        if (joint == 0 && at > 0) continue;
        parts[n++] = piece_cut(words, at + joint, end);
        end = at;
    }
    return n;
}

/* A、B、C的比例分别不低于95%、30%、60%: one name a value. */
static bool share_labels(reading *r, const sight *s) {
    size_t at = piece_find(s->lead, "分别", 0), values = 1;
    r->shared_n = r->shared_at = 0;
    if (at == PIECE_NONE || !piece_has(s->before, "分别")) return true;
    for (size_t i = s->index + 1; i < r->figures.n; i++, values++) {
        const figure *f = &r->figures.items[i], *b = &r->figures.items[i - 1];
        piece between = piece_trim(piece_cut(r->body, b->n.end, f->n.begin));
        if (f->clause != s->f->clause || between.size > strlen("以上和")) break;
    }
    if (values < 2 || values > SHARED_MAX) return true;
    piece parts[SHARED_MAX];
    if (last_parts(piece_cut(s->lead, 0, at), values, parts) < values) return true;
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

/* 创建甲集群、乙集群2个: a list without numbers of its own is counted as a whole. */
static piece words_before(const reading *r, const sight *s) {
    size_t begin = r->last_end > s->f->clause ? r->last_end : s->f->clause;
    size_t end = s->f->n.begin;
    piece list = piece_cut(r->body, begin, end);
    bool whole = s->f->item > begin && s->head == COMPARATOR_NONE &&
                 s->f->n.class == UNIT_COUNT && !s->f->termed && !s->per.size &&
                 phrase_verb(list).size && piece_trim(s->before).size;
    return whole ? list : s->before;
}

/* The words behind the number that belong to its name. */
static piece words_behind(const reading *r, const sight *s) {
    piece none = {"", 0};
    if (s->head && phrase_core(s->before).size) return none;
    bool of = piece_starts(s->behind, "的");
    if (s->f->n.class == UNIT_PERCENT && of)
        return piece_cut(r->body, s->tail + strlen("的"), s->f->clause_end);
    piece line = piece_cut(r->body, s->tail, s->f->line_end);
    if (!s->ends && line.size > s->behind.size && !piece_has(s->behind, "的") &&
        piece_has(line, "的"))
        return line; /* 业态先进、拉动效应强的项目 */
    return s->behind;
}

static bool fill_label(reading *r, const sight *s, target *t) {
    if (t->label.size) return true;
    if (r->shared_at == r->shared_n && !share_labels(r, s)) return false;
    if (r->shared_at < r->shared_n) {
        t->label = r->shared[r->shared_at++];
        return true;
    }
    if (piece_has(s->before, "分别") || (s->continues && s->ends))
        doubt_add(&t->doubts, DOUBT_LABELS, sight_printed(r, s));
    bool listed = r->last && r->figures.items[r->last - 1].clause == s->f->clause;
    piece verb = listed ? r->verb : piece_of("");
    bool near = r->last && r->figures.items[r->last - 1].sentence == s->f->sentence;
    piece subject = near ? r->subject : piece_of("");
    if (phrase_leans(s->before) && !subject.size && s->f->clause > s->f->sentence)
        subject = phrase_core(piece_cut(r->body, s->f->sentence, s->f->clause));
    piece before = words_before(r, s);
    if (t->nature == NATURE_RANK) /* 退出全国后30位: the rank is the name */
        before = piece_cut(r->body, (size_t)(before.at - r->body.at), s->tail);
    t->label = phrase_label(r->arena, before, words_behind(r, s), subject, verb);
    if (!t->label.at) return false;
    r->verb = phrase_verb(before).size ? phrase_verb(before) : verb;
    return true;
}

/* --- all of them -------------------------------------------------------------------- */

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
    sight s = sight_of(r, index);
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
    fill_unit(r, &s, &t);
    if (!fill_label(r, &s, &t)) return false;
    fill_nature(&s, &t);
    fill_terms(r, &s, &t);
    if (index > 0 && s.f->n.class == UNIT_PERCENT) {
        sight base = sight_of(r, index - 1);
        if (sight_is_base(r, &base)) memcpy(t.opening, base.f->n.value, sizeof t.opening);
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
    t->nature = grows(t->label) ? NATURE_RATE : NATURE_LEVEL;
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
