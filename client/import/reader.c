#include "client/import/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/import/fold.h"
#include "client/import/labels.h"

#define HEADING_SIZE_MAX 180 /* bytes: a longer line is a sentence, not a heading */

typedef enum line_kind {
    LINE_BLANK,
    LINE_CHAPTER,
    LINE_SECTION,
    LINE_TASK,
    LINE_SUB,
    LINE_TAIL,
    LINE_OTHER,
} line_kind;

typedef struct line {
    line_kind kind;
    uint32_t line;
    uint32_t number; /* of a task or sub-item */
    piece no;        /* of a heading */
    piece text;      /* without the number */
    piece whole;
    bool labelled;
} line;

/* An item being put together. */
typedef struct draft {
    notice_item item;
    uint32_t number;
    uint32_t parent; /* index + 1 of the parent draft, 0 for a task */
    wording text;
    size_t scanned; /* how far the brackets of the duties are counted */
    int depth;
    bool opened;
    bool labelled;
    bool closed;
    bool dropped;
} draft;

typedef struct reader {
    arena *arena;
    duban_refusal *refusal;
    line *lines;
    size_t lines_n;
    draft *drafts;
    size_t drafts_n;
    size_t drafts_max; /* a draft begins on a line of its own */
    notice_heading chapter;
    notice_heading section;
} reader;

static const char *const numerals[] = {"一", "二", "三", "四", "五", "六", "七",
                                       "八", "九", "十", "百", "〇", "零", NULL};
static const char *const tails[] = {"抄送", "主送", "（此件", "附件：", "附：", NULL};

static size_t chinese_run(piece p, size_t from) {
    size_t i = from, n;
    while ((n = piece_word_at(p, i, numerals)))
        i += n;
    return i;
}

static bool read_number(piece p, size_t from, size_t *end, uint32_t *number) {
    size_t i = from;
    uint32_t value = 0;
    while (i < p.size && i < from + 4 && p.at[i] >= '0' && p.at[i] <= '9')
        value = value * 10 + (uint32_t)(p.at[i++] - '0');
    if (i == from || (i < p.size && p.at[i] >= '0' && p.at[i] <= '9')) return false;
    *end = i;
    *number = value;
    return true;
}

static bool is_heading(piece title) {
    if (title.size == 0 || title.size > HEADING_SIZE_MAX) return false;
    if (label_first(title) != PIECE_NONE) return false;
    size_t stop = piece_find(title, "。", 0);
    return stop == PIECE_NONE || stop + strlen("。") == title.size;
}

/* 一、 and 第一章 */
static bool read_chapter(line *l) {
    piece p = l->whole;
    size_t from = piece_starts(p, "第") ? strlen("第") : 0;
    size_t i = chinese_run(p, from);
    static const char *const after_plain[] = {"、", ".", "．", "，", NULL};
    static const char *const after_ordinal[] = {"章", "部分", "篇", NULL};
    size_t n = i > from ? piece_word_at(p, i, from ? after_ordinal : after_plain) : 0;
    if (n == 0) return false;
    piece title = piece_trim(piece_from(p, i + n));
    if (!is_heading(title)) return false;
    l->kind = LINE_CHAPTER;
    l->no = piece_cut(p, from, i);
    l->text = title;
    return true;
}

static bool read_section(line *l) {
    piece p = l->whole;
    if (!piece_starts(p, "（")) return false;
    size_t from = strlen("（"), i = chinese_run(p, from);
    if (i == from || !piece_starts(piece_from(p, i), "）")) return false;
    piece title = piece_trim(piece_from(p, i + strlen("）")));
    if (!is_heading(title)) return false;
    l->kind = LINE_SECTION;
    l->no = piece_cut(p, from, i);
    l->text = title;
    return true;
}

