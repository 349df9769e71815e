/* "When" as people give it: an index, a day or a moment.
 * Knows: text and the journal's time zone. Must not know: boards. */
#ifndef DUBAN_CLIENT_CLI_MOMENT_H
#define DUBAN_CLIENT_CLI_MOMENT_H

#include "client/cli/cli.h"

/* Sets as_of of *ask from text: digits alone are an index, else a day (its last moment)
 * or a moment. field names the option in a refusal, which is printed. */
duban_status moment_ask(cli *c, const char *field, const char *text, board_request *ask);

/* Minutes east of UTC as the slice's genesis says, 480 before the first sync. */
int32_t moment_offset(const cli *c);

#endif
