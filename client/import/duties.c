#include "client/import/duties.h"

#include <string.h>

#include "client/import/labels.h"

static const char *const separators[] = {"、", "，", "；", "。", NULL};

/* 高等、平等 and the like are words of their own. */
static const char *const deng_words[] = {"高等", "中等", "初等", "平等", "均等",
                                         "同等", "特等", "优等", "对等", NULL};
/* What may stand behind an 等 that ends a list. */
static const char *const deng_followers[] = {"与", "有", "相", "市", "各", "部",
                                             "单", "涉", "其", "县", "及", NULL};

typedef struct field {
    label kind;
    piece label;
    piece value;
} field;

static size_t bracket_end(piece p, size_t from) {
    int depth = 0;
    for (size_t i = from; i < p.size; i += piece_step(p, i)) {
        piece rest = piece_from(p, i);
        if (piece_starts(rest, "（")) depth++;
        if (piece_starts(rest, "）") && --depth == 0) return i;
    }
    return PIECE_NONE;
}

/* Adds one name; false only without memory. */
static bool list_add(arena *a, name_list *list, size_t max, piece name, doubts *d) {
    name = piece_trim(name);
    if (name.size == 0) return true;
    for (size_t i = 0; i < list->n; i++) {
        if (!piece_equal(list->items[i], name)) continue;
        doubt_add(d, DOUBT_TWICE, name);
        return true;
    }
    if (list->n == max) {
        doubt_add(d, DOUBT_TOO_MANY, (piece){"", 0});
        return true;
    }
    if (name.size > NAME_SIZE_MAX) {
        doubt_add(d, DOUBT_MISPRINT, name);
        name = piece_limit(name, NAME_SIZE_MAX);
    }
    if (!list->items && !(list->items = arena_alloc(a, max * sizeof *list->items)))
        return false;
    list->items[list->n++] = name;
    return true;
}

/* The 等 that ends a list inside a name (关工委等与此有关的部门), or PIECE_NONE. */
static size_t find_deng(piece name) {
    for (size_t at = piece_find(name, "等", 0); at != PIECE_NONE;
         at = piece_find(name, "等", at + 1)) {
        size_t end = at + strlen("等");
        if (at == 0 || piece_word_before(name, end, deng_words)) continue;
        if (end == name.size || piece_word_at(name, end, deng_followers)) return at;
        if (name.at[end] >= '0' && name.at[end] <= '9') return at;
    }
    return PIECE_NONE;
}

typedef struct list_reader {
    arena *arena;
    name_list *list;
    size_t max;
    duties *out;
    bool offices;
} list_reader;

static bool read_name(const list_reader *r, piece name, bool more) {
    name = piece_trim(name);
    size_t at = r->offices ? find_deng(name) : PIECE_NONE;
    if (r->offices && piece_is(name, "等")) at = 0;
    if (at == PIECE_NONE)
        return list_add(r->arena, r->list, r->max, name, &r->out->doubts);
    piece behind = piece_trim(piece_from(name, at + strlen("等")));
    r->out->open = true;
    if (behind.size == 0 && more) doubt_add(&r->out->doubts, DOUBT_STRAY_OPEN, name);
    if (!list_add(r->arena, r->list, r->max, piece_cut(name, 0, at), &r->out->doubts))
        return false;
    bool plain = piece_is(behind, "部门") || piece_is(behind, "单位") ||
                 (behind.size && behind.at[0] >= '0' && behind.at[0] <= '9');
    return plain || list_add(r->arena, r->list, r->max, behind, &r->out->doubts);
}

/* A list's names, cut at separators outside brackets. */
static bool read_list(const list_reader *r, piece value) {
    int depth = 0;
    size_t begin = 0;
    for (size_t i = 0; i <= value.size; i += i < value.size ? piece_step(value, i) : 1) {
        piece rest = piece_from(value, i);
        if (piece_starts(rest, "（")) depth++;
        if (piece_starts(rest, "）") && depth > 0) depth--;
        size_t n = piece_word_at(value, i, separators);
        if (i < value.size && (n == 0 || depth > 0)) continue;
        bool more = i < value.size && piece_starts(rest, "、");
        if (!read_name(r, piece_cut(value, begin, i), more)) return false;
        begin = i + n;
    }
    return true;
}

static bool read_field(arena *a, const field *f, duties *out) {
    list_reader r = {a, &out->leaders, LEADERS_MAX, out, false};
    switch (f->kind) {
    case LABEL_LEADERS: break;
    case LABEL_LEADS: r = (list_reader){a, &out->leads, DUTIES_MAX, out, true}; break;
    case LABEL_RESPONSIBLE:
        r = (list_reader){a, &out->responsible, DUTIES_MAX, out, true};
        break;
    case LABEL_DEADLINE: out->deadline = piece_trim(f->value); return true;
    case LABEL_NONE:
        doubt_add(&out->doubts, DOUBT_UNLABELLED, piece_trim(f->value));
        return true;
    }
    size_t before = r.list->n;
    if (!read_list(&r, f->value)) return false;
    if (r.list->n == before) doubt_add(&out->doubts, DOUBT_EMPTY_DUTY, f->label);
    return true;
}

