/* duties_compare: what the names of a whole notice say about each one. */
#include "client/import/duties.h"

#include <stdlib.h>
#include <string.h>

#define SHORT_NAME    3 /* characters: a part below this is no office */
#define MISPRINT_SIZE 7 /* characters: shorter names differ by one and are right */
#define PARTS_MAX     8

typedef struct name {
    piece name;
    size_t count;
} name;

typedef struct lexicon {
    name *names; /* sorted */
    size_t n;
    size_t total;
} lexicon;

static int compare_pieces(const void *a, const void *b) {
    const piece *x = a, *y = b;
    size_t n = x->size < y->size ? x->size : y->size;
    int order = n ? memcmp(x->at, y->at, n) : 0;
    return order ? order : (x->size > y->size) - (x->size < y->size);
}

static size_t gather(const duties *all, size_t n, piece *into) {
    size_t total = 0;
    for (size_t i = 0; i < n; i++) {
        const name_list *lists[] = {&all[i].leads, &all[i].responsible};
        for (size_t j = 0; j < 2; j++)
            for (size_t k = 0; k < lists[j]->n; k++, total++)
                if (into) into[total] = lists[j]->items[k];
    }
    return total;
}

static bool lexicon_build(arena *a, const duties *all, size_t n, lexicon *out) {
    size_t total = gather(all, n, NULL);
    piece *pieces = arena_alloc(a, (total + 1) * sizeof *pieces);
    out->names = arena_alloc(a, (NAMES_MAX + 1) * sizeof *out->names);
    if (!pieces || !out->names) return false;
    gather(all, n, pieces);
    qsort(pieces, total, sizeof *pieces, compare_pieces);
    out->n = 0;
    for (size_t i = 0; i < total && out->n <= NAMES_MAX; i++) {
        if (i && piece_equal(pieces[i], pieces[i - 1]))
            out->names[out->n - 1].count++;
        else
            out->names[out->n++] = (name){pieces[i], 1};
    }
    if (out->n > NAMES_MAX) out->n = 0;
    return true;
}

/* Whether b is a with one character more. */
static bool one_more(piece a, piece b) {
    size_t i = 0, n = 0;
    while (i < a.size && (n = piece_step(b, i)) && i + n <= a.size &&
           memcmp(a.at + i, b.at + i, n) == 0)
        i += n;
    n = piece_step(b, i);
    return piece_equal(piece_from(a, i), piece_from(b, i + n)) && a.size + n == b.size;
}

static bool is_misprint(const lexicon *l, const name *me) {
    if (piece_length(me->name) < MISPRINT_SIZE) return false;
    for (size_t i = 0; i < l->n; i++) {
        const name *other = &l->names[i];
        if (other == me || other->count < me->count) continue;
        if (one_more(me->name, other->name) || one_more(other->name, me->name))
            return true;
    }
    return false;
}

/* Cuts a name into the fewest other names; 0 when that cannot be done wholly. */
static size_t cut_name(const lexicon *l, const name *me, piece parts[PARTS_MAX]) {
    size_t fewest[NAME_SIZE_MAX + 1] = {0}; /* parts up to a position, 0 unreached */
    const name *last[NAME_SIZE_MAX + 1];
    for (size_t at = 0; at < me->name.size; at++) {
        if (at > 0 && fewest[at] == 0) continue;
        piece rest = piece_from(me->name, at);
        for (size_t i = 0; i < l->n; i++) {
            const name *other = &l->names[i];
            size_t end = at + other->name.size;
            if (other == me || other->count < 2 || other->name.size > rest.size) continue;
            if (memcmp(rest.at, other->name.at, other->name.size) != 0) continue;
            if (fewest[end] && fewest[end] <= fewest[at] + 1) continue;
            if (piece_length(other->name) < SHORT_NAME) continue;
            fewest[end] = fewest[at] + 1;
            last[end] = other;
        }
    }
    size_t n = fewest[me->name.size];
    if (n == 0 || n > PARTS_MAX) return 0;
    for (size_t end = me->name.size, i = n; i-- > 0; end -= parts[i].size)
        parts[i] = last[end]->name;
    return n;
}

static const name *look_up(const lexicon *l, piece p) {
    name key = {p, 0};
    return bsearch(&key, l->names, l->n, sizeof *l->names, compare_pieces);
}

static void check_list(const lexicon *l, name_list *list, doubts *d) {
    for (size_t i = 0; i < list->n; i++) {
        const name *me = look_up(l, list->items[i]);
        piece parts[PARTS_MAX];
        if (!me || me->count > 1) continue;
        size_t n = cut_name(l, me, parts);
        if (n > 1 && list->n + n - 1 <= DUTIES_MAX) {
            doubt_add(d, DOUBT_JOINED, me->name);
            memmove(list->items + i + n, list->items + i + 1,
                    (list->n - i - 1) * sizeof *list->items);
            memcpy(list->items + i, parts, n * sizeof *parts);
            list->n += n - 1;
            i += n - 1;
        } else if (is_misprint(l, me)) {
            doubt_add(d, DOUBT_MISPRINT, me->name);
        }
    }
}

bool duties_compare(arena *a, duties *all, size_t n) {
    lexicon l = {0};
    if (!lexicon_build(a, all, n, &l)) return false;
    for (size_t i = 0; i < n; i++) {
        check_list(&l, &all[i].leads, &all[i].doubts);
        check_list(&l, &all[i].responsible, &all[i].doubts);
    }
    return true;
}