static bool read_sub(line *l) {
    piece p = l->whole;
    size_t end;
    if (!piece_starts(p, "（") || !read_number(p, strlen("（"), &end, &l->number) ||
        !piece_starts(piece_from(p, end), "）"))
        return false;
    l->kind = LINE_SUB;
    l->text = piece_trim(piece_from(p, end + strlen("）")));
    return true;
}

static bool read_task(line *l) {
    static const char *const after[] = {".", "、", "．", "：", "，", "。", "）", NULL};
    piece p = l->whole;
    size_t end, n;
    if (!read_number(p, 0, &end, &l->number)) return false;
    if (!(n = piece_word_at(p, end, after))) return false;
    l->kind = LINE_TASK;
    l->text = piece_trim(piece_from(p, end + n));
    return l->text.size > 0;
}

static void classify(line *l) {
    l->text = l->whole;
    l->labelled = label_first(l->whole) != PIECE_NONE;
    if (l->whole.size == 0) {
        l->kind = LINE_BLANK;
        return;
    }
    if (piece_word_at(l->whole, 0, tails)) {
        l->kind = LINE_TAIL;
        return;
    }
    if (read_chapter(l) || read_section(l) || read_sub(l) || read_task(l)) return;
    l->kind = LINE_OTHER;
    l->text = l->whole;
}

/* --- lines -------------------------------------------------------------------------- */

static size_t line_end(piece raw, size_t from) {
    size_t i = from;
    while (i < raw.size && raw.at[i] != '\n' && raw.at[i] != '\r')
        i++;
    return i;
}

static size_t line_next(piece raw, size_t end) {
    if (end < raw.size && raw.at[end] == '\r')
        end++;
    else if (end < raw.size)
        return end + 1;
    return end < raw.size && raw.at[end] == '\n' ? end + 1 : end;
}

static duban_status read_lines(reader *r, piece raw) {
    size_t count = 1;
    for (size_t i = 0; i < raw.size; i = line_next(raw, line_end(raw, i)))
        count++;
    r->lines = arena_alloc(r->arena, count * sizeof *r->lines);
    if (!r->lines) return DUBAN_E_NO_MEMORY;
    uint32_t number = 0;
    for (size_t i = 0; i < raw.size;) {
        size_t end = line_end(raw, i);
        line *l = &r->lines[r->lines_n];
        l->line = ++number;
        if (end - i > NOTICE_LINE_MAX)
            return duban_refuse(r->refusal, DUBAN_E_TOO_LARGE, number, "", NULL, NULL);
        duban_status status = fold_line(r->arena, piece_cut(raw, i, end), &l->whole);
        if (status) return duban_refuse(r->refusal, status, number, "", NULL, "UTF-8");
        classify(l);
        r->lines_n++;
        i = line_next(raw, end);
    }
    return DUBAN_OK;
}

/* The first line of the plan itself: from the first line with duties back over the tasks
 * that count up to it, and further to their chapter's heading. */
static size_t plan_begin(const reader *r) {
    size_t first = 0;
    while (first < r->lines_n && !r->lines[first].labelled)
        first++;
    if (first == r->lines_n) first = 0;
    size_t begin = first;
    uint32_t number = r->lines_n ? r->lines[first].number : 0;
    bool counting = r->lines_n && r->lines[first].kind == LINE_TASK;
    for (size_t i = first; i-- > 0;) {
        const line *l = &r->lines[i];
        if (l->kind == LINE_CHAPTER) return i;
        if (l->kind == LINE_TAIL) break;
        if (l->kind == LINE_TASK && (!counting || l->number + 1 == number)) {
            begin = i;
            number = l->number;
            counting = true;
        } else if (l->kind == LINE_SECTION) {
            begin = i;
        }
    }
    return begin;
}

uint32_t notice_year(piece p) {
    for (size_t at = piece_find(p, "年", 0); at != PIECE_NONE;
         at = piece_find(p, "年", at + 1)) {
        size_t end;
        uint32_t year;
        if (at < 4 || !read_number(p, at - 4, &end, &year) || end != at) continue;
        if (year >= 1990 && year < 2200) return year;
    }
    return 0;
}

