/* The journal told from its beginning: each entry with the ledger as it stood once the
 * entry was folded in, so that offices, tasks and papers have the names of that day.
 * Knows: entries and folding. Must not know: what is told. */
#ifndef DUBAN_CLIENT_CLI_CHRONICLE_H
#define DUBAN_CLIENT_CLI_CHRONICLE_H

#include "client/cli/cli.h"

typedef struct chronicle_entry {
    uint64_t index;
    int64_t received_ms;
    const event *ev;
    const ledger *l; /* after this entry */
} chronicle_entry;

/* What is borrowed ends when the function returns. A status below 0, which it has said,
 * ends the walk. */
typedef duban_status (*chronicle_tell)(void *ctx, const chronicle_entry *e);

/* Entries 0 to `to`, or to the broker's head when that comes first. */
duban_status chronicle_walk(cli *c, uint64_t to, chronicle_tell tell, void *ctx);

#endif
