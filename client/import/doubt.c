#include "client/import/doubt.h"

#define WORDS_SIZE_MAX 96

static const char *const sentences[][2] = {{"", ""},
#define X(name, zh, en) {zh, en},
                                           DOUBT_TABLE(X)
#undef X
};

void doubt_add(doubts *d, doubt_kind kind, piece words) {
    words = piece_limit(words, WORDS_SIZE_MAX);
    for (size_t i = 0; i < d->n; i++)
        if (d->items[i].kind == kind && piece_equal(d->items[i].words, words)) return;
    if (d->n < DOUBTS_MAX) d->items[d->n++] = (doubt){kind, words};
}

const char *doubt_text(arena *a, const doubts *d, duban_lang lang) {
    if (d->n == 0) return "";
    wording out = wording_begin(a);
    for (size_t i = 0; i < d->n; i++) {
        if (i) wording_word(&out, lang == DUBAN_ZH ? "；" : "; ");
        wording_word(&out, sentences[d->items[i].kind][lang == DUBAN_ZH ? 0 : 1]);
        wording_add(&out, d->items[i].words);
    }
    return wording_end(&out);
}
