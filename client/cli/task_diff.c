#include "client/cli/task_diff.h"

#include <stdio.h>
#include <string.h>

#include "client/cli/find.h"
#include "client/cli/say.h"
#include "client/cli/text.h"

#define LIST_SIZE 1024

typedef struct diffing {
    const ledger *l;
    duban_lang lang;
    task_diff_fn tell;
    void *ctx;
    size_t n;
    char of[SAY_SIZE]; /* "M1 " before what concerns a metric, else "" */
} diffing;

static void differ(diffing *d, const char *zh, const char *en, const char *from,
                   const char *to) {
    char what[2 * SAY_SIZE];
    if (strcmp(from, to) == 0) return;
    d->n++;
    snprintf(what, sizeof what, "%s%s", d->of, d->lang == DUBAN_ZH ? zh : en);
    if (d->tell) d->tell(d->ctx, what, from, to);
}

static void differ_set(diffing *d, const char *zh, const char *en, word_set set,
                       unsigned from, unsigned to) {
    differ(d, zh, en, text_word(set, from, d->lang), text_word(set, to, d->lang));
}

static void differ_day(diffing *d, const char *zh, const char *en, int32_t from,
                       int32_t to) {
    char a[DAY_TEXT_SIZE], b[DAY_TEXT_SIZE];
    say_day(from, a);
    say_day(to, b);
    differ(d, zh, en, a, b);
}

static void differ_yes(diffing *d, const char *zh, const char *en, bool from, bool to) {
    bool chinese = d->lang == DUBAN_ZH;
    const char *yes = chinese ? "是" : "yes", *no = chinese ? "否" : "no";
    differ(d, zh, en, from ? yes : no, to ? yes : no);
}

static void differ_number(diffing *d, const char *zh, const char *en, decimal from,
                          decimal to) {
    char a[DECIMAL_TEXT_SIZE], b[DECIMAL_TEXT_SIZE];
    decimal_write(from, a);
    decimal_write(to, b);
    differ(d, zh, en, a, b);
}

static void differ_offices(diffing *d, const char *zh, const char *en,
                           const uint32_t *from, uint32_t from_n, const uint32_t *to,
                           uint32_t to_n) {
    char a[LIST_SIZE] = "", b[LIST_SIZE] = "";
    const char *gap = d->lang == DUBAN_ZH ? "、" : ", ";
    for (uint32_t i = 0; i < from_n; i++)
        (void)say_list(a, sizeof a, gap, find_office_name(d->l, from[i]));
    for (uint32_t i = 0; i < to_n; i++)
        (void)say_list(b, sizeof b, gap, find_office_name(d->l, to[i]));
    differ(d, zh, en, a, b);
}

static void differ_texts(diffing *d, const char *zh, const char *en,
                         const char *const *from, uint32_t from_n, const char *const *to,
                         uint32_t to_n) {
    char a[LIST_SIZE] = "", b[LIST_SIZE] = "";
    const char *gap = d->lang == DUBAN_ZH ? "、" : ", ";
    for (uint32_t i = 0; i < from_n; i++)
        (void)say_list(a, sizeof a, gap, from[i]);
    for (uint32_t i = 0; i < to_n; i++)
        (void)say_list(b, sizeof b, gap, to[i]);
    differ(d, zh, en, a, b);
}

static void gates_text(const diffing *d, const task_words *t, char out[LIST_SIZE]) {
    out[0] = '\0';
    for (uint32_t i = 0; i < t->gates_n; i++) {
        char one[64], when[DAY_TEXT_SIZE];
        say_day(t->gates[i].day, when);
        snprintf(one, sizeof one, "%s %s",
                 text_word(TEXT_STAGE, t->gates[i].stage, d->lang), when);
        (void)say_list(out, LIST_SIZE, "; ", one);
    }
}

/* --- the task ----------------------------------------------------------------------- */

static void differ_task(diffing *d, const task_words *a, const task_words *b) {
    char was[LIST_SIZE], is[LIST_SIZE];
    differ(d, "任务号", "number", a->number, b->number);
    differ(d, "章", "chapter", a->chapter, b->chapter);
    differ(d, "节", "section", a->section, b->section);
    differ(d, "事项", "title", a->title, b->title);
    differ_set(d, "类型", "kind", TEXT_TASK_KIND, a->kind, b->kind);
    differ_texts(d, "牵头领导", "leaders", a->leaders, a->leaders_n, b->leaders,
                 b->leaders_n);
    differ_offices(d, "牵头单位", "leads", a->leads, a->leads_n, b->leads, b->leads_n);
    differ_offices(d, "责任单位", "responsible", a->responsible, a->responsible_n,
                   b->responsible, b->responsible_n);
    differ_yes(d, "名单未尽", "open list", a->responsible_open, b->responsible_open);
    differ_texts(d, "标签", "tags", a->tags, a->tags_n, b->tags, b->tags_n);
    differ_day(d, "期限", "deadline", a->deadline, b->deadline);
    differ_set(d, "公开", "visibility", TEXT_VISIBILITY, a->visibility, b->visibility);
    differ(d, "依据", "asked by", a->asked_by, b->asked_by);
    gates_text(d, a, was);
    gates_text(d, b, is);
    differ(d, "项目节点", "gates", was, is);
    if (a->carried_plan != b->carried_plan || a->carried_task != b->carried_task) {
        snprintf(was, sizeof was, "%u/%u", (unsigned)a->carried_plan,
                 (unsigned)a->carried_task);
        snprintf(is, sizeof is, "%u/%u", (unsigned)b->carried_plan,
                 (unsigned)b->carried_task);
        differ(d, "结转自", "carried", was, is);
    }
}

