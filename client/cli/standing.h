/* The ranks of a board, with its own table of weights and against an earlier board.
 * Knows: where the table stands and how ranks are printed. Must not know: how they are
 * computed (broker/ledger/rank.h). */
#ifndef DUBAN_CLIENT_CLI_STANDING_H
#define DUBAN_CLIENT_CLI_STANDING_H

#include "broker/ledger/rank.h"
#include "client/cli/cli.h"
#include "client/cli/json.h"

typedef struct standing {
    duban_board *board; /* borrowed */
    weights_words table;
    period in_period;
    period round; /* the newest of that board that has ended */
    int32_t day;
    uint64_t index;
    bool drill;
    rank_result result;
} standing;

/* Ranks that board: the period given, or with PERIOD_NONE the newest round that has
 * ended. before (may be NULL): whose ranks are compared. All lives in the arena. Says why
 * it could not; DUBAN_E_RULES when the plan has no table of weights. */
duban_status standing_make(cli *c, arena *a, duban_board *b, period in_period,
                           const standing *before, standing *out);
void standing_print(cli *c, const standing *s);
/* Of which period and as of when: a rank is computed from all that its board knows, so
 * one of an earlier period than the board's own is told how to be asked for. */
void standing_print_head(cli *c, const standing *s);
/* With the parts of one office (0: none), so that everybody can compute again. */
json_t *standing_json(cli *c, const standing *s, uint32_t parts_of);
void standing_print_parts(cli *c, const standing *s, uint32_t office);

#endif