/* The year of the plan: the first one said before it. */
static uint32_t plan_year(const reader *r, size_t begin) {
    uint32_t year = 0;
    for (size_t i = 0; i <= begin && i < r->lines_n && year == 0; i++)
        year = notice_year(r->lines[i].whole);
    return year;
}

bool notice_heading_of(piece words, notice_heading *out) {
    line l = {.whole = words, .text = words, .no = {"", 0}};
    bool section = !read_chapter(&l) && read_section(&l);
    *out = (notice_heading){l.no, l.text, 0};
    return section;
}

/* Some cities number their tasks （1）, with nothing above them: then the first duties
 * stand in such a line, and no task between it and its heading. */
static void promote_subs(reader *r) {
    size_t first = 0;
    while (first < r->lines_n && !r->lines[first].labelled)
        first++;
    if (first == r->lines_n || r->lines[first].kind != LINE_SUB) return;
    for (size_t i = first; i-- > 0;) {
        line_kind kind = r->lines[i].kind;
        if (kind == LINE_CHAPTER || kind == LINE_SECTION) break;
        if (kind == LINE_TASK) return;
    }
    for (size_t i = 0; i < r->lines_n; i++) {
        line *l = &r->lines[i];
        if (l->kind == LINE_SUB && l->text.size > 0) l->kind = LINE_TASK;
    }
}

/* --- drafts ------------------------------------------------------------------------- */

/* Looks for the duties in what was appended, and whether their brackets are all closed
 * again. Every byte is looked at once, however many lines a task has. */
static void draft_scan(draft *d, size_t old_size) {
    piece whole = {d->text.at, d->text.size};
    if (!d->labelled) {
        size_t from = old_size; /* a label may be broken over two lines */
        for (int i = 0; i < 8 && from > 0; i++)
            from = piece_back(whole, from);
        size_t at = label_first(piece_from(whole, from));
        if (at == PIECE_NONE) return;
        d->labelled = true;
        d->scanned = from + at;
        if (piece_ends(piece_cut(whole, 0, d->scanned), "（")) d->scanned -= strlen("（");
    }
    for (; d->scanned < whole.size; d->scanned += piece_step(whole, d->scanned)) {
        piece rest = piece_from(whole, d->scanned);
        if (piece_starts(rest, "（")) d->depth++, d->opened = true;
        if (piece_starts(rest, "）")) d->depth--;
    }
    d->closed = !d->opened || d->depth <= 0;
}

static duban_status draft_append(reader *r, draft *d, const line *l, piece words) {
    size_t old_size = d->text.size;
    wording_add(&d->text, words);
    if (d->text.failed) return DUBAN_E_NO_MEMORY;
    if (d->text.size > NOTICE_LINE_MAX)
        return duban_refuse(r->refusal, DUBAN_E_TOO_LARGE, l->line, "", NULL, NULL);
    draft_scan(d, old_size);
    return DUBAN_OK;
}

static duban_status draft_new(reader *r, const line *l, uint32_t parent, draft **out) {
    if (r->drafts_n == r->drafts_max)
        return duban_refuse(r->refusal, DUBAN_E_LIMIT, l->line, "", NULL, NULL);
    draft *d = &r->drafts[r->drafts_n];
    *d = (draft){.number = l->number, .parent = parent, .text = wording_begin(r->arena)};
    d->item.line = l->line;
    d->item.chapter = r->chapter;
    d->item.section = r->section;
    if (l->kind == LINE_TASK)
        snprintf(d->item.no, sizeof d->item.no, "%u", (unsigned)l->number);
    else if (l->kind == LINE_SUB)
        snprintf(d->item.no, sizeof d->item.no, "%u.%u",
                 (unsigned)r->drafts[parent - 1].number, (unsigned)l->number);
    else
        d->item.unnumbered = true;
    duban_status status = draft_append(r, d, l, l->text);
    if (status) return status;
    r->drafts_n++;
    *out = d;
    return DUBAN_OK;
}

