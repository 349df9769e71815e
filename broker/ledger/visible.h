/* What of a board a reader may see (product.md "Privacy and removal",
 * docs/decisions/0019-readers-and-rights.md).
 *
 * The public: nothing of a RESTRICTED task; of an INTERNAL one who answers for it and
 * its lights, no words and no figures; of an OFFLINE one number and state alone; of a
 * metric that is not public that there is one; a figure under embargo, what was computed
 * from it and the lights of its task only from its day on; no hidden paper and none about
 * a task that is not public; no code of a person within an office. Names and words are
 * references anyway, bodies stay where they are.
 *
 * An office: all but RESTRICTED tasks in which it has no duty, with papers about them
 * that it neither opened nor received; hidden papers of others; a figure under embargo
 * that is neither its own nor filled by it, with what was computed from it, its own
 * excepted; and codes of persons within other offices.
 *
 * The rights BOARD and JOURNAL: everything. So does the city office, whatever its session
 * asked for.
 *
 * Knows: cells, visibilities, embargoes, duties. Must not know: frames, sockets, who
 * listens, who was given which right. */
#ifndef DUBAN_BROKER_LEDGER_VISIBLE_H
#define DUBAN_BROKER_LEDGER_VISIBLE_H

#include "broker/ledger/walk.h"

/* Who looks. */
typedef struct viewer {
    right_kind right;
    uint32_t office; /* of the right OFFICE; else 0, so that equal eyes are equal */
} viewer;

#define VISIBLE_TO_PUBLIC    ((viewer){RIGHT_NONE, 0})
#define VISIBLE_TO_OFFICE(n) ((viewer){RIGHT_OFFICE, (n)})
#define VISIBLE_WHOLE        ((viewer){RIGHT_BOARD, 0})

/* The viewer of an office's session with that right. */
viewer viewer_of(right_kind right, uint32_t office);

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

/* One pass over a board, for one viewer. Zero what is private. */
typedef struct visible {
    const cell_walk *cells; /* to look up the task of a cell */
    const embargoes *held;
    viewer who;
    int32_t today;
    bool held_back;      /* set when a cell was withheld for an embargo */
    arena *space;        /* of words that had to be shortened; not reset in between */
    duban_status status; /* DUBAN_E_NO_MEMORY: what could not be shortened was withheld */

    /* private: by task, whether the office has a duty; NULL: not asked yet */
    uint8_t *duties;
} visible;

/* Whether that cell may be seen, and how: *out is it, shortened where it has to be.
 * Borrows from the cell and from the arena. */
bool visible_cell(visible *v, const cell *value, cell *out);
/* Whether every office sees the cell whole; who looks does not matter. */
bool visible_to_every_office(const visible *v, const cell *value);

#endif
