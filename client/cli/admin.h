/* Sending what only makes sense with an answer: events of the city office and of leads
 * that build on one another.
 * Knows: duban_send and the slice. Must not know: what the events say. */
#ifndef DUBAN_CLIENT_CLI_ADMIN_H
#define DUBAN_CLIENT_CLI_ADMIN_H

#include "client/cli/cli.h"

/* Sends, wants a receipt and brings the slice up to date, so that the next event is
 * checked against this one. Queued without an answer is DUBAN_E_UNREACHABLE here, said on
 * standard error: the message stays in the outbox and the command may be run again. What
 * was borrowed from the slice is stale after it. index may be NULL. */
duban_status admin_send(cli *c, event *ev, const duban_body_made *bodies, size_t bodies_n,
                        uint64_t *index);
/* The same without the sync, for many events that do not build on one another. */
duban_status admin_send_only(cli *c, event *ev, const duban_body_made *bodies,
                             size_t bodies_n, uint64_t *index);
duban_status admin_sync(cli *c);

/* --reason or --reason-file as a body; *has is false when neither was given. The text
 * lives in the arena. */
duban_status admin_reason(cli *c, arena *a, duban_body_made *out, bool *has);
/* A body of plain text, borrowed. */
duban_status admin_text_body(cli *c, const char *field, const char *text,
                             duban_body_made *out);

#endif