/* Cuts what stands inside the duties' bracket into fields at the labels. */
static bool read_fields(arena *a, piece inside, duties *out) {
    field f = {LABEL_NONE, {"", 0}, {"", 0}};
    size_t begin = 0;
    int depth = 0;
    bool fresh = true; /* at the start or behind a separator */
    for (size_t i = 0; i < inside.size;) {
        piece rest = piece_from(inside, i);
        size_t size = 0;
        label kind = depth > 0 ? LABEL_NONE : label_at(inside, i, &size);
        bool colon =
            kind != LABEL_NONE && piece_starts(piece_from(inside, i + size), "：");
        if (kind != LABEL_NONE && (colon || fresh)) {
            f.value = piece_cut(inside, begin, i);
            if ((f.kind || piece_trim(f.value).size) && !read_field(a, &f, out))
                return false;
            f = (field){kind, piece_cut(inside, i, i + size), {"", 0}};
            if (!colon) doubt_add(&out->doubts, DOUBT_COLON, f.label);
            i += size + (colon ? strlen("：") : 0);
            begin = i;
            continue;
        }
        if (piece_starts(rest, "（")) depth++;
        if (piece_starts(rest, "）") && depth > 0) depth--;
        fresh = piece_word_at(inside, i, separators) > 0;
        i += piece_step(inside, i);
    }
    f.value = piece_from(inside, begin);
    return read_field(a, &f, out);
}

/* The bracket around the position: of those opened before it, the last that is not closed
 * again. PIECE_NONE when there is none. */
static size_t bracket_around(piece p, size_t position) {
    int depth = 0;
    for (size_t i = position; i > 0;) {
        i = piece_back(p, i);
        piece rest = piece_from(p, i);
        if (piece_starts(rest, "）")) depth++;
        if (piece_starts(rest, "（") && depth-- == 0) return i;
    }
    return PIECE_NONE;
}

/* Duties without a bracket go on to the end; a closing one alone shows that the opening
 * one was lost. */
static piece inside_unbracketed(piece words, duties *out) {
    piece inside = piece_trim(words);
    size_t opening = 0, closing = 0;
    for (size_t i = 0; i < inside.size; i += piece_step(inside, i)) {
        opening += piece_starts(piece_from(inside, i), "（");
        closing += piece_starts(piece_from(inside, i), "）");
    }
    if (closing != opening) doubt_add(&out->doubts, DOUBT_UNCLOSED, (piece){"", 0});
    if (closing > opening && piece_ends(inside, "）")) inside.size -= strlen("）");
    return inside;
}

/* The next duties of rest: their inside, and where the words before them end and those
 * behind them begin. */
static bool next_duties(piece rest, duties *out, piece *inside, size_t *before,
                        size_t *behind) {
    size_t at = label_first(rest);
    if (at == PIECE_NONE) return false;
    size_t bracket = bracket_around(rest, at);
    *before = bracket == PIECE_NONE ? at : bracket;
    *behind = rest.size;
    if (bracket == PIECE_NONE) {
        *inside = inside_unbracketed(piece_from(rest, at), out);
        return true;
    }
    size_t end = bracket_end(rest, bracket);
    if (end == PIECE_NONE)
        doubt_add(&out->doubts, DOUBT_UNCLOSED, (piece){"", 0});
    else
        *behind = end + strlen("）");
    *inside =
        piece_cut(rest, bracket + strlen("（"), end == PIECE_NONE ? rest.size : end);
    return true;
}

/* --- offices without a label -------------------------------------------------------- */

static const char *const office_tails[] = {
    "局",   "委",     "办",   "厅",   "部",   "院",     "会",   "处",   "队",
    "司",   "办公室", "政府", "中心", "集团", "大学",   "学院", "学校", "银行",
    "支行", "海关",   "公司", "站",   "所",   "团市委", "联",   NULL};

/* 关于……的意见（市发展改革委、市财政局）: a bracket behind a title that names offices and
 * nothing else. PIECE_NONE when there is none. */
static size_t office_bracket(piece words, piece *inside) {
    words = piece_trim(words);
    if (!piece_ends(words, "）")) return PIECE_NONE;
    size_t at = bracket_around(words, words.size - strlen("）"));
    if (at == PIECE_NONE || at == 0) return PIECE_NONE;
    *inside = piece_cut(words, at + strlen("（"), words.size - strlen("）"));
    size_t begin = 0;
    for (size_t i = 0; i <= inside->size;
         i += i < inside->size ? piece_step(*inside, i) : 1) {
        size_t n = piece_word_at(*inside, i, separators);
        if (i < inside->size && n == 0) continue;
        piece name = piece_trim(piece_cut(*inside, begin, i));
        if (name.size <= strlen("局") ||
            piece_word_before(name, name.size, office_tails) == 0)
            return PIECE_NONE;
        begin = i + n;
    }
    return at;
}

static bool read_office_bracket(arena *a, duties *out) {
    piece inside;
    size_t at = office_bracket(out->body, &inside);
    if (at == PIECE_NONE) return true;
    list_reader r = {a, &out->leads, DUTIES_MAX, out, true};
    out->body = piece_trim(piece_cut(out->body, 0, at));
    out->found = true;
    return read_list(&r, inside);
}

bool duties_read(arena *a, piece words, duties *out) {
    *out = (duties){.body = {"", 0}, .deadline = {"", 0}};
    wording body = wording_begin(a);
    size_t found = 0;
    piece rest = words, inside = {"", 0};
    size_t before = 0, behind = 0;
    while (next_duties(rest, out, &inside, &before, &behind)) {
        wording_add(&body, piece_cut(rest, 0, before));
        if (!read_fields(a, inside, out)) return false;
        rest = piece_from(rest, behind);
        found++;
    }
    out->found = found > 0;
    if (found > 1) doubt_add(&out->doubts, DOUBT_TWO_DUTIES, (piece){"", 0});
    if (found && piece_trim(rest).size)
        doubt_add(&out->doubts, DOUBT_BEHIND, piece_trim(rest));
    wording_add(&body, rest);
    const char *at = wording_end(&body);
    if (!at) return false;
    out->body = piece_trim((piece){at, body.size});
    return out->found || read_office_bracket(a, out);
}
