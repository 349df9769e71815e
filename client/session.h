/* Sessions with the broker: one a connection, opened when a question first needs one and
 * again when the broker says that it has ended. No command knows of it.
 *
 * A home whose key is not enrolled asks as a stranger, and is told so where that is not
 * enough. docs/decisions/0019-readers-and-rights.md.
 *
 * Knows: challenge, signature, token. Must not know: what is asked with it. */
#ifndef DUBAN_CLIENT_SESSION_H
#define DUBAN_CLIENT_SESSION_H

#include "client/connection.h"
#include "proto/words.h"

typedef struct desk_session {
    bool asked; /* whether there is one is known: token_size 0 is a stranger's */
    uint8_t token[TOKEN_SIZE_MAX];
    size_t token_size;
    right_kind right;
    uint64_t index;                  /* of the entry it became; 0: none */
    char purpose[NAME_SIZE_MAX + 1]; /* not "": it opens the journal, as an entry */
} desk_session;

struct duban;

/* Whether that question is asked in a session. */
bool session_needed(const request_words *ask);
/* Opens one over that connection unless it stands already; a stranger stays one with
 * DUBAN_OK. Whatever the broker refuses a session with, connection.h. */
duban_status session_open(struct duban *d, connection *c, uint32_t timeout_ms,
                          patience how, duban_refusal *refusal);
/* The session of that connection. */
desk_session *session_of(struct duban *d, const connection *c);
/* What of boards it shows: JOURNAL sees what BOARD does. */
right_kind session_sees(const desk_session *s);
/* Forgets the token; the next session_open asks for another. */
void session_drop(desk_session *s);

#endif
