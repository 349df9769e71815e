#include "client/cli/moment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int32_t moment_offset(const cli *c) {
    ledger_status st = {0};
    const ledger *l = c->d ? duban_slice(c->d) : NULL;
    if (l) ledger_get_status(l, &st);
    return st.has_genesis ? st.utc_offset_minutes : 480;
}

duban_status moment_ask(cli *c, const char *field, const char *text, board_request *ask) {
    if (*text && text[strspn(text, "0123456789")] == '\0') {
        errno = 0;
        ask->index = strtoull(text, NULL, 10);
        if (errno) return cli_refuse(c, DUBAN_E_OVERFLOW, 0, field, text, NULL);
        ask->as_of = AS_OF_INDEX;
        return DUBAN_OK;
    }
    duban_status s = moment_read(text, moment_offset(c), true, &ask->moment_ms);
    if (s < 0)
        return cli_refuse(c, s, 0, field, text,
                          cli_say(c, "序号、YYYY-MM-DD 或 YYYY-MM-DDTHH:MM",
                                  "an index, YYYY-MM-DD or YYYY-MM-DDTHH:MM"));
    ask->as_of = AS_OF_MOMENT;
    return DUBAN_OK;
}
