/* What is said when the journal is not the one that this home saw before: loudly, in
 * words for whoever sits at the desk, with what to do.
 * Knows: sentences. Must not know: how it was found out. */
#ifndef DUBAN_CLIENT_CLI_ALARM_H
#define DUBAN_CLIENT_CLI_ALARM_H

#include "client/cli/cli.h"

/* At the end of a command: settles what it saw (duban_settle). When something is wrong it
 * is said on standard error and its status is the result, else the command's own. */
duban_status alarm_settle(cli *c, duban_status s);

#endif
