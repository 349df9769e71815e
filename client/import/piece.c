#include "client/import/piece.h"

#include <string.h>

piece piece_of(const char *text) {
    return (piece){text, strlen(text)};
}

piece piece_cut(piece p, size_t from, size_t to) {
    if (to > p.size) to = p.size;
    if (from > to) from = to;
    return (piece){p.at + from, to - from};
}

piece piece_from(piece p, size_t from) {
    return piece_cut(p, from, p.size);
}

bool piece_equal(piece a, piece b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

bool piece_is(piece p, const char *text) {
    return piece_equal(p, piece_of(text));
}

bool piece_starts(piece p, const char *head) {
    size_t size = strlen(head);
    return p.size >= size && memcmp(p.at, head, size) == 0;
}

bool piece_ends(piece p, const char *tail) {
    size_t size = strlen(tail);
    return p.size >= size && memcmp(p.at + p.size - size, tail, size) == 0;
}

size_t piece_find(piece p, const char *what, size_t from) {
    size_t size = strlen(what);
    for (size_t i = from; i + size <= p.size; i++) {
        const char *hit = memchr(p.at + i, what[0], p.size - size - i + 1);
        if (!hit) return PIECE_NONE;
        i = (size_t)(hit - p.at);
        if (memcmp(hit, what, size) == 0) return i;
    }
    return PIECE_NONE;
}

bool piece_has(piece p, const char *what) {
    return piece_find(p, what, 0) != PIECE_NONE;
}

size_t piece_word_at(piece p, size_t position, const char *const *words) {
    piece rest = piece_from(p, position);
    size_t best = 0;
    for (; *words; words++) {
        size_t size = strlen(*words);
        if (size > best && piece_starts(rest, *words)) best = size;
    }
    return best;
}

size_t piece_word_before(piece p, size_t position, const char *const *words) {
    piece head = piece_cut(p, 0, position);
    size_t best = 0;
    for (; *words; words++) {
        size_t size = strlen(*words);
        if (size > best && piece_ends(head, *words)) best = size;
    }
    return best;
}

bool piece_has_any(piece p, const char *const *words) {
    for (; *words; words++)
        if (piece_has(p, *words)) return true;
    return false;
}

size_t piece_step(piece p, size_t position) {
    if (position >= p.size) return 0;
    size_t n = 1;
    while (n < 4 && position + n < p.size &&
           ((unsigned char)p.at[position + n] & 0xC0) == 0x80)
        n++;
    return n;
}

size_t piece_back(piece p, size_t position) {
    size_t i = position - 1;
    while (i > 0 && ((unsigned char)p.at[i] & 0xC0) == 0x80)
        i--;
    return i;
}

size_t piece_length(piece p) {
    size_t n = 0;
    for (size_t i = 0; i < p.size; i++)
        if (((unsigned char)p.at[i] & 0xC0) != 0x80) n++;
    return n;
}

piece piece_limit(piece p, size_t size_max) {
    if (p.size <= size_max) return p;
    size_t n = size_max;
    while (n > 0 && ((unsigned char)p.at[n] & 0xC0) == 0x80)
        n--;
    return piece_cut(p, 0, n);
}

static const char *const edges[] = {" ",  "\t", "\r", "\n", "　", "、",
                                    "，", "；", "：", "。", ".",  NULL};

piece piece_trim(piece p) {
    size_t n;
    while (p.size && (n = piece_word_at(p, 0, edges)))
        p = piece_from(p, n);
    while (p.size && (n = piece_word_before(p, p.size, edges)))
        p = piece_cut(p, 0, p.size - n);
    return p;
}

size_t piece_decode(piece p, size_t position, uint32_t *character) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (position >= p.size) return 0;
    const unsigned char *b = (const unsigned char *)p.at + position;
    size_t left = p.size - position;
    size_t n = b[0] < 0x80    ? 1
               : b[0] >= 0xF0 ? 4
               : b[0] >= 0xE0 ? 3
               : b[0] >= 0xC0 ? 2
                              : 0;
    if (n == 0 || n > left || b[0] > 0xF4) return 0;
    uint32_t c = n == 1 ? b[0] : b[0] & (0x7FU >> n);
    for (size_t i = 1; i < n; i++) {
        if ((b[i] & 0xC0) != 0x80) return 0;
        c = c << 6 | (b[i] & 0x3FU);
    }
    if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0;
    *character = c;
    return n;
}

wording wording_begin(arena *a) {
    return (wording){.arena = a};
}

static bool wording_room(wording *t, size_t more) {
    if (t->failed) return false;
    if (t->size + more + 1 <= t->room) return true;
    size_t room = t->room ? t->room * 2 : 64;
    while (room < t->size + more + 1)
        room *= 2;
    char *at = arena_alloc(t->arena, room);
    if (!at) {
        t->failed = true;
        return false;
    }
    if (t->size) memcpy(at, t->at, t->size);
    t->at = at;
    t->room = room;
    return true;
}

void wording_add(wording *t, piece p) {
    if (p.size == 0 || !wording_room(t, p.size)) return;
    memcpy(t->at + t->size, p.at, p.size);
    t->size += p.size;
}

void wording_word(wording *t, const char *word) {
    wording_add(t, piece_of(word));
}

void wording_character(wording *t, uint32_t c) {
    char bytes[4];
    size_t n = 1;
    if (c < 0x80) {
        bytes[0] = (char)c;
    } else {
        n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        for (size_t i = n - 1; i > 0; i--, c >>= 6)
            bytes[i] = (char)(0x80 | (c & 0x3F));
        bytes[0] = (char)((0xF00U >> n & 0xFF) | c);
    }
    wording_add(t, (piece){bytes, n});
}

char *wording_end(wording *t) {
    if (!wording_room(t, 0)) return NULL;
    t->at[t->size] = '\0';
    return t->at;
}
