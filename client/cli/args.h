/* From argv to a command, its options and its arguments.
 * Knows: the command table. Must not know: what commands do. */
#ifndef DUBAN_CLIENT_CLI_ARGS_H
#define DUBAN_CLIENT_CLI_ARGS_H

#include "client/cli/cli.h"

/* Finds the command with the longest matching name and reads every --name VALUE (-o
 * VALUE),
 * --name=VALUE and --switch, wherever they stand; "--" ends options. Values are borrowed
 * from argv. DUBAN_E_USAGE, said on standard error. */
duban_status args_find(cli *c, int argc, char **argv);
/* Whether the number of arguments is right. DUBAN_E_USAGE. */
duban_status args_check(cli *c);

#endif
