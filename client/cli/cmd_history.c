/* All acts of one office, in the order of the journal. */
#include <stdlib.h>
#include <string.h>

#include "broker/ledger/replay.h"
#include "client/cli/commands.h"
#include "client/cli/find.h"
#include "client/cli/json.h"
#include "client/cli/moment.h"
#include "client/cli/tell.h"
#include "client/cli/text.h"

#define FETCH_MAX 4096

typedef struct history {
    cli *c;
    uint32_t office;
    uint64_t from;
    uint64_t to;
    arena entry; /* of one entry */
    unsigned long long acts;
} history;

static duban_status tell(history *h, span bytes) {
    event ev;
    uint64_t index;
    int64_t received_ms;
    duban_refusal refusal = {0};
    cli *c = h->c;
    arena_reset(&h->entry);
    duban_status s = replay_read(bytes, &h->entry, &ev, &index, &received_ms, &refusal);
    if (s < 0) return cli_refused(c, &refusal);
    if (ev.office != h->office || index > h->to) return DUBAN_OK;
    char moment[MOMENT_TEXT_SIZE], what[DESCRIBE_SIZE];
    moment_write(received_ms, moment_offset(c), moment);
    tell_event(c, &ev, what);
    h->acts++;
    if (c->json)
        json_line(c->out,
                  json_pack("{s:I, s:s, s:s, s:I, s:I, s:s}", "index", (json_int_t)index,
                            "received", moment, "kind", text_event_kind_code(ev.kind),
                            "key", (json_int_t)ev.key, "number", (json_int_t)ev.number,
                            "what", what));
    else
        fprintf(c->out, "%8llu  %s  %s%s%s\n", (unsigned long long)index, moment,
                text_event_kind(ev.kind, c->lang), *what ? cli_say(c, "：", ": ") : "",
                what);
    return DUBAN_OK;
}

static duban_status walk(history *h) {
    uint64_t next = h->from, head = UINT64_MAX;
    duban_status s = DUBAN_OK;
    while (s >= 0 && next <= head && next <= h->to) {
        arena a;
        arena_init(&a, 0);
        duban_refusal refusal = {0};
        entries_request ask = {.from = next, .max = FETCH_MAX};
        entries_words page = {0};
        s = duban_entries(h->c->d, &ask, &a, &page, &refusal);
        if (s < 0) s = cli_refused(h->c, &refusal);
        for (uint32_t i = 0; s >= 0 && i < page.entries_n; i++)
            s = tell(h, page.entries[i]);
        head = page.head;
        next = page.next;
        arena_close(&a);
    }
    return s;
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
    history h = {.c = c, .office = find_office_asked(c), .to = UINT64_MAX};
    if (!h.office) return DUBAN_E_UNKNOWN_OFFICE;
    s = read_index(c, "from", &h.from);
    if (s >= 0) s = read_index(c, "to", &h.to);
    if (s < 0) return s;
    arena_init(&h.entry, 0);
    s = walk(&h);
    arena_close(&h.entry);
    if (s >= 0 && !c->json && !c->quiet)
        fprintf(c->err, cli_say(c, "%llu 条记录。\n", "%llu acts.\n"), h.acts);
    return s;
}
