#include "client/import/recognise.h"

#include <string.h>

static const char *const paper_kinds[] = {"意见", "方案", "办法", "措施", "预案", "规划",
                                          "计划", "细则", "规定", "条例", "通知", "政策",
                                          "清单", "行动", "规则", "标准", NULL};

/* Cuts 甲方案、乙意见 into its papers: a 、 separates only behind the name of a kind of
 * paper. False when the words are no list of papers. */
static bool read_papers(piece body, recognised *out) {
    if (piece_has(body, "。") || body.size == 0) return false;
    size_t begin = 0;
    out->papers_n = 0;
    for (size_t i = 0; i <= body.size; i += i < body.size ? piece_step(body, i) : 1) {
        bool end = i == body.size;
        piece part = piece_cut(body, begin, i);
        bool cut = !end && piece_starts(piece_from(body, i), "、") &&
                   piece_word_before(part, part.size, paper_kinds) > 0;
        if (!end && !cut) continue;
        bool closed = part.size && (piece_word_before(part, part.size, paper_kinds) ||
                                    piece_ends(part, "》"));
        if (!closed) return false;
        if (out->papers_n < TAGS_MAX) out->papers[out->papers_n++] = part;
        begin = i + strlen("、");
    }
    return true;
}

static bool is_indicator(const targets *t) {
    for (size_t i = 0; i < t->n; i++) {
        nature n = t->items[i].nature;
        if (n != NATURE_RATE && n != NATURE_RANK && n != NATURE_LEVEL) return false;
    }
    return t->n > 0;
}

/* A chapter says what its tasks are; otherwise their numbers and verbs do. */
static task_kind kind_of(const recognised *r) {
    static const char *const livelihood[] = {"民生事项", "民生实事", "民生工程", NULL};
    static const char *const finishing[] = {
        "建成", "开工", "通车", "竣工", "启用", "投用", "编制", "出台", "举办",
        "争创", "创建", "完成", "制定", "落户", "上线", "印发", "清零", NULL};
    piece chapter = r->item->chapter.title;
    if (r->papers_n) return TASK_POLICY;
    if (piece_has_any(chapter, livelihood)) return TASK_LIVELIHOOD;
    if (piece_has(chapter, "行动计划") || piece_has(chapter, "攻坚行动"))
        return TASK_ACTION_PLAN;
    if (is_indicator(&r->targets)) return TASK_INDICATOR;
    if (r->targets.n || r->targets.deadline[0]) return TASK_MILESTONE;
    return piece_has_any(r->duties.body, finishing) ? TASK_MILESTONE : TASK_STANDING;
}

static void doubts_merge(doubts *into, const doubts *from) {
    for (size_t i = 0; i < from->n; i++)
        doubt_add(into, from->items[i].kind, from->items[i].words);
}

static void doubt_item(recognised *r) {
    const notice_item *item = r->item;
    piece none = {"", 0};
    if (item->unnumbered) doubt_add(&r->doubts, DOUBT_UNNUMBERED, none);
    if (item->out_of_order) doubt_add(&r->doubts, DOUBT_ORDER, none);
    if (item->repeated) doubt_add(&r->doubts, DOUBT_REPEATED, none);
    if (item->shared_duty) doubt_add(&r->doubts, DOUBT_SHARED, none);
    if (!r->duties.found) doubt_add(&r->doubts, DOUBT_NO_DUTIES, none);
}

/* Where the notice names leaders for other tasks of a chapter, a task without one is
 * doubtful; policy papers have none. The same for lead offices. */
static void doubt_missing(recognised *all, size_t n) {
    size_t led = 0, bound = 0;
    for (size_t i = 0; i < n; i++) {
        led += all[i].duties.leaders.n > 0 && all[i].kind != TASK_POLICY;
        bound += all[i].kind != TASK_POLICY;
    }
    piece none = {"", 0};
    for (size_t i = 0; i < n; i++) {
        recognised *r = &all[i];
        if (!r->duties.found) continue;
        if (r->duties.leads.n == 0) doubt_add(&r->doubts, DOUBT_NO_LEADS, none);
        if (r->duties.leaders.n == 0 && r->kind != TASK_POLICY && led * 2 > bound)
            doubt_add(&r->doubts, DOUBT_NO_LEADERS, none);
    }
}

/* Numbers in a parent's text would be lost with it: the first sub-item says so. */
static bool doubt_container(arena *a, arena *scratch, recognised *r, uint32_t year) {
    targets lost;
    piece container = r->item->container;
    if (!targets_read(a, scratch, container, (piece){"", 0}, year, &lost)) return false;
    for (size_t i = 0; i < lost.n; i++)
        if (lost.items[i].value[0]) doubt_add(&r->doubts, DOUBT_CONTAINER, container);
    return true;
}

static bool recognise_one(arena *a, arena *scratch, uint32_t year, recognised *r) {
    const notice_item *item = r->item;
    arena_reset(scratch);
    bool policy = r->duties.leaders.n == 0 && read_papers(r->duties.body, r);
    if (!policy) r->papers_n = 0;
    piece body = policy ? (piece){"", 0} : r->duties.body;
    if (!targets_read(a, scratch, body, item->container, year, &r->targets)) return false;
    bool first =
        strlen(item->no) > 2 && strcmp(item->no + strlen(item->no) - 2, ".1") == 0;
    if (first && item->container.size && !doubt_container(a, scratch, r, year))
        return false;
    r->kind = kind_of(r);
    doubt_item(r);
    doubts_merge(&r->doubts, &r->duties.doubts);
    doubts_merge(&r->doubts, &r->targets.doubts);
    return true;
}

duban_status recognise(arena *a, const notice *n, recognised **out) {
    arena scratch;
    arena_init(&scratch, 0);
    duban_status status = DUBAN_E_NO_MEMORY;
    recognised *all = arena_alloc(a, (n->items_n + 1) * sizeof *all);
    duties *every = arena_alloc(&scratch, (n->items_n + 1) * sizeof *every);
    if (!all || !every) goto out;
    for (size_t i = 0; i < n->items_n; i++)
        if (!duties_read(a, n->items[i].text, &every[i])) goto out;
    if (!duties_compare(a, every, n->items_n)) goto out;
    for (size_t i = 0; i < n->items_n; i++) {
        all[i].item = &n->items[i];
        all[i].duties = every[i];
    }
    for (size_t i = 0; i < n->items_n; i++)
        if (!recognise_one(a, &scratch, n->year, &all[i])) goto out;
    doubt_missing(all, n->items_n);
    *out = all;
    status = DUBAN_OK;
out:
    arena_close(&scratch);
    return status;
}