/* --- metrics ------------------------------------------------------------------------ */

static void differ_kind(diffing *d, const metric_words *a, const metric_words *b) {
    differ(d, "口径", "definition", a->definition, b->definition);
    differ_set(d, "性质", "nature", TEXT_NATURE, a->nature, b->nature);
    differ_set(d, "强度", "strength", TEXT_STRENGTH, a->strength, b->strength);
    differ_set(d, "汇总", "roll-up", TEXT_ROLLUP, a->rollup, b->rollup);
    differ_set(d, "指标公开", "visibility", TEXT_VISIBILITY, a->visibility,
               b->visibility);
    differ_offices(d, "数据来源", "source", &a->source, a->source != 0, &b->source,
                   b->source != 0);
    differ(d, "发布代码", "release", a->release, b->release);
    differ_number(d, "发布后工作日", "release days", decimal_of_int(a->release_days),
                  decimal_of_int(b->release_days));
    differ_number(d, "比率倍数", "ratio scale", a->ratio_scale, b->ratio_scale);
    if (a->reference_task != b->reference_task ||
        a->reference_metric != b->reference_metric) {
        char was[32], is[32];
        snprintf(was, sizeof was, "%u/M%u", (unsigned)a->reference_task,
                 (unsigned)a->reference_metric);
        snprintf(is, sizeof is, "%u/M%u", (unsigned)b->reference_task,
                 (unsigned)b->reference_metric);
        differ(d, "参照指标", "reference", was, is);
    }
    differ_yes(d, "低于参照", "below", a->reference_below, b->reference_below);
}

static void differ_metric(diffing *d, const metric_words *a, const metric_words *b) {
    char was[SAY_SIZE], is[SAY_SIZE];
    snprintf(d->of, sizeof d->of, "M%u ", (unsigned)a->id);
    differ(d, "名称", "label", a->label, b->label);
    say_target(a, NULL, d->lang, was);
    say_target(b, NULL, d->lang, is);
    differ(d, "目标", "target", was, is);
    if (a->comparator == COMPARATOR_ABOUT && b->comparator == COMPARATOR_ABOUT)
        differ_number(d, "允差", "tolerance", a->tolerance, b->tolerance);
    differ_day(d, "起始日", "start", a->first_day, b->first_day);
    differ_day(d, "期限", "deadline", a->deadline, b->deadline);
    differ_number(d, "期初值", "opening", a->opening, b->opening);
    differ_yes(d, "分解到位", "splits complete", a->splits_complete, b->splits_complete);
    differ_kind(d, a, b);
    d->of[0] = '\0';
}

static void differ_metrics(diffing *d, const task_words *a, const task_words *b) {
    char target[SAY_SIZE], text[3 * SAY_SIZE];
    for (uint32_t i = 0; i < a->metrics_n; i++) {
        const metric_words *was = &a->metrics[i], *is = find_metric_id(b, was->id);
        if (is) {
            differ_metric(d, was, is);
            continue;
        }
        say_target(was, NULL, d->lang, target);
        snprintf(text, sizeof text, "M%u %s %s", (unsigned)was->id, was->label, target);
        differ(d, "指标", "metric", text, "");
    }
    for (uint32_t i = 0; i < b->metrics_n; i++) {
        const metric_words *is = &b->metrics[i];
        if (find_metric_id(a, is->id)) continue;
        say_target(is, NULL, d->lang, target);
        snprintf(text, sizeof text, "M%u %s %s", (unsigned)is->id, is->label, target);
        differ(d, "指标", "metric", "", text);
    }
}

/* --- splits ------------------------------------------------------------------------- */

static void split_text(const task_words *t, const split_words *split,
                       char out[SAY_SIZE]) {
    const metric_words *m = split ? find_metric_id(t, split->metric) : NULL;
    char more[DECIMAL_TEXT_SIZE];
    out[0] = '\0';
    if (!split) return;
    say_amount(split->value, m ? m->unit : "", out);
    const decimal *beside[] = {&split->opening, &split->weight};
    static const char *const signs[] = {" +", " *"};
    for (size_t i = 0; i < 2; i++) {
        if (!beside[i]->micro) continue;
        decimal_write(*beside[i], more);
        size_t used = strlen(out);
        snprintf(out + used, SAY_SIZE - used, "%s%s", signs[i], more);
    }
}

static void differ_split(diffing *d, const task_words *a, const task_words *b,
                         const split_words *was, const split_words *is) {
    char from[SAY_SIZE], to[SAY_SIZE];
    const split_words *one = was ? was : is;
    split_text(a, was, from);
    split_text(b, is, to);
    snprintf(d->of, sizeof d->of, "M%u %.200s ", (unsigned)one->metric,
             find_office_name(d->l, one->office));
    differ(d, "分解值", "split", from, to);
    d->of[0] = '\0';
}

static void differ_splits(diffing *d, const task_words *a, const task_words *b) {
    for (uint32_t i = 0; i < a->splits_n; i++) {
        const split_words *was = &a->splits[i];
        differ_split(d, a, b, was, find_split(b, was->metric, was->office));
    }
    for (uint32_t i = 0; i < b->splits_n; i++)
        if (!find_split(a, b->splits[i].metric, b->splits[i].office))
            differ_split(d, a, b, NULL, &b->splits[i]);
}

size_t task_diff(const ledger *l, const task_words *from, const task_words *to,
                 duban_lang lang, task_diff_fn tell, void *ctx) {
    diffing d = {.l = l, .lang = lang, .tell = tell, .ctx = ctx};
    differ_task(&d, from, to);
    differ_metrics(&d, from, to);
    differ_splits(&d, from, to);
    return d.n;
}
