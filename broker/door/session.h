/* Sessions: who reads over a connection, kept by nobody.
 *
 *     challenge = HMAC(secret, "challenge" ‖ door ‖ pipe ‖ minute)
 *     token     = key ‖ office ‖ right ‖ until ‖
 *                 HMAC(secret, "token" ‖ those ‖ door ‖ pipe)
 *
 * The secret is drawn when the broker starts. A challenge is good for its minute and the
 * next, over the connection that asked for it; the client signs it, so a session that was
 * recorded opens nothing elsewhere or later. A token is good over the same connection,
 * SESSION_MS at most. So a stranger costs no memory, and a restart ends every session.
 *
 * Knows: the secret, a clock, connections by number. Must not know: requests, whether the
 * key still stands (keys.h). Any thread. */
#ifndef DUBAN_BROKER_DOOR_SESSION_H
#define DUBAN_BROKER_DOOR_SESSION_H

#include "broker/door/call.h"

#define SESSION_TOKEN_SIZE 49

typedef struct sessions {
    uint8_t secret[HASH_SIZE];
    int64_t (*now_ms)(void *ctx); /* of a clock that is never set */
    void *ctx;
} sessions;

/* Over which connection: pipes of different doors may share a number. */
typedef struct session_place {
    uint8_t door;
    uint32_t pipe;
} session_place;

/* Draws the secret. now_ms NULL: the machine's monotonic clock. */
void sessions_init(sessions *s, int64_t (*now_ms)(void *ctx), void *ctx);
void sessions_close(sessions *s);

hash256 sessions_challenge(const sessions *s, session_place at);
/* Whether that was given over this connection within the last two minutes. */
bool sessions_challenged(const sessions *s, session_place at, span challenge);

void sessions_token(const sessions *s, session_place at, const call_reader *who,
                    uint8_t out[SESSION_TOKEN_SIZE]);
/* False when the token is not one of this connection's, or too old. */
bool sessions_reader(const sessions *s, session_place at, span token, call_reader *out);

#endif