/* 3.5万亩 at the start of a wrapped line is no task 3: before the duties of the current
 * task have come, only the number that is next begins another one. */
static bool is_task_head(const draft *current, const draft *task, const line *l) {
    if (l->kind != LINE_TASK) return false;
    bool digits = l->text.at[0] >= '0' && l->text.at[0] <= '9';
    if (task && l->number == task->number + 1) return true;
    if (current && !current->labelled && digits) return false;
    return !digits || l->labelled;
}

typedef struct place {
    draft *current; /* takes continuation lines, NULL between items */
    draft *task;    /* the newest numbered task */
} place;

static duban_status take_other(reader *r, place *at, const line *l) {
    if (at->current && !at->current->closed)
        return draft_append(r, at->current, l, l->whole);
    if (!l->labelled) return DUBAN_OK;
    line loose = *l;
    loose.kind = LINE_OTHER;
    loose.text = l->whole;
    return draft_new(r, &loose, 0, &at->current);
}

static void take_heading(reader *r, place *at, const line *l) {
    notice_heading heading = {l->no, l->text, l->line};
    if (l->kind == LINE_CHAPTER) {
        r->chapter = heading;
        r->section = (notice_heading){{"", 0}, {"", 0}, 0};
    } else {
        r->section = heading;
    }
    *at = (place){NULL, at->task};
}

static duban_status take_line(reader *r, place *at, const line *l) {
    duban_status status;
    switch (l->kind) {
    case LINE_BLANK: return DUBAN_OK;
    case LINE_CHAPTER:
    case LINE_SECTION: take_heading(r, at, l); return DUBAN_OK;
    case LINE_TAIL: at->current = NULL; return DUBAN_OK;
    case LINE_TASK:
        if (!is_task_head(at->current, at->task, l)) return take_other(r, at, l);
        status = draft_new(r, l, 0, &at->current);
        if (status == DUBAN_OK) at->task = at->current;
        return status;
    case LINE_SUB:
        if (!at->current || !at->task) return take_other(r, at, l);
        return draft_new(r, l, (uint32_t)(at->task - r->drafts) + 1, &at->current);
    case LINE_OTHER: return take_other(r, at, l);
    }
    return DUBAN_OK;
}

/* --- parents ------------------------------------------------------------------------ */

static void merge_sub(draft *parent, draft *sub) {
    char head[NUMBER_TEXT_MAX + 8];
    snprintf(head, sizeof head, "（%u）", (unsigned)sub->number);
    wording_word(&parent->text, head);
    wording_add(&parent->text, (piece){sub->text.at, sub->text.size});
    sub->dropped = true;
}

/* Decides for a parent and its sub-items drafts[p + 1 .. end) which of them are items. */
static void settle_parent(reader *r, size_t p, size_t end) {
    draft *parent = &r->drafts[p];
    size_t labelled = 0;
    for (size_t i = p + 1; i < end; i++)
        labelled += r->drafts[i].labelled;
    bool last_only = labelled == 1 && end - p > 2 && r->drafts[end - 1].labelled;
    if (parent->labelled || labelled == 0 || last_only) {
        parent->item.shared_duty = last_only && !parent->labelled;
        for (size_t i = p + 1; i < end; i++)
            if (!r->drafts[i].labelled || parent->item.shared_duty)
                merge_sub(parent, &r->drafts[i]);
        return;
    }
    parent->dropped = true;
    for (size_t i = p + 1; i < end; i++)
        r->drafts[i].item.container = (piece){parent->text.at, parent->text.size};
}

static void settle(reader *r) {
    for (size_t p = 0; p < r->drafts_n;) {
        size_t end = p + 1;
        while (end < r->drafts_n && r->drafts[end].parent == p + 1)
            end++;
        if (end > p + 1) settle_parent(r, p, end);
        p = end;
    }
}

