/* The papers of one plan as they are kept, for the files paper_*.c only. Tasks and
 * offices are kept by name (id, number), since an amendment lays the plan out anew.
 * Knows: shapes, cells, memory. Must not know: who may act, or what an effect does. */
#ifndef DUBAN_BROKER_LEDGER_PAPER_BOOK_H
#define DUBAN_BROKER_LEDGER_PAPER_BOOK_H

#include "broker/ledger/form.h"
#include "broker/ledger/paper.h"

typedef struct paper {
    uint32_t cell;    /* NONE: a slice does not hold it */
    bool finding;     /* it confirmed a finding that still stands */
    paper_cell words; /* whole: what is hidden too */
} paper;

typedef struct paper_document {
    uint32_t paper;
    const char *text;
} paper_document;

/* A paper that keeps the clock from proposing another one about a task. */
typedef struct paper_hold {
    const paper_cell *words;
    uint32_t next; /* the next one of that task, NONE after the last */
} paper_hold;

typedef struct paper_book {
    paper *papers; /* paper n stands at n - 1 */
    uint32_t papers_n;
    uint32_t papers_room;
    paper_document *documents; /* every 文号 ever given, in order */
    uint32_t documents_n;
    uint32_t documents_room;
    text_set texts;       /* titles, documents, authorities */
    pool lists;           /* of tasks and offices */
    const uint32_t *ones; /* ones[n - 1] is n: the list of that task or office alone */
    uint32_t proposals;   /* how many the day that opens may still bring */
    /* while a clock pulls one trigger: what holds it back, by task */
    paper_hold *holds;
    uint32_t holds_n;
    uint32_t holds_room;
    uint32_t *held; /* position of each task's first, NONE */
    uint32_t held_room;
    const uint32_t *next_tasks; /* copies made by the last check */
    const uint32_t *next_offices;
} paper_book;

/* What an act is by the table. */
typedef struct paper_step {
    bool opens;
    uint32_t number;
    const form_words *form;
    const form_act *act;
    const form_state *to; /* NULL: it stays where it is */
} paper_step;

static inline uint32_t paper_count(const plan *p) {
    return p->papers == NULL ? 0 : p->papers->papers_n;
}
/* NULL when there is none of that number, or a slice does not hold it. Borrowed until the
 * next check. */
paper *paper_find(const plan *p, uint32_t number);
/* Room for papers up to that number and their cells, beside what others have reserved;
 * makes the book. */
bool paper_reserve(ledger *l, plan *p, uint32_t number);
/* Adds one in that state, opened today; all else is empty. Needs reserved room. */
paper *paper_add(const ledger *l, plan *p, uint32_t number, const form_words *form,
                 uint64_t index);
/* What the board shows of it. */
void paper_put(plan *p, uint32_t number, uint64_t index);
/* It stands in that state from today on, until limit_day (0: as the table says). */
void paper_enter(const ledger *l, plan *p, paper *of, const form_state *state,
                 int32_t limit_day);

/* The words of the paper as they are after the act; pointers are the act's. */
paper_cell paper_after(const paper_cell *before, const paper_words *words);

static inline bool paper_names(const uint32_t *list, uint32_t n, uint32_t number) {
    for (uint32_t i = 0; i < n; i++)
        if (list[i] == number) return true;
    return false;
}

void paper_trace(const ledger *l, const plan *p, uint32_t number, const char *what,
                 uint64_t index);

#endif
