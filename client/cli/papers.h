/* The papers of a plan: the table of forms in force, the papers that stand on the board,
 * and the acts of one paper's life from the journal.
 * Knows: the board, the slice, entries. Must not know: options, how it is printed. */
#ifndef DUBAN_CLIENT_CLI_PAPERS_H
#define DUBAN_CLIENT_CLI_PAPERS_H

#include "client/cli/forms.h"
#include "client/cli/look.h"

typedef struct papers_row {
    uint32_t number;
    const paper_cell *cell; /* in the arena */
    const form_words *form; /* NULL when the table in force has no such form */
    const form_state *state;
} papers_row;

typedef struct papers {
    cli *c;
    arena *a;
    look where; /* the board; the slice when the broker is away */
    forms_words forms;
    uint32_t forms_version; /* 0: the plan has no table of papers */
    papers_row *rows;       /* by number */
    size_t rows_n;
    int32_t day; /* the plan's open day */
    calendar works;
} papers;

/* Fetches the board, reads the forms in force and gathers the papers; where the broker is
 * away, what this machine has kept. Says what failed. papers_close in every case. */
duban_status papers_open(cli *c, arena *a, uint32_t plan, papers *out);
void papers_close(papers *p);
/* Gathers from a board that the caller keeps; papers_close leaves it alone. */
duban_status papers_of_board(cli *c, arena *a, uint32_t plan, duban_board *board,
                             papers *out);

/* NULL when there is none. */
const papers_row *papers_find(const papers *p, uint32_t number);

/* Whether an act may be done while a paper stands in that state ("" opens one). */
bool papers_possible(const form_act *act, const form_state *state);
/* Whether an office stands so to a paper, as the ledger has it. */
bool papers_stands(const papers *p, const papers_row *row, relation_kind how,
                   uint32_t office);
/* The act that is waited for in its state: the first that leads from just there. NULL
 * when nothing is waited for. */
const form_act *papers_awaited(const papers_row *row);
/* Whether that is waited for of that office: it stands as the first relation of such an
 * act has it; of the city where nobody does. */
bool papers_waits(const papers *p, const papers_row *row, uint32_t office);
/* Those it is waited for, their names separated by a comma; room for some. */
void papers_waits_for(const papers *p, const papers_row *row, char *out, size_t out_size);

/* One act of a paper's life, or what the clock did to it (index 0). */
typedef struct papers_act {
    uint64_t index;
    int64_t received_ms;
    int32_t day;
    uint32_t office;         /* 0: the clock */
    const form_act *act;     /* NULL: the table in force has none of that code */
    const paper_words *said; /* NULL: the clock */
    const char *state;       /* code, after it */
} papers_act;

/* Every act of a paper in order, from the journal between its first and its last. What
 * the clock did in between follows from the limits of the table in force. Says what
 * failed. */
duban_status papers_life(papers *p, const papers_row *row, papers_act **out, size_t *n);

#endif
