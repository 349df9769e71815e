/* Checked items into as few submissions as fit, and on their way.
 * Knows: the limits of a submission. Must not know: sheets, options of one command. */
#ifndef DUBAN_CLIENT_CLI_POST_H
#define DUBAN_CLIENT_CLI_POST_H

#include "client/cli/fill.h"

typedef struct post_result {
    size_t messages;
    size_t statements;
    size_t queued; /* messages that wait for a connection */
} post_result;

/* Sends every item that is neither bad nor stands already; those that correct something
 * go apart, by their reason. evidence goes with the first message. offline: only signs
 * and queues. Says what became of each message on standard output. A statement that the
 * broker refuses is marked bad, DUBAN_E_ROWS; with --partial the others of its message go
 * again. What went before a refusal stands. */
duban_status post_items(fill *f, const duban_body_made *evidence, size_t evidence_n,
                        bool offline, post_result *out);

/* Says what became of one message. */
void post_say(cli *c, const duban_ticket *ticket, size_t statements);

#endif
