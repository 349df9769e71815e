/* What of a board may be said aloud (product.md "Privacy and removal").
 *
 * To the public: nothing of a RESTRICTED task; of an INTERNAL one who answers for it and
 * its lights, no words and no figures; of an OFFLINE one number and state alone; of a
 * metric that is not public that there is one; a figure under embargo, what was computed
 * from it and the lights of its task only from its day on; no hidden paper and none about
 * a task that is not public; no code of a person within an office. Names and words are
 * references anyway, bodies stay where they are.
 *
 * To offices everything, until readers have rights of their own.
 *
 * Knows: cells, visibilities, embargoes. Must not know: frames, sockets, who listens. */
#ifndef DUBAN_BROKER_LEDGER_VISIBLE_H
#define DUBAN_BROKER_LEDGER_VISIBLE_H

#include "broker/ledger/walk.h"

typedef enum visible_right { VISIBLE_TO_PUBLIC, VISIBLE_TO_OFFICES } visible_right;

/* A figure that is not public before a day. */
typedef struct embargo {
    cell_name name; /* of its VALUE cell */
    int32_t until;
} embargo;

/* What is under embargo on one board. */
typedef struct embargoes {
    embargo *rows;
    uint32_t n;
    uint32_t room;
} embargoes;

/* Empty again; gives the memory back. */
void embargoes_close(embargoes *e, const ledger_allocator *m);
/* Looks at one cell that is new or has changed. False when out of memory. */
bool embargoes_learn(embargoes *e, const ledger_allocator *m, const cell *value,
                     int32_t today);
/* Forgets what is public by that day; whether there was any. */
bool embargoes_lift(embargoes *e, int32_t today);

typedef struct visible {
    const cell_walk *cells; /* to look up the task of a cell */
    const embargoes *held;
    int32_t today;
    bool held_back;      /* set when a cell was withheld for an embargo */
    arena *space;        /* of words that had to be shortened */
    duban_status status; /* DUBAN_E_NO_MEMORY: what could not be shortened was withheld */
} visible;

/* Whether that cell may be seen, and how: *out is it, shortened where it has to be.
 * Borrows from the cell and from the arena. */
bool visible_cell(visible *v, const cell *value, visible_right right, cell *out);

#endif