static int compare_no(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Marks numbers that do not count up by one, and numbers that come twice. */
static duban_status check_numbers(reader *r) {
    const char **numbers = arena_alloc(r->arena, (r->drafts_n + 1) * sizeof *numbers);
    if (!numbers) return DUBAN_E_NO_MEMORY;
    const draft *before = NULL, *sub = NULL;
    for (size_t i = 0; i < r->drafts_n; i++) {
        draft *d = &r->drafts[i];
        numbers[i] = d->item.no;
        if (d->item.unnumbered) continue;
        const draft *last = d->parent ? sub : before;
        uint32_t want = d->parent && (!sub || sub->parent != d->parent) ? 1
                        : last                                          ? last->number + 1
                                                                        : d->number;
        d->item.out_of_order = d->number != want;
        if (d->parent)
            sub = d;
        else
            before = d;
    }
    qsort(numbers, r->drafts_n, sizeof *numbers, compare_no);
    for (size_t i = 0; i < r->drafts_n; i++) {
        draft *d = &r->drafts[i];
        const char *key = d->item.no;
        if (d->item.unnumbered) continue;
        const char **hit =
            bsearch(&key, numbers, r->drafts_n, sizeof *numbers, compare_no);
        size_t at = (size_t)(hit - numbers);
        d->item.repeated = (at > 0 && strcmp(numbers[at - 1], key) == 0) ||
                           (at + 1 < r->drafts_n && strcmp(numbers[at + 1], key) == 0);
    }
    return DUBAN_OK;
}

static duban_status collect(reader *r, notice *out) {
    notice_item *items = arena_alloc(r->arena, (r->drafts_n + 1) * sizeof *items);
    if (!items) return DUBAN_E_NO_MEMORY;
    size_t n = 0;
    for (size_t i = 0; i < r->drafts_n; i++) {
        draft *d = &r->drafts[i];
        if (d->dropped) continue;
        const char *at = wording_end(&d->text);
        if (!at) return DUBAN_E_NO_MEMORY;
        items[n] = d->item;
        items[n++].text = (piece){at, d->text.size};
    }
    if (n == 0)
        return duban_refuse(r->refusal, DUBAN_E_EMPTY, 0, "", NULL,
                            "1.……（牵头单位：……）");
    out->items = items;
    out->items_n = n;
    return DUBAN_OK;
}

duban_status notice_read(arena *a, piece raw, duban_refusal *refusal, notice *out) {
    reader r = {.arena = a, .refusal = refusal};
    if (raw.size > NOTICE_SIZE_MAX)
        return duban_refuse(refusal, DUBAN_E_TOO_LARGE, 0, "", NULL, NULL);
    r.chapter = r.section = (notice_heading){{"", 0}, {"", 0}, 0};
    notice read = {0};
    duban_status status = read_lines(&r, raw);
    if (status == DUBAN_E_NO_MEMORY) goto out;
    if (status) return status;
    r.drafts_max = r.lines_n < TASKS_MAX ? r.lines_n : TASKS_MAX;
    r.drafts = arena_alloc(a, (r.drafts_max + 1) * sizeof *r.drafts);
    if (!r.drafts) {
        status = DUBAN_E_NO_MEMORY;
        goto out;
    }
    promote_subs(&r);
    size_t begin = plan_begin(&r);
    read.year = plan_year(&r, begin);
    place at = {NULL, NULL};
    for (size_t i = begin; i < r.lines_n && status == DUBAN_OK; i++)
        status = take_line(&r, &at, &r.lines[i]);
    if (status) goto out;
    settle(&r);
    status = check_numbers(&r);
    if (status == DUBAN_OK) status = collect(&r, &read);
    if (status == DUBAN_OK) *out = read;
out:
    if (status == DUBAN_E_NO_MEMORY) duban_refuse(refusal, status, 0, "", NULL, NULL);
    return status;
}
