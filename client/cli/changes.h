/* Which tasks' lights changed between two looks at a board; what watch and replay tell.
 * Knows: lights of tasks. Must not know: where boards come from. */
#ifndef DUBAN_CLIENT_CLI_CHANGES_H
#define DUBAN_CLIENT_CLI_CHANGES_H

#include "client/cli/cli.h"

#define CHANGES_KEPT 12 /* lines kept for the live screen */

typedef struct changes {
    uint8_t grades[TASKS_MAX + 1]; /* by task id, as seen last */
    char lines[CHANGES_KEPT][256]; /* newest last */
    int lines_n;
    size_t news; /* lights that changed at the last look */
} changes;

/* A fresh one tells nothing at its first look. */
void changes_init(changes *ch);
/* Compares with the last look. tell: print each change, as a line or with --json as one
 * object a line. */
void changes_look(changes *ch, cli *c, duban_board *b, bool tell);

#endif
