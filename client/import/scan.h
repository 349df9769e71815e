/* The numbers of a task's words with where each one stands: sentence, clause, quotes,
 * brackets, and the term that reaches it.
 * Knows: punctuation and the words of time. Must not know: what is promised. */
#ifndef DUBAN_IMPORT_SCAN_H
#define DUBAN_IMPORT_SCAN_H

#include "client/import/numeral.h"
#include "client/import/when.h"

typedef struct figure {
    numeral n;
    size_t sentence;   /* where its sentence begins (behind 。；！？) */
    size_t clause;     /* where its clause begins (behind ，) */
    size_t item;       /* behind the last separator, 、 too */
    size_t clause_end; /* position of the separator that ends the clause */
    size_t line_end;   /* the same, or the next number */
    size_t after_end;  /* of the words behind it: next separator, 、 too, or number */
    bool quoted;       /* inside “” or 《》: part of a name */
    bool bracketed;
    bool termed; /* a term stands before it in its sentence */
    term term;
} figure;

typedef struct figures {
    figure *items;
    size_t n;
    bool too_many;  /* more than FIGURES_MAX: the rest is left out */
    term last_term; /* the last term of the text, for promises without a number */
    bool termed;
} figures;

#define FIGURES_MAX 256

/* False when the arena is used up. */
bool figures_scan(arena *a, piece body, uint32_t year, figures *out);

#endif
