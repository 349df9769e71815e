/* The numbers one key has used: the newest NUMBER_WINDOW of them, holes allowed
 * (architecture.md "Numbers").
 * Knows: numbers, indexes and marks. Must not know: keys, events. */
#ifndef DUBAN_BROKER_LEDGER_NUMBER_H
#define DUBAN_BROKER_LEDGER_NUMBER_H

#include "broker/ledger/memory.h"

typedef struct number_slot {
    uint64_t index;
    hash256 mark;
} number_slot;

/* All zeros: none used. */
typedef struct number_window {
    uint64_t last;      /* the highest number used, 0 for none */
    uint64_t used;      /* bit n: the number of the window with number % 64 == n */
    number_slot *slots; /* NUMBER_WINDOW of them once one is used */
} number_window;

typedef enum number_state {
    NUMBER_FREE,
    NUMBER_SAME,  /* used for the same bytes */
    NUMBER_OTHER, /* used for other bytes */
    NUMBER_BELOW  /* below the window */
} number_state;

number_state number_look(const number_window *w, uint64_t number, const hash256 *mark);
/* False when that number is not among those used inside the window. */
bool number_find(const number_window *w, uint64_t number, uint64_t *index);
bool number_reserve(number_window *w, const ledger_allocator *m);
void number_note(number_window *w, uint64_t number, uint64_t index, const hash256 *mark);
void number_free(number_window *w, const ledger_allocator *m);

#endif
