#include "client/cli/admin.h"

#include <stdlib.h>
#include <string.h>

duban_status admin_sync(cli *c) {
    duban_refusal refusal = {0};
    duban_status s = duban_sync(c->d, &refusal);
    return s < 0 ? cli_refused(c, &refusal) : DUBAN_OK;
}

duban_status admin_send_only(cli *c, event *ev, const duban_body_made *bodies,
                             size_t bodies_n, uint64_t *index) {
    duban_ticket ticket;
    duban_refusal refusal = {0};
    duban_status s = duban_send(c->d, ev, bodies, bodies_n, &ticket, &refusal);
    if (s < 0) return cli_refused(c, &refusal);
    if (ticket.sent == DUBAN_QUEUED)
        return cli_refuse(
            c, refusal.status < 0 ? refusal.status : DUBAN_E_UNREACHABLE, 0,
            refusal.field, refusal.found,
            cli_say(c, "已入发件箱；连上后先 duban outbox --wait，再运行一次",
                    "it is in the outbox: `duban outbox --wait` later, then run this "
                    "again"));
    if (index) *index = ticket.index;
    return DUBAN_OK;
}

duban_status admin_send(cli *c, event *ev, const duban_body_made *bodies, size_t bodies_n,
                        uint64_t *index) {
    duban_status s = admin_send_only(c, ev, bodies, bodies_n, index);
    return s < 0 ? s : admin_sync(c);
}

duban_status admin_text_body(cli *c, const char *field, const char *text,
                             duban_body_made *out) {
    duban_status s = duban_body_make(text, strlen(text), "text/plain", out);
    return s < 0 ? cli_refuse(c, s, 0, field, NULL, NULL) : DUBAN_OK;
}

duban_status admin_reason(cli *c, arena *a, duban_body_made *out, bool *has) {
    const char *text = cli_option(c, "reason"), *file = cli_option(c, "reason-file");
    *has = false;
    if (!text && !file) return DUBAN_OK;
    if (!text) {
        char *data = NULL;
        size_t size = 0;
        duban_status s = cli_read_file(c, file, BODY_SIZE_MAX, &data, &size);
        if (s < 0) return s;
        text = arena_copy(a, data, size);
        free(data);
        if (!text) return cli_refuse(c, DUBAN_E_NO_MEMORY, 0, file, NULL, NULL);
    }
    if (text[strspn(text, " \t\r\n")] == '\0')
        return cli_refuse(c, DUBAN_E_REASON_NEEDED, 0, "reason", text, NULL);
    duban_status s = admin_text_body(c, "reason", text, out);
    if (s == DUBAN_OK) *has = true;
    return s;
}
