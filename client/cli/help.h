/* Help, the man page and shell completion, all from the command table.
 * Knows: the table. Must not know: what commands do. */
#ifndef DUBAN_CLIENT_CLI_HELP_H
#define DUBAN_CLIENT_CLI_HELP_H

#include "client/cli/cli.h"

void help_all(const cli *c);
void help_command(const cli *c, const command *row);
/* Lists the commands that begin with that word; false when it is no group of several. */
bool help_group(const cli *c, const char *word);

duban_status help_run(cli *c);        /* duban help [COMMAND] */
duban_status help_man(cli *c);        /* duban man: a man page on standard output */
duban_status help_completion(cli *c); /* duban completion: for bash */

#endif
