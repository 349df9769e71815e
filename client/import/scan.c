#include "client/import/scan.h"

#include <stdlib.h>

static const char *const stops[] = {"。", "；", "！", "？", NULL};
static const char *const pauses[] = {"，", "。", "；", "！", "？", NULL};
static const char *const breaks[] = {"、", "，", "。", "；", "！", "？", "：", NULL};
static const char *const opening[] = {"“", "‘", "「", "『", "《", NULL};
static const char *const closing[] = {"”", "’", "」", "』", "》", NULL};
static const char *const chinese[] = {"一", "二", "两", "三", "四", "五",     "六", "七",
                                      "八", "九", "十", "百", "千", "百分之", NULL};

typedef struct scanner {
    piece body;
    uint32_t year;
    figures *out;
    size_t at;
    size_t sentence, clause, item;
    int quotes, brackets;
    bool termed;
    term term;
} scanner;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_latin(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The separator at the position ends what stands before it. */
static bool take_separator(scanner *s) {
    size_t n = piece_word_at(s->body, s->at, breaks);
    if (n == 0) return false;
    bool stop = piece_word_at(s->body, s->at, stops) > 0;
    bool pause = piece_word_at(s->body, s->at, pauses) > 0;
    s->at += n;
    if (stop) {
        s->quotes = s->brackets = 0;
        s->sentence = s->at;
        s->termed = false;
    }
    if (s->quotes || s->brackets) return true;
    if (pause) s->clause = s->at;
    s->item = s->at;
    return true;
}

static bool take_pair(scanner *s) {
    piece rest = piece_from(s->body, s->at);
    size_t n = piece_step(s->body, s->at);
    if (piece_word_at(s->body, s->at, opening))
        s->quotes++;
    else if (piece_word_at(s->body, s->at, closing))
        s->quotes -= s->quotes > 0;
    else if (piece_starts(rest, "（"))
        s->brackets++;
    else if (piece_starts(rest, "）"))
        s->brackets -= s->brackets > 0;
    else if (piece_starts(rest, "\""))
        s->quotes = !s->quotes;
    else
        return false;
    s->at += n;
    return true;
}

static bool take_term(scanner *s) {
    term t;
    if (!term_at(s->body, s->at, s->year, &t)) return false;
    bool past = t.deadline[0] && s->year && strtoul(t.deadline, NULL, 10) < s->year;
    if (!s->quotes && !past) {
        s->term = t;
        s->termed = true;
        s->out->last_term = t;
        s->out->termed = true;
    }
    s->at = t.end;
    return true;
}

static void skip_run(scanner *s) {
    while (s->at < s->body.size &&
           (is_latin(s->body.at[s->at]) || is_digit(s->body.at[s->at]) ||
            s->body.at[s->at] == '.'))
        s->at++;
}

static void take_figure(scanner *s, const numeral *n) {
    figures *f = s->out;
    if (f->n == FIGURES_MAX) {
        f->too_many = true;
    } else {
        f->items[f->n++] = (figure){
            .n = *n,
            .sentence = s->sentence,
            .clause = s->clause,
            .item = s->item,
            .quoted = s->quotes > 0,
            .bracketed = s->brackets > 0,
            .termed = s->termed,
            .term = s->term,
        };
    }
    s->at = n->end;
}

static bool take_number(scanner *s) {
    char c = s->body.at[s->at];
    numeral n;
    if (is_latin(c)) {
        skip_run(s);
        return true;
    }
    bool words = piece_word_at(s->body, s->at, chinese) > 0;
    if (!is_digit(c) && !words) return false;
    if (!numeral_at(s->body, s->at, &n)) {
        if (is_digit(c))
            skip_run(s);
        else
            s->at += piece_step(s->body, s->at);
        return true;
    }
    if (words && n.class == UNIT_NONE)
        s->at = n.end;
    else
        take_figure(s, &n);
    return true;
}

/* Where the words that begin at the position end: the first of the separators outside
 * quotes and brackets, or limit. */
static size_t words_end(piece body, size_t at, size_t limit, const char *const *ends) {
    int depth = 0;
    for (; at < limit; at += piece_step(body, at)) {
        piece rest = piece_from(body, at);
        if (piece_word_at(body, at, opening) || piece_starts(rest, "（")) depth++;
        if (piece_word_at(body, at, closing) || piece_starts(rest, "）")) {
            if (depth == 0 && piece_starts(rest, "）")) return at;
            depth -= depth > 0;
        }
        if (depth == 0 && piece_word_at(body, at, ends)) return at;
        if (piece_word_at(body, at, stops)) return at;
    }
    return limit;
}

/* Whether a figure ends the words of the one before it: 220千伏 does not. */
static bool may_count(const figure *f) {
    return !f->n.chinese && (f->n.class == UNIT_COUNT || f->n.class == UNIT_SIZE ||
                             f->n.class == UNIT_MONEY || f->n.class == UNIT_PERCENT);
}

#define WORDS_SIZE_MAX 600 /* bytes looked at behind a number */

static void set_ends(piece body, figures *f) {
    for (size_t i = 0; i < f->n; i++) {
        figure *g = &f->items[i];
        size_t limit = g->n.end + WORDS_SIZE_MAX;
        if (limit > body.size) limit = body.size;
        while (limit < body.size && ((unsigned char)body.at[limit] & 0xC0) == 0x80)
            limit++;
        g->clause_end = words_end(body, g->n.end, limit, pauses);
        size_t next = i + 1;
        while (next < f->n && !may_count(&f->items[next]))
            next++;
        if (next < f->n && f->items[next].n.begin < limit) limit = f->items[next].n.begin;
        g->line_end = words_end(body, g->n.end, limit, pauses);
        g->after_end = words_end(body, g->n.end, limit, breaks);
    }
}

bool figures_scan(arena *a, piece body, uint32_t year, figures *out) {
    *out = (figures){.items = arena_alloc(a, FIGURES_MAX * sizeof *out->items)};
    if (!out->items) return false;
    scanner s = {.body = body, .year = year, .out = out};
    while (s.at < body.size) {
        bool latin = s.at > 0 && is_latin(body.at[s.at - 1]);
        if (!latin && take_term(&s)) continue;
        if (take_separator(&s) || take_pair(&s) || take_number(&s)) continue;
        s.at += piece_step(body, s.at);
    }
    set_ends(body, out);
    return true;
}
