/* All acts of one office, in the order of the journal. */
#include <stdlib.h>

#include "client/cli/chronicle.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/moment.h"
#include "client/cli/tell.h"
#include "client/cli/text.h"

typedef struct history {
    cli *c;
    uint32_t office;
    uint64_t from;
    unsigned long long acts;
} history;

static duban_status tell(void *ctx, const chronicle_entry *e) {
    history *h = ctx;
    cli *c = h->c;
    const event *ev = e->ev;
    if (ev->office != h->office || e->index < h->from) return DUBAN_OK;
    char moment[MOMENT_TEXT_SIZE], what[DESCRIBE_SIZE];
    moment_write(e->received_ms, moment_offset(c), moment);
    tell_event(c, ev, e->l, what);
    h->acts++;
    if (c->json)
        json_line(c->out,
                  json_pack("{s:I, s:s, s:s, s:I, s:I, s:s}", "index",
                            (json_int_t)e->index, "received", moment, "kind",
                            text_event_kind_code(ev->kind), "key", (json_int_t)ev->key,
                            "number", (json_int_t)ev->number, "what", what));
    else
        fprintf(c->out, "%8llu  %s  %s%s%s\n", (unsigned long long)e->index, moment,
                text_event_kind(ev->kind, c->lang), *what ? cli_say(c, "：", ": ") : "",
                what);
    return DUBAN_OK;
}

static duban_status read_index(cli *c, const char *option, uint64_t *out) {
    const char *text = cli_option(c, option);
    char *end = NULL;
    if (!text) return DUBAN_OK;
    unsigned long long value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end)
        return cli_refuse(c, DUBAN_E_USAGE, 0, option, text, "0, 1, 2, …");
    *out = value;
    return DUBAN_OK;
}

duban_status cmd_history(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    history h = {.c = c, .office = find_office_asked(c)};
    uint64_t to = UINT64_MAX;
    if (!h.office) return DUBAN_E_UNKNOWN_OFFICE;
    s = read_index(c, "from", &h.from);
    if (s >= 0) s = read_index(c, "to", &to);
    if (s >= 0) s = chronicle_walk(c, to, tell, &h);
    if (s >= 0 && !c->json && !c->quiet)
        fprintf(c->err, cli_say(c, "%llu 条记录。\n", "%llu acts.\n"), h.acts);
    return s;
}
